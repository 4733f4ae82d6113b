package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &RecordNews{} })
	registerCommand(func() act { return &AdvanceReviews{} })
	registerEvent(func() fact { return &NewsRecorded{} })
	registerEvent(func() fact { return &ApplicationCaused{} })
	registerEvent(func() fact { return &ReviewsAdvanced{} })
	permitted[commandRecordNews] = party.Operator | party.Funder
	permitted[commandAdvanceReviews] = node
	tables[tableNews] = held("news", func(b *Book) *shelf[credit.News] { return &b.news },
		[]Column{ind("party", Integer), ind("funder", Integer), col("severity", Text), col("date", Integer)},
		func(r *credit.News) []any {
			return []any{int64(r.Party), int64(r.Funder), r.Severity.String(), int64(r.Date)}
		})
}

// WarningDays is how long a review that has been opened by itself, and ended, is not opened again by the same look at facts and dates.
const WarningDays = 30

// warningTenorDays is the tenor with which a review opens by itself, until a person says what is asked.
const warningTenorDays = 90

// RecordNews puts on record what was heard of a party. What a funder records it keeps for itself. A policy may have it open a review.
type RecordNews struct {
	Party    id.Party        `cbor:"1,keyasint"`
	Source   string          `cbor:"2,keyasint"` // short name
	Date     calendar.Date   `cbor:"3,keyasint"`
	Severity credit.Severity `cbor:"4,keyasint"`
	Text     [32]byte        `cbor:"5,keyasint"` // in the vault
}

// Kind names the stored form.
func (*RecordNews) Kind() uint16 { return commandRecordNews }

func (c *RecordNews) decide(d *draft) *Rejection {
	if d.parties.at(c.Party.Number()) == nil {
		return reject("party_unknown", "party", "there is no party %s", c.Party)
	}
	if !credit.IsName(c.Source) || c.Severity < credit.Minor || c.Severity > credit.Grave {
		return reject("news_invalid", "source", "news have a source in lower case and a severity")
	}
	if c.Date <= 0 || c.Date > d.today() {
		return reject("date_invalid", "date", "news are of today or earlier; today is %s", d.today())
	}
	if c.Text == [32]byte{} {
		return reject("reason_missing", "text", "the text is missing")
	}
	made := credit.News{
		ID: id.Make[id.News](d.shard, d.number(tableNews, d.Book.news.count)), Party: c.Party, Funder: d.reviewer(), Source: c.Source, Date: c.Date,
		Severity: c.Severity, Text: c.Text, Actor: d.header.Actor,
	}
	d.emit(&NewsRecorded{News: made})
	cause := credit.Cause{Kind: credit.NewsReported, Value: int64(c.Severity), News: made.ID, Date: d.today()}
	for _, r := range d.reviewsOf(c.Party) {
		bound := d.reviewPolicy(r.Funder).News
		if made.Funder != 0 && made.Funder != r.Funder || bound == 0 || c.Severity < bound {
			continue
		}
		cause.Bound = int64(bound)
		d.warn(r, []credit.Cause{cause})
	}
	return nil
}

// reviewsOf are the reviews of a party in force: the operator's first, then those of funders in the order of their records.
func (d *draft) reviewsOf(p id.Party) []*credit.Review {
	var found []*credit.Review
	if r := d.Book.reviews.at(d.reviewOf[p].Number()); r != nil {
		found = append(found, r)
	}
	for number := uint64(1); number <= d.parties.count && len(d.ownReviewOf) > 0; number++ {
		if r := d.Book.reviews.at(d.ownReviewOf[reviewKey{d.parties.at(number).ID, p}].Number()); r != nil {
			found = append(found, r)
		}
	}
	return found
}

// warn opens a review by itself, or adds what is new to the one that is open.
func (d *draft) warn(r *credit.Review, causes []credit.Cause) {
	if a := d.applications.at(d.applicationOf[reviewKey{r.Funder, r.Party}].Number()); a != nil {
		fresh := slices.DeleteFunc(causes, func(c credit.Cause) bool {
			return slices.ContainsFunc(a.Causes, func(known credit.Cause) bool { return known.Same(&c) })
		})
		if fresh = fresh[:min(len(fresh), credit.CausesMax-len(a.Causes))]; len(fresh) > 0 {
			d.emit(&ApplicationCaused{Application: a.ID, Causes: fresh})
		}
		return
	}
	d.emit(&ApplicationOpened{Application: credit.Application{
		ID: id.Make[id.Application](d.shard, d.number(tableApplication, d.applications.count)), Party: r.Party, Side: d.sideOf(r), Funder: r.Funder,
		Asked: r.Granted, Currency: r.Currency, TenorDays: warningTenorDays, State: credit.Due, Causes: causes[:min(len(causes), credit.CausesMax)], Opened: d.today(),
	}})
}

// reviewing tells whether reviews in force are still to be looked through on this date. Without any policy none is.
func (b *Book) reviewing() bool {
	return len(b.reviewPolicyOf) > 0 && b.clock.Reviewed < b.clock.Date
}

// AdvanceReviews looks through one slice of the reviews in force: those that are due, or whose party's facts have crossed a bound of the
// policy, are opened again; the node gives it once a day. A day that ends before all are looked through goes on where it was.
type AdvanceReviews struct{}

// Kind names the stored form.
func (*AdvanceReviews) Kind() uint16 { return commandAdvanceReviews }

func (c *AdvanceReviews) decide(d *draft) *Rejection {
	number, count := d.clock.ReviewedThrough, d.Book.reviews.count
	for looked := 0; number < count && looked < sliceMax; looked++ {
		number++
		r := d.Book.reviews.at(number)
		_, open := d.applicationOf[reviewKey{r.Funder, r.Party}]
		if r.State != credit.Live || d.reviewPolicyOf[r.Funder] == 0 || !open && r.Warned != 0 && d.today() < r.Warned.AddDays(WarningDays) {
			continue
		}
		if causes := d.causes(r); len(causes) > 0 {
			d.warn(r, causes)
		}
	}
	advanced := &ReviewsAdvanced{Through: number, Reviewed: d.clock.Reviewed}
	if number == count {
		advanced.Through, advanced.Reviewed = 0, d.today()
	}
	d.emit(advanced)
	return nil
}

// causes are why a review should be opened today.
func (d *draft) causes(r *credit.Review) []credit.Cause {
	var found []credit.Cause
	today := d.today()
	if r.Next != 0 && r.Next <= today || r.Until <= today {
		found = append(found, credit.Cause{Kind: credit.DateDue, Date: today})
	}
	if r.Overdue(today) {
		found = append(found, credit.Cause{Kind: credit.ConditionDue, Date: today})
	}
	triggers := d.reviewPolicy(r.Funder).Triggers
	if len(triggers) == 0 {
		return found
	}
	facts := d.tradeHistory(r.Party, d.sideOf(r), r.Currency)
	for _, t := range triggers {
		at := slices.IndexFunc(facts, func(f credit.Fact) bool { return f.Name == t.Fact })
		if at >= 0 && facts[at].Value >= t.Bound {
			found = append(found, credit.Cause{Kind: credit.FactCrossed, Fact: t.Fact, Value: facts[at].Value, Bound: t.Bound, Decimals: facts[at].Decimals, Date: today})
		}
	}
	return found
}

// NewsRecorded says what was heard of a party.
type NewsRecorded struct {
	News credit.News `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*NewsRecorded) Kind() uint16 { return eventNewsRecorded }

func (e *NewsRecorded) fold(b *Book) {
	number := e.News.ID.Number()
	b.news.add(number, e.News)
	b.touched(tableNews, number, &b.news.at(number).Entry)
}

// ApplicationCaused says that something more speaks for a review that is open.
type ApplicationCaused struct {
	Application id.Application `cbor:"1,keyasint"`
	Causes      []credit.Cause `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*ApplicationCaused) Kind() uint16 { return eventApplicationCaused }

func (e *ApplicationCaused) fold(b *Book) {
	a := b.applications.at(e.Application.Number())
	a.Causes = slices.Concat(a.Causes, e.Causes)
	b.touched(tableApplication, e.Application.Number(), &a.Entry)
}

// ReviewsAdvanced says how far the look through reviews in force has come.
type ReviewsAdvanced struct {
	Through  uint64        `cbor:"1,keyasint,omitempty"` // number of a review; 0 when all are done
	Reviewed calendar.Date `cbor:"2,keyasint,omitempty"`
}

// Kind names the stored form.
func (*ReviewsAdvanced) Kind() uint16 { return eventReviewsAdvanced }

func (e *ReviewsAdvanced) fold(b *Book) {
	b.clock.ReviewedThrough, b.clock.Reviewed = e.Through, e.Reviewed
	b.touched(tableClock, 1, &b.clock.Entry)
}
