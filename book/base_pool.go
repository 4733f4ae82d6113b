package book

import (
	"slices"

	"millrace/domain/borrowing"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
	"millrace/domain/trade"
)

func init() {
	registerCommand(func() act { return &PoolReceivables{} })
	registerCommand(func() act { return &WithdrawReceivables{} })
	registerEvent(func() fact { return &ReceivablesPooled{} })
	registerEvent(func() fact { return &ReceivablesWithdrawn{} })
	permitted[commandPoolReceivables] = party.Operator | party.Seller
	permitted[commandWithdrawReceivables] = party.Operator | party.Seller
}

// Pool is a seller's receivables that secure what it has drawn in a programme. A receivable is in one pool at most, and then
// nothing else is financed on it.
type Pool struct {
	ID         id.Pool       `cbor:"1,keyasint"`
	Programme  id.Programme  `cbor:"2,keyasint"`
	Seller     id.Party      `cbor:"3,keyasint"`
	Members    uint32        `cbor:"4,keyasint"` // receivables
	Base       id.Base       `cbor:"5,keyasint,omitempty"`
	Determined calendar.Date `cbor:"6,keyasint,omitempty"` // business date of that base
	Entry      uint64        `cbor:"7,keyasint"`
}

// PoolMax is the most receivables of a pool, so that its base is worked out and kept in one entry.
const PoolMax = 2_000

// poolKey is whose pool it is.
type poolKey struct {
	programme id.Programme
	seller    id.Party
}

// PoolReceivables puts receivables of a seller into its pool in a programme, which the first ones open.
type PoolReceivables struct {
	Programme   id.Programme    `cbor:"1,keyasint"`
	Receivables []id.Receivable `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*PoolReceivables) Kind() uint16 { return commandPoolReceivables }

func (c *PoolReceivables) decide(d *draft) *Rejection {
	p, rejection := d.live(c.Programme)
	if rejection != nil {
		return rejection
	}
	k, rejection := d.lendsOnPool(p.ID)
	if rejection != nil {
		return rejection
	}
	if rejection := countedReceivables(c.Receivables); rejection != nil {
		return rejection
	}
	seller := id.Party(0)
	for _, number := range c.Receivables {
		r := d.receivables.at(number.Number())
		if r == nil {
			return reject("receivable_unknown", "receivables", "there is no receivable %s", number)
		}
		if rejection := d.own(r.Seller, "receivables"); rejection != nil {
			return rejection
		}
		if seller != 0 && seller != r.Seller {
			return reject("pool_other_seller", "receivables", "a pool is of one seller's receivables")
		}
		if rejection := d.poolable(r, p, &k.Base); rejection != nil {
			return rejection
		}
		seller = r.Seller
	}
	pool := Pool{ID: d.poolOf[poolKey{p.ID, seller}], Programme: p.ID, Seller: seller}
	if known := d.pools.at(pool.ID.Number()); known != nil {
		pool = *known
	} else {
		pool.ID = id.Make[id.Pool](d.shard, d.number(tablePool, d.pools.count))
	}
	if int(pool.Members)+len(c.Receivables) > PoolMax {
		return reject("pool_list_invalid", "receivables", "a pool is of %d receivables at most", PoolMax)
	}
	pool.Members += uint32(len(c.Receivables))
	d.emit(&ReceivablesPooled{Pool: pool, Receivables: slices.Clone(c.Receivables)})
	return nil
}

// countedReceivables refuses a list that is empty, too long, or names one twice.
func countedReceivables(list []id.Receivable) *Rejection {
	sorted := slices.Clone(list)
	slices.Sort(sorted)
	if len(list) == 0 || len(list) > PoolMax || len(slices.Compact(sorted)) != len(list) {
		return reject("pool_list_invalid", "receivables", "1 to %d receivables are named, each once", PoolMax)
	}
	return nil
}

// poolable refuses a receivable that is not free to be in a pool.
func (d *draft) poolable(r *receivable.Receivable, p *funding.Programme, terms *borrowing.Terms) *Rejection {
	if rejection := d.unclaimed(evidence{receivable: r, seller: r.Seller}); rejection != nil {
		return rejection
	}
	if r.Currency != terms.Currency {
		return reject("currency_differs", "receivables", "the programme is in %s, receivable %s in %s", p.Currency, r.ID, r.Currency)
	}
	if rejection := d.unoffered(r, "receivables"); rejection != nil {
		return rejection
	}
	if rejection := d.unlent(r, "receivables"); rejection != nil {
		return rejection
	}
	if open := trade.FindingSet(r.Findings) &^ trade.Informative; open != 0 {
		return reject("findings_open", "receivables", "these findings on the invoice must be cleared first: %v", open.Codes())
	}
	return nil
}

// WithdrawReceivables takes receivables out of a pool, as far as what stays bears what is drawn.
type WithdrawReceivables struct {
	Pool        id.Pool         `cbor:"1,keyasint"`
	Receivables []id.Receivable `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*WithdrawReceivables) Kind() uint16 { return commandWithdrawReceivables }

func (c *WithdrawReceivables) decide(d *draft) *Rejection {
	p, rejection := d.pool(c.Pool)
	if rejection != nil {
		return rejection
	}
	if rejection := d.own(p.Seller, "pool"); rejection != nil {
		return rejection
	}
	if rejection := countedReceivables(c.Receivables); rejection != nil {
		return rejection
	}
	for _, number := range c.Receivables {
		if r := d.receivables.at(number.Number()); r == nil || r.Pool != p.ID {
			return reject("pool_other_receivable", "receivables", "receivable %s is not in pool %s", number, p.ID)
		}
	}
	if drawn := d.drawn(p); drawn > 0 {
		k, rejection := d.lendsOnPool(p.Programme)
		if rejection != nil {
			return rejection
		}
		left := d.without(p, k, c.Receivables)
		over := left.Find(borrowing.Overadvance, 0)
		if over > 0 {
			return reject("base_exceeded", "receivables", "what stays would bear %s less than is drawn", money.Amount{Minor: over, Currency: k.Base.Currency})
		}
	}
	d.emit(&ReceivablesWithdrawn{Pool: p.ID, Receivables: slices.Clone(c.Receivables)})
	return nil
}

// without is the certificate of a pool without some of its receivables.
func (d *draft) without(p *Pool, k *Collateral, leaving []id.Receivable) borrowing.Certificate {
	staying := slices.DeleteFunc(slices.Clone(d.pooledIn[p.ID]), func(one id.Receivable) bool { return slices.Contains(leaving, one) })
	return d.determine(p, k, staying).Certificate
}

// ReceivablesPooled says which receivables are in a pool from now on.
type ReceivablesPooled struct {
	Pool        Pool            `cbor:"1,keyasint"` // with them
	Receivables []id.Receivable `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*ReceivablesPooled) Kind() uint16 { return eventReceivablesPooled }

func (e *ReceivablesPooled) fold(b *Book) {
	number := e.Pool.ID.Number()
	if number > b.pools.count {
		b.pools.add(number, e.Pool)
		b.indexPool(b.pools.at(number))
	}
	p := b.pools.at(number)
	p.Members = e.Pool.Members
	b.touched(tablePool, number, &p.Entry)
	for _, member := range e.Receivables {
		r := b.receivables.at(member.Number())
		r.Pool = p.ID
		b.touched(tableReceivable, member.Number(), &r.Entry)
		b.indexPooled(r)
	}
}

// indexPool: poolOf, from table pool.
func (b *Book) indexPool(p *Pool) { b.poolOf[poolKey{p.Programme, p.Seller}] = p.ID }

// indexPooled: pooledIn, ascending, from table receivable.
func (b *Book) indexPooled(r *receivable.Receivable) {
	if r.Pool == 0 {
		return
	}
	list := b.pooledIn[r.Pool]
	if at, found := slices.BinarySearch(list, r.ID); !found {
		b.pooledIn[r.Pool] = slices.Insert(list, at, r.ID)
	}
}

// ReceivablesWithdrawn says which receivables are in a pool no longer.
type ReceivablesWithdrawn struct {
	Pool        id.Pool         `cbor:"1,keyasint"`
	Receivables []id.Receivable `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*ReceivablesWithdrawn) Kind() uint16 { return eventReceivablesWithdrawn }

func (e *ReceivablesWithdrawn) fold(b *Book) {
	p := b.pools.at(e.Pool.Number())
	p.Members -= uint32(len(e.Receivables))
	b.touched(tablePool, e.Pool.Number(), &p.Entry)
	for _, member := range e.Receivables {
		r := b.receivables.at(member.Number())
		r.Pool = 0
		b.touched(tableReceivable, member.Number(), &r.Entry)
		if b.pooledIn[p.ID] = slices.DeleteFunc(b.pooledIn[p.ID], func(one id.Receivable) bool { return one == member }); len(b.pooledIn[p.ID]) == 0 {
			delete(b.pooledIn, p.ID)
		}
	}
}

// indexDrawn: drawnOnPool, the financings that claim a pool, ascending, from table financing.
func (b *Book) indexDrawn(f *funding.Financing) {
	if f.Pool == 0 || !f.State.Claims() {
		return
	}
	list := b.drawnOnPool[f.Pool]
	if at, found := slices.BinarySearch(list, f.ID); !found {
		b.drawnOnPool[f.Pool] = slices.Insert(list, at, f.ID)
	}
}

func (b *Book) unindexDrawn(f *funding.Financing) {
	list := b.drawnOnPool[f.Pool]
	at, found := slices.BinarySearch(list, f.ID)
	switch {
	case !found || f.Pool == 0:
	case len(list) == 1:
		delete(b.drawnOnPool, f.Pool)
	default:
		b.drawnOnPool[f.Pool] = slices.Delete(list, at, at+1)
	}
}
