package book

import (
	"slices"
	"strings"

	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/receivable"
	"millrace/domain/rule"
	"millrace/domain/trade"
)

func init() {
	registerEvent(func() fact { return &RulesCleared{} })
	tables[tableRuleBreach] = held("rule_breach", func(b *Book) *shelf[RuleBreaches] { return &b.ruleBreaches },
		[]Column{ind("document", Integer), col("fatal", Integer)},
		func(r *RuleBreaches) []any { return []any{int64(r.Document), int64(r.fatal())} })
}

// RuleBreaches is which rules of EN 16931 an invoice breaks that is, or waits to become, a receivable. Invoices that break
// none have no such record; where each rule is broken stands with the document.
type RuleBreaches struct {
	Document id.Document  `cbor:"1,keyasint"`
	Rules    []BrokenRule `cbor:"2,keyasint"` // in the order of the document's; never changed in place
	Entry    uint64       `cbor:"3,keyasint"`
}

// BrokenRule is one rule that an invoice breaks.
type BrokenRule struct {
	Rule     string        `cbor:"1,keyasint"`
	Severity rule.Severity `cbor:"2,keyasint"`           // by itself
	Cleared  uint64        `cbor:"3,keyasint,omitempty"` // the entry in which a person has cleared it; 0: it stands
}

// fatal is how many rules are fatal by themselves and not cleared.
func (r *RuleBreaches) fatal() int {
	count := 0
	for i := range r.Rules {
		if r.Rules[i].Cleared == 0 && r.Rules[i].Severity == rule.Fatal {
			count++
		}
	}
	return count
}

// SeveritiesMax is the most settings of a programme's policy on rules.
const SeveritiesMax = 300

// checkRules refuses breaches of rules that are not in the form in which they are kept.
func checkRules(breaches []trade.RuleBreach) *Rejection {
	if len(breaches) > trade.RuleBreachesMax {
		return reject("rules_invalid", "rules", "it breaks rules in %d places; at most %d are kept", len(breaches), trade.RuleBreachesMax)
	}
	for i := range breaches {
		if !breaches[i].Valid() {
			return reject("rules_invalid", "rules", "breach %d has no name of a rule, severity and place that can be kept", i+1)
		}
	}
	return nil
}

// checkSeverities refuses a programme's policy on rules that is none.
func checkSeverities(policy rule.Policy) *Rejection {
	if len(policy) > SeveritiesMax {
		return reject("severities_invalid", "severities", "%d settings; at most %d are kept", len(policy), SeveritiesMax)
	}
	for _, setting := range policy {
		if !setting.Valid() {
			return reject("severities_invalid", "severities", "%q is no rule or family of rules with the severity fatal, warning or ignored", setting.Rule)
		}
	}
	return nil
}

// brokenBy gives what the invoice of a receivable breaks; nil for nothing.
func (b *Book) brokenBy(r *receivable.Receivable) *RuleBreaches {
	return b.ruleBreaches.at(b.brokenOf[r.Document])
}

// conforms refuses an invoice that breaks a rule which the programme's policy makes fatal, and which nobody has cleared.
func (d *draft) conforms(r *receivable.Receivable, p *funding.Programme) *Rejection {
	broken := d.brokenBy(r)
	if broken == nil {
		return nil
	}
	const namedMax = 20
	var named []string
	for _, one := range broken.Rules {
		if one.Cleared == 0 && p.Severities.Severity(one.Rule, one.Severity) == rule.Fatal {
			named = append(named, one.Rule)
		}
	}
	if len(named) == 0 {
		return nil
	}
	if len(named) > namedMax {
		named = append(named[:namedMax], "…")
	}
	return reject("rules_breached", "receivable", "the invoice breaks rules of EN 16931 that are fatal in programme %s: %s", p.ID, strings.Join(named, ", "))
}

// clearable gives the rules to be cleared, each once, or refuses one that does not stand against the receivable.
func (d *draft) clearable(r *receivable.Receivable, names []string) ([]string, *Rejection) {
	broken := d.brokenBy(r)
	var cleared []string
	for _, name := range names {
		if broken == nil || !slices.ContainsFunc(broken.Rules, func(one BrokenRule) bool { return one.Rule == name && one.Cleared == 0 }) {
			return nil, reject("rule_unknown", "rules", "rule %q does not stand against receivable %s", name, r.ID)
		}
		if !slices.Contains(cleared, name) {
			cleared = append(cleared, name)
		}
	}
	return cleared, nil
}

// keepBreaches puts what an invoice breaks on its shelf, each rule once.
func (b *Book) keepBreaches(row *Document) {
	if row.Type != trade.Invoice || row.Repeats || len(row.Rules) == 0 {
		return
	}
	kept := RuleBreaches{Document: row.ID}
	for _, breach := range row.Rules {
		if !slices.ContainsFunc(kept.Rules, func(one BrokenRule) bool { return one.Rule == breach.Rule }) {
			kept.Rules = append(kept.Rules, BrokenRule{Rule: breach.Rule, Severity: breach.Severity})
		}
	}
	number := b.ruleBreaches.count + 1
	b.ruleBreaches.add(number, kept)
	b.indexBreaches(number)
	b.touched(tableRuleBreach, number, &b.ruleBreaches.at(number).Entry)
}

// indexBreaches: brokenOf, from table rule_breach.
func (b *Book) indexBreaches(number uint64) { b.brokenOf[b.ruleBreaches.at(number).Document] = number }

// RulesCleared says that a person has looked at broken rules, and that they no longer stand against a receivable.
type RulesCleared struct {
	Receivable id.Receivable `cbor:"1,keyasint"`
	Rules      []string      `cbor:"2,keyasint"`
	Reason     [32]byte      `cbor:"3,keyasint"` // in the vault
}

// Kind names the stored form.
func (*RulesCleared) Kind() uint16 { return eventRulesCleared }

func (e *RulesCleared) fold(b *Book) {
	r := b.receivables.at(e.Receivable.Number())
	number := b.brokenOf[r.Document]
	broken := b.ruleBreaches.at(number)
	broken.Rules = slices.Clone(broken.Rules)
	for i := range broken.Rules {
		if one := &broken.Rules[i]; one.Cleared == 0 && slices.Contains(e.Rules, one.Rule) {
			one.Cleared = b.sequence
		}
	}
	b.touched(tableRuleBreach, number, &broken.Entry)
	b.touched(tableReceivable, e.Receivable.Number(), &r.Entry)
}
