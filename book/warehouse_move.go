package book

import (
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/money"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &MoveWarehouseReceipts{} })
	registerEvent(func() fact { return &WarehouseReceiptsMoved{} })
	permitted[commandMoveWarehouseReceipts] = party.WarehouseKeeper | party.Seller | party.Funder
}

// MoveWarehouseReceipts is one step with receipts: by their owner (split, merge, transfer, pledge), their lender (split, merge,
// release, sell) or their keeper (deliver, reinstate, regrade, annul). What is pledged for the first time is so by accepting a
// quote; here it adds to what secures a financing.
type MoveWarehouseReceipts struct {
	Step      inventory.Step        `cbor:"1,keyasint"`
	Receipts  []id.WarehouseReceipt `cbor:"2,keyasint"`           // one, but for a merge
	Parts     []inventory.Quantity  `cbor:"3,keyasint,omitempty"` // split: all parts; the others: the one part concerned, or none for the whole
	To        id.Party              `cbor:"4,keyasint,omitempty"` // transfer and sell: the new owner
	Financing id.Financing          `cbor:"5,keyasint,omitempty"` // pledge
	Quality   string                `cbor:"6,keyasint,omitempty"` // regrade: what it is now
	Reason    [32]byte              `cbor:"7,keyasint,omitzero"`  // regrade and annul: in the vault
}

// Kind names the stored form.
func (*MoveWarehouseReceipts) Kind() uint16 { return commandMoveWarehouseReceipts }

func (c *MoveWarehouseReceipts) decide(d *draft) *Rejection {
	if len(c.Receipts) == 0 || len(c.Receipts) > inventory.PartsMax || len(c.Parts) > inventory.PartsMax {
		return reject("moves_invalid", "receipts", "a step takes and makes 1 to %d receipts", inventory.PartsMax)
	}
	parents := make([]inventory.Receipt, len(c.Receipts))
	for i, wanted := range c.Receipts {
		r := d.stock.at(wanted.Number())
		if r == nil {
			return reject("warehouse_receipt_unknown", "receipts", "there is no warehouse receipt %s", wanted)
		}
		parents[i] = *r
	}
	move := inventory.Move{Step: c.Step, By: d.by(), On: d.today(), Parts: c.Parts, To: c.To, Financing: c.Financing, Quality: c.Quality}
	if c.Step == inventory.Pledge {
		if f := d.financings.at(c.Financing.Number()); f != nil {
			move.To = f.Funder
		}
	}
	children, refusal := inventory.Decide(move, parents)
	if refusal != 0 {
		return reject("warehouse_step_refused", "receipts", "to %s %s is refused: %s", c.Step, parents[0].ID, refusal)
	}
	if rejection := c.allowed(d, parents, children); rejection != nil {
		return rejection
	}
	d.moveStock(c.Step, c.Receipts, children, c.Reason)
	if c.Step == inventory.Pledge {
		d.reassess(d.financings.at(c.Financing.Number()), &children[0])
	}
	return nil
}

// allowed asks for what goes beyond the receipt itself.
func (c *MoveWarehouseReceipts) allowed(d *draft, parents, children []inventory.Receipt) *Rejection {
	switch c.Step {
	case inventory.Transfer, inventory.Pledge, inventory.Release, inventory.Deliver, inventory.Merge:
		for i := range parents {
			if rejection := d.undoubted(&parents[i]); rejection != nil {
				return rejection
			}
		}
	case inventory.Regrade, inventory.Annul:
		if c.Reason == [32]byte{} {
			return reject("reason_missing", "reason", "say why")
		}
	}
	switch c.Step {
	case inventory.Transfer, inventory.Sell:
		p := d.parties.at(c.To.Number())
		if p == nil {
			return reject("party_unknown", "to", "there is no party %s", c.To)
		}
		if p.State != party.Onboarded {
			return reject("party_not_onboarded", "to", "party %s is %s", c.To, p.State)
		}
	case inventory.Regrade:
		return checkLot(children[0].Lot)
	case inventory.Pledge:
		return d.pledgeable(c.Financing, &parents[0])
	}
	switch c.Step {
	case inventory.Release:
		return d.releasable(&parents[0], children[0].Quantity)
	case inventory.Sell:
		return d.sellable(&parents[0])
	}
	return nil
}

// undoubted refuses goods against which a finding stands: that may be on another receipt, or of which a count found too little.
func (d *draft) undoubted(r *inventory.Receipt) *Rejection {
	if r.Doubted() {
		return reject("receipt_doubted", "receipts", "%s may be for the same goods as %s: that must be cleared first", r.ID, r.Like)
	}
	if count := d.latestCount(storeOf(r)); count != nil && count.Short() && count.Cleared == 0 {
		return reject("stock_short", "receipts", "count %s found less than receipts say: that must be cleared first", count.ID)
	}
	return nil
}

// pledgeable refuses to add goods to what does not secure a financing by stock of their owner.
func (d *draft) pledgeable(financing id.Financing, r *inventory.Receipt) *Rejection {
	f, rejection := d.financing(financing, funding.Accepted, funding.Disbursing, funding.Outstanding, funding.Overdue, funding.InRecourse)
	if rejection != nil {
		return rejection
	}
	if f.Collateral == 0 || len(f.Stock) == 0 || f.Seller != r.Owner {
		return reject("financing_other_security", "financing", "financing %s is not secured by goods of %s", f.ID, r.Owner)
	}
	return nil
}

// releasable refuses to let goods go that the loan needs.
func (d *draft) releasable(r *inventory.Receipt, leaving inventory.Quantity) *Rejection {
	f := d.financings.at(r.Financing.Number())
	if !f.State.Claims() {
		return nil
	}
	terms, valuations := d.valuations(f)
	for i := range valuations {
		if valuations[i].Receipt != r.ID {
			continue
		}
		if most := terms.Releasable(d.owed(f), valuations, i); leaving > most {
			return reject("release_exceeded", "parts", "of %s at most %s may leave now; for %s to leave, %s must be paid first",
				r.ID, most, leaving, money.Amount{Minor: terms.PaymentFor(d.owed(f), valuations, i, leaving), Currency: f.Currency})
		}
	}
	return nil
}

// sellable refuses a sale before the lender may sell.
func (d *draft) sellable(r *inventory.Receipt) *Rejection {
	if f := d.financings.at(r.Financing.Number()); f.State == funding.Defaulted || f.State == funding.WrittenOff {
		return nil
	}
	call := d.marginCalls.at(d.callOf[callKey{financing: r.Financing}].Number())
	if call == nil || call.State() != inventory.CallLapsed {
		return reject("sale_early", "receipts", "goods are sold when a margin call has lapsed or the loan is in default; neither is so of financing %s", r.Financing)
	}
	return nil
}

// moveStock consumes receipts and makes others of them.
func (d *draft) moveStock(step inventory.Step, parents []id.WarehouseReceipt, children []inventory.Receipt, reason [32]byte) {
	for i := range children {
		children[i].ID = id.Make[id.WarehouseReceipt](d.shard, d.number(tableWarehouseReceipt, d.stock.count))
		children[i].Made = d.header.Sequence
	}
	d.emit(&WarehouseReceiptsMoved{Step: step, Consumed: parents, Made: children, Reason: reason})
}

// WarehouseReceiptsMoved says which receipts were made of which.
type WarehouseReceiptsMoved struct {
	Step     inventory.Step        `cbor:"1,keyasint"`
	Consumed []id.WarehouseReceipt `cbor:"2,keyasint"`
	Made     []inventory.Receipt   `cbor:"3,keyasint"` // the one that was moved first
	Reason   [32]byte              `cbor:"4,keyasint,omitzero"`
}

// Kind names the stored form.
func (*WarehouseReceiptsMoved) Kind() uint16 { return eventWarehouseReceiptsMoved }

func (e *WarehouseReceiptsMoved) fold(b *Book) {
	for _, consumed := range e.Consumed {
		r := b.stock.at(consumed.Number())
		b.unindexWarehouseReceipt(r)
		r.Consume(e.Step, e.Made[0].ID, len(e.Made), b.sequence)
		b.touched(tableWarehouseReceipt, consumed.Number(), &r.Entry)
	}
	for i := range e.Made {
		b.addWarehouseReceipt(e.Made[i])
	}
}
