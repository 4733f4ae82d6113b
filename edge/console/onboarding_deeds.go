package console

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/onboarding"
	"millrace/edge/intake"
	"millrace/edge/locale"
	"millrace/edge/reading"
	"millrace/edge/view"
)

// onboardingDeeds are the acts on onboarding files.
var onboardingDeeds = []deed{
	{path: "/parties/{id}/file", place: "/onboarding", fields: map[string]string{"form": "form", "risk": "risk"}, open: openFileOpening},
	{path: "/onboarding/{id}/check", place: "/onboarding", fields: map[string]string{"document": "document", "reason": "note", "decision": "decision"}, open: openFileCheck},
	{path: "/onboarding/{id}/person", place: "/onboarding", fields: tieFields, open: openPersonTie},
	{path: "/onboarding/{id}/party", place: "/onboarding", fields: tieFields, open: openPartyTie},
	{path: "/onboarding/{id}/tie-end", place: "/onboarding", fields: map[string]string{"tie": "tie", "until": "until"}, open: openTieEnd},
	{path: "/onboarding/{id}/review", place: "/onboarding", fields: map[string]string{"risk": "risk", "note": "note"}, open: openFileReview},
}

var tieFields = map[string]string{"link": "link", "party": "party", "share": "share", "from": "from"}

// Keeps tells whether the caller's word on files is asked for.
func (filePage) Keeps(f frame) bool { return f.may("deed /onboarding/{id}/check") }

// Checks tells whether a document waits for the caller: one that somebody else has recorded.
func (p filePage) Checks(f frame, d view.FileDocument) bool {
	return p.Keeps(f) && d.State == onboarding.Received.String() && (d.Maker == nil || d.Maker.ID != f.Caller.Actor.String())
}

// Whole tells whether the file lacks nothing but the look of a person.
func (p filePage) Whole() bool {
	return !slices.ContainsFunc(p.Gaps, func(g view.FileGap) bool { return !strings.HasPrefix(g.Lack, "review_") })
}

// showFileDocument gives the bytes of a document of a file.
func showFileDocument(v *visit) (any, error) {
	of, err := identity[id.OnboardingFile](v)
	if err != nil {
		return nil, err
	}
	number, err := strconv.Atoi(v.request.PathValue("n"))
	if err != nil {
		return nil, view.ErrNotFound
	}
	content, err := v.FileDocumentBytes(v.caller, of, number)
	_, extension := reading.MediaType(content)
	return file{fmt.Sprintf("%s-%d%s", of, number, extension), content}, err
}

// choicesOf makes choices of names that API and console use.
func (w wording) choicesOf(names []string, texts map[string]string) []option {
	var choices []option
	for _, name := range names {
		choices = append(choices, option{name, w.capitalWord(name), w.T(texts[name])})
	}
	return choices
}

var formTexts = map[string]string{
	"sole_trader": "A natural person that trades in its own name: it is its own owner.", "public_body": "Nobody owns it.", "company": "With shareholders.",
}

func openFileOpening(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Party](v)
	if err != nil {
		return nil, err
	}
	about, err := v.Party(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Open an onboarding file", "Open it", "/parties/"+about.ID, about.Name
	f.Note = "A party has one file. What it must have follows from its form, roles, country and risk."
	f.fact("Party", escape(about.Name))
	form := f.value(input{Name: "form", Label: "Legal form", Choices: f.w.choicesOf(onboarding.Forms[1:], formTexts)}, "")
	risk := f.value(input{Name: "risk", Label: "Risk", Choices: f.w.choicesOf(onboarding.Risks[1:], nil)}, "")
	if !f.asked {
		return nil, nil
	}
	c := &book.OpenOnboardingFile{Party: of, Form: onboarding.Form(form.chosen() + 1), Risk: onboarding.Risk(risk.chosen() + 1)}
	if !f.complete() {
		return nil, nil
	}
	return &prepared{with: func([]book.Signature) book.Command { return c }, bound: v.caller.Party, after: "/onboarding", need: unsigned}, nil
}

// openFile fills what is the same on the form of every deed on a file.
func (v *visit) openFile(f *deedForm, heading, give string) (filePage, id.OnboardingFile, error) {
	of, err := identity[id.OnboardingFile](v)
	if err != nil {
		return filePage{}, 0, err
	}
	shown, err := v.OnboardingFile(v.caller, of)
	f.Heading, f.Give = heading, give
	f.Back, f.BackName = "/onboarding/"+shown.ID, f.w.T("Onboarding file %s", shown.ID)
	if err == nil {
		f.fact("Party", escape(shown.Party.String()))
		f.fact("Form", escape(f.w.capitalWord(shown.Form)))
		f.fact("Risk", escape(f.w.capitalWord(shown.Risk)))
	}
	return filePage{OnboardingFile: shown}, of, err
}

func openFileCheck(v *visit, f *deedForm) (*prepared, error) {
	shown, of, err := v.openFile(f, "Check a document", "Say it")
	if err != nil {
		return nil, err
	}
	f.Note = "Read the document first. It counts once a person who has not recorded it has checked it."
	var waiting []option
	for _, d := range shown.Documents {
		if d.State == onboarding.Received.String() {
			text := locale.Say("about %s", shown.About(d.About))
			if d.Issued != "" {
				text.And(", issued %s", d.Issued)
			}
			if d.Expires != "" {
				text.And(", good until %s", d.Expires)
			}
			number := strconv.Itoa(d.Number)
			waiting = append(waiting, option{number, number + ". " + f.w.capitalWord(d.Kind), f.w.Render(text)})
			f.fact(f.w.T("Document %s", number), f.link("/onboarding/"+shown.ID+"/documents/"+number, f.w.T("%s as a file", locale.Capital(d.Kind))))
		}
	}
	if len(waiting) == 0 {
		return nil, view.ErrNotFound
	}
	preset := v.asked("document")
	if len(waiting) == 1 {
		preset = waiting[0].Value
	}
	which := f.value(input{Name: "document", Label: "Document", Choices: waiting}, preset)
	decision := f.value(input{Name: "decision", Label: "What you found", Choices: []option{{"approve", "It is in order", ""}, {"decline", "It does not count", "Then say why."}}}, "")
	text := f.value(input{Name: "note", Label: "Why it does not count", Kind: "area"}, "")
	if !f.asked {
		return nil, nil
	}
	at, chosen := which.chosen(), decision.chosen()
	if chosen == 1 || len(text.Value) > reasonBytes {
		said(text)
	}
	if !f.complete() {
		return nil, nil
	}
	number, _ := strconv.ParseUint(waiting[at].Value, 10, 16)
	p := &prepared{
		with: func([]book.Signature) book.Command {
			return &book.CheckFileDocument{File: of, Document: uint16(number), Decision: []book.Decision{book.Approve, book.Decline}[chosen]}
		},
		bound: v.caller.Party, after: f.Back, need: unsigned,
	}
	if chosen == 1 {
		p.keep = func(c book.Command) error { return v.keepNote(text, (*[32]byte)(&c.(*book.CheckFileDocument).Reason)) }
	}
	return p, nil
}

// tie is the form of a link of a person or a party to the party of a file.
type tie struct{ link, share, control, from *input }

var tieTexts = map[string]string{
	"beneficial_owner": "Whom it belongs to in the end.", "senior_manager": "Stands in where nobody owns or controls enough.",
}

func (t *tie) ask(v *visit, f *deedForm, links []string) error {
	today, err := v.Date()
	if err != nil {
		return err
	}
	t.link = f.value(input{Name: "link", Label: "What it is to the party", Choices: f.w.choicesOf(links, tieTexts)}, "")
	t.share = f.value(input{Name: "share", Label: "Share", Kind: "text", Hint: "In percent, like 25.5. Empty for none, and for who only directs it.", Optional: true}, "")
	t.control = f.value(input{Name: "control", Label: "Control", Choices: []option{{"no", "By its share, or none", ""}, {"yes", "Otherwise than by a share", "By votes, a contract, or the right to appoint."}}}, "no")
	t.from = f.value(input{Name: "from", Label: "Since", Kind: "date"}, today.String())
	return nil
}

// read puts into a command what is entered; what is wrong stands beside its input.
func (t *tie) read(c *book.RecordTie, links []onboarding.Link) {
	if at := t.link.chosen(); at >= 0 {
		c.Link = links[at]
	}
	if t.share.Value != "" {
		const decimals = 4 // of a percentage, in millionths
		share, err := money.ParseScaled(t.share.Value, decimals)
		if err != nil || share < 0 || share > onboarding.ShareOne {
			t.share.bad("Write a percentage of 0 to 100, like 25.5.")
		} else {
			c.Share = int32(share)
		}
	}
	c.Control, c.From = t.control.chosen() == 1, t.from.date()
}

func linkNames(links []onboarding.Link) []string {
	names := make([]string, len(links))
	for i, l := range links {
		names[i] = l.String()
	}
	return names
}

func openPersonTie(v *visit, f *deedForm) (*prepared, error) {
	_, of, err := v.openFile(f, "Record a person", "Record it")
	if err != nil {
		return nil, err
	}
	f.Note = "What is known of a person stays in the vault; the book has a token. The same name and date of birth are the same person wherever it is named. It is screened with the next run."
	links := []onboarding.Link{onboarding.Shareholder, onboarding.BeneficialOwner, onboarding.Director, onboarding.SeniorManager}
	name := f.value(input{Name: "name", Label: "Name", Kind: "text", Hint: "As the identity document has it."}, "")
	born := f.value(input{Name: "born", Label: "Born", Kind: "text", Hint: "Like 1965-02-03, or as far as it is known: 1965-02, 1965.", Optional: true}, "")
	countries := f.value(input{Name: "countries", Label: "Countries", Kind: "text", Hint: "Of citizenship and residence, two letters each, like DE, FR.", Optional: true}, "")
	var t tie
	if err := t.ask(v, f, linkNames(links)); err != nil || !f.asked {
		return nil, err
	}
	person := intake.Person{Name: name.Value, Born: born.Value, Countries: countriesIn(countries)}
	if person.Name == "" {
		name.bad("Write the person’s name.")
	}
	if !isBirth(person.Born) {
		born.bad("Write a date like 1965-02-03, or as far as it is known.")
	}
	c := &book.RecordTie{File: of, Person: v.console.intake.PersonToken(person)}
	t.read(c, links)
	if !f.complete() {
		return nil, nil
	}
	keep := func(c book.Command) error {
		encoded, err := json.Marshal(person)
		if err != nil {
			return err
		}
		kept, err := v.console.intake.Store(v.request.Context(), intake.KindPerson, encoded)
		c.(*book.RecordTie).Profile = kept
		return err
	}
	return v.unsignedDeed(f, c, keep), nil
}

// countriesIn reads codes of countries.
func countriesIn(from *input) []string {
	var all []string
	for _, code := range strings.FieldsFunc(from.Value, func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
		if code = strings.ToUpper(code); len(code) != 2 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			from.bad("%q is not the two letters of a country.", code)
			return nil
		}
		if !slices.Contains(all, code) {
			all = append(all, code)
		}
	}
	return all
}

// isBirth tells whether a text is a date as far as it is known: nothing, a year, a month or a day.
func isBirth(text string) bool {
	if text == "" {
		return true
	}
	const first = "0000-01-01"
	_, ok := calendar.Parse(text + first[min(len(text), len(first)):])
	return ok && (len(text) == len("1965") || len(text) == len("1965-02") || len(text) == len(first))
}

func openPartyTie(v *visit, f *deedForm) (*prepared, error) {
	_, of, err := v.openFile(f, "Record a party as owner", "Record it")
	if err != nil {
		return nil, err
	}
	f.Note = "A party that is on record and holds shares or directs it. A large shareholder needs a file of its own, which names who owns it."
	links := []onboarding.Link{onboarding.Shareholder, onboarding.Director}
	who := f.value(input{Name: "party", Label: "Party", Kind: "text", Hint: "Its id, or its name."}, "")
	var t tie
	if err := t.ask(v, f, linkNames(links)); err != nil || !f.asked {
		return nil, err
	}
	c := &book.RecordTie{File: of}
	if c.Party, err = v.onlyParty(who); err != nil {
		return nil, err
	}
	t.read(c, links)
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}

func openTieEnd(v *visit, f *deedForm) (*prepared, error) {
	shown, of, err := v.openFile(f, "End a link", "End it")
	if err != nil {
		return nil, err
	}
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	var open []option
	for _, t := range shown.Ties {
		if t.Until == "" {
			open = append(open, option{strconv.Itoa(t.Number), fmt.Sprintf("%d. %s", t.Number, t.Name), f.w.T("%s since %s", locale.Word(t.Link), t.From)})
		}
	}
	if len(open) == 0 {
		return nil, view.ErrNotFound
	}
	f.Note = "A person or party that no more owns, controls or directs it. The link stays on record with its last day."
	which := f.value(input{Name: "tie", Label: "Link", Choices: open}, v.asked("tie"))
	until := f.value(input{Name: "until", Label: "Last day", Kind: "date", Hint: "A day that is over."}, today.AddDays(-1).String())
	if !f.asked {
		return nil, nil
	}
	c := &book.EndTie{File: of, Until: until.date()}
	if at := which.chosen(); at >= 0 {
		number, _ := strconv.ParseUint(open[at].Value, 10, 16)
		c.Tie = uint16(number)
	}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}

func openFileReview(v *visit, f *deedForm) (*prepared, error) {
	shown, of, err := v.openFile(f, "Review a file", "Say that it is reviewed")
	if err != nil {
		return nil, err
	}
	f.Note = "Another person than the one who last changed the file says that it was looked at. Nothing else may be missing from it, and no alert may be open about it."
	f.fact("Reviewed", escape(cmp.Or(shown.Reviewed, "never")))
	missing := template.HTML("")
	for _, gap := range shown.Gaps {
		if !strings.HasPrefix(gap.Lack, "review_") {
			missing += `<li>` + escape(f.w.Render(shown.Gap(gap))) + `</li>`
		}
	}
	if missing != "" {
		f.fact("Still missing", `<ul class="plainlist">`+missing+`</ul>`)
	}
	risk := f.value(input{Name: "risk", Label: "Risk from now on", Choices: f.w.choicesOf(onboarding.Risks[1:], nil)}, shown.Risk)
	text := f.noted("What was looked at")
	if !f.asked {
		return nil, nil
	}
	class := onboarding.Risk(risk.chosen() + 1)
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, &book.ReviewFile{File: of, Risk: class}, func(c book.Command) error { return v.keepNote(text, (*[32]byte)(&c.(*book.ReviewFile).Note)) }), nil
}
