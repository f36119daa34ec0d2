-- +goose Up
-- What git tells of the diff of a pull request. made_of stands for what it was made of, lacking is an object that was missed,
-- changes is the state of the pull request that was looked at. files and places are lists, see size_codec.go.
CREATE TABLE pull_request_sizes (
    repo_id BIGINT NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number  BIGINT NOT NULL,
    state   TEXT COLLATE "C" NOT NULL,
    made_of TEXT COLLATE "C" NOT NULL,
    lacking TEXT COLLATE "C" NOT NULL,
    files   BYTEA NOT NULL,
    places  BYTEA NOT NULL,
    changes BIGINT NOT NULL,
    PRIMARY KEY (repo_id, number)
);
CREATE INDEX pull_request_sizes_lacking ON pull_request_sizes (repo_id, lacking) WHERE lacking <> '';

-- What of the diff counts.
ALTER TABLE pull_request_verdicts ADD COLUMN size_state TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE pull_request_verdicts ADD COLUMN lines BIGINT NOT NULL DEFAULT 0;
ALTER TABLE pull_request_verdicts ADD COLUMN files BIGINT NOT NULL DEFAULT 0;
ALTER TABLE pull_request_verdicts ADD COLUMN hunks BIGINT NOT NULL DEFAULT 0;
ALTER TABLE pull_request_verdicts ADD COLUMN covered BIGINT NOT NULL DEFAULT 0;
CREATE INDEX pull_request_verdicts_lines ON pull_request_verdicts (lines, repo_id) WHERE reason = '' AND size_state = 'known';
