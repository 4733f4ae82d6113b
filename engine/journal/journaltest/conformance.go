package journaltest

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millrace/engine/journal"
)

const shard = 7

// Opener opens one shard of the same stored journal each time it is called; two
// openings may be in use at once.
type Opener func() (journal.Journal, error)

// Run is the suite that every journal.Journal must pass. The function fresh
// returns the opener of a new, empty journal of that shard.
func Run(t *testing.T, fresh func(t testing.TB, shard uint32) Opener) {
	for _, test := range []struct {
		name string
		run  func(t *testing.T, open Opener)
	}{
		{"Empty", testEmpty},
		{"AppendReadEntry", testAppendReadEntry},
		{"Reopen", testReopen},
		{"Conflict", testConflict},
		{"TwoWritersCollide", testTwoWriters},
		{"NewerFormat", testNewerFormat},
		{"BigBatch", testBigBatch},
		{"ReadWhileAppending", testReadWhileAppending},
		{"YieldErrors", testYieldErrors},
		{"Closed", testClosed},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, fresh(t, shard)) })
	}
	t.Run("AnyBatches", func(t *testing.T) {
		rapid.Check(t, func(r *rapid.T) { testAnyBatches(t, r, fresh(t, shard)) })
	})
}

func open(t testing.TB, opener Opener) journal.Journal {
	t.Helper()
	j, err := opener()
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

// extend appends a batch and returns the new head.
func extend(t testing.TB, j journal.Journal, head journal.Head, count, commandBytes int) journal.Head {
	t.Helper()
	sealed := Batch(shard, head, count, commandBytes)
	if err := j.Append(sealed); err != nil {
		t.Fatalf("append after %d: %v", head.Sequence, err)
	}
	return sealed.Head()
}

func wantHead(t rapid.TB, j journal.Journal, want journal.Head) {
	t.Helper()
	if got, err := j.Head(); err != nil || got != want {
		t.Fatalf("head is %d %x, %v; want %d %x", got.Sequence, got.Hash[:4], err, want.Sequence, want.Hash[:4])
	}
}

func wantError(t testing.TB, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Fatalf("error is %v, want %v", got, want)
	}
}

// firsts returns the first sequences of the batches that Read yields.
func firsts(t testing.TB, j journal.Journal, from uint64) []uint64 {
	t.Helper()
	var got []uint64
	if err := j.Read(from, func(b journal.Batch) error {
		got = append(got, b.First)
		return nil
	}); err != nil {
		t.Fatalf("read from %d: %v", from, err)
	}
	return got
}

func testEmpty(t *testing.T, opener Opener) {
	j := open(t, opener)
	wantHead(t, j, journal.Head{})
	for _, from := range []uint64{0, 1, 99} {
		if got := firsts(t, j, from); got != nil {
			t.Errorf("read of an empty journal from %d yields %v", from, got)
		}
		_, _, err := j.Entry(from)
		wantError(t, err, journal.ErrNotFound)
	}
}

func testAppendReadEntry(t *testing.T, opener Opener) {
	j := open(t, opener)
	head := journal.Head{}
	for _, count := range []int{3, 1, 5} {
		head = extend(t, j, head, count, 100)
		wantHead(t, j, head)
	}
	for from, want := range map[uint64][]uint64{
		0: {1, 4, 5}, 1: {1, 4, 5}, 3: {1, 4, 5}, 4: {4, 5}, 5: {5}, 9: {5}, 10: nil, 1 << 63: nil,
	} {
		if diff := cmp.Diff(want, firsts(t, j, from)); diff != "" {
			t.Errorf("read from %d (-want +got):\n%s", from, diff)
		}
	}
	for sequence := uint64(1); sequence <= head.Sequence; sequence++ {
		wantEntry(t, j, sequence, 100)
	}
	for _, sequence := range []uint64{0, 10, 1 << 63, 1<<64 - 1} {
		_, _, err := j.Entry(sequence)
		wantError(t, err, journal.ErrNotFound)
	}
	if verified, err := journal.Verify(t.Context(), j, nil); err != nil || verified != head {
		t.Errorf("verify confirms %d, %v; want %d", verified.Sequence, err, head.Sequence)
	}
}

func wantEntry(t testing.TB, j journal.Journal, sequence uint64, commandBytes int) {
	t.Helper()
	want := Entry(sequence, commandBytes)
	got, leaf, err := j.Entry(sequence)
	if err != nil {
		t.Fatalf("entry %d: %v", sequence, err)
	}
	if !bytes.Equal(got.AppendTo(nil), want.AppendTo(nil)) {
		t.Errorf("entry %d (-want +got):\n%s", sequence, cmp.Diff(want, got))
	}
	if leaf != journal.Leaf(salt(sequence), want.AppendTo(nil)) {
		t.Errorf("entry %d has another leaf", sequence)
	}
}

func testReopen(t *testing.T, opener Opener) {
	head := journal.Head{}
	for range 3 {
		j := open(t, opener)
		wantHead(t, j, head)
		head = extend(t, j, head, 2, 10)
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
	j := open(t, opener)
	wantHead(t, j, head)
	if got := firsts(t, j, 1); !cmp.Equal(got, []uint64{1, 3, 5}) {
		t.Errorf("batches start at %v", got)
	}
}

func testConflict(t *testing.T, opener Opener) {
	j := open(t, opener)
	wantError(t, j.Append(Batch(shard, journal.Head{Sequence: 4}, 1, 10)), journal.ErrConflict)
	wantError(t, j.Append(Batch(shard, journal.Head{Hash: [32]byte{1}}, 1, 10)), journal.ErrConflict)
	first := extend(t, j, journal.Head{}, 2, 10)
	second := extend(t, j, first, 2, 10)
	for name, sealed := range map[string]journal.Sealed{
		"the first again":   Batch(shard, journal.Head{}, 2, 10),
		"the second again":  Batch(shard, first, 2, 10),
		"within the second": Batch(shard, journal.Head{Sequence: 3, Hash: second.Hash}, 2, 10),
		"after a gap":       Batch(shard, journal.Head{Sequence: 5, Hash: second.Hash}, 2, 10),
		"another before it": Batch(shard, journal.Head{Sequence: 4, Hash: first.Hash}, 2, 10),
		"another shard":     Batch(shard+1, second, 2, 10),
	} {
		if err := j.Append(sealed); !errors.Is(err, journal.ErrConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	unsealed := Batch(shard, second, 2, 10)
	unsealed.Hash = sha256.Sum256(nil)
	wantError(t, j.Append(unsealed), journal.ErrMalformed)
	wantHead(t, j, second)
	extend(t, j, second, 1, 10)
}

func testTwoWriters(t *testing.T, opener Opener) {
	a, b := open(t, opener), open(t, opener)
	head := extend(t, a, journal.Head{}, 1, 10)
	wantHead(t, b, head)
	next := extend(t, b, head, 2, 10)
	// a believes that it leads still.
	wantError(t, a.Append(Batch(shard, head, 1, 20)), journal.ErrConflict)
	wantHead(t, a, next)

	const writers = 8
	errs := make(chan error)
	for i := range writers {
		j := []journal.Journal{a, b}[i%2]
		sealed := Batch(shard, next, 1, 30+i)
		go func() { errs <- j.Append(sealed) }()
	}
	won := 0
	for range writers {
		switch err := <-errs; {
		case err == nil:
			won++
		case !errors.Is(err, journal.ErrConflict):
			t.Errorf("append against another writer: %v", err)
		}
	}
	if won != 1 {
		t.Errorf("%d of %d colliding appends were taken", won, writers)
	}
	if _, err := journal.Verify(t.Context(), a, nil); err != nil {
		t.Error(err)
	}
}

func testNewerFormat(t *testing.T, opener Opener) {
	j := open(t, opener)
	head := extend(t, j, journal.Head{}, 2, 10)
	newer := InNewerFormat(Batch(shard, head, 2, 10))
	if err := j.Append(newer); err != nil {
		t.Fatalf("append: %v", err)
	}
	wantError(t, j.Read(1, func(journal.Batch) error { return nil }), journal.ErrNewerFormat)
	_, _, err := j.Entry(3)
	wantError(t, err, journal.ErrNewerFormat)
	wantEntry(t, j, 1, 10)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = opener()
	wantError(t, err, journal.ErrNewerFormat)
}

func testBigBatch(t *testing.T, opener Opener) {
	j := open(t, opener)
	head := extend(t, j, journal.Head{}, 1, journal.EntryBytesMax-500)
	head = extend(t, j, head, 12, 900_000)
	head = extend(t, j, head, 5000, 20)
	wantHead(t, j, head)
	wantEntry(t, j, 1, journal.EntryBytesMax-500)
	wantEntry(t, j, 13, 900_000)
	wantEntry(t, j, 14, 20)
	wantEntry(t, j, 5013, 20)
	if _, err := journal.Verify(t.Context(), j, nil); err != nil {
		t.Error(err)
	}
}

func testReadWhileAppending(t *testing.T, opener Opener) {
	j := open(t, opener)
	head := extend(t, j, journal.Head{}, 1, 10)
	var got []uint64
	err := j.Read(1, func(b journal.Batch) error {
		got = append(got, b.First)
		if len(got) < 5 {
			head = extend(t, j, head, 2, 10)
			wantHead(t, j, head)
		}
		wantEntry(t, j, b.First, 10)
		return nil
	})
	if err != nil || !cmp.Equal(got, []uint64{1, 2, 4, 6, 8}) {
		t.Errorf("read yields %v, %v", got, err)
	}
}

func testYieldErrors(t *testing.T, opener Opener) {
	j := open(t, opener)
	head := extend(t, j, journal.Head{}, 1, 10)
	extend(t, j, head, 1, 10)
	calls := 0
	if err := j.Read(1, func(journal.Batch) error { calls++; return journal.ErrStop }); err != nil || calls != 1 {
		t.Errorf("stopped after %d batches with %v", calls, err)
	}
	mine := errors.New("mine")
	wantError(t, j.Read(1, func(journal.Batch) error { return mine }), mine)
}

func testClosed(t *testing.T, opener Opener) {
	j := open(t, opener)
	for range 2 {
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
	wantError(t, j.Append(Batch(shard, journal.Head{}, 1, 10)), journal.ErrClosed)
	_, err := j.Head()
	wantError(t, err, journal.ErrClosed)
	_, _, err = j.Entry(1)
	wantError(t, err, journal.ErrClosed)
	wantError(t, j.Read(1, func(journal.Batch) error { return nil }), journal.ErrClosed)
}

// testAnyBatches compares with a slice under random batches, reads and
// reopenings.
func testAnyBatches(t *testing.T, r *rapid.T, opener Opener) {
	j := open(t, opener)
	defer func() { j.Close() }()
	var reference []journal.Sealed
	head := journal.Head{}
	r.Repeat(map[string]func(*rapid.T){
		"append": func(r *rapid.T) {
			sealed := Batch(shard, head, rapid.IntRange(1, 40).Draw(r, "count"), rapid.SampledFrom([]int{0, 1, 127, 128, 5000}).Draw(r, "bytes"))
			if err := j.Append(sealed); err != nil {
				r.Fatal(err)
			}
			head, reference = sealed.Head(), append(reference, sealed)
		},
		"reopen": func(r *rapid.T) {
			if err := j.Close(); err != nil {
				r.Fatal(err)
			}
			j = open(t, opener)
		},
		"": func(r *rapid.T) {
			wantHead(r, j, head)
			from := rapid.Uint64Range(0, head.Sequence+2).Draw(r, "from")
			want := reference
			for len(want) > 0 && want[0].Last() < from {
				want = want[1:]
			}
			err := j.Read(from, func(b journal.Batch) error {
				if len(want) == 0 || !bytes.Equal(b.Sealed().Bytes, want[0].Bytes) {
					r.Fatalf("read from %d yields batch %d", from, b.First)
				}
				want = want[1:]
				return nil
			})
			if err != nil || len(want) > 0 {
				r.Fatalf("read from %d leaves %d batches out, %v", from, len(want), err)
			}
		},
	})
}
