package book

import (
	"encoding/binary"
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/certificate"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/receivable"
)

func init() {
	registerCommand(func() act { return &NoticeMisdirected{} })
	registerCommand(func() act { return &DemandMisdirected{} })
	registerCommand(func() act { return &PayOver{} })
	registerCommand(func() act { return &ProposeSetOff{} })
	registerCommand(func() act { return &DecideSetOff{} })
	registerCommand(func() act { return &DropMisdirected{} })
	registerEvent(func() fact { return &RecoveryMoved{} })
	permitted[commandNoticeMisdirected] = party.Operator | party.Seller
	permitted[commandDemandMisdirected] = party.Operator | party.Funder
	permitted[commandPayOver] = party.Operator
	permitted[commandProposeSetOff] = party.Operator
	permitted[commandDecideSetOff] = party.Operator
	permitted[commandDropMisdirected] = party.Operator
}

// Bounds of the recovery of misdirected payments.
const (
	DemandDaysMax  = 366 // from the demand to its due date
	SettlementsMax = 200 // parts in which one payment comes
)

// NoticeMisdirected says that money for a receivable lies where it does not belong: with the seller, which may say so itself, in
// another account of a funder, or in another programme. RecordMisdirectedPayment says the first of these for the buyer.
type NoticeMisdirected struct {
	Receivable id.Receivable `cbor:"1,keyasint"`
	Amount     money.Minor   `cbor:"2,keyasint"`
	Paid       calendar.Date `cbor:"3,keyasint"` // value date
	Evidence   [32]byte      `cbor:"4,keyasint"` // in the vault
	Place      legal.Place   `cbor:"5,keyasint,omitempty"`
	Funder     id.Party      `cbor:"6,keyasint,omitempty"` // with a funder: which
	Other      id.Programme  `cbor:"7,keyasint,omitempty"` // elsewhere: into which programme it came
}

// Kind names the stored form.
func (*NoticeMisdirected) Kind() uint16 { return commandNoticeMisdirected }

func (c *NoticeMisdirected) decide(d *draft) *Rejection {
	r := d.receivables.at(c.Receivable.Number())
	if r == nil {
		return reject("receivable_unknown", "receivable", "there is no receivable %s", c.Receivable)
	}
	if rejection := d.own(r.Seller, "receivable"); rejection != nil {
		return rejection
	}
	m := legal.Misdirected{Amount: c.Amount, Paid: c.Paid, Proof: c.Evidence, Recovery: legal.Recovery{Place: c.Place, Other: c.Other}}
	if rejection := c.holder(d, r, &m.Recovery); rejection != nil {
		return rejection
	}
	open := c.Amount
	for _, one := range d.misdirectedOf[r.ID] {
		known := d.misdirected.at(one.Number())
		if known.Amount == c.Amount && known.Paid == c.Paid && d.heldBy(known) == m.Recovery.Holder {
			return reject("misdirected_known", "receivable", "that is payment %s, which is on record", known.ID)
		}
		if known.Effect == legal.Outstanding && within(c.Amount) {
			open = money.Add(open, known.Left())
		}
	}
	if within(c.Amount) && open > r.Unclaimed() {
		return reject("amount_invalid", "amount", "with what was misdirected before, it is more than the %s outstanding on receivable %s",
			money.Amount{Minor: r.Unclaimed(), Currency: r.Currency}, r.ID)
	}
	return d.strayed(r, &m)
}

// holder says who has the money.
func (c *NoticeMisdirected) holder(d *draft, r *receivable.Receivable, recovery *legal.Recovery) *Rejection {
	known := false
	switch c.Place {
	case legal.WithSeller:
		recovery.Holder, known = r.Seller, c.Funder == 0 && c.Other == 0
	case legal.WithFunder:
		p := d.parties.at(c.Funder.Number())
		recovery.Holder, known = c.Funder, p != nil && p.Roles&party.Funder != 0 && c.Other == 0
	case legal.Elsewhere:
		if p := d.programmes.at(c.Other.Number()); p != nil && c.Funder == 0 && p.ID != d.claimedIn(r) && p.Currency == r.Currency {
			recovery.Holder, known = p.Custodian, true
		}
	}
	if !known {
		return reject("misdirected_place", "place", "the money is with the seller, with a funder that is named, or in another programme of the currency")
	}
	return nil
}

// claimedIn is the programme in which somebody else than its seller claims a receivable; 0 for none.
func (b *Book) claimedIn(r *receivable.Receivable) id.Programme {
	if f := b.financings.at(r.Financing.Number()); f != nil {
		return f.Programme
	}
	if k := b.certificates.at(r.Certificate.Number()); k != nil && k.State == certificate.Live {
		return k.Programme
	}
	return 0
}

// heldBy is who has the money of a misdirected payment.
func (b *Book) heldBy(m *legal.Misdirected) id.Party {
	if m.Recovery.Holder == 0 { // recorded before recoveries were
		return b.receivables.at(m.Receivable.Number()).Seller
	}
	return m.Recovery.Holder
}

// recoverable finds a misdirected payment of which money is still to come, and the programme to which it belongs.
func (d *draft) recoverable(of id.Misdirected) (*legal.Misdirected, *funding.Programme, *Rejection) {
	m := d.misdirected.at(of.Number())
	if m == nil {
		return nil, nil, reject("misdirected_unknown", "payment", "there is no misdirected payment %s", of)
	}
	if !m.Recovery.State.Live() {
		return nil, nil, reject("misdirected_state", "payment", "misdirected payment %s is %s", m.ID, m.Recovery.State)
	}
	programme := m.Recovery.Programme
	if f := d.financings.at(m.Financing.Number()); programme == 0 && f != nil {
		programme = f.Programme
	}
	return m, d.programmes.at(programme.Number()), nil
}

// owedOver likewise, and refuses one that nobody but the seller claims.
func (d *draft) owedOver(of id.Misdirected) (*legal.Misdirected, *funding.Programme, *Rejection) {
	m, p, rejection := d.recoverable(of)
	if rejection == nil && p == nil {
		rejection = reject("misdirected_unclaimed", "payment", "what was paid by %s is the seller's own: nobody else claimed receivable %s", m.ID, m.Receivable)
	}
	return m, p, rejection
}

// DemandMisdirected demands the money from who has it, by a due date. It may be demanded again.
type DemandMisdirected struct {
	Payment id.Misdirected `cbor:"1,keyasint"`
	Due     calendar.Date  `cbor:"2,keyasint"`          // last day to pay over
	Letter  [32]byte       `cbor:"3,keyasint,omitzero"` // the demand as sent, in the vault
}

// Kind names the stored form.
func (*DemandMisdirected) Kind() uint16 { return commandDemandMisdirected }

func (c *DemandMisdirected) decide(d *draft) *Rejection {
	if m := d.misdirected.at(c.Payment.Number()); m != nil && !d.isOperator() {
		f := d.financings.at(m.Financing.Number())
		if f == nil || f.Funder != d.by() {
			return reject("other_party", "payment", "this belongs to another party")
		}
	}
	m, _, rejection := d.owedOver(c.Payment)
	if rejection != nil {
		return rejection
	}
	if c.Due < d.today() || c.Due > d.today().AddDays(DemandDaysMax) {
		return reject("date_invalid", "due", "the demand is due today or later, and in %d days at most", DemandDaysMax)
	}
	after := m.Recovery.Copy()
	after.State, after.Demanded, after.Due, after.Letter = legal.Demanded, d.today(), c.Due, c.Letter
	after.Demands++
	d.recovers(m, after)
	return nil
}

// recovers notes how a recovery stands now.
func (d *draft) recovers(m *legal.Misdirected, after legal.Recovery) {
	d.emit(&RecoveryMoved{Payment: m.ID, Recovery: after})
}

// PayOver matches what has come in to a misdirected payment, all of it or a part. It is shared out as if it had come from the
// buyer; where the payment freed the buyer, as the seller's, who is called for it.
type PayOver struct {
	Payment id.Misdirected `cbor:"1,keyasint"`
	Receipt id.Receipt     `cbor:"2,keyasint"`
	Amount  money.Minor    `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*PayOver) Kind() uint16 { return commandPayOver }

func (c *PayOver) decide(d *draft) *Rejection {
	m, p, rejection := d.owedOver(c.Payment)
	if rejection != nil {
		return rejection
	}
	receipt := d.receipts.at(c.Receipt.Number())
	if receipt == nil {
		return reject("receipt_unknown", "receipt", "there is no receipt %s", c.Receipt)
	}
	if receipt.Programme != p.ID {
		return reject("programme_other", "receipt", "receipt %s came into programme %s, and the money belongs to %s", receipt.ID, receipt.Programme, p.ID)
	}
	return d.comes(m, receipt, legal.Settlement{Receipt: receipt.ID, Amount: c.Amount, Value: receipt.Value, Maker: d.header.Actor})
}

// comes shares out what has come of a misdirected payment, and ends the recovery where it is whole.
func (d *draft) comes(m *legal.Misdirected, receipt *payment.Receipt, part legal.Settlement) *Rejection {
	if rejection := d.leftOf(m, part.Amount); rejection != nil {
		return rejection
	}
	if len(m.Recovery.Settlements) >= SettlementsMax {
		return reject("count_invalid", "payment", "misdirected payment %s has come in %d parts, and no more are kept", m.ID, SettlementsMax)
	}
	payer := ByBuyer
	if m.Effect == legal.Discharged {
		payer = BySeller
	}
	if rejection := d.share(&Allocate{Receipt: receipt.ID, Receivable: m.Receivable, Amount: part.Amount, Payer: payer}, receipt); rejection != nil {
		return rejection
	}
	after := m.Recovery.Copy()
	after.Settlements = append(after.Settlements, part)
	if part.Checker != 0 {
		after.Proposed, after.Proposer = 0, 0
	}
	if after.Came() == m.Amount {
		after.State, after.Proposed, after.Proposer = legal.Whole, 0, 0
	}
	d.recovers(m, after)
	return nil
}

func (d *draft) leftOf(m *legal.Misdirected, amount money.Minor) *Rejection {
	if amount <= 0 || amount > m.Left() {
		return reject("amount_invalid", "amount", "of misdirected payment %s there is %s to come", m.ID,
			money.Amount{Minor: m.Left(), Currency: d.receivables.at(m.Receivable.Number()).Currency})
	}
	return nil
}

// ProposeSetOff proposes to take a seller's money that it was paid by mistake out of what was collected for it, in the programme
// to which the money belongs and no other. Runs of multilateral set-off have commands of their own (OpenSetOffProposal).
type ProposeSetOff struct {
	Payment id.Misdirected `cbor:"1,keyasint"`
	Amount  money.Minor    `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*ProposeSetOff) Kind() uint16 { return commandProposeSetOff }

func (c *ProposeSetOff) decide(d *draft) *Rejection {
	m, p, rejection := d.owedOver(c.Payment)
	if rejection != nil {
		return rejection
	}
	if m.Recovery.Proposed != 0 {
		return reject("set_off_waits", "payment", "a set-off against misdirected payment %s waits to be decided on", m.ID)
	}
	if rejection := d.collectible(m, p, c.Amount); rejection != nil {
		return rejection
	}
	after := m.Recovery.Copy()
	after.Proposed, after.Proposer = c.Amount, d.header.Actor
	d.recovers(m, after)
	return nil
}

// collectible refuses a set-off beyond what is to come and what was collected for the seller, when it is proposed and when it is
// decided on.
func (d *draft) collectible(m *legal.Misdirected, p *funding.Programme, amount money.Minor) *Rejection {
	if m.Recovery.Place != legal.WithSeller {
		return reject("misdirected_place", "payment", "the money is not with the seller: there is nothing of the holder's to set it off against")
	}
	if rejection := d.leftOf(m, amount); rejection != nil {
		return rejection
	}
	if free := max(0, d.available(custodyKey(p, ledger.CollectionForSeller, d.heldBy(m)))); amount > free {
		return reject("funds_insufficient", "amount", "%s was collected for this party in programme %s and is free", money.Amount{Minor: free, Currency: p.Currency}, p.ID)
	}
	return nil
}

// DecideSetOff is a second person's decision on the set-off of a misdirected payment. Approved, what was collected for the seller pays its debt at once.
type DecideSetOff struct {
	Payment  id.Misdirected `cbor:"1,keyasint"`
	Decision Decision       `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*DecideSetOff) Kind() uint16 { return commandDecideSetOff }

func (c *DecideSetOff) decide(d *draft) *Rejection {
	m, p, rejection := d.owedOver(c.Payment)
	if rejection != nil {
		return rejection
	}
	if m.Recovery.Proposed == 0 {
		return reject("set_off_none", "payment", "no set-off against misdirected payment %s is proposed", m.ID)
	}
	if rejection := d.second(m.Recovery.Proposer); rejection != nil {
		return rejection
	}
	switch c.Decision {
	case Approve:
		return d.setOffCollections(m, p)
	case Decline:
		after := m.Recovery.Copy()
		after.Proposed, after.Proposer = 0, 0
		d.recovers(m, after)
		return nil
	}
	return reject("decision_invalid", "decision", "a set-off is approved or declined")
}

// setOffCollections turns what was collected for a seller into a receipt that no bank has brought, and shares it out. In the seller's books it
// has drawn that much, and has the buyer's money in its place.
func (d *draft) setOffCollections(m *legal.Misdirected, p *funding.Programme) *Rejection {
	amount, seller := m.Recovery.Proposed, d.heldBy(m)
	if rejection := d.collectible(m, p, amount); rejection != nil {
		return rejection
	}
	receipt := payment.Receipt{
		ID: id.Make[id.Receipt](d.shard, d.number(tableReceipt, d.receipts.count)), Programme: p.ID, Line: setOffLine(m), Amount: amount,
		Value: d.today(), Booking: d.today(), Currency: p.Currency, State: payment.Unallocated, SetOff: m.ID,
	}
	d.transfer(custodyKey(p, ledger.CollectionForSeller, seller), custodyKey(p, ledger.CollectionUnallocated, 0), amount)
	d.book(partyKey(seller, ledger.SellerBank, p.Currency), partyKey(seller, ledger.CollectionsHeld, p.Currency), amount)
	d.emit(&ReceiptRecorded{Receipt: receipt})
	return d.comes(m, &receipt, legal.Settlement{Receipt: receipt.ID, Amount: amount, Value: receipt.Value, Maker: m.Recovery.Proposer, Checker: d.header.Actor})
}

// setOffLine is the natural identity of the next set-off: the tokens of bank lines are keyed hashes, and have no such beginning.
func setOffLine(m *legal.Misdirected) [16]byte {
	line := [16]byte{'s', 'e', 't', ' ', 'o', 'f', 'f'}
	line[7] = byte(len(m.Recovery.Settlements))
	binary.BigEndian.PutUint64(line[8:], uint64(m.ID))
	return line
}

// DropMisdirected ends a recovery before it is whole, for a reason: the buyer has paid again and has its money back, or the payment
// was none. Who has recorded the payment can't.
type DropMisdirected struct {
	Payment id.Misdirected `cbor:"1,keyasint"`
	Reason  [32]byte       `cbor:"2,keyasint"` // in the vault
}

// Kind names the stored form.
func (*DropMisdirected) Kind() uint16 { return commandDropMisdirected }

func (c *DropMisdirected) decide(d *draft) *Rejection {
	m, _, rejection := d.recoverable(c.Payment)
	if rejection != nil {
		return rejection
	}
	if c.Reason == [32]byte{} {
		return reject("reason_missing", "reason", "say why")
	}
	if rejection := d.second(m.Maker); rejection != nil {
		return rejection
	}
	after := m.Recovery.Copy()
	after.State, after.Proposed, after.Proposer, after.Reason, after.EndedBy = legal.Dropped, 0, 0, c.Reason, d.header.Actor
	d.recovers(m, after)
	return nil
}

// unsettle takes back what a receipt has brought of misdirected payments, since the bank took it back: it is to come again.
func (d *draft) unsettle(r *payment.Receipt) {
	for _, one := range d.misdirectedBy[r.ID] {
		m := d.misdirected.at(one.Number())
		after := m.Recovery.Copy()
		after.Settlements = slices.DeleteFunc(after.Settlements, func(s legal.Settlement) bool { return s.Receipt == r.ID })
		if after.State == legal.Whole {
			after.State = legal.Noticed
			if after.Demands > 0 {
				after.State = legal.Demanded
			}
		}
		d.recovers(m, after)
	}
}

// paysOverLate refuses to finance for a seller that is late with what it was paid by mistake, where the programme says so.
func (d *draft) paysOverLate(p *funding.Programme, seller id.Party) *Rejection {
	if !p.MisdirectedStops {
		return nil
	}
	for _, one := range d.misdirectedWith[seller] {
		m := d.misdirected.at(one.Number())
		if _, of, rejection := d.recoverable(m.ID); rejection == nil && m.Overdue(d.today()) && of == p {
			return reject("misdirected_overdue", "programme", "the seller was to pay over by %s what it has of payment %s", m.Recovery.Due, m.ID)
		}
	}
	return nil
}

// RecoveryMoved says how the recovery of a misdirected payment stands: demanded, paid over, a set-off proposed or made, ended.
type RecoveryMoved struct {
	Payment  id.Misdirected `cbor:"1,keyasint"`
	Recovery legal.Recovery `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*RecoveryMoved) Kind() uint16 { return eventRecoveryMoved }

func (e *RecoveryMoved) fold(b *Book) {
	m := b.misdirected.at(e.Payment.Number())
	b.unindexRecovery(m)
	m.Recovery = e.Recovery
	b.indexRecovery(m)
	b.touched(tableMisdirected, e.Payment.Number(), &m.Entry)
	b.touched(tableReceivable, m.Receivable.Number(), &b.receivables.at(m.Receivable.Number()).Entry)
	if f := b.financings.at(m.Financing.Number()); f != nil {
		b.touched(tableFinancing, m.Financing.Number(), &f.Entry)
	}
}

// indexRecovery: misdirectedWith and misdirectedBy, from table misdirected.
func (b *Book) indexRecovery(m *legal.Misdirected) {
	holder := b.heldBy(m)
	b.misdirectedWith[holder] = inserted(b.misdirectedWith[holder], m.ID)
	for i := range m.Recovery.Settlements {
		by := m.Recovery.Settlements[i].Receipt
		b.misdirectedBy[by] = inserted(b.misdirectedBy[by], m.ID)
	}
}

func (b *Book) unindexRecovery(m *legal.Misdirected) {
	for i := range m.Recovery.Settlements {
		by := m.Recovery.Settlements[i].Receipt
		b.misdirectedBy[by] = slices.DeleteFunc(b.misdirectedBy[by], func(one id.Misdirected) bool { return one == m.ID })
		if len(b.misdirectedBy[by]) == 0 {
			delete(b.misdirectedBy, by)
		}
	}
}
