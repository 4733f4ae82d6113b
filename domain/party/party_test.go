package party_test

import (
	"slices"
	"testing"

	"millrace/domain/party"
)

func TestRolesAreReadAsTheyArePrinted(t *testing.T) {
	all := party.Role(0)
	for role := party.Operator; role <= party.Bank; role <<= 1 {
		names := role.Names()
		if len(names) != 1 || party.ParseRole(names[0]) != role {
			t.Errorf("%b: %v", role, names)
		}
		all |= role
	}
	if len(all.Names()) != 8 || party.ParseRole("king") != 0 {
		t.Error(all.Names())
	}
	if got := (party.Seller | party.Buyer).Names(); !slices.Equal(got, []string{"seller", "buyer"}) {
		t.Error(got)
	}
	if party.Suspended.String() != "suspended" || party.AccountVerified.String() != "verified" {
		t.Error("a name has changed")
	}
}
