package clearing

import (
	"millrace/domain/id"
	"millrace/domain/money"
)

// Cash is what a run may put in of funders' money, so that chains of debts are paid along with the circles. It is lent to net debtors by the
// normal product of a programme, and taken out by net creditors.
type Cash struct {
	Programme id.Programme `cbor:"1,keyasint"`
	Most      money.Minor  `cbor:"2,keyasint"` // over all members, in minor units of the run's currency; above zero where there is a programme
}

// CashLoansMax is the most loans that stand ready for one run, so that one command can look at all of them.
const CashLoansMax = 500

// Room is what a member may draw and keep of cash by an attempt.
type Room struct {
	Place uint64      `cbor:"1,keyasint"`           // of the member among those whose potentials come with it
	Cap   money.Minor `cbor:"2,keyasint,omitempty"` // most that it may draw
	Keeps bool        `cbor:"3,keyasint,omitempty"` // it may be left with cash
}

// Amiss tells whether a balance, what is set off of the member's debts less what is set off of its claims, is beyond the cash that it may draw, or
// would leave it with cash that it can't have.
func (m *Member) Amiss(balance money.Minor) bool { return balance > m.Cap || balance < 0 && !m.Keeps }

// Draws is the cash that a proposal puts in at the member: what is set off of its debts less what is set off of its claims.
func (m *Member) Draws(attempt uint32) money.Minor {
	if m.Attempt != attempt {
		return 0
	}
	return max(0, money.Sub(m.Paid, m.Received))
}

// Takes is the cash that a proposal leaves the member with: what is set off of its claims less what is set off of its debts.
func (m *Member) Takes(attempt uint32) money.Minor {
	if m.Attempt != attempt {
		return 0
	}
	return max(0, money.Sub(m.Received, m.Paid))
}

// Taking tells whether members that take cash out are still to be told so in the books.
func (r *Run) Taking() bool { return r.State == Executed && r.Cash > 0 && r.Taken < r.Members }

// CashBound is what so much cash adds to the bound of a certificate at most: price * most, and for each of the members that may draw, cap *
// max(0, potential - price) ([Result]).
type CashBound struct {
	Bound Bound
	Price int64 // at least zero
	Most  money.Minor
}

// Begin counts what all cash together can add.
func (c *CashBound) Begin() { c.Bound = c.Bound.Plus(c.Most, c.Price) }

// Add counts a member that may draw cash up to its cap.
func (c *CashBound) Add(potential int64, limit money.Minor) {
	if potential > c.Price {
		c.Bound = c.Bound.Plus(min(limit, c.Most), potential-c.Price)
	}
}
