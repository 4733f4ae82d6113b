package console

import (
	"crypto/sha256"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/screening"
	"millrace/edge/problem"
	lists "millrace/edge/screening"
	"millrace/edge/view"
)

// relianceDeeds are a party's word that funders may rely on its onboarding file, and its end.
var relianceDeeds = []deed{
	{path: "/consents/new", place: "/onboarding", open: openConsent, fields: map[string]string{"programme": "programme", "funder": "funder", "until": "until"}},
	{path: "/consents/{id}/withdrawal", place: "/onboarding", open: openConsentWithdrawal},
}

// listRoutes take a version of a list of names.
var listRoutes = []route{
	{"GET /screening-lists/new", "/screening", "screening-list", showListUpload},
	{"POST /screening-lists/new", "/screening", "screening-list", giveListUpload},
}

// ofOwnFile has a form lead back to the onboarding file of the caller's party.
func (v *visit) ofOwnFile(f *deedForm, heading, give string) error {
	f.Heading, f.Give, f.Back, f.BackName = heading, give, "/onboarding", "Onboarding"
	own, err := v.OnboardingFiles(v.caller, view.Query{Party: v.caller.Party, Limit: 1})
	if err == nil && len(own.Items) == 1 && !own.Items[0].Cut {
		f.Back, f.BackName = "/onboarding/"+own.Items[0].ID, f.w.T("Onboarding file %s", own.Items[0].ID)
	}
	return err
}

// openConsent lets funders rely on the file of the caller's party.
func openConsent(v *visit, f *deedForm) (*prepared, error) {
	if err := v.ofOwnFile(f, "Let funders rely on your file", "Consent"); err != nil {
		return nil, err
	}
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	f.Note = "They read what the operator has on record about you, instead of asking you again. Each reading is on record, and you see it. You can withdraw it at any time."
	live, err := v.Programmes(v.caller, view.Query{State: "live", Limit: view.LimitMax})
	if err != nil {
		return nil, err
	}
	var choices []option
	for _, one := range live.Items {
		label := one.ID
		if one.Anchor != nil {
			label = one.Anchor.String()
		}
		choices = append(choices, option{one.ID, label + ", " + one.Currency, one.ID})
	}
	programme := f.value(input{Name: "programme", Label: "In the programme", Kind: "select", Choices: f.orNothing("Wherever the funder is asked", choices)}, noChoice)
	funder := f.perhaps("funder", "To the funder", "Its id, or its name; empty for every funder of the programme.", v.called(v.asked("funder")))
	until := f.value(input{Name: "until", Label: "Until", Kind: "date"}, today.AddMonths(6).String())
	if !f.asked {
		return nil, nil
	}
	c := &book.GiveConsent{Until: until.date()}
	if at := programme.chosen(); at > 0 {
		c.Programme, _ = id.Parse[id.Programme](choices[at-1].Value)
	} else if funder.Value == "" {
		funder.bad("Name a programme, or a funder, or both.")
	}
	if funder.Value != "" {
		if c.Funder, err = v.onlyParty(funder); err != nil {
			return nil, err
		}
	}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}

// openConsentWithdrawal ends a consent at once.
func openConsentWithdrawal(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Consent](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Consent(v.caller, of)
	if err != nil {
		return nil, err
	}
	if shown.Party == nil || shown.Party.ID != v.caller.Party.String() || shown.Withdrawn != "" {
		return nil, view.ErrNotFound
	}
	if err := v.ofOwnFile(f, "Withdraw a consent", "Withdraw it"); err != nil {
		return nil, err
	}
	f.Note = "At once: nobody reads your file by it any more. What was read stays on record."
	if shown.Funder != nil {
		f.fact("To the funder", named(shown.Funder))
	}
	if shown.Programme != "" {
		f.fact("In the programme", escape(shown.Programme))
	}
	f.fact("Until", escape(shown.Until))
	return v.unsignedDeed(f, &book.WithdrawConsent{Consent: of}, nil), nil
}

// ConsentsTo tells whether the caller may let funders rely on the file: its own.
func (p filePage) ConsentsTo(f frame) bool {
	return f.Home != nil && p.Party != nil && f.Home.ID == p.Party.ID && f.may("deed /consents/new")
}

// Withdraws tells whether the caller may end the consent.
func (f frame) Withdraws(c view.Consent) bool {
	return c.Withdrawn == "" && f.Home != nil && c.Party != nil && f.Home.ID == c.Party.ID && f.may("deed /consents/{id}/withdrawal")
}

// listBytesMax is the longest list that a browser sends: the largest that authorities publish has half of it.
const listBytesMax = 64 << 20

// listUpload takes a version of a list of names.
type listUpload struct {
	posting
	Kinds  []string
	Values map[string]string
	Wrong  map[string]string
}

func (p *listUpload) title() string { return "Import a list" }

func (p *listUpload) above() crumb { return crumb{"/screening", "Screening"} }

func (v *visit) listUpload() *listUpload {
	return &listUpload{posting: v.posting(), Kinds: screening.Kinds[1:], Values: map[string]string{"name": v.asked("name")}, Wrong: map[string]string{}}
}

func showListUpload(v *visit) (any, error) { return v.listUpload(), nil }

// giveListUpload imports a list: from then on parties and their people are compared with it.
func giveListUpload(v *visit) (any, error) {
	p := v.listUpload()
	if !p.read(v, listBytesMax+partsMemory) {
		return p, nil
	}
	for _, name := range []string{"name", "kind", "published", "threshold"} {
		p.Values[name] = strings.TrimSpace(v.request.PostFormValue(name))
	}
	published, err := v.Date()
	if err != nil {
		return nil, err
	}
	kind := screening.Kind(1 + slices.Index(p.Kinds, p.Values["kind"]))
	if kind == 0 {
		p.Wrong["kind"] = v.w.T("Choose one.")
	}
	if name := p.Values["name"]; name == "" || len(name) > screening.ListNameMax {
		p.Wrong["name"] = v.w.T("Say it in 1 to %d characters.", screening.ListNameMax)
	}
	if text := p.Values["published"]; text != "" {
		read, ok := calendar.Parse(text)
		if published = read; !ok {
			p.Wrong["published"] = v.w.T("Write a date like 2026-11-22.")
		}
	}
	const most = 1000
	threshold := 0
	if text := p.Values["threshold"]; text != "" {
		if threshold, err = strconv.Atoi(text); err != nil || threshold < 1 || threshold > most {
			p.Wrong["threshold"] = v.w.T("Write a whole number from %d to %d.", 1, most)
		}
	}
	sent := v.file(p.Wrong, listBytesMax, v.w.T("a list has at most %d bytes here; the command line imports a larger one", listBytesMax))
	if len(p.Wrong) > 0 {
		p.code = http.StatusUnprocessableEntity
		return p, nil
	}
	bytes, err := content(sent, listBytesMax)
	if err != nil {
		return nil, err
	}
	return v.recordList(p, kind, int16(threshold), bytes, published)
}

// recordList reads the list and gives the command.
func (v *visit) recordList(p *listUpload, kind screening.Kind, threshold int16, bytes []byte, published calendar.Date) (any, error) {
	c, err := lists.Prepare(v.request.Context(), v.console.intake, p.Values["name"], kind, threshold, bytes, sha256.Sum256(bytes), published)
	if err != nil {
		p.refuse(problem.At("request_invalid", "content", "", err.Error()))
		return p, nil
	}
	if err := v.may(c); err != nil {
		p.refuse(translate(err))
		return p, nil
	}
	answer, err := p.submit(v, c)
	if err != nil || answer == nil {
		return p, err
	}
	return redirect{"/screening?done=" + v.console.mark(v.request, answer.Sequence)}, nil
}
