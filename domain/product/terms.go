// Package product holds the terms of a financing as data, and what follows from terms alone: the price, the waterfall,
// and whether the terms are complete.
package product

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Assignment is how the claim passes to the funder.
type Assignment uint8

// The assignments.
const (
	AssignmentNone Assignment = 1 + iota
	Pledge
	Sale
)

// Recourse tells, per cause, whether the funder may turn to the seller.
type Recourse struct {
	Insolvency        bool  `cbor:"1,keyasint" json:"insolvency"`
	ProtractedDefault bool  `cbor:"2,keyasint" json:"protracted_default"`
	Dispute           bool  `cbor:"3,keyasint" json:"dispute"`
	Warranty          bool  `cbor:"4,keyasint" json:"warranty"` // non-existence, earlier assignment, fraud: never without
	DefaultAfterDays  int32 `cbor:"5,keyasint" json:"default_after_days"`
}

// InterestTiming is when interest is taken.
type InterestTiming uint8

// The timings.
const (
	InAdvance InterestTiming = 1 + iota // as a discount from the proceeds
	InArrears                           // from the collection
)

// Tier is one step of the waterfall by which a collection is shared out.
type Tier uint8

// The tiers.
const (
	TierLateInterest Tier = 1 + iota
	TierInterest
	TierPrincipal
	TierSeller // what is left, to the seller
)

// Undertaking is the least that the buyer must have promised: the values of receivable.Undertaking.
type Undertaking uint8

// The least undertakings.
const (
	UndertakingNone Undertaking = iota
	UndertakingSoft
	UndertakingIrrevocable
)

// Terms are the terms of a financing.
type Terms struct {
	Name             string            `cbor:"1,keyasint" json:"name"`
	Technique        string            `cbor:"2,keyasint" json:"technique"` // as named by the Global Supply Chain Finance Forum
	Assignment       Assignment        `cbor:"3,keyasint" json:"assignment"`
	Recourse         Recourse          `cbor:"4,keyasint" json:"recourse"`
	Disclosed        bool              `cbor:"5,keyasint" json:"disclosed"`    // the buyer knows
	Undertaking      Undertaking       `cbor:"6,keyasint" json:"undertaking"`  // the least
	AdvanceRate      money.Rate        `cbor:"7,keyasint" json:"advance_rate"` // share of the amount that is advanced
	Timing           InterestTiming    `cbor:"8,keyasint" json:"timing"`       //
	DayCount         calendar.DayCount `cbor:"9,keyasint" json:"day_count"`    //
	FeeRate          money.Rate        `cbor:"10,keyasint" json:"fee_rate"`    // of the amount, borne by the seller, to the operator
	FeeMinimum       money.Minor       `cbor:"11,keyasint" json:"fee_minimum"` // in the programme's currency
	LateRate         money.Rate        `cbor:"12,keyasint" json:"late_rate"`   // a year, on the principal after due date and grace
	GraceDays        int32             `cbor:"13,keyasint" json:"grace_days"`  //
	TenorDaysMax     int32             `cbor:"14,keyasint" json:"tenor_days_max"`
	TenorDaysMin     int32             `cbor:"15,keyasint" json:"tenor_days_min"`
	QuoteSeconds     int32             `cbor:"16,keyasint" json:"quote_seconds"` // how long a quote stands
	Waterfall        []Tier            `cbor:"17,keyasint" json:"waterfall"`
	EvidenceRequired uint16            `cbor:"18,keyasint" json:"evidence_required"`         // set of trade facts
	SellerLimit      bool              `cbor:"19,keyasint" json:"seller_limit"`              // a limit on the seller is used besides the buyer's
	SellerReview     bool              `cbor:"20,keyasint" json:"seller_review"`             // the seller's review must be live besides the buyer's
	Agreements       uint32            `cbor:"21,keyasint,omitempty" json:"agreements"`      // set of legal.Kind: without a live one of each nothing is financed
	SearchDaysMax    int32             `cbor:"22,keyasint,omitempty" json:"search_days_max"` // age of the newest search of a registry against the seller; 0: none is needed
}

// State is where a version of a product stands.
type State uint8

// The states.
const (
	Proposed State = 1 + iota
	Live
	Retired
)

// String is the name used in API and console.
func (s State) String() string { return [...]string{"", "proposed", "live", "retired"}[s] }

// Product is one version of terms. Running financings keep the version under which they were made.
type Product struct {
	ID      id.Product `cbor:"1,keyasint"`
	State   State      `cbor:"2,keyasint"`
	Terms   Terms      `cbor:"3,keyasint"`
	Maker   id.Actor   `cbor:"4,keyasint"`
	Checker id.Actor   `cbor:"5,keyasint"`
	Entry   uint64     `cbor:"6,keyasint"`
}

// Defect is one thing that is wrong with terms.
type Defect struct {
	Field  string
	Reason string
}

// Defects lists all that is wrong with the terms, in the order of the fields; none means that they may be proposed.
// A product that omits a link which may never be dropped is defective.
func (t *Terms) Defects() []Defect {
	var defects []Defect
	check := func(ok bool, field, reason string) {
		if !ok {
			defects = append(defects, Defect{field, reason})
		}
	}
	check(t.Name != "", "name", "is missing")
	check(t.Technique != "", "technique", "is missing")
	check(t.Assignment >= AssignmentNone && t.Assignment <= Sale, "assignment", "is none, pledge or sale")
	check(t.Recourse.Warranty, "recourse.warranty", "breach of warranty (non-existence, earlier assignment, fraud) always has recourse")
	check(!t.Recourse.ProtractedDefault || t.Recourse.DefaultAfterDays > 0, "recourse.default_after_days", "is above zero where protracted default has recourse")
	check(t.Undertaking <= UndertakingIrrevocable, "undertaking", "is none, soft or irrevocable")
	check(t.Undertaking == UndertakingNone || t.Disclosed, "disclosed", "is needed where the buyer gives an undertaking")
	check(t.AdvanceRate > 0 && t.AdvanceRate <= money.RateOne, "advance_rate", "is above 0 and at most 100 %")
	check(t.Timing == InAdvance || t.Timing == InArrears, "timing", "is in advance or in arrears")
	check(t.DayCount.Valid(), "day_count", "is not a day count")
	check(t.FeeRate >= 0 && t.FeeRate < money.RateOne/10, "fee_rate", "is at least 0 and below 10 %")
	check(t.FeeMinimum >= 0, "fee_minimum", "is not below zero")
	check(t.LateRate >= 0 && t.LateRate < money.RateOne, "late_rate", "is at least 0 and below 100 %")
	check(t.GraceDays >= 0 && t.GraceDays <= 90, "grace_days", "is 0 to 90")
	check(t.TenorDaysMin >= 1 && t.TenorDaysMin <= t.TenorDaysMax && t.TenorDaysMax <= 366, "tenor_days", "is 1 to 366, the least not above the most")
	check(t.QuoteSeconds >= 60 && t.QuoteSeconds <= 7*86400, "quote_seconds", "is one minute to seven days")
	check(t.EvidenceRequired != 0, "evidence_required", "is empty: no financing without trade evidence")
	check(t.Assignment == AssignmentNone || t.Agreements != 0, "agreements", "is empty: nothing is assigned without an agreement")
	check(t.SearchDaysMax >= 0 && t.SearchDaysMax <= 366, "search_days_max", "is 0 to 366")
	check(validWaterfall(t.Waterfall), "waterfall", "names each tier once and ends with the seller")
	return defects
}

// NoticeNeeded tells whether the debtor must have been told before money is paid out: where it is to know, and the claim on
// it is assigned.
func (t *Terms) NoticeNeeded() bool { return t.Disclosed && t.Assignment > AssignmentNone }

func validWaterfall(tiers []Tier) bool {
	seen := 0
	for _, tier := range tiers {
		if tier < TierLateInterest || tier > TierSeller || seen&(1<<tier) != 0 {
			return false
		}
		seen |= 1 << tier
	}
	return len(tiers) == int(TierSeller) && tiers[len(tiers)-1] == TierSeller
}
