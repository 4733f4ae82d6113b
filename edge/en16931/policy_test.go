package en16931

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParsePolicy(t *testing.T) {
	policy, err := ParsePolicy("# of the programme\nBR-CL-*=ignored, BR-CL-01 = fatal\n\nBR-CO-10=warning # rounding is theirs\n")
	if err != nil {
		t.Fatal(err)
	}
	want := Policy{{Rule: "BR-CL-*", Severity: Ignored}, {Rule: "BR-CL-01", Severity: Fatal}, {Rule: "BR-CO-10", Severity: Warning}}
	if difference := cmp.Diff(want, policy); difference != "" {
		t.Error(difference)
	}
	again, err := ParsePolicy(policy.String())
	if difference := cmp.Diff(policy, again); err != nil || difference != "" {
		t.Error(err, difference)
	}
	for rule, severity := range map[*Rule]Severity{&brCL01: Fatal, &brCL14: Ignored, &brCO10: Warning, &brCO11: Fatal, &br51: Warning} {
		if got := policy.Severity(rule.Name, rule.Severity); got != severity {
			t.Errorf("%s is %v, want %v", rule.Name, got, severity)
		}
	}
}

func TestParsePolicyErrors(t *testing.T) {
	for text, want := range map[string]string{
		"BR-CO-10":           `line 1: "BR-CO-10" is no setting: write RULE=SEVERITY`,
		"\nBR-CO-10=severe":  `line 2: "severe" is no severity: write fatal, warning or ignored`,
		"BR-CO-99=warning":   `line 1: there is no rule "BR-CO-99"`,
		"BR-XX-*=warning":    `line 1: there is no rule "BR-XX-*"`,
		"BR-01=fatal,=fatal": `line 1: there is no rule ""`,
	} {
		if _, err := ParsePolicy(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestPolicyDecidesWhatIsFound(t *testing.T) {
	invoice, err := Read("empty.xml", []byte(`<Invoice xmlns="`+ublInvoice+`"/>`))
	if err != nil {
		t.Fatal(err)
	}
	found := Check(invoice, Policy{{Rule: "BR-*", Severity: Ignored}, {Rule: "BR-02", Severity: Warning}, {Rule: "BR-16", Severity: Fatal}})
	want := []Violation{
		{Rule: "BR-02", Severity: Warning, Terms: []string{"BT-1"}, Line: 1, Path: "Invoice", Demand: "The invoice has a number."},
		{Rule: "BR-16", Severity: Fatal, Terms: []string{"BG-25"}, Line: 1, Path: "Invoice", Demand: "The invoice has at least one line."},
	}
	if difference := cmp.Diff(want, found); difference != "" {
		t.Error(difference)
	}
}
