package productfile

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/domain/rule"
	"millrace/domain/trade"
	"millrace/edge/policy"
)

// number gives the number of a field, or 0 where it is missing.
func (v *value) num(name string) int64 {
	if f := v.at(name); f != nil {
		return f.number
	}
	return 0
}

func (v *value) rate(name string) money.Rate   { return money.Rate(v.num(name)) }
func (v *value) minor(name string) money.Minor { return money.Minor(v.num(name)) }
func (v *value) word(name string) string {
	if f := v.at(name); f != nil {
		return f.text
	}
	return ""
}

// list gives the items of a field.
func (v *value) list(name string) []*value {
	if f := v.at(name); f != nil {
		return f.items
	}
	return nil
}

// termsOf makes terms of what was read. What could not be read is left zero.
func termsOf(v *value) product.Terms {
	recourse, advance, cover, pricing := v.at("recourse"), v.at("advance"), v.at("credit_cover"), v.at("pricing")
	due, legal := v.at("due"), v.at("legal")
	t := product.Terms{
		Form: product.Full, Name: v.word("name"), Technique: v.word("technique"), Currency: money.Currency(v.num("currency")),
		Assignment: product.Assignment(v.num("assignment")), Disclosed: v.num("disclosure") == 1, Undertaking: product.Undertaking(v.num("undertaking")),
		Collector: product.Collector(v.num("collection")), Source: product.Source(v.num("source_of_funds")), Repayment: product.Repayment(v.num("repayment")),
		AdvanceRate: advance.rate("rate"), ReserveRate: advance.rate("reserve"), ReserveDays: int32(advance.num("reserve_days")),
		Cover:      product.Cover{Share: cover.rate("share"), Limit: cover.minor("limit"), WaitingDays: int32(cover.num("waiting_days"))},
		Convention: calendar.Convention(due.num("convention")), GraceDays: int32(due.num("grace_days")),
		TenorDaysMin: int32(v.at("tenor").num("days_min")), TenorDaysMax: int32(v.at("tenor").num("days_max")), QuoteSeconds: int32(v.num("quote_seconds")),
		Notice: product.Notice(legal.num("notice")), Registration: product.Registration(legal.num("registration")), SearchDaysMax: int32(legal.num("search_days_max")),
	}
	t.Calendar, _ = calendar.ParseCode(due.word("calendar"))
	t.Recourse.Insolvency, t.Extents.Insolvency = recourseIn(recourse.at("insolvency"))
	t.Recourse.ProtractedDefault, t.Extents.ProtractedDefault = recourseIn(recourse.at("protracted_default"))
	t.Recourse.DefaultAfterDays = int32(recourse.at("protracted_default").num("after_days"))
	t.Recourse.Dispute, t.Extents.Dispute = recourseIn(recourse.at("dispute"))
	t.DisputeDays = int32(recourse.at("dispute").num("after_days"))
	t.Recourse.Warranty = recourse.word("warranty") == "full"
	readPricing(pricing, &t)
	late := v.at("late")
	t.PenaltyFrom, t.Overdue = product.PenaltyStart(late.num("counts_from")), product.Overdue(late.num("ordinary_interest"))
	t.LatePayer, t.LateRate = roleNamed(late.word("borne_by")), late.rate("rate")
	if rate := late.at("rate"); rate != nil && rate.shape.kind == object {
		t.LateBase, t.LateRate = rate.word("base"), rate.rate("margin")
	}
	for _, tier := range v.list("waterfall") {
		t.Waterfall = append(t.Waterfall, product.Tier(tier.number))
	}
	for _, agreement := range legal.list("agreements") {
		t.Agreements |= 1 << agreement.number
	}
	readLinks(v.at("links"), &t)
	return t
}

func recourseIn(v *value) (bool, product.Extent) {
	if v == nil || v.text == "none" {
		return false, product.Extent{}
	}
	return true, product.Extent{Share: v.rate("share"), FirstLoss: v.rate("first_loss")}
}

func readPricing(v *value, t *product.Terms) {
	t.Timing, t.Basis = product.InterestTiming(v.num("interest")), product.Basis(v.num("basis"))
	t.Accrual, t.Unearned = product.Accrual(v.num("accrual")), product.Unearned(v.num("unearned_discount"))
	t.DayCount, t.Rounding = calendar.DayCount(v.num("day_count")), product.Rounding(v.num("rounding"))
	t.InterestPayer = roleNamed(v.word("borne_by"))
	if rate := v.at("rate"); rate != nil {
		switch rate.shape.kind {
		case choice:
			t.Rate = product.RateTerms{Kind: product.RateOfFunder}
		case percent:
			t.Rate = product.RateTerms{Kind: product.RateFixed, Fixed: money.Rate(rate.number)}
		default:
			t.Rate = product.RateTerms{Kind: product.RateFloating, Base: rate.word("base"), Floor: rate.rate("floor")}
			if rate.at("floor") != nil {
				t.Rate.Floored = product.IsFloored
			}
			for _, row := range rate.list("margin") {
				t.Rate.Margins = append(t.Rate.Margins, product.Margin{Grade: uint8(row.num("grade")), TenorDays: int32(row.num("days")), Rate: row.rate("rate")})
			}
		}
	}
	for _, f := range v.list("fees") {
		fee := product.Fee{
			Name: f.word("name"), Payer: roleNamed(f.word("payer")), To: roleNamed(f.word("to")), Basis: product.FeeBasis(f.num("basis")),
			Per: max(product.Per(f.num("per")), product.Once), When: product.When(f.num("when")), Rate: f.rate("rate"), Amount: f.minor("amount"),
			Minimum: f.minor("minimum"), Maximum: f.minor("maximum"), TaxRate: f.at("tax").rate("rate"), TaxName: f.at("tax").word("name"),
		}
		t.Fees = append(t.Fees, fee)
	}
	t.CostMax, t.FeesMax = v.at("caps").rate("annual_cost"), v.at("caps").rate("fees")
}

func roleNamed(name string) product.Role {
	for role, known := range product.RoleNames {
		if name != "" && known == name {
			return product.Role(role)
		}
	}
	return 0
}

func readLinks(v *value, t *product.Terms) {
	for i, name := range product.LinkNames {
		link := v.at(name)
		t.Links[i] = product.Link{Control: link.word("control"), Owner: roleNamed(link.word("owner")), Minutes: int32(link.num("minutes"))}
		for _, bypass := range link.list("bypasses") {
			t.Links[i].Bypasses = append(t.Links[i].Bypasses, bypass.text)
		}
	}
	common := uint16(0)
	for kind, name := range product.TradeKindNames {
		set := uint16(0)
		for _, fact := range v.at("trade_evidence").list(name) {
			set |= uint16(trade.Ordered) << fact.number
		}
		t.Evidence[kind] = set
		if set != 0 && common == 0 {
			common = set
		} else if set != 0 {
			common &= set
		}
	}
	t.EvidenceRequired = common
	for _, rung := range v.at("one_financing_per_evidence").list("ladder") {
		t.Ladder |= 1 << rung.number
	}
	review := v.at("credit_review")
	for _, who := range review.list("reviewed") {
		t.BuyerReview = t.BuyerReview || who.text == "buyer"
		t.SellerReview = t.SellerReview || who.text == "seller"
	}
	t.SellerLimit = review.word("seller_limit") == "used"
	t.Eligibility, t.Policy = readClauses(v.at("risk_control").list("eligibility")), readClauses(v.at("risk_control").list("policy"))
	t.VerifiedPayee = v.at("funds_supervision").word("payee") == "verified_account"
	t.TiedTenor = v.at("funds_supervision").word("tenor") == "tied"
	t.MonitoringDays = int32(v.at("after_care").num("monitoring_days"))
	for _, day := range v.at("after_care").list("dunning_days") {
		t.DunningDays = append(t.DunningDays, int32(day.number))
	}
}

// readClauses reads rules whose programs are made by compile.
func readClauses(items []*value) []rule.Clause {
	var clauses []rule.Clause
	for _, item := range items {
		clauses = append(clauses, rule.Clause{
			Name: item.word("name"), Text: item.word("text"), Otherwise: rule.Verdict(item.num("otherwise")), Reason: item.word("reason"), Citation: item.word("citation"),
		})
	}
	return clauses
}

// compile makes the programs of clauses from their texts. Where in its text a problem lies is told as line and column of the text.
func (r *reader) compile(clauses []rule.Clause, items []*value, path string) {
	for i := range clauses {
		text := items[i].at("text")
		if text == nil {
			continue
		}
		program, problems := policy.Compile(clauses[i].Text, policy.Financing())
		clauses[i].Program = program
		place := fmt.Sprintf("%s[%d].text", path, i)
		if len(problems) == 0 && program.Result.Kind != rule.Bool {
			problems = []policy.Problem{{Code: "result_not_bool", Text: clauses[i].Text, Reason: "is not true or false: compare it with something"}}
		}
		for _, p := range problems {
			said := p.Reason
			if p.Text != "" {
				said = strconv.Quote(p.Text) + " " + said
			}
			if p.Line > 0 {
				said = fmt.Sprintf("line %d, column %d of the text: %s", p.Line, p.Column, said)
			}
			r.problems = append(r.problems, Problem{text.line, text.column, place, policyPrefix + p.Code, said})
		}
	}
}

// places are the paths in a file of terms whose defects are named after their field.
var places = map[string]string{
	"recourse.default_after_days": "recourse.protracted_default.after_days", "disclosed": "disclosure", "advance_rate": "advance.rate",
	"timing": "pricing.interest", "day_count": "pricing.day_count", "late_rate": "late.rate", "grace_days": "due.grace_days",
	"agreements": "legal.agreements", "search_days_max": "legal.search_days_max",
}

// alone are the codes of defects that rest on the one place that they name, so that they are told even where another place could not
// be read.
var alone = map[string]bool{product.DefectLinkBypassed: true, product.DefectLinkMissing: true, product.DefectRange: true, product.DefectFee: true}

// judge adds what the terms themselves say is wrong with them, leaving out what follows from what could not be read.
func (r *reader) judge(t *product.Terms, root *value) {
	unreadable := append([]Problem(nil), r.problems...)
	for _, defect := range t.Defects() {
		path := defect.Field
		if place, known := places[path]; known {
			path = place
		}
		if len(unreadable) > 0 && (!alone[defect.Code] || touched(path, unreadable)) {
			continue
		}
		line, column := root.place(path)
		r.problems = append(r.problems, Problem{line, column, path, defect.Code, defect.Reason})
	}
}

// touched tells whether a problem is at, above or below a path.
func touched(path string, problems []Problem) bool {
	for _, p := range problems {
		if p.Path == path || strings.HasPrefix(p.Path, path+".") || strings.HasPrefix(p.Path, path+"[") ||
			strings.HasPrefix(path, p.Path+".") || strings.HasPrefix(path, p.Path+"[") {
			return true
		}
	}
	return false
}

var step = regexp.MustCompile(`[^.\[\]]+`)

// place finds where a path stands, or the nearest thing above it that is there.
func (v *value) place(path string) (line, column int) {
	at := v
	for _, name := range step.FindAllString(path, -1) {
		next := at.fields[name]
		if at.shape.kind == list {
			index := 0
			for _, digit := range []byte(name) {
				index = index*10 + int(digit-'0')
			}
			if index >= 0 && index < len(at.items) {
				next = at.items[index]
			}
		}
		if next == nil {
			break
		}
		at = next
	}
	return at.line, at.column
}
