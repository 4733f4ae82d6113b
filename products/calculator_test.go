package products_test

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/products"
)

// halfUp rounds a fraction that is not below zero.
func halfUp(r *big.Rat) money.Minor {
	r = new(big.Rat).Add(r, big.NewRat(1, 2))
	return money.Minor(new(big.Int).Quo(r.Num(), r.Denom()).Int64())
}

func times(amount money.Minor, factors ...*big.Rat) *big.Rat {
	product := new(big.Rat).SetInt64(int64(amount))
	for _, f := range factors {
		product.Mul(product, f)
	}
	return product
}

func ppm(r money.Rate) *big.Rat { return big.NewRat(int64(r), 1_000_000) }

// TestPricesAgainstFractions reckons the price of random deals under every product a second time: amounts in exact fractions,
// the annual cost by bisection in floating point.
func TestPricesAgainstFractions(t *testing.T) {
	var all []product.Terms
	for _, name := range products.Names() {
		all = append(all, read(t, name))
	}
	opening, _ := calendar.Of(2026, 1, 1)
	priced := 0
	rapid.Check(t, func(t *rapid.T) {
		terms := all[rapid.IntRange(0, len(all)-1).Draw(t, "product")]
		deal := product.Deal{
			Amount: money.Minor(rapid.Int64Range(100, 1e13).Draw(t, "amount")), Unused: money.Minor(rapid.Int64Range(0, 1e12).Draw(t, "unused")), Invoices: int32(rapid.IntRange(1, 40).Draw(t, "invoices")),
			Grade: uint8(rapid.IntRange(1, 10).Draw(t, "grade")), Funder: money.Rate(rapid.Int64Range(0, 200_000).Draw(t, "funder")),
			From: opening.AddDays(rapid.IntRange(0, 700).Draw(t, "from")), Calendar: calendar.Target,
			Fixings: []product.Fixing{
				{Name: "EURIBOR-3M", Rate: money.Rate(rapid.Int64Range(-10_000, 90_000).Draw(t, "three"))}, {Name: "EURIBOR-6M", Rate: 21_800}, {Name: "ECB-MRO", Rate: 21_500},
			},
		}
		deal.Due = deal.From.AddDays(rapid.IntRange(1, 200).Draw(t, "days"))
		q, answer := terms.Quote(&deal, product.Quotation{})
		if len(q.CashFlow) == 0 {
			return // not priced; which answer that is has tests of its own
		}
		priced++
		year := big.NewRat(360, 1)
		if terms.DayCount == calendar.Actual365Fixed {
			year = big.NewRat(365, 1)
		}
		time := new(big.Rat).Quo(big.NewRat(int64(q.Due-q.From), 1), year)
		principal := halfUp(times(deal.Amount, ppm(terms.AdvanceRate)))
		rt := new(big.Rat).Mul(ppm(q.Rate), time)
		interest := halfUp(times(principal, rt))
		switch terms.Basis {
		case product.OnFace:
			interest = halfUp(times(deal.Amount, rt))
		case product.OnYield:
			interest = halfUp(times(principal, new(big.Rat).Quo(rt, new(big.Rat).Add(big.NewRat(1, 1), rt))))
		}
		if q.Principal != principal || q.Discount+q.Interest != interest || (q.Discount > 0) != (terms.Timing == product.InAdvance && interest > 0) {
			t.Fatalf("%s: %+v; by fractions principal %d, interest %d", terms.Name, q.Price, principal, interest)
		}
		now, later := money.Minor(0), money.Minor(0) // fees and taxes of the financed party
		for i, f := range terms.Fees {
			basis := map[product.FeeBasis]money.Minor{product.FeeOnFace: deal.Amount, product.FeeOnAdvance: principal, product.FeeOnUnused: deal.Unused}[f.Basis]
			fee := halfUp(times(basis, ppm(f.Rate)))
			switch {
			case f.Basis == product.FeeFlat:
				fee = f.Amount
			case f.Basis == product.FeePerInvoice:
				fee = f.Amount * money.Minor(deal.Invoices)
			case f.Per == product.PerYear:
				fee = halfUp(times(basis, ppm(f.Rate), time))
			}
			if fee < f.Minimum {
				fee = f.Minimum
			}
			if f.Maximum > 0 && fee > f.Maximum {
				fee = f.Maximum
			}
			tax := halfUp(times(fee, ppm(f.TaxRate)))
			if q.Fees[i].Amount != fee || q.Fees[i].Tax != tax {
				t.Fatalf("%s: fee %+v; by fractions %d and tax %d", terms.Name, q.Fees[i], fee, tax)
			}
			if f.Payer == q.Financed && f.When == product.AtDisbursement {
				now += fee + tax
			} else if f.Payer == q.Financed {
				later += fee + tax
			}
		}
		checkCost(t, &terms, &q, now, later)
		if fees := now + later; q.FeeTotal != fees || answer == product.FeesAboveCap && fees*1_000_000 < deal.Amount*money.Minor(terms.FeesMax) {
			t.Fatalf("%s: %s with fees of %d", terms.Name, answer, fees)
		}
	})
	if priced == 0 {
		t.Error("no deal was priced")
	}
}

// checkCost solves for the annual cost from the terms alone: what is received at first, what is given on the due date, and the reserve.
func checkCost(t *rapid.T, terms *product.Terms, q *product.Quotation, now, later money.Minor) {
	received, given := q.Principal-q.Discount-now, q.Principal+q.Interest+later+q.Reserve
	if terms.Repayment == product.FromNobody {
		given = q.Amount + later
	}
	if received <= 0 {
		return
	}
	days, release := float64(q.Due-q.From)/365, float64(q.Release-q.From)/365
	value := func(r float64) float64 {
		return float64(received) - float64(given)*math.Pow(1+r, -days) + float64(q.Reserve)*math.Pow(1+r, -release)
	}
	low, high := -0.5, 1000.0
	switch {
	case q.Cost.Outcome == product.CostAbsurd && value(high) < 0, q.Cost.Outcome == product.CostUndefined && received >= given-q.Reserve:
		return
	case q.Cost.Outcome != product.CostFound:
		t.Fatalf("%s: %s, received %d, given %d", terms.Name, q.Cost.Outcome, received, given)
	}
	if received == given-q.Reserve {
		low, high = 0, 0
	}
	for range 200 {
		if middle := (low + high) / 2; value(middle) < 0 {
			low = middle
		} else {
			high = middle
		}
	}
	if exact := low * 1e6; math.Abs(float64(q.Cost.Rate)-exact) > 0.51+1e-5*math.Abs(exact)/float64(q.Due-q.From) {
		t.Fatalf("%s: annual cost %d ppm, by floating point %f: received %d, given %d, reserve %d, %v", terms.Name, q.Cost.Rate, exact, received, given, q.Reserve, q.CashFlow)
	}
}
