package servicing

import (
	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Movement is what one cumulative line moves by, to be posted on an open day. Below zero it is a counter-entry.
type Movement struct {
	Line    Line          `cbor:"1,keyasint"`
	Amount  money.Minor   `cbor:"2,keyasint"` // not 0
	Booking calendar.Date `cbor:"3,keyasint"`
}

// Difference appends what is to be posted on the booking day so that what is posted becomes what is right: after is the
// position by all facts known now, before the one by those that were known at the last posting. Give both for one day, the
// later of the two (At). What was posted before stays as it is, however far back the value date of the new fact lies.
func Difference(movements []Movement, before, after *Position, booking calendar.Date) []Movement {
	for line := range Line(lines) {
		if amount := after.Totals[line] - before.Totals[line]; amount != 0 {
			movements = append(movements, Movement{line, amount, booking})
		}
	}
	return movements
}
