package score

import (
	"fmt"
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/id"
)

// Purpose is what a model is asked for.
type Purpose uint8

// The purposes.
const (
	BuyerReview  Purpose = 1 + iota // credit review of who owes
	SellerReview                    // credit review of who sells
	CreditUse                       // control of one use of credit
)

// String is the name used in API and console.
func (p Purpose) String() string {
	return [...]string{"", "buyer_review", "seller_review", "credit_use"}[p]
}

// ParsePurpose reads the name; 0 for an unknown one.
func ParsePurpose(name string) Purpose {
	for p := BuyerReview; p <= CreditUse; p++ {
		if p.String() == name {
			return p
		}
	}
	return 0
}

// State is where a model stands in its life.
type State uint8

// The states of a model. A validated one waits to be made challenger or champion; a retired one stays on record for what it has scored.
const (
	Registered State = 1 + iota
	Validated
	Challenger // scores in its champion's shadow and decides nothing
	Champion   // the one of its purpose and funder
	Retired
)

// String is the name used in API and console.
func (s State) String() string {
	return [...]string{"", "registered", "validated", "challenger", "champion", "retired"}[s]
}

// Scores tells whether a model in this state is asked.
func (s State) Scores() bool { return s == Challenger || s == Champion }

// Model is a table with its life: one version of one name, for one purpose, of one funder or of all that have none of their own.
type Model struct {
	ID        id.Model  `cbor:"1,keyasint"`
	Name      string    `cbor:"2,keyasint"`
	Purpose   Purpose   `cbor:"3,keyasint"`
	Funder    id.Party  `cbor:"4,keyasint,omitempty"` // 0: for every funder that has no champion of its own
	Version   uint32    `cbor:"5,keyasint"`           // from 1, by name, purpose and funder
	State     State     `cbor:"6,keyasint"`
	Packed    []byte    `cbor:"7,keyasint"`           // the table, as Pack gives it
	Hash      [32]byte  `cbor:"8,keyasint"`           // SHA-256 of Packed
	Card      [32]byte  `cbor:"9,keyasint,omitzero"`  // card or report, in the vault
	Training  Training  `cbor:"10,keyasint"`          // what it was measured at
	Reference Reference `cbor:"11,keyasint,omitzero"` // what it scored then; none: drift is not watched

	Maker     id.Actor      `cbor:"12,keyasint"` // who registered it
	Validator id.Actor      `cbor:"13,keyasint,omitempty"`
	Promoter  id.Actor      `cbor:"14,keyasint,omitempty"` // who made it challenger or champion, the last time
	Retirer   id.Actor      `cbor:"15,keyasint,omitempty"`
	Note      [32]byte      `cbor:"16,keyasint,omitzero"`  // of the validation, in the vault
	Entered   calendar.Date `cbor:"17,keyasint"`           // business date of registration
	Checked   calendar.Date `cbor:"18,keyasint,omitempty"` // of validation
	Since     calendar.Date `cbor:"19,keyasint,omitempty"` // of the last promotion or retirement
	Entry     uint64        `cbor:"20,keyasint"`
}

// NameMax is the longest name of a model, in bytes.
const NameMax = 64

// Training is what a model was measured at before it was registered: means over the folds of a cross-validation, in millionths.
type Training struct {
	Cases     uint64 `cbor:"1,keyasint,omitempty" json:"cases"`
	Bads      uint64 `cbor:"2,keyasint,omitempty" json:"bads"`
	Folds     uint32 `cbor:"3,keyasint,omitempty" json:"folds"`
	Seed      uint64 `cbor:"4,keyasint,omitempty" json:"seed"`
	AUC       uint32 `cbor:"5,keyasint,omitempty" json:"auc_millionths"`
	AUCSpread uint32 `cbor:"6,keyasint,omitempty" json:"auc_sd_millionths"` // standard deviation over the folds
	Gini      uint32 `cbor:"7,keyasint,omitempty" json:"gini_millionths"`
	KS        uint32 `cbor:"8,keyasint,omitempty" json:"ks_millionths"`
}

// Check returns the first Fault of the figures, or nil.
func (t *Training) Check() error {
	switch {
	case t.Bads > t.Cases:
		return fault("there are more bads than cases", "training")
	case t.AUC > 1_000_000 || t.AUCSpread > 1_000_000 || t.Gini > 1_000_000 || t.KS > 1_000_000:
		return fault("AUC, its deviation, Gini and KS lie between 0 and 1", "training")
	}
	return nil
}

// Reference is how scores and features were distributed when the model was made: what drift is measured against. Features stand in
// the table's order.
type Reference struct {
	Scores   Distribution   `cbor:"1,keyasint" json:"scores"`
	Features []Distribution `cbor:"2,keyasint,omitempty" json:"features"`
}

// Distribution counts cases by bins: bin i holds what is above Upto[i-1] up to and including Upto[i], the next all that is above, and
// the last what is missing. So Counts has two numbers more than Upto.
type Distribution struct {
	Upto   []int64  `cbor:"1,keyasint,omitempty" json:"upto"`
	Counts []uint32 `cbor:"2,keyasint" json:"counts"`
}

// BinsMax is how many bounds a distribution has at most.
const BinsMax = 32

// Known tells whether there is a reference.
func (r *Reference) Known() bool { return len(r.Scores.Counts) > 0 }

// Check returns the first Fault of a reference for so many features, or nil. No reference is none.
func (r *Reference) Check(features int) error {
	if !r.Known() && len(r.Features) == 0 {
		return nil
	}
	if len(r.Features) != features {
		return fault(fmt.Sprintf("it has distributions of %d features, the table has %d", len(r.Features), features), "reference")
	}
	if err := r.Scores.check("reference of scores"); err != nil {
		return err
	}
	for i := range r.Features {
		where := fmt.Sprintf("reference of feature %d", i+1)
		if err := r.Features[i].check(where); err != nil {
			return err
		}
		if r.Features[i].total() != r.Scores.total() {
			return fault("it counts another number of cases than that of scores", "%s", where)
		}
	}
	return nil
}

func (d *Distribution) check(where string) error {
	if len(d.Upto) > BinsMax || len(d.Counts) != len(d.Upto)+2 {
		return fault(fmt.Sprintf("it has at most %d bounds, and two counts more than bounds", BinsMax), "%s", where)
	}
	for i, upto := range d.Upto {
		if upto == Missing || i > 0 && upto <= d.Upto[i-1] {
			return fault("its bounds do not ascend", "%s", where)
		}
	}
	if total := d.total(); total == 0 || total > 1<<31 {
		return fault("it counts no cases, or too many", "%s", where)
	}
	return nil
}

func (d *Distribution) total() uint64 {
	var total uint64
	for _, c := range d.Counts {
		total += uint64(c)
	}
	return total
}

// place is the bin of a fact.
func (d *Distribution) place(fact int64) int {
	if fact == Missing {
		return len(d.Upto) + 1
	}
	low, high := 0, len(d.Upto)
	for low < high {
		middle := (low + high) / 2
		if d.Upto[middle] < fact {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

// Bins is how many counts a month has: those of scores, then those of each feature.
func (r *Reference) Bins() int {
	bins := len(r.Scores.Counts)
	for i := range r.Features {
		bins += len(r.Features[i].Counts)
	}
	return bins
}

// Count counts one scoring into the bins of a month, of which there are Bins.
func (r *Reference) Count(counts []uint32, facts []int64, units int64) {
	counts[r.Scores.place(units)]++
	from := len(r.Scores.Counts)
	for i := range r.Features {
		counts[from+r.Features[i].place(facts[i])]++
		from += len(r.Features[i].Counts)
	}
}

// Month counts what one model scored in one month, by the bins of its reference.
type Month struct {
	Model   id.Model `cbor:"1,keyasint"`
	Month   uint32   `cbor:"2,keyasint"` // year × 100 + month of the business date
	Scored  uint64   `cbor:"3,keyasint"` // how often it was asked
	Counts  []uint32 `cbor:"4,keyasint,omitempty"`
	Ordinal uint64   `cbor:"5,keyasint"` // number of the record
	Entry   uint64   `cbor:"6,keyasint"`
}

// MonthOf is the month of a date as a number: year × 100 + month.
func MonthOf(date calendar.Date) uint32 { return uint32(date.Year()*100 + date.Month()) }

// DistributionOf counts values by at most so many bins of about equal size, 1 to BinsMax + 1, besides what is missing.
func DistributionOf(values []int64, bins int) Distribution {
	known := make([]int64, 0, len(values))
	for _, v := range values {
		if v != Missing {
			known = append(known, v)
		}
	}
	slices.Sort(known)
	var d Distribution
	for k := 1; k < bins && len(known) > 0; k++ {
		upto := known[max(0, k*len(known)/bins-1)]
		if upto < known[len(known)-1] && (len(d.Upto) == 0 || d.Upto[len(d.Upto)-1] < upto) {
			d.Upto = append(d.Upto, upto)
		}
	}
	d.Counts = make([]uint32, len(d.Upto)+2)
	for _, v := range values {
		d.Counts[d.place(v)]++
	}
	return d
}
