package book_test

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"millrace/book"
	"millrace/domain/clearing"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/supervision"
	"millrace/domain/trade"
	"millrace/lab/load"
)

// cashLender is a programme that lends cash for runs, at par and 7.2 % a year in arrears.
func (s *scene) cashLender(changes ...func(t *product.Terms)) id.Programme {
	s.t.Helper()
	p := s.onOrder(func(t *product.Terms) {
		lent(trade.Ordered)(t)
		t.Name, t.Technique, t.AdvanceRate, t.Assignment = "Cash for set-off", "distributor_finance", money.RateOne, product.AssignmentNone
		for _, change := range changes {
			change(t)
		}
	})
	for _, seller := range s.Sellers {
		s.limit(credit.LimitKey{Kind: credit.SellerLimit, Programme: p, Party: seller}, 1_000_000_00, 300)
	}
	return p
}

// lending are the terms of a run in which a programme lends so much.
func withCash(p id.Programme, most money.Minor) func(t *clearing.Terms) {
	return func(t *clearing.Terms) { t.Cash = clearing.Cash{Programme: p, Most: most} }
}

// asks has a firm ask for cash, and gives the command that accepts it.
func (c *clearance) asks(r clearing.Run, firm int, amount money.Minor) *book.AcceptQuote {
	c.t.Helper()
	c.give(c.SellerActors[firm], &book.QuoteSetOffCash{Run: r.ID, Amount: amount, Due: r.Terms.Value.AddDays(30)})
	return &book.AcceptQuote{Financing: c.financing()}
}

// draws has a firm accept cash that it may draw.
func (c *clearance) draws(r clearing.Run, firm int, amount money.Minor) id.Financing {
	c.t.Helper()
	c.give(c.SellerActors[firm], c.asks(r, firm, amount))
	return c.financing()
}

// flow is one way in the network of a run: a line, or a way of cash.
type flow struct {
	from, to   int
	room, sent money.Minor
	gain       int64
	line       int
}

// network has the lines of a run and its ways of cash: from the last node to the giver as much as may be lent, from the giver to each member
// as much as it may draw, and from who may keep cash to the last node.
func (c *clearance) network(r clearing.Run) (flows []flow, giver, last int) {
	lines, members := c.lines(r), c.members(r)
	giver, last = len(members), len(members)+1
	for i, l := range lines {
		out := members[l.Debtor-r.First].Consent == clearing.Out || members[l.Creditor-r.First].Consent == clearing.Out
		if !out && l.State == clearing.LineHeld {
			flows = append(flows, flow{from: int(l.Debtor - r.First), to: int(l.Creditor - r.First), room: l.Amount, gain: 1, line: i})
		}
	}
	if r.Terms.Cash.Most == 0 {
		return flows, giver, last
	}
	flows = append(flows, flow{from: last, to: giver, room: r.Terms.Cash.Most, line: -1})
	for i, m := range members {
		if m.Financing != 0 && m.Consent != clearing.Out && !c.programmeRecord(r.Terms.Cash.Programme).Stopped {
			flows = append(flows, flow{from: giver, to: i, room: c.financed(m.Financing).Principal, line: -1})
		}
		for n := range book.Counts(c.book)["bank_account"] {
			a := book.Record(c.book, "bank_account", n+1).(party.BankAccount)
			if a.Party == m.Party && a.State == party.AccountVerified && a.Currency == r.Terms.Currency {
				flows = append(flows, flow{from: i, to: last, room: money.MinorMax, line: -1})
				break
			}
		}
	}
	return flows, giver, last
}

func (c *clearance) programmeRecord(p id.Programme) funding.Programme {
	return book.Record(c.book, "programme", p.Number()).(funding.Programme)
}

// solveCash finds a set-off with cash by which no more can be cleared: circles that gain are added while there is one.
func (c *clearance) solveCash(r clearing.Run) proposal {
	flows, giver, last := c.network(r)
	nodes := last + 1
	for {
		distance, by := make([]int64, nodes), make([]int, nodes)
		found := -1
		for range nodes + 1 {
			found = -1
			for i := range flows {
				f := &flows[i]
				if f.sent < f.room && distance[f.from]-f.gain < distance[f.to] {
					distance[f.to], by[f.to], found = distance[f.from]-f.gain, i+1, f.to
				}
				if f.sent > 0 && distance[f.to]+f.gain < distance[f.from] {
					distance[f.from], by[f.from], found = distance[f.to]+f.gain, -i-1, f.from
				}
			}
		}
		if found < 0 {
			return c.proposalOf(r, flows, distance, giver, last)
		}
		back := func(at int) int {
			if i := by[at]; i < 0 {
				return flows[-i-1].to
			}
			return flows[by[at]-1].from
		}
		for range nodes {
			found = back(found)
		}
		least := money.Minor(money.MinorMax)
		each := func(do func(f *flow, forward bool)) {
			for at, begun := found, false; at != found || !begun; at, begun = back(at), true {
				if i := by[at]; i < 0 {
					do(&flows[-i-1], false)
				} else {
					do(&flows[i-1], true)
				}
			}
		}
		each(func(f *flow, forward bool) {
			if forward {
				least = min(least, f.room-f.sent)
			} else {
				least = min(least, f.sent)
			}
		})
		each(func(f *flow, forward bool) {
			if forward {
				f.sent += least
			} else {
				f.sent -= least
			}
		})
	}
}

func (c *clearance) proposalOf(r clearing.Run, flows []flow, distance []int64, giver, last int) proposal {
	p := proposal{cleared: make([]money.Minor, r.Lines), potentials: make([]int64, r.Members)}
	for _, f := range flows {
		if f.line >= 0 {
			p.cleared[f.line] = f.sent
			p.total += f.sent
		}
	}
	for i := range p.potentials {
		p.potentials[i] = distance[i] - distance[last]
	}
	p.price = max(0, distance[giver]-distance[last])
	return p
}

// proposedCash solves a run with cash and has it proved that no more can be set off.
func (c *clearance) proposedCash(r clearing.Run) clearing.Run {
	c.t.Helper()
	p := c.solveCash(r)
	closing := c.enter(r.ID, p, 7)
	closing.Price = p.price
	c.give(c.Maker, closing)
	return c.run()
}

func (c *clearance) executedRun(r clearing.Run) clearing.Run {
	c.t.Helper()
	c.give(c.Checker, &book.ExecuteSetOffRun{Run: r.ID, Attempt: r.Attempt})
	return c.run()
}

// chained owes 100.00 from the first to the second firm, and 60.00 from that to the third.
func chained(s *scene, most money.Minor) (*clearance, clearing.Run, id.Programme) {
	p := s.cashLender()
	c := clearanceIn(s)
	c.owes(0, 1, 100_00)
	c.owes(1, 2, 60_00)
	return c, c.frozen(withCash(p, most)), p
}

// The first firm owes the second 100.00, that owes the third 60.00. With 80.00 that the first borrows 60.00 + 60.00 + 20.00 is set off; the second
// takes out 20.00 and the third 60.00. The first repays after 40 days.
func TestCashClearsAChain(t *testing.T) {
	n := newNode(t)
	s := &scene{node: n, World: n.world(3)}
	c, r, p := chained(s, 500_00)
	f := c.draws(r, 0, 80_00)
	if got := c.financed(f); got.State != funding.Accepted || got.Principal != 80_00 || got.Net != 80_00 || got.SetOffRun != r.ID || c.members(r)[0].Financing != f {
		t.Fatalf("%+v", got)
	}
	c.sound()
	r = c.proposedCash(c.run())
	if r.Cleared != 140_00 || r.Cash != 80_00 || !r.Optimal || r.Price != 0 {
		t.Fatalf("%d is set off with %d of cash at %d, optimal %t", r.Cleared, r.Cash, r.Price, r.Optimal)
	}
	c.sound()
	c.refused("financing_in_set_off", c.Maker, &book.Disburse{Financing: f})
	if r = c.executedRun(r); r.State != clearing.Written || r.Taken != r.Members {
		t.Fatalf("it is %s, %d of %d members have taken", r.State, r.Taken, r.Members)
	}
	c.sound()
	funds := ledger.Key{Entity: c.Custodian, Programme: p, Counterparty: c.Funder, Code: ledger.Funding}
	loan := ledger.Key{Entity: c.Funder, Programme: p, Counterparty: c.Sellers[0], Code: ledger.LoansToSellers}
	held := func(firm int) ledger.Key {
		return ledger.Key{Entity: c.Custodian, Programme: p, Counterparty: c.Sellers[firm], Code: ledger.CollectionForSeller}
	}
	borrowed := ledger.Key{Entity: c.Sellers[0], Counterparty: c.Funder, Code: ledger.Borrowings}
	c.stands(map[ledger.Key]money.Minor{
		funds: 1_000_000_00 - 80_00, loan: 80_00, held(0): 0, held(1): 20_00, held(2): 60_00, borrowed: 80_00,
		c.of(0, ledger.TradePayables, 1): 20_00, c.of(1, ledger.TradePayables, 2): 0, c.of(1, ledger.CollectionsHeld): 20_00, c.of(2, ledger.CollectionsHeld): 60_00,
		c.of(0, ledger.SetOffClearing): 0, c.of(1, ledger.SetOffClearing): 0, c.of(2, ledger.SetOffClearing): 0,
		{Entity: c.Custodian, Programme: p, Code: ledger.CashForSetOff}: 0,
	})
	// The bank is told to move the money, and only then it is paid out.
	crossing := c.lastCrossing(payment.Instructed, 80_00, 0)
	if crossing.SetOffRun != r.ID || crossing.Payee != c.Funder {
		t.Errorf("%+v", crossing)
	}
	out := func(firm int) *book.PayOut {
		return &book.PayOut{Programme: p, Seller: c.Sellers[firm], Account: c.Accounts[firm]}
	}
	c.refused("set_off_cash_coming", c.Maker, out(2))
	c.says(crossing.ID, payment.Refused)
	again := c.lastCrossing(payment.AwaitingApproval, 80_00, crossing.ID)
	c.refused("set_off_cash_coming", c.Maker, out(2))
	c.give(c.Checker, &book.ApprovePayment{Payment: again.ID, Decision: book.Approve})
	c.says(again.ID, payment.Executed)
	c.give(c.Maker, out(2))
	c.says(c.payment(), payment.Refused) // it is still owed, once
	c.stands(map[ledger.Key]money.Minor{held(2): 60_00})
	c.give(c.Maker, out(2))
	c.says(c.payment(), payment.Executed)
	c.stands(map[ledger.Key]money.Minor{held(2): 0, c.of(2, ledger.SellerBank): 60_00, c.of(2, ledger.CollectionsHeld): 0})
	c.sound()
	c.repays(f, p, 40)
	if breaches := c.recount.Breaches(c.book); len(breaches) > 0 {
		t.Error(breaches)
	}
	c.reloaded()
}

// repays has a borrower repay its cash with interest after so many days.
func (c *clearance) repays(f id.Financing, p id.Programme, days int) {
	c.t.Helper()
	drawn := c.financed(f)
	c.wait(days)
	interest := money.MulDiv(drawn.Principal, int64(drawn.Rate)*int64(days), 360*1_000_000)
	receipt := c.collect(p, 10*drawn.Principal, c.book.Date())
	pays := func(amount money.Minor) *book.Allocate {
		return &book.Allocate{Receipt: receipt, Financing: f, Amount: amount, Payer: book.BySeller}
	}
	c.refused("exceeds_owed", c.Maker, pays(drawn.Principal+interest+1))
	c.give(c.Maker, pays(drawn.Principal+interest))
	c.give(c.Maker, &book.CloseFinancing{Financing: f})
	if got := c.financed(f); got.State != funding.ClosedState || got.InterestPaid != interest {
		c.t.Errorf("%s, interest of %d, want %d", got.State, got.InterestPaid, interest)
	}
	c.sound()
}

// What the run does not draw is free again: money, limits, and a whole loan where nothing of it is drawn.
func TestCashThatIsNotDrawnIsFree(t *testing.T) {
	n := newNode(t)
	s := &scene{node: n, World: n.world(3)}
	c, r, p := chained(s, 500_00)
	limit := func() credit.Limit {
		return s.bound(latest[id.Limit](s, "credit_limit"))
	}
	none := c.draws(r, 1, 60_00) // is owed more than it owes
	f := c.draws(r, 0, 0)
	if most := c.financed(f).Principal; most != 100_00 {
		t.Fatalf("%d is the most", most)
	}
	r = c.proposedCash(c.run())
	if r.Cleared != 160_00 || r.Cash != 100_00 {
		t.Fatalf("%d with %d", r.Cleared, r.Cash)
	}
	// A debt of 30.00 leaves: it is solved again.
	c.executedRun(r)
	if got := c.financed(none); got.State != funding.Cancelled {
		t.Errorf("%s", got.State)
	}
	if got := c.financed(f); got.State != funding.Outstanding || got.Principal != 100_00 {
		t.Errorf("%+v", got)
	}
	funds := ledger.Key{Entity: c.Custodian, Programme: p, Counterparty: c.Funder, Code: ledger.Funding}
	if free := book.AvailableIn(c.book, funds, c.Currency); free != 1_000_000_00-100_00 {
		t.Errorf("%d is free", free)
	}
	if l := limit(); l.Reserved != 0 {
		t.Errorf("%+v", l)
	}
	c.sound()
	c.reloaded()
}

// Whatever changes the cash of a run takes back what is proposed, and the run is solved again.
func TestWhatChangesCashVoidsAProposal(t *testing.T) {
	for name, change := range map[string]func(c *clearance, r clearing.Run, f id.Financing) money.Minor{
		"cancelled": func(c *clearance, _ clearing.Run, f id.Financing) money.Minor {
			c.give(c.SellerActors[0], &book.CancelFinancing{Financing: f})
			return 0
		},
		"accepted": func(c *clearance, r clearing.Run, f id.Financing) money.Minor {
			c.draws(r, 1, 10_00)
			return 140_00
		},
		"left out": func(c *clearance, r clearing.Run, f id.Financing) money.Minor {
			book.LeaveOut(c.book, c.members(r)[0].ID)
			if got := c.financed(f); got.State != funding.Cancelled {
				c.t.Errorf("%s", got.State)
			}
			return 0
		},
		"stopped": func(c *clearance, r clearing.Run, f id.Financing) money.Minor {
			taken := c.charged(supervision.Collection, payment.Unexplained, 5)
			taken.Account.Programme = r.Terms.Cash.Programme
			c.give(c.Bank, taken)
			return 0
		},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNode(t)
			s := &scene{node: n, World: n.world(3)}
			c, r, _ := chained(s, 500_00)
			f := c.draws(r, 0, 80_00)
			r = c.proposedCash(c.run())
			want := change(c, r, f)
			if now := c.run(); now.State != clearing.Frozen || now.Cash != 0 || now.Price != 0 || now.Cleared != 0 {
				t.Fatalf("it is %s with %d", now.State, now.Cash)
			}
			c.sound()
			if r = c.proposedCash(c.run()); r.Cleared != want || !r.Optimal {
				t.Errorf("%d is set off, want %d", r.Cleared, want)
			}
			c.executedRun(r)
			c.sound()
			c.reloaded()
		})
	}
}

// A run that lapses frees all cash.
func TestARunThatLapsesFreesItsCash(t *testing.T) {
	n := newNode(t)
	s := &scene{node: n, World: n.world(3)}
	c, r, p := chained(s, 500_00)
	f := c.draws(r, 0, 80_00)
	c.proposedCash(c.run())
	c.wait(11)
	if r = c.run(); r.State != clearing.Lapsed || c.financed(f).State != funding.Cancelled {
		t.Fatalf("%s, %s", r.State, c.financed(f).State)
	}
	funds := ledger.Key{Entity: c.Custodian, Programme: p, Counterparty: c.Funder, Code: ledger.Funding}
	if free := book.AvailableIn(c.book, funds, c.Currency); free != 1_000_000_00 {
		t.Errorf("%d is free", free)
	}
	c.sound()
	c.reloaded()
}

// A net creditor without a verified account is left with no cash: what it can't pay on is not set off.
func TestWhoHasNoAccountTakesNoCash(t *testing.T) {
	n := newNode(t)
	s := &scene{node: n, World: n.world(3)}
	c, r, _ := chained(s, 500_00)
	c.draws(r, 0, 80_00)
	c.give(c.Maker, &book.RevokeBankAccount{Account: c.Accounts[1], Reason: load32("why")})
	r = c.proposedCash(c.run())
	if r.Cleared != 120_00 || r.Cash != 60_00 || !r.Optimal {
		t.Fatalf("%d with %d, optimal %t", r.Cleared, r.Cash, r.Optimal)
	}
	c.sound()
	// As if it had one.
	p := proposal{potentials: make([]int64, 3), cleared: []money.Minor{80_00, 60_00}, total: 140_00}
	c.refused("set_off_unbalanced", c.Maker, c.enter(r.ID, p, 5))
	// Its own claim is what is drawn for it only.
	if r = c.executedRun(c.proposedCash(c.run())); r.State != clearing.Written {
		t.Fatal(r.State)
	}
	c.sound()
}

// A proposal that takes more cash than a member has accepted, or than the run may have lent, is refused, and so is a false claim.
func TestFalseProposalsOfCashAreRefused(t *testing.T) {
	n := newNode(t)
	s := &scene{node: n, World: n.world(3)}
	c, r, _ := chained(s, 50_00)
	c.draws(r, 0, 40_00)
	c.draws(c.run(), 1, 40_00)
	p := proposal{potentials: []int64{2, 1, 0}, cleared: []money.Minor{41_00, 41_00}, total: 82_00}
	c.refused("set_off_unbalanced", c.Maker, c.enter(r.ID, p, 5))
	p.cleared, p.total = []money.Minor{40_00, 60_00}, 100_00 // 20.00 more at the second
	c.refused("set_off_cash_exceeded", c.Maker, c.enter(r.ID, p, 5))
	p.cleared, p.total = []money.Minor{40_00, 50_00}, 90_00
	closing := c.enter(r.ID, p, 5)
	c.refused("set_off_not_optimal", c.Maker, closing)
	closing.Price = -1
	c.refused("set_off_cash_price", c.Maker, closing)
	closing.Price = 4
	c.refused("set_off_cash_price", c.Maker, closing)
	closing.Price = 1 // 90.00 = 50.00 * 1 + 40.00 * (2 - 1)
	c.give(c.Maker, closing)
	c.sound()
	if r = c.run(); !r.Optimal || r.Cash != 50_00 {
		t.Fatalf("%d of cash, optimal %t", r.Cash, r.Optimal)
	}
	open := c.run()
	c.give(c.Maker, &book.OpenSetOffProposal{Run: open.ID})
	c.refused("set_off_potential", c.Maker, &book.EnterSetOffPotentials{Run: open.ID, Attempt: c.run().Attempt, Potentials: []int64{0, 0, -1}})
}

// A loan that can't be paid out when a run is executed stops the execution by a person; the node ends it, and solves again.
func TestCashThatCantBePaidOutStopsExecution(t *testing.T) {
	n := newNode(t)
	s := &scene{node: n, World: n.world(3)}
	c, r, _ := chained(s, 500_00)
	f := c.draws(r, 0, 80_00)
	r = c.proposedCash(c.run())
	c.terminate(legal.ReceivablesPurchase)
	c.refused("set_off_cash_unsound", c.Checker, &book.ExecuteSetOffRun{Run: r.ID, Attempt: r.Attempt})
	c.give(c.Maker, &book.CancelFinancing{Financing: f})
	if r = c.proposedCash(c.run()); r.Cleared != 0 || r.Cash != 0 {
		t.Errorf("%d with %d", r.Cleared, r.Cash)
	}
	c.sound()
}

// Random debts go through runs with cash: the book's proof and that of clearing agree, and nobody gains or loses.
func TestAnyDebtsGoThroughARunWithCash(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		firms := rapid.IntRange(2, 5).Draw(rt, "firms")
		n := newNode(t)
		s := &scene{node: n, World: n.world(firms)}
		p := s.cashLender()
		c := clearanceIn(s)
		for range rapid.IntRange(1, 9).Draw(rt, "debts") {
			debtor := rapid.IntRange(0, firms-1).Draw(rt, "debtor")
			c.owes(debtor, (debtor+rapid.IntRange(1, firms-1).Draw(rt, "creditor"))%firms, money.Minor(rapid.IntRange(1, 60).Draw(rt, "amount")))
		}
		r := c.frozen(withCash(p, money.Minor(rapid.IntRange(1, 80).Draw(rt, "most"))))
		for i, m := range c.members(r) {
			firm := c.firmOf(m.Party)
			if m.Owes > 0 && rapid.Bool().Draw(rt, "draws") {
				c.draws(r, firm, money.Minor(rapid.Int64Range(1, int64(min(m.Owes, r.Terms.Cash.Most))).Draw(rt, "cap")))
			}
			if rapid.IntRange(0, 3).Draw(rt, "account") == 0 {
				c.give(c.Maker, &book.RevokeBankAccount{Account: c.Accounts[firm], Reason: load32("why")})
			}
			if i == 0 && rapid.IntRange(0, 3).Draw(rt, "left out") == 0 {
				book.LeaveOut(c.book, m.ID)
			}
		}
		c.agrees(rt, c.proposedCash(c.run()))
		c.sound()
		r = c.executedRun(c.run())
		if r.State != clearing.Written {
			rt.Fatalf("it is %s", r.State)
		}
		c.sound()
		c.reloaded()
	})
}

func (c *clearance) firmOf(p id.Party) int {
	for i, seller := range c.Sellers {
		if seller == p {
			return i
		}
	}
	return -1
}

// agrees asks the checker of clearing about a proposal that the book has proved.
func (c *clearance) agrees(rt *rapid.T, r clearing.Run) {
	in := clearing.Instance{Firms: int(r.Members), Liquidity: &clearing.Liquidity{Total: r.Terms.Cash.Most, Caps: make([]money.Minor, r.Members), Shut: make([]bool, r.Members)}}
	result := clearing.Result{Potentials: make([]int32, r.Members), Given: make([]money.Minor, r.Members), Price: int32(r.Price)}
	members := c.members(r)
	for i, m := range members {
		in.Liquidity.Caps[i], in.Liquidity.Shut[i] = m.Cap, !m.Keeps
		result.Potentials[i], result.Given[i] = int32(m.Potential), m.Paid-m.Received
	}
	for i, l := range c.lines(r) {
		amount := l.Amount
		if members[l.Debtor-r.First].Consent == clearing.Out || members[l.Creditor-r.First].Consent == clearing.Out {
			amount = 0
		}
		in.Debts = append(in.Debts, clearing.Debt{Debtor: int32(l.Debtor - r.First), Creditor: int32(l.Creditor - r.First), Amount: amount, Key: uint64(i)})
		result.Cleared = append(result.Cleared, l.Cleared)
	}
	if verdict := clearing.Check(in, result); !verdict.Optimal() || verdict.Cleared != r.Cleared || verdict.Cash != r.Cash || !verdict.Bound.Equal(r.Cleared) {
		rt.Fatalf("%v; the book has %d with %d", verdict, r.Cleared, r.Cash)
	}
}

// A run with cash comes back from its rows between any two commands.
func TestARunWithCashComesBackInEveryState(t *testing.T) {
	n := newNode(t)
	s := &scene{node: n, World: n.world(12)}
	p := s.cashLender()
	c := clearanceIn(s)
	random := rand.New(rand.NewPCG(3, 4))
	for range 40 {
		debtor := random.IntN(12)
		c.owes(debtor, (debtor+1+random.IntN(11))%12, money.Minor(1+random.IntN(1000)))
	}
	c.give(c.Maker, c.terms(withCash(p, 3_000)))
	r := c.run()
	for i, m := range c.members(r) {
		if i%2 == 0 && m.Owes > 0 {
			c.draws(r, c.firmOf(m.Party), 0)
		}
	}
	r = c.proposedCash(c.run())
	var rows []stored
	step := func(actor id.Actor, command book.Command) {
		t.Helper()
		c.alone(actor, command)
		rows = merged(rows, c.rows())
		c.book = c.loaded(rows)
		c.sound()
	}
	rows = c.rows()
	step(c.Checker, &book.ExecuteSetOffRun{Run: r.ID, Attempt: r.Attempt})
	steps := 0
	for next := book.Due(c.book); next != nil; next = book.Due(c.book) {
		step(0, next)
		steps++
	}
	if r = c.run(); r.State != clearing.Written || steps < 3 || r.Cash == 0 {
		t.Fatalf("it is %s after %d steps with %d", r.State, steps, r.Cash)
	}
}

// A calendar's run waits until nobody may ask for cash any more. A loan that can't be paid out then is ended by the node, and the run is solved
// again without it.
func TestACalendarsRunWithCash(t *testing.T) {
	for _, sound := range []bool{true, false} {
		n := newNode(t)
		s := &scene{node: n, World: n.world(3)}
		p := s.cashLender()
		c := clearanceIn(s)
		c.owes(0, 1, 100_00)
		c.owes(1, 2, 60_00)
		s.inForce(func(c *book.ProposeSetOffCalendar) { withCash(p, 500_00)(&c.Terms) })
		s.wait(2)
		s.wait(3)
		r := c.run()
		f := c.draws(r, 0, 80_00)
		if r = c.proposedCash(c.run()); r.State != clearing.Proposed {
			t.Fatalf("it is %s before the last day for answers", r.State)
		}
		if !sound {
			s.terminate(legal.ReceivablesPurchase)
		}
		s.wait(int(r.Terms.Answer-s.book.Date()) + 1)
		if r = c.run(); sound {
			if r.State != clearing.Written || c.financed(f).Principal != 80_00 || c.financed(f).State != funding.Outstanding {
				t.Errorf("it is %s, the loan %s", r.State, c.financed(f).State)
			}
		} else if r.State != clearing.Frozen || c.financed(f).State != funding.Cancelled {
			t.Errorf("it is %s, the loan %s", r.State, c.financed(f).State)
		}
		c.sound()
	}
}

// A buyer's person borrows cash for a run, the programme's own anchor among them, and accepts nothing else.
func TestABuyersPersonBorrowsCash(t *testing.T) {
	s := newScene(t)
	p := s.cashLender(func(t *product.Terms) { t.Agreements = 0 })
	s.limit(credit.LimitKey{Kind: credit.SellerLimit, Programme: p, Party: s.Anchor}, 1_000_000_00, 300)
	c := clearanceIn(s)
	c.joins(s.Anchor, s.Buyer)
	if _, err := c.circle.DebtBetween(load.SellerName(0), "anchor", 50_00, s.book.Date()); err != nil {
		t.Fatal(err)
	}
	r := c.frozen(withCash(p, 500_00))
	s.give(s.Buyer, &book.QuoteSetOffCash{Run: r.ID, Due: r.Terms.Value.AddDays(30)})
	f := s.financing()
	s.give(s.Buyer, &book.AcceptQuote{Financing: f})
	if r = c.executedRun(c.proposedCash(c.run())); r.Cleared != 50_00 || s.financed(f).State != funding.Outstanding || s.financed(f).Seller != s.Anchor {
		t.Errorf("%d is set off; %+v", r.Cleared, s.financed(f))
	}
	c.sound()
	s.live(5)
	s.give(s.SellerActors[0], s.quote())
	s.refused("not_permitted", s.Buyer, &book.AcceptQuote{Financing: s.financing() + 1<<16})
	s.refused("other_party", s.Buyer, &book.AcceptQuote{Financing: s.financing()})
	c.sound()
}
