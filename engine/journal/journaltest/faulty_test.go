package journaltest_test

import (
	"errors"
	"testing"

	"millrace/engine/journal"
	"millrace/engine/journal/journaltest"
	"millrace/engine/journal/mem"
)

func TestFaulty(t *testing.T) {
	for fault, stored := range map[journaltest.Fault]uint64{journaltest.Fails: 1, journaltest.FailsButPersists: 2} {
		faulty := journaltest.NewFaulty(mem.New(1), 2, fault)
		first := journaltest.Batch(1, journal.Head{}, 1, 10)
		if err := faulty.Append(first); err != nil {
			t.Fatal(err)
		}
		if err := faulty.Append(journaltest.Batch(1, first.Head(), 1, 10)); !errors.Is(err, journaltest.ErrInjected) {
			t.Fatalf("second append: %v", err)
		}
		head, err := faulty.Head()
		if err != nil || head.Sequence != stored {
			t.Errorf("fault %d: journal ends at %d, %v; want %d", fault, head.Sequence, err, stored)
		}
		if err := faulty.Append(journaltest.Batch(1, head, 1, 10)); err != nil || faulty.Appends() != 3 {
			t.Errorf("fault %d: append after it: %v", fault, err)
		}
	}
}
