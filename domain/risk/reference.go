package risk

import (
	"fmt"
	"strings"

	"millrace/domain/rule"
)

// Reference is the page of all rules and thresholds, in Markdown.
func Reference() string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Rules of risk control

Written by `+"`go test ./domain/risk -update`"+`; a test fails when it is out of date.

Each use of credit (quote, decision on a referral, acceptance, auction) is held against these rules, then against the law of a certificate, the
clauses of its product, and those of its programme. All that did not pass is on record: one refusal declines, else one referral asks a person.
The decision keeps the facts, the edition of the rules, and the versions of product, policy and models:

    millrace decision show dec_…        facts with names, versions, scores, every rule that fired with why
    millrace decision replay dec_…      takes it again from its facts and compares bit for bit; --all for every one
    millrace replay --policy FILE       takes every decision again under another policy, and tabulates what would change

A rule is one file in `+"`domain/risk`"+` with its fixtures. It is never changed: what changes is a new version in a new edition, and an old edition
stays as long as a decision names it. Edition %d is in force.

## Rules of edition %d

| rule | version | group | says | from | what it asks | why | source |
| --- | ---: | --- | --- | --- | --- | --- | --- |
`, Now, Now)
	for _, r := range Rules(Now) {
		from := "always"
		if r.From != 0 {
			from = r.From.String()
		}
		fmt.Fprintf(&b, "| `%s` | %d | %s | %s | %s | %s. | %s | %s |\n", r.Code, r.Version, r.Group, r.Severity, from, r.Title, r.Why, r.Source)
	}
	for e := Edition(1); e < Now; e++ {
		fmt.Fprintf(&b, "\nEdition %d:", e)
		for i, r := range Rules(e) {
			if i > 0 {
				b.WriteString(",")
			}
			fmt.Fprintf(&b, " `%s` %d", r.Code, r.Version)
		}
		b.WriteString(".\n")
	}
	b.WriteString(`
## Thresholds

A programme may set these (` + "`propose_risk_policy`" + `, put in force by a second person), and add clauses in CEL ([POLICIES.md](POLICIES.md)); outcomes of
clauses are named ` + "`programme.<clause>`" + `. At 0 a rule does not ask. Amounts are in minor units, shares and rates in millionths. In a file:

    thresholds:
      document_age_days: 120
      undertaking_above: 5000000
    refused_countries: [IR, KP]
    clauses:
      - name: young_pairs
        text: pair_invoices >= 3 || amount <= money("20000 EUR")
        otherwise: refer
        reason: We know the two too little for this amount.

| threshold | rule | unit | presumed | what it bounds |
| --- | --- | --- | ---: | --- |
`)
	for _, t := range Named {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %d | %s |\n", t.Name, t.Rule, t.Unit, *t.Of(Presumed(Now)), t.Title)
	}
	fmt.Fprintf(&b, "| `refused_countries` | embargo | codes | %s | countries with which trade is forbidden |\n", codes(Presumed(Now).Refused))
	fmt.Fprintf(&b, "| `referred_countries` | restricted_country | codes | %s | countries under sanctions in part |\n", codes(Presumed(Now).Referred))
	return b.String()
}

func codes(values []int32) string {
	var names []string
	for _, v := range values {
		names = append(names, rule.CountryCode(int64(v)))
	}
	return strings.Join(names, " ")
}
