package document

import "strings"

// SameParty tells whether two descriptions can be of one party: they share an identifier, whose scheme may be left out, or, when
// one of them has none, a name.
func SameParty(a, b *Party) bool {
	known := make(map[Identifier]bool, 2*len(a.Identifiers)) // kinds left out; the scheme "*" stands for any
	for _, id := range a.Identifiers {
		value := strings.ToLower(id.Value)
		known[Identifier{Scheme: id.Scheme, Value: value}] = true
		known[Identifier{Scheme: "*", Value: value}] = true
	}
	for _, id := range b.Identifiers {
		value := strings.ToLower(id.Value)
		scheme := id.Scheme
		if scheme == "" {
			scheme = "*"
		}
		if known[Identifier{Scheme: scheme, Value: value}] || known[Identifier{Value: value}] {
			return true
		}
	}
	if a.Identified() && b.Identified() {
		return false
	}
	for _, x := range [...]string{a.Name, a.LegalName} {
		for _, y := range [...]string{b.Name, b.LegalName} {
			if x != "" && strings.EqualFold(x, y) {
				return true
			}
		}
	}
	return false
}

// IBAN returns the account number in its electronic form when it is an IBAN with the right check digits (ISO 13616,
// ISO 7064 modulus 97-10), else "".
func IBAN(text string) string {
	number := strings.ReplaceAll(text, " ", "")
	if len(number) < 15 || len(number) > 34 {
		return ""
	}
	remainder := 0
	for i := range len(number) {
		c := number[(i+4)%len(number)]
		position := (i + 4) % len(number)
		switch {
		case c >= '0' && c <= '9' && position >= 2:
			remainder = (remainder*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z' && (position < 2 || position > 3):
			remainder = (remainder*100 + int(c-'A') + 10) % 97
		default:
			return ""
		}
	}
	if remainder != 1 {
		return ""
	}
	return number
}
