package book

import (
	"math"

	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/servicing"
)

func init() { registerEvent(func() fact { return &InterestAccrued{} }) }

// How much one slice of an accrual does at most: financings that are out, and financings looked at.
const (
	accrueMax = 1_000
	lookMax   = 10_000
)

// accruing tells whether the business date was opened and interest is not posted up to it everywhere.
func (c *Clock) accruing() bool {
	return c.Opened != 0 && (c.Accrued != c.Opened || c.Through != math.MaxUint64)
}

// Accrual is what the financings of one funder in one programme have earned by a slice of a day, not by collections.
type Accrual struct {
	Programme  id.Programme `cbor:"1,keyasint"`
	Product    id.Product   `cbor:"2,keyasint"`
	Funder     id.Party     `cbor:"3,keyasint"`
	Financings uint32       `cbor:"4,keyasint"`
	Interest   money.Minor  `cbor:"5,keyasint,omitempty"`
	Late       money.Minor  `cbor:"6,keyasint,omitempty"`
	Discount   money.Minor  `cbor:"7,keyasint,omitempty"`
}

// accruals is one slice: its sums, and what it posts by the pair of accounts.
type accruals struct {
	sums  []Accrual
	pairs tally[[2]ledger.Key]
	facts []servicing.Fact
	legs  []servicing.Leg
	one   serviced
}

// accrued are the lines that time alone moves.
var accrued = [...]servicing.Line{servicing.LineInterest, servicing.LineLate, servicing.LineDiscountEarned, servicing.LineAllowance}

// accrue posts one slice of the interest up to the business date: one transfer for each pair of accounts, however many
// financings there are. Those that entered on that date have nothing to post.
func (d *draft) accrue() {
	number := uint64(0)
	if d.clock.Accrued == d.clock.Date {
		number = d.clock.Through
	}
	var slice accruals
	for done, looked := 0, 0; done < accrueMax && looked < lookMax && number < d.financings.count; looked++ {
		number++
		f := d.financings.at(number)
		if !f.State.PaidOut() || f.Entered >= d.today() {
			continue
		}
		if last := d.Book.facts.at(f.LastFact); last != nil && last.unposted() {
			continue // until its next fact: see asPosted
		}
		slice.add(d, f)
		done++
	}
	if number == d.financings.count {
		number = math.MaxUint64
	}
	for i, pair := range slice.pairs.keys {
		if amount := slice.pairs.sums[i]; amount >= 0 {
			d.book(pair[0], pair[1], amount)
		} else {
			d.book(pair[1], pair[0], -amount)
		}
	}
	d.emit(&InterestAccrued{On: d.today(), Through: number, Accruals: slice.sums})
}

// add adds what one financing has earned since it was last posted.
func (a *accruals) add(d *draft, f *funding.Financing) {
	s := &a.one
	s.financing, s.programme, s.terms = f, d.programmes.at(f.Programme.Number()), d.terms(f)
	a.facts = d.history(a.facts[:0], f)
	known := servicing.Run(&s.terms, a.facts)
	s.asPostedOn(known, d.postedOn(f))
	s.after = known.At(&s.terms, d.today())
	var moved [len(accrued)]money.Minor
	for i, line := range accrued {
		moved[i] = s.after.Totals[line] - s.before.Totals[line]
		if moved[i] == 0 {
			continue
		}
		a.legs = servicing.Postings(a.legs[:0], &s.terms, servicing.Movement{Line: line, Amount: moved[i]})
		for at := 0; at < len(a.legs); at += 2 {
			from, to := s.key(d, line, a.legs[at]), s.key(d, line, a.legs[at+1])
			if from != to {
				a.pairs.add([2]ledger.Key{from, to}, a.legs[at].Amount)
			}
		}
	}
	if f.State != funding.Defaulted {
		d.proposeDefault(f)
	}
	sum := a.sum(s.programme, f.Funder)
	sum.Financings++
	sum.Interest, sum.Late, sum.Discount = sum.Interest+moved[0], sum.Late+moved[1], sum.Discount+moved[2]
}

// unaccrue takes back what was posted by time on a financing whose disbursement has come back.
func (d *draft) unaccrue(f *funding.Financing) {
	s := &serviced{financing: f, programme: d.programmes.at(f.Programme.Number()), terms: d.terms(f)}
	s.asPostedOn(servicing.Run(&s.terms, d.history(nil, f)), d.postedOn(f))
	s.after = s.before
	for _, line := range accrued {
		s.after.Totals[line] = 0
	}
	d.postMovements(s)
}

// sum finds the sum of a funder in a programme: there are few.
func (a *accruals) sum(p *funding.Programme, funder id.Party) *Accrual {
	for i := range a.sums {
		if a.sums[i].Programme == p.ID && a.sums[i].Funder == funder {
			return &a.sums[i]
		}
	}
	a.sums = append(a.sums, Accrual{Programme: p.ID, Product: p.Product, Funder: funder})
	return &a.sums[len(a.sums)-1]
}

// InterestAccrued says what financings have earned up to a business date, by a slice of them.
type InterestAccrued struct {
	On       calendar.Date `cbor:"1,keyasint"`
	Through  uint64        `cbor:"2,keyasint"` // number of the last financing of the slice; the highest there can be after the last slice
	Accruals []Accrual     `cbor:"3,keyasint,omitempty"`
}

// Kind names the stored form.
func (*InterestAccrued) Kind() uint16 { return eventInterestAccrued }

func (e *InterestAccrued) fold(b *Book) {
	if b.clock.Accrued != e.On {
		b.clock.AccruedBefore, b.clock.Accrued = b.clock.Accrued, e.On
	}
	b.clock.Through = e.Through
	b.touched(tableClock, 1, &b.clock.Entry)
}
