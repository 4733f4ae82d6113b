package console_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"html"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/console"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/lab/load"
	"millrace/products"
)

// papers of one deal as OASIS publishes them beside UBL 2: what a new user would try first.
var ownPapers = []string{"UBL-Order-2.0-Example.xml", "UBL-DespatchAdvice-2.0-Example.xml", "UBL-ReceiptAdvice-2.0-Example.xml", "UBL-Invoice-2.0-Example.xml"}

func sharedPapers(t *testing.T) map[string][]byte {
	t.Helper()
	at, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		folder := filepath.Join(at, "shared", "data", "trade", "valid", "oasis-tcs-ubl")
		if _, err := os.Stat(folder); err == nil {
			read := map[string][]byte{}
			for _, name := range ownPapers {
				if read[name], err = os.ReadFile(filepath.Join(folder, name)); err != nil {
					t.Fatal(err)
				}
			}
			return read
		}
		if filepath.Dir(at) == at {
			t.Skip("no shared/data/trade above this folder: the sample documents are needed")
		}
		at = filepath.Dir(at)
	}
}

// sendFiles sends files by the form of a page.
func (b *browser) sendFiles(where string, fields map[string]string, input string, files map[string][]byte, order []string) (int, string) {
	b.t.Helper()
	page := b.page(where, http.StatusOK)
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, found := range hiddenField.FindAllStringSubmatch(page, -1) {
		if _, changed := fields[found[1]]; !changed {
			_ = w.WriteField(found[1], html.UnescapeString(found[2]))
		}
	}
	for name, value := range fields {
		_ = w.WriteField(name, value)
	}
	for _, name := range order {
		part, _ := w.CreateFormFile(input, name)
		_, _ = part.Write(files[name])
	}
	if err := w.Close(); err != nil {
		b.t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "http://localhost"+where, &body)
	r.RemoteAddr = "127.0.0.1:40000"
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Authorization", "Bearer "+b.secret)
	recorder := httptest.NewRecorder()
	b.handler.ServeHTTP(recorder, r)
	if to := recorder.Result().Header.Get("Location"); recorder.Code == http.StatusSeeOther {
		return recorder.Code, to
	}
	return recorder.Code, recorder.Body.String()
}

// walk is a new node with nothing on it, and the people who work there.
type walk struct {
	*stage
	first, second *browser // of the operator
}

func newWalk(t *testing.T, today calendar.Date) *walk {
	t.Helper()
	e, err := engine.Open(load.Options(""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(context.Background()) })
	s := &stage{t: t, engine: e, intake: intake.New(e.Vault()), access: access.New(e), today: today, actors: map[string]id.Actor{}}
	s.handler = console.New(console.Options{Engine: e, Reader: view.New(e), Access: s.access, Intake: s.intake})
	home := intake.Profile{Name: "Node", Country: "DE"}
	s.give(0, &book.Found{Operator: s.profile(home), Country: "DE", Tokens: s.intake.PartyTokens(home), Actor: s.keep(intake.KindActor, "First"), Date: today})
	s.operator, s.maker = id.Make[id.Party](1, 1), id.Make[id.Actor](1, 1)
	s.checker = s.person(s.operator, party.Operator, "Second") // invited on the pages of people
	w := &walk{stage: s}
	w.first = &browser{t: t, handler: s.handler, secret: s.key(s.maker)}
	w.second = &browser{t: t, handler: s.handler, secret: s.key(s.checker)}
	return w
}

var madeRecord = regexp.MustCompile(`<span class="id">([a-z]{3}_1-[0-9]+-[0-9A-Z])</span>`)

// fill fills a form in, gives it, and names the record to whose page it leads.
func (w *walk) fill(b *browser, where string, terms ...string) string {
	w.t.Helper()
	page := b.open(filled(where, terms...)).given(nil)
	if found := madeRecord.FindStringSubmatch(page); found != nil {
		return found[1]
	}
	return ""
}

// signatory is somebody with a key of its own and a mandate.
type signatory struct {
	b       *browser
	private ed25519.PrivateKey
}

func (s *signatory) sign(p *deedPage) map[string]string {
	return map[string]string{"signature": "public key " + hex.EncodeToString(s.private.Public().(ed25519.PublicKey)) + "\nsignature " +
		hex.EncodeToString(ed25519.Sign(s.private, []byte(p.statement)))}
}

var keyOnPage = regexp.MustCompile(`/signing-keys/(sgk_[^/"]+)/approval`)
var mandateOnPage = regexp.MustCompile(`/mandates/(mdt_[^/"]+)/approval`)

// empower brings the key of a party's person, and has the second person approve it and its mandate.
func (w *walk) empower(of string, actor id.Actor, seed byte, acts ...string) *signatory {
	w.t.Helper()
	s := &signatory{&browser{t: w.t, handler: w.handler, secret: w.key(actor)}, ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, 32))}
	page := s.b.open(filled("/parties/"+of+"/signing-key", "signatory", actor.String(), "public", hex.EncodeToString(s.private.Public().(ed25519.PublicKey))))
	page.given(s.sign(page))
	shown := w.second.page("/parties/"+of, 200)
	key := keyOnPage.FindStringSubmatch(shown)
	if key == nil {
		w.t.Fatal("the page of the party offers no key to approve", text(shown))
	}
	w.second.open("/signing-keys/" + key[1] + "/approval").given(nil)
	terms := []string{"currency", "GBP", "alone", "1000.00", "most", "5000.00", "from", w.today.String(), "until", w.today.AddDays(300).String()}
	for _, act := range acts {
		terms = append(terms, act, "yes")
	}
	s.b.open(filled("/signing-keys/"+key[1]+"/mandate", terms...)).given(nil)
	m := mandateOnPage.FindStringSubmatch(w.second.page("/parties/"+of, 200))
	w.second.open("/mandates/" + m[1] + "/approval").given(nil)
	return s
}

// TestFromAnEmptyNodeToAFinancedInvoice goes the way of the guide by the pages alone: everything that is on record at the end was put there by a form.
func TestFromAnEmptyNodeToAFinancedInvoice(t *testing.T) {
	papers := sharedPapers(t)
	today, _ := calendar.Of(2005, 6, 24)
	w := newWalk(t, today)
	says(t, w.first.page("/first-steps", 200), "A second person", "Do it")

	// The papers name the parties; the operator puts them on record. An invoice alone waits; with the proof of its delivery there is a receivable.
	invoiced, before := ownPapers[len(ownPapers)-1:], ownPapers[:len(ownPapers)-1]
	_, page := w.first.sendFiles("/documents/new", nil, "files", papers, invoiced)
	says(t, page, "The invoice waits for the proof of its delivery")
	status, page := w.first.sendFiles("/documents/new", nil, "files", papers, before)
	if status != 200 || strings.Contains(page, "Refused") || strings.Count(page, `badge good">Kept`) != len(before) || strings.Contains(page, "Send its invoice") {
		t.Fatalf("%d: the papers are not kept, or the first of them does not know of the receivable that the others opened: %s", status, text(page))
	}
	invoice := regexp.MustCompile(`rcv_1-[0-9]+-[0-9A-Z]`).FindString(page)
	if invoice == "" {
		t.Fatal("the invoice has opened no receivable", text(page))
	}
	shown := w.first.page("/parties", 200)
	says(t, shown, "Consortial", "Put a party on record")
	parties := map[string]string{}
	for _, name := range []string{"Consortial", "IYT Corporation"} {
		found := regexp.MustCompile(`/parties/(pty_[^"]+)"[^>]*>` + name).FindStringSubmatch(shown)
		if found == nil {
			t.Fatalf("%s is not among the parties: %s", name, text(shown))
		}
		form := w.first.page("/parties/new?from="+found[1], 200)
		number := regexp.MustCompile(`name="vat" value="([^"]*)"`).FindStringSubmatch(form)
		scheme := regexp.MustCompile(`name="scheme" value="([^"]*)"`).FindStringSubmatch(form)
		other := regexp.MustCompile(`name="number" value="([^"]*)"`).FindStringSubmatch(form)
		role := "seller"
		if name != "Consortial" {
			role = "buyer"
		}
		terms := []string{"name", name, "country", "GB", "vat", number[1], "scheme", scheme[1], "number", other[1], role, "yes"}
		if role == "buyer" {
			terms = append(terms, "anchor", "yes")
		}
		if made := w.fill(w.first, "/parties/new", terms...); made != found[1] {
			t.Fatalf("%s is another party than the papers': %s, not %s", name, made, found[1])
		}
		parties[role] = found[1]
	}
	parties["funder"] = w.fill(w.first, "/parties/new", "name", "Our fund", "country", "GB", "funder", "yes", "lei", "5493001KJTIIGC8Y1R12")
	parties["custodian"] = w.fill(w.first, "/parties/new", "name", "Our bank", "country", "GB", "custodian", "yes", "gln", "5012345000018")

	// Each has its people, who sign in by themselves.
	actors := map[string]id.Actor{}
	for role, as := range map[string]party.Role{"seller": party.Seller, "buyer": party.Buyer, "funder": party.Funder} {
		of, err := id.Parse[id.Party](parties[role])
		if err != nil {
			t.Fatal(err)
		}
		actors[role] = w.person(of, as, "A person of the "+role)
	}
	seller := w.empower(parties["seller"], actors["seller"], 1, "agree")
	buyer := w.empower(parties["buyer"], actors["buyer"], 2, "confirm")
	funder := w.empower(parties["funder"], actors["funder"], 3, "agree")

	seller.b.page(filled("/parties/"+parties["seller"]+"/bank-account", "currency", "GBP", "iban", "GB29NWBK60161331926818", "holder", "Consortial"), 422)
	seller.b.open(filled("/parties/"+parties["seller"]+"/bank-account", "currency", "GBP", "iban", "GB29 NWBK 6016 1331 9268 19", "holder", "Consortial")).given(nil)
	account := regexp.MustCompile(`/bank-accounts/(bac_[^/"]+)/verification`).FindStringSubmatch(w.second.page("/parties/"+parties["seller"], 200))
	w.second.open(filled("/bank-accounts/"+account[1]+"/verification", "reason", "The bank’s letter of May")).given(nil)

	programme := w.setTerms(parties, seller, funder)

	// The buyer confirms, irrevocably and signed; the seller asks, sees the price, and accepts.
	says(t, w.first.page("/first-steps", 200), "The first financing")
	confirmation := buyer.b.open(filled("/receivables/"+invoice+"/confirmation", "undertaking", "irrevocable", "amount", "107.50", "days", "14"))
	confirmation.given(buyer.sign(confirmation))
	seller.b.open(filled("/receivables/"+invoice+"/quote", "programme", programme, "payee", account[1])).refused(422, "findings_open", nil)
	says(t, w.first.page("/receivables/"+invoice, 200), "Clear findings")
	w.first.page(filled("/receivables/"+invoice+"/clearance", "note", "Nothing is chosen"), 422)
	w.first.open(filled("/receivables/"+invoice+"/clearance", "finding-tax_base_differs", "yes", "note", "The sample reckons its tax on another base; the sum is right.")).given(nil)
	says(t, seller.b.page("/", 200), "What you can turn into cash today", "You receive")
	offered := seller.b.open(filled("/receivables/"+invoice+"/quote", "programme", programme, "payee", account[1])).given(nil)
	financing := regexp.MustCompile(`fin_1-[0-9]+-[0-9A-Z]`).FindString(offered)
	says(t, offered, "Referred") // its papers do not agree in everything: a person of the funder looks
	referral := regexp.MustCompile(`/referrals/(ref_1-[0-9]+-[0-9A-Z])`).FindStringSubmatch(funder.b.page("/referrals", 200))
	funder.b.open(filled("/referrals/"+referral[1]+"/decision", "decision", "approve", "note", "Seller and buyer were asked")).given(nil)
	says(t, seller.b.page("/financings/"+financing, 200), "Accept the quote", "Quoted")
	seller.b.open("/financings/" + financing + "/acceptance").given(nil)
	w.repay(programme, invoice, financing)
	says(t, w.first.page("/first-steps", 200), "Everything is there")
}

// setTerms puts a product, its agreement, a programme, a grade, limits and money in place.
func (w *walk) setTerms(parties map[string]string, seller, funder *signatory) string {
	w.t.Helper()
	file, _ := products.File("payables-finance")
	changed := strings.NewReplacer("currency: EUR", "currency: GBP", "agreements: [receivables_purchase, anchor_accession, payment_undertaking]", "agreements: [receivables_purchase]",
		"goods: [ordered, shipped, received, invoiced, confirmed]", "goods: [ordered, received, invoiced, confirmed]").Replace(string(file))
	status, page := w.first.sendFiles("/products/new?from=payables-finance", map[string]string{"text": strings.Replace(changed, "days_max: 180", "days_max: 0", 1), "step": "propose"}, "", nil, nil)
	if status != http.StatusUnprocessableEntity {
		w.t.Errorf("a product that can't be is answered with %d", status)
	}
	says(w.t, page, "to mend", "tenor.days_max")
	_, page = w.first.sendFiles("/products/new?from=payables-finance", map[string]string{"text": changed, "step": "check"}, "", nil, nil)
	says(w.t, page, "The text is in order", "legal.agreements", "What typical invoices cost under both")
	status, to := w.first.sendFiles("/products/new?from=payables-finance", map[string]string{"text": changed, "step": "propose"}, "", nil, nil)
	if status != http.StatusSeeOther {
		w.t.Fatalf("the product is not proposed: %s", text(to))
	}
	product := regexp.MustCompile(`prd_1-[0-9]+-[0-9A-Z]`).FindString(to)
	says(w.t, w.first.page("/products/"+product, 200), "It waits for a second person")
	w.first.open("/products/"+product+"/approval").refused(403, "second_person", nil)
	w.second.open("/products/" + product + "/approval").given(nil)

	w.fill(w.first, "/templates/new", "name", "Purchase of receivables", "kind", "receivables_purchase", "law", "GB", "text", "The seller assigns what is confirmed.\nThe funder pays.")
	template := regexp.MustCompile(`tpl_1-[0-9]+-[0-9A-Z]`).FindString(w.second.page("/agreements", 200))
	w.second.open("/templates/" + template + "/approval").given(nil)
	agreement := w.fill(w.first, "/agreements/new", "template", template, "first", parties["seller"], "second", "Our fund", "effective", w.today.String(), "until", "",
		"currency", "GBP", "amount", "1000.00", "text", "All receivables on IYT Corporation.")
	for _, s := range []*signatory{seller, funder} {
		page := s.b.open("/agreements/" + agreement + "/signature")
		page.given(s.sign(page))
	}
	says(w.t, w.first.page("/agreements/"+agreement, 200), "Signed")

	programme := w.fill(w.first, "/programmes/new", "product", product, "anchor", parties["buyer"], "custodian", "Our bank", "currency", "GBP", "calendar", "WEEKEND",
		"funder-1", parties["funder"], "rate-1", "4.25", "approve_above", "50.00")
	says(w.t, w.first.page("/programmes/"+programme, 200), "A second person approves it")
	w.second.open("/programmes/" + programme + "/approval").given(nil)
	says(w.t, w.first.page("/programmes/"+programme, 200), "Before anything is financed in it", "A limit of the buyer", "Money of the funder")
	w.first.open(filled("/parties/"+parties["buyer"]+"/review", "grade", "3", "until", w.today.AddDays(300).String(), "note", "Accounts of three years")).given(nil)
	review := regexp.MustCompile(`rvw_1-[0-9]+-[0-9A-Z]`).FindString(w.second.page("/reviews", 200))
	w.second.open("/reviews/" + review + "/approval").given(nil)
	for kind, of := range map[string]string{"buyer": parties["buyer"], "programme": "", "funder": parties["funder"]} {
		terms := []string{"programme", programme, "currency", "GBP", "amount", "100000.00", "expires", w.today.AddDays(300).String(), "renewal", "revolving", "commitment", "uncommitted"}
		if of != "" {
			terms = append(terms, "party", of)
		}
		w.first.open(filled("/limit-proposals/"+kind, terms...)).given(nil)
	}
	for _, limit := range regexp.MustCompile(`/limits/(lim_1-[0-9]+-[0-9A-Z])/approval`).FindAllStringSubmatch(w.second.page("/limits", 200), -1) {
		w.second.open("/limits/" + limit[1] + "/approval").given(nil)
	}
	deposit := w.first.open(filled("/programmes/"+programme+"/receipt", "account", parties["funder"], "amount", "5000.00", "reference", "DEP-1", "value", w.today.String(),
		"booking", w.today.String(), "payer", "", "text", "First tranche")).given(nil)
	says(w.t, deposit, "Deposit", "5,000.00")
	if page := w.first.page("/programmes/"+programme, 200); strings.Contains(text(page), "Before anything is financed") {
		w.t.Errorf("the programme still lacks something: %s", text(page))
	}
	return programme
}

const ownStatement = `:20:STMT
:25:OPENBANK/1
:28C:1/1
:60F:C050625GBP0,00
:61:0507210721C107,50NTRFAEG012345//COLL-1
:86:?20Invoice A00095678?32IYT Corporation
:62F:C050721GBP107,50
-`

// repay pays a financing out, books what the buyer pays, and shares it out to the last penny.
func (w *walk) repay(programme, invoice, financing string) {
	w.t.Helper()
	w.first.open("/financings/"+financing+"/disbursement").refused(409, "notice_missing", nil)
	written := w.first.open(filled("/financings/"+financing+"/notice", "about", "all", "law", "GB", "iban", "GB29NWBK60161331926819", "holder", "Our bank")).given(nil)
	notice := regexp.MustCompile(`/notices/(ntc_[^/"]+)/service`).FindStringSubmatch(written)
	w.first.open(filled("/notices/"+notice[1]+"/service", "date", w.today.String(), "method", "courier", "note", "Signed for by Mr Churchill")).given(nil)
	payment := w.fill(w.first, "/financings/"+financing+"/disbursement")
	w.second.open(filled("/payments/"+payment+"/approval", "decision", "approve")).given(nil)
	w.first.open(filled("/payments/"+payment+"/outcome", "state", "executed", "value", w.today.String(), "reference", "OUT-1")).given(nil)
	says(w.t, w.first.page("/financings/"+financing, 200), "Outstanding")
	w.first.open(filled("/day/next", "date", "2005-07-21")).given(nil)
	where := "/programmes/" + programme + "/statement"
	status, page := w.first.sendFiles(where, map[string]string{"account": "collection"}, "file", map[string][]byte{"may.sta": []byte(strings.Replace(ownStatement, "C050721GBP107,50", "C050721GBP100,00", 1))}, []string{"may.sta"})
	if status != 422 && status != 400 {
		w.t.Errorf("a statement that does not add up is answered with %d", status)
	}
	says(w.t, page, "do not lead from its opening to its closing balance")
	_, page = w.first.sendFiles(where, map[string]string{"account": "collection"}, "file", map[string][]byte{"may.sta": []byte(ownStatement)}, []string{"may.sta"})
	says(w.t, page, "Booked", "COLL-1", "107.50")
	receipt := regexp.MustCompile(`rct_1-[0-9]+-[0-9A-Z]`).FindString(page)
	_, page = w.first.sendFiles(where, map[string]string{"account": "collection"}, "file", map[string][]byte{"may.sta": []byte(ownStatement)}, []string{"may.sta"})
	says(w.t, page, "Here already")
	says(w.t, w.first.page("/receipts/"+receipt, 200), "Say what it pays")
	w.first.open(filled("/receipts/"+receipt+"/allocation", "receivable", "A00095678", "amount", "107.50", "payer", "buyer")).given(nil)
	w.first.open("/financings/" + financing + "/closing").given(nil)
	says(w.t, w.first.page("/financings/"+financing, 200), "Closed")
	says(w.t, w.first.page("/receivables/"+invoice, 200), "Closed")
}
