package ghes

import (
	"maps"
	"strconv"
	"strings"
)

func issueObject(t item) *object { return objectOf("Issue", t, issueTable.of(issueFields)) }

var issueTable table[item]

func issueFields() fields[item] {
	all := itemFields()
	maps.Copy(all, fields[item]{
		"id":             is(func(t item) any { return nodeID("Issue", t.ID) }),
		"databaseId":     is(func(t item) any { return t.ID }),
		"fullDatabaseId": is(func(t item) any { return strconv.FormatInt(t.ID, 10) }),
		"state":          is(func(t item) any { return strings.ToUpper(stateOf(t.Closed)) }),
		"stateReason": is(func(t item) any {
			return orNull(strings.ToUpper(t.Reason))
		}),
		"isPinned": is(func(item) any { return false }),
	})
	return all
}

func itemLabels(x *execution, t item, a args) (any, error) {
	var items []connected
	for _, name := range t.Labels {
		items = append(items, connected{key: name, node: labelObject(repoLabel{t.repo, x.s.World.label(t.repo.ID, name)})})
	}
	return connect("labels", "Label", items, a)
}

// repoLabel and repoMilestone are these with their repo.
type (
	repoLabel struct {
		repo Repo
		Label
	}
	repoMilestone struct {
		repo Repo
		Milestone
	}
)

func labelObject(l repoLabel) *object { return objectOf("Label", l, labelTable.of(labelFields)) }

var labelTable table[repoLabel]

func labelFields() fields[repoLabel] {
	return fields[repoLabel]{
		"id":          is(func(l repoLabel) any { return nodeID("Label", l.ID) }),
		"name":        is(func(l repoLabel) any { return l.Name }),
		"color":       is(func(l repoLabel) any { return l.Color }),
		"description": is(func(l repoLabel) any { return orNull(l.Description) }),
		"isDefault":   is(func(repoLabel) any { return false }),
		"createdAt":   is(func(l repoLabel) any { return stampOrNull(l.CreatedAt) }),
		"updatedAt":   is(func(l repoLabel) any { return stampOrNull(l.CreatedAt) }),
		"repository":  is(func(l repoLabel) any { return repositoryObject(l.repo) }),
		"url": func(x *execution, l repoLabel, _ args) (any, error) {
			return x.web + "/" + l.repo.FullName() + "/labels/" + l.Name, nil
		},
	}
}

func labelsField(x *execution, r Repo, a args) (any, error) {
	var items []connected
	for _, l := range x.s.World.Labels(r.ID) {
		items = append(items, connected{key: strconv.FormatInt(l.ID, 10), node: labelObject(repoLabel{r, l})})
	}
	return connect("labels", "Label", items, a)
}

func itemMilestone(x *execution, t item, _ args) (any, error) {
	m, ok := x.s.World.milestone(t.repo.ID, t.Milestone)
	if !ok {
		return nil, nil
	}
	return milestoneObject(repoMilestone{t.repo, m}), nil
}

func milestoneObject(m repoMilestone) *object {
	return objectOf("Milestone", m, milestoneTable.of(milestoneFields))
}

var milestoneTable table[repoMilestone]

func milestoneFields() fields[repoMilestone] {
	return fields[repoMilestone]{
		"id":          is(func(m repoMilestone) any { return nodeID("Milestone", m.ID) }),
		"number":      is(func(m repoMilestone) any { return m.Number }),
		"title":       is(func(m repoMilestone) any { return m.Title }),
		"description": is(func(m repoMilestone) any { return orNull(m.Description) }),
		"state":       is(func(m repoMilestone) any { return strings.ToUpper(stateOf(m.Closed)) }),
		"closed":      is(func(m repoMilestone) any { return m.Closed }),
		"createdAt":   is(func(m repoMilestone) any { return stamp(m.CreatedAt) }),
		"updatedAt":   is(func(m repoMilestone) any { return stamp(m.UpdatedAt) }),
		"closedAt":    is(func(m repoMilestone) any { return stampOrNull(m.ClosedAt) }),
		"dueOn":       is(func(m repoMilestone) any { return stampOrNull(m.DueOn) }),
		"repository":  is(func(m repoMilestone) any { return repositoryObject(m.repo) }),
		"creator": func(x *execution, m repoMilestone, _ args) (any, error) {
			return x.actor(m.Creator), nil
		},
		"url": func(x *execution, m repoMilestone, _ args) (any, error) {
			return x.web + "/" + m.repo.FullName() + "/milestone/" + strconv.Itoa(m.Number), nil
		},
	}
}

func milestonesField(x *execution, r Repo, a args) (any, error) {
	var items []connected
	for _, m := range x.s.World.Milestones(r.ID) {
		items = append(items, connected{key: strconv.Itoa(m.Number), node: milestoneObject(repoMilestone{r, m})})
	}
	return connect("milestones", "Milestone", items, a)
}
