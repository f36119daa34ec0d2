package github

import "weir/internal/facts"

// comment is one below a pull request or a ticket.
type comment struct {
	ID         string   `json:"id"`
	DatabaseID anyID    `json:"databaseId"`
	Author     *account `json:"author"`
	Body       string   `json:"body"`
	CreatedAt  instant  `json:"createdAt"`
	UpdatedAt  instant  `json:"updatedAt"`
}

func (c *comment) fact(number int) facts.Comment {
	return facts.Comment{
		Number: number, Kind: facts.CommentConversation, ServerID: int64(c.DatabaseID), NodeID: c.ID, Author: c.Author.fact(), Text: facts.NewText(c.Body),
		CreatedAt: int64(c.CreatedAt), UpdatedAt: max(int64(c.UpdatedAt), int64(c.CreatedAt)),
	}
}
