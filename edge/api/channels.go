package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/trade"
	"millrace/edge/document"
	"millrace/edge/intake"
	"millrace/edge/problem"
	"millrace/edge/sheet"
	"millrace/edge/view"
	"millrace/engine"
)

// VerificationBody says what a tax bureau has said of a document.
type VerificationBody struct {
	Status    string `json:"status" enum:"valid,void,red,unknown,differs"`
	At        string `json:"at" maxLength:"40" doc:"when, by the bureau's clock; RFC 3339"`
	Reference string `json:"reference,omitempty" maxLength:"200" doc:"the bureau's own name for the check"`
}

// MappingBody says how a party's tables are read.
type MappingBody struct {
	Name    string          `json:"name" minLength:"1" maxLength:"64" pattern:"^[A-Za-z0-9._-]+$" doc:"of tables of this form; a name that is there gets another version"`
	Mapping json.RawMessage `json:"mapping" doc:"as the user guide describes it"`
}

func (s *server) registerChannels() {
	register(s, act[VerificationBody, view.Document]{
		name: "record_verification", addressed: "document", status: http.StatusCreated, build: buildVerification,
		show: shown(func(c *book.RecordVerification, _ *engine.Answer) id.Document { return c.Document }, (*view.View).Document),
	})
	register(s, act[MappingBody, view.Mapping]{
		name: "set_mapping", addressed: "party", status: http.StatusCreated, build: buildMapping,
		show: shown(func(_ *book.SetMapping, a *engine.Answer) id.Mapping { return event[*book.MappingSet](a).Mapping.ID }, (*view.View).Mapping),
	})
	s.registerTables()
}

func buildVerification(x *call, of string, body *VerificationBody) (book.Command, error) {
	document, shown, err := addressed(x, of, (*view.View).Document)
	if err != nil {
		return nil, err
	}
	c := &book.RecordVerification{
		Document: document, Identity: shown.Identity(), Status: trade.Verification(max(0, slices.Index(trade.VerificationNames[:], body.Status))),
		Reference: x.server.Intake.VerificationToken(body.Reference),
	}
	if c.Status == 0 {
		x.bad("status", body.Status, "is not valid, void, red, unknown or differs")
	}
	at, err := time.Parse(time.RFC3339Nano, body.At)
	if err != nil || at.Year() < 2000 || at.Year() > 9999 {
		x.bad("at", body.At, "is not a time of RFC 3339")
	}
	c.At = at.UnixMicro()
	return c, nil
}

func buildMapping(x *call, of string, body *MappingBody) (book.Command, error) {
	owner, _, err := addressed(x, of, (*view.View).Party)
	if err != nil {
		return nil, err
	}
	mapping, err := parseMapping(body.Mapping)
	var mistakes *sheet.MappingError
	if errors.As(err, &mistakes) {
		for _, mistake := range mistakes.Mistakes {
			x.bad("mapping", "", "%s", mistake)
		}
		return nil, x.problem()
	}
	if err != nil {
		return nil, err
	}
	c := &book.SetMapping{Party: owner, Name: body.Name}
	c.Stored, err = x.keepJSON(intake.KindMapping, mapping)
	return c, err
}

// parseMapping reads a mapping of documents, or one of a bank's tables of bookings.
func parseMapping(input []byte) (any, error) {
	if sheet.IsStatementMapping(input) {
		return sheet.ParseStatementMapping(input)
	}
	return sheet.ParseMapping(input)
}

type companionInput struct {
	Addressed
	Number int `path:"n" minimum:"1" maximum:"200"`
	Waiting
}

func (s *server) registerCompanion() {
	huma.Register(s.huma, s.operation("get_companion"), func(ctx context.Context, in *companionInput) (*originalOutput, error) {
		of, err := id.Parse[id.Document](in.ID)
		if err != nil {
			return nil, problem.At("not_found", "id", in.ID, err.Error())
		}
		v, err := s.Reader.At(ctx, in.After)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		defer v.Close()
		name, bytes, err := v.Companion(callerOf(ctx), of, in.Number)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		// It was made and named by somebody else: a browser saves it and runs nothing in it.
		return &originalOutput{ContentType: "application/octet-stream", Disposition: "attachment; filename*=UTF-8''" + url.PathEscape(name), Body: bytes}, nil
	})
}

// TableError is what is wrong with one row of a table.
type TableError struct {
	Row     int    `json:"row" doc:"of the file, from 1"`
	Column  string `json:"column,omitempty" doc:"by letter and header"`
	Value   string `json:"value,omitempty" doc:"what was found there, shortened"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Tabled is what became of one document of a table.
type Tabled struct {
	Rows        []int            `json:"rows" doc:"of the file, from 1, from which it was read"`
	Status      int              `json:"status" doc:"as if it had been sent alone"`
	Outcome     string           `json:"outcome" enum:"kept,duplicate,refused" doc:"duplicate: the same rows are kept already"`
	Document    string           `json:"document,omitempty"`
	Trade       string           `json:"trade,omitempty"`
	Receivables []string         `json:"receivables,omitempty" doc:"that it opened"`
	Findings    []string         `json:"findings,omitempty"`
	Entry       *Stored          `json:"entry,omitempty"`
	Errors      []TableError     `json:"errors,omitempty" doc:"why its rows can't be read"`
	Problem     *problem.Problem `json:"problem,omitempty" doc:"why it was refused"`
}

// TableReport is what became of a table.
type TableReport struct {
	Mapping   string   `json:"mapping" doc:"by which it was read"`
	Kept      int      `json:"kept"`
	Duplicate int      `json:"duplicate"`
	Refused   int      `json:"refused"`
	RowsBlank int      `json:"rows_blank"`
	Documents []Tabled `json:"documents" doc:"in the order of their first rows"`
}

const (
	mediaCSV  = "text/csv"
	mediaXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

	tableDocumentsMax = 2_000
	tableRowsMax      = 20_000
)

type tableInput struct {
	Key string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"120" pattern:"^[!-~]+$" patternDescription:"printable ASCII without blanks" doc:"of your choice; sent again with the same key, each document is done once"`
	Addressed
	ContentType string `header:"Content-Type"`
	Mapping     string `query:"mapping" maxLength:"64" doc:"name of the party's mapping"`
	File        string `query:"file" maxLength:"200" doc:"name for messages"`
	RawBody     []byte `contentType:"text/csv"`
}

func (s *server) registerTables() {
	o := s.operation("record_table")
	o.MaxBodyBytes = s.DocumentBytesMax + 1
	o.SkipValidateBody = true // it is of two media types, and its reader says what is wrong with it
	o.Description += fmt.Sprintf(" The body is CSV or XLSX. Each document of the table has its own outcome, and good ones are kept whatever stands in the other rows. "+
		"At most %d rows and %d documents.", tableRowsMax, tableDocumentsMax)
	huma.Register(s.huma, o, func(ctx context.Context, in *tableInput) (*output[TableReport], error) {
		x := s.call(ctx, admissionOf(ctx), in.Key)
		defer x.close()
		report, err := x.table(in)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return &output[TableReport]{*report}, nil
	})
	binary := &huma.MediaType{Schema: &huma.Schema{Type: "string", Format: "binary"}}
	s.huma.OpenAPI().Paths[o.Path].Post.RequestBody.Content = map[string]*huma.MediaType{mediaCSV: binary, mediaXLSX: binary}
}

// table keeps the documents of a table.
func (x *call) table(in *tableInput) (*TableReport, error) {
	mapping, kept, err := x.mappingOf(in)
	if err != nil {
		return nil, err
	}
	if media, _, _ := mime.ParseMediaType(in.ContentType); media != mediaCSV && media != mediaXLSX {
		return nil, problem.At("media_type", "Content-Type", in.ContentType, "a table is sent as "+mediaCSV+" or "+mediaXLSX)
	}
	file := in.File
	if file == "" {
		file = "table"
	}
	read, err := sheet.Read(file, in.RawBody, mapping, sheet.Limits{BytesMax: int(x.server.DocumentBytesMax), RowsMax: tableRowsMax})
	if err != nil {
		return nil, problemOfTable(err)
	}
	if len(read.Results) > tableDocumentsMax {
		return nil, problem.New("body_too_large", fmt.Sprintf("%d documents; at most %d are taken at once", len(read.Results), tableDocumentsMax))
	}
	report := &TableReport{Mapping: kept.ID, RowsBlank: read.Report.RowsBlank, Documents: make([]Tabled, len(read.Results))}
	if err := x.keepTable(read.Results, report.Documents); err != nil {
		return nil, err
	}
	for i := range report.Documents {
		switch report.Documents[i].Outcome {
		case "kept":
			report.Kept++
		case "duplicate":
			report.Duplicate++
		default:
			report.Refused++
		}
	}
	return report, nil
}

// mappingOf finds the mapping by which a table is read.
func (x *call) mappingOf(in *tableInput) (sheet.Mapping, view.Mapping, error) {
	owner, _, err := addressed(x, in.ID, (*view.View).Party)
	if err != nil {
		return sheet.Mapping{}, view.Mapping{}, err
	}
	v, err := x.view()
	if err != nil {
		return sheet.Mapping{}, view.Mapping{}, err
	}
	kept, err := v.ActiveMapping(x.caller, owner, in.Mapping)
	switch {
	case errors.Is(err, view.ErrNotFound):
		return sheet.Mapping{}, kept, problem.At("request_invalid", "mapping", in.Mapping, "mapping: the party has none of this name")
	case err != nil:
		return sheet.Mapping{}, kept, err
	case len(kept.Mapping) == 0:
		return sheet.Mapping{}, kept, problem.At("erased", "mapping", in.Mapping, "the mapping was erased from the vault")
	}
	if sheet.IsStatementMapping(kept.Mapping) {
		return sheet.Mapping{}, kept, problem.At("request_invalid", "mapping", in.Mapping, "mapping: it is one of bank statements, not of documents")
	}
	mapping, err := sheet.ParseMapping(kept.Mapping)
	return mapping, kept, err
}

// problemOfTable translates what keeps the whole of a table from being read.
func problemOfTable(err error) error {
	var first *document.Error
	if !errors.As(err, &first) {
		return err
	}
	code := map[string]string{"input_too_large": "body_too_large", "input_empty": "body_missing"}[first.Code]
	if code == "" {
		code = "table_invalid"
	}
	p := problem.At(code, first.Field, first.Value, first.Error())
	p.File, p.Line = first.File, first.Line
	all := []error{err}
	if joined, several := err.(interface{ Unwrap() []error }); several {
		all = joined.Unwrap()
	}
	for _, one := range all {
		var e *document.Error
		if errors.As(one, &e) {
			p.Errors = append(p.Errors, problem.Field{Field: e.Field, Value: problem.Excerpt(e.Value), Message: e.Code + ": " + e.Message})
		}
	}
	return p
}

// keepTable submits the documents that could be read, in their order, and says what became of all.
func (x *call) keepTable(results []sheet.Result, done []Tabled) error {
	commands, err := x.prepareTable(results)
	if err != nil {
		return err
	}
	var requests []engine.Request
	var of []int
	for i := range results {
		done[i] = Tabled{Rows: results[i].Rows, Outcome: "refused", Status: http.StatusUnprocessableEntity}
		for _, e := range results[i].Errors {
			done[i].Errors = append(done[i].Errors, TableError{Row: e.Line, Column: e.Field, Value: problem.Excerpt(e.Value), Code: e.Code, Message: e.Message})
		}
		if commands[i] != nil {
			if err := x.caller.Allow(commands[i]); err != nil {
				return err
			}
			requests = append(requests, engine.Request{Actor: x.caller.Actor, Key: fmt.Sprintf("%s/%d", x.key, i+1), Command: commands[i]})
			of = append(of, i)
		}
	}
	if len(requests) == 0 {
		return nil
	}
	answers, err := x.submitAll(requests)
	if err != nil {
		return err
	}
	for n := range answers {
		if err := x.tabled(&requests[n], &answers[n], &done[of[n]]); err != nil {
			return err
		}
	}
	return nil
}

// prepareTable prepares documents side by side: those who put into the vault at the same time share a sync.
func (x *call) prepareTable(results []sheet.Result) ([]*book.RecordDocument, error) {
	commands := make([]*book.RecordDocument, len(results))
	failures := make([]error, len(results))
	var group sync.WaitGroup
	next := make(chan int)
	for range 4 * runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := range next {
				if r := &results[i]; len(r.Errors) == 0 {
					commands[i], failures[i] = x.server.Intake.Prepare(x.ctx, &r.Document, r.Excerpt, channel)
				}
			}
		})
	}
	for i := range results {
		next <- i
	}
	close(next)
	group.Wait()
	return commands, errors.Join(failures...)
}

// tabled turns one answer into what became of its document.
func (x *call) tabled(r *engine.Request, result *engine.Result, one *Tabled) error {
	rejection, answer := result.Rejection, result.Answer
	if rejection != nil && rejection.Code == engine.CodeKeyReused {
		again := *x
		again.key = r.Key
		repeated, _, err := again.submit(r.Command, "")
		var refused *problem.Problem
		switch {
		case errors.As(err, &refused):
			one.Status, one.Problem = refused.Status, refused
			return nil
		case err != nil:
			return err
		}
		rejection, answer = nil, repeated
	}
	if rejection != nil {
		one.Problem = problem.OfRejection(rejection, "")
		one.Status = one.Problem.Status
		return nil
	}
	stored := storedOf(&answer)
	one.Entry, one.Status = &stored, http.StatusCreated
	if answer.Repeat {
		one.Status = http.StatusOK
	}
	for _, e := range answer.Events {
		switch e := e.(type) {
		case *book.DocumentRecorded:
			one.Outcome, one.Document, one.Trade = "kept", e.Document.ID.String(), e.Document.Trade.String()
			one.Findings = trade.SetOf(e.Document.Findings).Codes()
		case *book.DuplicateFound:
			one.Outcome, one.Trade = "duplicate", e.Trade.String()
		case *book.ReceivableOpened:
			one.Receivables = append(one.Receivables, e.Receivable.ID.String())
		}
	}
	return nil
}
