package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/edge/bank"
	"millrace/edge/bank/drop"
	"millrace/edge/bank/folder"
	"millrace/edge/bank/sandbox"
	"millrace/edge/intake"
	"millrace/edge/reading"
	"millrace/engine"
	"millrace/engine/journal"
	"millrace/lab/economy"
)

// demoCommand carries the example documents from order to cash and back, and lets an economy grow round them and live on.
type demoCommand struct {
	dataFlag
	Listen   string  `help:"Address of the console." default:"127.0.0.1:8080"`
	Parties  int     `help:"Who takes part in the economy, from 10 to 5,000." default:"60"`
	Months   int     `help:"How long it grows before the console opens, up to 120; 0: only the scenes are told." default:"12"`
	Seed     uint64  `help:"Of what is drawn in the economy." default:"1"`
	Speed    float64 `help:"Business days a minute at which the economy goes on in the console, up to 60; 0: it is paused. The console changes it." default:"6"`
	Headless bool    `help:"Exit when the story is told."`
	JSON     bool    `help:"Print one object an act and a summary."`
}

// demoSummary is the last object.
type demoSummary struct {
	Documents         int    `json:"documents"`
	TradesMatched     int    `json:"trades_matched"`
	Receivables       int    `json:"receivables"`
	Referrals         int    `json:"referrals"`
	FinancingsClosed  int    `json:"financings_closed"`
	DuplicatesRefused int    `json:"duplicates_refused"`
	Late              int    `json:"late"`
	Payments          int    `json:"payments"`
	PaidOut           string `json:"paid_out"`
	Collected         string `json:"collected"`
	Entries           uint64 `json:"entries"`
	Check             string `json:"check"`
	Seconds           string `json:"seconds"`
	Auctions          int    `json:"auctions"`
	Converted         int    `json:"converted"` // order and transit loans that a later stage has repaid
	Placements        int    `json:"placements"`
	PaidEarly         int    `json:"paid_early"`
	Data              string `json:"data"`
	MatchedByNode     int    `json:"receipts_matched_by_node"`
	MatchedByPerson   int    `json:"receipts_matched_by_person"`
	Accounts          int    `json:"supervised_accounts"`
	Proofs            int    `json:"proofs"`      // of funds: one a programme and evening
	ProofsOpen        int    `json:"proofs_open"` // programmes of which one does not come out

	SetOff demoSetOff `json:"set_off"`
	Grown  *demoGrown `json:"economy,omitempty"`
}

// Run tells the story on a fresh data directory, audits what it left, and serves the console, in which the economy lives on.
func (c *demoCommand) Run(ctx context.Context) (err error) {
	grown, err := c.economy()
	if err != nil {
		return err
	}
	if err := freshDemo(c.Data); err != nil {
		return err
	}
	began := time.Now()
	s, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.engine.Close(context.Background())) }()
	s.engine.RestTables(demoTablesRest)
	if err := s.run(grown); err != nil {
		return found{err}
	}
	s.engine.RestTables(0)
	summary := s.summary
	summary.Entries = s.engine.Head().Sequence
	if err := c.audit(ctx, &summary); err != nil {
		return err
	}
	summary.Seconds = fmt.Sprintf("%.1f", time.Since(began).Seconds())
	if c.JSON {
		err = newLines(os.Stdout).write(summary)
	} else {
		err = summary.print()
	}
	if err == nil && summary.Check != "ok" {
		err = found{errors.New("the audit found something wrong")}
	}
	if err != nil || c.Headless {
		return err
	}
	serve := serveCommand{dataFlag: c.dataFlag, Listen: c.Listen}
	if s.living != nil {
		if err := s.living.CatchUp(); err != nil {
			return err
		}
		going := newLiving(s, paceOf(c.Speed))
		serve.stage = going
		running, stop := context.WithCancel(ctx)
		ended := make(chan struct{})
		go func() { defer close(ended); going.run(running) }()
		defer func() { stop(); <-ended }()
	}
	return serve.on(ctx, s.engine)
}

// demoTablesRest is how long the tables rest between two transactions while the story is told, and nobody asks.
const demoTablesRest = 500 * time.Millisecond

// economy are the options of what grows; nil where nothing is to.
func (c *demoCommand) economy() (*economy.Options, error) {
	if c.Speed < 0 || c.Speed > speedMax {
		return nil, usage{fmt.Errorf("--speed is 0 to %d business days a minute", speedMax)}
	}
	if c.Months == 0 {
		return nil, nil
	}
	o, err := economyOptions(c.Parties, c.Months, c.Seed)
	return &o, err
}

// speedMax is how many business days a minute an economy lives at most.
const speedMax = 60

// paceOf is how long a business day takes; 0 for a speed of 0.
func paceOf(speed float64) time.Duration {
	if speed == 0 {
		return 0
	}
	return min(time.Duration(float64(time.Minute)/speed), paces[0])
}

// demoMark is the file that tells a demo's data directory from a real one.
const demoMark = "demo.json"

// freshDemo makes an empty data directory; an earlier demo in it is thrown away, anything else is left alone.
func freshDemo(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return usage{err}
	}
	if len(entries) > 0 {
		if _, err := os.Stat(filepath.Join(dir, demoMark)); err != nil {
			return usage{fmt.Errorf("%s holds something else than a demo; choose another directory with --data", dir)}
		}
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	mark, err := json.Marshal(map[string]string{"made_by": "millrace demo", "version": version})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, demoMark), append(mark, '\n'), 0o640)
}

// open opens an engine for the story.
func (c *demoCommand) open(ctx context.Context) (*story, error) {
	o := options(c.Data)
	clock := &demoClock{}
	o.DuePoll, o.Clock, o.ClockAheadMax = time.Millisecond, clock.now, -1
	e, err := engine.Open(o)
	if err != nil {
		return nil, err
	}
	s := &story{giver: giver{e, ctx}, intake: intake.New(e.Vault()), clock: clock, quiet: c.JSON}
	s.reader = reader{engine: e, intake: s.intake, limits: reading.Limits{}, channel: "folder"}
	s.summary.Data = c.Data
	if c.JSON {
		out := newLines(os.Stdout)
		s.say = func(l act) error { return out.write(l) }
	} else {
		s.say = act.print
	}
	if err := s.openBank(filepath.Join(c.Data, demoBank)); err != nil {
		return nil, errors.Join(err, e.Close(context.Background()))
	}
	return s, nil
}

// sandboxFile keeps the state of the sandbox bank in a data directory.
const sandboxFile = "sandbox-bank.json"

// demoFiles are those of a demo: it can be told again.
var demoFiles = drop.Disk{Unsynced: true}

// demoBIC is the bank of the demo.
const demoBIC = "XOWBDEX1"

// demoProfile is how it works: with a statement of each account on the days on which it moved, and at the end of each month.
var demoProfile = sandbox.Profile{BIC: demoBIC}

// openBank opens the sandbox bank behind its folder, and writes down for a later serve how it is reached.
func (s *story) openBank(dir string) error {
	if err := drop.Folders(dir); err != nil {
		return err
	}
	config := `{"sender": "Millrace demo", "bic": "` + demoBIC + `", "other_accounts": "sandbox"}` + "\n"
	if err := demoFiles.Put(filepath.Join(dir, folder.ConfigFile), []byte(config)); err != nil {
		return err
	}
	var err error
	s.bank, err = sandbox.Open(sandbox.Options{
		Path: filepath.Join(dir, bankState), Date: func() calendar.Date { return max(s.date, s.bankDate) }, Profile: demoProfile, Files: demoFiles,
	})
	if err != nil {
		return err
	}
	s.bankFolder = dir
	s.desk, err = sandbox.NewDesk(s.bank, dir)
	return err
}

// connect joins the bank behind its folder to the book, as the custodian's machine. What it knows of payments under way it
// has to find in the folder, as after a restart.
func (s *story) connect() error {
	config, err := readBank(s.bankFolder)
	if err != nil {
		return err
	}
	adapter, err := folderOf(config, s.bankFolder, demoFiles)
	if err != nil {
		return err
	}
	s.link, err = bank.Connect(bank.Options{
		Engine: s.engine, Adapter: adapter, Custodian: s.party("oderwerder"), Bank: s.actors["oderwerder"], Operator: s.maker,
	})
	return err
}

// endBankDay lets the bank's day end, and its statements come before the book's day does.
func (s *story) endBankDay(next calendar.Date) error {
	if s.link == nil {
		return nil
	}
	s.bankDate = next
	return s.banking()
}

// lastStatements ends the bank's last day.
func (s *story) lastStatements() error { return s.endBankDay(s.date.AddDays(1)) }

// banking lets the bank work through its folder, and then the node read and instruct.
func (s *story) banking() error {
	if err := s.desk.Turn(s.ctx); err != nil {
		return err
	}
	return s.link.Round(s.ctx)
}

func (c *demoCommand) audit(ctx context.Context, summary *demoSummary) error {
	j, err := openJournal(c.Data)
	if err != nil {
		return err
	}
	defer j.Close()
	differences := 0
	checked, breaches, err := auditAlong(ctx, j, c.Data, func(b *book.Book, raw *journal.Entry, entry engine.Entry) error {
		if decideAgain(b, raw, entry) != nil {
			differences++
		}
		return nil
	})
	if err != nil {
		return found{err}
	}
	for _, b := range breaches {
		fmt.Fprintf(os.Stderr, "%s %s: %s\n", b.Code, b.Record, b.Sentence)
	}
	summary.Check = checked.Check
	if differences > 0 {
		summary.Check = "replay differs"
	}
	return nil
}

// act is what the story shows: to a person, or as an object.
type act interface{ print() error }

// storyLine is one act of the story.
type storyLine struct {
	Date     string `json:"date"`
	Act      string `json:"act"`
	Sentence string `json:"sentence"`
}

func (l storyLine) print() error {
	_, err := fmt.Printf("%s  %-12s %s\n", l.Date, l.Act, l.Sentence)
	return err
}

func (s demoSummary) print() error {
	_, err := fmt.Printf(`
%d documents read, %d trades matched, %d receivables, %d duplicates refused
%s paid out, %s collected, %d financings closed, %d paid late, %d referred to a person, %d sold by auction, %d converted as the goods moved on
%s of %s of debt among %d firms set off, %s of it by %s of cash, and proved to be the most that is possible
%d supervised accounts on record; %d receipts matched by the node, %d by a person; %s
%s%d entries in the journal, every one decided again the same; audit: %s (%s s)
`, s.Documents, s.TradesMatched, s.Receivables, s.DuplicatesRefused, s.PaidOut, s.Collected, s.FinancingsClosed, s.Late, s.Referrals, s.Auctions, s.Converted,
		s.SetOff.Cleared, s.SetOff.Debt, s.SetOff.Members, s.SetOff.Cash.Cleared, s.SetOff.Cash.Used, s.Accounts, s.MatchedByNode, s.MatchedByPerson, s.proved(), s.grown(), s.Entries, s.Check, s.Seconds)
	return err
}

// grown says what the economy has come to; nothing where none has grown.
func (s demoSummary) grown() string {
	if s.Grown == nil {
		return ""
	}
	return fmt.Sprintf("an economy of %d parties has grown for %d months in %s s: %d documents, %d invoices, %d of them financed with %s\n",
		s.Grown.Parties, s.Grown.Months, s.Grown.Seconds, s.Grown.Documents, s.Grown.Invoices, s.Grown.Financed, s.Grown.Volume)
}

// proved says how the proofs of funds came out.
func (s demoSummary) proved() string {
	if s.ProofsOpen > 0 {
		return fmt.Sprintf("the proof of funds of %d programmes does NOT come out", s.ProofsOpen)
	}
	return fmt.Sprintf("%d daily proofs of funds, each to the cent", s.Proofs)
}
