// Package borrowing computes a borrowing base: which receivables and stock of a pool count as security and which do not, with
// a reason for each; what contra accounts and concentration take off; advance rates, reserves, and what may still be drawn.
// The result is a table that adds up by hand.
//
// The items and their order are those of asset-based lending (OCC, Comptroller's Handbook, Asset-Based Lending, March 2014);
// the figures are terms of the facility. What rounds, rounds in favour of the lender: advances down, reserves up.
package borrowing

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// ClassesMax is the most classes of a facility.
const ClassesMax = 6

// Kind is what a class holds.
type Kind uint8

// The kinds. Stock has no obligor: cross-aging, contra accounts, concentration and dilution are for receivables only.
const (
	Receivables Kind = 1 + iota
	Stock
)

// Class is a part of the pool with an advance rate of its own.
type Class struct {
	Name        string      `cbor:"1,keyasint"`
	Kind        Kind        `cbor:"2,keyasint"`
	AdvanceRate money.Rate  `cbor:"3,keyasint"`           // 0 to 100 %
	AdvanceMax  money.Minor `cbor:"4,keyasint,omitempty"` // most that the class adds to the base; 0: no bound
}

// CapBasis is what concentration caps are a share of.
type CapBasis uint8

// The bases. The usual one is the eligible pool before caps. OfWhatRemains is stricter: every name keeps within its share of
// the pool that is left when all caps have bitten, which is the greatest such pool.
const (
	OfEligible CapBasis = 1 + iota
	OfWhatRemains
)

// Terms are those of a facility.
type Terms struct {
	Currency          money.Currency `cbor:"1,keyasint"`
	Classes           []Class        `cbor:"2,keyasint"`           // at most ClassesMax
	Home              Country        `cbor:"3,keyasint,omitempty"` // the borrower's; zero: no country is
	OverdueDaysMax    int32          `cbor:"4,keyasint"`           // overdue by more: out
	CrossAging        money.Rate     `cbor:"5,keyasint,omitempty"` // such a share of an obligor's overdue, or more: all of it is out; 0: no such rule
	TenorDaysMax      int32          `cbor:"6,keyasint,omitempty"` // from issue to due date; 0: no bound
	DocumentDaysMax   int32          `cbor:"7,keyasint,omitempty"` // since the last document or count; 0: no bound
	Unconfirmed       Policy         `cbor:"8,keyasint"`           // receivables that the obligor has not confirmed
	CapBasis          CapBasis       `cbor:"9,keyasint"`
	ObligorCap        money.Rate     `cbor:"10,keyasint,omitempty"` // most of the pool on one obligor; 0: no cap
	GroupCap          money.Rate     `cbor:"11,keyasint,omitempty"` // on one group
	CountryCap        money.Rate     `cbor:"12,keyasint,omitempty"` // on one country other than Home
	DilutionFloor     money.Rate     `cbor:"13,keyasint,omitempty"`
	DilutionMultiple  money.Rate     `cbor:"14,keyasint,omitempty"` // 1,500,000 is one and a half times
	LimitOfFacility   money.Minor    `cbor:"15,keyasint"`
	ReserveOtherTotal money.Minor    `cbor:"16,keyasint,omitempty"` // rent, wages, taxes and what else ranks before
	Foreign           Policy         `cbor:"17,keyasint"`           // obligors in another country than Home
}

// Policy says whether something counts.
type Policy uint8

// The policies.
const (
	Counts Policy = 1 + iota
	Excluded
)

// Country is a code of ISO 3166-1 alpha-2.
type Country [2]byte

// String is the code; "" for none.
func (c Country) String() string {
	if c == (Country{}) {
		return ""
	}
	return string(c[:])
}

// Obligor is a debtor of the pool.
type Obligor struct {
	Party   id.Party    `cbor:"1,keyasint"`
	Group   id.Party    `cbor:"2,keyasint,omitempty"` // head of its group; 0 for none
	Country Country     `cbor:"3,keyasint"`
	Related Relation    `cbor:"4,keyasint,omitempty"`
	Contra  money.Minor `cbor:"5,keyasint,omitempty"` // what the borrower owes it, and it could set off
}

// Relation is whether an obligor belongs to the borrower.
type Relation uint8

// The relations.
const (
	Unrelated Relation = iota
	Related
)

// Confirmation is whether the obligor has confirmed a receivable.
type Confirmation uint8

// The confirmations.
const (
	NotConfirmed Confirmation = iota
	Confirmed
)

// Item is one receivable or one quantity of stock.
type Item struct {
	Key        uint64        `cbor:"1,keyasint"`           // of the receivable or receipt
	Obligor    id.Party      `cbor:"2,keyasint,omitempty"` // 0 for stock
	Amount     money.Minor   `cbor:"3,keyasint"`           // outstanding, or the value of stock
	Disputed   money.Minor   `cbor:"4,keyasint,omitempty"`
	Credits    money.Minor   `cbor:"5,keyasint,omitempty"` // credit notes that are not set off against Amount yet
	Issued     calendar.Date `cbor:"6,keyasint"`
	Due        calendar.Date `cbor:"7,keyasint,omitempty"` // 0 for stock
	Documented calendar.Date `cbor:"8,keyasint"`           // last document that speaks of it, or last count
	Class      uint8         `cbor:"9,keyasint"`           // place in Classes
	Confirmed  Confirmation  `cbor:"10,keyasint,omitempty"`
}

// Reason is why an item, or part of it, does not count.
type Reason uint8

// The reasons in the order in which they are looked for: the first that applies takes the whole item. From DisputedPart on
// they take parts.
const (
	Eligible             Reason = iota
	NothingOwed                 // the amount is not above zero: a credit balance adds nothing and takes nothing
	ClassUnknown                //
	ObligorUnknown              //
	Overdue                     // by more than the days
	RelatedObligor              //
	ForeignObligor              //
	Unacknowledged              // not confirmed, where that is asked for
	TenorTooLong                //
	DocumentStale               //
	CrossAged                   // too much of the obligor's is overdue
	DisputedPart                //
	CreditNotes                 //
	ContraAccount               // the obligor could set off
	ObligorConcentration        // above the cap
	GroupConcentration
	CountryConcentration
	reasonsEnd
)

var reasonNames = [...]string{
	"eligible", "nothing_owed", "class_unknown", "obligor_unknown", "overdue", "related_obligor", "foreign_obligor", "unacknowledged", "tenor_too_long",
	"document_stale", "cross_aged", "disputed_part", "credit_notes", "contra_account", "obligor_concentration", "group_concentration", "country_concentration",
}

// String is the code used in API and console.
func (r Reason) String() string {
	if int(r) < len(reasonNames) {
		return reasonNames[r]
	}
	return "unknown"
}

// MarshalText gives the code.
func (r Reason) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Judgement is what an item counts for, by itself: cross-aging, contra accounts and caps look at all of an obligor.
type Judgement struct {
	Reason   Reason      // for the whole item; Eligible where it counts, at least in part
	Counts   money.Minor // amount less Disputed and Credits
	Disputed money.Minor // taken off
	Credits  money.Minor // taken off
}

// Judge says what an item counts for on a day by itself. The obligor is nil when it is not known.
func (t *Terms) Judge(item *Item, obligor *Obligor, on calendar.Date) Judgement {
	if reason := t.excluded(item, obligor, on); reason != Eligible {
		return Judgement{Reason: reason}
	}
	disputed := min(item.Amount, max(0, item.Disputed))
	credits := min(item.Amount-disputed, max(0, item.Credits))
	return Judgement{Counts: item.Amount - disputed - credits, Disputed: disputed, Credits: credits}
}

func (t *Terms) excluded(item *Item, obligor *Obligor, on calendar.Date) Reason {
	switch {
	case item.Amount <= 0:
		return NothingOwed
	case int(item.Class) >= len(t.Classes):
		return ClassUnknown
	}
	stale := t.DocumentDaysMax > 0 && calendar.DaysBetween(item.Documented, on) > int(t.DocumentDaysMax)
	if t.Classes[item.Class].Kind == Stock {
		if stale {
			return DocumentStale
		}
		return Eligible
	}
	switch {
	case obligor == nil:
		return ObligorUnknown
	case t.overdue(item, on):
		return Overdue
	case obligor.Related == Related:
		return RelatedObligor
	case t.Foreign == Excluded && obligor.Country != t.Home:
		return ForeignObligor
	case t.Unconfirmed == Excluded && item.Confirmed != Confirmed:
		return Unacknowledged
	case t.TenorDaysMax > 0 && calendar.DaysBetween(item.Issued, item.Due) > int(t.TenorDaysMax):
		return TenorTooLong
	case stale:
		return DocumentStale
	}
	return Eligible
}

func (t *Terms) overdue(item *Item, on calendar.Date) bool {
	return calendar.DaysBetween(item.Due, on) > int(t.OverdueDaysMax)
}

// Defect is a term that does not hold together.
type Defect struct {
	Field  string
	Reason string
}

// Defects gives everything that is wrong with the terms, in the order of their fields; none for terms that can be used.
func (t *Terms) Defects() []Defect {
	var defects []Defect
	check := func(holds bool, field, reason string) {
		if !holds {
			defects = append(defects, Defect{field, reason})
		}
	}
	share := func(field string, rate money.Rate) {
		check(rate >= 0 && rate <= money.RateOne, field, "is between 0 and 100 %")
	}
	check(t.Currency.Known(), "currency", "is known")
	check(len(t.Classes) > 0 && len(t.Classes) <= ClassesMax, "classes", "are one to six")
	for _, c := range t.Classes {
		check(c.Kind == Receivables || c.Kind == Stock, "classes.kind", "is receivables or stock")
		share("classes.advance_rate", c.AdvanceRate)
		check(c.AdvanceMax >= 0, "classes.advance_max", "is not below 0")
	}
	check(t.OverdueDaysMax >= 0, "overdue_days_max", "is not below 0")
	share("cross_aging", t.CrossAging)
	check(t.TenorDaysMax >= 0, "tenor_days_max", "is not below 0")
	check(t.DocumentDaysMax >= 0, "document_days_max", "is not below 0")
	check(t.Unconfirmed == Counts || t.Unconfirmed == Excluded, "unconfirmed", "counts or is excluded")
	check(t.CapBasis == OfEligible || t.CapBasis == OfWhatRemains, "cap_basis", "is the eligible pool or what remains")
	share("obligor_cap", t.ObligorCap)
	share("group_cap", t.GroupCap)
	share("country_cap", t.CountryCap)
	share("dilution_floor", t.DilutionFloor)
	check(t.DilutionMultiple >= 0 && t.DilutionMultiple <= 100*money.RateOne, "dilution_multiple", "is between 0 and 100")
	check(t.LimitOfFacility >= 0, "limit_of_facility", "is not below 0")
	check(t.ReserveOtherTotal >= 0, "reserve_other_total", "is not below 0")
	check(t.Foreign == Counts || t.Foreign == Excluded, "foreign", "counts or is excluded")
	check(t.Foreign != Excluded || t.Home != Country{}, "home", "is named where foreign obligors are excluded")
	return defects
}
