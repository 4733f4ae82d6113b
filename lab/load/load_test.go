package load_test

import (
	"context"
	"testing"
	"time"

	"millrace/engine"
	"millrace/lab/load"
)

func TestRunsOnTheEngine(t *testing.T) {
	ctx := context.Background()
	e, err := engine.Open(load.Options(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close(ctx)
	submit := load.SubmitTo(ctx, e)
	w, err := load.NewWorld(submit, 10)
	if err != nil {
		t.Fatal(err)
	}
	l, err := load.NewLedger(submit, w, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := l.Transfers(ctx, e, 2, 100, load.Hot, 300*time.Millisecond, nil); err != nil || r.Units == 0 {
		t.Fatal(r, err)
	}
	r, err := w.Lives(ctx, e, 8, 0, load.Steps, 300*time.Millisecond, nil)
	if err != nil || r.Units == 0 {
		t.Fatal(r, err)
	}
	t.Logf("%d lives in %.1f s", r.Units, r.Seconds)
	if err := w.Portfolio(ctx, e, 100, func(uint64) {}); err != nil {
		t.Fatal(err)
	}
}
