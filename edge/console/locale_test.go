package console_test

import (
	"html"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/onboarding"
	"millrace/domain/party"
	"millrace/edge/intake"
)

var (
	// passages are the parts of a page that stay as somebody wrote them: bytes, codes, and what is marked as English.
	passages  = regexp.MustCompile(`(?s)<(?:pre|code|script|style|textarea)\b.*?</(?:pre|code|script|style|textarea)>|<(p|span|div|blockquote|li|dd|td)\b[^>]* lang="en"[^>]*>.*?</(?:p|span|div|blockquote|li|dd|td)>`)
	readable  = regexp.MustCompile(`(?:aria-label|data-label|placeholder|title|alt)="([^"]*)"`)
	partyLink = regexp.MustCompile(`<a href="/parties/pty_[^"]*">([^<]+)</a>`)
	english   = regexp.MustCompile(`[A-Za-z][A-Za-z’'-]*(?:[ ,;:]+[A-Za-z][A-Za-z’'-]*){2,}`)
)

// inEnglish are the runs of three or more words in Latin letters that a person reads on a page.
func inEnglish(page string, names []string) []string {
	page = passages.ReplaceAllString(page, "\n")
	var spoken []string
	for _, found := range readable.FindAllStringSubmatch(page, -1) {
		spoken = append(spoken, found[1])
	}
	spoken = append(spoken, strings.Split(tag.ReplaceAllString(page, "\n"), "\n")...)
	var found []string
	for _, text := range spoken {
		text = html.UnescapeString(text)
		for _, name := range names {
			text = strings.ReplaceAll(text, name, "·")
			if begun, cut := strings.CutSuffix(text, "…"); cut && strings.HasPrefix(name, begun) {
				text = "·" // as it stands in a drawing
			}
		}
		found = append(found, english.FindAllString(text, -1)...)
	}
	return found
}

func TestEveryPageInChinese(t *testing.T) {
	s := newStage(t)
	s.play()
	s.applied(s.maker, "rottmuehl")
	s.alerted("rottmuehl")
	s.give(s.maker, &book.OpenOnboardingFile{Party: s.parties["rottmuehl"], Form: onboarding.Company, Risk: onboarding.LowRisk})
	officer := s.person(s.operator, party.Compliance, "Irmgard Thoma")
	s.give(officer, &book.OpenCase{Party: s.parties["traunfels"], Fact: s.keep(intake.KindCase, "Cash from nowhere"), Due: s.today.AddDays(10)})
	// What is Latin on a Chinese page: names and addresses, what people and banks have written, and names of standards.
	names := []string{"Brandenburg an der Havel", "Cash from nowhere", "Giesserei Rotmuehl Ltd", "Accounts of the last three years", "Billed above the order", "Payables finance", "first tranche", "without a reference", "American Economic Review"}
	for _, found := range partyLink.FindAllStringSubmatch((&browser{t: t, handler: s.handler, secret: s.key(s.maker)}).page("/parties", http.StatusOK), -1) {
		names = append(names, html.UnescapeString(found[1]))
	}
	left := map[string]string{}
	for who, actor := range map[string]id.Actor{
		"operator": s.maker, "compliance": officer, "seller": s.actors["rottmuehl"], "buyer": s.actors["havelmark"], "funder": s.funderActor, "bank": s.bank,
	} {
		b := &browser{t: t, handler: s.handler, secret: s.key(actor), cookie: "millrace_language=zh-Hans"}
		for where, page := range crawl(t, b) {
			checkMarkup(t, who+" "+where, page)
			if !strings.Contains(page, `<html lang="zh-Hans">`) {
				t.Errorf("%s: the language is not told", where)
			}
			for _, run := range inEnglish(page, names) {
				left[run] = where
			}
		}
	}
	for _, run := range slices.Sorted(maps.Keys(left)) {
		t.Errorf("%s: %q stands in English", left[run], run)
	}
}
