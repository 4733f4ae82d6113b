package servicing

import (
	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Role is who someone is in a financing. The first four can pay.
type Role uint8

// The roles.
const (
	Buyer     Role = 1 + iota // the obligor of the receivable
	Seller                    //
	Insurer                   // credit cover
	Guarantor                 // a bank or a person that stands in
	Funder                    //
	Operator                  //
	Custodian                 // keeps the supervised accounts; its books mirror them
)

const (
	payers  = int(Guarantor)
	parties = int(Operator) // those to whom money is paid on
)

var roleNames = [...]string{"", "buyer", "seller", "insurer", "guarantor", "funder", "operator", "custodian"}

// String is the name used in tables.
func (r Role) String() string { return roleNames[r] }

// RateKind tells how a rate comes about.
type RateKind uint8

// The kinds of a rate.
const (
	Fixed    RateKind = 1 + iota // the margin alone
	Floating                     // the base as last fixed, not below its floor, plus the margin
)

// Schedule is a rate over time, a year. A rate below zero counts as zero.
type Schedule struct {
	Kind   RateKind   `cbor:"1,keyasint"`
	Margin money.Rate `cbor:"2,keyasint"`
	Floor  money.Rate `cbor:"3,keyasint,omitempty"` // of the base
}

func (s Schedule) on(base money.Rate) money.Rate {
	if s.Kind == Floating {
		return max(0, max(base, s.Floor)+s.Margin)
	}
	return max(0, s.Margin)
}

// Timing is when interest is taken.
type Timing uint8

// The timings.
const (
	InAdvance Timing = 1 + iota // as a discount from the proceeds
	InArrears                   // from what comes in
)

// Accrual is how a discount becomes income over its time.
type Accrual uint8

// The accruals.
const (
	Linear    Accrual = 1 + iota // in proportion to the days of the day count
	Effective                    // at the one daily rate at which the outlay grows to the principal (IFRS 9 B5.4.1)
)

// Unearned is what becomes of the discount on principal that is repaid ahead of the due date.
type Unearned uint8

// The fates of a discount that is not earned by time.
const (
	Kept      Unearned = 1 + iota // earned by the repayment
	GivenBack                     // to the seller, at the rate of the disbursement for the days that are left
)

// PenaltyStart is the day from which late interest counts once the grace is over.
type PenaltyStart uint8

// The starts.
const (
	FromDue      PenaltyStart = 1 + iota // from the due date, on what is still out when the grace ends
	FromGraceEnd                         // from the last day of grace
)

// Overdue tells what late interest does to ordinary interest after the due date.
type Overdue uint8

// The relations.
const (
	Replaces Overdue = 1 + iota // ordinary interest ends with the due date
	Adds                        // it runs on
)

// Assignment is how the claim passes to the funder.
type Assignment uint8

// The assignments.
const (
	Unassigned Assignment = 1 + iota
	Pledge
	Sale
)

// Source is whose money it is.
type Source uint8

// The sources.
const (
	FunderFunds Source = 1 + iota
	BuyerFunds         // the buyer pays early from its own cash: the debt ends (dynamic discounting)
)

// Cause is why the funder turns to the seller.
type Cause uint8

// The causes.
const (
	Insolvency        Cause = 1 + iota // of the obligor
	ProtractedDefault                  // not paid so many days after the due date
	Dispute                            // dispute or dilution
	Warranty                           // non-existent, already assigned, fraud: never without recourse
)

const causes = int(Warranty)

var causeNames = [...]string{"", "insolvency", "protracted_default", "dispute", "warranty"}

// String is the name used in tables.
func (c Cause) String() string { return causeNames[c] }

// Recourse is what the seller answers for in one cause.
type Recourse struct {
	Share money.Rate  `cbor:"1,keyasint,omitempty"` // of what is owed; 0 for no recourse
	Most  money.Minor `cbor:"2,keyasint,omitempty"` // first loss: no more than this; 0 for no bound
	Days  int32       `cbor:"3,keyasint,omitempty"` // after the due date; for a dispute, after it was raised
}

// Cover is credit insurance of the principal.
type Cover struct {
	Limit money.Minor `cbor:"1,keyasint,omitempty"`
	Share money.Rate  `cbor:"2,keyasint,omitempty"` // 0 for no cover
	Days  int32       `cbor:"3,keyasint,omitempty"` // waiting time after the due date
}

// Tier is one step of the waterfall, or another place to which money can go.
type Tier uint8

// The tiers. The first six are those that a waterfall orders.
const (
	TierFees Tier = 1 + iota
	TierLate
	TierInterest
	TierPrincipal
	TierReserve                 // held back until all is settled
	TierSeller                  // what is left
	TierWrittenPrincipal        // recovered of what was written off
	TierWrittenInterest         //
	TierWrittenLate             //
	TierGuarantor               // what a guarantor has paid in the obligor's stead
	TierInsurer                 // the insurer's part of what comes in after it has paid
	TierOverpaid                // beyond what its payer owes: owed back
	TierBuyerFees               // fees that the buyer bears on top, where others bear fees as well: they come with TierFees, and first
	tiers                = iota // how many there are
)

const waterfallTiers = 6

var tierNames = [...]string{
	"", "fees", "late_interest", "interest", "principal", "reserve", "seller", "written_principal", "written_interest",
	"written_late", "guarantor", "insurer", "overpaid", "buyer_fees",
}

// String is the name used in tables.
func (t Tier) String() string { return tierNames[t] }

// Standard is the waterfall that most products have.
var Standard = [waterfallTiers]Tier{TierFees, TierLate, TierInterest, TierPrincipal, TierReserve, TierSeller}

// Terms are what was agreed on one financing. Amounts are minor units of its currency.
type Terms struct {
	Face       money.Minor          `cbor:"1,keyasint"`  // what the obligor owes: the receivable, or the loan itself
	Confirmed  money.Minor          `cbor:"2,keyasint"`  // part of the face under an irrevocable or bank undertaking: no credit note or dispute reduces it
	Discount   money.Minor          `cbor:"3,keyasint"`  // taken from the proceeds; 0 in arrears
	Fee        money.Minor          `cbor:"4,keyasint"`  // taken from the proceeds, the operator's
	Reserve    money.Minor          `cbor:"5,keyasint"`  // the most that is held back of what comes in
	Rate       Schedule             `cbor:"6,keyasint"`  // ordinary interest
	Penalty    Schedule             `cbor:"7,keyasint"`  // late interest
	DayCount   calendar.DayCount    `cbor:"8,keyasint"`  //
	Timing     Timing               `cbor:"9,keyasint"`  //
	Accrual    Accrual              `cbor:"10,keyasint"` //
	Unearned   Unearned             `cbor:"11,keyasint"` //
	Due        calendar.Date        `cbor:"12,keyasint"` // after the business-day rule
	GraceDays  int32                `cbor:"13,keyasint"` // calendar days after the due date
	PenaltyBy  PenaltyStart         `cbor:"14,keyasint"` //
	Overdue    Overdue              `cbor:"15,keyasint"` //
	InterestOf Role                 `cbor:"16,keyasint"` // who bears ordinary interest: the buyer on top of the face, or the seller out of what comes in
	LateOf     Role                 `cbor:"17,keyasint"` // likewise late interest
	FeesOf     Role                 `cbor:"18,keyasint"` // likewise fees charged during the life
	Obligor    Role                 `cbor:"19,keyasint"` // who owes the face: the buyer, or the seller as borrower
	Assignment Assignment           `cbor:"20,keyasint"` //
	Source     Source               `cbor:"21,keyasint"` //
	Waterfall  [waterfallTiers]Tier `cbor:"22,keyasint"` //
	Recourse   [causes]Recourse     `cbor:"23,keyasint"` // by Cause - 1
	Cover      Cover                `cbor:"24,keyasint"`
	Fees       money.Minor          `cbor:"25,keyasint,omitempty"` // owed from the disbursement on, borne as fees charged during the life are
	BuyerFees  money.Minor          `cbor:"26,keyasint,omitempty"` // likewise, borne by the buyer on top of the face
	FunderFees money.Minor          `cbor:"27,keyasint,omitempty"` // likewise, borne by the funder: paid from what comes in for it
}

// Treatment is how a financing stands in the books.
type Treatment uint8

// The treatments.
const (
	Purchase     Treatment = 1 + iota // the funder holds a receivable, the seller has sold one
	LoanToSeller                      // the seller has borrowed, and keeps its receivable
	LoanToBuyer                       // the buyer has borrowed to pay the seller
	OwnFunds                          // the buyer has paid early
)

// Treatment follows from who keeps the risk of the obligor's default: who sells and answers for it has borrowed
// (IFRS 9 3.2.6).
func (t *Terms) Treatment() Treatment {
	switch {
	case t.Source == BuyerFunds:
		return OwnFunds
	case t.Assignment == Sale && t.recourse(Insolvency).Share == 0 && t.recourse(ProtractedDefault).Share == 0:
		return Purchase
	case t.Assignment == Unassigned && t.Obligor == Buyer:
		return LoanToBuyer
	}
	return LoanToSeller
}

func (t *Terms) recourse(cause Cause) Recourse { return t.Recourse[cause-1] }

// Direct tells whether the seller owes from the first day, and not only when it is called.
func (t *Terms) Direct() bool {
	return t.Obligor == Seller || t.Assignment != Sale && t.Treatment() == LoanToSeller
}

// Bearer is who bears the amounts of a tier; 0 for tiers that none bears apart from the debt itself.
func (t *Terms) Bearer(tier Tier) Role {
	switch tier {
	case TierFees:
		return t.FeesOf
	case TierBuyerFees:
		return Buyer
	case TierLate, TierWrittenLate:
		return t.LateOf
	case TierInterest, TierWrittenInterest:
		return t.InterestOf
	}
	return 0
}

// Defect is one thing that is wrong with terms.
type Defect struct {
	Field  string
	Reason string
}

// Defects lists all that is wrong with the terms, in the order of the fields. Run may be asked only for terms without.
func (t *Terms) Defects() []Defect {
	var defects []Defect
	check := func(ok bool, field, reason string) {
		if !ok {
			defects = append(defects, Defect{field, reason})
		}
	}
	role := func(r Role) bool { return r == Buyer || r == Seller }
	check(t.Face > 0 && t.Face <= money.MinorMax, "face", "is above zero and within an amount's bound")
	check(t.Confirmed >= 0 && t.Confirmed <= t.Face, "confirmed", "is at most the face")
	check(t.Discount >= 0 && t.Discount < t.Face/2+1 && (t.Discount == 0 || t.Timing == InAdvance), "discount", "is at most half the face, and taken in advance only")
	check(t.Fee >= 0 && t.Fee <= t.Face, "fee", "is at most the face")
	check(min(t.Fees, t.BuyerFees, t.FunderFees) >= 0 && max(t.Fees, t.BuyerFees, t.FunderFees) <= t.Face, "fees", "are each at most the face")
	check(t.Reserve >= 0 && t.Reserve <= t.Face, "reserve", "is at most the face")
	check(t.Rate.sound(), "rate", "is fixed or floating and within 100 %")
	check(t.Penalty.sound(), "penalty", "is fixed or floating and within 100 %")
	check(t.DayCount.Valid(), "day_count", "is not a day count")
	check(t.Timing == InAdvance || t.Timing == InArrears, "timing", "is in advance or in arrears")
	check(t.Accrual == Linear || t.Accrual == Effective, "accrual", "is linear or effective")
	check(t.Unearned == Kept || t.Unearned == GivenBack, "unearned", "is kept or given back")
	check(t.Due > 0, "due", "is missing")
	check(t.GraceDays >= 0 && t.GraceDays <= 366, "grace_days", "is 0 to 366")
	check(t.PenaltyBy == FromDue || t.PenaltyBy == FromGraceEnd, "penalty_from", "is the due date or the end of the grace")
	check(t.Overdue == Replaces || t.Overdue == Adds, "overdue", "replaces ordinary interest or adds to it")
	check(role(t.InterestOf) && role(t.LateOf) && role(t.FeesOf), "bearers", "are the buyer or the seller")
	check(role(t.Obligor), "obligor", "is the buyer or the seller")
	check(t.Assignment >= Unassigned && t.Assignment <= Sale, "assignment", "is none, pledge or sale")
	check(t.Source == FunderFunds || t.Source == BuyerFunds, "source", "is the funder or the buyer")
	check(t.waterfallSound(), "waterfall", "names each tier once and ends with the seller")
	for i, r := range t.Recourse {
		check(r.Share >= 0 && r.Share <= money.RateOne && r.Most >= 0 && r.Days >= 0, "recourse."+Cause(i+1).String(), "has a share of at most 100 %, and no bound or days below zero")
	}
	check(t.recourse(Warranty) == Recourse{Share: money.RateOne}, "recourse.warranty", "is whole and at once: breach of warranty always has recourse")
	check(t.Cover.Share >= 0 && t.Cover.Share <= money.RateOne && t.Cover.Limit >= 0 && t.Cover.Days >= 0, "cover", "has a share of at most 100 %, and no limit or days below zero")
	return defects
}

func (s Schedule) sound() bool {
	return (s.Kind == Fixed || s.Kind == Floating) && s.Margin >= 0 && s.Margin <= money.RateOne && s.Floor >= -money.RateOne && s.Floor <= money.RateOne
}

func (t *Terms) waterfallSound() bool {
	seen := 0
	for _, tier := range t.Waterfall {
		if tier < TierFees || tier > TierSeller || seen&(1<<tier) != 0 {
			return false
		}
		seen |= 1 << tier
	}
	return t.Waterfall[waterfallTiers-1] == TierSeller
}
