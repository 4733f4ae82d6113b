package network_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/network"
)

// holding says that an owner has a part of a party; a person is a number below zero.
type holding struct {
	owner int
	of    uint64
	share money.Rate
}

func ownerOf(n int) network.Owner {
	if n < 0 {
		return network.Owner{Person: [16]byte{byte(-n)}}
	}
	return network.Owner{Party: id.Make[id.Party](1, uint64(n))}
}

// factsOf are the facts of holdings, and of pairs that depend on one another.
func factsOf(holdings []holding, pairs [][2]uint64) network.Facts {
	return network.Facts{
		Stakes: func(of id.Party, into []network.Stake) []network.Stake {
			for _, h := range holdings {
				if h.of == of.Number() {
					into = append(into, network.Stake{Owner: ownerOf(h.owner), Share: h.share})
				}
			}
			return into
		},
		Held: func(by network.Owner, into []id.Party) []id.Party {
			for _, h := range holdings {
				if ownerOf(h.owner) == by {
					into = append(into, id.Make[id.Party](1, h.of))
				}
			}
			return into
		},
		Depends: func(p id.Party, into []id.Party) []id.Party {
			for _, pair := range pairs {
				for side := range pair {
					if pair[side] == p.Number() {
						into = append(into, id.Make[id.Party](1, pair[1-side]))
					}
				}
			}
			return into
		},
	}
}

func numbers(groups [][]network.Owner) [][]int {
	var shown [][]int
	for _, group := range groups {
		var one []int
		for _, o := range group {
			if o.Party != 0 {
				one = append(one, int(o.Party.Number()))
			} else {
				one = append(one, -int(o.Person[0]))
			}
		}
		shown = append(shown, one)
	}
	return shown
}

func TestConnectedParties(t *testing.T) {
	const half = network.ControlAbove
	for name, c := range map[string]struct {
		holdings []holding
		pairs    [][2]uint64
		seeds    []int
		want     [][]int
	}{
		"nobody":                      {nil, nil, []int{1}, nil},
		"half is not control":         {[]holding{{1, 2, half}}, nil, []int{1, 2}, nil},
		"more than half is":           {[]holding{{1, 2, half + 1}}, nil, []int{2}, [][]int{{1, 2}}},
		"it is found from above":      {[]holding{{1, 2, half + 1}}, nil, []int{1}, [][]int{{1, 2}}},
		"through others":              {[]holding{{1, 2, half + 1}, {2, 3, half + 1}}, nil, []int{1}, [][]int{{1, 2, 3}}},
		"one person over two":         {[]holding{{-1, 2, 600_000}, {-1, 3, 600_000}}, nil, []int{3}, [][]int{{2, 3, -1}}},
		"stakes under one control":    {[]holding{{1, 2, 600_000}, {1, 3, 300_000}, {2, 3, 300_000}}, nil, []int{3, 2}, [][]int{{1, 2, 3}}},
		"stakes of strangers are not": {[]holding{{1, 3, 300_000}, {2, 3, 300_000}}, nil, []int{1, 2, 3}, nil},
		"those who depend":            {nil, [][2]uint64{{1, 2}, {2, 3}}, []int{3}, [][]int{{1, 2, 3}}},
		"who depends is not under one control: stakes do not add up": {[]holding{{1, 3, 300_000}, {2, 3, 300_000}}, [][2]uint64{{1, 2}}, []int{1, 3}, [][]int{{1, 2}}},
		"two groups":              {[]holding{{1, 2, half + 1}, {3, 4, half + 1}}, nil, []int{4, 1}, [][]int{{1, 2}, {3, 4}}},
		"a ring":                  {[]holding{{1, 2, half + 1}, {2, 3, half + 1}, {3, 1, half + 1}}, nil, []int{2}, [][]int{{1, 2, 3}}},
		"control that comes late": {[]holding{{1, 9, 300_000}, {2, 9, 300_000}, {8, 1, 600_000}, {7, 2, 600_000}, {8, 7, 600_000}, {9, 6, 900_000}}, nil, []int{1}, [][]int{{1, 2, 6, 7, 8, 9}}},
	} {
		var seeds []network.Owner
		for _, n := range c.seeds {
			seeds = append(seeds, ownerOf(n))
		}
		if got := numbers(network.Connect(seeds, factsOf(c.holdings, c.pairs))); !slices.EqualFunc(got, c.want, slices.Equal) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// Stakes and dependences come and go; after each, only those are asked about that were connected with one of its two sides. The groups are always
// those that come of joining again and again until nothing changes.
func TestConnectedPartiesAreKeptStepByStepProperty(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		const parties = 8
		var holdings []holding
		var pairs [][2]uint64
		var groups [][]network.Owner
		for range rapid.IntRange(1, 25).Draw(r, "steps") {
			of := rapid.Uint64Range(1, parties).Draw(r, "of")
			by := rapid.SampledFrom([]int{-2, -1, 1, 2, 3, 4, 5, 6, 7, 8}).Draw(r, "by")
			same := func(h holding) bool { return h.of == of && h.owner == by }
			switch rapid.IntRange(0, 5).Draw(r, "step") {
			case 0:
				pairs = append(pairs, [2]uint64{of, uint64(max(by, 1))})
				by = max(by, 1)
			case 1:
				holdings = slices.DeleteFunc(holdings, same)
			default:
				share := money.Rate(rapid.Int32Range(1, 7).Draw(r, "share")) * 100_000
				sum := share
				for _, h := range holdings {
					if h.of == of {
						sum += h.share
					}
				}
				if by == int(of) || sum > money.RateOne || slices.ContainsFunc(holdings, same) {
					continue
				}
				holdings = append(holdings, holding{by, of, share})
			}
			seeds := []network.Owner{ownerOf(int(of)), ownerOf(by)}
			groups = slices.DeleteFunc(groups, func(group []network.Owner) bool {
				touched := slices.Contains(group, seeds[0]) || slices.Contains(group, seeds[1])
				if touched {
					seeds = append(seeds, group...)
				}
				return touched
			})
			found := network.Connect(seeds, factsOf(holdings, pairs))
			groups = slices.DeleteFunc(groups, func(group []network.Owner) bool { // joined to those
				return slices.ContainsFunc(found, func(f []network.Owner) bool { return slices.Contains(f, group[0]) })
			})
			groups = append(groups, found...)
			slices.SortFunc(groups, func(a, b []network.Owner) int { return int(int64(a[0].Party) - int64(b[0].Party)) })
			if want := naively(holdings, pairs); !slices.EqualFunc(numbers(groups), want, slices.Equal) {
				t.Fatalf("%v, want %v\n%v %v", numbers(groups), want, holdings, pairs)
			}
		}
	})
}

// naively labels everybody, and joins labels until nothing changes.
func naively(holdings []holding, pairs [][2]uint64) [][]int {
	everybody := []int{1, 2, 3, 4, 5, 6, 7, 8, -1, -2}
	control := map[int]int{}
	for _, n := range everybody {
		control[n] = n
	}
	merge := func(label map[int]int, a, b int) {
		from, to := label[a], label[b]
		for _, n := range everybody {
			if label[n] == from {
				label[n] = to
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, one := range holdings {
			sum := money.Rate(0)
			for _, other := range holdings {
				if other.of == one.of && control[other.owner] == control[one.owner] {
					sum += other.share
				}
			}
			if sum > 500_000 && control[one.owner] != control[int(one.of)] {
				merge(control, one.owner, int(one.of))
				changed = true
			}
		}
	}
	for _, pair := range pairs {
		merge(control, int(pair[0]), int(pair[1]))
	}
	var groups [][]int
	for i, n := range everybody {
		if slices.ContainsFunc(everybody[:i], func(before int) bool { return control[before] == control[n] }) {
			continue
		}
		var group []int
		for _, other := range everybody[i:] {
			if control[other] == control[n] {
				group = append(group, other)
			}
		}
		if len(group) > 1 {
			groups = append(groups, group)
		}
	}
	return groups
}
