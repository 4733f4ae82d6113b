package main

import (
	"errors"
	"fmt"

	"millrace/book"
	"millrace/domain/clearing"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/product"
)

// demoCash is what the summary says of the cash that funders put into the run.
type demoCash struct {
	Used    string `json:"used"`
	Cleared string `json:"cleared"`  // debt that is set off only by it
	PerUnit string `json:"per_unit"` // of that for each unit of cash
	Rate    string `json:"rate"`     // a year
	PaidOut string `json:"paid_out"` // to net creditors
	Repaid  string `json:"repaid"`   // by the borrower, with interest
}

// setOffCash is the cash of the run: who lends it, who borrows it, who takes it out.
type setOffCash struct {
	*story
	programme id.Programme
	lender    string
	borrower  string
	taker     string
	loan      funding.Financing
}

// lend opens the programme whose normal product lends cash in runs, with the funder's money and limits.
func (c *setOffCash) lend() error {
	const bound = 50_000_00
	terms := product.ReceivablesDiscounting(standardEvidence)
	terms.Name, terms.Technique, terms.Assignment, terms.Undertaking, terms.Disclosed = "Cash for set-off", "distributor_finance", product.AssignmentNone, product.UndertakingNone, false
	terms.AdvanceRate, terms.FeeRate, terms.FeeMinimum, terms.SellerLimit, terms.Agreements = money.RateOne, 0, 0, true, 0
	made, err := c.product(terms)
	if err != nil {
		return err
	}
	if c.living != nil { // a year has gone by since the review
		if err := c.review(c.borrower, 2); err != nil {
			return err
		}
	}
	lender := c.party(c.lender)
	c.programme, err = c.opened(&book.ProposeProgramme{Product: made, Anchor: c.party(c.borrower), Funders: []funding.Funder{{Party: lender, Priority: 1, Rate: 58_000}}, ReferAbove: 250_000_00})
	if err != nil {
		return err
	}
	for _, key := range []credit.LimitKey{
		{Kind: credit.ProgrammeLimit}, {Kind: credit.FunderLimit, Party: lender}, {Kind: credit.SellerLimit, Party: c.party(c.borrower)},
	} {
		key.Programme, key.Currency = c.programme, c.currency
		answer, err := c.give(c.maker, "", &book.ProposeLimit{Key: key, Amount: bound, Expires: c.date.AddDays(360)})
		if err != nil {
			return err
		}
		if _, err := c.give(c.checker, "", &book.ApproveLimit{Limit: first[*book.LimitProposed](answer).Limit.ID}); err != nil {
			return err
		}
	}
	for _, p := range neighbours { // who has no account can't be left with cash
		if p.Key == c.taker {
			if err := c.account(p, c.party(p.Key)); err != nil {
				return err
			}
		}
	}
	return c.deposit(c.programme, lender, bound)
}

// borrow has a member of the run accept cash that it may draw.
func (c *setOffCash) borrow(run *clearing.Run, most money.Minor) error {
	by := c.signatories[c.party(c.borrower)][0].actor
	answer, err := c.give(by, "", &book.QuoteSetOffCash{Run: run.ID, Amount: most, Due: run.Terms.Value.AddDays(5)})
	if err != nil {
		return err
	}
	c.loan = first[*book.FinancingOpened](answer).Financing
	if c.loan.State != funding.Quoted {
		return fmt.Errorf("cash for the run is %s: %v", c.loan.State, c.loan.Outcomes)
	}
	if _, err := c.give(by, "", &book.AcceptQuote{Financing: c.loan.ID}); err != nil {
		return err
	}
	return c.tell("cash", "%s accepts to borrow up to %s for the run from %s, at %s a year, until %s: the chains that no circle clears", c.names[c.loan.Seller], c.text(most), c.names[c.loan.Funder],
		percent(c.loan.Rate), c.loan.Due)
}

// payOut has the custodian pay what a net creditor takes out, once the bank has moved the money.
func (c *setOffCash) payOut() error {
	moved, err := c.transfer()
	if err != nil {
		return err
	}
	if err := c.pay(moved); err != nil {
		return err
	}
	taker := c.party(c.taker)
	answer, err := c.give(c.maker, "", &book.PayOut{Programme: c.programme, Seller: taker, Account: c.accounts[taker]})
	if err != nil {
		return err
	}
	out := first[*book.PaymentOpened](answer).Payment
	if err := c.pay(out); err != nil {
		return err
	}
	c.summary.SetOff.Cash.PaidOut = c.text(out.Amount)
	return c.tell("paid out", "%s is left with %s in cash: the custodian pays it to its verified account", c.names[taker], c.text(out.Amount))
}

// transfer finds the internal transfer that brings the cash into the account from which it is paid out.
func (c *setOffCash) transfer() (payment.Payment, error) {
	view, err := c.engine.Read(c.ctx, c.engine.Head().Sequence)
	if err != nil {
		return payment.Payment{}, err
	}
	defer view.Close()
	var number uint64
	if err := view.Tx.QueryRowContext(c.ctx, `SELECT number FROM payment WHERE programme = ? ORDER BY number DESC LIMIT 1`, int64(c.programme)).Scan(&number); err != nil {
		return payment.Payment{}, err
	}
	found, err := recordOf[payment.Payment](c.giver, "payment", number)
	if err == nil && found.SetOffRun == 0 {
		err = errors.New("no transfer brings the cash of the run")
	}
	return found, err
}

// repay has the borrower repay what it has drawn on the day, with interest, and closes its loan.
func (c *setOffCash) repay() error {
	if err := c.open(c.loan.Due); err != nil {
		return err
	}
	f, err := recordOf[funding.Financing](c.giver, "financing", c.loan.ID.Number())
	if err != nil {
		return err
	}
	interest := money.MulDiv(f.Principal, int64(f.Rate)*int64(f.Due-f.Value), 360*int64(money.RateOne))
	owed := money.Add(f.Principal, interest)
	if _, err := c.bank.BuyerPays(c.programme, c.amount(owed), c.names[f.Seller], "cash for set-off "+f.ID.String(), c.date); err != nil {
		return err
	}
	if err := c.banking(); err != nil {
		return err
	}
	receipt, err := c.received()
	if err != nil {
		return err
	}
	if _, err := c.give(c.maker, "", &book.Allocate{Receipt: receipt, Financing: f.ID, Amount: owed, Payer: book.BySeller}); err != nil {
		return err
	}
	if _, err := c.give(c.maker, "", &book.CloseFinancing{Financing: f.ID}); err != nil {
		return err
	}
	c.summary.SetOff.Cash.Repaid, c.summary.SetOff.Cash.Rate = c.text(owed), percent(f.Rate)
	return c.tell("repaid", "%s repays %s and interest of %s on the day; financing %s is closed", c.names[f.Seller], c.text(f.Principal), c.text(interest), f.ID)
}

// received finds the last receipt of the programme.
func (c *setOffCash) received() (id.Receipt, error) {
	view, err := c.engine.Read(c.ctx, c.engine.Head().Sequence)
	if err != nil {
		return 0, err
	}
	defer view.Close()
	var number uint64
	err = view.Tx.QueryRowContext(c.ctx, `SELECT number FROM receipt WHERE programme = ? AND state = ? ORDER BY number DESC LIMIT 1`, int64(c.programme), payment.Unallocated.String()).Scan(&number)
	return id.Make[id.Receipt](shard, number), err
}
