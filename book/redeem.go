package book

import (
	"millrace/domain/certificate"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/servicing"
)

func init() {
	registerEvent(func() fact { return &DebtsDischarged{} })
}

// underLaw asks the law of a certificate about financing a holding of it.
func (u *use) underLaw(d *draft) *Rejection {
	k := d.certificates.at(u.holding.Certificate.Number())
	if u.programme.ID != k.Programme {
		return reject("programme_other", "programme", "certificate %s moves in programme %s", k.ID, k.Programme)
	}
	facts := certificateFacts(k)
	u.facts.Law, u.facts.CertificateIssued, u.facts.CertificateDue, u.facts.Justified = uint8(k.Law), facts.Issued, facts.Due, facts.Justified
	if rejection := refusedByLaw(k.Law, certificate.Financing, facts); rejection != nil {
		return rejection
	}
	for _, found := range certificate.Judge(k.Law, certificate.Financing, facts) {
		u.law = append(u.law, found.Outcome)
	}
	return nil
}

// certificateFacts is what the rules of law look at once a certificate is issued.
func certificateFacts(k *certificate.Certificate) certificate.Facts {
	return certificate.Facts{Issued: k.Issued, Due: k.Due, Justified: k.Justification != [32]byte{}}
}

// finance consumes a holding, or a part of it, and makes of it one that is financed.
func (d *draft) finance(h *certificate.Holding, f *funding.Financing) {
	m := moving{draft: d}
	m.spend(h, certificate.Finance, certificate.Holding{
		Certificate: h.Certificate, Holder: h.Holder, Amount: f.Amount, Status: certificate.Financed, To: f.Funder, Financing: f.ID,
		By: certificate.Finance, Unpaid: h.Unpaid, Tier: h.Tier,
	})
	d.emit(&m.moved)
}

// giveBack frees the holding of a financing that has ended, if anything is left of it.
func (d *draft) giveBack(f *funding.Financing) {
	d.liftPledges(f)
	h := d.holdings.at(f.Holding.Number())
	if h == nil || !h.Live() || h.Status != certificate.Financed {
		return
	}
	free := *h
	free.Status, free.By, free.To, free.Financing = certificate.Free, certificate.Return, 0, 0
	m := moving{draft: d}
	m.spend(h, certificate.Return, free)
	d.emit(&m.moved)
}

// offered gives the holding whose offer ends at e; nil where it has been taken or ended otherwise.
func (b *Book) offered(e expiry) *certificate.Holding {
	if h := b.holdings.at(e.number); h.Live() && h.Status == certificate.Offered && h.Expires == e.at {
		return h
	}
	return nil
}

// lapseOffers gives back what was offered and not taken in time.
func (d *draft) lapseOffers() {
	m := moving{draft: d}
	for _, e := range d.offerExpiry.upTo(d.header.At, lapseMax, func(e expiry) bool { return d.offered(e) != nil }) {
		h := d.offered(e)
		free := *h
		free.Status, free.By, free.To, free.Debt, free.Discharge, free.Expires = certificate.Free, certificate.Expire, 0, 0, 0, 0
		m.spend(h, certificate.Expire, free)
	}
	if len(m.moved.Spent) > 0 {
		d.emit(&m.moved)
	}
}

// redemption is a payment of the issuer on its way to whoever holds the certificate.
type redemption struct {
	allocation
	*draft
	certificate *certificate.Certificate
	moves       moving
	debts       DebtsDischarged
	places      map[id.Receivable]int // in debts
}

// redeem shares a payment of the issuer out among the holders, pro rata by largest remainder, and what is beyond the
// certificate to the seller.
func (a *allocation) redeem(d *draft, k *certificate.Certificate) *Rejection {
	r, amount := a.receivable, a.command.Amount
	if k.Programme != a.programme.ID {
		return reject("programme_other", "receivable", "certificate %s is redeemed in programme %s", k.ID, k.Programme)
	}
	if a.command.Payer != ByBuyer {
		return reject("payer_invalid", "payer", "a certificate is redeemed by its issuer; for a seller who was called, name its holding")
	}
	if most := r.Outstanding(); amount > most {
		return reject("exceeds_owed", "amount", "the buyer owes %s on receivable %s", money.Amount{Minor: most, Currency: r.Currency}, r.ID)
	}
	live := d.liveOf[k.ID]
	weights := make([]money.Minor, len(live))
	for i, one := range live {
		h := d.holdings.at(one.Number())
		weights[i] = h.Amount
		if f := d.financings.at(h.Financing.Number()); h.Status == certificate.Financed && !f.State.PaidOut() {
			return reject("disbursement_open", "receivable", "holding %s is being financed: wait until the bank has said what became of the disbursement", h.ID)
		}
	}
	// Nothing refuses after this line.
	x := redemption{allocation: *a, draft: d, certificate: k, moves: moving{draft: d}, places: map[id.Receivable]int{}}
	certified := min(amount, k.Outstanding)
	for i, share := range certificate.Shares(certified, weights) {
		if share > 0 {
			x.pay(d.holdings.at(live[i].Number()), share)
		}
	}
	x.beyond(money.Sub(amount, certified))
	d.emit(&x.moves.moved)
	if len(x.debts.Debts) > 0 {
		d.emit(&x.debts)
	}
	d.emit(&ReceivablePaid{Receivable: r.ID, Receipt: a.receipt.ID, Amount: amount, Value: a.receipt.Value})
	a.used(d)
	return nil
}

// pay redeems a holding, or a part of it.
func (x *redemption) pay(h *certificate.Holding, share money.Minor) {
	d, k := x.draft, x.certificate
	bank := partyKey(k.Issuer, ledger.BuyerBank, k.Currency)
	d.book(issuerKey(k, h.Holder), bank, share)
	from := custodyKey(x.programme, ledger.CollectionUnallocated, 0)
	rest := *h
	switch h.Status {
	case certificate.Financed:
		if x.payFinanced(h, share, from) {
			rest.Status, rest.To, rest.Financing = certificate.Free, 0, 0
		}
	case certificate.Pledged:
		d.transfer(from, custodyKey(x.programme, ledger.CollectionForSeller, h.To), share)
		d.book(ledger.Key{Entity: h.Holder, Counterparty: h.To, Code: ledger.HeldByPledgee, Currency: k.Currency}, holderKey(k, h.Holder), share)
		d.book(partyKey(h.To, ledger.CollectionsHeld, k.Currency), ledger.Key{Entity: h.To, Counterparty: h.Holder, Code: ledger.SecurityHeld, Currency: k.Currency}, share)
	default:
		d.transfer(from, custodyKey(x.programme, ledger.CollectionForSeller, h.Holder), share)
		d.book(partyKey(h.Holder, ledger.CollectionsHeld, k.Currency), holderKey(k, h.Holder), share)
		rest.Status, rest.To, rest.Debt, rest.Discharge, rest.Expires = certificate.Free, 0, 0, 0, 0
	}
	x.forDebts(h.Unpaid, share)
	x.moves.redeem(h, &rest, share)
}

// redeem consumes a holding; what was not paid of it is made anew.
func (m *moving) redeem(h, rest *certificate.Holding, share money.Minor) {
	m.moved.Spent = append(m.moved.Spent, Spending{h.ID, certificate.Redeem})
	if rest.Amount = money.Sub(h.Amount, share); rest.Amount > 0 {
		rest.Parent, rest.By, rest.Debt, rest.Discharge = h.ID, certificate.Redeem, 0, 0
		m.make(rest)
	}
}

// payFinanced shares what is paid on a financed holding: interest and principal to the funder, then late interest where the
// holder answers for the issuer's default, the rest to the holder. It tells whether the funder has got all that the holding
// is security for.
func (x *redemption) payFinanced(h *certificate.Holding, share money.Minor, from ledger.Key) bool {
	d, k := x.draft, x.certificate
	f := d.financings.at(h.Financing.Number())
	terms, amount := d.terms(f), share
	if !d.loan(f) { // late interest is the issuer's on top
		due := servicing.Run(&terms, d.history(nil, f)).At(&terms, x.receipt.Value)
		amount = min(share, money.Add(due.Principal, due.InterestDue()))
	}
	rest := money.Sub(share, amount)
	d.transfer(from, custodyKey(x.programme, ledger.CollectionForSeller, f.Seller), rest)
	d.book(partyKey(f.Seller, ledger.CollectionsHeld, f.Currency), holderKey(k, f.Seller), rest)
	s := d.weigh(f, received(servicing.Buyer, x.receipt, amount))
	d.serve(s)
	left := s.after.InterestDue()
	if d.loan(f) {
		left = money.Add(left, s.after.LateDue())
	}
	return s.after.Principal == 0 && left == 0
}

// forDebts discharges what was to be discharged on redemption, for every hand through which the holding went.
func (x *redemption) forDebts(unpaid id.Holding, share money.Minor) {
	d := x.draft
	for unpaid != 0 {
		h := d.holdings.at(unpaid.Number())
		r := d.receivables.at(h.Debt.Number())
		d.discharge(r, share, givenKey(r), takenKey(r))
		x.debts.add(x.places, r.ID, share)
		unpaid = d.holdings.at(h.Parent.Number()).Unpaid
	}
}

// beyond is paid to the seller on what is not in the certificate.
func (x *redemption) beyond(amount money.Minor) {
	d, r := x.draft, x.receivable
	d.transfer(custodyKey(x.programme, ledger.CollectionUnallocated, 0), custodyKey(x.programme, ledger.CollectionForSeller, r.Seller), amount)
	d.book(partyKey(r.Seller, ledger.CollectionsHeld, r.Currency), sellerKey(r, ledger.TradeReceivables), amount)
	d.book(buyerKey(r, ledger.TradePayables), partyKey(r.Buyer, ledger.BuyerBank, r.Currency), amount)
}

// settleFinancing takes money for the financing of one holding: of the holder that was called, or what the issuer owes on top
// of the debt because it paid late.
func (a *allocation) settleFinancing(d *draft) *Rejection {
	h := d.holdings.at(a.command.Holding.Number())
	if h == nil || d.certificates.at(h.Certificate.Number()).Receivable != a.receivable.ID {
		return reject("holding_unknown", "holding", "receivable %s has no holding %s", a.receivable.ID, a.command.Holding)
	}
	f := d.financings.at(h.Financing.Number())
	if f == nil || !f.State.PaidOut() || f.Programme != a.programme.ID {
		return reject("holding_not_financed", "holding", "nothing is owed on holding %s in programme %s", h.ID, a.programme.ID)
	}
	if a.command.Payer == ByBuyer {
		if d.loan(f) || f.Exposure() > 0 {
			return reject("payer_invalid", "payer", "what the issuer pays on the debt is shared among all holders; only its late interest is paid by holding, after that")
		}
	} else if a.command.Payer != BySeller || !d.answersForAll(f) {
		return reject("recourse_not_called", "payer", "the holder of %s has not been called", h.ID)
	}
	a.weigh(d, f, a.command.Amount)
	if a.split.Seller > 0 {
		return reject("exceeds_owed", "amount", "on holding %s there is %s owed", h.ID, money.Amount{Minor: money.Sub(a.command.Amount, a.split.Seller), Currency: f.Currency})
	}
	// Nothing refuses after this line.
	d.serve(a.serviced)
	a.used(d)
	return nil
}

// lawfulToPayOut asks the law of a certificate about the disbursement of a financing.
func (d *draft) lawfulToPayOut(f *funding.Financing) *Rejection {
	h := d.holdings.at(f.Holding.Number())
	if h == nil {
		return nil
	}
	k := d.certificates.at(h.Certificate.Number())
	facts := certificateFacts(k)
	facts.LenderActs = d.by() == f.Funder
	d.eachRegistration(f.Seller, f.Funder, f.Receivable, func(r *legal.Registration) {
		facts.Registered = facts.Registered || r.Registry == legal.CreditReferenceCentre
	})
	return refusedByLaw(k.Law, certificate.Disbursing, facts)
}

// DebtPaid is an amount of a debt for which a certificate was given.
type DebtPaid struct {
	Receivable id.Receivable `cbor:"1,keyasint"`
	Amount     money.Minor   `cbor:"2,keyasint"`
}

// DebtsDischarged says which debts are discharged because the certificate given for them was redeemed, and which are owed
// again because it was cancelled.
type DebtsDischarged struct {
	Debts    []DebtPaid `cbor:"1,keyasint,omitempty"`
	Restored []DebtPaid `cbor:"2,keyasint,omitempty"`
}

// add adds to what a debt gets; places remembers where it stands.
func (e *DebtsDischarged) add(places map[id.Receivable]int, r id.Receivable, amount money.Minor) {
	at, found := places[r]
	if !found {
		at = len(e.Debts)
		places[r] = at
		e.Debts = append(e.Debts, DebtPaid{Receivable: r})
	}
	e.Debts[at].Amount = money.Add(e.Debts[at].Amount, amount)
}

// Kind names the stored form.
func (*DebtsDischarged) Kind() uint16 { return eventDebtsDischarged }

func (e *DebtsDischarged) fold(b *Book) {
	for _, debt := range e.Debts {
		b.moveDebt(debt.Receivable, -debt.Amount, debt.Amount)
	}
	for _, debt := range e.Restored {
		b.moveDebt(debt.Receivable, -debt.Amount, 0)
	}
}
