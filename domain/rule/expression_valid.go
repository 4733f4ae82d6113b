package rule

import (
	"fmt"
	"slices"

	"millrace/domain/money"
)

// node is a program's instructions read back as the tree that they were made from.
type node struct {
	op    Op
	typ   Type
	at    int     // of a fact or constants: where they stand in the program
	count int     // of constants
	parts []*node // operands in order; of a branch: condition, first arm, second arm
}

// Valid tells what keeps the program from being evaluated over the known facts: nil for a program that can't go wrong
// but by a Fault. A fact is known by number and type; its name may have changed.
func (p *Program) Valid(known []Fact) error {
	if p.Form != Form {
		return fmt.Errorf("form %d is not %d", p.Form, Form)
	}
	if len(p.Code) > CodeMax || len(p.Constants) > ConstantsMax || len(p.Facts) > FactsUsedMax || len(p.Enums) > FactsUsedMax {
		return fmt.Errorf("%d instructions, %d constants, %d facts and %d enumerations are more than a program may have", len(p.Code), len(p.Constants), len(p.Facts), len(p.Enums))
	}
	for i := range p.Enums {
		if err := p.validEnum(i); err != nil {
			return err
		}
	}
	for i, fact := range p.Facts {
		if i > 0 && fact.Number <= p.Facts[i-1].Number {
			return fmt.Errorf("fact %d is out of order", fact.Number)
		}
		if !slices.ContainsFunc(known, func(k Fact) bool { return k.Number == fact.Number && k.Type == fact.Type }) {
			return fmt.Errorf("no fact %d of type %s is known", fact.Number, fact.Type)
		}
		if err := p.validFact(fact); err != nil {
			return err
		}
	}
	if p.Currency != 0 && !slices.ContainsFunc(known, func(k Fact) bool { return k.Number == p.Currency && k.Type == Type{EnumOf, CurrencyEnum} }) {
		return fmt.Errorf("fact %d says no currency", p.Currency)
	}
	for i := range p.Constants {
		if err := p.validConstant(&p.Constants[i]); err != nil {
			return fmt.Errorf("constant %d: %w", i, err)
		}
	}
	root, err := p.tree()
	if err != nil {
		return err
	}
	if root.typ != p.Result {
		return fmt.Errorf("the result is %s, not %s", root.typ, p.Result)
	}
	return nil
}

func (p *Program) validEnum(at int) error {
	e := &p.Enums[at]
	if at > 0 && e.Name <= p.Enums[at-1].Name || e.Name == CurrencyEnum || e.Name == CountryEnum || !validText(e.Name) {
		return fmt.Errorf("enumeration %q is out of place", e.Name)
	}
	if len(e.Values) == 0 || len(e.Values) > EnumValuesMax {
		return fmt.Errorf("enumeration %s has %d values", e.Name, len(e.Values))
	}
	for i, named := range e.Values {
		if i > 0 && named.Value <= e.Values[i-1].Value || named.Value == Unknown || !validText(named.Name) {
			return fmt.Errorf("value %d of enumeration %s is out of place", named.Value, e.Name)
		}
	}
	return nil
}

func (p *Program) validFact(fact Fact) error {
	if fact.Number == 0 || fact.Number > FactNumberMax || !validText(fact.Name) || !p.validType(fact.Type) {
		return fmt.Errorf("fact %d %q of type %s can't be", fact.Number, fact.Name, fact.Type)
	}
	return nil
}

func (p *Program) validType(t Type) bool {
	if t.Kind == EnumOf {
		return t.Enum == CurrencyEnum || t.Enum == CountryEnum || p.enum(t.Enum) != nil
	}
	return t.Kind >= Int && t.Kind <= Percent && t.Enum == ""
}

// validText admits what can stand in the text of an expression between quotes or as a name.
func validText(text string) bool {
	if text == "" || len(text) > NameBytesMost {
		return false
	}
	for i := range len(text) {
		if c := text[i]; (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '.' {
			return false
		}
	}
	return true
}

func (p *Program) validConstant(c *Constant) error {
	if !p.validType(c.Type) {
		return fmt.Errorf("type %s can't be", c.Type)
	}
	if c.Currency != 0 && c.Type.Kind != Money {
		return fmt.Errorf("%s has a currency", c.Type)
	}
	ok := true
	switch c.Type.Kind {
	case Bool:
		ok = c.Value == 0 || c.Value == 1
	case Date:
		ok = dateExists(c.Value)
	case EnumOf:
		ok = p.nameOf(c.Type.Enum, c.Value) != ""
	case Money:
		ok = c.Value >= -int64(money.MinorMax) && c.Value <= int64(money.MinorMax)
		if c.Currency == 0 {
			ok = c.Value == 0
		} else {
			ok = ok && c.Currency.Known() && p.Currency != 0
		}
	}
	if !ok {
		return fmt.Errorf("%d is no value of %s", c.Value, c.Type)
	}
	return nil
}

// tree reads the instructions back. It fails unless they nest, agree in their types, and stay within the stack.
func (p *Program) tree() (*node, error) { return p.decode(0, len(p.Code), 0) }

// decode reads the instructions from one place up to another, which must leave one value where below others lie on the
// stack.
func (p *Program) decode(from, to, below int) (*node, error) {
	var stack []*node
	for pc := from; pc < to; {
		made, next, err := p.step(pc, to, below, &stack)
		if err != nil {
			return nil, fmt.Errorf("instruction %d: %w", pc, err)
		}
		stack = append(stack, made)
		if below+len(stack) > StackMax {
			return nil, fmt.Errorf("instruction %d: more than %d values on the stack", pc, StackMax)
		}
		pc = next
	}
	if len(stack) != 1 {
		return nil, fmt.Errorf("instructions %d to %d leave %d values", from, to, len(stack))
	}
	return stack[0], nil
}

// step reads one instruction with all that it spans, and tells where the next one is.
func (p *Program) step(pc, to, below int, stack *[]*node) (*node, int, error) {
	in := p.Code[pc]
	made := &node{op: in.Op, at: int(in.Operand), count: int(in.Count)}
	operands := 2
	switch in.Op {
	case OpFact, OpConstant:
		operands = 0
	case OpNot, OpNegate, OpIn, OpAnd, OpOr, OpBranch:
		operands = 1
	}
	if len(*stack) < operands {
		return nil, 0, fmt.Errorf("%d values where %d are taken", len(*stack), operands)
	}
	left := len(*stack) - operands
	made.parts = slices.Clone((*stack)[left:])
	*stack = (*stack)[:left]
	below += left
	next := pc + 1
	switch in.Op {
	case OpAnd, OpOr:
		if made.at <= next || made.at > to {
			return nil, 0, fmt.Errorf("goes to %d", made.at)
		}
		second, err := p.decode(next, made.at, below)
		if err != nil {
			return nil, 0, err
		}
		made.parts, next = append(made.parts, second), made.at
	case OpBranch:
		end, err := p.arms(pc, to, below, made)
		if err != nil {
			return nil, 0, err
		}
		next = end
	}
	return made, next, p.typed(made)
}

// arms reads both arms of the branch at pc, and tells where they end.
func (p *Program) arms(pc, to, below int, branch *node) (int, error) {
	second := branch.at
	if second < pc+3 || second >= to || p.Code[second-1].Op != OpJump {
		return 0, fmt.Errorf("goes to %d", second)
	}
	end := int(p.Code[second-1].Operand)
	if end <= second || end > to {
		return 0, fmt.Errorf("its first arm goes to %d", end)
	}
	whenTrue, err := p.decode(pc+1, second-1, below)
	if err != nil {
		return 0, err
	}
	whenFalse, err := p.decode(second, end, below)
	if err != nil {
		return 0, err
	}
	branch.parts = append(branch.parts, whenTrue, whenFalse)
	return end, nil
}

// typed gives the node its type, or tells that its operands don't fit.
func (p *Program) typed(n *node) error {
	ok := true
	switch n.op {
	case OpFact:
		if ok = n.at < len(p.Facts); ok {
			n.typ = p.Facts[n.at].Type
		}
	case OpConstant:
		if ok = n.at < len(p.Constants); ok {
			n.typ = p.Constants[n.at].Type
		}
	case OpIn:
		n.typ = Type{Kind: Bool}
		ok = n.count > 0 && n.at+n.count <= len(p.Constants)
		for i := 0; ok && i < n.count; i++ {
			ok = p.Constants[n.at+i].Type == n.parts[0].typ
		}
	case OpBranch:
		n.typ = n.parts[1].typ
		ok = n.parts[0].typ.Kind == Bool && n.parts[1].typ == n.parts[2].typ
	default:
		types := make([]Type, len(n.parts))
		for i, part := range n.parts {
			types[i] = part.typ
		}
		n.typ, ok = ResultOf(n.op, types...)
	}
	if !ok {
		return fmt.Errorf("operation %d does not fit what it is given", n.op)
	}
	return nil
}

// ResultOf is the type that an operation gives for operands of these types; ok is false where it does not take them. It
// knows the operations whose operands are all values on the stack, and OpAnd and OpOr.
func ResultOf(op Op, operands ...Type) (Type, bool) {
	if len(operands) == 1 {
		kind := operands[0].Kind
		fits := op == OpNot && kind == Bool || op == OpNegate && (kind == Int || kind == Money || kind == Percent)
		return operands[0], fits
	}
	if len(operands) != 2 {
		return Type{}, false
	}
	a, b := operands[0], operands[1]
	same, kinds := a == b, [2]Kind{a.Kind, b.Kind}
	counted := a.Kind == Int || a.Kind == Money || a.Kind == Percent
	switch op {
	case OpAdd, OpSubtract:
		return a, same && counted
	case OpMultiply:
		if kinds == [2]Kind{Int, Money} {
			return b, true
		}
		return a, kinds == [2]Kind{Int, Int} || kinds == [2]Kind{Money, Int}
	case OpDivide, OpRemainder:
		return a, same && a.Kind == Int
	case OpShare:
		return Type{Kind: Money}, kinds == [2]Kind{Money, Percent} || kinds == [2]Kind{Percent, Money}
	case OpRatio:
		return Type{Kind: Percent}, same && (a.Kind == Int || a.Kind == Money)
	case OpAddDays, OpSubtractDays:
		return a, kinds == [2]Kind{Date, Int}
	case OpDaysBetween:
		return Type{Kind: Int}, same && a.Kind == Date
	case OpMinimum, OpMaximum:
		return a, same && (counted || a.Kind == Date)
	case OpEqual, OpNotEqual:
		return Type{Kind: Bool}, same
	case OpLess, OpLessOrEqual, OpGreater, OpGreaterOrEqual:
		return Type{Kind: Bool}, same && (counted || a.Kind == Date)
	case OpAnd, OpOr:
		return a, same && a.Kind == Bool
	}
	return Type{}, false
}
