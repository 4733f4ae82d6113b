package receivable_test

import (
	"testing"

	"millrace/domain/money"
	"millrace/domain/receivable"
)

func TestWhatIsOwed(t *testing.T) {
	for _, test := range []struct {
		name                          string
		r                             receivable.Receivable
		owed, outstanding, undertaken money.Minor
	}{
		{"plain", receivable.Receivable{Face: 100}, 100, 100, 0},
		{"paid in part", receivable.Receivable{Face: 100, Paid: 30}, 100, 70, 0},
		{"credited", receivable.Receivable{Face: 100, Credited: 40, Paid: 30}, 60, 30, 0},
		{"credited after it was paid", receivable.Receivable{Face: 100, Credited: 40, Paid: 100}, 60, 0, 0},
		{"a soft confirmation shrinks with the debt", receivable.Receivable{Face: 100, Credited: 40, Confirmed: 100, Undertaking: receivable.Soft}, 60, 60, 100},
		{"an irrevocable one does not", receivable.Receivable{Face: 100, Credited: 40, Confirmed: 100, Undertaking: receivable.Irrevocable}, 100, 100, 100},
		{"irrevocable in part", receivable.Receivable{Face: 100, Credited: 60, Confirmed: 70, Undertaking: receivable.Irrevocable}, 70, 70, 70},
		{"payments go to the undertaking first", receivable.Receivable{Face: 100, Paid: 50, Confirmed: 60, Undertaking: receivable.Irrevocable}, 100, 50, 10},
		{"what was paid before takes nothing off it", receivable.Receivable{Face: 100, Paid: 30, PaidBefore: 30, Confirmed: 70, Undertaking: receivable.Irrevocable}, 100, 70, 70},
		{"nor does a credit note then", receivable.Receivable{Face: 100, Credited: 50, Paid: 30, PaidBefore: 30, Confirmed: 70, Undertaking: receivable.Irrevocable}, 100, 70, 70},
		{"paid in full", receivable.Receivable{Face: 100, Paid: 100, PaidBefore: 30, Confirmed: 70, Undertaking: receivable.Irrevocable}, 100, 0, 0},
	} {
		if test.r.Owed() != test.owed || test.r.Outstanding() != test.outstanding || test.r.Undertaken() != test.undertaken {
			t.Errorf("%s: owed %d, outstanding %d, undertaken %d", test.name, test.r.Owed(), test.r.Outstanding(), test.r.Undertaken())
		}
	}
}

func TestNames(t *testing.T) {
	if receivable.Irrevocable.String() != "irrevocable" || receivable.Open.String() != "open" || receivable.Closed.String() != "closed" {
		t.Error("a name has changed")
	}
}
