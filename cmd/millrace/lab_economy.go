package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"millrace/lab/duplicates"
	"millrace/lab/economy"
)

// economyCommand simulates trade and its finance, or fits what is drawn to a ledger.
type economyCommand struct {
	Fit     string `type:"existingfile" help:"Fit the parameters to this ledger of payments instead: CSV as for 'lab duplicates'."`
	Parties int    `default:"60" help:"Who takes part, from 10 to 5,000: operator, custodian, funders, keepers, anchors, suppliers of three tiers, distributors."`
	Months  int    `default:"12" help:"How long, from 1 to 120 months."`
	Seed    uint64 `default:"1" help:"Of what is drawn: the same seed gives the same journal."`
	JSON    bool   `help:"Print the figures as one object."`
}

// Run does what was asked for.
func (c *economyCommand) Run() error {
	if c.Fit != "" {
		return c.fit()
	}
	o, err := economyOptions(c.Parties, c.Months, c.Seed)
	if err != nil {
		return err
	}
	began := time.Now()
	r, err := economy.Run(o, nil)
	if err != nil {
		return err
	}
	if c.JSON {
		err = newLines(os.Stdout).write(r)
	} else {
		err = tellEconomy(os.Stdout, r, time.Since(began))
	}
	if err == nil && r.Breaches > 0 {
		err = found{errors.New("the auditor found breaches in the book")}
	}
	return err
}

func (c *economyCommand) fit() error {
	ledger, err := readFile(c.Fit, duplicates.Read)
	if err != nil {
		return usage{err}
	}
	fitted, err := economy.Fit(ledger)
	if err != nil {
		return usage{fmt.Errorf("%s: %w", c.Fit, err)}
	}
	if c.JSON {
		return newLines(os.Stdout).write(fitted)
	}
	return tellFit(os.Stdout, fitted)
}

func tellFit(w io.Writer, f *economy.Fitted) error {
	fmt.Fprint(w, f.Parameters.Source())
	for _, g := range f.Goodness {
		fmt.Fprintf(w, "\n%s (%s), %d values, distance %.4f\n", g.What, g.Unit, g.Count, g.Distance)
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintln(t, "share\tdata\tfit\t")
		for _, q := range g.Quantiles {
			fmt.Fprintf(t, "%.2f\t%.5g\t%.5g\t\n", q.Share, q.Data, q.Fitted)
		}
		if err := t.Flush(); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "\npaid after %d days: %.1f %%, of the fit %.1f %%\n", economy.DelayTerm, f.LatePer100, f.LateFitted)
	return err
}

func tellEconomy(w io.Writer, r *economy.Result, took time.Duration) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, line := range [][2]any{
		{"until", r.Until},
		{"documents", r.Documents},
		{"orders, invoices", fmt.Sprintf("%d, %d over %s", r.Orders, r.Invoices, r.Billed)},
		{"confirmed, reduced, disputed", fmt.Sprintf("%d, %d, %d", r.Confirmed, r.CreditNotes, r.Disputes)},
		{"requests for money", fmt.Sprintf("%d: %d referred, %d refused, %d financed", r.Asked, r.Referred, r.Declined, r.Financed)},
		{"financed volume", r.Volume},
		{"paid early by buyers", fmt.Sprintf("%d over %s", r.Early, r.EarlyAmount)},
		{"loans on stock", fmt.Sprintf("%d over %s", r.StockLoans, r.StockVolume)},
		{"payments", fmt.Sprintf("%d: %s paid out, %s of what came in paid on; %d sent back", r.Payments, r.PaidOut, r.PaidOn, r.SentBack)},
		{"invoices paid", fmt.Sprintf("%d over %s; %.1f %% late", r.Settled, r.Collected, r.LatePercent)},
		{"financings overdue at any time", r.Overdue},
		{"recourse called", r.Recourse},
		{"defaults", fmt.Sprintf("%d over %s; %d written off, %s recovered", r.Defaults, r.Defaulted, r.WrittenOff, r.Recovered)},
		{"firms failed", r.Failed},
		{"frauds", fmt.Sprintf("%d tried, %d paid", r.Frauds, r.FraudsPaid)},
	} {
		fmt.Fprintf(t, "%s\t%v\n", line[0], line[1])
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, list := range []struct {
		name string
		of   []economy.Count
	}{{"rules that spoke on requests", r.Rules}, {"commands that were rejected", r.Rejections}} {
		fmt.Fprintf(w, "%s\n", list.name)
		for _, count := range list.of {
			fmt.Fprintf(w, "    %-50s %d\n", count.What, count.Times)
		}
	}
	_, err := fmt.Fprintf(w, "%d entries in %.1f s, journal %s; %d breaches found by the auditor\n", r.Entries, took.Seconds(), r.Journal[:16], r.Breaches)
	return err
}
