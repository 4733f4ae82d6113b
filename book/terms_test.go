package book_test

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/trade"
	"millrace/edge/productfile"
	"millrace/lab/load"
	"millrace/products"
)

// run is a product from a file in a book of its own: a programme with all that the file asks for, and one deal in it. What is posted is
// written down, step by step.
type run struct {
	*scene
	terms     product.Terms
	programme id.Programme
	custodian id.Party
	machine   id.Actor // of the custodian
	amount    money.Minor
	due       calendar.Date
	base      map[ledger.Key]money.Minor // before the deal
	b         strings.Builder
}

// deal is the example of a product's page.
type deal struct {
	amount money.Minor
	days   int
	grade  uint8
	funder money.Rate
	line   money.Minor // limit on the seller; 0 for a large one
}

var deals = map[string]deal{
	"receivables-discounting":       {amount: 40_000_00, days: 90, grade: 3},
	"forfaiting":                    {amount: 500_000_00, days: 360, grade: 2},
	"factoring":                     {amount: 60_000_00, days: 60, grade: 4},
	"payables-finance":              {amount: 100_000_00, days: 90, grade: 2, funder: 42_000},
	"corporate-payment-undertaking": {amount: 80_000_00, days: 75, grade: 2},
	"loan-against-receivables":      {amount: 200_000_00, days: 60, grade: 5, line: 500_000_00},
	"distributor-finance":           {amount: 50_000_00, days: 60, grade: 4},
	"loan-against-inventory":        {amount: 300_000_00, days: 120, grade: 6},
	"pre-shipment-finance":          {amount: 120_000_00, days: 60, grade: 4},
	"bank-payment-undertaking":      {amount: 150_000_00, days: 90, grade: 3},
}

func termsOf(t testing.TB, name string) product.Terms {
	t.Helper()
	content, found := products.File(name)
	if !found {
		t.Fatalf("there is no product %s", name)
	}
	terms, problems := productfile.Read(content)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return terms
}

// newRun opens a programme on terms, in which one deal can be done.
func newRun(t testing.TB, terms product.Terms, of deal) *run {
	t.Helper()
	return newRunIn(newScene(t), terms, of)
}

// newRunIn is newRun in a scene that is there.
func newRunIn(s *scene, terms product.Terms, of deal) *run {
	s.t.Helper()
	r := &run{scene: s, terms: terms, amount: of.amount, due: s.Today.AddDays(of.days)}
	s.give(s.Maker, &book.RegisterParty{Roles: party.Custodian | party.Funder, Country: "DE", Tokens: []party.Token{party.Token(load.Token("party keeper of accounts"))}})
	r.custodian = latest[id.Party](s, "party")
	s.give(s.Maker, &book.RegisterActor{Party: r.custodian, Role: party.Funder})
	s.enrolled(r.custodian, latest[id.Actor](s, "actor"))
	s.give(s.Maker, &book.RegisterActor{Party: r.custodian, Role: party.Bank})
	r.machine = latest[id.Actor](s, "actor")
	for _, base := range []struct {
		name string
		rate money.Rate
	}{{"EURIBOR-3M", 20_500}, {"EURIBOR-6M", 21_800}, {"ECB-MRO", 21_500}} {
		s.give(s.Maker, &book.RecordFixing{Base: base.name, Date: s.book.Date(), Rate: base.rate})
	}
	s.give(s.Maker, &book.ProposeReview{Party: s.Anchor, Grade: of.grade, Until: s.Today.AddDays(360), File: load32("review")})
	s.give(s.Checker, &book.ApproveReview{Review: latest[id.Review](s, "review")})
	s.give(s.Maker, &book.ProposeProduct{Terms: terms})
	s.give(s.Checker, &book.ApproveProduct{Product: latest[id.Product](s, "product")})
	c := s.propose()
	c.Product, c.Custodian, c.ReferAbove, c.ApproveAbove, c.SellerShare = latest[id.Product](s, "product"), r.custodian, 1_000_000_00, 1_000_000_00, money.RateOne
	c.Funders = []funding.Funder{{Party: s.Funder, Priority: 1, Rate: of.funder}}
	s.give(s.Maker, c)
	r.programme = latest[id.Programme](s, "programme")
	s.give(s.Checker, &book.ApproveProgramme{Programme: r.programme})
	for _, key := range s.keysOf(r.programme) {
		s.limit(key, 9_000_000_00, 300)
	}
	if terms.SellerLimit {
		s.limit(credit.LimitKey{Kind: credit.SellerLimit, Programme: r.programme, Party: s.Sellers[0]}, max(of.line, 500_000_00), 300)
	}
	s.give(r.machine, &book.RecordReceipt{
		Programme: r.programme, Funder: s.Funder, Line: load.Token(fmt.Sprint("funds ", s.at)), Amount: 1_000_000_00, Currency: s.Currency, Value: s.Today, Booking: s.Today,
	})
	r.ground()
	return r
}

// ground signs, notifies, searches and registers all that any product may ask for.
func (r *run) ground() {
	r.t.Helper()
	s := r.scene
	r.founded(r.programme)
	if _, err := s.Agree(s.submit, legal.AccountControl, legal.Signatory{Party: r.custodian, Role: legal.Custodian}, legal.Signatory{Party: s.Funder, Role: legal.Funder}); err != nil {
		r.t.Fatal(err)
	}
	if _, err := s.Agree(s.submit, legal.SetOffConsent, legal.Signatory{Party: s.Anchor, Role: legal.Anchor}, legal.Signatory{Party: s.Sellers[0], Role: legal.Seller}); err != nil {
		r.t.Fatal(err)
	}
	s.give(s.Maker, s.search())
	s.registered("R-1", s.Today)
}

// step gives a command and writes down what it posts.
func (r *run) step(what string, actor id.Actor, c book.Command) []book.Event {
	r.t.Helper()
	events, err := r.submit(actor, "", c)
	if err != nil {
		r.t.Fatalf("%s: %T: %v", what, c, err)
	}
	first := true
	for _, e := range events {
		posted, is := e.(*book.TransfersPosted)
		if !is {
			continue
		}
		for _, one := range posted.Transfers {
			if first {
				fmt.Fprintf(&r.b, "\n%s  %s\n", r.book.Date(), what)
				first = false
			}
			debit, credit := r.keyOf(one.Debit), r.keyOf(one.Credit)
			fmt.Fprintf(&r.b, "  %-9s  %-26s  %-26s  %14s\n", r.who(debit.Entity), debit.Code, credit.Code, money.Format(one.Amount, r.Currency))
		}
	}
	r.sound()
	return events
}

func (r *run) keyOf(account id.Account) ledger.Key {
	return book.Record(r.book, "account", account.Number()).(ledger.Account).Key
}

func (r *run) who(entity id.Party) string {
	switch entity {
	case r.Funder:
		return "funder"
	case r.custodian:
		return "custodian"
	case r.Operator:
		return "operator"
	case r.Anchor:
		return "buyer"
	}
	return "seller"
}

// evidence makes the receivable, with all that can prove it.
func (r *run) evidence() {
	r.t.Helper()
	answered := func(l *load.Life) { l.Amount, l.Due = r.amount, r.due }
	r.live(4, answered)
	order := r.NewLife(0)
	order.Amount = r.amount
	response := order.Step(0).Command.(*book.RecordDocument)
	response.Document.Type, response.Document.Number, response.Document.Accepted = trade.OrderResponse, "response", trade.AnswerAccepted
	response.Number, response.Order, response.Content = load.Token("response"), response.Number, load.Token("content response")
	r.give(r.Maker, response)
	if r.terms.Undertaking > product.UndertakingNone {
		r.confirm()
	}
	r.base = r.balances()
}

func (r *run) confirm() {
	r.t.Helper()
	owed := r.debt(r.receivable())
	given := receivable.Irrevocable
	if r.terms.Undertaking == product.UndertakingSoft {
		given = receivable.Soft
	}
	r.give(r.Buyer, r.Signed(load.Confirmation(&owed, given, r.amount), 0))
	if r.terms.Undertaking == product.UndertakingBank {
		r.give(r.FunderActor, r.undertaking())
	}
}

// undertaking is the funder's own, as a bank, on the newest receivable.
func (s *scene) undertaking() *book.UndertakeAsBank {
	owed := s.debt(s.receivable())
	c := &book.UndertakeAsBank{
		Receivable: owed.ID, Bank: s.Funder, Amount: owed.Undertaken(), Document: owed.Hash, Seller: owed.Seller, Buyer: owed.Buyer, Currency: owed.Currency, Due: owed.Due,
	}
	c.Signatures = []book.Signature{s.Signers[s.Funder].Sign(c.Statement())}
	return c
}

// financed quotes, accepts and pays out.
func (r *run) financed() funding.Financing {
	r.t.Helper()
	r.step("quote", r.SellerActors[0], r.quoteIn(r.programme))
	if f := r.now(); f.State == funding.Referred {
		r.step("the funder decides", r.FunderActor, &book.DecideReferral{Financing: f.ID, Decision: book.Approve, Reason: load32("seen")})
	}
	if f := r.now(); f.State != funding.Quoted {
		r.t.Fatalf("%s: %+v", f.State, f.Outcomes)
	}
	r.step("acceptance", r.SellerActors[0], &book.AcceptQuote{Financing: r.financing()})
	r.step("payment is instructed", r.Maker, &book.Disburse{Financing: r.financing()})
	r.step("paid out", r.machine, &book.RecordOutcome{Payment: r.payment(), State: payment.Executed, Value: r.book.Date()})
	return r.now()
}

func (r *run) now() funding.Financing { return r.scene.financed(r.financing()) }

// comes records money in the programme.
func (r *run) comes(what string, amount money.Minor) id.Receipt {
	r.t.Helper()
	r.step(what, r.machine, &book.RecordReceipt{
		Programme: r.programme, Line: load.Token(fmt.Sprint(what, r.at)), Amount: amount, Currency: r.Currency, Value: r.book.Date(), Booking: r.book.Date(),
	})
	return r.receipt()
}

// buyerPays brings money of the buyer and allocates it to its debt.
func (r *run) buyerPays(what string, amount money.Minor) {
	r.t.Helper()
	receipt := r.comes("money of the buyer comes in", amount)
	r.step(what, r.Maker, &book.Allocate{Receipt: receipt, Receivable: r.receivable(), Amount: amount, Payer: book.ByBuyer})
}

// repays brings money of the one who has borrowed.
func (r *run) repays(what string, amount money.Minor, by book.Payer) {
	r.t.Helper()
	receipt := r.comes("money of the borrower comes in", amount)
	r.step(what, r.Maker, &book.Allocate{Receipt: receipt, Financing: r.financing(), Amount: amount, Payer: by})
}

// clear pays on to funder and seller what is theirs.
func (r *run) clear() {
	r.t.Helper()
	for _, c := range []book.Command{
		&book.Sweep{Programme: r.programme, Funder: r.Funder}, &book.PayOut{Programme: r.programme, Seller: r.Sellers[0], Account: r.Accounts[0]},
	} {
		code, owed := ledger.CollectionForFunder, r.Funder
		if _, is := c.(*book.PayOut); is {
			code, owed = ledger.CollectionForSeller, r.Sellers[0]
		}
		if book.BalanceOf(r.book, ledger.Key{Entity: r.custodian, Programme: r.programme, Counterparty: owed, Code: code, Currency: r.Currency}) == 0 {
			continue
		}
		r.step("payment is instructed", r.Maker, c)
		r.step("paid on", r.machine, &book.RecordOutcome{Payment: r.payment(), State: payment.Executed, Value: r.book.Date()})
	}
}

// until opens the days up to a date, and writes down what has accrued in all.
func (r *run) until(date calendar.Date) {
	r.t.Helper()
	before := r.balances()
	for r.book.Date() < date {
		r.give(r.Maker, &book.OpenDay{Date: min(date, r.book.Date().AddDays(30))})
	}
	r.moved(fmt.Sprintf("%s  the days since have brought", date), before)
	r.sound()
}

// balances of all accounts, on the side on which they grow.
func (r *run) balances() map[ledger.Key]money.Minor {
	all := map[ledger.Key]money.Minor{}
	for n := uint64(1); n <= book.Counts(r.book)["account"]; n++ {
		a := book.Record(r.book, "account", n).(ledger.Account)
		all[a.Key] += a.Balance()
	}
	return all
}

// moved writes down by how much accounts have moved, and gives the debits less the credits of each entity, which are none.
func (r *run) moved(title string, before map[ledger.Key]money.Minor) {
	r.t.Helper()
	after := r.balances()
	keys := []ledger.Key{}
	for key, amount := range after {
		if amount != before[key] {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(x, y ledger.Key) int {
		return cmp.Or(cmp.Compare(x.Code, y.Code), cmp.Compare(x.Programme, y.Programme), cmp.Compare(x.Counterparty, y.Counterparty), cmp.Compare(x.Entity, y.Entity))
	})
	if len(keys) > 0 {
		fmt.Fprintf(&r.b, "\n%s\n", title)
	}
	sums := map[id.Party]money.Minor{}
	for _, key := range keys {
		amount := after[key] - before[key]
		fmt.Fprintf(&r.b, "  %-9s  %d  %-26s  %14s\n", r.who(key.Entity), key.Code, key.Code, money.Format(amount, r.Currency))
		if key.Code.Side() == ledger.Credit {
			amount = -amount
		}
		sums[key.Entity] += amount
	}
	for entity, sum := range sums {
		if sum != 0 {
			r.t.Errorf("%s: the books of the %s are out by %d", title, r.who(entity), sum)
		}
	}
}

// golden compares what was written down with a file.
func (r *run) golden(name string) {
	r.t.Helper()
	file := filepath.Join("testdata", "lives", name+".txt")
	want, err := os.ReadFile(file)
	if err != nil && *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			r.t.Fatal(err)
		}
		want = []byte(r.b.String())
		err = os.WriteFile(file, want, 0o644)
	}
	if err != nil {
		r.t.Fatal(err)
	}
	if !bytes.Equal(want, []byte(r.b.String())) {
		r.t.Errorf("%s is not what happens:\n%s", file, r.b.String())
	}
}

// courses are how the debtor pays under each product, on the day and in full.
var courses = map[string]func(r *run, f funding.Financing){
	"bank-payment-undertaking": func(r *run, f funding.Financing) {
		r.buyerPays("its fee goes to the bank", 337_50)
		r.until(f.Due)
		r.buyerPays("the debt is paid", r.amount)
	},
	"corporate-payment-undertaking": func(r *run, f funding.Financing) {
		r.until(f.Due)
		r.buyerPays("debt and fee are paid", r.amount+64_00)
	},
	"distributor-finance": func(r *run, f funding.Financing) {
		r.buyerPays("the buyer's own part of its purchase", r.amount-f.Principal)
		r.repays("the fee that is due at once", 90_00, book.ByBuyer)
		r.until(f.Due)
		r.repays("the distributor repays", f.Principal+352_63+41_65, book.ByBuyer)
	},
	"loan-against-inventory": func(r *run, f funding.Financing) {
		r.until(f.Due)
		r.repays("the borrower repays", f.Principal+3150_00+952_00, book.BySeller)
	},
	"pre-shipment-finance": func(r *run, f funding.Financing) {
		r.until(f.Due)
		r.repays("the borrower repays", f.Principal+764_38, book.BySeller)
	},
	"loan-against-receivables": func(r *run, f funding.Financing) {
		r.until(f.Due)
		r.step("the buyer has paid the seller", r.SellerActors[0], &book.ReportCollection{Receivable: r.receivable(), Amount: r.amount, Value: f.Due})
		r.repays("the seller remits", f.Principal+1097_92+301_39, book.BySeller)
	},
}

// Every product file makes a live programme, and a deal in it lives from the quote to its close as the product's page has it: what each
// has paid and received in the end is what its flows of cash say.
func TestEveryProductLives(t *testing.T) {
	for _, name := range products.Names() {
		of, found := deals[name]
		if !found {
			continue
		}
		t.Run(name, func(t *testing.T) {
			r := newRun(t, termsOf(t, name), of)
			r.evidence()
			f := r.financed()
			if course, own := courses[name]; own {
				course(r, f)
			} else {
				r.until(f.Due)
				r.buyerPays("the debt is paid", r.amount)
			}
			r.clear()
			if r.now().Besides.Held > 0 {
				r.refused("reserve_held", r.Maker, &book.CloseFinancing{Financing: f.ID})
				r.until(f.Due.AddDays(30))
			}
			r.step("closed", r.Maker, &book.CloseFinancing{Financing: f.ID})
			r.clear()
			r.moved("In all", r.base)
			r.flowed(of)
			r.golden(name)
		})
	}
}

// flowed holds what each has paid and received against the flows of cash of the quotation.
func (r *run) flowed(of deal) {
	r.t.Helper()
	day := r.Today
	d := product.Deal{
		Amount: of.amount, Invoices: 1, Grade: of.grade, Funder: of.funder, From: day, Due: day.AddDays(of.days), Calendar: calendar.Target,
		Fixings: []product.Fixing{{Name: "EURIBOR-3M", Rate: 20_500}, {Name: "EURIBOR-6M", Rate: 21_800}, {Name: "ECB-MRO", Rate: 21_500}},
	}
	if of.line > 0 {
		d.Unused = of.line - money.Share(of.amount, r.terms.AdvanceRate)
	}
	q, answer := r.terms.Quote(&d, product.Quotation{})
	if answer != product.Priced {
		r.t.Fatal(answer)
	}
	flows := map[product.Role]money.Minor{}
	for _, flow := range q.CashFlow {
		flows[flow.From] -= flow.Amount
		flows[flow.To] += flow.Amount
	}
	flows[product.Funder] += flows[product.Bank]
	moved := map[ledger.Code]money.Minor{}
	for key, amount := range r.balances() {
		moved[key.Code] += amount - r.base[key]
	}
	for role, got := range map[product.Role]money.Minor{
		product.Seller: moved[ledger.SellerBank] + moved[ledger.CollectionsHeld], product.Buyer: moved[ledger.BuyerBank], product.Operator: moved[ledger.OperatorAccount],
		product.Funder: moved[ledger.FundsAtCustodian],
	} {
		if got != flows[role] {
			r.t.Errorf("the %s has got %d in all, by the flows of the quotation %d", role, got, flows[role])
		}
	}
	for _, code := range []ledger.Code{
		ledger.PurchasedReceivables, ledger.LoansToSellers, ledger.LoansToBuyers, ledger.UnearnedDiscount, ledger.InterestReceivable, ledger.FunderFeesReceivable,
		ledger.FeesReceivable, ledger.Borrowings, ledger.BuyerBorrowings, ledger.InterestPayable, ledger.BuyerInterest, ledger.FeesPayable, ledger.BuyerFeesPayable,
		ledger.FunderFeesPayable, ledger.HeldBack, ledger.ReserveHeld, ledger.CollectionUnallocated, ledger.CollectionForFunder, ledger.CollectionForSeller,
	} {
		if moved[code] != 0 {
			r.t.Errorf("%s stands at %d in the end", code, moved[code])
		}
	}
}

// factored adds to a book two financings under the file of factoring: one whose reserve is held, and one that nobody has paid.
func factored(n *node, w *load.World) {
	n.t.Helper()
	s := &scene{node: n, World: w, lives: 40_000}
	of := deals["factoring"]
	of.days += 30
	r := newRunIn(s, termsOf(n.t, "factoring"), of)
	r.evidence()
	r.financed()
	r.buyerPays("the debt is paid", r.amount)
	r.evidence()
	r.financed()
}
