package book

import (
	"millrace/domain/certificate"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/receivable"
)

// alive gives a live holding of a status.
func (b *Book) alive(status certificate.Status) *certificate.Holding {
	return first(&b.holdings, func(h *certificate.Holding) bool { return h.Live() && h.Status == status })
}

// remainder gives the last holding of a certificate that was redeemed in two parts.
func (b *Book) remainder() *certificate.Holding {
	return first(&b.holdings, func(h *certificate.Holding) bool {
		return h.By == certificate.Redeem && h.End == certificate.Redeem && h.Status == certificate.Free
	})
}

func (b *Book) redeemed() *certificate.Certificate {
	return first(&b.certificates, func(k *certificate.Certificate) bool { return k.State == certificate.Redeemed })
}

func (b *Book) travelling() *certificate.Certificate {
	return first(&b.certificates, func(k *certificate.Certificate) bool { return k.State == certificate.Live })
}

func init() {
	Corruptions = append(Corruptions, []Corruption{
		{"holding_of_none", "a holding of a certificate to come", func(b *Book) {
			b.remainder().Certificate = id.Make[id.Certificate](1, b.certificates.count+1)
		}},
		{"holding_origin", "the first holding, made by no issue", func(b *Book) { b.holdings.at(1).By = certificate.Split }},
		{"holding_origin", "a holding made before that out of which it was made was consumed", func(b *Book) { b.remainder().Made-- }},
		{"holding_origin", "a holding made out of itself", func(b *Book) { b.holdings.at(1).Parent = b.holdings.at(1).ID }},
		{"holding_amounts", "consumed in no entry", func(b *Book) { b.remainder().Spent = 0 }},
		{"holding_conserved", "a split that made nothing", func(b *Book) { b.remainder().End = certificate.Split }},
		{"holding_conserved", "a cancelled holding that lives on", func(b *Book) {
			first(&b.holdings, func(h *certificate.Holding) bool { return h.End == certificate.Transfer }).End = certificate.Cancel
		}},
		{"holding_status", "free, and another's", func(b *Book) { h := b.alive(certificate.Free); h.To = h.Holder }},
		{"holding_status", "an offer without an end", func(b *Book) { b.alive(certificate.Offered).Expires = 0 }},
		{"holding_tier", "a hand that it never went through", func(b *Book) { b.alive(certificate.Free).Tier++ }},
		{"holding_financed", "a financing of another holding", func(b *Book) {
			h := b.alive(certificate.Financed)
			b.financings.at(h.Financing.Number()).Holding = b.alive(certificate.Free).ID
		}},
		{"holding_financed", "a financing of nobody's", func(b *Book) { b.alive(certificate.Financed).Financing = b.financings.at(1).ID }},
		{"certificate_conserved", "a redeemed certificate with something outstanding", func(b *Book) { b.redeemed().Outstanding = 1 }},
		{"certificate_conserved", "redeemed, and alive", func(b *Book) { b.redeemed().State = certificate.Live }},
		{"certificate_of_other", "a certificate in another currency than its receivable", func(b *Book) { b.redeemed().Currency = 840 }},
		{"certificate_of_other", "a receivable in another's certificate", func(b *Book) {
			first(&b.receivables, func(r *receivable.Receivable) bool { return r.Certificate == 0 }).Certificate = b.redeemed().ID
		}},
		{"certificate_undertaking", "a receivable that has forgotten its certificate", func(b *Book) {
			b.receivables.at(b.travelling().Receivable.Number()).Certificate = 0
		}},
		{"debt_claimed", "a claim that no holding makes", func(b *Book) {
			first(&b.receivables, func(r *receivable.Receivable) bool { return r.Claimed == 0 && r.State == receivable.Open }).Claimed = 1
		}},
		{"debt_claimed", "an offer that its debt doesn't know", func(b *Book) {
			b.receivables.at(b.alive(certificate.Offered).Debt.Number()).Claimed--
		}},
		{"index_live", "holdings not found", func(b *Book) { delete(b.liveOf, b.travelling().ID) }},
		{"index_live", "a consumed holding among those alive", func(b *Book) {
			k := b.travelling().ID
			b.liveOf[k][0] = first(&b.holdings, func(h *certificate.Holding) bool { return h.Certificate == k && !h.Live() }).ID
		}},
		{"index_standing", "an acceptance not found", func(b *Book) {
			s := b.standings.at(1)
			delete(b.standingOf, standingKey{s.Party, s.Programme})
		}},
		{"index_standing", "an acceptance that nobody gave", func(b *Book) { b.standingOf[standingKey{}] = b.standings.at(1).ID }},
		{"given_in_payment", "a certificate given for nothing", shift(ledger.GivenInPayment, ledger.Sales)},
		{"taken_in_payment", "a certificate taken for nothing", shift(ledger.TakenInPayment, ledger.Sales)},
		{"held_by_pledgee", "more collected than was pledged", shift(ledger.HeldByPledgee, ledger.Sales)},
		{"security_held", "security that nobody gave", shift(ledger.SecurityHeld, ledger.Sales)},
	}...)
}
