package credit_test

import (
	"testing"

	"millrace/domain/credit"
	"millrace/domain/money"
)

func TestWhatIsLeftUnderALimit(t *testing.T) {
	for _, test := range []struct{ amount, reserved, used, want money.Minor }{
		{100, 0, 0, 100}, {100, 30, 20, 50}, {100, 60, 40, 0}, {50, 60, 40, 0},
	} {
		l := credit.Limit{Amount: test.amount, Reserved: test.reserved, Used: test.used}
		if got := l.Available(); got != test.want {
			t.Errorf("%+v: %d", test, got)
		}
	}
}

func TestKindsAreReadAsTheyArePrinted(t *testing.T) {
	for k := credit.BuyerLimit; k <= credit.KindLast; k++ {
		if credit.ParseKind(k.String()) != k {
			t.Errorf("%s", k)
		}
	}
	if credit.ParseKind("moon") != 0 || credit.ParseKind("") != 0 {
		t.Error("a kind that there is not")
	}
	if credit.Live.String() != "live" || credit.Replaced.String() != "replaced" {
		t.Error("a name has changed")
	}
}
