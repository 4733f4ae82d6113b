package book

import (
	"slices"

	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &ProposeSetOffCalendar{} })
	registerCommand(func() act { return &DecideSetOffCalendar{} })
	registerCommand(func() act { return &EndSetOffCalendar{} })
	registerCommand(func() act { return &FollowSetOffCalendar{} })
	registerEvent(func() fact { return &SetOffCalendarProposed{} })
	registerEvent(func() fact { return &SetOffCalendarMoved{} })
	registerEvent(func() fact { return &SetOffCalendarTurned{} })
	permitted[commandProposeSetOffCalendar] = party.Operator
	permitted[commandDecideSetOffCalendar] = party.Operator
	permitted[commandEndSetOffCalendar] = party.Operator
	permitted[commandFollowSetOffCalendar] = node
}

// The bounds of a calendar.
const (
	SetOffMonthsMax    = 12
	SetOffDaysMax      = 366
	SetOffCalendarsMax = 100 // live at a time
)

// ProposeSetOffCalendar asks that runs are announced again and again. It is decided on by a second person; from then on the node announces
// and executes the runs, on the word of these two.
type ProposeSetOffCalendar struct {
	Terms      clearing.Terms `cbor:"1,keyasint"`           // of the first run
	Months     uint8          `cbor:"2,keyasint,omitempty"` // from run to run
	Days       uint16         `cbor:"3,keyasint,omitempty"` // likewise, where Months is 0
	NoticeDays uint16         `cbor:"4,keyasint"`           // from announcement to freezing
}

// Kind names the stored form.
func (*ProposeSetOffCalendar) Kind() uint16 { return commandProposeSetOffCalendar }

func (c *ProposeSetOffCalendar) decide(d *draft) *Rejection {
	if rejection := d.setOffTerms(&c.Terms); rejection != nil {
		return rejection
	}
	if c.Months > SetOffMonthsMax || c.Days > SetOffDaysMax || (c.Months == 0) == (c.Days == 0) {
		return reject("set_off_calendar_invalid", "months", "runs follow one another by 1 to %d months, or by 1 to %d days", SetOffMonthsMax, SetOffDaysMax)
	}
	proposed := clearing.Calendar{
		ID: id.Make[id.SetOffCalendar](d.shard, d.number(tableSetOffCalendar, d.setOffCalendars.count)), Terms: c.Terms, First: c.Terms, Months: c.Months,
		Days: c.Days, NoticeDays: c.NoticeDays, State: clearing.CalendarProposed, Maker: d.header.Actor,
	}
	if c.NoticeDays == 0 || c.NoticeDays > SetOffDaysMax || proposed.Announces() < d.today() {
		return reject("set_off_calendar_invalid", "notice_days", "a run is announced 1 to %d days before it holds debts, the first one not before today, %s", SetOffDaysMax, d.today())
	}
	second := proposed
	if second.Terms = proposed.After(1); second.Announces() <= c.Terms.Value {
		return reject("set_off_calendar_invalid", "terms", "the second run would be announced on %s, while the first may be executed until %s", second.Announces(), c.Terms.Value)
	}
	d.emit(&SetOffCalendarProposed{Calendar: proposed})
	return nil
}

// DecideSetOffCalendar is the decision of a second person on a calendar.
type DecideSetOffCalendar struct {
	Calendar id.SetOffCalendar `cbor:"1,keyasint"`
	Decision Decision          `cbor:"2,keyasint"`
	Reason   [32]byte          `cbor:"3,keyasint,omitzero"` // for which it is declined; in the vault
}

// Kind names the stored form.
func (*DecideSetOffCalendar) Kind() uint16 { return commandDecideSetOffCalendar }

func (c *DecideSetOffCalendar) decide(d *draft) *Rejection {
	k := d.setOffCalendars.at(c.Calendar.Number())
	if k == nil {
		return reject("set_off_calendar_unknown", "calendar", "there is no calendar %s", c.Calendar)
	}
	if k.State != clearing.CalendarProposed {
		return reject("set_off_calendar_state", "calendar", "calendar %s is %s", k.ID, k.State)
	}
	if rejection := d.second(k.Maker); rejection != nil {
		return rejection
	}
	switch c.Decision {
	case Approve:
		if k.Announces() < d.today() {
			return reject("set_off_calendar_invalid", "calendar", "the first run was to be announced on %s: propose the calendar anew", k.Announces())
		}
		if len(d.followed) >= SetOffCalendarsMax {
			return reject("set_off_calendars_full", "calendar", "%d calendars are live: end one first", SetOffCalendarsMax)
		}
		d.emit(&SetOffCalendarMoved{Calendar: k.ID, State: clearing.CalendarLive, Actor: d.header.Actor})
	case Decline:
		if c.Reason == [32]byte{} {
			return reject("reason_missing", "reason", "say why the calendar is declined")
		}
		d.emit(&SetOffCalendarMoved{Calendar: k.ID, State: clearing.CalendarRefused, Actor: d.header.Actor, Reason: c.Reason})
	default:
		return reject("decision_invalid", "decision", "a calendar is approved or declined")
	}
	return nil
}

// EndSetOffCalendar ends a calendar, or withdraws one that waits for a second person. A run that it has announced goes on.
type EndSetOffCalendar struct {
	Calendar id.SetOffCalendar `cbor:"1,keyasint"`
	Reason   [32]byte          `cbor:"2,keyasint"` // in the vault
}

// Kind names the stored form.
func (*EndSetOffCalendar) Kind() uint16 { return commandEndSetOffCalendar }

func (c *EndSetOffCalendar) decide(d *draft) *Rejection {
	k := d.setOffCalendars.at(c.Calendar.Number())
	if k == nil {
		return reject("set_off_calendar_unknown", "calendar", "there is no calendar %s", c.Calendar)
	}
	if k.State != clearing.CalendarLive && k.State != clearing.CalendarProposed {
		return reject("set_off_calendar_state", "calendar", "calendar %s is %s", k.ID, k.State)
	}
	if c.Reason == [32]byte{} {
		return reject("reason_missing", "reason", "say why the calendar ends")
	}
	d.emit(&SetOffCalendarMoved{Calendar: k.ID, State: clearing.CalendarEnded, Actor: d.header.Actor, Reason: c.Reason})
	return nil
}

// FollowSetOffCalendar announces one run whose day has come, or passes it over where its debts should be held already. The node gives it.
type FollowSetOffCalendar struct{}

// Kind names the stored form.
func (*FollowSetOffCalendar) Kind() uint16 { return commandFollowSetOffCalendar }

func (c *FollowSetOffCalendar) decide(d *draft) *Rejection {
	k := d.setOffScheduled()
	if k == nil {
		return nil
	}
	turned := &SetOffCalendarTurned{Calendar: k.ID}
	if d.today() < k.Terms.Freeze {
		turned.Run = d.announce(k.Terms, k.ID)
	}
	d.emit(turned)
	return nil
}

// setOffScheduled finds a calendar whose next run is to be announced now, or passed over; nil for none. A run waits while another one in its
// currency and group is open, and is passed over when its notice is over without it.
func (b *Book) setOffScheduled() *clearing.Calendar {
	for _, one := range b.followed {
		k := b.setOffCalendars.at(one.Number())
		if b.clock.Date >= k.Terms.Freeze || b.clock.Date >= k.Announces() && b.setOffOpenFor(&k.Terms) == 0 && len(b.setOffOpen) < SetOffRunsMax {
			return k
		}
	}
	return nil
}

// SetOffCalendarProposed says that a calendar waits for a second person.
type SetOffCalendarProposed struct {
	Calendar clearing.Calendar `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*SetOffCalendarProposed) Kind() uint16 { return eventSetOffCalendarProposed }

func (e *SetOffCalendarProposed) fold(b *Book) {
	number := e.Calendar.ID.Number()
	b.setOffCalendars.add(number, e.Calendar)
	b.touched(tableSetOffCalendar, number, &b.setOffCalendars.at(number).Entry)
}

// SetOffCalendarMoved says that a calendar was decided on, or has ended.
type SetOffCalendarMoved struct {
	Calendar id.SetOffCalendar      `cbor:"1,keyasint"`
	State    clearing.CalendarState `cbor:"2,keyasint"`
	Actor    id.Actor               `cbor:"3,keyasint"`
	Reason   [32]byte               `cbor:"4,keyasint,omitzero"`
}

// Kind names the stored form.
func (*SetOffCalendarMoved) Kind() uint16 { return eventSetOffCalendarMoved }

func (e *SetOffCalendarMoved) fold(b *Book) {
	k := b.setOffCalendars.at(e.Calendar.Number())
	if k.State, k.Reason = e.State, e.Reason; e.State == clearing.CalendarEnded {
		k.Ender = e.Actor
	} else {
		k.Checker = e.Actor
	}
	b.indexSetOffCalendar(k)
	b.touched(tableSetOffCalendar, e.Calendar.Number(), &k.Entry)
}

// SetOffCalendarTurned says that a calendar has come to its next run.
type SetOffCalendarTurned struct {
	Calendar id.SetOffCalendar `cbor:"1,keyasint"`
	Run      id.SetOffRun      `cbor:"2,keyasint,omitempty"` // that was announced; 0: it was passed over
}

// Kind names the stored form.
func (*SetOffCalendarTurned) Kind() uint16 { return eventSetOffCalendarTurned }

func (e *SetOffCalendarTurned) fold(b *Book) {
	k := b.setOffCalendars.at(e.Calendar.Number())
	if e.Run != 0 {
		k.Runs++
	}
	k.Turns++
	k.Terms = k.After(k.Turns)
	b.touched(tableSetOffCalendar, e.Calendar.Number(), &k.Entry)
}

// indexSetOffCalendar: followed, from table set_off_calendar.
func (b *Book) indexSetOffCalendar(k *clearing.Calendar) {
	at, found := slices.BinarySearch(b.followed, k.ID)
	switch live := k.State == clearing.CalendarLive; {
	case live && !found:
		b.followed = slices.Insert(b.followed, at, k.ID)
	case !live && found:
		b.followed = slices.Delete(b.followed, at, at+1)
	}
}
