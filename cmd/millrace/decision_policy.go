package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"millrace/book"
	"millrace/domain/money"
	"millrace/domain/risk"
	"millrace/domain/rule"
	"millrace/edge/policy"
)

// rejudged is what would have changed under another policy.
type rejudged struct {
	Policy   string          `json:"policy"`
	Edition  int             `json:"edition"`
	Decided  int             `json:"decisions"`
	Skipped  int             `json:"skipped"` // that asked no rules of a use
	Changed  int             `json:"changed"` // whose verdict would be another
	Verdicts []verdictChange `json:"verdicts"`
	Rules    []ruleChange    `json:"rules"`
}

// verdictChange counts decisions by the verdict that they had and the one that they would have, in one currency.
type verdictChange struct {
	Before   string `json:"before"`
	After    string `json:"after"`
	Currency string `json:"currency"`
	Count    int    `json:"count"`
	Amount   int64  `json:"amount"` // to be financed, in minor units
	Text     string `json:"text"`
}

// ruleChange counts the decisions in which a rule would newly fire, or no longer, in one currency.
type ruleChange struct {
	Rule     string `json:"rule"`
	Currency string `json:"currency"`
	Fires    int    `json:"newly_fires"`
	Amount   int64  `json:"newly_fires_amount"`
	Stops    int    `json:"no_longer_fires"`
	Stopped  int64  `json:"no_longer_fires_amount"`
}

type verdictKey struct {
	before, after rule.Verdict
	currency      money.Currency
}

type ruleKey struct {
	rule     string
	currency money.Currency
}

// underPolicy takes every stored decision again under the policy of a file and tabulates what would have changed. Nothing is changed.
func (c *replayCommand) underPolicy(ctx context.Context) error {
	content, err := os.ReadFile(c.Policy)
	if err != nil {
		return usage{err}
	}
	edition, wanted, wrong := policy.Read(content)
	if len(wrong) > 0 {
		return usage{fmt.Errorf("%s is no policy:\n  %s", c.Policy, strings.Join(wrong, "\n  "))}
	}
	result := rejudged{Policy: c.Policy, Edition: int(edition), Verdicts: []verdictChange{}, Rules: []ruleChange{}}
	verdicts, rules := map[verdictKey]*verdictChange{}, map[ruleKey]*ruleChange{}
	err = eachDecision(ctx, c.Data, func(b *book.Book, d *risk.Decision) error {
		after, can := b.Under(d, edition, &wanted.Thresholds, wanted.Clauses)
		if !can {
			result.Skipped++
			return nil
		}
		result.Decided++
		if rule.Worst(after) != d.Verdict {
			result.Changed++
		}
		countVerdict(verdicts, d, rule.Worst(after))
		countRules(rules, d, after)
		return nil
	})
	if err != nil {
		return err
	}
	for _, change := range verdicts {
		result.Verdicts = append(result.Verdicts, *change)
	}
	for _, key := range slices.SortedFunc(maps.Keys(rules), func(a, b ruleKey) int {
		return cmp.Or(cmp.Compare(a.rule, b.rule), cmp.Compare(a.currency, b.currency))
	}) {
		result.Rules = append(result.Rules, *rules[key])
	}
	slices.SortFunc(result.Verdicts, func(a, b verdictChange) int {
		return cmp.Or(cmp.Compare(a.Before, b.Before), cmp.Compare(a.After, b.After), cmp.Compare(a.Currency, b.Currency))
	})
	if c.JSON {
		return newLines(os.Stdout).write(result)
	}
	_, err = fmt.Print(result.text())
	return err
}

func countVerdict(verdicts map[verdictKey]*verdictChange, d *risk.Decision, after rule.Verdict) {
	key := verdictKey{d.Verdict, after, d.Facts.Currency}
	if verdicts[key] == nil {
		verdicts[key] = &verdictChange{Before: d.Verdict.String(), After: after.String(), Currency: key.currency.String()}
	}
	change := verdicts[key]
	change.Count++
	change.Amount += int64(d.Facts.Amount)
	change.Text = money.Format(money.Minor(change.Amount), key.currency)
}

func countRules(rules map[ruleKey]*ruleChange, d *risk.Decision, after []rule.Outcome) {
	of := func(name string) *ruleChange {
		key := ruleKey{name, d.Facts.Currency}
		if rules[key] == nil {
			rules[key] = &ruleChange{Rule: name, Currency: key.currency.String()}
		}
		return rules[key]
	}
	fired := func(all []rule.Outcome, name string) bool {
		return slices.ContainsFunc(all, func(o rule.Outcome) bool { return o.Rule == name })
	}
	for _, o := range after {
		if !fired(d.Outcomes, o.Rule) {
			change := of(o.Rule)
			change.Fires, change.Amount = change.Fires+1, change.Amount+int64(d.Facts.Amount)
		}
	}
	for _, o := range d.Outcomes {
		if !fired(after, o.Rule) {
			change := of(o.Rule)
			change.Stops, change.Stopped = change.Stops+1, change.Stopped+int64(d.Facts.Amount)
		}
	}
}

// text is the tables on a page.
func (r *rejudged) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d decisions taken again under %s (edition %d), %d with another verdict, %d skipped\n\n", r.Decided, r.Policy, r.Edition, r.Changed, r.Skipped)
	fmt.Fprintf(&b, "%-8s %-8s %8s  %s\n", "before", "after", "count", "amount")
	for _, v := range r.Verdicts {
		fmt.Fprintf(&b, "%-8s %-8s %8d  %s %s\n", v.Before, v.After, v.Count, v.Currency, v.Text)
	}
	if len(r.Rules) == 0 {
		b.WriteString("\nno rule says anything else\n")
		return b.String()
	}
	fmt.Fprintf(&b, "\n%-28s %-4s %12s %18s %15s %18s\n", "rule", "", "newly fires", "amount", "no longer", "amount")
	for _, c := range r.Rules {
		currency := money.Currency(0)
		if parsed, ok := money.ParseCurrency(c.Currency); ok {
			currency = parsed
		}
		fmt.Fprintf(&b, "%-28s %-4s %12d %18s %15d %18s\n", c.Rule, c.Currency, c.Fires, money.Format(money.Minor(c.Amount), currency), c.Stops, money.Format(money.Minor(c.Stopped), currency))
	}
	return b.String()
}
