package funding_test

import (
	"testing"

	"millrace/domain/funding"
)

func TestStatesThatClaimAndStatesWithMoneyOut(t *testing.T) {
	for _, test := range []struct {
		state       funding.FinancingState
		name        string
		claims, out bool
	}{
		{funding.Referred, "referred", false, false}, {funding.Declined, "declined", false, false}, {funding.Quoted, "quoted", false, false},
		{funding.Lapsed, "lapsed", false, false}, {funding.Accepted, "accepted", true, false}, {funding.Disbursing, "disbursing", true, false},
		{funding.Outstanding, "outstanding", true, true}, {funding.Overdue, "overdue", true, true}, {funding.InRecourse, "in_recourse", true, true},
		{funding.ClosedState, "closed", false, false}, {funding.Cancelled, "cancelled", false, false},
		{funding.Defaulted, "defaulted", true, true}, {funding.BoughtBack, "bought_back", false, false}, {funding.WrittenOff, "written_off", true, false},
	} {
		if test.state.String() != test.name || test.state.Claims() != test.claims || test.state.PaidOut() != test.out {
			t.Errorf("%s: claims %t, out %t", test.state, test.state.Claims(), test.state.PaidOut())
		}
	}
}

func TestExposureAndClaim(t *testing.T) {
	f := funding.Financing{Principal: 100, Repaid: 40, InterestDue: 3, LateDue: 2}
	if f.Exposure() != 60 || f.Claim() != 65 {
		t.Errorf("%d, %d", f.Exposure(), f.Claim())
	}
}
