package productfile

import (
	"fmt"
	"strings"
)

// Reference prints the tables of the manual in Markdown: every key with what may stand there, and every code.
func Reference() (keysTable, codesTable string) {
	var b strings.Builder
	b.WriteString("| key | value | meaning |\n| --- | --- | --- |\n")
	describe(&b, file, "")
	var c strings.Builder
	c.WriteString("| code | meaning |\n| --- | --- |\n")
	for _, entry := range Catalogue {
		if !strings.HasPrefix(entry.Code, policyPrefix) {
			fmt.Fprintf(&c, "| `%s` | %s |\n", entry.Code, entry.Meaning)
		}
	}
	return b.String(), c.String()
}

// describe writes a row for each key below an object.
func describe(b *strings.Builder, s *shape, path string) {
	for _, f := range s.fields {
		place := join(path, f.name)
		meaning := f.shape.doc
		if f.presence == optional {
			meaning += " (may be left out)"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", place, described(f.shape), strings.TrimSpace(meaning))
		below(b, f.shape, place)
	}
}

func below(b *strings.Builder, s *shape, path string) {
	switch s.kind {
	case object:
		describe(b, s, path)
	case list:
		below(b, s.item, path+"[]")
	case either:
		for _, one := range s.either {
			below(b, one, path)
		}
	}
}

// described says in words what stands at a place.
func described(s *shape) string {
	switch s.kind {
	case object:
		return "keys"
	case list:
		if s.item.kind == object {
			return fmt.Sprintf("%d to %d items with keys", s.min, s.max)
		}
		return fmt.Sprintf("%d to %d of: %s", s.min, s.max, described(s.item))
	case choice:
		return "`" + strings.Join(chosen(s), "`, `") + "`"
	case text:
		return fmt.Sprintf("text, at most %d bytes", s.max)
	case percent:
		return fmt.Sprintf("%s to %s", percentText(s.min), percentText(s.max))
	case amount:
		return "amount"
	case integer:
		return fmt.Sprintf("%d to %d", s.min, s.max)
	case currency:
		return "ISO 4217"
	}
	var several []string
	for _, one := range s.either {
		several = append(several, described(one))
	}
	return strings.Join(several, ", or ")
}
