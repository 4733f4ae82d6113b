package rule

import (
	"slices"
	"strconv"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Reason is one comparison that decided, as it stood: "tenor_days 95 > 90". Measure and Bound are the values of its two
// sides; a bool fact alone has its value as measure, and for a list the bound is 0.
type Reason struct {
	Text    string `cbor:"1,keyasint" json:"text"`
	Measure int64  `cbor:"2,keyasint" json:"measure"`
	Bound   int64  `cbor:"3,keyasint" json:"bound"`
}

// Explanation is a value with what led to it.
type Explanation struct {
	Value   int64
	Fault   Fault
	Reasons []Reason // the comparisons without which the value would be another; of a fault, what it met
}

// Explain computes the program as Eval does and tells what decided. It allocates; use it where the answer is shown or kept.
// The program must be Valid.
func (p *Program) Explain(facts []int64) Explanation {
	root, err := p.tree()
	if err != nil {
		panic("rule: explained a program that is not valid: " + err.Error())
	}
	x := explainer{p, facts}
	value, fault, culprit := x.compute(root)
	if fault != NoFault {
		return Explanation{0, fault, []Reason{{Text: x.faultText(fault, culprit)}}}
	}
	return Explanation{value, NoFault, x.why(root, value)}
}

type explainer struct {
	program *Program
	facts   []int64
}

// why gives the comparisons on which a node's value rests, which was computed without a fault. Where one side of && or ||
// suffices it alone is the reason.
func (x explainer) why(n *node, value int64) []Reason {
	switch n.op {
	case OpAnd, OpOr:
		first, _, _ := x.compute(n.parts[0])
		if (first != 0) == (n.op == OpOr) {
			return x.why(n.parts[0], first)
		}
		if (value != 0) == (n.op == OpOr) {
			return x.why(n.parts[1], value)
		}
		return append(x.why(n.parts[0], first), x.why(n.parts[1], value)...)
	case OpNot:
		return x.why(n.parts[0], truth(value == 0))
	case OpBranch:
		condition, _, _ := x.compute(n.parts[0])
		return append(x.why(n.parts[0], condition), x.why(n.arm(condition), value)...)
	}
	return x.reasons(n, value)
}

// arm is the one of a branch that is taken.
func (n *node) arm(condition int64) *node {
	if condition == 0 {
		return n.parts[2]
	}
	return n.parts[1]
}

// compute gives the value of a node or, with a fault, the node that met it.
func (x explainer) compute(n *node) (int64, Fault, *node) {
	switch n.op {
	case OpFact:
		value := factAt(x.facts, x.program.Facts[n.at].Number)
		if value == Unknown {
			return 0, FactUnknown, n
		}
		return value, NoFault, nil
	case OpConstant:
		constant := &x.program.Constants[n.at]
		if constant.Currency != 0 {
			if fault := x.program.inCurrency(constant, x.facts); fault != NoFault {
				return 0, fault, n
			}
		}
		return constant.Value, NoFault, nil
	case OpAnd, OpOr, OpBranch:
		first, fault, culprit := x.compute(n.parts[0])
		if fault != NoFault {
			return 0, fault, culprit
		}
		if n.op == OpBranch {
			return x.compute(n.arm(first))
		}
		if (first != 0) == (n.op == OpOr) {
			return first, NoFault, nil
		}
		return x.compute(n.parts[1])
	}
	var values [2]int64
	for i, part := range n.parts {
		value, fault, culprit := x.compute(part)
		if fault != NoFault {
			return 0, fault, culprit
		}
		values[i] = value
	}
	value, fault := values[0], NoFault
	switch n.op {
	case OpNot, OpNegate:
		value, fault = operateOne(n.op, values[0])
	case OpIn:
		value, fault = x.program.among(Instruction{n.op, uint16(n.at), uint16(n.count)}, values[0], x.facts)
	default:
		value, fault = operate(n.op, values[0], values[1])
	}
	return value, fault, n
}

func (x explainer) faultText(fault Fault, at *node) string {
	currency := Fact{Name: CurrencyEnum}
	for _, fact := range x.program.Facts {
		if fact.Number == x.program.Currency {
			currency = fact
		}
	}
	switch {
	case fault == FactUnknown && at.op == OpFact:
		return x.program.Facts[at.at].Name + " is not known"
	case fault == FactUnknown:
		return currency.Name + " is not known"
	case fault == OtherCurrency:
		return "amounts are in " + x.program.nameOf(CurrencyEnum, factAt(x.facts, x.program.Currency)) + ", unlike " + x.program.write(at, bindsBranch)
	case fault == DivisionByZero:
		return x.program.write(at, bindsBranch) + " divides by zero" + x.values(at)
	}
	return x.program.write(at, bindsBranch) + " is beyond what can be computed" + x.values(at)
}

// reasons tells what a comparison, or a bool fact, found. Whatever else gives a value is no reason by itself, and is shown
// with the facts in it.
func (x explainer) reasons(n *node, value int64) []Reason {
	operator, binds := infix(n.op)
	switch {
	case n.op == OpConstant:
		return nil
	case n.op == OpFact && n.typ.Kind == Bool:
		return []Reason{{Text: x.program.Facts[n.at].Name + " is " + strconv.FormatBool(value != 0), Measure: value, Bound: truth(value == 0)}}
	case n.op == OpIn:
		is := " in "
		if value == 0 {
			is = " not in "
		}
		measure, _, _ := x.compute(n.parts[0])
		return []Reason{{Text: x.side(n.parts[0], measure) + is + x.program.writeList(n) + x.values(compound(n.parts[0])...), Measure: measure}}
	case binds == bindsRelation:
		if value == 0 {
			operator, _ = infix(opposite(n.op))
		}
		a, _, _ := x.compute(n.parts[0])
		b, _, _ := x.compute(n.parts[1])
		text := x.side(n.parts[0], a) + " " + operator + " " + x.side(n.parts[1], b)
		return []Reason{{Text: text + x.values(compound(n.parts...)...), Measure: a, Bound: b}}
	}
	return []Reason{{Text: x.side(n, value) + x.values(compound(n)...), Measure: value}}
}

func opposite(op Op) Op {
	switch op {
	case OpEqual:
		return OpNotEqual
	case OpNotEqual:
		return OpEqual
	case OpLess:
		return OpGreaterOrEqual
	case OpLessOrEqual:
		return OpGreater
	case OpGreater:
		return OpLessOrEqual
	}
	return OpLess
}

// side is one side of a comparison: a constant as its value, all else as what it is called, and its value.
func (x explainer) side(n *node, value int64) string {
	if n.op == OpConstant {
		return x.format(n.typ, value)
	}
	return x.program.write(n, bindsUnary) + " " + x.format(n.typ, value)
}

// compound keeps what is neither a fact nor a constant: the facts in it want showing.
func compound(nodes ...*node) []*node {
	return slices.DeleteFunc(slices.Clone(nodes), func(n *node) bool { return n.op == OpFact || n.op == OpConstant })
}

// values lists the facts below the nodes with their values, each once: " (seller_use 100.00 EUR, amount 7.00 EUR)".
func (x explainer) values(nodes ...*node) string {
	var told []string
	var visit func(*node)
	visit = func(n *node) {
		if n.op == OpFact {
			text := x.program.Facts[n.at].Name + " " + x.format(n.typ, factAt(x.facts, x.program.Facts[n.at].Number))
			if !slices.Contains(told, text) {
				told = append(told, text)
			}
		}
		for _, part := range n.parts {
			visit(part)
		}
	}
	for _, n := range nodes {
		visit(n)
	}
	if len(told) == 0 {
		return ""
	}
	return " (" + strings.Join(told, ", ") + ")"
}

// format writes a value for people.
func (x explainer) format(t Type, value int64) string {
	if value == Unknown {
		return "not known"
	}
	switch t.Kind {
	case Bool:
		return strconv.FormatBool(value != 0)
	case EnumOf:
		if name := x.program.nameOf(t.Enum, value); name != "" {
			return name
		}
	case Date:
		if dateExists(value) {
			return calendar.Date(value).String()
		}
	case Percent:
		return percentText(value) + " %"
	case Money:
		currency := factAt(x.facts, x.program.Currency)
		if x.program.Currency != 0 && x.program.nameOf(CurrencyEnum, currency) != "" {
			return money.Amount{Minor: money.Minor(value), Currency: money.Currency(currency)}.String()
		}
	}
	return strconv.FormatInt(value, 10)
}
