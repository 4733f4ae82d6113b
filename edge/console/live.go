package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"millrace/edge/access"
	"millrace/edge/signin"
)

// A page may ask to be told when what the caller sees has changed: GET /live?since=N streams server-sent events (WHATWG
// HTML, section 9.2), each with the number of entries behind N that tell the caller something, and the last entry that was
// looked at as its id. A browser that comes back says with Last-Event-ID where it stood; since keeps what the page shows.

const (
	streamsMost      = 1_000 // of the node
	streamsOfOneMost = 12    // of one session, or of one key
	beatSpan         = 15 * time.Second
	restSpan         = time.Second // between two messages of one stream
	sendSpan         = 10 * time.Second
	changesMost      = 500 // entries that are looked at for one message
)

// streams are those that are open, by whose they are.
type streams struct {
	mutex sync.Mutex
	open  map[string]map[*stream]struct{} // guarded by mutex
	count int                             // guarded by mutex
}

// stream is one connection that is told of changes.
type stream struct {
	owner string
	end   context.CancelFunc
}

func newStreams() *streams { return &streams{open: map[string]map[*stream]struct{}{}} }

// begin takes a stream in, unless there are too many of them.
func (s *streams) begin(one *stream) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.count >= streamsMost || len(s.open[one.owner]) >= streamsOfOneMost {
		return false
	}
	if s.open[one.owner] == nil {
		s.open[one.owner] = map[*stream]struct{}{}
	}
	s.open[one.owner][one] = struct{}{}
	s.count++
	return true
}

func (s *streams) over(one *stream) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.open[one.owner], one)
	if len(s.open[one.owner]) == 0 {
		delete(s.open, one.owner)
	}
	s.count--
}

// endOf ends all streams of an owner, who has signed out.
func (s *streams) endOf(owner string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for one := range s.open[owner] {
		one.end()
	}
}

// still finds the caller again, as long as it is signed in. It is no use of the session: a page that only listens does not
// keep anybody signed in.
func (c *Console) still(r *http.Request) (access.Caller, error) {
	secret := c.session(r)
	if secret == "" || c.access.IsOpen() {
		return c.access.Authenticate(r)
	}
	s, err := c.desk.Peek(r.Context(), secret)
	if errors.Is(err, signin.ErrOver) {
		return access.Caller{}, access.ErrNoKey
	}
	if err != nil {
		return access.Caller{}, err
	}
	return c.within(r.Context(), &s)
}

// live streams to one page.
func (c *Console) live(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	r = r.WithContext(ctx)
	caller, err := c.still(r)
	since, wrong := strconv.ParseUint(r.FormValue("since"), 10, 63)
	if wrong != nil {
		since = c.engine.Head().Sequence
	}
	last := since
	if told, err := strconv.ParseUint(r.Header.Get("Last-Event-ID"), 10, 63); err == nil {
		last = max(last, told)
	}
	one := &stream{owner: c.session(r), end: cancel}
	if one.owner == "" {
		one.owner = caller.Actor.String()
	}
	switch {
	case err != nil:
		http.Error(w, "sign in first", http.StatusUnauthorized)
		return
	case !c.streams.begin(one):
		w.Header().Set("Retry-After", "60")
		http.Error(w, "too many pages are listening", http.StatusServiceUnavailable)
		return
	}
	defer c.streams.over(one)
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	go func() {
		select {
		case <-c.closing:
		case <-c.engine.Stopped():
		case <-ctx.Done():
		}
		cancel()
	}()
	out := &outlet{ResponseController: http.NewResponseController(w), to: w}
	// The browser waits so many milliseconds before it comes back.
	if err := out.send("retry: 2000\n\n"); err != nil {
		return
	}
	if err := c.tell(r, out, caller, since, last); err != nil && ctx.Err() == nil && !errors.Is(err, errGone) {
		c.logger.Error("console", "path", r.URL.Path, "error", err)
	}
}

// errGone ends a stream whose caller is no longer signed in, or no longer there.
var errGone = errors.New("console: nobody listens")

// tell sends a message whenever the caller may be told something, and a comment in between, so that either side notices
// when the other is gone.
func (c *Console) tell(r *http.Request, out *outlet, caller access.Caller, since, last uint64) error {
	about := r.FormValue("about")
	for {
		head, count, err := c.changes(r.Context(), caller, about, since, last)
		if errors.Is(err, context.DeadlineExceeded) {
			err = out.send(": still here\n\n")
		}
		if err != nil {
			return err
		}
		if head > last {
			last = head
			if count > 0 {
				err = out.send(fmt.Sprintf("id: %d\nevent: changes\ndata: {\"count\":%d,\"entry\":%d}\n\n", last, count, last))
			}
		}
		now, gone := c.still(r)
		if err != nil || gone != nil || now != caller {
			return errGone
		}
		select {
		case <-r.Context().Done():
			return r.Context().Err()
		case <-time.After(restSpan):
		}
	}
}

// changes waits for an entry behind last, not longer than a beat, and counts what all behind since tell.
func (c *Console) changes(ctx context.Context, caller access.Caller, about string, since, last uint64) (head uint64, count int, err error) {
	ctx, cancel := context.WithTimeout(ctx, beatSpan)
	defer cancel()
	v, err := c.reader.Next(ctx, last)
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return 0, 0, err
	}
	defer func() { _ = v.Close() }() // it is only read
	count, err = v.Changes(caller, about, since, changesMost)
	return v.Watermark(), count, err
}

// outlet is where a stream goes.
type outlet struct {
	*http.ResponseController
	to http.ResponseWriter
}

// send writes a message at once, or fails: a reader that takes nothing must not keep a goroutine.
func (t *outlet) send(message string) error {
	// Where deadlines can't be set, the connection ends with the server.
	_ = t.SetWriteDeadline(time.Now().Add(sendSpan))
	if _, err := fmt.Fprint(t.to, message); err != nil {
		return errGone
	}
	if err := t.Flush(); err != nil {
		return errGone
	}
	return nil
}
