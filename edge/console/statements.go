package console

import (
	"cmp"
	"fmt"
	"strings"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/reconciliation"
	"millrace/edge/bank"
	"millrace/edge/problem"
	banks "millrace/edge/statement"
	"millrace/edge/view"
	"millrace/engine"
)

// statementRoutes take a bank's statement where no bank is connected.
var statementRoutes = []route{
	{"GET /programmes/{id}/statement", "/receipts", "bank-statement", showBankStatement},
	{"POST /programmes/{id}/statement", "/receipts", "bank-statement", giveBankStatement},
}

// bankStatementPage says line by line what a statement of an account of a programme is to the book.
type bankStatementPage struct {
	posting
	Programme view.Programme
	Accounts  []option
	Account   string
	Rows      []statementRow

	of      id.Programme
	name    string
	funders []id.Party
}

func (p *bankStatementPage) title() string { return "Send a bank statement" }

func (p *bankStatementPage) above() crumb {
	return crumb{"/programmes/" + p.Programme.ID, p.name}
}

// statementRow is one line of the statement.
type statementRow struct {
	Reference string
	Value     string
	Amount    view.Amount
	Other     string // who paid, or was paid
	Text      string
	Outcome   string // booked, repeated, executed, left
	Said      string // why it was left
	Record    string // receipt or payment
}

func (v *visit) bankStatement() (*bankStatementPage, error) {
	of, err := identity[id.Programme](v)
	if err != nil {
		return nil, err
	}
	p := &bankStatementPage{posting: v.posting(), of: of, Account: "collection"}
	if p.Programme, err = v.Programme(v.caller, of); err != nil {
		return nil, err
	}
	p.name = cmp.Or(v.programmeName(p.Programme.ID), p.Programme.ID)
	p.Accounts, p.funders, err = v.placed(&p.Programme)
	return p, err
}

func showBankStatement(v *visit) (any, error) { return v.bankStatement() }

// giveBankStatement books what a statement says: money that came in as receipts, payments of ours that left as executed. A line that is here
// already changes nothing; one that nothing explains is left, and said.
func giveBankStatement(v *visit) (any, error) {
	p, err := v.bankStatement()
	if err != nil || !p.read(v, uploadBytesMax+partsMemory) {
		return p, err
	}
	p.Account = v.request.PostFormValue("account")
	at := -1
	for i, one := range p.Accounts {
		if one.Value == p.Account {
			at = i
		}
	}
	sent := v.files("file")
	if at < 0 || len(sent) != 1 {
		p.refuse(problem.New("request_invalid", "choose the account and one file"))
		return p, nil
	}
	bytes, err := content(sent[0], uploadBytesMax)
	if err != nil {
		return nil, err
	}
	read, err := banks.Read(sent[0].Filename, bytes, banks.Limits{})
	if err != nil {
		if found := translate(err); found.Status < 500 {
			p.refuse(found)
			return p, nil
		}
		return nil, err
	}
	account := bank.Account{Kind: bank.Collection, Programme: p.of, Owner: p.funders[at]}
	if account.Owner != 0 {
		account.Kind = bank.Funding
	}
	for i := range read.Statements {
		one := &read.Statements[i]
		if one.Prove() == banks.Unbalanced {
			p.refuse(problem.New("request_invalid", v.w.T("the entries of statement %s do not lead from its opening to its closing balance: a part of it is missing, or it was changed; ask the bank for it again", one.ID)))
			return p, nil
		}
	}
	for i := range read.Statements {
		if err := v.bookStatement(p, account, &read.Statements[i]); err != nil {
			return nil, err
		}
	}
	p.Once = newOnce()
	return p, nil
}

func (v *visit) bookStatement(p *bankStatementPage, account bank.Account, s *banks.Statement) error {
	lines, names := s.Lines()
	today, err := v.Date()
	if err != nil {
		return err
	}
	for i := range lines {
		l := &lines[i]
		row := statementRow{Reference: names[i], Amount: view.AmountOf(l.Amount, l.Currency), Other: l.Name, Text: l.Text, Outcome: "left"}
		if l.Value != 0 {
			row.Value = l.Value.String()
		}
		c, err := v.bookedAs(account, l, names[i], today)
		if err != nil {
			return err
		}
		if c == nil {
			row.Said = v.w.T("Nothing here explains it: no payment of this node has its key. Ask the bank what it is; a charge is recorded over the API.")
		} else if err := v.giveLine(p, &row, c, len(p.Rows)); err != nil {
			return err
		}
		p.Rows = append(p.Rows, row)
	}
	return nil
}

// bookedAs makes the command that books a line; nil where nothing explains it.
func (v *visit) bookedAs(account bank.Account, l *reconciliation.Line, reference string, today calendar.Date) (book.Command, error) {
	value := cmp.Or(l.Value, today)
	if l.Amount <= 0 {
		of, err := id.Parse[id.Payment](l.Key)
		if err != nil {
			return nil, nil
		}
		shown, err := v.Payment(v.caller, of)
		if err != nil || money.Minor(shown.Amount.Minor) != -l.Amount || shown.Amount.Currency != l.Currency.String() {
			return nil, nil
		}
		return &book.RecordOutcome{Payment: of, State: payment.Executed, Value: value, Bank: v.console.engine.Vault().Token("bank_reference", reference)}, nil
	}
	c := &book.RecordReceipt{
		Programme: account.Programme, Funder: account.Owner, Line: v.console.intake.LineToken(account.String(), reference), Amount: l.Amount, Currency: l.Currency,
		Value: value, Booking: value, Payer: v.console.intake.PayerToken(l.Account), EndToEnd: v.console.intake.EndToEndToken(l.Key),
	}
	return c, v.keepRemittance(strings.TrimSpace(l.Name+"\n"+l.Text), &c.Text)
}

// giveLine gives the command of one line and notes what became of it.
func (v *visit) giveLine(p *bankStatementPage, row *statementRow, c book.Command, number int) error {
	if err := v.may(c); err != nil {
		row.Said = v.w.refusal(translate(err))
		return nil
	}
	answer, rejection, err := v.console.engine.Submit(v.request.Context(), engine.Request{Actor: v.caller.Actor, Key: fmt.Sprintf("console-%s-%d", p.Once, number), Command: c})
	if err != nil {
		return err
	}
	if rejection != nil {
		row.Said = v.w.refusal(problem.OfRejection(rejection, ""))
		if outcome, is := c.(*book.RecordOutcome); is {
			row.Record = outcome.Payment.String()
		}
		return nil
	}
	row.Outcome = "executed"
	if outcome, is := c.(*book.RecordOutcome); is {
		row.Record = outcome.Payment.String()
	}
	for _, e := range answer.Events {
		switch e := e.(type) {
		case *book.ReceiptRecorded:
			row.Outcome, row.Record = "booked", e.Receipt.ID.String()
		case *book.ReceiptRepeated:
			row.Outcome, row.Record = "repeated", e.Receipt.String()
		}
	}
	return nil
}
