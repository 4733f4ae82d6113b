package api_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"millrace/edge/view"
)

// Every role gets reports of its own books only, and they say the same.
func TestReports(t *testing.T) {
	s := newSite(t)
	w := s.world
	everyone := s.cast()
	s.life(1, 10)
	parties := map[string]string{
		"seller": w.Sellers[1].String(), "seller's auditor": w.Sellers[1].String(), "buyer": w.Anchor.String(), "anchor": w.Anchor.String(),
		"funder": w.Funder.String(), "bank": w.Custodian.String(), "custodian": w.Custodian.String(),
	}
	for name, actor := range everyone {
		balance := decode[view.TrialBalance](t, s.get(actor, "/v1/reports/trial-balance").want(200))
		entities := map[string]bool{}
		for _, line := range balance.Lines {
			entities[line.Entity.ID] = true
		}
		own := parties[name]
		switch all := name == "operator" || name == "auditor" || name == "compliance"; {
		case all && len(entities) < 4:
			t.Errorf("%s sees the books of %d entities", name, len(entities))
		case !all && (own == "" && len(entities) > 0 || own != "" && (len(entities) != 1 || !entities[own])):
			t.Errorf("%s sees the books of %v", name, entities)
		}
		answer := s.get(actor, "/v1/reports/general-ledger?from=2026-01-01&until=2030-01-01").want(200)
		rows, err := csv.NewReader(strings.NewReader(string(answer.bytes))).ReadAll()
		if err != nil || !slices.Equal(rows[0][:4], []string{"sequence", "date", "command", "entity"}) {
			t.Fatalf("%s: %v %v", name, rows[0], err)
		}
		for _, row := range rows[1:] {
			if !entities[row[3]] {
				t.Errorf("%s: %v is not of its books", name, row)
			}
		}
		ageing := decode[view.Ageing](t, s.get(actor, "/v1/reports/ageing").want(200))
		for _, line := range ageing.Lines {
			if strings.Contains(name, "buyer") && line.Claim == "financing" {
				t.Errorf("%s is told who had invoices financed: %+v", name, line)
			}
		}
	}
	for path, field := range map[string]string{
		"trial-balance?entity=x": "entity", "trial-balance?until=tomorrow": "until", "ageing?entity=rcv_1-1-A": "entity",
		"general-ledger?from=2026-01-02&until=2026-01-01": "until", "supplier-finance?standard=ifrs&from=2026-01-02&until=2026-01-01": "until",
		"supplier-finance?standard=hgb&from=2026-01-01&until=2026-01-02": "query.standard",
	} {
		if answer := s.get(w.Maker, "/v1/reports/"+path).want(422); answer.text("field") != field {
			t.Errorf("%s: %s", path, answer.bytes)
		}
	}
	if got := fmt.Sprint(decode[view.TrialBalance](t, s.get(w.Maker, "/v1/reports/trial-balance?entity="+w.Funder.String())).Lines); strings.Contains(got, w.Sellers[1].String()) {
		t.Errorf("asked for one entity, another's books come: %s", got)
	}
}

// A buyer's tables are its own: for every role what it gets, as JSON and as CSV.
func TestSupplierFinance(t *testing.T) {
	s := newSite(t)
	w := s.world
	everyone := s.cast()
	s.life(1, 8)
	const period = "/v1/reports/supplier-finance?standard=ifrs&from=2026-01-01&until=2030-01-01"
	asked := period + "&entity=" + w.Anchor.String()
	want := map[string]int{"operator": 200, "auditor": 200, "compliance": 200, "buyer": 200, "anchor": 200, "other buyer": 404, "seller's auditor": 404}
	for name, actor := range everyone {
		status := want[name]
		if status == 0 {
			status = 403
		}
		answer := s.get(actor, asked).want(status)
		written := s.get(actor, asked+"&format=csv").want(status)
		if status != 200 {
			continue
		}
		tables := decode[view.SupplierFinance](t, answer)
		rows, err := csv.NewReader(strings.NewReader(string(written.bytes))).ReadAll()
		if err != nil || len(rows) != len(tables.Rows)+1 || len(tables.Rows) < 10 || rows[0][0] != "citation" || !strings.HasPrefix(written.header.Get("Content-Type"), "text/csv") {
			t.Fatalf("%s: %v %s", name, err, written.bytes)
		}
		for i, row := range tables.Rows {
			if rows[i+1][5] != string(row.Beginning) || rows[i+1][6] != string(row.End) || rows[i+1][8] != row.Text {
				t.Errorf("%s: %v is not %+v", name, rows[i+1], row)
			}
		}
		for _, supplier := range append(w.Sellers, w.Funder) {
			if strings.Contains(string(answer.bytes), supplier.String()) {
				t.Errorf("%s is told of %s", name, supplier)
			}
		}
	}
	s.get(w.Buyer, period).want(200)
	s.get(w.Buyer, period+"&entity="+w.Sellers[1].String()).want(404)
	s.get(everyone["other buyer"], period).want(200)
}

func decode[T any](t testing.TB, a *answer) T {
	t.Helper()
	var read T
	if err := json.Unmarshal(a.bytes, &read); err != nil {
		t.Fatalf("%v: %s", err, a.bytes)
	}
	return read
}
