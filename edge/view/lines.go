package view

import (
	"slices"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/servicing"
	"millrace/domain/trade"
	"millrace/edge/access"
	"millrace/edge/locale"
)

// CreditLine is a line of credit of a funder to a seller that follows the goods which it sells to an anchor, from order to cash.
type CreditLine struct {
	ID      string      `json:"id"`
	Seller  *Ref        `json:"seller"`
	Anchor  *Ref        `json:"anchor"`
	Funder  *Ref        `json:"funder"`
	State   string      `json:"state" enum:"proposed,live,suspended,ended"`
	Amount  Amount      `json:"amount" doc:"most that may be out or set aside, over all stages"`
	Drawn   Amount      `json:"drawn" doc:"out or set aside; what is about to be repaid from the proceeds of a later stage counts once"`
	Left    Amount      `json:"left"`
	Stages  []LineStage `json:"stages"`
	Expires string      `json:"expires" doc:"last day of new use"`
	Maker   *Ref        `json:"maker,omitempty"`
	Checker *Ref        `json:"checker,omitempty"`
	Entry   uint64      `json:"entry"`
	Story   []LineStep  `json:"story,omitempty" doc:"from order to cash, oldest first; shown with the single line"`
}

// LineStage is one stage of a line.
type LineStage struct {
	Stage     string `json:"stage" enum:"on_order,in_transit,delivered,billed"`
	Programme string `json:"programme"`
	Product   *Ref   `json:"product"`
	Out       Amount `json:"out" doc:"principal that is out or set aside at this stage"`
}

// LineStep is one thing that has happened on a line.
type LineStep struct {
	Date      string       `json:"date,omitempty" doc:"of the document, or the value date"`
	Trade     string       `json:"trade,omitempty"`
	Stage     string       `json:"stage,omitempty"`
	What      string       `json:"what" enum:"line,document,advanced,converted,paid_by_buyer,paid_by_seller,taken_back,closed,cancelled"`
	Sentence  string       `json:"sentence"`
	Told      *locale.Text `json:"-"` // the sentence, in no language yet
	Amount    *Amount      `json:"amount,omitempty"`
	Out       Amount       `json:"out" doc:"principal that is out on the line after the entry"`
	Document  string       `json:"document,omitempty"`
	Financing string       `json:"financing,omitempty"`
	Entry     uint64       `json:"entry"`
}

// Conversion is what the proceeds of a financing repay of one that it replaces.
type Conversion struct {
	Financing string `json:"financing"`
	Amount    Amount `json:"amount"`
	Value     string `json:"value"`
}

var creditLines = source[funding.Line]{
	table: "line", state: "state", parties: []string{"seller", "anchor", "funder"},
	scope: shares(share{roles: party.Seller, sql: "seller = ?"}, share{roles: party.Funder, sql: "funder = ?"}),
}

// Lines lists the lines of credit that the caller sees.
func (v *View) Lines(c access.Caller, q Query) (Page[CreditLine], error) {
	return many(v, &creditLines, c, q, (*showing).showLine)
}

// Line gives a line that the caller sees with its story, else ErrNotFound.
func (v *View) Line(c access.Caller, of id.Line) (CreditLine, error) {
	return one(v, &creditLines, c, of.Number(), func(s *showing, r *funding.Line) CreditLine {
		shown := s.showLine(r)
		t := telling{showing: s, line: r, financings: map[id.Financing]*funding.Financing{}, trades: map[id.Trade]struct{}{}}
		shown.Story = t.steps()
		return shown
	})
}

func (s *showing) drawnBy(l id.Line, visit func(f *funding.Financing)) {
	s.note(rows(s.View, "SELECT number, record FROM financing WHERE line = ? ORDER BY number", []any{int64(l)}, func(_ uint64, f *funding.Financing) error {
		visit(f)
		return nil
	}))
}

func (s *showing) showLine(r *funding.Line) CreditLine {
	drawn, byStage := money.Minor(0), map[funding.Stage]money.Minor{}
	s.drawnBy(r.ID, func(f *funding.Financing) {
		if f.State.Claims() {
			drawn = money.Add(drawn, f.Drawn())
			byStage[f.At()] = money.Add(byStage[f.At()], f.Exposure())
		}
	})
	shown := CreditLine{
		ID: r.ID.String(), Seller: s.party(r.Seller), Anchor: s.party(r.Anchor), Funder: s.party(r.Funder), State: r.State.String(),
		Amount: AmountOf(r.Amount, r.Currency), Drawn: AmountOf(drawn, r.Currency), Left: AmountOf(max(0, money.Sub(r.Amount, drawn)), r.Currency),
		Expires: day(r.Expires), Entry: r.Entry,
	}
	for _, stage := range r.Stages {
		one := LineStage{Stage: stage.Stage.String(), Programme: stage.Programme.String(), Out: AmountOf(byStage[stage.Stage], r.Currency)}
		s.note(rows(s.View, "SELECT number, record FROM programme WHERE number = ?", []any{int64(stage.Programme.Number())}, func(_ uint64, p *funding.Programme) error {
			one.Product = s.productRef(p.Product)
			return nil
		}))
		shown.Stages = append(shown.Stages, one)
	}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}

// telling tells the story of a line out of the journal.
type telling struct {
	*showing
	line       *funding.Line
	financings map[id.Financing]*funding.Financing
	trades     map[id.Trade]struct{}
	out        money.Minor
	told       []LineStep
}

// storyMax is the most entries of which a story is made: the newest.
const storyMax = 2000

// steps goes through the entries that have changed the line, its financings and their trades.
func (t *telling) steps() []LineStep {
	sequences := t.storyOf("line", t.line.ID.Number())
	t.drawnBy(t.line.ID, func(f *funding.Financing) {
		known := *f
		t.financings[f.ID] = &known
		sequences = append(sequences, t.storyOf("financing", f.ID.Number())...)
		if of := t.tradeOf(f); of != 0 {
			if _, told := t.trades[of]; !told {
				t.trades[of] = struct{}{}
				sequences = append(sequences, t.storyOf("trade", of.Number())...)
			}
		}
	})
	slices.Sort(sequences)
	sequences = slices.Compact(sequences)
	for _, sequence := range sequences[max(0, len(sequences)-storyMax):] {
		stored, err := t.engine.ReadEntry(sequence)
		if t.note(err); err != nil {
			break
		}
		before := len(t.told)
		for _, event := range stored.Events {
			t.event(sequence, event)
		}
		t.together(t.told[before:])
	}
	return t.told
}

// together lets the steps of one entry, which happen at once, stand on one day and leave one amount out.
func (t *telling) together(steps []LineStep) {
	date := ""
	for i := range steps {
		if steps[i].Out = AmountOf(t.out, t.line.Currency); steps[i].Date != "" {
			date = steps[i].Date
		}
	}
	for i := range steps {
		if steps[i].Date == "" {
			steps[i].Date = date
		}
	}
}

func (t *telling) storyOf(table string, number uint64) []uint64 {
	story, err := t.view.Story(t.ctx, book.TableIndex(table), number)
	t.note(err)
	return slices.Clone(story)
}

// tradeOf is the trade behind a financing; 0 for a receivable without one.
func (t *telling) tradeOf(f *funding.Financing) id.Trade {
	if f.Trade != 0 {
		return f.Trade
	}
	if r := t.receivableRecord(f.Receivable); r != nil {
		return r.Trade
	}
	return 0
}

func (t *telling) add(sequence uint64, step LineStep, amount money.Minor) {
	step.Entry, step.Sentence = sequence, step.Told.String()
	if amount != 0 {
		shown := AmountOf(amount, t.line.Currency)
		step.Amount = &shown
	}
	t.told = append(t.told, step)
}

func (t *telling) event(sequence uint64, event book.Event) {
	switch e := event.(type) {
	case *book.LineProposed:
		if e.Line.ID == t.line.ID {
			t.add(sequence, LineStep{What: "line", Told: t.sentence(e)}, e.Line.Amount)
		}
	case *book.LineMoved:
		if e.Line == t.line.ID {
			t.add(sequence, LineStep{What: "line", Told: t.sentence(e)}, 0)
		}
	case *book.DocumentRecorded:
		t.document(sequence, &e.Document)
	case *book.FinancingMoved:
		if f := t.financings[e.Financing]; f != nil {
			t.moved(sequence, f, e)
		}
	case *book.FinancingServiced:
		if f := t.financings[e.Financing]; f != nil {
			t.served(sequence, f, e)
		}
	}
}

var paperNames = map[trade.Type]string{
	trade.Order: "The buyer's order", trade.OrderResponse: "The seller's answer", trade.OrderResponseSimple: "The seller's answer", trade.DespatchAdvice: "The seller's despatch advice",
	trade.ReceiptAdvice: "The buyer's receipt advice", trade.Invoice: "The invoice", trade.CreditNote: "The credit note",
}

func (t *telling) document(sequence uint64, d *book.Document) {
	name, known := paperNames[d.Type]
	if _, ours := t.trades[d.Trade]; !ours || !known || d.Repeats {
		return
	}
	sentence := locale.Say("%s %s came.", say(name), d.Number)
	if d.Payable > 0 {
		sentence = locale.Say("%s %s came, for %s.", say(name), d.Number, AmountOf(d.Payable, d.Currency))
	}
	t.add(sequence, LineStep{Date: day(d.Issued), Trade: d.Trade.String(), What: "document", Told: sentence, Document: d.ID.String()}, d.Payable)
}

var stageWords = map[funding.Stage]string{
	funding.OnOrder: "on the order", funding.InTransit: "on the goods in transit", funding.Delivered: "on the goods delivered", funding.Billed: "on the invoice",
}

func (t *telling) moved(sequence uint64, f *funding.Financing, e *book.FinancingMoved) {
	step := LineStep{Date: day(e.Value), Trade: t.tradeOf(f).String(), Stage: f.At().String(), Financing: f.ID.String()}
	switch {
	case e.Value != 0 && e.State.PaidOut():
		t.out = money.Add(t.out, f.Principal)
		step.What = "advanced"
		step.Told = locale.Say("%s were advanced %s: %s to the seller", AmountOf(f.Principal, f.Currency), say(stageWords[f.At()]), AmountOf(money.Sub(f.Net, f.Converted()), f.Currency))
		if converted := f.Converted(); converted > 0 {
			step.Told.And(", %s to what was lent before", AmountOf(converted, f.Currency))
		}
		if costs := money.Sub(f.Principal, f.Net); costs > 0 {
			step.Told.And(", %s discount and fees", AmountOf(costs, f.Currency))
		}
		step.Told.And(".")
		t.add(sequence, step, f.Principal)
	case e.State == funding.ClosedState:
		step.What, step.Told = "closed", locale.Say("Nothing is owed any more on what was lent %s: closed.", say(stageWords[f.At()]))
		t.add(sequence, step, 0)
	case e.State == funding.Cancelled:
		if t.advanced(f.ID) {
			t.out = money.Sub(t.out, f.Principal)
		}
		step.What, step.Told = "cancelled", locale.Say("The advance %s came to nothing: cancelled.", say(stageWords[f.At()]))
		t.add(sequence, step, f.Principal)
	}
}

// advanced tells whether the story has a financing's money go out.
func (t *telling) advanced(f id.Financing) bool {
	return slices.ContainsFunc(t.told, func(s LineStep) bool { return s.What == "advanced" && s.Financing == f.String() })
}

func (t *telling) served(sequence uint64, f *funding.Financing, e *book.FinancingServiced) {
	t.out = money.Sub(t.out, e.Split.Principal)
	step := LineStep{Date: day(e.Fact.Value), Trade: t.tradeOf(f).String(), Stage: f.At().String(), Financing: f.ID.String()}
	if e.Fact.Kind != servicing.Received {
		step.What, step.Told = "taken_back", t.serviced(e)
		t.add(sequence, step, 0)
		return
	}
	interest := money.Add(e.Split.Interest, e.Split.LateInterest)
	parts := locale.Say("%s principal and %s interest of what was lent %s", AmountOf(e.Split.Principal, f.Currency), AmountOf(interest, f.Currency), say(stageWords[f.At()]))
	switch {
	case e.Proceeds != 0:
		step.What, step.Told = "converted", locale.Say("The goods moved on: the new advance repaid %s.", parts)
	case e.Fact.Party == servicing.Seller:
		step.What, step.Told = "paid_by_seller", locale.Say("The seller repaid %s.", parts)
	default:
		step.What, step.Told = "paid_by_buyer", locale.Say("The buyer paid: that repaid %s", parts)
		if rest := e.Split.Seller; rest > 0 {
			step.Told.And("; %s are the seller's", AmountOf(rest, f.Currency))
		}
		step.Told.And(".")
	}
	t.add(sequence, step, e.Fact.Amount)
}

// ofLines says what happened to a line, or to what replaces what it has lent.
func (s *showing) ofLines(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.LineProposed:
		l := &e.Line
		return locale.Say("A line of %s was proposed, from %s to %s, for goods sold to %s, in %d stages, until %s.", AmountOf(l.Amount, l.Currency), s.name(l.Funder), s.name(l.Seller),
			s.name(l.Anchor), len(l.Stages), l.Expires)
	case *book.LineMoved:
		return locale.Say("Line %s is %s.", e.Line, e.State)
	case *book.ConversionsPlanned:
		currency, sum := s.currencyOf(e.Financing), money.Minor(0)
		for _, c := range e.Conversions {
			sum = money.Add(sum, c.Amount)
		}
		return locale.Say("%s of the proceeds repay what was lent on the same goods before.", AmountOf(sum, currency))
	}
	return nil
}
