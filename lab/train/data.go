// Package train makes scorecards and boosted trees from a table of cases whose outcome is known, measures them by cross-validation in
// which nothing is learnt outside the fold, and writes what it found as a report. What comes out is a score.Table: the figures are
// those of the integers that would be registered.
package train

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strings"

	"millrace/domain/score"
)

// Column is one feature of the cases: a number as an integer of so many decimals, or the place of a category. A missing one is
// score.Missing.
type Column struct {
	Name       string
	Digits     int
	Categories []string // none: a number
	Values     []int64
}

// Data is cases with a known outcome.
type Data struct {
	Columns []Column
	Bad     []bool // the target is 1
	Bads    int
	Missing int // cells
}

// Rows is the number of cases.
func (d *Data) Rows() int { return len(d.Bad) }

// BadCell says what can't be read in a table of cases.
type BadCell struct {
	Row    int // from 1, the header
	Column string
	Value  string
	Reason string
}

// Error says where and what.
func (b *BadCell) Error() string {
	return fmt.Sprintf("row %d, column %q: %q %s", b.Row, b.Column, b.Value, b.Reason)
}

// Source says which columns are what.
type Source struct {
	Target string
	Drop   []string // names or patterns such as "ChgOff*"
	Text   []string // columns of digits that are categories all the same
}

// outcomes are the texts that a target may have besides 0 and 1.
var outcomes = map[string]bool{"0": false, "1": true, "0.0": false, "1.0": true, "false": false, "true": true, "no": false, "yes": true,
	"good": false, "bad": true}

// Read reads cases from CSV with a header, packed with gzip or not. A column of numbers is one in which all that is neither empty nor
// NA is a decimal number; any other holds categories. A target is 0 or 1 in every row, or false or true, no or yes, good or bad.
// An error is a BadCell where one cell is to blame.
func Read(r io.Reader, source Source) (*Data, error) {
	buffered := bufio.NewReaderSize(r, 1<<16)
	if magic, _ := buffered.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		unpacked, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, err
		}
		buffered = bufio.NewReaderSize(unpacked, 1<<16)
	}
	if mark, _ := buffered.Peek(3); string(mark) == "\uFEFF" {
		if _, err := buffered.Discard(3); err != nil {
			return nil, err
		}
	}
	header, cells, err := readCells(buffered)
	if err != nil {
		return nil, err
	}
	target := slices.Index(header, source.Target)
	if target < 0 {
		return nil, fmt.Errorf("there is no column %q for the target", source.Target)
	}
	d := new(Data)
	if err := d.readTarget(source.Target, cells[target]); err != nil {
		return nil, err
	}
	used := make([]bool, len(source.Drop))
	for i, name := range header {
		dropped, err := dropped(name, source.Drop, used)
		if err != nil {
			return nil, err
		}
		if i == target || dropped {
			continue
		}
		column, err := makeColumn(name, cells[i], slices.Contains(source.Text, name))
		if err != nil {
			return nil, err
		}
		d.Columns = append(d.Columns, column)
		for _, v := range column.Values {
			if v == score.Missing {
				d.Missing++
			}
		}
	}
	if i := slices.Index(used, false); i >= 0 {
		return nil, fmt.Errorf("there is no column %q to drop", source.Drop[i])
	}
	for _, name := range source.Text {
		if !slices.Contains(header, name) {
			return nil, fmt.Errorf("there is no column %q to read as categories", name)
		}
	}
	if len(d.Columns) == 0 {
		return nil, errors.New("there is no column besides the target")
	}
	return d, nil
}

func dropped(name string, patterns []string, used []bool) (bool, error) {
	hit := false
	for i, pattern := range patterns {
		match, err := path.Match(pattern, name)
		if err != nil {
			return false, fmt.Errorf("%q is no pattern of names", pattern)
		}
		if match || pattern == name {
			hit, used[i] = true, true
		}
	}
	return hit, nil
}

// readCells gives the names of the columns and their cells by column.
func readCells(r io.Reader) ([]string, [][]string, error) {
	table := csv.NewReader(r)
	table.ReuseRecord = true
	first, err := table.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil, errors.New("the file is empty")
	}
	if err != nil {
		return nil, nil, err
	}
	header := make([]string, len(first))
	for i, name := range first {
		header[i] = strings.TrimSpace(name)
		switch place := slices.Index(header[:i], header[i]); {
		case header[i] == "":
			return nil, nil, fmt.Errorf("column %d of the header has no name", i+1)
		case place >= 0:
			return nil, nil, fmt.Errorf("two columns are called %q", header[i])
		}
	}
	cells := make([][]string, len(header))
	for {
		record, err := table.Read()
		if errors.Is(err, io.EOF) {
			return header, cells, nil
		}
		if err != nil {
			return nil, nil, err
		}
		for i, text := range record {
			if text = strings.TrimSpace(text); text == "NA" {
				text = ""
			}
			cells[i] = append(cells[i], strings.Clone(text))
		}
	}
}

func (d *Data) readTarget(name string, cells []string) error {
	for row, text := range cells {
		bad, known := outcomes[strings.ToLower(text)]
		if !known {
			return &BadCell{row + 2, name, text, "is no outcome: it is 0 or 1 in every row"}
		}
		d.Bad = append(d.Bad, bad)
		if bad {
			d.Bads++
		}
	}
	return nil
}

// digitsMost is how many decimal digits before and after the point together a number may need; more are rounded away after it.
const digitsMost = 15

var notNumbers = []string{"nan", "+nan", "-nan", "inf", "+inf", "-inf", "infinity", "-infinity", "+infinity", "null", "none"}

func makeColumn(name string, cells []string, text bool) (Column, error) {
	column := Column{Name: name, Values: make([]int64, len(cells))}
	numbers := make([]score.Decimal, len(cells))
	numeric, odd, found := !text, -1, 0
	decimals, whole := 0, 1
	for i, cell := range cells {
		if cell == "" || text {
			continue
		}
		number, ok := score.ParseDecimal(cell)
		if !ok {
			if !slices.Contains(notNumbers, strings.ToLower(cell)) {
				numeric = false
				break
			}
			odd = i
			continue
		}
		found++
		numbers[i] = number
		decimals = max(decimals, -number.Exponent)
		whole = max(whole, number.Exponent+1+int(math.Log10(math.Abs(float64(number.Digits))+1)))
	}
	if numeric && found > 0 {
		if odd >= 0 {
			return column, &BadCell{odd + 2, name, cells[odd], "is not a number; leave the cell empty where there is none"}
		}
		column.Digits = max(0, min(decimals, 9, digitsMost-whole))
		for i, cell := range cells {
			if column.Values[i] = numbers[i].Scaled(column.Digits); cell == "" {
				column.Values[i] = score.Missing
			}
		}
		return column, nil
	}
	places := map[string]int64{}
	for _, cell := range cells {
		if _, known := places[cell]; !known && cell != "" {
			places[cell] = 0
			column.Categories = append(column.Categories, cell)
		}
	}
	slices.Sort(column.Categories)
	for i, category := range column.Categories {
		places[category] = int64(i)
	}
	for i, cell := range cells {
		if column.Values[i] = score.Missing; cell != "" {
			column.Values[i] = places[cell]
		}
	}
	return column, nil
}
