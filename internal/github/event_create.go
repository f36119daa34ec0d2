package github

// readCreate: a branch or a tag was made. More than three tags pushed at once send no event; the next
// round of asking finds them.
func readCreate(payload []byte) (News, error) { return readPush(payload) }
