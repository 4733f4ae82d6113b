package book

import (
	"fmt"

	"millrace/domain/certificate"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
)

func init() {
	registerCommand(func() act { return &MoveHoldings{} })
	registerEvent(func() fact { return &HoldingsMoved{} })
	permitted[commandMoveHoldings] = party.Operator | party.Seller | party.Funder
}

// Move is one step with one holding. Which of the fields it needs depends on the step.
type Move struct {
	Step      certificate.Step      `cbor:"1,keyasint"`           // split, transfer, withdraw, pledge by the holder; accept, decline by the payee; release by the pledgee
	Holding   id.Holding            `cbor:"2,keyasint"`           // once consumed in the same list, its remainder
	Amount    money.Minor           `cbor:"3,keyasint,omitempty"` // split, transfer, pledge: 0 for all
	To        id.Party              `cbor:"4,keyasint,omitempty"` // transfer, pledge
	Debt      id.Receivable         `cbor:"5,keyasint,omitempty"` // transfer: of the holder to To
	Discharge certificate.Discharge `cbor:"6,keyasint,omitempty"` // transfer
	Expires   int64                 `cbor:"7,keyasint,omitempty"` // transfer: stamp at which an offer ends
}

// MoveHoldings is an ordered list of moves by one controller, whose one signature covers all of them; they are made together
// or not at all. A transfer takes effect at once where the payee has accepted in advance and the certificate is not due later
// than the debt; else it is an offer.
type MoveHoldings struct {
	Party      id.Party    `cbor:"1,keyasint"` // the controller
	Moves      []Move      `cbor:"2,keyasint"`
	Signatures []Signature `cbor:"3,keyasint"`
	verified
}

// MovesMax is the most moves of a list.
const MovesMax = 1000

// Kind names the stored form.
func (*MoveHoldings) Kind() uint16 { return commandMoveHoldings }

// Statement is what the controller's signatories sign: one line a move.
func (c *MoveHoldings) Statement() []byte {
	s := newStatement("move holdings", 1)
	s.line("party", c.Party)
	var line []byte
	for i := range c.Moves {
		m := &c.Moves[i]
		line = append(line[:0], m.Step.String()...)
		line = append(append(line, ": "...), m.Holding.String()...)
		if m.Amount != 0 {
			line = fmt.Appendf(line, " amount %d", m.Amount)
		}
		if m.To != 0 {
			line = append(append(line, " to "...), m.To.String()...)
		}
		if m.Debt != 0 {
			line = append(append(append(append(line, " pays "...), m.Debt.String()...), ' '), m.Discharge.String()...)
		}
		if m.Expires != 0 {
			line = fmt.Appendf(line, " expires %d", m.Expires)
		}
		s.Write(append(line, '\n'))
	}
	return s.bytes()
}

// Verify compares the signatures with the statement.
func (c *MoveHoldings) Verify() *Rejection {
	if len(c.Moves) > MovesMax {
		return reject("moves_invalid", "moves", "a list has 1 to %d moves", MovesMax)
	}
	for i := range c.Moves {
		if m := &c.Moves[i]; m.Discharge > certificate.OnRedemption || m.Step > certificate.Cancel {
			return reject("moves_invalid", "moves", "move %d is of no known step or discharge", i+1)
		}
	}
	return c.verify(c.Statement(), c.Signatures...)
}

func (c *MoveHoldings) decide(d *draft) *Rejection {
	c.must()
	if rejection := d.own(c.Party, "party"); rejection != nil {
		return rejection
	}
	if len(c.Moves) == 0 {
		return reject("moves_invalid", "moves", "a list has 1 to %d moves", MovesMax)
	}
	m := moving{draft: d, party: c.Party}
	for i := range c.Moves {
		if rejection := m.take(&c.Moves[i]); rejection != nil {
			rejection.Sentence = fmt.Sprintf("move %d: %s", i+1, rejection.Sentence)
			return rejection
		}
	}
	if rejection := d.signed(c.Signatures, c.Party, m.acts, m.total); rejection != nil {
		return rejection
	}
	d.emit(&m.moved)
	return nil
}

// moving is a list of moves under way: later ones see what earlier ones have consumed and made.
type moving struct {
	*draft
	party      id.Party
	acts       mandate.Act
	total      money.Amount
	moved      HoldingsMoved
	remainders map[id.Holding]id.Holding     // of holdings consumed by this list; 0 where nothing was left
	claims     map[id.Receivable]money.Minor // of debts, by this list
	counts     map[id.Certificate]int        // live holdings more, by this list
}

func (m *moving) take(move *Move) *Rejection {
	h, k, rejection := m.holding(move)
	if rejection != nil {
		return rejection
	}
	if m.total.Currency == 0 {
		m.total.Currency = k.Currency
	}
	if m.total.Currency != k.Currency {
		return reject("currency_differs", "moves", "a list is in one currency; certificate %s is in %s", k.ID, k.Currency)
	}
	amount := move.Amount
	if amount == 0 {
		amount = h.Amount
	}
	if amount < 0 || amount > h.Amount {
		return reject("amount_invalid", "moves", "of holding %s there is %s", h.ID, money.Amount{Minor: h.Amount, Currency: k.Currency})
	}
	if m.total.Minor = money.Add(m.total.Minor, amount); m.total.Minor > money.MinorMax {
		return reject("amount_invalid", "moves", "a list moves at most %s", money.Amount{Minor: money.MinorMax, Currency: k.Currency})
	}
	switch move.Step {
	case certificate.Split, certificate.Transfer, certificate.Pledge:
		m.acts |= mandate.Dispose
		return m.dispose(move, h, k, amount)
	case certificate.Withdraw:
		m.acts |= mandate.Dispose
	default:
		m.acts |= mandate.Accept
	}
	if move.Amount != 0 || move.To != 0 || move.Debt != 0 || move.Discharge != 0 || move.Expires != 0 {
		return reject("move_fields", "moves", "to %s a holding takes nothing but its name", move.Step)
	}
	made := *h
	made.Status, made.By = certificate.Free, move.Step
	if move.Step == certificate.Accept {
		if rejection := m.acceptable(h, k); rejection != nil {
			return rejection
		}
		made.Holder, made.Tier = h.To, h.Tier+1
		m.settle(h, k)
	} else {
		made.Debt, made.Discharge = 0, 0
	}
	made.To, made.Expires = 0, 0
	m.spend(h, move.Step, made)
	return nil
}

// holding finds the live holding of a move and asks whether the controller may make it.
func (m *moving) holding(move *Move) (*certificate.Holding, *certificate.Certificate, *Rejection) {
	wanted := move.Holding
	for {
		next, consumed := m.remainders[wanted]
		if !consumed {
			break
		}
		if wanted = next; next == 0 {
			return nil, nil, reject("holding_spent", "moves", "an earlier move has consumed all of holding %s", move.Holding)
		}
	}
	if wanted != move.Holding {
		m.remainders[move.Holding] = wanted // so that a list out of one holding does not walk its whole chain again
	}
	h := m.found(wanted)
	if h == nil {
		return nil, nil, reject("holding_unknown", "moves", "there is no holding %s", move.Holding)
	}
	if !h.Live() {
		return nil, nil, reject("holding_spent", "moves", "holding %s was consumed: %s, entry %d", h.ID, h.End, h.Spent)
	}
	controller, status := h.Controller(), certificate.Free
	switch move.Step {
	case certificate.Split, certificate.Transfer, certificate.Pledge:
	case certificate.Withdraw:
		controller, status = h.Holder, certificate.Offered
	case certificate.Accept, certificate.Decline:
		status = certificate.Offered
	case certificate.Release:
		status = certificate.Pledged
	default:
		return nil, nil, reject("moves_invalid", "moves", "%q is no move of a list", move.Step)
	}
	if controller != m.party {
		return nil, nil, reject("not_controller", "moves", "holding %s is controlled by party %s", h.ID, controller)
	}
	if h.Status != status {
		return nil, nil, reject("holding_status", "moves", "holding %s is %s: to %s it, it has to be %s", h.ID, h.Status, move.Step, status)
	}
	return h, m.certificates.at(h.Certificate.Number()), nil
}

// found gives a holding on the shelf, or one that this list has made.
func (m *moving) found(wanted id.Holding) *certificate.Holding {
	if h := m.holdings.at(wanted.Number()); h != nil {
		return h
	}
	if at := wanted.Number() - m.holdings.count - 1; wanted != 0 && at < uint64(len(m.moved.Made)) {
		return &m.moved.Made[at]
	}
	return nil
}

// dispose makes of a free holding what the step wants, and a remainder.
func (m *moving) dispose(move *Move, h *certificate.Holding, k *certificate.Certificate, amount money.Minor) *Rejection {
	if move.Step == certificate.Split && amount == h.Amount {
		return reject("amount_invalid", "moves", "a split of holding %s leaves something of %s", h.ID, money.Amount{Minor: h.Amount, Currency: k.Currency})
	}
	if int(k.Holdings)+m.counts[k.ID]+1 > certificate.HoldingsMax {
		return reject("holdings_too_many", "moves", "certificate %s is in %d holdings already", k.ID, certificate.HoldingsMax)
	}
	made := certificate.Holding{Certificate: h.Certificate, Parent: h.ID, Holder: h.Holder, Amount: amount, Status: certificate.Free, By: move.Step, Unpaid: h.Unpaid, Tier: h.Tier}
	switch move.Step {
	case certificate.Split:
		if move.To != 0 || move.Debt != 0 || move.Discharge != 0 || move.Expires != 0 {
			return reject("move_fields", "moves", "a split takes an amount only")
		}
	case certificate.Pledge:
		if move.Debt != 0 || move.Discharge != 0 || move.Expires != 0 {
			return reject("move_fields", "moves", "a pledge takes an amount and a pledgee")
		}
		if rejection := m.taker(move.To, h, k); rejection != nil {
			return rejection
		}
		made.Status, made.To = certificate.Pledged, move.To
	default:
		if rejection := m.transferable(move, h, k, amount); rejection != nil {
			return rejection
		}
		made.Debt, made.Discharge = move.Debt, move.Discharge
		if m.accepts(move.To, k.Programme) && k.Due <= m.receivables.at(move.Debt.Number()).Due {
			made.Holder, made.Tier = move.To, h.Tier+1
			offer := made
			offer.Holder, offer.To = h.Holder, move.To
			m.settle(&offer, k)
		} else {
			made.Status, made.By, made.To, made.Expires = certificate.Offered, certificate.Offer, move.To, move.Expires
		}
		m.claim(move.Debt, amount)
	}
	m.spend(h, move.Step, made)
	return nil
}

// taker refuses a party that can't take a holding.
func (m *moving) taker(to id.Party, h *certificate.Holding, k *certificate.Certificate) *Rejection {
	p := m.parties.at(to.Number())
	if p == nil {
		return reject("party_unknown", "moves", "there is no party %s", to)
	}
	if p.State != party.Onboarded {
		return reject("party_not_onboarded", "moves", "party %s is %s", to, p.State)
	}
	if to == h.Holder || to == k.Issuer {
		return reject("payee_invalid", "moves", "a holding goes to another party than its holder and its issuer")
	}
	return nil
}

// transferable refuses a transfer that is not in payment of a debt, or goes through too many hands.
func (m *moving) transferable(move *Move, h *certificate.Holding, k *certificate.Certificate, amount money.Minor) *Rejection {
	if rejection := m.taker(move.To, h, k); rejection != nil {
		return rejection
	}
	if h.Tier >= k.TiersMax {
		return reject("tiers_exceeded", "moves", "certificate %s goes through %d hands at most", k.ID, k.TiersMax)
	}
	if move.Discharge == 0 {
		return reject("discharge_invalid", "moves", "a transfer discharges its debt at once or on redemption")
	}
	if move.Expires <= m.header.At || move.Expires > m.header.At+offerMax {
		return reject("expiry_invalid", "moves", "an offer ends within 90 days from now")
	}
	r := m.receivables.at(move.Debt.Number())
	if r == nil {
		return reject("receivable_unknown", "moves", "a transfer names the debt that it pays; there is no receivable %s", move.Debt)
	}
	if r.Buyer != h.Holder || r.Seller != move.To {
		return reject("debt_other_parties", "moves", "receivable %s is no debt of party %s to party %s", r.ID, h.Holder, move.To)
	}
	if r.Financing != 0 || r.Certificate != 0 || r.Pool != 0 {
		return reject("debt_not_free", "moves", "receivable %s is financed, or travels in a certificate itself", r.ID)
	}
	if rejection := m.notEarly(r, "moves"); rejection != nil {
		return rejection
	}
	if rejection := m.notHeld(r, "moves"); rejection != nil {
		return rejection
	}
	if r.Currency != k.Currency {
		return reject("currency_differs", "moves", "receivable %s is in %s", r.ID, r.Currency)
	}
	if left := money.Sub(r.Unclaimed(), m.claims[r.ID]); r.State != receivable.Open || amount > left {
		return reject("debt_exceeded", "moves", "of receivable %s there is %s left to pay", r.ID, money.Amount{Minor: left, Currency: r.Currency})
	}
	return nil
}

// offerMax is how long an offer may stand, in microseconds.
const offerMax = 90 * 86_400 * 1_000_000

// acceptable asks again whether the debt that an offer pays is as large as the offer.
func (m *moving) acceptable(h *certificate.Holding, k *certificate.Certificate) *Rejection {
	if m.header.At >= h.Expires {
		return reject("offer_expired", "moves", "the offer of holding %s has expired", h.ID)
	}
	r := m.receivables.at(h.Debt.Number())
	others := money.Sub(r.Claimed, h.Amount)
	if left := money.Sub(r.Outstanding(), others); h.Amount > left {
		return reject("debt_exceeded", "moves", "of receivable %s there is %s left to pay", r.ID, money.Amount{Minor: left, Currency: k.Currency})
	}
	return nil
}

func (m *moving) claim(debt id.Receivable, amount money.Minor) {
	if m.claims == nil {
		m.claims = map[id.Receivable]money.Minor{}
	}
	m.claims[debt] = money.Add(m.claims[debt], amount)
}

// spend consumes a holding and makes others of it: what the step makes, and what is left.
func (m *moving) spend(h *certificate.Holding, end certificate.Step, made certificate.Holding) {
	if m.remainders == nil {
		m.remainders, m.counts = map[id.Holding]id.Holding{}, map[id.Certificate]int{}
	}
	from := *h // Made may move as it grows
	m.moved.Spent = append(m.moved.Spent, Spending{from.ID, end})
	made.Parent = from.ID
	m.make(&made)
	m.remainders[from.ID] = 0
	if left := money.Sub(from.Amount, made.Amount); left > 0 {
		rest := certificate.Holding{
			Certificate: from.Certificate, Parent: from.ID, Holder: from.Holder, Amount: left, Status: certificate.Free, By: certificate.Split,
			Unpaid: from.Unpaid, Tier: from.Tier,
		}
		m.make(&rest)
		m.remainders[from.ID] = rest.ID
		m.counts[from.Certificate]++
	}
}

func (m *moving) make(h *certificate.Holding) {
	h.ID = id.Make[id.Holding](m.shard, m.number(tableHolding, m.holdings.count))
	h.Made, h.Spent, h.End, h.Entry = 0, 0, 0, 0
	if h.Pending() {
		h.Unpaid = h.ID
	}
	m.moved.Made = append(m.moved.Made, *h)
}

// settle books that a payee has taken a holding: the issuer owes it to the payee, and the holder has paid its debt, or has
// given the certificate for it.
func (m *moving) settle(offer *certificate.Holding, k *certificate.Certificate) {
	d, r := m.draft, m.receivables.at(offer.Debt.Number())
	amount := offer.Amount
	d.book(issuerKey(k, offer.Holder), issuerKey(k, offer.To), amount)
	if offer.Discharge == certificate.OnRedemption {
		d.book(givenKey(r), holderKey(k, offer.Holder), amount)
		d.book(holderKey(k, offer.To), takenKey(r), amount)
		return
	}
	d.discharge(r, amount, holderKey(k, offer.Holder), holderKey(k, offer.To))
}

// discharge books that a debt was paid with something: what the debtor gives and what the creditor takes.
func (d *draft) discharge(r *receivable.Receivable, amount money.Minor, gives, takes ledger.Key) {
	confirmed := money.Minor(0)
	if r.Undertaking == receivable.Irrevocable {
		confirmed = min(amount, max(0, money.Sub(r.Undertaken(), d.discharged[r.ID])))
	}
	d.discharged[r.ID] = money.Add(d.discharged[r.ID], amount)
	d.book(buyerKey(r, ledger.ConfirmedPayables), gives, confirmed)
	d.book(buyerKey(r, ledger.TradePayables), gives, money.Sub(amount, confirmed))
	d.book(takes, sellerKey(r, ledger.TradeReceivables), amount)
}

// issuerKey is what the issuer owes to a holder.
func issuerKey(k *certificate.Certificate, holder id.Party) ledger.Key {
	return ledger.Key{Entity: k.Issuer, Counterparty: holder, Code: ledger.ConfirmedPayables, Currency: k.Currency}
}

// holderKey is what a holder has to come from the issuer.
func holderKey(k *certificate.Certificate, holder id.Party) ledger.Key {
	return ledger.Key{Entity: holder, Counterparty: k.Issuer, Code: ledger.TradeReceivables, Currency: k.Currency}
}

// givenKey is what the debtor has given for a debt that is discharged on redemption only; takenKey is its mirror.
func givenKey(r *receivable.Receivable) ledger.Key {
	return ledger.Key{Entity: r.Buyer, Counterparty: r.Seller, Code: ledger.GivenInPayment, Currency: r.Currency}
}

func takenKey(r *receivable.Receivable) ledger.Key {
	return ledger.Key{Entity: r.Seller, Counterparty: r.Buyer, Code: ledger.TakenInPayment, Currency: r.Currency}
}

// Spending names a holding that was consumed, and by which step.
type Spending struct {
	Holding id.Holding       `cbor:"1,keyasint"`
	End     certificate.Step `cbor:"2,keyasint"`
}

// HoldingsMoved says which holdings were consumed, and which were made of them.
type HoldingsMoved struct {
	Spent []Spending            `cbor:"1,keyasint"`
	Made  []certificate.Holding `cbor:"2,keyasint,omitempty"`
}

// Kind names the stored form.
func (*HoldingsMoved) Kind() uint16 { return eventHoldingsMoved }

// fold first makes, then consumes: a list may consume what it has made.
func (e *HoldingsMoved) fold(b *Book) {
	for i := range e.Made {
		made := &e.Made[i]
		b.addHolding(made)
		b.countHolding(made)
		switch {
		case made.Status == certificate.Offered || made.Pending():
			b.moveDebt(made.Debt, made.Amount, 0)
		case made.By == certificate.Accept || made.By == certificate.Transfer:
			b.moveDebt(made.Debt, 0, made.Amount)
		case made.Status == certificate.Financed:
			f := b.financings.at(made.Financing.Number())
			f.Holding = made.ID
			b.touched(tableFinancing, f.ID.Number(), &f.Entry)
		}
	}
	for _, spent := range e.Spent {
		h := b.spendHolding(spent.Holding, spent.End)
		if h.Status == certificate.Offered {
			b.moveDebt(h.Debt, -h.Amount, 0)
		}
	}
}

// moveDebt adds to what is claimed and what is paid of a debt.
func (b *Book) moveDebt(debt id.Receivable, claimed, paid money.Minor) {
	r := b.receivables.at(debt.Number())
	r.Claimed, r.Paid = money.Add(r.Claimed, claimed), money.Add(r.Paid, paid)
	b.closeIfPaid(r)
	b.learnPaid(r, paid, b.clock.Date)
	b.touched(tableReceivable, debt.Number(), &r.Entry)
}
