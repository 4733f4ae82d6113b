package supervision_test

import (
	"testing"

	"millrace/domain/calendar"
	"millrace/domain/supervision"
)

func TestEveryProtectionSaysWhatItRestsOn(t *testing.T) {
	seen := map[string]bool{}
	for p := supervision.OwnMoney; p.Valid(); p++ {
		v := p.Provision()
		if v.Name == "" || v.Sentence == "" || seen[v.Name] {
			t.Errorf("%d: %+v", p, v)
		}
		seen[v.Name] = true
		// What sets money apart is written somewhere, and from a day on.
		if v.Apart && (v.Citation == "" || v.From == 0) {
			t.Errorf("%s sets money apart without a citation", v.Name)
		}
		if supervision.Protections()[p] != v.Name || p.String() != v.Name {
			t.Errorf("%s is listed as %s", v.Name, supervision.Protections()[p])
		}
	}
	if supervision.Protection(0).Valid() || supervision.Protection(99).String() != "" {
		t.Error("what is no protection is one")
	}
}

func TestAProtectionIsLawFromItsDayOn(t *testing.T) {
	before, _ := calendar.Of(2020, 12, 31)
	if supervision.ChinaSpecial.InForce(before) || !supervision.ChinaSpecial.InForce(before.AddDays(1)) || !supervision.ControlledEscrow.InForce(before) {
		t.Error("the day on which a law came into force is not kept")
	}
}

func TestNames(t *testing.T) {
	if supervision.Fees.String() != "fees" || supervision.Kind(9).String() != "" || supervision.Kind(0).Valid() || supervision.Closed.String() != "closed" {
		t.Error("a name has changed")
	}
}
