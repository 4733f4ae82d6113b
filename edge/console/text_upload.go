package console

import (
	"crypto/sha256"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"millrace/book"
	"millrace/domain/legal"
	"millrace/edge/intake"
)

// legalTextBytesMax is the longest text of an agreement that a browser sends: a framework agreement has a tenth of it.
const legalTextBytesMax = 1 << 20

// textUpload proposes a text of agreements, pasted or as a file.
type textUpload struct {
	posting
	Kinds  []option
	Values map[string]string // by the names of the fields
	Wrong  map[string]string
	Most   int // bytes of the text
}

func (p *textUpload) title() string { return "Propose a text" }

func (p *textUpload) above() crumb { return crumb{"/agreements", "Agreements"} }

// Lines is how many lines the text's field shows.
func (p *textUpload) Lines() int { return min(40, 12+strings.Count(p.Values["text"], "\n")) }

// Wrongs are the fields to mend, for the summary over the form.
func (p *textUpload) Wrongs() (wrongs []wrongField) {
	for _, one := range []struct{ name, label string }{{"name", "Name"}, {"kind", "What it is about"}, {"law", "Governing law"}, {"text", "The text"}, {"file", "Or a text file"}} {
		if said := p.Wrong[one.name]; said != "" {
			wrongs = append(wrongs, wrongField{one.name, one.label, said})
		}
	}
	return wrongs
}

func (v *visit) textUpload() *textUpload {
	return &textUpload{posting: v.posting(), Kinds: v.w.kindChoices(), Values: map[string]string{"kind": v.asked("kind")}, Wrong: map[string]string{}, Most: legalTextBytesMax}
}

func showTextUpload(v *visit) (any, error) { return v.textUpload(), nil }

// giveTextUpload proposes the text. What is refused leaves everything in the form, the text of a file too.
func giveTextUpload(v *visit) (any, error) {
	p := v.textUpload()
	if !p.read(v, partsMemory) {
		return p, nil
	}
	for _, name := range []string{"name", "kind", "law"} {
		p.Values[name] = strings.TrimSpace(strings.ToValidUTF8(v.request.PostFormValue(name), ""))
	}
	text, err := v.sentText(p)
	if err != nil {
		return nil, err
	}
	if name := p.Values["name"]; name == "" || len(name) > book.NameBytesMax || strings.ContainsAny(name, "\r\n\x00") {
		p.Wrong["name"] = v.w.T("Say it in 1 to %d characters.", book.NameBytesMax)
	}
	kind := legal.Kind(1 + slices.IndexFunc(p.Kinds, func(o option) bool { return o.Value == p.Values["kind"] }))
	if kind == 0 {
		p.Wrong["kind"] = v.w.T("Choose one.")
	}
	law := input{Value: p.Values["law"], w: v.w}
	code := law.country()
	if law.Wrong != "" {
		p.Wrong["law"] = law.Wrong
	}
	if len(p.Wrong) > 0 {
		p.code = http.StatusUnprocessableEntity
		return p, nil
	}
	c := &book.ProposeTemplate{Name: p.Values["name"], About: kind, Law: legal.Law(code), TextHash: sha256.Sum256([]byte(text))}
	return v.proposeText(p, c, text)
}

// sentText is the text that was pasted, or that of the file, byte for byte. The field holds it afterwards, whatever becomes of it.
func (v *visit) sentText(p *textUpload) (string, error) {
	pasted := strings.TrimSpace(strings.ReplaceAll(v.request.PostFormValue("text"), "\r\n", "\n"))
	p.Values["text"] = strings.ToValidUTF8(strings.ReplaceAll(pasted, "\x00", ""), "")
	text, field := pasted, "text"
	if sent := v.files("file"); len(sent) > 0 && sent[0].Size > 0 {
		if sent[0].Size > legalTextBytesMax {
			p.Wrong["file"] = v.w.T("The file has more than %d bytes.", legalTextBytesMax)
			return "", nil
		}
		bytes, err := content(sent[0], legalTextBytesMax)
		if err != nil {
			return "", err
		}
		if text, field = string(bytes), "file"; !plainText(text) {
			p.Wrong["file"] = v.w.T("This is no text in UTF-8. Save the document as plain text, or paste its text.")
			return "", nil
		}
		if shown := strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")); pasted != "" && pasted != shown {
			p.Wrong["file"] = v.w.T("There is another text in the field above: empty it, or leave the file out.")
		} else {
			p.Values["text"] = shown
		}
	}
	switch {
	case p.Wrong[field] != "":
	case strings.TrimSpace(text) == "":
		p.Wrong[field] = v.w.T("Paste the text, or choose its file.")
	case len(text) > legalTextBytesMax:
		p.Wrong[field] = v.w.T("The text has %d bytes, and at most %d are taken.", len(text), legalTextBytesMax)
	case !plainText(text):
		p.Wrong[field] = v.w.T("The text holds characters that can’t be shown. Save the document as plain text, and paste that.")
	}
	return text, nil
}

// plainText tells whether something is readable text: UTF-8 without control characters but those that part lines, pages and columns.
func plainText(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' || r == 0x7F
	})
}

// proposeText keeps the text and gives the command.
func (v *visit) proposeText(p *textUpload, c *book.ProposeTemplate, text string) (any, error) {
	if err := v.allowed(c); err != nil {
		p.refuse(translate(err))
		return p, nil
	}
	kept, err := v.console.intake.Store(v.request.Context(), intake.KindText, []byte(text))
	if err != nil {
		return nil, err
	}
	c.Text = kept
	answer, err := p.submit(v, c)
	if err != nil || answer == nil {
		return p, err
	}
	to := "/agreements"
	for _, e := range answer.Events {
		if proposed, is := e.(*book.TemplateProposed); is {
			to = "/templates/" + proposed.Template.ID.String()
		}
	}
	return redirect{to + "?done=" + v.console.mark(v.request, answer.Sequence)}, nil
}
