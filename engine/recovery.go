package engine

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"time"

	"millrace/book"
	"millrace/engine/journal"
	"millrace/engine/journal/mem"
	"millrace/engine/journal/sqlite"
	"millrace/engine/table"
	"millrace/engine/vault"
)

// Names of the files in a data directory.
const (
	journalFile   = "journal.db"
	tablesFile    = "tables.db"
	rebuiltFile   = "tables.rebuilt.db"
	vaultFile     = "vault.db"
	lockName      = "lock"
	restoredFile  = "restored.json"
	directoryMode = 0o750
)

// Open opens or makes the node in Options.Dir: it takes the lock, brings the book back from the tables and the journal's
// tail, or from the journal alone, and starts.
func Open(options Options) (*Engine, error) {
	if err := options.fill(); err != nil {
		return nil, err
	}
	e := &Engine{
		options:  options,
		opened:   time.Now().UnixMicro(),
		free:     make(chan *flight, 2),
		flights:  make(chan *flight, 2),
		stopping: make(chan struct{}),
		ended:    make(chan struct{}),
	}
	e.queue.max = int64(options.QueueMax)
	e.queue.wake = make(chan struct{}, 1)
	e.queue.retryAfter.Store(int64(duePollDefault))
	e.readOnly.Store(options.ReadOnly)
	s, err := e.open()
	if err != nil {
		return nil, errors.Join(err, e.release())
	}
	e.start(s)
	if err := e.continueRestored(); err != nil {
		return nil, errors.Join(err, e.Close(context.Background()))
	}
	return e, nil
}

func (e *Engine) open() (*sequencer, error) {
	if err := e.openFiles(); err != nil {
		return nil, err
	}
	if err := e.readMark(); err != nil {
		return nil, err
	}
	head, err := e.journal.Head()
	if err != nil {
		return nil, err
	}
	e.head.Store(&head)
	r := &recovery{engine: e, head: head}
	if err := r.run(); err != nil {
		return nil, err
	}
	return &sequencer{
		engine: e, machine: r.machine,
		next: head.Sequence + 1, stamp: r.stamp, leaf: r.mark.Leaf, identity: r.mark.Identity, previous: head.Hash,
		undrained: r.undrained,
	}, nil
}

func (e *Engine) openFiles() (err error) {
	if dir := e.options.Dir; dir != "" {
		if err := os.MkdirAll(dir, directoryMode); err != nil {
			return fmt.Errorf("engine: data directory: %w", err)
		}
		if e.lock, err = takeLock(e.path(lockName)); err != nil {
			return err
		}
	}
	switch {
	case e.options.Journal != nil:
		e.journal = e.options.Journal
	case e.options.Dir == "":
		e.journal = mem.New(uint32(e.options.Shard))
	default:
		e.journal, err = openJournal(e.path(journalFile), e.options.Shard)
	}
	if err != nil {
		return err
	}
	if e.guard, err = newDiskGuard(e.options.Dir, e.options.DiskFree); err != nil {
		return err
	}
	vaultPath := ""
	if e.options.Dir != "" {
		vaultPath = e.path(vaultFile)
	}
	if e.vault, err = vault.Open(vaultPath, vault.Options{Random: e.options.VaultRandom}); err != nil {
		return err
	}
	if !e.options.TablesOff && e.options.Dir == "" {
		e.temporary, err = os.MkdirTemp("", "millrace-tables-")
	}
	return err
}

// openJournal keeps a typed nil out of the interface.
func openJournal(path string, shard uint16) (journal.Journal, error) {
	j, err := sqlite.Open(path, uint32(shard))
	if err != nil {
		return nil, err
	}
	return j, nil
}

func removeTemporary(dir string) error { return os.RemoveAll(dir) }

func (e *Engine) start(s *sequencer) {
	s.open(new(flight))
	e.free <- new(flight)
	if e.flusher != nil {
		e.flusher.OnHungry(e.queue.signal)
		e.flusher.OnError(e.stop)
	}
	committed := make(chan struct{})
	go func() {
		defer close(committed)
		e.commit()
	}()
	go func() {
		defer close(e.ended)
		s.run()
		<-committed
	}()
}

// recovery brings the machine to the journal's head.
type recovery struct {
	engine    *Engine
	head      journal.Head
	machine   Machine
	mark      table.Mark // of the last entry folded
	stamp     int64
	undrained int
}

func (r *recovery) run() error {
	r.machine = r.engine.options.NewMachine()
	if r.engine.options.TablesOff {
		return r.foldTail("fold", nil)
	}
	path := r.engine.tablesPath(tablesFile)
	store, err := table.Open(path, r.machine.Tables())
	if err != nil && !errors.Is(err, table.ErrUnusable) {
		return err
	}
	if err == nil {
		err = r.load(store)
		if err == nil {
			r.engine.serveTables(store)
			return r.foldTail("fold", r.engine.flusher)
		}
		if closeErr := store.Close(); closeErr != nil {
			return closeErr
		}
	}
	r.engine.options.Logger.Warn("tables are rebuilt from the journal", "cause", err)
	return r.rebuild(path)
}

func (e *Engine) tablesPath(name string) string {
	if e.temporary != "" {
		return e.temporary + "/" + name
	}
	return e.path(name)
}

func (e *Engine) serveTables(store *table.Store) {
	e.tables = store
	e.flusher = table.NewFlusher(store)
}

var errNotConfirmed = errors.New("engine: the journal does not confirm the watermark of the tables")

// load fills the machine from the tables, when the journal confirms their watermark.
func (r *recovery) load(store *table.Store) error {
	mark := store.Mark()
	if mark.Sequence == 0 {
		return nil
	}
	if mark.Sequence > r.head.Sequence {
		return errNotConfirmed
	}
	_, identity, err := r.engine.journal.Entry(1)
	if err != nil {
		return err
	}
	entry, leaf, err := r.engine.journal.Entry(mark.Sequence)
	if err != nil {
		return err
	}
	if leaf != mark.Leaf || identity != mark.Identity {
		return errNotConfirmed
	}
	var loaded uint64
	if err := store.Load(func(number int, key uint64, record []byte) error {
		if loaded++; loaded%progressEvery == 0 {
			r.engine.options.Progress(Progress{Stage: "load", Done: loaded})
		}
		return r.machine.Load(number, key, record)
	}); err != nil {
		return err
	}
	if err := r.machine.Loaded(headerOf(&entry)); err != nil {
		return err
	}
	r.mark, r.stamp = mark, entry.At
	return nil
}

// rebuild folds the whole journal into a new machine and new tables beside the old, and swaps. A crash in the middle
// leaves the old tables, which will be found wanting again.
func (r *recovery) rebuild(path string) error {
	r.machine, r.mark, r.stamp = r.engine.options.NewMachine(), table.Mark{}, 0
	beside := r.engine.tablesPath(rebuiltFile)
	if err := table.Remove(beside); err != nil {
		return err
	}
	store, err := table.Open(beside, r.machine.Tables())
	if err != nil {
		return err
	}
	flusher := table.NewFlusher(store)
	err = r.foldTail("rebuild", flusher)
	if err == nil && r.undrained > 0 {
		err = r.drain(flusher)
	}
	if err = errors.Join(err, flusher.Close(), store.Close()); err != nil {
		return err
	}
	if err := table.Replace(path, beside); err != nil {
		return err
	}
	if store, err = table.Open(path, r.machine.Tables()); err != nil {
		return err
	}
	r.engine.serveTables(store)
	return nil
}

// Rebuild drops the tables of the data directory and builds them anew from the journal.
func Rebuild(options Options) error {
	options.ReadOnly = true
	if err := table.Remove(options.Dir + "/" + tablesFile); err != nil {
		return err
	}
	e, err := Open(options)
	if err != nil {
		return err
	}
	return e.Close(context.Background())
}

const (
	progressEvery  = 1 << 16
	drainEvery     = 1 << 14 // entries between two drains while folding
	decodedEntries = 1 << 10 // entries decoded in one go, ahead of the fold
)

// decoded is an entry that the decoder made ready for the fold.
type decoded struct {
	header book.Header
	events []book.Event
	leaf   [32]byte
}

// foldTail folds the entries after the mark, header and events; it never decides. A goroutine reads and decodes ahead.
func (r *recovery) foldTail(stage string, flusher *table.Flusher) error {
	if r.mark.Sequence == r.head.Sequence {
		return nil
	}
	ahead := make(chan []decoded, 4)
	quit := make(chan struct{})
	failed := make(chan error, 1)
	go func() {
		defer close(ahead)
		failed <- r.decodeAhead(ahead, quit)
	}()
	err := r.foldAll(stage, flusher, ahead)
	close(quit)
	if decodeErr := <-failed; err == nil {
		err = decodeErr
	}
	if err == nil && r.mark.Sequence != r.head.Sequence {
		err = fmt.Errorf("engine: the journal ends at %d, but was read to %d", r.head.Sequence, r.mark.Sequence)
	}
	return err
}

func (r *recovery) decodeAhead(ahead chan<- []decoded, quit <-chan struct{}) error {
	codec := &r.engine.options.Codec
	from := r.mark.Sequence + 1
	var chunk []decoded
	send := func() error {
		select {
		case ahead <- chunk:
			chunk = nil
			return nil
		case <-quit:
			return journal.ErrStop
		}
	}
	err := r.engine.journal.Read(from, func(b journal.Batch) error {
		for stored := range b.Entries() {
			if stored.Sequence < from {
				continue
			}
			entry, err := journal.DecodeEntry(stored.Bytes)
			if err != nil {
				return fmt.Errorf("engine: entry %d: %w", stored.Sequence, err)
			}
			events, err := codec.decodeEvents(make([]book.Event, 0, len(entry.Events)), &entry)
			if err != nil {
				return err
			}
			chunk = append(chunk, decoded{header: headerOf(&entry), events: events, leaf: stored.Leaf})
			if len(chunk) == decodedEntries {
				if err := send(); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err == nil && len(chunk) > 0 {
		err = send()
	}
	if errors.Is(err, journal.ErrStop) {
		return nil
	}
	return err
}

func (r *recovery) foldAll(stage string, flusher *table.Flusher, ahead <-chan []decoded) (err error) {
	defer func() {
		if broken := recover(); broken != nil {
			err = fmt.Errorf("engine: broken invariant while folding entry %d: %v", r.mark.Sequence+1, broken)
		}
	}()
	for chunk := range ahead {
		for i := range chunk {
			entry := &chunk[i]
			fold(r.machine, &entry.header, entry.events)
			if entry.header.Sequence == 1 {
				r.mark.Identity = entry.leaf
			}
			r.mark.Sequence, r.mark.Leaf, r.stamp = entry.header.Sequence, entry.leaf, entry.header.At
		}
		if flusher != nil {
			if r.undrained += len(chunk); r.undrained >= drainEvery && (flusher.Hungry() || r.undrained >= undrainedMax) {
				if err := r.drain(flusher); err != nil {
					return err
				}
			}
		}
		if before := r.mark.Sequence - uint64(len(chunk)); before/progressEvery != r.mark.Sequence/progressEvery {
			r.engine.options.Progress(Progress{Stage: stage, Done: r.mark.Sequence, Total: r.head.Sequence})
		}
	}
	return nil
}

func (r *recovery) drain(flusher *table.Flusher) error {
	rows := flusher.Rows()
	r.machine.Drain(func(row book.Row) { rows = append(rows, row) })
	r.undrained = 0
	return flusher.Add(r.mark, rows)
}

// readMark finds out whether the node was restored from a backup. Such a node is read-only.
func (e *Engine) readMark() error {
	if e.options.Dir == "" {
		return nil
	}
	restored, found, err := readManifest(e.path(restoredFile))
	if err != nil {
		return fmt.Errorf("engine: %w", err)
	}
	if found {
		e.restored = &restored
		e.readOnly.Store(true)
		e.options.Logger.Warn("this node was restored from a backup", "head", restored.Sequence)
	}
	return nil
}

// continueRestored lets a restored node write again when Options.Continue says how.
func (e *Engine) continueRestored() error {
	if e.restored == nil || e.options.Continue == nil || e.options.ReadOnly {
		return nil
	}
	command := e.options.Continue(e.restored.head())
	w := newWork()
	p := prepareOwn(&e.options.Codec, nil, command)
	w.requests, w.results, w.repeats = append(w.requests, p), append(w.results, Result{}), append(w.repeats, 0)
	if err := e.await(context.Background(), w); err != nil {
		return err
	}
	rejection := w.results[0].Rejection
	w.recycle()
	if rejection != nil {
		return fmt.Errorf("engine: continue after restore: %w", rejection)
	}
	// The mark goes only now: a crash before leaves a node that has to be asked to continue again.
	if err := removeDurably(e.path(restoredFile)); err != nil {
		return err
	}
	e.readOnly.Store(false)
	e.queue.signal()
	return nil
}

// prepareOwn prepares a command of the node itself.
func prepareOwn(codec *Codec, buffer []byte, command book.Command) prepared {
	body := codec.AppendCommand(buffer, command)
	return prepared{command: command, body: body, hash: sha256.Sum256(body)}
}

func (s *sequencer) prepareOwn(command book.Command) prepared {
	p := prepareOwn(&s.engine.options.Codec, s.body[:0], command)
	s.body = p.body
	return p
}
