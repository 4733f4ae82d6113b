package intake_test

import (
	"testing"

	"millrace/edge/intake"
)

func TestIBAN(t *testing.T) {
	// The examples of ISO 13616's registry, and what is one step away from them.
	for text, valid := range map[string]bool{
		"DE89370400440532013000": true, "GB29 NWBK 6016 1331 9268 19": true, "NO9386011117947": true, "FR1420041010050500013M02606": true,
		"DE89370400440532013001": false, "DE98370400440532013000": false, "": false, "89DE370400440532013000": false, "DE8937040044053201300-": false,
	} {
		if intake.ValidIBAN(text) != valid {
			t.Errorf("%q: %v", text, !valid)
		}
	}
}
