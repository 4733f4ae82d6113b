package console

import (
	"cmp"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"millrace/domain/money"
	"millrace/edge/locale"
	"millrace/edge/problem"
	"millrace/edge/view"
)

const (
	languageCookie = "millrace_language"
	languageSpan   = 365 * 24 * time.Hour // for which a browser keeps the choice
)

// languageOf is the language of a request: the person's own choice, else what the browser asks for.
func languageOf(r *http.Request) *locale.Language {
	if cookie, err := r.Cookie(languageCookie); err == nil {
		if chosen := locale.Of(cookie.Value); chosen != nil {
			return chosen
		}
	}
	return locale.Accepted(r.Header.Get("Accept-Language"))
}

// chooseLanguage keeps a person's choice in the browser and returns to the page where it was made.
func (c *Console) chooseLanguage(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, signInBytes)
	to := localAddress(r.PostFormValue("to"))
	if asked, err := url.Parse(r.PostFormValue("to")); err == nil && asked.Path == "/sign-in" && asked.Host == "" {
		to = "/sign-in?to=" + url.QueryEscape(localAddress(asked.Query().Get("to")))
	}
	if chosen := locale.Of(r.PostFormValue("language")); chosen != nil {
		http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: chosen.Tag, Path: "/", MaxAge: int(languageSpan / time.Second), HttpOnly: true, Secure: !local(r), SameSite: http.SameSiteLaxMode})
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// Languages are those that the frame offers.
func (f frame) Languages() []*locale.Language { return locale.Languages }

// wording says what codes mean in a language.
type wording struct{ *locale.Language }

// text is a text in the language, whether it is a key of the catalogue or said with arguments.
func (w wording) text(text any, arguments ...any) (string, error) {
	switch text := text.(type) {
	case string:
		return w.T(text, arguments...), nil
	case *locale.Text:
		return w.Render(text), nil
	}
	return "", fmt.Errorf("console: %T is no text", text)
}

// shown is what an action prints in the running text of a translated page: dates and texts are put into the language, and
// what the catalogue has as it stands. Names, numbers and what others have written do not come here.
func (w wording) shown(value any) any {
	switch value := value.(type) {
	case string:
		if found, known := w.Find(strings.ReplaceAll(value, "_", " ")); known {
			return found
		}
		return w.Date(value)
	case *locale.Text:
		return w.Render(value)
	case nil:
		return ""
	}
	return value
}

// capital gives a text a capital first letter; a word of the catalogue is put into the language.
func (w wording) capital(text any) (string, error) {
	said, err := w.text(text)
	if err != nil || said == "" {
		return "", err
	}
	if found, known := w.Find(strings.ReplaceAll(said, "_", " ")); known {
		return found, nil
	}
	return capital(said), nil
}

func (w wording) capitalWord(code string) string { return capital(w.Word(code)) }

func (w wording) protection(code string) string { return w.named(protections, code) }

func (w wording) account(code string) string { return w.named(accountTitles, code) }

func (w wording) purpose(code string) string { return w.named(purposes, code) }

func (w wording) document(kind string) string {
	if kind == "order_response_simple" {
		kind = "order_response"
	}
	return w.capitalWord(kind)
}

// named is the title of a code, or the code's own words.
func (w wording) named(titles map[string]string, code string) string {
	if title, known := titles[code]; known {
		return w.T(title)
	}
	return w.capitalWord(code)
}

// explained falls back to the code's own words.
func (w wording) explained(known map[string]explanation, code string) explanation {
	if found, ok := known[code]; ok {
		return explanation{w.T(found.Title), w.T(found.Text)}
	}
	return explanation{Title: w.capitalWord(code)}
}

// many prints a number of things: "1 financing", "2 financings".
func (w wording) many(n any, thing string) (string, error) {
	switch n := n.(type) {
	case int:
		return w.Many(int64(n), thing), nil
	case int32:
		return w.Many(int64(n), thing), nil
	case uint16:
		return w.Many(int64(n), thing), nil
	}
	return "", fmt.Errorf("console: %T is no number of things", n)
}

// join puts words after one another. What is joined by commas is a list of codes.
func (w wording) join(all []string, between string) string {
	if between == ", " {
		return w.List(all)
	}
	return strings.Join(all, between)
}

// after puts a sentence behind another.
func (w wording) after(first, second string) string {
	if w.Language == locale.Chinese {
		return first + second
	}
	return strings.TrimSpace(first + " " + second)
}

func (w wording) badge(state string) template.HTML {
	if state == "" {
		return dash
	}
	return template.HTML(`<span class="badge ` + string(toneOf(state)) + `">` + template.HTMLEscapeString(w.capitalWord(state)) + `</span>`)
}

// amount prints digits in groups and the currency after them, with its name to be had where the language has one.
func (w wording) amount(amount any) template.HTML {
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
	digits, title := strings.TrimPrefix(a.String(), a.Currency+" "), ""
	if name := w.Currency(a.Currency); name != "" {
		title = ` title="` + template.HTMLEscapeString(name) + `"`
	}
	return template.HTML(`<span class="amount">` + template.HTMLEscapeString(strings.Replace(digits, "-", "−", 1)) +
		` <span class="currency"` + title + `>` + template.HTMLEscapeString(a.Currency) + `</span></span>`)
}

// measured says what a rule has measured, in the rule's unit; nil where the caller is not told, or it is yes or no.
func measured(o view.Outcome, code string) *locale.Text {
	if o.Measure == nil || o.Bound == nil {
		return nil
	}
	unit := func(n int64) any { return fmt.Sprint(n) }
	switch o.Rule {
	case "large_amount", "aggregate_exceeded":
		currency, _ := money.ParseCurrency(code)
		unit = func(n int64) any { return view.AmountOf(money.Minor(n), currency).String() }
	case "seller_share":
		unit = func(n int64) any { return hundredths(n) }
	case "tenor":
		unit = func(n int64) any { return locale.Count{Number: n, Thing: "day"} }
	case "buyer_overdue":
		if o.Version != 1 { // of what is owed, by its age
			return nil
		}
		unit = func(n int64) any { return locale.Count{Number: n, Thing: "financing"} }
	case "seller_defaults":
		if o.Version == 1 {
			return nil
		}
		unit = func(n int64) any { return hundredths(n) }
	case "possible_duplicate":
		unit = func(n int64) any { return locale.Say("%s bits", money.FormatScaled(n, 2)) }
	case "buyer_grade":
	default:
		return nil
	}
	return locale.Say("Measured %s, bound %s.", unit(*o.Measure), unit(*o.Bound))
}

// templates are by language and name of page. Those of English are read when the first console is made: the program's other
// commands do without them. Those of another language are read when its first reader comes.
var templates = func() map[*locale.Language]func() map[string]*template.Template {
	sets := map[*locale.Language]func() map[string]*template.Template{}
	for _, l := range locale.Languages {
		sets[l] = sync.OnceValue(func() map[string]*template.Template { return loadTemplates(l, nil) })
	}
	return sets
}()

// shared are the templates of which pages are made; scripted has what scripts say.
var shared = []string{"layout", "piece", "parts", "scripted"}

// loadTemplates reads the pages in a language, and tells of each text in them.
func loadTemplates(l *locale.Language, found func(file, key string)) map[string]*template.Template {
	loaded := map[string]*template.Template{}
	layout := template.New("layout.html").Funcs(functions(l))
	for _, name := range shared {
		readInto(layout, name)
	}
	putInto(layout, l, nil, found)
	pages, err := embedded.ReadDir("templates")
	if err != nil {
		panic(err)
	}
	for _, file := range pages {
		name := strings.TrimSuffix(file.Name(), ".html")
		if slices.Contains(shared, name) {
			continue
		}
		page := template.Must(layout.Clone())
		readInto(page, name)
		putInto(page, l, layout, found)
		loaded[name] = page
	}
	return loaded
}

// readInto reads a file of templates into a set, under its own name. Labels that are terms of the trade lead to what they mean.
func readInto(set *template.Template, name string) {
	text, err := embedded.ReadFile("templates/" + name + ".html")
	if err != nil {
		panic(err)
	}
	into := set
	if set.Name() != name+".html" {
		into = set.New(name + ".html")
	}
	template.Must(into.Parse(explainLabels(string(text))))
}

// putInto puts the templates that a set has besides those of another into a language. English is as it was written.
func putInto(set *template.Template, l *locale.Language, done *template.Template, found func(file, key string)) {
	if l == locale.English && found == nil {
		return
	}
	for _, one := range set.Templates() {
		if one.Tree != nil && (done == nil || done.Lookup(one.Name()) == nil) {
			locale.Page(one.Tree, l, func(key string) {
				if found != nil {
					found(one.Tree.ParseName, key)
				}
			})
		}
	}
}

// markup is a text in which amounts stand in their columns' form; every other argument is escaped.
func (w wording) markup(key string, arguments ...any) template.HTML {
	const mark = "\x00"
	shown := make([]any, len(arguments))
	var amounts []string
	for i, argument := range arguments {
		switch argument.(type) {
		case view.Amount, *view.Amount:
			shown[i] = mark + string(rune('0'+len(amounts))) + mark
			amounts = append(amounts, string(w.amount(argument)))
		default:
			shown[i] = argument
		}
	}
	text := template.HTMLEscapeString(w.T(key, shown...))
	for i, amount := range amounts {
		// The escaper writes the replacement character for the mark.
		text = strings.Replace(text, "\uFFFD"+string(rune('0'+i))+"\uFFFD", amount, 1)
	}
	return template.HTML(text)
}

// detail is what a refusal says of its case. It is written in English where it names what it found; then it is marked so.
func (w wording) detail(text string) template.HTML {
	said := w.T(text)
	if w.Language == locale.Chinese && said == text {
		return template.HTML(`<span lang="en">` + template.HTMLEscapeString(capital(text)) + `</span>`)
	}
	return template.HTML(template.HTMLEscapeString(capital(said)))
}

// refusal says beside an input why it was refused.
func (w wording) refusal(p *problem.Problem) string {
	if said, known := w.Find(p.Detail); known || w.Language != locale.Chinese {
		return capital(cmp.Or(said, p.Detail))
	}
	return w.T(p.Title)
}
