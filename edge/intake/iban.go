package intake

import "strings"

// ValidIBAN tells whether length, characters and check digits are those of an IBAN (ISO 13616, ISO 7064 MOD 97-10).
// Blanks don't count.
func ValidIBAN(text string) bool {
	text = strings.ToUpper(strings.ReplaceAll(text, " ", ""))
	if len(text) < 15 || len(text) > 34 {
		return false
	}
	remainder := 0
	for i, c := range []byte(text[4:] + text[:4]) {
		switch place := (i + 4) % len(text); {
		case c >= '0' && c <= '9' && place > 1:
			remainder = (remainder*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z' && (place < 2 || place > 3):
			remainder = (remainder*100 + int(c-'A') + 10) % 97
		default:
			return false
		}
	}
	return remainder == 1
}
