package ghes

import (
	"maps"
	"slices"
	"strconv"
)

// verdict is a review with its pull request.
type verdict struct {
	item
	review Review
}

func reviewObject(t item, v Review) *object {
	return objectOf("PullRequestReview", verdict{t, v}, reviewTable.of(reviewFields))
}

var reviewTable table[verdict]

func reviewFields() fields[verdict] {
	all := remarkFields(func(v verdict) said {
		at := v.review.SubmittedAt
		if at.IsZero() {
			at = v.UpdatedAt
		}
		return said{v.repo, v.review.Author, v.review.Body, at, at}
	})
	maps.Copy(all, fields[verdict]{
		"id":             is(func(v verdict) any { return nodeID("PullRequestReview", v.review.ID) }),
		"databaseId":     is(func(v verdict) any { return v.review.ID }),
		"fullDatabaseId": is(func(v verdict) any { return strconv.FormatInt(v.review.ID, 10) }),
		"state":          is(func(v verdict) any { return v.review.State }),
		"submittedAt":    is(func(v verdict) any { return stampOrNull(v.review.SubmittedAt) }),
		"commit":         is(func(v verdict) any { return commitObject(v.repo, v.review.Commit) }),
		"pullRequest":    is(func(v verdict) any { return pullRequestObject(v.item) }),
		"url": func(x *execution, v verdict, _ args) (any, error) {
			return x.web + v.path() + "#pullrequestreview-" + strconv.FormatInt(v.review.ID, 10), nil
		},
		"comments": func(_ *execution, v verdict, a args) (any, error) {
			own := slices.DeleteFunc(v.Pull.comments(), func(c lineComment) bool { return c.Review != v.review.ID })
			return lineComments(v.item, own, a)
		},
	})
	return all
}

func reviewsField(x *execution, t item, a args) (any, error) {
	states := texts(a["states"])
	author, _ := a["author"].(string)
	var items []connected
	for _, v := range x.shownReviews(t.Issue) {
		if author != "" && fold(author) != fold(v.Author) || len(states) > 0 && !slices.Contains(states, string(v.State)) {
			continue
		}
		items = append(items, connected{key: strconv.FormatInt(v.ID, 10), node: reviewObject(t, v)})
	}
	return connect("reviews", "PullRequestReview", items, a)
}

// latestReviewsField is the last word of each person.
func latestReviewsField(x *execution, t item, a args) (any, error) {
	var items []connected
	seen := map[string]bool{}
	for _, v := range slices.Backward(x.shownReviews(t.Issue)) {
		if !seen[fold(v.Author)] && v.State != Pending {
			seen[fold(v.Author)] = true
			items = append(items, connected{key: strconv.FormatInt(v.ID, 10), node: reviewObject(t, v)})
		}
	}
	return connect("latestReviews", "PullRequestReview", items, a)
}

// discussion is a review thread with its pull request.
type discussion struct {
	item
	*ReviewThread
}

func reviewThreadsField(_ *execution, t item, a args) (any, error) {
	var items []connected
	for n := range t.Pull.Threads {
		d := discussion{t, &t.Pull.Threads[n]}
		items = append(items, connected{key: strconv.FormatInt(d.ReviewThread.ID, 10), node: reviewThreadObject(d)})
	}
	return connect("reviewThreads", "PullRequestReviewThread", items, a)
}

func reviewThreadObject(d discussion) *object {
	return objectOf("PullRequestReviewThread", d, reviewThreadTable.of(reviewThreadFields))
}

var reviewThreadTable table[discussion]

func reviewThreadFields() fields[discussion] {
	return fields[discussion]{
		"id":                is(func(d discussion) any { return nodeID("PullRequestReviewThread", d.ReviewThread.ID) }),
		"isResolved":        is(func(d discussion) any { return d.Resolved }),
		"isCollapsed":       is(func(d discussion) any { return d.Resolved }),
		"isOutdated":        is(func(d discussion) any { return d.Outdated }),
		"path":              is(func(d discussion) any { return d.Path }),
		"line":              is(func(d discussion) any { return intOrNull(d.Line) }),
		"startLine":         is(func(d discussion) any { return intOrNull(d.StartLine) }),
		"originalLine":      is(func(d discussion) any { return intOrNull(d.OriginalLine) }),
		"originalStartLine": is(func(d discussion) any { return intOrNull(d.StartLine) }),
		"diffSide":          is(func(discussion) any { return "RIGHT" }),
		"startDiffSide":     is(func(discussion) any { return nil }),
		"subjectType":       is(func(d discussion) any { return d.kind() }),
		"pullRequest":       is(func(d discussion) any { return pullRequestObject(d.item) }),
		"repository":        is(func(d discussion) any { return repositoryObject(d.repo) }),
		"resolvedBy": func(x *execution, d discussion, _ args) (any, error) {
			return x.plainUser(d.ResolvedBy), nil
		},
		"comments": func(_ *execution, d discussion, a args) (any, error) {
			var all []lineComment
			for n := range d.ReviewThread.Comments {
				all = append(all, lineComment{d.ReviewThread, &d.ReviewThread.Comments[n]})
			}
			return lineComments(d.item, all, a)
		},
	}
}

func (t *ReviewThread) kind() string {
	if t.WholeFile {
		return "FILE"
	}
	return "LINE"
}

func lineComments(t item, list []lineComment, a args) (any, error) {
	items := make([]connected, 0, len(list))
	for _, c := range list {
		items = append(items, connected{key: strconv.FormatInt(c.ID, 10), node: lineCommentObject(remarkOnLine{t, c})})
	}
	return connect("comments", "PullRequestReviewComment", items, a)
}

// remarkOnLine is a comment on a line with its pull request.
type remarkOnLine struct {
	item
	comment lineComment
}

func lineCommentObject(c remarkOnLine) *object {
	return objectOf("PullRequestReviewComment", c, lineCommentTable.of(lineCommentFields))
}

var lineCommentTable table[remarkOnLine]

func lineCommentFields() fields[remarkOnLine] {
	all := remarkFields(func(c remarkOnLine) said {
		return said{c.repo, c.comment.Author, c.comment.Body, c.comment.CreatedAt, c.comment.UpdatedAt}
	})
	maps.Copy(all, fields[remarkOnLine]{
		"id":               is(func(c remarkOnLine) any { return nodeID("PullRequestReviewComment", c.comment.ID) }),
		"databaseId":       is(func(c remarkOnLine) any { return c.comment.ID }),
		"fullDatabaseId":   is(func(c remarkOnLine) any { return strconv.FormatInt(c.comment.ID, 10) }),
		"path":             is(func(c remarkOnLine) any { return c.comment.thread.Path }),
		"line":             is(func(c remarkOnLine) any { return intOrNull(c.comment.thread.Line) }),
		"startLine":        is(func(c remarkOnLine) any { return intOrNull(c.comment.thread.StartLine) }),
		"originalLine":     is(func(c remarkOnLine) any { return intOrNull(c.comment.thread.OriginalLine) }),
		"subjectType":      is(func(c remarkOnLine) any { return c.comment.thread.kind() }),
		"diffHunk":         is(func(c remarkOnLine) any { return c.comment.Hunk }),
		"outdated":         is(func(c remarkOnLine) any { return c.comment.thread.Outdated }),
		"draftedAt":        is(func(c remarkOnLine) any { return stamp(c.comment.CreatedAt) }),
		"originalPosition": is(func(remarkOnLine) any { return 1 }),
		"state":            is(func(c remarkOnLine) any { return c.state() }),
		"commit":           is(func(c remarkOnLine) any { return commitObject(c.repo, c.Pull.HeadSHA) }),
		"originalCommit":   is(func(c remarkOnLine) any { return commitObject(c.repo, c.comment.Commit) }),
		"pullRequest":      is(func(c remarkOnLine) any { return pullRequestObject(c.item) }),
		"position": is(func(c remarkOnLine) any {
			if c.comment.thread.Outdated {
				return nil
			}
			return 1
		}),
		"pullRequestReview": is(func(c remarkOnLine) any {
			if v, ok := c.Pull.review(c.comment.Review); ok {
				return reviewObject(c.item, *v)
			}
			return nil
		}),
		"replyTo": is(func(c remarkOnLine) any {
			if c.comment.replyTo() == 0 {
				return nil
			}
			first := lineComment{c.comment.thread, &c.comment.thread.Comments[0]}
			return lineCommentObject(remarkOnLine{c.item, first})
		}),
		"url": func(x *execution, c remarkOnLine, _ args) (any, error) {
			return x.web + c.path() + "#discussion_r" + strconv.FormatInt(c.comment.ID, 10), nil
		},
	})
	return all
}

func (c remarkOnLine) state() string {
	if v, ok := c.Pull.review(c.comment.Review); ok && v.State == Pending {
		return "PENDING"
	}
	return "SUBMITTED"
}
