package book_test

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/rule"
	"millrace/domain/trade"
	"millrace/lab/load"
)

// twoBroken are a fatal rule that is broken in two places and one that only warns.
var twoBroken = []trade.RuleBreach{
	{Rule: "BR-CO-10", Severity: rule.Fatal, Where: "Invoice/cac:LegalMonetaryTotal", Line: 40},
	{Rule: "BR-51", Severity: rule.Warning, Line: 12},
	{Rule: "BR-CO-10", Severity: rule.Fatal, Where: "Invoice/cac:InvoiceLine[2]", Line: 60},
}

// breaking runs a life whose invoice breaks rules up to the buyer's undertaking.
func breaking(n *node, l *load.Life, breaches []trade.RuleBreach) {
	n.t.Helper()
	n.live(l, 0, 3)
	step := l.Step(3)
	step.Command.(*book.RecordDocument).Document.Rules = breaches
	events, err := n.submit(step.Actor, "", step.Command)
	if err != nil {
		n.t.Fatal(err)
	}
	l.Answered(events)
	n.live(l, 4, 5)
}

func (s *scene) breaking(breaches []trade.RuleBreach) load.Life {
	s.t.Helper()
	l := s.NewLife(s.lives * 2)
	s.lives++
	breaking(s.node, &l, breaches)
	return l
}

// brokenRules adds to a book an invoice with a rule that was cleared, and one that breaks rules and waits for its delivery.
func brokenRules(n *node, w *load.World) {
	s := &scene{node: n, World: w}
	l := w.NewLife(70_000)
	breaking(n, &l, twoBroken)
	s.give(w.Maker, &book.ClearFindings{Receivable: s.receivable(), Rules: []string{"BR-CO-10"}, Reason: load32("why")})
	waiting := w.NewLife(70_001)
	c := waiting.Step(3).Command.(*book.RecordDocument)
	c.Document.Rules = twoBroken
	s.give(w.Maker, c)
}

// governed approves a programme of payables finance with a policy on rules.
func (s *scene) governed(policy rule.Policy) id.Programme {
	s.t.Helper()
	c := s.propose()
	c.Severities = policy
	s.give(s.Maker, c)
	p := latest[id.Programme](s, "programme")
	s.give(s.Checker, &book.ApproveProgramme{Programme: p})
	for _, key := range []credit.LimitKey{{Kind: credit.BuyerLimit, Party: s.Anchor}, {Kind: credit.ProgrammeLimit}, {Kind: credit.FunderLimit, Party: s.Funder}} {
		key.Programme = p
		s.limit(key, 1_000_000_00, 300)
	}
	s.deposit(p, s.Funder, 500_000_00)
	return p
}

var ruleRefusals = []refusal{
	{"rule_unknown", "The rule does not stand against the receivable: its invoice does not break it, or it was cleared before.", "Name rules that stand against it.", func(s *scene) (id.Actor, book.Command) {
		s.breaking(twoBroken)
		return s.Maker, &book.ClearFindings{Receivable: s.receivable(), Rules: []string{"BR-51", "BR-CO-11"}, Reason: load32("why")}
	}},
	{"rules_breached", "The invoice breaks rules of EN 16931 that are fatal in the programme, and nobody has cleared them.", "Send a correct invoice, or have a person clear the rules with a reason.", func(s *scene) (id.Actor, book.Command) {
		s.breaking(twoBroken)
		return s.SellerActors[0], s.quote()
	}},
	{"rules_invalid", "What the document breaks is not in the form in which it is kept.", "Let the node's own reading fill it in.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.invoice(func(c *book.RecordDocument) {
			c.Document.Rules = []trade.RuleBreach{{Rule: "BR-01", Severity: rule.Fatal, Where: "a name in words"}}
		})
	}},
	{"severities_invalid", "The policy on rules is too long, or names no rule or severity.", "Correct it: a rule or a family such as BR-CO-*, and fatal, warning or ignored.", func(s *scene) (id.Actor, book.Command) {
		c := s.propose()
		c.Severities = rule.Policy{{Rule: "BR-CO-*", Severity: rule.Fatal + 1}}
		return s.Maker, c
	}},
}

func init() { refusals = append(refusals, ruleRefusals...) }

func TestAProgrammeSetsHowGraveARuleIs(t *testing.T) {
	s := newScene(t)
	lenient := s.governed(rule.Policy{{Rule: "BR-CO-*", Severity: rule.Ignored}, {Rule: "BR-CO-10", Severity: rule.Warning}})
	strict := s.governed(rule.Policy{{Rule: "*", Severity: rule.Fatal}})
	s.breaking(twoBroken)
	quote := func(p id.Programme) *book.RequestQuote {
		c := s.quote()
		c.Programme = p
		return c
	}
	if s.refused("rules_breached", s.SellerActors[0], quote(s.Payables)); !strings.HasSuffix(s.rejected.Sentence, ": BR-CO-10") {
		t.Error(s.rejected)
	}
	if s.refused("rules_breached", s.SellerActors[0], quote(strict)); !strings.HasSuffix(s.rejected.Sentence, ": BR-CO-10, BR-51") {
		t.Error(s.rejected)
	}
	if e := must[*book.FinancingOpened](s.node, s.SellerActors[0], quote(lenient)); e.Financing.State != funding.Quoted {
		t.Errorf("the lenient programme says %s", e.Financing.State)
	}
	s.give(s.Maker, &book.ClearFindings{Receivable: s.receivable(), Rules: []string{"BR-CO-10", "BR-CO-10"}, Reason: load32("why")})
	if s.refused("rules_breached", s.SellerActors[0], quote(strict)); !strings.HasSuffix(s.rejected.Sentence, ": BR-51") {
		t.Error(s.rejected)
	}
	if e := must[*book.FinancingOpened](s.node, s.SellerActors[0], quote(s.Payables)); e.Financing.State != funding.Quoted {
		t.Errorf("after clearing it is %s", e.Financing.State)
	}
	want := []book.BrokenRule{{Rule: "BR-CO-10", Severity: rule.Fatal, Cleared: s.book.Sequence() - 1}, {Rule: "BR-51", Severity: rule.Warning}}
	if difference := cmp.Diff(want, book.Record(s.book, "rule_breach", 1).(book.RuleBreaches).Rules); difference != "" {
		t.Error(difference)
	}
	s.refused("rule_unknown", s.Maker, &book.ClearFindings{Receivable: s.receivable(), Rules: []string{"BR-CO-10"}, Reason: load32("why")})
	s.refused("finding_unknown", s.Maker, &book.ClearFindings{Receivable: s.receivable(), Reason: load32("why")})
	s.refused("not_permitted", s.SellerActors[0], &book.ClearFindings{Receivable: s.receivable(), Rules: []string{"BR-51"}, Reason: load32("why")})
	if breaches := book.Check(s.book); len(breaches) > 0 {
		t.Error(breaches)
	}
}

// A quote stands only as long as the rules that stand let it: acceptance looks again.
func TestAcceptanceLooksAtTheRulesAgain(t *testing.T) {
	s := newScene(t)
	s.breaking(twoBroken)
	s.give(s.Maker, &book.ClearFindings{Receivable: s.receivable(), Rules: []string{"BR-CO-10"}, Reason: load32("why")})
	s.give(s.SellerActors[0], s.quote())
	book.BreakAgain(s.book, 1)
	s.refused("rules_breached", s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()})
}

func TestOnlyInvoicesThatMayBeFinancedAreOnTheShelf(t *testing.T) {
	s := newScene(t)
	s.breaking(nil)
	l := s.NewLife(8)
	s.node.live(&l, 0, 4)
	// The same number with other bytes: it repeats an earlier one and opens nothing.
	again := l.Step(3).Command.(*book.RecordDocument)
	again.Content, again.Document.Rules = trade.Token(load.Token("other bytes")), twoBroken
	s.give(s.Maker, again)
	credit := l.Step(3).Command.(*book.RecordDocument)
	credit.Document.Type, credit.Document.Rules = trade.CreditNote, twoBroken
	credit.Number, credit.Content, credit.Lines = trade.Token(load.Token("credit")), trade.Token(load.Token("credit note")), trade.Token{}
	recorded := must[*book.DocumentRecorded](s.node, s.Maker, credit)
	if difference := cmp.Diff(twoBroken, recorded.Document.Rules); difference != "" {
		t.Error(difference)
	}
	if count := book.Counts(s.book)["rule_breach"]; count != 0 {
		t.Errorf("%d records of broken rules", count)
	}
	if breaches := book.Check(s.book); len(breaches) > 0 {
		t.Error(breaches)
	}
}

// TestStoredFormsWithRules holds the stored forms of what has got fields for rules since its golden file was written.
func TestStoredFormsWithRules(t *testing.T) {
	policy := rule.Policy{{Rule: "BR-CO-*", Severity: rule.Warning}, {Rule: "BR-51", Severity: rule.Fatal}}
	for name, raw := range map[string][]byte{
		"command_010_proposeprogramme_rules.golden": book.AppendCommand(nil, &book.ProposeProgramme{Severities: policy}),
		"command_016_recorddocument_rules.golden":   book.AppendCommand(nil, &book.RecordDocument{Document: trade.Document{Rules: twoBroken}}),
		"command_017_clearfindings_rules.golden":    book.AppendCommand(nil, &book.ClearFindings{Rules: []string{"BR-51"}}),
		"event_011_programmeproposed_rules.golden":  book.AppendEvent(nil, &book.ProgrammeProposed{Programme: funding.Programme{Severities: policy}}),
		"event_019_documentrecorded_rules.golden":   book.AppendEvent(nil, &book.DocumentRecorded{Document: book.Document{Rules: twoBroken}}),
	} {
		file := filepath.Join(storedFolder, name)
		if _, err := os.Stat(file); *update && os.IsNotExist(err) {
			if err := os.WriteFile(file, []byte(hex.EncodeToString(raw)+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Error(err)
			continue
		}
		// Fields that came later may follow: what is stored must decode and come back.
		stored, err := hex.DecodeString(strings.TrimSpace(string(text)))
		if err != nil {
			t.Fatal(err)
		}
		if again, err := reencode(name, stored); err != nil || !bytes.Equal(again, stored) {
			t.Errorf("%s comes back as %x, %v", name, again, err)
		}
	}
}
