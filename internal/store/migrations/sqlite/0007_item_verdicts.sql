-- +goose Up
-- How often something of the item was saved: what was decided about an earlier state is to be decided again.
ALTER TABLE pull_requests ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;

-- What was decided about pull requests and tickets. It can be made again from stored facts. changes is the state that
-- it was decided about, ruled_by stands for the rules and people of then.
CREATE TABLE pull_request_verdicts (
    repo_id         INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number          INTEGER NOT NULL,
    person_id       INTEGER NOT NULL,
    reason          TEXT    NOT NULL,
    detail          TEXT    NOT NULL,
    first_commit_at INTEGER NOT NULL,
    untold          INTEGER NOT NULL,
    acts            BLOB    NOT NULL,
    threads         BLOB    NOT NULL,
    changes         INTEGER NOT NULL,
    ruled_by        TEXT    NOT NULL,
    PRIMARY KEY (repo_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE ticket_verdicts (
    repo_id    INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number     INTEGER NOT NULL,
    person_id  INTEGER NOT NULL,
    reason     TEXT    NOT NULL,
    detail     TEXT    NOT NULL,
    started_at INTEGER NOT NULL,
    acts       BLOB    NOT NULL,
    changes    INTEGER NOT NULL,
    ruled_by   TEXT    NOT NULL,
    PRIMARY KEY (repo_id, number)
) STRICT, WITHOUT ROWID;
