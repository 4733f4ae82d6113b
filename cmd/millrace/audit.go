package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"millrace/book"
	"millrace/domain/risk"
	"millrace/engine"
	"millrace/engine/delivery"
	"millrace/engine/journal"
	"millrace/engine/table"
)

// checkCommand audits a data directory.
type checkCommand struct {
	dataFlag
	JSON bool `help:"Print one object a finding and a summary."`
}

type checkSummary struct {
	Entries   uint64 `json:"entries"`
	Breaches  int    `json:"breaches"`
	Tables    string `json:"tables"` // "agree", "behind" (written so far agrees), "absent"
	Watermark uint64 `json:"watermark"`
	Check     string `json:"check"` // "ok" or "breached"
}

// Run verifies the journal's hashes and chain, folds it from the beginning, verifies every signature in it, audits the
// book, and compares it with the tables at their watermark.
func (c *checkCommand) Run(ctx context.Context) error {
	j, err := openJournal(c.Data)
	if err != nil {
		return err
	}
	defer j.Close()
	out := newLines(os.Stdout)
	summary, breaches, err := audit(ctx, j, c.Data)
	if err != nil {
		return found{err}
	}
	for _, b := range breaches {
		if c.JSON {
			err = out.write(b)
		} else {
			_, err = fmt.Printf("%s %s: %s\n", b.Code, b.Record, b.Sentence)
		}
		if err != nil {
			return err
		}
	}
	if c.JSON {
		err = out.write(summary)
	} else {
		_, err = fmt.Printf("%d entries, %d breaches, tables %s at %d: %s\n", summary.Entries, summary.Breaches, summary.Tables, summary.Watermark, summary.Check)
	}
	if err != nil {
		return err
	}
	if summary.Check != "ok" {
		return found{fmt.Errorf("%d breaches", summary.Breaches)}
	}
	return nil
}

// audit reads the whole journal into a fresh book and checks it.
func audit(ctx context.Context, j journal.Journal, dir string) (checkSummary, []book.Breach, error) {
	return auditAlong(ctx, j, dir, func(*book.Book, *journal.Entry, engine.Entry) error { return nil })
}

// auditAlong is audit, and shows somebody else the book before each entry.
func auditAlong(ctx context.Context, j journal.Journal, dir string, before func(*book.Book, *journal.Entry, engine.Entry) error) (checkSummary, []book.Breach, error) {
	summary := checkSummary{Tables: "absent"}
	head, err := j.Head()
	if err != nil {
		return summary, nil, err
	}
	mirrored, mark, err := loadTables(j, dir)
	if err != nil {
		return summary, nil, err
	}
	var breaches []book.Breach
	b := book.New(shard)
	shown := newProgress("checking")
	signatures, closed, counted, facts, scored := newVerifier(), newClosings(), newRecount(), book.NewFeatureRecount(), newModelRecount()
	err = walk(ctx, j, b, func(raw *journal.Entry, entry engine.Entry) error { return before(b, raw, entry) }, func(entry engine.Entry) error {
		signatures.verify(entry)
		closed.add(entry)
		counted.add(entry)
		for _, event := range entry.Events {
			facts.Add(event)
		}
		scored.add(entry)
		shown.at(entry.Header.Sequence, head.Sequence)
		if mirrored != nil && entry.Header.Sequence == mark {
			summary.Tables = "agree"
			if mirrored.Digest() != b.Digest() {
				summary.Tables = "differ"
				breaches = append(breaches, book.Breach{Code: "tables_differ", Record: fmt.Sprint(mark), Sentence: "the tables don't mirror the book at their watermark"})
			}
		}
		return nil
	})
	shown.end()
	breaches = append(append(append(breaches, signatures.end()...), closed.wrong...), counted.wrong...)
	if err != nil {
		return summary, nil, err
	}
	breaches = append(append(append(breaches, facts.Breaches(b)...), scored.end(b)...), book.Check(b)...)
	summary.Entries, summary.Breaches, summary.Watermark, summary.Check = b.Sequence(), len(breaches), mark, "ok"
	if len(breaches) > 0 {
		summary.Check = "breached"
	}
	return summary, breaches, nil
}

// loadTables brings a book back from the tables alone, with the sequence at which they stand; nil where there are none,
// or none of this layout: they are built anew at the next start.
func loadTables(j journal.Journal, dir string) (*book.Book, uint64, error) {
	path := filepath.Join(dir, "tables.db")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, 0, nil
	}
	// A server may be writing meanwhile: what was loaded counts only if the watermark stood still.
	const tries = 5
	for range tries {
		b, before, err := loadOnce(j, path)
		if errors.Is(err, table.ErrUnusable) {
			return nil, 0, nil
		}
		if err != nil {
			return nil, 0, err
		}
		after, err := markOf(path)
		if err != nil {
			return nil, 0, err
		}
		if before == after {
			return b, before, nil
		}
	}
	return nil, 0, nil
}

func markOf(path string) (uint64, error) {
	store, err := table.Open(path, book.New(shard).Tables())
	if err != nil {
		return 0, err
	}
	return store.Mark().Sequence, store.Close()
}

func loadOnce(j journal.Journal, path string) (*book.Book, uint64, error) {
	store, err := table.Open(path, book.New(shard).Tables())
	if err != nil {
		return nil, 0, err
	}
	defer store.Close()
	sequence := store.Mark().Sequence
	if sequence == 0 {
		return nil, 0, nil
	}
	if wrong, err := store.WrongSums(context.Background()); err != nil {
		return nil, 0, err
	} else if len(wrong) > 0 {
		return nil, 0, fmt.Errorf("the tables' %s are not the sums of their rows: stop the node, and build the tables anew with “millrace rebuild”", strings.Join(wrong, ", "))
	}
	b := book.New(shard)
	if err := store.Load(b.Load); err != nil {
		return nil, 0, err
	}
	raw, leaf, err := j.Entry(sequence)
	if err != nil {
		return nil, 0, err
	}
	entry, err := codec.DecodeEntry(raw, leaf)
	if err != nil {
		return nil, 0, err
	}
	return b, sequence, b.Loaded(entry.Header)
}

// fold reads the journal from the beginning into a book; after each entry it calls then.
func fold(ctx context.Context, j journal.Journal, b *book.Book, then func(engine.Entry) error) error {
	return walk(ctx, j, b, func(*journal.Entry, engine.Entry) error { return nil }, then)
}

// walk folds the journal from the beginning into a book, and calls before and after each entry.
func walk(ctx context.Context, j journal.Journal, b *book.Book, before func(*journal.Entry, engine.Entry) error, after func(engine.Entry) error) error {
	return j.Read(1, func(batch journal.Batch) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		for stored := range batch.Entries() {
			raw, err := journal.DecodeEntry(stored.Bytes)
			if err != nil {
				return fmt.Errorf("entry %d: %w", stored.Sequence, err)
			}
			entry, err := codec.DecodeEntry(raw, stored.Leaf)
			if err != nil {
				return err
			}
			if err := before(&raw, entry); err != nil {
				return err
			}
			b.Begin(&entry.Header)
			for _, event := range entry.Events {
				b.Apply(event)
			}
			b.Drain(func(book.Row) {})
			if err := after(entry); err != nil {
				return err
			}
		}
		return nil
	})
}

// replayCommand decides every command again, or every decision of risk control under another policy.
type replayCommand struct {
	dataFlag
	Policy string `help:"A risk policy (YAML or JSON) under which every decision of risk control is taken again." type:"path" placeholder:"FILE"`
	JSON   bool   `help:"Print one object a difference and a summary."`
}

type difference struct {
	Sequence uint64 `json:"sequence"`
	Command  string `json:"command"`
	Stored   int    `json:"stored_events"`
	Decided  int    `json:"decided_events"`
	Reason   string `json:"reason"`

	unheld bool // it could not be decided again: no difference was found
}

// Run decides each stored command against the book as it stood before it, and compares the events byte for byte.
func (c *replayCommand) Run(ctx context.Context) error {
	if c.Policy != "" {
		return c.underPolicy(ctx)
	}
	j, err := openJournal(c.Data)
	if err != nil {
		return err
	}
	defer j.Close()
	out := newLines(os.Stdout)
	entries, differences, unheld := uint64(0), 0, 0
	report := func(d difference) error {
		if d.unheld {
			unheld++
		} else {
			differences++
		}
		if c.JSON {
			return out.write(d)
		}
		_, err := fmt.Printf("entry %d, %s: %s\n", d.Sequence, d.Command, d.Reason)
		return err
	}
	shown := newProgress("replaying")
	err = replay(ctx, j, report, func(sequence uint64) { entries = sequence; shown.at(sequence, 0) })
	shown.end()
	if err != nil {
		return found{err}
	}
	if c.JSON {
		err = out.write(map[string]any{"entries": entries, "differences": differences, "editions_not_held": unheld})
	} else {
		_, err = fmt.Printf("%d entries decided again, %d differences\n", entries-uint64(unheld), differences)
	}
	switch {
	case err == nil && differences > 0:
		err = found{fmt.Errorf("%d differences", differences)}
	case err == nil && unheld > 0:
		err = found{fmt.Errorf("%d entries were decided under an edition of the rules that this program does not hold; replay them with a newer one", unheld)}
	}
	return err
}

func replay(ctx context.Context, j journal.Journal, report func(difference) error, at func(sequence uint64)) error {
	b := book.New(shard)
	return walk(ctx, j, b, func(raw *journal.Entry, entry engine.Entry) error {
		if d := decideAgain(b, raw, entry); d != nil {
			return report(*d)
		}
		return nil
	}, func(entry engine.Entry) error {
		at(entry.Header.Sequence)
		return nil
	})
}

// decideAgain decides a command under the edition of the rules that its own decision names, else the one before it.
func decideAgain(b *book.Book, raw *journal.Entry, entry engine.Entry) *difference {
	b.Due(entry.Header.At) // asked before every command, as a node does: it drops timers of what has moved on
	d := &difference{Sequence: entry.Header.Sequence, Command: fmt.Sprintf("%T", entry.Command), Stored: len(raw.Events)}
	switch edition := book.EditionOf(entry.Events); {
	case edition > risk.Now:
		d.Reason, d.unheld = fmt.Sprintf("decided under edition %d of the rules of risk control, which this program does not hold: its last is %d", edition, risk.Now), true
		return d
	case edition != 0:
		b.DecideUnder(edition)
	}
	rejection := book.Prepare(entry.Command)
	var events []book.Event
	if rejection == nil {
		events, rejection = b.Decide(&entry.Header, entry.Command)
	}
	if rejection != nil {
		d.Reason = "refused now: " + rejection.Error()
		return d
	}
	d.Decided = len(events)
	if len(events) != len(raw.Events) {
		d.Reason = fmt.Sprintf("%d events are stored, %d decided now", len(raw.Events), len(events))
		return d
	}
	for i, event := range events {
		if event.Kind() != raw.Events[i].Kind || !bytes.Equal(book.AppendEvent(nil, event), raw.Events[i].Bytes) {
			d.Reason = fmt.Sprintf("event %d (%T) differs", i+1, event)
			return d
		}
	}
	return nil
}

// rebuildCommand builds the tables anew.
type rebuildCommand struct{ dataFlag }

// Run drops the tables and folds the journal into new ones.
func (c *rebuildCommand) Run() error {
	if err := exists(c.Data); err != nil {
		return err
	}
	o := options(c.Data)
	shown := newProgress("rebuilding")
	o.Progress = func(p engine.Progress) { shown.at(p.Done, p.Total) }
	err := engine.Rebuild(o)
	shown.end()
	return err
}

// backupCommand copies a data directory.
type backupCommand struct {
	dataFlag
	To string `arg:"" help:"New directory for the copy." type:"path"`
}

// Run copies journal, vault, and how far webhooks have come; the tables are built anew at the first start of the copy.
func (c *backupCommand) Run(ctx context.Context) error {
	if err := exists(c.Data); err != nil {
		return err
	}
	head, err := engine.BackupDirectory(ctx, c.Data, shard, c.To)
	if err == nil {
		err = errors.Join(delivery.Backup(ctx, c.Data, c.To), copyPeople(ctx, c.Data, c.To))
	}
	if err == nil {
		fmt.Printf("%s holds the entries up to %d\n", c.To, head.Sequence)
	}
	return err
}

// restoreCommand puts a backup into a new data directory.
type restoreCommand struct {
	dataFlag
	From string `arg:"" help:"Directory of the backup." type:"existingdir"`
}

// Run copies the backup; the node opens read-only until it is told to continue.
func (c *restoreCommand) Run(ctx context.Context) error {
	head, err := engine.Restore(c.From, c.Data)
	if err != nil {
		return err
	}
	if err := errors.Join(delivery.Restore(c.From, c.Data), copyPeople(ctx, c.From, c.Data)); err != nil {
		return err
	}
	fmt.Printf("%s holds the entries up to %d; it opens read-only\n", c.Data, head.Sequence)
	return nil
}
