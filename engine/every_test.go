package engine_test

import (
	"context"
	"errors"
	"testing"

	"millrace/engine"
)

func TestEveryGoesOnAfterAFailureAndEndsWithItsContextOrTheEngine(t *testing.T) {
	e := open(t, engine.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	wrong, rounds, told := errors.New("wrong"), 0, 0
	err := e.Every(ctx, 1, func(context.Context) error {
		switch rounds++; rounds {
		case 1:
			return wrong
		case 3:
			cancel()
		}
		return nil
	}, func(err error) {
		if told++; !errors.Is(err, wrong) {
			t.Errorf("failed is told %v, want %v", err, wrong)
		}
	})
	if !errors.Is(err, context.Canceled) || rounds != 3 || told != 1 {
		t.Errorf("after %d rounds, %d of which failed: %v; want 3, 1 and %v", rounds, told, err, context.Canceled)
	}
	rounds = 0
	err = e.Every(t.Context(), 1, func(context.Context) error {
		rounds++
		return engine.ErrStopped
	}, func(err error) { t.Errorf("failed is told %v", err) })
	if !errors.Is(err, engine.ErrStopped) || rounds != 1 {
		t.Errorf("after %d rounds: %v; want 1 and %v", rounds, err, engine.ErrStopped)
	}
}
