package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"millrace/domain/money"
	"millrace/edge/credittransfer"
	"millrace/edge/iso20022"
	"millrace/edge/markup"
	"millrace/edge/sheet"
	"millrace/edge/statement"
)

// statementCommand reads bank statements and says whether they add up. It needs no node.
type statementCommand struct {
	Files   []string `arg:"" help:"Statement files: camt.052, camt.053, camt.054, MT940, MT942, and tables of bookings (CSV, XLSX). Of pain.001, pain.002, pacs.008, camt.029 and camt.056 a summary is given." type:"existingfile"`
	Mapping string   `help:"How tables are read (JSON). Without one a mapping is proposed from the headings, where they leave nothing open." type:"existingfile"`
	JSON    bool     `help:"Print one object a file."`

	mapping *sheet.StatementMapping // nil where none was given
}

// statementShown is what is printed of a file. Amounts are in major units; those of a file with several accounts are with its
// statements only.
type statementShown struct {
	File       string                        `json:"file"`
	Format     string                        `json:"format"`
	Entries    int                           `json:"entries"`  // or payments, of a message about payments
	Opening    *string                       `json:"opening"`  // null where it is not told
	Closing    *string                       `json:"closing"`  // likewise
	Balanced   *bool                         `json:"balanced"` // null where a balance is not told; of instructions: number and control sum are those of the payments
	Error      string                        `json:"error"`
	Statements []accountShown                `json:"statements,omitempty"`
	Kind       string                        `json:"kind,omitempty"`     // of a message that is no statement
	Statuses   map[credittransfer.Status]int `json:"statuses,omitempty"` // of a report or of answers
	Mapping    string                        `json:"mapping,omitempty"`  // of a table: "given", or "proposed"
	Proposed   *sheet.StatementMapping       `json:"proposed,omitempty"` // to be looked at, and saved
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
	if err := c.readMapping(); err != nil {
		return err
	}
	wrong := 0
	out, table := newLines(os.Stdout), tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, path := range c.Files {
		shown, err := c.bankFile(path)
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

func (c *statementCommand) readMapping() error {
	if c.Mapping == "" {
		return nil
	}
	content, err := os.ReadFile(c.Mapping)
	if err != nil {
		return err
	}
	mapping, err := sheet.ParseStatementMapping(content)
	if err != nil {
		return usage{fmt.Errorf("%s: %w", c.Mapping, err)}
	}
	c.mapping = &mapping
	return nil
}

// bankFile reads a file of a bank by its content.
func (c *statementCommand) bankFile(path string) (*statementShown, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	shown := &statementShown{File: path}
	limits := markup.Limits{BytesMax: 256 << 20, ElementsMax: 200_000_000}
	var file *statement.File
	switch {
	case !statement.Recognises(content) && isTable(path, content):
		file, err = c.table(path, content, shown)
	case credittransfer.Summarised(iso20022.MessageOf(content, limits)):
		err = shown.summary(path, content, limits)
	default:
		file, err = statement.Read(path, content, statement.Limits{})
	}
	if err != nil {
		shown.Error = err.Error()
	}
	if file != nil {
		shown.statements(file)
	}
	return shown, nil
}

// isTable tells whether a file that is nothing else may be a table of bookings.
func isTable(path string, content []byte) bool {
	if bytes.HasPrefix(content, []byte("PK\x03\x04")) {
		return true
	}
	switch lower := strings.ToLower(path); {
	case strings.HasSuffix(lower, ".csv"), strings.HasSuffix(lower, ".tsv"), strings.HasSuffix(lower, ".txt"), strings.HasSuffix(lower, ".xlsx"):
		return true
	}
	return false
}

// table reads a table by the mapping that was given, else by a proposed one.
func (c *statementCommand) table(path string, content []byte, shown *statementShown) (*statement.File, error) {
	mapping := c.mapping
	shown.Mapping = "given"
	if mapping == nil {
		proposed, err := sheet.ProposeStatementMapping(path, content, sheet.Limits{})
		if err != nil {
			shown.Mapping = ""
			return nil, err
		}
		mapping, shown.Mapping, shown.Proposed = &proposed, "proposed", &proposed
	}
	return sheet.ReadStatement(path, content, *mapping, sheet.Limits{})
}

// summary says what a message about payments is.
func (s *statementShown) summary(path string, content []byte, limits markup.Limits) error {
	summary, err := credittransfer.Summarise(path, content, limits)
	if err != nil {
		return err
	}
	s.Format, s.Kind, s.Entries, s.Statuses, s.Balanced = summary.Format, string(summary.Kind), summary.Payments, summary.Statuses, summary.Agrees
	return nil
}

func (s *statementShown) statements(file *statement.File) {
	s.Format = file.Format
	for i := range file.Statements {
		one := &file.Statements[i]
		shown := accountShown{Account: one.Account, Number: one.Number, Entries: len(one.Entries), Opening: balance(one.Opening), Closing: balance(one.Closing), Balanced: balanced(one.Prove())}
		if one.Currency != 0 {
			shown.Currency = one.Currency.String()
		}
		s.Entries += shown.Entries
		s.Statements = append(s.Statements, shown)
	}
	s.together(file)
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
	switch {
	case s.Error != "":
		fmt.Fprintln(w, s.Error)
		return
	case s.Kind != "":
		fmt.Fprintf(w, "%s\t%s\t%s\t%d payments%s\n", s.File, s.Format, s.Kind, s.Entries, s.further())
		return
	case s.Mapping == "proposed":
		fmt.Fprintf(w, "%s\tby a proposed mapping: look at it with --json, and save it\n", s.File)
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

// further is what else is said of a message about payments.
func (s *statementShown) further() string {
	text := ""
	for _, status := range slices.Sorted(maps.Keys(s.Statuses)) {
		name := string(status)
		if name == "" {
			name = "without a status"
		}
		text += fmt.Sprintf("\t%s %d", name, s.Statuses[status])
	}
	if s.Balanced != nil && !*s.Balanced {
		text += "\tnumber or control sum are not those of the payments"
	}
	return text
}
