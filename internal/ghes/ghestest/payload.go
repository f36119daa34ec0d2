package ghestest

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// webhooks is the description of what hooks are told, loaded once.
var webhooks = sync.OnceValues(func() (*openapi3.T, error) {
	data, err := official("ghes-3.19.webhooks.pruned.json.gz")
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return nil, fmt.Errorf("load description of webhooks: %w", err)
	}
	return doc, nil
})

// Payload fails the test unless the payload of a webhook is as the official description has it, by
// the name of the event and what its action says.
func Payload(t testing.TB, event string, payload []byte) {
	t.Helper()
	if err := CheckPayload(event, payload); err != nil {
		t.Errorf("payload of %s: %v", event, err)
	}
}

// CheckPayload holds one payload to the description of the newest release.
func CheckPayload(event string, payload []byte) error {
	doc, err := webhooks()
	if err != nil {
		return err
	}
	var value map[string]any
	if err := json.Unmarshal(payload, &value); err != nil {
		return fmt.Errorf("read: %w", err)
	}
	name := "webhook-" + event
	if action, ok := value["action"].(string); ok {
		name += "-" + action
	}
	schema := doc.Components.Schemas[strings.ReplaceAll(name, "_", "-")]
	if schema == nil {
		return fmt.Errorf("no description %s", name)
	}
	return schema.Value.VisitJSON(value, openapi3.MultiErrors())
}
