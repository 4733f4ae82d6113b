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

func TestAttacked(t *testing.T) {
	l, err := attacked(1, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", l.honest)
	for _, a := range l.attacks {
		t.Log(a.pattern.name, "/", a.pattern.way, a.caught(), a.asked, a.paid, a.stops)
	}
}
