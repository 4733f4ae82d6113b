package book

import (
	"encoding/hex"
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/legal"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
	"millrace/domain/servicing"
)

func init() {
	registerCommand(func() act { return &DraftNotice{} })
	registerCommand(func() act { return &AdvanceNotice{} })
	registerCommand(func() act { return &RecordMisdirectedPayment{} })
	registerCommand(func() act { return &CallWarranty{} })
	registerCommand(func() act { return &ReassignReceivable{} })
	registerEvent(func() fact { return &NoticeDrafted{} })
	registerEvent(func() fact { return &NoticeMoved{} })
	registerEvent(func() fact { return &PaymentMisdirected{} })
	registerEvent(func() fact { return &ReceivableReassigned{} })
	permitted[commandDraftNotice] = party.Operator | party.Funder | party.Seller
	permitted[commandAdvanceNotice] = party.Operator | party.Funder | party.Seller | party.Buyer | party.Anchor
	permitted[commandRecordMisdirectedPayment] = party.Operator | party.Buyer | party.Anchor
	permitted[commandCallWarranty] = party.Operator | party.Funder
	permitted[commandReassignReceivable] = party.Operator | party.Funder
}

// DraftNotice prepares a notice to the anchor of a programme: that a seller's claims are assigned to a funder, all or one
// of them, or that one is the seller's again. The letter is in the vault as it will be served.
type DraftNotice struct {
	About      legal.NoticeKind `cbor:"1,keyasint"`
	Seller     id.Party         `cbor:"2,keyasint"`
	Funder     id.Party         `cbor:"3,keyasint"` // to whom it was assigned; with a reassignment, by whom it was given back
	Programme  id.Programme     `cbor:"4,keyasint"`
	Receivable id.Receivable    `cbor:"5,keyasint"` // 0: all that the seller assigns to the funder in the programme
	Law        legal.Law        `cbor:"6,keyasint"`
	Account    [32]byte         `cbor:"7,keyasint"` // to pay, in the vault
	Letter     [32]byte         `cbor:"8,keyasint"` // in the vault
	LetterHash [32]byte         `cbor:"9,keyasint"` // SHA-256 of its exact bytes
}

// Kind names the stored form.
func (*DraftNotice) Kind() uint16 { return commandDraftNotice }

func (c *DraftNotice) decide(d *draft) *Rejection {
	if c.About != legal.Assignment && c.About != legal.Reassignment {
		return reject("notice_kind_invalid", "kind", "a notice is of an assignment or of a reassignment")
	}
	p, rejection := d.live(c.Programme)
	if rejection != nil {
		return rejection
	}
	if !slices.ContainsFunc(p.Funders, func(f funding.Funder) bool { return f.Party == c.Funder }) {
		return reject("funder_unknown", "funder", "party %s is no funder of programme %s", c.Funder, p.ID)
	}
	if rejection := d.onboarded(c.Seller, party.Seller, "seller"); rejection != nil {
		return rejection
	}
	if !d.isOperator() && d.by() != c.Seller && d.by() != c.Funder {
		return reject("other_party", "seller", "a notice is given by seller, funder or operator")
	}
	if rejection := c.scope(d, p); rejection != nil {
		return rejection
	}
	if !c.Law.Valid() {
		return reject("law_invalid", "law", "the governing law is a country or a part of one, by ISO 3166")
	}
	if c.Account == [32]byte{} || c.Letter == [32]byte{} || c.LetterHash == [32]byte{} {
		return reject("text_missing", "letter", "the letter, its hash or the account that it names is missing")
	}
	claimant := c.Funder
	if c.About == legal.Reassignment {
		claimant = c.Seller
	}
	number := d.number(tableNotice, d.notices.count)
	d.emit(&NoticeDrafted{Notice: legal.Notice{
		ID: id.Make[id.Notice](d.shard, number), Kind: c.About, Seller: c.Seller, Debtor: p.Anchor, Claimant: claimant, Funder: c.Funder, Programme: p.ID,
		Receivable: c.Receivable, Law: c.Law, Account: c.Account, Letter: c.Letter, LetterHash: c.LetterHash, State: legal.NoticeDrafted,
		Drafted: d.today(), Maker: d.header.Actor,
	}})
	return nil
}

// scope asks whether the notice fits the receivable that it names.
func (c *DraftNotice) scope(d *draft, p *funding.Programme) *Rejection {
	r := d.receivables.at(c.Receivable.Number())
	if c.Receivable == 0 && c.About == legal.Assignment {
		return nil
	}
	if r == nil {
		return reject("receivable_unknown", "receivable", "there is no receivable %s", c.Receivable)
	}
	if r.Seller != c.Seller || r.Buyer != p.Anchor {
		return reject("receivable_other_pair", "receivable", "receivable %s is not one of %s on %s", r.ID, c.Seller, p.Anchor)
	}
	if c.About == legal.Assignment {
		return d.notHeld(r, "receivable")
	}
	returned := d.reassignments.at(d.reassignmentOf[r.ID].Number())
	if returned == nil || returned.From != c.Funder {
		return reject("not_reassigned", "receivable", "party %s has not given receivable %s back", c.Funder, r.ID)
	}
	return nil
}

// AdvanceNotice says that a notice was served, that a carrier has certified it, or that the debtor acknowledges it: by its
// own actor, or by a signature that somebody else brings.
type AdvanceNotice struct {
	Notice     id.Notice         `cbor:"1,keyasint"`
	State      legal.NoticeState `cbor:"2,keyasint"`
	Date       calendar.Date     `cbor:"3,keyasint"` // on which it happened
	Method     legal.Method      `cbor:"4,keyasint"` // of the service
	Proof      [32]byte          `cbor:"5,keyasint"` // in the vault; none for an acknowledgement here
	LetterHash [32]byte          `cbor:"6,keyasint"` // of the letter that is acknowledged
	Signatures []Signature       `cbor:"7,keyasint"` // of the debtor, under an acknowledgement that others bring
	verified
}

// Kind names the stored form.
func (*AdvanceNotice) Kind() uint16 { return commandAdvanceNotice }

// Statement is what the debtor's signatory signs: the notice, the hash of its letter and the day.
func (c *AdvanceNotice) Statement() []byte {
	s := newStatement("notice", 1)
	s.line("notice", c.Notice)
	s.line("letter sha-256", hex.EncodeToString(c.LetterHash[:]))
	s.line(c.State.String(), c.Date)
	return s.bytes()
}

// Verify compares the signatures, where there are any, with the statement.
func (c *AdvanceNotice) Verify() *Rejection { return c.verify(c.Statement(), c.Signatures...) }

func (c *AdvanceNotice) decide(d *draft) *Rejection {
	c.must()
	n := d.notices.at(c.Notice.Number())
	if n == nil {
		return reject("notice_unknown", "notice", "there is no notice %s", c.Notice)
	}
	if c.Date < n.Drafted || c.Date > d.today() {
		return reject("date_invalid", "date", "the day lies between %s, on which the notice was written, and today", n.Drafted)
	}
	moved := &NoticeMoved{Notice: n.ID, State: c.State, Date: c.Date, Method: c.Method, Proof: c.Proof, Actor: d.header.Actor}
	var rejection *Rejection
	switch c.State {
	case legal.NoticeServed, legal.NoticeProved:
		rejection = c.carried(d, n)
	case legal.NoticeAcknowledged:
		rejection = c.acknowledged(d, n, moved)
	default:
		rejection = reject("notice_step_invalid", "state", "a notice is served, proved or acknowledged")
	}
	if rejection != nil {
		return rejection
	}
	d.emit(moved)
	if r := d.receivables.at(n.Receivable.Number()); c.State == legal.NoticeServed && n.Kind == legal.Assignment && r != nil {
		d.releaseHeld(r) // from now on its buyer is told to pay somebody else
	}
	return nil
}

// carried asks whether a service or its proof can be recorded.
func (c *AdvanceNotice) carried(d *draft, n *legal.Notice) *Rejection {
	if !d.isOperator() && d.by() != n.Seller && d.by() != n.Claimant {
		return reject("other_party", "notice", "who gives the notice says how it was served")
	}
	if c.State == legal.NoticeServed && n.Served != 0 || c.State == legal.NoticeProved && (n.Served == 0 || n.Proved != 0 || c.Date < n.Served) {
		return reject("notice_state", "notice", "notice %s is %s", n.ID, n.State)
	}
	if c.State == legal.NoticeServed && (c.Method < legal.RegisteredMail || c.Method > legal.Platform) {
		return reject("method_invalid", "method", "a notice is served by registered mail, courier, by hand, electronically or on the platform")
	}
	if c.Proof == [32]byte{} {
		return reject("proof_missing", "proof", "what shows it is missing")
	}
	return nil
}

// acknowledged asks whether the debtor has acknowledged, and notes how.
func (c *AdvanceNotice) acknowledged(d *draft, n *legal.Notice, moved *NoticeMoved) *Rejection {
	if n.Acknowledged != 0 {
		return reject("notice_state", "notice", "notice %s is %s", n.ID, n.State)
	}
	if c.LetterHash != n.LetterHash {
		return reject("letter_differs", "letter", "the letter is not that of notice %s", n.ID)
	}
	if len(c.Signatures) == 0 {
		if d.by() != n.Debtor {
			return reject("other_party", "notice", "only the debtor acknowledges a notice, by its own actor or by a signature")
		}
		return nil
	}
	amount := money.Amount{Currency: d.programmes.at(n.Programme.Number()).Currency}
	if r := d.receivables.at(n.Receivable.Number()); r != nil {
		amount.Minor = r.Outstanding()
	}
	moved.Key = c.Signatures[0].Key
	return d.signed(c.Signatures, n.Debtor, mandate.Acknowledge, amount)
}

// noticeKey finds notices that were served: of a receivable, or of all in a programme.
type noticeKey struct {
	seller, debtor id.Party
	programme      id.Programme
	receivable     id.Receivable
}

// told finds the assignment notice that first told the debtor of a claimant; nil for none.
func (d *draft) told(r *receivable.Receivable, programme id.Programme, claimant id.Party) *legal.Notice {
	return d.toldOf(noticeKey{r.Seller, r.Buyer, programme, r.ID}, claimant)
}

// told is the notice that told the buyer of the funder's claim on what is financed; nil for none.
func (u *use) told(d *draft, funder id.Party) *legal.Notice {
	return d.toldOf(noticeKey{u.seller, u.buyer, u.programme.ID, u.named()}, funder)
}

func (d *draft) toldOf(key noticeKey, claimant id.Party) *legal.Notice {
	var first *legal.Notice
	for _, scope := range [...]id.Receivable{0, key.receivable} {
		key.receivable = scope
		for _, one := range d.noticesOf[key] {
			n := d.notices.at(one.Number())
			if n.Kind == legal.Assignment && n.Claimant == claimant && (first == nil || n.Served < first.Served) {
				first = n
			}
		}
	}
	return first
}

// RecordMisdirectedPayment says that the buyer has paid the seller's own account, with its proof. Before it was told of the
// assignment that frees it, and the seller answers to the funder for the money; from then on it still owes all.
type RecordMisdirectedPayment struct {
	Receivable id.Receivable `cbor:"1,keyasint"`
	Amount     money.Minor   `cbor:"2,keyasint"`
	Paid       calendar.Date `cbor:"3,keyasint"` // value date
	Proof      [32]byte      `cbor:"4,keyasint"` // in the vault
}

// Kind names the stored form.
func (*RecordMisdirectedPayment) Kind() uint16 { return commandRecordMisdirectedPayment }

func (c *RecordMisdirectedPayment) decide(d *draft) *Rejection {
	r := d.receivables.at(c.Receivable.Number())
	if r == nil {
		return reject("receivable_unknown", "receivable", "there is no receivable %s", c.Receivable)
	}
	if rejection := d.own(r.Buyer, "receivable"); rejection != nil {
		return rejection
	}
	return d.strayed(r, &legal.Misdirected{Amount: c.Amount, Paid: c.Paid, Proof: c.Proof, Recovery: legal.Recovery{Holder: r.Seller}})
}

// strayed puts a misdirected payment on record, and books what it does to the debt.
func (d *draft) strayed(r *receivable.Receivable, c *legal.Misdirected) *Rejection {
	f := d.toldThrough(r)
	if slices.ContainsFunc(d.claiming(r), func(f *funding.Financing) bool { return !f.State.PaidOut() }) {
		return reject("disbursement_open", "receivable", "receivable %s is being financed: wait until the bank has said what became of the disbursement", r.ID)
	}
	if rejection := d.notEarly(r, "receivable"); rejection != nil {
		return rejection
	}
	if c.Amount <= 0 || c.Amount > r.Unclaimed() {
		return reject("amount_invalid", "amount", "on receivable %s there is %s outstanding", r.ID, money.Amount{Minor: r.Unclaimed(), Currency: r.Currency})
	}
	if c.Paid <= 0 || c.Paid > d.today() || !d.near(c.Paid) {
		return reject("date_invalid", "paid", "the payment's value date is not after today")
	}
	if c.Proof == [32]byte{} {
		return reject("proof_missing", "proof", "the buyer's proof of the payment is missing")
	}
	if rejection := d.unhold(r, "receivable"); rejection != nil {
		return rejection
	}
	// Nothing refuses after this line.
	m := legal.Misdirected{
		ID:         id.Make[id.Misdirected](d.shard, d.number(tableMisdirected, d.misdirected.count)),
		Receivable: r.ID, Financing: r.Financing, Amount: c.Amount, Paid: c.Paid, Proof: c.Proof, Maker: d.header.Actor, Recovery: c.Recovery,
	}
	m.Recovery.Programme = d.claimedIn(r)
	d.effect(&m, r, f)
	d.emit(&PaymentMisdirected{Payment: m})
	if m.Effect == legal.Discharged {
		d.book(buyerKey(r, ledger.TradePayables), partyKey(r.Buyer, ledger.BuyerBank, r.Currency), c.Amount)
		d.book(partyKey(r.Seller, ledger.SellerBank, r.Currency), sellerKey(r, ledger.TradeReceivables), c.Amount)
	}
	return nil
}

// effect says what a payment to the seller does to a debt, f being the financing that claims or has claimed it, or nil. An
// irrevocable undertaking is a promise to pay the holder, so it needs no notice.
func (d *draft) effect(m *legal.Misdirected, r *receivable.Receivable, f *funding.Financing) {
	var told calendar.Date
	law := legal.Law("")
	if f != nil {
		if n := d.told(r, f.Programme, f.Funder); n != nil {
			told, law, m.Notice = n.Served, n.Law, n.ID
		}
	}
	if contract := d.salesContracts.at(d.salesContractOf[pairKey{r.Seller, r.Buyer}].Number()); contract != nil {
		law = contract.Terms.Law
	}
	answer := legal.FreesDebtor(law, m.Paid, told)
	m.Effect, m.Citation = legal.Outstanding, answer.Citation
	if r.Undertaking.Binds() || m.Recovery.Place != legal.WithSeller {
		m.Citation = ""
		return
	}
	if answer.Holds {
		m.Effect, m.Notice = legal.Discharged, 0
	}
}

// CallWarranty calls the seller because it received, and the funder did not, what the buyer paid: the claim that was sold
// is gone without fault of the buyer, which every product has recourse for.
type CallWarranty struct {
	Financing id.Financing `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*CallWarranty) Kind() uint16 { return commandCallWarranty }

func (c *CallWarranty) decide(d *draft) *Rejection {
	if f := d.financings.at(c.Financing.Number()); f != nil {
		if rejection := d.own(f.Funder, "financing"); rejection != nil {
			return rejection
		}
	}
	f, rejection := d.financing(c.Financing, funding.Outstanding, funding.Overdue)
	if rejection != nil {
		return rejection
	}
	if !slices.ContainsFunc(d.misdirectedOf[f.Receivable], func(one id.Misdirected) bool {
		m := d.misdirected.at(one.Number())
		return (m.Financing == f.ID || d.partOfSame(m.Financing, f)) && m.Effect == legal.Discharged
	}) {
		return reject("warranty_unbroken", "financing", "no payment to the seller that freed the buyer is on record for financing %s", f.ID)
	}
	if rejection := d.room(f); rejection != nil {
		return rejection
	}
	// Nothing refuses after this line.
	d.recourse(f, Measure{Cause: servicing.Warranty})
	return nil
}

// ReassignReceivable gives what is left of a receivable back to its seller once its financing is closed: repaid by the
// seller, or covered before the buyer had paid all. From then on the seller may claim, and no other.
type ReassignReceivable struct {
	Financing id.Financing `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ReassignReceivable) Kind() uint16 { return commandReassignReceivable }

func (c *ReassignReceivable) decide(d *draft) *Rejection {
	if f := d.financings.at(c.Financing.Number()); f != nil {
		if rejection := d.own(f.Funder, "financing"); rejection != nil {
			return rejection
		}
	}
	f, rejection := d.financing(c.Financing, funding.ClosedState)
	if rejection != nil {
		return rejection
	}
	r := d.receivables.at(f.Receivable.Number())
	if f.Holding != 0 {
		return reject("certificated", "financing", "financing %s is of a holding, which goes back by itself", f.ID)
	}
	if r == nil {
		return reject("nothing_outstanding", "financing", "no receivable secured financing %s", f.ID)
	}
	if f.Placement != 0 && d.claimedFor(r, f) && len(d.claiming(r)) > 0 {
		return reject("financing_state", "financing", "another part of placement %s is not closed yet", f.Placement)
	}
	if !d.claimedFor(r, f) {
		return reject("already_reassigned", "financing", "what financing %s claimed is the seller's again already", f.ID)
	}
	if r.Outstanding() == 0 {
		return reject("nothing_outstanding", "financing", "nothing is outstanding on receivable %s", r.ID)
	}
	d.emit(&ReceivableReassigned{Reassignment: legal.Returned{
		ID: id.Make[id.Reassignment](d.shard, d.number(tableReassignment, d.reassignments.count)), Financing: f.ID, Receivable: r.ID,
		From: f.Funder, To: r.Seller, Amount: r.Outstanding(), Date: d.today(), Maker: d.header.Actor,
	}})
	return nil
}

// NoticeDrafted says that a notice was written.
type NoticeDrafted struct {
	Notice legal.Notice `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*NoticeDrafted) Kind() uint16 { return eventNoticeDrafted }

func (e *NoticeDrafted) fold(b *Book) {
	number := e.Notice.ID.Number()
	b.notices.add(number, e.Notice)
	b.touched(tableNotice, number, &b.notices.at(number).Entry)
}

// NoticeMoved says that a notice was served, proved or acknowledged.
type NoticeMoved struct {
	Notice id.Notice         `cbor:"1,keyasint"`
	State  legal.NoticeState `cbor:"2,keyasint"`
	Date   calendar.Date     `cbor:"3,keyasint"`
	Method legal.Method      `cbor:"4,keyasint"`
	Proof  [32]byte          `cbor:"5,keyasint"`
	Key    id.SigningKey     `cbor:"6,keyasint"`
	Actor  id.Actor          `cbor:"7,keyasint"`
}

// Kind names the stored form.
func (*NoticeMoved) Kind() uint16 { return eventNoticeMoved }

func (e *NoticeMoved) fold(b *Book) {
	n := b.notices.at(e.Notice.Number())
	n.State = max(n.State, e.State)
	switch e.State {
	case legal.NoticeServed:
		n.Served, n.Method, n.Service = e.Date, e.Method, e.Proof
	case legal.NoticeProved:
		n.Proved, n.Proof = e.Date, e.Proof
	case legal.NoticeAcknowledged:
		n.Acknowledged, n.Witness, n.Key = e.Date, e.Actor, e.Key
		if n.Served == 0 { // who acknowledges has received it
			n.Served, n.Method = e.Date, legal.Platform
		}
	}
	b.indexNotice(n)
	b.touched(tableNotice, e.Notice.Number(), &n.Entry)
}

// PaymentMisdirected says that a buyer has paid the seller's own account, and what that does to its debt.
type PaymentMisdirected struct {
	Payment legal.Misdirected `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*PaymentMisdirected) Kind() uint16 { return eventPaymentMisdirected }

func (e *PaymentMisdirected) fold(b *Book) {
	number := e.Payment.ID.Number()
	b.misdirected.add(number, e.Payment)
	b.indexMisdirected(b.misdirected.at(number))
	b.touched(tableMisdirected, number, &b.misdirected.at(number).Entry)
	r := b.receivables.at(e.Payment.Receivable.Number())
	if e.Payment.Effect == legal.Discharged {
		r.Paid = money.Add(r.Paid, e.Payment.Amount)
		b.closeIfPaid(r)
		b.learnPaid(r, e.Payment.Amount, e.Payment.Paid)
	}
	b.touched(tableReceivable, e.Payment.Receivable.Number(), &r.Entry)
	if f := b.financings.at(e.Payment.Financing.Number()); f != nil {
		b.touched(tableFinancing, e.Payment.Financing.Number(), &f.Entry)
	}
}

// ReceivableReassigned says that a receivable is its seller's again.
type ReceivableReassigned struct {
	Reassignment legal.Returned `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ReceivableReassigned) Kind() uint16 { return eventReceivableReassigned }

func (e *ReceivableReassigned) fold(b *Book) {
	number := e.Reassignment.ID.Number()
	b.reassignments.add(number, e.Reassignment)
	b.indexReassignment(b.reassignments.at(number))
	b.touched(tableReassignment, number, &b.reassignments.at(number).Entry)
	r := b.receivables.at(e.Reassignment.Receivable.Number())
	r.Financing = 0
	b.touched(tableReceivable, e.Reassignment.Receivable.Number(), &r.Entry)
	b.touched(tableFinancing, e.Reassignment.Financing.Number(), &b.financings.at(e.Reassignment.Financing.Number()).Entry)
}

// indexNotice: noticesOf, from table notice: those that were served.
func (b *Book) indexNotice(n *legal.Notice) {
	if n.Served != 0 {
		key := noticeKey{n.Seller, n.Debtor, n.Programme, n.Receivable}
		b.noticesOf[key] = inserted(b.noticesOf[key], n.ID)
	}
}

// indexMisdirected: misdirectedOf, from table misdirected.
func (b *Book) indexMisdirected(m *legal.Misdirected) {
	b.misdirectedOf[m.Receivable] = append(b.misdirectedOf[m.Receivable], m.ID)
	b.indexRecovery(m)
}

// indexReassignment: reassignmentOf, from table reassignment: the last one of a receivable.
func (b *Book) indexReassignment(r *legal.Returned) { b.reassignmentOf[r.Receivable] = r.ID }
