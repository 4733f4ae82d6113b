package console_test

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"millrace/domain/id"
)

// A trade whose documents disagree shows what it is worth and both lines, each leading to its document.
func TestATradeShowsItsDiscrepancies(t *testing.T) {
	s := newStage(t)
	s.play()
	b := &browser{t: t, handler: s.handler, secret: s.key(s.maker)}
	row := regexp.MustCompile(`(Billed at a higher price than ordered|More billed than delivered) Invoice \S+ , line \d+ (Order|Receipt advice) \S+ , line \d+ [\d.]+ \w+ [\d.,]+ [\d.,]+ EUR`)
	shown := ""
	for number := uint64(1); number <= 12; number++ {
		page := b.page(fmt.Sprint("/trades/", id.Make[id.Trade](1, number)), http.StatusOK)
		checkMarkup(t, "trade", page)
		if found := row.FindString(text(page)); found != "" {
			shown = found
		}
	}
	if shown == "" {
		t.Error("no trade of the story shows a discrepancy with its lines")
	}
}
