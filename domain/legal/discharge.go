package legal

import "millrace/domain/calendar"

// FreesDebtor tells whether a payment to the assignor on a day frees the debtor, who was told of the assignment on
// another day (0: never). Until it is told it may pay the assignor; what it pays on the day of service or later is at its
// own risk.
//
// China: Civil Code art. 546(1), for payments from 2021-01-01; before, Contract Law 1999 art. 80(1). Germany: § 407(1) BGB.
// England, Wales, Northern Ireland: Law of Property Act 1925 s. 136(1). Elsewhere the same is applied without a citation.
func FreesDebtor(law Law, paid, told calendar.Date) Answer {
	answer := Answer{Holds: told == 0 || paid < told}
	switch law {
	case "CN":
		answer.Citation = "Civil Code of the People's Republic of China, art. 546(1)"
		if paid < civilCode {
			answer.Citation = "Contract Law of the People's Republic of China (1999), art. 80(1)"
		}
	case "DE":
		answer.Citation = "§ 407(1) BGB"
	case "GB", "GB-ENG", "GB-WLS", "GB-EAW":
		answer.Citation = "Law of Property Act 1925, s. 136(1)"
	}
	return answer
}
