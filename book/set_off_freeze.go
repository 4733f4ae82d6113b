package book

import (
	"millrace/domain/certificate"
	"millrace/domain/clearing"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
)

func init() {
	registerCommand(func() act { return &FreezeSetOff{} })
	registerEvent(func() fact { return &SetOffFrozen{} })
	registerEvent(func() fact { return &SetOffLineDropped{} })
	permitted[commandFreezeSetOff] = node
}

// FreezeSetOff looks at one slice of all receivables and holds those that take part in the run that freezes; the node gives it. One run
// freezes at a time, so that its lines and members have consecutive numbers.
type FreezeSetOff struct{}

// What one slice of freezing looks at, and holds, at most.
const (
	setOffLookMax = 4_000
	setOffHoldMax = 500
)

// Kind names the stored form.
func (*FreezeSetOff) Kind() uint16 { return commandFreezeSetOff }

func (c *FreezeSetOff) decide(d *draft) *Rejection {
	run := d.setOffFreezing()
	if run == nil {
		return reject("set_off_rests", "", "no run holds debts now")
	}
	f := freezing{d: d, run: run, debt: run.Debt, stances: map[id.Party]*clearing.Stance{}, fresh: map[id.Party]uint64{}}
	f.told = SetOffFrozen{Run: run.ID, Scanned: run.Scanned, Until: run.ScanUntil, Omitted: make([]uint64, clearing.OmissionCount)}
	copy(f.told.Omitted, run.Omitted)
	if run.State == clearing.Announced {
		f.told.Until = d.receivables.count
	}
	for looked := 0; looked < setOffLookMax && len(f.told.Lines) < setOffHoldMax && f.told.Scanned < f.told.Until; looked++ {
		f.told.Scanned++
		f.look(d.receivables.at(f.told.Scanned))
	}
	d.emit(&f.told)
	return nil
}

// setOffFreezing is the run that holds debts now, or else the first that may begin to; nil for none.
func (b *Book) setOffFreezing() *clearing.Run {
	var begins *clearing.Run
	for _, open := range b.setOffOpen {
		run := b.setOffRuns.at(open.Number())
		if run.State == clearing.Freezing {
			return run
		}
		if begins == nil && run.State == clearing.Announced && b.clock.Date >= run.Terms.Freeze {
			begins = run
		}
	}
	return begins
}

// freezing is one slice.
type freezing struct {
	d       *draft
	run     *clearing.Run
	debt    money.Minor // that the run holds, with this slice
	told    SetOffFrozen
	stances map[id.Party]*clearing.Stance
	fresh   map[id.Party]uint64 // members that this slice makes
}

// look holds a debt, or counts why it is left out.
func (f *freezing) look(r *receivable.Receivable) {
	if r.State != receivable.Open || r.Currency != f.run.Terms.Currency {
		return
	}
	facts := f.facts(r)
	if reason := f.run.Terms.Judge(&facts, f.debt); reason != 0 {
		f.told.Omitted[reason]++
		return
	}
	f.debt = money.Add(f.debt, facts.Outstanding)
	d := f.d
	f.told.Lines = append(f.told.Lines, clearing.Line{
		ID: id.Make[id.SetOffLine](d.shard, d.number(tableSetOffLine, d.setOffLines.count)), Run: f.run.ID, Receivable: r.ID,
		Debtor: f.member(r.Buyer), Creditor: f.member(r.Seller), Amount: facts.Outstanding, Due: r.Due, State: clearing.LineHeld,
	})
}

// member is the number of a party's member in the run, which its first debt makes.
func (f *freezing) member(p id.Party) uint64 {
	if m := f.d.setOffMember(f.run.ID, p); m != nil {
		return m.ID.Number()
	}
	if number := f.fresh[p]; number != 0 {
		return number
	}
	number := f.d.number(tableSetOffMember, f.d.setOffMembers.count)
	w := f.d.wordOf(f.run, p)
	f.told.Members = append(f.told.Members, clearing.Member{
		ID: id.Make[id.SetOffMember](f.d.shard, number), Run: f.run.ID, Party: p, Consent: w.consent, Standing: w.standing, Keys: w.keys,
	})
	f.fresh[p] = number
	return number
}

// stance is what a party has said of the run, looked up once in a slice.
func (f *freezing) stance(p id.Party) clearing.Stance {
	if known := f.stances[p]; known != nil {
		return *known
	}
	d, run := f.d, f.run
	s := &clearing.Stance{
		Onboarded: d.parties.at(p.Number()).State == party.Onboarded, InGroup: run.Terms.Group == 0 || d.belongsTo(p, run.Terms.Group),
		Barred: len(d.setOffBarsOf[p]) > 0,
	}
	w := d.wordOf(run, p)
	s.Consent, s.BeforeDue = w.consent, w.beforeDue
	if m := d.setOffMember(run.ID, p); m != nil && m.Consent == clearing.Out {
		s.Consent = clearing.Out
	}
	f.stances[p] = s
	return *s
}

// belongsTo tells whether a party is the head of a group, or below it.
func (b *Book) belongsTo(p, head id.Party) bool {
	for range headsMax {
		if p == head {
			return true
		}
		if p = b.headOf(p); p == 0 {
			return false
		}
	}
	return false
}

// facts gathers what is known of a debt.
func (f *freezing) facts(r *receivable.Receivable) clearing.Facts {
	d := f.d
	financing, k := d.financings.at(r.Financing.Number()), d.certificates.at(r.Certificate.Number())
	goods := d.standing(r.Trade)
	return clearing.Facts{
		Open: r.State == receivable.Open, Currency: r.Currency, Outstanding: r.Outstanding(), Due: r.Due, Itself: r.Seller == r.Buyer,
		Held: r.SetOff != 0, Disputed: r.Disputed, Doubted: r.Findings != 0,
		Financed: financing != nil && financing.State != funding.ClosedState || len(d.loansOf(goods)) > 0,
		Pooled:   r.Pool != 0, OnOffer: r.Auction != 0,
		Certified:  r.Claimed != 0 || k != nil && k.State == certificate.Live,
		Undertaken: r.Undertaking.Binds(),
		UnderWay:   d.earlyOf[r.ID] != 0 || len(d.suppliers(r.ID, nil)) > 0 || len(d.suppliers(0, goods)) > 0,
		Charged:    d.charged(r),
		Debtor:     f.stance(r.Buyer), Creditor: f.stance(r.Seller),
	}
}

// charged tells whether somebody has a right in a debt that was found in a registry, or has registered one there.
func (d *draft) charged(r *receivable.Receivable) bool {
	for _, one := range d.encumbrancesOf[r.Seller] {
		if e := d.encumbrances.at(one.Number()); e.State == legal.Standing && (e.Receivable == 0 || e.Receivable == r.ID) {
			return true
		}
	}
	for _, scope := range [...]id.Receivable{0, r.ID} {
		for _, one := range d.registeredBy[registrationKey{grantor: r.Seller, receivable: scope}] {
			if d.registrations.at(one.Number()).LiveOn(d.today()) {
				return true
			}
		}
	}
	return false
}

// dropLine takes one debt out of a run that is not executed, because something has happened to the debt that can't wait: it is no longer
// held, and whatever was proposed is void.
func (d *draft) dropLine(l *clearing.Line) {
	run := d.setOffRuns.at(l.Run.Number())
	if l.State == clearing.LineHeld && run.State >= clearing.Freezing && run.State <= clearing.Proposed {
		d.emit(&SetOffLineDropped{Run: run.ID, Line: l.ID})
	}
}

// SetOffFrozen says what one slice of freezing holds.
type SetOffFrozen struct {
	Run     id.SetOffRun      `cbor:"1,keyasint"`
	Scanned uint64            `cbor:"2,keyasint"`           // number of the last receivable that was looked at
	Until   uint64            `cbor:"3,keyasint"`           // and of the last one that has to be
	Members []clearing.Member `cbor:"4,keyasint,omitempty"` // that are new
	Lines   []clearing.Line   `cbor:"5,keyasint,omitempty"`
	Omitted []uint64          `cbor:"6,keyasint"` // debts that were left out so far, by reason
}

// Kind names the stored form.
func (*SetOffFrozen) Kind() uint16 { return eventSetOffFrozen }

func (e *SetOffFrozen) fold(b *Book) {
	run := b.setOffRuns.at(e.Run.Number())
	if run.State == clearing.Announced {
		run.State, run.ScanUntil = clearing.Freezing, e.Until
		run.LineFirst, run.First = b.setOffLines.count+1, b.setOffMembers.count+1
	}
	for i := range e.Members {
		number := e.Members[i].ID.Number()
		b.setOffMembers.add(number, e.Members[i])
		m := b.setOffMembers.at(number)
		b.indexSetOffMember(m)
		b.touched(tableSetOffMember, number, &m.Entry)
		if m.Consent == clearing.Asked {
			run.Awaited++
		}
	}
	for i := range e.Lines {
		b.holdLine(run, &e.Lines[i])
	}
	run.Members += uint64(len(e.Members))
	run.Lines += uint64(len(e.Lines))
	run.Scanned, run.Omitted = e.Scanned, e.Omitted
	if e.Scanned == e.Until {
		run.State = clearing.Frozen
	}
	b.touched(tableSetOffRun, e.Run.Number(), &run.Entry)
}

// holdLine puts a debt into a run.
func (b *Book) holdLine(run *clearing.Run, l *clearing.Line) {
	number := l.ID.Number()
	b.setOffLines.add(number, *l)
	b.touched(tableSetOffLine, number, &b.setOffLines.at(number).Entry)
	r := b.receivables.at(l.Receivable.Number())
	r.SetOff = l.ID
	b.touched(tableReceivable, l.Receivable.Number(), &r.Entry)
	run.Debt = money.Add(run.Debt, l.Amount)
	b.owe(l, l.Amount)
}

// owe adds to what the two members of a line owe and are owed by lines of the run.
func (b *Book) owe(l *clearing.Line, amount money.Minor) {
	debtor, creditor := b.setOffMembers.at(l.Debtor), b.setOffMembers.at(l.Creditor)
	debtor.Owes, creditor.Owed = money.Add(debtor.Owes, amount), money.Add(creditor.Owed, amount)
	b.touched(tableSetOffMember, l.Debtor, &debtor.Entry)
	b.touched(tableSetOffMember, l.Creditor, &creditor.Entry)
}

// free ends a line's hold on its debt.
func (b *Book) free(l *clearing.Line, state clearing.LineState) {
	l.State = state
	b.touched(tableSetOffLine, l.ID.Number(), &l.Entry)
	r := b.receivables.at(l.Receivable.Number())
	r.SetOff = 0
	b.touched(tableReceivable, l.Receivable.Number(), &r.Entry)
}

// SetOffLineDropped says that one debt is taken out of a run, and that whatever was proposed is void.
type SetOffLineDropped struct {
	Run  id.SetOffRun  `cbor:"1,keyasint"`
	Line id.SetOffLine `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*SetOffLineDropped) Kind() uint16 { return eventSetOffLineDropped }

func (e *SetOffLineDropped) fold(b *Book) {
	run, l := b.setOffRuns.at(e.Run.Number()), b.setOffLines.at(e.Line.Number())
	if l.State != clearing.LineHeld { // twice in one entry
		return
	}
	b.free(l, clearing.LineDropped)
	run.Debt = money.Sub(run.Debt, l.Amount)
	b.owe(l, -l.Amount)
	if run.State == clearing.Entering || run.State == clearing.Proposed {
		run.Void()
	}
	b.touched(tableSetOffRun, e.Run.Number(), &run.Entry)
}
