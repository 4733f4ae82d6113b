package view

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/access"
)

// Errands are what waits for somebody, by name: how many there are in the caller's reach.
type Errands map[string]int

// errand is one kind of work that waits.
type errand struct {
	name  string
	count func(v *View, c access.Caller) (int, error)
}

// tallied is what was counted for all of one reach, as it is kept.
type tallied struct {
	counts Errands
	makers map[string]map[id.Actor]int
}

// in counts the records of a list that meet a condition.
func in[R any](s *source[R], condition string) func(*View, access.Caller) (int, error) {
	return func(v *View, c access.Caller) (n int, err error) {
		if s.keep != nil && !c.SeesAll() {
			seen := &showing{View: v, caller: c}
			gather(seen, s, condition, nil, func(*R) { n++ })
			return n, seen.err
		}
		err = counted(v, s, c, condition, "count(*)", func(count int64, _ string) { n = int(count) })
		return n, err
	}
}

// mine counts those of them in one of whose columns the caller's party stands; for those who see all, everybody's.
func mine[R any](s *source[R], condition, column string) func(*View, access.Caller) (int, error) {
	return func(v *View, c access.Caller) (int, error) {
		if c.SeesAll() {
			return in(s, condition)(v, c)
		}
		return in(s, fmt.Sprintf("(%s) AND %s = %d", condition, column, int64(c.Party)))(v, c)
	}
}

// errandsMost bounds what is counted one by one.
const errandsMost = LimitMax

var errands = []errand{
	{"referrals", in(&referrals, "state IN ('open', 'taken')")},
	{"quotes", mine(&financings, "state = 'quoted'", "seller")},
	{"accepted", in(&financings, "state = 'accepted'")},
	{"overdue", in(&financings, "state = 'overdue'")},
	{"in_recourse", in(&financings, "state = 'in_recourse'")},
	{"called", mine(&financings, "state = 'in_recourse'", "seller")},
	{"defaulted", in(&financings, "state = 'defaulted'")},
	{"approvals", in(&payments, "state = 'awaiting_approval'")},
	{"in_doubt", in(&payments, "state = 'in_doubt'")},
	{"breaks", in(&bankBreaks, "state IN ('open', 'assigned')")},
	{"unallocated", in(&receipts, "state = 'unallocated'")},
	{"returns", in(&returns, "state = 'proposed'")},
	{"supervised_accounts", in(&supervisedAccounts, "state = 'proposed'")},
	{"bank_accounts", in(&bankAccounts, "state = 'proposed'")},
	{"products", in(&products, "state = 'proposed'")},
	{"programmes", in(&programmes, "state = 'proposed'")},
	{"limits", in(&limits, "state = 'proposed'")},
	{"reviews", in(&reviews, "state = 'proposed'")},
	{"applications", in(&applications, "state IN ('due', 'assessed', 'human_review', 'viewed')")},
	{"recommendations", mine(&recommendations, "state = 'open'", "owner")},
	{"dependences", in(&dependences, "state IN ('proposed', 'ending')")},
	{"models", in(&models, "state = 'proposed'")},
	{"measures", in(&measures, "state = 'proposed'")},
	{"registrations", in(&registrations, "state = 'proposed'")},
	{"notices", in(&notices, "state = 'drafted'")},
	{"provisional", in(&parties, "state = 'provisional'")},
	{"alerts", in(&screeningAlerts, "state IN ('open', 'taken_for_true')")},
	{"cases", in(&suspicions, "state IN ('open', 'proposed')")},
	{"confirmations", func(v *View, c access.Caller) (int, error) {
		if c.SeesAll() {
			return 0, nil
		}
		return in(v.unconfirmed(c, errandsMost), "1")(v, c)
	}},
	{"seconds", in(&confirmations, "state = 'started'")},
	{"disputes", in(&disputes, "state IN ('opened', 'contested')")},
	{"holdings", mine(&holdings, "live = 1 AND status = 'offered'", "counterparty")},
	{"early_offers", in(&earlyOffers, "state = 'open'")},
	{"auctions", in(&auctions, "state = 'open'")},
	{"margin_calls", in(&marginCalls, "state = 'open'")},
	{"set_off", mine(&setOffMembers, "consent = 'asked'", "party")},
	{"set_off_runs", in(&setOffRuns, "state = 'proposed'")},
	{"late_recoveries", func(v *View, c access.Caller) (int, error) { return v.OverdueRecoveries(c) }},
	{"findings", (*View).doubtful},
	{"rules", in(from(receivables, "(SELECT * FROM receivable WHERE document IN (SELECT document FROM rule_breach WHERE fatal > 0) AND +state = 'open' LIMIT -1)"), "1")},
	{"webhooks", func(v *View, c access.Caller) (int, error) { return v.Failing(c) }},
	{"agreements", (*View).unsigned},
	{"signing_key", (*View).keyless},
	{"transfers_in_doubt", func(v *View, c access.Caller) (int, error) {
		if !c.SeesAll() && c.Views()&(party.Custodian|party.Funder) == 0 {
			return 0, nil
		}
		return in(&digitalTransfers, "state = 'in_doubt'")(v, c)
	}},
}

// Errands counts what waits in the caller's reach, of those in the table above that are named. On a large book the counts may be a little older than
// the view; where they are counted one by one, there are at most 500.
func (v *View) Errands(c access.Caller, names ...string) (Errands, error) {
	kept, err := v.errands.of(v, reach{c.Views(), c.Party, strings.Join(names, " ")}, 0, func() (tallied, error) { return v.tally(c, names) })
	if err != nil || len(kept.makers) == 0 {
		return kept.counts, err
	}
	found := maps.Clone(kept.counts)
	for name, makers := range kept.makers {
		for maker, n := range makers {
			if maker != c.Actor {
				found[name] += n
			}
		}
	}
	return found, nil
}

// tally counts what waits for everybody of the caller's reach.
func (v *View) tally(c access.Caller, names []string) (tallied, error) {
	found := tallied{make(Errands, len(names)), map[string]map[id.Actor]int{}}
	for _, e := range errands {
		if !slices.Contains(names, e.name) {
			continue
		}
		n, err := e.count(v, c)
		if err != nil {
			return found, fmt.Errorf("%s: %w", e.name, err)
		}
		found.counts[e.name] = n
	}
	for _, e := range decisionsOfOthers {
		if !slices.Contains(names, e.name) {
			continue
		}
		makers, err := e.makers(v, c)
		if err != nil {
			return found, fmt.Errorf("%s: %w", e.name, err)
		}
		if len(makers) > 0 {
			found.makers[e.name] = makers
		}
	}
	return found, nil
}

// doubtful counts the open receivables with findings that are not cleared.
func (v *View) doubtful(c access.Caller) (n int, err error) {
	if !v.ownOnly(c) {
		return in(from(receivables, "(SELECT * FROM receivable WHERE document >> 16 IN (SELECT number FROM document WHERE findings > 0) AND +state = 'open' AND found = 1 LIMIT -1)"), "1")(v, c)
	}
	err = v.receivableSums(c, "open", func(_ money.Currency, _, _, found int64) { n += int(found) })
	return n, err
}
