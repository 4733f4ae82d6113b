package console

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"

	"millrace/book"
	"millrace/domain/id"
	"millrace/edge/problem"
	"millrace/engine"
)

// posting is what a page has whose own form is sent by POST: with files, or with more than an address can carry. Whatever refuses it leads back
// to the page.
type posting struct {
	Token, Once string
	Problem     *problem.Problem
	Meaning     string

	code int
	told func(*problem.Problem) *problem.Problem
}

func (v *visit) posting() posting {
	return posting{Token: v.console.token(v.request), Once: newOnce(), code: http.StatusOK, told: v.told}
}

func (p *posting) status() int { return p.code }

// refuse puts a problem on the page.
func (p *posting) refuse(found *problem.Problem) {
	found = p.told(found)
	p.Problem, p.Meaning, p.code = found, meaningOf(found), found.Status
}

// submit gives a command, once for each form; nil where it is refused, which the page then says.
func (p *posting) submit(v *visit, c book.Command) (*engine.Answer, error) {
	answer, rejection, err := v.console.engine.Submit(v.request.Context(), engine.Request{Actor: v.caller.Actor, Key: "console-" + p.Once, Command: c})
	if err != nil {
		return nil, err
	}
	if rejection != nil {
		p.refuse(problem.OfRejection(rejection, ""))
		return nil, nil
	}
	return &answer, nil
}

// told puts a refusal into the words of a page: parties are called by their names where the reader may see them, and what programs are told of a
// request is said of a form.
func (v *visit) told(found *problem.Problem) *problem.Problem {
	said := *found
	if said.Code == "request_invalid" {
		said.Title = "Something on the form is missing or wrong"
	}
	said.Detail = printedID.ReplaceAllStringFunc(said.Detail, func(record string) string {
		of, err := id.Parse[id.Party](record)
		if err != nil {
			return record
		}
		name, err := v.NameOf(v.caller, of)
		if err != nil || name == "" {
			return record
		}
		return name
	})
	return &said
}

// meaningOf says what a refusal means to whoever has filled a form in.
func meaningOf(p *problem.Problem) string {
	if p.Code == "request_invalid" {
		return "Where a field has to be mended, it says so itself, and how."
	}
	entry, _ := problem.Explain(p.Code)
	return entry.Meaning
}

// partsMemory is how much of a form is kept in memory; the rest of its files is on disk while the page is made.
const partsMemory = 16 << 20

// read reads the form, of at most so many bytes. It gives false where the form was refused.
func (p *posting) read(v *visit, bytesMax int64) bool {
	r := v.request
	r.Body = http.MaxBytesReader(nil, r.Body, bytesMax)
	err := r.ParseMultipartForm(partsMemory)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		p.refuse(problem.New("body_too_large", v.w.T("what was sent has more than %d bytes; send fewer files at once", bytesMax)))
	case err != nil && !errors.Is(err, http.ErrNotMultipart):
		p.refuse(problem.New("request_malformed", "what was sent is no form of this page, or is larger than one"))
	case !v.console.owns(r, r.PostFormValue("token")):
		p.refuse(problem.New("form_expired", "the form was made for another session, or before the node was started again; send it once more"))
	default:
		if once := r.PostFormValue("once"); oncePattern.MatchString(once) {
			p.Once = once
		}
		return true
	}
	return false
}

// files are those that were sent under a name.
func (v *visit) files(name string) []*multipart.FileHeader {
	if v.request.MultipartForm == nil {
		return nil
	}
	return v.request.MultipartForm.File[name]
}

// file gives the one file that was sent as "file", of at most so many bytes. Else it notes what is wrong with it; larger is said of one with more.
func (v *visit) file(wrong map[string]string, most int64, larger string) *multipart.FileHeader {
	sent := v.files("file")
	if len(sent) != 1 || sent[0].Size == 0 {
		wrong["file"] = v.w.T("Choose the file.")
		return nil
	}
	if sent[0].Size > most {
		wrong["file"] = larger
	}
	return sent[0]
}

// content reads a file that was sent.
func content(of *multipart.FileHeader, bytesMax int64) ([]byte, error) {
	opened, err := of.Open()
	if err != nil {
		return nil, err
	}
	read, err := io.ReadAll(io.LimitReader(opened, bytesMax+1))
	return read, errors.Join(err, opened.Close())
}

// May tells whether the policies permit an action to the caller, whatever its record.
func (f frame) May(action string) bool { return f.may(action) }
