package problem_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"millrace/book"
	"millrace/edge/access"
	"millrace/edge/cii"
	"millrace/edge/document"
	"millrace/edge/efapiao"
	"millrace/edge/pdf"
	"millrace/edge/problem"
	"millrace/edge/ubl"
	"millrace/engine"
)

// The catalogue explains every code that the book and the engine can answer.
func TestTheCatalogueIsWhole(t *testing.T) {
	codes := map[string]string{engine.CodeKeyReused: "engine", engine.CodeKeyTooLong: "engine", engine.CodeClockAhead: "engine", engine.CodeEntryTooLarge: "engine"}
	files, err := filepath.Glob(filepath.Join("..", "..", "book", "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	code := regexp.MustCompile(`reject\("([a-z_]+)"`)
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range code.FindAllSubmatch(source, -1) {
			codes[string(match[1])] = file
		}
	}
	for code, where := range codes {
		if _, known := problem.Explain(code); !known {
			t.Errorf("%s of %s is not in the catalogue", code, where)
		}
	}
	for _, entry := range problem.Catalogue {
		if entry.Title == "" || entry.Meaning == "" || entry.Status < 400 {
			t.Errorf("%+v", entry)
		}
	}
}

func TestTranslation(t *testing.T) {
	for _, c := range []struct {
		err        error
		status     int
		code       string
		retryAfter string
	}{
		{&book.Rejection{Code: "amount_invalid", Field: "amount"}, 422, "amount_invalid", ""},
		{&book.Rejection{Code: "not_permitted"}, 403, "not_permitted", ""},
		{&book.Rejection{Code: "second_person"}, 403, "second_person", ""},
		{&book.Rejection{Code: "financing_state"}, 409, "financing_state", ""},
		{&book.Rejection{Code: "key_reused"}, 409, "key_reused", ""},
		{&book.Rejection{Code: "never_seen"}, 422, "never_seen", ""},
		{fmt.Errorf("wrapped: %w", &engine.BusyError{RetryAfter: 1500 * time.Millisecond}), 503, "busy", "2"},
		{engine.ErrReadOnly, 503, "read_only", ""},
		{engine.ErrDiskFull, 507, "disk_full", ""},
		{errors.Join(engine.ErrStopped, errors.New("a secret cause")), 503, "stopped", "5"},
		{access.ErrNoKey, 401, "key_missing", ""},
		{access.ErrNotLocal, 403, "not_local", ""},
		{&document.Error{File: "a.xml", Line: 3, Field: "Invoice/cbc:ID", Value: "x", Code: "element_order"}, 422, "document_invalid", ""},
		{&document.Error{Code: "doctype_forbidden"}, 400, "document_malformed", ""},
		{&document.Error{Code: "pdf_encrypted"}, 400, "document_malformed", ""},
		{&document.Error{Code: "pdf_invoice_missing"}, 422, "document_invalid", ""},
		{&document.Error{Code: "input_too_large"}, 413, "body_too_large", ""},
		{&document.Unsupported{Type: "Catalogue"}, 415, "document_unsupported", ""},
		{errors.New("a secret cause"), 500, "internal", ""},
	} {
		p := problem.Of(c.err)
		if p.Status != c.status || p.Code != c.code || p.Type != "/problems/"+c.code || p.Title == "" {
			t.Errorf("%v: %+v", c.err, p)
		}
		w := httptest.NewRecorder()
		problem.Write(w, p)
		if w.Code != c.status || w.Header().Get("Retry-After") != c.retryAfter || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%v: %v", c.err, w.Header())
		}
		var written map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &written); err != nil || regexp.MustCompile("secret cause").Match(w.Body.Bytes()) {
			t.Errorf("%v: %s", err, w.Body)
		}
	}
	unknown := &book.Rejection{Code: "financing_unknown", Field: "financing"}
	if p := problem.OfRejection(unknown, "financing"); p.Status != 404 {
		t.Errorf("%+v", p)
	}
	if p := problem.OfRejection(unknown, "payment"); p.Status != 422 {
		t.Errorf("%+v", p)
	}
}

func TestEveryReasonOfTheReaderHasAStatus(t *testing.T) {
	for _, reason := range slices.Concat(ubl.Codes, cii.Codes, pdf.Codes) {
		if p := problem.Of(&document.Error{Code: reason.Code}); p.Status < 400 || p.Status >= 500 {
			t.Errorf("%s: %d", reason.Code, p.Status)
		}
	}
	for _, reason := range efapiao.Codes {
		if p := problem.Of(&document.Error{Code: reason.Code}); p.Status < 400 || p.Status >= 500 {
			t.Errorf("%s: %d", reason.Code, p.Status)
		}
	}
}
