package redteam

import (
	"fmt"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/screening"
	"millrace/domain/trade"
	"millrace/lab/load"
)

// young onboards a firm that is to be used.
func (s *scheme) young(m *market) (*firm, error) {
	s.serial++
	f := &firm{name: fmt.Sprintf("Young %d", s.serial), country: "DE", vat: fmt.Sprintf("DE64%07d", s.serial), catalogue: s.tie.seller.catalogue}
	s.join(f, m)
	return f, s.err
}

// sold records a whole deal between two firms that nobody finances.
func (s *scheme) sold(seller, buyer *firm, wares []ware) error {
	d := s.agreed(seller, buyer, wares)
	if err := s.papers(&d, trade.Order, trade.DespatchAdvice, trade.ReceiptAdvice); err != nil {
		return err
	}
	_, err := s.bill(&d, s.sheet(&d, trade.Invoice, wares))
	return err
}

// circle sends the same goods round 3 to 5 firms, at a little more each time, and has the sale to the anchor financed.
func circle(s *scheme) error {
	hops := 3 + s.random.IntN(3)
	wares := s.tie.draw(s.random)
	chain := []*firm{s.tie.market.firm}
	for len(chain) < hops-1 {
		s.serial++
		f := &firm{name: fmt.Sprintf("Link %d", s.serial), country: "DE", vat: fmt.Sprintf("DE65%07d", s.serial)}
		s.register(f, party.Seller|party.Buyer, party.Seller)
		chain = append(chain, f)
	}
	chain = append(chain, s.tie.seller)
	if s.err != nil {
		return s.err
	}
	for i := range hops - 1 { // the anchor sells to the first, who sells to the next, until the seller has it
		s.at(s.day+2*i, func() error {
			return s.sold(chain[i], chain[i+1], times(wares, 100, int64(98+s.random.IntN(5))))
		})
	}
	s.at(s.day+2*hops, func() error { return s.colluding(s.tie.seller, wares) })
	return nil
}

// colluding has the anchor confirm what it knows to be nothing.
func (s *scheme) colluding(seller *firm, wares []ware) error {
	d := s.agreed(seller, s.tie.market.firm, wares)
	if err := s.papers(&d, trade.Order, trade.DespatchAdvice, trade.ReceiptAdvice); err != nil {
		return err
	}
	a := s.attempt(gross(wares), s.advance(s.tie.market.confirmed))
	c, opened, err := s.billed(a, &d, s.sheet(&d, trade.Invoice, wares))
	if err != nil || !opened {
		return err
	}
	if err := s.confirm(c); err != nil {
		return err
	}
	return s.ask(a, c, s.tie.market.confirmed)
}

// swap has anchor and seller bill each other the same.
func swap(s *scheme) error {
	wares := s.tie.draw(s.random)
	if err := s.sold(s.tie.market.firm, s.tie.seller, times(wares, 100, int64(98+s.random.IntN(5)))); err != nil {
		return err
	}
	s.at(s.day+1+s.random.IntN(20), func() error { return s.colluding(s.tie.seller, wares) })
	return nil
}

// burstMany is a new seller with very many deals in ten days.
func burstMany(s *scheme) error {
	f, err := s.young(s.tie.market)
	if err != nil {
		return err
	}
	const deals = 30
	for i := range deals {
		s.at(s.day+i/3, func() error { return s.forged(f, s.tie.draw(s.random)) })
	}
	return nil
}

// burstLarge is a new seller with a few very large ones.
func burstLarge(s *scheme) error {
	f, err := s.young(s.tie.market)
	if err != nil {
		return err
	}
	const deals = 3
	for i := range deals {
		s.at(s.day+2*i, func() error {
			return s.forged(f, []ware{{Article: f.catalogue[0].Article, Pieces: 100, Price: money.Minor(2_500_00 + s.random.IntN(800_00))}})
		})
	}
	return nil
}

// funnel is many new sellers to one buyer in three weeks, with a deal each.
func funnel(s *scheme) error {
	const sellers = 10
	for i := range sellers {
		s.at(s.day+2*i, func() error {
			f, err := s.young(s.tie.market)
			if err != nil {
				return err
			}
			return s.forged(f, s.tie.draw(s.random))
		})
	}
	return nil
}

// related has a seller of the anchor's own group.
func related(s *scheme) error { return s.colluding(s.tie.seller, s.tie.draw(s.random)) }

// oneOwner has a seller that belongs to the person who owns the anchor.
func oneOwner(s *scheme) error {
	f := s.tie.seller
	s.owned(f, "patriarch", 700_000)
	if s.err != nil {
		return s.err
	}
	return s.colluding(f, s.tie.draw(s.random))
}

// screenedOpen has a new version of a list of sanctions name a seller whose true claim the buyer has confirmed.
func screenedOpen(s *scheme) error {
	f, _, err := s.listed()
	if err != nil {
		return err
	}
	return s.colluding(f, s.tie.draw(s.random))
}

// screenedTrue has two persons confirm the hit.
func screenedTrue(s *scheme) error {
	f, alert, err := s.listed()
	if err != nil {
		return err
	}
	for _, by := range []id.Actor{s.Maker, s.Checker} {
		s.give(by, &book.DecideAlert{Alert: alert, Verdict: book.TrueMatch, Reason: reference("the same")})
	}
	if s.err != nil {
		return s.err
	}
	return s.colluding(f, s.tie.draw(s.random))
}

// listed onboards a seller, and has a new version of a list name it.
func (s *scheme) listed() (*firm, id.ScreeningAlert, error) {
	f := s.tie.seller
	recorded, _ := find[*book.ScreeningListRecorded](s.give(s.Maker, &book.RecordScreeningList{
		Name: "sanctions", List: screening.Sanctions, Hash: reference("list " + f.vat), Stored: reference("entries"), Published: s.Today, Entries: 1,
	}))
	if s.err != nil {
		return nil, 0, s.err
	}
	list := recorded.List.ID
	opened, found := find[*book.AlertOpened](s.give(s.Maker, &book.RecordScreening{
		Lists: []id.ScreeningList{list}, From: 1, Through: f.id.Number(), Subjects: uint32(f.id.Number()), Hits: []screening.Hit{{
			Party: f.id, List: list, Listed: load.Token("listed " + f.vat), Listing: load.Token("listing"), Subject: load.Token("subject"), Score: 970, Why: screening.SameName,
			Details: reference("names"),
		}},
	}))
	s.list, s.looked = list, f.id.Number()
	if s.newest > s.looked {
		s.screen(f)
	}
	if s.err == nil && !found {
		s.err = fmt.Errorf("the hit on %s has opened no alert", f.name)
	}
	if s.err != nil {
		return nil, 0, s.err
	}
	return f, opened.Alert.ID, nil
}

// embargoed is a seller in a country under embargo.
func embargoed(s *scheme) error { return s.colluding(s.tie.seller, s.tie.draw(s.random)) }
