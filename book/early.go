package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/discounting"
	"millrace/domain/feature"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/risk"
	"millrace/domain/rule"
)

func init() {
	registerCommand(func() act { return &OpenEarlyOffer{} })
	registerCommand(func() act { return &WithdrawEarlyOffer{} })
	registerCommand(func() act { return &AcceptEarlyPayment{} })
	registerEvent(func() fact { return &EarlyOfferOpened{} })
	registerEvent(func() fact { return &EarlyOfferEnded{} })
	registerEvent(func() fact { return &EarlyPaymentOpened{} })
	registerEvent(func() fact { return &EarlyPaymentMoved{} })
	permitted[commandOpenEarlyOffer] = party.Buyer | party.Anchor
	permitted[commandWithdrawEarlyOffer] = party.Buyer | party.Anchor
	permitted[commandAcceptEarlyPayment] = party.Seller
	tables[tableEarlyOffer] = held("early_offer", func(b *Book) *shelf[discounting.Offer] { return &b.earlyOffers },
		[]Column{ind("programme", Integer), col("state", Text)},
		func(r *discounting.Offer) []any { return []any{int64(r.Schedule.Programme), r.State.String()} })
	tables[tableEarlyPayment] = held("early_payment", func(b *Book) *shelf[discounting.Payment] { return &b.earlyPayments },
		[]Column{ind("offer", Integer), ind("seller", Integer), col("state", Text)},
		func(r *discounting.Payment) []any { return []any{int64(r.Offer), int64(r.Seller), r.State.String()} })
}

// The bounds of offers and early payments.
const (
	EarlyItemsMax  = 50  // debts in one payment: deciding on all of them stays within a slice
	EarlyStepsMax  = 32  // of a schedule
	EarlyNamedMax  = 500 // receivables that an offer names
	earlyBudgetMax = money.MinorMax
)

// OpenEarlyOffer is the word of a programme's anchor that it pays what it owes early, out of its own cash in the programme's
// funding account, for a discount at a rate a year.
type OpenEarlyOffer struct {
	Programme   id.Programme       `cbor:"1,keyasint"`
	Steps       []discounting.Step `cbor:"2,keyasint"`
	YieldLeast  money.Rate         `cbor:"3,keyasint,omitempty"` // that the cash must earn a year
	Budget      money.Minor        `cbor:"4,keyasint"`           // cash in all
	From        calendar.Date      `cbor:"5,keyasint"`
	Until       calendar.Date      `cbor:"6,keyasint"`
	Receivables []id.Receivable    `cbor:"7,keyasint,omitempty"` // none: it stands for all of the programme
}

// Kind names the stored form.
func (*OpenEarlyOffer) Kind() uint16 { return commandOpenEarlyOffer }

func (c *OpenEarlyOffer) decide(d *draft) *Rejection {
	p, rejection := d.live(c.Programme)
	if rejection != nil {
		return rejection
	}
	if d.by() != p.Anchor {
		return reject("other_party", "programme", "only the anchor of programme %s pays early in it", p.ID)
	}
	terms := &d.products.at(p.Product.Number()).Terms
	if !paysEarly(terms) {
		return reject("early_other_product", "programme", "the product of programme %s is financed by funders: a buyer pays early in a programme of dynamic discounting", p.ID)
	}
	offer := discounting.Offer{
		ID: id.Make[id.EarlyOffer](d.shard, d.number(tableEarlyOffer, d.earlyOffers.count)),
		Schedule: discounting.Schedule{
			Programme: p.ID, Buyer: p.Anchor, Steps: c.Steps, YieldLeast: c.YieldLeast, Currency: p.Currency, DayCount: terms.DayCount, Entry: d.header.Sequence,
		},
		Budget: c.Budget, From: c.From, Until: c.Until, Receivables: c.Receivables, State: discounting.OfferOpen, Maker: d.header.Actor,
	}
	if len(c.Steps) > EarlyStepsMax {
		return reject("early_schedule", "steps", "a schedule has %d steps at most", EarlyStepsMax)
	}
	if fault := offer.Schedule.Validate(); fault != 0 {
		return reject("early_schedule", "steps", "the schedule can't be offered: %s", fault)
	}
	for _, step := range c.Steps {
		if terms.Rate.Kind == product.RateFixed && step.Rate > terms.Rate.Fixed {
			return reject("rate_invalid", "steps", "the product takes %s a year at most", terms.Rate.Fixed)
		}
	}
	if c.Budget <= 0 || c.Budget > earlyBudgetMax {
		return reject("amount_invalid", "budget", "the budget is above zero")
	}
	if c.Until < c.From || c.Until < d.today() || !d.near(c.From) || !d.near(c.Until) {
		return reject("dates_invalid", "until", "an offer ends on the day on which it begins or later, and not before today")
	}
	if rejection := c.names(d, p); rejection != nil {
		return rejection
	}
	d.emit(&EarlyOfferOpened{Offer: offer})
	return nil
}

// names refuses receivables that are not the buyer's debts, or named twice.
func (c *OpenEarlyOffer) names(d *draft, p *funding.Programme) *Rejection {
	if len(c.Receivables) > EarlyNamedMax {
		return reject("early_items", "receivables", "an offer names %d receivables at most; without names it stands for all", EarlyNamedMax)
	}
	for i, one := range c.Receivables {
		r := d.receivables.at(one.Number())
		if r == nil {
			return reject("receivable_unknown", "receivables", "there is no receivable %s", one)
		}
		if r.Buyer != p.Anchor {
			return reject("other_party", "receivables", "receivable %s is not owed by %s", one, p.Anchor)
		}
		if slices.Contains(c.Receivables[:i], one) {
			return reject("early_items", "receivables", "receivable %s is named twice", one)
		}
	}
	return nil
}

// WithdrawEarlyOffer ends an offer at once. What was accepted stays accepted.
type WithdrawEarlyOffer struct {
	Offer id.EarlyOffer `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*WithdrawEarlyOffer) Kind() uint16 { return commandWithdrawEarlyOffer }

func (c *WithdrawEarlyOffer) decide(d *draft) *Rejection {
	o, rejection := d.earlyOffer(c.Offer)
	if rejection != nil {
		return rejection
	}
	if rejection := d.own(o.Schedule.Buyer, "offer"); rejection != nil {
		return rejection
	}
	d.emit(&EarlyOfferEnded{Offer: o.ID, State: discounting.OfferWithdrawn})
	return nil
}

// earlyOffer finds an offer that is open.
func (d *draft) earlyOffer(wanted id.EarlyOffer) (*discounting.Offer, *Rejection) {
	o := d.earlyOffers.at(wanted.Number())
	if o == nil {
		return nil, reject("early_offer_unknown", "offer", "there is no offer %s", wanted)
	}
	if o.State != discounting.OfferOpen {
		return nil, reject("early_offer_state", "offer", "offer %s is %s", wanted, o.State)
	}
	return o, nil
}

// AcceptEarlyPayment is a seller's word on a buyer's offer, for one receivable or several. The buyer's money is set aside and
// its payment instructed in the same entry; when the bank has paid, the debts end.
type AcceptEarlyPayment struct {
	Offer        id.EarlyOffer   `cbor:"1,keyasint"`
	Receivables  []id.Receivable `cbor:"2,keyasint"`
	Payee        id.BankAccount  `cbor:"3,keyasint"` // a verified account of the seller
	DiscountMost money.Minor     `cbor:"4,keyasint"` // that the seller has been shown for all together: it gives no more
}

// Kind names the stored form.
func (*AcceptEarlyPayment) Kind() uint16 { return commandAcceptEarlyPayment }

func (c *AcceptEarlyPayment) decide(d *draft) *Rejection {
	o, rejection := d.earlyOffer(c.Offer)
	if rejection != nil {
		return rejection
	}
	if len(c.Receivables) == 0 || len(c.Receivables) > EarlyItemsMax {
		return reject("early_items", "receivables", "an early payment is for 1 to %d receivables", EarlyItemsMax)
	}
	if r := d.receivables.at(c.Receivables[0].Number()); r != nil {
		if rejection := d.own(r.Seller, "receivables"); rejection != nil {
			return rejection
		}
	}
	e, uses, rejection := d.priceEarly(o, c.Receivables, c.Payee)
	if rejection != nil {
		return rejection
	}
	if rejection := d.accounted(d.programmes.at(e.Programme.Number())); rejection != nil {
		return rejection
	}
	if e.Discount > c.DiscountMost {
		return reject("terms_differ", "discount_most", "the discount is %s today", money.Amount{Minor: e.Discount, Currency: e.Currency})
	}
	// Nothing refuses after this line.
	d.payEarly(e)
	for _, u := range uses {
		u.decidedEarly(d, e.ID)
	}
	return nil
}

// payEarly sets the buyer's money aside and instructs its payment.
func (d *draft) payEarly(e *discounting.Payment) {
	p := d.programmes.at(e.Programme.Number())
	e.ID = id.Make[id.EarlyPayment](d.shard, d.number(tableEarlyPayment, d.earlyPayments.count))
	e.Hold = d.hold(fundingKey(p, e.Buyer), custodyKey(p, ledger.Outside, 0), money.Add(e.Cash, e.Fee), 0)
	e.Payment = d.instruct(p, payment.Payment{
		Programme: p.ID, Payee: e.Seller, Account: e.Payee, Hold: e.Hold, Amount: e.Cash, Currency: e.Currency, Purpose: payment.EarlyPayment, Early: e.ID,
	})
	e.State, e.Maker = discounting.Paying, d.header.Actor
	d.emit(&EarlyPaymentOpened{Payment: *e})
}

// decidedEarly puts on record what the rules that stand against an early payment have said of one receivable.
func (u *use) decidedEarly(d *draft, of id.EarlyPayment) {
	made := u.decision(d, risk.AtEarlyPayment)
	made.Outcomes = slices.DeleteFunc(made.Outcomes, func(o rule.Outcome) bool { return !concernsEvidence(o, u.found) })
	made.Verdict, made.Early = rule.Worst(made.Outcomes), of
	made.Programme, made.Product, made.Receivable, made.Seller, made.Buyer = u.programme.ID, u.product.ID, u.named(), u.seller, u.buyer
	d.emit(&DecisionMade{Decision: made})
}

// priceEarly prices receivables of one seller under an offer, each with its use, or says why they can't be paid early. It has no identity yet.
func (d *draft) priceEarly(o *discounting.Offer, wanted []id.Receivable, payee id.BankAccount) (*discounting.Payment, []*use, *Rejection) {
	var uses []*use
	if today := d.today(); today < o.From || today > o.Until {
		return nil, nil, reject("early_offer_dates", "offer", "offer %s holds from %s to %s", o.ID, o.From, o.Until)
	}
	e := &discounting.Payment{
		Offer: o.ID, Programme: o.Schedule.Programme, Buyer: o.Schedule.Buyer, Payee: payee, Priced: d.today(), Currency: o.Schedule.Currency,
	}
	for i, one := range wanted {
		if slices.Contains(wanted[:i], one) {
			return nil, nil, reject("early_items", "receivables", "receivable %s is named twice", one)
		}
		if len(o.Receivables) > 0 && !slices.Contains(o.Receivables, one) {
			return nil, nil, reject("early_items", "receivables", "offer %s does not name receivable %s", o.ID, one)
		}
		u, rejection := d.priceOneEarly(e, o, one)
		if rejection != nil {
			return nil, nil, rejection
		}
		uses = append(uses, u)
	}
	if e.Cash > o.Left() {
		return nil, nil, reject("early_budget", "offer", "of the budget of offer %s there is %s left", o.ID, money.Amount{Minor: o.Left(), Currency: e.Currency})
	}
	p := d.programmes.at(e.Programme.Number())
	if need := money.Add(e.Cash, e.Fee); d.available(fundingKey(p, e.Buyer)) < need {
		return nil, nil, reject("funds_insufficient", "offer", "the buyer has not enough money in the programme; %s is needed", money.Amount{Minor: need, Currency: e.Currency})
	}
	return e, uses, nil
}

// priceOneEarly adds one receivable to an early payment.
func (d *draft) priceOneEarly(e *discounting.Payment, o *discounting.Offer, wanted id.Receivable) (*use, *Rejection) {
	found, rejection := d.evidenceOf(wanted, 0, 0)
	if rejection != nil {
		return nil, rejection
	}
	r := found.receivable
	if e.Seller == 0 {
		e.Seller = r.Seller
	}
	if r.Seller != e.Seller {
		return nil, reject("early_items", "receivables", "an early payment is for receivables of one seller")
	}
	if rejection := d.unlent(r, "receivables"); rejection != nil {
		return nil, rejection
	}
	if r.Disputed > 0 {
		return nil, reject("early_disputed", "receivables", "the buyer disputes %s of receivable %s", money.Amount{Minor: r.Disputed, Currency: r.Currency}, r.ID)
	}
	u, rejection := d.eligible(found, e.Programme, e.Payee)
	if rejection != nil {
		return nil, rejection
	}
	if rejection := u.grounded(d, e.Buyer); rejection != nil {
		return nil, rejection
	}
	for _, outcome := range u.outcomes() {
		if concernsEvidence(outcome, u.found) {
			return nil, reject("early_refused", "receivables", "rule %s stands against paying receivable %s early", outcome.Rule, r.ID)
		}
	}
	item := discounting.Item{Receivable: r.ID, Amount: r.Outstanding()}
	quote, fault := o.Schedule.Quote(&discounting.Claim{Receivable: r.ID, Seller: r.Seller, Amount: item.Amount, Due: u.due}, d.today())
	if fault != 0 || quote.Yield < o.Schedule.YieldLeast {
		return nil, reject("early_not_priced", "receivables", "receivable %s has no price under the offer: %s", r.ID, earlyFault(fault))
	}
	fee, rejection := u.earlyFee(d, item.Amount, quote.Rate)
	if rejection != nil {
		return nil, rejection
	}
	item.Quote = quote
	e.Items = append(e.Items, item)
	e.Amount, e.Discount = money.Add(e.Amount, item.Amount), money.Add(e.Discount, quote.Discount)
	e.Cash, e.Fee = money.Add(e.Cash, quote.Cash), money.Add(e.Fee, fee)
	if e.Amount > money.MinorMax {
		return nil, reject("amount_invalid", "receivables", "these receivables add up to more than one payment holds")
	}
	return u, nil
}

func earlyFault(fault discounting.Fault) string {
	if fault == 0 {
		return "below_yield"
	}
	return fault.String()
}

// concernsEvidence tells whether an outcome stands against an early payment: one of a rule that does, or of found, the outcomes of the product's
// own clauses and the programme's.
func concernsEvidence(outcome rule.Outcome, found []rule.Outcome) bool {
	return standsEarly(outcome.Rule) || slices.ContainsFunc(found, func(o rule.Outcome) bool { return o.Rule == outcome.Rule })
}

// standsEarly tells whether a rule is about the claim itself, or about whom nobody may pay. A buyer that pays its own debt takes no credit risk, so
// what says something about that does not stand against it.
func standsEarly(code string) bool {
	switch code {
	case "possible_duplicate", "aggregate_exceeded", "trade_differences", "screening_hit", "screening_open", "owner_listed", "not_screened":
		return true
	}
	return false
}

// earlyFee is what the buyer pays to the operator, by the product; the product's tenor and caps are asked on the way.
func (u *use) earlyFee(d *draft, amount money.Minor, rate money.Rate) (money.Minor, *Rejection) {
	deal := product.Deal{Amount: amount, Invoices: 1, Grade: u.facts.BuyerGrade, Funder: rate, From: d.today(), Due: u.receivable.Due, Calendar: u.programme.Calendar}
	quotation, answer := u.product.Terms.Quote(&deal, product.Quotation{})
	if answer != product.Priced {
		return 0, reject("not_priced", "receivables", "%s: %s", answer, answer.Reason())
	}
	fee := money.Minor(0)
	for _, line := range quotation.Fees {
		fee = money.Add(fee, line.Amount)
	}
	return fee, nil
}

// paysEarly tells whether a product is paid from the buyer's own cash.
func paysEarly(terms *product.Terms) bool {
	return terms.Form == product.Full && terms.Source == product.SourceBuyer
}

// runsEarly asks of a product that is paid from the buyer's own cash what runs asks of all others.
func runsEarly(terms *product.Terms) *Rejection {
	missing := ""
	switch {
	case terms.Repayment != product.FromNobody:
		missing = "repayment, where the debt has ended"
	case terms.Assignment != product.AssignmentNone:
		missing = "an assignment, where the debt has ended"
	case terms.AdvanceRate != money.RateOne || terms.ReserveRate != 0:
		missing = "payment in part"
	case terms.Timing != product.InAdvance || terms.Rate.Kind == product.RateFloating:
		missing = "a price that is not known when the seller accepts"
	case slices.ContainsFunc(terms.Fees, func(f product.Fee) bool {
		return f.Payer != product.Buyer || f.To != product.Operator || f.When != product.AtDisbursement || f.Basis == product.FeeOnUnused || f.TaxRate != 0
	}):
		missing = "fees other than the buyer's to the operator with the payment, without tax"
	}
	if missing == "" {
		return nil
	}
	return reject("product_not_run", "product", "no programme runs on this product: it asks for %s", missing)
}

// deposits tells whether a party has a funding account in a programme: a funder, or the buyer that pays early.
func (d *draft) deposits(p *funding.Programme, depositor id.Party) bool {
	return funds(p, depositor) || depositor == p.Anchor && paysEarly(&d.products.at(p.Product.Number()).Terms)
}

// notEarly refuses a receivable for which an early payment is under way.
func (d *draft) notEarly(r *receivable.Receivable, field string) *Rejection {
	if early := d.earlyOf[r.ID]; early != 0 {
		return reject("early_payment_open", field, "receivable %s is being paid early, by %s: wait until the bank has said what became of that", r.ID, early)
	}
	return nil
}

// earlyPaid books an early payment that the bank has made, or by counter-entries one that came back.
func (d *draft) earlyPaid(p *payment.Payment, value calendar.Date, way direction) {
	e, programme := d.earlyPayments.at(p.Early.Number()), d.programmes.at(p.Programme.Number())
	post := func(debit, credit ledger.Key, amount money.Minor) {
		if way == counter {
			debit, credit = credit, debit
		}
		d.book(debit, credit, amount)
	}
	from := fundingKey(programme, e.Buyer)
	post(from, custodyKey(programme, ledger.Outside, 0), e.Cash)
	d.payFee(programme, from, custodyKey(programme, ledger.OperatorFees, programme.Operator), e.Fee, way)
	held := programmeKey(programme, e.Buyer, ledger.FundsAtCustodian)
	post(partyKey(e.Buyer, ledger.EarlyPaymentFees, e.Currency), held, e.Fee)
	post(partyKey(programme.Operator, ledger.OperatorAccount, e.Currency), partyKey(programme.Operator, ledger.FeeIncome, e.Currency), e.Fee)
	for i := range e.Items {
		item := &e.Items[i]
		r := d.receivables.at(item.Receivable.Number())
		confirmed := d.undertakenBy(r, item.Amount, way)
		fromConfirmed := min(confirmed, item.Quote.Cash)
		post(buyerKey(r, ledger.ConfirmedPayables), held, fromConfirmed)
		post(buyerKey(r, ledger.TradePayables), held, money.Sub(item.Quote.Cash, fromConfirmed))
		gained := money.Sub(confirmed, fromConfirmed)
		post(buyerKey(r, ledger.ConfirmedPayables), partyKey(r.Buyer, ledger.Purchases, r.Currency), gained)
		post(buyerKey(r, ledger.TradePayables), partyKey(r.Buyer, ledger.Purchases, r.Currency), money.Sub(item.Quote.Discount, gained))
		post(partyKey(r.Seller, ledger.SellerBank, r.Currency), sellerKey(r, ledger.TradeReceivables), item.Quote.Cash)
		post(partyKey(r.Seller, ledger.FinancingCost, r.Currency), sellerKey(r, ledger.TradeReceivables), item.Quote.Discount)
	}
	state := discounting.PaidEarly
	if way == counter {
		state = discounting.CameBack
	}
	d.emit(&EarlyPaymentMoved{Payment: e.ID, State: state, Value: value, Items: e.Items})
}

// undertakenBy is how much of a payment goes to what is irrevocably undertaken, or comes back to it.
func (d *draft) undertakenBy(r *receivable.Receivable, amount money.Minor, way direction) money.Minor {
	if r.Undertaking != receivable.Irrevocable {
		return 0
	}
	if way == forward {
		return min(amount, r.Undertaken())
	}
	after := *r
	after.Paid = money.Sub(r.Paid, amount)
	return money.Sub(after.Undertaken(), r.Undertaken())
}

// earlyBack books that the bank returned an early payment.
func (d *draft) earlyBack(p *payment.Payment) { d.earlyPaid(p, 0, counter) }

// EarlyOfferOpened says that a buyer pays early.
type EarlyOfferOpened struct {
	Offer discounting.Offer `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*EarlyOfferOpened) Kind() uint16 { return eventEarlyOfferOpened }

func (e *EarlyOfferOpened) fold(b *Book) {
	number := e.Offer.ID.Number()
	b.earlyOffers.add(number, e.Offer)
	b.touched(tableEarlyOffer, number, &b.earlyOffers.at(number).Entry)
}

// EarlyOfferEnded says that an offer is withdrawn.
type EarlyOfferEnded struct {
	Offer id.EarlyOffer          `cbor:"1,keyasint"`
	State discounting.OfferState `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*EarlyOfferEnded) Kind() uint16 { return eventEarlyOfferEnded }

func (e *EarlyOfferEnded) fold(b *Book) {
	o := b.earlyOffers.at(e.Offer.Number())
	o.State = e.State
	b.touched(tableEarlyOffer, e.Offer.Number(), &o.Entry)
}

// EarlyPaymentOpened says that a seller has accepted to be paid early, and that the payment is under way.
type EarlyPaymentOpened struct {
	Payment discounting.Payment `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*EarlyPaymentOpened) Kind() uint16 { return eventEarlyPaymentOpened }

func (e *EarlyPaymentOpened) fold(b *Book) {
	number := e.Payment.ID.Number()
	b.earlyPayments.add(number, e.Payment)
	p := b.earlyPayments.at(number)
	b.indexEarlyPayment(p)
	b.touched(tableEarlyPayment, number, &p.Entry)
	for i := range p.Items {
		of := p.Items[i].Receivable.Number()
		b.touched(tableReceivable, of, &b.receivables.at(of).Entry)
	}
	b.spend(p.Offer, p.Cash)
}

// spend adds to what of an offer's budget is spent.
func (b *Book) spend(offer id.EarlyOffer, cash money.Minor) {
	o := b.earlyOffers.at(offer.Number())
	o.Spent = money.Add(o.Spent, cash)
	b.touched(tableEarlyOffer, offer.Number(), &o.Entry)
}

// indexEarlyPayment: earlyOf, from table early_payment.
func (b *Book) indexEarlyPayment(p *discounting.Payment) {
	for i := range p.Items {
		if p.State == discounting.Paying {
			b.earlyOf[p.Items[i].Receivable] = p.ID
		}
	}
}

// EarlyPaymentMoved says what became of an early payment, and of the debts with it.
type EarlyPaymentMoved struct {
	Payment id.EarlyPayment          `cbor:"1,keyasint"`
	State   discounting.PaymentState `cbor:"2,keyasint"`
	Value   calendar.Date            `cbor:"3,keyasint,omitempty"`
	Items   []discounting.Item       `cbor:"4,keyasint,omitempty"` // the debts that ended, or are owed again
}

// Kind names the stored form.
func (*EarlyPaymentMoved) Kind() uint16 { return eventEarlyPaymentMoved }

func (e *EarlyPaymentMoved) fold(b *Book) {
	p := b.earlyPayments.at(e.Payment.Number())
	p.State = e.State
	if e.Value != 0 {
		p.Value = e.Value
	}
	b.touched(tableEarlyPayment, e.Payment.Number(), &p.Entry)
	for i := range p.Items {
		item := &p.Items[i]
		delete(b.earlyOf, item.Receivable)
		r := b.receivables.at(item.Receivable.Number())
		switch e.State {
		case discounting.PaidEarly:
			r.Paid = money.Add(r.Paid, item.Amount)
			b.closeIfPaid(r)
			b.learnPaid(r, item.Amount, p.Value)
		case discounting.CameBack:
			if r.Paid = money.Sub(r.Paid, item.Amount); r.Outstanding() > 0 {
				r.State = receivable.Open
			}
			b.learnOf(r, feature.Reversed, item.Amount)
		}
		b.touched(tableReceivable, item.Receivable.Number(), &r.Entry)
	}
	if e.State != discounting.PaidEarly {
		b.spend(p.Offer, -p.Cash)
	}
}
