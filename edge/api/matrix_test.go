package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/lab/load"
)

// cast is everybody who asks in the matrix, by a short name.
type cast map[string]id.Actor

func (s *site) cast() cast {
	w := s.world
	outsider := func(name string, roles, role party.Role) id.Actor {
		for _, e := range s.give(w.Maker, &book.RegisterParty{Roles: roles, Country: "FR", Tokens: []party.Token{party.Token(load.Token(name))}}) {
			return s.newActor(e.(*book.PartyRegistered).Party.ID, role)
		}
		return 0
	}
	s.begin()
	return cast{
		"operator": w.Maker, "auditor": s.newActor(w.Operator, party.Auditor), "seller's auditor": s.newActor(w.Sellers[1], party.Auditor),
		"seller": w.SellerActors[1], "other seller": w.SellerActors[0], "buyer": w.Buyer, "anchor": s.newActor(w.Anchor, party.Anchor),
		"other buyer": outsider("buyer 2", party.Buyer|party.Anchor, party.Buyer), "funder": w.FunderActor,
		"other funder": outsider("funder 2", party.Funder, party.Funder), "bank": w.Bank, "custodian": s.newActor(w.Custodian, party.Custodian),
		"other bank": outsider("bank 2", party.Custodian, party.Bank),
		"compliance": s.newActor(w.Operator, party.Compliance), "carrier": s.carrier(), "keeper": outsider("keeper", party.WarehouseKeeper, party.WarehouseKeeper),
	}
}

// matrix says for every kind of record of one deal who sees it, in its list and by its id. Nobody else does.
var matrix = []struct{ list, record, seen string }{
	{"parties", "seller", "operator, auditor, compliance, seller, seller's auditor"},
	{"parties", "anchor", "operator, auditor, compliance, buyer, anchor"},
	{"bank-accounts", "account", "operator, auditor, compliance, seller, seller's auditor"},
	{"actors", "actor", "operator, auditor, compliance, seller, seller's auditor"},
	{"keys", "key", "operator, auditor, compliance, seller, seller's auditor"},
	{"products", "product", "operator, auditor, compliance, seller, seller's auditor, other seller, buyer, anchor, other buyer, funder, other funder, bank, custodian, other bank, carrier, keeper"},
	{"programmes", "programme", "operator, auditor, compliance, seller, seller's auditor, buyer, anchor, funder, bank, custodian"},
	{"reviews", "review of seller", "operator, auditor, compliance, funder"},
	{"reviews", "review of anchor", "operator, auditor, compliance, funder"},
	{"limits", "limit of funder", "operator, auditor, compliance, funder"},
	{"limits", "limit of programme", "operator, auditor, compliance"},
	{"documents", "document", "operator, auditor, compliance, seller, seller's auditor, buyer, anchor, funder"},
	{"trades", "trade", "operator, auditor, compliance, seller, seller's auditor, buyer, anchor, funder"},
	{"receivables", "receivable", "operator, auditor, compliance, seller, seller's auditor, buyer, anchor, funder"},
	{"financings", "financing", "operator, auditor, compliance, seller, seller's auditor, funder"},
	{"lines", "line", "operator, auditor, compliance, seller, seller's auditor, funder"},
	{"ladders", "ladder", "operator, auditor, compliance, funder"},
	{"limits", "own limit", "auditor, funder"},
	{"funder-policies", "funder policy", "auditor, funder"},
	{"authorities", "authority", "auditor, funder"},
	{"limit-recommendations", "recommendation", "operator, auditor, compliance, funder"},
	{"dependences", "dependence", "operator, auditor, compliance"},
	{"payments", "payment", "operator, auditor, compliance, seller, seller's auditor, funder, bank, custodian"},
	{"receipts", "receipt", "operator, auditor, compliance, buyer, anchor, bank, custodian"},
	{"accounts", "books of seller", "operator, auditor, compliance, seller, seller's auditor"},
	{"accounts", "funding account", "operator, auditor, compliance, funder, bank, custodian"},
	{"fixings", "fixing", "operator, auditor, compliance, seller, seller's auditor, other seller, buyer, anchor, other buyer, funder, other funder, bank, custodian, other bank, carrier, keeper"},
	{"periods", "period", "operator, auditor, compliance, seller, seller's auditor, other seller, buyer, anchor, other buyer, funder, other funder, bank, custodian, other bank, carrier, keeper"},
	{"mappings", "mapping", "operator, auditor, compliance, seller, seller's auditor"},
	{"warehouse-receipts", "stock", "operator, auditor, compliance, seller, seller's auditor"},
	{"warehouse-receipts", "pledged stock", "operator, auditor, compliance, seller, seller's auditor, funder"},
	{"stock-prices", "stock price", "operator, auditor, compliance, seller, seller's auditor, other seller, buyer, anchor, other buyer, funder, other funder, bank, custodian, other bank, carrier, keeper"},
	{"stock-counts", "stock count", "operator, auditor, compliance, seller, seller's auditor, funder"},
	{"margin-calls", "margin call", "operator, auditor, compliance, seller, seller's auditor, funder"},
	{"collateral-terms", "collateral", "operator, auditor, compliance, seller, seller's auditor, buyer, anchor, funder, bank, custodian"},
	{"pools", "pool", "operator, auditor, compliance, seller, seller's auditor, funder"},
	{"bases", "base", "operator, auditor, compliance, seller, seller's auditor, funder"},
	{"movements", "movement", "operator, auditor, compliance, seller, seller's auditor, buyer, anchor, funder, carrier"},
	{"signing-keys", "signing key", "operator, auditor, compliance, buyer, anchor"},
	{"mandates", "mandate", "operator, auditor, compliance, buyer, anchor"},
	{"confirmations", "confirmation", "operator, auditor, compliance, buyer, anchor"},
	{"disputes", "dispute", "operator, auditor, compliance, seller, seller's auditor, buyer, anchor, funder"},
	{"templates", "template", "operator, auditor, compliance, seller, seller's auditor, other seller, buyer, anchor, other buyer, funder, other funder, bank, custodian, other bank, carrier, keeper"},
	{"agreements", "agreement", "operator, auditor, compliance, seller, seller's auditor, funder"},
	{"notices", "notice", "operator, auditor, compliance, seller, seller's auditor, buyer, anchor, funder"},
	{"misdirected-payments", "misdirected", "operator, auditor, compliance, seller, seller's auditor, buyer, anchor, funder"},
	{"reassignments", "reassignment", "operator, auditor, compliance, seller, seller's auditor, funder"},
	{"registrations", "registration", "operator, auditor, compliance, seller, seller's auditor, funder"},
	{"searches", "search", "operator, auditor, compliance, funder"},
	{"encumbrances", "encumbrance", "operator, auditor, compliance, seller, seller's auditor, funder"},
	{"sales-contracts", "contract", "operator, auditor, compliance, seller, seller's auditor, buyer, anchor, funder"},
	{"certificates", "certificate", "operator, auditor, compliance, seller, seller's auditor, buyer, anchor"},
	{"certificates", "pledged certificate", "operator, auditor, compliance, seller, seller's auditor, buyer, anchor, funder"},
	{"holdings", "holding", "operator, auditor, compliance, seller, seller's auditor"},
	{"holdings", "pledged holding", "operator, auditor, compliance, seller, seller's auditor, funder"},
	{"auctions", "auction", "operator, auditor, compliance, seller, seller's auditor, funder"},
	{"bids", "bid", "operator, auditor, compliance, funder"},
	{"measures", "measure", "operator, auditor, compliance, seller, seller's auditor, funder"},
	{"estimates", "estimates", "operator, auditor, compliance, funder"},
	{"assessments", "assessment", "operator, auditor, compliance, funder"},
	{"tariffs", "tariff", "operator, auditor, compliance, seller, seller's auditor, other seller, buyer, anchor, other buyer, funder, other funder, bank, custodian, other bank, carrier, keeper"},
	{"billings", "billing", "operator, auditor, compliance"},
	{"bills", "bill", "operator, auditor, compliance, funder"},
	{"decisions", "decision", "operator, auditor, compliance, funder"},
	{"decisions", "decision of other funder", "operator, auditor, compliance, other funder"},
	{"risk-policies", "risk policy", "operator, auditor, compliance"},
	{"placements", "placement", "operator, auditor, compliance, seller, seller's auditor"},
	{"early-offers", "early offer", "operator, auditor, compliance, seller, seller's auditor, buyer, anchor"},
	{"early-payments", "early payment", "operator, auditor, compliance, seller, seller's auditor, buyer, anchor"},
	{"instructions", "instruction", "operator, auditor, compliance, seller, seller's auditor"},
	{"bank-statements", "bank statement", "operator, auditor, compliance, bank, custodian"},
	{"bank-statements", "statement of funding", "operator, auditor, compliance, funder, bank, custodian"},
	{"referrals", "referral", "operator, auditor, compliance, funder"},
	{"breaks", "break", "operator, auditor, compliance, bank, custodian"},
	{"applications", "application of funder", "operator, auditor, compliance, funder"},
	{"applications", "application of other funder", "operator, auditor, compliance, other funder"},
	{"reviews", "own review", "operator, auditor, compliance, funder"},
	{"review-policies", "review policy", "operator, auditor, compliance, funder"},
	{"news", "news of other funder", "operator, auditor, compliance, other funder"},
	{"watches", "watch of other funder", "operator, auditor, compliance, other funder"},
	{"master-scales", "master scale", "operator, auditor, compliance, seller, seller's auditor, other seller, buyer, anchor, other buyer, funder, other funder, bank, custodian, other bank, carrier, keeper"},
	{"set-off-runs", "set-off run", "operator, auditor, compliance, buyer, anchor"},
	{"set-off-consents", "set-off consent", "operator, auditor, compliance, seller, seller's auditor"},
	{"set-off-bars", "set-off bar", "operator, auditor, compliance, seller, seller's auditor"},
	{"set-off-calendars", "set-off calendar", "operator, auditor, compliance"},
	{"supervised-accounts", "supervised account", "operator, auditor, compliance, funder, bank, custodian"},
	{"returns", "return", "operator, auditor, compliance, bank, custodian"},
	{"charges", "charge", "operator, auditor, compliance, bank, custodian"},
	{"digital-assets", "asset", "operator, auditor, compliance, seller, seller's auditor, other seller, buyer, anchor, other buyer, funder, other funder, bank, custodian, other bank, carrier, keeper"},
	{"wallets", "wallet", "operator, auditor, compliance, seller, seller's auditor, bank, custodian"},
	{"digital-transfers", "digital transfer", "operator, auditor, compliance, seller, seller's auditor, bank, custodian"},
	{"bound-money", "bound money", "operator, auditor, compliance, buyer, anchor, funder, bank, custodian"},
	{"exchanges", "exchange", "operator, auditor, compliance, seller, seller's auditor, funder, bank, custodian"},
	{"models", "model", "operator, auditor, compliance, funder"},
	{"onboarding-files", "onboarding-files", "operator, auditor, compliance, seller, seller's auditor, funder"},
	{"checklists", "checklists", "operator, auditor, compliance"},
	{"consents", "consents", "operator, auditor, compliance, seller, seller's auditor, funder"},
	{"file-readings", "file-readings", "operator, auditor, compliance, seller, seller's auditor, funder"},
	{"screening-lists", "screening-lists", "operator, auditor, compliance"},
	{"screening-alerts", "screening-alerts", "operator, auditor, compliance"},
	{"cases", "cases", "compliance"},
}

// records finds the ids of one deal of the world, as the operator sees them.
func (s *site) records(l *load.Life) map[string]string {
	w := s.world
	first := func(path string, wanted func(item map[string]any) bool) string {
		s.t.Helper()
		var page struct{ Items []map[string]any }
		found := s.get(w.Maker, path+"limit=500").want(200)
		if err := json.Unmarshal(found.bytes, &page); err != nil {
			s.t.Fatal(err)
		}
		for _, item := range page.Items {
			if wanted(item) {
				return item["id"].(string)
			}
		}
		s.t.Fatalf("%s: nothing of that kind: %s", path, found.bytes)
		return ""
	}
	every := func(map[string]any) bool { return true }
	is := func(member, value string) func(map[string]any) bool {
		return func(item map[string]any) bool { return item[member] == value }
	}
	seller := w.Sellers[1].String()
	s.dispute(first("/v1/receivables?", every))
	return map[string]string{
		"signing key": w.Signatories[0].Key.String(), "mandate": w.Signatories[0].Mandate.String(),
		"confirmation": first("/v1/confirmations?", every), "dispute": first("/v1/disputes?", every),

		"seller": seller, "anchor": w.Anchor.String(), "account": w.Accounts[1].String(), "actor": w.SellerActors[1].String(),
		"key": s.keys[w.SellerActors[1]].String(), "product": first("/v1/products?", every), "programme": w.Payables.String(),
		"review of seller": first("/v1/reviews?party="+seller+"&", every), "review of anchor": first("/v1/reviews?party="+w.Anchor.String()+"&", every),
		"limit of funder":    first("/v1/limits?programme="+w.Payables.String()+"&", is("kind", "funder")),
		"limit of programme": first("/v1/limits?programme="+w.Payables.String()+"&", is("kind", "programme")),
		"document":           first("/v1/documents?type=invoice&", every), "trade": first("/v1/trades?", every), "receivable": first("/v1/receivables?", every),
		"financing": first("/v1/financings?", every), "payment": first("/v1/payments?", every),
		"receipt":         first("/v1/receipts?", func(item map[string]any) bool { return item["funder"] == nil }),
		"books of seller": first("/v1/accounts?party="+seller+"&", is("code", "trade_receivables")),
		"funding account": first("/v1/accounts?programme="+w.Payables.String()+"&", is("code", "funding")),
		"mapping":         s.mapped(),
		"period":          s.closed(),
		"fixing":          s.post(w.Maker, "/v1/fixings", `{"base":"ESTR","date":"`+w.Today.String()+`","rate":"-0.25"}`).want(201).text("record", "id"),
		"movement":        s.moved(l),
		"decision":        first("/v1/decisions?", func(item map[string]any) bool { return item["purpose"] == "acceptance" }),
		"risk policy":     s.post(w.Maker, "/v1/risk-policies", `{"programme":"`+w.Payables.String()+`","reason":"as presumed"}`).want(201).text("record", "id"),
		"measure":         s.extended(first("/v1/financings?", every)),
		"line": s.post(w.Maker, "/v1/lines", fmt.Sprintf(`{"seller":%q,"funder":%q,"amount":{"text":"1000.00","currency":"EUR"},"programmes":[%q],"expires":%q}`,
			w.Sellers[1], w.Funder, w.Discounting, w.Today.AddDays(90).String())).want(201).text("record", "id"),
		"ladder": s.post(w.FunderActor, "/v1/programmes/"+w.Discounting.String()+"/ladders", `{"tranches":[]}`).want(201).text("record", "id"),
	}
}

func TestEveryoneSeesTheirOwnAndNothingElse(t *testing.T) {
	s := newSite(t)
	all := s.cast()
	certified := s.certified()
	ids := s.records(s.life(1, 10))
	ids["referral"] = s.referred(7)
	maps.Copy(ids, s.stocked())
	maps.Copy(ids, s.funded())
	maps.Copy(ids, s.legalRecords())
	maps.Copy(ids, certified)
	maps.Copy(ids, s.auctioned())
	maps.Copy(ids, s.economics())
	maps.Copy(ids, s.differed())
	ids["model"] = s.fundersModel()
	maps.Copy(ids, s.supervised())
	maps.Copy(ids, s.ownWords())
	maps.Copy(ids, s.reviewed(all))
	maps.Copy(ids, s.settingOff())
	ids["webhook"] = s.hooked()
	known, _ := s.known()
	for path, of := range known {
		ids[strings.TrimPrefix(path, "/v1/")] = of
	}
	listed := map[string]bool{}
	for _, row := range matrix {
		listed[row.list] = true
		seen := strings.Split(row.seen, ", ")
		for name, actor := range all {
			sees := slices.Contains(seen, name)
			what := fmt.Sprintf("%s, %s", name, row.record)
			one := s.get(actor, "/v1/"+row.list+"/"+ids[row.record])
			if sees != (one.status == 200) || !sees && one.status != 404 && one.status != 403 {
				t.Errorf("%s: status %d", what, one.status)
			}
			page := s.get(actor, "/v1/"+row.list+"?limit=500")
			if sees != strings.Contains(string(page.bytes), `"id":"`+ids[row.record]+`"`) || page.status != 200 && page.status != 403 {
				t.Errorf("%s: seen in the list: %v; status %d", what, !sees, page.status)
			}
			told := sees && !(name == "funder" && row.list == "onboarding-files") // it sees that there is a file, and not what became of it
			if story := s.get(actor, "/v1/stories/"+ids[row.record]); told != (story.status == 200) {
				t.Errorf("%s: story: status %d", what, story.status)
			}
		}
	}
	for _, path := range paths(s, "get") {
		if list := strings.TrimPrefix(path, "/v1/"); strings.HasSuffix(path, "{id}") && !listed[strings.TrimSuffix(list, "/{id}")] && list != "stories/{id}" && list != "holds/{id}" && list != "parties/{id}/stock" {
			t.Errorf("%s is not in the matrix", path)
		}
	}
}

// paths lists the described paths of a method.
func paths(s *site, method string) []string {
	s.t.Helper()
	var described struct {
		Paths map[string]map[string]any
	}
	if err := json.Unmarshal(s.get(0, "/openapi.json").want(200).bytes, &described); err != nil {
		s.t.Fatal(err)
	}
	var found []string
	for path, methods := range described.Paths {
		if methods[method] != nil {
			found = append(found, path)
		}
	}
	slices.Sort(found)
	return found
}

func TestNobodySeesWhatIsOthers(t *testing.T) {
	s := newSite(t)
	all := s.cast()
	ids := s.records(s.life(1, 10))
	for _, c := range []struct{ who, path, hidden, why string }{
		{"buyer", "/v1/receivables/" + ids["receivable"], ids["financing"], "who had its invoices financed"},
		{"buyer", "/v1/stories/" + ids["receivable"], "accepted", "who had its invoices financed"},
		{"buyer", "/v1/stories/" + ids["trade"], "financing", "who had its invoices financed"},
		{"seller", "/v1/programmes/" + ids["programme"], `"funders"`, "the funders' prices"},
		{"buyer", "/v1/programmes/" + ids["programme"], `"funders"`, "the funders' prices"},
		{"seller", "/v1/stories/" + ids["receivable"], `"body"`, "what an entry did elsewhere"},
		{"seller", "/v1/financings/" + ids["financing"], `"measure"`, "other exposures"},
	} {
		if shown := s.get(all[c.who], c.path).want(200); strings.Contains(string(shown.bytes), c.hidden) {
			t.Errorf("%s sees %s at %s: %s", c.who, c.why, c.path, shown.bytes)
		}
	}
}

const everyActing = "operator, compliance, seller, buyer, funder, bank, custodian, carrier, keeper"

// commandsOf says who may give each command; this repeats the book's table, so that one can be held against the other.
var commandsOf = map[string]string{
	"/v1/parties": "operator", "/v1/parties/{id}/bank-accounts": "operator, seller, funder", "/v1/bank-accounts/{id}/verification": "operator",
	"/v1/bank-accounts/{id}/name-check": "operator", "/v1/bank-accounts/{id}/micro-deposit": "operator", "/v1/bank-accounts/{id}/micro-deposit/answer": "operator, seller, funder",
	"/v1/bank-accounts/{id}/bank-letter": "operator", "/v1/bank-accounts/{id}/change-confirmation": "operator", "/v1/bank-accounts/{id}/revocation": "operator, seller, funder",
	"/v1/parties/{id}/contacts": "operator", "/v1/payments/{id}/release": "operator",
	"/v1/actors": everyActing, "/v1/actors/{id}/keys": everyActing, "/v1/keys/{id}/revocation": everyActing,
	"/v1/actors/{id}/state": everyActing, "/v1/actors/{id}/administration": "operator", "/v1/products": "operator",
	"/v1/products/{id}/approval": "operator", "/v1/programmes": "operator", "/v1/programmes/{id}/approval": "operator", "/v1/reviews": "operator",
	"/v1/reviews/{id}/approval": "operator", "/v1/limits": "operator, funder", "/v1/limits/{id}/approval": "operator, funder",
	"/v1/receivables/{id}/bank-undertaking": "operator, funder", "/v1/receivables/{id}/agent-collections": "operator, seller",
	"/v1/documents": "operator, seller, buyer", "/v1/receivables/{id}/confirmation": "operator, buyer", "/v1/receivables/{id}/clearance": "operator",
	"/v1/quotes": "operator, seller", "/v1/trades/{id}/quotes": "operator, seller", "/v1/lines": "operator, funder", "/v1/lines/{id}/approval": "funder", "/v1/lines/{id}/state": "operator, funder", "/v1/financings/{id}/referral": "funder", "/v1/financings/{id}/cancellation": "operator, seller, buyer", "/v1/financings/{id}/acceptance": "seller, buyer",
	"/v1/financings/{id}/disbursement": "operator, funder", "/v1/financings/{id}/recourse": "operator, funder", "/v1/financings/{id}/closing": "operator",
	"/v1/payments/{id}/approval": "operator, funder", "/v1/payments/{id}/retry": "operator", "/v1/payments/{id}/outcome": "operator, bank, custodian",
	"/v1/receipts": "operator, bank", "/v1/receipts/{id}/reversal": "operator, bank", "/v1/allocations": "operator", "/v1/sweeps": "operator",
	"/v1/pay-outs": "operator", "/v1/accounts": "operator", "/v1/transfers": "operator", "/v1/holds": "operator", "/v1/holds/{id}/end": "operator",
	"/v1/day": "operator", "/v1/commands": "operator, auditor, compliance, seller, buyer, funder, bank, custodian, carrier, keeper",
	"/v1/movements":                      "operator, seller, buyer, carrier, keeper",
	"/v1/receivables/{id}/confirmations": "operator, buyer", "/v1/receivables/{id}/withdrawal": "buyer", "/v1/receivables/{id}/disputes": "buyer",
	"/v1/confirmations/{id}/completion": "operator, buyer", "/v1/confirmations/{id}/drop": "operator, buyer", "/v1/disputes/{id}/answer": "seller",
	"/v1/disputes/{id}/decision": "operator", "/v1/disputes/{id}/closing": "operator, buyer", "/v1/signing-keys": "operator, seller, buyer, funder",
	"/v1/signing-keys/{id}/approval": "operator", "/v1/signing-keys/{id}/revocation": "operator, seller, buyer, funder",
	"/v1/signing-keys/{id}/mandates": "operator, seller, buyer, funder", "/v1/mandates/{id}/approval": "operator, seller, buyer, funder",
	"/v1/mandates/{id}/revocation": "operator, seller, buyer, funder", "/v1/statements/{command}": "operator, auditor, compliance, seller, buyer, funder, bank, custodian, carrier, keeper",
	"/v1/templates": "operator", "/v1/templates/{id}/approval": "operator", "/v1/templates/{id}/retirement": "operator", "/v1/agreements": "operator, funder",
	"/v1/agreements/{id}/signatures": "operator, seller, buyer, funder, custodian", "/v1/agreements/{id}/termination": "operator, seller, buyer, funder, custodian",
	"/v1/notices": "operator, seller, funder", "/v1/notices/{id}/steps": "operator, seller, buyer, funder", "/v1/misdirected-payments": "operator, buyer",
	"/v1/misdirected-payments/notices": "operator, seller", "/v1/misdirected-payments/{id}/demands": "operator, funder", "/v1/misdirected-payments/{id}/receipts": "operator",
	"/v1/misdirected-payments/{id}/set-offs": "operator", "/v1/misdirected-payments/{id}/set-off-decisions": "operator", "/v1/misdirected-payments/{id}/ending": "operator",
	"/v1/financings/{id}/warranty": "operator, funder", "/v1/financings/{id}/reassignment": "operator, funder", "/v1/registrations": "operator, funder",
	"/v1/registrations/{id}/confirmation": "operator, funder", "/v1/searches": "operator, funder", "/v1/encumbrances/{id}/release": "operator", "/v1/sales-contracts": "operator",
	"/v1/receivables/{id}/certificate": "operator, buyer", "/v1/standing-acceptances": "operator, seller", "/v1/moves": "operator, seller, funder",
	"/v1/certificates/{id}/cancellation": "operator, seller, buyer",
	"/v1/fixings":                        "operator",
	"/v1/periods":                        "operator", "/v1/periods/{id}/approval": "operator",
	"/v1/documents/{id}/verification": "operator", "/v1/parties/{id}/mappings": "operator, seller, buyer", "/v1/parties/{id}/tables": "operator, seller, buyer",
	"/v1/products/{id}/retirement": "operator",
	"/v1/auctions":                 "operator, seller", "/v1/auctions/{id}/award": "operator, seller", "/v1/auctions/{id}/bids": "funder", "/v1/bids/{id}/opening": "funder",
	"/v1/financings/{id}/extension": "operator, funder", "/v1/financings/{id}/default": "operator, funder", "/v1/financings/{id}/provision": "operator, funder",
	"/v1/financings/{id}/write-off": "operator, funder", "/v1/financings/{id}/recoveries": "operator", "/v1/financings/{id}/buyback": "operator",
	"/v1/financings/{id}/cover-claim": "operator, funder", "/v1/financings/{id}/cover-payments": "operator",
	"/v1/measures/{id}/decision":      "operator, seller, funder",
	"/v1/programmes/{id}/settlements": "operator", "/v1/programmes/{id}/stop-lift": "operator",
	"/v1/warehouse-receipts": "keeper", "/v1/warehouse-receipts/{id}/steps": "seller, funder, keeper", "/v1/warehouse-receipts/{id}/clearance": "operator",
	"/v1/stock-prices": "operator, funder", "/v1/stock-prices/{id}/approval": "operator", "/v1/stock-counts/{id}/clearance": "operator",
	"/v1/programmes/{id}/collateral-terms": "operator, funder", "/v1/collateral-terms/{id}/approval": "operator, funder",
	"/v1/pools": "operator, seller", "/v1/pools/{id}/withdrawal": "operator, seller", "/v1/pools/{id}/bases": "operator, seller, funder",
	"/v1/stock-quotes": "seller", "/v1/pools/{id}/quotes": "seller",
	"/v1/estimates": "operator, seller, funder", "/v1/estimates/{id}/approval": "operator, seller, funder", "/v1/assessments": "operator, seller, funder",
	"/v1/tariffs": "operator", "/v1/tariffs/{id}/approval": "operator", "/v1/billings": "operator", "/v1/bills/{id}/payments": "operator",
	"/v1/auctions/{id}/withdrawal": "operator, seller", "/v1/placements/{id}/acceptance": "seller", "/v1/placements/{id}/disbursement": "operator",
	"/v1/early-offers": "buyer", "/v1/early-offers/{id}/withdrawal": "buyer", "/v1/early-offers/{id}/acceptance": "seller",
	"/v1/instructions": "seller", "/v1/instructions/{id}/revocation": "operator, seller",
	"/v1/referrals/{id}/holder": "funder", "/v1/referrals/{id}/advices": "operator, funder",
	"/v1/breaks/{id}/owner": "operator", "/v1/breaks/{id}/notes": "operator", "/v1/breaks/{id}/resolution": "operator", "/v1/receipts/{id}/match": "operator",
	"/v1/limits/{id}/suspension": "operator, funder", "/v1/limits/{id}/withdrawal": "operator, funder", "/v1/limits/{id}/withdrawal/decision": "operator, funder",
	"/v1/limit-recommendations": "operator", "/v1/limit-recommendations/{id}/decision": "funder",
	"/v1/dependences": "operator, compliance", "/v1/dependences/{id}/decision": "operator, compliance", "/v1/dependences/{id}/end": "operator, compliance",
	"/v1/limits/{id}/lift": "operator, funder", "/v1/funder-policies": "funder", "/v1/funder-policies/{id}/decision": "funder",
	"/v1/authorities": "funder", "/v1/authorities/{id}/revocation": "funder",
	"/v1/programmes/{id}/ladders": "funder", "/v1/ladders/{id}/decision": "funder",
	"/v1/programmes/{id}/supervised-accounts": "operator", "/v1/supervised-accounts/{id}/approval": "operator", "/v1/supervised-accounts/{id}/closing": "operator",
	"/v1/fee-payments": "operator", "/v1/insurer-payments": "operator", "/v1/withdrawals": "operator, buyer, funder",
	"/v1/receipts/{id}/returns": "operator", "/v1/returns/{id}/approval": "operator", "/v1/receipts/{id}/recall": "operator, bank", "/v1/charges": "operator, bank",
	"/v1/digital-assets": "operator", "/v1/digital-assets/{id}/decision": "custodian", "/v1/wallets": "operator, seller, buyer, funder", "/v1/wallets/{id}/decision": "custodian",
	"/v1/wallets/{id}/loads": "seller, buyer, funder", "/v1/wallets/{id}/redemptions": "seller, buyer, funder", "/v1/wallets/{id}/transfers": "seller, buyer, funder",
	"/v1/digital-transfers/{id}/attempts": "operator", "/v1/digital-transfers/{id}/outcome": "operator, bank", "/v1/wallets/{id}/bound-money": "seller, buyer, funder",
	"/v1/bound-money/{id}/uses": "seller, buyer, funder", "/v1/exchanges": "seller, buyer, funder", "/v1/exchanges/{id}/acceptance": "seller, buyer, funder",
	"/v1/exchanges/{id}/end": "seller, buyer, funder",
	"/v1/models":             "operator, funder", "/v1/models/{id}/validation": "operator, funder", "/v1/models/{id}/promotion": "operator, funder", "/v1/models/{id}/retirement": "operator, funder",
	"/v1/risk-policies": "operator", "/v1/risk-policies/{id}/decision": "operator",
	"/v1/applications": "operator, funder", "/v1/applications/{id}/grounds": "operator, funder", "/v1/applications/{id}/view": "operator, funder",
	"/v1/applications/{id}/decision": "operator, funder", "/v1/applications/{id}/withdrawal": "operator, funder", "/v1/reviews/{id}/conditions": "operator, funder",
	"/v1/parties/{id}/watch": "operator, funder", "/v1/news": "operator, funder", "/v1/master-scales": "operator", "/v1/master-scales/{id}/approval": "operator",
	"/v1/review-policies": "operator, funder", "/v1/review-policies/{id}/approval": "operator, funder",
	"/v1/set-off-runs": "operator", "/v1/set-off-runs/{id}/ending": "operator", "/v1/set-off-runs/{id}/execution": "operator", "/v1/set-off-runs/{id}/proposals": "operator",
	"/v1/set-off-runs/{id}/potentials": "operator", "/v1/set-off-runs/{id}/figures": "operator", "/v1/set-off-runs/{id}/publication": "operator",
	"/v1/set-off-runs/{id}/consents": "operator, seller, buyer", "/v1/set-off-runs/{id}/refusal": "seller, buyer", "/v1/set-off-runs/{id}/quotes": "seller, buyer",
	"/v1/set-off-consents": "operator, seller, buyer", "/v1/set-off-consents/{id}/revocation": "operator, seller, buyer",
	"/v1/set-off-bars": "operator, compliance", "/v1/set-off-bars/{id}/lifting": "operator, compliance",
	"/v1/set-off-calendars": "operator", "/v1/set-off-calendars/{id}/decision": "operator", "/v1/set-off-calendars/{id}/ending": "operator",
}

func TestEveryCommandIsRefusedToOtherRolesAndOtherParties(t *testing.T) {
	s := newSite(t)
	all := s.cast()
	certified := s.certified()
	ids := s.records(s.life(1, 10))
	ids["referral"] = s.referred(7)
	maps.Copy(ids, s.stocked())
	maps.Copy(ids, s.funded())
	law := s.legalRecords()
	maps.Copy(ids, certified)
	maps.Copy(ids, s.auctioned())
	maps.Copy(ids, s.economics())
	maps.Copy(ids, s.differed())
	ids["model"] = s.fundersModel()
	maps.Copy(ids, s.ownWords())
	maps.Copy(ids, s.reviewed(all))
	maps.Copy(ids, s.settingOff())
	ids["webhook"] = s.hooked()
	spare := s.newActor(s.world.Sellers[1], party.Seller) // its key is revoked on the way
	recordOf := map[string]string{
		"/v1/parties": ids["seller"], "/v1/bank-accounts": ids["account"], "/v1/receivables": ids["receivable"], "/v1/financings": ids["financing"],
		"/v1/templates": law["template"], "/v1/agreements": law["agreement"], "/v1/notices": law["notice"], "/v1/registrations": law["registration"],
		"/v1/encumbrances": law["encumbrance"], "/v1/misdirected-payments": law["misdirected"],
		"/v1/documents": ids["document"], "/v1/payments": ids["payment"], "/v1/receipts": ids["receipt"], "/v1/limits": ids["limit of funder"], "/v1/actors": ids["actor"],
		"/v1/keys": s.keys[spare].String(), "/v1/products": ids["product"], "/v1/programmes": ids["programme"], "/v1/reviews": ids["review of seller"], "/v1/holds": id.Make[id.Hold](1, 1).String(),
		"/v1/signing-keys": ids["signing key"], "/v1/mandates": ids["mandate"], "/v1/confirmations": ids["confirmation"], "/v1/disputes": ids["dispute"],
		"/v1/certificates": ids["certificate"], "/v1/periods": ids["period"], "/v1/auctions": ids["auction"], "/v1/bids": ids["bid"], "/v1/measures": ids["measure"],
		"/v1/trades": ids["trade"], "/v1/lines": ids["line"], "/v1/ladders": ids["ladder"],
		"/v1/funder-policies": ids["funder policy"], "/v1/authorities": ids["authority"],
		"/v1/limit-recommendations": ids["recommendation"], "/v1/dependences": ids["dependence"],
		"/v1/warehouse-receipts": ids["stock"], "/v1/stock-prices": ids["stock price"], "/v1/stock-counts": ids["stock count"], "/v1/collateral-terms": ids["collateral"],
		"/v1/pools":     ids["pool"],
		"/v1/estimates": ids["estimates"], "/v1/assessments": ids["assessment"], "/v1/tariffs": ids["tariff"], "/v1/bills": ids["bill"],
		"/v1/placements": ids["placement"], "/v1/early-offers": ids["early offer"], "/v1/instructions": ids["instruction"],
		"/v1/breaks": ids["break"], "/v1/referrals": ids["referral"],
		"/v1/risk-policies": ids["risk policy"],
		"/v1/applications":  ids["application of funder"], "/v1/review-policies": ids["review policy"], "/v1/master-scales": ids["master scale"],
		"/v1/supervised-accounts": id.Make[id.SupervisedAccount](1, 1).String(), "/v1/returns": id.Make[id.Return](1, 1).String(),
		"/v1/digital-assets": ids["asset"], "/v1/wallets": ids["wallet"], "/v1/digital-transfers": ids["digital transfer"], "/v1/bound-money": ids["bound money"],
		"/v1/exchanges": ids["exchange"], "/v1/models": ids["model"],
		"/v1/set-off-runs": ids["set-off run"], "/v1/set-off-consents": ids["set-off consent"], "/v1/set-off-bars": ids["set-off bar"], "/v1/set-off-calendars": ids["set-off calendar"],
		"/v1/webhooks": ids["webhook"],
	}
	known, _ := s.known()
	maps.Copy(recordOf, known)
	before := s.engine.Head().Sequence
	for _, path := range paths(s, "post") {
		allowed, known := commandsOf[path]
		if !known {
			t.Errorf("%s is not in the matrix", path)
		}
		base, _, addressed := strings.Cut(path, "/{id}")
		concrete := strings.Replace(path, "{id}", recordOf[base], 1)
		s.send(0, "POST", concrete, "{}", header{"Idempotency-Key": "k"}).want(401)
		for name, actor := range all {
			role := strings.TrimPrefix(name, "other ")
			if role == "seller's auditor" {
				role = "auditor"
			}
			if role == "anchor" {
				role = "buyer"
			}
			body := bodies[path]
			got := s.post(actor, concrete, body)
			switch {
			case !slices.Contains(strings.Split(allowed, ", "), role):
				if got.status != 403 || got.text("code") != "role_forbidden" {
					t.Errorf("%s, %s: status %d: %s", name, path, got.status, got.bytes)
				}
			case strings.HasPrefix(name, "other ") && addressed:
				if got.status != 404 {
					t.Errorf("%s, %s: status %d: %s", name, path, got.status, got.bytes)
				}
			case got.status >= 500:
				t.Errorf("%s, %s: status %d: %s", name, path, got.status, got.bytes)
			}
		}
	}
	if s.engine.Head().Sequence < before {
		t.Error("the journal shrank")
	}
}

// bodies are well-formed, so that what is refused is refused for who asks.
var bodies = map[string]string{
	"/v1/misdirected-payments/{id}/demands": `{"due":"2027-01-01"}`,
	"/v1/referrals/{id}/advices":            `{"text":"asked the seller"}`,
	"/v1/breaks/{id}/owner":                 `{}`,
	"/v1/set-off-runs/{id}/quotes":          `{"due":"2026-12-01"}`,
	"/v1/set-off-runs/{id}/consents":        `{"party":"pty_1-1-9"}`,
	"/v1/breaks/{id}/notes":                 `{"note":"asked the bank"}`,
	"/v1/breaks/{id}/resolution":            `{"how":"explained","note":"a gift"}`,
	"/v1/receipts/{id}/match":               `{"parts":[{"receivable":"rcv_1-1-9","amount":{"text":"1.00","currency":"EUR"}}]}`,
	"/v1/receipts/{id}/recall":              `{"reference":"recall","text":"please"}`,
	"/v1/parties/{id}/bank-accounts":        `{"currency":"EUR","iban":"DE89370400440532013000","holder":"Holder"}`,
	"/v1/receivables/{id}/confirmation":     `{"undertaking":"soft","amount":{"text":"1.00","currency":"EUR"}}`,
	"/v1/lines/{id}/state":                  `{"state":"suspended"}`,
	"/v1/trades/{id}/quotes":                `{"programme":"prg_1-1-9","payee":"bac_1-1-9","due":"2026-12-01"}`,
	"/v1/receivables/{id}/clearance":        `{"codes":["line_sum_differs"],"reason":"looked at"}`,
	"/v1/financings/{id}/referral":          `{"decision":"approve","reason":"looked at"}`,
	"/v1/payments/{id}/approval":            `{"decision":"approve"}`,
	"/v1/payments/{id}/outcome":             `{"state":"in_doubt"}`,
	"/v1/receipts/{id}/reversal":            `{"reference":"reversal"}`,
	"/v1/actors/{id}/keys":                  `{"name":"erp"}`,
	"/v1/actors/{id}/state":                 `{"active":true}`,
	"/v1/actors/{id}/administration":        `{"administrator":false}`,
	"/v1/holds/{id}/end":                    `{"state":"posted"}`,
	"/v1/keys/{id}/revocation":              ``,
	"/v1/bank-accounts/{id}/verification":   `{}`,
	"/v1/bank-accounts/{id}/name-check":     `{"result":"match"}`, "/v1/bank-accounts/{id}/micro-deposit": `{"until":"2026-09-01"}`,
	"/v1/bank-accounts/{id}/micro-deposit/answer": `{"amount":{"text":"0.01","currency":"EUR"},"code":"ABC"}`, "/v1/bank-accounts/{id}/bank-letter": `{"record":"letter"}`,
	"/v1/bank-accounts/{id}/change-confirmation": `{"contact":1,"record":"call"}`, "/v1/bank-accounts/{id}/revocation": `{"reason":"why"}`,
	"/v1/parties/{id}/contacts": `{"channel":"phone","details":"+49 30 1"}`, "/v1/payments/{id}/release": `{"reason":"asked"}`,
	"/v1/agreements/{id}/signatures":      `{"party":"pty_1-1-P","signatures":[{"key":"sgk_1-1-6","signature":"` + strings.Repeat("00", 64) + `"}]}`,
	"/v1/agreements/{id}/termination":     `{"from":"2026-09-01","reason":"why"}`,
	"/v1/notices/{id}/steps":              `{"state":"served","date":"2026-09-01","method":"courier","proof":"waybill"}`,
	"/v1/registrations/{id}/confirmation": `{"decision":"decline"}`,
	"/v1/encumbrances/{id}/release":       `{"state":"waived","proof":"letter"}`,
	"/v1/commands":                        `[]`,
	"/v1/movements":                       `[]`,
	"/v1/documents/{id}/verification":     `{"status":"valid","at":"2026-09-01T08:00:00Z"}`,
	"/v1/parties/{id}/tables":             `Order`,
	"/v1/financings/{id}/extension":       `{"due":"2026-12-01","reason":"time"}`, "/v1/financings/{id}/default": `{"reason":"insolvent"}`,
	"/v1/financings/{id}/provision": `{"amount":{"text":"1.00","currency":"EUR"},"reason":"part"}`, "/v1/financings/{id}/write-off": `{"reason":"lost"}`,
	"/v1/financings/{id}/recoveries": `{"receipt":"rct_1-1-7","amount":{"text":"1.00","currency":"EUR"},"payer":"buyer"}`, "/v1/financings/{id}/buyback": `{"receipt":"rct_1-1-7"}`,
	"/v1/financings/{id}/cover-claim": `{"evidence":"claim"}`, "/v1/financings/{id}/cover-payments": `{"receipt":"rct_1-1-7","amount":{"text":"1.00","currency":"EUR"}}`,
	"/v1/measures/{id}/decision": `{"decision":"decline"}`,
	"/v1/limits/{id}/withdrawal": `{"reason":"it need not bind"}`, "/v1/limits/{id}/withdrawal/decision": `{"decision":"decline"}`,
	"/v1/limit-recommendations/{id}/decision": `{"decision":"approve"}`, "/v1/dependences/{id}/decision": `{"decision":"decline"}`,
	"/v1/dependences/{id}/end":   `{"reason":"others buy","evidence":"its ledger"}`,
	"/v1/limits/{id}/suspension": `{"cause":"warned"}`, "/v1/funder-policies/{id}/decision": `{"decision":"decline"}`,
	"/v1/programmes/{id}/ladders": `{"tranches":[]}`, "/v1/ladders/{id}/decision": `{"decision":"decline"}`,
	"/v1/programmes/{id}/settlements": `{"amount":{"text":"1.00","currency":"EUR"}}`, "/v1/programmes/{id}/stop-lift": `{"reason":"settled"}`,
	"/v1/periods": `{"until":"2040-01-01"}`, "/v1/periods/{id}/approval": `{"decision":"approve"}`,
	"/v1/fixings":               `{"base":"EURIBOR 3M","date":"2026-09-01","rate":"2"}`,
	"/v1/parties/{id}/mappings": `{"name":"orders","mapping":{}}`,

	"/v1/receivables/{id}/bank-undertaking":  `{"bank":"pty_1-1-P","amount":{"text":"1.00","currency":"EUR"}}`,
	"/v1/receivables/{id}/agent-collections": `{"amount":{"text":"1.00","currency":"EUR"},"value":"2026-09-01"}`,

	"/v1/receivables/{id}/confirmations": `{"undertaking":"soft","amount":{"text":"1.00","currency":"EUR"},"days":3}`,
	"/v1/receivables/{id}/withdrawal":    `{"reason":"looked at"}`,
	"/v1/receivables/{id}/disputes":      `{"amount":{"text":"1.00","currency":"EUR"},"reason":"price","text":"too much"}`,
	"/v1/confirmations/{id}/completion":  `{}`,
	"/v1/confirmations/{id}/drop":        ``,
	"/v1/disputes/{id}/answer":           `{"accepted":{"text":"0.00","currency":"EUR"},"text":"no"}`,
	"/v1/disputes/{id}/decision":         `{"credit":{"text":"0.00","currency":"EUR"},"evidence":"looked at"}`,
	"/v1/disputes/{id}/closing":          `{"state":"settled"}`,
	"/v1/signing-keys/{id}/approval":     ``,
	"/v1/signing-keys/{id}/revocation":   ``,
	"/v1/signing-keys/{id}/mandates":     `{"acts":["confirm"],"alone_max":{"text":"1.00","currency":"EUR"},"amount_max":{"text":"1.00","currency":"EUR"},"from":"2026-09-01","until":"2026-10-01"}`,
	"/v1/mandates/{id}/approval":         ``,
	"/v1/mandates/{id}/revocation":       ``,
	"/v1/statements/{command}":           `{}`,
	"/v1/receivables/{id}/certificate":   `{"programme":"prg_1-1-X"}`,
	"/v1/products/{id}/retirement":       ``,
	"/v1/certificates/{id}/cancellation": `{"outstanding":{"text":"1.00","currency":"EUR"}}`,
	"/v1/auctions/{id}/award":            ``,
	"/v1/warehouse-receipts/{id}/steps":  `{"step":"deliver"}`, "/v1/warehouse-receipts/{id}/clearance": `{"reason":"looked at"}`,
	"/v1/stock-prices/{id}/approval": `{"decision":"decline"}`, "/v1/stock-counts/{id}/clearance": `{"reason":"looked at"}`,
	"/v1/programmes/{id}/collateral-terms": `{}`, "/v1/collateral-terms/{id}/approval": ``, "/v1/pools/{id}/bases": ``,
	"/v1/pools/{id}/withdrawal": `{"receivables":["rcv_1-1-J"]}`, "/v1/pools/{id}/quotes": `{"payee":"bac_1-1-9","due":"2026-12-01"}`,
	"/v1/auctions/{id}/bids":         `{"commitment":"` + strings.Repeat("ab", 32) + `"}`,
	"/v1/bids/{id}/opening":          `{"rate":"4.2000","volume":{"text":"1.00","currency":"EUR"},"nonce":"` + strings.Repeat("00", 32) + `"}`,
	"/v1/estimates":                  expectations("pty_1-9-X", "2026-09-01"),
	"/v1/estimates/{id}/approval":    `{"decision":"approve"}`,
	"/v1/assessments":                `{"entity":"pty_1-9-X"}`,
	"/v1/tariffs/{id}/approval":      `{"decision":"approve"}`,
	"/v1/billings":                   `{"month":"2040-01-01"}`,
	"/v1/bills/{id}/payments":        `{"receipt":"rct_1-1-X","amount":{"text":"1.00","currency":"EUR"}}`,
	"/v1/auctions/{id}/withdrawal":   `{"reason":"why"}`,
	"/v1/placements/{id}/acceptance": ``,
	"/v1/risk-policies":              `{"programme":"prg_1-9-X","reason":"why"}`, "/v1/risk-policies/{id}/decision": `{"decision":"decline"}`,
	"/v1/placements/{id}/disbursement": ``,
	"/v1/early-offers/{id}/withdrawal": ``,
	"/v1/early-offers/{id}/acceptance": `{"receivables":["rcv_1-1-R"],"payee":"bac_1-1-R","discount_most":{"text":"1.00","currency":"EUR"}}`,
	"/v1/instructions/{id}/revocation": ``,
	"/v1/digital-assets/{id}/decision": `{"decision":"approve"}`, "/v1/wallets/{id}/decision": `{"decision":"approve"}`,
	"/v1/wallets/{id}/loads": `{"amount":{"text":"1.00","currency":"EUR"}}`, "/v1/wallets/{id}/redemptions": `{"amount":{"text":"1.00","currency":"EUR"}}`,
	"/v1/wallets/{id}/transfers":          `{"to":"wal_1-1-W","amount":{"text":"1.00","currency":"EUR"}}`,
	"/v1/digital-transfers/{id}/attempts": ``, "/v1/digital-transfers/{id}/outcome": `{"state":"in_doubt"}`,
	"/v1/wallets/{id}/bound-money":  `{"bearer":"pty_1-2-N","refund":"wal_1-1-W","class":"suppliers","purpose":"SUPP","until":"2026-12-01","evidence":"order","portion":"whole","amount":{"text":"1.00","currency":"EUR"}}`,
	"/v1/bound-money/{id}/uses":     `{"payee":"wal_1-1-W","amount":{"text":"1.00","currency":"EUR"},"purpose":"SUPP"}`,
	"/v1/exchanges/{id}/acceptance": `{"wallet":"wal_1-1-W","price":{"text":"1.00","currency":"EUR"}}`,
	"/v1/exchanges/{id}/end":        ``,
	"/v1/applications/{id}/grounds": `{"form":"company","asked":{"text":"1.00","currency":"EUR"},"tenor_days":30}`,
	"/v1/applications/{id}/view":    `{"text":"looked at","refuses":true}`, "/v1/applications/{id}/decision": `{"decision":"decline","reason":"why"}`,
	"/v1/applications/{id}/withdrawal": `{"reason":"why"}`, "/v1/reviews/{id}/conditions": `{"condition":1,"state":"met","note":"seen"}`,
	"/v1/parties/{id}/watch": `{"listed":true,"reason":"why"}`,
	"/v1/models":             `{"name":"m","purpose":"credit_use","file":"e30="}`, "/v1/models/{id}/validation": `{"note":"looked at"}`,
	"/v1/models/{id}/promotion": `{"to":"champion"}`, "/v1/models/{id}/retirement": ``,
}
