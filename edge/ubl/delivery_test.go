package ubl_test

import (
	"os"
	"path/filepath"
	"testing"

	"millrace/domain/trade"
	"millrace/edge/ubl"
)

func TestTheLastDayOfDeliveryThatIsAskedForOrPromised(t *testing.T) {
	for _, test := range []struct {
		file string
		of   trade.Type
		want string
	}{
		{"OrderResponse_Example.xml", trade.OrderResponse, "2018-08-12"}, // the whole for 2013-07-16, a line later,
	} {
		input, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "trade", "valid", "poacc-upgrade-3", "examples", test.file))
		if err != nil {
			t.Fatal(err)
		}
		got, err := ubl.Read(test.file, input, ubl.Limits{})
		if err != nil || got.Type != test.of || got.Delivery.String() != test.want {
			t.Errorf("%s: %s of %s, %v", test.file, got.Delivery, got.Type, err)
		}
	}
}
