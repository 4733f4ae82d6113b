package en16931

import (
	"strconv"
	"strings"

	"millrace/domain/money"
	"millrace/domain/rule"
)

// Severity says what a finding means for the document.
type Severity = rule.Severity

// The severities.
const (
	Ignored = rule.Ignored // the rule is not applied
	Warning = rule.Warning // a person should see it
	Fatal   = rule.Fatal   // the document does not conform
)

// ParseSeverity knows "ignored", "warning" and "fatal".
func ParseSeverity(name string) (Severity, bool) { return rule.ParseSeverity(name) }

// Rule is one rule of the norm.
type Rule struct {
	Name     string   // "BR-CO-10"
	Sentence string   // what is demanded
	Terms    []string // the terms and groups concerned: "BT-106"
	Severity Severity // unless a policy says otherwise
	Remark   string   // why the severity or the check differs from what one would expect; "" for most
	check    func(*inspection)
}

// Value is what was found for a term.
type Value struct {
	Term string // "BT-106", or what was computed
	Text string
}

// Violation is one place where a document breaks a rule.
type Violation struct {
	Rule     string
	Severity Severity // Warning or Fatal
	Terms    []string
	Line     int    // of the file, from 1; 0 for the document as a whole
	Path     string // "Invoice/cac:InvoiceLine[2]"
	Demand   string // the rule's sentence
	Values   []Value
}

// Where prints "line 12, Invoice/cac:InvoiceLine[2]".
func (v Violation) Where() string {
	if v.Line == 0 {
		return "the document"
	}
	return "line " + strconv.Itoa(v.Line) + ", " + v.Path
}

// Sentence prints rule, place, demand and the values found:
//
//	BR-CO-10, line 40, Invoice/cac:LegalMonetaryTotal: The sum of … (BT-106 "100", sum "90")
func (v Violation) Sentence() string {
	var b strings.Builder
	b.WriteString(v.Rule + ", " + v.Where() + ": " + v.Demand)
	for i, value := range v.Values {
		if i == 0 {
			b.WriteString(" (")
		} else {
			b.WriteString(", ")
		}
		b.WriteString(value.Term + " " + strconv.Quote(clip(value.Text)))
	}
	if len(v.Values) > 0 {
		b.WriteString(")")
	}
	return b.String()
}

// clip shortens a value that a person is to read.
func clip(text string) string {
	const lengthMax = 80
	characters := 0
	for at := range text {
		if characters++; characters > lengthMax {
			return text[:at] + "…"
		}
	}
	return text
}

// violationsPerRuleMax bounds what one rule may say about one document.
const violationsPerRuleMax = 20

// Check holds an invoice against every rule that the policy does not ignore. Violations come in the order of Rules and
// then of the document, at most 20 of one rule. It may be called concurrently, also on one invoice.
func Check(invoice *Invoice, policy Policy) []Violation {
	n := inspection{Invoice: invoice}
	n.sum()
	for i := range Rules {
		n.rule, n.severity, n.count = &Rules[i], policy.Severity(Rules[i].Name, Rules[i].Severity), 0
		if n.severity != Ignored {
			n.rule.check(&n)
		}
	}
	return n.violations
}

// inspection is one run of the rules over one invoice.
type inspection struct {
	*Invoice
	rule       *Rule
	severity   Severity
	count      int // violations of the rule
	violations []Violation
	taxable    map[taxableKey]taxableSum
}

// found notes a violation of the rule that is being checked.
func (n *inspection) found(at Place, values ...Value) {
	if n.count++; n.count > violationsPerRuleMax {
		return
	}
	n.violations = append(n.violations, Violation{
		Rule: n.rule.Name, Severity: n.severity, Terms: n.rule.Terms, Demand: n.rule.Sentence,
		Line: at.Line(), Path: at.Path(), Values: values,
	})
}

// require notes a violation where a term says nothing.
func (n *inspection) require(text Text, group Place) {
	if !text.Given() {
		n.found(group.or(text.At))
	}
}

// requireNumber notes a violation where a number is missing or is none.
func (n *inspection) requireNumber(number Number, group Place) {
	switch {
	case number.Valid:
	case number.Given():
		n.found(number.At, Value{n.rule.Terms[0], number.Value})
	default:
		n.found(group.or(number.At))
	}
}

// requireCategory notes a violation where a code of VAT is missing, or is one of another tax.
func (n *inspection) requireCategory(category Category, group Place) {
	switch {
	case category.VAT():
		n.require(category.Code, group)
	default:
		n.found(group.or(category.Code.At), Value{"tax", category.Tax.Value}, Value{n.rule.Terms[0], category.Code.Value})
	}
}

// requireReason notes a violation where an allowance or charge gives neither reason nor code.
func (n *inspection) requireReason(all []*AllowanceCharge) {
	for _, one := range all {
		if !one.Reason.Given() && !one.ReasonCode.Given() {
			n.found(one.At)
		}
	}
}

// requireDecimals notes a violation where a number has more than two digits after the point, or is none.
func (n *inspection) requireDecimals(number Number) {
	if number.Given() && (!number.Valid || number.Decimal.FractionDigits() > 2) {
		n.found(number.At, Value{n.rule.Terms[0], number.Value})
	}
}

// requireOrder notes a violation where a period ends before it starts.
func (n *inspection) requireOrder(period *Period) {
	if period != nil && period.Start.Valid && period.End.Valid && period.End.Day < period.Start.Day {
		n.found(period.At, Value{n.rule.Terms[0], period.Start.Value}, Value{n.rule.Terms[1], period.End.Value})
	}
}

// requireCode notes a violation where a code is given that is not in the list.
func (n *inspection) requireCode(code Text, list codes) {
	if code.Given() && !list.holds(code.Value) {
		n.found(code.At, Value{n.rule.Terms[0], code.Value})
	}
}

// requireScheme notes a violation where a scheme is given that is not in the list.
func (n *inspection) requireScheme(identifier Identifier, list codes) {
	if identifier.SchemeGiven && !list.holds(identifier.Scheme) {
		n.found(identifier.At, Value{n.rule.Terms[0] + "-1", identifier.Scheme})
	}
}

// or prefers the other place where there is one.
func (p Place) or(other Place) Place {
	if other.element != nil {
		return other
	}
	return p
}

// requireBound notes a violation where a period has neither first nor last day.
func (n *inspection) requireBound(period *Period) {
	if period != nil && !period.Start.Given() && !period.End.Given() {
		n.found(period.At)
	}
}

// requireCurrency notes a violation where a currency is given that ISO 4217 does not know.
func (n *inspection) requireCurrency(code Text) {
	if !code.Given() {
		return
	}
	if _, ok := money.ParseCurrency(code.Value); !ok && !currenciesWithoutMinorUnits.holds(code.Value) {
		n.found(code.At, Value{"currency", code.Value})
	}
}

// equal notes a violation where an amount is given that is not what was computed, rounded to two digits.
func (n *inspection) equal(amount Number, term string, computed Decimal) {
	if computed = computed.Round(); amount.Valid && amount.Decimal.Cmp(computed) != 0 {
		n.found(amount.At, Value{term, amount.Value}, Value{"computed", computed.String()})
	}
}
