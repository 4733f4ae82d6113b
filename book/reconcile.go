package book

import (
	"slices"

	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
)

func init() {
	registerCommand(func() act { return &ReconcileReceipt{} })
	registerEvent(func() fact { return &ReceiptReconciled{} })
	permitted[commandReconcileReceipt] = party.Operator
}

// ReconcileReceipt allocates what a buyer has paid to the receivables that it pays, all of them or none, each through its waterfall, and
// keeps why. What a bank kept as its charge stays owed. Given by the node it needs the programme's leave, up to the programme's amount.
type ReconcileReceipt struct {
	Receipt   id.Receipt          `cbor:"1,keyasint"`
	Parts     []payment.MatchPart `cbor:"2,keyasint"`
	Charge    money.Minor         `cbor:"3,keyasint,omitempty"` // by which the parts would be more, had no bank kept it
	Evidence  uint16              `cbor:"4,keyasint"`           // pieces of evidence, as a set
	Automatic bool                `cbor:"5,keyasint,omitempty"` // nobody has looked at it
}

// MatchPartsMax is the most receivables that one receipt pays at once.
const MatchPartsMax = 200

// Kind names the stored form.
func (*ReconcileReceipt) Kind() uint16 { return commandReconcileReceipt }

func (c *ReconcileReceipt) decide(d *draft) *Rejection {
	r := d.receipts.at(c.Receipt.Number())
	if r == nil {
		return reject("receipt_unknown", "receipt", "there is no receipt %s", c.Receipt)
	}
	if p := d.programmes.at(r.Programme.Number()); c.Automatic && (!p.AutoMatch || p.ConfirmAbove > 0 && r.Amount > p.ConfirmAbove) {
		return reject("match_needs_person", "receipt", "in programme %s a person confirms what receipt %s is for", p.ID, r.ID)
	}
	if len(c.Parts) == 0 || len(c.Parts) > MatchPartsMax || c.Charge < 0 || c.Charge > money.MinorMax {
		return reject("match_invalid", "parts", "a receipt pays 1 to %d receivables", MatchPartsMax)
	}
	var trades []id.Trade
	for i, part := range c.Parts {
		if slices.ContainsFunc(c.Parts[:i], func(other payment.MatchPart) bool { return other.Receivable == part.Receivable }) {
			return reject("match_invalid", "parts", "receivable %s is named twice", part.Receivable)
		}
		// Loans on the goods of a trade are repaid by the first of its receivables that is paid: one after the other.
		if owed := d.receivables.at(part.Receivable.Number()); owed != nil && len(d.loansOn) > 0 {
			if t := d.standing(owed.Trade); t != nil {
				if slices.Contains(trades, t.ID) && len(d.loansOf(t)) > 0 {
					return reject("match_invalid", "parts", "receivable %s is of goods that are financed themselves: allocate it alone", owed.ID)
				}
				trades = append(trades, t.ID)
			}
		}
	}
	defer func() { d.spent = 0 }()
	for _, part := range c.Parts {
		if rejection := d.allot(&Allocate{Receipt: c.Receipt, Receivable: part.Receivable, Amount: part.Amount, Payer: ByBuyer}); rejection != nil {
			return rejection
		}
		d.spent = money.Add(d.spent, part.Amount)
	}
	d.emit(&ReceiptReconciled{Receipt: c.Receipt, Match: payment.Match{Parts: c.Parts, Charge: c.Charge, Evidence: c.Evidence, Actor: d.header.Actor}})
	return nil
}

// left is a receipt less what this decision has allocated of it.
func (d *draft) left(r *payment.Receipt) *payment.Receipt {
	if d.spent == 0 {
		return r
	}
	after := *r
	after.Used = money.Add(r.Used, d.spent)
	return &after
}

// ReceiptReconciled says why a receipt was allocated as it was.
type ReceiptReconciled struct {
	Receipt id.Receipt    `cbor:"1,keyasint"`
	Match   payment.Match `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*ReceiptReconciled) Kind() uint16 { return eventReceiptReconciled }

func (e *ReceiptReconciled) fold(b *Book) {
	r := b.receipts.at(e.Receipt.Number())
	r.Match = e.Match
	b.touched(tableReceipt, e.Receipt.Number(), &r.Entry)
}
