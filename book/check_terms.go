package book

import (
	"math/big"
	"math/bits"

	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/domain/servicing"
)

// nature is what a financing is in the books, as the auditor reads it from the product.
type nature uint8

const (
	bought nature = iota
	lentToSeller
	lentToBuyer
)

func natureOf(t *product.Terms) nature {
	back := t.Recourse.Insolvency || t.Recourse.ProtractedDefault
	if t.Form != product.Full {
		if back {
			return lentToSeller
		}
		return bought
	}
	switch {
	case t.Assignment == product.Sale && !back:
		return bought
	case t.Assignment == product.AssignmentNone && t.Repayment != product.FromSeller:
		return lentToBuyer
	}
	return lentToSeller
}

// buyerBears tells whether ordinary and late interest are the buyer's on top of its debt.
func buyerBears(t *product.Terms) (interest, late bool) {
	if t.Form != product.Full {
		return false, natureOf(t) == bought
	}
	return t.InterestPayer == product.Buyer, t.LatePayer == product.Buyer
}

// quotedFees are the fees of a financing, and for each whether it was paid with the proceeds.
func quotedFees(f *funding.Financing) ([]funding.Fee, func(fee *funding.Fee) bool) {
	fees := f.Fees
	if len(fees) == 0 && f.Fee != 0 {
		fees = []funding.Fee{{Payer: uint8(product.Seller), To: uint8(product.Operator), When: uint8(product.AtDisbursement), Amount: f.Fee}}
	}
	return fees, func(fee *funding.Fee) bool {
		return fee.When == uint8(product.AtDisbursement) && fee.Payer != uint8(product.Buyer)
	}
}

// earnedByFunder tells whether a fee stays with the funder.
func earnedByFunder(t *product.Terms, fee *funding.Fee) bool {
	return fee.To == uint8(product.Funder) || fee.To == uint8(product.Bank) && t.Source == product.SourceBank
}

// left is what has left a funder's account for a financing: all that did not stay with it.
func (a *audit) left(f *funding.Financing) money.Minor {
	sum := f.Net
	p := a.b.products.at(uint64(f.Product) >> 16)
	fees, atOnce := quotedFees(f)
	for i := range fees {
		if p != nil && atOnce(&fees[i]) && !(fees[i].Payer == uint8(product.Seller) && earnedByFunder(&p.Terms, &fees[i])) {
			sum += fees[i].Amount + fees[i].Tax
		}
	}
	return sum
}

// discountOfSeller is the discount that is kept from the proceeds.
func discountOfSeller(f *funding.Financing) money.Minor {
	for i := range f.Fees {
		if f.Fees[i].Of == funding.Interest {
			return f.Discount - f.Fees[i].Amount
		}
	}
	return f.Discount
}

// feesOwed are the fees of one payer that were not paid with the proceeds.
func feesOwed(f *funding.Financing, payer product.Role) money.Minor {
	sum := money.Minor(0)
	fees, atOnce := quotedFees(f)
	for i := range fees {
		if fees[i].Payer == uint8(payer) && !atOnce(&fees[i]) {
			sum += fees[i].Amount + fees[i].Tax
		}
	}
	return sum
}

// expectFees: each fee stands with the one who earns it and the one who bears it, what is paid of it with the first, and the rest
// between them.
func (a *audit) expectFees(f *funding.Financing, p *funding.Programme, t *product.Terms, r *reckoned) {
	var paid [product.Keeper + 1]money.Minor
	if r != nil {
		paid[product.Seller], paid[product.Buyer] = r.paid[0][4]+r.paid[1][4], r.paid[0][5]+r.paid[1][5]
		paid[product.Funder] = min(feesOwed(f, product.Funder), max(0, f.Repaid-f.TakenRepaid+f.InterestPaid+f.LatePaid-f.Besides.GivenBack))
	}
	fees, atOnce := quotedFees(f)
	for i := range fees {
		fee := &fees[i]
		whole := fee.Amount + fee.Tax
		done := min(whole, paid[fee.Payer])
		if atOnce(fee) {
			done = whole
		} else {
			paid[fee.Payer] -= done
			a.expectBorne(f, fee, whole-done)
		}
		if fee.Payer == uint8(product.Funder) {
			a.expect(f.Funder, f.Programme, 0, ledger.FunderFees, f.Currency, whole)
			if !atOnce(fee) {
				a.expect(p.Custodian, p.ID, f.Funder, ledger.CollectionForFunder, f.Currency, -done)
			}
		}
		a.expectEarned(f, p, t, fee, done, atOnce(fee))
	}
}

func (a *audit) expectBorne(f *funding.Financing, fee *funding.Fee, open money.Minor) {
	switch product.Role(fee.Payer) {
	case product.Seller:
		a.expect(f.Seller, 0, 0, ledger.FeesPayable, f.Currency, open)
	case product.Buyer:
		a.expect(f.Buyer, 0, 0, ledger.BuyerFeesPayable, f.Currency, open)
	default:
		a.expect(f.Funder, f.Programme, 0, ledger.FunderFeesPayable, f.Currency, open)
	}
}

func (a *audit) expectEarned(f *funding.Financing, p *funding.Programme, t *product.Terms, fee *funding.Fee, done money.Minor, atOnce bool) {
	open := fee.Amount + fee.Tax - done
	switch {
	case earnedByFunder(t, fee):
		if fee.Of != funding.Interest {
			a.expect(f.Funder, f.Programme, 0, ledger.FunderFeeIncome, f.Currency, fee.Amount)
		}
		a.expect(f.Funder, f.Programme, 0, ledger.FunderTaxCollected, f.Currency, fee.Tax)
		a.expect(f.Funder, f.Programme, 0, ledger.FunderFeesReceivable, f.Currency, open)
		if !atOnce {
			a.expect(p.Custodian, p.ID, f.Funder, ledger.CollectionForFunder, f.Currency, done)
		}
		return
	case fee.To == uint8(product.Operator):
		a.expect(p.Operator, 0, 0, ledger.FeeIncome, f.Currency, fee.Amount)
		a.expect(p.Operator, 0, 0, ledger.TaxCollected, f.Currency, fee.Tax)
		a.expect(p.Operator, 0, 0, ledger.FeesReceivable, f.Currency, open)
		a.expect(p.Operator, 0, 0, ledger.OperatorAccount, f.Currency, done)
		a.expect(p.Custodian, p.ID, p.Operator, feesLie(ledger.OperatorFees, atOnce), f.Currency, done)
	default:
		a.expect(p.Custodian, p.ID, fee.Party, feesLie(ledger.FeesForOthers, atOnce), f.Currency, done)
	}
	if !atOnce {
		a.fees.add(p.ID, done)
	}
}

// expectClaim: what is out stands with the funder, and with the one who has sold or borrowed.
func (a *audit) expectClaim(f *funding.Financing, t *product.Terms, bySeller money.Minor) {
	out := f.Principal - f.Repaid - f.Written
	called := calledOn(f, t, bySeller) // of what was bought, what the seller answers for
	switch natureOf(t) {
	case lentToSeller:
		a.expect(f.Funder, f.Programme, f.Seller, ledger.LoansToSellers, f.Currency, out)
		a.expect(f.Seller, 0, f.Funder, ledger.Borrowings, f.Currency, out)
		return
	case bought:
		a.expect(f.Funder, f.Programme, f.Buyer, ledger.PurchasedReceivables, f.Currency, out-called)
	case lentToBuyer:
		a.expect(f.Funder, f.Programme, f.Buyer, ledger.LoansToBuyers, f.Currency, out-called)
		a.expect(f.Buyer, 0, f.Funder, ledger.BuyerBorrowings, f.Currency, out)
		owed := debtPaid(t)
		if t.Repayment == product.FromBuyer { // its debt has ended, save for what the seller has paid for it
			a.expect(f.Buyer, 0, f.Seller, owed, f.Currency, bySeller)
			a.expect(f.Seller, 0, f.Buyer, ledger.TradeReceivables, f.Currency, bySeller)
			return
		}
		a.expect(f.Buyer, 0, f.Seller, owed, f.Currency, -out)
	}
	a.expect(f.Seller, 0, f.Buyer, ledger.TradeReceivables, f.Currency, called-out)
	a.expect(f.Funder, f.Programme, f.Seller, ledger.LoansToSellers, f.Currency, called)
	a.expect(f.Seller, 0, f.Funder, ledger.Borrowings, f.Currency, called)
}

// calledOn is what the seller answers for of what is not covered, where it has paid so much of the principal.
func calledOn(f *funding.Financing, t *product.Terms, paid money.Minor) money.Minor {
	if !t.Recourse.Dispute || t.Repayment == product.FromBuyer {
		return 0
	}
	part := f.Uncovered + paid
	switch extent := t.Extents.Dispute; {
	case extent.Share != 0:
		part = rounded(part, extent.Share)
	case extent.FirstLoss != 0:
		part = min(part, rounded(f.Principal, extent.FirstLoss))
	}
	return min(f.Uncovered, max(0, part-paid))
}

// rounded is a share of an amount, half up.
func rounded(amount money.Minor, share money.Rate) money.Minor {
	high, low := bits.Mul64(uint64(amount), uint64(share))
	low, carry := bits.Add64(low, 500_000, 0)
	quotient, _ := bits.Div64(high+carry, low, 1_000_000)
	return money.Minor(quotient)
}

// full takes over what a product of the full form says of interest and of what money is for.
func (r *reckoned) full(f *funding.Financing, t *product.Terms) {
	r.feesOwed = [2]money.Minor{feesOwed(f, product.Seller), feesOwed(f, product.Buyer)}
	r.reserveMost, r.cover.share = f.Reserve, t.Cover.Share
	r.runsOn, r.fromEnd = t.Overdue == product.RunsOn, t.PenaltyFrom == product.FromGraceEnd
	r.effective, r.givenBack = t.Accrual == product.Effective, t.Unearned == product.GivenBack
	if f.LateFixing != 0 {
		r.late = f.LateRate
	}
	order := []servicing.Tier{}
	for _, tier := range t.Waterfall {
		switch tier {
		case product.TierFees:
			order = append(order, servicing.TierFees)
		case product.TierLateInterest:
			order = append(order, servicing.TierLate)
		case product.TierInterest:
			order = append(order, servicing.TierInterest)
		case product.TierPrincipal:
			order = append(order, servicing.TierPrincipal)
		case product.TierReserve:
			order = append(order, servicing.TierReserve)
		}
	}
	feesNamed := false
	for _, tier := range order {
		feesNamed = feesNamed || tier == servicing.TierFees
	}
	if !feesNamed {
		order = append([]servicing.Tier{servicing.TierFees}, order...)
	}
	if f.Holding == 0 {
		r.order = order
	}
}

// feesDue are the fees of seller (0) and buyer (1) that are not paid.
func (r *reckoned) feesDue(of int) money.Minor {
	return r.feesOwed[of] - r.paid[0][4+of] - r.paid[1][4+of]
}

func (r *reckoned) settled() bool {
	return r.principal == 0 && r.interestDue() == 0 && r.lateDue() == 0 && r.feesDue(0) == 0 && r.feesDue(1) == 0
}

// release gives the seller what was held back, once the financing is closed and nothing is owed.
func (r *reckoned) release() {
	if r.closed && r.settled() {
		r.paid[0][3] += r.cover.more(r.paid[0][6], r.paid[0][6])
		r.paid[0][6] = 0
	}
}

// rebate reckons what of a discount is given back for principal that comes on a day; below zero where a bank takes it back.
func (r *reckoned) rebate(part money.Minor, day calendar.Date) {
	if !r.givenBack || r.discount == 0 || day >= r.agreed || part == 0 {
		return
	}
	all, _ := r.count.Fraction(r.begin, r.agreed)
	if day > r.begin {
		gone, _ := r.count.Fraction(r.begin, day)
		all -= gone
	}
	if part > 0 {
		r.back.add(part, int64(r.rate)*all)
		return
	}
	r.back.sub(-part, int64(r.rate)*all)
}

func (w *wide) sub(amount money.Minor, weight int64) {
	high, low := bits.Mul64(uint64(amount), uint64(weight))
	borrow := uint64(0)
	w.low, borrow = bits.Sub64(w.low, low, 0)
	w.high -= high + borrow
}

func (r *reckoned) rebated() money.Minor {
	if !r.givenBack {
		return 0
	}
	return min(r.discount, r.back.whole(r.year()))
}

// ahead is what of the principal that is out is still to be earned at one daily rate: the largest n whose half below is not above
// principal * (1 - ((outlay - discount) / outlay)^(left / total)).
func (r *reckoned) ahead(day calendar.Date) money.Minor {
	left, total := int64(r.agreed-day), int64(r.agreed-r.begin)
	if left >= total {
		amount := new(big.Int).Mul(big.NewInt(int64(r.discount)), big.NewInt(int64(r.principal)))
		amount.Mul(amount, big.NewInt(2)).Add(amount, big.NewInt(int64(r.outlay)))
		return money.Minor(amount.Quo(amount, big.NewInt(2*int64(r.outlay))).Int64())
	}
	power := func(base, exponent int64) *big.Int {
		return new(big.Int).Exp(big.NewInt(base), big.NewInt(exponent), nil)
	}
	small := new(big.Int).Mul(power(int64(r.outlay-r.discount), left), power(2*int64(r.principal), total))
	scale := power(int64(r.outlay), left)
	low, high := int64(0), int64(r.principal)
	for low < high {
		n := (low + high + 1) / 2
		if small.Cmp(new(big.Int).Mul(power(2*int64(r.principal)-2*n+1, total), scale)) <= 0 {
			low = n
		} else {
			high = n - 1
		}
	}
	return money.Minor(low)
}
