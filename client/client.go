// Package client is a typed client of a Millrace node: a method for every operation of its API, the kinds of things it takes and gives, and
// what a receiver of webhooks needs. It stands on the standard library alone.
//
// Types and methods are generated from the description that the API gives of itself (/openapi.json).
package client

//go:generate go run ./generate

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Client asks one node on behalf of one key. It may be used from many goroutines.
type Client struct {
	// HTTP sends requests; nil is http.DefaultClient.
	HTTP *http.Client
	// Tries is how often a request is sent at most, where the node is busy or does not answer; 0 is 5. What was sent twice is done once: every
	// command carries an idempotency key.
	Tries int

	address string
	key     string
	wait    func(context.Context, time.Duration) error
}

// New gives a client of the node at an address, such as "https://node.example.com", with the secret of an API key; "" for a node without keys.
func New(address, key string) *Client {
	return &Client{address: strings.TrimSuffix(address, "/"), key: key, wait: sleep}
}

const (
	triesDefault    = 5
	waitFirst       = 250 * time.Millisecond
	waitMax         = 30 * time.Second
	answerBytesMax  = 64 << 20
	problemBytesMax = 1 << 20
)

// Option changes one request.
type Option func(*settings)

type settings struct {
	key   string
	after uint64
}

// IdempotencyKey names a command, so that it is done once however often it is sent: by this process and by those that come after it. Without it
// the client makes a random one for every call.
func IdempotencyKey(key string) Option { return func(s *settings) { s.key = key } }

// After has a request to read wait until the answer includes an entry, such as that of the command before (Entry.Sequence).
func After(entry int64) Option { return func(s *settings) { s.after = uint64(max(entry, 0)) } }

// request is one request as the generated methods make it.
type request struct {
	method    string
	path      string
	query     url.Values
	mediaType string
	body      any // nil for none; raw for bytes as they are; anything else is sent as JSON
}

type raw []byte

// given is a body that may be left out.
func given[T any](body *T) any {
	if body == nil {
		return nil
	}
	return body
}

func put(v url.Values, name, value string) {
	if value != "" {
		v.Set(name, value)
	}
}

func putNumber(v url.Values, name string, value int64) {
	if value != 0 {
		v.Set(name, strconv.FormatInt(value, 10))
	}
}

// do sends a request and reads the answer into a T.
func do[T any](ctx context.Context, c *Client, r request, options []Option) (*T, error) {
	text, err := c.fetch(ctx, r, options)
	if err != nil {
		return nil, err
	}
	answer := new(T)
	if err := json.Unmarshal(text, answer); err != nil {
		return nil, fmt.Errorf("client: %s %s: the answer is not of its form: %w", r.method, r.path, err)
	}
	return answer, nil
}

// list is do for an answer that is a list.
func list[T any](ctx context.Context, c *Client, r request, options []Option) ([]T, error) {
	all, err := do[[]T](ctx, c, r, options)
	if err != nil {
		return nil, err
	}
	return *all, nil
}

// pages gives the items of pages one after another.
func pages[T any](next func(cursor string) ([]T, string, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for cursor, more := "", true; more; more = cursor != "" {
			items, following, err := next(cursor)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, item := range items {
				if !yield(item, nil) {
					return
				}
			}
			cursor = following
		}
	}
}

// EventsSince gives what has happened after a cursor, in order, until there is no more for now; "" is from the beginning. Whoever keeps the
// cursor of the last message goes on there the next time. No kinds: all.
func (c *Client) EventsSince(ctx context.Context, cursor string, kinds ...string) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		for more := true; more; {
			page, err := c.ListEvents(ctx, &ListEventsQuery{After: cursor, Kinds: kinds})
			if err != nil {
				yield(Message{}, err)
				return
			}
			for _, m := range page.Items {
				if !yield(m, nil) {
					return
				}
			}
			cursor, more = page.Cursor, page.More
		}
	}
}

// fetch sends a request, again where the node is busy or does not answer, and gives the bytes of the answer.
func (c *Client) fetch(ctx context.Context, r request, options []Option) ([]byte, error) {
	s := settings{}
	for _, option := range options {
		option(&s)
	}
	if s.key == "" && r.method == http.MethodPost {
		s.key = rand.Text()
	}
	body, err := r.encoded()
	if err != nil {
		return nil, err
	}
	tries := c.Tries
	if tries <= 0 {
		tries = triesDefault
	}
	for try := 1; ; try++ {
		text, again, err := c.send(ctx, &r, body, &s)
		if err == nil {
			return text, nil
		}
		if !again.later || try >= tries || ctx.Err() != nil {
			return nil, err
		}
		wait := min(max(waitFirst<<(try-1), again.after), waitMax)
		if err := c.wait(ctx, wait); err != nil {
			return nil, err
		}
	}
}

func (r *request) encoded() ([]byte, error) {
	switch body := r.body.(type) {
	case nil:
		return nil, nil
	case raw:
		return body, nil
	}
	text, err := json.Marshal(r.body)
	if err != nil {
		return nil, fmt.Errorf("client: %s %s: %w", r.method, r.path, err)
	}
	return text, nil
}

// again says whether a request that failed may do better later.
type again struct {
	later bool
	after time.Duration
}

func (c *Client) send(ctx context.Context, r *request, body []byte, s *settings) ([]byte, again, error) {
	address := c.address + r.path
	query := r.query
	if s.after != 0 && r.method == http.MethodGet {
		if query == nil {
			query = url.Values{}
		}
		query.Set("after", strconv.FormatUint(s.after, 10))
	}
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	asked, err := http.NewRequestWithContext(ctx, r.method, address, bytes.NewReader(body))
	if err != nil {
		return nil, again{}, fmt.Errorf("client: %w", err)
	}
	if c.key != "" {
		asked.Header.Set("Authorization", "Bearer "+c.key)
	}
	if body != nil {
		asked.Header.Set("Content-Type", r.mediaType)
	}
	if s.key != "" {
		asked.Header.Set("Idempotency-Key", s.key)
	}
	asked.Header.Set("Accept", "application/json, application/problem+json, */*;q=0.1")
	sender := c.HTTP
	if sender == nil {
		sender = http.DefaultClient
	}
	answer, err := sender.Do(asked)
	if err != nil {
		return nil, again{later: true}, fmt.Errorf("client: %s %s: %w", r.method, r.path, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= http.StatusMultipleChoices {
		problem := problemOf(r, answer)
		busy := answer.StatusCode == http.StatusTooManyRequests || answer.StatusCode == http.StatusServiceUnavailable || answer.StatusCode == http.StatusBadGateway || answer.StatusCode == http.StatusGatewayTimeout
		return nil, again{busy, problem.RetryAfter}, problem
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, answerBytesMax+1))
	if err != nil {
		return nil, again{later: true}, fmt.Errorf("client: %s %s: the answer broke off: %w", r.method, r.path, err)
	}
	if len(text) > answerBytesMax {
		return nil, again{}, fmt.Errorf("client: %s %s: the answer has more than %d bytes", r.method, r.path, answerBytesMax)
	}
	return text, again{}, nil
}

func sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
