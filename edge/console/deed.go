package console

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
	"millrace/edge/locale"
	"millrace/edge/problem"
	"millrace/edge/view"
	"millrace/engine"
)

// deed is an act that a person gives at the console. Its page asks for the terms, shows the statement that follows from them,
// and takes the signature over it. The node never holds a private key: what it takes is a signature, made in the person's
// browser or by the signing command.
type deed struct {
	path  string
	place string
	// fields are the inputs to which the fields and codes of rejections belong.
	fields map[string]string
	// open fills the form from the records and what was asked for. It gives nil while terms are missing or wrong.
	open func(v *visit, f *deedForm) (*prepared, error)
}

// prepared is an act whose terms are complete.
type prepared struct {
	// with makes the command, with signatures.
	with func([]book.Signature) book.Command
	// waiting makes what is sent in its place where the mandate wants a second signatory; nil for nothing.
	waiting func(book.Command) book.Command
	// keep puts into the vault what the command refers to, once its form is in order; nil for nothing.
	keep   func(book.Command) error
	bound  id.Party // for whom the signature is given
	acts   mandate.Act
	amount money.Amount
	need   need
	after  string // page of the record, to which the person returns
	// then is told the answer; it may say anew where the person returns to. nil for nothing.
	then func(*engine.Answer)
	// own is a key that is not on record yet and signs this alone; nil: those on record sign.
	own *keyChoice
}

// unsignedDeed is an act that takes no signature.
func (v *visit) unsignedDeed(f *deedForm, c book.Command, keep func(book.Command) error) *prepared {
	return &prepared{with: func([]book.Signature) book.Command { return c }, keep: keep, bound: v.caller.Party, after: f.Back, need: unsigned}
}

// thenTo has the person return to the page that an event of the answer names; "" for none.
func (p *prepared) thenTo(page func(book.Event) string) {
	p.then = func(a *engine.Answer) {
		for _, e := range a.Events {
			if to := page(e); to != "" {
				p.after = to
				return
			}
		}
	}
}

// need is whether an act takes a signature.
type need uint8

const (
	signed need = iota
	mayBeSigned
	unsigned
)

// fact is a line about what an act concerns.
type fact struct {
	Name  string
	Value template.HTML
}

// input is one term that a person chooses.
type input struct {
	Name, Label, Hint, Value string
	Kind                     string // text, date, number, area, choice, select, pick: a choice among so many that they don't all stand on the page, and several: any of some
	Choices                  []option
	Wrong                    string
	Optional                 bool // it may be left empty
	Most                     int  // characters of an area; 0 for those of a reason
	w                        wording
}

// choicesMost is how many answers stand on the page, each with what it means.
const choicesMost = 8

// option is one answer among a few.
type option struct{ Value, Label, Text string }

// keyChoice is a signing key that may stand under the act, and what its mandate says about it.
type keyChoice struct {
	ID, Public, Name, May string
	Able                  bool
}

// statement is what is to be signed.
type statement struct {
	Text, Hash string
	Amount     view.Amount
	Wording    *receivable.Wording // to which it refers
}

// deedForm is what the page of a deed shows.
type deedForm struct {
	Heading, About string
	Back, BackName string
	Facts          []fact
	Inputs         []*input
	Give           string // label of the button that sends it
	Note           string // what the person should know before
	Statement      *statement
	Keys           []keyChoice
	Relays         bool // the operator brings what others have signed
	Makes          bool // a key may be made in the browser
	Action         string
	Once, Token    string
	Key, Signature string // as they were sent
	Problem        *problem.Problem
	Meaning        string
	Wrong          string // about the signature

	StaleWrong string // what is wrong with the code
	Stale      bool   // a second factor has to be shown again
	Codes      bool   // the person has an authenticator
	Prove      string // page on which another one is shown

	Ready         bool // the terms are complete
	Path          string
	StatementPath string

	w      wording
	told   func(*problem.Problem) *problem.Problem // puts a refusal into the words of a page; nil for as it is
	called func(string) string                     // names a party that an address gives by its id; nil for as it is
	need   need
	first  *view.Ref // signatory whose signature is there already; nil for none
	asked  bool
	code   int
	values url.Values
}

func (f *deedForm) title() string { return f.Heading }

// Wrongs are the inputs that have to be mended, for the summary over the form; none where there is but one, which stands there itself.
func (f *deedForm) Wrongs() []wrongField {
	var wrongs []wrongField
	for _, i := range f.Inputs {
		if i.Wrong != "" {
			field := i.Name
			if i.Kind == "choice" || i.Kind == "several" {
				field += "-0"
			}
			wrongs = append(wrongs, wrongField{field, i.Label, i.Wrong})
		}
	}
	if len(wrongs) < 2 {
		return nil
	}
	return wrongs
}

func (f *deedForm) above() crumb { return crumb{f.Back, f.BackName} }

func (f *deedForm) status() int { return f.code }

func (f *deedForm) scripted() bool { return true }

// Signs tells whether the form takes a signature, and Needs whether it can't do without.
func (f *deedForm) Signs() bool { return f.need != unsigned }

// Needs tells whether the act can't be given without a signature.
func (f *deedForm) Needs() bool { return f.need == signed }

func (f *deedForm) fact(name string, value template.HTML) {
	f.Facts = append(f.Facts, fact{f.w.T(name), value})
}

// value adds an input and gives what was chosen. Where nothing was asked for yet it gives what the address says of it, as a page that leads here
// fills it in, else the preset; of a choice with a single answer that has to be given, this answer.
func (f *deedForm) value(i input, preset string) *input {
	i.Value = preset
	if len(i.Choices) == 1 && !i.Optional {
		i.Value = i.Choices[0].Value
	}
	if f.asked || f.values.Has(i.Name) {
		i.Value = strings.TrimSpace(f.values.Get(i.Name))
	}
	if !f.asked && i.Kind == "text" && f.called != nil {
		i.Value = f.called(i.Value)
	}
	switch {
	case len(i.Choices) == 0 || i.Kind == "select" || i.Kind == "several":
	case len(i.Choices) > choicesMost:
		i.Kind = "pick"
	default:
		i.Kind = "choice"
	}
	i.w = f.w
	f.Inputs = append(f.Inputs, &i)
	return &i
}

// bad notes what is wrong with an input.
func (i *input) bad(format string, arguments ...any) { i.Wrong = i.w.T(format, arguments...) }

// minor reads an amount in one currency.
func (i *input) minor(currency money.Currency) money.Minor {
	amount, err := money.Parse(i.Value, currency)
	switch {
	case err != nil:
		i.bad("Write the amount in %s without grouping, like %s.", currency, money.Format(12_000_00, currency))
	case amount <= 0:
		i.bad("The amount is above zero.")
	}
	return amount
}

func (i *input) date() calendar.Date {
	d, ok := calendar.Parse(i.Value)
	if !ok {
		i.bad("Write a date like 2026-11-22.")
	}
	return d
}

// chosen is the place of the answer among the choices; the first is 0.
func (i *input) chosen() int {
	at := slices.IndexFunc(i.Choices, func(o option) bool { return o.Value == i.Value })
	if at < 0 {
		i.bad("Choose one.")
	}
	return at
}

// complete tells whether the terms were asked for and none of them is wrong.
func (f *deedForm) complete() bool {
	return f.asked && !slices.ContainsFunc(f.Inputs, func(i *input) bool { return i.Wrong != "" })
}

const (
	deedBytesMax = 128 << 10   // of a form that is sent
	termBytesMax = 4 * textMax // of one term: what the largest area takes, in any script
	termsMark    = "terms"     // parameter that says that terms were chosen
)

// show opens a form by its address alone.
func (d *deed) show(v *visit) (any, error) {
	f, p, err := d.form(v)
	if err != nil {
		return nil, err
	}
	if f.asked && p == nil {
		f.code = http.StatusUnprocessableEntity
	}
	return f, nil
}

// form opens the form, with its statement once the terms are complete.
func (d *deed) form(v *visit) (*deedForm, *prepared, error) {
	f := &deedForm{w: v.w, told: v.told, called: v.called, values: v.request.URL.Query(), code: http.StatusOK, Relays: v.caller.Role == party.Operator, Once: newOnce(), Token: v.console.token(v.request)}
	f.asked = f.values.Has(termsMark)
	for name, values := range f.values {
		values[0] = strings.Join(values, "\n") // of several boxes that were ticked
		if len(values[0]) > termBytesMax || strings.ToValidUTF8(values[0], "") != values[0] {
			return nil, nil, problem.At("request_malformed", name, "", v.w.T("the address carries %s in no form that this page knows", problem.Excerpt(name)))
		}
	}
	f.Path = v.request.URL.Path
	f.Action, f.StatementPath = f.Path, f.Path+"/statement"
	if query := v.request.URL.RawQuery; query != "" {
		f.Action, f.StatementPath = f.Action+"?"+query, f.StatementPath+"?"+query
	}
	p, err := d.open(v, f)
	f.nameParties(v)
	if err != nil || p == nil {
		return f, nil, err
	}
	f.need, f.Ready = p.need, true
	if err := v.askFactor(f, p); err != nil {
		return f, nil, err
	}
	if text, is := p.with(nil).(book.Signed); is && p.need != unsigned {
		bytes := text.Statement()
		hash := sha256.Sum256(bytes)
		f.Statement = &statement{Text: string(bytes), Hash: hex.EncodeToString(hash[:]), Amount: view.AmountOf(p.amount.Minor, p.amount.Currency)}
		if refersToWaiver(text) {
			f.Statement.Wording = &receivable.Waiver
		}
		if p.own != nil {
			f.Keys, f.Relays = []keyChoice{*p.own}, false
			return f, p, nil
		}
		f.Keys, err = v.keysFor(p, f.first)
	}
	return f, p, err
}

// Long tells whether a form has so many inputs, and nothing beside them, that they stand in two columns where there is room.
func (f *deedForm) Long() bool {
	const most = 8
	return len(f.Inputs) > most && len(f.Facts) == 0
}

// nameParties says beside an input that holds the id of a party what the party is called.
func (f *deedForm) nameParties(v *visit) {
	for _, i := range f.Inputs {
		if of, err := id.Parse[id.Party](i.Value); err == nil && i.Kind == "text" && i.Wrong == "" {
			if shown, err := v.Party(v.caller, of); err == nil && shown.Name != "" {
				i.Hint = strings.TrimSpace(f.w.T("This is %s.", shown.Name) + " " + f.w.T(i.Hint))
			}
		}
	}
}

// statementFile gives the statement as a file, for the signing command.
func (d *deed) statementFile(v *visit) (any, error) {
	f, _, err := d.form(v)
	if err != nil {
		return nil, err
	}
	if f.Statement == nil {
		return nil, view.ErrNotFound
	}
	return file{"statement-" + f.Statement.Hash[:12] + ".txt", []byte(f.Statement.Text)}, nil
}

// give sends what the form holds. Whatever refuses it leads back to the form, with all that was entered.
func (d *deed) give(v *visit) (any, error) {
	f, p, err := d.form(v)
	if err != nil {
		return nil, err
	}
	if p == nil {
		f.code = http.StatusUnprocessableEntity
		return f, nil
	}
	sent, err := readSent(v.request)
	if err != nil {
		return f.refuse(d, problem.New("request_malformed", "what was sent is no form of this page, or is larger than one")), nil
	}
	f.Key, f.Signature = sent.key, sent.signature
	if !v.console.owns(v.request, sent.token) {
		return f.refuse(d, problem.New("form_expired", "the form was made for another session, or before the node was started again; send it once more")), nil
	}
	if sent.once != "" {
		f.Once = sent.once
	}
	if stale, err := v.showFactor(f, sent.code); stale != nil || err != nil {
		if err != nil {
			return nil, err
		}
		f.StaleWrong = capital(stale.Detail)
		return f.refuse(d, stale), nil
	}
	if f.Statement != nil && sent.hash != f.Statement.Hash {
		return f.refuse(d, problem.New("terms_differ", "what is to be signed has changed since this page was shown; read it again")), nil
	}
	signatures, wrong := sent.signatures(f)
	if wrong != "" {
		f.Wrong = wrong
		return f.refuse(d, problem.At("request_invalid", "signatures", "", wrong)), nil
	}
	answer, err := v.submit(p, f.Once, signatures)
	if err != nil {
		translated := translate(err)
		if translated.Status >= http.StatusInternalServerError {
			v.console.logger.Error("console", "path", v.request.URL.Path, "error", err)
		}
		return f.refuse(d, translated), nil
	}
	if p.then != nil {
		p.then(answer)
	}
	return redirect{p.after + "?done=" + v.console.mark(v.request, answer.Sequence)}, nil
}

// submit sends the act, or what waits for a second signatory in its place. A form that is sent twice is done once.
func (v *visit) submit(p *prepared, once string, signatures []book.Signature) (*engine.Answer, error) {
	command := p.with(signatures)
	if err := v.allowed(command); err != nil {
		return nil, err
	}
	if p.keep != nil {
		if err := p.keep(command); err != nil {
			return nil, err
		}
	}
	answer, rejection, err := v.console.engine.Submit(v.request.Context(), engine.Request{Actor: v.caller.Actor, Key: "console-" + once, Command: command})
	if err == nil && rejection != nil && rejection.Code == "second_signature_missing" && p.waiting != nil && len(signatures) == 1 {
		answer, rejection, err = v.console.engine.Submit(v.request.Context(), engine.Request{
			Actor: v.caller.Actor, Key: "console-first-" + once, Command: p.waiting(command),
		})
	}
	switch {
	case err != nil:
		return nil, err
	case rejection != nil && rejection.Code == engine.CodeKeyReused:
		return nil, problem.New(engine.CodeKeyReused, "this form was given before, with other terms or another signature; look at the record before you give it again")
	case rejection != nil:
		return nil, problem.OfRejection(rejection, "")
	}
	return &answer, nil
}

// refuse puts what is wrong on the form, beside the input to which it belongs.
func (f *deedForm) refuse(d *deed, p *problem.Problem) *deedForm {
	if f.told != nil {
		p = f.told(p)
	}
	f.Problem, f.Meaning, f.code = p, meaningOf(p), p.Status
	if p.Code == engine.CodeKeyReused {
		f.Once, f.Meaning = newOnce(), ""
	}
	name, known := d.fields[p.Code]
	if !known {
		name, known = d.fields[p.Field]
	}
	if p.Field == "signatures" && !known {
		f.Wrong = f.w.refusal(p)
	}
	for _, i := range f.Inputs {
		if known && i.Name == name || !known && i.Name == p.Field {
			i.Wrong = f.w.refusal(p)
		}
	}
	return f
}

// sent is what a form brings besides its terms.
type sent struct{ token, once, hash, key, signature, file, code string }

func readSent(r *http.Request) (sent, error) {
	r.Body = http.MaxBytesReader(nil, r.Body, deedBytesMax)
	if err := r.ParseMultipartForm(deedBytesMax); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return sent{}, err
	}
	of := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	s := sent{token: of("token"), once: of("once"), hash: of("statement"), key: of("key"), signature: of("signature"), code: of("code")}
	if !oncePattern.MatchString(s.once) {
		s.once = ""
	}
	if r.MultipartForm == nil || len(r.MultipartForm.File["signed"]) == 0 {
		return s, nil
	}
	opened, err := r.MultipartForm.File["signed"][0].Open()
	if err != nil {
		return s, err
	}
	content, err := readAll(opened)
	s.file = content
	return s, err
}

// refersToWaiver tells whether a statement refers to the wording of an irrevocable undertaking.
func refersToWaiver(c book.Signed) bool {
	switch c := c.(type) {
	case *book.Confirm:
		return c.Undertaking == receivable.Irrevocable
	case *book.CompleteConfirmation:
		return c.Confirm.Undertaking == receivable.Irrevocable
	}
	return false
}

// keysFor lists the live keys of whom the act binds, with what each may do about it today.
func (v *visit) keysFor(p *prepared, first *view.Ref) ([]keyChoice, error) {
	keys, err := v.signingKeys(p.bound)
	if err != nil {
		return nil, err
	}
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	var choices []keyChoice
	for _, key := range keys {
		if key.State != mandate.Live.String() {
			continue
		}
		choice := keyChoice{ID: key.ID, Public: key.Public, Name: key.Signatory.String(), May: v.w.T("no mandate for this")}
		for _, m := range key.Mandates {
			if may := mayDo(&m, p, today.String()); may != nil {
				choice.May, choice.Able = v.w.Render(may), true
			}
		}
		if first != nil && key.Signatory != nil && key.Signatory.ID == first.ID {
			choice.May, choice.Able = v.w.T("has signed already: the second one is somebody else"), false
		}
		choices = append(choices, choice)
	}
	return choices, nil
}

// mayDo says how far a mandate carries; "" where it does not.
func mayDo(m *view.Mandate, p *prepared, today string) *locale.Text {
	covers := m.State == mandate.Live.String() && m.From <= today && today <= m.Until && m.AmountMax.Currency == p.amount.Currency.String()
	for _, act := range p.acts.Names() {
		covers = covers && slices.Contains(m.Acts, act)
	}
	switch {
	case !covers || money.Minor(m.AmountMax.Minor) < p.amount.Minor:
		return nil
	case m.AloneMax.Minor == int64(money.MinorMax):
		return locale.Say("signs alone, whatever the amount")
	case m.AloneMax.Minor > 0 && money.Minor(m.AloneMax.Minor) >= p.amount.Minor:
		return locale.Say("signs alone up to %s", m.AloneMax)
	case m.AloneMax.Minor == 0:
		return locale.Say("always takes a second signatory")
	}
	return locale.Say("takes a second signatory above %s", m.AloneMax)
}

// endOf is the end of a day in UTC, as a stamp in microseconds.
func endOf(d calendar.Date) int64 {
	at, err := time.Parse(time.DateOnly, d.AddDays(1).String())
	if err != nil {
		return 0
	}
	return at.UnixMicro()
}
