package book

import "millrace/domain/party"

// Companion is a file that came beside a document: the picture of an invoice, a signature.
type Companion struct {
	Name   party.Reference `cbor:"1,keyasint"` // in the vault: the names of such files name parties
	Stored party.Reference `cbor:"2,keyasint"` // its bytes, in the vault
}

// CompanionsMax is the most files that are kept beside one document.
const CompanionsMax = 200
