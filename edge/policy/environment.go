package policy

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/env"
	"cel.dev/cel-go/common/operators"

	"millrace/domain/credit"
	"millrace/domain/money"
	"millrace/domain/receivable"
	"millrace/domain/risk"
	"millrace/domain/rule"
	"millrace/domain/trade"
)

// Fact is a fact with the sentence that explains it to people.
type Fact struct {
	rule.Fact
	Sentence string
}

// Environment is what expressions of one purpose may look at.
type Environment struct {
	facts    []Fact
	enums    []rule.Enum
	byName   map[string]Fact
	currency uint16   // number of the fact that says in which currency amounts are
	checker  *cel.Env // knows the facts and the operations below, and nothing else
}

// New makes an environment. It fails where two facts share a name or number, an enumeration is not listed, or there are
// amounts and no fact of type currency.
func New(facts []Fact, enums []rule.Enum) (Environment, error) {
	e := Environment{facts: facts, enums: enums, byName: map[string]Fact{}}
	numbers := map[uint16]bool{}
	amounts := false
	for _, fact := range facts {
		if _, twice := e.byName[fact.Name]; twice || numbers[fact.Number] {
			return Environment{}, fmt.Errorf("fact %d %s: its name or number is taken", fact.Number, fact.Name)
		}
		e.byName[fact.Name], numbers[fact.Number] = fact, true
		amounts = amounts || fact.Type.Kind == rule.Money
		switch {
		case fact.Type == rule.Type{Kind: rule.EnumOf, Enum: rule.CurrencyEnum}:
			e.currency = fact.Number
		case fact.Type.Kind == rule.EnumOf && fact.Type.Enum != rule.CountryEnum && e.enum(fact.Type.Enum) == nil:
			return Environment{}, fmt.Errorf("fact %d %s: enumeration %s is not listed", fact.Number, fact.Name, fact.Type.Enum)
		}
	}
	if amounts && e.currency == 0 {
		return Environment{}, fmt.Errorf("no fact says in which currency the amounts are")
	}
	checker, err := cel.NewCustomEnv(e.declarations(nil)...)
	if err != nil {
		return Environment{}, fmt.Errorf("declare the facts: %w", err)
	}
	e.checker = checker
	return e, nil
}

// Facts lists the facts in the order of the reference.
func (e *Environment) Facts() []Fact { return slices.Clone(e.facts) }

// Enums lists the enumerations, save currency and country.
func (e *Environment) Enums() []rule.Enum { return slices.Clone(e.enums) }

// Known lists the facts as rule.Program.Valid wants them.
func (e *Environment) Known() []rule.Fact {
	known := make([]rule.Fact, len(e.facts))
	for i, fact := range e.facts {
		known[i] = fact.Fact
	}
	return known
}

func (e *Environment) enum(name string) *rule.Enum {
	for i := range e.enums {
		if e.enums[i].Name == name {
			return &e.enums[i]
		}
	}
	return nil
}

// value finds a value of an enumeration by its name.
func (e *Environment) value(enum, name string) (int64, bool) {
	switch enum {
	case rule.CurrencyEnum:
		currency, ok := money.ParseCurrency(name)
		return int64(currency), ok
	case rule.CountryEnum:
		return rule.CountryValue(name), slices.Contains(countries, name)
	}
	for _, named := range e.enum(enum).Values {
		if named.Name == name {
			return named.Value, true
		}
	}
	return 0, false
}

// names lists the names of an enumeration; those of currencies are left out, being too many to list.
func (e *Environment) names(enum string) []string {
	switch enum {
	case rule.CurrencyEnum:
		return nil
	case rule.CountryEnum:
		return countries
	}
	var names []string
	for _, named := range e.enum(enum).Values {
		names = append(names, named.Name)
	}
	return names
}

// The types of values in CEL; those of enumerations are opaque types of their names.
var celTypes = map[rule.Kind]*cel.Type{
	rule.Int: cel.IntType, rule.Bool: cel.BoolType, rule.Date: cel.OpaqueType("date"), rule.Money: cel.OpaqueType("money"), rule.Percent: cel.OpaqueType("percent"),
}

func celType(t rule.Type) *cel.Type {
	if t.Kind == rule.EnumOf {
		return cel.OpaqueType(t.Enum)
	}
	return celTypes[t.Kind]
}

// operation is one meaning of an operator or function: the types that it takes and what it becomes.
type operation struct {
	function string
	operands []rule.Kind
	result   rule.Kind
	op       rule.Op
}

// name is the operation's identifier in CEL.
func (o operation) name() string {
	name := o.function
	for _, kind := range o.operands {
		name += "_" + kind.String()
	}
	return name
}

// operations are all operators and functions but equality, logic, the conditional and in, which CEL knows for all types.
var operations = func() []operation {
	var all []operation
	pairs := func(function string, op rule.Op, kinds ...rule.Kind) {
		for _, kind := range kinds {
			all = append(all, operation{function, []rule.Kind{kind, kind}, kind, op})
		}
	}
	for function, op := range map[string]rule.Op{
		operators.Less: rule.OpLess, operators.LessEquals: rule.OpLessOrEqual, operators.Greater: rule.OpGreater, operators.GreaterEquals: rule.OpGreaterOrEqual,
	} {
		for _, kind := range []rule.Kind{rule.Int, rule.Money, rule.Percent, rule.Date} {
			all = append(all, operation{function, []rule.Kind{kind, kind}, rule.Bool, op})
		}
	}
	pairs(operators.Add, rule.OpAdd, rule.Int, rule.Money, rule.Percent)
	pairs(operators.Subtract, rule.OpSubtract, rule.Int, rule.Money, rule.Percent)
	pairs(operators.Multiply, rule.OpMultiply, rule.Int)
	pairs(operators.Divide, rule.OpDivide, rule.Int)
	pairs(operators.Modulo, rule.OpRemainder, rule.Int)
	pairs("min", rule.OpMinimum, rule.Int, rule.Money, rule.Percent, rule.Date)
	pairs("max", rule.OpMaximum, rule.Int, rule.Money, rule.Percent, rule.Date)
	all = append(all,
		operation{operators.Negate, []rule.Kind{rule.Int}, rule.Int, rule.OpNegate},
		operation{operators.Negate, []rule.Kind{rule.Money}, rule.Money, rule.OpNegate},
		operation{operators.Negate, []rule.Kind{rule.Percent}, rule.Percent, rule.OpNegate},
		operation{operators.Multiply, []rule.Kind{rule.Money, rule.Int}, rule.Money, rule.OpMultiply},
		operation{operators.Multiply, []rule.Kind{rule.Int, rule.Money}, rule.Money, rule.OpMultiply},
		operation{operators.Multiply, []rule.Kind{rule.Money, rule.Percent}, rule.Money, rule.OpShare},
		operation{operators.Multiply, []rule.Kind{rule.Percent, rule.Money}, rule.Money, rule.OpShare},
		operation{operators.Add, []rule.Kind{rule.Date, rule.Int}, rule.Date, rule.OpAddDays},
		operation{operators.Subtract, []rule.Kind{rule.Date, rule.Int}, rule.Date, rule.OpSubtractDays},
		operation{"days_between", []rule.Kind{rule.Date, rule.Date}, rule.Int, rule.OpDaysBetween},
		operation{"ratio", []rule.Kind{rule.Money, rule.Money}, rule.Percent, rule.OpRatio},
		operation{"ratio", []rule.Kind{rule.Int, rule.Int}, rule.Percent, rule.OpRatio},
	)
	slices.SortFunc(all, func(a, b operation) int { return strings.Compare(a.name(), b.name()) })
	return all
}()

// literals are the functions that read a value from a text.
var literals = map[string]rule.Kind{"money": rule.Money, "date": rule.Date, "percent": rule.Percent}

// The names that only the reader itself writes into an expression: what is wrong already, and a value of an enumeration.
const (
	wrongName  = "@wrong"
	enumPrefix = "@enum_"
)

// declarations are what CEL is told. Where bind is given it lends each operation, literal and enumeration something that
// computes it; to check types nothing is needed.
func (e *Environment) declarations(bind func(name string) []cel.OverloadOpt) []cel.EnvOption {
	if bind == nil {
		bind = func(string) []cel.OverloadOpt { return nil }
	}
	var included []*env.Function
	for _, name := range []string{operators.LogicalAnd, operators.LogicalOr, operators.LogicalNot, operators.Conditional, operators.Equals, operators.NotEquals} {
		included = append(included, &env.Function{Name: name})
	}
	included = append(included, &env.Function{Name: operators.In, Overloads: []*env.Overload{{ID: "in_list"}}})
	options := []cel.EnvOption{
		cel.StdLib(cel.StdLibSubset(&env.LibrarySubset{DisableMacros: true, IncludeFunctions: included})),
		cel.ParserRecursionLimit(nestingMax), cel.ParserExpressionSizeLimit(rule.ClauseTextMax),
		cel.Variable(wrongName, cel.DynType),
	}
	for _, o := range operations {
		var operands []*cel.Type
		for _, kind := range o.operands {
			operands = append(operands, celTypes[kind])
		}
		options = append(options, cel.Function(o.function, cel.Overload(o.name(), operands, celTypes[o.result], bind(o.name())...)))
	}
	for _, name := range []string{"money", "date", "percent"} {
		options = append(options, cel.Function(name, cel.Overload(name, []*cel.Type{cel.StringType}, celTypes[literals[name]], bind(name)...)))
	}
	declared := map[string]bool{}
	for _, fact := range e.facts {
		options = append(options, cel.Variable(fact.Name, celType(fact.Type)))
		if enum := fact.Type.Enum; enum != "" && !declared[enum] {
			declared[enum] = true
			options = append(options, cel.Function(enumPrefix+enum, cel.Overload(enumPrefix+enum, []*cel.Type{cel.StringType}, celType(fact.Type), bind(enumPrefix+enum)...)))
		}
	}
	return options
}

// nestingMax is how deep an expression may nest.
const nestingMax = 64

// sentences explain the facts of a financing, by number.
var sentences = map[uint16]string{
	rule.FactAmount:            "The amount that is to be financed.",
	rule.FactFace:              "The payable amount of the claim as invoiced; a part that was paid in advance is excluded.",
	rule.FactOutstanding:       "What the buyer still has to pay of the claim.",
	rule.FactCurrency:          "The currency of the claim: a code of ISO 4217. All amounts of a financing are in it.",
	rule.FactTenorDays:         "Days from the business date to the due date.",
	rule.FactDaysSinceIssue:    "Days from the issue of the claim to the business date.",
	rule.FactDaysOverdue:       "Days from the due date to the business date; 0 up to the due date.",
	rule.FactBuyerGrade:        fmt.Sprintf("The grade of the buyer's live review: 1 is the best, %d the worst. Not known without one.", credit.GradeMax),
	rule.FactSellerGrade:       fmt.Sprintf("The grade of the seller's live review: 1 is the best, %d the worst. Not known without one.", credit.GradeMax),
	rule.FactBuyerCountry:      "The buyer's country: a code of ISO 3166-1 in two letters. Not known where the party has none.",
	rule.FactSellerCountry:     "The seller's country: a code of ISO 3166-1 in two letters. Not known where the party has none.",
	rule.FactOrdered:           "An order is in the trade.",
	rule.FactAgreed:            "An order response that accepts is in the trade.",
	rule.FactShipped:           "A despatch advice that names goods is in the trade.",
	rule.FactReceived:          "A receipt advice that takes goods is in the trade.",
	rule.FactAccepted:          "For services: a receipt advice that takes hours or a milestone is in the trade.",
	rule.FactInvoiced:          "An invoice is in the trade.",
	rule.FactConfirmed:         "The buyer has given an undertaking for this claim.",
	rule.FactEvidenceGrade:     fmt.Sprintf("How strong the evidence of the trade is: 0 is nothing, %d everything.", trade.GradeMax),
	rule.FactUndertaking:       "What the buyer, or a bank for it, has promised.",
	rule.FactUndertaken:        "What is still to be paid of the undertaking; nothing where there is none.",
	rule.FactDifferences:       "In how many ways more is billed than was ordered or received, beyond the programme's tolerances.",
	rule.FactSameGroup:         "Seller and buyer belong to one group, or are one party.",
	rule.FactReverseTrades:     "Trades in which the buyer sells to the seller.",
	rule.FactSellerUse:         "What the seller uses of the programme, this financing included.",
	rule.FactProgrammeUse:      "What is used of the programme, this financing included.",
	rule.FactSellerShare:       "The seller's part of what is used of the programme.",
	rule.FactBuyerOverdue:      "Financings on this buyer in the programme that are past due.",
	rule.FactDisputed:          "What the buyer disputes of the claim and is not settled.",
	rule.FactDilution:          "The part of what the seller has invoiced to this buyer in twelve months that credit notes and lost disputes took back.",
	rule.FactTradeKind:         "The kind of the trade, as its documents show it.",
	rule.FactSelfBilled:        "The buyer itself issued the invoice.",
	rule.FactIssueDate:         "The day on which the claim was issued.",
	rule.FactDueDate:           "The day on which the claim is due.",
	rule.FactBusinessDate:      "The business date of the decision.",
	rule.FactPaid:              "What the buyer has paid of the claim.",
	rule.FactCredited:          "What credit notes have taken off the claim.",
	rule.FactPossibleDuplicate: "Another claim between the two may be the same deal.",
	rule.FactCertificated:      "The claim travels in a certificate.",
	rule.FactTrades:            "Trades in which the seller sells to the buyer, this one included.",
}

// sentenceOf says what a fact is; of those that risk control reckons, in its words.
func sentenceOf(number uint16) string {
	if number == rule.FactScore {
		return "The score of the champion among the models that are asked, in its units. Not known without one."
	}
	for i := range risk.Listed {
		if title := risk.Listed[i].Title; risk.Listed[i].Number == number && sentences[number] == "" {
			return strings.ToUpper(title[:1]) + title[1:] + "."
		}
	}
	return sentences[number]
}

// bankUndertaking is the value of FactUndertaking where a bank has undertaken to pay.
const bankUndertaking = int64(receivable.Irrevocable) + 1

// Financing is the environment of eligibility and risk policy: rule.FinancingFacts with their sentences.
var Financing = sync.OnceValue(func() Environment {
	facts := make([]Fact, len(rule.FinancingFacts))
	for i, fact := range rule.FinancingFacts {
		facts[i] = Fact{fact, sentenceOf(fact.Number)}
	}
	undertakings := rule.Enum{Name: rule.UndertakingEnum}
	for u := receivable.NoUndertaking; u <= receivable.Irrevocable; u++ {
		undertakings.Values = append(undertakings.Values, rule.Named{Value: int64(u), Name: u.String()})
	}
	undertakings.Values = append(undertakings.Values, rule.Named{Value: bankUndertaking, Name: "bank"})
	kinds := rule.Enum{Name: rule.TradeKindEnum}
	for k := trade.Goods; k <= trade.Advance; k++ {
		kinds.Values = append(kinds.Values, rule.Named{Value: int64(k), Name: k.String()})
	}
	environment, err := New(facts, []rule.Enum{kinds, undertakings})
	if err != nil {
		panic("policy: the environment of a financing: " + err.Error())
	}
	return environment
})
