package github

// readRepository: a repo was made, renamed, transferred, archived, shown, hidden or deleted. What became
// of it is asked of the server: this message alone deletes nothing.
func readRepository(payload []byte) (News, error) {
	var e eventHead
	if err := decode(payload, &e); err != nil {
		return News{}, err
	}
	news, err := e.ofRepo()
	news.RepoChanged = true
	news.ListChanged = e.Action == "created" || e.Action == "transferred"
	return news, err
}
