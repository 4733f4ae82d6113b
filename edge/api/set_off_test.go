package api_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/trade"
	"millrace/edge/setoff"
	"millrace/edge/view"
	"millrace/lab/load"
	proof "millrace/proof/clearing"
)

// consents has a party consent to every run, and gives the consent.
func (s *site) consents(p id.Party, actor id.Actor) string {
	s.t.Helper()
	if _, known := s.world.Signers[p]; !known {
		if _, err := s.world.Enrol(s.submit, p, actor, p.String()); err != nil {
			s.t.Fatal(err)
		}
	}
	for _, e := range s.give(actor, s.world.SetOffConsent(p, max(s.world.Today, s.date))) {
		if given, ok := e.(*book.SetOffConsentGiven); ok {
			return given.Consent.ID.String()
		}
	}
	return ""
}

// owes opens a debt that is due, as old business.
func (s *site) owes(debtor, creditor id.Party, amount money.Minor) {
	s.t.Helper()
	number := s.key()
	s.give(s.world.Maker, &book.ImportReceivable{
		Seller: creditor, Buyer: debtor, NumberText: number, Number: trade.Token(load.Token(number)), Face: amount, Issued: s.world.Today.AddDays(-30 - s.next), Due: s.world.Today.AddDays(-s.next % 20),
		Currency: s.world.Currency,
	})
}

// settingOff gives a run for the anchor's group, a consent of the seller, a bar on it, and calendars.
func (s *site) settingOff() map[string]string {
	s.t.Helper()
	w, made := s.world, map[string]string{}
	terms := w.SetOffTerms(200)
	terms.Group, terms.Freeze, terms.Answer = w.Anchor, terms.Value, terms.Value
	for _, e := range s.give(w.Maker, &book.AnnounceSetOffRun{Terms: terms}) {
		made["set-off run"] = e.(*book.SetOffRunAnnounced).Run.ID.String()
	}
	made["set-off consent"] = s.consents(w.Sellers[1], w.SellerActors[1])
	for _, e := range s.give(w.Maker, &book.RecordSetOffBar{Party: w.Sellers[1], Cause: clearing.Attachment, From: w.Today, Evidence: [32]byte{1}}) {
		if recorded, ok := e.(*book.SetOffBarRecorded); ok {
			made["set-off bar"] = recorded.Bar.ID.String()
		}
	}
	terms.Group = 0
	for _, e := range s.give(w.Maker, &book.ProposeSetOffCalendar{Terms: terms, Months: 1, NoticeDays: 3}) {
		made["set-off calendar"] = e.(*book.SetOffCalendarProposed).Calendar.ID.String()
	}
	return made
}

// clears has a clerk propose for the runs that wait.
func (s *site) clears() {
	s.t.Helper()
	clerk, err := setoff.NewClerk(setoff.Options{Engine: s.engine, Actor: s.world.Checker})
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := clerk.Step(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// stands asks until the node has brought a run into a state.
func (s *site) stands(run, state string) view.SetOffRun {
	s.t.Helper()
	for {
		shown := decode[view.SetOffRun](s.t, s.get(s.world.Maker, "/v1/set-off-runs/"+run).want(200))
		if shown.State == state {
			return shown
		}
		if err := s.engine.Cause(); err != nil {
			s.t.Fatal(err)
		}
	}
}

func TestASetOffRunOverHTTP(t *testing.T) {
	s := newSite(t)
	w := s.world
	all := s.cast()
	buyer, seller, other := w.Anchor, w.Sellers[1], w.Sellers[0]
	s.consents(buyer, w.Buyer)
	s.consents(seller, w.SellerActors[1])
	s.owes(buyer, seller, 300_00)
	s.owes(seller, buyer, 200_00)
	s.owes(seller, other, 100_00) // has not consented
	today := w.Today.String()
	run := s.post(w.Maker, "/v1/set-off-runs", fmt.Sprintf(`{"currency":"EUR","freeze":%q,"answer":%q,"value":%q}`, today, today, w.Today.AddDays(5))).want(201).text("record", "id")
	path := "/v1/set-off-runs/" + run
	s.stands(run, "frozen")
	s.get(w.Maker, path+"/certificate").want(404)
	s.clears()
	shown := s.stands(run, "proposed")
	if r := shown.Report; r == nil || r.DebtBefore.Text != "500.00" || r.Cleared.Text != "400.00" || r.Percent != "80.00" || r.NetInternalDebt.Text != "100.00" || r.Omitted["without_consent"] != 1 || !shown.Optimal {
		t.Fatalf("%+v %+v", shown, shown.Report)
	}

	// A party sees its own part, and of a run in which it has none only the terms.
	own := decode[view.SetOffRun](t, s.get(all["seller"], path).want(200))
	if own.Own == nil || own.Own.Owes.Text != "200.00" || own.Own.SetOff.Text != "200.00" || own.Own.ToGet.Text != "100.00" || own.Own.Relief != "100.00" || own.Maker != nil || own.Report.Omitted != nil {
		t.Errorf("the seller sees %+v %+v", own, own.Own)
	}
	if stranger := decode[view.SetOffRun](t, s.get(all["other seller"], path).want(200)); stranger.Own != nil || stranger.Report != nil {
		t.Errorf("a stranger sees %+v", stranger)
	}
	s.get(all["funder"], path).want(403)
	for who, count := range map[string]int{"operator": 2, "auditor": 2, "seller": 2, "buyer": 2, "other seller": 0} {
		if lines := decode[view.Page[view.SetOffLine]](t, s.get(all[who], path+"/lines").want(200)); len(lines.Items) != count {
			t.Errorf("%s sees %d lines", who, len(lines.Items))
		}
	}
	if members := decode[view.Page[view.SetOffMember]](t, s.get(all["seller"], path+"/members").want(200)); len(members.Items) != 1 || members.Items[0].Party.ID != seller.String() {
		t.Errorf("the seller sees %+v", members.Items)
	}

	// The certificate is whose hash the book has, verifies apart, and a member finds itself in it.
	files := unzipped(t, s.get(all["buyer"], path+"/certificate").want(200).bytes)
	if sum := sha256.Sum256(files[setoff.FileManifest]); hex.EncodeToString(sum[:]) != shown.Hash {
		t.Errorf("the hash is %s", shown.Hash)
	}
	for _, name := range []string{setoff.FileList, setoff.FileResult, setoff.FileCertificate} {
		if !bytes.Contains(files[setoff.FileManifest], fmt.Appendf(nil, "%s sha256 %x\n", name, sha256.Sum256(files[name]))) {
			t.Errorf("%s is not the one of the manifest", name)
		}
	}
	verified, err := proof.Verify(bytes.NewReader(files[setoff.FileList]), bytes.NewReader(files[setoff.FileResult]), bytes.NewReader(files[setoff.FileCertificate]))
	if err != nil || !verified.Optimal || verified.Cleared.Int64() != 400_00 {
		t.Fatalf("%+v %v", verified, err)
	}
	opening := decode[view.SetOffOpening](t, s.get(all["seller"], path+"/opening").want(200))
	salt, err := hex.DecodeString(opening.Salt)
	if err != nil || len(opening.Lines) != 2 {
		t.Fatalf("%+v", opening)
	}
	of, _ := id.Parse[id.SetOffRun](run)
	if name := setoff.Blind(of, seller.String(), [16]byte(salt)); name != opening.Name || !bytes.Contains(files[setoff.FileList], []byte(name)) {
		t.Errorf("the seller does not find itself: %+v", opening)
	}
	for _, nobody := range []string{"operator", "other seller"} {
		s.get(all[nobody], path+"/opening").want(404)
	}
	s.get(all["other seller"], path+"/certificate").want(404)

	// A second person executes it; then each member has its notice.
	s.get(all["seller"], path+"/notice").want(404)
	if got := s.post(w.Maker, path+"/execution", fmt.Sprintf(`{"attempt":%d}`, shown.Attempt)); got.status == 200 {
		t.Errorf("one person alone executes it: %s", got.bytes)
	}
	s.post(w.Checker, path+"/execution", fmt.Sprintf(`{"attempt":%d}`, shown.Attempt)).want(200)
	s.stands(run, "written")
	text := string(s.get(all["seller"], path+"/notice?format=text").want(200).bytes)
	for _, wanted := range []string{"EUR 200.00", run, shown.Hash, opening.Name, "without cash", "value added tax", "standing consent"} {
		if !strings.Contains(text, wanted) {
			t.Errorf("the notice does not say %q:\n%s", wanted, text)
		}
	}
	if pdf := s.get(all["seller"], path+"/notice").want(200); !bytes.HasPrefix(pdf.bytes, []byte("%PDF-")) {
		t.Errorf("%.20s", pdf.bytes)
	}
	s.get(all["seller"], path+"/notice?party="+buyer.String()).want(404)
	s.get(w.Maker, path+"/notice").want(404)
	s.get(w.Maker, path+"/notice?party="+buyer.String()).want(200)
	lines := decode[view.Page[view.SetOffLine]](t, s.get(all["seller"], path+"/lines?state=set_off").want(200))
	if len(lines.Items) != 2 {
		t.Fatalf("%+v", lines)
	}
	owed := decode[view.Receivable](t, s.get(w.Maker, "/v1/receivables/"+lines.Items[0].Receivable).want(200))
	if owed.Paid.Text != "200.00" {
		t.Errorf("%+v", owed)
	}
}

func unzipped(t *testing.T, packed []byte) map[string][]byte {
	t.Helper()
	reader, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, file := range reader.File {
		opened, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[file.Name], err = io.ReadAll(opened); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// A proposal is entered over HTTP as well, and proved like any other.
func TestAProposalIsEnteredOverHTTP(t *testing.T) {
	s := newSite(t)
	w := s.world
	s.consents(w.Anchor, w.Buyer)
	s.consents(w.Sellers[1], w.SellerActors[1])
	s.owes(w.Anchor, w.Sellers[1], 300_00)
	s.owes(w.Sellers[1], w.Anchor, 200_00)
	today := w.Today.String()
	run := s.post(w.Maker, "/v1/set-off-runs", fmt.Sprintf(`{"currency":"EUR","freeze":%q,"answer":%q,"value":%q,"least":{"text":"0.01","currency":"EUR"}}`, today, today, today)).want(201).text("record", "id")
	path := "/v1/set-off-runs/" + run
	s.stands(run, "frozen")
	s.post(w.Maker, path+"/proposals", "").want(200)
	s.post(w.Maker, path+"/potentials", `{"attempt":1,"from":0,"potentials":[1,0]}`).want(200)
	if got := s.post(w.Maker, path+"/figures", `{"attempt":1,"from":0,"cleared":[20000,20001]}`).want(422); got.text("code") != "set_off_oversteps" {
		t.Errorf("%s", got.bytes)
	}
	s.post(w.Maker, path+"/figures", `{"attempt":1,"from":0,"cleared":[20000,20000]}`).want(200)
	hash := strings.Repeat("ab", 32)
	closing := `{"attempt":1,"cleared":{"text":"400.00","currency":"EUR"},"optimal":true,"hash":"` + hash + `"}`
	if got := s.post(w.Maker, path+"/publication", strings.Replace(closing, "400.00", "400.01", 1)).want(422); got.text("code") != "set_off_total" {
		t.Errorf("%s", got.bytes)
	}
	s.post(w.Maker, path+"/publication", closing).want(200)
	if shown := s.stands(run, "proposed"); shown.Hash != hash || !shown.Optimal {
		t.Errorf("%+v", shown)
	}
	// The hash is of a certificate that is not made here.
	s.get(w.Maker, path+"/certificate").want(404)
	s.post(w.SellerActors[1], path+"/refusal", "").want(200)
	if shown := s.stands(run, "frozen"); shown.Report.LeftOut != 1 {
		t.Errorf("%+v", shown.Report)
	}
	s.post(w.Maker, path+"/ending", `{"reason":"nothing is left to be set off"}`).want(200)
	s.stands(run, "lapsed")
}

// What is signed over HTTP is the statement that the node gives out.
func TestConsentsAreSignedOverHTTP(t *testing.T) {
	s := newSite(t)
	w := s.world
	signatory, err := w.Enrol(s.submit, w.Sellers[1], w.SellerActors[1], "seller")
	if err != nil {
		t.Fatal(err)
	}
	terms := w.SetOffTerms(10)
	terms.Freeze, terms.Answer = terms.Freeze.AddDays(2), terms.Answer.AddDays(2)
	var run string
	for _, e := range s.give(w.Maker, &book.AnnounceSetOffRun{Terms: terms}) {
		run = e.(*book.SetOffRunAnnounced).Run.ID.String()
	}
	of, _ := id.Parse[id.SetOffRun](run)
	c := &book.ConsentToSetOffRun{Run: of, Party: w.Sellers[1], Currency: w.Currency, Value: terms.Value, BeforeDue: true}
	signature := signatory.Sign(c.Statement())
	body := fmt.Sprintf(`{"party":%q,"before_due":true,"signatures":[{"key":%q,"signature":"%x"}]}`, w.Sellers[1], signatory.Key, signature.Bytes)
	s.post(w.SellerActors[1], "/v1/set-off-runs/"+run+"/consents", strings.Replace(body, `"before_due":true,`, "", 1)).want(422)
	s.post(w.SellerActors[1], "/v1/set-off-runs/"+run+"/consents", body).want(200)
	page := decode[view.Page[view.SetOffConsent]](t, s.get(w.SellerActors[1], "/v1/set-off-consents").want(200))
	if len(page.Items) != 1 || page.Items[0].Run != run || !page.Items[0].BeforeDue || len(page.Items[0].Keys) != 1 {
		t.Errorf("%+v", page.Items)
	}

	bar := s.post(s.newActor(w.Operator, party.Compliance), "/v1/set-off-bars", fmt.Sprintf(`{"party":%q,"cause":"insolvency","from":%q,"evidence":"register of 1 September"}`, w.Sellers[0], w.Today)).want(201)
	if bar.text("record", "evidence") != "register of 1 September" {
		t.Errorf("%s", bar.bytes)
	}
	if shown := s.get(w.SellerActors[0], "/v1/set-off-bars/"+bar.text("record", "id")).want(200); strings.Contains(string(shown.bytes), "register of") {
		t.Errorf("%s", shown.bytes)
	}
	s.post(w.Checker, "/v1/set-off-bars/"+bar.text("record", "id")+"/lifting", `{"grounds":"proceedings were not opened"}`).want(200)

	calendar := s.post(w.Maker, "/v1/set-off-calendars", fmt.Sprintf(`{"terms":{"currency":"USD","freeze":%q,"answer":%q,"value":%q},"months":1,"notice_days":2}`, terms.Freeze, terms.Answer, terms.Value)).want(201).text("record", "id")
	s.get(w.SellerActors[0], "/v1/set-off-calendars/"+calendar).want(404)
	s.post(w.Checker, "/v1/set-off-calendars/"+calendar+"/decision", `{"decision":"approve"}`).want(200)
	if shown := s.get(w.SellerActors[0], "/v1/set-off-calendars/"+calendar).want(200); shown.text("state") != "live" {
		t.Errorf("%s", shown.bytes)
	}
	s.post(w.Maker, "/v1/set-off-calendars/"+calendar+"/ending", `{"reason":"no longer wanted"}`).want(200)
}
