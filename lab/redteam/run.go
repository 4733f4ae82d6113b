// Package redteam tries known frauds against a book. It grows one by honest trade, by the commands that people give and with documents that go
// through the ordinary intake, puts in known patterns at known rates, and tells of each what stopped it, or that nothing did; and what honest
// trade was asked or refused on the way. The same seed gives the same result.
package redteam

import (
	"cmp"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"

	"millrace/book"
	"millrace/domain/money"
	"millrace/edge/view"
)

// ScaleMax bounds the size of a run.
const ScaleMax = 40

// Result is what a run has found. Amounts are in euros.
type Result struct {
	Seed     uint64          `json:"seed"`
	Scale    int             `json:"scale"`
	Patterns []PatternResult `json:"patterns"`
	Honest   HonestResult    `json:"honest"` // in a world in which nobody cheats
	Beside   HonestResult    `json:"beside"` // the same trade beside the frauds
	Totals   Totals          `json:"totals"`
}

// Count is how often a code has spoken.
type Count struct {
	Code  string `json:"code"`
	Times int    `json:"times"`
}

// PatternResult is what became of one way of one pattern.
type PatternResult struct {
	Pattern      string      `json:"pattern"`
	Way          string      `json:"way,omitempty"`
	About        string      `json:"about"`
	Injected     int         `json:"injected"`
	PerMille     float64     `json:"per_mille"`     // of honest uses
	LeastPercent int         `json:"least_percent"` // of attempts that are caught with any seed, as documented
	Caught       int         `json:"caught"`        // no money has gone out that should not
	Rejected     int         `json:"rejected"`      // by a command
	Refused      int         `json:"refused"`       // by a rule
	Referred     int         `json:"referred"`      // to a person
	Converted    int         `json:"converted"`     // the proceeds repaid what was lent before
	Asked        view.Amount `json:"asked"`         // that would have gone out
	Paid         view.Amount `json:"paid"`          // that has gone out
	First        []Count     `json:"first"`         // what stopped each, with the command
	All          []Count     `json:"all"`           // all that spoke against it
}

// HonestResult is what became of honest uses of credit after the first 120 days.
type HonestResult struct {
	Uses         int          `json:"uses"`
	Paid         int          `json:"paid"` // at once
	Referred     int          `json:"referred"`
	Refused      int          `json:"refused"`
	Rejected     int          `json:"rejected"`
	AlarmPercent float64      `json:"alarm_percent"` // of uses: not paid at once
	Amount       view.Amount  `json:"amount"`
	Alarms       []Count      `json:"alarms"` // by rule or rejection; a use may meet several
	Habits       []HabitCount `json:"habits"`
}

// HabitCount is the same by what is peculiar about a relation.
type HabitCount struct {
	Habit  string `json:"habit"`
	Uses   int    `json:"uses"`
	Alarms int    `json:"alarms"`
}

// Totals add all patterns up.
type Totals struct {
	Injected      int         `json:"injected"`
	Caught        int         `json:"caught"`
	CaughtPercent float64     `json:"caught_percent"`
	Asked         view.Amount `json:"asked"`
	Stopped       view.Amount `json:"stopped"`
	Paid          view.Amount `json:"paid"`
	HonestUses    int         `json:"honest_uses"`
	AlarmPercent  float64     `json:"alarm_percent"`
	Breaches      int         `json:"breaches"` // that the auditor has found in both books
}

// Run lives through the honest world alone, and again with the patterns put in. Scale is 1 to ScaleMax.
func Run(seed uint64, scale int) (*Result, error) {
	if scale < 1 || scale > ScaleMax {
		return nil, errors.New("the scale lies between 1 and 40")
	}
	var (
		alone, beside *lab
		failures      [2]error
		both          sync.WaitGroup
	)
	both.Go(func() { alone, failures[0] = lived(seed, scale, func(*lab) {}) })
	both.Go(func() { beside, failures[1] = lived(seed, scale, func(l *lab) { l.inject(seed, scale) }) })
	both.Wait()
	if err := errors.Join(failures[:]...); err != nil {
		return nil, err
	}
	r := &Result{Seed: seed, Scale: scale, Honest: alone.told(), Beside: beside.told()}
	r.Totals.Breaches = len(book.Check(alone.node.Book)) + len(book.Check(beside.node.Book))
	asked, paid := money.Minor(0), money.Minor(0)
	for i := range patterns {
		var of []*attack
		for _, a := range beside.attacks {
			if a.pattern == &patterns[i] {
				of = append(of, a)
				asked, paid = asked+a.asked, paid+a.paid
			}
		}
		r.Patterns = append(r.Patterns, beside.summed(&patterns[i], of, alone.honest.uses))
		r.Totals.Injected += len(of)
		r.Totals.Caught += r.Patterns[i].Caught
	}
	r.Totals.Asked, r.Totals.Paid, r.Totals.Stopped = beside.shown(asked), beside.shown(paid), beside.shown(asked-paid)
	r.Totals.CaughtPercent = percent(r.Totals.Caught, r.Totals.Injected)
	r.Totals.HonestUses, r.Totals.AlarmPercent = r.Honest.Uses, r.Honest.AlarmPercent
	return r, nil
}

// lived is a world that has come to its end.
func lived(seed uint64, scale int, change func(*lab)) (*lab, error) {
	l, err := newLab(seed, scale)
	if err != nil {
		return nil, err
	}
	l.plan(rand.New(rand.NewPCG(seed, 1)))
	change(l)
	return l, errors.Join(l.live(), l.vault.Close())
}

func (l *lab) shown(a money.Minor) view.Amount { return view.AmountOf(a, l.Currency) }

// percent is a share in percent with two digits.
func percent(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64((part*20_000+whole)/(2*whole)) / 100
}

// counted lists counts, the most frequent first.
func counted(counts map[string]int) []Count {
	list := []Count{}
	for _, code := range slices.Sorted(maps.Keys(counts)) {
		list = append(list, Count{code, counts[code]})
	}
	slices.SortStableFunc(list, func(a, b Count) int { return cmp.Compare(b.Times, a.Times) })
	return list
}

func (l *lab) told() HonestResult {
	h := &l.honest
	r := HonestResult{
		Uses: h.uses, Paid: h.paid, Referred: h.referred, Refused: h.refused, Rejected: h.rejected, AlarmPercent: percent(h.uses-h.paid, h.uses),
		Amount: l.shown(h.amount), Alarms: counted(h.byCode),
	}
	for kind := range habits {
		if of := h.byHabit[kind]; of != nil {
			r.Habits = append(r.Habits, HabitCount{kind.String(), of.uses, of.alarms})
		}
	}
	return r
}

func (l *lab) summed(p *pattern, attacks []*attack, uses int) PatternResult {
	r := PatternResult{Pattern: p.name, Way: p.way, About: p.about, LeastPercent: p.least, Injected: len(attacks), PerMille: percent(len(attacks)*10, uses)}
	asked, paid := money.Minor(0), money.Minor(0)
	first, all := map[string]int{}, map[string]int{}
	for _, a := range attacks {
		asked, paid = asked+a.asked, paid+a.paid
		spoken := map[string]bool{}
		for _, s := range a.stops {
			for _, code := range s.Codes {
				spoken[code] = true
			}
		}
		for code := range spoken {
			all[code]++
		}
		if a.paid > 0 {
			continue
		}
		r.Caught++
		if len(a.stops) == 0 {
			continue
		}
		stopped := &a.stops[0]
		first[stopped.Command+" "+stopped.Codes[0]]++
		switch stopped.Kind {
		case wasRejected:
			r.Rejected++
		case wasRefused:
			r.Refused++
		case wasReferred:
			r.Referred++
		default:
			r.Converted++
		}
	}
	r.Asked, r.Paid, r.First, r.All = l.shown(asked), l.shown(paid), counted(first), counted(all)
	return r
}
