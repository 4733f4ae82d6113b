package load

import (
	"fmt"
	"math/rand/v2"
	"time"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
	"millrace/domain/score"
	"millrace/domain/trade"
)

// Thicket fills a world with live receivables between so many parties more, each of which buys and sells; a few do much of the trade, and
// issue dates spread over half a year, so that searches in the graph have somewhere to go. The world's sellers and its anchor are among them.
func (n *Bare) Thicket(w *World, parties, receivables int, progress func(done uint64)) error {
	b := &builder{submit: n.Submit}
	random := rand.New(rand.NewPCG(1, uint64(receivables)))
	all := append([]id.Party{w.Anchor}, w.Sellers...)
	for i := range parties {
		all = append(all, b.party(w.Maker, fmt.Sprintf("party of the thicket %d", i), party.Seller|party.Buyer))
	}
	pick := func() int { return min(random.IntN(len(all)), random.IntN(len(all))) }
	for i := range receivables {
		seller, buyer := pick(), pick()
		if seller == buyer {
			buyer = (buyer + 1) % len(all)
		}
		number := fmt.Sprintf("old %d", i)
		b.give(w.Maker, &book.ImportReceivable{
			Seller: all[seller], Buyer: all[buyer], NumberText: number, Number: trade.Token(Token(number)), Face: money.Minor(1_000_00 + random.IntN(99_000_00)),
			Issued: w.Today.AddDays(-180 + i*180/receivables), Due: w.Today.AddDays(60), Currency: w.Currency, Undertaking: receivable.NoUndertaking,
		})
		progress(uint64(i))
	}
	return b.err
}

// Champion registers trees that score each use of credit, validated and promoted by others: so many of a depth, on the facts that the book
// knows. What they say means nothing; what it takes to ask them does.
func (n *Bare) Champion(w *World, trees, depth int) error {
	b := &builder{submit: n.Submit}
	random := rand.New(rand.NewPCG(2, uint64(trees)))
	table := score.Table{Name: "control", Scale: score.Scale{UnitsPerPoint: 100, Points: 600, Odds: 50, DoubleOdds: 20}, Base: 60_000}
	for _, known := range book.FactsKnown(score.CreditUse) {
		table.Features = append(table.Features, score.Feature{Name: known.Name, Digits: known.Decimals})
	}
	for range trees {
		nodes := make([]score.Node, 1<<(depth+1)-1)
		for i := range nodes {
			nodes[i] = score.Node{Units: random.Int64N(1000), Cover: 1}
			if i < 1<<depth-1 {
				nodes[i] = score.Node{Feature: random.IntN(len(table.Features)), Limit: random.Int64N(100_000), Left: 2*i + 1, Right: 2*i + 2, Cover: 1}
			}
		}
		table.Trees = append(table.Trees, score.Tree{Nodes: nodes})
	}
	registered := find[*book.ModelRegistered](b.give(w.Maker, &book.RegisterModel{Name: table.Name, Purpose: score.CreditUse, Packed: table.Pack()}))
	if registered == nil {
		return b.err
	}
	b.give(w.Checker, &book.ValidateModel{Model: registered.Model.ID, Note: reference("seen")})
	b.give(w.Checker, &book.PromoteModel{Model: registered.Model.ID, To: score.Champion})
	return b.err
}

// Controls weighs so many uses of credit, each of a new receivable that is confirmed, and gives what deciding on each took: evidence, duplicates,
// facts, network, rules, score, limits and price. Nothing else is in the spans: neither folding nor storing.
func (n *Bare) Controls(w *World, count uint64) ([]time.Duration, error) {
	spans := make([]time.Duration, 0, count)
	for done := range count {
		step, err := n.quoting(w, done)
		if err != nil {
			return nil, err
		}
		h := book.Header{Sequence: n.Book.Sequence() + 1, At: n.at + 1, Actor: step.Actor}
		if rejection := book.Prepare(step.Command); rejection != nil {
			return nil, rejection
		}
		began := time.Now()
		_, rejection := n.Book.Decide(&h, step.Command)
		spans = append(spans, time.Since(began))
		if rejection != nil {
			return nil, rejection
		}
	}
	return spans, nil
}

// Quoting is the question for a quote on a new receivable that is confirmed.
func (n *Bare) Quoting(w *World) (Step, error) { return n.quoting(w, 1<<40) }

func (n *Bare) quoting(w *World, number uint64) (Step, error) {
	life := w.NewLife(1<<41 + number)
	for i := range Live {
		step := life.Step(i)
		events, err := n.Submit(step.Actor, "", step.Command)
		if err != nil {
			return Step{}, err
		}
		life.Answered(events)
	}
	return life.Step(Live), nil
}
