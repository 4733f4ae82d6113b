package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/onboarding"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &GiveConsent{} })
	registerCommand(func() act { return &WithdrawConsent{} })
	registerCommand(func() act { return &ReadFile{} })
	registerEvent(func() fact { return &ConsentGiven{} })
	registerEvent(func() fact { return &ConsentWithdrawn{} })
	registerEvent(func() fact { return &FileRead{} })
	permitted[commandGiveConsent] = party.Anchor | party.Seller | party.Buyer
	permitted[commandWithdrawConsent] = party.Anchor | party.Seller | party.Buyer
	permitted[commandReadFile] = party.Funder
	tables[tableConsent] = held("consent", func(b *Book) *shelf[onboarding.Consent] { return &b.consents },
		[]Column{ind("party", Integer), ind("programme", Integer), ind("funder", Integer), col("until", Integer), col("withdrawn", Integer)},
		func(r *onboarding.Consent) []any {
			return []any{int64(r.Party), int64(r.Programme), int64(r.Funder), int64(r.Until), int64(r.Withdrawn)}
		})
	tables[tableFileReading] = held("file_reading", func(b *Book) *shelf[onboarding.Reading] { return &b.readings },
		[]Column{ind("party", Integer), ind("funder", Integer), ind("file", Integer)},
		func(r *onboarding.Reading) []any { return []any{int64(r.Party), int64(r.Funder), int64(r.File)} })
}

// GiveConsent is a party's word that the funders of a programme, or one funder, may rely on its file.
type GiveConsent struct {
	Programme id.Programme  `cbor:"1,keyasint,omitempty"`
	Funder    id.Party      `cbor:"2,keyasint,omitempty"`
	Until     calendar.Date `cbor:"3,keyasint"` // last day
}

// ConsentDaysMax is how long a consent lasts at most.
const ConsentDaysMax = 5 * 366

// Kind names the stored form.
func (*GiveConsent) Kind() uint16 { return commandGiveConsent }

func (c *GiveConsent) decide(d *draft) *Rejection {
	if d.fileOf[d.by()] == 0 {
		return reject("file_unknown", "", "party %s has no onboarding file", d.by())
	}
	if c.Programme == 0 && c.Funder == 0 {
		return reject("consent_invalid", "programme", "a consent names a programme, or a funder, or both")
	}
	if c.Until < d.today() || c.Until > d.today().AddDays(ConsentDaysMax) {
		return reject("consent_invalid", "until", "a consent lasts from today up to %d days", ConsentDaysMax)
	}
	if c.Programme != 0 {
		p, rejection := d.live(c.Programme)
		if rejection != nil {
			return rejection
		}
		if c.Funder != 0 && !lendsIn(p, c.Funder) {
			return reject("consent_invalid", "funder", "%s is no funder of programme %s", c.Funder, p.ID)
		}
	}
	if f := d.parties.at(c.Funder.Number()); c.Funder != 0 && (f == nil || f.Roles&party.Funder == 0) {
		return reject("consent_invalid", "funder", "%s is no funder", c.Funder)
	}
	d.emit(&ConsentGiven{Consent: onboarding.Consent{
		ID: id.Make[id.Consent](d.shard, d.number(tableConsent, d.consents.count)), Party: d.by(), Programme: c.Programme, Funder: c.Funder,
		Given: d.today(), Until: c.Until, Giver: d.header.Actor,
	}})
	return nil
}

func lendsIn(p *funding.Programme, one id.Party) bool {
	return slices.ContainsFunc(p.Funders, func(f funding.Funder) bool { return f.Party == one })
}

// WithdrawConsent takes a consent back, from now on. What was read stays on record.
type WithdrawConsent struct {
	Consent id.Consent `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*WithdrawConsent) Kind() uint16 { return commandWithdrawConsent }

func (c *WithdrawConsent) decide(d *draft) *Rejection {
	k := d.consents.at(c.Consent.Number())
	if k == nil || k.Party != d.by() {
		return reject("consent_unknown", "consent", "there is no consent %s of this party", c.Consent)
	}
	if k.Withdrawn != 0 {
		return reject("consent_withdrawn", "consent", "consent %s was withdrawn on %s", k.ID, k.Withdrawn)
	}
	d.emit(&ConsentWithdrawn{Consent: k.ID, Date: d.today(), Actor: d.header.Actor})
	return nil
}

// ReadFile lets a funder read the file of a party that has consented, and puts on record that it has.
type ReadFile struct {
	File id.OnboardingFile `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ReadFile) Kind() uint16 { return commandReadFile }

func (c *ReadFile) decide(d *draft) *Rejection {
	f := d.files.at(c.File.Number())
	if f == nil {
		return reject("file_unknown", "file", "there is no onboarding file %s", c.File)
	}
	consent := d.consented(f.Party, d.by())
	if consent == 0 {
		return reject("consent_missing", "file", "the party of file %s has not consented that this funder relies on it", f.ID)
	}
	d.emit(&FileRead{Reading: onboarding.Reading{
		ID: id.Make[id.FileReading](d.shard, d.number(tableFileReading, d.readings.count)), File: f.ID, Party: f.Party, Funder: d.by(), Consent: consent,
		Actor: d.header.Actor, Date: d.today(), Through: f.Entry,
	}})
	return nil
}

// consented finds the latest consent of a party by which a funder may read its file today; 0 for none.
func (d *draft) consented(p, funder id.Party) id.Consent {
	given := d.consentsOf[p]
	for i := len(given) - 1; i >= 0; i-- {
		k := d.consents.at(given[i].Number())
		if !k.On(d.today()) || k.Funder != 0 && k.Funder != funder {
			continue
		}
		if k.Programme == 0 || lendsIn(d.programmes.at(k.Programme.Number()), funder) {
			return k.ID
		}
	}
	return 0
}

// ConsentGiven says that funders may rely on a party's file.
type ConsentGiven struct {
	Consent onboarding.Consent `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ConsentGiven) Kind() uint16 { return eventConsentGiven }

func (e *ConsentGiven) fold(b *Book) {
	number := e.Consent.ID.Number()
	b.consents.add(number, e.Consent)
	b.indexConsent(b.consents.at(number))
	b.touched(tableConsent, number, &b.consents.at(number).Entry)
}

// indexConsent: consentsOf, from table consent.
func (b *Book) indexConsent(k *onboarding.Consent) {
	b.consentsOf[k.Party] = append(b.consentsOf[k.Party], k.ID)
}

// ConsentWithdrawn says that a consent is no more.
type ConsentWithdrawn struct {
	Consent id.Consent    `cbor:"1,keyasint"`
	Date    calendar.Date `cbor:"2,keyasint"`
	Actor   id.Actor      `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*ConsentWithdrawn) Kind() uint16 { return eventConsentWithdrawn }

func (e *ConsentWithdrawn) fold(b *Book) {
	k := b.consents.at(e.Consent.Number())
	k.Withdrawn, k.Withdrew = e.Date, e.Actor
	b.touched(tableConsent, e.Consent.Number(), &k.Entry)
}

// FileRead says that a funder has read a file.
type FileRead struct {
	Reading onboarding.Reading `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*FileRead) Kind() uint16 { return eventFileRead }

func (e *FileRead) fold(b *Book) {
	number := e.Reading.ID.Number()
	b.readings.add(number, e.Reading)
	b.touched(tableFileReading, number, &b.readings.at(number).Entry)
}
