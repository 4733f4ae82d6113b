package screening_test

import (
	"slices"
	"strings"
	"testing"

	"millrace/edge/screening"
)

// scoreOf compares a name with another one on a list of more names.
func scoreOf(name, listed string) int {
	entries := append(names(), screening.Entry{Key: "fuzzed", Names: []string{listed}}, screening.Entry{Key: "the other", Names: []string{name}})
	found := screening.New(entries).Search(&screening.Subject{Name: name}, 1)
	at := slices.IndexFunc(found, func(f screening.Found) bool { return f.Entry.Key == "fuzzed" })
	if at < 0 {
		return 0
	}
	return found[at].Score
}

// A score lies between 0 and 1000; a name is like itself as much as any name is; who is compared with whom, and in what order the words
// stand, makes little difference.
func FuzzScore(f *testing.F) {
	for _, pair := range [][2]string{
		{"Muhamad Yusuf Tarkin", "Mohammed Youssef Tarkin"}, {"Orlavent Maritime Trading", "Orlavent Trading"}, {"Осиан Древинко", "Osian Drevinko"}, {"王建国", "Wang Jianguo"},
		{"Gießerei Rottmühl", "Giesserei Rottmuehl"}, {"A. B. C.", "Anton Bert Caesar"}, {"", "x"}, {"Nordvik", "nordvik nordvik nordvik"}, {"Ltd", "GmbH"}, {"\xff\xfe", "Ilse"},
	} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a) > 200 || len(b) > 200 {
			return
		}
		there, back := scoreOf(a, b), scoreOf(b, a)
		for _, score := range []int{there, back} {
			if score < 0 || score > 1000 {
				t.Fatalf("%q and %q score %d", a, b, score)
			}
		}
		if off := there - back; off > symmetricWithin || -off > symmetricWithin {
			t.Errorf("%q against %q scores %d, the other way %d", a, b, there, back)
		}
		if own := scoreOf(a, a); own != 0 && own < there {
			t.Errorf("%q scores %d against itself, and %d against %q", a, own, there, b)
		}
	})
}

// symmetricWithin is by how much the two ways may differ: where a word is like several, the likeliest pair is taken first, and ties are broken by place.
const symmetricWithin = 40

func TestNamesThatAreOneScoreMost(t *testing.T) {
	for _, test := range []struct {
		name, same string
		least      int
	}{
		{"Orlavent Maritime Trading", "Orlavent Maritime Trading", 1000},
		{"Orlavent Maritime Trading", "ORLAVENT  maritime trading, LLC", 1000},
		{"Orlavent Maritime Trading", "Trading Maritime Orlavent", 995},
		{"Gießerei Rottmühl", "Giesserei Rottmuehl", 1000},
		{"Осиан Древинко", "Osian Drevinko", 1000},
		{"Κώστας Παπαδάκης", "Kostas Papadakis", 950},
		{"Zoë Łukasz", "Zoe Lukasz", 1000},
	} {
		for _, pair := range [][2]string{{test.name, test.same}, {test.same, test.name}} {
			if got := scoreOf(pair[0], pair[1]); got < test.least || got > 1000 {
				t.Errorf("%q against %q: %d, at least %d", pair[0], pair[1], got, test.least)
			}
		}
		if got := scoreOf(test.name, strings.ToUpper(test.name)); got != 1000 {
			t.Errorf("%q in capitals: %d", test.name, got)
		}
	}
}
