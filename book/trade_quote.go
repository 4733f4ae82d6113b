package book

import (
	"cmp"
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/trade"
)

func init() {
	registerCommand(func() act { return &QuoteTrade{} })
	permitted[commandQuoteTrade] = party.Operator | party.Seller
}

// QuoteTrade asks what the goods of a trade would bring before there is a receivable: on order, on their way, or delivered.
// The product says by the evidence that it asks for how far they must have come. The seller owes what is lent, and
// repays it by the given day; what is billed for the goods is financed later, and repays it then.
type QuoteTrade struct {
	Trade     id.Trade       `cbor:"1,keyasint"`
	Programme id.Programme   `cbor:"2,keyasint"`
	Payee     id.BankAccount `cbor:"3,keyasint"`           // a verified account of the seller
	Amount    money.Minor    `cbor:"4,keyasint,omitempty"` // of what the goods are worth at that stage and not billed; 0 for all
	Due       calendar.Date  `cbor:"5,keyasint"`
}

// Kind names the stored form.
func (*QuoteTrade) Kind() uint16 { return commandQuoteTrade }

func (c *QuoteTrade) decide(d *draft) *Rejection {
	t := d.standing(c.Trade)
	if t == nil {
		return reject("trade_unknown", "trade", "there is no trade %s", c.Trade)
	}
	if rejection := d.own(t.Seller, "trade"); rejection != nil {
		return rejection
	}
	if c.Amount < 0 || c.Amount > money.MinorMax {
		return reject("amount_invalid", "amount", "an amount is above zero; leave it out for all")
	}
	if c.Due <= d.today() || !d.near(c.Due) {
		return reject("due_date_invalid", "due", "the day on which the seller repays lies after %s, and not years from now", d.today())
	}
	use, rejection := d.eligible(d.ofTrade(t, c.Amount, c.Due), c.Programme, c.Payee)
	if rejection != nil {
		return rejection
	}
	if c.Amount > use.amount {
		return reject("amount_invalid", "amount", "of trade %s, %s is %s and not billed", t.ID, money.Amount{Minor: use.amount, Currency: use.currency}, use.stage)
	}
	return use.offer(d, funding.Financing{Trade: t.ID, Stage: use.stage, Payee: c.Payee})
}

// ofTrade is the evidence that a trade gives by itself.
func (d *draft) ofTrade(t *trade.Trade, amount money.Minor, due calendar.Date) evidence {
	return evidence{trade: t, seller: t.Seller, buyer: t.Buyer, currency: t.Currency, due: due, amount: amount}
}

// debtor is who owes the money in the first place.
func (u *use) debtor() id.Party {
	if u.receivable == nil {
		return u.seller
	}
	return u.buyer
}

// stageOf is how far goods have come by the evidence that a product asks for; 0 where that is of a receivable, or nothing.
func stageOf(required trade.Fact) funding.Stage {
	switch {
	case required&(trade.Invoiced|trade.Confirmed|trade.SelfBilled) != 0:
		return 0
	case required&(trade.Received|trade.Accepted) != 0:
		return funding.Delivered
	case required&trade.Shipped != 0:
		return funding.InTransit
	case required&trade.Ordered != 0:
		return funding.OnOrder
	}
	return 0
}

// staged asks what the product wants proved of a trade, and how much its goods are worth at the stage that this makes.
func (u *use) staged(d *draft) *Rejection {
	t, terms := u.trade, &u.product.Terms
	required := trade.Fact(terms.EvidenceOf(uint8(t.Kind)))
	if required == 0 {
		return reject("trade_kind_excluded", "trade", "the product finances no trade of the kind %s", t.Kind)
	}
	u.stage = stageOf(required)
	if u.stage == 0 || !lends(terms) || terms.Assignment == product.Sale || terms.Undertaking != product.UndertakingNone {
		return reject("product_for_receivables", "programme", "the product finances receivables: before there is one money is lent to the seller, with recourse, for evidence that goods are ordered, shipped or received")
	}
	if missing := required &^ t.Facts; missing != 0 {
		return reject("evidence_missing", "trade", "the product asks for evidence that is missing: %v", missing.Names())
	}
	all, open, known := worthAt(t, u.stage)
	if !known {
		return reject("trade_not_valued", "trade", "the lines of trade %s don't say what its goods are worth: the order names no price, or units that don't convert", t.ID)
	}
	if u.worth, u.amount = all, open; u.evidence.amount > 0 {
		u.amount = min(u.evidence.amount, open)
	}
	if u.amount <= 0 {
		return reject("nothing_outstanding", "trade", "nothing of trade %s is %s and not billed yet", t.ID, u.stage)
	}
	return nil
}

// worthAt is what the goods of a trade are worth at the prices of the order: all that have come to a stage, and of those what
// is not billed. It is not known where a line has no price, or comes in a unit that can't be compared.
func worthAt(t *trade.Trade, stage funding.Stage) (all, open money.Minor, known bool) {
	if t.Facts&trade.Ordered == 0 {
		return 0, 0, false
	}
	for _, line := range t.Comparisons() {
		ordered := line.Ordered.Quantity
		if ordered == 0 {
			continue
		}
		came := ordered
		if stage != funding.OnOrder {
			side := &line.Shipped
			if stage == funding.Delivered {
				side = &line.Received
			}
			quantity, comparable := side.Quantity.In(side.Unit, line.Ordered.Unit)
			if !comparable {
				return 0, 0, false
			}
			came = min(quantity, ordered)
		}
		billed, comparable := line.Invoiced.Quantity.In(line.Invoiced.Unit, line.Ordered.Unit)
		credited, also := line.Credited.Quantity.In(line.Credited.Unit, line.Ordered.Unit)
		if line.AtOrder <= 0 || !comparable || !also {
			return 0, 0, false
		}
		left := came
		if net := billed - credited; net > 0 {
			left -= net
		}
		value, fits := worth(came, line.AtOrder, t.Currency)
		unbilled, also := worth(left, line.AtOrder, t.Currency)
		if !fits || !also || value > money.MinorMax-all {
			return 0, 0, false
		}
		all, open = all+value, open+unbilled
	}
	return all, open, true
}

// stillStaged asks once more, before money leaves, whether the goods are where they were said to be and not billed yet.
func (d *draft) stillStaged(f *funding.Financing, p *funding.Programme) *Rejection {
	u := &use{evidence: d.evidenceIn(f), programme: p, product: d.products.at(f.Product.Number())}
	if rejection := u.staged(d); rejection != nil {
		return rejection
	}
	if u.amount < f.Amount {
		return reject("amount_changed", "financing", "only %s is left of what was to be financed", money.Amount{Minor: u.amount, Currency: f.Currency})
	}
	return nil
}

// alone refuses goods that are financed already.
func (u *use) alone(d *draft) *Rejection {
	t := u.dealing(d)
	if t == nil {
		return nil
	}
	for _, loan := range d.loansOf(t) {
		return reject("goods_financed", "trade", "the goods of trade %s are financed already, by %s while they were %s", t.ID, loan.ID, loan.Stage)
	}
	return nil
}

// loansOf are the financings that a trade secures and that are not over, the earliest stage first.
func (b *Book) loansOf(t *trade.Trade) []*funding.Financing {
	var loans []*funding.Financing
	for ; t != nil; t = b.trades.at(t.NextMerged.Number()) {
		for _, one := range b.loansOn[t.ID] {
			loans = append(loans, b.financings.at(one.Number()))
		}
	}
	slices.SortFunc(loans, func(x, y *funding.Financing) int {
		return cmp.Or(cmp.Compare(x.Stage, y.Stage), cmp.Compare(x.ID, y.ID))
	})
	return loans
}

// stageFree tells whether no other financing has the stage of a trade that one had which is over.
func (b *Book) stageFree(f *funding.Financing) bool {
	return !slices.ContainsFunc(b.loansOf(b.standing(f.Trade)), func(other *funding.Financing) bool { return other.Stage == f.Stage })
}

// addLoan: loansOn, from table financing.
func (b *Book) addLoan(f *funding.Financing) {
	if f.Trade == 0 {
		return
	}
	list := b.loansOn[f.Trade]
	if at, found := slices.BinarySearch(list, f.ID); !found {
		b.loansOn[f.Trade] = slices.Insert(list, at, f.ID)
	}
}

func (b *Book) removeLoan(f *funding.Financing) {
	list := b.loansOn[f.Trade]
	at, found := slices.BinarySearch(list, f.ID)
	switch {
	case !found:
	case len(list) == 1:
		delete(b.loansOn, f.Trade)
	default:
		b.loansOn[f.Trade] = slices.Delete(list, at, at+1)
	}
}

// repay takes money of the seller for a financing that a trade secures.
func (c *Allocate) repay(d *draft, receipt *payment.Receipt) *Rejection {
	f, rejection := d.financing(c.Financing, funding.Outstanding, funding.Overdue, funding.InRecourse)
	if rejection != nil {
		return rejection
	}
	if f.Receivable != 0 || c.Receivable != 0 || c.Holding != 0 {
		return reject("financing_of_receivable", "financing", "financing %s is repaid by what comes in on its receivable: name that alone", f.ID)
	}
	if c.Payer != BySeller {
		return reject("payer_invalid", "payer", "the seller repays what was lent to it before there was a receivable")
	}
	if receipt.Programme != f.Programme {
		return reject("programme_other", "financing", "financing %s is in programme %s", f.ID, f.Programme)
	}
	if c.Amount <= 0 || c.Amount > receipt.Left() {
		return reject("amount_invalid", "amount", "of receipt %s there is %s left", c.Receipt, money.Amount{Minor: receipt.Left(), Currency: f.Currency})
	}
	a := allocation{command: c, receipt: receipt, programme: d.programmes.at(receipt.Programme.Number())}
	a.weigh(d, f)
	if over := a.split.Seller; over > 0 {
		return reject("exceeds_owed", "amount", "on financing %s there is %s owed", f.ID, money.Amount{Minor: money.Sub(c.Amount, over), Currency: f.Currency})
	}
	// Nothing refuses after this line.
	d.serve(a.serviced)
	a.used(d)
	return nil
}
