package chart_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"millrace/edge/chart"

	"pgregory.net/rapid"
)

var (
	rectangle = regexp.MustCompile(`<rect class="(series-\d)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"`)
	tick      = regexp.MustCompile(`<text class="tick" x="[\d.]+" y="[\d.]+" text-anchor="end">([^<]*)</text>`)
)

func number(t testing.TB, text string) float64 {
	t.Helper()
	value, err := strconv.ParseFloat(strings.NewReplacer(",", "", "−", "-").Replace(text), 64)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func ticks(t testing.TB, drawn string) []float64 {
	var found []float64
	for _, match := range tick.FindAllStringSubmatch(drawn, -1) {
		found = append(found, number(t, match[1]))
	}
	return found
}

func TestTicksAreRoundAndSayTheirUnit(t *testing.T) {
	for _, test := range []struct {
		values []int64
		digits int
		want   []float64
		unit   string
	}{
		{[]int64{0, 3, 7}, 0, []float64{0, 1, 2, 3, 4, 5, 6, 7}, "EUR"},
		{[]int64{1_087_419_10}, 2, []float64{0, 200, 400, 600, 800, 1000, 1200}, "EUR thousands"},
		{[]int64{45_000_000_00, -12_000_000_00}, 2, []float64{-20, -10, 0, 10, 20, 30, 40, 50}, "EUR millions"},
		{[]int64{1, 2, 3}, 2, []float64{0, 0.01, 0.02, 0.03}, "EUR"},
		{[]int64{0, 0}, 0, []float64{0, 1}, "EUR"},
	} {
		categories := make([]string, len(test.values))
		c := chart.Chart{Title: "A", Unit: "EUR", Digits: test.digits, Categories: categories, Series: []chart.Series{{Name: "A", Values: test.values}}}
		drawn := string(c.Wide())
		got := ticks(t, drawn)
		// Steps may be finer or coarser than written here, but even, round, and around all values.
		if len(got) < 2 || len(got) > 8 || got[0] != test.want[0] || got[len(got)-1] != test.want[len(test.want)-1] {
			t.Errorf("%v: ticks %v, want %v", test.values, got, test.want)
		}
		if !strings.Contains(drawn, ">"+test.unit+"</text>") {
			t.Errorf("%v: the axis does not say %q:\n%s", test.values, test.unit, drawn)
		}
	}
}

// Whatever is drawn is well-formed, stays inside the view, and is as high as its value says.
func TestBarsAreAsHighAsTheirValues(t *testing.T) {
	words := rapid.StringOfN(rapid.RuneFrom([]rune(`aZ0 <>&"'ü中–`)), 0, 12, -1)
	rapid.Check(t, func(t *rapid.T) {
		categories := rapid.SliceOfN(words, 1, 30).Draw(t, "categories")
		c := chart.Chart{
			Kind: chart.Kind(rapid.IntRange(0, 3).Draw(t, "kind")), Title: words.Draw(t, "title"), Unit: "EUR",
			Digits: rapid.IntRange(0, 4).Draw(t, "digits"), Categories: categories,
		}
		for i := range rapid.IntRange(1, chart.SeriesMax).Draw(t, "series") {
			values := rapid.SliceOfN(rapid.Int64Range(-1e15, 1e15), len(categories), len(categories)).Draw(t, "values")
			c.Series = append(c.Series, chart.Series{Name: fmt.Sprint(i), Values: values})
		}
		for _, drawn := range []string{string(c.Wide()), string(c.Narrow())} {
			reader := xml.NewDecoder(strings.NewReader(drawn))
			for {
				_, err := reader.Token()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatalf("%v in\n%s", err, drawn)
				}
			}
			if strings.Contains(drawn, "NaN") || strings.Contains(drawn, "Inf") {
				t.Fatalf("no number:\n%s", drawn)
			}
			for _, r := range rectangle.FindAllStringSubmatch(drawn, -1) {
				x, _ := strconv.ParseFloat(r[2], 64)
				width, _ := strconv.ParseFloat(r[4], 64)
				if x < -0.5 || x+width > 920.5 {
					t.Fatalf("%v is outside", r)
				}
			}
		}
	})
}

func TestHeightsAreInProportion(t *testing.T) {
	c := chart.Chart{Title: "A", Categories: []string{"a", "b"}, Series: []chart.Series{{Name: "x", Values: []int64{100, 25}}, {Name: "y", Values: []int64{50, -50}}}}
	for kind, want := range map[chart.Kind][]float64{chart.Bars: {4, 2, 1, 2}, chart.Stacked: {4, 2, 1, 2}} {
		c.Kind = kind
		var heights []float64
		for _, r := range rectangle.FindAllStringSubmatch(string(c.Wide()), -1) {
			heights = append(heights, number(t, r[5]))
		}
		if len(heights) != 4 {
			t.Fatalf("%d bars", len(heights))
		}
		for i, height := range heights {
			if math.Abs(height/heights[2]-want[i]) > 0.05 {
				t.Errorf("kind %d: heights %v, want as %v", kind, heights, want)
			}
		}
	}
}

func TestTheTableHasEveryDigit(t *testing.T) {
	c := chart.Chart{
		Kind: chart.Stacked, Title: `<script>"&`, Digits: 2, Categories: []string{"<b>", "b"},
		Series: []chart.Series{{Name: "x", Values: []int64{123_456_78, -5}}, {Name: "y", Values: []int64{1, 0}}},
	}
	rows := c.Rows()
	if rows[0].Values[0] != "123,456.78" || rows[1].Values[0] != "−0.05" || rows[0].Total != "123,456.79" || len(c.Legend()) != 2 {
		t.Errorf("%+v", rows)
	}
	if drawn := string(c.Wide()); strings.Contains(drawn, "<script>") || strings.Contains(drawn, "<b>") {
		t.Error("a text became markup")
	}
	if (&chart.Chart{Categories: []string{"a"}, Series: []chart.Series{{Values: []int64{0}}}}).Empty() == c.Empty() {
		t.Error("a chart of nothing is as empty as one of something")
	}
}

// A line ends where its values do: what is not known yet is neither drawn nor put into the table as nothing.
func TestALineEndsWhereItsValuesDo(t *testing.T) {
	c := chart.Chart{Kind: chart.Lines, Title: "By age", Categories: []string{"0", "1", "2"}, Series: []chart.Series{{Name: "old", Values: []int64{1, 2, 3}}, {Name: "young", Values: []int64{4}}}}
	if rows := c.Rows(); rows[0].Values[1] != "4" || rows[1].Values[1] != "" || rows[2].Values[0] != "3" {
		t.Errorf("the table has %v", rows)
	}
	if drawn := string(c.Wide()); strings.Count(drawn, "<circle") != 4 {
		t.Errorf("drawn are %d points of 4", strings.Count(drawn, "<circle"))
	}
}
