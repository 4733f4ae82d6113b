package console

import (
	"cmp"
	"millrace/book"
	"millrace/domain/certificate"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
	"millrace/edge/intake"
	"millrace/edge/locale"
	"millrace/edge/view"
)

const (
	holders     = party.Seller | party.Funder
	offerDays   = 14 // for which an offer stands unless its holder says otherwise
	reasonBytes = 2000
)

// holdingFields are the inputs to which rejections of moves belong.
var holdingFields = map[string]string{
	"amount_invalid": "amount", "party_unknown": "to", "party_not_onboarded": "to", "payee_invalid": "to", "expiry_invalid": "expires",
	"discharge_invalid": "discharge", "receivable_unknown": "debt", "debt_other_parties": "debt", "debt_not_free": "debt", "debt_exceeded": "debt",
	"law_refuses": "justification", "programme_unknown": "programme", "programme_state": "programme", "programme_other_buyer": "programme",
	"certificates_none": "programme",
}

// holdingDeeds are what a controller gives on a holding, the issue that makes the first one, and the word on a quote.
var holdingDeeds = []deed{
	{path: "/receivables/{id}/certificate", place: "/certificates", open: openIssue, fields: holdingFields},
	{path: "/holdings/{id}/transfer", place: "/holdings", open: openTransfer, fields: holdingFields},
	{path: "/holdings/{id}/pledge", place: "/holdings", open: openPledge, fields: holdingFields},
	{path: "/holdings/{id}/split", place: "/holdings", open: openSplit, fields: holdingFields},
	{path: "/holdings/{id}/acceptance", place: "/holdings", open: openPlain(certificate.Accept, "Accept an offered holding", "Accept it")},
	{path: "/holdings/{id}/refusal", place: "/holdings", open: openPlain(certificate.Decline, "Decline an offered holding", "Decline it")},
	{path: "/holdings/{id}/withdrawal", place: "/holdings", open: openPlain(certificate.Withdraw, "Withdraw an offer", "Withdraw it")},
	{path: "/holdings/{id}/release", place: "/holdings", open: openPlain(certificate.Release, "Release a pledged holding", "Release it")},
	{path: "/financings/{id}/acceptance", place: "/financings", open: openAcceptance},
}

// next is what the caller can do with a holding.
type next struct{ Path, Name string }

// holdingRow is a holding with what its controller can do next.
type holdingRow struct {
	view.Holding
	Next []next
}

func (v *visit) holdingRow(h view.Holding) holdingRow {
	row := holdingRow{Holding: h}
	if v.caller.Role&holders == 0 {
		return row
	}
	own, theirs := h.Holder != nil && h.Holder.ID == v.caller.Party.String(), h.To != nil && h.To.ID == v.caller.Party.String()
	add := func(step, name string) { row.Next = append(row.Next, next{"/holdings/" + h.ID + "/" + step, name}) }
	switch {
	case h.State == "free" && own:
		add("transfer", "Transfer")
		add("pledge", "Pledge")
		add("split", "Split")
	case h.State == "offered" && theirs:
		add("acceptance", "Accept")
		add("refusal", "Decline")
	case h.State == "offered" && own:
		add("withdrawal", "Withdraw")
	case h.State == "pledged" && theirs:
		add("release", "Release")
	}
	return row
}

type holdingList struct {
	list
	Rows []holdingRow
}

func (v *visit) holdingRows(items []view.Holding) []holdingRow {
	rows := make([]holdingRow, len(items))
	for i := range items {
		rows[i] = v.holdingRow(items[i])
	}
	return rows
}

func showHoldings(v *visit) (any, error) {
	var l holdingList
	var q view.Query
	l.list, q = v.list("Holdings", []string{"free", "offered", "pledged", "financed"})
	page, err := v.Controlled(v.caller, q)
	l.Rows = v.holdingRows(page.Items)
	l.end(v, page.Next, len(page.Items))
	return l, err
}

func showOffers(v *visit) (any, error) {
	var l holdingList
	var q view.Query
	l.list, q = v.list("Offers", nil)
	q.Order = view.OldestFirst
	offers := (*view.View).Offers
	if v.caller.SeesAll() {
		q.State, offers = "offered", (*view.View).Controlled
	}
	page, err := offers(v.View, v.caller, q)
	l.Rows = v.holdingRows(page.Items)
	l.end(v, page.Next, len(page.Items))
	return l, err
}

// held finds a holding that is alive and tells what it is about.
func (v *visit) held(f *deedForm) (id.Holding, view.Holding, money.Currency, error) {
	of, err := identity[id.Holding](v)
	if err != nil {
		return of, view.Holding{}, 0, err
	}
	h, err := v.Holding(v.caller, of)
	if err != nil {
		return of, h, 0, err
	}
	currency, _ := money.ParseCurrency(h.Amount.Currency)
	f.Back, f.BackName = "/certificates/"+h.Certificate, f.w.T("Certificate %s", h.Certificate)
	f.fact("Holding", escape(h.ID)+" "+f.w.badge(h.State))
	f.fact("Amount", f.w.amount(h.Amount))
	f.fact("Owed by", named(h.Issuer))
	f.fact("Holder", named(h.Holder))
	if h.To != nil {
		f.fact("Promised to", named(h.To))
	}
	if h.Debt != "" {
		f.fact("Pays", escape(f.w.T("%s, discharged %s", h.Debt, locale.Word(h.Discharge))))
	}
	f.fact("Due", escape(h.Due))
	return of, h, currency, nil
}

// moving prepares one move of the caller's party.
func (v *visit) moving(f *deedForm, m book.Move, acts mandate.Act, amount money.Amount) *prepared {
	return &prepared{
		with: func(s []book.Signature) book.Command {
			return &book.MoveHoldings{Party: v.caller.Party, Moves: []book.Move{m}, Signatures: s}
		},
		bound: v.caller.Party, acts: acts, amount: amount, after: "/holdings",
	}
}

// openPlain opens the form of a step that takes nothing but the holding.
func openPlain(step certificate.Step, heading, give string) func(*visit, *deedForm) (*prepared, error) {
	return func(v *visit, f *deedForm) (*prepared, error) {
		f.Heading, f.Give = heading, give
		of, h, currency, err := v.held(f)
		if err != nil {
			return nil, err
		}
		act := mandate.Accept
		if step == certificate.Withdraw {
			act = mandate.Dispose
		}
		return v.moving(f, book.Move{Step: step, Holding: of}, act, money.Amount{Minor: money.Minor(h.Amount.Minor), Currency: currency}), nil
	}
}

// part asks for an amount of a holding. The move's own amount is zero where all of it is meant.
func (f *deedForm) part(h view.Holding, currency money.Currency, m *book.Move) money.Amount {
	chosen := f.value(input{Name: "amount", Label: f.w.T("Amount in %s", h.Amount.Currency), Kind: "text", Hint: "All of the holding, or a part of it; the rest stays with you."}, h.Amount.Text)
	if !f.asked {
		return money.Amount{}
	}
	minor := chosen.minor(currency)
	if m.Amount = minor; minor == money.Minor(h.Amount.Minor) {
		m.Amount = 0
	}
	return money.Amount{Minor: minor, Currency: currency}
}

// taker asks to whom a holding goes.
func (f *deedForm) taker(label string) *input {
	return f.value(input{Name: "to", Label: label, Kind: "text", Hint: "The id of an onboarded party, as pty_1-…"}, "")
}

func (i *input) party() id.Party {
	to, err := id.Parse[id.Party](i.Value)
	if err != nil {
		i.bad("Write the id of a party; its last character checks the others.")
	}
	return to
}

func openSplit(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give = "Split a holding", "Split it"
	of, h, currency, err := v.held(f)
	if err != nil {
		return nil, err
	}
	m := book.Move{Step: certificate.Split, Holding: of}
	amount := f.part(h, currency, &m)
	m.Amount = amount.Minor
	if !f.complete() {
		return nil, nil
	}
	return v.moving(f, m, mandate.Dispose, amount), nil
}

func openPledge(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give = "Pledge a holding", "Pledge it"
	of, h, currency, err := v.held(f)
	if err != nil {
		return nil, err
	}
	f.Note = "The pledgee controls the holding until it releases it."
	m := book.Move{Step: certificate.Pledge, Holding: of}
	amount := f.part(h, currency, &m)
	to := f.taker("Pledgee")
	if !f.asked {
		return nil, nil
	}
	if m.To = to.party(); !f.complete() {
		return nil, nil
	}
	return v.moving(f, m, mandate.Dispose, amount), nil
}

func openTransfer(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give = "Transfer a holding", "Transfer it"
	of, h, currency, err := v.held(f)
	if err != nil {
		return nil, err
	}
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	f.Note = "A transfer pays a debt of yours. It waits as an offer until the payee accepts it, unless the payee has accepted in advance."
	m := book.Move{Step: certificate.Transfer, Holding: of}
	debt := f.value(input{Name: "debt", Label: "Debt that it pays", Kind: "text", Hint: "The id of the payee’s receivable on you, as rcv_1-…"}, "")
	to := f.taker("Payee")
	amount := f.part(h, currency, &m)
	discharge := f.value(input{Name: "discharge", Label: "When the debt is discharged", Choices: []option{
		{"at_once", "At once", "The debt ends when the payee takes the holding."},
		{"on_redemption", "On redemption", "The debt ends when the issuer has paid the holding."},
	}}, "")
	expires := f.value(input{Name: "expires", Label: "Offer ends after", Kind: "date", Hint: "The last day, in UTC; at most 90 days from now."}, today.AddDays(offerDays).String())
	if !f.asked {
		return nil, nil
	}
	m.Discharge = certificate.AtOnce + certificate.Discharge(discharge.chosen())
	m.Expires = endOf(expires.date())
	m.To = to.party()
	if m.Debt, err = id.Parse[id.Receivable](debt.Value); err != nil {
		debt.bad("Write the id of a receivable; its last character checks the others.")
	}
	if !f.complete() {
		return nil, nil
	}
	return v.moving(f, m, mandate.Dispose, amount), nil
}

func openAcceptance(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Financing](v)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give = "Accept a quote", "Accept it"
	shown, err := v.Financing(v.caller, of)
	if err != nil {
		return nil, err
	}
	record, err := v.FinancingRecord(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.Back, f.BackName = "/financings/"+shown.ID, f.w.T("Financing %s", shown.ID)
	f.fact("State", f.w.badge(shown.State))
	number, err := v.numberOf(shown.Receivable)
	if err != nil {
		return nil, err
	}
	if number != "" {
		f.fact("Invoice", f.link("/receivables/"+shown.Receivable, number))
	}
	f.fact("Amount", f.w.amount(shown.Amount))
	f.fact("Due", escape(shown.Due))
	if shown.Funder != nil {
		f.fact("Funder", escape(shown.Funder.String()))
	}
	if price := shown.Price; price != nil {
		f.fact("Advance", f.w.amount(price.Principal))
		f.fact("Discount", f.w.markup("%s at %s %% a year", price.Discount, decimal(price.Rate)))
		f.fees(price)
		f.fact("You receive", f.w.amount(price.Net))
		f.wholePrice(price)
	}
	f.Note = "Everything is checked again when you accept: evidence, limits, and the day on which it was priced."
	if shown.Price != nil && shown.Price.AnnualCost == nil {
		f.Note = f.w.T("The whole price can’t be shown, so it can’t be accepted here. %s", f.w.T(cmp.Or(f.w.Render(shown.Price.Missing), f.w.T(shown.Price.LeftOut))))
		return nil, nil
	}
	p := &prepared{
		with: func(s []book.Signature) book.Command {
			c := &book.AcceptQuote{Financing: of, Signatures: s}
			if record.Holding != 0 {
				c.Holding, c.Amount, c.Net = record.Holding, record.Amount, record.Net
			}
			return c
		},
		bound: record.Seller, acts: mandate.Dispose, amount: money.Amount{Minor: record.Amount, Currency: record.Currency}, after: f.Back,
	}
	if record.Holding == 0 {
		p.need = unsigned
	}
	return p, nil
}

// fees lists them, each by itself where the product is of the full form.
func (f *deedForm) fees(p *view.Price) {
	for _, fee := range p.Fees {
		text := f.w.amount(fee.Amount)
		if fee.Tax != nil {
			text += f.w.markup(", and tax %s", *fee.Tax)
		}
		f.fact(f.w.feeName(fee.Name), text+escape(f.w.T(", borne by the %s, at %s", locale.Word(fee.Payer), locale.Word(fee.When))))
	}
	if p.Fees == nil {
		f.fact("Fee", f.w.amount(p.Fee))
	}
}

// wholePrice lists what the seller is told besides the proceeds before it accepts.
func (f *deedForm) wholePrice(p *view.Price) {
	if p.Interest != nil {
		f.fact("Interest from the collection", f.w.amount(*p.Interest))
	}
	if p.AnnualCost != nil {
		f.fact("Annual cost", escape(p.AnnualCost.String()))
		f.fact("If the debtor is late", escape(f.w.Render(p.Late)))
	}
	for _, flow := range p.CashFlow {
		f.fact(f.w.Date(flow.Date), f.w.markup("%s to %s, %s %s", locale.Capital(flow.From), locale.Word(flow.To), locale.Word(flow.What), flow.Amount))
	}
}

func openIssue(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Receivable](v)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give = "Issue a certificate", "Issue it"
	record, _, err := v.debt(f, of)
	if err != nil {
		return nil, err
	}
	f.Note = "The whole undertaking that is open is put into transferable form. Its first holder is the seller."
	programmes, err := v.issuing(&record)
	if err != nil {
		return nil, err
	}
	if len(programmes) == 0 {
		f.Note = "No programme of yours in this currency issues certificates."
		return nil, nil
	}
	programme := f.value(input{Name: "programme", Label: "Programme", Choices: programmes}, "")
	why := f.value(input{Name: "justification", Label: "Why the tenor is long", Kind: "area", Hint: "Only where the law of the programme asks for it; the signatures cover it."}, "")
	if !f.asked {
		return nil, nil
	}
	programme.chosen()
	if len(why.Value) > reasonBytes {
		why.bad("Say it in %d characters.", reasonBytes)
	}
	if !f.complete() {
		return nil, nil
	}
	under, err := id.Parse[id.Programme](programme.Value)
	if err != nil {
		return nil, err
	}
	c := book.IssueCertificate{
		Receivable: of, Programme: under, Amount: min(record.Undertaken(), record.Outstanding()), Currency: record.Currency, Due: record.Due,
	}
	c.Justify(why.Value)
	return &prepared{
		with: func(s []book.Signature) book.Command {
			one := c
			one.Signatures = s
			return &one
		},
		keep: func(c book.Command) error {
			if why.Value == "" {
				return nil
			}
			kept, err := v.console.intake.Store(v.request.Context(), intake.KindReason, []byte(why.Value))
			c.(*book.IssueCertificate).Justification = kept
			return err
		},
		bound: record.Buyer, acts: mandate.Issue, amount: money.Amount{Minor: c.Amount, Currency: c.Currency}, after: f.Back,
	}, nil
}

// feeName names a fee; one that is called so needs no more of a name.
func (w wording) feeName(name string) string {
	if name == "fee" {
		return w.T("Fee")
	}
	return w.T("Fee: %s", name)
}

// issuing are the programmes of the caller's in which a certificate can be issued on a receivable.
func (v *visit) issuing(r *receivable.Receivable) ([]option, error) {
	page, err := v.Programmes(v.caller, view.Query{State: "live", Limit: view.LimitMax})
	var found []option
	for _, p := range page.Items {
		if p.TiersMax > 0 && p.Currency == r.Currency.String() && p.Anchor != nil && p.Anchor.ID == r.Buyer.String() {
			text := locale.Say("at most %s", locale.Count{Number: int64(p.TiersMax), Thing: "hand"})
			if p.Law != "" {
				text.And(", under the law of %s", p.Law)
			}
			found = append(found, option{p.ID, p.Product.String(), v.w.Render(text)})
		}
	}
	return found, err
}

// Certifiable tells whether the caller may issue a certificate on the receivable.
func (p receivablePage) Certifiable(f frame) bool {
	return f.may("deed /receivables/{id}/certificate") && f.Home != nil && p.Buyer != nil && f.Home.ID == p.Buyer.ID && p.State == "open" &&
		p.Undertaking == "irrevocable" && p.Certificate == "" && p.Receivable.Financing == ""
}

// Acceptable tells whether the caller may accept the quote.
func (p financingPage) Acceptable(f frame) bool {
	return p.State == "quoted" && p.Placement == "" && f.may("deed /financings/{id}/acceptance") && f.Home != nil && p.Seller != nil && f.Home.ID == p.Seller.ID
}
