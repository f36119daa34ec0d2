-- +goose Up
-- Who the Co-authored-by trailers of a commit name, in the order of the message.
CREATE TABLE co_authors (
    repo_id     INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number      INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    identity_id INTEGER NOT NULL,
    PRIMARY KEY (repo_id, number, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX co_authors_identity ON co_authors (identity_id, repo_id);

-- What each of several people behind a commit is credited with, the author first. It can be made again from stored
-- facts. Such commits are not in daily. split says that the shares add up to the commit; else each is all of it.
CREATE TABLE group_shares (
    repo_id         INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number          INTEGER NOT NULL,
    position        INTEGER NOT NULL,
    person_id       INTEGER NOT NULL,
    day             INTEGER NOT NULL,
    counted         INTEGER NOT NULL,
    split           INTEGER NOT NULL,
    new_work        INTEGER NOT NULL,
    legacy_refactor INTEGER NOT NULL,
    help_others     INTEGER NOT NULL,
    rework          INTEGER NOT NULL,
    unattributed    INTEGER NOT NULL,
    added           INTEGER NOT NULL,
    deleted         INTEGER NOT NULL,
    impact          REAL    NOT NULL,
    PRIMARY KEY (repo_id, number, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_shares_day ON group_shares (day, person_id);
CREATE INDEX group_shares_person ON group_shares (person_id);

-- Of commits up to this number the messages are still to be read for co-authors; 0 when there are none.
ALTER TABLE repos ADD COLUMN co_authors_due INTEGER NOT NULL DEFAULT 0;
UPDATE repos SET co_authors_due = COALESCE((SELECT MAX(number) FROM commits WHERE commits.repo_id = repos.id), 0);
