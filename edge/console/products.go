package console

import (
	"net/http"
	"slices"
	"strings"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/edge/productfile"
	"millrace/edge/view"
	"millrace/products"
)

// productRoutes are the pages about products.
var productRoutes = []route{
	{"GET /products", "/products", "products", showProducts},
	{"GET /products/new", "/products", "product-edit", showProductEdit},
	{"POST /products/new", "/products", "product-edit", giveProductEdit},
	{"GET /products/{id}", "/products", "product", showProduct},
	{"GET /products/{id}/comparison", "/products", "product-comparison", showProductComparison},
}

// productList are the products, each version a row.
type productList struct {
	list
	Items   []productRow
	Builtin []string // that come with the program
}

// productRow is a version of a product. Versions are the products of one name, in the order in which they were proposed.
type productRow struct {
	view.Product
	Version int
}

func showProducts(v *visit) (any, error) {
	var l productList
	var q view.Query
	l.list, q = v.list("Products", []string{"proposed", "live", "retired"})
	page, err := v.Products(v.caller, q)
	if err != nil {
		return nil, err
	}
	versions, err := v.versions("")
	if err != nil {
		return nil, err
	}
	for _, one := range page.Items {
		l.Items = append(l.Items, productRow{one, versionOf(versions, one.ID)})
	}
	l.Builtin = products.Names()
	l.end(v, page.Next, len(page.Items))
	return l, nil
}

// versions are the products of a name, oldest first; "" for those of every name.
func (v *visit) versions(name string) (found []view.Product, err error) {
	q := view.Query{Order: view.OldestFirst, Limit: view.LimitMax}
	for {
		page, err := v.Products(v.caller, q)
		if err != nil {
			return nil, err
		}
		for _, one := range page.Items {
			if name == "" || one.Terms.Name == name {
				found = append(found, one)
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return found, nil
		}
	}
}

// versionOf is the number of a product among those of its name, from 1.
func versionOf(all []view.Product, of string) int {
	at := slices.IndexFunc(all, func(p view.Product) bool { return p.ID == of })
	if at < 0 {
		return 0
	}
	version := 0
	for _, one := range all[:at+1] {
		if one.Terms.Name == all[at].Terms.Name {
			version++
		}
	}
	return version
}

// productPage is one version with what it says, its other versions, and what runs on it.
type productPage struct {
	view.Product
	Version  int
	Versions []productRow
	Text     string // of the file; "" where it was proposed by single terms
	UsedBy   []view.Programme
	Samples  []sample
	Asked    assumption
	Timeline []view.Entry

	before string // the version before it; "" for the first
}

func (p productPage) title() string { return p.Terms.Name }

// Before is the version before it.
func (p productPage) Before() string { return p.before }

// Approvable tells whether the caller may approve it: a person who has not proposed it.
func (p productPage) Approvable(f frame) bool {
	return p.State == "proposed" && f.may("deed /products/{id}/approval") && (p.Maker == nil || p.Maker.ID != f.Caller.Actor.String())
}

// Retirable tells whether the caller may retire it: a person who has not proposed it.
func (p productPage) Retirable(f frame) bool {
	return p.State == "live" && f.may("deed /products/{id}/retirement") && (p.Maker == nil || p.Maker.ID != f.Caller.Actor.String())
}

func showProduct(v *visit) (any, error) {
	of, err := identity[id.Product](v)
	if err != nil {
		return nil, err
	}
	var p productPage
	if p.Product, err = v.Product(v.caller, of); err != nil {
		return nil, err
	}
	terms, err := v.ProductTerms(v.caller, of)
	if err != nil {
		return nil, err
	}
	if terms.Form == product.Full {
		p.Text = string(productfile.Write(&terms))
		if p.Asked, err = v.assume(&terms); err != nil {
			return nil, err
		}
		p.Samples = v.samples(p.Asked, &terms)
	}
	all, err := v.versions(p.Terms.Name)
	if err != nil {
		return nil, err
	}
	p.Version = versionOf(all, p.ID)
	if p.Version > 1 {
		p.before = all[p.Version-2].ID
	}
	for i, one := range all {
		p.Versions = append(p.Versions, productRow{one, i + 1})
	}
	if p.UsedBy, err = v.runningOn(p.ID); err != nil {
		return nil, err
	}
	p.Timeline, _, err = v.chronicle(p.ID)
	return p, err
}

// runningOn are the programmes on a product, as far as the caller sees them.
func (v *visit) runningOn(of string) (found []view.Programme, err error) {
	q := view.Query{Limit: view.LimitMax}
	for {
		page, err := v.Programmes(v.caller, q)
		if err != nil {
			return nil, err
		}
		for _, one := range page.Items {
			if one.Product != nil && one.Product.ID == of {
				found = append(found, one)
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return found, nil
		}
	}
}

// assumption is under what the sample invoices are priced: nothing of it is promised to anybody.
type assumption struct {
	Funder  string // its yearly rate, where the product leaves it to the funder
	Grade   int
	Fixings []product.Fixing
	Missing []string // base rates of which nothing is on record: they count as zero

	from  calendar.Date
	funds money.Rate
}

const (
	sampleFunder = 42_500 // 4.25 % a year, in parts per million
	sampleGrade  = 3
)

// sampleDeals are typical invoices: amount in minor units, and days to the due date.
var sampleDeals = []struct {
	amount money.Minor
	days   int
}{{10_000_00, 30}, {50_000_00, 60}, {250_000_00, 90}}

// assume finds what the samples of some products are priced under: the newest fixings that are on record.
func (v *visit) assume(all ...*product.Terms) (assumption, error) {
	today, err := v.Date()
	a := assumption{Funder: view.Percent(sampleFunder), Grade: sampleGrade, from: today, funds: sampleFunder}
	if err != nil {
		return a, err
	}
	page, err := v.Fixings(v.caller, view.Query{Limit: view.LimitMax})
	if err != nil {
		return a, err
	}
	for _, terms := range all {
		for _, base := range []string{terms.Rate.Base, terms.LateBase} {
			known := slices.ContainsFunc(a.Fixings, func(f product.Fixing) bool { return f.Name == base })
			if base == "" || known {
				continue
			}
			fixing := product.Fixing{Name: base}
			at := slices.IndexFunc(page.Items, func(f view.Fixing) bool { return f.Base == base })
			if at < 0 {
				a.Missing = append(a.Missing, base)
			} else {
				scaled, err := money.ParseScaled(page.Items[at].Rate, len("0000"))
				if err != nil {
					return a, err
				}
				fixing.Rate = money.Rate(scaled)
			}
			a.Fixings = append(a.Fixings, fixing)
		}
	}
	return a, nil
}

// sample is the price of one typical invoice.
type sample struct {
	Amount view.Amount
	Days   int
	Priced bool
	Why    string // it is not priced
	Net    view.Amount
	Cost   view.Amount // discount, and fees with their taxes
	Annual string      // cost a year, in per cent; "" where there is none
}

// samples prices the typical invoices under a product.
func (v *visit) samples(a assumption, t *product.Terms) []sample {
	all := make([]sample, len(sampleDeals))
	for i, of := range sampleDeals {
		deal := &product.Deal{
			Amount: of.amount, Invoices: 1, Grade: sampleGrade, Funder: a.funds, Fixings: a.Fixings, From: a.from, Due: a.from.AddDays(of.days), Calendar: calendar.WeekendOnly,
		}
		q, answer := t.Quote(deal, product.Quotation{})
		one := sample{Amount: view.AmountOf(of.amount, t.Currency), Days: of.days, Priced: answer == product.Priced}
		if one.Priced {
			one.Net = view.AmountOf(q.Net, t.Currency)
			one.Cost = view.AmountOf(money.Add(q.Discount, q.FeeTotal), t.Currency)
			if q.Cost.Outcome == product.CostFound {
				one.Annual = view.Percent(q.Cost.Rate)
			}
		} else {
			one.Why = v.w.T(answer.Reason())
		}
		all[i] = one
	}
	return all
}

// comparisonPage holds two products side by side.
type comparisonPage struct {
	First, Second productRow
	Others        []productRow // with which the second may be compared
	Differences   []productfile.Difference
	Samples       []samplePair
	Asked         assumption
	Partly        bool // one of the two was proposed by single terms: they can't be compared place by place
}

// samplePair is the price of one typical invoice under both.
type samplePair struct{ First, Second sample }

// Same tells whether both price it alike.
func (s samplePair) Same() bool { return s.First == s.Second }

func (comparisonPage) title() string { return "Compare products" }

func (p comparisonPage) above() crumb { return crumb{"/products/" + p.Second.ID, p.Second.Terms.Name} }

// showProductComparison compares a product with another one: what the other one is against it.
func showProductComparison(v *visit) (any, error) {
	of, err := identity[id.Product](v)
	if err != nil {
		return nil, err
	}
	all, err := v.versions("")
	if err != nil {
		return nil, err
	}
	var p comparisonPage
	row := func(of string) productRow {
		at := slices.IndexFunc(all, func(one view.Product) bool { return one.ID == of })
		if at < 0 {
			return productRow{}
		}
		return productRow{all[at], versionOf(all, of)}
	}
	if p.Second = row(of.String()); p.Second.ID == "" {
		return nil, view.ErrNotFound
	}
	with := v.asked("with")
	for _, one := range all {
		if one.ID == p.Second.ID {
			continue
		}
		p.Others = append(p.Others, row(one.ID))
		if one.Terms.Name == p.Second.Terms.Name && with == "" {
			p.First = row(one.ID) // the newest of its name
		}
	}
	if with != "" {
		p.First = row(with)
	}
	first, err := id.Parse[id.Product](p.First.ID)
	if err != nil {
		return p, nil
	}
	before, err := v.ProductTerms(v.caller, first)
	if err != nil {
		return nil, err
	}
	after, err := v.ProductTerms(v.caller, of)
	if err != nil {
		return nil, err
	}
	if p.Partly = before.Form != product.Full || after.Form != product.Full; p.Partly {
		return p, nil
	}
	return p, v.compare(&p.Asked, &p.Differences, &p.Samples, &before, &after)
}

// compare fills what differs between two products, and what that does to the typical invoices.
func (v *visit) compare(asked *assumption, differences *[]productfile.Difference, pairs *[]samplePair, before, after *product.Terms) (err error) {
	if *asked, err = v.assume(before, after); err != nil {
		return err
	}
	*differences = productfile.Compare(before, after)
	first, second := v.samples(*asked, before), v.samples(*asked, after)
	for i := range first {
		*pairs = append(*pairs, samplePair{first[i], second[i]})
	}
	return nil
}

// productEdit is the text of a product on its way to a proposal: checked, compared with what it started from, and proposed.
type productEdit struct {
	posting
	From        string // product of the book or of the program that it started from; "" for none
	FromName    string
	Text        string
	Checked     bool
	Wrong       []productfile.Problem
	Differences []productfile.Difference
	Pairs       []samplePair
	Asked       assumption
	Builtin     []string
	Own         []productRow
}

func (*productEdit) title() string { return "Propose a product" }

func (v *visit) productEdit(from string) (*productEdit, *product.Terms, error) {
	p := &productEdit{posting: v.posting(), Builtin: products.Names()}
	all, err := v.versions("")
	if err != nil {
		return nil, nil, err
	}
	for _, one := range all {
		if one.Terms.File != "" {
			p.Own = append(p.Own, productRow{one, versionOf(all, one.ID)})
		}
	}
	if file, ok := products.File(from); ok {
		p.From, p.FromName, p.Text = from, from, string(file)
		terms, _ := productfile.Read(file)
		return p, &terms, nil
	}
	of, err := id.Parse[id.Product](from)
	if err != nil {
		return p, nil, nil
	}
	terms, err := v.ProductTerms(v.caller, of)
	if err != nil {
		return nil, nil, err
	}
	p.From, p.FromName = from, terms.Name
	if terms.Form != product.Full {
		return p, nil, nil
	}
	p.Text = string(productfile.Write(&terms))
	return p, &terms, nil
}

func showProductEdit(v *visit) (any, error) {
	p, _, err := v.productEdit(v.asked("from"))
	return p, err
}

// giveProductEdit checks a product's text, and proposes it where that is asked for and nothing is wrong.
func giveProductEdit(v *visit) (any, error) {
	if v.request.Method == http.MethodPost {
		v.request.Body = http.MaxBytesReader(nil, v.request.Body, 4*productfile.BytesMax)
	}
	p, base, err := v.productEdit(strings.TrimSpace(v.request.PostFormValue("from")))
	if err != nil || !p.read(v, 4*productfile.BytesMax) {
		return p, err
	}
	p.Text = strings.ReplaceAll(v.request.PostFormValue("text"), "\r\n", "\n")
	terms, wrong := productfile.Read([]byte(p.Text))
	p.Checked, p.Wrong = true, wrong
	if len(wrong) > 0 {
		p.code = http.StatusUnprocessableEntity
		return p, nil
	}
	if base != nil {
		if err := v.compare(&p.Asked, &p.Differences, &p.Pairs, base, &terms); err != nil {
			return nil, err
		}
	}
	if v.request.PostFormValue("step") != "propose" {
		return p, nil
	}
	c := &book.ProposeProduct{Terms: terms}
	if err := v.may(c); err != nil {
		p.refuse(translate(err))
		return p, nil
	}
	answer, err := p.submit(v, c)
	if err != nil || answer == nil {
		return p, err
	}
	to := "/products"
	for _, e := range answer.Events {
		if proposed, is := e.(*book.ProductProposed); is {
			to = "/products/" + proposed.Product.ID.String()
		}
	}
	return redirect{to + "?done=" + v.console.mark(v.request, answer.Sequence)}, nil
}

// Technique is the technique of a product that comes with the program: its file is called so.
func (productEdit) Technique(file string) string { return strings.ReplaceAll(file, "-", "_") }

// Lines is how many lines the text's field shows.
func (p *productEdit) Lines() int { return min(60, 3+strings.Count(p.Text, "\n")) }
