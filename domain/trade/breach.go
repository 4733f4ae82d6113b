package trade

import "millrace/domain/rule"

// RuleBreach is one place where a document breaks a business rule of the norm that it says it follows. It holds no value of
// the document.
type RuleBreach struct {
	Rule     string        `cbor:"1,keyasint" json:"rule"`                      // "BR-CO-10"
	Severity rule.Severity `cbor:"2,keyasint" json:"severity"`                  // of the rule by itself; a programme may set another
	Where    string        `cbor:"3,keyasint,omitempty" json:"where,omitempty"` // the element: "Invoice/cac:InvoiceLine[2]"
	Line     uint32        `cbor:"4,keyasint,omitempty" json:"line,omitempty"`  // of the file, from 1; 0 for the document as a whole
}

// The bounds of what is kept of the rules that a document breaks.
const (
	RuleBreachesMax = 256 // of one document: one of each rule, and more places up to RulePlacesMax in all
	RulePlacesMax   = 50
	whereBytesMax   = 240
)

// Valid tells whether the breach can be kept: a rule's name, a severity, and a path that is made of names and ordinals.
func (b *RuleBreach) Valid() bool {
	return rule.ValidName(b.Rule) && b.Severity.Known() && PathOnly(b.Where)
}

// PathOnly tells whether a text is short and has none but the characters of a path.
func PathOnly(text string) bool {
	if len(text) > whereBytesMax {
		return false
	}
	for _, c := range []byte(text) {
		switch {
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == ':', c == '/', c == '[', c == ']':
		default:
			return false
		}
	}
	return true
}
