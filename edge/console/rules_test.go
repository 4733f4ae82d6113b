package console_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/rule"
	"millrace/domain/trade"
	"millrace/edge/ubl"
	"millrace/examples"
)

// again sends the documents of a chain as those of another order, and lets its invoice break rules.
func (s *stage) again(chain string, breaches []trade.RuleBreach, renamed ...string) (invoice id.Document, opened *book.ReceivableOpened) {
	s.t.Helper()
	files, err := examples.Files.ReadDir("trade/" + chain)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, file := range files {
		content, err := examples.Files.ReadFile("trade/" + chain + "/" + file.Name())
		if err != nil {
			s.t.Fatal(err)
		}
		for _, number := range renamed {
			content = bytes.ReplaceAll(content, []byte(number), []byte(number+"-B"))
		}
		read, err := ubl.Read(file.Name(), content, ubl.Limits{})
		if err != nil {
			s.t.Fatal(err)
		}
		if read.Type == trade.Invoice {
			read.Rules = breaches
		}
		command, err := s.intake.Prepare(context.Background(), &read, content, "folder")
		if err != nil {
			s.t.Fatal(err)
		}
		for _, e := range s.give(s.maker, command) {
			switch e := e.(type) {
			case *book.DocumentRecorded:
				if e.Document.Type == trade.Invoice {
					invoice = e.Document.ID
				}
			case *book.ReceivableOpened:
				opened = e
			}
		}
	}
	return invoice, opened
}

func TestBrokenRulesAreExplained(t *testing.T) {
	s := newStage(t)
	s.play()
	invoice, opened := s.again("01-castings", []trade.RuleBreach{
		{Rule: "BR-CO-10", Severity: rule.Fatal, Where: "Invoice/cac:LegalMonetaryTotal", Line: 129}, {Rule: "BR-51", Severity: rule.Warning},
	}, "PO-2026-4101", "LS-5510", "WE-26-0871", "RE-2026-0914")
	if opened == nil {
		t.Fatal("no receivable was opened")
	}
	receivable := opened.Receivable.ID
	s.give(s.maker, &book.ClearFindings{Receivable: receivable, Rules: []string{"BR-CO-10"}, Reason: s.keep("reason", "The total was checked by hand.")})
	s.again("02-bearings", []trade.RuleBreach{{Rule: "BR-01", Severity: rule.Fatal}}, "PO-2026-4102", "AB26/1190", "L26/2841", "WE-26-0866", "TW26/3307")
	b := &browser{t: t, handler: s.handler, secret: s.key(s.maker)}
	for where, wants := range map[string][]string{
		"/documents/" + invoice.String(): {
			"Breaks rules of EN 16931", "BR-CO-10 The sum of the lines", "BT-106 BT-131", "line 129 Invoice/cac:LegalMonetaryTotal Fatal", "the document Warning",
		},
		"/receivables/" + receivable.String(): {
			"BR-CO-10 , fatal unless the programme says otherwise", "Cleared in entry", "BR-51 , warning unless", "Not cleared.", "Broken rules of EN 16931 were cleared: BR-CO-10.",
			"it breaks 2 of the rules of EN 16931",
		},
		"/": {"Open receivables that break fatal rules of EN 16931 1"},
		"/financings/" + id.Make[id.Financing](1, 1).String(): {"Rules of EN 16931 BR-CL-* warning, BR-CO-27 ignored"},
	} {
		page := b.page(where, http.StatusOK)
		checkMarkup(t, where, page)
		for _, want := range wants {
			if shown := text(page); !strings.Contains(shown, want) {
				t.Errorf("%s does not say %q:\n%s", where, want, shown)
			}
		}
	}
	if shown := text(b.page("/documents/"+invoice.String(), http.StatusOK)); strings.Contains(shown, "In order") {
		t.Error("an invoice that breaks rules is in order")
	}
}
