package console

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"strings"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/edge/intake"
	"millrace/edge/letter"
	"millrace/edge/problem"
	"millrace/edge/view"
)

// noticeDeeds tell a buyer whom it has to pay.
var noticeDeeds = []deed{
	{path: "/financings/{id}/notice", place: "/financings", open: openNotice, fields: map[string]string{"account": "iban", "receivable": "about"}},
	{path: "/notices/{id}/service", place: "/financings", open: openService, fields: map[string]string{"proof": "note", "date": "date"}},
}

// openNotice writes the letter that tells the buyer of a financing that its debt was assigned, and to which account it pays.
func openNotice(v *visit, f *deedForm) (*prepared, error) {
	of, shown, err := v.ofFinancing(f, "Write a notice to the buyer", "Write it")
	if err != nil {
		return nil, err
	}
	record, err := v.FinancingRecord(v.caller, of)
	if err != nil {
		return nil, err
	}
	programme, err := v.Programme(v.caller, record.Programme)
	if err != nil {
		return nil, err
	}
	f.Note = "A letter that names the claim, who it belongs to now, and the account to pay. It counts from the day on which it is served; before, paying the seller frees the buyer."
	f.fact("Buyer", named(shown.Buyer))
	about := f.value(input{Name: "about", Label: "What it is about", Choices: []option{
		{"receivable", "This invoice alone", ""}, {"all", "All that the seller assigns to the funder in the programme", "Then later invoices need no notice of their own."},
	}}, "all")
	known, err := v.noticeTerms(of, &record)
	if err != nil {
		return nil, err
	}
	law := f.line("law", "Law that governs the claim", "Two letters of the country, like DE.", known.law)
	iban := f.perhaps("iban", "IBAN of the account to pay", "The collection account of the programme.", known.IBAN)
	number := f.perhaps("number", "Its number, where there is no IBAN", "", known.Number)
	bic := f.perhaps("bic", "BIC of the bank", "8 or 11 characters.", "")
	holder := f.line("holder", "Holder", "As the bank has the name.", cmp.Or(known.Holder, programme.Custodian.String()))
	if !f.asked {
		return nil, nil
	}
	details := intake.BankDetails{IBAN: strings.ReplaceAll(iban.Value, " ", ""), Number: number.Value, BIC: strings.ToUpper(bic.Value), Holder: holder.Value}
	switch {
	case (details.IBAN == "") == (details.Number == ""):
		iban.bad("Give an IBAN, or another number: one of the two.")
	case details.IBAN != "" && !intake.ValidIBAN(details.IBAN):
		iban.bad("This is not an IBAN: its check digits do not fit. Compare it with the bank’s letter.")
	}
	c := &book.DraftNotice{About: legal.Assignment, Seller: record.Seller, Funder: record.Funder, Programme: record.Programme, Law: legal.Law(law.country())}
	if about.chosen() == 0 {
		c.Receivable = record.Receivable
	}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, func(c book.Command) error { return v.keepNotice(c.(*book.DraftNotice), &programme, details) }), nil
}

// noticeTerms are what records say of a notice's terms.
type noticeTerms struct {
	intake.BankDetails
	law string
}

// noticeTerms reads the law of the agreement by which the seller of a financing assigns to its funder, and the programme's collection account where
// one is on record.
func (v *visit) noticeTerms(of id.Financing, record *funding.Financing) (known noticeTerms, err error) {
	ground, err := v.GroundOf(v.caller, of)
	if err != nil {
		return known, err
	}
	for _, a := range ground.Agreements {
		if a.Live && a.Deed.Kind == legal.ReceivablesPurchase && a.Deed.PartyIn(legal.Seller) == record.Seller && a.Deed.PartyIn(legal.Funder) == record.Funder {
			known.law = a.Law
		}
	}
	accounts, err := v.SupervisedAccounts(v.caller, view.Query{Programme: record.Programme, State: "live", Limit: rowsMax})
	for _, one := range accounts.Items {
		if one.Kind == "collection" {
			known.IBAN, known.Number, known.Holder = one.IBAN, one.Number, one.Owner.String()
		}
	}
	return known, err
}

// keepNotice writes the letter of a notice and puts it into the vault, with the account that it names.
func (v *visit) keepNotice(c *book.DraftNotice, programme *view.Programme, details intake.BankDetails) error {
	date, err := v.Date()
	if err != nil {
		return err
	}
	n := letter.Notice{Kind: c.About, Date: date, Reference: c.Programme.String() + " " + c.Seller.String(), Account: letter.Account(details), Law: c.Law}
	anchor, err := id.Parse[id.Party](programme.Anchor.ID)
	if err != nil {
		return err
	}
	for _, p := range []struct {
		of id.Party
		in *letter.Party
	}{{c.Seller, &n.Assignor}, {c.Funder, &n.Assignee}, {anchor, &n.Debtor}} {
		profile, err := v.Addressee(p.of)
		if err != nil {
			return err
		}
		*p.in = letter.Party{Name: profile.Name, Street: profile.Street, PostalCode: profile.PostalCode, City: profile.City, Country: profile.Country}
	}
	if c.Receivable != 0 {
		r, err := v.Receivable(v.caller, c.Receivable)
		if err != nil {
			return err
		}
		invoice, err := v.invoiceNumber(r.Document)
		if err != nil {
			return err
		}
		n.Reference, n.Claim = r.ID, &letter.Claim{Amount: r.Outstanding.String(), Due: r.Due, Invoice: invoice}
	}
	pdf, err := letter.Write(n)
	var text *letter.TextError
	var missing *letter.Missing
	switch {
	case errors.As(err, &text):
		return problem.New("request_invalid", v.w.T("%s has the character %q, which the letter can’t show: it knows Latin, Greek and Cyrillic", text.Text, string(text.Rune)))
	case errors.As(err, &missing):
		return problem.New("request_invalid", v.w.T("the letter needs %s: complete the party’s record first", missing.Field))
	case err != nil:
		return err
	}
	encoded, err := json.Marshal(details)
	if err != nil {
		return err
	}
	var accountErr, letterErr error
	c.LetterHash = sha256.Sum256(pdf)
	c.Account, accountErr = v.console.intake.Store(v.request.Context(), intake.KindAccount, encoded)
	c.Letter, letterErr = v.console.intake.Store(v.request.Context(), intake.KindLetter, pdf)
	return errors.Join(accountErr, letterErr)
}

// openService records that a notice was served.
func openService(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Notice](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Notice(v.caller, of)
	if err != nil {
		return nil, err
	}
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Record that a notice was served", "Record it", "/financings", "Financings"
	f.Note = "Send the letter as it is, then say how and when it reached the buyer. Keep the proof: it is asked for in court."
	from := f.value(input{Name: "financing", Kind: "hidden", Optional: true}, "")
	if financing, err := id.Parse[id.Financing](from.Value); err == nil {
		if asked, err := v.Financing(v.caller, financing); err == nil {
			f.Back, f.BackName = "/financings/"+asked.ID, f.w.T("Financing %s", asked.ID)
		}
	}
	f.fact("Notice", `<span class="id">`+escape(shown.ID)+`</span>`)
	f.fact("Letter", f.link("/notices/"+shown.ID+"/letter", "PDF"))
	f.fact("Buyer", named(shown.Debtor))
	f.fact("Who may claim", named(shown.Claimant))
	date := f.value(input{Name: "date", Label: "Served on", Kind: "date"}, today.String())
	method := f.value(input{Name: "method", Label: "How", Choices: f.w.choicesOf(legal.MethodNames[1:], nil)}, "")
	proof := f.noted("Proof of the service")
	if !f.asked {
		return nil, nil
	}
	c := &book.AdvanceNotice{Notice: of, State: legal.NoticeServed, Date: date.date(), Method: legal.Method(method.chosen() + 1)}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, func(c book.Command) error {
		kept, err := v.console.intake.Store(v.request.Context(), intake.KindProof, []byte(proof.Value))
		c.(*book.AdvanceNotice).Proof = kept
		return err
	}), nil
}

// untold says that a product wants the buyer told before money leaves, and that it is not. Drafted is the notice that is written and not served; ""
// for none.
type untold struct{ Drafted string }

// untold is nil where the buyer was told, or need not be. A holding is paid to who controls it when it is redeemed: its buyer needs no notice.
func (v *visit) untold(p *financingPage) (*untold, error) {
	if p.State != "accepted" || p.Trade != "" || p.Holding != "" || p.Product == nil || p.Funder == nil {
		return nil, nil
	}
	of, err := id.Parse[id.Product](p.Product.ID)
	if err != nil {
		return nil, nil
	}
	terms, err := v.ProductTerms(v.caller, of)
	if err != nil || !terms.NoticeNeeded() {
		if errors.Is(err, view.ErrNotFound) {
			err = nil
		}
		return nil, err
	}
	missing := &untold{}
	for _, one := range p.Ground.Notices {
		switch {
		case one.Kind != legal.Assignment.String() || one.Claimant == nil || one.Claimant.ID != p.Funder.ID:
		case one.State == "drafted":
			missing.Drafted = one.ID
		default:
			return nil, nil
		}
	}
	return missing, nil
}

// Tells is the step by which the caller lets the buyer be told before the financing is paid out; nil for none.
func (p financingPage) Tells(f frame) *act {
	switch {
	case p.Untold == nil:
	case p.Untold.Drafted != "" && f.may("deed /notices/{id}/service"):
		return &act{Name: "Record that the notice was served", Path: withQuery("/notices/"+p.Untold.Drafted+"/service", "financing", p.ID)}
	case p.Untold.Drafted == "" && f.may("deed /financings/{id}/notice"):
		return &act{Name: "Write a notice to the buyer", Path: "/financings/" + p.ID + "/notice"}
	}
	return nil
}

// Notifies tells whether the caller may tell the buyer of the financing whom to pay, where nothing waits for it.
func (p financingPage) Notifies(f frame) bool {
	return p.Untold == nil && (p.State == "quoted" || p.State == "accepted") && p.Trade == "" && len(p.Ground.Notices) == 0 && f.may("deed /financings/{id}/notice")
}
