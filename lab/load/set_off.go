package load

import (
	"fmt"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/certificate"
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/domain/trade"
	"millrace/engine"
)

// SetOffRequests gives requests that make sense in that order from an empty book: firms that owe each other in circles, and runs of multilateral
// set-off in every state. One is proposed, void because a member becomes insolvent, proposed again and executed; one puts in cash, one is ended, and one lapses.
// The first of them that is about a run is at place begins.
func SetOffRequests() (requests []engine.Request, begins int) {
	s := &setOffScript{script: script{book: book.New(1), at: 1_700_000_000_000_000}}
	w, err := NewWorld(s.submit, 4)
	if err != nil {
		panic(err) // the world is the same every time
	}
	c, err := w.Circle(s.submit, 1, certificate.NoLaw)
	if err != nil {
		panic(err)
	}
	s.world = w
	for _, seller := range w.Sellers {
		s.give(w.Maker, w.SetOffConsent(seller, w.Today))
	}
	for _, of := range [...][2]int{{0, 1}, {1, 0}, {0, 2}, {2, 3}, {3, 1}} {
		if _, err := c.Debt(of[1], SellerName(of[0]), 10, w.Today); err != nil {
			panic(err)
		}
	}
	lends := s.lender()
	begins = len(s.requests)
	run := s.announce()
	s.propose(run, 0, 10, 10, 10, 10)
	s.give(w.Maker, &book.RecordSetOffBar{Party: w.Sellers[3], Cause: clearing.Insolvency, From: w.Today, Evidence: reference("insolvent")})
	attempt := s.propose(run, 10, 10, 0, 0, 0)
	s.give(w.Checker, &book.ExecuteSetOffRun{Run: run, Attempt: attempt})
	for range 2 {
		if _, err := c.Debt(0, SellerName(1), 10, w.Today); err != nil {
			panic(err)
		}
	}
	s.lend(lends)
	for range 2 {
		if _, err := c.Debt(1, SellerName(2), 10, w.Today); err != nil {
			panic(err)
		}
	}
	s.give(w.Maker, &book.EndSetOffRun{Run: s.announce(), Reason: reference("ended")})
	s.announce()
	s.give(w.Maker, &book.OpenDay{Date: w.Today.AddDays(11)})
	return s.requests, begins
}

// lender opens a programme that lends cash in runs.
func (s *setOffScript) lender() id.Programme {
	lends, err := s.world.CashLender(s.submit)
	if err != nil {
		panic(err) // likewise
	}
	return lends
}

// CashLender opens a programme that lends cash in runs, with limits for all sellers that there are.
func (w *World) CashLender(submit Submit) (id.Programme, error) {
	terms := product.ReceivablesDiscounting(uint16(trade.Ordered))
	terms.Name, terms.Assignment, terms.Undertaking = "Cash for set-off", product.AssignmentNone, product.UndertakingNone
	terms.AdvanceRate, terms.FeeRate, terms.FeeMinimum, terms.SellerLimit = money.RateOne, 0, 0, true
	b := &builder{submit: submit}
	lends := w.programme(b, terms)
	return lends, b.err
}

// lend has the second firm, that owes the first 20, draw 15 of cash in a run. The first owes the third 10: it takes out 5, and the third 10.
func (s *setOffScript) lend(by id.Programme) {
	w, terms := s.world, s.world.SetOffTerms(10)
	terms.Cash = clearing.Cash{Programme: by, Most: 100}
	run := find[*book.SetOffRunAnnounced](s.give(w.Maker, &book.AnnounceSetOffRun{Terms: terms})).Run.ID
	quoted := find[*book.FinancingOpened](s.give(w.SellerActors[1], &book.QuoteSetOffCash{Run: run, Amount: 15, Due: w.Today.AddDays(30)}))
	s.give(w.SellerActors[1], &book.AcceptQuote{Financing: quoted.Financing.ID})
	attempt := find[*book.SetOffProposalOpened](s.give(w.Maker, &book.OpenSetOffProposal{Run: run})).Attempt
	s.give(w.Maker, &book.EnterSetOffPotentials{Run: run, Attempt: attempt, Potentials: []int64{0, 0, 1}})
	s.give(w.Maker, &book.EnterSetOffLines{Run: run, Attempt: attempt, Cleared: []money.Minor{10, 10}})
	s.give(w.Maker, &book.EnterSetOffLines{Run: run, Attempt: attempt, From: 2, Cleared: []money.Minor{5}})
	s.give(w.Maker, &book.CloseSetOffProposal{Run: run, Attempt: attempt, Cleared: 25, Optimal: true, Hash: reference("certificate")})
	s.give(w.Checker, &book.ExecuteSetOffRun{Run: run, Attempt: attempt})
}

// setOffScript keeps what was asked while a book answers it, and does what comes by itself.
type setOffScript struct {
	script
	world *World
}

func (s *setOffScript) submit(actor id.Actor, key string, c book.Command) ([]book.Event, error) {
	events, err := s.script.submit(actor, key, c)
	asked := s.requests
	for next := s.book.Due(s.at); next != nil; next = s.book.Due(s.at) {
		if _, err := s.script.submit(0, "", next); err != nil {
			panic(err)
		}
	}
	s.requests = asked
	return events, err
}

// give gives a command that is never refused.
func (s *setOffScript) give(actor id.Actor, c book.Command) []book.Event {
	events, err := s.submit(actor, "", c)
	if err != nil {
		panic(fmt.Sprintf("%T: %v", c, err))
	}
	return events
}

// announce announces a run that holds its debts today.
func (s *setOffScript) announce() id.SetOffRun {
	return find[*book.SetOffRunAnnounced](s.give(s.world.Maker, &book.AnnounceSetOffRun{Terms: s.world.SetOffTerms(10)})).Run.ID
}

// propose enters what is set off of five lines between four members, in two slices, with the potentials that prove it the most.
func (s *setOffScript) propose(run id.SetOffRun, cleared ...money.Minor) (attempt uint32) {
	by, total := s.world.Maker, money.Minor(0)
	attempt = find[*book.SetOffProposalOpened](s.give(by, &book.OpenSetOffProposal{Run: run})).Attempt
	s.give(by, &book.EnterSetOffPotentials{Run: run, Attempt: attempt, Potentials: []int64{1, 0}})
	s.give(by, &book.EnterSetOffPotentials{Run: run, Attempt: attempt, From: 2, Potentials: []int64{0, 0}})
	s.give(by, &book.EnterSetOffLines{Run: run, Attempt: attempt, Cleared: cleared[:3]})
	s.give(by, &book.EnterSetOffLines{Run: run, Attempt: attempt, From: 3, Cleared: cleared[3:]})
	for _, one := range cleared {
		total += one
	}
	s.give(by, &book.CloseSetOffProposal{Run: run, Attempt: attempt, Cleared: total, Optimal: true, Hash: reference("certificate")})
	return attempt
}

// SetOffConsent is a party's standing consent to set-off runs from a day on, signed.
func (w *World) SetOffConsent(p id.Party, from calendar.Date) *book.GiveSetOffConsent {
	c := &book.GiveSetOffConsent{Party: p, Currency: w.Currency, From: from}
	c.Signatures = []book.Signature{w.signer(p).Sign(c.Statement())}
	return c
}

// SetOffTerms are those of a run for everybody which holds debts today, and can be executed for so many days.
func (w *World) SetOffTerms(days int) clearing.Terms {
	return clearing.Terms{Currency: w.Currency, Rule: clearing.OldestFirst, Freeze: w.Today, Answer: w.Today, Value: w.Today.AddDays(days)}
}
