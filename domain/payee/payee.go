// Package payee compares the name under which a party is registered with the name of an account's holder, as verification of payee asks:
// Regulation (EU) 2024/886, which put Article 5c into Regulation (EU) No 260/2012, in force for banks of the euro area since 9 October
// 2025. Its four answers are the Verdicts here. How a score comes about is in doc/PAYEES.md.
//
// All is integers and tables: the same two names give the same score on every machine. Compare(a, b) equals Compare(b, a).
package payee

// Verdict is the answer about two names.
type Verdict uint8

// The verdicts.
const (
	Match       Verdict = 1 + iota // the same name
	CloseMatch                     // almost: a person looks
	NoMatch                        // another name
	NotPossible                    // one can't be held against the other: nothing in it, too long, or another script without a table
)

var verdicts = [...]string{"", "match", "close_match", "no_match", "not_possible"}

// String is the name used in documents.
func (v Verdict) String() string { return verdicts[v] }

// Scores are in parts per million.
const (
	ScoreMax       = 1_000_000
	MatchFrom      = 960_000       // and up: a match
	CloseFrom      = 800_000       // and up: a close match
	RunesMax       = 300           // of a name; a longer one is not compared
	wordsMax       = 12            // of a name: what comes after them counts as one word
	wordFrom       = 600_000       // two words less alike than that have nothing in common
	initialScore   = 800_000       // of a letter, against a word that begins with it
	umlautScore    = 995_000       // the most that names have which are the same but for how an umlaut is written
	formMissing    = 5_000         // taken off where one name has a legal form and the other has none
	formDiffers    = 100_000       // taken off where they have different ones
	joinedPenalty  = 10_000        // taken off where words are the same only when written as one
	exactAlmost    = 900_000       // names in characters: the same but for the legal form
	exactOtherMost = CloseFrom - 1 // the most that others have
)

// Result is what comes of a comparison.
type Result struct {
	Verdict Verdict
	Score   int32 // 0 to ScoreMax; 0 where it was not possible
}

// Compare holds two names against each other. It takes time in proportion to the product of their lengths at most.
func Compare(a, b string) Result {
	x, okX := read(a)
	y, okY := read(b)
	if !okX || !okY {
		return Result{Verdict: NotPossible}
	}
	if x.exact != y.exact {
		return Result{Verdict: NotPossible} // no small table leads from one script to the other
	}
	score := 0
	if x.exact {
		score = exactScore(x, y)
	} else {
		score = wordScore(x, y)
	}
	return Result{verdictOf(score), int32(score)}
}

func verdictOf(score int) Verdict {
	switch {
	case score >= MatchFrom:
		return Match
	case score >= CloseFrom:
		return CloseMatch
	}
	return NoMatch
}

// exactScore compares names in Chinese or other characters: one that differs is another name, however alike they look.
func exactScore(x, y *name) int {
	if x.whole == y.whole {
		return ScoreMax
	}
	if x.bare != "" && x.bare == y.bare {
		return exactAlmost
	}
	return min(exactOtherMost, alike([]rune(x.whole), []rune(y.whole)))
}

// wordScore compares names in letters: the words in whatever order, or all of them written as one.
func wordScore(x, y *name) int {
	score := max(inWords(x.words, y.words), asOne(x.words, y.words))
	if plainX, plainY := collapsed(x.words), collapsed(y.words); score < umlautScore {
		score = max(score, min(umlautScore, max(inWords(plainX, plainY), asOne(plainX, plainY))))
	}
	switch {
	case x.form == y.form:
	case x.form == "" || y.form == "":
		score -= formMissing
	default:
		score -= formDiffers
	}
	switch one, other := numbers(x.words), numbers(y.words); {
	case one == other:
	case one == "" || other == "":
		score = min(score, MatchFrom-1)
	default: // the first fund of a house is not its second
		score = min(score, CloseFrom-1)
	}
	return max(0, score)
}

// inWords pairs the words of two names so that they are most alike, and weighs each by its length.
func inWords(x, y []string) int {
	if len(x) > len(y) {
		x, y = y, x
	}
	total := 0
	for _, w := range x {
		total += runes(w)
	}
	for _, w := range y {
		total += runes(w)
	}
	// best[set] is the most that the first words of x come to when they are paired with words of y among the set.
	best := make([]int, 1<<len(y))
	var worth [wordsMax]int
	for _, w := range x {
		for j, v := range y {
			worth[j] = wordAlike(w, v) * (runes(w) + runes(v))
		}
		for set := len(best) - 1; set >= 0; set-- {
			for j := range y {
				if set&(1<<j) != 0 {
					best[set] = max(best[set], best[set&^(1<<j)]+worth[j])
				}
			}
		}
	}
	return best[len(best)-1] / total
}

// wordAlike is how alike two words are. Numbers are the same or not.
func wordAlike(a, b string) int {
	if a == b {
		return ScoreMax
	}
	if number(a) || number(b) {
		return 0
	}
	ra, rb := []rune(a), []rune(b)
	if (len(ra) == 1 || len(rb) == 1) && ra[0] == rb[0] {
		return initialScore
	}
	if score := alike(ra, rb); score >= wordFrom {
		return score
	}
	return 0
}

// asOne compares names as if they had no spaces.
func asOne(x, y []string) int {
	if numbers(x) != numbers(y) {
		return 0
	}
	return max(0, alike([]rune(joined(x)), []rune(joined(y)))-joinedPenalty)
}

// alike is one less the share of edits: letters put in, left out, replaced, or two neighbours swapped (optimal string alignment).
func alike(a, b []rune) int {
	longer := max(len(a), len(b))
	if longer == 0 {
		return 0
	}
	before, row, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row, next = row, next, before
	}
	return ScoreMax - row[len(b)]*ScoreMax/longer
}
