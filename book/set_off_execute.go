package book

import (
	"fmt"

	"millrace/domain/calendar"
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &ExecuteSetOffRun{} })
	registerCommand(func() act { return &WriteSetOff{} })
	registerEvent(func() fact { return &SetOffRunExecuted{} })
	registerEvent(func() fact { return &SetOffWritten{} })
	permitted[commandExecuteSetOffRun] = party.Operator
	permitted[commandWriteSetOff] = node
}

// ExecuteSetOffRun has a second person execute what is proposed: from this entry on all of it counts as set off, and slices write it through.
type ExecuteSetOffRun struct {
	Run     id.SetOffRun `cbor:"1,keyasint"`
	Attempt uint32       `cbor:"2,keyasint"` // of the proposal that the person has seen
}

// Kind names the stored form.
func (*ExecuteSetOffRun) Kind() uint16 { return commandExecuteSetOffRun }

func (c *ExecuteSetOffRun) decide(d *draft) *Rejection {
	run, rejection := d.setOffRun(c.Run, clearing.Proposed)
	if rejection != nil {
		return rejection
	}
	if rejection := d.second(run.Maker); rejection != nil {
		return rejection
	}
	if run.Attempt != c.Attempt {
		return reject("set_off_attempt", "attempt", "what is proposed for run %s is attempt %d, and not %d", run.ID, run.Attempt, c.Attempt)
	}
	if run.Awaited != 0 {
		return reject("set_off_awaited", "run", "%d members of run %s have not answered; until %s they can", run.Awaited, run.ID, run.Terms.Answer)
	}
	if d.today() > run.Terms.Value {
		return reject("date_invalid", "run", "run %s could be executed until %s", run.ID, run.Terms.Value)
	}
	if f, rejection := d.cashUnsound(run); rejection != nil {
		return reject("set_off_cash_unsound", "run", "financing %s, which the proposal draws on, can't be paid out: %s; mend that, or cancel it, and the run is solved again", f.ID, rejection.Sentence)
	}
	d.emit(&SetOffRunExecuted{Run: run.ID, Actor: d.header.Actor, Date: d.today()})
	return nil
}

// WriteSetOff writes one slice of a run through: of one that was executed, what is set off is paid in the books of debtor and creditor, without
// cash; the other debts, and all of one that was ended, are released. The node gives it.
type WriteSetOff struct{}

// setOffWriteMax is how many lines one slice writes through.
const setOffWriteMax = 250

// Kind names the stored form.
func (*WriteSetOff) Kind() uint16 { return commandWriteSetOff }

func (c *WriteSetOff) decide(d *draft) *Rejection {
	for _, open := range d.setOffOpen {
		run := d.setOffRuns.at(open.Number())
		if run.State != clearing.Executed && run.State != clearing.Lapsing {
			continue
		}
		if len(d.setOffCash[run.ID]) > 0 { // first what is lent: then there is something to take out
			d.drawCash(run)
			d.emit(&SetOffWritten{Run: run.ID, Moved: run.Moved, Taken: run.Taken})
			return nil
		}
		if run.Moved == run.Lines && run.Taking() {
			d.emit(&SetOffWritten{Run: run.ID, Moved: run.Moved, Taken: d.takeCash(run)})
			return nil
		}
		through := min(run.Moved+setOffWriteMax, run.Lines)
		for n := run.Moved; n < through && run.State == clearing.Executed; n++ {
			d.setOffLine(run, d.setOffLines.at(run.LineFirst+n))
		}
		d.emit(&SetOffWritten{Run: run.ID, Moved: through})
		return nil
	}
	return reject("set_off_rests", "", "no run has anything to be written through")
}

// setOffLine pays what was set off of a line: the debtor's books owe less to the creditor, the creditor's have less to come from the debtor, and
// between them stands the account of the set-off, on which every member's lines come to nothing.
func (d *draft) setOffLine(run *clearing.Run, l *clearing.Line) {
	amount := l.Proposed(run.Attempt)
	if amount == 0 || l.State != clearing.LineHeld {
		return
	}
	r := d.receivables.at(l.Receivable.Number())
	if r.Outstanding() < amount || r.Undertaking.Binds() {
		panic(fmt.Sprintf("book: %d was set off of %s, which does not stand so any more", amount, r.ID))
	}
	d.book(buyerKey(r, ledger.TradePayables), partyKey(r.Buyer, ledger.SetOffClearing, r.Currency), amount)
	d.book(partyKey(r.Seller, ledger.SetOffClearing, r.Currency), sellerKey(r, ledger.TradeReceivables), amount)
	d.emit(&ReceivablePaid{Receivable: r.ID, Amount: amount, Value: run.Ended, Line: l.ID})
}

// SetOffRunExecuted says that all that is proposed for a run is set off.
type SetOffRunExecuted struct {
	Run   id.SetOffRun  `cbor:"1,keyasint"`
	Actor id.Actor      `cbor:"2,keyasint,omitempty"` // 0: the calendar that has announced it, by its two persons
	Date  calendar.Date `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*SetOffRunExecuted) Kind() uint16 { return eventSetOffRunExecuted }

func (e *SetOffRunExecuted) fold(b *Book) {
	run := b.setOffRuns.at(e.Run.Number())
	run.State, run.Checker, run.Ended = clearing.Executed, e.Actor, e.Date
	b.touched(tableSetOffRun, e.Run.Number(), &run.Entry)
}

// SetOffWritten says that the lines of a run up to one are written through or released. With the last one the run is over.
type SetOffWritten struct {
	Run   id.SetOffRun `cbor:"1,keyasint"`
	Moved uint64       `cbor:"2,keyasint"` // lines, in all

	Taken uint64 `cbor:"260,keyasint,omitempty"` // members that have been looked through for what they take out in cash, in all
}

// Kind names the stored form.
func (*SetOffWritten) Kind() uint16 { return eventSetOffWritten }

func (e *SetOffWritten) fold(b *Book) {
	run := b.setOffRuns.at(e.Run.Number())
	for ; run.Moved < e.Moved; run.Moved++ {
		l := b.setOffLines.at(run.LineFirst + run.Moved)
		if l.State != clearing.LineHeld { // dropped
			continue
		}
		state := clearing.LineReleased
		if run.State == clearing.Executed && l.Proposed(run.Attempt) > 0 {
			state = clearing.LineSetOff
		}
		b.free(l, state)
	}
	run.Taken = e.Taken
	if run.Moved == run.Lines && len(b.setOffCash[run.ID]) == 0 && !run.Taking() {
		if run.State++; run.Open() {
			panic("book: a run that is written through is not over")
		}
		b.unindexSetOffRun(run)
	}
	b.touched(tableSetOffRun, e.Run.Number(), &run.Entry)
}
