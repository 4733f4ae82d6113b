package book

import (
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/trade"
)

// The builders of what is derived from tables. Folding an event and loading a row go through the same builders.

// indexDocument: identities, contents and claims, from table document.
func (b *Book) indexDocument(row *Document) {
	if row.Type == trade.Invoice {
		claim := claimOf(row)
		b.claims.Add(&claim, row.Match)
	}
	if row.Repeats {
		return
	}
	if row.Trade != 0 || row.Channel == openingChannel {
		b.identities.put(row.Identity, kept{number: uint32(row.Trade.Number()), content: row.Content, kept: true}.pack())
	}
	if row.Order != [16]byte{} {
		b.indexNamed(row.Order, row.Trade)
	}
	for _, other := range row.Others {
		b.indexNamed(other, row.Trade)
	}
	if row.Contents != [16]byte{} {
		b.contents.put(row.Contents, row.ID.Number())
	}
}

// indexNamed: identities of what a document names before it came, from table document.
func (b *Book) indexNamed(identity [16]byte, t id.Trade) {
	if _, found := b.identities.get(identity); !found {
		b.identities.put(identity, kept{number: uint32(t.Number())}.pack())
	}
}

// indexReceivable: identities and claims, from tables document and receivable.
func (b *Book) indexReceivable(identity [16]byte, number uint64) {
	packed, _ := b.identities.get(identity)
	was := unpackIdentity(packed)
	was.number, was.isReceivable, was.kept = uint32(number), true, true
	b.identities.put(identity, was.pack())
	if place := b.claims.OfDocument(uint32(b.receivables.at(number).Document.Number())); place != 0 {
		b.claims.SetReceivable(place, uint32(number))
	}
}

// indexAccount: accountOf and migrations, from table account.
func (b *Book) indexAccount(a *ledger.Account) {
	if a.Key.Code >= ledger.Source {
		return
	}
	b.accountOf[a.Key] = a.ID
	if a.Key.Code == ledger.Migration {
		b.migrations = append(b.migrations, a.ID)
	}
}

// indexHold: holdExpiry, from table hold.
func (b *Book) indexHold(h *ledger.Hold) {
	if h.Expires != 0 && h.State == ledger.Pending {
		b.holdExpiry.push(expiry{h.Expires, h.ID.Number()})
	}
}

// indexFinancing: dueOn, owing, inUse, exposures, connected, loansOn, replacedBy, drawnOn, acceptedFor, setOffCash, maturing, suppliedBy and quoteExpiry, from table financing.
func (b *Book) indexFinancing(f *funding.Financing) {
	switch f.State {
	case funding.Quoted:
		b.quoteExpiry.push(expiry{f.ValidUntil, f.ID.Number()})
	case funding.Outstanding:
		b.addDue(f.Due, f.ID)
	}
	if f.State.PaidOut() {
		b.countOwed(f, 1)
	}
	if f.State.Claims() {
		b.addUse(f, f.Exposure())
		b.addMaturing(f, f.Exposure())
		b.addLoan(f)
		b.addDrawn(f, 1)
	}
	b.indexStockSecured(f)
	b.indexDrawn(f)
	if f.State == funding.Accepted {
		insert(b.acceptedFor, f.PaidTo(), f.ID)
	}
	b.indexCash(f)
	b.addSupplied(f)
	b.expose(f, 1)
}

// unindexFinancing takes back what indexFinancing has put; quotes leave their heap when they come up.
func (b *Book) unindexFinancing(f *funding.Financing) {
	if f.State == funding.Outstanding {
		b.removeDue(f.Due, f.ID)
	}
	if f.State.PaidOut() {
		b.countOwed(f, -1)
	}
	if f.State.Claims() {
		b.addUse(f, -f.Exposure())
		b.addMaturing(f, -f.Exposure())
		b.removeLoan(f)
		b.addDrawn(f, -1)
	}
	b.unindexCash(f)
	b.removeSupplied(f)
	b.expose(f, -1)
	b.unindexStockSecured(f)
	b.unindexDrawn(f)
	if f.State == funding.Accepted {
		remove(b.acceptedFor, f.PaidTo(), f.ID)
	}
}

func (b *Book) addUse(f *funding.Financing, amount money.Minor) {
	for _, key := range [...]useKey{{f.Programme, f.Seller}, {f.Programme, 0}} {
		if b.inUse[key] = money.Add(b.inUse[key], amount); b.inUse[key] == 0 {
			delete(b.inUse, key)
		}
	}
}

// loading is what rows need of one another while they come in.
type loading struct {
	identityOf map[id.Document][16]byte // of invoices, until their receivables are loaded
}

// Load takes one row of a table at start; tables come in the order of Tables, rows by ascending number.
func (b *Book) Load(table int, number uint64, record []byte) error {
	if b.loading == nil {
		b.loading = &loading{identityOf: map[id.Document][16]byte{}}
	}
	return tables[table].load(b, number, record)
}

// Loaded ends the loading: h is the header of the entry at which the tables stand.
func (b *Book) Loaded(h Header) error {
	b.sequence, b.at = h.Sequence, h.At
	if b.loading == nil {
		return nil
	}
	for number := uint64(1); number <= b.receivables.count; number++ {
		b.indexReceivable(b.loading.identityOf[b.receivables.at(number).Document], number)
	}
	b.begun.each(b.indexConfirmation)
	b.loadedGoods()
	b.accounts.each(b.indexAccount)
	b.holds.each(b.indexHold)
	for number := uint64(1); number <= b.financings.count; number++ {
		f := b.financings.at(number)
		b.indexFinancing(f)
		if financed(f.State) {
			b.countFinanced(f, 1)
		}
	}
	b.limits.each(b.indexLimit)
	b.limits.each(b.watch)
	b.bankAccounts.each(b.indexBankAccount)
	b.payments.each(b.indexPayment)
	for number := uint64(1); number <= b.receipts.count; number++ {
		b.receiptOf[b.receipts.at(number).Line] = b.receipts.at(number).ID
		b.tallyReceipt(b.receipts.at(number), 1)
	}
	for number := uint64(1); number <= b.pairs.count; number++ {
		b.pairOf[pairKey{b.pairs.at(number).Seller, b.pairs.at(number).Buyer}] = number
	}
	b.signingKeys.each(b.indexSigningKey)
	b.mandates.each(b.indexMandate)
	b.holdings.each(b.indexHolding)
	b.standings.each(b.indexStanding)
	for number := uint64(1); number <= b.ruleBreaches.count; number++ {
		b.indexBreaches(number)
	}
	b.verifications.each(b.indexVerification)
	b.mappings.each(b.indexMapping)
	b.fixings.each(b.indexFixing)
	for number := uint64(1); number <= b.names.count; number++ {
		b.partyOf[b.names.at(number).Token] = b.names.at(number).Party
	}
	b.movements.each(b.indexMovement)
	b.loadedLegal()
	b.auctions.each(b.indexAuction)
	b.bids.each(b.indexBid)
	b.measures.each(b.indexMeasure)
	b.loadedSecurity()
	b.meters.each(b.indexMeter)
	b.earlyPayments.each(b.indexEarlyPayment)
	b.instructions.each(b.indexInstruction)
	b.supervised.each(b.indexSupervised)
	b.returns.each(b.indexReturn)
	b.charges.each(b.indexCharge)
	b.charges.each(func(c *payment.Charge) { b.tallyCharge(c, 1) })
	b.payments.each(func(p *payment.Payment) { b.tallyPayment(p, 1) })
	b.ladders.each(b.indexLadder)
	b.loadedDigital()
	b.statements.each(b.indexStatement)
	b.breaks.each(b.indexBreak)
	b.loadedSetOff()
	b.webhooks.each(b.indexWebhook)
	b.loadedCredit()
	b.loading = nil
	return nil
}

// loadedCredit builds the indexes of credit review and risk control.
func (b *Book) loadedCredit() {
	b.loadedReviews()
	b.referrals.each(b.indexReferral)
	b.loadedFeatures()
	b.loadedOnboarding()
	b.loadedModels()
	b.policies.each(b.indexPolicy)
	b.authorities.each(b.indexAuthority)
	b.loadedConnections()
}

func (l *loading) document(row *Document) {
	if row.Type == trade.Invoice {
		l.identityOf[row.ID] = row.Identity
	}
}
