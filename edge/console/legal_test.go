package console_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestAFinancingShowsItsLegalGround(t *testing.T) {
	s := newStage(t)
	s.play()
	operator := &browser{t: t, handler: s.handler}
	page := operator.page("/financings/fin_1-1-H", http.StatusOK)
	for _, wanted := range []string{"Legal ground", "Receivables purchase", "Anchor accession", "Payment undertaking", "courier", `badge good">Live`, `/letter">PDF`} {
		if !strings.Contains(page, wanted) {
			t.Errorf("the page does not show %q", wanted)
		}
	}
}
