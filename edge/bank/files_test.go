package bank_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/edge/bank"
	"millrace/edge/bank/drop"
	"millrace/edge/bank/folder"
	"millrace/edge/bank/sandbox"
	"millrace/lab/load"
)

// faultyFiles fails or crashes before or after the n-th thing that is done to files.
type faultyFiles struct {
	drop.Disk
	ops, at int
	after   int
	fails   bool // returns an error; otherwise it ends the process
}

var errDisk = errors.New("the disk failed")

func (f *faultyFiles) op(run func() error) error {
	f.ops++
	broken := func() error {
		if f.fails {
			return errDisk
		}
		panic(crash{})
	}
	if f.ops == f.at && f.after == 0 {
		return broken()
	}
	err := run()
	if f.ops == f.at {
		return broken()
	}
	return err
}

func (f *faultyFiles) List(folder string) (names []string, err error) {
	err = f.op(func() error { names, err = f.Disk.List(folder); return err })
	return names, err
}

func (f *faultyFiles) Read(path string) (content []byte, err error) {
	err = f.op(func() error { content, err = f.Disk.Read(path); return err })
	return content, err
}

func (f *faultyFiles) Put(path string, content []byte) error {
	return f.op(func() error {
		// What a crash in the middle leaves behind.
		if f.ops == f.at {
			_ = os.WriteFile(filepath.Join(filepath.Dir(path), ".new-"+filepath.Base(path)), content[:len(content)/2], 0o600)
		}
		return f.Disk.Put(path, content)
	})
}

func (f *faultyFiles) Move(from, to string) error {
	return f.op(func() error { return f.Disk.Move(from, to) })
}

// counter is a folder with the bank's desk behind it, which takes a turn whenever the node is about to read.
type counter struct {
	*folder.Adapter
	rig  *filed
	desk *sandbox.Desk
}

func (c *counter) Statement(ctx context.Context, after bank.Cursor) (bank.Page, error) {
	if after == "" || c.rig.everyPage {
		c.rig.turn(c)
	}
	return c.Adapter.Statement(ctx, after)
}

// filed is a rig whose bank is spoken with by files.
type filed struct {
	*rig
	folder    string
	files     *faultyFiles
	date      calendar.Date
	profile   sandbox.Profile
	everyPage bool
}

func newFiled(t testing.TB) *filed {
	t.Helper()
	f := &filed{
		rig: newRig(t, both), folder: t.TempDir(), files: &faultyFiles{Disk: drop.Disk{Unsynced: true}}, date: load.Opening, everyPage: true,
	}
	f.adapt = func(bank.Adapter) bank.Adapter { return f.open() }
	f.reopen()
	for _, p := range []id.Programme{f.world.Payables, f.world.Discounting} {
		if err := f.bank.Carry(f.funding(p), f.euro(1_000_000_000_000_00)); err != nil {
			t.Fatal(err)
		}
	}
	f.connect()
	return f
}

// reopen is what a new process of the bank finds.
func (f *filed) reopen() {
	f.t.Helper()
	b, err := sandbox.Open(sandbox.Options{
		Path: filepath.Join(f.folder, "state.json"), Date: func() calendar.Date { return f.date }, Files: f.files, Profile: f.profile, Seed: 1,
	})
	if err != nil {
		f.t.Fatal(err)
	}
	f.bank = b
}

// open makes the node's side.
func (f *filed) open() bank.Adapter {
	f.t.Helper()
	a, err := folder.Open(folder.Options{
		Dir: f.folder, Sender: "Node", Files: f.files,
		Derive: sandbox.IBAN, Resolve: sandbox.AccountOf,
	})
	if err != nil {
		f.t.Fatal(err)
	}
	desk, err := sandbox.NewDesk(f.bank, f.folder)
	if err != nil {
		f.t.Fatal(err)
	}
	return &counter{Adapter: a, rig: f, desk: desk}
}

// turn lets the bank work; one that fails is started again.
func (f *filed) turn(c *counter) {
	if err := c.desk.Turn(context.Background()); err == nil {
		return
	} else if !errors.Is(err, errDisk) {
		f.t.Fatal(err)
	}
	f.files.at = 0
	f.reopen()
	desk, err := sandbox.NewDesk(f.bank, f.folder)
	if err != nil {
		f.t.Fatal(err)
	}
	c.desk = desk
}

// again is what a crash and a start of node and bank come to.
func (f *filed) again() {
	f.t.Helper()
	f.reopen()
	f.restart()
}

func TestPaymentsThroughFiles(t *testing.T) {
	f := newFiled(t)
	day := f.busyDay()
	f.rounds(6)
	f.again()
	f.finish(day)
	for _, folder := range []string{"in", "refused"} {
		names, err := f.files.List(filepath.Join(f.folder, folder))
		if err != nil || len(names) != 0 {
			t.Error(folder, names, err)
		}
	}
	// Two days on, everything is on a statement, and the same lines come once more.
	f.date = f.date.AddDays(2)
	f.rounds(3)
	f.again()
	f.rounds(3)
	f.agrees()
	f.noBreaks()
	names, err := f.files.List(filepath.Join(f.folder, "out"))
	if err != nil || !strings.Contains(strings.Join(names, " "), "camt053") {
		t.Error(names, err)
	}
	// What can't be read stands before a person for as long as it is there.
	junk := filepath.Join(f.folder, "out", "junk")
	if err := os.WriteFile(junk, []byte("junk"), 0o600); err != nil {
		t.Fatal(err)
	}
	f.rounds(2)
	if breaks := f.connection.Breaks(); len(breaks) != 1 || breaks[0].File != "junk" || breaks[0].Code != folder.CodeUnreadable {
		t.Errorf("%+v", breaks)
	}
	if err := os.Remove(junk); err != nil {
		t.Fatal(err)
	}
	f.rounds(1)
	f.noBreaks()
}

// Whatever is done to a file, by the node or by the bank, may fail or be the last thing that a process does, before or after it
// is done: nothing is lost and nothing is paid twice. Every place is tried beside the folders (package folder); here some, with the
// whole node.
func TestFaultAtEveryFile(t *testing.T) {
	for name, fails := range map[string]bool{"crash": false, "error": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			points := 0
			for after := range 2 {
				for at := 1 + after; ; at += 23 * stride() {
					if !faultAt(t, at, after, fails) {
						break
					}
					if points++; t.Failed() {
						t.Fatalf("fault at %d, after %d", at, after)
					}
				}
			}
			if points < 6/stride() {
				t.Errorf("only %d faults", points)
			}
		})
	}
}

func faultAt(t *testing.T, at, after int, fails bool) bool {
	f := newFiled(t)
	defer f.stop()
	day := f.busyDay()
	f.files.after, f.files.fails = after, fails
	f.files.at = f.files.ops + at
	f.survive(8)
	met := f.files.ops >= f.files.at && f.files.at != 0 || fails && f.files.at == 0
	f.files.at = 0
	f.again()
	f.rounds(4)
	f.again() // the lost answer is asked for by the next process
	f.finish(day)
	f.date = f.date.AddDays(1)
	f.rounds(2)
	f.again()
	f.rounds(2)
	f.agrees()
	f.noBreaks()
	return met
}
