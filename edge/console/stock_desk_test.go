package console_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"millrace/domain/party"
	"millrace/edge/intake"
	"millrace/edge/view"
)

// A keeper takes goods in, counts too few, is held by that until the operator has looked, and hands out.
func TestAKeeperReceivesCountsAndHandsOut(t *testing.T) {
	s := newStage(t)
	s.play()
	keeper := s.register(intake.Profile{Name: "Lagerhaus Nord GmbH", Country: "DE"}, party.WarehouseKeeper)
	b := &browser{t: t, handler: s.handler, secret: s.key(s.person(keeper, party.WarehouseKeeper, "Wilma Harms"))}
	b.open(filled("/stock/new", "owner", s.parties["rottmuehl"].String(), "number", "LN-1", "place", "Hall 2", "goods", "CU-CATHODE", "quality", "A", "quantity", "12", "unit", "TNE", "stored", s.today.String())).given(nil)
	desk := b.page("/", http.StatusOK)
	checkMarkup(t, "the desk", desk)
	says(t, desk, "Lots in store", "Free and released", "12 t", "Hall 2", "Receive goods")
	found := regexp.MustCompile(`/stock/(whr_[^"/]+)`).FindStringSubmatch(desk)
	if found == nil {
		t.Fatal("the receipt has no page")
	}
	receipt := found[0]
	stranger := &browser{t: t, handler: s.handler, secret: s.key(s.person(s.register(intake.Profile{Name: "Other Store", Country: "FR"}, party.WarehouseKeeper), party.WarehouseKeeper, "Else"))}
	stranger.page(receipt, http.StatusNotFound)
	owner := &browser{t: t, handler: s.handler, secret: s.key(s.actors["rottmuehl"])}
	owner.page(receipt, http.StatusOK)
	owner.page(receipt+"/delivery", http.StatusForbidden)
	if wrong := b.page(filled(receipt+"/count", "quantity", "-1", "date", s.today.String()), http.StatusUnprocessableEntity); !strings.Contains(wrong, "Write a quantity, 0 or above") {
		t.Error("a count below zero is not refused")
	}
	b.open(filled(receipt+"/count", "quantity", "9", "date", s.today.String())).given(nil)
	says(t, b.page("/", http.StatusOK), "Missing by counts", "found 3 t less than receipts say", "Count again", "3 t missing")
	if _, page := b.open(filled(receipt+"/delivery", "quantity", "2")).send(nil); !strings.Contains(text(page), "found less than receipts say") {
		t.Errorf("goods that a count has not found leave:\n%s", text(page))
	}
	operator := &browser{t: t, handler: s.handler, secret: s.key(s.maker)}
	operator.open(filled(receipt+"/clearance", "note", "Three tonnes stood in hall 3")).given(nil)
	operator.page(receipt+"/clearance", http.StatusNotFound)
	b.open(filled(receipt+"/delivery", "quantity", "2")).given(nil)
	says(t, b.page("/", http.StatusOK), "10 t", "2 t of CU-CATHODE was delivered")
}

// What a distributor's desk says may leave is what the book lets go, and no more.
func TestWhatAPaymentReleasesIsWhatTheBookReleases(t *testing.T) {
	s, w, y, submit := newYardStage(t)
	receipt, err := y.Store(submit, 1, 12, "first")
	if err != nil {
		t.Fatal(err)
	}
	f, err := y.Borrow(submit, 1, 30_000_00, receipt)
	if err != nil {
		t.Fatal(err)
	}
	distributor := &browser{t: t, handler: s.handler, secret: s.key(w.SellerActors[1]), cookie: "millrace_desk=distributor"}
	desk := distributor.page("/", http.StatusOK)
	checkMarkup(t, "the desk", desk)
	says(t, desk, "Goods that you owe for", "Owed today", "May leave now", "The whole loan")
	v, err := view.New(s.engine).Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	caller, err := s.access.As(t.Context(), w.SellerActors[1])
	if err != nil {
		t.Fatal(err)
	}
	loans, err := v.StockLoans(caller)
	_ = v.Close()
	if err != nil || len(loans) != 1 || loans[0].Financing != f.String() || len(loans[0].Lots) != 1 {
		t.Fatalf("%+v %v", loans, err)
	}
	lot, loan := loans[0].Lots[0], loans[0]
	if lot.Free == "0" || lot.Free == lot.Quantity || loan.Owed.Minor < 30_000_00 || lot.ForAll != loan.Owed {
		t.Fatalf("%+v", loan)
	}
	if more := loan.After(10_000_00)[0].Quantity; more <= lot.Free && len(more) <= len(lot.Free) {
		t.Errorf("a payment releases %s, and none %s", more, lot.Free)
	}
	says(t, distributor.page("/?loan="+f.String()+"&pay="+loan.Owed.Text, http.StatusOK), "You would still owe 0.00", "12 of 12 t")
	says(t, distributor.page("/?loan="+f.String()+"&pay=x", http.StatusOK), "Write the amount in")
	lender := &browser{t: t, handler: s.handler, secret: s.key(w.FunderActor)}
	where := "/stock/" + lot.Receipt + "/release"
	says(t, lender.page(where, http.StatusOK), "May leave now", lot.Free+" t")
	if _, page := lender.open(filled(where, "quantity", "12")).send(nil); !strings.Contains(text(page), "at most "+lot.Free+" may leave now") {
		t.Errorf("the book says another quantity than %s:\n%s", lot.Free, text(page))
	}
	lender.open(filled(where, "quantity", lot.Free)).given(nil)
	says(t, lender.page("/stock?state=released", http.StatusOK), lot.Free+" t")
	says(t, distributor.page("/", http.StatusOK), "Fetch "+lot.Free+" t of CU-CATHODE")
	keeper := &browser{t: t, handler: s.handler, secret: s.key(y.KeeperActor)}
	says(t, keeper.page("/", http.StatusOK), "has released them from the pledge", "Locked, and for whom")
}
