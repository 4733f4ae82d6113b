package console_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/digital"
	"millrace/domain/id"
	"millrace/edge/access"
	"millrace/edge/console"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/lab/load"
)

// Everybody sees their own wallets and what is bound in them or for them, with its conditions; another seller sees nothing of it.
func TestWalletsOnTheirPage(t *testing.T) {
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
	m, err := w.Mint(submit)
	if err == nil {
		err = m.Load(w.FunderActor, m.Funders, 1_234_00)
	}
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, engine: e, intake: intake.New(e.Vault()), access: access.New(e), maker: w.Maker, checker: w.Checker}
	s.handler = console.New(console.Options{Engine: e, Reader: view.New(e), Access: s.access, Intake: s.intake})
	s.give(w.FunderActor, &book.BindMoney{From: m.Funders, Bearer: w.Anchor, Refund: m.Funders, Amount: 500_00, Conditions: digital.Conditions{
		Class: digital.Suppliers, Purpose: "SUPP", Until: w.Today.AddDays(30), Evidence: digital.OnDelivery, Portion: digital.Parts,
	}})
	s.give(w.SellerActors[0], &book.LoadWallet{Wallet: m.Wallets[0], Amount: 77_00})
	page := func(actor int, says ...string) string {
		t.Helper()
		b := &browser{t: t, handler: s.handler, secret: s.key([]id.Actor{w.FunderActor, w.Buyer, w.SellerActors[0], w.SellerActors[1], m.Desk, w.Maker}[actor])}
		shown := b.page("/wallets", http.StatusOK)
		checkMarkup(t, "wallets", shown)
		for _, one := range says {
			if !strings.Contains(text(shown), one) {
				t.Errorf("actor %d does not read %q: %s", actor, one, text(shown))
			}
		}
		return text(shown)
	}
	const conditions = "a delivery on record, invoiced"
	page(0, "734.00", "500.00", conditions, "suppliers on record", "SUPP")
	page(1, conditions, "500.00")
	page(2, "77.00", "Instructed")
	if shown := page(3); strings.Contains(shown, "500.00") || strings.Contains(shown, "77.00") {
		t.Errorf("a stranger reads %s", shown)
	}
	page(4, "734.00", conditions, "77.00")
	page(5, "734.00", conditions, "77.00", "Wallets")
}
