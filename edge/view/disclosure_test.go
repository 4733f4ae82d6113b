package view_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/disclosure"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
	"millrace/edge/access"
	"millrace/edge/view"
	"millrace/lab/load"
)

// deal is one life of which the test says how far it goes.
type deal struct {
	*site
	load.Life
	next int
	debt receivable.Receivable
	line uint64
}

func (s *site) deal(n uint64, amount money.Minor, days int) *deal {
	d := &deal{site: s, Life: s.world.NewLife(n)}
	d.Amount, d.Due = amount, s.world.Today.AddDays(days)
	return d
}

func (d *deal) give(actor id.Actor, c book.Command) []book.Event {
	d.t.Helper()
	events, err := load.SubmitTo(context.Background(), d.engine)(actor, "", c)
	if err != nil {
		d.t.Fatalf("%T: %v", c, err)
	}
	for _, e := range events {
		if opened, ok := e.(*book.ReceivableOpened); ok {
			d.debt = opened.Receivable
		}
	}
	d.Answered(events)
	return events
}

// to goes on to a step of the life.
func (d *deal) to(step int) *deal {
	d.t.Helper()
	for ; d.next < step; d.next++ {
		next := d.Step(d.next)
		for _, e := range d.give(next.Actor, next.Command) {
			if asked, ok := e.(*book.FinancingOpened); ok && asked.Financing.State == funding.Referred {
				d.give(d.world.FunderActor, &book.DecideReferral{Financing: asked.Financing.ID, Decision: book.Approve, Reason: [32]byte{1}})
			}
		}
	}
	return d
}

// Steps up to which a life goes.
const (
	invoiced  = load.Documents
	confirmed = load.Live
	disbursed = 9
)

func (d *deal) soft(amount money.Minor) *deal {
	d.t.Helper()
	d.to(invoiced)
	d.give(d.world.Buyer, &book.Confirm{Receivable: d.debt.ID, Undertaking: receivable.Soft, Amount: amount})
	return d
}

func (d *deal) firmly(amount money.Minor) {
	d.t.Helper()
	d.give(d.world.Buyer, d.world.Signed(load.Confirmation(&d.debt, receivable.Irrevocable, amount), 0))
}

// pays has the buyer pay so much on a day.
func (d *deal) pays(amount money.Minor, on calendar.Date) {
	d.t.Helper()
	programme := d.world.Payables
	if d.Discount {
		programme = d.world.Discounting
	}
	d.paysInto(programme, amount, on)
}

func (d *deal) paysInto(programme id.Programme, amount money.Minor, on calendar.Date) {
	d.t.Helper()
	d.line++
	w := d.world
	received := d.give(w.Bank, &book.RecordReceipt{
		Programme: programme, Line: load.Token(fmt.Sprint("paid ", d.Number, d.line)), Amount: amount, Currency: w.Currency, Value: on, Booking: on,
	})
	for _, e := range received {
		if r, ok := e.(*book.ReceiptRecorded); ok {
			d.give(w.Maker, &book.Allocate{Receipt: r.Receipt.ID, Receivable: d.debt.ID, Amount: amount, Payer: book.ByBuyer})
		}
	}
}

func date(text string) calendar.Date {
	d, ok := calendar.Parse(text)
	if !ok {
		panic(text)
	}
	return d
}

// tables are the rows of the anchor's report as text.
func (s *site) tables(standard string, from, until calendar.Date) string {
	s.t.Helper()
	v := s.view()
	shown, err := v.SupplierFinance(s.operator(), s.world.Anchor, standard, from, until)
	if err != nil {
		s.t.Fatal(err)
	}
	v.Close()
	var text strings.Builder
	for _, r := range shown.Rows {
		if r.Unit != "words" {
			fmt.Fprintln(&text, strings.Join([]string{r.Citation, r.Detail, string(r.Beginning), string(r.End), string(r.Period)}, " | "))
		}
	}
	return text.String()
}

// The last quarter of a small year, reckoned by hand.
func TestSupplierFinanceByHand(t *testing.T) {
	s := newSite(t, 0)
	financed := s.deal(10, 1_000_00, 60).to(disbursed)
	waiting := s.deal(11, 2_000_00, 110).to(confirmed) // confirmed and not discounted: it counts
	s.deal(12, 300_00, 30).to(invoiced)                // outside
	settled := s.deal(9, 5_000_00, 40).to(disbursed)   // over before the period begins
	settled.pays(5_000_00, date("2026-09-01"))
	s.openDay(date("2026-09-20"))
	s.openDay(date("2026-10-05"))
	long := s.deal(13, 400_00, 170).to(confirmed)
	taken := s.deal(14, 500_00, 90).soft(500_00)
	firm := s.deal(16, 600_00, 95).soft(600_00)
	s.deal(17, 700_00, 100).soft(650_00) // a part only: 50.00 stays outside
	s.openDay(date("2026-10-20"))
	taken.give(s.world.Buyer, &book.WithdrawConfirmation{Receivable: taken.debt.ID, Reason: [32]byte{1}})
	firm.firmly(600_00)
	s.openDay(date("2026-10-31"))
	financed.pays(1_000_00, date("2026-10-31"))
	s.openDay(date("2026-11-05"))
	waiting.to(disbursed)
	s.openDay(date("2026-11-30"))
	s.openDay(date("2026-12-20"))
	waiting.pays(500_00, date("2026-12-20"))
	from, until := date("2026-10-01"), date("2026-12-31")
	wantIFRS := `IAS 7.44H(b)(i) | trade payables | 0.00 | 650.00 | 
IAS 7.44H(b)(i) | confirmed payables | 3000.00 | 2500.00 | 
IAS 7.44H(b)(i) | total | 3000.00 | 3150.00 | 
IAS 7.44H(b)(ii) | confirmed payables | 1000.00 | 1500.00 | 
IAS 7.44H(b)(ii) | total | 1000.00 | 1500.00 | 
IAS 7.44H(b)(iii) | in supplier finance arrangements | 60 | 95 | 
IAS 7.44H(b)(iii) | in supplier finance arrangements | 110 | 170 | 
IAS 7.44H(b)(iii) | comparable trade payables that are not | 30 | 30 | 
IAS 7.44H(b)(iii) | comparable trade payables that are not | 30 | 100 | 
IAS 7.44H(c) | reclassified from trade payables when confirmed |  |  | 2150.00
IAS 7.44H(c) | reduced |  |  | -500.00
IAS 7.44H(c) | total |  |  | 1650.00
IFRS 7.34(c), IG18 | largest finance provider's share | 100.0000 % | 100.0000 % | 
`
	wantFASB := `ASC 405-50-50-3(b)(1)-(2) | trade payables | 0.00 | 650.00 | 
ASC 405-50-50-3(b)(1)-(2) | confirmed payables | 3000.00 | 2500.00 | 
ASC 405-50-50-3(b)(1)-(2) | total | 3000.00 | 3150.00 | 
ASC 405-50-50-3(b)(3) |  |  |  | 3000.00
ASC 405-50-50-3(b)(3) |  |  |  | 2150.00
ASC 405-50-50-3(b)(3) |  |  |  | -1500.00
ASC 405-50-50-3(b)(3) |  |  |  | -500.00
ASC 405-50-50-3(b)(3) |  |  |  | 3150.00
`
	holds := func(when string) {
		t.Helper()
		if diff := cmp.Diff(wantIFRS, s.tables("ifrs", from, until)); diff != "" {
			t.Errorf("%s: %s", when, diff)
		}
		if diff := cmp.Diff(wantFASB, s.tables("us-gaap", from, until)); diff != "" {
			t.Errorf("%s: %s", when, diff)
		}
	}
	s.openDay(date("2027-01-04"))
	holds("on the evening")
	waiting.pays(1_500_00, date("2027-01-04"))
	s.deal(18, 900_00, 200).to(confirmed)
	long.to(disbursed)
	s.openDay(date("2027-02-01"))
	holds("a month later")
	v := s.view()
	report, err := v.SupplierFinanceFacts(s.operator(), s.world.Anchor, from, until)
	if err != nil {
		t.Fatal(err)
	}
	v.Close()
	for _, p := range report.Payables { // payables finance asks for more than a soft undertaking
		if p.Place == disclosure.InArrangement && report.Lines[p.Line] == "trade payables" && p.Programme != s.world.Discounting {
			t.Errorf("a soft undertaking stands in %s", p.Programme)
		}
	}
}

// A programme that comes after the period is no arrangement of the period; and a debt that was taken over with its undertaking was
// not confirmed in it.
func TestSupplierFinanceThatComesFromElsewhere(t *testing.T) {
	s := newSite(t, 0)
	w, today := s.world, s.world.Today
	s.deal(1, 1, 30).give(w.Maker, &book.ImportReceivable{
		Seller: w.Sellers[0], Buyer: w.Anchor, Number: load.Token("taken over"), NumberText: "T-1", Face: 900_00, Paid: 100_00, Confirmed: 700_00,
		Undertaking: receivable.Irrevocable, Issued: today.AddDays(-20), Due: today.AddDays(40), Currency: w.Currency,
	})
	s.openDay(today.AddDays(1))
	if _, err := w.Circle(load.SubmitTo(context.Background(), s.engine), 3, 0); err != nil {
		t.Fatal(err)
	}
	for until, arrangements := range map[calendar.Date]int{today: 2, today.AddDays(1): 3} {
		v := s.view()
		report, err := v.SupplierFinanceFacts(s.operator(), w.Anchor, today, until)
		if err != nil {
			t.Fatal(err)
		}
		v.Close()
		if len(report.Arrangements) != arrangements {
			t.Errorf("until %s there are %d arrangements, want %d", until, len(report.Arrangements), arrangements)
		}
		var confirmed, taken, outside money.Minor
		for _, c := range report.Changes {
			switch p := report.Payables[c.Payable-1]; {
			case p.Place != disclosure.InArrangement:
				outside += c.Amount
			case c.Kind == disclosure.Reclassified:
				taken += c.Amount
			default:
				confirmed += c.Amount
			}
		}
		if confirmed != 0 || taken != 600_00 || outside != 200_00 {
			t.Errorf("until %s: %d confirmed, %d taken over, %d outside", until, confirmed, taken, outside)
		}
	}
}

// Only the buyer itself, and those who see all, are told; nobody is told who the suppliers are.
func TestSupplierFinanceIsTheBuyersOwn(t *testing.T) {
	s := newSite(t, 1)
	s.deal(10, 1_000_00, 60).to(disbursed)
	from, until := s.world.Today, s.world.Today.AddDays(30)
	w, v := s.world, s.view()
	buyer := access.Caller{Actor: w.Buyer, Party: w.Anchor, Role: party.Buyer, PartyRoles: party.Anchor | party.Buyer}
	shown, err := v.SupplierFinance(buyer, w.Anchor, "ifrs", from, until)
	if err != nil || len(shown.Rows) < 5 || shown.Entity.ID != w.Anchor.String() {
		t.Fatalf("%+v, %v", shown, err)
	}
	for _, hidden := range []id.Party{w.Sellers[0], w.Sellers[1], w.Funder} {
		if strings.Contains(fmt.Sprintf("%+v", shown.Rows), hidden.String()) {
			t.Errorf("%s is named", hidden)
		}
	}
	for name, c := range map[string]access.Caller{
		"seller": {Actor: w.SellerActors[0], Party: w.Sellers[0], Role: party.Seller, PartyRoles: party.Seller},
		"funder": {Actor: w.FunderActor, Party: w.Funder, Role: party.Funder, PartyRoles: party.Funder},
		"nobody": {},
	} {
		if _, err := v.SupplierFinance(c, w.Anchor, "ifrs", from, until); !errors.Is(err, view.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, entity := range []id.Party{0, w.Sellers[0], id.Make[id.Party](1, 99)} {
		if _, err := v.SupplierFinance(buyer, entity, "ifrs", from, until); !errors.Is(err, view.ErrNotFound) {
			t.Errorf("%s: %v", entity, err)
		}
	}
	if _, err := v.SupplierFinance(buyer, w.Anchor, "hgb", from, until); !errors.Is(err, view.ErrStandard) {
		t.Error(err)
	}
}

// naive is the same in another way: over the whole journal, what was posted on the account of confirmed payables, and for
// what suppliers were paid of it.
type naive struct {
	amount, part                        [2]money.Minor // before the period, and at its end
	confirmed, paid, otherwise, settled money.Minor    // in it
}

func (s *site) naively(buyer id.Party, from, until calendar.Date) naive {
	s.t.Helper()
	var n naive
	accounts, debts, financings := map[id.Account]bool{}, map[id.Receivable]money.Minor{}, map[id.Financing]*funding.Financing{}
	var today calendar.Date
	ended := false
	close := func(at int) {
		n.part[at] = 0
		out := map[id.Receivable]money.Minor{}
		for _, f := range financings {
			if f.Buyer == buyer && f.State.PaidOut() {
				out[f.Receivable] += f.Principal - f.Repaid
			}
		}
		for of, part := range out {
			n.part[at] += min(part, debts[of])
		}
	}
	for sequence := uint64(1); sequence <= s.engine.Head().Sequence && !ended; sequence++ {
		stored, err := s.engine.ReadEntry(sequence)
		if err != nil {
			s.t.Fatal(err)
		}
		for _, event := range stored.Events {
			switch e := event.(type) {
			case *book.DayOpened:
				if today < from && e.Date >= from {
					close(0)
				}
				if today = e.Date; today > until {
					ended = true
				}
			case *book.AccountOpened:
				accounts[e.Account] = e.Key.Entity == buyer && e.Key.Code == ledger.ConfirmedPayables
			case *book.FinancingOpened:
				f := e.Financing
				financings[f.ID] = &f
			case *book.ReferralDecided:
				*financings[e.Financing.ID] = e.Financing
			case *book.FinancingAccepted:
				financings[e.Financing].State = funding.Accepted
			case *book.FinancingMoved:
				financings[e.Financing].State = e.State
			case *book.FinancingRepaid:
				financings[e.Financing].Repaid += e.Split.Principal
			case *book.FinancingServiced:
				financings[e.Financing].Repaid = e.Standing.Repaid
			case *book.ReceivableConfirmed:
				if e.Undertaking == receivable.Irrevocable {
					debts[e.Receivable] = e.Amount
				}
			case *book.ReceivablePaid:
				debts[e.Receivable] = max(0, debts[e.Receivable]-e.Amount)
			case *book.TransfersPosted:
				for _, posted := range e.Transfers {
					sum := money.Minor(0)
					if accounts[posted.Credit] {
						sum += posted.Amount
					}
					if accounts[posted.Debit] {
						sum -= posted.Amount
					}
					n.amount[1] += sum
					switch {
					case today < from:
						n.amount[0] += sum
					case view.CommandName(stored.Command) == "allocate":
						n.paid += sum
					case view.CommandName(stored.Command) == "confirm":
						n.confirmed += sum
					default:
						n.otherwise += sum
					}
				}
			}
		}
	}
	close(1)
	return n
}

// agrees compares the facts of the irrevocable undertakings with what the journal says naively.
func (s *site) agrees(from, until calendar.Date) {
	s.t.Helper()
	v := s.view()
	report, err := v.SupplierFinanceFacts(s.operator(), s.world.Anchor, from, until)
	if err != nil {
		s.t.Fatal(err)
	}
	v.Close()
	var got naive
	inside := map[uint64]bool{}
	for _, p := range report.Payables {
		inside[p.Key] = p.Place == disclosure.InArrangement && report.Lines[p.Line] == "confirmed payables"
	}
	for _, c := range report.Changes {
		if !inside[c.Payable] || c.On > until {
			continue
		}
		got.amount[1] += c.Amount
		got.part[1] += c.Part
		switch {
		case c.On < from:
			got.amount[0] += c.Amount
			got.part[0] += c.Part
		case c.Kind == disclosure.Paid:
			got.paid += c.Amount
		case c.Kind == disclosure.Confirmed, c.Kind == disclosure.Reclassified: // from a soft undertaking
			got.confirmed += c.Amount
		default:
			got.otherwise += c.Amount
		}
	}
	if want := s.naively(s.world.Anchor, from, until); got != want {
		s.t.Errorf("from %s until %s: %+v, the journal says %+v", from, until, got, want)
	}
}

// Random lives that stop, go on and are paid in parts on random days: the facts are those that the whole journal gives, and stay
// so when the book goes on.
func TestSupplierFinanceAgreesWithTheWholeJournal(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 4408))
			s := newSite(t, 0)
			today, last := s.world.Today, s.world.Today.AddDays(120)
			var deals []*deal
			for n := uint64(0); today < last; {
				for range random.IntN(4) {
					n++
					d := s.deal(n, money.Minor(1_000_00+random.Int64N(50_000_00)), 0)
					d.Due = today.AddDays(110)
					d.Discount = random.IntN(3) == 0
					if random.IntN(3) == 0 {
						d.soft(1 + money.Minor(random.Int64N(int64(d.Amount))))
						d.next = confirmed
						if d.Discount = random.IntN(2) == 0; !d.Discount {
							d.firmly(d.Amount)
						}
					}
					deals = append(deals, d.to(invoiced+random.IntN(disbursed-invoiced+1)))
				}
				if len(deals) > 0 {
					d := deals[random.IntN(len(deals))]
					switch left := d.left(); {
					case d.next < confirmed:
						d.to(confirmed)
					case d.next == disbursed && left > 1:
						d.pays(1+money.Minor(random.Int64N(int64(left))), today)
					}
				}
				today = today.AddDays(1 + random.IntN(10))
				s.openDay(today)
			}
			for range 4 {
				from := s.world.Today.AddDays(random.IntN(90))
				s.agrees(from, from.AddDays(random.IntN(60)))
			}
			s.agrees(s.world.Today, today)
		})
	}
}

// left is what the buyer still owes.
func (d *deal) left() money.Minor {
	d.t.Helper()
	v := d.view()
	r, err := v.ReceivableRecord(d.operator(), d.debt.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	v.Close()
	return r.Outstanding()
}

// What travels in a certificate stays owed in the arrangement, whoever holds it, until it is redeemed.
func TestSupplierFinanceOfCertificates(t *testing.T) {
	s := newSite(t, 0)
	circle, err := s.world.Circle(load.SubmitTo(context.Background(), s.engine), 3, 0)
	if err != nil {
		t.Fatal(err)
	}
	today, due := s.world.Today, s.world.Today.AddDays(60)
	if _, err := circle.Issue(0, 10_000_00, due); err != nil {
		t.Fatal(err)
	}
	v := s.view()
	report, err := v.SupplierFinanceFacts(s.operator(), s.world.Anchor, today, today)
	if err != nil {
		t.Fatal(err)
	}
	v.Close()
	kinds := map[disclosure.Kind]money.Minor{}
	programme := id.Programme(0)
	for _, c := range report.Changes {
		if p := report.Payables[c.Payable-1]; p.Place == disclosure.InArrangement {
			kinds[c.Kind] += c.Amount
			programme = p.Programme
		}
	}
	if want := (map[disclosure.Kind]money.Minor{disclosure.Confirmed: 10_000_00, disclosure.Reclassified: 0}); !cmp.Equal(kinds, want) || programme != circle.Transferable {
		t.Errorf("%v in %s", kinds, programme)
	}
	s.agrees(today, today)
	s.openDay(today.AddDays(30))
	s.openDay(due)
	owed := receivable.Receivable{ID: id.Make[id.Receivable](1, 1)}
	d := &deal{site: s, debt: owed}
	d.paysInto(circle.Transferable, 10_000_00, due)
	s.agrees(due, due)
	s.agrees(today, due)
}
