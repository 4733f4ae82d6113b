package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/edge/access"
	"millrace/edge/intake"
	"millrace/edge/letter"
	"millrace/edge/view"
	"millrace/engine"
)

// Bodies of requests about agreements, notices and registrations.
type (
	// TemplateBody proposes a text.
	TemplateBody struct {
		Name string `json:"name" minLength:"1" maxLength:"100"`
		Kind string `json:"kind" enum:"receivables_purchase,anchor_accession,account_control,set_off_consent,payment_undertaking,certificate_rules,standing_payment_mandate"`
		Law  string `json:"law" minLength:"2" maxLength:"6" doc:"governing law, ISO 3166" example:"DE"`
		Text string `json:"text" minLength:"1" maxLength:"500000"`
	}
	// SignatoryBody names a party to an agreement.
	SignatoryBody struct {
		Party string `json:"party"`
		Role  string `json:"role" enum:"seller,funder,anchor,operator,custodian"`
	}
	// AgreementBody drafts an agreement.
	AgreementBody struct {
		Template  string          `json:"template"`
		Parties   []SignatoryBody `json:"parties" minItems:"2" maxItems:"16"`
		Effective string          `json:"effective" doc:"first day"`
		Until     string          `json:"until,omitempty" doc:"last day; missing: until it is terminated"`
		Terms     string          `json:"terms" minLength:"1" maxLength:"500000" doc:"what fills the template's blanks"`
		Amount    Amount          `json:"amount" doc:"by which the signatories' mandates are measured"`
	}
	// AgreementSignaturesBody brings a party's signatures.
	AgreementSignaturesBody struct {
		Party      string          `json:"party"`
		Signatures []SignatureBody `json:"signatures" minItems:"1" maxItems:"4"`
	}
	// TerminationBody ends an agreement.
	TerminationBody struct {
		From   string `json:"from,omitempty" doc:"first day on which it no longer holds; missing for a draft that is withdrawn"`
		Reason string `json:"reason" minLength:"1" maxLength:"20000"`
	}
	// NoticeBody writes a notice.
	NoticeBody struct {
		Kind       string `json:"kind" enum:"assignment,reassignment"`
		Seller     string `json:"seller"`
		Funder     string `json:"funder"`
		Programme  string `json:"programme"`
		Receivable string `json:"receivable,omitempty" doc:"missing: all that the seller assigns in the programme"`
		Law        string `json:"law" minLength:"2" maxLength:"6"`
		IBAN       string `json:"iban,omitempty" maxLength:"42" doc:"of the account to pay from now on"`
		Number     string `json:"number,omitempty" maxLength:"64" doc:"where there is no IBAN"`
		BIC        string `json:"bic,omitempty" maxLength:"11"`
		Holder     string `json:"holder" minLength:"1" maxLength:"300"`
	}
	// NoticeStepBody says what became of a notice.
	NoticeStepBody struct {
		State      string          `json:"state" enum:"served,proved,acknowledged"`
		Date       string          `json:"date"`
		Method     string          `json:"method,omitempty" enum:"registered_mail,courier,by_hand,electronic,platform" doc:"of the service"`
		Proof      string          `json:"proof,omitempty" maxLength:"20000" doc:"what shows that it was served or arrived"`
		Signatures []SignatureBody `json:"signatures,omitempty" maxItems:"4" doc:"of the debtor, where somebody else brings its acknowledgement"`
	}
	// MisdirectedBody records a payment to the seller's own account.
	MisdirectedBody struct {
		Receivable string `json:"receivable"`
		Amount     Amount `json:"amount"`
		Paid       string `json:"paid" doc:"value date"`
		Proof      string `json:"proof" minLength:"1" maxLength:"20000"`
	}
	// RegistrationBody proposes an act at a registry.
	RegistrationBody struct {
		Act          string `json:"act" enum:"file,renew,discharge"`
		Registration string `json:"registration,omitempty" doc:"to renew or discharge"`
		Registry     string `json:"registry,omitempty" maxLength:"100"`
		Number       string `json:"number,omitempty" maxLength:"100" doc:"missing where the registry gives it later"`
		Grantor      string `json:"grantor,omitempty" doc:"the seller"`
		Secured      string `json:"secured,omitempty" doc:"the funder"`
		Receivable   string `json:"receivable,omitempty"`
		Description  string `json:"description,omitempty" maxLength:"20000"`
		Filed        string `json:"filed,omitempty" doc:"of one that has a number"`
		Expires      string `json:"expires,omitempty" doc:"last day, also after a renewal"`
	}
	// RegistrationConfirmationBody confirms an act at a registry.
	RegistrationConfirmationBody struct {
		Decision string `json:"decision" enum:"approve,decline"`
		Number   string `json:"number,omitempty" maxLength:"100" doc:"that the registry gave"`
		Date     string `json:"date,omitempty" doc:"on which the registry did it"`
		Expires  string `json:"expires,omitempty" doc:"as the registry has it"`
	}
	// FindingBody is one thing that a search has found.
	FindingBody struct {
		Number     string `json:"number" minLength:"1" maxLength:"100"`
		Holder     string `json:"holder" minLength:"1" maxLength:"300"`
		Receivable string `json:"receivable,omitempty" doc:"missing: a blanket assignment"`
		Assigned   string `json:"assigned"`
		Registered string `json:"registered,omitempty"`
		Notified   string `json:"notified,omitempty"`
	}
	// SearchBody records a search.
	SearchBody struct {
		Registry    string        `json:"registry" minLength:"1" maxLength:"100"`
		Against     string        `json:"against" doc:"the seller"`
		Date        string        `json:"date"`
		Certificate string        `json:"certificate" minLength:"1" maxLength:"20000"`
		Found       []FindingBody `json:"found,omitempty" maxItems:"100" doc:"by rank; none: clear"`
	}
	// ReleaseBody releases an encumbrance.
	ReleaseBody struct {
		State string `json:"state" enum:"waived,ended"`
		Proof string `json:"proof" minLength:"1" maxLength:"20000"`
	}
	// SalesContractBody records a contract's terms on assignment.
	SalesContractBody struct {
		Seller    string `json:"seller"`
		Buyer     string `json:"buyer"`
		Law       string `json:"law" minLength:"2" maxLength:"6"`
		Dated     string `json:"dated"`
		Bans      bool   `json:"bans_assignment,omitempty"`
		Consented bool   `json:"consented,omitempty" doc:"the buyer has consented to assignments"`
		Exempt    bool   `json:"exempt,omitempty" doc:"United Kingdom: large seller, or contract of an excluded kind"`
		Text      string `json:"text" minLength:"1" maxLength:"20000"`
	}
)

func (s *server) registerLegal() {
	getter(s, "get_template", (*view.View).Template)
	lister(s, "list_templates", (*view.View).Templates, "state", "type")
	getter(s, "get_agreement", (*view.View).Agreement)
	lister(s, "list_agreements", (*view.View).Agreements, "state", "party", "type")
	getter(s, "get_notice", (*view.View).Notice)
	lister(s, "list_notices", (*view.View).Notices, "state", "party", "programme", "receivable", "type")
	getter(s, "get_misdirected_payment", (*view.View).Misdirected)
	lister(s, "list_misdirected_payments", (*view.View).Misdirections, "state", "receivable", "type")
	getter(s, "get_reassignment", (*view.View).Reassignment)
	lister(s, "list_reassignments", (*view.View).Reassignments, "party", "receivable")
	getter(s, "get_registration", (*view.View).Registration)
	lister(s, "list_registrations", (*view.View).Registrations, "state", "party", "receivable", "type")
	getter(s, "get_search", (*view.View).Search)
	lister(s, "list_searches", (*view.View).Searches, "party")
	getter(s, "get_encumbrance", (*view.View).Encumbrance)
	lister(s, "list_encumbrances", (*view.View).Encumbrances, "state", "party", "receivable")
	getter(s, "get_sales_contract", (*view.View).SalesContract)
	lister(s, "list_sales_contracts", (*view.View).SalesContracts, "party")
	s.registerLetter()
	s.registerAgreements()
	s.registerNotices()
	s.registerRegistrations()
}

func (s *server) registerLetter() {
	huma.Register(s.huma, s.operation("get_letter"), func(ctx context.Context, in *getInput) (*originalOutput, error) {
		of, bytes, err := read(ctx, s, in.ID, in.After, func(v *view.View, c access.Caller, of id.Notice) ([]byte, error) {
			n, err := v.Notice(c, of)
			if err != nil {
				return nil, err
			}
			bytes, _, err := v.Letter(&n)
			if err != nil || len(bytes) == 0 {
				return nil, errors.Join(view.ErrNotFound, err)
			}
			return bytes, nil
		})
		if err != nil {
			return nil, err
		}
		return &originalOutput{ContentType: "application/pdf", Disposition: `attachment; filename="` + of.String() + `.pdf"`, Body: bytes}, nil
	})
}

// law reads a governing law.
func (f *fields) law(field, text string) legal.Law {
	law := legal.Law(text)
	if !law.Valid() {
		f.bad(field, text, "is not a country or a part of one by ISO 3166")
	}
	return law
}

// dateOr reads a date that may be missing.
func (f *fields) dateOr(field, text string) calendar.Date {
	if text == "" {
		return 0
	}
	return f.date(field, text)
}

func (s *server) registerAgreements() {
	register(s, act[TemplateBody, view.Template]{
		name: "propose_template", status: http.StatusCreated,
		build: func(x *call, _ string, body *TemplateBody) (book.Command, error) {
			text := x.text("text", body.Text, 500_000)
			c := &book.ProposeTemplate{
				Name: x.text("name", body.Name, book.NameBytesMax), About: legal.Kind(x.choice("kind", body.Kind, legal.KindNames)), Law: x.law("law", body.Law),
				TextHash: sha256.Sum256([]byte(text)),
			}
			var err error
			c.Text, err = x.keep(intake.KindText, text)
			return c, err
		},
		show: shown(func(_ *book.ProposeTemplate, a *engine.Answer) id.Template {
			return event[*book.TemplateProposed](a).Template.ID
		}, (*view.View).Template),
	})
	register(s, act[nothing, view.Template]{
		name: "approve_template", addressed: "template", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			t, _, err := addressed(x, of, (*view.View).Template)
			return &book.ApproveTemplate{Template: t}, err
		},
		show: shown(func(c *book.ApproveTemplate, _ *engine.Answer) id.Template { return c.Template }, (*view.View).Template),
	})
	register(s, act[nothing, view.Template]{
		name: "retire_template", addressed: "template", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			t, _, err := addressed(x, of, (*view.View).Template)
			return &book.RetireTemplate{Template: t}, err
		},
		show: shown(func(c *book.RetireTemplate, _ *engine.Answer) id.Template { return c.Template }, (*view.View).Template),
	})
	register(s, act[AgreementBody, view.Agreement]{
		name: "draft_agreement", status: http.StatusCreated, build: buildAgreement,
		show: shown(func(_ *book.DraftAgreement, a *engine.Answer) id.Agreement {
			return event[*book.AgreementDrafted](a).Agreement.ID
		}, (*view.View).Agreement),
	})
	register(s, act[AgreementSignaturesBody, view.Agreement]{
		name: "sign_agreement", addressed: "agreement", status: http.StatusOK,
		build: func(x *call, of string, body *AgreementSignaturesBody) (book.Command, error) {
			a, record, err := addressed(x, of, (*view.View).Agreement)
			if err != nil {
				return nil, err
			}
			c := &book.SignAgreement{Agreement: a, Party: required[id.Party](x.fields, "party", body.Party), Deed: record.Deed}
			c.Signatures, err = x.signatures(body.Signatures)
			return c, err
		},
		show: shown(func(c *book.SignAgreement, _ *engine.Answer) id.Agreement { return c.Agreement }, (*view.View).Agreement),
	})
	register(s, act[TerminationBody, view.Agreement]{
		name: "terminate_agreement", addressed: "agreement", status: http.StatusOK,
		build: func(x *call, of string, body *TerminationBody) (book.Command, error) {
			a, _, err := addressed(x, of, (*view.View).Agreement)
			if err != nil {
				return nil, err
			}
			c := &book.TerminateAgreement{Agreement: a, From: x.dateOr("from", body.From)}
			c.Reason, err = x.keep(intake.KindReason, x.text("reason", body.Reason, 20_000))
			return c, err
		},
		show: shown(func(c *book.TerminateAgreement, _ *engine.Answer) id.Agreement { return c.Agreement }, (*view.View).Agreement),
	})
}

func buildAgreement(x *call, _ string, body *AgreementBody) (book.Command, error) {
	terms := x.text("terms", body.Terms, 500_000)
	c := &book.DraftAgreement{
		Template: required[id.Template](x.fields, "template", body.Template), Effective: x.date("effective", body.Effective), Until: x.dateOr("until", body.Until),
		TermsHash: sha256.Sum256([]byte(terms)),
	}
	c.Amount, c.Currency = x.amount("amount", body.Amount)
	for _, p := range body.Parties {
		c.Parties = append(c.Parties, legal.Signatory{
			Party: required[id.Party](x.fields, "parties.party", p.Party), Role: legal.Role(x.choice("parties.role", p.Role, legal.RoleNames)),
		})
	}
	var err error
	c.Terms, err = x.keep(intake.KindText, terms)
	return c, err
}

func (s *server) registerNotices() {
	register(s, act[NoticeBody, view.Notice]{
		name: "draft_notice", status: http.StatusCreated, build: buildNotice,
		show: shown(func(_ *book.DraftNotice, a *engine.Answer) id.Notice { return event[*book.NoticeDrafted](a).Notice.ID }, (*view.View).Notice),
	})
	register(s, act[NoticeStepBody, view.Notice]{
		name: "advance_notice", addressed: "notice", status: http.StatusOK, build: buildNoticeStep,
		show: shown(func(c *book.AdvanceNotice, _ *engine.Answer) id.Notice { return c.Notice }, (*view.View).Notice),
	})
	register(s, act[MisdirectedBody, view.Misdirected]{
		name: "record_misdirected_payment", status: http.StatusCreated,
		build: func(x *call, _ string, body *MisdirectedBody) (book.Command, error) {
			r, record, err := named(x, "receivable", body.Receivable, (*view.View).Receivable)
			if err != nil {
				return nil, err
			}
			c := &book.RecordMisdirectedPayment{Receivable: r, Amount: x.amountIn("amount", body.Amount, currencyOf(record.Face)), Paid: x.date("paid", body.Paid)}
			c.Proof, err = x.keep(intake.KindProof, x.text("proof", body.Proof, 20_000))
			return c, err
		},
		show: shown(func(_ *book.RecordMisdirectedPayment, a *engine.Answer) id.Misdirected {
			return event[*book.PaymentMisdirected](a).Payment.ID
		}, (*view.View).Misdirected),
	})
	s.registerRecoveries()
	s.registerDecisions()
	onFinancing(s, "call_warranty", func(f id.Financing) *book.CallWarranty { return &book.CallWarranty{Financing: f} },
		func(c *book.CallWarranty) id.Financing { return c.Financing })
	onFinancing(s, "reassign_receivable", func(f id.Financing) *book.ReassignReceivable { return &book.ReassignReceivable{Financing: f} },
		func(c *book.ReassignReceivable) id.Financing { return c.Financing })
}

func buildNotice(x *call, _ string, body *NoticeBody) (book.Command, error) {
	c := &book.DraftNotice{
		About: legal.NoticeKind(x.choice("kind", body.Kind, legal.NoticeKindNames)), Seller: required[id.Party](x.fields, "seller", body.Seller),
		Funder: required[id.Party](x.fields, "funder", body.Funder), Receivable: optional[id.Receivable](x.fields, "receivable", body.Receivable), Law: x.law("law", body.Law),
	}
	details := intake.BankDetails{IBAN: body.IBAN, Number: body.Number, BIC: body.BIC, Holder: x.text("holder", body.Holder, 300)}
	if (body.IBAN == "") == (body.Number == "") || body.IBAN != "" && !intake.ValidIBAN(body.IBAN) {
		x.bad("iban", body.IBAN, "either a valid IBAN or another number is given")
	}
	programme, record, err := named(x, "programme", body.Programme, (*view.View).Programme)
	if err != nil {
		return nil, err
	}
	c.Programme = programme
	if err := x.problem(); err != nil {
		return nil, err
	}
	pdf, err := x.letter(c, &record, details)
	if err != nil {
		return nil, err
	}
	c.LetterHash = sha256.Sum256(pdf)
	if c.Account, err = x.keepJSON(intake.KindAccount, details); err != nil {
		return nil, err
	}
	c.Letter, err = x.keep(intake.KindLetter, string(pdf))
	return c, err
}

// letter writes the letter of a notice.
func (x *call) letter(c *book.DraftNotice, programme *view.Programme, account intake.BankDetails) ([]byte, error) {
	v, err := x.view()
	if err != nil {
		return nil, err
	}
	date, err := v.Date()
	if err != nil {
		return nil, err
	}
	n := letter.Notice{Kind: c.About, Date: date, Reference: c.Programme.String() + " " + c.Seller.String(), Account: letter.Account(account), Law: c.Law}
	anchor, err := id.Parse[id.Party](programme.Anchor.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range []struct {
		of id.Party
		in *letter.Party
	}{{c.Seller, &n.Assignor}, {c.Funder, &n.Assignee}, {anchor, &n.Debtor}} {
		profile, err := v.Addressee(p.of)
		if err != nil {
			return nil, err
		}
		*p.in = letter.Party{Name: profile.Name, Street: profile.Street, PostalCode: profile.PostalCode, City: profile.City, Country: profile.Country}
	}
	if c.Receivable != 0 {
		r, err := v.Receivable(x.caller, c.Receivable)
		if errors.Is(err, view.ErrNotFound) {
			x.bad("receivable", c.Receivable.String(), "there is no such record, or it is another party's")
			return nil, x.problem()
		}
		if err != nil {
			return nil, err
		}
		n.Reference = r.ID
		n.Claim = &letter.Claim{Amount: r.Outstanding.String(), Due: r.Due}
		if document, err := id.Parse[id.Document](r.Document); err == nil {
			if invoice, err := v.Document(x.caller, document); err == nil {
				n.Claim.Invoice = invoice.Number
			}
		}
	}
	pdf, err := letter.Write(n)
	var text *letter.TextError
	var missing *letter.Missing
	switch {
	case errors.As(err, &text):
		x.bad(text.Field, text.Text, "has the character %q, which the letter can't show: it knows Latin, Greek and Cyrillic", text.Rune)
		return nil, x.problem()
	case errors.As(err, &missing):
		x.bad(missing.Field, "", "is missing, and the letter needs it")
		return nil, x.problem()
	}
	return pdf, err
}

func buildNoticeStep(x *call, of string, body *NoticeStepBody) (book.Command, error) {
	n, record, err := addressed(x, of, (*view.View).Notice)
	if err != nil {
		return nil, err
	}
	c := &book.AdvanceNotice{Notice: n, State: legal.NoticeState(x.choice("state", body.State, legal.NoticeStateNames)), Date: x.date("date", body.Date)}
	if body.Method != "" {
		c.Method = legal.Method(x.choice("method", body.Method, legal.MethodNames))
	}
	if c.State == legal.NoticeAcknowledged {
		if _, err := hex.Decode(c.LetterHash[:], []byte(record.LetterHash)); err != nil {
			return nil, err
		}
		if c.Signatures, err = x.signatures(body.Signatures); err != nil {
			return nil, err
		}
	}
	if body.Proof != "" {
		c.Proof, err = x.keep(intake.KindProof, x.text("proof", body.Proof, 20_000))
	}
	return c, err
}

func (s *server) registerRegistrations() {
	register(s, act[RegistrationBody, view.Registration]{
		name: "file_registration", status: http.StatusCreated, build: buildRegistration,
		show: shown(func(c *book.FileRegistration, a *engine.Answer) id.Registration {
			if e := event[*book.RegistrationProposed](a); e != nil {
				return e.Registration.ID
			}
			return c.Registration
		}, (*view.View).Registration),
	})
	register(s, act[RegistrationConfirmationBody, view.Registration]{
		name: "confirm_registration", addressed: "registration", status: http.StatusOK,
		build: func(x *call, of string, body *RegistrationConfirmationBody) (book.Command, error) {
			r, _, err := addressed(x, of, (*view.View).Registration)
			return &book.ConfirmRegistration{
				Registration: r, Decision: x.decision(body.Decision), Number: body.Number, Date: x.dateOr("date", body.Date), Expires: x.dateOr("expires", body.Expires),
			}, err
		},
		show: shown(func(c *book.ConfirmRegistration, _ *engine.Answer) id.Registration { return c.Registration }, (*view.View).Registration),
	})
	register(s, act[SearchBody, view.Search]{
		name: "record_search", status: http.StatusCreated, build: buildSearch,
		show: shown(func(_ *book.RecordSearch, a *engine.Answer) id.Search {
			return event[*book.SearchRecorded](a).Search.ID
		}, (*view.View).Search),
	})
	register(s, act[ReleaseBody, view.Encumbrance]{
		name: "release_encumbrance", addressed: "encumbrance", status: http.StatusOK,
		build: func(x *call, of string, body *ReleaseBody) (book.Command, error) {
			e, _, err := addressed(x, of, (*view.View).Encumbrance)
			if err != nil {
				return nil, err
			}
			c := &book.ReleaseEncumbrance{Encumbrance: e, State: legal.EncumbranceState(x.choice("state", body.State, legal.EncumbranceStateNames))}
			c.Proof, err = x.keep(intake.KindProof, x.text("proof", body.Proof, 20_000))
			return c, err
		},
		show: shown(func(c *book.ReleaseEncumbrance, _ *engine.Answer) id.Encumbrance { return c.Encumbrance }, (*view.View).Encumbrance),
	})
	register(s, act[SalesContractBody, view.SalesContract]{
		name: "record_sales_contract", status: http.StatusCreated,
		build: func(x *call, _ string, body *SalesContractBody) (book.Command, error) {
			c := &book.RecordSalesContract{
				Seller: required[id.Party](x.fields, "seller", body.Seller), Buyer: required[id.Party](x.fields, "buyer", body.Buyer),
				Terms: legal.Restriction{Law: x.law("law", body.Law), Dated: x.date("dated", body.Dated), Bans: body.Bans, Consented: body.Consented, Exempt: body.Exempt},
			}
			var err error
			c.Text, err = x.keep(intake.KindText, x.text("text", body.Text, 20_000))
			return c, err
		},
		show: shown(func(_ *book.RecordSalesContract, a *engine.Answer) id.SalesContract {
			return event[*book.SalesContractRecorded](a).Contract.ID
		}, (*view.View).SalesContract),
	})
}

func buildRegistration(x *call, _ string, body *RegistrationBody) (book.Command, error) {
	c := &book.FileRegistration{Act: legal.Act(x.choice("act", body.Act, legal.ActNames)), Expires: x.dateOr("expires", body.Expires)}
	if c.Act != legal.File {
		c.Registration = required[id.Registration](x.fields, "registration", body.Registration)
		return c, nil
	}
	c.Registry, c.Number, c.Filed = x.text("registry", body.Registry, book.NameBytesMax), body.Number, x.dateOr("filed", body.Filed)
	c.Grantor, c.Secured = required[id.Party](x.fields, "grantor", body.Grantor), required[id.Party](x.fields, "secured", body.Secured)
	c.Receivable = optional[id.Receivable](x.fields, "receivable", body.Receivable)
	var err error
	c.Description, err = x.keep(intake.KindText, x.text("description", body.Description, 20_000))
	return c, err
}

func buildSearch(x *call, _ string, body *SearchBody) (book.Command, error) {
	c := &book.RecordSearch{Registry: x.text("registry", body.Registry, book.NameBytesMax), Against: required[id.Party](x.fields, "against", body.Against), Date: x.date("date", body.Date)}
	var err error
	for i := range body.Found {
		f := &body.Found[i]
		one := book.Finding{
			Number: x.text("found.number", f.Number, book.NameBytesMax), Receivable: optional[id.Receivable](x.fields, "found.receivable", f.Receivable),
			Assigned: x.date("found.assigned", f.Assigned), Registered: x.dateOr("found.registered", f.Registered), Notified: x.dateOr("found.notified", f.Notified),
		}
		if one.Holder, err = x.keep(intake.KindText, x.text("found.holder", f.Holder, 300)); err != nil {
			return nil, err
		}
		c.Found = append(c.Found, one)
	}
	c.Certificate, err = x.keep(intake.KindText, x.text("certificate", body.Certificate, 20_000))
	return c, err
}
