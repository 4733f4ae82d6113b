// Package bankfile writes what a bank sends to whoever keeps accounts with it: statement.go writes camt.053 and camt.054, status.go
// pain.002, camt.056 and camt.029. Each takes what the readers in edge/statement and edge/credittransfer give, so that reading gives
// back what was written. It is the bank's side: the sandbox bank uses it, and tests.
//
// What is written is held against the message's schema, where that is known, before it is handed out.
package bankfile

import (
	"bytes"
	"encoding/xml"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/edge/document"
	"millrace/edge/iso20022"
	"millrace/edge/markup"
)

// writer writes elements one after another.
type writer struct{ b *bytes.Buffer }

// write gives a document of a message, held against its schema. The error is a *document.Error that names the element.
func write(message, name, root string, cut []string, inside func(w writer)) ([]byte, error) {
	w := writer{b: bytes.NewBufferString(xml.Header)}
	w.b.WriteString(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:` + message + `"><` + root + ">\n")
	inside(w)
	w.b.WriteString("</" + root + "></Document>\n")
	written := w.b.Bytes()
	err := iso20022.Parse(name, written, markup.Limits{BytesMax: 1 << 30, ElementsMax: 1 << 30}, cut,
		func(*iso20022.Tree, int32) *document.Error { return nil })
	if err != nil {
		return nil, err
	}
	return written, nil
}

// text writes an element with text, unless that is "".
func (w writer) text(name, text string) {
	if text == "" {
		return
	}
	w.b.WriteString("<" + name + ">")
	_ = xml.EscapeText(w.b, []byte(text)) // a buffer does not fail
	w.b.WriteString("</" + name + ">")
}

// lines writes an element for every line of a text, and for every part of a line that is longer than most characters.
func (w writer) lines(name, text string, most int) {
	for line := range strings.SplitSeq(text, "\n") {
		for characters := []rune(line); len(characters) > 0; {
			part := characters[:min(most, len(characters))]
			w.text(name, string(part))
			characters = characters[len(part):]
		}
	}
}

// within writes an element round others.
func (w writer) within(name string, inside func()) {
	w.b.WriteString("<" + name + ">")
	inside()
	w.b.WriteString("</" + name + ">")
}

// path writes elements within one another, as in "NtryDtls/TxDtls", round the text or nothing where that is "".
func (w writer) path(path, text string) {
	if text == "" {
		return
	}
	name, rest, deeper := strings.Cut(path, "/")
	if !deeper {
		w.text(name, text)
		return
	}
	w.within(name, func() { w.path(rest, text) })
}

func (w writer) amount(name string, amount money.Minor, currency money.Currency) {
	w.b.WriteString("<" + name + ` Ccy="` + currency.String() + `">` + money.Format(max(amount, -amount), currency) + "</" + name + ">")
}

// direction writes whether an amount came in or went out.
func (w writer) direction(amount money.Minor) {
	if amount < 0 {
		w.text("CdtDbtInd", "DBIT")
		return
	}
	w.text("CdtDbtInd", "CRDT")
}

func (w writer) date(name string, date calendar.Date) {
	if date != 0 {
		w.within(name, func() { w.text("Dt", date.String()) })
	}
}

// account writes the number of an account, an IBAN or another.
func (w writer) account(number string) {
	w.within("Id", func() {
		if IsIBAN(number) {
			w.text("IBAN", number)
			return
		}
		w.within("Othr", func() { w.text("Id", number) })
	})
}

// IsIBAN tells whether a number has the form of an IBAN and its check digits are right (ISO 13616, ISO/IEC 7064 MOD 97-10).
func IsIBAN(number string) bool {
	if len(number) < 15 || len(number) > 34 {
		return false
	}
	rest := 0
	for i := range len(number) {
		switch c := number[(i+4)%len(number)]; {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return false
		}
	}
	letters := func(i int) bool { return number[i] >= 'A' && number[i] <= 'Z' }
	digits := func(i int) bool { return number[i] >= '0' && number[i] <= '9' }
	return letters(0) && letters(1) && digits(2) && digits(3) && rest == 1
}
