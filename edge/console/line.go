package console

import (
	"millrace/domain/id"
	"millrace/edge/locale"
	"millrace/edge/view"
)

type lineList struct {
	list
	Items []view.CreditLine
}

func showLines(v *visit) (any, error) {
	var l lineList
	var q view.Query
	l.list, q = v.list("Lines", []string{"proposed", "live", "suspended", "ended"})
	page, err := v.Lines(v.caller, q)
	if err != nil {
		return nil, err
	}
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	return l, nil
}

// stepsShown is how many steps of a line's story a page shows: the newest.
const stepsShown = 200

type linePage struct {
	view.CreditLine
	Cut bool // older steps are left out
}

func (p linePage) title() *locale.Text { return locale.Say("Line %s", p.ID) }

func showLine(v *visit) (any, error) {
	of, err := identity[id.Line](v)
	if err != nil {
		return nil, err
	}
	var p linePage
	if p.CreditLine, err = v.View.Line(v.caller, of); err != nil {
		return nil, err
	}
	if more := len(p.Story) - stepsShown; more > 0 {
		p.Story, p.Cut = p.Story[more:], true
	}
	return p, nil
}
