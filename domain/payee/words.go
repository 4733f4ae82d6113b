package payee

// Words takes a name apart as Compare does: its words in small Latin letters, without accents, legal form, titles and "and", or, where
// exact, one word of characters that no table leads to Latin letters, without its legal form. ok is false for a name in which there is
// nothing to compare, or too much.
func Words(text string) (words []string, exact, ok bool) {
	n, ok := read(text)
	if !ok {
		return nil, false, false
	}
	if !n.exact {
		return n.words, false, true
	}
	if n.bare == "" {
		return []string{n.whole}, true, true
	}
	return []string{n.bare}, true, true
}
