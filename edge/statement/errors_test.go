package statement

import (
	"testing"

	"millrace/edge/document/documenttest"
)

// reproducerLimits lowers limits, so that the files that exceed them stay small.
var reproducerLimits = map[string]Limits{"input_too_large": {BytesMax: 300}, "entries_too_many": {EntriesMax: 1}}

// TestErrors holds the reasons of statements against their golden text; those of every message have their reproducers with package
// iso20022, but the two that come before.
func TestErrors(t *testing.T) {
	met := documenttest.Errors(t, func(code, name string, input []byte) error {
		_, err := Read(name, input, reproducerLimits[code])
		return err
	})
	if !met[documenttest.Unsupported] || !met["input_too_large"] || !met["input_empty"] {
		t.Error("a reproducer is missing")
	}
	delete(met, "input_too_large")
	delete(met, "input_empty")
	documenttest.Covered(t, own, met)
}
