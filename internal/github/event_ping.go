package github

// readPing: the webhook works. That it arrived is all there is to know.
func readPing(payload []byte) (News, error) {
	var e eventHead
	return News{}, decode(payload, &e)
}
