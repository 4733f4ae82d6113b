package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"millrace/domain/score"
	"millrace/edge/modelfile"
)

// scoreCommand scores cases by a table or by a model of LightGBM or XGBoost.
type scoreCommand struct {
	Model    string `arg:"" type:"existingfile" help:"A table that train wrote, LightGBM's text form, or XGBoost's JSON."`
	Cases    string `arg:"" optional:"" type:"existingfile" help:"Cases: CSV with a column for each feature; may be gzip."`
	Decimals int    `default:"6" help:"Decimals of numbers that an imported model sees, 0 to 9."`
	Reasons  int    `default:"4" help:"How many reasons to give, the most harmful first."`
	Table    string `type:"path" help:"Write the integer table to this JSON file." placeholder:"OUT.json"`
}

// Run reads the model, and writes what it was asked for: a line of CSV for each case.
func (c *scoreCommand) Run() error {
	content, err := os.ReadFile(c.Model)
	if err != nil {
		return usage{err}
	}
	table, err := modelfile.Read(content, c.Decimals)
	if err != nil {
		return usage{fmt.Errorf("%s: %w", c.Model, err)}
	}
	if c.Table != "" {
		content, err := json.Marshal(&table)
		if err != nil {
			return err
		}
		if err := os.WriteFile(c.Table, append(content, '\n'), 0o644); err != nil {
			return err
		}
	}
	if c.Cases == "" {
		return nil
	}
	scorer, err := score.New(table)
	if err != nil {
		return usage{err}
	}
	_, err = readFile(c.Cases, func(r io.Reader) (struct{}, error) { return struct{}{}, c.scoreAll(scorer, r) })
	if err != nil {
		return usage{err}
	}
	return nil
}

func (c *scoreCommand) scoreAll(scorer *score.Scorer, r io.Reader) error {
	in, out := csv.NewReader(r), csv.NewWriter(os.Stdout)
	header, err := in.Read()
	if err != nil {
		return fmt.Errorf("the header can't be read: %w", err)
	}
	for i := range header {
		header[i] = strings.TrimSpace(strings.TrimPrefix(header[i], "\uFEFF"))
	}
	features := scorer.Table().Features
	columns := make([]int, len(features))
	for i := range features {
		if columns[i] = slices.Index(header, features[i].Name); columns[i] < 0 {
			return fmt.Errorf("there is no column %q, which the model asks for", features[i].Name)
		}
	}
	if err := out.Write([]string{"case", "points", "units", "probability", "base", "reasons"}); err != nil {
		return err
	}
	facts := make([]int64, len(features))
	for number := 1; ; number++ {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			out.Flush()
			return out.Error()
		}
		if err != nil {
			return err
		}
		for i, column := range columns {
			if facts[i], err = features[i].Fact(record[column]); err != nil {
				return fmt.Errorf("row %d: %w", number+1, err)
			}
		}
		if err := out.Write(c.line(scorer, number, facts)); err != nil {
			return err
		}
	}
}

func (c *scoreCommand) line(scorer *score.Scorer, number int, facts []int64) []string {
	units := scorer.Score(facts)
	base, reasons := scorer.Reasons(facts)
	slices.SortStableFunc(reasons, func(a, b score.Reason) int { return int((a.Units - a.Shortfall) - (b.Units - b.Shortfall)) })
	var told []string
	for _, r := range reasons[:min(len(reasons), max(0, c.Reasons))] {
		told = append(told, fmt.Sprintf("%s %+d", scorer.Table().Features[r.Feature].Name, r.Units))
	}
	return []string{strconv.Itoa(number), strconv.FormatInt(scorer.Points(units), 10), strconv.FormatInt(units, 10),
		strconv.FormatFloat(modelfile.Probability(scorer.Table().Scale, units), 'f', 6, 64), strconv.FormatInt(base, 10), strings.Join(told, "; ")}
}
