// Package tracking tells files about the movement of goods from files of other kinds, and reads each with its reader:
// EPCIS events and stock counts in JSON, stock counts in CSV, and UBL's TransportationStatus.
package tracking

import (
	"bytes"
	"strings"

	"millrace/edge/document"
	"millrace/edge/epcis"
	"millrace/edge/observation"
	"millrace/edge/stock"
	"millrace/edge/ubl/transport"
)

// format is one form of files about goods.
type format uint8

const (
	none format = iota
	epcisJSON
	stockJSON
	stockCSV
	transportationStatus
)

// Recognises tells whether a file is one for Read, by what it holds; by its name only where it is JSON that can't be read.
func Recognises(name string, input []byte) bool { return formatOf(name, input) != none }

func formatOf(name string, input []byte) format {
	switch head := bytes.TrimLeft(observation.WithoutMark(input), " \t\r\n"); {
	case len(head) == 0:
		return none
	case head[0] == '{' || head[0] == '[':
		root, failed := observation.ParseJSON(observation.WithoutMark(input), observation.Limits{BytesMax: len(input)}.WithDefaults())
		switch {
		case failed != nil && (strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".jsonld")):
			return epcisJSON // whose reader says what is wrong with it
		case failed != nil:
			return none
		case epcis.Recognises(root):
			return epcisJSON
		case stock.Recognises(root):
			return stockJSON
		}
	case head[0] == '<':
		if transport.Recognises(head) {
			return transportationStatus
		}
	case stock.RecognisesCSV(input):
		return stockCSV
	}
	return none
}

// Read reads what a file says of goods, event by event. The name is used in errors. The error is *document.Error for a
// rejected file and *document.Unsupported for one of another kind. Read never panics, whatever the input.
func Read(name string, input []byte, limits observation.Limits) ([]observation.Observation, error) {
	switch formatOf(name, input) {
	case epcisJSON:
		return epcis.Read(name, input, limits)
	case stockJSON:
		return stock.ReadJSON(name, input, limits)
	case stockCSV:
		return stock.ReadCSV(name, input, limits)
	case transportationStatus:
		return transport.Read(name, input, limits)
	default:
		return nil, &document.Unsupported{File: name, Type: "file"}
	}
}
