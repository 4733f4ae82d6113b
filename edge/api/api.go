// Package api serves the node over HTTP and JSON: one route a business act, OpenAPI 3.1 at /openapi.json, problems as
// RFC 9457, and bulks and streams of commands. Every POST carries an idempotency key: sent again, it is done once.
package api

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"millrace/edge/access"
	"millrace/edge/authorisation"
	"millrace/edge/intake"
	"millrace/edge/problem"
	"millrace/edge/view"
	"millrace/edge/webhook"
	"millrace/engine"
	"millrace/engine/delivery"
)

// Options of New. Engine, Access, Reader and Intake are required.
type Options struct {
	Engine *engine.Engine
	Access *access.Access
	Reader *view.Reader
	Intake *intake.Intake
	// Deliveries is the log of what is sent to webhooks; nil is one in memory.
	Deliveries *delivery.Log
	// Reach says to which addresses webhooks may lead.
	Reach webhook.Reach
	// Policies say who may do what; nil are those of the program.
	Policies *authorisation.Policies
	// Version is shown in the description; "" is "unknown".
	Version string
	// Random makes the secrets of keys; nil is the system's.
	Random io.Reader
	// Logger is nil for none.
	Logger *slog.Logger
	// DocumentBytesMax bounds a document and a bulk; 0 is 10 MiB.
	DocumentBytesMax int64
	// BodyBytesMax bounds any other body, and a line of a stream; 0 is 1 MiB.
	BodyBytesMax int64
	// Secure says that callers reach the node over TLS, also where a proxy ends it.
	Secure bool
	// Timeout bounds a request that is not a stream, and the wait for the next line of one; 0 is 30 seconds.
	Timeout time.Duration
}

func (o *Options) fill() {
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.DocumentBytesMax == 0 {
		o.DocumentBytesMax = 10 << 20
	}
	if o.BodyBytesMax == 0 {
		o.BodyBytesMax = 1 << 20
	}
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Second
	}
	if o.Deliveries == nil {
		log, err := delivery.Open("")
		if err != nil {
			panic(fmt.Sprintf("api: a log in memory: %v", err))
		}
		o.Deliveries = log
	}
	if o.Version == "" {
		o.Version = "unknown"
	}
}

// server holds what every request needs.
type server struct {
	Options
	huma     huma.API
	guard    *authorisation.Guard
	commands map[string]bulkCommand
	served   map[string]bool    // routes of the table that have a handler
	records  map[string]shownAs // by the prefix of their ids
}

// Handler serves the API.
type Handler struct {
	http.Handler
	server *server
}

// Record shows any record by its id as the API shows it to a caller: at which path, and what. view.ErrNotFound for one that it does not show.
func (h *Handler) Record(v *view.View, c access.Caller, text string) (path string, record any, err error) {
	return h.server.record(v, c, text)
}

// New gives the handler of the API: below /v1, /openapi.json, /problems and /healthz.
func New(options Options) *Handler {
	options.fill()
	s := &server{Options: options, guard: newGuard(options.Policies, options.Logger), commands: map[string]bulkCommand{}, served: map[string]bool{}, records: map[string]shownAs{}}
	mux := http.NewServeMux()
	config := huma.DefaultConfig("Millrace", options.Version)
	config.Info.Description = "Supply chain finance as infrastructure. Amounts carry their currency and their text; ids are printed with a check character; " +
		"every POST carries an Idempotency-Key."
	config.DocsPath, config.SchemasPath = "", ""
	config.CreateHooks = nil
	config.RejectUnknownQueryParameters = true
	config.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"key": {Type: "http", Scheme: "bearer"}}
	s.huma = humago.New(mux, config)
	s.huma.UseMiddleware(s.authorise)
	s.registerAll()
	for _, r := range routes {
		if !s.served[r.name] {
			panic("api: nobody serves " + r.name)
		}
	}
	return &Handler{s.outermost(mux), s}
}

// schemaName keeps types of the same name in view and here apart.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.PkgPath() == reflect.TypeFor[Options]().PkgPath() && !strings.Contains(t.Name(), "[") {
		return name + "Request"
	}
	return name
}

func init() {
	// huma makes its own errors through these two.
	huma.NewError = newError
	huma.NewErrorWithContext = func(_ huma.Context, status int, message string, errs ...error) huma.StatusError {
		return newError(status, message, errs...)
	}
}

// newError turns what huma finds wrong with a request into a problem.
func newError(status int, message string, errs ...error) huma.StatusError {
	code := map[int]string{
		http.StatusBadRequest: "request_malformed", http.StatusRequestEntityTooLarge: "body_too_large", http.StatusRequestTimeout: "timeout",
		http.StatusUnsupportedMediaType: "media_type", http.StatusUnprocessableEntity: "request_invalid", http.StatusNotAcceptable: "media_type",
	}[status]
	if code == "" {
		// A body that breaks off is the caller's doing.
		if code = "internal"; strings.Contains(message, "cannot read request body") {
			code = "request_malformed"
		}
	}
	if code == "request_malformed" && strings.Contains(message, "body is required") {
		code = "body_missing"
	}
	p := problem.New(code, message)
	for _, err := range errs {
		var detail *huma.ErrorDetail
		var own *problem.Problem
		switch {
		case err == nil:
		case errors.As(err, &own):
			return own
		case errors.As(err, &detail):
			field := problem.Field{Field: strings.TrimPrefix(detail.Location, "body."), Message: detail.Message}
			if text, ok := detail.Value.(string); ok && detail.Location != "body" {
				field.Value = problem.Excerpt(text)
			}
			p.Errors = append(p.Errors, field)
		case code != "internal":
			p.Errors = append(p.Errors, problem.Field{Message: err.Error()})
		}
	}
	if len(p.Errors) > 0 {
		p.Field, p.Value = p.Errors[0].Field, p.Errors[0].Value
		p.Detail = p.Errors[0].Message
		if p.Field != "" {
			p.Detail = p.Field + ": " + p.Detail
		}
	}
	if p.Field == "header.Idempotency-Key" {
		missing := problem.New("idempotency_key_missing", p.Detail)
		if p.Value != "" {
			missing = problem.New("idempotency_key_invalid", p.Detail)
		}
		missing.Field = "Idempotency-Key"
		return missing
	}
	return p
}

// fail answers with the problem of an error, and logs what the caller is not told.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	problem.Write(w, s.problemOf(r.Context(), err))
}

func (s *server) problemOf(ctx context.Context, err error) *problem.Problem {
	var filter *view.ErrFilter
	var p *problem.Problem
	switch {
	case errors.Is(err, view.ErrNotFound):
		return problem.New("not_found", "there is no such record, or it is another party's")
	case errors.Is(err, view.ErrCursor):
		return problem.At("cursor_invalid", "cursor", "", "the cursor is not one of this list, its filters and its order")
	case errors.Is(err, view.ErrAhead):
		return problem.At("sequence_ahead", "after", "", fmt.Sprintf("the last entry is %d", s.Engine.Head().Sequence))
	case errors.As(err, &filter):
		return problem.At("request_invalid", filter.Filter, "", "this list has no filter of that name")
	}
	if p = problem.Of(err); p.Status == http.StatusInternalServerError {
		s.Logger.ErrorContext(ctx, "request failed", "error", err)
	}
	return p
}

// outermost answers what no route takes, bounds every request, and keeps a broken invariant from taking the node down.
func (s *server) outermost(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if broken := recover(); broken != nil {
				s.Logger.ErrorContext(r.Context(), "request panicked", "path", r.URL.Path, "cause", broken)
				problem.Write(w, problem.New("internal", "something went wrong on this node; its log says what"))
			}
		}()
		header := w.Header()
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Cache-Control", "no-store")
		header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		header.Set("Referrer-Policy", "no-referrer")
		if r.TLS != nil || s.Secure {
			header.Set("Strict-Transport-Security", "max-age=31536000")
		}
		handler, pattern := mux.Handler(r)
		if pattern == "" {
			s.unrouted(w, r, handler)
			return
		}
		if strings.HasPrefix(r.URL.Path, "/openapi") && !s.described(w, r) {
			return
		}
		if r.URL.Path == routeByName["submit_commands"].path {
			mux.ServeHTTP(w, r)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), s.Timeout)
		defer cancel()
		mux.ServeHTTP(w, r.WithContext(ctx))
	})
}

// unrouted answers with a problem where the multiplexer would answer in text.
func (s *server) unrouted(w http.ResponseWriter, r *http.Request, handler http.Handler) {
	sink := &statusSink{header: http.Header{}}
	handler.ServeHTTP(sink, r)
	if sink.status == http.StatusMethodNotAllowed {
		w.Header()["Allow"] = sink.header["Allow"]
		problem.Write(w, problem.New("method_not_allowed", "allowed are "+sink.header.Get("Allow")))
		return
	}
	problem.Write(w, problem.New("not_found", "there is nothing at this path"))
}

// statusSink takes an answer and keeps its status and header.
type statusSink struct {
	header http.Header
	status int
}

func (s *statusSink) Header() http.Header             { return s.header }
func (s *statusSink) WriteHeader(status int)          { s.status = status }
func (s *statusSink) Write(bytes []byte) (int, error) { return len(bytes), nil }
