package calendar_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/domain/calendar"
)

// terms has a field of every type that is written as text.
type terms struct {
	Due        calendar.Date
	Paid       calendar.Date
	DayCount   calendar.DayCount
	Calendar   calendar.Code
	Convention calendar.Convention
}

func TestTextRoundTrip(t *testing.T) {
	want := terms{Due: date(t, "2026-11-22"), DayCount: calendar.Thirty360, Calendar: calendar.China, Convention: calendar.ModifiedFollowing}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	const golden = `{"Due":"2026-11-22","Paid":"","DayCount":"30/360","Calendar":"CN","Convention":"modified following"}`
	if string(text) != golden {
		t.Errorf("got  %s\nwant %s", text, golden)
	}
	got := terms{Paid: 1}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTextErrors(t *testing.T) {
	for text, want := range map[string]string{
		`{"Due":"2026-02-30"}`:   `"2026-02-30" is not a date of the form 2026-11-22`,
		`{"DayCount":"ACT/1"}`:   `"ACT/1" is not a day count`,
		`{"Calendar":"MOON"}`:    `"MOON" is not a business calendar`,
		`{"Convention":"never"}`: `"never" is not a business-day convention`,
	} {
		got := terms{Due: 7}
		err := json.Unmarshal([]byte(text), &got)
		if err == nil || err.Error() != want || got.Due != 7 {
			t.Errorf("%s: %v, due %s; want %s", text, err, got.Due, want)
		}
	}
}
