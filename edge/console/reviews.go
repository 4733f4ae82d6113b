package console

import (
	"errors"
	"strconv"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/edge/locale"
	"millrace/edge/view"
)

// reviewDeeds are what is done with reviews afterwards, and on the watch list.
var reviewDeeds = []deed{
	{path: "/reviews/{id}/approval", place: "/applications", open: openReviewApproval},
	{path: "/reviews/{id}/condition", place: "/applications", fields: map[string]string{"note": "note", "condition": "condition", "state": "state"}, open: openConditionSettling},
	{path: "/parties/{id}/watch", place: "/parties", fields: map[string]string{"reason": "note"}, open: openWatching},
}

type reviewList struct {
	list
	Items []view.Review
}

// showReviews lists the reviews by state.
func showReviews(v *visit) (any, error) {
	var l reviewList
	var q view.Query
	l.list, q = v.list("Reviews", []string{credit.Proposed.String(), credit.Live.String(), credit.Replaced.String()})
	page, err := v.Reviews(v.caller, q)
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	return l, err
}

// Open counts the conditions of a review that are neither met nor waived.
func (reviewList) Open(r view.Review) int { return openConditions(&r) }

func openConditions(r *view.Review) int {
	n := 0
	for _, c := range r.Conditions {
		if c.State == credit.ConditionOpen.String() {
			n++
		}
	}
	return n
}

type reviewPage struct {
	view.Review
	Timeline []view.Entry
}

func (p reviewPage) title() *locale.Text { return locale.Say("Review %s", p.ID) }

// Settles tells whether the caller's people say that a condition is met, or waive it.
func (p reviewPage) Settles(f frame) bool {
	return p.State == credit.Live.String() && f.reviewsFor(p.Funder) && openConditions(&p.Review) > 0
}

// Approves tells whether it waits for the caller: the operator's people, but who has proposed it.
func (p reviewPage) Approves(f frame) bool {
	return p.State == credit.Proposed.String() && f.Operates() && (p.Maker == nil || p.Maker.ID != f.Caller.Actor.String())
}

func showReview(v *visit) (any, error) {
	shown, _, err := v.reviewAsked()
	if err != nil {
		return nil, err
	}
	timeline, _, err := v.chronicle(shown.ID)
	return reviewPage{shown, timeline}, err
}

func (v *visit) reviewAsked() (view.Review, id.Review, error) {
	of, err := identity[id.Review](v)
	if err != nil {
		return view.Review{}, 0, err
	}
	shown, err := v.Review(v.caller, of)
	return shown, of, err
}

// openReview fills what is the same on the form of every deed on a review.
func (v *visit) openReview(f *deedForm, heading, give string) (view.Review, id.Review, error) {
	shown, of, err := v.reviewAsked()
	if err == nil {
		err = v.reviewing(shown.Funder)
	}
	if err != nil {
		return shown, of, err
	}
	f.Heading, f.Give = heading, give
	f.Back, f.BackName = "/reviews/"+shown.ID, f.w.T("Review %s", shown.ID)
	f.fact("Party", escape(shown.Party.String()))
	f.fact("Grade", escape(f.w.T("%s of 10, 1 is the best", grouped(shown.Grade))))
	f.fact("Until", escape(shown.Until))
	if shown.Reasons != "" {
		f.fact("Reasons", escape(shown.Reasons))
	}
	return shown, of, nil
}

func openReviewApproval(v *visit, f *deedForm) (*prepared, error) {
	_, of, err := v.openReview(f, "Approve a review", "Approve it")
	if err != nil {
		return nil, err
	}
	f.Note = "Somebody else has proposed it. It takes the place of the review before it."
	return v.unsignedDeed(f, &book.ApproveReview{Review: of}, nil), nil
}

func openConditionSettling(v *visit, f *deedForm) (*prepared, error) {
	shown, of, err := v.openReview(f, "Settle a condition", "Settle it")
	if err != nil {
		return nil, err
	}
	var open []option
	for i, c := range shown.Conditions {
		if c.State == credit.ConditionOpen.String() {
			open = append(open, option{strconv.Itoa(i + 1), f.w.T("%s: %s", locale.Capital(c.Kind), c.Text), f.w.T("by %s", c.Due)})
		}
	}
	if len(open) == 0 {
		return nil, view.ErrNotFound
	}
	f.Note = "Who has set a condition can’t waive it."
	preset := ""
	if len(open) == 1 {
		preset = open[0].Value
	}
	which := f.value(input{Name: "condition", Label: "Condition", Choices: open}, preset)
	state := f.value(input{Name: "state", Label: "What becomes of it", Choices: []option{{"met", "It is met", ""}, {"waived", "It is waived", "It need not be met."}}}, "")
	text := f.noted("By what it is met, or why it is waived")
	if !f.asked {
		return nil, nil
	}
	at, settled := which.chosen(), state.chosen()
	if !f.complete() {
		return nil, nil
	}
	number, _ := strconv.Atoi(open[at].Value)
	return &prepared{
		with: func([]book.Signature) book.Command {
			return &book.SettleCondition{Review: of, Condition: uint8(number), State: []credit.ConditionState{credit.ConditionMet, credit.ConditionWaived}[settled]}
		},
		keep:  func(c book.Command) error { return v.keepNote(text, &c.(*book.SettleCondition).Note) },
		bound: v.caller.Party, after: f.Back, need: unsigned,
	}, nil
}

type watchList struct {
	list
	Items []view.Watch
}

// Watches tells whether the caller's people keep the list on which a party is.
func (f frame) Watches(w view.Watch) bool { return f.reviewsFor(w.Funder) }

// showWatchList lists the places on watch lists that the caller sees.
func showWatchList(v *visit) (any, error) {
	var l watchList
	var q view.Query
	l.list, q = v.list("Watch list", nil)
	page, err := v.Watches(v.caller, q)
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	return l, err
}

// watchOf is a party's place on the watch list of the caller's people; nil for none.
func (v *visit) watchOf(of id.Party) (*view.Watch, error) {
	page, err := v.Watches(v.caller, view.Query{Party: of, Limit: rowsMax})
	own := frame{Caller: v.caller, Home: &view.Ref{ID: v.caller.Party.String()}}
	for i := range page.Items {
		if own.reviewsFor(page.Items[i].Funder) {
			return &page.Items[i], err
		}
	}
	return nil, err
}

// reviewed names a party on which the caller has, or sees, a review: a funder sees no page of it.
func (v *visit) reviewed(of id.Party) (*view.Ref, error) {
	about, err := v.Party(v.caller, of)
	if err == nil {
		return &view.Ref{ID: about.ID, Name: about.Name}, nil
	}
	if !errors.Is(err, view.ErrNotFound) {
		return nil, err
	}
	q := view.Query{Party: of, Limit: 1}
	reviews, err := v.Reviews(v.caller, q)
	if err != nil || len(reviews.Items) > 0 {
		return first(reviews.Items, func(r view.Review) *view.Ref { return r.Party }), err
	}
	applications, err := v.Applications(v.caller, q)
	if err == nil && len(applications.Items) == 0 {
		err = view.ErrNotFound
	}
	return first(applications.Items, func(a view.Application) *view.Ref { return a.Party }), err
}

func first[T any](items []T, of func(T) *view.Ref) *view.Ref {
	if len(items) == 0 {
		return nil
	}
	return of(items[0])
}

func openWatching(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Party](v)
	if err != nil {
		return nil, err
	}
	about, err := v.reviewed(of)
	if err != nil {
		return nil, err
	}
	known, err := v.watchOf(of)
	if err != nil {
		return nil, err
	}
	f.Back, f.BackName = "/watch-list", "Watch list"
	f.fact("Party", escape(about.String()))
	listing := book.PutOn
	f.Heading, f.Give, f.Note = "Put on the watch list", "Put it on", "Every use of credit that concerns it is looked at by a person. Another person takes it off."
	if known != nil && known.Listed {
		listing = book.TakeOff
		f.Heading, f.Give, f.Note = "Take off the watch list", "Take it off", "Who has put it on can’t take it off."
		f.fact("On it since", escape(known.Since))
		f.fact("Because of", escape(known.Reason))
		if known.Actor != nil {
			f.fact("Put on by", escape(known.Actor.String()))
		}
	}
	text := f.noted("Why")
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, &book.WatchParty{Party: of, Listing: listing}, func(c book.Command) error { return v.keepNote(text, &c.(*book.WatchParty).Reason) }), nil
}
