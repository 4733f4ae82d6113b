package view

import (
	"fmt"
	"sync"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/servicing"
)

// The portfolio's sums are running totals: each financing that is paid out, or set aside, is counted once, and counted anew when an entry
// has changed it or the business date has moved. So a page costs what has changed since the last one, however large the book is. They are
// in memory only; the first who asks after a start has all financings read.

// assetKey is what a financing is counted under.
type assetKey struct {
	funder, debtor, head, seller id.Party
	programme                    id.Programme
	product                      id.Product
	currency                     money.Currency
	grade                        uint8 // of the debtor when it was agreed; 0 for none
}

// The buckets of ageing by days to the due date, and from lateFrom on past it.
const (
	lateFrom    = 4
	bucketCount = 8
)

// bucketEnds are, in days past due, the last of each bucket but the oldest.
var bucketEnds = [bucketCount - 1]int{-91, -61, -31, 0, 30, 60, 90}

// tally is what is out and set aside under a key.
type tally struct {
	count, asides int
	ever          int // paid out at any time, and what
	out, aside    money.Minor
	drawn         money.Minor
	buckets       [bucketCount]money.Minor // of what is out
}

func (t *tally) add(o *tally) {
	t.count, t.asides = t.count+o.count, t.asides+o.asides
	t.out, t.aside = money.Add(t.out, o.out), money.Add(t.aside, o.aside)
	t.ever, t.drawn = t.ever+o.ever, money.Add(t.drawn, o.drawn)
	for i := range t.buckets {
		t.buckets[i] = money.Add(t.buckets[i], o.buckets[i])
	}
}

// late is what is past due.
func (t *tally) late() money.Minor {
	sum := money.Minor(0)
	for _, amount := range t.buckets[lateFrom:] {
		sum = money.Add(sum, amount)
	}
	return sum
}

// VintageAges is up to which age, in months after that of the draw, a vintage is followed; what comes later counts in the last.
const VintageAges = 24

// What is followed by age.
const (
	flowRepaid = iota
	flowOver30
	flowOver60
	flowOver90
	flowLost
	flowCount
)

// overDays are the days past due at which a financing counts in a flow.
var overDays = [...]struct{ flow, days int }{{flowOver30, 30}, {flowOver60, 60}, {flowOver90, 90}}

// vintageKey is what was drawn from one funder in one month.
type vintageKey struct {
	funder   id.Party
	currency money.Currency
	month    calendar.Date // its first day
}

// vintage is what became of it.
type vintage struct {
	count       int
	drawn, out  money.Minor
	late, other money.Minor // out and past due; written off and not recovered is lost, what was recovered of it is other
	flows       [flowCount][VintageAges + 1]money.Minor
}

func (t *vintage) add(o *vintage) {
	t.count += o.count
	t.drawn, t.out, t.late, t.other = money.Add(t.drawn, o.drawn), money.Add(t.out, o.out), money.Add(t.late, o.late), money.Add(t.other, o.other)
	for i := range t.flows {
		for age := range t.flows[i] {
			t.flows[i][age] = money.Add(t.flows[i][age], o.flows[i][age])
		}
	}
}

// step says what was still owed of the principal from a date on.
type step struct {
	on   calendar.Date
	owed money.Minor
	lost bool // it was written off, not repaid
}

// asset is what is remembered of one financing, by which it is taken back before it is counted anew.
type asset struct {
	place          uint32 // of its key; 0 where it is not counted
	aside          bool   // accepted, and not paid out
	due, value     calendar.Date
	principal, out money.Minor
	recovered      money.Minor // of what was written off, no more than that
	steps          []step
}

// drawn is what the portfolio needs of a stored financing; the keys are those of funding.Financing.
type drawn struct {
	ID         id.Financing           `cbor:"1,keyasint"`
	Receivable id.Receivable          `cbor:"2,keyasint"`
	Programme  id.Programme           `cbor:"3,keyasint"`
	Product    id.Product             `cbor:"4,keyasint"`
	Funder     id.Party               `cbor:"5,keyasint"`
	Seller     id.Party               `cbor:"6,keyasint"`
	Buyer      id.Party               `cbor:"7,keyasint"`
	Principal  money.Minor            `cbor:"12,keyasint"`
	Repaid     money.Minor            `cbor:"16,keyasint"`
	Due        calendar.Date          `cbor:"28,keyasint"`
	Value      calendar.Date          `cbor:"29,keyasint"`
	Currency   money.Currency         `cbor:"31,keyasint"`
	State      funding.FinancingState `cbor:"32,keyasint"`
	LastFact   uint64                 `cbor:"41,keyasint"`
	Entered    calendar.Date          `cbor:"44,keyasint"`
	Written    money.Minor            `cbor:"67,keyasint"`
	Recovered  money.Minor            `cbor:"69,keyasint"`
	GradeStart uint8                  `cbor:"85,keyasint"`
	Group      id.Party               `cbor:"115,keyasint"`
}

// full is as much of the financing as its own methods ask for.
func (d *drawn) full() funding.Financing {
	return funding.Financing{Receivable: d.Receivable, Seller: d.Seller, Buyer: d.Buyer, Group: d.Group, Principal: d.Principal, Repaid: d.Repaid, Written: d.Written}
}

// happened is what the portfolio needs of a stored fact.
type happened struct {
	Fact struct {
		Kind    servicing.Kind `cbor:"1,keyasint"`
		Booking calendar.Date  `cbor:"5,keyasint"`
		Amount  money.Minor    `cbor:"9,keyasint"`
	} `cbor:"3,keyasint"`
	Owed money.Minor `cbor:"6,keyasint"`
}

// assets are the running totals of one node.
type assets struct {
	mutex    sync.Mutex
	at       uint64        // guarded by mutex; watermark up to which changes are counted
	begun    bool          // guarded by mutex; at is set
	whole    bool          // guarded by mutex; all financings were read once
	read     uint64        // guarded by mutex; highest number that was, until then
	today    calendar.Date // guarded by mutex
	held     []asset       // guarded by mutex; by number of the financing
	places   map[assetKey]uint32
	keys     []assetKey // guarded by mutex; the first is none
	tallies  []tally    // guarded by mutex; by place
	vintages map[vintageKey]*vintage
}

// follow counts what has changed up to the view's watermark. Where it can't finish it goes on there next time.
func (a *assets) follow(v *View) error {
	today, err := v.Date()
	if err != nil {
		return err
	}
	if a.places == nil {
		a.places, a.keys, a.tallies = map[assetKey]uint32{}, make([]assetKey, 1), make([]tally, 1)
		a.vintages = map[vintageKey]*vintage{}
	}
	if today > a.today {
		a.open(today)
	}
	if !a.begun {
		a.at, a.begun = v.Watermark(), true
	}
	if !a.whole {
		const all = "SELECT number, record FROM financing WHERE number > ? ORDER BY number"
		if err := a.take(v, all, int64(a.read)); err != nil {
			return err
		}
		a.whole = true
	}
	if v.Watermark() <= a.at {
		return nil
	}
	if err := a.take(v, "SELECT number, record FROM financing WHERE entry > ?", int64(a.at)); err != nil {
		return err
	}
	a.at = v.Watermark()
	return nil
}

// open counts everything that is out anew on another business date.
func (a *assets) open(today calendar.Date) {
	for i := range a.held {
		a.count(&a.held[i], -1)
	}
	a.today = today
	for i := range a.held {
		a.count(&a.held[i], 1)
	}
}

// take reads financings and counts them.
func (a *assets) take(v *View, query string, argument any) error {
	found, err := v.view.Tx.QueryContext(v.ctx, query, argument)
	if err != nil {
		return fmt.Errorf("view: %w", err)
	}
	defer found.Close()
	var number int64
	var stored []byte
	for found.Next() {
		if err := found.Scan(&number, &stored); err != nil {
			return fmt.Errorf("view: %w", err)
		}
		var f drawn
		if err := book.DecodePart(stored, &f); err != nil {
			return fmt.Errorf("view: financing %d: %w", number, err)
		}
		var steps []step
		if f.LastFact != 0 && f.Value != 0 {
			if steps, err = f.stepsOf(v); err != nil {
				return err
			}
		}
		a.put(uint64(number), &f, steps)
		a.read = max(a.read, uint64(number))
	}
	return found.Err()
}

// put counts a financing in the place of what was counted of it before.
func (a *assets) put(number uint64, f *drawn, steps []step) {
	if number >= uint64(len(a.held)) {
		a.held = append(a.held, make([]asset, int(number)+1-len(a.held))...)
	}
	held := &a.held[number]
	a.count(held, -1)
	*held = asset{}
	out := f.State.PaidOut() || f.State == funding.ClosedState || f.State == funding.BoughtBack || f.State == funding.WrittenOff
	aside := f.State == funding.Accepted || f.State == funding.Disbursing
	if !out && !aside {
		return
	}
	whole := f.full()
	of := assetKey{f.Funder, whole.Obligor(), whole.Head(), f.Seller, f.Programme, f.Product, f.Currency, f.GradeStart}
	place := a.places[of]
	if place == 0 {
		place = uint32(len(a.keys))
		a.places[of], a.keys, a.tallies = place, append(a.keys, of), append(a.tallies, tally{})
	}
	*held = asset{place: place, aside: aside, due: f.Due, value: f.Value, principal: f.Principal, recovered: min(f.Recovered, f.Written), steps: steps}
	if f.State.PaidOut() {
		held.out = whole.Exposure()
	}
	if out {
		held.settled(f.Entered)
	}
	a.count(held, 1)
}

// count adds (1) or takes back (-1) what an asset is on the business date.
func (a *assets) count(held *asset, sign int) {
	if held.place == 0 {
		return
	}
	at, times := &a.tallies[held.place], money.Minor(sign)
	if held.aside {
		at.asides, at.aside = at.asides+sign, money.Add(at.aside, times*held.principal)
		return
	}
	at.ever, at.drawn = at.ever+sign, money.Add(at.drawn, times*held.principal)
	past := calendar.DaysBetween(held.due, a.today)
	if held.out != 0 {
		at.count, at.out = at.count+sign, money.Add(at.out, times*held.out)
		bucket := bucketOf(held.due, past)
		at.buckets[bucket] = money.Add(at.buckets[bucket], times*held.out)
	}
	of := a.keys[held.place]
	key := vintageKey{of.funder, of.currency, held.value.AddDays(1 - held.value.Day())}
	drawn := a.vintages[key]
	if drawn == nil {
		drawn = &vintage{}
		a.vintages[key] = drawn
	}
	drawn.count, drawn.drawn = drawn.count+sign, money.Add(drawn.drawn, times*held.principal)
	drawn.out, drawn.other = money.Add(drawn.out, times*held.out), money.Add(drawn.other, times*held.recovered)
	if held.due != 0 && past > 0 {
		drawn.late = money.Add(drawn.late, times*held.out)
	}
	held.flow(a.today, func(flow int, on calendar.Date, amount money.Minor) {
		cell := &drawn.flows[flow][ageOf(held.value, on)]
		*cell = money.Add(*cell, times*amount)
	})
	if drawn.count == 0 {
		delete(a.vintages, key)
	}
}

// bucketOf is the bucket of a debt; one without a due date is due last.
func bucketOf(due calendar.Date, past int) int {
	if due == 0 {
		return 0
	}
	bucket := 0
	for bucket < len(bucketEnds) && past > bucketEnds[bucket] {
		bucket++
	}
	return bucket
}

// ageOf is how many months after that of the draw a date lies, 0 to VintageAges.
func ageOf(value, on calendar.Date) int {
	months := (on.Year()-value.Year())*12 + on.Month() - value.Month()
	return min(max(months, 0), VintageAges)
}

// flow tells what became of an asset, and when.
func (held *asset) flow(today calendar.Date, yield func(flow int, on calendar.Date, amount money.Minor)) {
	owed := held.principal
	for _, s := range held.steps {
		if s.lost {
			yield(flowLost, s.on, owed-s.owed)
		} else if s.owed != owed {
			yield(flowRepaid, s.on, owed-s.owed)
		}
		owed = s.owed
	}
	if held.due == 0 {
		return
	}
	for _, over := range overDays {
		on := held.due.AddDays(over.days)
		if on > today {
			return
		}
		if owed := held.owedOn(on); owed > 0 {
			yield(over.flow, on, owed)
		}
	}
}

// owedOn is what was owed of the principal on the evening of a date.
func (held *asset) owedOn(date calendar.Date) money.Minor {
	owed := held.principal
	for _, s := range held.steps {
		if s.on > date {
			break
		}
		owed = s.owed
	}
	return owed
}

// stepsOf reads how the principal of a financing came down: by what was owed after each fact on the day of its booking, which is what was
// known then. The last step comes to what is owed now.
func (d *drawn) stepsOf(v *View) ([]step, error) {
	found, err := v.view.Tx.QueryContext(v.ctx, "SELECT record FROM financing_fact WHERE financing = ? ORDER BY number", int64(d.ID))
	if err != nil {
		return nil, fmt.Errorf("view: %w", err)
	}
	defer found.Close()
	var stored []byte
	var steps []step
	owed, written := d.Principal, d.Written
	for found.Next() {
		if err := found.Scan(&stored); err != nil {
			return nil, fmt.Errorf("view: %w", err)
		}
		var one happened
		if err := book.DecodePart(stored, &one); err != nil {
			return nil, fmt.Errorf("view: a fact of %s: %w", d.ID, err)
		}
		next := min(max(one.Owed, 0), d.Principal)
		lost := one.Fact.Kind == servicing.WrittenOff
		if lost {
			loss := min(written, one.Fact.Amount, owed)
			next, written = money.Sub(owed, loss), money.Sub(written, loss)
		}
		if next != owed {
			steps, owed = append(steps, step{one.Fact.Booking, next, lost}), next
		}
	}
	return steps, found.Err()
}

// settled makes the last of the steps come to what is owed of the principal now, whatever interest the facts have counted with it.
func (held *asset) settled(entered calendar.Date) {
	last := len(held.steps) - 1
	switch {
	case held.owedOn(calendar.DateMax) == held.out:
	case last < 0 || held.steps[last].lost:
		on := max(entered, held.value)
		if last >= 0 {
			on = held.steps[last].on
		}
		held.steps = append(held.steps, step{on: on, owed: held.out})
	default:
		held.steps[last].owed = held.out
	}
}
