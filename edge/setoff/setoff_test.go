package setoff_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"

	"millrace/book"
	"millrace/domain/certificate"
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/setoff"
	"millrace/engine"
	"millrace/engine/journal"
	"millrace/engine/journal/journaltest"
	"millrace/engine/journal/mem"
	"millrace/lab/load"
	proof "millrace/proof/clearing"
)

// office is a node with firms that owe each other, and the clerk beside it. It can be stopped and opened again over what it has stored.
type office struct {
	t      *testing.T
	dir    string
	store  *mem.Store
	engine *engine.Engine
	world  *load.World
	clerk  *setoff.Clerk
	debts  int
}

func newOffice(t *testing.T, sellers int) *office {
	t.Helper()
	o := &office{t: t, dir: t.TempDir(), store: new(mem.Store)}
	o.open(nil)
	t.Cleanup(func() { o.engine.Close(context.Background()) })
	c, err := load.NewCircle(load.SubmitTo(t.Context(), o.engine), sellers, 1, certificate.NoLaw)
	if err != nil {
		t.Fatal(err)
	}
	o.world = c.World
	o.sit()
	return o
}

// open opens the engine over what is stored.
func (o *office) open(wrap func(journal.Journal) journal.Journal) {
	o.t.Helper()
	opened, err := o.store.Open(1)
	if err != nil {
		o.t.Fatal(err)
	}
	options := load.Options(o.dir)
	options.Journal = opened
	if wrap != nil {
		options.Journal = wrap(opened)
	}
	if o.engine, err = engine.Open(options); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) restart(wrap func(journal.Journal) journal.Journal) {
	o.t.Helper()
	o.engine.Close(context.Background()) // a node that has stopped says why
	o.open(wrap)
	o.sit()
}

// sit sits a new clerk down.
func (o *office) sit() {
	o.t.Helper()
	var err error
	if o.clerk, err = setoff.NewClerk(setoff.Options{Engine: o.engine, Actor: o.world.Checker}); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) give(actor id.Actor, c book.Command) []book.Event {
	o.t.Helper()
	events, err := load.SubmitTo(o.t.Context(), o.engine)(actor, "", c)
	if err != nil {
		o.t.Fatalf("%T: %v", c, err)
	}
	return events
}

// owe opens a debt of one seller to another.
func (o *office) owe(debtor, creditor int, amount money.Minor) {
	o.t.Helper()
	w, number := o.world, fmt.Sprint("old ", o.debts)
	o.debts++
	o.give(w.Maker, &book.ImportReceivable{
		Seller: w.Sellers[creditor], Buyer: w.Sellers[debtor], NumberText: number, Number: trade.Token(load.Token(number)), Face: amount,
		Issued: w.Today.AddDays(-30), Due: w.Today.AddDays(-o.debts % 20), Currency: w.Currency,
	})
}

// trap are debts of 10 of which 40 can be set off, and 20 where the pair goes first.
var trap = [][2]int{{0, 1}, {1, 0}, {0, 2}, {2, 3}, {3, 1}}

// held announces a run, with the consent of all, and waits until it is frozen.
func (o *office) held(debts [][2]int) id.SetOffRun {
	o.t.Helper()
	w := o.world
	for _, seller := range w.Sellers {
		o.give(w.Maker, w.SetOffConsent(seller, w.Today))
	}
	for _, d := range debts {
		o.owe(d[0], d[1], 10)
	}
	for _, e := range o.give(w.Maker, &book.AnnounceSetOffRun{Terms: w.SetOffTerms(10)}) {
		if announced, ok := e.(*book.SetOffRunAnnounced); ok {
			o.waits(announced.Run.ID, clearing.Frozen)
			return announced.Run.ID
		}
	}
	o.t.Fatal("no run was announced")
	return 0
}

// sheet reads a run.
func (o *office) sheet(of id.SetOffRun) *setoff.Sheet {
	o.t.Helper()
	v, err := o.engine.Read(o.t.Context(), o.engine.Head().Sequence)
	if err != nil {
		o.t.Fatal(err)
	}
	defer v.Close()
	s, err := setoff.ReadSheet(o.t.Context(), v, of)
	if err != nil {
		o.t.Fatal(err)
	}
	return s
}

// waits waits until the node has brought a run into a state: what comes by itself is worked through in entries of its own.
func (o *office) waits(of id.SetOffRun, state clearing.RunState) {
	o.t.Helper()
	for o.sheet(of).Run.State != state {
		if err := o.engine.Cause(); err != nil {
			o.t.Fatal(err)
		}
	}
}

func (o *office) step() int {
	o.t.Helper()
	done, err := o.clerk.Step(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	return done
}

// certificate makes the certificate from the records, and has it verified by code that shares nothing with it.
func (o *office) certificate(of id.SetOffRun) proof.Verified {
	o.t.Helper()
	s := o.sheet(of)
	made, err := setoff.Certify(s, setoff.Blinds{Vault: o.engine.Vault()})
	if err != nil {
		o.t.Fatal(err)
	}
	if made.Hash() != s.Run.Hash {
		o.t.Errorf("the book has another hash than that of\n%s", made.Manifest)
	}
	verified, err := proof.Verify(bytes.NewReader(made.List), bytes.NewReader(made.Result), bytes.NewReader(made.Proof))
	if err != nil {
		o.t.Fatal(err)
	}
	for _, secret := range []string{"sol_", "pty_", "som_"} {
		for name, file := range map[string][]byte{"list": made.List, "result": made.Result, "certificate": made.Proof} {
			if bytes.Contains(file, []byte(secret)) {
				o.t.Errorf("%s names %s", name, secret)
			}
		}
	}
	return verified
}

func TestTheClerkProposesTheMostThatCanBeSetOff(t *testing.T) {
	o := newOffice(t, 4)
	run := o.held(trap)
	if done := o.step(); done != 1 {
		t.Fatalf("%d proposals", done)
	}
	s := o.sheet(run)
	if r := s.Run; r.State != clearing.Proposed || r.Cleared != 40 || !r.Optimal || r.Attempt != 1 {
		t.Fatalf("%+v", r)
	}
	if v := o.certificate(run); v.Debts != 5 || v.Firms != 4 || !v.Optimal || v.Cleared.Int64() != 40 || v.Bound.Int64() != 40 {
		t.Errorf("%+v", v)
	}
	before := o.engine.Head().Sequence
	if done := o.step(); done != 0 || o.engine.Head().Sequence != before {
		t.Errorf("%d proposals again", done)
	}

	// Who becomes insolvent is left out, and the run is solved again without it.
	w := o.world
	o.give(w.Maker, &book.RecordSetOffBar{Party: w.Sellers[3], Cause: clearing.Insolvency, From: w.Today, Evidence: [32]byte{1}})
	if done := o.step(); done != 1 {
		t.Fatalf("%d proposals", done)
	}
	if r := o.sheet(run).Run; r.State != clearing.Proposed || r.Cleared != 20 || !r.Optimal {
		t.Fatalf("%+v", r)
	}
	if v := o.certificate(run); v.Debts != 3 || v.Firms != 3 || v.Cleared.Int64() != 20 {
		t.Errorf("%+v", v)
	}
	o.give(w.Checker, &book.ExecuteSetOffRun{Run: run, Attempt: o.sheet(run).Run.Attempt})
	o.waits(run, clearing.Written)
	if v := o.certificate(run); v.Cleared.Int64() != 20 {
		t.Errorf("once written: %+v", v)
	}
}

func TestARunWithoutDebtsIsProposedToo(t *testing.T) {
	o := newOffice(t, 2)
	run := o.held(nil)
	if done := o.step(); done != 1 {
		t.Fatalf("%d proposals", done)
	}
	if r := o.sheet(run).Run; r.State != clearing.Proposed || r.Cleared != 0 || !r.Optimal {
		t.Fatalf("%+v", r)
	}
	if v := o.certificate(run); v.Debts != 0 || !v.Optimal {
		t.Errorf("%+v", v)
	}
}

// What a person enters by hand is left alone.
func TestAProposalOfAPersonIsLeftAlone(t *testing.T) {
	o := newOffice(t, 4)
	run := o.held(trap)
	o.give(o.world.Maker, &book.OpenSetOffProposal{Run: run})
	if done := o.step(); done != 0 || o.sheet(run).Run.Attempt != 1 {
		t.Errorf("%d proposals", done)
	}
}

// A party finds itself and its lines by the salts that it is told, and nothing else.
func TestAPartyFindsItself(t *testing.T) {
	o := newOffice(t, 4)
	run := o.held(trap)
	o.step()
	s := o.sheet(run)
	made, err := setoff.Certify(s, setoff.Blinds{Vault: o.engine.Vault()})
	if err != nil {
		t.Fatal(err)
	}
	blinds, names := setoff.Blinds{Vault: o.engine.Vault()}, map[string]bool{}
	for i := range s.Members {
		p := s.Members[i].Party.String()
		name := setoff.Blind(run, p, blinds.Salt(run, p))
		if names[name] || !bytes.Contains(made.List, []byte(name)) || !bytes.Contains(made.Proof, []byte(name)) {
			t.Errorf("%s is not found as %s", p, name)
		}
		names[name] = true
		if other := setoff.Blind(run, p, [16]byte{}); bytes.Contains(made.List, []byte(other)) {
			t.Errorf("%s is found without its salt", p)
		}
		if next := id.Make[id.SetOffRun](1, run.Number()+1); blinds.Party(next, s.Members[i].Party) == name {
			t.Errorf("%s has one name in two runs", p)
		}
	}
}

// After a fault at any append, failed or failed but persisted, a clerk that sits down anew ends with one proposal that is proved.
func TestTheClerkSurvivesFaultsBetweenSlices(t *testing.T) {
	var circles [][2]int
	for range book.SetOffSliceMax/5 + 2 { // so many lines that they come in two slices
		circles = append(circles, trap...)
	}
	want := money.Minor(0)
	for _, fault := range []journaltest.Fault{journaltest.Fails, journaltest.FailsButPersists} {
		for at := 1; ; at++ {
			o := newOffice(t, 4)
			run := o.held(circles)
			o.restart(func(j journal.Journal) journal.Journal { return journaltest.NewFaulty(j, at, fault) })
			_, err := o.clerk.Step(t.Context())
			if err != nil && !errors.Is(err, engine.ErrStopped) && !errors.Is(err, journaltest.ErrInjected) {
				t.Fatal(err)
			}
			o.restart(nil)
			o.step()
			r := o.sheet(run).Run
			if want == 0 {
				want = r.Cleared
			}
			if r.State != clearing.Proposed || !r.Optimal || r.Cleared != want || r.Cleared != 40*money.Minor(len(circles)/5) {
				t.Fatalf("append %d, fault %d: %+v", at, fault, r)
			}
			if o.certificate(run); t.Failed() {
				t.Fatalf("append %d, fault %d", at, fault)
			}
			if err == nil {
				if at < 5 {
					t.Errorf("only %d appends", at-1)
				}
				break
			}
		}
	}
}

func TestADrawingIsBounded(t *testing.T) {
	o := newOffice(t, 6)
	run := o.held([][2]int{{0, 1}, {1, 0}, {0, 2}, {2, 3}, {3, 1}, {4, 5}, {5, 4}, {4, 5}, {2, 4}})
	o.step()
	s := o.sheet(run)
	for _, most := range []int{2, 3, 6, 40} {
		d := s.Draw(0, most)
		if len(d.Firms) > most+1 {
			t.Errorf("%d firms of %d", len(d.Firms), most)
		}
		before, after, firms := d.Among.Before, d.Among.After, 0
		for _, e := range d.Edges {
			before, after = before+e.Before, after+e.After
		}
		for _, f := range d.Firms {
			firms += f.Count
		}
		if before != s.Run.Debt || after != s.Run.Debt-s.Run.Cleared || firms != 6 {
			t.Errorf("of %d and %d: %d and %d among %d firms", s.Run.Debt, s.Run.Cleared, before, after, firms)
		}
	}
	own := s.Draw(s.Members[0].ID.Number(), 40)
	if own.Among.Before != 0 || len(own.Edges) == 0 {
		t.Errorf("%+v", own)
	}
	for _, e := range own.Edges {
		if own.Firms[e.From].Party != s.Members[0].Party && own.Firms[e.To].Party != s.Members[0].Party {
			t.Errorf("a member sees %+v", e)
		}
	}
}
