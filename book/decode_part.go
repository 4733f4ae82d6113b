package book

import "github.com/fxamacker/cbor/v2"

var decodingPart = mustDecodingPart()

func mustDecodingPart() cbor.DecMode {
	mode, err := cbor.DecOptions{
		DupMapKey: cbor.DupMapKeyQuiet, IndefLength: cbor.IndefLengthForbidden, TagsMd: cbor.TagsForbidden, MaxArrayElements: 1 << 20,
		TextUnmarshaler: cbor.TextUnmarshalerNone, BinaryUnmarshaler: cbor.BinaryUnmarshalerNone,
	}.DecMode()
	if err != nil {
		panic(err)
	}
	return mode
}

// DecodePart reads of the stored form of a row what record, a pointer to a struct of some of the fields, asks for: what is added up over
// many rows needs few of them. It is not for documents, whose stored form has a head of its own.
func DecodePart(stored []byte, record any) error { return decodingPart.Unmarshal(stored, record) }
