package funding_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/money"
)

// room by its definition: every date is asked, and the least that is left after any of them counts.
func room(tranches []funding.Tranche, assets []funding.Maturity, gap int, due calendar.Date) money.Minor {
	least := money.MinorMax
	for date := calendar.Date(900); date < 1_300; date++ {
		left := money.Minor(0)
		for _, t := range tranches {
			if t.Until == 0 || t.Until > date {
				left += t.Amount
			}
		}
		for _, m := range assets {
			if int(m.Due) > int(date)+gap {
				left -= m.Amount
			}
		}
		if int(due) > int(date)+gap {
			least = min(least, left)
		}
	}
	return least
}

func TestRoomIsWhatIsLeftAfterEveryDate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ends := rapid.SliceOfNDistinct(rapid.IntRange(1_000, 1_060), 1, 5, rapid.ID[int]).Draw(t, "ends")
		slices.Sort(ends)
		var tranches []funding.Tranche
		for _, end := range ends {
			tranches = append(tranches, funding.Tranche{Amount: money.Minor(rapid.Int64Range(1, 50).Draw(t, "funding")), Until: calendar.Date(end)})
		}
		if rapid.Bool().Draw(t, "open") {
			tranches = append(tranches, funding.Tranche{Amount: 7})
		}
		days := rapid.SliceOfNDistinct(rapid.IntRange(1_000, 1_080), 0, 6, rapid.ID[int]).Draw(t, "days")
		slices.Sort(days)
		var assets []funding.Maturity
		for _, day := range days {
			assets = append(assets, funding.Maturity{Due: calendar.Date(day), Amount: money.Minor(rapid.Int64Range(1, 40).Draw(t, "asset"))})
		}
		gap := rapid.IntRange(0, 20).Draw(t, "gap")
		due := calendar.Date(rapid.IntRange(1_000, 1_080).Draw(t, "due"))
		if got, want := funding.Room(tranches, assets, gap, due), room(tranches, assets, gap, due); got != want {
			t.Fatalf("room is %d, not %d", got, want)
		}
		if tied, want := len(funding.Gaps(tranches, assets, gap)) == 0, room(tranches, assets, gap, 1_299) >= 0; tied != want {
			t.Fatalf("tied: %t, not %t", tied, want)
		}
	})
}

func TestWithoutTranchesNothingIsTied(t *testing.T) {
	assets := []funding.Maturity{{Due: 1_000, Amount: 5}}
	if funding.Room(nil, assets, 0, 1_000) != money.MinorMax || funding.Gaps(nil, assets, 0) != nil {
		t.Error("something is tied")
	}
}
