package book

import (
	"millrace/domain/id"
	"millrace/domain/payment"
)

func (b *Book) transferred() *payment.Payment {
	return first(&b.payments, func(p *payment.Payment) bool { return p.Purpose == payment.InternalTransfer })
}

func init() {
	Corruptions = append(Corruptions,
		Corruption{"crossing_unpaid", "a transfer of a cent less than the books have moved", func(b *Book) { b.transferred().Amount-- }},
		Corruption{"crossing_unsound", "a transfer that names two causes", func(b *Book) {
			p := b.transferred()
			p.Financing, p.Receipt = b.financings.at(1).ID, b.receipts.at(1).ID
		}},
		Corruption{"index_crossing", "an account to which something is on its way that nobody sent", func(b *Book) {
			b.crossing[payment.Supervised{Kind: payment.FeesAccount, Programme: b.programmes.at(1).ID}] = []id.Payment{1}
		}},
	)
}
