package reconciliation

import (
	"slices"
	"strings"
	"unicode"
)

// The bounds on texts: pieces of a text, pieces that may make up one reference, and characters of one.
const (
	piecesMax  = 200
	joinedMax  = 6
	lengthMax  = 40
	lengthMin  = 4 // of a reference that says something by itself
	nearMin    = 5 // of one that may be off by a slip
	nearTwoMin = 9 // by two
)

// canonical keeps letters, raised, and digits.
func canonical(text string) string {
	plain := true
	for i := range len(text) {
		if c := text[i]; c < '0' || c > '9' && c < 'A' || c > 'Z' {
			plain = false
			break
		}
	}
	if plain {
		return text
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, text)
}

// core is a canonical reference without the letters in front, where enough is left to say something.
func core(reference string) string {
	digits := strings.TrimLeftFunc(reference, unicode.IsLetter)
	if len(digits) < lengthMin+1 || len(digits) == len(reference) {
		return ""
	}
	return digits
}

// pieces cuts a text where something else than letters and digits stands.
func pieces(text string) []string {
	list := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	list = list[:min(len(list), piecesMax)]
	for i, piece := range list {
		list[i] = canonical(piece)
	}
	return list
}

// join puts neighbouring pieces together; "" where that is too long.
func join(list []string) string {
	if len(list) == 1 {
		return list[0]
	}
	length := 0
	for _, piece := range list {
		length += len(piece)
	}
	if length > lengthMax {
		return ""
	}
	return strings.Join(list, "")
}

// joined calls with the texts that neighbouring pieces make up, the longest first at each place, leaving out pieces that are used up;
// call tells whether it has used those of a text.
func joined(list []string, used []bool, call func(text string) bool) {
	for at := 0; at < len(list); at++ {
		for many := min(joinedMax, len(list)-at); many > 0; many-- {
			if slices.Contains(used[at:at+many], true) {
				continue
			}
			if text := join(list[at : at+many]); text != "" && call(text) {
				for i := range many {
					used[at+i] = true
				}
				break
			}
		}
	}
}

// slips is the distance by which two short texts differ: characters put in, left out, replaced, or exchanged with their neighbour
// (optimal string alignment); more than most is most + 1.
func slips(a, b string, most int) int {
	if len(a) > lengthMax || len(b) > lengthMax || max(len(a)-len(b), len(b)-len(a)) > most {
		return most + 1
	}
	var rows [3][lengthMax + 1]int
	before, last, now := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			now[j] = d
			least = min(least, d)
		}
		if least > most {
			return most + 1
		}
		before, last, now = last, now, before
	}
	return min(last[len(b)], most+1)
}

// nearest is by how many slips one of the texts is a reference; allowed is how many there may be for its length.
func nearest(texts []string, reference string) (distance int, allowed bool) {
	most := 0
	switch {
	case len(reference) >= nearTwoMin:
		most = 2
	case len(reference) >= nearMin:
		most = 1
	}
	best := most + 1
	for _, text := range texts {
		if best = min(best, slips(text, reference, most)); best == 0 {
			break
		}
	}
	return best, best <= most
}

// ISO11649 tells whether a text is a creditor reference with the right check digits (modulus 97 over the rest and RF, letters as 10
// to 35).
func ISO11649(text string) bool {
	if len(text) < 5 || len(text) > 25 || text[:2] != "RF" {
		return false
	}
	remainder := 0
	for _, c := range []byte(text[4:] + text[:4]) {
		switch {
		case c >= '0' && c <= '9':
			remainder = (remainder*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			remainder = (remainder*100 + int(c-'A') + 10) % 97
		default:
			return false
		}
	}
	return remainder == 1
}
