package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/id"
)

func init() {
	registerCommand(func() act { return &AdvanceLimits{} })
	registerEvent(func() fact { return &LimitOvershot{} })
	registerEvent(func() fact { return &LimitRestored{} })
	registerEvent(func() fact { return &LimitsWatched{} })
	permitted[commandAdvanceLimits] = node
}

// touchedLimit notes that a limit has changed, and whether it is beyond its amount.
func (b *Book) touchedLimit(l *credit.Limit) {
	b.watch(l)
	b.touched(tableLimit, l.ID.Number(), &l.Entry)
}

// watch: beyond, from table credit_limit.
func (b *Book) watch(l *credit.Limit) {
	looked := l.State == credit.Live && (l.Overshoot() > 0 || l.Alarm != credit.Alarm{})
	if !looked && len(b.beyond) == 0 {
		return
	}
	at, found := slices.BinarySearch(b.beyond, l.ID)
	switch {
	case looked && !found:
		b.beyond = slices.Insert(b.beyond, at, l.ID)
	case !looked && found:
		b.beyond = slices.Delete(b.beyond, at, at+1)
	}
}

// closed notes that a date is closed. Where no limit is beyond its amount, and no alarm stands, that is all there is to it.
func (b *Book) closed(date calendar.Date) {
	if b.clock.Closed = date; len(b.beyond) == 0 {
		b.clock.Watched = date
	}
}

// watching tells whether limits are still to be looked at for the last date that was closed.
func (b *Book) watching() bool { return b.clock.Watched < b.clock.Closed }

// AdvanceLimits puts one slice of the limits that are beyond their amount at the close of a day on record, and takes the alarm from those
// that no longer are; the node gives it once a day, before anything else that a new day brings.
type AdvanceLimits struct{}

// Kind names the stored form.
func (*AdvanceLimits) Kind() uint16 { return commandAdvanceLimits }

func (c *AdvanceLimits) decide(d *draft) *Rejection {
	if !d.watching() {
		return nil
	}
	on := d.clock.Closed
	at, _ := slices.BinarySearchFunc(d.beyond, d.clock.WatchedThrough+1, func(l id.Limit, number uint64) int { return int(int64(l.Number()) - int64(number)) })
	rest := d.beyond[at:]
	watched := &LimitsWatched{On: on}
	for _, limit := range rest[:min(len(rest), sliceMax)] {
		l := d.limits.at(limit.Number())
		over := l.Overshoot()
		switch {
		case over > 0:
			alarm := credit.Alarm{Since: on, Seen: on, Taken: l.Taken(), Over: over}
			if l.Alarm.Since != 0 {
				alarm.Since = l.Alarm.Since
			}
			d.emit(&LimitOvershot{Limit: l.ID, Owner: l.Key.Owner, Alarm: alarm})
		case l.Alarm != credit.Alarm{}:
			d.emit(&LimitRestored{Limit: l.ID, Owner: l.Key.Owner, On: on, Since: l.Alarm.Since})
		}
		watched.Through = limit.Number()
	}
	if len(rest) <= sliceMax {
		watched.Through = 0
	}
	d.emit(watched)
	return nil
}

// LimitOvershot says that what is taken of a limit was beyond its amount at the close of a day.
type LimitOvershot struct {
	Limit id.Limit     `cbor:"1,keyasint"`
	Owner id.Party     `cbor:"2,keyasint,omitempty"` // the funder whose own limit it is; 0: the house
	Alarm credit.Alarm `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*LimitOvershot) Kind() uint16 { return eventLimitOvershot }

func (e *LimitOvershot) fold(b *Book) {
	l := b.limits.at(e.Limit.Number())
	l.Alarm = e.Alarm
	b.touchedLimit(l)
}

// LimitRestored says that what is taken of a limit is within its amount again, at the close of a day.
type LimitRestored struct {
	Limit id.Limit      `cbor:"1,keyasint"`
	Owner id.Party      `cbor:"2,keyasint,omitempty"` // likewise
	On    calendar.Date `cbor:"3,keyasint"`
	Since calendar.Date `cbor:"4,keyasint"` // the alarm stood
}

// Kind names the stored form.
func (*LimitRestored) Kind() uint16 { return eventLimitRestored }

func (e *LimitRestored) fold(b *Book) {
	l := b.limits.at(e.Limit.Number())
	l.Alarm = credit.Alarm{}
	b.touchedLimit(l)
}

// LimitsWatched says how far limits were looked at for the close of a day.
type LimitsWatched struct {
	On      calendar.Date `cbor:"1,keyasint"`
	Through uint64        `cbor:"2,keyasint"` // number of a limit; 0: all
}

// Kind names the stored form.
func (*LimitsWatched) Kind() uint16 { return eventLimitsWatched }

func (e *LimitsWatched) fold(b *Book) {
	if b.clock.WatchedThrough = e.Through; e.Through == 0 {
		b.clock.Watched = e.On
	}
	b.touched(tableClock, 1, &b.clock.Entry)
}
