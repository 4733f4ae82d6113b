package rule

import (
	"math"
	"math/bits"

	"millrace/domain/money"
)

// Eval computes the program over facts by number; the rest are Unknown. It allocates nothing, visits no instruction twice,
// and reads no fact that the value does not need. Where it ends with a fault the value is 0. The program must be Valid.
func (p *Program) Eval(facts []int64) (int64, Fault) {
	var stack [StackMax]int64
	top, code := -1, p.Code
	for pc := 0; pc < len(code); pc++ {
		in := code[pc]
		switch in.Op {
		case OpFact:
			value := factAt(facts, p.Facts[in.Operand].Number)
			if value == Unknown {
				return 0, FactUnknown
			}
			top++
			stack[top] = value
		case OpConstant:
			constant := &p.Constants[in.Operand]
			if constant.Currency != 0 {
				if fault := p.inCurrency(constant, facts); fault != NoFault {
					return 0, fault
				}
			}
			top++
			stack[top] = constant.Value
		case OpNot, OpNegate:
			value, fault := operateOne(in.Op, stack[top])
			if fault != NoFault {
				return 0, fault
			}
			stack[top] = value
		case OpIn:
			value, fault := p.among(in, stack[top], facts)
			if fault != NoFault {
				return 0, fault
			}
			stack[top] = value
		case OpAnd, OpOr:
			if (stack[top] == 0) == (in.Op == OpAnd) {
				pc = max(pc, int(in.Operand)-1)
			} else {
				top--
			}
		case OpBranch:
			if stack[top] == 0 {
				pc = max(pc, int(in.Operand)-1)
			}
			top--
		case OpJump:
			pc = max(pc, int(in.Operand)-1)
		case OpEqual, OpNotEqual, OpLess, OpLessOrEqual, OpGreater, OpGreaterOrEqual:
			top--
			stack[top] = related(in.Op, stack[top], stack[top+1])
		default:
			value, fault := operate(in.Op, stack[top-1], stack[top])
			if fault != NoFault {
				return 0, fault
			}
			top--
			stack[top] = value
		}
	}
	return stack[top], NoFault
}

// factAt is the fact of a number; Unknown beyond the last.
func factAt(facts []int64, number uint16) int64 {
	if int(number) < len(facts) {
		return facts[number]
	}
	return Unknown
}

// inCurrency tells whether an amount that is written in the program may be compared with the facts.
func (p *Program) inCurrency(constant *Constant, facts []int64) Fault {
	switch factAt(facts, p.Currency) {
	case int64(constant.Currency):
		return NoFault
	case Unknown:
		return FactUnknown
	}
	return OtherCurrency
}

// among looks for a value in a list of constants, all of which must be in the facts' currency.
func (p *Program) among(in Instruction, value int64, facts []int64) (int64, Fault) {
	found := int64(0)
	for i := range int(in.Count) {
		constant := &p.Constants[int(in.Operand)+i]
		if constant.Currency != 0 {
			if fault := p.inCurrency(constant, facts); fault != NoFault {
				return 0, fault
			}
		}
		if constant.Value == value {
			found = 1
		}
	}
	return found, NoFault
}

func operateOne(op Op, a int64) (int64, Fault) {
	if op == OpNot {
		return truth(a == 0), NoFault
	}
	if a == math.MinInt64 {
		return 0, Overflow
	}
	return -a, NoFault
}

// operate does what an operation of two operands does.
func operate(op Op, a, b int64) (int64, Fault) {
	switch op {
	case OpEqual, OpNotEqual, OpLess, OpLessOrEqual, OpGreater, OpGreaterOrEqual:
		return related(op, a, b), NoFault
	case OpMinimum:
		return min(a, b), NoFault
	case OpMaximum:
		return max(a, b), NoFault
	case OpAdd:
		return add(a, b)
	case OpSubtract:
		return subtract(a, b)
	case OpDaysBetween:
		return subtract(b, a)
	case OpAddDays:
		return existing(add(a, b))
	case OpSubtractDays:
		return existing(subtract(a, b))
	case OpMultiply:
		return mulDiv(a, b, 1)
	case OpShare:
		return mulDiv(a, b, int64(money.RateOne))
	case OpRatio:
		return mulDiv(a, int64(money.RateOne), b)
	}
	return divide(op, a, b)
}

// The ways in which two values can stand to one another, and which of them make a comparison true.
const (
	isLess = 1 << iota
	isEqual
	isGreater
)

var relations = [...]uint8{
	OpEqual: isEqual, OpNotEqual: isLess | isGreater, OpLess: isLess, OpLessOrEqual: isLess | isEqual, OpGreater: isGreater, OpGreaterOrEqual: isGreater | isEqual,
}

// related compares: 1 where it holds, 0 where it does not.
func related(op Op, a, b int64) int64 {
	way := uint8(isEqual)
	if a < b {
		way = isLess
	} else if a > b {
		way = isGreater
	}
	return truth(relations[op]&way != 0)
}

func divide(op Op, a, b int64) (int64, Fault) {
	switch {
	case b == 0:
		return 0, DivisionByZero
	case a == math.MinInt64 && b == -1:
		return 0, Overflow
	case op == OpRemainder:
		return a % b, NoFault
	}
	return a / b, NoFault
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func add(a, b int64) (int64, Fault) {
	sum := a + b
	if (sum^a)&(sum^b) < 0 {
		return 0, Overflow
	}
	return sum, NoFault
}

func subtract(a, b int64) (int64, Fault) {
	difference := a - b
	if (a^b)&(difference^a) < 0 {
		return 0, Overflow
	}
	return difference, NoFault
}

func existing(date int64, fault Fault) (int64, Fault) {
	if fault == NoFault && !dateExists(date) {
		return 0, Overflow
	}
	return date, fault
}

// mulDiv gives a * b / divisor through a 128-bit product, rounded half up away from zero.
func mulDiv(a, b, divisor int64) (int64, Fault) {
	if divisor == 0 {
		return 0, DivisionByZero
	}
	high, low := bits.Mul64(magnitude(a), magnitude(b))
	by := magnitude(divisor)
	low, carry := bits.Add64(low, by/2, 0)
	high += carry
	if high >= by {
		return 0, Overflow
	}
	quotient, _ := bits.Div64(high, low, by)
	if negative := (a < 0) != (b < 0) != (divisor < 0); negative {
		if quotient > 1<<63 {
			return 0, Overflow
		}
		return -int64(quotient), NoFault
	}
	if quotient > math.MaxInt64 {
		return 0, Overflow
	}
	return int64(quotient), NoFault
}

func magnitude(v int64) uint64 {
	if v < 0 {
		return -uint64(v)
	}
	return uint64(v)
}
