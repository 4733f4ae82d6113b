package api

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"millrace/book"
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/access"
	"millrace/edge/intake"
	"millrace/edge/letter"
	"millrace/edge/problem"
	"millrace/edge/setoff"
	"millrace/edge/view"
	"millrace/engine"
)

func init() { signable = append(signable, "give_set_off_consent", "consent_to_set_off_run") }

// Bodies of runs of multilateral set-off.
type (
	// SetOffTermsBody are the terms of a run.
	SetOffTermsBody struct {
		Currency string  `json:"currency"`
		Group    string  `json:"group,omitempty" doc:"head of the group whose firms take part; missing: everybody"`
		Least    *Amount `json:"least,omitempty" doc:"debts of which less is outstanding are left out"`
		Rule     string  `json:"rule,omitempty" enum:"oldest_first,proportional" default:"oldest_first" doc:"who comes first where several ways set off the same total"`
		Open     bool    `json:"open,omitempty" doc:"parties without a standing consent are asked; else they are left out"`
		Freeze   string  `json:"freeze" doc:"business date from which debts are held"`
		Answer   string  `json:"answer" doc:"last business date for consents"`
		Value    string  `json:"value" doc:"debts due on or before it take part; the last business date on which the run can be executed"`

		Cash *SetOffCashBody `json:"cash,omitempty" doc:"of funders, that members may borrow for the run; missing: none"`
	}
	// SetOffCashBody says by whom cash is lent in a run, and how much.
	SetOffCashBody struct {
		Programme string `json:"programme" doc:"whose normal product lends it"`
		Most      Amount `json:"most" doc:"over all members"`
	}
	// SetOffLoanBody asks for a loan that a member may draw in a run.
	SetOffLoanBody struct {
		Amount *Amount `json:"amount,omitempty" doc:"the most that is drawn; missing: all that the party owes in the run, as far as it may be lent"`
		Due    string  `json:"due" doc:"day on which what is drawn is repaid, after the run's value date"`
	}
	// AttemptBody names the proposal that was seen.
	AttemptBody struct {
		Attempt uint32 `json:"attempt" doc:"of the proposal that is published"`
	}
	// PotentialsBody brings numbers of a certificate.
	PotentialsBody struct {
		Attempt    uint32  `json:"attempt"`
		From       uint64  `json:"from" doc:"how many have been entered before"`
		Potentials []int64 `json:"potentials" minItems:"1" maxItems:"1000" doc:"of the next members, in their order"`
	}
	// FiguresBody brings what is set off of lines.
	FiguresBody struct {
		Attempt uint32  `json:"attempt"`
		From    uint64  `json:"from" doc:"how many have been entered before"`
		Cleared []int64 `json:"cleared" minItems:"1" maxItems:"1000" doc:"of the next lines, in their order, in minor units"`
	}
	// ProposalBody closes a proposal.
	ProposalBody struct {
		Attempt uint32 `json:"attempt"`
		Cleared Amount `json:"cleared" doc:"in all"`
		Optimal bool   `json:"optimal,omitempty" doc:"claims that no more can be set off, which the potentials have to prove"`
		Hash    string `json:"hash" minLength:"64" maxLength:"64" doc:"SHA-256 of the certificate's manifest, hexadecimal"`
		Price   int64  `json:"price,omitempty" minimum:"0" doc:"of cash by the certificate: the debt that one more unit would set off; 0 where none is lent"`
	}
	// RunConsentBody consents to one run. Currency and value date of the statement are the run's.
	RunConsentBody struct {
		Party      string          `json:"party"`
		BeforeDue  bool            `json:"before_due,omitempty" doc:"as creditor also of debts that are not due yet; before debts are held"`
		Signatures []SignatureBody `json:"signatures,omitempty" maxItems:"2" doc:"over the statement of this command, under mandates to agree"`
	}
	// StandingConsentBody consents to every run in a currency.
	StandingConsentBody struct {
		Party      string          `json:"party"`
		Currency   string          `json:"currency"`
		BeforeDue  bool            `json:"before_due,omitempty" doc:"as creditor also of debts that are not due yet"`
		From       string          `json:"from"`
		Until      string          `json:"until,omitempty" doc:"last day; missing: until it is revoked"`
		Signatures []SignatureBody `json:"signatures,omitempty" maxItems:"2" doc:"over the statement of this command, under mandates to agree"`
	}
	// SetOffBarBody keeps a party out of every run.
	SetOffBarBody struct {
		Party    string `json:"party"`
		Cause    string `json:"cause" enum:"insolvency,attachment"`
		From     string `json:"from" doc:"day of the order"`
		Evidence string `json:"evidence" minLength:"1" maxLength:"20000" doc:"the order, or the register's extract"`
	}
	// GroundsBody says what shows that something has ended.
	GroundsBody struct {
		Grounds string `json:"grounds" minLength:"1" maxLength:"20000"`
	}
	// SetOffCalendarBody has runs announced again and again.
	SetOffCalendarBody struct {
		Terms      SetOffTermsBody `json:"terms" doc:"of the first run; the dates of later ones move on from it"`
		Months     int             `json:"months,omitempty" minimum:"0" maximum:"120"`
		Days       int             `json:"days,omitempty" minimum:"0" maximum:"3660" doc:"where not by months"`
		NoticeDays int             `json:"notice_days" minimum:"0" maximum:"3660" doc:"from announcement until debts are held"`
	}
	// CalendarDecisionBody decides on a calendar.
	CalendarDecisionBody struct {
		Decision string `json:"decision" enum:"approve,decline"`
		Reason   string `json:"reason,omitempty" maxLength:"20000" doc:"of a decline"`
	}
)

// registerSetOff registers runs of multilateral set-off.
func (s *server) registerSetOff() {
	getter(s, "get_set_off_run", (*view.View).SetOffRun)
	lister(s, "list_set_off_runs", (*view.View).SetOffRuns, "state")
	listerOf(s, "list_set_off_members", (*view.View).SetOffMembers, "state", "party")
	listerOf(s, "list_set_off_lines", (*view.View).SetOffLines, "state", "receivable")
	getter(s, "get_set_off_opening", (*view.View).SetOffOpening)
	getter(s, "get_set_off_curve", (*view.View).SetOffCurve)
	s.registerSetOffFiles()
	register(s, act[SetOffLoanBody, view.Financing]{
		name: "quote_set_off_cash", addressed: "run", status: http.StatusCreated,
		build: func(x *call, of string, body *SetOffLoanBody) (book.Command, error) {
			run, _, err := addressed(x, of, (*view.View).SetOffRun)
			c := &book.QuoteSetOffCash{Run: run, Due: x.date("due", body.Due)}
			if body.Amount != nil {
				c.Amount, _ = x.amount("amount", *body.Amount)
			}
			return c, err
		},
		show: shown(func(_ *book.QuoteSetOffCash, a *engine.Answer) id.Financing {
			return event[*book.FinancingOpened](a).Financing.ID
		}, (*view.View).Financing),
	})
	register(s, act[SetOffTermsBody, view.SetOffRun]{
		name: "announce_set_off_run", status: http.StatusCreated,
		build: func(x *call, _ string, body *SetOffTermsBody) (book.Command, error) {
			return &book.AnnounceSetOffRun{Terms: x.setOffTerms("", body)}, nil
		},
		show: shown(func(_ *book.AnnounceSetOffRun, a *engine.Answer) id.SetOffRun {
			return event[*book.SetOffRunAnnounced](a).Run.ID
		}, (*view.View).SetOffRun),
	})
	onRun(s, "end_set_off_run", func(x *call, of id.SetOffRun, _ *view.SetOffRun, body *ReasonBody) (*book.EndSetOffRun, error) {
		reason, err := x.keep(intake.KindReason, x.text("reason", body.Reason, 20_000))
		return &book.EndSetOffRun{Run: of, Reason: reason}, err
	}, func(c *book.EndSetOffRun) id.SetOffRun { return c.Run })
	onRun(s, "execute_set_off_run", func(_ *call, of id.SetOffRun, _ *view.SetOffRun, body *AttemptBody) (*book.ExecuteSetOffRun, error) {
		return &book.ExecuteSetOffRun{Run: of, Attempt: body.Attempt}, nil
	}, func(c *book.ExecuteSetOffRun) id.SetOffRun { return c.Run })
	onRun(s, "consent_to_set_off_run", func(x *call, of id.SetOffRun, run *view.SetOffRun, body *RunConsentBody) (*book.ConsentToSetOffRun, error) {
		c := &book.ConsentToSetOffRun{
			Run: of, Party: required[id.Party](x.fields, "party", body.Party), Currency: x.currency("currency", run.Terms.Currency), Value: x.date("value", run.Terms.Value),
			BeforeDue: body.BeforeDue,
		}
		var err error
		c.Signatures, err = x.signatures(body.Signatures)
		return c, err
	}, func(c *book.ConsentToSetOffRun) id.SetOffRun { return c.Run })
	onRun(s, "refuse_set_off_run", func(_ *call, of id.SetOffRun, _ *view.SetOffRun, _ *nothing) (*book.RefuseSetOffRun, error) {
		return &book.RefuseSetOffRun{Run: of}, nil
	}, func(c *book.RefuseSetOffRun) id.SetOffRun { return c.Run })
	s.registerSetOffProposals()
	s.registerSetOffConsents()
	s.registerSetOffBars()
	s.registerSetOffCalendars()
}

// onRun registers a command on a run that the caller sees.
func onRun[B any, C book.Command](s *server, name string, build func(*call, id.SetOffRun, *view.SetOffRun, *B) (C, error), run func(C) id.SetOffRun) {
	register(s, act[B, view.SetOffRun]{
		name: name, addressed: "run", status: http.StatusOK,
		build: func(x *call, of string, body *B) (book.Command, error) {
			found, record, err := addressed(x, of, (*view.View).SetOffRun)
			if err != nil {
				return nil, err
			}
			c, err := build(x, found, &record, body)
			return c, err
		},
		show: shown(func(c C, _ *engine.Answer) id.SetOffRun { return run(c) }, (*view.View).SetOffRun),
	})
}

// registerSetOffProposals registers how a proposal is entered by hand, or by a solver outside; the node's own clerk does without.
func (s *server) registerSetOffProposals() {
	onRun(s, "open_set_off_proposal", func(_ *call, of id.SetOffRun, _ *view.SetOffRun, _ *nothing) (*book.OpenSetOffProposal, error) {
		return &book.OpenSetOffProposal{Run: of}, nil
	}, func(c *book.OpenSetOffProposal) id.SetOffRun { return c.Run })
	onRun(s, "enter_set_off_potentials", func(_ *call, of id.SetOffRun, _ *view.SetOffRun, body *PotentialsBody) (*book.EnterSetOffPotentials, error) {
		return &book.EnterSetOffPotentials{Run: of, Attempt: body.Attempt, From: body.From, Potentials: body.Potentials}, nil
	}, func(c *book.EnterSetOffPotentials) id.SetOffRun { return c.Run })
	onRun(s, "enter_set_off_lines", func(_ *call, of id.SetOffRun, _ *view.SetOffRun, body *FiguresBody) (*book.EnterSetOffLines, error) {
		c := &book.EnterSetOffLines{Run: of, Attempt: body.Attempt, From: body.From}
		for _, cleared := range body.Cleared {
			c.Cleared = append(c.Cleared, money.Minor(cleared))
		}
		return c, nil
	}, func(c *book.EnterSetOffLines) id.SetOffRun { return c.Run })
	onRun(s, "close_set_off_proposal", func(x *call, of id.SetOffRun, run *view.SetOffRun, body *ProposalBody) (*book.CloseSetOffProposal, error) {
		c := &book.CloseSetOffProposal{Run: of, Attempt: body.Attempt, Optimal: body.Optimal, Price: body.Price, Cleared: x.amountIn("cleared", body.Cleared, x.currency("currency", run.Terms.Currency))}
		if n, err := hex.Decode(c.Hash[:], []byte(body.Hash)); err != nil || n != len(c.Hash) {
			x.bad("hash", body.Hash, "is not a SHA-256 in 64 hexadecimal digits")
		}
		return c, nil
	}, func(c *book.CloseSetOffProposal) id.SetOffRun { return c.Run })
}

func (s *server) registerSetOffConsents() {
	getter(s, "get_set_off_consent", (*view.View).SetOffConsent)
	lister(s, "list_set_off_consents", (*view.View).SetOffConsents, "state", "party")
	register(s, act[StandingConsentBody, view.SetOffConsent]{
		name: "give_set_off_consent", status: http.StatusCreated,
		build: func(x *call, _ string, body *StandingConsentBody) (book.Command, error) {
			c := &book.GiveSetOffConsent{
				Party: required[id.Party](x.fields, "party", body.Party), Currency: x.currency("currency", body.Currency), BeforeDue: body.BeforeDue,
				From: x.date("from", body.From),
			}
			if body.Until != "" {
				c.Until = x.date("until", body.Until)
			}
			var err error
			c.Signatures, err = x.signatures(body.Signatures)
			return c, err
		},
		show: shown(func(_ *book.GiveSetOffConsent, a *engine.Answer) id.SetOffConsent {
			return event[*book.SetOffConsentGiven](a).Consent.ID
		}, (*view.View).SetOffConsent),
	})
	register(s, act[nothing, view.SetOffConsent]{
		name: "revoke_set_off_consent", addressed: "consent", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			consent, _, err := addressed(x, of, (*view.View).SetOffConsent)
			return &book.RevokeSetOffConsent{Consent: consent}, err
		},
		show: shown(func(c *book.RevokeSetOffConsent, _ *engine.Answer) id.SetOffConsent { return c.Consent }, (*view.View).SetOffConsent),
	})
}

func (s *server) registerSetOffBars() {
	getter(s, "get_set_off_bar", (*view.View).SetOffBar)
	lister(s, "list_set_off_bars", (*view.View).SetOffBars, "party")
	register(s, act[SetOffBarBody, view.SetOffBar]{
		name: "record_set_off_bar", status: http.StatusCreated,
		build: func(x *call, _ string, body *SetOffBarBody) (book.Command, error) {
			c := &book.RecordSetOffBar{
				Party: required[id.Party](x.fields, "party", body.Party), Cause: clearing.Cause(x.choice("cause", body.Cause, clearing.CauseNames[:])), From: x.date("from", body.From),
			}
			var err error
			c.Evidence, err = x.keep(intake.KindProof, x.text("evidence", body.Evidence, 20_000))
			return c, err
		},
		show: shown(func(_ *book.RecordSetOffBar, a *engine.Answer) id.SetOffBar {
			return event[*book.SetOffBarRecorded](a).Bar.ID
		}, (*view.View).SetOffBar),
	})
	register(s, act[GroundsBody, view.SetOffBar]{
		name: "lift_set_off_bar", addressed: "bar", status: http.StatusOK,
		build: func(x *call, of string, body *GroundsBody) (book.Command, error) {
			bar, _, err := addressed(x, of, (*view.View).SetOffBar)
			if err != nil {
				return nil, err
			}
			c := &book.LiftSetOffBar{Bar: bar}
			c.Grounds, err = x.keep(intake.KindProof, x.text("grounds", body.Grounds, 20_000))
			return c, err
		},
		show: shown(func(c *book.LiftSetOffBar, _ *engine.Answer) id.SetOffBar { return c.Bar }, (*view.View).SetOffBar),
	})
}

func (s *server) registerSetOffCalendars() {
	getter(s, "get_set_off_calendar", (*view.View).SetOffCalendar)
	lister(s, "list_set_off_calendars", (*view.View).SetOffCalendars, "state")
	register(s, act[SetOffCalendarBody, view.SetOffCalendar]{
		name: "propose_set_off_calendar", status: http.StatusCreated,
		build: func(x *call, _ string, body *SetOffCalendarBody) (book.Command, error) {
			return &book.ProposeSetOffCalendar{
				Terms: x.setOffTerms("terms.", &body.Terms), Months: uint8(body.Months), Days: uint16(body.Days), NoticeDays: uint16(body.NoticeDays),
			}, nil
		},
		show: shown(func(_ *book.ProposeSetOffCalendar, a *engine.Answer) id.SetOffCalendar {
			return event[*book.SetOffCalendarProposed](a).Calendar.ID
		}, (*view.View).SetOffCalendar),
	})
	register(s, act[CalendarDecisionBody, view.SetOffCalendar]{
		name: "decide_set_off_calendar", addressed: "calendar", status: http.StatusOK,
		build: func(x *call, of string, body *CalendarDecisionBody) (book.Command, error) {
			k, _, err := addressed(x, of, (*view.View).SetOffCalendar)
			if err != nil {
				return nil, err
			}
			c := &book.DecideSetOffCalendar{Calendar: k, Decision: x.decision(body.Decision)}
			if body.Reason != "" {
				c.Reason, err = x.keep(intake.KindReason, body.Reason)
			}
			return c, err
		},
		show: shown(func(c *book.DecideSetOffCalendar, _ *engine.Answer) id.SetOffCalendar { return c.Calendar }, (*view.View).SetOffCalendar),
	})
	register(s, act[ReasonBody, view.SetOffCalendar]{
		name: "end_set_off_calendar", addressed: "calendar", status: http.StatusOK,
		build: func(x *call, of string, body *ReasonBody) (book.Command, error) {
			k, _, err := addressed(x, of, (*view.View).SetOffCalendar)
			if err != nil {
				return nil, err
			}
			c := &book.EndSetOffCalendar{Calendar: k}
			c.Reason, err = x.keep(intake.KindReason, x.text("reason", body.Reason, 20_000))
			return c, err
		},
		show: shown(func(c *book.EndSetOffCalendar, _ *engine.Answer) id.SetOffCalendar { return c.Calendar }, (*view.View).SetOffCalendar),
	})
}

// setOffTerms reads the terms of a run; before stands before the names of fields.
func (x *call) setOffTerms(before string, body *SetOffTermsBody) clearing.Terms {
	t := clearing.Terms{
		Currency: x.currency(before+"currency", body.Currency), Group: optional[id.Party](x.fields, before+"group", body.Group), Rule: clearing.OldestFirst, Open: body.Open,
		Freeze: x.date(before+"freeze", body.Freeze), Answer: x.date(before+"answer", body.Answer), Value: x.date(before+"value", body.Value),
	}
	if body.Rule != "" {
		t.Rule = clearing.Rule(x.choice(before+"rule", body.Rule, clearing.RuleNames[:]))
	}
	if body.Least != nil {
		t.Least = x.amountIn(before+"least", *body.Least, t.Currency)
	}
	if body.Cash != nil {
		t.Cash = clearing.Cash{Programme: required[id.Programme](x.fields, before+"cash.programme", body.Cash.Programme), Most: x.amountIn(before+"cash.most", body.Cash.Most, t.Currency)}
	}
	return t
}

type listOfInput struct {
	Addressed
	Listing
}

// listerOf serves pages of what belongs to the record that the path names.
func listerOf[I printed, T any](s *server, name string, find func(*view.View, access.Caller, I, view.Query) (view.Page[T], error), filters ...string) {
	o := s.operation(name)
	answered[view.Page[T]](s, &o)
	huma.Register(s.huma, o, func(ctx context.Context, in *listOfInput) (*reply, error) {
		q, err := in.query()
		if err != nil {
			return nil, err
		}
		_, page, err := read(ctx, s, in.ID, in.After, func(v *view.View, c access.Caller, of I) (view.Page[T], error) { return find(v, c, of, q) })
		if err != nil {
			return nil, err
		}
		return &reply{page}, nil
	})
	described := s.huma.OpenAPI().Paths[routeByName[name].path].Get
	described.Parameters = slices.DeleteFunc(described.Parameters, func(p *huma.Param) bool {
		return slices.Contains(allFilters, p.Name) && !slices.Contains(filters, p.Name)
	})
}

type noticeInput struct {
	Addressed
	Waiting
	Party  string `query:"party" maxLength:"64" doc:"member whose notice it is; missing: the caller's own"`
	Format string `query:"format" enum:"pdf,text" default:"pdf"`
}

// registerSetOffFiles registers certificates and notices, which are files.
func (s *server) registerSetOffFiles() {
	huma.Register(s.huma, s.operation("get_set_off_certificate"), func(ctx context.Context, in *getInput) (*originalOutput, error) {
		of, certificate, err := read(ctx, s, in.ID, in.After, (*view.View).SetOffCertificate)
		if err != nil {
			return nil, err
		}
		return packed(of, certificate)
	})
	huma.Register(s.huma, s.operation("get_set_off_notice"), func(ctx context.Context, in *noticeInput) (*originalOutput, error) {
		f := &fields{}
		about := optional[id.Party](f, "party", in.Party)
		if err := f.problem(); err != nil {
			return nil, err
		}
		of, notice, err := read(ctx, s, in.ID, in.After, func(v *view.View, c access.Caller, of id.SetOffRun) (letter.SetOff, error) {
			return v.SetOffNotice(c, of, about)
		})
		if err != nil {
			return nil, err
		}
		return written(of, notice, in.Format)
	})
}

// packed is a certificate as a file.
func packed(of id.SetOffRun, certificate *setoff.Certificate) (*originalOutput, error) {
	var out bytes.Buffer
	if err := certificate.WriteZip(&out); err != nil {
		return nil, err
	}
	return &originalOutput{ContentType: "application/zip", Disposition: `attachment; filename="` + of.String() + `-certificate.zip"`, Body: out.Bytes()}, nil
}

// written is a notice as a file.
func written(of id.SetOffRun, notice letter.SetOff, format string) (*originalOutput, error) {
	var missing *letter.Missing
	if format == "text" {
		text, err := notice.Text()
		if errors.As(err, &missing) {
			return nil, problem.New("not_found", "the notice can't be written: "+missing.Error())
		}
		return &originalOutput{ContentType: "text/plain; charset=utf-8", Disposition: `attachment; filename="` + of.String() + `-notice.txt"`, Body: []byte(text)}, err
	}
	pdf, err := letter.WriteSetOff(notice)
	if errors.As(err, &missing) {
		return nil, problem.New("not_found", "the notice can't be written: "+missing.Error())
	}
	return &originalOutput{ContentType: "application/pdf", Disposition: `attachment; filename="` + of.String() + `-notice.pdf"`, Body: pdf}, err
}
