package policy

import (
	"fmt"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/rule"
)

// exact is an amount, a percentage, a date or a name as cel-go's own interpreter holds it here.
type exact struct {
	kind  *cel.Type
	value *big.Int
}

func (v exact) ConvertToNative(reflect.Type) (any, error) {
	return nil, fmt.Errorf("%v stays what it is", v)
}
func (v exact) ConvertToType(ref.Type) ref.Val { return types.NewErr("%v stays what it is", v) }
func (v exact) Equal(other ref.Val) ref.Val {
	o, ok := other.(exact)
	return types.Bool(ok && v.kind.TypeName() == o.kind.TypeName() && v.value.Cmp(o.value) == 0)
}
func (v exact) Type() ref.Type { return v.kind }
func (v exact) Value() any     { return v.value }

// reference evaluates expressions by cel-go: parser, checker and interpreter, with arithmetic of whole numbers of its own.
// What CEL does not know (amounts, percentages, dates) is computed here in big numbers, apart from package rule.
type reference struct {
	env      *cel.Env
	currency money.Currency // of the facts; 0 for not known
}

func newReference(e *Environment) *reference {
	r := &reference{}
	env, err := cel.NewCustomEnv(e.declarations(func(name string) []cel.OverloadOpt {
		if kind, ok := literals[name]; ok {
			return []cel.OverloadOpt{cel.UnaryBinding(func(text ref.Val) ref.Val { return r.literal(kind, string(text.(types.String))) })}
		}
		if enum, ok := strings.CutPrefix(name, enumPrefix); ok {
			return []cel.OverloadOpt{cel.UnaryBinding(func(text ref.Val) ref.Val {
				value, _ := e.value(enum, string(text.(types.String)))
				return exact{cel.OpaqueType(enum), big.NewInt(value)}
			})}
		}
		for _, o := range operations {
			if o.name() == name && len(o.operands) == 1 {
				return []cel.OverloadOpt{cel.UnaryBinding(func(a ref.Val) ref.Val { return r.operate(o, a, a) })}
			}
			if o.name() == name {
				return []cel.OverloadOpt{cel.BinaryBinding(func(a, b ref.Val) ref.Val { return r.operate(o, a, b) })}
			}
		}
		panic(name)
	})...)
	if err != nil {
		panic(err)
	}
	r.env = env
	return r
}

func (r *reference) literal(kind rule.Kind, text string) ref.Val {
	value := new(big.Int)
	switch kind {
	case rule.Date:
		date, _ := calendar.Parse(text)
		value.SetInt64(int64(date))
	case rule.Percent:
		ppm, _ := new(big.Rat).SetString(text)
		value.Set(ppm.Mul(ppm, big.NewRat(10_000, 1)).Num())
	case rule.Money:
		number, code, named := strings.Cut(text, " ")
		if currency, _ := money.ParseCurrency(code); named && currency != r.currency {
			return types.NewErr("another currency")
		}
		minor, _ := new(big.Rat).SetString(number)
		value.Set(minor.Mul(minor, big.NewRat(100, 1)).Num())
	}
	return exact{celTypes[kind], value}
}

func bigOf(v ref.Val) *big.Int {
	switch v := v.(type) {
	case types.Int:
		return big.NewInt(int64(v))
	case exact:
		return v.value
	case types.Bool:
		if v {
			return big.NewInt(1)
		}
		return big.NewInt(0)
	}
	return nil
}

// operate computes an operation: of whole numbers by CEL's own arithmetic, of anything else in big numbers.
func (r *reference) operate(o operation, a, b ref.Val) ref.Val {
	if i, ok := a.(types.Int); ok && o.operands[0] == rule.Int && (len(o.operands) == 1 || o.operands[1] == rule.Int) {
		if v := operateInt(o.function, i, b); v != nil {
			return v
		}
	}
	x, y := bigOf(a), bigOf(b)
	million, value := big.NewInt(1_000_000), new(big.Int)
	switch o.function {
	case operators.Less:
		return types.Bool(x.Cmp(y) < 0)
	case operators.LessEquals:
		return types.Bool(x.Cmp(y) <= 0)
	case operators.Greater:
		return types.Bool(x.Cmp(y) > 0)
	case operators.GreaterEquals:
		return types.Bool(x.Cmp(y) >= 0)
	case operators.Add:
		value.Add(x, y)
	case operators.Subtract:
		value.Sub(x, y)
	case operators.Negate:
		value.Neg(x)
	case operators.Multiply:
		value.Mul(x, y)
		if o.op == rule.OpShare {
			value = rounded(value, million)
		}
	case "min", "max":
		if (x.Cmp(y) < 0) == (o.function == "min") {
			value = x
		} else {
			value = y
		}
	case "ratio":
		if y.Sign() == 0 {
			return types.NewErr("divides by zero")
		}
		value = rounded(value.Mul(x, million), y)
	case "days_between":
		value.Sub(y, x)
	}
	year9999 := o.result == rule.Date && o.op != rule.OpMinimum && o.op != rule.OpMaximum && (value.Cmp(big.NewInt(int64(calendar.DateMax))) > 0 || value.Cmp(big.NewInt(int64(calendar.DateMin))) < 0)
	if !value.IsInt64() || year9999 {
		return types.NewErr("too large")
	}
	if o.result == rule.Int {
		return types.Int(value.Int64())
	}
	return exact{celTypes[o.result], value}
}

func operateInt(function string, a types.Int, b ref.Val) ref.Val {
	switch function {
	case operators.Less:
		return types.Bool(a.Compare(b) == types.IntNegOne)
	case operators.LessEquals:
		return types.Bool(a.Compare(b) != types.IntOne)
	case operators.Greater:
		return types.Bool(a.Compare(b) == types.IntOne)
	case operators.GreaterEquals:
		return types.Bool(a.Compare(b) != types.IntNegOne)
	case operators.Add:
		return a.Add(b)
	case operators.Subtract:
		return a.Subtract(b)
	case operators.Multiply:
		return a.Multiply(b)
	case operators.Divide:
		return a.Divide(b)
	case operators.Modulo:
		return a.Modulo(b)
	case operators.Negate:
		return a.Negate()
	}
	return nil
}

// rounded divides, half up away from zero.
func rounded(a, b *big.Int) *big.Int {
	twice := new(big.Rat).SetFrac(a, b)
	sign := twice.Sign()
	twice.Abs(twice).Add(twice, big.NewRat(1, 2))
	floor := new(big.Int).Quo(twice.Num(), twice.Denom())
	return floor.Mul(floor, big.NewInt(int64(sign)))
}

// eval evaluates a text over facts; the error is CEL's own.
func (r *reference) eval(e *Environment, text string, facts []int64) (ref.Val, error) {
	r.currency = 0
	variables := map[string]any{}
	for _, fact := range e.facts {
		value := facts[fact.Number]
		if value == rule.Unknown {
			continue
		}
		switch fact.Type.Kind {
		case rule.Int:
			variables[fact.Name] = types.Int(value)
		case rule.Bool:
			variables[fact.Name] = types.Bool(value != 0)
		default:
			variables[fact.Name] = exact{celType(fact.Type), big.NewInt(value)}
		}
		if fact.Number == e.currency {
			r.currency = money.Currency(value)
		}
	}
	tree, issues := r.env.Parse(text)
	if issues.Err() != nil {
		return nil, issues.Err()
	}
	// The names of enumerations become values as in Compile: CEL itself has no enumerations.
	reading := reading{env: e, text: []rune(text), info: tree.NativeRep().SourceInfo(), factory: ast.NewExprFactory(), lastID: ast.MaxID(tree.NativeRep())}
	reading.visit(tree.NativeRep().Expr())
	checked, issues := r.env.Check(tree)
	if issues.Err() != nil {
		return nil, issues.Err()
	}
	program, err := r.env.Program(checked)
	if err != nil {
		return nil, err
	}
	value, _, err := program.Eval(variables)
	return value, err
}

// textOfChance writes a well-typed expression.
func textOfChance(t *rapid.T, kind rule.Kind, depth int) string {
	pick := func(choices ...string) string { return rapid.SampledFrom(choices).Draw(t, "choice") }
	sub := func(kind rule.Kind) string { return textOfChance(t, kind, depth-1) }
	leaf := depth <= 0 || rapid.IntRange(0, 4).Draw(t, "leaf") == 0
	if !leaf && rapid.IntRange(0, 7).Draw(t, "choose") == 0 {
		return "(" + sub(rule.Bool) + " ? " + sub(kind) + " : " + sub(kind) + ")"
	}
	switch kind {
	case rule.Int:
		if leaf {
			return pick("tenor_days", "days_overdue", "buyer_grade", "differences", "0", "1", "-1", "90", "9223372036854775807", strconv.Itoa(rapid.IntRange(-200, 200).Draw(t, "number")))
		}
		return pick(
			"("+sub(rule.Int)+pick(" + ", " - ", " * ", " / ", " % ")+sub(rule.Int)+")", "-("+sub(rule.Int)+")",
			pick("min", "max")+"("+sub(rule.Int)+", "+sub(rule.Int)+")", "days_between("+sub(rule.Date)+", "+sub(rule.Date)+")")
	case rule.Money:
		if leaf {
			return pick("amount", "face", "outstanding", "seller_use", `money("0")`, `money("1250.00 EUR")`, `money("-0.05 EUR")`, `money("1 USD")`, `money("922337203685477.58 EUR")`)
		}
		return pick(
			"("+sub(rule.Money)+pick(" + ", " - ")+sub(rule.Money)+")", "-("+sub(rule.Money)+")", pick("min", "max")+"("+sub(rule.Money)+", "+sub(rule.Money)+")",
			"("+sub(rule.Money)+" * "+pick(sub(rule.Int), sub(rule.Percent))+")", "("+pick(sub(rule.Int), sub(rule.Percent))+" * "+sub(rule.Money)+")")
	case rule.Percent:
		if leaf {
			return pick("seller_share", "dilution", `percent("40")`, `percent("4.35")`, `percent("-0.0001")`)
		}
		return pick(
			"("+sub(rule.Percent)+pick(" + ", " - ")+sub(rule.Percent)+")", "-"+sub(rule.Percent), pick("min", "max")+"("+sub(rule.Percent)+", "+sub(rule.Percent)+")",
			"ratio("+sub(rule.Money)+", "+sub(rule.Money)+")", "ratio("+sub(rule.Int)+", "+sub(rule.Int)+")")
	case rule.Date:
		if leaf {
			return pick("due_date", "issue_date", "business_date", `date("2026-01-31")`, `date("0001-01-01")`, `date("9999-12-31")`)
		}
		return pick("("+sub(rule.Date)+pick(" + ", " - ")+sub(rule.Int)+")", pick("min", "max")+"("+sub(rule.Date)+", "+sub(rule.Date)+")")
	}
	if leaf {
		return pick("same_group", "evidence.received", "true", "false", `(undertaking == "soft")`, `("bank" != undertaking)`, `(currency in ["EUR", "CNY"])`, `(trade_kind in ["goods"])`, `(buyer_country == seller_country)`)
	}
	ordered := rapid.SampledFrom([]rule.Kind{rule.Int, rule.Money, rule.Percent, rule.Date}).Draw(t, "ordered")
	return pick(
		"("+sub(rule.Bool)+pick(" && ", " || ")+sub(rule.Bool)+")", "("+sub(rule.Bool)+" && "+sub(rule.Bool)+" && "+sub(rule.Bool)+" && "+sub(rule.Bool)+")", "!("+sub(rule.Bool)+")",
		"("+sub(ordered)+pick(" < ", " <= ", " > ", " >= ", " == ", " != ")+sub(ordered)+")", "("+sub(rule.Bool)+pick(" == ", " != ")+sub(rule.Bool)+")",
		"("+sub(rule.Int)+" in [1, -1, 90])", "("+sub(rule.Money)+` in [money("1250.00 EUR"), money("0")])`, "("+sub(rule.Date)+` in [date("2026-01-31")])`)
}

// factsOfChance are facts at and about what expressions compare them with.
func factsOfChance(t *rapid.T, e *Environment) []int64 {
	facts := rule.BlankFacts(rule.FinancingFactMax)
	for _, fact := range e.facts {
		if rapid.IntRange(0, 19).Draw(t, "unknown") == 0 {
			continue
		}
		value := rapid.OneOf(rapid.Int64Range(-3, 200), rapid.SampledFrom([]int64{125_000, 400_000, 1<<63 - 1, -1<<63 + 1, 1 << 62, 4_000_000_000}))
		switch fact.Type.Kind {
		case rule.Bool:
			value = rapid.OneOf(rapid.Int64Range(0, 1))
		case rule.Date:
			value = rapid.OneOf(rapid.Int64Range(20_000, 21_000), rapid.SampledFrom([]int64{int64(calendar.DateMin), int64(calendar.DateMax)}))
		case rule.EnumOf:
			value = rapid.OneOf(rapid.Int64Range(0, 4))
		}
		facts[fact.Number] = value.Draw(t, fact.Name)
	}
	if facts[e.currency] != rule.Unknown {
		facts[e.currency] = rapid.SampledFrom([]int64{978, 978, 978, 840, 156}).Draw(t, "currency")
	}
	return facts
}

// Whatever has a value here has the same in CEL. Where CEL has an error, here is a fault. CEL may still have a value where
// here is a fault: it takes the other side of && and || where one of them failed, which policies don't rely on.
func TestProgramsAgreeWithCEL(t *testing.T) {
	environment := Financing()
	r := newReference(&environment)
	values, faults := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]rule.Kind{rule.Bool, rule.Bool, rule.Int, rule.Money, rule.Percent, rule.Date}).Draw(t, "kind")
		text := textOfChance(t, kind, rapid.IntRange(1, 4).Draw(t, "depth"))
		program, problems := Compile(text, environment)
		for _, p := range problems {
			if p.Code == "too_complex" || p.Code == "text_too_long" || p.Code == "division_by_zero" {
				return
			}
			t.Fatalf("%s: %s", text, p)
		}
		for range 4 {
			facts := factsOfChance(t, &environment)
			value, fault := program.Eval(facts)
			want, err := r.eval(&environment, text, facts)
			switch {
			case fault == rule.NoFault && err != nil:
				t.Fatalf("%s over %v is %d, in CEL %v", text, facts, value, err)
			case fault == rule.NoFault && bigOf(want).Cmp(big.NewInt(value)) != 0:
				t.Fatalf("%s over %v is %d, in CEL %v", text, facts, value, want.Value())
			case fault != rule.NoFault && err == nil && !strings.Contains(text, "&&") && !strings.Contains(text, "||"):
				t.Fatalf("%s over %v ends with %s, in CEL it is %v", text, facts, fault, want.Value())
			}
			if explanation := program.Explain(facts); explanation.Value != value || explanation.Fault != fault {
				t.Fatalf("%s over %v is %d %s, explained as %+v", text, facts, value, fault, explanation)
			}
			if fault == rule.NoFault {
				values++
			} else {
				faults++
			}
		}
	})
	if values < 10 || faults < 10 {
		t.Errorf("%d values and %d faults", values, faults)
	}
}

// What a program writes of itself is an expression that makes it again.
func TestProgramsAreReadBack(t *testing.T) {
	environment := Financing()
	rapid.Check(t, func(t *rapid.T) {
		text := textOfChance(t, rule.Bool, rapid.IntRange(1, 4).Draw(t, "depth"))
		program, problems := Compile(text, environment)
		if len(problems) > 0 {
			return
		}
		again, problems := Compile(program.String(), environment)
		if len(problems) > 0 && problems[0].Code == "text_too_long" {
			return
		}
		if diff := cmp.Diff(program, again); diff != "" || len(problems) > 0 {
			t.Fatalf("%s was written as %s: %v\n%s", text, program.String(), problems, diff)
		}
	})
}

// Programs changed by chance: what is still Valid can be evaluated, explained and written, whatever the facts, and every
// instruction is one that the bound allows.
func TestProgramsChangedByChanceCantGoWrong(t *testing.T) {
	environment := Financing()
	known := environment.Known()
	valid := 0
	rapid.Check(t, func(t *rapid.T) {
		program, problems := Compile(textOfChance(t, rule.Bool, 3), environment)
		if len(problems) > 0 {
			return
		}
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			in := &program.Code[rapid.IntRange(0, len(program.Code)-1).Draw(t, "at")]
			switch rapid.IntRange(0, 2).Draw(t, "what") {
			case 0:
				in.Op = rule.Op(rapid.IntRange(1, 27).Draw(t, "op"))
			case 1:
				in.Operand = uint16(rapid.IntRange(0, len(program.Code)).Draw(t, "operand"))
			default:
				in.Count = rapid.Uint16Range(0, 4).Draw(t, "count")
			}
		}
		if program.Valid(known) != nil {
			return
		}
		valid++
		facts := factsOfChance(t, &environment)
		value, fault := program.Eval(facts)
		if e := program.Explain(facts); e.Value != value || e.Fault != fault || program.String() == "" {
			t.Fatalf("%s: %d %s, explained as %+v", program.String(), value, fault, e)
		}
	})
	if valid == 0 {
		t.Error("nothing changed by chance was valid")
	}
}

// FuzzCompile: whatever is written, there is a program that can be evaluated, stored and written back, or problems that
// lie in the text.
func FuzzCompile(f *testing.F) {
	for _, text := range wrongTexts {
		f.Add(text)
	}
	f.Add(`tenor_days <= 90 && (undertaking == "irrevocable" || amount <= money("1250.00 EUR"))`)
	f.Add(`days_between(issue_date, min(due_date, date("2026-01-31") + 3)) % 7 in [1, 2] ? seller_share * amount > face : !same_group`)
	environment := Financing()
	f.Fuzz(func(t *testing.T, text string) {
		program, problems := Compile(text, environment)
		for _, p := range problems {
			if p.Line < 1 || p.Column < 1 || p.Line > strings.Count(text, "\n")+1 || p.Reason == "" {
				t.Errorf("%q: %+v", text, p)
			}
		}
		if len(problems) > 0 {
			return
		}
		if err := program.Valid(environment.Known()); err != nil {
			t.Fatal(err)
		}
		facts := make([]int64, rule.FinancingFactMax+1)
		value, fault := program.Eval(facts)
		if e := program.Explain(facts); e.Value != value || e.Fault != fault {
			t.Errorf("%q is %d %s, explained as %+v", text, value, fault, e)
		}
		if again, problems := Compile(program.String(), environment); len(problems) == 0 && !cmp.Equal(program, again) {
			t.Errorf("%q was written as %q, which is another program", text, program.String())
		}
	})
}
