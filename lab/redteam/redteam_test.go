package redteam

import "testing"

func TestHonest(t *testing.T) {
	l, err := honestly(1, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", l.honest)
	for h, x := range l.honest.byHabit {
		t.Log(h, *x)
	}
}
