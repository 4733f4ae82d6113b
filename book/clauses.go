package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/rule"
	"millrace/domain/trade"
)

// clauseMark stands before the name of a product's own clause in an outcome, apart from the rules of the house.
const clauseMark = "product."

// clauses holds the use against the eligibility and the risk policy of its product, as it was approved.
func (u *use) clauses(d *draft) {
	terms := &u.product.Terms
	if len(terms.Eligibility)+len(terms.Policy) == 0 {
		return
	}
	facts := u.known(d)
	for _, list := range [...][]rule.Clause{terms.Eligibility, terms.Policy} {
		for _, found := range rule.Judge(list, facts) {
			found.Outcome.Rule = clauseMark + found.Outcome.Rule
			u.found = append(u.found, found.Outcome)
		}
	}
}

// known is what is known of the use, by the numbers of rule.FinancingFacts. What is not reckoned stays unknown, and a clause
// that needs it refers to a person.
func (u *use) known(d *draft) []int64 {
	facts := rule.BlankFacts(rule.FinancingFactMax)
	facts[rule.FactAmount], facts[rule.FactCurrency] = int64(u.amount), int64(u.currency)
	facts[rule.FactDueDate], facts[rule.FactBusinessDate], facts[rule.FactTenorDays] = int64(u.due), int64(d.today()), int64(u.facts.TenorDays)
	u.knownOfReceivable(d, facts)
	facts[rule.FactDifferences], facts[rule.FactPossibleDuplicate] = int64(u.facts.Differences), truth(u.facts.PossibleDuplicate != 0)
	facts[rule.FactBuyerOverdue] = int64(u.facts.BuyerOverdue)
	facts[rule.FactSellerUse], facts[rule.FactProgrammeUse] = int64(u.facts.SellerUse), int64(u.facts.ProgrammeUse)
	facts[rule.FactSellerShare] = int64(money.MulDiv(u.facts.SellerUse, int64(money.RateOne), int64(max(1, u.facts.ProgrammeUse))))
	u.knownOfParties(d, facts)
	u.knownOfTrade(d, facts)
	return facts
}

// knownOfReceivable adds what only a receivable has.
func (u *use) knownOfReceivable(d *draft, facts []int64) {
	r, today := u.receivable, d.today()
	if r == nil {
		return
	}
	facts[rule.FactFace], facts[rule.FactOutstanding] = int64(r.Face), int64(r.Outstanding())
	facts[rule.FactPaid], facts[rule.FactCredited], facts[rule.FactDisputed] = int64(r.Paid), int64(r.Credited), int64(r.Disputed)
	facts[rule.FactIssueDate], facts[rule.FactDaysSinceIssue] = int64(r.Issued), int64(calendar.DaysBetween(r.Issued, today))
	facts[rule.FactDaysOverdue] = max(0, int64(calendar.DaysBetween(r.Due, today)))
	facts[rule.FactUndertaking], facts[rule.FactUndertaken] = int64(r.Undertaking), int64(r.Undertaken())
	facts[rule.FactConfirmed], facts[rule.FactCertificated] = truth(r.Undertaking != receivable.NoUndertaking), truth(u.holding != nil)
}

func (u *use) knownOfParties(d *draft, facts []int64) {
	buyer, seller := d.parties.at(u.buyer.Number()), d.parties.at(u.seller.Number())
	facts[rule.FactBuyerCountry], facts[rule.FactSellerCountry] = rule.CountryValue(buyer.Country), rule.CountryValue(seller.Country)
	facts[rule.FactSameGroup], facts[rule.FactReverseTrades] = int64(u.facts.SameGroup), int64(u.facts.ReverseTrades)
	if grade, rejection := d.graded(buyer.ID, ""); rejection == nil {
		facts[rule.FactBuyerGrade] = int64(grade)
	}
	if grade, rejection := d.graded(seller.ID, ""); rejection == nil {
		facts[rule.FactSellerGrade] = int64(grade)
	}
	if pair := d.pairs.at(d.pairOf[pairKey{seller.ID, buyer.ID}]); pair != nil {
		facts[rule.FactTrades] = int64(pair.Trades)
	}
}

func (u *use) knownOfTrade(d *draft, facts []int64) {
	t := u.dealing(d)
	if t == nil {
		return
	}
	has := func(fact trade.Fact) int64 { return truth(t.Facts&fact != 0) }
	facts[rule.FactOrdered], facts[rule.FactAgreed], facts[rule.FactShipped] = has(trade.Ordered), has(trade.Agreed), has(trade.Shipped)
	facts[rule.FactReceived], facts[rule.FactAccepted], facts[rule.FactInvoiced] = has(trade.Received), has(trade.Accepted), has(trade.Invoiced)
	facts[rule.FactEvidenceGrade], facts[rule.FactTradeKind] = int64(t.Grade()), int64(t.Kind)
}

func truth(holds bool) int64 {
	if holds {
		return 1
	}
	return 0
}

// dueUnder is the day on which money is due by the product's business-day rule.
func dueUnder(terms *product.Terms, p *funding.Programme, due calendar.Date) (calendar.Date, bool) {
	convention, code := calendar.Following, p.Calendar
	if terms.Form == product.Full {
		if convention = terms.Convention; terms.Calendar != 0 {
			code = terms.Calendar
		}
	}
	return code.Adjust(due, convention)
}

// runs asks whether the book has what a programme on these terms needs. Terms that it has not may be proposed, compared and
// quoted from a file; they are refused where money would follow.
func runs(terms *product.Terms, tiersMax uint8) *Rejection {
	if terms.Form != product.Full {
		return nil
	}
	if paysEarly(terms) {
		return runsEarly(terms)
	}
	if tiersMax > 0 && !plain(terms) {
		return reject("holding_terms", "tiers_max", "a certificate pays all its holders by one order: none is issued on terms with fees at the due date, a reserve, or what the buyer bears besides the debt")
	}
	missing := ""
	switch {
	case terms.InterestPayer == product.Buyer && terms.Timing == product.InAdvance && terms.Unearned == product.GivenBack:
		missing = "interest in advance that the buyer pays and the seller is given back"
	case terms.Repayment == product.FromBuyer && sellerBears(terms):
		missing = "a loan that the buyer repays, on which the seller bears interest or fees besides those from its proceeds"
	}
	if missing == "" {
		return nil
	}
	return reject("product_not_run", "product", "no programme runs on this product: it asks for %s", missing)
}

// sellerBears tells whether the seller bears more than what is kept from its proceeds.
func sellerBears(terms *product.Terms) bool {
	return terms.InterestPayer == product.Seller && terms.Timing == product.InArrears || terms.LatePayer == product.Seller && (terms.LateRate > 0 || terms.LateBase != "") ||
		slices.ContainsFunc(terms.Fees, func(f product.Fee) bool { return f.Payer == product.Seller && f.When == product.AtDue })
}

// priced prices an amount for one funder, and notes the rate. Under the full form the whole price is held against the product's caps.
func (u *use) priced(d *draft, funder funding.Funder, f *funding.Financing) (product.Price, *Rejection) {
	terms := &u.product.Terms
	f.Rate, f.Fixing = funder.Rate, 0
	if terms.Form != product.Full {
		return terms.PriceOf(u.amount, funder.Rate, d.today(), u.due), nil
	}
	if terms.Source == product.SourceBank && u.receivable.Bank != funder.Party {
		return product.Price{}, reject("undertaking_of_other", "receivable", "the money comes from the bank that has undertaken to pay, and that is not %s", funder.Party)
	}
	deal := product.Deal{
		Amount: u.amount, Unused: u.unused(d), Fixings: u.fixings(d), Invoices: 1, Grade: u.facts.BuyerGrade, Funder: funder.Rate, From: d.today(), Due: u.evidence.due, Calendar: u.programme.Calendar,
	}
	if terms.Rate.Kind == product.RateFloating {
		if fixing := d.fixingOn(terms.Rate.Base, d.today()); fixing != nil {
			f.Fixing = fixing.ID
		}
	}
	quotation, answer := terms.Quote(&deal, product.Quotation{})
	switch answer {
	case product.Priced, product.NothingLeft:
		f.Rate = quotation.Rate
		u.quoted(d, f, &quotation)
		return quotation.Price, nil
	}
	return quotation.Price, reject("not_priced", "receivable", "%s: %s", answer, answer.Reason())
}

// registeredFor asks, where the product does, whether the funder's claim stands in a registry.
func (d *draft) registeredFor(f *funding.Financing) *Rejection {
	if d.products.at(f.Product.Number()).Terms.Registration != product.RegistrationBeforePayout {
		return nil
	}
	stands := false
	d.eachRegistration(f.Seller, f.Funder, f.Receivable, func(*legal.Registration) { stands = true })
	if !stands {
		return reject("registration_missing", "financing", "the product asks for a live registration of what %s assigns to %s, and there is none", f.Seller, f.Funder)
	}
	return nil
}
