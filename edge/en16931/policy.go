package en16931

import (
	"fmt"
	"slices"
	"strings"

	"millrace/domain/rule"
)

// Policy sets the severity of rules, as a programme wants it. The last setting that fits a rule decides; a rule without
// one keeps its own severity.
type Policy = rule.Policy

// Setting gives one rule, or every rule whose name begins with what stands before a final "*", a severity.
type Setting = rule.Setting

// ParsePolicy reads settings such as "BR-CO-10=warning", one a line or parted by commas; what follows "#" on a line is a
// remark. The error names the line and what is wrong: no setting, a rule that does not exist, an unknown severity.
func ParsePolicy(text string) (Policy, error) {
	var policy Policy
	number := 0
	for line := range strings.Lines(text) {
		number++
		line, _, _ = strings.Cut(line, "#")
		for part := range strings.SplitSeq(line, ",") {
			part = strings.TrimSpace(part)
			if part == "" {
				continue
			}
			name, value, ok := strings.Cut(part, "=")
			if !ok {
				return nil, fmt.Errorf("line %d: %q is no setting: write RULE=SEVERITY", number, part)
			}
			severity, ok := ParseSeverity(strings.TrimSpace(value))
			if !ok {
				return nil, fmt.Errorf("line %d: %q is no severity: write fatal, warning or ignored", number, strings.TrimSpace(value))
			}
			setting := Setting{Rule: strings.TrimSpace(name), Severity: severity}
			if !Speaks(setting) {
				return nil, fmt.Errorf("line %d: there is no rule %q", number, setting.Rule)
			}
			policy = append(policy, setting)
		}
	}
	return policy, nil
}

// Speaks tells whether a setting is about a rule that there is, or about Unread.
func Speaks(s Setting) bool {
	return s.Fits(Unread.Name) || slices.ContainsFunc(Rules, func(r Rule) bool { return s.Fits(r.Name) })
}

// Unread stands for all rules on a document that its own reader understands and Read does not: what was not checked must
// not pass for checked. It is no rule of the norm, so it is not among Rules.
var Unread = Rule{Name: "UNREAD", Sentence: "The document can be held against the rules.", Terms: []string{"BG-2"}, Severity: Fatal}

// Find gives the rule of a name, Unread included.
func Find(name string) (*Rule, bool) {
	if name == Unread.Name {
		return &Unread, true
	}
	at, found := placeOf[name]
	if !found {
		return nil, false
	}
	return &Rules[at], true
}

var placeOf = func() map[string]int {
	places := make(map[string]int, len(Rules))
	for i := range Rules {
		places[Rules[i].Name] = i
	}
	return places
}()
