package edgelist

import (
	"math"
	"strconv"

	"millrace/domain/money"
)

// ScaleMax is the most decimals that an amount may have.
const ScaleMax = 18

// decimalsKept are decimals that count although they are zero.
const decimalsKept = 2

// parseAmount reads digits with at most one point among them: units times ten to the power of minus decimals. The code says what is
// wrong, "" for nothing. Zeros behind the second decimal don't count.
func parseAmount(text []byte) (units int64, decimals int, code Code) {
	point := -1
	for i, c := range text {
		switch {
		case c == '.' && point < 0:
			point = i
		case c < '0' || c > '9':
			if c == '-' && i == 0 && len(text) > 1 {
				return 0, 0, CodeAmountNegative
			}
			return 0, 0, CodeAmountMalformed
		}
	}
	if len(text) == 0 {
		return 0, 0, CodeFieldEmpty
	}
	if point == 0 || point == len(text)-1 {
		return 0, 0, CodeAmountMalformed
	}
	if point >= 0 {
		for len(text)-1-point > decimalsKept && text[len(text)-1] == '0' {
			text = text[:len(text)-1]
		}
		decimals = len(text) - 1 - point
	}
	for _, c := range text {
		if c == '.' {
			continue
		}
		digit := int64(c - '0')
		if units > (math.MaxInt64-digit)/10 {
			return 0, 0, CodeAmountTooLarge
		}
		units = 10*units + digit
	}
	if decimals > ScaleMax {
		return 0, 0, CodeAmountMalformed
	}
	return units, decimals, ""
}

// rescale multiplies by ten to the power of places, or says that the product does not fit.
func rescale(units int64, places int) (int64, bool) {
	for range places {
		if units > math.MaxInt64/10 {
			return 0, false
		}
		units *= 10
	}
	return units, true
}

// ParseAmount reads an amount such as "1250.00" at a scale: of minor units with so many decimals.
func ParseAmount(text string, scale int) (money.Minor, bool) {
	units, decimals, code := parseAmount([]byte(text))
	for decimals > scale && units%10 == 0 {
		units, decimals = units/10, decimals-1
	}
	if code != "" || decimals > scale {
		return 0, false
	}
	scaled, fits := rescale(units, scale-decimals)
	return money.Minor(scaled), fits
}

// AppendAmount writes minor units as a number with so many decimals.
func AppendAmount(b []byte, amount money.Minor, scale int) []byte {
	begin := len(b)
	if amount < 0 {
		b = append(b, '-')
		begin++
	}
	magnitude := uint64(amount)
	if amount < 0 {
		magnitude = -magnitude
	}
	b = strconv.AppendUint(b, magnitude, 10)
	if scale == 0 {
		return b
	}
	for len(b)-begin <= scale {
		b = append(b, 0)
		copy(b[begin+1:], b[begin:])
		b[begin] = '0'
	}
	b = append(b, 0)
	point := len(b) - 1 - scale
	copy(b[point+1:], b[point:])
	b[point] = '.'
	return b
}

// FormatAmount is AppendAmount as a text.
func FormatAmount(amount money.Minor, scale int) string {
	return string(AppendAmount(nil, amount, scale))
}
