package book

import (
	"millrace/domain/funding"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
)

// ShortfallOf is what a shortfall is of.
type ShortfallOf uint8

// What can be short.
const (
	OfCollections ShortfallOf = iota // what a party had from collections, what is missing from a deposit, or by nobody's name
	OfFees                           // what is missing from the fees account, and fees out of collections that were paid on
	OfCover                          // the share of the party's insurer
)

// ShortfallNames are the names used in API and console, by value.
var ShortfallNames = []string{"", "fees", "cover"}

// feesShort settles what is short of fees, or of an insurer's share: those out of collections first.
func (c *SettleShortfall) feesShort(d *draft, p *funding.Programme) *Rejection {
	shorts := []feeShort{
		{ledger.CollectedShortfall, ledger.OthersFeesCollected, FeesSettled}, {ledger.FeesShortfall, ledger.FeesForOthers, FeesMadeGood},
	}
	if c.Party == p.Operator {
		shorts[0].from, shorts[1].from = ledger.OperatorFeesCollected, ledger.OperatorFees
	}
	if c.Of == OfCover {
		shorts = []feeShort{{ledger.InsurerShortfall, ledger.ForInsurer, CoverSettled}}
	}
	if rejection := c.settleable(d, p, shorts); rejection != nil {
		return rejection
	}
	// Nothing refuses after this line.
	left := c.Amount
	for _, one := range shorts {
		to := custodyKey(p, one.short, c.Party)
		amount := min(left, d.short(to))
		if amount == 0 {
			continue
		}
		left = money.Sub(left, amount)
		from := custodyKey(p, one.from, c.Party)
		if c.Receipt != 0 {
			from = custodyKey(p, ledger.CollectionUnallocated, 0)
			if c.Party == p.Operator && c.Of == OfFees {
				d.book(partyKey(c.Party, ledger.OperatorAccount, p.Currency), partyKey(c.Party, ledger.OperatorBank, p.Currency), amount)
			}
		}
		d.transfer(from, to, amount)
		if c.Receipt != 0 {
			d.cross(forward, from, to, amount, payment.Payment{Receipt: c.Receipt, Payee: c.Party})
		}
		d.propose(Measure{Programme: p.ID, Kind: one.kind, State: MeasureDone, Party: c.Party, Receipt: c.Receipt, Amount: amount})
	}
	if receipt := d.receipts.at(c.Receipt.Number()); receipt != nil {
		d.useReceipt(receipt, c.Amount)
	}
	return nil
}

// feeShort is an account of shortfalls, where what it can be set off against stands, and as what it is settled.
type feeShort struct {
	short, from ledger.Code
	kind        MeasureKind
}

func (c *SettleShortfall) settleable(d *draft, p *funding.Programme, shorts []feeShort) *Rejection {
	most := money.Minor(0)
	for _, one := range shorts {
		most = money.Add(most, d.short(custodyKey(p, one.short, c.Party)))
	}
	if most == 0 {
		return reject("shortfall_none", "party", "no shortfall of this party is open in programme %s", p.ID)
	}
	if c.Amount <= 0 || c.Amount > most {
		return reject("amount_invalid", "amount", "%s is short", money.Amount{Minor: most, Currency: p.Currency})
	}
	if c.Receipt != 0 {
		return d.receiptOver(c, p)
	}
	left := c.Amount
	for _, one := range shorts {
		amount := min(left, d.short(custodyKey(p, one.short, c.Party)))
		if free := max(0, d.available(custodyKey(p, one.from, c.Party))); amount > free {
			return reject("funds_insufficient", "amount", "%s is free in %s", money.Amount{Minor: free, Currency: p.Currency}, one.from)
		}
		left = money.Sub(left, amount)
	}
	return nil
}

// reversedAside counts what was on its way out of a receipt as used, since the bank took the receipt back: it is short like
// what had been passed on, until its payment fails.
func (d *draft) reversedAside(r *payment.Receipt, used money.Minor) {
	if r.Returning > 0 || r.Recall == payment.Recalled {
		d.emit(&ReceiptSetAside{Receipt: r.ID, State: payment.Reversed, Used: money.Add(used, r.Returning), Returned: r.Returned, Recall: r.Recall})
	}
}
