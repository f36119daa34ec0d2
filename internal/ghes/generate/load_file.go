package generate

import (
	"bytes"
	bits "encoding/binary"
	"os"
	"path/filepath"
)

// loadFile keeps the ids of a repository for load tests beside its objects.
const loadFile = "load-commits"

// writeLoad writes the key line, the starts and the ids.
func writeLoad(dir, key string, c *loadCommits) error {
	var b bytes.Buffer
	b.WriteString(key + "\n")
	for _, start := range c.start {
		b.Write(bits.BigEndian.AppendUint32(nil, start))
	}
	b.Write(c.ids)
	return os.WriteFile(filepath.Join(dir, loadFile), b.Bytes(), 0o644)
}

// readLoad reads what writeLoad wrote for the same key, nil when there is none.
func readLoad(dir, key string, numbers int) *loadCommits {
	data, err := os.ReadFile(filepath.Join(dir, loadFile))
	rest, ok := bytes.CutPrefix(data, []byte(key+"\n"))
	if err != nil || !ok || len(rest) < 4*(numbers+2) {
		return nil
	}
	c := &loadCommits{start: make([]uint32, numbers+2)}
	for n := range c.start {
		c.start[n] = bits.BigEndian.Uint32(rest[4*n:])
	}
	c.ids = rest[4*(numbers+2):]
	return c
}
