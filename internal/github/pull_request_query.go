package github

import "strings"

// Queries are written by hand. A test holds each against the schema of 2022 and the current one. What only
// newer servers have stands in capitals and is filled in by what was found out by asking (Capabilities).

// Parts of a pull request. FIRST is how many of each are asked for at once.
const (
	commitPart   = `pageInfo { hasNextPage endCursor } nodes { commit { oid } }`
	reviewPart   = `totalCount pageInfo { hasNextPage endCursor } nodes { id REVIEW_ID author { ...who } state body submittedAt updatedAt commit { oid } }`
	commentPart  = `totalCount pageInfo { hasNextPage endCursor } nodes { id COMMENT_ID author { ...who } body createdAt updatedAt }`
	remarkPart   = `totalCount pageInfo { hasNextPage endCursor } nodes { id REMARK_ID author { ...who } body state createdAt updatedAt originalCommit { oid } pullRequestReview { REVIEW_ID } }`
	threadPart   = `totalCount pageInfo { hasNextPage endCursor } nodes { id isResolved isOutdated resolvedBy { ...who } path diffSide originalLine originalStartLine comments(first: $remarks) { ` + remarkPart + ` } }`
	timelinePart = `pageInfo { hasNextPage endCursor } nodes { __typename ` + pullEvents + ` }`
)

const pullFragment = `fragment pull on PullRequest {
	id PULL_ID number title state isDraft createdAt updatedAt closedAt mergedAt
	author { ...who } mergedBy { ...who }
	headRefName headRefOid headRepository { nameWithOwner } baseRefName baseRefOid mergeCommit { oid }
	additions deletions changedFiles milestone { title }
	autoMergeRequest { enabledAt mergeMethod enabledBy { ...who } }
	labels(first: 100) { nodes { name } }
	assignees(first: 20) { nodes { ...who } }
	reviewRequests(first: 100) { nodes { requestedReviewer { ...reviewer } } }
	closingIssuesReferences(first: 100) { nodes { number repository { databaseId } } }
	commits(first: $few) { totalCount ` + commitPart + ` }
	reviews(first: $few) { ` + reviewPart + ` }
	comments(first: $few) { ` + commentPart + ` }
	reviewThreads(first: $few) { ` + threadPart + ` }
	timelineItems(first: $few, itemTypes: [` + pullTypes + `]) { ` + timelinePart + ` }
}
` + who + "\n" + reviewer

const pullPageQuery = `query WeirPullRequests($owner: String!, $name: String!, $size: Int!, $after: String, $few: Int!, $remarks: Int!) {
	repository(owner: $owner, name: $name) { databaseId
		pullRequests(first: $size, after: $after, orderBy: {field: UPDATED_AT, direction: DESC}) {
			totalCount pageInfo { hasNextPage endCursor } nodes { ...pull }
		}
	}` + askLimit + `
}
` + pullFragment

const pullNodesQuery = `query WeirPullRequestsByID($ids: [ID!]!, $few: Int!, $remarks: Int!) {
	nodes(ids: $ids) { ...pull }` + askLimit + `
}
` + pullFragment

// pullRestQuery asks for what is left of the parts of one pull request.
const pullRestQuery = `query WeirPullRequestRest($id: ID!, $remarks: Int!, $commits: Boolean!, $afterCommits: String, $reviews: Boolean!, $afterReviews: String,
	$comments: Boolean!, $afterComments: String, $threads: Boolean!, $afterThreads: String, $events: Boolean!, $afterEvents: String) {
	node(id: $id) { ... on PullRequest {
		commits(first: 100, after: $afterCommits) @include(if: $commits) { ` + commitPart + ` }
		reviews(first: 100, after: $afterReviews) @include(if: $reviews) { ` + reviewPart + ` }
		comments(first: 100, after: $afterComments) @include(if: $comments) { ` + commentPart + ` }
		reviewThreads(first: 50, after: $afterThreads) @include(if: $threads) { ` + threadPart + ` }
		timelineItems(first: 100, after: $afterEvents, itemTypes: [` + pullTypes + `]) @include(if: $events) { ` + timelinePart + ` }
	} }
}
` + who + "\n" + reviewer

// threadRestQuery asks for what is left of the comments of one thread.
const threadRestQuery = `query WeirThreadRest($id: ID!, $after: String) {
	node(id: $id) { ... on PullRequestReviewThread { comments(first: 100, after: $after) { ` + remarkPart + ` } } }
}
` + who

// sweepQuery asks for what changes without changing when a pull request was updated.
const sweepQuery = `query WeirSweep($ids: [ID!]!) {
	nodes(ids: $ids) { ... on PullRequest { id number updatedAt headRefOid
		comments { totalCount } reviews { totalCount }
		reviewThreads(first: 100) { totalCount pageInfo { hasNextPage endCursor }
			nodes { id isResolved isOutdated resolvedBy { ...who } path comments(first: 1) { totalCount nodes { REMARK_ID } } } }
	} }` + askLimit + `
}
` + who

// optional are the words in capitals: what they stand for where the server has the field, and where not.
var optional = []struct{ word, field, with, without string }{
	{"REVIEW_ID", "PullRequestReview.fullDatabaseId", "databaseId: fullDatabaseId", "databaseId"},
	{"COMMENT_ID", "IssueComment.fullDatabaseId", "databaseId: fullDatabaseId", "databaseId"},
	{"REMARK_ID", "PullRequestReviewComment.fullDatabaseId", "databaseId: fullDatabaseId", "databaseId"},
	{"PULL_ID", "PullRequest.fullDatabaseId", "databaseId: fullDatabaseId", "databaseId"},
	{"ISSUE_ID", "Issue.fullDatabaseId", "databaseId: fullDatabaseId", "databaseId"},
	{"ISSUE_REASON", "Issue.stateReason", "stateReason", ""},
	{"DISCUSSED_TYPE", "ConvertedToDiscussionEvent.createdAt", ", CONVERTED_TO_DISCUSSION_EVENT", ""},
	{"DISCUSSED", "ConvertedToDiscussionEvent.createdAt", "... on ConvertedToDiscussionEvent { createdAt actor { ...who } }", ""},
}

// fit fills in what the server can do and the credential may ask for.
func (c Capabilities) fit(query string) string {
	if c.teamsBarred != nil && c.teamsBarred.Load() {
		query = strings.ReplaceAll(query, askedTeam, "")
	}
	for _, o := range optional {
		text := o.without
		if c.Has(o.field) {
			text = o.with
		}
		query = strings.ReplaceAll(query, o.word, text)
	}
	return query
}
