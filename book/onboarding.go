package book

import (
	"slices"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/onboarding"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &OpenOnboardingFile{} })
	registerCommand(func() act { return &RecordFileDocument{} })
	registerCommand(func() act { return &CheckFileDocument{} })
	registerCommand(func() act { return &RecordTie{} })
	registerCommand(func() act { return &EndTie{} })
	registerCommand(func() act { return &ReviewFile{} })
	registerCommand(func() act { return &ProposeChecklist{} })
	registerCommand(func() act { return &ApproveChecklist{} })
	permitted[commandOpenOnboardingFile] = party.Operator | party.Compliance
	permitted[commandRecordFileDocument] = party.Operator | party.Compliance | party.Anchor | party.Seller | party.Buyer | party.Funder
	permitted[commandCheckFileDocument] = party.Operator | party.Compliance
	permitted[commandRecordTie] = party.Operator | party.Compliance
	permitted[commandEndTie] = party.Operator | party.Compliance
	permitted[commandReviewFile] = party.Operator | party.Compliance
	permitted[commandProposeChecklist] = party.Operator | party.Compliance
	permitted[commandApproveChecklist] = party.Operator | party.Compliance
	tables[tableOnboardingFile] = held("onboarding_file", func(b *Book) *shelf[onboarding.File] { return &b.files },
		[]Column{ind("party", Integer), col("form", Text), col("risk", Text), ind("next", Integer)},
		func(r *onboarding.File) []any {
			return []any{int64(r.Party), r.Form.String(), r.Risk.String(), int64(r.Next)}
		})
	tables[tableChecklist] = held("checklist", func(b *Book) *shelf[onboarding.Checklist] { return &b.checklists },
		[]Column{col("state", Text)}, func(r *onboarding.Checklist) []any { return []any{r.State.String()} })
}

// inHouse tells whether the actor works for the node's operator, in whatever role.
func (d *draft) inHouse() bool {
	return d.actor != nil && d.actor.Role&(party.Operator|party.Compliance) != 0
}

// checklist is what is in force: that of two people, or else the one that comes with the program.
func (b *Book) checklist() *onboarding.Checklist {
	if c := b.checklists.at(b.checklistLive.Number()); c != nil {
		return c
	}
	return defaultChecklist
}

var defaultChecklist = onboarding.Default()

// fileOfParty is the onboarding file of a party; nil for none.
func (b *Book) fileOfParty(p id.Party) *onboarding.File { return b.files.at(b.fileOf[p].Number()) }

// ownersOf lists who owns or controls a party today: other parties, and natural persons by token, so that two firms of one person name
// the same token. Shares are in millionths. None is listed for a party without an onboarding file.
func (d *draft) ownersOf(p id.Party) []onboarding.Owner {
	f := d.fileOfParty(p)
	if f == nil {
		return nil
	}
	return f.Owners(d.today())
}

// resolved tells whether a party's own owners are on record.
func (d *draft) resolved(p id.Party) bool { return len(d.ownersOf(p)) > 0 || d.public(p) }

func (d *draft) public(p id.Party) bool {
	f := d.fileOfParty(p)
	return f != nil && f.Form == onboarding.PublicBody
}

// gaps are what a file lacks today.
func (d *draft) gaps(f *onboarding.File) []onboarding.Gap {
	p := d.parties.at(f.Party.Number())
	return onboarding.Gaps(f, d.checklist(), uint16(p.Roles), p.Country, d.today(), d.resolved)
}

// identityFacts are what risk control asks about a party's identity.
func (d *draft) identityFacts(p id.Party) onboarding.Facts {
	hits := d.hitsOf[p]
	facts := onboarding.Facts{HitsOpen: int32(hits.open), HitsTrue: int32(hits.trueOnes)}
	f := d.fileOfParty(p)
	if f == nil {
		return facts
	}
	facts.Filed, facts.SoleTrader = true, f.Form == onboarding.SoleTrader
	for _, gap := range d.gaps(f) {
		facts.Gaps++
		switch gap.Lack {
		case onboarding.DocumentExpired, onboarding.DocumentOld:
			facts.Expired++
		case onboarding.OwnerMissing:
			facts.OwnerMissing = true
		case onboarding.ReviewOverdue:
			facts.OverdueDays = int32(d.today() - f.Next)
		}
	}
	return facts
}

// dealable refuses a use of credit that concerns a suspended party, or, where the programme stops for that, one whose file lacks something.
func (d *draft) dealable(p *funding.Programme, concerned ...id.Party) *Rejection {
	for _, one := range concerned {
		record := d.parties.at(one.Number())
		if record == nil {
			continue // who would buy is not known to every use
		}
		if record.State == party.Suspended {
			return reject("party_suspended", "", "party %s is suspended", one)
		}
		if p.Files != funding.FileStops {
			continue
		}
		if facts := d.identityFacts(one); !facts.Filed || facts.Gaps > 0 {
			return reject("file_incomplete", "", "the onboarding file of %s lacks %d things; the programme asks for it whole", one, max(1, facts.Gaps))
		}
	}
	return nil
}

// OpenOnboardingFile begins the file of a party. There is one a party.
type OpenOnboardingFile struct {
	Party id.Party        `cbor:"1,keyasint"`
	Form  onboarding.Form `cbor:"2,keyasint"`
	Risk  onboarding.Risk `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*OpenOnboardingFile) Kind() uint16 { return commandOpenOnboardingFile }

func (c *OpenOnboardingFile) decide(d *draft) *Rejection {
	if d.parties.at(c.Party.Number()) == nil {
		return reject("party_unknown", "party", "there is no party %s", c.Party)
	}
	if known := d.fileOf[c.Party]; known != 0 {
		return reject("file_known", "party", "party %s has a file, %s", c.Party, known)
	}
	if c.Form.String() == "" || c.Risk.String() == "" {
		return reject("file_invalid", "form", "a file says the party's legal form, and its risk: low, medium or high")
	}
	d.emit(&FileOpened{File: onboarding.File{
		ID: id.Make[id.OnboardingFile](d.shard, d.number(tableOnboardingFile, d.files.count)), Party: c.Party, Form: c.Form, Risk: c.Risk,
		Opened: d.today(), Changer: d.header.Actor,
	}})
	return nil
}

// file finds a file that the actor may change.
func (d *draft) file(of id.OnboardingFile) (*onboarding.File, *Rejection) {
	f := d.files.at(of.Number())
	if f == nil {
		return nil, reject("file_unknown", "file", "there is no onboarding file %s", of)
	}
	if !d.inHouse() {
		if rejection := d.own(f.Party, "file"); rejection != nil {
			return nil, rejection
		}
	}
	return f, nil
}

// RecordFileDocument puts a document into a file. It counts once another person has checked it.
type RecordFileDocument struct {
	File     id.OnboardingFile       `cbor:"1,keyasint"`
	Document onboarding.DocumentKind `cbor:"2,keyasint"`
	Stored   party.Reference         `cbor:"3,keyasint"` // in the vault
	Issued   calendar.Date           `cbor:"4,keyasint,omitempty"`
	Expires  calendar.Date           `cbor:"5,keyasint,omitempty"` // last day on which it is good
	About    party.Token             `cbor:"6,keyasint,omitzero"`  // person whom it is about; zero: the party
	Replaces uint16                  `cbor:"7,keyasint,omitempty"` // number of the document whose place it takes; 0 for none
}

// Kind names the stored form.
func (*RecordFileDocument) Kind() uint16 { return commandRecordFileDocument }

func (c *RecordFileDocument) decide(d *draft) *Rejection {
	f, rejection := d.file(c.File)
	if rejection != nil {
		return rejection
	}
	if c.Document.String() == "" || c.Stored == (party.Reference{}) || c.Issued > d.today() || c.Issued != 0 && c.Expires != 0 && c.Expires < c.Issued {
		return reject("file_document_invalid", "document", "a document has a kind, is in the vault, and was not issued after today or after it expires")
	}
	if len(f.Documents) >= onboarding.DocumentsMax {
		return reject("file_full", "file", "file %s has %d documents, and no more are kept", f.ID, onboarding.DocumentsMax)
	}
	if c.About != (party.Token{}) && !slices.ContainsFunc(f.Ties, func(t onboarding.Tie) bool { return t.Person == c.About }) {
		return reject("file_person_unknown", "about", "this person is not linked to the party of file %s", f.ID)
	}
	if c.Replaces != 0 {
		if int(c.Replaces) > len(f.Documents) {
			return reject("file_document_unknown", "replaces", "file %s has %d documents", f.ID, len(f.Documents))
		}
		if was := &f.Documents[c.Replaces-1]; was.Kind != c.Document || was.About != c.About || was.State == onboarding.Replaced {
			return reject("file_document_state", "replaces", "document %d is another kind, about another person, or replaced already", c.Replaces)
		}
	}
	d.emit(&FileDocumentRecorded{File: f.ID, Replaces: c.Replaces, Document: onboarding.Document{
		Kind: c.Document, State: onboarding.Received, Stored: c.Stored, Issued: c.Issued, Expires: c.Expires, About: c.About, Recorded: d.today(), Maker: d.header.Actor,
	}})
	return nil
}

// CheckFileDocument is the word of a person who has looked at a document and has not recorded it.
type CheckFileDocument struct {
	File     id.OnboardingFile `cbor:"1,keyasint"`
	Document uint16            `cbor:"2,keyasint"` // number in the file, from 1
	Decision Decision          `cbor:"3,keyasint"`
	Reason   party.Reference   `cbor:"4,keyasint,omitzero"` // why not, in the vault
}

// Kind names the stored form.
func (*CheckFileDocument) Kind() uint16 { return commandCheckFileDocument }

func (c *CheckFileDocument) decide(d *draft) *Rejection {
	f, rejection := d.file(c.File)
	if rejection != nil {
		return rejection
	}
	if c.Document == 0 || int(c.Document) > len(f.Documents) {
		return reject("file_document_unknown", "document", "file %s has %d documents", f.ID, len(f.Documents))
	}
	k := &f.Documents[c.Document-1]
	if k.State != onboarding.Received {
		return reject("file_document_state", "document", "document %d is %s", c.Document, k.State)
	}
	if rejection := d.second(k.Maker); rejection != nil {
		return rejection
	}
	state := onboarding.Checked
	switch c.Decision {
	case Approve:
		if k.Expired(d.today()) {
			return reject("file_document_state", "document", "document %d was good until %s", c.Document, k.Expires)
		}
	case Decline:
		if state = onboarding.Refused; c.Reason == (party.Reference{}) {
			return reject("reason_missing", "reason", "say why it does not count")
		}
	default:
		return reject("decision_invalid", "decision", "a document is approved or declined")
	}
	d.emit(&FileDocumentChecked{File: f.ID, Document: c.Document, State: state, Checker: d.header.Actor, Reason: c.Reason})
	return nil
}

// RecordTie says that a party or a natural person owns, controls or directs the party of a file.
type RecordTie struct {
	File    id.OnboardingFile `cbor:"1,keyasint"`
	Link    onboarding.Link   `cbor:"2,keyasint"`
	Party   id.Party          `cbor:"3,keyasint,omitempty"`
	Person  party.Token       `cbor:"4,keyasint,omitzero"` // of a natural person
	Profile party.Reference   `cbor:"5,keyasint,omitzero"` // its data, in the vault
	Share   int32             `cbor:"6,keyasint,omitempty"`
	Control bool              `cbor:"7,keyasint,omitempty"` // otherwise than by the share
	From    calendar.Date     `cbor:"8,keyasint"`
}

// Kind names the stored form.
func (*RecordTie) Kind() uint16 { return commandRecordTie }

func (c *RecordTie) decide(d *draft) *Rejection {
	f, rejection := d.file(c.File)
	if rejection != nil {
		return rejection
	}
	if len(f.Ties) >= onboarding.TiesMax {
		return reject("file_full", "file", "file %s has %d links, and no more are kept", f.ID, onboarding.TiesMax)
	}
	natural := c.Party == 0
	switch {
	case c.Link.String() == "", c.Share < 0, c.Share > onboarding.ShareOne, c.From <= 0, c.From > d.today(),
		natural == (c.Person == (party.Token{})), natural != (c.Profile != (party.Reference{})),
		!natural && c.Link != onboarding.Shareholder && c.Link != onboarding.Director,
		c.Link >= onboarding.Director && (c.Share != 0 || c.Control),
		c.Link == onboarding.Shareholder && c.Share == 0 && !c.Control:
		return reject("tie_invalid", "link", "a link is one of a party on record or of a natural person with data in the vault, since a day that has come, with a share of 0 to %d where it is one of ownership", onboarding.ShareOne)
	}
	if !natural && d.parties.at(c.Party.Number()) == nil {
		return reject("party_unknown", "party", "there is no party %s", c.Party)
	}
	if c.Party == f.Party {
		return reject("tie_invalid", "party", "a party does not own itself here")
	}
	if c.Link == onboarding.Shareholder && f.Shares(d.today())+int64(c.Share) > onboarding.ShareOne {
		return reject("shares_exceeded", "share", "the shareholders of %s would hold more than the whole", f.Party)
	}
	for i := range f.Ties {
		if t := &f.Ties[i]; t.Link == c.Link && t.Party == c.Party && t.Person == c.Person && t.On(d.today()) {
			return reject("tie_known", "link", "this link is on record as number %d: end it first", i+1)
		}
	}
	tie := onboarding.Tie{
		Link: c.Link, Party: c.Party, Person: c.Person, Profile: c.Profile, Share: c.Share, Control: c.Control, From: c.From, Recorded: d.today(), Maker: d.header.Actor,
	}
	d.emit(&TieRecorded{File: f.ID, Tie: tie})
	d.recountTies(f, append(slices.Clone(f.Ties), tie), &tie)
	d.tiedToListed(f, &tie)
	return nil
}

// EndTie says that a link is no more.
type EndTie struct {
	File  id.OnboardingFile `cbor:"1,keyasint"`
	Tie   uint16            `cbor:"2,keyasint"` // number in the file, from 1
	Until calendar.Date     `cbor:"3,keyasint"` // last day; before today
}

// Kind names the stored form.
func (*EndTie) Kind() uint16 { return commandEndTie }

func (c *EndTie) decide(d *draft) *Rejection {
	f, rejection := d.file(c.File)
	if rejection != nil {
		return rejection
	}
	if c.Tie == 0 || int(c.Tie) > len(f.Ties) {
		return reject("tie_unknown", "tie", "file %s has %d links", f.ID, len(f.Ties))
	}
	t := &f.Ties[c.Tie-1]
	if t.Until != 0 {
		return reject("tie_ended", "tie", "link %d ended on %s", c.Tie, t.Until)
	}
	if c.Until >= d.today() || c.Until < t.From.AddDays(-1) {
		return reject("tie_invalid", "until", "a link ends on a day that is over, and not before it began")
	}
	d.emit(&TieEnded{File: f.ID, Tie: c.Tie, Until: c.Until, Actor: d.header.Actor})
	d.recountTies(f, slices.Delete(slices.Clone(f.Ties), int(c.Tie)-1, int(c.Tie)), t)
	return nil
}

// ReviewFile is the word of a person who has looked at the whole of a file, which lacks nothing else, and has not changed it last.
type ReviewFile struct {
	File id.OnboardingFile `cbor:"1,keyasint"`
	Risk onboarding.Risk   `cbor:"2,keyasint"` // from now on
	Note party.Reference   `cbor:"3,keyasint"` // in the vault
}

// Kind names the stored form.
func (*ReviewFile) Kind() uint16 { return commandReviewFile }

func (c *ReviewFile) decide(d *draft) *Rejection {
	f, rejection := d.file(c.File)
	if rejection != nil {
		return rejection
	}
	if c.Risk.String() == "" {
		return reject("file_invalid", "risk", "a risk is low, medium or high")
	}
	if rejection := d.second(f.Changer); rejection != nil {
		return rejection
	}
	if c.Note == (party.Reference{}) {
		return reject("reason_missing", "note", "say what was looked at")
	}
	if hits := d.hitsOf[f.Party]; hits.open+hits.trueOnes > 0 {
		return reject("screening_open", "file", "%d alerts of screening about %s stand", hits.open+hits.trueOnes, f.Party)
	}
	reviewed := *f
	reviewed.Risk = c.Risk
	var lacks []string
	for _, gap := range d.gaps(&reviewed) {
		if gap.Lack < onboarding.ReviewMissing {
			lacks = append(lacks, strings.TrimSpace(gap.Lack.String()+" "+gap.Document.String()))
		}
	}
	if len(lacks) > 0 {
		return reject("file_incomplete", "file", "the file lacks: %s", strings.Join(lacks, ", "))
	}
	d.emit(&FileReviewed{
		File: f.ID, Risk: c.Risk, Reviewer: d.header.Actor, Date: d.today(), Next: d.today().AddMonths(int(d.checklist().ReviewMonths[c.Risk])), Note: c.Note,
	})
	return nil
}

// ProposeChecklist proposes what files must have. It takes effect when a second person approves it.
type ProposeChecklist struct {
	Requirements []onboarding.Requirement `cbor:"1,keyasint"`
	OwnerShare   int32                    `cbor:"2,keyasint"` // millionths
	SharesKnown  int32                    `cbor:"3,keyasint"` // millionths
	ReviewMonths [4]uint16                `cbor:"4,keyasint"` // by risk; the first is unused
}

// Kind names the stored form.
func (*ProposeChecklist) Kind() uint16 { return commandProposeChecklist }

func (c *ProposeChecklist) decide(d *draft) *Rejection {
	proposed := onboarding.Checklist{
		ID: id.Make[id.Checklist](d.shard, d.number(tableChecklist, d.checklists.count)), State: onboarding.Proposed, Requirements: c.Requirements,
		OwnerShare: c.OwnerShare, SharesKnown: c.SharesKnown, ReviewMonths: c.ReviewMonths, Maker: d.header.Actor,
	}
	if !proposed.Valid() {
		return reject("checklist_invalid", "requirements", "a checklist has 1 to %d requirements, shares of up to %d, and reviews after 1 to 120 months", onboarding.RequirementsMax, onboarding.ShareOne)
	}
	d.emit(&ChecklistProposed{Checklist: proposed})
	return nil
}

// ApproveChecklist puts a checklist in the place of the one in force.
type ApproveChecklist struct {
	Checklist id.Checklist `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ApproveChecklist) Kind() uint16 { return commandApproveChecklist }

func (c *ApproveChecklist) decide(d *draft) *Rejection {
	r := d.checklists.at(c.Checklist.Number())
	if r == nil {
		return reject("checklist_unknown", "checklist", "there is no checklist %s", c.Checklist)
	}
	if r.State != onboarding.Proposed {
		return reject("checklist_state", "checklist", "checklist %s is %s", r.ID, r.State)
	}
	if rejection := d.second(r.Maker); rejection != nil {
		return rejection
	}
	d.emit(&ChecklistApproved{Checklist: r.ID, Checker: d.header.Actor})
	return nil
}
