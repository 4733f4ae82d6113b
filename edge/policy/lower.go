package policy

import (
	"cmp"
	"slices"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"

	"millrace/domain/rule"
)

// lowering turns a checked tree into instructions, in the order in which they are carried out.
type lowering struct {
	tree    *ast.AST
	env     *Environment
	program rule.Program
	depth   int // values on the stack
	deepest int
}

// lower makes the program of a checked tree in which nothing is wrong; ok is false where it is too much for a program.
func lower(tree *ast.AST, environment *Environment) (rule.Program, bool) {
	l := lowering{tree: tree, env: environment}
	l.program = rule.Program{Form: rule.Form, Result: l.typeOf(tree.Expr())}
	l.use(tree.Expr())
	slices.SortFunc(l.program.Facts, func(a, b rule.Fact) int { return cmp.Compare(a.Number, b.Number) })
	for _, fact := range l.program.Facts {
		l.useEnum(fact.Type)
	}
	slices.SortFunc(l.program.Enums, func(a, b rule.Enum) int { return cmp.Compare(a.Name, b.Name) })
	if len(l.program.Facts) > rule.FactsUsedMax {
		return rule.Program{}, false
	}
	l.emit(tree.Expr())
	p := &l.program
	return l.program, len(p.Code) <= rule.CodeMax && len(p.Constants) <= rule.ConstantsMax && l.deepest <= rule.StackMax
}

// use notes the facts below a node, and whether amounts are among what it looks at.
func (l *lowering) use(e ast.Expr) {
	if l.typeOf(e).Kind == rule.Money {
		l.program.Currency = l.env.currency
	}
	switch e.Kind() {
	case ast.IdentKind:
		fact := l.env.byName[e.AsIdent()].Fact
		if !slices.Contains(l.program.Facts, fact) {
			l.program.Facts = append(l.program.Facts, fact)
		}
	case ast.CallKind:
		for _, argument := range e.AsCall().Args() {
			l.use(argument)
		}
	case ast.ListKind:
		for _, element := range e.AsList().Elements() {
			l.use(element)
		}
	}
}

func (l *lowering) useEnum(t rule.Type) {
	enum := l.env.enum(t.Enum)
	if enum != nil && !slices.ContainsFunc(l.program.Enums, func(e rule.Enum) bool { return e.Name == t.Enum }) {
		l.program.Enums = append(l.program.Enums, *enum)
	}
}

// typeOf is the type that the checker found; the zero type for a list or a text.
func (l *lowering) typeOf(e ast.Expr) rule.Type {
	found := l.tree.GetType(e.ID())
	for kind, known := range celTypes {
		if found.IsExactType(known) {
			return rule.Type{Kind: kind}
		}
	}
	if found.Kind() == types.OpaqueKind {
		return rule.Type{Kind: rule.EnumOf, Enum: found.TypeName()}
	}
	return rule.Type{}
}

// put adds an instruction that leaves as many values more, or less, on the stack.
func (l *lowering) put(more int, in rule.Instruction) {
	l.program.Code = append(l.program.Code, in)
	l.depth += more
	l.deepest = max(l.deepest, l.depth)
}

// aim lets the instruction at a place go to the next one that is put.
func (l *lowering) aim(place int) { l.program.Code[place].Operand = uint16(len(l.program.Code)) }

func (l *lowering) emit(e ast.Expr) {
	switch e.Kind() {
	case ast.IdentKind:
		place := slices.IndexFunc(l.program.Facts, func(f rule.Fact) bool { return f.Name == e.AsIdent() })
		l.put(1, rule.Instruction{Op: rule.OpFact, Operand: uint16(place)})
	case ast.LiteralKind:
		l.emitConstant(l.constant(e))
	default:
		l.emitCall(e)
	}
}

// constant is the value of a literal, of money, percent and date, or of a name.
func (l *lowering) constant(e ast.Expr) rule.Constant {
	typ := l.typeOf(e)
	if e.Kind() == ast.CallKind {
		call := e.AsCall()
		text, _ := textOf(call.Args()[0])
		if enum, ok := strings.CutPrefix(call.FunctionName(), enumPrefix); ok {
			value, _ := l.env.value(enum, text)
			return rule.Constant{Type: typ, Value: value}
		}
		constant, _, _ := written(call.FunctionName(), text)
		return constant
	}
	if truth, ok := e.AsLiteral().(types.Bool); ok {
		if truth {
			return rule.Constant{Type: typ, Value: 1}
		}
		return rule.Constant{Type: typ}
	}
	return rule.Constant{Type: typ, Value: int64(e.AsLiteral().(types.Int))}
}

func (l *lowering) emitConstant(constant rule.Constant) {
	place := slices.Index(l.program.Constants, constant)
	if place < 0 {
		place = len(l.program.Constants)
		l.program.Constants = append(l.program.Constants, constant)
	}
	l.put(1, rule.Instruction{Op: rule.OpConstant, Operand: uint16(place)})
}

func (l *lowering) emitCall(e ast.Expr) {
	call := e.AsCall()
	arguments, function := call.Args(), call.FunctionName()
	if _, literal := literals[function]; literal || strings.HasPrefix(function, enumPrefix) {
		l.emitConstant(l.constant(e))
		return
	}
	switch function {
	case operators.LogicalAnd:
		l.emitChain(e, rule.OpAnd)
	case operators.LogicalOr:
		l.emitChain(e, rule.OpOr)
	case operators.Conditional:
		l.emitChoice(arguments)
	case operators.LogicalNot:
		l.emit(arguments[0])
		l.put(0, rule.Instruction{Op: rule.OpNot})
	case operators.In:
		l.emitIn(arguments[0], arguments[1].AsList().Elements())
	default:
		for _, argument := range arguments {
			l.emit(argument)
		}
		l.put(1-len(arguments), rule.Instruction{Op: l.opOf(function, arguments)})
	}
}

// opOf is what an operator or function does to arguments of these types.
func (l *lowering) opOf(function string, arguments []ast.Expr) rule.Op {
	switch function {
	case operators.Equals:
		return rule.OpEqual
	case operators.NotEquals:
		return rule.OpNotEqual
	}
	kinds := make([]rule.Kind, len(arguments))
	for i, argument := range arguments {
		kinds[i] = l.typeOf(argument).Kind
	}
	for _, o := range operations {
		if o.function == function && slices.Equal(o.operands, kinds) {
			return o.op
		}
	}
	panic("policy: no operation " + function)
}

// emitChain writes a chain of && or || as first and rest. The parser balances such chains; the order stays that of the
// text.
func (l *lowering) emitChain(e ast.Expr, op rule.Op) {
	var links []ast.Expr
	var collect func(ast.Expr)
	collect = func(link ast.Expr) {
		if link.Kind() == ast.CallKind && link.AsCall().FunctionName() == e.AsCall().FunctionName() {
			for _, argument := range link.AsCall().Args() {
				collect(argument)
			}
			return
		}
		links = append(links, link)
	}
	collect(e)
	var jumps []int
	for i, link := range links {
		l.emit(link)
		if i < len(links)-1 {
			jumps = append(jumps, len(l.program.Code))
			l.put(-1, rule.Instruction{Op: op})
		}
	}
	for _, jump := range jumps {
		l.aim(jump)
	}
}

func (l *lowering) emitChoice(arguments []ast.Expr) {
	l.emit(arguments[0])
	branch := len(l.program.Code)
	l.put(-1, rule.Instruction{Op: rule.OpBranch})
	l.emit(arguments[1])
	jump := len(l.program.Code)
	l.put(-1, rule.Instruction{Op: rule.OpJump})
	l.aim(branch)
	l.emit(arguments[2])
	l.aim(jump)
}

func (l *lowering) emitIn(what ast.Expr, elements []ast.Expr) {
	l.emit(what)
	first := len(l.program.Constants)
	for _, element := range elements {
		l.program.Constants = append(l.program.Constants, l.constant(element))
	}
	l.put(0, rule.Instruction{Op: rule.OpIn, Operand: uint16(first), Count: uint16(len(elements))})
}
