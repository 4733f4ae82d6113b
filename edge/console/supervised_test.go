package console_test

import (
	"net/http"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/supervision"
	"millrace/lab/load"
)

// The page of supervised accounts shows each with its law and claims to those whose it is, and what is not on record to those who see all.
func TestSupervisedAccountsOnTheConsole(t *testing.T) {
	s := newStage(t)
	s.play()
	s.give(s.maker, &book.ProposeSupervisedAccount{
		Place: supervision.Place{Programme: s.programme, Kind: supervision.Funding, Funder: s.funder}, Owner: s.funder, Beneficiary: s.funder,
		Protection: supervision.GermanTrust, Since: s.today, MandateHash: [32]byte{7}, Mandate: [32]byte{8},
		Signatories: []supervision.Signatory{{Party: s.operator}, {Party: s.funder}}, Together: 2, Token: party.Token(load.Token("supervised")), Details: [32]byte{9}, Statements: supervision.WhenMoved,
	})
	of := id.Make[id.SupervisedAccount](1, 1)
	s.give(s.checker, &book.DecideSupervisedAccount{Account: of, Decision: book.Approve})
	for _, test := range []struct {
		who         string
		actor       id.Actor
		path        string
		status      int
		wants, nots []string
	}{
		{"operator, all", s.maker, "/supervised", 200, []string{"Funding", "live", "Not on record", "Collection", "Fees"}, nil},
		{"funder, its own", s.funderActor, "/supervised", 200, []string{"Funding", "live"}, []string{"Not on record"}},
		{"seller", s.actors["rottmuehl"], "/supervised", 200, []string{"No account in your sight is on record."}, []string{"Not on record"}},
		{"funder, one", s.funderActor, "/supervised/" + of.String(), 200, []string{"§ 47 InsO", "2 together of", "Of what its money consists", "Statements On each day on which it moved, and on the last open day of each month", "Timeline", "was put on record"}, nil},
		{"seller, one", s.actors["rottmuehl"], "/supervised/" + of.String(), 404, nil, nil},
	} {
		b := &browser{t: t, handler: s.handler, secret: s.key(test.actor)}
		page := b.page(test.path, test.status)
		if test.status != http.StatusOK {
			continue
		}
		checkMarkup(t, test.who, page)
		shown := strings.ToLower(text(page))
		for _, want := range test.wants {
			if !strings.Contains(shown, strings.ToLower(want)) {
				t.Errorf("%s: the page does not say %q:\n%s", test.who, want, shown)
			}
		}
		for _, not := range test.nots {
			if strings.Contains(shown, strings.ToLower(not)) {
				t.Errorf("%s: the page says %q", test.who, not)
			}
		}
	}
}
