package console_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"millrace/book"
	"millrace/domain/allocation"
	"millrace/domain/discounting"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/edge/access"
	"millrace/edge/console"
	"millrace/edge/intake"
	"millrace/edge/productfile"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/lab/load"
	"millrace/products"
)

// A seller sees its placement, accepts all parts in one, and withdraws a lot with a reason; a funder sees its own part only.
func TestAPlacementAndAWithdrawalOnTheirPages(t *testing.T) {
	ctx := context.Background()
	e, err := engine.Open(load.Options(""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(ctx) })
	submit := load.SubmitTo(ctx, e)
	w, err := load.NewWorld(submit, 2)
	if err != nil {
		t.Fatal(err)
	}
	m, err := w.Syndicate(submit, 3, funding.Reshared)
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, engine: e, intake: intake.New(e.Vault()), access: access.New(e), maker: w.Maker, checker: w.Checker}
	s.handler = console.New(console.Options{Engine: e, Reader: view.New(e), Access: s.access, Intake: s.intake})
	for number := range uint64(2) {
		life := w.NewLife(1 + 2*number)
		for i := range load.Live {
			step := life.Step(i)
			life.Answered(s.give(step.Actor, step.Command))
		}
	}
	placed := event[*book.PlacementOpened](s, s.give(w.SellerActors[1], &book.RequestQuote{Receivable: id.Make[id.Receivable](1, 1), Programme: m.Programme, Payee: w.Accounts[1]})).Placement
	open := event[*book.AuctionOpened](s, s.give(w.SellerActors[1], &book.OpenAuction{
		Programme: m.Programme, Receivables: []id.Receivable{id.Make[id.Receivable](1, 2)}, Payee: w.Accounts[1], Reserve: 60_000,
		Closes: time.Now().Add(time.Hour).UnixMicro(), Reveals: time.Now().Add(2 * time.Hour).UnixMicro(), Disclosure: allocation.DiscloseSealed,
	})).Auction.Rules
	seller := &browser{t: t, handler: s.handler, secret: s.key(w.SellerActors[1])}
	funder := &browser{t: t, handler: s.handler, secret: s.key(m.BidderActors[1])}
	where := "/placements/" + placed.ID.String()
	funder.page(where, http.StatusNotFound)
	part := funder.page("/financings/"+placed.Parts[1].Financing.String(), http.StatusOK)
	if strings.Contains(part, placed.ID.String()) || strings.Contains(part, m.Bidders[0].String()) {
		t.Error("a funder sees who else takes part")
	}
	page := seller.page(where, http.StatusOK)
	checkMarkup(t, "the placement", page)
	for _, want := range []string{"Accept the quotes", m.Bidders[2].String(), "Not placed"} {
		if !strings.Contains(text(page), want) {
			t.Errorf("the placement does not say %q: %s", want, text(page))
		}
	}
	checkMarkup(t, "a part", seller.page("/financings/"+placed.Parts[0].Financing.String(), http.StatusOK))
	seller.open(where + "/acceptance").given(nil)
	if shown := text(seller.page(where, http.StatusOK)); strings.Contains(shown, "Accept the quotes") || !strings.Contains(shown, "Accepted") {
		t.Errorf("the placement is not accepted: %s", shown)
	}
	lot := "/auctions/" + open.ID.String()
	seller.open(lot + "/withdrawal?terms=1&reason=the+buyer+pays+early").given(nil)
	if shown := text(funder.page(lot, http.StatusOK)); !strings.Contains(shown, "the buyer pays early") {
		t.Errorf("a funder is not told why: %s", shown)
	}
}

// A seller finds its buyer's offer, accepts it for a receivable, and both see the payment; how much cash is left the buyer alone sees.
func TestEarlyPaymentOnItsPage(t *testing.T) {
	s, w, submit := worldOn(t, load.Options(""), 2)
	content, _ := products.File("dynamic-discounting")
	terms, problems := productfile.Read(content)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	early, err := w.EarlyPayer(submit, terms, 1_000_000_00)
	if err != nil {
		t.Fatal(err)
	}
	life := w.NewLife(1)
	for i := range load.Live {
		step := life.Step(i)
		life.Answered(s.give(step.Actor, step.Command))
	}
	offer := event[*book.EarlyOfferOpened](s, s.give(w.Buyer, &book.OpenEarlyOffer{
		Programme: early, Steps: []discounting.Step{{Days: 1, Rate: 60_000}}, Budget: 500_000_00, From: w.Today, Until: w.Today.AddDays(30),
	})).Offer.ID
	seller := &browser{t: t, handler: s.handler, secret: s.key(w.SellerActors[1])}
	buyer := &browser{t: t, handler: s.handler, secret: s.key(w.Buyer)}
	page := seller.page("/early", http.StatusOK)
	checkMarkup(t, "early", page)
	if shown := text(page); !strings.Contains(shown, "Be paid early") || strings.Contains(shown, "500,000.00") {
		t.Errorf("to the seller it says %s", shown)
	}
	chosen := url.Values{"terms": {"1"}, "receivables": {id.Make[id.Receivable](1, 1).String()}, "payee": {w.Accounts[1].String()}, "most": {"10000.00"}}
	seller.open("/early-offers/" + offer.String() + "/acceptance?" + chosen.Encode()).given(nil)
	for name, b := range map[string]*browser{"seller": seller, "buyer": buyer} {
		page := b.page("/early", http.StatusOK)
		checkMarkup(t, "early", page)
		if !strings.Contains(text(page), "eap_") || !strings.Contains(text(page), "Paying") {
			t.Errorf("the %s does not see the payment: %s", name, text(page))
		}
	}
	if !strings.Contains(text(buyer.page("/early", http.StatusOK)), "500,000.00") {
		t.Error("the buyer does not see its budget")
	}
	if strings.Contains(seller.page("/need", http.StatusOK), early.String()) {
		t.Error("a programme in which nobody finances is offered to one who needs cash")
	}
	asked := url.Values{"terms": {"1"}, "programme": {early.String()}, "payee": {w.Accounts[1].String()}, "amount": {"100.00"}, "day": {w.Today.AddDays(2).String()}}
	seller.page("/need?"+asked.Encode(), http.StatusUnprocessableEntity)
	funder := &browser{t: t, handler: s.handler, secret: s.key(w.FunderActor)}
	if strings.Contains(text(funder.page("/", http.StatusOK)), "Early payment") {
		t.Error("a funder is led to early payments")
	}
}
