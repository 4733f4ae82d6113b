package markup

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"millrace/edge/document"
	"millrace/edge/document/documenttest"
)

// events prints what our scanner finds: one line for a tag or a run of text, white space in attributes made blanks.
func events(input []byte, limits Limits) (string, error) {
	text, failed := decode(input)
	if failed != nil {
		return "", failed
	}
	var s scanner
	s.begin(text, limits.withDefaults(), &Schema{})
	var b, run strings.Builder
	for {
		kind := s.next()
		if kind != tokenText && run.Len() > 0 {
			fmt.Fprintf(&b, "text %q\n", run.String())
			run.Reset()
		}
		switch kind {
		case tokenStart:
			fmt.Fprintf(&b, "start {%s}%s", s.name.uri, s.name.local)
			for _, a := range s.attributes {
				fmt.Fprintf(&b, " {%s}%s=%q", a.name.uri, a.name.local, blank(string(a.value)))
			}
			b.WriteString("\n")
		case tokenClose:
			b.WriteString("end\n")
		case tokenText:
			run.Write(s.text)
		case tokenEnd:
			return b.String(), nil
		case tokenFailure:
			return b.String(), s.failed
		}
	}
}

// standardEvents prints the same from encoding/xml.
func standardEvents(input []byte) (string, error) {
	input = bytes.TrimPrefix(input, []byte("\xef\xbb\xbf"))
	decoder := xml.NewDecoder(bytes.NewReader(input))
	decoder.CharsetReader = func(name string, source io.Reader) (io.Reader, error) {
		if !strings.EqualFold(name, "ISO-8859-1") {
			return nil, fmt.Errorf("no encoding %q", name)
		}
		raw, err := io.ReadAll(source)
		runes := make([]rune, 0, len(raw))
		for _, c := range raw {
			runes = append(runes, rune(c))
		}
		return strings.NewReader(string(runes)), err
	}
	var b, run strings.Builder
	depth := 0
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return b.String(), nil
		}
		if err != nil {
			return b.String(), err
		}
		switch token.(type) {
		case xml.StartElement, xml.EndElement:
			if run.Len() > 0 {
				fmt.Fprintf(&b, "text %q\n", run.String())
				run.Reset()
			}
		}
		switch token := token.(type) {
		case xml.StartElement:
			depth++
			fmt.Fprintf(&b, "start {%s}%s", token.Name.Space, token.Name.Local)
			for _, a := range token.Attr {
				if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
					fmt.Fprintf(&b, " {%s}%s=%q", a.Name.Space, a.Name.Local, blank(a.Value))
				}
			}
			b.WriteString("\n")
		case xml.EndElement:
			depth--
			b.WriteString("end\n")
		case xml.CharData:
			if depth > 0 {
				run.Write(token)
			}
		}
	}
}

func blank(text string) string {
	return strings.NewReplacer("\r\n", " ", "\n", " ", "\t", " ", "\r", " ").Replace(text)
}

// TestScannerAgainstStandardLibrary reads every document of the corpus with both and expects the same tree and texts.
func TestScannerAgainstStandardLibrary(t *testing.T) {
	count := 0
	err := filepath.WalkDir(documenttest.Data(t, "trade"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.EqualFold(filepath.Ext(path), ".xml") {
			return err
		}
		input, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		count++
		ours, ourError := events(input, Limits{})
		theirs, theirError := standardEvents(input)
		if ourError != nil || theirError != nil || ours != theirs {
			t.Errorf("%s: ours %v, theirs %v, same events: %t", path, ourError, theirError, ours == theirs)
		}
		return nil
	})
	if err != nil || count < 2000 {
		t.Fatalf("%d documents read: %v", count, err)
	}
}

// TestScanner covers what the corpus lacks. "!" starts the code of an expected error.
func TestScanner(t *testing.T) {
	cases := []struct{ input, want string }{
		{`<a/>`, "start {}a\nend\n"},
		{`<a b='"' c="'"/>`, "start {}a {}b=\"\\\"\" {}c=\"'\"\nend\n"},
		{"<a b='x\r\ny\t&#10;z'/>", "start {}a {}b=\"x y  z\"\nend\n"},
		{"<a>x\r\ny\rz</a>", "start {}a\ntext \"x\\ny\\nz\"\nend\n"},
		{"<a>x\r&#13;\n</a>", "start {}a\ntext \"x\\n\\r\\n\"\nend\n"},
		{`<a>1<![CDATA[<&]]>2<!-- no -->3<?p i?>4</a>`, "start {}a\ntext \"1<&234\"\nend\n"},
		{"<a><![CDATA[\r\n\r]]></a>", "start {}a\ntext \"\\n\\n\"\nend\n"},
		{`<a>&lt;&gt;&amp;&apos;&quot;&#65;&#x42;&#x1F69C;</a>`, "start {}a\ntext \"<>&'\\\"AB🚜\"\nend\n"},
		{`<a>]] ]></a>`, "start {}a\ntext \"]] ]>\"\nend\n"},
		{`<a xmlns="u"><b xmlns=""><c/></b><d/></a>`, "start {u}a\nstart {}b\nstart {}c\nend\nend\nstart {u}d\nend\nend\n"},
		{`<p:a xmlns:p="u"><p:b xmlns:p="v"/><p:b/></p:a>`, "start {u}a\nstart {v}b\nend\nstart {u}b\nend\nend\n"},
		{`<é½/>`, "!tag_malformed"},
		{`<é·/>`, "start {}é·\nend\n"},
		{"<a>，\uFFFD</a>", "start {}a\ntext \"，\uFFFD\"\nend\n"},
		{"<?xml version='1.0' standalone='yes' ?><a/>\n<!-- end --><?p?>\n", "start {}a\nend\n"},
		{`<a xml:lang="de"/>`, "start {}a {http://www.w3.org/XML/1998/namespace}lang=\"de\"\nend\n"},
		{`<a`, "!truncated"},
		{`<a b`, "!truncated"},
		{`<a b="`, "!truncated"},
		{`<a>`, "!truncated"},
		{`<a></a`, "!truncated"},
		{`<a><!--`, "!truncated"},
		{`<a><![CDATA[ ]]`, "!truncated"},
		{`<?xml version="1.0"`, "!truncated"},
		{`<!-- only -->`, "!truncated"},
		{`<`, "!truncated"},
		{`<a><`, "!truncated"},
		{`</a>`, "!tag_differs"},
		{`<a></a></a>`, "!tag_differs"},
		{`<a/><b/>`, "!outside_root"},
		{`x<a/>`, "!outside_root"},
		{`<a/><![CDATA[x]]>`, "!markup_malformed"},
		{`<a><!ELEMENT a></a>`, "!markup_malformed"},
		{`<a><?xml version="1.0"?></a>`, "!declaration_wrong"},
		{` <?xml version="1.0"?><a/>`, "!declaration_wrong"},
		{`<?xml encoding="UTF-8"?><a/>`, "!declaration_wrong"},
		{`<?xml version="1.0" standalone="yes" encoding="UTF-8"?><a/>`, "!declaration_wrong"},
		{`<?xml version="1.0"encoding="UTF-8"?><a/>`, "!declaration_wrong"},
		{`<a b="1"c="2"/>`, "!tag_malformed"},
		{`<a / >`, "!attribute_malformed"},
		{`<a b="<"/>`, "!attribute_malformed"},
		{`<a:b:c xmlns:a="u"/>`, "!tag_malformed"},
		{`<a xmlns:p="u" xmlns:q="u" p:x="1" q:x="2"/>`, "!attribute_repeated"},
		{`<a xmlns="u" xmlns="u"/>`, "!attribute_repeated"},
		{`<a xmlns:p=""/>`, "!prefix_declaration_wrong"},
		{`<a xmlns:xmlns="u"/>`, "!prefix_declaration_wrong"},
		{`<a xmlns="http://www.w3.org/XML/1998/namespace"/>`, "!prefix_declaration_wrong"},
		{`<a p:b="1"/>`, "!prefix_undeclared"},
		{`<xmlns:a/>`, "!prefix_undeclared"},
		{`<a>&#0;</a>`, "!reference_unknown"},
		{`<a>&#xD800;</a>`, "!reference_unknown"},
		{`<a>&#xFFFE;</a>`, "!reference_unknown"},
		{`<a>&#99999999999;</a>`, "!reference_unknown"},
		{`<a>&#;</a>`, "!reference_unknown"},
		{`<a>&#x;</a>`, "!reference_unknown"},
		{`<a>& b</a>`, "!reference_unknown"},
		{`<a b="&c;"/>`, "!reference_unknown"},
		{"<a>\x01</a>", "!character_forbidden"},
		{"<a>\uFFFE</a>", "!character_forbidden"},
		{"<a b='\x01'/>", "!character_forbidden"},
		{"<a><!-- \x01 --></a>", "!character_forbidden"},
		{"<a><![CDATA[\uFFFF]]></a>", "!character_forbidden"},
		{"<a>\xff</a>", "!encoding_invalid"},
		{"<a>\xed\xa0\x80</a>", "!encoding_invalid"},
	}
	for _, c := range cases {
		got, err := events([]byte(c.input), Limits{})
		if err != nil {
			got = "!" + err.(*document.Error).Code
		}
		if got != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.input, got, c.want)
		}
	}
}
