package view

import (
	"encoding/hex"
	"fmt"
	"strings"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/intake"
	"millrace/edge/locale"
)

// Template is one version of the text of an agreement.
type Template struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Version  int    `json:"version" doc:"of the name, from 1"`
	Kind     string `json:"kind"`
	Law      string `json:"law" doc:"governing law, ISO 3166"`
	TextHash string `json:"text_sha256"`
	Text     string `json:"text,omitempty"`
	State    string `json:"state" enum:"proposed,live,retired"`
	Maker    *Ref   `json:"maker,omitempty"`
	Checker  *Ref   `json:"checker,omitempty"`
	Entry    uint64 `json:"entry"`
}

// Signatory is a party to an agreement.
type Signatory struct {
	Party     *Ref     `json:"party"`
	Role      string   `json:"role" enum:"seller,funder,anchor,operator,custodian"`
	Signed    string   `json:"signed,omitempty" doc:"business date; missing: not yet"`
	Keys      []string `json:"keys,omitempty" doc:"that have signed"`
	Statement string   `json:"statement,omitempty" doc:"what this party's signatories have to sign, byte for byte"`
}

// Agreement is one agreement between parties.
type Agreement struct {
	ID        string      `json:"id"`
	Kind      string      `json:"kind"`
	Template  string      `json:"template"`
	Version   int         `json:"version" doc:"of the template"`
	Law       string      `json:"law"`
	TextHash  string      `json:"text_sha256"`
	TermsHash string      `json:"terms_sha256"`
	Terms     string      `json:"terms,omitempty"`
	Parties   []Signatory `json:"parties"`
	Effective string      `json:"effective" doc:"first day"`
	Until     string      `json:"until,omitempty" doc:"last day; missing: until it is terminated"`
	Amount    Amount      `json:"amount" doc:"by which the signatories' mandates are measured"`
	State     string      `json:"state" enum:"drafted,signed,terminated"`
	Live      bool        `json:"live" doc:"it binds on the business date"`
	Ended     string      `json:"ended,omitempty" doc:"first day on which it no longer holds"`
	Reason    string      `json:"reason,omitempty" doc:"of the termination"`
	Maker     *Ref        `json:"maker,omitempty"`
	Entry     uint64      `json:"entry"`

	Deed legal.Deed `json:"-"`
}

// Notice tells a debtor whom it has to pay.
type Notice struct {
	ID           string `json:"id"`
	Kind         string `json:"kind" enum:"assignment,reassignment"`
	Seller       *Ref   `json:"seller"`
	Debtor       *Ref   `json:"debtor"`
	Funder       *Ref   `json:"funder"`
	Claimant     *Ref   `json:"claimant" doc:"who may claim"`
	Programme    string `json:"programme"`
	Receivable   string `json:"receivable,omitempty" doc:"missing: all that are assigned in the programme"`
	Law          string `json:"law"`
	IBAN         string `json:"iban,omitempty" doc:"of the account to pay"`
	Number       string `json:"number,omitempty" doc:"of the account to pay, where there is no IBAN"`
	Holder       string `json:"holder,omitempty"`
	LetterHash   string `json:"letter_sha256"`
	State        string `json:"state" enum:"drafted,served,proved,acknowledged"`
	Drafted      string `json:"drafted"`
	Served       string `json:"served,omitempty" doc:"from this day on the debtor knows"`
	Method       string `json:"method,omitempty"`
	Service      string `json:"service,omitempty" doc:"how it was served"`
	Proved       string `json:"proved,omitempty"`
	Proof        string `json:"proof,omitempty" doc:"of courier or registered mail"`
	Acknowledged string `json:"acknowledged,omitempty"`
	Key          string `json:"key,omitempty" doc:"of a signed acknowledgement"`
	Maker        *Ref   `json:"maker,omitempty"`
	Entry        uint64 `json:"entry"`

	letter [32]byte
	hash   [32]byte
}

// Misdirected is a payment to the seller's own account.
type Misdirected struct {
	ID         string `json:"id"`
	Receivable string `json:"receivable"`
	Financing  string `json:"financing,omitempty" doc:"that claimed it, to those who see it"`
	Amount     Amount `json:"amount"`
	Paid       string `json:"paid" doc:"value date"`
	Effect     string `json:"effect" enum:"discharged,outstanding"`
	Notice     string `json:"notice,omitempty" doc:"that had told the debtor otherwise"`
	Citation   string `json:"citation,omitempty"`
	Proof      string `json:"proof,omitempty"`
	Entry      uint64 `json:"entry"`

	Recovery Recovery `json:"recovery"`
}

// Reassignment gives a receivable back to its seller.
type Reassignment struct {
	ID         string `json:"id"`
	Financing  string `json:"financing"`
	Receivable string `json:"receivable"`
	From       *Ref   `json:"from"`
	To         *Ref   `json:"to"`
	Amount     Amount `json:"amount" doc:"outstanding on that day"`
	Date       string `json:"date"`
	Entry      uint64 `json:"entry"`
}

// Registration is an entry in a public registry.
type Registration struct {
	ID          string `json:"id"`
	Registry    string `json:"registry"`
	Number      string `json:"number,omitempty" doc:"that the registry gave"`
	Grantor     *Ref   `json:"grantor" doc:"the seller"`
	Secured     *Ref   `json:"secured" doc:"the funder"`
	Receivable  string `json:"receivable,omitempty" doc:"missing: all that the seller assigns to the funder"`
	Description string `json:"description,omitempty"`
	Filed       string `json:"filed,omitempty"`
	Expires     string `json:"expires,omitempty" doc:"last day"`
	Renewals    int    `json:"renewals"`
	Discharged  string `json:"discharged,omitempty"`
	State       string `json:"state" enum:"proposed,live,refused,discharged"`
	Pending     string `json:"pending,omitempty" enum:"file,renew,discharge" doc:"waits for a second person"`
	PendingTo   string `json:"pending_to,omitempty" doc:"last day after the renewal that waits"`
	Expired     bool   `json:"expired" doc:"its last day has passed"`
	Maker       *Ref   `json:"maker,omitempty"`
	Checker     *Ref   `json:"checker,omitempty"`
	Entry       uint64 `json:"entry"`
}

// Search is what a registry said of a seller on a day.
type Search struct {
	ID           string   `json:"id"`
	Registry     string   `json:"registry"`
	Against      *Ref     `json:"against"`
	Date         string   `json:"date"`
	Clear        bool     `json:"clear"`
	Encumbrances []string `json:"encumbrances" doc:"by rank"`
	Certificate  string   `json:"certificate,omitempty"`
	Maker        *Ref     `json:"maker,omitempty"`
	Entry        uint64   `json:"entry"`
}

// Encumbrance is what somebody else holds in a seller's receivables.
type Encumbrance struct {
	ID         string `json:"id"`
	Search     string `json:"search" doc:"that found it first"`
	Registry   string `json:"registry"`
	Number     string `json:"number"`
	Grantor    *Ref   `json:"grantor"`
	Holder     string `json:"holder,omitempty"`
	Rank       int    `json:"rank"`
	Blanket    bool   `json:"blanket" doc:"all receivables of the grantor"`
	Receivable string `json:"receivable,omitempty"`
	Assigned   string `json:"assigned"`
	Registered string `json:"registered,omitempty"`
	Notified   string `json:"notified,omitempty"`
	State      string `json:"state" enum:"standing,waived,ended"`
	Proof      string `json:"proof,omitempty" doc:"the waiver, or proof of its end"`
	Maker      *Ref   `json:"maker,omitempty"`
	Checker    *Ref   `json:"checker,omitempty"`
	Entry      uint64 `json:"entry"`
}

// SalesContract is what a contract says of assigning claims.
type SalesContract struct {
	ID        string `json:"id"`
	Seller    *Ref   `json:"seller"`
	Buyer     *Ref   `json:"buyer"`
	Law       string `json:"law"`
	Dated     string `json:"dated"`
	Bans      bool   `json:"bans_assignment"`
	Consented bool   `json:"consented"`
	Exempt    bool   `json:"exempt" doc:"United Kingdom: the regulations of 2018 do not protect the assignment"`
	Holds     bool   `json:"assignment_holds" doc:"against the debtor, if made on the business date"`
	Citation  string `json:"citation,omitempty"`
	Text      string `json:"text,omitempty"`
	Entry     uint64 `json:"entry"`
}

var (
	templates  = source[legal.Template]{table: "template", state: "state", kind: "kind", scope: shares(share{roles: anyRole, sql: "state <> 'proposed'"})}
	agreements = source[legal.Agreement]{
		table: "agreement", state: "state", kind: "kind", parties: []string{"first", "second"},
		scope: func(_ *View, c access.Caller) (clause, error) {
			return where("instr(parties, ?) > 0", " "+c.Party.String()+" "), nil
		},
	}
	notices = source[legal.Notice]{
		table: "notice", state: "state", kind: "kind", parties: []string{"seller", "debtor", "funder"}, programme: "programme", received: "receivable",
		scope: shares(share{roles: party.Seller, sql: "seller = ?"}, share{roles: party.Funder, sql: "funder = ?"}, share{roles: party.Buyer | party.Anchor, sql: "debtor = ? AND state <> 'drafted'"}),
	}
	misdirections = source[legal.Misdirected]{
		table: "misdirected", state: "state", kind: "recovery", received: "receivable",
		scope: shares(share{roles: party.Seller, sql: soldReceivable},
			share{roles: party.Buyer | party.Anchor, sql: boughtReceivable},
			share{roles: party.Funder, sql: fundedFinancing}),
	}
	reassignments = source[legal.Returned]{
		table: "reassignment", parties: []string{"funder", "seller"}, received: "receivable",
		scope: shares(share{roles: party.Seller, sql: "seller = ?"}, share{roles: party.Funder, sql: "funder = ?"}),
	}
	registrations = source[legal.Registration]{
		table: "registration", state: "state", kind: "pending", parties: []string{"seller", "funder"}, received: "receivable",
		scope: shares(share{roles: party.Seller, sql: "seller = ?"}, share{roles: party.Funder, sql: "funder = ?"}),
	}
	searches = source[legal.Search]{
		table: "search", parties: []string{"against"},
		scope: shares(share{roles: party.Funder, sql: "maker >> 16 IN (SELECT number FROM actor WHERE party = ?)"}, share{roles: party.Funder, sql: "against " + fundedSellers}),
	}
	encumbrances = source[legal.Encumbrance]{
		table: "encumbrance", state: "state", parties: []string{"grantor"}, received: "receivable",
		scope: shares(share{roles: party.Seller, sql: "grantor = ?"}, share{roles: party.Funder, sql: "grantor " + fundedSellers},
			share{roles: party.Funder, sql: "search >> 16 IN (SELECT number FROM search WHERE maker >> 16 IN (SELECT number FROM actor WHERE party = ?))"}),
	}
	salesContracts = source[legal.SalesContract]{
		table: "sales_contract", parties: []string{"seller", "buyer"},
		scope: shares(share{roles: party.Seller, sql: "seller = ?"}, share{roles: party.Buyer | party.Anchor, sql: "buyer = ?"}, share{roles: party.Funder, sql: "seller " + fundedSellers}),
	}
)

func (s *showing) stored(ref [32]byte) string {
	text, err := s.text(ref)
	s.note(err)
	return text
}

func (s *showing) today() calendar.Date {
	date, err := s.Date()
	s.note(err)
	return date
}

func (s *showing) showTemplate(r *legal.Template) Template {
	shown := Template{
		ID: r.ID.String(), Name: r.Name, Version: int(r.Version), Kind: r.Kind.String(), Law: string(r.Law), TextHash: hex.EncodeToString(r.TextHash[:]),
		State: r.State.String(), Entry: r.Entry,
	}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}

func (s *showing) showAgreement(r *legal.Agreement) Agreement {
	d := &r.Deed
	shown := Agreement{
		ID: r.ID.String(), Kind: d.Kind.String(), Template: d.Template.String(), Version: int(d.Version), Law: string(d.Law),
		TextHash: hex.EncodeToString(d.TextHash[:]), TermsHash: hex.EncodeToString(d.TermsHash[:]), Effective: day(d.Effective), Until: day(d.Until),
		Amount: AmountOf(d.Amount, d.Currency), State: r.State.String(), Live: r.LiveOn(s.today()), Ended: day(r.Ended), Reason: s.stored(r.Reason),
		Entry: r.Entry, Deed: r.Deed,
	}
	for i, p := range d.Parties {
		signatory := Signatory{Party: s.party(p.Party), Role: p.Role.String(), Signed: day(r.Executions[i].Date)}
		for _, key := range r.Executions[i].Keys {
			signatory.Keys = append(signatory.Keys, key.String())
		}
		if r.State == legal.Drafted && signatory.Signed == "" {
			signatory.Statement = string((&book.SignAgreement{Agreement: r.ID, Party: p.Party, Deed: r.Deed}).Statement())
		}
		shown.Parties = append(shown.Parties, signatory)
	}
	shown.Maker, _ = s.people(r.Maker, 0)
	return shown
}

func (s *showing) showNotice(r *legal.Notice) Notice {
	account, err := s.bankDetails(r.Account)
	s.note(err)
	shown := Notice{
		ID: r.ID.String(), Kind: r.Kind.String(), Seller: s.party(r.Seller), Debtor: s.party(r.Debtor), Funder: s.party(r.Funder), Claimant: s.party(r.Claimant),
		Programme: r.Programme.String(), Receivable: r.Receivable.String(), Law: string(r.Law), IBAN: account.IBAN, Number: account.Number, Holder: account.Holder,
		LetterHash: hex.EncodeToString(r.LetterHash[:]), State: r.State.String(), Drafted: day(r.Drafted), Served: day(r.Served), Service: s.stored(r.Service),
		Proved: day(r.Proved), Proof: s.stored(r.Proof), Acknowledged: day(r.Acknowledged), Key: r.Key.String(), Entry: r.Entry, letter: r.Letter, hash: r.LetterHash,
	}
	if r.Method != 0 {
		shown.Method = r.Method.String()
	}
	shown.Maker, _ = s.people(r.Maker, 0)
	return shown
}

func (s *showing) showMisdirected(r *legal.Misdirected) Misdirected {
	shown := Misdirected{
		ID: r.ID.String(), Receivable: r.Receivable.String(), Paid: day(r.Paid), Effect: r.Effect.String(), Notice: r.Notice.String(), Citation: r.Citation,
		Proof: s.stored(r.Proof), Entry: r.Entry, Recovery: s.showRecovery(r),
	}
	if record := s.receivableRecord(r.Receivable); record != nil {
		shown.Amount = AmountOf(r.Amount, record.Currency)
	}
	if r.Financing != 0 {
		if _, err := get(s.View, &financings, s.caller, r.Financing.Number()); err == nil {
			shown.Financing = r.Financing.String()
		}
	}
	return shown
}

func (s *showing) showReassignment(r *legal.Returned) Reassignment {
	shown := Reassignment{
		ID: r.ID.String(), Financing: r.Financing.String(), Receivable: r.Receivable.String(), From: s.party(r.From), To: s.party(r.To), Date: day(r.Date), Entry: r.Entry,
	}
	if record := s.receivableRecord(r.Receivable); record != nil {
		shown.Amount = AmountOf(r.Amount, record.Currency)
	}
	return shown
}

func (s *showing) showRegistration(r *legal.Registration) Registration {
	shown := Registration{
		ID: r.ID.String(), Registry: r.Registry, Number: r.Number, Grantor: s.party(r.Grantor), Secured: s.party(r.Secured), Receivable: r.Receivable.String(),
		Description: s.stored(r.Description), Filed: day(r.Filed), Expires: day(r.Expires), Renewals: int(r.Renewals), Discharged: day(r.Discharged),
		State: r.State.String(), Expired: r.State == legal.RegistrationLive && s.today() > r.Expires, Entry: r.Entry,
	}
	if r.Pending != 0 {
		shown.Pending, shown.PendingTo = r.Pending.String(), day(r.PendingTo)
	}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}

func (s *showing) showSearch(r *legal.Search) Search {
	shown := Search{
		ID: r.ID.String(), Registry: r.Registry, Against: s.party(r.Against), Date: day(r.Date), Clear: len(r.Encumbrances) == 0, Encumbrances: []string{},
		Certificate: s.stored(r.Certificate), Entry: r.Entry,
	}
	for _, one := range r.Encumbrances {
		shown.Encumbrances = append(shown.Encumbrances, one.String())
	}
	shown.Maker, _ = s.people(r.Maker, 0)
	return shown
}

func (s *showing) showEncumbrance(r *legal.Encumbrance) Encumbrance {
	shown := Encumbrance{
		ID: r.ID.String(), Search: r.Search.String(), Registry: r.Registry, Number: r.Number, Grantor: s.party(r.Grantor), Holder: s.stored(r.Holder),
		Rank: int(r.Rank), Blanket: r.Receivable == 0, Receivable: r.Receivable.String(), Assigned: day(r.Assigned), Registered: day(r.Registered),
		Notified: day(r.Notified), State: r.State.String(), Proof: s.stored(r.Waiver), Entry: r.Entry,
	}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}

func (s *showing) showSalesContract(r *legal.SalesContract) SalesContract {
	answer := r.Terms.HoldsAgainstDebtor(s.today())
	return SalesContract{
		ID: r.ID.String(), Seller: s.party(r.Seller), Buyer: s.party(r.Buyer), Law: string(r.Terms.Law), Dated: day(r.Terms.Dated), Bans: r.Terms.Bans,
		Consented: r.Terms.Consented, Exempt: r.Terms.Exempt, Holds: answer.Holds, Citation: answer.Citation, Text: s.stored(r.Text), Entry: r.Entry,
	}
}

// Template gives a template that the caller sees, with its text, else ErrNotFound.
func (v *View) Template(c access.Caller, of id.Template) (Template, error) {
	return one(v, &templates, c, of.Number(), func(s *showing, r *legal.Template) Template {
		shown := s.showTemplate(r)
		shown.Text = s.stored(r.Text)
		return shown
	})
}

// Templates lists the templates that the caller sees.
func (v *View) Templates(c access.Caller, q Query) (Page[Template], error) {
	return many(v, &templates, c, q, (*showing).showTemplate)
}

// Agreement gives an agreement that the caller sees, with its terms, else ErrNotFound.
func (v *View) Agreement(c access.Caller, of id.Agreement) (Agreement, error) {
	return one(v, &agreements, c, of.Number(), func(s *showing, r *legal.Agreement) Agreement {
		shown := s.showAgreement(r)
		shown.Terms = s.stored(r.Terms)
		return shown
	})
}

// Agreements lists the agreements that the caller sees.
func (v *View) Agreements(c access.Caller, q Query) (Page[Agreement], error) {
	return many(v, &agreements, c, q, (*showing).showAgreement)
}

// Notice gives a notice that the caller sees, else ErrNotFound.
func (v *View) Notice(c access.Caller, of id.Notice) (Notice, error) {
	return one(v, &notices, c, of.Number(), (*showing).showNotice)
}

// Notices lists the notices that the caller sees.
func (v *View) Notices(c access.Caller, q Query) (Page[Notice], error) {
	return many(v, &notices, c, q, (*showing).showNotice)
}

// Letter gives the letter of a notice as it was drafted, and its hash; no bytes when it was erased.
func (v *View) Letter(n *Notice) (bytes []byte, hash [32]byte, err error) {
	bytes, err = v.kept(n.letter)
	return bytes, n.hash, err
}

// Misdirected gives a payment to a seller's account that the caller sees, else ErrNotFound.
func (v *View) Misdirected(c access.Caller, of id.Misdirected) (Misdirected, error) {
	return one(v, &misdirections, c, of.Number(), (*showing).showMisdirected)
}

// Misdirections lists the payments to sellers' accounts that the caller sees.
func (v *View) Misdirections(c access.Caller, q Query) (Page[Misdirected], error) {
	return many(v, &misdirections, c, q, (*showing).showMisdirected)
}

// Reassignment gives a reassignment that the caller sees, else ErrNotFound.
func (v *View) Reassignment(c access.Caller, of id.Reassignment) (Reassignment, error) {
	return one(v, &reassignments, c, of.Number(), (*showing).showReassignment)
}

// Reassignments lists the reassignments that the caller sees.
func (v *View) Reassignments(c access.Caller, q Query) (Page[Reassignment], error) {
	return many(v, &reassignments, c, q, (*showing).showReassignment)
}

// Registration gives a registration that the caller sees, else ErrNotFound.
func (v *View) Registration(c access.Caller, of id.Registration) (Registration, error) {
	return one(v, &registrations, c, of.Number(), (*showing).showRegistration)
}

// Registrations lists the registrations that the caller sees.
func (v *View) Registrations(c access.Caller, q Query) (Page[Registration], error) {
	return many(v, &registrations, c, q, (*showing).showRegistration)
}

// Search gives a search that the caller sees, else ErrNotFound.
func (v *View) Search(c access.Caller, of id.Search) (Search, error) {
	return one(v, &searches, c, of.Number(), (*showing).showSearch)
}

// Searches lists the searches that the caller sees.
func (v *View) Searches(c access.Caller, q Query) (Page[Search], error) {
	return many(v, &searches, c, q, (*showing).showSearch)
}

// Encumbrance gives an encumbrance that the caller sees, else ErrNotFound.
func (v *View) Encumbrance(c access.Caller, of id.Encumbrance) (Encumbrance, error) {
	return one(v, &encumbrances, c, of.Number(), (*showing).showEncumbrance)
}

// Encumbrances lists the encumbrances that the caller sees.
func (v *View) Encumbrances(c access.Caller, q Query) (Page[Encumbrance], error) {
	return many(v, &encumbrances, c, q, (*showing).showEncumbrance)
}

// SalesContract gives a contract that the caller sees, else ErrNotFound.
func (v *View) SalesContract(c access.Caller, of id.SalesContract) (SalesContract, error) {
	return one(v, &salesContracts, c, of.Number(), (*showing).showSalesContract)
}

// SalesContracts lists the contracts that the caller sees.
func (v *View) SalesContracts(c access.Caller, q Query) (Page[SalesContract], error) {
	return many(v, &salesContracts, c, q, (*showing).showSalesContract)
}

// Ground is what a financing rests on in law, as far as the caller sees it.
type Ground struct {
	Agreements    []Agreement
	Notices       []Notice
	Registrations []Registration
	Searches      []Search // against the seller, the newest
	Encumbrances  []Encumbrance
	Misdirected   []Misdirected
	Reassignments []Reassignment
}

// GroundOf gathers what a financing that the caller sees rests on in law.
func (v *View) GroundOf(c access.Caller, of id.Financing) (Ground, error) {
	var g Ground
	f, err := get(v, &financings, c, of.Number())
	if err != nil {
		return g, err
	}
	p, err := v.programmeOf(f.Programme)
	if err != nil {
		return g, err
	}
	s := &showing{View: v, caller: c}
	takePart := map[id.Party]bool{f.Seller: true, f.Buyer: true, f.Funder: true, p.Operator: true, p.Custodian: true}
	gather(s, &agreements, "first IN (?, ?, ?) OR second IN (?, ?, ?)", []any{int64(f.Seller), int64(f.Buyer), int64(p.Custodian), int64(f.Seller), int64(f.Funder), int64(p.Operator)}, func(r *legal.Agreement) {
		one, two := r.Deed.Kind.Between()
		if takePart[r.Deed.PartyIn(one)] && takePart[r.Deed.PartyIn(two)] {
			g.Agreements = append(g.Agreements, s.showAgreement(r))
		}
	})
	gather(s, &notices, "seller = ? AND debtor = ? AND programme = ? AND funder = ? AND receivable IN (0, ?)",
		[]any{int64(f.Seller), int64(f.Buyer), int64(f.Programme), int64(f.Funder), int64(f.Receivable)}, func(r *legal.Notice) { g.Notices = append(g.Notices, s.showNotice(r)) })
	gather(s, &registrations, "seller = ? AND funder = ? AND receivable IN (0, ?)", []any{int64(f.Seller), int64(f.Funder), int64(f.Receivable)},
		func(r *legal.Registration) { g.Registrations = append(g.Registrations, s.showRegistration(r)) })
	gather(s, &searches, "against = ?", []any{int64(f.Seller)}, func(r *legal.Search) { g.Searches = []Search{s.showSearch(r)} })
	gather(s, &encumbrances, "grantor = ? AND receivable IN (0, ?)", []any{int64(f.Seller), int64(f.Receivable)},
		func(r *legal.Encumbrance) { g.Encumbrances = append(g.Encumbrances, s.showEncumbrance(r)) })
	gather(s, &misdirections, "receivable = ?", []any{int64(f.Receivable)}, func(r *legal.Misdirected) { g.Misdirected = append(g.Misdirected, s.showMisdirected(r)) })
	gather(s, &reassignments, "financing = ?", []any{int64(f.ID)}, func(r *legal.Returned) { g.Reassignments = append(g.Reassignments, s.showReassignment(r)) })
	return g, s.err
}

func (v *View) programmeOf(of id.Programme) (*funding.Programme, error) {
	all, err := v.allProgrammes()
	for i := range all {
		if all[i].ID == of {
			return &all[i], err
		}
	}
	return &funding.Programme{}, err
}

// groundRowsMax is how many rows of a table are shown for one financing.
const groundRowsMax = 100

// gather yields the rows of a condition that the caller sees, the oldest first.
func gather[R any](s *showing, from *source[R], condition string, arguments []any, yield func(*R)) {
	visible, err := from.visible(s.View, s.caller)
	s.note(err)
	query := fmt.Sprintf("SELECT number, record FROM %s WHERE (%s) AND (%s) ORDER BY number LIMIT %d", from.table, condition, visible.sql, groundRowsMax)
	var found []*R
	s.note(rows(s.View, query, append(arguments, visible.arguments...), func(_ uint64, r *R) error {
		found = append(found, r)
		return nil
	}))
	for _, r := range found {
		if from.keep == nil || s.caller.SeesAll() || from.keep(s.View, s.caller, r) {
			yield(r)
		}
	}
}

func (v *View) findLegal(c access.Caller, text string) (*subject, error) {
	switch id.PrefixOf(text) {
	case id.Template(0).Prefix():
		return seen[id.Template](v, c, &templates, text)
	case id.Agreement(0).Prefix():
		return seen[id.Agreement](v, c, &agreements, text)
	case id.Notice(0).Prefix():
		return seen[id.Notice](v, c, &notices, text)
	case id.Decision(0).Prefix():
		return seen[id.Decision](v, c, &decisions, text)
	case id.RiskPolicy(0).Prefix():
		return seen[id.RiskPolicy](v, c, &riskPolicies, text)
	case id.Misdirected(0).Prefix():
		return seen[id.Misdirected](v, c, &misdirections, text)
	case id.Reassignment(0).Prefix():
		return seen[id.Reassignment](v, c, &reassignments, text)
	case id.Registration(0).Prefix():
		return seen[id.Registration](v, c, &registrations, text)
	case id.Search(0).Prefix():
		return seen[id.Search](v, c, &searches, text)
	case id.Encumbrance(0).Prefix():
		return seen[id.Encumbrance](v, c, &encumbrances, text)
	case id.SalesContract(0).Prefix():
		return seen[id.SalesContract](v, c, &salesContracts, text)
	}
	return v.findKnown(c, text)
}

// spoken is a stored name as it stands in a sentence.
func spoken(name string) string { return strings.ReplaceAll(name, "_", " ") }

func (s *showing) ofLaw(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.TemplateProposed:
		return locale.Say("Version %d of the text %q for an agreement on %s was proposed.", e.Template.Version, e.Template.Name, locale.Word(e.Template.Kind.String()))
	case *book.TemplateMoved:
		return locale.Say("Template %s is %s, by %s.", e.Template, e.State, s.decider(e.Actor))
	case *book.AgreementDrafted:
		names := make([]string, len(e.Agreement.Deed.Parties))
		for i, p := range e.Agreement.Deed.Parties {
			names[i] = s.name(p.Party)
		}
		return locale.Say("An agreement on %s between %s was drafted.", locale.Word(e.Agreement.Deed.Kind.String()), locale.List(names))
	case *book.AgreementSigned:
		return locale.Say("%s signed agreement %s.", s.name(e.Party), e.Agreement)
	case *book.AgreementTerminated:
		if e.From == 0 {
			return locale.Say("Agreement %s was withdrawn before all had signed.", e.Agreement)
		}
		return locale.Say("Agreement %s ends with %s.", e.Agreement, e.From)
	case *book.NoticeDrafted:
		return locale.Say("A notice of %s to %s was written: %s may claim.", e.Notice.Kind, s.name(e.Notice.Debtor), s.name(e.Notice.Claimant))
	case *book.NoticeMoved:
		return locale.Say("Notice %s was %s on %s.", e.Notice, e.State, e.Date)
	case *book.PaymentMisdirected:
		return s.misdirected(&e.Payment)
	case *book.ReceivableReassigned:
		return locale.Say("What is left of it is %s's again: %s.", s.name(e.Reassignment.To), s.amountOn(e.Reassignment.Receivable, e.Reassignment.Amount))
	}
	return s.ofRegistries(e)
}

func (s *showing) misdirected(m *legal.Misdirected) *locale.Text {
	amount := s.amountOn(m.Receivable, money.Minor(m.Amount))
	if m.Recovery.Place != legal.WithSeller {
		return locale.Say("%s was paid on %s to an account with %s that is not the one to pay, and the buyer still owes all.", amount, m.Paid, s.name(m.Recovery.Holder))
	}
	told := locale.Say("%s was paid to the seller's own account on %s", amount, m.Paid)
	if m.Effect == legal.Discharged {
		return told.And(": the buyer owes so much less, and the seller answers for the money.")
	}
	return told.And(", and the buyer still owes all.")
}

func (s *showing) ofRegistries(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.RegistrationProposed:
		return locale.Say("What %s assigns to %s is to be registered in %s.", s.name(e.Registration.Grantor), s.name(e.Registration.Secured), e.Registration.Registry)
	case *book.RegistrationMoved:
		r := &e.Registration
		switch {
		case r.Pending != 0:
			return locale.Say("Registration %s: to %s it waits for a second person.", r.ID, r.Pending)
		case r.State == legal.RegistrationLive:
			return locale.Say("Registration %s stands under number %s until %s.", r.ID, r.Number, r.Expires)
		}
		return locale.Say("Registration %s is %s.", r.ID, r.State)
	case *book.SearchRecorded:
		if len(e.Search.Encumbrances) == 0 {
			return locale.Say("A search of %s against %s on %s was clear.", e.Search.Registry, s.name(e.Search.Against), e.Search.Date)
		}
		return locale.Say("A search of %s against %s on %s found %d encumbrances.", e.Search.Registry, s.name(e.Search.Against), e.Search.Date, len(e.Search.Encumbrances))
	case *book.EncumbranceReleased:
		return locale.Say("Encumbrance %s was %s, by %s.", e.Encumbrance, e.State, s.decider(e.Actor))
	case *book.SalesContractRecorded:
		if e.Contract.Terms.Bans {
			return locale.Say("The contract of %s and %s bans assignment; its law is %s.", s.name(e.Contract.Seller), s.name(e.Contract.Buyer), e.Contract.Terms.Law)
		}
		return locale.Say("The contract of %s and %s allows assignment; its law is %s.", s.name(e.Contract.Seller), s.name(e.Contract.Buyer), e.Contract.Terms.Law)
	}
	return nil
}

// Addressee is how a party is addressed in a letter, whoever writes it.
func (v *View) Addressee(of id.Party) (intake.Profile, error) {
	record, err := v.partyRecord(of)
	if err != nil {
		return intake.Profile{}, err
	}
	profile, err := v.profile(record.Profile)
	if profile.Country == "" {
		profile.Country = record.Country
	}
	return profile, err
}
