package view_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/view"
	"millrace/lab/load"
)

// lines are what the report says of each entity's line in the chart, debits less credits.
type lines map[string]int64

func (s *site) balance(c access.Caller, entity id.Party, until calendar.Date) (view.TrialBalance, lines) {
	s.t.Helper()
	v, err := s.reader.Now(context.Background()) // closed at once: few views are open at a time
	if err != nil {
		s.t.Fatal(err)
	}
	defer v.Close()
	b, err := v.TrialBalance(c, entity, until)
	if err != nil {
		s.t.Fatal(err)
	}
	sums, entities := lines{}, lines{}
	for _, line := range b.Lines {
		if line.Debit.Minor*line.Credit.Minor != 0 || line.Debit.Minor < 0 || line.Credit.Minor < 0 {
			s.t.Errorf("a line has one side: %+v", line)
		}
		sums[line.Entity.ID+" "+line.Code] = line.Debit.Minor - line.Credit.Minor
		entities[line.Entity.ID+" "+line.Debit.Currency] += line.Debit.Minor - line.Credit.Minor
	}
	for entity, sum := range entities {
		if sum != 0 {
			s.t.Errorf("%s: debits and credits differ by %d", entity, sum)
		}
	}
	return b, sums
}

func (s *site) live(n uint64) {
	s.t.Helper()
	submit := load.SubmitTo(context.Background(), s.engine)
	l := s.world.NewLife(n)
	for i := range load.Steps {
		step := l.Step(i)
		events, err := submit(step.Actor, "", step.Command)
		if err != nil {
			s.t.Fatal(err)
		}
		l.Answered(events)
	}
}

func (s *site) openDay(date calendar.Date) {
	s.t.Helper()
	if _, err := load.SubmitTo(context.Background(), s.engine)(s.world.Maker, "", &book.OpenDay{Date: date}); err != nil {
		s.t.Fatal(err)
	}
}

// A trial balance of a day that is over is the one that was taken on its evening, whatever was posted since, and the general
// ledger of the days between is the difference of two.
func TestATrialBalanceOfADayThatIsOverNeverChanges(t *testing.T) {
	s := newSite(t, 2)
	first := s.world.Today
	evening, before := s.balance(s.operator(), 0, first)
	if len(evening.Lines) == 0 {
		t.Fatal("nothing was posted")
	}
	s.openDay(first.AddDays(1))
	s.live(2)
	s.openDay(first.AddDays(3))
	s.live(3)
	again, _ := s.balance(s.operator(), 0, first)
	if diff := cmp.Diff(evening.Lines, again.Lines); diff != "" {
		t.Errorf("the balance of %s has changed: %s", first, diff)
	}
	_, now := s.balance(s.operator(), 0, 0)
	_, between := s.balance(s.operator(), 0, first.AddDays(2))
	if cmp.Equal(now, between) || cmp.Equal(between, before) {
		t.Error("days differ in nothing")
	}
	moved, dates := lines{}, map[string]bool{}
	for line, err := range s.view().GeneralLedger(s.operator(), 0, first.AddDays(1), first.AddDays(3)) {
		if err != nil {
			t.Fatal(err)
		}
		moved[line.Entity.ID+" "+line.Code] += line.Debit.Minor - line.Credit.Minor
		dates[line.Date] = true
	}
	for key := range now {
		before[key] += moved[key]
	}
	if diff := cmp.Diff(now, before); diff != "" {
		t.Errorf("balance and ledger differ: %s", diff)
	}
	if want := map[string]bool{first.AddDays(1).String(): true, first.AddDays(3).String(): true}; !cmp.Equal(dates, want) {
		t.Errorf("posted on %v", dates)
	}
}

// A party sees its own books, and nobody else's.
func TestAPartySeesItsOwnBooks(t *testing.T) {
	s := newSite(t, 1)
	seller := access.Caller{Actor: s.world.SellerActors[0], Party: s.world.Sellers[0], Role: party.Seller, PartyRoles: party.Seller}
	own, _ := s.balance(seller, 0, 0)
	if len(own.Lines) == 0 {
		t.Error("the seller has no books")
	}
	for _, line := range own.Lines {
		if line.Entity.ID != s.world.Sellers[0].String() {
			t.Errorf("the seller sees %+v", line)
		}
	}
	if other, _ := s.balance(seller, s.world.Funder, 0); len(other.Lines) != 0 {
		t.Errorf("the seller sees the funder's books: %+v", other.Lines)
	}
	for line, err := range s.view().GeneralLedger(seller, 0, s.world.Today, s.world.Today) {
		if err != nil || line.Entity.ID != s.world.Sellers[0].String() {
			t.Fatalf("the seller sees %+v, %v", line, err)
		}
	}
}

// One receivable of every age, by hand.
func TestAgeing(t *testing.T) {
	s := newSite(t, 0)
	ctx := context.Background()
	circle, err := s.world.Circle(load.SubmitTo(ctx, s.engine), 3, 0)
	if err != nil {
		t.Fatal(err)
	}
	today := s.world.Today
	for i, days := range []int{0, 1, 30, 31, 60, 61, 90, 91} {
		if _, err := circle.DebtBetween(load.SellerName(0), "anchor", 100<<i, today.AddDays(108-days)); err != nil {
			t.Fatal(err)
		}
	}
	for _, days := range []int{31, 62, 93, 108} {
		s.openDay(today.AddDays(days))
	}
	ageing, err := s.view().Ageing(s.operator(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(ageing.Lines) != 1 {
		t.Fatalf("%+v", ageing.Lines)
	}
	got := ageing.Lines[0]
	sums := []int64{got.NotDue.Minor, got.To30.Minor, got.To60.Minor, got.To90.Minor, got.Beyond.Minor, got.Total.Minor}
	if want := []int64{100, 200 + 400, 800 + 1600, 3200 + 6400, 12800, 25500}; !cmp.Equal(sums, want) || got.Count != 8 || got.Claim != "receivable" {
		t.Errorf("%v of %d, want %v", sums, got.Count, want)
	}
}
