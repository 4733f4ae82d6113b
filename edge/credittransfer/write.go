package credittransfer

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/edge/document"
	"millrace/edge/iso20022"
	"millrace/edge/markup"
)

const (
	message  = "pain.001.001.09" // what is written
	transfer = "TRF"             // Method, where it is ""
	bearer   = "SLEV"            // Bearer, where it is ""
)

// What is no file.
var (
	ErrEmpty = errors.New("credittransfer: a file without payments")
	ErrGroup = errors.New("credittransfer: payments of one group leave several accounts, or on several days, or in several ways")
)

// Write gives the file as pain.001.001.09: one payment information for the payments of one group, and for those of no group that leave one
// account on one day in one currency, in the order of the payments. The error is ErrEmpty, ErrGroup, or a *document.Error that names the
// element which the schema refuses.
func Write(f *File) ([]byte, error) {
	if len(f.Payments) == 0 {
		return nil, ErrEmpty
	}
	w := writer{b: bytes.NewBufferString(xml.Header)}
	w.b.WriteString(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:` + message + `"><CstmrCdtTrfInitn>` + "\n")
	w.group(f)
	list, err := groups(f.Payments)
	if err != nil {
		return nil, err
	}
	for i, group := range list {
		w.information(f, group, i+1)
	}
	w.b.WriteString("</CstmrCdtTrfInitn></Document>\n")
	written := w.b.Bytes()
	err = iso20022.Parse(f.Message, written, markup.Limits{BytesMax: 1 << 30, ElementsMax: 1 << 30}, []string{"CdtTrfTxInf"},
		func(*iso20022.Tree, int32) *document.Error { return nil })
	if err != nil {
		return nil, err
	}
	return written, nil
}

// shared is what the payments of a group have in common.
type shared struct {
	group     string
	debtor    Account
	execution calendar.Date
	currency  money.Currency // 0 in a group that has a name
	batch     bool
	method    string
}

// groups puts payments together.
func groups(payments []Payment) ([][]*Payment, error) {
	at, named := map[shared]int{}, map[string]shared{}
	var list [][]*Payment
	for i := range payments {
		p := &payments[i]
		key := shared{p.Group, p.Debtor, p.Execution, p.Currency, p.Batch, p.Method}
		if p.Group != "" {
			key.currency = 0
			if other, known := named[p.Group]; known && other != key {
				return nil, ErrGroup
			}
			named[p.Group] = key
		}
		place, known := at[key]
		if !known {
			place = len(list)
			at[key] = place
			list = append(list, nil)
		}
		list[place] = append(list[place], p)
	}
	return list, nil
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
		w.text("PmtInfId", cmp.Or(one.Group, informationID(f.Message, number)))
		w.text("PmtMtd", cmp.Or(one.Method, transfer))
		if one.Batch {
			w.text("BtchBookg", "true")
		}
		w.text("NbOfTxs", strconv.Itoa(len(payments)))
		w.text("CtrlSum", total(payments))
		w.within("ReqdExctnDt", func() { w.text("Dt", one.Execution.String()) })
		w.party("Dbtr", &one.Debtor)
		w.account("DbtrAcct", &one.Debtor)
		w.agent("DbtrAgt", one.Debtor.BIC)
		alike := !slices.ContainsFunc(payments, func(p *Payment) bool { return p.Bearer != one.Bearer })
		if alike {
			w.text("ChrgBr", cmp.Or(one.Bearer, bearer))
		}
		w.b.WriteString("\n")
		for _, p := range payments {
			own := ""
			if !alike {
				own = cmp.Or(p.Bearer, bearer)
			}
			w.transfer(p, own)
		}
	})
	w.b.WriteString("\n")
}

// transfer writes one payment, with who bears the charges where its group does not tell.
func (w writer) transfer(p *Payment, bearer string) {
	w.within("CdtTrfTxInf", func() {
		w.within("PmtId", func() {
			w.text("InstrId", cmp.Or(p.Instruction, p.Key))
			w.text("EndToEndId", p.Key)
			w.text("UETR", cmp.Or(p.UETR, UETR(p.Key)))
		})
		w.within("Amt", func() { w.amount(p) })
		w.text("ChrgBr", bearer)
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

func (w writer) amount(p *Payment) {
	written := ` Ccy="` + p.Currency.String() + `">` + money.Format(p.Amount, p.Currency)
	if p.Arrives == 0 {
		w.b.WriteString("<InstdAmt" + written + "</InstdAmt>")
		return
	}
	w.within("EqvtAmt", func() {
		w.b.WriteString("<Amt" + written + "</Amt>")
		w.text("CcyOfTrf", p.Arrives.String())
	})
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
			for line := range strings.SplitSeq(a.Address.Lines, "\n") {
				w.text("AdrLine", line)
			}
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
		w.within("RmtInf", func() {
			for line := range strings.SplitSeq(p.Text, "\n") {
				w.text("Ustrd", line)
			}
		})
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
