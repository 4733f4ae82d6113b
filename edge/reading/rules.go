package reading

import (
	"strings"

	"millrace/domain/trade"
	"millrace/edge/document"
	"millrace/edge/en16931"
)

// norm begins the identifier of the specification (BT-24) on documents that follow EN 16931.
const norm = "urn:cen.eu:en16931"

// broken holds an invoice or credit note that says that it follows EN 16931 against the norm's rules, each with its own
// severity. Other documents are not checked. One that the rules' own reader cannot read breaks en16931.Unread.
func broken(name string, input []byte, doc *document.Document) []trade.RuleBreach {
	if doc.Type != trade.Invoice && doc.Type != trade.CreditNote || !strings.HasPrefix(doc.Customization, norm) {
		return nil
	}
	invoice, err := en16931.Read(name, input)
	if err != nil {
		return []trade.RuleBreach{{Rule: en16931.Unread.Name, Severity: en16931.Unread.Severity}}
	}
	return breachesOf(en16931.Check(invoice, nil))
}

// breachesOf keeps one place of each broken rule, and further places as long as there are no more than RulePlacesMax.
func breachesOf(violations []en16931.Violation) []trade.RuleBreach {
	rules := map[string]bool{}
	for i := range violations {
		rules[violations[i].Rule] = true
	}
	more := max(0, trade.RulePlacesMax-len(rules))
	var kept []trade.RuleBreach
	for i := range violations {
		v := &violations[i]
		switch {
		case rules[v.Rule]:
			rules[v.Rule] = false
		case more > 0:
			more--
		default:
			continue
		}
		breach := trade.RuleBreach{Rule: v.Rule, Severity: v.Severity, Line: uint32(v.Line)}
		if pathKnown(v.Path) {
			breach.Where = v.Path
		}
		kept = append(kept, breach)
	}
	return kept
}

// pathKnown tells whether a path names elements of the norm's syntaxes only: in an extension, a name may be anything.
func pathKnown(path string) bool {
	_, steps, _ := strings.Cut(path, "/")
	for step := range strings.SplitSeq(steps, "/") {
		if prefix, _, found := strings.Cut(step, ":"); steps != "" && (!found || !prefixes[prefix]) {
			return false
		}
	}
	return trade.PathOnly(path)
}

// prefixes are those under which en16931 prints the elements of UBL and CII.
var prefixes = map[string]bool{"cac": true, "cbc": true, "rsm": true, "ram": true, "udt": true, "qdt": true}
