package book

import (
	"slices"

	"millrace/domain/certificate"
	"millrace/domain/digital"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/party"
	"millrace/domain/receivable"
)

func init() { Corruptions = append(Corruptions, digitalCorruptions...) }

func (b *Book) carriedAs(kind digital.Kind) *digital.Transfer {
	return first(&b.digitalTransfers, func(t *digital.Transfer) bool { return t.Kind == kind })
}

func (b *Book) boundAs(state digital.BoundState) *digital.Bound {
	return first(&b.boundMoney, func(w *digital.Bound) bool { return w.State == state })
}

func (b *Book) exchangeAs(state digital.ExchangeState) *digital.Exchange {
	return first(&b.exchanges, func(x *digital.Exchange) bool { return x.State == state })
}

// turnedDown is the wallet that its holder of record declined.
func (b *Book) turnedDown() *digital.Wallet {
	return first(&b.wallets, func(w *digital.Wallet) bool { return w.State == digital.Declined })
}

func (b *Book) waitingLoad() *digital.Transfer {
	return first(&b.digitalTransfers, func(t *digital.Transfer) bool { return t.Kind == digital.Load && t.State == digital.InDoubt })
}

func (b *Book) usedFor(order bool) *digital.Use {
	return first(&b.boundUses, func(u *digital.Use) bool { return (u.Trade != 0) == order })
}

var digitalCorruptions = []Corruption{
	{"digital_asset_holder", "money in the hands of a party without a licence", func(b *Book) {
		b.parties.at(b.digitalAssets.at(2).Holder.Number()).Roles = party.Funder
	}},
	{"digital_approval", "an asset on its maker's word", func(b *Book) { b.digitalAssets.at(1).Checker = b.digitalAssets.at(1).Maker }},
	{"digital_approval", "a wallet that another holder of record approved", func(b *Book) { b.wallets.at(1).Checker = b.digitalAssets.at(2).Checker }},
	{"wallet_of_none", "a wallet of an asset that waits", func(b *Book) { b.turnedDown().Asset = b.digitalAssets.at(3).ID }},
	{"wallet_twice", "two wallets of one party", func(b *Book) {
		w, other := b.turnedDown(), first(&b.wallets, func(w *digital.Wallet) bool { return w.Asset == b.digitalAssets.at(2).ID })
		w.State, w.Party = digital.Live, other.Party
	}},
	{"index_digital", "a wallet that is forgotten", func(b *Book) { delete(b.walletOf, walletKeyOf(b.wallets.at(1))) }},
	{"index_digital", "a wallet that there is not", func(b *Book) { b.walletOf[walletKey{}] = b.wallets.at(1).ID }},
	{"digital_transfer", "a load that was executed before it was", func(b *Book) { b.waitingLoad().Date = 1 }},
	{"digital_transfer", "a load that was to stay inside", func(b *Book) { b.waitingLoad().Kind = digital.Internal }},
	{"digital_hold", "money that left and had not been set aside", func(b *Book) { b.carriedAs(digital.Carried).Hold = 0 }},
	{"bound_amounts", "a cent more used than paid", func(b *Book) { b.boundAs(digital.Active).Used++ }},
	{"bound_refund", "a refund into other money", func(b *Book) {
		b.boundAs(digital.Active).Refund = first(&b.wallets, func(w *digital.Wallet) bool { return w.Asset == b.digitalAssets.at(2).ID }).ID
	}},
	{"bound_evidence", "a debt that bound money has paid and that does not say so", func(b *Book) {
		u := b.usedFor(false)
		was := b.receivables.at(u.Receivable.Number())
		u.Receivable = first(&b.receivables, func(r *receivable.Receivable) bool {
			return r.Seller == was.Seller && r.Buyer == was.Buyer && r.Paid == 0
		}).ID
	}},
	{"bound_evidence", "a delivery by the word of an order", func(b *Book) { b.usedFor(true).Evidence = digital.OnDelivery }},
	{"bound_conditions", "a use for another purpose", func(b *Book) { b.boundUses.at(1).Purpose = "SALA" }},
	{"bound_conditions", "a use by which the bearer was paid", func(b *Book) {
		b.boundAs(digital.Active).Bearer = b.wallets.at(b.boundUses.at(1).Payee.Number()).Party
	}},
	{"bound_conditions", "a payee that is not named", func(b *Book) {
		w := b.boundAs(digital.Spent)
		w.Conditions.Payees = slices.Clone(w.Conditions.Payees)
		w.Conditions.Payees[0]++
	}},
	{"exchange_halves", "a payment for what was withdrawn", func(b *Book) { b.exchangeAs(digital.Withdrawn).Payer = b.wallets.at(1).ID }},
	{"exchange_halves", "a payment without a delivery", func(b *Book) {
		first(&b.holdings, func(h *certificate.Holding) bool { return h.Exchange != 0 }).Exchange = 0
	}},
	{"exchange_halves", "a delivery under an exchange that there is not", func(b *Book) {
		first(&b.holdings, func(h *certificate.Holding) bool { return h.Exchange != 0 }).Exchange += 1 << 32
	}},
	{"exchange_terms", "a price above the amount", func(b *Book) { b.exchangeAs(digital.Withdrawn).Price = 1 << 40 }},
	{"exchange_terms", "a delivery to another", func(b *Book) { b.exchangeAs(digital.Settled).Buyer++ }},
	{"digital_money", "a cent in a wallet", func(b *Book) {
		b.coded(ledger.DigitalWallet).CreditsPosted++
		b.coded(ledger.DigitalBound).DebitsPosted++
	}},
	{"digital_money", "an account of other money with an asset", func(b *Book) { b.coded(ledger.General).Key.Asset = b.digitalAssets.at(1).ID }},
	{"index_digital", "an advance that is forgotten", func(b *Book) {
		for t := range b.advancedOn {
			b.advancedOn[t]++
		}
	}},
	{"index_digital", "an advance that was not paid", func(b *Book) { b.advancedOn[0] = 1 }},
	{"index_digital", "an offer that is forgotten", func(b *Book) { delete(b.exchangeOf, b.exchangeAs(digital.Offered).Holding) }},
	{"index_digital", "an offer that there is not", func(b *Book) { b.exchangeOf[0] = id.Make[id.Exchange](1, 1) }},
	{"index_digital", "bound money that is never refunded", func(b *Book) { b.boundExpiry = nil }},
}
