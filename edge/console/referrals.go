package console

import (
	"strings"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/edge/locale"
	"millrace/edge/view"
)

var referralDeeds = []deed{
	{path: "/referrals/{id}/holder", place: "/referrals", open: openReferralTaking},
	{path: "/referrals/{id}/advice", place: "/referrals", fields: map[string]string{"note": "note", "says": "says"}, open: openReferralAdvice},
	{path: "/referrals/{id}/decision", place: "/referrals", fields: map[string]string{"note": "note", "decision": "decision"}, open: openReferralDecision},
}

type referralList struct {
	list
	Items []view.Referral
}

func showReferrals(v *visit) (any, error) {
	var l referralList
	var q view.Query
	states := []string{}
	for state := funding.ReferralOpen; state <= funding.ReferralLapsed; state++ {
		states = append(states, state.String())
	}
	l.list, q = v.list("Referrals", states)
	page, err := v.Referrals(v.caller, q)
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	return l, err
}

type referralPage struct {
	view.Referral
	Past      []view.PastReferral
	Financed  view.Financing
	Documents []view.Document
	Decisions []view.Decision
	Standings []standingOf
	Timeline  []view.Entry
}

// Nearest are the cases most like it that stand beside it; the table has them all.
func (p referralPage) Nearest() []view.PastReferral { return p.Past[:min(len(p.Past), 5)] }

func (p referralPage) title() *locale.Text { return locale.Say("Referral %s", p.ID) }

// Open tells whether it waits for somebody.
func (p referralPage) Open() bool { return p.Ended == "" }

// Decides tells whether the caller's people decide it, Advises whether the caller may say what it thinks.
func (p referralPage) Decides(f frame) bool {
	return p.Open() && f.may("deed /referrals/{id}/decision")
}

// Advises likewise.
func (p referralPage) Advises(f frame) bool {
	return p.Open() && f.may("deed /referrals/{id}/advice")
}

func showReferral(v *visit) (any, error) {
	shown, of, err := v.referralAsked()
	if err != nil {
		return nil, err
	}
	page := referralPage{Referral: shown}
	if page.Past, err = v.AlikeReferrals(v.caller, of); err != nil {
		return nil, err
	}
	financing, err := id.Parse[id.Financing](shown.Financing)
	if err != nil {
		return nil, err
	}
	if page.Financed, err = v.Financing(v.caller, financing); err != nil {
		return nil, err
	}
	if page.Decisions, err = v.DecisionsOn(v.caller, financing); err != nil {
		return nil, err
	}
	if page.Standings, err = v.standings(shown.Seller, shown.Buyer); err != nil {
		return nil, err
	}
	if page.Financed.Receivable != "" {
		receivable, err := id.Parse[id.Receivable](page.Financed.Receivable)
		if err != nil {
			return nil, err
		}
		debt, err := v.Receivable(v.caller, receivable)
		if err != nil {
			return nil, err
		}
		if trade, err := id.Parse[id.Trade](debt.Trade); err == nil {
			documents, err := v.Documents(v.caller, view.Query{Trade: trade, Limit: 50})
			if err != nil {
				return nil, err
			}
			page.Documents = documents.Items
		}
	}
	page.Timeline, _, err = v.chronicle(shown.ID)
	return page, err
}

func (v *visit) referralAsked() (view.Referral, id.Referral, error) {
	of, err := identity[id.Referral](v)
	if err != nil {
		return view.Referral{}, 0, err
	}
	shown, err := v.Referral(v.caller, of)
	return shown, of, err
}

// openReferral fills what is the same on the form of every deed on a referral.
func (v *visit) openReferral(f *deedForm, heading, give string) (view.Referral, id.Referral, error) {
	f.Heading, f.Give = heading, give
	shown, of, err := v.referralAsked()
	f.Back, f.BackName = "/referrals/"+shown.ID, f.w.T("Referral %s", shown.ID)
	if err == nil {
		f.fact("Asked for", f.w.amount(shown.Amount))
		f.fact("Seller", escape(shown.Seller.String()))
		f.fact("Why it was referred", escape(capital(f.w.Word(strings.Join(shown.Rules, ", ")))))
		f.fact("To be decided until", escape(shown.Deadline))
	}
	return shown, of, err
}

func openReferralTaking(v *visit, f *deedForm) (*prepared, error) {
	_, of, err := v.openReferral(f, "Work on a referral", "Take it")
	if err != nil {
		return nil, err
	}
	return v.unsignedDeed(f, &book.TakeReferral{Referral: of}, nil), nil
}

func openReferralAdvice(v *visit, f *deedForm) (*prepared, error) {
	shown, of, err := v.openReferral(f, "Note or recommend", "Say it")
	if err != nil {
		return nil, err
	}
	if shown.Seconded {
		f.Note = "Approving takes two of the funder’s people: one recommends approval here, another one decides."
	}
	says := f.value(input{Name: "says", Label: "What you think", Choices: []option{
		{"note", "Nothing yet", "This is only a note."}, {"approve", "Approve it", ""}, {"decline", "Decline it", ""},
	}}, "note")
	text := f.noted("What was found out, and why")
	if !f.asked {
		return nil, nil
	}
	chosen := says.chosen()
	if !f.complete() {
		return nil, nil
	}
	return &prepared{
		with: func([]book.Signature) book.Command {
			return &book.AdviseReferral{Referral: of, Says: book.Decision(chosen)}
		},
		keep:  func(c book.Command) error { return v.keepNote(text, &c.(*book.AdviseReferral).Text) },
		bound: v.caller.Party, after: f.Back, need: unsigned,
	}, nil
}

func openReferralDecision(v *visit, f *deedForm) (*prepared, error) {
	shown, _, err := v.openReferral(f, "Decide a referral", "Decide it")
	if err != nil {
		return nil, err
	}
	financing, err := id.Parse[id.Financing](shown.Financing)
	if err != nil {
		return nil, err
	}
	f.Note = "Approved, it is priced anew on today’s date and the seller may accept it. Declined, it has ended."
	decision := f.value(input{Name: "decision", Label: "Decision", Choices: []option{{"approve", "Approve", ""}, {"decline", "Decline", ""}}}, "")
	text := f.noted("Why")
	if !f.asked {
		return nil, nil
	}
	chosen := decision.chosen()
	if !f.complete() {
		return nil, nil
	}
	return &prepared{
		with: func([]book.Signature) book.Command {
			return &book.DecideReferral{Financing: financing, Decision: []book.Decision{book.Approve, book.Decline}[chosen]}
		},
		keep:  func(c book.Command) error { return v.keepNote(text, &c.(*book.DecideReferral).Reason) },
		bound: v.caller.Party, after: f.Back, need: unsigned,
	}, nil
}
