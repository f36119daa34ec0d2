-- +goose Up
-- One text for both databases: every type here means the same on both.

-- Processes that work on jobs, by the id that the job queue writes into a job's attempts. On PostgreSQL only.
CREATE TABLE job_nodes (
    id      TEXT   NOT NULL PRIMARY KEY,
    name    TEXT   NOT NULL,
    seen_at BIGINT NOT NULL
);

-- Work that was asked for while the same work was already running: it is done once more when that ends.
CREATE TABLE job_requests (
    kind   TEXT   NOT NULL,
    target BIGINT NOT NULL,
    PRIMARY KEY (kind, target)
);
