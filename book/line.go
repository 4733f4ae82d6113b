package book

import (
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/domain/trade"
)

func init() {
	registerCommand(func() act { return &ProposeLine{} })
	registerCommand(func() act { return &ApproveLine{} })
	registerCommand(func() act { return &MoveLine{} })
	registerEvent(func() fact { return &LineProposed{} })
	registerEvent(func() fact { return &LineMoved{} })
	permitted[commandProposeLine] = party.Operator | party.Funder
	permitted[commandApproveLine] = party.Funder
	permitted[commandMoveLine] = party.Operator | party.Funder
	tables[tableLine] = held("line", func(b *Book) *shelf[funding.Line] { return &b.lines },
		[]Column{ind("seller", Integer), ind("anchor", Integer), ind("funder", Integer), col("state", Text)},
		func(r *funding.Line) []any {
			return []any{int64(r.Seller), int64(r.Anchor), int64(r.Funder), r.State.String()}
		})
}

// ProposeLine proposes a line of credit that follows the goods. Each of its programmes finances one stage, by the evidence
// that its product asks for; they are named in the order of the stages.
type ProposeLine struct {
	Seller     id.Party       `cbor:"1,keyasint"`
	Funder     id.Party       `cbor:"2,keyasint"`
	Amount     money.Minor    `cbor:"3,keyasint"` // in the currency of the programmes
	Programmes []id.Programme `cbor:"4,keyasint"`
	Expires    calendar.Date  `cbor:"5,keyasint"` // last day of new use
}

// Kind names the stored form.
func (*ProposeLine) Kind() uint16 { return commandProposeLine }

func (c *ProposeLine) decide(d *draft) *Rejection {
	if rejection := d.own(c.Funder, "funder"); rejection != nil {
		return rejection
	}
	if rejection := d.onboarded(c.Seller, party.Seller, "seller"); rejection != nil {
		return rejection
	}
	if c.Amount <= 0 || c.Amount > money.MinorMax {
		return reject("amount_invalid", "amount", "a line is above zero")
	}
	if c.Expires < d.today() || !d.near(c.Expires) {
		return reject("date_invalid", "expires", "the line would have expired before %s, or ends years from now", d.today())
	}
	if len(c.Programmes) == 0 || len(c.Programmes) > funding.LineStagesMax {
		return reject("line_stages_invalid", "programmes", "a line has 1 to %d stages, each financed by one programme", funding.LineStagesMax)
	}
	l := funding.Line{Seller: c.Seller, Funder: c.Funder, Amount: c.Amount, Expires: c.Expires, State: funding.LineProposed, Maker: d.header.Actor}
	var first *funding.Programme
	for _, one := range c.Programmes {
		p, rejection := d.live(one)
		if rejection != nil {
			return rejection
		}
		if first == nil {
			first, l.Anchor, l.Currency = p, p.Anchor, p.Currency
		}
		if p.Anchor != first.Anchor || p.Currency != first.Currency || p.Custodian != first.Custodian || !funds(p, c.Funder) {
			return reject("line_stages_invalid", "programmes", "the programmes of a line have one anchor, one currency, one custodian, and the line's funder: %s differs", p.ID)
		}
		stage := stageOfProduct(&d.products.at(p.Product.Number()).Terms)
		if n := len(l.Stages); n > 0 && l.Stages[n-1].Stage >= stage {
			return reject("line_stages_invalid", "programmes", "stages are named once, in their order: %s finances goods that are %s", p.ID, stage)
		}
		l.Stages = append(l.Stages, funding.LineStage{Stage: stage, Programme: p.ID})
	}
	l.ID = id.Make[id.Line](d.shard, d.number(tableLine, d.lines.count))
	d.emit(&LineProposed{Line: l})
	return nil
}

// stageOfProduct is the stage of goods that a product finances.
func stageOfProduct(terms *product.Terms) funding.Stage {
	for kind := range uint8(product.KindsOfTrade) {
		if required := trade.Fact(terms.EvidenceOf(kind)); required != 0 {
			if stage := stageOf(required); stage != 0 {
				return stage
			}
		}
	}
	return funding.Billed
}

// line finds a line in one of the states, or refuses.
func (d *draft) line(wanted id.Line, states ...funding.LineState) (*funding.Line, *Rejection) {
	l := d.lines.at(wanted.Number())
	if l == nil {
		return nil, reject("line_unknown", "line", "there is no line %s", wanted)
	}
	for _, state := range states {
		if l.State == state {
			return l, nil
		}
	}
	return nil, reject("line_state", "line", "line %s is %s", wanted, l.State)
}

// ApproveLine makes a proposed line live: it takes a second person, and that of the funder.
type ApproveLine struct {
	Line id.Line `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ApproveLine) Kind() uint16 { return commandApproveLine }

func (c *ApproveLine) decide(d *draft) *Rejection {
	if l := d.lines.at(c.Line.Number()); l != nil {
		if rejection := d.own(l.Funder, "line"); rejection != nil {
			return rejection
		}
	}
	l, rejection := d.line(c.Line, funding.LineProposed)
	if rejection != nil {
		return rejection
	}
	if rejection := d.second(l.Maker); rejection != nil {
		return rejection
	}
	d.emit(&LineMoved{Line: l.ID, State: funding.LineLive, Actor: d.header.Actor})
	return nil
}

// MoveLine suspends a line, resumes it by another person than the one who has suspended it, or ends it. What is out stays
// out.
type MoveLine struct {
	Line  id.Line           `cbor:"1,keyasint"`
	State funding.LineState `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*MoveLine) Kind() uint16 { return commandMoveLine }

func (c *MoveLine) decide(d *draft) *Rejection {
	if l := d.lines.at(c.Line.Number()); l != nil {
		if rejection := d.own(l.Funder, "line"); rejection != nil {
			return rejection
		}
	}
	var from []funding.LineState
	switch c.State {
	case funding.LineLive:
		from = []funding.LineState{funding.LineSuspended}
	case funding.LineSuspended:
		from = []funding.LineState{funding.LineLive}
	case funding.LineEnded:
		from = []funding.LineState{funding.LineProposed, funding.LineLive, funding.LineSuspended}
	default:
		return reject("line_move_invalid", "state", "a line is suspended, made live again, or ended")
	}
	l, rejection := d.line(c.Line, from...)
	if rejection != nil {
		return rejection
	}
	if c.State == funding.LineLive {
		if rejection := d.second(l.Mover); rejection != nil {
			return rejection
		}
	}
	d.emit(&LineMoved{Line: l.ID, State: c.State, Actor: d.header.Actor})
	return nil
}

// lineID is the line on which a use draws; 0 for none.
func (u *use) lineID() id.Line {
	if u.line == nil {
		return 0
	}
	return u.line.ID
}

// at is the stage of what is to be financed.
func (u *use) at() funding.Stage {
	if u.receivable != nil {
		return funding.Billed
	}
	return u.stage
}

// onLine finds the line on which a use draws: the one that it names, and always that of what it replaces.
func (u *use) onLine(d *draft) *Rejection {
	wanted := u.evidence.line
	for _, loan := range u.earlier {
		if wanted == 0 {
			wanted = loan.Line
		}
		if loan.Line != 0 && loan.Line != wanted {
			return reject("line_other", "line", "%s, which this replaces, draws on line %s", loan.ID, loan.Line)
		}
	}
	if wanted == 0 {
		return nil
	}
	l, rejection := d.line(wanted, funding.LineLive)
	if rejection != nil {
		return rejection
	}
	if l.Expires < d.today() {
		return reject("line_expired", "line", "line %s ended on %s", l.ID, l.Expires)
	}
	if l.Seller != u.seller || l.Anchor != u.buyer || l.Currency != u.currency {
		return reject("line_other", "line", "line %s is for goods of %s sold to %s in %s", l.ID, l.Seller, l.Anchor, l.Currency)
	}
	if !l.Finances(u.at(), u.programme.ID) {
		return reject("line_stage", "programme", "line %s does not finance goods that are %s in programme %s", l.ID, u.at(), u.programme.ID)
	}
	u.line = l
	return nil
}

// withinLine refuses what the line has no room for. counted is what it takes of the line already.
func (u *use) withinLine(d *draft, f *funding.Financing, counted money.Minor) *Rejection {
	l := u.line
	if l == nil {
		return nil
	}
	if f.Funder != l.Funder {
		return reject("line_other", "line", "line %s is of funder %s", l.ID, l.Funder)
	}
	drawn := money.Add(money.Sub(d.drawnOn[l.ID], counted), f.Drawn())
	if drawn > l.Amount {
		return reject("line_exceeded", "line", "%s would be drawn on line %s, which is of %s", money.Amount{Minor: drawn, Currency: l.Currency}, l.ID,
			money.Amount{Minor: l.Amount, Currency: l.Currency})
	}
	return nil
}

// addDrawn: drawnOn and replacedBy, from table financing.
func (b *Book) addDrawn(f *funding.Financing, by money.Minor) {
	if f.State == funding.Accepted || f.State == funding.Disbursing {
		for i := range f.Conversions {
			if by > 0 {
				b.replacedBy[f.Conversions[i].Financing] = f.ID
			} else {
				delete(b.replacedBy, f.Conversions[i].Financing)
			}
		}
	}
	if f.Line == 0 {
		return
	}
	if b.drawnOn[f.Line] = money.Add(b.drawnOn[f.Line], by*f.Drawn()); b.drawnOn[f.Line] == 0 {
		delete(b.drawnOn, f.Line)
	}
}

// LineProposed says that a line was proposed.
type LineProposed struct {
	Line funding.Line `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*LineProposed) Kind() uint16 { return eventLineProposed }

func (e *LineProposed) fold(b *Book) {
	number := e.Line.ID.Number()
	b.lines.add(number, e.Line)
	b.touched(tableLine, number, &b.lines.at(number).Entry)
}

// LineMoved says that a line has come to another state.
type LineMoved struct {
	Line  id.Line           `cbor:"1,keyasint"`
	State funding.LineState `cbor:"2,keyasint"`
	Actor id.Actor          `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*LineMoved) Kind() uint16 { return eventLineMoved }

func (e *LineMoved) fold(b *Book) {
	l := b.lines.at(e.Line.Number())
	if l.State == funding.LineProposed && e.State == funding.LineLive {
		l.Checker = e.Actor
	} else {
		l.Mover = e.Actor
	}
	l.State = e.State
	b.touched(tableLine, e.Line.Number(), &l.Entry)
}
