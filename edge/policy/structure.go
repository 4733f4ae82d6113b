package policy

import (
	"errors"
	"slices"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/parser"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/rule"
)

// listMax is how many elements a list may have.
const listMax = 64

// reading is one expression on its way from text to program. Its tree is changed while it is read: a name of an enumeration
// becomes a value of that enumeration's type, and what is wrong already becomes something of which nothing more is said,
// so that the type checker can go on.
type reading struct {
	env      *Environment
	text     []rune
	info     *ast.SourceInfo
	factory  ast.ExprFactory
	original map[int64]ast.Expr // the tree as it was, by identifier
	lastID   int64
	problems []Problem
}

// visit looks at a node and all below it for what has no place in a policy.
func (r *reading) visit(e ast.Expr) {
	switch e.Kind() {
	case ast.LiteralKind:
		r.visitLiteral(e)
	case ast.IdentKind, ast.SelectKind:
		r.visitName(e)
	case ast.CallKind:
		r.visitCall(e)
	case ast.ListKind:
		r.wrong(e, "list_out_of_place", "is a list: it stands only to the right of in")
	default:
		r.wrong(e, "map_used", "is a map or a message, which policies don't have")
	}
}

func (r *reading) visitLiteral(e ast.Expr) {
	switch e.AsLiteral().(type) {
	case types.Int, types.Bool:
	case types.Double:
		r.wrong(e, "number_with_point", `is a number with a point, which is not exact: write an amount as money("1250.00 EUR") and a percentage as percent("4.35")`)
	case types.Uint:
		r.wrong(e, "number_unsigned", "is an unsigned number: write it without the u")
	case types.String:
		r.wrong(e, "text_out_of_place", `is a text, which stands only beside a fact that has names, or in money("1250.00 EUR"), percent("4.35") and date("2026-01-31")`)
	default:
		r.wrong(e, "literal_unknown", "is no value that policies know")
	}
}

// qualified is a name with its dots; ok is false for a field of something that has no name.
func qualified(e ast.Expr) (string, bool) {
	switch e.Kind() {
	case ast.IdentKind:
		return e.AsIdent(), true
	case ast.SelectKind:
		before, ok := qualified(e.AsSelect().Operand())
		return before + "." + e.AsSelect().FieldName(), ok
	}
	return "", false
}

func (r *reading) visitName(e ast.Expr) {
	name, ok := qualified(e)
	if !ok {
		r.wrong(e, "index_used", "picks a part of something that has no parts")
		return
	}
	if _, known := r.env.byName[name]; known {
		return
	}
	if _, function := literals[name]; function {
		r.wrong(e, "name_unknown", "is a function: give it a text in parentheses")
		return
	}
	var names []string
	for _, fact := range r.env.facts {
		names = append(names, fact.Name)
	}
	near := nearest(name, names)
	for _, candidate := range names { // "received" for "evidence.received"
		if near == "" && strings.HasSuffix(candidate, "."+name) {
			near = candidate
		}
	}
	if near != "" {
		r.wrong(e, "name_unknown", "is not the name of a fact; did you mean %s?", near)
		return
	}
	r.wrong(e, "name_unknown", "is not the name of a fact")
}

func (r *reading) visitCall(e ast.Expr) {
	call := e.AsCall()
	function := call.FunctionName()
	if call.IsMemberFunction() {
		if _, name := qualified(call.Target()); !name && call.Target().Kind() != ast.ListKind && call.Target().Kind() != ast.LiteralKind {
			r.visit(call.Target())
		}
		r.foreign(e, function)
		return
	}
	if _, literal := literals[function]; literal {
		r.visitWritten(e)
		return
	}
	switch function {
	case operators.In:
		r.visitIn(e)
	case operators.Equals, operators.NotEquals, operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals:
		r.visitComparison(e)
	case operators.Divide, operators.Modulo:
		if by := call.Args()[1]; by.Kind() == ast.LiteralKind && by.AsLiteral() == types.IntZero {
			r.tell(e, "division_by_zero", "divides by zero")
		}
		r.visitAll(call.Args())
	case operators.LogicalAnd, operators.LogicalOr, operators.LogicalNot, operators.Conditional:
		r.visitAll(call.Args())
	default:
		if !slices.ContainsFunc(operations, func(o operation) bool { return o.function == function }) {
			r.foreign(e, function)
			return
		}
		r.visitAll(call.Args())
	}
}

func (r *reading) visitAll(all []ast.Expr) {
	for _, e := range all {
		r.visit(e)
	}
}

// enumOf is the enumeration of a node's values, as far as that can be told without types; "" where it has none.
func (r *reading) enumOf(e ast.Expr) string {
	if name, ok := qualified(e); ok {
		return r.env.byName[name].Type.Enum
	}
	if e.Kind() == ast.CallKind && e.AsCall().FunctionName() == operators.Conditional {
		arms := e.AsCall().Args()[1:]
		if enum := r.enumOf(arms[0]); enum != "" {
			return enum
		}
		return r.enumOf(arms[1])
	}
	return ""
}

func textOf(e ast.Expr) (string, bool) {
	if e.Kind() != ast.LiteralKind {
		return "", false
	}
	text, ok := e.AsLiteral().(types.String)
	return string(text), ok
}

func (r *reading) visitComparison(e ast.Expr) {
	sides := e.AsCall().Args()
	for i, side := range sides {
		if _, isText := textOf(side); !isText {
			r.visit(side)
			continue
		}
		r.visitText(side, sides[1-i])
	}
}

// visitText reads a text beside something else as one of that one's names.
func (r *reading) visitText(e, beside ast.Expr) {
	text, _ := textOf(e)
	if enum := r.enumOf(beside); enum != "" {
		r.visitEnumName(e, enum, text)
		return
	}
	name, _ := qualified(beside)
	switch r.env.byName[name].Type.Kind {
	case rule.Date:
		r.wrong(e, "text_out_of_place", "is a text and %s a date: write date(%q)", name, "2026-01-31")
	case rule.Money:
		r.wrong(e, "text_out_of_place", "is a text and %s an amount: write money(%q)", name, "1250.00 EUR")
	case rule.Percent:
		r.wrong(e, "text_out_of_place", "is a text and %s a percentage: write percent(%q)", name, "4.35")
	default:
		r.visitLiteral(e)
	}
}

func (r *reading) visitEnumName(e ast.Expr, enum, text string) {
	if _, known := r.env.value(enum, text); known {
		r.lastID++
		e.SetKindCase(r.factory.NewCall(e.ID(), enumPrefix+enum, r.factory.NewLiteral(r.lastID, types.String(text))))
		return
	}
	names := r.env.names(enum)
	switch {
	case enum == rule.CurrencyEnum:
		r.wrong(e, "value_unknown", "is not a currency of ISO 4217: write a code such as EUR")
	case enum == rule.CountryEnum:
		r.wrong(e, "value_unknown", "is not a country of ISO 3166-1: write a code of two capital letters, such as DE")
	default:
		r.wrong(e, "value_unknown", "is not a name of %s, which are %s%s", enum, strings.Join(names, ", "), meant(text, names))
	}
}

func (r *reading) visitIn(e ast.Expr) {
	what, list := e.AsCall().Args()[0], e.AsCall().Args()[1]
	r.visit(what)
	if list.Kind() != ast.ListKind {
		r.wrong(list, "list_out_of_place", "is not a list: write the values that are meant, as in [1, 2]")
		return
	}
	elements := list.AsList().Elements()
	switch {
	case len(elements) == 0:
		r.wrong(list, "list_empty", "is an empty list: nothing is ever in it")
		return
	case len(elements) > listMax:
		r.wrong(list, "list_too_long", "has %d elements: %d are allowed", len(elements), listMax)
		return
	}
	first := ""
	for _, element := range elements {
		r.visitElement(element, what)
		kind := writtenKind(element)
		if first == "" {
			first = kind
		}
		if kind != "" && kind != first {
			r.wrong(element, "kinds_differ", "is %s in a list with %s%s", inWords(kind), inWords(first), hint([]string{kind, first}))
		}
	}
}

// visitElement looks at an element of a list in which something is looked for.
func (r *reading) visitElement(e, what ast.Expr) {
	if _, isText := textOf(e); isText {
		r.visitText(e, what)
		return
	}
	before := len(r.problems)
	r.visit(e)
	if writtenKind(e) == "" && len(r.problems) == before {
		r.wrong(e, "list_not_constant", "is not written out: a list has numbers, names, amounts, percentages or dates")
	}
}

// writtenKind is the type of a value that is written out; "" for anything else.
func writtenKind(e ast.Expr) string {
	switch e.Kind() {
	case ast.LiteralKind:
		return e.AsLiteral().Type().TypeName()
	case ast.CallKind:
		function := e.AsCall().FunctionName()
		if enum, ok := strings.CutPrefix(function, enumPrefix); ok {
			return enum
		}
		if _, ok := literals[function]; ok {
			return function
		}
	}
	return ""
}

// visitWritten looks at money("…"), percent("…") and date("…").
func (r *reading) visitWritten(e ast.Expr) {
	call := e.AsCall()
	text, isText := "", false
	if len(call.Args()) == 1 {
		text, isText = textOf(call.Args()[0])
	}
	if !isText {
		r.wrong(e, "literal_wanted", "takes one text in quotes: %s", map[string]string{
			"money": `money("1250.00 EUR")`, "percent": `percent("4.35")`, "date": `date("2026-01-31")`,
		}[call.FunctionName()])
		return
	}
	if _, code, reason := written(call.FunctionName(), text); code != "" {
		r.wrong(e, code, "%s", reason)
	}
}

// written reads the text of a literal. Where it can't be read there is a code and a reason.
func written(function, text string) (rule.Constant, string, string) {
	constant := rule.Constant{Type: rule.Type{Kind: literals[function]}}
	switch constant.Type.Kind {
	case rule.Date:
		date, ok := calendar.Parse(text)
		if !ok {
			return constant, "date_malformed", `is not a date that exists in the form date("2026-01-31")`
		}
		constant.Value = int64(date)
	case rule.Percent:
		const digits = 4
		value, err := money.ParseScaled(strings.TrimSpace(strings.TrimSuffix(text, "%")), digits)
		switch {
		case errors.Is(err, money.ErrPrecision):
			return constant, "percent_malformed", "has more than four digits after the point"
		case err != nil:
			return constant, "percent_malformed", `is not a percentage in the form percent("4.35")`
		}
		constant.Value = value
	case rule.Money:
		return writtenAmount(constant, text)
	}
	return constant, "", ""
}

func writtenAmount(constant rule.Constant, text string) (rule.Constant, string, string) {
	number, code, named := strings.Cut(strings.TrimSpace(text), " ")
	code = strings.TrimSpace(code)
	if !named {
		if value, err := money.ParseScaled(number, 0); err == nil && value == 0 {
			return constant, "", ""
		}
		return constant, "currency_missing", `names no currency: write money("1250.00 EUR")`
	}
	currency, known := money.ParseCurrency(code)
	if !known {
		return constant, "currency_unknown", "names no currency of ISO 4217: the code stands after the number, as in 1250.00 EUR"
	}
	value, err := money.Parse(number, currency)
	switch {
	case errors.Is(err, money.ErrPrecision):
		return constant, "amount_malformed", "has more digits after the point than " + code + " has"
	case errors.Is(err, money.ErrRange):
		return constant, "amount_malformed", "is too large an amount"
	case err != nil:
		return constant, "amount_malformed", `is not an amount in the form money("1250.00 EUR"): digits and a point, no other marks`
	}
	constant.Value, constant.Currency = int64(value), currency
	return constant, "", ""
}

// The functions of CEL that policies do without, by the reason.
var foreignFunctions = map[string][]string{
	"loop_used":               {"all", "exists", "exists_one", "existsOne", "map", "filter", "has", "transformList", "transformMap"},
	"regular_expression_used": {"matches"},
	"clock_used": {
		"now", "today", "timestamp", "duration", "getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours",
		"getMinutes", "getSeconds", "getMilliseconds",
	},
	"conversion_used":     {"int", "uint", "double", "string", "bytes", "bool", "dyn", "type"},
	"text_operation_used": {"size", "contains", "startsWith", "endsWith", "lowerAscii", "upperAscii", "split", "replace", "substring", "trim"},
	"index_used":          {operators.Index, operators.OptIndex, operators.OptSelect},
}

var foreignReasons = map[string]string{
	"loop_used":               "is a loop or a test for presence, which policies don't have",
	"regular_expression_used": "asks for a regular expression, which policies don't have: compare names with ==, != or in",
	"clock_used":              "asks a clock, which policies don't have: use business_date, due_date, tenor_days or days_between",
	"conversion_used":         "changes the kind of a value, which policies don't do",
	"text_operation_used":     "works on a text: names are compared as a whole, with ==, != or in",
	"index_used":              "picks a part of something that has no parts",
}

// foreign tells of a function that is not to be had. What it is given is not looked at: it may belong to a macro.
func (r *reading) foreign(e ast.Expr, function string) {
	for _, code := range []string{"loop_used", "regular_expression_used", "clock_used", "conversion_used", "text_operation_used", "index_used"} {
		if slices.Contains(foreignFunctions[code], function) {
			r.wrong(e, code, "%s", foreignReasons[code])
			return
		}
	}
	var names []string
	for _, o := range operations {
		if !strings.ContainsAny(o.function, "_@") || o.function == "days_between" {
			names = append(names, o.function)
		}
	}
	names = append(names, "money", "percent", "date")
	r.wrong(e, "function_unknown", "is not a function of policies, which are min, max, ratio, days_between, money, percent and date%s", meant(function, names))
}

// tell adds a problem at a node.
func (r *reading) tell(e ast.Expr, code, reason string, arguments ...any) {
	line, column := r.place(e)
	r.problems = append(r.problems, problem(code, r.write(e), reason, arguments...).at(line, column))
}

// wrong adds a problem, and makes the node something of which the type checker says nothing more.
func (r *reading) wrong(e ast.Expr, code, reason string, arguments ...any) {
	r.tell(e, code, reason, arguments...)
	e.SetKindCase(r.factory.NewIdent(e.ID(), wrongName))
}

// write is the node's text: a literal as it stands, all else as CEL would write it.
func (r *reading) write(e ast.Expr) string {
	e = r.original[e.ID()]
	if e == nil {
		return ""
	}
	if span, ok := r.info.GetOffsetRange(e.ID()); ok && e.Kind() == ast.LiteralKind && span.Start < span.Stop && int(span.Stop) <= len(r.text) {
		return string(r.text[span.Start:span.Stop])
	}
	text, err := parser.Unparse(e, r.info)
	if err != nil {
		return ""
	}
	return text
}

// place is where a node begins: line and column in characters, both from 1 on. An operator is placed at its sign, a
// function at its name.
func (r *reading) place(e ast.Expr) (int, int) {
	for e.Kind() == ast.SelectKind {
		e = e.AsSelect().Operand()
	}
	span, ok := r.info.GetOffsetRange(e.ID())
	if !ok {
		return 1, 1
	}
	at := int(span.Start)
	if e.Kind() == ast.CallKind && at < len(r.text) && r.text[at] == '(' {
		for at > 0 && strings.ContainsRune(" \t\r\n", r.text[at-1]) {
			at--
		}
		for at > 0 && isNameRune(r.text[at-1]) {
			at--
		}
	}
	place := r.info.GetLocationByOffset(int32(at))
	return place.Line(), place.Column() + 1
}

func isNameRune(c rune) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
