package engine

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Clerk is what is known of somebody who makes rounds beside the book. Times are microseconds since the Unix epoch by the system's clock; 0 is
// never.
type Clerk struct {
	Name     string // a code like "set_off"; with a blank and whom it works for, where there are several of one kind
	Interval time.Duration
	Began    int64  // of the round that is under way, or of the last one
	Ended    int64  // of the last round that has ended
	Rounds   uint64 // that have ended since the start
	Failures uint64 // of them
	Failed   int64  // when the last of those ended
	Failure  string // its cause; "" while none has failed
	Gone     bool   // it makes no more rounds
}

// Failing tells whether the last round has failed.
func (c *Clerk) Failing() bool { return c.Failed != 0 && c.Failed == c.Ended }

// Late tells whether no round has ended for so long that something must hold it up: for a minute and twenty intervals.
func (c *Clerk) Late(now int64) bool {
	return now-max(c.Ended, c.Began) > (time.Minute + 20*c.Interval).Microseconds()
}

// clerks are those of a node.
type clerks struct {
	mutex sync.Mutex
	all   []*Clerk // guarded by mutex, and so is what it points to
}

func (c *clerks) add(name string, interval time.Duration) *Clerk {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	added := &Clerk{Name: name, Interval: interval}
	c.all = append(c.all, added)
	return added
}

func (c *clerks) change(of *Clerk, change func(*Clerk)) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	change(of)
}

// ended notes how a round of a clerk has ended.
func (c *clerks) ended(of *Clerk, err error) {
	c.change(of, func(of *Clerk) {
		of.Ended = max(time.Now().UnixMicro(), of.Ended+1)
		of.Rounds++
		if err != nil {
			of.Failures++
			of.Failed, of.Failure = of.Ended, err.Error()
		}
	})
}

// Clerks gives everybody who makes rounds beside the book, or has made some, in the order in which they began.
func (e *Engine) Clerks() []Clerk {
	e.clerks.mutex.Lock()
	defer e.clerks.mutex.Unlock()
	all := make([]Clerk, 0, len(e.clerks.all))
	for _, of := range e.clerks.all {
		all = append(all, *of)
	}
	return all
}

// Every makes a round at once and then at every interval, until ctx ends or the engine stops, and returns why. What else ends a round is told
// to failed, and the next round comes all the same. Clerks tells by the name how it goes.
func (e *Engine) Every(ctx context.Context, name string, interval time.Duration, round func(context.Context) error, failed func(error)) error {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	clerk := e.clerks.add(name, interval)
	defer e.clerks.change(clerk, func(c *Clerk) { c.Gone = true })
	for {
		e.clerks.change(clerk, func(c *Clerk) { c.Began = time.Now().UnixMicro() })
		err := round(ctx)
		if errors.Is(err, ErrStopped) || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		e.clerks.ended(clerk, err)
		if err != nil {
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
