package console_test

import (
	"net/http"
	"strings"
	"testing"

	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/receivable"
	"millrace/lab/load"
)

// A seller signs an instruction in advance and revokes it.
func TestAnInstructionAtTheConsole(t *testing.T) {
	s, w, _, _ := worldStage(t)
	seller, buyer := s.at(w.SellerActors[1]), s.at(w.Buyer)
	says(t, seller.page("/instructions", 200), "There is no standing instruction", "Instruct in advance")
	buyer.page("/instructions/new", http.StatusForbidden)
	checkMarkup(t, "the form", seller.page("/instructions/new", 200))
	terms := []string{
		"programme-1", w.Payables.String(), "programme-2", "none", "payee", w.Accounts[1].String(), "currency", "EUR", "amount", "500000.00", "total", "900000.00",
		"cost", "12.00", "price", "", "until", w.Today.AddDays(60).String(),
	}
	wrong := append(append([]string(nil), terms...), "cost", "much", "total", "0")
	says(t, seller.page(filled("/instructions/new", wrong...), 422), "Write a percentage", "The amount is above zero")
	form := seller.open(filled("/instructions/new", terms...))
	if !strings.Contains(form.statement, "finance by standing instruction") {
		t.Fatalf("it asks to sign %q", form.statement)
	}
	if _, page := form.send(nil); !strings.Contains(text(page), "ignature") {
		t.Errorf("it is given without a signature: %s", text(page))
	}
	signer := w.Signers[w.Sellers[1]]
	shown := form.given(signatureOver(signer, form.statement))
	checkMarkup(t, "the instructions", shown)
	says(t, shown, "900,000.00", "Revoke it")
	where := "/instructions/" + id.Make[id.Instruction](1, 1).String() + "/revocation"
	buyer.page(where, http.StatusForbidden)
	says(t, seller.open(where).given(nil), "Over")
}

// A buyer takes a soft confirmation back and says why; its seller may not.
func TestASoftConfirmationIsTakenBack(t *testing.T) {
	s := newStage(t)
	s.open()
	s.send()
	r := s.receivables["12-bearings"].Receivable
	s.give(s.actors["havelmark"], load.Confirmation(&r, receivable.Soft, r.Face))
	where := "/receivables/" + r.ID.String()
	buyer := s.at(s.actors["havelmark"])
	says(t, buyer.page(where, 200), "Take the confirmation back")
	s.at(s.actors["traunfels"]).page(where+"/withdrawal", http.StatusForbidden)
	says(t, buyer.page(filled(where+"/withdrawal", "note", ""), 422), "Say it in 1 to")
	if shown := text(buyer.open(filled(where+"/withdrawal", "note", "The goods were not as ordered")).given(nil)); strings.Contains(shown, "Take the confirmation back") {
		t.Error("what was taken back is offered again")
	}
}

// The operator relays a bank's signed undertaking on what a buyer has irrevocably undertaken.
func TestABankUndertakesAtTheConsole(t *testing.T) {
	s, w, _, _ := worldStage(t)
	where := "/receivables/" + id.Make[id.Receivable](1, 1).String()
	maker := s.at(w.Maker)
	says(t, maker.page(where, 200), "Undertake as a bank")
	s.at(w.Buyer).page(where+"/undertaking", http.StatusForbidden)
	form := maker.open(filled(where+"/undertaking", "bank", w.Funder.String()))
	if !strings.Contains(form.statement, "bank undertaking") {
		t.Fatalf("it asks to sign %q", form.statement)
	}
	signer := w.Signers[w.Funder]
	says(t, form.given(signatureOver(signer, form.statement)), "bank")
}

// A line is proposed by one person of the funder and approved by another.
func TestALineAtTheConsole(t *testing.T) {
	s, w, _, _ := worldStage(t)
	funder, second, seller := s.at(w.FunderActor), s.at(s.person(w.Funder, party.Funder, "Second")), s.at(w.SellerActors[1])
	says(t, funder.page("/lines", 200), "Propose a line")
	seller.page("/lines/new", http.StatusForbidden)
	checkMarkup(t, "the form", funder.page("/lines/new", 200))
	terms := []string{"seller", w.Sellers[1].String(), "funder", w.Funder.String(), "amount", "400000.00", "programme-1", w.Payables.String(), "expires", w.Today.AddDays(200).String()}
	says(t, funder.page(filled("/lines/new", append(append([]string(nil), terms...), "amount", "-1")...), 422), "The amount is above zero")
	says(t, funder.open(filled("/lines/new", terms...)).given(nil), "400,000.00", "Proposed")
	where := "/lines/" + id.Make[id.Line](1, 1).String()
	if _, page := funder.open(where + "/approval").send(nil); !strings.Contains(text(page), "second person") {
		t.Errorf("one person does both: %s", text(page))
	}
	seller.page(where+"/approval", http.StatusForbidden)
	says(t, second.open(where+"/approval").given(nil), "Live", "Suspend, resume or end it")
	says(t, funder.open(filled(where+"/state", "state", "suspended")).given(nil), "Suspended")
	says(t, second.open(filled(where+"/state", "state", "ended")).given(nil), "Ended")
}

// An owner asks what its goods in store would bring, and a seller fills a pool, draws on it and takes it back out.
func TestDrawingsAtTheConsole(t *testing.T) {
	s, w, submit, _ := worldStage(t)
	y, err := w.Yard(submit)
	if err != nil {
		t.Fatal(err)
	}
	if err := y.Price(submit, 9_000_00); err != nil {
		t.Fatal(err)
	}
	stored, err := y.Store(submit, 1, 100, "one")
	if err != nil {
		t.Fatal(err)
	}
	owner, other := s.at(w.SellerActors[1]), s.at(w.SellerActors[0])
	where := "/stock/" + stored.String()
	says(t, owner.page(where, 200), "Borrow against it")
	other.page(where+"/quote", http.StatusNotFound)
	s.at(w.FunderActor).page(where+"/quote", http.StatusForbidden)
	due := w.Today.AddDays(60).String()
	terms := []string{"programme", y.Programme.String(), "receipts", stored.String(), "payee", w.Accounts[1].String(), "amount", "100000.00", "due", due}
	says(t, owner.page(filled(where+"/quote", append(append([]string(nil), terms...), "due", "soon", "receipts", "")...), 422), "Name at least one", "Write a date")
	says(t, owner.open(filled(where+"/quote", terms...)).given(nil), "100,000.00", "Quoted")

	of := id.Make[id.Receivable](1, 1).String()
	says(t, owner.page("/bases", 200), "Put receivables into a pool")
	checkMarkup(t, "the form", owner.page("/pools/new?receivable="+of, 200))
	page := owner.open(filled("/pools/new", "programme", y.Programme.String(), "receivables", of)).given(nil)
	checkMarkup(t, "the pools", page)
	says(t, page, "Draw on it", "Take receivables out")
	pool := "/pools/" + id.Make[id.Pool](1, 1).String()
	other.page(pool+"/quote", http.StatusNotFound)
	says(t, owner.open(filled(pool+"/quote", "payee", w.Accounts[1].String(), "amount", "100.00", "due", due)).given(nil), "100.00", "Quoted")
	owner.open(filled(pool+"/withdrawal", "receivables", of)).given(nil)
	if shown := owner.page("/trades/"+id.Make[id.Trade](1, 1).String(), 200); !strings.Contains(shown, "/quote") {
		t.Error("the goods of a trade can't be financed from its page")
	}
	says(t, owner.page("/trades/"+id.Make[id.Trade](1, 1).String()+"/quote", 200), "On the line of credit", "None: it pays the suppliers")
}
