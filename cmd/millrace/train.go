package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"text/tabwriter"

	"millrace/edge/modelfile"
	"millrace/lab/train"
)

// trainCommand makes a scorecard or trees from cases with a known outcome, and measures them.
type trainCommand struct {
	File     string         `arg:"" type:"existingfile" help:"Cases: CSV with a header, numbers or categories, empty or NA where there is none; may be gzip."`
	Target   string         `required:"" help:"Column of the outcome: 1 is bad, 0 is good." placeholder:"COLUMN"`
	Drop     []string       `help:"Columns to leave out, such as those that leak the outcome; patterns such as ChgOff* are taken." placeholder:"A,B"`
	Text     []string       `help:"Columns of digits that are categories all the same." placeholder:"A,B"`
	Model    string         `enum:"scorecard,trees" default:"trees" help:"What to make: scorecard or trees."`
	Folds    int            `default:"5" help:"Folds of the cross-validation, stratified by outcome."`
	Seed     uint64         `default:"20261122" help:"Of folds and of what is drawn in training."`
	Monotone map[string]int `help:"Columns with which the risk may only rise (1) or fall (-1), such as income=-1;age=-1." placeholder:"A=1;B=-1"`
	Report   string         `type:"path" help:"Write a report with plots and a card of the model to this HTML file." placeholder:"OUT.html"`
	Table    string         `type:"path" help:"Write the integer table, fitted to all cases, to this JSON file." placeholder:"OUT.json"`
	ModelOut string         `type:"path" help:"Write the table with its figures and what drift is measured against, as it is registered, to this JSON file." placeholder:"OUT.json"`
	Scores   string         `type:"path" help:"Write each case's fold and score to this CSV file." placeholder:"OUT.csv"`
	JSON     bool           `help:"Print the figures as one object."`
}

// Run trains and measures.
func (c *trainCommand) Run() error {
	for column, direction := range c.Monotone {
		if direction != 1 && direction != -1 {
			return usage{fmt.Errorf("--monotone: %s is 1 or -1", column)}
		}
	}
	cases, err := readFile(c.File, func(r io.Reader) (*train.Data, error) {
		return train.Read(r, train.Source{Target: c.Target, Drop: c.Drop, Text: c.Text})
	})
	if err != nil {
		return usage{err}
	}
	for _, column := range cases.Leaks() {
		fmt.Fprintf(os.Stderr, "column %q alone tells the outcome nearly always; if it is known only afterwards, drop it\n", column)
	}
	plan := train.Plan{Form: train.Form(c.Model), Folds: c.Folds, Seed: c.Seed, Monotone: c.Monotone}
	outcome, err := train.Evaluate(cases, plan)
	if err != nil {
		return usage{err}
	}
	if err := errors.Join(c.writeScores(cases, outcome), c.writeTable(cases, plan, outcome)); err != nil {
		return err
	}
	if c.JSON {
		return newLines(os.Stdout).write(outcome)
	}
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "fold\tcases\tbads\tAUC\tGini\tKS\tPSI\t")
	for i, f := range outcome.Folds {
		fmt.Fprintf(t, "%d\t%d\t%d\t%.4f\t%.4f\t%.4f\t%.4f\t\n", i+1, f.Cases, f.Bads, f.AUC, f.Gini, f.KS, f.Stability)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Printf("%s on %d cases, %d bad, %d features: AUC %.4f (sd %.4f), Gini %.4f, KS %.4f, %.1f s\n", outcome.Form, outcome.Cases,
		outcome.Bads, outcome.Features, outcome.AUC, outcome.AUCSpread, outcome.Gini, outcome.KS, outcome.Seconds)
	return nil
}

// writeScores writes what was foretold for each case by the table that did not know it.
func (c *trainCommand) writeScores(cases *train.Data, outcome *train.Outcome) error {
	if c.Scores == "" {
		return nil
	}
	file, err := os.Create(c.Scores)
	if err != nil {
		return err
	}
	table := csv.NewWriter(file)
	rows := [][]string{{"case", "fold", "bad", "score", "probability"}}
	for i, units := range outcome.Scores {
		bad := "0"
		if cases.Bad[i] {
			bad = "1"
		}
		rows = append(rows, []string{strconv.Itoa(i + 1), strconv.Itoa(outcome.Place[i] + 1), bad,
			strconv.FormatInt(units, 10), strconv.FormatFloat(modelfile.Probability(outcome.Scale, units), 'f', 6, 64)})
	}
	return errors.Join(table.WriteAll(rows), file.Close())
}

// writeTable fits all cases once more for the table and the report.
func (c *trainCommand) writeTable(cases *train.Data, plan train.Plan, outcome *train.Outcome) error {
	if c.Table == "" && c.ModelOut == "" && c.Report == "" {
		return nil
	}
	fitted, err := train.Fit(cases, plan)
	if err != nil {
		return err
	}
	if c.Table != "" {
		if err := writeJSON(c.Table, &fitted.Table); err != nil {
			return err
		}
	}
	if c.ModelOut != "" {
		model, err := fitted.File(cases, outcome)
		if err != nil {
			return err
		}
		if err := writeJSON(c.ModelOut, &model); err != nil {
			return err
		}
	}
	if c.Report == "" {
		return nil
	}
	file, err := os.Create(c.Report)
	if err != nil {
		return err
	}
	return errors.Join(train.WriteReport(file, cases, plan, outcome, fitted), file.Close())
}

// writeJSON writes a value and a line feed to a file.
func writeJSON(name string, value any) error {
	content, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return os.WriteFile(name, append(content, '\n'), 0o644)
}
