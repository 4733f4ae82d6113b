package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/edge/report"
	"millrace/edge/view"
	"millrace/engine"
)

// reportCommand writes reports about the books.
type reportCommand struct {
	TrialBalance  trialBalanceCommand  `cmd:"" help:"The trial balance of each entity on the evening of a business date."`
	Ageing        ageingCommand        `cmd:"" help:"What is owed, by days past due."`
	GeneralLedger generalLedgerCommand `cmd:"" help:"Every posting between two business dates."`

	SupplierFinance supplierFinanceCommand `cmd:"" help:"What a buyer discloses about its supplier finance arrangements."`

	ExpectedLoss expectedLossCommand `cmd:"" help:"What a funder or seller is expected to lose, line by line, as it was assessed."`
	Income       incomeCommand       `cmd:"" help:"Income, cost and loss by product, grade and vintage."`
	Bills        billsCommand        `cmd:"" help:"The operator's bills, line by line."`

	ProofOfFunds proofOfFundsCommand `cmd:"" help:"What the bank holds for a programme, item by item to what the book says, and whose it is."`
}

// booksFlags say whose books are reported, and how.
type booksFlags struct {
	dataFlag
	Entity string `help:"Identity of the party whose books they are; missing: everybody's." placeholder:"pty_…"`
	JSON   bool   `help:"Print JSON instead of CSV: one object a line."`
}

// entity is 0 for everybody.
func (f *booksFlags) entity() (id.Party, error) {
	if f.Entity == "" {
		return 0, nil
	}
	of, err := id.Parse[id.Party](f.Entity)
	if err != nil {
		return 0, usage{err}
	}
	return of, nil
}

// dateOf reads a date that was given; missing is 0.
func dateOf(flag, text string) (calendar.Date, error) {
	if text == "" {
		return 0, nil
	}
	date, ok := calendar.Parse(text)
	if !ok {
		return 0, usage{fmt.Errorf("--%s: %q is no date; one looks like 2026-11-22", flag, text)}
	}
	return date, nil
}

// readTables opens the tables of a data directory to read.
func readTables(ctx context.Context, data string, read func(*view.View) error) (err error) {
	if err := exists(data); err != nil {
		return err
	}
	o := options(data)
	o.ReadOnly = true
	e, err := engine.Open(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close(context.Background())) }()
	v, err := view.New(e).Now(ctx)
	if err != nil {
		return err
	}
	defer v.Close()
	return read(v)
}

// written prints rows as CSV or as JSON.
func written[R any](f *booksFlags, rows iter.Seq2[R, error]) error {
	if !f.JSON {
		return report.CSV(os.Stdout, rows)
	}
	lines := newLines(os.Stdout)
	for row, err := range rows {
		if err != nil {
			return err
		}
		if err := lines.write(row); err != nil {
			return err
		}
	}
	return nil
}

type trialBalanceCommand struct {
	booksFlags
	Until string `help:"Business date; missing: the one that is open." placeholder:"DATE"`
}

// Run writes the trial balance.
func (c *trialBalanceCommand) Run(ctx context.Context) error {
	entity, err := c.entity()
	if err != nil {
		return err
	}
	until, err := dateOf("until", c.Until)
	if err != nil {
		return err
	}
	return readTables(ctx, c.Data, func(v *view.View) error {
		balance, err := v.TrialBalance(everything, entity, until)
		if err != nil {
			return err
		}
		return written(&c.booksFlags, report.Rows(balance.Lines))
	})
}

type ageingCommand struct{ booksFlags }

// Run writes the ageing.
func (c *ageingCommand) Run(ctx context.Context) error {
	entity, err := c.entity()
	if err != nil {
		return err
	}
	return readTables(ctx, c.Data, func(v *view.View) error {
		ageing, err := v.Ageing(everything, entity)
		if err != nil {
			return err
		}
		return written(&c.booksFlags, report.Rows(ageing.Lines))
	})
}

type generalLedgerCommand struct {
	booksFlags
	From  string `help:"First business date." placeholder:"DATE" required:""`
	Until string `help:"Last business date; missing: the one that is open." placeholder:"DATE"`
}

// Run writes the general ledger.
func (c *generalLedgerCommand) Run(ctx context.Context) error {
	entity, err := c.entity()
	if err != nil {
		return err
	}
	from, err := dateOf("from", c.From)
	if err != nil {
		return err
	}
	until, err := dateOf("until", c.Until)
	if err != nil {
		return err
	}
	return readTables(ctx, c.Data, func(v *view.View) error {
		if until == 0 {
			if until, err = v.Date(); err != nil {
				return err
			}
		}
		if until < from {
			return usage{fmt.Errorf("--until: %s is before %s", until, from)}
		}
		return written(&c.booksFlags, v.GeneralLedger(everything, entity, from, until))
	})
}

type supplierFinanceCommand struct {
	dataFlag
	Entity   string `help:"Identity of the buyer." placeholder:"pty_…" required:""`
	Standard string `help:"Accounting standard: ifrs (IAS 7.44F-44H, IFRS 7) or us-gaap (ASU 2022-04)." enum:"ifrs,us-gaap" required:"" placeholder:"NAME"`
	From     string `help:"First business date of the period." placeholder:"DATE" required:""`
	Until    string `help:"Last business date of the period." placeholder:"DATE" required:""`
	JSON     bool   `help:"Print JSON instead of CSV: one object a line."`
}

// Run writes the tables of one buyer.
func (c *supplierFinanceCommand) Run(ctx context.Context) error {
	books := booksFlags{dataFlag: c.dataFlag, Entity: c.Entity, JSON: c.JSON}
	entity, err := books.entity()
	if err != nil {
		return err
	}
	from, err := dateOf("from", c.From)
	if err != nil {
		return err
	}
	until, err := dateOf("until", c.Until)
	if err != nil {
		return err
	}
	if until < from {
		return usage{fmt.Errorf("--until: %s is before %s", until, from)}
	}
	return readTables(ctx, c.Data, func(v *view.View) error {
		tables, err := v.SupplierFinance(everything, entity, c.Standard, from, until)
		if errors.Is(err, view.ErrNotFound) {
			return usage{fmt.Errorf("--entity: there is no party %s", entity)}
		}
		if err != nil {
			return err
		}
		return written(&books, report.Rows(tables.Rows))
	})
}
