package console

import (
	"cmp"
	"slices"
	"strconv"

	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/letter"
	"millrace/edge/view"
)

// Papers are records as PDF, to be printed, each with a code that leads to its page.

// paperRowsMost is how many rows a table of a paper has at most: the list as a file has them all.
const paperRowsMost = 2_000

// absolute is the whole address of a page, as the caller has found the console.
func (v *visit) absolute(path string) string {
	scheme := "http"
	if v.request.TLS != nil || v.request.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return scheme + "://" + v.request.Host + path
}

// paper begins a paper of a page: who has issued it, on which date, as of which entry.
func (v *visit) paper(title, path string) (letter.Paper, error) {
	p := letter.Paper{Title: v.w.T(title), Link: v.absolute(path), Language: v.w.Language}
	var err error
	if p.Date, err = v.Date(); err != nil {
		return p, err
	}
	operator, err := v.Addressee(id.Make[id.Party](v.caller.Party.Shard(), 1))
	if err != nil {
		return p, err
	}
	p.From = letter.Party{Name: cmp.Or(operator.Name, v.w.T("The operator")), Street: operator.Street, PostalCode: operator.PostalCode, City: operator.City, Country: operator.Country}
	p.Notes = []string{v.w.T("As of entry %s of the journal. The code leads to the record as it is now; only those who may see it can open it.", grouped(v.Watermark()))}
	return p, nil
}

// printed is an amount as papers and pages show it: "12,000.00 EUR".
func printed(a view.Amount) string { return a.String()[len(a.Currency)+1:] + " " + a.Currency }

// sums are totals by currency.
type sums map[string]int64

func (s sums) add(a view.Amount) { s[a.Currency] += a.Minor }

// rows are the totals as rows of a table of so many columns, the amount in the last.
func (s sums) rows(w wording, columns int) [][]string {
	var codes []string
	for code := range s {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	var rows [][]string
	for _, code := range codes {
		currency, _ := money.ParseCurrency(code)
		row := make([]string, columns)
		row[0], row[columns-1] = w.T("In all"), printed(view.AmountOf(money.Minor(s[code]), currency))
		rows = append(rows, row)
	}
	return rows
}

// showStatement is the statement of a party: what it is owed and owes by receivables that are open, and what is lent on them.
func showStatement(v *visit) (any, error) {
	of, err := identity[id.Party](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Party(v.caller, of)
	if err != nil {
		return nil, err
	}
	p, err := v.paper("Statement of receivables and financings", "/parties/"+shown.ID)
	if err != nil {
		return nil, err
	}
	p.Subject = cmp.Or(shown.Name, shown.ID)
	p.To = letter.Party{Name: cmp.Or(shown.Name, shown.ID), Street: shown.Street, PostalCode: shown.PostalCode, City: shown.City, Country: shown.Country}
	p.Facts = []letter.Fact{{Name: v.w.T("Party"), Value: shown.ID}, {Name: v.w.T("Business date"), Value: p.Date.String()}}
	for _, identifier := range shown.Identifiers {
		p.Facts = append(p.Facts, letter.Fact{Name: identifier.Scheme, Value: identifier.Value})
	}
	for _, side := range []struct {
		title, with string
		between     view.Between
		other       func(*view.Receivable) *view.Ref
	}{
		{"What it is owed", "Buyer", view.Between{Sellers: []id.Party{of}}, func(r *view.Receivable) *view.Ref { return r.Buyer }},
		{"What it owes", "Seller", view.Between{Buyers: []id.Party{of}}, func(r *view.Receivable) *view.Ref { return r.Seller }},
	} {
		table, err := v.owed(side.title, side.with, side.between, side.other)
		if err != nil {
			return nil, err
		}
		p.Tables = append(p.Tables, table)
	}
	lent, err := v.lent(of)
	if err != nil {
		return nil, err
	}
	p.Tables = append(p.Tables, lent)
	pdf, err := letter.WritePaper(p)
	return file{"statement-" + shown.ID + "-" + p.Date.String() + ".pdf", pdf}, err
}

func (v *visit) owed(title, with string, between view.Between, other func(*view.Receivable) *view.Ref) (letter.Table, error) {
	t := letter.Table{Title: v.w.T(title), Empty: v.w.T("No receivable is open."), Columns: []letter.Column{
		{Heading: v.w.T("Invoice"), Width: 34}, {Heading: v.w.T(with), Width: 46}, {Heading: v.w.T("Due"), Width: 20}, {Heading: v.w.T("Face"), Width: 30, Right: true}, {Heading: v.w.T("Outstanding"), Width: 30, Right: true},
	}}
	total, q := sums{}, view.Query{State: "open", Limit: view.LimitMax}
	for {
		page, err := v.ReceivablesBetween(v.caller, q, between)
		if err != nil {
			return t, err
		}
		rows, err := v.receivableRows(page.Items)
		if err != nil {
			return t, err
		}
		for i := range rows {
			r := &rows[i]
			total.add(r.Outstanding)
			t.Rows = append(t.Rows, []string{cmp.Or(r.Number, r.ID), other(&r.Receivable).String(), r.Due, printed(r.Face), printed(r.Outstanding)})
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			t.Sums = total.rows(v.w, len(t.Columns))
			return t, nil
		}
		if len(t.Rows) >= paperRowsMost {
			t.Sums = [][]string{{v.w.T("There are more"), "", "", "", ""}}
			return t, nil
		}
	}
}

// lent is what is outstanding of the financings of a party's receivables, as far as the caller sees them.
func (v *visit) lent(of id.Party) (letter.Table, error) {
	t := letter.Table{Title: v.w.T("What is lent"), Empty: v.w.T("No financing is outstanding."), Columns: []letter.Column{
		{Heading: v.w.T("Financing"), Width: 30}, {Heading: v.w.T("Seller"), Width: 40}, {Heading: v.w.T("Due"), Width: 20}, {Heading: v.w.T("State"), Width: 20}, {Heading: v.w.T("Outstanding"), Width: 50, Right: true},
	}}
	total := sums{}
	for _, state := range []string{"outstanding", "overdue", "in_recourse", "defaulted"} {
		page, err := v.Financings(v.caller, view.Query{State: state, Party: of, Limit: view.LimitMax})
		if err != nil {
			return t, err
		}
		for i := range page.Items {
			f := &page.Items[i]
			total.add(f.Outstanding)
			t.Rows = append(t.Rows, []string{f.ID, f.Seller.String(), f.Due, v.w.Word(f.State), printed(f.Outstanding)})
		}
		if page.Next != "" {
			t.Sums = [][]string{{v.w.T("There are more"), "", "", "", ""}}
			return t, nil
		}
	}
	t.Sums = total.rows(v.w, len(t.Columns))
	return t, nil
}

// showCertificatePaper is a certificate with those of its holdings that the caller sees.
func showCertificatePaper(v *visit) (any, error) {
	of, err := identity[id.Certificate](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Certificate(v.caller, of)
	if err != nil {
		return nil, err
	}
	tree, err := v.CertificateTree(v.caller, of)
	if err != nil {
		return nil, err
	}
	p, err := v.paper("Certificate of a receivable", "/certificates/"+shown.ID)
	if err != nil {
		return nil, err
	}
	p.Subject = v.w.T("%s owes it, irrevocably, to whoever holds it.", shown.Issuer.String())
	p.Facts = []letter.Fact{
		{Name: v.w.T("Certificate"), Value: shown.ID}, {Name: v.w.T("State"), Value: v.w.Word(shown.State)}, {Name: v.w.T("Owed by"), Value: shown.Issuer.String()}, {Name: v.w.T("First holder"), Value: shown.Payee.String()},
		{Name: v.w.T("Issued"), Value: shown.Issued}, {Name: v.w.T("Due"), Value: shown.Due}, {Name: v.w.T("Issued for"), Value: printed(shown.Amount)}, {Name: v.w.T("Outstanding"), Value: printed(shown.Outstanding)},
		{Name: v.w.T("Hands at most"), Value: strconv.Itoa(shown.TiersMax)},
	}
	if shown.Receivable != "" {
		p.Facts = append(p.Facts, letter.Fact{Name: v.w.T("Stands on"), Value: shown.Receivable})
	}
	p.Facts = append(p.Facts, letter.Fact{Name: v.w.T("Signed, SHA-256"), Value: shown.Statement})
	t := letter.Table{Title: v.w.T("Holdings"), Empty: v.w.T("You see no holding that is alive."), Columns: []letter.Column{
		{Heading: v.w.T("Holding"), Width: 34}, {Heading: v.w.T("Holder"), Width: 52}, {Heading: v.w.T("Hand"), Width: 14, Right: true}, {Heading: v.w.T("State"), Width: 24}, {Heading: v.w.T("Amount"), Width: 36, Right: true},
	}}
	total := sums{}
	for _, node := range tree.Nodes {
		if node.State != "spent" && len(t.Rows) < paperRowsMost {
			total.add(node.Amount)
			t.Rows = append(t.Rows, []string{node.ID, node.Holder.String(), strconv.Itoa(node.Tier), v.w.Word(node.State), printed(node.Amount)})
		}
	}
	t.Sums = total.rows(v.w, len(t.Columns))
	p.Tables = []letter.Table{t}
	if !v.caller.SeesAll() && v.caller.Views()&party.Buyer == 0 {
		p.Notes = append(p.Notes, v.w.T("Of others’ holdings only those are shown that you may see."))
	}
	pdf, err := letter.WritePaper(p)
	return file{"certificate-" + shown.ID + ".pdf", pdf}, err
}
