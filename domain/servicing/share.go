package servicing

import "millrace/domain/money"

// most is the most that a payer owes: what it pays beyond is owed back to it.
func (p *Position) most(t *Terms, payer Role) money.Minor {
	switch {
	case payer == Buyer && t.Obligor == Buyer:
		return p.buyerOwes(t)
	case payer == Buyer: // from the sale of what secures the seller's loan: the rest is the seller's
		return money.MinorMax
	case payer == Insurer:
		return p.Principal + p.writtenOpen(TierWrittenPrincipal)
	case payer == Seller && t.Obligor == Seller:
		return p.Owed() + p.Lost() + p.guarantorOpen(t) + p.insurerOpen()
	}
	return p.Owed() + p.Lost()
}

// buyerOwes is the open face and what the buyer bears on top of it.
func (p *Position) buyerOwes(t *Terms) money.Minor {
	sum := p.Open(t)
	for tier := TierFees; tier <= TierWrittenLate; tier++ {
		if t.Bearer(tier) == Buyer {
			sum += p.due(t, tier)
		}
	}
	return sum + p.BuyerFeesDue()
}

// due is what is open of a tier that has a bound of its own.
func (p *Position) due(t *Terms, tier Tier) money.Minor {
	switch tier {
	case TierFees:
		return p.FeesDue()
	case TierBuyerFees:
		return p.BuyerFeesDue()
	case TierLate:
		return p.LateDue()
	case TierInterest:
		return p.InterestDue()
	case TierPrincipal:
		return p.Principal
	case TierWrittenPrincipal, TierWrittenInterest, TierWrittenLate:
		return p.writtenOpen(tier)
	case TierGuarantor:
		return p.guarantorOpen(t)
	case TierInsurer:
		return p.insurerOpen()
	}
	return 0
}

// guarantorOpen is what a guarantor has paid and not got back; what the buyer bears on top of the face those two settle
// between themselves.
func (p *Position) guarantorOpen(t *Terms) money.Minor {
	if !p.has(stoodIn) {
		return 0
	}
	paid := money.Minor(0)
	for tier := TierFees; tier <= TierWrittenLate; tier++ {
		if tier != TierReserve && tier != TierSeller && t.Bearer(tier) != Buyer {
			paid += p.Totals[CollectionLine(Guarantor, tier)]
		}
	}
	return max(0, paid-p.Collected(TierGuarantor))
}

// insurerPaid is what the insurer has paid.
func (p *Position) insurerPaid() money.Minor {
	return p.Totals[CollectionLine(Insurer, TierPrincipal)] + p.Totals[CollectionLine(Insurer, TierWrittenPrincipal)]
}

// insurerOpen is what of that it has not got back.
func (p *Position) insurerOpen() money.Minor {
	return max(0, p.insurerPaid()-p.Collected(TierInsurer))
}

// flow is one payment on its way through the tiers; way is -1 where it is taken back.
type flow struct {
	p     *Position
	t     *Terms
	payer Role
	left  money.Minor
}

// onFace tells whether the flow into a tier pays the face: money of its obligor, save for what that bears on top.
func (f *flow) onFace(tier Tier) bool {
	return f.payer == Buyer && f.t.Obligor == Buyer && tier != TierOverpaid && f.t.Bearer(tier) != Buyer
}

// put moves up to want of the flow to a tier. What the obligor pays on top of the face is not used up for the face.
func (f *flow) put(tier Tier, want money.Minor) {
	if want > 0 && f.onFace(tier) {
		want = min(want, f.p.Open(f.t))
	}
	if amount := min(f.left, want); amount > 0 {
		f.left -= amount
		f.move(tier, amount)
	}
}

// pull takes up to want back out of a tier.
func (f *flow) pull(tier Tier, want money.Minor) {
	if amount := min(f.left, want, f.p.Totals[CollectionLine(f.payer, tier)]); amount > 0 {
		f.left -= amount
		f.move(tier, -amount)
	}
}

func (f *flow) move(tier Tier, amount money.Minor) {
	f.p.put(f.payer, tier, amount)
	if tier == TierPrincipal {
		f.p.repaid(f.t, amount)
	}
	if f.onFace(tier) {
		f.p.Repaid += amount
	}
}

// share sends a payment through the waterfall, up to what its payer owes. Once the insurer has paid, it has its share of what
// the obligor still pays; the funder comes before it where somebody stands in for the obligor.
func (p *Position) share(t *Terms, payer Role, amount money.Minor, kind Kind) {
	f := flow{p, t, payer, min(amount, p.most(t, payer))}
	over := amount - f.left
	if payer == Insurer || payer == Guarantor {
		p.marks |= stoodIn
	}
	insured := (payer == Buyer || payer == t.Obligor) && p.insurerPaid() > 0
	if insured {
		f.put(TierInsurer, min(p.insurerOpen(), money.Share(f.left, t.Cover.Share)))
	}
	lost := p.Lost() > 0
	written := func() {
		for tier := TierWrittenPrincipal; lost && tier <= TierWrittenLate; tier++ {
			if payer != Insurer || tier == TierWrittenPrincipal {
				f.put(tier, p.due(t, tier))
			}
		}
	}
	if kind == Recovered {
		written()
	}
	for _, tier := range t.Waterfall {
		if f.left == 0 {
			break
		}
		if tier == TierSeller {
			written()
			f.put(TierGuarantor, p.guarantorOpen(t))
			f.put(TierInsurer, p.insurerOpen())
		}
		switch {
		case tier == TierReserve && payer == Buyer:
			f.put(tier, max(0, t.Reserve-p.Collected(TierReserve)))
		case tier == TierSeller && payer == Buyer:
			f.put(tier, f.left)
		case tier < TierReserve && (payer != Insurer || tier == TierPrincipal):
			if tier == TierFees {
				f.put(TierBuyerFees, p.BuyerFeesDue())
			}
			f.put(tier, p.due(t, tier))
		}
	}
	f.left += over
	if insured {
		p.sinceInsured[payer-1] += amount - f.left
	}
	f.put(TierOverpaid, f.left)
}

// takeBack takes out of the tiers, in the opposite order, what a bank has taken back: what the payer has paid on balance
// stays shared by priority. The insurer keeps its share of what came since it has paid. What had been paid on leaves a shortfall
// (see Entitled).
func (p *Position) takeBack(t *Terms, payer Role, amount money.Minor) {
	f := flow{p, t, payer, amount}
	f.pull(TierOverpaid, amount)
	since := &p.sinceInsured[payer-1]
	*since = max(0, *since-f.left)
	f.pull(TierSeller, amount)
	f.pull(TierReserve, amount)
	f.pull(TierInsurer, p.Totals[CollectionLine(payer, TierInsurer)]-money.Share(*since, t.Cover.Share))
	f.pull(TierGuarantor, amount)
	for tier := TierWrittenLate; tier >= TierWrittenPrincipal; tier-- {
		f.pull(tier, amount)
	}
	for i := waterfallTiers - 1; i >= 0; i-- {
		if tier := t.Waterfall[i]; tier < TierReserve {
			f.pull(tier, amount)
			if tier == TierFees {
				f.pull(TierBuyerFees, amount)
			}
		}
	}
	f.pull(TierInsurer, amount)
	if f.left != 0 {
		panic("servicing: more is taken back than was paid")
	}
}

// useReserve sends up to want of what is held in reserve to those whom the waterfall puts before the seller.
func (p *Position) useReserve(t *Terms, want money.Minor) {
	f := flow{p, t, Buyer, min(want, p.Totals[CollectionLine(Buyer, TierReserve)])}
	for _, tier := range t.Waterfall {
		if tier >= TierReserve {
			continue
		}
		f.fromReserve(tier)
		if tier == TierFees {
			f.fromReserve(TierBuyerFees)
		}
	}
}

// fromReserve moves what is due of a tier out of the reserve.
func (f *flow) fromReserve(tier Tier) {
	if amount := min(f.left, f.p.due(f.t, tier)); amount > 0 {
		f.left -= amount
		f.move(TierReserve, -amount)
		f.move(tier, amount)
	}
}

// release ends the reserve once nothing is owed to funder or operator and nothing more can come or shrink: it makes good what was
// written off, what guarantor and insurer have paid, and the rest is the seller's.
func (p *Position) release(t *Terms) {
	f := flow{p, t, Buyer, p.Totals[CollectionLine(Buyer, TierReserve)]}
	if f.left == 0 || p.Owed() != 0 || !p.has(closed) && t.Obligor == Buyer && p.Open(t) > 0 {
		return
	}
	for tier := TierWrittenPrincipal; tier <= TierInsurer; tier++ {
		f.fromReserve(tier)
	}
	rest := f.left
	f.move(TierReserve, -rest)
	f.move(TierSeller, rest)
}
