package credit

import (
	"math/bits"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Spread is the accounts of a party side by side, from which ratios are reckoned.
type Spread struct {
	Now    *Statement // the newest; nil for none
	Before *Statement // of the period before; nil for none
}

// Ratio is a figure reckoned from a spread. Its name is stable: models and policies ask for it.
type Ratio struct {
	Name        string
	Title       string
	Group       string
	Unit        string // ratio (1 is 100 %), times, or days
	Decimals    uint8
	Formula     string // over the names of lines
	Meaningless string // when it has no value, besides lines that are not stated
	value       func(s *Spread, decimals uint8) (int64, bool)
}

// Value gives the ratio with its decimals, rounded half away from zero, at most RatioMax either way; false where it means nothing.
func (r *Ratio) Value(s *Spread) (int64, bool) {
	if s.Now == nil {
		return 0, false
	}
	return r.value(s, r.Decimals)
}

// RatioMax bounds every ratio, decimals included: what lies beyond is taken as it, with its sign.
const RatioMax = 1_000_000_000_000

// amount is something that a spread comes to, and how it is written.
type amount struct {
	text  string
	value func(s *Statement) (money.Minor, bool)
}

func of(l Line) amount {
	return amount{l.String(), func(s *Statement) (money.Minor, bool) { return s.Of(l) }}
}

// flow is a line of a period, brought to 365 days.
func flow(a amount) amount {
	return amount{"yearly(" + a.text + ")", func(s *Statement) (money.Minor, bool) {
		v, known := a.value(s)
		if !known || s.Days() == 0 {
			return 0, false
		}
		return money.MulDiv(v, yearDays, int64(s.Days())), true
	}}
}

const yearDays = 365

func plus(terms ...amount) amount {
	texts := make([]string, len(terms))
	for i := range terms {
		texts[i] = terms[i].text
	}
	return amount{strings.Join(texts, " + "), func(s *Statement) (money.Minor, bool) {
		total := money.Minor(0)
		for i := range terms {
			v, known := terms[i].value(s)
			if !known {
				return 0, false
			}
			total += v
		}
		return total, true
	}}
}

func minus(a amount, terms ...amount) amount {
	text := a.text
	for i := range terms {
		text += " − " + terms[i].text
	}
	return amount{text, func(s *Statement) (money.Minor, bool) {
		total, known := a.value(s)
		for i := range terms {
			v, has := terms[i].value(s)
			total, known = total-v, known && has
		}
		return total, known
	}}
}

// written puts a sum in brackets.
func (a amount) written() string {
	if strings.Contains(a.text, " + ") || strings.Contains(a.text, " − ") {
		return "(" + a.text + ")"
	}
	return a.text
}

// quotient is above × factor / below with decimals; false where below is not above zero.
func quotient(above, below money.Minor, factor int64, decimals uint8) (int64, bool) {
	if below <= 0 {
		return 0, false
	}
	scale := uint64(factor)
	for range decimals {
		scale *= 10
	}
	magnitude := uint64(above)
	if above < 0 {
		magnitude = uint64(-above)
	}
	high, low := bits.Mul64(magnitude, scale)
	low, carry := bits.Add64(low, uint64(below)/2, 0)
	high += carry
	value := int64(RatioMax)
	if high < uint64(below) {
		if q, _ := bits.Div64(high, low, uint64(below)); q < RatioMax {
			value = int64(q)
		}
	}
	if above < 0 {
		value = -value
	}
	return value, true
}

func share(name, title, group string, above, below amount) Ratio {
	return fraction(name, title, group, "ratio", 4, above, below)
}

func times(name, title, group string, above, below amount) Ratio {
	return fraction(name, title, group, "times", 4, above, below)
}

func fraction(name, title, group, unit string, decimals uint8, above, below amount) Ratio {
	return Ratio{
		Name: name, Title: title, Group: group, Unit: unit, Decimals: decimals, Formula: above.written() + " / " + below.written(),
		Meaningless: below.text + " is not above zero",
		value: func(s *Spread, decimals uint8) (int64, bool) {
			a, known := above.value(s.Now)
			b, has := below.value(s.Now)
			if !known || !has {
				return 0, false
			}
			return quotient(a, b, 1, decimals)
		},
	}
}

// turnover is how many days of a flow stand in the balance sheet.
func turnover(name, title string, stands, flows amount) Ratio {
	return Ratio{
		Name: name, Title: title, Group: "turnover", Unit: "days", Decimals: 1, Formula: stands.written() + " × 365 / " + flow(flows).written(),
		Meaningless: flows.text + " is not above zero",
		value: func(s *Spread, decimals uint8) (int64, bool) {
			a, known := stands.value(s.Now)
			b, has := flow(flows).value(s.Now)
			if !known || !has {
				return 0, false
			}
			return quotient(a, b, yearDays, decimals)
		},
	}
}

// growthDays is by how many days the periods may differ that growth compares.
const growthDays = 15

// growth compares with the period before.
func growth(name, title string, a amount) Ratio {
	return Ratio{
		Name: name, Title: title, Group: "growth", Unit: "ratio", Decimals: 4, Formula: "(" + a.text + " − " + a.text + " before) / " + a.text + " before",
		Meaningless: "there is no statement of the year before in the same currency and of the same length, or " + a.text + " before is not above zero",
		value: func(s *Spread, decimals uint8) (int64, bool) {
			if s.Before == nil || s.Before.Currency != s.Now.Currency || abs(s.Before.Days()-s.Now.Days()) > growthDays ||
				abs(calendar.DaysBetween(s.Before.Until, s.Now.Until)-yearDays) > growthDays {
				return 0, false
			}
			now, known := a.value(s.Now)
			before, had := a.value(s.Before)
			if !known || !had {
				return 0, false
			}
			return quotient(now-before, before, 1, decimals)
		},
	}
}

func abs(days int) int { return max(days, -days) }

// Names of the groups of ratios.
const (
	liquidity     = "liquidity"
	leverage      = "leverage"
	coverage      = "coverage"
	profitability = "profitability"
)

var (
	debt           = plus(of(ShortTermDebt), of(LongTermDebt))
	workingCapital = minus(of(CurrentAssets), of(CurrentLiabilities))
	ebitda         = plus(of(OperatingProfit), of(Depreciation))
)

// Named are the ratios, in the order in which they are shown.
var Named = []Ratio{
	times("current_ratio", "Current ratio", liquidity, of(CurrentAssets), of(CurrentLiabilities)),
	times("quick_ratio", "Quick ratio", liquidity, minus(of(CurrentAssets), of(Inventory)), of(CurrentLiabilities)),
	times("cash_ratio", "Cash ratio", liquidity, of(Cash), of(CurrentLiabilities)),
	share("working_capital_to_assets", "Working capital to assets", liquidity, workingCapital, of(TotalAssets)),
	share("equity_to_assets", "Equity ratio", leverage, of(Equity), of(TotalAssets)),
	share("liabilities_to_assets", "Liabilities to assets", leverage, of(TotalLiabilities), of(TotalAssets)),
	times("liabilities_to_equity", "Liabilities to equity", leverage, of(TotalLiabilities), of(Equity)),
	times("debt_to_equity", "Debt to equity", leverage, debt, of(Equity)),
	times("debt_to_ebitda", "Debt to EBITDA", leverage, debt, flow(ebitda)),
	times("net_debt_to_ebitda", "Net debt to EBITDA", leverage, minus(debt, of(Cash)), flow(ebitda)),
	share("tangible_net_worth_to_assets", "Tangible net worth to assets", leverage, minus(of(Equity), of(IntangibleAssets)), of(TotalAssets)),
	share("retained_earnings_to_assets", "Retained earnings to assets", leverage, of(RetainedEarnings), of(TotalAssets)),
	times("interest_coverage", "Operating profit to interest", coverage, of(OperatingProfit), of(InterestExpense)),
	times("ebitda_interest_coverage", "EBITDA to interest", coverage, ebitda, of(InterestExpense)),
	times("cash_flow_to_debt", "Operating cash flow to debt", coverage, flow(of(OperatingCashFlow)), debt),
	times("cash_flow_to_current_liabilities", "Operating cash flow to current liabilities", coverage, flow(of(OperatingCashFlow)), of(CurrentLiabilities)),
	times("debt_service_coverage", "Debt service coverage", coverage, flow(of(OperatingCashFlow)), plus(of(ShortTermDebt), flow(of(InterestExpense)))),
	share("gross_margin", "Gross margin", profitability, of(GrossProfit), of(Revenue)),
	share("operating_margin", "Operating margin", profitability, of(OperatingProfit), of(Revenue)),
	share("net_margin", "Net margin", profitability, of(NetProfit), of(Revenue)),
	share("return_on_assets", "Return on assets", profitability, flow(of(NetProfit)), of(TotalAssets)),
	share("return_on_equity", "Return on equity", profitability, flow(of(NetProfit)), of(Equity)),
	share("operating_profit_to_assets", "Operating profit to assets", profitability, flow(of(OperatingProfit)), of(TotalAssets)),
	times("asset_turnover", "Asset turnover", "turnover", flow(of(Revenue)), of(TotalAssets)),
	turnover("receivable_days", "Receivable days", of(TradeReceivables), of(Revenue)),
	turnover("inventory_days", "Inventory days", of(Inventory), of(CostOfSales)),
	turnover("payable_days", "Payable days", of(TradePayables), of(CostOfSales)),
	conversion,
	growth("revenue_growth", "Growth of revenue", of(Revenue)),
	growth("assets_growth", "Growth of assets", of(TotalAssets)),
	growth("equity_growth", "Growth of equity", of(Equity)),
	growth("net_profit_growth", "Growth of net profit", of(NetProfit)),
}

var conversion = Ratio{
	Name: "cash_conversion_days", Title: "Cash conversion cycle", Group: "turnover", Unit: "days", Decimals: 1,
	Formula: "receivable_days + inventory_days − payable_days", Meaningless: "one of the three means nothing",
	value: func(s *Spread, decimals uint8) (int64, bool) {
		total := int64(0)
		for i, part := range [...]Ratio{
			turnover("", "", of(TradeReceivables), of(Revenue)), turnover("", "", of(Inventory), of(CostOfSales)), turnover("", "", of(TradePayables), of(CostOfSales)),
		} {
			v, known := part.value(s, decimals)
			if !known {
				return 0, false
			}
			if i == 2 {
				v = -v
			}
			total += v
		}
		return total, true
	},
}

// Fact is a named figure that a review rests on.
type Fact struct {
	Name     string `cbor:"1,keyasint"`
	Value    int64  `cbor:"2,keyasint"` // with Decimals decimals
	Decimals uint8  `cbor:"3,keyasint"`
}

// Ratios reckons all that mean something.
func Ratios(s Spread) []Fact {
	facts := make([]Fact, 0, len(Named))
	for i := range Named {
		if v, meaningful := Named[i].Value(&s); meaningful {
			facts = append(facts, Fact{Name: Named[i].Name, Value: v, Decimals: Named[i].Decimals})
		}
	}
	return facts
}
