package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"millrace/book"
	"millrace/domain/id"
	"millrace/engine"
	"millrace/engine/journal/sqlite"
)

// dataFlag is the data directory of commands that need one.
type dataFlag struct {
	Data string `help:"Data directory." default:"millrace-data" type:"path" env:"MILLRACE_DATA"`
}

// shard of this node: a book is a shard, and the first is 1.
const shard = 1

// options wires the book into the engine.
func options(dir string) engine.Options {
	return engine.Options{
		Dir: dir, Shard: shard,
		NewMachine: func() engine.Machine { return book.New(shard) },
		Codec:      codec,
		Logger:     slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
}

var codec = engine.Codec{
	AppendCommand: book.AppendCommand, DecodeCommand: book.DecodeCommand, AppendEvent: book.AppendEvent, DecodeEvent: book.DecodeEvent,
}

// exists tells whether there is a journal in the data directory.
func exists(dir string) error {
	_, err := os.Stat(filepath.Join(dir, journalFile))
	if errors.Is(err, fs.ErrNotExist) {
		return usage{fmt.Errorf("%s: there is no journal here; is it a data directory?", dir)}
	}
	return err
}

// journalFile is the journal's name in a data directory, as the engine writes it.
const journalFile = "journal.db"

// openJournal opens the journal of a data directory to read, also beside a running server.
func openJournal(dir string) (*sqlite.Journal, error) {
	if err := exists(dir); err != nil {
		return nil, err
	}
	j, err := sqlite.Open(filepath.Join(dir, journalFile), shard)
	if err != nil {
		return nil, found{err}
	}
	return j, nil
}

// lines writes machine-readable results, one object a line.
type lines struct{ encoder *json.Encoder }

func newLines(w io.Writer) lines {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return lines{encoder}
}

func (l lines) write(object any) error { return l.encoder.Encode(object) }

// progress shows how far long work has come, on standard error, at most ten times a second and only to a person.
type progress struct {
	what string
	last time.Time
	show bool
}

func newProgress(what string) *progress {
	info, err := os.Stderr.Stat()
	return &progress{what: what, show: err == nil && info.Mode()&os.ModeCharDevice != 0}
}

func (p *progress) at(done, total uint64) {
	if !p.show || time.Since(p.last) < 100*time.Millisecond {
		return
	}
	p.last = time.Now()
	if total > 0 {
		fmt.Fprintf(os.Stderr, "\r%s: %d of %d (%d %%) ", p.what, done, total, done*100/total)
	} else {
		fmt.Fprintf(os.Stderr, "\r%s: %d ", p.what, done)
	}
}

func (p *progress) end() {
	if p.show && !p.last.IsZero() {
		fmt.Fprintf(os.Stderr, "\r%*s\r", len(p.what)+40, "")
	}
}

// giver gives commands to an engine, one after another.
type giver struct {
	engine *engine.Engine
	ctx    context.Context
}

// give submits a command; a rejection comes back as an error that names the command.
func (g giver) give(actor id.Actor, key string, c book.Command) (engine.Answer, error) {
	answer, rejection, err := g.engine.Submit(g.ctx, engine.Request{Actor: actor, Key: key, Command: c})
	if err != nil {
		return answer, err
	}
	if rejection != nil {
		return answer, rejection
	}
	return answer, nil
}

// first gives the first event of type E in an answer, or E's zero value.
func first[E book.Event](answer engine.Answer) E {
	var none E
	for _, e := range answer.Events {
		if event, ok := e.(E); ok {
			return event
		}
	}
	return none
}
