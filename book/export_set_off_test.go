package book

import (
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
)

// SetOffSlices are how many lines one slice holds, and writes through.
const (
	SetOffHoldMax  = setOffHoldMax
	SetOffWriteMax = setOffWriteMax
)

// Due is the command that wants to be given at once, or nil.
func Due(b *Book) Command { return b.Due(b.at) }

// emitted folds what a draft says as one entry.
func emitted(b *Book, say func(d *draft)) {
	h := Header{Sequence: b.sequence + 1, At: b.at}
	b.draft.reset(b, &h)
	say(&b.draft)
	b.Begin(&h)
	for _, e := range b.draft.events {
		b.Apply(e)
	}
}

// LeaveOut leaves a member out of its run.
func LeaveOut(b *Book, of id.SetOffMember) {
	m := b.setOffMembers.at(of.Number())
	emitted(b, func(d *draft) { d.leaveOutOfAll(m.Party, clearing.Insolvency) })
}

// DropLine takes a debt out of a run.
func DropLine(b *Book, of id.SetOffLine) {
	emitted(b, func(d *draft) { d.dropLine(b.setOffLines.at(of.Number())) })
}

// AvailableIn is what may leave a supervised account.
func AvailableIn(b *Book, key ledger.Key, currency money.Currency) money.Minor {
	key.Currency = currency
	return b.accounts.at(b.accountOf[key].Number()).Available()
}
