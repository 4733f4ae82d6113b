package borrowing

import (
	"fmt"

	"millrace/domain/money"
)

// Verify adds the table up again, row by row as a person would, and says what does not agree; nothing for a certificate
// that adds up. It shares nothing with Certify.
func (c *Certificate) Verify() []string {
	var faults []string
	expect := func(what string, want, got money.Minor) {
		if want != got {
			faults = append(faults, fmt.Sprintf("%s: %d, the table has %d", what, want, got))
		}
	}
	var running [ClassesMax]money.Minor
	var lines [Overadvance + 1]money.Minor
	for _, row := range c.Rows {
		across := money.Minor(0)
		for class, amount := range row.Amounts {
			across += amount
			name := fmt.Sprintf("%v, class %d", row.Line, class)
			switch row.Line {
			case Gross:
				running[class] = amount
			case Less, LessAboveCap, LessAboveMax:
				running[class] -= amount
			case Advance:
				expect(name, floorShare(running[class], c.rate(class)), amount)
				running[class] = amount
			case EligibleTotal, NetEligible, Advanced:
				expect(name, running[class], amount)
			}
		}
		if row.Line <= Advanced {
			expect(row.Line.String()+", across", across, row.Total)
		}
		lines[row.Line] = row.Total
	}
	var lost [reasonsEnd]money.Minor
	for _, l := range c.Lost {
		lost[l.Reason] += l.Amount
	}
	for reason := ContraAccount; reason < reasonsEnd; reason++ {
		expect("lost by obligors, "+reason.String(), lost[reason], c.Find(lineOf(reason), reason))
	}
	expect("advanced_total", lines[Advanced], lines[AdvancedTotal])
	expect("base", max(0, lines[AdvancedTotal]-lines[DilutionReserve]-lines[OtherReserves]), lines[Base])
	expect("drawable", min(lines[Base], lines[LimitOfFacility]), lines[Drawable])
	expect("available less overadvance", lines[Drawable]-lines[Outstanding], lines[Available]-lines[Overadvance])
	if lines[Available] != 0 {
		expect("overadvance", 0, lines[Overadvance])
	}
	return faults
}

func lineOf(reason Reason) Line {
	if reason >= ObligorConcentration {
		return LessAboveCap
	}
	return Less
}

func (c *Certificate) rate(class int) money.Rate {
	if class >= len(c.Classes) {
		return 0
	}
	return c.Classes[class].AdvanceRate
}

// floorShare is exact without wide products: whole millions first, then the rest.
func floorShare(amount money.Minor, rate money.Rate) money.Minor {
	one := money.Minor(money.RateOne)
	return amount/one*money.Minor(rate) + amount%one*money.Minor(rate)/one
}
