package view

import (
	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/rule"
	"millrace/domain/trade"
	"millrace/edge/en16931"
)

// RuleBreach is one place where a document breaks a rule of EN 16931.
type RuleBreach struct {
	Rule     string   `json:"rule" example:"BR-CO-10"`
	Severity string   `json:"severity" enum:"ignored,warning,fatal" doc:"of the rule by itself; a programme may set another"`
	Sentence string   `json:"sentence" doc:"what the rule demands"`
	Terms    []string `json:"terms,omitempty" doc:"of EN 16931-1 that the rule is about"`
	Line     int      `json:"line,omitempty" doc:"of the file; missing for the document as a whole"`
	Where    string   `json:"where,omitempty" doc:"the element"`
}

// BrokenRule is a rule of EN 16931 that the invoice of a receivable breaks.
type BrokenRule struct {
	Rule     string `json:"rule" example:"BR-CO-10"`
	Severity string `json:"severity" enum:"ignored,warning,fatal" doc:"of the rule by itself; a programme may set another"`
	Sentence string `json:"sentence" doc:"what the rule demands"`
	Cleared  uint64 `json:"cleared,omitempty" doc:"entry in which a person has cleared it; missing while it stands"`
}

// Setting is the severity that a programme gives to a rule of EN 16931 or to a family of rules.
type Setting struct {
	Rule     string `json:"rule" maxLength:"33" example:"BR-CO-*" doc:"a rule, or a family of rules that ends in *; the last setting that fits decides"`
	Severity string `json:"severity" enum:"fatal,warning,ignored"`
}

// RuleBreaches shows what a document breaks.
func RuleBreaches(breaches []trade.RuleBreach) []RuleBreach {
	var shown []RuleBreach
	for i := range breaches {
		b := &breaches[i]
		one := RuleBreach{Rule: b.Rule, Severity: b.Severity.String(), Line: int(b.Line), Where: b.Where}
		if known, found := en16931.Find(b.Rule); found {
			one.Sentence, one.Terms = known.Sentence, known.Terms
		}
		shown = append(shown, one)
	}
	return shown
}

// brokenRules are those that the invoice of a receivable breaks.
func (s *showing) brokenRules(document id.Document) []BrokenRule {
	var shown []BrokenRule
	s.note(rows(s.View, "SELECT number, record FROM rule_breach WHERE document = ?", []any{int64(document)}, func(_ uint64, r *book.RuleBreaches) error {
		for _, broken := range r.Rules {
			one := BrokenRule{Rule: broken.Rule, Severity: broken.Severity.String(), Cleared: broken.Cleared}
			if known, found := en16931.Find(broken.Rule); found {
				one.Sentence = known.Sentence
			}
			shown = append(shown, one)
		}
		return nil
	}))
	return shown
}

// settings shows a programme's policy.
func settings(policy rule.Policy) []Setting {
	var shown []Setting
	for _, setting := range policy {
		shown = append(shown, Setting{setting.Rule, setting.Severity.String()})
	}
	return shown
}

// ruleCount counts the rules of which there are breaches.
func ruleCount(breaches []trade.RuleBreach) int {
	named := map[string]struct{}{}
	for i := range breaches {
		named[breaches[i].Rule] = struct{}{}
	}
	return len(named)
}
