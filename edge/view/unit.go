package view

// symbols are how people write units whose codes (UN/ECE Recommendation 20) say little to them.
var symbols = map[string]string{"TNE": "t", "KGM": "kg", "GRM": "g", "MTR": "m", "MTK": "m²", "MTQ": "m³", "LTR": "l"}

// Unit is how a unit of goods is written: its symbol, or its code where people use none.
func Unit(code string) string {
	if symbol, known := symbols[code]; known {
		return symbol
	}
	return code
}
