package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/edge/document"
	"millrace/edge/intake"
	"millrace/edge/reading"
	"millrace/edge/view"
	"millrace/engine"
)

// ingestCommand reads and matches trade documents.
type ingestCommand struct {
	Paths    []string `arg:"" name:"path" help:"Files, or folders with all that is in them." type:"path"`
	Data     string   `help:"Data directory to keep them in. Without it they are read and matched in memory, and nothing is kept." type:"path" env:"MILLRACE_DATA"`
	BytesMax int      `help:"Largest file that is read, in bytes." default:"10485760"`
	Mapping  string   `help:"Mapping by which tables (.csv, .xlsx) are read: a JSON file." type:"path"`
	JSON     bool     `help:"Print one object a file and a summary."`
}

// fileResult says what became of one file.
type fileResult struct {
	File     string   `json:"file"`
	Status   string   `json:"status"` // accepted, duplicate, unsupported or rejected
	Type     string   `json:"type,omitempty"`
	ID       string   `json:"id,omitempty"`
	Trade    string   `json:"trade,omitempty"`
	Merged   []string `json:"merged,omitempty"` // trades that went into Trade by this document
	Findings []string `json:"findings,omitempty"`
	Error    string   `json:"error,omitempty"`
	Events   int      `json:"events,omitempty"` // of a file about goods

	movements []book.Command // to be recorded, of a file about goods

	Rules []view.RuleBreach `json:"rules,omitempty"` // of EN 16931 that it breaks
}

// ingestSummary is the last object.
type ingestSummary struct {
	Files         int `json:"files"` // each document of a table counts as one
	Accepted      int `json:"accepted"`
	Duplicate     int `json:"duplicate"`
	Unsupported   int `json:"unsupported"`
	Rejected      int `json:"rejected"`
	TradesMatched int `json:"trades_matched"`
}

// Run reads all files, good and bad; one bad file keeps no good one out.
func (c *ingestCommand) Run(ctx context.Context) (err error) {
	files, err := listFiles(c.Paths)
	if err != nil {
		return usage{err}
	}
	files, tables := partTables(files, os.ReadFile)
	mapping, err := c.readMapping()
	if err != nil {
		return usage{err}
	}
	e, err := engine.Open(options(c.Data))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close(context.Background())) }()
	actor, err := founded(ctx, e, founder{}, today())
	if err != nil {
		return err
	}
	out := newLines(os.Stdout)
	r := reader{engine: e, intake: intake.New(e.Vault()), actor: actor, limits: reading.Limits{BytesMax: c.BytesMax}, channel: "folder"}
	shown := newProgress("reading")
	done := 0
	show := func(result fileResult) error {
		done++
		shown.at(uint64(done), uint64(max(done, len(files)+len(tables))))
		if c.JSON {
			return out.write(result)
		}
		return result.print()
	}
	err = r.readAll(ctx, files, os.ReadFile, show)
	if err == nil {
		err = r.readTables(ctx, tables, mapping, os.ReadFile, show)
	}
	shown.end()
	if err != nil {
		return err
	}
	s := r.summary
	if c.JSON {
		err = out.write(s)
	} else {
		_, err = fmt.Printf("%d files: %d accepted, %d duplicate, %d unsupported, %d rejected; %d trades matched\n",
			s.Files, s.Accepted, s.Duplicate, s.Unsupported, s.Rejected, s.TradesMatched)
	}
	if err == nil && s.Rejected+s.Unsupported > 0 {
		err = usage{errors.New("")}
	}
	return err
}

func (r fileResult) print() error {
	text := fmt.Sprintf("%-11s %s", r.Status, r.File)
	if r.ID != "" {
		text += "  " + r.Type + " " + r.ID
	}
	if len(r.Findings) > 0 {
		text += "  [" + strings.Join(r.Findings, ", ") + "]"
	}
	if len(r.Rules) > 0 {
		text += "  breaks " + strings.Join(namesOf(r.Rules), ", ")
	}
	if r.Error != "" {
		text += "\n            " + strings.ReplaceAll(r.Error, "\n", "\n            ")
	}
	_, err := fmt.Println(text)
	return err
}

// namesOf lists the broken rules, each once.
func namesOf(breaches []view.RuleBreach) []string {
	var names []string
	for i := range breaches {
		if !slices.Contains(names, breaches[i].Rule) {
			names = append(names, breaches[i].Rule)
		}
	}
	return names
}

func today() calendar.Date { return calendar.FromUnixMicro(time.Now().UnixMicro()) }

// listFiles gives files and, for folders, all files below them in order of name; hidden ones are left out.
func listFiles(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		err := filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			hidden := strings.HasPrefix(entry.Name(), ".") && name != path
			if entry.IsDir() {
				if hidden {
					return fs.SkipDir
				}
				return nil
			}
			if !hidden {
				files = append(files, name)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}

// reader takes files into the book: read and prepared on all processors, recorded in their order.
type reader struct {
	engine  *engine.Engine
	intake  *intake.Intake
	actor   id.Actor
	limits  reading.Limits
	channel string
	summary ingestSummary
	matched map[id.Trade]bool
}

// together is how many files are prepared and recorded at a time.
const together = 256

func (r *reader) readAll(ctx context.Context, files []string, open func(string) ([]byte, error), yield func(fileResult) error) error {
	r.matched = map[id.Trade]bool{}
	for chunk := range slices.Chunk(files, together) {
		results, err := r.readSome(ctx, chunk, open)
		if err != nil {
			return err
		}
		if err := r.keepMovements(ctx, results); err != nil {
			return err
		}
		for _, result := range results {
			r.summary.count(result.Status)
			if err := yield(result); err != nil {
				return err
			}
		}
	}
	r.summary.TradesMatched = len(r.matched)
	return nil
}

func (s *ingestSummary) count(status string) {
	s.Files++
	switch status {
	case "accepted":
		s.Accepted++
	case "duplicate":
		s.Duplicate++
	case "unsupported":
		s.Unsupported++
	default:
		s.Rejected++
	}
}

// readSome reads and prepares files on all processors, then records those that can be read.
func (r *reader) readSome(ctx context.Context, files []string, open func(string) ([]byte, error)) ([]fileResult, error) {
	results := make([]fileResult, len(files))
	commands := make([]*book.RecordDocument, len(files))
	failures := make([]error, len(files))
	var group sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := range next {
				commands[i], failures[i] = r.prepare(ctx, files[i], open, &results[i])
			}
		})
	}
	for i := range files {
		next <- i
	}
	close(next)
	group.Wait()
	if err := errors.Join(failures...); err != nil {
		return nil, err
	}
	var requests []engine.Request
	var of []int
	for i, c := range commands {
		if c != nil {
			requests = append(requests, engine.Request{Actor: r.actor, Command: c})
			of = append(of, i)
		}
	}
	if len(requests) == 0 {
		return results, nil
	}
	answers, err := r.engine.SubmitAll(ctx, requests)
	if err != nil {
		return nil, err
	}
	for n, answer := range answers {
		if err := r.answer(ctx, &results[of[n]], commands[of[n]], answer); err != nil {
			return nil, err
		}
	}
	return results, nil
}

// prepare reads one file. What is wrong with the file is its result; an error is the node's own.
func (r *reader) prepare(ctx context.Context, file string, open func(string) ([]byte, error), result *fileResult) (*book.RecordDocument, error) {
	result.File, result.Status = file, "rejected"
	bytes, err := open(file)
	if err != nil {
		result.Error = err.Error()
		return nil, nil
	}
	if taken, err := r.movementFile(ctx, file, bytes, result); taken || err != nil {
		return nil, err
	}
	read, err := reading.Read(file, bytes, r.limits)
	var unsupported *document.Unsupported
	switch {
	case errors.As(err, &unsupported):
		result.Status, result.Type, result.Error = "unsupported", unsupported.Type, err.Error()
		return nil, nil
	case err != nil:
		result.Error = err.Error()
		return nil, nil
	}
	result.Type = read.Document.Type.String()
	return r.intake.PrepareReading(ctx, &read, bytes, r.channel)
}

func (r *reader) answer(ctx context.Context, result *fileResult, c *book.RecordDocument, answer engine.Result) error {
	if answer.Rejection != nil {
		result.Error = answer.Rejection.Error()
		return nil
	}
	for _, e := range answer.Answer.Events {
		switch e := e.(type) {
		case *book.DocumentRecorded:
			result.Status, result.ID, result.Trade = "accepted", e.Document.ID.String(), e.Document.Trade.String()
			result.Rules = view.RuleBreaches(e.Document.Rules)
			for _, finding := range e.Document.Findings {
				if !slices.Contains(result.Findings, finding.Code) {
					result.Findings = append(result.Findings, finding.Code)
				}
			}
		case *book.DuplicateFound:
			result.Status, result.Trade = "duplicate", e.Trade.String()
			original, err := r.original(ctx, e, answer.Answer.Sequence)
			if err != nil {
				return err
			}
			result.ID = original.String()
		case *book.TradesMerged:
			for _, from := range e.From {
				result.Merged = append(result.Merged, from.String())
				delete(r.matched, from)
			}
		case *book.TradeMatched:
			if e.Trade.Facts.Matched() {
				r.matched[e.Trade.ID] = true
			}
		}
	}
	return nil
}

// original finds the document that a duplicate repeats.
func (r *reader) original(ctx context.Context, e *book.DuplicateFound, sequence uint64) (id.Document, error) {
	view, err := r.engine.Read(ctx, sequence)
	if err != nil {
		return 0, err
	}
	defer view.Close()
	var number int64
	err = view.Tx.QueryRowContext(ctx, `WITH RECURSIVE same(of) AS (SELECT ? UNION SELECT next_merged FROM trade, same WHERE number = of >> 16 AND next_merged <> 0)
		SELECT number FROM document WHERE trade IN (SELECT of FROM same) AND type = ? AND doc_number = ? ORDER BY number LIMIT 1`,
		int64(e.Trade), e.Type.String(), e.Number).Scan(&number)
	if err != nil {
		return 0, fmt.Errorf("the document that %s %s repeats: %w", e.Type, e.Number, err)
	}
	return id.Make[id.Document](shard, uint64(number)), nil
}
