// Package observation holds what one source says of goods that were moved, stored or counted, whatever format it came in,
// and what its readers share: exact numbers, times with their zone, JSON that is read strictly, and the identifiers of GS1.
package observation

import (
	"strings"
	"time"

	"millrace/domain/movement"
	"millrace/edge/document"
)

// Observation is one event. Texts are as written; "" stands for what is not given.
type Observation struct {
	Index       int    // which event of the file it is, from 1
	Identity    string // as its reporter names it; "" when it has no name but its content
	Content     []byte // the event's bytes
	Kind        movement.Kind
	Source      movement.Source
	Observed    int64               // in microseconds since the Unix epoch
	Offset      int16               // of the local time there, in minutes east of UTC
	Step        string              // word of the source's vocabulary; "" for none, and for a word of somebody's own
	Disposition string              // likewise
	Location    document.Identifier // where; Value "" when not told
	Seller      document.Party      // without identifiers and name when not told
	Buyer       document.Party
	Owner       document.Party // of goods in store
	References  []Reference
	Goods       []Goods
	Retraction  *Retraction // the event is declared an error; nil for none
}

// Reference is a document that an event names.
type Reference struct {
	To     movement.Paper
	Number string
}

// Goods is how much of one item was seen.
type Goods struct {
	Item     document.Item
	Quantity movement.Quantity
	Unit     string // UN/ECE Recommendation 20 code; "" for pieces
}

// Retraction says that the event of the same identity did not happen, or not so.
type Retraction struct {
	Declared int64  // in microseconds since the Unix epoch
	Reason   string // word of the source's vocabulary
}

// Time reads a time of RFC 3339 with its zone, exactly to the microsecond: what is finer is left aside.
func Time(text string) (at int64, offset int16, ok bool) {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || strings.ContainsAny(text, " ,") {
		return 0, 0, false
	}
	_, seconds := t.Zone()
	return t.UnixMicro(), int16(seconds / 60), true
}

// Offset reads a zone's distance from UTC, "+02:00" or "Z", in minutes; at most 14 hours.
func Offset(text string) (int16, bool) {
	if text == "Z" {
		return 0, true
	}
	if len(text) != 6 || text[0] != '+' && text[0] != '-' || text[3] != ':' {
		return 0, false
	}
	t, err := time.Parse("15:04", text[1:])
	minutes := int16(t.Hour()*60 + t.Minute())
	if err != nil || minutes > 14*60 {
		return 0, false
	}
	if text[0] == '-' {
		minutes = -minutes
	}
	return minutes, true
}

// Quantity reads a decimal number, also one with an exponent as JSON has it, exactly. It is not ok when text is no number,
// has digits beyond the sixth after the point, or is beyond movement.QuantityMax.
func Quantity(text string) (movement.Quantity, bool) {
	rest, negative := strings.CutPrefix(text, "-")
	mantissa, exponent, ok := split(rest)
	if !ok {
		return 0, false
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	shift := exponent + movement.QuantityDigits - len(fraction)
	digits := strings.TrimLeft(whole+fraction, "0")
	for shift < 0 && strings.HasSuffix(digits, "0") {
		digits, shift = digits[:len(digits)-1], shift+1
	}
	if digits == "" {
		return 0, true
	}
	if shift < 0 || len(digits)+shift > 19 {
		return 0, false
	}
	value := uint64(0)
	for _, c := range []byte(digits + strings.Repeat("0", shift)) {
		value = value*10 + uint64(c-'0')
	}
	if value > uint64(movement.QuantityMax) {
		return 0, false
	}
	if negative {
		return -movement.Quantity(value), true
	}
	return movement.Quantity(value), true
}

// split parts "12.5e3" into "12.5" and 3.
func split(text string) (mantissa string, exponent int, ok bool) {
	mantissa, power, scientific := strings.Cut(strings.ToLower(text), "e")
	if scientific {
		power, negative := strings.CutPrefix(strings.TrimPrefix(power, "+"), "-")
		if power == "" || len(power) > 3 || strings.Trim(power, "0123456789") != "" {
			return "", 0, false
		}
		for _, c := range []byte(power) {
			exponent = exponent*10 + int(c-'0')
		}
		if negative {
			exponent = -exponent
		}
	}
	whole, fraction, pointed := strings.Cut(mantissa, ".")
	ok = whole != "" && strings.Trim(whole+fraction, "0123456789") == "" && (!pointed || fraction != "") && len(mantissa) <= 60
	return mantissa, exponent, ok
}

// IsUnit tells whether text has the form of a unit code of UN/ECE Recommendation 20: two or three capital letters and
// digits; which codes there are is not asked.
func IsUnit(text string) bool {
	return len(text) >= 2 && len(text) <= 3 && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}
