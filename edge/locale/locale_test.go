package locale_test

import (
	"bytes"
	"html/template"
	"testing"

	"millrace/edge/locale"
)

func TestABrowserIsAnsweredInTheLanguageThatItLikesBest(t *testing.T) {
	for header, want := range map[string]*locale.Language{
		"": locale.English, "en-GB,en;q=0.9": locale.English, "zh-CN,zh;q=0.9,en;q=0.8": locale.Chinese, "en;q=0.5,zh;q=0.9": locale.Chinese,
		"fr-FR,fr": locale.English, "fr, zh-Hans;q=0.1": locale.Chinese, "zh;q=0": locale.English, ";;q=,": locale.English,
	} {
		if got := locale.Accepted(header); got != want {
			t.Errorf("Accept-Language %q is answered in %s, want %s", header, got.Tag, want.Tag)
		}
	}
}

func TestEnglishStaysAsItIsWritten(t *testing.T) {
	said := locale.Say("%s owes %s", "A", locale.Count{Number: 1200, Thing: "day"}).And(", since %s.", "2026-11-22")
	if got, want := said.String(), "A owes 1,200 days, since 2026-11-22."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	var nothing *locale.Text
	if nothing.String() != "" || locale.English.Many(1, "day") != "1 day" || locale.English.Word("in_doubt") != "in doubt" {
		t.Error("the empty text, a single thing or a code is told otherwise than it is written")
	}
}

func TestDatesAndNumbersInChinese(t *testing.T) {
	for text, want := range map[string]string{"2026-01-05": "2026年1月5日", "2026-13-05": "2026-13-05", "INV-26-001": "INV-26-001", "": ""} {
		if got := locale.Chinese.Date(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
	if got := locale.Grouped(int64(-1234567)); got != "-1,234,567" {
		t.Errorf("a number in groups is %s", got)
	}
}

func TestAPageKeepsItsMarkup(t *testing.T) {
	const page = `<p class="a {{if .Old}}old{{end}}">{{.Seller}} sings to <a href="/{{.ID}}">{{.Buyer}}</a>{{if .Due}}, around {{.Due}}{{end}}.</p>
<input placeholder="Skip to the content"><pre>Skip to the content</pre><a>Skip to the content</a>`
	for _, l := range locale.Languages {
		made := template.Must(template.New("page").Funcs(template.FuncMap{locale.Shown: func(v any) any { return v }}).Parse(page))
		var keys []string
		locale.Page(made.Tree, l, func(key string) { keys = append(keys, key) })
		var out bytes.Buffer
		if err := made.Execute(&out, map[string]any{"Seller": "A & B", "Buyer": "C", "ID": "x", "Due": "2026-01-05", "Old": true}); err != nil {
			t.Fatal(err)
		}
		skip, stop := l.T("Skip to the content"), map[*locale.Language]string{locale.English: ".", locale.Chinese: "。"}[l]
		want := `<p class="a old">A &amp; B sings to <a href="/x">C</a>, around 2026-01-05` + stop + `</p>
<input placeholder="` + skip + `"><pre>Skip to the content</pre><a>` + skip + `</a>`
		if out.String() != want {
			t.Errorf("%s:\n%s\nwant\n%s", l.Tag, out.String(), want)
		}
		if len(keys) != 4 || keys[0] != ", around {due}" || keys[2] != "{seller} sings to <a>{buyer}</a>" {
			t.Errorf("keys %q", keys)
		}
	}
}

func TestHolesAreNamed(t *testing.T) {
	got := locale.Holes("{a} is <a>%s</a> of %[2]d, %%")
	want := []string{"%[1]s", "%[2]d", "</a>", "<a>", "{a}"}
	if len(got) != len(want) {
		t.Fatalf("%q", got)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
