package console

import (
	"errors"
	"fmt"
	"html/template"
	"regexp"
	"strconv"
	"strings"
	"time"

	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/access"
	"millrace/edge/locale"
	"millrace/edge/view"
)

// frame is what every page shows round its content.
type frame struct {
	Title     string
	Place     string // entry of the navigation that is marked
	Desk      *desk  // at which the caller sits
	Desks     []*desk
	Caller    access.Caller
	Self      string    // name of the person; "" for one who signs in nowhere and has none on record
	Home      *view.Ref // the caller's party
	Scripted  bool      // the frame's own script is loaded: not where something is signed
	SignedIn  bool      // by a session, which can be ended
	Day       string    // business date
	Watermark uint64    // 0 where nothing was read
	Search    string
	Done      uint64 // entry that the person has just made; 0 for none
	Begins    bool   // the node has financed nothing yet, and the caller sets it up
	Content   any
	Lang      *locale.Language // nil for English
	Here      string           // address of the page, to which a person returns who chooses a language
	Stage     *stageBar        // of a demo; nil on a node that is none
	Token     string           // of the demo's forms

	path    string                        // of the page
	address string                        // its path and query
	sees    func(record string) bool      // nil: everything
	permits func(actions []string) []bool // nil: nobody is signed in

	programme func(record string) string // how a programme is called; nil: nothing was read
}

// Address is the page's own, to load it again.
func (f frame) Address() string { return f.address }

// About is the record that the page is about, for what tells it of changes; "" for pages about many.
func (f frame) About() string {
	for part := range strings.SplitSeq(f.path, "/") {
		if printedID.FindString(part) == part && part != "" && pathOf(part) != "" {
			return part
		}
	}
	return ""
}

// titled is content that names its page, and called one that does so with a name of its own in the title.
type (
	titled interface{ title() string }
	called interface{ title() *locale.Text }
)

func (v *visit) frame(place string) (frame, error) {
	own := v.desks()
	f := frame{
		Lang: v.w.Language, Place: place, Scripted: true, Desk: deskNow(v.request, own), Desks: own, path: v.request.URL.Path, address: v.request.URL.RequestURI(),
		Caller: v.caller, SignedIn: v.session != nil,
		Watermark: v.Watermark(), Done: v.console.done(v.request), Stage: v.stage(),
		permits: func(actions []string) []bool { return v.console.guard.Permits(v.caller, actions) },
	}
	if f.Stage != nil {
		f.Token = v.console.token(v.request)
	}
	if !v.caller.SeesAll() {
		f.sees = v.sees()
	}
	f.programme = v.programmeName
	date, err := v.Date()
	if err != nil {
		return f, err
	}
	if !date.IsZero() {
		f.Day = date.String()
	}
	home, err := v.Party(v.caller, v.caller.Party)
	if err != nil {
		return f, err
	}
	f.Home = &view.Ref{ID: home.ID, Name: home.Name}
	if f.Self, err = v.self(); err != nil || f.Done == 0 || !f.may("page /first-steps") {
		return f, err
	}
	financed, err := v.Financings(v.caller, view.Query{Limit: 1})
	f.Begins = len(financed.Items) == 0
	return f, err
}

// self is the name under which somebody has set up access, else that of the actor.
func (v *visit) self() (string, error) {
	if v.session != nil && v.session.Person != 0 {
		known, err := v.console.desk.Store().Person(v.request.Context(), v.session.Person)
		return known.Name, err
	}
	actor, err := v.Actor(v.caller, v.caller.Actor)
	if errors.Is(err, view.ErrNotFound) {
		return "", nil
	}
	return actor.Name, err
}

// may tells whether the policies permit an action to the caller, whatever its record: what they don't is not offered.
func (f frame) may(action string) bool { return f.permits != nil && f.permits([]string{action})[0] }

// Administers tells whether the caller decides who signs in for a party.
func (f frame) Administers(printed string) bool {
	of, err := id.Parse[id.Party](printed)
	return err == nil && f.Caller.Administers(of)
}

// Role names what the caller acts as.
func (f frame) Role() string { return strings.Join(f.Caller.Role.Names(), ", ") }

// Party links to a party which the caller sees, and names any other.
func (f frame) Party(ref *view.Ref) template.HTML {
	if ref == nil {
		return dash
	}
	name := template.HTMLEscapeString(ref.String())
	if !f.Caller.SeesAll() && (f.Home == nil || f.Home.ID != ref.ID) {
		return template.HTML(name)
	}
	return template.HTML(`<a href="/parties/` + template.URLQueryEscaper(ref.ID) + `">` + name + `</a>`)
}

// sees remembers for one page which records the caller sees. Where that can't be read there is no link.
func (v *visit) sees() func(string) bool {
	known := map[string]bool{}
	return func(record string) bool {
		seen, asked := known[record]
		if !asked {
			found, err := v.Sees(v.caller, record)
			seen = found && err == nil
			known[record] = seen
		}
		return seen
	}
}

// Path is the page of a record; "" for one that has none or that the caller does not see.
func (f frame) Path(record string) string {
	path, known := paths[id.PrefixOf(record)]
	if !known || f.sees != nil && !f.sees(record) {
		return ""
	}
	return path + template.URLQueryEscaper(record)
}

// programmeName calls a programme by its product and its anchor, as people do; "" where that can't be read.
func (v *visit) programmeName(record string) string {
	of, err := id.Parse[id.Programme](record)
	if err != nil {
		return ""
	}
	anchor, product, err := v.ProgrammeName(v.caller, of)
	if err != nil || anchor == nil || product == nil {
		return ""
	}
	return v.w.T("%s of %s", product, anchor)
}

// Record shows an id, as a link where it leads somewhere; a programme that the caller sees is called by its name.
func (f frame) Record(record string) template.HTML {
	if record == "" {
		return dash
	}
	text := template.HTMLEscapeString(record)
	if path := f.Path(record); path != "" {
		if name := f.called(record); name != "" {
			return template.HTML(`<a href="` + path + `" title="` + text + `">` + template.HTMLEscapeString(name) + `</a>`)
		}
		return template.HTML(`<a class="id" href="` + path + `">` + text + `</a>`)
	}
	return template.HTML(`<span class="id">` + text + `</span>`)
}

// called is the name of a record that has one; "" for any other.
func (f frame) called(record string) string {
	if f.programme == nil || id.PrefixOf(record) != id.Programme(0).Prefix() {
		return ""
	}
	return f.programme(record)
}

// Account shows one side of a posting by the account's title.
func (f frame) Account(side view.Posted) template.HTML {
	if side.Account == "" {
		return template.HTML(`<span class="currency">` + template.HTMLEscapeString(f.Lang.T("not in your sight")) + `</span>`)
	}
	return template.HTML(`<a href="/accounts/` + template.URLQueryEscaper(side.Account) + `">` + template.HTMLEscapeString(wording{f.Lang}.account(side.Code)) + `</a>`)
}

// Linked escapes a text and makes links of the ids in it that lead somewhere.
func (f frame) Linked(text any) (template.HTML, error) {
	said, err := wording{f.Lang}.text(text)
	return linked(said, f.Path), err
}

// Entry links to an entry of the journal for those who see it.
func (f frame) Entry(sequence uint64) template.HTML {
	if !f.Caller.SeesAll() {
		return template.HTML(grouped(sequence))
	}
	return template.HTML(fmt.Sprintf(`<a href="/journal/%d">%s</a>`, sequence, grouped(sequence)))
}

// decimal drops zeros after the point, and shows nothing for nothing.
func decimal(text string) string {
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	if text == "" || text == "0" {
		return "–"
	}
	return text
}

// price is a price of a unit, with two digits after the point at least, as amounts have them.
func price(text string) string {
	text = decimal(text)
	if whole, part, split := strings.Cut(text, "."); text != "–" && len(part) < 2 {
		if !split {
			return text + ".00"
		}
		return whole + "." + part + "0"
	}
	return text
}

// tenths is a number rounded to one digit after the point, for a sentence; the report has all of it.
func tenths(text string) string {
	number, err := strconv.ParseFloat(strings.TrimSuffix(text, " %"), 64)
	if err != nil {
		return text
	}
	return strings.Replace(strconv.FormatFloat(number, 'f', 1, 64), "-", "−", 1)
}

// told leaves out what an entry's events say about bookkeeping, unless they say nothing else.
func (w wording) told(events []view.Event) []string {
	var told, bookkeeping []string
	for _, event := range events {
		if event.Told == nil {
			continue
		}
		switch event.Name {
		case "account_opened", "accounts_opened", "transfers_posted", "hold_placed", "hold_ended", "limit_moved":
			bookkeeping = append(bookkeeping, w.Render(event.Told))
		default:
			told = append(told, w.Render(event.Told))
		}
	}
	if len(told) == 0 {
		return bookkeeping
	}
	return told
}

// given names the arguments of a piece: name, value, name, value.
func given(namesAndValues ...any) map[string]any {
	arguments := map[string]any{}
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		arguments[fmt.Sprint(namesAndValues[i])] = namesAndValues[i+1]
	}
	return arguments
}

const dash = template.HTML(`<span class="currency">–</span>`)

// paths are the pages of records, by the prefix of their ids.
var paths = map[string]string{
	id.Party(0).Prefix(): "/parties/", id.Document(0).Prefix(): "/documents/", id.Trade(0).Prefix(): "/trades/",
	id.Receivable(0).Prefix(): "/receivables/", id.Financing(0).Prefix(): "/financings/", id.Account(0).Prefix(): "/accounts/",
	id.Payment(0).Prefix(): "/payments/", id.Receipt(0).Prefix(): "/receipts/", id.Bill(0).Prefix(): "/bills/", id.Certificate(0).Prefix(): "/certificates/",
	id.Programme(0).Prefix(): "/programmes/", id.Auction(0).Prefix(): "/auctions/",
	id.Line(0).Prefix():             "/lines/",
	id.WarehouseReceipt(0).Prefix(): "/stock/", id.Base(0).Prefix(): "/bases/",
	id.Placement(0).Prefix(): "/placements/",
	id.Break(0).Prefix():     "/breaks/",
	id.Model(0).Prefix():     "/models/",
	id.Referral(0).Prefix():  "/referrals/",
	id.SetOffRun(0).Prefix(): "/set-off/",
	id.Decision(0).Prefix():  "/decisions/",

	id.Application(0).Prefix():    "/applications/",
	id.Review(0).Prefix():         "/reviews/",
	id.Misdirected(0).Prefix():    "/misdirected/",
	id.Return(0).Prefix():         "/returns/",
	id.OnboardingFile(0).Prefix(): "/onboarding/", id.ScreeningAlert(0).Prefix(): "/screening/",
	id.SupervisedAccount(0).Prefix(): "/supervised/",
	id.Webhook(0).Prefix():           "/webhooks/",
	id.Product(0).Prefix():           "/products/", id.Agreement(0).Prefix(): "/agreements/", id.Template(0).Prefix(): "/templates/",
}

// pathOf is the page of a record, whoever asks; "" for one that has none.
func pathOf(record string) string { return frame{}.Path(record) }

// functions are those of the templates in a language.
func functions(l *locale.Language) template.FuncMap {
	w := wording{l}
	return template.FuncMap{
		"t":          w.text,
		"say":        l.T,
		locale.Shown: w.shown,
		"shortcut":   shortcut,
		"asset":      assetAddress,
		"term":       w.term,
		"explain":    w.explain,
		"code":       func(name string) template.HTML { return template.HTML(template.HTMLEscapeString(name)) },
		"detail":     w.detail,
		"amount":     w.amount,
		"badge":      w.badge,
		"waits":      w.whyWaits,
		"oncheck":    onCheck,
		"when":       showTime,
		"stamped":    stamped,
		"browser":    browserOf,
		"count":      grouped[int],
		"many":       w.many,
		"told":       w.told,
		"earlier":    earlier,
		"latest":     latest,
		"cut":        func(entries []view.Entry) bool { return len(entries) == chronicleMax },
		"number":     grouped[uint64],
		"words":      l.Word,
		"protection": w.protection,
		"capital":    w.capital,
		"account":    w.account,
		"document":   w.document,
		"purpose":    w.purpose,
		"finding":    func(code string) explanation { return w.explained(findings, code) },
		"difference": func(code string) explanation { return w.explained(differences, code) },
		"left":       func(code string) explanation { return w.explained(leftOut, code) },
		"rule":       func(code string) explanation { return w.explained(rules, code) },
		"promise":    func(code string) string { return l.T(undertakings[code]) },
		"join":       w.join,
		"given":      given,
		"ordinal":    func(index int) int { return index + 1 },
		"decimal":    decimal,
		"unit":       l.Unit,
		"price":      price,
		"millionths": func(share int) string { return decimal(money.FormatScaled(int64(share), 4)) + " %" },
		"tenths":     tenths,
		"measured":   measured,
		"law":        w.law,
		"handling":   w.handling,
		"outcome":    func(reason string) string { return l.T(bidOutcomes[reason]) },
		"percent":    percent,
		"rate":       func(text string) string { return decimal(strings.TrimSuffix(text, " %")) + " %" },
	}
}

// showTime shows a stamp to the second; all times are UTC.
func showTime(stamp string) template.HTML {
	at, err := time.Parse(time.RFC3339Nano, stamp)
	if err != nil {
		return template.HTML(template.HTMLEscapeString(stamp))
	}
	return template.HTML(`<time datetime="` + at.Format(time.RFC3339Nano) + `">` + at.Format("2006-01-02 15:04:05") + `</time>`)
}

// grouped prints a whole number in groups of three digits.
func grouped[N ~int | ~int64 | ~uint64](n N) string { return locale.Grouped(n) }

var printedID = regexp.MustCompile(`\b[a-z]{3}_[1-9][0-9]{0,4}-[1-9][0-9]{0,15}-[0-9A-Z]\b`)

func linked(text string, pathOf func(string) string) template.HTML {
	var out strings.Builder
	last := 0
	for _, found := range printedID.FindAllStringIndex(text, -1) {
		out.WriteString(template.HTMLEscapeString(text[last:found[0]]))
		record := text[found[0]:found[1]]
		if path := pathOf(record); path != "" {
			out.WriteString(`<a href="` + path + `">` + record + `</a>`)
		} else {
			out.WriteString(record)
		}
		last = found[1]
	}
	out.WriteString(template.HTMLEscapeString(text[last:]))
	return template.HTML(out.String())
}
