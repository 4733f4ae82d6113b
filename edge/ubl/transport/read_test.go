package transport

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/domain/movement"
	"millrace/edge/document"
	"millrace/edge/document/documenttest"
	"millrace/edge/observation"
)

func party(gln string) document.Party {
	return document.Party{Identifiers: []document.Identifier{{Kind: document.IdentifierParty, Scheme: "0088", Value: gln}}}
}

func TestADepartureIsReadAsAPersonWould(t *testing.T) {
	input, err := os.ReadFile("testdata/departure.xml")
	if err != nil {
		t.Fatal(err)
	}
	got, err := Read("departure.xml", input, observation.Limits{})
	if err != nil || len(got) != 1 {
		t.Fatal(len(got), err)
	}
	if text := string(got[0].Content); !strings.HasPrefix(text, "<cac:TransportEvent>") || !strings.HasSuffix(text, "</cac:TransportEvent>") {
		t.Errorf("%s", text)
	}
	got[0].Content = nil
	want := observation.Observation{
		Index: 1, Identity: "TS-77/E-1", Kind: movement.Departed, Source: movement.TransportationStatus, Observed: 1789916700000000, Offset: 120,
		Step: "departure", Disposition: "31", Location: document.Identifier{Scheme: "0088", Value: "4012345000016"},
		Seller: party("9520004100205"), Buyer: party("9520004100106"), References: []observation.Reference{{To: movement.Order, Number: "PO-2026-4101"}},
		Goods: []observation.Goods{{
			Item: document.Item{Standard: document.Identifier{Scheme: "0160", Value: "04012345123456"}}, Quantity: 1_250_500_000, Unit: "KGM",
		}},
	}
	if difference := cmp.Diff(want, got[0]); difference != "" {
		t.Error(difference)
	}
}

// Every TransportationStatus of the corpus is read, and nothing else is.
func TestCorpus(t *testing.T) {
	folder := documenttest.Data(t, "trade")
	text, err := os.ReadFile(filepath.Join(folder, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Files []struct{ Path, Doc string }
	}
	if err := json.Unmarshal(text, &manifest); err != nil || len(manifest.Files) == 0 {
		var list []struct{ Path, Doc string }
		if err := json.Unmarshal(text, &list); err != nil {
			t.Fatal(err)
		}
		manifest.Files = list
	}
	read := 0
	for _, file := range manifest.Files {
		if !strings.HasSuffix(file.Path, ".xml") {
			continue
		}
		input, err := os.ReadFile(filepath.Join(folder, file.Path))
		if err != nil {
			t.Fatal(err)
		}
		if got := Recognises(input); got != (file.Doc == Root) {
			t.Errorf("%s: recognised is %v", file.Path, got)
		}
		if file.Doc != Root {
			continue
		}
		read++
		events, err := Read(file.Path, input, observation.Limits{})
		if err != nil || len(events) != 1 || events[0].Observed == 0 {
			t.Errorf("%d events, %v", len(events), err)
		}
	}
	if read != 2 {
		t.Errorf("%d documents: the corpus is not what it was", read)
	}
}

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*/*.xml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range append(files, "testdata/departure.xml") {
		seed, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed)
	}
	limits := observation.Limits{BytesMax: 1 << 16, ValuesMax: 2000, EventsMax: 20}
	f.Fuzz(func(t *testing.T, input []byte) {
		Recognises(input)
		got, err := Read("fuzz", input, limits)
		if err != nil && (got != nil || err.Error() == "") {
			t.Fatal(got, err)
		}
		for _, o := range got {
			if !o.Kind.Known() || o.Identity == "" || len(o.Content) == 0 {
				t.Fatalf("%+v", o)
			}
		}
	})
}
