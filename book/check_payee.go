package book

import (
	"slices"

	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/payment"
)

// payees: a verified account stands on what it says it stands on, a changed one was confirmed by a third person, and what is kept of
// accounts and of payments under way is what the records say.
func (a *audit) payees() {
	b := a.b
	executed := map[id.BankAccount]uint32{}
	reached := map[id.BankAccount]bool{}
	underWay := map[id.Party][]id.Payment{}
	for n := uint64(1); n <= b.payments.count; n++ {
		p := b.payments.at(n)
		switch p.State {
		case payment.Executed:
			executed[p.Account]++
			reached[p.Account] = true
		case payment.Returned:
			reached[p.Account] = true
		}
		if underway(p.State) && p.Account != 0 {
			underWay[p.Payee] = append(underWay[p.Payee], p.ID)
		}
	}
	for n := uint64(1); n <= b.payments.count; n++ {
		a.approvedBy(b.payments.at(n), reached)
		a.decidedBy(b.payments.at(n))
	}
	accepted := map[id.Party][]id.Financing{}
	for n := uint64(1); n <= b.financings.count; n++ {
		if f := b.financings.at(n); f.State == funding.Accepted {
			paid := f.Seller
			if f.Supply.Supplier != 0 {
				paid = f.Supply.Supplier
			}
			accepted[paid] = append(accepted[paid], f.ID)
		}
	}
	accounts := map[id.Party][]id.BankAccount{}
	for n := uint64(1); n <= b.bankAccounts.count; n++ {
		r := b.bankAccounts.at(n)
		accounts[r.Party] = append(accounts[r.Party], r.ID)
		a.bankAccount(r)
		if r.Paid != executed[r.ID] {
			a.breach("payee_paid", r.ID.String(), "%d payments to %s were executed, it says %d", executed[r.ID], r.ID, r.Paid)
		}
	}
	for n := uint64(1); n <= b.parties.count; n++ {
		p := b.parties.at(n)
		if !slices.Equal(b.accountsOf[p.ID], accounts[p.ID]) || !slices.Equal(b.underWay[p.ID], underWay[p.ID]) || !slices.Equal(b.acceptedFor[p.ID], accepted[p.ID]) {
			a.breach("index_payees", p.ID.String(), "the indexes of accounts, payments under way and accepted financings of %s are not those of the records", p.ID)
		}
		for i := range p.Contacts {
			if c := &p.Contacts[i]; c.Entry == 0 || c.Entry > b.sequence || c.Actor == 0 || i > 0 && c.Entry < p.Contacts[i-1].Entry {
				a.breach("contact_order", p.ID.String(), "contact %d of %s is recorded by %s in entry %d", i+1, p.ID, c.Actor, c.Entry)
			}
		}
	}
	if len(b.accountsOf) != len(accounts) || len(b.underWay) != len(underWay) || len(b.acceptedFor) != len(accepted) {
		a.breach("index_payees", "", "the indexes know %d, %d and %d payees, the records %d, %d and %d", len(b.accountsOf), len(b.underWay), len(b.acceptedFor),
			len(accounts), len(underWay), len(accepted))
	}
}

// bankAccount: the ground of a verification is on record, and brought by another than who has verified.
func (a *audit) bankAccount(r *party.BankAccount) {
	brought, sound := id.Actor(0), true
	switch r.Ground {
	case 0:
	case 1:
		brought, sound = r.Name.Actor, r.Name.Result == 1
	case 2:
		brought, sound = r.Deposit.Actor, r.Deposit.State == 2 && r.Deposit.Tries < 3
	case 3:
		brought, sound = r.Letter.Actor, r.Letter.Stored != [32]byte{}
	case 4:
		brought, sound = r.Name.Actor, (r.Name.Result == 2 || r.Name.Result == 4) && r.Reason != [32]byte{}
	default:
		sound = false
	}
	if !sound || r.Ground != 0 && (r.Checker == 0 || brought == 0 || brought == r.Checker || r.Name.Result == 3) {
		a.breach("payee_ground", r.ID.String(), "%s was verified by %s on %q, which was brought by %s", r.ID, r.Checker, r.Ground, brought)
	}
	if c := &r.Change; c.Actor != 0 && (c.Replaces == 0 || c.Replaces == r.ID || c.Actor == r.Maker || c.Actor == r.Checker || c.Record == [32]byte{} || !a.known(r, c)) {
		a.breach("change_people", r.ID.String(), "the change to %s was confirmed by %s at contact %d", r.ID, c.Actor, c.Contact)
	}
	if (r.State == 3) != (r.Revocation.Actor != 0) {
		a.breach("payee_revoked", r.ID.String(), "%s is %s, and was revoked by %s", r.ID, r.State, r.Revocation.Actor)
	}
}

// known tells whether the contact at which a change was confirmed was on record before it.
func (a *audit) known(r *party.BankAccount, c *party.Change) bool {
	p := a.b.parties.at(uint64(r.Party) >> 16)
	return p != nil && c.Contact >= 1 && int(c.Contact) <= len(p.Contacts) && p.Contacts[c.Contact-1].Entry < c.Since
}

// approvedBy: what has left was approved by as many as its programme asks for, each another person and none its maker, and by the
// lender where that instructs.
func (a *audit) approvedBy(p *payment.Payment, reached map[id.BankAccount]bool) {
	programme := a.b.programmes.at(uint64(p.Programme) >> 16)
	if programme == nil {
		return // said elsewhere
	}
	for i, one := range p.Approvals {
		if one == 0 || one == p.Maker || slices.Contains(p.Approvals[:i], one) {
			a.breach("payment_approvals", p.ID.String(), "%s was approved by %v, and made by %s", p.ID, p.Approvals, p.Maker)
		}
	}
	if p.Attempts == 0 {
		return
	}
	account := a.b.bankAccounts.at(uint64(p.Account) >> 16)
	needed := int(p.Needed)
	if programme.PayeeNewDays > 0 && account != nil && !reached[account.ID] {
		needed = max(needed, 2)
	}
	if len(p.Approvals) < needed || p.Lender != 0 && p.Lent == 0 {
		a.breach("payment_approvals", p.ID.String(), "%s has left with %d approvals of %d, the lender's by %s", p.ID, len(p.Approvals), needed, p.Lent)
	}
	if programme.LenderInstructs && p.Purpose == payment.Disbursement && p.Lender == 0 {
		a.breach("payment_lender", p.ID.String(), "%s pays out a loan, and its lender has not instructed it", p.ID)
	}
	if p.Lent != 0 {
		if by := a.b.actors.at(uint64(p.Lent) >> 16); by == nil || by.Party != p.Lender || by.Role != party.Funder {
			a.breach("payment_lender", p.ID.String(), "%s was instructed by %s, who is none of the lender's", p.ID, p.Lent)
		}
	}
}
