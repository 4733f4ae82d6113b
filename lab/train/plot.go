package train

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strings"
)

// The frame of a plot, in pixels.
const (
	plotWidth, plotHeight = 440.0, 300.0
	plotLeft, plotBottom  = 48.0, 36.0
	plotTop, plotRight    = 12.0, 12.0
)

// series is one line or set of points.
type series struct {
	x, y   []float64
	class  string // of the style sheet
	points bool
}

// axes bounds a plot.
type axes struct {
	across, up             string // what they show
	fromX, toX, fromY, toY float64
	percent                bool // both
}

func (a axes) x(v float64) float64 {
	return plotLeft + (v-a.fromX)/(a.toX-a.fromX)*(plotWidth-plotLeft-plotRight)
}

func (a axes) y(v float64) float64 {
	return plotHeight - plotBottom - (v-a.fromY)/(a.toY-a.fromY)*(plotHeight-plotBottom-plotTop)
}

// plot draws lines and points into a picture with a text for those who do not see it.
func plot(a axes, told string, all ...series) template.HTML {
	var b strings.Builder
	a.frame(&b, told)
	for _, s := range all {
		if s.points {
			for i := range s.x {
				fmt.Fprintf(&b, `<circle class="%s" cx="%.1f" cy="%.1f" r="4"/>`, s.class, a.x(s.x[i]), a.y(s.y[i]))
			}
			continue
		}
		fmt.Fprintf(&b, `<polyline class="%s" points="`, s.class)
		step := max(1, len(s.x)/400)
		for i := 0; i < len(s.x); i += step {
			fmt.Fprintf(&b, "%.1f,%.1f ", a.x(s.x[i]), a.y(s.y[i]))
		}
		if n := len(s.x); n > 0 {
			fmt.Fprintf(&b, "%.1f,%.1f", a.x(s.x[n-1]), a.y(s.y[n-1]))
		}
		b.WriteString(`"/>`)
	}
	b.WriteString("</svg>")
	return template.HTML(b.String())
}

func (a axes) frame(b *strings.Builder, told string) {
	fmt.Fprintf(b, `<svg role="img" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f"><title>%s</title>`, plotWidth, plotHeight, plotWidth, plotHeight,
		html.EscapeString(told))
	for k := range 6 {
		share := float64(k) / 5
		x, y := a.x(a.fromX+share*(a.toX-a.fromX)), a.y(a.fromY+share*(a.toY-a.fromY))
		fmt.Fprintf(b, `<line class="grid" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/>`, a.x(a.fromX), a.x(a.toX), y, y)
		fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, x, plotHeight-plotBottom+15, a.label(a.fromX+share*(a.toX-a.fromX)))
		fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="end">%s</text>`, plotLeft-6, y+4, a.label(a.fromY+share*(a.toY-a.fromY)))
	}
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, plotLeft+(plotWidth-plotLeft-plotRight)/2, plotHeight-5, html.EscapeString(a.across))
	fmt.Fprintf(b, `<text transform="translate(11 %.1f) rotate(-90)" text-anchor="middle">%s</text>`, plotTop+(plotHeight-plotBottom-plotTop)/2, html.EscapeString(a.up))
}

func (a axes) label(v float64) string {
	if a.percent {
		return fmt.Sprintf("%.0f %%", 100*v)
	}
	if math.Abs(v) < 10 && v != math.Trunc(v) {
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}

// histogram of goods and bads by score, as shares of each.
func distribution(scores []int64, bad []bool, perPoint int64) (axes, series, series) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, s := range scores {
		low, high = math.Min(low, float64(s)/float64(perPoint)), math.Max(high, float64(s)/float64(perPoint))
	}
	if high <= low {
		high = low + 1
	}
	const classes = 40
	var counts [2][classes]float64
	var totals [2]float64
	for i, s := range scores {
		k := min(classes-1, int((float64(s)/float64(perPoint)-low)/(high-low)*classes))
		which := 0
		if bad[i] {
			which = 1
		}
		counts[which][k]++
		totals[which]++
	}
	most := 0.0
	lines := [2]series{{class: "good"}, {class: "bad"}}
	for which := range lines {
		for k, count := range counts[which] {
			share := 100 * count / totals[which]
			most = math.Max(most, share)
			lines[which].x = append(lines[which].x, low+(float64(k)+0.5)/classes*(high-low))
			lines[which].y = append(lines[which].y, share)
		}
	}
	return axes{across: "score in points", up: "% of goods, of bads", fromX: low, toX: high, toY: math.Ceil(most)}, lines[0], lines[1]
}
