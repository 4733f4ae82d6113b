package ledger_test

import (
	"testing"

	"millrace/domain/ledger"
)

func TestChartOfAccounts(t *testing.T) {
	names := map[string]ledger.Code{}
	for code := ledger.Code(0); code < 1000; code++ {
		if !code.Known() {
			if code.Side() != 0 || code.Supervised() {
				t.Errorf("%d is not in the chart and has a side", code)
			}
			continue
		}
		if other, found := names[code.String()]; found {
			t.Errorf("%d and %d have one name", code, other)
		}
		names[code.String()] = code
		if code.Side() != ledger.Debit && code.Side() != ledger.Credit {
			t.Errorf("%s has no side", code)
		}
		if code.Supervised() && (code < 100 || code > 199 || code.Side() != ledger.Credit) {
			t.Errorf("%s: supervised money is a debt of the custodian", code)
		}
	}
}

func TestBalances(t *testing.T) {
	owed := ledger.Account{Key: ledger.Key{Code: ledger.Funding}, DebitsPosted: 30, CreditsPosted: 100, DebitsPending: 20, CreditsPending: 7}
	if owed.Balance() != 70 || owed.Available() != 50 {
		t.Errorf("%d, %d", owed.Balance(), owed.Available())
	}
	held := ledger.Account{Key: ledger.Key{Code: ledger.Outside}, DebitsPosted: 100, CreditsPosted: 30, DebitsPending: 7, CreditsPending: 20}
	if held.Balance() != 70 || held.Available() != 50 {
		t.Errorf("%d, %d", held.Balance(), held.Available())
	}
}

func TestHoldStates(t *testing.T) {
	for state, name := range map[ledger.HoldState]string{ledger.Pending: "pending", ledger.Posted: "posted", ledger.Voided: "voided", ledger.Expired: "expired"} {
		if state.String() != name {
			t.Errorf("%d is %s", state, state)
		}
	}
}
