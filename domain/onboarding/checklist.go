package onboarding

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/id"
)

// Scope is of whom a document must be there.
type Scope uint8

// The scopes.
const (
	OfParty     Scope = 1 + iota // of the party itself
	OfOwners                     // of each natural person who owns or controls it
	OfDirectors                  // of each director, and of who stands in for owners
)

// Scopes are the names used in API and console.
var Scopes = [...]string{"", "party", "owners", "directors"}

// String is the name used in API and console.
func (s Scope) String() string { return nameOf(Scopes[:], int(s)) }

// Requirement is one line of a checklist. It applies to a party that meets all its conditions.
type Requirement struct {
	Document  DocumentKind `cbor:"1,keyasint"`
	Of        Scope        `cbor:"2,keyasint"`
	Roles     uint16       `cbor:"3,keyasint,omitempty"` // a set of party.Role, one of which the party must have; 0: any
	Forms     uint16       `cbor:"4,keyasint,omitempty"` // a set of 1 << Form; 0: any
	Country   string       `cbor:"5,keyasint,omitempty"` // ISO 3166-1 alpha-2; "": any
	Risk      Risk         `cbor:"6,keyasint,omitempty"` // from this class up; 0: any
	MonthsMax uint16       `cbor:"7,keyasint,omitempty"` // most age of the document since it was issued; 0: any
}

// Applies tells whether a requirement is one for such a party.
func (r *Requirement) Applies(f *File, roles uint16, country string) bool {
	return (r.Roles == 0 || r.Roles&roles != 0) && (r.Forms == 0 || r.Forms&(1<<f.Form) != 0) && (r.Country == "" || r.Country == country) && f.Risk >= r.Risk
}

// State is where a checklist stands.
type State uint8

// The states of a checklist.
const (
	Proposed State = 1 + iota
	Live
	Superseded
)

// States are the names used in API and console.
var States = [...]string{"", "proposed", "live", "superseded"}

// String is the name used in API and console.
func (s State) String() string { return nameOf(States[:], int(s)) }

// Checklist is one version of what files must have.
type Checklist struct {
	ID           id.Checklist  `cbor:"1,keyasint"`
	State        State         `cbor:"2,keyasint"`
	Requirements []Requirement `cbor:"3,keyasint"`
	OwnerShare   int32         `cbor:"4,keyasint"` // millionths from which a shareholder is a beneficial owner
	SharesKnown  int32         `cbor:"5,keyasint"` // millionths of which the holders must be on record
	ReviewMonths [4]uint16     `cbor:"6,keyasint"` // until somebody looks again, by Risk; the first is unused
	Maker        id.Actor      `cbor:"7,keyasint"`
	Checker      id.Actor      `cbor:"8,keyasint,omitempty"`
	Entry        uint64        `cbor:"9,keyasint"`
}

// RequirementsMax bounds a checklist.
const RequirementsMax = 64

// Valid tells whether a checklist makes sense.
func (c *Checklist) Valid() bool {
	if len(c.Requirements) == 0 || len(c.Requirements) > RequirementsMax || c.OwnerShare <= 0 || c.OwnerShare > ShareOne || c.SharesKnown < 0 || c.SharesKnown > ShareOne {
		return false
	}
	for _, months := range c.ReviewMonths[1:] {
		if months == 0 || months > 120 {
			return false
		}
	}
	for i := range c.Requirements {
		r := &c.Requirements[i]
		if r.Document == 0 || int(r.Document) >= len(DocumentKinds) || r.Of == 0 || int(r.Of) >= len(Scopes) || int(r.Risk) >= len(Risks) ||
			r.Country != "" && len(r.Country) != 2 || r.Forms>>len(Forms) != 0 || r.Forms&1 != 0 || r.MonthsMax > 240 {
			return false
		}
	}
	return true
}

// FormSet is the set of some forms, as a requirement has it.
func FormSet(forms ...Form) uint16 {
	set := uint16(0)
	for _, f := range forms {
		set |= 1 << f
	}
	return set
}

// Default is the checklist until two people have put another one in force: owners from 25 % up and three quarters of the shares known
// (Directive (EU) 2015/849, Article 3(6)), looked at again after five, three and one years.
func Default() *Checklist {
	legal := FormSet(Company, Partnership, Association)
	return &Checklist{
		State: Live, OwnerShare: 250_000, SharesKnown: 750_000, ReviewMonths: [4]uint16{0, 60, 36, 12},
		Requirements: []Requirement{
			{Document: RegistryExtract, Of: OfParty, Forms: legal, MonthsMax: 12},
			{Document: Articles, Of: OfParty, Forms: FormSet(Company, Partnership, Association)},
			{Document: OwnershipChart, Of: OfParty, Forms: FormSet(Company, Partnership)},
			{Document: TaxRegistration, Of: OfParty},
			{Document: SigningAuthority, Of: OfParty, Forms: FormSet(Company, Partnership, PublicBody, Association)},
			{Document: TradeLicence, Of: OfParty, Forms: FormSet(SoleTrader)},
			{Document: TradeLicence, Of: OfParty, Country: "CN"},
			{Document: IdentityDocument, Of: OfOwners},
			{Document: IdentityDocument, Of: OfDirectors, Forms: legal},
			{Document: AddressProof, Of: OfOwners, Risk: MediumRisk, MonthsMax: 12},
			{Document: AnnualAccounts, Of: OfParty, Forms: legal, Risk: MediumRisk, MonthsMax: 24},
			{Document: Questionnaire, Of: OfParty, Risk: HighRisk, MonthsMax: 12},
		},
	}
}

// Lack is what is missing of something.
type Lack uint8

// The lacks.
const (
	DocumentMissing   Lack = 1 + iota
	DocumentUnchecked      // there is one, and nobody has checked it
	DocumentExpired        // past its date
	DocumentOld            // issued too long ago, or without a date
	OwnerMissing           // nobody owns or controls it, and nobody stands in
	SharesUnknown          // the holders of too little of it are on record
	OwnerUnresolved        // a large shareholder is a party whose own owners are not on record
	DirectorMissing
	ReviewMissing // nobody has looked at the whole yet
	ReviewOverdue
)

// Lacks are the names used in API and console.
var Lacks = [...]string{
	"", "document_missing", "document_unchecked", "document_expired", "document_old", "owner_missing", "shares_unknown", "owner_unresolved", "director_missing", "review_missing",
	"review_overdue",
}

// String is the name used in API and console.
func (l Lack) String() string { return nameOf(Lacks[:], int(l)) }

// Gap is one thing that a file lacks.
type Gap struct {
	Lack     Lack
	Document DocumentKind // of the first four
	Tie      int          // number of the link, from 1, to whose person it belongs; 0: the party
}

// Gaps lists what a file lacks on a day under a checklist, documents first, in the order of the checklist. roles are the party's, as
// party.Role; resolved tells whether the owners of another party are on record. It is a pure function of these.
func Gaps(f *File, c *Checklist, roles uint16, country string, today calendar.Date, resolved func(id.Party) bool) []Gap {
	var gaps []Gap
	for i := range c.Requirements {
		r := &c.Requirements[i]
		if !r.Applies(f, roles, country) {
			continue
		}
		if r.Of == OfParty {
			if lack := documented(f, r, [16]byte{}, today); lack != 0 {
				gaps = append(gaps, Gap{Lack: lack, Document: r.Document})
			}
			continue
		}
		var done [][16]byte
		for j := range f.Ties {
			t := &f.Ties[j]
			if t.Party != 0 || !t.On(today) || !r.asks(c, t) || slices.Contains(done, t.Person) {
				continue
			}
			done = append(done, t.Person)
			if lack := documented(f, r, t.Person, today); lack != 0 {
				gaps = append(gaps, Gap{Lack: lack, Document: r.Document, Tie: j + 1})
			}
		}
	}
	gaps = owned(gaps, f, c, today, resolved)
	switch {
	case f.Reviewed == 0:
		gaps = append(gaps, Gap{Lack: ReviewMissing})
	case f.Next < today:
		gaps = append(gaps, Gap{Lack: ReviewOverdue})
	}
	return gaps
}

// asks tells whether the requirement is about the person of a link.
func (r *Requirement) asks(c *Checklist, t *Tie) bool {
	if r.Of == OfDirectors {
		return t.Link == Director || t.Link == SeniorManager
	}
	return t.Link == BeneficialOwner || t.Link == Shareholder && (t.Share >= c.OwnerShare || t.Control)
}

// documented says what is lacking of a document: the best of those that are there counts.
func documented(f *File, r *Requirement, about [16]byte, today calendar.Date) Lack {
	best := DocumentMissing
	rank := [...]int{DocumentMissing: 4, DocumentUnchecked: 3, DocumentExpired: 2, DocumentOld: 1}
	for i := range f.Documents {
		d := &f.Documents[i]
		if d.Kind != r.Document || d.About != about || d.State != Received && d.State != Checked {
			continue
		}
		lack := Lack(0)
		switch {
		case d.Expired(today):
			lack = DocumentExpired
		case r.MonthsMax > 0 && (d.Issued == 0 || d.Issued.AddMonths(int(r.MonthsMax)) < today):
			lack = DocumentOld
		case d.State != Checked:
			lack = DocumentUnchecked
		}
		if lack == 0 {
			return 0
		}
		if rank[lack] < rank[best] {
			best = lack
		}
	}
	return best
}

// owned adds what is lacking about who owns and directs the party.
func owned(gaps []Gap, f *File, c *Checklist, today calendar.Date, resolved func(id.Party) bool) []Gap {
	if f.Form == PublicBody {
		return gaps
	}
	owner, director, large := false, false, false
	for i := range f.Ties {
		t := &f.Ties[i]
		if !t.On(today) {
			continue
		}
		switch {
		case t.Link == Director:
			director = true
		case t.Link == SeniorManager:
			owner, director = true, true
		case t.Party == 0 && (t.Link == BeneficialOwner || t.Share >= c.OwnerShare || t.Control):
			owner = true
		case t.Party != 0 && (t.Share >= c.OwnerShare || t.Control):
			large = true
			if !resolved(t.Party) {
				gaps = append(gaps, Gap{Lack: OwnerUnresolved, Tie: i + 1})
			}
		}
	}
	if !owner && !large {
		gaps = append(gaps, Gap{Lack: OwnerMissing})
	}
	if f.Form == Company && f.Shares(today) < int64(c.SharesKnown) {
		gaps = append(gaps, Gap{Lack: SharesUnknown})
	}
	if !director && f.Form != SoleTrader {
		gaps = append(gaps, Gap{Lack: DirectorMissing})
	}
	return gaps
}
