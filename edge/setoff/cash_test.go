package setoff_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/setoff"
	"millrace/engine"
	"millrace/engine/journal"
	"millrace/engine/journal/journaltest"
	"millrace/lab/load"
	proof "millrace/proof/clearing"
)

// chain is what the first firm owes the second, that the third, that the fourth: nothing of it lies on a circle.
var chain = [][2]int{{0, 1}, {1, 2}, {2, 3}}

// lends announces a run over debts of 10 each in which so much cash is lent, has members accept loans, and waits until it is frozen.
func (o *office) lends(most money.Minor, loans map[int]money.Minor, debts ...[2]int) id.SetOffRun {
	o.t.Helper()
	w := o.world
	by, err := w.CashLender(load.SubmitTo(o.t.Context(), o.engine))
	if err != nil {
		o.t.Fatal(err)
	}
	for _, seller := range w.Sellers {
		o.give(w.Maker, w.SetOffConsent(seller, w.Today))
	}
	for _, d := range debts {
		o.owe(d[0], d[1], 10)
	}
	terms := w.SetOffTerms(10)
	terms.Cash = clearing.Cash{Programme: by, Most: most}
	run := first[*book.SetOffRunAnnounced](o.t, o.give(w.Maker, &book.AnnounceSetOffRun{Terms: terms})).Run.ID
	o.waits(run, clearing.Frozen)
	for firm := range w.Sellers {
		if loans[firm] > 0 {
			o.borrows(run, firm, loans[firm])
		}
	}
	return run
}

// borrows has a firm accept cash that it may draw.
func (o *office) borrows(run id.SetOffRun, firm int, amount money.Minor) id.Financing {
	o.t.Helper()
	by := o.world.SellerActors[firm]
	f := first[*book.FinancingOpened](o.t, o.give(by, &book.QuoteSetOffCash{Run: run, Amount: amount, Due: o.world.Today.AddDays(40)})).Financing.ID
	o.give(by, &book.AcceptQuote{Financing: f})
	return f
}

func first[E book.Event](t *testing.T, events []book.Event) E {
	t.Helper()
	for _, e := range events {
		if found, is := e.(E); is {
			return found
		}
	}
	t.Fatalf("no %T among %d events", *new(E), len(events))
	return *new(E)
}

func TestTheClerkPutsCashIn(t *testing.T) {
	o := newOffice(t, 4)
	run := o.lends(100, map[int]money.Minor{0: 6}, chain...)
	if done := o.step(); done != 1 {
		t.Fatalf("%d proposals", done)
	}
	r := o.sheet(run).Run
	if r.State != clearing.Proposed || r.Cleared != 18 || r.Cash != 6 || !r.Optimal || r.Price != 0 {
		t.Fatalf("%+v", r)
	}
	if v := o.certificate(run); v.Cleared.Int64() != 18 || v.Cash.Int64() != 6 || v.Bound.Int64() != 18 || !v.Optimal {
		t.Errorf("%+v", v)
	}
	// The middle of the chain borrows too: it is solved again, and what the last one takes out is the same.
	o.borrows(run, 1, 3)
	if r = o.sheet(run).Run; r.State != clearing.Frozen {
		t.Fatalf("%+v", r)
	}
	if done := o.step(); done != 1 {
		t.Fatalf("%d proposals", done)
	}
	if r = o.sheet(run).Run; r.Cleared != 6+2*9 || r.Cash != 9 || !r.Optimal {
		t.Fatalf("%+v", r)
	}
	if done := o.step(); done != 0 {
		t.Errorf("%d proposals again", done)
	}
	o.give(o.world.Checker, &book.ExecuteSetOffRun{Run: run, Attempt: r.Attempt})
	o.waits(run, clearing.Written)
	if v := o.certificate(run); v.Cash.Int64() != 9 {
		t.Errorf("once written: %+v", v)
	}
}

// Where there is less cash than members may draw, it goes where it clears the most, and its price is the debt that one more unit would clear.
func TestCashGoesWhereItClearsTheMost(t *testing.T) {
	o := newOffice(t, 6)
	run := o.lends(4, map[int]money.Minor{0: 3, 4: 4}, append(chain, [2]int{4, 5})...)
	o.step()
	if r := o.sheet(run).Run; r.Cleared != 10 || r.Cash != 4 || !r.Optimal || r.Price != 1 {
		t.Fatalf("%+v", r)
	}
	if v := o.certificate(run); v.Bound.Int64() != 10 || v.Cash.Int64() != 4 {
		t.Errorf("%+v", v)
	}
	s := o.sheet(run)
	curve, err := s.Curve()
	if err != nil || len(curve) != 3 || curve[0].Cash != 0 || curve[0].Cleared != 0 || curve[1].Cash != 3 || curve[1].Cleared != 9 || curve[2].Cash != 7 || curve[2].Cleared != 13 {
		t.Errorf("%+v %v", curve, err)
	}
}

// Of a run that may lend cash and of which nobody has borrowed any the circles are set off, and the certificate says that nobody may draw.
func TestNobodyBorrows(t *testing.T) {
	o := newOffice(t, 4)
	run := o.lends(100, nil, append(trap, chain...)...)
	o.step()
	r := o.sheet(run).Run
	if r.Cleared == 0 || r.Cash != 0 || !r.Optimal {
		t.Fatalf("%+v", r)
	}
	if v := o.certificate(run); v.Cash.Sign() != 0 || !v.Optimal {
		t.Errorf("%+v", v)
	}
	made, err := setoff.Certify(o.sheet(run), setoff.Blinds{Vault: o.engine.Vault()})
	if err != nil || !bytes.Contains(made.Proof, []byte(`"caps": [`)) {
		t.Errorf("%v %s", err, made.Proof)
	}
}

// Who has no verified account passes on what comes to it: the certificate says so, and whoever leaves that out has another one.
func TestWhoHasNoAccountPassesOn(t *testing.T) {
	o := newOffice(t, 3)
	w := o.world
	o.give(w.Checker, &book.RevokeBankAccount{Account: w.Accounts[1], Reason: party.Reference{1}})
	run := o.lends(100, map[int]money.Minor{0: 20}, [2]int{0, 1}, [2]int{0, 1}, [2]int{1, 2})
	o.step()
	r := o.sheet(run).Run
	if r.Cleared != 20 || r.Cash != 10 || !r.Optimal {
		t.Fatalf("%+v", r)
	}
	if v := o.certificate(run); v.Cleared.Int64() != 20 {
		t.Errorf("%+v", v)
	}
	made, err := setoff.Certify(o.sheet(run), setoff.Blinds{Vault: o.engine.Vault()})
	if err != nil {
		t.Fatal(err)
	}
	name := setoff.Blinds{Vault: o.engine.Vault()}.Party(run, w.Sellers[1])
	open := strings.Replace(string(made.Proof), "[\""+name+"\"]", "", 1)
	if open == string(made.Proof) {
		t.Fatalf("%s is not named in\n%s", name, made.Proof)
	}
	if v, err := proof.Verify(bytes.NewReader(made.List), bytes.NewReader(made.Result), strings.NewReader(open)); err == nil && v.Optimal {
		t.Error("it is proved although the firm might have kept cash")
	}
}

// After a fault at any append a clerk that sits down anew ends with one proposal with cash that is proved.
func TestTheClerkSurvivesFaultsWithCash(t *testing.T) {
	for _, fault := range []journaltest.Fault{journaltest.Fails, journaltest.FailsButPersists} {
		for at := 1; ; at++ {
			o := newOffice(t, 4)
			run := o.lends(100, map[int]money.Minor{0: 6, 1: 3}, chain...)
			o.restart(func(j journal.Journal) journal.Journal { return journaltest.NewFaulty(j, at, fault) })
			_, err := o.clerk.Step(t.Context())
			if err != nil && !errors.Is(err, engine.ErrStopped) && !errors.Is(err, journaltest.ErrInjected) {
				t.Fatal(err)
			}
			o.restart(nil)
			o.step()
			if r := o.sheet(run).Run; r.State != clearing.Proposed || !r.Optimal || r.Cleared != 24 || r.Cash != 9 {
				t.Fatalf("append %d, fault %d: %+v", at, fault, r)
			}
			if o.certificate(run); t.Failed() {
				t.Fatalf("append %d, fault %d", at, fault)
			}
			if err == nil {
				if at < 6 {
					t.Errorf("only %d appends", at-1)
				}
				break
			}
		}
	}
}
