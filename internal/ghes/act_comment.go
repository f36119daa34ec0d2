package ghes

import (
	"fmt"
	"slices"
)

// Comment says something in a conversation and returns the comment's id.
func (p Person) Comment(fullName string, number int, body string) (int64, error) {
	at := p.now()
	r, i, err := p.change(fullName, number, false, func(i *Issue) error {
		i.Comments = append(i.Comments, Comment{Author: p.login, Body: body, CreatedAt: at})
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("comment: %w", err)
	}
	made := i.Comments[len(i.Comments)-1]
	p.w.tell(p.commented(r, i, made, "created", nil))
	return made.ID, nil
}

// EditComment says it in other words.
func (p Person) EditComment(fullName string, number int, id int64, body string) error {
	at := p.now()
	var before, after Comment
	r, i, err := p.change(fullName, number, false, func(i *Issue) error {
		n := commentIndex(i, id)
		if n < 0 {
			return ErrNotFound
		}
		before = i.Comments[n]
		i.Comments[n].Body, i.Comments[n].UpdatedAt = body, at
		after = i.Comments[n]
		return nil
	})
	if err != nil {
		return fmt.Errorf("edit comment %d: %w", id, err)
	}
	p.w.tell(p.commented(r, i, after, "edited", document{"body": document{"from": before.Body}}))
	return nil
}

// DeleteComment takes it back.
func (p Person) DeleteComment(fullName string, number int, id int64) error {
	var gone Comment
	e := p.event(EventCommentDeleted)
	r, i, err := p.change(fullName, number, false, func(i *Issue) error {
		n := commentIndex(i, id)
		if n < 0 {
			return ErrNotFound
		}
		gone = i.Comments[n]
		i.Comments = slices.Delete(i.Comments, n, n+1)
		e.Account = gone.Author
		i.Events = append(i.Events, e)
		return nil
	})
	if err != nil {
		return fmt.Errorf("delete comment %d: %w", id, err)
	}
	p.w.tell(p.commented(r, i, gone, "deleted", nil))
	return nil
}

func commentIndex(i *Issue, id int64) int {
	return slices.IndexFunc(i.Comments, func(c Comment) bool { return c.ID == id })
}

func (p Person) commented(r Repo, i *Issue, m Comment, action string, changes document) happening {
	return happening{event: "issue_comment", action: action, actor: p.login, repo: &r,
		body: func(c *call) (document, error) {
			body := document{"issue": c.issueDocument(r, i), "comment": c.commentDocument(r, i, m)}
			if changes != nil {
				body["changes"] = changes
			}
			return body, nil
		}}
}
