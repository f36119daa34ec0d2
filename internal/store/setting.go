package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"weir/internal/facts"
)

const rulesSetting = "rules"

// Rules gives the workspace's rules, the defaults while nobody changed them.
func (q *queries) Rules(ctx context.Context) (facts.Rules, error) {
	rules := facts.DefaultRules()
	err := q.Setting(ctx, rulesSetting, &rules)
	if errors.Is(err, facts.ErrNotFound) {
		return rules, nil
	}
	return rules, err
}

// SaveRules keeps the workspace's rules. Every repo must be judged again after it.
func (t *Tx) SaveRules(ctx context.Context, rules facts.Rules) error {
	if err := rules.Validate(); err != nil {
		return fmt.Errorf("save rules: %w", err)
	}
	return t.SaveSetting(ctx, rulesSetting, rules)
}

// SaveRules does so in a transaction of its own.
func (s *Store) SaveRules(ctx context.Context, rules facts.Rules) error {
	return s.InTx(ctx, func(tx *Tx) error { return tx.SaveRules(ctx, rules) })
}

// Setting reads a named setting into a value, by JSON; facts.ErrNotFound when it was never saved.
func (q *queries) Setting(ctx context.Context, name string, value any) error {
	text, err := one(ctx, q, fmt.Sprintf("load setting %s", name), scanOne[string], `SELECT value FROM settings WHERE name = $1`, name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(text), value); err != nil {
		return fmt.Errorf("load setting %s: %w", name, err)
	}
	return nil
}

// SaveSetting keeps a named setting as JSON. It is not for secrets.
func (t *Tx) SaveSetting(ctx context.Context, name string, value any) error {
	doing := fmt.Sprintf("save setting %s", name)
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	_, err = t.exec(ctx, doing, `INSERT INTO settings (name, value, updated_at) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`, name, clean(string(text)), t.unix())
	return err
}

// SaveSetting does so in a transaction of its own.
func (s *Store) SaveSetting(ctx context.Context, name string, value any) error {
	return s.InTx(ctx, func(tx *Tx) error { return tx.SaveSetting(ctx, name, value) })
}

// DeleteSetting forgets a named setting; forgetting none is no error.
func (t *Tx) DeleteSetting(ctx context.Context, name string) error {
	_, err := t.exec(ctx, fmt.Sprintf("delete setting %s", name), `DELETE FROM settings WHERE name = $1`, name)
	return err
}
