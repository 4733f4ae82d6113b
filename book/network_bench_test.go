package book_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/lab/load"
)

// thicket is a book with so many live receivables between a twentieth as many parties, each of which buys and sells: a few do much of the
// trade, and the last half is as old as the window.
func thicket(b *testing.B, receivables int) (*node, *load.World, []id.Party) {
	n := newNode(b)
	w := n.world(1)
	give := n.giver()
	random := rand.New(rand.NewPCG(1, uint64(receivables)))
	parties := make([]id.Party, max(50, receivables/20))
	for i := range parties {
		parties[i] = give(w.Maker, &book.RegisterParty{
			Roles: party.Seller | party.Buyer, Country: "DE", Tokens: []party.Token{party.Token(load.Token(fmt.Sprintf("party of the thicket %d", i)))},
		})[0].(*book.PartyRegistered).Party.ID
	}
	pick := func() int { // the small ones more often
		return min(random.IntN(len(parties)), random.IntN(len(parties)))
	}
	for i := range receivables {
		seller, buyer := pick(), pick()
		if seller == buyer {
			buyer = (buyer + 1) % len(parties)
		}
		c := imported(w, i, parties[seller], parties[buyer], money.Minor(1_000_00+random.IntN(99_000_00)), 60)
		c.Issued = w.Today.AddDays(-180 + i*180/receivables)
		give(w.Maker, c)
	}
	return n, w, parties
}

// What features and network checks take for pairs that trade; amounts are those of invoices, so that circles are looked for in earnest.
func BenchmarkFeaturesAndNetwork(b *testing.B) {
	for _, receivables := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(receivables), func(b *testing.B) {
			n, w, parties := thicket(b, receivables)
			random := rand.New(rand.NewPCG(2, 2))
			var spans []time.Duration
			b.ResetTimer()
			for b.Loop() {
				seller, buyer := parties[random.IntN(len(parties))], parties[random.IntN(len(parties))]
				began := time.Now()
				book.FeaturesOf(n.book, seller, buyer, w.Payables, w.Currency)
				book.Network(n.book, seller, buyer, money.Amount{Minor: money.Minor(1_000_00 + random.IntN(99_000_00)), Currency: w.Currency})
				spans = append(spans, time.Since(began))
			}
			slices.Sort(spans)
			b.ReportMetric(float64(spans[len(spans)/2].Nanoseconds()), "p50-ns")
			b.ReportMetric(float64(spans[len(spans)*99/100].Nanoseconds()), "p99-ns")
			b.ReportMetric(float64(spans[len(spans)-1].Nanoseconds()), "max-ns")
		})
	}
}
