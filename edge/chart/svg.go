package chart

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"unicode/utf8"
)

// The measures of a drawing, in units of its own view.
const (
	fontSize   = 12
	glyphWidth = 7.2 // of a Latin letter or digit, about; one of Chinese is fontSize wide
	margin     = 8
	tickGap    = 6
	barMost    = 48 // width of a bar
)

// Wide and Narrow draw the chart for a screen and for a phone.
func (c *Chart) Wide() template.HTML { return c.SVG(920, 300) }

// Narrow is Wide for a phone.
func (c *Chart) Narrow() template.HTML { return c.SVG(350, 280) }

// SVG draws the chart in a view of a width and, but for ranked bars, of a height.
func (c *Chart) SVG(width, height int) template.HTML {
	c.check()
	low, high := c.reach()
	d := &drawing{chart: c, scale: scaleOf(low, high, c.Digits), width: float64(width), height: float64(height)}
	if c.Kind == Ranked {
		d.ranked()
	} else {
		d.upright()
	}
	return template.HTML(fmt.Sprintf(`<svg viewBox="0 0 %d %d" role="img" aria-label="%s">%s</svg>`, width, int(d.height), template.HTMLEscapeString(c.Title), d.out.String()))
}

type drawing struct {
	chart                    *Chart
	scale                    scale
	width, height            float64
	left, top, right, bottom float64 // of the plot
	out                      strings.Builder
}

func (d *drawing) put(format string, arguments ...any) { fmt.Fprintf(&d.out, format, arguments...) }

// write puts a text with its anchor: "start", "middle" or "end".
func (d *drawing) write(x, y float64, class, anchor, text string) {
	d.put(`<text class="%s" x="%.1f" y="%.1f" text-anchor="%s">%s</text>`, class, x, y, anchor, template.HTMLEscapeString(text))
}

func textWidth(text string) float64 {
	width := 0.0
	for _, r := range text {
		if r >= 0x2E80 {
			width += fontSize
		} else {
			width += glyphWidth
		}
	}
	return width
}

// shortened cuts a text to a width; the table has all of it.
func shortened(text string, width float64) string {
	if textWidth(text) <= width {
		return text
	}
	for text != "" && textWidth(text)+glyphWidth > width {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
	}
	return strings.TrimRight(text, " .,") + "…"
}

// upright draws the axes of charts whose categories go from left to right, and what stands between them.
func (d *drawing) upright() {
	ticks := d.scale.ticks()
	widest := 0.0
	for _, tick := range ticks {
		widest = max(widest, textWidth(d.scale.tick(tick)))
	}
	d.left, d.right, d.top, d.bottom = margin+widest+tickGap, d.width-margin, margin+2*fontSize, d.height-2*fontSize-margin
	if d.chart.Along == "" {
		d.bottom += fontSize
	}
	d.write(0, fontSize, "axis", "start", d.chart.axisUnit(d.scale.power))
	for _, tick := range ticks {
		y := d.y(tick)
		line := "grid"
		if tick == 0 {
			line = "zero"
		}
		d.put(`<path class="%s" d="M%.1f %.1fH%.1f"/>`, line, d.left, y, d.right)
		d.write(d.left-tickGap, y+fontSize/3, "tick", "end", d.scale.tick(tick))
	}
	if d.chart.Along != "" {
		d.write(d.right, d.height-margin/2, "axis", "end", d.chart.Along)
	}
	d.labels()
	d.marks()
	if d.chart.Kind == Lines {
		d.lines()
	} else {
		d.bars()
	}
	for _, b := range d.chart.Bounds {
		d.put(`<path class="bound" d="M%.1f %.1fH%.1f"><title>%s: %s</title></path>`, d.left, d.y(b.Value), d.right, template.HTMLEscapeString(b.Name), d.told(b.Value))
	}
}

func (d *drawing) y(value int64) float64 { return d.bottom - d.scale.share(value)*(d.bottom-d.top) }

// x is the middle of a category.
func (d *drawing) x(i int) float64 {
	return d.left + (float64(i)+0.5)*(d.right-d.left)/float64(max(len(d.chart.Categories), 1))
}

// labels name as many categories as there is room for, always the first.
func (d *drawing) labels() {
	widest := 0.0
	for _, category := range d.chart.Categories {
		widest = max(widest, textWidth(category))
	}
	each := (d.right - d.left) / float64(max(len(d.chart.Categories), 1))
	every := max(1, int((widest+2*tickGap)/each+0.999))
	for i := 0; i < len(d.chart.Categories); i += every {
		// A label at the edge stays inside of the drawing.
		half := textWidth(d.chart.Categories[i]) / 2
		x := min(max(d.x(i), half), d.width-half)
		d.write(x, d.bottom+fontSize+tickGap/2, "tick", "middle", d.chart.Categories[i])
	}
}

func (d *drawing) marks() {
	for _, m := range d.chart.Marks {
		x := d.x(m.At)
		d.put(`<path class="mark" d="M%.1f %.1fV%.1f"/>`, x, d.top-tickGap, d.bottom)
		half := textWidth(m.Name) / 2
		d.write(min(max(x, d.left+half), d.right-half), d.top-tickGap-2, "axis", "middle", m.Name)
	}
}

// told is a value with its unit, escaped.
func (d *drawing) told(value int64) string {
	return template.HTMLEscapeString(strings.TrimSpace(d.chart.text(value) + " " + d.chart.Unit))
}

// named says of what a value is: category, series where there are several, value.
func (d *drawing) named(category, series int) string {
	name := d.chart.Categories[category]
	if len(d.chart.Series) > 1 {
		name += ", " + d.chart.Series[series].Name
	}
	return template.HTMLEscapeString(name) + ": " + d.told(d.chart.Series[series].Values[category])
}

func (d *drawing) bars() {
	count := len(d.chart.Series)
	if d.chart.Kind == Stacked {
		count = 1
	}
	room := (d.right - d.left) / float64(max(len(d.chart.Categories), 1))
	width := min(room*0.72/float64(max(count, 1)), barMost)
	for i := range d.chart.Categories {
		below, above := int64(0), int64(0)
		for j, s := range d.chart.Series {
			from, to, x := int64(0), s.Values[i], d.x(i)-width*float64(count)/2+width*float64(j)
			if d.chart.Kind == Stacked {
				x = d.x(i) - width/2
				base := &above
				if to < 0 {
					base = &below
				}
				from, to = *base, *base+to
				*base = to
			}
			if from == to {
				continue
			}
			top, bottom := d.y(max(from, to)), d.y(min(from, to))
			d.put(`<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f"><title>%s</title></rect>`, class(j), x, top, max(width-1, 1), max(bottom-top, 0.5), d.named(i, j))
		}
	}
}

// pointsMost is how many categories have a dot each.
const pointsMost = 40

func (d *drawing) lines() {
	for j, s := range d.chart.Series {
		var path strings.Builder
		for i, v := range s.Values {
			letter := "L"
			if i == 0 {
				letter = "M"
			}
			fmt.Fprintf(&path, "%s%.1f %.1f", letter, d.x(i), d.y(v))
		}
		d.put(`<path class="line %s" d="%s"/>`, class(j), path.String())
		for i, v := range s.Values {
			if len(s.Values) <= pointsMost {
				d.put(`<circle class="%s" cx="%.1f" cy="%.1f" r="3"><title>%s</title></circle>`, class(j), d.x(i), d.y(v), d.named(i, j))
			}
		}
	}
}

// ranked draws lying bars; its height follows from their number.
func (d *drawing) ranked() {
	const row = 28
	c := d.chart
	names, values := 0.0, 0.0
	totals := make([]int64, len(c.Categories))
	for i, category := range c.Categories {
		for _, s := range c.Series {
			totals[i] += s.Values[i]
		}
		names, values = max(names, textWidth(category)), max(values, textWidth(c.text(totals[i])))
	}
	names = min(names, d.width*0.38)
	d.left, d.right, d.top = names+tickGap, d.width-margin, margin+fontSize/2
	d.bottom = d.top + row*float64(len(c.Categories))
	d.height = d.bottom + 2*fontSize + 3*margin
	last := d.scale.ticks()
	// Where ticks would touch, only every second one, or the ends, are named.
	widest := textWidth(d.scale.tick(slices.MaxFunc(last, func(a, b int64) int { return len(d.scale.tick(a)) - len(d.scale.tick(b)) }))) + 2*tickGap
	every := max(1, int(widest*float64(len(last)-1)/(d.right-d.left)+0.999))
	for i, tick := range last {
		line := "grid"
		if tick == 0 {
			line = "zero"
		}
		x := d.across(tick)
		d.put(`<path class="%s" d="M%.1f %.1fV%.1f"/>`, line, x, d.top, d.bottom)
		if i%every == 0 {
			half := textWidth(d.scale.tick(tick)) / 2
			d.write(min(x, d.width-half), d.bottom+fontSize+tickGap/2, "tick", "middle", d.scale.tick(tick))
		}
	}
	d.write(d.right, d.height-margin/2, "axis", "end", c.axisUnit(d.scale.power))
	for i, category := range c.Categories {
		y := d.top + row*float64(i)
		d.put(`<g><title>%s</title>`, template.HTMLEscapeString(category))
		d.write(names, y+row/2+fontSize/3, "tick", "end", shortened(category, names))
		d.put(`</g>`)
		below, above := int64(0), int64(0)
		for j, s := range c.Series {
			base := &above
			if s.Values[i] < 0 {
				base = &below
			}
			from := *base
			*base += s.Values[i]
			if left, right := d.across(min(from, *base)), d.across(max(from, *base)); s.Values[i] != 0 {
				d.put(`<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%d"><title>%s</title></rect>`, class(j), left, y+5, max(right-left, 0.5), row-10, d.named(i, j))
			}
		}
	}
	for _, b := range c.Bounds {
		d.put(`<path class="bound" d="M%.1f %.1fV%.1f"><title>%s: %s</title></path>`, d.across(b.Value), d.top, d.bottom, template.HTMLEscapeString(b.Name), d.told(b.Value))
	}
}

func (d *drawing) across(value int64) float64 { return d.left + d.scale.share(value)*(d.right-d.left) }
