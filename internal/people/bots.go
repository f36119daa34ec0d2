package people

import "strings"

// knownBots are the names, logins and local parts of addresses under which programs commit that do not end in [bot].
var knownBots = map[string]bool{
	"allcontributors": true, "bors": true, "codecov-io": true, "codecov-commenter": true, "dependabot": true,
	"dependabot-preview": true, "depfu": true, "github-actions": true, "github-classroom": true, "greenkeeper": true,
	"greenkeeperio-bot": true, "imgbot": true, "imgbotapp": true, "k8s-ci-robot": true, "mergify": true,
	"pre-commit-ci": true, "pyup-bot": true, "pyup.io bot": true, "renovate": true, "renovate-bot": true, "renovate bot": true,
	"scala-steward": true, "semantic-release-bot": true, "snyk-bot": true, "stale": true, "tensorflower-gardener": true,
	"the-gitter-badger": true, "gitter-badger": true, "traviscibot": true, "travis-ci": true, "weblate": true, "whitesource-bolt": true,
	"copilot": true, "copilot-swe-agent": true, "devin-ai-integration": true, "github actions": true, "greenkeeper bot": true, "allstar": true, "transifex-integration": true, "step-security-bot": true,
}

// botAddresses are those under which assistants name themselves in commits, most often as co-authors.
var botAddresses = map[string]bool{
	"noreply@anthropic.com": true, "cursoragent@cursor.com": true, "codex@openai.com": true, "noreply@openai.com": true,
	"aider@aider.chat": true, "noreply@aider.chat": true, "openhands@all-hands.dev": true, "amp@ampcode.com": true,
	"copilot@github.com": true, "gemini-code-assist@google.com": true,
}

// Bot tells whether somebody is a program by the name, the address or the login. What the server says of an
// account (type Bot) and what an admin marks comes on top.
func Bot(name, email, login string) bool {
	email = strings.ToLower(strings.TrimSpace(email))
	if botAddresses[email] {
		return true
	}
	local, _, _ := strings.Cut(email, "@")
	if _, after, found := strings.Cut(local, "+"); found {
		local = after
	}
	for _, s := range []string{strings.ToLower(strings.TrimSpace(name)), local, strings.ToLower(login)} {
		if strings.HasSuffix(s, "[bot]") || knownBots[s] {
			return true
		}
	}
	return false
}
