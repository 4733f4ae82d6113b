package sheet

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/edge/iso20022"
	"millrace/edge/statement"
)

// happened is what a bank booked, before any format.
type happened struct {
	Amount         money.Minor
	Booking, Value calendar.Date
	Reference, Key string
	Name, Account  string
	Text           string
}

// account is some days of one account.
type account struct {
	currency money.Currency
	opening  money.Minor
	bookings []happened
}

func (a *account) closing() money.Minor {
	sum := a.opening
	for _, b := range a.bookings {
		sum += b.Amount
	}
	return sum
}

// accounts draws what happened on an account. The days of bookings never fall.
func accounts(t *rapid.T) *account {
	currency, _ := money.ParseCurrency(rapid.SampledFrom([]string{"EUR", "JPY", "BHD", "CNY"}).Draw(t, "currency"))
	a := &account{currency: currency, opening: money.Minor(rapid.Int64Range(-1e9, 1e12).Draw(t, "opening"))}
	words := rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9.-]{0,11}( [A-Za-z0-9][A-Za-z0-9.-]{0,15}){0,5}`)
	day := date("2026-11-01")
	for i := range rapid.IntRange(1, 12).Draw(t, "bookings") {
		day += calendar.Date(rapid.IntRange(0, 2).Draw(t, "days"))
		b := happened{
			Amount: money.Minor(rapid.Int64Range(-1e10, 1e10).Draw(t, "amount")), Booking: day, Value: day + calendar.Date(rapid.IntRange(-3, 3).Draw(t, "value")),
			Reference: fmt.Sprintf("B%05d", i), Name: words.Draw(t, "name"), Account: rapid.SampledFrom([]string{"DE02120300000000202051", "0012345678"}).Draw(t, "account"),
			Text: words.Draw(t, "text"),
		}
		if rapid.Bool().Draw(t, "keyed") {
			b.Key = fmt.Sprintf("pay_1-%d-XK", i)
		}
		if len(b.Name) > 54 {
			b.Name = strings.TrimSpace(b.Name[:54])
		}
		if b.Amount == 0 {
			b.Amount = 1
		}
		a.bookings = append(a.bookings, b)
	}
	return a
}

// camt writes camt.053.001.08, which its schema is held against when it is read.
func (a *account) camt() []byte {
	var b bytes.Buffer
	amount := func(value money.Minor) string {
		mark := "CRDT"
		if value < 0 {
			mark, value = "DBIT", -value
		}
		return fmt.Sprintf(`<Amt Ccy="%s">%s</Amt><CdtDbtInd>%s</CdtDbtInd>`, a.currency, money.Format(value, a.currency), mark)
	}
	balance := func(code string, value money.Minor, on calendar.Date) {
		fmt.Fprintf(&b, "<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp>%s<Dt><Dt>%s</Dt></Dt></Bal>\n", code, amount(value), on)
	}
	text := func(name, value string) string {
		var out bytes.Buffer
		_ = xml.EscapeText(&out, []byte(value))
		return "<" + name + ">" + out.String() + "</" + name + ">"
	}
	b.WriteString(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId><CreDtTm>2026-11-20T18:00:00</CreDtTm></GrpHdr>
<Stmt><Id>S</Id><ElctrncSeqNb>7</ElctrncSeqNb><Acct><Id><Othr><Id>4711</Id></Othr></Id></Acct>` + "\n")
	balance("OPBD", a.opening, a.bookings[0].Booking)
	balance("CLBD", a.closing(), a.bookings[len(a.bookings)-1].Booking)
	for _, one := range a.bookings {
		own := "<Othr>" + text("Id", one.Account) + "</Othr>"
		if strings.HasPrefix(one.Account, "DE") {
			own = text("IBAN", one.Account)
		}
		role := "Dbtr"
		if one.Amount < 0 {
			role = "Cdtr"
		}
		fmt.Fprintf(&b, "<Ntry>%s<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>%s</Dt></BookgDt><ValDt><Dt>%s</Dt></ValDt>%s<BkTxCd><Prtry><Cd>X</Cd></Prtry></BkTxCd>", amount(one.Amount), one.Booking, one.Value, text("AcctSvcrRef", one.Reference))
		fmt.Fprintf(&b, "<NtryDtls><TxDtls><Refs>%s</Refs><RltdPties><%s><Pty>%s</Pty></%s><%sAcct><Id>%s</Id></%sAcct></RltdPties><RmtInf>%s</RmtInf></TxDtls></NtryDtls></Ntry>\n", text("EndToEndId", cmp.Or(one.Key, "NOTPROVIDED")),
			role, text("Nm", one.Name), role, role, own, role, text("Ustrd", one.Text))
	}
	b.WriteString("</Stmt></BkToCstmrStmt></Document>\n")
	return b.Bytes()
}

// mt writes MT940, with the text of field 86 in the German form, or between slashes.
func (a *account) mt(german bool) []byte {
	var b bytes.Buffer
	amount := func(value money.Minor) string {
		text := strings.Replace(money.Format(max(value, -value), a.currency), ".", ",", 1)
		if !strings.Contains(text, ",") {
			text += ","
		}
		return text
	}
	balance := func(tag string, value money.Minor, on calendar.Date) {
		mark := "C"
		if value < 0 {
			mark = "D"
		}
		fmt.Fprintf(&b, ":%s:%s%s%s%s\n", tag, mark, strings.ReplaceAll(on.String(), "-", "")[2:], a.currency, amount(value))
	}
	b.WriteString(":20:S\n:25:4711\n:28C:7/1\n")
	balance("60F", a.opening, a.bookings[0].Booking)
	for _, one := range a.bookings {
		mark := "C"
		if one.Amount < 0 {
			mark = "D"
		}
		fmt.Fprintf(&b, ":61:%s%s%s%sNTRFNONREF//%s\n", strings.ReplaceAll(one.Value.String(), "-", "")[2:], strings.ReplaceAll(one.Booking.String(), "-", "")[4:], mark, amount(one.Amount), one.Reference)
		text := "/EREF/" + one.Key + "/NAME/" + one.Name + "/IBAN/" + one.Account + "/REMI/" + one.Text
		if german {
			text = "166" + subfields(20, "EREF+"+one.Key+"SVWZ+"+one.Text) + "?31" + one.Account + subfields(32, one.Name)
		}
		b.WriteString(folded(":86:"+text) + "\n")
	}
	balance("62F", a.closing(), a.bookings[len(a.bookings)-1].Booking)
	b.WriteString("-\n")
	return b.Bytes()
}

// subfields cuts a text into subfields of 27 characters, by their numbers.
func subfields(number int, text string) string {
	cut := ""
	for ; text != ""; number++ {
		if number == 30 {
			number = 60
		}
		end := min(27, len(text))
		cut, text = cut+fmt.Sprintf("?%02d%s", number, text[:end]), text[end:]
	}
	return cut
}

// folded breaks a field into lines of at most 65 characters, never beside a blank, which banks lose there, nor before a mark that begins a field or ends the message.
func folded(text string) string {
	lines := ""
	for len(text) > 65 {
		end := 65
		for text[end] == ' ' || text[end-1] == ' ' || text[end] == ':' || text[end] == '-' {
			end--
		}
		lines, text = lines+text[:end]+"\n", text[end:]
	}
	return lines + text
}

// table writes a table in one of the ways of banks, with its mapping.
func (a *account) table(t *rapid.T) ([][]string, StatementMapping) {
	m := StatementMapping{
		Document: statementDocument, Account: "4711", Currency: a.currency.String(), DateFormat: rapid.SampledFrom([]string{"YYYY-MM-DD", "DD.MM.YYYY", "MM/DD/YY", "D MMM YYYY"}).Draw(t, "dates"),
		DecimalMark: rapid.SampledFrom([]string{".", ","}).Draw(t, "mark"), Order: rapid.SampledFrom([]string{"ascending", "descending"}).Draw(t, "order"),
	}
	if rapid.Bool().Draw(t, "grouped") {
		m.ThousandsMark = map[string]string{".": ",", ",": "."}[m.DecimalMark]
	}
	form := rapid.IntRange(0, 3).Draw(t, "form")
	sign := money.Minor(1)
	amounts := []string{fieldAmount}
	switch form {
	case 1:
		amounts = []string{fieldDebit, fieldCredit}
	case 2:
		amounts = []string{fieldAmount, fieldDirection}
		m.CreditWords, m.DebitWords = []string{"H"}, []string{"S"}
	case 3:
		m.Sign, sign = "reversed", -1
	}
	for _, field := range append([]string{fieldBookingDate, fieldValueDate, "reference", "end_to_end", "name", fieldAccount, fieldText, fieldBalance}, amounts...) {
		m.Columns = append(m.Columns, StatementColumn{Header: "the " + field, Field: field})
	}
	header := []string{}
	for _, c := range m.Columns {
		header = append(header, c.Header)
	}
	rows, sum := [][]string{}, a.opening
	for _, one := range a.bookings {
		sum += one.Amount
		row := []string{dayIn(m.DateFormat, one.Booking), dayIn(m.DateFormat, one.Value), one.Reference, one.Key, one.Name, one.Account, one.Text, a.written(sum, &m)}
		switch positive := max(one.Amount, -one.Amount); {
		case form == 1 && one.Amount < 0:
			row = append(row, a.written(positive, &m), "")
		case form == 1:
			row = append(row, "", a.written(positive, &m))
		case form == 2:
			row = append(row, a.written(positive, &m), map[bool]string{true: "H", false: "S"}[one.Amount > 0])
		default:
			row = append(row, a.written(sign*one.Amount, &m))
		}
		rows = append(rows, row)
	}
	if m.Order == "descending" {
		slices.Reverse(rows)
	}
	return append([][]string{{"Statement of 4711"}, header}, rows...), m
}

// written is an amount with the marks of a mapping.
func (a *account) written(value money.Minor, m *StatementMapping) string {
	whole, fraction, pointed := strings.Cut(money.Format(max(value, -value), a.currency), ".")
	for at := len(whole) - 3; m.ThousandsMark != "" && at > 0; at -= 3 {
		whole = whole[:at] + m.ThousandsMark + whole[at:]
	}
	if value < 0 {
		whole = "-" + whole
	}
	if pointed {
		whole += m.DecimalMark + fraction
	}
	return whole
}

func dayIn(format string, on calendar.Date) string {
	year, month, day := on.String()[:4], on.String()[5:7], on.String()[8:]
	return map[string]string{
		"YYYY-MM-DD": on.String(), "DD.MM.YYYY": day + "." + month + "." + year, "MM/DD/YY": month + "/" + day + "/" + year[2:],
		"D MMM YYYY": strings.TrimLeft(day, "0") + " " + map[string]string{"10": "Okt", "11": "November", "12": "déc."}[month] + " " + year,
	}[format]
}

// seen is what a reading says of bookings, as far as every format tells it.
func seen(s *statement.Statement) account {
	a := account{currency: s.Currency, opening: s.Opening.Amount}
	for i := range s.Entries {
		e, t := &s.Entries[i], &s.Entries[i].Transactions[0]
		other := t.Debtor
		if e.Amount < 0 {
			other = t.Creditor
		}
		key := t.EndToEnd
		if key == "NOTPROVIDED" {
			key = ""
		}
		a.bookings = append(a.bookings, happened{e.Amount, e.Booking, e.Value, e.Reference, key, other.Name, other.Account, strings.Join(t.Remittance, "\n")})
	}
	return a
}

// The same bookings, written in every format, are read back as the same entries; they add up, and so do the lines that are reconciled.
func TestEveryFormatTellsTheSame(t *testing.T) {
	if !iso20022.Known("camt.053.001.08") {
		t.Fatal("the schema is not known")
	}
	rapid.Check(t, func(t *rapid.T) {
		a := accounts(t)
		rows, m := a.table(t)
		var text bytes.Buffer
		w := csv.NewWriter(&text)
		w.Comma = rune(rapid.SampledFrom([]string{",", ";", "\t", "|"}).Draw(t, "delimiter")[0])
		_ = w.WriteAll(rows)
		cells := make([][]any, len(rows))
		for i, row := range rows {
			for _, value := range row {
				if value == "" {
					cells[i] = append(cells[i], nil)
				} else {
					cells[i] = append(cells[i], value)
				}
			}
		}
		byTable := func(input []byte) (*statement.File, error) { return ReadStatement("table", input, m, Limits{}) }
		byForm := func(input []byte) (*statement.File, error) {
			return statement.Read("message", input, statement.Limits{})
		}
		for _, format := range []struct {
			name  string
			input []byte
			read  func([]byte) (*statement.File, error)
		}{
			{"camt", a.camt(), byForm}, {"mt940", a.mt(false), byForm}, {"mt940", a.mt(true), byForm}, {"csv", text.Bytes(), byTable},
			{"xlsx", book{cells: cells, stored: true}.bytes(), byTable},
		} {
			file, err := format.read(format.input)
			if err != nil {
				t.Fatalf("%s: %v\n%s", format.name, err, format.input)
			}
			s := &file.Statements[0]
			if !strings.HasPrefix(file.Format, format.name) || len(file.Statements) != 1 || s.Prove() != statement.Balanced || s.Account != "4711" || s.Closing.Amount != a.closing() {
				t.Fatalf("%s: %s %+v %+v\n%s", format.name, file.Format, s.Opening, s.Closing, format.input)
			}
			if d := diff.Diff(*a, seen(s), diff.AllowUnexported(account{})); d != "" {
				t.Fatalf("%s: %s\n%s", format.name, d, format.input)
			}
			lines, names := s.Lines()
			sum := s.Opening.Amount
			for i := range lines {
				sum += lines[i].Amount
				if names[i] != a.bookings[i].Reference || lines[i].Key != a.bookings[i].Key {
					t.Fatalf("%s: line %d is %q with key %q", format.name, i, names[i], lines[i].Key)
				}
			}
			if sum != s.Closing.Amount || len(lines) != len(a.bookings) {
				t.Fatalf("%s: the lines lead to %d", format.name, sum)
			}
		}
	})
}
