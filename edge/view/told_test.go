package view_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/view"
	"millrace/lab/load"
)

// untold are the events of which no message tells: bookkeeping, steps of long work, what follows from another event of the same entry, what is
// registered for the operator alone, and what a party may not know.
var untold = strings.Fields(`
	AccountOpened AccountsOpened TransfersPosted HoldPlaced HoldEnded LimitMoved LimitsRecounted LimitsWatched
	DayOpened DayAdvanced ImportFinished Resumed InterestAccrued StockRevalued LossAssessed BillingBegun BillingAdvanced ReviewsAdvanced
	SetOffFrozen SetOffProposalOpened SetOffPotentialsEntered SetOffLinesEntered SetOffMemberLeftOut SetOffWritten SetOffLineDropped SetOffAnswersHeard
	SetOffCalendarProposed SetOffCalendarTurned InstructionFollowed ReceiptReconciled ReceiptRepeated ChargeRepeated MovementRepeated StatementRepeated
	StatementFollowed PaymentsFlagged SupplySetOff SupplyReturned SupplyBilled BoundMoneyUsed StandingSet TemplateProposed TemplateMoved ContactRecorded
	TariffProposed DigitalAssetProposed MasterScaleProposed MasterScaleApproved ReviewPolicyProposed ReviewPolicyApproved ApplicationCaused
	TieRecorded TieEnded ChecklistProposed ChecklistApproved ScreeningListRecorded Screened AlertOpened AlertMoved CaseOpened CaseMoved`)

func TestEveryEventIsToldOrSaidToBeUntold(t *testing.T) {
	kinds := map[string]string{}
	for _, kind := range view.Kinds() {
		if _, twice := kinds[kind.Kind]; twice {
			t.Errorf("%s is the name of two events", kind.Kind)
		}
		noun, verb, _ := strings.Cut(kind.Kind, ".")
		if noun == "" || verb == "" || len(kind.About) != 3 {
			t.Errorf("%s is about %q, want the prefix of an id", kind.Kind, kind.About)
		}
		kinds[kind.Kind] = kind.About
	}
	told := 0
	for kind := range uint16(10_000) {
		e, err := book.DecodeEvent(kind, []byte{0xa0}) // a CBOR map of nothing: every event decodes it
		if err != nil {
			continue // no event has this number
		}
		name := reflect.TypeOf(e).Elem().Name()
		if view.Announces(e) == slices.Contains(untold, name) {
			t.Errorf("%s: give it a public name, or say that it is untold, and not both", name)
		}
		if view.Announces(e) {
			told++
		}
	}
	if told != len(kinds) {
		t.Errorf("%d events have %d names", told, len(kinds))
	}
}

// What a caller is told stands in the story of a record that it sees, and everybody in a deal is told something of it.
func TestAMessageTellsWhatTheStoryTells(t *testing.T) {
	s := newSite(t, 0)
	w, submit := s.world, load.SubmitTo(context.Background(), s.engine)
	l := w.NewLife(1)
	for i := range load.Steps {
		step := l.Step(i)
		events, err := submit(step.Actor, "", step.Command)
		if err != nil {
			t.Fatal(err)
		}
		l.Answered(events)
	}
	v := s.view()
	told := func(c access.Caller) map[string]int {
		kinds := map[string]int{}
		for sequence := uint64(1); sequence <= v.Watermark(); sequence++ {
			messages, err := v.Told(c, sequence)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range messages {
				kinds[m.Kind]++
				story, err := v.Story(c, m.Record, view.Query{Limit: view.LimitMax})
				if err != nil {
					t.Fatalf("%s of %s: %v", m.Kind, m.Record, err)
				}
				if !slices.ContainsFunc(story.Items, func(e view.Entry) bool {
					return e.Sequence == sequence && slices.ContainsFunc(e.Events, func(e view.Event) bool { return e.Sentence == m.Sentence })
				}) {
					t.Errorf("%s of entry %d is told, and stands in no story of %s", m.Kind, sequence, m.Record)
				}
			}
		}
		return kinds
	}
	ofSeller := told(access.Caller{Party: w.Sellers[l.Seller], Role: party.Seller, PartyRoles: party.Seller})
	ofOther := told(access.Caller{Party: w.Sellers[1-l.Seller], Role: party.Seller, PartyRoles: party.Seller})
	ofBuyer := told(access.Caller{Party: w.Anchor, Role: party.Buyer, PartyRoles: party.Anchor | party.Buyer})
	ofOperator := told(access.Caller{Party: w.Operator, Role: party.Operator, PartyRoles: party.Operator})
	for _, kind := range []string{"receivable.opened", "receivable.confirmed", "financing.opened", "financing.moved", "payment.moved"} {
		if ofSeller[kind] == 0 || ofOperator[kind] < ofSeller[kind] {
			t.Errorf("%s is told %d times to the seller, %d times to the operator", kind, ofSeller[kind], ofOperator[kind])
		}
		if ofOther[kind] != 0 {
			t.Errorf("%s is told to another seller", kind)
		}
	}
	if ofBuyer["receivable.confirmed"] == 0 || ofBuyer["financing.opened"]+ofBuyer["financing.moved"]+ofBuyer["payment.opened"] != 0 {
		t.Errorf("the buyer is told %v", ofBuyer)
	}
	if _, err := v.Told(access.Caller{}, v.Watermark()+1); err != view.ErrNotFound {
		t.Errorf("an entry that is not there: %v", err)
	}
}
