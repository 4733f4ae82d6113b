// Package screening holds lists of names (sanctions, politically exposed persons, adverse reports), how alike a name is to an entry of one,
// the alerts that come of it, and the suspicions that are looked into. Names themselves are in the vault and in files at the edge: records
// hold tokens and scores.
package screening

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
)

// Kind is what a list is of.
type Kind uint8

// The kinds of list.
const (
	Sanctions Kind = 1 + iota
	Exposed        // politically exposed persons, their families and close associates
	Adverse        // names in bad reports
)

// Kinds are the names used in API and console.
var Kinds = [...]string{"", "sanctions", "politically_exposed", "adverse"}

// String is the name used in API and console.
func (k Kind) String() string { return nameOf(Kinds[:], int(k)) }

// ListNameMax is the longest name of a list, in bytes.
const ListNameMax = 64

// List is one version of a list.
type List struct {
	ID        id.ScreeningList `cbor:"1,keyasint"`
	Name      string           `cbor:"2,keyasint"` // "un", "eu", "own": versions of one list have one name
	Kind      Kind             `cbor:"3,keyasint"`
	Version   uint32           `cbor:"4,keyasint"` // from 1
	Hash      [32]byte         `cbor:"5,keyasint"` // SHA-256 of the file as it was imported
	Stored    [32]byte         `cbor:"6,keyasint"` // its entries, in the vault
	Published calendar.Date    `cbor:"7,keyasint"`
	Entries   uint32           `cbor:"8,keyasint"`
	Threshold int16            `cbor:"9,keyasint"` // score from which an alert is opened, 1 to 1000
	Recorded  calendar.Date    `cbor:"10,keyasint"`
	Actor     id.Actor         `cbor:"11,keyasint"`
	Live      bool             `cbor:"12,keyasint"` // the latest of its name
	Entry     uint64           `cbor:"13,keyasint"`
}

// Why is a set of what a score rests on.
type Why uint16

// What a score rests on.
const (
	SameName    Why = 1 << iota // word by word, in whatever order
	OtherOrder                  // the words stand in another order
	Alias                       // of the entry, not its main name
	Misspelt                    // a word differs in some letters
	Initial                     // a word stands for one that begins with it
	WordMissing                 // one name has words more
	Characters                  // the same characters
	Pinyin                      // characters that are read like the other name
	BirthAgrees
	BirthDiffers
	CountryAgrees
	CountryDiffers
	SameIdentifier
)

// WhyNames are the names used in API and console, by bit.
var WhyNames = [...]string{
	"same_name", "other_order", "alias", "misspelt", "initial", "word_missing", "characters", "pinyin", "birth_agrees", "birth_differs", "country_agrees", "country_differs",
	"same_identifier",
}

// Names lists what is in the set.
func (w Why) Names() []string {
	names := []string{}
	for i, name := range WhyNames {
		if w&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// Hit is a subject that is like an entry.
type Hit struct {
	Party   id.Party         `cbor:"1,keyasint"`          // that is screened, or whose person is
	Person  [16]byte         `cbor:"2,keyasint,omitzero"` // token of a person linked to it; zero: the party itself
	List    id.ScreeningList `cbor:"3,keyasint"`
	Listed  [16]byte         `cbor:"4,keyasint"` // the entry, whatever the version of its list
	Listing [16]byte         `cbor:"5,keyasint"` // what the entry says: another value where that has changed
	Subject [16]byte         `cbor:"6,keyasint"` // what is known of the subject: likewise
	Score   int16            `cbor:"7,keyasint"` // 1 to 1000
	Why     Why              `cbor:"8,keyasint"`
	Details [32]byte         `cbor:"9,keyasint"` // the names that were compared, in the vault
}

// AlertState is where an alert stands.
type AlertState uint8

// The states of an alert.
const (
	Open         AlertState = 1 + iota
	TakenForTrue            // by one person; a second one decides
	Cleared                 // a false positive
	Confirmed               // a true match: two persons say so
)

// AlertStates are the names used in API and console.
var AlertStates = [...]string{"", "open", "taken_for_true", "cleared", "confirmed"}

// String is the name used in API and console.
func (s AlertState) String() string { return nameOf(AlertStates[:], int(s)) }

// Alert is a hit on which persons decide.
type Alert struct {
	ID      id.ScreeningAlert `cbor:"1,keyasint"`
	Hit     Hit               `cbor:"2,keyasint"`
	State   AlertState        `cbor:"3,keyasint"`
	Opened  calendar.Date     `cbor:"4,keyasint"`
	First   id.Actor          `cbor:"5,keyasint,omitempty"` // who took it for true, or says that it is not after all
	Reason  [32]byte          `cbor:"6,keyasint,omitzero"`  // of the last decision, in the vault
	Decider id.Actor          `cbor:"7,keyasint,omitempty"` // of the last decision
	Decided calendar.Date     `cbor:"8,keyasint,omitempty"`
	Doubted bool              `cbor:"9,keyasint,omitempty"` // confirmed, and one person now says that it is not
	Entry   uint64            `cbor:"10,keyasint"`
}

// Stands tells whether an alert counts against its party.
func (a *Alert) Stands() bool { return a.State != Cleared }

// Run is one screening of all parties against the lists of a time.
type Run struct {
	Number   uint64             `cbor:"1,keyasint"`
	Lists    []id.ScreeningList `cbor:"2,keyasint"` // ascending; never changed in place
	Date     calendar.Date      `cbor:"3,keyasint"` // on which it began
	Through  uint64             `cbor:"4,keyasint"` // number of the last party that was screened; grows after the run was done as parties come
	Subjects uint64             `cbor:"5,keyasint"` // parties and persons
	Hits     uint64             `cbor:"6,keyasint"` // new alerts
	Done     bool               `cbor:"7,keyasint"`
	Entry    uint64             `cbor:"8,keyasint"`
}

// ScoreMax is the best score.
const ScoreMax = 1000

// HitsMax is the most hits that one command brings, and NamedMax the most parties that one screens by name.
const (
	HitsMax  = 256
	NamedMax = 500
)

// Thresholds by which alerts are opened where a list doesn't say.
const (
	SanctionsFrom = 820
	ExposedFrom   = 860
	AdverseFrom   = 880
)

// ThresholdOf is the score from which a list of a kind opens alerts unless it says otherwise.
func ThresholdOf(k Kind) int16 {
	switch k {
	case Sanctions:
		return SanctionsFrom
	case Exposed:
		return ExposedFrom
	}
	return AdverseFrom
}

func nameOf(names []string, at int) string {
	if at >= len(names) {
		return ""
	}
	return names[at]
}
