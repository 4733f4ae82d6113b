package book

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"millrace/domain/billing"
	"millrace/domain/calendar"
	"millrace/domain/certificate"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
	"millrace/domain/rule"
	"millrace/domain/trade"
)

func init() {
	registerCommand(func() act { return &IssueCertificate{} })
	registerCommand(func() act { return &SetStanding{} })
	registerEvent(func() fact { return &CertificateIssued{} })
	registerEvent(func() fact { return &StandingSet{} })
	permitted[commandIssueCertificate] = party.Operator | party.Buyer | party.Anchor
	permitted[commandSetStanding] = party.Operator | party.Seller
	tables[tableCertificate] = held("certificate", func(b *Book) *shelf[certificate.Certificate] { return &b.certificates },
		[]Column{ind("receivable", Integer), ind("issuer", Integer), ind("payee", Integer), ind("programme", Integer), col("state", Text), col("due", Integer)},
		func(r *certificate.Certificate) []any {
			return []any{int64(r.Receivable), int64(r.Issuer), int64(r.Payee), int64(r.Programme), r.State.String(), int64(r.Due)}
		})
	tables[tableHolding] = held("holding", func(b *Book) *shelf[certificate.Holding] { return &b.holdings },
		[]Column{ind("certificate", Integer), ind("holder", Integer), ind("counterparty", Integer), col("live", Integer), col("status", Text)},
		func(r *certificate.Holding) []any {
			return []any{int64(r.Certificate), int64(r.Holder), int64(r.To), flag(r.Live()), r.Status.String()}
		})
	tables[tableStanding] = held("standing", func(b *Book) *shelf[certificate.Standing] { return &b.standings },
		[]Column{ind("party", Integer), col("programme", Integer)},
		func(r *certificate.Standing) []any { return []any{int64(r.Party), int64(r.Programme)} })
}

// IssueCertificate puts the whole undertaking on a receivable into transferable form. The buyer signs it.
type IssueCertificate struct {
	Receivable    id.Receivable  `cbor:"1,keyasint"`
	Programme     id.Programme   `cbor:"2,keyasint"`
	Amount        money.Minor    `cbor:"3,keyasint"` // of the undertaking that is still to be paid
	Currency      money.Currency `cbor:"4,keyasint"`
	Due           calendar.Date  `cbor:"5,keyasint"` // of the receivable
	Justification [32]byte       `cbor:"6,keyasint"` // in the vault; zero for none
	Signatures    []Signature    `cbor:"7,keyasint"`

	// JustificationHash is SHA-256 of the justification's text, which the signatures cover; zero for none.
	JustificationHash [32]byte `cbor:"8,keyasint,omitzero"`
	verified
}

// Justify lets the statement cover a text that justifies the tenor; an empty text is none.
func (c *IssueCertificate) Justify(text string) {
	c.JustificationHash = [32]byte{}
	if text != "" {
		c.JustificationHash = sha256.Sum256([]byte(text))
	}
}

// Kind names the stored form.
func (*IssueCertificate) Kind() uint16 { return commandIssueCertificate }

// Statement is what the issuer's signatories sign: version 2 where a justification is given, which its last line names.
func (c *IssueCertificate) Statement() []byte {
	version := 1
	if c.JustificationHash != [32]byte{} {
		version = 2
	}
	s := newStatement("issue certificate", version)
	s.line("receivable", c.Receivable)
	s.line("programme", c.Programme)
	s.line("amount", c.Amount)
	s.line("currency", c.Currency)
	s.line("due", c.Due)
	if version == 2 {
		s.line("justification", "sha256 "+hex.EncodeToString(c.JustificationHash[:]))
	}
	return s.bytes()
}

// Verify compares the signatures with the statement.
func (c *IssueCertificate) Verify() *Rejection { return c.verify(c.Statement(), c.Signatures...) }

func (c *IssueCertificate) decide(d *draft) *Rejection {
	c.must()
	r := d.receivables.at(c.Receivable.Number())
	if r == nil {
		return reject("receivable_unknown", "receivable", "there is no receivable %s", c.Receivable)
	}
	if rejection := d.own(r.Buyer, "receivable"); rejection != nil {
		return rejection
	}
	p, rejection := d.live(c.Programme)
	if rejection != nil {
		return rejection
	}
	if p.Anchor != r.Buyer {
		return reject("programme_other_buyer", "programme", "programme %s is for receivables on %s", p.ID, p.Anchor)
	}
	if p.TiersMax == 0 {
		return reject("certificates_none", "programme", "programme %s issues no certificates", p.ID)
	}
	if p.Currency != r.Currency || c.Currency != r.Currency {
		return reject("currency_differs", "currency", "the receivable is in %s", r.Currency)
	}
	if rejection := certifiable(r); rejection != nil {
		return rejection
	}
	if t := d.standing(r.Trade); t != nil && len(d.loansOf(t)) > 0 {
		return reject("goods_financed", "receivable", "the goods of receivable %s are financed by %s: that is repaid first", r.ID, d.loansOf(t)[0].ID)
	}
	if rejection := d.notEarly(r, "receivable"); rejection != nil {
		return rejection
	}
	if amount := min(r.Undertaken(), r.Outstanding()); c.Amount != amount {
		return reject("amount_invalid", "amount", "a certificate is issued on the whole undertaking that is open, %s", money.Amount{Minor: amount, Currency: r.Currency})
	}
	if c.Due != r.Due || r.Due < d.today() {
		return reject("due_date_invalid", "due", "the due date is that of the receivable, %s, and not past", r.Due)
	}
	if (c.Justification == [32]byte{}) != (c.JustificationHash == [32]byte{}) {
		return reject("justification_unsigned", "justification", "a justification and the hash of it that is signed come together")
	}
	law := certificate.Law(p.Law)
	if rejection := refusedByLaw(law, certificate.Issuing, d.lawFacts(r, c.Justification != [32]byte{})); rejection != nil {
		return rejection
	}
	if rejection := d.signed(c.Signatures, r.Buyer, mandate.Issue, money.Amount{Minor: c.Amount, Currency: c.Currency}); rejection != nil {
		return rejection
	}
	k := certificate.Certificate{
		ID: id.Make[id.Certificate](d.shard, d.number(tableCertificate, d.certificates.count)), Receivable: r.ID, Programme: p.ID,
		Issuer: r.Buyer, Payee: r.Seller, Amount: c.Amount, Justification: c.Justification, Root: sha256.Sum256(c.Statement()),
		Issued: d.today(), Due: r.Due, Law: law, Currency: r.Currency, State: certificate.Live, TiersMax: p.TiersMax,
	}
	d.emit(&CertificateIssued{Certificate: k, Holding: certificate.Holding{
		ID: id.Make[id.Holding](d.shard, d.number(tableHolding, d.holdings.count)), Certificate: k.ID, Holder: r.Seller, Amount: c.Amount,
		Status: certificate.Free, By: certificate.Issue, Tier: 1,
	}})
	return nil
}

// certifiable refuses a receivable on which no certificate can be issued.
func certifiable(r *receivable.Receivable) *Rejection {
	if r.State != receivable.Open {
		return reject("receivable_state", "receivable", "receivable %s is %s", r.ID, r.State)
	}
	if r.Undertaking != receivable.Irrevocable || r.Undertaken() == 0 {
		return reject("undertaking_missing", "receivable", "a certificate stands on an irrevocable undertaking; that on %s is %s", r.ID, r.Undertaking)
	}
	if r.Certificate != 0 {
		return reject("certificated", "receivable", "certificate %s was issued on receivable %s", r.Certificate, r.ID)
	}
	if r.Financing != 0 {
		return reject("already_financed", "receivable", "receivable %s is financed already, by %s: one financing per evidence", r.ID, r.Financing)
	}
	if r.Pool != 0 {
		return reject("receivable_pooled", "receivable", "receivable %s is in pool %s: one financing per evidence", r.ID, r.Pool)
	}
	if r.Claimed != 0 {
		return reject("debt_claimed", "receivable", "receivable %s is being paid by a certificate", r.ID)
	}
	if open := trade.FindingSet(r.Findings) &^ trade.Informative; open != 0 {
		return reject("findings_open", "receivable", "these findings on the invoice must be cleared first: %v", open.Codes())
	}
	return nil
}

// lawFacts gathers what the rules of law look at when a certificate is to be issued today.
func (d *draft) lawFacts(r *receivable.Receivable, justified bool) certificate.Facts {
	facts := certificate.Facts{Issued: d.today(), Due: r.Due, Invoiced: r.Issued, Justified: justified}
	if t := d.trades.at(r.Trade.Number()); t != nil {
		facts.Performed = t.Facts.Performed() && t.Facts.Has(trade.Invoiced)
	}
	return facts
}

// refusedByLaw turns the first rule that refuses into a rejection.
func refusedByLaw(law certificate.Law, act certificate.Act, facts certificate.Facts) *Rejection {
	for _, found := range certificate.Judge(law, act, facts) {
		if found.Outcome.Verdict == rule.Refuse {
			rejection := reject("law_refuses", "", "rule %s: %s; measured %d, bound %d", found.Rule.Code, found.Rule.Title, found.Outcome.Measure, found.Outcome.Bound)
			rejection.Citation = found.Rule.Citation
			return rejection
		}
	}
	return nil
}

// SetStanding gives a payee's acceptance in advance of the holdings that it is offered in a programme, or withdraws it by a
// date that is past. It covers no holding that is due later than the debt which it pays.
type SetStanding struct {
	Party      id.Party      `cbor:"1,keyasint"`
	Programme  id.Programme  `cbor:"2,keyasint"`
	Until      calendar.Date `cbor:"3,keyasint"` // last business date
	Signatures []Signature   `cbor:"4,keyasint"`
	verified
}

// Kind names the stored form.
func (*SetStanding) Kind() uint16 { return commandSetStanding }

// Statement is what the payee's signatories sign.
func (c *SetStanding) Statement() []byte {
	s := newStatement("accept certificates in advance", 1)
	s.line("party", c.Party)
	s.line("programme", c.Programme)
	s.line("until", c.Until)
	return s.bytes()
}

// Verify compares the signatures with the statement.
func (c *SetStanding) Verify() *Rejection { return c.verify(c.Statement(), c.Signatures...) }

func (c *SetStanding) decide(d *draft) *Rejection {
	c.must()
	if rejection := d.own(c.Party, "party"); rejection != nil {
		return rejection
	}
	p, rejection := d.live(c.Programme)
	if rejection != nil {
		return rejection
	}
	if p.TiersMax == 0 {
		return reject("certificates_none", "programme", "programme %s issues no certificates", p.ID)
	}
	if c.Until <= 0 || !d.near(c.Until) {
		return reject("date_invalid", "until", "the date lies years from the business date %s", d.today())
	}
	if rejection := d.signed(c.Signatures, c.Party, mandate.Accept, money.Amount{Currency: p.Currency}); rejection != nil {
		return rejection
	}
	standing := certificate.Standing{ID: d.standingOf[standingKey{c.Party, c.Programme}], Party: c.Party, Programme: c.Programme, Until: c.Until}
	if standing.ID == 0 {
		standing.ID = id.Make[id.Standing](d.shard, d.number(tableStanding, d.standings.count))
	}
	d.emit(&StandingSet{Standing: standing})
	return nil
}

// accepts tells whether a party has accepted in advance what it is offered today in a programme.
func (d *draft) accepts(payee id.Party, programme id.Programme) bool {
	standing := d.standings.at(d.standingOf[standingKey{payee, programme}].Number())
	return standing != nil && d.today() <= standing.Until
}

type standingKey struct {
	party     id.Party
	programme id.Programme
}

// CertificateIssued says that an undertaking is in transferable form, and in whose hand.
type CertificateIssued struct {
	Certificate certificate.Certificate `cbor:"1,keyasint"`
	Holding     certificate.Holding     `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*CertificateIssued) Kind() uint16 { return eventCertificateIssued }

func (e *CertificateIssued) fold(b *Book) {
	number := e.Certificate.ID.Number()
	b.certificates.add(number, e.Certificate)
	b.certificates.at(number).Made = b.sequence
	b.addHolding(&e.Holding)
	k := &e.Certificate
	b.countDeal(billing.CertificateIssued, k.Payee, k.Issuer, money.Amount{Minor: k.Amount, Currency: k.Currency}, k.Law.String())
	r := b.receivables.at(e.Certificate.Receivable.Number())
	r.Certificate = e.Certificate.ID
	b.touched(tableReceivable, r.ID.Number(), &r.Entry)
}

// StandingSet says what a payee accepts in advance.
type StandingSet struct {
	Standing certificate.Standing `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*StandingSet) Kind() uint16 { return eventStandingSet }

func (e *StandingSet) fold(b *Book) {
	number := e.Standing.ID.Number()
	if number > b.standings.count {
		b.standings.add(number, e.Standing)
		b.indexStanding(b.standings.at(number))
	}
	standing := b.standings.at(number)
	standing.Until = e.Standing.Until
	b.touched(tableStanding, number, &standing.Entry)
}

// indexStanding: standingOf, from table standing.
func (b *Book) indexStanding(s *certificate.Standing) {
	b.standingOf[standingKey{s.Party, s.Programme}] = s.ID
}

// indexHolding: liveOf and offerExpiry, from table holding.
func (b *Book) indexHolding(h *certificate.Holding) {
	if !h.Live() {
		return
	}
	b.liveOf[h.Certificate] = append(b.liveOf[h.Certificate], h.ID) // ascending: young holdings have higher numbers
	if h.Status == certificate.Offered {
		b.offerExpiry.push(expiry{h.Expires, h.ID.Number()})
	}
}

// addHolding puts a holding that was made on its shelf and counts it in its certificate.
func (b *Book) addHolding(made *certificate.Holding) {
	number := made.ID.Number()
	b.holdings.add(number, *made)
	h := b.holdings.at(number)
	h.Made = b.sequence
	b.indexHolding(h)
	b.touched(tableHolding, number, &h.Entry)
	k := b.certificates.at(h.Certificate.Number())
	k.Outstanding = money.Add(k.Outstanding, h.Amount)
	k.Holdings++
	b.touched(tableCertificate, k.ID.Number(), &k.Entry)
}

// spendHolding takes a holding that was consumed out of its certificate; the record stays.
func (b *Book) spendHolding(spent id.Holding, end certificate.Step) *certificate.Holding {
	h := b.holdings.at(spent.Number())
	h.Spent, h.End = b.sequence, end
	b.touched(tableHolding, spent.Number(), &h.Entry)
	live := b.liveOf[h.Certificate]
	at, found := slices.BinarySearch(live, spent)
	if !found {
		panic("book: a holding was consumed twice")
	}
	if live = slices.Delete(live, at, at+1); len(live) == 0 {
		delete(b.liveOf, h.Certificate)
	} else {
		b.liveOf[h.Certificate] = live
	}
	k := b.certificates.at(h.Certificate.Number())
	k.Outstanding = money.Sub(k.Outstanding, h.Amount)
	k.Holdings--
	if k.Holdings == 0 {
		k.State = certificate.Redeemed
		if end == certificate.Cancel {
			k.State = certificate.Cancelled
		}
	}
	b.touched(tableCertificate, k.ID.Number(), &k.Entry)
	return h
}
