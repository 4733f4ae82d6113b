package view

import (
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/domain/trade"
	"millrace/edge/productfile"
)

// Names of the choices in terms, by their stored value.
var (
	Assignments  = []string{"", "none", "pledge", "sale"}
	Timings      = []string{"", "in_advance", "in_arrears"}
	Tiers        = []string{"", "late_interest", "interest", "principal", "seller", "fees", "reserve"}
	Undertakings = []string{"none", "soft", "irrevocable", "bank"}
	Facts        = trade.Fact(1<<16 - 1).Names()
)

// Terms are the terms of a financing. Rates are in per cent.
type Terms struct {
	Name         string   `json:"name" maxLength:"100"`
	Technique    string   `json:"technique" maxLength:"100" doc:"as named by the Global Supply Chain Finance Forum" example:"payables_finance"`
	Assignment   string   `json:"assignment" enum:"none,pledge,sale"`
	Recourse     Recourse `json:"recourse"`
	Disclosed    bool     `json:"disclosed" doc:"the buyer knows"`
	Undertaking  string   `json:"undertaking" enum:"none,soft,irrevocable,bank" doc:"the least that the buyer must have promised"`
	AdvanceRate  string   `json:"advance_rate" doc:"per cent of the amount that is advanced" example:"100.0000"`
	Timing       string   `json:"timing" enum:"in_advance,in_arrears" doc:"when interest is taken"`
	DayCount     string   `json:"day_count" example:"ACT/360"`
	FeeRate      string   `json:"fee_rate" doc:"per cent of the amount, borne by the seller"`
	FeeMinimum   int64    `json:"fee_minimum" doc:"in minor units of the programme's currency"`
	LateRate     string   `json:"late_rate" doc:"per cent a year"`
	GraceDays    int32    `json:"grace_days"`
	TenorDaysMin int32    `json:"tenor_days_min"`
	TenorDaysMax int32    `json:"tenor_days_max"`
	QuoteSeconds int32    `json:"quote_seconds" doc:"how long a quote stands"`
	Waterfall    []string `json:"waterfall" doc:"late_interest, interest, principal, seller: each once, the seller last"`
	Evidence     []string `json:"evidence" doc:"facts that must be proved: ordered, agreed, shipped, received, invoiced, confirmed"`
	SellerLimit  bool     `json:"seller_limit"`
	SellerReview bool     `json:"seller_review"`
	Agreements   []string `json:"agreements" doc:"kinds of agreement without which nothing is financed" example:"[\"receivables_purchase\"]"`
	SearchDays   int32    `json:"search_days_max,omitempty" doc:"age of the newest search of a registry against the seller; 0: none is needed"`
	File         string   `json:"file,omitempty" doc:"of terms that were proposed as a file: all of them, as the one canonical file that says them; not read"`
}

// Recourse tells, per cause, whether the funder may turn to the seller.
type Recourse struct {
	Insolvency        bool  `json:"insolvency"`
	ProtractedDefault bool  `json:"protracted_default"`
	Dispute           bool  `json:"dispute"`
	Warranty          bool  `json:"warranty"`
	DefaultAfterDays  int32 `json:"default_after_days"`
}

// TermsOf shows terms.
func TermsOf(t *product.Terms) Terms {
	shown := Terms{
		Name: t.Name, Technique: t.Technique, Assignment: Assignments[t.Assignment], Recourse: Recourse(t.Recourse), Disclosed: t.Disclosed,
		Undertaking: Undertakings[t.Undertaking], AdvanceRate: Percent(t.AdvanceRate), Timing: Timings[t.Timing], DayCount: t.DayCount.String(),
		FeeRate: Percent(t.FeeRate), FeeMinimum: int64(t.FeeMinimum), LateRate: Percent(t.LateRate), GraceDays: t.GraceDays,
		TenorDaysMin: t.TenorDaysMin, TenorDaysMax: t.TenorDaysMax, QuoteSeconds: t.QuoteSeconds, Waterfall: []string{},
		Evidence: texts(trade.Fact(t.EvidenceRequired).Names()), SellerLimit: t.SellerLimit, SellerReview: t.SellerReview,
		Agreements: texts(legal.KindSet(t.Agreements).Names()), SearchDays: t.SearchDaysMax,
	}
	for _, tier := range t.Waterfall {
		shown.Waterfall = append(shown.Waterfall, Tiers[tier])
	}
	if t.Form == product.Full {
		shown.File = string(productfile.Write(t))
	}
	return shown
}

// Percent prints a rate in per cent with four digits.
func Percent(r money.Rate) string { return money.FormatScaled(int64(r), 4) }

// percentSaid is a rate for a sentence: without the zeros at its end.
func percentSaid(r money.Rate) string { return trimmed(Percent(r)) }
