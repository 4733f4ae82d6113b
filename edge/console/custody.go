package console

import (
	"slices"

	"millrace/book"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/edge/intake"
	"millrace/edge/view"
)

// custodyDeeds are the acts of a custodian's people.
var custodyDeeds = []deed{
	{path: "/payments/{id}/decision", place: "/payments", open: openCustody, fields: map[string]string{"value": "value", "reason": "reason"}},
}

// moneyRuleOf is the code of the rule by which a payment leaves, by its purpose.
var moneyRuleOf = map[string]string{
	"disbursement": "verified_payee", "pay_out": "verified_payee", "early_payment": "verified_payee", "insurers_share": "verified_payee", "withdrawal": "verified_payee",
	"operators_fees": "granted_fees", "fees_of_others": "granted_fees", "sweep": "collection_account", "return": "senders_money", "internal_transfer": "no_crossing",
}

// MoneyRule is the code of the rule by which the payment leaves.
func (f frame) MoneyRule(p view.Payment) string { return moneyRuleOf[p.Purpose] }

// MayDecide tells whether the caller may release or refuse a payment for the custodian.
func (f frame) MayDecide(p view.Payment) bool {
	return decidable(p) && f.may("deed /payments/{id}/decision")
}

// decidable tells whether a payment is instructed and nobody has said yet what became of it.
func decidable(p view.Payment) bool { return p.State == "instructed" || p.State == "in_doubt" }

// InCustody are the payments that are instructed on accounts in the caller's custody, the oldest first.
func (f *front) InCustody() ([]view.Payment, error) {
	var asked []view.Payment
	for _, state := range []string{"in_doubt", "instructed"} {
		page, err := f.v.Payments(f.v.caller, view.Query{State: state, Limit: rowsMax, Order: view.OldestFirst})
		if err != nil {
			return nil, err
		}
		asked = append(asked, page.Items...)
	}
	return asked, nil
}

// openCustody releases or refuses a payment for the custodian with which its account is kept.
func openCustody(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give = "Release or refuse a payment", "Decide"
	of, shown, err := ofPayment(v, f)
	if err != nil {
		return nil, err
	}
	if err := v.behindPayment(f, &shown); err != nil {
		return nil, err
	}
	if !decidable(shown) {
		f.Note = "There is nothing to decide: the payment is not with the bank, or it is known what became of it."
		return nil, nil
	}
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	f.Note = "Released, the payment counts as paid on the value date, and can’t be called back here. Refused, nothing leaves: what was set aside for it is free again, and a financing that it pays out is cancelled. Where the bank’s own system is connected to this node, that says by itself what became of a payment: then decide here only what it has not taken."
	choices := []option{
		{"release", "Release it", "The bank has carried it out."}, {"refuse", "Refuse it", "It does not leave. Say why below."},
	}
	choice := f.value(input{Name: "decision", Label: "Decision", Choices: choices}, f.values.Get("decision"))
	value := f.value(input{Name: "value", Label: "Value date", Kind: "date", Hint: "On which a released payment left the account.", Optional: true}, today.String())
	reference := f.perhaps("reference", "The bank’s reference", "As it stands on the statement.", "")
	why := f.value(input{Name: "reason", Label: "Reason", Kind: "area", Hint: "Of a refusal: the operator reads it.", Optional: true}, "")
	if !f.asked {
		return nil, nil
	}
	at := choice.chosen()
	if at < 0 {
		return nil, nil
	}
	return v.decideInCustody(f, &book.RecordOutcome{Payment: of}, choices[at].Value == "refuse", [...]*input{value, reference, why}), nil
}

// decideInCustody fills the decision from the value date, the bank's reference and the reason.
func (v *visit) decideInCustody(f *deedForm, c *book.RecordOutcome, refused bool, given [3]*input) *prepared {
	value, reference, why := given[0], given[1], given[2]
	kept := ""
	if refused {
		c.State, kept, f.Give = payment.Refused, why.Value, "Refuse the payment"
		if kept == "" || len(kept) > reasonBytes {
			why.bad("Say it in 1 to %d characters.", reasonBytes)
		}
	} else {
		c.State, c.Value, f.Give = payment.Executed, value.date(), "Release the payment"
	}
	if reference.Value != "" {
		c.Bank = v.console.engine.Vault().Token("bank_reference", reference.Value)
	}
	return keeping(v, f, intake.KindReason, kept, func(reason party.Reference) book.Command {
		c.Reason = reason
		return c
	})
}

// behindPayment says on what a payment rests, for how long it has been asked for, and by which rule it leaves.
func (v *visit) behindPayment(f *deedForm, p *view.Payment) error {
	if p.Financing != "" {
		f.fact("Rests on", f.link("/financings/"+p.Financing, p.Financing))
	} else {
		f.fact("Rests on", v.programme(f, p.Programme))
	}
	if p.Opened != "" {
		days, err := (&front{v: v}).Age(p.Opened)
		if err != nil {
			return err
		}
		f.fact("Asked for", escape(f.w.T("on %s, %s ago", p.Opened, f.w.Many(int64(days), "day"))))
	}
	rules := view.MoneyRules()
	if at := slices.IndexFunc(rules, func(r view.MoneyRule) bool { return r.Code == moneyRuleOf[p.Purpose] }); at >= 0 {
		f.fact("It leaves by the rule", escape(f.w.T(rules[at].Sentence)))
	}
	return nil
}
