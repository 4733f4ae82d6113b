package engine

import (
	"context"
	"errors"
	"time"
)

// Every makes a round at once and then at every interval, until ctx ends or the engine stops, and returns why. What else ends a round is told
// to failed, and the next round comes all the same.
func (e *Engine) Every(ctx context.Context, interval time.Duration, round func(context.Context) error, failed func(error)) error {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		if err := round(ctx); errors.Is(err, ErrStopped) || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		} else if err != nil {
			failed(err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		case <-e.Stopped():
			return e.Cause()
		}
	}
}
