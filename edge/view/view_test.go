package view_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/lab/load"
)

type site struct {
	t      *testing.T
	engine *engine.Engine
	world  *load.World
	reader *view.Reader
}

func newSite(t *testing.T, lives int) *site {
	t.Helper()
	ctx := context.Background()
	e, err := engine.Open(load.Options(""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(ctx) })
	submit := load.SubmitTo(ctx, e)
	w, err := load.NewWorld(submit, 2)
	if err != nil {
		t.Fatal(err)
	}
	for n := range lives {
		l := w.NewLife(uint64(n))
		for i := range load.Steps {
			step := l.Step(i)
			events, err := submit(step.Actor, "", step.Command)
			if err != nil {
				t.Fatalf("step %d: %v", i, err)
			}
			l.Answered(events)
		}
	}
	return &site{t, e, w, view.New(e)}
}

func (s *site) view() *view.View {
	s.t.Helper()
	v, err := s.reader.Now(context.Background())
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { v.Close() })
	return v
}

func (s *site) operator() access.Caller {
	return access.Caller{Actor: s.world.Maker, Party: s.world.Operator, Role: party.Operator, PartyRoles: party.Operator}
}

func TestEveryEntryIsToldInSentences(t *testing.T) {
	s := newSite(t, 2)
	v := s.view()
	page := view.Page[view.Entry]{}
	for q := (view.Query{Order: view.OldestFirst, Limit: 20}); ; q.Cursor = page.Next {
		var err error
		if page, err = v.Entries(s.operator(), q, 0); err != nil {
			t.Fatal(err)
		}
		for _, entry := range page.Items {
			for _, event := range entry.Events {
				if event.Sentence == "" || event.Name == "" || strings.Contains(event.Sentence, "???") || strings.Contains(event.Sentence, "  ") {
					t.Errorf("entry %d: %+v", entry.Sequence, event)
				}
			}
		}
		if page.Next == "" {
			break
		}
	}
	newest, err := v.Entries(s.operator(), view.Query{Limit: 1}, 0)
	if err != nil || len(newest.Items) != 1 || newest.Items[0].Sequence != v.Watermark() {
		t.Fatal(newest, err)
	}
	if none, err := v.Entries(access.Caller{Role: party.Seller}, view.Query{}, 0); err != nil || len(none.Items) != 0 {
		t.Fatal(none, err)
	}
}

func TestStoryOfAReceivable(t *testing.T) {
	s := newSite(t, 1)
	v := s.view()
	seller := access.Caller{Party: s.world.Sellers[0], Role: party.Seller, PartyRoles: party.Seller}
	of := id.Make[id.Receivable](1, 1)
	story, err := v.Story(seller, of.String(), view.Query{Order: view.OldestFirst})
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, entry := range story.Items {
		for _, event := range entry.Events {
			told = append(told, event.Sentence)
			if event.Body != nil {
				t.Errorf("a seller sees the body of %s", event.Name)
			}
		}
	}
	text := strings.Join(told, "\n")
	for _, wanted := range []string{"owes", "irrevocably", "The seller accepted", "was paid on it"} {
		if !strings.Contains(text, wanted) {
			t.Errorf("nothing of %q in\n%s", wanted, text)
		}
	}
	if _, err := v.Story(access.Caller{Party: s.world.Sellers[1], Role: party.Seller}, of.String(), view.Query{}); !errors.Is(err, view.ErrNotFound) {
		t.Fatal(err)
	}
}

func TestMovementsAddUpToTheBalance(t *testing.T) {
	s := newSite(t, 3)
	v := s.view()
	accounts, err := v.Accounts(s.operator(), view.Query{Limit: view.LimitMax})
	if err != nil || len(accounts.Items) < 10 {
		t.Fatal(len(accounts.Items), err)
	}
	for _, account := range accounts.Items {
		of, err := id.Parse[id.Account](account.ID)
		if err != nil {
			t.Fatal(err)
		}
		balance, held := int64(0), int64(0)
		page := view.Page[view.Movement]{}
		for q := (view.Query{Limit: 2}); ; q.Cursor = page.Next {
			if page, err = v.Movements(s.operator(), of, q); err != nil {
				t.Fatal(err)
			}
			for _, m := range page.Items {
				signed := m.Amount.Minor
				if m.Side != account.Side {
					signed = -signed
				}
				switch {
				case m.Kind == "posted":
					balance += signed
				case m.Side != account.Side && m.Kind == "held":
					held -= signed
				case m.Side != account.Side:
					held += signed
				}
			}
			if page.Next == "" {
				break
			}
		}
		if balance != account.Balance.Minor || balance-held != account.Available.Minor {
			t.Errorf("%s %s: movements give %d and %d, the account says %s and %s", account.ID, account.Code, balance, balance-held, account.Balance, account.Available)
		}
	}
}

func TestTotals(t *testing.T) {
	s := newSite(t, 2)
	submit := load.SubmitTo(context.Background(), s.engine)
	l := s.world.NewLife(7)
	for i := range 9 {
		step := l.Step(i)
		events, err := submit(step.Actor, "", step.Command)
		if err != nil {
			t.Fatal(err)
		}
		l.Answered(events)
	}
	v := s.view()
	for name, c := range map[string]access.Caller{
		"operator": s.operator(), "seller": {Party: s.world.Sellers[1], Role: party.Seller, PartyRoles: party.Seller},
		"funder": {Party: s.world.Funder, Role: party.Funder, PartyRoles: party.Funder},
	} {
		totals, err := v.Totals(c, v.Watermark())
		if err != nil {
			t.Fatal(err)
		}
		if totals.Open.Count != 1 || totals.Outstanding.Count != 1 || len(totals.Outstanding.Amounts) != 1 || totals.Outstanding.Amounts[0].Minor != int64(l.Amount) {
			t.Errorf("%s: %+v", name, totals)
		}
		if totals.Financings["outstanding"] != 1 || totals.Date != load.Opening.String() || totals.Watermark != v.Watermark() {
			t.Errorf("%s: %+v", name, totals)
		}
	}
	stranger, err := v.Totals(access.Caller{Party: s.world.Sellers[0], Role: party.Buyer}, 0)
	if err != nil || stranger.Open.Count != 0 || stranger.Documents != 0 || len(stranger.Available) != 0 {
		t.Fatal(stranger, err)
	}
}

func TestFiltersAndCursors(t *testing.T) {
	s := newSite(t, 1)
	v := s.view()
	if _, err := v.Documents(s.operator(), view.Query{Cursor: "AAAA"}); !errors.Is(err, view.ErrCursor) {
		t.Fatal(err)
	}
	var filter *view.ErrFilter
	if _, err := v.Products(s.operator(), view.Query{Programme: s.world.Payables}); !errors.As(err, &filter) {
		t.Fatal(err)
	}
	if page, err := v.Documents(s.operator(), view.Query{Type: "invoice"}); err != nil || len(page.Items) != 1 {
		t.Fatal(page, err)
	}
	if _, err := s.reader.At(context.Background(), 1<<40); !errors.Is(err, view.ErrAhead) {
		t.Fatal(err)
	}
}

func TestAmounts(t *testing.T) {
	currency, _ := money.ParseCurrency("EUR")
	for minor, text := range map[money.Minor]string{0: "EUR 0.00", 5: "EUR 0.05", 1200000: "EUR 12,000.00", -123456789: "EUR -1,234,567.89", 99999: "EUR 999.99"} {
		if got := view.AmountOf(minor, currency).String(); got != text {
			t.Errorf("%s, not %s", got, text)
		}
	}
}

func TestNames(t *testing.T) {
	if got := view.CommandName(&book.RecordDocument{}); got != "record_document" {
		t.Error(got)
	}
	if got := view.EventName(&book.ReceivableConfirmed{}); got != "receivable_confirmed" {
		t.Error(got)
	}
}
