package main

import (
	"context"
	"errors"
	"fmt"

	"millrace/edge/report"
	"millrace/edge/view"
)

type expectedLossCommand struct {
	dataFlag
	Entity   string `help:"Identity of the funder or seller." placeholder:"pty_…" required:""`
	At       string `help:"Business date: the last assessment on it or before; missing: the last one." placeholder:"DATE"`
	Movement bool   `help:"How the allowances have moved, stage by stage, instead of the lines."`
	JSON     bool   `help:"Print JSON instead of CSV: one object a line."`
}

// Run writes the assessment of one entity.
func (c *expectedLossCommand) Run(ctx context.Context) error {
	books := booksFlags{dataFlag: c.dataFlag, Entity: c.Entity, JSON: c.JSON}
	entity, err := books.entity()
	if err != nil {
		return err
	}
	at, err := dateOf("at", c.At)
	if err != nil {
		return err
	}
	return readTables(ctx, c.Data, func(v *view.View) error {
		loss, err := v.ExpectedLoss(everything, entity, at)
		if errors.Is(err, view.ErrNotFound) {
			return usage{fmt.Errorf("--entity: %s has no finished assessment by then", entity)}
		}
		if err != nil {
			return err
		}
		if c.Movement {
			return written(&books, report.Rows(loss.Assessment.Movement))
		}
		return written(&books, report.Rows(loss.Lines))
	})
}

type incomeCommand struct {
	booksFlags
	Alarms bool `help:"What the rule on volume and grade says of each product, instead of the lines."`
}

// Run writes income, cost and loss.
func (c *incomeCommand) Run(ctx context.Context) error {
	entity, err := c.entity()
	if err != nil {
		return err
	}
	return readTables(ctx, c.Data, func(v *view.View) error {
		income, err := v.Income(everything, entity)
		if err != nil {
			return err
		}
		if c.Alarms {
			return written(&c.booksFlags, report.Rows(income.Drifts))
		}
		return written(&c.booksFlags, report.Rows(income.Lines))
	})
}

type billsCommand struct{ booksFlags }

// Run writes the bills: of one payer, or of all.
func (c *billsCommand) Run(ctx context.Context) error {
	entity, err := c.entity()
	if err != nil {
		return err
	}
	return readTables(ctx, c.Data, func(v *view.View) error {
		lines, err := v.Billed(everything)
		if err != nil {
			return err
		}
		kept := lines[:0]
		for _, line := range lines {
			if entity == 0 || line.Payer.ID == entity.String() {
				kept = append(kept, line)
			}
		}
		return written(&c.booksFlags, report.Rows(kept))
	})
}
