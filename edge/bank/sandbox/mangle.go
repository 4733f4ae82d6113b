package sandbox

import (
	"strconv"
	"strings"
)

// ways are those in which a text changes between a payer and a statement.
var ways = []func(text string, at int) string{
	func(text string, _ int) string { return strings.ToLower(text) },
	func(text string, _ int) string { return strings.ToUpper(text) },
	func(text string, _ int) string { return separated.Replace(text) },
	func(text string, _ int) string {
		return strings.NewReplacer("-", " ", "/", " ", ".", " ", "_", " ").Replace(text)
	},
	func(text string, _ int) string { return broken(text, 27) },
	func(text string, _ int) string { return broken(text, 35) },
	func(text string, _ int) string { return cut(text, 35) },
	func(text string, _ int) string { return cut(text, 70) },
	func(text string, _ int) string { return cut(text, 140) },
	typedOver,
	func(text string, _ int) string { return plainLetters.Replace(text) },
}

var (
	separated    = strings.NewReplacer("-", "", "/", "", ".", "", " ", "", "_", "")
	plainLetters = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "AE", "Ö", "OE", "Ü", "UE", "ß", "ss", "é", "e", "è", "e", "á", "a", "í", "i", "ó", "o", "ú", "u", "ñ", "n", "ç", "c", "ł", "l", "ž", "z", "š", "s", "č", "c", "ř", "r")
)

func cut(text string, characters int) string {
	all := []rune(text)
	return string(all[:min(len(all), characters)])
}

// broken puts a line end after every so many characters, wherever that is.
func broken(text string, width int) string {
	all := []rune(text)
	var lines []string
	for len(all) > width {
		lines, all = append(lines, string(all[:width])), all[width:]
	}
	return strings.Join(append(lines, string(all)), "\n")
}

// typedOver makes one digit another.
func typedOver(text string, at int) string {
	var digits []int
	for i := range len(text) {
		if text[i] >= '0' && text[i] <= '9' {
			digits = append(digits, i)
		}
	}
	if len(digits) == 0 {
		return text
	}
	i := digits[at%len(digits)]
	wrong := (int(text[i]-'0') + 1 + at%9) % 10
	return text[:i] + strconv.Itoa(wrong) + text[i+1:]
}

// mangled gives a text as it arrives: changed in one way or two.
func (s *state) mangled(text, about string) string {
	for _, which := range []string{"first way", "second way"} {
		text = ways[s.roll(len(ways), which, about)](text, s.roll(1000, "place", about))
		if s.roll(2, "one way", about) == 0 {
			break
		}
	}
	return text
}
