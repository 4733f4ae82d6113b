package legal

import (
	"math/bits"
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Claim is what one assignee has done to secure one and the same receivable. A date of 0 means: not done.
type Claim struct {
	Assigned   calendar.Date
	Registered calendar.Date
	Notified   calendar.Date // when notice reached the debtor
	Financed   money.Minor   // what the assignee has financed, or its fee where it only served; not below 0
}

// Ranking is the order in which assignees of one receivable come. Claims of one rank share.
type Ranking struct {
	Ranks    []int // of each claim, from 1
	Citation string
}

// Priority ranks assignments of one receivable by the law that governs on a day.
//
// China, from 2021-01-01 (Civil Code art. 768): registered before unregistered; registered ones by the time of
// registration; of those not registered, the one whose notice reached the debtor first; those neither registered nor
// notified share in proportion to what they financed. Before that day and anywhere else: first in time of assignment.
// Claims of one day share a rank, since records name days.
func Priority(law Law, on calendar.Date, claims []Claim) Ranking {
	if law.Country() == "CN" && on >= civilCode {
		return ranked(claims, chinese, "Civil Code of the People's Republic of China, art. 768")
	}
	return ranked(claims, func(c *Claim) [2]calendar.Date { return [2]calendar.Date{0, c.Assigned} }, "")
}

// chinese gives the class of a claim and its place in the class.
func chinese(c *Claim) [2]calendar.Date {
	switch {
	case c.Registered != 0:
		return [2]calendar.Date{0, c.Registered}
	case c.Notified != 0:
		return [2]calendar.Date{1, c.Notified}
	}
	return [2]calendar.Date{2, 0}
}

func ranked(claims []Claim, place func(c *Claim) [2]calendar.Date, citation string) Ranking {
	r := Ranking{Ranks: make([]int, len(claims)), Citation: citation}
	var places [][2]calendar.Date
	for i := range claims {
		places = append(places, place(&claims[i]))
	}
	sorted := slices.Clone(places)
	slices.SortFunc(sorted, func(a, b [2]calendar.Date) int {
		if a[0] != b[0] {
			return int(a[0]) - int(b[0])
		}
		return int(a[1]) - int(b[1])
	})
	sorted = slices.Compact(sorted)
	for i := range places {
		r.Ranks[i] = 1 + slices.Index(sorted, places[i])
	}
	return r
}

// Divide shares an amount out among the claims by rank, each up to what it financed; within a rank in proportion to that,
// the last units by largest remainder and then by place. The sum is the amount, or all that was financed where that is
// less.
func (r Ranking) Divide(amount money.Minor, claims []Claim) []money.Minor {
	shares := make([]money.Minor, len(claims))
	for rank := 1; rank <= len(claims) && amount > 0; rank++ {
		var members []int
		total := money.Minor(0)
		for i := range claims {
			if r.Ranks[i] == rank {
				members = append(members, i)
				total = money.Add(total, claims[i].Financed)
			}
		}
		given := min(amount, total)
		if total > 0 {
			proportional(shares, members, claims, given, total)
		}
		amount = money.Sub(amount, given)
	}
	return shares
}

func proportional(shares []money.Minor, members []int, claims []Claim, given, total money.Minor) {
	type remainder struct {
		member int
		left   uint64
	}
	rest := given
	var remainders []remainder
	for _, i := range members {
		high, low := bits.Mul64(uint64(claims[i].Financed), uint64(given))
		quotient, left := bits.Div64(high, low, uint64(total))
		shares[i] = money.Minor(quotient)
		rest = money.Sub(rest, shares[i])
		remainders = append(remainders, remainder{i, left})
	}
	slices.SortStableFunc(remainders, func(a, b remainder) int {
		switch {
		case a.left > b.left:
			return -1
		case a.left < b.left:
			return 1
		}
		return 0
	})
	for k := 0; rest > 0; k++ {
		shares[remainders[k].member]++
		rest--
	}
}
