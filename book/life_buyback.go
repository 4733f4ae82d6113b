package book

import (
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/servicing"
)

func init() {
	registerCommand(func() act { return &BuyBack{} })
	permitted[commandBuyBack] = party.Operator
}

// BuyBack lets the seller buy its receivable back with money of its own: the price is all that is owed on the receipt's value
// date. The receivable is the seller's again, and free of the claim.
type BuyBack struct {
	Receipt   id.Receipt   `cbor:"1,keyasint"`
	Financing id.Financing `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*BuyBack) Kind() uint16 { return commandBuyBack }

func (c *BuyBack) decide(d *draft) *Rejection {
	f, rejection := d.financing(c.Financing, funding.Outstanding, funding.Overdue, funding.InRecourse, funding.Defaulted)
	if rejection != nil {
		return rejection
	}
	receipt, rejection := d.receiptFor(c.Receipt, f)
	if rejection != nil {
		return rejection
	}
	if f.Holding != 0 {
		return reject("certificated", "financing", "financing %s is of a holding, which goes back by itself", f.ID)
	}
	if rejection := together(f); rejection != nil {
		return rejection
	}
	if rejection := d.notReplaced(f); rejection != nil {
		return rejection
	}
	if rejection := d.noInsurer(f); rejection != nil {
		return rejection
	}
	r := d.receivables.at(f.Receivable.Number())
	if r != nil && r.Outstanding() == 0 {
		return reject("nothing_outstanding", "financing", "nothing is outstanding on receivable %s", r.ID)
	}
	bought := d.bought(f, receipt)
	price := bought.Amount
	if price == 0 {
		return reject("nothing_owed", "financing", "nothing is owed on financing %s: close it", f.ID)
	}
	if price > receipt.Left() {
		return reject("price_unpaid", "receipt", "the price on %s is %s; %s is left of receipt %s", bought.Value, money.Amount{Minor: price, Currency: f.Currency},
			money.Amount{Minor: receipt.Left(), Currency: f.Currency}, receipt.ID)
	}
	if rejection := d.room(f); rejection != nil {
		return rejection
	}
	// Nothing refuses after this line.
	d.cover(f, f.Uncovered, 0)
	facts := []servicing.Fact{bought}
	if f.Besides.Held > 0 { // and given out
		facts = append(facts, servicing.Fact{Kind: servicing.Closed, Value: max(bought.Value, d.today())})
	}
	d.serve(d.weigh(f, facts...))
	d.useReceipt(receipt, price)
	d.liftPledges(f)
	d.emit(&FinancingMoved{Financing: f.ID, State: funding.BoughtBack})
	if r != nil {
		d.emit(&ReceivableReassigned{Reassignment: legal.Returned{
			ID: id.Make[id.Reassignment](d.shard, d.number(tableReassignment, d.reassignments.count)), Financing: f.ID, Receivable: r.ID,
			From: f.Funder, To: r.Seller, Amount: r.Outstanding(), Date: d.today(), Maker: d.header.Actor,
		}})
	}
	return nil
}

// bought is the buyback with its price: from the receipt's value date on, or the first day on which it comes after all the
// money that is on record already.
func (d *draft) bought(f *funding.Financing, receipt *payment.Receipt) servicing.Fact {
	terms, known := d.terms(f), d.history(nil, f)
	fact := servicing.Fact{Kind: servicing.BoughtBack, Party: servicing.Seller, Value: receipt.Value, Bank: receipt.ID.Number()}
	for i := range known {
		kind := known[i].Kind
		if known[i].Value > fact.Value {
			fact.Value = known[i].Value
		}
		if (kind == servicing.Received || kind == servicing.Reversed) && servicing.Compare(known[i], fact) > 0 {
			fact.Value = known[i].Value.AddDays(1)
		}
	}
	p := servicing.Run(&terms, known).At(&terms, fact.Value)
	fact.Amount, _ = p.BuybackPrice(&terms)
	return fact
}

// receiptFor finds a receipt of which something can be used for a financing, or refuses.
func (d *draft) receiptFor(wanted id.Receipt, f *funding.Financing) (*payment.Receipt, *Rejection) {
	receipt := d.receipts.at(wanted.Number())
	if receipt == nil {
		return nil, reject("receipt_unknown", "receipt", "there is no receipt %s", wanted)
	}
	if receipt.State != payment.Unallocated || receipt.Funder != 0 {
		return nil, reject("receipt_state", "receipt", "receipt %s is not open to allocation", wanted)
	}
	if rejection := recalled(receipt); rejection != nil {
		return nil, rejection
	}
	if receipt.Programme != f.Programme {
		return nil, reject("programme_other", "receipt", "receipt %s came into programme %s", wanted, receipt.Programme)
	}
	return receipt, nil
}

// useReceipt notes how much more of a receipt is allocated.
func (d *draft) useReceipt(receipt *payment.Receipt, amount money.Minor) {
	moved := &ReceiptMoved{Receipt: receipt.ID, State: payment.Unallocated, Used: money.Add(receipt.Used, amount)}
	if moved.Used == receipt.Amount {
		moved.State = payment.Allocated
	}
	d.emit(moved)
}
