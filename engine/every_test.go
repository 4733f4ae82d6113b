package engine_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"millrace/engine"
)

func TestEveryGoesOnAfterAFailureAndEndsWithItsContextOrTheEngine(t *testing.T) {
	e := open(t, engine.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	wrong, rounds, told := errors.New("wrong"), 0, 0
	err := e.Every(ctx, "first", 1, func(context.Context) error {
		switch rounds++; rounds {
		case 1:
			return wrong
		case 3:
			cancel()
		}
		return nil
	}, func(err error) {
		if told++; !errors.Is(err, wrong) {
			t.Errorf("failed is told %v, want %v", err, wrong)
		}
	})
	if !errors.Is(err, context.Canceled) || rounds != 3 || told != 1 {
		t.Errorf("after %d rounds, %d of which failed: %v; want 3, 1 and %v", rounds, told, err, context.Canceled)
	}
	rounds = 0
	err = e.Every(t.Context(), "second", 1, func(context.Context) error {
		rounds++
		return engine.ErrStopped
	}, func(err error) { t.Errorf("failed is told %v", err) })
	if !errors.Is(err, engine.ErrStopped) || rounds != 1 {
		t.Errorf("after %d rounds: %v; want 1 and %v", rounds, err, engine.ErrStopped)
	}
}

func TestClerksTellHowTheirRoundsGo(t *testing.T) {
	e := open(t, engine.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	rounds := 0
	err := e.Every(ctx, "bank 1", time.Nanosecond, func(context.Context) error {
		switch rounds++; rounds {
		case 1:
			if c := e.Clerks()[0]; c.Began == 0 || c.Ended != 0 || c.Gone || c.Failing() {
				t.Errorf("in the first round: %+v", c)
			}
		case 2:
			return errors.New("the line is dead")
		case 3:
			if c := e.Clerks()[0]; !c.Failing() || c.Rounds != 2 || c.Failures != 1 || c.Failure != "the line is dead" {
				t.Errorf("after a round that has failed: %+v", c)
			}
		case 4:
			cancel()
		}
		return nil
	}, func(error) {})
	c := e.Clerks()
	if !errors.Is(err, context.Canceled) || len(c) != 1 || c[0].Name != "bank 1" || c[0].Rounds != 3 || c[0].Failing() || !c[0].Gone || c[0].Failure == "" {
		t.Errorf("in the end, with %v: %+v", err, c)
	}
	if c[0].Late(c[0].Ended+time.Minute.Microseconds()) || !c[0].Late(c[0].Ended+2*time.Minute.Microseconds()) {
		t.Error("a clerk is late a minute after its last round, and not before")
	}
}

func TestConditionTellsWhatANodeStandsOn(t *testing.T) {
	dir, free := t.TempDir(), uint64(50)
	e := open(t, engine.Options{Dir: dir, DiskFree: func() (uint64, uint64, error) { return free, 100, nil }})
	before, err := e.Condition()
	if err != nil || before.Backup != nil || before.Free != 50 || before.Total != 100 || before.DiskFull || !before.Tables || before.Opened == 0 || before.ReadOnly {
		t.Errorf("before a backup: %+v, %v", before, err)
	}
	var names []string
	for _, f := range before.Files {
		if names = append(names, f.Name); f.Bytes == 0 {
			t.Errorf("%s has no bytes", f.Name)
		}
	}
	if !slices.Equal(names, []string{"journal.db", "tables.db", "vault.db"}) {
		t.Errorf("files: %v", names)
	}
	head, err := e.Backup(t.Context(), filepath.Join(t.TempDir(), "copy"))
	if err != nil {
		t.Fatal(err)
	}
	after, err := e.Condition()
	if err != nil || after.Backup == nil || after.Backup.Sequence != head.Sequence || after.Backup.At == 0 {
		t.Errorf("after a backup: %+v, %v", after, err)
	}
}
