package en16931

import (
	"fmt"
	"slices"
	"strings"
)

// Policy sets the severity of rules, as a programme wants it. The last setting that fits a rule decides; a rule without
// one keeps its own severity.
type Policy []Setting

// Setting gives one rule, or every rule whose name begins with what stands before a final "*", a severity.
type Setting struct {
	Rule     string // "BR-CO-10" or "BR-CL-*"
	Severity Severity
}

func (s Setting) fits(rule string) bool {
	if family, ok := strings.CutSuffix(s.Rule, "*"); ok {
		return strings.HasPrefix(rule, family)
	}
	return s.Rule == rule
}

// Severity is what the policy makes of a rule.
func (p Policy) Severity(rule *Rule) Severity {
	for i := len(p) - 1; i >= 0; i-- {
		if p[i].fits(rule.Name) {
			return p[i].Severity
		}
	}
	return rule.Severity
}

// String prints one setting a line, as ParsePolicy reads them.
func (p Policy) String() string {
	var b strings.Builder
	for _, setting := range p {
		b.WriteString(setting.Rule + "=" + setting.Severity.String() + "\n")
	}
	return b.String()
}

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
			if !slices.ContainsFunc(Rules, func(r Rule) bool { return setting.fits(r.Name) }) {
				return nil, fmt.Errorf("line %d: there is no rule %q", number, setting.Rule)
			}
			policy = append(policy, setting)
		}
	}
	return policy, nil
}
