// Package legal holds what gives a financing its legal effect: agreements and the templates that they are made from,
// notices to the debtor, registrations, searches and what they found, terms of sales contracts, payments to the wrong
// account, reassignments; and the rules of law that follow from dates alone, each with its citation.
package legal

import (
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Law is a governing law: a country of ISO 3166-1 alpha-2, or one of its parts by ISO 3166-2, as in "DE", "GB-ENG".
type Law string

// Valid tells whether the code has the form of ISO 3166.
func (l Law) Valid() bool {
	country, part, parted := strings.Cut(string(l), "-")
	return len(country) == 2 && every(country, isLetter) && (!parted || len(part) >= 1 && len(part) <= 3 && every(part, isLetterOrDigit))
}

// Country is the code without its part.
func (l Law) Country() string {
	country, _, _ := strings.Cut(string(l), "-")
	return country
}

func every(text string, holds func(c byte) bool) bool {
	for i := range len(text) {
		if !holds(text[i]) {
			return false
		}
	}
	return true
}

func isLetter(c byte) bool        { return 'A' <= c && c <= 'Z' }
func isLetterOrDigit(c byte) bool { return isLetter(c) || '0' <= c && c <= '9' }

// Role is what a party is in an agreement.
type Role uint8

// The roles.
const (
	Seller Role = 1 + iota
	Funder
	Anchor // the debtor
	Operator
	Custodian
)

// RoleNames are the names used in API and console, by value.
var RoleNames = []string{"", "seller", "funder", "anchor", "operator", "custodian"}

// String is the name used in API and console.
func (r Role) String() string { return nameOf(RoleNames, int(r)) }

func nameOf(names []string, value int) string {
	if value < 0 || value >= len(names) {
		return "unknown"
	}
	return names[value]
}

// Kind is what an agreement is about.
type Kind uint8

// The kinds. Each is between two roles; more parties may join.
const (
	ReceivablesPurchase    Kind = 1 + iota // the seller assigns receivables to the funder
	AnchorAccession                        // the anchor accedes to the programme
	AccountControl                         // the custodian lets rules alone move the supervised accounts
	SetOffConsent                          // debtor and seller agree which claims may be set off
	PaymentUndertaking                     // the anchor undertakes to pay the funder what it confirms
	CertificateRules                       // how certificates are issued, moved and redeemed
	StandingPaymentMandate                 // the anchor lets the custodian pay on the due date
)

// KindNames are the names used in API and console, by value.
var KindNames = []string{"", "receivables_purchase", "anchor_accession", "account_control", "set_off_consent", "payment_undertaking", "certificate_rules", "standing_payment_mandate"}

// Kinds are all kinds, as a set.
const Kinds = KindSet(1<<(StandingPaymentMandate+1) - 2)

var between = [...][2]Role{
	ReceivablesPurchase: {Seller, Funder}, AnchorAccession: {Anchor, Operator}, AccountControl: {Custodian, Funder},
	SetOffConsent: {Anchor, Seller}, PaymentUndertaking: {Anchor, Funder}, CertificateRules: {Anchor, Operator},
	StandingPaymentMandate: {Anchor, Custodian},
}

// Valid tells whether there is such a kind.
func (k Kind) Valid() bool { return k >= ReceivablesPurchase && k <= StandingPaymentMandate }

// String is the name used in API and console.
func (k Kind) String() string { return nameOf(KindNames, int(k)) }

// Between gives the two roles that an agreement of this kind can't be without.
func (k Kind) Between() (Role, Role) { return between[k][0], between[k][1] }

// KindSet is a set of kinds: the bit of a kind is 1 << kind.
type KindSet uint32

// Has tells whether a kind is in the set.
func (s KindSet) Has(k Kind) bool { return s&(1<<k) != 0 }

// Names lists the kinds in the set.
func (s KindSet) Names() []string {
	var names []string
	for k := ReceivablesPurchase; k <= StandingPaymentMandate; k++ {
		if s.Has(k) {
			names = append(names, k.String())
		}
	}
	return names
}

// TemplateState is where a version of a template stands.
type TemplateState uint8

// The states of a template.
const (
	TemplateProposed TemplateState = 1 + iota
	TemplateLive
	TemplateRetired // agreements that were made from it stay
)

// String is the name used in API and console.
func (s TemplateState) String() string {
	return nameOf([]string{"", "proposed", "live", "retired"}, int(s))
}

// Template is one version of the text of an agreement.
type Template struct {
	ID       id.Template   `cbor:"1,keyasint"`
	Name     string        `cbor:"2,keyasint"`
	Version  uint16        `cbor:"3,keyasint"` // of the name, from 1
	Kind     Kind          `cbor:"4,keyasint"`
	Law      Law           `cbor:"5,keyasint"`
	TextHash [32]byte      `cbor:"6,keyasint"` // SHA-256 of the exact bytes
	Text     [32]byte      `cbor:"7,keyasint"` // in the vault
	State    TemplateState `cbor:"8,keyasint"`
	Maker    id.Actor      `cbor:"9,keyasint"`
	Checker  id.Actor      `cbor:"10,keyasint"`
	Entry    uint64        `cbor:"11,keyasint"`
}

// Signatory is a party to an agreement.
type Signatory struct {
	Party id.Party `cbor:"1,keyasint" json:"party"`
	Role  Role     `cbor:"2,keyasint" json:"role"`
}

// Deed is all that the parties sign. Amounts are in minor units of its currency.
type Deed struct {
	Template  id.Template    `cbor:"1,keyasint"`
	Version   uint16         `cbor:"2,keyasint"` // of the template
	Kind      Kind           `cbor:"3,keyasint"`
	Law       Law            `cbor:"4,keyasint"`
	TextHash  [32]byte       `cbor:"5,keyasint"` // of the template
	TermsHash [32]byte       `cbor:"6,keyasint"` // SHA-256 of the filled terms
	Parties   []Signatory    `cbor:"7,keyasint"`
	Effective calendar.Date  `cbor:"8,keyasint"` // first day
	Until     calendar.Date  `cbor:"9,keyasint"` // last day; 0: until it is terminated
	Amount    money.Minor    `cbor:"10,keyasint"`
	Currency  money.Currency `cbor:"11,keyasint"` // with the amount: the most that may be done under it, by which mandates are measured
}

// Equal tells whether two deeds say the same.
func (d *Deed) Equal(other *Deed) bool {
	if len(d.Parties) != len(other.Parties) {
		return false
	}
	for i := range d.Parties {
		if d.Parties[i] != other.Parties[i] {
			return false
		}
	}
	return d.Template == other.Template && d.Version == other.Version && d.Kind == other.Kind && d.Law == other.Law &&
		d.TextHash == other.TextHash && d.TermsHash == other.TermsHash && d.Effective == other.Effective && d.Until == other.Until &&
		d.Amount == other.Amount && d.Currency == other.Currency
}

// AgreementState is where an agreement stands.
type AgreementState uint8

// The states of an agreement. That it has run out follows from its dates.
const (
	Drafted AgreementState = 1 + iota // waits for signatures
	Signed                            // by every party
	Terminated
)

// String is the name used in API and console.
func (s AgreementState) String() string {
	return nameOf([]string{"", "drafted", "signed", "terminated"}, int(s))
}

// Execution is how a party has signed.
type Execution struct {
	Keys  []id.SigningKey `cbor:"1,keyasint"`
	Date  calendar.Date   `cbor:"2,keyasint"` // business date; 0: not signed
	Actor id.Actor        `cbor:"3,keyasint"` // who brought the signatures
}

// Agreement is one agreement between parties.
type Agreement struct {
	ID         id.Agreement   `cbor:"1,keyasint"`
	Deed       Deed           `cbor:"2,keyasint"`
	Terms      [32]byte       `cbor:"3,keyasint"` // the filled terms, in the vault
	Executions []Execution    `cbor:"4,keyasint"` // one a party, in the order of the deed
	State      AgreementState `cbor:"5,keyasint"`
	Ended      calendar.Date  `cbor:"6,keyasint"` // first day on which it no longer holds, of one that was terminated
	Reason     [32]byte       `cbor:"7,keyasint"` // of the termination, in the vault
	Maker      id.Actor       `cbor:"8,keyasint"`
	Entry      uint64         `cbor:"9,keyasint"`
}

// LiveOn tells whether the agreement binds its parties on a business date.
func (a *Agreement) LiveOn(date calendar.Date) bool {
	if a.State == Drafted || date < a.Deed.Effective || a.Deed.Until != 0 && date > a.Deed.Until {
		return false
	}
	return a.State == Signed || date < a.Ended
}

// PartyIn finds the first party in a role; 0 for none.
func (d *Deed) PartyIn(role Role) id.Party {
	for _, p := range d.Parties {
		if p.Role == role {
			return p.Party
		}
	}
	return 0
}
