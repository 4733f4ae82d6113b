package load_test

import (
	"testing"

	"millrace/book"
	"millrace/lab/load"
)

func TestClosesOfDay(t *testing.T) {
	n := load.NewBare()
	w, err := load.NewWorld(n.Submit, 20)
	if err != nil {
		t.Fatal(err)
	}
	const financings = 2_400
	closings, err := n.ClosesOfDay(w, financings, func(uint64) {})
	if err != nil {
		t.Fatal(err)
	}
	if len(closings) != 3 || closings[0].Slices < 2 || n.Book.Date() != load.Opening.AddDays(31) {
		t.Errorf("%+v, on %s", closings, n.Book.Date())
	}
	if breaches := book.Check(n.Book); len(breaches) > 0 {
		t.Error(breaches)
	}
}
