package redteam

import (
	"fmt"

	"millrace/book"
	"millrace/domain/money"
	"millrace/domain/trade"
)

// batch is how many invoices are shown together; the first of them is true.
const batch = 6

// inflated bills more than was delivered: a true sample, and invoices of which only the first piece is true.
func inflated(s *scheme) error {
	if _, err := s.genuine(true); err != nil {
		return err
	}
	for range batch - 1 {
		d := s.agreed(s.tie.seller, s.tie.market.firm, s.tie.draw(s.random))
		if err := s.papers(&d, trade.Order, trade.DespatchAdvice, trade.ReceiptAdvice); err != nil {
			return err
		}
		by := int64(200 + s.random.IntN(400))
		wares := times(d.wares, by, 100)
		if s.random.IntN(2) == 0 {
			wares = times(d.wares, 100, by)
		}
		a := s.attempt(gross(wares)-gross(d.wares), s.advance(s.tie.market.open))
		c, opened, err := s.billed(a, &d, s.sheet(&d, trade.Invoice, wares))
		if err != nil {
			return err
		}
		if opened {
			if err := s.ask(a, c, s.tie.market.open); err != nil {
				return err
			}
		}
	}
	return nil
}

// inflatedPapers forges order, despatch advice and receipt to fit.
func inflatedPapers(s *scheme) error {
	if _, err := s.genuine(true); err != nil {
		return err
	}
	for range batch - 1 {
		if err := s.forged(s.tie.seller, times(s.tie.draw(s.random), int64(200+s.random.IntN(400)), 100)); err != nil {
			return err
		}
	}
	return nil
}

// forged asks the open programme for money on a deal of which every paper is forged.
func (s *scheme) forged(seller *firm, wares []ware) error {
	d := s.agreed(seller, s.tie.market.firm, wares)
	if err := s.papers(&d, trade.Order, trade.DespatchAdvice, trade.ReceiptAdvice); err != nil {
		return err
	}
	a := s.attempt(gross(wares), s.advance(s.tie.market.open))
	c, opened, err := s.billed(a, &d, s.sheet(&d, trade.Invoice, wares))
	if err != nil || !opened {
		return err
	}
	return s.ask(a, c, s.tie.market.open)
}

// inflatedConfirmed does the same where the buyer has to confirm, and the buyer knows what it has ordered.
func inflatedConfirmed(s *scheme) error {
	for range batch - 1 {
		d := s.agreed(s.tie.seller, s.tie.market.firm, times(s.tie.draw(s.random), int64(200+s.random.IntN(400)), 100))
		if err := s.papers(&d, trade.Order, trade.DespatchAdvice, trade.ReceiptAdvice); err != nil {
			return err
		}
		a := s.attempt(gross(d.wares), s.advance(s.tie.market.confirmed))
		c, opened, err := s.billed(a, &d, s.sheet(&d, trade.Invoice, d.wares))
		if err != nil || !opened {
			return err
		}
		if err := s.ask(a, c, s.tie.market.confirmed); err != nil {
			return err
		}
	}
	return nil
}

// pledgedTwice asks a second funder for money on an invoice that is financed.
func pledgedTwice(s *scheme) error {
	c, err := s.genuine(true)
	if err != nil {
		return err
	}
	if err := s.confirm(c); err != nil {
		return err
	}
	a := s.attempt(c.receivable.Face, s.advance(s.tie.market.confirmed))
	return s.ask(a, c, s.tie.market.confirmed)
}

// sentAgain records a financed invoice anew, from another file.
func sentAgain(s *scheme) error {
	c, err := s.genuine(true)
	if err != nil {
		return err
	}
	a := s.attempt(c.receivable.Face, s.advance(s.tie.market.confirmed))
	again := *c.sheet
	again.note = "Copy"
	second, opened, err := s.billed(a, &c.deal, &again)
	if err != nil || !opened {
		return err
	}
	return s.ask(a, second, s.tie.market.confirmed)
}

// ordered records an order and has a loan on it paid out.
func (s *scheme) ordered() (*deal, *trade.Trade, error) {
	s.tie = s.borrower()
	d := s.agreed(s.tie.seller, s.tie.market.firm, s.tie.draw(s.random))
	events, err := s.send(s.sheet(&d, trade.Order, d.wares))
	if err != nil {
		return nil, nil, err
	}
	matched, _ := find[*book.TradeMatched](events)
	return &d, &matched.Trade, s.lent(&book.QuoteTrade{Trade: matched.Trade.ID, Programme: s.tie.market.orders[0], Payee: d.seller.account, Due: s.Today.AddDays(80)})
}

// lent has an honest loan paid out, and repaid after a month.
func (s *scheme) lent(quote book.Command) error {
	u, err := s.use(s.tie.seller, quote, book.Approve)
	if err != nil {
		return err
	}
	if u.paid == 0 {
		return fmt.Errorf("an honest loan was not paid: %+v", u.stop)
	}
	s.repaid(&u.financing)
	return nil
}

// borrower is an established seller of the market in which orders and stock are lent on.
func (s *scheme) borrower() *tie {
	var of []*tie
	for _, t := range s.ties {
		if t.market.orders[0] != 0 {
			of = append(of, t)
		}
	}
	return of[s.random.IntN(len(of))]
}

// orderTwice asks a second funder for a loan on an order.
func orderTwice(s *scheme) error {
	d, t, err := s.ordered()
	if err != nil {
		return err
	}
	p := s.tie.market.orders[1]
	return s.quote(s.attempt(total(d.wares), s.advance(p)), d.seller, &book.QuoteTrade{Trade: t.ID, Programme: p, Payee: d.seller.account, Due: s.Today.AddDays(60)}, nil)
}

// orderAndInvoice has the invoice of an order financed on which a loan is out.
func orderAndInvoice(s *scheme) error {
	d, _, err := s.ordered()
	if err != nil {
		return err
	}
	if err := s.papers(d, trade.DespatchAdvice, trade.ReceiptAdvice); err != nil {
		return err
	}
	a := s.attempt(total(d.wares), orderTerms().AdvanceRate)
	c, opened, err := s.billed(a, d, s.sheet(d, trade.Invoice, d.wares))
	if err != nil || !opened {
		return err
	}
	return s.ask(a, c, s.tie.market.open)
}

// orderAndOtherOrder has the goods of an order loan billed under an order that was never given.
func orderAndOtherOrder(s *scheme) error {
	d, _, err := s.ordered()
	if err != nil {
		return err
	}
	return s.forged(d.seller, d.wares)
}

// renumbered bills what is financed once more, under the next number.
func renumbered(s *scheme) error { return s.repeat(func(again *sheet) {}) }

// renumberedBare names no order.
func renumberedBare(s *scheme) error { return s.repeat(func(again *sheet) { again.order = "" }) }

// renumberedForged comes with an order and a receipt of its own, forged.
func renumberedForged(s *scheme) error {
	c, err := s.genuine(true)
	if err != nil {
		return err
	}
	s.at(s.day+1+s.random.IntN(10), func() error { return s.forged(c.seller, c.wares) })
	return nil
}

// near mistypes the number, and changes amount and date a little.
func near(s *scheme) error {
	return s.repeat(func(again *sheet) {
		digits := []byte(again.number)
		at := len(digits) - 1 - s.random.IntN(3)
		digits[at] = '0' + (digits[at]-'0'+1+byte(s.random.IntN(8)))%10
		again.number = string(digits)
		again.wares = append([]ware(nil), again.wares...)
		again.wares[0].Price += again.wares[0].Price * money.Minor(s.random.IntN(11)-5) / 1000
	})
}

// repeat has a genuine claim financed, and bills it again with a change some days later.
func (s *scheme) repeat(change func(again *sheet)) error {
	c, err := s.genuine(true)
	if err != nil {
		return err
	}
	typed := s.pattern.name == "near_duplicate"
	s.at(s.day+1+s.random.IntN(10), func() error {
		again := *c.sheet
		again.issued, again.due = s.Today, s.Today.AddDays(45)
		if !typed {
			again.number = c.seller.number()
		}
		change(&again)
		a := s.attempt(gross(again.wares), s.advance(s.tie.market.open))
		second, opened, err := s.billed(a, &c.deal, &again)
		if err != nil || !opened {
			return err
		}
		return s.ask(a, second, s.tie.market.open)
	})
	return nil
}

// prospective bills goods that are ordered and not sent.
func prospective(s *scheme) error { return s.unperformed(trade.Order) }

// prospectiveSent says that they were sent.
func prospectiveSent(s *scheme) error { return s.unperformed(trade.Order, trade.DespatchAdvice) }

func (s *scheme) unperformed(kinds ...trade.Type) error {
	d := s.agreed(s.tie.seller, s.tie.market.firm, s.tie.draw(s.random))
	if err := s.papers(&d, kinds...); err != nil {
		return err
	}
	a := s.attempt(gross(d.wares), s.advance(s.tie.market.open))
	c, opened, err := s.billed(a, &d, s.sheet(&d, trade.Invoice, d.wares))
	if err != nil || !opened {
		return err
	}
	return s.ask(a, c, s.tie.market.open)
}

// prospectiveConfirmed has the buyer undertake to pay for goods that are to come.
func prospectiveConfirmed(s *scheme) error {
	d := s.agreed(s.tie.seller, s.tie.market.firm, s.tie.draw(s.random))
	if err := s.papers(&d, trade.Order); err != nil {
		return err
	}
	a := s.attempt(gross(d.wares), s.advance(s.tie.market.confirmed))
	c, opened, err := s.billed(a, &d, s.sheet(&d, trade.Invoice, d.wares))
	if err != nil || !opened {
		return err
	}
	if err := s.confirm(c); err != nil {
		return err
	}
	return s.ask(a, c, s.tie.market.confirmed)
}

// ghost bills a buyer that there is not.
func ghost(s *scheme) error {
	return s.billTo(&firm{name: "Phantom Trading " + letters(s.random.IntN(26*26)), country: "DE", vat: "DE77" + digits(s.random.IntN(10_000_000))})
}

// lookalike bills a firm by nearly the anchor's name.
func lookalike(s *scheme) error {
	of := s.tie.market.firm
	return s.billTo(&firm{name: of.name[:len(of.name)-1] + "l", country: of.country, vat: "DE78" + digits(s.random.IntN(10_000_000))})
}

func (s *scheme) billTo(buyer *firm) error {
	d := s.agreed(s.tie.seller, buyer, s.tie.draw(s.random))
	if err := s.papers(&d, trade.Order, trade.DespatchAdvice, trade.ReceiptAdvice); err != nil {
		return err
	}
	a := s.attempt(gross(d.wares), s.advance(s.tie.market.open))
	c, opened, err := s.billed(a, &d, s.sheet(&d, trade.Invoice, d.wares))
	if err != nil || !opened {
		return err
	}
	return s.ask(a, c, s.tie.market.open)
}

// fictitious bills the anchor for nothing, every paper forged, of the usual size.
func fictitious(s *scheme) error { return s.forged(s.tie.seller, s.tie.draw(s.random)) }

// fictitiousConfirmed does so where the buyer has to confirm.
func fictitiousConfirmed(s *scheme) error {
	d := s.agreed(s.tie.seller, s.tie.market.firm, s.tie.draw(s.random))
	if err := s.papers(&d, trade.Order, trade.DespatchAdvice, trade.ReceiptAdvice); err != nil {
		return err
	}
	a := s.attempt(gross(d.wares), s.advance(s.tie.market.confirmed))
	c, opened, err := s.billed(a, &d, s.sheet(&d, trade.Invoice, d.wares))
	if err != nil || !opened {
		return err
	}
	return s.ask(a, c, s.tie.market.confirmed)
}
