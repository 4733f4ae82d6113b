package load

import (
	"fmt"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/domain/trade"
)

// Syndicate adds a programme in which so many funders (2 to 9) share each receivable pro rata: by commitments of 5, 3, 4, 1, ...
// millions, at 4.8 %, 5.0 %, 5.2 % and so on.
func (w *World) Syndicate(submit Submit, funders int, dropped funding.Dropped) (*Market, error) {
	return w.syndicate(submit, funders, product.PayablesFinance(uint16(trade.Ordered|trade.Received|trade.Invoiced|trade.Confirmed)), func(p *book.ProposeProgramme) {
		weights := [...]money.Minor{5_000_000_00, 3_000_000_00, 4_000_000_00, 1_000_000_00}
		for i := range p.Funders {
			p.Funders[i].Commitment, p.Funders[i].Rate = weights[i%len(weights)], money.Rate(48_000+2_000*i)
		}
		p.Sharing, p.Dropped = funding.ProRata, dropped
	})
}

// DiscountingSyndicate is one in which receivables are financed with recourse and in arrears, 85 % of each.
func (w *World) DiscountingSyndicate(submit Submit, funders int) (*Market, error) {
	return w.syndicate(submit, funders, product.ReceivablesDiscounting(uint16(trade.Ordered|trade.Received|trade.Invoiced|trade.Confirmed)), func(p *book.ProposeProgramme) {
		for i := range p.Funders {
			p.Funders[i].Commitment, p.Funders[i].Rate = money.Minor(1+i)*1_000_000_00, money.Rate(48_000+2_000*i)
		}
		p.Sharing = funding.ProRata
	})
}

// EarlyPayer adds a programme on terms of dynamic discounting, in which the anchor has so much money of its own.
func (w *World) EarlyPayer(submit Submit, terms product.Terms, cash money.Minor) (id.Programme, error) {
	b := &builder{submit: submit}
	proposed := find[*book.ProductProposed](b.give(w.Maker, &book.ProposeProduct{Terms: terms}))
	if proposed == nil {
		return 0, b.err
	}
	b.give(w.Checker, &book.ApproveProduct{Product: proposed.Product.ID})
	opened := find[*book.ProgrammeProposed](b.give(w.Maker, &book.ProposeProgramme{
		Product: proposed.Product.ID, Anchor: w.Anchor, Custodian: w.Custodian, Currency: w.Currency, Calendar: calendar.Target, ApproveAbove: 100_000_00,
	}))
	if opened == nil {
		return 0, b.err
	}
	p := opened.Programme.ID
	b.give(w.Checker, &book.ApproveProgramme{Programme: p})
	if cash > 0 {
		b.give(w.Bank, &book.RecordReceipt{
			Programme: p, Funder: w.Anchor, Line: Token("own cash " + p.String()), Amount: cash, Currency: w.Currency, Value: w.Today, Booking: w.Today,
		})
	}
	return p, b.err
}

// Instruction is a seller's signed instruction to finance what comes in some programmes.
func (w *World) Instruction(seller int, terms book.InstructionTerms) *book.GiveInstruction {
	terms.Seller, terms.Payee, terms.Currency = w.Sellers[seller], w.Accounts[seller], w.Currency
	c := &book.GiveInstruction{Terms: terms}
	c.Signatures = []book.Signature{w.signer(w.Sellers[seller]).Sign(c.Statement())}
	return c
}

func (w *World) syndicate(submit Submit, funders int, terms product.Terms, change func(p *book.ProposeProgramme)) (*Market, error) {
	b := &builder{submit: submit}
	m := &Market{World: w, Bidders: []id.Party{w.Funder}, BidderActors: []id.Actor{w.FunderActor}}
	parts := w.others(b, m, funders, "syndicate")
	m.Programme = w.programme(b, terms, func(p *book.ProposeProgramme) { p.Funders = parts }, change)
	w.equip(b, m)
	return m, b.err
}

// equip gives the funders of a market contracts, limits and money, and tells the anchor.
func (w *World) equip(b *builder, m *Market) {
	for i, p := range m.Bidders {
		if i > 0 {
			w.contract(b, p)
			w.limit(b, credit.LimitKey{Kind: credit.FunderLimit, Programme: m.Programme, Party: p, Currency: w.Currency}, 1_000_000_000_00)
			b.give(w.Bank, &book.RecordReceipt{
				Programme: m.Programme, Funder: p, Line: Token(fmt.Sprint("deposit ", p, m.Programme)), Amount: 1_000_000_000_00, Currency: w.Currency, Value: w.Today, Booking: w.Today,
			})
		}
		for _, seller := range w.Sellers {
			w.notify(b, m.Programme, seller, p)
		}
	}
}

// Open puts one more programme of a product of its own into the world, with money in it and what the law asks for.
func (w *World) Open(submit Submit, terms product.Terms, changes ...func(p *book.ProposeProgramme)) (id.Programme, error) {
	b := &builder{submit: submit}
	p := w.programme(b, terms, changes...)
	if b.err != nil {
		return 0, b.err
	}
	return p, w.Ground(submit, p, w.Funder)
}
