package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"millrace/book"
	"millrace/domain/score"
	"millrace/edge/modelfile"
)

// modelCommand looks at models apart from any book.
type modelCommand struct {
	Check modelCheckCommand `cmd:"" help:"Say whether a model can be registered, and what it asks for."`
	Facts modelFactsCommand `cmd:"" help:"List the facts that a model of a purpose may ask for."`
}

type modelCheckCommand struct {
	File     string `arg:"" type:"existingfile" help:"What train --model-out writes, a table, LightGBM's text form or XGBoost's JSON; may be gzip."`
	Purpose  string `enum:",buyer_review,seller_review,credit_use" default:"" help:"Also say whether the book knows the facts that it asks for: buyer_review, seller_review or credit_use."`
	Decimals int    `default:"6" help:"Decimals of numbers that a model of another program sees, 0 to 9."`
	Name     string `help:"Name under which it is to be registered." placeholder:"NAME"`
	Request  string `type:"path" help:"Write the body of the request that registers it to this JSON file; needs --name and --purpose." placeholder:"OUT.json"`
	JSON     bool   `help:"Print the findings as one object."`
}

// modelFindings is what check says of a file.
type modelFindings struct {
	Table      string         `json:"table"`
	Features   int            `json:"features"`
	Attributes int            `json:"attributes"`
	Trees      int            `json:"trees"`
	Nodes      int            `json:"nodes"`
	Bytes      int            `json:"bytes"`
	Hash       string         `json:"hash"`
	Training   score.Training `json:"training"`
	Watched    bool           `json:"drift_watched"`
	Faults     []string       `json:"faults"`
}

// Run reads the file; one that can't be read is a usage error, one that can't be registered is a finding.
func (c *modelCheckCommand) Run() error {
	content, err := os.ReadFile(c.File)
	if err != nil {
		return usage{err}
	}
	file, err := modelfile.ReadFile(content, c.Decimals)
	if err != nil {
		return usage{fmt.Errorf("%s: %w", c.File, err)}
	}
	packed := file.Table.Pack()
	f := modelFindings{
		Table: file.Table.Name, Features: len(file.Table.Features), Attributes: len(file.Table.Characteristics), Trees: len(file.Table.Trees),
		Bytes: len(packed), Hash: fmt.Sprintf("%x", sha256.Sum256(packed)), Training: file.Training, Watched: file.Reference.Known(), Faults: []string{},
	}
	for i := range file.Table.Trees {
		f.Nodes += len(file.Table.Trees[i].Nodes)
	}
	if len(packed) > book.ModelBytesMax {
		f.Faults = append(f.Faults, fmt.Sprintf("the packed table has %d bytes; at most %d are possible: train fewer or smaller trees", len(packed), book.ModelBytesMax))
	}
	if purpose := score.ParsePurpose(c.Purpose); purpose != 0 {
		f.Faults = append(f.Faults, book.FactsMissing(purpose, &file.Table)...)
	}
	if err := c.print(&f); err != nil {
		return err
	}
	if len(f.Faults) > 0 {
		return found{errors.New("the model can't be registered")}
	}
	return c.writeRequest(content)
}

func (c *modelCheckCommand) print(f *modelFindings) error {
	if c.JSON {
		return newLines(os.Stdout).write(f)
	}
	fmt.Printf("%s: %d features, %d lines of a scorecard, %d trees with %d nodes, %d bytes packed\n", f.Table, f.Features, f.Attributes, f.Trees, f.Nodes, f.Bytes)
	fmt.Println("SHA-256", f.Hash)
	if t := f.Training; t.Cases > 0 {
		fmt.Printf("measured on %d cases, %d bad, %d folds: AUC %.4f, Gini %.4f, KS %.4f\n", t.Cases, t.Bads, t.Folds, float64(t.AUC)/1e6, float64(t.Gini)/1e6, float64(t.KS)/1e6)
	}
	if !f.Watched {
		fmt.Println("there is nothing to measure drift against")
	}
	for _, fault := range f.Faults {
		fmt.Println("fault:", fault)
	}
	return nil
}

// modelRequest is the body that registers a model.
type modelRequest struct {
	Name     string `json:"name"`
	Purpose  string `json:"purpose"`
	File     string `json:"file"`
	Decimals int    `json:"decimals"`
}

func (c *modelCheckCommand) writeRequest(content []byte) error {
	if c.Request == "" {
		return nil
	}
	if c.Name == "" || c.Purpose == "" {
		return usage{errors.New("--request needs --name and --purpose")}
	}
	if bytes.HasPrefix(content, []byte{0x1f, 0x8b}) {
		return writeJSON(c.Request, modelRequest{c.Name, c.Purpose, base64.StdEncoding.EncodeToString(content), c.Decimals})
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(content); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return writeJSON(c.Request, modelRequest{c.Name, c.Purpose, base64.StdEncoding.EncodeToString(packed.Bytes()), c.Decimals})
}

type modelFactsCommand struct {
	Purpose string `enum:"buyer_review,seller_review,credit_use" default:"credit_use" help:"buyer_review, seller_review or credit_use."`
	JSON    bool   `help:"Print one object a line."`
}

// Run lists the facts.
func (c *modelFactsCommand) Run() error {
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	lines := newLines(os.Stdout)
	for _, k := range book.FactsKnown(score.ParsePurpose(c.Purpose)) {
		if c.JSON {
			if err := lines.write(struct {
				Name       string   `json:"name"`
				Unit       string   `json:"unit"`
				Title      string   `json:"title"`
				Decimals   uint8    `json:"decimals"`
				Categories []string `json:"categories,omitempty"`
			}(k)); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%s\t%s\n", k.Name, k.Unit, k.Decimals, k.Title, strings.Join(k.Categories, ", "))
	}
	return t.Flush()
}
