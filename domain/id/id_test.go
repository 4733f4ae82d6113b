package id_test

import (
	"testing"

	"millrace/domain/id"
	"pgregory.net/rapid"
)

type kind struct{}

func (kind) Prefix() string { return "rcv" }

type other struct{}

func (other) Prefix() string { return "fin" }

func TestPrintedAndParsedBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := id.Make[id.Of[kind]](rapid.Uint16Range(1, id.ShardMax).Draw(t, "shard"), rapid.Uint64Range(1, id.NumberMax).Draw(t, "number"))
		got, err := id.Parse[id.Of[kind]](v.String())
		if err != nil || got != v {
			t.Fatalf("Parse(%q) = %v, %v", v, got, err)
		}
		if _, err := id.Parse[id.Of[other]](v.String()); err == nil {
			t.Fatalf("%q was taken for another kind", v)
		}
	})
}

// ISO/IEC 7064 promises that every single wrong digit is found.
func TestOneWrongDigitIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(id.Make[id.Of[kind]](1, rapid.Uint64Range(1, id.NumberMax).Draw(t, "number")).String())
		at := rapid.IntRange(len("rcv_1-"), len(text)-3).Draw(t, "at")
		digit := byte('0' + rapid.IntRange(0, 9).Draw(t, "digit"))
		if text[at] == digit {
			return
		}
		text[at] = digit
		if v, err := id.Parse[id.Of[kind]](string(text)); err == nil {
			t.Fatalf("%s was accepted as %v", text, v)
		}
	})
}

// Worked by hand after ISO/IEC 7064 MOD 37,36: the standard's own example string has this check character.
func TestKnownCheckCharacter(t *testing.T) {
	if got := id.CheckCharacter("A12425GABC1234002"); got != 'M' {
		t.Fatalf("check character %c, want M", got)
	}
}
