package screening

import (
	"strings"

	"millrace/domain/payee"
)

// skeletonMin is how many letters two words must keep to be held for one by their skeletons.
const skeletonMin = 3

// sounds are ways to write one sound, in the order in which they are replaced.
var sounds = strings.NewReplacer(
	"sch", "sh", "tch", "ch", "dzh", "j", "kh", "h", "gh", "g", "dh", "d", "th", "t", "ph", "f", "ck", "k", "cz", "ch", "sz", "sh", "zh", "j", "ts", "c", "tz", "c", "x", "ks", "qu", "k",
	"q", "k", "w", "v", "ch", "C", "sh", "S", "c", "k", "z", "s", "dj", "j",
)

// skeleton is what is left of a word when it is written in another alphabet and back: its consonants by sound, once each in a row, after
// its first letter. Words with the same skeleton are spellings of one name often enough: Mohammed and Muhamad, Yusuf and Youssef.
func skeleton(word string) string {
	if len(word) < skeletonMin || strings.ContainsAny(word, "0123456789") {
		return ""
	}
	sounded := sounds.Replace(word)
	var b strings.Builder
	last := byte(0)
	for i := 0; i < len(sounded); i++ {
		c := sounded[i]
		vowel := strings.IndexByte("aeiouyjh", c) >= 0
		if vowel && i == 0 {
			c = 'a'
		}
		if c != last && (!vowel || i == 0) {
			b.WriteByte(c)
		}
		last = c
	}
	if b.Len() < skeletonMin {
		return ""
	}
	return b.String()
}

// alike is how alike two words are, 0 to 1000: Jaro-Winkler (W. E. Winkler, "String Comparator Metrics and Enhanced Decision Rules in the
// Fellegi-Sunter Model of Record Linkage", 1990) in integers, with a prefix of 4 letters at most and a tenth of what is missing for each.
func alike(a, b string) int {
	if a == b {
		return 1000
	}
	x, y := []rune(a), []rune(b)
	if len(x) > wordRunesMax {
		x = x[:wordRunesMax]
	}
	if len(y) > wordRunesMax {
		y = y[:wordRunesMax]
	}
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	reach := max(len(x), len(y))/2 - 1
	var usedX, usedY [wordRunesMax]bool
	matches := 0
	for i := range x {
		for j := max(0, i-reach); j < min(len(y), i+reach+1); j++ {
			if !usedY[j] && x[i] == y[j] {
				usedX[i], usedY[j] = true, true
				matches++
				break
			}
		}
	}
	if matches == 0 {
		return 0
	}
	crossed, j := 0, 0
	for i := range x {
		if !usedX[i] {
			continue
		}
		for !usedY[j] {
			j++
		}
		if x[i] != y[j] {
			crossed++
		}
		j++
	}
	jaro := (1000*matches/len(x) + 1000*matches/len(y) + 1000*(2*matches-crossed)/(2*matches)) / 3
	prefix := 0
	for prefix < min(4, len(x), len(y)) && x[prefix] == y[prefix] {
		prefix++
	}
	return jaro + prefix*(1000-jaro)/10
}

// Bounds of names. What is longer is cut: a word of 32 letters, a name of 12 words.
const (
	wordRunesMax = 32
	wordsMax     = 12
)

// parts takes a name apart; ok is false for one in which there is nothing to compare.
func parts(text string) (words []string, exact, ok bool) {
	words, exact, ok = payee.Words(text)
	if len(words) > wordsMax {
		words = words[:wordsMax]
	}
	return words, exact, ok
}

// romanised writes a name in Chinese characters in pinyin without tones, one syllable a character; ok is false where a character is not in
// the table.
func romanised(characters string) (syllables []string, ok bool) {
	for _, r := range characters {
		syllable := pinyin[r]
		if syllable == "" {
			return nil, false
		}
		syllables = append(syllables, syllable)
	}
	return syllables, len(syllables) > 1
}
