package book

import "testing"

// What lapses is the same whether entries whose record has moved on were dropped before or not, however many they are.
func TestWhatHasMovedOnTakesNoPlaceOfWhatLapses(t *testing.T) {
	var all expiries
	for n := range uint64(600) {
		all.push(expiry{int64(n % 50), n})
	}
	even := func(e expiry) bool { return e.number%2 == 0 && e.number >= 500 }
	found := all.upTo(100, 30, even)
	if len(found) != 30 || found[0].at != 0 {
		t.Fatalf("%d end, not 30: %v", len(found), found)
	}
	dropped := append(expiries(nil), all...)
	for !even(dropped[0]) {
		dropped.pop()
	}
	for i, e := range dropped.upTo(100, 30, even) {
		if e != found[i] {
			t.Errorf("at place %d ends %v, not %v", i, e, found[i])
		}
	}
	if some := all.upTo(3, 1000, even); len(some) != 4 {
		t.Errorf("before 3 end %v", some)
	}
}
