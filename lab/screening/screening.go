// Package screening measures how well names are found on lists: on generated lists and parties with a known truth, by what was done to a
// name, and what it costs. All names are made up.
package screening

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"millrace/domain/screening"
	edge "millrace/edge/screening"
)

// Options of Measure.
type Options struct {
	Seed     uint64
	Entries  int // of the list
	Parties  int // that are on no list
	Listed   int // that are on it, under a name to which something was done
	FromLow  int // thresholds, from, to and by how much
	FromHigh int
	Step     int
}

// Done is what was done to a name on the list before it was given to a party.
type Done struct {
	What   string `json:"what"`
	Count  int    `json:"count"`
	Found  int    `json:"found"` // at the threshold of the kind of list
	Recall int    `json:"recall_per_mille"`
}

// At is what a threshold gives.
type At struct {
	Threshold     int `json:"threshold"`
	Recall        int `json:"recall_per_mille"`
	FalseHits     int `json:"false_hits"`      // parties on no list that are like an entry
	FalsePerMille int `json:"false_per_mille"` // of those parties
	Precision     int `json:"precision_per_mille"`
}

// Report is what was measured.
type Report struct {
	Seed      uint64  `json:"seed"`
	Entries   int     `json:"entries"`
	Names     int     `json:"names"`
	Parties   int     `json:"parties"`
	Listed    int     `json:"listed"`
	Chance    int     `json:"same_by_chance"` // parties on no list that have the very name of an entry; they are not counted below
	Threshold int     `json:"threshold"`
	At        []At    `json:"at"`
	Done      []Done  `json:"done"`
	Build     float64 `json:"build_seconds"`
	Search    float64 `json:"search_seconds"`
	PerParty  float64 `json:"microseconds_per_party"`
}

// subject is a party with the truth about it.
type subject struct {
	edge.Subject
	of   int // number of its entry, from 1; 0 for none
	done int
	top  int // best score of its own entry, or of any for one on no list
}

// Measure generates, screens, and counts. The same options give the same counts. now tells the time.
func Measure(o Options, now func() time.Time) (Report, error) {
	if o.Entries < 10 || o.Parties < 10 || o.Listed < 10 || o.Step < 1 || o.FromLow < 1 || o.FromHigh < o.FromLow || o.FromHigh > screening.ScoreMax {
		return Report{}, fmt.Errorf("at least 10 entries, parties and listed parties, and thresholds of 1 to %d", screening.ScoreMax)
	}
	g := &generator{random: rand.New(rand.NewPCG(o.Seed, 2026))}
	entries := make([]edge.Entry, o.Entries)
	names, known := 0, map[string]bool{}
	for i := range entries {
		entries[i] = g.entry(i)
		names += len(entries[i].Names)
		for _, n := range entries[i].Names {
			known[sorted(n)] = true
		}
	}
	subjects, chance := g.subjects(&o, entries, known)
	began := now()
	x := edge.New(entries)
	built := now()
	for i := range subjects {
		s := &subjects[i]
		for _, found := range x.Search(&s.Subject, o.FromLow) {
			if s.of == 0 || found.Entry.Key == entries[s.of-1].Key {
				s.top = max(s.top, found.Score)
			}
		}
	}
	searched := now()
	r := Report{
		Seed: o.Seed, Entries: o.Entries, Names: names, Parties: len(subjects) - o.Listed, Listed: o.Listed, Chance: chance, Threshold: screening.SanctionsFrom,
		Build: built.Sub(began).Seconds(), Search: searched.Sub(built).Seconds(),
	}
	r.PerParty = r.Search * 1e6 / float64(len(subjects))
	r.count(subjects, &o)
	return r, nil
}

func (r *Report) count(subjects []subject, o *Options) {
	for from := o.FromLow; from <= o.FromHigh; from += o.Step {
		found, false_ := 0, 0
		for i := range subjects {
			switch s := &subjects[i]; {
			case s.top < from:
			case s.of != 0:
				found++
			default:
				false_++
			}
		}
		r.At = append(r.At, At{
			Threshold: from, Recall: 1000 * found / r.Listed, FalseHits: false_, FalsePerMille: 1000 * false_ / max(1, r.Parties), Precision: 1000 * found / max(1, found+false_),
		})
	}
	r.Done = make([]Done, len(deeds))
	for i := range subjects {
		if s := &subjects[i]; s.of != 0 {
			d := &r.Done[s.done]
			d.Count++
			if s.top >= r.Threshold {
				d.Found++
			}
		}
	}
	for i := range r.Done {
		r.Done[i].What = deeds[i].what
		r.Done[i].Recall = 1000 * r.Done[i].Found / max(1, r.Done[i].Count)
	}
	slices.SortStableFunc(r.Done, func(a, b Done) int { return cmp.Compare(b.Recall, a.Recall) })
}

// sorted is a name whatever the order of its words.
func sorted(name string) string {
	words := strings.Fields(strings.ToLower(name))
	slices.Sort(words)
	return strings.Join(words, " ")
}

// subjects makes parties that are on the list and others, and tells how many of the others have the very name of an entry.
func (g *generator) subjects(o *Options, entries []edge.Entry, known map[string]bool) (made []subject, chance int) {
	for i := range o.Listed {
		of := g.random.IntN(len(entries))
		e := &entries[of]
		done := i % len(deeds)
		name, ok := deeds[done].do(g, e)
		for !ok { // not every name has what this is done to
			of = g.random.IntN(len(entries))
			e = &entries[of]
			name, ok = deeds[done].do(g, e)
		}
		s := subject{Subject: edge.Subject{Name: name, Person: e.Person}, of: of + 1, done: done}
		if g.random.IntN(2) == 0 {
			s.Countries = e.Countries
		}
		if e.Person && g.random.IntN(3) > 0 {
			s.Born = e.Born[0]
		}
		made = append(made, s)
	}
	for range o.Parties {
		e := g.entry(0)
		s := subject{Subject: edge.Subject{Name: e.Names[0], Person: e.Person, Countries: e.Countries}}
		if e.Person && g.random.IntN(3) > 0 {
			s.Born = e.Born[0]
		}
		if known[sorted(s.Name)] {
			chance++
			continue
		}
		made = append(made, s)
	}
	return made, chance
}
