package github

// readMeta: the webhook that sends it was deleted on the server. It is the last thing that it sends.
func readMeta(payload []byte) (News, error) {
	var e eventHead
	if err := decode(payload, &e); err != nil {
		return News{}, err
	}
	return News{Action: e.Action, HookGone: e.Action == "deleted"}, nil
}
