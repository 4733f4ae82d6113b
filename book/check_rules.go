package book

import "millrace/domain/id"

// rules: what is broken is broken by an invoice that is a receivable or waits to become one; every rule is named once, and
// what was cleared was cleared in an entry that has been.
func (a *audit) rules() {
	b := a.b
	standing := map[id.Document]bool{}
	for n := uint64(1); n <= b.ruleBreaches.count; n++ {
		broken := b.ruleBreaches.at(n)
		standing[broken.Document] = false
		if broken.Entry == 0 || broken.Entry > b.sequence {
			a.breach("entry_unknown", broken.Document.String(), "the broken rules of %s name entry %d, the last one is %d", broken.Document, broken.Entry, b.sequence)
		}
		if b.brokenOf[broken.Document] != n {
			a.breach("index_rules", broken.Document.String(), "the index leads from %s to record %d of broken rules instead of %d", broken.Document, b.brokenOf[broken.Document], n)
		}
		a.brokenRules(broken)
	}
	if uint64(len(b.brokenOf)) != b.ruleBreaches.count {
		a.breach("index_rules", "", "%d invoices break rules, %d are in the index", b.ruleBreaches.count, len(b.brokenOf))
	}
	if len(standing) == 0 {
		return
	}
	rest := func(on id.Document) {
		if _, breaks := standing[on]; breaks {
			standing[on] = true
		}
	}
	for n := uint64(1); n <= b.receivables.count; n++ {
		rest(b.receivables.at(n).Document)
	}
	for n := uint64(1); n <= b.trades.count; n++ {
		for _, p := range b.trades.at(n).Prospects {
			rest(p.Document)
		}
	}
	for n := uint64(1); n <= b.ruleBreaches.count; n++ {
		if document := b.ruleBreaches.at(n).Document; !standing[document] {
			a.breach("rules_of_none", document.String(), "%s breaks rules, and is neither a receivable nor waits to become one", document)
		}
	}
}

func (a *audit) brokenRules(broken *RuleBreaches) {
	named := map[string]bool{}
	for _, one := range broken.Rules {
		if one.Rule == "" || named[one.Rule] || one.Severity == 0 || one.Severity > 3 || one.Cleared > broken.Entry {
			a.breach("rules_wrong", broken.Document.String(), "%s breaks rule %q of severity %d, cleared in entry %d, or twice", broken.Document, one.Rule, one.Severity, one.Cleared)
		}
		named[one.Rule] = true
	}
	if len(broken.Rules) == 0 {
		a.breach("rules_wrong", broken.Document.String(), "%s has a record of broken rules without one", broken.Document)
	}
}
