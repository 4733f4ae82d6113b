package book

import (
	"millrace/domain/dispute"
	"millrace/domain/funding"
	"millrace/domain/ledger"
	"millrace/domain/receivable"
	"millrace/domain/trade"
)

func init() {
	Corruptions = append(Corruptions, []Corruption{
		{"undertaking_without", "a signature under nothing", func(b *Book) {
			first(&b.receivables, func(r *receivable.Receivable) bool { return r.Undertaking == 0 }).Signatures = 1
		}},
		{"trade_confirmed", "a trade that calls itself confirmed", func(b *Book) {
			first(&b.trades, func(t *trade.Trade) bool { return t.Undertakings == 0 }).Facts |= trade.Confirmed
		}},
		{"trade_confirmed", "one undertaking more", func(b *Book) {
			first(&b.trades, func(t *trade.Trade) bool { return t.Undertakings == 1 }).Undertakings++
		}},
		{"confirmation_invalid", "begun by a key that has another public half", func(b *Book) { b.begun.at(1).Public[0] ^= 1 }},
		{"index_confirmations", "a started confirmation not found", func(b *Book) {
			delete(b.startedFor, first(&b.begun, func(c *receivable.Confirmation) bool { return c.State == receivable.Started }).Receivable)
		}},
		{"index_confirmations", "one that does not wait", func(b *Book) { b.startedFor[b.receivables.at(1).ID] = b.begun.at(1).ID }},
		{"second_person", "a dispute settled by one person", func(b *Book) {
			d := first(&b.disputes, func(d *dispute.Dispute) bool { return d.State == dispute.Settled })
			d.Checker = d.Maker
		}},
		{"dispute_amounts", "more decided than is disputed", func(b *Book) {
			d := first(&b.disputes, func(d *dispute.Dispute) bool { return d.State == dispute.Settled })
			d.Decision = d.Amount - d.Accepted + 1
		}},
		{"receivable_disputed", "a dispute forgotten", func(b *Book) {
			first(&b.receivables, func(r *receivable.Receivable) bool { return r.Disputed > 0 && r.Undertaking == receivable.Irrevocable }).Disputed--
		}},
		{"pair_dilution", "a lost dispute counted as a credit note", func(b *Book) {
			p := first(&b.pairs, func(p *Pair) bool { return len(p.Dilutions) > 0 })
			p.Dilutions = append([]Dilution(nil), p.Dilutions...)
			p.Dilutions[0].Lost--
			p.Dilutions[0].Credited++
		}},
		{"pair_dilution", "losses of a pair forgotten", func(b *Book) {
			first(&b.pairs, func(p *Pair) bool { return len(p.Dilutions) > 0 }).Dilutions = nil
		}},
		{"financing_cover", "more without cover than is out beyond it", func(b *Book) {
			f := first(&b.financings, func(f *funding.Financing) bool {
				return f.Uncovered > 0 && b.products.at(f.Product.Number()).Terms.Recourse.ProtractedDefault
			})
			f.Uncovered++
		}},
		{"borrowings", "a seller that was called and does not owe", func(b *Book) {
			f := first(&b.financings, func(f *funding.Financing) bool {
				terms := b.products.at(f.Product.Number()).Terms
				return f.Uncovered > 0 && terms.Recourse.Dispute && !terms.Recourse.ProtractedDefault
			})
			owed := first(&b.accounts, func(a *ledger.Account) bool {
				return a.Key.Code == ledger.Borrowings && a.Key.Entity == f.Seller && a.Key.Counterparty == f.Funder
			})
			sales := first(&b.accounts, func(a *ledger.Account) bool { return a.Key.Code == ledger.Sales && a.Key.Entity == f.Seller })
			owed.DebitsPosted++
			sales.CreditsPosted++
		}},
	}...)
}
