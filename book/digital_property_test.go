package book_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"millrace/book"
	"millrace/domain/digital"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/lab/load"
)

// purse is a till at which anything may happen: wallets with their owners, and what came in and went out by the word of the
// outside system.
type purse struct {
	*till
	r       *rapid.T
	wallets []id.Wallet
	owners  []id.Actor
	inside  money.Minor // loaded and not redeemed
}

func newPurse(t *testing.T, r *rapid.T) *purse {
	k := newScene(t).till().fill()
	p := &purse{till: k, r: r, inside: 3_000_00}
	p.wallets = append(slices.Clone(k.mint.Wallets), k.mint.Buyers, k.mint.Funders, k.mint.Elsewhere)
	p.owners = append(slices.Clone(k.SellerActors), k.Buyer, k.FunderActor, k.SellerActors[0])
	for _, programme := range []id.Programme{k.Payables, k.Discounting} {
		w, err := k.mint.Wallet(k.mint.Asset, k.Funder, programme)
		if err != nil {
			t.Fatal(err)
		}
		p.wallets, p.owners = append(p.wallets, w), append(p.owners, k.FunderActor)
	}
	return p
}

func (p *purse) amount() money.Minor {
	return money.Minor(rapid.Int64Range(1, 400_00).Draw(p.r, "amount"))
}

func (p *purse) any(what string) int { return rapid.IntRange(0, len(p.wallets)-1).Draw(p.r, what) }

// tries gives a command that may be refused.
func (p *purse) tries(actor id.Actor, c book.Command) bool {
	_, err := p.submit(actor, "", c)
	return err == nil
}

func (p *purse) step() {
	of := p.any("wallet")
	owner, w := p.owners[of], p.wallets[of]
	switch rapid.IntRange(0, 9).Draw(p.r, "step") {
	case 0:
		p.tries(owner, &book.LoadWallet{Wallet: w, Amount: p.amount()})
	case 1:
		p.tries(owner, &book.RedeemWallet{Wallet: w, Amount: p.amount()})
	case 2, 3:
		p.tries(owner, &book.TransferDigital{From: w, To: p.wallets[p.any("to")], Amount: p.amount()})
	case 4, 5:
		p.settle()
	case 6:
		p.bind(owner, w)
	case 7, 8:
		p.use()
	case 9:
		p.wait(1)
	}
}

// settle lets the outside system say what became of a transfer, at any time, and again.
func (p *purse) settle() {
	count := book.Counts(p.book)["digital_transfer"]
	of := id.Make[id.DigitalTransfer](1, rapid.Uint64Range(1, count).Draw(p.r, "transfer"))
	state := digital.TransferState(rapid.IntRange(int(digital.InDoubt), int(digital.Refused)).Draw(p.r, "outcome"))
	if !p.tries(p.Maker, &book.RecordDigitalOutcome{Transfer: of, State: state}) || state != digital.Executed {
		return
	}
	switch t := book.Record(p.book, "digital_transfer", of.Number()).(digital.Transfer); t.Kind {
	case digital.Load:
		p.inside += t.Amount
	case digital.Redemption:
		p.inside -= t.Amount
	}
}

func (p *purse) bind(owner id.Actor, w id.Wallet) {
	c := &book.BindMoney{From: w, Bearer: p.Anchor, Refund: p.wallets[p.any("refund")], Amount: p.amount(), Conditions: digital.Conditions{
		Purpose: "SUPP", Until: p.book.Date().AddDays(rapid.IntRange(0, 3).Draw(p.r, "days")),
		Evidence: digital.Evidence(rapid.IntRange(1, 3).Draw(p.r, "evidence")), Portion: digital.Portion(rapid.IntRange(1, 2).Draw(p.r, "portion")),
	}}
	if rapid.Bool().Draw(p.r, "named") {
		c.Conditions.Payees = []id.Party{p.Sellers[rapid.IntRange(0, 1).Draw(p.r, "payee")]}
	} else {
		c.Conditions.Class = digital.Suppliers
	}
	p.tries(owner, c)
}

func (p *purse) use() {
	count := book.Counts(p.book)["bound_money"]
	if count == 0 {
		return
	}
	of := id.Make[id.BoundMoney](1, rapid.Uint64Range(1, count).Draw(p.r, "bound"))
	c := &book.UseBoundMoney{Bound: of, Payee: p.wallets[p.any("payee")], Amount: p.amount(), Purpose: rapid.SampledFrom([]string{"SUPP", "SALA"}).Draw(p.r, "purpose")}
	if rapid.Bool().Draw(p.r, "whole") {
		w := p.boundMoney(of)
		c.Amount = w.Left()
	}
	if rapid.Bool().Draw(p.r, "advance") {
		c.Trade = id.Make[id.Trade](1, rapid.Uint64Range(1, book.Counts(p.book)["trade"]).Draw(p.r, "trade"))
	} else {
		c.Receivable = id.Make[id.Receivable](1, rapid.Uint64Range(1, book.Counts(p.book)["receivable"]).Draw(p.r, "receivable"))
	}
	p.tries(p.owners[rapid.SampledFrom([]int{0, len(p.mint.Wallets)}).Draw(p.r, "bearer")], c)
}

// conserved: in all wallets, free or locked, there is what came in and did not go out, and outside as much.
func (p *purse) conserved() {
	sum := money.Minor(0)
	for _, w := range p.wallets {
		free, locked := p.in(w), p.locked(w)
		if sum += free + locked; free < 0 || locked < 0 {
			p.r.Fatalf("wallet %s is below zero", w)
		}
	}
	if outside := p.account(p.wallets[0], ledger.DigitalAtIssuer) + p.account(p.mint.Elsewhere, ledger.DigitalAtIssuer); sum != p.inside || outside != p.inside {
		p.r.Fatalf("%d in wallets and %d outside, %d came in", sum, outside, p.inside)
	}
}

// kept: bound money went to nobody outside its conditions.
func (p *purse) kept() {
	for n := uint64(1); n <= book.Counts(p.book)["bound_use"]; n++ {
		u := book.Record(p.book, "bound_use", n).(digital.Use)
		c, payee := p.boundMoney(u.Bound).Conditions, p.wallet(u.Payee).Party
		if c.Class == digital.NoClass && !slices.Contains(c.Payees, payee) || !slices.Contains(p.Sellers, payee) || u.Purpose != "SUPP" || u.Date > c.Until || u.Evidence < c.Evidence {
			p.r.Fatalf("bound money went astray: %+v", u)
		}
	}
}

// No sequence makes or loses digital money, takes bound money to anybody outside its conditions, crosses from one programme
// into another, or refunds anything but what is left; and a book that is loaded from its rows is the same.
func TestNoSequenceMakesOrLosesDigitalMoney(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := newPurse(t, r)
		due := func(l *load.Life) { l.Due = p.book.Date().AddDays(90) }
		p.live(4, due)
		p.live(5, due)
		for n := range 2 {
			p.ordered(fmt.Sprint("property ", n), 30)
		}
		for range rapid.IntRange(5, 40).Draw(r, "steps") {
			p.step()
			p.conserved()
		}
		p.kept()
		p.wait(5)
		for n := uint64(1); n <= book.Counts(p.book)["bound_money"]; n++ {
			if w := p.boundMoney(id.Make[id.BoundMoney](1, n)); w.State == digital.Active || w.Used+w.Refunded != w.Amount {
				r.Fatalf("refunded to another cent: %+v", w)
			}
		}
		p.conserved()
		p.sound()
	})
}
