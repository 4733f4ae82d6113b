package book_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"millrace/book"
	"millrace/domain/feature"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
	"millrace/domain/trade"
	"millrace/lab/load"
)

// imported takes over a receivable between two parties that is due in so many days.
func imported(w *load.World, n int, seller, buyer id.Party, face money.Minor, due int) *book.ImportReceivable {
	text := fmt.Sprintf("old %d", n)
	return &book.ImportReceivable{
		Seller: seller, Buyer: buyer, NumberText: text, Number: trade.Token(load.Token(text)), Face: face, Issued: w.Today.AddDays(-n % 500),
		Due: w.Today.AddDays(due), Currency: w.Currency, Undertaking: receivable.NoUndertaking,
	}
}

// Parties come to groups and to heads of groups while trade goes on between them: what is kept of each group is what its members add up to,
// counted by the auditor from the records and again from the events.
func TestFactsFollowGroups(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := newNode(t)
		w := n.world(2)
		give := n.giver()
		parties := append([]id.Party{w.Anchor}, w.Sellers...)
		var unknown []string
		for step := range rapid.IntRange(5, 40).Draw(rt, "steps") {
			switch rapid.IntRange(0, 4).Draw(rt, "what") {
			case 0: // a party that was seen comes to a group, perhaps to one below itself
				if len(unknown) == 0 {
					continue
				}
				name := unknown[0]
				unknown = unknown[1:]
				_, _ = n.submit(w.Maker, "", &book.RegisterParty{
					Roles: party.Seller, Country: "DE", Tokens: []party.Token{party.Token(load.Token("party " + name))},
					Group: rapid.SampledFrom(parties).Draw(rt, "head"),
				})
			case 1: // a new party in a group
				name := fmt.Sprintf("member %d", step)
				events := give(w.Maker, &book.RegisterParty{
					Roles: party.Seller, Country: "DE", Tokens: []party.Token{party.Token(load.Token("party " + name))},
					Group: rapid.SampledFrom(append(parties, 0)).Draw(rt, "head"),
				})
				parties = append(parties, events[0].(*book.PartyRegistered).Party.ID)
			case 2: // a document names somebody new
				name := fmt.Sprintf("seen %d", step)
				l := w.NewLife(uint64(step))
				d := l.Step(0).Command.(*book.RecordDocument)
				d.Document.Seller = []trade.Token{trade.Token(load.Token("party " + name))}
				for _, e := range give(w.Maker, d) {
					if seen, is := e.(*book.PartySeen); is {
						parties, unknown = append(parties, seen.Party.ID), append(unknown, name)
					}
				}
			default:
				_, _ = n.submit(w.Maker, "", imported(w, step*13, rapid.SampledFrom(parties).Draw(rt, "seller"), rapid.SampledFrom(parties).Draw(rt, "buyer"),
					money.Minor(rapid.Int64Range(1, int64(money.MinorMax)/1_000_000).Draw(rt, "face")), rapid.IntRange(0, 90).Draw(rt, "due")))
			}
		}
		if breaches := append(book.Check(n.book), n.recount.Breaches(n.book)...); len(breaches) > 0 {
			rt.Fatal(breaches)
		}
	})
}

// A use sees what is known of both sides, of the pair, of the programme and of the groups; by hand.
func TestFactsOfAUse(t *testing.T) {
	n := newNode(t)
	w := n.world(2)
	give := n.giver()
	give(w.Maker, imported(w, 31, w.Sellers[0], w.Anchor, 300, 60))
	give(w.Maker, imported(w, 400, w.Sellers[0], w.Anchor, 100, 60))
	give(w.Maker, imported(w, 5, w.Sellers[1], w.Anchor, 600, 60))
	u := book.FeaturesOf(n.book, w.Sellers[0], w.Anchor, w.Payables, w.Currency)
	for _, of := range []struct {
		r    *feature.Rolling
		name string
		want int64
	}{
		{&u.Seller, "invoiced", 400}, {&u.Seller, "invoiced_12m", 300}, {&u.Seller, "age_days", 400}, {&u.Seller, "concentration", 1_000_000},
		{&u.Buyer, "invoiced", 1_000}, {&u.Buyer, "concentration", 520_000}, {&u.Buyer, "largest_share", 600_000}, {&u.Buyer, "counterparties", 2},
		{&u.Pair, "invoices", 2}, {&u.Pair, "idle_days", 31}, {&u.Programme, "financings_12m", 0}, {&u.SellerGroup, "invoiced", 400}, {&u.BuyerGroup, "invoiced_12m", 900},
	} {
		if got, known := feature.Find(of.name).Value(of.r, n.book.Date()); !known || got != of.want {
			t.Errorf("%s of the %s: %d %t, want %d", of.name, of.r.Subject.Kind, got, known, of.want)
		}
	}
}
