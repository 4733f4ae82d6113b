package console_test

import (
	"encoding/csv"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"millrace/domain/id"
)

// What each role finds on the page of reports, and what it does not.
func TestReports(t *testing.T) {
	s := newStage(t)
	s.play()
	const disclosed = "Supplier finance arrangements"
	buyer := s.parties["havelmark"].String()
	for _, test := range []struct {
		who         string
		actor       id.Actor
		query       string
		wants, nots []string
	}{
		{"operator", s.maker, "", []string{"Trial balance on the evening of 2026-11-", "Books of Havelmark Werke AG, in EUR", "The tables are those of one buyer.", "Choose one: Havelmark Werke AG"}, []string{"IAS 7.44H"}},
		{"operator of one buyer", s.maker, "?party=" + buyer, []string{
			"Books of Havelmark Werke AG, in EUR", "412 Confirmed payables", "IAS 7.44H(b)(ii)", "Of which suppliers have already received payment from finance providers",
			"Reclassified from trade payables when confirmed", "Shortest payment term", " days",
		}, []string{"Books of Rottm", "Choose one"}},
		{"buyer", s.actors["havelmark"], "?standard=us-gaap", []string{"ASC 405-50-50-3(b)(3)", "Invoices confirmed", "Books of Havelmark Werke AG, in EUR"}, []string{"IAS 7", "Books of Rottm", "Traunfelser Motorenbau"}},
		{"seller", s.actors["rottmuehl"], "?party=" + buyer, []string{"Trial balance", "General ledger"}, []string{disclosed, "Books of Havelmark", "Standard"}},
		{"funder", s.funderActor, "", []string{"Trial balance", "Financing"}, []string{disclosed}},
		{"bank", s.bank, "", []string{"Trial balance"}, []string{disclosed}},
		{"who mistypes", s.maker, "?until=tomorrow&party=nobody+at+all", []string{"No party is called “nobody at all”."}, nil},
		{"who mistypes a date", s.maker, "?until=tomorrow", []string{"“tomorrow” is no date"}, nil},
		{"who asks backwards", s.maker, "?from=2026-11-03&until=2026-11-02", []string{"The period ends before it begins"}, nil},
		{"before all", s.maker, "?from=0001-01-01&until=1900-01-02&party=" + buyer, []string{"Nothing was posted in these books by then."}, nil},
	} {
		b := &browser{t: t, handler: s.handler, secret: s.key(test.actor)}
		page := b.page("/reports"+test.query, http.StatusOK)
		checkMarkup(t, test.who, page)
		shown := text(page)
		for _, want := range test.wants {
			if !strings.Contains(shown, want) {
				t.Errorf("%s: the page does not say %q:\n%s", test.who, want, shown)
			}
		}
		for _, not := range test.nots {
			if strings.Contains(shown[strings.Index(shown, "Trial balance"):], not) && !(not == "Financing") {
				t.Errorf("%s: the page says %q:\n%s", test.who, not, shown)
			}
		}
	}
}

// The files of the reports are those of the page, for the same period and the same caller.
func TestReportFiles(t *testing.T) {
	s := newStage(t)
	s.play()
	buyer, seller := s.parties["havelmark"], s.parties["rottmuehl"]
	read := func(actor id.Actor, address string, status int) [][]string {
		t.Helper()
		b := &browser{t: t, handler: s.handler, secret: s.key(actor)}
		answer := b.ask("GET", address, "")
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != status {
			t.Fatalf("%s: %d %v", address, answer.StatusCode, err)
		}
		if status != http.StatusOK {
			return nil
		}
		if !strings.Contains(answer.Header.Get("Content-Disposition"), ".csv") {
			t.Errorf("%s: %v", address, answer.Header)
		}
		rows, err := csv.NewReader(strings.NewReader(string(body))).ReadAll()
		if err != nil || len(rows) < 2 {
			t.Fatalf("%s: %d rows, %v", address, len(rows), err)
		}
		return rows
	}
	for address, column := range map[string]int{"/reports/trial-balance": 0, "/reports/general-ledger": 3} {
		for _, row := range read(s.actors["havelmark"], address+"?party="+seller.String(), http.StatusOK)[1:] {
			if row[column] != buyer.String() {
				t.Errorf("%s: the buyer is given %v", address, row)
			}
		}
	}
	read(s.maker, "/reports/general-ledger?from=0001-01-01&until=9999-12-31", http.StatusOK)
	read(s.funderActor, "/reports/ageing", http.StatusOK)
	own := read(s.actors["havelmark"], "/reports/supplier-finance?standard=ifrs", http.StatusOK)
	if all := read(s.maker, "/reports/supplier-finance?standard=ifrs&party="+buyer.String(), http.StatusOK); len(all) != len(own) {
		t.Errorf("the operator is given %d rows, the buyer %d", len(all), len(own))
	}
	read(s.maker, "/reports/supplier-finance", http.StatusNotFound)
	read(s.actors["rottmuehl"], "/reports/supplier-finance?party="+buyer.String(), http.StatusNotFound)
}

// What the page looks like, where a folder for pictures is named.
func TestPicturesOfReports(t *testing.T) {
	b := newChromium(t)
	s := newStage(t)
	s.play()
	server := httptest.NewServer(s.handler)
	defer server.Close()
	b.visit(server.URL + "/reports?party=" + s.parties["havelmark"].String())
	b.run(`document.querySelector("#key").value = "` + s.key(s.maker) + `"`)
	b.leave(func() { b.click("main button") })
	if shown := b.run(`document.body.innerText`); !strings.Contains(shown, "Supplier finance arrangements") {
		t.Errorf("the page says\n%s", shown)
	}
	for _, scheme := range []string{"light", "dark"} {
		b.picture("reports", 1280, scheme)
		b.picture("reports", 390, scheme)
	}
	if wide := b.run(`String(document.documentElement.scrollWidth <= innerWidth)`); wide != "true" {
		t.Error("on a phone the page is wider than the screen")
	}
}
