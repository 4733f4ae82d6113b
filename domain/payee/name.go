package payee

import (
	"slices"
	"strings"
	"unicode"
)

// name is a name ready to be compared.
type name struct {
	exact bool     // in a script that is compared character by character
	whole string   // of such a name: all its letters and digits
	bare  string   // without its legal form
	words []string // of any other name: without legal form, title and "and"; at least one
	form  string   // its legal form, "" for none
}

// read makes a name ready; ok is false for one in which there is nothing to compare, or too much.
func read(text string) (*name, bool) {
	if len(text) > 4*RunesMax || runes(text) > RunesMax {
		return nil, false
	}
	if strings.IndexFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0 {
		return nil, false
	}
	folded, exact := fold(text)
	n := &name{exact: exact}
	if exact {
		n.whole = strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return r
			}
			return -1
		}, folded)
		n.bare = n.whole
		for _, ending := range characterForms {
			if rest, found := strings.CutSuffix(n.whole, ending); found {
				n.bare = rest
				break
			}
		}
		return n, n.whole != ""
	}
	words := initialsJoined(strings.FieldsFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }))
	n.words, n.form = withoutForm(words)
	kept := slices.DeleteFunc(slices.Clone(n.words), func(w string) bool { return fillers[w] })
	if len(kept) > 0 {
		n.words = kept
	}
	if len(n.words) > wordsMax {
		n.words = append(n.words[:wordsMax-1:wordsMax-1], strings.Join(n.words[wordsMax-1:], ""))
	}
	return n, len(n.words) > 0
}

// fold gives a name in small letters without accents, in Latin letters where a table leads there. exact tells that it has letters of
// another script.
func fold(text string) (folded string, exact bool) {
	var b strings.Builder
	for _, r := range text {
		if r >= 0xFF01 && r <= 0xFF5E { // full width
			r -= 0xFEE0
		}
		r = unicode.ToLower(r)
		latin, found := letters[r]
		switch {
		case found:
			b.WriteString(latin)
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’', r == '‘', r == '`', r == '´', r == '.':
			// accents that stand alone, and what stands within words: S.A. is SA, and O'Neill is ONeill
		case r == '&' || r == '+':
			b.WriteString(" and ")
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			b.WriteRune(r)
		case unicode.IsLetter(r):
			exact = true
			b.WriteRune(r)
		case unicode.IsDigit(r):
			b.WriteRune('0' + digitOf(r))
		default:
			b.WriteRune(' ')
		}
	}
	return b.String(), exact
}

// digitOf is the value of a decimal digit of any script: their blocks of ten begin with zero.
func digitOf(r rune) rune {
	zero := r
	for unicode.IsDigit(zero-1) && r-zero < 9 {
		zero--
	}
	return r - zero
}

// initialsJoined writes letters that stand alone beside one another as one word, from the last but one word on: "S A R L" is sarl.
// Elsewhere they are initials.
func initialsJoined(words []string) []string {
	from := len(words)
	for from > 0 && len(words[from-1]) == 1 && !number(words[from-1]) {
		from--
	}
	if len(words)-from < 2 || from == 0 {
		return words
	}
	return append(words[:from:from], strings.Join(words[from:], ""))
}

// withoutForm takes the legal form off the end of a name, or off its beginning. A name that is nothing else keeps it.
func withoutForm(words []string) (rest []string, form string) {
	for size := min(formWordsMax, len(words)-1); size > 0; size-- {
		if found := forms[strings.Join(words[len(words)-size:], " ")]; found != "" {
			return words[:len(words)-size], found
		}
	}
	for size := min(formWordsMax, len(words)-1); size > 0; size-- {
		if found := leadingForms[strings.Join(words[:size], " ")]; found != "" {
			return words[size:], found
		}
	}
	return words, ""
}

// collapsed writes umlauts without the e that stands for their dots: mueller and muller are one.
func collapsed(words []string) []string {
	plain := make([]string, len(words))
	for i, w := range words {
		plain[i] = umlauts.Replace(w)
	}
	return plain
}

var umlauts = strings.NewReplacer("ae", "a", "oe", "o", "ue", "u", "aa", "a")

func joined(words []string) string { return strings.Join(words, "") }

func runes(text string) int { return len([]rune(text)) }

// number tells whether a word has a digit.
func number(word string) bool { return strings.ContainsAny(word, "0123456789") }

// numbers are the digits of a name, in their order.
func numbers(words []string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.Join(words, " "))
}
