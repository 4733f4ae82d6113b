package view

import (
	"encoding/hex"

	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/receivable"
	"millrace/edge/access"
)

// SigningKey is an Ed25519 key of a signatory, bound to the party for which it signs.
type SigningKey struct {
	ID        string `json:"id"`
	Party     *Ref   `json:"party" doc:"whom a signature binds"`
	Signatory *Ref   `json:"signatory" doc:"who holds the private half"`
	Public    string `json:"public" doc:"Ed25519, 32 bytes, hexadecimal"`
	State     string `json:"state" enum:"proposed,live,revoked"`
	Entry     uint64 `json:"entry"`
}

var signingKeys = source[mandate.SigningKey]{
	table: "signing_key", state: "state", parties: []string{"party"}, scope: shares(share{anyRole, "party = ?"}),
}

// SigningKey gives a signing key that the caller sees, else ErrNotFound.
func (v *View) SigningKey(c access.Caller, of id.SigningKey) (SigningKey, error) {
	return one(v, &signingKeys, c, of.Number(), (*showing).showSigningKey)
}

// ReceivableRecord gives a receivable that the caller sees as it is stored, else ErrNotFound: what is signed is made of it.
func (v *View) ReceivableRecord(c access.Caller, of id.Receivable) (receivable.Receivable, error) {
	record, err := get(v, &receivables, c, of.Number())
	if err != nil {
		return receivable.Receivable{}, err
	}
	return *record, nil
}

func (s *showing) showSigningKey(r *mandate.SigningKey) SigningKey {
	return SigningKey{
		ID: r.ID.String(), Party: s.party(r.Party), Signatory: s.actor(r.Signatory), Public: hex.EncodeToString(r.Public[:]), State: r.State.String(), Entry: r.Entry,
	}
}
