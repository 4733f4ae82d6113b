package book

import (
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/payment"
)

// ground puts a sound check on the first account, on which it was verified.
func (b *Book) ground() *party.BankAccount {
	a := b.bankAccounts.at(1)
	a.Ground, a.Name = party.ByName, party.NameCheck{Result: party.NameMatch, Score: 1_000_000, Actor: a.Maker, Date: 1}
	return a
}

// confirmed makes the first account a change that its party has confirmed.
func (b *Book) confirmed() *party.BankAccount {
	a := b.ground()
	p := b.parties.at(a.Party.Number())
	p.Contacts = []party.Contact{{Channel: party.Phone, Details: party.Reference{1}, Actor: a.Maker, Entry: 1}}
	a.Change = party.Change{Replaces: b.bankAccounts.at(2).ID, Contact: 1, Record: party.Reference{1}, Actor: id.Make[id.Actor](1, 3), Date: 1, Since: 2}
	return a
}

func init() {
	left := func(b *Book) *payment.Payment {
		return first(&b.payments, func(p *payment.Payment) bool { return p.Attempts > 0 && p.Purpose == payment.Disbursement })
	}
	Corruptions = append(Corruptions,
		Corruption{"payee_ground", "an account verified on an answer that was none", func(b *Book) { b.ground().Name.Result = party.NameClose }},
		Corruption{"payee_ground", "a check brought by who verified on it", func(b *Book) { a := b.ground(); a.Name.Actor = a.Checker }},
		Corruption{"payee_paid", "a payment to an account that is not counted", func(b *Book) { b.bankAccounts.at(1).Paid += 7 }},
		Corruption{"change_people", "a change confirmed by who proposed it", func(b *Book) { a := b.confirmed(); a.Change.Actor = a.Maker }},
		Corruption{"change_people", "a change confirmed at a contact that came with it", func(b *Book) { b.confirmed().Change.Since = 1 }},
		Corruption{"payee_revoked", "an account that nobody revoked", func(b *Book) { b.bankAccounts.at(1).State = party.AccountRevoked }},
		Corruption{"contact_order", "a contact of an entry to come", func(b *Book) {
			a := b.ground()
			b.parties.at(a.Party.Number()).Contacts = []party.Contact{{Channel: party.Phone, Actor: a.Maker, Entry: b.sequence + 1}}
		}},
		Corruption{"index_payees", "an account not found", func(b *Book) { delete(b.accountsOf, b.bankAccounts.at(1).Party) }},
		Corruption{"payment_approvals", "a payment approved by its maker", func(b *Book) { p := left(b); p.Approvals = []id.Actor{p.Maker} }},
		Corruption{"payment_approvals", "a payment that left with one approval of two", func(b *Book) { left(b).Needed = 2 }},
		Corruption{"payment_lender", "a loan paid out without its lender", func(b *Book) { b.programmes.at(left(b).Programme.Number()).LenderInstructs = true }},
		Corruption{"payment_lender", "a loan instructed by a stranger", func(b *Book) {
			p := left(b)
			p.Lender, p.Lent = p.Payee, p.Maker
		}},
	)
}
