package economy

import (
	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/discounting"
	"millrace/domain/id"
	"millrace/lab/load"
)

// earlyPerMille is how many claims that nobody finances are paid early where the buyer offers it.
const earlyPerMille = 600

// payers lets every second anchor offer to pay early out of its own cash.
func (e *Economy) payers() {
	if e.options.Early == nil {
		return
	}
	of := e.product(*e.options.Early)
	for i, f := range e.anchors {
		if i%2 != 0 || f.market == nil {
			continue
		}
		opened, found := find[*book.ProgrammeProposed](e.give(e.Maker, &book.ProposeProgramme{
			Product: of, Anchor: f.id, Custodian: e.Custodian, Currency: e.Currency, Calendar: calendar.Target, ApproveAbove: approveAbove, PayeeChecked: true, AccountsRequired: true,
		}))
		if !found {
			return
		}
		p := opened.Programme.ID
		f.market.early, e.programmes[p] = p, true
		e.give(e.Checker, &book.ApproveProgramme{Programme: p})
		e.superviseFor(p, f.id)
		e.bank.means[p] = f.market.means
		e.give(e.Bank, &book.RecordReceipt{
			Programme: p, Funder: f.id, Line: load.Token("own cash " + p.String()), Amount: f.market.means, Currency: e.Currency, Value: e.Today, Booking: e.Today,
		})
		offered, found := find[*book.EarlyOfferOpened](e.give(f.buying, &book.OpenEarlyOffer{
			Programme: p, Steps: []discounting.Step{{Days: 1, Rate: 50_000}, {Days: 30, Rate: 60_000}}, YieldLeast: 40_000, Budget: limitOfMeans * f.market.means, From: e.Today,
			Until: e.Today.AddDays(e.days + 3*reviewDays),
		}))
		if found {
			f.market.offer = offered.Offer.ID
		}
	}
}

// offer has a seller who does not borrow think of being paid early, where its buyer offers that, from so many days on.
func (e *Economy) offer(c *claim, days int) {
	if t := c.tie; !c.wants && t.buyer.market.offer != 0 && t.random.chance(earlyPerMille) {
		e.later(days+t.random.between(0, 4), func() error { return e.discount(c) })
	}
}

// discount has a seller take what its buyer offers for a claim.
func (e *Economy) discount(c *claim) error {
	m, seller := c.tie.buyer.market, c.tie.seller
	if c.outstanding() <= 0 || c.loan != nil || c.early || c.tie.buyer.stopped(e.day) || seller.stopped(e.day) || calendar.DaysBetween(e.Today, c.Due) < 5 {
		return nil
	}
	_, _, err := e.try(seller.selling, &book.AcceptEarlyPayment{
		Offer: m.offer, Receivables: []id.Receivable{c.ID}, Payee: seller.account, DiscountMost: c.Face,
	})
	return err
}
