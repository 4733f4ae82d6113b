package console

import (
	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/edge/locale"
	"millrace/edge/view"
)

// recommendable are the kinds of limit that a funder has of its own.
func recommendable() []string {
	var kinds []string
	for k := credit.BuyerLimit; k <= credit.KindLast; k++ {
		if k != credit.ProgrammeLimit && k != credit.FunderLimit {
			kinds = append(kinds, k.String())
		}
	}
	return kinds
}

// Recommends are the kinds of limit that the caller recommends to funders.
func (f frame) Recommends() []string {
	if !f.may("deed /limit-recommendations/{kind}") {
		return nil
	}
	return recommendable()
}

// Lends tells whether the caller decides for a funder.
func (f frame) Lends() bool { return f.may("deed /limit-recommendations/{id}/decision") }

// Connects tells whether the caller says who depends on whom.
func (f frame) Connects() bool { return f.may("deed /dependences/new") }

func openLimitWithdrawal(v *visit, f *deedForm) (*prepared, error) {
	of, _, err := v.openLimit(f, "Withdraw a limit", "Withdraw it")
	if err != nil {
		return nil, err
	}
	f.Note = "It binds until a second person has agreed. What is used under it stays used, and no longer counts here."
	text := f.noted("Why it need not bind")
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, &book.WithdrawLimit{Limit: of}, func(c book.Command) error { return v.keepNote(text, &c.(*book.WithdrawLimit).Reason) }), nil
}

func openLimitWithdrawalDecision(v *visit, f *deedForm) (*prepared, error) {
	of, shown, err := v.openLimit(f, "Decide a withdrawal", "Decide it")
	if err != nil {
		return nil, err
	}
	if shown.Withdrawal != nil {
		f.fact("Why it need not bind", escape(shown.Withdrawal.Reason))
	}
	f.Note = "A second person agrees; anybody who may withdraw it may decline."
	return v.decided(f, "Decision", "Withdraw it", "Let it bind", func(d book.Decision) book.Command { return &book.DecideLimitWithdrawal{Limit: of, Decision: d} }), nil
}

func openRecommendation(v *visit, f *deedForm) (*prepared, error) {
	p := &proposal{kind: credit.ParseKind(v.request.PathValue("kind")), own: true}
	if p.kind == 0 || p.kind == credit.ProgrammeLimit || p.kind == credit.FunderLimit {
		return nil, view.ErrNotFound
	}
	f.Heading, f.Give, f.Back, f.BackName = f.w.T("Recommend a limit: %s", locale.Word(p.kind.String())), "Recommend it", "/limits", "Limits"
	f.Note = f.w.after(f.w.bounds(p.kind), f.w.T("A recommendation bounds nothing yet: the funder’s own people propose and approve the limit, or dismiss what you recommend."))
	if err := p.ask(v, f); err != nil {
		return nil, err
	}
	text := f.noted("Why")
	if !f.asked {
		return nil, nil
	}
	proposed, err := p.read(v)
	if err != nil || !f.complete() {
		return nil, err
	}
	return &prepared{
		with: func([]book.Signature) book.Command {
			return &book.RecommendLimit{Terms: credit.LimitTerms(*proposed)}
		},
		keep: func(c book.Command) error {
			recommend := c.(*book.RecommendLimit)
			if p.policy != nil {
				if err := v.keepNote(p.policy, &recommend.Terms.Insurance.Policy); err != nil {
					return err
				}
			}
			return v.keepNote(text, &recommend.Reason)
		},
		bound: v.caller.Party, after: f.Back, need: unsigned,
	}, nil
}

func openRecommendationDecision(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Recommendation](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Recommendation(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Decide on a recommendation", "Decide", "/limits", "Limits"
	f.Note = "Taken up, the limit is proposed, and a second one of you approves it. Dismissed, say why; the operator learns that you have, and not why."
	f.fact("Limit", escape(f.w.capitalWord(shown.Terms.Kind)))
	if shown.Terms.Party != nil {
		f.fact("Of", escape(shown.Terms.Party.String()))
	}
	f.fact("Amount", f.w.amount(shown.Terms.Amount))
	f.fact("Last day of use", escape(shown.Terms.Expires))
	f.fact("Why the operator recommends it", escape(shown.Reason))
	decision := f.decided("Decision", "Propose the limit", "Dismiss it")
	text := f.value(input{Name: "note", Label: "Why not, where it is dismissed", Kind: "area"}, "")
	if !f.asked {
		return nil, nil
	}
	chosen := decision.chosen()
	if chosen == 1 && (text.Value == "" || len(text.Value) > reasonBytes) {
		text.bad("Say it in 1 to %d characters.", reasonBytes)
	}
	if !f.complete() {
		return nil, nil
	}
	made := &prepared{with: func([]book.Signature) book.Command {
		return &book.DecideRecommendation{Recommendation: of, Decision: []book.Decision{book.Approve, book.Decline}[chosen]}
	}, bound: v.caller.Party, after: f.Back, need: unsigned}
	if chosen == 1 {
		made.keep = func(c book.Command) error { return v.keepNote(text, &c.(*book.DecideRecommendation).Reason) }
	}
	return made, nil
}

// proved asks for what proves something, beside why it is so.
func (f *deedForm) proved() *input {
	text := f.value(input{Name: "evidence", Label: "What proves it", Kind: "area"}, "")
	if f.asked && (text.Value == "" || len(text.Value) > reasonBytes) {
		text.bad("Say it in 1 to %d characters.", reasonBytes)
	}
	return text
}

func openDependence(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give, f.Back, f.BackName = "Declare a dependence", "Declare it", "/limits", "Limits"
	f.Note = "One would likely fail to pay where the other did. From when a second person agrees they count as one risk, under every limit on connected parties."
	one := f.value(input{Name: "party", Label: "Party that depends", Hint: "Its id, or its name.", Kind: "text"}, "")
	on := f.value(input{Name: "on", Label: "On whom", Hint: "Its id, or its name.", Kind: "text"}, "")
	why, proof := f.noted("Why"), f.proved()
	if !f.asked {
		return nil, nil
	}
	c := book.ProposeDependence{}
	var err error
	if c.Party, err = v.onlyParty(one); err != nil {
		return nil, err
	}
	if c.On, err = v.onlyParty(on); err != nil || !f.complete() {
		return nil, err
	}
	return &prepared{
		with: func([]book.Signature) book.Command { return &c },
		keep: func(book.Command) error {
			if err := v.keepNote(why, &c.Reason); err != nil {
				return err
			}
			return v.keepNote(proof, &c.Evidence)
		},
		bound: v.caller.Party, after: f.Back, need: unsigned,
	}, nil
}

// openTied fills what is the same on the forms about a dependence.
func (v *visit) openTied(f *deedForm, heading, give string) (id.Dependence, error) {
	of, err := identity[id.Dependence](v)
	if err != nil {
		return 0, err
	}
	shown, err := v.Dependence(v.caller, of)
	if err != nil {
		return 0, err
	}
	f.Heading, f.Give, f.Back, f.BackName = heading, give, "/limits", "Limits"
	f.fact("Party that depends", escape(shown.Party.String()))
	f.fact("On whom", escape(shown.On.String()))
	f.fact("State", f.w.badge(shown.State))
	f.fact("Why", escape(shown.Reason))
	f.fact("What proves it", escape(shown.Evidence))
	if shown.Ending != nil {
		f.fact("Why it is to end", escape(shown.Ending.Reason))
		f.fact("What proves that", escape(shown.Ending.Evidence))
	}
	return of, nil
}

func openDependenceDecision(v *visit, f *deedForm) (*prepared, error) {
	of, err := v.openTied(f, "Decide on a dependence", "Decide")
	if err != nil {
		return nil, err
	}
	f.Note = "A second person agrees that it counts, or that it counts no more."
	return v.decided(f, "Decision", "Agree", "Decline", func(d book.Decision) book.Command { return &book.DecideDependence{Dependence: of, Decision: d} }), nil
}

func openDependenceEnd(v *visit, f *deedForm) (*prepared, error) {
	of, err := v.openTied(f, "End a dependence", "End it")
	if err != nil {
		return nil, err
	}
	f.Note = "It counts until a second person has agreed."
	why, proof := f.noted("Why it counts no more"), f.proved()
	if !f.complete() {
		return nil, nil
	}
	return &prepared{
		with: func([]book.Signature) book.Command { return &book.EndDependence{Dependence: of} },
		keep: func(c book.Command) error {
			end := c.(*book.EndDependence)
			if err := v.keepNote(why, &end.Reason); err != nil {
				return err
			}
			return v.keepNote(proof, &end.Evidence)
		},
		bound: v.caller.Party, after: f.Back, need: unsigned,
	}, nil
}
