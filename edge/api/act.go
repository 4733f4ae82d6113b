package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"millrace/book"
	"millrace/domain/id"
	"millrace/edge/access"
	"millrace/edge/problem"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/engine/vault"
)

// act is one command as the API offers it: how it is made from a body of type B, and which record of type T shows what
// came of it.
type act[B, T any] struct {
	name string
	// addressed is the field of the command that the id in the path stands for; "" where the path has none.
	addressed string
	// status of an answer that is not a repeat.
	status int
	// middleware turns another way of sending the body into JSON; nil for none.
	middleware func(ctx huma.Context, next func(huma.Context))
	// loose says that a request without a body is as good as one with an empty body.
	loose bool
	// build makes the command. Fields that are wrong go to the call; any other failure is an error.
	build func(x *call, of string, body *B) (book.Command, error)
	// show finds the record in a view that includes the answer.
	show func(x *call, v *view.View, a *engine.Answer, c book.Command) (T, error)
}

// call is one command on its way.
type call struct {
	*fields
	ctx    context.Context
	server *server
	caller access.Caller
	action string       // by which the policies know it
	record *view.Traits // which the path names; nil for none
	key    string
	before *view.View // with every command answered before the call; nil until needed
	secret string     // of a key that is being added
}

// Stored says where the command stands in the journal.
type Stored struct {
	Sequence uint64 `json:"sequence"`
	At       string `json:"at"`
	Leaf     string `json:"leaf" doc:"hash in the log, hexadecimal"`
	Repeated bool   `json:"repeated" doc:"the key was used before for the same: this is the first answer, with the record as it stands now"`
}

// Done is the answer to a command.
type Done[T any] struct {
	Entry  Stored `json:"entry"`
	Record T      `json:"record"`
}

type doneOutput struct {
	Status int
	Body   any // a Done of the record's type
}

// Keyed is the header of every POST.
type Keyed struct {
	Key string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"128" pattern:"^[!-~]+$" patternDescription:"printable ASCII without blanks" doc:"of your choice; sent again with the same key, the command is done once"`
}

// Addressed is the id in a path.
type Addressed struct {
	ID string `path:"id" maxLength:"64"`
}

type newInput struct {
	Keyed
	Body json.RawMessage
}

type actInput struct {
	Keyed
	Addressed
	Body json.RawMessage
}

type looseInput struct {
	Keyed
	Addressed
	Body *json.RawMessage
}

type bareInput struct {
	Keyed
	Addressed
}

// nothing is the body of a command that says it all by its path.
type nothing struct{}

// register serves the act as a route of its own and as a command in bulks.
func register[B, T any](s *server, a act[B, T]) {
	o := s.operation(a.name)
	o.DefaultStatus = a.status
	if a.middleware != nil {
		o.Middlewares = huma.Middlewares{a.middleware}
	}
	shaped[B](s, &o)
	answered[Done[T]](s, &o)
	handle := func(ctx context.Context, key, of string, raw json.RawMessage) (*doneOutput, error) {
		body := new(B)
		if len(raw) > 0 {
			// It fits the schema, so that it fits the type.
			if err := json.Unmarshal(raw, body); err != nil {
				return nil, s.problemOf(ctx, problem.At("request_malformed", "body", "", err.Error()))
			}
		}
		x := s.call(ctx, admissionOf(ctx), key)
		defer x.close()
		return perform(x, &a, of, body)
	}
	switch {
	case reflect.TypeFor[B]() == reflect.TypeFor[nothing]():
		huma.Register(s.huma, o, func(ctx context.Context, in *bareInput) (*doneOutput, error) { return handle(ctx, in.Key, in.ID, nil) })
	case a.loose:
		huma.Register(s.huma, o, func(ctx context.Context, in *looseInput) (*doneOutput, error) {
			if in.Body == nil {
				return handle(ctx, in.Key, in.ID, nil)
			}
			return handle(ctx, in.Key, in.ID, *in.Body)
		})
	case a.addressed != "":
		huma.Register(s.huma, o, func(ctx context.Context, in *actInput) (*doneOutput, error) {
			return handle(ctx, in.Key, in.ID, in.Body)
		})
	default:
		huma.Register(s.huma, o, func(ctx context.Context, in *newInput) (*doneOutput, error) { return handle(ctx, in.Key, "", in.Body) })
	}
	s.offer(a.name, bulkCommand{addressed: a.addressed, status: a.status, build: func(x *call, of string, raw json.RawMessage) (book.Command, error) {
		var body B
		if err := decodeStrictly(raw, &body); err != nil {
			return nil, problem.At("request_malformed", "body", "", err.Error())
		}
		return a.build(x, of, &body)
	}})
}

// shaped describes the body of a request by its type. huma holds requests against it, and its generic code, which is long, is
// compiled once and not once a type.
func shaped[B any](s *server, o *huma.Operation) {
	if reflect.TypeFor[B]() == reflect.TypeFor[nothing]() {
		return
	}
	schema := s.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[B](), true, o.OperationID+"Request")
	o.RequestBody = &huma.RequestBody{Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}
}

// answered describes the body of an answer by its type, likewise.
func answered[T any](s *server, o *huma.Operation) {
	schema := s.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, o.OperationID+"Response")
	o.Responses[strconv.Itoa(cmp.Or(o.DefaultStatus, http.StatusOK))] = &huma.Response{
		Content: map[string]*huma.MediaType{"application/json": {Schema: schema}},
	}
}

// offer makes a command part of bulks.
func (s *server) offer(name string, c bulkCommand) {
	s.commands[name] = c
}

func decodeStrictly(raw json.RawMessage, body any) error {
	if len(raw) == 0 {
		raw = json.RawMessage("{}")
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(body); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("something follows the body")
	}
	return nil
}

func (s *server) call(ctx context.Context, let admission, key string) *call {
	return &call{fields: &fields{}, ctx: ctx, server: s, caller: let.caller, action: let.action, record: let.record, key: key}
}

func (x *call) close() {
	if x.before != nil {
		x.before.Close()
	}
}

// view gives the tables with every command that was answered before this call.
func (x *call) view() (*view.View, error) {
	if x.before == nil {
		v, err := x.server.Reader.Now(x.ctx)
		if err != nil {
			return nil, err
		}
		x.before = v
	}
	return x.before, nil
}

// addressed finds the record that the path names, which the caller must see.
func addressed[I printed, T any](x *call, text string, find func(*view.View, access.Caller, I) (T, error)) (I, T, error) {
	var none T
	of, err := id.Parse[I](text)
	if err != nil {
		return 0, none, problem.At("not_found", "id", text, err.Error())
	}
	v, err := x.view()
	if err != nil {
		return 0, none, err
	}
	found, err := find(v, x.caller, of)
	return of, found, err
}

// named finds the record that a field of the body names, which the caller must see.
func named[I printed, T any](x *call, field, text string, find func(*view.View, access.Caller, I) (T, error)) (I, T, error) {
	of := required[I](x.fields, field, text)
	var none T
	if of == 0 {
		return 0, none, x.problem()
	}
	v, err := x.view()
	if err != nil {
		return 0, none, err
	}
	found, err := find(v, x.caller, of)
	if errors.Is(err, view.ErrNotFound) {
		x.bad(field, text, "there is no such record, or it is another party's")
		return 0, none, x.problem()
	}
	return of, found, err
}

// keep puts a text into the vault.
func (x *call) keep(kind, text string) ([32]byte, error) {
	if len(x.wrong) > 0 { // the command will not be sent
		return [32]byte{}, nil
	}
	return x.server.Intake.Store(x.ctx, kind, []byte(text))
}

// perform makes the command, submits it, and shows what came of it.
func perform[B, T any](x *call, a *act[B, T], of string, body *B) (*doneOutput, error) {
	c, err := a.build(x, of, body)
	if err == nil {
		err = x.problem()
	}
	if err != nil {
		return nil, x.server.problemOf(x.ctx, err)
	}
	answer, c, err := x.submit(c, a.addressed)
	if err != nil {
		return nil, x.server.problemOf(x.ctx, err)
	}
	v, err := x.server.Reader.At(x.ctx, answer.Sequence)
	if err != nil {
		return nil, x.server.problemOf(x.ctx, err)
	}
	defer v.Close()
	record, err := a.show(x, v, &answer, c)
	// What was done is done: that the caller does not see the record is no reason to say otherwise.
	if err != nil && !errors.Is(err, view.ErrNotFound) {
		return nil, x.server.problemOf(x.ctx, err)
	}
	out := &doneOutput{Status: a.status, Body: Done[T]{Entry: storedOf(&answer), Record: record}}
	if answer.Repeat {
		out.Status = http.StatusOK
	}
	return out, nil
}

func storedOf(a *engine.Answer) Stored {
	return Stored{Sequence: a.Sequence, At: view.Time(a.At), Leaf: hex.EncodeToString(a.Leaf[:]), Repeated: a.Repeat}
}

// submit sends a command. The command that it gives back is the one that was answered.
func (x *call) submit(c book.Command, addressed string) (engine.Answer, book.Command, error) {
	if err := x.allowed(c); err != nil {
		return engine.Answer{}, c, err
	}
	answer, rejection, err := x.server.Engine.Submit(x.ctx, engine.Request{Actor: x.caller.Actor, Key: x.key, Command: c})
	if err != nil {
		return answer, c, err
	}
	if rejection != nil && rejection.Code == engine.CodeKeyReused {
		if again, err := x.repeats(c); err != nil {
			return answer, c, err
		} else if again {
			answer, rejection, err = x.server.Engine.Submit(x.ctx, engine.Request{Actor: x.caller.Actor, Key: x.key, Command: c})
			if err != nil {
				return answer, c, err
			}
		}
	}
	if rejection != nil {
		return answer, c, problem.OfRejection(rejection, addressed)
	}
	return answer, c, nil
}

// repeats tells whether a command whose key was used asks for the same as the first one: what it put into the vault lies
// there under another salt, so the references differ though the texts are the same. Then it takes over the first ones.
func (x *call) repeats(c book.Command) (bool, error) {
	head, err := x.server.Engine.ReadEntry(x.server.Engine.Head().Sequence)
	if err != nil {
		return false, err
	}
	var sequence uint64
	var used bool
	token := book.TokenOfKey(x.caller.Actor, x.key)
	if err := x.server.Engine.Do(x.ctx, func(m engine.Machine) { sequence, used = m.SequenceOfKey(token, head.Header.At) }); err != nil || !used {
		return false, err
	}
	first, err := x.server.Engine.ReadEntry(sequence)
	if err != nil || first.Command.Kind() != c.Kind() {
		return false, err
	}
	if added, isKey := c.(*book.AddKey); isKey && x.secret != "" {
		// The secret was shown once, with the first answer.
		added.Hash, x.secret = first.Command.(*book.AddKey).Hash, ""
	}
	switch made := c.(type) { // likewise
	case *book.OpenWebhook:
		made.Secret, x.secret = first.Command.(*book.OpenWebhook).Secret, ""
	case *book.RotateWebhookSecret:
		made.Secret, x.secret = first.Command.(*book.RotateWebhookSecret).Secret, ""
	}
	if ordered, is := c.(*book.OrderMicroDeposit); is {
		was := first.Command.(*book.OrderMicroDeposit) // amount and code were drawn anew
		ordered.Expected, ordered.Secret = was.Expected, was.Secret
	}
	return x.takeOver(reflect.ValueOf(c).Elem(), reflect.ValueOf(first.Command).Elem())
}

// takeOver sets the references of one command to those of another, where they stand for the same text.
func (x *call) takeOver(now, then reflect.Value) (bool, error) {
	for i := range now.NumField() {
		field := now.Field(i)
		if field.Kind() == reflect.Slice && field.Type().Elem().Kind() == reflect.Struct && field.Len() == then.Field(i).Len() {
			for j := range field.Len() {
				if same, err := x.takeOver(field.Index(j), then.Field(i).Index(j)); err != nil || !same {
					return false, err
				}
			}
		}
		if field.Kind() != reflect.Array || field.Len() != 32 || field.Equal(then.Field(i)) {
			continue
		}
		same, err := x.sameText(vault.Ref(field.Convert(reflect.TypeFor[[32]byte]()).Interface().([32]byte)),
			vault.Ref(then.Field(i).Convert(reflect.TypeFor[[32]byte]()).Interface().([32]byte)))
		if err != nil || !same {
			return false, err
		}
		field.Set(then.Field(i))
	}
	return true, nil
}

func (x *call) sameText(now, then vault.Ref) (bool, error) {
	v := x.server.Engine.Vault()
	_, first, err := v.Get(x.ctx, then)
	if errors.Is(err, vault.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, second, err := v.Get(x.ctx, now)
	if errors.Is(err, vault.ErrNotFound) {
		return false, nil
	}
	return bytes.Equal(first, second), err
}

// submitAll sends commands of which the policies permit each.
func (x *call) submitAll(requests []engine.Request) ([]engine.Result, error) {
	for i := range requests {
		if err := x.may(requests[i].Command); err != nil {
			return nil, err
		}
	}
	return x.server.Engine.SubmitAll(x.ctx, requests)
}

// event finds the first event of type E in an answer; nil where there is none.
func event[E book.Event](a *engine.Answer) E {
	var none E
	for _, e := range a.Events {
		if found, ok := e.(E); ok {
			return found
		}
	}
	return none
}
