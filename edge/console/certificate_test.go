package console_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"millrace/book"
	"millrace/domain/certificate"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/lab/load"
)

// certifier gives a party a key and a mandate for everything.
func (s *stage) certifier(name, text string) load.Signatory {
	s.t.Helper()
	one := load.NewSignatory(s.actors[name], text)
	one.Key = event[*book.SigningKeyProposed](s, s.give(one.Actor, one.Proposal(s.parties[name]))).Key.ID
	s.give(s.checker, &book.ApproveSigningKey{Key: one.Key})
	m := event[*book.MandateProposed](s, s.give(one.Actor, &book.ProposeMandate{
		Key: one.Key, Acts: mandate.Acts, Currency: s.currency, AloneMax: money.MinorMax, AmountMax: money.MinorMax, From: s.today, Until: s.today.AddDays(300),
	})).Mandate.ID
	s.give(s.checker, &book.ApproveMandate{Mandate: m})
	return one
}

// certify issues a certificate on a confirmed receivable, which its seller passes on: at once, and as an offer that waits.
func (s *stage) certify() id.Certificate {
	s.t.Helper()
	issuer, payee := s.certifier("havelmark", "issues"), s.certifier("morawin", "holds")
	taker := s.certifier("rottmuehl", "takes")
	r := &s.receivables["13-hydraulics"].Receivable
	issue := &book.IssueCertificate{Receivable: r.ID, Programme: s.programme, Amount: r.Face, Currency: r.Currency, Due: r.Due}
	issue.Signatures = []book.Signature{issuer.Sign(issue.Statement())}
	issued := event[*book.CertificateIssued](s, s.give(s.actors["havelmark"], issue))
	debt := event[*book.ReceivableOpened](s, s.give(s.maker, &book.ImportReceivable{
		Seller: s.parties["rottmuehl"], Buyer: s.parties["morawin"], NumberText: "RG-77", Number: trade.Token(load.Token("RG-77")), Face: 10_000_00,
		Issued: s.today.AddDays(-3), Due: r.Due, Currency: r.Currency,
	})).Receivable.ID
	standing := &book.SetStanding{Party: s.parties["rottmuehl"], Programme: s.programme, Until: s.today.AddDays(1)}
	standing.Signatures = []book.Signature{taker.Sign(standing.Statement())}
	s.give(s.actors["rottmuehl"], standing)
	held := issued.Holding.ID
	pay := func(amount money.Minor, discharge certificate.Discharge) book.Move {
		return book.Move{
			Step: certificate.Transfer, Holding: held, Amount: amount, To: s.parties["rottmuehl"], Debt: debt, Discharge: discharge,
			Expires: time.Now().Add(time.Hour).UnixMicro(),
		}
	}
	moved := s.give(s.actors["morawin"], load.Moves(&payee, s.parties["morawin"], pay(2_000_00, certificate.AtOnce), pay(1_500_00, certificate.OnRedemption)))
	made := event[*book.HoldingsMoved](s, moved).Made
	held = made[len(made)-1].ID
	standing = &book.SetStanding{Party: s.parties["rottmuehl"], Programme: s.programme, Until: s.today.AddDays(-1)}
	standing.Signatures = []book.Signature{taker.Sign(standing.Statement())}
	s.give(s.actors["rottmuehl"], standing)
	s.give(s.actors["morawin"], load.Moves(&payee, s.parties["morawin"], pay(700_00, certificate.AtOnce)))
	return issued.Certificate.ID
}

func TestACertificateAsATree(t *testing.T) {
	s := newStage(t)
	s.play()
	k := s.certify()
	if response := (&browser{t: t, handler: s.handler, secret: s.key(s.maker)}).ask("GET", "/certificates/"+k.String()+"/paper", ""); response.StatusCode != http.StatusOK {
		t.Errorf("the certificate to print: %d", response.StatusCode)
	}
	page := "/certificates/" + k.String()
	for who, wants := range map[string][]string{
		"morawin":   {"Offered", "700.00", "Gießerei Rottmühl GmbH", "Taken in payment", "Signed by", "Pays rcv_"},
		"rottmuehl": {"Issued", "Offered", "Signed by"},
		"havelmark": {"Issued", "What was signed", "millrace issue certificate 1"},
	} {
		b := &browser{t: t, handler: s.handler, secret: s.key(s.actors[who])}
		shown := b.page(page, http.StatusOK)
		checkMarkup(t, who, shown)
		for _, want := range wants {
			if !strings.Contains(text(shown), want) {
				t.Errorf("to %s it does not say %q:\n%s", who, want, text(shown))
			}
		}
		if who == "havelmark" && strings.Contains(text(shown), "Rottmühl") {
			t.Errorf("the issuer learns in whose hands it is: %s", text(shown))
		}
		list := b.page("/certificates", http.StatusOK)
		checkMarkup(t, who, list)
		if offered := strings.Contains(text(list), "Offers that wait for you"); offered != (who == "rottmuehl") {
			t.Errorf("%s is told of offers: %v", who, offered)
		}
	}
	(&browser{t: t, handler: s.handler, secret: s.key(s.actors["traunfels"])}).page(page, http.StatusNotFound)
	for where, shown := range crawl(t, &browser{t: t, handler: s.handler, secret: s.key(s.maker)}) {
		checkMarkup(t, where, shown)
	}
}
