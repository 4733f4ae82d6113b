package console_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"millrace/book"
	"millrace/domain/allocation"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/access"
	"millrace/edge/console"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/lab/load"
)

// Everybody sees of an auction what is theirs to see, while it is open and when it is over.
func TestAnAuctionOnItsPage(t *testing.T) {
	ctx := context.Background()
	ahead := int64(0)
	options := load.Options("")
	options.Clock = func() int64 { return time.Now().UnixMicro() + ahead }
	options.DuePoll = -1 // the clock is moved between commands
	e, err := engine.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(ctx) })
	submit := load.SubmitTo(ctx, e)
	w, err := load.NewWorld(submit, 2)
	if err != nil {
		t.Fatal(err)
	}
	m, err := w.Market(submit, 3)
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, engine: e, intake: intake.New(e.Vault()), access: access.New(e), maker: w.Maker, checker: w.Checker}
	s.handler = console.New(console.Options{Engine: e, Reader: view.New(e), Access: s.access, Intake: s.intake})
	life := w.NewLife(1)
	for i := range load.Live {
		step := life.Step(i)
		life.Answered(s.give(step.Actor, step.Command))
	}
	open := event[*book.AuctionOpened](s, s.give(w.SellerActors[1], &book.OpenAuction{
		Programme: m.Programme, Receivables: []id.Receivable{id.Make[id.Receivable](1, 1)}, Payee: w.Accounts[1], Reserve: 60_000,
		Closes: options.Clock() + time.Hour.Microseconds(), Reveals: options.Clock() + 2*time.Hour.Microseconds(), Disclosure: allocation.DiscloseSealed,
	})).Auction.Rules
	var opening []*book.OpenBid
	for bidder, rate := range []money.Rate{45_000, 42_500} {
		c, o := m.Seal(open.ID, bidder, rate, open.Volume, "page")
		placed := event[*book.BidPlaced](s, s.give(m.BidderActors[bidder], c)).Bid.ID
		opening = append(opening, &book.OpenBid{Bid: placed, Rate: o.Rate, Volume: o.Volume, Nonce: o.Nonce})
	}
	browsers := map[string]*browser{}
	for name, actor := range map[string]id.Actor{
		"operator": w.Maker, "seller": w.SellerActors[1], "other seller": w.SellerActors[0], "first": m.BidderActors[0], "second": m.BidderActors[1],
		"third": m.BidderActors[2], "buyer": w.Buyer,
	} {
		browsers[name] = &browser{t: t, handler: s.handler, secret: s.key(actor)}
	}
	says := func(who string, status int, wants, nots []string) {
		t.Helper()
		shown := browsers[who].page("/auctions/"+open.ID.String(), status)
		checkMarkup(t, who, shown)
		for _, want := range wants {
			if !strings.Contains(text(shown), want) {
				t.Errorf("to %s it does not say %q:\n%s", who, want, text(shown))
			}
		}
		for _, not := range nots {
			if strings.Contains(text(shown), not) {
				t.Errorf("to %s it says %q:\n%s", who, not, text(shown))
			}
		}
	}
	second := m.Bidders[1].String()
	says("first", http.StatusOK, []string{"Sealed bids are taken", "Your bids"}, []string{second, "4.25"})
	says("third", http.StatusOK, []string{"Sealed bids are taken"}, []string{"Your bids", second})
	says("seller", http.StatusOK, []string{"Bids 2"}, []string{second})
	says("other seller", http.StatusNotFound, nil, nil)
	says("buyer", http.StatusNotFound, nil, nil)
	ahead += time.Hour.Microseconds()
	for bidder, c := range opening {
		s.give(m.BidderActors[bidder], c)
	}
	s.give(w.SellerActors[1], &book.AwardAuction{Auction: open.ID})
	says("first", http.StatusOK, []string{"It asked for more than the rate", "4.25 %", "agrees with your bids"}, []string{second})
	says("second", http.StatusOK, []string{"It has won.", second, "fin_"}, nil)
	says("third", http.StatusOK, []string{"4.25 %"}, []string{second, "The result"})
	says("seller", http.StatusOK, []string{second, "fin_"}, []string{"4.50 %"})
	says("operator", http.StatusOK, []string{"It has won.", "4.50 %", "from all bids: it is right"}, nil)
	var sheet view.AuctionSheet
	if err := json.NewDecoder(browsers["first"].ask("GET", "/auctions/"+open.ID.String()+"/sheet", "").Body).Decode(&sheet); err != nil || sheet.Check() != nil {
		t.Errorf("the sheet: %v %+v", err, sheet)
	}
	browsers["third"].page("/auctions/"+open.ID.String()+"/sheet", http.StatusNotFound)
	for _, who := range []string{"first", "seller", "operator"} {
		list := browsers[who].page("/auctions?state=sold", http.StatusOK)
		checkMarkup(t, who, list)
		if !strings.Contains(text(list), open.ID.String()) {
			t.Errorf("%s does not find it: %s", who, text(list))
		}
	}
	if list := browsers["buyer"].page("/", http.StatusOK); strings.Contains(text(list), "Auctions") {
		t.Error("a buyer is led to auctions")
	}
}
