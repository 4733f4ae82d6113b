package view_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/view"
	"millrace/lab/load"
)

// callers are one of each role that the world has, by the party whose eyes they look through.
func (s *site) callers(t *testing.T, v *view.View) []access.Caller {
	t.Helper()
	page, err := v.Actors(s.operator(), view.Query{Limit: view.LimitMax})
	if err != nil {
		t.Fatal(err)
	}
	found := []access.Caller{s.operator()}
	for _, one := range page.Items {
		actor, err := id.Parse[id.Actor](one.ID)
		if err != nil {
			t.Fatal(err)
		}
		of, err := id.Parse[id.Party](one.Party.ID)
		if err != nil {
			t.Fatal(err)
		}
		role := party.ParseRole(one.Role)
		home, err := v.Party(s.operator(), of)
		if err != nil {
			t.Fatal(err)
		}
		roles := party.Role(0)
		for _, name := range home.Roles {
			roles |= party.ParseRole(name)
		}
		found = append(found, access.Caller{Actor: actor, Party: of, Role: role, PartyRoles: roles})
	}
	return found
}

// An outlook is what the lists of receivables and financings say, added up.
func TestOutlookAddsUpWhatIsOnRecord(t *testing.T) {
	s := newSite(t, 4)
	v := s.view()
	for _, c := range s.callers(t, v) {
		told, err := v.Outlook(c)
		if err != nil {
			t.Fatal(err)
		}
		all, err := v.Receivables(s.operator(), view.Query{Party: c.Party, State: "open", Limit: view.LimitMax})
		if err != nil {
			t.Fatal(err)
		}
		in, out := int64(0), int64(0)
		for _, r := range all.Items {
			switch c.Party.String() {
			case r.Seller.ID:
				in += r.Outstanding.Minor
			case r.Buyer.ID:
				out += r.Outstanding.Minor
			}
			if r.Financing == "" || c.Party.String() != r.Seller.ID {
				continue
			}
			of, err := id.Parse[id.Financing](r.Financing)
			if err != nil {
				t.Fatal(err)
			}
			f, err := v.Financing(s.operator(), of)
			if err != nil {
				t.Fatal(err)
			}
			if in -= f.Amount.Minor; f.State == "accepted" || f.State == "disbursing" {
				in += f.Price.Net.Minor
			}
		}
		for _, o := range told {
			sum := o.Later.Net.Minor
			in, out = in-o.Late.In.Minor-o.Later.In.Minor-o.Undated.Minor, out-o.Late.Out.Minor-o.Later.Out.Minor
			for _, week := range o.Weeks {
				in, out, sum = in-week.In.Minor, out-week.Out.Minor, sum+week.Net.Minor
			}
			if len(o.Weeks) != view.OutlookWeeks || sum != o.Later.Sum.Minor {
				t.Errorf("%d weeks, their sum %d is not %s", len(o.Weeks), sum, o.Later.Sum)
			}
		}
		if in != 0 || out != 0 {
			t.Errorf("%s %s: %d in and %d out are missing in %+v", c.Role.Names(), c.Party, in, out, told)
		}
	}
}

// What waits is counted for everybody, and a count is the length of the list to which it leads.
func TestErrandsAreWhatTheirListsHold(t *testing.T) {
	s := newSite(t, 1)
	submit := load.SubmitTo(context.Background(), s.engine)
	for steps := 1; steps < load.Steps; steps++ {
		l := s.world.NewLife(uint64(steps))
		for i := range steps {
			step := l.Step(i)
			events, err := submit(step.Actor, "", step.Command)
			if err != nil {
				t.Fatal(err)
			}
			l.Answered(events)
		}
	}
	some := 0
	v := s.view()
	for _, c := range s.callers(t, v) {
		lists := map[string]func(view.Query) (int, error){
			"referrals": func(q view.Query) (int, error) {
				q.State = "open"
				p, err := v.Referrals(c, q)
				return len(p.Items), err
			},
			"overdue": func(q view.Query) (int, error) {
				q.State = "overdue"
				p, err := v.Financings(c, q)
				return len(p.Items), err
			},
			"in_doubt": func(q view.Query) (int, error) {
				q.State = "in_doubt"
				p, err := v.Payments(c, q)
				return len(p.Items), err
			},
			"unallocated": func(q view.Query) (int, error) {
				q.State = "unallocated"
				p, err := v.Receipts(c, q)
				return len(p.Items), err
			},
			"confirmations": func(q view.Query) (int, error) { p, err := v.Unconfirmed(c, q); return len(p.Items), err },
		}
		lists["findings"] = func(q view.Query) (n int, err error) {
			q.State = "open"
			p, err := v.Receivables(c, q)
			for i := range p.Items {
				if len(p.Items[i].Findings) > 0 {
					n++
				}
			}
			return n, err
		}
		waiting, err := v.Errands(c, slices.Sorted(maps.Keys(lists))...)
		if err != nil {
			t.Fatalf("%s: %v", c.Role.Names(), err)
		}
		for name, list := range lists {
			n, err := list(view.Query{Limit: view.LimitMax})
			if err != nil {
				t.Fatal(err)
			}
			if some += n; waiting[name] != n {
				t.Errorf("%s: %d %s wait, and the list has %d", c.Role.Names(), waiting[name], name, n)
			}
		}
	}
	if some == 0 {
		t.Error("nothing waits for anybody: nothing was tried")
	}
}

// Everything that is cashable together is what the cheapest set brings where all of it is needed and more.
func TestCashableIsWhatANeedOfAllBrings(t *testing.T) {
	s := newSite(t, 4)
	v := s.view()
	for _, c := range s.callers(t, v) {
		told, err := v.Cashable(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range told {
			programme, err := id.Parse[id.Programme](one.Programme)
			if err != nil {
				t.Fatal(err)
			}
			payee, err := id.Parse[id.BankAccount](one.Payee)
			if err != nil {
				t.Fatal(err)
			}
			date, err := v.Date()
			if err != nil {
				t.Fatal(err)
			}
			all, err := v.Select(c, view.Need{Programme: programme, Payee: payee, Amount: 1 << 50, Day: date})
			if err != nil {
				t.Fatal(err)
			}
			left := 0
			for _, reason := range one.LeftOut {
				left += reason.Count
			}
			if all.Net != one.Net || all.Cost != one.Cost || all.Candidates != one.Count || all.LeftOutOf != left {
				t.Errorf("%+v is not %+v", one, all)
			}
		}
	}
}
