package console_test

import (
	"crypto/rand"
	"encoding/json"
	"io"
	"maps"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/onboarding"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/access/accesstest"
	"millrace/edge/api"
	"millrace/edge/console"
	"millrace/edge/intake"
	"millrace/edge/view"
)

const matrixHead = `# Who may use which page and form of the console, on whose record. Every route is tried as each role:
#
#   first letter   on a record that the role sees, if it may see one of its kind at all
#   second letter  on a record of others: as the same role of a party that has no part in it (· where a node has no such party)
#   third letter   on a record of another tenant: the same number in another book
#
# A route without a record in its path has the first letter only.
#
#   y  let in: the page is shown, or says what is wrong with what was sent
#   n  not found: the record is another's, or is none
#   -  refused to the role
#   b  the role may, and this person may not
#
# Written by: go test ./edge/console -run AccessMatrix -update
`

// seated gives an actor of every role: of the parties of the play, and of parties that have no part in anything.
func (s *stage) seated() (own, others map[string]id.Actor) {
	own = map[string]id.Actor{
		"operator": s.maker, "auditor": s.person(s.operator, party.Auditor, "Auditor"), "compliance": s.person(s.operator, party.Compliance, "Compliance"),
		"seller": s.actors["rottmuehl"], "buyer": s.actors["havelmark"], "anchor": s.person(s.parties["havelmark"], party.Anchor, "Anchor"), "funder": s.funderActor,
		"custodian": s.person(s.custodian, party.Custodian, "Custodian"), "bank": s.bank,
	}
	others = map[string]id.Actor{}
	strangers := map[string]party.Role{
		"auditor": party.Auditor, "seller": party.Seller, "buyer": party.Buyer, "anchor": party.Anchor, "funder": party.Funder, "custodian": party.Custodian,
		"bank": party.Bank, "keeper": party.WarehouseKeeper, "carrier": party.Carrier,
	}
	for _, name := range slices.Sorted(maps.Keys(strangers)) { // who sees all looks at the newest party: it is to be the same one every time
		role := strangers[name]
		roles := map[party.Role]party.Role{party.Auditor: party.Seller, party.Bank: party.Custodian, party.Anchor: party.Anchor | party.Buyer}[role]
		if roles == 0 {
			roles = role
		}
		stranger := s.register(intake.Profile{Name: "Stranger, " + name, Country: "FR"}, roles)
		others[name] = s.person(stranger, role, "Stranger")
	}
	own["keeper"], own["carrier"] = others["keeper"], others["carrier"]
	return own, others
}

// recordsOf finds, for each role, a record of every kind that it sees, by the prefix of its id.
func (s *stage) recordsOf(secrets map[string]string) map[string]map[string]string {
	rest := api.New(api.Options{Engine: s.engine, Access: s.access, Reader: view.New(s.engine), Intake: s.intake})
	ask := func(secret, path string) []byte {
		r := httptest.NewRequest("GET", "http://localhost"+path, nil)
		r.Header.Set("Authorization", "Bearer "+secret)
		w := httptest.NewRecorder()
		rest.ServeHTTP(w, r)
		return w.Body.Bytes()
	}
	var described struct{ Paths map[string]map[string]any }
	if err := json.Unmarshal(ask("", "/openapi.json"), &described); err != nil {
		s.t.Fatal(err)
	}
	found := map[string]map[string]string{}
	for _, seat := range accesstest.Seats {
		found[seat] = map[string]string{}
		for path := range described.Paths {
			if strings.Contains(path, "{") || described.Paths[path]["get"] == nil {
				continue
			}
			var page struct{ Items []struct{ ID string } }
			if json.Unmarshal(ask(secrets[seat], path), &page) != nil {
				continue
			}
			for _, item := range page.Items {
				found[seat][id.PrefixOf(item.ID)] = item.ID
				break
			}
		}
	}
	return found
}

// prefixOf is the kind of record that a path names.
func prefixOf(path string) string {
	base, _, _ := strings.Cut(path, "{id}")
	for prefix, page := range console.PathOfPrefix {
		if page == base {
			return prefix
		}
	}
	return map[string]string{
		"/holdings/": "hdg", "/early-offers/": "eof", "/limits/": "lim", "/limit-recommendations/": "lrc", "/dependences/": "dpd", "/confirmations/": "cnf", "/cases/": "cas",
		"/bank-accounts/": "bac", "/notices/": "ntc", "/set-off-consents/": "soc", "/set-off-calendars/": "soy", "/set-off-bars/": "sob", "/webhooks/": "whk", "/signing-keys/": "sgk", "/mandates/": "mdt",
		"/disputes/": "dsp", "/measures/": "msr", "/registrations/": "reg", "/encumbrances/": "enc", "/bids/": id.Bid(0).Prefix(), "/instructions/": id.Instruction(0).Prefix(), "/pools/": id.Pool(0).Prefix(),
	}[base]
}

var code = regexp.MustCompile(`\bCode ([a-z_]+)`)

func (b *browser) letter(method, address string) string {
	response := b.ask(method, address, "")
	switch body, err := io.ReadAll(response.Body); {
	case err != nil:
		b.t.Fatal(err)
	case response.StatusCode == 404:
		return "n"
	case response.StatusCode == 403:
		if found := code.FindSubmatch(body); found != nil && string(found[1]) == "form_expired" {
			return "y"
		} else if found != nil && string(found[1]) == "role_forbidden" {
			return "-"
		}
		return "b"
	case response.StatusCode == 401 && address == "/live":
		return "?"
	case response.StatusCode >= 500:
		return "!"
	case strings.HasPrefix(response.Header.Get("Location"), "/sign-in") && address != "/sign-out":
		return "?"
	}
	return "y"
}

func TestAccessMatrix(t *testing.T) {
	s := newStage(t)
	s.play()
	s.applied(s.maker, "rottmuehl")
	s.alerted("rottmuehl")
	own, others := s.seated()
	s.give(s.maker, &book.OpenOnboardingFile{Party: s.parties["rottmuehl"], Form: onboarding.Company, Risk: onboarding.LowRisk})
	s.give(own["compliance"], &book.OpenCase{Party: s.parties["traunfels"], Fact: s.keep(intake.KindCase, "Cash from nowhere"), Due: s.today.AddDays(10)})
	ownSecrets, otherSecrets := map[string]string{}, map[string]string{}
	for _, seat := range accesstest.Seats {
		ownSecrets[seat] = s.key(own[seat])
		if others[seat] != 0 {
			otherSecrets[seat] = s.key(others[seat])
		}
	}
	records := s.recordsOf(ownSecrets)
	ofAnotherNode, _, err := access.NewSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var patterns []string
	for pattern, action := range console.Patterns() {
		if method, path, _ := strings.Cut(pattern, " "); action == "" {
			t.Errorf("%s has no action", pattern)
		} else {
			patterns = append(patterns, path+" "+method)
		}
	}
	slices.Sort(patterns)
	var table strings.Builder
	table.WriteString(matrixHead + "\n" + accesstest.Heading())
	for _, pattern := range patterns {
		path, method, _ := strings.Cut(pattern, " ")
		prefix := prefixOf(path)
		addressed := strings.Contains(path, "{id}")
		if addressed && prefix == "" {
			t.Fatalf("%s: the test knows no record of %s", pattern, path)
		}
		fill := strings.NewReplacer("{n}", "1", "{sequence}", "1", "{kind}", "seller", "{name}", "icon.svg", "{desk}", "seller", "{link}", "none", "{issuer}", "none", "{$}", "")
		cells := make([]string, len(accesstest.Seats))
		for i, seat := range accesstest.Seats {
			record := records[seat][prefix]
			if record == "" {
				record = records["operator"][prefix]
			}
			if record == "" {
				record = accesstest.Printed(prefix, 1, "1")
			}
			mine := fill.Replace(strings.Replace(path, "{id}", record, 1))
			asks := &browser{t: t, handler: s.handler, secret: ownSecrets[seat]}
			cells[i] = asks.letter(method, mine)
			if !addressed {
				continue
			}
			if other := otherSecrets[seat]; other != "" {
				cells[i] += (&browser{t: t, handler: s.handler, secret: other}).letter(method, mine)
			} else {
				cells[i] += "·"
			}
			_, number, _ := strings.Cut(record, "_1-")
			number, _, _ = strings.Cut(number, "-")
			cells[i] += asks.letter(method, fill.Replace(strings.Replace(path, "{id}", accesstest.Printed(prefix, 2, number), 1)))
			if strings.HasSuffix(cells[i], "y") {
				t.Errorf("%s: %s reaches a record of another tenant", pattern, seat)
			}
		}
		if open := strings.HasPrefix(path, "/sign-") && path != "/sign-ins" || strings.HasPrefix(path, "/set-up/") || strings.HasPrefix(path, "/assets/") || path == "/language"; !open {
			for _, secret := range []string{"", ofAnotherNode} {
				if got := (&browser{t: t, handler: s.handler, secret: secret}).letter(method, fill.Replace(strings.Replace(path, "{id}", accesstest.Printed("rcv", 1, "1"), 1))); got != "?" {
					t.Errorf("%s: who is not signed in gets %s", pattern, got)
				}
			}
		}
		if row := strings.Join(cells, ""); strings.ContainsAny(row, "?!") {
			t.Errorf("%s: %s", pattern, row)
		}
		table.WriteString(accesstest.Row(method, path, cells))
	}
	accesstest.Compare(t, filepath.Join("testdata", "access_matrix.txt"), table.String())
}
