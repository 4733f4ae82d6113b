// Package clearing says what multilateral set-off is: firms that owe each other, how much of each debt is set off, and the proof
// that no more can be. It holds the instance, the result with its certificate, and the checker; it does not know how a result is found.
package clearing

import (
	"fmt"
	"math"

	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Debt is one obligation of a firm to another. A firm's debt to itself is allowed, and can be set off whole.
type Debt struct {
	Debtor   int32         // 0 to Firms-1
	Creditor int32         // 0 to Firms-1
	Amount   money.Minor   // at least zero
	Due      calendar.Date // zero where it is not known
	Key      uint64        // the caller's own name of the debt, unique: it decides between debts that are otherwise alike
}

// Liquidity is cash that may be put in, so that chains of debts are paid along with the circles.
type Liquidity struct {
	Total money.Minor   // the most cash over all firms, at least zero
	Caps  []money.Minor // the most cash for each firm, at least zero; nil: no firm has a cap of its own
	Shut  []bool        // for each firm whether it can't be left with cash, and passes on all that comes to it; nil: none is
}

// Instance is what a run of set-off has to solve: find how much of each debt is set off, so that every firm's debts fall by as much
// as its claims do (and by the cash that it is given), and as much debt as possible is set off.
type Instance struct {
	Firms     int
	Debts     []Debt
	Liquidity *Liquidity // nil: no cash
}

// The most firms and debts of an instance: indexes are kept in 32 bits.
const (
	FirmsMax = math.MaxInt32 / 16
	DebtsMax = math.MaxInt32 / 4
)

// Validate says what is wrong with the instance, naming the debt or firm by its place, or nil. All amounts together, and all
// cash, have to fit into 63 bits, so that no sum over debts can overflow. It does not compare the keys.
func (in Instance) Validate() error {
	if in.Firms < 0 || in.Firms > FirmsMax {
		return fmt.Errorf("%d firms: there may be 0 to %d", in.Firms, FirmsMax)
	}
	if len(in.Debts) > DebtsMax {
		return fmt.Errorf("%d debts: there may be up to %d", len(in.Debts), DebtsMax)
	}
	total := money.Minor(0)
	for i := range in.Debts {
		debt := &in.Debts[i]
		switch {
		case debt.Debtor < 0 || int(debt.Debtor) >= in.Firms:
			return fmt.Errorf("debt %d: debtor %d is not among the %d firms", i, debt.Debtor, in.Firms)
		case debt.Creditor < 0 || int(debt.Creditor) >= in.Firms:
			return fmt.Errorf("debt %d: creditor %d is not among the %d firms", i, debt.Creditor, in.Firms)
		case debt.Amount < 0:
			return fmt.Errorf("debt %d: amount %d is below zero", i, debt.Amount)
		case debt.Amount > math.MaxInt64-total:
			return fmt.Errorf("debt %d: all amounts up to here exceed %d minor units; divide the debts into several runs", i, int64(math.MaxInt64))
		}
		total += debt.Amount
	}
	return in.Liquidity.validate(in.Firms)
}

func (l *Liquidity) validate(firms int) error {
	if l == nil {
		return nil
	}
	if l.Total < 0 {
		return fmt.Errorf("liquidity: total %d is below zero", l.Total)
	}
	if l.Caps != nil && len(l.Caps) != firms {
		return fmt.Errorf("liquidity: %d caps for %d firms; give one for each or none", len(l.Caps), firms)
	}
	if l.Shut != nil && len(l.Shut) != firms {
		return fmt.Errorf("liquidity: %d firms are said to keep cash or not, of %d; say it of each or of none", len(l.Shut), firms)
	}
	for firm, limit := range l.Caps {
		if limit < 0 {
			return fmt.Errorf("liquidity: the cap of firm %d, %d, is below zero", firm, limit)
		}
	}
	return nil
}

// capOf is the most cash that a firm may be given.
func (l *Liquidity) capOf(firm int) money.Minor {
	switch {
	case l == nil:
		return 0
	case l.Caps == nil:
		return l.Total
	}
	return min(l.Total, l.Caps[firm])
}

// keeps tells whether a firm may be left with cash.
func (l *Liquidity) keeps(firm int) bool { return l != nil && (l.Shut == nil || !l.Shut[firm]) }

// Result is a proposal for an instance, with the certificate that shows it to be the best.
//
// The certificate is one whole number a firm. For whatever numbers p there are, no proposal can clear more than
//
//	B(p) = sum over debts of amount * max(0, 1 - p[debtor] + p[creditor])
//
// because the numbers cancel out around every circle; a proposal that clears B(p) is therefore optimal, and for every optimum there
// are such numbers (linear programming duality; R. K. Ahuja, T. L. Magnanti, J. B. Orlin, "Network Flows", 1993, chapter 9).
// With liquidity, p is at least zero at every firm that may be left with cash, and is the debt that one more unit of cash at the firm would clear; Price, at
// least zero, is what one more unit of cash in total would clear, and the bound gains
//
//	Price * total + sum over firms of cap * max(0, p[firm] - Price)
type Result struct {
	Cleared    []money.Minor // for each debt, 0 to its amount
	Given      []money.Minor // for each firm, cash that it is given, or, below zero, is left with; nil without liquidity
	Potentials []int32       // for each firm
	Price      int32         // zero without liquidity
}
