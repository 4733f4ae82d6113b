package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"millrace/book"
	"millrace/edge/problem"
	"millrace/edge/view"
	"millrace/engine"
)

// bulkCommand is a command as a bulk takes it.
type bulkCommand struct {
	addressed string
	status    int
	build     func(x *call, of string, raw json.RawMessage) (book.Command, error)
}

// Item is one command of a bulk.
type Item struct {
	Command string          `json:"command" doc:"operation of the route that gives the same command alone, such as confirm"`
	Key     string          `json:"key,omitempty" doc:"idempotency key; missing: the request's Idempotency-Key with / and the position in the bulk"`
	ID      string          `json:"id,omitempty" doc:"what stands for {id} in the path of that route; may stand in the body instead, under the field's name"`
	Body    json.RawMessage `json:"body,omitempty" doc:"as for that route; a document is {\"xml\":\"…\"}"`
}

// ItemAnswer is the answer to one command of a bulk. The answers come in the order of the commands.
type ItemAnswer struct {
	Index   int              `json:"index" doc:"position in the bulk, from 0"`
	Key     string           `json:"key,omitempty"`
	Status  int              `json:"status" doc:"as the route alone would have answered"`
	Entry   *Stored          `json:"entry,omitempty"`
	Events  []string         `json:"events,omitempty"`
	Records []string         `json:"records,omitempty" doc:"ids of what the command opened"`
	Secret  string           `json:"secret,omitempty" doc:"of a key that was added: shown once"`
	Problem *problem.Problem `json:"problem,omitempty"`
}

const (
	itemsMax  = 10_000
	chunkMax  = 512 // lines of a stream that are submitted together
	mediaJSON = "application/json"
	mediaND   = "application/x-ndjson"
)

type bulkInput struct {
	Key         string `header:"Idempotency-Key" maxLength:"100" pattern:"^[!-~]*$" doc:"for the commands that have no key of their own"`
	ContentType string `header:"Content-Type"`
}

func (s *server) registerBulk() {
	o := s.operation("submit_commands")
	schemas := s.huma.OpenAPI().Components.Schemas
	item, answer := schemas.Schema(reflect.TypeFor[Item](), true, ""), schemas.Schema(reflect.TypeFor[ItemAnswer](), true, "")
	o.Description += " A JSON array is answered by an array, and taken whole before the first command. A stream of JSON lines is answered line by line " +
		"while it comes, for as long as it comes. One command may be refused and the next accepted. The commands: " +
		strings.Join(slices.Sorted(maps.Keys(s.commands)), ", ") + "."
	o.Responses["200"] = &huma.Response{Description: "Answers, in the order of the commands", Content: map[string]*huma.MediaType{
		mediaJSON: {Schema: &huma.Schema{Type: "array", Items: answer}}, mediaND: {Schema: answer},
	}}
	huma.Register(s.huma, o, func(ctx context.Context, in *bulkInput) (*huma.StreamResponse, error) {
		let := admissionOf(ctx)
		media, _, err := mime.ParseMediaType(in.ContentType)
		if in.ContentType != "" && (err != nil || media != mediaJSON && media != mediaND) {
			return nil, problem.At("media_type", "Content-Type", in.ContentType, "commands are sent as "+mediaJSON+" or "+mediaND)
		}
		return &huma.StreamResponse{Body: func(hc huma.Context) {
			r, w := humago.Unwrap(hc)
			b := &bulk{server: s, ctx: r.Context(), let: let, key: in.Key}
			if media == mediaND {
				b.stream(w, r)
				return
			}
			b.array(w, r)
		}}, nil
	})
	// Described only afterwards: huma reads and checks a body that it knows of, and these are read as they come.
	s.huma.OpenAPI().Paths[o.Path].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		mediaJSON: {Schema: &huma.Schema{Type: "array", Items: item}}, mediaND: {Schema: item},
	}}
}

// bulk is one request with many commands.
type bulk struct {
	server *server
	ctx    context.Context
	let    admission
	key    string
	taken  int // commands so far
}

// array answers a JSON array.
func (b *bulk) array(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(b.ctx, b.server.Timeout)
	defer cancel()
	b.ctx = ctx
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(b.server.Timeout)) // not every writer has one
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, b.server.DocumentBytesMax))
	if err != nil {
		b.server.fail(w, r, unreadable(err))
		return
	}
	var raws []json.RawMessage
	if err := json.Unmarshal(body, &raws); err != nil {
		problem.Write(w, problem.At("request_malformed", "body", "", "the body is not a JSON array: "+err.Error()))
		return
	}
	if len(raws) > itemsMax {
		problem.Write(w, problem.At("body_too_large", "body", "", fmt.Sprintf("%d commands; at most %d are taken at once, send more as a stream", len(raws), itemsMax)))
		return
	}
	answers, err := b.submit(raws)
	if err != nil {
		b.server.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", mediaJSON)
	w.WriteHeader(http.StatusOK)
	// The caller may be gone; the commands are answered all the same when it asks again.
	_ = json.NewEncoder(w).Encode(answers)
}

// unreadable is the problem of a body that can't be read to its end.
func unreadable(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return problem.New("request_malformed", "the body ends too early")
}

// stream answers JSON lines while they come. What has come in one piece is submitted together.
func (b *bulk) stream(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	// Over HTTP/1 the first answer would otherwise end the request's body. Where that can't be had, answers come late.
	_ = control.EnableFullDuplex()
	w.Header().Set("Content-Type", mediaND)
	w.WriteHeader(http.StatusOK)
	lines := bufio.NewReaderSize(r.Body, 64<<10)
	encoder := json.NewEncoder(w)
	for more := true; more; {
		var chunk []json.RawMessage
		for len(chunk) < chunkMax && (len(chunk) == 0 || buffered(lines)) {
			if len(chunk) == 0 {
				_ = control.SetReadDeadline(time.Now().Add(b.server.Timeout))
			}
			line, err := b.line(lines)
			if len(line) > 0 {
				chunk = append(chunk, line)
			}
			if err != nil {
				more = false
				if !errors.Is(err, io.EOF) {
					defer func() {
						_ = encoder.Encode(ItemAnswer{Index: b.taken, Status: problem.Of(err).Status, Problem: problem.Of(err)})
					}()
				}
				break
			}
		}
		answers, err := b.submit(chunk)
		if err != nil {
			p := b.server.problemOf(b.ctx, err)
			_ = encoder.Encode(ItemAnswer{Index: b.taken, Status: p.Status, Problem: p})
			return
		}
		for i := range answers {
			if encoder.Encode(&answers[i]) != nil {
				return
			}
		}
		if control.Flush() != nil {
			return
		}
	}
}

// buffered tells whether a whole line has come already.
func buffered(lines *bufio.Reader) bool {
	waiting, _ := lines.Peek(lines.Buffered())
	return bytes.IndexByte(waiting, '\n') >= 0
}

// line reads one line; an empty one gives nothing.
func (b *bulk) line(lines *bufio.Reader) (json.RawMessage, error) {
	var line []byte
	for {
		part, err := lines.ReadSlice('\n')
		line = append(line, part...)
		if int64(len(line)) > b.server.BodyBytesMax {
			return nil, problem.New("body_too_large", fmt.Sprintf("a line has more than %d bytes", b.server.BodyBytesMax))
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && !errors.Is(err, io.EOF) {
			err = problem.New("request_malformed", "the body ends too early")
		}
		return bytes.TrimSpace(line), err
	}
}

// submit gives the commands in their order and answers each.
func (b *bulk) submit(raws []json.RawMessage) ([]ItemAnswer, error) {
	answers := make([]ItemAnswer, len(raws))
	requests := make([]engine.Request, 0, len(raws))
	calls := make([]*call, 0, len(raws))
	places := make([]int, 0, len(raws))
	shared := b.server.call(b.ctx, b.let, "")
	defer shared.close()
	for i, raw := range raws {
		answers[i].Index = b.taken + i
		x := b.server.call(b.ctx, b.let, "")
		x.before = shared.before
		c, err := b.prepare(x, raw, &answers[i])
		shared.before = x.before // opened by the first call that needs it, closed with the last
		if err != nil {
			answers[i].refuse(b.server.problemOf(b.ctx, err))
			continue
		}
		requests = append(requests, engine.Request{Actor: b.let.caller.Actor, Key: x.key, Command: c})
		calls, places = append(calls, x), append(places, i)
	}
	b.taken += len(raws)
	results, err := b.server.Engine.SubmitAll(b.ctx, requests)
	if err != nil {
		return nil, err
	}
	for i := range results {
		if err := b.answer(calls[i], &requests[i], &results[i], &answers[places[i]]); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

func (a *ItemAnswer) refuse(p *problem.Problem) { a.Status, a.Problem = p.Status, p }

// prepare makes the command of one item.
func (b *bulk) prepare(x *call, raw json.RawMessage, a *ItemAnswer) (book.Command, error) {
	var item Item
	if err := decodeStrictly(raw, &item); err != nil {
		return nil, problem.At("request_malformed", "", "", err.Error())
	}
	a.Key = item.Key
	if x.key = item.Key; x.key == "" && b.key != "" {
		x.key = fmt.Sprintf("%s/%d", b.key, a.Index)
	}
	switch {
	case x.key == "":
		return nil, problem.At("idempotency_key_missing", "key", "", "neither the command nor the request has a key")
	case len(x.key) > 128 || strings.ContainsFunc(x.key, func(r rune) bool { return r < '!' || r > '~' }):
		return nil, problem.At("idempotency_key_invalid", "key", x.key, "a key is 1 to 128 printable ASCII characters")
	}
	c, known := b.server.commands[item.Command]
	if !known {
		return nil, problem.At("command_unknown", "command", item.Command, "there is no command of that name")
	}
	of, body, err := c.address(&item)
	if err == nil {
		err = x.mayInstead(item.Command, of)
	}
	if err != nil {
		return nil, err
	}
	command, err := c.build(x, of, body)
	if err == nil {
		err = x.problem()
	}
	if err == nil {
		err = x.allowed(command)
	}
	return command, err
}

// address finds which record the command is about: beside the body, or in it under the name of the command's field.
func (c *bulkCommand) address(item *Item) (string, json.RawMessage, error) {
	if c.addressed == "" || item.ID != "" {
		return item.ID, item.Body, nil
	}
	members := map[string]json.RawMessage{}
	if len(item.Body) > 0 {
		if err := json.Unmarshal(item.Body, &members); err != nil {
			return "", nil, problem.At("request_malformed", "body", "", err.Error())
		}
	}
	var of string
	if err := json.Unmarshal(members[c.addressed], &of); err != nil {
		return "", nil, problem.At("request_invalid", c.addressed, "", c.addressed+": is missing")
	}
	delete(members, c.addressed)
	body, err := json.Marshal(members)
	return of, body, err
}

// answer turns one result into its answer.
func (b *bulk) answer(x *call, r *engine.Request, result *engine.Result, a *ItemAnswer) error {
	command := b.server.commands[view.CommandName(r.Command)]
	rejection, answer := result.Rejection, result.Answer
	if rejection != nil && rejection.Code == engine.CodeKeyReused {
		again, _, err := x.submit(r.Command, command.addressed)
		var refused *problem.Problem
		switch {
		case errors.As(err, &refused):
			a.refuse(refused)
			return nil
		case err != nil:
			return err
		}
		rejection, answer = nil, again
	}
	if rejection != nil {
		a.refuse(problem.OfRejection(rejection, command.addressed))
		return nil
	}
	stored := storedOf(&answer)
	a.Entry, a.Status, a.Secret = &stored, command.status, x.secret
	if answer.Repeat {
		a.Status = http.StatusOK
	}
	for _, e := range answer.Events {
		a.Events = append(a.Events, view.EventName(e))
		if opened := openedBy(e); opened != "" {
			a.Records = append(a.Records, opened)
		}
	}
	return nil
}

// openedBy is the id of the record that an event opens; "" for none.
func openedBy(e book.Event) string {
	switch e := e.(type) {
	case *book.PartyRegistered:
		return e.Party.ID.String()
	case *book.PartyOnboarded:
		return e.Party.String()
	case *book.BankAccountProposed:
		return e.Account.ID.String()
	case *book.ActorRegistered:
		return e.Actor.ID.String()
	case *book.KeyAdded:
		return e.Key.ID.String()
	case *book.ProductProposed:
		return e.Product.ID.String()
	case *book.ProgrammeProposed:
		return e.Programme.ID.String()
	case *book.ReviewProposed:
		return e.Review.ID.String()
	case *book.LimitProposed:
		return e.Limit.ID.String()
	case *book.DocumentRecorded:
		return e.Document.ID.String()
	case *book.ReceivableOpened:
		return e.Receivable.ID.String()
	case *book.FinancingOpened:
		return e.Financing.ID.String()
	case *book.PaymentOpened:
		return e.Payment.ID.String()
	case *book.ReceiptRecorded:
		return e.Receipt.ID.String()
	case *book.AccountsOpened:
		return e.First.String()
	case *book.HoldPlaced:
		return e.Hold.ID.String()
	case *book.VerificationRecorded:
		return e.Verification.ID.String()
	case *book.MeasureProposed:
		return e.Measure.ID.String()
	case *book.ClosingProposed:
		return e.Period.ID.String()
	case *book.EstimatesProposed:
		return e.Estimates.ID.String()
	case *book.AssessmentBegun:
		return e.Assessment.ID.String()
	case *book.TariffProposed:
		return e.Tariff.ID.String()
	case *book.BillingBegun:
		return e.Billing.ID.String()
	case *book.FixingRecorded:
		return e.Fixing.ID.String()
	case *book.MappingSet:
		return e.Mapping.ID.String()
	case *book.MovementRecorded:
		return e.Movement.ID.String()
	case *book.SigningKeyProposed:
		return e.Key.ID.String()
	case *book.MandateProposed:
		return e.Mandate.ID.String()
	case *book.ConfirmationStarted:
		return e.Confirmation.ID.String()
	case *book.DisputeOpened:
		return e.Dispute.ID.String()
	}
	return securityOf(e)
}

// securityOf is the record that an event about security has made.
func securityOf(e book.Event) string {
	switch e := e.(type) {
	case *book.WarehouseReceiptIssued:
		return e.Receipt.ID.String()
	case *book.WarehouseReceiptsMoved:
		return e.Made[0].ID.String()
	case *book.StockPriceProposed:
		return e.Price.ID.String()
	case *book.CollateralProposed:
		return e.Collateral.ID.String()
	case *book.ReceivablesPooled:
		return e.Pool.ID.String()
	case *book.BaseDetermined:
		return e.Base.ID.String()
	}
	return ""
}
