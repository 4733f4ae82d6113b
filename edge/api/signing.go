package api

import (
	"encoding/hex"

	"millrace/book"
	"millrace/edge/view"
)

// SignatureBody is one signature over the statement of a command.
type SignatureBody struct {
	Key       string `json:"key"`
	Signature string `json:"signature" minLength:"128" maxLength:"128" doc:"Ed25519 (RFC 8032), hexadecimal"`
}

// signable are the commands that have a statement.
var signable = []string{}

// hexadecimal fills an array from a text of exactly its length.
func (f *fields) hexadecimal(field, text string, array []byte) {
	bytes, err := hex.DecodeString(text)
	if err != nil || len(bytes) != len(array) {
		f.bad(field, text, "is not %d bytes in hexadecimal", len(array))
		return
	}
	copy(array, bytes)
}

// signatures reads signatures; the public halves are those of the keys on record.
func (x *call) signatures(bodies []SignatureBody) ([]book.Signature, error) {
	var all []book.Signature
	for i := range bodies {
		key, record, err := named(x, "signatures.key", bodies[i].Key, (*view.View).SigningKey)
		if err != nil {
			return nil, err
		}
		one := book.Signature{Key: key}
		x.hexadecimal("signatures.public", record.Public, one.Public[:])
		x.hexadecimal("signatures.signature", bodies[i].Signature, one.Bytes[:])
		all = append(all, one)
	}
	return all, nil
}
