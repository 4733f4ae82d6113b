package credittransfer

import (
	"cmp"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/edge/document"
	"millrace/edge/iso20022"
	"millrace/edge/markup"
)

// Recall asks that money be given back, or that a payment be not executed.
type Recall struct {
	Case        string // identification of the case
	Original    string // message in which the payment was; "" where it is not named
	Instruction string
	EndToEnd    string
	Transaction string // between banks
	UETR        string
	Amount      money.Minor // as settled; 0 where it is not told
	Currency    money.Currency
	Settled     calendar.Date // 0 where it is not told
	Reason      Reason        // DUPL, FRAD, CUST, TECH, …
}

// Answer is what became of a recall.
type Answer struct {
	Case        string
	Status      string // of the case: CNCL given back, RJCR refused, PDCR pending, …
	Instruction string
	EndToEnd    string
	UETR        string
	Single      string // status of the payment itself; "" where the case's holds
	Reasons     []Reason
}

// ReadRecalls reads a camt.056 of any version.
func ReadRecalls(name string, input []byte, limits markup.Limits) ([]Recall, error) {
	var list []Recall
	err := read(name, input, limits, "camt.056.", func(t *reading) {
		root := t.Nodes[0].Child
		of := t.Text(root, "Case", "Id")
		for group := range t.Each(root, "Undrlyg") {
			for one := range t.Each(group, "TxInf") {
				list = append(list, t.recall(one, of))
			}
		}
	})
	return list, err
}

// ReadAnswers reads a camt.029 of any version.
func ReadAnswers(name string, input []byte, limits markup.Limits) ([]Answer, error) {
	var list []Answer
	err := read(name, input, limits, "camt.029.", func(t *reading) {
		root := t.Nodes[0].Child
		whole := Answer{Case: t.Text(root, "RslvdCase", "Id"), Status: t.need(root, "Sts", "Conf")}
		for group := range t.Each(root, "CxlDtls") {
			for _, name := range []string{"TxInfAndSts", "OrgnlPmtInfAndSts"} {
				for one := range t.Each(group, name) {
					list = append(list, t.answers(one, whole)...)
				}
			}
		}
		if list == nil {
			list = append(list, whole)
		}
	})
	return list, err
}

// read parses a message of a kind.
func read(name string, input []byte, limits markup.Limits, kind string, take func(*reading)) error {
	if message := iso20022.MessageOf(input, limits); message != "" && !strings.HasPrefix(message, kind) {
		return &document.Unsupported{File: name, Type: "Document", Namespace: message}
	}
	return iso20022.Parse(name, input, limits, nil, func(t *iso20022.Tree, _ int32) *document.Error {
		r := reading{Tree: t}
		take(&r)
		return r.failed
	})
}

func (r *reading) recall(index int32, of string) Recall {
	c := Recall{
		Case: cmp.Or(of, r.Text(index, "CxlId"), r.Text(index, "Case", "Id")), Original: r.Text(index, "OrgnlGrpInf", "OrgnlMsgId"), Instruction: r.Text(index, "OrgnlInstrId"),
		EndToEnd: r.Text(index, "OrgnlEndToEndId"), Transaction: r.Text(index, "OrgnlTxId"), UETR: r.Text(index, "OrgnlUETR"),
	}
	if c.Instruction == "" && c.EndToEnd == "" && c.Transaction == "" && c.UETR == "" {
		r.need(index, "OrgnlEndToEndId")
	}
	c.Amount, c.Currency = r.amount(r.Find(index, "OrgnlIntrBkSttlmAmt"))
	if text := r.Text(index, "OrgnlIntrBkSttlmDt"); len(text) >= 10 {
		c.Settled, _ = calendar.Parse(text[:10])
	}
	for at := range r.Each(index, "CxlRsnInf") {
		c.Reason = Reason{cmp.Or(r.Text(at, "Rsn", "Cd"), r.Text(at, "Rsn", "Prtry")), r.Text(at, "AddtlInf")}
		break
	}
	return c
}

// answers are those on one payment, or on the payments of one payment information.
func (r *reading) answers(index int32, whole Answer) []Answer {
	a := whole
	a.Instruction, a.EndToEnd, a.UETR = r.Text(index, "OrgnlInstrId"), r.Text(index, "OrgnlEndToEndId"), r.Text(index, "OrgnlUETR")
	a.Single = cmp.Or(r.Text(index, "TxCxlSts"), r.Text(index, "PmtInfCxlSts"))
	for at := range r.Each(index, "CxlStsRsnInf") {
		a.Reasons = append(a.Reasons, Reason{cmp.Or(r.Text(at, "Rsn", "Cd"), r.Text(at, "Rsn", "Prtry")), r.Text(at, "AddtlInf")})
	}
	var list []Answer
	for one := range r.Each(index, "TxInfAndSts") {
		list = append(list, r.answers(one, whole)...)
	}
	if list == nil {
		list = append(list, a)
	}
	return list
}
