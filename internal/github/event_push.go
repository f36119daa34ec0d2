package github

// readPush: commits arrived at a branch or a tag, or it was made or deleted. The commits themselves come by git.
func readPush(payload []byte) (News, error) {
	var e eventHead
	if err := decode(payload, &e); err != nil {
		return News{}, err
	}
	news, err := e.ofRepo()
	news.Commits = true
	return news, err
}
