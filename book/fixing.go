package book

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
)

func init() {
	registerCommand(func() act { return &RecordFixing{} })
	registerEvent(func() fact { return &FixingRecorded{} })
	permitted[commandRecordFixing] = party.Operator
	tables[tableFixing] = held("fixing", func(b *Book) *shelf[Fixing] { return &b.fixings },
		[]Column{ind("base", Text), col("date", Integer), col("rate", Integer)},
		func(r *Fixing) []any { return []any{r.Base, int64(r.Date), int64(r.Rate)} })
}

// RecordFixing records the value of a base rate on a day, as it was published. A wrong one is put right by a second person: what
// was priced with it stays as it was agreed.
type RecordFixing struct {
	Base string        `cbor:"1,keyasint"` // as products name it: EURIBOR-3M
	Date calendar.Date `cbor:"2,keyasint"`
	Rate money.Rate    `cbor:"3,keyasint"` // a year; may be below zero
}

// FixingAgeDaysMax is how old a fixing may be that a quote is priced with: over the longest run of days without one.
const FixingAgeDaysMax = 10

// Kind names the stored form.
func (*RecordFixing) Kind() uint16 { return commandRecordFixing }

func (c *RecordFixing) decide(d *draft) *Rejection {
	if !product.ValidBase(c.Base) {
		return reject("fixing_invalid", "base", "the name of a base rate has 1 to %d visible characters of ASCII without spaces, as EURIBOR-3M", product.BaseNameMax)
	}
	if c.Rate <= -money.RateOne || c.Rate >= money.RateOne {
		return reject("fixing_invalid", "rate", "a base rate is between -100 %% and 100 %% a year")
	}
	if c.Date <= 0 || c.Date > d.today() {
		return reject("date_invalid", "date", "what was published is of today or earlier; today is %s", d.today())
	}
	recorded := d.fixings.at(d.fixingOf[fixingKey{c.Base, c.Date}].Number())
	if recorded != nil {
		if recorded.Rate == c.Rate {
			return reject("fixing_recorded", "rate", "%s of %s is on record with %s", c.Base, c.Date, c.Rate)
		}
		if rejection := d.second(recorded.Maker); rejection != nil {
			return rejection
		}
	}
	made := Fixing{
		ID: id.Make[id.Fixing](d.shard, d.number(tableFixing, d.fixings.count)), Base: c.Base, Date: c.Date, Rate: c.Rate, Maker: d.header.Actor,
	}
	if recorded != nil {
		made.Replaces = recorded.ID
	}
	d.emit(&FixingRecorded{Fixing: made})
	return nil
}

// Fixing is the value of a base rate on a day. The last one of a base and day counts.
type Fixing struct {
	ID       id.Fixing     `cbor:"1,keyasint"`
	Base     string        `cbor:"2,keyasint"`
	Date     calendar.Date `cbor:"3,keyasint"`
	Rate     money.Rate    `cbor:"4,keyasint"`
	Replaces id.Fixing     `cbor:"5,keyasint,omitempty"` // one that was wrong; 0 for the first
	Maker    id.Actor      `cbor:"6,keyasint"`
	Entry    uint64        `cbor:"7,keyasint"`
}

type fixingKey struct {
	base string
	date calendar.Date
}

// FixingRecorded says that a base rate was fixed, or put right.
type FixingRecorded struct {
	Fixing Fixing `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*FixingRecorded) Kind() uint16 { return eventFixingRecorded }

func (e *FixingRecorded) fold(b *Book) {
	number := e.Fixing.ID.Number()
	b.fixings.add(number, e.Fixing)
	b.indexFixing(b.fixings.at(number))
	b.touched(tableFixing, number, &b.fixings.at(number).Entry)
}

// indexFixing: fixingOf, from table fixing.
func (b *Book) indexFixing(f *Fixing) { b.fixingOf[fixingKey{f.Base, f.Date}] = f.ID }

// fixingOn is the newest fixing of a base rate on a day that is not too old; nil for none.
func (b *Book) fixingOn(base string, date calendar.Date) *Fixing {
	for age := range FixingAgeDaysMax + 1 {
		if found, ok := b.fixingOf[fixingKey{base, date.AddDays(-age)}]; ok {
			return b.fixings.at(found.Number())
		}
	}
	return nil
}
