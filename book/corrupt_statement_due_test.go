package book

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/payment"
	"millrace/domain/supervision"
)

// unstatedAt is an account of which the book has movements that no statement shows.
func (b *Book) unstatedAt() payment.Supervised {
	r := first(&b.receipts, func(r *payment.Receipt) bool { return r.CameInOn == 0 && r.SetOff == 0 })
	return receivedAt(r)
}

func init() {
	Corruptions = append(Corruptions,
		Corruption{"statement_rhythm", "statements in no rhythm that there is", func(b *Book) { b.supervisedIn(supervision.Live).Statements = 9 }},
		Corruption{"index_agreed", "an account of which nobody finds what was agreed", func(b *Book) { delete(b.agreedOn, heldAt(b.supervisedIn(supervision.Live))) }},
		Corruption{"index_agreed", "an agreement on an account that is none", func(b *Book) { b.agreedOn[payment.Supervised{Kind: payment.FeesAccount}] = b.supervised.at(1).ID }},
		Corruption{"index_unshown", "a movement counted twice", func(b *Book) { b.unshown[b.unstatedAt()][0].count++ }},
		Corruption{"index_unshown", "a movement on another day", func(b *Book) { b.unshown[b.unstatedAt()][0].day-- }},
		Corruption{"index_unshown", "a movement of an account that is none", func(b *Book) {
			b.unshown[payment.Supervised{Kind: payment.FeesAccount}] = []bookedDay{{calendar.Date(1), 1}}
		}},
		Corruption{"break_groundless", "an alarm about a statement that has come", func(b *Book) {
			s, k := b.state(), b.differ()
			delete(b.breakOf, k.Key)
			k.Kind, k.Account, k.Programme, k.Key, k.Statement, k.Opened = payment.MissingBreak, s.Account, s.Account.Programme, accountKey(s.Account), id.BankStatement(0), s.Date+1
			b.indexBreak(k)
		}},
	)
}
