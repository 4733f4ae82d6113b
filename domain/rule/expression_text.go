package rule

import (
	"strconv"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/money"
)

// How strongly an operator binds: the greater, the closer.
const (
	bindsBranch = iota
	bindsOr
	bindsAnd
	bindsRelation
	bindsSum
	bindsProduct
	bindsUnary
	bindsWhole
)

// infix tells how an operation of two operands is written between them.
func infix(op Op) (string, int) {
	switch op {
	case OpOr:
		return "||", bindsOr
	case OpAnd:
		return "&&", bindsAnd
	case OpEqual:
		return "==", bindsRelation
	case OpNotEqual:
		return "!=", bindsRelation
	case OpLess:
		return "<", bindsRelation
	case OpLessOrEqual:
		return "<=", bindsRelation
	case OpGreater:
		return ">", bindsRelation
	case OpGreaterOrEqual:
		return ">=", bindsRelation
	case OpAdd, OpAddDays:
		return "+", bindsSum
	case OpSubtract, OpSubtractDays:
		return "-", bindsSum
	case OpMultiply, OpShare:
		return "*", bindsProduct
	case OpDivide:
		return "/", bindsProduct
	case OpRemainder:
		return "%", bindsProduct
	}
	return "", bindsWhole
}

// The operations that are written as functions of two operands.
var functionNames = map[Op]string{OpMinimum: "min", OpMaximum: "max", OpRatio: "ratio", OpDaysBetween: "days_between"}

// String writes the program as the expression that it computes, made from its instructions alone, so that it shows what is
// evaluated and not what somebody once wrote. Of a program that is not Valid it says so.
func (p *Program) String() string {
	root, err := p.tree()
	if err != nil {
		return "not valid: " + err.Error()
	}
	return p.write(root, bindsBranch)
}

// write writes a node, in parentheses where it binds less than asked for.
func (p *Program) write(n *node, atLeast int) string {
	text, binds := p.writeBare(n)
	if binds < atLeast {
		return "(" + text + ")"
	}
	return text
}

func (p *Program) writeBare(n *node) (string, int) {
	switch n.op {
	case OpFact:
		return p.Facts[n.at].Name, bindsWhole
	case OpConstant:
		return p.writeConstant(&p.Constants[n.at])
	case OpNot:
		return "!" + p.write(n.parts[0], bindsWhole), bindsUnary // not !!x, which CEL reads as x
	case OpNegate:
		if n.parts[0].op == OpConstant {
			return "-(" + p.write(n.parts[0], bindsBranch) + ")", bindsUnary // -5 would be a constant
		}
		return "-" + p.write(n.parts[0], bindsWhole), bindsUnary
	case OpIn:
		return p.write(n.parts[0], bindsSum) + " in " + p.writeList(n), bindsRelation
	case OpBranch:
		return p.write(n.parts[0], bindsOr) + " ? " + p.write(n.parts[1], bindsOr) + " : " + p.write(n.parts[2], bindsBranch), bindsBranch
	case OpAnd, OpOr:
		// Both associate, and chains are kept as first and rest.
		operator, binds := infix(n.op)
		return p.write(n.parts[0], binds+1) + " " + operator + " " + p.write(n.parts[1], binds), binds
	}
	if name := functionNames[n.op]; name != "" {
		return name + "(" + p.write(n.parts[0], bindsBranch) + ", " + p.write(n.parts[1], bindsBranch) + ")", bindsWhole
	}
	operator, binds := infix(n.op)
	return p.write(n.parts[0], binds) + " " + operator + " " + p.write(n.parts[1], binds+1), binds
}

func (p *Program) writeList(n *node) string {
	elements := make([]string, n.count)
	for i := range elements {
		elements[i], _ = p.writeConstant(&p.Constants[n.at+i])
	}
	return "[" + strings.Join(elements, ", ") + "]"
}

func (p *Program) writeConstant(c *Constant) (string, int) {
	switch c.Type.Kind {
	case Bool:
		return strconv.FormatBool(c.Value != 0), bindsWhole
	case EnumOf:
		return `"` + p.nameOf(c.Type.Enum, c.Value) + `"`, bindsWhole
	case Date:
		return `date("` + calendar.Date(c.Value).String() + `")`, bindsWhole
	case Percent:
		return `percent("` + percentText(c.Value) + `")`, bindsWhole
	case Money:
		if c.Currency == 0 {
			return `money("0")`, bindsWhole
		}
		return `money("` + money.Amount{Minor: money.Minor(c.Value), Currency: c.Currency}.String() + `")`, bindsWhole
	}
	if c.Value < 0 {
		return strconv.FormatInt(c.Value, 10), bindsUnary
	}
	return strconv.FormatInt(c.Value, 10), bindsWhole
}

// percentText prints parts per million as per cent, without zeros that say nothing.
func percentText(ppm int64) string {
	const digits = 4
	return strings.TrimSuffix(strings.TrimRight(money.FormatScaled(ppm, digits), "0"), ".")
}
