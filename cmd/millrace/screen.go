package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/screening"
	"millrace/edge/intake"
	lists "millrace/edge/screening"
	"millrace/engine"
)

// screenCommand imports lists of names and screens everybody against them.
type screenCommand struct {
	dataFlag
	Files     []string `arg:"" help:"Lists: own CSV, JSON or XML; the UN's XML; the EU's XML or CSV; OFAC's SDN as XML or CSV." type:"existingfile"`
	Name      string   `help:"Of the list, of which the file is a version; missing: un, eu or ofac by its form."`
	Kind      string   `enum:"sanctions,politically_exposed,adverse" default:"sanctions" help:"Of what the list is."`
	Threshold int      `help:"Score from which an alert is opened, 1 to 1000; missing: that of the kind."`
	Published string   `help:"Date of the list where the file does not say; missing: the business date."`
	JSON      bool     `help:"Print one object a file."`
}

type screenShown struct {
	File    string `json:"file"`
	List    string `json:"list"`
	Entries int    `json:"entries"`
	SHA256  string `json:"sha256"`
	Known   bool   `json:"known"` // the version in force was this file already
	Alerts  uint64 `json:"alerts_open"`
}

// Run imports the lists and screens. An unreadable file imports nothing of any.
func (c *screenCommand) Run(ctx context.Context) (err error) {
	if len(c.Files) > 1 && c.Name != "" || c.Threshold < 0 || c.Threshold > screening.ScoreMax {
		return usage{fmt.Errorf("--name is for one file, and --threshold is 1 to %d", screening.ScoreMax)}
	}
	contents, names := make([][]byte, len(c.Files)), make([]string, len(c.Files))
	for i, file := range c.Files {
		if contents[i], err = os.ReadFile(file); err != nil {
			return usage{err}
		}
		read, err := lists.Read(contents[i])
		if err != nil {
			return usage{fmt.Errorf("%s: %w", file, err)}
		}
		if names[i] = c.Name; names[i] == "" {
			names[i] = read.Format
		}
	}
	e, err := engine.Open(options(c.Data))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close(context.Background())) }()
	published := businessDate(ctx, e)
	if c.Published != "" {
		parsed, ok := calendar.Parse(c.Published)
		if !ok {
			return usage{fmt.Errorf("--published: %q is no date", c.Published)}
		}
		published = parsed
	}
	var shown []screenShown
	for i := range contents {
		one, err := c.take(ctx, e, c.Files[i], names[i], contents[i], published)
		if err != nil {
			return err
		}
		shown = append(shown, one)
	}
	clerk, err := lists.NewClerk(lists.Options{Engine: e, Actor: id.Make[id.Actor](shard, 1), Logger: slog.Default()})
	if err != nil {
		return err
	}
	for before := uint64(0); before != e.Head().Sequence; { // until a round adds nothing
		before = e.Head().Sequence
		if err := clerk.Round(ctx); err != nil {
			return err
		}
	}
	return c.tell(ctx, e, shown)
}

// take imports one list; one that is in force already is left alone.
func (c *screenCommand) take(ctx context.Context, e *engine.Engine, file, name string, content []byte, published calendar.Date) (screenShown, error) {
	kind := screening.Sanctions
	for k := range screening.Kinds {
		if screening.Kinds[k] == c.Kind {
			kind = screening.Kind(k)
		}
	}
	hash := sha256.Sum256(content)
	command, err := lists.Prepare(ctx, intake.New(e.Vault()), name, kind, int16(c.Threshold), content, hash, published)
	if err != nil {
		return screenShown{}, usage{fmt.Errorf("%s: %w", file, err)}
	}
	shown := screenShown{File: file, List: name, Entries: int(command.Entries), SHA256: fmt.Sprintf("%x", hash)}
	_, rejection, err := e.Submit(ctx, engine.Request{Actor: id.Make[id.Actor](shard, 1), Command: command})
	if err != nil {
		return shown, err
	}
	if rejection != nil && rejection.Code == "list_known" {
		shown.Known = true
	} else if rejection != nil {
		return shown, found{fmt.Errorf("%s: %w", file, rejection)}
	}
	return shown, nil
}

func (c *screenCommand) tell(ctx context.Context, e *engine.Engine, shown []screenShown) (err error) {
	v, err := e.Read(ctx, e.Head().Sequence)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	open := uint64(0)
	if err := v.Tx.QueryRowContext(ctx, "SELECT count(*) FROM screening_alert WHERE state IN ('open', 'taken_for_true')").Scan(&open); err != nil {
		return err
	}
	for _, one := range shown {
		one.Alerts = open
		if c.JSON {
			if err := newLines(os.Stdout).write(one); err != nil {
				return err
			}
			continue
		}
		known := ""
		if one.Known {
			known = ", in force already"
		}
		fmt.Printf("%s: list %q, %d entries%s\n", one.File, one.List, one.Entries, known)
	}
	if !c.JSON {
		fmt.Printf("%d alerts wait for a decision\n", open)
	}
	return nil
}

// screenParties sets a clerk to the screening of all parties, until ctx ends.
func screenParties(ctx context.Context, e *engine.Engine) error {
	if e.ReadOnly() {
		return nil
	}
	clerk, err := lists.NewClerk(lists.Options{Engine: e, Actor: id.Make[id.Actor](shard, 1), Logger: slog.Default()})
	if err != nil {
		return err
	}
	go func() { _ = clerk.Run(ctx, 5*time.Second) }() // it ends with ctx, or with the engine, which says why itself
	return nil
}
