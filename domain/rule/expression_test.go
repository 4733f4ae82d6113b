package rule_test

import (
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millrace/domain/money"
	"millrace/domain/rule"
)

var (
	tInt, tBool, tDate, tMoney, tPercent = rule.Type{Kind: rule.Int}, rule.Type{Kind: rule.Bool}, rule.Type{Kind: rule.Date}, rule.Type{Kind: rule.Money}, rule.Type{Kind: rule.Percent}
	tUndertaking                         = rule.Type{Kind: rule.EnumOf, Enum: "undertaking"}
	euro, _                              = money.ParseCurrency("EUR")
	dollar, _                            = money.ParseCurrency("USD")
)

// known are the facts of these tests.
var known = []rule.Fact{
	{Number: 1, Name: "days", Type: tInt}, {Number: 2, Name: "sold", Type: tBool}, {Number: 3, Name: "due", Type: tDate},
	{Number: 4, Name: "amount", Type: tMoney}, {Number: 5, Name: "part", Type: tPercent}, {Number: 6, Name: "undertaking", Type: tUndertaking},
	{Number: 7, Name: "currency", Type: rule.Type{Kind: rule.EnumOf, Enum: rule.CurrencyEnum}},
}

func facts(values map[uint16]int64) []int64 {
	all := rule.BlankFacts(7)
	for number, value := range values {
		all[number] = value
	}
	return all
}

// program has all known facts and the constants; its code is given.
func program(result rule.Type, constants []rule.Constant, code ...rule.Instruction) rule.Program {
	return rule.Program{
		Form: rule.Form, Result: result, Facts: known, Constants: constants, Code: code, Currency: 7,
		Enums: []rule.Enum{{Name: "undertaking", Values: []rule.Named{{Value: 0, Name: "none"}, {Value: 1, Name: "soft"}, {Value: 2, Name: "irrevocable"}}}},
	}
}

func put(constant uint16) rule.Instruction {
	return rule.Instruction{Op: rule.OpConstant, Operand: constant}
}

func fact(at uint16) rule.Instruction { return rule.Instruction{Op: rule.OpFact, Operand: at} }

func do(op rule.Op, operand ...uint16) rule.Instruction {
	in := rule.Instruction{Op: op}
	if len(operand) > 0 {
		in.Operand = operand[0]
	}
	if len(operand) > 1 {
		in.Count = operand[1]
	}
	return in
}

func integer(v int64) rule.Constant { return rule.Constant{Type: tInt, Value: v} }

// days <= 90 && (undertaking == "irrevocable" || amount <= money("1000.00 EUR"))
func sample() rule.Program {
	return program(tBool, []rule.Constant{integer(90), {Type: tUndertaking, Value: 2}, {Type: tMoney, Value: 1000_00, Currency: euro}},
		fact(0), put(0), do(rule.OpLessOrEqual), do(rule.OpAnd, 11),
		fact(5), put(1), do(rule.OpEqual), do(rule.OpOr, 11),
		fact(3), put(2), do(rule.OpLessOrEqual))
}

func TestAProgramIsComputedWrittenAndExplained(t *testing.T) {
	p := sample()
	if err := p.Valid(known); err != nil {
		t.Fatal(err)
	}
	if got, want := p.String(), `days <= 90 && (undertaking == "irrevocable" || amount <= money("1000.00 EUR"))`; got != want {
		t.Errorf("%s", got)
	}
	for _, test := range []struct {
		name    string
		facts   map[uint16]int64
		value   int64
		fault   rule.Fault
		reasons []string
	}{
		{"too long", map[uint16]int64{1: 95}, 0, rule.NoFault, []string{"days 95 > 90"}},
		{"undertaken", map[uint16]int64{1: 90, 6: 2}, 1, rule.NoFault, []string{"days 90 <= 90", "undertaking irrevocable == irrevocable"}},
		{"small", map[uint16]int64{1: 7, 6: 0, 4: 10_00, 7: int64(euro)}, 1, rule.NoFault, []string{"days 7 <= 90", "amount 10.00 EUR <= 1000.00 EUR"}},
		{"large", map[uint16]int64{1: 7, 6: 1, 4: 2000_00, 7: int64(euro)}, 0, rule.NoFault, []string{"undertaking soft != irrevocable", "amount 2000.00 EUR > 1000.00 EUR"}},
		{"other currency", map[uint16]int64{1: 7, 6: 1, 4: 2000_00, 7: int64(dollar)}, 0, rule.OtherCurrency, []string{`amounts are in USD, unlike money("1000.00 EUR")`}},
		{"no currency", map[uint16]int64{1: 7, 6: 1, 4: 2000_00}, 0, rule.FactUnknown, []string{"currency is not known"}},
		{"nothing known", nil, 0, rule.FactUnknown, []string{"days is not known"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			value, fault := p.Eval(facts(test.facts))
			if value != test.value || fault != test.fault {
				t.Errorf("%d, %s", value, fault)
			}
			explanation := p.Explain(facts(test.facts))
			var texts []string
			for _, reason := range explanation.Reasons {
				texts = append(texts, reason.Text)
			}
			if explanation.Value != value || explanation.Fault != fault {
				t.Errorf("explained as %d, %s", explanation.Value, explanation.Fault)
			}
			if diff := cmp.Diff(test.reasons, texts); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Each operation at its bounds, by hand.
func TestArithmeticEndsWithANamedFault(t *testing.T) {
	const most, least = math.MaxInt64, math.MinInt64
	for _, test := range []struct {
		name  string
		op    rule.Op
		types [2]rule.Type
		a, b  int64
		want  int64
		fault rule.Fault
	}{
		{"sum", rule.OpAdd, [2]rule.Type{tInt, tInt}, most, -1, most - 1, rule.NoFault},
		{"sum too great", rule.OpAdd, [2]rule.Type{tInt, tInt}, most, 1, 0, rule.Overflow},
		{"sum too small", rule.OpAdd, [2]rule.Type{tInt, tInt}, least, -1, 0, rule.Overflow},
		{"difference", rule.OpSubtract, [2]rule.Type{tInt, tInt}, -1, least, most, rule.NoFault},
		{"difference too great", rule.OpSubtract, [2]rule.Type{tInt, tInt}, 0, least, 0, rule.Overflow},
		{"product", rule.OpMultiply, [2]rule.Type{tInt, tInt}, -1 << 32, 1 << 31, least, rule.NoFault},
		{"product too great", rule.OpMultiply, [2]rule.Type{tInt, tInt}, 1 << 32, 1 << 31, 0, rule.Overflow},
		{"the least turned round", rule.OpMultiply, [2]rule.Type{tInt, tInt}, least, -1, 0, rule.Overflow},
		{"quotient towards zero", rule.OpDivide, [2]rule.Type{tInt, tInt}, -7, 2, -3, rule.NoFault},
		{"by zero", rule.OpDivide, [2]rule.Type{tInt, tInt}, 1, 0, 0, rule.DivisionByZero},
		{"the least by -1", rule.OpDivide, [2]rule.Type{tInt, tInt}, least, -1, 0, rule.Overflow},
		{"remainder", rule.OpRemainder, [2]rule.Type{tInt, tInt}, -7, 2, -1, rule.NoFault},
		{"remainder by zero", rule.OpRemainder, [2]rule.Type{tInt, tInt}, -7, 0, 0, rule.DivisionByZero},
		{"the least's remainder", rule.OpRemainder, [2]rule.Type{tInt, tInt}, least, -1, 0, rule.Overflow},
		// 0.05 * 50 % = 0.025, half up to 0.03.
		{"share, half up", rule.OpShare, [2]rule.Type{tMoney, tPercent}, 5, 500_000, 3, rule.NoFault},
		{"share of a debt, half up away from zero", rule.OpShare, [2]rule.Type{tPercent, tMoney}, 500_000, -5, -3, rule.NoFault},
		{"share too great", rule.OpShare, [2]rule.Type{tMoney, tPercent}, most, 1_000_001, 0, rule.Overflow},
		// 1/3 = 33.3333... %, 2/3 = 66.6667 %.
		{"ratio", rule.OpRatio, [2]rule.Type{tMoney, tMoney}, 1, 3, 333_333, rule.NoFault},
		{"ratio, half up", rule.OpRatio, [2]rule.Type{tInt, tInt}, 2, 3, 666_667, rule.NoFault},
		{"ratio to nothing", rule.OpRatio, [2]rule.Type{tInt, tInt}, 2, 0, 0, rule.DivisionByZero},
		{"ratio too great", rule.OpRatio, [2]rule.Type{tInt, tInt}, most, 1, 0, rule.Overflow},
		{"days", rule.OpDaysBetween, [2]rule.Type{tDate, tDate}, 10, 17, 7, rule.NoFault},
		{"later", rule.OpAddDays, [2]rule.Type{tDate, tInt}, 10, 17, 27, rule.NoFault},
		{"after the year 9999", rule.OpAddDays, [2]rule.Type{tDate, tInt}, 2932896, 1, 0, rule.Overflow},
		{"before the year 1", rule.OpSubtractDays, [2]rule.Type{tDate, tInt}, -719162, 1, 0, rule.Overflow},
		{"less", rule.OpMinimum, [2]rule.Type{tInt, tInt}, 3, -4, -4, rule.NoFault},
		{"more", rule.OpMaximum, [2]rule.Type{tInt, tInt}, 3, -4, 3, rule.NoFault},
	} {
		t.Run(test.name, func(t *testing.T) {
			typ, ok := rule.ResultOf(test.op, test.types[0], test.types[1])
			if !ok {
				t.Fatal("the operation does not take them")
			}
			p := rule.Program{
				Form: rule.Form, Result: typ, Code: []rule.Instruction{fact(0), put(0), do(test.op)}, Currency: 9,
				Facts: []rule.Fact{{Number: 1, Name: "a", Type: test.types[0]}}, Constants: []rule.Constant{{Type: test.types[1], Value: test.b}},
			}
			got, fault := p.Eval([]int64{0, test.a})
			if test.a == rule.Unknown { // a fact can't be the least: compute it
				p.Constants = append(p.Constants, rule.Constant{Type: test.types[0], Value: test.a})
				p.Code[0] = put(1)
				got, fault = p.Eval(nil)
			}
			if got != test.want || fault != test.fault {
				t.Errorf("%d, %s; want %d, %s", got, fault, test.want, test.fault)
			}
		})
	}
	p := rule.Program{Code: []rule.Instruction{put(0), do(rule.OpNegate)}, Constants: []rule.Constant{integer(least)}}
	if _, fault := p.Eval(nil); fault != rule.Overflow || fault.Verdict() != rule.Refer {
		t.Error(fault)
	}
}

// Every way in which a stored program can be wrong is found before it is evaluated.
func TestValidRefuses(t *testing.T) {
	for name, spoil := range map[string]func(*rule.Program){
		"form":                          func(p *rule.Program) { p.Form++ },
		"no instructions":               func(p *rule.Program) { p.Code = nil },
		"too many instructions":         func(p *rule.Program) { p.Code = make([]rule.Instruction, rule.CodeMax+1) },
		"operation unknown":             func(p *rule.Program) { p.Code[2].Op = 99 },
		"no operation":                  func(p *rule.Program) { p.Code[2].Op = 0 },
		"nothing on the stack":          func(p *rule.Program) { p.Code[0] = do(rule.OpNot) },
		"a fact that is not there":      func(p *rule.Program) { p.Code[0].Operand = 7 },
		"a constant that is not there":  func(p *rule.Program) { p.Code[1].Operand = 3 },
		"two values left":               func(p *rule.Program) { p.Code = append(p.Code, put(0)) },
		"types that differ":             func(p *rule.Program) { p.Code[1].Operand = 2 },
		"result":                        func(p *rule.Program) { p.Result = tInt },
		"goes back":                     func(p *rule.Program) { p.Code[3].Operand = 0 },
		"goes nowhere":                  func(p *rule.Program) { p.Code[3].Operand = 4 },
		"goes beyond the end":           func(p *rule.Program) { p.Code[3].Operand = 12 },
		"goes into the middle":          func(p *rule.Program) { p.Code[3].Operand = 10 },
		"a jump alone":                  func(p *rule.Program) { p.Code[7] = do(rule.OpJump, 11) },
		"a branch without a second arm": func(p *rule.Program) { p.Code[3] = do(rule.OpBranch, 7) },
		"a fact nobody knows":           func(p *rule.Program) { p.Facts[0].Number = 0 },
		"a fact of another type":        func(p *rule.Program) { p.Facts[0].Type = tMoney },
		"facts out of order":            func(p *rule.Program) { p.Facts[0], p.Facts[1] = p.Facts[1], p.Facts[0] },
		"a fact's name":                 func(p *rule.Program) { p.Facts[0].Name = "a b" },
		"an enumeration not stored":     func(p *rule.Program) { p.Enums = nil },
		"an enumeration twice":          func(p *rule.Program) { p.Enums = append(p.Enums, p.Enums[0]) },
		"an enumeration out of order":   func(p *rule.Program) { v := p.Enums[0].Values; v[0], v[1] = v[1], v[0] },
		"a value of no enumeration":     func(p *rule.Program) { p.Constants[1].Value = 3 },
		"an amount without currency":    func(p *rule.Program) { p.Constants[2].Currency = 0 },
		"an amount of no currency":      func(p *rule.Program) { p.Constants[2].Currency = 1 },
		"an amount too great":           func(p *rule.Program) { p.Constants[2].Value = int64(money.MinorMax) + 1 },
		"currency of a number":          func(p *rule.Program) { p.Constants[0].Currency = euro },
		"a fact that says no currency":  func(p *rule.Program) { p.Currency = 6 },
		"currency from nowhere":         func(p *rule.Program) { p.Currency = 0 },
		"a kind that is none":           func(p *rule.Program) { p.Constants[0].Type = rule.Type{Kind: 7} },
		"a date that is none":           func(p *rule.Program) { p.Constants[0] = rule.Constant{Type: tDate, Value: 1 << 40} },
		"a bool that is none":           func(p *rule.Program) { p.Constants[0] = rule.Constant{Type: tBool, Value: 2} },
		"too deep": func(p *rule.Program) {
			p.Code = append(slices.Repeat([]rule.Instruction{put(0)}, rule.StackMax+1), slices.Repeat([]rule.Instruction{do(rule.OpAdd)}, rule.StackMax)...)
			p.Result = tInt
		},
		"a list beyond the constants": func(p *rule.Program) { p.Code = []rule.Instruction{fact(0), do(rule.OpIn, 2, 2)} },
		"an empty list":               func(p *rule.Program) { p.Code = []rule.Instruction{fact(0), do(rule.OpIn, 0, 0)} },
		"a list of another type":      func(p *rule.Program) { p.Code = []rule.Instruction{fact(0), do(rule.OpIn, 0, 2)} },
	} {
		p := sample()
		p.Facts = slices.Clone(p.Facts)
		spoil(&p)
		if err := p.Valid(known); err == nil {
			t.Errorf("%s: %s", name, p.String())
		} else {
			_ = p.String() // whatever is wrong, it can be shown
		}
	}
}

// Programs of chance, most of them changed by chance from a good one: what is Valid neither panics nor goes wrong, and is
// the same after it was stored.
func TestWhatIsValidCanBeEvaluated(t *testing.T) {
	valid := 0
	rapid.Check(t, func(t *rapid.T) {
		p := sample()
		p.Code = slices.Clone(p.Code)
		p.Constants = append(slices.Clone(p.Constants), rule.Constant{Type: tDate, Value: 20000}, rule.Constant{Type: tPercent, Value: 1})
		instruction := rapid.Custom(func(t *rapid.T) rule.Instruction {
			return rule.Instruction{
				Op: rule.Op(rapid.IntRange(0, 28).Draw(t, "op")), Operand: rapid.Uint16Range(0, 13).Draw(t, "operand"), Count: rapid.Uint16Range(0, 3).Draw(t, "count"),
			}
		})
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			p.Code[rapid.IntRange(0, len(p.Code)-1).Draw(t, "at")] = instruction.Draw(t, "instruction")
		}
		if rapid.IntRange(0, 3).Draw(t, "random") == 0 {
			p.Code = rapid.SliceOfN(instruction, 1, 8).Draw(t, "code")
		}
		p.Result = rule.Type{Kind: rule.Kind(rapid.IntRange(1, 2).Draw(t, "result"))}
		if p.Valid(known) != nil {
			return
		}
		valid++
		values := rapid.SliceOfN(rapid.OneOf(rapid.Int64(), rapid.Int64Range(-2, 1000)), 0, 8).Draw(t, "facts")
		value, fault := p.Eval(values)
		if e := p.Explain(values); e.Value != value || e.Fault != fault {
			t.Fatalf("%s over %v: %d %s, explained as %d %s", p.String(), values, value, fault, e.Value, e.Fault)
		}
		bytes, err := cbor.Marshal(p)
		var again rule.Program
		if err != nil || cbor.Unmarshal(bytes, &again) != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(p, again); diff != "" {
			t.Fatal(diff)
		}
	})
	if valid == 0 {
		t.Error("no program of chance was valid")
	}
}

// stored is the sample as a journal holds it: it must be read for ever.
const stored = "" +
	"a7010102a101020387a3010102646461797303a10101a301020264736f6c6403a10102a30103026364756503a10104a301040266616d6f756e7403a1" +
	"0105a3010502647061727403a10106a30106026b756e64657274616b696e6703a20103026b756e64657274616b696e67a30107026863757272656e63" +
	"7903a20103026863757272656e63790481a2016b756e64657274616b696e670283a2010002646e6f6e65a201010264736f6674a20102026b69727265" +
	"766f6361626c650583a201a1010102185aa201a20103026b756e64657274616b696e670202a301a10105021a000186a0031903d2068ba10102a10101" +
	"a10114a2011818020ba201020205a201010201a10111a2011819020ba201020203a201010202a101140707"

func TestStoredProgramsAreReadForEver(t *testing.T) {
	bytes, err := hex.DecodeString(stored)
	if err != nil {
		t.Fatal(err)
	}
	var p rule.Program
	if err := cbor.Unmarshal(bytes, &p); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample(), p); diff != "" {
		t.Error(diff)
	}
	if err := p.Valid(known); err != nil {
		t.Error(err)
	}
}

// A policy has so many clauses at most, each valid, and none of the name of another.
func TestClausesOfAPolicy(t *testing.T) {
	clause := func(name string) rule.Clause {
		return rule.Clause{Name: name, Text: "days <= 90", Program: sample(), Otherwise: rule.Refuse, Reason: "Too long."}
	}
	many := make([]rule.Clause, rule.ClausesMax+1)
	for i := range many {
		many[i] = clause(fmt.Sprintf("tenor_%d", i))
	}
	for _, test := range []struct {
		name    string
		clauses []rule.Clause
		wrong   string
	}{
		{"none", nil, ""},
		{"as many as may be", many[:rule.ClausesMax], ""},
		{"one more", many, "64 clauses at most"},
		{"two of one name", []rule.Clause{clause("a"), clause("b"), clause("a")}, "two clauses are named a"},
		{"one that is not valid", []rule.Clause{clause("a"), clause("B")}, `"B" is not the name`},
	} {
		err := rule.ValidClauses(test.clauses, known)
		if (err == nil) != (test.wrong == "") || err != nil && !strings.Contains(err.Error(), test.wrong) {
			t.Errorf("%s: %v, want %q", test.name, err, test.wrong)
		}
	}
}

func TestClauses(t *testing.T) {
	clause := rule.Clause{Name: "tenor", Text: "days <= 90", Program: sample(), Otherwise: rule.Refuse, Reason: "Too long.", Citation: "policy 3.1"}
	if err := clause.Valid(known); err != nil {
		t.Fatal(err)
	}
	for verdict, values := range map[rule.Verdict]map[uint16]int64{rule.Pass: {1: 1, 6: 2}, rule.Refuse: {1: 95}, rule.Refer: {}} {
		if got := clause.Judge(facts(values)); got != verdict {
			t.Errorf("%v: %s", values, got)
		}
	}
	found := rule.Judge([]rule.Clause{clause, clause}, facts(map[uint16]int64{1: 95}))
	want := rule.Finding{
		Outcome: rule.Outcome{Rule: "tenor", Verdict: rule.Refuse, Measure: 95, Bound: 90},
		Reasons: []rule.Reason{{Text: "days 95 > 90", Measure: 95, Bound: 90}}, Reason: "Too long.", Citation: "policy 3.1",
	}
	if diff := cmp.Diff([]rule.Finding{want, want}, found); diff != "" {
		t.Error(diff)
	}
	for name, spoil := range map[string]func(*rule.Clause){
		"name": func(c *rule.Clause) { c.Name = "Tenor" }, "otherwise": func(c *rule.Clause) { c.Otherwise = rule.Pass },
		"reason": func(c *rule.Clause) { c.Reason = "" }, "text": func(c *rule.Clause) { c.Text = strings.Repeat(" ", rule.ClauseTextMax+1) },
		"result": func(c *rule.Clause) { c.Program.Result = tInt }, "program": func(c *rule.Clause) { c.Program.Code = nil },
	} {
		c := clause
		spoil(&c)
		if c.Valid(known) == nil {
			t.Error(name)
		}
	}
}

func TestCountriesByValue(t *testing.T) {
	for _, code := range []string{"AA", "CN", "DE", "ZZ"} {
		if got := rule.CountryCode(rule.CountryValue(code)); got != code {
			t.Errorf("%s became %s", code, got)
		}
	}
	for _, bad := range []string{"", "de", "D", "DEU", "1A"} {
		if rule.CountryValue(bad) != 0 {
			t.Error(bad)
		}
	}
	for _, bad := range []int64{-1, 0, 26, 27, 54, 756, math.MaxInt64, math.MinInt64} {
		if code := rule.CountryCode(bad); code != "" && rule.CountryValue(code) != bad {
			t.Errorf("%d is %s", bad, code)
		}
	}
}

func TestFactsOfAFinancing(t *testing.T) {
	names := map[string]bool{}
	for i, f := range rule.FinancingFacts {
		if int(f.Number) != i+1 || names[f.Name] || f.Number > rule.FinancingFactMax {
			t.Errorf("fact %d %s", f.Number, f.Name)
		}
		names[f.Name] = true
	}
}

func TestEvalAllocatesNothing(t *testing.T) {
	p, values := sample(), facts(map[uint16]int64{1: 7, 6: 1, 4: 2000_00, 7: int64(euro)})
	if n := testing.AllocsPerRun(100, func() { p.Eval(values) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkEval runs eleven instructions, none of them skipped.
func BenchmarkEval(b *testing.B) {
	p, values := sample(), facts(map[uint16]int64{1: 7, 6: 1, 4: 2000_00, 7: int64(euro)})
	b.ReportAllocs()
	for b.Loop() {
		p.Eval(values)
	}
}
