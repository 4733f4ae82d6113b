package bankfile

import (
	"fmt"
	"strings"

	"millrace/edge/statement"
)

// The messages that are written of accounts.
const (
	StatementFormat    = "camt.053.001.08"
	NotificationFormat = "camt.054.001.08"
)

// Statements gives a file as camt.053.001.08 or camt.054.001.08, by its Format; created is a date and time, as in
// 2026-11-20T18:00:00Z. A camt.054 has no balances. The number of a statement is its electronic sequence number.
func Statements(f *statement.File, created string) ([]byte, error) {
	root, each := "BkToCstmrStmt", "Stmt"
	switch f.Format {
	case StatementFormat:
	case NotificationFormat:
		root, each = "BkToCstmrDbtCdtNtfctn", "Ntfctn"
	default:
		return nil, fmt.Errorf("bankfile: statements are not written as %q", f.Format)
	}
	return write(f.Format, f.Message, root, []string{"Ntry", each}, func(w writer) {
		w.within("GrpHdr", func() {
			w.text("MsgId", f.Message)
			w.text("CreDtTm", created)
		})
		for i := range f.Statements {
			w.b.WriteString("\n")
			w.within(each, func() { w.statement(&f.Statements[i], f.Format == StatementFormat) })
		}
		w.b.WriteString("\n")
	})
}

func (w writer) statement(s *statement.Statement, balances bool) {
	w.text("Id", s.ID)
	w.text("ElctrncSeqNb", s.Number)
	w.within("Acct", func() {
		w.account(s.Account)
		if s.Currency != 0 {
			w.text("Ccy", s.Currency.String())
		}
		w.path("Svcr/FinInstnId/BICFI", s.Bank)
	})
	if balances {
		w.balance("OPBD", s.Opening)
		w.balance("CLBD", s.Closing)
	}
	for i := range s.Entries {
		w.b.WriteString("\n")
		w.within("Ntry", func() { w.entry(&s.Entries[i]) })
	}
}

func (w writer) balance(code string, b *statement.Balance) {
	if b == nil {
		return
	}
	w.within("Bal", func() {
		w.path("Tp/CdOrPrtry/Cd", code)
		w.amount("Amt", b.Amount, b.Currency)
		w.direction(b.Amount)
		w.date("Dt", b.Date)
	})
}

var states = map[statement.State]string{statement.Booked: "BOOK", statement.Pending: "PDNG", statement.Information: "INFO"}

func (w writer) entry(e *statement.Entry) {
	w.text("NtryRef", e.Customer)
	w.amount("Amt", e.Amount, e.Currency)
	w.direction(e.Amount)
	if e.Reversal {
		w.text("RvslInd", "true")
	}
	w.path("Sts/Cd", states[e.State])
	w.date("BookgDt", e.Booking)
	w.date("ValDt", e.Value)
	w.text("AcctSvcrRef", e.Reference)
	w.within("BkTxCd", func() { w.code(e.Code) })
	if len(e.Transactions) > 0 {
		w.within("NtryDtls", func() {
			for i := range e.Transactions {
				w.within("TxDtls", func() { w.transaction(&e.Transactions[i], e) })
			}
		})
	}
	w.text("AddtlNtryInf", e.Text)
}

// code writes "PMNT/RCDT/ESCT" by its parts, and another code as the bank's own.
func (w writer) code(code string) {
	parts := strings.Split(code, "/")
	if len(parts) != 3 {
		w.path("Prtry/Cd", code)
		return
	}
	w.within("Domn", func() {
		w.text("Cd", parts[0])
		w.within("Fmly", func() {
			w.text("Cd", parts[1])
			w.text("SubFmlyCd", parts[2])
		})
	})
}

func (w writer) transaction(t *statement.Transaction, e *statement.Entry) {
	w.within("Refs", func() {
		w.text("AcctSvcrRef", t.Bank)
		w.text("PmtInfId", t.PaymentGroup)
		w.text("InstrId", t.Instruction)
		w.text("EndToEndId", t.EndToEnd)
		w.text("UETR", t.UETR)
		w.text("MndtId", t.Mandate)
	})
	if t.Amount != 0 {
		w.amount("Amt", t.Amount, t.Currency)
		w.direction(t.Amount)
	}
	if t.Charges != 0 {
		w.within("Chrgs", func() {
			w.within("Rcrd", func() {
				w.amount("Amt", t.Charges, t.Currency)
				w.direction(-t.Charges)
				w.text("ChrgInclInd", "true")
			})
		})
	}
	w.parties(t)
	w.remittance(t, e)
	w.path("RtrInf/Rsn/Cd", t.Return)
}

func (w writer) parties(t *statement.Transaction) {
	roles := []struct {
		name string
		of   *statement.Counterparty
	}{{"Dbtr", &t.Debtor}, {"Cdtr", &t.Creditor}}
	if t.Debtor.Name+t.Debtor.Account+t.Creditor.Name+t.Creditor.Account != "" {
		w.within("RltdPties", func() {
			for _, role := range roles {
				w.path(role.name+"/Pty/Nm", role.of.Name)
				if role.of.Account != "" {
					w.within(role.name+"Acct", func() { w.account(role.of.Account) })
				}
			}
		})
	}
	if t.Debtor.Bank+t.Creditor.Bank != "" {
		w.within("RltdAgts", func() {
			for _, role := range roles {
				w.path(role.name+"Agt/FinInstnId/BICFI", role.of.Bank)
			}
		})
	}
}

func (w writer) remittance(t *statement.Transaction, e *statement.Entry) {
	if len(t.Remittance)+len(t.References) == 0 {
		return
	}
	w.within("RmtInf", func() {
		for _, line := range t.Remittance {
			w.lines("Ustrd", line, 140)
		}
		for _, r := range t.References {
			w.within("Strd", func() { w.reference(r, e) })
		}
	})
}

func (w writer) reference(r statement.Reference, e *statement.Entry) {
	if r.Kind == "SCOR" {
		w.within("CdtrRefInf", func() {
			w.path("Tp/CdOrPrtry/Cd", r.Kind)
			w.text("Ref", r.Number)
		})
		return
	}
	w.within("RfrdDocInf", func() {
		w.path("Tp/CdOrPrtry/Cd", r.Kind)
		w.text("Nb", r.Number)
	})
	if r.Amount != 0 {
		w.within("RfrdDocAmt", func() { w.amount("RmtdAmt", r.Amount, e.Currency) })
	}
}
