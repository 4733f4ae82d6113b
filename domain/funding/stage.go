package funding

// Stage is how far the goods of a trade have come that is financed before there is a receivable. Goods are financed at one
// stage at a time; a later one repays an earlier one.
type Stage uint8

// The stages, in their order.
const (
	OnOrder   Stage = 1 + iota // ordered: what is to be made
	InTransit                  // shipped by the seller
	Delivered                  // received by the buyer, or accepted, and not billed yet
	Billed                     // there is a receivable: the last stage
)

// StageNames are the names used in API and console, by stage.
var StageNames = [...]string{"", "on_order", "in_transit", "delivered", "billed"}

// String is the name used in API and console.
func (s Stage) String() string { return StageNames[s] }

// MarshalText gives the name.
func (s Stage) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// At is the stage of a financing.
func (f *Financing) At() Stage {
	if f.Receivable != 0 {
		return Billed
	}
	return f.Stage
}
