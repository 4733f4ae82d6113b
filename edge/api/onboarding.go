package api

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/onboarding"
	"millrace/domain/party"
	"millrace/domain/screening"
	"millrace/edge/intake"
	lists "millrace/edge/screening"
	"millrace/edge/view"
	"millrace/engine"
)

// Bodies about onboarding.
type (
	// FileBody opens an onboarding file.
	FileBody struct {
		Party string `json:"party"`
		Form  string `json:"form" enum:"company,partnership,sole_trader,public_body,association"`
		Risk  string `json:"risk" enum:"low,medium,high"`
	}
	// FileDocumentBody puts a document into a file.
	FileDocumentBody struct {
		Kind     string `json:"kind" enum:"registry_extract,articles,ownership_chart,identity_document,address_proof,tax_registration,trade_licence,annual_accounts,signing_authority,questionnaire"`
		Content  string `json:"content" minLength:"1" maxLength:"900000" doc:"the document's bytes in base64; they go into the vault"`
		Issued   string `json:"issued,omitempty"`
		Expires  string `json:"expires,omitempty" doc:"last day on which it is good"`
		About    string `json:"about,omitempty" maxLength:"32" doc:"token of the person whom it is about, as the file's links say it; missing: the party"`
		Replaces int    `json:"replaces,omitempty" minimum:"0" maximum:"128" doc:"number of the document whose place it takes"`
	}
	// FileCheckBody is the word of a second person on a document.
	FileCheckBody struct {
		Document int    `json:"document" minimum:"1" maximum:"128" doc:"number in the file"`
		Decision string `json:"decision" enum:"approve,decline"`
		Reason   string `json:"reason,omitempty" maxLength:"20000" doc:"why not"`
	}
	// PersonBody is a natural person.
	PersonBody struct {
		Name        string              `json:"name" minLength:"1" maxLength:"300"`
		Born        string              `json:"born,omitempty" maxLength:"10" doc:"1965-02-03, or as far as it is known"`
		Countries   []string            `json:"countries,omitempty" maxItems:"10" doc:"ISO 3166-1 alpha-2"`
		Identifiers []intake.Identifier `json:"identifiers,omitempty" maxItems:"10"`
	}
	// TieBody says who owns, controls or directs a party.
	TieBody struct {
		Link    string      `json:"link" enum:"shareholder,beneficial_owner,director,senior_manager"`
		Party   string      `json:"party,omitempty" doc:"that is on record; missing for a natural person"`
		Person  *PersonBody `json:"person,omitempty"`
		Share   int         `json:"share,omitempty" minimum:"0" maximum:"1000000" doc:"millionths"`
		Control bool        `json:"control,omitempty" doc:"otherwise than by the share"`
		From    string      `json:"from"`
	}
	// TieEndBody says that a link is no more.
	TieEndBody struct {
		Tie   int    `json:"tie" minimum:"1" maximum:"128" doc:"number in the file"`
		Until string `json:"until" doc:"last day; before today"`
	}
	// FileReviewBody is the word of a person who has looked at the whole.
	FileReviewBody struct {
		Risk string `json:"risk" enum:"low,medium,high"`
		Note string `json:"note" minLength:"1" maxLength:"20000"`
	}
	// ChecklistBody proposes what files must have.
	ChecklistBody struct {
		Requirements []view.Requirement `json:"requirements" minItems:"1" maxItems:"64"`
		OwnerShare   int                `json:"owner_share" minimum:"1" maximum:"1000000" doc:"millionths"`
		SharesKnown  int                `json:"shares_known" minimum:"0" maximum:"1000000" doc:"millionths"`
		ReviewMonths []int              `json:"review_months" minItems:"3" maxItems:"3" doc:"low, medium, high risk"`
	}
	// RelianceBody lets funders rely on the caller's file.
	RelianceBody struct {
		Programme string `json:"programme,omitempty"`
		Funder    string `json:"funder,omitempty"`
		Until     string `json:"until"`
	}
	// ScreeningListBody imports a list.
	ScreeningListBody struct {
		Name      string `json:"name" minLength:"1" maxLength:"64" doc:"versions of one list have one name"`
		Kind      string `json:"kind" enum:"sanctions,politically_exposed,adverse"`
		Threshold int    `json:"threshold,omitempty" minimum:"0" maximum:"1000" doc:"score from which an alert is opened; missing: that of the kind"`
		Published string `json:"published,omitempty" doc:"where the file doesn't say; missing: today"`
		Content   string `json:"content" minLength:"1" maxLength:"900000" doc:"the file in base64; a larger one is imported by the command line"`
	}
	// AlertBody decides on an alert.
	AlertBody struct {
		Verdict string `json:"verdict" enum:"false_positive,true_match"`
		Reason  string `json:"reason" minLength:"1" maxLength:"20000"`
	}
	// CaseBody opens a case.
	CaseBody struct {
		Party string `json:"party"`
		Fact  string `json:"fact" minLength:"1" maxLength:"20000"`
		Due   string `json:"due" doc:"last day for a decision"`
	}
	// CaseFactBody adds what was found out.
	CaseFactBody struct {
		Fact string `json:"fact" minLength:"1" maxLength:"20000"`
	}
	// CaseDecisionBody says what comes of a case.
	CaseDecisionBody struct {
		Outcome   string `json:"outcome" enum:"no_action,reported,relation_ended"`
		Reference string `json:"reference,omitempty" maxLength:"2000" doc:"of the report"`
		Reason    string `json:"reason" minLength:"1" maxLength:"20000"`
	}
)

// ofFile registers a command about one onboarding file.
func ofFile[B any](s *server, name string, status int, build func(x *call, f id.OnboardingFile, body *B) (book.Command, error), of func(c book.Command) id.OnboardingFile) {
	register(s, act[B, view.OnboardingFile]{
		name: name, addressed: "file", status: status,
		build: func(x *call, text string, body *B) (book.Command, error) {
			f, _, err := addressed(x, text, (*view.View).OnboardingFile)
			if err != nil {
				return nil, err
			}
			return build(x, f, body)
		},
		show: func(x *call, v *view.View, _ *engine.Answer, c book.Command) (view.OnboardingFile, error) {
			return v.OnboardingFile(x.caller, of(c))
		},
	})
}

func (s *server) registerOnboarding() {
	getter(s, "get_onboarding_file", (*view.View).OnboardingFile)
	lister(s, "list_onboarding_files", (*view.View).OnboardingFiles, "party")
	getter(s, "get_checklist", (*view.View).Checklist)
	lister(s, "list_checklists", (*view.View).Checklists, "state")
	register(s, act[FileBody, view.OnboardingFile]{
		name: "open_onboarding_file", status: http.StatusCreated,
		build: func(x *call, _ string, body *FileBody) (book.Command, error) {
			return &book.OpenOnboardingFile{
				Party: required[id.Party](x.fields, "party", body.Party), Form: onboarding.Form(x.choice("form", body.Form, onboarding.Forms[:])),
				Risk: onboarding.Risk(x.choice("risk", body.Risk, onboarding.Risks[:])),
			}, nil
		},
		show: shown(func(_ *book.OpenOnboardingFile, a *engine.Answer) id.OnboardingFile {
			return event[*book.FileOpened](a).File.ID
		}, (*view.View).OnboardingFile),
	})
	ofFile(s, "record_file_document", http.StatusCreated, buildFileDocument, func(c book.Command) id.OnboardingFile { return c.(*book.RecordFileDocument).File })
	ofFile(s, "check_file_document", http.StatusOK, func(x *call, f id.OnboardingFile, body *FileCheckBody) (book.Command, error) {
		reason, err := x.kept(intake.KindReason, "reason", body.Reason, 20_000)
		return &book.CheckFileDocument{File: f, Document: uint16(body.Document), Decision: x.decision(body.Decision), Reason: reason}, err
	}, func(c book.Command) id.OnboardingFile { return c.(*book.CheckFileDocument).File })
	ofFile(s, "record_tie", http.StatusCreated, buildTie, func(c book.Command) id.OnboardingFile { return c.(*book.RecordTie).File })
	ofFile(s, "end_tie", http.StatusOK, func(x *call, f id.OnboardingFile, body *TieEndBody) (book.Command, error) {
		return &book.EndTie{File: f, Tie: uint16(body.Tie), Until: x.date("until", body.Until)}, nil
	}, func(c book.Command) id.OnboardingFile { return c.(*book.EndTie).File })
	ofFile(s, "review_file", http.StatusOK, func(x *call, f id.OnboardingFile, body *FileReviewBody) (book.Command, error) {
		note, err := x.kept(intake.KindReason, "note", body.Note, 20_000)
		return &book.ReviewFile{File: f, Risk: onboarding.Risk(x.choice("risk", body.Risk, onboarding.Risks[:])), Note: note}, err
	}, func(c book.Command) id.OnboardingFile { return c.(*book.ReviewFile).File })
	register(s, act[ChecklistBody, view.Checklist]{
		name: "propose_checklist", status: http.StatusCreated, build: buildChecklist,
		show: shown(func(_ *book.ProposeChecklist, a *engine.Answer) id.Checklist {
			return event[*book.ChecklistProposed](a).Checklist.ID
		}, (*view.View).Checklist),
	})
	register(s, act[nothing, view.Checklist]{
		name: "approve_checklist", addressed: "checklist", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			c, _, err := addressed(x, of, (*view.View).Checklist)
			return &book.ApproveChecklist{Checklist: c}, err
		},
		show: shown(func(c *book.ApproveChecklist, _ *engine.Answer) id.Checklist { return c.Checklist }, (*view.View).Checklist),
	})
	s.registerSuspension()
	s.registerReliance()
	s.registerScreening()
	s.registerCases()
}

func buildFileDocument(x *call, f id.OnboardingFile, body *FileDocumentBody) (book.Command, error) {
	c := &book.RecordFileDocument{File: f, Document: onboarding.DocumentKind(x.choice("kind", body.Kind, onboarding.DocumentKinds[:])), Replaces: uint16(body.Replaces)}
	if body.Issued != "" {
		c.Issued = x.date("issued", body.Issued)
	}
	if body.Expires != "" {
		c.Expires = x.date("expires", body.Expires)
	}
	if body.About != "" {
		x.hexadecimal("about", body.About, c.About[:])
	}
	content, err := base64.StdEncoding.DecodeString(body.Content)
	if err != nil || len(content) == 0 {
		x.bad("content", "", "is not base64")
	}
	c.Stored, err = x.keep(intake.KindFile, string(content))
	return c, err
}

func buildTie(x *call, f id.OnboardingFile, body *TieBody) (book.Command, error) {
	c := &book.RecordTie{
		File: f, Link: onboarding.Link(x.choice("link", body.Link, onboarding.Links[:])), Party: optional[id.Party](x.fields, "party", body.Party),
		Share: int32(min(max(body.Share, 0), onboarding.ShareOne)), Control: body.Control, From: x.date("from", body.From),
	}
	if (body.Person == nil) == (c.Party == 0) {
		x.bad("person", "", "a link is one of a party or of a natural person")
		return c, nil
	}
	if body.Person == nil {
		return c, nil
	}
	person := intake.Person{Name: body.Person.Name, Born: body.Person.Born, Countries: body.Person.Countries, Identifiers: body.Person.Identifiers}
	c.Person = x.server.Intake.PersonToken(person)
	encoded, err := json.Marshal(person)
	if err != nil {
		return nil, err
	}
	c.Profile, err = x.keep(intake.KindPerson, string(encoded))
	return c, err
}

func buildChecklist(x *call, _ string, body *ChecklistBody) (book.Command, error) {
	c := &book.ProposeChecklist{OwnerShare: int32(body.OwnerShare), SharesKnown: int32(body.SharesKnown)}
	for i, months := range body.ReviewMonths[:min(3, len(body.ReviewMonths))] {
		c.ReviewMonths[i+1] = uint16(min(max(months, 0), 1000))
	}
	for i := range body.Requirements {
		r := &body.Requirements[i]
		one := onboarding.Requirement{
			Document: onboarding.DocumentKind(x.choice("requirements.document", r.Document, onboarding.DocumentKinds[:])),
			Of:       onboarding.Scope(x.choice("requirements.of", r.Of, onboarding.Scopes[:])), Country: r.Country, MonthsMax: uint16(min(max(r.MonthsMax, 0), 1000)),
		}
		if r.Risk != "" {
			one.Risk = onboarding.Risk(x.choice("requirements.risk", r.Risk, onboarding.Risks[:]))
		}
		for _, form := range r.Forms {
			one.Forms |= 1 << x.choice("requirements.forms", form, onboarding.Forms[:])
		}
		for _, role := range r.Roles {
			if found := party.ParseRole(role); found != 0 {
				one.Roles |= uint16(found)
			} else {
				x.bad("requirements.roles", role, "is no role")
			}
		}
		c.Requirements = append(c.Requirements, one)
	}
	return c, nil
}

// registerSuspension serves the end of business with a party, and its return.
func (s *server) registerSuspension() {
	suspension := func(name string, command func(p id.Party, reason party.Reference) book.Command, of func(book.Command) id.Party) {
		register(s, act[ReasonBody, view.Party]{
			name: name, addressed: "party", status: http.StatusOK,
			build: func(x *call, text string, body *ReasonBody) (book.Command, error) {
				p, _, err := addressed(x, text, (*view.View).Party)
				if err != nil {
					return nil, err
				}
				reason, err := x.kept(intake.KindReason, "reason", body.Reason, 20_000)
				return command(p, reason), err
			},
			show: func(x *call, v *view.View, _ *engine.Answer, c book.Command) (view.Party, error) {
				return v.Party(x.caller, of(c))
			},
		})
	}
	suspension("suspend_party", func(p id.Party, reason party.Reference) book.Command {
		return &book.SuspendParty{Party: p, Reason: reason}
	}, func(c book.Command) id.Party { return c.(*book.SuspendParty).Party })
	suspension("reinstate_party", func(p id.Party, reason party.Reference) book.Command {
		return &book.ReinstateParty{Party: p, Reason: reason}
	}, func(c book.Command) id.Party { return c.(*book.ReinstateParty).Party })
}

// registerReliance serves consents and readings.
func (s *server) registerReliance() {
	getter(s, "get_consent", (*view.View).Consent)
	lister(s, "list_consents", (*view.View).Consents, "party", "programme")
	getter(s, "get_file_reading", (*view.View).FileReading)
	lister(s, "list_file_readings", (*view.View).FileReadings, "party")
	register(s, act[RelianceBody, view.Consent]{
		name: "give_consent", status: http.StatusCreated,
		build: func(x *call, _ string, body *RelianceBody) (book.Command, error) {
			return &book.GiveConsent{
				Programme: optional[id.Programme](x.fields, "programme", body.Programme), Funder: optional[id.Party](x.fields, "funder", body.Funder), Until: x.date("until", body.Until),
			}, nil
		},
		show: shown(func(_ *book.GiveConsent, a *engine.Answer) id.Consent { return event[*book.ConsentGiven](a).Consent.ID }, (*view.View).Consent),
	})
	register(s, act[nothing, view.Consent]{
		name: "withdraw_consent", addressed: "consent", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			c, _, err := addressed(x, of, (*view.View).Consent)
			return &book.WithdrawConsent{Consent: c}, err
		},
		show: shown(func(c *book.WithdrawConsent, _ *engine.Answer) id.Consent { return c.Consent }, (*view.View).Consent),
	})
	register(s, act[nothing, view.FileReading]{
		name: "read_file", addressed: "file", status: http.StatusCreated,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			f, _, err := addressed(x, of, (*view.View).OnboardingFile)
			return &book.ReadFile{File: f}, err
		},
		show: shown(func(_ *book.ReadFile, a *engine.Answer) id.FileReading { return event[*book.FileRead](a).Reading.ID }, (*view.View).FileRead),
	})
}

// registerScreening serves lists and alerts.
func (s *server) registerScreening() {
	getter(s, "get_screening_list", (*view.View).ScreeningList)
	lister(s, "list_screening_lists", (*view.View).ScreeningLists, "type")
	getter(s, "get_screening_alert", (*view.View).ScreeningAlert)
	lister(s, "list_screening_alerts", (*view.View).ScreeningAlerts, "state", "party")
	register(s, act[ScreeningListBody, view.ScreeningList]{
		name: "record_screening_list", status: http.StatusCreated, build: buildScreeningList,
		show: shown(func(_ *book.RecordScreeningList, a *engine.Answer) id.ScreeningList {
			return event[*book.ScreeningListRecorded](a).List.ID
		}, (*view.View).ScreeningList),
	})
	register(s, act[AlertBody, view.ScreeningAlert]{
		name: "decide_alert", addressed: "alert", status: http.StatusOK,
		build: func(x *call, of string, body *AlertBody) (book.Command, error) {
			a, _, err := addressed(x, of, (*view.View).ScreeningAlert)
			if err != nil {
				return nil, err
			}
			reason, err := x.kept(intake.KindReason, "reason", body.Reason, 20_000)
			return &book.DecideAlert{Alert: a, Verdict: book.Verdict(slices.Index([]string{"", "false_positive", "true_match"}, body.Verdict)), Reason: reason}, err
		},
		show: shown(func(c *book.DecideAlert, _ *engine.Answer) id.ScreeningAlert { return c.Alert }, (*view.View).ScreeningAlert),
	})
}

func buildScreeningList(x *call, _ string, body *ScreeningListBody) (book.Command, error) {
	v, err := x.view()
	if err != nil {
		return nil, err
	}
	published, err := v.Date()
	if err != nil {
		return nil, err
	}
	if body.Published != "" {
		published = x.date("published", body.Published)
	}
	content, err := base64.StdEncoding.DecodeString(body.Content)
	if err != nil {
		x.bad("content", "", "is not base64")
	}
	if err := x.problem(); err != nil {
		return nil, err
	}
	kind := screening.Kind(x.choice("kind", body.Kind, screening.Kinds[:]))
	c, err := lists.Prepare(x.ctx, x.server.Intake, body.Name, kind, int16(body.Threshold), content, sha256.Sum256(content), published)
	if err != nil {
		x.bad("content", "", "%v", err)
		return nil, x.problem()
	}
	return c, nil
}

// registerCases serves suspicions to compliance.
func (s *server) registerCases() {
	getter(s, "get_case", (*view.View).Case)
	lister(s, "list_cases", (*view.View).Cases, "state", "party")
	register(s, act[CaseBody, view.Case]{
		name: "open_case", status: http.StatusCreated,
		build: func(x *call, _ string, body *CaseBody) (book.Command, error) {
			c := &book.OpenCase{Party: required[id.Party](x.fields, "party", body.Party), Due: x.date("due", body.Due)}
			var err error
			c.Fact, err = x.kept(intake.KindCase, "fact", body.Fact, 20_000)
			return c, err
		},
		show: shown(func(_ *book.OpenCase, a *engine.Answer) id.Case { return event[*book.CaseOpened](a).Case.ID }, (*view.View).Case),
	})
	register(s, act[CaseFactBody, view.Case]{
		name: "add_case_fact", addressed: "case", status: http.StatusCreated,
		build: func(x *call, of string, body *CaseFactBody) (book.Command, error) {
			k, _, err := addressed(x, of, (*view.View).Case)
			if err != nil {
				return nil, err
			}
			fact, err := x.kept(intake.KindCase, "fact", body.Fact, 20_000)
			return &book.AddCaseFact{Case: k, Fact: fact}, err
		},
		show: shown(func(c *book.AddCaseFact, _ *engine.Answer) id.Case { return c.Case }, (*view.View).Case),
	})
	register(s, act[CaseDecisionBody, view.Case]{
		name: "decide_case", addressed: "case", status: http.StatusOK,
		build: func(x *call, of string, body *CaseDecisionBody) (book.Command, error) {
			k, _, err := addressed(x, of, (*view.View).Case)
			if err != nil {
				return nil, err
			}
			c := &book.DecideCase{Case: k, Outcome: screening.Outcome(x.choice("outcome", body.Outcome, screening.Outcomes[:]))}
			if c.Reference, err = x.kept(intake.KindCase, "reference", body.Reference, 2_000); err != nil {
				return nil, err
			}
			c.Reason, err = x.kept(intake.KindCase, "reason", body.Reason, 20_000)
			return c, err
		},
		show: shown(func(c *book.DecideCase, _ *engine.Answer) id.Case { return c.Case }, (*view.View).Case),
	})
}

// fileTerms reads what a programme asks of onboarding files.
func (x *call) fileTerms(text string) funding.FileTerms {
	if text == "" {
		return funding.FileUnasked
	}
	return funding.FileTerms(x.choice("files", text, funding.FileTermNames[:]))
}
