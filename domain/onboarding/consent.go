package onboarding

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
)

// Consent is a party's word that funders may rely on its file: those of a programme, or one.
type Consent struct {
	ID        id.Consent    `cbor:"1,keyasint"`
	Party     id.Party      `cbor:"2,keyasint"`
	Programme id.Programme  `cbor:"3,keyasint,omitempty"` // 0: wherever the funder takes part
	Funder    id.Party      `cbor:"4,keyasint,omitempty"` // 0: every funder of the programme
	Given     calendar.Date `cbor:"5,keyasint"`
	Until     calendar.Date `cbor:"6,keyasint"` // last day
	Giver     id.Actor      `cbor:"7,keyasint"`
	Withdrawn calendar.Date `cbor:"8,keyasint,omitempty"`
	Withdrew  id.Actor      `cbor:"9,keyasint,omitempty"`
	Entry     uint64        `cbor:"10,keyasint"`
}

// On tells whether a consent is good on a day: not once it was withdrawn, from that moment on.
func (c *Consent) On(today calendar.Date) bool {
	return c.Withdrawn == 0 && c.Given <= today && today <= c.Until
}

// Reading says that a funder has read a file.
type Reading struct {
	ID      id.FileReading    `cbor:"1,keyasint"`
	File    id.OnboardingFile `cbor:"2,keyasint"`
	Party   id.Party          `cbor:"3,keyasint"` // whose file it is
	Funder  id.Party          `cbor:"4,keyasint"`
	Consent id.Consent        `cbor:"5,keyasint"`
	Actor   id.Actor          `cbor:"6,keyasint"`
	Date    calendar.Date     `cbor:"7,keyasint"`
	Through uint64            `cbor:"8,keyasint"` // entry that had changed the file last: what was read
	Entry   uint64            `cbor:"9,keyasint"`
}
