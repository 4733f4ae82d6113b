package console

import (
	"strings"
	"testing"
)

func TestWhatBelongsTogetherIsNotBroken(t *testing.T) {
	const gap = "\u00a0"
	for page, want := range map[string]string{
		`<p>at 9.5 % a year until 2027-07-09 07:00:00 UTC.</p>`:                              `<p>at 9.5` + gap + `% a year until <span class="whole">2027-07-09 07:00:00</span>` + gap + `UTC.</p>`,
		`<p>EUR 12.50 of −EUR −3 and 1.31 EUR a day</p>`:                                     `<p>EUR` + gap + `12.50 of −EUR` + gap + `−3 and 1.31` + gap + `EUR a day</p>`,
		`<td>2027-07-09</td><td>2027-01-01 to 2027-02-01</td>`:                               `<td>2027-07-09</td><td><span class="whole">2027-01-01</span> to <span class="whole">2027-02-01</span></td>`,
		`<td data-label="Due">–</td><td><span class="currency">–</span></td><td>– of 3</td>`: `<td data-label="Due" data-none>–</td><td data-none><span class="currency">–</span></td><td>– of 3</td>`,
		`<td>2027年7月9日</td><p>自2027年12月31日起，12027年7月9日</p>`:                                  `<td>2027年7月9日</td><p>自<span class="whole">2027年12月31日</span>起，12027年7月9日</p>`,
		`<p>In 3 EURO, invoice 0084-100073, 2027-07-091, x2027-07-09</p>`:                    `<p>In 3 EURO, invoice 0084-100073, 2027-07-091, x2027-07-09</p>`,
	} {
		if got := string(keptWhole([]byte(page))); got != want {
			t.Errorf("%q becomes\n%q, want\n%q", page, got, want)
		}
	}
	for name := range verbatim {
		page := "<" + name + ` title="from 2027-07-09 on, 5 %">EUR 5 from 2027-07-09 on, 5 %</` + name + ">"
		if got := string(keptWhole([]byte(page))); got != page {
			t.Errorf("%s becomes %s", page, got)
		}
	}
	for _, torn := range []string{"<", "<p", "5 ", " %", "<td>–", "<pre>EUR 5", strings.Repeat("<td>–</td", 3)} {
		keptWhole([]byte(torn))
	}
}
