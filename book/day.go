package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &OpenDay{} })
	registerCommand(func() act { return &AdvanceDay{} })
	registerEvent(func() fact { return &DayOpened{} })
	registerEvent(func() fact { return &DayAdvanced{} })
	permitted[commandOpenDay] = party.Operator
	permitted[commandAdvanceDay] = node
}

// OpenDay closes the business date and opens a later one. What fell due in between is worked through in slices.
type OpenDay struct {
	Date calendar.Date `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*OpenDay) Kind() uint16 { return commandOpenDay }

// daysMax is how far one OpenDay may go: a mistyped year is refused.
const daysMax = 31

func (c *OpenDay) decide(d *draft) *Rejection {
	if c.Date <= d.today() || c.Date > d.today().AddDays(daysMax) {
		return reject("date_invalid", "date", "the business date is %s; the next one is later, by %d days at most", d.today(), daysMax)
	}
	if d.clock.From != d.clock.Date || d.clock.accruing() || d.revaluing() || d.watching() {
		return reject("day_unfinished", "date", "%s is still being opened", d.today())
	}
	if d.assessing() != nil {
		return reject("day_unfinished", "date", "losses are still being assessed as on %s", d.today())
	}
	d.emit(&DayOpened{Date: c.Date, From: d.today()})
	d.missing(d.today())
	return nil
}

// AdvanceDay works through one slice of what fell due before the business date, and then of the interest up to it; the node
// gives it.
type AdvanceDay struct{}

// sliceMax is how many financings one slice moves.
const sliceMax = 500

// Kind names the stored form.
func (*AdvanceDay) Kind() uint16 { return commandAdvanceDay }

func (c *AdvanceDay) decide(d *draft) *Rejection {
	left := sliceMax
	day := d.clock.From
	for ; day < d.clock.Date; day++ {
		due := d.dueOn[day]
		for _, financing := range due[:min(left, len(due))] {
			d.emit(&FinancingMoved{Financing: financing, State: funding.Overdue})
		}
		if left -= len(due); left < 0 {
			break
		}
	}
	if d.clock.From != d.clock.Date {
		d.emit(&DayAdvanced{From: day})
	}
	switch {
	case day != d.clock.Date || left <= 0:
	case d.clock.accruing() || !d.revaluing():
		d.accrue()
	default:
		d.revalue()
	}
	return nil
}

// Due gives the command that wants to run at a stamp, or nil: a slice of opening a day, then of the limits that were beyond their amount when the last one was closed and of what reviews fall due; the end of quotes, holds, offers, auctions, bound money and exchanges; then
// a slice of standing instructions, of an assessment, of bills, of a run of multilateral set-off.
func (b *Book) Due(at int64) Command {
	if b.clock.From != b.clock.Date || b.clock.accruing() || b.revaluing() {
		return &AdvanceDay{}
	}
	if b.watching() {
		return &AdvanceLimits{}
	}
	if b.reviewing() {
		return &AdvanceReviews{}
	}
	for len(b.quoteExpiry) > 0 && b.quoteExpiry[0].at < at {
		if b.quoteStands(b.quoteExpiry[0]) {
			return &Lapse{}
		}
		b.quoteExpiry.pop()
	}
	for len(b.holdExpiry) > 0 && b.holdExpiry[0].at < at {
		if b.holdStands(b.holdExpiry[0]) {
			return &Lapse{}
		}
		b.holdExpiry.pop()
	}
	for len(b.offerExpiry) > 0 && b.offerExpiry[0].at < at {
		if b.offered(b.offerExpiry[0]) != nil {
			return &Lapse{}
		}
		b.offerExpiry.pop()
	}
	if b.auctionsDue(at) {
		return &SettleAuctions{}
	}
	if b.digitalDue(at) {
		return &LapseDigital{}
	}
	if lapse := b.referralDue(); lapse != nil {
		return lapse
	}
	if len(b.busy) > 0 {
		return &RunStanding{}
	}
	if b.assessing() != nil {
		return &AdvanceAssessment{}
	}
	if b.billing() != nil {
		return &AdvanceBilling{}
	}
	return b.setOffDue()
}

// DayOpened says that a business date has begun.
type DayOpened struct {
	Date calendar.Date `cbor:"1,keyasint"`
	From calendar.Date `cbor:"2,keyasint"` // the one before
}

// Kind names the stored form.
func (*DayOpened) Kind() uint16 { return eventDayOpened }

func (e *DayOpened) fold(b *Book) {
	b.clock.Date, b.clock.From = e.Date, e.From
	if e.From < e.Date { // not the first
		b.clock.Opened = e.Date
		b.closed(e.From)
	}
	b.instructions.each(b.stirred)
	b.touched(tableClock, 1, &b.clock.Entry)
}

// DayAdvanced says how far the opening of a day has come.
type DayAdvanced struct {
	From calendar.Date `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*DayAdvanced) Kind() uint16 { return eventDayAdvanced }

func (e *DayAdvanced) fold(b *Book) {
	b.clock.From = e.From
	b.touched(tableClock, 1, &b.clock.Entry)
}

// addDue keeps the financings that fall due on a day in the order of their numbers.
func (b *Book) addDue(due calendar.Date, financing id.Financing) {
	list := b.dueOn[due]
	if at, found := slices.BinarySearch(list, financing); !found {
		b.dueOn[due] = slices.Insert(list, at, financing)
	}
}

func (b *Book) removeDue(due calendar.Date, financing id.Financing) {
	list := b.dueOn[due]
	at, found := slices.BinarySearch(list, financing)
	switch {
	case !found:
	case len(list) == 1:
		delete(b.dueOn, due)
	case at == 0: // as day after day they become overdue: nothing is moved
		b.dueOn[due] = list[1:]
	default:
		b.dueOn[due] = slices.Delete(list, at, at+1)
	}
}
