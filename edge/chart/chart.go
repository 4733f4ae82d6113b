// Package chart draws figures as SVG: bars, stacked bars, ranked bars and lines, with axes, units, readable ticks, and rows
// for the table that stands behind each of them. Colours come from the page's style by class, so one drawing serves light
// and dark; there is no script.
package chart

import (
	"fmt"
	"slices"
	"strings"
)

// Kind is how the values are drawn.
type Kind uint8

// The kinds.
const (
	Bars    Kind = iota // beside one another, one group a category
	Stacked             // on top of one another: parts of a whole
	Ranked              // lying, one a category, for long names; parts of it side by side
	Lines               // one a series, over categories in their order
)

// SeriesMax is how many series have a colour of their own.
const SeriesMax = 6

// Series are values of one kind, one a category, in units of 10^-Digits of the chart's unit.
type Series struct {
	Name   string
	Values []int64
}

// Bound is a value that is marked across the chart: a limit, a target.
type Bound struct {
	Name  string
	Value int64
}

// Mark is a category that is marked from top to bottom: today, a change of rules.
type Mark struct {
	Name string
	At   int // index of the category
}

// Chart is what is drawn. Every series has one value for each category, a line perhaps only for the first of them, and there are at most
// SeriesMax of them; the drawing panics else: that is a mistake of ours.
type Chart struct {
	Kind       Kind
	Title      string // what it shows, also for those who don't see it
	Along      string // what the categories are: "Month", "Buyer"
	Unit       string // of the values: "EUR", "days", "%"; "" for plain counts
	Digits     int    // of the values behind the point, 0–6
	Categories []string
	Series     []Series
	Bounds     []Bound
	Marks      []Mark

	// Scale says the unit of an axis whose ticks are in thousands, millions or billions of it, in the reader's language.
	// Nil says it in English.
	Scale func(unit string, power int) string
}

// Empty tells whether there is nothing to draw.
func (c *Chart) Empty() bool {
	for _, s := range c.Series {
		if slices.ContainsFunc(s.Values, func(v int64) bool { return v != 0 }) {
			return false
		}
	}
	return true
}

// Row is a row of the table behind the chart.
type Row struct {
	Category string
	Values   []string // by series, with all their digits
	Total    string   // of stacked and ranked bars with several series; "" else
}

// Rows are the table behind the chart.
func (c *Chart) Rows() []Row {
	c.check()
	rows := make([]Row, len(c.Categories))
	for i, category := range c.Categories {
		rows[i].Category = category
		total := int64(0)
		for _, s := range c.Series {
			text := ""
			if i < len(s.Values) {
				text = c.text(s.Values[i])
				total += s.Values[i]
			}
			rows[i].Values = append(rows[i].Values, text)
		}
		if c.Totals() {
			rows[i].Total = c.text(total)
		}
	}
	return rows
}

// Totals tells whether the values of a category add up to something.
func (c *Chart) Totals() bool { return (c.Kind == Stacked || c.Kind == Ranked) && len(c.Series) > 1 }

// Swatch is an entry of the legend.
type Swatch struct {
	Class string
	Name  string
}

// Legend names the series by the class of their colour; it is empty where there is one series and no bound.
func (c *Chart) Legend() []Swatch {
	if len(c.Series) < 2 && len(c.Bounds) == 0 {
		return nil
	}
	var legend []Swatch
	for i, s := range c.Series {
		legend = append(legend, Swatch{class(i), s.Name})
	}
	for _, b := range c.Bounds {
		legend = append(legend, Swatch{"bound", b.Name})
	}
	return legend
}

func (c *Chart) check() {
	if len(c.Series) > SeriesMax {
		panic(fmt.Sprintf("chart: %d series, there are colours for %d", len(c.Series), SeriesMax))
	}
	for _, s := range c.Series {
		if shorter := c.Kind == Lines && len(s.Values) < len(c.Categories); len(s.Values) != len(c.Categories) && !shorter {
			panic(fmt.Sprintf("chart: %s has %d values for %d categories", s.Name, len(s.Values), len(c.Categories)))
		}
	}
	for _, m := range c.Marks {
		if m.At < 0 || m.At >= len(c.Categories) {
			panic(fmt.Sprintf("chart: mark %s is at %d of %d categories", m.Name, m.At, len(c.Categories)))
		}
	}
}

func class(series int) string { return fmt.Sprintf("series-%d", series+1) }

// text prints a value with all its digits and groups of three.
func (c *Chart) text(value int64) string { return decimal(value, c.Digits) }

func decimal(value int64, digits int) string {
	sign := ""
	magnitude := uint64(value)
	if value < 0 {
		sign, magnitude = "−", -magnitude
	}
	unit := uint64(1)
	for range digits {
		unit *= 10
	}
	text := grouped(magnitude / unit)
	if digits > 0 {
		text += fmt.Sprintf(".%0*d", digits, magnitude%unit)
	}
	return sign + text
}

func grouped(n uint64) string {
	text := fmt.Sprint(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

// scale is how an axis shows values: from low to high by steps, its ticks in powers of thousand of the unit.
type scale struct {
	low, high, step int64
	divisor         int64 // by which a tick is divided before it is printed
	power           int   // 0, 3, 6 or 9
	digits          int   // of the divided tick
}

// ticksMost is how many steps an axis has at most.
const ticksMost = 7

// scaleOf finds an axis with round ticks that holds all values and nothing.
func scaleOf(low, high int64, digits int) scale {
	low, high = min(low, 0), max(high, 0)
	if low == high {
		high = 1
	}
	step := int64(1)
	// 1, 2, 5, 10, 20, 50 …; a span beyond the last of them has the last.
	for multiples := [...]int64{2, 5, 10}; span(low, high, step) > ticksMost; {
		base := step
		for _, multiple := range multiples {
			if step = base * multiple; span(low, high, step) <= ticksMost {
				break
			}
		}
		if step >= 1e18 {
			break
		}
	}
	s := scale{low: -ceiling(-low, step) * step, high: ceiling(high, step) * step, step: step}
	unit := int64(1)
	for range digits {
		unit *= 10
	}
	top := max(s.high, -s.low) / unit
	for _, power := range []int{9, 6, 3} {
		thousand := int64(1)
		for range power {
			thousand *= 10
		}
		if top >= 10*thousand {
			s.power, unit = power, unit*thousand
			break
		}
	}
	s.divisor = unit
	for place := unit; step%place != 0 && s.digits < 6; s.digits++ {
		place /= 10
	}
	return s
}

// span is the number of steps from low to high.
func span(low, high, step int64) int64 { return ceiling(high, step) + ceiling(-low, step) }

func ceiling(value, step int64) int64 {
	if value <= 0 {
		return 0
	}
	return (value-1)/step + 1
}

func (s scale) ticks() []int64 {
	var ticks []int64
	for tick := s.low; ; tick += s.step {
		ticks = append(ticks, tick)
		if tick >= s.high {
			return ticks
		}
	}
}

// tick prints a tick in the axis's power of the unit.
func (s scale) tick(value int64) string {
	place := s.divisor
	for range s.digits {
		place /= 10
	}
	return decimal(value/max(place, 1), s.digits)
}

// share is where a value stands between low and high, from 0 to 1.
func (s scale) share(value int64) float64 {
	return (float64(value) - float64(s.low)) / (float64(s.high) - float64(s.low))
}

// axisUnit is what stands at the axis of the values: the unit and its power.
func (c *Chart) axisUnit(power int) string {
	if c.Scale != nil {
		return c.Scale(c.Unit, power)
	}
	name := map[int]string{0: "", 3: "thousands", 6: "millions", 9: "billions"}[power]
	return strings.TrimSpace(strings.Join([]string{c.Unit, name}, " "))
}

// reach is the lowest and the highest that is drawn.
func (c *Chart) reach() (low, high int64) {
	for _, b := range c.Bounds {
		low, high = min(low, b.Value), max(high, b.Value)
	}
	for i := range c.Categories {
		below, above := int64(0), int64(0)
		for _, s := range c.Series {
			if i >= len(s.Values) {
				continue
			}
			v := s.Values[i]
			if c.Kind == Stacked || c.Kind == Ranked {
				below, above = below+min(v, 0), above+max(v, 0)
			} else {
				below, above = min(below, v), max(above, v)
			}
		}
		low, high = min(low, below), max(high, above)
	}
	return low, high
}
