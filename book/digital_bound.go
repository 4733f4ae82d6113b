package book

import (
	"millrace/domain/digital"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/receivable"
	"millrace/domain/trade"
)

func init() {
	registerCommand(func() act { return &BindMoney{} })
	registerCommand(func() act { return &UseBoundMoney{} })
	registerEvent(func() fact { return &MoneyBound{} })
	registerEvent(func() fact { return &BoundMoneyUsed{} })
	registerEvent(func() fact { return &BoundMoneyRefunded{} })
	permitted[commandBindMoney] = walletOwners
	permitted[commandUseBoundMoney] = walletOwners
}

// BindMoney wraps money of a wallet in conditions and gives it into the hand of a bearer, who can do nothing with it but
// meet them.
type BindMoney struct {
	From       id.Wallet          `cbor:"1,keyasint"`
	Bearer     id.Party           `cbor:"2,keyasint"`
	Refund     id.Wallet          `cbor:"3,keyasint"` // into which goes what is left when the last day is over
	Conditions digital.Conditions `cbor:"4,keyasint"`
	Amount     money.Minor        `cbor:"5,keyasint"`
}

// Kind names the stored form.
func (*BindMoney) Kind() uint16 { return commandBindMoney }

func (c *BindMoney) decide(d *draft) *Rejection {
	from, rejection := d.payingWallet(c.From, "from", c.Amount)
	if rejection != nil {
		return rejection
	}
	bearer := d.parties.at(c.Bearer.Number())
	if bearer == nil {
		return reject("party_unknown", "bearer", "there is no party %s", c.Bearer)
	}
	if bearer.State != party.Onboarded {
		return reject("party_not_onboarded", "bearer", "party %s is %s", bearer.ID, bearer.State)
	}
	refund, rejection := d.liveWallet(c.Refund, "refund")
	if rejection != nil {
		return rejection
	}
	if refund.Asset != from.Asset {
		return reject("digital_money_differs", "refund", "wallet %s holds other money, or with another holder of record", refund.ID)
	}
	if !from.Reaches(refund) {
		return reject("wallet_other_programme", "refund", "wallet %s is of programme %s: no money of programme %s goes there", refund.ID, refund.Programme, from.Programme)
	}
	if refund.Party == c.Bearer && from.Party != c.Bearer {
		return reject("bound_refund_bearer", "refund", "the bearer gets the money back only where it was the bearer's own: else it need only wait")
	}
	if rejection := c.conditions(d); rejection != nil {
		return rejection
	}
	d.transfer(d.walletMoney(from), d.boundKey(from), c.Amount)
	d.emit(&MoneyBound{Bound: digital.Bound{
		ID: id.Make[id.BoundMoney](d.shard, d.number(tableBoundMoney, d.boundMoney.count)), From: from.ID, Bearer: c.Bearer, Refund: refund.ID,
		Conditions: c.Conditions, Amount: c.Amount, Currency: d.assetOf(from).Currency, State: digital.Active, Maker: d.header.Actor,
	}})
	return nil
}

// conditions refuses conditions that can't be set.
func (c *BindMoney) conditions(d *draft) *Rejection {
	fault := c.Conditions.Validate(d.today(), c.Bearer)
	if fault == digital.Sound && !d.near(c.Conditions.Until) {
		fault = digital.BadDate
	}
	switch fault {
	case digital.Sound:
	case digital.NoPayees, digital.PayeesUnsorted:
		return reject("bound_payees", "payees", "either a class of payees, or 1 to %d of them, ascending, each once, and not the bearer", digital.PayeesMax)
	case digital.BadPurpose:
		return reject("bound_purpose", "purpose", "a purpose is a code of the form that ISO 20022's external purpose codes have, as in SUPP or GDDS")
	case digital.BadDate:
		return reject("dates_invalid", "until", "the last day is today or later, by ten years at most")
	default:
		return reject("bound_terms", "evidence", "the evidence is order, delivery or undertaking, and the portion whole or parts")
	}
	for _, payee := range c.Conditions.Payees {
		if d.parties.at(payee.Number()) == nil {
			return reject("party_unknown", "payees", "there is no party %s", payee)
		}
	}
	return nil
}

// UseBoundMoney is the bearer's payment with bound money. The payee gets plain money; what the evidence names is paid with it.
type UseBoundMoney struct {
	Bound      id.BoundMoney `cbor:"1,keyasint"`
	Payee      id.Wallet     `cbor:"2,keyasint"`
	Amount     money.Minor   `cbor:"3,keyasint"`
	Purpose    string        `cbor:"4,keyasint"`
	Trade      id.Trade      `cbor:"5,keyasint,omitempty"` // with an order that is not billed: an advance on it
	Receivable id.Receivable `cbor:"6,keyasint,omitempty"` // that is paid
}

// Kind names the stored form.
func (*UseBoundMoney) Kind() uint16 { return commandUseBoundMoney }

func (c *UseBoundMoney) decide(d *draft) *Rejection {
	w := d.boundMoney.at(c.Bound.Number())
	if w == nil {
		return reject("bound_unknown", "bound", "there is no bound money %s", c.Bound)
	}
	if w.Bearer != d.by() {
		return reject("other_party", "bound", "only its bearer pays with bound money")
	}
	if w.State != digital.Active {
		return reject("bound_state", "bound", "bound money %s is %s", w.ID, w.State)
	}
	from := d.wallets.at(w.From.Number())
	if p := d.programmes.at(from.Programme.Number()); p != nil && p.Stopped {
		return reject("programme_stopped", "bound", "programme %s is stopped: a shortfall is open", p.ID)
	}
	payee, rejection := d.liveWallet(c.Payee, "payee")
	if rejection != nil {
		return rejection
	}
	if payee.Asset != from.Asset {
		return reject("digital_money_differs", "payee", "wallet %s holds other money, or with another holder of record", payee.ID)
	}
	if !from.Reaches(payee) {
		return reject("wallet_other_programme", "payee", "wallet %s is of programme %s: no money of programme %s goes there", payee.ID, payee.Programme, from.Programme)
	}
	evidence, rejection := c.evidence(d, w, payee)
	if rejection != nil {
		return rejection
	}
	if rejection := c.meets(d, w, payee, evidence); rejection != nil {
		return rejection
	}
	d.transfer(d.boundKey(from), d.walletMoney(payee), c.Amount)
	if r := d.receivables.at(c.Receivable.Number()); r != nil {
		d.payWith(r, c.Amount)
	}
	d.emit(&BoundMoneyUsed{Use: digital.Use{
		ID: id.Make[id.BoundUse](d.shard, d.number(tableBoundUse, d.boundUses.count)), Bound: w.ID, Payee: payee.ID, Amount: c.Amount,
		Trade: c.Trade, Receivable: c.Receivable, Purpose: c.Purpose, Evidence: evidence, Date: d.today(),
	}})
	return nil
}

// meets refuses a use that the conditions don't allow.
func (c *UseBoundMoney) meets(d *draft, w *digital.Bound, payee *digital.Wallet, evidence digital.Evidence) *Rejection {
	pair := d.pairOf[pairKey{payee.Party, w.Bearer}]
	fault := w.Conditions.Judge(digital.Attempt{
		Payee: payee.Party, Supplier: pair != 0 && d.pairs.at(pair).Trades > 0, Purpose: c.Purpose, Date: d.today(), Evidence: evidence,
		Amount: c.Amount, Left: w.Left(),
	})
	switch fault {
	case digital.OtherPayee:
		return reject("bound_other_payee", "payee", "this money may not go to %s", payee.Party)
	case digital.OtherPurpose:
		return reject("bound_other_purpose", "purpose", "this money is for %s", w.Conditions.Purpose)
	case digital.TooLate:
		return reject("bound_expired", "bound", "the last day of bound money %s was %s", w.ID, w.Conditions.Until)
	case digital.TooLittleEvidence:
		return reject("bound_evidence", "receivable", "this money is for what has %s on record; here it is %s", w.Conditions.Evidence, evidence)
	case digital.TooMuch:
		return reject("amount_invalid", "amount", "of bound money %s there is %s left", w.ID, money.Amount{Minor: w.Left(), Currency: w.Currency})
	case digital.NotWhole:
		return reject("bound_whole", "amount", "bound money %s is used whole: %s", w.ID, money.Amount{Minor: w.Left(), Currency: w.Currency})
	}
	return nil
}

// evidence judges what a use names: an order that is not billed, or a debt, of the bearer to the payee.
func (c *UseBoundMoney) evidence(d *draft, w *digital.Bound, payee *digital.Wallet) (digital.Evidence, *Rejection) {
	if (c.Trade == 0) == (c.Receivable == 0) {
		return 0, reject("bound_evidence_named", "trade", "a use names the order's trade, or the receivable that it pays")
	}
	if c.Trade != 0 {
		return c.advance(d, w, payee)
	}
	r := d.receivables.at(c.Receivable.Number())
	if r == nil {
		return 0, reject("receivable_unknown", "receivable", "there is no receivable %s", c.Receivable)
	}
	if r.Buyer != w.Bearer || r.Seller != payee.Party {
		return 0, reject("debt_other_parties", "receivable", "receivable %s is no debt of party %s to party %s", r.ID, w.Bearer, payee.Party)
	}
	if r.Currency != w.Currency {
		return 0, reject("currency_differs", "receivable", "receivable %s is in %s", r.ID, r.Currency)
	}
	if r.Financing != 0 || r.Certificate != 0 || r.Pool != 0 {
		return 0, reject("debt_not_free", "receivable", "receivable %s is financed, or travels in a certificate itself", r.ID)
	}
	if rejection := d.unlent(r, "receivable"); rejection != nil {
		return 0, rejection
	}
	if rejection := d.notEarly(r, "receivable"); rejection != nil {
		return 0, rejection
	}
	if rejection := d.notHeld(r, "receivable"); rejection != nil {
		return 0, rejection
	}
	if rejection := d.unoffered(r, "receivable"); rejection != nil {
		return 0, rejection
	}
	if left := r.Unclaimed(); r.State != receivable.Open || c.Amount > left {
		return 0, reject("debt_exceeded", "receivable", "of receivable %s there is %s left to pay", r.ID, money.Amount{Minor: left, Currency: r.Currency})
	}
	if r.Undertaking.Binds() {
		return digital.OnUndertake, nil
	}
	return digital.OnDelivery, nil
}

// advance judges an order: its goods, at the prices of the order and as far as they are not billed, bound all advances on it.
func (c *UseBoundMoney) advance(d *draft, w *digital.Bound, payee *digital.Wallet) (digital.Evidence, *Rejection) {
	t := d.standing(c.Trade)
	if t == nil {
		return 0, reject("trade_unknown", "trade", "there is no trade %s", c.Trade)
	}
	if t.Buyer != w.Bearer || t.Seller != payee.Party {
		return 0, reject("debt_other_parties", "trade", "trade %s is not between party %s and party %s", t.ID, w.Bearer, payee.Party)
	}
	if !t.Facts.Has(trade.Ordered) {
		return 0, reject("bound_evidence", "trade", "no order of trade %s is on record", t.ID)
	}
	if t.Currency != w.Currency {
		return 0, reject("currency_differs", "trade", "trade %s is in %s", t.ID, t.Currency)
	}
	_, open, known := worthAt(t, funding.OnOrder)
	if !known {
		return 0, reject("trade_not_valued", "trade", "the lines of trade %s don't say what its goods are worth", t.ID)
	}
	if left := money.Sub(open, d.advanced(t)); c.Amount > left {
		return 0, reject("bound_advance_exceeded", "amount", "of trade %s, %s is ordered, not billed and not paid in advance", t.ID, money.Amount{Minor: max(0, left), Currency: w.Currency})
	}
	return digital.OnOrder, nil
}

// advanced is what bound money has paid in advance on a trade, and on those that went into it.
func (b *Book) advanced(t *trade.Trade) money.Minor {
	sum := money.Minor(0)
	for ; t != nil; t = b.trades.at(t.NextMerged.Number()) {
		sum = money.Add(sum, b.advancedOn[t.ID])
	}
	return sum
}

// payWith books that a debt was paid with digital money.
func (d *draft) payWith(r *receivable.Receivable, amount money.Minor) {
	after := *r
	d.paysDebt(r, &after, &payment.Receipt{Value: d.today()}, amount)
	d.book(partyKey(r.Seller, ledger.SellerBank, r.Currency), sellerKey(r, ledger.TradeReceivables), amount)
}

// MoneyBound says that money was wrapped.
type MoneyBound struct {
	Bound digital.Bound `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*MoneyBound) Kind() uint16 { return eventMoneyBound }

func (e *MoneyBound) fold(b *Book) {
	number := e.Bound.ID.Number()
	b.boundMoney.add(number, e.Bound)
	w := b.boundMoney.at(number)
	b.indexBound(w)
	b.touched(tableBoundMoney, number, &w.Entry)
}

// BoundMoneyUsed says that bound money became a payee's plain money.
type BoundMoneyUsed struct {
	Use digital.Use `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*BoundMoneyUsed) Kind() uint16 { return eventBoundMoneyUsed }

func (e *BoundMoneyUsed) fold(b *Book) {
	number := e.Use.ID.Number()
	b.boundUses.add(number, e.Use)
	u := b.boundUses.at(number)
	b.indexBoundUse(u)
	b.touched(tableBoundUse, number, &u.Entry)
	w := b.boundMoney.at(e.Use.Bound.Number())
	if w.Used = money.Add(w.Used, e.Use.Amount); w.Left() == 0 {
		w.State = digital.Spent
	}
	b.touched(tableBoundMoney, w.ID.Number(), &w.Entry)
}

// BoundMoneyRefunded says that what was left of bound money went to whom it was to go.
type BoundMoneyRefunded struct {
	Bound  id.BoundMoney `cbor:"1,keyasint"`
	Amount money.Minor   `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*BoundMoneyRefunded) Kind() uint16 { return eventBoundMoneyRefunded }

func (e *BoundMoneyRefunded) fold(b *Book) {
	w := b.boundMoney.at(e.Bound.Number())
	w.Refunded, w.State = money.Add(w.Refunded, e.Amount), digital.Refunded
	b.touched(tableBoundMoney, e.Bound.Number(), &w.Entry)
}
