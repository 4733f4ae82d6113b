package credittransfer

import (
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/edge/document"
	"millrace/edge/iso20022"
	"millrace/edge/markup"
)

// Report is what a bank says of a file of instructions.
type Report struct {
	Format   string // "pain.002.001.11"
	Message  string // the report's identification
	Original string // of the file reported on
	Status   Status // of the whole file; "" where each payment has its own
	Reasons  []Reason
	Groups   []GroupReport
}

// GroupReport is what a bank says of one payment information.
type GroupReport struct {
	Original string // payment information
	Status   Status // of all of it; "" where each payment has its own
	Reasons  []Reason
	Payments []PaymentReport
}

// PaymentReport is what a bank says of one payment.
type PaymentReport struct {
	Instruction string // as it was instructed; either may be ""
	EndToEnd    string
	UETR        string
	Status      Status // "" where it is the group's
	Bank        string // the bank's reference; "" where it gives none
	Accepted    calendar.Date
	Amount      money.Minor // instructed, as the bank repeats it; 0 where it does not
	Currency    money.Currency
	Reasons     []Reason
}

// Status is a code of ISO 20022's external lists of payment statuses.
type Status string

// Outcome is what a status means for whoever instructed.
type Outcome uint8

// The outcomes.
const (
	Open     Outcome = iota // received, being checked, pending, or a code that is not known: nothing is final
	Settled                 // on the debtor's account, and for the bank done
	Rejected                // nothing has left, and nothing will
	Mixed                   // some of each: every payment has its own
)

// Outcome tells what the status means. Of those that are accepted only what is settled on the debtor's account is final.
func (s Status) Outcome() Outcome {
	switch s {
	case "RJCT", "CANC", "BLCK":
		return Rejected
	case "ACSC", "ACCC":
		return Settled
	case "PART":
		return Mixed
	}
	return Open
}

// Reason is why.
type Reason struct {
	Code string // of the external list, or the bank's own
	Text string // the bank's words, its lines put together by blanks
}

// Of gives what the report says of a payment by its key: its own status, else its group's, else the file's; false where it says nothing.
func (r *Report) Of(key string) (PaymentReport, bool) {
	for i := range r.Groups {
		g := &r.Groups[i]
		for _, p := range g.Payments {
			if p.Instruction != key && p.EndToEnd != key {
				continue
			}
			if p.Status == "" {
				p.Status, p.Reasons = g.Status, append(p.Reasons, g.Reasons...)
			}
			if p.Status == "" {
				p.Status, p.Reasons = r.Status, append(p.Reasons, r.Reasons...)
			}
			return p, true
		}
	}
	return PaymentReport{}, false
}

// ReadReport reads a pain.002 of any version. The error is a *document.Error, or a *document.Unsupported for another message.
func ReadReport(name string, input []byte, limits markup.Limits) (*Report, error) {
	r := &Report{}
	if err := read(name, input, limits, "pain.002.", r.take); err != nil {
		return nil, err
	}
	return r, nil
}

// reading is a tree with the first error that was met.
type reading struct {
	*iso20022.Tree
	failed *document.Error
	judge  func(*document.Error) *document.Error // of what a message tells of its payments, and is not so
}

// Codes is every reason for which an answer of a bank is rejected.
var Codes = append(append(document.Catalogue{}, iso20022.Codes...), own...)

// own are the reasons that are not those of every message.
var own = document.Catalogue{
	{Code: CodeElementNeeded, Message: "is missing", Sentence: "Without this element nobody can tell which instruction or payment is meant."},
	{Code: CodeAmountWrong, Message: "is not an amount of its currency", Sentence: "An amount has a currency of ISO 4217, is not below zero and no finer than its smallest unit.", Valued: true},
	{Code: CodeCountWrong, Message: "is not the number of payments", Sentence: "The number of payments that a file or a group tells is not how many it holds: a part of it is missing, or is there twice.", Valued: true},
	{Code: CodeSumWrong, Message: "is not the sum of the payments", Sentence: "The control sum is that of all amounts in major units, whatever their currencies; another one means that a part is missing or was changed.", Valued: true},
}

// The codes of rejections that are this reader's own.
const (
	CodeElementNeeded = "element_needed"
	CodeAmountWrong   = "amount_wrong"
	CodeCountWrong    = "count_wrong"
	CodeSumWrong      = "sum_wrong"
)

// need gives the text of an element by the names on the way; a failure where there is none.
func (r *reading) need(index int32, names ...string) string {
	text := r.Text(index, names...)
	if text == "" && r.failed == nil {
		r.failed = r.Wrong(own[0], max(0, index), "")
		r.failed.Field = strings.TrimPrefix(r.failed.Field+"/"+strings.Join(names, "/"), "/")
	}
	return text
}

// amount reads an amount; none for index -1.
func (r *reading) amount(index int32) (money.Minor, money.Currency) {
	if index < 0 {
		return 0, 0
	}
	n := &r.Nodes[index]
	currency, known := money.ParseCurrency(string(n.Ccy))
	if known {
		if value, err := money.Parse(r.Text(index), currency); err == nil && value >= 0 {
			return value, currency
		}
	}
	if r.failed == nil {
		r.failed = r.Wrong(own[1], index, r.Text(index)+" "+string(n.Ccy))
	}
	return 0, 0
}

func (r *Report) take(t *reading) {
	root := t.Nodes[0].Child
	r.Format, r.Message = t.Message, t.Text(root, "GrpHdr", "MsgId")
	group := t.Find(root, "OrgnlGrpInfAndSts")
	if group < 0 {
		group = t.Find(root, "OrgnlGrpInf") // of the second version
	}
	r.Original = t.need(group, "OrgnlMsgId")
	r.Status, r.Reasons = Status(t.Text(group, "GrpSts")), t.reasons(group)
	for at := range t.Each(root, "OrgnlPmtInfAndSts") {
		g := GroupReport{Original: t.Text(at, "OrgnlPmtInfId"), Status: Status(t.Text(at, "PmtInfSts")), Reasons: t.reasons(at)}
		for one := range t.Each(at, "TxInfAndSts") {
			g.Payments = append(g.Payments, t.payment(one))
		}
		r.Groups = append(r.Groups, g)
	}
	loose := GroupReport{}
	for one := range t.Each(root, "TxInfAndSts") { // of the second version
		loose.Payments = append(loose.Payments, t.payment(one))
	}
	if loose.Payments != nil {
		r.Groups = append(r.Groups, loose)
	}
}

func (r *reading) payment(index int32) PaymentReport {
	p := PaymentReport{
		Instruction: r.Text(index, "OrgnlInstrId"), EndToEnd: r.Text(index, "OrgnlEndToEndId"), UETR: r.Text(index, "OrgnlUETR"),
		Status: Status(r.Text(index, "TxSts")), Bank: r.Text(index, "AcctSvcrRef"), Reasons: r.reasons(index),
	}
	if text := r.Text(index, "AccptncDtTm"); len(text) >= 10 {
		p.Accepted, _ = calendar.Parse(text[:10]) // held against the schema as a date and time; one that is none is of no consequence
	}
	p.Amount, p.Currency = r.amount(r.Find(index, "OrgnlTxRef", "Amt", "InstdAmt"))
	return p
}

func (r *reading) reasons(index int32) []Reason {
	var list []Reason
	for at := range r.Each(index, "StsRsnInf") {
		var lines []string
		for line := range r.Each(at, "AddtlInf") {
			lines = append(lines, r.Text(line))
		}
		code := r.Text(at, "Rsn", "Cd")
		if code == "" {
			code = r.Text(at, "Rsn", "Prtry")
		}
		if code == "" {
			code = r.Text(at, "StsRsn", "Cd")
		}
		list = append(list, Reason{code, strings.Join(lines, " ")})
	}
	return list
}

// String prints "AC04: account closed".
func (r Reason) String() string {
	switch {
	case r.Text == "":
		return r.Code
	case r.Code == "":
		return r.Text
	}
	return r.Code + ": " + r.Text
}
