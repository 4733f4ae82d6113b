package book

import (
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &ProposeLadder{} })
	registerCommand(func() act { return &DecideLadder{} })
	registerEvent(func() fact { return &LadderProposed{} })
	registerEvent(func() fact { return &LadderDecided{} })
	permitted[commandProposeLadder] = party.Funder
	permitted[commandDecideLadder] = party.Funder
	tables[tableLadder] = held("ladder", func(b *Book) *shelf[funding.Ladder] { return &b.ladders },
		[]Column{ind("programme", Integer), ind("funder", Integer), col("state", Text)},
		func(r *funding.Ladder) []any {
			return []any{int64(r.Programme), int64(r.Funder), r.State.String()}
		})
}

// ProposeLadder says anew until when each part of the funder's own money in a programme stays: tranches are set, extended and
// ended by a ladder that takes the place of the one before. Without tranches nothing is tied.
type ProposeLadder struct {
	Programme id.Programme      `cbor:"1,keyasint"`
	Tranches  []funding.Tranche `cbor:"2,keyasint"` // by ascending end, each end once, that without an end last
}

// Kind names the stored form.
func (*ProposeLadder) Kind() uint16 { return commandProposeLadder }

func (c *ProposeLadder) decide(d *draft) *Rejection {
	p, rejection := d.live(c.Programme)
	if rejection != nil {
		return rejection
	}
	if !funds(p, d.by()) {
		return reject("funder_unknown", "programme", "%s is not a funder of programme %s", d.by(), p.ID)
	}
	if len(c.Tranches) > funding.TranchesMax {
		return reject("tranches_invalid", "tranches", "a ladder has %d tranches at most", funding.TranchesMax)
	}
	sum := money.Minor(0)
	for i, t := range c.Tranches {
		if t.Amount <= 0 || t.Amount > money.MinorMax-sum {
			return reject("tranches_invalid", "tranches", "the amount of a tranche is above zero, and all of them together can be booked")
		}
		if sum = money.Add(sum, t.Amount); t.Until != 0 && !d.near(t.Until) {
			return reject("date_invalid", "tranches", "a tranche ends years from the business date %s", d.today())
		}
		if i > 0 && (c.Tranches[i-1].Until == 0 || t.Until != 0 && t.Until <= c.Tranches[i-1].Until) {
			return reject("tranches_invalid", "tranches", "tranches come by ascending end, each end once, and that without an end last")
		}
	}
	if rejection := d.stillTied(p, d.by(), c.Tranches); rejection != nil {
		return rejection
	}
	d.emit(&LadderProposed{Ladder: funding.Ladder{
		ID: id.Make[id.Ladder](d.shard, d.number(tableLadder, d.ladders.count)), Programme: p.ID, Funder: d.by(), Tranches: c.Tranches,
		State: funding.LadderProposed, Maker: d.header.Actor,
	}})
	return nil
}

// DecideLadder is the decision of a second person of the funder on its ladder.
type DecideLadder struct {
	Ladder   id.Ladder `cbor:"1,keyasint"`
	Decision Decision  `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*DecideLadder) Kind() uint16 { return commandDecideLadder }

func (c *DecideLadder) decide(d *draft) *Rejection {
	l := d.ladders.at(c.Ladder.Number())
	if l == nil {
		return reject("ladder_unknown", "ladder", "there is no ladder %s", c.Ladder)
	}
	if d.by() != l.Funder {
		return reject("other_party", "ladder", "only the funder decides on its own money")
	}
	if l.State != funding.LadderProposed {
		return reject("ladder_state", "ladder", "ladder %s is %s", l.ID, l.State)
	}
	if rejection := d.second(l.Maker); rejection != nil {
		return rejection
	}
	switch c.Decision {
	case Approve:
		if rejection := d.stillTied(d.programmes.at(l.Programme.Number()), l.Funder, l.Tranches); rejection != nil {
			return rejection
		}
		d.emit(&LadderDecided{Ladder: l.ID, State: funding.LadderLive, Actor: d.header.Actor})
	case Decline:
		d.emit(&LadderDecided{Ladder: l.ID, State: funding.LadderDeclined, Actor: d.header.Actor})
	default:
		return reject("decision_invalid", "decision", "a ladder is approved or declined")
	}
	return nil
}

// stillTied refuses tranches for which what is out or set aside is too much, or due too late.
func (d *draft) stillTied(p *funding.Programme, funder id.Party, tranches []funding.Tranche) *Rejection {
	assets := d.maturing[useKey{p.ID, funder}]
	if gaps := funding.Gaps(tranches, assets, int(p.TenorGapDaysMax)); len(gaps) > 0 {
		return untied("tranches", p, gaps[0].After, gaps[0].Amount)
	}
	return nil
}

func untied(field string, p *funding.Programme, after calendar.Date, amount money.Minor) *Rejection {
	excess := money.Amount{Minor: amount, Currency: p.Currency}
	if after == 0 {
		return reject("tenor_gap", field, "what the funder finances in programme %s would be %s more than all of its funding", p.ID, excess)
	}
	return reject("tenor_gap", field, "%s would be due later than %d days after %s, when too little of the funding stays", excess, p.TenorGapDaysMax, after)
}

// tied is the most that a funder can still lend in a programme until a day for assets and funding to end together. What is at the
// given financing's own account is not counted.
func (d *draft) tied(p *funding.Programme, funder id.Party, due calendar.Date, without *funding.Financing) money.Minor {
	key := useKey{p.ID, funder}
	l := d.ladders.at(d.ladderOf[key].Number())
	if l == nil {
		return money.MinorMax
	}
	assets := d.maturing[key]
	if without != nil {
		assets = moved(assets, without.Due, -without.Exposure())
	}
	return funding.Room(l.Tranches, assets, int(p.TenorGapDaysMax), due)
}

// tie refuses a financing that would outlast the money that pays for it. An extension names the later day; what it is about is
// counted then, and not twice.
func (d *draft) tie(p *funding.Programme, f *funding.Financing, due calendar.Date, amount money.Minor) *Rejection {
	without := f
	if !f.State.Claims() {
		without = nil
	}
	if room := max(0, d.tied(p, f.Funder, due, without)); amount > room {
		return reject("tenor_gap", "due", "%s until %s would outlast the money that pays for it: %s can still be lent so long, with the %d days of the programme",
			money.Amount{Minor: amount, Currency: p.Currency}, due, money.Amount{Minor: room, Currency: p.Currency}, p.TenorGapDaysMax)
	}
	return nil
}

// LadderProposed says that a ladder was proposed.
type LadderProposed struct {
	Ladder funding.Ladder `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*LadderProposed) Kind() uint16 { return eventLadderProposed }

func (e *LadderProposed) fold(b *Book) {
	number := e.Ladder.ID.Number()
	b.ladders.add(number, e.Ladder)
	b.touched(tableLadder, number, &b.ladders.at(number).Entry)
}

// LadderDecided says how a person has decided on a ladder. One that is live takes the place of the one before.
type LadderDecided struct {
	Ladder id.Ladder           `cbor:"1,keyasint"`
	State  funding.LadderState `cbor:"2,keyasint"`
	Actor  id.Actor            `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*LadderDecided) Kind() uint16 { return eventLadderDecided }

func (e *LadderDecided) fold(b *Book) {
	l := b.ladders.at(e.Ladder.Number())
	l.State, l.Checker = e.State, e.Actor
	b.touched(tableLadder, e.Ladder.Number(), &l.Entry)
	if e.State != funding.LadderLive {
		return
	}
	if before := b.ladders.at(b.ladderOf[useKey{l.Programme, l.Funder}].Number()); before != nil {
		before.State = funding.LadderReplaced
		b.touched(tableLadder, before.ID.Number(), &before.Entry)
	}
	b.indexLadder(l)
}
