package train

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"strconv"

	"millrace/domain/score"
)

//go:embed report.html
var reportText string

var reportPage = template.Must(template.New("report").Funcs(template.FuncMap{
	"four":    func(v float64) string { return strconv.FormatFloat(v, 'f', 4, 64) },
	"two":     func(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) },
	"percent": func(v float64) string { return strconv.FormatFloat(100*v, 'f', 1, 64) + " %" },
	"next":    func(i int) int { return i + 1 },
}).Parse(reportText))

type page struct {
	*Outcome
	Data                              *Data
	Share                             float64
	ROC, Scores, Reliability, Gathers template.HTML
	Lines                             []lineRow
	Tenths                            []tenthRow
	Table                             *score.Table
	Nodes                             int
	Card                              []bar
	Recipe                            []Growth
	CardShare                         float64
	Monotone                          map[string]int
}

type tenthRow struct {
	Group
	From, To string
}

type bar struct {
	Name  string
	Value float64
	Width float64
}

type lineRow struct {
	Line
	Stability float64
	Bins      []binRow
}

type binRow struct {
	Facts    string
	Bin      Bin
	Units    string
	BadShare float64
}

// WriteReport writes a page without scripts: the figures by fold, plots, what each feature tells and how steady it is between folds, and a
// card of the model: what it is, what it was made of, what it is not for.
func WriteReport(w io.Writer, d *Data, p Plan, o *Outcome, f *Fitted) error {
	v := page{Outcome: o, Data: d, Share: float64(o.Bads) / float64(o.Cases), Table: &f.Table, Monotone: p.Monotone}
	if v.Recipe = p.Recipe; p.Form == Trees && len(v.Recipe) == 0 {
		v.Recipe = Recipe()
	}
	if p.Form == Trees {
		v.CardShare = cardShare(o.Cases)
	}
	var curves []series
	for _, fold := range o.Folds {
		curves = append(curves, series{x: fold.Curve.X, y: fold.Curve.Y, class: "fold"})
	}
	diagonal := series{x: []float64{0, 1}, y: []float64{0, 1}, class: "diagonal"}
	whole := axes{toX: 1, toY: 1, percent: true}
	whole.across, whole.up = "goods at or below the score", "bads at or below the score"
	v.ROC = plot(whole, "Receiver operating characteristic, a line for each fold", append(curves, diagonal)...)
	distributed, good, bad := distribution(o.Scores, d.Bad, o.Scale.UnitsPerPoint)
	v.Scores = plot(distributed, "Scores of goods and of bads", good, bad)
	v.plotTenths(whole, diagonal)
	for _, t := range f.Table.Trees {
		v.Nodes += len(t.Nodes)
	}
	v.lines(d, o, f)
	return reportPage.Execute(w, &v)
}

func (v *page) plotTenths(whole axes, diagonal series) {
	reliability, gathers := series{class: "point", points: true}, series{class: "fold", x: []float64{0}, y: []float64{0}}
	most := 0.05
	per := float64(v.Scale.UnitsPerPoint)
	for _, g := range v.Outcome.Tenths {
		reliability.x, reliability.y = append(reliability.x, g.Foretold), append(reliability.y, g.Came)
		gathers.x, gathers.y = append(gathers.x, g.CasesTil), append(gathers.y, g.BadsSoFar)
		most = math.Max(most, math.Max(g.Foretold, g.Came))
		v.Tenths = append(v.Tenths, tenthRow{g, fmt.Sprintf("%.0f", float64(g.ScoreFrom)/per), fmt.Sprintf("%.0f", float64(g.ScoreTo)/per)})
	}
	most = math.Min(1, math.Ceil(most*20)/20)
	v.Reliability = plot(axes{across: "probability foretold", up: "share of bads that came", toX: most, toY: most, percent: true},
		"Calibration by tenths of the score", reliability, series{x: []float64{0, most}, y: []float64{0, most}, class: "diagonal"})
	whole.across, whole.up = "worst cases by score", "bads among them"
	v.Gathers = plot(whole, "Bads gathered among the worst cases", gathers, diagonal)
}

// lines tells of each feature, with its stability: the largest index of a fold's cases against the others'.
func (v *page) lines(d *Data, o *Outcome, f *Fitted) {
	points := map[int]*score.Characteristic{}
	for i := range f.Table.Characteristics {
		points[f.Table.Characteristics[i].Feature] = &f.Table.Characteristics[i]
	}
	widest := 0.0
	for _, l := range f.Lines {
		widest = math.Max(widest, l.Information)
	}
	for _, l := range f.Lines {
		row := lineRow{Line: l, Stability: d.stability(l.Column, o)}
		if len(v.Card) < 30 && widest > 0 {
			v.Card = append(v.Card, bar{l.Name, l.Information, 100 * l.Information / widest})
		}
		if c := points[l.Column]; c != nil && o.Form == Scorecard {
			row.Bins = attributes(&f.Table.Features[l.Column], l, c)
		}
		v.Lines = append(v.Lines, row)
	}
}

func (d *Data) stability(column int, o *Outcome) float64 {
	values := d.Columns[column].Values
	bounds := quantiles(values, 10)
	worst := 0.0
	for k := range o.Folds {
		before, now := make([]float64, len(bounds)+2), make([]float64, len(bounds)+2)
		for i, v := range values {
			at := 0
			if v != score.Missing {
				at = 1 + place(bounds, v)
			}
			if o.Place[i] == k {
				now[at]++
			} else {
				before[at]++
			}
		}
		worst = math.Max(worst, stability(before, now))
	}
	return worst
}

func attributes(feature *score.Feature, l Line, c *score.Characteristic) []binRow {
	var rows []binRow
	if missing := l.Missing.Goods + l.Missing.Bads; missing > 0 {
		rows = append(rows, binRow{"missing", l.Missing, strconv.FormatInt(c.Missing, 10), float64(l.Missing.Bads) / float64(missing)})
	}
	if len(l.Bins) != len(c.Units) {
		return rows
	}
	from := int64(math.MinInt64)
	for k, b := range l.Bins {
		to := int64(math.MaxInt64)
		if k < len(c.Upto) {
			to = c.Upto[k]
		}
		rows = append(rows, binRow{feature.Between(from, to), b, strconv.FormatInt(c.Units[k], 10), float64(b.Bads) / float64(b.Goods+b.Bads)})
		from = to
	}
	return rows
}
