package main

import (
	"context"
	"errors"
	"fmt"

	"millrace/book"
	"millrace/edge/document"
	"millrace/edge/observation"
	"millrace/edge/tracking"
	"millrace/engine"
)

// movementFile reads a file about goods and prepares its events; taken is false for a file of another kind. What is wrong
// with the file is its result; an error is the node's own.
func (r *reader) movementFile(ctx context.Context, file string, bytes []byte, result *fileResult) (taken bool, err error) {
	if !tracking.Recognises(file, bytes) {
		return false, nil
	}
	result.Type = "movements"
	events, err := tracking.Read(file, bytes, observation.Limits{BytesMax: r.limits.BytesMax})
	var unsupported *document.Unsupported
	switch {
	case errors.As(err, &unsupported):
		result.Status, result.Type, result.Error = "unsupported", unsupported.Type, err.Error()
		return true, nil
	case err != nil:
		result.Error = err.Error()
		return true, nil
	}
	result.Status = "accepted"
	result.movements, err = r.intake.PrepareMovements(ctx, events, bytes, r.channel)
	return true, err
}

// keepMovements records the events that were prepared, file by file. A file of which every event is known already is a
// duplicate; one of which every event was refused is rejected.
func (r *reader) keepMovements(ctx context.Context, results []fileResult) error {
	for i := range results {
		result := &results[i]
		if len(result.movements) == 0 {
			continue
		}
		requests := make([]engine.Request, len(result.movements))
		for n, c := range result.movements {
			requests[n] = engine.Request{Actor: r.actor, Command: c}
		}
		answers, err := r.engine.SubmitAll(ctx, requests)
		if err != nil {
			return err
		}
		kept, repeated := 0, 0
		for n, answer := range answers {
			if answer.Rejection != nil {
				if result.Error == "" {
					result.Error = fmt.Sprintf("event %d: %v", n+1, answer.Rejection)
				}
				continue
			}
			for _, e := range answer.Answer.Events {
				switch e := e.(type) {
				case *book.MovementRecorded:
					kept++
					if result.ID == "" {
						result.ID = e.Movement.ID.String()
					}
				case *book.MovementRetracted:
					kept++
				case *book.MovementRepeated:
					repeated++
				}
			}
		}
		result.Events, result.movements = len(answers), nil
		switch {
		case kept == 0 && repeated > 0:
			result.Status = "duplicate"
		case kept == 0:
			result.Status = "rejected"
		}
	}
	return nil
}
