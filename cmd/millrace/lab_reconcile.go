package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"millrace/domain/reconciliation"
	"millrace/lab/reconcile"
)

// reconcileCommand measures reconciliation: on generated statements, or on somebody's files with a known truth.
type reconcileCommand struct {
	Lines     int      `default:"100000" help:"Lines to generate."`
	Seed      uint64   `default:"1" help:"Of what is generated."`
	Statement []string `type:"existingfile" help:"Statement files instead: camt.053, MT940 and the like."`
	Items     string   `type:"existingfile" help:"Open items: CSV with item, amount, currency, due; and where known party, name, account, key, references (several by |)."`
	Truth     string   `type:"existingfile" help:"Truth: CSV with line (the bank's reference, or the place in the statement from 1) and item; a line without an item pays nothing known."`
	Write     string   `type:"path" help:"Also write what was generated, as statement.xml, items.csv and truth.csv, into this new directory."`
	Wrong     int      `help:"Show so many lines that were matched wrongly."`
	JSON      bool     `help:"Print the figures as one object."`
}

// Run measures.
func (c *reconcileCommand) Run() error {
	given := 0
	for _, there := range []bool{len(c.Statement) > 0, c.Items != "", c.Truth != ""} {
		if there {
			given++
		}
	}
	if given != 0 && given != 3 || given == 3 && c.Write != "" {
		return usage{errors.New("give --statement, --items and --truth together, or none of them; --write is for generated ones")}
	}
	if c.Lines < 1 || c.Lines > 10_000_000 {
		return usage{errors.New("--lines is 1 to 10,000,000")}
	}
	var one *reconcile.Case
	if given == 0 {
		one = reconcile.Generate(c.Lines, c.Seed)
		if c.Write != "" {
			if err := c.write(one); err != nil {
				return err
			}
		}
	} else {
		var err error
		if one, err = c.read(); err != nil {
			return usage{err}
		}
	}
	shown := 0
	figures, _ := reconcile.Measure(one, reconciliation.Policy{}, func(a *reconciliation.Assignment) {
		if shown++; shown > c.Wrong {
			return
		}
		fmt.Fprintf(os.Stderr, "%s: matched to %s, by %s\n", one.Names[a.Line], keys(one, a), strings.Join(a.Evidence.Names(), ", "))
	})
	if c.JSON {
		return newLines(os.Stdout).write(figures)
	}
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "lines\t%d, of which %d pay something known\nitems\t%d\nmatched rightly\t%.3f %%\nmatched wrongly\t%.2f of 100,000 lines\nleft to people\t%d, with the right suggestion for %.1f %% that pay something\ntime\t%.2f s\n",
		figures.Lines, figures.Payable, figures.Items, 100*figures.MatchedShare, figures.WrongPer100k, figures.Left, 100*figures.Suggested, figures.Seconds)
	return t.Flush()
}

func keys(c *reconcile.Case, a *reconciliation.Assignment) string {
	var names []string
	for _, part := range a.Parts {
		names = append(names, c.Keys[part.Item])
	}
	return strings.Join(names, " and ")
}

func (c *reconcileCommand) read() (*reconcile.Case, error) {
	one := new(reconcile.Case)
	for _, path := range c.Statement {
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if err := one.ReadStatement(path, content); err != nil {
			return nil, err
		}
	}
	for _, table := range []struct {
		path string
		read func(name string, r io.Reader) error
	}{{c.Items, one.ReadItems}, {c.Truth, one.ReadTruth}} {
		_, err := readFile(table.path, func(r io.Reader) (struct{}, error) { return struct{}{}, table.read(table.path, r) })
		if err != nil {
			return nil, err
		}
	}
	return one, nil
}

func (c *reconcileCommand) write(one *reconcile.Case) error {
	if err := os.Mkdir(c.Write, 0o755); err != nil {
		return usage{err}
	}
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{{"statement.xml", one.WriteStatement}, {"items.csv", one.WriteItems}, {"truth.csv", one.WriteTruth}} {
		f, err := os.Create(filepath.Join(c.Write, file.name))
		if err != nil {
			return err
		}
		if err := errors.Join(file.write(f), f.Close()); err != nil {
			return err
		}
	}
	return nil
}
