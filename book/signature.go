package book

import (
	"crypto/ed25519"
	"fmt"
	"strings"

	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
)

// Signature is that of one signatory, Ed25519 (RFC 8032) over the statement of the command that carries it. The public key
// stands beside it, so that it can be verified without the book; whether that is still the key of that name is asked in
// the book.
type Signature struct {
	Key    id.SigningKey `cbor:"1,keyasint"`
	Public [32]byte      `cbor:"2,keyasint"`
	Bytes  [64]byte      `cbor:"3,keyasint"`
}

// Signed is a command that carries signatures. Statement is the text that is signed: lines of "name: value" under a first
// line that names act and version, amounts in minor units. Verify compares every signature with it and must have been called
// before Decide: it is the costly part, and is done on the caller's goroutine. A command that was not verified panics there.
type Signed interface {
	Command
	Statement() []byte
	Verify() *Rejection
}

// Prepare verifies the signatures of a command that carries any. It needs no book, and comes before Decide.
func Prepare(c Command) *Rejection {
	if s, ok := c.(Signed); ok {
		return s.Verify()
	}
	return nil
}

// SignaturesMax is the most signatures of one party under one command.
const SignaturesMax = 4

// verified remembers that the signatures of a command were compared with its statement. It is not stored.
type verified struct{ done bool }

// verify compares signatures with a statement.
func (v *verified) verify(statement []byte, signatures ...Signature) *Rejection {
	if len(signatures) > SignaturesMax {
		return reject("signatures_too_many", "signatures", "at most %d signatures are taken", SignaturesMax)
	}
	for i := range signatures {
		s := &signatures[i]
		if !ed25519.Verify(s.Public[:], statement, s.Bytes[:]) {
			return reject("signature_invalid", "signatures", "signature %d, by key %s, is not one over this statement", i+1, s.Key)
		}
	}
	v.done = true
	return nil
}

func (v *verified) must() {
	if !v.done {
		panic("book: a signed command was decided before its signatures were verified")
	}
}

// statement begins the text of an act; each line adds a name and a value.
type statement struct{ strings.Builder }

func newStatement(act string, version int) *statement {
	s := &statement{}
	fmt.Fprintf(s, "millrace %s %d\n", act, version)
	return s
}

func (s *statement) line(name string, value any) {
	s.WriteString(name)
	s.WriteString(": ")
	fmt.Fprintln(s, value)
}

func (s *statement) bytes() []byte { return []byte(s.String()) }

// secondMissing is the code of a rejection that a second signature cures.
const secondMissing = "second_signature_missing"

// signed asks whether signatures bind a party to an act of an amount today: each by a live key of the party, no signatory
// twice, each under a live mandate for it; one alone where its mandate allows that, else two.
func (d *draft) signed(signatures []Signature, bound id.Party, act mandate.Act, amount money.Amount) *Rejection {
	if len(signatures) == 0 {
		return reject("signature_missing", "signatures", "this takes the signature of a signatory of party %s", bound)
	}
	alone := money.Minor(-1)
	for i := range signatures {
		key, rejection := d.signingKey(&signatures[i], bound)
		if rejection != nil {
			return rejection
		}
		for j := range signatures[:i] {
			if d.signingKeys.at(signatures[j].Key.Number()).Signatory == key.Signatory {
				return reject("signature_repeated", "signatures", "the second signature is by the signatory of the first")
			}
		}
		m := d.mandateOf(key.ID, act, amount.Currency)
		if m == nil {
			return reject("mandate_missing", "signatures", "key %s has no mandate today to %s in %s", key.ID, strings.Join(act.Names(), ", "), amount.Currency)
		}
		if amount.Minor > m.AmountMax {
			return reject("mandate_exceeded", "signatures", "the mandate of key %s ends at %s", key.ID, money.Amount{Minor: m.AmountMax, Currency: amount.Currency})
		}
		alone = max(alone, m.AloneMax)
	}
	if len(signatures) == 1 && amount.Minor > alone {
		return reject("second_signature_missing", "signatures", "above %s this takes a second signatory", money.Amount{Minor: alone, Currency: amount.Currency})
	}
	return nil
}

// signingKey finds the live key of a signature.
func (d *draft) signingKey(s *Signature, bound id.Party) (*mandate.SigningKey, *Rejection) {
	key := d.signingKeys.at(s.Key.Number())
	if key == nil || key.Public != s.Public {
		return nil, reject("signing_key_unknown", "signatures", "there is no signing key %s with this public key", s.Key)
	}
	if key.Party != bound {
		return nil, reject("signing_key_other_party", "signatures", "key %s signs for party %s, not for %s", s.Key, key.Party, bound)
	}
	if key.State != mandate.Live {
		return nil, reject("signing_key_state", "signatures", "signing key %s is %s", s.Key, key.State)
	}
	if !d.actors.at(key.Signatory.Number()).Active {
		return nil, reject("signing_key_state", "signatures", "the signatory of key %s is no longer active", s.Key)
	}
	return key, nil
}

// mandateOf finds the live mandate of a key with the highest bound.
func (d *draft) mandateOf(key id.SigningKey, act mandate.Act, currency money.Currency) *mandate.Mandate {
	var best *mandate.Mandate
	for _, one := range d.mandatesOf[key] {
		m := d.mandates.at(one.Number())
		if m.Covers(act, currency, d.today()) && (best == nil || m.AmountMax > best.AmountMax) {
			best = m
		}
	}
	return best
}
