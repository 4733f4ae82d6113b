package main

import (
	"errors"
	"fmt"
	"os"
	"text/tabwriter"

	"millrace/lab/redteam"
)

// redteamCommand tries known frauds against a book in memory.
type redteamCommand struct {
	Seed     uint64 `default:"1" help:"Of what is drawn: the same seed gives the same result."`
	Scale    int    `default:"1" help:"How large the world is, 1 to 40: 33 sellers and about 220 attempts for each."`
	JSON     bool   `help:"Print honest trade, one object a pattern, and totals last."`
	Markdown bool   `help:"Print the tables of doc/REDTEAM.md."`
}

// Lines of the output as JSON.
type (
	redteamHonest struct {
		Honest redteam.HonestResult `json:"honest"`
		Beside redteam.HonestResult `json:"beside"`
	}
	redteamTotals struct {
		Totals redteam.Totals `json:"totals"`
	}
)

// Run tries them.
func (c *redteamCommand) Run() error {
	if c.Scale < 1 || c.Scale > redteam.ScaleMax {
		return usage{fmt.Errorf("--scale is 1 to %d", redteam.ScaleMax)}
	}
	r, err := redteam.Run(c.Seed, c.Scale)
	if err != nil {
		return err
	}
	switch {
	case c.JSON:
		err = c.lines(r)
	case c.Markdown:
		_, err = fmt.Print(r.Markdown())
	default:
		err = c.table(r)
	}
	if err == nil && r.Totals.Breaches > 0 {
		err = errors.New("the auditor found breaches in the book")
	}
	return err
}

func (c *redteamCommand) lines(r *redteam.Result) error {
	out := newLines(os.Stdout)
	if err := out.write(redteamHonest{r.Honest, r.Beside}); err != nil {
		return err
	}
	for i := range r.Patterns {
		if err := out.write(&r.Patterns[i]); err != nil {
			return err
		}
	}
	return out.write(redteamTotals{r.Totals})
}

func (c *redteamCommand) table(r *redteam.Result) error {
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "pattern\tway\ttried\tcaught\trejected\trefused\treferred\twould have gone out\thas gone out\tstopped by")
	for i := range r.Patterns {
		p := &r.Patterns[i]
		by := "nothing"
		if len(p.First) > 0 {
			by = p.First[0].Code
		}
		if len(p.First) > 1 {
			by += fmt.Sprintf(" and %d more", len(p.First)-1)
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%s\t%s\t%s\n", p.Pattern, p.Way, p.Injected, p.Caught, p.Rejected, p.Refused, p.Referred, p.Asked, p.Paid, by)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, h := range []struct {
		name string
		of   *redteam.HonestResult
	}{{"honest trade alone", &r.Honest}, {"beside the frauds", &r.Beside}} {
		fmt.Printf("%s: %d uses, %d paid at once, %d referred, %d refused, %d rejected (%.2f %%)\n", h.name, h.of.Uses, h.of.Paid, h.of.Referred, h.of.Refused, h.of.Rejected, h.of.AlarmPercent)
		for _, a := range h.of.Alarms {
			fmt.Printf("    %-50s %d\n", a.Code, a.Times)
		}
	}
	o := &r.Totals
	_, err := fmt.Printf("%d attempts, %d caught (%.2f %%); %s would have gone out, %s has; %d breaches found by the auditor\n", o.Injected, o.Caught, o.CaughtPercent, o.Asked, o.Paid, o.Breaches)
	return err
}
