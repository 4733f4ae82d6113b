package book_test

import (
	"fmt"
	"slices"
	"testing"

	"millrace/book"
	"millrace/domain/certificate"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/receivable"
	"millrace/lab/load"
)

// ring is a circle whose every step is checked.
type ring struct {
	*node
	*load.Circle
	bank uint64
}

func newRing(t testing.TB, sellers int, law certificate.Law) *ring {
	r := &ring{node: newNode(t)}
	circle, err := load.NewCircle(r.submit, sellers, 4, law)
	if err != nil {
		t.Fatal(err)
	}
	r.Circle = circle
	return r
}

func (r *ring) give(actor id.Actor, c book.Command) []book.Event {
	r.t.Helper()
	events, err := r.submit(actor, "", c)
	if err != nil {
		r.t.Fatalf("%T: %v", c, err)
	}
	return events
}

func (r *ring) refuse(code string, actor id.Actor, c book.Command) {
	r.t.Helper()
	if _, err := r.submit(actor, "", c); err == nil || r.rejected.Code != code {
		r.t.Errorf("%T is answered %v, and not %s", c, err, code)
	}
}

func (r *ring) sound() {
	r.t.Helper()
	if breaches := book.Check(r.book); len(breaches) > 0 {
		r.t.Fatal(breaches)
	}
}

func (r *ring) issue(payee int, amount money.Minor, days int) *book.CertificateIssued {
	r.t.Helper()
	issued, err := r.Issue(payee, amount, r.book.Date().AddDays(days))
	if err != nil {
		r.t.Fatal(err)
	}
	return issued
}

func (r *ring) debt(creditor, debtor int, amount money.Minor, days int) id.Receivable {
	r.t.Helper()
	debt, err := r.Debt(creditor, load.SellerName(debtor), amount, r.book.Date().AddDays(days))
	if err != nil {
		r.t.Fatal(err)
	}
	return debt
}

// move gives a signed list of a seller's and the holdings that it makes.
func (r *ring) move(seller int, moves ...book.Move) []certificate.Holding {
	r.t.Helper()
	events := r.give(r.SellerActors[seller], load.Moves(&r.Holders[seller], r.Sellers[seller], moves...))
	return event[*book.HoldingsMoved](events).Made
}

func event[E book.Event](events []book.Event) E {
	var none E
	for _, e := range events {
		if found, ok := e.(E); ok {
			return found
		}
	}
	return none
}

func (r *ring) holding(h id.Holding) certificate.Holding {
	return book.Record(r.book, "holding", h.Number()).(certificate.Holding)
}

func (r *ring) debtOf(d id.Receivable) receivable.Receivable {
	return book.Record(r.book, "receivable", d.Number()).(receivable.Receivable)
}

func (r *ring) expires() int64 { return r.at + 86_400_000_000 }

// collect brings the issuer's money and allocates it.
func (r *ring) redeem(on id.Receivable, amount money.Minor) {
	r.t.Helper()
	r.give(r.Maker, &book.Allocate{Receipt: r.receipt(amount), Receivable: on, Amount: amount, Payer: book.ByBuyer})
}

func (r *ring) receipt(amount money.Minor) id.Receipt {
	r.t.Helper()
	r.bank++
	events := r.give(r.Bank, &book.RecordReceipt{
		Programme: r.Transferable, Line: load.Token(fmt.Sprint("ring ", r.bank)), Amount: amount, Currency: r.Currency, Value: r.book.Date(), Booking: r.book.Date(),
	})
	return event[*book.ReceiptRecorded](events).Receipt.ID
}

func (r *ring) owed(seller int) money.Minor {
	return book.BalanceOf(r.book, ledger.Key{
		Entity: r.Custodian, Programme: r.Transferable, Counterparty: r.Sellers[seller], Code: ledger.CollectionForSeller, Currency: r.Currency,
	})
}

func transfer(h id.Holding, amount money.Minor, to id.Party, debt id.Receivable, discharge certificate.Discharge, expires int64) book.Move {
	return book.Move{Step: certificate.Transfer, Holding: h, Amount: amount, To: to, Debt: debt, Discharge: discharge, Expires: expires}
}

// finance quotes, accepts, disburses and executes the financing of a part of a holding.
func (r *ring) finance(seller int, h id.Holding, amount money.Minor) funding.Financing {
	r.t.Helper()
	f := r.accept(seller, h, amount)
	r.give(r.Maker, &book.Disburse{Financing: f.ID})
	paid := id.Make[id.Payment](1, book.Counts(r.book)["payment"])
	if book.Record(r.book, "payment", paid.Number()).(payment.Payment).State == payment.AwaitingApproval {
		r.give(r.Checker, &book.ApprovePayment{Payment: paid, Decision: book.Approve})
	}
	r.give(r.Bank, &book.RecordOutcome{Payment: paid, State: payment.Executed, Bank: load.Token(fmt.Sprint("executed ", r.at)), Value: r.book.Date()})
	return book.Record(r.book, "financing", f.ID.Number()).(funding.Financing)
}

func (r *ring) accept(seller int, h id.Holding, amount money.Minor) funding.Financing {
	r.t.Helper()
	f := event[*book.FinancingOpened](r.give(r.SellerActors[seller], &book.RequestQuote{
		Holding: h, Amount: amount, Programme: r.Transferable, Payee: r.Accounts[seller],
	})).Financing
	r.give(r.SellerActors[seller], load.Acceptance(&r.Holders[seller], &f))
	return f
}

// A certificate of 1,000.00 goes from the first seller to the second and third; the third finances a part. The issuer pays
// in two parts, and everybody gets its share by largest remainder. Every figure can be checked by hand.
func TestACertificateGoesThroughThreeTiers(t *testing.T) {
	r := newRing(t, 3, certificate.NoLaw)
	issued := r.issue(0, 1_000_00, 60)
	first := r.debt(1, 0, 700_00, 60)  // the first seller owes the second 700.00
	second := r.debt(2, 1, 500_00, 90) // the second owes the third 500.00
	root := issued.Certificate.Receivable

	offer := r.move(0, transfer(issued.Holding.ID, 600_00, r.Sellers[1], first, certificate.AtOnce, r.expires()))
	if len(offer) != 2 || offer[0].Status != certificate.Offered || offer[1].Amount != 400_00 || r.debtOf(first).Claimed != 600_00 {
		t.Fatalf("offered %+v", offer)
	}
	r.sound()
	taken := r.move(1, book.Move{Step: certificate.Accept, Holding: offer[0].ID})[0]
	if debt := r.debtOf(first); taken.Holder != r.Sellers[1] || taken.Tier != 2 || debt.Paid != 600_00 || debt.Claimed != 0 {
		t.Fatalf("taken %+v", taken)
	}
	r.sound()
	r.give(r.SellerActors[2], r.Standing(2, r.book.Date().AddDays(30)))
	passed := r.move(1, transfer(taken.ID, 500_00, r.Sellers[2], second, certificate.OnRedemption, r.expires()))
	if passed[0].By != certificate.Transfer || passed[0].Holder != r.Sellers[2] || passed[0].Tier != 3 || r.debtOf(second).Claimed != 500_00 || r.debtOf(second).Paid != 0 {
		t.Fatalf("passed on %+v", passed)
	}
	r.sound()
	f := r.finance(2, passed[0].ID, 300_00)
	if h := r.holding(f.Holding); h.Status != certificate.Financed || h.Amount != 300_00 || f.Seller != r.Sellers[2] || f.Principal != 300_00 {
		t.Fatalf("financed %+v of %+v", h, f)
	}
	r.sound()

	// 333.33 on holdings of 400, 100, 300 and 200: 133.332, 33.333, 99.999, 66.666: the residue goes to 99.999 first (rest 9),
	// then to 66.666 (rest 6).
	r.redeem(root, 333_33)
	if got := []money.Minor{r.owed(0), r.owed(1), r.owed(2)}; !slices.Equal(got, []money.Minor{133_33, 33_33, 66_67}) {
		t.Errorf("the sellers have %v to come", got)
	}
	if f := book.Record(r.book, "financing", f.ID.Number()).(funding.Financing); f.Repaid != 100_00 {
		t.Errorf("the funder has got %d", f.Repaid)
	}
	if debt := r.debtOf(second); debt.Paid != 166_67 || debt.Claimed != 333_33 {
		t.Errorf("of the debt that is discharged on redemption, %d are paid and %d claimed", debt.Paid, debt.Claimed)
	}
	r.sound()
	r.redeem(root, 666_67)
	r.sound()
	if got := []money.Minor{r.owed(0), r.owed(1), r.owed(2)}; !slices.Equal(got, []money.Minor{400_00, 100_00, 200_00}) {
		t.Errorf("the sellers have %v to come", got)
	}
	k := book.Record(r.book, "certificate", 1).(certificate.Certificate)
	if debt := r.debtOf(second); k.State != certificate.Redeemed || r.debtOf(root).State != receivable.Closed || debt.State != receivable.Closed {
		t.Errorf("%s is %s, %s is %s", k.ID, k.State, debt.ID, debt.State)
	}
	r.give(r.Maker, &book.CloseFinancing{Financing: f.ID})
	r.sound()
}

func TestAListSeesWhatItHasMade(t *testing.T) {
	r := newRing(t, 3, certificate.NoLaw)
	issued := r.issue(0, 1_000_00, 60)
	first, second := r.debt(1, 0, 700_00, 60), r.debt(2, 0, 700_00, 60)
	r.give(r.SellerActors[1], r.Standing(1, r.book.Date().AddDays(30)))
	made := r.move(0,
		transfer(issued.Holding.ID, 100_00, r.Sellers[1], first, certificate.AtOnce, r.expires()),
		transfer(issued.Holding.ID, 200_00, r.Sellers[2], second, certificate.AtOnce, r.expires()),
		book.Move{Step: certificate.Pledge, Holding: issued.Holding.ID, Amount: 300_00, To: r.Funder},
		book.Move{Step: certificate.Split, Holding: issued.Holding.ID, Amount: 1},
	)
	live := money.Minor(0)
	for _, h := range made {
		if now := r.holding(h.ID); now.Live() {
			live += now.Amount
		}
	}
	if live != 1_000_00 || len(made) != 8 {
		t.Errorf("%d holdings, %d alive", len(made), live)
	}
	r.sound()
	r.refuse("holding_spent", r.SellerActors[0], load.Moves(&r.Holders[0], r.Sellers[0],
		book.Move{Step: certificate.Split, Holding: issued.Holding.ID, Amount: 1}))
	pledged := made[4]
	r.refuse("not_controller", r.SellerActors[0], load.Moves(&r.Holders[0], r.Sellers[0], book.Move{Step: certificate.Release, Holding: pledged.ID}))
	released := event[*book.HoldingsMoved](r.give(r.FunderActor, load.Moves(&r.Lender, r.Funder, book.Move{Step: certificate.Release, Holding: pledged.ID})))
	if h := released.Made[0]; h.Status != certificate.Free || h.Holder != r.Sellers[0] {
		t.Errorf("released %+v", h)
	}
	r.sound()
}

// What is later due than the debt is taken by the payee's own word only, and an offer that nobody takes comes back.
func TestAnOfferComesBack(t *testing.T) {
	r := newRing(t, 2, certificate.NoLaw)
	issued := r.issue(0, 1_000_00, 60)
	debt := r.debt(1, 0, 1_000_00, 59)
	r.give(r.SellerActors[1], r.Standing(1, r.book.Date().AddDays(30)))
	offer := r.move(0, transfer(issued.Holding.ID, 0, r.Sellers[1], debt, certificate.AtOnce, r.expires()))[0]
	if offer.Status != certificate.Offered {
		t.Fatalf("a later due date was taken in advance: %+v", offer)
	}
	r.at = offer.Expires
	r.refuse("offer_expired", r.SellerActors[1], load.Moves(&r.Holders[1], r.Sellers[1], book.Move{Step: certificate.Accept, Holding: offer.ID}))
	r.give(r.Maker, &book.OpenDay{Date: r.book.Date().AddDays(1)}) // any entry later than the offer: the timer runs behind it
	if h := r.holding(offer.ID); h.End != certificate.Expire || r.debtOf(debt).Claimed != 0 {
		t.Fatalf("the offer is %+v", h)
	}
	r.sound()
	back := id.Make[id.Holding](1, book.Counts(r.book)["holding"])
	again := r.move(0, transfer(back, 0, r.Sellers[1], debt, certificate.AtOnce, r.expires()))[0]
	declined := r.move(1, book.Move{Step: certificate.Decline, Holding: again.ID})[0]
	third := r.move(0, transfer(declined.ID, 0, r.Sellers[1], debt, certificate.AtOnce, r.expires()))[0]
	withdrawn := r.move(0, book.Move{Step: certificate.Withdraw, Holding: third.ID})[0]
	if withdrawn.Status != certificate.Free || withdrawn.Holder != r.Sellers[0] {
		t.Errorf("withdrawn %+v", withdrawn)
	}
	r.sound()
}

// The second seller took it for a debt that is discharged on redemption, and the third for one that is discharged at once.
func TestACancelledCertificate(t *testing.T) {
	r := newRing(t, 3, certificate.NoLaw)
	issued := r.issue(0, 900_00, 60)
	first, second := r.debt(1, 0, 600_00, 60), r.debt(2, 1, 200_00, 60)
	for _, seller := range []int{1, 2} {
		r.give(r.SellerActors[seller], r.Standing(seller, r.book.Date().AddDays(30)))
	}
	taken := r.move(0, transfer(issued.Holding.ID, 600_00, r.Sellers[1], first, certificate.OnRedemption, r.expires()))[0]
	r.move(1, transfer(taken.ID, 200_00, r.Sellers[2], second, certificate.AtOnce, r.expires()))
	r.refuse("consent_missing", r.Maker, r.Cancellation(issued.Certificate.ID, 900_00, 0, 1))
	r.refuse("terms_differ", r.Maker, r.Cancellation(issued.Certificate.ID, 900_01, 0, 1, 2))
	r.give(r.Maker, r.Cancellation(issued.Certificate.ID, 900_00, 0, 1, 2))
	r.sound()
	root, one, two := r.debtOf(issued.Certificate.Receivable), r.debtOf(first), r.debtOf(second)
	// 200.00 were released by the third. Of the first debt, 200.00 are discharged, since the second seller has paid with them;
	// 400.00 are owed again, and the first seller has them to come as before.
	if root.Undertaking != receivable.NoUndertaking || root.Released != 200_00 || root.Outstanding() != 700_00 {
		t.Errorf("the receivable is %+v", root)
	}
	if one.Paid != 200_00 || one.Claimed != 0 || two.Paid != 200_00 {
		t.Errorf("the debts are %+v and %+v", one, two)
	}
	k := book.Record(r.book, "certificate", 1).(certificate.Certificate)
	if k.State != certificate.Cancelled {
		t.Errorf("it is %s", k.State)
	}
}

// A pledgee collects on what was pledged, and owes it to the pledgor.
func TestAPledgedHoldingIsRedeemedToThePledgee(t *testing.T) {
	r := newRing(t, 2, certificate.NoLaw)
	issued := r.issue(0, 500_00, 60)
	r.move(0, book.Move{Step: certificate.Pledge, Holding: issued.Holding.ID, To: r.Sellers[1]})
	r.refuse("holding_status", r.SellerActors[0], &book.RequestQuote{
		Holding: id.Make[id.Holding](1, 2), Programme: r.Transferable, Payee: r.Accounts[0],
	})
	r.redeem(issued.Certificate.Receivable, 200_00)
	r.sound()
	r.redeem(issued.Certificate.Receivable, 300_00)
	r.sound()
	if r.owed(1) != 500_00 || r.owed(0) != 0 {
		t.Errorf("the pledgee has %d to come, the pledgor %d", r.owed(1), r.owed(0))
	}
}

// Late interest is the issuer's on top of the debt, by financing, once the debt itself is paid.
func TestTheIssuerPaysLate(t *testing.T) {
	r := newRing(t, 1, certificate.NoLaw)
	issued := r.issue(0, 10_000_00, 30)
	f := r.finance(0, issued.Holding.ID, 0)
	for range 4 {
		r.give(r.Maker, &book.OpenDay{Date: r.book.Date().AddDays(20)})
	}
	r.redeem(issued.Certificate.Receivable, 10_000_00)
	r.sound()
	f = book.Record(r.book, "financing", f.ID.Number()).(funding.Financing)
	if f.Repaid != 10_000_00 || f.LateDue <= 0 || f.LatePaid != 0 {
		t.Fatalf("after the debt was paid: %+v", f)
	}
	r.refuse("still_owed", r.Maker, &book.CloseFinancing{Financing: f.ID})
	r.give(r.Maker, &book.Allocate{
		Receipt: r.receipt(f.LateDue), Receivable: f.Receivable, Holding: f.Holding, Amount: f.LateDue, Payer: book.ByBuyer,
	})
	r.give(r.Maker, &book.CloseFinancing{Financing: f.ID})
	r.sound()
}

// A disbursement that a bank returns gives the holding back.
func TestAReturnedDisbursementGivesTheHoldingBack(t *testing.T) {
	r := newRing(t, 1, certificate.NoLaw)
	issued := r.issue(0, 10_000_00, 30)
	f := r.accept(0, issued.Holding.ID, 4_000_00)
	r.give(r.SellerActors[0], &book.CancelFinancing{Financing: f.ID})
	r.sound()
	back := id.Make[id.Holding](1, book.Counts(r.book)["holding"])
	if h := r.holding(back); h.Status != certificate.Free || h.By != certificate.Return || h.Amount != 4_000_00 {
		t.Fatalf("%+v came back", h)
	}
	r.finance(0, back, 1_000_00)
	r.give(r.Bank, &book.RecordOutcome{Payment: id.Make[id.Payment](1, 1), State: payment.Returned, Bank: load.Token("returned"), Value: r.book.Date()})
	r.sound()
}

// Who holds a part of a certificate may have its assignment registered by naming the receivable; who holds none may not.
func TestAHolderRegistersItsAssignment(t *testing.T) {
	r := newRing(t, 2, certificate.NoLaw)
	issued := r.issue(0, 1_000_00, 60)
	debt := r.debt(1, 0, 700_00, 60)
	filing := &book.FileRegistration{
		Act: legal.File, Registry: "national", Number: "7", Grantor: r.Sellers[1], Secured: r.Funder, Receivable: issued.Certificate.Receivable,
		Description: load32("the receivable"), Filed: r.book.Date(), Expires: r.book.Date().AddDays(365),
	}
	r.refuse("receivable_other_pair", r.Maker, filing)
	offer := r.move(0, transfer(issued.Holding.ID, 600_00, r.Sellers[1], debt, certificate.AtOnce, r.expires()))
	r.move(1, book.Move{Step: certificate.Accept, Holding: offer[0].ID})
	r.give(r.Maker, filing)
	r.sound()
}
