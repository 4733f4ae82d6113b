package servicing

import (
	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Line is one cumulative amount of a position that is posted. The first lines are what came in, by payer and tier (see
// CollectionLine).
type Line uint8

// The lines after those of what came in.
const (
	LineNet              Line                         = Line(payers*tiers) + iota // paid out to the seller
	LineFee                                                                       // kept from the proceeds for the operator
	LineDiscount                                                                  // kept from the proceeds for the funder
	LineDiscountEarned                                                            //
	LineRebate                                                                    // discount given back to the seller
	LineInterest                                                                  // ordinary interest earned, beyond a discount
	LineLate                                                                      // late interest earned
	LineFeesCharged                                                               //
	LineBuyerFees                                                                 // owed by the buyer on top
	LineFunderFees                                                                // owed by the funder
	LineFunderFeesPaid                                                            // of them
	LineWrittenPrincipal                                                          // written off
	LineWrittenInterest                                                           //
	LineWrittenLate                                                               //
	LineAllowance                                                                 // a level: it falls again
	linePaidOn                                                                    // by party, from Buyer
	lineShortfall        = linePaidOn + Line(parties)                             // a level, by party, from Buyer
	lines                = int(lineShortfall) + parties
)

// Lines is how many lines there are.
const Lines = lines

// CollectionLine is what a payer's money went to.
func CollectionLine(payer Role, tier Tier) Line {
	return Line(int(payer-1)*tiers + int(tier-1))
}

// PaidOnLine is what was paid on to a party.
func PaidOnLine(party Role) Line { return linePaidOn + Line(party-1) }

// ShortfallLine is what a party has been paid beyond what it is entitled to.
func ShortfallLine(party Role) Line { return lineShortfall + Line(party-1) }

// Collection gives payer and tier of a line of what came in; ok is false for any other line.
func (l Line) Collection() (payer Role, tier Tier, ok bool) {
	if l >= LineNet {
		return 0, 0, false
	}
	return Role(int(l)/tiers + 1), Tier(int(l)%tiers + 1), true
}

var lineNames = [...]string{
	"net", "fee", "discount", "discount_earned", "rebate", "interest", "late_interest", "fees_charged", "buyer_fees", "funder_fees", "funder_fees_paid",
	"written_off_principal", "written_off_interest", "written_off_late_interest", "allowance",
}

// String is the name used in tables.
func (l Line) String() string {
	payer, tier, ok := l.Collection()
	switch {
	case ok:
		return payer.String() + "." + tier.String()
	case l >= lineShortfall:
		return "shortfall." + Role(l-lineShortfall+1).String()
	case l >= linePaidOn:
		return "paid_on." + Role(l-linePaidOn+1).String()
	}
	return lineNames[l-LineNet]
}

// State is where a financing stands.
type State uint8

// The states.
const (
	Expected    State = iota // not paid out, or what was paid out has come back
	Outstanding              //
	PastDue                  //
	InRecourse               // the seller is called
	InDefault                //
	Settled                  // nothing is owed to the funder
	Repurchased              // settled by the seller, who has the receivable back
	Lost                     // the rest was written off; recoveries may come
	Ended                    // closed
)

var stateNames = [...]string{"expected", "outstanding", "past_due", "in_recourse", "in_default", "settled", "repurchased", "lost", "ended"}

// String is the name used in tables.
func (s State) String() string { return stateNames[s] }

// mark is something that has happened and lasts.
type mark uint8

const (
	disbursed mark = 1 << iota
	called         // for all that is owed
	defaulted
	boughtBack
	closed
	graceOver // late interest counts
	stoodIn   // insurer or guarantor have paid at some time
)

// Position is where a financing stands on a day. It is a flat value: it can be kept, compared and brought forward.
type Position struct {
	On        calendar.Date // up to which interest is reckoned; 0 before the first fact
	State     State
	Due       calendar.Date      // as last extended
	Principal money.Minor        // out, not written off
	Repaid    money.Minor        // of the face, by its obligor
	Diluted   money.Minor        // of the face, where it is soft
	Disputed  money.Minor        // open disputes
	Called    money.Minor        // for what the seller was called, where it does not answer for all
	Claim     money.Minor        // on the credit cover
	Totals    [lines]money.Minor // by Line

	collected   [tiers]money.Minor // by tier: the sum over the payers in Totals
	fee         money.Minor        // of the proceeds, kept by the custodian for the operator
	outlay      money.Minor        // the principal at first
	from        calendar.Date      // of the disbursement
	accrualFrom calendar.Date      // from when ordinary interest is not covered by the discount
	base        money.Rate         // as last fixed
	ordinary    money.Rate         // in force
	penalty     money.Rate         // in force
	first       money.Rate         // ordinary, at disbursement: of the discount
	interest    Exact
	late        Exact
	rebate      Exact
	// Rate * days since the due date, within the grace: what late or ordinary interest will count when it turns out.
	graceOrdinary, gracePenalty int64
	// Principal that a bank took back within the grace, and the same sums since it last did.
	back                      money.Minor
	backOrdinary, backPenalty int64
	dilutionCalled            money.Minor
	raised                    calendar.Date // the oldest open dispute
	// What came by payer since the insurer has paid, less what the bank took back, and not too much: the insurer has its share of it.
	sinceInsured [payers]money.Minor
	allowance    money.Minor // as provisioned, before what is left bounds it
	marks        mark
}

func (p *Position) has(m mark) bool { return p.marks&m != 0 }

// Collected is what went to a tier, whoever paid.
func (p *Position) Collected(tier Tier) money.Minor { return p.collected[tier-1] }

// put is the one place where a line of what came in changes.
func (p *Position) put(payer Role, tier Tier, amount money.Minor) {
	line := CollectionLine(payer, tier)
	p.Totals[line] = money.Add(p.Totals[line], amount)
	p.collected[tier-1] = money.Add(p.collected[tier-1], amount)
}

// Paid is what a payer has paid on balance, whatever it went to.
func (p *Position) Paid(payer Role) money.Minor {
	sum := money.Minor(0)
	for tier := TierFees; tier <= TierBuyerFees; tier++ {
		sum += p.Totals[CollectionLine(payer, tier)]
	}
	return sum
}

// InterestDue is ordinary interest that is earned, not paid and not written off.
func (p *Position) InterestDue() money.Minor {
	return p.Totals[LineInterest] - p.Collected(TierInterest) - p.Totals[LineWrittenInterest]
}

// LateDue is late interest that is earned, not paid and not written off.
func (p *Position) LateDue() money.Minor {
	return p.Totals[LineLate] - p.Collected(TierLate) - p.Totals[LineWrittenLate]
}

// FeesDue is what is open of fees charged during the life.
func (p *Position) FeesDue() money.Minor {
	return p.Totals[LineFeesCharged] - p.Collected(TierFees)
}

// BuyerFeesDue is what is open of the fees that the buyer bears on top.
func (p *Position) BuyerFeesDue() money.Minor {
	return p.Totals[LineBuyerFees] - p.Collected(TierBuyerFees)
}

// Owed is all that is due to funder and operator and not written off: principal, interest, late interest, fees.
func (p *Position) Owed() money.Minor {
	return p.Principal + p.InterestDue() + p.LateDue() + p.FeesDue() + p.BuyerFeesDue()
}

// Lost is what was written off and has not been recovered.
func (p *Position) Lost() money.Minor {
	return p.writtenOpen(TierWrittenPrincipal) + p.writtenOpen(TierWrittenInterest) + p.writtenOpen(TierWrittenLate)
}

func (p *Position) writtenOpen(tier Tier) money.Minor {
	return p.Totals[LineWrittenPrincipal+Line(tier-TierWrittenPrincipal)] - p.Collected(tier)
}

// Open is what is left of the face: neither paid by its obligor nor diluted.
func (p *Position) Open(terms *Terms) money.Minor {
	return max(0, terms.Face-p.Diluted-p.Repaid)
}

// Uncovered is principal that the open face, less open disputes, will not repay.
func (p *Position) Uncovered(terms *Terms) money.Minor {
	soft := max(0, terms.Face-terms.Confirmed-p.Diluted)
	return max(0, p.Principal-max(0, p.Open(terms)-min(p.Disputed, soft)))
}
