// Package product holds the terms of a financing as data, and what follows from terms alone: the price, the waterfall,
// and whether the terms are complete.
package product

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/rule"
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
	TierSeller  // what is left, to the seller
	TierFees    // that are due with the repayment
	TierReserve // kept back against dilution
)

// Undertaking is the least that the buyer must have promised: the values of receivable.Undertaking.
type Undertaking uint8

// The least undertakings.
const (
	UndertakingNone Undertaking = iota
	UndertakingSoft
	UndertakingIrrevocable
	UndertakingBank // of a bank, which becomes the first debtor
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

	// From here on terms of the full form only.
	Form           Form                 `cbor:"23,keyasint,omitempty" json:"form,omitempty"`
	Currency       money.Currency       `cbor:"24,keyasint,omitempty" json:"currency,omitzero"` // of every amount in the terms
	Extents        Extents              `cbor:"25,keyasint,omitzero" json:"extents,omitzero"`   // how far each recourse goes
	Collector      Collector            `cbor:"26,keyasint,omitempty" json:"collector,omitempty"`
	Source         Source               `cbor:"27,keyasint,omitempty" json:"source,omitempty"`
	Repayment      Repayment            `cbor:"28,keyasint,omitempty" json:"repayment,omitempty"`
	ReserveRate    money.Rate           `cbor:"29,keyasint,omitempty" json:"reserve_rate,omitempty"` // share of the amount kept back against dilution
	ReserveDays    int32                `cbor:"30,keyasint,omitempty" json:"reserve_days,omitempty"` // after the due date, when it is given out
	Cover          Cover                `cbor:"31,keyasint,omitzero" json:"cover,omitzero"`
	Rate           RateTerms            `cbor:"32,keyasint,omitzero" json:"rate,omitzero"`
	Basis          Basis                `cbor:"33,keyasint,omitempty" json:"basis,omitempty"`
	InterestPayer  Role                 `cbor:"34,keyasint,omitempty" json:"interest_payer,omitempty"` // seller or buyer
	Rounding       Rounding             `cbor:"35,keyasint,omitempty" json:"rounding,omitempty"`
	Fees           []Fee                `cbor:"36,keyasint,omitempty" json:"fees,omitempty"`       // besides FeeRate, which is the first form's
	CostMax        money.Rate           `cbor:"37,keyasint,omitempty" json:"cost_max,omitempty"`   // annual percentage cost; above it nothing is offered; 0 for none
	FeesMax        money.Rate           `cbor:"38,keyasint,omitempty" json:"fees_max,omitempty"`   // of the amount, all fees and taxes of the financed party; 0 for none
	Convention     calendar.Convention  `cbor:"39,keyasint,omitempty" json:"convention,omitempty"` // of the due date
	Calendar       calendar.Code        `cbor:"40,keyasint,omitempty" json:"calendar,omitempty"`   // of the due date; 0: the programme's
	LateBase       string               `cbor:"41,keyasint,omitempty" json:"late_base,omitempty"`  // LateRate is a margin over this base rate; "": it is the whole rate
	Evidence       [KindsOfTrade]uint16 `cbor:"42,keyasint,omitzero" json:"evidence,omitzero"`     // sets of trade facts by kind of trade; 0: a trade of that kind is not financed
	Notice         Notice               `cbor:"43,keyasint,omitempty" json:"notice,omitempty"`
	Registration   Registration         `cbor:"44,keyasint,omitempty" json:"registration,omitempty"`
	Links          [LinksMax]Link       `cbor:"45,keyasint,omitzero" json:"links,omitzero"`    // in the order of LinkNames
	Ladder         uint8                `cbor:"46,keyasint,omitempty" json:"ladder,omitempty"` // rungs of the ladder of duplicates that are climbed: 1 << index in RungNames
	BuyerReview    bool                 `cbor:"47,keyasint,omitempty" json:"buyer_review,omitempty"`
	VerifiedPayee  bool                 `cbor:"48,keyasint,omitempty" json:"verified_payee,omitempty"`  // money goes to verified accounts of the right party only
	TiedTenor      bool                 `cbor:"49,keyasint,omitempty" json:"tied_tenor,omitempty"`      // funding ends no earlier than the asset
	MonitoringDays int32                `cbor:"50,keyasint,omitempty" json:"monitoring_days,omitempty"` // between two looks at what is out
	DunningDays    []int32              `cbor:"51,keyasint,omitempty" json:"dunning_days,omitempty"`    // after the due date
	Eligibility    []rule.Clause        `cbor:"52,keyasint,omitempty" json:"eligibility,omitempty"`
	Accrual        Accrual              `cbor:"54,keyasint,omitempty" json:"accrual,omitempty"`      //
	Unearned       Unearned             `cbor:"55,keyasint,omitempty" json:"unearned,omitempty"`     //
	PenaltyFrom    PenaltyStart         `cbor:"56,keyasint,omitempty" json:"penalty_from,omitempty"` //
	Overdue        Overdue              `cbor:"57,keyasint,omitempty" json:"overdue,omitempty"`      //
	LatePayer      Role                 `cbor:"58,keyasint,omitempty" json:"late_payer,omitempty"`   // seller or buyer
	DisputeDays    int32                `cbor:"59,keyasint,omitempty" json:"dispute_days,omitempty"` // after which an open dispute calls the seller
	Policy         []rule.Clause        `cbor:"53,keyasint,omitempty" json:"policy,omitempty"`
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
	Retirer id.Actor   `cbor:"7,keyasint,omitempty"` // who ended its use for new programmes
}

// Defect is one thing that is wrong with terms.
type Defect struct {
	Field  string // path, with the index of an item in brackets: "pricing.fees[1].rate"
	Reason string
	Code   string // stable; one of the Defect codes
}

// NoticeNeeded tells whether the debtor must have been told before money is paid out: where it is to know, and the claim on
// it is assigned.
func (t *Terms) NoticeNeeded() bool {
	if t.Form == Full {
		return t.Notice > NoticeNone
	}
	return t.Disclosed && t.Assignment > AssignmentNone
}
