package book

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &ClosePeriod{} })
	registerCommand(func() act { return &ApproveClosing{} })
	registerEvent(func() fact { return &ClosingProposed{} })
	registerEvent(func() fact { return &PeriodClosed{} })
	permitted[commandClosePeriod] = party.Operator
	permitted[commandApproveClosing] = party.Operator
	tables[tablePeriod] = held("period", func(b *Book) *shelf[Period] { return &b.periods },
		[]Column{col("until", Integer), col("state", Text)},
		func(r *Period) []any { return []any{int64(r.Until), r.State.String()} })
}

// ClosePeriod proposes to close the books of all entities up to the evening of a business date. Whatever is known later, also
// with an earlier value date, is posted on the day on which it is known; so the closed trial balance stays.
type ClosePeriod struct {
	Until   calendar.Date `cbor:"1,keyasint"`
	Balance [32]byte      `cbor:"2,keyasint"` // SHA-256 of the trial balance of that evening, as its reader works it out
}

// Kind names the stored form.
func (*ClosePeriod) Kind() uint16 { return commandClosePeriod }

func (c *ClosePeriod) decide(d *draft) *Rejection {
	if c.Until <= 0 || c.Until >= d.today() {
		return reject("period_open", "until", "%s is still open: a period ends before the business date %s", c.Until, d.today())
	}
	if c.Balance == [32]byte{} {
		return reject("balance_differs", "balance", "the trial balance of %s is missing", c.Until)
	}
	for number := d.periods.count; number > 0; number-- {
		last := d.periods.at(number)
		if last.State == ClosingWaits {
			return reject("period_state", "until", "the closing of %s waits for a second person", last.ID)
		}
		if last.State == Closed {
			if c.Until <= last.Until {
				return reject("period_closed", "until", "the books are closed until %s", last.Until)
			}
			break
		}
	}
	d.emit(&ClosingProposed{Period: Period{
		ID: id.Make[id.Period](d.shard, d.number(tablePeriod, d.periods.count)), Until: c.Until, Balance: c.Balance, State: ClosingWaits, Maker: d.header.Actor,
	}})
	return nil
}

// ApproveClosing closes a period: a second person has worked out the same trial balance. Declined, it may be proposed anew.
type ApproveClosing struct {
	Period   id.Period `cbor:"1,keyasint"`
	Decision Decision  `cbor:"2,keyasint"`
	Balance  [32]byte  `cbor:"3,keyasint"` // as that person works it out; not needed to decline
}

// Kind names the stored form.
func (*ApproveClosing) Kind() uint16 { return commandApproveClosing }

func (c *ApproveClosing) decide(d *draft) *Rejection {
	p := d.periods.at(c.Period.Number())
	if p == nil {
		return reject("period_unknown", "period", "there is no period %s", c.Period)
	}
	if p.State != ClosingWaits {
		return reject("period_state", "period", "period %s is %s", p.ID, p.State)
	}
	if rejection := d.second(p.Maker); rejection != nil {
		return rejection
	}
	after := PeriodState(0)
	switch c.Decision {
	case Approve:
		if c.Balance != p.Balance {
			return reject("balance_differs", "balance", "this is not the trial balance of %s that was proposed", p.Until)
		}
		after = Closed
	case Decline:
		after = ClosingDeclined
	default:
		return reject("decision_invalid", "decision", "a closing is approved or declined")
	}
	d.emit(&PeriodClosed{Period: p.ID, State: after, Checker: d.header.Actor})
	return nil
}

// PeriodState is where a period stands.
type PeriodState uint8

// The states of a period.
const (
	ClosingWaits PeriodState = 1 + iota
	Closed
	ClosingDeclined
)

// String is the name used in API and console.
func (s PeriodState) String() string { return [...]string{"", "waiting", "closed", "declined"}[s] }

// Period is all business dates up to one, after those of the period before.
type Period struct {
	ID      id.Period     `cbor:"1,keyasint"`
	Until   calendar.Date `cbor:"2,keyasint"`
	Balance [32]byte      `cbor:"3,keyasint"`
	State   PeriodState   `cbor:"4,keyasint"`
	Maker   id.Actor      `cbor:"5,keyasint"`
	Checker id.Actor      `cbor:"6,keyasint,omitempty"`
	Entry   uint64        `cbor:"7,keyasint"`
}

// ClosingProposed says that a period is to be closed.
type ClosingProposed struct {
	Period Period `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ClosingProposed) Kind() uint16 { return eventClosingProposed }

func (e *ClosingProposed) fold(b *Book) {
	number := e.Period.ID.Number()
	b.periods.add(number, e.Period)
	b.touched(tablePeriod, number, &b.periods.at(number).Entry)
}

// PeriodClosed says what a second person decided on a closing.
type PeriodClosed struct {
	Period  id.Period   `cbor:"1,keyasint"`
	State   PeriodState `cbor:"2,keyasint"`
	Checker id.Actor    `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*PeriodClosed) Kind() uint16 { return eventPeriodClosed }

func (e *PeriodClosed) fold(b *Book) {
	p := b.periods.at(e.Period.Number())
	p.State, p.Checker = e.State, e.Checker
	b.touched(tablePeriod, e.Period.Number(), &p.Entry)
}
