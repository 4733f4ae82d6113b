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
	r, today := u.receivable, d.today()
	facts := rule.BlankFacts(rule.FinancingFactMax)
	facts[rule.FactAmount], facts[rule.FactFace], facts[rule.FactOutstanding] = int64(u.amount), int64(r.Face), int64(r.Outstanding())
	facts[rule.FactPaid], facts[rule.FactCredited], facts[rule.FactDisputed] = int64(r.Paid), int64(r.Credited), int64(r.Disputed)
	facts[rule.FactCurrency] = int64(r.Currency)
	facts[rule.FactIssueDate], facts[rule.FactDueDate], facts[rule.FactBusinessDate] = int64(r.Issued), int64(u.due), int64(today)
	facts[rule.FactTenorDays], facts[rule.FactDaysSinceIssue] = int64(u.facts.TenorDays), int64(calendar.DaysBetween(r.Issued, today))
	facts[rule.FactDaysOverdue] = max(0, int64(calendar.DaysBetween(r.Due, today)))
	facts[rule.FactUndertaking], facts[rule.FactUndertaken] = int64(r.Undertaking), int64(r.Undertaken())
	facts[rule.FactConfirmed], facts[rule.FactCertificated] = truth(r.Undertaking != receivable.NoUndertaking), truth(u.holding != nil)
	facts[rule.FactDifferences], facts[rule.FactPossibleDuplicate] = int64(u.facts.Differences), truth(u.facts.PossibleDuplicate != 0)
	facts[rule.FactBuyerOverdue] = int64(u.facts.BuyerOverdue)
	facts[rule.FactSellerUse], facts[rule.FactProgrammeUse] = int64(u.facts.SellerUse), int64(u.facts.ProgrammeUse)
	facts[rule.FactSellerShare] = int64(money.MulDiv(u.facts.SellerUse, int64(money.RateOne), int64(max(1, u.facts.ProgrammeUse))))
	u.knownOfParties(d, facts)
	u.knownOfTrade(d, facts)
	return facts
}

func (u *use) knownOfParties(d *draft, facts []int64) {
	buyer, seller := d.parties.at(u.receivable.Buyer.Number()), d.parties.at(u.seller.Number())
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
	t := d.standing(u.receivable.Trade)
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
func runs(terms *product.Terms) *Rejection {
	if terms.Form != product.Full {
		return nil
	}
	if paysEarly(terms) {
		return runsEarly(terms)
	}
	missing := ""
	switch {
	case terms.Source != product.SourceFunder:
		missing = "funds from others than funders"
	case terms.Repayment != product.FromCollection:
		missing = "repayment from anything but the collection"
	case terms.Collector != product.CollectorAccount:
		missing = "collection outside the supervised account"
	case terms.ReserveRate != 0:
		missing = "a reserve against dilution"
	case terms.Cover != product.Cover{}:
		missing = "credit cover"
	case terms.Extents != product.Extents{}:
		missing = "recourse in part"
	case terms.LateBase != "":
		missing = "late interest over a base rate"
	case terms.InterestPayer == product.Buyer:
		missing = "interest that the buyer pays"
	case terms.Accrual == product.Effective || terms.Unearned == product.GivenBack:
		missing = "a discount that unwinds by effective interest, or is given back"
	case terms.DisputeDays > 0:
		missing = "recourse for a dispute after days"
	case terms.LatePayer != 0 && (terms.LatePayer == product.Seller) != lends(terms):
		missing = "late interest of another than the seller on a loan, or the buyer on a purchase"
	case slices.ContainsFunc(terms.Fees, func(f product.Fee) bool {
		return f.Payer != product.Seller || f.To != product.Operator || f.When != product.AtDisbursement || f.Basis == product.FeeOnUnused || f.TaxRate != 0
	}):
		missing = "fees other than the seller's to the operator at disbursement, without tax"
	}
	if missing == "" {
		return nil
	}
	return reject("product_not_run", "product", "programmes on this product can't be run yet: it asks for %s", missing)
}

// priced prices an amount for one funder, and notes the rate. Under the full form the whole price is held against the product's caps.
func (u *use) priced(d *draft, funder funding.Funder, f *funding.Financing) (product.Price, *Rejection) {
	terms := &u.product.Terms
	f.Rate, f.Fixing = funder.Rate, 0
	if terms.Form != product.Full {
		return terms.PriceOf(u.amount, funder.Rate, d.today(), u.due), nil
	}
	deal := product.Deal{
		Amount: u.amount, Invoices: 1, Grade: u.facts.BuyerGrade, Funder: funder.Rate, From: d.today(), Due: u.receivable.Due, Calendar: u.programme.Calendar,
	}
	if terms.Rate.Kind == product.RateFloating {
		if fixing := d.fixingOn(terms.Rate.Base, d.today()); fixing != nil {
			deal.Fixings, f.Fixing = []product.Fixing{{Name: fixing.Base, Rate: fixing.Rate}}, fixing.ID
		}
	}
	quotation, answer := terms.Quote(&deal, product.Quotation{})
	switch answer {
	case product.Priced, product.NothingLeft:
		f.Rate = quotation.Rate
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
