package sheet

import (
	"errors"
	"strings"
	"unicode"
)

// parseStatementDateFormat cuts a form that may have a year of two digits (YY) or a month by its name (MMM) as well. Banks write both.
func parseStatementDateFormat(format string) ([]datePart, error) {
	return cutDateFormat(format, func(c byte, run int) bool {
		return c == 'Y' && (run == 4 || run == 2) || c == 'M' && run <= 3 || c == 'D' && run <= 2
	}, errors.New("is not made of YYYY or YY, MMM, MM or M, DD or D, marks between them, and * at the end"))
}

// century gives a year of two digits its century: this one up to 79, as in SWIFT's statements, since none is older than 1980.
func century(year int) int {
	if year < 80 {
		return 2000 + year
	}
	return 1900 + year
}

// monthNames are the beginnings by which a month is told in English, German, French, Spanish and Italian; none means two months.
var monthNames = [12][]string{
	{"jan", "jän", "ene", "gen"}, {"feb", "fév", "fev"}, {"mar", "mär", "mrz"}, {"apr", "avr", "abr"}, {"may", "mai", "mag"}, {"jun", "juin", "giu"},
	{"jul", "juil", "lug"}, {"aug", "aoû", "aou", "ago"}, {"sep", "set"}, {"oct", "okt", "ott"}, {"nov"}, {"dec", "dez", "déc", "dic"},
}

// cutMonth takes a month by its name, long or short, with or without a point, from the front of a text; 0 where there is none.
func cutMonth(text string) (month int, rest string) {
	end := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
	if end < 0 {
		end = len(text)
	}
	word := strings.ToLower(text[:end])
	for i, names := range monthNames {
		for _, name := range names {
			if strings.HasPrefix(word, name) {
				return i + 1, strings.TrimPrefix(text[end:], ".")
			}
		}
	}
	return 0, text
}
