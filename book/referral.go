package book

import (
	"cmp"
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/risk"
)

func init() {
	registerCommand(func() act { return &TakeReferral{} })
	registerCommand(func() act { return &AdviseReferral{} })
	registerCommand(func() act { return &LapseReferral{} })
	registerEvent(func() fact { return &ReferralOpened{} })
	registerEvent(func() fact { return &ReferralTaken{} })
	registerEvent(func() fact { return &ReferralAdvised{} })
	registerEvent(func() fact { return &ReferralEnded{} })
	permitted[commandTakeReferral] = party.Funder
	permitted[commandAdviseReferral] = party.Funder | party.Operator
	permitted[commandLapseReferral] = node
	tables[tableReferral] = held("referral", func(b *Book) *shelf[funding.Referral] { return &b.referrals },
		[]Column{ind("financing", Integer), col("programme", Integer), ind("funder", Integer), ind("state", Text), ind("seller", Integer), ind("buyer", Integer),
			col("holder", Integer), ind("deadline", Integer)},
		func(r *funding.Referral) []any {
			return []any{int64(r.Financing), int64(r.Programme), int64(r.Funder), r.State.String(), int64(r.Seller), int64(r.Buyer), int64(r.Holder), int64(r.Deadline)}
		})
}

// TakeReferral says that somebody of the funder works on a referral now. A colleague may take it over.
type TakeReferral struct {
	Referral id.Referral `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*TakeReferral) Kind() uint16 { return commandTakeReferral }

func (c *TakeReferral) decide(d *draft) *Rejection {
	r, rejection := d.openReferral(c.Referral)
	if rejection != nil {
		return rejection
	}
	if r.Funder != d.by() {
		return reject("other_party", "referral", "this belongs to another party")
	}
	if r.Holder == d.header.Actor {
		return reject("referral_state", "referral", "referral %s is yours already", r.ID)
	}
	d.emit(&ReferralTaken{Referral: r.ID, Holder: d.header.Actor})
	return nil
}

// AdviseReferral adds a note or a recommendation. A funder's recommendation to approve is the first of two pairs of eyes; the operator
// may recommend, and it decides nothing.
type AdviseReferral struct {
	Referral id.Referral `cbor:"1,keyasint"`
	Says     Decision    `cbor:"2,keyasint,omitempty"` // 0: a note
	Text     [32]byte    `cbor:"3,keyasint"`           // in the vault
}

// Kind names the stored form.
func (*AdviseReferral) Kind() uint16 { return commandAdviseReferral }

func (c *AdviseReferral) decide(d *draft) *Rejection {
	r, rejection := d.openReferral(c.Referral)
	if rejection != nil {
		return rejection
	}
	if !d.isOperator() && r.Funder != d.by() {
		return reject("other_party", "referral", "this belongs to another party")
	}
	if c.Says > Decline {
		return reject("decision_invalid", "says", "a recommendation is to approve or to decline")
	}
	if c.Text == [32]byte{} {
		return reject("reason_missing", "text", "say what was found, and why")
	}
	if len(r.Advices) >= funding.AdvicesMax {
		return reject("advices_too_many", "referral", "referral %s has %d notes already", r.ID, funding.AdvicesMax)
	}
	d.emit(&ReferralAdvised{Referral: r.ID, Advice: funding.Advice{Actor: d.header.Actor, At: d.header.At, Says: uint8(c.Says), Text: c.Text}})
	return nil
}

// LapseReferral declines what nobody has decided in time; the node gives it.
type LapseReferral struct {
	Referral id.Referral `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*LapseReferral) Kind() uint16 { return commandLapseReferral }

func (c *LapseReferral) decide(d *draft) *Rejection {
	r, rejection := d.openReferral(c.Referral)
	if rejection != nil {
		return rejection
	}
	if r.Lapses >= d.today() {
		return reject("referral_state", "referral", "referral %s may be decided until %s", r.ID, r.Lapses)
	}
	f := d.financings.at(r.Financing.Number())
	decline := DecideReferral{Financing: f.ID, Decision: Decline}
	if f.Placement != 0 {
		if rejection := decline.decidePart(d, f); rejection != nil {
			return rejection
		}
	} else {
		after := *f
		after.State = funding.Declined
		d.emit(&ReferralDecided{Financing: after})
		d.declined(&after)
	}
	d.emit(&ReferralEnded{Referral: r.ID, State: funding.ReferralLapsed})
	return nil
}

// openReferral finds a referral that is not decided, or refuses.
func (d *draft) openReferral(wanted id.Referral) (*funding.Referral, *Rejection) {
	r := d.referrals.at(wanted.Number())
	if r == nil {
		return nil, reject("referral_unknown", "referral", "there is no referral %s", wanted)
	}
	if r.State.Ended() {
		return nil, reject("referral_state", "referral", "referral %s is %s", wanted, r.State)
	}
	return r, nil
}

// referred opens the cases of what the command has referred, and ends the case that it has decided.
func (d *draft) referred(command act) {
	if c, ok := command.(*DecideReferral); ok {
		r := d.referrals.at(d.referralOf[c.Financing].Number())
		if r == nil {
			return
		}
		ended := &ReferralEnded{Referral: r.ID, State: funding.ReferralDeclined, Decider: d.header.Actor, Reason: c.Reason}
		if c.Decision == Approve {
			ended.State = funding.ReferralApproved
		}
		d.emit(ended)
		return
	}
	for _, event := range d.events { // which does not see what is added here
		if e, ok := event.(*FinancingOpened); ok && e.Financing.State == funding.Referred {
			d.emit(&ReferralOpened{Referral: d.referral(&e.Financing)})
		}
	}
}

// referral is the case of a financing.
func (d *draft) referral(f *funding.Financing) funding.Referral {
	p := d.programmes.at(f.Programme.Number())
	bounds := d.thresholdsOf(d.riskPolicyOf(p))
	presumed := risk.Presumed(d.rules())
	days, grace := cmp.Or(bounds.ReferralDays, presumed.ReferralDays), cmp.Or(bounds.ReferralGraceDays, presumed.ReferralGraceDays)
	r := funding.Referral{
		ID: id.Make[id.Referral](d.shard, d.number(tableReferral, d.referrals.count)), Financing: f.ID, Programme: f.Programme, Funder: f.Funder, Seller: f.Seller, Buyer: f.Buyer,
		Amount: f.Amount, State: funding.ReferralOpen, Opened: d.today(), OpenedAt: d.header.At,
		Deadline: businessDay(p.Calendar, d.today(), days), Lapses: businessDay(p.Calendar, d.today(), days+grace),
		Seconded: bounds.SecondAbove > 0 && int64(f.Amount) > bounds.SecondAbove,
	}
	for _, o := range f.Outcomes {
		r.Rules = append(r.Rules, o.Rule)
		r.Seconded = r.Seconded || bounds.SecondNetwork != 0 && risk.Connects(o.Rule)
	}
	return r
}

// businessDay is so many business days later; calendar days where the calendar ends.
func businessDay(c calendar.Code, from calendar.Date, days int64) calendar.Date {
	if to, covered := c.AddBusinessDays(from, int(days)); covered {
		return to
	}
	return from.AddDays(int(days))
}

// seconded refuses an approval for which a colleague's recommendation is missing.
func (d *draft) seconded(f *funding.Financing, says Decision) *Rejection {
	r := d.referrals.at(d.referralOf[f.ID].Number())
	if says != Approve || r == nil || !r.Seconded {
		return nil
	}
	if slices.ContainsFunc(r.Advices, func(a funding.Advice) bool {
		return Decision(a.Says) == Approve && a.Actor != d.header.Actor && d.actors.at(a.Actor.Number()).Party == r.Funder
	}) {
		return nil
	}
	return reject("second_person", "financing", "this referral takes two: a colleague recommends approval first, with a reason, and then a second person decides")
}

// referralDue gives the end of a referral that nobody has decided in time; nil for none.
func (b *Book) referralDue() Command {
	for len(b.referralLapse) > 0 && b.referralLapse[0].at < int64(b.clock.Date) {
		top := b.referralLapse[0]
		if r := b.referrals.at(top.number); !r.State.Ended() {
			return &LapseReferral{Referral: r.ID}
		}
		b.referralLapse.pop()
	}
	return nil
}

// ReferralOpened says that a use of a funder's money was referred to its people.
type ReferralOpened struct {
	Referral funding.Referral `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ReferralOpened) Kind() uint16 { return eventReferralOpened }

func (e *ReferralOpened) fold(b *Book) {
	number := e.Referral.ID.Number()
	b.referrals.add(number, e.Referral)
	r := b.referrals.at(number)
	b.indexReferral(r)
	b.touched(tableReferral, number, &r.Entry)
}

// indexReferral: referralOf and referralLapse, from table referral.
func (b *Book) indexReferral(r *funding.Referral) {
	if !r.State.Ended() {
		b.referralOf[r.Financing] = r.ID
		b.referralLapse.push(expiry{int64(r.Lapses), r.ID.Number()})
	}
}

// ReferralTaken says who works on a referral.
type ReferralTaken struct {
	Referral id.Referral `cbor:"1,keyasint"`
	Holder   id.Actor    `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*ReferralTaken) Kind() uint16 { return eventReferralTaken }

func (e *ReferralTaken) fold(b *Book) {
	r := b.referrals.at(e.Referral.Number())
	r.State, r.Holder = funding.ReferralTaken, e.Holder
	b.touched(tableReferral, e.Referral.Number(), &r.Entry)
}

// ReferralAdvised says what somebody thinks of a referral.
type ReferralAdvised struct {
	Referral id.Referral    `cbor:"1,keyasint"`
	Advice   funding.Advice `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*ReferralAdvised) Kind() uint16 { return eventReferralAdvised }

func (e *ReferralAdvised) fold(b *Book) {
	r := b.referrals.at(e.Referral.Number())
	r.Advices = append(slices.Clip(r.Advices), e.Advice)
	b.touched(tableReferral, e.Referral.Number(), &r.Entry)
}

// ReferralEnded says how a referral has ended.
type ReferralEnded struct {
	Referral id.Referral           `cbor:"1,keyasint"`
	State    funding.ReferralState `cbor:"2,keyasint"`
	Decider  id.Actor              `cbor:"3,keyasint,omitempty"` // 0: nobody in time
	Reason   [32]byte              `cbor:"4,keyasint"`
}

// Kind names the stored form.
func (*ReferralEnded) Kind() uint16 { return eventReferralEnded }

func (e *ReferralEnded) fold(b *Book) {
	r := b.referrals.at(e.Referral.Number())
	r.State, r.Decider, r.Reason, r.Ended = e.State, e.Decider, e.Reason, b.clock.Date
	delete(b.referralOf, r.Financing)
	b.touched(tableReferral, e.Referral.Number(), &r.Entry)
}
