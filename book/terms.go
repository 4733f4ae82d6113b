package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/servicing"
)

// fullTerms adds what a product of the full form says to the terms of a financing.
func fullTerms(terms *servicing.Terms, t *product.Terms, f *funding.Financing) {
	terms.Accrual, terms.Unearned = servicing.Accrual(t.Accrual), servicing.Unearned(t.Unearned)
	terms.PenaltyBy, terms.Overdue = servicing.PenaltyStart(t.PenaltyFrom), servicing.Overdue(t.Overdue)
	terms.InterestOf, terms.LateOf = bearerOf(t.InterestPayer), bearerOf(t.LatePayer)
	if f.LateFixing != 0 { // one that was taken over has none, and the margin alone
		terms.Penalty.Margin = f.LateRate
	}
	terms.Assignment = servicing.Assignment(t.Assignment)
	if t.Repayment == product.FromSeller {
		terms.Obligor = servicing.Seller
	}
	terms.Recourse[servicing.Insolvency-1] = recourseOf(t.Recourse.Insolvency, t.Extents.Insolvency, 0, f.Principal)
	terms.Recourse[servicing.ProtractedDefault-1] = recourseOf(t.Recourse.ProtractedDefault, t.Extents.ProtractedDefault, t.Recourse.DefaultAfterDays, f.Principal)
	terms.Recourse[servicing.Dispute-1] = recourseOf(t.Recourse.Dispute, t.Extents.Dispute, t.DisputeDays, f.Principal)
	terms.Cover = servicing.Cover{Limit: t.Cover.Limit, Share: t.Cover.Share, Days: t.Cover.WaitingDays}
	terms.Reserve = f.Reserve
	for i := range f.Fees {
		fee := &f.Fees[i]
		switch {
		case withheld(fee) || paidWithPayout(fee):
		case product.Role(fee.Payer) == product.Seller:
			terms.Fees = money.Add(terms.Fees, fee.Whole())
		case product.Role(fee.Payer) == product.Buyer:
			terms.BuyerFees = money.Add(terms.BuyerFees, fee.Whole())
		default:
			terms.FunderFees = money.Add(terms.FunderFees, fee.Whole())
		}
	}
}

func bearerOf(payer product.Role) servicing.Role {
	if payer == product.Buyer {
		return servicing.Buyer
	}
	return servicing.Seller
}

// recourseOf is the recourse for one cause: all, a share, or a first loss of the principal.
func recourseOf(given bool, extent product.Extent, days int32, principal money.Minor) servicing.Recourse {
	if !given {
		return servicing.Recourse{}
	}
	recourse := servicing.Recourse{Share: money.RateOne, Most: money.Share(principal, extent.FirstLoss), Days: days}
	if extent.Share > 0 {
		recourse.Share = extent.Share
	}
	return recourse
}

// withheld tells whether a fee is the seller's, kept from the proceeds.
func withheld(fee *funding.Fee) bool {
	return product.Role(fee.Payer) == product.Seller && product.When(fee.When) == product.AtDisbursement
}

// paidWithPayout tells whether a fee is the funder's, paid when the proceeds are.
func paidWithPayout(fee *funding.Fee) bool {
	return product.Role(fee.Payer) == product.Funder && product.When(fee.When) == product.AtDisbursement
}

// forFunder tells whether a fee is the funder's to earn: it is the bank where a bank's money is lent.
func (b *Book) forFunder(f *funding.Financing, fee *funding.Fee) bool {
	return funderEarns(&b.products.at(f.Product.Number()).Terms, fee)
}

func funderEarns(terms *product.Terms, fee *funding.Fee) bool {
	to := product.Role(fee.To)
	return to == product.Funder || to == product.Bank && terms.Source == product.SourceBank
}

// feesOf lists the fees of a financing, one where they were not kept one by one.
func feesOf(f *funding.Financing) []funding.Fee {
	if len(f.Fees) == 0 && f.Fee > 0 {
		return []funding.Fee{{Payer: uint8(product.Seller), To: uint8(product.Operator), When: uint8(product.AtDisbursement), Amount: f.Fee}}
	}
	return f.Fees
}

// outlay is what leaves the funder's account: the proceeds, and the fees that go to others with them.
func (b *Book) outlay(f *funding.Financing) money.Minor {
	return money.Add(f.Net, FeesAlong(f, &b.products.at(f.Product.Number()).Terms))
}

// FeesAlong is what leaves the funder's account for that of fees together with the proceeds of a financing, under its product's terms: fees withheld
// from the seller that others than the funder earn, and those that the funder pays with the proceeds.
func FeesAlong(f *funding.Financing, terms *product.Terms) money.Minor {
	sum := money.Minor(0)
	for _, fee := range feesOf(f) {
		if withheld(&fee) && !funderEarns(terms, &fee) || paidWithPayout(&fee) {
			sum = money.Add(sum, fee.Whole())
		}
	}
	return sum
}

// feeKey is the custodian's account to which a fee goes that is not the funder's.
func feeKey(p *funding.Programme, fee *funding.Fee) ledger.Key {
	if product.Role(fee.To) == product.Operator {
		return custodyKey(p, ledger.OperatorFees, p.Operator)
	}
	return custodyKey(p, ledger.FeesForOthers, fee.Party)
}

// collectedFeeKey is likewise for a fee out of a collection, where its money lies.
func collectedFeeKey(p *funding.Programme, fee *funding.Fee) ledger.Key {
	key := feeKey(p, fee)
	if key.Code == ledger.OperatorFees {
		key.Code = ledger.OperatorFeesCollected
	} else {
		key.Code = ledger.OthersFeesCollected
	}
	return key
}

// payFee moves a fee from a funder's account to that of fees, or back with a disbursement that came back.
func (d *draft) payFee(p *funding.Programme, from, fees ledger.Key, amount money.Minor, way direction) {
	if way == forward {
		d.book(from, fees, amount)
		return
	}
	d.unpass(p, fees, from, ledger.FeesShortfall, amount)
}

// paidOut books a disbursement in the books of custodian, funder, seller, buyer and operator, or takes it back.
func (d *draft) paidOut(p *funding.Programme, f *funding.Financing, way direction) {
	post := func(debit, credit ledger.Key, amount money.Minor) { d.postBy(way, debit, credit, amount) }
	from, fees := fundingKey(p, f.Funder), feesOf(f)
	if f.SetOffRun != 0 {
		d.drawnInRun(p, f)
	} else {
		post(from, custodyKey(p, ledger.Outside, 0), money.Sub(f.Net, f.Converted()))
	}
	crossed := payment.Payment{Financing: f.ID, Payee: f.Seller}
	for _, c := range f.Conversions { // stays with the custodian: what it replaces is repaid first
		to := custodyKey(d.programmeOf(c.Financing), ledger.CollectionUnallocated, 0)
		post(from, to, c.Amount)
		d.cross(way, from, to, c.Amount, crossed)
	}
	for i := range fees {
		if withheld(&fees[i]) && !d.forFunder(f, &fees[i]) || paidWithPayout(&fees[i]) {
			d.payFee(p, from, feeKey(p, &fees[i]), fees[i].Whole(), way)
			if f.Net == f.Converted() { // nothing leaves with which the bank would book it
				d.cross(way, from, feeKey(p, &fees[i]), fees[i].Whole(), crossed)
			}
		}
	}
	claim := d.claimKey(f)
	post(claim, funderKey(f, ledger.FundsAtCustodian), money.Sub(f.Principal, f.Discount))
	post(claim, funderKey(f, ledger.UnearnedDiscount), f.Discount)

	gives := d.financedKey(f)
	switch {
	case f.SetOffRun != 0: // it pays the debts that the run sets off
		post(partyKey(f.Seller, ledger.SetOffClearing, f.Currency), gives, f.Net)
	case f.Supply.Supplier == 0:
		post(partyKey(f.Seller, ledger.SellerBank, f.Currency), gives, f.Net)
	case way == counter:
		d.supplyUnpaid(f, gives)
	}
	post(partyKey(f.Seller, ledger.FinancingFees, f.Currency), gives, f.Fee)
	if !buyersDiscount(f) {
		post(partyKey(f.Seller, ledger.FinancingCost, f.Currency), gives, f.Discount)
	}
	if d.treatment(f) == servicing.LoanToBuyer {
		post(d.debtKey(f), buyerLoanKey(f), f.Principal)
	}
	for i := range fees {
		d.earn(p, f, &fees[i], way)
		d.bear(f, &fees[i], way)
	}
}

// postBy books an amount, or its counter-entry.
func (d *draft) postBy(way direction, debit, credit ledger.Key, amount money.Minor) {
	if way == counter {
		debit, credit = credit, debit
	}
	d.book(debit, credit, amount)
}

// earn books a fee and its tax with the one who earns it, where its books are kept here.
func (d *draft) earn(p *funding.Programme, f *funding.Financing, fee *funding.Fee, way direction) {
	cash, income, tax := partyKey(p.Operator, ledger.OperatorAccount, f.Currency), partyKey(p.Operator, ledger.FeeIncome, f.Currency), partyKey(p.Operator, ledger.TaxCollected, f.Currency)
	if !withheld(fee) && !paidWithPayout(fee) {
		cash.Code = ledger.FeesReceivable
	}
	if d.forFunder(f, fee) {
		cash, income, tax = funderKey(f, ledger.FundsAtCustodian), funderKey(f, ledger.FunderFeeIncome), funderKey(f, ledger.FunderTaxCollected)
		if !withheld(fee) {
			cash.Code = ledger.FunderFeesReceivable
		}
	} else if product.Role(fee.To) != product.Operator {
		return
	}
	if fee.Of == funding.Interest { // it has left the account, and is earned as time goes by
		income.Code = ledger.FundsAtCustodian
	}
	d.postBy(way, cash, income, fee.Amount)
	d.postBy(way, cash, tax, fee.Tax)
}

// buyersDiscount tells whether the discount is the buyer's, who pays it besides its debt.
func buyersDiscount(f *funding.Financing) bool {
	return slices.ContainsFunc(f.Fees, func(fee funding.Fee) bool { return fee.Of == funding.Interest })
}

// bear books a fee with the one who bears it; one that is kept from the proceeds is booked with them.
func (d *draft) bear(f *funding.Financing, fee *funding.Fee, way direction) {
	switch product.Role(fee.Payer) {
	case product.Seller:
		if !withheld(fee) {
			d.postBy(way, partyKey(f.Seller, ledger.FinancingFees, f.Currency), partyKey(f.Seller, ledger.FeesPayable, f.Currency), fee.Whole())
		}
	case product.Buyer:
		cost := ledger.FeesOfBuyer
		if fee.Of == funding.Interest {
			cost = ledger.InterestOfBuyer
		}
		d.postBy(way, partyKey(f.Buyer, cost, f.Currency), partyKey(f.Buyer, ledger.BuyerFeesPayable, f.Currency), fee.Whole())
	default:
		from := funderKey(f, ledger.FunderFeesPayable)
		if paidWithPayout(fee) {
			from.Code = ledger.FundsAtCustodian
		}
		d.postBy(way, funderKey(f, ledger.FunderFees), from, fee.Whole())
	}
}

// feeMoved is what one fee has been paid more than before; below zero what is taken back of it.
type feeMoved struct {
	fee    funding.Fee
	amount money.Minor
}

// feesMoved shares out what has come in for fees of each bearer, to one fee after the other. The fees that the funder earns it books,
// and puts with the funder's money.
func (d *draft) feesMoved(s *serviced, custody *pots) []feeMoved {
	var moved []feeMoved
	for _, one := range [...]struct {
		payer         product.Role
		before, after money.Minor
	}{
		{product.Seller, s.before.Collected(servicing.TierFees), s.after.Collected(servicing.TierFees)},
		{product.Buyer, s.before.Collected(servicing.TierBuyerFees), s.after.Collected(servicing.TierBuyerFees)},
		{product.Funder, s.before.Totals[servicing.LineFunderFeesPaid], s.after.Totals[servicing.LineFunderFeesPaid]},
	} {
		if one.before == one.after {
			continue
		}
		before, after := one.before, one.after
		for _, fee := range s.financing.Fees {
			if product.Role(fee.Payer) != one.payer || withheld(&fee) || paidWithPayout(&fee) {
				continue
			}
			was, is := min(before, fee.Whole()), min(after, fee.Whole())
			before, after = money.Sub(before, was), money.Sub(after, is)
			switch amount := money.Sub(is, was); {
			case amount == 0:
			case d.forFunder(s.financing, &fee):
				custody.add(servicing.ForFunder, amount)
				d.post(funderKey(s.financing, ledger.FundsAtCustodian), funderKey(s.financing, ledger.FunderFeesReceivable), amount)
			default:
				moved = append(moved, feeMoved{fee, amount})
			}
		}
	}
	return moved
}

// post moves a fee between what is not allocated and the one who earns it, if it goes this way.
func (m *feeMoved) post(d *draft, s *serviced, from ledger.Key, way direction) {
	to := collectedFeeKey(s.programme, &m.fee)
	switch {
	case way == forward && m.amount > 0:
		d.transfer(from, to, m.amount)
	case way == counter && m.amount < 0:
		d.unpass(s.programme, to, from, ledger.CollectedShortfall, -m.amount)
	default:
		return
	}
	if product.Role(m.fee.To) == product.Operator {
		operator, currency := s.programme.Operator, s.financing.Currency
		d.post(partyKey(operator, ledger.OperatorAccount, currency), partyKey(operator, ledger.FeesReceivable, currency), m.amount)
	}
}

// post books an amount that may be below zero.
func (d *draft) post(debit, credit ledger.Key, amount money.Minor) {
	if amount < 0 {
		debit, credit, amount = credit, debit, -amount
	}
	d.book(debit, credit, amount)
}

// treatment is how a financing stands in the books.
func (b *Book) treatment(f *funding.Financing) servicing.Treatment {
	terms := b.terms(f)
	return terms.Treatment()
}

// settles tells whether a financing has paid a debt of the buyer, who repays it by itself: the debt ends with the disbursement,
// as far as the principal goes.
func (b *Book) settles(f *funding.Financing) bool {
	return b.products.at(f.Product.Number()).Terms.Repayment == product.FromBuyer
}

// debtKey is the buyer's debt to the seller which a loan to the buyer has paid: an undertaken one where the product asks for
// such an undertaking.
func (b *Book) debtKey(f *funding.Financing) ledger.Key {
	key := ledger.Key{Entity: f.Buyer, Counterparty: f.Seller, Code: ledger.TradePayables, Currency: f.Currency}
	if b.products.at(f.Product.Number()).Terms.Undertaking >= product.UndertakingIrrevocable {
		key.Code = ledger.ConfirmedPayables
	}
	return key
}

// buyerLoanKey is what a buyer has borrowed to pay for its purchases.
func buyerLoanKey(f *funding.Financing) ledger.Key {
	return ledger.Key{Entity: f.Buyer, Counterparty: f.Funder, Code: ledger.BuyerBorrowings, Currency: f.Currency}
}

// subrogate books that a seller who repays a loan to the buyer has the buyer's debt again.
func (d *draft) subrogate(s *serviced, m servicing.Movement) {
	if m.Line == servicing.CollectionLine(servicing.Seller, servicing.TierPrincipal) && s.terms.Treatment() == servicing.LoanToBuyer {
		d.post(buyerLoanKey(s.financing), d.debtKey(s.financing), m.Amount)
	}
}

// onTop is what the new facts bring of the buyer's money to what it bears on top of its debt.
func (s *serviced) onTop() money.Minor {
	sum := money.Minor(0)
	for tier := servicing.TierFees; tier <= servicing.TierBuyerFees; tier++ {
		if s.terms.Bearer(tier) == servicing.Buyer {
			line := servicing.CollectionLine(servicing.Buyer, tier)
			sum = money.Add(sum, money.Sub(s.after.Totals[line], s.before.Totals[line]))
		}
	}
	return sum
}

// quoted takes over what a quotation says besides the price.
func (u *use) quoted(d *draft, f *funding.Financing, q *product.Quotation) {
	terms := &u.product.Terms
	f.Fees = make([]funding.Fee, 0, len(q.Fees))
	for i := range q.Fees {
		line := &q.Fees[i]
		if line.Amount == 0 {
			continue
		}
		fee := funding.Fee{Name: line.Name, Payer: uint8(line.Payer), To: uint8(line.To), When: uint8(line.When), Amount: line.Amount, Tax: line.Tax}
		if line.Tax > 0 {
			fee.TaxName = line.TaxName
		}
		if u.receivable != nil && line.To == product.Bank {
			fee.Party = u.receivable.Bank
		}
		if u.security != nil && line.To == product.Keeper {
			fee.Party = d.keeperOf(u.security.receipts)
		}
		f.Fees = append(f.Fees, fee)
	}
	if terms.InterestPayer == product.Buyer && q.Discount > 0 {
		f.Fees = append(f.Fees, funding.Fee{
			Name: "discount", Payer: uint8(product.Buyer), To: uint8(product.Funder), When: uint8(product.AtDisbursement), Amount: q.Discount, Of: funding.Interest,
		})
	}
	f.Reserve = money.Share(u.amount, terms.ReserveRate)
	f.LateRate, f.LateFixing = 0, 0
	if terms.LateBase != "" {
		f.LateRate = q.Late.Rate
		if fixing := d.fixingOn(terms.LateBase, d.today()); fixing != nil {
			f.LateFixing = fixing.ID
		}
	}
}

// keeperOf is the keeper of all goods of some receipts; 0 where several keep them.
func (b *Book) keeperOf(receipts []id.WarehouseReceipt) id.Party {
	keeper := id.Party(0)
	for i, one := range receipts {
		of := b.stock.at(one.Number()).Keeper
		if i > 0 && of != keeper {
			return 0
		}
		keeper = of
	}
	return keeper
}

// fixings are the base rates that a product names, as fixed.
func (u *use) fixings(d *draft) []product.Fixing {
	var fixings []product.Fixing
	terms := &u.product.Terms
	for _, base := range [...]string{terms.Rate.Base, terms.LateBase} {
		if base == "" {
			continue
		}
		if fixing := d.fixingOn(base, d.today()); fixing != nil {
			fixings = append(fixings, product.Fixing{Name: fixing.Base, Rate: fixing.Rate})
		}
	}
	return fixings
}

// unused is what the financing leaves of its line: of the seller's limit where the product has one, else of the programme's.
func (u *use) unused(d *draft) money.Minor {
	key := credit.LimitKey{Kind: credit.ProgrammeLimit, Programme: u.programme.ID, Currency: u.programme.Currency}
	if u.product.Terms.SellerLimit {
		key.Kind, key.Party = credit.SellerLimit, u.seller
	}
	found, known := d.limitOf[key]
	if !known {
		return 0
	}
	l := d.limits.at(found.Number())
	free := money.Sub(l.Amount, money.Add(money.Add(l.Reserved, l.Used), money.Share(u.amount, u.product.Terms.AdvanceRate)))
	return min(max(0, free), product.DealAmountMost)
}

// plain tells whether terms ask for nothing that a certificate in many hands could not give: its issuer pays all holders by one order.
func plain(t *product.Terms) bool {
	for i := range t.Fees {
		if f := &t.Fees[i]; f.Payer == product.Buyer || f.When == product.AtDue {
			return false
		}
	}
	return t.ReserveRate == 0 && t.InterestPayer != product.Buyer && t.Repayment == product.FromCollection && t.Assignment == product.Sale &&
		t.Unearned != product.GivenBack && (t.LatePayer == product.Seller) == (t.Recourse.Insolvency || t.Recourse.ProtractedDefault) && t.Collector != product.CollectorSeller
}

// released is the day from which a reserve may be given out.
func (d *draft) released(f *funding.Financing) calendar.Date {
	terms, p := &d.products.at(f.Product.Number()).Terms, d.programmes.at(f.Programme.Number())
	day, covered := dueUnder(terms, p, f.Due.AddDays(int(terms.ReserveDays)))
	if !covered {
		return f.Due.AddDays(int(terms.ReserveDays))
	}
	return max(day, f.Due)
}

// answered is the part of what is not covered for which the seller answers, besides what it has paid of the principal.
func (b *Book) answered(f *funding.Financing, uncovered, paid money.Minor) money.Minor {
	terms := &b.products.at(f.Product.Number()).Terms
	if !terms.Recourse.Dispute {
		return 0
	}
	extent, all := terms.Extents.Dispute, money.Add(uncovered, paid)
	switch {
	case extent.Share > 0:
		all = money.Share(all, extent.Share)
	case extent.FirstLoss > 0:
		all = min(all, money.Share(f.Principal, extent.FirstLoss))
	default:
		return uncovered
	}
	return min(uncovered, max(0, money.Sub(all, paid)))
}

// sellerPaid is what the seller has paid of the principal by the facts on record, where it answers for a part only.
func (d *draft) sellerPaid(f *funding.Financing) money.Minor {
	if d.products.at(f.Product.Number()).Terms.Extents.Dispute == (product.Extent{}) {
		return 0
	}
	terms := d.terms(f)
	p := servicing.Run(&terms, d.history(nil, f))
	return p.Totals[servicing.CollectionLine(servicing.Seller, servicing.TierPrincipal)]
}

// sellerOwes is the most that the seller owes of what it pays now, and whether it owes all. Beyond a call it answers for what
// it bears itself, as far as the buyer's debt will not cover it.
func (d *draft) sellerOwes(a *allocation) (most money.Minor, all bool) {
	f, s := a.financing, a.serviced
	terms := &d.products.at(f.Product.Number()).Terms
	called := d.answersForAll(f)
	if f.State == funding.WrittenOff || d.calledFor(f, servicing.Warranty) {
		return 0, true
	}
	if s.terms.Direct() || terms.Collector == product.CollectorSeller {
		return 0, true
	}
	if terms.Form != product.Full {
		return 0, called
	}
	p := &s.before
	now := p.At(&s.terms, d.today())
	if extent := terms.Extents.ProtractedDefault; called && (extent != product.Extent{}) {
		paid := now.Paid(servicing.Seller)
		if extent.FirstLoss > 0 {
			return max(0, money.Sub(money.Share(f.Principal, extent.FirstLoss), paid)), false
		}
		return max(0, money.Sub(money.Share(money.Add(now.Owed(), paid), extent.Share), paid)), false
	}
	if called {
		return 0, true
	}
	open := s.terms
	open.Face = now.Repaid
	if a.receivable != nil {
		open.Face = money.Add(now.Repaid, a.receivable.Outstanding())
	}
	return now.OwedBy(&open, servicing.Seller), false
}

// disputedLately tells whether all that is not covered is disputed only, and the days have not passed after which an open dispute calls
// the seller.
func (d *draft) disputedLately(f *funding.Financing, r *receivable.Receivable) bool {
	days := d.products.at(f.Product.Number()).Terms.DisputeDays
	if days == 0 || r == nil || r.Disputed == 0 || f.Uncovered > r.Disputed {
		return false
	}
	for n := uint64(1); n <= d.disputes.count; n++ {
		if one := d.disputes.at(n); one.Receivable == r.ID && one.State.Running() && one.On.AddDays(int(days)) <= d.today() {
			return false
		}
	}
	return true
}
