package powercut_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"millrace/engine/journal"
	"millrace/engine/journal/journaltest"
	"millrace/engine/journal/journaltest/powercut"
)

const shard = 1

// outcome is what a run until the power cut left behind.
type outcome struct {
	answered journal.Head // after the last append that returned nil
	tried    journal.Head // after the append that the cut met, when it met one
}

// appendUntilCut appends batches of random size until the power fails, with a
// reopening now and then.
func appendUntilCut(t *testing.T, disk *powercut.Disk, from journal.Head, random *rand.Rand, syncing powercut.Syncing) outcome {
	t.Helper()
	result := outcome{answered: from, tried: from}
	for !disk.Dead() {
		j, err := disk.Open("journal.db", shard, syncing)
		if err != nil {
			if !disk.Dead() {
				t.Fatalf("open: %v", err)
			}
			return result
		}
		if head, err := j.Head(); err == nil && head != result.answered {
			t.Fatalf("reopened at %d, appended to %d", head.Sequence, result.answered.Sequence)
		}
		for range 1 + random.IntN(30) {
			sealed := journaltest.Batch(shard, result.answered, 1+random.IntN(20), random.IntN(3000))
			result.tried = sealed.Head()
			if err := j.Append(sealed); err != nil {
				if !disk.Dead() {
					t.Fatalf("append: %v", err)
				}
				break
			}
			result.answered = sealed.Head()
			if random.IntN(8) == 0 {
				j.Checkpoint()
			}
		}
		j.Close() // after a cut it cannot but fail
	}
	return result
}

// lost tells what is wrong with a journal after the power came back; nil when
// it holds what was answered, and at most the batch under way besides.
func lost(t *testing.T, disk *powercut.Disk, result outcome, syncing powercut.Syncing) (journal.Head, error) {
	t.Helper()
	j, err := disk.Open("journal.db", shard, syncing)
	if err != nil {
		return journal.Head{}, fmt.Errorf("open after the cut: %w", err)
	}
	defer j.Close()
	reached := result.answered == journal.Head{}
	head, err := j.Verify(t.Context(), func(head journal.Head) {
		reached = reached || head == result.answered
	})
	switch {
	case err != nil:
		return head, fmt.Errorf("verify after the cut: %w", err)
	case !reached:
		return head, fmt.Errorf("answered up to %d, found %d", result.answered.Sequence, head.Sequence)
	case head != result.answered && head != result.tried:
		return head, fmt.Errorf("found %d, neither what was answered (%d) nor what was tried (%d)",
			head.Sequence, result.answered.Sequence, result.tried.Sequence)
	}
	return head, nil
}

// run cuts the power several times in a row on one disk.
func run(t *testing.T, seed uint64, syncing powercut.Syncing) error {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 1))
	disk := powercut.New(t.TempDir(), seed)
	defer func() { disk.Release() }()
	var head journal.Head
	for range 3 {
		disk.CutAfter(1 + random.IntN(250))
		result := appendUntilCut(t, disk, head, random, syncing)
		after := disk.Restart()
		disk.Release()
		disk = after
		var err error
		if head, err = lost(t, disk, result, syncing); err != nil {
			return err
		}
	}
	return nil
}

func TestNoAnsweredBatchIsLost(t *testing.T) {
	seeds := uint64(80)
	if testing.Short() {
		seeds = 20
	}
	for seed := range seeds {
		if err := run(t, seed, powercut.Honest); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

func TestMutantThatSkipsTheSyncIsCaught(t *testing.T) {
	const seeds = 20
	caught := 0
	for seed := range uint64(seeds) {
		if err := run(t, seed, powercut.Skipped); err != nil {
			caught++
		}
	}
	if caught == 0 {
		t.Fatalf("%d runs without a sync, and no loss was seen", seeds)
	}
	t.Logf("caught in %d of %d runs", caught, seeds)
}

func TestDeadDiskFailsEverything(t *testing.T) {
	disk := powercut.New(t.TempDir(), 1)
	defer disk.Release()
	j, err := disk.Open("journal.db", shard, powercut.Honest)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	sealed := journaltest.Batch(shard, journal.Head{}, 1, 10)
	disk.Cut()
	if err := j.Append(sealed); err == nil || errors.Is(err, journal.ErrConflict) {
		t.Fatalf("append without power: %v", err)
	}
	if err := j.Append(sealed); err == nil {
		t.Fatal("append after a failed one")
	}
}
