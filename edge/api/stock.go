package api

import (
	"encoding/json"
	"net/http"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/money"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
)

// Bodies about stock.
type (
	// WarehouseReceiptBody is a keeper's word that goods came into its store.
	WarehouseReceiptBody struct {
		Number   string   `json:"number" minLength:"1" maxLength:"80" doc:"the keeper's own; each once"`
		Location Placed   `json:"location" doc:"as counts of stock name it"`
		Item     *Placed  `json:"item,omitempty" doc:"the goods as counts of stock name them: scheme standard, seller, buyer or name; missing: the seller's own number, as in lot.goods"`
		Lot      view.Lot `json:"lot"`
		Quantity string   `json:"quantity" doc:"in the lot's unit, at most six digits after the point" example:"60"`
		Owner    string   `json:"owner"`
		Stored   string   `json:"stored" format:"date" doc:"day the goods came into store"`
	}
	// Placed is an identifier.
	Placed struct {
		Scheme string `json:"scheme,omitempty" maxLength:"40"`
		Value  string `json:"value" minLength:"1" maxLength:"200"`
	}
	// StockStepBody is one step with receipts.
	StockStepBody struct {
		Step      string   `json:"step" enum:"split,merge,transfer,pledge,release,reinstate,deliver,sell,regrade,annul"`
		With      []string `json:"with,omitempty" maxItems:"999" doc:"merge: the other receipts"`
		Parts     []string `json:"parts,omitempty" maxItems:"1000" doc:"split: all parts; otherwise the one part concerned, or none for the whole"`
		To        string   `json:"to,omitempty" doc:"transfer and sell: the new owner"`
		Financing string   `json:"financing,omitempty" doc:"pledge: what it secures besides"`
		Quality   string   `json:"quality,omitempty" maxLength:"20" doc:"regrade: what it is now"`
		Reason    string   `json:"reason,omitempty" maxLength:"2000" doc:"regrade and annul"`
	}
	// StockPriceBody is a price as a source says it.
	StockPriceBody struct {
		Lot    view.Lot `json:"lot"`
		Amount Amount   `json:"amount"`
		Per    string   `json:"per" doc:"for so many units" example:"1"`
		Date   string   `json:"date" format:"date"`
		Source string   `json:"source" minLength:"1" maxLength:"60"`
	}
	// DecisionOnly is a decision that needs no reason.
	DecisionOnly struct {
		Decision string `json:"decision" enum:"approve,decline"`
	}
	// ReasonOnly is a reason.
	ReasonOnly struct {
		Reason string `json:"reason" minLength:"1" maxLength:"2000"`
	}
	// QuoteStockBody asks what stock would bring.
	QuoteStockBody struct {
		Programme string   `json:"programme"`
		Receipts  []string `json:"receipts" minItems:"1" maxItems:"100" doc:"free, of one owner: acceptance pledges them"`
		Amount    *Amount  `json:"amount,omitempty" doc:"to be lent; missing: the most"`
		Payee     string   `json:"payee" doc:"a verified bank account of the owner"`
		Due       string   `json:"due" format:"date" doc:"day on which the owner repays"`
	}
)

func (s *server) registerStock() {
	getter(s, "get_warehouse_receipt", (*view.View).WarehouseReceipt)
	lister(s, "list_warehouse_receipts", (*view.View).WarehouseReceipts, "state", "party")
	getter(s, "get_stock_price", (*view.View).StockPrice)
	lister(s, "list_stock_prices", (*view.View).StockPrices, "state")
	getter(s, "get_stock_count", (*view.View).HeldCount)
	lister(s, "list_stock_counts", (*view.View).HeldCounts, "party")
	getter(s, "get_margin_call", (*view.View).MarginCall)
	lister(s, "list_margin_calls", (*view.View).MarginCalls, "state", "party", "programme")
	register(s, act[WarehouseReceiptBody, view.WarehouseReceipt]{
		name: "issue_warehouse_receipt", status: http.StatusCreated, build: buildWarehouseReceipt,
		show: shown(func(_ *book.IssueWarehouseReceipt, a *engine.Answer) id.WarehouseReceipt {
			return event[*book.WarehouseReceiptIssued](a).Receipt.ID
		}, (*view.View).WarehouseReceipt),
	})
	register(s, act[StockStepBody, view.WarehouseReceipt]{
		name: "move_warehouse_receipt", addressed: "receipts", status: http.StatusOK, build: buildStockStep,
		show: shown(func(_ *book.MoveWarehouseReceipts, a *engine.Answer) id.WarehouseReceipt {
			return event[*book.WarehouseReceiptsMoved](a).Made[0].ID
		}, (*view.View).WarehouseReceipt),
	})
	register(s, act[ReasonOnly, view.WarehouseReceipt]{
		name: "clear_warehouse_receipt", addressed: "receipt", status: http.StatusOK,
		build: func(x *call, of string, body *ReasonOnly) (book.Command, error) {
			receipt, _, err := addressed(x, of, (*view.View).WarehouseReceipt)
			if err != nil {
				return nil, err
			}
			c := &book.ClearStockFinding{Receipt: receipt}
			c.Reason, err = x.keep(intake.KindReason, x.text("reason", body.Reason, 2000))
			return c, err
		},
		show: shown(func(c *book.ClearStockFinding, _ *engine.Answer) id.WarehouseReceipt { return c.Receipt }, (*view.View).WarehouseReceipt),
	})
	register(s, act[ReasonOnly, view.HeldCount]{
		name: "clear_stock_count", addressed: "count", status: http.StatusOK,
		build: func(x *call, of string, body *ReasonOnly) (book.Command, error) {
			count, _, err := addressed(x, of, (*view.View).HeldCount)
			if err != nil {
				return nil, err
			}
			c := &book.ClearStockFinding{Count: count}
			c.Reason, err = x.keep(intake.KindReason, x.text("reason", body.Reason, 2000))
			return c, err
		},
		show: shown(func(c *book.ClearStockFinding, _ *engine.Answer) id.StockCount { return c.Count }, (*view.View).HeldCount),
	})
	register(s, act[QuoteStockBody, view.Financing]{
		name: "quote_stock", status: http.StatusCreated, build: buildQuoteStock,
		show: shown(func(_ *book.QuoteStock, a *engine.Answer) id.Financing {
			return event[*book.FinancingOpened](a).Financing.ID
		}, (*view.View).Financing),
	})
	s.registerStockPrices()
}

func buildQuoteStock(x *call, _ string, body *QuoteStockBody) (book.Command, error) {
	c := &book.QuoteStock{
		Programme: required[id.Programme](x.fields, "programme", body.Programme), Payee: required[id.BankAccount](x.fields, "payee", body.Payee), Due: x.date("due", body.Due),
	}
	for _, text := range body.Receipts {
		c.Receipts = append(c.Receipts, required[id.WarehouseReceipt](x.fields, "receipts", text))
	}
	if body.Amount != nil {
		c.Amount, _ = x.amount("amount", *body.Amount)
	}
	return c, nil
}

func (s *server) registerStockPrices() {
	register(s, act[StockPriceBody, view.StockPrice]{
		name: "propose_stock_price", status: http.StatusCreated, build: buildStockPrice,
		show: shown(func(_ *book.ProposeStockPrice, a *engine.Answer) id.StockPrice {
			return event[*book.StockPriceProposed](a).Price.ID
		}, (*view.View).StockPrice),
	})
	register(s, act[DecisionOnly, view.StockPrice]{
		name: "approve_stock_price", addressed: "price", status: http.StatusOK,
		build: func(x *call, of string, body *DecisionOnly) (book.Command, error) {
			price, _, err := addressed(x, of, (*view.View).StockPrice)
			return &book.ApproveStockPrice{Price: price, Decision: book.Decision(x.choice("decision", body.Decision, decisions))}, err
		},
		show: shown(func(c *book.ApproveStockPrice, _ *engine.Answer) id.StockPrice { return c.Price }, (*view.View).StockPrice),
	})
}

// quantity reads a quantity of goods.
func (f *fields) quantity(field, text string) inventory.Quantity {
	quantity, err := money.ParseScaled(text, inventory.QuantityDigits)
	if err != nil || quantity <= 0 || inventory.Quantity(quantity) > inventory.QuantityMax {
		f.bad(field, text, "is not a quantity above zero with at most six digits after the point")
	}
	return inventory.Quantity(quantity)
}

func buildWarehouseReceipt(x *call, _ string, body *WarehouseReceiptBody) (book.Command, error) {
	said := intake.Stored{
		Number: x.text("number", body.Number, 80), Location: intake.Identifier{Scheme: body.Location.Scheme, Value: x.text("location.value", body.Location.Value, 200)},
		Item: intake.Identifier{Scheme: "seller", Value: body.Lot.Goods},
	}
	if body.Item != nil {
		said.Item = intake.Identifier{Scheme: body.Item.Scheme, Value: x.text("item.value", body.Item.Value, 200)}
		x.choice("item.scheme", body.Item.Scheme, []string{"", "standard", "seller", "buyer", "name"})
	}
	c := &book.IssueWarehouseReceipt{
		Lot: lotIn(body.Lot), Quantity: x.quantity("quantity", body.Quantity), Owner: required[id.Party](x.fields, "owner", body.Owner),
		Stored: x.date("stored", body.Stored),
	}
	number, location, item := x.server.Intake.StockTokens(said)
	c.Number, c.Location, c.Item = number, location, item
	text, err := json.Marshal(said)
	if err != nil {
		return nil, err
	}
	c.Details, err = x.keep(intake.KindStored, string(text))
	return c, err
}

func lotIn(l view.Lot) inventory.Lot {
	return inventory.Lot{Goods: l.Goods, Quality: l.Quality, Unit: l.Unit}
}

// stockSteps are the names of steps, by value; issue is a command of its own.
var stockSteps = func() []string {
	names := []string{"", ""}
	for step := inventory.Split; step <= inventory.Annul; step++ {
		names = append(names, step.String())
	}
	return names
}()

func buildStockStep(x *call, of string, body *StockStepBody) (book.Command, error) {
	receipt, _, err := addressed(x, of, (*view.View).WarehouseReceipt)
	if err != nil {
		return nil, err
	}
	c := &book.MoveWarehouseReceipts{
		Step: inventory.Step(x.choice("step", body.Step, stockSteps)), Receipts: []id.WarehouseReceipt{receipt}, To: optional[id.Party](x.fields, "to", body.To),
		Financing: optional[id.Financing](x.fields, "financing", body.Financing), Quality: body.Quality,
	}
	for _, with := range body.With {
		other, _, err := named(x, "with", with, (*view.View).WarehouseReceipt)
		if err != nil {
			return nil, err
		}
		c.Receipts = append(c.Receipts, other)
	}
	for _, part := range body.Parts {
		c.Parts = append(c.Parts, x.quantity("parts", part))
	}
	if body.Reason != "" {
		c.Reason, err = x.keep(intake.KindReason, x.text("reason", body.Reason, 2000))
	}
	return c, err
}

func buildStockPrice(x *call, _ string, body *StockPriceBody) (book.Command, error) {
	c := &book.ProposeStockPrice{Price: inventory.Price{Lot: lotIn(body.Lot), Per: x.quantity("per", body.Per), Date: x.date("date", body.Date), Source: body.Source}}
	c.Price.Amount, c.Price.Currency = x.amount("amount", body.Amount)
	return c, nil
}
