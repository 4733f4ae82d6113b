package clearing

import (
	"fmt"
	"math"
	"math/bits"
	"strconv"

	"millrace/domain/money"
)

// Reason is why a proposal is not what it claims to be.
type Reason uint8

// The reasons, worst first.
const (
	ReasonNone       Reason = iota // feasible and proved optimal
	ReasonShape                    // a list of the proposal has the wrong length, or a debt names a firm that there is not
	ReasonOverflow                 // the amounts do not fit into 63 bits
	ReasonOverstep                 // less than nothing, or more than the debt, is cleared
	ReasonUnbalanced               // a firm's debts do not fall by as much as its claims and its cash
	ReasonCash                     // a firm, or all together, are given more cash than there is
	ReasonPotential                // the certificate breaks its own rule: with liquidity, nothing in it is below zero
	ReasonNotOptimal               // feasible, but the certificate does not show that no more can be cleared
)

// String is the reason as a code.
func (r Reason) String() string {
	return [...]string{"none", "shape", "overflow", "overstep", "unbalanced", "cash", "potential", "not_optimal"}[r]
}

// Nowhere stands in a Verdict for a debt or a firm that the reason does not concern.
const Nowhere = -1

// Bound is the most that can be cleared by a certificate: High * 2^64 + Low minor units.
type Bound struct{ High, Low uint64 }

// Equal tells whether the bound is this amount.
func (b Bound) Equal(amount money.Minor) bool {
	return b.High == 0 && amount >= 0 && b.Low == uint64(amount)
}

// String is the bound in decimal digits.
func (b Bound) String() string {
	const part = 1_000_000_000_000_000_000
	if b.High == 0 {
		return strconv.FormatUint(b.Low, 10)
	}
	high, rest := b.High/part, b.High%part
	low, rest := bits.Div64(rest, b.Low, part)
	return fmt.Sprintf("%s%018d", Bound{high, low}, rest)
}

// Plus adds amount * factor, both at least zero. No sum reaches 2^127: an amount is below 2^63, a factor below 2^33, and there are fewer
// than 2^30 of them; in a run all amounts together are below 2^63, and a factor below 2^63 too.
func (b Bound) Plus(amount money.Minor, factor int64) Bound {
	high, low := bits.Mul64(uint64(amount), uint64(factor))
	sum, carry := bits.Add64(b.Low, low, 0)
	return Bound{High: b.High + high + carry, Low: sum}
}

// Verdict is what the checker found.
type Verdict struct {
	Reason  Reason
	Debt    int         // the place of the debt that the reason concerns, in the order in which debts were added, or Nowhere
	Firm    int         // the firm that it concerns, or Nowhere
	Owed    money.Minor // all debts
	Cleared money.Minor // of them
	Cash    money.Minor // put in
	Bound   Bound
}

// Feasible tells whether the proposal can be carried out.
func (v Verdict) Feasible() bool {
	return v.Reason == ReasonNone || v.Reason == ReasonNotOptimal || v.Reason == ReasonPotential
}

// Optimal tells whether it is proved that no more can be cleared.
func (v Verdict) Optimal() bool { return v.Reason == ReasonNone }

// String says it in a sentence.
func (v Verdict) String() string {
	switch v.Reason {
	case ReasonNone:
		return fmt.Sprintf("feasible and optimal: %d of %d cleared, and the certificate shows that no more can be", v.Cleared, v.Owed)
	case ReasonShape:
		return "the proposal does not fit the debts: a list has the wrong length, or a firm does not exist"
	case ReasonOverflow:
		return fmt.Sprintf("debt %d: the amounts up to here do not fit into 63 bits", v.Debt)
	case ReasonOverstep:
		return fmt.Sprintf("debt %d: less than nothing or more than its amount is cleared", v.Debt)
	case ReasonUnbalanced:
		return fmt.Sprintf("firm %d: what is cleared of its debts is not what is cleared of its claims and the cash it is given", v.Firm)
	case ReasonCash:
		if v.Firm != Nowhere {
			return fmt.Sprintf("firm %d: it is given more cash than its cap", v.Firm)
		}
		return fmt.Sprintf("%d of cash is put in, more than there is", v.Cash)
	case ReasonPotential:
		return "the certificate has a number below zero, which it may not have where cash is put in"
	}
	return fmt.Sprintf("feasible, but not shown to be optimal: %d cleared, the certificate allows up to %s", v.Cleared, v.Bound)
}

// Tally checks a proposal debt by debt, so that it can be done in slices. It may be stored between two of them; the fields are its
// own to write.
type Tally struct {
	Balance []money.Minor // for each firm: cleared of its debts, less cleared of its claims
	Debts   int           // added so far
	Owed    money.Minor
	Cleared money.Minor
	Bound   Bound
	Reason  Reason // the first breach, of the debt at Breach
	Breach  int
}

// NewTally begins the check of a proposal over so many firms.
func NewTally(firms int) Tally {
	return Tally{Balance: make([]money.Minor, firms), Breach: Nowhere}
}

// Add counts one debt, how much of it is cleared, and the certificate's numbers of its debtor and its creditor.
func (t *Tally) Add(debt Debt, cleared money.Minor, potentialDebtor, potentialCreditor int32) {
	place := t.Debts
	t.Debts++
	switch {
	case t.Reason != ReasonNone:
	case debt.Debtor < 0 || int(debt.Debtor) >= len(t.Balance) || debt.Creditor < 0 || int(debt.Creditor) >= len(t.Balance):
		t.Reason, t.Breach = ReasonShape, place
	case cleared < 0 || cleared > debt.Amount:
		t.Reason, t.Breach = ReasonOverstep, place
	case debt.Amount > math.MaxInt64-t.Owed:
		t.Reason, t.Breach = ReasonOverflow, place
	default:
		t.Owed += debt.Amount
		t.Cleared += cleared
		t.Balance[debt.Debtor] += cleared
		t.Balance[debt.Creditor] -= cleared
		if gain := 1 - int64(potentialDebtor) + int64(potentialCreditor); gain > 0 {
			t.Bound = t.Bound.Plus(debt.Amount, gain)
		}
	}
}

// Verdict judges what was added, with the cash that could be put in (nil: none), the certificate's numbers of all firms (asked for
// only where there is cash) and its price.
func (t *Tally) Verdict(liquidity *Liquidity, potentials []int32, price int32) Verdict {
	v := Verdict{Reason: t.Reason, Debt: t.Breach, Firm: Nowhere, Owed: t.Owed, Cleared: t.Cleared, Bound: t.Bound}
	if v.Reason == ReasonNone {
		t.judgeCash(&v, liquidity)
	}
	if v.Reason == ReasonNone && liquidity != nil {
		v.addCash(liquidity, potentials, price, len(t.Balance))
	}
	if v.Reason == ReasonNone && !v.Bound.Equal(v.Cleared) {
		v.Reason = ReasonNotOptimal
	}
	return v
}

// judgeCash asks for balance at every firm, or where there is cash, for no more of it than there is.
func (t *Tally) judgeCash(v *Verdict, liquidity *Liquidity) {
	if liquidity.validate(len(t.Balance)) != nil {
		v.Reason = ReasonShape
		return
	}
	for firm, balance := range t.Balance {
		switch {
		case liquidity == nil && balance != 0 || balance < 0 && !liquidity.keeps(firm):
			v.Reason, v.Firm = ReasonUnbalanced, firm
			return
		case liquidity != nil && liquidity.Caps != nil && balance > liquidity.capOf(firm):
			v.Reason, v.Firm = ReasonCash, firm
			return
		}
		v.Cash += max(0, balance) // at most all that is cleared
	}
	if liquidity != nil && v.Cash > liquidity.Total {
		v.Reason = ReasonCash
	}
}

// addCash adds to the bound what cash can add to it at most.
func (v *Verdict) addCash(liquidity *Liquidity, potentials []int32, price int32, firms int) {
	if len(potentials) != firms {
		v.Reason = ReasonShape
		return
	}
	if price < 0 {
		v.Reason = ReasonPotential
		return
	}
	v.Bound = v.Bound.Plus(liquidity.Total, int64(price))
	for firm, potential := range potentials {
		if potential < 0 && liquidity.keeps(firm) {
			v.Reason, v.Firm = ReasonPotential, firm
			return
		}
		if potential > price {
			v.Bound = v.Bound.Plus(liquidity.capOf(firm), int64(potential)-int64(price))
		}
	}
}

// Check judges a whole proposal. It trusts nothing that a solver says: it asks for the bounds of every debt, for balance at every
// firm, and compares what is cleared with the bound that the certificate gives.
func Check(in Instance, result Result) Verdict {
	misfit := Verdict{Reason: ReasonShape, Debt: Nowhere, Firm: Nowhere}
	if in.Firms < 0 || in.Firms > FirmsMax || len(result.Cleared) != len(in.Debts) || len(result.Potentials) != in.Firms {
		return misfit
	}
	tally := NewTally(in.Firms)
	for i, debt := range in.Debts {
		if debt.Debtor < 0 || int(debt.Debtor) >= in.Firms || debt.Creditor < 0 || int(debt.Creditor) >= in.Firms {
			misfit.Debt = i
			return misfit
		}
		tally.Add(debt, result.Cleared[i], result.Potentials[debt.Debtor], result.Potentials[debt.Creditor])
	}
	if in.Liquidity != nil || result.Given != nil {
		if verdict := given(&tally, result.Given); verdict.Reason != ReasonNone {
			return verdict
		}
	}
	return tally.Verdict(in.Liquidity, result.Potentials, result.Price)
}

// given compares the cash that the proposal names with what its debts come to.
func given(tally *Tally, cash []money.Minor) Verdict {
	if len(cash) != len(tally.Balance) {
		return Verdict{Reason: ReasonShape, Debt: Nowhere, Firm: Nowhere}
	}
	if tally.Reason != ReasonNone {
		return Verdict{}
	}
	for firm, balance := range tally.Balance {
		if balance != cash[firm] {
			return Verdict{Reason: ReasonUnbalanced, Debt: Nowhere, Firm: firm, Owed: tally.Owed, Cleared: tally.Cleared}
		}
	}
	return Verdict{}
}
