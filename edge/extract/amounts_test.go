package extract

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"millrace/domain/money"
)

// halfUp gives numerator / denominator rounded half up away from zero, exactly.
func halfUp(numerator, denominator *big.Int) *big.Int {
	doubled := new(big.Int).Mul(new(big.Int).Abs(numerator), big.NewInt(2))
	quotient := doubled.Add(doubled, denominator).Quo(doubled, new(big.Int).Mul(denominator, big.NewInt(2)))
	if numerator.Sign() < 0 {
		quotient.Neg(quotient)
	}
	return quotient
}

func TestMulDivIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64Range(-1<<62, 1<<62).Draw(t, "a"), rapid.Int64Range(-1<<62, 1<<62).Draw(t, "b")
		divisor := rapid.Int64Range(1, 1<<62).Draw(t, "divisor")
		want := halfUp(new(big.Int).Mul(big.NewInt(a), big.NewInt(b)), big.NewInt(divisor))
		got, ok := MulDiv(a, b, divisor)
		if ok != new(big.Int).Abs(want).IsInt64() || ok && got != want.Int64() {
			t.Fatalf("got %d %t, want %s", got, ok, want)
		}
	})
}

func TestLineAmountIsExact(t *testing.T) {
	power := func(exponent int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(exponent)), nil) }
	rapid.Check(t, func(t *rapid.T) {
		quantity, price := rapid.Int64Range(-1<<50, 1<<50).Draw(t, "quantity"), rapid.Int64Range(-1<<50, 1<<50).Draw(t, "price")
		base := rapid.OneOf(rapid.Just(int64(One)), rapid.Int64Range(1, 1<<62)).Draw(t, "base")
		factor := rapid.OneOf(rapid.Just(int64(One)), rapid.Int64Range(1, 1<<40)).Draw(t, "factor")
		digits := rapid.IntRange(0, 4).Draw(t, "digits")
		numerator := new(big.Int).Mul(big.NewInt(quantity), big.NewInt(price))
		numerator.Mul(numerator, big.NewInt(factor)).Mul(numerator, power(digits))
		want := halfUp(numerator, new(big.Int).Mul(big.NewInt(base), power(8+6)))
		fits := want.IsInt64() && want.Int64() <= int64(money.MinorMax) && want.Int64() >= -int64(money.MinorMax)
		got, ok := LineAmount(quantity, price, base, factor, digits)
		if ok != fits || ok && int64(got) != want.Int64() {
			t.Fatalf("got %d %t, want %s", got, ok, want)
		}
	})
}
