package book

import (
	"millrace/domain/dispute"
	"millrace/domain/feature"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
)

func init() {
	registerCommand(func() act { return &OpenDispute{} })
	registerCommand(func() act { return &AnswerDispute{} })
	registerCommand(func() act { return &DecideDispute{} })
	registerCommand(func() act { return &CloseDispute{} })
	registerEvent(func() fact { return &DisputeOpened{} })
	registerEvent(func() fact { return &DisputeMoved{} })
	registerEvent(func() fact { return &CoverMoved{} })
	permitted[commandOpenDispute] = party.Buyer | party.Anchor
	permitted[commandAnswerDispute] = party.Seller
	permitted[commandDecideDispute] = party.Operator
	permitted[commandCloseDispute] = party.Buyer | party.Anchor | party.Operator
	tables[tableDispute] = held("dispute", func(b *Book) *shelf[dispute.Dispute] { return &b.disputes },
		[]Column{ind("receivable", Integer), ind("state", Text)},
		func(r *dispute.Dispute) []any { return []any{int64(r.Receivable), r.State.String()} })
}

// OpenDispute says what a buyer holds against a receivable. What it has undertaken irrevocably it pays all the same: there
// the dispute is between buyer and seller, and the holder's claim does not move.
type OpenDispute struct {
	Receivable id.Receivable  `cbor:"1,keyasint"`
	Amount     money.Minor    `cbor:"2,keyasint"`
	Reason     dispute.Reason `cbor:"3,keyasint"`
	Text       [32]byte       `cbor:"4,keyasint"` // in the vault
}

// Kind names the stored form.
func (*OpenDispute) Kind() uint16 { return commandOpenDispute }

func (c *OpenDispute) decide(d *draft) *Rejection {
	r := d.receivables.at(c.Receivable.Number())
	if r == nil {
		return reject("receivable_unknown", "receivable", "there is no receivable %s", c.Receivable)
	}
	if d.by() != r.Buyer {
		return reject("other_party", "receivable", "only its buyer disputes a receivable")
	}
	if r.State != receivable.Open {
		return reject("receivable_state", "receivable", "receivable %s is %s", c.Receivable, r.State)
	}
	if !c.Reason.Known() {
		return reject("dispute_reason", "reason", "the reason is none of those that there are")
	}
	if most := max(0, money.Sub(r.Creditable(), r.Disputed)); c.Amount <= 0 || c.Amount > most {
		return reject("amount_invalid", "amount", "a dispute is above zero and at most what is neither credited nor disputed, %s",
			money.Amount{Minor: most, Currency: r.Currency})
	}
	if c.Text == [32]byte{} {
		return reject("reason_missing", "text", "say what is wrong")
	}
	if rejection := d.unhold(r, "receivable"); rejection != nil {
		return rejection
	}
	number := d.number(tableDispute, d.disputes.count)
	d.emit(&DisputeOpened{Dispute: dispute.Dispute{
		ID: id.Make[id.Dispute](d.shard, number), Receivable: r.ID, Amount: c.Amount, Reason: c.Reason, State: dispute.Opened, Text: c.Text,
		Opener: d.header.Actor, On: d.today(),
	}})
	after := *r
	after.Disputed = money.Add(r.Disputed, c.Amount)
	d.coverAgain(r, &after)
	return nil
}

// running finds a dispute that is not settled, and its receivable.
func (d *draft) running(wanted id.Dispute) (*dispute.Dispute, *receivable.Receivable, *Rejection) {
	found := d.disputes.at(wanted.Number())
	if found == nil {
		return nil, nil, reject("dispute_unknown", "dispute", "there is no dispute %s", wanted)
	}
	if !found.State.Running() {
		return nil, nil, reject("dispute_state", "dispute", "dispute %s is %s", wanted, found.State)
	}
	return found, d.receivables.at(found.Receivable.Number()), nil
}

// AnswerDispute is the seller's answer: what it accepts is credited at once, what it does not accept stays disputed.
type AnswerDispute struct {
	Dispute  id.Dispute  `cbor:"1,keyasint"`
	Accepted money.Minor `cbor:"2,keyasint"` // 0 contests all of it
	Text     [32]byte    `cbor:"3,keyasint"` // in the vault
}

// Kind names the stored form.
func (*AnswerDispute) Kind() uint16 { return commandAnswerDispute }

func (c *AnswerDispute) decide(d *draft) *Rejection {
	was, r, rejection := d.running(c.Dispute)
	if rejection != nil {
		return rejection
	}
	if d.by() != r.Seller {
		return reject("other_party", "dispute", "only the seller answers a dispute")
	}
	if was.State == dispute.Decided {
		return reject("dispute_state", "dispute", "dispute %s is %s", c.Dispute, was.State)
	}
	if c.Accepted < 0 || c.Accepted > was.Standing() {
		return reject("amount_invalid", "accepted", "the seller accepts at most what is disputed, %s", money.Amount{Minor: was.Standing(), Currency: r.Currency})
	}
	if c.Text == [32]byte{} {
		return reject("reason_missing", "text", "say what the seller answers")
	}
	moved := *was
	moved.Accepted, moved.Answer, moved.State = money.Add(was.Accepted, c.Accepted), c.Text, dispute.Contested
	if moved.Accepted == moved.Amount {
		moved.State = dispute.Accepted
	}
	d.move(r, was, moved, c.Accepted)
	return nil
}

// DecideDispute is the decision of the operator's person, on evidence; a second one closes the dispute by it.
type DecideDispute struct {
	Dispute  id.Dispute  `cbor:"1,keyasint"`
	Credit   money.Minor `cbor:"2,keyasint"` // of what is still disputed; 0 finds for the seller
	Evidence [32]byte    `cbor:"3,keyasint"` // in the vault
}

// Kind names the stored form.
func (*DecideDispute) Kind() uint16 { return commandDecideDispute }

func (c *DecideDispute) decide(d *draft) *Rejection {
	was, r, rejection := d.running(c.Dispute)
	if rejection != nil {
		return rejection
	}
	if was.State == dispute.Opened {
		return reject("dispute_state", "dispute", "dispute %s waits for the seller's answer", c.Dispute)
	}
	if c.Credit < 0 || c.Credit > was.Standing() {
		return reject("amount_invalid", "credit", "at most what is disputed is credited, %s", money.Amount{Minor: was.Standing(), Currency: r.Currency})
	}
	if c.Evidence == [32]byte{} {
		return reject("reason_missing", "evidence", "say on which evidence this is decided")
	}
	moved := *was
	moved.State, moved.Decision, moved.Evidence, moved.Maker = dispute.Decided, c.Credit, c.Evidence, d.header.Actor
	d.move(r, was, moved, 0)
	return nil
}

// CloseDispute ends a dispute: the buyer withdraws it, or a second person of the operator closes it as the first has
// decided.
type CloseDispute struct {
	Dispute id.Dispute    `cbor:"1,keyasint"`
	State   dispute.State `cbor:"2,keyasint"` // dispute.Withdrawn or dispute.Settled
}

// Kind names the stored form.
func (*CloseDispute) Kind() uint16 { return commandCloseDispute }

func (c *CloseDispute) decide(d *draft) *Rejection {
	was, r, rejection := d.running(c.Dispute)
	if rejection != nil {
		return rejection
	}
	moved := *was
	moved.State = c.State
	switch c.State {
	case dispute.Withdrawn:
		if d.by() != r.Buyer {
			return reject("other_party", "dispute", "only the buyer withdraws its dispute")
		}
		d.move(r, was, moved, 0)
	case dispute.Settled:
		if !d.isOperator() {
			return reject("other_party", "dispute", "only the operator's people settle a dispute")
		}
		if was.State != dispute.Decided {
			return reject("dispute_state", "dispute", "dispute %s is %s, not decided", c.Dispute, was.State)
		}
		if rejection := d.second(was.Maker); rejection != nil {
			return rejection
		}
		moved.Checker = d.header.Actor
		d.move(r, was, moved, was.Decision)
	default:
		return reject("dispute_close", "state", "a dispute ends withdrawn or settled")
	}
	return nil
}

// move brings a dispute to another state; what is credited by it is booked as a credit note is.
func (d *draft) move(r *receivable.Receivable, was *dispute.Dispute, moved dispute.Dispute, credit money.Minor) {
	credit = min(credit, r.Creditable())
	moved.Credited = money.Add(was.Credited, credit)
	d.emit(&DisputeMoved{Dispute: moved})
	after := *r
	after.Disputed = money.Add(money.Sub(r.Disputed, was.Standing()), moved.Standing())
	d.creditBy(r, after, &ReceivableCredited{Receivable: r.ID, Dispute: was.ID, Amount: credit})
}

// creditBy takes a credit off a receivable, and off what covers its financing. What is undertaken irrevocably does not
// shrink. after is the receivable as it stands after all else.
func (d *draft) creditBy(r *receivable.Receivable, after receivable.Receivable, e *ReceivableCredited) {
	after.Credited = money.Add(r.Credited, e.Amount)
	if e.Amount > 0 {
		d.emit(e)
		shrinks := money.Sub(r.Owed(), after.Owed())
		d.book(sellerKey(r, ledger.Sales), sellerKey(r, ledger.TradeReceivables), shrinks)
		d.book(buyerKey(r, ledger.TradePayables), buyerKey(r, ledger.Purchases), shrinks)
	}
	d.coverAgain(r, &after)
}

// coverAgain works out anew how much of the principal of a financing is not covered any more, after something else than
// a payment has changed its receivable. The part that was not advanced takes the loss first.
func (d *draft) coverAgain(before, after *receivable.Receivable) {
	f := d.financings.at(before.Financing.Number())
	if p := d.sharing(f); p != nil {
		d.coverParts(d.outOf(p), money.Sub(before.Sound(), after.Sound()), after)
		return
	}
	if f == nil || !f.State.PaidOut() || d.settles(f) {
		return
	}
	lost := money.Sub(before.Sound(), after.Sound())
	d.cover(f, f.Uncovered, uncovered(money.Add(f.Uncovered, lost), f.Exposure(), after))
}

// uncovered bounds what disputes and credit notes have taken by what of the principal is still out and not covered.
func uncovered(lost, exposure money.Minor, r *receivable.Receivable) money.Minor {
	return min(max(0, lost), max(0, money.Sub(exposure, r.Covered())))
}

// cover moves what is not covered from one amount to another. Where the product gives recourse for disputes and dilution,
// the seller answers for it: what was bought from the seller becomes, for that part, a claim on it.
func (d *draft) cover(f *funding.Financing, from, to money.Minor) {
	paid := d.sellerPaid(f)
	d.coverPaid(f, [2]money.Minor{from, to}, [2]money.Minor{paid, paid})
}

// coverPaid moves what is not covered, before and after, where the seller has paid so much of the principal before and after.
func (d *draft) coverPaid(f *funding.Financing, uncovered, paid [2]money.Minor) {
	to := uncovered[1]
	if to != f.Uncovered {
		d.emit(&CoverMoved{Financing: f.ID, Receivable: f.Receivable, Uncovered: to})
	}
	if d.loan(f) || !d.answers(f) || d.settles(f) {
		return
	}
	from, to := d.answered(f, uncovered[0], paid[0]), d.answered(f, to, paid[1])
	bought, called := d.claimKey(f), calledKey(f)
	sold, owed := d.financedKey(f), owedKey(f)
	d.book(called, bought, max(0, money.Sub(to, from)))
	d.book(sold, owed, max(0, money.Sub(to, from)))
	d.book(bought, called, max(0, money.Sub(from, to)))
	d.book(owed, sold, max(0, money.Sub(from, to)))
}

// coverLeft works out anew what is not covered after money has been allocated: what the seller has paid it no longer
// answers for, and a payment of the buyer never adds to it.
func (a *allocation) coverLeft(d *draft) {
	f := a.financing
	if f == nil || d.settles(f) {
		return
	}
	if a.receivable == nil {
		return
	}
	left, after, paid := f.Uncovered, *a.receivable, d.sellerPaid(f)
	by := [2]money.Minor{paid, paid}
	after.Paid = money.Add(after.Paid, a.onDebt(d))
	if a.command.Payer != ByBuyer {
		by[1] = money.Add(paid, a.split.Principal)
		if d.answers(f) {
			left = money.Sub(left, a.split.Principal)
		}
	}
	d.coverPaid(f, [2]money.Minor{f.Uncovered, uncovered(left, money.Sub(f.Exposure(), a.split.Principal), &after)}, by)
}

// called tells whether the seller has to pay because of disputes or credit notes.
func (d *draft) called(f *funding.Financing) bool { return f.Uncovered > 0 && d.answers(f) }

// answers tells whether the seller answers for disputes and dilution.
func (d *draft) answers(f *funding.Financing) bool {
	return d.products.at(f.Product.Number()).Terms.Recourse.Dispute
}

// calledKey is the funder's claim on a seller that was called, and owedKey the same in the seller's books.
func calledKey(f *funding.Financing) ledger.Key {
	return ledger.Key{Entity: f.Funder, Programme: f.Programme, Counterparty: f.Seller, Code: ledger.LoansToSellers, Currency: f.Currency}
}

func owedKey(f *funding.Financing) ledger.Key {
	return ledger.Key{Entity: f.Seller, Counterparty: f.Funder, Code: ledger.Borrowings, Currency: f.Currency}
}

// Dilution is what the credit notes and the lost disputes between one seller and one buyer have taken off its invoices, in
// one currency.
type Dilution struct {
	Currency    money.Currency `cbor:"1,keyasint"`
	CreditNotes uint32         `cbor:"2,keyasint"`
	Credited    money.Minor    `cbor:"3,keyasint"` // by credit notes
	Disputes    uint32         `cbor:"4,keyasint"` // lost, in whole or part
	Lost        money.Minor    `cbor:"5,keyasint"` // by disputes
}

// dilute adds to what is known of a pair. An imported receivable belongs to no trade and is not counted.
func (b *Book) dilute(r *receivable.Receivable, more Dilution) {
	number := b.pairOf[pairKey{r.Seller, r.Buyer}]
	pair := b.pairs.at(number)
	if pair == nil || r.Trade == 0 || money.Add(more.Credited, more.Lost) == 0 {
		return
	}
	dilutions := append([]Dilution(nil), pair.Dilutions...)
	at := -1
	for i := range dilutions {
		if dilutions[i].Currency == r.Currency {
			at = i
		}
	}
	if at < 0 {
		dilutions, at = append(dilutions, Dilution{Currency: r.Currency}), len(dilutions)
	}
	all := &dilutions[at]
	all.CreditNotes, all.Credited = all.CreditNotes+more.CreditNotes, money.Add(all.Credited, more.Credited)
	all.Disputes, all.Lost = all.Disputes+more.Disputes, money.Add(all.Lost, more.Lost)
	pair.Dilutions = dilutions
	b.touched(tablePair, number, &pair.Entry)
}

// DisputeOpened says that a buyer disputes a receivable.
type DisputeOpened struct {
	Dispute dispute.Dispute `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*DisputeOpened) Kind() uint16 { return eventDisputeOpened }

func (e *DisputeOpened) fold(b *Book) {
	number := e.Dispute.ID.Number()
	b.disputes.add(number, e.Dispute)
	b.touched(tableDispute, number, &b.disputes.at(number).Entry)
	b.disputed(e.Dispute.Receivable, e.Dispute.Standing())
	b.learnOf(b.receivables.at(e.Dispute.Receivable.Number()), feature.Disputes, e.Dispute.Amount)
}

// disputed changes what is disputed of a receivable.
func (b *Book) disputed(of id.Receivable, by money.Minor) {
	r := b.receivables.at(of.Number())
	r.Disputed = money.Add(r.Disputed, by)
	b.touched(tableReceivable, of.Number(), &r.Entry)
}

// DisputeMoved says how a dispute stands after an answer, a decision or its end.
type DisputeMoved struct {
	Dispute dispute.Dispute `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*DisputeMoved) Kind() uint16 { return eventDisputeMoved }

func (e *DisputeMoved) fold(b *Book) {
	number := e.Dispute.ID.Number()
	d := b.disputes.at(number)
	b.disputed(d.Receivable, money.Sub(e.Dispute.Standing(), d.Standing()))
	entry := d.Entry
	*d = e.Dispute
	d.Entry = entry
	b.touched(tableDispute, number, &d.Entry)
}

// CoverMoved says how much of a financing's principal disputes and credit notes leave without cover: the seller's to pay
// where the product gives recourse for them, else the funder's exposure to a loss.
type CoverMoved struct {
	Financing  id.Financing  `cbor:"1,keyasint"`
	Receivable id.Receivable `cbor:"2,keyasint"`
	Uncovered  money.Minor   `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*CoverMoved) Kind() uint16 { return eventCoverMoved }

func (e *CoverMoved) fold(b *Book) {
	f := b.financings.at(e.Financing.Number())
	f.Uncovered = e.Uncovered
	b.touched(tableFinancing, e.Financing.Number(), &f.Entry)
}
