package statement

import (
	"cmp"
	"errors"
	"strconv"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/edge/document"
	"millrace/edge/iso20022"
	"millrace/edge/markup"
)

// camt takes statements from a message.
type camt struct {
	*iso20022.Tree
	limits  Limits
	file    *File
	entries []Entry // of the statement that is open
	count   int
	failed  *document.Error
}

// statementNames are the elements that are a statement, a report and a notification.
var statementNames = []string{"Stmt", "Rpt", "Ntfctn"}

func readCamt(name string, input []byte, limits Limits) (*File, error) {
	r := camt{limits: limits, file: &File{}}
	cut := append([]string{"Ntry"}, statementNames...)
	err := iso20022.Parse(name, input, limits.markup(), cut, func(t *iso20022.Tree, index int32) *document.Error {
		r.Tree = t
		switch {
		case index == 0:
			r.file.Format = t.Message
			r.file.Message = t.Text(t.Nodes[0].Child, "GrpHdr", "MsgId")
		case t.Nodes[index].Name == "Ntry":
			r.entry(index)
		default:
			r.statement(index)
		}
		return r.failed
	})
	if err != nil {
		return nil, err
	}
	if len(r.file.Statements) == 0 {
		return nil, fault(name, CodeNothingStated, 0, "", "")
	}
	return r.file, nil
}

// fail keeps the first error, about the text of an element.
func (r *camt) fail(code string, index int32, value string) {
	if r.failed == nil {
		reason, _ := Codes.Find(code)
		r.failed = r.Wrong(reason, index, value)
	}
}

// need gives the element inside another by the names on the way; a failure where there is none.
func (r *camt) need(index int32, names ...string) int32 {
	found := r.Find(index, names...)
	if found < 0 && r.failed == nil {
		r.fail(CodeElementNeeded, index, "")
		r.failed.Field = strings.TrimPrefix(r.failed.Field+"/"+strings.Join(names, "/"), "/")
	}
	return found
}

// amount reads an amount and its currency.
func (r *camt) amount(index int32) (money.Minor, money.Currency) {
	if index < 0 || r.failed != nil {
		return 0, 0
	}
	n := &r.Nodes[index]
	currency, known := money.ParseCurrency(string(n.Ccy))
	if !known {
		r.fail(markup.CodeCurrencyUnknown, index, string(n.Ccy))
		return 0, 0
	}
	text := string(markup.Trim(n.Text))
	value, err := money.Parse(text, currency)
	switch {
	case errors.Is(err, money.ErrRange):
		r.fail(markup.CodeAmountRange, index, text)
	case errors.Is(err, money.ErrPrecision):
		r.fail(CodeAmountFine, index, text)
	case err != nil:
		r.fail(markup.CodeDecimalWrong, index, text)
	case value < 0:
		r.fail(iso20022.CodeNegative, index, text)
	}
	return value, currency
}

// signed turns an amount by the indicator of the element that holds it.
func (r *camt) signed(holder int32, value money.Minor) money.Minor {
	at := r.need(holder, "CdtDbtInd")
	if r.failed != nil {
		return 0
	}
	switch text := r.Text(at); text {
	case "CRDT":
		return value
	case "DBIT":
		return -value
	default:
		r.fail(CodeDirectionUnknown, at, text)
		return 0
	}
}

// date reads the day of a date or of a date and time, as the bank wrote it; 0 where there is none.
func (r *camt) date(index int32, names ...string) calendar.Date {
	at := r.Find(index, names...)
	if at < 0 {
		return 0
	}
	for _, inner := range []string{"Dt", "DtTm"} {
		if found := r.Find(at, inner); found >= 0 {
			at = found
		}
	}
	text := r.Text(at)
	date, ok := calendar.Parse(text[:min(len(text), 10)])
	if !ok {
		r.fail(markup.CodeDateWrong, at, text)
	}
	return date
}

// account is the number of an account: IBAN or another.
func (r *camt) account(index int32) string {
	return strings.ReplaceAll(cmp.Or(r.Text(index, "Id", "IBAN"), r.Text(index, "Id", "Othr", "Id"), r.Text(index, "Id", "BBAN"), r.Text(index, "Id", "UPIC"),
		r.Text(index, "Id", "PrtryAcct", "Id")), " ", "")
}

// bic is that of a bank in any version.
func (r *camt) bic(index int32) string {
	return cmp.Or(r.Text(index, "FinInstnId", "BICFI"), r.Text(index, "FinInstnId", "BIC"))
}

// statement takes what stands round the entries.
func (r *camt) statement(index int32) {
	acct := r.need(index, "Acct")
	s := Statement{
		ID: r.Text(index, "Id"), Number: cmp.Or(r.Text(index, "LglSeqNb"), r.Text(index, "ElctrncSeqNb")), Page: r.Text(index, "StmtPgntn", "PgNb"),
		Entries: r.entries, From: r.date(index, "FrToDt", "FrDtTm"), To: r.date(index, "FrToDt", "ToDtTm"),
	}
	r.entries = nil
	if r.failed != nil {
		return
	}
	if s.Account, s.Bank = r.account(acct), r.bic(r.Find(acct, "Svcr")); s.Account == "" {
		r.need(acct, "Id", "IBAN")
	}
	r.balances(index, &s)
	if at := r.Find(acct, "Ccy"); at >= 0 {
		currency, known := money.ParseCurrency(r.Text(at))
		if !known {
			r.fail(markup.CodeCurrencyUnknown, at, r.Text(at))
		}
		s.Currency = currency
	}
	switch {
	case s.Currency != 0:
	case s.Opening != nil:
		s.Currency = s.Opening.Currency
	case len(s.Entries) > 0:
		s.Currency = s.Entries[0].Currency
	}
	r.file.Statements = append(r.file.Statements, s)
}

// balances takes the booked balances: the opening one, or what the day before closed with; the closing one. Of a page in the middle
// both are interim, the opening one first.
func (r *camt) balances(index int32, s *Statement) {
	for at := range r.Each(index, "Bal") {
		code := cmp.Or(r.Text(at, "Tp", "CdOrPrtry", "Cd"), r.Text(at, "Tp", "Cd"))
		into := &s.Closing
		switch code {
		case "OPBD":
			into = &s.Opening
		case "PRCD":
			if into = &s.Opening; s.Opening != nil {
				continue
			}
		case "ITBD":
			if s.Opening == nil {
				into = &s.Opening
			} else if s.Closing != nil {
				continue
			}
		case "CLBD":
		default:
			continue
		}
		value, currency := r.amount(r.need(at, "Amt"))
		*into = &Balance{
			Amount: r.signed(at, value), Currency: currency, Date: r.date(at, "Dt"),
			Interim: code == "ITBD" || r.Text(at, "Tp", "SubTp", "Cd") == "INTM",
		}
	}
}

// entry takes one booking.
func (r *camt) entry(index int32) {
	if r.count++; r.count > r.limits.EntriesMax {
		r.fail(CodeEntriesTooMany, index, strconv.Itoa(r.count))
		return
	}
	value, currency := r.amount(r.need(index, "Amt"))
	e := Entry{
		Reference: r.Text(index, "AcctSvcrRef"), Customer: r.Text(index, "NtryRef"), Amount: r.signed(index, value), Currency: currency,
		Booking: r.date(index, "BookgDt"), Value: r.date(index, "ValDt"), Text: r.Text(index, "AddtlNtryInf"), Code: r.code(r.Find(index, "BkTxCd")),
	}
	switch r.Text(index, "RvslInd") {
	case "true", "1":
		e.Reversal = true
	}
	at := r.need(index, "Sts")
	if r.failed != nil {
		return
	}
	switch state := cmp.Or(r.Text(at, "Cd"), r.Text(at, "Prtry"), r.Text(at)); state {
	case "BOOK":
		e.State = Booked
	case "PDNG", "FUTR":
		e.State = Pending
	case "INFO":
		e.State = Information
	default:
		r.fail(CodeStateUnknown, at, state)
	}
	for details := range r.Each(index, "NtryDtls") {
		for one := range r.Each(details, "TxDtls") {
			e.Transactions = append(e.Transactions, r.transaction(one, &e))
		}
	}
	for one := range r.Each(index, "TxDtls") { // of the first version
		e.Transactions = append(e.Transactions, r.transaction(one, &e))
	}
	r.entries = append(r.entries, e)
}

// code is the bank's transaction code.
func (r *camt) code(index int32) string {
	domain := r.Find(index, "Domn")
	if domain < 0 {
		return r.Text(index, "Prtry", "Cd")
	}
	return r.Text(domain, "Cd") + "/" + r.Text(domain, "Fmly", "Cd") + "/" + r.Text(domain, "Fmly", "SubFmlyCd")
}

// transaction takes one payment of an entry.
func (r *camt) transaction(index int32, e *Entry) Transaction {
	refs := r.Find(index, "Refs")
	t := Transaction{
		EndToEnd: r.Text(refs, "EndToEndId"), Instruction: r.Text(refs, "InstrId"), PaymentGroup: r.Text(refs, "PmtInfId"),
		Bank: r.Text(refs, "AcctSvcrRef"), Mandate: r.Text(refs, "MndtId"), UETR: r.Text(refs, "UETR"),
		Return: cmp.Or(r.Text(index, "RtrInf", "Rsn", "Cd"), r.Text(index, "RtrInf", "Rsn", "Prtry")),
	}
	amount := r.Find(index, "Amt") // of later versions; before, the details of the amount
	if amount < 0 {
		amount = r.Find(index, "AmtDtls", "TxAmt", "Amt")
	}
	if amount >= 0 {
		t.Amount, t.Currency = r.amount(amount)
		switch {
		case r.Find(index, "CdtDbtInd") >= 0:
			t.Amount = r.signed(index, t.Amount)
		case e.Amount < 0:
			t.Amount = -t.Amount
		}
	}
	parties, agents := r.Find(index, "RltdPties"), r.Find(index, "RltdAgts")
	t.Debtor = r.counterparty(parties, agents, "Dbtr")
	t.Creditor = r.counterparty(parties, agents, "Cdtr")
	t.Charges = r.charges(index, t.Currency)
	r.remittance(index, &t)
	return t
}

func (r *camt) counterparty(parties, agents int32, role string) Counterparty {
	return Counterparty{
		Name:    cmp.Or(r.Text(parties, role, "Nm"), r.Text(parties, role, "Pty", "Nm"), r.Text(parties, "Ultmt"+role, "Nm"), r.Text(parties, "Ultmt"+role, "Pty", "Nm")),
		Account: r.account(r.Find(parties, role+"Acct")), Bank: r.bic(r.Find(agents, role+"Agt")),
	}
}

// charges sums those of a transaction in its currency.
func (r *camt) charges(index int32, currency money.Currency) money.Minor {
	sum := money.Minor(0)
	for charges := range r.Each(index, "Chrgs") {
		list := []int32{}
		for record := range r.Each(charges, "Rcrd") {
			list = append(list, record)
		}
		if len(list) == 0 {
			list = append(list, charges)
		}
		for _, one := range list {
			amount := r.Find(one, "Amt")
			if amount < 0 {
				continue
			}
			if value, in := r.amount(amount); in == currency && r.failed == nil {
				if sum += value; sum > money.MinorMax {
					r.fail(markup.CodeAmountRange, amount, "")
				}
			}
		}
	}
	return sum
}

// remittance takes what a payment is for.
func (r *camt) remittance(index int32, t *Transaction) {
	info := r.Find(index, "RmtInf")
	for line := range r.Each(info, "Ustrd") {
		t.Remittance = append(t.Remittance, r.Text(line))
	}
	for structured := range r.Each(info, "Strd") {
		if ref := r.Find(structured, "CdtrRefInf"); ref >= 0 {
			t.References = append(t.References, Reference{
				Kind:   cmp.Or(r.Text(ref, "Tp", "CdOrPrtry", "Cd"), r.Text(ref, "Tp", "CdOrPrtry", "Prtry"), r.Text(ref, "CdtrRefTp", "Cd")),
				Number: cmp.Or(r.Text(ref, "Ref"), r.Text(ref, "CdtrRef")),
			})
		}
		for document := range r.Each(structured, "RfrdDocInf") {
			t.References = append(t.References, r.referred(structured, document))
		}
		for line := range r.Each(structured, "AddtlRmtInf") {
			t.Remittance = append(t.Remittance, r.Text(line))
		}
	}
}

// referred is a document that a payment names, with the amount that is paid of it.
func (r *camt) referred(structured, document int32) Reference {
	ref := Reference{
		Kind:   cmp.Or(r.Text(document, "Tp", "CdOrPrtry", "Cd"), r.Text(document, "Tp", "CdOrPrtry", "Prtry"), r.Text(document, "RfrdDocTp", "Cd")),
		Number: cmp.Or(r.Text(document, "Nb"), r.Text(document, "RfrdDocNb")),
	}
	amounts := r.Find(structured, "RfrdDocAmt")
	for _, name := range []string{"RmtdAmt", "DuePyblAmt"} {
		if at := r.Find(amounts, name); at >= 0 && ref.Amount == 0 {
			ref.Amount, _ = r.amount(at)
		}
	}
	return ref
}
