package reconcile_test

import (
	"context"
	"fmt"
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/receivable"
	"millrace/domain/reconciliation"
	"millrace/edge/intake"
	"millrace/edge/reconcile"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/lab/load"
)

// office is a node with a world and the clerk beside it.
type office struct {
	t      *testing.T
	engine *engine.Engine
	world  *load.World
	submit load.Submit
	clerk  *reconcile.Clerk
	lines  int
}

func newOffice(t *testing.T) *office {
	ctx := context.Background()
	e, err := engine.Open(load.Options(""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(ctx) })
	o := &office{t: t, engine: e, submit: load.SubmitTo(ctx, e)}
	if o.world, err = load.NewWorld(o.submit, 1); err != nil {
		t.Fatal(err)
	}
	o.clerk = &reconcile.Clerk{Engine: e, Reader: view.New(e), Actor: o.world.Maker}
	return o
}

func (o *office) give(actor id.Actor, c book.Command) []book.Event {
	o.t.Helper()
	events, err := o.submit(actor, "", c)
	if err != nil {
		o.t.Fatalf("%T: %v", c, err)
	}
	return events
}

// automatic is a programme in which a node may allocate, up to an amount.
func (o *office) automatic(above money.Minor) id.Programme {
	w := o.world
	p := o.give(w.Maker, &book.ProposeProgramme{
		Product: id.Make[id.Product](1, 1), Anchor: w.Anchor, Custodian: w.Custodian, Currency: w.Currency, Calendar: calendar.Target,
		Funders: []funding.Funder{{Party: w.Funder, Priority: 1, Rate: 48_000}}, AutoMatch: true, ConfirmAbove: above,
	})[0].(*book.ProgrammeProposed).Programme.ID
	o.give(w.Checker, &book.ApproveProgramme{Programme: p})
	return p
}

// owed opens a receivable with an invoice of that number.
func (o *office) owed(number uint64, amount money.Minor) {
	o.t.Helper()
	l := o.world.NewLife(number)
	l.Amount = amount
	for i := range 5 {
		step := l.Step(i)
		l.Answered(o.give(step.Actor, step.Command))
	}
}

// pays lets money come in with a text.
func (o *office) pays(p id.Programme, amount money.Minor, payer, text string) id.Receipt {
	o.t.Helper()
	stored, err := o.engine.Vault().Put(context.Background(), intake.KindRemit, []byte(payer+"\n"+text))
	if err != nil {
		o.t.Fatal(err)
	}
	o.lines++
	events := o.give(o.world.Bank, &book.RecordReceipt{
		Programme: p, Line: load.Token(fmt.Sprint("line ", o.lines)), Amount: amount, Currency: o.world.Currency, Value: o.world.Today, Booking: o.world.Today, Text: stored,
	})
	for _, e := range events {
		if recorded, ok := e.(*book.ReceiptRecorded); ok {
			return recorded.Receipt.ID
		}
	}
	o.t.Fatal("nothing came in")
	return 0
}

func (o *office) step(want int) {
	o.t.Helper()
	done, err := o.clerk.Step(context.Background())
	if err != nil || done != want {
		o.t.Fatalf("%d receipts were allocated, want %d: %v", done, want, err)
	}
}

func read[T any](o *office, name string, number uint64) T {
	o.t.Helper()
	v, err := o.engine.Read(context.Background(), o.engine.Head().Sequence)
	if err != nil {
		o.t.Fatal(err)
	}
	defer v.Close()
	var stored []byte
	var record T
	if err := v.Tx.QueryRow("SELECT record FROM "+name+" WHERE number = ?", int64(number)).Scan(&stored); err != nil {
		o.t.Fatalf("%s %d: %v", name, number, err)
	}
	if err := book.DecodeRecord(stored, &record); err != nil {
		o.t.Fatal(err)
	}
	return record
}

func TestWhatTheEvidenceProvesIsAllocated(t *testing.T) {
	o := newOffice(t)
	p := o.automatic(0)
	o.owed(90417, 1_200_00)
	o.owed(90518, 800_00)
	o.owed(90619, 555_55)
	both := o.pays(p, 2_000_00, "anchor", "RE invoice-90417 und INVOICE 90518")
	short := o.pays(p, 550_55, "anchor", "invoice-90619")
	strange := o.pays(p, 77_77, "somebody", "thank you")
	o.step(2)
	o.step(0)
	if r := read[payment.Receipt](o, "receipt", both.Number()); r.State != payment.Allocated || len(r.Match.Parts) != 2 || reconciliation.Evidence(r.Match.Evidence)&reconciliation.Referred == 0 {
		t.Errorf("%+v", r)
	}
	if r := read[payment.Receipt](o, "receipt", short.Number()); r.State != payment.Allocated || r.Match.Charge != 5_00 {
		t.Errorf("%+v", r)
	}
	if r := read[receivable.Receivable](o, "receivable", 3); r.Outstanding() != 5_00 || r.State != receivable.Open {
		t.Errorf("what a bank kept does not stay owed: %+v", r)
	}
	k := read[payment.Break](o, "bank_break", 1)
	if k.Receipt != strange || k.Code != "nothing_fits" || k.State != payment.BreakOpen {
		t.Errorf("%+v", k)
	}
}

func TestAPersonConfirmsWhereTheProgrammeSaysSo(t *testing.T) {
	o := newOffice(t)
	o.owed(90417, 1_200_00)
	for _, p := range []id.Programme{o.world.Payables, o.automatic(1_000_00)} {
		receipt := o.pays(p, 1_200_00, "anchor", "invoice-90417")
		o.step(0)
		head := o.engine.Head().Sequence
		o.step(0)
		if after := o.engine.Head().Sequence; after != head {
			t.Errorf("looking again made %d entries", after-head)
		}
		k := read[payment.Break](o, "bank_break", latest(o))
		if k.Receipt != receipt || k.Code != reconcile.CodeConfirm || len(k.Suggestions) != 1 || k.Suggestions[0].Off != 0 {
			t.Fatalf("%+v", k)
		}
	}
	receipt := read[payment.Break](o, "bank_break", 1).Receipt
	o.give(o.world.Maker, &book.Allocate{Receipt: receipt, Receivable: read[payment.Break](o, "bank_break", 1).Suggestions[0].Receivables[0], Amount: 1_200_00, Payer: book.ByBuyer})
	if k := read[payment.Break](o, "bank_break", 1); k.State != payment.BreakResolved || k.How != payment.Matched {
		t.Errorf("%+v", k)
	}
	o.step(0)
	if k := read[payment.Break](o, "bank_break", 2); k.Code == reconcile.CodeConfirm {
		t.Errorf("what is paid already is still suggested: %+v", k)
	}
}

func latest(o *office) uint64 {
	o.t.Helper()
	v, err := o.engine.Read(context.Background(), o.engine.Head().Sequence)
	if err != nil {
		o.t.Fatal(err)
	}
	defer v.Close()
	var n uint64
	if err := v.Tx.QueryRow("SELECT count(*) FROM bank_break").Scan(&n); err != nil {
		o.t.Fatal(err)
	}
	return n
}

// A proof of funds that does not come out is a break as long as it does not: here a statement shows money that its lines don't explain.
func TestAProofThatDoesNotComeOutIsABreak(t *testing.T) {
	o := newOffice(t)
	prove := func(want int) {
		t.Helper()
		if open, err := o.clerk.Prove(context.Background()); err != nil || open != want {
			t.Fatalf("%d proofs don't come out, want %d: %v", open, want, err)
		}
	}
	prove(0)
	at := payment.Supervised{Kind: payment.CollectionAccount, Programme: o.world.Payables}
	o.give(o.world.Bank, &book.RecordStatement{
		Account: at, Identity: load.Token("statement"), Date: o.world.Today, Closing: 5_00, Currency: o.world.Currency,
		Lines: []payment.StatementLine{{Line: load.Token("odd"), Amount: 5_00, Side: payment.BookedOtherwise}},
	})
	prove(1)
	head := o.engine.Head().Sequence
	prove(1)
	if after := o.engine.Head().Sequence; after != head {
		t.Errorf("proving again made %d entries", after-head)
	}
	if k := read[payment.Break](o, "bank_break", 1); k.Kind != payment.BalanceBreak || k.Amount != 5_00 || k.State != payment.BreakOpen {
		t.Fatalf("%+v", k)
	}
	o.give(o.world.Bank, &book.RecordReceipt{
		Programme: o.world.Payables, Line: load.Token("another"), Amount: 5_00, Currency: o.world.Currency, Value: o.world.Today, Booking: o.world.Today,
	})
	prove(1) // it is not on the statement, so the difference stays
}

// account puts a verified bank account of a party on record.
func (o *office) account(of id.Party, number string) {
	o.t.Helper()
	token := intake.New(o.engine.Vault()).AccountToken(intake.BankDetails{IBAN: number})
	a := o.give(o.world.Maker, &book.ProposeBankAccount{Party: of, Currency: o.world.Currency, Token: token, Details: party.Reference{1}})[0].(*book.BankAccountProposed).Account.ID
	o.give(o.world.Checker, &book.VerifyBankAccount{Account: a})
}

// from lets money come in from an account, with an end-to-end identification.
func (o *office) from(p id.Programme, amount money.Minor, number, key string) id.Receipt {
	o.t.Helper()
	tokens := intake.New(o.engine.Vault())
	o.lines++
	events := o.give(o.world.Bank, &book.RecordReceipt{
		Programme: p, Line: load.Token(fmt.Sprint("line ", o.lines)), Amount: amount, Currency: o.world.Currency, Value: o.world.Today, Booking: o.world.Today,
		Payer: tokens.PayerToken(number), EndToEnd: tokens.EndToEndToken(key),
	})
	for _, e := range events {
		if recorded, ok := e.(*book.ReceiptRecorded); ok {
			return recorded.Receipt.ID
		}
	}
	o.t.Fatal("nothing came in")
	return 0
}

// The account from which money came tells who has paid where no text does, an invoice number may come as the end-to-end identification, and what
// came from the seller's own account is left to a person.
func TestTheAccountAndTheKeyOfAPaymentAreEvidence(t *testing.T) {
	o := newOffice(t)
	p := o.automatic(0)
	o.account(o.world.Anchor, "DE02 1203 0000 0000 2020 51")
	o.account(o.world.Sellers[0], "DE02500105170137075030")
	o.owed(90417, 1_234_56)
	o.owed(90518, 800_00)
	o.owed(90619, 555_55)
	alone := o.from(p, 1_234_56, "DE02120300000000202051", "")
	keyed := o.from(p, 800_00, "", "Invoice 90518")
	passed := o.from(p, 555_55, "DE02500105170137075030", "invoice-90619")
	o.step(2)
	evidence := func(of id.Receipt) reconciliation.Evidence {
		r := read[payment.Receipt](o, "receipt", of.Number())
		return reconciliation.Evidence(r.Match.Evidence)
	}
	if got := evidence(alone); got&reconciliation.PartyKnown == 0 {
		t.Errorf("%v", got.Names())
	}
	if got := evidence(keyed); got&reconciliation.KeyNamed == 0 {
		t.Errorf("%v", got.Names())
	}
	if k := read[payment.Break](o, "bank_break", 1); k.Receipt != passed || k.Code != reconcile.CodeOfSeller || len(k.Suggestions) != 1 {
		t.Errorf("%+v", k)
	}
}
