package epcis

import (
	"testing"

	"millrace/edge/document/documenttest"
	"millrace/edge/observation"
)

// reproducerLimits lowers limits, so that the files that exceed them stay small.
var reproducerLimits = map[string]observation.Limits{
	"input_too_large": {BytesMax: 300}, "json_too_deep": {DepthMax: 8}, "json_too_long": {ValuesMax: 10}, "events_too_many": {EventsMax: 2},
}

// TestErrors holds every message against its golden text, and the catalogue against the reproducers.
func TestErrors(t *testing.T) {
	met := documenttest.Errors(t, func(code, name string, input []byte) error {
		_, err := Read(name, input, reproducerLimits[code])
		return err
	})
	if !met[documenttest.Unsupported] {
		t.Error("no reproducer of a file of another type")
	}
	documenttest.Covered(t, Codes, met)
}
