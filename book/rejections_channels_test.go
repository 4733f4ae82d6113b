package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/receivable"
	"millrace/domain/trade"
)

func init() { refusals = append(refusals, channelRefusals...) }

// answered gives an answer about a document that is on record, and its receivable if there is one.
func (s *scene) answered(document id.Document, c *book.RecordDocument, status trade.Verification) *book.RecordVerification {
	return &book.RecordVerification{Document: document, Identity: book.IdentityOf(s.book, c), Status: status, At: s.node.at}
}

// invoiced leads a life to its receivable and gives an answer about its invoice.
func (s *scene) invoiced(status trade.Verification, steps int) *book.RecordVerification {
	s.t.Helper()
	l := s.live(steps)
	r := book.Record(s.book, "receivable", s.receivable().Number()).(receivable.Receivable)
	return s.answered(r.Document, l.Step(3).Command.(*book.RecordDocument), status)
}

// demanding approves a programme that finances verified invoices only.
func (s *scene) demanding() id.Programme {
	s.t.Helper()
	c := s.propose()
	c.VerifiedInvoices = true
	s.give(s.Maker, c)
	p := latest[id.Programme](s, "programme")
	s.give(s.Checker, &book.ApproveProgramme{Programme: p})
	return p
}

var channelRefusals = []refusal{
	{"companions_too_many", "More files came beside the document than are kept.", "Send the invoice alone.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.invoice(func(c *book.RecordDocument) { c.Companions = make([]book.Companion, book.CompanionsMax+1) })
	}},
	{"document_repeats", "The document repeats another one, on which the receivable stands.", "Record what was said of that one.", func(s *scene) (id.Actor, book.Command) {
		c := s.invoiced(trade.VerifiedValid, 4)
		c.Document = id.Make[id.Document](1, c.Document.Number()-1)
		return s.Maker, c
	}},
	{"document_unknown", "There is no such document.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		c := s.invoiced(trade.VerifiedValid, 4)
		c.Document = beyond[id.Document](s, "document")
		return s.Maker, c
	}},
	{"mapping_invalid", "The mapping has no name that can be used, or is missing.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		return s.SellerActors[0], &book.SetMapping{Party: s.Sellers[0], Name: "two words", Stored: load32("mapping")}
	}},
	{"verification_invalid", "The answer is of no known kind, or not dated.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		c := s.invoiced(trade.VerifiedValid, 4)
		c.At = 0
		return s.Maker, c
	}},
	{"verification_missing", "The programme finances only invoices that a tax bureau has called valid.", "Wait for the bureau's answer, or have it recorded.", func(s *scene) (id.Actor, book.Command) {
		s.live(5)
		q := s.quote()
		q.Programme = s.demanding()
		return s.SellerActors[0], q
	}},
	{"verification_older", "A later answer about the document is on record.", "Nothing: the later one holds.", func(s *scene) (id.Actor, book.Command) {
		c := s.invoiced(trade.VerifiedValid, 4)
		s.give(s.Maker, c)
		again := *c
		again.At--
		return s.Maker, &again
	}},
}

func (s *scene) wantRefused(actor id.Actor, c book.Command, code string) {
	s.t.Helper()
	h := book.Header{Sequence: s.book.Sequence() + 1, At: s.node.at + 1, Actor: actor}
	if _, rejection := book.PrepareAndDecide(s.book, &h, c); rejection == nil && code != "" || rejection != nil && rejection.Code != code {
		s.t.Fatalf("%T is answered %v, not %s", c, rejection, code)
	}
}

// What is void, reversed or different is not financed until a person has cleared it, and an answer after that counts anew.
func TestAnAdverseAnswerStandsAgainstTheReceivable(t *testing.T) {
	for _, status := range []trade.Verification{trade.VerifiedVoid, trade.VerifiedRed, trade.VerifiedDiffers} {
		s := newScene(t)
		c := s.invoiced(status, 5)
		s.wantRefused(s.SellerActors[0], s.quote(), "")
		s.give(s.Maker, c)
		s.wantRefused(s.SellerActors[0], s.quote(), "findings_open")
		clear := &book.ClearFindings{Receivable: s.receivable(), Codes: status.Verdict().Codes(), Reason: load32("looked at")}
		s.give(s.Maker, clear)
		s.wantRefused(s.SellerActors[0], s.quote(), "")
		later := *c
		later.At, later.Status = s.node.at, status
		s.give(s.Maker, &later)
		s.wantRefused(s.SellerActors[0], s.quote(), "findings_open")
		if breaches := book.Check(s.book); len(breaches) > 0 {
			t.Fatal(breaches)
		}
	}
}

// An answer that comes between quote and acceptance counts.
func TestAnAnswerCountsBetweenQuoteAndAcceptance(t *testing.T) {
	s := newScene(t)
	c := s.invoiced(trade.VerifiedVoid, 6)
	s.give(s.Maker, c)
	s.wantRefused(s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()}, "findings_open")
}

// An answer about an invoice that waits for its delivery stands against the receivable that it becomes.
func TestAnAnswerBeforeTheDelivery(t *testing.T) {
	s := newScene(t)
	l := s.NewLife(0)
	waiting := l.Step(3).Command.(*book.RecordDocument)
	s.give(s.Maker, waiting)
	s.give(s.Maker, s.answered(latest[id.Document](s, "document"), waiting, trade.VerifiedVoid))
	s.give(s.Maker, l.Step(0).Command)
	s.give(s.Maker, l.Step(1).Command)
	s.give(s.Maker, l.Step(2).Command)
	r := book.Record(s.book, "receivable", s.receivable().Number()).(receivable.Receivable)
	if trade.FindingSet(r.Findings)&trade.BitOf(trade.FindingTaxVoid) == 0 {
		t.Fatalf("%v", trade.FindingSet(r.Findings).Codes())
	}
	if breaches := book.Check(s.book); len(breaches) > 0 {
		t.Fatal(breaches)
	}
}

// A valid answer is what a demanding programme waits for; an unknown number is not enough, and a later answer takes it back.
func TestADemandingProgrammeWantsTheLatestAnswerToBeValid(t *testing.T) {
	s := newScene(t)
	c := s.invoiced(trade.VerifiedUnknown, 5)
	q := s.quote()
	q.Programme = s.demanding()
	for _, step := range []struct {
		status trade.Verification
		want   string
	}{{trade.VerifiedUnknown, "verification_missing"}, {trade.VerifiedValid, "limit_missing"}, {trade.VerifiedUnknown, "verification_missing"}} {
		c.Status, c.At = step.status, s.node.at
		given := *c
		s.give(s.Maker, &given)
		s.wantRefused(s.SellerActors[0], q, step.want)
	}
}

func TestMappingsHaveVersions(t *testing.T) {
	s := newScene(t)
	for _, name := range []string{"orders", "invoices", "orders"} {
		s.give(s.SellerActors[0], &book.SetMapping{Party: s.Sellers[0], Name: name, Stored: load32(name)})
	}
	s.wantRefused(s.SellerActors[1], &book.SetMapping{Party: s.Sellers[0], Name: "orders", Stored: load32("other")}, "other_party")
	for number, want := range []book.Mapping{{Name: "orders", Version: 1}, {Name: "invoices", Version: 1, Active: true}, {Name: "orders", Version: 2, Active: true}} {
		if m := book.Record(s.book, "mapping", uint64(number)+1).(book.Mapping); m.Name != want.Name || m.Version != want.Version || m.Active != want.Active || m.Party != s.Sellers[0] {
			t.Errorf("%+v", m)
		}
	}
	if breaches := book.Check(s.book); len(breaches) > 0 {
		t.Fatal(breaches)
	}
}
