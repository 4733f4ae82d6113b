package main

import (
	"encoding/json"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"millrace/lab/screening"
)

// screeningCommand measures screening on generated names with a known truth.
type screeningCommand struct {
	Seed    uint64 `default:"1" help:"Of what is generated."`
	Entries int    `default:"20000" help:"Entries of the list."`
	Parties int    `default:"50000" help:"Parties that are on no list."`
	Listed  int    `default:"6500" help:"Parties that are on it, under a name to which something was done."`
	JSON    bool   `help:"Print the figures as one object."`
}

// Run measures.
func (c *screeningCommand) Run() error {
	report, err := screening.Measure(screening.Options{
		Seed: c.Seed, Entries: c.Entries, Parties: c.Parties, Listed: c.Listed, FromLow: 700, FromHigh: 940, Step: 20,
	}, time.Now)
	if err != nil {
		return usage{err}
	}
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(report)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "threshold\trecall\tfalse hits\tper 1000 parties\tprecision\n")
	for _, at := range report.At {
		fmt.Fprintf(w, "%d\t%.1f %%\t%d\t%d\t%.1f %%\n", at.Threshold, float64(at.Recall)/10, at.FalseHits, at.FalsePerMille, float64(at.Precision)/10)
	}
	fmt.Fprintf(w, "\nat %d: what was done\tparties\trecall\n", report.Threshold)
	for _, done := range report.Done {
		fmt.Fprintf(w, "%s\t%d\t%.1f %%\n", done.What, done.Count, float64(done.Recall)/10)
	}
	fmt.Fprintf(w, "\n%d names of %d entries: index in %.2f s; %d parties in %.2f s, %.0f µs each\n", report.Names, report.Entries, report.Build, report.Parties+report.Listed, report.Search, report.PerParty)
	return w.Flush()
}
