package view_test

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/lab/load"
)

// newTraded is a site with so many receivables at every stage.
func newTraded(t *testing.T, receivables uint64) *site {
	t.Helper()
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
	if err := w.Trading(ctx, e, receivables, func(uint64) {}); err != nil {
		t.Fatal(err)
	}
	return &site{t, e, w, view.New(e)}
}

// once asks until what is read in the background is there.
func once(t *testing.T, v *view.View, c access.Caller, what string, read func(*view.View) (int, error)) (int, error) {
	t.Helper()
	for {
		value, ready, err := view.Behind(v, c, what, read)
		if ready || err != nil {
			return value, err
		}
		runtime.Gosched()
	}
}

func TestWhatTakesLongIsReadBehind(t *testing.T) {
	s := newTraded(t, 2_000)
	v := s.view()
	reads, release := 0, make(chan struct{}) // reads are of one goroutine at a time
	slow := func(*view.View) (int, error) {
		<-release
		reads++
		return reads, nil
	}
	for range 3 { // asked again, it is not read twice
		if _, ready, err := view.Behind(v, s.operator(), "slow", slow); ready || err != nil {
			t.Fatal(ready, err)
		}
	}
	if _, ready, err := view.Behind(v, s.operator(), "other", slow); ready || err != nil {
		t.Fatal(ready, err)
	}
	close(release)
	first, err := once(t, v, s.operator(), "slow", slow)
	if err != nil {
		t.Fatal(err)
	}
	second, err := once(t, v, s.operator(), "other", slow)
	if err != nil || first+second != 3 {
		t.Fatal(first, second, err)
	}
	if again, err := once(t, v, s.operator(), "slow", slow); again != first || err != nil {
		t.Errorf("%d, not %d, was kept: %v", again, first, err)
	}

	wrong := errors.New("torn")
	if _, err := once(t, v, s.operator(), "torn", func(*view.View) (int, error) { return 0, wrong }); !errors.Is(err, wrong) {
		t.Errorf("what went wrong is not told: %v", err)
	}
	auditor := access.Caller{Party: s.world.Operator, Role: party.Auditor, PartyRoles: party.Operator}
	if theirs, err := once(t, v, auditor, "slow", func(*view.View) (int, error) { return -1, nil }); theirs != -1 || err != nil {
		t.Errorf("one caller is given what another one may see: %d, %v", theirs, err)
	}
}

func TestASmallReachIsReadAtOnce(t *testing.T) {
	s := newTraded(t, 40)
	v := s.view()
	if value, ready, err := view.Behind(v, s.operator(), "slow", func(*view.View) (int, error) { return 7, nil }); value != 7 || !ready || err != nil {
		t.Fatal(value, ready, err)
	}
}

func TestRecordsInReach(t *testing.T) {
	s := newTraded(t, 40)
	v := s.view()
	all, err := v.Records(s.operator())
	if err != nil || all != 40 {
		t.Fatal(all, err)
	}
	sold := 0
	for _, seller := range s.world.Sellers {
		of, err := v.Records(access.Caller{Party: seller, Role: party.Seller, PartyRoles: party.Seller})
		if err != nil || of == 0 {
			t.Fatal(of, err)
		}
		sold += of
	}
	if sold != all {
		t.Errorf("the sellers have %d of %d", sold, all)
	}
}
