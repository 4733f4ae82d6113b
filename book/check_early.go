package book

import (
	"math/big"

	"millrace/domain/discounting"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
)

// early: budgets hold, each debt is priced as its offer says, was not financed, and is paid early once; the bank's payments are in step.
func (a *audit) early() {
	b := a.b
	var spent tally[id.EarlyOffer]
	underWay := map[id.Receivable]id.EarlyPayment{}
	paid := map[id.Receivable]id.EarlyPayment{}
	for n := uint64(1); n <= b.earlyPayments.count; n++ {
		e := b.earlyPayments.at(n)
		number(a, e.ID, n, e.Entry)
		o := b.earlyOffers.at(uint64(e.Offer) >> 16)
		if o == nil || o.Schedule.Buyer != e.Buyer || o.Schedule.Programme != e.Programme || e.Priced < o.From || e.Priced > o.Until {
			a.breach("early_payment_offer", e.ID.String(), "%s is not under offer %s, or not in its days", e.ID, e.Offer)
		}
		if o != nil {
			a.earlyItems(e, o)
		}
		a.earlyStep(e)
		if e.State == discounting.Paying || e.State == discounting.PaidEarly {
			spent.add(e.Offer, e.Cash)
		}
		for i := range e.Items {
			r, among := e.Items[i].Receivable, underWay
			if e.State == discounting.PaidEarly {
				among = paid
			} else if e.State != discounting.Paying {
				continue
			}
			if other, twice := among[r]; twice {
				a.breach("early_payment_twice", r.String(), "%s and %s both pay %s", other, e.ID, r)
			}
			among[r] = e.ID
		}
	}
	for n := uint64(1); n <= b.earlyPayments.count; n++ {
		e := b.earlyPayments.at(n)
		for i := range e.Items {
			if r := e.Items[i].Receivable; e.State == discounting.Paying && b.earlyOf[r] != e.ID {
				a.breach("index_early_payments", r.String(), "the index leads from %s to %s instead of %s", r, b.earlyOf[r], e.ID)
			}
		}
	}
	if len(b.earlyOf) != len(underWay) {
		a.breach("index_early_payments", "", "%d receivables are being paid early, %d are in the index", len(underWay), len(b.earlyOf))
	}
	for n := uint64(1); n <= b.earlyOffers.count; n++ {
		o := b.earlyOffers.at(n)
		number(a, o.ID, n, o.Entry)
		if o.Spent != spent.of(o.ID) || o.Spent > o.Budget || o.Budget <= 0 || o.Until < o.From {
			a.breach("early_offer_budget", o.ID.String(), "%s says that %d of %d is spent, its payments come to %d", o.ID, o.Spent, o.Budget, spent.of(o.ID))
		}
	}
}

// earlyItems: the sums are those of the items, and each discount is amount * rate * days/basis at the rate of the schedule's step.
func (a *audit) earlyItems(e *discounting.Payment, o *discounting.Offer) {
	var amount, discount, cash money.Minor
	for i := range e.Items {
		item := &e.Items[i]
		r := a.b.receivables.at(uint64(item.Receivable) >> 16)
		amount, discount, cash = amount+item.Amount, discount+item.Quote.Discount, cash+item.Quote.Cash
		if r == nil || r.Seller != e.Seller || r.Buyer != e.Buyer || r.Currency != e.Currency || item.Amount <= 0 || item.Quote.Cash <= 0 {
			a.breach("early_payment_items", e.ID.String(), "%s does not fit receivable %s", e.ID, item.Receivable)
			continue
		}
		if e.State == discounting.Paying && r.Financing != 0 || e.State == discounting.PaidEarly && (r.Financing != 0 || r.Paid < item.Amount) {
			a.breach("early_payment_items", e.ID.String(), "%s is paid early by %s, and financed or not paid", r.ID, e.ID)
		}
		rate := money.Rate(-1)
		for _, step := range o.Schedule.Steps {
			if item.Quote.Days >= step.Days {
				rate = step.Rate
			}
		}
		part, year := o.Schedule.DayCount.Fraction(e.Priced, e.Priced.AddDays(int(item.Quote.Days)))
		twice := big.NewInt(int64(item.Amount))
		twice.Mul(twice, big.NewInt(int64(rate))).Mul(twice, big.NewInt(2*part))
		under := big.NewInt(1_000_000 * year)
		twice.Add(twice, under).Quo(twice, under.Lsh(under, 1))
		if rate != item.Quote.Rate || !twice.IsInt64() || money.Minor(twice.Int64()) != item.Quote.Discount || item.Quote.Cash+item.Quote.Discount != item.Amount {
			a.breach("early_payment_price", e.ID.String(), "the discount of %s on %s is %d at %s, its schedule gives %s at %s", e.ID, r.ID, item.Quote.Discount, item.Quote.Rate, twice, rate)
		}
	}
	if amount != e.Amount || discount != e.Discount || cash != e.Cash || e.Fee < 0 || len(e.Items) == 0 {
		a.breach("early_payment_items", e.ID.String(), "the sums of %s are not those of its items", e.ID)
	}
}

// earlyStep: the payment is the one that the early payment names, and says the same of what became of it.
func (a *audit) earlyStep(e *discounting.Payment) {
	p, h := a.b.payments.at(uint64(e.Payment)>>16), a.b.holds.at(uint64(e.Hold)>>16)
	if p == nil || h == nil || p.Early != e.ID || p.Purpose != payment.EarlyPayment || p.Amount != e.Cash || p.Hold != e.Hold || p.Account != e.Payee || h.Transfer.Amount != e.Cash+e.Fee {
		a.breach("early_payment_state", e.ID.String(), "the payment of %s is another's", e.ID)
		return
	}
	same := map[discounting.PaymentState]bool{
		discounting.Paying: underway(p.State), discounting.PaidEarly: p.State == payment.Executed,
		discounting.NotPaid: p.State == payment.Refused, discounting.CameBack: p.State == payment.Returned,
	}
	if !same[e.State] {
		a.breach("early_payment_state", e.ID.String(), "%s is %s, and its payment is %s", e.ID, e.State, p.State)
	}
}

// expectEarly: what left the buyer's funding account for its own debts, and the operator's fees.
func (a *audit) expectEarly() {
	b := a.b
	for n := uint64(1); n <= b.earlyPayments.count; n++ {
		e := b.earlyPayments.at(n)
		p := b.programmes.at(uint64(e.Programme) >> 16)
		if p == nil || e.State != discounting.PaidEarly {
			continue
		}
		a.expect(p.Custodian, p.ID, e.Buyer, ledger.Funding, e.Currency, -e.Cash-e.Fee)
		a.expect(p.Custodian, p.ID, p.Operator, ledger.OperatorFees, e.Currency, e.Fee)
		a.expect(p.Operator, 0, 0, ledger.OperatorAccount, e.Currency, e.Fee)
		a.expect(p.Operator, 0, 0, ledger.FeeIncome, e.Currency, e.Fee)
		a.expect(e.Buyer, 0, 0, ledger.EarlyPaymentFees, e.Currency, e.Fee)
	}
}
