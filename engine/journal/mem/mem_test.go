package mem_test

import (
	"testing"

	"millrace/engine/journal"
	"millrace/engine/journal/journaltest"
	"millrace/engine/journal/mem"
)

func TestConformance(t *testing.T) {
	journaltest.Run(t, func(_ testing.TB, shard uint32) journaltest.Opener {
		store := new(mem.Store)
		return func() (journal.Journal, error) {
			j, err := store.Open(shard)
			if err != nil {
				return nil, err
			}
			return j, nil
		}
	})
}
