package main

import (
	"fmt"
	"os"
	"text/tabwriter"

	"millrace/domain/money"
	"millrace/edge/statement"
)

// statementCommand reads bank statements and says whether they add up. It needs no node.
type statementCommand struct {
	Files []string `arg:"" help:"Statement files: camt.052, camt.053, camt.054, MT940, MT942." type:"existingfile"`
	JSON  bool     `help:"Print one object a file."`
}

// statementShown is what is printed of a file. Amounts are in major units; those of a file with several accounts are with its
// statements only.
type statementShown struct {
	File       string         `json:"file"`
	Format     string         `json:"format"`
	Entries    int            `json:"entries"`
	Opening    *string        `json:"opening"`  // null where it is not told
	Closing    *string        `json:"closing"`  // likewise
	Balanced   *bool          `json:"balanced"` // null where a balance is not told
	Error      string         `json:"error"`
	Statements []accountShown `json:"statements,omitempty"`
}

type accountShown struct {
	Account  string  `json:"account"`
	Number   string  `json:"number"`
	Currency string  `json:"currency"`
	Entries  int     `json:"entries"`
	Opening  *string `json:"opening"`
	Closing  *string `json:"closing"`
	Balanced *bool   `json:"balanced"`
}

// Run reads every file; one that can't be read, or does not add up, makes the exit code 1.
func (c *statementCommand) Run() error {
	wrong := 0
	out, table := newLines(os.Stdout), tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, path := range c.Files {
		shown, err := bankStatement(path)
		if err != nil {
			return err
		}
		if shown.Error != "" || shown.Balanced != nil && !*shown.Balanced {
			wrong++
		}
		if c.JSON {
			if err := out.write(shown); err != nil {
				return err
			}
			continue
		}
		shown.rows(table)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if wrong > 0 {
		return found{fmt.Errorf("%d of %d files can't be read, or don't add up", wrong, len(c.Files))}
	}
	return nil
}

func bankStatement(path string) (*statementShown, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	shown := &statementShown{File: path}
	file, err := statement.Read(path, content, statement.Limits{})
	if err != nil {
		shown.Error = err.Error()
		return shown, nil
	}
	shown.Format = file.Format
	for i := range file.Statements {
		s := &file.Statements[i]
		one := accountShown{Account: s.Account, Number: s.Number, Entries: len(s.Entries), Opening: balance(s.Opening), Closing: balance(s.Closing), Balanced: balanced(s.Prove())}
		if s.Currency != 0 {
			one.Currency = s.Currency.String()
		}
		shown.Entries += one.Entries
		shown.Statements = append(shown.Statements, one)
	}
	shown.together(file)
	return shown, nil
}

// together gives a file's own balances: those of its statement, or of the pages of one account, which must follow one another.
func (s *statementShown) together(file *statement.File) {
	all, proof, one := file.Statements, statement.Balanced, true
	for i := range all {
		switch p := all[i].Prove(); {
		case p == statement.Unbalanced:
			proof = p
		case p == statement.Untold && proof == statement.Balanced:
			proof = p
		}
		if i == 0 {
			continue
		}
		before, after := &all[i-1], &all[i]
		if before.Account != after.Account || before.Currency != after.Currency {
			one = false
		} else if before.Closing != nil && after.Opening != nil && before.Closing.Amount != after.Opening.Amount {
			proof = statement.Unbalanced
		}
	}
	s.Balanced = balanced(proof)
	if one {
		s.Opening, s.Closing = balance(all[0].Opening), balance(all[len(all)-1].Closing)
	}
}

func balance(b *statement.Balance) *string {
	if b == nil {
		return nil
	}
	text := money.Format(b.Amount, b.Currency)
	return &text
}

func balanced(proof statement.Proof) *bool {
	if proof == statement.Untold {
		return nil
	}
	holds := proof == statement.Balanced
	return &holds
}

func (s *statementShown) rows(w *tabwriter.Writer) {
	if s.Error != "" {
		fmt.Fprintln(w, s.Error)
		return
	}
	text := func(t *string) string {
		if t == nil {
			return "-"
		}
		return *t
	}
	for _, one := range s.Statements {
		verdict := "balances not told"
		if one.Balanced != nil {
			verdict = map[bool]string{true: "adds up", false: "does not add up"}[*one.Balanced]
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d entries\t%s\t%s\t%s\n", s.File, s.Format, one.Account, one.Currency, one.Entries, text(one.Opening), text(one.Closing), verdict)
	}
}
