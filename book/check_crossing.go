package book

import (
	"slices"

	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/servicing"
	"millrace/domain/supervision"
)

// crossed is money that has gone from one account at a custodian to another one.
type crossed struct{ from, at payment.Supervised }

// crossings: money goes from one supervised account to another only between programmes with one custodian, by a payment that says so; and
// what the books have moved so, as facts of financings and what was settled say, is what these payments move.
func (a *audit) crossings() {
	moved := a.movedBetween()
	a.transfers(&moved)
	for i, one := range moved.keys {
		if left := moved.sums[i]; left > 0 {
			a.breach("crossing_unpaid", one.from.Programme.String(), "the books have moved %d from the %s account of %s to the %s account of %s, and no payment says so",
				left, one.from.Kind, one.from.Programme, one.at.Kind, one.at.Programme)
		}
	}
}

// between adds what has gone from one account to another, and takes it off the way back.
func between(moved *tally[crossed], from, at payment.Supervised, amount money.Minor) {
	if from != at {
		moved.add(crossed{from, at}, amount)
		moved.add(crossed{at, from}, -amount)
	}
}

// movedBetween is what the books have moved from one supervised account to another, by facts of financings and by what was settled.
func (a *audit) movedBetween() (moved tally[crossed]) {
	b := a.b
	add := func(from, at payment.Supervised, amount money.Minor) {
		between(&moved, from, at, amount)
	}
	collection := func(p id.Programme) payment.Supervised {
		return payment.Supervised{Kind: payment.CollectionAccount, Programme: p}
	}
	for n := uint64(1); n <= b.facts.count; n++ {
		one := b.facts.at(n)
		if one.Fact.Kind != servicing.Received || one.Proceeds == 0 && one.Receivable == 0 || !a.standsStill(n) {
			continue
		}
		at := collection(b.financings.at(uint64(one.Financing) >> 16).Programme)
		if f := b.financings.at(uint64(one.Proceeds) >> 16); f != nil {
			add(payment.Supervised{Kind: payment.FundingAccount, Programme: f.Programme, Owner: f.Funder}, at, one.Fact.Amount)
		} else if r := b.receipts.at(one.Fact.Bank); r != nil {
			add(collection(r.Programme), at, one.Fact.Amount)
		}
	}
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		if f.SetOffRun != 0 && (moneyOut(f.State) || over(f.State)) { // it was drawn without a payment of its own
			add(payment.Supervised{Kind: payment.FundingAccount, Programme: f.Programme, Owner: f.Funder}, collection(f.Programme), f.Net)
		}
		if (moneyOut(f.State) || over(f.State)) && len(f.Conversions) > 0 && convertedBy(f) == f.Net { // no payment has taken its fees along
			add(payment.Supervised{Kind: payment.FundingAccount, Programme: f.Programme, Owner: f.Funder},
				payment.Supervised{Kind: payment.FeesAccount, Programme: f.Programme}, a.left(f)-f.Net)
		}
	}
	for n := uint64(1); n <= b.measures.count; n++ {
		switch m := b.measures.at(n); {
		case m.Kind == FeesMadeGood && m.Receipt != 0:
			add(collection(m.Programme), payment.Supervised{Kind: payment.FeesAccount, Programme: m.Programme}, m.Amount)
		case m.Kind == MadeGood && m.Party != 0: // of a deposit that was taken back
			add(collection(m.Programme), payment.Supervised{Kind: payment.FundingAccount, Programme: m.Programme, Owner: m.Party}, m.Amount)
		}
	}
	return moved
}

// transfers takes off what internal transfers move, and holds the index of those under way against them.
func (a *audit) transfers(moved *tally[crossed]) {
	b := a.b
	known := map[payment.Supervised][]id.Payment{}
	var places []payment.Supervised
	for n := uint64(1); n <= b.payments.count; n++ {
		r := b.payments.at(n)
		if r.Purpose != payment.InternalTransfer {
			if r.From != (payment.Supervised{}) || r.At != (payment.Supervised{}) || r.Replaces != 0 || r.Receipt != 0 || r.SetOffRun != 0 {
				a.breach("crossing_unsound", r.ID.String(), "%s, a payment of %s, says that it is an internal transfer", r.ID, r.Purpose)
			}
			continue
		}
		if text := a.crossingOf(r); text != "" {
			a.breach("crossing_unsound", r.ID.String(), "%s moves money between supervised accounts, and %s", r.ID, text)
		}
		if underway(r.State) {
			for _, place := range [...]payment.Supervised{r.From, r.At} {
				if known[place] == nil {
					places = append(places, place)
				}
				known[place] = append(known[place], r.ID)
			}
		}
		if underway(r.State) || r.State == payment.Executed {
			between(moved, r.From, r.At, -r.Amount)
		}
	}
	for _, place := range places {
		if !slices.Equal(b.crossing[place], known[place]) {
			a.breach("index_crossing", place.Programme.String(), "the index of what is on its way from and to the %s account of %s is not that of the payments", place.Kind, place.Programme)
		}
	}
	if len(b.crossing) != len(known) {
		a.breach("index_crossing", "", "something is on its way from or to %d accounts, the index knows %d", len(known), len(b.crossing))
	}
}

// crossingOf says what is wrong with an internal transfer; "" for nothing.
func (a *audit) crossingOf(r *payment.Payment) string {
	b := a.b
	from, at := b.programmes.at(uint64(r.From.Programme)>>16), b.programmes.at(uint64(r.At.Programme)>>16)
	before := b.payments.at(uint64(r.Replaces) >> 16)
	switch {
	case from == nil || at == nil || from.ID != r.Programme || from.Custodian != at.Custodian || from.Currency != at.Currency || r.Currency != from.Currency:
		return "the two are not at one custodian in one currency"
	case r.From == r.At || !a.isPlace(r.From) || !a.isPlace(r.At):
		return "one of the two is no account"
	case r.Amount <= 0 || r.Hold != 0 || r.Account != 0:
		return "its amount, or its hold, is another's"
	case r.SetOffRun != 0 && (r.Financing != 0 || r.Receipt != 0 || r.From != payment.Supervised{Kind: payment.FundingAccount, Programme: r.Programme, Owner: r.Payee} ||
		r.At != payment.Supervised{Kind: payment.CollectionAccount, Programme: r.Programme}):
		return "it does not bring cash of a run from its funder"
	case r.Financing != 0 && r.Receipt != 0 || r.Financing == 0 && r.From.Programme != r.At.Programme && r.Receipt == 0:
		return "it does not name one cause"
	case r.Replaces != 0 && (before == nil || r.Replaces >= r.ID || before.From != r.From || before.At != r.At || underway(before.State) || before.State == payment.Executed || r.Needed == 0):
		return "it is to replace one that has not failed, or without a person"
	case (r.Attempts == 0) != (r.State == payment.AwaitingApproval) && r.State != payment.Refused:
		return "its attempts are not in step with its state"
	}
	return ""
}

func (a *audit) isPlace(of payment.Supervised) bool {
	kind := supervision.Kind(of.Kind)
	return kind.Valid() && (kind == supervision.Funding) == (of.Owner != 0)
}
