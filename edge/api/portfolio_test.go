package api_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/edge/view"
)

func TestPortfolioAndNetwork(t *testing.T) {
	s := newSite(t)
	w := s.world
	s.life(1, 9)
	open := decode[view.Page[view.Financing]](t, s.get(w.Maker, "/v1/financings?state=outstanding").want(200))
	out := map[string]int64{}
	count := 0
	for _, f := range open.Items {
		if f.Receivable != "" && f.Funder.ID == w.Funder.String() {
			out[f.Buyer.ID] += f.Outstanding.Minor
			count++
		}
	}
	if count == 0 {
		t.Fatal("nothing is out")
	}
	all := decode[view.Portfolio](t, s.get(w.FunderActor, "/v1/portfolio").want(200))
	got := map[string]int64{}
	for _, line := range all.Lines {
		if _, wanted := out[line.Record]; wanted {
			got[line.Record] = line.Out.Minor
		}
	}
	if diff := cmp.Diff(out, got); diff != "" {
		t.Error(diff)
	}
	for _, by := range view.PortfolioBy {
		asked := decode[view.Portfolio](t, s.get(w.FunderActor, "/v1/portfolio?most=1&by="+by).want(200))
		if asked.By != by || asked.Total.Out != all.Total.Out || len(asked.Lines) > 1 {
			t.Errorf("by %s: %+v", by, asked.Total)
		}
	}
	s.get(w.Maker, "/v1/portfolio?currency=xyz").want(422)
	s.get(w.Maker, "/v1/portfolio?by=colour").want(422)

	middle := open.Items[0].Buyer.ID
	shown := decode[view.TradeNetwork](t, s.get(w.Maker, "/v1/network?depth=2&party="+middle).want(200))
	if shown.Middle.ID != middle || len(shown.Parties) < 2 || len(shown.Edges) == 0 || shown.Financed {
		t.Errorf("%+v", shown)
	}
	mine := decode[view.TradeNetwork](t, s.get(w.FunderActor, "/v1/network?party="+middle).want(200))
	if !mine.Financed || len(mine.Edges) == 0 {
		t.Errorf("%+v", mine)
	}
	s.get(w.Maker, "/v1/network").want(422)
	s.get(w.Maker, "/v1/network?depth=3&party="+middle).want(422)
	s.get(w.Maker, "/v1/network?party="+strings.ToUpper(middle)+"x").want(422)
	s.get(w.SellerActors[0], "/v1/portfolio").want(403)
}
