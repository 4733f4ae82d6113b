package console

import (
	"errors"

	"millrace/book"
	"millrace/domain/clearing"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/view"
)

// Borrows tells whether the caller's party can ask for cash in the run now.
func (p setOffPage) Borrows(f frame) bool {
	solving := p.State == clearing.Frozen.String() || p.State == clearing.Entering.String() || p.State == clearing.Proposed.String()
	return solving && p.Terms.Cash != nil && p.today <= p.Terms.Answer && f.may("deed /set-off/{id}/cash") && p.Own != nil && p.Own.Consent != clearing.Out.String() && p.Own.Owes.Minor > 0 &&
		p.Own.Cash != nil && p.Own.Cash.Financing == ""
}

// setOffCurve is the curve of cash of a run; nil where there is none.
func (v *visit) setOffCurve(of id.SetOffRun) (*view.SetOffCurve, error) {
	curve, err := v.SetOffCurve(v.caller, of)
	if errors.Is(err, view.ErrNotFound) {
		return nil, nil
	}
	return &curve, err
}

// openSetOffCash asks for a loan that a member of a run may draw in it; the person is led to the quote, to accept it.
func openSetOffCash(v *visit, f *deedForm) (*prepared, error) {
	shown, of, err := v.openSetOff(f, "Ask for cash in a set-off run", "Ask for a quote")
	if err != nil {
		return nil, err
	}
	if shown.Terms.Cash == nil || shown.Own == nil {
		return nil, view.ErrNotFound
	}
	f.Note = "You name the most that you would borrow. Accept the quote, and the run draws as much of it as clears the most debt; the rest is not lent. What is drawn pays debts of yours, and you repay it with interest."
	f.fact("Lent by programme", escape(shown.Terms.Cash.Programme))
	f.fact("In all at most", v.w.amount(shown.Terms.Cash.Most))
	value := (&input{Value: shown.Terms.Value}).date()
	amount := f.value(input{Name: "amount", Label: "The most that you would borrow", Kind: "text", Hint: "Empty: all that you owe in the run, as far as it may be lent.", Optional: true}, "")
	due := f.value(input{Name: "due", Label: "You repay it on", Kind: "date", Hint: "After the value date."}, value.AddDays(30).String())
	if !f.asked {
		return nil, nil
	}
	c := &book.QuoteSetOffCash{Run: of, Due: due.date()}
	if amount.Value != "" {
		currency, _ := money.ParseCurrency(shown.Terms.Currency)
		c.Amount = amount.minor(currency)
	}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}

// quotedCash finds what waits to be accepted of cash for a run, by the caller's party.
func (v *visit) quotedCash(run string) (string, error) {
	page, err := v.Financings(v.caller, view.Query{State: funding.Quoted.String(), Limit: view.LimitMax})
	if err != nil {
		return "", err
	}
	for i := range page.Items {
		if f := &page.Items[i]; f.SetOffRun == run && f.Seller != nil && f.Seller.ID == v.caller.Party.String() {
			return f.ID, nil
		}
	}
	return "", nil
}
