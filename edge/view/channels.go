package view

import (
	"encoding/json"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/trade"
	"millrace/edge/access"
	"millrace/edge/locale"
	"millrace/engine/vault"
)

// Companion is a file that came beside a document.
type Companion struct {
	Number int    `json:"number" doc:"from 1; its bytes are at /v1/documents/{id}/companions/{n}"`
	Name   string `json:"name,omitempty" doc:"missing once it was erased"`
}

// Verification is what a tax bureau has said of a document.
type Verification struct {
	ID     string `json:"id"`
	Status string `json:"status" enum:"valid,void,red,unknown,differs"`
	At     string `json:"at" doc:"by the bureau's clock"`
	Entry  uint64 `json:"entry"`
}

// Mapping says how a party's tables are read; one version.
type Mapping struct {
	ID      string          `json:"id"`
	Party   *Ref            `json:"party"`
	Name    string          `json:"name"`
	Version int             `json:"version" doc:"from 1"`
	Active  bool            `json:"active" doc:"the version by which tables are read"`
	Mapping json.RawMessage `json:"mapping,omitempty" doc:"missing once it was erased"`
	Maker   *Ref            `json:"maker,omitempty"`
	Entry   uint64          `json:"entry"`
}

var mappings = source[book.Mapping]{
	table: "mapping", parties: []string{"party"}, scope: shares(share{roles: anyRole, sql: "party = ?"}),
}

// Mapping gives a mapping that the caller sees, else ErrNotFound.
func (v *View) Mapping(c access.Caller, of id.Mapping) (Mapping, error) {
	return one(v, &mappings, c, of.Number(), (*showing).showMapping)
}

// Mappings lists the mappings that the caller sees.
func (v *View) Mappings(c access.Caller, q Query) (Page[Mapping], error) {
	return many(v, &mappings, c, q, (*showing).showMapping)
}

func (s *showing) showMapping(r *book.Mapping) Mapping {
	text, err := s.text(r.Stored)
	s.note(err)
	shown := Mapping{
		ID: r.ID.String(), Party: s.party(r.Party), Name: r.Name, Version: int(r.Version), Active: r.Active, Mapping: json.RawMessage(text), Entry: r.Entry,
	}
	shown.Maker, _ = s.people(r.Actor, 0)
	return shown
}

// ActiveMapping gives the version of a party's mapping by which tables are read now; ErrNotFound for none that the caller sees.
func (v *View) ActiveMapping(c access.Caller, of id.Party, name string) (Mapping, error) {
	number := uint64(0)
	err := rows(v, "SELECT number, record FROM mapping WHERE party = ? AND name = ? AND active = 1", []any{int64(of), name},
		func(n uint64, _ *book.Mapping) error {
			number = n
			return nil
		})
	if err != nil {
		return Mapping{}, err
	}
	return one(v, &mappings, c, number, (*showing).showMapping)
}

// evidence completes a document with what came beside it and what a tax bureau has said of it, oldest first.
func (v *View) evidence(d *Document, of id.Document) error {
	for i, companion := range d.companions {
		name, err := v.text(companion.Name)
		if err != nil {
			return err
		}
		d.Companions = append(d.Companions, Companion{Number: i + 1, Name: name})
	}
	return rows(v, "SELECT number, record FROM verification WHERE document = ? ORDER BY number", []any{int64(of)}, func(_ uint64, r *book.Verification) error {
		d.Verifications = append(d.Verifications, Verification{ID: r.ID.String(), Status: r.Status.String(), At: Time(r.At), Entry: r.Entry})
		return nil
	})
}

// Companion gives the name and the bytes of a file that came beside a document, by its number from 1; ErrNotFound for none, and
// vault.ErrNotFound when they were erased.
func (v *View) Companion(c access.Caller, d id.Document, number int) (name string, bytes []byte, err error) {
	record, err := get(v, &documents, c, d.Number())
	if err != nil {
		return "", nil, err
	}
	if number < 1 || number > len(record.Companions) {
		return "", nil, ErrNotFound
	}
	companion := record.Companions[number-1]
	if _, bytes, err = v.vault.Get(v.ctx, vault.Ref(companion.Stored)); err != nil {
		return "", nil, err
	}
	name, err = v.text(companion.Name)
	return name, bytes, err
}

// Identity is the document's identity between its parties, as commands about it name it.
func (d *Document) Identity() [16]byte { return d.identity }

var verificationSentences = map[trade.Verification]string{
	trade.VerifiedValid: "is valid", trade.VerifiedVoid: "was cancelled", trade.VerifiedRed: "was reversed by a red invoice",
	trade.VerifiedUnknown: "is not known there", trade.VerifiedDiffers: "is there with another day, total or party",
}

func (s *showing) ofChannels(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.VerificationRecorded:
		v := &e.Verification
		return locale.Say("The tax bureau said at %s that %s %s.", Time(v.At), v.Document, say(verificationSentences[v.Status]))
	case *book.ClosingProposed:
		return locale.Say("The books are to be closed until %s.", e.Period.Until)
	case *book.PeriodClosed:
		if e.State == book.ClosingDeclined {
			return locale.Say("The closing of %s was declined.", e.Period)
		}
		return locale.Say("The books of %s are closed.", e.Period)
	case *book.FixingRecorded:
		if e.Fixing.Replaces != 0 {
			return locale.Say("%s of %s is put right: %s.", e.Fixing.Base, e.Fixing.Date, e.Fixing.Rate)
		}
		return locale.Say("%s was fixed at %s on %s.", e.Fixing.Base, e.Fixing.Rate, e.Fixing.Date)
	case *book.MappingSet:
		return locale.Say("Tables of %s named %q are read by version %d of their mapping.", s.name(e.Mapping.Party), e.Mapping.Name, e.Mapping.Version)
	}
	return nil
}
