package console

import (
	"cmp"
	"slices"
	"strconv"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/locale"
	"millrace/edge/view"
)

var limitDeeds = []deed{
	{path: "/limit-proposals/{kind}", place: "/limits", fields: map[string]string{"expires": "expires", "amount": "amount", "currency": "currency", "insurance": "share"}, open: openLimitProposal},
	{path: "/limits/{id}/approval", place: "/limits", open: openLimitApproval},
	{path: "/limits/{id}/suspension", place: "/limits", fields: map[string]string{"cause": "note"}, open: openLimitSuspension},
	{path: "/limits/{id}/lifting", place: "/limits", open: openLimitLifting},
	{path: "/limits/{id}/withdrawal", place: "/limits", fields: map[string]string{"reason": "note"}, open: openLimitWithdrawal},
	{path: "/limits/{id}/withdrawal/decision", place: "/limits", fields: map[string]string{"decision": "decision"}, open: openLimitWithdrawalDecision},
	{path: "/limit-recommendations/{kind}", place: "/limits", fields: map[string]string{"owner": "owner", "expires": "expires", "amount": "amount", "currency": "currency", "insurance": "share", "reason": "note"}, open: openRecommendation},
	{path: "/limit-recommendations/{id}/decision", place: "/limits", fields: map[string]string{"decision": "decision", "reason": "note"}, open: openRecommendationDecision},
	{path: "/dependences/new", place: "/limits", fields: map[string]string{"party": "party", "on": "on", "reason": "note", "evidence": "evidence"}, open: openDependence},
	{path: "/dependences/{id}/decision", place: "/limits", fields: map[string]string{"decision": "decision"}, open: openDependenceDecision},
	{path: "/dependences/{id}/end", place: "/limits", fields: map[string]string{"reason": "note", "evidence": "evidence"}, open: openDependenceEnd},
}

// proposable are the kinds of limit that a role proposes: what lies over all of a funder's programmes is the funder's own.
func proposable(role party.Role) []string {
	var kinds []string
	for k := credit.BuyerLimit; k <= credit.KindLast; k++ {
		if role == party.Operator && k != credit.CurrencyLimit || role == party.Funder && k != credit.ProgrammeLimit {
			kinds = append(kinds, k.String())
		}
	}
	return kinds
}

// Proposable are the kinds of limit that the caller proposes.
func (f frame) Proposable() []string { return proposable(f.Caller.Role) }

// Moves tells whether the caller has a say on a limit: the house's are the operator's, but for what a funder puts in itself.
func (f frame) Moves(l view.Limit) bool {
	switch f.Caller.Role {
	case party.Operator:
		return l.Owner == nil
	case party.Funder:
		own := func(of *view.Ref) bool { return of != nil && f.Home != nil && of.ID == f.Home.ID }
		return own(l.Owner) || l.Owner == nil && l.Kind == credit.FunderLimit.String() && own(l.Party)
	}
	return false
}

// onlyParty reads an input that names one party, by id or by name.
func (v *visit) onlyParty(i *input) (id.Party, error) {
	found, note, err := v.partiesOf(i.Value)
	switch {
	case note != "":
		i.bad("%s", note)
	case len(found) == 0:
		i.bad("Write a party’s id or name.")
	case len(found) > 1:
		i.bad("%d parties are called so: write more of the name, or the id.", len(found))
	default:
		return found[0], err
	}
	return 0, err
}

// called is the name of a party that is given by its id, as far as it leads back to that party alone; else the id.
func (v *visit) called(party string) string {
	of, err := id.Parse[id.Party](party)
	if err != nil {
		return party
	}
	shown, err := v.Party(v.caller, of)
	if err != nil || shown.Name == "" {
		return party
	}
	if found, _, err := v.partiesOf(shown.Name); err != nil || len(found) != 1 || found[0] != of {
		return party
	}
	return shown.Name
}

// proposal is the form of a limit, with the inputs that its kind asks for.
type proposal struct {
	programme, currency, amount, expires, renewal, commitment *input
	party, counterparty, product, tier, insurer, policy       *input
	share, strictness                                         *input
	owner                                                     *input // of a recommendation: the funder
	programmes                                                []option
	kind                                                      credit.Kind
	own                                                       bool // of a funder, besides what it puts into a programme
}

func openLimitProposal(v *visit, f *deedForm) (*prepared, error) {
	p := &proposal{kind: credit.ParseKind(v.request.PathValue("kind"))}
	known := false
	for _, kind := range proposable(v.caller.Role) {
		known = known || kind == p.kind.String()
	}
	if p.kind == 0 || !known {
		return nil, view.ErrNotFound
	}
	p.own = v.caller.Role == party.Funder && p.kind != credit.FunderLimit
	f.Heading, f.Give, f.Back, f.BackName = f.w.T("Propose a limit: %s", locale.Word(p.kind.String())), "Propose it", "/limits", "Limits"
	f.Note = f.w.after(f.w.bounds(p.kind), f.w.T("It takes effect when a second person approves it, in the place of one that has the same kind, parties and programme."))
	if p.own {
		f.fact("Whose", escape(f.w.T("your own, beside the house’s")))
	}
	if err := p.ask(v, f); err != nil || !f.asked {
		return nil, err
	}
	command, err := p.read(v)
	if err != nil || !f.complete() {
		return nil, err
	}
	made := v.unsignedDeed(f, command, nil)
	if p.policy != nil {
		made.keep = func(c book.Command) error { return v.keepNote(p.policy, &c.(*book.ProposeLimit).Insurance.Policy) }
	}
	return made, nil
}

// askProduct asks for a version of a product that is not retired.
func (v *visit) askProduct(f *deedForm) (*input, error) {
	live, err := v.Products(v.caller, view.Query{State: "live", Limit: view.LimitMax})
	if err != nil {
		return nil, err
	}
	var versions []option
	for _, one := range live.Items {
		versions = append(versions, option{one.ID, one.Terms.Name, one.ID})
	}
	return f.value(input{Name: "product", Label: "Version of the product", Choices: versions}, ""), nil
}

// bounds says what a limit of a kind bounds.
func (w wording) bounds(kind credit.Kind) string {
	switch kind {
	case credit.BuyerLimit:
		return w.T("It bounds what one buyer may owe, whoever has sold to it.")
	case credit.SellerLimit:
		return w.T("It bounds what one seller may have financed, whoever owes it.")
	case credit.ProgrammeLimit:
		return w.T("It bounds all that a programme finances.")
	case credit.FunderLimit:
		return w.T("It bounds what one funder puts into a programme.")
	case credit.PairLimit:
		return w.T("It bounds what one buyer may owe on the invoices of one seller.")
	case credit.GroupLimit:
		return w.T("It bounds what all firms under one head may owe together.")
	case credit.TierLimit:
		return w.T("It bounds what may be financed of certificates in the hands of one tier: 1 for the first holders, 2 for those to whom they have passed them on.")
	case credit.InsurerLimit:
		return w.T("It is what a credit insurer covers of one buyer.")
	case credit.ProductLimit:
		return w.T("It bounds what is financed under one version of a product.")
	case credit.ConnectedLimit:
		return w.T("It bounds what a party may owe together with all that are connected with it, by control or by dependence.")
	case credit.CurrencyLimit:
		return w.T("It bounds what is out in one currency.")
	}
	return ""
}

// ask puts the inputs on the form.
func (p *proposal) ask(v *visit, f *deedForm) error {
	page, err := v.Programmes(v.caller, view.Query{Order: view.OldestFirst, Limit: rowsMax})
	if err != nil {
		return err
	}
	if p.own {
		p.programmes = append(p.programmes, option{"all", "All of the funder’s programmes", ""})
	}
	for _, one := range page.Items {
		if p.kind != credit.CurrencyLimit {
			p.programmes = append(p.programmes, option{one.ID, v.w.T("%s of %s", one.Product, one.Anchor), one.Currency + ", " + one.ID})
		}
	}
	p.withAsked(v)
	text := func(name, label, hint string) *input {
		return f.value(input{Name: name, Label: label, Hint: hint, Kind: "text"}, "")
	}
	if p.own && v.caller.Role == party.Operator {
		p.owner = text("owner", "Funder", "Its id, or its name.")
	}
	preset := ""
	if len(p.programmes) == 1 {
		preset = p.programmes[0].Value
	}
	p.programme = f.value(input{Name: "programme", Label: "Where it counts", Choices: p.programmes}, preset)
	const whom = "Its id, or its name."
	switch p.kind {
	case credit.BuyerLimit, credit.SellerLimit, credit.InsurerLimit:
		p.party = text("party", map[credit.Kind]string{credit.BuyerLimit: "Buyer", credit.SellerLimit: "Seller", credit.InsurerLimit: "Buyer that is covered"}[p.kind], whom)
	case credit.FunderLimit:
		if v.caller.Role == party.Operator {
			p.party = text("party", "Funder", whom)
		}
	case credit.GroupLimit:
		p.party = text("party", "Head of the group", whom)
	case credit.ConnectedLimit:
		p.party = text("party", "A party, with all that are connected with it", whom)
	case credit.PairLimit:
		p.party, p.counterparty = text("party", "Seller", whom), text("counterparty", "Buyer", whom)
	case credit.TierLimit:
		p.tier = f.value(input{Name: "tier", Label: "Tier", Hint: "1 for the first holder of a certificate.", Kind: "number"}, "")
	case credit.ProductLimit:
		if p.product, err = v.askProduct(f); err != nil {
			return err
		}
	}
	if p.kind == credit.InsurerLimit {
		p.insurer, p.policy = text("insurer", "Insurer", whom), text("policy", "Its policy", "The reference.")
		p.share = text("share", "What it bears of a loss", "In percent, like 90.")
		p.strictness = f.value(input{Name: "strictness", Label: "Beyond it", Choices: []option{{"binding", "Nothing is lent", ""}, {"advisory", "It may be lent uncovered", ""}}}, "binding")
	}
	p.currency, p.amount = text("currency", "Currency", "Like EUR; that of the programme."), text("amount", "Amount", "")
	today, err := v.Date()
	if err != nil {
		return err
	}
	p.expires = f.value(input{Name: "expires", Label: "Last day of use", Kind: "date"}, today.AddMonths(12).String())
	p.renewal = f.value(input{Name: "renewal", Label: "What was repaid", Choices: []option{{"revolving", "May be used again", ""}, {"once", "Is used up", ""}}}, "revolving")
	p.commitment = f.value(input{Name: "commitment", Label: "Commitment", Choices: []option{{"uncommitted", "Uncommitted", "It may be cut at any time."}, {"committed", "Committed", ""}}}, "uncommitted")
	return nil
}

// withAsked adds the programme that the address names to those that are offered, where it is not among the first of them.
func (p *proposal) withAsked(v *visit) {
	of, err := id.Parse[id.Programme](v.asked("programme"))
	if err != nil || p.kind == credit.CurrencyLimit || slices.ContainsFunc(p.programmes, func(o option) bool { return o.Value == of.String() }) {
		return
	}
	if one, err := v.Programme(v.caller, of); err == nil {
		p.programmes = append(p.programmes, option{one.ID, v.w.T("%s of %s", one.Product, one.Anchor), one.Currency + ", " + one.ID})
	}
}

// read makes the command of what was entered; what is wrong stands beside its input.
func (p *proposal) read(v *visit) (*book.ProposeLimit, error) {
	c := &book.ProposeLimit{Key: credit.LimitKey{Kind: p.kind}}
	if p.own && p.owner == nil {
		c.Key.Owner = v.caller.Party
	}
	if p.programme.chosen() >= 0 && p.programme.Value != "all" {
		var err error
		if c.Key.Programme, err = id.Parse[id.Programme](p.programme.Value); err != nil {
			p.programme.bad("Choose one.")
		}
	}
	if p.kind == credit.FunderLimit && p.party == nil {
		c.Key.Party = v.caller.Party
	}
	for _, one := range []struct {
		from *input
		into *id.Party
	}{{p.owner, &c.Key.Owner}, {p.party, &c.Key.Party}, {p.counterparty, &c.Key.Counterparty}, {p.insurer, &c.Insurance.Insurer}} {
		if one.from == nil {
			continue
		}
		found, err := v.onlyParty(one.from)
		if err != nil {
			return nil, err
		}
		*one.into = found
	}
	p.readTerms(c)
	return c, nil
}

func (p *proposal) readTerms(c *book.ProposeLimit) {
	if p.product != nil {
		var err error
		if c.Key.Product, err = id.Parse[id.Product](p.product.Value); err != nil {
			p.product.bad("Choose one.")
		}
	}
	if p.tier != nil {
		tier, err := strconv.ParseUint(p.tier.Value, 10, 8)
		if c.Key.Tier = uint8(tier); err != nil || tier == 0 {
			p.tier.bad("Write a number from 1 on.")
		}
	}
	if p.share != nil {
		const decimals = 4 // of a percentage, in millionths
		share, err := money.ParseScaled(p.share.Value, decimals)
		if c.Insurance.Share = money.Rate(share); err != nil || share <= 0 || money.Rate(share) > money.RateOne {
			p.share.bad("Write a percentage above 0, and 100 at most.")
		}
		if p.policy.Value == "" {
			p.policy.bad("Name the policy.")
		}
		c.Strictness = credit.Strictness(max(p.strictness.chosen(), 0))
	}
	if currency, known := money.ParseCurrency(p.currency.Value); known {
		c.Key.Currency, c.Amount = currency, p.amount.minor(currency)
	} else {
		p.currency.bad("Write the code of a currency, like EUR.")
	}
	c.Expires = p.expires.date()
	c.Renewal, c.Commitment = credit.Renewal(max(p.renewal.chosen(), 0)), credit.Commitment(max(p.commitment.chosen(), 0))
}

// openLimit fills what is the same on the form of every deed on a limit.
func (v *visit) openLimit(f *deedForm, heading, give string) (id.Limit, view.Limit, error) {
	of, err := identity[id.Limit](v)
	if err != nil {
		return 0, view.Limit{}, err
	}
	shown, err := v.Limit(v.caller, of)
	if err != nil {
		return 0, shown, err
	}
	f.Heading, f.Give, f.Back, f.BackName = heading, give, "/limits", "Limits"
	f.fact("Limit", escape(f.w.capitalWord(shown.Kind)+" "+shown.ID))
	if shown.Party != nil {
		f.fact("Of", escape(shown.Party.String()))
	}
	if shown.Programme != "" {
		f.fact("Programme", escape(cmp.Or(v.programmeName(shown.Programme), shown.Programme)))
	}
	f.fact("Amount", f.w.amount(shown.Amount))
	f.fact("Used and reserved", escape(shown.Taken+" %"))
	f.fact("Last day of use", escape(shown.Expires))
	return of, shown, nil
}

func openLimitApproval(v *visit, f *deedForm) (*prepared, error) {
	of, _, err := v.openLimit(f, "Approve a limit", "Approve it")
	if err != nil {
		return nil, err
	}
	f.Note = "Somebody else has proposed it. It takes the place of the limit before it, with what is reserved and used."
	return v.unsignedDeed(f, &book.ApproveLimit{Limit: of}, nil), nil
}

func openLimitSuspension(v *visit, f *deedForm) (*prepared, error) {
	of, _, err := v.openLimit(f, "Suspend a limit", "Suspend it")
	if err != nil {
		return nil, err
	}
	f.Note = "At once, on one person’s word: nothing new is used under it, and nothing is unwound. Two persons lift it."
	text := f.noted("Why")
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, &book.SuspendLimit{Limit: of}, func(c book.Command) error { return v.keepNote(text, &c.(*book.SuspendLimit).Cause) }), nil
}

func openLimitLifting(v *visit, f *deedForm) (*prepared, error) {
	of, shown, err := v.openLimit(f, "Lift a suspension", "Lift it")
	if err != nil {
		return nil, err
	}
	if shown.Suspension != nil {
		f.fact("Why it was suspended", escape(shown.Suspension.Cause))
	}
	f.Note = "Two persons lift it, one after the other."
	return v.unsignedDeed(f, &book.LiftLimit{Limit: of}, nil), nil
}
