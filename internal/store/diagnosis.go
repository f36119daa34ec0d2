package store

import (
	"context"
	"encoding/json"
	"fmt"

	"weir/internal/connect"
	"weir/internal/facts"
)

// Diagnosis is what the last connection test of an integration found.
type Diagnosis struct {
	Integration facts.IntegrationID
	TestedAt    int64
	Report      *connect.Report
}

// keptReport is a report with what its public JSON leaves to the pages.
type keptReport struct {
	*connect.Report
	Notes               []string               `json:"notes"`
	Version             string                 `json:"version"`
	Account             connect.Account        `json:"account"`
	Organizations       []connect.Organization `json:"organizations"`
	PrivateHosts        []string               `json:"private_hosts"`
	OfferedCA           *connect.Certificate   `json:"offered_ca"`
	PasswordsVerifiable *bool                  `json:"passwords_verifiable"`
}

// SaveDiagnosis keeps what a test of an integration found, in place of the one before.
func (t *Tx) SaveDiagnosis(ctx context.Context, id facts.IntegrationID, r *connect.Report) error {
	doing := fmt.Sprintf("save diagnosis of integration=%d", id)
	text, err := json.Marshal(keptReport{
		Report: r, Notes: r.Notes, Version: r.Version, Account: r.Account, Organizations: r.Organizations,
		PrivateHosts: r.PrivateHosts, OfferedCA: r.OfferedCA, PasswordsVerifiable: r.PasswordsVerifiable,
	})
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	_, err = t.exec(ctx, doing, `INSERT INTO diagnoses (integration_id, tested_at, report) VALUES ($1, $2, $3)
		ON CONFLICT (integration_id) DO UPDATE SET tested_at = excluded.tested_at, report = excluded.report`,
		id, t.unix(), clean(string(text)))
	return err
}

// SaveDiagnosis does so in a transaction of its own.
func (s *Store) SaveDiagnosis(ctx context.Context, id facts.IntegrationID, r *connect.Report) error {
	return s.InTx(ctx, func(tx *Tx) error { return tx.SaveDiagnosis(ctx, id, r) })
}

// Diagnoses gives the last diagnosis of each integration that was tested and is not deleted.
func (q *queries) Diagnoses(ctx context.Context) (map[facts.IntegrationID]Diagnosis, error) {
	all, err := list(ctx, q, "list diagnoses", scanDiagnosis, `SELECT d.integration_id, d.tested_at, d.report
		FROM diagnoses d JOIN integrations i ON i.id = d.integration_id WHERE i.deleted_at = 0`)
	found := make(map[facts.IntegrationID]Diagnosis, len(all))
	for _, d := range all {
		found[d.Integration] = d
	}
	return found, err
}

func scanDiagnosis(row scanner) (Diagnosis, error) {
	var d Diagnosis
	var text string
	if err := row.Scan(&d.Integration, &d.TestedAt, &text); err != nil {
		return d, err
	}
	kept := keptReport{}
	if err := json.Unmarshal([]byte(text), &kept); err != nil {
		return d, fmt.Errorf("diagnosis of integration=%d: %w", d.Integration, err)
	}
	if d.Report = kept.Report; d.Report == nil {
		d.Report = &connect.Report{}
	}
	d.Report.Notes, d.Report.Version, d.Report.Account = kept.Notes, kept.Version, kept.Account
	d.Report.Organizations, d.Report.PrivateHosts = kept.Organizations, kept.PrivateHosts
	d.Report.OfferedCA, d.Report.PasswordsVerifiable = kept.OfferedCA, kept.PasswordsVerifiable
	return d, nil
}
