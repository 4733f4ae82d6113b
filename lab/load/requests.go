package load

import (
	"fmt"
	"math/rand/v2"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/engine"
)

// Requests gives count requests that make sense in that order from an empty book: a world, then lives that run beside each
// other, with refused commands, repeated keys, holds and days among them. The same seed gives the same requests.
func Requests(seed uint64, count int) []engine.Request {
	s := &script{random: rand.New(rand.NewPCG(seed, 1)), book: book.New(1), at: 1_700_000_000_000_000, count: count}
	w, err := NewWorld(s.submit, 3)
	if err != nil {
		panic(err) // the world is the same every time
	}
	s.accounts(w)
	var lives []Life
	steps := []int{}
	for n := uint64(0); len(s.requests) < count; n++ {
		if len(lives) < 8 {
			l := w.NewLife(n)
			l.Discount = n%3 == 1
			lives, steps = append(lives, l), append(steps, 0)
		}
		i := s.random.IntN(len(lives))
		step := lives[i].Step(steps[i])
		key := fmt.Sprintf("life %d step %d", lives[i].Number, steps[i])
		events, err := s.submit(step.Actor, key, step.Command)
		if err == nil {
			lives[i].Answered(events)
			steps[i]++
		}
		if err != nil || steps[i] == Steps {
			lives = append(lives[:i], lives[i+1:]...)
			steps = append(steps[:i], steps[i+1:]...)
		}
		s.aside(w, step, key)
	}
	return s.requests[:count]
}

// script keeps what was asked while a book answers it.
type script struct {
	random   *rand.Rand
	book     *book.Book
	at       int64
	count    int
	requests []engine.Request
	account  []id.Account
}

func (s *script) submit(actor id.Actor, key string, c book.Command) ([]book.Event, error) {
	s.requests = append(s.requests, engine.Request{Actor: actor, Key: key, Command: c})
	s.at++
	h := book.Header{Sequence: s.book.Sequence() + 1, At: s.at, Actor: actor}
	rejection := book.Prepare(c)
	var events []book.Event
	if rejection == nil {
		events, rejection = s.book.Decide(&h, c)
	}
	if rejection != nil {
		return nil, rejection
	}
	kept := append([]book.Event(nil), events...)
	s.book.Begin(&h)
	for _, e := range kept {
		s.book.Apply(e)
	}
	s.book.Drain(func(book.Row) {})
	return kept, nil
}

func (s *script) accounts(w *World) {
	for _, code := range []ledger.Code{ledger.Source, ledger.General} {
		events, err := s.submit(w.Maker, "", &book.OpenAccounts{Entity: w.Operator, Currency: w.Currency, Code: code, Count: 5})
		if err != nil {
			panic(err)
		}
		first := find[*book.AccountsOpened](events).First
		for i := range uint64(5) {
			s.account = append(s.account, id.Make[id.Account](1, first.Number()+i))
		}
	}
}

// aside gives what happens beside the lives: commands that are refused, repeats, transfers and holds.
func (s *script) aside(w *World, step Step, key string) {
	switch s.random.IntN(12) {
	case 0: // the same again under its key: a repeat where it was accepted
		s.requests = append(s.requests, engine.Request{Actor: step.Actor, Key: key, Command: step.Command})
	case 1: // by somebody who may not
		_, _ = s.submit(w.FunderActor, "", &book.Disburse{Financing: id.Make[id.Financing](1, 1)})
	case 2:
		_, _ = s.submit(w.Maker, "", &book.PostTransfers{Transfers: []ledger.Transfer{
			{Debit: s.account[s.random.IntN(5)], Credit: s.account[5+s.random.IntN(5)], Amount: 100},
			{Debit: s.account[5+s.random.IntN(5)], Credit: s.account[5+s.random.IntN(5)], Amount: 150},
		}})
	case 3:
		_, _ = s.submit(w.Maker, "", &book.PlaceHold{Transfer: ledger.Transfer{
			Debit: s.account[5+s.random.IntN(5)], Credit: s.account[s.random.IntN(5)], Amount: 10,
		}})
	case 4:
		_, _ = s.submit(w.Maker, "", &book.EndHold{Hold: id.Make[id.Hold](1, 1+s.random.Uint64N(40)), State: ledger.Posted})
	case 5:
		_, _ = s.submit(w.Buyer, "", &book.Confirm{Receivable: id.Make[id.Receivable](1, 1+s.random.Uint64N(20)), Undertaking: 1, Amount: 1})
	}
}
