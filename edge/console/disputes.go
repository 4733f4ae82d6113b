package console

import (
	"slices"

	"millrace/book"
	"millrace/domain/dispute"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/view"
)

// disputeDeeds are what buyer, seller and operator say about a debt that is not owed as it was billed.
var disputeDeeds = []deed{
	{path: "/receivables/{id}/dispute", place: "/receivables", open: openDispute, fields: map[string]string{"text": "note", "reason": "reason"}},
	{path: "/disputes/{id}/answer", place: "/receivables", open: openDisputeAnswer, fields: map[string]string{"text": "note"}},
	{path: "/disputes/{id}/decision", place: "/receivables", open: openDisputeDecision, fields: map[string]string{"evidence": "note"}},
	{path: "/disputes/{id}/closing", place: "/receivables", open: openDisputeClosing},
	{path: "/disputes/{id}/withdrawal", place: "/receivables", open: openDisputeWithdrawal},
}

// orNone reads an amount in one currency that may be 0.
func (i *input) orNone(currency money.Currency) money.Minor {
	amount, err := money.Parse(i.Value, currency)
	if err != nil || amount < 0 {
		i.bad("Write the amount in %s without grouping, like %s; 0 for none.", currency, money.Format(12_000_00, currency))
	}
	return amount
}

func openDispute(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Receivable](v)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give = "Dispute an invoice", "Dispute it"
	record, shown, err := v.debt(f, of)
	if err != nil {
		return nil, err
	}
	if v.caller.Party != record.Buyer {
		return nil, view.ErrNotFound
	}
	f.Note = "The seller is asked for its answer. What is disputed can’t be financed; the rest stays payable. What you have confirmed irrevocably you pay all the same: there the dispute is between you and the seller."
	most := max(0, money.Sub(record.Creditable(), record.Disputed))
	f.fact("Disputed so far", f.w.amount(view.AmountOf(record.Disputed, record.Currency)))
	amount := f.value(input{Name: "amount", Label: f.w.T("How much of it, in %s", shown.Outstanding.Currency), Kind: "text"}, money.Format(most, record.Currency))
	var reasons []option
	for _, name := range dispute.ReasonNames[1:] {
		reasons = append(reasons, option{name, f.w.capitalWord(name), ""})
	}
	reason := f.value(input{Name: "reason", Label: "What is wrong", Choices: reasons}, "")
	text := f.noted("Say it to the seller")
	if !f.asked {
		return nil, nil
	}
	c := &book.OpenDispute{Receivable: of, Amount: amount.minor(record.Currency), Reason: dispute.Reason(reason.chosen() + 1)}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, func(c book.Command) error { return v.keepNote(text, &c.(*book.OpenDispute).Text) }), nil
}

// ofDispute fills what is the same on the forms about a dispute.
func (v *visit) ofDispute(f *deedForm, heading, give string) (id.Dispute, view.Dispute, money.Currency, error) {
	of, err := identity[id.Dispute](v)
	if err != nil {
		return 0, view.Dispute{}, 0, err
	}
	shown, err := v.Dispute(v.caller, of)
	if err != nil {
		return 0, shown, 0, err
	}
	receivable, err := id.Parse[id.Receivable](shown.Receivable)
	if err != nil {
		return 0, shown, 0, err
	}
	f.Heading, f.Give = heading, give
	if _, _, err = v.debt(f, receivable); err != nil {
		return 0, shown, 0, err
	}
	f.fact("Disputed", f.w.amount(shown.Amount))
	f.fact("Because of", escape(f.w.capitalWord(shown.Reason)))
	if shown.Text != "" {
		f.fact("What the buyer says", escape(shown.Text))
	}
	if shown.Answer != "" {
		f.fact("What the seller says", escape(shown.Answer))
	}
	f.fact("Accepted by the seller", f.w.amount(shown.Accepted))
	f.fact("Still disputed", f.w.amount(shown.Standing))
	if shown.Evidence != "" {
		f.fact("Decided on", escape(shown.Evidence))
	}
	if shown.Maker != nil {
		f.fact("Decided by", named(shown.Maker))
	}
	currency, _ := money.ParseCurrency(shown.Amount.Currency)
	return of, shown, currency, nil
}

func openDisputeAnswer(v *visit, f *deedForm) (*prepared, error) {
	of, shown, currency, err := v.ofDispute(f, "Answer a dispute", "Give the answer")
	if err != nil {
		return nil, err
	}
	f.Note = "What you accept is credited at once, as by a credit note. What you do not accept stays disputed, and the operator decides it on evidence."
	accepted := f.value(input{Name: "accepted", Label: f.w.T("How much you accept, in %s", shown.Amount.Currency), Kind: "text", Hint: f.w.T("0 contests all of it; %s accepts all of it.", plain(shown.Standing))}, "")
	text := f.noted("Your answer")
	if !f.asked {
		return nil, nil
	}
	c := &book.AnswerDispute{Dispute: of, Accepted: accepted.orNone(currency)}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, func(c book.Command) error { return v.keepNote(text, &c.(*book.AnswerDispute).Text) }), nil
}

func openDisputeDecision(v *visit, f *deedForm) (*prepared, error) {
	of, shown, currency, err := v.ofDispute(f, "Decide a dispute", "Decide it")
	if err != nil {
		return nil, err
	}
	f.Note = "It counts when a second person of the operator closes the dispute by it."
	credit := f.value(input{Name: "credit", Label: f.w.T("To be credited to the buyer, in %s", shown.Amount.Currency), Kind: "text", Hint: f.w.T("0 finds for the seller; %s finds for the buyer.", plain(shown.Standing))}, "")
	text := f.noted("On which evidence")
	if !f.asked {
		return nil, nil
	}
	c := &book.DecideDispute{Dispute: of, Credit: credit.orNone(currency)}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, func(c book.Command) error { return v.keepNote(text, &c.(*book.DecideDispute).Evidence) }), nil
}

func openDisputeClosing(v *visit, f *deedForm) (*prepared, error) {
	of, shown, _, err := v.ofDispute(f, "Close a dispute", "Close it as decided")
	if err != nil {
		return nil, err
	}
	if shown.State != dispute.Decided.String() {
		return nil, view.ErrNotFound
	}
	f.Note = "Who has decided does not close. What was decided is credited to the buyer, and nothing is disputed any more."
	f.fact("To be credited", f.w.amount(shown.Decision))
	return v.unsignedDeed(f, &book.CloseDispute{Dispute: of, State: dispute.Settled}, nil), nil
}

func openDisputeWithdrawal(v *visit, f *deedForm) (*prepared, error) {
	of, _, _, err := v.ofDispute(f, "Withdraw a dispute", "Withdraw it")
	if err != nil {
		return nil, err
	}
	f.Note = "You do not hold it against the invoice any more: what is still disputed is owed, and may be financed."
	return v.unsignedDeed(f, &book.CloseDispute{Dispute: of, State: dispute.Withdrawn}, nil), nil
}

// Disputable tells whether the caller, as its buyer, may say that the debt is not owed as it was billed.
func (p receivablePage) Disputable(f frame) bool {
	own := f.Home != nil && p.Buyer != nil && f.Home.ID == p.Buyer.ID
	return own && p.State == "open" && f.may("deed /receivables/{id}/dispute")
}

// DisputeSteps are the deeds that are open to the caller on a dispute of the receivable.
func (p receivablePage) DisputeSteps(f frame, d view.Dispute) []act {
	running := []string{dispute.Opened.String(), dispute.Contested.String(), dispute.Decided.String()}
	if !slices.Contains(running, d.State) {
		return nil
	}
	own := func(of *view.Ref) bool { return of != nil && f.Home != nil && of.ID == f.Home.ID }
	var acts []act
	add := func(name, step string, may bool) {
		if may && f.may("deed /disputes/{id}/"+step) {
			acts = append(acts, act{Name: name, Path: "/disputes/" + d.ID + "/" + step, Plain: len(acts) > 0})
		}
	}
	decided := d.State == dispute.Decided.String()
	add("Answer it", "answer", own(p.Seller) && !decided)
	add("Close it", "closing", f.Operates() && decided && (d.Maker == nil || d.Maker.ID != f.Caller.Actor.String()))
	add("Decide it", "decision", f.Operates() && d.State != dispute.Opened.String())
	add("Withdraw it", "withdrawal", own(p.Buyer))
	return acts
}
