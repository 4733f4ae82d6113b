package sandbox

import (
	"fmt"
	"strconv"

	"millrace/domain/id"
	"millrace/edge/bank"
	"millrace/edge/bankfile"
)

// The bank by default. No bank has this code or this BIC: German bank codes that begin with 999 are not given out.
const (
	bankCode   = "99940070"
	bicDefault = "XSBXDEX1"
)

// IBAN gives the number of a supervised account at the sandbox: what it is for, its programme and its owner in ten digits. It
// fails for accounts that have no room there: of another shard than the first, or of programmes beyond 9,999 or parties
// beyond 99,999.
func IBAN(a bank.Account) (string, error) {
	programme, owner := a.Programme.Number(), a.Owner.Number()
	if a.Kind == 0 || programme == 0 || programme > 9_999 || owner > 99_999 || id.Make[id.Programme](1, programme) != a.Programme ||
		owner != 0 && id.Make[id.Party](1, owner) != a.Owner {
		return "", fmt.Errorf("sandbox: the supervised account %s has no number by itself: give it one", a)
	}
	number := fmt.Sprintf("%s%d%04d%05d", bankCode, a.Kind, programme, owner)
	rest := 0
	for _, digit := range number + "131400" { // DE00 in digits
		rest = (rest*10 + int(digit-'0')) % 97
	}
	return fmt.Sprintf("DE%02d%s", 98-rest, number), nil
}

// AccountOf gives the supervised account of a number that IBAN gave; false for any other.
func AccountOf(iban string) (bank.Account, bool) {
	if !ours(iban) {
		return bank.Account{}, false
	}
	digit := func(from, to int) uint64 {
		n, _ := strconv.ParseUint(iban[from:to], 10, 64) // digits: IsIBAN and ours have looked
		return n
	}
	a := bank.Account{Kind: bank.Kind(digit(12, 13))}
	programme, owner := digit(13, 17), digit(17, 22)
	if programme > 0 {
		a.Programme = id.Make[id.Programme](1, programme)
	}
	if owner > 0 {
		a.Owner = id.Make[id.Party](1, owner)
	}
	if a.Kind < bank.Funding || a.Kind > bank.Fees || programme == 0 || (a.Kind == bank.Funding) != (owner > 0) {
		return bank.Account{}, false
	}
	back, err := IBAN(a)
	return a, err == nil && back == iban
}

// ours tells whether a number is one of this bank.
func ours(iban string) bool {
	return len(iban) == 22 && iban[:2] == "DE" && iban[4:12] == bankCode && bankfile.IsIBAN(iban)
}
