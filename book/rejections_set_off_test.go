package book_test

import (
	"millrace/book"
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/money"
)

func init() { refusals = append(refusals, setOffRefusals...) }

// pair is a world of two sellers who owe each other 30 and 20, and the run that holds it.
func (s *scene) pair(changes ...func(t *clearing.Terms)) (*clearance, clearing.Run) {
	s.t.Helper()
	c := clearanceIn(s)
	c.owes(0, 1, 30)
	c.owes(1, 0, 20)
	return c, c.frozen(changes...)
}

// announcing is a run that could be announced but for a change.
func (s *scene) announcing(change func(t *clearing.Terms)) (id.Actor, book.Command) {
	return s.Maker, (&clearance{scene: s}).terms(change)
}

// closingPair is a proposal for a pair that is entered, and would be published but for a change.
func (s *scene) closingPair(potentials []int64, cleared []money.Minor, change func(c *book.CloseSetOffProposal)) (id.Actor, book.Command) {
	c, r := s.pair()
	p := proposal{potentials: potentials, cleared: cleared}
	for _, one := range cleared {
		p.total += one
	}
	command := c.enter(r.ID, p, 10)
	change(command)
	return s.Maker, command
}

func asProposed(*book.CloseSetOffProposal) {}

var setOffRefusals = []refusal{
	{"set_off_rule", "Nothing says who comes first where several ways set off the same total.", "Say oldest_first or proportional.", func(s *scene) (id.Actor, book.Command) {
		return s.announcing(func(t *clearing.Terms) { t.Rule = 0 })
	}},
	{"set_off_run_open", "A run in this currency, of the same firms, is not over.", "Wait until it is, or end it.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.announcing(func(*clearing.Terms) {}))
		return s.announcing(func(*clearing.Terms) {})
	}},
	{"set_off_runs_full", "As many runs are open as the node looks after.", "Wait until one is over, or end one.", func(s *scene) (id.Actor, book.Command) {
		later := func(i int) func(t *clearing.Terms) {
			return func(t *clearing.Terms) {
				t.Currency, t.Freeze = currencies[i], t.Answer
			}
		}
		for i := range book.SetOffRunsMax {
			s.give(s.announcing(later(i)))
		}
		return s.announcing(later(book.SetOffRunsMax))
	}},
	{"set_off_run_unknown", "There is no such run.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.OpenSetOffProposal{Run: beyond[id.SetOffRun](s, "set_off_run")}
	}},
	{"set_off_run_state", "The run is in another state.", "A run is announced, holds its debts, gets a proposal, and is executed or ended; look up how far it has come.", func(s *scene) (id.Actor, book.Command) {
		c, r := s.pair()
		return s.Checker, &book.ExecuteSetOffRun{Run: r.ID, Attempt: c.run().Attempt}
	}},
	{"set_off_attempt", "The figures, or the execution, are of another proposal than the one that is open or published.", "Look up the run's attempt. A new proposal is entered from its first figure.", func(s *scene) (id.Actor, book.Command) {
		c, r := s.pair()
		c.proposed(r)
		return s.Checker, &book.ExecuteSetOffRun{Run: r.ID, Attempt: r.Attempt}
	}},
	{"set_off_turn", "Figures of a proposal don't come in their turn.", "First the potentials in the order of the members, then the lines in theirs, 1,000 at most at a time, from where the run says that it is.", func(s *scene) (id.Actor, book.Command) {
		c, r := s.pair()
		c.give(c.Maker, &book.OpenSetOffProposal{Run: r.ID})
		return s.Maker, &book.EnterSetOffLines{Run: r.ID, Attempt: c.run().Attempt, Cleared: []money.Minor{20, 20}}
	}},
	{"set_off_potential", "A potential is further from zero than the run has members.", "Shift the potentials so that the least is zero: only their differences count.", func(s *scene) (id.Actor, book.Command) {
		c, r := s.pair()
		c.give(c.Maker, &book.OpenSetOffProposal{Run: r.ID})
		return s.Maker, &book.EnterSetOffPotentials{Run: r.ID, Attempt: c.run().Attempt, Potentials: []int64{0, 3}}
	}},
	{"set_off_oversteps", "More would be set off of a line than is owed, less than nothing, or something of a line whose debtor or creditor is left out.", "Solve the run again with the members and lines as they are now.", func(s *scene) (id.Actor, book.Command) {
		c, r := s.pair()
		c.give(c.Maker, &book.OpenSetOffProposal{Run: r.ID})
		attempt := c.run().Attempt
		c.give(c.Maker, &book.EnterSetOffPotentials{Run: r.ID, Attempt: attempt, Potentials: []int64{0, 0}})
		return s.Maker, &book.EnterSetOffLines{Run: r.ID, Attempt: attempt, Cleared: []money.Minor{31, 20}}
	}},
	{"set_off_incomplete", "Not all figures of the proposal are entered.", "Enter the rest; the run says how far it is.", func(s *scene) (id.Actor, book.Command) {
		c, r := s.pair()
		c.give(c.Maker, &book.OpenSetOffProposal{Run: r.ID})
		return s.Maker, &book.CloseSetOffProposal{Run: r.ID, Attempt: c.run().Attempt, Hash: [32]byte{1}}
	}},
	{"set_off_unbalanced", "A member would have more set off of what it owes than of what it is owed, or less.", "Nobody gains or loses by a set-off: enter a proposal in which each member's two sums are equal.", func(s *scene) (id.Actor, book.Command) {
		return s.closingPair([]int64{0, 0}, []money.Minor{20, 19}, asProposed)
	}},
	{"set_off_total", "The lines don't add up to the total that is named.", "Name the sum of what was entered.", func(s *scene) (id.Actor, book.Command) {
		return s.closingPair([]int64{0, 0}, []money.Minor{20, 20}, func(c *book.CloseSetOffProposal) { c.Cleared = 41 })
	}},
	{"set_off_not_optimal", "That no more can be set off is claimed, and the potentials don't prove it.", "Bring the potentials of an optimum, or publish the proposal without the claim.", func(s *scene) (id.Actor, book.Command) {
		return s.closingPair([]int64{1, 0}, []money.Minor{19, 19}, func(c *book.CloseSetOffProposal) { c.Optimal = true })
	}},
	{"set_off_certificate", "The hash of the certificate is missing.", "Give the SHA-256 of the certificate that is published with the proposal.", func(s *scene) (id.Actor, book.Command) {
		return s.closingPair([]int64{0, 0}, []money.Minor{20, 20}, func(c *book.CloseSetOffProposal) { c.Optimal, c.Hash = false, [32]byte{} })
	}},
	{"set_off_awaited", "Members of the run have not answered.", "Wait for them, or until the last day for answers is over: then they are left out.", func(s *scene) (id.Actor, book.Command) {
		c := &clearance{scene: s, circle: clearanceIn(s).circle}
		c.owes(0, 1, 30)
		if _, err := c.circle.DebtBetween("seller 0", "anchor", 5, s.book.Date()); err != nil {
			s.t.Fatal(err)
		}
		r := c.proposed(c.frozen(func(t *clearing.Terms) { t.Open = true }))
		return s.Checker, &book.ExecuteSetOffRun{Run: r.ID, Attempt: r.Attempt}
	}},
	{"set_off_rests", "The node has nothing to do for a run of multilateral set-off.", "Nothing: the node gives this command by itself when there is.", func(s *scene) (id.Actor, book.Command) {
		return 0, &book.WriteSetOff{}
	}},
}

// currencies are more than there can be runs.
var currencies = func() []money.Currency {
	var all []money.Currency
	for c := money.Currency(1); len(all) <= book.SetOffRunsMax; c++ {
		if c.Known() {
			all = append(all, c)
		}
	}
	return all
}()
