package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"millrace/lab/duplicates"
)

// labCommand measures rules on data.
type labCommand struct {
	Duplicates duplicatesCommand  `cmd:"" help:"Measure how well repeated invoices are found."`
	Reconcile  reconcileCommand   `cmd:"" help:"Measure how well lines of statements are matched to open items."`
	Clearing   labClearingCommand `cmd:"" help:"Draw a network of debts for millrace clear, by a seed."`
	Economy    economyCommand     `cmd:"" help:"Simulate trade and its finance, or fit what it draws to a ledger."`
	Screening  screeningCommand   `cmd:"" help:"Measure how well names are found on lists."`
}

// duplicatesCommand measures the ladder of duplicates: on a ledger of payments, on generated trades, and its cost.
type duplicatesCommand struct {
	File       string `arg:"" optional:"" type:"existingfile" help:"Ledger: CSV with the columns buyer, date, txn, invoice_no, supplier_id, supplier, amount; may be gzip."`
	Injected   string `type:"existingfile" help:"Truth about lines that others put in: CSV with the columns txn, kind, of_txn."`
	Seed       uint64 `default:"1" help:"Of what is drawn."`
	PerMille   int    `default:"10" help:"Repeats of each kind to put in, in parts per thousand of the ledger's invoices."`
	Numbering  string `enum:"pattern,sequence" default:"pattern" help:"How a renumbered repeat gets its number: drawn in the supplier's pattern, or the next of its sequence."`
	Candidates string `type:"existingfile" help:"Known candidates of double payment: CSV with the columns supplier_id, invoice_no_norm, dates."`
	Trades     int    `help:"Measure on so many generated orders with known truth instead."`
	Chains     string `type:"existingdir" help:"Measure on the chains of UBL documents in this folder instead."`
	Scale      []int  `help:"Measure the cost of a check with so many invoices in the index instead, such as 1000000,5000000."`
	JSON       bool   `help:"Print the figures as one object."`
}

// Run measures what was asked for.
func (c *duplicatesCommand) Run(ctx context.Context) error {
	asked := 0
	for _, part := range []bool{c.File != "", c.Trades > 0, c.Chains != "", len(c.Scale) > 0} {
		if part {
			asked++
		}
	}
	if asked != 1 {
		return usage{errors.New("give one of a ledger, --trades, --chains or --scale")}
	}
	switch {
	case c.Trades > 0:
		return c.tell(duplicates.MeasureTrades(c.Trades, c.Seed))
	case c.Chains != "":
		result, err := duplicates.MeasureChains(c.Chains, c.Seed)
		if err != nil {
			return usage{err}
		}
		return c.tell(result)
	case len(c.Scale) > 0:
		for i, size := range c.Scale {
			if size < 1 || i > 0 && size <= c.Scale[i-1] {
				return usage{errors.New("sizes are above zero and ascend")}
			}
		}
		return c.tell(map[string]any{
			"scale": duplicates.Scale(c.Scale, c.Seed, residentBytes), "goods": duplicates.ScaleGoods(c.Scale, c.Seed),
		})
	}
	return c.ledger(ctx)
}

func (c *duplicatesCommand) ledger(context.Context) error {
	if c.PerMille < 0 || c.PerMille > 300 {
		return usage{errors.New("--per-mille is 0 to 300")}
	}
	ledger, err := readFile(c.File, duplicates.Read)
	if err != nil {
		return usage{err}
	}
	for _, bad := range ledger.BadRows {
		fmt.Fprintf(os.Stderr, "%s: row %d, column %q: %q can't be read\n", c.File, bad.Row, bad.Column, bad.Value)
	}
	if more := ledger.Bad - len(ledger.BadRows); more > 0 {
		fmt.Fprintf(os.Stderr, "%s: %d more rows can't be read\n", c.File, more)
	}
	bare, unmatched := ledger, 0
	var injected []duplicates.Injected
	if c.Injected != "" {
		_, err = readFile(c.Injected, func(r io.Reader) (struct{}, error) {
			bare, injected, unmatched, err = ledger.ReadTruth(r)
			return struct{}{}, err
		})
		if err != nil {
			return usage{err}
		}
	} else {
		numbering := duplicates.Pattern
		if c.Numbering == "sequence" {
			numbering = duplicates.Sequence
		}
		injected = ledger.Inject(c.Seed, c.PerMille, numbering)
	}
	result := ledger.Measure(injected, bare)
	result.Unmatched = unmatched
	if c.Candidates != "" {
		candidates, err := readFile(c.Candidates, duplicates.ReadCandidates)
		if err != nil {
			return usage{err}
		}
		result.Candidates = bare.Find(candidates)
	}
	if c.JSON {
		return c.tell(result)
	}
	return tellLedger(os.Stdout, result)
}

func (c *duplicatesCommand) tell(result any) error { return newLines(os.Stdout).write(result) }

func readFile[T any](path string, read func(io.Reader) (T, error)) (T, error) {
	file, err := duplicates.Open(path)
	if err != nil {
		var none T
		return none, err
	}
	result, err := read(file)
	if err = errors.Join(err, file.Close()); err != nil {
		return result, fmt.Errorf("%s: %w", path, err)
	}
	return result, nil
}

func tellLedger(w io.Writer, r *duplicates.Result) error {
	fmt.Fprintf(w, "%d lines, %d invoices; put in: %d exact, %d renumbered, %d near\n", r.Lines, r.Invoices,
		r.Injected[duplicates.KindExact], r.Injected[duplicates.KindRenumbered], r.Injected[duplicates.KindNear])
	fmt.Fprintf(w, "referred from %.2f bits: exact %.2f %% (blocked %.2f %%), renumbered %.2f %%, near %.2f %%\n", r.Bits,
		100*r.ExactRecall, 100*r.ExactBlocked, 100*r.RenumberedFound, 100*r.NearFound)
	fmt.Fprintf(w, "of 10,000 invoices of the ledger's own %.2f are blocked and %.1f referred\n", r.BlocksPer10k, r.ReferralsPer10k)
	fmt.Fprintf(w, "a check takes %.1f us (p99 %.1f us), an invoice %.0f bytes\n", r.CheckP50Us, r.CheckP99Us, r.BytesPerInvoice)
	if r.Candidates != nil {
		fmt.Fprintf(w, "of %d candidates of double payment %d are in the ledger and %d are found\n", r.Candidates.Listed, r.Candidates.Present, r.Candidates.Found)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "referred of 10,000\tfrom bits\trenumbered\tonce\trecurring\tnear\tonce\trecurring\t")
	for _, p := range r.Curve {
		fmt.Fprintf(t, "%.1f\t%.2f\t%.1f %%\t%.1f %%\t%.1f %%\t%.1f %%\t%.1f %%\t%.1f %%\t\n", p.ReferralsPer10k, p.Bits, 100*p.Renumbered, 100*p.RenumberedOnce,
			100*p.RenumberedRecurring, 100*p.Near, 100*p.NearOnce, 100*p.NearRecurring)
	}
	return t.Flush()
}

func residentBytes() int64 {
	_, resident := memory()
	return int64(resident)
}
