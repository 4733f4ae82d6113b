package credit

import "millrace/domain/money"

// LimitRule is how a limit is proposed from accounts and grade.
type LimitRule struct {
	EquityShare   money.Rate           `cbor:"1,keyasint"` // of equity, in millionths
	TurnoverShare money.Rate           `cbor:"2,keyasint"` // of what is bought (sold) within the tenor, in millionths
	Multipliers   [GradeMax]money.Rate `cbor:"3,keyasint"` // by grade, in millionths; 0 for no limit
	RoundTo       money.Minor          `cbor:"4,keyasint"` // the limit is a multiple of it, rounded down; at least 1
	GroupShare    money.Rate           `cbor:"5,keyasint"` // of the limit rule's base that all of a group may have; 0 for no bound
}

// DefaultLimitRule ships with the program.
var DefaultLimitRule = LimitRule{
	EquityShare: 200_000, TurnoverShare: 300_000, RoundTo: 1_000_00, GroupShare: 1_000_000,
	Multipliers: [GradeMax]money.Rate{1_500_000, 1_250_000, 1_000_000, 800_000, 600_000, 400_000, 200_000, 100_000, 0, 0},
}

// MultiplierMax is the largest multiplier of a grade: five.
const MultiplierMax = 5 * money.RateOne

// Flaw says why the rule is none; "" for one.
func (r *LimitRule) Flaw() string {
	if r.EquityShare < 0 || r.EquityShare > money.RateOne || r.TurnoverShare < 0 || r.TurnoverShare > money.RateOne || r.GroupShare < 0 || r.GroupShare > MultiplierMax {
		return "a share is between nothing and all"
	}
	if r.RoundTo < 1 || r.RoundTo > FigureMax {
		return "a limit is rounded to a multiple of one minor unit at least"
	}
	before := money.Rate(MultiplierMax)
	for _, m := range r.Multipliers {
		if m < 0 || m > before {
			return "multipliers do not rise as grades get worse, and are five at most"
		}
		before = m
	}
	return ""
}

// Step is a line of the arithmetic of a limit.
type Step uint8

// The steps, in their order.
const (
	ByEquity   Step = 1 + iota // input: equity; factor: its share
	ByTurnover                 // input: what is bought or sold in the tenor; factor: its share
	Base                       // the smaller of those two that are known
	ByGrade                    // input: the base; factor: the grade's multiplier
	ByInsurer                  // what an insurer covers
	ByGroup                    // what is left for the group
	ByAsked                    // what was asked for
	Rounded                    // the smallest of the last four, rounded down; factor: 0, input: before rounding
)

// StepNames are the names used in API and console.
var StepNames = [...]string{"", "share_of_equity", "share_of_turnover", "base", "grade", "insurer", "group", "asked", "rounded"}

// String is the name used in API and console.
func (s Step) String() string { return StepNames[s] }

// LimitLine is a step with its figures.
type LimitLine struct {
	Step   Step        `cbor:"1,keyasint"`
	Input  money.Minor `cbor:"2,keyasint"`
	Factor money.Rate  `cbor:"3,keyasint,omitempty"` // by which the input was multiplied; 0 for none
	Result money.Minor `cbor:"4,keyasint"`
	Binds  bool        `cbor:"5,keyasint,omitempty"` // this is what the limit came from
}

// Sizing is what a limit is reckoned from, in minor units of its currency.
type Sizing struct {
	Statement  *Statement // the newest in the currency of the limit; nil for none
	Buyer      bool       // it buys: cost of sales is its turnover, else revenue
	TenorDays  int32
	Grade      uint8
	Asked      money.Minor
	Insured    money.Minor // what an insurer covers; 0 for no insurer
	GroupTaken money.Minor // limits of others of its group
	Grouped    bool        // it belongs to a group
}

// Propose reckons a limit, line by line: the smaller of a share of equity and of a share of what is bought within the tenor,
// times the grade's multiplier; not above what an insurer covers, what is left for the group, and what was asked for; rounded down.
// Without accounts there is no base, and the limit is nothing. Equity below zero counts as nothing.
func (r *LimitRule) Propose(s Sizing) ([]LimitLine, money.Minor) {
	var lines []LimitLine
	base, known := money.Minor(0), false
	add := func(step Step, input money.Minor, factor money.Rate) money.Minor {
		result := input
		if factor != 0 || step == ByGrade {
			result = min(money.Share(min(input, FigureMax), factor), FigureMax)
		}
		lines = append(lines, LimitLine{Step: step, Input: input, Factor: factor, Result: result})
		return result
	}
	if equity, has := s.Statement.Of(Equity); has && r.EquityShare > 0 {
		base, known = add(ByEquity, max(0, equity), r.EquityShare), true
	}
	if turnover, has := s.turnover(); has && r.TurnoverShare > 0 {
		if part := add(ByTurnover, turnover, r.TurnoverShare); !known || part < base {
			base, known = part, true
		}
	}
	add(Base, base, 0)
	graded := add(ByGrade, base, r.Multipliers[s.Grade-1])
	least, binding := graded, len(lines)-1
	bound := func(step Step, input money.Minor) {
		if result := add(step, input, 0); result < least {
			least, binding = result, len(lines)-1
		}
	}
	if s.Insured > 0 {
		bound(ByInsurer, s.Insured)
	}
	if s.Grouped && r.GroupShare > 0 {
		all := money.Share(base, r.GroupShare)
		bound(ByGroup, max(0, all-s.GroupTaken))
	}
	bound(ByAsked, s.Asked)
	lines[binding].Binds = true
	limit := least - least%r.RoundTo
	lines = append(lines, LimitLine{Step: Rounded, Input: least, Result: limit})
	return lines, limit
}

// turnover is what is bought (sold) within the tenor.
func (s *Sizing) turnover() (money.Minor, bool) {
	line := Revenue
	if s.Buyer {
		line = CostOfSales
	}
	flow, known := s.Statement.Of(line)
	if !known || s.Statement.Days() == 0 {
		return 0, false
	}
	return money.MulDiv(flow, int64(s.TenorDays), int64(s.Statement.Days())), true
}
