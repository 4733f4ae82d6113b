package economy

import (
	"context"
	"maps"
	"slices"
	"testing"

	"millrace/book"
	"millrace/domain/dispute"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/payment"
	"millrace/domain/receivable"
	"millrace/edge/intake"
	"millrace/engine"
	"millrace/lab/load"
)

// visitor does at random what people at a console can, before or in place of the people of the economy.
type visitor struct {
	*testing.T
	economy *Economy
	node    *engine.Engine
	random  source
	done    map[string]int // that was accepted
}

func (v *visitor) give(what string, actor id.Actor, c book.Command) {
	_, rejection, err := v.node.Submit(context.Background(), engine.Request{Actor: actor, Command: c})
	if err != nil {
		v.Fatal(err)
	}
	if rejection == nil {
		v.done[what]++
	}
}

// one gives one of the records of a map for which a condition holds; its zero where there is none.
func one[K ~uint64, V any](r source, of map[K]V, wanted func(V) bool) (found V) {
	var all []V
	for _, key := range slices.Sorted(maps.Keys(of)) {
		if wanted(of[key]) {
			all = append(all, of[key])
		}
	}
	if len(all) > 0 {
		found = all[r.IntN(len(all))]
	}
	return found
}

func (v *visitor) act() {
	e, r := v.economy, v.random
	quoted := one(r, e.financings, func(l *loan) bool { return l.State == funding.Quoted })
	referred := one(r, e.financings, func(l *loan) bool { return l.State == funding.Referred })
	waiting := one(r, e.payments, func(o *order) bool { return o.State == payment.AwaitingApproval })
	free := one(r, e.claims, func(c *claim) bool { return c.loan == nil && c.outstanding() > 0 })
	switch r.IntN(10) {
	case 0:
		if quoted != nil {
			v.give("accepted", quoted.claim.tie.seller.selling, &book.AcceptQuote{Financing: quoted.ID})
		}
	case 1, 2:
		if referred != nil {
			decision := []book.Decision{book.Approve, book.Decline}[r.IntN(2)]
			v.give("referral", e.funder(referred.Funder).second, &book.DecideReferral{Financing: referred.ID, Decision: decision, Reason: e.text(intake.KindReason, "Looked at it.")})
		}
	case 3:
		if waiting != nil {
			decision := []book.Decision{book.Approve, book.Decline}[r.IntN(2)]
			v.give("payment", e.Checker, &book.ApprovePayment{Payment: waiting.ID, Decision: decision})
		}
	case 4:
		if waiting != nil {
			v.give("payment", e.Checker, &book.ApprovePayment{Payment: waiting.ID, Decision: book.Approve})
			v.give("outcome", e.Bank, &book.RecordOutcome{Payment: waiting.ID, State: payment.Refused, Bank: load.Token("visitor"), Value: e.Today})
		}
	case 5, 6:
		if free != nil {
			given := load.Confirmation(&free.Receivable, receivable.Irrevocable, free.Face)
			given.Signatures = []book.Signature{free.tie.buyer.signer.Sign(given.Statement())}
			v.give("confirmed", free.tie.buyer.buying, given)
		}
	case 7:
		if free != nil {
			p := []id.Programme{free.tie.buyer.market.open, free.tie.buyer.market.confirmed}[r.IntN(2)]
			v.give("quoted", free.tie.seller.selling, &book.RequestQuote{Receivable: free.ID, Programme: p, Payee: free.tie.seller.account})
		}
	case 8:
		if free != nil {
			v.give("disputed", free.tie.buyer.buying, &book.OpenDispute{Receivable: free.ID, Amount: free.Face / 3, Reason: dispute.Price, Text: e.text(intake.KindReason, "Too dear.")})
		}
	case 9:
		if market := free; market != nil && market.tie.buyer.market.offer != 0 {
			v.give("early", free.tie.seller.selling, &book.AcceptEarlyPayment{Offer: free.tie.buyer.market.offer, Receivables: []id.Receivable{free.ID}, Payee: free.tie.seller.account, DiscountMost: free.Face})
		}
	}
}

// The economy grows for a year and lives on for thirty days, among people who do at random what is to be done, or who refuse it: nothing stops it,
// the auditor finds no breach, and a day that somebody else has opened is not lost.
func TestItLivesOnAmongVisitors(t *testing.T) {
	e, n := onNode(t, "", Options{Parties: 14, Months: 12, Seed: 4, Early: early(t)})
	if err := e.Grow(nil); err != nil {
		t.Fatal(err)
	}
	before := e.told
	v := &visitor{T: t, economy: e, node: n, random: newSource(7, 7), done: map[string]int{}}
	for half := range 60 {
		for range 25 {
			v.act()
		}
		if half == 31 || half == 44 { // at a morning, and at noon
			v.give("day", e.Maker, &book.OpenDay{Date: e.Date().AddDays(5)})
		}
		if err := e.Turn(); err != nil {
			t.Fatal(err)
		}
	}
	for _, what := range []string{"accepted", "referral", "payment", "outcome", "confirmed", "quoted", "disputed", "early", "day"} {
		if v.done[what] == 0 {
			t.Errorf("no visitor has done anything as to %s: %v", what, v.done)
		}
	}
	if e.told.documents <= before.documents+200 || e.told.financed <= before.financed || e.told.settled <= before.settled {
		t.Errorf("the economy has not gone on: %d documents, before %d", e.told.documents, before.documents)
	}
	r, err := e.Result()
	if err != nil || r.Breaches != 0 {
		t.Errorf("%d breaches, %v", r.Breaches, err)
	}
	if r.Entries != n.Head().Sequence {
		t.Errorf("the economy knows of %d entries, the journal has %d", r.Entries, n.Head().Sequence)
	}
}
