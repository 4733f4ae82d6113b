// Package clearing verifies the result of a multilateral set-off from three files: the list of debts, the result and the certificate.
// It is written apart from whatever made them and shares no code with it, so it reads the files again in its own way and reckons in
// integers without a bound. What the certificate proves, and why, is told in doc/CLEARING.md.
package clearing

import (
	"errors"
	"fmt"
	"io"
	"math/big"
)

// Verified is what was found to be right.
type Verified struct {
	Firms    int      `json:"firms"`
	Debts    int      `json:"debts"`
	Scale    int      `json:"scale"` // decimals of the amounts, which are in minor units
	Debt     *big.Int `json:"debt"`
	Cleared  *big.Int `json:"cleared"`
	Bound    *big.Int `json:"bound"`   // what no result can exceed
	Optimal  bool     `json:"optimal"` // so no more can be cleared
	Cash     *big.Int `json:"cash"`    // put in; zero where the certificate names no liquidity
	Input    string   `json:"input_sha256"`
	Currency string   `json:"currency,omitempty"`
}

// The files.
const (
	FileInput       = "list"
	FileResult      = "result"
	FileCertificate = "certificate"
)

// Fault is the first thing that is wrong.
type Fault struct {
	File    string // one of the files
	Line    int    // of it, from 1; 0 where it concerns the whole file
	Message string
}

// Error says where and what.
func (f *Fault) Error() string {
	if f.Line > 0 {
		return fmt.Sprintf("%s, line %d: %s", f.File, f.Line, f.Message)
	}
	return f.File + ": " + f.Message
}

// Unreadable is a file that is not of its form, so that nothing can be said of it.
type Unreadable struct{ Fault }

func fault(file string, line int, format string, arguments ...any) error {
	return &Fault{File: file, Line: line, Message: fmt.Sprintf(format, arguments...)}
}

func unreadable(file string, line int, format string, arguments ...any) error {
	return &Unreadable{Fault{File: file, Line: line, Message: fmt.Sprintf(format, arguments...)}}
}

// firm is what is known of one firm.
type firm struct {
	potential *big.Int
	balance   big.Int // cleared of its debts, less cleared of its claims
	met       bool    // it owes or is owed something

	most   *big.Int // cash that it may draw; nil where nothing is said of it
	passes bool     // it can't be left with cash
}

// sums are what the rows come to.
type sums struct {
	certificate *certificate
	firms       map[string]*firm
	debts       int
	debt        big.Int
	cleared     big.Int
	bound       big.Int
	scratch     big.Int
}

// Verify reads all three files. An error is a *Fault where the result or its certificate can't be right, an *Unreadable where a file is
// not of its form, or what a reader gave.
func Verify(input, result, proof io.Reader) (Verified, error) {
	c, err := readCertificate(proof)
	if err != nil {
		return Verified{}, err
	}
	s := sums{certificate: c, firms: make(map[string]*firm, len(c.Potentials))}
	for _, p := range c.Potentials {
		if s.firms[p.name] != nil {
			return Verified{}, fault(FileCertificate, 0, "the firm %q has two potentials", p.name)
		}
		s.firms[p.name] = &firm{potential: p.number}
	}
	list, err := openList(input)
	if err != nil {
		return Verified{}, err
	}
	rows, err := openResult(result)
	if err != nil {
		return Verified{}, err
	}
	for {
		debt, err := list.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Verified{}, err
		}
		row, err := rows.next()
		if errors.Is(err, io.EOF) {
			return Verified{}, fault(FileResult, 0, "it ends before the debt of line %d of the list", debt.line)
		}
		if err != nil {
			return Verified{}, err
		}
		if err := s.add(debt, row); err != nil {
			return Verified{}, err
		}
	}
	if row, err := rows.next(); err == nil {
		return Verified{}, fault(FileResult, row.at, "it has more rows than the list has debts")
	} else if !errors.Is(err, io.EOF) {
		return Verified{}, err
	}
	hash, err := list.hash()
	if err != nil {
		return Verified{}, err
	}
	if hash != c.Input {
		return Verified{}, fault(FileCertificate, 0, "it is for another list: input_sha256 is %q, that of this list is %s", c.Input, hash)
	}
	return s.judge(list.currency)
}

// add holds one row of the result against its debt, and counts both.
func (s *sums) add(debt listed, row resulted) error {
	if row.line != debt.line {
		return fault(FileResult, row.at, "it is for line %d, but the next debt of the list is on line %d", row.line, debt.line)
	}
	if row.id != debt.id {
		return fault(FileResult, row.at, "the id is %q, in the list it is %q", row.id, debt.id)
	}
	amount, err := minor(debt.amount, s.certificate.Scale)
	if err != nil {
		return fault(FileInput, debt.line, "the amount %v", err)
	}
	var parts [3]*big.Int
	for i, text := range []string{row.amount, row.cleared, row.left} {
		if parts[i], err = minor(text, s.certificate.Scale); err != nil {
			return fault(FileResult, row.at, "%s %v", []string{"amount", "cleared", "left"}[i], err)
		}
	}
	cleared := parts[1]
	switch {
	case parts[0].Cmp(amount) != 0:
		return fault(FileResult, row.at, "the amount is %s, in the list it is %s", row.amount, debt.amount)
	case cleared.Cmp(amount) > 0:
		return fault(FileResult, row.at, "%s is cleared of a debt of %s", row.cleared, row.amount)
	case parts[2].Cmp(new(big.Int).Sub(amount, cleared)) != 0:
		return fault(FileResult, row.at, "%s less %s is not %s, which is said to be left", row.amount, row.cleared, row.left)
	}
	debtor, creditor := s.firms[debt.debtor], s.firms[debt.creditor]
	for _, one := range []struct {
		firm *firm
		name string
	}{{debtor, debt.debtor}, {creditor, debt.creditor}} {
		if one.firm == nil {
			return fault(FileCertificate, 0, "it has no potential for the firm %q of line %d of the list", one.name, debt.line)
		}
		one.firm.met = true
	}
	s.debts++
	s.debt.Add(&s.debt, amount)
	s.cleared.Add(&s.cleared, cleared)
	debtor.balance.Add(&debtor.balance, cleared)
	creditor.balance.Sub(&creditor.balance, cleared)
	// amount * max(0, 1 - p[debtor] + p[creditor])
	gain := s.scratch.Sub(creditor.potential, debtor.potential)
	if gain.Add(gain, one).Sign() > 0 {
		s.bound.Add(&s.bound, gain.Mul(gain, amount))
	}
	return nil
}

var one = big.NewInt(1)

// judge asks for balance at every firm, and holds the sums against what the certificate says.
func (s *sums) judge(currency string) (Verified, error) {
	c := s.certificate
	for _, p := range c.Potentials {
		if !s.firms[p.name].met {
			return Verified{}, fault(FileCertificate, 0, "the firm %q is not in the list", p.name)
		}
	}
	if err := s.limits(); err != nil {
		return Verified{}, err
	}
	cash, liquidity, err := s.cash()
	if err != nil {
		return Verified{}, err
	}
	if c.Firms != len(s.firms) {
		return Verified{}, fault(FileCertificate, 0, "firms is %d, the list has %d", c.Firms, len(s.firms))
	}
	if c.Debts != s.debts {
		return Verified{}, fault(FileCertificate, 0, "debts is %d, the list has %d", c.Debts, s.debts)
	}
	for _, sum := range []struct {
		name, said string
		is         *big.Int
	}{{"debt", c.Debt, &s.debt}, {"cleared", c.Cleared, &s.cleared}, {"bound", c.Bound, &s.bound}, {"cash", c.Cash, cash}} {
		if sum.name == "cash" && !liquidity {
			continue
		}
		said, err := minor(sum.said, c.Scale)
		if err != nil {
			return Verified{}, fault(FileCertificate, 0, "%s %v", sum.name, err)
		}
		if said.Cmp(sum.is) != 0 {
			return Verified{}, fault(FileCertificate, 0, "%s is %s, but the lines come to %s", sum.name, sum.said, Decimal(sum.is, c.Scale))
		}
	}
	if optimal := s.bound.Cmp(&s.cleared) == 0; optimal != *c.Optimal {
		return Verified{}, fault(FileCertificate, 0, "optimal is %t, but %s is cleared and the bound is %s", *c.Optimal, c.Cleared, c.Bound)
	}
	return Verified{Firms: len(s.firms), Debts: s.debts, Scale: c.Scale, Debt: &s.debt, Cleared: &s.cleared, Bound: &s.bound, Optimal: *c.Optimal, Cash: cash,
		Input: c.Input, Currency: currency}, nil
}

// cash adds up what firms are given, adds to the bound what cash can add to it, and tells whether there is any.
func (s *sums) cash() (*big.Int, bool, error) {
	c, cash := s.certificate, new(big.Int)
	if c.Liquidity == nil {
		if c.Caps != nil || c.PassesOn != nil {
			return nil, false, fault(FileCertificate, 0, "it says who may draw or keep cash, but names no liquidity")
		}
		if c.Cash != "" || c.Price != nil {
			return nil, false, fault(FileCertificate, 0, "it names cash or its price, but no liquidity")
		}
		for _, p := range c.Potentials {
			if f := s.firms[p.name]; f.balance.Sign() != 0 {
				return nil, false, fault(FileResult, 0, "the firm %q does not balance: its debts fall by %s more than its claims", p.name, Decimal(&f.balance, c.Scale))
			}
		}
		return cash, false, nil
	}
	liquidity, err := minor(*c.Liquidity, c.Scale)
	if err != nil {
		return nil, false, fault(FileCertificate, 0, "liquidity %v", err)
	}
	price := new(big.Int)
	if c.Price != nil {
		price = c.Price.whole
	}
	if price.Sign() < 0 {
		return nil, false, fault(FileCertificate, 0, "the price is below zero")
	}
	s.bound.Add(&s.bound, new(big.Int).Mul(price, liquidity))
	for _, p := range c.Potentials {
		f := s.firms[p.name]
		if p.number.Sign() < 0 && !f.passes {
			return nil, false, fault(FileCertificate, 0, "the potential of %q is below zero, which it may not be where cash is put in", p.name)
		}
		most := s.mostOf(f, liquidity)
		switch sign := f.balance.Sign(); {
		case sign > 0 && c.Caps != nil && f.balance.Cmp(most) > 0:
			return nil, false, fault(FileResult, 0, "the firm %q needs cash of %s, but may draw %s", p.name, Decimal(&f.balance, c.Scale), Decimal(most, c.Scale))
		case sign > 0:
			cash.Add(cash, &f.balance)
		case sign < 0 && f.passes:
			return nil, false, fault(FileResult, 0, "the firm %q is left with cash of %s, which it can't be", p.name, Decimal(new(big.Int).Neg(&f.balance), c.Scale))
		}
		if over := new(big.Int).Sub(p.number, price); over.Sign() > 0 {
			s.bound.Add(&s.bound, over.Mul(over, most))
		}
	}
	if cash.Cmp(liquidity) > 0 {
		return nil, false, fault(FileResult, 0, "firms need cash of %s, but there is %s", Decimal(cash, c.Scale), *c.Liquidity)
	}
	return cash, true, nil
}

// limits notes who may draw and keep cash, where the certificate says so.
func (s *sums) limits() error {
	c := s.certificate
	if c.Caps != nil {
		for _, one := range *c.Caps {
			f := s.firms[one.name]
			if f == nil || f.most != nil {
				return fault(FileCertificate, 0, "caps: the firm %q is not in the list, or has two", one.name)
			}
			most, err := minor(one.most, c.Scale)
			if err != nil {
				return fault(FileCertificate, 0, "caps: of the firm %q %v", one.name, err)
			}
			f.most = most
		}
	}
	for _, one := range c.PassesOn {
		f := s.firms[one.name]
		if f == nil || f.passes {
			return fault(FileCertificate, 0, "passes_on: the firm %q is not in the list, or comes twice", one.name)
		}
		f.passes = true
	}
	return nil
}

// mostOf is the cash that a firm may draw of all that there is.
func (s *sums) mostOf(f *firm, liquidity *big.Int) *big.Int {
	switch {
	case s.certificate.Caps == nil || f.most != nil && f.most.Cmp(liquidity) > 0:
		return liquidity
	case f.most == nil:
		return new(big.Int)
	}
	return f.most
}
