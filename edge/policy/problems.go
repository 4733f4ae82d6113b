package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Problem is one thing that is wrong with an expression, or with the clause round it.
type Problem struct {
	Code   string `json:"code"`             // in Codes
	Clause int    `json:"clause"`           // the clause's place in the list, from 1 on; 0 for an expression alone
	Name   string `json:"name,omitempty"`   // the clause's name
	Field  string `json:"field"`            // "text", or another field of the clause
	Line   int    `json:"line,omitempty"`   // in the text, from 1 on; 0 where the problem is not in the text
	Column int    `json:"column,omitempty"` // in characters, from 1 on
	Text   string `json:"text,omitempty"`   // the offending text
	Reason string `json:"reason"`           // what is wrong with it and what to write instead, as words after the text
}

// String is the problem as one line for people.
func (p Problem) String() string {
	var b strings.Builder
	if p.Clause > 0 {
		fmt.Fprintf(&b, "clause %d", p.Clause)
		if p.Name != "" {
			b.WriteString(" " + p.Name)
		}
		b.WriteString(", " + p.Field)
		if p.Line > 0 {
			b.WriteString(", ")
		} else {
			b.WriteString(": ")
		}
	}
	if p.Line > 0 {
		fmt.Fprintf(&b, "line %d, column %d: ", p.Line, p.Column)
	}
	if p.Text != "" {
		b.WriteString(strconv.Quote(p.Text) + " ")
	}
	return b.String() + p.Reason
}

// Reason is one entry of the catalogue.
type Reason struct {
	Code     string // stable
	Sentence string // what it means and what to do
}

// Codes is every problem that there can be: those of expressions first, then those of clauses.
var Codes = [...]Reason{
	{"text_empty", "There is no expression."},
	{"text_too_long", "An expression has at most 4,096 bytes."},
	{"syntax", "The text is no CEL expression from here on; only the first such place is told, as what follows can't be trusted."},
	{"number_too_large", "A whole number has at most 19 digits."},
	{"too_complex", "The expression nests too deeply or does too much; split it into several clauses."},
	{"name_unknown", "There is no fact of this name; the reference lists all."},
	{"function_unknown", "There is no such function."},
	{"number_with_point", "Amounts, percentages and days are exact; write money(\"1250.00 EUR\") or percent(\"4.35\")."},
	{"number_unsigned", "Numbers are signed: write 3, not 3u."},
	{"literal_unknown", "A literal of this form (bytes, null) means nothing here."},
	{"text_out_of_place", "A text stands only beside a fact that has names (with ==, != or in), or in money, percent and date."},
	{"value_unknown", "The fact has no such name."},
	{"list_out_of_place", "A list stands only to the right of in."},
	{"list_empty", "Nothing is in an empty list."},
	{"list_too_long", "A list has at most 64 elements."},
	{"list_not_constant", "The elements of a list are written out: numbers, names, amounts, percentages, dates."},
	{"map_used", "There are no maps and no messages."},
	{"loop_used", "There are no loops: all, exists, exists_one, map, filter and has are not to be had."},
	{"regular_expression_used", "There are no regular expressions."},
	{"clock_used", "Policies know no clock: use the dates and numbers of days among the facts."},
	{"conversion_used", "Nothing changes its kind; what is exact stays exact."},
	{"text_operation_used", "Names are compared as a whole: with ==, != or in."},
	{"index_used", "Nothing here has parts to be picked by an index."},
	{"literal_wanted", "money, percent and date take one text in quotes, nothing computed."},
	{"amount_malformed", "An amount is written as digits with a point, and its currency: money(\"1250.00 EUR\")."},
	{"currency_missing", "An amount names its currency; only money(\"0\") does without."},
	{"currency_unknown", "A currency is a code of ISO 4217, such as EUR."},
	{"percent_malformed", "A percentage is written as digits with a point and at most four digits after it: percent(\"4.35\")."},
	{"date_malformed", "A date that exists, written as date(\"2026-01-31\")."},
	{"division_by_zero", "This divides by zero whatever the facts are."},
	{"kinds_differ", "The two sides, or the arguments, don't go together."},
	{"condition_wanted", "What stands here must be true or false."},
	{"arguments_wrong", "The function takes other arguments."},
	{"clauses_too_many", "A policy has at most 64 clauses."},
	{"name_malformed", "A clause's name begins with a small letter and has small letters, digits and underscores: 64 characters at most."},
	{"name_repeated", "Two clauses have one name; outcomes could not tell them apart."},
	{"otherwise_unknown", "Otherwise is refer or refuse."},
	{"reason_missing", "Whoever is stopped is told why."},
	{"reason_too_long", "A reason has at most 400 bytes."},
	{"citation_too_long", "A citation has at most 200 bytes."},
	{"result_not_bool", "A clause is true or false: compare what it computes with something."},
	{"facts_unused", "A clause that looks at no fact says the same of every financing."},
}

// problemsMax bounds how many problems of one text are told.
const problemsMax = 50

// problem makes a problem of a text; the code must be in the catalogue.
func problem(code, text, reason string, arguments ...any) Problem {
	if !slices.ContainsFunc(Codes[:], func(r Reason) bool { return r.Code == code }) {
		panic("policy: no such code: " + code)
	}
	return Problem{Code: code, Field: "text", Text: excerpt(text), Reason: fmt.Sprintf(reason, arguments...)}
}

func (p Problem) at(line, column int) Problem {
	p.Line, p.Column = line, column
	return p
}

// excerpt shortens what is shown of a text.
func excerpt(text string) string {
	const charactersMax = 80
	runes := []rune(strings.ToValidUTF8(text, "\uFFFD"))
	if len(runes) <= charactersMax {
		return string(runes)
	}
	return string(runes[:charactersMax-1]) + "…"
}

// ordered puts problems in the order of the text, and tells none twice.
func ordered(problems []Problem) []Problem {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	problems = slices.Compact(problems)
	return problems[:min(len(problems), problemsMax)]
}

// nearest is the candidate that a mistyped name most likely means; "" where none is near.
func nearest(name string, candidates []string) string {
	best, least := "", len(name)/3+2
	for _, candidate := range candidates {
		if distance := editDistance(strings.ToLower(name), strings.ToLower(candidate), least); distance < least {
			best, least = candidate, distance
		}
	}
	return best
}

// editDistance counts the letters to insert, drop, exchange or swap with their neighbour, up to a bound (optimal string
// alignment).
func editDistance(a, b string, bound int) int {
	if len(a)-len(b) > bound || len(b)-len(a) > bound {
		return bound
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// meant is the end of a reason that suggests a name; "" where there is none to suggest.
func meant(name string, candidates []string) string {
	if near := nearest(name, candidates); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}
