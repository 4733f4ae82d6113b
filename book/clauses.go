package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/legal"
	"millrace/domain/product"
)

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
