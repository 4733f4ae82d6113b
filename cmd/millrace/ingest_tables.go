package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"millrace/book"
	"millrace/edge/sheet"
	"millrace/edge/tracking"
	"millrace/engine"
)

// partTables takes the tables out of a list of files. A stock count has a form of its own and needs no mapping.
func partTables(all []string, open func(string) ([]byte, error)) (files, tables []string) {
	for _, file := range all {
		switch strings.ToLower(filepath.Ext(file)) {
		case ".csv", ".xlsx":
			if content, err := open(file); err == nil && tracking.Recognises(file, content) {
				files = append(files, file)
				continue
			}
			tables = append(tables, file)
		default:
			files = append(files, file)
		}
	}
	return files, tables
}

// readMapping reads the mapping that was given; nil when none was.
func (c *ingestCommand) readMapping() (*sheet.Mapping, error) {
	if c.Mapping == "" {
		return nil, nil
	}
	content, err := os.ReadFile(c.Mapping)
	if err != nil {
		return nil, err
	}
	mapping, err := sheet.ParseMapping(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Mapping, err)
	}
	return &mapping, nil
}

// readTables takes the documents of tables into the book, each with the rows that it was read from.
func (r *reader) readTables(ctx context.Context, files []string, mapping *sheet.Mapping, open func(string) ([]byte, error), yield func(fileResult) error) error {
	for _, file := range files {
		documents, problem := r.readTable(file, mapping, open)
		if problem != "" {
			r.summary.count("rejected")
			if err := yield(fileResult{File: file, Status: "rejected", Error: problem}); err != nil {
				return err
			}
			continue
		}
		for chunk := range slices.Chunk(documents, together) {
			results, err := r.recordRows(ctx, file, chunk)
			if err != nil {
				return err
			}
			for _, result := range results {
				r.summary.count(result.Status)
				if err := yield(result); err != nil {
					return err
				}
			}
		}
	}
	r.summary.TradesMatched = len(r.matched)
	return nil
}

// readTable reads one table, or says why it can't be read.
func (r *reader) readTable(file string, mapping *sheet.Mapping, open func(string) ([]byte, error)) ([]sheet.Result, string) {
	if mapping == nil {
		return nil, "a table is read by a mapping: name it with --mapping"
	}
	content, err := open(file)
	if err != nil {
		return nil, err.Error()
	}
	reading, err := sheet.Read(file, content, *mapping, sheet.Limits{BytesMax: r.limits.BytesMax})
	if err != nil {
		return nil, err.Error()
	}
	return reading.Results, ""
}

// recordRows records the documents that could be read.
func (r *reader) recordRows(ctx context.Context, file string, documents []sheet.Result) ([]fileResult, error) {
	results := make([]fileResult, len(documents))
	var requests []engine.Request
	var commands []*book.RecordDocument
	var of []int
	for i := range documents {
		d := &documents[i]
		results[i] = fileResult{File: fmt.Sprintf("%s:%d", file, d.Rows[0]), Status: "rejected"}
		if len(d.Errors) > 0 {
			errs := make([]error, len(d.Errors))
			for n, err := range d.Errors {
				errs[n] = err
			}
			results[i].Error = errors.Join(errs...).Error()
			continue
		}
		results[i].Type = d.Document.Type.String()
		command, err := r.intake.Prepare(ctx, &d.Document, d.Excerpt, r.channel)
		if err != nil {
			return nil, err
		}
		requests = append(requests, engine.Request{Actor: r.actor, Command: command})
		commands, of = append(commands, command), append(of, i)
	}
	if len(requests) == 0 {
		return results, nil
	}
	answers, err := r.engine.SubmitAll(ctx, requests)
	if err != nil {
		return nil, err
	}
	for n, answer := range answers {
		if err := r.answer(ctx, &results[of[n]], commands[n], answer); err != nil {
			return nil, err
		}
	}
	return results, nil
}
