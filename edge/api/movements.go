package api

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"millrace/book"
	"millrace/domain/id"
	"millrace/edge/observation"
	"millrace/edge/problem"
	"millrace/edge/tracking"
	"millrace/edge/view"
	"millrace/engine"
)

// Reported is what became of one event of a file.
type Reported struct {
	Event    int                 `json:"event" doc:"which of the file, from 1"`
	Status   int                 `json:"status" doc:"as if it had been sent alone"`
	Outcome  string              `json:"outcome" enum:"kept,repeated,differs,retracted,refused" doc:"repeated: it is kept already; differs: likewise, and it said something else"`
	Movement string              `json:"movement,omitempty"`
	Record   *view.GoodsMovement `json:"record,omitempty" doc:"of a movement that was kept"`
	Entry    *Stored             `json:"entry,omitempty"`
	Problem  *problem.Problem    `json:"problem,omitempty"`
}

// ReportedFile is what became of a file's events, in their order.
type ReportedFile struct {
	Events []Reported `json:"events"`
}

type movementInput struct {
	Key         string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"120" pattern:"^[!-~]+$" patternDescription:"printable ASCII without blanks" doc:"of your choice; sent again with the same key, each event is done once"`
	ContentType string `header:"Content-Type"`
	File        string `query:"file" maxLength:"200" doc:"name for messages"`
	RawBody     []byte `contentType:"application/json"`
}

type stockInput struct {
	Addressed
	Waiting
}

// Stock is what was counted of a party's goods.
type Stock struct {
	Items []view.StockCount `json:"items" doc:"latest first, at most 500"`
}

func (s *server) registerMovements() {
	o := s.operation("record_movement")
	o.MaxBodyBytes = s.DocumentBytesMax + 1
	o.SkipValidateBody = true // it is of several media types, and its readers say what is wrong with it
	o.Description += " The body is a file of EPCIS 2.0 events (application/json or application/ld+json), a UBL 2.1 TransportationStatus (application/xml), " +
		"or a stock count (application/json or text/csv). Each event has its own outcome; where every one is refused, the first problem is the answer."
	huma.Register(s.huma, o, func(ctx context.Context, in *movementInput) (*output[ReportedFile], error) {
		switch media, _, _ := mime.ParseMediaType(in.ContentType); media {
		case "application/json", "application/ld+json", "application/xml", "text/xml", "text/csv", "":
		default:
			return nil, problem.At("media_type", "Content-Type", in.ContentType, "events are sent as application/json, application/ld+json, application/xml or text/csv")
		}
		if len(in.RawBody) == 0 {
			return nil, problem.New("body_missing", "the file is missing")
		}
		x := s.call(ctx, admissionOf(ctx), in.Key)
		defer x.close()
		file := in.File
		if file == "" {
			file = "file"
			if media, _, _ := mime.ParseMediaType(in.ContentType); media == "application/json" || media == "application/ld+json" {
				file = "file.json"
			}
		}
		reported, err := x.report(file, in.RawBody)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return &output[ReportedFile]{*reported}, nil
	})
	text := &huma.MediaType{Schema: &huma.Schema{Type: "string", Format: "binary"}}
	s.huma.OpenAPI().Paths[o.Path].Post.RequestBody.Content = map[string]*huma.MediaType{
		"application/json": text, "application/ld+json": text, "application/xml": text, "text/csv": text,
	}
	huma.Register(s.huma, s.operation("list_stock"), func(ctx context.Context, in *stockInput) (*output[Stock], error) {
		of, err := id.Parse[id.Party](in.ID)
		if err != nil {
			return nil, problem.At("not_found", "id", in.ID, err.Error())
		}
		v, err := s.Reader.At(ctx, in.After)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		defer v.Close()
		items, err := v.LatestCounts(callerOf(ctx), of)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return &output[Stock]{Stock{items}}, nil
	})
}

// report keeps or retracts the events of a file.
func (x *call) report(file string, bytes []byte) (*ReportedFile, error) {
	events, err := tracking.Read(file, bytes, observation.Limits{BytesMax: int(x.server.DocumentBytesMax)})
	if err != nil {
		return nil, err
	}
	commands, err := x.server.Intake.PrepareMovements(x.ctx, events, bytes, channel)
	if err != nil {
		return nil, err
	}
	requests := make([]engine.Request, len(commands))
	for i, c := range commands {
		if err := x.caller.Allow(c); err != nil {
			return nil, err
		}
		requests[i] = engine.Request{Actor: x.caller.Actor, Key: fmt.Sprintf("%s/%d", x.key, i+1), Command: c}
	}
	results, err := x.submitAll(requests)
	if err != nil {
		return nil, err
	}
	done := &ReportedFile{Events: make([]Reported, len(results))}
	last, refused := uint64(0), 0
	for i := range results {
		one := &done.Events[i]
		one.Event = i + 1
		if err := x.outcome(&requests[i], &results[i], one); err != nil {
			return nil, err
		}
		if one.Problem != nil {
			refused++
		} else {
			last = max(last, one.Entry.Sequence)
		}
	}
	if len(results) > 0 && refused == len(results) {
		return nil, done.Events[0].Problem
	}
	return done, x.showMoved(done, last)
}

// outcome turns one result into what became of its event.
func (x *call) outcome(r *engine.Request, result *engine.Result, one *Reported) error {
	rejection, answer := result.Rejection, result.Answer
	if rejection != nil && rejection.Code == engine.CodeKeyReused {
		again := *x
		again.key = r.Key
		repeated, _, err := again.submit(r.Command, "")
		var refused *problem.Problem
		switch {
		case errors.As(err, &refused):
			one.Status, one.Outcome, one.Problem = refused.Status, "refused", refused
			return nil
		case err != nil:
			return err
		}
		rejection, answer = nil, repeated
	}
	if rejection != nil {
		one.Problem = problem.OfRejection(rejection, "")
		one.Status, one.Outcome = one.Problem.Status, "refused"
		return nil
	}
	stored := storedOf(&answer)
	one.Entry, one.Status = &stored, http.StatusCreated
	if answer.Repeat {
		one.Status = http.StatusOK
	}
	for _, e := range answer.Events {
		switch e := e.(type) {
		case *book.MovementRecorded:
			one.Outcome, one.Movement = "kept", e.Movement.ID.String()
		case *book.MovementRetracted:
			one.Outcome, one.Movement = "retracted", e.Movement.String()
		case *book.MovementRepeated:
			one.Outcome, one.Movement = "repeated", e.Movement.String()
			if e.Differs {
				one.Outcome = "differs"
			}
		}
	}
	return nil
}

// shownMax is the most movements that an answer shows whole; of the others it gives the ids.
const shownMax = 100

// showMoved adds the records of the first movements that were kept.
func (x *call) showMoved(done *ReportedFile, last uint64) error {
	v, err := x.server.Reader.At(x.ctx, last)
	if err != nil {
		return err
	}
	defer v.Close()
	for i := range done.Events[:min(len(done.Events), shownMax)] {
		one := &done.Events[i]
		of, err := id.Parse[id.Movement](one.Movement)
		if err != nil {
			continue // refused
		}
		shown, err := v.GoodsMovement(x.caller, of)
		if errors.Is(err, view.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		one.Record = &shown
	}
	return nil
}
