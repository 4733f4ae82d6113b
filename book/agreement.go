package book

import (
	"encoding/hex"
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
)

func init() {
	registerCommand(func() act { return &ProposeTemplate{} })
	registerCommand(func() act { return &ApproveTemplate{} })
	registerCommand(func() act { return &RetireTemplate{} })
	registerCommand(func() act { return &DraftAgreement{} })
	registerCommand(func() act { return &SignAgreement{} })
	registerCommand(func() act { return &TerminateAgreement{} })
	registerEvent(func() fact { return &TemplateProposed{} })
	registerEvent(func() fact { return &TemplateMoved{} })
	registerEvent(func() fact { return &AgreementDrafted{} })
	registerEvent(func() fact { return &AgreementSigned{} })
	registerEvent(func() fact { return &AgreementTerminated{} })
	const parties = party.Operator | party.Seller | party.Buyer | party.Anchor | party.Funder | party.Custodian
	permitted[commandProposeTemplate] = party.Operator
	permitted[commandApproveTemplate] = party.Operator
	permitted[commandRetireTemplate] = party.Operator
	permitted[commandDraftAgreement] = party.Operator | party.Funder
	permitted[commandSignAgreement] = parties
	permitted[commandTerminateAgreement] = parties
}

// NameBytesMax is the most bytes of the name of a template or registry, or of a number in a registry.
const NameBytesMax = 100

// ProposeTemplate proposes the text of an agreement; the versions of one name follow one another.
type ProposeTemplate struct {
	Name     string     `cbor:"1,keyasint"`
	About    legal.Kind `cbor:"2,keyasint"`
	Law      legal.Law  `cbor:"3,keyasint"`
	TextHash [32]byte   `cbor:"4,keyasint"` // SHA-256 of the exact bytes
	Text     [32]byte   `cbor:"5,keyasint"` // in the vault
}

// Kind names the stored form.
func (*ProposeTemplate) Kind() uint16 { return commandProposeTemplate }

func (c *ProposeTemplate) decide(d *draft) *Rejection {
	if c.Name == "" || len(c.Name) > NameBytesMax {
		return reject("template_name_invalid", "name", "a template has a name of 1 to %d bytes", NameBytesMax)
	}
	if !c.About.Valid() {
		return reject("agreement_kind_invalid", "kind", "there is no such kind of agreement")
	}
	if !c.Law.Valid() {
		return reject("law_invalid", "law", "the governing law is a country or a part of one, by ISO 3166")
	}
	if c.TextHash == [32]byte{} || c.Text == [32]byte{} {
		return reject("text_missing", "text", "the text or its hash is missing")
	}
	number := d.number(tableTemplate, d.templates.count)
	d.emit(&TemplateProposed{Template: legal.Template{
		ID: id.Make[id.Template](d.shard, number), Name: c.Name, Version: d.templateVersions[c.Name] + 1, Kind: c.About, Law: c.Law,
		TextHash: c.TextHash, Text: c.Text, State: legal.TemplateProposed, Maker: d.header.Actor,
	}})
	return nil
}

// template finds a template in a state, or refuses.
func (d *draft) template(wanted id.Template, state legal.TemplateState) (*legal.Template, *Rejection) {
	t := d.templates.at(wanted.Number())
	if t == nil {
		return nil, reject("template_unknown", "template", "there is no template %s", wanted)
	}
	if t.State != state {
		return nil, reject("template_state", "template", "template %s is %s", wanted, t.State)
	}
	return t, nil
}

// ApproveTemplate makes a proposed text usable; versions before it stay usable until they are retired.
type ApproveTemplate struct {
	Template id.Template `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ApproveTemplate) Kind() uint16 { return commandApproveTemplate }

func (c *ApproveTemplate) decide(d *draft) *Rejection {
	t, rejection := d.template(c.Template, legal.TemplateProposed)
	if rejection != nil {
		return rejection
	}
	if rejection := d.second(t.Maker); rejection != nil {
		return rejection
	}
	d.emit(&TemplateMoved{Template: c.Template, State: legal.TemplateLive, Actor: d.header.Actor})
	return nil
}

// RetireTemplate ends the use of a text for new agreements.
type RetireTemplate struct {
	Template id.Template `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*RetireTemplate) Kind() uint16 { return commandRetireTemplate }

func (c *RetireTemplate) decide(d *draft) *Rejection {
	if _, rejection := d.template(c.Template, legal.TemplateLive); rejection != nil {
		return rejection
	}
	d.emit(&TemplateMoved{Template: c.Template, State: legal.TemplateRetired, Actor: d.header.Actor})
	return nil
}

// DraftAgreement fills a live template for its parties. It binds nobody until every party has signed.
type DraftAgreement struct {
	Template  id.Template       `cbor:"1,keyasint"`
	Parties   []legal.Signatory `cbor:"2,keyasint"`
	Effective calendar.Date     `cbor:"3,keyasint"`
	Until     calendar.Date     `cbor:"4,keyasint"` // 0: until it is terminated
	TermsHash [32]byte          `cbor:"5,keyasint"` // SHA-256 of the filled terms
	Terms     [32]byte          `cbor:"6,keyasint"` // in the vault
	Amount    money.Minor       `cbor:"7,keyasint"` // by which the signatories' mandates are measured
	Currency  money.Currency    `cbor:"8,keyasint"`
}

// SignatoriesMax is the most parties of an agreement.
const SignatoriesMax = 16

// Kind names the stored form.
func (*DraftAgreement) Kind() uint16 { return commandDraftAgreement }

func (c *DraftAgreement) decide(d *draft) *Rejection {
	t, rejection := d.template(c.Template, legal.TemplateLive)
	if rejection != nil {
		return rejection
	}
	if rejection := c.parties(d, t.Kind); rejection != nil {
		return rejection
	}
	if c.Effective <= 0 || c.Until != 0 && (c.Until < c.Effective || c.Until < d.today()) {
		return reject("dates_invalid", "until", "an agreement ends on the day on which it begins or later, and not before today")
	}
	if c.TermsHash == [32]byte{} || c.Terms == [32]byte{} {
		return reject("text_missing", "terms", "the filled terms or their hash are missing")
	}
	if !c.Currency.Known() {
		return reject("currency_unknown", "currency", "the currency is not in ISO 4217")
	}
	if c.Amount < 0 || c.Amount > money.MinorMax {
		return reject("amount_invalid", "amount", "the amount is not below zero")
	}
	number := d.number(tableAgreement, d.agreements.count)
	d.emit(&AgreementDrafted{Agreement: legal.Agreement{
		ID: id.Make[id.Agreement](d.shard, number),
		Deed: legal.Deed{
			Template: t.ID, Version: t.Version, Kind: t.Kind, Law: t.Law, TextHash: t.TextHash, TermsHash: c.TermsHash, Parties: c.Parties,
			Effective: c.Effective, Until: c.Until, Amount: c.Amount, Currency: c.Currency,
		},
		Terms: c.Terms, Executions: make([]legal.Execution, len(c.Parties)), State: legal.Drafted, Maker: d.header.Actor,
	}})
	return nil
}

// actingAs is the role that a party must have to be in an agreement as something.
var actingAs = [...]party.Role{
	legal.Seller: party.Seller, legal.Funder: party.Funder, legal.Anchor: party.Anchor | party.Buyer, legal.Operator: party.Operator,
	legal.Custodian: party.Custodian,
}

func (c *DraftAgreement) parties(d *draft, kind legal.Kind) *Rejection {
	if len(c.Parties) < 2 || len(c.Parties) > SignatoriesMax {
		return reject("signatories_invalid", "parties", "an agreement has 2 to %d parties", SignatoriesMax)
	}
	own := d.isOperator()
	var roles [len(actingAs)]bool
	for i, p := range c.Parties {
		if p.Role == 0 || int(p.Role) >= len(actingAs) {
			return reject("signatories_invalid", "parties", "a party is seller, funder, anchor, operator or custodian")
		}
		if rejection := d.onboarded(p.Party, actingAs[p.Role], "parties"); rejection != nil {
			return rejection
		}
		for _, other := range c.Parties[:i] {
			if other.Party == p.Party {
				return reject("signatories_invalid", "parties", "party %s is named twice", p.Party)
			}
		}
		own = own || p.Party == d.by()
		roles[p.Role] = true
	}
	if !own {
		return reject("other_party", "parties", "only the operator drafts an agreement between others")
	}
	if first, second := kind.Between(); !roles[first] || !roles[second] {
		return reject("signatories_invalid", "parties", "an agreement on %s is between %s and %s", kind, first, second)
	}
	return nil
}

// SignAgreement is one party's signature. It repeats the deed, so that what was signed can be verified without the book.
type SignAgreement struct {
	Agreement  id.Agreement `cbor:"1,keyasint"`
	Party      id.Party     `cbor:"2,keyasint"`
	Deed       legal.Deed   `cbor:"3,keyasint"`
	Signatures []Signature  `cbor:"4,keyasint"`
	verified
}

// Kind names the stored form.
func (*SignAgreement) Kind() uint16 { return commandSignAgreement }

// Statement is what the signatories sign: the agreement with the hash of its text, the version of its template, its parties
// and its dates.
func (c *SignAgreement) Statement() []byte {
	s := newStatement("agreement", 1)
	s.line("agreement", c.Agreement)
	s.line("kind", c.Deed.Kind)
	s.line("template", c.Deed.Template)
	s.line("version", c.Deed.Version)
	s.line("text sha-256", hex.EncodeToString(c.Deed.TextHash[:]))
	s.line("terms sha-256", hex.EncodeToString(c.Deed.TermsHash[:]))
	s.line("law", c.Deed.Law)
	for _, p := range c.Deed.Parties {
		s.line(p.Role.String(), p.Party)
	}
	s.line("effective", c.Deed.Effective)
	until := "terminated"
	if c.Deed.Until != 0 {
		until = c.Deed.Until.String()
	}
	s.line("until", until)
	s.line("amount", int64(c.Deed.Amount))
	s.line("currency", c.Deed.Currency)
	s.line("for", c.Party)
	return s.bytes()
}

// Verify compares the signatures with the statement.
func (c *SignAgreement) Verify() *Rejection { return c.verify(c.Statement(), c.Signatures...) }

func (c *SignAgreement) decide(d *draft) *Rejection {
	c.must()
	a := d.agreements.at(c.Agreement.Number())
	if a == nil {
		return reject("agreement_unknown", "agreement", "there is no agreement %s", c.Agreement)
	}
	if a.State != legal.Drafted {
		return reject("agreement_state", "agreement", "agreement %s is %s", c.Agreement, a.State)
	}
	if rejection := d.own(c.Party, "party"); rejection != nil {
		return rejection
	}
	place := placeIn(&a.Deed, c.Party)
	if place < 0 {
		return reject("not_signatory", "party", "party %s is not a party to agreement %s", c.Party, c.Agreement)
	}
	if a.Executions[place].Date != 0 {
		return reject("already_signed", "party", "party %s has signed agreement %s", c.Party, c.Agreement)
	}
	if !a.Deed.Equal(&c.Deed) {
		return reject("deed_differs", "deed", "what was signed is not what agreement %s says", c.Agreement)
	}
	if rejection := d.signed(c.Signatures, c.Party, mandate.Agree, money.Amount{Minor: a.Deed.Amount, Currency: a.Deed.Currency}); rejection != nil {
		return rejection
	}
	keys := make([]id.SigningKey, len(c.Signatures))
	for i := range c.Signatures {
		keys[i] = c.Signatures[i].Key
	}
	d.emit(&AgreementSigned{Agreement: c.Agreement, Party: c.Party, Keys: keys, Date: d.today(), Actor: d.header.Actor})
	return nil
}

func placeIn(deed *legal.Deed, p id.Party) int {
	return slices.IndexFunc(deed.Parties, func(s legal.Signatory) bool { return s.Party == p })
}

// TerminateAgreement ends an agreement from a day on, or withdraws one that is not signed by all. What was financed under
// it stays.
type TerminateAgreement struct {
	Agreement id.Agreement  `cbor:"1,keyasint"`
	From      calendar.Date `cbor:"2,keyasint"` // first day on which it no longer holds; 0 for one that is withdrawn
	Reason    [32]byte      `cbor:"3,keyasint"` // in the vault
}

// Kind names the stored form.
func (*TerminateAgreement) Kind() uint16 { return commandTerminateAgreement }

func (c *TerminateAgreement) decide(d *draft) *Rejection {
	a := d.agreements.at(c.Agreement.Number())
	if a == nil {
		return reject("agreement_unknown", "agreement", "there is no agreement %s", c.Agreement)
	}
	if !d.isOperator() && placeIn(&a.Deed, d.by()) < 0 {
		return reject("other_party", "agreement", "only its parties end an agreement")
	}
	if a.State == legal.Terminated {
		return reject("agreement_state", "agreement", "agreement %s is terminated already", c.Agreement)
	}
	if c.Reason == [32]byte{} {
		return reject("reason_missing", "reason", "say why the agreement ends")
	}
	if (a.State == legal.Drafted) != (c.From == 0) || c.From != 0 && c.From < d.today() {
		return reject("date_invalid", "from", "a signed agreement ends today or later; one that is withdrawn has no such day")
	}
	d.emit(&AgreementTerminated{Agreement: c.Agreement, From: c.From, Reason: c.Reason, Actor: d.header.Actor})
	return nil
}

// agreementKey finds agreements by kind and by the parties in the two roles that the kind is between.
type agreementKey struct {
	kind          legal.Kind
	first, second id.Party
}

// agreementOn finds a live agreement today; nil for none.
func (d *draft) agreementOn(key agreementKey) *legal.Agreement {
	for _, one := range d.agreementsOf[key] {
		if a := d.agreements.at(one.Number()); a.LiveOn(d.today()) {
			return a
		}
	}
	return nil
}

// grounded asks whether a use by a funder has the legal ground that its product names: agreements, an assignment that holds
// against the debtor, a search that is fresh enough, and nobody before the funder.
func (u *use) grounded(d *draft, funder id.Party) *Rejection {
	if rejection := u.reviewed(d, funder); rejection != nil {
		return rejection
	}
	terms, law := &u.product.Terms, legal.Law("")
	for kind := legal.ReceivablesPurchase; kind.Valid(); kind++ {
		if !legal.KindSet(terms.Agreements).Has(kind) {
			continue
		}
		first, second := kind.Between()
		key := agreementKey{kind, u.inRole(first, funder), u.inRole(second, funder)}
		found := d.agreementOn(key)
		if found == nil {
			return reject("agreement_missing", "programme", "the product asks for a live agreement on %s between %s %s and %s %s, and there is none",
				kind, first, key.first, second, key.second)
		}
		if kind == legal.ReceivablesPurchase {
			law = found.Deed.Law
		}
	}
	if terms.Assignment == product.AssignmentNone {
		return nil
	}
	// Who issues a certificate agrees to its transfer.
	if contract := d.salesContracts.at(d.salesContractOf[pairKey{u.seller, u.buyer}].Number()); contract != nil && u.holding == nil {
		if answer := contract.Terms.HoldsAgainstDebtor(d.today()); !answer.Holds {
			return cited(answer.Citation, reject("assignment_barred", "receivable", "the contract of seller and buyer bans assignment, and by its law (%s) that binds the funder", contract.Terms.Law))
		}
	}
	if rejection := u.searched(d); rejection != nil {
		return rejection
	}
	return u.unencumbered(d, funder, law)
}

// entitled asks once more, before money leaves, whether the funder has the legal ground for it, and whether the debtor has
// been told where it has to be.
func (d *draft) entitled(f *funding.Financing, p *funding.Programme) *Rejection {
	u := &use{evidence: d.evidenceIn(f), programme: p, product: d.products.at(f.Product.Number())}
	if rejection := u.grounded(d, f.Funder); rejection != nil {
		return rejection
	}
	// A holding is paid to who controls it when it is redeemed: the buyer needs no notice.
	if u.product.Terms.NoticeNeeded() && u.holding == nil && u.told(d, f.Funder) == nil {
		return reject("notice_missing", "financing", "buyer %s has not been told that %s assigns to %s: the product asks for a notice that was served", f.Buyer, f.Seller, f.Funder)
	}
	return nil
}

// inRole is who has a role in a use.
func (u *use) inRole(role legal.Role, funder id.Party) id.Party {
	switch role {
	case legal.Seller:
		return u.seller
	case legal.Funder:
		return funder
	case legal.Anchor:
		return u.programme.Anchor
	case legal.Operator:
		return u.programme.Operator
	}
	return u.programme.Custodian
}

// cited adds to a rejection where the rule is written.
func cited(citation string, r *Rejection) *Rejection {
	r.Citation = citation
	return r
}

// TemplateProposed says that a text was proposed.
type TemplateProposed struct {
	Template legal.Template `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*TemplateProposed) Kind() uint16 { return eventTemplateProposed }

func (e *TemplateProposed) fold(b *Book) {
	number := e.Template.ID.Number()
	b.templates.add(number, e.Template)
	b.indexTemplate(b.templates.at(number))
	b.touched(tableTemplate, number, &b.templates.at(number).Entry)
}

// TemplateMoved says that a text is live or retired.
type TemplateMoved struct {
	Template id.Template         `cbor:"1,keyasint"`
	State    legal.TemplateState `cbor:"2,keyasint"`
	Actor    id.Actor            `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*TemplateMoved) Kind() uint16 { return eventTemplateMoved }

func (e *TemplateMoved) fold(b *Book) {
	t := b.templates.at(e.Template.Number())
	t.State = e.State
	if e.State == legal.TemplateLive {
		t.Checker = e.Actor
	}
	b.touched(tableTemplate, e.Template.Number(), &t.Entry)
}

// AgreementDrafted says that an agreement waits for its parties.
type AgreementDrafted struct {
	Agreement legal.Agreement `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*AgreementDrafted) Kind() uint16 { return eventAgreementDrafted }

func (e *AgreementDrafted) fold(b *Book) {
	number := e.Agreement.ID.Number()
	b.agreements.add(number, e.Agreement)
	b.touched(tableAgreement, number, &b.agreements.at(number).Entry)
}

// AgreementSigned says that a party has signed. With the last one the agreement binds all.
type AgreementSigned struct {
	Agreement id.Agreement    `cbor:"1,keyasint"`
	Party     id.Party        `cbor:"2,keyasint"`
	Keys      []id.SigningKey `cbor:"3,keyasint"`
	Date      calendar.Date   `cbor:"4,keyasint"`
	Actor     id.Actor        `cbor:"5,keyasint"`
}

// Kind names the stored form.
func (*AgreementSigned) Kind() uint16 { return eventAgreementSigned }

func (e *AgreementSigned) fold(b *Book) {
	a := b.agreements.at(e.Agreement.Number())
	// Copies that were given to readers share the slice, so it is replaced and not written to.
	a.Executions = slices.Clone(a.Executions)
	a.Executions[placeIn(&a.Deed, e.Party)] = legal.Execution{Keys: e.Keys, Date: e.Date, Actor: e.Actor}
	if !slices.ContainsFunc(a.Executions, func(x legal.Execution) bool { return x.Date == 0 }) {
		a.State = legal.Signed
		b.indexAgreement(a)
	}
	b.touched(tableAgreement, e.Agreement.Number(), &a.Entry)
}

// AgreementTerminated says that an agreement ends, or was withdrawn.
type AgreementTerminated struct {
	Agreement id.Agreement  `cbor:"1,keyasint"`
	From      calendar.Date `cbor:"2,keyasint"`
	Reason    [32]byte      `cbor:"3,keyasint"`
	Actor     id.Actor      `cbor:"4,keyasint"`
}

// Kind names the stored form.
func (*AgreementTerminated) Kind() uint16 { return eventAgreementTerminated }

func (e *AgreementTerminated) fold(b *Book) {
	a := b.agreements.at(e.Agreement.Number())
	a.State, a.Ended, a.Reason = legal.Terminated, e.From, e.Reason
	b.touched(tableAgreement, e.Agreement.Number(), &a.Entry)
}

// indexTemplate: templateVersions, from table template.
func (b *Book) indexTemplate(t *legal.Template) {
	b.templateVersions[t.Name] = max(b.templateVersions[t.Name], t.Version)
}

// indexAgreement: agreementsOf, from table agreement: those that all parties have signed.
func (b *Book) indexAgreement(a *legal.Agreement) {
	first, second := a.Deed.Kind.Between()
	for _, one := range a.Deed.Parties {
		for _, other := range a.Deed.Parties {
			if one.Role == first && other.Role == second {
				key := agreementKey{a.Deed.Kind, one.Party, other.Party}
				b.agreementsOf[key] = inserted(b.agreementsOf[key], a.ID)
			}
		}
	}
}

// inserted puts an identity into an ascending list.
func inserted[I ~uint64](list []I, one I) []I {
	at, found := slices.BinarySearch(list, one)
	if found {
		return list
	}
	return slices.Insert(list, at, one)
}
