package redteam

import (
	"fmt"
	"math/rand/v2"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/domain/trade"
	"millrace/edge/view"
)

// pattern is one known way to get money for nothing.
type pattern struct {
	name  string // of the pattern
	way   string // in which it is tried, apart from other ways of the same pattern
	about string
	count int // stories at scale 1
	run   func(s *scheme) error
	names naming
	least int // of a hundred attempts that are caught at any seed
}

// naming is in whose name a pattern is tried.
type naming uint8

const (
	established naming = iota // a seller with honest trade before and beside it
	own                       // one with a little honest trade of long ago, on which nothing else is tried
	bursting                  // one who has just begun, at a buyer where nothing else is tried
	funnelling                // several of them, likewise
)

// attack is one attempt to get money: an invoice, an order, a receipt or an account for which money is asked.
type attack struct {
	pattern *pattern
	asked   money.Minor // that would have gone out
	paid    money.Minor // that has gone out
	stops   []stop      // what it ran into, in order; the first decided
}

// scheme is one story of a pattern under way.
type scheme struct {
	*lab
	pattern *pattern
	random  *rand.Rand
	tie     *tie // of an established seller, whose name is used
}

// inject enters the stories of all patterns. Each has a source of chance of its own.
func (l *lab) inject(seed uint64, scale int) {
	for n := range patterns {
		p := &patterns[n]
		random := rand.New(rand.NewPCG(seed, 1000+uint64(n)))
		for range p.count * scale {
			s := &scheme{lab: l, pattern: p, random: rand.New(rand.NewPCG(random.Uint64(), random.Uint64()))}
			s.cast()
			l.at(warmDays+5+random.IntN(spanDays-warmDays-60), func() error {
				if err := p.run(s); err != nil {
					return fmt.Errorf("%s, %s: %w", p.name, p.way, err)
				}
				return nil
			})
		}
	}
}

// cast chooses in whose name the story is told.
func (s *scheme) cast() {
	var of []*tie
	for _, t := range s.ties {
		if t.habit != scrap && t.market.names == max(s.pattern.names, own) { // whose buyer sells back is asked about anyhow
			of = append(of, t)
		}
	}
	s.tie = of[s.random.IntN(len(of))]
	if s.pattern.names != own {
		return
	}
	model := s.tie
	s.tie = &tie{market: model.market}
	s.at(2, func() error {
		s.serial++
		f := &firm{name: fmt.Sprintf("Own Works %d", s.serial), country: "DE", vat: fmt.Sprintf("DE63%07d", s.serial), catalogue: model.seller.catalogue}
		if s.pattern.way == "embargo" {
			f.country, f.vat = "IR", fmt.Sprintf("IR63%07d", s.serial)
		}
		if s.pattern.way == "one group" {
			f.group = model.market.id
		}
		s.tie.seller = f
		s.join(f, model.market)
		if s.err != nil {
			return s.err
		}
		return s.sold(f, model.market.firm, s.tie.draw(s.random))
	})
}

// attempt begins an attempt on a part of an amount.
func (s *scheme) attempt(amount money.Minor, advance money.Rate) *attack {
	a := &attack{pattern: s.pattern, asked: money.MulDiv(amount, int64(advance), int64(money.RateOne))}
	s.attacks = append(s.attacks, a)
	return a
}

// advance is the part of an amount that a programme pays out.
func (l *lab) advance(p id.Programme) money.Rate {
	for _, m := range l.markets {
		if p == 0 {
			break
		}
		switch p {
		case m.open:
			return openTerms().AdvanceRate
		case m.orders[0], m.orders[1]:
			return orderTerms().AdvanceRate
		case m.stock[0], m.stock[1]:
			return stockTerms().AdvanceRate
		}
	}
	return product.PayablesFinance(confirmedEvidence).AdvanceRate
}

// step gives a command of the attempt, and tells whether it was accepted.
func (s *scheme) step(a *attack, actor id.Actor, c book.Command) ([]book.Event, bool, error) {
	events, err := s.submit(actor, c)
	if err == nil {
		return events, true, nil
	}
	ran, err := rejected(c, err)
	if err == nil {
		a.stops = append(a.stops, ran)
	}
	return nil, false, err
}

// billed records an invoice of the attempt, and tells whether it has opened a receivable.
func (s *scheme) billed(a *attack, d *deal, sheet *sheet) (*claim, bool, error) {
	c, err := s.bill(d, sheet)
	if err != nil {
		ran, err := rejected(&book.RecordDocument{}, err)
		a.stops = append(a.stops, ran)
		return c, false, err
	}
	if c.receivable.ID == 0 {
		found := c.findings
		if !c.repeats {
			found = append([]string{"no_receivable"}, found...)
		}
		a.stops = append(a.stops, stop{"record_document", wasRejected, found})
	}
	return c, c.receivable.ID != 0, nil
}

// ask asks for money on a claim.
func (s *scheme) ask(a *attack, c *claim, p id.Programme) error {
	return s.quote(a, c.seller, &book.RequestQuote{Receivable: c.receivable.ID, Programme: p, Payee: c.seller.account}, c)
}

// quote asks for money. What is got is repaid when it is due, so that nobody's later business suffers from it: a fraud that pays is one that goes on.
func (s *scheme) quote(a *attack, seller *firm, c book.Command, of *claim) error {
	u, err := s.use(seller, c, book.Decline)
	if err != nil {
		return err
	}
	if u.Kind != wasPaid {
		a.stops = append(a.stops, u.stop)
		return nil
	}
	if u.financing.Net > u.paid {
		a.stops = append(a.stops, stop{view.CommandName(c), wasConverted, []string{"earlier_loan_repaid"}})
	} else {
		a.paid += min(u.paid, a.asked)
	}
	if of == nil {
		s.repaid(&u.financing)
	} else {
		p, f := u.financing.Programme, u.financing.ID
		s.at(s.daysTo(of.sheet.due), func() error { return s.settle(of, p, of.receivable.Face, f) })
	}
	return nil
}

// wasConverted is a use whose proceeds have repaid what was lent on the same goods before.
const wasConverted = "converted"

// genuine has an honest deal of the scheme's seller billed and financed in its market's open programme.
func (s *scheme) genuine(financed bool) (*claim, error) {
	d := s.agreed(s.tie.seller, s.tie.market.firm, s.tie.draw(s.random))
	if err := s.papers(&d, trade.Order, trade.DespatchAdvice, trade.ReceiptAdvice); err != nil {
		return nil, err
	}
	c, err := s.bill(&d, s.sheet(&d, trade.Invoice, d.wares))
	if err != nil || !financed {
		return c, err
	}
	u, err := s.use(c.seller, &book.RequestQuote{Receivable: c.receivable.ID, Programme: s.tie.market.open, Payee: c.seller.account}, book.Approve)
	if err != nil {
		return nil, err
	}
	if u.paid == 0 {
		return c, fmt.Errorf("a genuine claim was not paid: %+v", u.stop)
	}
	s.at(s.daysTo(c.sheet.due), func() error { return s.settle(c, s.tie.market.open, c.receivable.Face, u.financing.ID) })
	return c, nil
}

// caught tells whether nothing has gone out that should not.
func (a *attack) caught() bool { return a.paid == 0 }
