package view

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/engine/vault"

	"golang.org/x/text/unicode/norm"
)

// directory remembers by which words the records of one table are found whose words are in the vault and so in no index:
// names of parties and people, numbers of bank accounts. It is in memory only, knows what is new when it is asked, and
// looks every so often whether words have changed. What it finds is read again before it is shown, so that what was erased
// is not.
type directory[R any] struct {
	table string
	words func(v *View, record *R) (vault.Ref, func() ([]string, error))

	mutex   sync.Mutex
	rows    []directoryRow // guarded by mutex
	places  map[uint64]int // guarded by mutex; by number
	last    uint64         // guarded by mutex; highest number that was read
	checked time.Time      // guarded by mutex
}

type directoryRow struct {
	number uint64
	ref    vault.Ref
	words  []string // folded
}

// checkSpan is how old a change of words may be before it is found.
const checkSpan = 30 * time.Second

// matching gives the numbers of the records for which one of the words matches, the lowest first.
func (d *directory[R]) matching(v *View, match func(word string) bool) ([]uint64, error) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	after, now := d.last, time.Now()
	if d.places == nil || now.Sub(d.checked) >= checkSpan {
		after, d.checked = 0, now
	}
	if d.places == nil {
		d.places = map[uint64]int{}
	}
	err := rows(v, fmt.Sprintf("SELECT number, record FROM %s WHERE number > ?", d.table), []any{int64(after)}, func(number uint64, record *R) error {
		ref, read := d.words(v, record)
		at, known := d.places[number]
		if known && d.rows[at].ref == ref {
			return nil
		}
		words, err := read()
		if err != nil {
			return err
		}
		row := directoryRow{number, ref, make([]string, len(words))}
		for i, word := range words {
			row.words[i] = folded(word)
		}
		if !known {
			at = len(d.rows)
			d.places[number], d.rows = at, append(d.rows, row)
		}
		d.rows[at], d.last = row, max(d.last, number)
		return nil
	})
	if err != nil {
		return nil, err
	}
	var found []uint64
	for _, row := range d.rows {
		for _, word := range row.words {
			if match(word) {
				found = append(found, row.number)
				break
			}
		}
	}
	return found, nil
}

// forget drops all words.
func (d *directory[R]) forget() {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.rows, d.places, d.last = nil, nil, 0
}

// directories are of one node.
type directories struct {
	parties  directory[party.Party]
	people   directory[party.Actor]
	accounts directory[party.BankAccount]
}

func (d *directories) forget() {
	d.parties.forget()
	d.people.forget()
	d.accounts.forget()
}

func newDirectories() *directories {
	return &directories{
		parties: directory[party.Party]{table: "party", words: func(v *View, p *party.Party) (vault.Ref, func() ([]string, error)) {
			return vault.Ref(p.Profile), func() ([]string, error) {
				profile, err := v.profile(p.Profile)
				words := spelt(profile.Name)
				for _, identifier := range profile.Identifiers {
					words = append(words, identifierMark+identifier.Value)
				}
				return words, err
			}
		}},
		people: directory[party.Actor]{table: "actor", words: func(v *View, a *party.Actor) (vault.Ref, func() ([]string, error)) {
			return vault.Ref(a.Profile), func() ([]string, error) {
				name, err := v.text(a.Profile)
				return spelt(name), err
			}
		}},
		accounts: directory[party.BankAccount]{table: "bank_account", words: func(v *View, a *party.BankAccount) (vault.Ref, func() ([]string, error)) {
			return vault.Ref(a.Details), func() ([]string, error) {
				details, err := v.bankDetails(a.Details)
				return []string{details.IBAN, details.Number}, err
			}
		}},
	}
}

// identifierMark is a letter of no name, before an identifier: that is found whole, a name by a part of it.
const identifierMark = "ᚼ"

// related tells whether a caller who does not see all trades with a party, or funds it.
func (v *View) related(c access.Caller, p id.Party) (bool, error) {
	if c.SeesAll() || p == c.Party {
		return true, nil
	}
	var found bool
	err := v.view.Tx.QueryRowContext(v.ctx, `SELECT EXISTS (SELECT 1 FROM pair WHERE seller = ?1 AND buyer = ?2)
		OR EXISTS (SELECT 1 FROM pair WHERE buyer = ?1 AND seller = ?2)
		OR EXISTS (SELECT 1 FROM financing WHERE seller = ?2 AND +funder = ?1)
		OR EXISTS (SELECT 1 FROM financing WHERE buyer = ?2 AND +funder = ?1)`, int64(c.Party), int64(p)).Scan(&found)
	if err != nil {
		return false, fmt.Errorf("view: %w", err)
	}
	return found, nil
}

// NameOf is the name of a party that the caller sees, or with which it trades, or which it funds; "" for any other.
func (v *View) NameOf(c access.Caller, of id.Party) (string, error) {
	if seen, err := v.related(c, of); !seen || err != nil {
		return "", err
	}
	named, err := v.party(of)
	if err != nil || named == nil {
		return "", err
	}
	return named.Name, nil
}

// PartiesNamed finds parties whose name has a part, or one of whose identifiers is the text, in the caller's sight; not more
// than most, and whether that is all. To callers who don't see all, those with whom they trade or whom they fund can be
// found too.
func (v *View) PartiesNamed(c access.Caller, text string, most int) (found []Ref, complete bool, err error) {
	wanted := folded(text)
	if wanted == "" {
		return nil, true, nil
	}
	matches := func(word string) bool {
		identifier, marked := strings.CutPrefix(word, identifierMark)
		return marked && identifier == wanted || !marked && strings.Contains(word, wanted)
	}
	numbers, err := v.directories.parties.matching(v, matches)
	if err != nil {
		return nil, false, err
	}
	for i, number := range numbers {
		if len(found) == most {
			return found, i == len(numbers), nil
		}
		of := id.Make[id.Party](c.Party.Shard(), number)
		seen, err := v.related(c, of)
		if err != nil {
			return nil, false, err
		}
		if !seen {
			continue
		}
		record, err := v.partyRecord(of)
		if err != nil {
			return nil, false, err
		}
		profile, err := v.profile(record.Profile)
		if err != nil {
			return nil, false, err
		}
		matched := slices.ContainsFunc(spelt(profile.Name), func(name string) bool { return matches(folded(name)) })
		for _, identifier := range profile.Identifiers {
			matched = matched || folded(identifier.Value) == wanted
		}
		if matched {
			found = append(found, Ref{ID: of.String(), Name: profile.Name})
		}
	}
	return found, true, nil
}

// folded leaves letters and digits, small and without their marks: "Gießerei Rottmühl GmbH" is "giessereirottmuhlgmbh".
func folded(text string) string {
	var out strings.Builder
	for _, r := range norm.NFKD.String(text) {
		switch r = unicode.ToLower(r); {
		case r == 'ß':
			out.WriteString("ss")
		case unlike[r] != 0:
			out.WriteRune(unlike[r])
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			out.WriteRune(r)
		}
	}
	return out.String()
}

// unlike are letters with a stroke, which do not come apart into a letter and a mark.
var unlike = map[rune]rune{'ł': 'l', 'ø': 'o', 'đ': 'd', 'ħ': 'h', 'ı': 'i'}

// spelt gives a name and, where it has umlauts, the name as those write it who have none.
func spelt(name string) []string {
	if other := umlauts.Replace(name); other != name {
		return []string{name, other}
	}
	return []string{name}
}

var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue")
