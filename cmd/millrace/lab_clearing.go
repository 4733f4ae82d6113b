package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"millrace/domain/money"
	"millrace/edge/edgelist"
	lab "millrace/lab/clearing"
)

// labClearingCommand draws networks of debts for millrace clear.
type labClearingCommand struct {
	Family string `default:"scale-free" help:"Shape: scale-free, uniform, ring, path, grid or star."`
	Firms  int    `default:"10000" help:"Firms."`
	Debts  int    `default:"50000" help:"Debts, at least as many as firms."`
	Seed   uint64 `default:"1" help:"Of what is drawn."`
	Ripple string `type:"existingfile" help:"Take the trust lines of the Ripple network instead: CSV with u, v, lower, balance, upper; may be gzip." placeholder:"FILE"`
	Trim   int    `default:"10" help:"With --ripple: leave out the largest lines, so many of a thousand."`
}

// Run writes the list to standard output.
func (c *labClearingCommand) Run() error {
	if c.Ripple != "" {
		return c.ripple()
	}
	spec := lab.Spec{Family: lab.Family(c.Family), Firms: c.Firms, Debts: c.Debts, Seed: c.Seed}
	edges, err := lab.Draw(spec)
	if err != nil {
		return usage{err}
	}
	return lab.Write(os.Stdout, spec, edges)
}

func (c *labClearingCommand) ripple() error {
	if c.Trim < 0 || c.Trim > 1000 {
		return usage{errors.New("--trim is 0 to 1000")}
	}
	trust, err := readFile(c.Ripple, func(r io.Reader) (*lab.Trust, error) { return lab.ReadTrust(r, c.Trim) })
	if err != nil {
		return usage{err}
	}
	if err := trust.Write(os.Stdout); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%d links, of which nothing is owed on %d; %d left out as outliers, %d below %s; %d debts\n", trust.Links, trust.Idle,
		len(trust.Trimmed), trust.Lost, edgelist.FormatAmount(money.Minor(1), trust.Scale), len(trust.Lines)-trust.Lost)
	return nil
}
