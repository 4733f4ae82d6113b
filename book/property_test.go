package book_test

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/trade"
	"millrace/lab/load"
)

// stored is a row as a database would keep it.
type stored struct {
	table  int
	number uint64
	record []byte
}

// street is a world with more people in it, a book that is recovered from its rows now and then, and a twin that never
// is and decides every command anew.
type street struct {
	t          *rapid.T
	random     *rand.Rand
	book, twin *book.Book
	at         int64
	rows       map[[2]uint64]stored
	world      *load.World
	lives      []load.Life
	steps      []int
	shared     id.Programme // with two funders, the first of them short of money
	second     id.Party     // funder
	actors     []id.Actor
	sources    []id.Account // of an own chart
	accepted   int
	outcomes   map[string]int // commands by type and rejection code

	undertaken map[id.Receivable]money.Minor // irrevocably, with what was paid before
	recount    *book.FeatureRecount
}

func (s *street) submit(actor id.Actor, key string, c book.Command) ([]book.Event, error) {
	s.at += 1000
	h := book.Header{Sequence: s.book.Sequence() + 1, At: s.at, Actor: actor, KeyToken: book.TokenOfKey(actor, key)}
	raw := book.AppendCommand(nil, c)
	command, err := book.DecodeCommand(c.Kind(), raw)
	if err != nil || !bytes.Equal(raw, book.AppendCommand(nil, command)) {
		s.t.Fatalf("%T does not come back as it went: %v", c, err)
	}
	events, rejection := book.PrepareAndDecide(s.book, &h, c)
	moved := book.Predicted(s.book)
	again, other := book.PrepareAndDecide(s.twin, &h, command)
	if (rejection == nil) != (other == nil) || rejection != nil && *rejection != *other {
		s.t.Fatalf("%T: answered %v, decided anew %v", c, rejection, other)
	}
	if rejection != nil {
		s.outcomes[fmt.Sprintf("%T %s", c, rejection.Code)]++
		return nil, rejection
	}
	s.outcomes[fmt.Sprintf("%T", c)]++
	facts := s.facts(events, again)
	s.fold(&h, facts, moved)
	if breaches := book.Check(s.book); len(breaches) > 0 {
		s.t.Fatalf("after %T %+v: %v", c, c, breaches)
	}
	s.stands()
	s.accepted++
	for next := s.book.Due(s.at); next != nil; next = s.book.Due(s.at) {
		if _, err := s.submit(0, "", next); err != nil {
			s.t.Fatalf("%T: %v", next, err)
		}
	}
	return facts, nil
}

// facts takes the events as the journal would give them back, and compares them with those of the twin.
func (s *street) facts(events, again []book.Event) []book.Event {
	if len(events) != len(again) {
		s.t.Fatalf("%d events, decided anew %d", len(events), len(again))
	}
	facts := make([]book.Event, len(events))
	for i, e := range events {
		raw := book.AppendEvent(nil, e)
		if !bytes.Equal(raw, book.AppendEvent(nil, again[i])) {
			s.t.Fatalf("%T: decided anew it is another event", e)
		}
		fact, err := book.DecodeEvent(e.Kind(), raw)
		if err != nil || !bytes.Equal(raw, book.AppendEvent(nil, fact)) {
			s.t.Fatalf("%T does not come back as it went: %v", e, err)
		}
		facts[i] = fact
	}
	return facts
}

// fold applies the facts to both books and compares the outcome with what the draft had predicted.
func (s *street) fold(h *book.Header, facts []book.Event, moved map[id.Account]money.Minor) {
	before := map[id.Account]money.Minor{}
	for account := range moved {
		before[account], _ = book.Free(s.book, account)
	}
	limits := map[id.Limit][2]money.Minor{}
	for _, e := range facts {
		switch e := e.(type) {
		case *book.LimitMoved:
			for _, l := range e.Limits {
				if _, found := limits[l]; !found {
					limits[l] = book.LimitUse(s.book, l)
				}
				limits[l] = [2]money.Minor{limits[l][0] + e.Reserved, limits[l][1] + e.Used}
			}
		case *book.LimitApproved:
			limits[e.Limit] = [2]money.Minor{e.Reserved, e.Used}
		}
	}
	for _, b := range []*book.Book{s.book, s.twin} {
		b.Begin(h)
		for _, e := range facts {
			b.Apply(e)
		}
	}
	for _, e := range facts {
		s.recount.Add(e)
	}
	if breaches := s.recount.Breaches(s.book); len(breaches) > 0 {
		s.t.Fatalf("facts: %v", breaches)
	}
	for account, amount := range moved {
		if free, rules := book.Free(s.book, account); rules && free-before[account] != amount {
			s.t.Fatalf("account %s: %d was predicted, %d moved", account, amount, free-before[account])
		}
	}
	for l, want := range limits {
		if got := book.LimitUse(s.book, l); got != want {
			s.t.Fatalf("limit %s: %v was predicted, it has %v", l, want, got)
		}
	}
}

// recover replaces the book by one that is loaded from the rows written so far.
func (s *street) recover() {
	described := s.book.Tables()
	s.book.Drain(func(r book.Row) {
		s.rows[[2]uint64{uint64(r.Table), r.Number}] = stored{r.Table, r.Number, described[r.Table].Encode(nil, r.Record)}
	})
	rows := make([]stored, 0, len(s.rows))
	for _, r := range s.rows {
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b stored) int { return cmp.Or(cmp.Compare(a.table, b.table), cmp.Compare(a.number, b.number)) })
	fresh := book.New(1)
	for _, r := range rows {
		if err := fresh.Load(r.table, r.number, r.record); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := fresh.Loaded(book.Header{Sequence: s.book.Sequence(), At: s.book.At()}); err != nil {
		s.t.Fatal(err)
	}
	if fresh.Digest() != s.twin.Digest() {
		s.t.Fatal("the book that came from its rows is another one")
	}
	if breaches := book.Check(fresh); len(breaches) > 0 {
		s.t.Fatalf("loaded: %v", breaches)
	}
	s.book = fresh
}

func newStreet(t *rapid.T) *street {
	s := &street{
		t: t, book: book.New(1), twin: book.New(1), at: 1_790_000_000_000_000, rows: map[[2]uint64]stored{},
		outcomes: map[string]int{}, undertaken: map[id.Receivable]money.Minor{}, recount: book.NewFeatureRecount(), random: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)),
	}
	world, err := load.NewWorld(s.submit, 2)
	if err != nil {
		t.Fatal(err)
	}
	s.world = world
	w := world
	must := func(actor id.Actor, c book.Command) []book.Event {
		events, err := s.submit(actor, "", c)
		if err != nil {
			t.Fatalf("%T: %v", c, err)
		}
		return events
	}
	s.second = must(w.Maker, &book.RegisterParty{Roles: party.Funder, Country: "FR", Tokens: []party.Token{party.Token(load.Token("party second"))}})[0].(*book.PartyRegistered).Party.ID
	secondActor := must(w.Maker, &book.RegisterActor{Party: s.second, Role: party.Funder})[0].(*book.ActorRegistered).Actor.ID
	if _, err := w.Enrol(s.submit, s.second, secondActor, "second"); err != nil {
		t.Fatal(err)
	}
	terms := product.PayablesFinance(uint16(trade.Invoiced))
	terms.Undertaking, terms.QuoteSeconds, terms.AdvanceRate = product.UndertakingNone, 60, 900_000
	terms.Timing, terms.TenorDaysMin = product.InArrears, 1
	prd := must(w.Maker, &book.ProposeProduct{Terms: terms})[0].(*book.ProductProposed).Product.ID
	must(w.Checker, &book.ApproveProduct{Product: prd})
	s.shared = must(w.Maker, &book.ProposeProgramme{
		Product: prd, Anchor: w.Anchor, Custodian: w.Custodian, Currency: w.Currency, Calendar: calendar.Target, SellerShare: 700_000,
		Funders:    []funding.Funder{{Party: w.Funder, Priority: 1, Rate: 30_000}, {Party: s.second, Priority: 2, Rate: 60_000}},
		ReferAbove: 2_000_00, ApproveAbove: 500_00,
	})[0].(*book.ProgrammeProposed).Programme.ID
	must(w.Checker, &book.ApproveProgramme{Programme: s.shared})
	for _, key := range []credit.LimitKey{
		{Kind: credit.BuyerLimit, Party: w.Anchor}, {Kind: credit.ProgrammeLimit}, {Kind: credit.FunderLimit, Party: w.Funder}, {Kind: credit.FunderLimit, Party: s.second},
	} {
		key.Programme, key.Currency = s.shared, w.Currency
		l := must(w.Maker, &book.ProposeLimit{Key: key, Amount: 20_000_00, Expires: w.Today.AddDays(300)})[0].(*book.LimitProposed).Limit.ID
		must(w.Checker, &book.ApproveLimit{Limit: l})
	}
	for i, funder := range []id.Party{w.Funder, s.second} {
		if err := w.Ground(s.submit, s.shared, funder); err != nil {
			t.Fatal(err)
		}
		must(w.Bank, &book.RecordReceipt{
			Programme: s.shared, Funder: funder, Line: load.Token(fmt.Sprintf("deposit %d", i)), Amount: money.Minor(5_000_00 + i*20_000_00),
			Currency: w.Currency, Value: w.Today, Booking: w.Today,
		})
	}
	for i, code := range []ledger.Code{ledger.Source, ledger.General, ledger.General} {
		must(w.Maker, &book.OpenAccounts{Entity: w.Sellers[0], Currency: w.Currency, Code: code, Count: 1})
		s.sources = append(s.sources, id.Make[id.Account](1, book.Counts(s.book)["account"]))
		if i > 0 {
			must(w.Maker, &book.PostTransfers{Transfers: []ledger.Transfer{{Debit: s.sources[0], Credit: s.sources[i], Amount: 9_000_00}}})
		}
	}
	s.actors = append([]id.Actor{w.Maker, w.Checker, w.Buyer, w.Bank, w.FunderActor, secondActor}, w.SellerActors...)
	for i := range uint64(4) {
		l := w.NewLife(i)
		l.Discount = i%2 == 1
		s.lives, s.steps = append(s.lives, l), append(s.steps, 0)
	}
	return s
}

// pick draws evenly: rapid's own draws lean to the small ones, and lives would never come far.
func (s *street) pick(most int, _ string) int { return s.random.IntN(most) }

// one of a kind that exists, or now and then one that does not.
func some[I ~uint64](s *street, table string) I {
	count := int(book.Counts(s.book)[table])
	n := s.pick(count+1, table) + 1
	if n > count && s.pick(8, "beyond") > 0 {
		n = max(1, count)
	}
	return id.Make[I](1, uint64(n))
}

// in is one of a kind in a state for which something can be done, mostly.
func in[I ~uint64](s *street, table string, ready func(record any) bool) I {
	var found []uint64
	for n := uint64(1); n <= book.Counts(s.book)[table]; n++ {
		if ready(book.Record(s.book, table, n)) {
			found = append(found, n)
		}
	}
	if len(found) == 0 || s.pick(6, "any") == 0 {
		return some[I](s, table)
	}
	return id.Make[I](1, found[s.pick(len(found), table)])
}

func (s *street) financing(states ...funding.FinancingState) id.Financing {
	return in[id.Financing](s, "financing", func(r any) bool { return slices.Contains(states, r.(funding.Financing).State) })
}

func (s *street) payment(states ...payment.State) id.Payment {
	return in[id.Payment](s, "payment", func(r any) bool { return slices.Contains(states, r.(payment.Payment).State) })
}

func (s *street) receipt(states ...payment.ReceiptState) id.Receipt {
	return in[id.Receipt](s, "receipt", func(r any) bool {
		return slices.Contains(states, r.(payment.Receipt).State) && r.(payment.Receipt).Funder == 0
	})
}

func (s *street) open() id.Receivable {
	return in[id.Receivable](s, "receivable", func(r any) bool { return r.(receivable.Receivable).State == receivable.Open })
}

func (s *street) unfinanced() id.Receivable {
	return in[id.Receivable](s, "receivable", func(r any) bool {
		return r.(receivable.Receivable).State == receivable.Open && r.(receivable.Receivable).Financing == 0
	})
}

func (s *street) amount() money.Minor {
	if s.pick(20, "odd") == 0 {
		return []money.Minor{0, -5, money.MinorMax, money.MinorMax + 1}[s.pick(4, "amount")]
	}
	return money.Minor(s.pick(6_000_00, "amount") + 1)
}

func (s *street) programme() id.Programme {
	return []id.Programme{s.world.Payables, s.world.Discounting, s.shared, s.shared}[s.pick(4, "programme")]
}

func (s *street) seller() int { return s.pick(2, "seller") }

// document makes documents of few orders, so that they meet.
func (s *street) document() *book.RecordDocument {
	of := trade.Type(s.pick(7, "type") + 1)
	seller, order := s.seller(), s.pick(4, "order")
	number := fmt.Sprintf("%s %d", of, s.pick(6, "number"))
	if of == trade.Order {
		number = fmt.Sprintf("%s %d", of, order)
	}
	amount := money.Minor(s.pick(9, "amount")+1) * 500_00
	c := &book.RecordDocument{
		Document: trade.Document{
			Type: of, Number: number, Issued: s.book.Date(), Currency: s.world.Currency, Accepted: trade.Answer(s.pick(4, "answer")),
			Seller: []trade.Token{trade.Token(load.Token("party " + load.SellerName(seller)))}, Buyer: []trade.Token{trade.Token(load.Token("party anchor"))},
			Due:    s.book.Date().AddDays(s.pick(120, "due")),
			Totals: trade.Totals{Payable: amount},
		},
		Number: trade.Token(load.Token("number " + number)), Content: trade.Token(load.Token(fmt.Sprintf("content %s %d", number, s.pick(2, "content")))),
		Channel: "test",
	}
	for i := range s.pick(3, "lines") {
		c.Document.Lines = append(c.Document.Lines, trade.Line{
			Number: fmt.Sprint(i), OrderLine: []string{"", fmt.Sprint(i)}[s.pick(2, "reference")], Item: trade.Token(load.Token(fmt.Sprint("item", i))),
			Quantity: trade.Quantity(s.pick(6, "quantity")-1) * 1_000_000, Price: trade.UnitPrice(s.pick(3, "price")),
			Unit: []string{"", "C62", "DZN", "HUR", "KGM"}[s.pick(5, "unit")], Rejected: trade.Quantity(s.pick(2, "rejected")) * 1_000_000,
			OrderNumber: []string{"", "", "order 0", "ORDER  1"}[s.pick(4, "line's order")],
		})
	}
	for range s.pick(3, "others") {
		c.Others = append(c.Others, trade.Token(load.Token(fmt.Sprintf("number %s %d", []string{"order", "despatch_advice"}[s.pick(2, "other")], s.pick(4, "named")))))
	}
	c.Document.TypeCode = []string{"", "", "386", "389"}[s.pick(4, "code")]
	c.Document.Delivery = []calendar.Date{0, s.book.Date()}[s.pick(2, "delivery")]
	if of != trade.Order && s.pick(5, "ordered") > 0 {
		c.Order = trade.Token(load.Token(fmt.Sprintf("number order %d", order)))
	}
	if of == trade.Invoice {
		c.Lines = trade.Token(load.Token(fmt.Sprintf("lines %d %d %v", order, amount, c.Document.Lines)))
		if s.pick(10, "finding") == 0 {
			c.Document.Findings = []trade.Finding{{Code: trade.FindingTaxSum}}
		}
		if s.pick(6, "rules") == 0 {
			c.Document.Rules = twoBroken
		}
	}
	if of == trade.CreditNote {
		c.Invoice = trade.Token(load.Token(fmt.Sprintf("number invoice %d", s.pick(6, "invoice"))))
	}
	if s.pick(12, "stranger") == 0 {
		c.Document.Buyer = []trade.Token{trade.Token(load.Token(fmt.Sprint("stranger", s.pick(3, "who")))), trade.Token(load.Token("strange"))}
	}
	return c
}

// command draws one of all commands, mostly by somebody who may give it.
func (s *street) command() (id.Actor, book.Command) {
	w := s.world
	if s.pick(9, "law") == 0 {
		return s.legal()
	}
	if s.pick(8, "life") == 0 {
		return s.lifeAct()
	}
	switch s.pick(36, "command") {
	case 0, 1, 2, 3:
		return w.Maker, s.document()
	case 4, 5:
		return s.undertake()
	case 6, 7, 8, 9:
		n := s.seller()
		c := &book.RequestQuote{Receivable: s.unfinanced(), Programme: s.programme(), Payee: w.Accounts[n]}
		if book.Counts(s.book)["receivable"] >= c.Receivable.Number() && book.Record(s.book, "receivable", c.Receivable.Number()).(receivable.Receivable).Seller == w.Sellers[1-n] {
			n = 1 - n
			c.Payee = w.Accounts[n]
		}
		return w.SellerActors[n], c
	case 10, 11, 12, 13:
		c := &book.AcceptQuote{Financing: s.financing(funding.Quoted)}
		n := s.seller()
		if book.Counts(s.book)["financing"] >= c.Financing.Number() && book.Record(s.book, "financing", c.Financing.Number()).(funding.Financing).Seller == w.Sellers[1-n] {
			n = 1 - n
		}
		return w.SellerActors[n], c
	case 14, 15:
		return w.Maker, &book.Disburse{Financing: s.financing(funding.Accepted)}
	case 16, 17:
		return w.Checker, &book.ApprovePayment{Payment: s.payment(payment.AwaitingApproval), Decision: book.Decision(s.pick(3, "decision"))}
	case 18, 19, 20:
		return w.Bank, &book.RecordOutcome{
			Payment: s.payment(payment.Instructed, payment.InDoubt, payment.Executed), Value: s.book.Date().AddDays(s.pick(5, "value") - 2),
			State: []payment.State{payment.Executed, payment.Executed, payment.Executed, payment.Executed, payment.Refused, payment.InDoubt, payment.Returned, 0}[s.pick(8, "state")],
		}
	case 21, 22:
		return w.Bank, s.arrival()
	case 23, 24, 25, 26:
		return w.Maker, s.allocate()
	case 27:
		if s.pick(12, "reversal") > 0 {
			return w.Maker, &book.CloseFinancing{Financing: s.financing(funding.Outstanding, funding.Overdue, funding.InRecourse)}
		}
		return w.Bank, &book.ReverseReceipt{Receipt: some[id.Receipt](s, "receipt"), Line: load.Token("reversal")}
	case 28:
		return w.Maker, &book.CloseFinancing{Financing: s.financing(funding.Outstanding, funding.Overdue, funding.InRecourse)}
	case 29:
		if s.pick(2, "referral") == 0 {
			return w.FunderActor, &book.DecideReferral{Financing: s.financing(funding.Referred), Decision: book.Approve, Reason: load32("why")}
		}
		return w.FunderActor, &book.CallRecourse{Financing: s.financing(funding.Overdue)}
	case 30:
		return w.Maker, &book.Sweep{Programme: s.programme(), Funder: []id.Party{w.Funder, s.second}[s.pick(2, "funder")]}
	case 31:
		n := s.seller()
		return w.Maker, &book.PayOut{Programme: s.programme(), Seller: w.Sellers[n], Account: w.Accounts[n]}
	case 32:
		if s.pick(3, "same day") > 0 {
			return w.SellerActors[0], &book.AcceptQuote{Financing: s.financing(funding.Quoted)}
		}
		return w.Maker, &book.OpenDay{Date: s.book.Date().AddDays(12 + s.pick(22, "days"))}
	case 33:
		if s.pick(3, "authorise") == 0 {
			return s.authorise()
		}
		return s.own()
	case 34:
		if s.pick(2, "rare") > 0 {
			return s.paper()
		}
		return s.takeOver()
	default:
		return s.paper()
	}
}

func (s *street) arrival() book.Command {
	c := &book.RecordReceipt{
		Programme: s.programme(), Line: load.Token(fmt.Sprint("line", s.pick(40, "line"))), Amount: s.amount(), Currency: s.world.Currency,
		Value: s.book.Date().AddDays(s.pick(20, "value") - 10), Booking: s.book.Date(),
	}
	if s.pick(6, "deposit") == 0 {
		c.Funder = []id.Party{s.world.Funder, s.second}[s.pick(2, "funder")]
	}
	return c
}

func (s *street) allocate() book.Command {
	c := &book.Allocate{Receipt: s.receipt(payment.Unallocated), Receivable: s.open(), Amount: s.amount(), Payer: book.Payer(s.pick(3, "payer"))}
	if s.pick(4, "called") == 0 {
		if f := s.financing(funding.InRecourse); f.Number() <= book.Counts(s.book)["financing"] {
			c.Receivable, c.Payer = book.Record(s.book, "financing", f.Number()).(funding.Financing).Receivable, book.BySeller
		}
	}
	if n := c.Receivable.Number(); n <= book.Counts(s.book)["receivable"] && s.pick(2, "exact") == 0 {
		r := book.Record(s.book, "receivable", n).(receivable.Receivable)
		c.Amount, c.Payer = r.Outstanding(), book.ByBuyer
	}
	if n := c.Receipt.Number(); n <= book.Counts(s.book)["receipt"] && s.pick(3, "left") > 0 {
		r := book.Record(s.book, "receipt", n).(payment.Receipt)
		c.Amount = max(1, min(c.Amount, r.Left()))
	}
	return c
}

// own are commands on an own chart.
func (s *street) own() (id.Actor, book.Command) {
	w := s.world
	account := func() id.Account {
		if s.pick(10, "other") == 0 {
			return some[id.Account](s, "account")
		}
		return s.sources[s.pick(len(s.sources), "account")]
	}
	transfer := func() ledger.Transfer {
		return ledger.Transfer{Debit: account(), Credit: account(), Amount: s.amount()}
	}
	switch s.pick(4, "own") {
	case 0:
		return w.Maker, &book.OpenAccounts{Entity: w.Sellers[0], Currency: w.Currency, Code: ledger.Source + ledger.Code(s.pick(2, "code")), Count: uint32(s.pick(3, "count"))}
	case 1:
		c := &book.PostTransfers{}
		for range s.pick(4, "transfers") {
			c.Transfers = append(c.Transfers, transfer())
		}
		return w.Maker, c
	case 2:
		return w.Maker, &book.PlaceHold{Transfer: transfer(), Seconds: uint32(s.pick(3, "seconds")) * 5000}
	default:
		return w.Maker, &book.EndHold{
			Hold:  in[id.Hold](s, "hold", func(r any) bool { return r.(ledger.Hold).State == ledger.Pending && r.(ledger.Hold).Expires != 0 }),
			State: ledger.HoldState(s.pick(5, "state")),
		}
	}
}

// takeOver are commands that import a portfolio.
func (s *street) takeOver() (id.Actor, book.Command) {
	w, n := s.world, s.seller()
	switch s.pick(4, "import") {
	case 0, 1:
		number := fmt.Sprint("old ", s.pick(6, "number"))
		face := money.Minor(s.pick(9, "face")+1) * 100_00
		c := &book.ImportReceivable{
			Seller: w.Sellers[n], Buyer: w.Anchor, NumberText: number, Number: trade.Token(load.Token(number)), Face: face,
			Paid: money.Minor(s.pick(3, "paid")) * 40_00, Issued: w.Today.AddDays(-60), Due: w.Today.AddDays(s.pick(60, "due") - 20), Currency: w.Currency,
		}
		if s.pick(2, "undertaking") == 0 {
			c.Undertaking, c.Confirmed = receivable.Irrevocable, face
		}
		return w.Maker, c
	case 2:
		amount := money.Minor(s.pick(5, "amount")+1) * 60_00
		return w.Maker, &book.ImportFinancing{
			Receivable: some[id.Receivable](s, "receivable"), Programme: s.programme(), Funder: w.Funder, Payee: w.Accounts[n], Amount: amount,
			Principal: amount, Repaid: amount / 3 * money.Minor(s.pick(2, "repaid")), Discount: amount / 50, Earned: amount / 60, Fee: 10,
			Rate: 40_000, Value: w.Today.AddDays(-20), Due: w.Today.AddDays(s.pick(60, "due") - 10),
		}
	default:
		key := ledger.Key{Entity: w.Custodian, Programme: s.shared, Counterparty: w.Funder, Code: []ledger.Code{ledger.Funding, ledger.Outside, ledger.CollectionForFunder, ledger.Shortfall}[s.pick(4, "code")], Currency: w.Currency}
		if s.pick(2, "funder") == 0 {
			key = ledger.Key{Entity: w.Funder, Programme: s.shared, Code: ledger.FundsAtCustodian, Currency: w.Currency}
		}
		if s.pick(3, "finish") == 0 {
			return w.Maker, &book.FinishImport{}
		}
		return w.Maker, &book.ImportBalance{Key: key, Amount: s.amount()}
	}
}

// paper are the other commands.
func (s *street) paper() (id.Actor, book.Command) {
	w := s.world
	switch s.pick(14, "paper") {
	case 0:
		return w.FunderActor, &book.DecideReferral{Financing: s.financing(funding.Referred), Decision: book.Decision(s.pick(3, "decision")), Reason: load32("why")}
	case 1:
		if s.pick(2, "rules") == 0 {
			return w.Maker, &book.ClearFindings{Receivable: some[id.Receivable](s, "receivable"), Rules: []string{"BR-CO-10"}, Reason: load32("why")}
		}
		return w.Maker, &book.ClearFindings{Receivable: some[id.Receivable](s, "receivable"), Codes: []string{trade.FindingTaxSum}, Reason: load32("why")}
	case 2:
		if s.pick(2, "cancel") == 0 {
			return w.Maker, &book.CancelFinancing{Financing: s.financing(funding.Accepted)}
		}
		return w.Maker, &book.RetryPayment{Payment: s.payment(payment.InDoubt)}
	case 3:
		key := credit.LimitKey{Kind: credit.Kind(s.pick(6, "kind")), Programme: s.programme(), Currency: w.Currency}
		key.Party = []id.Party{0, w.Anchor, w.Funder, w.Sellers[0]}[s.pick(4, "party")]
		return w.Maker, &book.ProposeLimit{Key: key, Amount: s.amount(), Expires: s.book.Date().AddDays(s.pick(300, "expires"))}
	case 4, 5:
		return w.Checker, &book.ApproveLimit{Limit: some[id.Limit](s, "credit_limit")}
	case 6:
		return w.Maker, &book.ProposeReview{Party: some[id.Party](s, "party"), Grade: uint8(s.pick(12, "grade")), Until: s.book.Date().AddDays(s.pick(500, "until"))}
	case 7:
		return w.Checker, &book.ApproveReview{Review: some[id.Review](s, "review")}
	case 8:
		return w.Maker, &book.RegisterParty{Roles: party.Role(s.pick(256, "roles")), Country: "DE", Group: some[id.Party](s, "party"),
			Tokens: []party.Token{party.Token(load.Token(fmt.Sprint("stranger", s.pick(3, "who"))))}}
	case 9:
		return w.Maker, &book.RegisterActor{Party: some[id.Party](s, "party"), Role: 1 << s.pick(9, "role")}
	case 10:
		return w.Maker, &book.AddKey{Actor: some[id.Actor](s, "actor"), Name: "desk", Hash: load32("key")}
	case 11:
		return w.Maker, &book.RevokeKey{Key: some[id.Key](s, "actor_key")}
	case 12:
		return w.SellerActors[0], &book.ProposeBankAccount{Party: some[id.Party](s, "party"), Currency: w.Currency, Token: party.Token(load.Token(fmt.Sprint("iban", s.pick(5, "iban"))))}
	default:
		return w.Checker, &book.VerifyBankAccount{Account: some[id.BankAccount](s, "bank_account")}
	}
}

func load32(text string) [32]byte {
	token := load.Token(text)
	return [32]byte(append(token[:], token[:]...))
}

func (s *street) step() {
	actor, key := id.Actor(0), ""
	var c book.Command
	life := -1
	if s.pick(3, "life") == 0 {
		life = s.pick(len(s.lives), "which")
		if s.steps[life] >= load.Steps {
			return
		}
		step := s.lives[life].Step(s.steps[life])
		actor, c = step.Actor, step.Command
	} else if actor, c = s.command(); s.pick(10, "somebody") == 0 {
		actor = s.actors[s.pick(len(s.actors), "actor")]
	}
	if s.pick(4, "keyed") == 0 {
		key = fmt.Sprint("key ", s.at)
	}
	digest := s.book.Digest()
	events, err := s.submit(actor, key, c)
	if err != nil {
		if s.book.Digest() != digest {
			s.t.Fatalf("%T was refused (%v) and changed the book", c, err)
		}
		return
	}
	if life >= 0 {
		s.lives[life].Answered(events)
		s.steps[life]++
	}
	for _, e := range events {
		if opened, ok := e.(*book.AccountsOpened); ok {
			for i := range uint64(opened.Count) {
				s.sources = append(s.sources, id.Make[id.Account](1, opened.First.Number()+i))
			}
		}
	}
}

func TestAnySequenceOfCommandsKeepsTheBookSound(t *testing.T) {
	seen := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		s := newStreet(rt)
		for range rapid.SampledFrom([]int{150, 80, 300}).Draw(rt, "steps") {
			if s.pick(40, "pause") == 0 {
				s.at += int64(s.pick(50_000, "seconds")) * 1_000_000
			}
			if s.pick(100, "recover") == 0 {
				s.recover()
			}
			s.step()
		}
		s.recover()
		if s.book.Digest() != s.twin.Digest() {
			rt.Fatal("the twin is another book")
		}
		for outcome, count := range s.outcomes {
			seen[outcome] += count
		}
	})
	if testing.Verbose() {
		for _, outcome := range slices.Sorted(mapKeys(seen)) {
			t.Logf("%6d %s", seen[outcome], outcome)
		}
	}
}

func mapKeys(m map[string]int) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}
