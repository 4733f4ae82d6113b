package console

import (
	"cmp"
	"strconv"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/view"
)

// termsDeeds put programmes in place, decide on products, and record what products are priced over.
var termsDeeds = []deed{
	{path: "/programmes/new", place: "/programmes", open: openProgramme, fields: map[string]string{"funders": "funder-1", "funders_invalid": "funder-1", "product_unknown": "product"}},
	{path: "/programmes/{id}/approval", place: "/programmes", open: openProgrammeApproval},
	{path: "/products/{id}/approval", place: "/products", open: openProductApproval},
	{path: "/products/{id}/retirement", place: "/products", open: openProductRetirement},
	{path: "/fixings/new", place: "/products", open: openFixing, fields: map[string]string{"base": "base"}},
}

// fundersAsked is how many funders the form of a programme asks for. More come over the API.
const fundersAsked = 3

// funderInputs are what is asked of one funder.
type funderInputs struct{ party, rate *input }

// calendarTexts say what the business calendars are.
var calendarTexts = map[string]string{
	"WEEKEND": "Closed on Saturdays and Sundays alone.", "TARGET": "Settlement of the euro.", "DE": "Holidays that all German states share.",
	"CN": "Mainland China, with its worked weekends.",
}

func openProgramme(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give, f.Back, f.BackName = "Propose a programme", "Propose it", "/programmes", "Programmes"
	f.Note = "A product round one buyer or seller, with its funders and the bank that keeps its money. A second person approves it; then it needs limits, and money of a funder."
	live, err := v.Products(v.caller, view.Query{State: "live", Limit: view.LimitMax})
	if err != nil {
		return nil, err
	}
	if len(live.Items) == 0 {
		f.Note = "There is no approved product yet. Propose one under Products, and have a second person approve it."
		return nil, nil
	}
	var products, calendars []option
	for i := range live.Items {
		one := &live.Items[i]
		products = append(products, option{one.ID, one.Terms.Name, one.ID})
	}
	for _, one := range calendar.All() {
		calendars = append(calendars, option{one.Name, one.Name, calendarTexts[one.Name]})
	}
	c := &book.ProposeProgramme{}
	product := f.value(input{Name: "product", Label: "Product", Choices: products}, cmp.Or(v.asked("product"), products[0].Value))
	anchor := f.line("anchor", "Anchor", "The buyer, or seller, round whom it is: its id, or its name.", "")
	custodian := f.line("custodian", "Custodian", "The bank with the supervised accounts: its id, or its name.", "")
	currency := f.line("currency", "Currency", "Three letters, like EUR; that of the product.", "EUR")
	dates := f.value(input{Name: "calendar", Label: "Business calendar", Choices: calendars}, "TARGET")
	funders := f.askFunders()
	f.under("When a person looks")
	refer := f.perhaps("refer_above", "A larger financing is referred to a person", "An amount without grouping. Empty: no bound.", "")
	approve := f.perhaps("approve_above", "A larger payment waits for a second person", "An amount without grouping. Empty: every payment waits.", "")
	share := f.perhaps("seller_share", "A larger share of one seller is referred", "Of the programme’s use, in per cent. Empty: no bound.", "")
	f.under("Besides")
	match := f.check("auto_match", "What comes in is allocated by itself", "Where the evidence stands by itself; all else waits for a person.", false)
	checked := f.check("payee_checked", "Only checked accounts are paid to", "Those that stand on a bank’s answer, a micro-deposit, a bank’s letter, or a reason.", false)
	required := f.check("accounts_required", "Nothing is accepted before all supervised accounts are on record", "", false)
	tiers := f.perhaps("tiers_max", "Hands through which its certificates may go", "Empty: it issues none.", "")
	if !f.asked {
		return nil, nil
	}
	product.chosen()
	if at := dates.chosen(); at >= 0 {
		c.Calendar = calendar.All()[at].Code
	}
	c.Currency, c.AutoMatch, c.PayeeChecked, c.AccountsRequired = currency.currency(), match.isSet(), checked.isSet(), required.isSet()
	if tiers.Value != "" {
		c.TiersMax = uint8(tiers.whole(0, book.TiersMost))
	}
	if share.Value != "" {
		c.SellerShare = share.percent(0, money.RateOne)
	}
	if currency.Wrong == "" {
		c.ReferAbove, c.ApproveAbove = refer.bound(c.Currency), approve.bound(c.Currency)
	}
	if err := v.readRound(c, anchor, custodian, funders); err != nil || !f.complete() {
		return nil, err
	}
	if c.Product, err = id.Parse[id.Product](product.Value); err != nil {
		return nil, err
	}
	p := v.unsignedDeed(f, c, nil)
	p.thenTo(func(e book.Event) string {
		if proposed, is := e.(*book.ProgrammeProposed); is {
			return "/programmes/" + proposed.Programme.ID.String()
		}
		return ""
	})
	return p, nil
}

// askFunders asks for the funders of a programme.
func (f *deedForm) askFunders() (funders []funderInputs) {
	f.under("Funders, in the order in which they are asked")
	for n := 1; n <= fundersAsked; n++ {
		number := strconv.Itoa(n)
		funders = append(funders, funderInputs{
			f.perhaps("funder-"+number, f.w.T("Funder %s", number), "Its id, or its name. Empty for none; a buyer that pays early out of its own cash needs none.", ""),
			f.perhaps("rate-"+number, f.w.T("Its rate, where the product leaves it to the funder"), "Per cent a year, like 4.25.", ""),
		})
	}
	return funders
}

// bound reads an amount that may be missing.
func (i *input) bound(currency money.Currency) money.Minor {
	if i.Value == "" {
		return 0
	}
	return i.minor(currency)
}

// readRound reads who takes part in a programme.
func (v *visit) readRound(c *book.ProposeProgramme, anchor, custodian *input, funders []funderInputs) (err error) {
	if anchor.Wrong == "" {
		if c.Anchor, err = v.onlyParty(anchor); err != nil {
			return err
		}
	}
	if custodian.Wrong == "" {
		if c.Custodian, err = v.onlyParty(custodian); err != nil {
			return err
		}
	}
	for n, one := range funders {
		if one.party.Value == "" {
			continue
		}
		of, err := v.onlyParty(one.party)
		if err != nil {
			return err
		}
		funder := funding.Funder{Party: of, Priority: uint8(n + 1)}
		if one.rate.Value != "" {
			funder.Rate = one.rate.percent(0, money.RateOne)
		}
		c.Funders = append(c.Funders, funder)
	}
	return nil
}

func openProgrammeApproval(v *visit, f *deedForm) (*prepared, error) {
	of, shown, _, err := v.ofProgramme(f, "Approve a programme", "Approve it")
	if err != nil {
		return nil, err
	}
	f.Note = "Read its terms on its page first. Who proposed it does not approve it."
	f.fact("Custodian", named(shown.Custodian))
	for _, funder := range shown.Funders {
		f.fact(f.w.T("Funder %s", strconv.Itoa(funder.Priority)), named(funder.Party))
	}
	if shown.Maker != nil {
		f.fact("Proposed by", named(shown.Maker))
	}
	return v.unsignedDeed(f, &book.ApproveProgramme{Programme: of}, nil), nil
}

// ofProduct fills what is the same on the forms about a product.
func (v *visit) ofProduct(f *deedForm, heading, give string) (id.Product, error) {
	of, err := identity[id.Product](v)
	if err != nil {
		return 0, err
	}
	shown, err := v.Product(v.caller, of)
	if err != nil {
		return 0, err
	}
	f.Heading, f.Give, f.Back, f.BackName = heading, give, "/products/"+shown.ID, shown.Terms.Name
	f.fact("Product", escape(shown.Terms.Name+" "+shown.ID))
	f.fact("State", f.w.badge(shown.State))
	if shown.Maker != nil {
		f.fact("Proposed by", named(shown.Maker))
	}
	return of, nil
}

func openProductApproval(v *visit, f *deedForm) (*prepared, error) {
	of, err := v.ofProduct(f, "Approve a product", "Approve it")
	if err != nil {
		return nil, err
	}
	f.Note = "Read what it says, and what it changes, on its page first. Who proposed it does not approve it. Programmes may be proposed on it from then on; those that run keep their version."
	return v.unsignedDeed(f, &book.ApproveProduct{Product: of}, nil), nil
}

func openProductRetirement(v *visit, f *deedForm) (*prepared, error) {
	of, err := v.ofProduct(f, "Retire a product", "Retire it")
	if err != nil {
		return nil, err
	}
	f.Note = "No new programme is proposed on it. Programmes that run on it go on. Who proposed it does not retire it."
	return v.unsignedDeed(f, &book.RetireProduct{Product: of}, nil), nil
}

func openFixing(v *visit, f *deedForm) (*prepared, error) {
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Record a base rate", "Record it", "/products", "Products"
	f.Note = "As it was published. A product that is priced over it takes the newest of at most ten days; one that was wrong is put right by recording it again, by another person."
	base := f.line("base", "Base rate", "As products name it, like EURIBOR-3M.", v.asked("base"))
	date := f.value(input{Name: "date", Label: "Published for", Kind: "date"}, today.String())
	rate := f.line("rate", "Rate", "Per cent a year, like 2.05; it may be below zero.", "")
	if !f.asked {
		return nil, nil
	}
	c := &book.RecordFixing{Base: base.Value, Date: date.date(), Rate: rate.percent(-money.RateOne, money.RateOne)}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}
