package ubl

import (
	"testing"

	"millrace/edge/document/documenttest"
)

// reproducerLimits lowers limits, so that the files that exceed them stay small.
var reproducerLimits = map[string]Limits{
	"input_too_large": {BytesMax: 1000}, "depth_exceeded": {DepthMax: 4}, "elements_exceeded": {ElementsMax: 20},
	"attributes_exceeded": {AttributesMax: 2}, "namespaces_exceeded": {NamespacesMax: 4},
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
