package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"millrace/domain/id"
	"millrace/edge/report"
	"millrace/edge/view"
)

type proofOfFundsCommand struct {
	dataFlag
	Programme string `help:"Identity of the programme; missing: one after the other." placeholder:"prg_…"`
	Date      string `help:"Business date; missing: the one that is open." placeholder:"DATE"`
	JSON      bool   `help:"Print JSON instead of CSV: one proof a line."`
}

// errNotProved ends the command where a proof does not come out.
var errNotProved = errors.New("what the bank holds is not what the book says")

// Run writes the proofs; it fails where one of them does not come out.
func (c *proofOfFundsCommand) Run(ctx context.Context) error {
	date, err := dateOf("date", c.Date)
	if err != nil {
		return err
	}
	return readTables(ctx, c.Data, func(v *view.View) error {
		programmes, err := c.programmes(v)
		if err != nil {
			return err
		}
		lines, proved := newLines(os.Stdout), true
		for _, programme := range programmes {
			proof, err := v.ProofOfFunds(everything, programme, date)
			if errors.Is(err, view.ErrNotFound) {
				return usage{fmt.Errorf("--programme: there is no programme %s", programme)}
			}
			if err != nil {
				return err
			}
			proved = proved && proof.Difference.Minor == 0
			if c.JSON {
				err = lines.write(proof)
			} else {
				err = report.CSV(os.Stdout, report.Rows(proof.Lines))
			}
			if err != nil {
				return err
			}
		}
		if !proved {
			return errNotProved
		}
		return nil
	})
}

func (c *proofOfFundsCommand) programmes(v *view.View) ([]id.Programme, error) {
	if c.Programme != "" {
		one, err := id.Parse[id.Programme](c.Programme)
		if err != nil {
			return nil, usage{err}
		}
		return []id.Programme{one}, nil
	}
	var all []id.Programme
	for q := (view.Query{Order: view.OldestFirst, Limit: view.LimitMax}); ; {
		page, err := v.Programmes(everything, q)
		if err != nil {
			return nil, err
		}
		for i := range page.Items {
			one, err := id.Parse[id.Programme](page.Items[i].ID)
			if err != nil {
				return nil, err
			}
			all = append(all, one)
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return all, nil
		}
	}
}
