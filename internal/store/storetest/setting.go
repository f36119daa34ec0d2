package storetest

import (
	"testing"

	"weir/internal/facts"
	"weir/internal/store"
)

var settingBehaviour = []behaviour{
	{"rules are the defaults until they are changed", savesRules},
	{"a setting is kept by name", savesSetting},
}

func savesRules(t *testing.T, s *store.Store) {
	ctx := t.Context()
	equal(t, "defaults", must(s.Rules(ctx)), facts.DefaultRules())
	rules := facts.Rules{WindowDays: 21, OutlierHALOC: 0, TimeZone: "Europe/Berlin", Bots: []string{"ci@example.com"}, GroupWork: facts.GroupSplit}
	check(s.SaveRules(ctx, rules))
	equal(t, "rules", must(s.Rules(ctx)), rules)
	rules.WindowDays = 22
	if err := s.SaveRules(ctx, rules); err == nil {
		t.Error("took a window that facts cannot answer for")
	}
}

func savesSetting(t *testing.T, s *store.Store) {
	ctx := t.Context()
	check(s.SaveSetting(ctx, "x", map[string]string{"a": "\x00\xff"}))
	var got map[string]string
	check(s.Setting(ctx, "x", &got))
	equal(t, "value", got, map[string]string{"a": "\x00\uFFFD"})
	check(s.InTx(ctx, func(tx *store.Tx) error { return tx.DeleteSetting(ctx, "x") }))
	wantError(t, "deleted", s.Setting(ctx, "x", &got), facts.ErrNotFound)
}
