package book

import (
	"math"
	"slices"

	"millrace/domain/borrowing"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
)

func init() {
	registerCommand(func() act { return &DetermineBase{} })
	registerEvent(func() fact { return &BaseDetermined{} })
	permitted[commandDetermineBase] = party.Operator | party.Seller | party.Funder
}

// Base is what a pool of receivables bears on a day: every receivable with what it counts for or why it does not, and the
// certificate that follows.
type Base struct {
	ID          id.Base               `cbor:"1,keyasint"`
	Pool        id.Pool               `cbor:"2,keyasint"`
	Programme   id.Programme          `cbor:"3,keyasint"`
	Seller      id.Party              `cbor:"4,keyasint"`
	Collateral  id.Collateral         `cbor:"5,keyasint"`
	Items       []BaseItem            `cbor:"6,keyasint"`
	Certificate borrowing.Certificate `cbor:"7,keyasint"`
	Entry       uint64                `cbor:"8,keyasint"`
}

// BaseItem is a receivable in a base.
type BaseItem struct {
	Receivable id.Receivable    `cbor:"1,keyasint"`
	Amount     money.Minor      `cbor:"2,keyasint"`
	Reason     borrowing.Reason `cbor:"3,keyasint,omitempty"` // why it does not count as a whole; what its obligor loses besides is in the certificate
	Class      uint8            `cbor:"4,keyasint,omitempty"`
}

// DetermineBase works out on the business date what a seller's pool in a programme bears, and records it.
type DetermineBase struct {
	Pool id.Pool `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*DetermineBase) Kind() uint16 { return commandDetermineBase }

func (c *DetermineBase) decide(d *draft) *Rejection {
	p, rejection := d.pool(c.Pool)
	if rejection != nil {
		return rejection
	}
	if d.by() != p.Seller {
		if rejection := d.funds(p.Programme); rejection != nil {
			return rejection
		}
	}
	terms, rejection := d.lendsOnPool(p.Programme)
	if rejection != nil {
		return rejection
	}
	base := d.determine(p, terms, d.pooledIn[p.ID])
	d.emit(&BaseDetermined{Base: base})
	d.assessPool(p, terms, &base)
	return nil
}

// pool finds a pool.
func (d *draft) pool(wanted id.Pool) (*Pool, *Rejection) {
	if p := d.pools.at(wanted.Number()); p != nil {
		return p, nil
	}
	return nil, reject("pool_unknown", "pool", "there is no pool %s", wanted)
}

// lendsOnPool finds the terms on which a programme lends against pools.
func (d *draft) lendsOnPool(programme id.Programme) (*Collateral, *Rejection) {
	if k := d.collaterals.at(d.collateralOf[programme].Number()); k != nil && k.LendsOnPool() {
		return k, nil
	}
	return nil, reject("collateral_missing", "programme", "programme %s has no terms in force on which it lends against a pool", programme)
}

// determine works out a base.
func (d *draft) determine(p *Pool, k *Collateral, members []id.Receivable) Base {
	base := Base{
		ID: id.Make[id.Base](d.shard, d.number(tableBase, d.bases.count)), Pool: p.ID, Programme: p.Programme, Seller: p.Seller, Collateral: k.ID,
	}
	items, obligors := make([]borrowing.Item, len(members)), []borrowing.Obligor(nil)
	var face, diluted money.Minor
	for i, number := range members {
		r := d.receivables.at(number.Number())
		items[i] = itemOf(&k.Base, r)
		face, diluted = money.Add(face, r.Face), money.Add(diluted, r.Credited)
		at, known := slices.BinarySearchFunc(obligors, r.Buyer, func(o borrowing.Obligor, buyer id.Party) int { return int(int64(o.Party) - int64(buyer)) })
		if !known {
			obligors = slices.Insert(obligors, at, d.obligor(p.Seller, r.Buyer, r.Currency))
		}
	}
	pool := borrowing.NewPool(&k.Base, d.today(), obligors)
	for i := range items {
		pool.Add(&items[i])
	}
	for i := range items {
		base.Items = append(base.Items, BaseItem{Receivable: members[i], Amount: items[i].Amount, Reason: pool.ReasonOf(&items[i]), Class: items[i].Class})
	}
	var dilutions []money.Rate
	if face > 0 {
		dilutions = []money.Rate{money.Rate(money.MulDiv(diluted, int64(money.RateOne), int64(face)))}
	}
	base.Certificate = pool.Certify(d.drawn(p), dilutions)
	return base
}

// drawn is the principal that is out on a pool, or set aside.
func (b *Book) drawn(p *Pool) money.Minor {
	sum := money.Minor(0)
	for _, number := range b.drawnOnPool[p.ID] {
		sum = money.Add(sum, b.financings.at(number.Number()).Exposure())
	}
	return sum
}

// itemOf is a receivable as an item of a pool: of the first class of receivables. A finding on its invoice stands against it like a
// document that is missing.
func itemOf(terms *borrowing.Terms, r *receivable.Receivable) borrowing.Item {
	item := borrowing.Item{
		Key: uint64(r.ID), Obligor: r.Buyer, Amount: r.Unclaimed(), Disputed: r.Disputed, Issued: r.Issued, Due: r.Due, Documented: r.Issued,
		Class: uint8(len(terms.Classes)),
	}
	if r.State != receivable.Open || r.Financing != 0 {
		item.Amount = 0
	}
	if r.Undertaking != receivable.NoUndertaking {
		item.Confirmed = borrowing.Confirmed
	}
	for i := range terms.Classes {
		if terms.Classes[i].Kind == borrowing.Receivables {
			item.Class = uint8(i)
			break
		}
	}
	return item
}

// obligor is what is known of a debtor of a pool. What it could set off is what the borrower owes it in turn.
func (d *draft) obligor(seller, buyer id.Party, currency money.Currency) borrowing.Obligor {
	p := d.parties.at(buyer.Number())
	found := borrowing.Obligor{Party: buyer}
	copy(found.Country[:], p.Country)
	if group := d.groupOf(buyer); group != buyer || p.Group != 0 {
		found.Group = group
	}
	if d.groupOf(seller) == d.groupOf(buyer) {
		found.Related = borrowing.Related
	}
	for _, code := range [...]ledger.Code{ledger.TradePayables, ledger.ConfirmedPayables} {
		key := ledger.Key{Entity: seller, Counterparty: buyer, Code: code, Currency: currency}
		if account := d.accounts.at(d.accountOf[key].Number()); account != nil {
			found.Contra = money.Add(found.Contra, max(0, money.Sub(account.CreditsPosted, account.DebitsPosted)))
		}
	}
	return found
}

// assessPool makes, restates, closes or lapses the margin call of a pool: an overadvance is made good within the days of the terms.
func (d *draft) assessPool(p *Pool, k *Collateral, base *Base) {
	c := &base.Certificate
	over := c.Find(borrowing.Overadvance, 0)
	call := MarginCall{Programme: p.Programme, Seller: p.Seller, Pool: p.ID}
	if last := d.marginCalls.at(d.callOf[call.about()].Number()); last != nil {
		call = *last
	}
	pending := call.Call.State == inventory.CallOpen || call.Call.State == inventory.CallLapsed
	if !pending && over == 0 {
		return
	}
	after, action := call.Call, inventory.RestateCall
	if !pending {
		after = inventory.Call{State: inventory.CallOpen, Made: d.today(), CureBy: d.today().AddDays(int(k.CureDays))}
		action = inventory.MakeCall
	}
	drawn, drawable := c.Find(borrowing.Outstanding, 0), c.Find(borrowing.Drawable, 0)
	unchanged := after.Exposure == drawn && after.Value == drawable
	after.Assessed, after.Exposure, after.Value, after.Ratio, after.TopUp, after.Repay = d.today(), drawn, drawable, inventory.Ratio(drawn, drawable), over, over
	switch {
	case over == 0:
		after.State, action = inventory.CallCured, inventory.CloseCall
	case after.State == inventory.CallOpen && d.today() > after.CureBy:
		after.State, action = inventory.CallLapsed, inventory.LapseCall
	case unchanged:
		return
	}
	d.callMade(&call, action, after)
	if action == inventory.LapseCall {
		for _, number := range d.drawnOnPool[p.ID] {
			if d.financings.at(number.Number()).State == funding.Outstanding {
				d.emit(&FinancingMoved{Financing: number, State: funding.Overdue})
			}
		}
	}
}

// rebase works out the next pool on which something is drawn after one, on the business date, and gives the number up to which
// pools are done. A base is on record where it gives a call.
func (d *draft) rebase(done uint64) uint64 {
	for done < d.pools.count {
		done++
		p := d.pools.at(done)
		if len(d.drawnOnPool[p.ID]) == 0 {
			continue
		}
		k := d.collaterals.at(d.collateralOf[p.Programme].Number())
		if !k.LendsOnPool() { // by newer terms no pool is security any more: what was drawn stands on those of its day
			drawings := d.drawnOnPool[p.ID]
			k = d.collaterals.at(d.financings.at(drawings[len(drawings)-1].Number()).Collateral.Number())
		}
		base := d.determine(p, k, d.pooledIn[p.ID])
		before := len(d.events)
		d.assessPool(p, k, &base)
		if len(d.events) > before {
			d.emit(&BaseDetermined{Base: base})
		}
		if done < d.pools.count {
			return done
		}
	}
	return math.MaxUint64
}

// BaseDetermined says what a pool bears on a day.
type BaseDetermined struct {
	Base Base `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*BaseDetermined) Kind() uint16 { return eventBaseDetermined }

func (e *BaseDetermined) fold(b *Book) {
	number := e.Base.ID.Number()
	b.bases.add(number, e.Base)
	b.touched(tableBase, number, &b.bases.at(number).Entry)
	p := b.pools.at(e.Base.Pool.Number())
	p.Base, p.Determined = e.Base.ID, e.Base.Certificate.On
	b.touched(tablePool, e.Base.Pool.Number(), &p.Entry)
}
