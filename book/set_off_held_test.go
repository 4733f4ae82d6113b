package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/certificate"
	"millrace/domain/clearing"
	"millrace/domain/dispute"
	"millrace/domain/id"
	"millrace/domain/payment"
	"millrace/domain/receivable"
	"millrace/domain/trade"
)

// attempt is something that somebody would do with a debt that is held.
type attempt struct {
	name   string
	before func(s *scene) // makes the debt, the newest one, and what has to come first
	act    func(s *scene, r id.Receivable) (id.Actor, book.Command)
}

// owing is a debt of 1,000.00 of the anchor to the first seller, from documents.
func owing(s *scene) { s.live(4, amounting(1_000_00)) }

// softly is one that the buyer has confirmed softly.
func softly(s *scene) {
	owing(s)
	s.give(s.Buyer, &book.Confirm{Receivable: s.receivable(), Undertaking: receivable.Soft, Amount: 500_00})
}

var heldAttempts = []attempt{
	{"allocate", owing, func(s *scene, r id.Receivable) (id.Actor, book.Command) {
		return s.Maker, &book.Allocate{Receipt: s.collect(s.Payables, 1_000_00, s.book.Date()), Receivable: r, Amount: 1_000_00, Payer: book.ByBuyer}
	}},
	{"match a receipt", owing, func(s *scene, r id.Receivable) (id.Actor, book.Command) {
		return s.Maker, &book.ReconcileReceipt{Receipt: s.collect(s.Payables, 1_000_00, s.book.Date()), Parts: []payment.MatchPart{{Receivable: r, Amount: 1_000_00}}}
	}},
	{"quote", softly, func(s *scene, r id.Receivable) (id.Actor, book.Command) {
		c := s.quote()
		c.Programme = s.Discounting
		return s.SellerActors[0], c
	}},
	{"accept a quote", func(s *scene) {
		l := s.NewLife(0)
		l.Amount, l.Discount = 10_000_00, true
		s.node.live(&l, 0, 4)
		s.give(s.Buyer, &book.Confirm{Receivable: s.receivable(), Undertaking: receivable.Soft, Amount: l.Amount})
		s.node.live(&l, 5, 6)
	}, func(s *scene, r id.Receivable) (id.Actor, book.Command) {
		return s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()}
	}},
	{"pool", func(s *scene) { s.lends(s.Payables); owing(s) }, func(s *scene, r id.Receivable) (id.Actor, book.Command) {
		return s.SellerActors[0], &book.PoolReceivables{Programme: s.Payables, Receivables: []id.Receivable{r}}
	}},
	{"confirm softly", owing, func(s *scene, r id.Receivable) (id.Actor, book.Command) {
		return s.Buyer, &book.Confirm{Receivable: r, Undertaking: receivable.Soft, Amount: 1_000_00}
	}},
	{"confirm irrevocably", owing, func(s *scene, r id.Receivable) (id.Actor, book.Command) {
		return s.Buyer, s.confirming(receivable.Irrevocable, 1_000_00, 0)
	}},
	{"start to confirm", func(s *scene) { s.live(4, amounting(60_000_00)) }, func(s *scene, r id.Receivable) (id.Actor, book.Command) {
		return s.Buyer, &book.StartConfirmation{Confirm: *s.confirming(receivable.Irrevocable, 60_000_00, 1), Days: 5}
	}},
	{"complete what was started", func(s *scene) {
		s.live(4, amounting(60_000_00))
		s.give(s.Buyer, &book.StartConfirmation{Confirm: *s.confirming(receivable.Irrevocable, 60_000_00, 1), Days: 5})
	}, func(s *scene, r id.Receivable) (id.Actor, book.Command) {
		return s.Buyer, &book.CompleteConfirmation{Confirmation: s.confirmation(), Confirm: *s.confirming(receivable.Irrevocable, 60_000_00, 0)}
	}},
	{"withdraw a confirmation", softly, func(s *scene, r id.Receivable) (id.Actor, book.Command) {
		return s.Buyer, &book.WithdrawConfirmation{Receivable: r, Reason: load32("reason")}
	}},
	{"register it", owing, func(s *scene, r id.Receivable) (id.Actor, book.Command) {
		c := s.filing()
		c.Receivable = r
		return s.Maker, c
	}},
	{"write a notice", owing, func(s *scene, r id.Receivable) (id.Actor, book.Command) {
		c := s.notice()
		c.Receivable = r
		return s.Maker, c
	}},
	{"take a financing over", func(s *scene) { s.owe(s.Anchor, s.Sellers[0], 1_000_00) }, func(s *scene, r id.Receivable) (id.Actor, book.Command) {
		return s.Maker, &book.ImportFinancing{
			Receivable: r, Programme: s.Payables, Funder: s.Funder, Payee: s.Accounts[0], Amount: 1_000_00, Principal: 1_000_00,
			Discount: 10_00, Fee: 50, Rate: 48_000, Value: s.Today.AddDays(-20), Due: s.Today.AddDays(30),
		}
	}},
}

// hold has a run hold the newest debt, which its debtor and creditor agree to.
func (s *scene) hold() (id.SetOffRun, id.Receivable) {
	s.t.Helper()
	r := s.debt(s.receivable())
	for _, p := range []id.Party{r.Buyer, r.Seller} {
		s.promise(p)
	}
	run := s.announced()
	if line := s.debt(r.ID).SetOff; line == 0 {
		s.t.Fatalf("%s is not held: %+v", r.ID, s.runOf(run))
	}
	return run, r.ID
}

// What can wait is refused as long as a run holds the debt, and not any more once the run is over.
func TestWhatIsHeldIsLeftAlone(t *testing.T) {
	for _, test := range heldAttempts {
		t.Run(test.name, func(t *testing.T) {
			s := newScene(t)
			test.before(s)
			run, r := s.hold()
			actor, c := test.act(s, r)
			s.refused("receivable_in_set_off", actor, c)
			s.stands(nil)
			s.give(s.Maker, &book.EndSetOffRun{Run: run, Reason: load32("reason")})
			s.give(actor, c)
			s.stands(nil)
		})
	}
}

// Programmes of other kinds have scenes of their own.
func TestWhatIsHeldIsLeftAloneElsewhere(t *testing.T) {
	refuse := func(s *scene, actor id.Actor, c book.Command) {
		t.Helper()
		s.refused("receivable_in_set_off", actor, c)
		s.stands(nil)
	}
	t.Run("auction", func(t *testing.T) {
		f := newScene(t).fairground()
		c := f.putUp(0)
		owing(f.scene)
		_, r := f.hold()
		c.Receivables = []id.Receivable{r}
		refuse(f.scene, f.scene.SellerActors[0], c)
	})
	t.Run("early payment", func(t *testing.T) {
		s := newScene(t).payer()
		o := s.offer()
		owing(s.scene)
		_, r := s.hold()
		refuse(s.scene, s.SellerActors[0], s.accept(o, r))
	})
	t.Run("bound money", func(t *testing.T) {
		k := newScene(t).till().fill()
		k.give(k.FunderActor, k.binding())
		owing(k.scene)
		k.hold()
		refuse(k.scene, k.Buyer, k.using(100_00))
	})
	t.Run("standing instruction", func(t *testing.T) {
		s := newScene(t)
		softly(s)
		s.hold()
		refused := s.followed(func() {
			s.give(s.SellerActors[0], s.instructing(func(*book.InstructionTerms) {}))
		})
		if len(refused) != 1 || refused[0].Code != "receivable_in_set_off" {
			t.Errorf("%v", refused)
		}
	})
	t.Run("holding in payment", func(t *testing.T) {
		s := newScene(t)
		ring, issued, debt := s.issued()
		s.promise(s.Sellers[0])
		s.promise(s.Sellers[1])
		s.announced()
		if s.debt(debt).SetOff == 0 {
			t.Fatal("it is not held")
		}
		actor, c := ring.moves(book.Move{
			Step: certificate.Transfer, Holding: issued.Holding.ID, Amount: 1_000_00, To: s.Sellers[1], Debt: debt, Discharge: certificate.AtOnce, Expires: ring.expires(),
		})
		refuse(s, actor, c)
	})
}

var heldFacts = []attempt{
	{"credit note", owing, func(s *scene, r id.Receivable) (id.Actor, book.Command) {
		return s.Maker, s.creditNote("one", 0, 400_00)
	}},
	{"dispute", owing, func(s *scene, r id.Receivable) (id.Actor, book.Command) {
		return s.Buyer, &book.OpenDispute{Receivable: r, Amount: 1, Reason: dispute.Quality, Text: load32("text")}
	}},
	{"paid to the seller, as the buyer says", owing, func(s *scene, r id.Receivable) (id.Actor, book.Command) {
		return s.Buyer, &book.RecordMisdirectedPayment{Receivable: r, Amount: 1_00, Paid: s.book.Date(), Proof: load32("proof")}
	}},
	{"paid to the seller, as it says itself", owing, func(s *scene, r id.Receivable) (id.Actor, book.Command) {
		return s.SellerActors[0], s.strayed(1_00)
	}},
	{"void by the tax bureau", owing, func(s *scene, r id.Receivable) (id.Actor, book.Command) {
		l := s.NewLife(0)
		l.Amount = 1_000_00
		return s.Maker, s.answered(s.debt(r).Document, l.Step(3).Command.(*book.RecordDocument), trade.VerifiedVoid)
	}},
	{"registered before, told now", func(s *scene) {
		owing(s)
		c := s.filing()
		c.Receivable, c.Number, c.Filed = s.receivable(), "1", s.Today
		s.give(s.Maker, c)
	}, func(s *scene, r id.Receivable) (id.Actor, book.Command) {
		return s.Checker, &book.ConfirmRegistration{Registration: latest[id.Registration](s, "registration"), Decision: book.Approve}
	}},
	{"found in a registry", owing, func(s *scene, r id.Receivable) (id.Actor, book.Command) {
		f := s.finding("1")
		f.Receivable = r
		return s.Maker, s.search(f)
	}},
	{"served a notice", func(s *scene) {
		owing(s)
		c := s.notice()
		c.Receivable = s.receivable()
		s.give(s.Maker, c)
	}, func(s *scene, r id.Receivable) (id.Actor, book.Command) {
		return s.Maker, s.serving(latest[id.Notice](s, "notice"))
	}},
}

// What has happened to a debt can't wait: it is put on record, the debt leaves the run, and the run is solved again.
func TestAFactTakesItsDebtOutOfTheRun(t *testing.T) {
	for _, test := range heldFacts {
		t.Run(test.name, func(t *testing.T) {
			s := newScene(t)
			s.owe(s.Sellers[0], s.Anchor, 1_000_00)
			test.before(s)
			run, r := s.hold()
			s.proposed(run)
			actor, c := test.act(s, r)
			s.give(actor, c)
			if got := s.runOf(run); got.State != clearing.Frozen || got.Debt != 1_000_00 || s.debt(r).SetOff != 0 {
				t.Errorf("%+v, %+v", got, s.debt(r))
			}
			s.stands(nil)
			if again := s.loaded(s.rows()); again.Digest() != s.book.Digest() {
				t.Error("loaded from rows it is another book")
			}
		})
	}
}

// A right in all claims of a party leaves it out: what it owes can't be set off without them.
func TestARightInAllClaimsLeavesTheirCreditorOut(t *testing.T) {
	for _, test := range []attempt{
		{"registered", func(s *scene) {
			c := s.filing()
			c.Number, c.Filed = "1", s.Today
			s.give(s.Maker, c)
		}, func(s *scene, r id.Receivable) (id.Actor, book.Command) {
			return s.Checker, &book.ConfirmRegistration{Registration: latest[id.Registration](s, "registration"), Decision: book.Approve}
		}},
		{"found", func(*scene) {}, func(s *scene, r id.Receivable) (id.Actor, book.Command) { return s.Maker, s.search(s.finding("1")) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScene(t)
			test.before(s)
			owing(s)
			run, r := s.hold()
			actor, c := test.act(s, r)
			s.give(actor, c)
			s.standsInRun(run, s.Sellers[0], clearing.Out, clearing.Ceded)
		})
	}
}

// byItself decides and folds a command, and lets nothing follow it.
func (s *scene) byItself(actor id.Actor, c book.Command) *book.Rejection {
	s.node.at += 1000
	h := book.Header{Sequence: s.book.Sequence() + 1, At: s.node.at, Actor: actor}
	events, rejection := book.PrepareAndDecide(s.book, &h, c)
	if rejection != nil {
		return rejection
	}
	s.book.Begin(&h)
	for _, e := range events {
		s.book.Apply(e)
	}
	return nil
}

// While an executed run is written through, what would make a debt less is refused: that much of it is set off. All else is put on record.
func TestWhatComesWhileARunIsWrittenThrough(t *testing.T) {
	refuses := map[string]bool{"credit note": true, "dispute": true, "paid to the seller, as the buyer says": true, "paid to the seller, as it says itself": true}
	for _, test := range heldFacts {
		t.Run(test.name, func(t *testing.T) {
			s := newScene(t)
			s.owe(s.Sellers[0], s.Anchor, 1_000_00)
			test.before(s)
			run, r := s.hold()
			s.proposed(run)
			if rejection := s.byItself(s.Checker, &book.ExecuteSetOffRun{Run: run, Attempt: s.runOf(run).Attempt}); rejection != nil {
				t.Fatal(rejection)
			}
			actor, c := test.act(s, r)
			rejection := s.byItself(actor, c)
			if (rejection != nil) != refuses[test.name] || rejection != nil && rejection.Code != "receivable_in_set_off" {
				t.Errorf("it is answered %v", rejection)
			}
			s.promise(s.Sellers[1]) // what waits follows
			if got := s.debt(r); got.Outstanding() != 0 || s.runOf(run).State != clearing.Written {
				t.Errorf("%+v", got)
			}
			s.stands(nil)
		})
	}
	t.Run("allocation, executed and lapsing", func(t *testing.T) {
		for _, state := range []clearing.RunState{clearing.Executed, clearing.Lapsing} {
			s := newScene(t)
			s.owe(s.Sellers[0], s.Anchor, 1_000_00)
			owing(s)
			receipt := s.collect(s.Payables, 1_000_00, s.Today)
			run, r := s.hold()
			s.proposed(run)
			end := book.Command(&book.ExecuteSetOffRun{Run: run, Attempt: s.runOf(run).Attempt})
			if state == clearing.Lapsing {
				end = &book.EndSetOffRun{Run: run, Reason: load32("reason")}
			}
			if rejection := s.byItself(s.Checker, end); rejection != nil || s.runOf(run).State != state {
				t.Fatal(rejection)
			}
			if rejection := s.byItself(s.Maker, &book.Allocate{Receipt: receipt, Receivable: r, Amount: 1_00, Payer: book.ByBuyer}); rejection == nil || rejection.Code != "receivable_in_set_off" {
				t.Errorf("%s: it is answered %v", state, rejection)
			}
		}
	})
}
