package screening

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"millrace/domain/screening"
)

// Entry is one entry of a list.
type Entry struct {
	Key         string   `json:"key"` // the list's own name for the entry: stays the same from version to version
	Person      bool     `json:"person,omitempty"`
	Names       []string `json:"names"`               // the first is its main name
	Born        []string `json:"born,omitempty"`      // "1965-02-03", "1965-02" or "1965"
	Countries   []string `json:"countries,omitempty"` // ISO 3166-1 alpha-2
	Identifiers []string `json:"identifiers,omitempty"`
	Note        string   `json:"note,omitempty"` // programme, office or report, as the list says it
}

// Subject is who is screened.
type Subject struct {
	Name        string
	Person      bool
	Born        string // as of an entry; "" where unknown
	Countries   []string
	Identifiers []string
}

// Found is an entry that a subject is like.
type Found struct {
	List  int // as it was given to New
	Entry *Entry
	Name  string // of the entry, that was compared
	Score int    // 1 to 1000
	Why   screening.Why
}

// Scores, in thousandths.
const (
	wordFrom      = 860 // two words less alike than that have nothing in common
	skeletonScore = 930 // the least of two words with one skeleton
	initialScore  = 800 // of a letter against a word that begins with it
	joinedPenalty = 15  // taken off where names are the same only when written as one word
	joinedFrom    = 930 // names written as one word, less alike than that, have nothing in common
	oneWordMost   = 780 // the most of names of several words that have only one in common
	pinyinScore   = 900 // of characters that are read like the other name
	orderPenalty  = 5
	misspeltMost  = 990
	greaterShare  = 65 // percent that the name which is covered more counts for
	birthAgrees   = 40
	birthDiffers  = 180
	countryAgrees = 10
	countryOther  = 40
	aliasPenalty  = 5
)

// name is one name of one entry, ready to be compared.
type name struct {
	entry  int32
	alias  bool
	exact  bool
	words  []int32 // numbers of words
	joined string
}

// Index finds the entries that names are like. It changes no more once it is made, and may be used from many goroutines.
type Index struct {
	entries []Entry
	list    []int // of each entry
	names   []name

	wordOf      map[string]int32
	words       []string
	weights     []int              // of words: rare ones weigh more
	postings    [][]int32          // names that have a word
	near        map[string][]int32 // words by what is left without one letter
	bySkeleton  map[string][]int32
	byJoined    map[string][]int32 // names
	identifiers map[string][]int32 // entries
}

// New makes an index of lists. Entries without a name that can be compared are left out.
func New(lists ...[]Entry) *Index {
	x := &Index{wordOf: map[string]int32{}, near: map[string][]int32{}, bySkeleton: map[string][]int32{}, byJoined: map[string][]int32{}, identifiers: map[string][]int32{}}
	for l, entries := range lists {
		for i := range entries {
			x.add(l, &entries[i])
		}
	}
	x.weights = make([]int, len(x.words))
	for w := range x.words {
		x.weights[w] = x.weight(len(x.postings[w]))
	}
	return x
}

// weight is how much a word tells that so many of the names have: 16 for each time that it halves them, from 16 up.
func (x *Index) weight(names int) int {
	return 16 * max(1, bits.Len(uint(len(x.names)/max(1, names))))
}

func (x *Index) add(list int, e *Entry) {
	number := int32(len(x.entries))
	x.entries, x.list = append(x.entries, *e), append(x.list, list)
	for i, text := range e.Names {
		words, exact, ok := parts(text)
		if !ok {
			continue
		}
		x.addName(name{entry: number, alias: i > 0, exact: exact, joined: strings.Join(words, "")}, words)
		if exact {
			if syllables, ok := romanised(words[0]); ok {
				read := strings.Join(syllables, "")
				x.byJoined[read] = append(x.byJoined[read], int32(len(x.names)-1))
			}
		}
	}
	for _, one := range e.Identifiers {
		if key := compact(one); len(key) >= identifierMin {
			x.identifiers[key] = append(x.identifiers[key], number)
		}
	}
}

// identifierMin is how many letters and digits an identifier has at least to be compared.
const identifierMin = 5

func (x *Index) addName(n name, words []string) {
	number := int32(len(x.names))
	if !n.exact {
		for _, w := range words {
			at := x.word(w)
			n.words = append(n.words, at)
			if p := x.postings[at]; len(p) == 0 || p[len(p)-1] != number {
				x.postings[at] = append(p, number)
			}
		}
	}
	x.names = append(x.names, n)
	x.byJoined[n.joined] = append(x.byJoined[n.joined], number)
}

// word finds or adds a word, and what finds it when it is misspelt.
func (x *Index) word(w string) int32 {
	if at, found := x.wordOf[w]; found {
		return at
	}
	at := int32(len(x.words))
	x.wordOf[w] = at
	x.words, x.postings = append(x.words, w), append(x.postings, nil)
	if s := skeleton(w); s != "" {
		x.bySkeleton[s] = append(x.bySkeleton[s], at)
	}
	without(w, func(left string) {
		x.near[left] = append(x.near[left], at)
	})
	return at
}

// withoutMin is how long a word is at least to be found when it is misspelt.
const withoutMin = 4

// without gives a word, and the word without each of its letters.
func without(w string, yield func(left string)) {
	if len(w) < withoutMin || len(w) > wordRunesMax {
		return
	}
	yield(w)
	for i := range len(w) {
		if i > 0 && w[i] == w[i-1] {
			continue // gives the same again
		}
		yield(w[:i] + w[i+1:])
	}
}

// similar are the words of the index that a word is like, each with how much, and how.
func (x *Index) similar(w string, into map[int32]likeness) {
	if at, found := x.wordOf[w]; found {
		into[at] = likeness{1000, 0}
	}
	if s := skeleton(w); s != "" {
		for _, at := range x.bySkeleton[s] {
			note(into, at, likeness{max(skeletonScore, min(misspeltMost, alike(w, x.words[at]))), screening.Misspelt})
		}
	}
	without(w, func(left string) {
		for _, at := range x.near[left] {
			if _, known := into[at]; known {
				continue
			}
			if score := alike(w, x.words[at]); score >= wordFrom {
				note(into, at, likeness{min(misspeltMost, score), screening.Misspelt})
			}
		}
	})
}

// likeness is how alike two words are, and why not quite.
type likeness struct {
	score int
	why   screening.Why
}

func note(into map[int32]likeness, at int32, l likeness) {
	if l.score > into[at].score {
		into[at] = l
	}
}

// postingsMax is how many names a word may have to lead to them where a rarer word of the subject does.
const postingsMax = 400

// Search finds the entries that a subject is like with a score of at least from, the likeliest first, each once.
func (x *Index) Search(s *Subject, from int) []Found {
	best := map[int32]Found{}
	offer := func(entry int32, text string, score int, why screening.Why) {
		e := &x.entries[entry]
		score, why = attributes(s, e, score, why)
		if was := best[entry]; score >= from && (score > was.Score || score == was.Score && text < was.Name) {
			best[entry] = Found{List: x.list[entry], Entry: e, Name: text, Score: score, Why: why}
		}
	}
	for _, one := range s.Identifiers {
		if key := compact(one); len(key) >= identifierMin {
			for _, entry := range x.identifiers[key] {
				offer(entry, x.entries[entry].Names[0], 1000, screening.SameIdentifier)
			}
		}
	}
	words, exact, ok := parts(s.Name)
	switch {
	case !ok:
	case exact:
		x.inCharacters(words[0], offer)
	default:
		x.inLetters(words, offer)
	}
	found := make([]Found, 0, len(best))
	for _, f := range best {
		found = append(found, f)
	}
	slices.SortFunc(found, func(a, b Found) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.List, b.List), strings.Compare(a.Entry.Key, b.Entry.Key))
	})
	return found
}

// inCharacters finds a name in characters: the same ones, or names in letters that are read so.
func (x *Index) inCharacters(characters string, offer func(int32, string, int, screening.Why)) {
	for _, at := range x.byJoined[characters] {
		x.offered(at, 1000, screening.Characters, offer)
	}
	syllables, ok := romanised(characters)
	if !ok {
		return
	}
	for _, read := range orders(syllables) {
		for _, at := range x.byJoined[read] {
			if !x.names[at].exact {
				x.offered(at, pinyinScore, screening.Pinyin, offer)
			}
		}
	}
}

// orders are the ways to write a name's syllables as one word: as it stands, and with the first one, or two, last.
func orders(syllables []string) []string {
	all := []string{strings.Join(syllables, "")}
	for first := 1; first <= 2 && first < len(syllables); first++ {
		all = append(all, strings.Join(append(slices.Clone(syllables[first:]), syllables[:first]...), ""))
	}
	return all
}

// offered offers a name of the index.
func (x *Index) offered(at int32, score int, why screening.Why, offer func(int32, string, int, screening.Why)) {
	n := &x.names[at]
	if n.alias {
		score, why = score-aliasPenalty, why|screening.Alias
	}
	offer(n.entry, x.text(at), score, why)
}

// text is a name as the list writes it.
func (x *Index) text(at int32) string {
	n := &x.names[at]
	e := &x.entries[n.entry]
	for _, text := range e.Names {
		if words, _, ok := parts(text); ok && strings.Join(words, "") == n.joined {
			return text
		}
	}
	return e.Names[0]
}

// inLetters finds a name in letters.
func (x *Index) inLetters(words []string, offer func(int32, string, int, screening.Why)) {
	joined := strings.Join(words, "")
	for _, at := range x.byJoined[joined] {
		if x.names[at].exact {
			x.offered(at, pinyinScore, screening.Pinyin, offer)
		} else {
			x.offered(at, 1000-joinedPenalty, screening.SameName, offer)
		}
	}
	for rotated, w := 1, words; rotated < len(w) && rotated <= 2; rotated++ { // given name first, in pinyin
		for _, at := range x.byJoined[strings.Join(append(slices.Clone(w[rotated:]), w[:rotated]...), "")] {
			if x.names[at].exact {
				x.offered(at, pinyinScore, screening.Pinyin, offer)
			}
		}
	}
	like := make([]map[int32]likeness, len(words))
	weights := make([]int, len(words))
	common := make([]bool, len(words))
	rare := 0
	for i, w := range words {
		like[i] = map[int32]likeness{}
		x.similar(w, like[i])
		reached := 0
		for at := range like[i] {
			reached += len(x.postings[at])
		}
		weights[i] = x.weight(max(1, len(x.postingsOf(w))))
		if common[i] = reached > postingsMax; !common[i] && reached > 0 {
			rare++
		}
	}
	seen := map[int32]bool{}
	for i := range words {
		if common[i] && rare > 0 {
			continue // a rarer word leads there as well
		}
		for at := range like[i] {
			for _, n := range x.postings[at] {
				if !seen[n] {
					seen[n] = true
					if score, why := x.compare(words, joined, weights, like, &x.names[n]); score > 0 {
						x.offered(n, score, why, offer)
					}
				}
			}
		}
	}
}

func (x *Index) postingsOf(w string) []int32 {
	if at, found := x.wordOf[w]; found {
		return x.postings[at]
	}
	return nil
}

// compare scores a name in letters against one of the index: words are paired, the likeliest first, and weigh by how rare they are.
func (x *Index) compare(words []string, joined string, weights []int, like []map[int32]likeness, n *name) (int, screening.Why) {
	pairs := x.pairs(words, weights, like, n)
	var usedI, usedJ [wordsMax]bool
	mine, its, whole := 0, 0, 0 // thousandths of weight that are covered; words
	why, last, ordered := screening.Why(0), -1, true
	places := [wordsMax]int{}
	for _, p := range pairs {
		if usedI[p.i] || usedJ[p.j] {
			continue
		}
		usedI[p.i], usedJ[p.j] = true, true
		places[p.i] = p.j + 1
		mine += p.score * weights[p.i]
		its += p.score * x.weights[n.words[p.j]]
		if p.score == initialScore {
			why |= screening.Initial
		} else {
			whole++
			if p.score < 1000 {
				why |= screening.Misspelt
			}
		}
	}
	for i := range words {
		if places[i] == 0 {
			continue
		}
		ordered = ordered && places[i]-1 > last
		last = places[i] - 1
	}
	allMine, allIts, matched := 0, 0, 0
	for i := range words {
		allMine += weights[i]
		if usedI[i] {
			matched++
		}
	}
	for _, at := range n.words {
		allIts += x.weights[at]
	}
	a, b := mine/allMine, its/allIts
	score := (greaterShare*max(a, b) + (100-greaterShare)*min(a, b)) / 100
	if matched < len(words) || matched < len(n.words) {
		why |= screening.WordMissing
	}
	if !ordered {
		score, why = score-orderPenalty, why|screening.OtherOrder
	}
	if why&^(screening.OtherOrder) == 0 {
		why |= screening.SameName
	}
	if whole < 2 && max(len(words), len(n.words)) > 1 {
		score = min(score, oneWordMost)
	}
	if one := alike(joined, n.joined) - joinedPenalty; len(words) != len(n.words) && one >= joinedFrom && one > score {
		return min(one, misspeltMost), screening.Misspelt
	}
	return score, why
}

// pair is a word of a name and one of a name of the index, with how alike they are and what they weigh together.
type pair struct{ i, j, score, weight int }

// pairs are the words of two names that are alike, the likeliest first.
func (x *Index) pairs(words []string, weights []int, like []map[int32]likeness, n *name) []pair {
	var pairs []pair
	for i, w := range words {
		for j, at := range n.words {
			l := like[i][at]
			if l.score == 0 && (len(w) == 1 || len(x.words[at]) == 1) && w[0] == x.words[at][0] {
				l = likeness{initialScore, screening.Initial}
			}
			if l.score > 0 {
				pairs = append(pairs, pair{i, j, l.score, weights[i] + x.weights[at]})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.weight, a.weight), cmp.Compare(a.i+a.j, b.i+b.j), cmp.Compare(a.i, b.i))
	})
	return pairs
}

// attributes weighs what is known besides the name.
func attributes(s *Subject, e *Entry, score int, why screening.Why) (int, screening.Why) {
	if why&screening.SameIdentifier != 0 {
		return score, why
	}
	if s.Born != "" && len(e.Born) > 0 {
		if slices.ContainsFunc(e.Born, func(b string) bool { return sameBirth(s.Born, b) }) {
			score, why = score+birthAgrees, why|screening.BirthAgrees
		} else {
			score, why = score-birthDiffers, why|screening.BirthDiffers
		}
	}
	if len(s.Countries) > 0 && len(e.Countries) > 0 {
		if slices.ContainsFunc(s.Countries, func(c string) bool { return slices.Contains(e.Countries, c) }) {
			score, why = score+countryAgrees, why|screening.CountryAgrees
		} else {
			score, why = score-countryOther, why|screening.CountryDiffers
		}
	}
	if s.Person != e.Person {
		score -= kindPenalty
	}
	return max(0, min(score, screening.ScoreMax)), why
}

// kindPenalty is taken off where one is a person and the other is none.
const kindPenalty = 60

// sameBirth compares dates as far as both are known: within a year where one is only a year, for lists say "circa".
func sameBirth(a, b string) bool {
	if len(a) < 4 || len(b) < 4 {
		return false
	}
	if len(a) > 4 && len(b) > 4 {
		short := min(len(a), len(b))
		return a[:short] == b[:short]
	}
	years := func(t string) int {
		n := 0
		for _, c := range t[:4] {
			n = 10*n + int(c-'0')
		}
		return n
	}
	return max(years(a)-years(b), years(b)-years(a)) <= 1
}

// compact leaves letters and digits, in capitals.
func compact(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, text)
}
