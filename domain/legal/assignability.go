package legal

import "millrace/domain/calendar"

// Restriction is what a sales contract says of assigning the claims under it.
type Restriction struct {
	Law       Law           `cbor:"1,keyasint"`
	Dated     calendar.Date `cbor:"2,keyasint"` // of the contract
	Bans      bool          `cbor:"3,keyasint"` // assignment without the debtor's consent
	Consented bool          `cbor:"4,keyasint"` // the debtor has consented
	Exempt    bool          `cbor:"5,keyasint"` // United Kingdom: the seller is a large enterprise or special purpose vehicle, or the contract is of an excluded kind
}

// ukContracts is the first day of contracts to which the Business Contract Terms (Assignment of Receivables) Regulations
// 2018 (SI 2018/1254, reg. 1) apply.
var ukContracts = day(2018, 12, 31)

// HoldsAgainstDebtor tells whether an assignment of a money claim on a day holds against the debtor in spite of what the
// contract says.
//
// China: an agreement that a money claim may not be assigned does not bind third parties (Civil Code art. 545(2), for
// assignments from 2021-01-01); before, such a claim could not be assigned (Contract Law 1999 art. 79(2)). England,
// Wales, Northern Ireland: a ban has no effect in contracts made on 2018-12-31 or later, unless the seller is large or
// the contract excluded (SI 2018/1254 reg. 2, exceptions regs. 3 and 4). Anywhere else a ban is taken to bind.
func (r *Restriction) HoldsAgainstDebtor(assigned calendar.Date) Answer {
	if !r.Bans || r.Consented {
		return Answer{Holds: true}
	}
	switch r.Law {
	case "CN":
		if assigned >= civilCode {
			return Answer{true, "Civil Code of the People's Republic of China, art. 545(2)"}
		}
		return Answer{false, "Contract Law of the People's Republic of China (1999), art. 79(2); Civil Code art. 545(2) only from 2021-01-01"}
	case "GB", "GB-ENG", "GB-WLS", "GB-EAW", "GB-NIR":
		switch {
		case r.Dated < ukContracts:
			return Answer{false, "Business Contract Terms (Assignment of Receivables) Regulations 2018 (SI 2018/1254), reg. 1: contracts from 2018-12-31 only"}
		case r.Exempt:
			return Answer{false, "Business Contract Terms (Assignment of Receivables) Regulations 2018 (SI 2018/1254), regs. 3 and 4"}
		}
		return Answer{true, "Business Contract Terms (Assignment of Receivables) Regulations 2018 (SI 2018/1254), reg. 2"}
	}
	return Answer{}
}
