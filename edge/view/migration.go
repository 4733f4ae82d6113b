package view

import (
	"cmp"
	"slices"
	"sync"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/edge/access"
)

// MigrationMonths are how far back grades are compared; 0 compares each review with the one before it, whenever that was.
var MigrationMonths = []int{0, 1, 3, 6, 12}

// Migration holds the grades of parties against those that they had before, as the caller relies on their reviews: a funder on its own and,
// where it has none, on the operator's; those who see all on the operator's.
type Migration struct {
	Date      string         `json:"date"`
	Then      string         `json:"then,omitempty" doc:"evening with which is compared; missing: the review before"`
	Cells     []MigratedCell `json:"cells" doc:"by grade then and grade now; a pair without parties is missing"`
	Better    int            `json:"better"`
	Same      int            `json:"same"`
	Worse     int            `json:"worse"`
	Moves     []GradeMove    `json:"moves" doc:"of those whose grade is another, the worst first"`
	Watermark uint64         `json:"watermark"`
}

// MigratedCell counts parties by their grades then and now; 0 is no review in force.
type MigratedCell struct {
	From    int `json:"from"`
	To      int `json:"to"`
	Parties int `json:"parties"`
}

// GradeMove is a party whose grade has moved.
type GradeMove struct {
	Party  *Ref   `json:"party"`
	From   int    `json:"from"`
	To     int    `json:"to"`
	Worse  bool   `json:"worse"`
	Before string `json:"review_before"`
	Review string `json:"review"`
	Until  string `json:"until" doc:"last day on which the review may be relied on"`
}

// approvals remembers with which entry a review came into force: that never changes.
type approvals struct {
	mutex sync.Mutex
	known map[id.Review]uint64 // guarded by mutex
}

// approvedWith is the entry with which a review came into force; 0 for one that was in force from the beginning.
func (v *View) approvedWith(of id.Review) (uint64, error) {
	v.approvedReviews.mutex.Lock()
	known, found := v.approvedReviews.known[of]
	v.approvedReviews.mutex.Unlock()
	if found {
		return known, nil
	}
	story, err := v.view.Story(v.ctx, book.TableIndex("review"), of.Number())
	if err != nil {
		return 0, err
	}
	with := uint64(0)
	for i := 0; i < len(story) && with == 0; i++ {
		stored, err := v.engine.ReadEntry(story[i])
		if err != nil {
			return 0, err
		}
		for _, event := range stored.Events {
			if approved, ok := event.(*book.ReviewApproved); ok && approved.Review == of {
				with = story[i]
			}
		}
	}
	v.approvedReviews.mutex.Lock()
	defer v.approvedReviews.mutex.Unlock()
	if v.approvedReviews.known == nil {
		v.approvedReviews.known = map[id.Review]uint64{}
	}
	v.approvedReviews.known[of] = with
	return with, nil
}

// reviewed are the reviews of one party on which the caller relies or relied, in the order in which they came into force: the last is in force.
type reviewed struct {
	party id.Party
	chain []approvedReview
}

type approvedReview struct {
	*credit.Review
	with uint64 // entry
}

// relied are the chains of reviews that the caller relies on, by party.
func (v *View) relied(c access.Caller) ([]reviewed, error) {
	house, own := map[id.Party][]approvedReview{}, map[id.Party][]approvedReview{}
	var failed error
	err := eachSeen(v, &reviews, c, "state IN ('live', 'replaced')", func(r *credit.Review) {
		into := house
		if r.Funder != 0 {
			into = own
		}
		if r.Funder != 0 && (c.SeesAll() || r.Funder != c.Party) {
			return
		}
		with, err := v.approvedWith(r.ID)
		failed = cmp.Or(failed, err)
		into[r.Party] = append(into[r.Party], approvedReview{r, with})
	})
	if err = cmp.Or(err, failed); err != nil {
		return nil, err
	}
	for p, chain := range own {
		house[p] = chain
	}
	found := make([]reviewed, 0, len(house))
	for p, chain := range house {
		slices.SortFunc(chain, func(a, b approvedReview) int { return cmp.Compare(a.with, b.with) })
		found = append(found, reviewed{p, chain})
	}
	slices.SortFunc(found, func(a, b reviewed) int { return cmp.Compare(a.party, b.party) })
	return found, nil
}

// at is the review that was in force on an evening by which so many entries had been made; nil for none. One that had run out by then is none.
func (r *reviewed) at(date calendar.Date, last uint64) *credit.Review {
	for i := len(r.chain) - 1; i >= 0; i-- {
		if one := r.chain[i]; last > 0 && one.with <= last {
			if one.Until < date {
				return nil
			}
			return one.Review
		}
	}
	return nil
}

// Migration compares grades with those of so many months ago, one of MigrationMonths; another number is the first of them. Who sees what is as
// for Portfolio.
func (v *View) Migration(c access.Caller, months int) (Migration, error) {
	if !slices.Contains(MigrationMonths, months) {
		months = MigrationMonths[0]
	}
	shown := Migration{Cells: []MigratedCell{}, Moves: []GradeMove{}, Watermark: v.Watermark()}
	if _, sees := funds(c); !sees {
		return shown, nil
	}
	today, err := v.Date()
	if err != nil || today == 0 {
		return shown, err
	}
	chains, err := v.relied(c)
	if err != nil {
		return shown, err
	}
	shown.Date = today.String()
	then, last := today, uint64(0)
	if months > 0 {
		then = today.AddMonths(-months)
		days, err := v.daysSince(then)
		if err != nil {
			return shown, err
		}
		shown.Then = then.String()
		if len(days) > 0 && days[0].date <= then { // else nothing had happened by then
			last = v.evening(days, then)
		}
	}
	s := &showing{View: v, caller: c}
	cells := map[[2]int]int{}
	for i := range chains {
		r := &chains[i]
		now, before := r.at(today, v.Watermark()), (*credit.Review)(nil)
		switch {
		case months > 0:
			before = r.at(then, last)
		case len(r.chain) > 1:
			before = r.chain[len(r.chain)-2].Review
		}
		s.migrated(&shown, cells, before, now)
	}
	for at, parties := range cells {
		shown.Cells = append(shown.Cells, MigratedCell{at[0], at[1], parties})
	}
	slices.SortFunc(shown.Cells, func(a, b MigratedCell) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	slices.SortStableFunc(shown.Moves, func(a, b GradeMove) int { return cmp.Compare(b.To-b.From, a.To-a.From) })
	return shown, s.err
}

// migrated counts one party.
func (s *showing) migrated(shown *Migration, cells map[[2]int]int, before, now *credit.Review) {
	from, to := 0, 0
	if before != nil {
		from = int(before.Grade)
	}
	if now != nil {
		to = int(now.Grade)
	}
	if from == 0 && to == 0 {
		return
	}
	cells[[2]int{from, to}]++
	switch {
	case from == 0 || to == 0:
		return
	case from == to:
		shown.Same++
		return
	case to < from:
		shown.Better++
	default:
		shown.Worse++
	}
	shown.Moves = append(shown.Moves, GradeMove{s.party(now.Party), from, to, to > from, before.ID.String(), now.ID.String(), day(now.Until)})
}
