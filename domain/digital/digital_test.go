package digital_test

import (
	"testing"

	"millrace/domain/calendar"
	"millrace/domain/digital"
	"millrace/domain/id"
)

const today = calendar.Date(20_000)

func party(n uint64) id.Party { return id.Make[id.Party](1, n) }

func sound() digital.Conditions {
	return digital.Conditions{
		Payees: []id.Party{party(2), party(3)}, Purpose: "SUPP", Until: today.AddDays(1), Evidence: digital.OnDelivery, Portion: digital.Parts,
	}
}

func TestConditionsThatCanBeSet(t *testing.T) {
	for _, test := range []struct {
		change func(c *digital.Conditions)
		want   digital.Fault
	}{
		{func(*digital.Conditions) {}, digital.Sound},
		{func(c *digital.Conditions) { c.Payees, c.Class = nil, digital.Suppliers }, digital.Sound},
		{func(c *digital.Conditions) { c.Until = today }, digital.Sound},
		{func(c *digital.Conditions) { c.Payees = nil }, digital.NoPayees},
		{func(c *digital.Conditions) { c.Class = digital.Suppliers }, digital.NoPayees},
		{func(c *digital.Conditions) { c.Payees = make([]id.Party, digital.PayeesMax+1) }, digital.NoPayees},
		{func(c *digital.Conditions) { c.Payees = []id.Party{party(3), party(2)} }, digital.PayeesUnsorted},
		{func(c *digital.Conditions) { c.Payees = []id.Party{party(2), party(2)} }, digital.PayeesUnsorted},
		{func(c *digital.Conditions) { c.Payees = []id.Party{party(1)} }, digital.PayeesUnsorted}, // the bearer
		{func(c *digital.Conditions) { c.Purpose = "SUPPL" }, digital.BadPurpose},
		{func(c *digital.Conditions) { c.Until = today - 1 }, digital.BadDate},
		{func(c *digital.Conditions) { c.Evidence = 0 }, digital.BadEvidence},
		{func(c *digital.Conditions) { c.Evidence = digital.OnUndertake + 1 }, digital.BadEvidence},
		{func(c *digital.Conditions) { c.Portion = 0 }, digital.BadPortion},
	} {
		c := sound()
		test.change(&c)
		if got := c.Validate(today, party(1)); got != test.want {
			t.Errorf("%+v: fault %d, not %d", c, got, test.want)
		}
	}
}

func TestUsesAreJudged(t *testing.T) {
	for _, test := range []struct {
		conditions func(c *digital.Conditions)
		attempt    func(a *digital.Attempt)
		want       digital.Fault
	}{
		{nil, nil, digital.Sound},
		{nil, func(a *digital.Attempt) { a.Evidence = digital.OnUndertake }, digital.Sound},
		{nil, func(a *digital.Attempt) { a.Payee = party(4) }, digital.OtherPayee},
		{nil, func(a *digital.Attempt) { a.Payee, a.Supplier = party(4), true }, digital.OtherPayee},
		{func(c *digital.Conditions) { c.Payees, c.Class = nil, digital.Suppliers }, nil, digital.OtherPayee},
		{func(c *digital.Conditions) { c.Payees, c.Class = nil, digital.Suppliers }, func(a *digital.Attempt) { a.Supplier = true }, digital.Sound},
		{nil, func(a *digital.Attempt) { a.Purpose = "SALA" }, digital.OtherPurpose},
		{nil, func(a *digital.Attempt) { a.Date = today + 1 }, digital.Sound},
		{nil, func(a *digital.Attempt) { a.Date = today + 2 }, digital.TooLate},
		{nil, func(a *digital.Attempt) { a.Evidence = digital.OnOrder }, digital.TooLittleEvidence},
		{nil, func(a *digital.Attempt) { a.Amount = 101 }, digital.TooMuch},
		{nil, func(a *digital.Attempt) { a.Amount = 0 }, digital.TooMuch},
		{func(c *digital.Conditions) { c.Portion = digital.Whole }, nil, digital.NotWhole},
		{func(c *digital.Conditions) { c.Portion = digital.Whole }, func(a *digital.Attempt) { a.Amount = 100 }, digital.Sound},
	} {
		c, a := sound(), digital.Attempt{Payee: party(2), Purpose: "SUPP", Date: today, Evidence: digital.OnDelivery, Amount: 40, Left: 100}
		if test.conditions != nil {
			test.conditions(&c)
		}
		if test.attempt != nil {
			test.attempt(&a)
		}
		if got := c.Judge(a); got != test.want {
			t.Errorf("%+v under %+v: fault %d, not %d", a, c, got, test.want)
		}
	}
}

func TestPurposes(t *testing.T) {
	for code, want := range map[string]bool{"SUPP": true, "GDDS": true, "B112": true, "": false, "SUP": false, "supp": false, "1UPP": false, "SU-P": false, "SUPPL": false} {
		if digital.PurposeFormed(code) != want {
			t.Errorf("%q", code)
		}
	}
}

func TestMoneyStaysInItsProgramme(t *testing.T) {
	one, other := digital.Wallet{Programme: id.Make[id.Programme](1, 1)}, digital.Wallet{Programme: id.Make[id.Programme](1, 2)}
	if one.Reaches(&other) || !one.Reaches(&one) || !one.Reaches(&digital.Wallet{}) || !(&digital.Wallet{}).Reaches(&other) {
		t.Error("a programme's money goes where it must not, or stays where it may go")
	}
}

func TestWhatIsTheSameMoney(t *testing.T) {
	a := digital.Asset{Issuer: party(1), Holder: party(2), Currency: 978, Form: digital.CentralBank, System: "x"}
	b := a
	b.Holder = party(3)
	if !a.SameMoney(&b) {
		t.Error("another holder of record makes other money")
	}
	for _, change := range []func(a *digital.Asset){
		func(a *digital.Asset) { a.Issuer = party(3) }, func(a *digital.Asset) { a.Currency = 156 }, func(a *digital.Asset) { a.Form = digital.TokenisedDeposit }, func(a *digital.Asset) { a.System = "y" },
	} {
		c := b
		if change(&c); a.SameMoney(&c) {
			t.Errorf("%+v is the same money as %+v", c, a)
		}
	}
}

func TestNames(t *testing.T) {
	for got, want := range map[string]string{
		digital.TokenisedDeposit.String(): "tokenised_deposit", digital.Declined.String(): "declined", digital.Carried.String(): "carried", digital.InDoubt.String(): "in_doubt",
		digital.Rejected.String(): "declined", digital.OnUndertake.String(): "undertaking", digital.Suppliers.String(): "suppliers", digital.Parts.String(): "parts", digital.Refunded.String(): "refunded",
	} {
		if got != want {
			t.Errorf("%s, not %s", got, want)
		}
	}
	if !digital.Redemption.Outgoing() || !digital.Carried.Outgoing() || digital.Load.Outgoing() || !digital.InDoubt.Open() || digital.Executed.Open() {
		t.Error("what leaves, or is open")
	}
}
