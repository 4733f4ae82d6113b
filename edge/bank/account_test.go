package bank_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/edge/bank"
	"millrace/lab/load"
)

// A line that says it is the bank's charge is booked, once, and is no break.
func TestAChargeIsBookedOnce(t *testing.T) {
	r := newRig(t, both)
	line := bank.Line{
		Reference: "charge 1", Account: r.funding(r.world.Payables), Amount: -250, Currency: r.world.Currency, Value: r.world.Today, Booking: r.world.Today,
		Text: "account fee", Charge: true,
	}
	r.adapt = func(bank.Adapter) bank.Adapter { return &forger{Adapter: r.bank, lines: []bank.Line{line, line}} }
	for range 2 {
		r.restart()
		r.rounds(2)
		if breaks := r.connection.Breaks(); len(breaks) != 0 {
			t.Fatal(breaks)
		}
	}
	if booked := r.count("SELECT count(*) FROM charge"); booked != 1 {
		t.Errorf("booked %d times", booked)
	}
}

// Money that belongs to another programme leaves through the bank, and arrives there by the bank's own line.
func TestMisappliedMoneyArrivesByTheBanksOwnLine(t *testing.T) {
	r := newRig(t, both)
	w := r.world
	if _, err := r.bank.BuyerPays(w.Payables, r.euro(900_00), "anchor", "for the other programme", w.Today); err != nil {
		t.Fatal(err)
	}
	r.rounds(1)
	came := r.latestReceipt()
	var proposed *book.ReturnProposed
	for _, e := range r.must(w.Maker, &book.ProposeReturn{Receipt: came.ID, Way: payment.ToProgramme, To: w.Discounting, Amount: 900_00, Line: came.Line, Reason: [32]byte{1}}) {
		if e, ok := e.(*book.ReturnProposed); ok {
			proposed = e
		}
	}
	r.must(w.Checker, &book.DecideReturn{Return: proposed.Return.ID, Decision: book.Approve})
	r.rounds(3)
	r.holds(r.collection(w.Payables), 0)
	r.holds(r.collection(w.Discounting), 900_00)
	if there := r.latestReceipt(); there.Programme != w.Discounting || there.Amount != 900_00 || there.ID == came.ID {
		t.Errorf("%+v", there)
	}
	r.agrees()
	if breaks := r.connection.Breaks(); len(breaks) != 0 {
		t.Error(breaks)
	}
}

// What was withheld as fees is in the fees account at the bank, and leaves from there to the operator's own account.
func TestTheOperatorsFeesLeaveFromTheFeesAccount(t *testing.T) {
	r := newRig(t, both)
	w := r.world
	d := r.deal(w.Discounting)
	r.rounds(2)
	fees := bank.Account{Kind: bank.Fees, Programme: d.programme}
	if r.bank.Balance(fees, w.Currency) == 0 {
		t.Fatal("nothing was withheld")
	}
	r.must(w.Maker, &book.ProposeBankAccount{Party: w.Operator, Currency: w.Currency, Token: party.Token(load.Token("operator's own"))})
	own := id.Make[id.BankAccount](1, uint64(r.count("SELECT count(*) FROM bank_account")))
	r.must(w.Checker, &book.VerifyBankAccount{Account: own})
	p := r.opened(r.must(w.Maker, &book.PayFees{Programme: d.programme, Party: w.Operator, Account: own}))
	r.rounds(2)
	r.executions(p, 0)
	r.must(w.Checker, &book.ApprovePayment{Payment: p, Decision: book.Approve})
	r.rounds(2)
	r.executions(p, 1)
	r.holds(fees, 0)
	r.agrees()
}

func (r *rig) latestReceipt() payment.Receipt {
	r.t.Helper()
	var found payment.Receipt
	r.row("SELECT record FROM receipt WHERE number = ?", uint64(r.count("SELECT count(*) FROM receipt")), &found)
	return found
}
