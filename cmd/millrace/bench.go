package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"text/tabwriter"
	"time"

	"millrace/book"
	"millrace/domain/certificate"
	"millrace/edge/ubl"
	"millrace/engine"
	"millrace/lab/load"
)

// benchCommand measures speed and memory on this machine.
type benchCommand struct {
	Dir         string        `help:"Directory in which the benchmark makes and removes its data." type:"path" default:"."`
	Seconds     time.Duration `help:"Length of each rate's run." default:"30s"`
	Accounts    uint64        `help:"Accounts of the ledger." default:"1000000"`
	Receivables uint64        `help:"Live receivables for memory and start." default:"1000000"`
	Callers     int           `help:"Callers of the runs of lives." default:"2048"`
	JSON        bool          `help:"Print the figures as one object."`
	Output      string        `help:"Also write the figures as JSON to this file." type:"path"`
	Run_        string        `name:"run" hidden:"" help:"Run one load in this process until killed."`
	Only        string        `help:"Only these parts, by comma: transfers, lives, certificates, commits, portfolio, days, ubl, quotes, control, auction, console."`
	Book        string        `help:"Of the console: keep the book in this directory, or ask over the one that is kept there." type:"path"`
	Desk        string        `help:"Of the console: pages of these alone, by comma: operator, seller, buyer, funder, custodian, auditor, compliance."`
	Profile     string        `help:"Of the console: write a CPU profile to this file, in which samples have the label page." type:"path"`
	Financings  uint64        `help:"Open financings for the close of a day." default:"1000000"`
}

// figures are what the benchmark ends with.
type figures struct {
	Machine                string  `json:"machine"`
	Date                   string  `json:"date"`
	TransfersPerS          float64 `json:"transfers_per_s"`
	TransfersHotPerS       float64 `json:"transfers_hot_per_s"`
	CommandsPerS           float64 `json:"commands_per_s"`
	LivesPerS              float64 `json:"lives_per_s"`
	LivesWithTablesPerS    float64 `json:"lives_with_tables_per_s"`
	EventsPerLife          float64 `json:"events_per_life"`
	CertificatesPerS       float64 `json:"certificate_transfers_per_s"`          // signed singly
	CertificateListsPerS   float64 `json:"certificate_transfers_in_lists_per_s"` // signed in lists
	CertificatesTablesPerS float64 `json:"certificate_transfers_with_tables_per_s"`
	CommitP50Us            int64   `json:"commit_p50_us"` // one caller
	CommitP99Us            int64   `json:"commit_p99_us"`
	Commit16P50Us          int64   `json:"commit_16_p50_us"`
	Commit16P99Us          int64   `json:"commit_16_p99_us"`
	Commit256P50Us         int64   `json:"commit_256_p50_us"`
	Commit256P99Us         int64   `json:"commit_256_p99_us"`
	RecoveryEntriesPerS    float64 `json:"recovery_entries_per_s"`
	StartSeconds           float64 `json:"start_from_tables_s"`
	StartReceivables       uint64  `json:"start_receivables"`
	BytesPerReceivable     float64 `json:"bytes_per_receivable"` // resident, caches of the tables included
	HeapBytesPerReceivable float64 `json:"heap_bytes_per_receivable"`
	CloseFinancings        uint64  `json:"close_of_day_financings"`
	CloseSeconds           float64 `json:"close_of_day_s"`                // the slowest of three: all slices
	CloseSliceMs           float64 `json:"close_of_day_longest_slice_ms"` //
	CloseHeapMegabytes     float64 `json:"close_of_day_heap_megabytes"`   // the most that one left on the heap
	UBLDocumentsPerS       float64 `json:"ubl_documents_per_s"`
	UBLMegabytesPerS       float64 `json:"ubl_megabytes_per_s"`
	QuoteP50Us             int64   `json:"quote_p50_us"` // a whole price, annual cost included
	QuoteP99Us             int64   `json:"quote_p99_us"`
	CheapestP50Us          int64   `json:"cheapest_of_10000_p50_us"`
	CheapestP99Us          int64   `json:"cheapest_of_10000_p99_us"`
	ControlReceivables     uint64  `json:"control_receivables"`
	ControlP50Us           int64   `json:"control_p50_us"` // of a use of credit: evidence, duplicates, facts, network, rules, score, limits, price
	ControlP99Us           int64   `json:"control_p99_us"`
	ControlTenthP50Us      int64   `json:"control_tenth_p50_us"` // with a tenth of the receivables
	ControlTenthP99Us      int64   `json:"control_tenth_p99_us"`
	KilledAndFoundStored   bool    `json:"killed_and_found_stored"`
	AuctionUs              int64   `json:"auction_us"`        // 1,000 bids, opened to awarded
	AuctionVerifyUs        int64   `json:"auction_verify_us"` // the same worked out again by who sees all

	PageP50Us     int64      `json:"page_p50_us"` // of the console, all kinds of pages alike
	PageP95Us     int64      `json:"page_p95_us"`
	PageP99Us     int64      `json:"page_p99_us"`
	PageMostUs    int64      `json:"page_most_us"`
	PageBytesMost int        `json:"page_gzip_bytes_most"`
	Asked         int        `json:"pages_asked"`
	Pages         []pageSpan `json:"pages,omitempty"`
}

// Run measures one part after another.
func (c *benchCommand) Run(ctx context.Context) error {
	if c.Run_ != "" {
		return c.child(ctx)
	}
	f := figures{Machine: machine(), Date: time.Now().UTC().Format(time.DateOnly)}
	parts := []struct {
		name    string
		measure func(context.Context, *figures) error
	}{
		{"transfers", c.transfers}, {"lives", c.lives}, {"certificates", c.certificates}, {"commits", c.commits}, {"portfolio", c.portfolio}, {"days", c.days}, {"ubl", c.ubl}, {"quotes", c.quotes}, {"control", c.control},
		{"auction", c.auction}, {"console", c.console},
	}
	for _, part := range parts {
		if !c.asked(part.name) {
			continue
		}
		fmt.Fprintf(os.Stderr, "%s ...\n", part.name)
		if err := part.measure(ctx, &f); err != nil {
			return found{fmt.Errorf("%s: %w", part.name, err)}
		}
	}
	f.KilledAndFoundStored = c.asked("transfers") || c.asked("lives") || c.asked("certificates") // or one of them had failed
	if c.Output != "" {
		encoded, err := json.MarshalIndent(f, "", "  ")
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(c.Output), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(c.Output, append(encoded, '\n'), 0o644); err != nil {
			return err
		}
	}
	if c.JSON {
		return newLines(os.Stdout).write(f)
	}
	return f.table(os.Stdout, c.asked)
}

// asked tells whether a part is to be measured.
func (c *benchCommand) asked(part string) bool {
	return c.Only == "" || strings.Contains(","+c.Only+",", ","+part+",")
}

func machine() string {
	model := ""
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(info)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = ", " + strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%s/%s, %d cores%s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), model)
}

// table prints the figures of the parts that ran.
func (f *figures) table(w io.Writer, ran func(part string) bool) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(part, name, format string, values ...any) {
		if ran(part) {
			fmt.Fprintf(t, "%s\t%s\n", name, fmt.Sprintf(format, values...))
		}
	}
	row("transfers", "ledger transfers, random accounts", "%.0f/s", f.TransfersPerS)
	row("transfers", "ledger transfers, one hot account", "%.0f/s", f.TransfersHotPerS)
	row("lives", "whole lives, tables off", "%.0f/s", f.LivesPerS)
	row("lives", "whole lives, tables on", "%.0f/s", f.LivesWithTablesPerS)
	row("lives", "commands, tables off", "%.0f/s", f.CommandsPerS)
	row("lives", "events of a life", "%.1f", f.EventsPerLife)
	row("certificates", "certificate transfers, signed singly", "%.0f/s", f.CertificatesPerS)
	row("certificates", "certificate transfers, signed singly, tables on", "%.0f/s", f.CertificatesTablesPerS)
	row("certificates", "certificate transfers, signed in lists of 999", "%.0f/s", f.CertificateListsPerS)
	row("commits", "commit, 1 caller", "p50 %d us, p99 %d us", f.CommitP50Us, f.CommitP99Us)
	row("commits", "commit, 16 callers", "p50 %d us, p99 %d us", f.Commit16P50Us, f.Commit16P99Us)
	row("commits", "commit, 256 callers", "p50 %d us, p99 %d us", f.Commit256P50Us, f.Commit256P99Us)
	row("portfolio", "recovery from the journal", "%.0f entries/s", f.RecoveryEntriesPerS)
	row("portfolio", "start from tables", "%.1f s with %d live receivables", f.StartSeconds, f.StartReceivables)
	row("portfolio", "memory of a live receivable", "%.0f bytes resident, %.0f on the heap", f.BytesPerReceivable, f.HeapBytesPerReceivable)
	row("days", "close of day", "%.2f s over %d open financings, longest slice %.1f ms, %.0f MB more on the heap", f.CloseSeconds, f.CloseFinancings, f.CloseSliceMs, f.CloseHeapMegabytes)
	row("ubl", "UBL", "%.0f documents/s, %.0f MB/s", f.UBLDocumentsPerS, f.UBLMegabytesPerS)
	row("quotes", "a whole price", "p50 %d us, p99 %d us", f.QuoteP50Us, f.QuoteP99Us)
	row("quotes", "the cheapest set of 10,000", "p50 %d us, p99 %d us", f.CheapestP50Us, f.CheapestP99Us)
	row("control", "full control of a use of credit", "p50 %d us, p99 %d us with %d live receivables; p50 %d us, p99 %d us with a tenth", f.ControlP50Us, f.ControlP99Us, f.ControlReceivables, f.ControlTenthP50Us, f.ControlTenthP99Us)
	row("auction", "auction of 1,000 bids", "%d us, verified in %d us", f.AuctionUs, f.AuctionVerifyUs)
	row("console", "pages of the console", "p50 %d us, p95 %d us, p99 %d us, at most %d us of %d; %d bytes at most", f.PageP50Us, f.PageP95Us, f.PageP99Us, f.PageMostUs, f.Asked, f.PageBytesMost)
	if f.KilledAndFoundStored {
		fmt.Fprintln(t, "killed, restarted, checked\ttrue")
	}
	return t.Flush()
}

// loadReport is what a loading process says of itself, line by line; the last one has the rate.
type loadReport struct {
	Answered uint64     `json:"answered"` // transfers or commands
	Sequence uint64     `json:"sequence"` // all up to here are answered
	Rate     *load.Rate `json:"rate,omitempty"`
}

// child loads a data directory until it is killed: first for the measured time, then on, so that the kill falls into work.
func (c *benchCommand) child(ctx context.Context) error {
	o := load.Options(c.Dir)
	o.TablesOff = c.Run_ == "lives" || c.Run_ == "certificates" || c.Run_ == "certificate-lists"
	e, err := engine.Open(o)
	if err != nil {
		return err
	}
	var tally tally
	run, err := c.work(ctx, e, &tally)
	if err != nil {
		return err
	}
	out := newLines(os.Stdout)
	rate, err := run(c.Seconds, 0)
	if err != nil {
		return err
	}
	if err := out.write(tally.report(rate)); err != nil {
		return err
	}
	go func() {
		for range time.Tick(20 * time.Millisecond) {
			if out.write(tally.report(nil)) != nil {
				return
			}
		}
	}()
	_, err = run(time.Hour, 1<<32)
	return err
}

// work prepares what a loading process does, for a time and from a number on.
func (c *benchCommand) work(ctx context.Context, e *engine.Engine, tally *tally) (func(span time.Duration, from uint64) (*load.Rate, error), error) {
	submit := load.SubmitTo(ctx, e)
	if strings.HasPrefix(c.Run_, "certificate") {
		p, err := load.NewPassing(submit, 1000)
		callers, many := c.Callers, 1
		if c.Run_ == "certificate-lists" {
			callers, many = 8, certificate.HoldingsMax-1
		}
		return func(span time.Duration, _ uint64) (*load.Rate, error) {
			return p.Transfers(ctx, e, callers, many, span, tally.add)
		}, err
	}
	w, err := load.NewWorld(submit, 1000)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(c.Run_, "transfers") {
		return func(span time.Duration, from uint64) (*load.Rate, error) {
			return w.Lives(ctx, e, c.Callers, from, load.Steps, span, tally.add)
		}, nil
	}
	hot := load.Random
	if c.Run_ == "transfers-hot" {
		hot = load.Hot
	}
	l, err := load.NewLedger(submit, w, c.Accounts)
	return func(span time.Duration, _ uint64) (*load.Rate, error) {
		return l.Transfers(ctx, e, 8, book.TransfersMax, hot, span, tally.add)
	}, err
}

// loaded runs a child on a data directory, kills it in the middle of its work, and gives its rate and its last report.
func (c *benchCommand) loaded(ctx context.Context, dir, what string) (*load.Rate, loadReport, error) {
	var last loadReport
	self, err := os.Executable()
	if err != nil {
		return nil, last, err
	}
	child := exec.CommandContext(ctx, self, "bench", "--run", what, "--dir", dir, "--seconds", c.Seconds.String(),
		"--accounts", fmt.Sprint(c.Accounts), "--callers", fmt.Sprint(c.Callers))
	child.Stderr = os.Stderr
	pipe, err := child.StdoutPipe()
	if err != nil {
		return nil, last, err
	}
	if err := child.Start(); err != nil {
		return nil, last, err
	}
	var rate *load.Rate
	reports := bufio.NewScanner(pipe)
	const more = 25
	for after := 0; after < more && reports.Scan(); {
		last = loadReport{}
		if err := json.Unmarshal(reports.Bytes(), &last); err != nil {
			return nil, last, errors.Join(err, child.Process.Kill(), child.Wait())
		}
		if last.Rate != nil {
			rate = last.Rate
		}
		if rate != nil {
			after++
		}
	}
	err = child.Process.Kill()
	for reports.Scan() { // what it said before it died
		var said loadReport
		if json.Unmarshal(reports.Bytes(), &said) == nil {
			last = said
		}
	}
	_ = child.Wait() // killed
	if rate == nil {
		err = errors.Join(err, errors.New("the loading process ended early"))
	}
	return rate, last, err
}

// survived opens a killed data directory and makes sure that what was answered is stored and the book is sound.
func (c *benchCommand) survived(ctx context.Context, dir string, last loadReport, count func(engine.Entry) uint64) error {
	e, err := engine.Open(load.Options(dir)) // brings tables and journal together, as any start does
	if err != nil {
		return err
	}
	if err := e.Close(ctx); err != nil {
		return err
	}
	j, err := openJournal(dir)
	if err != nil {
		return err
	}
	defer j.Close()
	b := book.New(shard)
	stored := uint64(0)
	err = fold(ctx, j, b, func(entry engine.Entry) error { stored += count(entry); return nil })
	if err != nil {
		return err
	}
	if b.Sequence() < last.Sequence || stored < last.Answered {
		return fmt.Errorf("answered up to %d (%d units), stored up to %d (%d units)", last.Sequence, last.Answered, b.Sequence(), stored)
	}
	if breaches := book.Check(b); len(breaches) > 0 {
		return fmt.Errorf("%d breaches, the first: %s", len(breaches), breaches[0].Sentence)
	}
	return nil
}

// inTemporary runs a measurement in a directory that is removed afterwards.
func (c *benchCommand) inTemporary(measure func(dir string) error) error {
	dir, err := os.MkdirTemp(c.Dir, "millrace-bench-")
	if err != nil {
		return err
	}
	return errors.Join(measure(dir), os.RemoveAll(dir))
}

func (c *benchCommand) transfers(ctx context.Context, f *figures) error {
	for _, part := range []struct {
		what  string
		per_s *float64
	}{{"transfers", &f.TransfersPerS}, {"transfers-hot", &f.TransfersHotPerS}} {
		err := c.inTemporary(func(dir string) error {
			rate, last, err := c.loaded(ctx, dir, part.what)
			if err != nil {
				return err
			}
			*part.per_s = rate.PerSecond(rate.Units)
			return c.survived(ctx, dir, last, func(entry engine.Entry) uint64 {
				if posted, ok := entry.Command.(*book.PostTransfers); ok {
					return uint64(len(posted.Transfers))
				}
				return 0
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *benchCommand) lives(ctx context.Context, f *figures) error {
	for _, what := range []string{"lives", "lives-with-tables"} {
		err := c.inTemporary(func(dir string) error {
			rate, last, err := c.loaded(ctx, dir, what)
			if err != nil {
				return err
			}
			if what == "lives" {
				f.LivesPerS, f.CommandsPerS = rate.PerSecond(rate.Units), rate.PerSecond(rate.Commands)
				f.EventsPerLife = float64(rate.Events) / (float64(rate.Commands) / load.Steps)
			} else {
				f.LivesWithTablesPerS = rate.PerSecond(rate.Units)
			}
			return c.survived(ctx, dir, last, func(engine.Entry) uint64 { return 1 })
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *benchCommand) certificates(ctx context.Context, f *figures) error {
	for _, part := range []struct {
		what  string
		per_s *float64
	}{{"certificates", &f.CertificatesPerS}, {"certificates-with-tables", &f.CertificatesTablesPerS}, {"certificate-lists", &f.CertificateListsPerS}} {
		err := c.inTemporary(func(dir string) error {
			rate, last, err := c.loaded(ctx, dir, part.what)
			if err != nil {
				return err
			}
			*part.per_s = rate.PerSecond(rate.Units)
			return c.survived(ctx, dir, last, func(entry engine.Entry) uint64 {
				if moved, ok := entry.Command.(*book.MoveHoldings); ok {
					return uint64(len(moved.Moves))
				}
				return 0
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *benchCommand) commits(ctx context.Context, f *figures) error {
	return c.inTemporary(func(dir string) error {
		e, err := engine.Open(load.Options(dir))
		if err != nil {
			return err
		}
		defer e.Close(ctx)
		w, err := load.NewWorld(load.SubmitTo(ctx, e), 1)
		if err != nil {
			return err
		}
		l, err := load.NewLedger(load.SubmitTo(ctx, e), w, 10_000)
		if err != nil {
			return err
		}
		for _, part := range []struct {
			callers  int
			p50, p99 *int64
		}{{1, &f.CommitP50Us, &f.CommitP99Us}, {16, &f.Commit16P50Us, &f.Commit16P99Us}, {256, &f.Commit256P50Us, &f.Commit256P99Us}} {
			rate, err := l.Commits(ctx, e, part.callers, c.Seconds/3)
			if err != nil {
				return err
			}
			*part.p50, *part.p99 = rate.Latency(0.5), rate.Latency(0.99)
		}
		return nil
	})
}

// portfolio opens live receivables, measures what they take in memory, and how fast a node comes back with them.
func (c *benchCommand) portfolio(ctx context.Context, f *figures) error {
	return c.inTemporary(func(dir string) error {
		e, err := engine.Open(load.Options(dir))
		if err != nil {
			return err
		}
		w, err := load.NewWorld(load.SubmitTo(ctx, e), 1000)
		if err != nil {
			return errors.Join(err, e.Close(ctx))
		}
		shown := newProgress("live receivables")
		err = w.Portfolio(ctx, e, c.Receivables, func(done uint64) { shown.at(done, c.Receivables) })
		shown.end()
		if err := errors.Join(err, e.Close(ctx)); err != nil {
			return err
		}
		f.StartReceivables = c.Receivables
		heapBefore, residentBefore := memory()
		began := time.Now()
		if e, err = engine.Open(load.Options(dir)); err != nil {
			return err
		}
		f.StartSeconds = time.Since(began).Seconds()
		heap, resident := memory()
		f.HeapBytesPerReceivable = float64(heap-heapBefore) / float64(c.Receivables)
		f.BytesPerReceivable = float64(resident-residentBefore) / float64(c.Receivables)
		if err := e.Close(ctx); err != nil {
			return err
		}
		return c.recovery(ctx, f, dir)
	})
}

// recovery folds the journal alone.
func (c *benchCommand) recovery(ctx context.Context, f *figures, dir string) error {
	o := load.Options(dir)
	o.TablesOff = true
	began := time.Now()
	e, err := engine.Open(o)
	if err != nil {
		return err
	}
	f.RecoveryEntriesPerS = float64(e.Head().Sequence) / time.Since(began).Seconds()
	return e.Close(ctx)
}

// memory is what is live on the heap after a collection, and what of the process is resident, in bytes.
func memory() (heap, resident uint64) {
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return m.HeapAlloc, m.Sys - m.HeapReleased // no Linux: what the runtime holds
	}
	for line := range strings.Lines(string(status)) {
		var kilobytes uint64
		if n, _ := fmt.Sscanf(line, "VmRSS: %d kB", &kilobytes); n == 1 {
			resident = kilobytes << 10
		}
	}
	return m.HeapAlloc, resident
}

func (c *benchCommand) ubl(_ context.Context, f *figures) error {
	documents, err := exampleDocuments()
	if err != nil {
		return err
	}
	count, bytes := 0, 0
	began := time.Now()
	for time.Since(began) < c.Seconds/6 {
		for _, d := range documents {
			if _, err := ubl.Read(d.name, d.bytes, ubl.Limits{}); err != nil {
				return err
			}
			count++
			bytes += len(d.bytes)
		}
	}
	seconds := time.Since(began).Seconds()
	f.UBLDocumentsPerS, f.UBLMegabytesPerS = float64(count)/seconds, float64(bytes)/1e6/seconds
	return nil
}
