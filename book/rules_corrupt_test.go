package book

import "slices"

// BreakAgain lets the rules of a record stand that were cleared, as no command does.
func BreakAgain(b *Book, number uint64) {
	broken := b.ruleBreaches.at(number)
	broken.Rules = slices.Clone(broken.Rules)
	for i := range broken.Rules {
		broken.Rules[i].Cleared = 0
	}
}

func init() {
	Corruptions = append(Corruptions,
		Corruption{"entry_unknown", "rules cleared in an entry to come", func(b *Book) { b.ruleBreaches.at(1).Entry = b.sequence + 1 }},
		Corruption{"index_rules", "an invoice whose broken rules can't be found", func(b *Book) { delete(b.brokenOf, b.ruleBreaches.at(1).Document) }},
		Corruption{"index_rules", "broken rules of another invoice", func(b *Book) { b.brokenOf[b.receivables.at(1).Document] = 1 }},
		Corruption{"rules_of_none", "rules that an order breaks", func(b *Book) {
			broken := b.ruleBreaches.at(1)
			delete(b.brokenOf, broken.Document)
			broken.Document &= 1<<16 - 1
			broken.Document += 1 << 16
			b.brokenOf[broken.Document] = 1
		}},
		Corruption{"rules_wrong", "a rule that is broken twice", func(b *Book) { b.ruleBreaches.at(1).Rules[0].Rule = b.ruleBreaches.at(1).Rules[1].Rule }},
		Corruption{"rules_wrong", "a rule that is cleared before it was", func(b *Book) { b.ruleBreaches.at(1).Rules[0].Cleared = b.ruleBreaches.at(1).Entry + 1 }},
		Corruption{"rules_wrong", "a record without a rule", func(b *Book) { b.ruleBreaches.at(1).Rules = nil }},
	)
}
