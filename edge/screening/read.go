package screening

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"millrace/domain/calendar"
)

// List is what a file says.
type List struct {
	Format    string        // "own", "un", "eu", "ofac"
	Published calendar.Date // 0 where the file doesn't say
	Entries   []Entry       // by key, ascending
}

// Bounds of lists.
const (
	BytesMax   = 256 << 20 // of a file
	EntriesMax = 1_000_000
	namesMax   = 200 // of an entry
)

// ErrFormat is returned for a file that is in none of the forms that are read.
var ErrFormat = errors.New("screening: the file is no list in a form that is read: own CSV, JSON or XML; UN XML; EU XML or CSV; OFAC SDN XML or CSV")

// Read reads a list by its content. Errors name what is wrong: the entry, the line where the form has lines, and the value.
func Read(content []byte) (*List, error) {
	if len(content) > BytesMax {
		return nil, fmt.Errorf("screening: the file has %d bytes, and at most %d are read", len(content), BytesMax)
	}
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	trimmed := bytes.TrimSpace(content)
	var l *List
	var err error
	switch {
	case len(trimmed) == 0:
		return nil, ErrFormat
	case trimmed[0] == '<':
		l, err = readXML(trimmed)
	case trimmed[0] == '{':
		l, err = readJSON(trimmed)
	default:
		l, err = readCSV(content)
	}
	if err != nil {
		return nil, err
	}
	if err := l.finish(); err != nil {
		return nil, err
	}
	return l, nil
}

// finish checks what all forms share, and puts entries in order.
func (l *List) finish() error {
	if len(l.Entries) == 0 || len(l.Entries) > EntriesMax {
		return fmt.Errorf("screening: the list has %d entries; 1 to %d are read", len(l.Entries), EntriesMax)
	}
	seen := make(map[string]bool, len(l.Entries))
	for i := range l.Entries {
		e := &l.Entries[i]
		e.Key = strings.TrimSpace(e.Key)
		var names []string
		for _, n := range e.Names {
			if n = strings.Join(strings.Fields(n), " "); n != "" && !slices.Contains(names, n) && len(names) < namesMax {
				names = append(names, n)
			}
		}
		e.Names = names
		switch {
		case e.Key == "":
			return fmt.Errorf("screening: entry %d has no key", i+1)
		case seen[e.Key]:
			return fmt.Errorf("screening: entry %d: the key %q stands twice", i+1, e.Key)
		case len(names) == 0:
			return fmt.Errorf("screening: entry %q has no name", e.Key)
		}
		seen[e.Key] = true
		for j, born := range e.Born {
			if e.Born[j] = strings.TrimSpace(born); !validBirth(e.Born[j]) {
				return fmt.Errorf("screening: entry %q: %q is no date of birth like 1965-02-03, 1965-02 or 1965", e.Key, born)
			}
		}
		e.Born, e.Identifiers, e.Countries = distinct(e.Born), distinct(e.Identifiers), known(e.Countries)
	}
	slices.SortFunc(l.Entries, func(a, b Entry) int { return strings.Compare(a.Key, b.Key) })
	return nil
}

func validBirth(text string) bool {
	for _, layout := range [...]string{"2006-01-02", "2006-01", "2006"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.Year() > 0
		}
	}
	return false
}

// spanMax is how many years may lie between the first and the last year in which somebody may have been born.
const spanMax = 100

// yearsOf are all years from one to another, for lists that say "between"; nothing where they are no years.
func yearsOf(from, to string) []string {
	first, err := time.Parse("2006", strings.TrimSpace(from))
	last, other := time.Parse("2006", strings.TrimSpace(to))
	if err != nil || other != nil || last.Year()-first.Year() > spanMax {
		return nil
	}
	var years []string
	for year := first.Year(); year <= last.Year(); year++ {
		years = append(years, fmt.Sprintf("%04d", year))
	}
	return years
}

// distinct leaves texts without blanks around them, each once.
func distinct(texts []string) []string {
	var left []string
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" && !slices.Contains(left, text) {
			left = append(left, text)
		}
	}
	return left
}

// known leaves codes of countries, each once; names are turned into codes where they are in the table.
func known(countries []string) []string {
	var codes []string
	for _, c := range countries {
		c = strings.ToUpper(strings.TrimSpace(c))
		if len(c) != 2 {
			c = countryCodes[c]
		}
		if c != "" && c != "00" && !slices.Contains(codes, c) {
			codes = append(codes, c)
		}
	}
	return codes
}

func readJSON(content []byte) (*List, error) {
	var file struct {
		Published string  `json:"published"`
		Entries   []Entry `json:"entries"`
	}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		return nil, fmt.Errorf("screening: JSON: %w", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("screening: JSON: there is more after the list")
	}
	published, err := dateOf(file.Published, isoLayouts...)
	return &List{Format: "own", Published: published, Entries: file.Entries}, err
}

// How publishers write the date of a list: "03/04/2026" is the third of April to the European Union, and the fourth of March to OFAC.
var (
	isoLayouts = []string{"2006-01-02", time.RFC3339, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04:05.000-07:00"}
	euLayouts  = append([]string{"02/01/2006"}, isoLayouts...)
	sdnLayouts = append([]string{"01/02/2006"}, isoLayouts...)
)

// dateOf reads the date on which a list was published, in one of the layouts of its publisher; 0 for no text.
func dateOf(text string, layouts ...string) (calendar.Date, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, nil
	}
	for _, layout := range layouts {
		if at, err := time.Parse(layout, text); err == nil {
			date, ok := calendar.Of(at.Year(), int(at.Month()), at.Day())
			if ok {
				return date, nil
			}
		}
	}
	return 0, fmt.Errorf("screening: %q is no date of publication", text)
}

// node is an element of any list in XML.
type node struct {
	name string
	attr map[string]string
	text strings.Builder
	kids []*node
}

func (n *node) all(name string) []*node {
	var found []*node
	for _, k := range n.kids {
		if k.name == name {
			found = append(found, k)
		}
	}
	return found
}

// value is the text of the first child of a name, or the empty text.
func (n *node) value(name string) string {
	for _, k := range n.kids {
		if k.name == name {
			return strings.TrimSpace(k.text.String())
		}
	}
	return ""
}

// down are the descendants along a path.
func (n *node) down(path ...string) []*node {
	found := []*node{n}
	for _, name := range path {
		var next []*node
		for _, f := range found {
			next = append(next, f.all(name)...)
		}
		found = next
	}
	return found
}

const depthMax = 32

// tree reads XML without a document type declaration.
func tree(content []byte) (*node, error) {
	decoder := xml.NewDecoder(bytes.NewReader(content))
	var stack []*node
	var root *node
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("screening: XML: %w", err)
		}
		switch t := token.(type) {
		case xml.Directive:
			return nil, errors.New("screening: XML: a document type declaration is not read")
		case xml.StartElement:
			n := &node{name: t.Name.Local}
			for _, a := range t.Attr {
				if n.attr == nil {
					n.attr = map[string]string{}
				}
				n.attr[a.Name.Local] = a.Value
			}
			if len(stack) >= depthMax {
				return nil, errors.New("screening: XML: elements are nested too deeply")
			}
			if len(stack) > 0 {
				stack[len(stack)-1].kids = append(stack[len(stack)-1].kids, n)
			} else if root != nil {
				return nil, errors.New("screening: XML: there is more after the list")
			} else {
				root = n
			}
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if len(stack) > 0 {
				stack[len(stack)-1].text.Write(t)
			}
		}
	}
	if root == nil {
		return nil, ErrFormat
	}
	return root, nil
}

func readXML(content []byte) (*List, error) {
	root, err := tree(content)
	if err != nil {
		return nil, err
	}
	switch root.name {
	case "screeningList":
		return readOwn(root)
	case "CONSOLIDATED_LIST":
		return readUN(root)
	case "export":
		return readEU(root)
	case "sdnList":
		return readSDN(root)
	}
	return nil, ErrFormat
}

// readOwn reads our own XML.
func readOwn(root *node) (*List, error) {
	published, err := dateOf(root.attr["published"], isoLayouts...)
	l := &List{Format: "own", Published: published}
	for _, n := range root.all("entry") {
		person, err := personOf(n.attr["person"])
		if err != nil {
			return nil, fmt.Errorf("screening: XML: entry %q: %w", n.attr["key"], err)
		}
		e := Entry{Key: n.attr["key"], Person: person, Note: n.value("note")}
		for _, k := range n.kids {
			text := strings.TrimSpace(k.text.String())
			switch k.name {
			case "name":
				e.Names = append(e.Names, text)
			case "born":
				e.Born = append(e.Born, text)
			case "country":
				e.Countries = append(e.Countries, text)
			case "identifier":
				e.Identifiers = append(e.Identifiers, text)
			}
		}
		l.Entries = append(l.Entries, e)
	}
	return l, err
}

// personOf reads whether an entry of our own form is a person; it is none where nothing is said.
func personOf(text string) (bool, error) {
	switch text {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	}
	return false, fmt.Errorf("person is true or false, not %q", text)
}

// readUN reads the consolidated list of the Security Council of the United Nations.
func readUN(root *node) (*List, error) {
	published, err := dateOf(root.attr["dateGenerated"], isoLayouts...)
	l := &List{Format: "un", Published: published}
	joined := func(n *node) string {
		return strings.Join([]string{n.value("FIRST_NAME"), n.value("SECOND_NAME"), n.value("THIRD_NAME"), n.value("FOURTH_NAME")}, " ")
	}
	for _, n := range root.down("INDIVIDUALS", "INDIVIDUAL") {
		e := Entry{Key: cmp.Or(n.value("REFERENCE_NUMBER"), n.value("DATAID")), Person: true, Names: []string{joined(n), n.value("NAME_ORIGINAL_SCRIPT")}, Note: n.value("UN_LIST_TYPE")}
		for _, alias := range n.all("INDIVIDUAL_ALIAS") {
			e.Names = append(e.Names, alias.value("ALIAS_NAME"))
		}
		for _, birth := range n.all("INDIVIDUAL_DATE_OF_BIRTH") {
			date := cmp.Or(birth.value("DATE"), birth.value("YEAR"))
			if len(date) > 10 {
				date = date[:10]
			}
			if validBirth(date) {
				e.Born = append(e.Born, date)
			}
			e.Born = append(e.Born, yearsOf(birth.value("FROM_YEAR"), birth.value("TO_YEAR"))...)
		}
		for _, nationality := range n.down("NATIONALITY", "VALUE") {
			e.Countries = append(e.Countries, nationality.text.String())
		}
		for _, address := range n.all("INDIVIDUAL_ADDRESS") {
			e.Countries = append(e.Countries, address.value("COUNTRY"))
		}
		for _, document := range n.all("INDIVIDUAL_DOCUMENT") {
			e.Identifiers = append(e.Identifiers, identified(document.value("NUMBER"))...)
		}
		l.Entries = append(l.Entries, e)
	}
	for _, n := range root.down("ENTITIES", "ENTITY") {
		e := Entry{Key: cmp.Or(n.value("REFERENCE_NUMBER"), n.value("DATAID")), Names: []string{joined(n), n.value("NAME_ORIGINAL_SCRIPT")}, Note: n.value("UN_LIST_TYPE")}
		for _, alias := range n.all("ENTITY_ALIAS") {
			e.Names = append(e.Names, alias.value("ALIAS_NAME"))
		}
		for _, address := range n.all("ENTITY_ADDRESS") {
			e.Countries = append(e.Countries, address.value("COUNTRY"))
		}
		l.Entries = append(l.Entries, e)
	}
	return l, err
}

// identified leaves out what says that there is no number.
func identified(number string) []string {
	if len(compact(number)) < identifierMin {
		return nil
	}
	return []string{strings.TrimSpace(number)}
}

// readEU reads the consolidated list of the European Union (FSF, version 1.1).
func readEU(root *node) (*List, error) {
	published, err := dateOf(root.attr["generationDate"], euLayouts...)
	l := &List{Format: "eu", Published: published}
	for _, n := range root.all("sanctionEntity") {
		e := Entry{Key: cmp.Or(n.attr["euReferenceNumber"], n.attr["logicalId"])}
		for _, kind := range n.all("subjectType") {
			e.Person = strings.EqualFold(kind.attr["code"], "person") || strings.EqualFold(kind.attr["classificationCode"], "P")
		}
		for _, name := range n.all("nameAlias") {
			e.Names = append(e.Names, cmp.Or(name.attr["wholeName"], strings.Join([]string{name.attr["firstName"], name.attr["middleName"], name.attr["lastName"]}, " ")))
		}
		for _, birth := range n.all("birthdate") {
			if date := cmp.Or(birth.attr["birthdate"], birth.attr["year"]); validBirth(date) {
				e.Born = append(e.Born, date)
			}
			e.Born = append(e.Born, yearsOf(birth.attr["yearRangeFrom"], birth.attr["yearRangeTo"])...)
		}
		for _, kind := range [...]string{"citizenship", "address"} {
			for _, at := range n.all(kind) {
				e.Countries = append(e.Countries, at.attr["countryIso2Code"])
			}
		}
		for _, number := range n.all("identification") {
			e.Identifiers = append(e.Identifiers, identified(number.attr["number"])...)
		}
		for _, regulation := range n.all("regulation") {
			e.Note = cmp.Or(e.Note, regulation.attr["programme"])
		}
		l.Entries = append(l.Entries, e)
	}
	return l, err
}

// readSDN reads the list of Specially Designated Nationals of OFAC as XML.
func readSDN(root *node) (*List, error) {
	published := calendar.Date(0)
	var err error
	for _, information := range root.all("publshInformation") { // as they spell it
		published, err = dateOf(information.value("Publish_Date"), sdnLayouts...)
	}
	l := &List{Format: "ofac", Published: published}
	whole := func(n *node) string { return strings.TrimSpace(n.value("firstName") + " " + n.value("lastName")) }
	for _, n := range root.all("sdnEntry") {
		e := Entry{Key: n.value("uid"), Person: strings.EqualFold(n.value("sdnType"), "individual"), Names: []string{whole(n)}}
		for _, program := range n.down("programList", "program") {
			e.Note = strings.TrimSpace(e.Note + " " + strings.TrimSpace(program.text.String()))
		}
		for _, aka := range n.down("akaList", "aka") {
			e.Names = append(e.Names, whole(aka))
		}
		for _, birth := range n.down("dateOfBirthList", "dateOfBirthItem") {
			e.Born = append(e.Born, bornOn(birth.value("dateOfBirth"))...)
		}
		for _, path := range [...][]string{{"nationalityList", "nationality"}, {"citizenshipList", "citizenship"}, {"addressList", "address"}} {
			for _, at := range n.down(path...) {
				e.Countries = append(e.Countries, at.value("country"))
			}
		}
		for _, number := range n.down("idList", "id") {
			if kind := number.value("idType"); kind != "Gender" && !strings.HasSuffix(kind, ":") { // those with a colon are remarks
				e.Identifiers = append(e.Identifiers, identified(number.value("idNumber"))...)
			}
		}
		l.Entries = append(l.Entries, e)
	}
	return l, err
}

// bornOn reads a date of birth as OFAC writes it: "10 Dec 1948", "Dec 1948", "1948", "circa 1948", and of two with "to" all years between.
func bornOn(text string) []string {
	text = strings.TrimSpace(strings.TrimPrefix(strings.ToLower(strings.TrimSpace(text)), "circa"))
	if from, to, span := strings.Cut(text, " to "); span {
		first, last := bornOn(from), bornOn(to)
		if len(first) != 1 || len(last) != 1 {
			return nil
		}
		return yearsOf(first[0][:4], last[0][:4])
	}
	for _, one := range [...]struct{ layout, as string }{{"2 Jan 2006", "2006-01-02"}, {"Jan 2006", "2006-01"}, {"2006", "2006"}} {
		if at, err := time.Parse(one.layout, capitalised(text)); err == nil {
			return []string{at.Format(one.as)}
		}
	}
	return nil
}

// capitalised writes the month with a capital.
func capitalised(text string) string {
	words := strings.Fields(text)
	for i, w := range words {
		words[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, " ")
}

func readCSV(content []byte) (*List, error) {
	line, _, _ := bytes.Cut(content, []byte("\n"))
	head := string(line)
	switch {
	case strings.Contains(head, ";") && strings.Contains(head, "NameAlias_WholeName"):
		return readEUTable(content)
	case strings.HasPrefix(strings.TrimSpace(head), "key,"):
		return readOwnTable(content)
	case strings.Count(head, ",") >= 11 && head[0] >= '0' && head[0] <= '9':
		return readSDNTable(content)
	}
	return nil, ErrFormat
}

// readOwnTable reads our own CSV: key, person, names, born, countries, identifiers, note; several values in one field are parted by "|".
func readOwnTable(content []byte) (*List, error) {
	rows, lines, columns, err := spread(content, ',')
	if err != nil {
		return nil, err
	}
	if _, there := columns["names"]; !there {
		return nil, errors.New(`screening: CSV: the column "names" is missing`)
	}
	l := &List{Format: "own"}
	for i, row := range rows {
		of := func(name string) string {
			if at, there := columns[name]; there && at < len(row) {
				return strings.TrimSpace(row[at])
			}
			return ""
		}
		many := func(name string) []string {
			return distinct(strings.Split(of(name), "|"))
		}
		person, err := personOf(of("person"))
		if err != nil {
			return nil, fmt.Errorf("screening: CSV: line %d: %w", lines[i], err)
		}
		l.Entries = append(l.Entries, Entry{
			Key: of("key"), Person: person, Names: many("names"), Born: many("born"), Countries: many("countries"), Identifiers: many("identifiers"), Note: of("note"),
		})
	}
	return l, nil
}

// spread reads CSV with a header: the rows below it, the line on which each begins, and the place of each column.
func spread(content []byte, comma rune) (rows [][]string, lines []int, columns map[string]int, err error) {
	rows, lines, err = rowsOf(content, comma)
	if err != nil || len(rows) == 0 {
		return nil, nil, nil, cmp.Or(err, ErrFormat)
	}
	columns = map[string]int{}
	for i, name := range rows[0] {
		columns[strings.TrimSpace(name)] = i
	}
	return rows[1:], lines[1:], columns, nil
}

// rowsOf reads CSV: the rows, and the line on which each begins.
func rowsOf(content []byte, comma rune) (rows [][]string, lines []int, err error) {
	r := csv.NewReader(bytes.NewReader(content))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = comma, -1, comma == ';'
	for {
		row, err := r.Read()
		if err == io.EOF {
			return rows, lines, nil
		}
		if err != nil {
			return nil, nil, fmt.Errorf("screening: CSV: %w", err)
		}
		line, _ := r.FieldPos(0)
		rows, lines = append(rows, row), append(lines, line)
	}
}

// readEUTable reads the European Union's list as CSV (FSF, full, version 1.1): several lines make an entry.
func readEUTable(content []byte) (*List, error) {
	rows, _, columns, err := spread(content, ';')
	if err != nil {
		return nil, err
	}
	l := &List{Format: "eu"}
	places := map[string]int{}
	for _, row := range rows {
		of := func(name string) string {
			if at, there := columns[name]; there && at < len(row) {
				return strings.TrimSpace(row[at])
			}
			return ""
		}
		if l.Published == 0 {
			if l.Published, err = dateOf(of("fileGenerationDate"), euLayouts...); err != nil {
				return nil, err
			}
		}
		key := cmp.Or(of("Entity_EU_ReferenceNumber"), of("Entity_LogicalId"))
		at, known := places[key]
		if !known {
			at = len(l.Entries)
			places[key] = at
			l.Entries = append(l.Entries, Entry{Key: key, Note: of("Entity_Regulation_Programme")})
		}
		e := &l.Entries[at]
		e.Person = e.Person || strings.EqualFold(cmp.Or(of("Entity_SubjectType"), of("Entity_SubjectType_ClassificationCode")), "person") || of("Entity_SubjectType") == "P" ||
			of("Entity_SubjectType_ClassificationCode") == "P"
		if name := of("NameAlias_WholeName"); name != "" {
			e.Names = append(e.Names, name)
		}
		if date := cmp.Or(of("BirthDate_BirthDate"), of("BirthDate_Year")); validBirth(date) {
			e.Born = append(e.Born, date)
		}
		e.Born = append(e.Born, yearsOf(of("BirthDate_YearRangeFrom"), of("BirthDate_YearRangeTo"))...)
		e.Countries = append(e.Countries, of("Citizenship_CountryIso2Code"), of("Address_CountryIso2Code"))
		e.Identifiers = append(e.Identifiers, identified(of("Identification_Number"))...)
	}
	return l, nil
}

// The columns of OFAC's SDN.CSV, which has no header.
const (
	sdnKey = iota
	sdnName
	sdnType
	sdnProgram
	sdnRemarks = 11
)

// readSDNTable reads OFAC's SDN.CSV. Aliases stand in a file of their own (ALT.CSV) and, as "a.k.a.", in the remarks.
func readSDNTable(content []byte) (*List, error) {
	rows, lines, err := rowsOf(bytes.TrimRight(content, "\x1a\r\n "), ',')
	if err != nil {
		return nil, err
	}
	l := &List{Format: "ofac"}
	for i, row := range rows {
		if len(row) <= sdnRemarks {
			return nil, fmt.Errorf("screening: CSV: line %d has %d columns, not 12", lines[i], len(row))
		}
		e := Entry{Key: row[sdnKey], Person: strings.EqualFold(strings.TrimSpace(row[sdnType]), "individual"), Names: []string{row[sdnName]}, Note: strings.TrimSpace(row[sdnProgram])}
		for _, remark := range strings.Split(row[sdnRemarks], ";") {
			e.remark(strings.TrimPrefix(strings.TrimSuffix(strings.TrimSpace(remark), "."), "alt. "))
		}
		l.Entries = append(l.Entries, e)
	}
	return l, nil
}

// sdnNumbers are the words before numbers in OFAC's remarks.
var sdnNumbers = [...]string{
	"Passport ", "National ID No. ", "Tax ID No. ", "Registration Number ", "Registration ID ", "Identification Number ", "Company Number ", "V.A.T. Number ", "SWIFT/BIC ",
}

// remark takes one of OFAC's remarks into an entry.
func (e *Entry) remark(text string) {
	if rest, found := strings.CutPrefix(text, "DOB "); found {
		e.Born = append(e.Born, bornOn(rest)...)
	}
	if rest, found := strings.CutPrefix(text, "a.k.a. "); found {
		e.Names = append(e.Names, strings.Trim(rest, `'"`))
	}
	for _, before := range [...]string{"nationality ", "citizen "} {
		if rest, found := strings.CutPrefix(text, before); found {
			e.Countries = append(e.Countries, rest)
		}
	}
	for _, before := range sdnNumbers {
		if rest, found := strings.CutPrefix(text, before); found {
			number, _, _ := strings.Cut(rest, " ")
			e.Identifiers = append(e.Identifiers, identified(number)...)
		}
	}
}
