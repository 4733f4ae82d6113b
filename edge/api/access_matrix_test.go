package api_test

import (
	"crypto/rand"
	"crypto/sha256"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/access/accesstest"
	"millrace/lab/load"
)

const matrixHead = `# Who may use which route of the API, on whose record. Every route is tried as each role:
#
#   first letter   on a record of one deal, in which the role takes part where it may at all
#   second letter  on the same record, as the same role of a party that has no part in it (· where a node has no such party)
#   third letter   on a record of another tenant: the same number in another book
#
# A route without a record in its path has the first letter only.
#
#   y  let in: it is answered, or refused for what was sent and not for who asks
#   n  not found: the record is another's, or is none
#   -  refused to the role
#   b  the role may, and this person may not: four eyes, or what the book asks of who acts
#
# Written by: go test ./edge/api -run AccessMatrix -update
`

// strangers are people of the same roles in parties that have no part in anything.
func (s *site) strangers() cast {
	all := cast{}
	for name, role := range map[string]party.Role{
		"auditor": party.Auditor, "seller": party.Seller, "buyer": party.Buyer, "anchor": party.Anchor, "funder": party.Funder,
		"custodian": party.Custodian, "bank": party.Bank, "keeper": party.WarehouseKeeper, "carrier": party.Carrier,
	} {
		roles := role
		switch role {
		case party.Auditor:
			roles = party.Seller // an auditor inside another party
		case party.Bank:
			roles = party.Custodian
		case party.Buyer, party.Anchor:
			roles = party.Buyer | party.Anchor
		}
		for _, e := range s.give(s.world.Maker, &book.RegisterParty{Roles: roles, Country: "FR", Tokens: []party.Token{party.Token(load.Token("stranger " + name))}}) {
			all[name] = s.newActor(e.(*book.PartyRegistered).Party.ID, role)
		}
	}
	return all
}

// foreign is the id of the same number in another book.
func foreign(text string) string {
	prefix, rest, found := strings.Cut(text, "_1-")
	if !found {
		return text
	}
	number, _, _ := strings.Cut(rest, "-")
	return accesstest.Printed(prefix, 2, number)
}

func letter(a *answer) string {
	switch code := ""; {
	case a.status == 404:
		return "n"
	case a.status == 403:
		if code = a.text("code"); code == "role_forbidden" {
			return "-"
		}
		return "b"
	case a.status == 401:
		return "?"
	case a.status >= 500:
		return "!"
	}
	return "y"
}

// ask tries a route as somebody, with nothing in the body: what is refused is refused for who asks.
func (s *site) try(actor id.Actor, method, path string) *answer {
	if method == "GET" {
		return s.get(actor, path)
	}
	body := `{}`
	if path == "/v1/commands" || path == "/v1/movements" {
		body = `[]`
	}
	return s.post(actor, path, body)
}

// everyRecord is a record of every kind that a path may name, of one deal where it can be.
func (s *site) everyRecord(all cast) map[string]string {
	certified := s.certified()
	ids := s.records(s.life(1, 10))
	ids["referral"] = s.referred(7)
	for _, more := range []map[string]string{s.stocked(), s.funded(), s.legalRecords(), certified, s.auctioned(), s.economics(), s.differed(), s.supervised(), s.ownWords(), s.reviewed(all), s.settingOff()} {
		maps.Copy(ids, more)
	}
	ids["model"], ids["webhook"] = s.fundersModel(), s.hooked()
	spare := s.newActor(s.world.Sellers[1], party.Seller) // its key is revoked on the way
	of := map[string]string{"/v1/keys": s.keys[spare].String(), "/v1/parties": ids["seller"], "/v1/stories": ids["receivable"], "/v1/holds": id.Make[id.Hold](1, 1).String()}
	for _, row := range matrix {
		if path := "/v1/" + row.list; of[path] == "" && ids[row.record] != "" {
			of[path] = ids[row.record]
		}
	}
	opened := s.give(s.world.SellerActors[1], &book.OpenWebhook{
		Party: s.world.Sellers[1], Address: sha256.Sum256([]byte("https://example.com")), Scheme: party.WebhookSymmetric, Secret: sha256.Sum256([]byte("whsec")),
	})
	of["/v1/webhooks"] = opened[0].(*book.WebhookOpened).Webhook.ID.String()
	known, _ := s.known()
	maps.Copy(of, known)
	return of
}

func TestAccessMatrix(t *testing.T) {
	s := newSite(t)
	all := s.cast()
	others := s.strangers()
	recordOf := s.everyRecord(all)
	var routes []string
	for _, method := range []string{"GET", "POST"} {
		for _, path := range paths(s, strings.ToLower(method)) {
			routes = append(routes, path+" "+method)
		}
	}
	slices.Sort(routes)
	secret, _, err := access.NewSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ofAnotherNode := id.Make[id.Actor](1, 9999)
	s.secrets[ofAnotherNode] = secret
	var table strings.Builder
	table.WriteString(matrixHead + "\n" + accesstest.Heading())
	for _, route := range routes {
		path, method, _ := strings.Cut(route, " ")
		base, _, addressed := strings.Cut(path, "/{id}")
		if addressed && recordOf[base] == "" {
			t.Fatalf("%s: the test knows no record of %s", route, base)
		}
		fill := strings.NewReplacer("{n}", "1", "{sequence}", "1", "{command}", "confirm", "{code}", "not_found")
		own := fill.Replace(strings.Replace(path, "{id}", recordOf[base], 1))
		theirs := fill.Replace(strings.Replace(path, "{id}", foreign(recordOf[base]), 1))
		cells := make([]string, len(accesstest.Seats))
		for i, seat := range accesstest.Seats {
			cells[i] = letter(s.try(all[seat], method, own))
			if !addressed {
				continue
			}
			if other := others[seat]; other != 0 {
				cells[i] += letter(s.try(other, method, own))
			} else {
				cells[i] += "·"
			}
			cells[i] += letter(s.try(all[seat], method, theirs))
			if strings.HasSuffix(cells[i], "y") {
				t.Errorf("%s: %s reaches a record of another tenant", route, seat)
			}
		}
		if public := path == "/healthz" || strings.HasPrefix(path, "/problems/"); !public {
			for who, actor := range map[string]id.Actor{"nobody": 0, "a key of another node": ofAnotherNode} {
				if got := s.try(actor, method, own); got.status != 401 {
					t.Errorf("%s: %s gets %d", route, who, got.status)
				}
			}
		}
		if row := strings.Join(cells, ""); strings.ContainsAny(row, "?!") {
			t.Errorf("%s: %s", route, row)
		}
		table.WriteString(accesstest.Row(method, path, cells))
	}
	accesstest.Compare(t, filepath.Join("testdata", "access_matrix.txt"), table.String())
}
