package console

import (
	"strings"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/money"
	"millrace/edge/view"
)

// drawingDeeds ask what goods on their way, goods in store and pooled receivables would bring, and fill pools.
var drawingDeeds = []deed{
	{path: "/trades/{id}/quote", place: "/receivables", open: openTradeQuote},
	{path: "/stock/{id}/quote", place: "/stock", open: openStockQuote, fields: map[string]string{"receipt": "receipts", "financing": "receipts"}},
	{path: "/pools/new", place: "/bases", open: openPooling, fields: map[string]string{"receivable": "receivables"}},
	{path: "/pools/{id}/withdrawal", place: "/bases", open: openPoolWithdrawal, fields: map[string]string{"pool": "receivables"}},
	{path: "/pools/{id}/quote", place: "/bases", open: openPoolQuote, fields: map[string]string{"pool": "amount"}},
}

// toFinancing has the person see what was quoted.
func (p *prepared) toFinancing() *prepared {
	p.thenTo(func(e book.Event) string {
		if opened, is := e.(*book.FinancingOpened); is {
			return "/financings/" + opened.Financing.ID.String()
		}
		return ""
	})
	return p
}

// askAmount and askDue are what every drawing is asked for.
func (f *deedForm) askAmount() *input {
	return f.perhaps("amount", "Amount", "In the programme’s currency, without grouping, like 50000.00. Empty for the most.", "")
}

func (f *deedForm) askDue() *input {
	return f.value(input{Name: "due", Label: "To be repaid on", Kind: "date"}, "")
}

// drawn reads the amount, in the currency of a programme that the caller sees.
func (v *visit) drawn(amount *input, under id.Programme) (money.Minor, error) {
	if amount.Value == "" || under == 0 {
		return 0, nil
	}
	programme, err := v.Programme(v.caller, under)
	if err != nil {
		return 0, err
	}
	currency, _ := money.ParseCurrency(programme.Currency)
	return amount.minor(currency), nil
}

// QuotesTrade tells whether the caller may ask what the goods of a trade would bring.
func (f frame) QuotesTrade(seller *view.Ref) bool {
	own := f.Home != nil && seller != nil && f.Home.ID == seller.ID
	return (own || f.Operates()) && f.may("deed /trades/{id}/quote")
}

func openTradeQuote(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Trade](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Trade(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Finance the goods of a trade", "Ask for the quote", "/trades/"+shown.ID, f.w.T("Trade %s", shown.ID)
	f.Note = "It is financed before there is an invoice, on what is proved of the goods by now. The programme’s product says from which stage on."
	f.fact("Seller", named(shown.Seller))
	f.fact("Buyer", named(shown.Buyer))
	programme, err := v.askProgramme(f, "")
	if err != nil {
		return nil, err
	}
	seller, err := id.Parse[id.Party](shown.Seller.ID)
	if err != nil {
		return nil, err
	}
	accounts, err := v.payees(seller)
	if err != nil {
		return nil, err
	}
	payee := f.value(input{Name: "payee", Label: "To the seller’s account", Kind: "select", Choices: f.orNothing("None: it pays the suppliers", accounts), Hint: "None only where the programme pays the suppliers of the borrower."}, "")
	lines, err := v.Lines(v.caller, view.Query{State: "live", Limit: rowsMax})
	if err != nil {
		return nil, err
	}
	var choices []option
	for _, one := range lines.Items {
		choices = append(choices, option{one.ID, one.ID + ", " + one.Expires, ""})
	}
	line := f.value(input{Name: "line", Label: "On the line of credit", Kind: "select", Choices: f.orNothing("None", choices)}, noChoice)
	amount, due := f.askAmount(), f.askDue()
	if !f.asked {
		return nil, nil
	}
	c := &book.QuoteTrade{Trade: of, Programme: oneID[id.Programme](programme), Due: due.date()}
	if payee.Value != noChoice {
		c.Payee = oneID[id.BankAccount](payee)
	}
	if line.Value != noChoice {
		c.Line = oneID[id.Line](line)
	}
	if c.Amount, err = v.drawn(amount, c.Programme); err != nil || !f.complete() {
		return nil, err
	}
	return v.unsignedDeed(f, c, nil).toFinancing(), nil
}

// QuotesStock tells whether the caller may ask what its own free goods would bring.
func (f frame) QuotesStock(r view.WarehouseReceipt) bool {
	own := f.Home != nil && r.Owner != nil && f.Home.ID == r.Owner.ID
	return own && r.Stands && !r.Doubted && r.State == "free" && f.may("deed /stock/{id}/quote")
}

func openStockQuote(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.WarehouseReceipt](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.WarehouseReceipt(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Borrow against goods in store", "Ask for the quote", "/stock/"+shown.ID, shown.ID
	f.Note = "Nothing is pledged by asking. When you accept, the goods are pledged to the lender until you have repaid."
	f.fact("Goods", escape(shown.Quantity+" "+f.w.Unit(shown.Lot.Unit)+" "+shown.Lot.Goods+" "+shown.Lot.Quality))
	f.fact("Owner", named(shown.Owner))
	programme, err := v.askProgramme(f, "")
	if err != nil {
		return nil, err
	}
	if len(programme.Choices) == 0 {
		programme.Hint = f.w.T("No programme of yours lends on stock. Ask the operator, or the bank.")
	}
	stored, err := v.freeStock()
	if err != nil {
		return nil, err
	}
	receipts := f.several(input{Name: "receipts", Label: "Which goods", Hint: "By the ids of their warehouse receipts, one after another: free, and yours."}, stored, shown.ID)
	payee, err := v.askPayee(f)
	if err != nil {
		return nil, err
	}
	amount, due := f.askAmount(), f.askDue()
	if !f.asked {
		return nil, nil
	}
	c := &book.QuoteStock{
		Programme: oneID[id.Programme](programme), Receipts: idsIn[id.WarehouseReceipt](receipts, 1), Payee: oneID[id.BankAccount](payee), Due: due.date(),
	}
	if c.Amount, err = v.drawn(amount, c.Programme); err != nil || !f.complete() {
		return nil, err
	}
	return v.unsignedDeed(f, c, nil).toFinancing(), nil
}

// freeStock are the caller's own goods in store that nobody holds in pledge.
func (v *visit) freeStock() ([]option, error) {
	page, err := v.WarehouseReceipts(v.caller, view.Query{State: inventory.Free.String(), Limit: rowsMax})
	var all []option
	for _, r := range page.Items {
		if r.Owner != nil && r.Owner.ID == v.caller.Party.String() {
			all = append(all, option{r.ID, strings.TrimSpace(r.Quantity + " " + v.w.Unit(r.Lot.Unit) + " " + r.Lot.Goods + " " + r.Lot.Quality), r.ID})
		}
	}
	return all, err
}

// MayPool tells whether the caller may put receivables into a pool, and PoolSteps are the deeds that are open to it on one.
func (f frame) MayPool() bool { return f.may("deed /pools/new") }

// PoolSteps is explained there.
func (f frame) PoolSteps(p view.Pool) []act {
	var acts []act
	own := f.Home != nil && p.Seller != nil && f.Home.ID == p.Seller.ID
	add := func(name, step string, may bool) {
		if may && f.may("deed /pools/{id}/"+step) {
			acts = append(acts, act{Name: name, Path: "/pools/" + p.ID + "/" + step, Plain: true})
		}
	}
	add("Draw on it", "quote", own)
	add("Take receivables out", "withdrawal", own || f.Operates())
	return acts
}

func openPooling(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give, f.Back, f.BackName = "Put receivables into a pool", "Put them in", "/bases", "Borrowing bases"
	f.Note = "A pool secures drawings as a whole. What is in it is not financed by itself."
	programme, err := v.askProgramme(f, "")
	if err != nil {
		return nil, err
	}
	named := f.value(input{Name: "receivables", Label: "Receivables", Kind: "area", Hint: "By their ids, one after another; all of one seller."}, v.asked("receivable"))
	if !f.asked {
		return nil, nil
	}
	c := &book.PoolReceivables{Programme: oneID[id.Programme](programme), Receivables: named.receivables(1)}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}

// ofPool fills what is the same on the forms about a pool.
func (v *visit) ofPool(f *deedForm, heading, give string) (id.Pool, view.Pool, error) {
	of, err := identity[id.Pool](v)
	if err != nil {
		return 0, view.Pool{}, err
	}
	shown, err := v.Pool(v.caller, of)
	if err != nil {
		return 0, shown, err
	}
	f.Heading, f.Give, f.Back, f.BackName = heading, give, "/bases", "Borrowing bases"
	f.fact("Pool", escape(shown.ID))
	f.fact("Seller", named(shown.Seller))
	if shown.Available != nil {
		f.fact("Available then", f.w.amount(*shown.Available)+escape(", "+shown.Determined))
	}
	return of, shown, nil
}

func openPoolWithdrawal(v *visit, f *deedForm) (*prepared, error) {
	of, _, err := v.ofPool(f, "Take receivables out of a pool", "Take them out")
	if err != nil {
		return nil, err
	}
	f.Note = "As far as what stays bears what is drawn."
	named := f.value(input{Name: "receivables", Label: "Receivables", Kind: "area", Hint: "By their ids, one after another."}, "")
	if !f.asked {
		return nil, nil
	}
	c := &book.WithdrawReceivables{Pool: of, Receivables: named.receivables(1)}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}

func openPoolQuote(v *visit, f *deedForm) (*prepared, error) {
	of, shown, err := v.ofPool(f, "Draw on a pool", "Ask for the quote")
	if err != nil {
		return nil, err
	}
	f.Note = "What the pool bears is worked out today. You accept the quote on its own page."
	payee, err := v.askPayee(f)
	if err != nil {
		return nil, err
	}
	amount, due := f.askAmount(), f.askDue()
	if !f.asked {
		return nil, nil
	}
	c := &book.QuotePool{Pool: of, Payee: oneID[id.BankAccount](payee), Due: due.date()}
	under, err := id.Parse[id.Programme](shown.Programme)
	if err != nil {
		return nil, err
	}
	if c.Amount, err = v.drawn(amount, under); err != nil || !f.complete() {
		return nil, err
	}
	return v.unsignedDeed(f, c, nil).toFinancing(), nil
}
