package feature

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Deal says how what was invoiced between two parties has grown by one invoice.
type Deal struct {
	Was, Now money.Minor // over life, before and with it
	Fresh    bool        // it is their first
}

// Meet notes the date and the face of one more invoice.
func (r *Record) Meet(on calendar.Date, face money.Minor) {
	r.Biggest = max(r.Biggest, face)
	if r.First == 0 || on < r.First {
		r.First = on
	}
	r.Last = max(r.Last, on)
}

// Concentrate takes one more invoice into the sum of squares: now^2 - was^2 = step * (2 * was + step), exactly.
func (r *Record) Concentrate(d Deal, other id.Party) {
	step := uint64(d.Now - d.Was)
	twice := Product(step, uint64(d.Was))
	r.Squares = r.Squares.Plus(twice).Plus(twice).Plus(Product(step, step))
	if d.Fresh && r.Counterparties != countMax {
		r.Counterparties++
	}
	if !r.Subject.Kind.Group() && d.Now > r.Largest {
		r.Largest, r.LargestParty = d.Now, other
	}
}

// Join adds to a group what a member has.
func (r *Record) Join(member *Record) {
	r.Life.Join(&member.Life)
	r.Squares = r.Squares.Plus(member.Squares)
	r.Counterparties = uint32(min(uint64(r.Counterparties)+uint64(member.Counterparties), countMax))
}

// Leave takes back what Join has added.
func (r *Record) Leave(member *Record) {
	r.Life.Leave(&member.Life)
	r.Squares = r.Squares.Minus(member.Squares)
	if r.Counterparties != countMax && member.Counterparties <= r.Counterparties {
		r.Counterparties -= member.Counterparties
	}
}
