package policy

import (
	"strings"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"

	"millrace/domain/rule"
)

// Compile reads an expression and lowers it to a program that is Valid over the environment's facts. Where it can't it
// tells everything that is wrong, in the order of the text; of a text that is no CEL only the first place.
func Compile(text string, environment Environment) (rule.Program, []Problem) {
	switch {
	case len(text) > rule.ClauseTextMax:
		return rule.Program{}, []Problem{problem("text_too_long", text, "is %d bytes long, more than %d", len(text), rule.ClauseTextMax).at(1, 1)}
	case strings.TrimSpace(text) == "":
		return rule.Program{}, []Problem{problem("text_empty", "", "there is no expression").at(1, 1)}
	case !utf8.ValidString(text):
		return rule.Program{}, []Problem{problem("syntax", text, "is not text in UTF-8").at(1, 1)}
	}
	tree, issues := environment.checker.Parse(text)
	if issues.Err() != nil {
		return rule.Program{}, []Problem{syntaxProblem(text, issues.Errors())}
	}
	native := tree.NativeRep()
	r := reading{
		env: &environment, text: []rune(text), info: native.SourceInfo(), factory: ast.NewExprFactory(),
		original: map[int64]ast.Expr{}, lastID: ast.MaxID(native),
	}
	ast.PostOrderVisit(r.factory.CopyExpr(native.Expr()), ast.NewExprVisitor(func(e ast.Expr) { r.original[e.ID()] = e }))
	r.visit(native.Expr())
	checked, issues := environment.checker.Check(tree)
	if issues.Err() != nil {
		for _, issue := range issues.Errors() {
			// Of what is wrong itself enough has been said.
			if about := issue.Message[strings.LastIndex(issue.Message, " to ")+1:]; !strings.Contains(about, "dyn") {
				r.problems = append(r.problems, r.typeProblem(issue))
			}
		}
	}
	if len(r.problems) > 0 {
		return rule.Program{}, ordered(r.problems)
	}
	program, ok := lower(checked.NativeRep(), &environment)
	if !ok {
		return rule.Program{}, []Problem{tooComplex(text)}
	}
	if err := program.Valid(environment.Known()); err != nil {
		panic("policy: lowered to a program that is not valid: " + err.Error() + ": " + text)
	}
	return program, nil
}

func tooComplex(text string) Problem {
	return problem("too_complex", text, "nests too deeply or does too much: split it into several clauses").at(1, 1)
}

// syntaxProblem words the first thing that keeps a text from being CEL.
func syntaxProblem(text string, errors []*cel.Error) Problem {
	first := errors[0]
	for _, e := range errors {
		if e.Location.Line() < 1 { // such as "more than 100 errors"
			continue
		}
		if first.Location.Line() < 1 || e.Location.Line() < first.Location.Line() || e.Location.Line() == first.Location.Line() && e.Location.Column() < first.Location.Column() {
			first = e
		}
	}
	line, column := max(1, first.Location.Line()), max(1, first.Location.Column()+1)
	switch {
	case strings.Contains(first.Message, "invalid int literal") || strings.Contains(first.Message, "invalid uint literal"):
		return problem("number_too_large", wordAt(text, line, column), "is too large a number").at(line, column)
	case strings.Contains(first.Message, "recursion") || strings.Contains(first.Message, "nesting") || strings.Contains(first.Message, "exceeds"):
		return tooComplex(text)
	}
	word := wordAt(text, line, column)
	before, from := wordBefore(text, line, column)
	switch {
	case word == ">" && before == "<":
		return problem("syntax", "<>", "is written != here").at(line, from)
	case (before == "not" || before == "NOT") && word != "" && isNameRune([]rune(word)[0]):
		return problem("syntax", before+" "+word, "is written !%s", word).at(line, from)
	}
	reason := map[string]string{
		"=": "compares nothing alone: write ==", "and": "is written && here", "or": "is written || here", "AND": "is written && here", "OR": "is written || here",
		"&": "is written && here", "|": "is written || here", "≤": "is written <= here", "≥": "is written >= here", "≠": "is written != here",
		";": "is not needed: an expression ends by itself", "then": "is written ? here", "else": "is written : here", "if": `is not written here: a choice is "condition ? one : other"`,
	}[word]
	switch {
	case strings.HasPrefix(word, `"`) || strings.HasPrefix(word, "'"):
		reason = "begins a text that does not end"
	case word == "":
		reason = "the expression ends too early"
		if strings.HasSuffix(strings.TrimSpace(text), "%") {
			reason = `the expression ends too early: a percentage is written percent("4.35")`
		}
	case reason == "":
		reason = "is not expected here"
	}
	return problem("syntax", word, "%s", reason).at(line, column)
}

// wordAt is the word, number or sign that stands at a place; "" behind the end.
func wordAt(text string, line, column int) string {
	lines := strings.Split(text, "\n")
	if line > len(lines) {
		return ""
	}
	rest := []rune(lines[line-1])
	if column-1 >= len(rest) {
		return ""
	}
	rest = rest[max(0, column-1):]
	if rest[0] == '"' || rest[0] == '\'' {
		return string(rest)
	}
	end := 1
	for isNameRune(rest[0]) && end < len(rest) && (isNameRune(rest[end]) || rest[end] == '.') {
		end++
	}
	return strings.TrimSpace(string(rest[:end]))
}

// wordBefore is the word or sign that ends where a place begins, or one space before, and the column where it begins.
func wordBefore(text string, line, column int) (string, int) {
	lines := strings.Split(text, "\n")
	if line > len(lines) {
		return "", 1
	}
	before := []rune(lines[line-1])
	before = before[:min(len(before), max(0, column-1))]
	if end := len(before); end > 0 && before[end-1] == ' ' {
		before = before[:end-1]
	}
	start := len(before)
	for start > 0 && isNameRune(before[start-1]) {
		start--
	}
	if start == len(before) {
		start = max(0, start-1)
	}
	return string(before[start:]), start + 1
}

// typeProblem words what the type checker of CEL found.
func (r *reading) typeProblem(issue *common.Error) Problem {
	line, column := max(1, issue.Location.Line()), issue.Location.Column()+1
	e := r.original[issue.ExprID]
	if e == nil {
		return problem("kinds_differ", "", "%s", issue.Message).at(line, column)
	}
	line, column = r.place(e)
	text := r.write(e)
	if found, ok := strings.CutPrefix(issue.Message, "expected type 'bool' but found '"); ok {
		return problem("condition_wanted", text, "is %s, where a condition is wanted", inWords(strings.TrimSuffix(found, "'"))).at(line, column)
	}
	_, applied, ok := strings.Cut(issue.Message, "applied to '")
	if !ok || e.Kind() != ast.CallKind {
		return problem("kinds_differ", text, "does not go together: %s", issue.Message).at(line, column)
	}
	applied = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(applied, "'"), "("), ")")
	code, reason := r.mismatch(e.AsCall().FunctionName(), strings.Split(applied, ", "))
	return problem(code, text, "%s", reason).at(line, column)
}

// mismatch words why a function or operator does not take what it is given.
func (r *reading) mismatch(function string, kinds []string) (string, string) {
	given := make([]string, len(kinds))
	for i, kind := range kinds {
		given[i] = inWords(kind)
	}
	switch function {
	case operators.LogicalAnd, operators.LogicalOr, operators.LogicalNot:
		return "condition_wanted", "joins or turns round conditions, not " + strings.Join(given, " and ")
	case operators.Conditional:
		if kinds[0] != "bool" {
			return "condition_wanted", "chooses by " + given[0] + ", where a condition is wanted"
		}
		return "kinds_differ", "gives either " + given[1] + " or " + given[2] + ": both must be of one kind"
	case operators.In:
		return "kinds_differ", "looks for " + given[0] + " in " + given[1] + hint(kinds)
	case "min", "max":
		return "arguments_wrong", "takes two numbers, amounts, percentages or dates, not " + strings.Join(given, " and ") + hint(kinds)
	case "ratio":
		return "arguments_wrong", "takes two amounts or two whole numbers, not " + strings.Join(given, " and ") + hint(kinds)
	case "days_between":
		return "arguments_wrong", "takes two dates, the earlier one first, not " + strings.Join(given, " and ")
	}
	if len(kinds) == 1 {
		return "kinds_differ", "turns the sign of " + given[0] + ", which has none"
	}
	verb := map[string]string{operators.Add: "adds", operators.Subtract: "subtracts", operators.Multiply: "multiplies", operators.Divide: "divides", operators.Modulo: "divides"}[function]
	if verb == "" {
		if r.isEnum(kinds[0]) && kinds[0] == kinds[1] {
			return "kinds_differ", "puts names in an order, which they don't have: compare them with ==, != or in"
		}
		return "kinds_differ", "compares " + given[0] + " with " + given[1] + hint(kinds)
	}
	special := map[string]string{
		operators.Subtract + "date date": "; the days between two dates are days_between(earlier, later)", operators.Divide + "money money": "; a part is ratio(part, whole)",
		operators.Divide + "money int": `; a part of an amount is amount * percent("50")`, operators.Multiply + "percent percent": "; multiply an amount by one, then by the other",
	}[function+kinds[0]+" "+kinds[1]]
	if special == "" && verb != "multiplies" && verb != "divides" {
		special = hint(kinds)
	}
	return "kinds_differ", verb + " " + given[0] + " and " + given[1] + special
}

func (r *reading) isEnum(kind string) bool {
	return kind == rule.CurrencyEnum || kind == rule.CountryEnum || r.env.enum(kind) != nil
}

// inWords names a type for people.
func inWords(kind string) string {
	if element, ok := strings.CutPrefix(kind, "list("); ok {
		return "a list with " + inWords(strings.TrimSuffix(element, ")"))
	}
	switch kind {
	case "int":
		return "a whole number"
	case "bool":
		return "true or false"
	case "money":
		return "an amount"
	case "percent":
		return "a percentage"
	case "date":
		return "a date"
	case "string":
		return "a text"
	case "dyn":
		return "something that is wrong itself"
	}
	return "a name of " + kind
}

// hint says how the kind is written that a whole number was taken for.
func hint(kinds []string) string {
	form := map[string]string{"money": `; an amount is written money("1250.00 EUR")`, "percent": `; a percentage is written percent("4.35")`, "date": `; a date is written date("2026-01-31")`}
	whole, other := false, ""
	for _, kind := range kinds {
		kind = strings.TrimSuffix(strings.TrimPrefix(kind, "list("), ")")
		whole = whole || kind == "int"
		if form[kind] != "" {
			other = form[kind]
		}
	}
	if !whole {
		return ""
	}
	return other
}
