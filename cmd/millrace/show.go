package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/view"
)

// showCommand shows a record and its story.
type showCommand struct {
	dataFlag
	ID   string `arg:"" name:"id" help:"As printed: rcv_1-42-C, fin_…, doc_…, trd_…, pay_…, pty_…, acc_…"`
	JSON bool   `help:"Print one object: the record and its story."`
}

// shown is a record and every entry that changed it.
type shown struct {
	Record any          `json:"record"`
	Story  []view.Entry `json:"story"`
}

// Run reads the record from the tables and its entries from the journal.
func (c *showCommand) Run(ctx context.Context) error {
	return readTables(ctx, c.Data, func(v *view.View) error {
		result, err := c.read(v)
		if errors.Is(err, view.ErrNotFound) {
			return usage{fmt.Errorf("there is no record %q", c.ID)}
		}
		if err != nil {
			return err
		}
		if c.JSON {
			return newLines(os.Stdout).write(result)
		}
		return result.print()
	})
}

// everything is the caller who sees all: whoever can read the data directory.
var everything = access.Caller{Role: party.Operator}

func (c *showCommand) read(v *view.View) (shown, error) {
	record, err := recordByID(v, c.ID)
	if err != nil {
		return shown{}, err
	}
	result := shown{Record: record, Story: []view.Entry{}}
	query := view.Query{Order: view.OldestFirst}
	for {
		page, err := v.Story(everything, c.ID, query)
		if err != nil {
			return shown{}, err
		}
		result.Story = append(result.Story, page.Items...)
		if query.Cursor = page.Next; query.Cursor == "" {
			return result, nil
		}
	}
}

// recordByID finds a record of any kind by its printed identity.
func recordByID(v *view.View, text string) (any, error) {
	finders := map[string]func() (any, error){
		"pty": func() (any, error) { return byID(v.Party, text) },
		"bac": func() (any, error) { return byID(v.BankAccount, text) },
		"act": func() (any, error) { return byID(v.Actor, text) },
		"key": func() (any, error) { return byID(v.Key, text) },
		"prd": func() (any, error) { return byID(v.Product, text) },
		"prg": func() (any, error) { return byID(v.Programme, text) },
		"rvw": func() (any, error) { return byID(v.Review, text) },
		"lim": func() (any, error) { return byID(v.Limit, text) },
		"doc": func() (any, error) { return byID(v.Document, text) },
		"trd": func() (any, error) { return byID(v.Trade, text) },
		"rcv": func() (any, error) { return byID(v.Receivable, text) },
		"fin": func() (any, error) { return byID(v.Financing, text) },
		"pay": func() (any, error) { return byID(v.Payment, text) },
		"rct": func() (any, error) { return byID(v.Receipt, text) },
		"acc": func() (any, error) { return byID(v.Account, text) },
		"hld": func() (any, error) { return byID(v.Hold, text) },
		"sgk": func() (any, error) { return byID(v.SigningKey, text) },
		"mdt": func() (any, error) { return byID(v.Mandate, text) },
		"cnf": func() (any, error) { return byID(v.Confirmation, text) },
		"dsp": func() (any, error) { return byID(v.Dispute, text) },
		"auc": func() (any, error) { return byID(v.Auction, text) },
		"bid": func() (any, error) { return byID(v.Bid, text) },
		"whr": func() (any, error) { return byID(v.WarehouseReceipt, text) },
		"mcl": func() (any, error) { return byID(v.MarginCall, text) },
		"clt": func() (any, error) { return byID(v.Collateral, text) },
		"pol": func() (any, error) { return byID(v.Pool, text) },
		"bas": func() (any, error) { return byID(v.Base, text) },
	}
	find, known := finders[id.PrefixOf(text)]
	if !known {
		return nil, usage{fmt.Errorf("%q is no identity; one looks like rcv_1-42-C", text)}
	}
	return find()
}

func byID[I interface {
	~uint64
	Prefix() string
}, R any](find func(access.Caller, I) (R, error), text string) (any, error) {
	parsed, err := id.Parse[I](text)
	if err != nil {
		return nil, usage{err}
	}
	record, err := find(everything, parsed)
	return record, err
}

func (s shown) print() error {
	record, err := json.MarshalIndent(s.Record, "", "  ")
	if err != nil {
		return err
	}
	fmt.Printf("%s\n\n", record)
	for _, entry := range s.Story {
		for i, event := range entry.Events {
			place := fmt.Sprintf("%6d  %s", entry.Sequence, entry.At)
			if i > 0 {
				place = fmt.Sprintf("%*s", len(place), "")
			}
			if _, err := fmt.Printf("%s  %s\n", place, event.Sentence); err != nil {
				return err
			}
		}
	}
	return nil
}
