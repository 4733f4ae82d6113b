package console_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"millrace/domain/party"
)

// A custodian's person finds what is to be released on its desk, with the rule by which it leaves, and refuses it; the payment says so, and why.
func TestACustodianDecidesFromItsDesk(t *testing.T) {
	s := newStage(t)
	s.open()
	s.send()
	s.lead("02-bearings", "traunfels", instructed)
	keeper := &browser{t: t, handler: s.handler, secret: s.key(s.person(s.custodian, party.Custodian, "Keeper"))}
	desk := keeper.page("/", http.StatusOK)
	checkMarkup(t, "the custodian's desk", desk)
	says(t, desk, "To release or refuse")
	found := regexp.MustCompile(`/payments/(pay_[^/"?]+)/decision`).FindStringSubmatch(desk)
	if found == nil {
		t.Fatalf("no payment waits for a decision:\n%s", text(desk))
	}
	deed := "/payments/" + found[1] + "/decision"
	form := keeper.page(deed, http.StatusOK)
	checkMarkup(t, deed, form)
	says(t, form, "It leaves by the rule", "Release it", "Refuse it")
	step := deed + "?terms=1&decision=refuse&reason=The+order+names+another+payee"
	keeper.open(step).given(nil)
	says(t, keeper.page("/payments/"+found[1], http.StatusOK), "Refused", "The order names another payee")
	if desk := keeper.page("/", http.StatusOK); strings.Contains(desk, found[1]+"/decision") {
		t.Error("it waits as before")
	}
}
