package book_test

import (
	"millrace/book"
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/lab/load"
)

func init() { refusals = append(refusals, setOffCashRefusals...) }

// cashPair is a run that holds debts of 30 and 20 between two sellers, in which the first, who owes the 30, may draw up to 10.
func (s *scene) cashPair() (*clearance, clearing.Run, id.Financing) {
	s.t.Helper()
	p := s.cashLender()
	c, r := s.pair(withCash(p, 100))
	return c, r, c.draws(r, 0, 10)
}

// askingMore is the first seller's request for cash in a run that it may draw in already.
func (c *clearance) askingMore(r clearing.Run, firm int) (id.Actor, book.Command) {
	return c.SellerActors[firm], &book.QuoteSetOffCash{Run: r.ID, Due: r.Terms.Value.AddDays(30)}
}

var setOffCashRefusals = []refusal{
	{"set_off_cash_none", "Nobody lends cash in the run.", "Take part without it, or in a run whose terms name a programme that lends.", func(s *scene) (id.Actor, book.Command) {
		c, r := s.pair()
		return c.askingMore(r, 0)
	}},
	{"set_off_cash_product", "The programme can't lend cash in a run.", "Name a programme whose product lends the whole amount to the seller, with recourse, with interest in arrears that the seller pays, and without fees or reserve.", func(s *scene) (id.Actor, book.Command) {
		return s.announcing(withCash(s.Payables, 100))
	}},
	{"set_off_cash_late", "Cash in the run is no longer lent.", "Ask for it until the last day for answers.", func(s *scene) (id.Actor, book.Command) {
		p := s.cashLender()
		c, r := s.pair(withCash(p, 100))
		s.wait(4)
		return c.askingMore(r, 0)
	}},
	{"set_off_cash_accepted", "The party has accepted cash for the run.", "Cancel that financing, and ask anew.", func(s *scene) (id.Actor, book.Command) {
		c, r, _ := s.cashPair()
		return c.askingMore(r, 0)
	}},
	{"set_off_cash_full", "As many members may draw cash as one run can look after.", "Wait until one of them cancels, or for the next run.", func(s *scene) (id.Actor, book.Command) {
		firms := clearing.CashLoansMax + 1
		s.node = newNode(s.t)
		s.World = s.node.world(firms)
		p := s.cashLender()
		c := clearanceIn(s)
		for i := range firms {
			c.owes(i, (i+1)%firms, 10)
		}
		r := c.frozen(withCash(p, 100_00))
		for i := range firms - 1 {
			c.draws(r, i, 10)
		}
		return c.askingMore(r, firms-1)
	}},
	{"set_off_cash_exceeded", "More cash is asked for than the party owes in the run, or more is put in than the run may have lent.", "Ask for less, or enter a proposal that puts in less.", func(s *scene) (id.Actor, book.Command) {
		p := s.cashLender()
		c, r := s.pair(withCash(p, 100))
		actor, ask := c.askingMore(r, 0)
		ask.(*book.QuoteSetOffCash).Amount = 31
		return actor, ask
	}},
	{"set_off_cash_price", "The price of cash in the certificate is out of bounds.", "Give the debt that one more unit of cash would set off: from 0 to the number of members, and 0 where no cash is lent.", func(s *scene) (id.Actor, book.Command) {
		c, r, _ := s.cashPair()
		closing := c.enter(r.ID, c.solveCash(c.run()), 5)
		closing.Price = 3
		return s.Maker, closing
	}},
	{"set_off_cash_unsound", "Cash that the proposal draws can't be paid out.", "The sentence says why. Mend that, or cancel the financing: the run is solved again without it.", func(s *scene) (id.Actor, book.Command) {
		c, _, _ := s.cashPair()
		r := c.proposedCash(c.run())
		s.terminate(legal.ReceivablesPurchase)
		return s.Checker, &book.ExecuteSetOffRun{Run: r.ID, Attempt: r.Attempt}
	}},
	{"set_off_cash_coming", "Cash of a run that the seller has taken out is on its way between accounts of the programme.", "Pay out once the bank has executed the payment that the sentence names.", func(s *scene) (id.Actor, book.Command) {
		c, r, _ := s.cashPair()
		c.executedRun(c.proposedCash(c.run()))
		return s.Maker, &book.PayOut{Programme: r.Terms.Cash.Programme, Seller: s.Sellers[1], Account: s.Accounts[1]}
	}},
	{"financing_in_set_off", "The financing is cash for a set-off run.", "The run alone draws it. Until the run is executed it can be cancelled.", func(s *scene) (id.Actor, book.Command) {
		_, _, f := s.cashPair()
		return s.Maker, &book.Disburse{Financing: f}
	}},
}

// cashHeld is what the book of a quarter has of cash in a run of set-off: one that is written through, whose cash was drawn and taken out.
func (c *clearance) cashHeld() {
	c.t.Helper()
	s := c.scene
	p := s.cashLender()
	const other = 102 // a firm with nothing else against it
	token := party.Token(load.Token("party " + load.SellerName(other)))
	s.give(s.Maker, &book.RegisterParty{Roles: party.Seller | party.Buyer, Country: "DE", Tokens: []party.Token{token}})
	firm := latest[id.Party](s, "party")
	s.give(s.Maker, &book.RegisterActor{Party: firm, Role: party.Seller})
	c.joins(firm, latest[id.Actor](s, "actor"))
	s.ownAccount(firm)
	c.owes(1, other, 30)
	c.owes(other, 1, 20)
	r := c.frozen(withCash(p, 100))
	c.draws(r, 1, 25)
	c.executedRun(c.proposedCash(c.run()))
	c.says(s.lastCrossing(payment.Instructed, 10, 0).ID, payment.Executed)
}
