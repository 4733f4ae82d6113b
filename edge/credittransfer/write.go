package credittransfer

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/edge/document"
	"millrace/edge/iso20022"
	"millrace/edge/markup"
)

// message is what is written.
const message = "pain.001.001.09"

// ErrEmpty is returned for a file without payments.
var ErrEmpty = errors.New("credittransfer: a file without payments")

// Write gives the file as pain.001.001.09: one payment information for the payments that leave one account on one day in one currency, in
// the order of the payments. The error is a *document.Error that names the element which the schema refuses.
func Write(f *File) ([]byte, error) {
	if len(f.Payments) == 0 {
		return nil, ErrEmpty
	}
	w := writer{b: bytes.NewBufferString(xml.Header)}
	w.b.WriteString(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:` + message + `"><CstmrCdtTrfInitn>` + "\n")
	w.group(f)
	for i, group := range groups(f.Payments) {
		w.information(f, group, i+1)
	}
	w.b.WriteString("</CstmrCdtTrfInitn></Document>\n")
	written := w.b.Bytes()
	err := iso20022.Parse(f.Message, written, markup.Limits{BytesMax: 1 << 30, ElementsMax: 1 << 30}, []string{"CdtTrfTxInf"},
		func(*iso20022.Tree, int32) *document.Error { return nil })
	if err != nil {
		return nil, err
	}
	return written, nil
}

// groups puts payments together that leave one account on one day in one currency.
func groups(payments []Payment) [][]*Payment {
	type together struct {
		debtor    Account
		execution calendar.Date
		currency  money.Currency
	}
	at := map[together]int{}
	var list [][]*Payment
	for i := range payments {
		p := &payments[i]
		key := together{p.Debtor, p.Execution, p.Currency}
		place, known := at[key]
		if !known {
			place = len(list)
			at[key] = place
			list = append(list, nil)
		}
		list[place] = append(list[place], p)
	}
	return list
}

type writer struct{ b *bytes.Buffer }

// text writes an element with text, unless that is "".
func (w writer) text(name, text string) {
	if text == "" {
		return
	}
	w.b.WriteString("<" + name + ">")
	_ = xml.EscapeText(w.b, []byte(text)) // a buffer does not fail
	w.b.WriteString("</" + name + ">")
}

// within writes an element round others.
func (w writer) within(name string, inside func()) {
	w.b.WriteString("<" + name + ">")
	inside()
	w.b.WriteString("</" + name + ">")
}

// total is the control sum: of amounts in major units, whatever their currencies, as the standard has it.
func total(payments []*Payment) string {
	const digits = 4 // of the finest currency
	sum := new(big.Int)
	for _, p := range payments {
		scale := big.NewInt(1)
		for range digits - p.Currency.Digits() {
			scale.Mul(scale, big.NewInt(10))
		}
		sum.Add(sum, scale.Mul(scale, big.NewInt(int64(p.Amount))))
	}
	text := fmt.Sprintf("%0*s", digits+1, sum)
	text = text[:len(text)-digits] + "." + text[len(text)-digits:]
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}

func (w writer) group(f *File) {
	all := make([]*Payment, len(f.Payments))
	for i := range all {
		all[i] = &f.Payments[i]
	}
	w.within("GrpHdr", func() {
		w.text("MsgId", f.Message)
		w.text("CreDtTm", f.Created)
		w.text("NbOfTxs", strconv.Itoa(len(all)))
		w.text("CtrlSum", total(all))
		w.within("InitgPty", func() { w.text("Nm", f.Sender) })
	})
	w.b.WriteString("\n")
}

// informationID is the file's with a number, within 35 characters.
func informationID(file string, number int) string {
	suffix := fmt.Sprintf("-%d", number)
	return file[:min(len(file), 35-len(suffix))] + suffix
}

func (w writer) information(f *File, payments []*Payment, number int) {
	one := payments[0]
	w.within("PmtInf", func() {
		w.text("PmtInfId", informationID(f.Message, number))
		w.text("PmtMtd", "TRF")
		w.text("NbOfTxs", strconv.Itoa(len(payments)))
		w.text("CtrlSum", total(payments))
		w.within("ReqdExctnDt", func() { w.text("Dt", one.Execution.String()) })
		w.party("Dbtr", &one.Debtor)
		w.account("DbtrAcct", &one.Debtor)
		w.agent("DbtrAgt", one.Debtor.BIC)
		w.text("ChrgBr", "SLEV")
		w.b.WriteString("\n")
		for _, p := range payments {
			w.transfer(p)
		}
	})
	w.b.WriteString("\n")
}

func (w writer) transfer(p *Payment) {
	w.within("CdtTrfTxInf", func() {
		w.within("PmtId", func() {
			w.text("InstrId", p.Key)
			w.text("EndToEndId", p.Key)
			w.text("UETR", UETR(p.Key))
		})
		w.within("Amt", func() {
			w.b.WriteString(`<InstdAmt Ccy="` + p.Currency.String() + `">` + money.Format(p.Amount, p.Currency) + "</InstdAmt>")
		})
		if p.Creditor.BIC != "" {
			w.agent("CdtrAgt", p.Creditor.BIC)
		}
		w.party("Cdtr", &p.Creditor)
		w.account("CdtrAcct", &p.Creditor)
		if p.Purpose != "" {
			w.within("Purp", func() { w.text("Cd", p.Purpose) })
		}
		w.remittance(p)
	})
	w.b.WriteString("\n")
}

func (w writer) party(name string, a *Account) {
	w.within(name, func() {
		w.text("Nm", a.Holder)
		if a.Address == (Address{}) {
			return
		}
		w.within("PstlAdr", func() {
			w.text("StrtNm", a.Address.Street)
			w.text("BldgNb", a.Address.Building)
			w.text("PstCd", a.Address.PostCode)
			w.text("TwnNm", a.Address.Town)
			w.text("Ctry", a.Address.Country)
		})
	})
}

func (w writer) account(name string, a *Account) {
	w.within(name, func() {
		w.within("Id", func() {
			if a.IBAN != "" {
				w.text("IBAN", a.IBAN)
				return
			}
			w.within("Othr", func() { w.text("Id", a.Number) })
		})
	})
}

// agent names a bank; the standard wants an element even where the account tells it.
func (w writer) agent(name, bic string) {
	w.within(name, func() {
		w.within("FinInstnId", func() {
			if bic != "" {
				w.text("BICFI", bic)
				return
			}
			w.within("Othr", func() { w.text("Id", "NOTPROVIDED") })
		})
	})
}

func (w writer) remittance(p *Payment) {
	switch {
	case p.Reference != "":
		w.within("RmtInf", func() {
			w.within("Strd", func() {
				w.within("CdtrRefInf", func() {
					w.within("Tp", func() { w.within("CdOrPrtry", func() { w.text("Cd", "SCOR") }) })
					w.text("Ref", p.Reference)
				})
			})
		})
	case p.Text != "":
		w.within("RmtInf", func() { w.text("Ustrd", p.Text) })
	case len(p.Documents) > 0:
		w.within("RmtInf", func() {
			for i := range p.Documents {
				w.document(&p.Documents[i], p.Currency)
			}
		})
	}
}

func (w writer) document(r *Reference, currency money.Currency) {
	w.within("Strd", func() {
		w.within("RfrdDocInf", func() {
			w.within("Tp", func() { w.within("CdOrPrtry", func() { w.text("Cd", r.Code) }) })
			w.text("Nb", r.Number)
			if r.Date != 0 {
				w.text("RltdDt", r.Date.String())
			}
		})
		w.within("RfrdDocAmt", func() {
			w.b.WriteString(`<RmtdAmt Ccy="` + currency.String() + `">` + money.Format(r.Amount, currency) + "</RmtdAmt>")
		})
	})
}
