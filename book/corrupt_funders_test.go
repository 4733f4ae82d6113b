package book

import (
	"slices"

	"millrace/domain/discounting"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
)

func init() { Corruptions = append(Corruptions, funderCorruptions...) }

func (b *Book) placedOut() *funding.Placement {
	return first(&b.placements, func(p *funding.Placement) bool {
		return len(b.parts(p, funding.Outstanding)) == len(p.Parts)
	})
}

func (b *Book) earlyIn(state discounting.PaymentState) *discounting.Payment {
	return first(&b.earlyPayments, func(e *discounting.Payment) bool { return e.State == state })
}

func (b *Book) instructed() *funding.Financing {
	return first(&b.financings, func(f *funding.Financing) bool { return f.Instruction != 0 && f.State == funding.Accepted })
}

var funderCorruptions = []Corruption{
	{"placement_of_other", "a placement of another seller", func(b *Book) { b.placedOut().Seller++ }},
	{"placement_parts", "a part that is another funder's", func(b *Book) {
		p := b.placedOut()
		p.Parts = slices.Clone(p.Parts)
		p.Parts[0], p.Parts[1] = p.Parts[1], p.Parts[0]
	}},
	{"placement_shares", "a cent that nobody has", func(b *Book) { b.placedOut().Unplaced++ }},
	{"placement_claim", "a receivable that stands for another part", func(b *Book) {
		p := b.placedOut()
		b.receivables.at(p.Receivable.Number()).Financing = p.Parts[1].Financing
	}},
	{"early_offer_budget", "more spent than paid", func(b *Book) { b.earlyOffers.at(1).Spent++ }},
	{"early_payment_offer", "a payment after the last day of its offer", func(b *Book) { b.earlyIn(discounting.PaidEarly).Priced = b.earlyOffers.at(1).Until + 1 }},
	{"early_payment_items", "debts that don't add up", func(b *Book) { b.earlyIn(discounting.PaidEarly).Discount++ }},
	{"early_payment_price", "a discount at another rate", func(b *Book) {
		e := b.earlyIn(discounting.PaidEarly)
		e.Items = slices.Clone(e.Items)
		e.Items[0].Quote.Rate++
	}},
	{"early_payment_state", "paid before the bank has said so", func(b *Book) {
		e := b.earlyIn(discounting.Paying)
		b.payments.at(e.Payment.Number()).Early++
	}},
	{"early_payment_twice", "a debt that two payments pay", func(b *Book) {
		e := b.earlyIn(discounting.Paying)
		e.Items = append(slices.Clone(e.Items), e.Items[0])
		e.Amount, e.Discount, e.Cash = 2*e.Amount, 2*e.Discount, 2*e.Cash
		b.earlyOffers.at(e.Offer.Number()).Spent += e.Cash / 2
		b.payments.at(e.Payment.Number()).Amount = e.Cash
		h := b.holds.at(e.Hold.Number())
		grown := e.Cash + e.Fee - h.Transfer.Amount
		h.Transfer.Amount += grown
		b.accounts.at(h.Transfer.Debit.Number()).DebitsPending += grown
		b.accounts.at(h.Transfer.Credit.Number()).CreditsPending += grown
	}},
	{"index_early_payments", "a debt that is forgotten", func(b *Book) {
		e := b.earlyIn(discounting.Paying)
		b.earlyOf[e.Items[0].Receivable]++
	}},
	{"early_payment_fees", "a cent of a fee", shift(ledger.EarlyPaymentFees, ledger.BuyerBank)},
	{"instruction_terms", "a financing that costs more than was signed", func(b *Book) {
		b.instructions.at(b.instructed().Instruction.Number()).Terms.CostMost = 1
	}},
	{"instruction_total", "a cent too much under an instruction", func(b *Book) { b.instructions.at(1).Financed++ }},
	{"index_instructions", "an instruction that is forgotten", func(b *Book) { delete(b.instructionOf, b.instructions.at(1).Seller) }},
	{"auction_state", "a lot withdrawn without a reason", func(b *Book) {
		first(&b.auctions, func(k *Auction) bool { return k.State == AuctionWithdrawn }).Reason = [32]byte{}
	}},
	{"index_instructions", "an index with work that there is not", func(b *Book) { b.busy = append(b.busy, id.Make[id.Instruction](b.shard, 1)) }},
}
