package payee_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"millrace/domain/payee"
)

// example is one row of the table in the documentation.
type example struct {
	registered, holder, verdict string
	score                       int32
}

func examples(t *testing.T) []example {
	t.Helper()
	text, err := os.ReadFile("../../doc/PAYEES.md")
	if err != nil {
		t.Fatal(err)
	}
	var found []example
	for _, line := range strings.Split(string(text), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 6 {
			continue
		}
		score, err := strconv.ParseInt(strings.ReplaceAll(strings.TrimSpace(cells[3]), ",", ""), 10, 32)
		if err != nil {
			continue
		}
		found = append(found, example{strings.TrimSpace(cells[1]), strings.TrimSpace(cells[2]), strings.Trim(cells[4], " `"), int32(score)})
	}
	return found
}

func TestTheExamplesOfTheDocumentation(t *testing.T) {
	all := examples(t)
	if len(all) < 60 {
		t.Fatalf("%d examples", len(all))
	}
	for _, e := range all {
		got := payee.Compare(e.registered, e.holder)
		if got.Verdict.String() != e.verdict || got.Score != e.score {
			t.Errorf("%s, %s: %s %d, the documentation says %s %d", e.registered, e.holder, got.Verdict, got.Score, e.verdict, e.score)
		}
		if again := payee.Compare(e.holder, e.registered); again != got {
			t.Errorf("%s, %s: %v the other way round, and not %v", e.registered, e.holder, again, got)
		}
	}
}

// pieces are what names are made of.
var pieces = []string{"Müller", "Söhne", "&", "und", "GmbH", "AG", "S.A.", "Co.", "KG", "J.", "John", "Smith", "Ltd", "华", "龙", "有限公司", "Ромашка", "ООО", "1", "24", "-", "É", "x", "(", "’"}

func names(t *rapid.T, label string) string {
	return strings.Join(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(pieces), rapid.StringN(0, 12, -1)), 0, 20).Draw(t, label), " ")
}

func TestAnyTwoNames(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, b := names(rt, "a"), names(rt, "b")
		got := payee.Compare(a, b)
		if again := payee.Compare(b, a); again != got {
			rt.Fatalf("%v one way, %v the other", got, again)
		}
		if got.Score < 0 || got.Score > payee.ScoreMax || got.Verdict < payee.Match || got.Verdict > payee.NotPossible {
			rt.Fatal(got)
		}
		if want := map[bool]bool{true: got.Verdict == payee.Match, false: got.Verdict != payee.Match}; got.Verdict != payee.NotPossible && !want[got.Score >= payee.MatchFrom] {
			rt.Fatal(got)
		}
		if same := payee.Compare(a, a); same.Verdict != payee.NotPossible && same != (payee.Result{Verdict: payee.Match, Score: payee.ScoreMax}) {
			rt.Fatalf("%q is not itself: %v", a, same)
		}
		if shouted := payee.Compare(a, strings.ToUpper(a)); payee.Compare(a, a).Verdict == payee.Match && shouted.Verdict != payee.Match && utf8.ValidString(a) && ascii(a) {
			rt.Fatalf("%q in capitals: %v", a, shouted)
		}
	})
}

func ascii(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r > 126 }) < 0
}

// The most that there is to compare takes as many steps as its lengths say; what is longer is not compared.
func TestNamesOfAnyLength(t *testing.T) {
	long := strings.Repeat("Abcdefghijklmnopqrstuvw ", 12)
	if got := payee.Compare(long, "x "+long); got.Verdict != payee.Match && got.Verdict != payee.CloseMatch {
		t.Error(got)
	}
	for _, text := range []string{"", " ", "...", "&", strings.Repeat("a", payee.RunesMax+1), strings.Repeat("名", payee.RunesMax+1), strings.Repeat("a ", 1<<20)} {
		if got := payee.Compare(text, "Siemens"); got != (payee.Result{Verdict: payee.NotPossible}) {
			t.Errorf("%.20q: %v", text, got)
		}
	}
	if many := strings.Repeat("a b c 1 ", 30); payee.Compare(many, many).Verdict != payee.Match {
		t.Error("many words")
	}
}

func ExampleCompare() {
	fmt.Println(payee.Compare("Müller & Söhne KG", "MUELLER UND SOEHNE KOMMANDITGESELLSCHAFT"))
	fmt.Println(payee.Compare("Hans Meier", "Petra Meyer").Verdict)
	// Output:
	// {match 1000000}
	// no_match
}
