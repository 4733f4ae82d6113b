package book

import (
	"millrace/domain/clearing"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/payment"
)

func init() { Corruptions = append(Corruptions, setOffCashCorruptions...) }

// cashRun is the run of the book to be broken that has put in cash.
func (b *Book) cashRun() *clearing.Run {
	return first(&b.setOffRuns, func(r *clearing.Run) bool { return r.Cash > 0 })
}

// drawer is the member of it that has drawn, and taker the one that has taken cash out.
func (b *Book) drawer() *clearing.Member {
	r := b.cashRun()
	return first(&b.setOffMembers, func(m *clearing.Member) bool { return m.Run == r.ID && m.Draws(r.Attempt) > 0 })
}

func (b *Book) taker() *clearing.Member {
	r := b.cashRun()
	return first(&b.setOffMembers, func(m *clearing.Member) bool { return m.Run == r.ID && m.Takes(r.Attempt) > 0 })
}

// drawnLoan is what it has drawn by.
func (b *Book) drawnLoan() *funding.Financing { return b.financings.at(b.drawer().Financing.Number()) }

var setOffCashCorruptions = []Corruption{
	{"set_off_cash", "a member that draws by another's loan", func(b *Book) {
		b.taker().Financing = b.drawer().Financing
	}},
	{"set_off_cash", "a cap above what was set aside", func(b *Book) { b.drawer().Cap = 26 }},
	{"set_off_cash", "a run that has put in a cent more", func(b *Book) { b.cashRun().Cash++ }},
	{"set_off_cash", "a run that may have less lent", func(b *Book) { b.cashRun().Terms.Cash.Most = 9 }},
	{"set_off_cash", "a loan of another day", func(b *Book) { b.drawnLoan().Value-- }},
	{"set_off_cash", "members that have not taken what is theirs", func(b *Book) { b.cashRun().State = clearing.Written; b.cashRun().Taken++ }},
	{"set_off_cash", "a cent that nobody has taken out", func(b *Book) {
		a := first(&b.accounts, func(r *ledger.Account) bool { return r.Key.Code == ledger.CashForSetOff })
		a.CreditsPosted++
		first(&b.accounts, func(r *ledger.Account) bool { return r.Key.Code == ledger.Outside && r.Key.Entity == a.Key.Entity }).DebitsPosted++
	}},
	{"financing_of_other", "cash of a run that is paid to an account", func(b *Book) { b.drawnLoan().Payee = b.bankAccounts.at(1).ID }},
	{"set_off_unproved", "a member that keeps cash, with a potential below zero", func(b *Book) {
		m := b.taker()
		m.Potential, b.cashRun().Optimal = -1, false
		b.cashRun().Bound[1] = boundAgain(b)
	}},
	{"set_off_proposal", "a bound without the cash", func(b *Book) { r := b.cashRun(); r.Optimal, r.Bound[1] = false, r.Bound[1]-1 }},
	{"index_set_off_cash", "a loan that is over and stands ready", func(b *Book) {
		b.setOffCash[b.cashRun().ID] = []id.Financing{b.drawnLoan().ID}
	}},
	{"crossing_unsound", "cash of a run that another than its funder brings", func(b *Book) {
		first(&b.payments, func(p *payment.Payment) bool { return p.SetOffRun != 0 }).Payee = b.taker().Party
	}},
}

// boundAgain is the bound of the run with cash by its potentials as they are.
func boundAgain(b *Book) uint64 {
	r := b.cashRun()
	bound := clearing.CashBound{Price: r.Price, Most: r.Terms.Cash.Most}
	bound.Begin()
	for n := uint64(0); n < r.Members; n++ {
		m := b.setOffMembers.at(r.First + n)
		bound.Add(m.Potential, m.Cap)
	}
	for n := uint64(0); n < r.Lines; n++ {
		l := b.setOffLines.at(r.LineFirst + n)
		if slack := 1 - b.setOffMembers.at(l.Debtor).Potential + b.setOffMembers.at(l.Creditor).Potential; slack > 0 {
			bound.Bound = bound.Bound.Plus(l.Amount, slack)
		}
	}
	return bound.Bound.Low
}
