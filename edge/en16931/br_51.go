package en16931

import "strconv"

var br51 = Rule{
	Name:     "BR-51",
	Sentence: "The number of a payment card is not shown in full: at most its first six and last four digits.",
	Terms:    []string{"BT-87", "BG-18"},
	Severity: Warning,
	check: func(n *inspection) {
		for _, instruction := range n.PaymentInstructions {
			for _, card := range instruction.Cards {
				if digits := shown(card.Value); digits > 10 {
					n.found(card.At, Value{"digits shown", strconv.Itoa(digits)})
				}
			}
		}
	},
}

// shown counts the digits that a number shows; letters and signs in place of others hide them.
func shown(number string) int {
	digits := 0
	for _, c := range number {
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	return digits
}
