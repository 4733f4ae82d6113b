package book

import (
	"millrace/domain/borrowing"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/money"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &ProposeCollateral{} })
	registerCommand(func() act { return &ApproveCollateral{} })
	registerEvent(func() fact { return &CollateralProposed{} })
	registerEvent(func() fact { return &CollateralApproved{} })
	permitted[commandProposeCollateral] = party.Operator | party.Funder
	permitted[commandApproveCollateral] = party.Operator | party.Funder
}

// Collateral is one version of the terms on which a programme lends against stock, against a pool, or both. A financing keeps the
// version under which it was quoted.
type Collateral struct {
	ID        id.Collateral   `cbor:"1,keyasint"`
	Programme id.Programme    `cbor:"2,keyasint"`
	State     credit.State    `cbor:"3,keyasint"`
	Stock     inventory.Terms `cbor:"4,keyasint,omitzero"`  // zero: stock is no security
	Base      borrowing.Terms `cbor:"5,keyasint,omitzero"`  // zero: no pool is
	CureDays  int32           `cbor:"6,keyasint,omitempty"` // to make an overadvance good
	Maker     id.Actor        `cbor:"7,keyasint"`
	Checker   id.Actor        `cbor:"8,keyasint,omitempty"`
	Entry     uint64          `cbor:"9,keyasint"`
}

// LendsOnStock and LendsOnPool tell what the terms are about.
func (c *Collateral) LendsOnStock() bool { return c.Stock.Currency != 0 }

// LendsOnPool tells whether a pool of receivables is security.
func (c *Collateral) LendsOnPool() bool { return c.Base.Currency != 0 }

// CureDaysMax is the most days to cure a margin call.
const CureDaysMax = 90

// ProposeCollateral proposes terms for a programme.
type ProposeCollateral struct {
	Programme id.Programme    `cbor:"1,keyasint"`
	Stock     inventory.Terms `cbor:"2,keyasint,omitzero"`
	Base      borrowing.Terms `cbor:"3,keyasint,omitzero"`
	CureDays  int32           `cbor:"4,keyasint,omitempty"` // of the base
}

// Kind names the stored form.
func (*ProposeCollateral) Kind() uint16 { return commandProposeCollateral }

func (c *ProposeCollateral) decide(d *draft) *Rejection {
	p, rejection := d.live(c.Programme)
	if rejection != nil {
		return rejection
	}
	if rejection := d.funds(p.ID); rejection != nil {
		return rejection
	}
	made := Collateral{
		ID: id.Make[id.Collateral](d.shard, d.number(tableCollateral, d.collaterals.count)), Programme: p.ID, State: credit.Proposed, Stock: c.Stock, Base: c.Base,
		CureDays: c.CureDays, Maker: d.header.Actor,
	}
	if !made.LendsOnStock() && !made.LendsOnPool() {
		return reject("collateral_invalid", "", "the terms are about stock, about a pool, or both")
	}
	for _, currency := range [...]money.Currency{c.Stock.Currency, c.Base.Currency} {
		if currency != 0 && currency != p.Currency {
			return reject("currency_differs", "currency", "the programme is in %s", p.Currency)
		}
	}
	if rejection := made.sound(); rejection != nil {
		return rejection
	}
	d.emit(&CollateralProposed{Collateral: made})
	return nil
}

// sound refuses terms that don't hold together.
func (c *Collateral) sound() *Rejection {
	if c.LendsOnStock() {
		for _, defect := range c.Stock.Defects() {
			return reject("collateral_invalid", "stock."+defect.Field, "%s %s", defect.Field, defect.Reason)
		}
		if c.Stock.CureDays > CureDaysMax {
			return reject("collateral_invalid", "stock.cure_days", "a margin call is cured in %d days at most", CureDaysMax)
		}
	}
	if c.LendsOnPool() {
		for _, defect := range c.Base.Defects() {
			return reject("collateral_invalid", "base."+defect.Field, "%s is not as it has to be: it %s", defect.Field, defect.Reason)
		}
	}
	if c.CureDays < 0 || c.CureDays > CureDaysMax {
		return reject("collateral_invalid", "cure_days", "a margin call is cured in %d days at most", CureDaysMax)
	}
	return nil
}

// funds refuses a funder that does not take part in a programme.
func (d *draft) funds(programme id.Programme) *Rejection {
	if d.isOperator() {
		return nil
	}
	for _, f := range d.programmes.at(programme.Number()).Funders {
		if f.Party == d.by() {
			return nil
		}
	}
	return reject("other_party", "programme", "this belongs to another party")
}

// ApproveCollateral puts terms in force, as a second person; the version before is replaced.
type ApproveCollateral struct {
	Collateral id.Collateral `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ApproveCollateral) Kind() uint16 { return commandApproveCollateral }

func (c *ApproveCollateral) decide(d *draft) *Rejection {
	k := d.collaterals.at(c.Collateral.Number())
	if k == nil {
		return reject("collateral_unknown", "collateral", "there are no terms %s", c.Collateral)
	}
	if rejection := d.funds(k.Programme); rejection != nil {
		return rejection
	}
	if k.State != credit.Proposed {
		return reject("collateral_state", "collateral", "the terms %s are %s", c.Collateral, k.State)
	}
	if rejection := d.second(k.Maker); rejection != nil {
		return rejection
	}
	d.emit(&CollateralApproved{Collateral: c.Collateral, Checker: d.header.Actor, Replaces: d.collateralOf[k.Programme]})
	return nil
}

// CollateralProposed says that terms were proposed.
type CollateralProposed struct {
	Collateral Collateral `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*CollateralProposed) Kind() uint16 { return eventCollateralProposed }

func (e *CollateralProposed) fold(b *Book) {
	number := e.Collateral.ID.Number()
	b.collaterals.add(number, e.Collateral)
	b.touched(tableCollateral, number, &b.collaterals.at(number).Entry)
}

// CollateralApproved says that terms are in force.
type CollateralApproved struct {
	Collateral id.Collateral `cbor:"1,keyasint"`
	Checker    id.Actor      `cbor:"2,keyasint"`
	Replaces   id.Collateral `cbor:"3,keyasint,omitempty"`
}

// Kind names the stored form.
func (*CollateralApproved) Kind() uint16 { return eventCollateralApproved }

func (e *CollateralApproved) fold(b *Book) {
	if before := b.collaterals.at(e.Replaces.Number()); before != nil {
		before.State = credit.Replaced
		b.touched(tableCollateral, e.Replaces.Number(), &before.Entry)
	}
	k := b.collaterals.at(e.Collateral.Number())
	k.State, k.Checker = credit.Live, e.Checker
	b.touched(tableCollateral, e.Collateral.Number(), &k.Entry)
	b.indexCollateral(k)
}

// indexCollateral: collateralOf, from table collateral.
func (b *Book) indexCollateral(k *Collateral) {
	if k.State == credit.Live {
		b.collateralOf[k.Programme] = k.ID
	}
}
