package console

import (
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/view"
)

// frame is what every page shows round its content.
type frame struct {
	Title     string
	Place     string // entry of the navigation that is marked
	Caller    access.Caller
	Home      *view.Ref // the caller's party
	SignedIn  bool      // by a session, which can be ended
	Day       string    // business date
	Watermark uint64    // 0 where nothing was read
	Search    string
	Done      uint64 // entry that the person has just made; 0 for none
	Content   any

	sees func(record string) bool // nil: everything
}

// titled is content that names its page.
type titled interface{ title() string }

func (v *visit) frame(place string) (frame, error) {
	f := frame{
		Place: place, Caller: v.caller, SignedIn: v.session != nil,
		Watermark: v.Watermark(), Done: v.console.done(v.request),
	}
	if !v.caller.SeesAll() {
		f.sees = v.sees()
	}
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
	return f, nil
}

// place is one entry of the navigation.
type place struct {
	Path, Name string
	Group      string // of which it is the first that the caller sees
}

// places are the entries by group, in the order in which they are shown.
var places = []struct {
	name   string
	places []place
}{
	{"", []place{{Path: "/", Name: "Overview"}}},
	{"Trade", []place{
		{Path: "/receivables", Name: "Receivables"}, {Path: "/confirmations", Name: "Confirmations"}, {Path: "/documents", Name: "Documents"},
		{Path: "/certificates", Name: "Certificates"}, {Path: "/holdings", Name: "Holdings"}, {Path: "/need", Name: "Need"},
	}},
	{"Finance", []place{
		{Path: "/programmes", Name: "Programmes"}, {Path: "/financings", Name: "Financings"}, {Path: "/lines", Name: "Lines"}, {Path: "/stock", Name: "Stock"},
		{Path: "/bases", Name: "Bases"}, {Path: "/auctions", Name: "Auctions"}, {Path: "/early", Name: "Early payment"}, {Path: "/set-off", Name: "Set-off"},
	}},
	{"Credit", []place{
		{Path: "/referrals", Name: "Referrals"}, {Path: "/decisions", Name: "Decisions"}, {Path: "/applications", Name: "Applications"}, {Path: "/limits", Name: "Limits"}, {Path: "/models", Name: "Models"},
		{Path: "/onboarding", Name: "Onboarding"}, {Path: "/screening", Name: "Screening"}, {Path: "/cases", Name: "Cases"},
	}},
	{"Money", []place{
		{Path: "/payments", Name: "Payments"}, {Path: "/supervised", Name: "Accounts"}, {Path: "/breaks", Name: "Breaks"}, {Path: "/proof", Name: "Proof of funds"},
		{Path: "/wallets", Name: "Wallets"}, {Path: "/money-rules", Name: "Rules"},
	}},
	{"Records", []place{{Path: "/accounts", Name: "Ledger"}, {Path: "/reports", Name: "Reports"}, {Path: "/parties", Name: "Parties"}, {Path: "/people", Name: "People"}, {Path: "/journal", Name: "Journal"}}},
}

// Places are the entries of the navigation that hold something for the caller: the journal is for those who see all,
// confirmations are for those who bring them, holdings for those who may have some.
func (f frame) Places() []place {
	if f.Home == nil {
		return nil
	}
	var shown []place
	for _, group := range places {
		name := group.name
		for _, p := range group.places {
			if !f.hides(p.Path) {
				p.Group, name = name, ""
				shown = append(shown, p)
			}
		}
	}
	return shown
}

// hides tells whether a page holds nothing for the caller.
func (f frame) hides(path string) bool {
	switch path {
	case "/journal":
		return !f.Caller.SeesAll()
	case "/people":
		return !f.Caller.Administers(f.Caller.Party)
	case "/confirmations":
		return f.Caller.Role&buyers == 0
	case "/need":
		return f.Caller.Role&party.Seller == 0
	case "/limits":
		return f.Caller.Role&party.Funder == 0 && !f.Caller.SeesAll()
	case "/decisions", "/applications", "/models":
		return f.Caller.Views()&party.Funder == 0 && !f.Caller.SeesAll()
	case "/auctions", "/lines":
		return f.Caller.Role&bidders == 0 && !f.Caller.SeesAll()
	case "/screening":
		return !f.Caller.SeesAll()
	case "/cases":
		return !f.Caller.Investigates()
	case "/stock":
		return f.Caller.Role&storers == 0 && !f.Caller.SeesAll()
	case "/bases":
		return f.Caller.Role&bidders == 0 && !f.Caller.SeesAll()
	case "/early":
		return f.Caller.Role&(party.Seller|party.Buyer|party.Anchor) == 0 && !f.Caller.SeesAll()
	case "/set-off":
		return f.Caller.Views()&settingOff == 0 && !f.Caller.SeesAll()
	case "/breaks":
		return !f.Caller.SeesAll() && f.Caller.Role&(party.Bank|party.Custodian) == 0
	case "/referrals":
		return !f.Caller.SeesAll() && f.Caller.Role&party.Funder == 0
	case "/proof", "/supervised", "/money-rules":
		return !f.Caller.SeesAll() && f.Caller.Role&(party.Bank|party.Custodian|party.Funder) == 0
	case "/wallets":
		return f.Caller.Role&walletKeepers == 0 && !f.Caller.SeesAll()
	case "/holdings":
		return f.Caller.Role&holders == 0 && !f.Caller.SeesAll()
	}
	return false
}

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

// Record shows an id, as a link where it leads somewhere.
func (f frame) Record(record string) template.HTML {
	if record == "" {
		return dash
	}
	text := template.HTMLEscapeString(record)
	if path := f.Path(record); path != "" {
		return template.HTML(`<a class="id" href="` + path + `">` + text + `</a>`)
	}
	return template.HTML(`<span class="id">` + text + `</span>`)
}

// Account shows one side of a posting by the account's title.
func (f frame) Account(side view.Posted) template.HTML {
	if side.Account == "" {
		return `<span class="currency">not in your sight</span>`
	}
	return template.HTML(`<a href="/accounts/` + template.URLQueryEscaper(side.Account) + `">` + template.HTMLEscapeString(accountTitle(side.Code)) + `</a>`)
}

// Linked escapes a text and makes links of the ids in it that lead somewhere.
func (f frame) Linked(text string) template.HTML { return linked(text, f.Path) }

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

// many prints a number of things: "1 financing", "2 financings".
func many(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return grouped(n) + " " + thing
}

// manyOf is many for a whole number of any type.
func manyOf(n any, thing string) (string, error) {
	switch n := n.(type) {
	case int:
		return many(n, thing), nil
	case int32:
		return many(int(n), thing), nil
	case uint16:
		return many(int(n), thing), nil
	}
	return "", fmt.Errorf("console: %T is no number of things", n)
}

// told leaves out what an entry's events say about bookkeeping, unless they say nothing else.
func told(events []view.Event) []string {
	var told, bookkeeping []string
	for _, event := range events {
		switch event.Name {
		case "account_opened", "accounts_opened", "transfers_posted", "hold_placed", "hold_ended", "limit_moved":
			bookkeeping = append(bookkeeping, event.Sentence)
		default:
			told = append(told, event.Sentence)
		}
	}
	kept := slices.DeleteFunc(told, func(sentence string) bool { return sentence == "" })
	if len(kept) == 0 {
		kept = slices.DeleteFunc(bookkeeping, func(sentence string) bool { return sentence == "" })
	}
	return kept
}

// measured says what a rule has measured, in the rule's unit; "" where the caller is not told, or it is yes or no.
func measured(o view.Outcome, code string) string {
	if o.Measure == nil || o.Bound == nil {
		return ""
	}
	unit := func(n int64) string { return fmt.Sprint(n) }
	switch o.Rule {
	case "large_amount", "aggregate_exceeded":
		currency, _ := money.ParseCurrency(code)
		unit = func(n int64) string { return view.AmountOf(money.Minor(n), currency).String() }
	case "seller_share":
		unit = func(n int64) string { return decimal(view.Percent(money.Rate(n))) + " %" }
	case "tenor":
		unit = func(n int64) string { return many(int(n), "day") }
	case "buyer_overdue":
		unit = func(n int64) string { return many(int(n), "financing") }
	case "possible_duplicate":
		unit = func(n int64) string { return money.FormatScaled(n, 2) + " bits" }
	case "buyer_grade":
	default:
		return ""
	}
	return "Measured " + unit(*o.Measure) + ", bound " + unit(*o.Bound) + "."
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
}

// pathOf is the page of a record, whoever asks; "" for one that has none.
func pathOf(record string) string { return frame{}.Path(record) }

var functions = template.FuncMap{
	"asset":      func(name string) string { return addresses[name] },
	"amount":     showAmount,
	"badge":      showBadge,
	"waits":      whyWaits,
	"oncheck":    onCheck,
	"when":       showTime,
	"stamped":    stamped,
	"browser":    browserOf,
	"count":      grouped[int],
	"many":       manyOf,
	"told":       told,
	"cut":        func(entries []view.Entry) bool { return len(entries) == chronicleMax },
	"number":     grouped[uint64],
	"words":      words,
	"protection": protection,
	"capital":    capital,
	"account":    accountTitle,
	"document":   documentTitle,
	"purpose":    purposeTitle,
	"finding":    func(code string) explanation { return explained(findings, code) },
	"difference": func(code string) explanation { return explained(differences, code) },
	"rule":       func(code string) explanation { return explained(rules, code) },
	"promise":    func(code string) string { return undertakings[code] },
	"join":       strings.Join,
	"given":      given,
	"ordinal":    func(index int) int { return index + 1 },
	"decimal":    decimal,
	"measured":   measured,
	"law":        lawTitle,
	"handling":   handling,
	"outcome":    func(reason string) string { return bidOutcomes[reason] },
	"rate":       func(text string) string { return decimal(strings.TrimSuffix(text, " %")) + " %" },
}

// templates are by name of page. They are read when the first console is made: the program's other commands do without them.
var templates = sync.OnceValue(loadTemplates)

func loadTemplates() map[string]*template.Template {
	loaded := map[string]*template.Template{}
	layout := template.Must(template.New("layout.html").Funcs(functions).ParseFS(embedded, "templates/layout.html", "templates/piece.html"))
	pages, err := embedded.ReadDir("templates")
	if err != nil {
		panic(err)
	}
	for _, file := range pages {
		name := strings.TrimSuffix(file.Name(), ".html")
		if name == "layout" || name == "piece" {
			continue
		}
		loaded[name] = template.Must(template.Must(layout.Clone()).ParseFS(embedded, "templates/"+file.Name()))
	}
	return loaded
}

// showAmount prints digits in groups and the currency after them.
func showAmount(amount any) template.HTML {
	var a view.Amount
	switch amount := amount.(type) {
	case view.Amount:
		a = amount
	case *view.Amount:
		if amount == nil {
			return dash
		}
		a = *amount
	}
	digits := strings.TrimPrefix(a.String(), a.Currency+" ")
	return template.HTML(`<span class="amount">` + template.HTMLEscapeString(strings.Replace(digits, "-", "−", 1)) +
		` <span class="currency">` + template.HTMLEscapeString(a.Currency) + `</span></span>`)
}

func showBadge(state string) template.HTML {
	if state == "" {
		return dash
	}
	return template.HTML(`<span class="badge ` + string(toneOf(state)) + `">` + template.HTMLEscapeString(capital(words(state))) + `</span>`)
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
func grouped[N ~int | ~uint64](n N) string {
	text := fmt.Sprint(n)
	for at := len(text) - 3; at > 0 && text[at-1] != '-'; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

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
