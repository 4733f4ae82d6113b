package reconcile

import (
	"bufio"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"millrace/domain/money"
	"millrace/domain/reconciliation"
)

// WriteStatement writes the lines as a camt.053.001.08 of one account that begins with nothing.
func (c *Case) WriteStatement(w io.Writer) error {
	b := bufio.NewWriter(w)
	sum := money.Minor(0)
	for i := range c.Lines {
		sum += c.Lines[i].Amount
	}
	day := c.Lines[0].Value
	fmt.Fprintf(b, `%s<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>GENERATED</MsgId><CreDtTm>%s</CreDtTm></GrpHdr>
<Stmt><Id>1</Id><ElctrncSeqNb>1</ElctrncSeqNb><Acct><Id><IBAN>DE02120300000000202051</IBAN></Id><Ccy>%s</Ccy></Acct>
`, xml.Header, day.String()+"T20:00:00", c.Lines[0].Currency)
	for _, bal := range []struct {
		code   string
		amount money.Minor
	}{{"OPBD", 0}, {"CLBD", sum}} {
		fmt.Fprintf(b, "<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp>%s<Dt><Dt>%s</Dt></Dt></Bal>\n", bal.code, amount(bal.amount, c.Lines[0].Currency), day)
	}
	for i := range c.Lines {
		c.writeEntry(b, i)
	}
	fmt.Fprint(b, "</Stmt></BkToCstmrStmt></Document>\n")
	return b.Flush()
}

// amount writes an amount and its direction.
func amount(value money.Minor, currency money.Currency) string {
	direction := "CRDT"
	if value < 0 {
		direction, value = "DBIT", -value
	}
	return fmt.Sprintf(`<Amt Ccy="%s">%s</Amt><CdtDbtInd>%s</CdtDbtInd>`, currency, money.Format(value, currency), direction)
}

// text writes an element, unless its text is "".
func text(name, value string) string {
	if value == "" {
		return ""
	}
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(value)) // a builder does not fail
	return "<" + name + ">" + b.String() + "</" + name + ">"
}

func within(name, inside string) string {
	if inside == "" {
		return ""
	}
	return "<" + name + ">" + inside + "</" + name + ">"
}

func (c *Case) writeEntry(w io.Writer, i int) {
	l := &c.Lines[i]
	charges := ""
	if l.Charges > 0 {
		charges = fmt.Sprintf(`<Chrgs><Rcrd><Amt Ccy="%s">%s</Amt></Rcrd></Chrgs>`, l.Currency, money.Format(l.Charges, l.Currency))
	}
	account := within("Id", text("IBAN", l.Account))
	remittance := ""
	for line := range strings.SplitSeq(l.Text, "\n") {
		for len(line) > 140 {
			remittance, line = remittance+text("Ustrd", line[:140]), line[140:]
		}
		remittance += text("Ustrd", line)
	}
	for _, reference := range l.References {
		remittance += within("Strd", within("CdtrRefInf", text("Ref", reference)))
	}
	party := within("Dbtr", within("Pty", text("Nm", l.Name))) + within("DbtrAcct", account)
	if l.Amount < 0 {
		party = within("Cdtr", within("Pty", text("Nm", l.Name))) + within("CdtrAcct", account)
	}
	fmt.Fprintf(w, "<Ntry>%s<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>%s</Dt></BookgDt><ValDt><Dt>%[2]s</Dt></ValDt><AcctSvcrRef>%s</AcctSvcrRef>"+
		"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls>%s%s%s%s%s</TxDtls></NtryDtls></Ntry>\n",
		amount(l.Amount, l.Currency), l.Value, c.Names[i], within("Refs", text("EndToEndId", l.Key)), amount(l.Amount, l.Currency), charges,
		within("RltdPties", party), within("RmtInf", remittance))
}

// WriteItems writes the items as ReadItems reads them.
func (c *Case) WriteItems(w io.Writer) error {
	byID := map[uint64]*reconciliation.Party{}
	for i := range c.Parties {
		byID[c.Parties[i].ID] = &c.Parties[i]
	}
	table := csv.NewWriter(w)
	_ = table.Write([]string{"item", "amount", "currency", "due", "party", "name", "account", "key", "references"}) // told by Error
	for i := range c.Items {
		it := &c.Items[i]
		row := []string{c.Keys[i], money.Format(it.Amount, it.Currency), it.Currency.String(), it.Due.String(), "", "", "", it.Key, strings.Join(it.References, "|")}
		if p := byID[it.Party]; p != nil {
			row[4], row[5], row[6] = fmt.Sprint(p.ID), strings.Join(p.Names, "|"), strings.Join(p.Accounts, "|")
		}
		_ = table.Write(row)
	}
	table.Flush()
	return table.Error()
}

// WriteTruth writes the truth as ReadTruth reads it.
func (c *Case) WriteTruth(w io.Writer) error {
	table := csv.NewWriter(w)
	_ = table.Write(truthColumns) // told by Error
	for i := range c.Lines {
		if len(c.Truth[i]) == 0 {
			_ = table.Write([]string{c.Names[i], ""})
		}
		for _, item := range slices.Sorted(maps.Keys(c.Truth[i])) {
			_ = table.Write([]string{c.Names[i], c.Keys[item]})
		}
	}
	table.Flush()
	return table.Error()
}
