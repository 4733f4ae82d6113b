package main

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"millrace/domain/clearing"
	"millrace/domain/money"
	"millrace/edge/edgelist"
	"millrace/solver"
)

// clearCommand sets off debts among many firms, and verifies such results.
type clearCommand struct {
	Run    clearRunCommand    `cmd:"" default:"withargs" help:"Set off as much as can be set off, and prove it."`
	Verify clearVerifyCommand `cmd:"" help:"Verify a result by its list and its certificate, with code of its own."`
}

// clearRunCommand clears the debts of a file.
type clearRunCommand struct {
	File        string `arg:"" help:"Debts: CSV with the columns debtor, creditor, amount and, if there are any, due, id, currency; or plain lines of debtor, creditor and amount. May be gzip; - is standard input."`
	JSON        bool   `help:"Print the figures as one object; amounts are in minor units."`
	Liquidity   string `help:"Cash that may be put in, so that chains of debts are paid along with the circles." placeholder:"AMOUNT"`
	Rule        string `enum:"oldest_first,proportional" default:"oldest_first" help:"Which debts go first, among results that clear the same: oldest_first or proportional."`
	Scale       int    `default:"-1" help:"Decimals of an amount; without it as many as the amounts have." placeholder:"DECIMALS"`
	Curve       bool   `help:"With --json: also what cash would clear. Without --json it is always told."`
	Top         int    `default:"10" help:"Firms to name, those first whose debts fall most."`
	Result      string `type:"path" help:"Write a row for each debt to this CSV file: what is cleared and what is left." placeholder:"OUT.csv"`
	Certificate string `type:"path" help:"Write the certificate, by which anybody can verify the result, to this JSON file." placeholder:"OUT.json"`
}

// clearFigures is what is printed. Amounts are in minor units.
type clearFigures struct {
	Debt            money.Minor    `json:"debt"`
	Cleared         money.Minor    `json:"cleared"`
	Bound           *big.Int       `json:"bound"`   // what no result can exceed, by the certificate
	Optimal         bool           `json:"optimal"` // so no more can be cleared
	Fairest         bool           `json:"fairest"` // the rule is met as far as documented; false: the bound on work was met first
	NetInternalDebt money.Minor    `json:"net_internal_debt"`
	Phases          int            `json:"phases"`
	SolveCPU        float64        `json:"solve_cpu_s"` // of everything between reading and writing, the check included
	PeakBytes       uint64         `json:"peak_bytes"`  // of the whole process, resident
	Firms           int            `json:"firms"`
	Debts           int            `json:"debts"`
	Scale           int            `json:"scale"` // decimals of an amount
	Currency        string         `json:"currency,omitempty"`
	Rule            string         `json:"rule"`
	Liquidity       *money.Minor   `json:"liquidity,omitempty"`
	Cash            *money.Minor   `json:"cash,omitempty"`  // put in
	Price           *int32         `json:"price,omitempty"` // debt that one more unit of cash would clear
	SelfDebts       int            `json:"self_debts"`      // of a firm to itself
	ZeroAmounts     int            `json:"zero_amounts"`
	Repeated        int            `json:"repeated"` // debts with debtor, creditor and id of another one
	Ignored         []string       `json:"ignored_columns,omitempty"`
	Input           string         `json:"input_sha256"`
	Curve           []solver.Point `json:"curve,omitempty"`
}

// Run reads, solves, and writes.
func (c *clearRunCommand) Run() error {
	if c.Scale < edgelist.ScaleFound || c.Scale > edgelist.ScaleMax {
		return usage{fmt.Errorf("--scale is 0 to %d", edgelist.ScaleMax)}
	}
	if err := c.outputs(); err != nil {
		return usage{err}
	}
	list, hash, err := c.read()
	if err != nil {
		return usage{err}
	}
	var cash *clearing.Liquidity
	if c.Liquidity != "" {
		total, ok := edgelist.ParseAmount(c.Liquidity, list.Scale)
		if !ok {
			return usage{fmt.Errorf("--liquidity %q is no amount with at most %d decimals, which are those of the list; give --scale for more", c.Liquidity, list.Scale)}
		}
		cash = &clearing.Liquidity{Total: total}
	}
	tidy()
	options := solver.Options{}
	if len(list.Debts) >= debtsMany {
		options.Settled = runtime.GC
	}
	if c.Rule == "proportional" {
		options.Fairness = solver.Proportional
	}
	if c.Curve || !c.JSON {
		options.Curve = solver.WithCurve
	}
	began := processorTime()
	result, err := solver.Maximise(list.Instance(cash), options)
	if err != nil {
		return usage{err}
	}
	f := c.figures(list, cash, &result)
	f.SolveCPU, f.Input = (processorTime() - began).Seconds(), hash
	if err := c.write(list, cash, &result, hash); err != nil {
		return err
	}
	f.PeakBytes = peakBytes()
	if c.JSON {
		return newLines(os.Stdout).write(f)
	}
	return c.tell(os.Stdout, list, &result, &f)
}

// tidy gives back what only starting and reading needed, and lets garbage come to a quarter of what is in use, or where that is
// little, to garbageBytes.
func tidy() {
	debug.FreeOSMemory()
	releaseProgram()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	debug.SetGCPercent(max(25, int(garbageBytes*100/memory.HeapAlloc)))
}

const (
	garbageBytes = 12 << 20 // how much garbage may come together before it is collected
	debtsMany    = 200_000  // from so many debts on what the solver no longer needs is garbage worth collecting at once
)

func (c *clearRunCommand) figures(list *edgelist.List, cash *clearing.Liquidity, result *solver.Result) clearFigures {
	f := clearFigures{Debt: result.Verdict.Owed, Cleared: result.Verdict.Cleared, Bound: edgelist.WholeBound(result.Verdict.Bound),
		Optimal: result.Verdict.Optimal(), Fairest: result.Fairest, NetInternalDebt: result.NetInternalDebt, Phases: result.Phases, Firms: list.Firms(), Debts: len(list.Debts),
		Scale: list.Scale, Currency: list.Column, Rule: c.Rule, SelfDebts: list.SelfDebts, ZeroAmounts: list.Zeros, Repeated: list.Repeats,
		Ignored: list.Ignored, Curve: result.Curve}
	if cash != nil {
		f.Liquidity, f.Cash, f.Price = &cash.Total, &result.Verdict.Cash, &result.Price
	}
	return f
}

// outputs refuses to write over the list, or both results into one file.
func (c *clearRunCommand) outputs() error {
	if c.Result != "" && c.Result == c.Certificate {
		return errors.New("--result and --certificate name the same file; give two")
	}
	input, err := os.Stat(c.File)
	if err != nil {
		return nil // the list is standard input, or reading it will say so
	}
	for _, path := range []string{c.Result, c.Certificate} {
		if output, err := os.Stat(path); err == nil && os.SameFile(input, output) {
			return fmt.Errorf("%s is the list itself; write to another file", path)
		}
	}
	return nil
}

// read reads the list, and gives the hash of the file's bytes.
func (c *clearRunCommand) read() (*edgelist.List, string, error) {
	file := os.Stdin
	options := edgelist.Options{File: c.File, Scale: c.Scale}
	if c.File != "-" {
		var err error
		if file, err = os.Open(c.File); err != nil {
			return nil, "", err
		}
		defer file.Close()
		if options.Debts, err = countLines(file); err != nil {
			return nil, "", err
		}
	}
	sum := sha256.New()
	raw := io.TeeReader(file, sum)
	list, err := edgelist.Read(raw, options)
	if err != nil {
		var told edgelist.Errors
		if !errors.As(err, &told) {
			err = fmt.Errorf("%s: %w", c.File, err)
		}
		return nil, "", err
	}
	if _, err := io.Copy(io.Discard, raw); err != nil { // what may follow packed bytes
		return nil, "", err
	}
	return list, hex.EncodeToString(sum.Sum(nil)), nil
}

// countLines counts the lines of a file that can be read twice and is not packed; of others it gives 0.
func countLines(file *os.File) (int, error) {
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return 0, err
	}
	lines, in, block := 1, bufio.NewReader(file), make([]byte, 1<<16)
	if magic, _ := in.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		_, err := file.Seek(0, io.SeekStart)
		return 0, err
	}
	for {
		n, err := in.Read(block)
		lines += bytes.Count(block[:n], []byte{'\n'})
		if errors.Is(err, io.EOF) {
			_, err = file.Seek(0, io.SeekStart)
			return lines, err
		}
		if err != nil {
			return 0, err
		}
	}
}

// write writes result and certificate where they are asked for.
func (c *clearRunCommand) write(list *edgelist.List, cash *clearing.Liquidity, result *solver.Result, hash string) error {
	certificate := edgelist.Certificate{Program: "millrace " + version, Input: hash, Rule: c.Rule}
	certificate.Certify(list, cash, &result.Result, result.Verdict)
	for _, output := range []struct {
		path  string
		write func(io.Writer) error
	}{
		{c.Result, func(w io.Writer) error { return list.WriteResult(w, result.Cleared) }},
		{c.Certificate, func(w io.Writer) error { return list.WriteCertificate(w, certificate, result.Potentials) }},
	} {
		if output.path == "" {
			continue
		}
		file, err := os.Create(output.path)
		if err != nil {
			return usage{err}
		}
		if err := errors.Join(output.write(file), file.Close()); err != nil {
			return err
		}
	}
	return nil
}

// tell prints the figures for people.
func (c *clearRunCommand) tell(w io.Writer, list *edgelist.List, result *solver.Result, f *clearFigures) error {
	amount := func(m money.Minor) string { return edgelist.FormatAmount(m, list.Scale) }
	unit := ""
	if list.Column != "" {
		unit = " " + list.Column
	}
	fmt.Fprintf(w, "%s: %d debts among %d firms%s\n", c.File, f.Debts, f.Firms, remarks(f))
	before, after := positions(list, result.Cleared)
	open, owing := [2]int{}, [2]int{}
	for i, debt := range list.Debts {
		countIf(&open[0], debt.Amount)
		countIf(&open[1], debt.Amount-result.Cleared[i])
	}
	for firm := range before {
		countIf(&owing[0], before[firm])
		countIf(&owing[1], after[firm])
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tbefore\tafter\tcleared\t\t")
	fmt.Fprintf(t, "debt%s\t%s\t%s\t%s\t%s\t\n", unit, amount(f.Debt), amount(f.Debt-f.Cleared), amount(f.Cleared), shareOf(f.Cleared, f.Debt))
	fmt.Fprintf(t, "debts open\t%d\t%d\t%d\t%s\t\n", open[0], open[1], open[0]-open[1], shareOf(money.Minor(open[0]-open[1]), money.Minor(open[0])))
	fmt.Fprintf(t, "firms that owe\t%d\t%d\t%d\t%s\t\n", owing[0], owing[1], owing[0]-owing[1], shareOf(money.Minor(owing[0]-owing[1]), money.Minor(owing[0])))
	if err := t.Flush(); err != nil {
		return err
	}
	if f.Cash != nil {
		fmt.Fprintf(w, "Of %s in cash %s is put in.\n", amount(*f.Liquidity), amount(*f.Cash))
	}
	fmt.Fprintf(w, "No result can clear more: the certificate's bound is %s.\n", edgelist.FormatBound(result.Verdict.Bound, list.Scale))
	if !f.Fairest {
		fmt.Fprintf(w, "Of all results that clear as much, this one comes near the rule %s; the bound on work was met before it was proved the best.\n", f.Rule)
	}
	fmt.Fprintf(w, "Firms owe %s more than they are owed; so much at least stays without cash.\n", amount(f.NetInternalDebt))
	if err := c.tellRelief(w, list, before, after); err != nil {
		return err
	}
	if err := tellCurve(w, result.Curve, amount); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\nsolved in %.2f s of processor time, %d phases; %d MiB at most\n", f.SolveCPU, f.Phases, f.PeakBytes>>20)
	return err
}

// remarks names what is special about some debts.
func remarks(f *clearFigures) string {
	var b strings.Builder
	for _, one := range []struct {
		count int
		what  string
	}{{f.SelfDebts, "of a firm to itself, set off whole"}, {f.ZeroAmounts, "of amount zero, kept as they are"},
		{f.Repeated, "with debtor, creditor and id of another one, counted all the same"}} {
		if one.count > 0 {
			fmt.Fprintf(&b, "; %d %s", one.count, one.what)
		}
	}
	if len(f.Ignored) > 0 {
		fmt.Fprintf(&b, "; columns not read: %s", strings.Join(f.Ignored, ", "))
	}
	return b.String()
}

func countIf(n *int, amount money.Minor) {
	if amount > 0 {
		*n++
	}
}

// positions is what each firm owes before and after.
func positions(list *edgelist.List, cleared []money.Minor) (before, after []money.Minor) {
	before, after = make([]money.Minor, list.Firms()), make([]money.Minor, list.Firms())
	for i, debt := range list.Debts {
		before[debt.Debtor] += debt.Amount
		after[debt.Debtor] += debt.Amount - cleared[i]
	}
	return before, after
}

// shareOf is a share with two decimals, rounded down, so that only the whole is 100.
func shareOf(part, whole money.Minor) string {
	if whole == 0 {
		return "–"
	}
	share := new(big.Int).Mul(big.NewInt(int64(part)), big.NewInt(10_000))
	share.Quo(share, big.NewInt(int64(whole)))
	return edgelist.FormatAmount(money.Minor(share.Int64()), 2) + " %"
}

// tellRelief names the firms whose debts fall most.
func (c *clearRunCommand) tellRelief(w io.Writer, list *edgelist.List, before, after []money.Minor) error {
	var firms []int
	for firm := range before {
		if before[firm] > after[firm] {
			firms = append(firms, firm)
		}
	}
	if len(firms) == 0 || c.Top <= 0 {
		return nil
	}
	slices.SortFunc(firms, func(a, b int) int {
		return cmp.Or(cmp.Compare(before[b]-after[b], before[a]-after[a]), cmp.Compare(a, b))
	})
	fmt.Fprintln(w, "\nRelieved most:")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "owed before\tafter\tcleared\t\t  firm")
	for _, firm := range firms[:min(c.Top, len(firms))] {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t  %s\n", edgelist.FormatAmount(before[firm], list.Scale), edgelist.FormatAmount(after[firm], list.Scale),
			edgelist.FormatAmount(before[firm]-after[firm], list.Scale), shareOf(before[firm]-after[firm], before[firm]), list.Firm(firm))
	}
	return t.Flush()
}

// curveShares are where the curve is told, in hundredths of the cash that clears all it can.
var curveShares = []int64{0, 1, 5, 10, 25, 50, 75, 100}

// tellCurve tells what cash would clear.
func tellCurve(w io.Writer, curve []solver.Point, amount func(money.Minor) string) error {
	if len(curve) < 2 {
		return nil
	}
	fmt.Fprintln(w, "\nWhat cash would clear:")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "cash\tcleared\tone more unit clears\t")
	last, told := curve[len(curve)-1], money.Minor(-1)
	for _, share := range curveShares {
		hundredths := new(big.Int).Mul(big.NewInt(int64(last.Cash)), big.NewInt(share))
		cash := money.Minor(hundredths.Quo(hundredths, big.NewInt(100)).Int64())
		if cash == told {
			continue
		}
		told = cash
		cleared, slope := alongCurve(curve, cash)
		fmt.Fprintf(t, "%s\t%s\t%d\t\n", amount(cash), amount(cleared), slope)
	}
	return t.Flush()
}

// alongCurve is what so much cash clears, and what one more unit would.
func alongCurve(curve []solver.Point, cash money.Minor) (cleared, slope money.Minor) {
	for i := 1; i < len(curve); i++ {
		a, b := curve[i-1], curve[i]
		if slope = (b.Cleared - a.Cleared) / (b.Cash - a.Cash); cash < b.Cash {
			return a.Cleared + slope*(cash-a.Cash), slope
		}
	}
	return curve[len(curve)-1].Cleared, 0
}

// processorTime is what the process has used so far.
func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// peakBytes is the most memory that the process has held at once.
func peakBytes() uint64 {
	if status, err := os.ReadFile("/proc/self/status"); err == nil {
		for line := range strings.Lines(string(status)) {
			var kilobytes uint64
			if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kilobytes); n == 1 {
				return kilobytes << 10
			}
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Sys
}
