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
	says(w.t, w.front(s.b), "Bring a signing key")
	if shown := s.b.page("/parties/"+of+"/signing-key", http.StatusOK); strings.Index(shown, `id="make-key"`) > strings.Index(shown, `name="public"`) {
		w.t.Error("a key is made in the browser below the field for one that was made elsewhere")
	}
	page := s.b.open(filled("/parties/"+of+"/signing-key", "signatory", actor.String(), "public", hex.EncodeToString(s.private.Public().(ed25519.PublicKey))))
	page.given(s.sign(page))
	w.awaits(s.b, "Bring a signing key", "")
	w.awaits(w.second, "Signing keys to approve", "/parties/"+of)
	shown := w.second.page("/parties/"+of, 200)
	key := keyOnPage.FindStringSubmatch(shown)
	if key == nil {
		w.t.Fatal("the page of the party offers no key to approve", text(shown))
	}
	w.second.open("/signing-keys/" + key[1] + "/approval").given(nil)
	w.awaits(w.second, "Signing keys to approve", "")
	preset := s.b.page("/signing-keys/"+key[1]+"/mandate", http.StatusOK)
	for _, act := range acts {
		if !strings.Contains(preset, `name="`+act+`" value="yes" checked`) {
			w.t.Errorf("%s is not preset for who does it", act)
		}
	}
	if issues := `name="issue" value="yes" checked`; strings.Contains(preset, issues) || strings.Contains(preset, `name="lend" value="yes" checked`) != (seed == 3) {
		w.t.Error("more is preset than the party does")
	}
	terms := []string{"currency", "GBP", "alone", "1000.00", "most", "", "from", w.today.String(), "until", w.today.AddDays(300).String()}
	for _, act := range acts {
		terms = append(terms, act, "yes")
	}
	proposer, approver := s.b, w.second
	if seed == 2 { // of the two one acts for the party itself
		proposer, approver = w.first, s.b
	}
	proposer.open(filled("/signing-keys/"+key[1]+"/mandate", terms...)).given(nil)
	for _, somebody := range []*browser{w.first, w.second, s.b} {
		if proposer == s.b == (somebody != s.b) {
			w.awaits(somebody, "Mandates to approve", "/parties/"+of)
		} else {
			w.awaits(somebody, "Mandates to approve", "")
		}
	}
	m := mandateOnPage.FindStringSubmatch(approver.page("/parties/"+of, 200))
	if shown := text(approver.page("/mandates/"+m[1]+"/approval", http.StatusOK)); strings.Count(shown, "1,000.00") != 2 {
		w.t.Errorf("a bound with a second signatory that was left empty is not the one for one alone: %s", shown)
	}
	approver.open("/mandates/" + m[1] + "/approval").given(nil)
	w.awaits(approver, "Mandates to approve", "")
	return s
}

// front is somebody's first page, with what waits counted anew.
func (w *walk) front(b *browser) string {
	w.t.Helper()
	anew := *b
	anew.handler = console.New(console.Options{Engine: w.engine, Reader: view.New(w.engine), Access: w.access, Intake: w.intake})
	return anew.page("/", http.StatusOK)
}

// leads follows a link of a page of the first person that is called so, to a path, and wants something on the page there.
func (w *walk) leads(page, name, path string, wants ...string) {
	w.t.Helper()
	found := regexp.MustCompile(`<a href="([^"]+)">` + regexp.QuoteMeta(name) + `</a>`).FindStringSubmatch(page)
	if found == nil || !strings.HasPrefix(found[1], path) {
		w.t.Errorf("%q leads to %q instead of %s", name, found, path)
		return
	}
	there := w.first.page(html.UnescapeString(found[1]), http.StatusOK)
	for _, want := range wants {
		if !strings.Contains(there, want) {
			w.t.Errorf("%q leads to a page without %s: %s", name, want, text(there))
		}
	}
}

// awaits wants an errand on somebody's first page that leads to a path, or none where the path is "".
func (w *walk) awaits(b *browser, errand, path string) {
	w.t.Helper()
	page := w.front(b)
	switch {
	case path == "" && strings.Contains(page, ">"+errand+"<"):
		w.t.Errorf("%q waits where nothing does", errand)
	case path != "" && !strings.Contains(page, `<a href="`+path+`">`+errand+"</a>"):
		w.t.Errorf("%q does not wait with a link to %s: %s", errand, path, text(page))
	}
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
	seller := w.empower(parties["seller"], actors["seller"], 1, "agree", "accept", "dispose")
	buyer := w.empower(parties["buyer"], actors["buyer"], 2, "confirm", "acknowledge")
	funder := w.empower(parties["funder"], actors["funder"], 3, "agree", "lend")

	seller.b.page(filled("/parties/"+parties["seller"]+"/bank-account", "currency", "GBP", "iban", "GB29NWBK60161331926818", "holder", "Consortial"), 422)
	seller.b.open(filled("/parties/"+parties["seller"]+"/bank-account", "currency", "GBP", "iban", "GB29 NWBK 6016 1331 9268 19", "holder", "Consortial")).given(nil)
	account := regexp.MustCompile(`/bank-accounts/(bac_[^/"]+)/verification`).FindStringSubmatch(w.second.page("/parties/"+parties["seller"], 200))
	w.second.open(filled("/bank-accounts/"+account[1]+"/verification", "reason", "The bank’s letter of May")).given(nil)

	programme := w.setTerms(parties, seller, funder)

	// The buyer confirms, irrevocably and signed; the seller asks, sees the price, and accepts.
	says(t, w.first.page("/first-steps", 200), "The first financing")
	confirmation := buyer.b.open(filled("/receivables/"+invoice+"/confirmation", "undertaking", "irrevocable", "amount", "107.50", "days", "14"))
	if unsigned := text(confirmation.refused(422, "request_invalid", nil)); !strings.Contains(unsigned, "Something on the form is missing or wrong") || strings.Contains(unsigned, "unknown, or not of their form") {
		t.Errorf("a form without a signature is refused in the words of a program: %s", unsigned)
	}
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

	programme := w.fill(w.first, "/programmes/new", "product", product, "anchor", parties["buyer"], "custodian", "Our bank", "currency", "GBP", "calendar", "WEEKEND",
		"funder-1", parties["funder"], "rate-1", "4.25", "approve_above", "50.00")
	says(w.t, w.first.page("/programmes/"+programme, 200), "A second person approves it")
	w.second.open("/programmes/" + programme + "/approval").given(nil)
	const ground = "An agreement on the purchase of receivables with the funder: each seller signs one"
	w.leads(w.first.page("/programmes/"+programme, 200), ground, "/templates/new?", `value="receivables_purchase" selected`)
	status, to = w.first.sendFiles("/templates/new", map[string]string{"name": "Purchase of receivables", "kind": "receivables_purchase", "law": "GB", "text": "The seller assigns what is confirmed.\nThe funder pays."}, "file", nil, nil)
	template := regexp.MustCompile(`tpl_1-[0-9]+-[0-9A-Z]`).FindString(to)
	if status != http.StatusSeeOther || template == "" {
		w.t.Fatalf("the text is not proposed: %d %s", status, text(to))
	}
	w.awaits(w.first, "Texts of agreements to approve", "") // its own
	w.awaits(w.second, "Texts of agreements to approve", "/templates/"+template)
	w.second.open("/templates/" + template + "/approval").given(nil)
	if !strings.Contains(w.first.page("/agreements/new", 200), `value="`+template+`" checked`) {
		w.t.Error("the only text is not chosen already")
	}
	w.leads(w.first.page("/programmes/"+programme, 200), ground, "/agreements/new?", `name="second" value="Our fund"`, `value="`+template+`" checked`)
	agreement := w.fill(w.first, "/agreements/new", "template", template, "first", parties["seller"], "second", "Our fund", "effective", w.today.String(), "until", "",
		"currency", "GBP", "amount", "1000.00", "text", "All receivables on IYT Corporation.")
	w.leads(w.first.page("/programmes/"+programme, 200), ground, "/agreements/"+agreement, "It binds nobody before every party to it has signed.")
	for _, s := range []*signatory{seller, funder} {
		w.awaits(s.b, "Agreements to sign", "/agreements?state=drafted")
		page := s.b.open("/agreements/" + agreement + "/signature")
		page.given(s.sign(page))
		w.awaits(s.b, "Agreements to sign", "")
	}
	says(w.t, w.first.page("/agreements/"+agreement, 200), "Signed")

	lacking := w.first.page("/programmes/"+programme, 200)
	if strings.Contains(text(lacking), ground) {
		w.t.Error("an agreement that was signed is still missing")
	}
	says(w.t, lacking, "Before anything is financed in it", "A limit of the buyer", "A grade of the buyer", "Money of the funder")
	w.leads(lacking, "A grade of the buyer", "/parties/"+parties["buyer"]+"/review", "")
	w.leads(lacking, "A limit of the buyer", "/limit-proposals/buyer?", `name="party" value="IYT Corporation"`, `name="currency" value="GBP"`, `name="expires" value="2006-06-24"`)
	w.leads(lacking, "A limit of the funder in it", "/limit-proposals/funder?", `name="party" value="Our fund"`, `value="`+programme+`" checked`)
	w.leads(lacking, "Money of the funder: book its deposit", "/programmes/"+programme+"/receipt?", `value="`+parties["funder"]+`" checked`)
	w.first.open(filled("/parties/"+parties["buyer"]+"/review", "grade", "3", "until", w.today.AddDays(300).String(), "note", "Accounts of three years")).given(nil)
	says(w.t, w.first.page("/programmes/"+programme, 200), "A grade of the buyer: it waits for a second person")
	review := regexp.MustCompile(`rvw_1-[0-9]+-[0-9A-Z]`).FindString(w.second.page("/reviews", 200))
	w.second.open("/reviews/" + review + "/approval").given(nil)
	for kind, of := range map[string]string{"buyer": parties["buyer"], "programme": "", "funder": parties["funder"]} {
		terms := []string{"programme", programme, "currency", "GBP", "amount", "100000.00", "expires", w.today.AddDays(300).String(), "renewal", "revolving", "commitment", "uncommitted"}
		if of != "" {
			terms = append(terms, "party", of)
		}
		w.first.open(filled("/limit-proposals/"+kind, terms...)).given(nil)
	}
	says(w.t, w.first.page("/programmes/"+programme, 200), "A limit of the buyer: it waits for a second person", "A limit of the programme: it waits", "A limit of the funder in it: it waits")
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
	refused := w.first.open("/financings/"+financing+"/disbursement").refused(409, "notice_missing", nil)
	says(w.t, refused, "Buyer IYT Corporation has not been told that Consortial assigns to Our fund", "write the notice on the financing")
	before := w.first.page("/financings/"+financing, 200)
	says(w.t, before, "Before anything is paid out the product wants the buyer told whom to pay")
	if !strings.Contains(before, `class="button" href="/financings/`+financing+`/notice"`) || !strings.Contains(before, `class="button plain" href="/financings/`+financing+`/disbursement"`) {
		w.t.Error("to pay out comes before telling the buyer")
	}
	recorded := w.first.open(filled("/programmes/"+programme+"/supervised-account", "account", "collection", "owner", "Our bank", "protection", "trust_de", "since", w.today.String(), "iban",
		"GB82WEST12345698765432", "holder", "Our bank", "statements", "when_moved", "signatory-1", w.maker.String(), "together", "1", "control", "The custodian obeys")).given(nil)
	w.second.open(filled("/supervised/"+regexp.MustCompile(`sac_1-[0-9]+-[0-9A-Z]`).FindString(recorded)+"/decision", "decision", "approve")).given(nil)
	if form := w.first.page("/financings/"+financing+"/notice", 200); !strings.Contains(form, `name="law" value="GB"`) || !strings.Contains(form, `name="iban" value="GB82WEST12345698765432"`) ||
		!strings.Contains(form, `name="holder" value="Our bank"`) {
		w.t.Errorf("law and account that are on record are not preset for the notice: %s", text(form))
	}
	written := w.first.open(filled("/financings/"+financing+"/notice", "about", "all", "law", "GB", "iban", "GB29NWBK60161331926819", "holder", "Our bank")).given(nil)
	notice := regexp.MustCompile(`/notices/(ntc_[^/"]+)/service`).FindStringSubmatch(written)
	says(w.t, written, "The notice to the buyer is written.", "Record that the notice was served")
	if form := w.first.page("/notices/"+notice[1]+"/service", 200); !strings.Contains(form, `href="/notices/`+notice[1]+`/letter"`) {
		w.t.Error("the form does not lead to the letter")
	}
	served := w.first.open(filled("/notices/"+notice[1]+"/service", "financing", financing, "date", w.today.String(), "method", "courier", "note", "Signed for by Mr Churchill")).given(nil)
	if !strings.Contains(served, `class="button" href="/financings/`+financing+`/disbursement"`) || strings.Contains(text(served), "Before anything is paid out") {
		w.t.Errorf("who has recorded the service does not come back to a financing that can be paid out: %s", text(served))
	}
	payment := w.fill(w.first, "/financings/"+financing+"/disbursement")
	w.second.open(filled("/payments/"+payment+"/approval", "decision", "approve")).given(nil)
	w.first.open(filled("/payments/"+payment+"/outcome", "state", "executed", "value", w.today.String(), "reference", "OUT-1")).given(nil)
	says(w.t, w.first.page("/financings/"+financing, 200), "Outstanding", "Extend it", "Declare default")
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
	repaid := text(w.first.page("/financings/"+financing, 200))
	for _, step := range []string{"Extend it", "Call the seller", "Declare default", "Set the allowance", "Let the seller buy it back"} {
		if strings.Contains(repaid, step) {
			w.t.Errorf("%q is offered where nothing is owed", step)
		}
	}
	w.first.open("/financings/" + financing + "/closing").given(nil)
	says(w.t, w.first.page("/financings/"+financing, 200), "Closed")
	says(w.t, w.first.page("/receivables/"+invoice, 200), "Closed")
}
