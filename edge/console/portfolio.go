package console

import (
	"slices"
	"strconv"
	"strings"

	"millrace/domain/credit"
	"millrace/domain/money"
	"millrace/edge/chart"
	"millrace/edge/view"
)

// The parts of the portfolio's page, by the value of "part" in its address.
const (
	partConcentration = "concentration"
	partAgeing        = "ageing"
	partVintages      = "vintages"
	partGrades        = "grades"
	partWarnings      = "warnings"
)

// portfolioPage is one part of what is out.
type portfolioPage struct {
	list
	Parts  []tab
	Part   string
	Choose []choice // what the part may be seen by
	Asked  view.Portfolio
	Chart  *chart.Chart

	Vintages  view.Vintages
	Ages      []int
	Migration view.Migration
	Grid      []gradeRow
	Warnings  []warningRow

	Grave int // of all warnings
	Told  int // warnings
}

// choice is a filter of the page: its values with their names.
type choice struct {
	Name, Label string
	Options     []chosen
}

type chosen struct {
	Value, Name string
	Current     bool
}

// gradeRow is a row of the matrix: parties by the grade that they had, 0 for none.
type gradeRow struct {
	From  int
	Cells []gradeCell
	All   int
}

// gradeCell counts those who are there by now.
type gradeCell struct {
	To, Parties int
	Tone        string // class of its colour; "" for those who have not moved
}

// warningRow is a warning with where something can be done about it.
type warningRow struct {
	view.Warning
	Act *act `json:"-"`
}

func (p portfolioPage) title() string { return "Portfolio" }

// exported is the table of the part.
func (p portfolioPage) exported() any {
	switch p.Part {
	case partVintages:
		return p.Vintages.Lines
	case partGrades:
		return p.Migration.Moves
	case partWarnings:
		return p.Warnings
	}
	return p.Asked.Lines
}

func showPortfolio(v *visit) (any, error) {
	p := portfolioPage{Parts: v.tabs([2]string{"Exposure", ""}, [2]string{"Concentration", partConcentration}, [2]string{"Ageing", partAgeing},
		[2]string{"Vintages", partVintages}, [2]string{"Grades", partGrades}, [2]string{"Early warning", partWarnings})}
	p.Part = partOf(p.Parts)
	p.list, _ = v.list("Portfolio", nil)
	q := view.PortfolioQuery{Currency: v.asked("currency"), By: v.asked("by"), Most: rowsMax}
	if v.exporting {
		q.Most = 0
	}
	var err error
	if p.Asked, err = v.Portfolio(v.caller, q); err != nil {
		return nil, err
	}
	warnings, err := v.View.Warnings(v.caller)
	if err != nil {
		return nil, err
	}
	for _, w := range warnings {
		p.Told++
		if w.Grave {
			p.Grave++
		}
	}
	p.Parts[len(p.Parts)-1].Count = p.Told
	switch p.Part {
	case partVintages:
		err = p.vintages(v)
	case partGrades:
		err = p.grades(v)
	case partWarnings:
		p.warn(v, warnings)
	default:
		p.lines(v)
	}
	if p.Chart != nil {
		p.Chart.Scale = v.w.axisUnit
	}
	return p, err
}

// option of a choice by its value.
func (c *choice) add(value, name, asked string) {
	c.Options = append(c.Options, chosen{value, name, value == asked})
}

func (p *portfolioPage) byCurrency(v *visit) {
	if len(p.Asked.Currencies) < 2 {
		return
	}
	c := choice{Name: "currency", Label: v.w.T("Currency")}
	for _, one := range p.Asked.Currencies {
		c.add(one.Name, one.Name, p.Asked.Currency)
	}
	p.Choose = append(p.Choose, c)
}

var portfolioWays = map[string]string{
	"debtor": "Who owes", "group": "Group of who owes", "seller": "Seller", "funder": "Funder", "programme": "Programme", "product": "Product", "grade": "Grade today",
	"grade_at_start": "Grade when it was agreed",
}

// Way names what the lines are.
func (p portfolioPage) Way() string { return portfolioWays[p.Asked.By] }

// Path is the page of a line's record; "" for none.
func (p portfolioPage) Path(f frame, line view.PortfolioLine) string {
	if line.Record == "" || !f.Caller.SeesAll() && p.Asked.By != "programme" {
		return ""
	}
	return f.Path(line.Record)
}

// LineName is what a line is called; without a name it is of those without a grade.
func (p portfolioPage) LineName(f frame, line view.PortfolioLine) string {
	w := wording{f.Lang}
	switch {
	case p.graded() && line.Name == "":
		return w.T("No grade")
	case p.graded():
		return w.T("Grade %s", line.Name)
	case line.Name == "":
		return line.Record
	}
	return line.Name
}

func (p portfolioPage) graded() bool { return p.Asked.By == "grade" || p.Asked.By == "grade_at_start" }

// Spreads tells whether the lines are names, among which something may be concentrated.
func (p portfolioPage) Spreads() bool { return !p.graded() && p.Asked.By != "product" }

func (p *portfolioPage) lines(v *visit) {
	by := choice{Name: "by", Label: v.w.T("By")}
	for _, way := range view.PortfolioBy {
		if way == "funder" && !v.caller.SeesAll() || p.Part == partConcentration && (way == "product" || strings.HasPrefix(way, "grade")) {
			continue
		}
		by.add(way, v.w.T(portfolioWays[way]), p.Asked.By)
	}
	p.byCurrency(v)
	p.Choose = append(p.Choose, by)
	p.end(v, "", len(p.Asked.Lines))
	currency, _ := money.ParseCurrency(p.Asked.Currency)
	switch drawn := 12; p.Part {
	case partAgeing:
		p.Chart = p.ageing(v, currency)
	default:
		p.Chart = &chart.Chart{Kind: chart.Ranked, Title: v.w.T("What is out, by %s", strings.ToLower(v.w.T(p.Way()))), Along: v.w.T(p.Way()), Unit: p.Asked.Currency, Digits: currency.Digits()}
		soon, late := chart.Series{Name: v.w.T("Not due")}, chart.Series{Name: v.w.T("Overdue")}
		for _, line := range p.Asked.Lines[:min(drawn, len(p.Asked.Lines))] {
			p.Chart.Categories = append(p.Chart.Categories, p.LineName(frame{Lang: v.w.Language}, line))
			soon.Values, late.Values = append(soon.Values, line.Out.Minor-line.Late.Minor), append(late.Values, line.Late.Minor)
		}
		p.Chart.Series = []chart.Series{soon, late}
	}
}

// buckets are the names of the buckets of ageing.
var buckets = []string{"90+ ahead", "61–90 ahead", "31–60 ahead", "0–30 ahead", "1–30 late", "31–60 late", "61–90 late", "90+ late"}

// ageing draws what is out by days to its due date and past it.
func (p *portfolioPage) ageing(v *visit, currency money.Currency) *chart.Chart {
	t := &p.Asked.Total
	drawn := &chart.Chart{Kind: chart.Stacked, Title: v.w.T("What is out, by days to its due date and past it"), Unit: p.Asked.Currency, Digits: currency.Digits()}
	soon, late := chart.Series{Name: v.w.T("Not due")}, chart.Series{Name: v.w.T("Overdue")}
	for i, amount := range []view.Amount{t.Ahead90, t.Ahead60, t.Ahead30, t.Ahead, t.Over30, t.Over60, t.Over90, t.Beyond} {
		drawn.Categories = append(drawn.Categories, v.w.T(buckets[i]))
		into, other := &soon, &late
		if i >= len(buckets)/2 {
			into, other = other, into
		}
		into.Values, other.Values = append(into.Values, amount.Minor), append(other.Values, 0)
	}
	drawn.Series = []chart.Series{soon, late}
	return drawn
}

var vintageMeasures = map[string]string{
	"overdue_30": "Ever 30 days overdue", "overdue_60": "Ever 60 days overdue", "overdue_90": "Ever 90 days overdue", "written_off": "Written off", "repaid": "Repaid",
}

// Measure names what the curves show.
func (p portfolioPage) Measure() string { return vintageMeasures[p.Vintages.Measure] }

// vintages shows what was drawn by month, and draws the latest of them that have an age.
func (p *portfolioPage) vintages(v *visit) error {
	var err error
	if p.Vintages, err = v.View.Vintages(v.caller, p.Asked.Currency, v.asked("measure")); err != nil {
		return err
	}
	p.byCurrency(v)
	measure := choice{Name: "measure", Label: v.w.T("Curve")}
	for _, one := range view.VintageMeasures {
		measure.add(one, v.w.T(vintageMeasures[one]), p.Vintages.Measure)
	}
	p.Choose = append(p.Choose, measure)
	p.end(v, "", len(p.Vintages.Lines))
	oldest := 0
	for _, line := range p.Vintages.Lines {
		oldest = max(oldest, len(line.Curve))
	}
	p.Chart = &chart.Chart{Kind: chart.Lines, Title: v.w.T("%s, of what was drawn in a month, by age", v.w.T(p.Measure())), Along: v.w.T("Months since that of the draw"), Unit: "%", Digits: 2}
	for age := range oldest {
		p.Ages = append(p.Ages, age)
		p.Chart.Categories = append(p.Chart.Categories, strconv.Itoa(age))
	}
	for _, line := range spaced(p.Vintages.Lines) {
		series := chart.Series{Name: line.Month}
		for _, share := range line.Curve {
			value, _ := money.ParseScaled(share, 2) // the view has written it
			series.Values = append(series.Values, value)
		}
		p.Chart.Series = append(p.Chart.Series, series)
	}
	return nil
}

// spaced picks as many vintages as can be drawn, from the newest that has an age to the oldest.
func spaced(lines []view.VintageLine) []view.VintageLine {
	lines = slices.DeleteFunc(slices.Clone(lines), func(l view.VintageLine) bool { return len(l.Curve) < 2 })
	if len(lines) <= chart.SeriesMax {
		return lines
	}
	picked := make([]view.VintageLine, chart.SeriesMax)
	for i := range picked {
		picked[i] = lines[i*(len(lines)-1)/(chart.SeriesMax-1)]
	}
	return picked
}

// Shares of a vintage by age, with nothing where it is not that old.
func (p portfolioPage) Shares(line view.VintageLine) []string {
	shares := slices.Clone(line.Curve)
	for len(shares) < len(p.Ages) {
		shares = append(shares, "")
	}
	return shares
}

func (p *portfolioPage) grades(v *visit) error {
	months, err := strconv.Atoi(v.asked("months"))
	if err != nil {
		months = 0
	}
	if p.Migration, err = v.View.Migration(v.caller, months); err != nil {
		return err
	}
	against := choice{Name: "months", Label: v.w.T("Compared with")}
	for _, one := range view.MigrationMonths {
		name := v.w.T("the review before")
		if one > 0 {
			name = v.w.T("%s ago", v.w.Many(int64(one), "month"))
		}
		against.add(strconv.Itoa(one), name, strconv.Itoa(months))
	}
	p.Choose = append(p.Choose, against)
	p.end(v, "", len(p.Migration.Moves))
	for from := 0; from <= credit.GradeMax; from++ {
		row := gradeRow{From: (from + 1) % (credit.GradeMax + 1)}
		for to := 0; to <= credit.GradeMax; to++ {
			cell := gradeCell{To: (to + 1) % (credit.GradeMax + 1)}
			for _, c := range p.Migration.Cells {
				if c.From == row.From && c.To == cell.To {
					cell.Parties = c.Parties
				}
			}
			switch {
			case cell.Parties == 0 || row.From == 0 || cell.To == 0:
			case cell.To > row.From:
				cell.Tone = "worse"
			case cell.To < row.From:
				cell.Tone = "better"
			default:
				cell.Tone = "same"
			}
			row.All += cell.Parties
			row.Cells = append(row.Cells, cell)
		}
		p.Grid = append(p.Grid, row)
	}
	return nil
}

// Columns are the grades over the matrix, 0 for none.
func (p portfolioPage) Columns() []int {
	var grades []int
	for grade := 1; grade <= credit.GradeMax; grade++ {
		grades = append(grades, grade)
	}
	return append(grades, 0)
}

// warningKinds name what has moved.
var warningKinds = map[string]string{
	"listed": "On a list", "overdue": "Overdue", "limit_near": "Limit nearly full", "review_opened": "Review opened", "review_over": "Review ran out", "watch_list": "Watch list",
	"grade_worse": "Grade fell", "dilution": "Dilution rises", "late_payment": "Pays later", "falling": "Trade falls",
}

// Name of what has moved.
func (w warningRow) Name() string { return warningKinds[w.Kind] }

func (p *portfolioPage) warn(v *visit, warnings []view.Warning) {
	kind := choice{Name: "kind", Label: v.w.T("What has moved")}
	asked := v.asked("kind")
	kind.add("", v.w.T("All"), asked)
	var order []string
	for _, w := range warnings {
		if !slices.Contains(order, w.Kind) {
			order = append(order, w.Kind)
			kind.add(w.Kind, v.w.T(warningKinds[w.Kind]), asked)
		}
		if asked == "" || asked == w.Kind {
			p.Warnings = append(p.Warnings, warningRow{Warning: w})
		}
	}
	p.Choose = append(p.Choose, kind)
	changes := v.console.guard.Permits(v.caller, []string{"deed /limits/{id}/change"})[0]
	for i := range p.Warnings {
		w := &p.Warnings[i]
		w.Act = actOn(w, changes)
	}
	p.end(v, "", len(p.Warnings))
	if !v.exporting && len(p.Warnings) > 4*rowsMax {
		p.Note = v.w.T("These are the first %d of %d; the file has them all.", 4*rowsMax, len(p.Warnings))
		p.Warnings = p.Warnings[:4*rowsMax]
	}
}

// actOn is where something can be done about a warning by a caller who changes limits or only sees them.
func actOn(w *warningRow, changes bool) *act {
	switch w.Kind {
	case "listed":
		return &act{Name: "Look at the alert", Path: "/screening/" + w.Evidence, Plain: true}
	case "overdue":
		return &act{Name: "Overdue financings", Path: "/financings?party=" + w.Party.ID, Plain: true}
	case "limit_near":
		if !changes {
			return &act{Name: "Limits", Path: "/limits", Plain: true}
		}
		return &act{Name: "Change the limit", Path: "/limits/" + w.Evidence + "/change", Plain: true}
	case "review_opened":
		return &act{Name: "Work on the review", Path: "/applications/" + w.Evidence, Plain: true}
	case "review_over", "grade_worse":
		return &act{Name: "Look at the review", Path: "/reviews/" + w.Evidence, Plain: true}
	}
	return &act{Name: "Its trade", Path: "/network?party=" + w.Party.ID, Plain: true}
}
