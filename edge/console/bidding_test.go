package console_test

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"millrace/domain/allocation"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/productfile"
	"millrace/lab/load"
	"millrace/products"
)

// worldStage is a stage on the world of the load tools, with a receivable that is confirmed and a clock that is moved by hand.
func worldStage(t *testing.T) (*stage, *load.World, load.Submit, *int64) {
	t.Helper()
	ahead := new(int64)
	options := load.Options("")
	options.Clock = func() int64 { return time.Now().UnixMicro() + *ahead }
	options.DuePoll = -1 // the clock is moved between commands
	s, w, submit := worldOn(t, options, 2)
	life := w.NewLife(1)
	for i := range load.Live {
		step := life.Step(i)
		life.Answered(s.give(step.Actor, step.Command))
	}
	return s, w, submit, ahead
}

var keptOn = regexp.MustCompile(`(?s)<pre class="wrap">(millrace sealed-bid.*?)</pre>`)

// A seller puts an invoice up, a funder seals a bid and keeps its lines, opens it with them, and the seller awards.
func TestAnAuctionFromPutUpToAwardAtTheConsole(t *testing.T) {
	s, w, submit, ahead := worldStage(t)
	m, err := w.Market(submit, 3)
	if err != nil {
		t.Fatal(err)
	}
	seller, first, second := s.at(w.SellerActors[1]), s.at(m.BidderActors[0]), s.at(m.BidderActors[1])
	of := id.Make[id.Receivable](1, 1).String()
	says(t, seller.page("/receivables/"+of, 200), "Put it up for bids")
	says(t, seller.page("/auctions", 200), "Put invoices up")
	first.page("/auctions/new", http.StatusForbidden)
	checkMarkup(t, "the lot", seller.page("/auctions/new?receivable="+of, 200))
	at := time.Now().UTC()
	terms := []string{
		"programme", m.Programme.String(), "receivables", of, "payee", w.Accounts[1].String(), "reserve", "6.00", "closes", at.Add(time.Hour).Format("2006-01-02 15:04"),
		"reveals", at.Add(3 * time.Hour).Format("2006-01-02 15:04"), "disclosure", "opened",
	}
	says(t, seller.page(filled("/auctions/new", append(append([]string(nil), terms...), "closes", "soon", "receivables", "x")...), 422), "Write day and time in UTC", "is not an id of that kind")
	seller.open(filled("/auctions/new", terms...)).given(nil)
	where := "/auctions/" + id.Make[id.Auction](1, 1).String()
	shown := seller.page(where, 200)
	checkMarkup(t, "the auction", shown)
	if strings.Contains(shown, where+"/award") || strings.Contains(shown, where+"/bid") {
		t.Errorf("a lot that takes bids is awarded: %s", text(shown))
	}

	seller.page(where+"/bid", http.StatusForbidden)
	says(t, first.page(filled(where+"/bid", "rate", "", "secret", "ab"), 422), "Write a percentage", "64 characters")
	form := first.page(filled(where+"/bid", "rate", "4.25", "secret", strings.Repeat("5a", 32)), 200)
	checkMarkup(t, "the bid", form)
	says(t, form, "Keep the lines below", "Save them as a file")
	kept := keptOn.FindStringSubmatch(form)
	if kept == nil {
		t.Fatal("there is nothing to keep")
	}
	lines := html.UnescapeString(kept[1])
	first.open(filled(where+"/bid", "rate", "4.25", "secret", strings.Repeat("5a", 32))).given(nil)
	says(t, first.page(where, 200), "Your bid counts only if you open it")
	// The second bidder has sealed elsewhere.
	c, opening := m.Seal(id.Make[id.Auction](1, 1), 1, 45_000, s.lot(seller, where), "elsewhere")
	second.open(filled(where+"/bid", "secret", "", "commitment", fmt.Sprintf("%x", c.Commitment))).given(nil)
	bid := "/bids/" + id.Make[id.Bid](1, 1).String() + "/opening"
	if _, page := first.open(filled(bid, "kept", lines)).send(nil); !strings.Contains(text(page), "still taken") {
		t.Errorf("a bid is opened while bids are taken: %s", text(page))
	}
	second.page(bid, http.StatusNotFound)

	*ahead += 2 * time.Hour.Microseconds()
	says(t, first.page(where, 200), "Open the bid")
	says(t, first.page(filled(bid, "kept", "rate: 4"), 422), "not the lines of a bid")
	says(t, first.page(filled(bid, "kept", strings.Replace(lines, "rate: 4", "rate: 3", 1)), 422), "another SHA-256")
	says(t, first.open(filled(bid, "kept", lines)).given(nil), "4.25")
	if _, page := seller.open(where + "/award").send(nil); !strings.Contains(text(page), "Not every bid is open") {
		t.Errorf("it is awarded over a sealed bid: %s", text(page))
	}
	first.page(where+"/award", http.StatusForbidden)
	lines = string(allocation.Statement(id.Make[id.Auction](1, 1), m.Bidders[1], opening))
	second.open(filled("/bids/"+id.Make[id.Bid](1, 2).String()+"/opening", "kept", lines)).given(nil)
	says(t, seller.open(where+"/award").given(nil), "Sold", "4.25")
}

// lot is how large the lot of an auction is, in minor units.
func (s *stage) lot(seller *browser, where string) money.Minor {
	s.t.Helper()
	found := regexp.MustCompile(`Lot ([0-9,.]+) EUR`).FindStringSubmatch(text(seller.page(where, 200)))
	if found == nil {
		s.t.Fatal("the auction does not say its lot")
	}
	amount, err := money.Parse(strings.ReplaceAll(found[1], ",", ""), s.euro())
	if err != nil {
		s.t.Fatal(err)
	}
	return amount
}

func (s *stage) euro() money.Currency {
	euro, _ := money.ParseCurrency("EUR")
	return euro
}

// A buyer opens an offer at the console and withdraws it; a seller does neither.
func TestAnEarlyOfferAtTheConsole(t *testing.T) {
	s, w, submit, _ := worldStage(t)
	content, _ := products.File("dynamic-discounting")
	product, problems := productfile.Read(content)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	early, err := w.EarlyPayer(submit, product, 1_000_000_00)
	if err != nil {
		t.Fatal(err)
	}
	buyer, seller := s.at(w.Buyer), s.at(w.SellerActors[1])
	says(t, buyer.page("/early", 200), "Offer to pay early")
	seller.page("/early-offers/new", http.StatusForbidden)
	checkMarkup(t, "the offer", buyer.page("/early-offers/new", 200))
	terms := []string{
		"programme", early.String(), "budget", "250000.00", "from", w.Today.String(), "until", w.Today.AddDays(20).String(), "yield", "2.00",
		"days-1", "5", "rate-1", "4.00", "days-2", "30", "rate-2", "5.50", "receivables", "",
	}
	wrong := append(append([]string(nil), terms...), "days-2", "0", "budget", "much")
	says(t, buyer.page(filled("/early-offers/new", wrong...), 422), "Write a whole number", "Write the amount")
	other := append(append([]string(nil), terms...), "programme", w.Payables.String())
	if _, page := buyer.open(filled("/early-offers/new", other...)).send(nil); !strings.Contains(text(page), "dynamic discounting") {
		t.Errorf("an offer stands in a programme of funders: %s", text(page))
	}
	page := buyer.open(filled("/early-offers/new", terms...)).given(nil)
	checkMarkup(t, "early", page)
	says(t, page, "5.5 % from 30 days", "Withdraw")
	where := "/early-offers/" + id.Make[id.EarlyOffer](1, 1).String() + "/withdrawal"
	seller.page(where, http.StatusForbidden)
	says(t, buyer.open(where).given(nil), "Withdrawn")
}
