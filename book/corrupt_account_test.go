package book

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/payment"
	"millrace/domain/supervision"
)

// SetDate does what no command does: it brings a book to a business date before its own.
func SetDate(b *Book, date calendar.Date) {
	b.clock.Date, b.clock.From, b.clock.Opened = date, date, 0
}

func (b *Book) returnIn(state payment.ReturnState) *payment.Return {
	return first(&b.returns, func(t *payment.Return) bool { return t.State == state })
}

func (b *Book) supervisedIn(state supervision.State) *supervision.Account {
	return first(&b.supervised, func(r *supervision.Account) bool { return r.State == state })
}

func init() {
	Corruptions = append(Corruptions,
		Corruption{"supervised_account", "an account with another custodian", func(b *Book) { b.supervisedIn(supervision.Closed).Custodian = b.parties.at(1).ID }},
		Corruption{"supervised_account", "the number of a party's own account", func(b *Book) {
			r := b.supervisedIn(supervision.Live)
			delete(b.supervisedNumbers, r.Token)
			r.Token = b.bankAccounts.at(1).Token
			b.supervisedNumbers[r.Token] = r.ID
		}},
		Corruption{"index_supervised", "an account that is not found", func(b *Book) { delete(b.supervisedAt, b.supervisedIn(supervision.Live).Place) }},
		Corruption{"index_supervised", "a number that leads nowhere", func(b *Book) { b.supervisedNumbers[[16]byte{9}] = b.supervised.at(1).ID }},
		Corruption{"second_person", "a supervised account on one person's word", func(b *Book) {
			r := b.supervisedIn(supervision.Live)
			r.Checker = r.Maker
		}},
		Corruption{"second_person", "a return on one person's word", func(b *Book) {
			t := b.returnIn(payment.ReturnDone)
			t.Checker = t.Maker
		}},
		Corruption{"return_of_other", "what went back to its sender in another programme", func(b *Book) {
			t := first(&b.returns, func(t *payment.Return) bool { return t.State == payment.ReturnDone && t.Payment != 0 })
			t.To = b.programmes.at(2).ID
			b.payments.at(t.Payment.Number()).To = t.To
		}},
		Corruption{"return_state", "a return that says it has failed", func(b *Book) {
			t := first(&b.returns, func(t *payment.Return) bool { return t.State == payment.ReturnDone && t.Payment != 0 })
			b.payments.at(t.Payment.Number()).Return = b.returnIn(payment.ReturnProposed).ID
		}},
		Corruption{"index_returning", "a return that is forgotten", func(b *Book) { delete(b.returning, b.returnIn(payment.ReturnProposed).Receipt) }},
		Corruption{"receipt_returns", "a cent more given back", func(b *Book) {
			first(&b.receipts, func(r *payment.Receipt) bool { return r.Returned > 0 }).Returned--
		}},
		Corruption{"index_charges", "a charge that is not found", func(b *Book) { clear(b.chargeOf) }},
		Corruption{"charge_amounts", "an unexplained debit that nobody is short of", func(b *Book) {
			c := first(&b.charges, func(c *payment.Charge) bool { return c.Account == uint8(supervision.Fees) })
			c.Missing = c.Amount + 1
		}},
		Corruption{"supervised_money", "money with the bank that no line brought", func(b *Book) {
			outside := b.coded(ledger.Outside)
			outside.DebitsPosted++
			number := b.accounts.count + 1
			b.accounts.add(number, ledger.Account{
				ID: id.Make[id.Account](b.shard, number), CreditsPosted: 1, Entry: outside.Entry,
				Key: ledger.Key{Entity: outside.Key.Entity, Code: ledger.General, Currency: outside.Key.Currency},
			})
		}},
	)
}
