package console_test

import (
	"context"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/edge/access"
	"millrace/edge/console"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/lab/load"
)

// newYardStage is a stage over a yard with its keeper, lender and two owners, where a tonne has a price of 8,400.00.
func newYardStage(t *testing.T) (*stage, *load.World, *load.Yard, load.Submit) {
	t.Helper()
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
	y, err := w.Yard(submit)
	if err != nil {
		t.Fatal(err)
	}
	if err := y.Price(submit, 8_400_00); err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, engine: e, intake: intake.New(e.Vault()), access: access.New(e), maker: w.Maker, checker: w.Checker}
	s.handler = console.New(console.Options{Engine: e, Reader: view.New(e), Access: s.access, Intake: s.intake})
	return s, w, y, submit
}

// Stock and a base on their pages: a call when prices fall, and what of a pool counts.
func TestStockAndABaseOnTheirPages(t *testing.T) {
	s, w, y, submit := newYardStage(t)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	receipt, err := y.Store(submit, 1, 12, "first")
	check(err)
	f, err := y.Borrow(submit, 1, 50_000_00, receipt)
	check(err)
	check(y.Price(submit, 4_800_00))
	s.give(w.Maker, &book.OpenDay{Date: w.Today.AddDays(1)})
	life := w.NewLife(1)
	for i := range load.Live {
		step := life.Step(i)
		life.Answered(s.give(step.Actor, step.Command))
	}
	seller := &browser{t: t, handler: s.handler, secret: s.key(w.SellerActors[1])}
	pooled := event[*book.ReceivablesPooled](s, s.give(w.SellerActors[1], &book.PoolReceivables{Programme: y.Programme, Receivables: []id.Receivable{id.Make[id.Receivable](1, 1)}}))
	base := event[*book.BaseDetermined](s, s.give(w.SellerActors[1], &book.DetermineBase{Pool: pooled.Pool.ID})).Base.ID
	for path, wants := range map[string][]string{
		"/stock":                     {"Margin calls", f.String(), "CU-CATHODE", "12 t"},
		"/stock/" + receipt.String(): {"was pledged to", "This receipt was consumed"},
		"/bases":                     {base.String(), pooled.Pool.ID.String()},
		"/bases/" + base.String():    {"The certificate", "Net eligible", "Every receivable of the pool counts"},
		"/financings/" + f.String():  {"Secured by", "Margin is called"},
	} {
		shown := seller.page(path, 200)
		for _, want := range wants {
			if !strings.Contains(shown, want) {
				t.Errorf("%s does not say %q", path, want)
			}
		}
	}
	other := &browser{t: t, handler: s.handler, secret: s.key(w.SellerActors[0])}
	other.page("/stock/"+receipt.String(), 404)
	other.page("/bases/"+base.String(), 404)
}
