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

// Difference appends what is to be posted on the booking day so that what is posted becomes what is right: before is the
// position at the last posting, after the one by all facts known now, brought forward to the booking day (At). What was
// posted stays as it is, however far back the value date of a new fact lies. The sum of all movements is the last position's Totals in
// whatever order the facts arrived.
func Difference(movements []Movement, before, after *Position, booking calendar.Date) []Movement {
	for line := range Line(lines) {
		if amount := after.Totals[line] - before.Totals[line]; amount != 0 {
			movements = append(movements, Movement{line, amount, booking})
		}
	}
	return movements
}
