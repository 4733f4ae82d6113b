package console_test

import (
	"regexp"
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/clearing"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/domain/trade"
	"millrace/edge/intake"
)

// lends opens a programme that lends cash in runs to one firm, and gives another one an account to which it is paid.
func (r *round) lends(to, keeps string) id.Programme {
	r.t.Helper()
	terms := product.ReceivablesDiscounting(uint16(trade.Ordered))
	terms.Name, terms.Technique, terms.Assignment, terms.Undertaking, terms.Disclosed = "Cash for set-off", "distributor_finance", product.AssignmentNone, product.UndertakingNone, false
	terms.AdvanceRate, terms.FeeRate, terms.FeeMinimum, terms.SellerLimit, terms.SellerReview, terms.Agreements = money.RateOne, 0, 0, true, false, 0
	offered := event[*book.ProductProposed](r.stage, r.give(r.maker, &book.ProposeProduct{Terms: terms})).Product.ID
	r.give(r.checker, &book.ApproveProduct{Product: offered})
	p := event[*book.ProgrammeProposed](r.stage, r.give(r.maker, &book.ProposeProgramme{
		Product: offered, Anchor: r.parties["havelmark"], Custodian: r.custodian, Currency: r.currency, Calendar: calendar.Target,
		Funders: []funding.Funder{{Party: r.funder, Priority: 1, Rate: 58_000}}, ReferAbove: 250_000_00, ApproveAbove: 100_000_00,
	})).Programme.ID
	r.give(r.checker, &book.ApproveProgramme{Programme: p})
	for _, key := range []credit.LimitKey{{Kind: credit.ProgrammeLimit}, {Kind: credit.FunderLimit, Party: r.funder}, {Kind: credit.SellerLimit, Party: r.parties[to]}} {
		key.Programme, key.Currency = p, r.currency
		limit := event[*book.LimitProposed](r.stage, r.give(r.maker, &book.ProposeLimit{Key: key, Amount: 100_000_00, Expires: r.today.AddDays(300)})).Limit.ID
		r.give(r.checker, &book.ApproveLimit{Limit: limit})
	}
	r.give(r.bank, &book.RecordReceipt{
		Programme: p, Funder: r.funder, Line: r.intake.LineToken("cash", "1"), Amount: 100_000_00, Currency: r.currency, Value: r.today, Booking: r.today, Text: r.keep(intake.KindRemit, "for set-off"),
	})
	account := event[*book.BankAccountProposed](r.stage, r.give(r.maker, &book.ProposeBankAccount{
		Party: r.parties[keeps], Currency: r.currency, Token: party.Token{9}, Details: r.keep(intake.KindAccount, `{"iban":"DE31999900990000771203"}`),
	})).Account.ID
	r.give(r.checker, &book.VerifyBankAccount{Account: account})
	return p
}

// The operator announces a run with cash, a member asks for it and accepts it by forms, and each sees its own.
func TestCashInARunByForms(t *testing.T) {
	s := newStage(t)
	s.open()
	r := s.round()
	maker, checker := s.desks()
	of := id.Make[id.SetOffRun](1, 1)
	where := "/set-off/" + of.String()
	for key := range r.signers {
		r.promise(key)
	}
	lends := r.lends("havelmark", "kesselbruch")
	day := s.today.String()
	form := []string{"currency", "EUR", "freeze", day, "answer", day, "value", s.today.AddDays(10).String(), "least", "", "group", "", "rule", "oldest_first", "open", "no", "cash_programme", lends.String(), "cash_most", "5000.00"}
	says(t, maker.page(filled("/set-off/new", append(form[:len(form):len(form)], "cash_programme", "havelmark")...), 422), "Choose one.")
	maker.open(filled("/set-off/new", form...)).given(nil)
	r.stands(of, clearing.Frozen)

	borrower := &browser{t: t, handler: s.handler, secret: s.key(s.actors["havelmark"])}
	says(t, borrower.page(where, 200), "Ask for cash", "5,000.00")
	asking := borrower.page(where+"/cash", 200)
	checkMarkup(t, "the form for cash", asking)
	says(t, asking, "The most that you would borrow", "the rest is not lent")
	borrower.open(filled(where+"/cash", "amount", "3000.00", "due", s.today.AddDays(40).String())).given(nil)
	quoted := regexp.MustCompile(`/financings/[^/"]+`).FindString(regexp.MustCompile(`<a class="button" href="/financings/[^"]+">Accept your cash`).FindString(borrower.page(where, 200)))
	says(t, borrower.page(quoted, 200), "draws as much of it as it needs")
	borrower.open(quoted + "/acceptance").given(nil)
	says(t, borrower.page(where, 200), "You may borrow", "3,000.00")

	r.propose()
	shown := maker.page(where, 200)
	checkMarkup(t, "the run with cash", shown)
	says(t, shown, "Cash put in", "EUR 3,000.00", "1 loan", "5.8 % a year", "taken out by 1 member", "Set off only by cash", "Debt set off")
	checker.open(where + "/execution").given(nil)
	r.stands(of, clearing.Written)
	taker := &browser{t: t, handler: s.handler, secret: s.key(s.actors["kesselbruch"])}
	says(t, taker.page(where, 200), "You are paid in cash")
	s.look(
		look{who: "havelmark", actor: s.actors["havelmark"], path: where, status: 200, wants: []string{"You borrow"}, nots: []string{"You are paid in cash"}},
		look{who: "kesselbruch", actor: s.actors["kesselbruch"], path: quoted, status: 404},
	)
}
