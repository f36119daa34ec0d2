package github

// readInstallation: a GitHub App was installed, removed, or given other repos.
func readInstallation(payload []byte) (News, error) {
	var e eventHead
	if err := decode(payload, &e); err != nil {
		return News{}, err
	}
	return News{Action: e.Action, ListChanged: true}, nil
}
