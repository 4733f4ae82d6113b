package api_test

import (
	"fmt"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/payment"
	"millrace/edge/view"
	"millrace/lab/load"
)

// differed lets the bank's machine bring statements and a break.
func (s *site) differed() map[string]string {
	s.t.Helper()
	w := s.world
	made := map[string]string{}
	state := func(name string, account payment.Supervised) {
		for _, e := range s.give(w.Bank, &book.RecordStatement{Account: account, Identity: load.Token(name), Date: w.Today, Currency: w.Currency}) {
			if recorded, ok := e.(*book.StatementRecorded); ok {
				made[name] = recorded.Statement.ID.String()
			}
		}
	}
	state("bank statement", payment.Supervised{Kind: payment.CollectionAccount, Programme: w.Payables})
	state("statement of funding", payment.Supervised{Kind: payment.FundingAccount, Programme: w.Payables, Owner: w.Funder})
	for _, e := range s.give(w.Bank, &book.OpenBreak{About: payment.LineBreak, Programme: w.Payables, Key: load.Token("line"), Amount: -5_00, Code: "line_unexplained"}) {
		if opened, ok := e.(*book.BreakOpened); ok {
			made["break"] = opened.Break.ID.String()
		}
	}
	return made
}

func TestABreakIsWorkedOffOverHTTP(t *testing.T) {
	s := newSite(t)
	w := s.world
	s.begin()
	path := "/v1/breaks/" + s.differed()["break"]
	s.post(w.Maker, path+"/owner", fmt.Sprintf(`{"owner":%q}`, w.Checker)).want(200)
	s.post(w.Maker, path+"/notes", `{"note":"asked the bank"}`).want(200)
	if k := decode[view.Break](t, s.get(w.Maker, path).want(200)); k.State != "assigned" || k.Owner == nil || k.Note != "asked the bank" || k.Amount.Minor != -500 {
		t.Fatalf("%+v", k)
	}
	s.post(w.Maker, path+"/resolution", `{"how":"explained","note":"a fee of before"}`).want(200)
	if got := s.post(w.Maker, path+"/notes", `{"note":"x"}`); got.text("code") != "break_state" {
		t.Fatalf("%s", got.bytes)
	}
	if page := decode[view.Page[view.Break]](t, s.get(w.Maker, "/v1/breaks?state=resolved&type=line").want(200)); len(page.Items) != 1 {
		t.Fatalf("%+v", page)
	}
}

func TestAReceiptIsMatchedAndProvedOverHTTP(t *testing.T) {
	s := newSite(t)
	w := s.world
	all := s.cast()
	ids := s.records(s.life(1, 10))
	receipt := decode[view.Receipt](t, s.get(w.Maker, "/v1/receipts/"+ids["receipt"]).want(200))
	body := fmt.Sprintf(`{"parts":[{"receivable":%q,"amount":{"text":%q,"currency":"EUR"}}]}`, ids["receivable"], receipt.Left.Text)
	s.post(w.Maker, "/v1/receipts/"+ids["receipt"]+"/match", body).want(200)
	if r := decode[view.Receipt](t, s.get(w.Maker, "/v1/receipts/"+ids["receipt"]).want(200)); r.Match == nil || len(r.Match.Parts) != 1 {
		t.Fatalf("%+v", r)
	}
	path := "/v1/reports/proof-of-funds?programme=" + w.Payables.String()
	for who, status := range map[string]int{"operator": 200, "auditor": 200, "funder": 200, "custodian": 200, "other funder": 404, "seller": 403, "other bank": 404} {
		s.get(all[who], path).want(status)
	}
	proof := decode[view.ProofOfFunds](t, s.get(w.Maker, path).want(200))
	if proof.Difference.Minor != 0 || proof.Mirror.Minor == 0 || proof.Bank.Minor+proof.Items.Minor != proof.Mirror.Minor {
		t.Fatalf("%+v", proof)
	}
	if csv := string(s.get(w.Maker, path+"&format=csv").want(200).bytes); !strings.HasPrefix(csv, "part,account,what,reference,party,party_name,date,age_days,owner,amount,currency") {
		t.Fatal(csv)
	}
}
