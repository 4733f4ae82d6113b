package locale

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"
)

//go:embed glossary.json
var glossary []byte

// Term is a word of the trade: how it is said, and what it means.
type Term struct {
	Name            string `json:"term"` // in English, in the singular
	Chinese         string `json:"chinese"`
	English         string `json:"english_sentence"`
	ChineseSentence string `json:"chinese_sentence"`
}

// Terms are the words of the trade that the program explains, in the order in which they are shown. A glossary that is no
// JSON is a mistake in the program and panics.
var Terms = sync.OnceValue(func() []Term {
	var terms []Term
	if err := json.Unmarshal(glossary, &terms); err != nil {
		panic(fmt.Sprintf("locale: glossary.json: %v", err))
	}
	return terms
})

// In is the term and its explanation in a language.
func (t *Term) In(l *Language) (name, sentence string) {
	if l.isEnglish() {
		return Upper(t.Name), t.English
	}
	return t.Chinese, t.ChineseSentence
}
