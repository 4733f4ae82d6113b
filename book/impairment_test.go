package book_test

import (
	"testing"

	"pgregory.net/rapid"

	"millrace/book"
	"millrace/domain/billing"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/impairment"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/lab/load"
)

func init() { refusals = append(refusals, impairmentRefusals...) }

// expectations are estimates in two scenarios for ten grades: the probability of default of grade g within 3, 12 and 24 months is
// g, 3g and 5g tenths of a per cent in the first, twice that in the second.
func expectations() impairment.Estimates {
	e := impairment.Estimates{
		Policy: impairment.Policy{SignificantDays: 30, DefaultDays: 90, Notches: 2, WatchGrade: 8, DefaultGrade: 10, CureMonthsThree: 3, CureMonthsTwo: 3},
		Months: []uint16{3, 12, 24}, Weights: []money.Rate{600_000, 400_000}, Conversion: 500_000, OverdueDays: 30, RecoveryDays: 365, Ungraded: 6,
		Losses: []impairment.Severity{{Technique: "payables_finance", Rates: []money.Rate{400_000, 500_000}}, {Rates: []money.Rate{450_000, 600_000}}},
	}
	for grade := money.Rate(1); grade <= 10; grade++ {
		for s := money.Rate(0); s < 2; s++ {
			of := 1_000 * grade * (s + 1)
			e.Defaults = append(e.Defaults, impairment.Likelihood{Grade: uint8(grade), Scenario: uint8(s), Cumulative: []money.Rate{of, 3 * of, 5 * of}})
		}
	}
	e.Matrix = impairment.Matrix{Weights: e.Weights, Buckets: []impairment.Bucket{
		{FromDays: 0, Rates: []money.Rate{5_000, 10_000}}, {FromDays: 1, Rates: []money.Rate{20_000, 30_000}}, {FromDays: 61, Rates: []money.Rate{100_000, 200_000}},
	}}
	return e
}

// expecting approves estimates of an entity from the opening on.
func (s *scene) expecting(entity id.Party) {
	s.t.Helper()
	s.give(s.Maker, &book.ProposeEstimates{Entity: entity, From: load.Opening, Estimates: expectations()})
	s.give(s.Checker, &book.DecideEstimates{Estimates: latest[id.Estimates](s, "loss_estimates"), Decision: book.Approve})
}

// assess gives the assessment of an entity on the business date.
func (s *scene) assess(entity id.Party) book.Assessment {
	s.t.Helper()
	s.give(s.Maker, &book.AssessLosses{Entity: entity})
	return book.Record(s.book, "assessment", book.Counts(s.book)["assessment"]).(book.Assessment)
}

func (s *scene) lossOf(f id.Financing) book.ExpectedLoss {
	return book.Record(s.book, "expected_loss", s.financed(f).Loss).(book.ExpectedLoss)
}

// economics bills a month, and assesses the funder and the first seller of a book.
func economics(n *node, w *load.World) {
	n.t.Helper()
	s := &scene{node: n, World: w}
	s.costs(tariff(billing.DocumentRead, billing.SellerPays, billing.PerPiece, w.Currency, 50))
	s.costs(tariff(billing.Financing, billing.FunderPays, billing.PerAmount, w.Currency, 250))
	free := tariff(billing.Financing, billing.FunderPays, billing.PerPiece, w.Currency, 0)
	free.Party = w.Funder
	s.costs(free)
	s.give(s.Maker, &book.ProposeTariff{Terms: tariff(billing.DocumentRead, billing.BuyerPays, billing.PerPiece, w.Currency, 10)})
	s.give(s.Checker, &book.DecideTariff{Tariff: latest[id.Tariff](s, "tariff"), Decision: book.Decline})
	s.bills()
	for _, entity := range []id.Party{w.Funder, w.Sellers[0]} {
		s.expecting(entity)
		s.assess(entity)
	}
}

var impairmentRefusals = []refusal{
	{"party_role", "The party is neither funder nor seller: it has no claims here.", "Name the party whose claims are assessed.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.AssessLosses{Entity: s.Anchor}
	}},
	{"estimates_invalid", "The estimates contradict themselves, or are later than the backstops of the standard.", "Correct what the sentence names.", func(s *scene) (id.Actor, book.Command) {
		c := &book.ProposeEstimates{Entity: s.Funder, From: load.Opening, Estimates: expectations()}
		c.Estimates.Policy.DefaultDays = 91
		return s.Maker, c
	}},
	{"estimates_unknown", "There are no such estimates.", "Look up their identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.DecideEstimates{Estimates: id.Make[id.Estimates](1, 9), Decision: book.Approve}
	}},
	{"estimates_state", "The estimates have been decided on.", "Propose new ones.", func(s *scene) (id.Actor, book.Command) {
		s.expecting(s.Funder)
		return s.Checker, &book.DecideEstimates{Estimates: latest[id.Estimates](s, "loss_estimates"), Decision: book.Approve}
	}},
	{"estimates_missing", "No approved estimates of the entity are in force.", "Propose estimates and have a second person approve them.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.AssessLosses{Entity: s.Funder}
	}},
	{"assessment_running", "Another assessment is not finished.", "Wait a moment: the node works through it by itself.", func(s *scene) (id.Actor, book.Command) {
		s.expecting(s.Funder)
		s.alone(s.Maker, &book.AssessLosses{Entity: s.Funder})
		return s.Maker, &book.AssessLosses{Entity: s.Funder}
	}},
	{"assessment_repeats", "The entity was assessed as on this business date.", "Assess it on a later date.", func(s *scene) (id.Actor, book.Command) {
		s.expecting(s.Funder)
		s.assess(s.Funder)
		return s.Maker, &book.AssessLosses{Entity: s.Funder}
	}},
	{"assessment_finished", "No assessment runs.", "Nothing: only the node gives this.", func(*scene) (id.Actor, book.Command) {
		return 0, &book.AdvanceAssessment{}
	}},
}

// alone gives a command and leaves what would come by itself undone.
func (s *scene) alone(actor id.Actor, c book.Command) {
	s.t.Helper()
	s.node.at += 1000
	h := book.Header{Sequence: s.book.Sequence() + 1, At: s.node.at, Actor: actor}
	events, rejection := book.PrepareAndDecide(s.book, &h, c)
	if rejection != nil {
		s.t.Fatal(rejection)
	}
	s.book.Begin(&h)
	for _, e := range events {
		s.book.Apply(e)
	}
}

// While an assessment runs the day stays open; and what fell due before it is refused likewise.
func TestADayIsNotOpenedWhileLossesAreAssessed(t *testing.T) {
	s := newScene(t)
	s.expecting(s.Funder)
	s.alone(s.Maker, &book.AssessLosses{Entity: s.Funder})
	s.wantRefused(s.Maker, &book.OpenDay{Date: s.Today.AddDays(1)}, "day_unfinished")
	s.refused("party_unknown", s.Maker, &book.AssessLosses{Entity: id.Make[id.Party](1, 999)})
	s.refused("other_party", s.SellerActors[0], &book.AssessLosses{Entity: s.Funder})
}

// A bought receivable of 36,000.00 due in 30 days: 144.00 of discount, so 35,856.00 is carried on the day. Grade 2 of the anchor has
// a chance of default of 0.2 % in 3 months (91 days), of 0.0659 % in 30 days, and 0.1319 % in the second scenario; it loses 40 % or
// 50 % of the 36,000.00 that are owed then: 36,000.00 x (0.000659 x 0.4 x 0.6 + 0.001319 x 0.5 x 0.4) is 15.19, and 30 days earlier,
// since 35,856.00 / 36,000.00 is 0.996, it is 15.13.
func TestTheLossOfAFreshFinancingByHand(t *testing.T) {
	s := newScene(t)
	s.expecting(s.Funder)
	s.live(9, dueIn30, amounting(36_000_00))
	f := s.financing()
	a := s.assess(s.Funder)
	loss := s.lossOf(f)
	if loss.Staging.Stage != impairment.Performing || loss.Grade != 2 || loss.GradeStart != 2 || loss.Carrying != 35_856_00 || loss.Allowance != 15_13 {
		t.Fatalf("%+v", loss)
	}
	s.stands(map[ledger.Key]money.Minor{
		{Entity: s.Funder, Programme: s.Payables, Code: ledger.AllowanceStageOne}: loss.Allowance,
		{Entity: s.Funder, Programme: s.Payables, Code: ledger.ImpairmentLoss}:    loss.Allowance,
	})
	if len(a.Stages) != 1 || a.Stages[0].Closing() != loss.Allowance || a.State != book.AssessmentFinished {
		t.Errorf("%+v", a)
	}
}

// Past due for more than 30 days: stage 2, and the allowance moves there; after 90 days stage 3; paid in full: nothing is held.
func TestAnAllowanceGoesThroughTheStages(t *testing.T) {
	s := newScene(t)
	s.expecting(s.Funder)
	l := s.live(9, dueIn30, amounting(36_000_00))
	f, r := s.financing(), s.receivable()
	key := func(code ledger.Code) ledger.Key {
		return ledger.Key{Entity: s.Funder, Programme: s.Payables, Code: code, Currency: s.Currency}
	}
	held := money.Minor(0)
	for _, step := range []struct {
		days  int
		stage impairment.Stage
		cause impairment.Cause
		code  ledger.Code
	}{{10, impairment.Performing, impairment.NoCause, ledger.AllowanceStageOne}, {50, impairment.Performing, impairment.NoCause, ledger.AllowanceStageOne},
		{1, impairment.Underperforming, impairment.PastDue, ledger.AllowanceStageTwo}, {59, impairment.Impaired, impairment.PastDue, ledger.AllowanceStageThree}} {
		s.wait(step.days)
		a, loss := s.assess(s.Funder), s.lossOf(f)
		if loss.Staging.Stage != step.stage || loss.Staging.Cause != step.cause {
			t.Fatalf("after %d days %+v", step.days, loss)
		}
		s.stands(map[ledger.Key]money.Minor{key(step.code): loss.Allowance, key(ledger.ImpairmentLoss): loss.Allowance})
		opening, closing := money.Minor(0), money.Minor(0)
		for i := range a.Stages {
			opening, closing = opening+a.Stages[i].Opening, closing+a.Stages[i].Closing()
		}
		if opening != held || closing != loss.Allowance {
			t.Errorf("from %d to %d, %d was held and %d is", opening, closing, held, loss.Allowance)
		}
		held = loss.Allowance
	}
	if held < 10_000_00 {
		t.Errorf("an impaired financing is expected to lose %d", held)
	}
	owed, debt := s.financed(f), s.debt(r)
	s.allocate(s.collect(owed.Programme, l.Amount, s.book.Date()), r, debt.Outstanding(), book.ByBuyer)
	s.wait(1)
	if left := s.financed(f); left.Exposure() == 0 {
		s.give(s.Maker, &book.CloseFinancing{Financing: f})
		s.assess(s.Funder)
		s.stands(map[ledger.Key]money.Minor{key(ledger.AllowanceStageThree): 0, key(ledger.ImpairmentLoss): 0})
	}
}

// What is accepted and not paid out counts with the share that is expected to be drawn, on a line of its own.
func TestCommitmentsAreProvidedFor(t *testing.T) {
	s := newScene(t)
	s.expecting(s.Funder)
	s.live(7)
	s.assess(s.Funder)
	f := s.financed(s.financing())
	loss := s.lossOf(f.ID)
	if loss.Committed != f.Principal || loss.Carrying != 0 || loss.Allowance == 0 {
		t.Fatalf("%+v", loss)
	}
	s.stands(map[ledger.Key]money.Minor{{Entity: s.Funder, Programme: f.Programme, Code: ledger.CommitmentProvision}: loss.Allowance})
}

// A seller's claims go by the matrix: 10,000.00 not due at 0.5 % x 60 % + 1 % x 40 % is 70.00; ten days late at 2.4 % it is 240.00; what
// is sold to a funder for good is out of it.
func TestTradeReceivablesGoByTheMatrix(t *testing.T) {
	s := newScene(t)
	s.expecting(s.Sellers[0])
	s.live(4, dueIn30, amounting(10_000_00))
	s.assess(s.Sellers[0])
	allowance := ledger.Key{Entity: s.Sellers[0], Code: ledger.AllowanceTrade}
	s.stands(map[ledger.Key]money.Minor{allowance: 70_00})
	s.wait(40)
	s.assess(s.Sellers[0])
	s.stands(map[ledger.Key]money.Minor{allowance: 240_00, {Entity: s.Sellers[0], Code: ledger.TradeImpairmentLoss}: 240_00})
}

// Whatever happens between assessments: what was held, what moved and what was charged is what is held; and the books say the same.
func TestAllowancesRollForward(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := newScene(t)
		for _, entity := range []id.Party{s.Funder, s.Sellers[0]} {
			s.expecting(entity)
		}
		held := map[id.Party]money.Minor{}
		for range rapid.IntRange(3, 8).Draw(r, "steps") {
			for range rapid.IntRange(0, 2).Draw(r, "lives") {
				l := s.NewLife(s.lives * 2)
				s.lives++
				l.Discount = rapid.Bool().Draw(r, "discount")
				l.Due = s.book.Date().AddDays(rapid.IntRange(5, 120).Draw(r, "tenor"))
				for i := range rapid.IntRange(4, 12).Draw(r, "far") {
					step := l.Step(i)
					events, err := s.submit(step.Actor, "", step.Command)
					if err != nil {
						break // a person looks at it, or a limit is used up
					}
					l.Answered(events)
				}
			}
			s.wait(rapid.IntRange(1, 60).Draw(r, "days"))
			for _, entity := range []id.Party{s.Funder, s.Sellers[0]} {
				a := s.assess(entity)
				opening, moved, closing := money.Minor(0), money.Minor(0), money.Minor(0)
				for i := range a.Stages {
					opening, moved, closing = opening+a.Stages[i].Opening, moved+a.Stages[i].Moved, closing+a.Stages[i].Closing()
				}
				if opening != held[entity] || moved != 0 {
					r.Fatalf("%s opens with %d and moves %d, %d was held", entity, opening, moved, held[entity])
				}
				held[entity] = closing
			}
			if breaches := book.Check(s.book); len(breaches) > 0 {
				r.Fatal(breaches)
			}
		}
		sum := money.Minor(0)
		for number := uint64(1); number <= book.Counts(s.book)["financing"]; number++ {
			if f := book.Record(s.book, "financing", number).(funding.Financing); f.Loss != 0 {
				sum += book.Record(s.book, "expected_loss", f.Loss).(book.ExpectedLoss).Allowance
			}
		}
		if sum != held[s.Funder] {
			r.Fatalf("%d is held, the financings say %d", held[s.Funder], sum)
		}
	})
}
