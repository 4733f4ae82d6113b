package stock

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/domain/movement"
	"millrace/edge/document"
	"millrace/edge/observation"
)

func wanted() observation.Observation {
	goods := func(number string, quantity movement.Quantity, unit string) observation.Goods {
		return observation.Goods{Item: document.Item{Standard: document.Identifier{Scheme: "0160", Value: number}}, Quantity: quantity, Unit: unit}
	}
	return observation.Observation{
		Index: 1, Identity: "2026-09-30/4", Kind: movement.Counted, Source: movement.StockCount, Observed: 1790780700000000, Offset: 120,
		Location: document.Identifier{Scheme: "0088", Value: "4012345000016"},
		Owner:    document.Party{Identifiers: []document.Identifier{{Kind: document.IdentifierParty, Scheme: "LEI", Value: "999000HAVELM4K7Q2X48"}}},
		Goods:    []observation.Goods{goods("04012345111118", 12_500_000, "KGM"), goods("04012345111118", 3_000_000, "")},
	}
}

const countJSON = `{"type": "StockCount", "number": "2026-09-30/4", "counted_at": "2026-09-30T17:05:00+02:00", "location": {"scheme": "GLN", "value": "4012345000016"},
 "owner": {"identifiers": [{"scheme": "LEI", "value": "999000HAVELM4K7Q2X48"}]},
 "items": [{"scheme": "GTIN", "item": "4012345111118", "quantity": "12.5", "unit": "KGM"}, {"scheme": "GTIN", "item": "04012345111118", "quantity": 3}]}`

const countCSV = `owner,number,counted_at,location_scheme,location,owner_scheme,item_scheme,item,quantity,unit
999000HAVELM4K7Q2X48,2026-09-30/4,2026-09-30T17:05:00+02:00,GLN,4012345000016,LEI,GTIN,4012345111118,12.5,KGM
999000HAVELM4K7Q2X48,"2026-09-30/4",2026-09-30T17:05:00+02:00,GLN,4012345000016,LEI,GTIN,04012345111118,3,
`

func TestACountIsTheSameInBothForms(t *testing.T) {
	for name, read := range map[string]func() ([]observation.Observation, error){
		"json": func() ([]observation.Observation, error) {
			return ReadJSON("x", []byte(countJSON), observation.Limits{})
		},
		"list": func() ([]observation.Observation, error) {
			return ReadJSON("x", []byte("["+countJSON+"]"), observation.Limits{})
		},
		"csv": func() ([]observation.Observation, error) { return ReadCSV("x", []byte(countCSV), observation.Limits{}) },
	} {
		got, err := read()
		if err != nil || len(got) != 1 {
			t.Fatal(name, len(got), err)
		}
		if len(got[0].Content) == 0 {
			t.Error(name, "no content")
		}
		got[0].Content = nil
		if difference := cmp.Diff(wanted(), got[0]); difference != "" {
			t.Errorf("%s: %s", name, difference)
		}
	}
}

func TestACountIsRetracted(t *testing.T) {
	got, err := ReadJSON("x", []byte(`{"type": "StockCountRetraction", "number": "7", "retracted_at": "2026-10-01T08:00:00Z"}`), observation.Limits{})
	if err != nil || len(got) != 1 || got[0].Retraction == nil || got[0].Identity != "7" || got[0].Retraction.Declared != 1790841600000000 {
		t.Fatalf("%+v, %v", got, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(countJSON))
	f.Add([]byte(countCSV))
	files, err := filepath.Glob("testdata/errors/*.*s*")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		seed, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed)
	}
	limits := observation.Limits{BytesMax: 1 << 16, ValuesMax: 2000, EventsMax: 20}
	f.Fuzz(func(t *testing.T, input []byte) {
		for _, read := range []func(string, []byte, observation.Limits) ([]observation.Observation, error){ReadJSON, ReadCSV} {
			got, err := read("fuzz", input, limits)
			if err != nil && (got != nil || strings.TrimSpace(err.Error()) == "") {
				t.Fatal(got, err)
			}
			for _, o := range got {
				if o.Identity == "" || len(o.Content) == 0 && o.Retraction == nil {
					t.Fatalf("%+v", o)
				}
			}
		}
	})
}
