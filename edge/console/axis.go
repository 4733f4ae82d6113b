package console

import "strings"

// axisUnit says the unit of a chart's axis, with the power of ten in which its ticks are, in the reader's language.
func (w wording) axisUnit(unit string, power int) string {
	switch power {
	case 3:
		unit = w.T("%s thousands", unit)
	case 6:
		unit = w.T("%s millions", unit)
	case 9:
		unit = w.T("%s billions", unit)
	}
	return strings.TrimSpace(unit)
}
