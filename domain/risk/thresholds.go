package risk

// Thresholds are the bounds of the rules that a programme may set for itself. They are stored with the policy that sets them; Presumed are
// those of a programme that has none.
type Thresholds struct{}

// Presumed are the thresholds of an edition.
func Presumed(Edition) *Thresholds { return &Thresholds{} }

// PolicyState is where a policy stands.
type PolicyState uint8

// The states of a policy.
const (
	PolicyProposed PolicyState = 1 + iota
	PolicyLive
	PolicyReplaced
	PolicyDeclined
)

var policyStates = [...]string{"", "proposed", "live", "replaced", "declined"}

// String is the name used in API and console.
func (s PolicyState) String() string { return policyStates[s] }

// MarshalText gives the name.
func (s PolicyState) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
