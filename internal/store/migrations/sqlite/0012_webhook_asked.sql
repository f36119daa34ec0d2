-- +goose Up
-- How often somebody wanted a webhook looked at at once: a look that was under way then does not count for it.
ALTER TABLE webhooks ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;
