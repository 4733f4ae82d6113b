package iso20022_test

import (
	"testing"

	"millrace/edge/document"
	"millrace/edge/document/documenttest"
	"millrace/edge/iso20022"
	"millrace/edge/markup"
)

// reproducerLimits lowers limits, so that the files that exceed them stay small.
var reproducerLimits = map[string]markup.Limits{"input_too_large": {BytesMax: 300}, "elements_exceeded": {ElementsMax: 20}, "depth_exceeded": {DepthMax: 20}}

// TestErrors holds every message against its golden text, and the catalogue against the reproducers.
func TestErrors(t *testing.T) {
	met := documenttest.Errors(t, func(code, name string, input []byte) error {
		return iso20022.Parse(name, input, reproducerLimits[code], nil, func(*iso20022.Tree, int32) *document.Error { return nil })
	})
	documenttest.Covered(t, iso20022.Codes, met)
}
