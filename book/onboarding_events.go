package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/network"
	"millrace/domain/onboarding"
	"millrace/domain/party"
)

func init() {
	registerEvent(func() fact { return &FileOpened{} })
	registerEvent(func() fact { return &FileDocumentRecorded{} })
	registerEvent(func() fact { return &FileDocumentChecked{} })
	registerEvent(func() fact { return &TieRecorded{} })
	registerEvent(func() fact { return &TieEnded{} })
	registerEvent(func() fact { return &FileReviewed{} })
	registerEvent(func() fact { return &ChecklistProposed{} })
	registerEvent(func() fact { return &ChecklistApproved{} })
}

// FileOpened says that a party has an onboarding file.
type FileOpened struct {
	File onboarding.File `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*FileOpened) Kind() uint16 { return eventFileOpened }

func (e *FileOpened) fold(b *Book) {
	number := e.File.ID.Number()
	b.files.add(number, e.File)
	b.indexFile(b.files.at(number))
	b.touched(tableOnboardingFile, number, &b.files.at(number).Entry)
}

// indexFile: fileOf, from table onboarding_file.
func (b *Book) indexFile(f *onboarding.File) {
	b.fileOf[f.Party] = f.ID
}

// changing gives a file that the actor of an event changes.
func (b *Book) changing(of id.OnboardingFile, by id.Actor) *onboarding.File {
	f := b.files.at(of.Number())
	f.Changer = by
	b.touched(tableOnboardingFile, of.Number(), &f.Entry)
	return f
}

// FileDocumentRecorded says that a document is in a file.
type FileDocumentRecorded struct {
	File     id.OnboardingFile   `cbor:"1,keyasint"`
	Document onboarding.Document `cbor:"2,keyasint"`
	Replaces uint16              `cbor:"3,keyasint,omitempty"`
}

// Kind names the stored form.
func (*FileDocumentRecorded) Kind() uint16 { return eventFileDocumentRecorded }

func (e *FileDocumentRecorded) fold(b *Book) {
	f := b.changing(e.File, e.Document.Maker)
	f.Documents = append(slices.Clone(f.Documents), e.Document)
	if e.Replaces != 0 {
		f.Documents[e.Replaces-1].State = onboarding.Replaced
	}
}

// FileDocumentChecked says what a second person thinks of a document.
type FileDocumentChecked struct {
	File     id.OnboardingFile        `cbor:"1,keyasint"`
	Document uint16                   `cbor:"2,keyasint"`
	State    onboarding.DocumentState `cbor:"3,keyasint"`
	Checker  id.Actor                 `cbor:"4,keyasint"`
	Reason   party.Reference          `cbor:"5,keyasint,omitzero"`
}

// Kind names the stored form.
func (*FileDocumentChecked) Kind() uint16 { return eventFileDocumentChecked }

// A check is no change to what the file says: who has checked may review the whole.
func (e *FileDocumentChecked) fold(b *Book) {
	f := b.files.at(e.File.Number())
	f.Documents = slices.Clone(f.Documents)
	k := &f.Documents[e.Document-1]
	k.State, k.Checker, k.Reason = e.State, e.Checker, e.Reason
	b.touched(tableOnboardingFile, e.File.Number(), &f.Entry)
}

// TieRecorded says who owns, controls or directs a party.
type TieRecorded struct {
	File id.OnboardingFile `cbor:"1,keyasint"`
	Tie  onboarding.Tie    `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*TieRecorded) Kind() uint16 { return eventTieRecorded }

func (e *TieRecorded) fold(b *Book) {
	f := b.changing(e.File, e.Tie.Maker)
	f.Ties = append(slices.Clone(f.Ties), e.Tie)
	b.indexTie(f, &e.Tie)
	if e.Tie.Person != [16]byte{} {
		b.changedProfile(f.Party)
	}
}

// changedProfile notes that a party, or a person linked to it, is to be compared with lists anew.
func (b *Book) changedProfile(of id.Party) {
	p := b.parties.at(of.Number())
	p.Unscreened = true
	b.touched(tableParty, of.Number(), &p.Entry)
}

// TieEnded says that somebody no longer owns, controls or directs a party.
type TieEnded struct {
	File  id.OnboardingFile `cbor:"1,keyasint"`
	Tie   uint16            `cbor:"2,keyasint"`
	Until calendar.Date     `cbor:"3,keyasint"`
	Actor id.Actor          `cbor:"4,keyasint"`
}

// Kind names the stored form.
func (*TieEnded) Kind() uint16 { return eventTieEnded }

func (e *TieEnded) fold(b *Book) {
	f := b.changing(e.File, e.Actor)
	f.Ties = slices.Clone(f.Ties)
	f.Ties[e.Tie-1].Until = e.Until
	b.indexTie(f, &f.Ties[e.Tie-1])
}

// FileReviewed says that a person has looked at the whole of a file.
type FileReviewed struct {
	File     id.OnboardingFile `cbor:"1,keyasint"`
	Risk     onboarding.Risk   `cbor:"2,keyasint"`
	Reviewer id.Actor          `cbor:"3,keyasint"`
	Date     calendar.Date     `cbor:"4,keyasint"`
	Next     calendar.Date     `cbor:"5,keyasint"`
	Note     party.Reference   `cbor:"6,keyasint"`
}

// Kind names the stored form.
func (*FileReviewed) Kind() uint16 { return eventFileReviewed }

func (e *FileReviewed) fold(b *Book) {
	f := b.files.at(e.File.Number())
	f.Risk, f.Reviewer, f.Reviewed, f.Next, f.Note = e.Risk, e.Reviewer, e.Date, e.Next, e.Note
	b.touched(tableOnboardingFile, e.File.Number(), &f.Entry)
}

// ChecklistProposed says what files may have to have.
type ChecklistProposed struct {
	Checklist onboarding.Checklist `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ChecklistProposed) Kind() uint16 { return eventChecklistProposed }

func (e *ChecklistProposed) fold(b *Book) {
	number := e.Checklist.ID.Number()
	b.checklists.add(number, e.Checklist)
	b.touched(tableChecklist, number, &b.checklists.at(number).Entry)
}

// ChecklistApproved says what files must have from now on.
type ChecklistApproved struct {
	Checklist id.Checklist `cbor:"1,keyasint"`
	Checker   id.Actor     `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*ChecklistApproved) Kind() uint16 { return eventChecklistApproved }

func (e *ChecklistApproved) fold(b *Book) {
	if was := b.checklists.at(b.checklistLive.Number()); was != nil {
		was.State = onboarding.Superseded
		b.touched(tableChecklist, was.ID.Number(), &was.Entry)
	}
	c := b.checklists.at(e.Checklist.Number())
	c.State, c.Checker = onboarding.Live, e.Checker
	b.indexChecklist(c)
	b.touched(tableChecklist, e.Checklist.Number(), &c.Entry)
}

// indexChecklist: checklistLive, from table checklist.
func (b *Book) indexChecklist(c *onboarding.Checklist) {
	if c.State == onboarding.Live {
		b.checklistLive = c.ID
	}
}

// screen makes the indexes of a new book about onboarding and screening.
func (b *Book) screen() {
	b.fileOf, b.listOf, b.alertOf = map[id.Party]id.OnboardingFile{}, map[string]id.ScreeningList{}, map[hitPair]id.ScreeningAlert{}
	b.foundOn = map[foundKey]calendar.Date{}
	b.hitsOf, b.struck, b.suspectedIn, b.consentsOf = map[id.Party]hitCount{}, map[network.Owner]hitCount{}, map[id.Party]uint32{}, map[id.Party][]id.Consent{}
}

// loadedOnboarding builds those indexes from their tables.
func (b *Book) loadedOnboarding() {
	b.files.each(b.indexFile)
	b.checklists.each(b.indexChecklist)
	b.lists.each(b.indexList)
	b.runs.each(b.indexRun)
	b.alerts.each(b.indexAlert)
	b.cases.each(b.indexCase)
	b.consents.each(b.indexConsent)
}
