package book

import (
	"millrace/domain/calendar"
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &RecordSetOffBar{} })
	registerCommand(func() act { return &LiftSetOffBar{} })
	registerEvent(func() fact { return &SetOffBarRecorded{} })
	registerEvent(func() fact { return &SetOffBarLifted{} })
	permitted[commandRecordSetOffBar] = party.Operator | party.Compliance
	permitted[commandLiftSetOffBar] = party.Operator | party.Compliance
}

// RecordSetOffBar keeps a party out of every run: insolvency proceedings over it have begun, so that set-off follows insolvency law and not
// agreement, or its claims are attached. It is left out of every run that is not executed.
type RecordSetOffBar struct {
	Party    id.Party       `cbor:"1,keyasint"`
	Cause    clearing.Cause `cbor:"2,keyasint"`
	From     calendar.Date  `cbor:"3,keyasint"` // day of the order
	Evidence [32]byte       `cbor:"4,keyasint"` // in the vault
}

// Kind names the stored form.
func (*RecordSetOffBar) Kind() uint16 { return commandRecordSetOffBar }

func (c *RecordSetOffBar) decide(d *draft) *Rejection {
	if d.parties.at(c.Party.Number()) == nil {
		return reject("party_unknown", "party", "there is no party %s", c.Party)
	}
	if c.Cause != clearing.Insolvency && c.Cause != clearing.Attachment {
		return reject("set_off_cause_invalid", "cause", "a party is kept out for its insolvency or for an attachment")
	}
	if c.From > d.today() || !d.near(c.From) {
		return reject("date_invalid", "from", "the order is of today or earlier, and not of years before the business date %s", d.today())
	}
	if c.Evidence == [32]byte{} {
		return reject("proof_missing", "evidence", "the order or the register's extract is missing")
	}
	for _, one := range d.setOffBarsOf[c.Party] {
		if bar := d.setOffBars.at(one.Number()); bar.Cause == c.Cause {
			return reject("set_off_barred", "party", "party %s is kept out already, by %s: %s since %s", c.Party, bar.ID, bar.Cause, bar.From)
		}
	}
	d.emit(&SetOffBarRecorded{Bar: clearing.Bar{
		ID: id.Make[id.SetOffBar](d.shard, d.number(tableSetOffBar, d.setOffBars.count)), Party: c.Party, Cause: c.Cause, From: c.From,
		Evidence: c.Evidence, Maker: d.header.Actor,
	}})
	d.leaveOutOfAll(c.Party, c.Cause)
	return nil
}

// LiftSetOffBar is the word of a second person that the proceedings or the attachment have ended. Of runs of which the party was left out it
// stays out.
type LiftSetOffBar struct {
	Bar     id.SetOffBar `cbor:"1,keyasint"`
	Grounds [32]byte     `cbor:"2,keyasint"` // in the vault
}

// Kind names the stored form.
func (*LiftSetOffBar) Kind() uint16 { return commandLiftSetOffBar }

func (c *LiftSetOffBar) decide(d *draft) *Rejection {
	bar := d.setOffBars.at(c.Bar.Number())
	if bar == nil {
		return reject("set_off_bar_unknown", "bar", "there is no bar %s", c.Bar)
	}
	if bar.Lifted != 0 {
		return reject("set_off_bar_lifted", "bar", "bar %s was lifted on %s", bar.ID, bar.Lifted)
	}
	if rejection := d.second(bar.Maker); rejection != nil {
		return rejection
	}
	if c.Grounds == [32]byte{} {
		return reject("proof_missing", "grounds", "what shows that it has ended is missing")
	}
	d.emit(&SetOffBarLifted{Bar: bar.ID, Date: d.today(), Actor: d.header.Actor, Grounds: c.Grounds})
	return nil
}

// barredBy is the first bar that keeps a party out of every run; nil for none.
func (b *Book) barredBy(p id.Party) *clearing.Bar {
	if bars := b.setOffBarsOf[p]; len(bars) > 0 {
		return b.setOffBars.at(bars[0].Number())
	}
	return nil
}

// SetOffBarRecorded says that a party takes part in no run.
type SetOffBarRecorded struct {
	Bar clearing.Bar `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*SetOffBarRecorded) Kind() uint16 { return eventSetOffBarRecorded }

func (e *SetOffBarRecorded) fold(b *Book) {
	number := e.Bar.ID.Number()
	b.setOffBars.add(number, e.Bar)
	b.indexSetOffBar(b.setOffBars.at(number))
	b.touched(tableSetOffBar, number, &b.setOffBars.at(number).Entry)
}

// SetOffBarLifted says that a bar no longer keeps its party out.
type SetOffBarLifted struct {
	Bar     id.SetOffBar  `cbor:"1,keyasint"`
	Date    calendar.Date `cbor:"2,keyasint"`
	Actor   id.Actor      `cbor:"3,keyasint"`
	Grounds [32]byte      `cbor:"4,keyasint"`
}

// Kind names the stored form.
func (*SetOffBarLifted) Kind() uint16 { return eventSetOffBarLifted }

func (e *SetOffBarLifted) fold(b *Book) {
	bar := b.setOffBars.at(e.Bar.Number())
	bar.Lifted, bar.Checker, bar.Grounds = e.Date, e.Actor, e.Grounds
	remove(b.setOffBarsOf, bar.Party, bar.ID)
	b.touched(tableSetOffBar, e.Bar.Number(), &bar.Entry)
}
