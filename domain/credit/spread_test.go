package credit_test

import (
	"math"
	"testing"

	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/money"

	"pgregory.net/rapid"
)

func date(t *testing.T, text string) calendar.Date {
	t.Helper()
	d, ok := calendar.Parse(text)
	if !ok {
		t.Fatal(text)
	}
	return d
}

// accounts are those of a sound company, in thousands of the currency's minor units.
func accounts(t *testing.T, year string, scale money.Minor) credit.Statement {
	s := credit.Statement{
		From: date(t, year+"-01-01"), Until: date(t, year+"-12-31"), Currency: 978, Standard: credit.IFRS, Assurance: credit.Audited,
	}
	for i, amount := range []money.Minor{
		100, 300, 200, 700, 250, 50, 1_000, 150, 50, 400, 150, 600, 300, 400,
		1_460, 1_095, 365, 40, 120, 30, 90, 20, 70, 110, -60, -30,
	} {
		s.Figures = append(s.Figures, credit.Figure{Line: credit.Line(i + 1), Amount: amount * scale})
	}
	return s
}

// The ratios of the accounts, reckoned by hand.
func TestRatiosByHand(t *testing.T) {
	now, before := accounts(t, "2025", 1_000), accounts(t, "2024", 800)
	want := map[string]int64{
		"current_ratio": 1_7500, "quick_ratio": 1_2500, "cash_ratio": 2500, "working_capital_to_assets": 3000,
		"equity_to_assets": 4000, "liabilities_to_assets": 6000, "liabilities_to_equity": 1_5000, "debt_to_equity": 5000,
		"debt_to_ebitda": 1_2500, "net_debt_to_ebitda": 6250, "tangible_net_worth_to_assets": 3500, "retained_earnings_to_assets": 3000,
		"interest_coverage": 4_0000, "ebitda_interest_coverage": 5_3333, "cash_flow_to_debt": 5500, "cash_flow_to_current_liabilities": 2750,
		"debt_service_coverage": 1_3750, "gross_margin": 2500, "operating_margin": 822, "net_margin": 479, "return_on_assets": 700,
		"return_on_equity": 1750, "operating_profit_to_assets": 1200, "asset_turnover": 1_4600, "receivable_days": 750, "inventory_days": 667,
		"payable_days": 500, "cash_conversion_days": 917, "revenue_growth": 2500, "assets_growth": 2500, "equity_growth": 2500, "net_profit_growth": 2500,
	}
	facts := credit.Ratios(credit.Spread{Now: &now, Before: &before})
	for _, f := range facts {
		if want[f.Name] != f.Value {
			t.Errorf("%s: %d, by hand %d", f.Name, f.Value, want[f.Name])
		}
	}
	if len(facts) != len(want) || len(want) != len(credit.Named) {
		t.Errorf("%d ratios, %d by hand, %d named", len(facts), len(want), len(credit.Named))
	}
	if found := credit.CheckAll([]credit.Statement{before, now}, now.Until+90); len(found) != 0 {
		t.Errorf("cash grew by 20,000, and the flows say so: %v", found)
	}
	before.Figures[credit.Cash-1].Amount -= 5_000
	if found := credit.CheckAll([]credit.Statement{before, now}, now.Until+90); len(found) != 1 || found[0].Code != credit.CashUnexplained {
		t.Errorf("cash grew by 25,000, and the flows say 20,000: %v", found)
	}
}

func TestWhatIsNotStatedIsNotZero(t *testing.T) {
	s := accounts(t, "2025", 1_000)
	s.Figures = s.Figures[:len(s.Figures)-3]                 // no cash flows
	s.Figures = append(s.Figures[:19:19], s.Figures[20:]...) // no interest
	s.Figures[credit.Equity-1].Amount = -5                   // debts beyond assets
	facts := map[string]bool{}
	for _, f := range credit.Ratios(credit.Spread{Now: &s}) {
		facts[f.Name] = true
	}
	for _, name := range []string{"interest_coverage", "cash_flow_to_debt", "return_on_equity", "debt_to_equity", "revenue_growth"} {
		if facts[name] {
			t.Errorf("%s has a value", name)
		}
	}
	if !facts["current_ratio"] || len(credit.Ratios(credit.Spread{})) != 0 {
		t.Error("a ratio of stated lines is missing, or one of nothing is there")
	}
}

func TestAccountsThatDoNotAddUp(t *testing.T) {
	for name, spoil := range map[credit.FindingCode]func(s *credit.Statement){
		credit.BalanceUnequal:   func(s *credit.Statement) { s.Figures[credit.Equity-1].Amount += 100_00 },
		credit.PartsExceedTotal: func(s *credit.Statement) { s.Figures[credit.Inventory-1].Amount += 200_000 },
		credit.ProfitUnequal:    func(s *credit.Statement) { s.Figures[credit.NetProfit-1].Amount += 10_000 },
		credit.LineMissing:      func(s *credit.Statement) { s.Figures = s.Figures[:credit.Revenue-1] },
		credit.StatementOld:     func(s *credit.Statement) { s.From, s.Until = s.From-600, s.Until-600 },
		credit.NotAudited:       func(s *credit.Statement) { s.Assurance = credit.Unaudited },
	} {
		s := accounts(t, "2025", 1_000)
		today := s.Until + 60
		if found := credit.CheckAll([]credit.Statement{s}, today); len(found) != 0 {
			t.Fatalf("sound accounts: %v", found)
		}
		spoil(&s)
		found := credit.CheckAll([]credit.Statement{s}, today)
		if len(found) == 0 || found[0].Code != name {
			t.Errorf("%s: %v", name, found)
		}
	}
}

func TestStatementsThatCanNotBeTaken(t *testing.T) {
	for name, spoil := range map[string]func(s *credit.Statement){
		"period":   func(s *credit.Statement) { s.Until = s.From },
		"order":    func(s *credit.Statement) { s.Figures[1] = s.Figures[0] },
		"negative": func(s *credit.Statement) { s.Figures[0].Amount = -1 },
		"range":    func(s *credit.Statement) { s.Figures[0].Amount = credit.FigureMax + 1 },
		"currency": func(s *credit.Statement) { s.Currency = 1 },
		"empty":    func(s *credit.Statement) { s.Figures = nil },
	} {
		s := accounts(t, "2025", 1)
		if s.Flaw() != "" {
			t.Fatal(s.Flaw())
		}
		if spoil(&s); s.Flaw() == "" {
			t.Errorf("%s was taken", name)
		}
	}
}

// The probability of a score is that of the formula in floating point, to a millionth.
func TestProbabilityFollowsTheFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := credit.Odds{
			Units: rapid.Int64Range(-2_000_000, 2_000_000).Draw(t, "units"), Points: rapid.Int64Range(0, 700_000).Draw(t, "points"),
			Odds: rapid.Int64Range(1, 1000).Draw(t, "odds"), Double: rapid.Int64Range(1, 100_000).Draw(t, "double"),
		}
		want := 1e6 / (1 + float64(o.Odds)*math.Exp2(float64(o.Units-o.Points)/float64(o.Double)))
		want = min(max(want, 1), 999_999)
		if got := float64(o.Probability()); math.Abs(got-want) > 1.5 {
			t.Fatalf("%+v: %v, %v by the formula", o, got, want)
		}
	})
	by := func(points int64) uint8 {
		return credit.DefaultScale.Grade(credit.Odds{Units: points, Points: 600, Odds: 50, Double: 20}.Probability())
	}
	for points, grade := range map[int64]uint8{740: 1, 700: 2, 665: 3, 645: 4, 625: 5, 605: 6, 580: 7, 560: 8, 540: 9, 500: 10} {
		if got := by(points); got != grade {
			t.Errorf("%d points: grade %d, not %d", points, got, grade)
		}
	}
}

// The arithmetic of the page on credit reviews, by hand.
func TestALimitByHand(t *testing.T) {
	s := accounts(t, "2025", 1_000_00) // equity 400,000.00, cost of sales 1,095,000.00
	rule := credit.DefaultLimitRule
	lines, limit := rule.Propose(credit.Sizing{Statement: &s, Buyer: true, TenorDays: 90, Grade: 4, Asked: 200_000_00})
	// 20 % of equity: 80,000. Bought in 90 days: 270,000; 30 % of it: 81,000. Base 80,000, times 0.8: 64,000.
	if limit != 64_000_00 || len(lines) != 6 || lines[0].Result != 80_000_00 || lines[1].Result != 81_000_00 || !lines[3].Binds {
		t.Fatalf("%d %+v", limit, lines)
	}
	lines, limit = rule.Propose(credit.Sizing{Statement: &s, Buyer: true, TenorDays: 90, Grade: 4, Asked: 200_000_00, Insured: 50_500_00, Grouped: true, GroupTaken: 10_000_00})
	if limit != 50_000_00 || !lines[4].Binds || lines[5].Result != 70_000_00 {
		t.Fatalf("%d %+v", limit, lines)
	}
	if _, limit = rule.Propose(credit.Sizing{TenorDays: 90, Grade: 1, Asked: 5_000_00}); limit != 0 {
		t.Fatalf("a limit without accounts: %d", limit)
	}
	if _, limit = rule.Propose(credit.Sizing{Statement: &s, TenorDays: 90, Grade: 9, Asked: 5_000_00}); limit != 0 {
		t.Fatalf("a limit for grade 9: %d", limit)
	}
}

// A proposed limit is never above what was asked, insured or left for the group, a worse grade never brings more, and its last line is it.
func TestALimitStaysWithinItsBounds(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		amount := rapid.Int64Range(0, int64(credit.FigureMax))
		draw := func(name string) money.Minor { return money.Minor(amount.Draw(r, name)) }
		s := accounts(t, "2025", 1)
		s.Figures[credit.Equity-1].Amount, s.Figures[credit.Revenue-1].Amount = draw("equity"), draw("revenue")
		size := credit.Sizing{
			Statement: &s, TenorDays: int32(rapid.IntRange(1, credit.TenorDaysMax).Draw(r, "tenor")), Grade: uint8(rapid.IntRange(1, 9).Draw(r, "grade")), Asked: draw("asked"),
			Insured: draw("insured"), GroupTaken: draw("taken"), Grouped: rapid.Bool().Draw(r, "grouped"),
		}
		rule := credit.DefaultLimitRule
		lines, limit := rule.Propose(size)
		if limit < 0 || limit > size.Asked || size.Insured > 0 && limit > size.Insured || limit%rule.RoundTo != 0 || lines[len(lines)-1].Result != limit {
			r.Fatalf("%d of %+v", limit, size)
		}
		size.Grade++
		if _, worse := rule.Propose(size); worse > limit {
			r.Fatalf("grade %d has %d, the one before %d", size.Grade, worse, limit)
		}
	})
}

func TestBureauFacts(t *testing.T) {
	today := date(t, "2026-06-01")
	report := credit.Bureau{Source: "registry", Date: today - 10, Figures: []credit.Fact{{Name: "index", Value: 231}}, Adverse: []credit.Adverse{
		{Event: credit.Judgment, Date: today - 100}, {Event: credit.Lawsuit, Date: today - 800}, {Event: credit.Insolvency, Date: today - 2000}, {Event: credit.TaxArrears, Date: today - 20, Settled: true},
	}}
	if report.Flaw() != "" {
		t.Fatal(report.Flaw())
	}
	older := report
	older.Date, older.Figures = today-50, []credit.Fact{{Name: "index", Value: 600}}
	older.Adverse = nil
	want := []credit.Fact{{Name: "bureau_age_days", Value: 10}, {Name: "bureau_adverse_open", Value: 2}, {Name: "bureau_adverse_year", Value: 2}, {Name: "bureau_grave_open", Value: 1}, {Name: "bureau_index", Value: 231}}
	for _, reports := range [][]credit.Bureau{{report, older}, {older, report}} {
		got := credit.BureauFacts(reports, today)
		if len(got) != len(want) {
			t.Fatal(got)
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%+v, not %+v", got[i], want[i])
			}
		}
	}
}

func TestTiersAndDefaultsAreSound(t *testing.T) {
	if flaw := credit.DefaultPolicy.Flaw(); flaw != "" {
		t.Error(flaw)
	}
	if flaw := credit.DefaultScale.Flaw(); flaw != "" {
		t.Error(flaw)
	}
	p := credit.DefaultPolicy
	p.Tiers = []credit.Tier{{Upto: 100, Approvers: 1, Rank: credit.Analyst}, {Upto: 1000, Approvers: 2, Rank: credit.Head}}
	p.Ranked = []credit.Ranked{{Actor: 65537, Rank: credit.Head}}
	if _, ok := p.Tier(1001); ok {
		t.Error("what is above the last tier is approved")
	}
	tier, _ := p.Tier(101)
	if p.Enough(tier, nil) || tier.Approvers != 2 {
		t.Error("the second tier asks for two")
	}
	if p.Flaw() != "" {
		t.Error(p.Flaw())
	}
	if p.Tiers[1].Approvers = 1; p.Flaw() != "" {
		t.Error("as many approvers is no less")
	}
}
