package console

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"millrace/edge/locale"
	"millrace/edge/view"
)

// network is the picture of who owes whom, before and after: firms on a circle, the largest on top and then clockwise, a line for what one
// owes another, as thick as the amount is large.
type network struct {
	Firms  []networkFirm
	Edges  []view.SetOffEdge // the largest, as the table has them
	Cut    int               // that the table leaves out
	Sides  []networkSide
	Others *view.SetOffPicture // with all lines, and what the others owe each other
	Final  bool
}

type networkFirm struct {
	view.SetOffFirm
	Number int
}

type networkSide struct {
	ID, Title string
	About     *locale.Text
	Drawing   template.HTML // the inside of the SVG: numbers alone
}

// The picture's measures, in its own units.
const (
	networkSize   = 420
	networkRadius = 160.0
	networkEdges  = 100 // most lines that are drawn
	networkRows   = 40  // most rows of the table of lines
)

func networkOf(p *view.SetOffPicture) *network {
	n := &network{Others: p, Final: p.Final, Edges: p.Edges}
	for i, f := range p.Firms {
		n.Firms = append(n.Firms, networkFirm{f, i + 1})
	}
	if n.Cut = len(n.Edges) - networkRows; n.Cut > 0 {
		n.Edges = n.Edges[:networkRows]
	}
	n.Sides = []networkSide{{ID: "before", Title: "Before", About: n.about(p, false), Drawing: n.draw(p, false)}}
	if p.Final {
		n.Sides = append(n.Sides, networkSide{ID: "after", Title: "After", About: n.about(p, true), Drawing: n.draw(p, true)})
	}
	return n
}

// Crowded tells whether there are more lines than are drawn.
func (n *network) Crowded() bool { return len(n.Others.Edges) > networkEdges }

// about says in words what a side shows.
func (n *network) about(p *view.SetOffPicture, after bool) *locale.Text {
	lines, largest := 0, (*locale.Text)(nil)
	for _, e := range p.Edges {
		amount := e.Before
		if after {
			amount = e.After
		}
		if amount.Minor == 0 {
			continue
		}
		if lines++; largest == nil {
			largest = locale.Say("; among the largest, %s owes %s %s", p.Firms[e.From].String(), p.Firms[e.To].String(), amount)
		}
	}
	return locale.Say("%s on a circle, %s between them%s.", locale.Count{Number: int64(len(p.Firms)), Thing: "firm"}, locale.Count{Number: int64(lines), Thing: "debt"}, largest)
}

// at is where a firm stands: the first on top, the others clockwise.
func (n *network) at(firm int) (x, y float64) {
	angle := 2*math.Pi*float64(firm)/float64(len(n.Firms)) - math.Pi/2
	return networkSize/2 + networkRadius*math.Cos(angle), networkSize/2 + networkRadius*math.Sin(angle)
}

func (n *network) draw(p *view.SetOffPicture, after bool) template.HTML {
	var out strings.Builder
	most := int64(1)
	for _, e := range p.Edges {
		most = max(most, e.Before.Minor)
	}
	for i, e := range p.Edges {
		amount := e.Before
		if after {
			amount = e.After
		}
		if i < networkEdges && amount.Minor > 0 {
			n.edge(&out, &e, 1+9*math.Sqrt(float64(amount.Minor)/float64(most)))
		}
	}
	radius := 15.0
	if len(n.Firms) > 24 {
		radius = 9
	}
	for i := range n.Firms {
		x, y := n.at(i)
		owes := n.Firms[i].Before
		if after {
			owes = n.Firms[i].After
		}
		free := ""
		if owes.Minor == 0 {
			free = " free"
		}
		fmt.Fprintf(&out, `<g class="firm%s"><circle cx="%.1f" cy="%.1f" r="%.0f"/><text x="%.1f" y="%.1f" text-anchor="middle" dominant-baseline="central"%s>%d</text></g>`,
			free, x, y, radius, x, y, small(radius), i+1)
	}
	return template.HTML(out.String())
}

func small(radius float64) string {
	if radius < 12 {
		return ` class="small"`
	}
	return ""
}

// edge draws what one firm owes another, bent a little, so that what the other owes in turn is seen beside it, with an arrow at its creditor.
func (n *network) edge(out *strings.Builder, e *view.SetOffEdge, width float64) {
	x1, y1 := n.at(e.From)
	x2, y2 := n.at(e.To)
	length := math.Hypot(x2-x1, y2-y1)
	across, along := (x2-x1)/length, (y2-y1)/length
	bend := 0.16 * length
	cx, cy := (x1+x2)/2-along*bend, (y1+y2)/2+across*bend
	// The line ends before the creditor's circle, where the arrow begins.
	toward := math.Hypot(x2-cx, y2-cy)
	dx, dy := (x2-cx)/toward, (y2-cy)/toward
	tipX, tipY := x2-dx*17, y2-dy*17
	head := 5 + width*0.9
	baseX, baseY := tipX-dx*head, tipY-dy*head
	fmt.Fprintf(out, `<g class="edge"><path d="M%.1f %.1fQ%.1f %.1f %.1f %.1f" stroke-width="%.1f"/><path class="head" d="M%.1f %.1fL%.1f %.1fL%.1f %.1fZ"/></g>`,
		x1, y1, cx, cy, baseX, baseY, width,
		tipX, tipY, baseX-dy*head*0.6, baseY+dx*head*0.6, baseX+dy*head*0.6, baseY-dx*head*0.6)
}
