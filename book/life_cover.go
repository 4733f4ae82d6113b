package book

import (
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/servicing"
)

func init() {
	registerCommand(func() act { return &ClaimCover{} })
	registerCommand(func() act { return &RecordCoverPayment{} })
	permitted[commandClaimCover] = party.Operator | party.Funder
	permitted[commandRecordCoverPayment] = party.Operator
}

// ClaimCover says that the funder has claimed on the credit cover of what it has bought: the insured share of the principal, up to
// the insurer's limit, once the waiting time since the due date is over.
type ClaimCover struct {
	Financing id.Financing `cbor:"1,keyasint"`
	Evidence  [32]byte     `cbor:"2,keyasint"` // of the claim, in the vault
}

// Kind names the stored form.
func (*ClaimCover) Kind() uint16 { return commandClaimCover }

func (c *ClaimCover) decide(d *draft) *Rejection {
	f, rejection := d.measured(c.Financing, CoverClaim, c.Evidence, funding.Overdue, funding.InRecourse, funding.Defaulted)
	if rejection != nil {
		return rejection
	}
	if f.Holding != 0 {
		return reject("certificated", "financing", "financing %s is of a holding, on which all holders are paid alike", f.ID)
	}
	if rejection := together(f); rejection != nil {
		return rejection
	}
	terms := d.terms(f)
	switch days := calendar.DaysBetween(f.Due, d.today()); {
	case terms.Cover.Share == 0 || terms.Treatment() != servicing.Purchase:
		return reject("cover_none", "financing", "no credit cover stands behind financing %s", f.ID)
	case d.claimedOn(f) != 0:
		return reject("cover_claimed", "financing", "the cover of financing %s was claimed already", f.ID)
	case days < int(terms.Cover.Days):
		return reject("cover_early", "financing", "%d days overdue; cover is claimed after %d", days, terms.Cover.Days)
	}
	s := d.weigh(f, servicing.Fact{Kind: servicing.Claimed, Value: d.today()})
	if s.after.Claim == 0 {
		return reject("nothing_owed", "financing", "nothing of financing %s is left to claim", f.ID)
	}
	// Nothing refuses after this line.
	d.propose(Measure{Programme: f.Programme, Financing: f.ID, Kind: CoverClaim, State: MeasureDone, Amount: s.after.Claim, Reason: c.Evidence})
	d.serve(s)
	return nil
}

// claimedOn is the day on which the cover of a financing was claimed; 0 where it was not.
func (b *Book) claimedOn(f *funding.Financing) calendar.Date {
	for number := f.LastFact; number != 0; number = b.facts.at(number).Previous {
		if fact := &b.facts.at(number).Fact; fact.Kind == servicing.Claimed {
			return fact.Value
		}
	}
	return 0
}

// RecordCoverPayment says that money of a receipt is the insurer's, paid on the claim: it goes to the principal, at most what was
// claimed and not paid yet. Of what the buyer pays from then on the insurer has its share.
type RecordCoverPayment struct {
	Receipt   id.Receipt   `cbor:"1,keyasint"`
	Financing id.Financing `cbor:"2,keyasint"`
	Amount    money.Minor  `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*RecordCoverPayment) Kind() uint16 { return commandRecordCoverPayment }

func (c *RecordCoverPayment) decide(d *draft) *Rejection {
	f, rejection := d.financing(c.Financing, funding.Outstanding, funding.Overdue, funding.InRecourse, funding.Defaulted, funding.WrittenOff)
	if rejection != nil {
		return rejection
	}
	claimed := d.claimedOn(f)
	if claimed == 0 {
		return reject("cover_none", "financing", "the cover of financing %s was not claimed", f.ID)
	}
	receipt, rejection := d.receiptFor(c.Receipt, f)
	if rejection != nil {
		return rejection
	}
	if receipt.Value <= claimed {
		return reject("date_invalid", "receipt", "an insurer pays after the day of the claim, %s", claimed)
	}
	if c.Amount <= 0 || c.Amount > receipt.Left() {
		return reject("amount_invalid", "amount", "of receipt %s there is %s left", c.Receipt, money.Amount{Minor: receipt.Left(), Currency: f.Currency})
	}
	terms := d.terms(f)
	before := servicing.Run(&terms, d.history(nil, f)).At(&terms, d.today())
	if most := min(before.OwedBy(&terms, servicing.Insurer), money.Add(before.Principal, before.Lost())); c.Amount > most {
		return reject("exceeds_owed", "amount", "the insurer owes %s", money.Amount{Minor: most, Currency: f.Currency})
	}
	if rejection := d.room(f); rejection != nil {
		return rejection
	}
	fact := received(servicing.Insurer, receipt, c.Amount)
	fact.Kind = servicing.PaidOnCover
	s := d.weigh(f, fact)
	// Nothing refuses after this line.
	r := d.receivables.at(f.Receivable.Number())
	after := *r
	d.serve(s)
	d.useReceipt(receipt, c.Amount)
	if onTop := s.onTop(); onTop != 0 { // money of the buyer that counts from later is shared otherwise now
		d.paysDebt(r, &after, receipt, -onTop)
	}
	d.uncover(f, s, &after)
	return nil
}

// insurersPart is what the insurer of a financing has paid and not got back.
func (d *draft) insurersPart(f *funding.Financing) money.Minor {
	if d.claimedOn(f) == 0 {
		return 0
	}
	terms := d.terms(f)
	p := servicing.Run(&terms, d.history(nil, f))
	paid := money.Add(p.Totals[servicing.CollectionLine(servicing.Insurer, servicing.TierPrincipal)], p.Totals[servicing.CollectionLine(servicing.Insurer, servicing.TierWrittenPrincipal)])
	return max(0, money.Sub(paid, p.Collected(servicing.TierInsurer)))
}

// noInsurer refuses what would give an insurer's part of the buyer's debt away.
func (d *draft) noInsurer(f *funding.Financing) *Rejection {
	if part := d.insurersPart(f); part > 0 {
		return reject("cover_paid", "financing", "the insurer has paid on financing %s, and %s of what the buyer owes is for it", f.ID, money.Amount{Minor: part, Currency: f.Currency})
	}
	return nil
}

// forInsurer is what the new facts bring to the insurer: its share, and what it has paid too much.
func (s *serviced) forInsurer() money.Minor {
	line := servicing.CollectionLine(servicing.Insurer, servicing.TierOverpaid)
	return money.Add(s.to(servicing.TierInsurer), money.Sub(s.after.Totals[line], s.before.Totals[line]))
}

// insurerKey is the supervised account of what is owed to a funder's insurer.
func (s *serviced) insurerKey() ledger.Key {
	return custodyKey(s.programme, ledger.ForInsurer, s.financing.Funder)
}
