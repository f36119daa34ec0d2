package ghes

import "fmt"

// CreateRepo makes a repo, whose owner's hooks hear of it.
func (p Person) CreateRepo(r Repo) Repo {
	r.CreatedAt = p.now()
	made := p.w.AddRepo(r)
	p.w.tell(p.repository(made, "created", nil))
	return made
}

// RenameRepo gives a repo another name. The former one leads to it.
func (p Person) RenameRepo(fullName, name string) error {
	old, _ := p.w.Repo(fullName)
	return p.changeRepo(fullName, "renamed", func(*call) document {
		return document{"repository": document{"name": document{"from": old.Name}}}
	}, func(r *Repo) { r.Name = name })
}

// TransferRepo gives a repo to another owner. Its hooks go with it; the new owner's hear of it, the
// former one's do not.
func (p Person) TransferRepo(fullName, owner string) error {
	old, _ := p.w.Repo(fullName)
	return p.changeRepo(fullName, "transferred", func(c *call) document {
		from := document{"user": c.person(old.Owner)}
		if o, ok := c.s.World.Organization(old.Owner); ok {
			from = document{"organization": c.organizationSimple(o)}
		}
		return document{"owner": document{"from": from}}
	}, func(r *Repo) { r.Owner = owner })
}

// ArchiveRepo makes a repo read only; or not any more.
func (p Person) ArchiveRepo(fullName string, archived bool) error {
	action := "unarchived"
	if archived {
		action = "archived"
	}
	return p.changeRepo(fullName, action, nil, func(r *Repo) { r.Archived = archived })
}

// Publish shows a repo to everybody, or hides it again.
func (p Person) Publish(fullName string, v Visibility) error {
	action := "privatized"
	if v == Public {
		action = "publicized"
	}
	return p.changeRepo(fullName, action, nil, func(r *Repo) { r.Visibility = v })
}

func (p Person) changeRepo(fullName, action string, changes func(*call) document, change func(*Repo)) error {
	at := p.now()
	if err := p.w.UpdateRepo(fullName, func(r *Repo) {
		change(r)
		r.UpdatedAt = latest(r.UpdatedAt, at)
	}); err != nil {
		return fmt.Errorf("%s: %w", action, err)
	}
	r, _ := p.w.Repo(fullName)
	p.w.tell(p.repository(r, action, changes))
	return nil
}

// DeleteRepo removes a repo with everything in it.
func (p Person) DeleteRepo(fullName string) error {
	r, _ := p.w.Repo(fullName)
	h := p.repository(r, "deleted", nil)
	if err := p.w.DeleteRepo(fullName); err != nil {
		return err
	}
	p.w.tell(h)
	return nil
}

func (p Person) repository(r Repo, action string, changes func(*call) document) happening {
	return happening{event: "repository", action: action, actor: p.login, repo: &r,
		body: func(c *call) (document, error) {
			if changes == nil {
				return document{}, nil
			}
			return document{"changes": changes(c)}, nil
		}}
}

// AddCollaborator lets somebody work in a repo.
func (p Person) AddCollaborator(fullName, login string, permission Permission) error {
	return p.collaborator(fullName, login, "added", permission)
}

// RemoveCollaborator ends that.
func (p Person) RemoveCollaborator(fullName, login string) error {
	return p.collaborator(fullName, login, "removed", NoPermission)
}

// roleNames are what webhooks call the permissions.
var roleNames = map[Permission]string{Pull: "read", Push: "write", Admin: "admin"}

func (p Person) collaborator(fullName, login, action string, permission Permission) error {
	if err := p.w.SetCollaborator(fullName, login, permission); err != nil {
		return err
	}
	r, _ := p.w.Repo(fullName)
	p.w.tell(happening{event: "member", action: action, actor: p.login, repo: &r,
		body: func(c *call) (document, error) {
			body := document{"member": c.person(login)}
			if action == "added" {
				body["changes"] = document{"permission": document{"to": roleNames[permission]}}
			}
			return body, nil
		}})
	return nil
}
