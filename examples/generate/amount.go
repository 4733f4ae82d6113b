package main

import (
	"fmt"
	"strings"
	"time"
)

type (
	quantity int64 // thousandths of a unit
	price    int64 // ten-thousandths of a euro
	cents    int64
)

func units(whole int64) quantity   { return quantity(whole * 1000) }
func thousandths(n int64) quantity { return quantity(n) }
func (q quantity) String() string  { return trimmed(int64(q), 3, 0) }
func (p price) String() string     { return trimmed(int64(p), 4, 2) }
func (c cents) String() string     { return trimmed(int64(c), 2, 2) }

// trimmed prints n, an integer scaled by 10^scale, without trailing zeros
// beyond the first least decimals. It takes no negative numbers.
func trimmed(n int64, scale, least int) string {
	digits := fmt.Sprintf("%0*d", scale+1, n)
	whole, decimals := digits[:len(digits)-scale], digits[len(digits)-scale:]
	for len(decimals) > least && strings.HasSuffix(decimals, "0") {
		decimals = decimals[:len(decimals)-1]
	}
	if decimals == "" {
		return whole
	}
	return whole + "." + decimals
}

// lineAmount is quantity × price ÷ base, rounded half up to the cent.
func lineAmount(q quantity, p price, base int64) cents {
	return cents(dividedHalfUp(int64(q)*int64(p), base*1000*100))
}

func dividedHalfUp(numerator, denominator int64) int64 {
	return (2*numerator + denominator) / (2 * denominator)
}

func dayAfter(date string, days int) string {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		panic("examples: " + err.Error())
	}
	return day.AddDate(0, 0, days).Format(time.DateOnly)
}

// gtin appends the GS1 check digit to twelve digits.
func gtin(twelve string) string {
	sum := 0
	for i, digit := range twelve {
		weight := 1 + 2*(i%2)
		sum += weight * int(digit-'0')
	}
	return twelve + string(rune('0'+(10-sum%10)%10))
}
