package view

import (
	"slices"
	"testing"
)

// An amount without a currency is meant in every currency that can write it so.
func TestAnAmountIsReadInEveryCurrency(t *testing.T) {
	for text, want := range map[string]map[string]int64{
		"12,340.50":     {"EUR": 12_340_50, "USD": 12_340_50, "CNY": 12_340_50, "KWD": 12_340_500, "JPY": 0},
		"12,340":        {"EUR": 12_340_00, "JPY": 12_340},
		"usd 12340.5":   {"USD": 12_340_50, "EUR": 0},
		"12340.505 KWD": {"KWD": 12_340_505, "EUR": 0},
		"12340":         {"EUR": 0, "JPY": 0},
		"1,2340.50":     {"EUR": 0},
		"-5.00":         {"EUR": 0},
		"0.00 EUR":      {"EUR": 0},
	} {
		read := amountsIn(text)
		for code, minor := range want {
			at := slices.IndexFunc(read, func(a Amount) bool { return a.Currency == code })
			if at < 0 && minor != 0 || at >= 0 && read[at].Minor != minor {
				t.Errorf("%q in %s: %+v", text, code, read)
			}
		}
	}
}
