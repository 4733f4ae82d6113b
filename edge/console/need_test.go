package console_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"millrace/domain/party"
)

func TestANeedIsMetOnOnePage(t *testing.T) {
	s := newStage(t)
	s.play()
	b := &browser{t: t, handler: s.handler, secret: s.key(s.actors["morawin"])}
	empty := b.page("/need", http.StatusOK)
	checkMarkup(t, "the need", empty)
	if !strings.Contains(empty, `<a href="/need" aria-current="page"`) || strings.Contains(empty, "/assets/sign.") {
		t.Error("the page is not among the places, or loads what signs")
	}
	asked := func(amount string) string {
		return "/need?terms=1&amount=" + amount + "&day=" + s.today.AddDays(2).String() + "&programme=" + s.programme.String() + "&payee=" + s.accounts["morawin"].String()
	}
	if wrong := b.page(asked("1.000,00"), http.StatusUnprocessableEntity); !strings.Contains(wrong, `id="amount-wrong"`) {
		t.Error("a wrong amount is not told")
	}
	b.page(asked("1.00")+"&day=x", http.StatusOK) // the first counts
	short := b.page(asked("90000000.00"), http.StatusOK)
	checkMarkup(t, "too little", short)
	if !strings.Contains(text(short), "fall short by") || strings.Contains(short, `id="send"`) {
		t.Errorf("%s", text(short))
	}
	found := b.page(asked("500.00"), http.StatusOK)
	checkMarkup(t, "the set", found)
	if shown := text(found); !strings.Contains(shown, "It costs you") || !strings.Contains(shown, "Ask for 1 quote") || !strings.Contains(shown, "It is financed already") {
		t.Errorf("%s", shown)
	}
	p := b.open(asked("500.00"))
	p.refused(http.StatusForbidden, "form_expired", map[string]string{"token": "of another"})
	p.refused(http.StatusConflict, "set_changed", map[string]string{"statement": "of another set"})
	before := len(regexp.MustCompile(`fin_1-[0-9]+-.`).FindAllString(b.page("/financings?state=quoted", http.StatusOK), -1))
	p.given(nil)
	list := p.given(nil) // twice is once
	if after := len(regexp.MustCompile(`fin_1-[0-9]+-.`).FindAllString(b.page("/financings?state=quoted", http.StatusOK), -1)); after <= before || !strings.Contains(text(list), "Quoted") {
		t.Errorf("%d financings, then %d", before, after)
	}
	quote := regexp.MustCompile(`/financings/fin_[^"/?]*`).FindString(b.page("/financings?state=quoted", http.StatusOK))
	page := b.page(quote, http.StatusOK)
	checkMarkup(t, "the quote", page)
	accepting := b.page(quote+"/acceptance", http.StatusOK)
	checkMarkup(t, "accepting", accepting)
	for name, shown := range map[string]string{"the quote": text(page), "accepting": text(accepting)} {
		if !strings.Contains(shown, "late interest of") || !strings.Contains(shown, "nnual cost") {
			t.Errorf("%s does not show the whole price: %s", name, shown)
		}
	}
	other := &browser{t: t, handler: s.handler, secret: s.key(s.person(s.parties["havelmark"], party.Buyer, "another"))}
	other.page("/need", http.StatusForbidden)
	if strings.Contains(other.page("/", http.StatusOK), `href="/need"`) {
		t.Error("a buyer is offered the page")
	}
}
