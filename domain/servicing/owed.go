package servicing

import "millrace/domain/money"

// Entitled is what a party may have had since the beginning of what the custodian keeps: what came in, and fees kept from the
// proceeds. Paid on beyond that, it has a shortfall.
func (p *Position) Entitled(party Role) money.Minor {
	switch party {
	case Funder:
		return p.forFunder() - p.Totals[LineFunderFeesPaid]
	case Seller:
		return p.Collected(TierSeller) + p.overpaid(Seller) + p.Totals[LineRebate]
	case Buyer:
		return p.overpaid(Buyer)
	case Insurer:
		return p.Collected(TierInsurer) + p.overpaid(Insurer)
	case Guarantor:
		return p.Collected(TierGuarantor) + p.overpaid(Guarantor)
	case Operator:
		return p.Collected(TierFees) + p.Collected(TierBuyerFees) + p.Totals[LineFunderFeesPaid] + p.fee
	}
	return 0
}

// forFunder is what has come in for the funder, before the fees that it bears.
func (p *Position) forFunder() money.Minor {
	sum := p.Collected(TierLate) + p.Collected(TierInterest) + p.Collected(TierPrincipal) - p.Totals[LineRebate]
	return sum + p.Collected(TierWrittenPrincipal) + p.Collected(TierWrittenInterest) + p.Collected(TierWrittenLate)
}

func (p *Position) overpaid(payer Role) money.Minor {
	return p.Totals[CollectionLine(payer, TierOverpaid)]
}

// ToPayOn is what a party is entitled to and has not had.
func (p *Position) ToPayOn(party Role) money.Minor {
	return max(0, p.Entitled(party)-p.Totals[PaidOnLine(party)])
}

// Shortfall is what a party has had beyond what it is entitled to, and owes.
func (p *Position) Shortfall(party Role) money.Minor { return p.Totals[ShortfallLine(party)] }

// sellerPaid is what the seller has paid of what is owed to funder and operator.
func (p *Position) sellerPaid() money.Minor {
	return p.Paid(Seller) - p.overpaid(Seller)
}

// OwedBy is what a party owes to the financing on the position's day, shortfalls apart:
//
//   - the buyer as obligor the open face and what it bears on top;
//   - the seller all where it has borrowed or was called for all; else what it bears itself, as far as the open face will
//     not cover it, and what it was called for, its payments counting in that order;
//   - the insurer what was claimed and not paid.
func (p *Position) OwedBy(t *Terms, party Role) money.Minor {
	switch party {
	case Buyer:
		if t.Obligor == Buyer {
			return p.buyerOwes(t)
		}
	case Seller:
		return p.sellerOwes(t)
	case Insurer:
		return max(0, p.Claim-p.Totals[CollectionLine(Insurer, TierPrincipal)]-p.Totals[CollectionLine(Insurer, TierWrittenPrincipal)])
	}
	return 0
}

func (p *Position) sellerOwes(t *Terms) money.Minor {
	owed := p.Owed()
	if t.Direct() || p.has(called) {
		return owed
	}
	borne, due := money.Minor(0), money.Minor(0)
	for _, tier := range [...]Tier{TierFees, TierLate, TierInterest} {
		if t.Bearer(tier) == Seller {
			due += p.due(t, tier)
			borne += p.due(t, tier) + p.Collected(tier)
		}
	}
	paid := p.sellerPaid()
	short := max(0, p.Principal+due-p.Open(t))
	return min(owed, min(short, max(0, borne-paid))+max(0, p.Called-max(0, paid-borne)))
}

// BuybackPrice is what settles the financing on the position's day if the seller takes the receivable back, and the
// discount that is given back to it then.
func (p *Position) BuybackPrice(t *Terms) (price, back money.Minor) {
	after := *p
	after.repaid(t, after.Principal)
	return p.Owed(), after.Totals[LineRebate] - p.Totals[LineRebate]
}

// Claimable is what may be claimed on the credit cover on the position's day: 0 before its waiting time is over.
func (p *Position) Claimable(t *Terms) money.Minor {
	if t.Cover.Share == 0 || p.Claim > 0 || p.On < p.Due.AddDays(int(t.Cover.Days)) {
		return 0
	}
	return min(t.Cover.Limit, money.Share(p.Principal, t.Cover.Share))
}
