package modelfile

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/domain/score"
)

func read(t *testing.T, name string) score.Table {
	t.Helper()
	content, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	table, err := Read(content, DigitsDefault)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// The margins in cases.csv are what the libraries themselves foretold; a unit is rounded once a tree.
func TestImportedModelsGiveTheMarginsOfTheirLibraries(t *testing.T) {
	file, err := os.Open("testdata/cases.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for column, name := range map[int]string{3: "lightgbm.txt", 4: "xgboost.json"} {
		table := read(t, name)
		scorer, err := score.New(table)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			facts := make([]int64, 3)
			for i := range facts {
				if facts[i], err = table.Features[i].Fact(row[i]); err != nil {
					t.Fatal(err)
				}
			}
			margin, err := strconv.ParseFloat(row[column], 64)
			if err != nil {
				t.Fatal(err)
			}
			got := scorer.Score(facts)
			if want := UnitsAt(table.Scale, margin); math.Abs(float64(got-want)) > float64(len(table.Trees)) {
				t.Errorf("%s: %v: %d units, want %d", name, row[:3], got, want)
			}
			base, reasons := scorer.Reasons(facts)
			for _, r := range reasons {
				base += r.Units
			}
			if base != got {
				t.Errorf("%s: %v: reasons add up to %d, not to %d", name, row[:3], base, got)
			}
		}
	}
}

func TestTableSurvivesItsJSON(t *testing.T) {
	table := read(t, "lightgbm.txt")
	content, err := json.Marshal(&table)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Read(content, 0)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(table, again); diff != "" {
		t.Error(diff)
	}
}

func TestBadFilesAreRefused(t *testing.T) {
	light, err := os.ReadFile("testdata/lightgbm.txt")
	if err != nil {
		t.Fatal(err)
	}
	extreme, err := os.ReadFile("testdata/xgboost.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, text, old, new, want string }{
		{"no model", "a,b\n1,2\n", "", "", "neither"},
		{"empty", "", "", "", "neither"},
		{"cut off", string(light[:len(light)/2]), "", "", ""},
		{"end missing", string(light), "end of trees", "", "end of trees"},
		{"classes", string(light), "num_class=1", "num_class=3", "class"},
		{"objective", string(light), "objective=binary sigmoid:1", "objective=regression", "log odds"},
		{"leaf", string(light), "leaf_value=-0.93472429120055134", "leaf_value=nan", "out of range"},
		{"threshold", string(light), "threshold=32.500000000000007", "threshold=nan", "not a number"},
		{"feature", string(light), "split_feature=1", "split_feature=9", "feature"},
		{"circle", string(light), "left_child=1", "left_child=0", "no tree"},
		{"child", string(light), "left_child=1", "left_child=77", "no tree"},
		{"zeros", string(light), "decision_type=8", "decision_type=4", "zeros"},
		{"broken JSON", string(extreme[:len(extreme)-20]), "", "", "can't be read"},
		{"booster", string(extreme), `"name":"gbtree"`, `"name":"dart"`, "gbtree"},
		{"base", string(extreme), `"base_score":"[3.05E-1]"`, `"base_score":"[NaN]"`, "no probability"},
		{"xgboost objective", string(extreme), "binary:logistic", "rank:pairwise", "log odds"},
		{"xgboost circle", string(extreme), `"left_children":[1,`, `"left_children":[0,`, "no tree"},
		{"unknown field", `{"name":"a","what":1}`, "", "", "can't be read"},
		{"empty table", `{}`, "", "", "scale"},
		{"number", `{"name":"a","base":NaN}`, "", "", "can't be read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(c.text, c.old) {
				t.Fatalf("%q is not in the file", c.old)
			}
			_, err := Read([]byte(strings.Replace(c.text, c.old, c.new, 1)), DigitsDefault)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v; want one with %q", err, c.want)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"lightgbm.txt", "xgboost.json"} {
		content, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		table, err := Read(content, DigitsDefault)
		if err != nil {
			return
		}
		scorer, err := score.New(table)
		if err != nil {
			t.Fatal(err)
		}
		facts := make([]int64, len(table.Features))
		base, reasons := scorer.Reasons(facts)
		for _, r := range reasons {
			base += r.Units
		}
		if base != scorer.Score(facts) {
			t.Error("reasons do not add up to the score")
		}
	})
}
