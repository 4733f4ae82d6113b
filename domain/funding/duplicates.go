package funding

// DuplicateAction is what a programme does with a receivable that may have been seen before.
type DuplicateAction uint8

// The actions. Without one the default holds.
const (
	DuplicateDefault DuplicateAction = iota
	DuplicateNote                    // the finding stays on record and stops nothing
	DuplicateRefer                   // a person of the funder decides
	DuplicateBlock                   // not financed unless the finding is cleared
)

// DuplicateActionNames are the names used in API and console, by action.
var DuplicateActionNames = [...]string{"default", "note", "refer", "block"}

// String is the name used in API and console.
func (a DuplicateAction) String() string { return DuplicateActionNames[a] }

// DuplicatePolicy is what a programme does with each result of the ladder of duplicates. The exact identity is no choice: it
// never becomes a second receivable. The zero value is the defaults.
type DuplicatePolicy struct {
	Renumbered DuplicateAction `cbor:"1,keyasint,omitempty"` // same goods and amount; default refer
	Near       DuplicateAction `cbor:"2,keyasint,omitempty"` // number, amount and date a little off; default refer
	CrossType  DuplicateAction `cbor:"3,keyasint,omitempty"` // the same trade by evidence of another type; default block
	SameAmount DuplicateAction `cbor:"4,keyasint,omitempty"` // same amount, nothing else to compare; default refer
	Aggregate  DuplicateAction `cbor:"5,keyasint,omitempty"` // more financed than ordered or received in total; default refer
	ReferFrom  int32           `cbor:"6,keyasint,omitempty"` // weight in hundredths of a bit from which an action is taken; default 600
	NearAmount int32           `cbor:"7,keyasint,omitempty"` // most that a near amount differs, in millionths; default and most 10,000
	NearDays   int32           `cbor:"8,keyasint,omitempty"` // most that a near date differs; default and most 10
	Tolerance  int32           `cbor:"9,keyasint,omitempty"` // by which the sum financed may lie above what was ordered and received, in millionths; default 50,000
}

// The defaults and bounds of a policy.
const (
	DuplicateReferFrom    = 600
	DuplicateReferFromMax = 10_000
	DuplicateNearAmount   = 10_000
	DuplicateNearDays     = 10
	DuplicateTolerance    = 50_000
	DuplicateToleranceMax = 1_000_000
)

// Valid tells whether every part of the policy lies within its bounds.
func (p DuplicatePolicy) Valid() bool {
	for _, action := range [...]DuplicateAction{p.Renumbered, p.Near, p.CrossType, p.SameAmount, p.Aggregate} {
		if action > DuplicateBlock {
			return false
		}
	}
	return p.ReferFrom >= 0 && p.ReferFrom <= DuplicateReferFromMax && p.NearAmount >= 0 && p.NearAmount <= DuplicateNearAmount &&
		p.NearDays >= 0 && p.NearDays <= DuplicateNearDays && p.Tolerance >= 0 && p.Tolerance <= DuplicateToleranceMax
}

// Effective gives the policy with the defaults filled in.
func (p DuplicatePolicy) Effective() DuplicatePolicy {
	action := func(chosen *DuplicateAction, otherwise DuplicateAction) {
		if *chosen == DuplicateDefault {
			*chosen = otherwise
		}
	}
	action(&p.Renumbered, DuplicateRefer)
	action(&p.Near, DuplicateRefer)
	action(&p.CrossType, DuplicateBlock)
	action(&p.SameAmount, DuplicateRefer)
	action(&p.Aggregate, DuplicateRefer)
	number := func(chosen *int32, otherwise int32) {
		if *chosen == 0 {
			*chosen = otherwise
		}
	}
	number(&p.ReferFrom, DuplicateReferFrom)
	number(&p.NearAmount, DuplicateNearAmount)
	number(&p.NearDays, DuplicateNearDays)
	number(&p.Tolerance, DuplicateTolerance)
	return p
}
