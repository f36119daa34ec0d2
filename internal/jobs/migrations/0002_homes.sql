-- +goose Up
-- Which process holds the mirror and the line history of a repo. On PostgreSQL only.
CREATE TABLE job_homes (
    repo BIGINT NOT NULL PRIMARY KEY,
    name TEXT   NOT NULL
);
