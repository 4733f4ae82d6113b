package credit

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Line is one line of a financial statement.
type Line uint8

// The lines. A statement has those that it states; what it doesn't state is unknown, not zero.
const (
	Cash Line = 1 + iota
	TradeReceivables
	Inventory
	CurrentAssets
	FixedAssets
	IntangibleAssets
	TotalAssets
	TradePayables
	ShortTermDebt
	CurrentLiabilities
	LongTermDebt
	TotalLiabilities
	RetainedEarnings
	Equity
	Revenue
	CostOfSales
	GrossProfit
	Depreciation
	OperatingProfit
	InterestExpense
	ProfitBeforeTax
	IncomeTax
	NetProfit
	OperatingCashFlow
	InvestingCashFlow
	FinancingCashFlow
	lineEnd
)

// Part is the part of the accounts in which a line stands.
type Part uint8

// The parts.
const (
	BalanceSheet Part = 1 + iota
	IncomeStatement
	CashFlow
)

// String is the name used in API and console.
func (p Part) String() string {
	return [...]string{"", "balance_sheet", "income_statement", "cash_flow"}[p]
}

var lineNames = [lineEnd]string{
	"", "cash", "trade_receivables", "inventory", "current_assets", "fixed_assets", "intangible_assets", "total_assets",
	"trade_payables", "short_term_debt", "current_liabilities", "long_term_debt", "total_liabilities", "retained_earnings", "equity",
	"revenue", "cost_of_sales", "gross_profit", "depreciation", "operating_profit", "interest_expense", "profit_before_tax", "income_tax",
	"net_profit", "operating_cash_flow", "investing_cash_flow", "financing_cash_flow",
}

// String is the name used in API and console.
func (l Line) String() string { return lineNames[l] }

// Part tells where the line stands.
func (l Line) Part() Part {
	switch {
	case l <= Equity:
		return BalanceSheet
	case l <= NetProfit:
		return IncomeStatement
	default:
		return CashFlow
	}
}

// Signed tells whether the line may be below zero.
func (l Line) Signed() bool {
	switch l {
	case RetainedEarnings, Equity, GrossProfit, OperatingProfit, ProfitBeforeTax, IncomeTax, NetProfit, OperatingCashFlow, InvestingCashFlow, FinancingCashFlow:
		return true
	}
	return false
}

// ParseLine reads the name; 0 for an unknown one.
func ParseLine(name string) Line {
	if at := slices.Index(lineNames[:], name); at > 0 {
		return Line(at)
	}
	return 0
}

// Lines are all lines, in the order of a statement.
func Lines() []Line {
	all := make([]Line, 0, lineEnd-1)
	for l := Line(1); l < lineEnd; l++ {
		all = append(all, l)
	}
	return all
}

// Assurance says who stands behind a statement.
type Assurance uint8

// The assurances, the strongest first.
const (
	Audited Assurance = 1 + iota
	Reviewed
	Filed // with a registry or a tax office
	Unaudited
)

// Assurances are the names used in API and console.
var Assurances = [...]string{"", "audited", "reviewed", "filed", "unaudited"}

// String is the name used in API and console.
func (a Assurance) String() string { return Assurances[a] }

// Standard says by which rules a statement was drawn up.
type Standard uint8

// The standards.
const (
	IFRS Standard = 1 + iota
	ChineseGAAP
	LocalGAAP
	USGAAP
	TaxBasis
)

// Standards are the names used in API and console.
var Standards = [...]string{"", "ifrs", "prc_gaap", "local_gaap", "us_gaap", "tax_basis"}

// String is the name used in API and console.
func (s Standard) String() string { return Standards[s] }

// Figure is one line with its amount.
type Figure struct {
	Line   Line        `cbor:"1,keyasint"`
	Amount money.Minor `cbor:"2,keyasint"` // expenses and debts are above zero
}

// FigureMax bounds every figure, in minor units: sums of figures over a year can't overflow.
const FigureMax = money.MinorMax / 10

// Statement is the accounts of a party for one period. Amounts are in minor units of its currency.
type Statement struct {
	From      calendar.Date  `cbor:"1,keyasint"` // first day of the period
	Until     calendar.Date  `cbor:"2,keyasint"` // last day, and the date of the balance sheet
	Currency  money.Currency `cbor:"3,keyasint"`
	Standard  Standard       `cbor:"4,keyasint"`
	Assurance Assurance      `cbor:"5,keyasint"`
	Figures   []Figure       `cbor:"6,keyasint"`          // ascending by line, each once
	Document  [32]byte       `cbor:"7,keyasint,omitzero"` // in the vault; zero for none
}

// Bounds of a statement's period in days, both included: a quarter to a year of 15 months.
const (
	PeriodDaysMin = 28
	PeriodDaysMax = 460
)

// Days is the length of the period; 0 where it is none.
func (s *Statement) Days() int { return max(0, calendar.DaysBetween(s.From, s.Until)+1) }

// Of gives the amount of a line; false where the statement doesn't state it.
func (s *Statement) Of(l Line) (money.Minor, bool) {
	if s == nil {
		return 0, false
	}
	at, found := slices.BinarySearchFunc(s.Figures, l, func(f Figure, l Line) int { return int(f.Line) - int(l) })
	if !found {
		return 0, false
	}
	return s.Figures[at].Amount, true
}

// Finding is something in a statement that does not add up, or that is missing.
type Finding struct {
	Code     FindingCode   `cbor:"1,keyasint"`
	Period   calendar.Date `cbor:"2,keyasint"` // last day of the statement
	Line     Line          `cbor:"3,keyasint,omitempty"`
	Stated   money.Minor   `cbor:"4,keyasint,omitempty"`
	Expected money.Minor   `cbor:"5,keyasint,omitempty"`
}

// FindingCode names what is wrong.
type FindingCode uint8

// What can be wrong.
const (
	BalanceUnequal   FindingCode = 1 + iota // assets are not liabilities and equity
	PartsExceedTotal                        // the parts that are stated come to more than their total
	ProfitUnequal                           // a profit is not what the lines before it come to
	CashUnexplained                         // the change of cash from the statement before is not the sum of the cash flows
	LineMissing                             // a line without which nothing can be said
	StatementOld                            // the newest accounts are older than StatementDaysMax
	NotAudited                              // the newest accounts are unaudited
	EquityNegative                          // debts are more than assets
)

// FindingNames are the names used in API and console.
var FindingNames = [...]string{
	"", "balance_unequal", "parts_exceed_total", "profit_unequal", "cash_unexplained", "line_missing", "statement_old", "not_audited", "equity_negative",
}

// String is the name used in API and console.
func (c FindingCode) String() string { return FindingNames[c] }

// StatementDaysMax is the age in days at which the newest accounts are old: eighteen months after the balance sheet's date.
const StatementDaysMax = 548

// Tolerance is how far sums may be off for rounding: this share of total assets (of revenue where they are not stated), in
// millionths, and 100 minor units at least.
const Tolerance money.Rate = 1_000

func (s *Statement) tolerance() money.Minor {
	size, found := s.Of(TotalAssets)
	if !found {
		size, _ = s.Of(Revenue)
	}
	return max(100, money.Share(size, Tolerance))
}

// Flaw says why a statement can't be taken at all, in a few words; "" for one that can.
func (s *Statement) Flaw() string {
	switch {
	case s.Days() < PeriodDaysMin || s.Days() > PeriodDaysMax:
		return "its period is not 28 to 460 days long"
	case !s.Currency.Known():
		return "its currency is not known"
	case s.Standard == 0 || int(s.Standard) >= len(Standards) || s.Assurance == 0 || int(s.Assurance) >= len(Assurances):
		return "standard or assurance is not known"
	case len(s.Figures) == 0:
		return "it has no lines"
	}
	for i, f := range s.Figures {
		switch {
		case f.Line == 0 || f.Line >= lineEnd || i > 0 && f.Line <= s.Figures[i-1].Line:
			return "its lines are not in order, or not known"
		case f.Amount > FigureMax || f.Amount < -FigureMax:
			return "an amount is out of range"
		case f.Amount < 0 && !f.Line.Signed():
			return f.Line.String() + " is below zero"
		}
	}
	return ""
}

// needed are the lines without which a spread says little.
var needed = [...]Line{CurrentAssets, TotalAssets, CurrentLiabilities, TotalLiabilities, Equity, Revenue, NetProfit}

// identity is an equation between lines of one statement: the first is the sum of the others, with their signs.
type identity struct {
	code  FindingCode
	total Line
	plus  []Line
	minus []Line
}

var identities = [...]identity{
	{BalanceUnequal, TotalAssets, []Line{TotalLiabilities, Equity}, nil},
	{ProfitUnequal, GrossProfit, []Line{Revenue}, []Line{CostOfSales}},
	{ProfitUnequal, NetProfit, []Line{ProfitBeforeTax}, []Line{IncomeTax}},
}

// within are lines of which those on the right are parts of the one on the left.
var within = [...]identity{
	{PartsExceedTotal, CurrentAssets, []Line{Cash, TradeReceivables, Inventory}, nil},
	{PartsExceedTotal, TotalAssets, []Line{CurrentAssets, FixedAssets, IntangibleAssets}, nil},
	{PartsExceedTotal, CurrentLiabilities, []Line{TradePayables, ShortTermDebt}, nil},
	{PartsExceedTotal, TotalLiabilities, []Line{CurrentLiabilities, LongTermDebt}, nil},
}

// Check lists what does not add up in a statement; before is the one of the period before, nil for none.
func (s *Statement) Check(before *Statement) []Finding {
	var found []Finding
	tell := func(code FindingCode, line Line, stated, expected money.Minor) {
		found = append(found, Finding{Code: code, Period: s.Until, Line: line, Stated: stated, Expected: expected})
	}
	for _, l := range needed {
		if _, ok := s.Of(l); !ok {
			tell(LineMissing, l, 0, 0)
		}
	}
	for _, i := range identities {
		total, known := s.Of(i.total)
		sum, all := s.sum(i.plus, i.minus)
		if known && all && apart(total, sum) > s.tolerance() {
			tell(i.code, i.total, total, sum)
		}
	}
	for _, w := range within {
		total, known := s.Of(w.total)
		parts := money.Minor(0)
		for _, l := range w.plus {
			amount, _ := s.Of(l)
			parts += amount
		}
		if known && parts > total+s.tolerance() {
			tell(w.code, w.total, total, parts)
		}
	}
	flows, all := s.sum([]Line{OperatingCashFlow, InvestingCashFlow, FinancingCashFlow}, nil)
	closing, closed := s.Of(Cash)
	opening, opened := before.Of(Cash)
	if all && closed && opened && before.Currency == s.Currency && before.Until+1 == s.From && apart(closing-opening, flows) > s.tolerance() {
		tell(CashUnexplained, Cash, closing-opening, flows)
	}
	if equity, known := s.Of(Equity); known && equity < 0 {
		tell(EquityNegative, Equity, equity, 0)
	}
	return found
}

func (s *Statement) sum(plus, minus []Line) (money.Minor, bool) {
	total, all := money.Minor(0), true
	for _, l := range plus {
		amount, known := s.Of(l)
		total, all = total+amount, all && known
	}
	for _, l := range minus {
		amount, known := s.Of(l)
		total, all = total-amount, all && known
	}
	return total, all
}

func apart(a, b money.Minor) money.Minor { return max(a-b, b-a) }

// Newest gives the latest of statements and the one before it (nil for none): they stand ascending by their last day.
func Newest(statements []Statement) (now, before *Statement) {
	if n := len(statements); n > 0 {
		now = &statements[n-1]
		if n > 1 {
			before = &statements[n-2]
		}
	}
	return now, before
}

// CheckAll lists what is wrong with the accounts of a party on a day: what does not add up, accounts that are old or unaudited.
func CheckAll(statements []Statement, today calendar.Date) []Finding {
	var found []Finding
	for i := range statements {
		var before *Statement
		if i > 0 {
			before = &statements[i-1]
		}
		found = append(found, statements[i].Check(before)...)
	}
	if now, _ := Newest(statements); now != nil {
		if calendar.DaysBetween(now.Until, today) > StatementDaysMax {
			found = append(found, Finding{Code: StatementOld, Period: now.Until})
		}
		if now.Assurance == Unaudited {
			found = append(found, Finding{Code: NotAudited, Period: now.Until})
		}
	}
	return found
}
