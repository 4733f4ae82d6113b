package policy

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/rule"
)

// examples stand in the reference with what they make of the facts beside them.
var examples = []struct {
	rule  Rule
	facts []map[string]string
}{
	{
		Rule{Name: "tenor", Text: `tenor_days >= 7 && tenor_days <= 90`, Otherwise: "refuse", Reason: "We finance claims that are due in 7 to 90 days."},
		[]map[string]string{{"tenor_days": "60"}, {"tenor_days": "95"}},
	},
	{
		Rule{Name: "performed", Text: `trade_kind == "services" ? evidence.accepted : evidence.shipped || evidence.received`, Otherwise: "refuse", Reason: "A claim must be earned before it is financed.", Citation: "DOMAIN: a receivable is earned by performance"},
		[]map[string]string{{"trade_kind": "goods", "evidence.shipped": "false", "evidence.received": "true"}, {"trade_kind": "services", "evidence.accepted": "false"}},
	},
	{
		Rule{Name: "large_amount", Text: `undertaking in ["irrevocable", "bank"] || amount <= money("250000.00 EUR")`, Otherwise: "refer", Reason: "Large amounts without an irrevocable undertaking are looked at by a person."},
		[]map[string]string{{"undertaking": "soft", "amount": "250000.01 EUR"}, {"undertaking": "bank"}, {"undertaking": "soft", "amount": "10000.00 USD"}},
	},
	{
		Rule{Name: "by_currency", Text: `currency == "EUR" ? amount <= money("250000 EUR") : currency == "CNY" ? amount <= money("2000000 CNY") : false`, Otherwise: "refuse", Reason: "Amounts are bounded by currency."},
		[]map[string]string{{"amount": "1500000.00 CNY"}, {"amount": "10.00 USD"}},
	},
	{
		Rule{Name: "concentration", Text: `programme_use < money("2500000 EUR") || seller_use <= programme_use * percent("40")`, Otherwise: "refer", Reason: "No seller has more than 40 % of a programme that has grown up."},
		[]map[string]string{{"programme_use": "3000000.00 EUR", "seller_use": "1200000.01 EUR"}},
	},
	{
		Rule{Name: "credit", Text: `buyer_grade <= 6 && max(buyer_grade, seller_grade) <= 8`, Otherwise: "refer", Reason: "Weak parties are looked at by a person."},
		[]map[string]string{{"buyer_grade": "7", "seller_grade": "3"}, {"seller_grade": "3"}},
	},
	{
		Rule{Name: "dilution", Text: `ratio(credited + disputed, face) <= percent("5")`, Otherwise: "refer", Reason: "More than a twentieth of the claim is credited or disputed."},
		[]map[string]string{{"credited": "300.00 EUR", "disputed": "250.00 EUR", "face": "10000.00 EUR"}, {"credited": "0.00 EUR", "disputed": "0.00 EUR", "face": "0.00 EUR"}},
	},
	{
		Rule{Name: "fresh", Text: `days_between(issue_date, business_date) <= 30 && due_date <= date("2027-06-30")`, Otherwise: "refuse", Reason: "Old invoices are not financed, nor is anything beyond the programme's end."},
		[]map[string]string{{"issue_date": "2026-10-01", "business_date": "2026-11-22", "due_date": "2026-12-30"}},
	},
	{
		Rule{Name: "related", Text: `!same_group && reverse_trades == 0`, Otherwise: "refuse", Reason: "We don't finance trade inside a group, nor in a circle."},
		[]map[string]string{{"same_group": "false", "reverse_trades": "2"}},
	},
	{
		Rule{Name: "countries", Text: `buyer_country in ["DE", "FR", "NL"] && seller_country in ["CN", "DE"]`, Otherwise: "refuse", Reason: "The programme's law is known in these countries only."},
		[]map[string]string{{"buyer_country": "US", "seller_country": "CN"}},
	},
}

// factsOf reads facts as the page shows them. An amount names the currency of all.
func factsOf(t *testing.T, e *Environment, texts map[string]string) []int64 {
	facts := rule.BlankFacts(rule.FinancingFactMax)
	for name, text := range texts {
		fact, known := e.byName[name]
		if !known {
			t.Fatalf("there is no fact %s", name)
		}
		value := int64(0)
		switch fact.Type.Kind {
		case rule.Bool:
			if text == "true" {
				value = 1
			}
		case rule.EnumOf:
			value, _ = e.value(fact.Type.Enum, text)
		case rule.Date:
			date, _ := calendar.Parse(text)
			value = int64(date)
		case rule.Money:
			number, code, _ := strings.Cut(text, " ")
			currency, _ := money.ParseCurrency(code)
			minor, _ := money.Parse(number, currency)
			value, facts[e.currency] = int64(minor), int64(currency)
		default:
			value, _ = money.ParseScaled(text, 0)
		}
		facts[fact.Number] = value
	}
	return facts
}

// TestReferencePage keeps doc/POLICIES.md true.
func TestReferencePage(t *testing.T) {
	var b bytes.Buffer
	e := Financing()
	b.WriteString(pageHead)
	b.WriteString("\n## The facts of a financing\n\n| fact | kind | number | what it says |\n| --- | --- | ---: | --- |\n")
	for _, fact := range e.Facts() {
		if fact.Sentence == "" {
			t.Errorf("%s has no sentence", fact.Name)
		}
		kind := fact.Type.Kind.String()
		if fact.Type.Kind == rule.EnumOf {
			kind = "name of " + fact.Type.Enum
		}
		fmt.Fprintf(&b, "| `%s` | %s | %d | %s |\n", fact.Name, kind, fact.Number, fact.Sentence)
	}
	b.WriteString("\nA number keeps its meaning for ever; stored policies name facts by it.\n\n| names of | are |\n| --- | --- |\n")
	for _, enum := range e.Enums() {
		var names []string
		for _, named := range enum.Values {
			names = append(names, "`\""+named.Name+"\"`")
		}
		fmt.Fprintf(&b, "| %s | %s |\n", enum.Name, strings.Join(names, ", "))
	}
	b.WriteString("| currency | the codes of ISO 4217: `\"EUR\"` |\n| country | the codes of ISO 3166-1 in two letters: `\"DE\"` |\n")
	b.WriteString(pageOperators())
	b.WriteString(pageOutcomes)
	writeExamples(t, &b, &e)
	b.WriteString("\n## What can be wrong\n\nEverything is told at once, with line, column, the offending text and a reason (`edge/policy/testdata/problems.golden` shows each).\n\n| code | what it means |\n| --- | --- |\n")
	for _, reason := range Codes {
		fmt.Fprintf(&b, "| `%s` | %s |\n", reason.Code, reason.Sentence)
	}
	compare(t, filepath.Join("..", "..", "doc", "POLICIES.md"), b.Bytes())
}

func writeExamples(t *testing.T, b *bytes.Buffer, e *Environment) {
	b.WriteString("\n## Examples\n\nEach with facts, and what it makes of them. Facts that are not shown are not known, and were not needed.\n")
	for _, example := range examples {
		clauses, problems := Clauses([]Rule{example.rule}, *e)
		for _, p := range problems {
			t.Fatal(p)
		}
		fmt.Fprintf(b, "\n**%s**, otherwise %s: %s\n\n    %s\n\n| facts | verdict | because |\n| --- | --- | --- |\n", example.rule.Name, example.rule.Otherwise, example.rule.Reason, example.rule.Text)
		for _, texts := range example.facts {
			var shown []string
			for name, text := range texts {
				shown = append(shown, name+" "+text)
			}
			slices.Sort(shown)
			facts := factsOf(t, e, texts)
			explanation := clauses[0].Program.Explain(facts)
			var because []string
			for _, reason := range explanation.Reasons {
				because = append(because, reason.Text)
			}
			verdict := clauses[0].Judge(facts).String()
			if explanation.Fault != rule.NoFault {
				verdict += " (" + explanation.Fault.String() + ")"
			}
			fmt.Fprintf(b, "| %s | %s | %s |\n", strings.Join(shown, "; "), verdict, strings.Join(because, "; "))
		}
	}
}

// pageOperators lists what the operations take and give.
func pageOperators() string {
	var b strings.Builder
	b.WriteString("\n## Operators and functions\n\n| written | gives | |\n| --- | --- | --- |\n")
	for _, row := range [][3]string{
		{"`a && b`, `a \\|\\| b`, `!a`", "bool", "from left to right; what need not be computed is not"},
		{"`c ? a : b`", "the kind of a and b", "only the one that is chosen is computed"},
		{"`a == b`, `a != b`", "bool", "two values of one kind"},
		{"`a in [b, c]`", "bool", "a list of up to 64 values that are written out"},
	} {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", row[0], row[1], row[2])
	}
	remarks := map[rule.Op]string{
		rule.OpDivide: "towards zero", rule.OpRemainder: "with the sign of a", rule.OpShare: "rounded half up", rule.OpRatio: "a as part of b, rounded half up to a ten-thousandth of a per cent",
		rule.OpDaysBetween: "from a to b, first day in and last day out; negative where b is earlier",
	}
	type row struct {
		written, remark string
		forms           []string
	}
	var rows []row
	for _, o := range operations {
		written := o.function + "(a, b)"
		if sign := strings.Trim(o.function, "_"); sign != o.function {
			written = "a " + sign + " b"
			if len(o.operands) == 1 {
				written = sign + "a"
			}
		}
		operands := make([]string, len(o.operands))
		for i, kind := range o.operands {
			operands[i] = kind.String()
		}
		form := strings.Join(operands, ", ") + " → " + o.result.String()
		at := slices.IndexFunc(rows, func(r row) bool { return r.written == written && r.remark == remarks[o.op] })
		if at < 0 {
			rows, at = append(rows, row{written, remarks[o.op], nil}), len(rows)
		}
		rows[at].forms = append(rows[at].forms, form)
	}
	for _, r := range rows {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", r.written, strings.Join(r.forms, "; "), r.remark)
	}
	return b.String()
}

const pageHead = "# Policies\n\n" + `Written by ` + "`go test ./edge/policy -update`" + `; a test fails when it is out of date.

A product says in its own words what it finances: eligibility, and risk policy, are lists of clauses. A clause has a ` + "`name`" + `, a ` + "`text`" + ` (what
must hold), ` + "`otherwise`" + ` (` + "`refuse`" + ` or ` + "`refer`" + `, where it does not), a ` + "`reason`" + ` for whom it stops, and a ` + "`citation`" + ` where it comes from somewhere.

    - name: tenor
      text: tenor_days >= 7 && tenor_days <= 90
      otherwise: refuse
      reason: We finance claims that are due in 7 to 90 days.
      citation: credit policy 3.1

In YAML a text that begins with ` + "`!` or `\"`" + `, or has ` + "`: `" + ` in it, stands in a block of its own (` + "`text: |`" + `, the text below, indented).

The text is CEL ([cel.dev](https://cel.dev)), parsed and type-checked when it is proposed: a wrong name or kind is found then, and not when
money is at stake. What is approved is not the text alone but what it was lowered to: instructions over whole numbers without
loops (` + "`domain/rule`" + `), stored with the product, the same on every machine, and written back as an expression for whoever audits it.

## Kinds

| kind | written | exact to |
| --- | --- | --- |
| int | ` + "`90`" + ` | one |
| bool | ` + "`true`, `false`" + ` | |
| money | ` + "`money(\"1250.00 EUR\")`, `money(\"0\")`" + ` | the currency's minor unit |
| percent | ` + "`percent(\"4.35\")`" + ` | a ten-thousandth of a per cent |
| date | ` + "`date(\"2026-01-31\")`" + ` | a day |
| name | ` + "`\"irrevocable\"`" + `, beside a fact that has names | |

Nothing changes its kind: an amount is not compared with a number, nor one enumeration's name with another's. There is no
floating point, no text but names, no list but beside ` + "`in`" + `, no loop, no regular expression, no clock.
`

const pageOutcomes = `
## Outcomes

| the text is | the clause says |
| --- | --- |
| true | pass |
| false | refuse or refer, as its ` + "`otherwise`" + ` has it |
| not computable | refer: a person looks |

Not computable is one of four, each by name: ` + "`overflow`" + ` (a number leaves 64 bits, or a date the years 1 to 9999), ` + "`division_by_zero`" + `, ` + "`fact_unknown`" + `
(a fact that was needed is not known), ` + "`other_currency`" + ` (an amount in the text is in another currency than the financing). Because ` + "`&&`, `||`" + ` and
` + "`?:`" + ` stop as soon as the answer is known, a clause can ask for the currency first. Unlike CEL elsewhere, a failure to the left of ` + "`&&`" + ` or
` + "`||`" + ` is not made good by what stands to the right.

With the verdict goes the comparison that decided, with its values: ` + "`tenor_days 95 > 90`" + `.
`
