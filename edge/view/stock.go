package view

import (
	"encoding/json"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/intake"
	"millrace/edge/locale"
	"millrace/engine/vault"
)

// WarehouseReceipt is a quantity of goods in a keeper's store, or one that has left it. A receipt is never edited: a step consumes it
// and makes others of it.
type WarehouseReceipt struct {
	ID        string             `json:"id"`
	Number    string             `json:"number,omitempty" doc:"the keeper's own"`
	Keeper    *Ref               `json:"keeper"`
	Location  *intake.Identifier `json:"location,omitempty"`
	Lot       Lot                `json:"lot"`
	Quantity  string             `json:"quantity" doc:"in the lot's unit, up to six digits after the point"`
	Owner     *Ref               `json:"owner"`
	Lender    *Ref               `json:"lender,omitempty" doc:"who holds the pledge, or released it last"`
	Financing string             `json:"financing,omitempty" doc:"for which it is, or was last pledged"`
	Stored    string             `json:"stored" doc:"day the goods came into store"`
	State     string             `json:"state" enum:"free,pledged,released,delivered,void"`
	Stands    bool               `json:"stands" doc:"it was not consumed"`
	By        string             `json:"made_by" enum:"issue,split,merge,transfer,pledge,release,reinstate,deliver,sell,regrade,annul"`
	On        string             `json:"made_on" doc:"business date"`
	End       string             `json:"consumed_by,omitempty" doc:"step"`
	Into      []string           `json:"into,omitempty" doc:"the receipts that were made of it"`
	Like      string             `json:"like,omitempty" doc:"an earlier receipt for goods so alike that they may be the same"`
	Doubted   bool               `json:"doubted" doc:"and nobody has cleared that: it goes nowhere"`
	Entry     uint64             `json:"entry"`
}

// Lot is what kind of goods a receipt or a price is for.
type Lot struct {
	Goods   string `json:"goods" minLength:"1" maxLength:"40" example:"CU-CATHODE"`
	Quality string `json:"quality,omitempty" maxLength:"20" doc:"grade within the goods; missing where there is but one"`
	Unit    string `json:"unit" minLength:"1" maxLength:"3" doc:"UN/ECE Recommendation 20" example:"TNE"`
}

// StockPrice is what a lot cost on a day, as a source says.
type StockPrice struct {
	ID       string `json:"id"`
	Lot      Lot    `json:"lot"`
	Amount   Amount `json:"amount"`
	Per      string `json:"per" doc:"for so many units" example:"1.000000"`
	Date     string `json:"date"`
	Source   string `json:"source"`
	State    string `json:"state" enum:"proposed,live,declined"`
	Sequence uint64 `json:"sequence,omitempty" doc:"place in its series, once it counts"`
	Maker    *Ref   `json:"maker,omitempty"`
	Checker  *Ref   `json:"checker,omitempty"`
	Entry    uint64 `json:"entry"`
}

// HeldCount is a count of goods, held against the receipts that stand for them.
type HeldCount struct {
	ID        string `json:"id"`
	Movement  string `json:"movement"`
	Owner     *Ref   `json:"owner"`
	Counted   string `json:"counted"`
	Receipted string `json:"receipted" doc:"what receipts say"`
	Unit      string `json:"unit"`
	On        string `json:"on" doc:"business date"`
	Short     bool   `json:"short" doc:"less was there: the goods go nowhere until that is cleared, or a later count finds enough"`
	Cleared   bool   `json:"cleared"`
	Entry     uint64 `json:"entry"`
}

// MarginCall is a demand to bring a loan back to what its security bears.
type MarginCall struct {
	ID        string `json:"id"`
	Financing string `json:"financing,omitempty"`
	Pool      string `json:"pool,omitempty"`
	Programme string `json:"programme"`
	Seller    *Ref   `json:"seller"`
	State     string `json:"state" enum:"open,cured,lapsed"`
	Made      string `json:"made"`
	CureBy    string `json:"cure_by" doc:"last day to cure it"`
	Assessed  string `json:"assessed" doc:"day of the figures below"`
	Exposure  Amount `json:"exposure"`
	Value     Amount `json:"value" doc:"of the security, after haircuts; of a pool: what may be drawn"`
	Ratio     string `json:"ratio,omitempty" doc:"of exposure to value, per cent; missing without any value"`
	TopUp     Amount `json:"top_up" doc:"further value that would do"`
	Repay     Amount `json:"repay" doc:"or payment that would do"`
	Entry     uint64 `json:"entry"`
}

var (
	warehouseReceipts = source[inventory.Receipt]{
		table: "warehouse_receipt", state: "state", parties: []string{"keeper", "owner", "lender"},
		scope: shares(share{roles: party.WarehouseKeeper, sql: "keeper = ?"}, share{roles: party.Seller, sql: "owner = ?"}, share{roles: party.Funder, sql: "lender = ?"}),
	}
	stockPrices = source[book.StockPrice]{table: "stock_price", state: "state", scope: shares(share{roles: anyRole, sql: "state = 'live'"})}
	heldCounts  = source[book.StockCount]{
		table: "stock_count", parties: []string{"owner"},
		scope: shares(share{roles: anyRole, sql: "movement >> 16 IN (SELECT number FROM movement WHERE reporter = ?)"}, share{roles: party.Seller, sql: "owner = ?"},
			share{roles: party.Funder, sql: "owner IN (SELECT owner FROM warehouse_receipt WHERE lender = ?)"}),
	}
	marginCalls = source[book.MarginCall]{
		table: "margin_call", state: "state", parties: []string{"seller", "funder"}, programme: "programme", scope: callsSeen,
	}
)

// callsSeen: a seller sees those on its loans, a funder those on what it lends; on a pool those of its programmes.
func callsSeen(v *View, c access.Caller) (clause, error) {
	found, err := v.among(c, "pool <> 0 AND programme", party.Funder, whole)
	if err != nil {
		return found, err
	}
	own, err := shares(share{roles: party.Seller, sql: "seller = ?"}, share{roles: party.Funder, sql: "funder = ?"})(v, c)
	return clause{"(" + own.sql + ") OR (" + found.sql + ")", append(own.arguments, found.arguments...)}, err
}

// WarehouseReceipt gives a receipt that the caller sees, else ErrNotFound.
func (v *View) WarehouseReceipt(c access.Caller, of id.WarehouseReceipt) (WarehouseReceipt, error) {
	return one(v, &warehouseReceipts, c, of.Number(), (*showing).showWarehouseReceipt)
}

// WarehouseReceipts lists the receipts that the caller sees.
func (v *View) WarehouseReceipts(c access.Caller, q Query) (Page[WarehouseReceipt], error) {
	return many(v, &warehouseReceipts, c, q, (*showing).showWarehouseReceipt)
}

// StandingReceipts lists the receipts in a state that were not consumed; without a state, of goods that are still in store.
func (v *View) StandingReceipts(c access.Caller, q Query) (Page[WarehouseReceipt], error) {
	narrowed := warehouseReceipts
	narrowed.table = "(SELECT * FROM warehouse_receipt WHERE live = 1)"
	if q.State == "" {
		narrowed.table = "(SELECT * FROM warehouse_receipt WHERE live = 1 AND state IN ('free', 'pledged', 'released'))"
	}
	return many(v, &narrowed, c, q, (*showing).showWarehouseReceipt)
}

// StockPrice gives a price, else ErrNotFound. Everybody sees those that count.
func (v *View) StockPrice(c access.Caller, of id.StockPrice) (StockPrice, error) {
	return one(v, &stockPrices, c, of.Number(), (*showing).showStockPrice)
}

// StockPrices lists prices.
func (v *View) StockPrices(c access.Caller, q Query) (Page[StockPrice], error) {
	return many(v, &stockPrices, c, q, (*showing).showStockPrice)
}

// HeldCount gives a count that the caller sees, else ErrNotFound.
func (v *View) HeldCount(c access.Caller, of id.StockCount) (HeldCount, error) {
	return one(v, &heldCounts, c, of.Number(), (*showing).showHeldCount)
}

// HeldCounts lists the counts that the caller sees.
func (v *View) HeldCounts(c access.Caller, q Query) (Page[HeldCount], error) {
	return many(v, &heldCounts, c, q, (*showing).showHeldCount)
}

// MarginCall gives a margin call that the caller sees, else ErrNotFound.
func (v *View) MarginCall(c access.Caller, of id.MarginCall) (MarginCall, error) {
	return one(v, &marginCalls, c, of.Number(), (*showing).showMarginCall)
}

// MarginCalls lists the margin calls that the caller sees.
func (v *View) MarginCalls(c access.Caller, q Query) (Page[MarginCall], error) {
	return many(v, &marginCalls, c, q, (*showing).showMarginCall)
}

func lotOf(l inventory.Lot) Lot { return Lot{Goods: l.Goods, Quality: l.Quality, Unit: l.Unit} }

func (s *showing) showWarehouseReceipt(r *inventory.Receipt) WarehouseReceipt {
	shown := WarehouseReceipt{
		ID: r.ID.String(), Keeper: s.party(r.Keeper), Lot: lotOf(r.Lot), Quantity: r.Quantity.String(), Owner: s.party(r.Owner), Stored: day(r.Stored),
		State: r.Status.String(), Stands: r.Stands(), By: r.By.String(), On: day(r.On), Doubted: r.Doubted(), Entry: r.Entry,
	}
	if r.Lender != 0 {
		shown.Lender, shown.Financing = s.party(r.Lender), r.Financing.String()
	}
	if !r.Stands() {
		shown.End = r.End.String()
		for i := range uint64(r.Children) {
			shown.Into = append(shown.Into, id.Make[id.WarehouseReceipt](uint16(r.ID), r.Into.Number()+i).String())
		}
	}
	if r.Like != 0 {
		shown.Like = r.Like.String()
	}
	var texts intake.Stored
	bytes, err := s.kept(vault.Ref(r.Details))
	s.note(err)
	if json.Unmarshal(bytes, &texts) == nil && texts.Number != "" {
		shown.Number, shown.Location = texts.Number, &texts.Location
	}
	return shown
}

func (s *showing) showStockPrice(r *book.StockPrice) StockPrice {
	shown := StockPrice{
		ID: r.ID.String(), Lot: lotOf(r.Price.Lot), Amount: AmountOf(r.Price.Amount, r.Price.Currency), Per: r.Price.Per.String(), Date: day(r.Price.Date),
		Source: r.Price.Source, State: r.State.String(), Sequence: r.Price.Sequence, Entry: r.Entry,
	}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}

func (s *showing) showHeldCount(r *book.StockCount) HeldCount {
	return HeldCount{
		ID: r.ID.String(), Movement: r.Movement.String(), Owner: s.party(r.Owner), Counted: r.Counted.String(), Receipted: r.Receipted.String(),
		Unit: r.Unit.String(), On: day(r.On), Short: r.Short(), Cleared: r.Cleared != 0, Entry: r.Entry,
	}
}

func (s *showing) showMarginCall(r *book.MarginCall) MarginCall {
	k, currency := &r.Call, s.currencyOfProgramme(r.Programme)
	shown := MarginCall{
		ID: k.ID.String(), Programme: r.Programme.String(), Seller: s.party(r.Seller), State: k.State.String(), Made: day(k.Made), CureBy: day(k.CureBy),
		Assessed: day(k.Assessed), Exposure: AmountOf(k.Exposure, currency), Value: AmountOf(k.Value, currency), TopUp: AmountOf(k.TopUp, currency),
		Repay: AmountOf(k.Repay, currency), Entry: k.Entry,
	}
	if k.Ratio != inventory.RatioUnbounded {
		shown.Ratio = Percent(k.Ratio)
	}
	if r.Pool != 0 {
		shown.Pool = r.Pool.String()
	} else {
		shown.Financing = k.Financing.String()
	}
	return shown
}

// currencyOfProgramme is the currency in which a programme lends.
func (s *showing) currencyOfProgramme(p id.Programme) money.Currency {
	all, err := s.allProgrammes()
	s.note(err)
	for i := range all {
		if all[i].ID == p {
			return all[i].Currency
		}
	}
	return 0
}

var stockSteps = map[inventory.Step]string{
	inventory.Split: "%s was split", inventory.Merge: "%s was merged with others", inventory.Transfer: "%s was transferred to %s", inventory.Pledge: "%s was pledged to %s",
	inventory.Release: "%s was released from its pledge", inventory.Reinstate: "%s is held free again", inventory.Deliver: "%s was delivered",
	inventory.Sell: "%s was sold to %s", inventory.Regrade: "%s was graded anew", inventory.Annul: "%s was annulled",
}

// ofStock tells about stock and pools.
func (s *showing) ofStock(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.WarehouseReceiptIssued:
		r := &e.Receipt
		told := locale.Say("%s holds %s %s of %s for %s", s.name(r.Keeper), r.Quantity, locale.Unit(r.Lot.Unit), r.Lot.Goods, s.name(r.Owner))
		if r.Like != 0 {
			told.And("; that may be the goods of %s", r.Like)
		}
		return told.And(".")
	case *book.WarehouseReceiptsMoved:
		return s.ofStep(e)
	case *book.StockPriceProposed:
		p := &e.Price.Price
		return locale.Say("%s says that %s %s of %s cost %s on %s; that waits for a second person.", p.Source, p.Per, locale.Unit(p.Lot.Unit), p.Lot.Goods, AmountOf(p.Amount, p.Currency), p.Date)
	case *book.StockPriceDecided:
		if e.State == book.PriceDeclined {
			return locale.Say("Price %s was declined by %s.", e.Price, s.decider(e.Checker))
		}
		return locale.Say("Price %s was approved by %s and counts from now on.", e.Price, s.decider(e.Checker))
	case *book.StockCounted:
		c := &e.Count
		if c.Short() {
			return locale.Say("A count found %s %s where receipts say %s: these goods go nowhere until that is cleared.", c.Counted, locale.Unit(c.Unit.String()), c.Receipted)
		}
		return locale.Say("A count found %s %s, and receipts say %s.", c.Counted, locale.Unit(c.Unit.String()), c.Receipted)
	case *book.StockFindingCleared:
		return locale.Say("A finding about stock was cleared by %s.", s.decider(e.By))
	}
	return s.ofSecurity(e)
}

func (s *showing) ofStep(e *book.WarehouseReceiptsMoved) *locale.Text {
	moved := &e.Made[0]
	what := locale.Say("%s %s of %s", moved.Quantity, locale.Unit(moved.Lot.Unit), moved.Lot.Goods)
	switch e.Step {
	case inventory.Split:
		return locale.Say("Receipt %s was split into %d.", e.Consumed[0], len(e.Made))
	case inventory.Merge:
		return locale.Say("%d receipts were merged: %s.", len(e.Consumed), what)
	case inventory.Transfer, inventory.Sell:
		return locale.Say(stockSteps[e.Step], what, s.name(moved.Owner)).And(".")
	case inventory.Pledge:
		return locale.Say(stockSteps[e.Step], what, s.name(moved.Lender)).And(".")
	}
	return locale.Say(stockSteps[e.Step], what).And(".")
}

// findStock finds a record of stock or of a pool by its id; nil where the text names none.
func (v *View) findStock(c access.Caller, text string) (*subject, error) {
	switch id.PrefixOf(text) {
	case id.WarehouseReceipt(0).Prefix():
		return seen[id.WarehouseReceipt](v, c, &warehouseReceipts, text)
	case id.StockPrice(0).Prefix():
		return seen[id.StockPrice](v, c, &stockPrices, text)
	case id.StockCount(0).Prefix():
		return seen[id.StockCount](v, c, &heldCounts, text)
	case id.MarginCall(0).Prefix():
		return seen[id.MarginCall](v, c, &marginCalls, text)
	case id.Pool(0).Prefix():
		return seen[id.Pool](v, c, &pools, text)
	case id.Base(0).Prefix():
		return seen[id.Base](v, c, &bases, text)
	case id.Collateral(0).Prefix():
		return seen[id.Collateral](v, c, &terms, text)
	}
	return v.findSupervised(c, text)
}
