package main

import (
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"millrace/lab/duplicates"
	"millrace/lab/economy"
)

// economyCommand simulates trade and its finance, or fits what is drawn to a ledger.
type economyCommand struct {
	Fit  string `type:"existingfile" help:"Ledger of payments, CSV as for 'lab duplicates', to which parameters are fitted."`
	JSON bool   `help:"Print the figures as one object."`
}

// Run does what was asked for.
func (c *economyCommand) Run() error {
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
