package engine_test

import (
	"fmt"
	"testing"

	"millrace/book"
	"millrace/engine"
	"millrace/engine/enginetest"
	"millrace/engine/journal/journaltest/powercut"
	"millrace/lab/load"
)

// bookSubject holds the engine to its promises with the real book.
func bookSubject() enginetest.Subject {
	o := load.Options("")
	return enginetest.Subject{NewMachine: o.NewMachine, Codec: o.Codec, Requests: load.Requests, Check: func(m engine.Machine) error {
		for _, breach := range book.Check(m.(*book.Book)) {
			return fmt.Errorf("%s %s: %s", breach.Code, breach.Record, breach.Sentence)
		}
		return nil
	}}
}

func TestBookComesBack(t *testing.T) {
	enginetest.Recovery(t, bookSubject(), 7, 4, 1500)
}

func TestBookSurvivesStaleTables(t *testing.T) {
	enginetest.StaleTables(t, bookSubject(), 8)
}

func TestBookIsDeterministic(t *testing.T) {
	enginetest.Determinism(t, bookSubject(), 9, 600)
}

func TestBookSurvivesFaults(t *testing.T) {
	enginetest.Faults(t, bookSubject(), 10, 250)
}

func TestBookSurvivesPowerCuts(t *testing.T) {
	for seed := range uint64(6) {
		if err := enginetest.PowerCuts(bookSubject(), t.TempDir(), seed, 250, powercut.Honest); err != nil {
			t.Fatal(err)
		}
	}
}
