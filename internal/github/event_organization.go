package github

// readOrganization: members came or left, or the organization was renamed or deleted.
func readOrganization(payload []byte) (News, error) {
	var e eventHead
	if err := decode(payload, &e); err != nil {
		return News{}, err
	}
	return News{Action: e.Action, ListChanged: true}, nil
}
