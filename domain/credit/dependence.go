package credit

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
)

// DependenceState is where a declared dependence stands.
type DependenceState uint8

// The states of a dependence. It connects its parties while it is in force, and while its end waits for a second person.
const (
	DependenceProposed DependenceState = 1 + iota
	DependenceLive
	DependenceDeclined
	DependenceEnding
	DependenceEnded
)

var dependenceStates = [...]string{"", "proposed", "live", "declined", "ending", "ended"}

// String is the name used in API and console.
func (s DependenceState) String() string { return dependenceStates[s] }

// Connects tells whether the parties count as one risk.
func (s DependenceState) Connects() bool { return s == DependenceLive || s == DependenceEnding }

// Dependence says that a party would likely be unable to fund itself or to repay where another one had such troubles: economic
// dependence in the sense of article 4(1)(39)(b) of Regulation (EU) No 575/2013. Who depends on whom is for its reader: both ways count.
type Dependence struct {
	ID       id.Dependence   `cbor:"1,keyasint"`
	Party    id.Party        `cbor:"2,keyasint"` // that depends
	On       id.Party        `cbor:"3,keyasint"`
	State    DependenceState `cbor:"4,keyasint"`
	Reason   [32]byte        `cbor:"5,keyasint"` // in the vault, as are all of these
	Evidence [32]byte        `cbor:"6,keyasint"`
	Maker    id.Actor        `cbor:"7,keyasint"`
	Checker  id.Actor        `cbor:"8,keyasint,omitempty"`  // who has let it connect them, or declined it
	Since    calendar.Date   `cbor:"9,keyasint,omitempty"`  // business date of that
	Ending   DependenceEnd   `cbor:"10,keyasint,omitzero"`  // that was proposed last, unless it was declined
	Until    calendar.Date   `cbor:"11,keyasint,omitempty"` // business date on which it ended
	Entry    uint64          `cbor:"12,keyasint"`
}

// DependenceEnd is the end of a dependence.
type DependenceEnd struct {
	Maker    id.Actor `cbor:"1,keyasint"`
	Reason   [32]byte `cbor:"2,keyasint"` // in the vault
	Evidence [32]byte `cbor:"3,keyasint"` // likewise
	Checker  id.Actor `cbor:"4,keyasint,omitempty"`
}
