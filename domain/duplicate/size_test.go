package duplicate

import (
	"reflect"
	"testing"
)

func TestBytesCountsWhatRecordsTake(t *testing.T) {
	if got := reflect.TypeFor[Entry]().Size(); got != entryBytes {
		t.Errorf("an entry takes %d bytes, not %d", got, entryBytes)
	}
	if got := reflect.TypeFor[pair]().Size(); got != pairBytes {
		t.Errorf("a pair takes %d bytes, not %d", got, pairBytes)
	}
}
