package console

import (
	"fmt"
	"html/template"
	"math"
	"net/url"
	"slices"
	"strings"

	"millrace/domain/id"
	"millrace/domain/money"

	"millrace/edge/view"
)

// networkPage is who trades with whom round one party; without a party it offers some to begin with.
type networkPage struct {
	list
	Depth   int
	Shown   *view.TradeNetwork
	Central []view.PortfolioLine
	Found   []view.Ref // where a name is that of several

	Wide, Narrow template.HTML
	w            wording
}

func (p networkPage) title() string { return "Trade network" }

// networkRow is a sale as the table and its file have it.
type networkRow struct {
	Seller *view.Ref   `json:"seller"`
	Buyer  *view.Ref   `json:"buyer"`
	Amount view.Amount `json:"amount"`
	Count  int         `json:"count"`
	First  string      `json:"first"`
	Last   string      `json:"last"`
	Flags  []string    `json:"flags"`
}

func (p networkPage) exported() any { return p.Rows() }

// Rows are the sales that are shown.
func (p networkPage) Rows() []networkRow {
	rows := []networkRow{}
	if p.Shown == nil {
		return rows
	}
	for _, e := range p.Shown.Edges {
		row := networkRow{Seller: p.Shown.Parties[e.From].Party, Buyer: p.Shown.Parties[e.To].Party, Amount: e.Amount, Count: e.Count, First: e.First, Last: e.Last, Flags: []string{}}
		for _, at := range e.Flags {
			if name := flagNames[p.Shown.Flags[at].Kind]; !slices.Contains(row.Flags, name) {
				row.Flags = append(row.Flags, name)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// flagNames name what is striking.
var flagNames = map[string]string{
	"ring": "Ring", "mutual": "Mutual trade", "rule": "Rule", "shared_account": "Shared bank account", "shared_address": "Shared address", "one_group": "One group",
	"growth": "Sudden growth", "listed": "On a list", "default": "Default", "overdue": "Overdue", "watch_list": "Watch list",
}

// FlagName is what a kind of flag is called.
func (p networkPage) FlagName(kind string) string { return flagNames[kind] }

// Flags of a party.
func (p networkPage) FlagsOf(party view.NetworkParty) []view.NetworkFlag {
	var flags []view.NetworkFlag
	known := map[string]bool{}
	for _, at := range party.Flags {
		if f := p.Shown.Flags[at]; !known[f.Kind] {
			known[f.Kind] = true
			flags = append(flags, f)
		}
	}
	return flags
}

// To is the page with another party in the middle.
func (p networkPage) To(party string) string { return networkPath(party, p.Depth) }

// Deeper is the page to the other depth.
func (p networkPage) Deeper() string { return networkPath(p.Shown.Middle.ID, 3-p.Depth) }

func networkPath(party string, depth int) string {
	parameters := url.Values{"party": {party}}
	if depth > 1 {
		parameters.Set("depth", "2")
	}
	return "/network?" + parameters.Encode()
}

func showNetwork(v *visit) (any, error) {
	p := networkPage{Depth: 1, w: v.w}
	p.list, _ = v.list("Trade network", nil)
	if v.asked("depth") == "2" {
		p.Depth = 2
	}
	found, note, err := v.partiesOf(p.Party)
	if err != nil {
		return nil, err
	}
	switch p.Note = note; {
	case len(found) == 1:
		shown, err := v.Network(v.caller, found[0], p.Depth)
		if err == nil {
			p.Shown = &shown
			p.Party = shown.Middle.String()
			p.Wide, p.Narrow = p.drawing(false), p.drawing(true)
			p.end(v, "", len(shown.Edges))
			return p, nil
		}
		if _, printed := id.Parse[id.Party](p.Party); err != view.ErrNotFound || printed == nil && !v.exporting && v.caller.SeesAll() {
			return nil, err
		}
		p.Note = v.w.T("Nothing is shown to you of a party called “%s”.", p.Party)
	case len(found) > 1:
		for _, of := range found {
			ref, err := v.Party(v.caller, of)
			if err == nil {
				p.Found = append(p.Found, view.Ref{ID: ref.ID, Name: ref.Name})
			}
		}
	}
	p.Central, err = v.View.Central(v.caller, 12)
	return p, err
}

// Explores tells whether the caller may look at the trade network.
func (f frame) Explores() bool { return f.may("page /network") }

// The measures of the drawing, in its own units.
const (
	netRow     = 50.0
	netBox     = 38.0
	netTop     = 30.0
	netMargin  = 6.0
	netLineMax = 12.0
)

// netNode is where a party stands.
type netNode struct {
	x, y, width float64
	column      int // from the left
	drawn       bool
}

// columns are suppliers on the left of the party in the middle, buyers on its right, and those a step further outside of them.
func (p *networkPage) columns(narrow bool) (columns [5][]int) {
	t := p.Shown
	columns[2] = []int{0}
	side := make([]int, len(t.Parties))
	for i, party := range t.Parties {
		if party.Steps == 1 {
			if side[i] = 3; party.Side == "supplier" {
				side[i] = 1
			}
			columns[side[i]] = append(columns[side[i]], i)
		}
	}
	if narrow {
		return columns
	}
	for i, party := range t.Parties {
		if party.Steps != 2 {
			continue
		}
		at := 4
		for _, e := range t.Edges {
			if other := e.From + e.To - i; (e.From == i || e.To == i) && side[other] == 1 {
				at = 0
				break
			}
		}
		columns[at] = append(columns[at], i)
	}
	return columns
}

// drawing draws goods going from the left to the right: every party is a link to itself in the middle.
func (p *networkPage) drawing(narrow bool) template.HTML {
	columns := p.columns(narrow)
	width, box := 980.0, 184.0
	switch {
	case narrow:
		width, box = 350, 104
	case len(columns[0])+len(columns[4]) > 0:
		width, box = 1180, 164
	}
	used, most := []int{}, 1
	for at, column := range columns {
		if len(column) > 0 {
			used, most = append(used, at), max(most, len(column))
		}
	}
	height := netTop + float64(most)*netRow + netMargin
	nodes := make([]netNode, len(p.Shown.Parties))
	gap := 0.0
	if len(used) > 1 {
		gap = (width - 2*netMargin - box) / float64(len(used)-1)
	}
	for place, at := range used {
		x := netMargin + gap*float64(place)
		if len(used) == 1 {
			x = (width - box) / 2
		}
		top := netTop + (float64(most)-float64(len(columns[at])))*netRow/2
		for i, of := range columns[at] {
			nodes[of] = netNode{x, top + float64(i)*netRow + (netRow-netBox)/2, box, at, true}
		}
	}
	var out strings.Builder
	label := p.w.T("Trade round %s: suppliers on the left, buyers on the right", p.Shown.Middle)
	fmt.Fprintf(&out, `<svg viewBox="0 0 %.0f %.0f" role="group" aria-label="%s">`, width, height, template.HTMLEscapeString(label))
	p.headings(&out, columns, nodes)
	p.lines(&out, nodes)
	for i := range nodes {
		if nodes[i].drawn {
			p.party(&out, i, nodes[i])
		}
	}
	out.WriteString("</svg>")
	return template.HTML(out.String())
}

// headings say what stands in a column.
func (p *networkPage) headings(out *strings.Builder, columns [5][]int, nodes []netNode) {
	for at, name := range map[int]string{1: "Suppliers", 3: "Buyers"} {
		if len(columns[at]) > 0 {
			n := nodes[columns[at][0]]
			fmt.Fprintf(out, `<text class="heading" x="%.1f" y="16" text-anchor="middle">%s</text>`, n.x+n.width/2, template.HTMLEscapeString(p.w.T(name)))
		}
	}
}

// lines draws the sales, the thicker the larger.
func (p *networkPage) lines(out *strings.Builder, nodes []netNode) {
	most := int64(1)
	for _, e := range p.Shown.Edges {
		most = max(most, e.Amount.Minor)
	}
	for _, e := range p.Shown.Edges {
		from, to := nodes[e.From], nodes[e.To]
		if !from.drawn || !to.drawn {
			continue
		}
		flagged, grave := "", ""
		for _, at := range e.Flags {
			if f := &p.Shown.Flags[at]; f.Kind == "ring" || f.Kind == "mutual" || f.Kind == "rule" || f.Kind == "growth" {
				if flagged = " flagged"; f.Grave {
					grave = " grave"
				}
			}
		}
		title := p.w.T("%s sells to %s: %s", p.Shown.Parties[e.From].Party, p.Shown.Parties[e.To].Party, e.Amount)
		fmt.Fprintf(out, `<path class="sale%s%s" d="%s" stroke-width="%.1f"><title>%s</title></path>`, flagged, grave, sale(from, to), 1+(netLineMax-1)*math.Sqrt(float64(max(e.Amount.Minor, 0))/float64(most)),
			template.HTMLEscapeString(title))
	}
}

// sale is the way from a seller to a buyer: from its right edge to the other's left where that lies further right, round about else.
func sale(from, to netNode) string {
	y1, y2 := from.y+netBox/2, to.y+netBox/2
	switch {
	case from.column < to.column:
		x1, x2 := from.x+from.width, to.x
		bend := (x2 - x1) / 2
		return fmt.Sprintf("M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f", x1, y1, x1+bend, y1, x2-bend, y2, x2, y2)
	case from.column > to.column: // back: a little lower, so that it is seen beside what goes on
		x1, x2 := from.x, to.x+to.width
		bend := (x1 - x2) / 2
		return fmt.Sprintf("M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f", x1, y1+8, x1-bend, y1+14, x2+bend, y2+14, x2, y2+8)
	}
	x := from.x + from.width
	return fmt.Sprintf("M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f", x, y1, x+26, y1, x+26, y2, x, y2)
}

// party draws one party with what was traded with the one in the middle.
func (p *networkPage) party(out *strings.Builder, i int, n netNode) {
	party := &p.Shown.Parties[i]
	class, flags := "party", p.FlagsOf(*party)
	if i == 0 {
		class += " middle"
	}
	names := []string{}
	for _, f := range flags {
		if names = append(names, p.w.T(flagNames[f.Kind])); f.Grave {
			class += " grave"
		}
	}
	if len(flags) > 0 {
		class += " flagged"
	}
	title := party.Party.String()
	if len(names) > 0 {
		title += ": " + strings.Join(names, ", ")
	}
	room := int((n.width - 14) / 8.1)
	if len(flags) > 0 {
		room--
	}
	fmt.Fprintf(out, `<a class="%s" href="%s"><rect x="%.1f" y="%.1f" width="%.1f" height="%.0f" rx="6"><title>%s</title></rect>`,
		class, template.HTMLEscapeString(p.To(party.Party.ID)), n.x, n.y, n.width, netBox, template.HTMLEscapeString(title))
	fmt.Fprintf(out, `<text x="%.1f" y="%.1f">%s</text><text class="much" x="%.1f" y="%.1f">%s</text>`, n.x+7, n.y+16, template.HTMLEscapeString(cutTo(party.Party.String(), room)),
		n.x+7, n.y+31, template.HTMLEscapeString(p.much(i)))
	if len(flags) > 0 {
		fmt.Fprintf(out, `<circle cx="%.1f" cy="%.1f" r="9"/><text class="flags" x="%.1f" y="%.1f" text-anchor="middle">%d</text>`, n.x+n.width-4, n.y+3, n.x+n.width-4, n.y+7, len(flags))
	}
	out.WriteString("</a>")
}

// much is what a party has traded with those nearer the middle, or for the one there what is out with it.
func (p *networkPage) much(i int) string {
	if i == 0 {
		return p.w.T("%s out", whole(p.Shown.Parties[0].Out))
	}
	sum := int64(0)
	for _, e := range p.Shown.Edges {
		if (e.From == i || e.To == i) && p.Shown.Parties[e.From+e.To-i].Steps < p.Shown.Parties[i].Steps {
			sum += e.Amount.Minor
		}
	}
	if sum == 0 {
		return ""
	}
	currency, _ := money.ParseCurrency(p.Shown.Currency)
	return whole(view.AmountOf(money.Minor(sum), currency))
}

// whole prints an amount without its minor units.
func whole(a view.Amount) string {
	text, _, _ := strings.Cut(a.String(), ".")
	return text
}

// cutTo shortens a text to so many Latin letters; one of Chinese counts for two.
func cutTo(text string, most int) string {
	width := 0
	for at, r := range text {
		if width++; r >= 0x2E80 {
			width++
		}
		if width > most {
			return strings.TrimRight(text[:at], " .,") + "…"
		}
	}
	return text
}
