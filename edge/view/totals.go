package view

import (
	"fmt"
	"sort"
	"strings"

	"millrace/domain/funding"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/trade"
	"millrace/edge/access"
)

// Sum is a number of records and their amounts, one a currency.
type Sum struct {
	Count   int      `json:"count"`
	Amounts []Amount `json:"amounts"`
}

// Totals is the overview of what a caller sees.
type Totals struct {
	Date        string         `json:"business_date,omitempty"`
	Watermark   uint64         `json:"watermark"`
	LastEntry   string         `json:"last_entry,omitempty" doc:"stamp of the last entry that is included"`
	Documents   int            `json:"documents"`
	Repeated    int            `json:"documents_repeated" doc:"documents that repeat an earlier one and count for nothing"`
	Trades      int            `json:"trades"`
	Open        Sum            `json:"receivables_open" doc:"outstanding"`
	Confirmed   Sum            `json:"confirmed" doc:"trades that are confirmed, and what is irrevocably confirmed and not yet paid"`
	Financings  map[string]int `json:"financings" doc:"by state"`
	Outstanding Sum            `json:"outstanding" doc:"financings that are paid out, and their principal"`
	Overdue     Sum            `json:"overdue" doc:"of these, past their due date"`
	Available   []Amount       `json:"available_funds" doc:"of funders, free to be used"`
	Payments    map[string]int `json:"payments" doc:"by state"`
	Alarms      []Drift        `json:"alarms,omitempty" doc:"where volume grows while the grade falls"`
}

// Totals sums up what the caller sees. On a large book that takes a while, so the sums may be a little older than the
// view, though never older than waitFor; they state their own watermark.
func (v *View) Totals(c access.Caller, waitFor uint64) (Totals, error) {
	return v.totals.of(v, reachOf(c), waitFor, func() (Totals, error) {
		t := Totals{Watermark: v.Watermark(), Financings: map[string]int{}, Payments: map[string]int{}, Available: []Amount{}}
		return t, v.sumUp(c, &t)
	})
}

func (v *View) sumUp(c access.Caller, t *Totals) error {
	date, err := v.Date()
	if err != nil {
		return err
	}
	t.Date = day(date)
	if t.Watermark > 0 {
		entry, err := v.engine.ReadEntry(t.Watermark)
		if err != nil {
			return err
		}
		t.LastEntry = Time(entry.Header.At)
	}
	for _, step := range []func(access.Caller, *Totals) error{v.sumTrade, v.sumReceivables, v.sumFinancings, v.sumAccounts, v.sumAlarms} {
		if err := step(c, t); err != nil {
			return err
		}
	}
	return nil
}

var repeated = int64(trade.BitOf(trade.FindingDuplicate) | trade.BitOf(trade.FindingNumberReused) | trade.BitOf(trade.FindingRenumbered))

func (v *View) sumTrade(c access.Caller, t *Totals) error {
	if err := counted(v, &documents, c, "", "count(*)", func(n int64, _ string) { t.Documents = int(n) }); err != nil {
		return err
	}
	filter := fmt.Sprintf("findings & %d <> 0", repeated)
	if err := counted(v, &documents, c, filter, "count(*)", func(n int64, _ string) { t.Repeated = int(n) }); err != nil {
		return err
	}
	if err := counted(v, &trades, c, "", "count(*)", func(n int64, _ string) { t.Trades = int(n) }); err != nil {
		return err
	}
	filter = fmt.Sprintf("facts & %d <> 0", trade.Confirmed)
	return counted(v, &trades, c, filter, "count(*)", func(n int64, _ string) { t.Confirmed.Count = int(n) })
}

// counted reads one number and perhaps a group of a source's visible rows.
func counted[R any](v *View, s *source[R], c access.Caller, filter, columns string, yield func(n int64, group string)) error {
	visible, err := s.visible(v, c)
	if err != nil {
		return err
	}
	query := fmt.Sprintf("SELECT %s FROM %s WHERE (%s)", columns, s.table, visible.sql)
	if filter != "" {
		query += " AND (" + filter + ")"
	}
	grouped := strings.Contains(columns, ", ")
	if grouped {
		query += " GROUP BY 2 ORDER BY 2"
	}
	found, err := v.view.Tx.QueryContext(v.ctx, query, visible.arguments...)
	if err != nil {
		return fmt.Errorf("view: %w", err)
	}
	defer found.Close()
	for found.Next() {
		var n int64
		group := ""
		columns := []any{&n}
		if grouped {
			columns = append(columns, &group)
		}
		if err := found.Scan(columns...); err != nil {
			return fmt.Errorf("view: %w", err)
		}
		yield(n, group)
	}
	return found.Err()
}

func (v *View) sumReceivables(c access.Caller, t *Totals) error {
	if err := counted(v, &receivables, c, "state = 'open'", "count(*)", func(n int64, _ string) { t.Open.Count = int(n) }); err != nil {
		return err
	}
	t.Open.Amounts = []Amount{}
	return counted(v, &receivables, c, "state = 'open'", "sum(outstanding), currency", func(n int64, group string) {
		if currency, known := money.ParseCurrency(group); known {
			t.Open.Amounts = append(t.Open.Amounts, AmountOf(money.Minor(n), currency))
		}
	})
}

func (v *View) sumFinancings(c access.Caller, t *Totals) error {
	if err := counted(v, &financings, c, "", "count(*), state", func(n int64, state string) { t.Financings[state] = int(n) }); err != nil {
		return err
	}
	for _, state := range [...]funding.FinancingState{funding.Outstanding, funding.Overdue, funding.InRecourse, funding.Defaulted} {
		t.Outstanding.Count += t.Financings[state.String()]
		if state > funding.Outstanding {
			t.Overdue.Count += t.Financings[state.String()]
		}
	}
	if err := counted(v, &payments, c, "", "count(*), state", func(n int64, state string) { t.Payments[state] = int(n) }); err != nil {
		return err
	}
	visible, err := financings.visible(v, c)
	if err != nil {
		return err
	}
	all, overdue := sums{}, sums{}
	paidOut := "'overdue', 'in_recourse', 'defaulted'"
	if !c.SeesAll() {
		paidOut += ", 'outstanding'"
	}
	err = rows(v, "SELECT number, record FROM financing WHERE state IN ("+paidOut+") AND ("+visible.sql+")", visible.arguments, func(_ uint64, f *funding.Financing) error {
		all.add(f.Currency, f.Exposure())
		if f.State != funding.Outstanding {
			overdue.add(f.Currency, f.Exposure())
		}
		return nil
	})
	t.Outstanding.Amounts, t.Overdue.Amounts = all.amounts(), overdue.amounts()
	return err
}

// sumAccounts takes from the ledger what it has summed up already.
func (v *View) sumAccounts(c access.Caller, t *Totals) error {
	condition, arguments := "1", []any(nil)
	if !c.SeesAll() {
		condition, arguments = "(entity = ? OR counterparty = ?)", []any{int64(c.Party), int64(c.Party)}
	}
	claims, confirmed, available := sums{}, sums{}, sums{}
	err := rows(v, "SELECT number, record FROM account WHERE code IN (111, 211, 212, 412) AND "+condition, arguments, func(_ uint64, a *ledger.Account) error {
		switch roles := c.Views(); {
		case a.Key.Code == ledger.ConfirmedPayables && (c.SeesAll() || roles&party.Buyer != 0 && a.Key.Entity == c.Party ||
			roles&party.Seller != 0 && a.Key.Counterparty == c.Party):
			confirmed.add(a.Key.Currency, a.Balance())
		case a.Key.Code == ledger.Funding && (c.SeesAll() || roles&party.Funder != 0 && a.Key.Counterparty == c.Party):
			available.add(a.Key.Currency, a.Available())
		case a.Key.Code == ledger.PurchasedReceivables || a.Key.Code == ledger.LoansToSellers:
			claims.add(a.Key.Currency, a.Balance())
		}
		return nil
	})
	t.Confirmed.Amounts, t.Available = confirmed.amounts(), available.amounts()
	if c.SeesAll() {
		t.Outstanding.Amounts = claims.amounts()
	}
	return err
}

// sums are amounts by currency.
type sums map[money.Currency]money.Minor

func (s sums) add(currency money.Currency, minor money.Minor) {
	s[currency] = money.Add(s[currency], minor)
}

func (s sums) amounts() []Amount {
	list := make([]Amount, 0, len(s))
	for currency, minor := range s {
		list = append(list, AmountOf(minor, currency))
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Currency < list[j].Currency })
	return list
}
