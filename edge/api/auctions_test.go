package api_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"millrace/book"
	"millrace/domain/allocation"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/view"
	"millrace/lab/load"
)

// hall is a site in whose world three funders bid.
type hall struct {
	*site
	market *load.Market
	lives  uint64
}

func (s *site) hall() *hall {
	s.t.Helper()
	m, err := s.world.Market(s.submit, 3)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, actor := range m.BidderActors[1:] {
		s.addKey(actor)
	}
	return &hall{s, m, 700}
}

func (h *hall) now() time.Time { return time.UnixMicro(time.Now().UnixMicro() + h.ahead.Load()).UTC() }
func (h *hall) pass(d time.Duration) {
	h.ahead.Add(d.Microseconds())
}

// putUp leads a life of the second seller to a receivable and gives the body that puts it up, with its face.
func (h *hall) putUp(disclosure string) (string, money.Minor) {
	h.t.Helper()
	h.lives += 2
	l := h.life(h.lives+1, load.Live)
	r := h.get(h.world.Maker, "/v1/receivables?limit=1").want(200).text("items", 0, "id")
	return fmt.Sprintf(`{"programme":%q,"receivables":[%q],"payee":%q,"reserve":"6.0000","closes":%q,"reveals":%q,"disclosure":%q}`, h.market.Programme, r,
		h.world.Accounts[1], h.now().Add(time.Hour).Format(time.RFC3339Nano), h.now().Add(2*time.Hour).Format(time.RFC3339Nano), disclosure), l.Amount
}

// auctioned gives an auction of the second seller's, and a bid of the world's funder in it.
func (s *site) auctioned() map[string]string {
	s.t.Helper()
	h := s.hall()
	body, volume := h.putUp("sealed")
	auction := s.post(s.world.SellerActors[1], "/v1/auctions", body).want(201).text("record", "id")
	of, _ := id.Parse[id.Auction](auction)
	c, _ := h.market.Seal(of, 0, 42_000, volume, "matrix")
	for _, e := range s.give(s.world.FunderActor, c) {
		return map[string]string{"auction": auction, "bid": e.(*book.BidPlaced).Bid.ID.String()}
	}
	return nil
}

// bid hands a bid in over HTTP and gives its id and the body that opens it.
func (h *hall) bid(auction string, bidder int, rate money.Rate, volume money.Minor) (string, string) {
	h.t.Helper()
	of, _ := id.Parse[id.Auction](auction)
	c, opening := h.market.Seal(of, bidder, rate, volume, fmt.Sprint("bid ", bidder))
	placed := h.post(h.market.BidderActors[bidder], "/v1/auctions/"+auction+"/bids", fmt.Sprintf(`{"commitment":"%x"}`, c.Commitment)).want(201)
	return placed.text("record", "id"), fmt.Sprintf(`{"rate":%q,"volume":{"text":%q,"currency":"EUR"},"nonce":%q}`, view.Percent(opening.Rate),
		money.Format(volume, h.world.Currency), hex.EncodeToString(opening.Nonce[:]))
}

// An auction goes its whole way over HTTP: put up, sealed bids, opened, awarded, checked by every bidder, accepted by the seller.
func TestAnAuctionOverHTTP(t *testing.T) {
	for _, disclosure := range []string{"sealed", "opened"} {
		t.Run(disclosure, func(t *testing.T) {
			h := newSite(t).hall()
			seller := h.world.SellerActors[1]
			body, volume := h.putUp(disclosure)
			h.post(seller, "/v1/auctions", strings.Replace(body, `"reserve"`, `"lot":{"text":"1.00","currency":"EUR"},"reserve"`, 1)).want(422)
			auction := h.post(seller, "/v1/auctions", body).want(201).text("record", "id")
			path := "/v1/auctions/" + auction
			var bids, openings []string
			for bidder, rate := range []money.Rate{45_000, 42_000, 41_000} {
				one, opening := h.bid(auction, bidder, rate, volume)
				bids, openings = append(bids, one), append(openings, opening)
			}
			early := h.post(h.market.BidderActors[1], "/v1/bids/"+bids[1]+"/opening", openings[1])
			if early.want(409).text("code") != "bid_opened_early" {
				t.Fatalf("%s", early.bytes)
			}
			h.pass(time.Hour)
			h.post(h.market.BidderActors[2], "/v1/bids/"+bids[1]+"/opening", openings[1]).want(404)
			for bidder := range 2 {
				h.post(h.market.BidderActors[bidder], "/v1/bids/"+bids[bidder]+"/opening", openings[bidder]).want(200)
			}
			h.hidden(auction, bids, true)
			if sealed := h.post(seller, path+"/award", ""); sealed.want(409).text("code") != "bids_sealed" {
				t.Fatalf("%s", sealed.bytes)
			}
			h.get(h.market.BidderActors[0], path+"/view").want(404)
			h.pass(time.Hour)
			h.newActor(h.world.Sellers[1], party.Seller) // any command: what is due comes first
			sold := h.get(seller, path).want(200)
			if sold.text("state") != "sold" || sold.text("clearing") != "4.2000" || sold.text("winner", "id") != h.market.Bidders[1].String() {
				t.Fatalf("%s", sold.bytes)
			}
			h.hidden(auction, bids, disclosure == "sealed")
			h.checked(path, disclosure)
			financing := sold.text("items", 0, "financing")
			h.get(h.market.BidderActors[0], "/v1/financings/"+financing).want(404)
			h.post(seller, "/v1/financings/"+financing+"/acceptance", "").want(200)
			if f := h.get(h.market.BidderActors[1], "/v1/financings/"+financing).want(200); f.text("state") != "accepted" {
				t.Fatalf("%s", f.bytes)
			}
		})
	}
}

// hidden asserts that no funder sees another's bid, its rate or its name, nor who has won.
func (h *hall) hidden(auction string, bids []string, sealed bool) {
	h.t.Helper()
	for bidder, actor := range h.market.BidderActors {
		for other, one := range bids {
			h.get(actor, "/v1/bids/"+one).want(map[bool]int{true: 200, false: 404}[bidder == other])
			h.get(actor, "/v1/stories/"+one).want(map[bool]int{true: 200, false: 404}[bidder == other])
		}
		for _, path := range []string{"/v1/auctions/" + auction, "/v1/stories/" + auction, "/v1/bids", "/v1/auctions/" + auction + "/view"} {
			shown := string(h.get(actor, path).bytes)
			for other, p := range h.market.Bidders {
				if other == bidder || !sealed && strings.HasSuffix(path, "/view") {
					continue
				}
				if strings.Contains(shown, p.String()) || strings.Contains(shown, []string{"4.5000", "4.2000", "4.1000"}[other]) && !strings.Contains(shown, "clear") {
					h.t.Errorf("funder %d learns of %d at %s: %s", bidder, other, path, shown)
				}
				if strings.Contains(shown, "45000") && bidder != 0 || strings.Contains(shown, "41000") && bidder != 2 {
					h.t.Errorf("funder %d learns a rate at %s: %s", bidder, path, shown)
				}
			}
		}
	}
}

// checked has every bidder check the result from what it is shown, and finds out what was changed.
func (h *hall) checked(path, disclosure string) {
	h.t.Helper()
	digest := ""
	for _, actor := range append([]id.Actor{h.world.Maker}, h.market.BidderActors...) {
		var sheet view.AuctionSheet
		shown := h.get(actor, path+"/view").want(200)
		if err := json.Unmarshal(shown.bytes, &sheet); err != nil {
			h.t.Fatal(err)
		}
		if err := sheet.Check(); err != nil || sheet.Fault != "" || sheet.Complete != (actor == h.world.Maker || disclosure == "opened") {
			h.t.Errorf("%v, %s: %s", err, sheet.Fault, shown.bytes)
		}
		if digest != "" && digest != sheet.Digest {
			h.t.Error("two were shown two lists of bids")
		}
		digest = sheet.Digest
		for what, change := range map[string]func(){
			"a rate":         func() { sheet.Clearing = sheet.Rules.Reserve + 1 },
			"a commitment":   func() { sheet.Bids[0].Commitment = strings.Repeat("00", 32) },
			"a bid left out": func() { sheet.Bids = sheet.Bids[1:] },
			"the format":     func() { sheet.Format = "" },
			"a name":         func() { sheet.Rules.Margin = "other" },
			"the volume":     func() { sheet.Filled-- },
		} {
			kept := sheet
			kept.Bids = append([]view.SheetBid(nil), sheet.Bids...)
			change()
			if sheet.Check() == nil {
				h.t.Errorf("%s was changed, and nobody saw it", what)
			}
			sheet = kept
		}
	}
	h.get(h.world.SellerActors[1], path+"/view").want(403)
}

// A funder that may bid reads what is on offer, with its documents, as long as it is; nobody else does.
func TestAFunderReadsWhatItMayBidFor(t *testing.T) {
	h := newSite(t).hall()
	outsider := h.cast()["other funder"]
	body, _ := h.putUp("sealed")
	auction := h.post(h.world.SellerActors[1], "/v1/auctions", body).want(201)
	r := "/v1/receivables/" + auction.text("record", "items", 0, "receivable")
	document := "/v1/documents/" + h.get(h.world.Maker, r).want(200).text("document")
	for _, path := range []string{r, document, "/v1/trades/" + h.get(h.world.Maker, r).want(200).text("trade")} {
		h.get(h.market.BidderActors[1], path).want(200)
		h.get(outsider, path).want(404)
	}
	h.post(h.world.SellerActors[1], "/v1/auctions/"+auction.text("record", "id")+"/withdrawal", `{"reason":"the buyer pays early"}`).want(200)
	for _, path := range []string{r, document} {
		h.get(h.market.BidderActors[1], path).want(404)
	}
	if story := string(h.get(h.world.Buyer, "/v1/stories/"+auction.text("record", "items", 0, "receivable")).want(200).bytes); strings.Contains(story, "put up") {
		t.Error("the buyer sees that its invoice was on offer")
	}
	if got := h.get(h.market.BidderActors[1], "/v1/auctions/"+auction.text("record", "id")).want(200).text("reason"); got != "the buyer pays early" {
		t.Error(got)
	}
}

// Only a bidder sees the sheet: a funder of the programme that has not bid learns what the auction itself shows.
func TestAFunderThatHasNotBidSeesNoSheet(t *testing.T) {
	h := newSite(t).hall()
	body, volume := h.putUp(allocation.DiscloseOpened.String())
	auction := h.post(h.world.SellerActors[1], "/v1/auctions", body).want(201).text("record", "id")
	one, opening := h.bid(auction, 0, 42_000, volume)
	h.pass(time.Hour)
	h.post(h.market.BidderActors[0], "/v1/bids/"+one+"/opening", opening).want(200)
	h.post(h.world.SellerActors[1], "/v1/auctions/"+auction+"/award", "").want(200)
	h.get(h.market.BidderActors[1], "/v1/auctions/"+auction).want(200)
	h.get(h.market.BidderActors[1], "/v1/auctions/"+auction+"/view").want(404)
	h.get(h.market.BidderActors[0], "/v1/auctions/"+auction+"/view").want(200)
	for _, query := range []string{"?state=sold", "?programme=" + h.market.Programme.String(), "?party=" + h.world.Sellers[1].String()} {
		if list := h.get(h.world.Maker, "/v1/auctions"+query).want(200); list.text("items", 0, "id") != auction {
			t.Errorf("%s: %s", query, list.bytes)
		}
	}
}
