package book

import (
	"millrace/domain/id"
	"millrace/domain/payment"
)

// state puts a sound statement of the first programme's collection account on record.
func (b *Book) state() *payment.Statement {
	p := b.programmes.at(1)
	number := b.statements.count + 1
	b.statements.add(number, payment.Statement{
		ID: id.Make[id.BankStatement](1, number), Account: payment.Supervised{Kind: payment.CollectionAccount, Programme: p.ID}, Identity: [16]byte{1, byte(number)},
		Sequence: number, Date: b.clock.Date, Currency: p.Currency, Entry: 1,
	})
	s := b.statements.at(number)
	if number > 1 {
		s.Follows = b.statements.at(number - 1).ID
	}
	b.indexStatement(s)
	return s
}

// differ puts a sound break about a line on record.
func (b *Book) differ() *payment.Break {
	number := b.breaks.count + 1
	b.breaks.add(number, payment.Break{
		ID: id.Make[id.Break](1, number), Kind: payment.LineBreak, Key: [16]byte{9, byte(number)}, Programme: b.programmes.at(1).ID, Code: "x",
		Opened: b.clock.Date, State: payment.BreakOpen, Entry: 1,
	})
	b.indexBreak(b.breaks.at(number))
	return b.breaks.at(number)
}

func init() {
	Corruptions = append(Corruptions,
		Corruption{"statement_invalid", "a statement in another currency", func(b *Book) { b.state().Currency++ }},
		Corruption{"statement_order", "a statement that follows none of two", func(b *Book) {
			b.state()
			b.state().Follows = 0
		}},
		Corruption{"statement_order", "a hole that nobody tells", func(b *Book) {
			b.state()
			b.state().Opening = 5
		}},
		Corruption{"index_statements", "a statement not found", func(b *Book) { delete(b.statementOf, b.state().Identity) }},
		Corruption{"statement_shows", "a receipt on no statement", func(b *Book) {
			r := b.receipts.at(1)
			b.tallyReceipt(r, -1)
			r.CameInOn = id.Make[id.BankStatement](1, 99)
			b.tallyReceipt(r, 1)
		}},
		Corruption{"statement_shows", "a charge on a statement of another account", func(b *Book) {
			c := b.charges.at(1)
			b.tallyCharge(c, -1)
			c.Account, c.Funder, c.ShownOn = uint8(payment.FeesAccount), 0, b.state().ID
		}},
		Corruption{"receipt_match", "a match of more than came in", func(b *Book) {
			r := b.receipts.at(1)
			r.Match = payment.Match{Parts: []payment.MatchPart{{Amount: r.Amount + 1}}}
		}},
		Corruption{"break_state", "a break that ended for no reason", func(b *Book) { b.differ().State = payment.BreakResolved }},
		Corruption{"break_twice", "two open breaks about the same", func(b *Book) {
			key := b.differ().Key
			k := b.differ()
			delete(b.breakOf, k.Key)
			k.Key = key
			b.indexBreak(k)
		}},
		Corruption{"break_groundless", "a break about a receipt that is allocated", func(b *Book) {
			k := b.differ()
			k.Kind, k.Receipt = payment.ReceiptBreak, first(&b.receipts, func(r *payment.Receipt) bool { return r.State == payment.Allocated }).ID
		}},
		Corruption{"break_missing", "a gap without its break", func(b *Book) {
			b.state()
			s := b.state()
			s.Opening, s.Gap = 5, payment.BalanceGap
		}},
		Corruption{"index_breaks", "a break not found", func(b *Book) { delete(b.breakOf, b.differ().Key) }},
	)
}
