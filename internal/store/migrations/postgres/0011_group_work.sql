-- +goose Up
-- Who the Co-authored-by trailers of a commit name, in the order of the message.
CREATE TABLE co_authors (
    repo_id     BIGINT NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number      BIGINT NOT NULL,
    position    BIGINT NOT NULL,
    identity_id BIGINT NOT NULL,
    PRIMARY KEY (repo_id, number, position)
);
CREATE INDEX co_authors_identity ON co_authors (identity_id, repo_id);

-- What each of several people behind a commit is credited with, the author first. It can be made again from stored
-- facts. Such commits are not in daily. split says that the shares add up to the commit; else each is all of it.
CREATE TABLE group_shares (
    repo_id         BIGINT NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number          BIGINT NOT NULL,
    position        BIGINT NOT NULL,
    person_id       BIGINT NOT NULL,
    day             BIGINT NOT NULL,
    counted         BOOLEAN NOT NULL,
    split           BOOLEAN NOT NULL,
    new_work        BIGINT NOT NULL,
    legacy_refactor BIGINT NOT NULL,
    help_others     BIGINT NOT NULL,
    rework          BIGINT NOT NULL,
    unattributed    BIGINT NOT NULL,
    added           BIGINT NOT NULL,
    deleted         BIGINT NOT NULL,
    impact          DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (repo_id, number, position)
);
CREATE INDEX group_shares_day ON group_shares (day, person_id);
CREATE INDEX group_shares_person ON group_shares (person_id);

-- Of commits up to this number the messages are still to be read for co-authors; 0 when there are none.
ALTER TABLE repos ADD COLUMN co_authors_due BIGINT NOT NULL DEFAULT 0;
UPDATE repos SET co_authors_due = COALESCE((SELECT MAX(number) FROM commits WHERE commits.repo_id = repos.id), 0);
