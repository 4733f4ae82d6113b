package duplicates

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/trade"
	"millrace/lab/load"
)

// TradesResult is what is found among documents that the book itself has matched and weighed.
type TradesResult struct {
	Documents int                    `json:"documents"`
	Groups    map[string]GroupResult `json:"groups"` // by what the invoices of its sellers carry
}

// GroupResult is what is found in one group of sellers. Shares are of 1.
type GroupResult struct {
	Invoices        int     `json:"invoices"` // without what was put in
	Injected        int     `json:"injected"`
	ExactRecall     float64 `json:"exact_recall"`
	RenumberedFound float64 `json:"renumbered_recall"`
	NearFound       float64 `json:"near_recall"`
	RenumberedLater float64 `json:"renumbered_recall_later,omitempty"` // with those that a later invoice brought to light, being referred as like them
	NearLater       float64 `json:"near_recall_later,omitempty"`
	BlocksPer10k    float64 `json:"blocks_per_10k"` // invoices of its own that open no receivable
	ReferralsPer10k float64 `json:"referrals_per_10k"`
}

// carrying is what the invoices of a seller carry.
type carrying uint8

const (
	linesAndOrder carrying = iota
	linesOnly              // and no order or receipt of the buyer's is on record
	orderOnly
	linesRecorded // the buyer's orders and receipts are on record, and no invoice names one
	linesLate     // likewise, with receipts that come late or never
	carryings
)

var carryingNames = [...]string{"lines_and_order", "lines_only", "order_only", "lines_recorded", "lines_recorded_late"}

func (c carrying) namesOrder() bool { return c == linesAndOrder || c == orderOnly }

// Of the receipts in the group linesLate so many of a hundred come 1 to lateDaysMax days after the day on which they are
// dated, and so many never.
const (
	latePercent    = 15
	missingPercent = 3
	lateDaysMax    = 10
)

// event is one document on its day.
type event struct {
	day     int
	command *book.RecordDocument
	kind    string // of what was put in; "" for the sellers' own
	of      int    // number of the invoice that it repeats, or its own number
	group   carrying
}

// economy makes orders and what follows them.
type economy struct {
	random *rand.Rand
	events []event
	first  calendar.Date
	serial int
}

const (
	economyDays   = 730
	economyBuyers = 4
	ordersASeller = 60
)

// MeasureTrades makes so many orders, with deliveries in parts, equal parts, standing orders and repeats of which the truth is
// known, and lets a book record them.
func MeasureTrades(orders int, seed uint64) *TradesResult {
	e := &economy{random: rand.New(rand.NewPCG(seed, 2))}
	e.first, _ = calendar.Of(2024, 1, 1)
	for seller := range max(1, orders/ordersASeller) {
		e.seller(seller, carrying(seller%int(carryings)))
	}
	e.repeat()
	slices.SortStableFunc(e.events, func(a, b event) int { return cmp.Compare(a.day, b.day) })
	return measure(e.events)
}

type item struct {
	token trade.Token
	price trade.UnitPrice // in whole cents
}

// seller has its catalogue, one standing order a buyer, and orders that are like no other.
func (e *economy) seller(number int, group carrying) {
	r := e.random
	name := fmt.Sprintf("seller %d", number)
	catalogue := make([]item, 12)
	for i := range catalogue {
		catalogue[i] = item{trade.Token(load.Token(fmt.Sprint(name, " item ", i))), trade.UnitPrice(100+r.IntN(50_000)) * 1_000_000}
	}
	buyer := fmt.Sprintf("buyer %d", r.IntN(economyBuyers))
	standing := e.basket(catalogue)
	every := []int{7, 14, 28, 30}[r.IntN(4)]
	sequence := 1000 + r.IntN(90_000)
	due := r.IntN(every)
	type deal struct {
		day   int
		lines []trade.Line
	}
	var deals []deal
	for i := range ordersASeller {
		if i%10 < 3 && due < economyDays {
			deals = append(deals, deal{due, standing})
			due += every
			continue
		}
		deals = append(deals, deal{r.IntN(economyDays), e.basket(catalogue)})
	}
	slices.SortStableFunc(deals, func(a, b deal) int { return cmp.Compare(a.day, b.day) })
	for _, d := range deals {
		sequence = e.order(name, buyer, group, d.day, d.lines, sequence)
	}
}

// basket is one to four lines.
func (e *economy) basket(catalogue []item) []trade.Line {
	r := e.random
	lines := make([]trade.Line, 1+r.IntN(4))
	for i := range lines {
		chosen := catalogue[r.IntN(len(catalogue))]
		lines[i] = e.line(i, chosen, trade.Quantity(1+r.IntN(200))*6)
	}
	return lines
}

func (e *economy) line(i int, of item, units trade.Quantity) trade.Line {
	return trade.Line{
		Number: fmt.Sprint(i + 1), OrderLine: fmt.Sprint(i + 1), Item: of.token, Quantity: units * 1_000_000, Unit: "C62", Price: of.price,
		Amount: money.Minor(units) * money.Minor(of.price/1_000_000),
	}
}

// order sends an order and what follows: in a quarter of the cases two or three deliveries, half of those in equal parts.
func (e *economy) order(seller, buyer string, group carrying, day int, lines []trade.Line, sequence int) int {
	r := e.random
	e.serial++
	number := fmt.Sprintf("PO-%d", 40_000+e.serial)
	send := func(of trade.Type, day int, text string, lines []trade.Line) {
		if group == linesOnly && of != trade.Invoice {
			return
		}
		if group == linesLate && of == trade.ReceiptAdvice {
			switch drawn := r.IntN(100); {
			case drawn < missingPercent:
				return
			case drawn < missingPercent+latePercent:
				day += 1 + r.IntN(lateDaysMax)
			}
		}
		e.events = append(e.events, event{day: day, command: e.document(of, seller, buyer, text, number, day, lines, group), group: group, of: len(e.events)})
	}
	send(trade.Order, day, number, lines)
	parts := 1
	if r.IntN(4) == 0 {
		parts = 2 + r.IntN(2)
	}
	equal := r.IntN(2) == 0
	left := slices.Clone(lines)
	at := day + 2
	for part := range parts {
		delivered := slices.Clone(lines)
		for i := range delivered {
			units := left[i].Quantity / 1_000_000
			switch {
			case equal:
				units = lines[i].Quantity / 1_000_000 / trade.Quantity(parts)
			case part < parts-1:
				units = max(1, units*trade.Quantity(20+r.IntN(60))/100)
			}
			delivered[i].Quantity = units * 1_000_000
			delivered[i].Amount = money.Minor(units) * money.Minor(delivered[i].Price/1_000_000)
			left[i].Quantity -= delivered[i].Quantity
		}
		at += r.IntN(12)
		send(trade.ReceiptAdvice, at, fmt.Sprintf("R-%d-%d", e.serial, part), delivered)
		sequence += 1 + r.IntN(4)
		send(trade.Invoice, at+r.IntN(5), fmt.Sprintf("%06d", sequence), delivered)
	}
	return sequence
}

func (e *economy) document(of trade.Type, seller, buyer, number, order string, day int, lines []trade.Line, group carrying) *book.RecordDocument {
	eur, _ := money.ParseCurrency("EUR")
	c := &book.RecordDocument{
		Document: trade.Document{
			Type: of, Number: number, Issued: e.first.AddDays(day), Currency: eur, Lines: lines,
			Seller: []trade.Token{trade.Token(load.Token("party " + seller))}, Buyer: []trade.Token{trade.Token(load.Token("party " + buyer))},
		},
		Number: trade.Token(load.Token(of.String() + number)), Channel: "lab",
	}
	if of != trade.Invoice || group.namesOrder() {
		c.Document.OrderNumber, c.Order = order, trade.Token(load.Token(trade.Order.String()+order))
	}
	c.Content = trade.Token(load.Token(fmt.Sprint(of, number, seller, day, len(e.events))))
	if of != trade.Invoice {
		return c
	}
	c.Document.TypeCode, c.Document.Due = "380", e.first.AddDays(day+30)
	if !group.namesOrder() {
		c.Document.Lines = slices.Clone(lines)
		for i := range c.Document.Lines {
			c.Document.Lines[i].OrderLine = ""
		}
	}
	total := money.Minor(0)
	for _, line := range lines {
		total += line.Amount
	}
	bill(c, total)
	if group == orderOnly {
		c.Document.Lines = nil
	}
	return c
}

func (e *economy) repeat() {
	const perMille = 20
	f := &forge{random: e.random}
	var own []int
	for i := range e.events {
		if e.events[i].command.Document.Type == trade.Invoice {
			own = append(own, i)
		}
	}
	taken := map[string]bool{}
	for _, i := range own {
		taken[sellerAndNumber(e.events[i].command)] = true
	}
	e.random.Shuffle(len(own), func(i, j int) { own[i], own[j] = own[j], own[i] })
	for n, i := range own[:min(len(own), len(own)*perMille*len(Kinds)/1000)] {
		original := e.events[i]
		c := *original.command
		c.Document.Lines = slices.Clone(c.Document.Lines)
		copied := event{day: original.day, command: &c, kind: Kinds[n%len(Kinds)], of: original.of, group: original.group}
		switch copied.kind {
		case KindRenumbered:
			copied.day += 1 + e.random.IntN(90)
			for taken[sellerAndNumber(&c)] {
				c.Document.Number = e.drawn(own, original.command)
			}
		case KindNear:
			copied.day += e.random.IntN(21) - 10
			c.Document.Number = f.edit(c.Document.Number)
			scale(&c, e.random.Int64N(10_001)-5_000)
		}
		c.Document.Issued, c.Document.Due = e.first.AddDays(copied.day), e.first.AddDays(copied.day+30)
		c.Number = trade.Token(load.Token(c.Document.Type.String() + c.Document.Number))
		c.Content = trade.Token(load.Token(fmt.Sprint("put in ", n)))
		e.events = append(e.events, copied)
	}
}

func sellerAndNumber(c *book.RecordDocument) string {
	return string(c.Document.Seller[0][:]) + c.Document.Number
}

// drawn gives a number in the pattern of the seller: each digit from one of its numbers.
func (e *economy) drawn(own []int, c *book.RecordDocument) string {
	digits := []byte(c.Document.Number)
	for i := range digits {
		for {
			other := e.events[own[e.random.IntN(len(own))]].command
			if other.Document.Seller[0] == c.Document.Seller[0] && len(other.Document.Number) == len(digits) {
				digits[i] = other.Document.Number[i]
				break
			}
		}
	}
	return string(digits)
}

// bill sets the totals, and the token of what is billed.
func bill(c *book.RecordDocument, net money.Minor) {
	tax := net / 5
	c.Document.Totals = trade.Totals{LineExtension: net, TaxExclusive: net, Tax: tax, TaxInclusive: net + tax, Payable: net + tax}
	if len(c.Document.Lines) == 0 {
		return
	}
	text := c.Document.OrderNumber
	for _, line := range c.Document.Lines {
		text += fmt.Sprint(" ", line.Item, line.Quantity, line.Amount)
	}
	c.Lines = trade.Token(load.Token(text))
}

// scale changes prices and amounts by so many millionths.
func scale(c *book.RecordDocument, by int64) {
	net := c.Document.Totals.LineExtension
	net += money.MulDiv(net, by, 1_000_000)
	for i := range c.Document.Lines {
		line := &c.Document.Lines[i]
		line.Amount += money.MulDiv(line.Amount, by, 1_000_000)
		line.Price += trade.UnitPrice(money.MulDiv(money.Minor(line.Price), by, 1_000_000))
	}
	bill(c, net)
}

// outcome is what the book did with a document.
type outcome struct {
	blocked bool // it opens no receivable as a repeat
	found   bool // blocked, or a finding sends it to a person
	like    int  // place of the event that it was found to be like; -1 for none
}

// suspicious are the findings by which the ladder sends an invoice to a person.
var suspicious = trade.BitOf(trade.FindingSameContent) | trade.BitOf(trade.FindingNear) | trade.BitOf(trade.FindingCrossType) |
	trade.BitOf(trade.FindingSameAmount)

// record gives documents to a new book.
func record(events []event) []outcome {
	b, at := book.New(1), int64(1_700_000_000_000_000)
	submit := func(actor id.Actor, c book.Command) []book.Event {
		at += 1000
		h := book.Header{Sequence: b.Sequence() + 1, At: at, Actor: actor}
		given, rejection := b.Decide(&h, c)
		if rejection != nil {
			panic("duplicates: " + rejection.Error()) // the documents are our own
		}
		b.Begin(&h)
		for _, e := range given {
			b.Apply(e)
		}
		return given
	}
	first, _ := calendar.Of(2023, 12, 29)
	submit(0, &book.Found{Operator: profile("operator"), Country: "DE", Tokens: []party.Token{party.Token(load.Token("party operator"))}, Actor: profile("maker"), Date: first})
	outcomes := make([]outcome, len(events))
	var claims []int // events of the invoices that were kept
	for i := range events {
		for _, told := range submit(id.Make[id.Actor](1, 1), events[i].command) {
			switch told := told.(type) {
			case *book.DuplicateFound:
				outcomes[i] = outcome{true, true, -1}
			case *book.DocumentRecorded:
				outcomes[i].blocked = told.Document.Repeats
				outcomes[i].like = -1
				if m := told.Document.Match; m.Other != 0 {
					outcomes[i].like = claims[m.Other-1]
				}
				if told.Document.Type == trade.Invoice {
					claims = append(claims, i)
				}
				outcomes[i].found = told.Document.Repeats || trade.SetOf(told.Document.Findings)&suspicious != 0
			}
		}
	}
	return outcomes
}

// measure records the documents without and with what was put in.
func measure(events []event) *TradesResult {
	var own []event
	for _, e := range events {
		if e.kind == "" {
			own = append(own, e)
		}
	}
	bare, with := record(own), record(events)
	result := &TradesResult{Documents: len(own), Groups: map[string]GroupResult{}}
	foundBare := map[int]bool{}
	var groups [carryings]GroupResult
	for i, e := range own {
		if e.command.Document.Type != trade.Invoice {
			continue
		}
		foundBare[e.of] = bare[i].found
		g := &groups[e.group]
		g.Invoices++
		if bare[i].blocked {
			g.BlocksPer10k++
		} else if bare[i].found {
			g.ReferralsPer10k++
		}
	}
	original := map[int]bool{} // found now, and not while it was alone
	light := map[int]bool{}    // events that such an invoice was found to be like
	for i, e := range events {
		if e.kind == "" && with[i].found && !foundBare[e.of] {
			original[e.of] = true
			light[with[i].like] = true
		}
	}
	var counts, found, later [carryings][3]float64
	for i, e := range events {
		if e.kind == "" {
			continue
		}
		kind := slices.Index(Kinds, e.kind)
		groups[e.group].Injected++
		counts[e.group][kind]++
		if with[i].found || original[e.of] {
			found[e.group][kind]++
		}
		if with[i].found || original[e.of] || light[i] {
			later[e.group][kind]++
		}
	}
	for i := range groups {
		g := &groups[i]
		if g.Invoices == 0 {
			continue
		}
		g.BlocksPer10k *= 10_000 / float64(g.Invoices)
		g.ReferralsPer10k *= 10_000 / float64(g.Invoices)
		for kind, share := range []*float64{&g.ExactRecall, &g.RenumberedFound, &g.NearFound} {
			*share = found[i][kind] / max(1, counts[i][kind])
		}
		g.RenumberedLater, g.NearLater = later[i][1]/max(1, counts[i][1]), later[i][2]/max(1, counts[i][2])
		result.Groups[carryingNames[i]] = *g
	}
	return result
}

func profile(text string) party.Reference {
	var reference party.Reference
	token := load.Token(text)
	copy(reference[:], token[:])
	return reference
}
