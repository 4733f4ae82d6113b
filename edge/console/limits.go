package console

import (
	"fmt"
	"html/template"
	"math"
	"strconv"

	"millrace/domain/credit"
	"millrace/edge/view"
)

// limitsShown are the limits on one page; a file of them has all.
const limitsShown = 30

// limitsPage is every limit in force that the caller sees, part by part, and who owes how much, with the first part.
type limitsPage struct {
	list
	view.LimitTree
	Rows      []limitRows
	Exposures []view.GroupExposure
	Proposed  []view.Limit // that wait for a second person

	Recommended []view.Recommendation // that are open
	Dependences []view.Dependence     // that connect their parties, or may
}

// limitRows are the limits of one owner in one place, each with how deep it lies.
type limitRows struct {
	view.LimitScope
	Items []limitRow
}

type limitRow struct {
	view.Limit
	Depth int
}

func (p limitsPage) title() string { return "Limits" }

func showLimits(v *visit) (any, error) {
	p := limitsPage{}
	listed, q := v.list("Limits", nil)
	p.list = listed
	from, err := 0, error(nil)
	if q.Cursor != "" {
		if from, err = strconv.Atoi(q.Cursor); err != nil || from < 0 {
			return nil, view.ErrCursor
		}
	}
	count := limitsShown
	if v.exporting {
		count = math.MaxInt
	}
	tree, err := v.LimitTreePart(v.caller, from, count)
	if err != nil {
		return nil, err
	}
	for _, scope := range tree.Scopes {
		p.Rows = append(p.Rows, limitRows{scope, flat(nil, scope.Limits, 0)})
	}
	if !v.exporting {
		p.part(v, from)
	} else {
		p.end(v, "", len(p.exported().([]limitRow)))
	}
	if from > 0 || v.exporting {
		return p, nil
	}
	p.LimitTree = tree
	return p, p.beside(v)
}

// part leaves the rows of one page, by how many stand before them.
func (p *limitsPage) part(v *visit, from int) {
	whole, shown, at := p.Rows, []limitRows(nil), 0
	for _, rows := range whole {
		first, last := max(from-at, 0), min(from+limitsShown-at, len(rows.Items))
		at += len(rows.Items)
		if first < last {
			rows.Items = rows.Items[first:last]
			shown = append(shown, rows)
		}
	}
	p.Rows = shown
	next := ""
	if from+limitsShown < at {
		next = strconv.Itoa(from + limitsShown)
	}
	p.end(v, next, at)
}

// beside reads what the first page shows besides the limits in force.
func (p *limitsPage) beside(v *visit) error {
	waiting, err := v.View.Limits(v.caller, view.Query{State: credit.Proposed.String(), Limit: rowsMax})
	if err != nil {
		return err
	}
	p.Proposed = waiting.Items
	recommended, err := v.View.Recommendations(v.caller, view.Query{State: credit.RecommendationOpen.String(), Limit: rowsMax})
	if err != nil {
		return err
	}
	p.Recommended = recommended.Items
	dependences, err := v.View.Dependences(v.caller, view.Query{Limit: rowsMax})
	if err != nil {
		return err
	}
	for _, d := range dependences.Items {
		if d.State != credit.DependenceDeclined.String() && d.State != credit.DependenceEnded.String() {
			p.Dependences = append(p.Dependences, d)
		}
	}
	exposures, err := v.View.Exposures(v.caller)
	p.Exposures = exposures.Groups
	return err
}

// Withdrawable tells whether a limit need not be there: the book refuses to withdraw a seller's where its programme needs it.
func (r limitRow) Withdrawable() bool {
	switch r.Kind {
	case credit.ProgrammeLimit.String(), credit.FunderLimit.String(), credit.BuyerLimit.String():
		return r.Owner != nil
	}
	return true
}

// flat lists a tree line by line.
func flat(rows []limitRow, nodes []view.LimitNode, depth int) []limitRow {
	for _, n := range nodes {
		rows = flat(append(rows, limitRow{n.Limit, depth}), n.Under, depth+1)
	}
	return rows
}

// Drawn tells whether something of a limit is used, reserved or spent.
func (r limitRow) Drawn() bool { return r.Available.Minor != r.Amount.Minor }

// Namesake tells whether another programme on the page has the name of this one.
func (p limitsPage) Namesake(f frame, programme string) bool {
	name := f.called(programme)
	for _, s := range p.Rows {
		if name != "" && s.Programme != programme && f.called(s.Programme) == name {
			return true
		}
	}
	return false
}

// Indent stands before the name of a limit that lies within another.
func (r limitRow) Indent() string {
	const marks = "└ "
	if r.Depth == 0 {
		return ""
	}
	indent := marks
	for range r.Depth - 1 {
		indent = "  " + indent
	}
	return indent
}

// Bar draws what of the limit is used, and what is reserved or spent besides; the rest of it is free.
func (r limitRow) Bar() template.HTML {
	whole := max(r.Amount.Minor, r.Amount.Minor-r.Available.Minor, 1)
	used := float64(min(max(r.Used.Minor, 0), whole)) / float64(whole) * 100
	taken := float64(min(max(r.Amount.Minor-r.Available.Minor, 0), whole)) / float64(whole) * 100
	if r.Amount.Minor == 0 {
		used, taken = 0, 0
	}
	return template.HTML(fmt.Sprintf(`<svg class="use" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="free" width="100" height="8"/><rect class="reserved" width="%.1f" height="8"/><rect class="used" width="%.1f" height="8"/></svg>`,
		max(taken, used), used))
}

// Tone is the badge's class for its colour.
func (r limitRow) Tone() string {
	switch r.Light {
	case "green":
		return "good"
	case "amber":
		return "wait"
	case "red":
		return "bad"
	}
	return "quiet"
}
