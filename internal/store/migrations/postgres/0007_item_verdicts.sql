-- +goose Up
-- How often something of the item was saved: what was decided about an earlier state is to be decided again.
ALTER TABLE pull_requests ADD COLUMN changes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN changes BIGINT NOT NULL DEFAULT 0;

-- What was decided about pull requests and tickets. It can be made again from stored facts. changes is the state that
-- it was decided about, ruled_by stands for the rules and people of then.
CREATE TABLE pull_request_verdicts (
    repo_id BIGINT NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL,
    first_commit_at BIGINT NOT NULL,
    untold BIGINT NOT NULL,
    acts BYTEA NOT NULL,
    threads BYTEA NOT NULL,
    changes BIGINT NOT NULL,
    ruled_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (repo_id, number)
);

CREATE TABLE ticket_verdicts (
    repo_id BIGINT NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL,
    started_at BIGINT NOT NULL,
    acts BYTEA NOT NULL,
    changes BIGINT NOT NULL,
    ruled_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (repo_id, number)
);
