package github

// readDelete: a branch or a tag was deleted. Its commits stay; that it is gone is seen by git.
func readDelete(payload []byte) (News, error) { return readPush(payload) }
