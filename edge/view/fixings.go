package view

import (
	"millrace/book"
	"millrace/domain/id"
	"millrace/edge/access"
)

// Fixing is the value of a base rate on a day, as it was published.
type Fixing struct {
	ID       string `json:"id"`
	Base     string `json:"base" example:"EURIBOR-3M"`
	Date     string `json:"date"`
	Rate     string `json:"rate" doc:"a year, in per cent" example:"2.1000"`
	Replaces string `json:"replaces,omitempty" doc:"a fixing that was wrong: this one counts"`
	Maker    *Ref   `json:"maker,omitempty"`
	Entry    uint64 `json:"entry"`
}

var fixings = source[book.Fixing]{table: "fixing", scope: shares(share{roles: anyRole, sql: "1"})}

// Fixing gives a fixing, else ErrNotFound. Everybody sees them: they are published.
func (v *View) Fixing(c access.Caller, of id.Fixing) (Fixing, error) {
	return one(v, &fixings, c, of.Number(), (*showing).showFixing)
}

// Fixings lists the fixings.
func (v *View) Fixings(c access.Caller, q Query) (Page[Fixing], error) {
	return many(v, &fixings, c, q, (*showing).showFixing)
}

func (s *showing) showFixing(r *book.Fixing) Fixing {
	shown := Fixing{ID: r.ID.String(), Base: r.Base, Date: day(r.Date), Rate: Percent(r.Rate), Entry: r.Entry}
	if r.Replaces != 0 {
		shown.Replaces = r.Replaces.String()
	}
	shown.Maker, _ = s.people(r.Maker, 0)
	return shown
}
