package view_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/lab/economy"
	"millrace/lab/load"
)

// grown is a node on which an economy lives, half a day at a time.
type grown struct {
	t       *testing.T
	engine  *engine.Engine
	economy *economy.Economy
	reader  *view.Reader
	caller  access.Caller // who sees all
}

func newGrown(t *testing.T, parties int) *grown {
	t.Helper()
	var now atomic.Int64
	now.Store(1)
	options := load.Options("")
	options.Clock, options.VaultRandom = now.Load, rand.NewChaCha8([32]byte{1})
	n, err := engine.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close(context.Background()) })
	morning := func(at int64) { now.Store(max(at, now.Load())) }
	e, err := economy.New(economy.Options{Parties: parties, Months: 12, Seed: 3, Host: &economy.Host{Engine: n, Now: now.Load, Morning: morning}})
	if err != nil {
		t.Fatal(err)
	}
	return &grown{t, n, e, view.New(n), access.Caller{Role: party.Operator, PartyRoles: party.Operator}}
}

// day lives through a whole day.
func (g *grown) day() {
	g.t.Helper()
	for range 2 {
		if err := g.economy.Turn(); err != nil {
			g.t.Fatal(err)
		}
	}
}

func (g *grown) with(r *view.Reader, ask func(v *view.View)) {
	g.t.Helper()
	v, err := r.Now(context.Background())
	if err != nil {
		g.t.Fatal(err)
	}
	defer v.Close()
	ask(v)
}

// financings are all rows that a caller sees, in a state or in any.
func financingsOf(t *testing.T, v *view.View, c access.Caller, state string) []view.Financing {
	t.Helper()
	var all []view.Financing
	q := view.Query{State: state, Limit: view.LimitMax}
	for {
		page, err := v.Financings(c, q)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page.Items...)
		if q.Cursor = page.Next; q.Cursor == "" {
			return all
		}
	}
}

func isOut(f *view.Financing) bool {
	switch f.State {
	case funding.Outstanding.String(), funding.Overdue.String(), funding.InRecourse.String(), funding.Defaulted.String():
		return true
	}
	return false
}

// reckoned are figures that are added up from the rows themselves.
type reckoned struct {
	Count                  int
	Out, Aside             int64
	Ahead, Late, Late90    int64
	ByDebtor, ByProgramme  map[string]int64
	Drawn, Repaid, Written map[string]int64 // by month
}

func reckon(all []view.Financing, today calendar.Date) reckoned {
	r := reckoned{ByDebtor: map[string]int64{}, ByProgramme: map[string]int64{}, Drawn: map[string]int64{}, Repaid: map[string]int64{}, Written: map[string]int64{}}
	for i := range all {
		f := &all[i]
		if f.Value == "" { // nothing was paid out
			if f.State == "accepted" || f.State == "disbursing" {
				r.Aside += f.Outstanding.Minor
			}
			continue
		}
		month := f.Value[:7]
		r.Drawn[month] += f.Price.Principal.Minor
		r.Repaid[month] += f.Repaid.Minor
		if f.Written != nil {
			r.Written[month] += f.Written.Minor
		}
		if !isOut(f) {
			continue
		}
		debtor := f.Buyer
		if f.Receivable == "" {
			debtor = f.Seller
		}
		r.Count++
		r.Out += f.Outstanding.Minor
		r.ByDebtor[debtor.ID] += f.Outstanding.Minor
		r.ByProgramme[f.Programme] += f.Outstanding.Minor
		due, _ := calendar.Parse(f.Due)
		if due >= today {
			r.Ahead += f.Outstanding.Minor
		} else if r.Late += f.Outstanding.Minor; due.AddDays(90) < today {
			r.Late90 += f.Outstanding.Minor
		}
	}
	return r
}

// shownBy brings a portfolio into the form of what is reckoned by hand.
func shownBy(t *testing.T, v *view.View, c access.Caller) reckoned {
	t.Helper()
	r := reckoned{Drawn: map[string]int64{}, Repaid: map[string]int64{}, Written: map[string]int64{}}
	for by, into := range map[string]*map[string]int64{"debtor": &r.ByDebtor, "programme": &r.ByProgramme} {
		p, err := v.Portfolio(c, view.PortfolioQuery{By: by})
		if err != nil {
			t.Fatal(err)
		}
		*into = map[string]int64{}
		for _, line := range p.Lines {
			if line.Out.Minor != 0 {
				(*into)[line.Record] = line.Out.Minor
			}
		}
		whole := &p.Total
		r.Count, r.Out, r.Aside, r.Late, r.Late90 = whole.Count, whole.Out.Minor, whole.Aside.Minor, whole.Late.Minor, whole.Beyond.Minor
		r.Ahead = whole.Ahead.Minor + whole.Ahead30.Minor + whole.Ahead60.Minor + whole.Ahead90.Minor
		vintages, err := v.Vintages(c, p.Currency, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range vintages.Lines {
			r.Drawn[line.Month], r.Repaid[line.Month] = line.Drawn.Minor, line.Repaid.Minor
			if line.Written.Minor != 0 {
				r.Written[line.Month] = line.Written.Minor
			}
			if line.Drawn.Minor != line.Repaid.Minor+line.Out.Minor+line.Written.Minor {
				t.Errorf("%s: %s drawn is not %s repaid, %s out and %s written off", line.Month, line.Drawn, line.Repaid, line.Out, line.Written)
			}
		}
	}
	return r
}

// The figures of the portfolio are those that somebody adds up from the rows, whether they were followed day by day or read at once, for
// all and for each funder.
func TestThePortfolioIsWhatTheRowsAddUpTo(t *testing.T) {
	g := newGrown(t, 30)
	over := map[string]bool{} // financings that were ever 30 days past due in the evening
	overdue := int64(0)
	before := map[string]view.Financing{}
	funders := map[string]id.Party{}
	for range 190 {
		g.day()
		g.with(g.reader, func(v *view.View) {
			today, err := v.Date()
			if err != nil {
				t.Fatal(err)
			}
			for key, f := range before { // as it was on the evening of the business date before
				due, _ := calendar.Parse(f.Due)
				if due.AddDays(30) < today && !over[key] {
					over[key] = true
					overdue += f.Outstanding.Minor
				}
			}
			clear(before)
			for _, state := range []funding.FinancingState{funding.Overdue, funding.InRecourse, funding.Defaulted} {
				for _, f := range financingsOf(t, v, g.caller, state.String()) {
					before[f.ID] = f
				}
			}
			if _, err := v.Portfolio(g.caller, view.PortfolioQuery{}); err != nil { // follows what has changed
				t.Fatal(err)
			}
		})
	}
	g.with(g.reader, func(v *view.View) {
		today, err := v.Date()
		if err != nil {
			t.Fatal(err)
		}
		all := financingsOf(t, v, g.caller, "")
		for i := range all {
			if all[i].Funder != nil {
				funders[all[i].Funder.ID], _ = id.Parse[id.Party](all[i].Funder.ID)
			}
		}
		wanted := reckon(all, today)
		if wanted.Count < 20 || wanted.Late == 0 || len(wanted.Drawn) < 5 || len(over) == 0 {
			t.Fatalf("too little has happened: %d out, %d late, %d months, %d ever 30 days late", wanted.Count, wanted.Late, len(wanted.Drawn), len(over))
		}
		if diff := cmp.Diff(wanted, shownBy(t, v, g.caller)); diff != "" {
			t.Errorf("as followed: %s", diff)
		}
		income, err := v.Income(g.caller, 0)
		if err != nil {
			t.Fatal(err)
		}
		volumes := map[string]int64{}
		for _, line := range income.Lines {
			volumes[line.Vintage] += line.Volume.Minor
		}
		if diff := cmp.Diff(wanted.Drawn, volumes); diff != "" {
			t.Errorf("the volume of the report on income: %s", diff)
		}
		sum := int64(0)
		p, _ := v.Portfolio(g.caller, view.PortfolioQuery{})
		vintages, err := v.Vintages(g.caller, p.Currency, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range vintages.Lines {
			sum += line.Over30.Minor
		}
		for key := range before { // those that have come to it this evening
			due, _ := calendar.Parse(before[key].Due)
			if f := before[key]; due.AddDays(30) <= today && !over[key] {
				overdue += f.Outstanding.Minor
			}
		}
		if sum != overdue {
			t.Errorf("ever 30 days past due: %d, seen in the evenings %d of %d financings", sum, overdue, len(over))
		}
		warnings, err := v.Warnings(g.caller)
		if err != nil {
			t.Fatal(err)
		}
		told, late := map[string]bool{}, map[string]bool{}
		for _, w := range warnings {
			if w.Sentence == "" || w.Party == nil {
				t.Errorf("a warning says nothing: %+v", w)
			}
			if w.Kind == "overdue" {
				told[w.Party.ID] = true
			}
		}
		for i := range all {
			f := &all[i]
			if due, _ := calendar.Parse(f.Due); isOut(f) && due < today && f.Outstanding.Minor > 0 {
				late[f.Seller.ID] = true
				if f.Receivable != "" {
					late[f.Buyer.ID] = true
				}
			}
		}
		if diff := cmp.Diff(late, told); diff != "" {
			t.Errorf("warned of as overdue: %s", diff)
		}
		for printed, of := range funders {
			c := access.Caller{Party: of, Role: party.Funder, PartyRoles: party.Funder}
			own := reckon(financingsOf(t, v, c, ""), today)
			if diff := cmp.Diff(own, shownBy(t, v, c)); diff != "" {
				t.Errorf("funder %s: %s", printed, diff)
			}
		}
		for _, role := range []party.Role{party.Seller, party.Buyer, party.Custodian} {
			for _, of := range all[:5] {
				seller, _ := id.Parse[id.Party](of.Seller.ID)
				nothing, err := v.Portfolio(access.Caller{Party: seller, Role: role, PartyRoles: role}, view.PortfolioQuery{})
				if err != nil || len(nothing.Lines)+len(nothing.Currencies) != 0 {
					t.Errorf("a %s sees %d lines (%v)", strings.Join(role.Names(), ""), len(nothing.Lines), err)
				}
			}
		}
	})
	g.with(view.New(g.engine), func(fresh *view.View) {
		g.with(g.reader, func(v *view.View) {
			if diff := cmp.Diff(shownBy(t, v, g.caller), shownBy(t, fresh, g.caller)); diff != "" {
				t.Errorf("read at once it is another: %s", diff)
			}
		})
	})
}

// A party's grade is held against that of the review before, and against that which was in force on an evening; a review that has run out is none.
func TestGradesAreHeldAgainstThoseBefore(t *testing.T) {
	s := newSite(t, 1)
	submit := load.SubmitTo(context.Background(), s.engine)
	review := func(p id.Party, grade uint8, until calendar.Date) {
		t.Helper()
		events, err := submit(s.world.Maker, "", &book.ProposeReview{Party: p, Grade: grade, Until: until})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if proposed, ok := e.(*book.ReviewProposed); ok {
				if _, err := submit(s.world.Checker, "", &book.ApproveReview{Review: proposed.Review.ID}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	cell := func(m view.Migration, from, to int) int {
		for _, c := range m.Cells {
			if c.From == from && c.To == to {
				return c.Parties
			}
		}
		return 0
	}
	worse, better := s.world.Sellers[0], s.world.Sellers[1]
	first := s.world.Today
	review(worse, 3, first.AddDays(390))
	review(better, 6, first.AddDays(390))
	s.openDay(first.AddDays(30))
	s.openDay(first.AddDays(45))
	review(worse, 5, first.AddDays(390))
	s.openDay(first.AddDays(50))
	review(worse, 6, first.AddDays(390))
	review(better, 4, first.AddDays(55))
	v := s.view()
	previous, err := v.Migration(s.operator(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if cell(previous, 5, 6) != 1 || cell(previous, 6, 4) != 1 || previous.Worse != 1 || previous.Better != 1 {
		t.Errorf("against the review before: %+v", previous)
	}
	month, err := v.Migration(s.operator(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if cell(month, 3, 6) != 1 || cell(month, 6, 4) != 1 || len(month.Moves) != 2 || month.Moves[0].Party.ID != worse.String() || !month.Moves[0].Worse {
		t.Errorf("against a month ago: %+v", month)
	}
	if year, err := v.Migration(s.operator(), 12); err != nil || cell(year, 0, 6) != 1 || year.Better+year.Worse+year.Same != 0 {
		t.Errorf("against a year ago, when there was no book: %+v (%v)", year, err)
	}
	s.openDay(first.AddDays(60))
	if later, err := s.view().Migration(s.operator(), 0); err != nil || cell(later, 6, 0) != 1 {
		t.Errorf("one has run out: %+v (%v)", later, err)
	}
	if others, err := v.Migration(access.Caller{Party: worse, Role: party.Seller, PartyRoles: party.Seller}, 0); err != nil || len(others.Cells) != 0 {
		t.Errorf("a seller sees %+v (%v)", others, err)
	}
}
