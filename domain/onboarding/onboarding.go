// Package onboarding holds what is known of a party before business is done with it: its documents and their expiry, who owns, controls and
// directs it, what of that is missing, and when somebody looks again. What must be there is data: a Checklist.
//
// The duties behind it are those of customer due diligence: FATF Recommendations 10, 24 and 25, Directive (EU) 2015/849 Articles 3(6), 13
// and 14, and from 10 July 2027 Regulation (EU) 2024/1624 Articles 20, 26 and 52.
package onboarding

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
)

// Form is the legal form of a party.
type Form uint8

// The forms.
const (
	Company     Form = 1 + iota // with shares
	Partnership                 // whose partners stand in for it
	SoleTrader                  // a natural person who trades
	PublicBody                  // of a state
	Association                 // without owners: a foundation, a trust, a cooperative
)

// Forms are the names used in API and console.
var Forms = [...]string{"", "company", "partnership", "sole_trader", "public_body", "association"}

// String is the name used in API and console.
func (f Form) String() string { return nameOf(Forms[:], int(f)) }

// Risk is how much care a party takes.
type Risk uint8

// The classes of risk.
const (
	LowRisk Risk = 1 + iota
	MediumRisk
	HighRisk
)

// Risks are the names used in API and console.
var Risks = [...]string{"", "low", "medium", "high"}

// String is the name used in API and console.
func (r Risk) String() string { return nameOf(Risks[:], int(r)) }

// DocumentKind is what a document of a file shows.
type DocumentKind uint8

// The kinds of document.
const (
	RegistryExtract  DocumentKind = 1 + iota // from the register in which the party is entered
	Articles                                 // of association, or the partnership's contract
	OwnershipChart                           // who owns it, up to natural persons
	IdentityDocument                         // of a person
	AddressProof
	TaxRegistration
	TradeLicence
	AnnualAccounts
	SigningAuthority // who may act for it
	Questionnaire    // on its business, and on where its money comes from
)

// DocumentKinds are the names used in API and console.
var DocumentKinds = [...]string{
	"", "registry_extract", "articles", "ownership_chart", "identity_document", "address_proof", "tax_registration", "trade_licence", "annual_accounts", "signing_authority",
	"questionnaire",
}

// String is the name used in API and console.
func (k DocumentKind) String() string { return nameOf(DocumentKinds[:], int(k)) }

// DocumentState is where a document of a file stands. That it has expired follows from its date, not from here.
type DocumentState uint8

// The states of a document.
const (
	Received DocumentState = 1 + iota
	Checked                // by a person who did not record it
	Refused                // by such a person
	Replaced               // by a later one
)

// DocumentStates are the names used in API and console.
var DocumentStates = [...]string{"", "received", "checked", "refused", "replaced"}

// String is the name used in API and console.
func (s DocumentState) String() string { return nameOf(DocumentStates[:], int(s)) }

// Document is one document of a file.
type Document struct {
	Kind     DocumentKind  `cbor:"1,keyasint"`
	State    DocumentState `cbor:"2,keyasint"`
	Stored   [32]byte      `cbor:"3,keyasint"`           // in the vault
	Issued   calendar.Date `cbor:"4,keyasint,omitempty"` // 0: it doesn't say
	Expires  calendar.Date `cbor:"5,keyasint,omitempty"` // last day on which it is good; 0: none
	About    [16]byte      `cbor:"6,keyasint,omitzero"`  // the person whom it is about, as a token; zero: the party
	Recorded calendar.Date `cbor:"7,keyasint"`
	Maker    id.Actor      `cbor:"8,keyasint"`
	Checker  id.Actor      `cbor:"9,keyasint,omitempty"`
	Reason   [32]byte      `cbor:"10,keyasint,omitzero"` // why it was refused, in the vault
}

// Expired tells whether a document is no longer good on a day.
func (d *Document) Expired(today calendar.Date) bool { return d.Expires != 0 && d.Expires < today }

// Standing is the state of a document on a day, as it is shown: one that stands and is past its date is "expired".
func (d *Document) Standing(today calendar.Date) string {
	if (d.State == Received || d.State == Checked) && d.Expired(today) {
		return "expired"
	}
	return d.State.String()
}

// Link is what ties a person or a party to the file's party.
type Link uint8

// The links.
const (
	Shareholder     Link = 1 + iota // holds a share
	BeneficialOwner                 // a natural person who owns or controls it in the end, by share or otherwise
	Director
	SeniorManager // stands in where nobody owns or controls enough (Directive (EU) 2015/849, Article 3(6)(a)(ii))
)

// Links are the names used in API and console.
var Links = [...]string{"", "shareholder", "beneficial_owner", "director", "senior_manager"}

// String is the name used in API and console.
func (l Link) String() string { return nameOf(Links[:], int(l)) }

// ShareOne is the whole: shares are in millionths of it.
const ShareOne = 1_000_000

// Tie is one link of one person or party to the file's party, for a time.
type Tie struct {
	Link     Link          `cbor:"1,keyasint"`
	Party    id.Party      `cbor:"2,keyasint,omitempty"` // that is on record; 0 for a natural person
	Person   [16]byte      `cbor:"3,keyasint,omitzero"`  // token of a natural person: the same one has the same token wherever it is named
	Profile  [32]byte      `cbor:"4,keyasint,omitzero"`  // its data, in the vault
	Share    int32         `cbor:"5,keyasint,omitempty"` // millionths, 0 to ShareOne
	Control  bool          `cbor:"6,keyasint,omitempty"` // otherwise than by the share
	From     calendar.Date `cbor:"7,keyasint"`           // first day
	Until    calendar.Date `cbor:"8,keyasint,omitempty"` // last day; 0: still
	Recorded calendar.Date `cbor:"9,keyasint"`
	Maker    id.Actor      `cbor:"10,keyasint"`
}

// On tells whether the link is there on a day.
func (t *Tie) On(today calendar.Date) bool {
	return t.From <= today && (t.Until == 0 || today <= t.Until)
}

// Owns tells whether the link is one of ownership or control.
func (t *Tie) Owns() bool { return t.Link == Shareholder || t.Link == BeneficialOwner }

// Owner is who owns or controls a party: another party, or a natural person by token. Exactly one of Party and Person is set.
type Owner struct {
	Party   id.Party
	Person  [16]byte
	Share   int32 // millionths; the largest where it is named twice
	Control bool  // otherwise than by the share
}

// File is what was gathered about one party. There is one a party.
type File struct {
	ID        id.OnboardingFile `cbor:"1,keyasint"`
	Party     id.Party          `cbor:"2,keyasint"`
	Form      Form              `cbor:"3,keyasint"`
	Risk      Risk              `cbor:"4,keyasint"`
	Documents []Document        `cbor:"5,keyasint,omitempty"` // numbered from 1; never changed in place
	Ties      []Tie             `cbor:"6,keyasint,omitempty"` // likewise
	Opened    calendar.Date     `cbor:"7,keyasint"`
	Changer   id.Actor          `cbor:"8,keyasint"`           // who has changed it last
	Reviewed  calendar.Date     `cbor:"9,keyasint,omitempty"` // 0: never
	Reviewer  id.Actor          `cbor:"10,keyasint,omitempty"`
	Next      calendar.Date     `cbor:"11,keyasint,omitempty"` // last day before somebody must look again; 0: never reviewed
	Note      [32]byte          `cbor:"12,keyasint,omitzero"`  // of the last review, in the vault
	Entry     uint64            `cbor:"13,keyasint"`
}

// DocumentsMax and TiesMax bound a file.
const (
	DocumentsMax = 128
	TiesMax      = 128
)

// Owners lists who owns or controls the party on a day, each once, in the order in which they were recorded.
func (f *File) Owners(today calendar.Date) []Owner {
	var owners []Owner
	for i := range f.Ties {
		t := &f.Ties[i]
		if !t.Owns() || !t.On(today) {
			continue
		}
		known := false
		for j := range owners {
			if o := &owners[j]; o.Party == t.Party && o.Person == t.Person {
				o.Share, o.Control, known = max(o.Share, t.Share), o.Control || t.Control, true
			}
		}
		if !known {
			owners = append(owners, Owner{t.Party, t.Person, t.Share, t.Control})
		}
	}
	return owners
}

// Shares adds up what shareholders hold on a day, in millionths.
func (f *File) Shares(today calendar.Date) int64 {
	sum := int64(0)
	for i := range f.Ties {
		if t := &f.Ties[i]; t.Link == Shareholder && t.On(today) {
			sum += int64(t.Share)
		}
	}
	return sum
}

// Owned tells whether those who are marked own or control the party on a day: they hold half of it or more between them, or one of them controls it
// otherwise. What shareholders hold and what beneficial owners have in the end are added up apart, since one may be part of the other.
//
// Office of Foreign Assets Control, Revised Guidance on Entities Owned by Persons Whose Property and Interests in Property Are Blocked, 13 August
// 2014; Council of the European Union, EU Best Practices for the effective implementation of restrictive measures, 3 July 2024 (from then on half,
// before that more than half).
func (f *File) Owned(today calendar.Date, marked func(party id.Party, person [16]byte) bool) bool {
	held, owned := int64(0), int64(0)
	for i := range f.Ties {
		t := &f.Ties[i]
		if !t.Owns() || !t.On(today) || !marked(t.Party, t.Person) {
			continue
		}
		switch {
		case t.Control:
			return true
		case t.Link == Shareholder:
			held += int64(t.Share)
		default:
			owned += int64(t.Share)
		}
	}
	return 2*max(held, owned) >= ShareOne
}

// Facts are what risk control asks about a party's identity at a use. All numbers are counts or days, none below zero.
type Facts struct {
	Filed        bool  // there is a file
	SoleTrader   bool  // the party is a natural person
	Gaps         int32 // things that the checklist asks for and the file lacks, all of those below included
	Expired      int32 // documents past their date, or older than the checklist allows, that nothing replaces
	OwnerMissing bool  // nobody is on record who owns or controls it, or who stands in
	OverdueDays  int32 // since somebody should have looked again
	HitsOpen     int32 // alerts of screening that nobody has decided on
	HitsTrue     int32 // alerts that are confirmed, or that one person takes for true
}

func nameOf(names []string, at int) string {
	if at >= len(names) {
		return ""
	}
	return names[at]
}
