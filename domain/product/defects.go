package product

import (
	"fmt"
	"slices"

	"millrace/domain/money"
	"millrace/domain/rule"
)

// The codes of defects.
const (
	DefectMissing       = "term_missing"       // a term without which nothing can be reckoned
	DefectRange         = "term_range"         // a value outside its bounds
	DefectContradiction = "term_contradiction" // two terms that can't both hold
	DefectTechnique     = "technique_differs"  // the terms are not those of the technique that is named
	DefectLinkMissing   = "link_missing"       // a link that may never be dropped is not there
	DefectLinkBypassed  = "link_bypassed"      // it is there, with a way round it
	DefectLinkWeakened  = "link_weakened"      // it is there, and asks for less than it must
	DefectMarginHole    = "margin_hole"        // a grade or tenor without a margin, or rows out of order
	DefectFee           = "fee_incomplete"     // a fee that can't be reckoned
	DefectWaterfall     = "waterfall_incomplete"
)

// The bounds of the full form.
const (
	TenorDaysMost   = 1830 // five years
	FixedAmountMost = 1_000_000_000_00
	FeesMost        = 16
	MarginsMost     = 120
	GradeMost       = 10
)

// The facts of a trade that the links ask for: bits of trade.Fact.
const (
	factOrdered   = 1 << 0
	factShipped   = 1 << 2
	factReceived  = 1 << 3
	factInvoiced  = 1 << 4
	factConfirmed = 1 << 5
	factAccepted  = 1 << 6
)

type defects []Defect

func (d *defects) check(ok bool, code, field, format string, values ...any) {
	if !ok {
		*d = append(*d, Defect{Field: field, Reason: fmt.Sprintf(format, values...), Code: code})
	}
}

// Defects lists all that is wrong with the terms, in the order of the fields; none means that they may be proposed.
// A product that omits a link which may never be dropped is defective. Fields of the first form are named as in its
// records, those of the full form by their path in a product file.
func (t *Terms) Defects() []Defect {
	var d defects
	t.common(&d)
	if t.Form == First {
		d.check(t.FeeRate >= 0 && t.FeeRate < money.RateOne/10, DefectRange, "fee_rate", "is at least 0 and below 10 %%")
		d.check(t.FeeMinimum >= 0, DefectRange, "fee_minimum", "is not below zero")
		d.check(t.TenorDaysMin >= 1 && t.TenorDaysMin <= t.TenorDaysMax && t.TenorDaysMax <= 366, DefectRange, "tenor_days", "is 1 to 366, the least not above the most")
		d.check(t.EvidenceRequired != 0, DefectLinkMissing, "evidence_required", "is empty: no financing without trade evidence")
		d.check(validWaterfall(t.Waterfall, 0), DefectWaterfall, "waterfall", "names each tier once and ends with the seller")
		d.check(len(t.Fees) == 0 && t.Basis == 0 && t.InterestPayer == 0 && t.Rate.Kind == 0 && t.ReserveRate == 0 && t.Source == 0 && t.Repayment == 0 && t.LateBase == "" &&
			t.CostMax == 0 && t.FeesMax == 0 && t.Convention == 0 && t.Calendar == 0 && t.PenaltyFrom == 0 && t.Overdue == 0 && len(t.Eligibility) == 0 && len(t.Policy) == 0,
			DefectContradiction, "form", "is the first one, and there are terms of the full form")
		return d
	}
	d.check(t.Form == Full, DefectRange, "format", "is 1")
	d.check(t.FeeRate == 0 && t.FeeMinimum == 0, DefectContradiction, "pricing.fees", "are listed, and not given as one rate besides")
	t.parties(&d)
	t.recourse(&d)
	t.pricing(&d)
	t.fees(&d)
	t.time(&d)
	t.links(&d)
	t.technique(&d)
	return d
}

// common are the checks of both forms.
func (t *Terms) common(d *defects) {
	undertakingMost := UndertakingIrrevocable
	if t.Form == Full {
		undertakingMost = UndertakingBank
	}
	d.check(t.Name != "", DefectMissing, "name", "is missing")
	d.check(t.Technique != "", DefectMissing, "technique", "is missing")
	d.check(t.Assignment >= AssignmentNone && t.Assignment <= Sale, DefectRange, "assignment", "is none, pledge or sale")
	d.check(t.Recourse.Warranty, DefectLinkWeakened, "recourse.warranty", "breach of warranty (non-existence, earlier assignment, fraud) always has recourse")
	d.check(!t.Recourse.ProtractedDefault || t.Recourse.DefaultAfterDays > 0, DefectContradiction, "recourse.default_after_days", "is above zero where protracted default has recourse")
	d.check(t.Undertaking <= undertakingMost, DefectRange, "undertaking", "is none, soft or irrevocable")
	d.check(t.Undertaking == UndertakingNone || t.Disclosed, DefectContradiction, "disclosed", "is needed where the buyer gives an undertaking")
	d.check(t.AdvanceRate > 0 && t.AdvanceRate <= money.RateOne, DefectRange, "advance_rate", "is above 0 and at most 100 %%")
	d.check(t.Timing == InAdvance || t.Timing == InArrears, DefectRange, "timing", "is in advance or in arrears")
	d.check(t.DayCount.Valid(), DefectRange, "day_count", "is not a day count")
	d.check(t.LateRate >= 0 && t.LateRate < money.RateOne, DefectRange, "late_rate", "is at least 0 and below 100 %%")
	d.check(t.GraceDays >= 0 && t.GraceDays <= 90, DefectRange, "grace_days", "is 0 to 90")
	d.check(t.QuoteSeconds >= 60 && t.QuoteSeconds <= 7*86400, DefectRange, "quote_seconds", "is one minute to seven days")
	d.check(t.Assignment == AssignmentNone || t.Agreements != 0, DefectContradiction, "agreements", "is empty: nothing is assigned without an agreement")
	d.check(t.SearchDaysMax >= 0 && t.SearchDaysMax <= 366, DefectRange, "search_days_max", "is 0 to 366")
}

// parties checks who gives, owes and collects.
func (t *Terms) parties(d *defects) {
	d.check(t.Currency.Known(), DefectMissing, "currency", "is missing")
	d.check(t.Collector >= CollectorFunder && t.Collector <= CollectorAccount, DefectMissing, "collection", "is missing")
	d.check(t.Source >= SourceFunder && t.Source <= SourceBank, DefectMissing, "source_of_funds", "is missing")
	d.check(t.Repayment >= FromCollection && t.Repayment <= FromNobody, DefectMissing, "repayment", "is missing")
	d.check((t.Source == SourceBuyer) == (t.Repayment == FromNobody), DefectContradiction, "repayment", "is none where the buyer's own cash ends the debt, and only there")
	d.check(t.Source != SourceBuyer || t.Assignment == AssignmentNone, DefectContradiction, "assignment", "is none where the buyer pays its own debt")
	d.check(t.Source != SourceBuyer || t.Timing == InAdvance && t.AdvanceRate == money.RateOne, DefectContradiction, "source_of_funds", "is the buyer where all of the debt is paid at a discount in advance")
	d.check(t.ReserveRate >= 0 && t.AdvanceRate+t.ReserveRate <= money.RateOne, DefectContradiction, "advance.reserve", "and the advance are at most 100 %% together")
	d.check(t.ReserveDays >= 0 && t.ReserveDays <= 366, DefectRange, "advance.reserve_days", "is 0 to 366")
	d.check(t.ReserveRate > 0 || t.ReserveDays == 0, DefectContradiction, "advance.reserve_days", "is 0 where there is no reserve")
	d.check(t.ReserveRate == 0 || t.Repayment == FromCollection && t.Collector != CollectorSeller, DefectContradiction, "advance.reserve", "can only be kept from what the funder or the collection account collects")
	d.check(t.Undertaking < UndertakingIrrevocable || t.Recourse.Insolvency || t.Recourse.ProtractedDefault || t.ReserveRate == 0, DefectContradiction, "advance.reserve",
		"is of no use where an undertaking leaves no dilution")
	d.check(t.Assignment == AssignmentNone || !t.Disclosed || t.Notice == NoticeServed, DefectLinkWeakened, "legal.notice", "is served before payout where a disclosed claim is assigned")
	d.check(t.Notice >= NoticeNone && t.Notice <= NoticeServed, DefectMissing, "legal.notice", "is missing")
	d.check(t.Notice != NoticeServed || t.Disclosed, DefectContradiction, "legal.notice", "can't be served where the assignment is not disclosed")
	d.check(t.Registration >= RegistrationNone && t.Registration <= RegistrationBeforePayout, DefectMissing, "legal.registration", "is missing")
	d.check(t.Registration != RegistrationBeforePayout || t.Assignment > AssignmentNone, DefectContradiction, "legal.registration", "needs something that is assigned or pledged")
}

func (t *Terms) recourse(d *defects) {
	for _, cause := range []struct {
		name   string
		given  bool
		extent Extent
	}{
		{"insolvency", t.Recourse.Insolvency, t.Extents.Insolvency},
		{"protracted_default", t.Recourse.ProtractedDefault, t.Extents.ProtractedDefault},
		{"dispute", t.Recourse.Dispute, t.Extents.Dispute},
	} {
		e, field := cause.extent, "recourse."+cause.name
		d.check(cause.given || e == Extent{}, DefectContradiction, field, "has an extent and is none")
		d.check(e.Share == 0 || e.FirstLoss == 0, DefectContradiction, field, "is a share or a first loss, not both")
		d.check(e.Share >= 0 && e.Share < money.RateOne && e.FirstLoss >= 0 && e.FirstLoss < money.RateOne, DefectRange, field, "is above 0 and below 100 %% where it is a part")
	}
	d.check(t.Recourse.DefaultAfterDays >= 0 && t.Recourse.DefaultAfterDays <= 366, DefectRange, "recourse.default_after_days", "is at most 366")
	d.check(t.DisputeDays >= 0 && t.DisputeDays <= 366 && (t.Recourse.Dispute || t.DisputeDays == 0), DefectRange, "recourse.dispute.after_days", "is 0 to 366, where there is recourse")
	d.check(t.Recourse.ProtractedDefault || t.Recourse.DefaultAfterDays == 0, DefectContradiction, "recourse.default_after_days", "is given without recourse for protracted default")
	d.check(t.Recourse.Dispute || t.Undertaking >= UndertakingIrrevocable || t.Source == SourceBuyer, DefectLinkWeakened, "recourse.dispute",
		"is never none, save under an irrevocable undertaking: dilution is not the buyer's credit risk")
	c := t.Cover
	d.check(c == Cover{} || c.Share > 0 && c.Share <= money.RateOne, DefectRange, "credit_cover.share", "is above 0 and at most 100 %%")
	d.check(c == Cover{} || c.Limit > 0 && c.Limit <= money.MinorMax, DefectRange, "credit_cover.limit", "is above zero")
	d.check(c.WaitingDays >= 0 && c.WaitingDays <= 366, DefectRange, "credit_cover.waiting_days", "is 0 to 366")
}

func (t *Terms) pricing(d *defects) {
	r := &t.Rate
	bounded := func(rate money.Rate) bool { return rate >= 0 && rate < money.RateOne }
	switch r.Kind {
	case RateOfFunder:
	case RateFixed:
		d.check(bounded(r.Fixed), DefectRange, "pricing.rate", "is at least 0 and below 100 %%")
	case RateFloating:
		d.check(r.Base != "", DefectMissing, "pricing.rate.base", "is missing")
		d.check(r.Floor > -money.RateOne && r.Floor < money.RateOne, DefectRange, "pricing.rate.floor", "is above -100 %% and below 100 %%")
		t.margins(d)
	default:
		d.check(false, DefectMissing, "pricing.rate", "is missing")
	}
	d.check(t.Basis >= OnFace && t.Basis <= OnYield, DefectMissing, "pricing.basis", "is missing")
	d.check(t.Timing == InAdvance || t.Basis == OnAdvance, DefectContradiction, "pricing.basis", "is the advance where interest is taken in arrears")
	d.check(t.InterestPayer == Seller || t.InterestPayer == Buyer, DefectMissing, "pricing.borne_by", "is seller or buyer")
	d.check(t.Source != SourceBuyer || t.InterestPayer == Seller, DefectContradiction, "pricing.borne_by", "is the seller where the buyer pays early")
	d.check(t.Accrual == Linear || t.Accrual == Effective, DefectMissing, "pricing.accrual", "is linear or effective")
	d.check(t.Unearned == Kept || t.Unearned == GivenBack, DefectMissing, "pricing.unearned_discount", "is kept or given_back")
	d.check(t.PenaltyFrom == FromDue || t.PenaltyFrom == FromGraceEnd, DefectMissing, "late.counts_from", "is due_date or end_of_grace")
	d.check(t.Overdue == Ends || t.Overdue == RunsOn, DefectMissing, "late.ordinary_interest", "ends or runs_on")
	d.check(t.LatePayer == Seller || t.LatePayer == Buyer, DefectMissing, "late.borne_by", "is seller or buyer")
	d.check(t.Overdue != RunsOn || t.Timing == InArrears, DefectContradiction, "late.ordinary_interest", "ends with the due date where it was taken in advance")
	d.check(t.Rounding == HalfUp, DefectMissing, "pricing.rounding", "is missing")
	d.check(t.CostMax >= 0 && t.CostMax <= CostMost, DefectRange, "pricing.caps.annual_cost", "is 0 to 100000 %%")
	d.check(t.FeesMax >= 0 && t.FeesMax <= money.RateOne, DefectRange, "pricing.caps.fees", "is 0 to 100 %%")
}

// margins asks for rows in ascending order, and that every grade that is priced at all is priced for every tenor.
func (t *Terms) margins(d *defects) {
	rows := t.Rate.Margins
	d.check(len(rows) > 0 && len(rows) <= MarginsMost, DefectMarginHole, "pricing.rate.margin", "has 1 to %d rows", MarginsMost)
	for i, row := range rows {
		field := fmt.Sprintf("pricing.rate.margin[%d]", i)
		d.check(row.Grade >= 1 && row.Grade <= GradeMost, DefectRange, field+".grade", "is 1 to %d", GradeMost)
		d.check(row.TenorDays >= 1 && row.TenorDays <= TenorDaysMost, DefectRange, field+".days", "is 1 to %d", TenorDaysMost)
		d.check(row.Rate > -money.RateOne && row.Rate < money.RateOne, DefectRange, field+".rate", "is above -100 %% and below 100 %%")
		d.check(i == 0 || rows[i-1].Grade < row.Grade || rows[i-1].Grade == row.Grade && rows[i-1].TenorDays < row.TenorDays, DefectMarginHole, field,
			"comes after a row with a worse grade or a longer tenor: rows ascend by grade, then days")
		last := i == len(rows)-1 || rows[i+1].Grade != row.Grade
		d.check(!last || row.TenorDays >= t.TenorDaysMax, DefectMarginHole, field+".days", "leaves grade %d without a margin from %d to %d days", row.Grade, row.TenorDays+1, t.TenorDaysMax)
	}
}

func (t *Terms) fees(d *defects) {
	d.check(len(t.Fees) <= FeesMost, DefectRange, "pricing.fees", "has at most %d entries", FeesMost)
	reserve, feesDue := t.ReserveRate > 0, false
	for i := range t.Fees {
		f := &t.Fees[i]
		field := fmt.Sprintf("pricing.fees[%d]", i)
		fixed := f.Basis == FeeFlat || f.Basis == FeePerInvoice
		d.check(f.Name != "", DefectMissing, field+".name", "is missing")
		d.check(!slices.ContainsFunc(t.Fees[:i], func(other Fee) bool { return other.Name == f.Name }), DefectFee, field+".name", "is the name of another fee")
		d.check(f.Payer >= Seller && f.Payer <= Funder, DefectRange, field+".payer", "is seller, buyer or funder")
		d.check(f.To >= Funder && f.To <= Keeper && f.To != f.Payer, DefectRange, field+".to", "is somebody else who earns a fee")
		d.check(f.Basis >= FeeOnFace && f.Basis <= FeeOnUnused, DefectMissing, field+".basis", "is missing")
		d.check(f.When == AtDisbursement || f.When == AtDue, DefectMissing, field+".when", "is missing")
		d.check(f.Per == Once || f.Per == PerYear && !fixed, DefectFee, field+".per", "is a year only where the fee is a rate")
		d.check(f.Basis != FeeOnUnused || f.Per == PerYear, DefectFee, field+".per", "is a year on an unused line")
		d.check(fixed == (f.Amount != 0) && fixed != (f.Rate != 0), DefectFee, field, "has an amount where it is flat or by invoice, and else a rate")
		d.check(f.Rate >= 0 && f.Rate < money.RateOne/5, DefectRange, field+".rate", "is at least 0 and below 20 %%")
		d.check(f.Amount >= 0 && f.Amount <= FixedAmountMost, DefectRange, field+".amount", "is not below zero and not absurd")
		d.check(f.Minimum >= 0 && f.Minimum <= FixedAmountMost && f.Maximum >= 0 && f.Maximum <= FixedAmountMost, DefectRange, field+".minimum", "and the maximum are not below zero and not absurd")
		d.check(f.Maximum == 0 || f.Minimum <= f.Maximum, DefectFee, field+".minimum", "is above the maximum")
		d.check((f.TaxRate == 0) == (f.TaxName == "") && f.TaxRate >= 0 && f.TaxRate < money.RateOne/2, DefectFee, field+".tax", "has a rate below 50 %% and the name of its line")
		feesDue = feesDue || f.When == AtDue && f.Payer == t.financed()
	}
	wanted := Tier(0)
	if feesDue {
		wanted |= 1 << TierFees
	}
	if reserve {
		wanted |= 1 << TierReserve
	}
	d.check(validWaterfall(t.Waterfall, wanted), DefectWaterfall, "waterfall",
		"names late_interest, interest and principal once each, fees and reserve where there are any, and ends with the seller")
}

func (t *Terms) time(d *defects) {
	d.check(t.TenorDaysMin >= 1 && t.TenorDaysMin <= t.TenorDaysMax && t.TenorDaysMax <= TenorDaysMost, DefectRange, "tenor", "is 1 to %d days, the least not above the most", TenorDaysMost)
	d.check(t.Convention.String() != "", DefectRange, "due.convention", "is not a business-day convention")
	_, known := t.Calendar.Calendar()
	d.check(t.Calendar == 0 || known, DefectRange, "due.calendar", "is not a calendar")
}

// links checks that each link stands as an explicit part of the terms and asks for no less than it must.
func (t *Terms) links(d *defects) {
	for i := range t.Links {
		link, field := &t.Links[i], "links."+LinkNames[i]
		if link.Control == "" && link.Owner == 0 && link.Minutes == 0 {
			d.check(false, DefectLinkMissing, field, "is missing: no product does without this link")
			continue
		}
		d.check(link.Control != "", DefectLinkMissing, field+".control", "is missing")
		d.check(link.Owner >= Seller && link.Owner <= Keeper && link.Owner != Seller, DefectLinkWeakened, field+".owner", "is somebody other than the seller, whom it controls")
		d.check(link.Minutes > 0 && link.Minutes <= 30*24*60, DefectRange, field+".minutes", "is 1 to 43200")
		d.check(len(link.Bypasses) == 0, DefectLinkBypassed, field+".bypasses", "are none: nothing goes round this link")
	}
	t.evidence(d)
	d.check(t.Ladder == allRungs, DefectLinkWeakened, "links.one_financing_per_evidence.ladder", "leaves out a rung: %s", missingRungs(t.Ladder))
	d.check(t.BuyerReview || t.Repayment == FromSeller && t.SellerReview, DefectLinkWeakened, "links.credit_review.reviewed", "is without the one who owes the money")
	d.check(t.SellerReview || !(t.Recourse.Insolvency || t.Recourse.ProtractedDefault) && t.Repayment != FromSeller, DefectLinkWeakened, "links.credit_review.reviewed", "is without the seller, who answers for the buyer's default")
	d.check(len(t.Eligibility) <= rule.ClausesMax, DefectRange, "links.risk_control.eligibility", "has at most %d rules", rule.ClausesMax)
	d.check(len(t.Policy) > 0 && len(t.Policy) <= rule.ClausesMax, DefectLinkMissing, "links.risk_control.policy", "has 1 to %d rules", rule.ClausesMax)
	t.conditions(d, "links.risk_control.eligibility", t.Eligibility)
	t.conditions(d, "links.risk_control.policy", t.Policy)
	d.check(t.VerifiedPayee, DefectLinkWeakened, "links.funds_supervision.payee", "is a verified account of the right party")
	d.check(t.TiedTenor, DefectLinkWeakened, "links.funds_supervision.tenor", "is tied: funding ends no earlier than the asset")
	d.check(t.MonitoringDays >= 1 && t.MonitoringDays <= 31, DefectLinkWeakened, "links.after_care.monitoring_days", "is 1 to 31")
	d.check(len(t.DunningDays) > 0 && len(t.DunningDays) <= 16 && slices.IsSorted(t.DunningDays) && t.DunningDays[0] >= 1 && t.DunningDays[len(t.DunningDays)-1] <= 366,
		DefectLinkWeakened, "links.after_care.dunning_days", "are ascending days after the due date, 1 to 366")
}

func (t *Terms) evidence(d *defects) {
	all := true
	for kind, facts := range t.Evidence {
		if facts == 0 {
			continue
		}
		all = false
		field := "links.trade_evidence." + TradeKindNames[kind]
		switch t.Technique {
		case "pre_shipment_finance":
			d.check(facts&factOrdered != 0, DefectLinkWeakened, field, "lacks the order that is financed")
		case "loan_against_inventory":
			d.check(facts&factReceived != 0, DefectLinkWeakened, field, "lacks the receipt of the goods")
		default:
			d.check(facts&factInvoiced != 0, DefectLinkWeakened, field, "lacks the invoice")
			d.check(facts&(factShipped|factReceived|factAccepted) != 0, DefectLinkWeakened, field, "lacks performance: shipped, received or accepted; before it a claim is prospective")
		}
		d.check(t.Undertaking == UndertakingNone || facts&factConfirmed != 0, DefectLinkWeakened, field, "lacks the confirmation that the undertaking is")
	}
	d.check(!all, DefectLinkMissing, "links.trade_evidence", "names no kind of trade: no financing without trade evidence")
}

func missingRungs(ladder uint8) string {
	missing := ""
	for i, name := range RungNames {
		if ladder&(1<<i) == 0 {
			if missing != "" {
				missing += ", "
			}
			missing += name
		}
	}
	return missing
}

func (t *Terms) conditions(d *defects, field string, list []rule.Clause) {
	for i := range list {
		c, item := &list[i], fmt.Sprintf("%s[%d]", field, i)
		d.check(rule.ValidClauseName(c.Name), DefectRange, item+".name", "is not a name of small letters, digits and underscores that begins with a letter")
		d.check(c.Text != "", DefectMissing, item+".text", "is missing")
		if c.Text != "" {
			err := c.Program.Valid(rule.FinancingFacts)
			d.check(err == nil && c.Program.Result == rule.Type{Kind: rule.Bool}, DefectRange, item+".text", "is no expression over the facts of a financing that is true or false")
		}
		for _, constant := range c.Program.Constants {
			d.check(constant.Currency == 0 || constant.Currency == t.Currency, DefectContradiction, item+".text", "has an amount in %s, and the product is in %s", constant.Currency, t.Currency)
		}
		d.check(c.Reason != "", DefectMissing, item+".reason", "is missing")
		d.check(c.Otherwise == rule.Refer || c.Otherwise == rule.Refuse, DefectMissing, item+".otherwise", "is refer or refuse")
		d.check(!slices.ContainsFunc(list[:i], func(other rule.Clause) bool { return other.Name == c.Name }), DefectContradiction, item+".name", "is the name of another rule")
	}
}

// technique checks that the terms are those of the technique by whose name they go.
func (t *Terms) technique(d *defects) {
	d.check(slices.Contains(Techniques, t.Technique), DefectRange, "technique", "is not a technique that is known")
	is := func(ok bool, field, format string, values ...any) {
		d.check(ok, DefectTechnique, field, "%s "+format, append([]any{"in " + t.Technique}, values...)...)
	}
	switch t.Technique {
	case "receivables_discounting", "factoring":
		is(t.Assignment == Sale, "assignment", "is a sale")
	case "forfaiting":
		is(t.Assignment == Sale, "assignment", "is a sale")
		is(!t.Recourse.Insolvency && !t.Recourse.ProtractedDefault, "recourse", "is none for the debtor's default")
		is(t.Undertaking >= UndertakingIrrevocable, "undertaking", "is irrevocable, or a bank's")
	case "payables_finance":
		is(t.Assignment == Sale, "assignment", "is a sale")
		is(t.Undertaking == UndertakingIrrevocable, "undertaking", "is irrevocable")
	case "corporate_payment_undertaking":
		is(t.Assignment == AssignmentNone, "assignment", "is none")
		is(t.Undertaking == UndertakingIrrevocable, "undertaking", "is irrevocable")
	case "loan_against_receivables":
		is(t.Assignment == Pledge, "assignment", "is a pledge")
		is(t.Recourse.Insolvency && t.Recourse.ProtractedDefault, "recourse", "is given for every cause")
	case "distributor_finance":
		is(t.Repayment == FromBuyer, "repayment", "comes from the buyer, who is the distributor")
	case "loan_against_inventory", "pre_shipment_finance":
		is(t.Repayment == FromSeller, "repayment", "comes from the seller")
		is(t.Recourse.Insolvency && t.Recourse.ProtractedDefault, "recourse", "is given for every cause")
	case "dynamic_discounting":
		is(t.Source == SourceBuyer, "source_of_funds", "is the buyer")
	case "bank_payment_undertaking":
		is(t.Undertaking == UndertakingBank, "undertaking", "is a bank's")
		is(t.Source == SourceBank, "source_of_funds", "is the bank")
	}
}

// financed is who has the money and bears what it costs: the seller, or the buyer where it repays what paid for its purchase.
func (t *Terms) financed() Role {
	if t.Repayment == FromBuyer {
		return Buyer
	}
	return Seller
}

// validWaterfall tells whether each tier stands once and the seller last. The set of wanted tiers, besides those that every
// waterfall has, must be there, and no other.
func validWaterfall(tiers []Tier, wanted Tier) bool {
	seen := Tier(0)
	for _, tier := range tiers {
		if tier < TierLateInterest || tier > TierReserve || seen&(1<<tier) != 0 {
			return false
		}
		seen |= 1 << tier
	}
	const always = 1<<TierLateInterest | 1<<TierInterest | 1<<TierPrincipal | 1<<TierSeller
	return seen == always|wanted && tiers[len(tiers)-1] == TierSeller
}
