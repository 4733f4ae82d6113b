package screening_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/domain/calendar"
	"millrace/edge/screening"
)

func file(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// All names in testdata are made up. Two files of one publisher say the same.
func TestEveryFormIsRead(t *testing.T) {
	published, _ := calendar.Parse("2026-03-04")
	own := []screening.Entry{
		{Key: "A-1", Person: true, Names: []string{"Quintavel, Ramon", "Ramón Kintavel"}, Born: []string{"1961-04-05", "1962"}, Countries: []string{"CU"}, Identifiers: []string{"K7712 990"}},
		{Key: "A-2", Names: []string{"Orlavent Maritime Trading LLC", "Orlavent Shipping"}, Countries: []string{"AE", "PA"}, Identifiers: []string{"IMO 9900011"}, Note: "fleet"},
		{Key: "A-3", Names: []string{"星河远航贸易"}, Countries: []string{"CN"}},
	}
	noted := append([]screening.Entry{}, own...)
	noted[0].Note = "first line\nsecond line"
	european := []screening.Entry{
		{Key: "9002", Names: []string{"Nordvik Kessel Werke"}, Countries: []string{"RU"}, Note: "INVENTED"},
		{
			Key: "EU.9001.1", Person: true, Names: []string{"Ossian Drevinko", "Осиан Древинко"}, Born: []string{"1959-11-30", "1960", "1962", "1963", "1964"},
			Countries: []string{"BY"}, Identifiers: []string{"AB 123 456"}, Note: "INVENTED",
		},
	}
	american := func(name, alias, program string) []screening.Entry {
		return []screening.Entry{
			{Key: "80001", Names: []string{"HALVORANE SHIPPING CO."}, Identifiers: []string{"HS-55120"}, Note: program},
			{
				Key: "80002", Person: true, Names: []string{name, alias}, Born: []string{"1948-12-10", "1950", "1952", "1953"}, Countries: []string{"IR", "CY"},
				Identifiers: []string{"P0099887"}, Note: "INVENTED",
			},
		}
	}
	inXML := american("Ilse Marit VOSKUVAR", "Ilsa VOSKOUVAR", "INVENTED OTHER")
	inXML[0].Countries = []string{"KP"}
	for name, want := range map[string]screening.List{
		"own.csv": {Format: "own", Entries: noted}, "own.json": {Format: "own", Published: published, Entries: own}, "own.xml": {Format: "own", Published: published, Entries: own},
		"eu.xml": {Format: "eu", Published: published, Entries: european}, "eu.csv": {Format: "eu", Published: published, Entries: european},
		"sdn.xml": {Format: "ofac", Published: published, Entries: inXML},
		"sdn.csv": {Format: "ofac", Entries: american("VOSKUVAR, Ilse Marit", "VOSKOUVAR, Ilsa", "INVENTED")},
		"un.xml": {Format: "un", Published: published, Entries: []screening.Entry{
			{Key: "7000002", Names: []string{"BRISKANNA FOUNDATION", "Briskanna Relief"}, Countries: []string{"KP"}, Note: "Invented"},
			{
				Key: "XXi.001", Person: true, Names: []string{"TARQUIN OSSIR VELUNDO", "ترقين", "Tarkin Osir"}, Born: []string{"1968-02-09", "1971", "1972", "1973"},
				Countries: []string{"IQ", "GB", "TR"}, Identifiers: []string{"X 004417"}, Note: "Invented",
			},
		}},
	} {
		got, err := screening.Read(file(t, name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(&want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}

func TestWhatIsWrongWithAListIsSaid(t *testing.T) {
	for content, want := range map[string]string{
		"": "no list", " \n": "no list", "name;born\n": "no list", "<note/>": "no list", "<a>": "XML", "<screeningList/>": "0 entries",
		"<!DOCTYPE x><screeningList/>":                                                      "document type",
		`<screeningList/><screeningList/>`:                                                  "more after",
		strings.Repeat("<a>", 40) + strings.Repeat("</a>", 40):                              "too deeply",
		`<screeningList published="04.03.2026"><entry key="a"/></screeningList>`:            "04.03.2026",
		`<screeningList><entry key="a" person="yes"><name>B</name></entry></screeningList>`: `entry "a": person is true or false, not "yes"`,
		`<screeningList><entry key="a"><name> </name></entry></screeningList>`:              `entry "a" has no name`,
		`{"entries":[{"key":"a","names":["B"]}]} x`:                                         "after the list",
		`{"entries":[{"key":"a","nmaes":["B"]}]}`:                                           "nmaes",
		`{"entries":[{"key":"a","names":["B"]},{"key":" a","names":["C"]}]}`:                `entry 2: the key "a" stands twice`,
		`{"entries":[{"key":"a","names":["B"],"born":["5 May 1960"]}]}`:                     `entry "a": "5 May 1960" is no date of birth`,
		`{"published":"03/04/2026","entries":[{"key":"a","names":["B"]}]}`:                  "03/04/2026",
		"key,person\na,true\n":                                                              `"names" is missing`,
		"key,names,person\na,B,true\n\"c\n\",D,false\ne,F,perhaps\n":                        `line 5: person is true or false, not "perhaps"`,
		"key,names\n,B\n":       "entry 1 has no key",
		"key,names\n\"a,B\n":    "CSV",
		"1,A,,,,,,,,,,x\n2,B\n": "line 2 has 2 columns, not 12",
		"fileGenerationDate;Entity_LogicalId;NameAlias_WholeName\n2026.1.1;1;A\n": "2026.1.1",
	} {
		if _, err := screening.Read([]byte(content)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, and not %q", content, err, want)
		}
	}
	if _, err := screening.Read([]byte("%PDF-1.7")); !errors.Is(err, screening.ErrFormat) {
		t.Error(err)
	}
}

// Whatever is done to a file, it is read or refused: nothing panics, and what is read is sound.
func TestDamagedListsAreReadOrRefused(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	files, err := filepath.Glob(filepath.Join("testdata", "*"))
	if err != nil || len(files) != 8 {
		t.Fatal(files, err)
	}
	for _, path := range files {
		whole := file(t, filepath.Base(path))
		for range 400 {
			content := append([]byte{}, whole...)
			for range 1 + random.IntN(3) {
				at := random.IntN(len(content))
				switch random.IntN(3) {
				case 0:
					content[at] = "<>\"',;|\n\x00\xff0Za"[random.IntN(13)]
				case 1:
					content = append(content[:at:at], content[min(len(content), at+1+random.IntN(40)):]...)
				default:
					content = content[:at]
				}
				if len(content) == 0 {
					break
				}
			}
			l, err := screening.Read(content)
			if (l == nil) == (err == nil) {
				t.Fatalf("%q: both or neither: %v", content, err)
			}
			for i := 0; err == nil && i < len(l.Entries); i++ {
				if e := &l.Entries[i]; e.Key == "" || len(e.Names) == 0 || i > 0 && l.Entries[i-1].Key >= e.Key {
					t.Fatalf("%q gives %+v", content, e)
				}
			}
		}
	}
}
