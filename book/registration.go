package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &FileRegistration{} })
	registerCommand(func() act { return &ConfirmRegistration{} })
	registerCommand(func() act { return &RecordSearch{} })
	registerCommand(func() act { return &ReleaseEncumbrance{} })
	registerCommand(func() act { return &RecordSalesContract{} })
	registerEvent(func() fact { return &RegistrationProposed{} })
	registerEvent(func() fact { return &RegistrationMoved{} })
	registerEvent(func() fact { return &SearchRecorded{} })
	registerEvent(func() fact { return &EncumbranceReleased{} })
	registerEvent(func() fact { return &SalesContractRecorded{} })
	permitted[commandFileRegistration] = party.Operator | party.Funder
	permitted[commandConfirmRegistration] = party.Operator | party.Funder
	permitted[commandRecordSearch] = party.Operator | party.Funder
	permitted[commandReleaseEncumbrance] = party.Operator
	permitted[commandRecordSalesContract] = party.Operator
}

// FileRegistration proposes what is to be done at a registry: to file, renew or discharge. Entered by hand after the fact
// it names number and dates; else whoever confirms brings what the registry answered.
type FileRegistration struct {
	Registration id.Registration `cbor:"1,keyasint"` // to renew or discharge; 0 to file
	Act          legal.Act       `cbor:"2,keyasint"`
	Registry     string          `cbor:"3,keyasint"` // from here on: to file
	Number       string          `cbor:"4,keyasint"` // "" where the registry gives it later
	Grantor      id.Party        `cbor:"5,keyasint"`
	Secured      id.Party        `cbor:"6,keyasint"`
	Receivable   id.Receivable   `cbor:"7,keyasint"` // 0: all that the grantor assigns to the secured party
	Description  [32]byte        `cbor:"8,keyasint"` // in the vault
	Filed        calendar.Date   `cbor:"9,keyasint"`
	Expires      calendar.Date   `cbor:"10,keyasint"` // last day, also after a renewal
}

// Kind names the stored form.
func (*FileRegistration) Kind() uint16 { return commandFileRegistration }

func (c *FileRegistration) decide(d *draft) *Rejection {
	switch c.Act {
	case legal.File:
		return c.file(d)
	case legal.Renew, legal.Discharge:
		return c.amend(d)
	}
	return reject("registry_act_invalid", "act", "at a registry one files, renews or discharges")
}

func (c *FileRegistration) file(d *draft) *Rejection {
	if c.Registration != 0 {
		return reject("registration_state", "registration", "what is filed anew has no registration yet")
	}
	if c.Registry == "" || len(c.Registry) > NameBytesMax || len(c.Number) > NameBytesMax {
		return reject("registry_invalid", "registry", "a registry has a name, and its numbers have at most %d bytes", NameBytesMax)
	}
	if rejection := d.onboarded(c.Grantor, party.Seller, "grantor"); rejection != nil {
		return rejection
	}
	if rejection := d.onboarded(c.Secured, party.Funder, "secured"); rejection != nil {
		return rejection
	}
	if rejection := d.own(c.Secured, "secured"); rejection != nil {
		return rejection
	}
	if rejection := d.grantedBy(c.Receivable, c.Grantor); rejection != nil {
		return rejection
	}
	if r := d.receivables.at(c.Receivable.Number()); r != nil {
		if rejection := d.notHeld(r, "receivable"); rejection != nil {
			return rejection
		}
	}
	if c.Description == [32]byte{} {
		return reject("text_missing", "description", "the description of what is registered is missing")
	}
	if c.Number != "" && (c.Filed <= 0 || c.Filed > d.today()) || c.Number == "" && c.Filed != 0 || c.Expires < d.today() {
		return reject("date_invalid", "filed", "what has a number was filed today or earlier, and a registration does not end before today")
	}
	number := d.number(tableRegistration, d.registrations.count)
	d.emit(&RegistrationProposed{Registration: legal.Registration{
		ID: id.Make[id.Registration](d.shard, number), Registry: c.Registry, Number: c.Number, Grantor: c.Grantor, Secured: c.Secured,
		Receivable: c.Receivable, Description: c.Description, Filed: c.Filed, Expires: c.Expires, State: legal.RegistrationProposed,
		Pending: legal.File, Maker: d.header.Actor,
	}})
	return nil
}

// grantedBy asks whether a receivable, where one is named, is a seller's.
func (d *draft) grantedBy(named id.Receivable, seller id.Party) *Rejection {
	if named == 0 {
		return nil
	}
	r := d.receivables.at(named.Number())
	if r == nil {
		return reject("receivable_unknown", "receivable", "there is no receivable %s", named)
	}
	if r.Seller != seller && !d.hasHolding(seller, r.Certificate) {
		return reject("receivable_other_pair", "receivable", "receivable %s is not one of %s", named, seller)
	}
	return nil
}

// hasHolding tells whether a party has a live holding of a certificate.
func (d *draft) hasHolding(p id.Party, k id.Certificate) bool {
	return k != 0 && slices.ContainsFunc(d.liveOf[k], func(one id.Holding) bool { return d.holdings.at(one.Number()).Holder == p })
}

func (c *FileRegistration) amend(d *draft) *Rejection {
	r := d.registrations.at(c.Registration.Number())
	if r == nil {
		return reject("registration_unknown", "registration", "there is no registration %s", c.Registration)
	}
	if rejection := d.own(r.Secured, "registration"); rejection != nil {
		return rejection
	}
	if r.State != legal.RegistrationLive || r.Pending != 0 {
		return reject("registration_state", "registration", "registration %s is %s, or an act on it waits for a second person", r.ID, r.State)
	}
	if c.Act == legal.Renew && c.Expires <= r.Expires {
		return reject("date_invalid", "expires", "a renewal ends after %s", r.Expires)
	}
	after := *r
	after.Pending, after.PendingTo, after.Maker = c.Act, 0, d.header.Actor
	if c.Act == legal.Renew {
		after.PendingTo = c.Expires
	}
	d.emit(&RegistrationMoved{Registration: after})
	return nil
}

// ConfirmRegistration is a second person's word that the act was done as it was proposed, or that it was not; or the
// registry's answer, brought by the machine that asked it.
type ConfirmRegistration struct {
	Registration id.Registration `cbor:"1,keyasint"`
	Decision     Decision        `cbor:"2,keyasint"`
	Number       string          `cbor:"3,keyasint"` // that the registry gave; "" where the proposal has it
	Date         calendar.Date   `cbor:"4,keyasint"` // on which the registry did it; 0 where the proposal says so
	Expires      calendar.Date   `cbor:"5,keyasint"` // as the registry has it; 0: as proposed
}

// Kind names the stored form.
func (*ConfirmRegistration) Kind() uint16 { return commandConfirmRegistration }

func (c *ConfirmRegistration) decide(d *draft) *Rejection {
	r := d.registrations.at(c.Registration.Number())
	if r == nil {
		return reject("registration_unknown", "registration", "there is no registration %s", c.Registration)
	}
	if rejection := d.own(r.Secured, "registration"); rejection != nil {
		return rejection
	}
	if r.Pending == 0 {
		return reject("registration_state", "registration", "registration %s is %s, and nothing waits for a second person", r.ID, r.State)
	}
	if rejection := d.second(r.Maker); rejection != nil {
		return rejection
	}
	after := *r
	after.Checker, after.Pending, after.PendingTo = d.header.Actor, 0, 0
	switch c.Decision {
	case Decline:
		if r.Pending == legal.File {
			after.State = legal.RegistrationRefused
		}
	case Approve:
		if rejection := c.done(d, r, &after); rejection != nil {
			return rejection
		}
	default:
		return reject("decision_invalid", "decision", "an act at a registry is approved or declined")
	}
	d.emit(&RegistrationMoved{Registration: after})
	if after.LiveOn(d.today()) {
		d.ceded(after.Grantor, after.Receivable)
	}
	return nil
}

// done notes what the registry did.
func (c *ConfirmRegistration) done(d *draft, r, after *legal.Registration) *Rejection {
	if c.Date < 0 || c.Date > d.today() {
		return reject("date_invalid", "date", "what a registry has done it did today or earlier")
	}
	switch r.Pending {
	case legal.File:
		if len(c.Number) > NameBytesMax || (r.Number == "") == (c.Number == "") && r.Number != c.Number || r.Number == "" && c.Number == "" {
			return reject("registration_number", "number", "a registration has the number that its registry gave, of at most %d bytes", NameBytesMax)
		}
		if r.Number == "" {
			if c.Date == 0 {
				return reject("date_missing", "date", "the day on which it was filed is missing")
			}
			after.Number, after.Filed = c.Number, c.Date
		}
		after.State = legal.RegistrationLive
		after.Expires = later(c.Expires, r.Expires)
		if after.Expires < after.Filed {
			return reject("date_invalid", "expires", "a registration ends on the day on which it was filed or later")
		}
	case legal.Renew:
		after.Expires = later(c.Expires, r.PendingTo)
		if after.Expires <= r.Expires {
			return reject("date_invalid", "expires", "a renewal ends after %s", r.Expires)
		}
		after.Renewals++
	case legal.Discharge:
		after.State, after.Discharged = legal.RegistrationDischarged, c.Date
		if c.Date == 0 {
			after.Discharged = d.today()
		}
	}
	return nil
}

// later is what a registry says, else what was proposed.
func later(answered, proposed calendar.Date) calendar.Date {
	if answered != 0 {
		return answered
	}
	return proposed
}

// Finding is one thing that a search has found.
type Finding struct {
	Number     string        `cbor:"1,keyasint"` // in the registry
	Holder     [32]byte      `cbor:"2,keyasint"` // in the vault
	Receivable id.Receivable `cbor:"3,keyasint"` // 0: a blanket assignment
	Assigned   calendar.Date `cbor:"4,keyasint"`
	Registered calendar.Date `cbor:"5,keyasint"` // 0: not
	Notified   calendar.Date `cbor:"6,keyasint"` // to the debtor; 0: not
}

// RecordSearch records what a registry says of a seller, the holders of earlier rights in the order of their rank. What
// stands there for a funder of this node is no finding.
type RecordSearch struct {
	Registry    string        `cbor:"1,keyasint"`
	Against     id.Party      `cbor:"2,keyasint"`
	Date        calendar.Date `cbor:"3,keyasint"`
	Certificate [32]byte      `cbor:"4,keyasint"` // in the vault
	Found       []Finding     `cbor:"5,keyasint"` // none: clear
}

// FoundMax is the most that one search may find.
const FoundMax = 100

// Kind names the stored form.
func (*RecordSearch) Kind() uint16 { return commandRecordSearch }

func (c *RecordSearch) decide(d *draft) *Rejection {
	if c.Registry == "" || len(c.Registry) > NameBytesMax {
		return reject("registry_invalid", "registry", "a registry has a name of 1 to %d bytes", NameBytesMax)
	}
	if rejection := d.onboarded(c.Against, party.Seller, "against"); rejection != nil {
		return rejection
	}
	if c.Date <= 0 || c.Date > d.today() {
		return reject("date_invalid", "date", "a search was made today or earlier")
	}
	if c.Certificate == [32]byte{} {
		return reject("text_missing", "certificate", "what the registry has given is missing")
	}
	if len(c.Found) > FoundMax {
		return reject("count_invalid", "found", "a search finds at most %d encumbrances", FoundMax)
	}
	s := legal.Search{
		ID: id.Make[id.Search](d.shard, d.number(tableSearch, d.searches.count)), Registry: c.Registry, Against: c.Against, Date: c.Date,
		Certificate: c.Certificate, Maker: d.header.Actor,
	}
	fresh := map[encumbranceKey]struct{}{}
	var found []legal.Encumbrance
	for i := range c.Found {
		f := &c.Found[i]
		if rejection := f.sound(d, c.Against); rejection != nil {
			return rejection
		}
		key := encumbranceKey{c.Against, c.Registry, f.Number}
		if _, twice := fresh[key]; twice {
			return reject("encumbrance_invalid", "found", "number %q is found twice", f.Number)
		}
		fresh[key] = struct{}{}
		if known, is := d.encumbranceOf[key]; is {
			s.Encumbrances = append(s.Encumbrances, known)
			continue
		}
		one := id.Make[id.Encumbrance](d.shard, d.number(tableEncumbrance, d.encumbrances.count))
		s.Encumbrances = append(s.Encumbrances, one)
		found = append(found, legal.Encumbrance{
			ID: one, Search: s.ID, Registry: c.Registry, Number: f.Number, Grantor: c.Against, Holder: f.Holder, Rank: uint16(i + 1),
			Receivable: f.Receivable, Assigned: f.Assigned, Registered: f.Registered, Notified: f.Notified, State: legal.Standing, Maker: d.header.Actor,
		})
	}
	d.emit(&SearchRecorded{Search: s, Encumbrances: found})
	for i := range found {
		d.ceded(c.Against, found[i].Receivable)
	}
	return nil
}

// sound asks whether a finding can be kept.
func (f *Finding) sound(d *draft, grantor id.Party) *Rejection {
	if f.Number == "" || len(f.Number) > NameBytesMax || f.Holder == [32]byte{} {
		return reject("encumbrance_invalid", "found", "what a search finds has a number and a holder")
	}
	if f.Assigned <= 0 || f.Registered < 0 || f.Notified < 0 {
		return reject("encumbrance_invalid", "found", "the day on which %q was assigned is missing", f.Number)
	}
	return d.grantedBy(f.Receivable, grantor)
}

// ReleaseEncumbrance says that an encumbrance no longer stands in the way: its holder has waived it for what is assigned
// here, or it has ended. Who recorded it can't.
type ReleaseEncumbrance struct {
	Encumbrance id.Encumbrance         `cbor:"1,keyasint"`
	State       legal.EncumbranceState `cbor:"2,keyasint"`
	Proof       [32]byte               `cbor:"3,keyasint"` // the waiver or discharge, in the vault
}

// Kind names the stored form.
func (*ReleaseEncumbrance) Kind() uint16 { return commandReleaseEncumbrance }

func (c *ReleaseEncumbrance) decide(d *draft) *Rejection {
	e := d.encumbrances.at(c.Encumbrance.Number())
	if e == nil {
		return reject("encumbrance_unknown", "encumbrance", "there is no encumbrance %s", c.Encumbrance)
	}
	if e.State != legal.Standing || c.State != legal.Waived && c.State != legal.Ended {
		return reject("encumbrance_state", "state", "encumbrance %s is %s; one that stands is waived or has ended", e.ID, e.State)
	}
	if rejection := d.second(e.Maker); rejection != nil {
		return rejection
	}
	if c.Proof == [32]byte{} {
		return reject("proof_missing", "proof", "the waiver, or the proof that it has ended, is missing")
	}
	d.emit(&EncumbranceReleased{Encumbrance: e.ID, State: c.State, Proof: c.Proof, Actor: d.header.Actor})
	return nil
}

// RecordSalesContract records what the contract between a seller and a buyer says of assigning the seller's claims. A later
// record takes the place of an earlier one.
type RecordSalesContract struct {
	Seller id.Party          `cbor:"1,keyasint"`
	Buyer  id.Party          `cbor:"2,keyasint"`
	Terms  legal.Restriction `cbor:"3,keyasint"`
	Text   [32]byte          `cbor:"4,keyasint"` // the clause, in the vault
}

// Kind names the stored form.
func (*RecordSalesContract) Kind() uint16 { return commandRecordSalesContract }

func (c *RecordSalesContract) decide(d *draft) *Rejection {
	if rejection := d.onboarded(c.Seller, party.Seller, "seller"); rejection != nil {
		return rejection
	}
	if rejection := d.onboarded(c.Buyer, party.Buyer|party.Anchor, "buyer"); rejection != nil {
		return rejection
	}
	if !c.Terms.Law.Valid() {
		return reject("law_invalid", "law", "the governing law is a country or a part of one, by ISO 3166")
	}
	if c.Terms.Dated <= 0 || c.Terms.Dated > d.today() {
		return reject("date_invalid", "dated", "the contract was made today or earlier")
	}
	if c.Text == [32]byte{} {
		return reject("text_missing", "text", "the clause is missing")
	}
	number := d.number(tableSalesContract, d.salesContracts.count)
	d.emit(&SalesContractRecorded{Contract: legal.SalesContract{
		ID: id.Make[id.SalesContract](d.shard, number), Seller: c.Seller, Buyer: c.Buyer, Terms: c.Terms, Text: c.Text, Maker: d.header.Actor,
	}})
	return nil
}

// registrationKey finds registrations of a grantor for a secured party: of one receivable, or of all (0).
type registrationKey struct {
	grantor, secured id.Party
	receivable       id.Receivable
}

type encumbranceKey struct {
	grantor          id.Party
	registry, number string
}

// searched asks for a search of a registry that is not older than the product wants.
func (u *use) searched(d *draft) *Rejection {
	most := u.product.Terms.SearchDaysMax
	if most == 0 {
		return nil
	}
	s := d.searches.at(d.searchOf[u.seller].Number())
	if s == nil || calendar.DaysBetween(s.Date, d.today()) > int(most) {
		return reject("search_missing", "receivable", "the product asks for a search against seller %s that is at most %d days old", u.seller, most)
	}
	return nil
}

// unencumbered asks whether the funder would come before everybody who is known to hold something in the receivable.
func (u *use) unencumbered(d *draft, funder id.Party, law legal.Law) *Rejection {
	list := d.encumbrancesOf[u.seller]
	if len(list) == 0 {
		return nil
	}
	ours := legal.Claim{Assigned: d.today(), Registered: u.registered(d, funder)}
	if n := u.told(d, funder); n != nil {
		ours.Notified = n.Served
	}
	for _, one := range list {
		e := d.encumbrances.at(one.Number())
		if e.State != legal.Standing || e.Receivable != 0 && e.Receivable != u.named() {
			continue
		}
		theirs := legal.Claim{Assigned: e.Assigned, Registered: e.Registered, Notified: e.Notified}
		ranking := legal.Priority(law, d.today(), []legal.Claim{ours, theirs})
		if ranking.Ranks[0] >= ranking.Ranks[1] {
			return cited(ranking.Citation, reject("encumbrance_prior", "receivable", "%s, number %s in %s, is not behind the funder's claim: it takes a waiver", e.ID, e.Number, e.Registry))
		}
	}
	return nil
}

// registered is the day of the funder's first live registration that covers the receivable; 0 for none.
func (u *use) registered(d *draft, funder id.Party) calendar.Date {
	var first calendar.Date
	d.eachRegistration(u.seller, funder, u.named(), func(r *legal.Registration) {
		if first == 0 || r.Filed < first {
			first = r.Filed
		}
	})
	return first
}

// eachRegistration visits what stands today in a registry for a funder against who assigned a receivable to it: what names the
// receivable, and what covers all.
func (d *draft) eachRegistration(grantor, secured id.Party, named id.Receivable, visit func(*legal.Registration)) {
	for _, scope := range [...]id.Receivable{0, named} {
		for _, one := range d.registrationsOf[registrationKey{grantor, secured, scope}] {
			if r := d.registrations.at(one.Number()); r.LiveOn(d.today()) {
				visit(r)
			}
		}
	}
}

// RegistrationProposed says that a registration is to be filed.
type RegistrationProposed struct {
	Registration legal.Registration `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*RegistrationProposed) Kind() uint16 { return eventRegistrationProposed }

func (e *RegistrationProposed) fold(b *Book) {
	number := e.Registration.ID.Number()
	b.registrations.add(number, e.Registration)
	b.indexRegistration(b.registrations.at(number))
	b.touched(tableRegistration, number, &b.registrations.at(number).Entry)
}

// RegistrationMoved says how a registration stands after an act was proposed, done or declined.
type RegistrationMoved struct {
	Registration legal.Registration `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*RegistrationMoved) Kind() uint16 { return eventRegistrationMoved }

func (e *RegistrationMoved) fold(b *Book) {
	r := b.registrations.at(e.Registration.ID.Number())
	entry := r.Entry
	*r = e.Registration
	r.Entry = entry
	b.touched(tableRegistration, r.ID.Number(), &r.Entry)
}

// SearchRecorded says what a search has found; what was known before is in the search only.
type SearchRecorded struct {
	Search       legal.Search        `cbor:"1,keyasint"`
	Encumbrances []legal.Encumbrance `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*SearchRecorded) Kind() uint16 { return eventSearchRecorded }

func (e *SearchRecorded) fold(b *Book) {
	number := e.Search.ID.Number()
	b.searches.add(number, e.Search)
	b.indexSearch(b.searches.at(number))
	b.touched(tableSearch, number, &b.searches.at(number).Entry)
	for _, one := range e.Encumbrances {
		b.encumbrances.add(one.ID.Number(), one)
		b.indexEncumbrance(b.encumbrances.at(one.ID.Number()))
		b.touched(tableEncumbrance, one.ID.Number(), &b.encumbrances.at(one.ID.Number()).Entry)
	}
}

// EncumbranceReleased says that an encumbrance no longer stands in the way.
type EncumbranceReleased struct {
	Encumbrance id.Encumbrance         `cbor:"1,keyasint"`
	State       legal.EncumbranceState `cbor:"2,keyasint"`
	Proof       [32]byte               `cbor:"3,keyasint"`
	Actor       id.Actor               `cbor:"4,keyasint"`
}

// Kind names the stored form.
func (*EncumbranceReleased) Kind() uint16 { return eventEncumbranceReleased }

func (e *EncumbranceReleased) fold(b *Book) {
	one := b.encumbrances.at(e.Encumbrance.Number())
	one.State, one.Waiver, one.Checker = e.State, e.Proof, e.Actor
	b.touched(tableEncumbrance, e.Encumbrance.Number(), &one.Entry)
}

// SalesContractRecorded says what a contract says of assignment.
type SalesContractRecorded struct {
	Contract legal.SalesContract `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*SalesContractRecorded) Kind() uint16 { return eventSalesContractRecorded }

func (e *SalesContractRecorded) fold(b *Book) {
	number := e.Contract.ID.Number()
	b.salesContracts.add(number, e.Contract)
	b.indexSalesContract(b.salesContracts.at(number))
	b.touched(tableSalesContract, number, &b.salesContracts.at(number).Entry)
}

// indexRegistration: registrationsOf and registeredBy, from table registration.
func (b *Book) indexRegistration(r *legal.Registration) {
	whoever := registrationKey{grantor: r.Grantor, receivable: r.Receivable}
	b.registeredBy[whoever] = append(b.registeredBy[whoever], r.ID)
	key := registrationKey{r.Grantor, r.Secured, r.Receivable}
	b.registrationsOf[key] = append(b.registrationsOf[key], r.ID)
}

// indexSearch: searchOf, from table search: the one of the latest day, of one day the last.
func (b *Book) indexSearch(s *legal.Search) {
	if known := b.searches.at(b.searchOf[s.Against].Number()); known == nil || known.Date <= s.Date {
		b.searchOf[s.Against] = s.ID
	}
}

// indexEncumbrance: encumbrancesOf and encumbranceOf, from table encumbrance.
func (b *Book) indexEncumbrance(e *legal.Encumbrance) {
	b.encumbrancesOf[e.Grantor] = append(b.encumbrancesOf[e.Grantor], e.ID)
	b.encumbranceOf[encumbranceKey{e.Grantor, e.Registry, e.Number}] = e.ID
}

// indexSalesContract: salesContractOf, from table sales_contract: the last one of a pair.
func (b *Book) indexSalesContract(c *legal.SalesContract) {
	b.salesContractOf[pairKey{c.Seller, c.Buyer}] = c.ID
}
