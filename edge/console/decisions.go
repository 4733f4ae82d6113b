package console

import (
	"errors"
	"fmt"
	"strings"

	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/risk"
	"millrace/domain/rule"
	"millrace/edge/locale"
	"millrace/edge/view"
)

type decisionList struct {
	list
	Items []view.Decision
}

// showDecisions lists what the rules have said, by verdict.
func showDecisions(v *visit) (any, error) {
	var l decisionList
	var q view.Query
	l.list, q = v.list("Decisions", []string{rule.Pass.String(), rule.Refer.String(), rule.Refuse.String()})
	page, err := v.Decisions(v.caller, q)
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	return l, err
}

type decisionPage struct {
	view.Decision
	Application string // of a review, which has its ratios and the lines of its limit
	Scored      []explainedScore
	Again       *decidedAgain // nil: it was not asked for
}

// explainedScore is a score with what each fact adds to it; without reasons where the caller does not see the model.
type explainedScore struct {
	view.DecisionScore
	Explained *view.ScoreExplanation
}

func (p decisionPage) title() *locale.Text { return locale.Say("Decision %s", p.ID) }

func showDecision(v *visit) (any, error) {
	of, err := identity[id.Decision](v)
	if err != nil {
		return nil, err
	}
	var p decisionPage
	if p.Decision, err = v.View.Decision(v.caller, of); err != nil {
		return nil, err
	}
	for _, s := range p.Scores {
		one := explainedScore{DecisionScore: s}
		model, err := id.Parse[id.Model](s.Model)
		if err != nil {
			return nil, err
		}
		explained, err := v.ExplainScore(v.caller, model, s.Facts)
		switch {
		case err == nil:
			one.Explained = &explained
		case !errors.Is(err, view.ErrNotFound):
			return nil, err
		}
		p.Scored = append(p.Scored, one)
	}
	if p.Application, err = v.applicationOf(&p.Decision); err != nil {
		return nil, err
	}
	p.Again, err = v.decideAgain(of)
	return p, err
}

// applicationOf is the application that a decision on a review answers; "" for none in the caller's sight.
func (v *visit) applicationOf(d *view.Decision) (string, error) {
	if d.Party == nil {
		return "", nil
	}
	of, err := id.Parse[id.Party](d.Party.ID)
	if err != nil {
		return "", err
	}
	page, err := v.Applications(v.caller, view.Query{Party: of, Limit: rowsMax})
	for _, a := range page.Items {
		if a.Reckoned != nil && a.Reckoned.Decision == d.ID {
			return a.ID, err
		}
	}
	return "", err
}

// headed is what a fact is called, and what it is.
type headed struct{ Name, Text string }

// Headed says what a fact is called, by what the reader's language says it is: in English its name is told in words, and what it is stands
// beside; other languages say it in one.
func (decisionPage) Headed(f view.DecisionFact, said string) headed {
	english := locale.English.Word(strings.ReplaceAll(f.Name, ".", " "))
	if said != capital(f.Title) {
		return headed{Name: said}
	}
	return headed{capital(english), strings.TrimSuffix(said, ", in hundredths of a day")}
}

// Value writes a fact with its unit.
func (p decisionPage) Value(f view.DecisionFact) *locale.Text {
	text := strings.Replace(f.Text, "-", "−", 1)
	switch f.Unit {
	case string(risk.OnDate):
		return locale.Say("%s", f.Text)
	case string(risk.Days):
		return locale.Say("%s", locale.Count{Number: f.Value, Thing: "day"})
	case string(risk.Hundredths):
		return locale.Say("%s days", text)
	case string(risk.Bits):
		return locale.Say("%s bits", text)
	case string(risk.Count):
		return locale.Say("%s", locale.Grouped(f.Value))
	case string(risk.Flag), string(risk.Code):
		return locale.Say("%s", locale.Word(f.Text))
	}
	return locale.Say("%s", text)
}

// Measured says what a rule has measured and where its bound lies, in the rule's unit; "" where it is yes or no.
func (p decisionPage) Measured(r view.DecisionReason) *locale.Text {
	code := ""
	for _, f := range p.Facts {
		if f.Name == "currency" {
			code = f.Text
		}
	}
	if told := measured(view.Outcome{Rule: r.Rule, Verdict: r.Verdict, Measure: &r.Measure, Bound: &r.Bound, Version: r.Version}, code); told != nil {
		return told
	}
	for i := range risk.Named {
		if t := &risk.Named[i]; t.Rule == r.Rule {
			return locale.Say("Measured %s, bound %s.", inUnit(t.Unit, r.Measure, code), inUnit(t.Unit, r.Bound, code))
		}
	}
	return nil
}

// hundredths is a share in per cent, rounded to two digits after the point where it has more.
func hundredths(value int64) string {
	if value > 100 {
		value = (value + 50) / 100 * 100
	}
	return decimal(view.Percent(money.Rate(value))) + " %"
}

// inUnit writes a measure for a person.
func inUnit(unit risk.Unit, value int64, code string) any {
	switch unit {
	case risk.Amount:
		currency, _ := money.ParseCurrency(code)
		return view.AmountOf(money.Minor(value), currency).String()
	case risk.Share, risk.Rate:
		return hundredths(value)
	case risk.Days:
		return locale.Count{Number: value, Thing: "day"}
	case risk.Hundredths:
		return locale.Say("%s days", money.FormatScaled(value, 2))
	case risk.Bits:
		return locale.Say("%s bits", money.FormatScaled(value, 2))
	}
	return fmt.Sprint(value)
}
