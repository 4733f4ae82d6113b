package book

import (
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/supervision"
)

// feesLie tells where a fee's money lies: with those withheld from proceeds, or with what came in.
func feesLie(code ledger.Code, atOnce bool) ledger.Code {
	if atOnce {
		return code
	}
	if code == ledger.OperatorFees {
		return ledger.OperatorFeesCollected
	}
	return ledger.OthersFeesCollected
}

// needsSecond tells which payments no one person makes, however small.
func needsSecond(p payment.Purpose) bool {
	return p == payment.OperatorsFees || p == payment.InsurersShare
}

// outOfCollections tells which payments take what was collected for somebody from the collection account, besides fees and the
// shares of insurers, which count as shared out when they are earned.
func outOfCollections(p payment.Purpose) bool {
	return p == payment.Sweep || p == payment.PayOut || p == payment.ReturnOfReceipt
}

// reversedOnWay tells whether a payment is on its way that gives back what a bank has taken back already.
func (a *audit) reversedOnWay(p *payment.Payment) bool {
	t := a.b.returns.at(uint64(p.Return) >> 16)
	if t == nil || !underway(p.State) {
		return false
	}
	receipt := a.b.receipts.at(uint64(t.Receipt) >> 16)
	return receipt != nil && receipt.State == payment.Reversed
}

// supervisedAccounts: one record an account and a person more behind it, returns and their receipts in step, charges that are found,
// and in each programme as much money as banks have brought and not taken.
func (a *audit) supervisedAccounts() {
	b := a.b
	open := 0
	for n := uint64(1); n <= b.supervised.count; n++ {
		r := b.supervised.at(n)
		number(a, r.ID, n, r.Entry)
		p := b.programmes.at(uint64(r.Place.Programme) >> 16)
		if p == nil || p.Custodian != r.Custodian || p.Currency != r.Currency || (r.Place.Kind == supervision.Funding) != (r.Place.Funder != 0) {
			a.breach("supervised_account", r.ID.String(), "%s is no account of %s with %s", r.ID, r.Place.Programme, r.Custodian)
			continue
		}
		if (r.State == supervision.Live || r.State == supervision.Closed) && (r.Checker == 0 || r.Checker == r.Maker) {
			a.breach("second_person", r.ID.String(), "%s is in force on one person's word", r.ID)
		}
		taken := r.State == supervision.Proposed || r.State == supervision.Live
		if taken {
			open++
			if b.supervisedAt[r.Place] != r.ID || b.supervisedNumbers[r.Token] != r.ID {
				a.breach("index_supervised", r.ID.String(), "the index does not lead to %s, or two are on record for one account", r.ID)
			}
			if other := b.bankTokens[party.Token(r.Token)]; other != 0 {
				a.breach("supervised_account", r.ID.String(), "%s and %s of a party have one number", r.ID, other)
			}
		}
	}
	if open != len(b.supervisedAt) || open != len(b.supervisedNumbers) {
		a.breach("index_supervised", "", "%d accounts are on record, the indexes have %d and %d", open, len(b.supervisedAt), len(b.supervisedNumbers))
	}
	a.returnsOfReceipts()
	a.chargesFound()
	a.moneyHeld()
}

// returnsOfReceipts: each return has its payment, in the state that it says, and a receipt has so much on its way out and gone as
// its returns say.
func (a *audit) returnsOfReceipts() {
	b := a.b
	var onWay, gone tally[id.Receipt]
	waits := 0
	for n := uint64(1); n <= b.returns.count; n++ {
		t := b.returns.at(n)
		number(a, t.ID, n, t.Entry)
		r, p := b.receipts.at(uint64(t.Receipt)>>16), b.payments.at(uint64(t.Payment)>>16)
		if r == nil || r.Programme != t.Programme || r.Line != t.Line || r.Funder != 0 {
			a.breach("return_of_other", t.ID.String(), "%s is of %s, which did not come by that line", t.ID, t.Receipt)
			continue
		}
		if t.State == payment.ReturnProposed {
			if waits++; b.returning[t.Receipt] != t.ID {
				a.breach("index_returning", t.ID.String(), "the index does not lead from %s to %s", t.Receipt, t.ID)
			}
		} else if t.Checker == 0 || t.Checker == t.Maker {
			a.breach("second_person", t.ID.String(), "%s is %s on one person's word", t.ID, t.State)
		}
		paying := t.State == payment.ReturnPaying || t.State == payment.ReturnFailed || t.State == payment.ReturnDone && t.Way != payment.RecallStands
		if paying != (p != nil) || p != nil && (p.Return != t.ID || p.Amount != t.Amount || p.To != t.To || p.Programme != t.Programme || p.Purpose != payment.ReturnOfReceipt ||
			underway(p.State) != (t.State == payment.ReturnPaying) || (p.State == payment.Executed) != (t.State == payment.ReturnDone)) {
			a.breach("return_state", t.ID.String(), "%s is %s, and its payment %s is not in step", t.ID, t.State, t.Payment)
		}
		if t.State == payment.ReturnPaying && r.State != payment.Reversed {
			onWay.add(r.ID, t.Amount)
		}
		if t.State == payment.ReturnDone {
			gone.add(r.ID, t.Amount)
		}
		if to := b.programmes.at(uint64(t.To) >> 16); t.To != 0 {
			from := b.programmes.at(uint64(t.Programme) >> 16)
			if to == nil || from == nil || to == from || to.Custodian != from.Custodian || to.Currency != from.Currency || t.Way != payment.ToProgramme {
				a.breach("return_of_other", t.ID.String(), "%s goes to %s, which is no neighbour of %s", t.ID, t.To, t.Programme)
			}
		}
	}
	if waits != len(b.returning) {
		a.breach("index_returning", "", "%d returns wait, the index has %d", waits, len(b.returning))
	}
	for n := uint64(1); n <= b.receipts.count; n++ {
		if r := b.receipts.at(n); r.Returning != onWay.of(r.ID) || r.Returned != gone.of(r.ID) {
			a.breach("receipt_returns", r.ID.String(), "of %s %d are on their way out and %d have left, its returns say %d and %d", r.ID, r.Returning, r.Returned, onWay.of(r.ID), gone.of(r.ID))
		}
	}
}

func (a *audit) chargesFound() {
	b := a.b
	for n := uint64(1); n <= b.charges.count; n++ {
		c := b.charges.at(n)
		number(a, c.ID, n, c.Entry)
		if b.chargeOf[c.Line] != c.ID {
			a.breach("index_charges", c.ID.String(), "the index does not lead to %s", c.ID)
		}
		if c.Amount <= 0 || c.Missing < 0 || c.Missing > c.Amount || c.Cause == payment.Unexplained && c.Missing != c.Amount ||
			c.Account == uint8(supervision.Collection) && c.Missing != c.Amount {
			a.breach("charge_amounts", c.ID.String(), "of %s, which took %d, %d are missing", c.ID, c.Amount, c.Missing)
		}
	}
	if uint64(len(b.chargeOf)) != b.charges.count {
		a.breach("index_charges", "", "%d charges are on record, the index has %d", b.charges.count, len(b.chargeOf))
	}
}

// moneyHeld: what a custodian's books have with the rest of the world is what banks have brought into its programmes and not taken
// out again. A difference elsewhere shows here too, and is named there.
func (a *audit) moneyHeld() {
	if len(a.breaches) > 0 {
		return
	}
	b := a.b
	var held tally[ledger.Key]
	add := func(programme id.Programme, amount money.Minor) {
		if p := b.programmes.at(uint64(programme) >> 16); p != nil {
			held.add(ledger.Key{Entity: p.Custodian, Code: ledger.Outside, Currency: p.Currency}, amount)
		}
	}
	for n := uint64(1); n <= b.receipts.count; n++ {
		if r := b.receipts.at(n); r.State != payment.Reversed {
			add(r.Programme, r.Amount)
		}
	}
	for n := uint64(1); n <= b.payments.count; n++ {
		if r := b.payments.at(n); r.State == payment.Executed && r.Purpose != payment.Sweep && r.Purpose != payment.InternalTransfer {
			add(r.Programme, -r.Amount)
		}
	}
	for n := uint64(1); n <= b.charges.count; n++ {
		add(b.charges.at(n).Programme, -b.charges.at(n).Amount)
	}
	for n := uint64(1); n <= b.accounts.count; n++ {
		r := b.accounts.at(n)
		if r.Key.Code != ledger.Outside || a.imported(r.Key.Entity, r.Key.Currency) != (imports{}) {
			continue
		}
		if stands := r.DebitsPosted - r.CreditsPosted; stands != held.of(r.Key) {
			a.breach("supervised_money", r.ID.String(), "banks have brought %d to %s and not taken it out, its books say %d", held.of(r.Key), r.Key.Entity, stands)
		}
	}
}

// expectWays: what left by fees paid out, insurers' shares, withdrawals, returns and charges, and what of it is short.
func (a *audit) expectWays() {
	b := a.b
	for n := uint64(1); n <= b.payments.count; n++ {
		r := b.payments.at(n)
		p := b.programmes.at(uint64(r.Programme) >> 16)
		if p == nil {
			continue
		}
		if a.reversedOnWay(r) { // set aside, and used already
			a.expect(p.Custodian, p.ID, 0, ledger.CollectionUnallocated, r.Currency, r.Amount)
		}
		if r.State == payment.Executed {
			a.expectWay(r, p)
		}
	}
	for n := uint64(1); n <= b.charges.count; n++ {
		a.expectCharge(b.charges.at(n))
	}
	for n := uint64(1); n <= b.measures.count; n++ {
		a.expectFeesSettled(b.measures.at(n))
	}
	for n := uint64(1); n <= b.accounts.count; n++ {
		a.expectFeesShort(b.accounts.at(n))
	}
}

func (a *audit) expectWay(r *payment.Payment, p *funding.Programme) {
	h := a.b.holds.at(uint64(r.Hold) >> 16)
	if h == nil {
		return
	}
	from := a.b.accounts.at(uint64(h.Transfer.Debit) >> 16)
	wanted := map[payment.Purpose]ledger.Code{
		payment.OperatorsFees: feesLie(ledger.OperatorFees, !r.Collected), payment.OthersFees: feesLie(ledger.FeesForOthers, !r.Collected),
		payment.InsurersShare: ledger.ForInsurer, payment.Withdrawal: ledger.Funding,
	}[r.Purpose]
	if wanted == 0 {
		return
	}
	if from == nil || from.Key.Code != wanted || from.Key.Programme != p.ID || r.Purpose == payment.Withdrawal && from.Key.Counterparty != r.Payee {
		a.breach("payment_of_other", r.ID.String(), "%s, a payment of %s, leaves another account", r.ID, r.Purpose)
		return
	}
	a.expected.add(from.Key, -r.Amount)
	switch r.Purpose {
	case payment.OperatorsFees:
		if r.Payee != p.Operator || r.Payee != from.Key.Counterparty {
			a.breach("payment_of_other", r.ID.String(), "%s pays the operator's fees to %s", r.ID, r.Payee)
		}
		a.expect(p.Operator, 0, 0, ledger.OperatorAccount, r.Currency, -r.Amount)
		a.expect(p.Operator, 0, 0, ledger.OperatorBank, r.Currency, r.Amount)
	case payment.Withdrawal:
		a.expect(r.Payee, p.ID, 0, ledger.FundsProvided, r.Currency, -r.Amount)
	case payment.OthersFees, payment.InsurersShare:
		if r.Payee == p.Operator {
			a.breach("payment_of_other", r.ID.String(), "%s pays to the operator what is another's", r.ID)
		}
	}
}

// expectCharge: the account that a charge hit bears it as a whole; what is short of it is added with the shortfall.
func (a *audit) expectCharge(c *payment.Charge) {
	p := a.b.programmes.at(uint64(c.Programme) >> 16)
	if p == nil {
		return
	}
	switch supervision.Kind(c.Account) {
	case supervision.Funding:
		a.expect(p.Custodian, p.ID, c.Funder, ledger.Funding, c.Currency, -c.Amount)
		a.expect(c.Funder, p.ID, 0, ledger.FundsProvided, c.Currency, -c.Amount)
		a.widen(ledger.Key{Entity: p.Custodian, Programme: p.ID, Counterparty: c.Funder, Code: ledger.Shortfall, Currency: c.Currency}, 0, c.Missing)
	case supervision.Collection:
		a.expect(p.Custodian, p.ID, 0, ledger.Shortfall, c.Currency, c.Missing)
	default:
		a.expect(p.Custodian, p.ID, p.Operator, ledger.OperatorFees, c.Currency, -c.Amount)
		a.expect(p.Operator, 0, 0, ledger.OperatorAccount, c.Currency, -c.Amount)
		a.expect(p.Operator, 0, 0, ledger.BankCharges, c.Currency, c.Amount)
	}
}

// expectFeesSettled: what was settled by money that came in did not come from where the fees lie.
func (a *audit) expectFeesSettled(m *Measure) {
	p := a.b.programmes.at(uint64(m.Programme) >> 16)
	if p == nil || m.Kind < FeesSettled || m.Receipt == 0 {
		return
	}
	a.expected.add(a.shortOf(p, m.Party, m.Kind), m.Amount)
	if m.Kind != CoverSettled && m.Party == p.Operator {
		a.expect(p.Operator, 0, 0, ledger.OperatorAccount, p.Currency, m.Amount)
		a.expect(p.Operator, 0, 0, ledger.OperatorBank, p.Currency, -m.Amount)
	}
}

// shortOf is the account that a shortfall of fees or of cover is missing from.
func (a *audit) shortOf(p *funding.Programme, counterparty id.Party, kind MeasureKind) ledger.Key {
	code := ledger.ForInsurer
	if kind != CoverSettled {
		if code = ledger.FeesForOthers; counterparty == p.Operator {
			code = ledger.OperatorFees
		}
		code = feesLie(code, kind == FeesMadeGood)
	}
	return ledger.Key{Entity: p.Custodian, Programme: p.ID, Counterparty: counterparty, Code: code, Currency: p.Currency}
}

func (a *audit) expectFeesShort(r *ledger.Account) {
	kinds := map[ledger.Code]MeasureKind{ledger.CollectedShortfall: FeesSettled, ledger.FeesShortfall: FeesMadeGood, ledger.InsurerShortfall: CoverSettled}
	kind, of := kinds[r.Key.Code]
	if p := a.b.programmes.at(uint64(r.Key.Programme) >> 16); of && p != nil {
		a.expected.add(a.shortOf(p, r.Key.Counterparty, kind), r.DebitsPosted-r.CreditsPosted)
	}
}
