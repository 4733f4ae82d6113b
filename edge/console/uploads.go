package console

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/onboarding"
	"millrace/domain/party"
	"millrace/edge/intake"
	"millrace/edge/locale"
	"millrace/edge/problem"
	"millrace/edge/reading"
	"millrace/edge/view"
	"millrace/engine"
)

// uploadRoutes are the pages to which files are sent.
var uploadRoutes = []route{
	{"GET /documents/new", "/documents", "upload", showUpload},
	{"POST /documents/new", "/documents", "upload", giveUpload},
	{"GET /onboarding/{id}/documents/new", "/onboarding", "upload-file", showFileUpload},
	{"POST /onboarding/{id}/documents/new", "/onboarding", "upload-file", giveFileUpload},
}

const (
	uploadFilesMax = 50
	uploadBytesMax = 10 << 20 // of one document
	uploadAllMax   = 64 << 20 // of all that is sent at once
	consoleChannel = "api"    // documents that come in over the console came in by a request, like those of the API
)

// uploadPage takes trade documents as files and says what became of each.
type uploadPage struct {
	posting
	Rows []uploaded
	Most int
}

func (*uploadPage) title() string { return "Send documents" }

// uploaded is what became of one file.
type uploaded struct {
	File    string
	Outcome string // kept, duplicate, refused
	Said    string // why it was refused
	Mend    string // what to do then
	Type    string
	Number  string

	Document, Trade string
	Receivables     []string
	Findings        int

	Invoiced bool // an invoice of its trade waits for the proof of the delivery
}

func showUpload(v *visit) (any, error) {
	return &uploadPage{posting: v.posting(), Most: uploadFilesMax}, nil
}

// giveUpload keeps each file by itself: one that can't be read keeps no other out.
func giveUpload(v *visit) (any, error) {
	p := &uploadPage{posting: v.posting(), Most: uploadFilesMax}
	if !p.read(v, uploadAllMax) {
		return p, nil
	}
	sent := v.files("files")
	switch {
	case len(sent) == 0:
		p.refuse(problem.New("request_invalid", "choose at least one file"))
		return p, nil
	case len(sent) > uploadFilesMax:
		p.refuse(problem.New("request_invalid", v.w.T("at most %d files are taken at once", uploadFilesMax)))
		return p, nil
	}
	for i, file := range sent {
		bytes, err := content(file, uploadBytesMax)
		if err != nil {
			return nil, err
		}
		row, err := v.upload(file.Filename, bytes, fmt.Sprintf("console-%s-%d", p.Once, i))
		if err != nil {
			return nil, err
		}
		p.Rows = append(p.Rows, row)
	}
	p.Once = newOnce()
	return p, v.again().await(p.Rows)
}

// await says what the trades of documents wait for, once all that was sent together is in: the receivable may have opened with a later one.
func (v *visit) await(rows []uploaded) error {
	for i := range rows {
		row := &rows[i]
		if row.Trade == "" || len(row.Receivables) > 0 {
			continue
		}
		of, err := id.Parse[id.Trade](row.Trade)
		if err != nil {
			return err
		}
		shown, err := v.Trade(v.caller, of)
		if err != nil {
			return err
		}
		opened, err := v.Receivables(v.caller, view.Query{Trade: of, Limit: receivablesShown})
		if err != nil {
			return err
		}
		row.Invoiced = shown.Prospects > 0
		for _, one := range opened.Items {
			row.Receivables = append(row.Receivables, one.ID)
		}
	}
	return nil
}

// receivablesShown is how many of a trade stand beside a document that was sent.
const receivablesShown = 5

// upload keeps one document. What refuses it is said in the row; the error is that of the node alone.
func (v *visit) upload(name string, bytes []byte, key string) (uploaded, error) {
	row := uploaded{File: name, Outcome: "refused"}
	refused := func(err error) (uploaded, error) {
		found := translate(err)
		if found.Status >= 500 {
			return row, err
		}
		entry, _ := problem.Explain(found.Code)
		row.Said, row.Mend = v.w.refusal(found), v.w.T(entry.Meaning)
		return row, nil
	}
	if len(bytes) > uploadBytesMax {
		return refused(problem.New("body_too_large", v.w.T("a document has at most %d bytes", uploadBytesMax)))
	}
	read, err := reading.Read(name, bytes, reading.Limits{BytesMax: uploadBytesMax})
	if err != nil {
		return refused(err)
	}
	row.Type, row.Number = read.Document.Type.String(), read.Document.Number
	c, err := v.console.intake.PrepareReading(v.request.Context(), &read, bytes, consoleChannel)
	if err != nil {
		return refused(err)
	}
	if err := v.may(c); err != nil {
		return refused(err)
	}
	answer, rejection, err := v.console.engine.Submit(v.request.Context(), engine.Request{Actor: v.caller.Actor, Key: key, Command: c})
	if err != nil {
		return row, err
	}
	if rejection != nil {
		return refused(problem.OfRejection(rejection, ""))
	}
	v.sequence = answer.Sequence
	row.became(answer.Events)
	return row, nil
}

// became reads from the events what became of a document.
func (row *uploaded) became(events []book.Event) {
	row.Outcome = "kept"
	for _, e := range events {
		switch e := e.(type) {
		case *book.DuplicateFound:
			row.Outcome, row.Trade = "duplicate", e.Trade.String()
			if e.Receivable != 0 {
				row.Receivables = append(row.Receivables, e.Receivable.String())
			}
		case *book.DocumentRecorded:
			row.Document, row.Trade, row.Findings = e.Document.ID.String(), e.Document.Trade.String(), len(e.Document.Findings)
		case *book.ReceivableOpened:
			row.Receivables = append(row.Receivables, e.Receivable.ID.String())
		case *book.ReceivableCredited:
			row.Receivables = append(row.Receivables, e.Receivable.String())
		}
	}
}

// Sends tells whether the caller may send documents.
func (f frame) Sends() bool { return f.may("page /documents/new") }

// fileUpload takes a document into an onboarding file.
type fileUpload struct {
	posting
	File   view.OnboardingFile
	Kinds  []string
	About  []option
	Values map[string]string
	Wrong  map[string]string
}

func (p *fileUpload) title() *locale.Text { return locale.Say("A document for file %s", p.File.ID) }

func (p *fileUpload) above() crumb { return crumb{"/onboarding/" + p.File.ID, p.File.ID} }

// partyItself is the choice of a document that is about the party and no person.
const partyItself = "party"

func (v *visit) fileUpload() (*fileUpload, id.OnboardingFile, error) {
	of, err := identity[id.OnboardingFile](v)
	if err != nil {
		return nil, 0, err
	}
	p := &fileUpload{posting: v.posting(), Kinds: onboarding.DocumentKinds[1:], Values: map[string]string{"about": partyItself}, Wrong: map[string]string{}}
	if p.File, err = v.OnboardingFile(v.caller, of); err != nil {
		return nil, 0, err
	}
	p.About = []option{{partyItself, v.w.T("The party itself"), ""}}
	for _, tie := range p.File.Ties {
		if tie.Person != "" && tie.Until == "" {
			p.About = append(p.About, option{tie.Person, tie.Name, v.w.Word(tie.Link)})
		}
	}
	return p, of, nil
}

func showFileUpload(v *visit) (any, error) {
	p, _, err := v.fileUpload()
	return p, err
}

func giveFileUpload(v *visit) (any, error) {
	p, of, err := v.fileUpload()
	if err != nil || !p.read(v, uploadBytesMax+partsMemory) {
		return p, err
	}
	for _, name := range []string{"kind", "about", "issued", "expires"} {
		p.Values[name] = strings.TrimSpace(v.request.PostFormValue(name))
	}
	c := &book.RecordFileDocument{File: of, Document: onboarding.DocumentKind(1 + slices.Index(p.Kinds, p.Values["kind"]))}
	if c.Document == 0 {
		p.Wrong["kind"] = v.w.T("Choose one.")
	}
	for name, into := range map[string]*calendar.Date{"issued": &c.Issued, "expires": &c.Expires} {
		if text := p.Values[name]; text != "" {
			read, ok := calendar.Parse(text)
			if *into = read; !ok {
				p.Wrong[name] = v.w.T("Write a date like 2026-11-22.")
			}
		}
	}
	if about := p.Values["about"]; about != partyItself {
		if c.About, err = p.person(about); err != nil {
			p.Wrong["about"] = v.w.T("Choose one.")
		}
	}
	sent := v.file(p.Wrong, uploadBytesMax, v.w.T("a document has at most %d bytes", uploadBytesMax))
	if len(p.Wrong) > 0 {
		p.code = http.StatusUnprocessableEntity
		return p, nil
	}
	bytes, err := content(sent, uploadBytesMax)
	if err != nil {
		return nil, err
	}
	return v.recordFileDocument(p, c, bytes)
}

// recordFileDocument keeps the bytes and gives the command.
func (v *visit) recordFileDocument(p *fileUpload, c *book.RecordFileDocument, bytes []byte) (any, error) {
	if err := v.may(c); err != nil {
		p.refuse(translate(err))
		return p, nil
	}
	kept, err := v.console.intake.Store(v.request.Context(), intake.KindFile, bytes)
	if err != nil {
		return nil, err
	}
	c.Stored = party.Reference(kept)
	answer, err := p.submit(v, c)
	if err != nil || answer == nil {
		return p, err
	}
	return redirect{"/onboarding/" + p.File.ID + "?done=" + v.console.mark(v.request, answer.Sequence)}, nil
}

// person reads whom of the file's people a document is about.
func (p *fileUpload) person(about string) (token party.Token, err error) {
	if !slices.ContainsFunc(p.About, func(o option) bool { return o.Value == about }) {
		return token, errNobody
	}
	read, err := hex.DecodeString(about)
	if err != nil || len(read) != len(token) {
		return token, errNobody
	}
	copy(token[:], read)
	return token, nil
}

// errNobody is that a form names a person whom the file does not have.
var errNobody = errors.New("the file has no such person")
