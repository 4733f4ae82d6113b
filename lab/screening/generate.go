package screening

import (
	"fmt"
	"math/rand/v2"
	"strings"

	edge "millrace/edge/screening"
)

type generator struct{ random *rand.Rand }

func (g *generator) of(choices []string) string { return choices[g.random.IntN(len(choices))] }

// of common given names, and of pieces of family names, by the language that they sound like; a bow to none that lives.
var (
	given = [][]string{
		strings.Fields("Mohammed Ahmed Ali Hassan Hussein Omar Yusuf Ibrahim Khalid Abdullah Mahmoud Mustafa Karim Said Tariq Fatima Aisha Zaynab Maryam Layla"),
		strings.Fields("Sergei Aleksandr Dmitri Vladimir Andrei Mikhail Nikolai Yuri Alexei Pavel Viktor Igor Oleg Natalia Olga Tatiana Ekaterina Irina Svetlana Yelena"),
		strings.Fields("Juan Carlos Jose Luis Miguel Pedro Jorge Rafael Diego Fernando Maria Ana Carmen Lucia Isabel Rosa Elena Sofia Andres Alejandro"),
		strings.Fields("John William James Robert Thomas Charles George Edward Henry Richard Mary Anne Elizabeth Margaret Helen Alice Sarah Emma Jane Ruth"),
		strings.Fields("Hans Karl Friedrich Wolfgang Juergen Klaus Dieter Stefan Matthias Andreas Petra Ursula Monika Sabine Gisela Renate Birgit Heike Anja Katrin"),
		strings.Fields("Jean Pierre Michel Philippe Alain Bernard Jacques Daniel Francois Louis Marie Francoise Monique Catherine Nathalie Isabelle Sylvie Anne Martine Nicole"),
	}
	stems   = strings.Fields("bar kal mir sul tar zan dor fel gor hel ker lam mor nar pol rav sel tor vel war bek cham dar fan gul hor jas kam lor mes nab orl pas rud sam tem ulm ves yar zel brod krev stan glor hald trem quil")
	endings = [][]string{
		strings.Fields("i awi ani uri id oun ari adi mani si"), strings.Fields("ov in enko sky ev itsky ukhin yakov arov ischenko"),
		strings.Fields("ez o era ado ino ales illo ana osa uela"), strings.Fields("son ton ley field worth ham wood ford well er"),
		strings.Fields("mann er stein berg hof bauer meier ling hardt brecht"), strings.Fields("ier eau ot ard elle ac in aux oux ois"),
	}
	trades    = strings.Fields("Trading Shipping Holding Industries Logistics Metals Textiles Foods Energy Chemicals Machinery Electronics Export Import Petroleum Agro Marine Construction Steel Plastics")
	corporate = []string{"GmbH", "Ltd", "LLC", "S.A.", "OOO", "Co. Ltd", "SARL", "S.L.", "AG", "Inc"}
	countries = strings.Fields("AE RU ES GB DE FR IR SY VE US TR UA MX CN EG LB")
)

// family makes a family name; most are rare, some common.
func (g *generator) family(of int) string {
	if g.random.IntN(4) == 0 { // a common one
		return title(stems[g.random.IntN(5)] + endings[of][g.random.IntN(2)])
	}
	name := g.of(stems)
	for range g.random.IntN(2) {
		name += g.of(strings.Fields("a e i o u"))
		name += g.of(stems)
	}
	return title(name + g.of(endings[of]))
}

func title(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

// entry makes an entry of a list, or who could be one.
func (g *generator) entry(number int) edge.Entry {
	e := edge.Entry{Key: fmt.Sprintf("X-%d", number), Countries: []string{g.of(countries)}}
	of := g.random.IntN(len(given))
	if g.random.IntN(10) < 4 {
		e.Names = []string{g.firm(of)}
		return e
	}
	e.Person = true
	e.Born = []string{fmt.Sprintf("%d-%02d-%02d", 1935+g.random.IntN(70), 1+g.random.IntN(12), 1+g.random.IntN(28))}
	words := []string{g.of(given[of])}
	if g.random.IntN(2) == 0 {
		words = append(words, g.of(given[of]))
	}
	words = append(words, g.family(of))
	if of == 2 {
		words = append(words, g.family(of))
	}
	if of == 0 && g.random.IntN(2) == 0 {
		words[len(words)-1] = "Al-" + words[len(words)-1]
	}
	e.Names = []string{strings.Join(words, " ")}
	if g.random.IntN(4) == 0 {
		e.Names = append(e.Names, g.of(given[of])+" "+g.family(of))
	}
	return e
}

func (g *generator) firm(of int) string {
	words := []string{g.family(of)}
	if g.random.IntN(2) == 0 {
		words = append(words, g.family(of))
	}
	return strings.Join(append(words, g.of(trades), g.of(corporate)), " ")
}

// deeds are what is done to a name.
var deeds = []struct {
	what string
	do   func(g *generator, e *edge.Entry) (string, bool)
}{
	{"nothing", func(_ *generator, e *edge.Entry) (string, bool) { return e.Names[0], true }},
	{"capitals, marks left out", func(_ *generator, e *edge.Entry) (string, bool) {
		return strings.ToUpper(strings.NewReplacer("-", " ", ".", "").Replace(e.Names[0])), true
	}},
	{"family name first", func(_ *generator, e *edge.Entry) (string, bool) {
		words := strings.Fields(e.Names[0])
		return words[len(words)-1] + ", " + strings.Join(words[:len(words)-1], " "), e.Person
	}},
	{"an alias", func(_ *generator, e *edge.Entry) (string, bool) { return e.Names[len(e.Names)-1], len(e.Names) > 1 }},
	{"one letter wrong, missing, more or swapped", func(g *generator, e *edge.Entry) (string, bool) { return g.typo(e.Names[0]) }},
	{"two such letters", func(g *generator, e *edge.Entry) (string, bool) {
		once, ok := g.typo(e.Names[0])
		if !ok {
			return "", false
		}
		return g.typo(once)
	}},
	{"another transliteration", func(g *generator, e *edge.Entry) (string, bool) { return g.transliterated(e.Names[0]) }},
	{"in Cyrillic", func(g *generator, e *edge.Entry) (string, bool) { return cyrillic(e.Names[0]), e.Person }},
	{"a middle name left out", func(_ *generator, e *edge.Entry) (string, bool) {
		words := strings.Fields(e.Names[0])
		return words[0] + " " + strings.Join(words[2:], " "), e.Person && len(words) == 3
	}},
	{"a middle name as initial", func(_ *generator, e *edge.Entry) (string, bool) {
		words := strings.Fields(e.Names[0])
		if !e.Person || len(words) != 3 {
			return "", false
		}
		return words[0] + " " + words[1][:1] + ". " + words[2], true
	}},
	{"a middle name more", func(g *generator, e *edge.Entry) (string, bool) {
		words := strings.Fields(e.Names[0])
		if !e.Person || len(words) != 2 {
			return "", false
		}
		return words[0] + " " + g.of(given[g.random.IntN(len(given))]) + " " + words[1], true
	}},
	{"two words as one", func(_ *generator, e *edge.Entry) (string, bool) {
		words := strings.Fields(e.Names[0])
		return strings.Join(words[:1], " ") + strings.ToLower(words[1]) + " " + strings.Join(words[2:], " "), len(words) > 2
	}},
	{"another legal form", func(g *generator, e *edge.Entry) (string, bool) {
		words := strings.Fields(e.Names[0])
		return strings.Join(words[:min(len(words), 3)], " ") + " " + g.of(corporate), !e.Person && len(words) == 4 && !strings.HasSuffix(e.Names[0], "Co. Ltd")
	}},
}

// typo spoils one letter of a word of five letters or more.
func (g *generator) typo(name string) (string, bool) {
	words := strings.Fields(name)
	var long []int
	for i, w := range words {
		if len(w) >= 5 {
			long = append(long, i)
		}
	}
	if len(long) == 0 {
		return "", false
	}
	at := long[g.random.IntN(len(long))]
	w := words[at]
	i := 1 + g.random.IntN(len(w)-2)
	letter := string(rune('a' + g.random.IntN(26)))
	switch g.random.IntN(4) {
	case 0:
		w = w[:i] + letter + w[i+1:]
	case 1:
		w = w[:i] + w[i+1:]
	case 2:
		w = w[:i] + letter + w[i:]
	case 3:
		w = w[:i] + w[i+1:i+2] + w[i:i+1] + w[i+2:]
	}
	words[at] = w
	return strings.Join(words, " "), true
}

// otherwise is how sounds are written in another transliteration.
var otherwise = []struct{ from, to string }{
	{"mohammed", "muhamad"}, {"ahmed", "ahmad"}, {"hussein", "husayn"}, {"yusuf", "youssef"}, {"abdullah", "abdallah"}, {"khalid", "khaled"}, {"omar", "umar"}, {"sergei", "sergey"},
	{"aleksandr", "alexander"}, {"dmitri", "dmitry"}, {"alexei", "aleksey"}, {"ekaterina", "yekaterina"}, {"sky", "skiy"}, {"ov", "off"}, {"kh", "h"}, {"ou", "u"}, {"i", "y"}, {"q", "k"}, {"v", "w"}, {"k", "c"},
}

func (g *generator) transliterated(name string) (string, bool) {
	words, changed := strings.Fields(strings.ToLower(name)), 0
	for i, w := range words {
		for _, o := range otherwise {
			if strings.Contains(w, o.from) {
				words[i] = strings.Replace(w, o.from, o.to, 1)
				changed++
				break
			}
		}
	}
	return strings.Join(words, " "), changed > 0
}

// cyrillic writes a name as it sounds.
func cyrillic(name string) string {
	return strings.NewReplacer("shch", "щ", "sh", "ш", "ch", "ч", "zh", "ж", "kh", "х", "ya", "я", "yu", "ю", "ts", "ц", "ou", "у", "ph", "ф",
		"a", "а", "b", "б", "c", "к", "d", "д", "e", "е", "f", "ф", "g", "г", "h", "х", "i", "и", "j", "дж", "k", "к", "l", "л", "m", "м", "n", "н", "o", "о", "p", "п", "q", "к",
		"r", "р", "s", "с", "t", "т", "u", "у", "v", "в", "w", "в", "x", "кс", "y", "й", "z", "з").Replace(strings.ToLower(name))
}
