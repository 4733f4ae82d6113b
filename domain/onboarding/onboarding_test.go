package onboarding_test

import (
	"fmt"
	"slices"
	"testing"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/onboarding"
)

const today = calendar.Date(20_000)

var ada, grace = [16]byte{1}, [16]byte{2}

func party(n uint64) id.Party { return id.Make[id.Party](1, n) }

// whole is a company's file that lacks nothing by the checklist that comes with the program.
func whole() onboarding.File {
	f := onboarding.File{
		Party: party(1), Form: onboarding.Company, Risk: onboarding.LowRisk, Reviewed: today - 10, Next: today,
		Ties: []onboarding.Tie{
			{Link: onboarding.Shareholder, Person: ada, Share: 800_000, From: today - 100},
			{Link: onboarding.Director, Person: grace, From: today - 100},
		},
	}
	add := func(kind onboarding.DocumentKind, about [16]byte) {
		f.Documents = append(f.Documents, onboarding.Document{Kind: kind, State: onboarding.Checked, Issued: today - 20, About: about})
	}
	for _, kind := range []onboarding.DocumentKind{onboarding.RegistryExtract, onboarding.Articles, onboarding.OwnershipChart, onboarding.TaxRegistration, onboarding.SigningAuthority} {
		add(kind, [16]byte{})
	}
	add(onboarding.IdentityDocument, ada)
	add(onboarding.IdentityDocument, grace)
	return f
}

func TestGaps(t *testing.T) {
	of := func(f *onboarding.File, kind onboarding.DocumentKind) *onboarding.Document {
		return &f.Documents[slices.IndexFunc(f.Documents, func(d onboarding.Document) bool { return d.Kind == kind })]
	}
	for _, test := range []struct {
		name    string
		country string
		change  func(f *onboarding.File)
		want    []string
	}{
		{"whole", "DE", func(*onboarding.File) {}, nil},
		{"its licence, in China", "CN", func(*onboarding.File) {}, []string{"document_missing trade_licence"}},
		{"good until today", "DE", func(f *onboarding.File) { of(f, onboarding.Articles).Expires = today }, nil},
		{"expired yesterday", "DE", func(f *onboarding.File) { of(f, onboarding.Articles).Expires = today - 1 }, []string{"document_expired articles"}},
		{"a year old today", "DE", func(f *onboarding.File) { of(f, onboarding.RegistryExtract).Issued = today.AddMonths(-12) }, nil},
		{"a year and a day old", "DE", func(f *onboarding.File) { of(f, onboarding.RegistryExtract).Issued = today.AddMonths(-12) - 1 }, []string{"document_old registry_extract"}},
		{"without a date where age counts", "DE", func(f *onboarding.File) { of(f, onboarding.RegistryExtract).Issued = 0 }, []string{"document_old registry_extract"}},
		{"without a date where it does not", "DE", func(f *onboarding.File) { of(f, onboarding.Articles).Issued = 0 }, nil},
		{"unchecked", "DE", func(f *onboarding.File) { of(f, onboarding.Articles).State = onboarding.Received }, []string{"document_unchecked articles"}},
		{"refused", "DE", func(f *onboarding.File) { of(f, onboarding.Articles).State = onboarding.Refused }, []string{"document_missing articles"}},
		{"expired, and a good one beside it", "DE", func(f *onboarding.File) {
			f.Documents = append(f.Documents, *of(f, onboarding.Articles))
			of(f, onboarding.Articles).Expires = today - 1
		}, nil},
		{"an expired one tells more than none", "DE", func(f *onboarding.File) {
			f.Documents = append(f.Documents, *of(f, onboarding.Articles))
			f.Documents[len(f.Documents)-1].State = onboarding.Received
			of(f, onboarding.Articles).Expires = today - 1
		}, []string{"document_expired articles"}},
		{"the owner's paper about somebody else", "DE", func(f *onboarding.File) { of(f, onboarding.IdentityDocument).About = [16]byte{9} }, []string{"document_missing identity_document"}},
		{"a quarter is an owner", "DE", func(f *onboarding.File) {
			f.Ties = append(f.Ties, onboarding.Tie{Link: onboarding.Shareholder, Person: [16]byte{3}, Share: 250_000, From: 1})
		}, []string{"document_missing identity_document"}},
		{"less than a quarter is none", "DE", func(f *onboarding.File) {
			f.Ties = append(f.Ties, onboarding.Tie{Link: onboarding.Shareholder, Person: [16]byte{3}, Share: 249_999, From: 1})
		}, nil},
		{"who controls is an owner", "DE", func(f *onboarding.File) {
			f.Ties = append(f.Ties, onboarding.Tie{Link: onboarding.Shareholder, Person: [16]byte{3}, Control: true, From: 1})
		}, []string{"document_missing identity_document"}},
		{"who was one is none", "DE", func(f *onboarding.File) {
			f.Ties = append(f.Ties, onboarding.Tie{Link: onboarding.BeneficialOwner, Person: [16]byte{3}, From: 1, Until: today - 1})
		}, nil},
		{"too few shares", "DE", func(f *onboarding.File) { f.Ties[0].Share = 749_999 }, []string{"shares_unknown "}},
		{"owner and director gone", "DE", func(f *onboarding.File) { f.Ties = nil }, []string{"owner_missing ", "shares_unknown ", "director_missing "}},
		{"a firm that is not resolved", "DE", func(f *onboarding.File) { f.Ties[0].Party, f.Ties[0].Person = party(3), [16]byte{} }, []string{"owner_unresolved "}},
		{"a firm that is", "DE", func(f *onboarding.File) { f.Ties[0].Party, f.Ties[0].Person = party(2), [16]byte{} }, nil},
		{"a public body has no owners", "DE", func(f *onboarding.File) { f.Form, f.Ties = onboarding.PublicBody, nil }, nil},
		{"never reviewed", "DE", func(f *onboarding.File) { f.Reviewed = 0 }, []string{"review_missing "}},
		{"reviewed too long ago", "DE", func(f *onboarding.File) { f.Next = today - 1 }, []string{"review_overdue "}},
	} {
		f := whole()
		test.change(&f)
		var got []string
		for _, gap := range onboarding.Gaps(&f, onboarding.Default(), 0, test.country, today, func(p id.Party) bool { return p == party(2) }) {
			got = append(got, fmt.Sprint(gap.Lack, " ", gap.Document))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestOwned(t *testing.T) {
	firm := func(n uint64, share int32) onboarding.Tie {
		return onboarding.Tie{Link: onboarding.Shareholder, Party: party(n), Share: share, From: today}
	}
	for _, test := range []struct {
		name string
		ties []onboarding.Tie
		want bool
	}{
		{"nobody", nil, false},
		{"just half", []onboarding.Tie{firm(2, 500_000)}, true},
		{"a little less", []onboarding.Tie{firm(2, 499_999)}, false},
		{"half together", []onboarding.Tie{firm(2, 250_000), firm(3, 250_000)}, true},
		{"half with one who is not marked", []onboarding.Tie{firm(2, 250_000), firm(9, 250_000)}, false},
		{"control without a share", []onboarding.Tie{{Link: onboarding.BeneficialOwner, Person: ada, Control: true, From: today}}, true},
		{"a director", []onboarding.Tie{{Link: onboarding.Director, Person: ada, Control: true, From: today}}, false},
		{"what was held until yesterday", []onboarding.Tie{{Link: onboarding.Shareholder, Person: ada, Share: 900_000, From: 1, Until: today - 1}}, false},
		{"what is held from tomorrow", []onboarding.Tie{{Link: onboarding.Shareholder, Person: ada, Share: 900_000, From: today + 1}}, false},
		{"a firm's shares are part of what its owner has in the end", []onboarding.Tie{firm(2, 300_000), {Link: onboarding.BeneficialOwner, Person: ada, Share: 300_000, From: today}}, false},
	} {
		f := onboarding.File{Party: party(1), Ties: test.ties}
		if got := f.Owned(today, func(p id.Party, person [16]byte) bool { return p == party(2) || p == party(3) || person == ada }); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

func TestOwnersAreNamedOnce(t *testing.T) {
	f := onboarding.File{Ties: []onboarding.Tie{
		{Link: onboarding.Shareholder, Person: ada, Share: 300_000, From: 1}, {Link: onboarding.BeneficialOwner, Person: ada, Share: 600_000, Control: true, From: 1},
		{Link: onboarding.Director, Person: grace, From: 1}, {Link: onboarding.Shareholder, Party: party(2), Share: 100_000, From: 1},
		{Link: onboarding.Shareholder, Party: party(3), Share: 100_000, From: 1, Until: today - 1},
	}}
	want := []onboarding.Owner{{Person: ada, Share: 600_000, Control: true}, {Party: party(2), Share: 100_000}}
	if got := f.Owners(today); !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	if got := f.Shares(today); got != 400_000 {
		t.Errorf("%d", got)
	}
}

func TestADocumentIsGoodOnItsLastDay(t *testing.T) {
	for _, test := range []struct {
		expires calendar.Date
		state   onboarding.DocumentState
		want    string
	}{
		{0, onboarding.Checked, "checked"}, {today, onboarding.Checked, "checked"}, {today - 1, onboarding.Checked, "expired"}, {today - 1, onboarding.Received, "expired"},
		{today - 1, onboarding.Replaced, "replaced"}, {today - 1, onboarding.Refused, "refused"},
	} {
		d := onboarding.Document{State: test.state, Expires: test.expires}
		if got := d.Standing(today); got != test.want {
			t.Errorf("%s, good until %s: %s, want %s", test.state, test.expires, got, test.want)
		}
	}
}

func TestAConsentHoldsFromItsDayToItsLast(t *testing.T) {
	for _, test := range []struct {
		c    onboarding.Consent
		want bool
	}{
		{onboarding.Consent{Given: today, Until: today}, true},
		{onboarding.Consent{Given: today + 1, Until: today + 2}, false},
		{onboarding.Consent{Given: 1, Until: today - 1}, false},
		{onboarding.Consent{Given: 1, Until: today + 1, Withdrawn: today}, false},
	} {
		if got := test.c.On(today); got != test.want {
			t.Errorf("%+v: %v", test.c, got)
		}
	}
}

func TestAChecklistThatMakesNoSense(t *testing.T) {
	if !onboarding.Default().Valid() {
		t.Fatal("the one that comes with the program")
	}
	for name, spoil := range map[string]func(c *onboarding.Checklist){
		"nothing asked": func(c *onboarding.Checklist) { c.Requirements = nil },
		"too much": func(c *onboarding.Checklist) {
			c.Requirements = make([]onboarding.Requirement, onboarding.RequirementsMax+1)
		},
		"no owners":     func(c *onboarding.Checklist) { c.OwnerShare = 0 },
		"more than all": func(c *onboarding.Checklist) { c.SharesKnown = onboarding.ShareOne + 1 },
		"never again":   func(c *onboarding.Checklist) { c.ReviewMonths[onboarding.HighRisk] = 0 },
		"no such paper": func(c *onboarding.Checklist) {
			c.Requirements[0].Document = onboarding.DocumentKind(len(onboarding.DocumentKinds))
		},
		"no such scope": func(c *onboarding.Checklist) { c.Requirements[0].Of = onboarding.Scope(len(onboarding.Scopes)) },
		"no country":    func(c *onboarding.Checklist) { c.Requirements[0].Country = "DEU" },
		"no such form":  func(c *onboarding.Checklist) { c.Requirements[0].Forms = 1 },
		"age for ever":  func(c *onboarding.Checklist) { c.Requirements[0].MonthsMax = 241 },
	} {
		c := onboarding.Default()
		if spoil(c); c.Valid() {
			t.Errorf("%s passes", name)
		}
	}
}
