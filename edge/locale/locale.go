// Package locale says in a person's language what the program says in English. The English text itself is the key: a text
// that nobody has translated stands in English, and English stays as it was written. Catalogues are files of JSON under the
// name of their language, as many as there are parts of the program; package console's tests hold them against the code.
//
// A text has holes. In Go they are the verbs of package fmt, and a translation may take them in another order by their
// number, %[2]s; in a page they are the actions of the template, {seller}, and the elements in the line, <a>…</a>.
package locale

import (
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed zh-Hans/*.json
var catalogues embed.FS

// Language is one in which pages are written.
type Language struct {
	Tag    string // of BCP 47, as in the attribute lang
	Name   string // of the language in itself, short
	plural func(n int64) string
	read   func() map[string]Message
}

// Message is one text in one language: by plural category of CLDR, "other" where number makes no difference.
type Message map[string]string

// UnmarshalJSON takes a text alone for one that is the same for every number.
func (m *Message) UnmarshalJSON(content []byte) error {
	var text string
	if json.Unmarshal(content, &text) == nil {
		*m = Message{"other": text}
		return nil
	}
	forms := map[string]string{}
	if err := json.Unmarshal(content, &forms); err != nil {
		return fmt.Errorf("locale: a message is a text, or texts by plural category: %w", err)
	}
	*m = forms
	return nil
}

// The languages, with the plural rules of CLDR 46: English tells one from all other whole numbers, Chinese does not.
var (
	English = &Language{Tag: "en", Name: "EN", plural: func(n int64) string {
		if n == 1 || n == -1 {
			return "one"
		}
		return "other"
	}}
	Chinese = &Language{Tag: "zh-Hans", Name: "中文", read: sync.OnceValue(func() map[string]Message { return load("zh-Hans") }), plural: func(int64) string { return "other" }}
)

// Languages are all there are, the first being that of a person who asks for none of them.
var Languages = []*Language{English, Chinese}

// Files are the names of a language's catalogues, in order.
func Files(tag string) []string {
	found, err := catalogues.ReadDir(tag)
	if err != nil {
		return nil
	}
	var names []string
	for _, file := range found {
		names = append(names, path.Join(tag, file.Name()))
	}
	return names
}

// Read reads one catalogue. A catalogue that is no JSON is a mistake in the program and panics.
func Read(name string) map[string]Message {
	content, err := catalogues.ReadFile(name)
	if err != nil {
		panic(err)
	}
	messages := map[string]Message{}
	if err := json.Unmarshal(content, &messages); err != nil {
		panic(fmt.Sprintf("locale: %s: %v", name, err))
	}
	return messages
}

func load(tag string) map[string]Message {
	all := map[string]Message{}
	for _, name := range Files(tag) {
		for key, message := range Read(name) {
			all[key] = message
		}
	}
	return all
}

// Of is the language that goes by a tag; nil for none.
func Of(tag string) *Language {
	for _, l := range Languages {
		if l.Tag == tag {
			return l
		}
	}
	return nil
}

// Accepted is the language that a browser likes best, by its Accept-Language header (RFC 9110, 12.5.4). Whoever reads any
// Chinese is given ours.
func Accepted(header string) *Language {
	type wish struct {
		language *Language
		quality  float64
	}
	var wishes []wish
	for _, part := range strings.Split(header, ",") {
		tag, parameter, _ := strings.Cut(strings.TrimSpace(part), ";")
		quality := 1.0
		if _, text, found := strings.Cut(parameter, "q="); found {
			quality, _ = strconv.ParseFloat(strings.TrimSpace(text), 64)
		}
		primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
		for _, l := range Languages {
			if own, _, _ := strings.Cut(l.Tag, "-"); own == primary && quality > 0 {
				wishes = append(wishes, wish{l, quality})
			}
		}
	}
	if len(wishes) == 0 {
		return Languages[0]
	}
	slices.SortStableFunc(wishes, func(a, b wish) int { return cmp.Compare(b.quality, a.quality) })
	return wishes[0].language
}

// isEnglish holds for no language too: where nobody has chosen one, English is written.
func (l *Language) isEnglish() bool { return l == nil || l == English }

// messages is the catalogue; nil for English, whose keys are the texts.
func (l *Language) messages() map[string]Message {
	if l.isEnglish() {
		return nil
	}
	return l.read()
}

// Find looks a key up as it stands.
func (l *Language) Find(key string) (string, bool) {
	message, known := l.messages()[key]
	return message["other"], known
}

// Has tells whether there is a translation.
func (l *Language) Has(key string) bool {
	_, known := l.messages()[key]
	return known
}

// quoted is the place of a name in a sentence. It is printed with the quotation marks of print, not with those of a program.
var quoted = regexp.MustCompile(`%(\[\d\])?q`)

// T is a text in the language, with its arguments in their places.
func (l *Language) T(key string, arguments ...any) string {
	if text, known := l.Find(key); known {
		key = text
	} else if l.isEnglish() {
		key = single(key, arguments)
	}
	if len(arguments) == 0 {
		return key
	}
	if strings.Contains(key, "q") {
		key = quoted.ReplaceAllString(key, "“%${1}s”")
	}
	shown := make([]any, len(arguments))
	for i, argument := range arguments {
		shown[i] = l.argument(argument)
	}
	return fmt.Sprintf(key, shown...)
}

// Many is a number of things, the thing in the singular: "1 financing", "2 financings". The catalogue has it as
// "{n} financing".
func (l *Language) Many(n int64, thing string) string {
	number := Grouped(n)
	if message, known := l.messages()["{n} "+thing]; known {
		text, has := message[l.plural(n)]
		if !has {
			text = message["other"]
		}
		return strings.Replace(text, "{n}", number, 1)
	}
	if n != 1 {
		thing += "s"
	}
	return number + " " + thing
}

// Word is a code in words: "awaiting_approval" is "awaiting approval".
func (l *Language) Word(code string) string {
	text := strings.ReplaceAll(code, "_", " ")
	if found, known := l.Find(text); known {
		return found
	}
	if strings.Contains(text, ", ") {
		return l.words(strings.Split(text, ", "))
	}
	if l.isEnglish() {
		return inEnglish(text)
	}
	return text
}

// List puts texts after one another, which are in words in every language but English.
func (l *Language) List(codes []string) string {
	if l.isEnglish() {
		return strings.Join(codes, ", ")
	}
	return l.words(codes)
}

// words puts codes in words after one another.
func (l *Language) words(codes []string) string {
	shown := make([]string, len(codes))
	for i, code := range codes {
		shown[i] = l.Word(code)
	}
	if l.isEnglish() {
		return strings.Join(shown, ", ")
	}
	return strings.Join(shown, "、")
}

// Date shows a date that is written as 2026-11-22; every other text stays as it is.
func (l *Language) Date(text string) string {
	if l.isEnglish() || len(text) != 10 || text[4] != '-' || text[7] != '-' {
		return text
	}
	year, yearErr := strconv.Atoi(text[:4])
	month, monthErr := strconv.Atoi(text[5:7])
	day, dayErr := strconv.Atoi(text[8:])
	if yearErr != nil || monthErr != nil || dayErr != nil || year < 0 || month < 1 || month > 12 || day < 1 || day > 31 {
		return text
	}
	return fmt.Sprintf("%d年%d月%d日", year, month, day)
}

// Grouped prints a whole number in groups of three digits, in every language: a table is read digit by digit.
func Grouped[N ~int | ~int64 | ~uint64](n N) string {
	text := fmt.Sprint(n)
	for at := len(text) - 3; at > 0 && text[at-1] != '-'; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

// Currency names a currency by its code of ISO 4217; "" for one without a name here, and in English, where the code is enough.
func (l *Language) Currency(code string) string {
	if l.isEnglish() {
		return ""
	}
	name, _ := l.Find("currency " + code)
	return name
}
