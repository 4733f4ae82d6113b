package api_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"millrace/book"
	"millrace/domain/certificate"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/lab/load"
)

// fair is a site in whose world certificates go from seller to seller.
type fair struct {
	*site
	*load.Circle
}

func (s *site) fair() *fair {
	s.t.Helper()
	circle, err := s.world.Circle(s.submit, 4, certificate.NoLaw)
	if err != nil {
		s.t.Fatal(err)
	}
	return &fair{s, circle}
}

func (f *fair) issue(payee int, amount money.Minor) *book.CertificateIssued {
	f.t.Helper()
	issued, err := f.Issue(payee, amount, f.Today.AddDays(60))
	if err != nil {
		f.t.Fatal(err)
	}
	return issued
}

// certified gives a certificate of the second seller's, and one that it has pledged to the funder.
func (s *site) certified() map[string]string {
	s.t.Helper()
	f := s.fair()
	one, other := f.issue(1, 1_000_00), f.issue(1, 1_000_00)
	made := f.give(f.SellerActors[1], load.Moves(&f.Holders[1], f.Sellers[1], book.Move{Step: certificate.Pledge, Holding: other.Holding.ID, To: f.Funder}))
	ids := map[string]string{
		"certificate": one.Certificate.ID.String(), "holding": one.Holding.ID.String(), "pledged certificate": other.Certificate.ID.String(),
		"pledged holding": made[0].(*book.HoldingsMoved).Made[0].ID.String(),
	}
	maps.Copy(ids, s.minted(f.Circle, one.Holding.ID))
	return ids
}

// signed is the list of signatures of a body.
func signed(by *load.Signatory, statement []byte) string {
	one := by.Sign(statement)
	return fmt.Sprintf(`"signatures":[{"key":%q,"signature":%q}]`, by.Key, hex.EncodeToString(one.Bytes[:]))
}

// A certificate goes its whole way over HTTP: issued, split and offered, accepted, financed in part, and cancelled or redeemed.
func TestACertificateOverHTTP(t *testing.T) {
	s := newSite(t)
	f := s.fair()
	due := f.Today.AddDays(60)
	debt, err := f.Debt(0, "anchor", 1_000_00, due)
	if err == nil {
		err = f.Undertake(debt, 0, 1_000_00, due)
	}
	if err != nil {
		t.Fatal(err)
	}
	owed, err := f.Debt(1, load.SellerName(0), 600_00, due)
	if err != nil {
		t.Fatal(err)
	}
	issuing := f.Issuing(debt, 1_000_00, due)
	path := "/v1/receivables/" + debt.String() + "/certificate"
	s.post(f.Buyer, path, fmt.Sprintf(`{"programme":%q}`, f.Transferable)).want(422)
	issued := s.post(f.Buyer, path, fmt.Sprintf(`{"programme":%q,%s}`, f.Transferable, signed(&f.Issuer, issuing.Statement()))).want(201)
	k := issued.text("record", "id")
	first := s.get(f.SellerActors[0], "/v1/holdings?state=free").want(200).text("items", 0, "id")

	expires := time.Now().Add(time.Hour).UTC().Truncate(time.Microsecond)
	holding, err := id.Parse[id.Holding](first)
	if err != nil {
		t.Fatal(err)
	}
	moves := &book.MoveHoldings{Party: f.Sellers[0], Moves: []book.Move{{
		Step: certificate.Transfer, Holding: holding, Amount: 600_00, To: f.Sellers[1], Debt: owed, Discharge: certificate.AtOnce, Expires: expires.UnixMicro(),
	}}}
	body := fmt.Sprintf(`{"party":%q,"moves":[{"step":"transfer","holding":%q,"amount":{"text":"600.00","currency":"EUR"},"to":%q,"debt":%q,"discharge":"at_once","expires":%q}],%s}`,
		f.Sellers[0], first, f.Sellers[1], owed, expires.Format(time.RFC3339Nano), signed(&f.Holders[0], moves.Statement()))
	offer := s.post(f.SellerActors[0], "/v1/moves", body).want(201).text("record", "holdings", 0, "id")
	if waits := s.get(f.SellerActors[1], "/v1/holdings?state=offered").want(200); waits.text("items", 0, "id") != offer {
		t.Fatalf("%s", waits.bytes)
	}
	spent := s.post(f.SellerActors[0], "/v1/moves", body)
	if spent.want(409).text("code") != "holding_spent" {
		t.Fatalf("%s", spent.bytes)
	}
	number, _ := id.Parse[id.Holding](offer)
	accepting := &book.MoveHoldings{Party: f.Sellers[1], Moves: []book.Move{{Step: certificate.Accept, Holding: number}}}
	taken := s.post(f.SellerActors[1], "/v1/moves", fmt.Sprintf(`{"party":%q,"moves":[{"step":"accept","holding":%q}],%s}`, f.Sellers[1], offer,
		signed(&f.Holders[1], accepting.Statement()))).want(201).text("record", "holdings", 0, "id")

	quote := s.post(f.SellerActors[1], "/v1/quotes", fmt.Sprintf(`{"holding":%q,"amount":{"text":"250.00","currency":"EUR"},"programme":%q,"payee":%q}`,
		taken, f.Transferable, f.Accounts[1])).want(201)
	financing, _ := id.Parse[id.Financing](quote.text("record", "id"))
	takenNumber, _ := id.Parse[id.Holding](taken)
	accepted := &book.AcceptQuote{Financing: financing, Holding: takenNumber, Amount: 250_00, Net: money.Minor(quote.json("record", "price", "net", "minor").(float64))}
	s.post(f.SellerActors[1], "/v1/financings/"+financing.String()+"/acceptance", "").want(422)
	s.post(f.SellerActors[1], "/v1/financings/"+financing.String()+"/acceptance", "{"+signed(&f.Holders[1], accepted.Statement())+"}").want(200)
	s.post(f.Maker, "/v1/certificates/"+k+"/cancellation", `{"outstanding":{"text":"1000.00","currency":"EUR"}}`).want(403)

	s.seesInTree(f, k, map[id.Actor][]string{
		f.Maker:           {"issue", "offer", "split", "accept", "finance", "split"},
		f.Buyer:           {"issue"},
		f.SellerActors[0]: {"issue", "offer", "split", "accept"},
		f.SellerActors[1]: {"issue", "offer", "accept", "finance", "split"},
		f.FunderActor:     {"issue", "offer", "accept", "finance"},
	})
	s.get(s.cast()["other buyer"], "/v1/certificates/"+k+"/tree").want(404)
	if story := s.get(f.Buyer, "/v1/stories/"+k).want(200); strings.Contains(string(story.bytes), f.Sellers[1].String()) {
		t.Errorf("the issuer learns in whose hands it is: %s", story.bytes)
	}
	if story := s.get(f.Maker, "/v1/stories/"+k+"?order=oldest").want(200); !strings.Contains(string(story.bytes), "in payment of a debt") {
		t.Errorf("%s", story.bytes)
	}
}

func (s *site) seesInTree(f *fair, k string, want map[id.Actor][]string) {
	s.t.Helper()
	for actor, steps := range want {
		tree := s.get(actor, "/v1/certificates/"+k+"/tree").want(200)
		var shown struct {
			Nodes []struct {
				Step string
				Made struct {
					Statement  string
					Signatures []struct{ Key, Signature string }
				} `json:"made_by"`
			}
		}
		if err := json.Unmarshal(tree.bytes, &shown); err != nil {
			s.t.Fatal(err)
		}
		var got []string
		for _, n := range shown.Nodes {
			got = append(got, n.Step)
			if actor == f.Maker && (n.Made.Statement == "" || len(n.Made.Signatures) == 0) {
				s.t.Errorf("%s shows nothing that was signed: %s", n.Step, tree.bytes)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(steps) {
			s.t.Errorf("%s sees %v, and not %v", actor, got, steps)
		}
	}
}

func TestACertificateIsCancelledOverHTTP(t *testing.T) {
	s := newSite(t)
	f := s.fair()
	k := f.issue(0, 1_000_00).Certificate.ID
	c := f.Cancellation(k, 1_000_00, 0)
	one := c.Consents[0].Signatures[0]
	body := fmt.Sprintf(`{"outstanding":{"text":"1000.00","currency":"EUR"},"consents":[{"party":%q,"signatures":[{"key":%q,"public":%q,"signature":%q}]}]}`,
		f.Sellers[0], one.Key, hex.EncodeToString(one.Public[:]), hex.EncodeToString(one.Bytes[:]))
	s.post(f.SellerActors[1], "/v1/certificates/"+k.String()+"/cancellation", body).want(404)
	cancelled := s.post(f.Buyer, "/v1/certificates/"+k.String()+"/cancellation", body).want(200)
	if cancelled.text("record", "state") != "cancelled" {
		t.Fatalf("%s", cancelled.bytes)
	}
	until := f.Today.AddDays(5)
	standing := f.Standing(1, until)
	accepts := s.post(f.SellerActors[1], "/v1/standing-acceptances", fmt.Sprintf(`{"party":%q,"programme":%q,"until":%q,%s}`, f.Sellers[1], f.Transferable, until,
		signed(&f.Holders[1], standing.Statement()))).want(201)
	if accepts.text("record", "until") != until.String() {
		t.Fatalf("%s", accepts.bytes)
	}
}

// What justifies a long tenor is signed: the statement that the API gives covers it, and the same text is then accepted.
func TestAJustificationIsSignedOverHTTP(t *testing.T) {
	s := newSite(t)
	f := s.fair()
	due := f.Today.AddDays(60)
	debt, err := f.Debt(0, "anchor", 1_000_00, due)
	if err == nil {
		err = f.Undertake(debt, 0, 1_000_00, due)
	}
	if err != nil {
		t.Fatal(err)
	}
	terms := fmt.Sprintf(`"programme":%q,"justification":"Agreed for the season."`, f.Transferable)
	made := s.post(f.Buyer, "/v1/statements/issue_certificate", fmt.Sprintf(`{"id":%q,"body":{%s}}`, debt, terms)).want(200).text("statement")
	if !strings.Contains(made, "\njustification: sha256 ") {
		t.Fatalf("the statement does not cover the justification:\n%s", made)
	}
	path := "/v1/receivables/" + debt.String() + "/certificate"
	signatures := signed(&f.Issuer, []byte(made))
	other := s.post(f.Buyer, path, "{"+strings.Replace(terms, "season", "winter", 1)+","+signatures+"}")
	if other.want(422).text("code") != "signature_invalid" {
		t.Fatalf("%s", other.bytes)
	}
	s.post(f.Buyer, path, "{"+terms+","+signatures+"}").want(201)
}
