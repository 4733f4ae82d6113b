// Package rule holds what every rule answers with, whichever domain it belongs to: a verdict with the measure that led
// to it, so that a decision can be explained and evaluated again from the facts stored with it.
package rule

// Verdict is what one rule says. The greater verdict wins when several rules speak.
type Verdict uint8

// The verdicts.
const (
	Pass   Verdict = iota // nothing against it
	Refer                 // a person must look
	Refuse                // not to be done
)

// String is the name used in API and console.
func (v Verdict) String() string {
	switch v {
	case Pass:
		return "pass"
	case Refer:
		return "refer"
	case Refuse:
		return "refuse"
	}
	return "unknown"
}

// MarshalText gives the name.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// Outcome is one rule's answer for one set of facts.
type Outcome struct {
	Rule    string  `cbor:"1,keyasint" json:"rule"`              // the rule's code
	Verdict Verdict `cbor:"2,keyasint" json:"verdict"`           //
	Measure int64   `cbor:"3,keyasint" json:"measure"`           // what was measured, in the rule's unit
	Bound   int64   `cbor:"4,keyasint" json:"bound"`             // what it was compared with
	Version uint16  `cbor:"5,keyasint" json:"version,omitempty"` // of the rule
}

// Worst is the greatest verdict among the outcomes; Pass when there are none.
func Worst(outcomes []Outcome) Verdict {
	worst := Pass
	for _, o := range outcomes {
		worst = max(worst, o.Verdict)
	}
	return worst
}
