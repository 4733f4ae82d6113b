package policy

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"millrace/domain/rule"
)

var update = flag.Bool("update", false, "write testdata/problems.golden and doc/POLICIES.md anew")

// wrongTexts are expressions with something wrong in them. What is told of each stands in testdata/problems.golden.
var wrongTexts = []string{
	" \n ",
	"tenor_days < " + strings.Repeat("1 + ", 1100) + "1",
	"tenor_days \xff 1",
	"tenor_days = 3",
	"tenor_days <= 90 and buyer_grade <= 6",
	"not same_group",
	"if same_group then tenor_days < 3",
	"buyer_grade <> 3",
	"tenor_days ≤ 90",
	"tenor_days <= 90;",
	"tenor_days < ",
	"seller_share <= 4.35%",
	"(tenor_days < 3",
	"undertaking == \"soft",
	"tenor_days < 3)",
	"tenor_days\n  < 3 &&\n  same_group same_group",
	"tenor_days < 99999999999999999999",
	strings.Repeat("(", 100) + "same_group" + strings.Repeat(")", 100),
	strings.Repeat("tenor_days+", 300) + "1 < 3",
	"tenor_day <= 90",
	"evidence.orderd && received && evidence.confirmed",
	"colour == 3 && .amount < money(\"0\")",
	"money < amount",
	"mix(tenor_days, 3) < max(1, 2)",
	"days(issue_date, due_date) < 3 && frobnicate(3)",
	"amount <= 1250.00 && seller_share < 0.4",
	"tenor_days < 3u",
	"buyer_grade == null || b\"x\" == b\"y\"",
	"undertaking != \"irevocable\" && trade_kind == \"good\"",
	"currency == \"EURO\" || buyer_country in [\"DE\", \"UK\"]",
	"due_date > \"2026-01-31\" && amount == \"1250.00 EUR\" && seller_share == \"40 %\" && tenor_days == \"3\"",
	"\"soft\" == \"soft\"",
	"[1, 2] == [tenor_days]",
	"tenor_days in []",
	"tenor_days in [" + strings.Repeat("1, ", 64) + "1]",
	"tenor_days in [1, buyer_grade, 1 + 1] && amount in [money(\"1.00 EUR\"), amount]",
	"tenor_days in buyer_grade",
	"{\"a\": 1} == {\"a\": 2} || thing{a: 1} == 3",
	"[1, 2].all(x, x < tenor_days) && has(amount.minor) && same_group.exists(x, x)",
	"undertaking.matches(\"soft|none\")",
	"timestamp(\"2026-01-31T00:00:00Z\") < now() && due_date.getFullYear() == 2026",
	"int(amount) < 3 && type(amount) == type(face) && dyn(3) == amount",
	"undertaking.startsWith(\"s\") && size(undertaking) == 4",
	"undertaking[0] == 3 && (tenor_days + 3).days == 3",
	"money(amount) < money(3) && date() == due_date && percent(\"1\", \"2\") == seller_share",
	"amount < money(\"1,250.00 EUR\") && amount < money(\"1250.005 EUR\") && amount < money(\"1250.5 JPY\")",
	"amount < money(\"1250.00\") && amount < money(\"EUR 1250\") && amount < money(\"1250 EURO\") && amount < money(\"99999999999999999 EUR\")",
	"seller_share < percent(\"4,35\") && dilution < percent(\"4.35001\")",
	"due_date < date(\"2026-02-30\") && issue_date > date(\"31.01.2026\")",
	"tenor_days / 0 < 3 || tenor_days % 0 == 1",
	"amount <= 1250 && 40 < seller_share && due_date >= 20260131",
	"amount == tenor_days || undertaking == trade_kind || amount != seller_share",
	"undertaking < \"soft\" || trade_kind >= \"goods\"",
	"amount + 3 < face && amount * amount < face && amount / face < percent(\"50\") && amount / 2 < face",
	"due_date - issue_date > 30 && due_date + due_date > due_date",
	"tenor_days && !amount && (same_group || undertaking)",
	"tenor_days ? 1 : 2",
	"(same_group ? amount : tenor_days) == 3",
	"min(amount, 3) < face && max(same_group, same_group) && min(1) < 2",
	"ratio(amount, 3) < percent(\"50\") && days_between(issue_date, 3) > 3",
	"-same_group || -undertaking == 3",
	"amount in [money(\"1.00 EUR\"), 3] && amount in [3]",
	"1 < 2 < 3",
	"tenor_day < 3 && amount < 3 && undertaking == \"hard\" && 1.5 < 2",
	"if",
	strings.Repeat("same_group ", 300),
	"NOT same_group || same_group",
	"amount < money(\"1 EUR\") + (mistake == 3)",
	"tenor_days in [1, \"soft\", 2.5, -1.5]",
	"a.b.c.d(1)",
	"tenor_days.amount == 3",
	"amount.foo(x, y)",
}

// wrongRules are policies with something wrong round the expressions.
var wrongRules = [][]Rule{
	make([]Rule, rule.ClausesMax+1),
	{{Name: "Tenor", Text: "tenor_days <= 90", Otherwise: "refuse", Reason: "Too long."}},
	{{Name: "tenor", Text: "tenor_days <= 90", Otherwise: "refuse", Reason: "Too long."}, {Name: "tenor", Text: "tenor_days >= 9", Otherwise: "refer", Reason: "Too short."}},
	{{Name: "tenor", Text: "tenor_days", Otherwise: "reject", Reason: ""}},
	{{Name: "tenor", Text: "1 < 2", Otherwise: "refer", Reason: strings.Repeat("r", rule.ClauseReasonMax+1), Citation: strings.Repeat("c", rule.ClauseCitationMax+1)}},
	{{Name: "amount", Text: "amount", Otherwise: "pass", Reason: "R."}, {Name: "b", Text: "same_grup", Otherwise: "Refuse", Reason: "R."}, {Text: "!evidence.confirmed\n && x", Otherwise: "refer", Reason: "R."}},
}

func TestEveryProblemIsShown(t *testing.T) {
	var golden bytes.Buffer
	seen := map[string]bool{}
	tell := func(what string, problems []Problem) {
		fmt.Fprintf(&golden, "%s\n", what)
		for _, p := range problems {
			fmt.Fprintf(&golden, "  %s: %s\n", p.Code, p)
			seen[p.Code] = true
		}
		if len(problems) == 0 {
			t.Errorf("%s: nothing is wrong", what)
		}
	}
	for _, text := range wrongTexts {
		program, problems := Compile(text, Financing())
		tell(fmt.Sprintf("%.100q", text), problems)
		if program.Form != 0 {
			t.Errorf("%q has a program", text)
		}
	}
	for i, rules := range wrongRules {
		clauses, problems := Clauses(rules, Financing())
		tell(fmt.Sprintf("policy %d", i+1), problems)
		if clauses != nil {
			t.Errorf("policy %d has clauses", i+1)
		}
	}
	for _, reason := range Codes {
		if !seen[reason.Code] {
			t.Errorf("nothing shows %s", reason.Code)
		}
		if strings.Count(golden.String(), reason.Code) == 0 || reason.Sentence == "" {
			t.Errorf("%s has no sentence", reason.Code)
		}
	}
	compare(t, filepath.Join("testdata", "problems.golden"), golden.Bytes())
}

func compare(t *testing.T, file string, want []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not current: go test ./edge/policy -update", file)
	}
}

func TestManyProblemsAreCut(t *testing.T) {
	_, problems := Compile("a"+strings.Repeat(" + a", 60)+" < 1", Financing())
	if len(problems) != problemsMax {
		t.Errorf("%d problems", len(problems))
	}
}
