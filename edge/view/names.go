package view

import (
	"encoding/json"
	"errors"
	"time"

	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/intake"
	"millrace/engine/vault"
)

// remembered is a row of the vault, read a short while ago.
type remembered struct {
	kind  string
	bytes []byte
	until time.Time
}

const (
	profilesMax  = 4096
	profilesSpan = 30 * time.Second // after which what was erased in the meantime is no longer shown
)

// Forget drops what was remembered of the vault: after something was erased.
func (r *Reader) Forget() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	clear(r.profiles)
	r.directories.forget()
}

// kept reads from the vault; nothing for what was erased.
func (v *View) kept(ref vault.Ref) ([]byte, error) {
	if ref == (vault.Ref{}) {
		return nil, nil
	}
	now := time.Now()
	v.mutex.Lock()
	known, found := v.profiles[ref]
	v.mutex.Unlock()
	if found && now.Before(known.until) {
		return known.bytes, nil
	}
	kind, bytes, err := v.vault.Get(v.ctx, ref)
	if err != nil && !errors.Is(err, vault.ErrNotFound) {
		return nil, err
	}
	v.mutex.Lock()
	defer v.mutex.Unlock()
	if len(v.profiles) >= profilesMax {
		clear(v.profiles)
	}
	v.profiles[ref] = remembered{kind, bytes, now.Add(profilesSpan)}
	return bytes, nil
}

// text reads a text from the vault.
func (v *View) text(ref [32]byte) (string, error) {
	bytes, err := v.kept(ref)
	return string(bytes), err
}

// profile reads a party's profile; an empty one where it was erased.
func (v *View) profile(ref party.Reference) (intake.Profile, error) {
	var profile intake.Profile
	bytes, err := v.kept(vault.Ref(ref))
	if err != nil {
		return profile, err
	}
	if json.Unmarshal(bytes, &profile) != nil {
		return intake.Profile{}, nil
	}
	return profile, nil
}

// Ref names a record: its id and, where it has one, its name.
type Ref struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

// String is the name, else the id.
func (r *Ref) String() string {
	switch {
	case r == nil:
		return ""
	case r.Name != "":
		return r.Name
	}
	return r.ID
}

// party names a party; nil for none.
func (v *View) party(p id.Party) (*Ref, error) {
	if p == 0 {
		return nil, nil
	}
	record, err := v.partyRecord(p)
	if err != nil {
		return nil, err
	}
	profile, err := v.profile(record.Profile)
	return &Ref{ID: p.String(), Name: profile.Name}, err
}

// ProgrammeName gives the anchor of a programme and its product; nil for one that there is none of. It does not ask whether the caller sees the programme.
func (v *View) ProgrammeName(c access.Caller, of id.Programme) (anchor, product *Ref, err error) {
	record, err := v.programme(of)
	if record == nil || err != nil {
		return nil, nil, err
	}
	s := &showing{View: v, caller: c}
	anchor, product = s.party(record.Anchor), s.productRef(record.Product)
	return anchor, product, s.err
}

func (v *View) partyRecord(p id.Party) (party.Party, error) {
	if record, found := v.parties[p]; found {
		return record, nil
	}
	var found party.Party
	err := rows(v, "SELECT number, record FROM party WHERE number = ?", []any{int64(p.Number())}, func(_ uint64, record *party.Party) error {
		found = *record
		return nil
	})
	v.parties[p] = found
	return found, err
}

func (v *View) actorRecord(a id.Actor) (party.Actor, error) {
	if record, found := v.actors[a]; found {
		return record, nil
	}
	var found party.Actor
	err := rows(v, "SELECT number, record FROM actor WHERE number = ?", []any{int64(a.Number())}, func(_ uint64, record *party.Actor) error {
		found = *record
		return nil
	})
	v.actors[a] = found
	return found, err
}

// actor names an actor; nil for the node itself.
func (v *View) actor(a id.Actor) (*Ref, error) {
	if a == 0 {
		return nil, nil
	}
	record, err := v.actorRecord(a)
	if err != nil {
		return nil, err
	}
	name, err := v.text(record.Profile)
	return &Ref{ID: a.String(), Name: name}, err
}

// bankDetails reads the details of a bank account.
func (v *View) bankDetails(ref party.Reference) (intake.BankDetails, error) {
	var details intake.BankDetails
	bytes, err := v.kept(vault.Ref(ref))
	if err != nil {
		return details, err
	}
	if json.Unmarshal(bytes, &details) != nil {
		return intake.BankDetails{}, nil
	}
	return details, nil
}
