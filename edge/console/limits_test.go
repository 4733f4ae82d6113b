package console_test

import (
	"context"
	"strings"
	"testing"

	"millrace/edge/access"
	"millrace/edge/console"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/lab/load"
)

// The page of limits says what is taken of each, in numbers and in a colour.
func TestThePageOfLimits(t *testing.T) {
	ctx := context.Background()
	e, err := engine.Open(load.Options(""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(ctx) })
	w, err := load.NewWorld(load.SubmitTo(ctx, e), 2)
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, engine: e, intake: intake.New(e.Vault()), access: access.New(e), maker: w.Maker, checker: w.Checker}
	s.handler = console.New(console.Options{Engine: e, Reader: view.New(e), Access: s.access, Intake: s.intake})
	shown := (&browser{t: t, handler: s.handler, secret: s.key(w.Maker)}).page("/limits", 200)
	for _, want := range []string{"The house", "Buyer", "Programme", "Funder", "badge good", "Available"} {
		if !strings.Contains(shown, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}
