package console_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"millrace/domain/calendar"
	"millrace/domain/party"
)

// A framework agreement is taken whole, pasted or as a file; what is refused keeps all that was entered, and says what is wrong where.
func TestATextOfAgreementsIsTakenWhole(t *testing.T) {
	today, _ := calendar.Of(2026, 3, 2)
	w := newWalk(t, today)
	compliance := &browser{t: t, handler: w.handler, secret: w.key(w.person(w.operator, party.Compliance, "Who only looks"))}
	compliance.page("/templates/new", http.StatusForbidden)
	checkMarkup(t, "the form", w.first.page("/templates/new", http.StatusOK))

	const clause = "The seller assigns what the buyer has confirmed; the funder pays.\n"
	long := strings.TrimSpace(strings.Repeat(clause, 100_000/len(clause)+1))
	send := func(name, kind, law, pasted string, file ...string) (int, string) {
		t.Helper()
		files := map[string][]byte{}
		if len(file) == 2 {
			files[file[0]] = []byte(file[1])
		}
		return w.first.sendFiles("/templates/new", map[string]string{"name": name, "kind": kind, "law": law, "text": pasted}, "file", files, file[:min(1, len(file))])
	}
	status, page := send("Framework", "factoring of goods", "Britain", long)
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, long) || !strings.Contains(page, `value="Framework"`) || !strings.Contains(page, `value="Britain"`) {
		t.Errorf("%d: what was entered is lost", status)
	}
	says(t, page, "Choose one.", "Write the two letters of a country", "2 fields to mend")
	for what, one := range map[string]struct {
		pasted string
		file   []string
		said   string
	}{
		"nothing":         {"", nil, "Paste the text, or choose its file."},
		"no text":         {"", []string{"a.docx", "PK\x03\x04\xff\xfe"}, "This is no text in UTF-8"},
		"too large":       {"", []string{"a.txt", strings.Repeat("a", 1<<20+1)}, "The file has more than"},
		"too much pasted": {strings.Repeat("a", 1<<20+1), nil, "at most"},
		"two texts":       {"One", []string{"a.txt", "Another"}, "another text in the field above"},
	} {
		if status, page := send("Framework", "receivables_purchase", "GB", one.pasted, one.file...); status != http.StatusUnprocessableEntity || !strings.Contains(text(page), one.said) {
			t.Errorf("%s: %d, and it does not say %q", what, status, one.said)
		}
	}
	_, page = send("Framework", "receivables_purchase", "Britain", "", "a.md", "# Of the file\r\n")
	checkMarkup(t, "the form with what is wrong", page)
	if !strings.Contains(page, "# Of the file") {
		t.Error("the text of a file is lost where something else is wrong")
	}

	status, to := send("Framework", "receivables_purchase", "GB", long)
	if status != http.StatusSeeOther {
		t.Fatalf("a text of %d characters is not taken: %d %s", len(long), status, text(to))
	}
	if page := w.second.page(to, http.StatusOK); !strings.Contains(page, long) {
		t.Error("its page does not show all of it")
	}
	file := "# 买卖合同\r\n\r\n" + strings.Repeat("卖方转让应收账款。\r\n", 3000)
	status, to = send("Framework", "receivables_purchase", "CN", "", "framework.md", file)
	hash := sha256.Sum256([]byte(file))
	if status != http.StatusSeeOther || !strings.Contains(w.second.page(to, http.StatusOK), hex.EncodeToString(hash[:])) {
		t.Errorf("%d: a file is not kept byte for byte", status)
	}
}
