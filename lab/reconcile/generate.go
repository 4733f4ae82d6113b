// Package reconcile measures the matching of statement lines to open items: generate.go makes statements with a known truth, files.go
// reads anybody's, measure.go holds what was assigned against the truth.
package reconcile

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/reconciliation"
)

// Case is a statement, what was open, and what is true of them.
type Case struct {
	Lines   []reconciliation.Line
	Names   []string // of the lines
	Items   []reconciliation.Item
	Keys    []string // names of the items
	Parties []reconciliation.Party
	Truth   map[int]map[int]bool // items by line; a line that pays nothing known has none
}

// generator makes a case from a seed.
type generator struct {
	*rand.Rand
	c        Case
	euro     money.Currency
	today    calendar.Date
	formats  []string      // of invoice numbers, by party
	standing []money.Minor // an amount that a party is billed again and again; 0 for none
	next     []int         // number of the next invoice, by party
}

// share is how often a kind of line comes, in thousandths.
type share struct {
	of   int
	make func(*generator)
}

// The kinds of lines. A real collection account has fewer of the hard ones.
var shares = []share{
	{600, (*generator).plain}, {20, (*generator).structured}, {100, (*generator).merged}, {20, (*generator).mergedAndCut}, {60, (*generator).split}, {60, (*generator).charged},
	{60, (*generator).typedOver}, {30, (*generator).unreferenced}, {30, (*generator).broken}, {10, (*generator).credited}, {10, (*generator).stranger},
}

// invoiceFormats are those of the sellers: a year, a running number, and what stands round them.
var invoiceFormats = []string{"RE-%d-%05d", "INV%d%06d", "%d/%05d", "%d%07d", "F%d.%05d", "R-%d-%04d-A", "%d-%06d", "AB%dX%05d", "SI/%d/%05d"}

// Generate makes a statement of so many lines against as many open items and some more, by a seed: payments that are plain, merged, cut,
// split, short by charges, typed over, broken over lines, without a reference, against a credit note, or of a stranger.
func Generate(lines int, seed uint64) *Case {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 11649))}
	g.euro, _ = money.ParseCurrency("EUR")
	g.today, _ = calendar.Of(2026, 11, 20)
	g.c.Truth = map[int]map[int]bool{}
	for range max(5, lines/25) {
		g.party()
	}
	for len(g.c.Lines) < lines {
		n := g.IntN(1000)
		for _, s := range shares {
			if n -= s.of; n < 0 {
				s.make(g)
				break
			}
		}
	}
	for range len(g.c.Items) / 10 { // what nobody has paid yet
		g.item(g.IntN(len(g.c.Parties)))
	}
	g.shuffle()
	return &g.c
}

func (g *generator) party() {
	n := len(g.c.Parties) + 1
	name := fmt.Sprintf("%s %s %d", pick(g, towns), pick(g, trades), n)
	g.c.Parties = append(g.c.Parties, reconciliation.Party{ID: uint64(n), Names: []string{name}, Accounts: []string{fmt.Sprintf("DE%02d%018d", n%97, n*7919)}})
	g.formats = append(g.formats, pick(g, invoiceFormats))
	standing := money.Minor(0)
	if g.IntN(10) == 0 {
		standing = g.amount()
	}
	g.standing = append(g.standing, standing)
	g.next = append(g.next, 1+g.IntN(9000))
}

var (
	towns  = []string{"Nordhafen", "Südtal", "Ostheim", "Westerburg", "Altstadt", "Neukirch", "Grünau", "Seefeld", "Bergen", "Linden"}
	trades = []string{"Stahl GmbH", "Chemie AG", "Handel KG", "Bau GmbH & Co. KG", "Logistik SE", "Elektro Ltd", "Textil SARL", "Foods BV"}
)

func pick[T any](g *generator, list []T) T { return list[g.IntN(len(list))] }

// amount is log-normal about 3,000 with a long tail, to the cent; one in eight is round.
func (g *generator) amount() money.Minor {
	amount := money.Minor(math.Exp(8+1.3*g.NormFloat64())*100) + 1_00
	if g.IntN(8) == 0 {
		amount = (amount + 99_99) / 100_00 * 100_00
	}
	return amount
}

// item opens an invoice of a party.
func (g *generator) item(party int) int {
	amount := g.amount()
	if g.standing[party] != 0 && g.IntN(3) > 0 {
		amount = g.standing[party]
	}
	g.next[party] += 1 + g.IntN(3)
	number := fmt.Sprintf(g.formats[party], 2026, g.next[party])
	references := []string{number}
	if g.IntN(3) == 0 {
		references = append(references, fmt.Sprintf("PO%08d", 10_000_000+g.IntN(80_000_000)))
	}
	g.c.Items = append(g.c.Items, reconciliation.Item{
		Amount: amount, Currency: g.euro, Due: g.today.AddDays(g.IntN(60) - 40), Party: uint64(party + 1), References: references,
	})
	g.c.Keys = append(g.c.Keys, fmt.Sprintf("%d:%s", party+1, number))
	return len(g.c.Items) - 1
}

// line adds a line of a party that pays items.
func (g *generator) line(party int, amount money.Minor, text string, items ...int) *reconciliation.Line {
	l := reconciliation.Line{Amount: amount, Currency: g.euro, Value: g.today, Text: text}
	p := &g.c.Parties[party]
	switch g.IntN(20) {
	case 0: // paid from another account, under the same name
		l.Name, l.Account = p.Names[0], fmt.Sprintf("FR%020d", g.Int64N(1e18))
	case 1: // by somebody else of the group
		l.Name, l.Account = pick(g, towns)+" Holding", fmt.Sprintf("FR%020d", g.Int64N(1e18))
	default:
		l.Name, l.Account = strings.ToUpper(p.Names[0]), p.Accounts[0]
	}
	return g.put(l, items...)
}

// put adds a line that pays items.
func (g *generator) put(l reconciliation.Line, items ...int) *reconciliation.Line {
	at := len(g.c.Lines)
	g.c.Lines = append(g.c.Lines, l)
	g.c.Names = append(g.c.Names, fmt.Sprintf("B%07d", at+1))
	g.c.Truth[at] = map[int]bool{}
	for _, item := range items {
		g.c.Truth[at][item] = true
	}
	return &g.c.Lines[at]
}

// written is a reference as people write it.
func (g *generator) written(item int) string {
	number := g.c.Items[item].References[0]
	switch g.IntN(8) {
	case 0:
		number = strings.NewReplacer("-", "", "/", "", ".", "").Replace(number)
	case 1:
		number = strings.NewReplacer("-", " ", "/", " ", ".", " ").Replace(number)
	case 2:
		number = strings.ToLower(number)
	case 3:
		number = strings.TrimLeft(number, "REINVFSA-/.")
	}
	return number
}

// around puts the usual words round references.
func (g *generator) around(references ...string) string {
	joined := strings.Join(references, pick(g, []string{", ", " ", "; ", " + ", " / ", " und "}))
	return fmt.Sprintf(pick(g, phrases), joined)
}

var phrases = []string{"%s", "RE %s", "Rechnung %s", "Invoice %s vom 14.10.2026", "Rg.Nr. %s Kd.Nr. 4711", "payment for %s thank you", "RNR:%s", "ZAHLUNG %s ABZGL 0,00"}

func (g *generator) plain() {
	party := g.IntN(len(g.c.Parties))
	item := g.item(party)
	g.line(party, g.c.Items[item].Amount, g.around(g.written(item)), item)
}

func (g *generator) structured() {
	party := g.IntN(len(g.c.Parties))
	item := g.item(party)
	reference := creditorReference(fmt.Sprintf("%d%06d", party+1, len(g.c.Items)))
	g.c.Items[item].References = append(g.c.Items[item].References, reference)
	g.line(party, g.c.Items[item].Amount, "", item).References = []string{reference}
}

// creditorReference gives a reference its check digits (ISO 11649).
func creditorReference(reference string) string {
	for check := range 97 {
		if made := fmt.Sprintf("RF%02d%s", check+2, reference); reconciliation.ISO11649(made) {
			return made
		}
	}
	return ""
}

func (g *generator) several(party, many int) (items []int, sum money.Minor) {
	for range many {
		item := g.item(party)
		items, sum = append(items, item), sum+g.c.Items[item].Amount
	}
	return items, sum
}

func (g *generator) merged() {
	party := g.IntN(len(g.c.Parties))
	items, sum := g.several(party, 2+g.IntN(7))
	var names []string
	for _, item := range items {
		names = append(names, g.written(item))
	}
	g.line(party, sum, g.around(names...), items...)
}

// mergedAndCut names all but one or two of what it pays: the text had no more room.
func (g *generator) mergedAndCut() {
	party := g.IntN(len(g.c.Parties))
	items, sum := g.several(party, 3+g.IntN(6))
	var names []string
	for _, item := range items[:len(items)-1-g.IntN(2)] {
		names = append(names, g.written(item))
	}
	g.line(party, sum, g.around(names...)+" u.a.", items...)
}

func (g *generator) split() {
	party := g.IntN(len(g.c.Parties))
	item := g.item(party)
	rest, many := g.c.Items[item].Amount, 2+g.IntN(2)
	for n := range many {
		part := rest * money.Minor(20+g.IntN(60)) / 100
		if n == many-1 {
			part = rest
		}
		rest -= part
		if part > 0 {
			g.line(party, part, g.around(g.written(item))+fmt.Sprintf(" Teil %d", n+1), item)
		}
	}
}

func (g *generator) charged() {
	party := g.IntN(len(g.c.Parties))
	item := g.item(party)
	for g.c.Items[item].Amount < 1_000_00 {
		item = g.item(party)
	}
	charge := money.Minor(2_50 + g.IntN(20)*50)
	l := g.line(party, g.c.Items[item].Amount-charge, g.around(g.written(item)), item)
	if g.IntN(2) == 0 {
		l.Charges = charge
	}
}

// slip types a reference over: a character replaced, left out, doubled or exchanged with its neighbour, a letter for a digit.
func (g *generator) slip(text string) string {
	runes := []rune(text)
	at := g.IntN(len(runes))
	for runes[at] < '0' || runes[at] > 'Z' {
		at = g.IntN(len(runes))
	}
	switch g.IntN(5) {
	case 0:
		runes[at] = rune('0' + g.IntN(10))
	case 1:
		return string(runes[:at]) + string(runes[at+1:])
	case 2:
		return string(runes[:at]) + string(runes[at]) + string(runes[at:])
	case 3:
		if at+1 < len(runes) {
			runes[at], runes[at+1] = runes[at+1], runes[at]
		}
	default:
		return strings.Replace(string(runes), "0", "O", 1)
	}
	return string(runes)
}

func (g *generator) typedOver() {
	party := g.IntN(len(g.c.Parties))
	item := g.item(party)
	g.line(party, g.c.Items[item].Amount, g.around(g.slip(g.c.Items[item].References[0])), item)
}

func (g *generator) unreferenced() {
	party := g.IntN(len(g.c.Parties))
	item := g.item(party)
	g.line(party, g.c.Items[item].Amount, pick(g, []string{"", "Zahlung", "Danke", "offene Posten laut Konto", "SEPA CREDIT"}), item)
}

// broken puts a line end or a blank into the reference, as banks do at 27, 35 or 65 characters.
func (g *generator) broken() {
	party := g.IntN(len(g.c.Parties))
	item := g.item(party)
	number := g.c.Items[item].References[0]
	at := 1 + g.IntN(len(number)-1)
	g.line(party, g.c.Items[item].Amount, "Rechnung "+number[:at]+pick(g, []string{"\n", " "})+number[at:], item)
}

// credited sets a credit note against what it pays.
func (g *generator) credited() {
	party := g.IntN(len(g.c.Parties))
	items, sum := g.several(party, 1+g.IntN(3))
	credit := g.item(party)
	amount := sum * money.Minor(5+g.IntN(30)) / 100
	g.c.Items[credit].Amount = -amount
	var names []string
	for _, item := range items {
		names = append(names, g.written(item))
	}
	names = append(names, g.c.Items[credit].References[0])
	g.line(party, sum-amount, g.around(names...), append(items, credit)...)
}

// stranger pays nothing that is known.
func (g *generator) stranger() {
	g.put(reconciliation.Line{
		Amount: g.amount(), Currency: g.euro, Value: g.today, Name: pick(g, towns) + " Verein", Account: fmt.Sprintf("FR%020d", g.Int64N(1e18)),
		Text: pick(g, []string{"Spende", "Miete 11/2026", "Erstattung 2026-4711", "Rechnung 99999"}),
	})
}

// shuffle puts the lines into another order.
func (g *generator) shuffle() {
	order := g.Perm(len(g.c.Lines))
	lines, truth := make([]reconciliation.Line, len(order)), map[int]map[int]bool{}
	for to, from := range order {
		lines[to], truth[to] = g.c.Lines[from], g.c.Truth[from]
	}
	g.c.Lines, g.c.Truth = lines, truth
}
