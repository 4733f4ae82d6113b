package authorisation_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"millrace/domain/party"
	"millrace/edge/authorisation"
	"millrace/edge/problem"
	"millrace/edge/view"
)

func TestARefusalIsLoggedByPolicyAndNamesNobody(t *testing.T) {
	var log bytes.Buffer
	g := &authorisation.Guard{Policies: authorisation.Builtin(), Logger: slog.New(slog.NewTextHandler(&log, nil)), Seat: authorisation.API}
	seller := caller(party.Seller)
	if err := g.Admit(t.Context(), &authorisation.Request{Caller: seller, Action: "list_financings"}); err != nil || log.Len() != 0 {
		t.Fatalf("%v, logged %s", err, log.String())
	}
	err := g.Admit(t.Context(), &authorisation.Request{Caller: seller, Action: "get_financing", Record: &view.Traits{Record: "fin_1-42-X", Kind: "fin", Book: 1}})
	var told *problem.Problem
	if !errors.As(err, &told) || told.Policy.ID != "isolation.party" {
		t.Fatalf("%v", err)
	}
	for _, want := range []string{"policy=isolation.party", "action=get_financing", "role=seller", "kind=fin", "seat=api"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log does not say %s: %s", want, log.String())
		}
	}
	for _, banned := range []string{seller.Actor.String(), seller.Party.String(), "fin_1-42-X"} {
		if strings.Contains(log.String(), banned) {
			t.Errorf("the log says %s", banned)
		}
	}
}
