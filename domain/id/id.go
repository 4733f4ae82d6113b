// Package id gives every record of the book a typed identity that a person can read, type and check.
//
// An identity is a shard and a number in one integer; its kind is its Go type. In print it has a prefix, the shard,
// the number and a check character: "rcv_1-42-H". The check character is that of ISO/IEC 7064 MOD 37,36 over prefix,
// shard and number, so that one wrong character or two neighbours exchanged are always noticed.
package id

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ShardMax and NumberMax bound the two halves of an identity.
const (
	ShardMax  = 1<<16 - 1
	NumberMax = 1<<48 - 1
)

// Kind is implemented by an empty struct a package and gives the printed prefix, three lower-case letters.
type Kind interface{ Prefix() string }

// Of is the identity of a record of kind K: number * 2^16 + shard, so that identities of one shard sort by number and
// young ones are short in the journal. The zero value names no record.
type Of[K Kind] uint64

// Make joins shard (1 to ShardMax) and number (1 to NumberMax) to an identity, as in Make[Party](1, 42); it panics outside these ranges.
func Make[I ~uint64](shard uint16, number uint64) I {
	if shard == 0 || number == 0 || number > NumberMax {
		panic(fmt.Sprintf("id: shard %d number %d out of range", shard, number))
	}
	return I(number<<16 | uint64(shard))
}

// Shard is the book that assigned the identity; 0 for the zero value.
func (v Of[K]) Shard() uint16 { return uint16(v) }

// Number counts the records of this kind in the shard from 1; 0 for the zero value.
func (v Of[K]) Number() uint64 { return uint64(v) >> 16 }

// String prints the identity, or "" for the zero value.
func (v Of[K]) String() string {
	if v == 0 {
		return ""
	}
	body := v.Prefix() + "_" + strconv.FormatUint(uint64(v.Shard()), 10) + "-" + strconv.FormatUint(v.Number(), 10)
	return body + "-" + string(checkCharacter(body))
}

// MarshalText prints the identity for JSON and forms.
func (v Of[K]) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads what MarshalText printed; an empty text is the zero value.
func (v *Of[K]) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*v = 0
		return nil
	}
	parsed, err := Parse[Of[K]](string(text))
	if err != nil {
		return err
	}
	*v = parsed
	return nil
}

// Prefix is what stands before the underscore in print.
func (Of[K]) Prefix() string {
	var kind K
	return kind.Prefix()
}

// Parse reads a printed identity, as in Parse[Party]("pty_1-42-H"). It is strict: the one spelling that String gives.
func Parse[I interface {
	~uint64
	Prefix() string
}](text string) (I, error) {
	prefix := I(0).Prefix() + "_"
	if !strings.HasPrefix(text, prefix) {
		return 0, fmt.Errorf("%q is not an identity that begins with %q", text, prefix)
	}
	parts := strings.Split(text[len(prefix):], "-")
	if len(parts) != 3 || len(parts[2]) != 1 {
		return 0, fmt.Errorf("%q is not of the form %s1-42-C", text, prefix)
	}
	shard, err := parseNumber(parts[0], ShardMax)
	if err != nil {
		return 0, fmt.Errorf("%q: shard: %w", text, err)
	}
	number, err := parseNumber(parts[1], NumberMax)
	if err != nil {
		return 0, fmt.Errorf("%q: number: %w", text, err)
	}
	if want := checkCharacter(text[:len(text)-2]); parts[2][0] != want {
		return 0, fmt.Errorf("%q: the check character is wrong; is a character mistyped?", text)
	}
	return Make[I](uint16(shard), number), nil
}

// PrefixOf gives what stands before the underscore of a printed identity, or "".
func PrefixOf(text string) string {
	prefix, _, found := strings.Cut(text, "_")
	if !found {
		return ""
	}
	return prefix
}

var errNumber = errors.New("not a positive number without leading zeros")

func parseNumber(text string, limit uint64) (uint64, error) {
	if text == "" || text[0] < '1' || text[0] > '9' {
		return 0, errNumber
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n > limit {
		return 0, errNumber
	}
	return n, nil
}

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// checkCharacter computes ISO/IEC 7064 MOD 37,36 over the letters and digits of body; other characters don't count.
func checkCharacter(body string) byte {
	const modulus = 36
	product := modulus
	for i := 0; i < len(body); i++ {
		value := strings.IndexByte(alphabet, upper(body[i]))
		if value < 0 {
			continue
		}
		sum := (product + value) % modulus
		if sum == 0 {
			sum = modulus
		}
		product = sum * 2 % (modulus + 1)
	}
	return alphabet[(modulus+1-product)%modulus]
}

func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}
