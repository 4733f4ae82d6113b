package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/party"
	"millrace/domain/trade"
)

func init() {
	registerCommand(func() act { return &IssueWarehouseReceipt{} })
	registerCommand(func() act { return &ClearStockFinding{} })
	registerEvent(func() fact { return &WarehouseReceiptIssued{} })
	registerEvent(func() fact { return &StockFindingCleared{} })
	permitted[commandIssueWarehouseReceipt] = party.WarehouseKeeper
	permitted[commandClearStockFinding] = party.Operator
}

// IssueWarehouseReceipt is a keeper's word that goods of another came into its store. Whoever gives it is the keeper.
type IssueWarehouseReceipt struct {
	Number   inventory.Token    `cbor:"1,keyasint"` // the keeper's own number
	Location inventory.Token    `cbor:"2,keyasint"` // as counts of stock name it
	Item     inventory.Token    `cbor:"3,keyasint"` // the goods, as counts of stock name them
	Lot      inventory.Lot      `cbor:"4,keyasint"`
	Quantity inventory.Quantity `cbor:"5,keyasint"`
	Owner    id.Party           `cbor:"6,keyasint"`
	Stored   calendar.Date      `cbor:"7,keyasint"` // day the goods came into store
	Details  [32]byte           `cbor:"8,keyasint"` // number and place in clear, in the vault
}

// The most characters of the texts of a lot.
const (
	GoodsCodeMax   = 40
	QualityCodeMax = 20
)

// Kind names the stored form.
func (*IssueWarehouseReceipt) Kind() uint16 { return commandIssueWarehouseReceipt }

func (c *IssueWarehouseReceipt) decide(d *draft) *Rejection {
	if c.Number == (inventory.Token{}) || c.Location == (inventory.Token{}) || c.Item == (inventory.Token{}) {
		return reject("token_missing", "number", "the token of number, place or goods is missing")
	}
	if rejection := checkLot(c.Lot); rejection != nil {
		return rejection
	}
	owner := d.parties.at(c.Owner.Number())
	if owner == nil {
		return reject("party_unknown", "owner", "there is no party %s", c.Owner)
	}
	if owner.State != party.Onboarded {
		return reject("party_not_onboarded", "owner", "party %s is %s", c.Owner, owner.State)
	}
	if d.groupOf(c.Owner) == d.groupOf(d.by()) {
		return reject("keeper_not_apart", "owner", "a keeper of %s's own group is none: its receipts are no security", c.Owner)
	}
	if !d.near(c.Stored) || c.Stored > d.today() {
		return reject("date_invalid", "stored", "goods came into store on the business date %s or before", d.today())
	}
	if known, found := d.receiptNumbered[keeperNumber{d.by(), c.Number}]; found {
		return reject("receipt_number_used", "number", "the keeper has used this number already, for %s", known)
	}
	r, refusal := inventory.Opening(inventory.Receipt{
		ID: id.Make[id.WarehouseReceipt](d.shard, d.number(tableWarehouseReceipt, d.stock.count)), Number: c.Number, Keeper: d.by(), Location: c.Location,
		Lot: c.Lot, Quantity: c.Quantity, Owner: c.Owner, Stored: c.Stored, On: d.today(), Made: d.header.Sequence, Item: c.Item, Details: c.Details,
		Like: d.receiptLike[goodsKeyOf(c.Owner, c.Item, c.Quantity, c.Stored)],
	})
	if refusal != 0 {
		return reject("quantity_invalid", "quantity", "a receipt is for more than nothing, and %s at most", inventory.QuantityMax)
	}
	d.emit(&WarehouseReceiptIssued{Receipt: r})
	return nil
}

// checkLot refuses a lot that can't be told from others.
func checkLot(lot inventory.Lot) *Rejection {
	visible := func(text string, most int) bool {
		for _, c := range []byte(text) {
			if c <= ' ' || c > '~' {
				return false
			}
		}
		return len(text) <= most
	}
	if lot.Goods == "" || !visible(lot.Goods, GoodsCodeMax) || !visible(lot.Quality, QualityCodeMax) {
		return reject("lot_invalid", "goods", "goods and quality are codes of visible characters of ASCII without spaces, at most %d and %d", GoodsCodeMax, QualityCodeMax)
	}
	if lot.Unit == "" || len(lot.Unit) > 3 || !isWord(lot.Unit) {
		return reject("lot_invalid", "unit", "the unit is no code of UN/ECE Recommendation 20")
	}
	return nil
}

// keeperNumber is the number that a keeper has given to a receipt.
type keeperNumber struct {
	keeper id.Party
	number inventory.Token
}

// goodsKey is what receipts for the same goods have in common, whoever keeps them.
type goodsKey struct {
	owner    id.Party
	item     inventory.Token
	quantity inventory.Quantity
	stored   calendar.Date
}

func goodsKeyOf(owner id.Party, item inventory.Token, quantity inventory.Quantity, stored calendar.Date) goodsKey {
	return goodsKey{owner, item, quantity, stored}
}

// store is a party's goods of one kind at one place. Units of one dimension are one.
type store struct {
	location inventory.Token
	owner    id.Party
	item     inventory.Token
	unit     trade.Unit
}

// storedAs is the unit in which goods are counted together.
func storedAs(code string) trade.Unit {
	unit := trade.UnitOf(code)
	if code == "" {
		unit = trade.UnitOf("C62")
	}
	if common, found := goodsUnits[unit.Dimension()]; found {
		return common
	}
	return unit
}

func storeOf(r *inventory.Receipt) store {
	return store{r.Location, r.Owner, r.Item, storedAs(r.Lot.Unit)}
}

// indexWarehouseReceipt: receiptNumbered, receiptLike, stored and pledgedFor, from table warehouse_receipt.
func (b *Book) indexWarehouseReceipt(r *inventory.Receipt) {
	if r.By == inventory.Issue {
		b.receiptNumbered[keeperNumber{r.Keeper, r.Number}] = r.ID
		b.receiptLike[goodsKeyOf(r.Owner, r.Item, r.Quantity, r.Stored)] = r.ID
	}
	if !r.Stands() {
		return
	}
	if r.Status.InStore() {
		key := storeOf(r)
		b.stored[key] = append(b.stored[key], r.ID)
	}
	if r.Status == inventory.Pledged {
		b.pledgedFor[r.Financing] = append(b.pledgedFor[r.Financing], r.ID)
	}
}

// unindexWarehouseReceipt takes a receipt that is being consumed from the lists of those that stand.
func (b *Book) unindexWarehouseReceipt(r *inventory.Receipt) {
	is := func(one id.WarehouseReceipt) bool { return one == r.ID }
	if key := storeOf(r); r.Status.InStore() {
		if b.stored[key] = slices.DeleteFunc(b.stored[key], is); len(b.stored[key]) == 0 {
			delete(b.stored, key)
		}
	}
	if r.Status == inventory.Pledged {
		if b.pledgedFor[r.Financing] = slices.DeleteFunc(b.pledgedFor[r.Financing], is); len(b.pledgedFor[r.Financing]) == 0 {
			delete(b.pledgedFor, r.Financing)
		}
	}
}

// addWarehouseReceipt puts a receipt on the shelf.
func (b *Book) addWarehouseReceipt(r inventory.Receipt) {
	number := r.ID.Number()
	b.stock.add(number, r)
	b.touched(tableWarehouseReceipt, number, &b.stock.at(number).Entry)
	b.indexWarehouseReceipt(b.stock.at(number))
}

// WarehouseReceiptIssued says that a keeper holds goods.
type WarehouseReceiptIssued struct {
	Receipt inventory.Receipt `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*WarehouseReceiptIssued) Kind() uint16 { return eventWarehouseReceiptIssued }

func (e *WarehouseReceiptIssued) fold(b *Book) { b.addWarehouseReceipt(e.Receipt) }

// ClearStockFinding is a person's word that a receipt and one like it are for different goods, or that a count which found
// too little was wrong or has been made good.
type ClearStockFinding struct {
	Receipt id.WarehouseReceipt `cbor:"1,keyasint,omitempty"`
	Count   id.StockCount       `cbor:"2,keyasint,omitempty"` // instead of a receipt
	Reason  [32]byte            `cbor:"3,keyasint"`           // in the vault
}

// Kind names the stored form.
func (*ClearStockFinding) Kind() uint16 { return commandClearStockFinding }

func (c *ClearStockFinding) decide(d *draft) *Rejection {
	if c.Reason == [32]byte{} {
		return reject("reason_missing", "reason", "say why")
	}
	if c.Count != 0 {
		count := d.stockCounts.at(c.Count.Number())
		if count == nil {
			return reject("stock_count_unknown", "count", "there is no count %s", c.Count)
		}
		if !count.Short() || count.Cleared != 0 {
			return reject("stock_finding_none", "count", "nothing stands against count %s", c.Count)
		}
		if m := d.movements.at(count.Movement.Number()); m.Sender == d.header.Actor {
			return reject("second_person", "count", "who reported the count does not clear it: a second person must")
		}
		d.emit(&StockFindingCleared{Count: c.Count, By: d.header.Actor, Reason: c.Reason})
		return nil
	}
	r := d.stock.at(c.Receipt.Number())
	if r == nil {
		return reject("warehouse_receipt_unknown", "receipt", "there is no warehouse receipt %s", c.Receipt)
	}
	if !r.Stands() || !r.Doubted() {
		return reject("stock_finding_none", "receipt", "nothing stands against receipt %s", c.Receipt)
	}
	d.emit(&StockFindingCleared{Receipt: c.Receipt, By: d.header.Actor, Reason: c.Reason})
	return nil
}

// StockFindingCleared says who has cleared a finding about stock.
type StockFindingCleared struct {
	Receipt id.WarehouseReceipt `cbor:"1,keyasint,omitempty"`
	Count   id.StockCount       `cbor:"2,keyasint,omitempty"`
	By      id.Actor            `cbor:"3,keyasint"`
	Reason  [32]byte            `cbor:"4,keyasint"`
}

// Kind names the stored form.
func (*StockFindingCleared) Kind() uint16 { return eventStockFindingCleared }

func (e *StockFindingCleared) fold(b *Book) {
	if e.Count != 0 {
		count := b.stockCounts.at(e.Count.Number())
		count.Cleared = e.By
		b.touched(tableStockCount, e.Count.Number(), &count.Entry)
		return
	}
	r := b.stock.at(e.Receipt.Number())
	r.Cleared = e.By
	b.touched(tableWarehouseReceipt, e.Receipt.Number(), &r.Entry)
}
