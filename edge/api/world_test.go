package api_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/api"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/lab/load"
)

// site is a node with a world in it, served over HTTP, and a key for everybody.
type site struct {
	t       testing.TB
	engine  *engine.Engine
	server  *httptest.Server
	world   *load.World
	submit  load.Submit
	secrets map[id.Actor]string
	keys    map[id.Actor]id.Key
	next    int
	mutex   sync.Mutex
	hauler  id.Actor
	date    calendar.Date // the business date, where a test has moved it
	ahead   atomic.Int64  // microseconds by which the node's clock is ahead of the machine's
}

func newSite(t testing.TB) *site {
	t.Helper()
	ctx := context.Background()
	s := &site{t: t, secrets: map[id.Actor]string{}, keys: map[id.Actor]id.Key{}}
	options := load.Options("")
	options.Clock = func() int64 { return time.Now().UnixMicro() + s.ahead.Load() }
	e, err := engine.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(ctx) })
	s.engine, s.submit = e, load.SubmitTo(ctx, e)
	if s.world, err = load.NewWorld(s.submit, 2); err != nil {
		t.Fatal(err)
	}
	logger := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError})) // what a caller is not told
	handler := api.New(api.Options{Engine: e, Logger: logger, Access: access.New(e), Reader: view.New(e), Intake: intake.New(e.Vault())})
	s.server = httptest.NewServer(handler)
	t.Cleanup(func() {
		s.server.CloseClientConnections()
		s.server.Close()
	})
	w := s.world
	for _, actor := range append([]id.Actor{w.Maker, w.Checker, w.Buyer, w.FunderActor, w.Bank}, w.SellerActors...) {
		s.addKey(actor)
	}
	return s
}

func (s *site) give(actor id.Actor, c book.Command) []book.Event {
	s.t.Helper()
	events, err := s.submit(actor, "", c)
	if err != nil {
		s.t.Fatalf("%T: %v", c, err)
	}
	return events
}

func (s *site) addKey(actor id.Actor) {
	s.t.Helper()
	secret, hash, err := access.NewSecret(rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range s.give(s.world.Maker, &book.AddKey{Actor: actor, Name: "test", Hash: hash}) {
		s.keys[actor] = e.(*book.KeyAdded).Key.ID
	}
	s.secrets[actor] = secret
}

// newActor registers an actor for a party and gives it a key.
func (s *site) newActor(of id.Party, role party.Role) id.Actor {
	s.t.Helper()
	for _, e := range s.give(s.world.Maker, &book.RegisterActor{Party: of, Role: role}) {
		actor := e.(*book.ActorRegistered).Actor.ID
		s.addKey(actor)
		return actor
	}
	return 0
}

// life leads a life up to a step and tells how to go on.
func (s *site) life(number uint64, steps int) *load.Life {
	s.t.Helper()
	l := s.world.NewLife(number)
	s.live(&l, 0, steps)
	return &l
}

func (s *site) live(l *load.Life, from, to int) {
	s.t.Helper()
	for i := from; i < to; i++ {
		step := l.Step(i)
		l.Answered(s.give(step.Actor, step.Command))
	}
}

type answer struct {
	t      testing.TB
	status int
	header http.Header
	bytes  []byte
}

// json gives a member of the body by its path.
func (a *answer) json(path ...any) any {
	a.t.Helper()
	var value any
	if err := json.Unmarshal(a.bytes, &value); err != nil {
		a.t.Fatalf("%v: %s", err, a.bytes)
	}
	for _, step := range path {
		switch step := step.(type) {
		case string:
			value = value.(map[string]any)[step]
		case int:
			value = value.([]any)[step]
		}
	}
	return value
}

func (a *answer) text(path ...any) string {
	a.t.Helper()
	text, ok := a.json(path...).(string)
	if !ok {
		a.t.Fatalf("no text at %v: %s", path, a.bytes)
	}
	return text
}

func (a *answer) want(status int) *answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, not %d: %s", a.status, status, a.bytes)
	}
	return a
}

type header map[string]string

func (s *site) send(actor id.Actor, method, path, body string, headers header) *answer {
	s.t.Helper()
	request, err := http.NewRequest(method, s.server.URL+path, bytes.NewReader([]byte(body)))
	if err != nil {
		s.t.Fatal(err)
	}
	if actor != 0 {
		request.Header.Set("Authorization", "Bearer "+s.secrets[actor])
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return &answer{s.t, response.StatusCode, response.Header, read}
}

func (s *site) get(actor id.Actor, path string) *answer {
	s.t.Helper()
	return s.send(actor, "GET", path, "", nil)
}

func (s *site) key() string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.next++
	return fmt.Sprintf("k-%d", s.next)
}

func (s *site) post(actor id.Actor, path, body string) *answer {
	s.t.Helper()
	return s.send(actor, "POST", path, body, header{"Idempotency-Key": s.key(), "Content-Type": "application/json"})
}
