package book

import (
	"slices"

	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/payment"
)

func init() {
	registerCommand(func() act { return &ApprovePayment{} })
	registerCommand(func() act { return &ReleasePayment{} })
	registerEvent(func() fact { return &PaymentsFlagged{} })
	registerEvent(func() fact { return &PaymentReleased{} })
	registerEvent(func() fact { return &PaymentApproved{} })
	permitted[commandApprovePayment] = party.Operator | party.Funder
	permitted[commandReleasePayment] = party.Operator
}

// instruct opens a payment, which waits for as many persons as the programme asks for, and is withheld where its payee's account is
// in doubt.
func (d *draft) instruct(p *funding.Programme, opened payment.Payment) id.Payment {
	opened.ID = id.Make[id.Payment](d.shard, d.number(tablePayment, d.payments.count))
	opened.Maker, opened.Opened = d.header.Actor, d.today()
	opened.State, opened.Attempts = payment.Instructed, 1
	if opened.Amount > p.ApproveAbove {
		opened.Needed = max(opened.Needed, 1)
	}
	if d.newPayee(p, opened.Account) {
		opened.Needed = max(opened.Needed, payment.NewPayeeApprovals)
	}
	f := d.financings.at(opened.Financing.Number())
	if f != nil && p.LenderInstructs && opened.Purpose == payment.Disbursement {
		opened.Lender = f.Funder
		if d.by() == f.Funder && d.actor.Role == party.Funder { // the lender has instructed it itself
			opened.Lent = d.header.Actor
		} else {
			opened.Needed = max(opened.Needed, 1)
		}
	}
	if opened.Needed > 0 {
		opened.State, opened.Attempts = payment.AwaitingApproval, 0
	}
	opened.Flags, opened.Flagger = d.flagsOf(p, f, &opened)
	d.emit(&PaymentOpened{Payment: opened})
	return opened.ID
}

// newPayee tells whether a payment to this account is one to a new payee under the programme's terms.
func (d *draft) newPayee(p *funding.Programme, account id.BankAccount) bool {
	a := d.bankAccounts.at(account.Number())
	return p.PayeeNewDays > 0 && a != nil && (a.Paid == 0 || d.today() < a.Verified.AddDays(int(p.PayeeNewDays)))
}

// flagsOf are the flags with which a payment opens, and who did what raises them.
func (d *draft) flagsOf(p *funding.Programme, f *funding.Financing, opened *payment.Payment) (flags payment.Flag, flagger id.Actor) {
	if payee := d.parties.at(opened.Payee.Number()); payee != nil && payee.State == party.Suspended {
		return payment.PayeeSuspended, payee.Suspension.Actor
	}
	if opened.Account == 0 {
		return 0, 0
	}
	if d.safe(p, opened.Account) != nil {
		flags = payment.AccountUnchecked
	}
	if opened.Purpose == payment.Disbursement && f != nil && f.Flagged != 0 {
		return flags | payment.DetailsChange, f.FlaggedBy
	}
	if d.checksPayees() {
		for _, other := range d.accountsOf[opened.Payee] {
			if a := d.bankAccounts.at(other.Number()); a.State == party.AccountProposed && d.replaced(a) != 0 {
				return flags | payment.DetailsChange, a.Maker
			}
		}
	}
	return flags, 0
}

// flagChange withholds all that is about to be paid to a party of which another account was proposed.
func (d *draft) flagChange(proposed *party.BankAccount) {
	flagged := &PaymentsFlagged{
		Account: proposed.ID, Flag: payment.DetailsChange, Actor: d.header.Actor,
		Payments: slices.Clone(d.underWay[proposed.Party]), Financings: slices.Clone(d.acceptedFor[proposed.Party]),
	}
	if len(flagged.Payments)+len(flagged.Financings) > 0 {
		d.emit(flagged)
	}
}

// flagRevoked withholds all that is about to be paid to an account that is out of use.
func (d *draft) flagRevoked(a *party.BankAccount) {
	flagged := &PaymentsFlagged{Account: a.ID, Flag: payment.AccountRevoked, Actor: d.header.Actor}
	for _, one := range d.underWay[a.Party] {
		if d.payments.at(one.Number()).Account == a.ID {
			flagged.Payments = append(flagged.Payments, one)
		}
	}
	if len(flagged.Payments) > 0 {
		d.emit(flagged)
	}
}

// sendable refuses what would send a payment to an account that is out of use.
func (d *draft) sendable(p *payment.Payment) *Rejection {
	if p.Account == 0 {
		return nil
	}
	if a := d.bankAccounts.at(p.Account.Number()); a.State != party.AccountVerified {
		return reject("bank_account_state", "payment", "bank account %s is %s, not verified", a.ID, a.State)
	}
	return nil
}

// ApprovePayment is the decision on a payment of a person who has not made it. When all who must have approved, the entry is its first
// attempt; one who declines ends it. A lender's person decides on the payments that its lender instructs.
type ApprovePayment struct {
	Payment  id.Payment `cbor:"1,keyasint"`
	Decision Decision   `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*ApprovePayment) Kind() uint16 { return commandApprovePayment }

func (c *ApprovePayment) decide(d *draft) *Rejection {
	if p := d.payments.at(c.Payment.Number()); p != nil && d.actor.Role == party.Funder && p.Lender != d.by() {
		return reject("other_party", "payment", "this belongs to another party")
	}
	p, rejection := d.payment(c.Payment, payment.AwaitingApproval)
	if rejection != nil {
		return rejection
	}
	if rejection := d.second(p.Maker); rejection != nil {
		return rejection
	}
	if slices.Contains(p.Approvals, d.header.Actor) {
		return reject("approval_repeated", "payment", "this person has approved it already: it takes another one")
	}
	switch c.Decision {
	case Approve:
		return d.approve(p)
	case Decline:
		d.refuse(p, &PaymentMoved{Payment: p.ID, State: payment.Refused, Checker: d.header.Actor})
	default:
		return reject("decision_invalid", "decision", "a payment is approved or declined")
	}
	return nil
}

func (d *draft) approve(p *payment.Payment) *Rejection {
	if d.programmes.at(p.Programme.Number()).Stopped {
		return reject("programme_stopped", "payment", "programme %s is stopped: a shortfall is open", p.Programme)
	}
	if rejection := d.accounted(d.programmes.at(p.Programme.Number())); rejection != nil {
		return rejection
	}
	if rejection := d.sendable(p); rejection != nil {
		return rejection
	}
	lent := p.Lender == 0 || p.Lent != 0 || d.actor.Role == party.Funder
	if p.ApprovalsLeft() > 1 || !lent {
		d.emit(&PaymentApproved{Payment: p.ID, Actor: d.header.Actor})
		return nil
	}
	d.emit(&PaymentMoved{Payment: p.ID, State: payment.Instructed, Checker: d.header.Actor, Attempts: 1})
	return nil
}

// ReleasePayment lets a payment go that is withheld since its payee's bank details were to change. The person has neither made the
// payment nor proposed the change.
type ReleasePayment struct {
	Payment id.Payment      `cbor:"1,keyasint"`
	Reason  party.Reference `cbor:"2,keyasint"` // in the vault
}

// Kind names the stored form.
func (*ReleasePayment) Kind() uint16 { return commandReleasePayment }

func (c *ReleasePayment) decide(d *draft) *Rejection {
	p, rejection := d.payment(c.Payment, payment.AwaitingApproval, payment.Instructed, payment.InDoubt)
	if rejection != nil {
		return rejection
	}
	if p.Flags == 0 {
		return reject("payment_not_withheld", "payment", "payment %s is not withheld", p.ID)
	}
	if rejection := d.sendable(p); rejection != nil {
		return rejection
	}
	if rejection := d.safe(d.programmes.at(p.Programme.Number()), p.Account); rejection != nil {
		return rejection
	}
	if payee := d.parties.at(p.Payee.Number()); payee != nil && payee.State == party.Suspended {
		return reject("party_suspended", "payment", "party %s is suspended", p.Payee)
	}
	for _, one := range [...]id.Actor{p.Maker, p.Flagger} {
		if rejection := d.second(one); rejection != nil {
			return rejection
		}
	}
	if c.Reason == (party.Reference{}) {
		return reject("reason_missing", "reason", "say why it may go")
	}
	d.emit(&PaymentReleased{Payment: p.ID, Actor: d.header.Actor, Reason: c.Reason})
	return nil
}

// PaymentsFlagged says that payments under way are withheld, and that those of accepted financings will be.
type PaymentsFlagged struct {
	Account    id.BankAccount `cbor:"1,keyasint"` // that was proposed, or is out of use
	Flag       payment.Flag   `cbor:"2,keyasint"`
	Actor      id.Actor       `cbor:"3,keyasint"`
	Payments   []id.Payment   `cbor:"4,keyasint,omitempty"`
	Financings []id.Financing `cbor:"5,keyasint,omitempty"`
}

// Kind names the stored form.
func (*PaymentsFlagged) Kind() uint16 { return eventPaymentsFlagged }

func (e *PaymentsFlagged) fold(b *Book) {
	for _, one := range e.Payments {
		p := b.payments.at(one.Number())
		p.Flags, p.Flagger = p.Flags|e.Flag, e.Actor
		b.touched(tablePayment, one.Number(), &p.Entry)
	}
	for _, one := range e.Financings {
		f := b.financings.at(one.Number())
		f.Flagged, f.FlaggedBy = e.Account, e.Actor
		b.touched(tableFinancing, one.Number(), &f.Entry)
	}
}

// PaymentReleased says that a payment is no longer withheld.
type PaymentReleased struct {
	Payment id.Payment      `cbor:"1,keyasint"`
	Actor   id.Actor        `cbor:"2,keyasint"`
	Reason  party.Reference `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*PaymentReleased) Kind() uint16 { return eventPaymentReleased }

func (e *PaymentReleased) fold(b *Book) {
	p := b.payments.at(e.Payment.Number())
	p.Flags, p.Releaser, p.Release = 0, e.Actor, e.Reason
	b.touched(tablePayment, e.Payment.Number(), &p.Entry)
}

// PaymentApproved says that one of several persons has approved a payment, which still waits.
type PaymentApproved struct {
	Payment id.Payment `cbor:"1,keyasint"`
	Actor   id.Actor   `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*PaymentApproved) Kind() uint16 { return eventPaymentApproved }

func (e *PaymentApproved) fold(b *Book) {
	p := b.payments.at(e.Payment.Number())
	b.approved(p, e.Actor)
	b.touched(tablePayment, e.Payment.Number(), &p.Entry)
}

// approved keeps a person's approval, and whether it is the lender's own.
func (b *Book) approved(p *payment.Payment, by id.Actor) {
	p.Approvals = append(slices.Clip(slices.Clone(p.Approvals)), by)
	if p.Lender != 0 && b.actors.at(by.Number()).Party == p.Lender && b.actors.at(by.Number()).Role == party.Funder {
		p.Lent = by
	}
}

// indexPayment: underWay and crossing, from table payment.
func (b *Book) indexPayment(p *payment.Payment) {
	if p.UnderWay() && p.Purpose == payment.InternalTransfer {
		insert(b.crossing, p.From, p.ID)
		insert(b.crossing, p.At, p.ID)
	}
	if p.UnderWay() && p.Account != 0 {
		insert(b.underWay, p.Payee, p.ID)
	}
}

// unindexPayment takes back what indexPayment has put.
func (b *Book) unindexPayment(p *payment.Payment) {
	if p.UnderWay() && p.Purpose == payment.InternalTransfer {
		remove(b.crossing, p.From, p.ID)
		remove(b.crossing, p.At, p.ID)
	}
	if p.UnderWay() && p.Account != 0 {
		remove(b.underWay, p.Payee, p.ID)
	}
}

// insert puts a record among those of a party or an account, ascending, once.
func insert[K comparable, I ~uint64](of map[K][]I, p K, record I) {
	if at, found := slices.BinarySearch(of[p], record); !found {
		of[p] = slices.Insert(of[p], at, record)
	}
}

// remove takes a record from those of a party or an account; one without any is not in the map.
func remove[K comparable, I ~uint64](of map[K][]I, p K, record I) {
	at, found := slices.BinarySearch(of[p], record)
	if !found {
		return
	}
	if of[p] = slices.Delete(of[p], at, at+1); len(of[p]) == 0 {
		delete(of, p)
	}
}
