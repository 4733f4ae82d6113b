package book

import "millrace/domain/payment"

func init() {
	left := func(b *Book) *payment.Payment {
		return first(&b.payments, func(p *payment.Payment) bool { return p.State == payment.Executed })
	}
	Corruptions = append(Corruptions,
		Corruption{"payment_custody", "a payment released by its maker", func(b *Book) { p := left(b); p.Decider = p.Maker }},
		Corruption{"payment_custody", "a reason why a payment was refused that nobody refused", func(b *Book) { left(b).Refusal = [32]byte{1} }},
	)
}
