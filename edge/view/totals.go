package view

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"millrace/domain/funding"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
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

// Totals sums up what the caller sees, from sums that the tables keep. To a funder, documents and trades are counted one by one, which takes
// a while on a large book: its totals may be a little older than the view, though never older than waitFor; they state their own watermark.
func (v *View) Totals(c access.Caller, waitFor uint64) (Totals, error) {
	if v.ownOnly(c) {
		return v.totalsNow(c, v.sumTrade, v.sumReceivables, v.sumFinancings, v.sumPayments, v.sumAccounts, v.sumAlarms)
	}
	return v.totals.of(v, reachOf(c), waitFor, func() (Totals, error) {
		return v.totalsNow(c, v.sumTrade, v.sumReceivables, v.sumFinancings, v.sumPayments, v.sumAccounts, v.sumAlarms)
	})
}

// FrontTotals are those of the totals that the first pages of desks show: to a funder nothing of documents, trades and receivables, and of
// payments nothing to anybody.
func (v *View) FrontTotals(c access.Caller) (Totals, error) {
	if v.ownOnly(c) {
		return v.totalsNow(c, v.sumTrade, v.sumReceivables, v.sumFinancings, v.sumAccounts, v.sumAlarms)
	}
	return v.totalsNow(c, v.sumFinancings, v.sumAccounts, v.sumAlarms)
}

// ownOnly tells whether the caller sees all, or of documents, trades and receivables no others but those that it sells or buys.
func (v *View) ownOnly(c access.Caller) bool { return c.SeesAll() || c.Views()&party.Funder == 0 }

func (v *View) totalsNow(c access.Caller, steps ...func(access.Caller, *Totals) error) (Totals, error) {
	t := Totals{Watermark: v.Watermark(), Financings: map[string]int{}, Payments: map[string]int{}, Available: []Amount{}}
	return t, v.sumUp(c, &t, steps)
}

func (v *View) sumUp(c access.Caller, t *Totals, steps []func(access.Caller, *Totals) error) error {
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
	for _, step := range steps {
		if err := step(c, t); err != nil {
			return err
		}
	}
	return nil
}

// from is a source with another table in the place of its own, which has the columns that decide who sees what.
func from[R any](s source[R], table string) *source[R] {
	s.table = table
	return &s
}

func (v *View) sumTrade(c access.Caller, t *Totals) error {
	if !v.ownOnly(c) {
		return v.countTrade(c, t)
	}
	kept := []struct {
		into   *int
		column string
	}{{&t.Documents, "records"}, {&t.Repeated, "repeated"}}
	for _, one := range kept {
		if err := counted(v, from(documents, "document_sum"), c, "", "coalesce(sum("+one.column+"),0)", func(n int64, _ string) { *one.into = int(n) }); err != nil {
			return err
		}
	}
	if err := counted(v, from(trades, "trade_sum"), c, "", "coalesce(sum(records),0)", func(n int64, _ string) { t.Trades = int(n) }); err != nil {
		return err
	}
	return counted(v, from(trades, "trade_sum"), c, "", "coalesce(sum(confirmed),0)", func(n int64, _ string) { t.Confirmed.Count = int(n) })
}

// countTrade counts one by one.
func (v *View) countTrade(c access.Caller, t *Totals) error {
	if err := counted(v, &documents, c, "", "count(*)", func(n int64, _ string) { t.Documents = int(n) }); err != nil {
		return err
	}
	if err := counted(v, &documents, c, "repeated = 1", "count(*)", func(n int64, _ string) { t.Repeated = int(n) }); err != nil {
		return err
	}
	if err := counted(v, &trades, c, "", "count(*)", func(n int64, _ string) { t.Trades = int(n) }); err != nil {
		return err
	}
	return counted(v, &trades, c, "confirmed = 1", "count(*)", func(n int64, _ string) { t.Confirmed.Count = int(n) })
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

// receivableSums gives, in the caller's sight, what columns of the receivables' sums come to in a state, by currency.
func (v *View) receivableSums(c access.Caller, state string, yield func(currency money.Currency, records, outstanding, found int64)) error {
	tables := []struct {
		name  string
		roles party.Role
	}{{"receivable_sum_seller", party.Seller}, {"receivable_sum_buyer", party.Buyer}}
	for i, from := range tables {
		condition, arguments := from.name[len("receivable_sum_"):]+" = ?", []any{int64(c.Party), state}
		if c.SeesAll() {
			if from.name, condition, arguments = "receivable_sum", "1", arguments[1:]; i > 0 {
				break
			}
		} else if c.Views()&from.roles == 0 {
			continue
		}
		found, err := v.view.Tx.QueryContext(v.ctx, "SELECT currency, sum(records), sum(outstanding), sum(found) FROM "+from.name+" WHERE "+condition+" AND state = ? GROUP BY 1 ORDER BY 1", arguments...)
		if err != nil {
			return fmt.Errorf("view: %w", err)
		}
		defer found.Close()
		for found.Next() {
			var code string
			var records, outstanding, findings int64
			if err := found.Scan(&code, &records, &outstanding, &findings); err != nil {
				return fmt.Errorf("view: %w", err)
			}
			if currency, known := money.ParseCurrency(code); known {
				yield(currency, records, outstanding, findings)
			}
		}
		if err := found.Err(); err != nil {
			return fmt.Errorf("view: %w", err)
		}
	}
	return nil
}

func (v *View) sumReceivables(c access.Caller, t *Totals) error {
	t.Open.Amounts = []Amount{}
	if v.ownOnly(c) {
		open := sums{}
		err := v.receivableSums(c, "open", func(currency money.Currency, records, outstanding, _ int64) {
			t.Open.Count += int(records)
			open.add(currency, money.Minor(outstanding))
		})
		t.Open.Amounts = open.amounts()
		return err
	}
	if err := counted(v, &receivables, c, "state = 'open'", "count(*)", func(n int64, _ string) { t.Open.Count = int(n) }); err != nil {
		return err
	}
	return counted(v, &receivables, c, "state = 'open'", "sum(outstanding), currency", func(n int64, group string) {
		if currency, known := money.ParseCurrency(group); known {
			t.Open.Amounts = append(t.Open.Amounts, AmountOf(money.Minor(n), currency))
		}
	})
}

// sumFinancings takes the sums of the financings by parties; currencies are those of their programmes.
func (v *View) sumFinancings(c access.Caller, t *Totals) error {
	all, err := v.allProgrammes()
	if err != nil {
		return err
	}
	visible, err := financings.visible(v, c)
	if err != nil {
		return err
	}
	found, err := v.view.Tx.QueryContext(v.ctx, "SELECT programme, state, sum(records), sum(exposure) FROM financing_parties WHERE "+visible.sql+" GROUP BY 1, 2", visible.arguments...)
	if err != nil {
		return fmt.Errorf("view: %w", err)
	}
	defer found.Close()
	out, overdue := sums{}, sums{}
	for found.Next() {
		var programme, records, exposure int64
		var state string
		if err := found.Scan(&programme, &state, &records, &exposure); err != nil {
			return fmt.Errorf("view: %w", err)
		}
		t.Financings[state] += int(records)
		at := slices.IndexFunc(all, func(p funding.Programme) bool { return int64(p.ID) == programme })
		switch {
		case at < 0:
			return fmt.Errorf("view: there is no programme %d", programme)
		case state == funding.Outstanding.String():
		case state == funding.Overdue.String(), state == funding.InRecourse.String(), state == funding.Defaulted.String():
			t.Overdue.Count += int(records)
			overdue.add(all[at].Currency, money.Minor(exposure))
		default:
			continue
		}
		t.Outstanding.Count += int(records)
		out.add(all[at].Currency, money.Minor(exposure))
	}
	t.Outstanding.Amounts, t.Overdue.Amounts = out.amounts(), overdue.amounts()
	return found.Err()
}

func (v *View) sumPayments(c access.Caller, t *Totals) error {
	if c.SeesAll() {
		return counted(v, from(payments, "payment_sum"), c, "", "sum(records), state", func(n int64, state string) { t.Payments[state] = int(n) })
	}
	return counted(v, &payments, c, "", "count(*), state", func(n int64, state string) { t.Payments[state] = int(n) })
}

// sumAccounts takes from the ledger what it has summed up already.
func (v *View) sumAccounts(c access.Caller, t *Totals) error {
	claims, confirmed, available := sums{}, sums{}, sums{}
	condition, arguments := "1", []any(nil)
	if !c.SeesAll() {
		condition, arguments = "entity = ?", []any{int64(c.Party)}
	}
	found, err := v.view.Tx.QueryContext(v.ctx, "SELECT code, currency, sum(balance), sum(available) FROM account_sum WHERE code IN (111, 211, 212, 412) AND "+condition+" GROUP BY 1, 2", arguments...)
	if err != nil {
		return fmt.Errorf("view: %w", err)
	}
	defer found.Close()
	for found.Next() {
		var code ledger.Code
		var text string
		var balance, free int64
		if err := found.Scan(&code, &text, &balance, &free); err != nil {
			return fmt.Errorf("view: %w", err)
		}
		currency, known := money.ParseCurrency(text)
		switch {
		case !known:
		case code == ledger.ConfirmedPayables && (c.SeesAll() || c.Views()&party.Buyer != 0):
			confirmed.add(currency, money.Minor(balance))
		case code == ledger.Funding && c.SeesAll():
			available.add(currency, money.Minor(free))
		case code == ledger.PurchasedReceivables || code == ledger.LoansToSellers:
			claims.add(currency, money.Minor(balance))
		}
	}
	if err := found.Err(); err != nil {
		return fmt.Errorf("view: %w", err)
	}
	if c.SeesAll() {
		t.Outstanding.Amounts = claims.amounts()
	} else if err := v.sumOpposite(c, confirmed, available); err != nil {
		return err
	}
	t.Confirmed.Amounts, t.Available = confirmed.amounts(), available.amounts()
	return nil
}

// sumOpposite adds what stands for the caller's party in the books of others.
func (v *View) sumOpposite(c access.Caller, confirmed, available sums) error {
	return rows(v, "SELECT number, record FROM account WHERE counterparty = ? AND code IN (111, 412)", []any{int64(c.Party)}, func(_ uint64, a *ledger.Account) error {
		switch {
		case a.Key.Code == ledger.ConfirmedPayables && c.Views()&party.Seller != 0 && (c.Views()&party.Buyer == 0 || a.Key.Entity != c.Party):
			confirmed.add(a.Key.Currency, a.Balance())
		case a.Key.Code == ledger.Funding && c.Views()&party.Funder != 0:
			available.add(a.Key.Currency, a.Available())
		}
		return nil
	})
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
