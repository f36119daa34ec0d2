-- +goose Up
-- Who may do a thing that only one may do at a time, among all processes, and until when.
CREATE TABLE leases (
    name    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    holder  TEXT COLLATE "C" NOT NULL,
    ends_at BIGINT NOT NULL
);
