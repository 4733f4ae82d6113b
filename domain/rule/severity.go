package rule

import "strings"

// Severity says what a breach of a rule means for the document that breaks it.
type Severity uint8

// The severities.
const (
	Ignored Severity = 1 + iota // the rule is not applied
	Warning                     // a person should see it
	Fatal                       // the document does not conform
)

var severityNames = [...]string{"unknown", Ignored: "ignored", Warning: "warning", Fatal: "fatal"}

// Known tells whether it is one of the severities.
func (s Severity) Known() bool { return s >= Ignored && s <= Fatal }

// String is the name used in API and console.
func (s Severity) String() string {
	if !s.Known() {
		return severityNames[0]
	}
	return severityNames[s]
}

// MarshalText gives the name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// ParseSeverity knows "ignored", "warning" and "fatal".
func ParseSeverity(name string) (Severity, bool) {
	for severity := Ignored; severity <= Fatal; severity++ {
		if severityNames[severity] == name {
			return severity, true
		}
	}
	return 0, false
}

// Setting gives one rule, or every rule whose name begins with what stands before a final "*", a severity.
type Setting struct {
	Rule     string   `cbor:"1,keyasint" json:"rule"` // "BR-CO-10" or "BR-CL-*"
	Severity Severity `cbor:"2,keyasint" json:"severity"`
}

// Fits tells whether the setting is about the rule of that name.
func (s Setting) Fits(name string) bool {
	if family, ok := strings.CutSuffix(s.Rule, "*"); ok {
		return strings.HasPrefix(name, family)
	}
	return s.Rule == name
}

// Valid tells whether the setting has the form of one; whether there is such a rule is for others to say.
func (s Setting) Valid() bool {
	name, family := strings.CutSuffix(s.Rule, "*")
	return s.Severity.Known() && (family && name == "" || ValidName(name))
}

// NameBytesMax is the most bytes of a rule's name.
const NameBytesMax = 32

// ValidName tells whether a text can be the name of a rule: 1 to 32 capital letters, digits and hyphens.
func ValidName(name string) bool {
	if name == "" || len(name) > NameBytesMax {
		return false
	}
	for _, c := range []byte(name) {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// Policy sets the severity of rules. The last setting that fits a rule decides.
type Policy []Setting

// Severity is what the policy makes of a rule: its own severity where no setting fits.
func (p Policy) Severity(name string, own Severity) Severity {
	for i := len(p) - 1; i >= 0; i-- {
		if p[i].Fits(name) {
			return p[i].Severity
		}
	}
	return own
}

// String prints one setting a line: "BR-CO-10=warning".
func (p Policy) String() string {
	var b strings.Builder
	for _, setting := range p {
		b.WriteString(setting.Rule + "=" + setting.Severity.String() + "\n")
	}
	return b.String()
}
