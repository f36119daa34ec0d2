-- +goose Up
-- An account of a server, by the server's own id: a new login is the same account.
CREATE TABLE accounts (
    integration_id BIGINT NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    server_id      BIGINT NOT NULL,
    identity_id    BIGINT NOT NULL REFERENCES identities (id),
    kind           TEXT COLLATE "C" NOT NULL,
    login          TEXT COLLATE "C" NOT NULL,
    name           TEXT COLLATE "C" NOT NULL,
    email          TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (integration_id, server_id)
);
CREATE INDEX accounts_identity ON accounts (identity_id);
CREATE INDEX accounts_login ON accounts (integration_id, lower(login));

-- Accounts stand in the tables below by their identity; 0 is nobody, or a ghost.
CREATE TABLE pull_requests (
    repo_id           BIGINT NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number            BIGINT NOT NULL,
    server_id         BIGINT NOT NULL,
    node_id           TEXT COLLATE "C" NOT NULL,
    title             TEXT COLLATE "C" NOT NULL,
    state             TEXT COLLATE "C" NOT NULL,
    draft             BOOLEAN NOT NULL,
    author_id         BIGINT NOT NULL,
    head_ref          TEXT COLLATE "C" NOT NULL,
    head_repo         TEXT COLLATE "C" NOT NULL,
    head_hash         TEXT COLLATE "C" NOT NULL,
    base_ref          TEXT COLLATE "C" NOT NULL,
    base_hash         TEXT COLLATE "C" NOT NULL,
    merge_hash        TEXT COLLATE "C" NOT NULL,
    merge_method      TEXT COLLATE "C" NOT NULL,
    merged_by_id      BIGINT NOT NULL,
    created_at        BIGINT NOT NULL,
    updated_at        BIGINT NOT NULL,
    closed_at         BIGINT NOT NULL,
    merged_at         BIGINT NOT NULL,
    ready_at          BIGINT NOT NULL,
    additions         BIGINT NOT NULL,
    deletions         BIGINT NOT NULL,
    changed_files     BIGINT NOT NULL,
    commit_count      BIGINT NOT NULL,
    labels            TEXT COLLATE "C" NOT NULL,
    milestone         TEXT COLLATE "C" NOT NULL,
    assignees         TEXT COLLATE "C" NOT NULL,
    reviewers         TEXT COLLATE "C" NOT NULL,
    reviewer_teams    TEXT COLLATE "C" NOT NULL,
    auto_merge_at     BIGINT NOT NULL,
    auto_merge_method TEXT COLLATE "C" NOT NULL,
    auto_merge_by_id  BIGINT NOT NULL,
    closes            TEXT COLLATE "C" NOT NULL,
    synced_at         BIGINT NOT NULL,
    gone_at           BIGINT NOT NULL,
    PRIMARY KEY (repo_id, number)
);
CREATE INDEX pull_requests_created ON pull_requests (created_at);
CREATE INDEX pull_requests_merged ON pull_requests (merged_at) WHERE merged_at > 0;
CREATE INDEX pull_requests_closed ON pull_requests (closed_at);
CREATE INDEX pull_requests_author ON pull_requests (author_id, created_at);

CREATE TABLE pull_request_heads (
    repo_id   BIGINT NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number    BIGINT NOT NULL,
    hash      TEXT COLLATE "C" NOT NULL,
    seen_at   BIGINT NOT NULL,
    pushed_at BIGINT NOT NULL,
    PRIMARY KEY (repo_id, number, hash)
);

CREATE TABLE pull_request_commits (
    repo_id      BIGINT NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number       BIGINT NOT NULL,
    hash         TEXT COLLATE "C" NOT NULL,
    position     BIGINT NOT NULL,
    added_at     BIGINT NOT NULL,
    on_head      BOOLEAN NOT NULL,
    PRIMARY KEY (repo_id, number, hash)
);

CREATE TABLE reviews (
    repo_id      BIGINT NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    server_id    BIGINT NOT NULL,
    number       BIGINT NOT NULL,
    node_id      TEXT COLLATE "C" NOT NULL,
    author_id    BIGINT NOT NULL,
    state        TEXT COLLATE "C" NOT NULL,
    commit_hash  TEXT COLLATE "C" NOT NULL,
    words        BIGINT NOT NULL,
    suggestion   BOOLEAN NOT NULL,
    excerpt      TEXT COLLATE "C" NOT NULL,
    submitted_at BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    gone_at      BIGINT NOT NULL,
    PRIMARY KEY (repo_id, server_id)
);
CREATE INDEX reviews_number ON reviews (repo_id, number, submitted_at);
CREATE INDEX reviews_submitted ON reviews (submitted_at, author_id);

CREATE TABLE review_threads (
    repo_id        BIGINT NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number         BIGINT NOT NULL,
    root_id        BIGINT NOT NULL,
    node_id        TEXT COLLATE "C" NOT NULL,
    path           TEXT COLLATE "C" NOT NULL,
    resolved       BOOLEAN NOT NULL,
    resolved_by_id BIGINT NOT NULL,
    resolved_at    BIGINT NOT NULL,
    outdated       BOOLEAN NOT NULL,
    PRIMARY KEY (repo_id, number, root_id)
);

CREATE TABLE comments (
    repo_id     BIGINT NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    kind        TEXT COLLATE "C" NOT NULL,
    server_id   BIGINT NOT NULL,
    number      BIGINT NOT NULL,
    node_id     TEXT COLLATE "C" NOT NULL,
    author_id   BIGINT NOT NULL,
    words       BIGINT NOT NULL,
    suggestion  BOOLEAN NOT NULL,
    excerpt     TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    review_id   BIGINT NOT NULL,
    root_id     BIGINT NOT NULL,
    path        TEXT COLLATE "C" NOT NULL,
    start_line  BIGINT NOT NULL,
    line        BIGINT NOT NULL,
    old_side    BOOLEAN NOT NULL,
    commit_hash TEXT COLLATE "C" NOT NULL,
    gone_at     BIGINT NOT NULL,
    PRIMARY KEY (repo_id, kind, server_id)
);
CREATE INDEX comments_number ON comments (repo_id, number, created_at);
CREATE INDEX comments_created ON comments (created_at, author_id);

CREATE TABLE tickets (
    repo_id      BIGINT NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number       BIGINT NOT NULL,
    server_id    BIGINT NOT NULL,
    node_id      TEXT COLLATE "C" NOT NULL,
    title        TEXT COLLATE "C" NOT NULL,
    state        TEXT COLLATE "C" NOT NULL,
    state_reason TEXT COLLATE "C" NOT NULL,
    author_id    BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    closed_at    BIGINT NOT NULL,
    labels       TEXT COLLATE "C" NOT NULL,
    milestone    TEXT COLLATE "C" NOT NULL,
    assignees    TEXT COLLATE "C" NOT NULL,
    synced_at    BIGINT NOT NULL,
    gone_at      BIGINT NOT NULL,
    gone_reason  TEXT COLLATE "C" NOT NULL,
    gone_to      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (repo_id, number)
);
CREATE INDEX tickets_created ON tickets (created_at);
CREATE INDEX tickets_closed ON tickets (closed_at);
CREATE INDEX tickets_author ON tickets (author_id, created_at);

-- Which pull requests say that they close which tickets, by the server's id of the ticket's repo.
CREATE TABLE ticket_links (
    repo_id          BIGINT NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number           BIGINT NOT NULL,
    ticket_repo      BIGINT NOT NULL,
    ticket_number    BIGINT NOT NULL,
    PRIMARY KEY (repo_id, number, ticket_repo, ticket_number)
);
CREATE INDEX ticket_links_ticket ON ticket_links (ticket_repo, ticket_number);

-- What happened to a pull request or a ticket. The key is all of it: the same told twice is one row.
CREATE TABLE events (
    repo_id   BIGINT NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number    BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    kind      TEXT COLLATE "C" NOT NULL,
    actor_id  BIGINT NOT NULL,
    target_id BIGINT NOT NULL,
    subject   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (repo_id, number, at, kind, actor_id, target_id, subject)
);
CREATE INDEX events_kind ON events (kind, at);

-- Items that are to be read again whatever their time of change says, such as those that a webhook named.
CREATE TABLE items_due (
    repo_id BIGINT NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    kind    TEXT COLLATE "C" NOT NULL,
    number  BIGINT NOT NULL,
    noted   BIGINT NOT NULL,
    PRIMARY KEY (repo_id, kind, number)
);

-- How far the reading of one kind has come, for the next step or the next process to go on from.
CREATE TABLE sync_cursors (
    repo_id    BIGINT NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    kind       TEXT COLLATE "C" NOT NULL,
    value      TEXT COLLATE "C" NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (repo_id, kind)
);

CREATE TABLE completeness (
    repo_id    BIGINT NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    kind       TEXT COLLATE "C" NOT NULL,
    server     BIGINT NOT NULL,
    held       BIGINT NOT NULL,
    checked_at BIGINT NOT NULL,
    full_at    BIGINT NOT NULL,
    missing    BIGINT NOT NULL,
    repaired   BIGINT NOT NULL,
    note       TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (repo_id, kind)
);

-- Numbers that are neither a pull request nor a ticket of ours, and what the server said they are.
CREATE TABLE number_gaps (
    repo_id  BIGINT NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number   BIGINT NOT NULL,
    what     TEXT COLLATE "C" NOT NULL,
    asked_at BIGINT NOT NULL,
    PRIMARY KEY (repo_id, number)
);

-- What the server answered, compressed, kept for a time: facts can be made from it again.
CREATE TABLE raw_answers (
    repo_id BIGINT NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    at      BIGINT NOT NULL,
    kind    TEXT COLLATE "C" NOT NULL,
    hash    BYTEA NOT NULL,
    body    BYTEA NOT NULL,
    PRIMARY KEY (repo_id, at, kind, hash)
);
CREATE INDEX raw_answers_at ON raw_answers (at);
