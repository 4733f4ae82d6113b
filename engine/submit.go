package engine

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"millrace/book"
	"millrace/domain/id"
	"millrace/engine/journal"
)

// Submit asks for one command and waits until its answer, or its rejection, is durable with everything decided before
// it. Errors are ErrBusy (a BusyError), ErrReadOnly, ErrDiskFull, ErrStopped, and that of ctx: then the command may
// still be carried out, and a key lets the caller ask again.
func (e *Engine) Submit(ctx context.Context, r Request) (Answer, *book.Rejection, error) {
	if err := e.admit(ctx); err != nil {
		return Answer{}, nil, err
	}
	w := newWork()
	w.add(&e.options.Codec, &r)
	if len(w.rejected) > 0 {
		rejection := w.results[0].Rejection
		w.recycle()
		return Answer{}, rejection, nil
	}
	if err := e.await(ctx, w); err != nil {
		return Answer{}, nil, err
	}
	err := e.resolve(w)
	result := w.results[0]
	w.recycle()
	if err != nil {
		return Answer{}, nil, err
	}
	return result.Answer, result.Rejection, nil
}

// SubmitAll asks for independent commands, in order, each with its own answer and entry: one may be rejected and the
// next accepted. At most Options.QueueMax of them are taken at once. After an error nothing is known about any of them.
func (e *Engine) SubmitAll(ctx context.Context, requests []Request) ([]Result, error) {
	if len(requests) == 0 {
		return nil, nil
	}
	if len(requests) > e.options.QueueMax {
		return nil, fmt.Errorf("engine: bulk of %d commands; at most %d are taken at once", len(requests), e.options.QueueMax)
	}
	if err := e.admit(ctx); err != nil {
		return nil, err
	}
	w := newWork()
	for i := range requests {
		w.add(&e.options.Codec, &requests[i])
	}
	if err := e.await(ctx, w); err != nil {
		return nil, err
	}
	if err := e.resolve(w); err != nil {
		w.recycle()
		return nil, err
	}
	results := append([]Result(nil), w.results...)
	w.recycle()
	return results, nil
}

// Do runs a function on the sequencer, between two commands, and waits until everything decided before it is durable.
// The function must not change the machine, and should be short: all commands wait for it.
func (e *Engine) Do(ctx context.Context, run func(Machine)) error {
	w := newWork()
	w.run = run
	if err := e.await(ctx, w); err != nil {
		return err
	}
	w.recycle()
	return nil
}

// Digest returns the machine's digest and the sequence of the last entry that it includes.
func (e *Engine) Digest(ctx context.Context) (digest [32]byte, err error) {
	err = e.Do(ctx, func(m Machine) { digest = m.Digest() })
	return digest, err
}

func (e *Engine) admit(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if e.readOnly.Load() {
		return ErrReadOnly
	}
	if e.guard != nil && e.guard.full() {
		return ErrDiskFull
	}
	return nil
}

// await queues the work and waits for it. Work that ctx gave up on belongs to the engine; it is not recycled.
func (e *Engine) await(ctx context.Context, w *work) error {
	if err := e.queue.push(w); err != nil {
		w.recycle()
		return err
	}
	select {
	case <-w.done:
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := w.err; err != nil {
		w.recycle()
		return err
	}
	return nil
}

// add prepares a request: all that is costly and needs no book.
func (w *work) add(codec *Codec, r *Request) {
	start := len(w.buffer)
	w.buffer = codec.AppendCommand(w.buffer, r.Command)
	body := w.buffer[start:len(w.buffer):len(w.buffer)]
	p := prepared{actor: r.Actor, key: r.Key, command: r.Command, body: body}
	var result Result
	switch {
	case len(r.Key) > journal.KeyBytesMax:
		result.Rejection = keyTooLong
	case len(body) >= journal.EntryBytesMax:
		result.Rejection = entryTooLarge
	default:
		p.token = book.TokenOfKey(r.Actor, r.Key)
		p.hash = sha256.Sum256(body)
		result.Rejection = book.Prepare(r.Command)
	}
	if result.Rejection != nil {
		w.rejected = append(w.rejected, len(w.requests))
	}
	w.requests = append(w.requests, p)
	w.results = append(w.results, result)
	w.repeats = append(w.repeats, 0)
}

// resolve reads the first answers of repeats back from the journal.
func (e *Engine) resolve(w *work) error {
	for i, sequence := range w.repeats {
		if sequence == 0 {
			continue
		}
		entry, err := e.ReadEntry(sequence)
		if err != nil {
			return err
		}
		if entry.BodyHash != w.requests[i].hash || entry.Key != w.requests[i].key || entry.Header.Actor != w.requests[i].actor {
			w.results[i] = Result{Rejection: keyReused}
			continue
		}
		w.results[i] = Result{Answer: entry.Answer()}
		w.results[i].Answer.Repeat = true
	}
	return nil
}

// Entry is a stored entry, decoded.
type Entry struct {
	Header   book.Header
	Key      string
	BodyHash [32]byte
	Leaf     [32]byte
	Command  book.Command
	Events   []book.Event
}

// Answer returns what the submitter of the entry's command was answered.
func (e *Entry) Answer() Answer {
	return Answer{Sequence: e.Header.Sequence, At: e.Header.At, Events: e.Events, Leaf: e.Leaf}
}

// ReadEntry reads an entry from the journal. It fails with journal.ErrNotFound for one that is not durable yet.
func (e *Engine) ReadEntry(sequence uint64) (Entry, error) {
	stored, leaf, err := e.journal.Entry(sequence)
	if err != nil {
		return Entry{}, fmt.Errorf("engine: entry %d: %w", sequence, err)
	}
	return e.options.Codec.DecodeEntry(stored, leaf)
}

// DecodeEntry decodes an entry as the journal gave it.
func (c *Codec) DecodeEntry(stored journal.Entry, leaf [32]byte) (Entry, error) {
	entry := Entry{Header: headerOf(&stored), Key: stored.Key, BodyHash: stored.BodyHash, Leaf: leaf}
	var err error
	if entry.Command, err = c.DecodeCommand(stored.Command.Kind, stored.Command.Bytes); err != nil {
		return Entry{}, fmt.Errorf("engine: command of entry %d: %w", stored.Sequence, err)
	}
	entry.Events, err = c.decodeEvents(nil, &stored)
	return entry, err
}

func (c *Codec) decodeEvents(dst []book.Event, stored *journal.Entry) ([]book.Event, error) {
	for i, body := range stored.Events {
		event, err := c.DecodeEvent(body.Kind, body.Bytes)
		if err != nil {
			return nil, fmt.Errorf("engine: event %d of entry %d: %w", i, stored.Sequence, err)
		}
		dst = append(dst, event)
	}
	return dst, nil
}

func headerOf(stored *journal.Entry) book.Header {
	actor := id.Actor(stored.Actor)
	return book.Header{Sequence: stored.Sequence, At: stored.At, Actor: actor, KeyToken: book.TokenOfKey(actor, stored.Key)}
}

// retryAfter estimates when a full queue will have room again, from what the last batch took.
func retryAfter(batch time.Duration, commands, queueMax int) time.Duration {
	perCommand := batch / time.Duration(max(commands, 1))
	return min(max(perCommand*time.Duration(queueMax), 10*time.Millisecond), time.Second)
}
