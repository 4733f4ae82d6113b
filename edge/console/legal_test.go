package console_test

import (
	"net/http"
	"strings"
	"testing"

	"millrace/domain/id"
)

func TestAFinancingShowsItsLegalGround(t *testing.T) {
	s := newStage(t)
	s.play()
	operator := &browser{t: t, handler: s.handler, secret: s.key(s.maker)}
	page := operator.page("/financings/"+id.Make[id.Financing](1, 1).String(), http.StatusOK)
	for _, wanted := range []string{"Legal ground", "Receivables purchase", "Anchor accession", "Payment undertaking", "courier", `badge good">Live`, `/letter">PDF`} {
		if !strings.Contains(page, wanted) {
			t.Errorf("the page does not show %q", wanted)
		}
	}
}
