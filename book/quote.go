package book

import (
	"millrace/domain/calendar"
	"millrace/domain/certificate"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/risk"
	"millrace/domain/rule"
	"millrace/domain/trade"
)

func init() {
	registerCommand(func() act { return &RequestQuote{} })
	registerCommand(func() act { return &DecideReferral{} })
	registerCommand(func() act { return &AcceptQuote{} })
	registerCommand(func() act { return &Lapse{} })
	registerEvent(func() fact { return &FinancingOpened{} })
	registerEvent(func() fact { return &ReferralDecided{} })
	registerEvent(func() fact { return &FinancingAccepted{} })
	registerEvent(func() fact { return &FinancingMoved{} })
	permitted[commandRequestQuote] = party.Operator | party.Seller
	permitted[commandDecideReferral] = party.Funder
	permitted[commandAcceptQuote] = settingOff
	permitted[commandLapse] = node
}

// RequestQuote asks what a receivable would bring in a programme. The outcome, a price, a referral to a person or a
// refusal by a rule, is on record either way.
type RequestQuote struct {
	Receivable id.Receivable  `cbor:"1,keyasint"`
	Programme  id.Programme   `cbor:"2,keyasint"`
	Payee      id.BankAccount `cbor:"3,keyasint"`            // a verified account of the seller
	Holding    id.Holding     `cbor:"4,keyasint,omitempty"`  // of a certificate, instead of a receivable
	Amount     money.Minor    `cbor:"5,keyasint,omitempty"`  // of the holding, in part; 0 for all
	Line       id.Line        `cbor:"70,keyasint,omitempty"` // of credit, that it draws on; 0 for none, or that of what it replaces
}

// Kind names the stored form.
func (*RequestQuote) Kind() uint16 { return commandRequestQuote }

func (c *RequestQuote) decide(d *draft) *Rejection {
	e, rejection := d.evidenceOf(c.Receivable, c.Holding, c.Amount)
	if rejection != nil {
		return rejection
	}
	if rejection := d.own(e.seller, "receivable"); rejection != nil {
		return rejection
	}
	e.line = c.Line
	use, rejection := d.eligible(e, c.Programme, c.Payee)
	if rejection != nil {
		return rejection
	}
	return use.offer(d, funding.Financing{Receivable: e.receivable.ID, Holding: c.Holding, Payee: c.Payee})
}

// shared tells whether several funders of the programme finance a part each. What is lent before there is a receivable one lends.
func (u *use) shared() bool { return u.programme.Sharing == funding.ProRata && u.receivable != nil }

// offer prices a use, refers it or declines it, and puts the outcome on record. What secures f and who is paid is given.
func (u *use) offer(d *draft, f funding.Financing) *Rejection {
	outcomes := u.outcomes()
	f.Programme, f.Product, f.Seller, f.Buyer, f.Currency = u.programme.ID, u.product.ID, u.seller, u.buyer, u.currency
	f.Amount, f.Due, f.Value, f.Maker, f.Outcomes = u.amount, u.due, d.today(), d.header.Actor, outcomes
	f.Line = u.lineID()
	d.locate(&f)
	if !u.shared() || rule.Worst(outcomes) == rule.Refuse {
		f.ID = id.Make[id.Financing](d.shard, d.number(tableFinancing, d.financings.count))
	}
	switch rule.Worst(outcomes) {
	case rule.Refuse:
		f.State = funding.Declined
	case rule.Refer, rule.Pass:
		if u.shared() {
			return u.place(d, f)
		}
		if rejection := u.price(d, &f); rejection != nil {
			return rejection
		}
		outcomes = u.outcomes() // by now on the review of this funder
		f.State, f.Outcomes = funding.Quoted, withOwn(outcomes, &f)
		f.ValidUntil = d.header.At + int64(u.product.Terms.QuoteSeconds)*1_000_000
		if rule.Worst(f.Outcomes) == rule.Refer {
			f.State, f.ValidUntil = funding.Referred, 0
		}
	}
	d.emit(&FinancingOpened{Financing: f})
	u.decided(d, risk.AtQuote, &f)
	return nil
}

// evidence is what is to be financed: a receivable, a holding of the certificate in which it travels, or a trade before there
// is a receivable.
type evidence struct {
	receivable *receivable.Receivable // nil for a trade
	holding    *certificate.Holding   // nil for the receivable itself
	trade      *trade.Trade           // nil for a receivable
	seller     id.Party               // to whom it is owed, or will be
	buyer      id.Party
	currency   money.Currency
	due        calendar.Date // as stated, before the business-day rule
	amount     money.Minor   // of the holding, or of what the goods are worth
	line       id.Line
	self       id.Financing // that rests on it already
	security   *security    // stock or a pool; nil for a receivable or a trade
}

// named is the receivable; 0 for a trade.
func (e *evidence) named() id.Receivable {
	if e.receivable == nil {
		return 0
	}
	return e.receivable.ID
}

// dealing is the trade behind the evidence, as it stands; nil for a receivable without one.
func (e *evidence) dealing(d *draft) *trade.Trade {
	if e.receivable == nil {
		return e.trade
	}
	return d.standing(e.receivable.Trade)
}

// ofReceivable is the evidence that a receivable gives.
func ofReceivable(r *receivable.Receivable) evidence {
	return evidence{receivable: r, seller: r.Seller, buyer: r.Buyer, currency: r.Currency, due: r.Due}
}

// evidenceOf finds a receivable, or a holding and its receivable.
func (d *draft) evidenceOf(r id.Receivable, h id.Holding, amount money.Minor) (evidence, *Rejection) {
	if h == 0 {
		record := d.receivables.at(r.Number())
		if record == nil {
			return evidence{}, reject("receivable_unknown", "receivable", "there is no receivable %s", r)
		}
		if amount != 0 {
			return evidence{}, reject("amount_invalid", "amount", "a receivable is financed as a whole; a holding may be financed in part")
		}
		return ofReceivable(record), nil
	}
	record := d.holdings.at(h.Number())
	if record == nil {
		return evidence{}, reject("holding_unknown", "holding", "there is no holding %s", h)
	}
	if amount == 0 {
		amount = record.Amount
	}
	if amount < 0 || amount > record.Amount {
		return evidence{}, reject("amount_invalid", "amount", "of holding %s there is %d", h, record.Amount)
	}
	k := d.certificates.at(record.Certificate.Number())
	e := ofReceivable(d.receivables.at(k.Receivable.Number()))
	e.holding, e.seller, e.amount = record, record.Holder, amount
	return e, nil
}

// evidenceIn finds again what a financing rests on.
func (d *draft) evidenceIn(f *funding.Financing) evidence {
	if f.BorrowerAlone() {
		return d.ofSecurity(f)
	}
	if f.Trade != 0 {
		e := d.ofTrade(d.standing(f.Trade), f.Amount, f.Due)
		e.line, e.self = f.Line, f.ID
		return e
	}
	amount := money.Minor(0)
	if f.Holding != 0 {
		amount = f.Amount
	}
	e, rejection := d.evidenceOf(f.Receivable, f.Holding, amount)
	if rejection != nil {
		panic("book: the evidence of a financing is gone")
	}
	e.line, e.self = f.Line, f.ID
	return e
}

// eligible climbs the ladder that quote and acceptance share.
func (d *draft) eligible(e evidence, programme id.Programme, payee id.BankAccount) (*use, *Rejection) {
	if rejection := d.unclaimed(e); rejection != nil {
		return nil, rejection
	}
	p, rejection := d.live(programme)
	if rejection != nil {
		return nil, rejection
	}
	if p.Stopped {
		return nil, reject("programme_stopped", "programme", "programme %s is stopped: a shortfall is open", p.ID)
	}
	if rejection := d.paysOverLate(p, e.seller); rejection != nil {
		return nil, rejection
	}
	if rejection := d.dealable(p, e.seller, e.buyer); rejection != nil {
		return nil, rejection
	}
	if p.Anchor != e.buyer {
		return nil, reject("programme_other_buyer", "programme", "programme %s is for receivables on %s", p.ID, p.Anchor)
	}
	if p.Currency != e.currency {
		return nil, reject("currency_differs", "programme", "the programme is in %s, what is to be financed in %s", p.Currency, e.currency)
	}
	if rejection := d.payeeOf(p, e, payee); rejection != nil {
		return nil, rejection
	}
	if rejection := d.safe(p, payee); rejection != nil {
		return nil, rejection
	}
	u := &use{evidence: e, programme: p, product: d.products.at(p.Product.Number()), payee: payee}
	if rejection := u.proved(d); rejection != nil {
		return nil, rejection
	}
	if e.receivable != nil {
		if rejection := d.conforms(e.receivable, p); rejection != nil {
			return nil, rejection
		}
	}
	if rejection := u.alone(d); rejection != nil {
		return nil, rejection
	}
	if rejection := u.bound(); rejection != nil {
		return nil, rejection
	}
	if rejection := u.onLine(d); rejection != nil {
		return nil, rejection
	}
	due, covered := dueUnder(&u.product.Terms, p, e.due)
	if e.due == 0 || !covered {
		return nil, reject("due_date_invalid", "due", "the due date is missing or beyond the programme's calendar")
	}
	u.due = due
	return u, u.weigh(d)
}

// unclaimed refuses evidence that is not free to be financed.
func (d *draft) unclaimed(e evidence) *Rejection {
	if e.receivable != nil && e.holding == nil {
		if payer := d.reservedFor(e.receivable.ID); payer != 0 {
			return reject("debt_claimed", "receivable", "receivable %s is being paid from the proceeds of %s", e.receivable.ID, payer)
		}
	}
	return d.free(e)
}

// free does not mind that proceeds of a financing are about to pay the debt.
func (d *draft) free(e evidence) *Rejection {
	r, h := e.receivable, e.holding
	if r == nil { // its stage tells, and with it the product
		return nil
	}
	if h != nil {
		if !h.Live() {
			return reject("holding_spent", "holding", "holding %s was consumed: %s, entry %d", h.ID, h.End, h.Spent)
		}
		if h.Status != certificate.Free {
			return reject("holding_status", "holding", "holding %s is %s", h.ID, h.Status)
		}
		if k := d.certificates.at(h.Certificate.Number()); int(k.Holdings) >= certificate.HoldingsMax && e.amount < h.Amount {
			return reject("holdings_too_many", "holding", "certificate %s is in %d holdings already", k.ID, certificate.HoldingsMax)
		}
		return nil
	}
	if r.State != receivable.Open {
		return reject("receivable_state", "receivable", "receivable %s is %s", r.ID, r.State)
	}
	if r.Financing != 0 {
		return reject("already_financed", "receivable", "receivable %s is financed already, by %s: one financing per evidence", r.ID, r.Financing)
	}
	if r.Certificate != 0 {
		return reject("certificated", "receivable", "receivable %s travels in certificate %s: finance a holding of it", r.ID, r.Certificate)
	}
	if r.Pool != 0 {
		return reject("receivable_pooled", "receivable", "receivable %s is in pool %s: one financing per evidence", r.ID, r.Pool)
	}
	if rejection := d.notEarly(r, "receivable"); rejection != nil {
		return rejection
	}
	if rejection := d.notHeld(r, "receivable"); rejection != nil {
		return rejection
	}
	if r.Claimed != 0 {
		return reject("debt_claimed", "receivable", "receivable %s is being paid by a certificate", r.ID)
	}
	return nil
}

// payable refuses an account to which nothing may be paid for this party.
func (d *draft) payable(account id.BankAccount, owner id.Party, currency money.Currency) *Rejection {
	a := d.bankAccounts.at(account.Number())
	if a == nil {
		return reject("bank_account_unknown", "payee", "there is no bank account %s", account)
	}
	if a.Party != owner {
		return reject("bank_account_other_party", "payee", "bank account %s does not belong to %s", account, owner)
	}
	if a.State != party.AccountVerified {
		return reject("bank_account_state", "payee", "bank account %s is %s, not verified", account, a.State)
	}
	if a.Currency != currency {
		return reject("currency_differs", "payee", "bank account %s is in %s", account, a.Currency)
	}
	return nil
}

// proved asks for what the product wants proved.
func (u *use) proved(d *draft) *Rejection {
	if u.security != nil {
		return u.borne(d)
	}
	if u.receivable == nil {
		return u.staged(d)
	}
	r, terms := u.receivable, &u.product.Terms
	if open := trade.FindingSet(r.Findings) &^ trade.Informative; open != 0 {
		return reject("findings_open", "receivable", "these findings on the invoice must be cleared first: %v", open.Codes())
	}
	if rejection := u.verified(d); rejection != nil {
		return rejection
	}
	facts, kind := trade.Fact(0), trade.Goods
	if t := d.standing(r.Trade); t != nil {
		facts, kind = t.Facts, t.Kind
	}
	if facts &^= trade.Confirmed; r.Undertaking != receivable.NoUndertaking {
		facts |= trade.Confirmed // of this receivable: another one of the same trade does not count
	}
	required := trade.Fact(terms.EvidenceOf(uint8(kind)))
	if required == 0 {
		return reject("trade_kind_excluded", "receivable", "the product finances no trade of the kind %s", kind)
	}
	if missing := required &^ facts; missing != 0 {
		return reject("evidence_missing", "receivable", "the product asks for evidence that is missing: %v", missing.Names())
	}
	if uint8(r.Undertaking) < uint8(terms.Undertaking) {
		return reject("undertaking_missing", "receivable", "the buyer's undertaking is %s, the product asks for more", r.Undertaking)
	}
	if u.holding != nil {
		u.amount = u.evidence.amount
		return u.underLaw(d)
	}
	u.amount = r.Financeable()
	if u.amount <= 0 {
		return reject("nothing_outstanding", "receivable", "nothing that can be financed is outstanding on receivable %s", r.ID)
	}
	return nil
}

// groupOf climbs from a party to the head of its group, through the heads of groups within groups.
func (d *draft) groupOf(p id.Party) id.Party {
	const levelsMax = 16
	for range levelsMax {
		group := d.parties.at(p.Number()).Group
		if group == 0 || group == p {
			break
		}
		p = group
	}
	return p
}

// price prices the use with the first funder, in order of priority, whose limits and money suffice.
func (u *use) price(d *draft, f *funding.Financing) *Rejection {
	rejection := reject("funders_invalid", "programme", "the programme has no funder")
	for _, candidate := range u.programme.Funders {
		if u.line != nil && candidate.Party != u.line.Funder {
			continue
		}
		f.Funder = candidate.Party
		if rejection = u.grounded(d, f.Funder); rejection != nil {
			continue
		}
		var price product.Price
		if price, rejection = u.priced(d, candidate, f); rejection != nil {
			continue
		}
		f.Principal, f.Discount, f.Fee, f.Net = price.Principal, price.Discount, price.Fee, price.Net
		if price.Net <= 0 {
			rejection = reject("nothing_left", "receivable", "discount and fee would take all of %s", money.Amount{Minor: price.Principal, Currency: f.Currency})
			continue
		}
		if _, rejection = d.limitsOf(d.limitKeys(f), f.Principal); rejection != nil {
			continue
		}
		if rejection = u.willing(d, f, f.Principal); rejection != nil {
			continue
		}
		f.Conversions, f.Replaces = d.plan(u.earlier, f.Net)
		if rejection = u.withinLine(d, f, 0); rejection != nil {
			continue
		}
		if free := d.available(fundingKey(u.programme, f.Funder)); free < d.outlay(f) {
			rejection = reject("funds_insufficient", "programme", "the funder has not enough money in the programme; %s is needed",
				money.Amount{Minor: d.outlay(f), Currency: f.Currency})
			continue
		}
		if rejection = d.tie(u.programme, f, f.Due, f.Principal); rejection != nil {
			continue
		}
		return nil
	}
	return rejection
}

func fundingKey(p *funding.Programme, funder id.Party) ledger.Key {
	return ledger.Key{Entity: p.Custodian, Programme: p.ID, Counterparty: funder, Code: ledger.Funding, Currency: p.Currency}
}

// custodyKey is a supervised account of a programme in the custodian's books, owed to a party; the world outside is one
// account for all.
func custodyKey(p *funding.Programme, code ledger.Code, owed id.Party) ledger.Key {
	key := ledger.Key{Entity: p.Custodian, Programme: p.ID, Counterparty: owed, Code: code, Currency: p.Currency}
	if code == ledger.Outside {
		key.Programme, key.Counterparty = 0, 0
	}
	return key
}

// Decision is what a person says to a referral or a payment.
type Decision uint8

// The decisions.
const (
	Approve Decision = 1 + iota
	Decline
)

// DecideReferral is the decision of the funder's own person on what a rule has referred: the operator may recommend, the
// funder decides. Approved, it is priced anew on today's date.
type DecideReferral struct {
	Financing id.Financing `cbor:"1,keyasint"`
	Decision  Decision     `cbor:"2,keyasint"`
	Reason    [32]byte     `cbor:"3,keyasint"` // in the vault
}

// Kind names the stored form.
func (*DecideReferral) Kind() uint16 { return commandDecideReferral }

func (c *DecideReferral) decide(d *draft) *Rejection {
	if f := d.financings.at(c.Financing.Number()); f != nil {
		if rejection := d.own(f.Funder, "financing"); rejection != nil {
			return rejection
		}
	}
	f, rejection := d.financing(c.Financing, funding.Referred)
	if rejection != nil {
		return rejection
	}
	if c.Decision != Approve && c.Decision != Decline {
		return reject("decision_invalid", "decision", "a referral is approved or declined")
	}
	if c.Reason == [32]byte{} {
		return reject("reason_missing", "reason", "say why")
	}
	if rejection := d.seconded(f, c.Decision); rejection != nil {
		return rejection
	}
	if f.Placement != 0 {
		return c.decidePart(d, f)
	}
	after := *f
	after.Checker, after.State, after.Outcomes = d.header.Actor, funding.Declined, nil
	if c.Decision == Approve {
		u, rejection := d.eligible(d.evidenceIn(f), f.Programme, f.Payee)
		if rejection != nil {
			return rejection
		}
		after.Amount, after.Due, after.Value, after.State = u.amount, u.due, d.today(), funding.Quoted
		if rejection := u.price(d, &after); rejection != nil {
			return rejection
		}
		if after.Funder != f.Funder {
			return reject("funder_changed", "financing", "the funder that was asked has no longer the money or the limit; another one has to decide for itself: ask for a new quote")
		}
		after.ValidUntil = d.header.At + int64(u.product.Terms.QuoteSeconds)*1_000_000
		after.Outcomes, after.Own.Authority = withOwn(u.outcomes(), &after), 0 // a person has decided
		if rule.Worst(after.Outcomes) == rule.Refuse {
			return reject("risk_changed", "financing", "a rule refuses this by now: %v", after.Outcomes)
		}
		d.emit(&ReferralDecided{Financing: after, Reason: c.Reason})
		u.decided(d, risk.AtReferral, &after)
		return nil
	}
	after.Outcomes = f.Outcomes
	d.emit(&ReferralDecided{Financing: after, Reason: c.Reason})
	d.declined(&after)
	return nil
}

// financing finds a financing in one of the states, or refuses.
func (d *draft) financing(wanted id.Financing, states ...funding.FinancingState) (*funding.Financing, *Rejection) {
	f := d.financings.at(wanted.Number())
	if f == nil {
		return nil, reject("financing_unknown", "financing", "there is no financing %s", wanted)
	}
	for _, state := range states {
		if f.State == state {
			return f, nil
		}
	}
	return nil, reject("financing_state", "financing", "financing %s is %s", wanted, f.State)
}

// AcceptQuote is the seller's acceptance. It checks everything again, claims the evidence, reserves the limits and sets
// the funder's money aside in one step.
//
// One on a holding is a move of that holding, and signed by its controller.
type AcceptQuote struct {
	Financing  id.Financing `cbor:"1,keyasint"`
	Holding    id.Holding   `cbor:"2,keyasint,omitempty"` // as quoted; 0 for a receivable
	Amount     money.Minor  `cbor:"3,keyasint,omitempty"` // of the holding, as quoted
	Net        money.Minor  `cbor:"4,keyasint,omitempty"` // what the holder receives, as quoted
	Signatures []Signature  `cbor:"5,keyasint,omitempty"`

	// Where the programme pays suppliers: whom, and for an order of the borrower or for a debt of it.
	Payee            id.BankAccount `cbor:"90,keyasint,omitempty"`
	SupplyTrade      id.Trade       `cbor:"91,keyasint,omitempty"`
	SupplyReceivable id.Receivable  `cbor:"92,keyasint,omitempty"`
	verified
}

// Statement is what the controller's signatories sign.
func (c *AcceptQuote) Statement() []byte {
	s := newStatement("finance holding", 1)
	s.line("financing", c.Financing)
	s.line("holding", c.Holding)
	s.line("amount", c.Amount)
	s.line("net", c.Net)
	return s.bytes()
}

// Verify compares the signatures with the statement.
func (c *AcceptQuote) Verify() *Rejection { return c.verify(c.Statement(), c.Signatures...) }

// Kind names the stored form.
func (*AcceptQuote) Kind() uint16 { return commandAcceptQuote }

func (c *AcceptQuote) decide(d *draft) *Rejection {
	c.must()
	if rejection := c.byBorrower(d); rejection != nil {
		return rejection
	}
	f, rejection := d.financing(c.Financing, funding.Quoted)
	if rejection != nil {
		return rejection
	}
	if rejection := together(f); rejection != nil {
		return rejection
	}
	if d.header.At > f.ValidUntil || d.today() != f.Value {
		return reject("quote_expired", "financing", "the quote has expired; ask for a new one")
	}
	u, rejection := d.eligible(d.evidenceIn(f), f.Programme, f.Payee)
	if rejection != nil {
		return rejection
	}
	if rejection := d.accounted(u.programme); rejection != nil {
		return rejection
	}
	if rejection := u.grounded(d, f.Funder); rejection != nil {
		return rejection
	}
	if rejection := u.stillWilling(d, f); rejection != nil {
		return rejection
	}
	if u.amount < f.Amount {
		return reject("amount_changed", "financing", "only %s is left to finance", money.Amount{Minor: u.amount, Currency: f.Currency})
	}
	if rejection := u.asForeseen(f); rejection != nil {
		return rejection
	}
	limits, rejection := d.limitsOf(d.limitKeys(f), f.Principal)
	if rejection != nil {
		return rejection
	}
	planned := *f
	planned.Conversions, planned.Replaces = d.plan(u.earlier, f.Net)
	if rejection := u.withinLine(d, &planned, 0); rejection != nil {
		return rejection
	}
	from := fundingKey(u.programme, f.Funder)
	if free := d.available(from); free < d.outlay(f) {
		return reject("funds_insufficient", "programme", "the funder has not enough money in the programme; %s is needed",
			money.Amount{Minor: d.outlay(f), Currency: f.Currency})
	}
	if rejection := d.tie(u.programme, f, f.Due, f.Principal); rejection != nil {
		return rejection
	}
	if rejection := c.controlled(d, f); rejection != nil {
		return rejection
	}
	supply, rejection := c.supply(d, u.programme, f)
	if rejection != nil {
		return rejection
	}
	// Nothing refuses after this line.
	hold := d.hold(from, custodyKey(u.programme, ledger.Outside, 0), d.outlay(f), 0)
	d.emit(&LimitMoved{Limits: limits, Reserved: f.Principal})
	d.emit(&FinancingAccepted{Financing: f.ID, Hold: hold, Line: u.lineID(), Conversions: planned.Conversions, Replaces: planned.Replaces, Payee: c.Payee, Supply: supply})
	if u.holding != nil {
		d.finance(u.holding, f)
	}
	d.pledgeStock(f)
	u.decided(d, risk.AtAcceptance, f)
	return nil
}

// byBorrower refuses who does not act for the seller: by its buyer's people only where it is cash for a run of set-off.
func (c *AcceptQuote) byBorrower(d *draft) *Rejection {
	f := d.financings.at(c.Financing.Number())
	if f != nil && d.by() != f.Seller {
		return reject("other_party", "financing", "only the seller accepts its quote")
	}
	return d.buyersCash(f)
}

// asForeseen refuses a use of which a rule says what it did not say of the quote.
func (u *use) asForeseen(f *funding.Financing) *Rejection {
	for _, outcome := range u.outcomes() {
		if outcome.Verdict == rule.Refuse || !foreseen(outcome, f.Outcomes) {
			return reject("risk_changed", "financing", "rule %s has changed its verdict since the quote; ask for a new one", outcome.Rule)
		}
	}
	return nil
}

// controlled asks for the controller's signature on the terms of the quote where a holding is financed.
func (c *AcceptQuote) controlled(d *draft, f *funding.Financing) *Rejection {
	if f.Holding == 0 && c.Holding == 0 && c.Amount == 0 && c.Net == 0 {
		return nil
	}
	if c.Holding != f.Holding || c.Amount != f.Amount || c.Net != f.Net {
		return reject("terms_differ", "financing", "what was signed is not what was quoted")
	}
	return d.signed(c.Signatures, f.Seller, mandate.Dispose, money.Amount{Minor: f.Amount, Currency: f.Currency})
}

func foreseen(outcome rule.Outcome, earlier []rule.Outcome) bool {
	for _, o := range earlier {
		if o.Rule == outcome.Rule {
			return true
		}
	}
	return false
}

// Lapse ends quotes whose time is over; the node gives it.
type Lapse struct{}

// lapseMax is how many quotes or holds one slice ends.
const lapseMax = 256

// Kind names the stored form.
func (*Lapse) Kind() uint16 { return commandLapse }

func (c *Lapse) decide(d *draft) *Rejection {
	for _, e := range d.quoteExpiry.upTo(d.header.At, lapseMax, d.quoteStands) {
		d.emit(&FinancingMoved{Financing: d.financings.at(e.number).ID, State: funding.Lapsed})
	}
	for _, e := range d.holdExpiry.upTo(d.header.At, lapseMax, d.holdStands) {
		d.emit(&HoldEnded{Hold: d.holds.at(e.number).ID, State: ledger.Expired})
	}
	d.lapseOffers()
	return nil
}

// quoteStands tells whether a quote is neither taken nor over.
func (b *Book) quoteStands(e expiry) bool {
	f := b.financings.at(e.number)
	return f.State == funding.Quoted && f.ValidUntil == e.at
}

// holdStands tells whether money is still held.
func (b *Book) holdStands(e expiry) bool {
	h := b.holds.at(e.number)
	return h.State == ledger.Pending && h.Expires == e.at
}

// FinancingOpened says that a quote was asked for and what came of it.
type FinancingOpened struct {
	Financing funding.Financing `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*FinancingOpened) Kind() uint16 { return eventFinancingOpened }

func (e *FinancingOpened) fold(b *Book) {
	number := e.Financing.ID.Number()
	b.financings.add(number, e.Financing)
	f := b.financings.at(number)
	b.indexFinancing(f)
	b.touched(tableFinancing, number, &f.Entry)
	if f.State.Claims() { // one that was taken over
		f.TakenRepaid, f.TakenEarned, f.Entered = f.Repaid, f.Earned, b.clock.Date
		f.GradeStart = b.gradeOf(b.debtor(f))
		b.claim(f)
	}
	b.learnFinancing(f, 0)
}

// claim marks the receivable as financed by f, and by no other; a holding is claimed by a move of its own.
func (b *Book) claim(f *funding.Financing) {
	b.countFinanced(f, 1)
	if f.Holding != 0 || f.Receivable == 0 {
		return
	}
	r := b.receivables.at(f.Receivable.Number())
	if !b.claimedFor(r, f) { // else another part of its placement holds the claim for all
		r.Financing = f.ID
	}
	b.touched(tableReceivable, f.Receivable.Number(), &r.Entry)
}

// ReferralDecided says how a person has decided.
type ReferralDecided struct {
	Financing funding.Financing `cbor:"1,keyasint"`
	Reason    [32]byte          `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*ReferralDecided) Kind() uint16 { return eventReferralDecided }

func (e *ReferralDecided) fold(b *Book) {
	f := b.financings.at(e.Financing.ID.Number())
	entry := f.Entry
	*f = e.Financing
	f.Entry = entry
	b.indexFinancing(f)
	b.touched(tableFinancing, f.ID.Number(), &f.Entry)
	b.learnFinancing(f, funding.Referred)
}

// FinancingAccepted says that the evidence is claimed and the money set aside.
type FinancingAccepted struct {
	Financing id.Financing `cbor:"1,keyasint"`
	Hold      id.Hold      `cbor:"2,keyasint"`

	Line        id.Line              `cbor:"70,keyasint,omitempty"`
	Conversions []funding.Conversion `cbor:"71,keyasint,omitempty"` // planned, of what it replaces
	Replaces    money.Minor          `cbor:"72,keyasint,omitempty"` // of the principal of that

	Payee  id.BankAccount `cbor:"90,keyasint,omitempty"` // of the supplier; 0 where the quote has named whom to pay
	Supply funding.Supply `cbor:"91,keyasint,omitzero"`
}

// Kind names the stored form.
func (*FinancingAccepted) Kind() uint16 { return eventFinancingAccepted }

func (e *FinancingAccepted) fold(b *Book) {
	f := b.financings.at(e.Financing.Number())
	b.unindexFinancing(f)
	f.State, f.Hold = funding.Accepted, e.Hold
	f.Line, f.Conversions, f.Replaces = e.Line, e.Conversions, e.Replaces
	if f.Supply = e.Supply; e.Payee != 0 {
		f.Payee = e.Payee
	}
	f.GradeStart = b.gradeOf(b.debtor(f))
	b.indexFinancing(f)
	b.touched(tableFinancing, e.Financing.Number(), &f.Entry)
	b.claim(f)
	b.cashMoved(f, funding.Quoted)
	b.learnFinancing(f, funding.Quoted)
	b.countAuthority(f, 1)
}

// FinancingMoved says that a financing has come to another state. Dates and payment are given where they change.
type FinancingMoved struct {
	Financing id.Financing           `cbor:"1,keyasint"`
	State     funding.FinancingState `cbor:"2,keyasint"`
	Payment   id.Payment             `cbor:"3,keyasint,omitempty"`
	Value     calendar.Date          `cbor:"4,keyasint,omitempty"` // of the disbursement
}

// Kind names the stored form.
func (*FinancingMoved) Kind() uint16 { return eventFinancingMoved }

func (e *FinancingMoved) fold(b *Book) {
	f := b.financings.at(e.Financing.Number())
	b.unindexFinancing(f)
	was := f.State
	f.State = e.State
	if e.State != funding.Disbursing { // what was planned is done, or has come to nothing
		f.Replaces = 0
	}
	if e.Payment != 0 {
		f.Payment = e.Payment
	}
	if e.Value != 0 {
		f.Value, f.InterestFrom, f.Entered = e.Value, e.Value, b.clock.Date
		b.countPaidOut(f)
	}
	b.indexFinancing(f)
	b.cashMoved(f, was)
	b.learnFinancing(f, was)
	b.touched(tableFinancing, e.Financing.Number(), &f.Entry)
	if financed(was) && !financed(e.State) {
		b.countFinanced(f, -1)
		if i := b.instructions.at(f.Instruction.Number()); i != nil {
			i.Financed = money.Sub(i.Financed, f.Amount)
			b.touched(tableInstruction, f.Instruction.Number(), &i.Entry)
		}
	}
	if was.Claims() && e.State == funding.Cancelled {
		b.countAuthority(f, -1)
	}
	if r := b.receivables.at(f.Receivable.Number()); e.State == funding.Cancelled && f.Holding == 0 && r != nil && r.Financing == f.ID {
		r.Financing = b.otherPart(f)
		b.touched(tableReceivable, f.Receivable.Number(), &r.Entry)
	}
}
