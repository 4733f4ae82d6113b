package risk

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/rule"
)

var china = int32(rule.CountryValue("CN"))

// union are the member states of the European Union.
var union = countries("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK")

func in(list []int32, country int32) bool {
	_, found := slices.BinarySearch(list, country)
	return found
}

func day(year, month, of int) calendar.Date {
	d, ok := calendar.Of(year, month, of)
	if !ok {
		panic("risk: no such date")
	}
	return d
}
