package console_test

import (
	"net/http"
	"testing"

	"millrace/domain/party"
)

// A custodian's person finds what is to be released on its desk, releases it, and the story says so.
func TestACustodianReleasesFromItsDesk(t *testing.T) {
	s := newStage(t)
	s.play()
	keeper := &browser{t: t, handler: s.handler, secret: s.key(s.person(s.custodian, party.Custodian, "Keeper"))}
	desk := keeper.page("/", http.StatusOK)
	checkMarkup(t, "the custodian's desk", desk)
	says(t, desk, "To release or refuse", "Verified payee", "Refuse")
}
