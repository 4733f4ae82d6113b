// Package engine runs a book: it orders commands, makes them durable, answers them, mirrors the book in tables, and
// brings it back after a crash. It knows entries and bytes, not finance.
//
// Three goroutines do the work. The sequencer owns the machine: it decides and folds waiting commands, and writes each
// entry into the batch under way. The committer appends one batch at a time to the journal and then answers. The flusher
// (package table) writes changed records to the tables once their entries are durable. Callers encode and hash their
// commands on their own goroutines before they queue.
package engine

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"millrace/book"
	"millrace/domain/id"
	"millrace/engine/journal"
	"millrace/engine/table"
	"millrace/engine/vault"
)

// Request is a command, on whose authority it comes, and its idempotency key; an empty key means none.
type Request struct {
	Actor   id.Actor
	Key     string // at most journal.KeyBytesMax bytes, scoped to the actor
	Command book.Command
}

// Answer says what became of an accepted command. It is a function of the stored entry; only Repeat is not.
type Answer struct {
	Sequence uint64
	At       int64 // the entry's stamp, microseconds since the Unix epoch
	Events   []book.Event
	Leaf     [32]byte
	Repeat   bool // the key was used before by the same command: this is the first answer again
}

// Result is an answer, or the rejection in its place.
type Result struct {
	Answer    Answer
	Rejection *book.Rejection
}

// Progress reports long work at start.
type Progress struct {
	Stage       string // "load", "fold" or "rebuild"
	Done, Total uint64 // entries; records for "load", whose total is not known and 0
}

// Options of Open. NewMachine and Codec are required.
type Options struct {
	// Dir is the data directory; it is made when missing. Empty: everything is in memory (the tables in a temporary
	// file) and gone after Close.
	Dir string
	// Journal replaces the one in Dir; Close closes it.
	Journal journal.Journal
	// Shard is written into a new journal; 0 means 1.
	Shard uint16
	// NewMachine makes an empty machine.
	NewMachine func() Machine
	Codec      Codec
	// Clock gives microseconds since the Unix epoch; nil is the system's. It is asked once a command.
	Clock func() int64
	// ClockAheadMax is how far the clock may be ahead of the last stamp; 0 means 24 hours, negative no limit.
	ClockAheadMax time.Duration
	// Salts gives 16 bytes an entry; nil is the system's random source.
	Salts io.Reader
	// VaultRandom gives the vault's key and salts; nil is the system's random source.
	VaultRandom io.Reader
	// QueueMax bounds the commands that wait; 0 means 65,536. It also bounds one bulk.
	QueueMax int
	// BatchBytesMax is the size at which a batch is full; 0 means 1 MiB, the most is 32 MiB.
	BatchBytesMax int
	// DuePoll is how often an idle engine asks for due commands; 0 means 100 ms; negative: only before other commands.
	DuePoll time.Duration
	// TablesOff leaves the tables alone: the book comes from the journal and queries fail with ErrNoTables.
	TablesOff bool
	// ReadOnly refuses all commands.
	ReadOnly bool
	// Continue lets a restored node write again. It makes the first command, given the restored head; the engine
	// submits it as the node itself, and the mark of the restore goes once its entry is durable. Nil: a restored node
	// stays read-only.
	Continue func(restored journal.Head) book.Command
	// DiskFree returns the free and the total bytes of the data directory's disk; nil asks the system.
	DiskFree func() (free, total uint64, err error)
	// Logger is nil for none.
	Logger *slog.Logger
	// Progress is called during Open, from one goroutine; it may be nil.
	Progress func(Progress)

	answerEarly bool // a mutant for tests: answers before the append
}

const (
	shardDefault         = 1
	queueMaxDefault      = 1 << 16
	queueBytesMax        = 64 << 20
	batchBytesDefault    = 1 << 20
	batchBytesLimit      = 32 << 20
	batchCommandsMax     = 1 << 15
	duePollDefault       = 100 * time.Millisecond
	clockAheadMaxDefault = 24 * time.Hour
)

func (o *Options) fill() error {
	if o.NewMachine == nil || o.Codec.AppendCommand == nil || o.Codec.DecodeCommand == nil ||
		o.Codec.AppendEvent == nil || o.Codec.DecodeEvent == nil {
		return errors.New("engine: options without a machine or a codec")
	}
	if o.Shard == 0 {
		o.Shard = shardDefault
	}
	if o.Clock == nil {
		o.Clock = func() int64 { return time.Now().UnixMicro() }
	}
	if o.ClockAheadMax == 0 {
		o.ClockAheadMax = clockAheadMaxDefault
	}
	if o.Salts == nil {
		o.Salts = bufio.NewReaderSize(rand.Reader, 16<<10)
	}
	if o.QueueMax <= 0 {
		o.QueueMax = queueMaxDefault
	}
	if o.BatchBytesMax <= 0 {
		o.BatchBytesMax = batchBytesDefault
	}
	o.BatchBytesMax = min(o.BatchBytesMax, batchBytesLimit)
	if o.DuePoll == 0 {
		o.DuePoll = duePollDefault
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	return nil
}

// Engine runs one book. Its methods may be called from any goroutine.
type Engine struct {
	options   Options
	temporary string // directory of the tables when Dir is empty; removed by Close
	lock      *lockFile
	journal   journal.Journal
	vault     *vault.Vault
	tables    *table.Store   // nil without tables
	flusher   *table.Flusher // nil without tables
	guard     *diskGuard     // nil without a disk
	restored  *manifest      // nil for a node that was not restored
	readOnly  atomic.Bool

	queue   queue
	free    chan *flight // flights that nobody fills or commits
	flights chan *flight // from the sequencer to the committer
	head    atomic.Pointer[journal.Head]

	opened int64 // microseconds since the Unix epoch
	clerks clerks

	clockAllowed atomic.Int64 // a clock up to here was confirmed by a person

	stopOnce  sync.Once
	stopping  chan struct{} // closed when the engine can't go on; cause is set before
	cause     error
	ended     chan struct{} // closed when sequencer and committer have ended
	closeOnce sync.Once
	closeErr  error
}

// Head returns the end of the journal: everything up to it is durable.
func (e *Engine) Head() journal.Head { return *e.head.Load() }

// Watermark returns the sequence up to which the tables are written; 0 without tables.
func (e *Engine) Watermark() uint64 {
	if e.flusher == nil {
		return 0
	}
	return e.flusher.Watermark().Sequence
}

// RestTables has the tables be written so seldom while nobody waits for them: for bulk, of which nobody looks at the middle. 0 is as usual.
func (e *Engine) RestTables(between time.Duration) {
	if e.flusher != nil {
		e.flusher.Rest(between)
	}
}

// Vault returns the node's vault.
func (e *Engine) Vault() *vault.Vault { return e.vault }

// Journal returns the node's journal, to read.
func (e *Engine) Journal() journal.Journal { return e.journal }

// ReadOnly tells whether commands are refused for good.
func (e *Engine) ReadOnly() bool { return e.readOnly.Load() }

// AllowClockJump records a person's word that the clock is right although it is ahead of the last entry by more than
// Options.ClockAheadMax. It holds for stamps up to until, in microseconds since the Unix epoch.
func (e *Engine) AllowClockJump(until int64) { e.clockAllowed.Store(until) }

// Read opens a view of the tables at a watermark of at least waitFor, for which it waits. Close the view.
func (e *Engine) Read(ctx context.Context, waitFor uint64) (*table.View, error) {
	if e.flusher == nil {
		return nil, ErrNoTables
	}
	if err := e.flusher.Wait(ctx, waitFor); err != nil {
		return nil, err
	}
	return e.tables.Read(ctx)
}

// Stopped is closed when the engine can't go on; Cause then tells why.
func (e *Engine) Stopped() <-chan struct{} { return e.stopping }

// Ended is closed when the engine takes nothing more, before its files are closed.
func (e *Engine) Ended() <-chan struct{} { return e.ended }

// Cause returns why the engine stopped; nil while it runs and after an ordinary Close.
func (e *Engine) Cause() error {
	select {
	case <-e.stopping:
		return e.cause
	default:
		return nil
	}
}

// stop ends all work: whoever waits gets ErrStopped with the cause.
func (e *Engine) stop(cause error) {
	e.stopOnce.Do(func() {
		e.cause = errors.Join(ErrStopped, cause)
		e.options.Logger.Error("engine stopped", "cause", cause)
		e.queue.close(e.cause)
		close(e.stopping)
	})
}

// Close answers what waits, writes what is left to the tables, and releases everything. When ctx ends first, what still
// waits gets ErrStopped. After a stop it returns the cause.
func (e *Engine) Close(ctx context.Context) error {
	e.closeOnce.Do(func() { e.closeErr = e.close(ctx) })
	return e.closeErr
}

func (e *Engine) close(ctx context.Context) error {
	e.queue.close(ErrStopped)
	e.queue.signal()
	select {
	case <-e.ended:
	case <-ctx.Done():
		e.stop(ctx.Err())
		<-e.ended
	}
	return errors.Join(e.Cause(), e.release())
}

// release closes what Open opened, as far as it came.
func (e *Engine) release() error {
	var errs []error
	if e.flusher != nil {
		errs = append(errs, e.flusher.Close())
	}
	if e.tables != nil {
		errs = append(errs, e.tables.Close())
	}
	if e.vault != nil {
		errs = append(errs, e.vault.Close())
	}
	if e.journal != nil {
		errs = append(errs, e.journal.Close())
	}
	if e.temporary != "" {
		errs = append(errs, removeTemporary(e.temporary))
	}
	if e.lock != nil {
		errs = append(errs, e.lock.release())
	}
	return errors.Join(errs...)
}

func (e *Engine) path(name string) string { return filepath.Join(e.options.Dir, name) }
