package book

import (
	"millrace/domain/certificate"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &CancelCertificate{} })
	registerEvent(func() fact { return &CertificateCancelled{} })
	permitted[commandCancelCertificate] = party.Operator | party.Seller | party.Buyer | party.Anchor
}

// Consent is the word of one holder.
type Consent struct {
	Party      id.Party    `cbor:"1,keyasint"`
	Signatures []Signature `cbor:"2,keyasint"`
}

// CancelCertificate ends a certificate by the word of every holder: the undertaking is over. What the first holder holds is an
// ordinary receivable again; what others hold is released, and a debt for which it was given, and which was to be discharged
// on redemption, is owed again.
type CancelCertificate struct {
	Certificate id.Certificate `cbor:"1,keyasint"`
	Outstanding money.Minor    `cbor:"2,keyasint"` // of the certificate
	Consents    []Consent      `cbor:"3,keyasint"`
	verified
}

// Kind names the stored form.
func (*CancelCertificate) Kind() uint16 { return commandCancelCertificate }

// Statement is what the signatories of every holder sign.
func (c *CancelCertificate) Statement() []byte {
	s := newStatement("cancel certificate", 1)
	s.line("certificate", c.Certificate)
	s.line("outstanding", c.Outstanding)
	return s.bytes()
}

// Verify compares the signatures with the statement.
func (c *CancelCertificate) Verify() *Rejection {
	var all []Signature
	for i := range c.Consents {
		all = append(all, c.Consents[i].Signatures...)
	}
	return c.verify(c.Statement(), all...)
}

func (c *CancelCertificate) decide(d *draft) *Rejection {
	c.must()
	k := d.certificates.at(c.Certificate.Number())
	if k == nil {
		return reject("certificate_unknown", "certificate", "there is no certificate %s", c.Certificate)
	}
	if k.State != certificate.Live {
		return reject("certificate_state", "certificate", "certificate %s is %s", k.ID, k.State)
	}
	if c.Outstanding != k.Outstanding {
		return reject("terms_differ", "outstanding", "%s is outstanding, and not what was signed", money.Amount{Minor: k.Outstanding, Currency: k.Currency})
	}
	if rejection := c.consented(d, k); rejection != nil {
		return rejection
	}
	// Nothing refuses after this line.
	x := cancelling{draft: d, certificate: k, places: map[id.Receivable]int{}, restored: map[id.Receivable]int{}}
	e := &CertificateCancelled{Certificate: k.ID}
	for _, one := range d.liveOf[k.ID] {
		e.Released = money.Add(e.Released, x.cancel(d.holdings.at(one.Number())))
		e.Holdings = append(e.Holdings, one)
	}
	d.emit(e)
	if len(x.debts.Debts)+len(x.debts.Restored) > 0 {
		d.emit(&x.debts)
	}
	return nil
}

// consented asks for the signature of every holder on all that it holds, free of others' rights.
func (c *CancelCertificate) consented(d *draft, k *certificate.Certificate) *Rejection {
	held := make([]money.Minor, len(c.Consents))
	for _, one := range d.liveOf[k.ID] {
		h := d.holdings.at(one.Number())
		if h.Status != certificate.Free {
			return reject("holding_status", "certificate", "holding %s is %s: that has to end before the certificate can be cancelled", h.ID, h.Status)
		}
		at := -1
		for i := range c.Consents {
			if c.Consents[i].Party == h.Holder {
				at = i
				break
			}
		}
		if at < 0 {
			return reject("consent_missing", "consents", "party %s holds %s of it and has not consented", h.Holder, money.Amount{Minor: h.Amount, Currency: k.Currency})
		}
		held[at] = money.Add(held[at], h.Amount)
	}
	for i := range c.Consents {
		if rejection := d.signed(c.Consents[i].Signatures, c.Consents[i].Party, mandate.Cancel, money.Amount{Minor: held[i], Currency: k.Currency}); rejection != nil {
			return rejection
		}
	}
	return nil
}

// cancelling is a certificate on its way out.
type cancelling struct {
	*draft
	certificate *certificate.Certificate
	debts       DebtsDischarged
	places      map[id.Receivable]int
	restored    map[id.Receivable]int
}

// cancel books the end of one holding and tells how much of it is released: 0 where it comes back to the first holder.
//
// Whoever took it for a debt that is discharged on redemption, and still has it, has its claim again, and the debtor bears
// the loss in its place. Whoever has passed it on has had its worth: that debt is discharged.
func (x *cancelling) cancel(h *certificate.Holding) money.Minor {
	d, k := x.draft, x.certificate
	bearer, asset := h.Holder, holderKey(k, h.Holder)
	for unpaid := h.Unpaid; unpaid != 0; {
		node := d.holdings.at(unpaid.Number())
		r := d.receivables.at(node.Debt.Number())
		if r.Seller == bearer {
			d.book(takenKey(r), asset, h.Amount)
			x.restore(r.ID, h.Amount)
			bearer, asset = r.Buyer, givenKey(r)
		} else {
			d.discharge(r, h.Amount, givenKey(r), takenKey(r))
			x.debts.add(x.places, r.ID, h.Amount)
		}
		unpaid = d.holdings.at(node.Parent.Number()).Unpaid
	}
	if bearer == k.Payee {
		if own := holderKey(k, bearer); own != asset {
			d.book(own, asset, h.Amount)
		}
		payable := ledger.Key{Entity: k.Issuer, Counterparty: bearer, Code: ledger.TradePayables, Currency: k.Currency}
		d.book(issuerKey(k, h.Holder), payable, h.Amount)
		return 0
	}
	d.book(partyKey(bearer, ledger.ClaimsReleased, k.Currency), asset, h.Amount)
	d.book(issuerKey(k, h.Holder), partyKey(k.Issuer, ledger.DebtsReleased, k.Currency), h.Amount)
	return h.Amount
}

func (x *cancelling) restore(r id.Receivable, amount money.Minor) {
	at, found := x.restored[r]
	if !found {
		at = len(x.debts.Restored)
		x.restored[r] = at
		x.debts.Restored = append(x.debts.Restored, DebtPaid{Receivable: r})
	}
	x.debts.Restored[at].Amount = money.Add(x.debts.Restored[at].Amount, amount)
}

// CertificateCancelled says that an undertaking is over by the word of all who held it.
type CertificateCancelled struct {
	Certificate id.Certificate `cbor:"1,keyasint"`
	Holdings    []id.Holding   `cbor:"2,keyasint"`
	Released    money.Minor    `cbor:"3,keyasint"` // by others than the first holder
}

// Kind names the stored form.
func (*CertificateCancelled) Kind() uint16 { return eventCertificateCancelled }

func (e *CertificateCancelled) fold(b *Book) {
	for _, one := range e.Holdings {
		b.spendHolding(one, certificate.Cancel)
	}
	k := b.certificates.at(e.Certificate.Number())
	r := b.receivables.at(k.Receivable.Number())
	r.Certificate, r.Released = 0, money.Add(r.Released, e.Released)
	if r.Confirmed = money.Sub(r.Paid, r.PaidBefore); r.Confirmed == 0 {
		b.unconfirm(r)
	}
	b.closeIfPaid(r)
	b.touched(tableReceivable, r.ID.Number(), &r.Entry)
}
