package book_test

import (
	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/dispute"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/trade"
	"millrace/lab/load"
)

// answering are terms without an undertaking and without recourse for default: the seller answers for disputes alone.
func answering(t *product.Terms) {
	t.Undertaking, t.EvidenceRequired = product.UndertakingNone, uint16(trade.Invoiced)
	t.Recourse.Dispute = true
}

// giver gives a command that has to be accepted.
type giver func(actor id.Actor, c book.Command) []book.Event

func (n *node) giver() giver {
	return func(actor id.Actor, c book.Command) []book.Event {
		n.t.Helper()
		events, err := n.submit(actor, "", c)
		if err != nil {
			n.t.Fatalf("%T: %v", c, err)
		}
		return events
	}
}

// programmeOf opens a programme of the first one's parties on other terms, with limits and money.
func programmeOf(give giver, w *load.World, change func(t *product.Terms), also ...func(c *book.ProposeProgramme)) id.Programme {
	terms := product.PayablesFinance(0)
	change(&terms)
	offered := give(w.Maker, &book.ProposeProduct{Terms: terms})[0].(*book.ProductProposed).Product.ID
	give(w.Checker, &book.ApproveProduct{Product: offered})
	proposed := &book.ProposeProgramme{
		Product: offered, Anchor: w.Anchor, Custodian: w.Custodian, Currency: w.Currency, Calendar: 1,
		Funders: []funding.Funder{{Party: w.Funder, Priority: 1, Rate: 48_000}}, ReferAbove: 250_000_00, ApproveAbove: 100_000_00,
	}
	for _, one := range also {
		one(proposed)
	}
	p := give(w.Maker, proposed)[0].(*book.ProgrammeProposed).Programme.ID
	give(w.Checker, &book.ApproveProgramme{Programme: p})
	keys := []credit.LimitKey{{Kind: credit.BuyerLimit, Party: w.Anchor}, {Kind: credit.ProgrammeLimit}, {Kind: credit.FunderLimit, Party: w.Funder}}
	if terms.SellerLimit {
		keys = append(keys, credit.LimitKey{Kind: credit.SellerLimit, Party: w.Sellers[0]})
	}
	for _, key := range keys {
		key.Programme, key.Currency = p, w.Currency
		l := give(w.Maker, &book.ProposeLimit{Key: key, Amount: 1_000_000_00, Expires: w.Today.AddDays(300)})[0].(*book.LimitProposed).Limit.ID
		give(w.Checker, &book.ApproveLimit{Limit: l})
	}
	give(w.Bank, &book.RecordReceipt{
		Programme: p, Funder: w.Funder, Line: load.Token("funds of " + p.String()), Amount: 900_000_00, Currency: w.Currency, Value: w.Today, Booking: w.Today,
	})
	if err := w.Ground(func(actor id.Actor, _ string, c book.Command) ([]book.Event, error) { return give(actor, c), nil }, p, w.Funder); err != nil {
		panic(err)
	}
	return p
}

// outIn pays out a financing of a receivable of the first seller, in a programme.
func outIn(n *node, w *load.World, p id.Programme, r id.Receivable) id.Financing {
	n.t.Helper()
	quoted := must[*book.FinancingOpened](n, w.SellerActors[0], &book.RequestQuote{Receivable: r, Programme: p, Payee: w.Accounts[0]}).Financing
	f := quoted.ID
	if quoted.State == funding.Referred { // a claim in dispute is looked at by a person
		must[*book.ReferralDecided](n, w.FunderActor, &book.DecideReferral{Financing: f, Decision: book.Approve, Reason: load32("seen")})
	}
	must[*book.FinancingAccepted](n, w.SellerActors[0], &book.AcceptQuote{Financing: f})
	opened := must[*book.PaymentOpened](n, w.Maker, &book.Disburse{Financing: f}).Payment
	must[*book.PaymentMoved](n, w.Bank, &book.RecordOutcome{Payment: opened.ID, State: payment.Executed, Value: n.book.Date()})
	return f
}

// fresh opens a receivable of the first seller.
func fresh(n *node, w *load.World, number uint64, amount money.Minor) id.Receivable {
	n.t.Helper()
	l := w.NewLife(number * 2)
	l.Amount, l.Due = amount, n.book.Date().AddDays(40)
	n.live(&l, 0, 4)
	return id.Make[id.Receivable](1, book.Counts(n.book)["receivable"])
}

func dispute1(n *node, w *load.World, r id.Receivable, amount money.Minor) id.Dispute {
	n.t.Helper()
	return must[*book.DisputeOpened](n, w.Buyer, &book.OpenDispute{Receivable: r, Amount: amount, Reason: dispute.Quality, Text: load32("scratched")}).Dispute.ID
}

// disputed adds to a book what confirmations in two steps, disputes and dilution leave in it.
func disputed(n *node, w *load.World, number uint64) {
	n.t.Helper()
	bought := programmeOf(n.giver(), w, answering)
	lent := programmeOf(n.giver(), w, func(t *product.Terms) {
		*t = product.ReceivablesDiscounting(uint16(trade.Invoiced))
		t.Undertaking, t.AdvanceRate, t.SellerReview = product.UndertakingNone, 900_000, false
	})
	for i, p := range []id.Programme{bought, lent} {
		r := fresh(n, w, 500+number+uint64(i), 10_000_00)
		outIn(n, w, p, r)
		dispute1(n, w, r, 2_000_00)
	}
	r := fresh(n, w, 510+number, 8_000_00)
	d := dispute1(n, w, r, 1_000_00)
	must[*book.DisputeMoved](n, w.SellerActors[0], &book.AnswerDispute{Dispute: d, Accepted: 300_00, Text: load32("in part")})
	must[*book.DisputeMoved](n, w.Maker, &book.DecideDispute{Dispute: d, Credit: 200_00, Evidence: load32("photographs")})
	must[*book.DisputeMoved](n, w.Checker, &book.CloseDispute{Dispute: d, State: dispute.Settled})
	record := func(r id.Receivable) *receivable.Receivable {
		found := book.Record(n.book, "receivable", r.Number()).(receivable.Receivable)
		return &found
	}
	second := fresh(n, w, 511+number, 60_000_00)
	must[*book.ReceivableConfirmed](n, w.Buyer, w.Signed(load.Confirmation(record(second), receivable.Irrevocable, 60_000_00), 0))
	dispute1(n, w, second, 500_00)
	for i := range uint64(2) {
		waits := fresh(n, w, 512+number+i, 70_000_00)
		c := &book.StartConfirmation{Confirm: *w.Signed(load.Confirmation(record(waits), receivable.Irrevocable, 70_000_00), 1), Days: 5}
		started := must[*book.ConfirmationStarted](n, w.Signatories[1].Actor, c).Confirmation.ID
		if i == 0 {
			must[*book.ReceivableConfirmed](n, w.Buyer, &book.CompleteConfirmation{
				Confirmation: started, Confirm: *w.Signed(load.Confirmation(record(waits), receivable.Irrevocable, 70_000_00), 0),
			})
		}
	}
}
