package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &AnnounceSetOffRun{} })
	registerCommand(func() act { return &EndSetOffRun{} })
	registerCommand(func() act { return &AdvanceSetOff{} })
	registerEvent(func() fact { return &SetOffRunAnnounced{} })
	registerEvent(func() fact { return &SetOffRunEnded{} })
	registerEvent(func() fact { return &SetOffMemberLeftOut{} })
	registerEvent(func() fact { return &SetOffAnswersHeard{} })
	permitted[commandAnnounceSetOffRun] = party.Operator
	permitted[commandEndSetOffRun] = party.Operator
	permitted[commandAdvanceSetOff] = node
}

// SetOffRunsMax is the most runs of multilateral set-off that are open at once: the node looks at each of them before every command.
const SetOffRunsMax = 100

// AnnounceSetOffRun announces a run of multilateral set-off, in one currency, for everybody or for one group.
type AnnounceSetOffRun struct {
	Terms clearing.Terms `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*AnnounceSetOffRun) Kind() uint16 { return commandAnnounceSetOffRun }

func (c *AnnounceSetOffRun) decide(d *draft) *Rejection {
	if rejection := d.announceable(&c.Terms); rejection != nil {
		return rejection
	}
	d.announce(c.Terms, 0)
	return nil
}

// announceable refuses terms by which no run could be announced today.
func (d *draft) announceable(t *clearing.Terms) *Rejection {
	if rejection := d.setOffTerms(t); rejection != nil {
		return rejection
	}
	if other := d.setOffRuns.at(d.setOffOpenFor(t).Number()); other != nil {
		return reject("set_off_run_open", "currency", "run %s in %s is %s: one run at a time for the same firms", other.ID, t.Currency, other.State)
	}
	if len(d.setOffOpen) >= SetOffRunsMax {
		return reject("set_off_runs_full", "", "%d runs are open: wait until one of them is over, or end one", SetOffRunsMax)
	}
	return nil
}

// setOffOpenFor finds the run that is open in the currency and group of terms; 0 for none.
func (b *Book) setOffOpenFor(t *clearing.Terms) id.SetOffRun {
	for _, open := range b.setOffOpen {
		if other := b.setOffRuns.at(open.Number()); other.Terms.Currency == t.Currency && other.Terms.Group == t.Group {
			return open
		}
	}
	return 0
}

// setOffTerms refuses terms that are not those of a run, today or later.
func (d *draft) setOffTerms(t *clearing.Terms) *Rejection {
	if !t.Currency.Known() {
		return reject("currency_unknown", "currency", "the currency is not in ISO 4217")
	}
	if t.Group != 0 && d.parties.at(t.Group.Number()) == nil {
		return reject("party_unknown", "group", "there is no party %s", t.Group)
	}
	if t.Least < 0 || t.Least > money.MinorMax {
		return reject("amount_invalid", "least", "the least that takes part is zero or more, and no more than an amount can be")
	}
	if !t.Rule.Valid() {
		return reject("set_off_rule", "rule", "who comes first is oldest_first or proportional")
	}
	if t.Freeze < d.today() || t.Answer < t.Freeze || t.Value < t.Answer || !d.near(t.Value) {
		return reject("date_invalid", "freeze", "debts are held from today, %s, or later; the last day for answers is not before that, and the value date not before the last day for answers, and within ten years", d.today())
	}
	return d.cashTerms(t)
}

// announce announces a run on terms that are announceable; of is the calendar that does it, 0 for a person.
func (d *draft) announce(t clearing.Terms, of id.SetOffCalendar) id.SetOffRun {
	run := clearing.Run{
		ID: id.Make[id.SetOffRun](d.shard, d.number(tableSetOffRun, d.setOffRuns.count)), Terms: t, Calendar: of, State: clearing.Announced,
		Maker: d.header.Actor, Announced: d.today(),
	}
	d.emit(&SetOffRunAnnounced{Run: run})
	return run.ID
}

// setOffRun finds a run that is in one of the states.
func (d *draft) setOffRun(number id.SetOffRun, states ...clearing.RunState) (*clearing.Run, *Rejection) {
	run := d.setOffRuns.at(number.Number())
	if run == nil {
		return nil, reject("set_off_run_unknown", "run", "there is no run %s", number)
	}
	if !slices.Contains(states, run.State) {
		return nil, reject("set_off_run_state", "run", "run %s is %s", number, run.State)
	}
	return run, nil
}

// EndSetOffRun ends a run before it is executed: nothing is set off, and every hold is released.
type EndSetOffRun struct {
	Run    id.SetOffRun `cbor:"1,keyasint"`
	Reason [32]byte     `cbor:"2,keyasint"` // in the vault
}

// Kind names the stored form.
func (*EndSetOffRun) Kind() uint16 { return commandEndSetOffRun }

func (c *EndSetOffRun) decide(d *draft) *Rejection {
	run, rejection := d.setOffRun(c.Run, clearing.Announced, clearing.Freezing, clearing.Frozen, clearing.Entering, clearing.Proposed)
	if rejection != nil {
		return rejection
	}
	if c.Reason == ([32]byte{}) {
		return reject("reason_missing", "reason", "say why")
	}
	d.emit(&SetOffRunEnded{Run: run.ID, Actor: d.header.Actor, Reason: c.Reason, Date: d.today()})
	return nil
}

// AdvanceSetOff does what time brings to the first run that waits for it: a run past its value date lapses; once the last day for answers is
// over, who has not answered is left out, a slice at a time; and a run of a calendar is executed once its proposal is proved optimal and
// nobody's answer is awaited. The node gives it.
type AdvanceSetOff struct{}

// Kind names the stored form.
func (*AdvanceSetOff) Kind() uint16 { return commandAdvanceSetOff }

// setOffDuty is what time brings to a run.
type setOffDuty uint8

const (
	setOffRests  setOffDuty = iota
	setOffLapses            // its value date is over
	setOffHears             // who has not answered is left out
	setOffRuns              // it is executed
)

func (c *AdvanceSetOff) decide(d *draft) *Rejection {
	for _, open := range d.setOffOpen {
		run := d.setOffRuns.at(open.Number())
		switch d.setOffDuty(run) {
		case setOffLapses:
			d.emit(&SetOffRunEnded{Run: run.ID, Date: d.today()})
			return nil
		case setOffHears:
			d.hearAnswers(run)
			return nil
		case setOffRuns:
			if f, rejection := d.cashUnsound(run); rejection != nil { // the run is solved again without it
				d.cancelCash(d.setOffMember(run.ID, f.Seller))
				return nil
			}
			d.emit(&SetOffRunExecuted{Run: run.ID, Date: d.today()})
			return nil
		}
	}
	return reject("set_off_rests", "", "no run waits for anything that time brings")
}

// setOffDuty tells what time brings to a run now.
func (b *Book) setOffDuty(run *clearing.Run) setOffDuty {
	switch {
	case run.State >= clearing.Executed:
		return setOffRests
	case b.clock.Date > run.Terms.Value:
		return setOffLapses
	case run.Solving() && run.Awaited > 0 && b.clock.Date > run.Terms.Answer:
		return setOffHears
	case run.State == clearing.Proposed && run.Calendar != 0 && run.Optimal && run.Awaited == 0:
		if run.Terms.Cash.Most > 0 && b.clock.Date <= run.Terms.Answer { // members may still ask for cash
			return setOffRests
		}
		return setOffRuns
	}
	return setOffRests
}

// hearAnswers leaves out, a slice at a time, the members that were asked and have not answered.
func (d *draft) hearAnswers(run *clearing.Run) {
	heard := run.Heard
	for left := sliceMax; left > 0 && heard < run.Members; left-- {
		if m := d.setOffMembers.at(run.First + heard); m.Consent == clearing.Asked {
			d.leaveOut(run, m, clearing.Silent)
		}
		heard++
	}
	d.emit(&SetOffAnswersHeard{Run: run.ID, Heard: heard})
}

// leaveOut leaves a member out of a run that is not executed: a proposal that is open, or published, is void, and the run is solved again
// without the member's debts and claims. It does nothing where the member is left out already, or the run has been executed or ended.
func (d *draft) leaveOut(run *clearing.Run, m *clearing.Member, cause clearing.Cause) {
	if m.Consent == clearing.Out || run.State < clearing.Freezing || run.State > clearing.Proposed {
		return
	}
	d.cancelCash(m)
	d.emit(&SetOffMemberLeftOut{Run: run.ID, Member: m.ID, Cause: cause})
}

// leaveOutOfAll leaves a party out of every run that is not executed.
func (d *draft) leaveOutOfAll(p id.Party, cause clearing.Cause) {
	for _, open := range d.setOffOpen {
		run := d.setOffRuns.at(open.Number())
		if m := d.setOffMember(run.ID, p); m != nil {
			d.leaveOut(run, m, cause)
		}
	}
}

// setOffMember is a party in an open run; nil where it is not.
func (b *Book) setOffMember(run id.SetOffRun, p id.Party) *clearing.Member {
	return b.setOffMembers.at(b.setOffMemberOf[run][p].Number())
}

// setOffDue is the command that a run of multilateral set-off wants to have given now, or nil. What is executed or ended is written through
// first, so that holds are short; debts are held for one run at a time.
func (b *Book) setOffDue() Command {
	var freezes Command
	for _, open := range b.setOffOpen {
		run := b.setOffRuns.at(open.Number())
		if run.State == clearing.Executed || run.State == clearing.Lapsing {
			return &WriteSetOff{}
		}
		if b.setOffDuty(run) != setOffRests {
			return &AdvanceSetOff{}
		}
		if run.State == clearing.Freezing || run.State == clearing.Announced && b.clock.Date >= run.Terms.Freeze {
			freezes = &FreezeSetOff{}
		}
	}
	if freezes == nil && b.setOffScheduled() != nil {
		return &FollowSetOffCalendar{}
	}
	return freezes
}

// SetOffRunAnnounced says that a run is announced.
type SetOffRunAnnounced struct {
	Run clearing.Run `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*SetOffRunAnnounced) Kind() uint16 { return eventSetOffRunAnnounced }

func (e *SetOffRunAnnounced) fold(b *Book) {
	number := e.Run.ID.Number()
	b.setOffRuns.add(number, e.Run)
	run := b.setOffRuns.at(number)
	b.indexSetOffRun(run)
	b.touched(tableSetOffRun, number, &run.Entry)
}

// SetOffRunEnded says that nothing is set off in a run: by a person's word, or because its value date is over.
type SetOffRunEnded struct {
	Run    id.SetOffRun  `cbor:"1,keyasint"`
	Actor  id.Actor      `cbor:"2,keyasint,omitempty"` // 0: its value date is over
	Reason [32]byte      `cbor:"3,keyasint,omitzero"`  // of the person, in the vault
	Date   calendar.Date `cbor:"4,keyasint"`
}

// Kind names the stored form.
func (*SetOffRunEnded) Kind() uint16 { return eventSetOffRunEnded }

func (e *SetOffRunEnded) fold(b *Book) {
	run := b.setOffRuns.at(e.Run.Number())
	run.Void()
	run.State, run.Checker, run.Reason, run.Ended = clearing.Lapsing, e.Actor, e.Reason, e.Date
	b.touched(tableSetOffRun, e.Run.Number(), &run.Entry)
}

// SetOffMemberLeftOut says that a member takes no part in a run any more. Whatever was proposed is void.
type SetOffMemberLeftOut struct {
	Run    id.SetOffRun    `cbor:"1,keyasint"`
	Member id.SetOffMember `cbor:"2,keyasint"`
	Cause  clearing.Cause  `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*SetOffMemberLeftOut) Kind() uint16 { return eventSetOffMemberLeftOut }

func (e *SetOffMemberLeftOut) fold(b *Book) {
	run, m := b.setOffRuns.at(e.Run.Number()), b.setOffMembers.at(e.Member.Number())
	if m.Consent == clearing.Out { // for two causes in one entry: the first one stands
		return
	}
	if m.Consent == clearing.Asked {
		run.Awaited--
	}
	m.Consent, m.Cause = clearing.Out, e.Cause
	run.Voided++
	if run.State == clearing.Entering || run.State == clearing.Proposed {
		run.Void()
	}
	b.touched(tableSetOffMember, e.Member.Number(), &m.Entry)
	b.touched(tableSetOffRun, e.Run.Number(), &run.Entry)
}

// SetOffAnswersHeard says how far members have been looked through for an answer.
type SetOffAnswersHeard struct {
	Run   id.SetOffRun `cbor:"1,keyasint"`
	Heard uint64       `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*SetOffAnswersHeard) Kind() uint16 { return eventSetOffAnswersHeard }

func (e *SetOffAnswersHeard) fold(b *Book) {
	run := b.setOffRuns.at(e.Run.Number())
	run.Heard = e.Heard
	b.touched(tableSetOffRun, e.Run.Number(), &run.Entry)
}
