package screening_test

import (
	"slices"
	"testing"

	listed "millrace/domain/screening"
	"millrace/edge/screening"
)

// names is a list of invented names: enough others that words weigh what they weigh on a list.
func names() []screening.Entry {
	all := []screening.Entry{
		{Key: "person", Person: true, Names: []string{"Muhamad Yusuf Tarkin", "Abu Osir"}, Born: []string{"1961-04-05"}, Countries: []string{"IQ"}, Identifiers: []string{"K-7712 990"}},
		{Key: "firm", Names: []string{"Orlavent Maritime Trading LLC"}, Countries: []string{"AE"}},
		{Key: "characters", Names: []string{"王建国贸易有限公司"}, Countries: []string{"CN"}},
		{Key: "cyrillic", Names: []string{"Осиан Древинко"}},
		{Key: "umlaut", Names: []string{"Gießerei Rottmühl"}},
	}
	for _, name := range []string{"Briskanna Foundation", "Halvorane Shipping", "Nordvik Kessel Werke", "Velundo Maritime", "Ilse Voskuvar", "Tarquin Quintavel", "Sorrel Trading", "Yusuf Amblard"} {
		all = append(all, screening.Entry{Key: name, Names: []string{name}})
	}
	return all
}

func TestNamesAreFoundAsTheyAreWritten(t *testing.T) {
	x := screening.New(names())
	for _, test := range []struct {
		subject    screening.Subject
		key        string
		from, upto int
		why        listed.Why
	}{
		{screening.Subject{Name: "Orlavent Maritime Trading"}, "firm", 1000, 1000, listed.SameName},
		{screening.Subject{Name: "Trading Orlavent Maritime, Ltd."}, "firm", 995, 995, listed.OtherOrder},
		{screening.Subject{Name: "Orlavent Maritme Trading"}, "firm", 950, 999, listed.Misspelt},
		{screening.Subject{Name: "OrlaventMaritime Trading"}, "firm", 900, 999, 0},
		{screening.Subject{Name: "Orlavent Maritime Trading", Countries: []string{"DE"}}, "firm", 960, 960, listed.CountryDiffers},
		{screening.Subject{Name: "Mohammed Youssef Tarkin", Person: true}, "person", 900, 999, listed.Misspelt},
		{screening.Subject{Name: "M. Y. Tarkin", Person: true}, "person", 600, 860, listed.Initial},
		{screening.Subject{Name: "Muhamad Tarkin", Person: true, Born: "1961"}, "person", 850, 1000, listed.WordMissing | listed.BirthAgrees},
		{screening.Subject{Name: "Muhamad Yusuf Tarkin", Person: true, Born: "1975-01-01"}, "person", 820, 820, listed.BirthDiffers},
		{screening.Subject{Name: "Muhamad Yusuf Tarkin", Person: true, Born: "1962"}, "person", 1000, 1000, listed.BirthAgrees},
		{screening.Subject{Name: "Muhamad Yusuf Tarkin", Person: true, Born: "1961-04-06"}, "person", 820, 820, listed.BirthDiffers},
		{screening.Subject{Name: "Muhamad Yusuf Tarkin"}, "person", 940, 940, listed.SameName},
		{screening.Subject{Name: "Abu Osir", Person: true}, "person", 995, 995, listed.Alias},
		{screening.Subject{Name: "somebody else", Identifiers: []string{"k 7712-990"}}, "person", 1000, 1000, listed.SameIdentifier},
		{screening.Subject{Name: "王建国贸易"}, "characters", 1000, 1000, listed.Characters},
		{screening.Subject{Name: "Ossian Drevinko"}, "cyrillic", 930, 1000, 0},
		{screening.Subject{Name: "GIESSEREI ROTTMUEHL GMBH"}, "umlaut", 980, 1000, 0},
	} {
		found := x.Search(&test.subject, 1)
		at := slices.IndexFunc(found, func(f screening.Found) bool { return f.Entry.Key == test.key })
		if at != 0 || found[0].Score < test.from || found[0].Score > test.upto || found[0].Why&test.why != test.why {
			t.Errorf("%+v: %+v", test.subject, found)
		}
	}
}

func TestWhatIsNotAlikeIsNotFound(t *testing.T) {
	x := screening.New(names())
	for _, name := range []string{"", "...", "Havelmark Gusswerk GmbH", "Havelmark Maritime Trading", "Orlavent", "Yusuf", "张伟", "X"} {
		if found := x.Search(&screening.Subject{Name: name}, listed.SanctionsFrom); len(found) > 0 {
			t.Errorf("%q: %+v", name, found)
		}
	}
	if found := screening.New().Search(&screening.Subject{Name: "Orlavent"}, 1); len(found) != 0 {
		t.Errorf("%+v", found)
	}
}

func TestPersonsInCharactersAndPinyin(t *testing.T) {
	x := screening.New([]screening.Entry{{Key: "letters", Person: true, Names: []string{"WANG Jianguo"}}}, []screening.Entry{{Key: "characters", Person: true, Names: []string{"王建国"}}})
	for name, want := range map[string][2]int{"王建国": {1000, 900}, "Jianguo Wang": {995, 900}, "Wang Jian Guo": {985, 900}} {
		found := x.Search(&screening.Subject{Name: name, Person: true}, listed.SanctionsFrom)
		if len(found) != 2 || found[0].Score != want[0] || found[1].Score != want[1] || found[1].Why&listed.Pinyin == 0 || found[0].List == found[1].List {
			t.Errorf("%s: %+v", name, found)
		}
	}
}

func TestTheSameSearchFindsTheSame(t *testing.T) {
	for _, name := range []string{"Mohammed Youssef Tarkin", "Orlavent Maritime", "Trading Maritime Yusuf"} {
		first := screening.New(names()).Search(&screening.Subject{Name: name}, 1)
		for range 20 {
			again := screening.New(names()).Search(&screening.Subject{Name: name}, 1)
			if !slices.EqualFunc(first, again, func(a, b screening.Found) bool {
				return a.Entry.Key == b.Entry.Key && a.Name == b.Name && a.Score == b.Score && a.Why == b.Why
			}) {
				t.Fatalf("%s: %+v, then %+v", name, first, again)
			}
		}
	}
}
