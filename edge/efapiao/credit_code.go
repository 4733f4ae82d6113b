package efapiao

import "strings"

// creditCodeCharacters are the characters of a unified social credit code by value: digits and letters without I, O, S, V, Z
// (GB 32100-2015, table 1).
const creditCodeCharacters = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// CreditCodeValid tells whether text is a unified social credit code: 18 characters, the third to eighth digits (the
// region of the registering authority), and the last the check character, which is 31 minus the weighted sum of the others
// modulo 31, with weights 3^(i-1) mod 31 (GB 32100-2015, 5.5).
func CreditCodeValid(text string) bool {
	if len(text) != 18 {
		return false
	}
	sum, weight := 0, 1
	for i := range 17 {
		value := strings.IndexByte(creditCodeCharacters, text[i])
		if value < 0 || i >= 2 && i < 8 && value > 9 {
			return false
		}
		sum += value * weight
		weight = weight * 3 % 31
	}
	return text[17] == creditCodeCharacters[(31-sum%31)%31]
}
