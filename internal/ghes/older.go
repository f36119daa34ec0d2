package ghes

// since is the release from which on REST answers have a key; older ones leave it out.
var since = map[string][2]int{
	"auto_merge":   {3, 1},
	"state_reason": {3, 6},
}

// asOf leaves out of a document what the server's release does not have yet.
func (c *call) asOf(body document) document {
	version := c.s.Settings().Version
	for key, release := range since {
		if !atLeast(version, release[0], release[1]) {
			delete(body, key)
		}
	}
	return body
}
