package servicing

// Objection is what speaks against recording a fact, when it comes as the newest.
type Objection uint8

// The objections, in the order in which they are looked for.
const (
	None             Objection = iota
	NothingDisbursed           // nothing is out on which the fact could act
	AlreadyDisbursed           //
	AmountInvalid              // 0, or more than there is: a disbursement beyond the face or below twice its discount, a write-off beyond what is owed, paying on beyond the entitlement
	DueNotLater                // an extension to a day that is not later
	FactUnknown                // a reversal of what is not among the facts, or is reversed already
	ValueEarlier               // a reversal with a value date before that of the fact
	RecourseNone               // the terms give none in this cause
	RecourseEarly              // its days have not passed
	CoverNone                  // no credit cover, or claimed already
	CoverEarly                 // its waiting time has not passed
	PriceUnpaid                // a buyback for less than the price
	StillOwed                  // closing what is not settled
)

var objectionNames = [...]string{
	"", "nothing_disbursed", "already_disbursed", "amount_invalid", "due_not_later", "fact_unknown", "value_earlier", "recourse_none",
	"recourse_early", "cover_none", "cover_early", "price_unpaid", "still_owed",
}

// String is the objection's code.
func (o Objection) String() string { return objectionNames[o] }

// Object tells what speaks against a fact that is to join those known, which are in canonical order; None if nothing does. A
// fact that is forced in all the same, as a bank's act may be, has its effect.
func Object(terms *Terms, known []Fact, fact Fact) Objection {
	p := Run(terms, known[:upTo(known, fact)]).At(terms, fact.Value)
	switch fact.Kind {
	case Disbursed, Fixing, Diluted, Disputed, FeeCharged, Received:
	case Reversed:
		return objectReversal(known, fact)
	default:
		if !p.has(disbursed) {
			return NothingDisbursed
		}
	}
	if fact.Amount <= 0 && moves(fact.Kind) {
		return AmountInvalid
	}
	switch fact.Kind {
	case Disbursed:
		if all := Run(terms, known); all.has(disbursed) {
			return AlreadyDisbursed
		}
		if fact.Amount > terms.Face || fact.Amount/2 < terms.Discount {
			return AmountInvalid
		}
	case Extended:
		if fact.Due <= p.Due {
			return DueNotLater
		}
	case Recoursed:
		return p.objectRecourse(terms, fact)
	case Claimed:
		return p.objectClaim(terms)
	case BoughtBack:
		if price, _ := p.BuybackPrice(terms); fact.Amount < price {
			return PriceUnpaid
		}
	case WrittenOff:
		if fact.Amount > p.Owed()-p.FeesDue()-p.BuyerFeesDue() {
			return AmountInvalid
		}
	case PaidOn:
		if fact.Amount > p.ToPayOn(fact.Party) {
			return AmountInvalid
		}
	case Closed:
		if p.Owed() != 0 {
			return StillOwed
		}
	}
	return None
}

// upTo is how many of the facts come before one in canonical order.
func upTo(known []Fact, fact Fact) int {
	for i := range known {
		if Compare(known[i], fact) > 0 {
			return i
		}
	}
	return len(known)
}

// moves tells whether a kind needs an amount. An allowance may be set to nothing.
func moves(kind Kind) bool {
	switch kind {
	case Disbursed, FeeCharged, Diluted, Disputed, Resolved, Received, BoughtBack, PaidOnCover, Recovered, WrittenOff, PaidOn:
		return true
	}
	return false
}

func objectReversal(known []Fact, fact Fact) Objection {
	target := find(known, fact.Of)
	if target < 0 || known[target].Entry >= fact.Entry || reversalOf(known, fact.Of, span{0, len(known)}) >= 0 {
		return FactUnknown
	}
	if Compare(fact, known[target]) < 0 {
		return ValueEarlier
	}
	return None
}

func (p *Position) objectRecourse(t *Terms, fact Fact) Objection {
	recourse := t.recourse(fact.Cause)
	since := p.Due
	if fact.Cause == Dispute {
		since = p.raised
	}
	switch {
	case recourse.Share == 0:
		return RecourseNone
	case fact.Cause == Dispute && p.Disputed == 0:
		return RecourseEarly
	case (fact.Cause == ProtractedDefault || fact.Cause == Dispute) && fact.Value < since.AddDays(int(recourse.Days)):
		return RecourseEarly
	}
	return None
}

func (p *Position) objectClaim(t *Terms) Objection {
	switch {
	case t.Cover.Share == 0 || p.Claim > 0:
		return CoverNone
	case p.On < p.Due.AddDays(int(t.Cover.Days)):
		return CoverEarly
	}
	return None
}
