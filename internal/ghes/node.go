package ghes

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// nodeID is the global id of GraphQL in its older form, which servers still give.
func nodeID(typeName string, id int64) string {
	text := fmt.Sprintf("0%d:%s%d", len(typeName), typeName, id)
	return base64.StdEncoding.EncodeToString([]byte(text))
}

// parseNodeID is the reverse of nodeID.
func parseNodeID(node string) (typeName string, id int64, ok bool) {
	text, err := base64.StdEncoding.DecodeString(node)
	if err != nil {
		return "", 0, false
	}
	size, name, found := strings.Cut(string(text), ":")
	length, err := strconv.Atoi(size)
	if err != nil || !found || length > len(name) {
		return "", 0, false
	}
	id, err = strconv.ParseInt(name[length:], 10, 64)
	return name[:length], id, err == nil
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
