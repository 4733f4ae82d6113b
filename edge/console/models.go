package console

import (
	"fmt"

	"millrace/domain/id"
	"millrace/domain/score"
	"millrace/edge/locale"
	"millrace/edge/view"
)

type modelList struct {
	list
	Items []view.Model
}

// showModels lists the tables that score, by state.
func showModels(v *visit) (any, error) {
	var l modelList
	var q view.Query
	l.list, q = v.list("Models", []string{
		score.Champion.String(), score.Challenger.String(), score.Validated.String(), score.Registered.String(), score.Retired.String(),
	})
	page, err := v.Models(v.caller, q)
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	return l, err
}

type modelPage struct {
	view.Model
	Chart    driftChart
	Timeline []view.Entry
}

func (p modelPage) title() *locale.Text { return locale.Say("Model %s, version %d", p.Name, p.Version) }

func showModel(v *visit) (any, error) {
	of, err := identity[id.Model](v)
	if err != nil {
		return nil, err
	}
	var p modelPage
	if p.Model, err = v.View.Model(v.caller, of); err != nil {
		return nil, err
	}
	p.Chart = chartOf(p.Drift)
	p.Timeline, _, err = v.chronicle(p.ID)
	return p, err
}

// driftChart draws the index of stability of the scores by month: a bar each, with the bounds of the alarms across.
type driftChart struct {
	Width, Height, Left, Bottom int // of the drawing; where its axes are
	Bars                        []driftBar
	Ticks                       []driftTick
}

type driftBar struct {
	X, Y, Width, Height, Middle int
	Month, PSI, Alarm           string
}

type driftTick struct {
	Y     int
	Text  string
	Bound string // class of the line of an alarm's bound; "" for another
}

// chartMonths is how many months are drawn; the table below has all.
const chartMonths = 24

func chartOf(months []view.ModelMonth) driftChart {
	if more := len(months) - chartMonths; more > 0 {
		months = months[more:]
	}
	c := driftChart{Width: 760, Height: 240, Left: 52, Bottom: 204}
	const top = 16
	most := int64(300_000)
	for _, m := range months {
		most = max(most, m.Index)
	}
	height := func(index int64) int { return int(index * int64(c.Bottom-top) / most) }
	for _, tick := range []driftTick{{Text: "0.00"}, {Text: "0.10", Bound: "watch"}, {Text: "0.25", Bound: "changed"}} {
		tick.Y = c.Bottom - height(map[string]int64{"watch": score.WatchFrom, "changed": score.ChangedFrom}[tick.Bound])
		c.Ticks = append(c.Ticks, tick)
	}
	if most > 500_000 {
		c.Ticks = append(c.Ticks, driftTick{Y: top, Text: fmt.Sprintf("%.2f", float64(most)/1e6)})
	}
	step := (c.Width - c.Left - 8) / max(len(months), 6)
	for i, m := range months {
		x, h := c.Left+i*step+step/6, max(height(m.Index), 1)
		c.Bars = append(c.Bars, driftBar{
			X: x, Y: c.Bottom - h, Width: step * 2 / 3, Height: h, Middle: x + step/3, Month: m.Month, PSI: m.PSI, Alarm: m.Alarm,
		})
	}
	return c
}
