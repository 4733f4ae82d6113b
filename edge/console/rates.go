package console

import "strings"

const rateDigitsLeast = 2 // after the point

// digitsAlike is how many digits after the point show all of some rates, and no more zeros than that.
func digitsAlike(rates []string) int {
	digits := rateDigitsLeast
	for _, rate := range rates {
		if _, part, split := strings.Cut(rate, "."); split {
			digits = max(digits, len(strings.TrimRight(part, "0")))
		}
	}
	return digits
}

// withDigits writes a rate with so many digits after the point: those that it has more are zeros.
func withDigits(rate string, digits int) string {
	whole, part, _ := strings.Cut(rate, ".")
	part += strings.Repeat("0", digits)
	return whole + "." + part[:digits] + " %"
}

// Price writes the price of a line of a document, with as many digits as every other.
func (p documentPage) Price(price string) string {
	if p.Reading == nil {
		return figureText(price)
	}
	var all []string
	for i := range p.Reading.Lines {
		all = append(all, p.Reading.Lines[i].Price)
	}
	return figureText(strings.TrimSuffix(withDigits(price, digitsAlike(all)), " %"))
}

// Quantity writes what a line counts.
func (documentPage) Quantity(number string) string { return figureText(number) }
