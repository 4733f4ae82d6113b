package rule_test

import (
	"strings"
	"testing"

	"millrace/domain/rule"
)

func TestTheLastSettingThatFitsDecides(t *testing.T) {
	policy := rule.Policy{{Rule: "BR-CL-*", Severity: rule.Ignored}, {Rule: "BR-CL-01", Severity: rule.Fatal}, {Rule: "BR-CO-10", Severity: rule.Warning}, {Rule: "BR-CO-10", Severity: rule.Ignored}}
	for _, test := range []struct {
		name      string
		own, want rule.Severity
	}{
		{"BR-CL-01", rule.Fatal, rule.Fatal}, {"BR-CL-14", rule.Fatal, rule.Ignored}, {"BR-CO-10", rule.Fatal, rule.Ignored},
		{"BR-CO-1", rule.Fatal, rule.Fatal}, {"BR-51", rule.Warning, rule.Warning}, {"BR-CL-", rule.Fatal, rule.Ignored},
	} {
		if got := policy.Severity(test.name, test.own); got != test.want {
			t.Errorf("%s is %s, not %s", test.name, got, test.want)
		}
	}
	if everything := (rule.Policy{{Rule: "*", Severity: rule.Warning}}); everything.Severity("BR-01", rule.Fatal) != rule.Warning {
		t.Error("* fits not everything")
	}
	if text := policy[:2].String(); text != "BR-CL-*=ignored\nBR-CL-01=fatal\n" {
		t.Errorf("%q", text)
	}
}

func TestSettingsAndSeverities(t *testing.T) {
	for _, test := range []struct {
		setting rule.Setting
		valid   bool
	}{
		{rule.Setting{Rule: "BR-CO-10", Severity: rule.Fatal}, true}, {rule.Setting{Rule: "BR-*", Severity: rule.Ignored}, true}, {rule.Setting{Rule: "*", Severity: rule.Warning}, true},
		{rule.Setting{Rule: "", Severity: rule.Fatal}, false}, {rule.Setting{Rule: "BR-01", Severity: 0}, false}, {rule.Setting{Rule: "BR-01", Severity: rule.Fatal + 1}, false},
		{rule.Setting{Rule: "br-01", Severity: rule.Fatal}, false}, {rule.Setting{Rule: "BR*01", Severity: rule.Fatal}, false}, {rule.Setting{Rule: "BR 01", Severity: rule.Fatal}, false},
		{rule.Setting{Rule: strings.Repeat("B", 32), Severity: rule.Fatal}, true}, {rule.Setting{Rule: strings.Repeat("B", 33), Severity: rule.Fatal}, false},
	} {
		if test.setting.Valid() != test.valid {
			t.Errorf("%v", test.setting)
		}
	}
	for severity := rule.Ignored; severity <= rule.Fatal; severity++ {
		text, err := severity.MarshalText()
		if again, ok := rule.ParseSeverity(string(text)); !ok || err != nil || again != severity {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, severity := range []rule.Severity{0, rule.Fatal + 1} {
		if _, ok := rule.ParseSeverity(severity.String()); ok {
			t.Errorf("%s is a severity", severity)
		}
	}
}
