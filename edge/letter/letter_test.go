package letter_test

import (
	"bytes"
	"compress/zlib"
	"errors"
	"flag"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"millrace/domain/calendar"
	"millrace/domain/legal"
	"millrace/edge/letter"
)

var update = flag.Bool("update", false, "write the golden texts")

func notice() letter.Notice {
	date, _ := calendar.Of(2026, 9, 1)
	return letter.Notice{
		Kind: legal.Assignment, Date: date, Reference: "prg_1-1-O pty_1-5-H",
		Assignor: letter.Party{Name: "Plošnospoj Turčava s.r.o.", Street: "Nábrežná 4", PostalCode: "911 01", City: "Trenčín", Country: "SK"},
		Assignee: letter.Party{Name: "Mühlgraben Factoring GmbH", Country: "DE"},
		Debtor:   letter.Party{Name: "Sázavin Elektronika s.r.o.", Street: "Dlouhá 12", PostalCode: "285 06", City: "Sázava", Country: "CZ"},
		Account:  letter.Account{IBAN: "DE89370400440532013000", BIC: "COBADEFFXXX", Holder: "Treuhandbank Oderwerder AG, collections"},
		Law:      "DE",
	}
}

// textOf takes the printed text out of a PDF: the strings that are shown, which are UTF-16 with this kind of font.
func textOf(t *testing.T, pdf []byte) string {
	t.Helper()
	var lines []string
	for _, stream := range regexp.MustCompile(`(?s)stream\n(.*?)\nendstream`).FindAllSubmatch(pdf, -1) {
		reader, err := zlib.NewReader(bytes.NewReader(stream[1]))
		if err != nil {
			continue
		}
		content, err := io.ReadAll(reader)
		if err != nil || !bytes.Contains(content, []byte("BT")) {
			continue
		}
		for _, shown := range regexp.MustCompile(`(?s)\(((?:\\.|[^\\)])*)\) ?T[jJ]`).FindAllSubmatch(content, -1) {
			raw := regexp.MustCompile(`(?s)\\(.)`).ReplaceAllFunc(shown[1], func(escaped []byte) []byte {
				if escaped[1] == 'r' {
					return []byte("\r")
				}
				return escaped[1:]
			})
			var units []uint16
			for i := 0; i+1 < len(raw); i += 2 {
				units = append(units, uint16(raw[i])<<8|uint16(raw[i+1]))
			}
			lines = append(lines, string(utf16.Decode(units)))
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

func TestLetters(t *testing.T) {
	one := notice()
	one.Claim = &letter.Claim{Invoice: "RG-2026/104", Amount: "EUR 49,282.66", Due: "2026-11-30"}
	back := one
	back.Kind = legal.Reassignment
	back.Account = letter.Account{Number: "0712-44", Holder: "Plošnospoj Turčava s.r.o."}
	for name, n := range map[string]letter.Notice{"all": notice(), "one": one, "back": back} {
		t.Run(name, func(t *testing.T) {
			pdf, err := letter.Write(n)
			if err != nil {
				t.Fatal(err)
			}
			again, err := letter.Write(n)
			if err != nil || !bytes.Equal(pdf, again) {
				t.Fatal("the same notice gives other bytes", err)
			}
			if len(pdf) > 200_000 || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
				t.Errorf("%d bytes, %.8q", len(pdf), pdf)
			}
			golden := "testdata/" + name + ".txt"
			got := textOf(t, pdf)
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("the letter says\n%s\nand should say\n%s", got, want)
			}
		})
	}
}

func TestWhatCantBeShownIsRefused(t *testing.T) {
	for _, name := range []string{"บริษัทเครื่องจักร", "مصنع", "Firma 🏭", "a\u0301b", "bad \xff", "line\nbreak"} {
		n := notice()
		n.Debtor.Name = name
		_, err := letter.Write(n)
		var refused *letter.TextError
		if !errors.As(err, &refused) || refused.Field != "debtor" || refused.Text != name {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"Ελληνική Βιομηχανία Α.Ε.", "ООО Ромашка", "Société d’Équipement – Œuvre", "Łódź Żelazo Sp. z o.o."} {
		n := notice()
		n.Debtor.Name = name
		pdf, err := letter.Write(n)
		if err != nil || !strings.Contains(textOf(t, pdf), name) {
			t.Errorf("%q: %v", name, err)
		}
	}
	n := notice()
	n.Account.IBAN = ""
	var missing *letter.Missing
	if _, err := letter.Write(n); !errors.As(err, &missing) || missing.Field != "account" {
		t.Error(err)
	}
}
