package view

import (
	"encoding/hex"
	"encoding/json"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/onboarding"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/intake"
	"millrace/edge/locale"
	"millrace/engine/vault"
)

// FileDocument is one document of an onboarding file.
type FileDocument struct {
	Number  int    `json:"number"`
	Kind    string `json:"kind" enum:"registry_extract,articles,ownership_chart,identity_document,address_proof,tax_registration,trade_licence,annual_accounts,signing_authority,questionnaire"`
	State   string `json:"state" enum:"received,checked,refused,replaced,expired"`
	Issued  string `json:"issued,omitempty"`
	Expires string `json:"expires,omitempty" doc:"last day on which it is good"`
	About   string `json:"about,omitempty" doc:"the person whom it is about; missing: the party"`
	Reason  string `json:"reason,omitempty" doc:"why it was refused"`
	Maker   *Ref   `json:"maker,omitempty"`
	Checker *Ref   `json:"checker,omitempty"`
}

// Tie is a link of a person or a party to the party of a file.
type Tie struct {
	Number  int    `json:"number"`
	Link    string `json:"link" enum:"shareholder,beneficial_owner,director,senior_manager"`
	Party   *Ref   `json:"party,omitempty"`
	Person  string `json:"person,omitempty" doc:"token of a natural person: the same wherever it is named"`
	Name    string `json:"name,omitempty"`
	Born    string `json:"born,omitempty"`
	Share   int    `json:"share" doc:"millionths"`
	Control bool   `json:"control,omitempty" doc:"otherwise than by the share"`
	From    string `json:"from"`
	Until   string `json:"until,omitempty"`
}

// FileGap is one thing that a file lacks.
type FileGap struct {
	Lack     string `json:"lack" enum:"document_missing,document_unchecked,document_expired,document_old,owner_missing,shares_unknown,owner_unresolved,director_missing,review_missing,review_overdue"`
	Document string `json:"document,omitempty"`
	Tie      int    `json:"tie,omitempty" doc:"number of the link to whose person it belongs"`
}

// OnboardingFile is what was gathered about a party. A funder that has not read it by consent sees only that it exists.
type OnboardingFile struct {
	ID        string         `json:"id"`
	Party     *Ref           `json:"party"`
	Held      *Ref           `json:"held_by,omitempty" doc:"operator under whose programme it was gathered"`
	Cut       bool           `json:"cut,omitempty" doc:"only that the file exists is shown: reading it takes the party's consent, and goes on record"`
	Form      string         `json:"form,omitempty" enum:"company,partnership,sole_trader,public_body,association"`
	Risk      string         `json:"risk,omitempty" enum:"low,medium,high"`
	Documents []FileDocument `json:"documents,omitempty"`
	Ties      []Tie          `json:"ties,omitempty"`
	Gaps      []FileGap      `json:"gaps,omitempty" doc:"what it lacks today"`
	Opened    string         `json:"opened,omitempty"`
	Reviewed  string         `json:"reviewed,omitempty"`
	Next      string         `json:"next,omitempty" doc:"last day before somebody must look again"`
	Overdue   bool           `json:"overdue,omitempty"`
	Reviewer  *Ref           `json:"reviewer,omitempty"`
	Note      string         `json:"note,omitempty"`
	Entry     uint64         `json:"entry,omitempty"`
}

// Requirement is one line of a checklist.
type Requirement struct {
	Document  string   `json:"document"`
	Of        string   `json:"of" enum:"party,owners,directors"`
	Roles     []string `json:"roles,omitempty" doc:"one of which the party has; missing: any"`
	Forms     []string `json:"forms,omitempty"`
	Country   string   `json:"country,omitempty"`
	Risk      string   `json:"risk,omitempty" doc:"from this class up"`
	MonthsMax int      `json:"months_max,omitempty" doc:"most age of the document"`
}

// Checklist is one version of what files must have.
type Checklist struct {
	ID           string        `json:"id"`
	State        string        `json:"state" enum:"proposed,live,superseded"`
	Requirements []Requirement `json:"requirements"`
	OwnerShare   int           `json:"owner_share" doc:"millionths from which a shareholder is a beneficial owner"`
	SharesKnown  int           `json:"shares_known" doc:"millionths of which the holders must be on record"`
	ReviewMonths []int         `json:"review_months" doc:"until somebody looks again: low, medium, high risk"`
	Maker        *Ref          `json:"maker,omitempty"`
	Checker      *Ref          `json:"checker,omitempty"`
	Entry        uint64        `json:"entry"`
}

// Consent is a party's word that funders may rely on its file.
type Consent struct {
	ID        string `json:"id"`
	Party     *Ref   `json:"party"`
	Programme string `json:"programme,omitempty"`
	Funder    *Ref   `json:"funder,omitempty" doc:"missing: every funder of the programme"`
	Given     string `json:"given"`
	Until     string `json:"until"`
	Withdrawn string `json:"withdrawn,omitempty"`
	Good      bool   `json:"good" doc:"today"`
	Entry     uint64 `json:"entry"`
}

// FileReading says that a funder has read a file.
type FileReading struct {
	ID      string          `json:"id"`
	File    string          `json:"file"`
	Party   *Ref            `json:"party"`
	Funder  *Ref            `json:"funder"`
	Consent string          `json:"consent"`
	Date    string          `json:"date"`
	Entry   uint64          `json:"entry"`
	Read    *OnboardingFile `json:"read,omitempty" doc:"the file, to the funder that has read it, while it is as it was and the consent is good"`
}

var (
	onboardingFiles = source[onboarding.File]{
		table: "onboarding_file", parties: []string{"party"},
		scope: shares(share{roles: anyRole, sql: "party = ?"},
			share{roles: party.Funder, sql: "party " + fundedSellers + " OR party " + fundedBuyers},
			share{roles: party.Funder, sql: "party IN (SELECT party FROM consent WHERE funder = ?)"}),
	}
	checklists = source[onboarding.Checklist]{table: "checklist", state: "state"}
	consents   = source[onboarding.Consent]{table: "consent", parties: []string{"party", "funder"}, programme: "programme", scope: consentsSeen}
	readings   = source[onboarding.Reading]{
		table: "file_reading", parties: []string{"party", "funder"}, scope: shares(share{roles: anyRole, sql: "party = ?"}, share{roles: party.Funder, sql: "funder = ?"}),
	}
)

// consentsSeen: a party sees its own, a funder those that name it or its programmes.
func consentsSeen(v *View, c access.Caller) (clause, error) {
	found, err := shares(share{roles: anyRole, sql: "party = ?"}, share{roles: party.Funder, sql: "funder = ?"})(v, c)
	if err != nil || c.Views()&party.Funder == 0 {
		return found, err
	}
	among, err := v.among(c, "programme", party.Funder, whole)
	found.sql += " OR (funder = 0 AND " + among.sql + ")"
	found.arguments = append(found.arguments, among.arguments...)
	return found, err
}

// OnboardingFile gives a file that the caller sees, else ErrNotFound.
func (v *View) OnboardingFile(c access.Caller, of id.OnboardingFile) (OnboardingFile, error) {
	return one(v, &onboardingFiles, c, of.Number(), (*showing).showFile)
}

// OnboardingFiles lists the files that the caller sees.
func (v *View) OnboardingFiles(c access.Caller, q Query) (Page[OnboardingFile], error) {
	return many(v, &onboardingFiles, c, q, (*showing).showFile)
}

// FileDocumentBytes gives the bytes of a document of a file, by its number from 1, to those who see the whole file; else ErrNotFound.
func (v *View) FileDocumentBytes(c access.Caller, of id.OnboardingFile, number int) ([]byte, error) {
	f, err := get(v, &onboardingFiles, c, of.Number())
	if err != nil {
		return nil, err
	}
	if !c.SeesAll() && c.Party != f.Party || number < 1 || number > len(f.Documents) {
		return nil, ErrNotFound
	}
	_, bytes, err := v.vault.Get(v.ctx, vault.Ref(f.Documents[number-1].Stored))
	return bytes, err
}

// Checklist gives a checklist, to those who see all.
func (v *View) Checklist(c access.Caller, of id.Checklist) (Checklist, error) {
	return one(v, &checklists, c, of.Number(), (*showing).showChecklist)
}

// Checklists lists the checklists, to those who see all.
func (v *View) Checklists(c access.Caller, q Query) (Page[Checklist], error) {
	return many(v, &checklists, c, q, (*showing).showChecklist)
}

// Consent gives a consent that the caller sees, else ErrNotFound.
func (v *View) Consent(c access.Caller, of id.Consent) (Consent, error) {
	return one(v, &consents, c, of.Number(), (*showing).showConsent)
}

// Consents lists the consents that the caller sees.
func (v *View) Consents(c access.Caller, q Query) (Page[Consent], error) {
	return many(v, &consents, c, q, (*showing).showConsent)
}

// FileReading gives a reading that the caller sees, else ErrNotFound.
func (v *View) FileReading(c access.Caller, of id.FileReading) (FileReading, error) {
	return one(v, &readings, c, of.Number(), (*showing).showReading)
}

// FileReadings lists the readings that the caller sees.
func (v *View) FileReadings(c access.Caller, q Query) (Page[FileReading], error) {
	return many(v, &readings, c, q, (*showing).showReading)
}

// FileRead shows a funder the file that it has just read.
func (v *View) FileRead(c access.Caller, of id.FileReading) (FileReading, error) {
	shown, err := v.FileReading(c, of)
	if err != nil {
		return shown, err
	}
	r, err := get(v, &readings, c, of.Number())
	if err != nil || r.Funder != c.Party {
		return shown, err
	}
	all := access.Caller{Actor: c.Actor, Party: c.Party, Role: party.Operator}
	f, err := get(v, &onboardingFiles, all, r.File.Number())
	if err != nil {
		return shown, err
	}
	k, err := get(v, &consents, all, r.Consent.Number())
	if err != nil {
		return shown, err
	}
	today, err := v.Date()
	if err != nil || f.Entry != r.Through || !k.On(today) {
		return shown, err
	}
	s := &showing{View: v, caller: c}
	read := s.wholeFile(f)
	shown.Read = &read
	return shown, s.err
}

// showFile shows a file, or to a funder only that it exists.
func (s *showing) showFile(r *onboarding.File) OnboardingFile {
	if !s.caller.SeesAll() && s.caller.Party != r.Party {
		return OnboardingFile{ID: r.ID.String(), Party: s.party(r.Party), Held: s.party(id.Make[id.Party](r.ID.Shard(), 1)), Cut: true}
	}
	return s.wholeFile(r)
}

func (s *showing) wholeFile(r *onboarding.File) OnboardingFile {
	today, err := s.Date()
	s.note(err)
	shown := OnboardingFile{
		ID: r.ID.String(), Party: s.party(r.Party), Form: r.Form.String(), Risk: r.Risk.String(), Opened: day(r.Opened), Reviewed: day(r.Reviewed), Next: day(r.Next),
		Overdue: r.Reviewed != 0 && r.Next < today, Note: s.told(r.Note), Entry: r.Entry,
	}
	shown.Reviewer, _ = s.people(r.Reviewer, 0)
	for i := range r.Documents {
		k := &r.Documents[i]
		one := FileDocument{Number: i + 1, Kind: k.Kind.String(), State: k.Standing(today), Issued: day(k.Issued), Expires: day(k.Expires), Reason: s.told(k.Reason)}
		if k.About != [16]byte{} {
			one.About = hex.EncodeToString(k.About[:])
		}
		one.Maker, one.Checker = s.people(k.Maker, k.Checker)
		shown.Documents = append(shown.Documents, one)
	}
	for i := range r.Ties {
		shown.Ties = append(shown.Ties, s.showTie(i+1, &r.Ties[i]))
	}
	shown.Gaps = s.gaps(r, today)
	return shown
}

func (s *showing) showTie(number int, t *onboarding.Tie) Tie {
	shown := Tie{Number: number, Link: t.Link.String(), Share: int(t.Share), Control: t.Control, From: day(t.From), Until: day(t.Until)}
	if t.Party != 0 {
		shown.Party = s.party(t.Party)
		shown.Name = shown.Party.String()
		return shown
	}
	shown.Person = hex.EncodeToString(t.Person[:])
	bytes, err := s.kept(t.Profile)
	s.note(err)
	var person intake.Person
	if json.Unmarshal(bytes, &person) == nil {
		shown.Name, shown.Born = person.Name, person.Born
	}
	return shown
}

// gaps reckons what a file lacks, as the book does.
func (s *showing) gaps(r *onboarding.File, today calendar.Date) []FileGap {
	p, err := s.partyRecord(r.Party)
	s.note(err)
	c := onboarding.Default()
	s.note(rows(s.View, "SELECT number, record FROM checklist WHERE state = 'live'", nil, func(_ uint64, record *onboarding.Checklist) error {
		c = record
		return nil
	}))
	resolved := func(owner id.Party) bool {
		known := false
		s.note(rows(s.View, "SELECT number, record FROM onboarding_file WHERE party = ?", []any{int64(owner)}, func(_ uint64, f *onboarding.File) error {
			known = f.Form == onboarding.PublicBody || len(f.Owners(today)) > 0
			return nil
		}))
		return known
	}
	var shown []FileGap
	for _, gap := range onboarding.Gaps(r, c, uint16(p.Roles), p.Country, today, resolved) {
		shown = append(shown, FileGap{Lack: gap.Lack.String(), Document: gap.Document.String(), Tie: gap.Tie})
	}
	return shown
}

func (s *showing) showChecklist(r *onboarding.Checklist) Checklist {
	shown := Checklist{ID: r.ID.String(), State: r.State.String(), Requirements: RequirementsOf(r), OwnerShare: int(r.OwnerShare), SharesKnown: int(r.SharesKnown), Entry: r.Entry}
	for _, months := range r.ReviewMonths[1:] {
		shown.ReviewMonths = append(shown.ReviewMonths, int(months))
	}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}

// RequirementsOf lists what a checklist asks for.
func RequirementsOf(r *onboarding.Checklist) []Requirement {
	var shown []Requirement
	for i := range r.Requirements {
		q := &r.Requirements[i]
		one := Requirement{
			Document: q.Document.String(), Of: q.Of.String(), Roles: party.Role(q.Roles).Names(), Country: q.Country, Risk: q.Risk.String(), MonthsMax: int(q.MonthsMax),
		}
		for form := onboarding.Company; int(form) < len(onboarding.Forms); form++ {
			if q.Forms&(1<<form) != 0 {
				one.Forms = append(one.Forms, form.String())
			}
		}
		shown = append(shown, one)
	}
	return shown
}

func (s *showing) showConsent(r *onboarding.Consent) Consent {
	today, err := s.Date()
	s.note(err)
	shown := Consent{ID: r.ID.String(), Party: s.party(r.Party), Given: day(r.Given), Until: day(r.Until), Withdrawn: day(r.Withdrawn), Good: r.On(today), Entry: r.Entry}
	if r.Programme != 0 {
		shown.Programme = r.Programme.String()
	}
	if r.Funder != 0 {
		shown.Funder = s.party(r.Funder)
	}
	return shown
}

func (s *showing) showReading(r *onboarding.Reading) FileReading {
	return FileReading{
		ID: r.ID.String(), File: r.File.String(), Party: s.party(r.Party), Funder: s.party(r.Funder), Consent: r.Consent.String(), Date: day(r.Date), Entry: r.Entry,
	}
}

// ofOnboarding tells of files and checklists.
func (s *showing) ofOnboarding(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.FileOpened:
		return locale.Say("The onboarding file of %s was opened.", s.name(e.File.Party))
	case *book.FileDocumentRecorded:
		return locale.Say("A document was put into file %s: %s.", e.File, locale.Word(e.Document.Kind.String()))
	case *book.FileDocumentChecked:
		return locale.Say("Document %d of file %s was %s by %s.", e.Document, e.File, e.State, s.decider(e.Checker))
	case *book.TieRecorded:
		return locale.Say("File %s names a %s.", e.File, locale.Word(e.Tie.Link.String()))
	case *book.TieEnded:
		return locale.Say("Link %d of file %s ended on %s.", e.Tie, e.File, e.Until)
	case *book.FileReviewed:
		return locale.Say("File %s was reviewed by %s; the next review is due on %s.", e.File, s.decider(e.Reviewer), e.Next)
	case *book.ChecklistProposed:
		return locale.Say("A checklist of %d requirements for onboarding files was proposed.", len(e.Checklist.Requirements))
	case *book.ChecklistApproved:
		return locale.Say("Checklist %s was approved by %s.", e.Checklist, s.decider(e.Checker))
	case *book.PartySuspended:
		return locale.Say("%s was suspended.", s.name(e.Party))
	case *book.PartyReinstated:
		return locale.Say("%s was reinstated.", s.name(e.Party))
	}
	return nil
}

// ofReliance tells of consents and readings.
func (s *showing) ofReliance(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.ConsentGiven:
		return locale.Say("%s consented until %s that funders rely on its file.", s.name(e.Consent.Party), e.Consent.Until)
	case *book.ConsentWithdrawn:
		return locale.Say("Consent %s was withdrawn.", e.Consent)
	case *book.FileRead:
		return locale.Say("%s read the onboarding file of %s.", s.name(e.Reading.Funder), s.name(e.Reading.Party))
	}
	return nil
}
