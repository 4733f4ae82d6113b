package delivery_test

import (
	"context"
	"path/filepath"
	"testing"

	"millrace/engine/delivery"
)

func open(t *testing.T, dir string) *delivery.Log {
	t.Helper()
	l, err := delivery.Open(filepath.Join(dir, delivery.File))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func TestAnAttemptAndItsPlaceAreNotedTogether(t *testing.T) {
	l, ctx := open(t, t.TempDir()), context.Background()
	first, second, third := delivery.Place{Sequence: 4, Event: delivery.Whole}, delivery.Place{Sequence: 5, Event: 2}, delivery.Place{Sequence: 5, Event: 3}
	if moved, err := l.Note(ctx, delivery.Attempt{Subscriber: 7, Message: "a", Place: second}, first, delivery.Progress{Place: second}); err != nil || !moved {
		t.Fatal(moved, err)
	}
	// Somebody has it go on from elsewhere: the attempt is on record, the place stays.
	if moved, err := l.Note(ctx, delivery.Attempt{Subscriber: 7, Message: "b", Place: third, Failure: "no"}, first, delivery.Progress{Place: third}); err != nil || moved {
		t.Fatal(moved, err)
	}
	if moved, err := l.Advance(ctx, 7, first, third); err != nil || moved {
		t.Fatal(moved, err)
	}
	p, known, err := l.Progress(ctx, 7)
	if err != nil || !known || p.Place != second {
		t.Errorf("%+v %v %v", p, known, err)
	}
	attempts, err := l.Attempts(ctx, 7, 0, 10)
	if err != nil || len(attempts) != 2 || attempts[0].Message != "b" || attempts[0].Failure != "no" || attempts[1].Place != second {
		t.Errorf("%+v %v", attempts, err)
	}
	if others, err := l.Attempts(ctx, 8, 0, 10); err != nil || len(others) != 0 {
		t.Errorf("%+v %v", others, err)
	}
}

func TestABackupHoldsThePlaces(t *testing.T) {
	ctx := context.Background()
	from, copied, restored := t.TempDir(), t.TempDir(), t.TempDir()
	if err := delivery.Backup(ctx, from, copied); err != nil {
		t.Fatalf("without a log: %v", err)
	}
	l := open(t, from)
	want := delivery.Progress{Place: delivery.Place{Sequence: 9, Event: 1}, Tries: 2, Since: 3, Next: 4, Entry: 5}
	if err := l.Move(ctx, 1, want); err != nil {
		t.Fatal(err)
	}
	if err := delivery.Backup(ctx, from, copied); err != nil {
		t.Fatal(err)
	}
	if err := delivery.Restore(copied, restored); err != nil {
		t.Fatal(err)
	}
	if got, known, err := open(t, restored).Progress(ctx, 1); err != nil || !known || got != want {
		t.Errorf("%+v %v %v", got, known, err)
	}
	if _, err := delivery.Open(filepath.Join(restored, delivery.File, "below")); err == nil {
		t.Error("a path below a file opens")
	}
}
