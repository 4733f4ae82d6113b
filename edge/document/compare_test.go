package document

import "testing"

func TestIBAN(t *testing.T) {
	for text, want := range map[string]string{
		"GB82 WEST 1234 5698 7654 32": "GB82WEST12345698765432", "GB82WEST12345698765433": "", "NO9386011117947": "NO9386011117947",
		"12345678": "", "": "", "gb82west12345698765432": "", "1282WEST12345698765432": "",
	} {
		if got := IBAN(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestSameParty(t *testing.T) {
	named := func(name string, ids ...Identifier) *Party {
		return &Party{Name: name, Identifiers: ids}
	}
	cases := []struct {
		a, b *Party
		want bool
	}{
		{named("A"), named("a"), true},
		{named("A"), named("B"), false},
		{named("A", Identifier{Kind: IdentifierLegal, Scheme: "", Value: "x1"}), named("B", Identifier{Kind: IdentifierParty, Scheme: "0002", Value: "X1"}), true},
		{named("A", Identifier{Kind: IdentifierLegal, Scheme: "0002", Value: "1"}), named("B", Identifier{Kind: IdentifierParty, Scheme: "", Value: "1"}), true},
		{named("A", Identifier{Kind: IdentifierLegal, Scheme: "0007", Value: "1"}), named("B", Identifier{Kind: IdentifierParty, Scheme: "0002", Value: "1"}), false},
		{named("A", Identifier{Kind: IdentifierLegal, Scheme: "0007", Value: "1"}), named("A", Identifier{Kind: IdentifierParty, Scheme: "0002", Value: "2"}), false},
		{named("A", Identifier{Kind: IdentifierLegal, Scheme: "0007", Value: "1"}), named("A"), true},
		{named(""), named(""), false},
	}
	for i, c := range cases {
		if got := SameParty(c.a, c.b); got != c.want {
			t.Errorf("case %d: %t", i, got)
		}
	}
}
