package iso20022_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"millrace/edge/document"
	"millrace/edge/document/documenttest"
	"millrace/edge/iso20022"
	"millrace/edge/markup"
)

// samples are the real messages, by path.
func samples(t testing.TB) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	for _, folder := range []string{"genkgo+camt", "moov-io+iso20022", "prowide+prowide-iso20022"} {
		paths, err := filepath.Glob(filepath.Join(documenttest.Data(t, "bank"), folder, "*"))
		if err != nil || len(paths) == 0 {
			t.Fatal(err, folder)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			found[path] = text
		}
	}
	return found
}

func parse(name string, input []byte) error {
	return iso20022.Parse(name, input, markup.Limits{}, nil, func(*iso20022.Tree, int32) *document.Error { return nil })
}

var spaceOfMessage = regexp.MustCompile(`urn:iso:std:iso:20022:tech:xsd:((?:camt|pain|pacs)\.[0-9.]+)`)

// judged is what xmllint says of files against the schema of a message: the names of those that are not valid.
func judged(t testing.TB, message string, paths []string) map[string]bool {
	t.Helper()
	program, err := exec.LookPath("xmllint")
	if err != nil {
		t.Fatal("xmllint is not on PATH: install it (Debian: apt-get install libxml2-utils)")
	}
	said, _ := exec.Command(program, append([]string{"--nonet", "--noout", "--schema", filepath.Join(documenttest.Data(t, "bank"), "xsd", message+".xsd")}, paths...)...).CombinedOutput()
	wrong := map[string]bool{}
	valid := 0
	for line := range strings.Lines(string(said)) {
		line = strings.TrimSpace(line)
		if path, ok := strings.CutSuffix(line, " validates"); ok {
			valid++
			wrong[path] = false
		}
	}
	for _, path := range paths {
		if _, ok := wrong[path]; !ok {
			wrong[path] = true
		}
	}
	return wrong
}

func TestRealMessagesAreHeldAgainstTheirSchema(t *testing.T) {
	byMessage := map[string][]string{}
	for path, text := range samples(t) {
		if space := spaceOfMessage.FindSubmatch(text); space != nil && iso20022.Known(string(space[1])) {
			byMessage[string(space[1])] = append(byMessage[string(space[1])], path)
		}
	}
	count := 0
	for message, paths := range byMessage {
		for path, wrong := range judged(t, message, paths) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			count++
			if err := parse(filepath.Base(path), text); (err != nil) != wrong {
				t.Errorf("%s: wrong to xmllint: %t; %v", path, wrong, err)
			}
		}
	}
	if count < 15 {
		t.Errorf("only %d messages have a schema", count)
	}
}

// mutate changes one thing in a message: a tag, an element, or a text.
func mutate(random *rand.Rand, text []byte) []byte {
	elements := regexp.MustCompile(`(?s)<([A-Za-z]+)(?: Ccy="[A-Z]+")?>[^<]*</[A-Za-z]+>`).FindAllIndex(text, -1)
	span := elements[random.IntN(len(elements))]
	one := text[span[0]:span[1]]
	replace := func(with []byte) []byte {
		return append(append(append([]byte(nil), text[:span[0]]...), with...), text[span[1]:]...)
	}
	inner := func(with string) []byte {
		from, to := bytes.IndexByte(one, '>')+1, bytes.LastIndexByte(one, '<')
		return replace([]byte(string(one[:from]) + with + string(one[to:])))
	}
	other := elements[random.IntN(len(elements))]
	switch random.IntN(9) {
	case 0:
		return replace(nil)
	case 1:
		return replace(append(append([]byte(nil), one...), one...))
	case 2:
		return replace(append(append([]byte(nil), one...), text[other[0]:other[1]]...))
	case 3:
		return inner("")
	case 4:
		return inner(strings.Repeat("x", 1+random.IntN(200)))
	case 5:
		return inner([]string{"-1", "1.234567", "12345678901234567890", "2026-13-01", "2026-11-22", "2026-11-22T10:00:00", "true", "XX", "eur", "EUR", " 5 "}[random.IntN(11)])
	case 6:
		return replace(bytes.Replace(one, []byte(` Ccy="`), []byte(` Cxy="`), 1))
	case 7:
		return replace(bytes.Replace(one, []byte(`>`), []byte(` a="b">`), 1))
	}
	return replace(text[other[0]:other[1]])
}

// Changed messages are valid or wrong here exactly where xmllint, which reads the schema files themselves, says so.
func TestChangedMessagesAreJudgedAsBySchema(t *testing.T) {
	random := rand.New(rand.NewPCG(20022, 1))
	dir := t.TempDir()
	for path, text := range samples(t) {
		space := spaceOfMessage.FindSubmatch(text)
		if space == nil || !iso20022.Known(string(space[1])) || parse("", text) != nil || len(text) > 40_000 {
			continue
		}
		var paths []string
		for i := range 60 {
			changed := filepath.Join(dir, fmt.Sprintf("%s-%d.xml", filepath.Base(path), i))
			if err := os.WriteFile(changed, mutate(random, text), 0o644); err != nil {
				t.Fatal(err)
			}
			paths = append(paths, changed)
		}
		for changed, wrong := range judged(t, string(space[1]), paths) {
			text, err := os.ReadFile(changed)
			if err != nil {
				t.Fatal(err)
			}
			if err := parse(filepath.Base(changed), text); (err != nil) != wrong {
				t.Errorf("%s: wrong to xmllint: %t; %v", changed, wrong, err)
				t.Log(string(text))
				return
			}
		}
	}
}
