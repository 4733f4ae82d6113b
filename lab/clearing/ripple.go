package clearing

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// TrustLine is a link of the Ripple network on which something is owed.
type TrustLine struct {
	U, V    string
	Balance *big.Rat // what U has with V: below zero U owes V, above V owes U
}

// Trust is the network as a list of debts.
type Trust struct {
	Links   int // in the file
	Idle    int // on which nothing is owed
	Lines   []TrustLine
	Trimmed []TrustLine // outliers that were left out, the largest first
	Scale   int         // decimals that are kept
	Lost    int         // lines that are nothing at that scale, left out too
}

// rippleScale is that of the smallest unit that wallets show.
const rippleScale = 6

// ReadTrust reads links as CSV with the columns u, v, lower, balance, upper. Of those on which something is owed, so many of a thousand
// are left out as outliers, the largest by what is owed: currencies that somebody issued to himself, or that count in tiny units.
func ReadTrust(r io.Reader, trimPerMille int) (*Trust, error) {
	table := csv.NewReader(r)
	table.ReuseRecord = true
	header, err := table.Read()
	if err != nil {
		return nil, fmt.Errorf("the header can't be read: %w", err)
	}
	if !slices.Equal(header, []string{"u", "v", "lower", "balance", "upper"}) {
		return nil, errors.New("the header is not u,v,lower,balance,upper")
	}
	t := &Trust{Scale: rippleScale}
	for {
		record, err := table.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		t.Links++
		balance, ok := readBalance(record[3])
		if !ok {
			line, _ := table.FieldPos(3)
			return nil, fmt.Errorf("line %d: the balance %q is no number that is read", line, record[3])
		}
		if balance.Sign() == 0 {
			t.Idle++
			continue
		}
		t.Lines = append(t.Lines, TrustLine{U: record[0], V: record[1], Balance: balance})
	}
	t.trim(len(t.Lines) * trimPerMille / 1000)
	return t, nil
}

// readBalance reads a number as it is written, to the last digit; one of a size that would need endless digits is none.
func readBalance(text string) (*big.Rat, bool) {
	if size, err := strconv.ParseFloat(text, 64); err != nil || size > 1e40 || size < -1e40 {
		return nil, false
	}
	if _, exponent, _ := strings.Cut(strings.ToLower(text), "e"); len(exponent) > 4 {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// trim leaves out so many of the largest lines; of equal ones the first in the file stay.
func (t *Trust) trim(count int) {
	order := make([]int, len(t.Lines))
	for i := range order {
		order[i] = i
	}
	magnitude := func(i int) *big.Rat { return new(big.Rat).Abs(t.Lines[i].Balance) }
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(magnitude(b).Cmp(magnitude(a)), cmp.Compare(b, a)) })
	out := make([]bool, len(t.Lines))
	for _, i := range order[:count] {
		out[i] = true
		t.Trimmed = append(t.Trimmed, t.Lines[i])
	}
	kept := t.Lines[:0]
	for i, line := range t.Lines {
		if !out[i] {
			kept = append(kept, line)
		}
	}
	t.Lines = kept
}

// Write writes the debts as CSV, amounts cut after the decimals that are kept.
func (t *Trust) Write(w io.Writer) error {
	out := bufio.NewWriterSize(w, 1<<16)
	if _, err := out.WriteString("debtor,creditor,amount\n"); err != nil {
		return err
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.Scale)), nil)
	t.Lost = 0
	for _, line := range t.Lines {
		debtor, creditor := line.U, line.V
		if line.Balance.Sign() > 0 {
			debtor, creditor = creditor, debtor
		}
		units := new(big.Int).Mul(new(big.Int).Abs(line.Balance.Num()), unit)
		units.Quo(units, line.Balance.Denom())
		if units.Sign() == 0 {
			t.Lost++
			continue
		}
		whole, part := new(big.Int).QuoRem(units, unit, new(big.Int))
		if _, err := fmt.Fprintf(out, "%s,%s,%s.%0*s\n", debtor, creditor, whole, t.Scale, part.String()); err != nil {
			return err
		}
	}
	return out.Flush()
}
