package load

import (
	"context"
	"fmt"

	"millrace/engine"
)

// stageOf is how many commands of a life are given in a world at work: of twenty receivables one waits for the buyer's word, one has a
// quote, one an accepted quote, three are paid out, one is paid and closed, and thirteen are confirmed and not financed.
func stageOf(number uint64) int {
	switch number % 20 {
	case 0:
		return Documents
	case 1:
		return Live + 1
	case 2:
		return Live + 2
	case 3, 4, 5:
		return Live + 4
	case 6:
		return Steps
	}
	return Live
}

// Trading opens so many receivables, at every stage of their lives, in bulks of separately answered commands, and tells how far it
// has come.
func (w *World) Trading(ctx context.Context, e *engine.Engine, receivables uint64, progress func(done uint64)) error {
	const bulk = 2000
	for done := uint64(0); done < receivables; {
		lives := make([]Life, min(bulk, receivables-done))
		for i := range lives {
			lives[i] = w.NewLife(1<<41 + done + uint64(i))
		}
		for step := range Steps {
			if err := giveAll(ctx, e, lives, step); err != nil {
				return err
			}
		}
		done += uint64(len(lives))
		progress(done)
	}
	return nil
}

// giveAll gives one step of all lives that come so far.
func giveAll(ctx context.Context, e *engine.Engine, lives []Life, step int) error {
	var requests []engine.Request
	var whose []*Life
	for i := range lives {
		if stageOf(lives[i].Number) <= step {
			continue
		}
		s := lives[i].Step(step)
		requests = append(requests, engine.Request{Actor: s.Actor, Key: fmt.Sprintf("w-%d-%d", lives[i].Number, step), Command: s.Command})
		whose = append(whose, &lives[i])
	}
	results, err := e.SubmitAll(ctx, requests)
	if err != nil {
		return err
	}
	for i := range results {
		if results[i].Rejection != nil {
			return fmt.Errorf("life %d, step %d: %w", whose[i].Number, step, results[i].Rejection)
		}
		whose[i].Answered(results[i].Answer.Events)
	}
	return nil
}
