package payment_test

import (
	"testing"

	"millrace/domain/payment"
)

func TestNames(t *testing.T) {
	states := []string{"awaiting_approval", "instructed", "in_doubt", "executed", "refused", "returned"}
	for i, name := range states {
		if got := payment.State(i + 1).String(); got != name {
			t.Errorf("%d is %s", i+1, got)
		}
	}
	if payment.Sweep.String() != "sweep" || payment.PayOut.String() != "pay_out" || payment.Reversed.String() != "reversed" {
		t.Error("a name has changed")
	}
}

func TestWhatIsLeftOfAReceipt(t *testing.T) {
	r := payment.Receipt{Amount: 100, Used: 30}
	if r.Left() != 70 {
		t.Error(r.Left())
	}
}
