package markup

import "testing"

func TestLexicalForms(t *testing.T) {
	cases := []struct {
		form       Lexical
		right, bad []string
	}{
		{LexicalDecimal, []string{"0", "-1", "+1.", ".5", " 1.50\n", "00"}, []string{"", ".", "-", "1e3", "1,0", "0x1", "1 0", "--1", "NaN", "1.2.3"}},
		{LexicalDate, []string{"2024-02-29", "2026-11-22Z", "2026-11-22-14:00", " 2026-11-22 "},
			[]string{"2023-02-29", "2026-11-22T00:00:00", "26-11-22", "2026-1-2", "", "2026-11-31", "2026-00-10", "2026-11-22+14:01", "02026-11-22", "1900-02-29"}},
		{LexicalTime, []string{"00:00:00", "24:00:00", "23:59:59.999Z", "12:00:00+02:00"}, []string{"24:00:01", "12:00", "12:60:00", "12:00:00.", "1:00:00", "24:00:00.5"}},
		{LexicalDateTime, []string{"2026-11-22T10:00:00", "2026-11-22T24:00:00Z"}, []string{"2026-11-22", "T10:00:00", "2026-11-22ZT10:00:00", "2026-02-30T10:00:00", "2026-11-22T10:00"}},
		{LexicalBoolean, []string{"true", "false", "1", "0", " true "}, []string{"", "TRUE", "yes"}},
		{LexicalBase64Binary, []string{"", "QQ==", "QUI=", "QUJD", "Q U\nJ D"}, []string{"QQ=", "QR==", "QUJ=", "QUJDR", "=QQQ", "QQ==QQ=="}},
		{LexicalLanguage, []string{"en", "de-AT", "x-klingon", "zh-Hans-CN"}, []string{"", "de_AT", "1a", "toolonglang", "de-", "de--AT"}},
	}
	for _, c := range cases {
		for _, text := range c.right {
			if code := c.form.wrong([]byte(text)); code != "" {
				t.Errorf("form %d: %q: %s", c.form, text, code)
			}
		}
		for _, text := range c.bad {
			if c.form.wrong([]byte(text)) == "" {
				t.Errorf("form %d: %q passed", c.form, text)
			}
		}
	}
	for _, text := range []string{"0000-01-01", "-0004-02-29", "10000-01-01", "12024-02-29Z"} {
		if code := LexicalDate.wrong([]byte(text)); code != CodeDateRange {
			t.Errorf("%q: %q", text, code)
		}
	}
}
