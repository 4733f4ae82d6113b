package credittransfer

import (
	"cmp"
	"strconv"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/edge/document"
	"millrace/edge/iso20022"
	"millrace/edge/markup"
)

// Read reads a pain.001 of any version, and gives back what Write was given, with the groups that Write made. What a File has no place
// for, such as the address of who sends it, is left out; an element that tells what is to be paid is never. A number of payments or a
// control sum that is not theirs fails, since then a part of the file is missing. The error is a *document.Error, or a
// *document.Unsupported for another message. Read never panics and may be called concurrently.
func Read(name string, input []byte, limits markup.Limits) (*File, error) {
	if message := iso20022.MessageOf(input, limits); message != "" && !strings.HasPrefix(message, instructions) {
		return nil, &document.Unsupported{File: name, Type: "Document", Namespace: message}
	}
	return readTransfers(name, input, limits, func(differs *document.Error) *document.Error { return differs })
}

// instructions begins the names of messages that Read reads.
const instructions = "pain.001."

// readTransfers reads a pain.001 or pacs.008. What is told of number and sum, and is not so, is given to judge, which may let it pass.
func readTransfers(name string, input []byte, limits markup.Limits, judge func(*document.Error) *document.Error) (*File, error) {
	f, first := &File{}, 0 // the first payment of the group that is open
	err := iso20022.Parse(name, input, limits, []string{"CdtTrfTxInf", "PmtInf"}, func(t *iso20022.Tree, index int32) *document.Error {
		r := reading{Tree: t, judge: judge}
		switch t.Nodes[index].Name {
		case "CdtTrfTxInf":
			f.Payments = append(f.Payments, r.instructed(index))
		case "PmtInf":
			r.information(index, f.Payments[first:])
			first = len(f.Payments)
		default:
			header := r.Find(t.Nodes[0].Child, "GrpHdr")
			f.Message, f.Created, f.Sender = r.need(header, "MsgId"), r.Text(header, "CreDtTm"), r.Text(header, "InitgPty", "Nm")
			r.sums(header, f.Payments)
			if len(f.Payments) == 0 {
				r.need(t.Nodes[0].Child, "PmtInf", "CdtTrfTxInf")
			}
		}
		return r.failed
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// wrong keeps the first failure, about the text of an element.
func (r *reading) wrong(code string, index int32, value string) {
	if r.failed == nil {
		reason, _ := Codes.Find(code)
		r.failed = r.Wrong(reason, index, value)
	}
}

// differs is about what a message tells of its payments, and is not so.
func (r *reading) differs(code string, index int32, value string) {
	if r.failed == nil {
		reason, _ := Codes.Find(code)
		r.failed = r.judge(r.Wrong(reason, index, value))
	}
}

// information gives payments what their payment information says of all of them.
func (r *reading) information(index int32, payments []Payment) {
	whole := Payment{
		Group: r.need(index, "PmtInfId"), Debtor: r.holder(index, "Dbtr"), Execution: r.execution(index), Method: r.Text(index, "PmtMtd"),
		Bearer: r.Text(index, "ChrgBr"),
	}
	if whole.Method == transfer {
		whole.Method = ""
	}
	if whole.Debtor.IBAN == "" && whole.Debtor.Number == "" {
		r.need(index, "DbtrAcct", "Id")
	}
	switch r.Text(index, "BtchBookg") {
	case "true", "1":
		whole.Batch = true
	}
	for i := range payments {
		p := &payments[i]
		p.Group, p.Debtor, p.Execution, p.Method, p.Batch = whole.Group, whole.Debtor, whole.Execution, whole.Method, whole.Batch
		if p.Bearer = cmp.Or(p.Bearer, whole.Bearer); p.Bearer == bearer {
			p.Bearer = ""
		}
	}
	r.sums(index, payments)
}

// sums holds a number of payments and a control sum, where they are told, against the payments.
func (r *reading) sums(index int32, payments []Payment) {
	if at := r.Find(index, "NbOfTxs"); at >= 0 {
		if text := r.Text(at); text != strconv.Itoa(len(payments)) && strings.TrimLeft(text, "0") != strconv.Itoa(len(payments)) {
			r.differs(CodeCountWrong, at, text)
		}
	}
	if at := r.Find(index, "CtrlSum"); at >= 0 && r.failed == nil {
		all := make([]*Payment, len(payments))
		for i := range all {
			all[i] = &payments[i]
		}
		if text := r.Text(at); plain(text) != total(all) {
			r.differs(CodeSumWrong, at, text)
		}
	}
}

// plain is a decimal without a sign and zeros that say nothing.
func plain(text string) string {
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(text, "+"), ".")
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	whole = cmp.Or(whole, "0")
	if fraction == "" {
		return whole
	}
	return whole + "." + fraction
}

// execution is the day on which a group is to be executed: a date, or the day of a date and time.
func (r *reading) execution(index int32) calendar.Date {
	at := r.Find(index, "ReqdExctnDt")
	for _, name := range []string{"Dt", "DtTm"} {
		if inner := r.Find(at, name); inner >= 0 {
			at = inner
		}
	}
	if at < 0 {
		r.need(index, "ReqdExctnDt")
		return 0
	}
	text := r.Text(at)
	date, known := calendar.Parse(text[:min(len(text), len("2006-01-02"))])
	if !known {
		r.wrong(markup.CodeDateWrong, at, text)
	}
	return date
}

// holder reads an account with its holder and its bank, by the role.
func (r *reading) holder(index int32, role string) Account {
	party, account, agent := r.Find(index, role), r.Find(index, role+"Acct", "Id"), r.Find(index, role+"Agt", "FinInstnId")
	a := Account{
		Holder: r.Text(party, "Nm"), IBAN: strings.ReplaceAll(r.Text(account, "IBAN"), " ", ""), Number: r.Text(account, "Othr", "Id"),
		BIC: cmp.Or(r.Text(agent, "BICFI"), r.Text(agent, "BIC")),
	}
	address := r.Find(party, "PstlAdr")
	a.Address = Address{
		Street: r.Text(address, "StrtNm"), Building: r.Text(address, "BldgNb"), PostCode: r.Text(address, "PstCd"), Town: r.Text(address, "TwnNm"),
		Country: r.Text(address, "Ctry"), Lines: r.lines(address, "AdrLine"),
	}
	return a
}

// lines puts the texts of the elements of a name together by line feeds.
func (r *reading) lines(index int32, name string) string {
	var lines []string
	for at := range r.Each(index, name) {
		if text := r.Text(at); text != "" {
			lines = append(lines, text)
		}
	}
	return strings.Join(lines, "\n")
}

// instructed reads one payment, without what its group says.
func (r *reading) instructed(index int32) Payment {
	p := Payment{
		Key: r.need(index, "PmtId", "EndToEndId"), Instruction: r.Text(index, "PmtId", "InstrId"), UETR: r.Text(index, "PmtId", "UETR"),
		Bearer: r.Text(index, "ChrgBr"), Creditor: r.holder(index, "Cdtr"), Purpose: r.Text(index, "Purp", "Cd"),
	}
	if p.Instruction == p.Key {
		p.Instruction = ""
	}
	if p.UETR == UETR(p.Key) {
		p.UETR = ""
	}
	if at := r.Find(index, "Amt", "InstdAmt"); at >= 0 {
		p.Amount, p.Currency = r.amount(at)
	} else if at = r.Find(index, "IntrBkSttlmAmt"); at >= 0 { // between banks
		p.Amount, p.Currency = r.amount(at)
	} else if at = r.Find(index, "Amt", "EqvtAmt", "Amt"); at >= 0 {
		p.Amount, p.Currency = r.amount(at)
		p.Arrives = r.currency(r.Find(index, "Amt", "EqvtAmt", "CcyOfTrf"))
	} else {
		r.need(index, "Amt", "InstdAmt")
	}
	r.remittance(r.Find(index, "RmtInf"), &p)
	return p
}

// currency reads the code of a currency; none for index -1.
func (r *reading) currency(index int32) money.Currency {
	if index < 0 {
		return 0
	}
	currency, known := money.ParseCurrency(r.Text(index))
	if !known {
		r.wrong(CodeAmountWrong, index, r.Text(index))
	}
	return currency
}

// remittance reads what a payment is for.
func (r *reading) remittance(index int32, p *Payment) {
	p.Text = r.lines(index, "Ustrd")
	for structured := range r.Each(index, "Strd") {
		p.Reference = cmp.Or(p.Reference, r.Text(structured, "CdtrRefInf", "Ref"), r.Text(structured, "CdtrRefInf", "CdtrRef"))
		from := len(p.Documents)
		for document := range r.Each(structured, "RfrdDocInf") {
			p.Documents = append(p.Documents, r.document(document))
		}
		if len(p.Documents) == from+1 { // of several nobody can tell whose the amount is
			p.Documents[from].Amount = r.paid(r.Find(structured, "RfrdDocAmt"), p.Currency)
		}
	}
}

func (r *reading) document(index int32) Reference {
	d := Reference{
		Code:   cmp.Or(r.Text(index, "Tp", "CdOrPrtry", "Cd"), r.Text(index, "Tp", "CdOrPrtry", "Prtry"), r.Text(index, "RfrdDocTp", "Cd")),
		Number: cmp.Or(r.Text(index, "Nb"), r.Text(index, "RfrdDocNb")),
	}
	if text := cmp.Or(r.Text(index, "RltdDt"), r.Text(index, "RltdDt", "Dt")); len(text) >= 10 {
		d.Date, _ = calendar.Parse(text[:10]) // held against the schema as a date; one that is none is of no consequence
	}
	return d
}

// paid is what is paid of a document, where it is told in the currency of the payment.
func (r *reading) paid(amounts int32, currency money.Currency) money.Minor {
	for _, name := range []string{"RmtdAmt", "CdtNoteAmt", "DuePyblAmt"} {
		if at := r.Find(amounts, name); at >= 0 {
			if amount, in := r.amount(at); in == currency {
				return amount
			}
		}
	}
	return 0
}
