package tracking

import (
	"errors"
	"testing"

	"millrace/edge/document"
	"millrace/edge/observation"
)

func TestFilesAboutGoodsAreToldFromOthers(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       format
	}{
		{"a", `{"type": "EPCISDocument"}`, epcisJSON}, {"a", "\xEF\xBB\xBF" + ` {"type": "TransactionEvent"}`, epcisJSON}, {"a", `[{"type": "StockCount"}]`, stockJSON},
		{"a", `{"type": "StockCountRetraction"}`, stockJSON}, {"a", `{"type": "Invoice"}`, none}, {"a", `[]`, none}, {"a", `{"type": 7}`, none},
		{"a.json", `{"type": "EPCIS`, epcisJSON}, {"a.txt", `{"type": "EPCIS`, none}, {"a", "", none}, {"a", "%PDF-1.7", none},
		{"a.csv", "number,counted_at,item\n", stockCSV}, {"a.csv", `"counted_at","number"`, stockCSV}, {"a.csv", "number,amount\n", none},
		{"a", "<?xml version='1.0'?><!-- <Invoice/> --><u:TransportationStatus xmlns:u='x'/>", transportationStatus}, {"a", "<TransportationStatusRequest/>", none},
		{"a", "<Invoice><TransportationStatus/></Invoice>", none}, {"a", "<", none}, {"a", "< >", none}, {"a", "<!-- never ends", none},
	} {
		if got := formatOf(c.name, []byte(c.text)); got != c.want {
			t.Errorf("%s %q: %d, not %d", c.name, c.text, got, c.want)
		}
		if got := Recognises(c.name, []byte(c.text)); got != (c.want != none) {
			t.Errorf("%s %q: recognised is %v", c.name, c.text, got)
		}
	}
	var unsupported *document.Unsupported
	if _, err := Read("a", []byte("<Invoice/>"), observation.Limits{}); !errors.As(err, &unsupported) {
		t.Error(err)
	}
}
