-- +goose Up
-- Why a pull request is gone and where to, as tickets have it.
ALTER TABLE pull_requests ADD COLUMN gone_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE pull_requests ADD COLUMN gone_to TEXT NOT NULL DEFAULT '';
