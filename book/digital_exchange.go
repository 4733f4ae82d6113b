package book

import (
	"millrace/domain/certificate"
	"millrace/domain/digital"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &OfferExchange{} })
	registerCommand(func() act { return &AcceptExchange{} })
	registerCommand(func() act { return &EndExchange{} })
	registerEvent(func() fact { return &ExchangeOffered{} })
	registerEvent(func() fact { return &ExchangeMoved{} })
	permitted[commandOfferExchange] = walletOwners
	permitted[commandAcceptExchange] = walletOwners
	permitted[commandEndExchange] = walletOwners
}

// OfferExchange offers a whole holding of a certificate to a named buyer for a price in digital money. It sets nothing
// aside: when the buyer accepts, both move or neither.
type OfferExchange struct {
	Holding    id.Holding  `cbor:"1,keyasint"`
	Wallet     id.Wallet   `cbor:"2,keyasint"` // of the holder, into which the price goes
	Buyer      id.Party    `cbor:"3,keyasint"`
	Price      money.Minor `cbor:"4,keyasint"` // at most the holding's amount
	Expires    int64       `cbor:"5,keyasint"` // stamp in microseconds
	Signatures []Signature `cbor:"6,keyasint"`
	verified
}

// Kind names the stored form.
func (*OfferExchange) Kind() uint16 { return commandOfferExchange }

// Statement is what the holder's signatories sign.
func (c *OfferExchange) Statement() []byte {
	s := newStatement("offer holding against digital money", 1)
	s.line("holding", c.Holding)
	s.line("wallet", c.Wallet)
	s.line("buyer", c.Buyer)
	s.line("price", c.Price)
	s.line("expires", c.Expires)
	return s.bytes()
}

// Verify compares the signatures with the statement.
func (c *OfferExchange) Verify() *Rejection { return c.verify(c.Statement(), c.Signatures...) }

func (c *OfferExchange) decide(d *draft) *Rejection {
	c.must()
	w, rejection := d.ownWallet(c.Wallet, "wallet")
	if rejection != nil {
		return rejection
	}
	h, k, rejection := d.exchangeable(c.Holding, w.Party, c.Buyer)
	if rejection != nil {
		return rejection
	}
	if open := d.exchangeOf[h.ID]; open != 0 {
		return reject("exchange_open", "holding", "holding %s is on offer already, by %s", h.ID, open)
	}
	asset := d.assetOf(w)
	if asset.Currency != k.Currency {
		return reject("currency_differs", "wallet", "certificate %s is in %s", k.ID, k.Currency)
	}
	if c.Price <= 0 || c.Price > h.Amount {
		return reject("exchange_price", "price", "the price is above zero, and at most %s", money.Amount{Minor: h.Amount, Currency: k.Currency})
	}
	if c.Expires <= d.header.At || c.Expires > d.header.At+offerMax {
		return reject("expiry_invalid", "expires", "an offer ends within 90 days from now")
	}
	if rejection := d.signed(c.Signatures, w.Party, mandate.Dispose, money.Amount{Minor: h.Amount, Currency: k.Currency}); rejection != nil {
		return rejection
	}
	d.emit(&ExchangeOffered{Exchange: digital.Exchange{
		ID: id.Make[id.Exchange](d.shard, d.number(tableExchange, d.exchanges.count)), Holding: h.ID, Seller: w.ID, Buyer: c.Buyer, Asset: asset.ID,
		Amount: h.Amount, Price: c.Price, Currency: k.Currency, Expires: c.Expires, State: digital.Offered, Maker: d.header.Actor,
	}})
	return nil
}

// exchangeable finds a live holding that its free holder can sell to a buyer.
func (d *draft) exchangeable(wanted id.Holding, holder, buyer id.Party) (*certificate.Holding, *certificate.Certificate, *Rejection) {
	h := d.holdings.at(wanted.Number())
	if h == nil {
		return nil, nil, reject("holding_unknown", "holding", "there is no holding %s", wanted)
	}
	if !h.Live() {
		return nil, nil, reject("holding_spent", "holding", "holding %s was consumed: %s, entry %d", h.ID, h.End, h.Spent)
	}
	if h.Controller() != holder {
		return nil, nil, reject("not_controller", "holding", "holding %s is controlled by party %s", h.ID, h.Controller())
	}
	if h.Status != certificate.Free {
		return nil, nil, reject("holding_status", "holding", "holding %s is %s: to deliver it, it has to be %s", h.ID, h.Status, certificate.Free)
	}
	k := d.certificates.at(h.Certificate.Number())
	if k.Law == certificate.China {
		rejection := reject("law_refuses", "holding", "certificate %s passes between companies in payment of their trade, and is not sold for money", k.ID)
		rejection.Citation = "Yinfa [2025] No. 77, real trade"
		return nil, nil, rejection
	}
	if h.Tier >= k.TiersMax {
		return nil, nil, reject("tiers_exceeded", "holding", "certificate %s goes through %d hands at most", k.ID, k.TiersMax)
	}
	p := d.parties.at(buyer.Number())
	if p == nil {
		return nil, nil, reject("party_unknown", "buyer", "there is no party %s", buyer)
	}
	if p.State != party.Onboarded {
		return nil, nil, reject("party_not_onboarded", "buyer", "party %s is %s", p.ID, p.State)
	}
	if buyer == holder || buyer == k.Issuer {
		return nil, nil, reject("payee_invalid", "buyer", "a holding goes to another party than its holder and its issuer")
	}
	return h, k, nil
}

// AcceptExchange is the buyer's word: the holding becomes its own and the price the seller's, in one entry.
type AcceptExchange struct {
	Exchange   id.Exchange `cbor:"1,keyasint"`
	Wallet     id.Wallet   `cbor:"2,keyasint"` // of the buyer
	Price      money.Minor `cbor:"3,keyasint"` // as offered: it is what is signed
	Signatures []Signature `cbor:"4,keyasint"`
	verified
}

// Kind names the stored form.
func (*AcceptExchange) Kind() uint16 { return commandAcceptExchange }

// Statement is what the buyer's signatories sign.
func (c *AcceptExchange) Statement() []byte {
	s := newStatement("accept holding against digital money", 1)
	s.line("exchange", c.Exchange)
	s.line("wallet", c.Wallet)
	s.line("price", c.Price)
	return s.bytes()
}

// Verify compares the signatures with the statement.
func (c *AcceptExchange) Verify() *Rejection { return c.verify(c.Statement(), c.Signatures...) }

func (c *AcceptExchange) decide(d *draft) *Rejection {
	c.must()
	x, rejection := d.exchange(c.Exchange)
	if rejection != nil {
		return rejection
	}
	if x.Buyer != d.by() {
		return reject("other_party", "exchange", "%s is offered to another party", x.ID)
	}
	if d.header.At >= x.Expires {
		return reject("offer_expired", "exchange", "the offer %s has expired", x.ID)
	}
	if c.Price != x.Price {
		return reject("terms_differ", "price", "the price is %s", money.Amount{Minor: x.Price, Currency: x.Currency})
	}
	payer, rejection := d.payingWallet(c.Wallet, "wallet", x.Price)
	if rejection != nil {
		return rejection
	}
	seller, rejection := d.liveWallet(x.Seller, "exchange")
	if rejection != nil {
		return rejection
	}
	if payer.Asset != x.Asset {
		return reject("digital_money_differs", "wallet", "wallet %s holds other money, or with another holder of record", payer.ID)
	}
	if rejection := reaches(payer, seller, "wallet"); rejection != nil {
		return rejection
	}
	h, k, rejection := d.exchangeable(x.Holding, seller.Party, x.Buyer)
	if rejection != nil {
		return rejection
	}
	if rejection := d.signed(c.Signatures, x.Buyer, mandate.Accept, money.Amount{Minor: h.Amount, Currency: k.Currency}); rejection != nil {
		return rejection
	}
	d.swap(x, h, k, payer, seller)
	return nil
}

// swap moves holding and money. What the price is below the amount costs the seller, and takes off the buyer's cost.
func (d *draft) swap(x *digital.Exchange, h *certificate.Holding, k *certificate.Certificate, payer, seller *digital.Wallet) {
	made := certificate.Holding{
		ID: id.Make[id.Holding](d.shard, d.number(tableHolding, d.holdings.count)), Certificate: h.Certificate, Parent: h.ID, Holder: x.Buyer, Amount: h.Amount,
		Status: certificate.Free, By: certificate.Deliver, Unpaid: h.Unpaid, Tier: h.Tier + 1, Exchange: x.ID,
	}
	d.emit(&HoldingsMoved{Spent: []Spending{{h.ID, certificate.Deliver}}, Made: []certificate.Holding{made}})
	d.transfer(d.walletMoney(payer), d.walletMoney(seller), x.Price)
	d.book(issuerKey(k, h.Holder), issuerKey(k, x.Buyer), h.Amount)
	below := money.Sub(h.Amount, x.Price)
	d.book(partyKey(h.Holder, ledger.SellerBank, k.Currency), holderKey(k, h.Holder), x.Price)
	d.book(partyKey(h.Holder, ledger.FinancingCost, k.Currency), holderKey(k, h.Holder), below)
	d.book(holderKey(k, x.Buyer), partyKey(x.Buyer, ledger.SellerBank, k.Currency), x.Price)
	d.book(holderKey(k, x.Buyer), partyKey(x.Buyer, ledger.FinancingCost, k.Currency), below)
	d.emit(&ExchangeMoved{Exchange: x.ID, State: digital.Settled, Payer: payer.ID, Made: made.ID})
}

// EndExchange withdraws an offer, by who made it, or declines it, by whom it was made to.
type EndExchange struct {
	Exchange id.Exchange `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*EndExchange) Kind() uint16 { return commandEndExchange }

func (c *EndExchange) decide(d *draft) *Rejection {
	x, rejection := d.exchange(c.Exchange)
	if rejection != nil {
		return rejection
	}
	state := digital.Rejected
	if d.by() != x.Buyer {
		if d.by() != d.wallets.at(x.Seller.Number()).Party {
			return reject("other_party", "exchange", "%s is between other parties", x.ID)
		}
		state = digital.Withdrawn
	}
	d.emit(&ExchangeMoved{Exchange: x.ID, State: state})
	return nil
}

// exchange finds an exchange that is on offer.
func (d *draft) exchange(wanted id.Exchange) (*digital.Exchange, *Rejection) {
	x := d.exchanges.at(wanted.Number())
	if x == nil {
		return nil, reject("exchange_unknown", "exchange", "there is no exchange %s", wanted)
	}
	if x.State != digital.Offered {
		return nil, reject("exchange_state", "exchange", "exchange %s is %s", x.ID, x.State)
	}
	return x, nil
}

// ExchangeOffered says that a holding is on offer for digital money.
type ExchangeOffered struct {
	Exchange digital.Exchange `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ExchangeOffered) Kind() uint16 { return eventExchangeOffered }

func (e *ExchangeOffered) fold(b *Book) {
	number := e.Exchange.ID.Number()
	b.exchanges.add(number, e.Exchange)
	x := b.exchanges.at(number)
	b.indexExchange(x)
	b.touched(tableExchange, number, &x.Entry)
}

// ExchangeMoved says what became of an exchange.
type ExchangeMoved struct {
	Exchange id.Exchange           `cbor:"1,keyasint"`
	State    digital.ExchangeState `cbor:"2,keyasint"`
	Payer    id.Wallet             `cbor:"3,keyasint,omitempty"`
	Made     id.Holding            `cbor:"4,keyasint,omitempty"`
}

// Kind names the stored form.
func (*ExchangeMoved) Kind() uint16 { return eventExchangeMoved }

func (e *ExchangeMoved) fold(b *Book) {
	x := b.exchanges.at(e.Exchange.Number())
	x.State, x.Payer, x.Made = e.State, e.Payer, e.Made
	delete(b.exchangeOf, x.Holding)
	b.touched(tableExchange, e.Exchange.Number(), &x.Entry)
}
