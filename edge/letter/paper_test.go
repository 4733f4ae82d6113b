package letter_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"millrace/domain/calendar"
	"millrace/edge/letter"
	"millrace/edge/locale"
)

func paper() letter.Paper {
	date, _ := calendar.Of(2026, 11, 2)
	return letter.Paper{
		Title: "Statement", Subject: "Gießerei Rottmühl GmbH", Date: date, From: letter.Party{Name: "Spreekanal Finanzplattform GmbH", City: "Berlin"},
		To: letter.Party{Name: "宁波轴承有限公司"}, Facts: []letter.Fact{{Name: "Party", Value: "pty_1-5-H"}, {Name: "In Thai", Value: "ตลับลูกปืน"}}, Link: "https://millrace.example/parties/pty_1-5-H",
		Tables: []letter.Table{
			{Title: "Owed to it", Columns: []letter.Column{{Heading: "Invoice", Width: 100}, {Heading: "Left", Width: 60, Right: true}}, Sums: [][]string{{"In all", "1.00 EUR"}}},
			{Title: "Owed by it", Columns: []letter.Column{{Heading: "Invoice", Width: 160}}, Empty: "nothing"},
		},
		Notes: []string{"As of entry 7."},
	}
}

// Every row is there, the headings on every page, and what can't be printed is said.
func TestAPaperHasAllItsRows(t *testing.T) {
	p := paper()
	for i := range 200 {
		p.Tables[0].Rows = append(p.Tables[0].Rows, []string{fmt.Sprintf("RE-%03d of the year two thousand and twenty-six, with a long name that takes two lines of it", i), "0.01 EUR"})
	}
	made, err := letter.WritePaper(p)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := letter.WritePaper(p); err != nil || !bytes.Equal(made, again) {
		t.Errorf("the same paper gives other bytes: %v", err)
	}
	shown := textOf(t, made)
	for i := range 200 {
		if !strings.Contains(shown, fmt.Sprintf("RE-%03d", i)) {
			t.Errorf("row %d is missing", i)
		}
	}
	for _, want := range []string{"nothing", "pty_1-5-H", p.Link, "宁波轴承有限公司", "??????????", "question mark", "As of entry 7.", "page 1 of"} {
		if !strings.Contains(shown, want) {
			t.Errorf("it does not say %q:\n%s", want, shown[:min(len(shown), 1500)])
		}
	}
	pages := bytes.Count(made, []byte("/Type /Page\n"))
	if headings := strings.Count(shown, "Left"); pages < 3 || headings != pages && headings != pages-1 {
		t.Errorf("%d pages, %d headings", pages, headings)
	}
}

// A paper in Chinese says also what it says of itself in Chinese, and breaks a long text without spaces into lines.
func TestAPaperInChinese(t *testing.T) {
	p := paper()
	p.Title, p.Language = "应收账款与融资对账单", locale.Chinese
	p.Tables[0].Rows = [][]string{{strings.Repeat("宁波轴承有限公司与柏林铸造有限公司二〇二六年供货合同", 4), "0.01 EUR"}}
	made, err := letter.WritePaper(p)
	if err != nil {
		t.Fatal(err)
	}
	shown := textOf(t, made)
	for _, want := range []string{p.Title, "第 1 页", "以问号表示", "Gießerei Rottmühl GmbH"} {
		if !strings.Contains(shown, want) {
			t.Errorf("it does not say %q:\n%s", want, shown)
		}
	}
	if whole := strings.ReplaceAll(shown, "\n", ""); !strings.Contains(whole, p.Tables[0].Rows[0][0]) || strings.Contains(shown, p.Tables[0].Rows[0][0]) {
		t.Errorf("the long name is not whole, or not broken:\n%s", shown)
	}
	if len(made) > 120_000 {
		t.Errorf("%d bytes: more of the font is in it than is printed", len(made))
	}
}

func TestAPaperNeedsItsLink(t *testing.T) {
	p := paper()
	p.Link = ""
	var missing *letter.Missing
	if _, err := letter.WritePaper(p); !errors.As(err, &missing) || missing.Field != "link" {
		t.Errorf("%v", err)
	}
}
