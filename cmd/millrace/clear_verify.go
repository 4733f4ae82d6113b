package main

import (
	"errors"
	"fmt"
	"math/big"
	"os"

	proof "millrace/proof/clearing"
)

// clearVerifyCommand verifies a result.
type clearVerifyCommand struct {
	File        string `arg:"" type:"existingfile" help:"The list of debts."`
	Result      string `arg:"" type:"existingfile" help:"The result, as --result wrote it."`
	Certificate string `arg:"" type:"existingfile" help:"The certificate, as --certificate wrote it."`
	JSON        bool   `help:"Print one object; amounts are in minor units."`
}

// clearVerdict is what was verified, or the first thing that is wrong.
type clearVerdict struct {
	Verified bool            `json:"verified"`
	Found    *proof.Verified `json:"found,omitempty"`
	Fault    *clearFault     `json:"fault,omitempty"`
}

type clearFault struct {
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"`
	Message string `json:"message"`
}

// Run verifies: exit code 1 where the result can't be right, 2 where a file is not of its form.
func (c *clearVerifyCommand) Run() error {
	var files [3]*os.File
	for i, path := range []string{c.File, c.Result, c.Certificate} {
		file, err := os.Open(path)
		if err != nil {
			return usage{err}
		}
		defer file.Close()
		files[i] = file
	}
	verified, err := proof.Verify(files[0], files[1], files[2])
	var unreadable *proof.Unreadable
	var fault *proof.Fault
	verdict := clearVerdict{Verified: err == nil, Found: &verified}
	switch {
	case err == nil:
	case errors.As(err, &unreadable):
		return usage{c.named(unreadable.File, err)}
	case errors.As(err, &fault):
		verdict.Found, verdict.Fault = nil, &clearFault{fault.File, fault.Line, fault.Message}
	default:
		return usage{err}
	}
	if c.JSON {
		if err := newLines(os.Stdout).write(verdict); err != nil {
			return err
		}
	} else if err == nil {
		fmt.Print(verifiedSentences(&verified))
	}
	if err != nil {
		return found{fmt.Errorf("not verified: %w", c.named(fault.File, err))}
	}
	return nil
}

// named puts the path of the file in question before an error.
func (c *clearVerifyCommand) named(file string, err error) error {
	path := map[string]string{proof.FileInput: c.File, proof.FileResult: c.Result, proof.FileCertificate: c.Certificate}[file]
	return fmt.Errorf("%s: %w", path, err)
}

func verifiedSentences(v *proof.Verified) string {
	amount := func(n *big.Int) string { return proof.Decimal(n, v.Scale) }
	text := fmt.Sprintf("Verified: of %d debts among %d firms, %s together, %s is cleared.\n", v.Debts, v.Firms, amount(v.Debt), amount(v.Cleared))
	text += "No debt is cleared by less than nothing or more than its amount, and what is left is the rest.\n"
	if v.Cash.Sign() > 0 {
		text += fmt.Sprintf("Every firm pays as much as it is paid, but for %s in cash, which is no more than there is.\n", amount(v.Cash))
	} else {
		text += "At every firm debts fall by as much as claims.\n"
	}
	if v.Optimal {
		return text + fmt.Sprintf("No result can clear more: the certificate's bound is %s.\n", amount(v.Bound))
	}
	return text + fmt.Sprintf("It is not shown that no more can be cleared: the certificate's bound is %s.\n", amount(v.Bound))
}
