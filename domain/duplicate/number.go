package duplicate

import (
	"unicode"
	"unicode/utf8"
)

// Number is an invoice number in compact form: its letters in upper case and its digits, at most the last SymbolsMax of
// them, with a mark where a separator stood between two digits ("2016/01" is not "20160 1"). Leading zeros are kept here,
// since an edit may touch them, and left out of its hash.
type Number [2]uint64

// SymbolsMax is how many symbols of a number are kept; the hash covers all.
const SymbolsMax = 20

// The symbols of a number: 1 to 10 are digits, 11 to 36 letters, 37 is the mark between two digits.
const (
	symbolZero = 1
	symbolNine = 10
	symbolA    = 11
	symbolMark = 37

	symbolBits   = 6
	symbolsAWord = 10
	letters      = 26
	hashOffset   = 14695981039346656037 // FNV-1a
	hashPrime    = 1099511628211
)

// Normalise gives the compact form of a number and a hash of all of it that is the same for the same letters and digits,
// however they are separated and with or without zeros in front of a run of digits.
func Normalise(text string) (Number, uint32) {
	var n numbering
	n.hash = hashOffset
	separated := false
	for _, r := range text {
		symbol := symbolOf(r)
		if symbol == 0 {
			separated = true
			continue
		}
		if isDigit(n.last) && (separated || !isDigit(symbol)) {
			n.endRun()
			if isDigit(symbol) {
				n.keep(symbolMark)
				n.mix(symbolMark)
			}
		}
		if symbol != symbolZero || n.significant {
			n.mix(symbol)
			n.significant = isDigit(symbol)
		}
		n.keep(symbol)
		n.last, separated = symbol, false
	}
	n.endRun()
	var number Number
	for i := range n.count {
		number[i/symbolsAWord] |= uint64(n.kept[i]) << (symbolBits * (i % symbolsAWord))
	}
	return number, uint32(n.hash>>32 ^ n.hash)
}

// numbering is a number on its way into compact form.
type numbering struct {
	kept        [SymbolsMax]byte
	count       int
	hash        uint64
	last        byte
	significant bool // in a run of digits, after its first that is not zero
}

func (n *numbering) keep(symbol byte) {
	if n.count == SymbolsMax {
		copy(n.kept[:], n.kept[1:])
		n.count--
	}
	n.kept[n.count] = symbol
	n.count++
}

func (n *numbering) mix(symbol byte) { n.hash = (n.hash ^ uint64(symbol)) * hashPrime }

// endRun ends a run of digits; one of zeros only counts as one zero.
func (n *numbering) endRun() {
	if isDigit(n.last) && !n.significant {
		n.mix(symbolZero)
	}
	n.significant = false
}

// symbolOf gives the symbol of a letter or digit, 0 for a separator. A letter beyond A to Z stands for one of them, so
// that it counts as a symbol.
func symbolOf(r rune) byte {
	switch {
	case '0' <= r && r <= '9':
		return symbolZero + byte(r-'0')
	case 'A' <= r && r <= 'Z':
		return symbolA + byte(r-'A')
	case 'a' <= r && r <= 'z':
		return symbolA + byte(r-'a')
	case r < utf8.RuneSelf || r == utf8.RuneError:
		return 0
	case unicode.IsLetter(r) || unicode.IsDigit(r):
		return symbolA + byte(uint32(unicode.ToUpper(r))%letters)
	}
	return 0
}

func isDigit(symbol byte) bool { return symbolZero <= symbol && symbol <= symbolNine }

// symbols is a number laid out for comparing.
type symbols struct {
	at    [SymbolsMax]byte
	count int
}

func (n Number) symbols() symbols {
	var s symbols
	for i := range SymbolsMax {
		symbol := byte(n[i/symbolsAWord]>>(symbolBits*(i%symbolsAWord))) & (1<<symbolBits - 1)
		if symbol == 0 {
			break
		}
		s.at[i] = symbol
		s.count++
	}
	return s
}

// edit is one difference between two numbers.
type edit uint8

// The edits, as a person or a reading machine makes them (Damerau 1964 names the four kinds; the look-alikes are those
// that character recognition confuses).
const (
	editNone       edit = iota // the numbers are the same
	editDigit                  // one digit for another
	editLookAlike              // O for 0, I or L for 1, S for 5, B for 8, Z for 2
	editOther                  // another symbol for another
	editInsertion              // one symbol more
	editDeletion               // one symbol less
	editTransposed             // two neighbours exchanged
	editMany                   // more than one edit
)

// editOf finds the one edit that makes b of a.
func editOf(a, b *symbols) edit {
	start := 0
	for start < a.count && start < b.count && a.at[start] == b.at[start] {
		start++
	}
	left, right := a.count, b.count
	for left > start && right > start && a.at[left-1] == b.at[right-1] {
		left--
		right--
	}
	switch more, less := right-start, left-start; {
	case more == 0 && less == 0:
		return editNone
	case more == 1 && less == 1:
		return substitution(a.at[start], b.at[start])
	case more == 1 && less == 0:
		return editInsertion
	case more == 0 && less == 1:
		return editDeletion
	case more == 2 && less == 2 && a.at[start] == b.at[start+1] && a.at[start+1] == b.at[start]:
		return editTransposed
	}
	return editMany
}

func substitution(from, to byte) edit {
	if lookAlike(from, to) || lookAlike(to, from) {
		return editLookAlike
	}
	if isDigit(from) && isDigit(to) {
		return editDigit
	}
	return editOther
}

func lookAlike(digit, letter byte) bool {
	switch digit - symbolZero {
	case 0:
		return letter == symbolA+'O'-'A' || letter == symbolA+'Q'-'A' || letter == symbolA+'D'-'A'
	case 1:
		return letter == symbolA+'I'-'A' || letter == symbolA+'L'-'A'
	case 2:
		return letter == symbolA+'Z'-'A'
	case 5:
		return letter == symbolA+'S'-'A'
	case 6:
		return letter == symbolA+'G'-'A'
	case 8:
		return letter == symbolA+'B'-'A'
	}
	return false
}

// Distance is how many edits lie between two compact numbers: 0, 1, or 2 for two and more. Neighbours exchanged are one
// edit.
func Distance(a, b Number) int {
	left, right := a.symbols(), b.symbols()
	switch editOf(&left, &right) {
	case editNone:
		return 0
	case editMany:
		return 2
	default:
		return 1
	}
}
