package console

import (
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/locale"
	"millrace/edge/view"
)

type fileList struct {
	list
	Items []view.OnboardingFile
}

// showFiles lists the onboarding files; to a funder that has not read one by consent only that it exists.
func showFiles(v *visit) (any, error) {
	var l fileList
	var q view.Query
	l.list, q = v.list("Onboarding", nil)
	page, err := v.OnboardingFiles(v.caller, q)
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	return l, err
}

type filePage struct {
	view.OnboardingFile
	Consents []view.Consent
	Readings []view.FileReading
	Timeline []view.Entry
}

func (p filePage) title() *locale.Text { return locale.Say("Onboarding file %s", p.ID) }

// Percent writes a share of millionths.
func (filePage) Percent(share int) string { return decimal(view.Percent(money.Rate(share))) + " %" }

// About names whom a document is about: a person by the link that names it, else the party itself.
func (p filePage) About(person string) *locale.Text {
	if person == "" {
		return locale.Say("the party")
	}
	for _, t := range p.Ties {
		if t.Person == person && t.Name != "" {
			return locale.Say("%s", t.Name)
		}
	}
	return locale.Say("a person")
}

// Gap says what the file lacks.
func (p filePage) Gap(g view.FileGap) *locale.Text {
	text := locale.Say("%s", locale.Capital(g.Lack))
	if g.Document != "" {
		text.And(": %s", locale.Word(g.Document))
	}
	for _, t := range p.Ties {
		if t.Number == g.Tie && g.Tie != 0 {
			text.And(", of %s", t.Name)
		}
	}
	return text
}

func showFile(v *visit) (any, error) {
	of, err := identity[id.OnboardingFile](v)
	if err != nil {
		return nil, err
	}
	var p filePage
	if p.OnboardingFile, err = v.OnboardingFile(v.caller, of); err != nil {
		return nil, err
	}
	subject, err := id.Parse[id.Party](p.Party.ID)
	if err != nil {
		return nil, err
	}
	q := view.Query{Party: subject, Limit: rowsMax}
	consents, err := v.Consents(v.caller, q)
	if err != nil {
		return nil, err
	}
	readings, err := v.FileReadings(v.caller, q)
	if err != nil {
		return nil, err
	}
	p.Consents, p.Readings = consents.Items, readings.Items
	p.Timeline, _, err = v.chronicle(p.ID)
	return p, err
}
