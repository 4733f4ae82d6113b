package engine_test

import (
	"testing"

	"millrace/engine"
	"millrace/engine/enginetest"
	"millrace/engine/journal/journaltest"
	"millrace/engine/journal/journaltest/powercut"
)

func TestRecovery(t *testing.T) {
	enginetest.Recovery(t, enginetest.LedgerSubject, 1, 6, 3000)
}

func TestStaleTablesAreRebuilt(t *testing.T) {
	enginetest.StaleTables(t, enginetest.LedgerSubject, 2)
}

func TestDeterminism(t *testing.T) {
	enginetest.Determinism(t, enginetest.LedgerSubject, 3, 600)
}

func TestFaults(t *testing.T) {
	enginetest.Faults(t, enginetest.LedgerSubject, 4, 60)
}

func TestMutantThatAnswersEarlyIsCaught(t *testing.T) {
	mutant := enginetest.LedgerSubject
	mutant.Open = engine.OpenAnsweringEarly
	if err := enginetest.CheckFault(mutant, 4, 60, 1, 3, journaltest.Fails); err == nil {
		t.Fatal("an answer before the append went unnoticed")
	} else {
		t.Log(err)
	}
}

func TestPowerCuts(t *testing.T) {
	for seed := range uint64(25) {
		if err := enginetest.PowerCuts(enginetest.LedgerSubject, t.TempDir(), seed, 60, powercut.Honest); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
}

func TestMutantThatSkipsTheSyncIsCaught(t *testing.T) {
	for seed := range uint64(25) {
		if err := enginetest.PowerCuts(enginetest.LedgerSubject, t.TempDir(), seed, 60, powercut.Skipped); err != nil {
			t.Logf("seed %d: %v", seed, err)
			return
		}
	}
	t.Fatal("25 runs without a sync, and no loss was seen")
}
