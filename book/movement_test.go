package book_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/movement"
	"millrace/domain/party"
	"millrace/domain/trade"
	"millrace/lab/load"
)

// moved is an event about the goods of a life, as the sides report it.
func moved(w *load.World, l *load.Life, kind movement.Kind, name string, at int64) *book.RecordMovement {
	return &book.RecordMovement{
		Report: movement.Report{
			Kind: kind, Source: movement.EPCIS, Observed: at - 3600*1_000_000, Offset: 60, Location: movement.Token(load.Token("dock 4")),
			Goods: []movement.Goods{{Item: movement.Token(load.Token("item")), Quantity: 10_000_000, Unit: "KGM"}},
		},
		Seller:     []party.Token{party.Token(load.Token("party " + load.SellerName(l.Seller)))},
		Buyer:      []party.Token{party.Token(load.Token("party anchor"))},
		References: []book.DocumentNamed{{To: movement.Order, Number: l.Step(0).Command.(*book.RecordDocument).Number}},
		Identity:   movement.Token(load.Token("event " + name)), Content: movement.Token(load.Token("content of " + name)), Index: 1,
		Stored: load32(name), Details: load32("details " + name), Channel: "test",
	}
}

// reporters registers a carrier and a warehouse keeper.
func (n *node) reporters(w *load.World) (carrier, keeper id.Actor) {
	n.t.Helper()
	actor := func(name string, role party.Role) id.Actor {
		p := must[*book.PartyRegistered](n, w.Maker, &book.RegisterParty{Roles: role, Country: "NL", Tokens: []party.Token{party.Token(load.Token(name))}})
		return must[*book.ActorRegistered](n, w.Maker, &book.RegisterActor{Party: p.Party.ID, Role: role}).Actor.ID
	}
	return actor("carrier", party.Carrier), actor("keeper", party.WarehouseKeeper)
}

func counted(w *load.World, name string, at int64) *book.RecordMovement {
	l := w.NewLife(0)
	c := moved(w, &l, movement.Counted, name, at)
	c.Report.Source, c.Seller, c.Buyer, c.References = movement.StockCount, nil, nil, nil
	c.Owner = []party.Token{party.Token(load.Token("party " + load.SellerName(0)))}
	return c
}

// goodsMove is what the book of a quarter has of movements: one that proves, one that waits, a count, and one that was retracted.
func goodsMove(n *node, w *load.World) {
	carrier, keeper := n.reporters(w)
	waiting := w.NewLife(7_000)
	must[*book.MovementRecorded](n, carrier, moved(w, &waiting, movement.Departed, "waits", n.at))
	proved := w.NewLife(7_002)
	n.live(&proved, 0, 1)
	must[*book.TradeMatched](n, w.Buyer, moved(w, &proved, movement.Received, "received", n.at))
	must[*book.MovementRecorded](n, keeper, counted(w, "count", n.at))
	must[*book.MovementRecorded](n, keeper, counted(w, "mistaken", n.at))
	must[*book.MovementRetracted](n, keeper, &book.RetractMovement{Identity: movement.Token(load.Token("event mistaken")), Declared: n.at, Reason: "did_not_occur"})
}

func (n *node) tradeOf(number uint64) trade.Trade {
	return book.Record(n.book, "trade", number).(trade.Trade)
}

func TestAMovementProvesWhatItsReporterMayProve(t *testing.T) {
	for _, c := range []struct {
		who  string
		kind movement.Kind
		want trade.Fact
	}{
		{"seller", movement.Shipped, trade.Shipped}, {"seller", movement.Departed, trade.Shipped}, {"seller", movement.Received, 0},
		{"seller", movement.Arrived, 0}, {"buyer", movement.Received, trade.Received}, {"buyer", movement.Shipped, 0}, {"buyer", movement.Counted, 0},
		{"carrier", movement.Received, trade.Shipped}, {"carrier", movement.Arrived, trade.Shipped}, {"carrier", movement.Lost, 0},
		{"keeper", movement.Received, 0}, {"keeper", movement.Stored, 0}, {"operator", movement.Received, 0}, {"operator", movement.Shipped, 0},
	} {
		t.Run(fmt.Sprint(c.who, "_", c.kind), func(t *testing.T) {
			n := newNode(t)
			w := n.world(2)
			carrier, keeper := n.reporters(w)
			l := w.NewLife(0)
			n.live(&l, 0, 1)
			who := map[string]id.Actor{"seller": w.SellerActors[0], "buyer": w.Buyer, "carrier": carrier, "keeper": keeper, "operator": w.Maker}[c.who]
			m := moved(w, &l, c.kind, "one", n.at)
			if c.kind == movement.Counted {
				m.Owner = m.Buyer
			}
			e := must[*book.MovementRecorded](n, who, m)
			if e.References[0].Trade != id.Make[id.Trade](1, 1) {
				t.Errorf("it belongs to %s", e.References[0].Trade)
			}
			got := n.tradeOf(1)
			if got.Facts != trade.Ordered|c.want || got.Moved != c.want {
				t.Errorf("the trade is %v, by movements %v", got.Facts.Names(), got.Moved.Names())
			}
			if breaches := book.Check(n.book); len(breaches) > 0 {
				t.Error(breaches)
			}
		})
	}
}

// A movement that comes before the order waits for it, and then opens what the invoice claims; its quantities don't enter.
func TestAMovementWaitsForItsDocument(t *testing.T) {
	n := newNode(t)
	w := n.world(2)
	l := w.NewLife(0)
	e := must[*book.MovementRecorded](n, w.Buyer, moved(w, &l, movement.Received, "one", n.at))
	if e.References[0].Trade != 0 || e.Movement.Proves != movement.OfReceipt {
		t.Fatalf("%+v", e)
	}
	order := l.Step(0)
	attached := must[*book.MovementsAttached](n, order.Actor, order.Command)
	if len(attached.References) != 1 || n.tradeOf(1).Moved != trade.Received {
		t.Fatalf("%+v, %v", attached, n.tradeOf(1).Moved.Names())
	}
	invoice := l.Step(3)
	must[*book.ReceivableOpened](n, invoice.Actor, invoice.Command)
	if got := n.tradeOf(1); got.Differences != 0 || got.Lines[0].Received != 0 {
		t.Errorf("differences %v, received %s", got.Differences.Names(), got.Lines[0].Received)
	}
	// The document takes the place of the movement as proof.
	receipt := l.Step(2)
	must[*book.TradeMatched](n, receipt.Actor, receipt.Command)
	if got := n.tradeOf(1); got.Moved != 0 || !got.Facts.Has(trade.Received) {
		t.Errorf("facts %v, by movements %v", got.Facts.Names(), got.Moved.Names())
	}
	must[*book.MovementRetracted](n, w.Buyer, &book.RetractMovement{Identity: movement.Token(load.Token("event one")), Declared: n.at})
	if got := n.tradeOf(1); !got.Facts.Has(trade.Received) {
		t.Errorf("facts %v", got.Facts.Names())
	}
	if breaches := book.Check(n.book); len(breaches) > 0 {
		t.Error(breaches)
	}
}

// An invoice that waits for a delivery becomes a receivable when the carrier has taken the goods.
func TestAMovementOpensWhatWaitsForADelivery(t *testing.T) {
	n := newNode(t)
	w := n.world(2)
	carrier, _ := n.reporters(w)
	l := w.NewLife(0)
	for _, i := range []int{0, 3} {
		step := l.Step(i)
		must[*book.TradeMatched](n, step.Actor, step.Command)
	}
	opened := must[*book.ReceivableOpened](n, carrier, moved(w, &l, movement.Received, "one", n.at))
	if opened.Receivable.Face != l.Amount {
		t.Errorf("%+v", opened)
	}
	if breaches := book.Check(n.book); len(breaches) > 0 {
		t.Error(breaches)
	}
}

func TestAnEventIsKeptOnceForItsReporter(t *testing.T) {
	n := newNode(t)
	w := n.world(2)
	l := w.NewLife(0)
	first := must[*book.MovementRecorded](n, w.SellerActors[0], moved(w, &l, movement.Shipped, "one", n.at))
	again := must[*book.MovementRepeated](n, w.SellerActors[0], moved(w, &l, movement.Shipped, "one", n.at))
	if again.Movement != first.Movement.ID || again.Differs {
		t.Errorf("%+v", again)
	}
	other := moved(w, &l, movement.Shipped, "one", n.at)
	other.Content = movement.Token{9}
	if e := must[*book.MovementRepeated](n, w.SellerActors[0], other); !e.Differs {
		t.Errorf("%+v", e)
	}
	if e := must[*book.MovementRecorded](n, w.Buyer, moved(w, &l, movement.Received, "one", n.at)); e.Movement.ID == first.Movement.ID {
		t.Errorf("%+v", e)
	}
	if _, err := n.submit(w.Maker, "", &book.RetractMovement{Identity: movement.Token(load.Token("event one")), Declared: n.at}); err == nil {
		t.Error("the operator has retracted what others have reported")
	}
}

// What two movements prove stands until both are retracted.
func TestARetractionTakesBackWhatNothingElseProves(t *testing.T) {
	n := newNode(t)
	w := n.world(2)
	l := w.NewLife(0)
	n.live(&l, 0, 1)
	must[*book.MovementRecorded](n, w.Buyer, moved(w, &l, movement.Received, "one", n.at))
	must[*book.MovementRecorded](n, w.Buyer, moved(w, &l, movement.Received, "two", n.at))
	for i, name := range []string{"one", "two"} {
		retract := &book.RetractMovement{Identity: movement.Token(load.Token("event " + name)), Declared: n.at, Reason: "incorrect_data"}
		must[*book.MovementRetracted](n, w.Buyer, retract)
		must[*book.MovementRepeated](n, w.Buyer, retract)
		if got := n.tradeOf(1).Facts.Has(trade.Received); got != (i == 0) {
			t.Errorf("after %s: received is %v", name, got)
		}
		if breaches := book.Check(n.book); len(breaches) > 0 {
			t.Error(breaches)
		}
	}
}

// One side that an event does not name is that of its reporter; an event that names no other is about the reporter's goods.
func TestAReporterIsTheSideThatIsNotNamed(t *testing.T) {
	n := newNode(t)
	w := n.world(2)
	_, keeper := n.reporters(w)
	l := w.NewLife(0)
	n.live(&l, 0, 1)
	c := moved(w, &l, movement.Received, "one", n.at)
	c.Buyer = nil
	if e := must[*book.MovementRecorded](n, w.Buyer, c); e.Movement.Buyer != w.Anchor || e.References[0].Trade == 0 {
		t.Errorf("%+v", e)
	}
	c = moved(w, &l, movement.Stored, "two", n.at)
	c.Seller, c.Buyer = nil, nil
	if e := must[*book.MovementRecorded](n, w.Buyer, c); e.Movement.Owner != w.Anchor || e.Movement.Unplaced != 1 || len(e.References) != 0 {
		t.Errorf("%+v", e)
	}
	c = moved(w, &l, movement.Stored, "three", n.at)
	c.Seller = c.Buyer
	if e := must[*book.MovementRecorded](n, keeper, c); e.Movement.Owner != w.Anchor || e.Movement.Seller != 0 {
		t.Errorf("%+v", e)
	}
	c = moved(w, &l, movement.Stored, "nobody", n.at)
	c.Seller, c.Buyer = nil, nil
	if e := must[*book.MovementRecorded](n, keeper, c); e.Movement.Owner != 0 || e.Movement.Reporter != movement.ByWarehouseKeeper {
		t.Errorf("%+v", e)
	}
	c = moved(w, &l, movement.Stored, "four", n.at)
	c.Seller, c.Owner = []party.Token{{1}, {2}}, []party.Token{{2}}
	if e := must[*book.MovementRecorded](n, keeper, c); e.Movement.Owner != e.Movement.Seller || e.Movement.Seller == 0 {
		t.Errorf("%+v", e)
	}
}

func (s *street) movement() *book.RecordMovement {
	l := s.world.NewLife(uint64(s.seller()))
	c := moved(s.world, &l, movement.Kind(s.pick(11, "kind")), fmt.Sprint(s.pick(40, "name")), s.at)
	c.References = nil
	for range s.pick(3, "references") {
		number := fmt.Sprintf("number order %d", s.pick(4, "order"))
		if s.pick(3, "paper") == 0 {
			number = fmt.Sprintf("number %s %d", trade.Type(s.pick(7, "type")+1), s.pick(6, "number"))
		}
		c.References = append(c.References, book.DocumentNamed{To: movement.Order, Number: trade.Token(load.Token(number))})
	}
	switch s.pick(6, "named") {
	case 0:
		c.Buyer = nil
	case 1:
		c.Seller = nil
	case 2:
		c.Seller, c.Buyer, c.Owner = nil, nil, c.Seller
	}
	return c
}

// Documents and movements in any order, recovered now and then: the auditor finds nothing, and the book that came from its
// rows decides as the one that never stopped.
func TestMovementsHoldWhateverComes(t *testing.T) {
	recorded := 0
	rapid.Check(t, func(t *rapid.T) {
		s := newStreet(t)
		w := s.world
		var who []id.Actor
		for _, role := range []party.Role{party.Carrier, party.WarehouseKeeper} {
			e, err := s.submit(w.Maker, "", &book.RegisterParty{Roles: role, Country: "NL", Tokens: []party.Token{party.Token(load.Token(fmt.Sprint(role)))}})
			if err != nil {
				t.Fatal(err)
			}
			a, err := s.submit(w.Maker, "", &book.RegisterActor{Party: e[0].(*book.PartyRegistered).Party.ID, Role: role})
			if err != nil {
				t.Fatal(err)
			}
			who = append(who, a[0].(*book.ActorRegistered).Actor.ID)
		}
		who = append(who, w.SellerActors[0], w.SellerActors[1], w.Buyer, w.Buyer, w.Maker)
		for range 60 {
			actor := who[s.pick(len(who), "who")]
			switch s.pick(8, "act") {
			case 0, 1, 2:
				_, _ = s.submit(w.Maker, "", s.document())
			case 3:
				_, _ = s.submit(actor, "", &book.RetractMovement{Identity: movement.Token(load.Token(fmt.Sprint("event ", s.pick(40, "name")))), Declared: s.at})
			case 4:
				s.recover()
			default:
				_, _ = s.submit(actor, "", s.movement())
			}
		}
		s.recover()
		recorded += s.outcomes["*book.RecordMovement"]
	})
	if recorded == 0 {
		t.Error("no movement was ever kept")
	}
}
