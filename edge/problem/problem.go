// Package problem translates everything that can go wrong into problem details (RFC 9457), once, at the edge. Each kind
// has a stable code, a relative type "/problems/<code>", and an entry in the catalogue that explains it.
package problem

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"millrace/book"
	"millrace/domain/supervision"
	"millrace/edge/access"
	"millrace/edge/document"
	"millrace/engine"
	"millrace/engine/vault"
)

// Problem is a problem detail with the members of this API. Empty members are left out.
type Problem struct {
	Type     string  `json:"type" doc:"relative reference to an explanation, stable" example:"/problems/amount_invalid"`
	Title    string  `json:"title" doc:"the same for every problem of this type"`
	Status   int     `json:"status" doc:"HTTP status"`
	Detail   string  `json:"detail,omitempty" doc:"what happened this time, for a person"`
	Code     string  `json:"code" doc:"stable, snake_case"`
	Field    string  `json:"field,omitempty" doc:"of the request"`
	Value    string  `json:"value,omitempty" doc:"what was found there, shortened"`
	File     string  `json:"file,omitempty" doc:"of a document"`
	Line     int     `json:"line,omitempty" doc:"of a document, from 1"`
	Citation string  `json:"citation,omitempty" doc:"of the law or policy behind a rule"`
	Errors   []Field `json:"errors,omitempty" doc:"every field that is wrong, where there are several"`
	Rule     *Rule   `json:"rule,omitempty" doc:"of money, which the refusal enforces"`
	Policy   *Policy `json:"policy,omitempty" doc:"of authorisation, by which it is refused"`

	RetryAfter time.Duration `json:"-"` // 0 for none
}

// Rule is a money rule.
type Rule struct {
	Code     string `json:"code" doc:"one of those at /v1/money-rules"`
	Citation string `json:"citation" doc:"what it rests on; a question mark stands behind what wants checking"`
}

// Policy is a policy of authorisation that refuses, or that alone would permit.
type Policy struct {
	ID      string `json:"id" doc:"one of those at /v1/access-policies" example:"money.do.operator"`
	Because string `json:"because" doc:"what it says, in a sentence"`
}

// Field is what is wrong in one place of a request.
type Field struct {
	Field   string `json:"field,omitempty"`
	Value   string `json:"value,omitempty"`
	Message string `json:"message"`
	Line    int    `json:"line,omitempty" doc:"of a file, from 1"`
	Code    string `json:"code,omitempty" doc:"of what is wrong, in the catalogue of the file's kind"`
}

// Error implements error.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is the media type of problem details.
func (p *Problem) ContentType(string) string { return mediaType }

// GetHeaders are the headers that go with the problem; nil for none.
func (p *Problem) GetHeaders() http.Header {
	headers := http.Header{}
	if p.RetryAfter > 0 {
		headers.Set("Retry-After", strconv.FormatInt(int64((p.RetryAfter+time.Second-1)/time.Second), 10))
	}
	if p.Status == http.StatusUnauthorized {
		headers.Set("WWW-Authenticate", `Bearer realm="millrace"`)
	}
	return headers
}

const mediaType = "application/problem+json"

// Write answers a request with the problem.
func Write(w http.ResponseWriter, p *Problem) {
	for name, values := range p.GetHeaders() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(p.Status)
	// The caller may be gone; there is nobody left to tell.
	_ = json.NewEncoder(w).Encode(p)
}

// New makes the problem of a code in the catalogue; another code is a mistake in the program and panics.
func New(code, detail string) *Problem {
	entry, known := byCode[code]
	if !known {
		panic("problem: code " + code + " is not in the catalogue")
	}
	return &Problem{Type: TypeOf(code), Title: entry.Title, Status: entry.Status, Detail: detail, Code: code, Rule: ruleOf(code)}
}

// ruleOf is the money rule that a code enforces; nil for none.
func ruleOf(code string) *Rule {
	enforced := supervision.RuleOf(code)
	if enforced == nil {
		return nil
	}
	return &Rule{enforced.Code, enforced.Citation()}
}

// TypeOf is the relative reference of a code.
func TypeOf(code string) string { return "/problems/" + code }

// At is New with the field that is wrong and what was found there.
func At(code, field, value, detail string) *Problem {
	p := New(code, detail)
	p.Field, p.Value = field, Excerpt(value)
	return p
}

// Excerpt shortens a value that is shown to 80 bytes, at a character's edge.
func Excerpt(value string) string {
	const bytesMax = 80
	if len(value) > bytesMax {
		value = value[:bytesMax]
	}
	return strings.ToValidUTF8(value, "")
}

// OfRejection translates a rejection. Addressed is the field of the command that the request's own path stands for: when
// that record is unknown, the resource is not there. It is "" where the path names no record.
func OfRejection(r *book.Rejection, addressed string) *Problem {
	p := &Problem{Type: TypeOf(r.Code), Detail: r.Sentence, Code: r.Code, Field: r.Field, Citation: r.Citation}
	entry, known := byCode[r.Code]
	if !known {
		entry = Explanation{Status: http.StatusUnprocessableEntity, Title: strings.ReplaceAll(r.Code, "_", " ")}
	}
	p.Title, p.Status = entry.Title, entry.Status
	p.Rule = ruleOf(r.Code)
	if addressed != "" && r.Field == addressed && strings.HasSuffix(r.Code, "_unknown") {
		p.Status = http.StatusNotFound
	}
	return p
}

// Of translates an error. What is not known is an internal error, of which the caller is told nothing more.
func Of(err error) *Problem {
	var own *Problem
	var rejection *book.Rejection
	var unreadable *document.Error
	var unsupported *document.Unsupported
	var busy *engine.BusyError
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &rejection):
		return OfRejection(rejection, "")
	case errors.As(err, &unreadable):
		return ofDocument(unreadable)
	case errors.As(err, &unsupported):
		return At("document_unsupported", "", unsupported.Type, unsupported.Error())
	case errors.As(err, &busy):
		p := New("busy", "the queue is full; send the same request again, with the same key")
		p.RetryAfter = max(busy.RetryAfter, time.Second)
		return p
	case errors.As(err, &tooLarge):
		return New("body_too_large", "the body is larger than "+strconv.FormatInt(tooLarge.Limit, 10)+" bytes")
	}
	return ofState(err)
}

// ofState translates the errors that tell in which state the node is.
func ofState(err error) *Problem {
	for _, known := range []struct {
		err          error
		code, detail string
		retryAfter   time.Duration
	}{
		{engine.ErrReadOnly, "read_only", "this node takes no commands", 0},
		{engine.ErrDiskFull, "disk_full", "the disk is nearly full; commands are refused until there is space", 0},
		{engine.ErrStopped, "stopped", "the node is stopping; send the same request again, with the same key", 5 * time.Second},
		{engine.ErrNoTables, "tables_missing", "this node runs without tables and answers no queries", 0},
		{access.ErrNoKey, "key_missing", "send a key as a bearer token in the Authorization header", 0},
		{access.ErrKeyUnknown, "key_not_valid", "the key is unknown or revoked, or its actor is not active", 0},
		{access.ErrScope, "scope_forbidden", "the key was narrowed to scopes to which this command does not belong", 0},
		{access.ErrNotLocal, "not_local", "this node has no keys and serves its own machine only", 0},
		{vault.ErrNotFound, "erased", "it was erased from the vault", 0},
		{context.DeadlineExceeded, "timeout", "it took too long; send the same request again, with the same key", time.Second},
		{context.Canceled, "timeout", "the request was given up", time.Second},
	} {
		if errors.Is(err, known.err) {
			p := New(known.code, known.detail)
			p.RetryAfter = known.retryAfter
			return p
		}
	}
	return New("internal", "something went wrong on this node; its log says what")
}

// ofDocument translates what is wrong with a document. The first reasons of the catalogue are about the file, not about
// what it says.
func ofDocument(e *document.Error) *Problem {
	code := "document_invalid"
	switch e.Code {
	case "input_too_large":
		code = "body_too_large"
	case "input_empty":
		code = "body_missing"
	}
	if malformedBytes[e.Code] {
		code = "document_malformed"
	}
	p := New(code, e.Error())
	p.File, p.Line, p.Field, p.Value = e.File, e.Line, e.Field, Excerpt(e.Value)
	p.Errors = []Field{{Field: e.Field, Value: Excerpt(e.Value), Message: e.Code + ": " + e.Message}}
	return p
}

// malformedBytes are the reasons for which the bytes are no XML or PDF that is read, whatever they say.
var malformedBytes = map[string]bool{
	"encoding_unknown": true, "encoding_differs": true, "encoding_invalid": true, "declaration_wrong": true, "doctype_forbidden": true,
	"character_forbidden": true, "truncated": true, "tag_malformed": true, "tag_differs": true, "attribute_malformed": true,
	"attribute_repeated": true, "reference_unknown": true, "markup_malformed": true, "text_malformed": true, "outside_root": true,
	"prefix_undeclared": true, "prefix_declaration_wrong": true,
	"pdf_header_missing": true, "pdf_encrypted": true, "pdf_table_wrong": true, "pdf_object_wrong": true, "pdf_catalog_missing": true,
	"pdf_depth_exceeded": true, "pdf_objects_exceeded": true, "pdf_work_exceeded": true, "pdf_inflated_exceeded": true,
	"pdf_filter_unknown": true, "pdf_stream_damaged": true, "pdf_attachment_wrong": true, "pdf_attachments_exceeded": true,
	"json_malformed": true, "member_repeated": true, "xml_malformed": true, "csv_malformed": true,
	"bundle_malformed": true, "bundle_too_large": true, "bundle_entries_exceeded": true, "bundle_name_wrong": true,
}
