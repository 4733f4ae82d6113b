package console_test

import (
	"encoding/hex"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

var batchStatement = regexp.MustCompile(`(?s)data-statement="([^"]+)"[^>]*>(.*?)</pre>`)

// A buyer confirms a batch: by a file of numbers, with what leads nowhere said line by line; and irrevocably, each with its own signature.
func TestABuyerConfirmsManyAtOnce(t *testing.T) {
	s := newStage(t)
	s.open()
	s.send()
	buyer := &browser{t: t, handler: s.handler, secret: s.key(s.actors["havelmark"])}
	list := buyer.page("/confirmations", 200)
	checkMarkup(t, "the list", list)
	checkMarkup(t, "the form", buyer.page("/confirmations/together", 200))
	numbers := regexp.MustCompile(`<a href="/receivables/(rcv_[^"]+)">([^<]+)</a>`).FindAllStringSubmatch(list, -1)
	if len(numbers) < 4 {
		t.Fatalf("%d receivables wait, want at least 4", len(numbers))
	}
	const where = "/confirmations/together"
	csv := "number\n" + numbers[0][2] + ";x\n\"" + numbers[1][2] + "\"\nNONE-1\n" + numbers[0][2] + "\n"
	_, page := buyer.sendFiles(where, map[string]string{"step": "look", "undertaking": "soft"}, "numbers", map[string][]byte{"n.csv": []byte(csv)}, []string{"n.csv"})
	says(t, page, "2 invoices", "2 lines of the file left aside", "NONE-1", "You owe nothing open by an invoice of this number")
	if strings.Contains(page, "<script src=\"/assets/batch") {
		t.Error("a soft batch is signed")
	}
	receivables := func(of ...string) map[string]string {
		return map[string]string{"step": "give", "undertaking": "soft", "receivable": strings.Join(of, "")}
	}
	_, page = buyer.sendFiles(where, receivables(numbers[0][1]), "", nil, nil)
	says(t, page, "1 of 1 are given", "Confirmed")
	_, page = buyer.sendFiles(where, receivables(numbers[0][1]), "", nil, nil)
	says(t, page, "0 of 1 are given", "Refused")

	terms := map[string]string{"step": "look", "undertaking": "irrevocable", "receivable": numbers[2][1]}
	_, page = buyer.sendFiles(where, terms, "", nil, nil)
	found := batchStatement.FindAllStringSubmatch(page, -1)
	if len(found) != 1 || !strings.Contains(page, "/assets/batch") {
		t.Fatalf("%d statements, want 1: %s", len(found), text(page))
	}
	terms["step"] = "give"
	terms["key"] = s.signatory.Key.String()
	terms["signature"] = numbers[2][1] + " " + strings.Repeat("0", 128)
	_, page = buyer.sendFiles(where, terms, "", nil, nil)
	says(t, page, "0 of 1 are given", "Refused")
	made := s.signatory.Sign([]byte(html.UnescapeString(found[0][2])))
	terms["signature"] = numbers[2][1] + " " + hex.EncodeToString(made.Bytes[:])
	status, page := buyer.sendFiles(where, terms, "", nil, nil)
	if status != http.StatusOK {
		t.Fatalf("%d: %s", status, text(page))
	}
	says(t, page, "1 of 1 are given")
	says(t, buyer.page("/receivables/"+numbers[2][1], 200), "It carries 1 signature")
	seller := &browser{t: t, handler: s.handler, secret: s.key(s.actors["rottmuehl"])}
	seller.page(where, http.StatusForbidden)
}
