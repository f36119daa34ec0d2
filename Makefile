# Everything a newcomer needs is `make run` and `make test`; `make help` lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash

GO        ?= go
BIN       := .bin
LINT      := $(BIN)/golangci-lint
VULN      := $(BIN)/govulncheck
# Race detection finds what a quiet machine hides; RACE= turns it off for a quick look. SQLite is C turned into Go: its memory lies
# outside of Go's heap, where the detector sees nothing, and having it look there took most of the tests' time.
RACE      ?= -race $(foreach p,sqlite/lib libc/... memory,-gcflags=modernc.org/$(p)=-race=false)
PACKAGES  ?= ./...

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: ## the demo: a small GitHub Enterprise Server, Weir connected to it, reports in a minute
	@./scripts/setup run
	$(GO) run ./cmd/weir demo

.PHONY: build
build: ## the one binary, without cgo, at .bin/weir
	CGO_ENABLED=0 $(GO) build -trimpath -o $(BIN)/weir ./cmd/weir

.PHONY: test
test: ## everything: unit, both databases, the server double, the browser
	@./scripts/setup test
	WEIR_REQUIRE_POSTGRES=1 WEIR_REQUIRE_BROWSER=1 $(GO) test $(RACE) -timeout 20m $(PACKAGES)

.PHONY: compile-tests
compile-tests: ## what test compiles before it runs anything
	$(GO) list $(RACE) -test -export -deps $(PACKAGES) >/dev/null

.PHONY: test-heavy
test-heavy: ## what takes long or much memory: 100,000 files in one commit, files of hundreds of MB or millions of lines
	WEIR_HEAVY=1 $(GO) test ./internal/cli -run Nasty -count=1
	WEIR_HEAVY=1 $(GO) test ./internal/history -run 'Heavy|AnyByte' -count=1 -v -timeout 30m

.PHONY: lint
lint: $(LINT) ## go vet's and other linters' findings, each switch explained in .golangci.yml
	$(LINT) run ./...

.PHONY: vulnerabilities
vulnerabilities: $(VULN) ## known vulnerabilities in what we call, where their database can be reached
	./scripts/vulnerabilities $(VULN)

.PHONY: generate
generate: ## rebuild what is made from other files: web assets, docs/METRICS.md
	@./scripts/setup generate
	$(GO) -C tools/assets run .
	WEIR_UPDATE=1 $(GO) test ./internal/cli -run TestGeneratedDocs -count=1

.PHONY: golden
golden: ## rewrite the golden files; read the difference before committing it
	$(GO) test ./internal/report ./internal/cli -update

.PHONY: fuzz
fuzz: ## each fuzz target for FUZZTIME (default 30s)
	./scripts/fuzz $(or $(FUZZTIME),30s)

.PHONY: bench
bench: ## start-up, pages on the demo, store
	$(GO) test -run '^$$' -bench . -benchmem ./internal/cli ./internal/store ./internal/web

.PHONY: bench-webhooks
bench-webhooks: ## 200 deliveries a second for a minute while histories are replayed: latency, and that none is lost
	WEIR_LOAD=1m $(GO) test ./internal/cli -run '^$$' -bench BenchmarkWebhooks -benchtime 1x -timeout 30m

.PHONY: bench-history
bench-history: build ## the replay beside `git log --numstat`, and against `git blame`: REPO=path
	./scripts/bench-history $(REPO)

.PHONY: ci
ci: ## what runs before anything lands
	./.ci/run

.PHONY: clean
clean: ## remove what was built
	rm -rf $(BIN)

$(LINT): tools/lint/go.mod tools/lint/go.sum
	$(GO) -C tools/lint build -o ../../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

$(VULN): tools/lint/go.mod tools/lint/go.sum
	$(GO) -C tools/lint build -o ../../$@ golang.org/x/vuln/cmd/govulncheck
