package console

import (
	"errors"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/view"
)

var limitChangeDeeds = []deed{
	{path: "/limits/{id}/change", place: "/limits", fields: map[string]string{"expires": "expires", "amount": "amount"}, open: openLimitChange},
}

// openLimitChange proposes another amount, last day, renewal or commitment of a limit in force: the same kind, parties and programme.
func openLimitChange(v *visit, f *deedForm) (*prepared, error) {
	_, shown, err := v.openLimit(f, "Change a limit", "Propose it")
	if err != nil {
		return nil, err
	}
	own := frame{Caller: v.caller, Home: &view.Ref{ID: v.caller.Party.String()}}
	if shown.State != credit.Live.String() || !own.Moves(shown) {
		return nil, view.ErrNotFound
	}
	f.Note = "It takes effect when a second person approves it, with what is reserved and used. An amount below that means no new use, and nothing is unwound."
	amount := f.value(input{Name: "amount", Label: "Amount from then on", Kind: "text", Hint: f.w.T("In %s.", shown.Amount.Currency)}, plain(shown.Amount))
	expires := f.value(input{Name: "expires", Label: "Last day of use", Kind: "date"}, shown.Expires)
	renewal := f.value(input{Name: "renewal", Label: "What was repaid", Choices: []option{{"revolving", "May be used again", ""}, {"once", "Is used up", ""}}}, chosenName(shown.Once, "once", "revolving"))
	commitment := f.value(input{Name: "commitment", Label: "Commitment", Choices: []option{{"uncommitted", "Uncommitted", "It may be cut at any time."}, {"committed", "Committed", ""}}},
		chosenName(shown.Committed, "committed", "uncommitted"))
	if !f.asked {
		return nil, nil
	}
	c, err := keyOf(&shown)
	if err != nil {
		return nil, err
	}
	c.Amount, c.Expires = amount.minor(c.Key.Currency), expires.date()
	c.Renewal, c.Commitment = credit.Renewal(max(renewal.chosen(), 0)), credit.Commitment(max(commitment.chosen(), 0))
	if !f.complete() {
		return nil, nil
	}
	made := v.unsignedDeed(f, c, nil)
	if shown.Insurance != nil {
		policy := &input{Value: shown.Insurance.Policy}
		made.keep = func(c book.Command) error { return v.keepNote(policy, &c.(*book.ProposeLimit).Insurance.Policy) }
	}
	return made, nil
}

func chosenName(is bool, yes, no string) string {
	if is {
		return yes
	}
	return no
}

// keyOf proposes a limit of the kind, parties and programme of one that is shown.
func keyOf(shown *view.Limit) (*book.ProposeLimit, error) {
	c := &book.ProposeLimit{Key: credit.LimitKey{Kind: credit.ParseKind(shown.Kind), Tier: uint8(shown.Tier)}}
	c.Key.Currency, _ = money.ParseCurrency(shown.Amount.Currency)
	var errs []error
	read := func(into *id.Party, from *view.Ref) {
		if from != nil {
			var err error
			*into, err = id.Parse[id.Party](from.ID)
			errs = append(errs, err)
		}
	}
	read(&c.Key.Owner, shown.Owner)
	read(&c.Key.Party, shown.Party)
	read(&c.Key.Counterparty, shown.Counterparty)
	var err error
	if shown.Programme != "" {
		c.Key.Programme, err = id.Parse[id.Programme](shown.Programme)
		errs = append(errs, err)
	}
	if shown.Product != "" {
		c.Key.Product, err = id.Parse[id.Product](shown.Product)
		errs = append(errs, err)
	}
	if shown.Insurance != nil {
		read(&c.Insurance.Insurer, shown.Insurance.Insurer)
		const decimals = 4 // of a percentage, in millionths
		share, err := money.ParseScaled(shown.Insurance.Share, decimals)
		c.Insurance.Share = money.Rate(share)
		errs = append(errs, err)
		if shown.Advisory {
			c.Strictness = credit.Advisory
		}
	}
	return c, errors.Join(errs...)
}
