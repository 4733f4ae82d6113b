package book_test

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"millrace/book"
	"millrace/domain/certificate"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/receivable"
	"millrace/lab/load"
)

// gamble plays at random with two certificates among four sellers. What is refused is refused; what is done must leave the
// book sound.
type gamble struct {
	*ring
	random *rapid.T
	issued [2]*book.CertificateIssued
	debts  []id.Receivable
	done   map[string]int
}

// Random sequences of every operation conserve the certificates: their live holdings add up to what is outstanding.
func TestHoldingsAreConserved(t *testing.T) {
	done := map[string]int{}
	rapid.Check(t, func(random *rapid.T) {
		g := &gamble{ring: newRing(t, 4, certificate.NoLaw), random: random, done: done}
		g.begin()
		for range rapid.IntRange(10, 40).Draw(random, "steps") {
			g.step()
			if breaches := book.Check(g.book); len(breaches) > 0 {
				random.Fatal(breaches)
			}
		}
		g.reload()
	})
	for _, want := range []string{"split", "transfer", "accept", "decline", "withdraw", "pledge", "release", "finance", "cancel financing", "disburse", "redeem", "cancel", "day"} {
		if done[want] == 0 {
			t.Errorf("%s never came about: %v", want, done)
		}
	}
}

func (g *gamble) begin() {
	for i := range g.issued {
		g.issued[i] = g.issue(i, money.Minor(g.draw("amount", 1, 1_000_00)), 60)
	}
	for creditor := range 4 {
		for debtor := range 4 {
			if creditor != debtor {
				g.debts = append(g.debts, g.debt(creditor, debtor, money.Minor(g.draw("debt", 1, 1_000_00)), g.draw("tenor", 40, 80)))
			}
		}
	}
	for seller := range 2 {
		g.try("standing", g.SellerActors[seller], g.Standing(seller, g.book.Date().AddDays(20)))
	}
}

func (g *gamble) draw(name string, least, most int) int {
	return rapid.IntRange(least, most).Draw(g.random, name)
}

// try gives a command; refused or not, the book goes on.
func (g *gamble) try(name string, actor id.Actor, c book.Command) {
	if _, err := g.submit(actor, "", c); err == nil {
		g.done[name]++
	}
}

func (g *gamble) step() {
	switch g.draw("act", 0, 9) {
	case 0, 1, 2, 3, 4:
		g.list()
	case 5:
		g.quote()
	case 6:
		g.settle()
	case 7:
		k := g.certificate(g.draw("certificate", 0, 1))
		if k.State != certificate.Live {
			return
		}
		amount := money.Minor(g.draw("paid", 1, int(k.Outstanding)))
		g.try("redeem", g.Maker, &book.Allocate{Receipt: g.receipt(amount), Receivable: k.Receivable, Amount: amount, Payer: book.ByBuyer})
	case 8:
		if g.draw("seldom", 0, 3) == 0 {
			k := g.certificate(g.draw("certificate", 0, 1))
			g.try("cancel", g.Maker, g.Cancellation(k.ID, k.Outstanding, 0, 1, 2, 3))
		}
	case 9:
		g.at += int64(g.draw("hours", 1, 40)) * 3_600_000_000
		g.try("day", g.Maker, &book.OpenDay{Date: g.book.Date().AddDays(g.draw("days", 1, 20))})
	}
}

func (g *gamble) certificate(i int) certificate.Certificate {
	return book.Record(g.book, "certificate", g.issued[i].Certificate.ID.Number()).(certificate.Certificate)
}

// list is one signed list of one party's, of up to four moves with any holdings.
func (g *gamble) list() {
	party := g.draw("party", 0, 4) // the last is the funder, as a pledgee
	signer, actor, of := &g.Lender, g.FunderActor, g.Funder
	if party < 4 {
		signer, actor, of = &g.Holders[party], g.SellerActors[party], g.Sellers[party]
	}
	var mine []certificate.Holding
	for n := uint64(1); n <= book.Counts(g.book)["holding"]; n++ {
		if h := g.holding(id.Make[id.Holding](1, n)); h.Live() && (h.Controller() == of || h.Holder == of) {
			mine = append(mine, h)
		}
	}
	if len(mine) == 0 {
		return
	}
	var moves []book.Move
	for range g.draw("moves", 1, 3) {
		moves = append(moves, g.move(of, mine[g.draw("holding", 0, len(mine)-1)]))
	}
	g.try(moves[0].Step.String(), actor, load.Moves(signer, of, moves...))
}

func (g *gamble) move(of id.Party, h certificate.Holding) book.Move {
	m := book.Move{Holding: h.ID}
	amount := money.Minor(g.draw("part", 0, int(h.Amount)))
	switch {
	case h.Status == certificate.Offered && h.To == of:
		m.Step = certificate.Accept
		if g.draw("declines", 0, 3) == 0 {
			m.Step = certificate.Decline
		}
	case h.Status == certificate.Offered:
		m.Step = certificate.Withdraw
	case h.Status == certificate.Pledged:
		m.Step = certificate.Release
	default:
		switch g.draw("move", 0, 5) {
		case 0:
			m.Step, m.Amount = certificate.Split, amount
		case 1:
			m.Step, m.Amount, m.To = certificate.Pledge, amount, g.Funder
		default:
			debt := g.debtOf(g.debts[g.draw("of", 0, len(g.debts)-1)])
			for _, one := range g.debts { // one that fits, if there is any
				if r := g.debtOf(one); r.Buyer == of && r.State == receivable.Open && g.draw("fits", 0, 1) == 1 {
					debt = r
				}
			}
			discharge := certificate.AtOnce
			if g.draw("later", 0, 1) == 1 {
				discharge = certificate.OnRedemption
			}
			return transfer(h.ID, min(max(1, amount), max(1, debt.Unclaimed())), debt.Seller, debt.ID, discharge, g.expires())
		}
	}
	return m
}

// quote asks for the financing of a part of a holding and accepts it.
func (g *gamble) quote() {
	n := uint64(g.draw("holding", 1, int(book.Counts(g.book)["holding"])))
	h := g.holding(id.Make[id.Holding](1, n))
	for seller, of := range g.Sellers {
		if h.Holder != of {
			continue
		}
		events, err := g.submit(g.SellerActors[seller], "", &book.RequestQuote{
			Holding: h.ID, Amount: money.Minor(g.draw("part", 1, int(h.Amount))), Programme: g.Transferable, Payee: g.Accounts[seller],
		})
		if err == nil {
			f := event[*book.FinancingOpened](events).Financing
			g.try("finance", g.SellerActors[seller], load.Acceptance(&g.Holders[seller], &f))
		}
	}
}

// settle moves a financing on: it is cancelled, disbursed, paid, returned or closed.
func (g *gamble) settle() {
	count := int(book.Counts(g.book)["financing"])
	if count == 0 {
		return
	}
	f := book.Record(g.book, "financing", uint64(g.draw("financing", 1, count))).(funding.Financing)
	switch f.State {
	case funding.Accepted:
		if g.draw("cancels", 0, 2) == 0 {
			g.try("cancel financing", g.Maker, &book.CancelFinancing{Financing: f.ID})
			return
		}
		g.try("disburse", g.Maker, &book.Disburse{Financing: f.ID})
	case funding.Disbursing:
		state := payment.Executed
		if g.draw("refuses", 0, 3) == 0 {
			state = payment.Refused
		}
		g.try(state.String(), g.Bank, &book.RecordOutcome{Payment: f.Payment, State: state, Bank: load.Token(f.ID.String()), Value: g.book.Date()})
	default:
		if g.draw("returns", 0, 3) == 0 {
			g.try("return", g.Bank, &book.RecordOutcome{Payment: f.Payment, State: payment.Returned, Bank: load.Token(f.ID.String()), Value: g.book.Date()})
		}
		g.try("close", g.Maker, &book.CloseFinancing{Financing: f.ID})
	}
}

// reload builds a book from the rows of this one and compares them.
func (g *gamble) reload() {
	described := g.book.Tables()
	var rows []stored
	g.book.Drain(func(r book.Row) {
		rows = append(rows, stored{r.Table, r.Number, described[r.Table].Encode(nil, r.Record)})
	})
	slices.SortFunc(rows, func(a, b stored) int { return cmp.Or(cmp.Compare(a.table, b.table), cmp.Compare(a.number, b.number)) })
	fresh := book.New(1)
	for _, r := range rows {
		if err := fresh.Load(r.table, r.number, r.record); err != nil {
			g.random.Fatal(err)
		}
	}
	if err := fresh.Loaded(book.Header{Sequence: g.book.Sequence(), At: g.book.At()}); err != nil {
		g.random.Fatal(err)
	}
	if fresh.Digest() != g.book.Digest() {
		g.random.Error("another book comes back from the tables")
	}
	if breaches := book.Check(fresh); len(breaches) > 0 {
		g.random.Error(breaches)
	}
}
