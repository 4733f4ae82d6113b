package book_test

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/certificate"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/trade"
	"millrace/lab/load"
)

func init() { refusals = append(refusals, certificateRefusals...) }

// certifying lets certificates go through two hands in the scene's world.
func (s *scene) certifying(law certificate.Law) *ring {
	s.t.Helper()
	circle, err := s.Circle(s.submit, 2, law)
	if err != nil {
		s.t.Fatal(err)
	}
	return &ring{node: s.node, Circle: circle}
}

// moves is a signed list of the first seller's.
func (r *ring) moves(moves ...book.Move) (id.Actor, book.Command) {
	return r.SellerActors[0], load.Moves(&r.Holders[0], r.Sellers[0], moves...)
}

// issued is a certificate of 1,000.00 to the first seller, and a debt of as much of its to the second.
func (s *scene) issued() (*ring, *book.CertificateIssued, id.Receivable) {
	s.t.Helper()
	r := s.certifying(certificate.NoLaw)
	return r, r.issue(0, 1_000_00, 60), r.debt(1, 0, 1_000_00, 60)
}

// undertaken is an irrevocably confirmed debt of 1,000.00 of the anchor to the first seller.
func (r *ring) undertaken(due calendar.Date) id.Receivable {
	r.t.Helper()
	debt, err := r.Debt(0, "anchor", 1_000_00, due)
	if err == nil {
		err = r.Undertake(debt, 0, 1_000_00, due)
	}
	if err != nil {
		r.t.Fatal(err)
	}
	return debt
}

// toAnchor is a certificate that another anchor has issued to the scene's.
func (s *scene) toAnchor() (*ring, *book.CertificateIssued) {
	s.t.Helper()
	s.give(s.Maker, &book.RegisterParty{Roles: party.Anchor | party.Buyer, Country: "DE", Tokens: []party.Token{party.Token(load.Token("party other anchor"))}})
	w := *s.World
	w.Anchor = latest[id.Party](s, "party")
	s.give(s.Maker, &book.RegisterActor{Party: w.Anchor, Role: party.Buyer})
	w.Buyer, w.Sellers, w.SellerActors = latest[id.Actor](s, "actor"), []id.Party{s.Anchor}, []id.Actor{s.Buyer}
	circle, err := w.Circle(s.submit, 2, certificate.NoLaw)
	if err != nil {
		s.t.Fatal(err)
	}
	due := s.Today.AddDays(60)
	debt, err := circle.DebtBetween("anchor", "other anchor", 1_000_00, due)
	if err != nil {
		s.t.Fatal(err)
	}
	issued, err := circle.IssueOn(debt, 0, 1_000_00, due)
	if err != nil {
		s.t.Fatal(err)
	}
	return &ring{node: s.node, Circle: circle}, issued
}

// paying is the transfer of a holding to the second seller in payment of a debt.
func (r *ring) paying(h id.Holding, debt id.Receivable) book.Move {
	return transfer(h, 0, r.Sellers[1], debt, certificate.AtOnce, r.expires())
}

func pledge(h id.Holding, to id.Party) book.Move {
	return book.Move{Step: certificate.Pledge, Holding: h, To: to}
}

func split(h id.Holding, amount money.Minor) book.Move {
	return book.Move{Step: certificate.Split, Holding: h, Amount: amount}
}

var certificateRefusals = []refusal{
	{"terms_differ", "What was signed is not what was quoted, or not what is outstanding.", "Read it again and sign what it says now.", func(s *scene) (id.Actor, book.Command) {
		r := s.certifying(certificate.NoLaw)
		issued := r.issue(0, 900_00, 60)
		return s.Maker, r.Cancellation(issued.Certificate.ID, 900_01, 0)
	}},
	{"certificates_none", "The programme issues no certificates.", "Name one that does.", func(s *scene) (id.Actor, book.Command) {
		r := s.certifying(certificate.NoLaw)
		c := r.Standing(0, s.Today)
		c.Programme = s.Payables
		c.Signatures = []book.Signature{r.Holders[0].Sign(c.Statement())}
		return s.SellerActors[0], c
	}},
	{"certificates_invalid", "A certificate would go through more hands than any programme may allow, or under a law that is not known.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		c := s.propose()
		c.TiersMax = book.TiersMost + 1
		return s.Maker, c
	}},
	{"certificated", "The receivable travels in a certificate.", "Finance or move a holding of the certificate.", func(s *scene) (id.Actor, book.Command) {
		_, issued, _ := s.issued()
		return s.SellerActors[0], &book.RequestQuote{Receivable: issued.Certificate.Receivable, Programme: s.Payables, Payee: s.Accounts[0]}
	}},
	{"debt_claimed", "The receivable is being paid with a certificate.", "Finance another receivable, or wait whether the offer comes back.", func(s *scene) (id.Actor, book.Command) {
		r, issued, debt := s.issued()
		r.move(0, r.paying(issued.Holding.ID, debt))
		return s.SellerActors[1], &book.RequestQuote{Receivable: debt, Programme: s.Payables, Payee: s.Accounts[1]}
	}},
	{"justification_unsigned", "A reason for the tenor was kept, but the signed statement does not name its hash, or the other way round.", "Send the text, and sign the statement that follows from it.", func(s *scene) (id.Actor, book.Command) {
		r := s.certifying(certificate.NoLaw)
		due := s.Today.AddDays(60)
		c := r.Issuing(r.undertaken(due), 1_000_00, due)
		c.Justification = load32("seasonal stock")
		return s.Buyer, c
	}},
	{"law_refuses", "A rule of the law under which the certificate is issued refuses it.", "The sentence names the rule, and the citation the law.", func(s *scene) (id.Actor, book.Command) {
		r := s.certifying(certificate.EuropeanUnion)
		due := s.Today.AddDays(61)
		debt := r.undertaken(due)
		return s.Buyer, r.Issuing(debt, 1_000_00, due)
	}},
	{"moves_invalid", "The list is empty, too long, or has a step in it that is no move of a list.", "A list has 1 to 1,000 moves: split, transfer, accept, decline, withdraw, pledge, release.", func(s *scene) (id.Actor, book.Command) {
		r, issued, _ := s.issued()
		return r.moves(book.Move{Step: certificate.Redeem, Holding: issued.Holding.ID})
	}},
	{"move_fields", "The step takes fewer fields than were given.", "Leave out what the sentence doesn't name.", func(s *scene) (id.Actor, book.Command) {
		r, issued, _ := s.issued()
		return r.moves(book.Move{Step: certificate.Split, Holding: issued.Holding.ID, Amount: 1, To: s.Funder})
	}},
	{"holding_unknown", "There is no such holding.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		r, _, _ := s.issued()
		return r.moves(split(beyond[id.Holding](s, "holding"), 1))
	}},
	{"holding_spent", "The holding was consumed: others were made of it, or it was redeemed.", "Look up what became of it.", func(s *scene) (id.Actor, book.Command) {
		r, issued, _ := s.issued()
		r.move(0, split(issued.Holding.ID, 1))
		return r.moves(split(issued.Holding.ID, 1))
	}},
	{"not_controller", "Another party controls the holding.", "While a holding is free its holder moves it; one that is pledged or financed, who has it as security; an offer, its payee.", func(s *scene) (id.Actor, book.Command) {
		r, issued, _ := s.issued()
		r.move(0, pledge(issued.Holding.ID, s.Funder))
		return r.moves(book.Move{Step: certificate.Release, Holding: latest[id.Holding](s, "holding")})
	}},
	{"holding_status", "The holding is offered, pledged or financed, and this can't be done with such a one.", "End that first.", func(s *scene) (id.Actor, book.Command) {
		r, issued, debt := s.issued()
		r.move(0, r.paying(issued.Holding.ID, debt))
		offer := latest[id.Holding](s, "holding")
		return s.SellerActors[1], load.Moves(&r.Holders[1], s.Sellers[1], split(offer, 1))
	}},
	{"holdings_too_many", "The certificate is in as many holdings as can be redeemed in one step.", "Redeem, or move whole holdings.", func(s *scene) (id.Actor, book.Command) {
		r, issued, _ := s.issued()
		rest := issued.Holding.ID
		var list []book.Move
		for range certificate.HoldingsMax - 1 {
			list = append(list, split(rest, 1))
		}
		r.move(0, list...)
		return r.moves(split(latest[id.Holding](s, "holding"), 1))
	}},
	{"payee_invalid", "A holding can't go to its own holder or to its issuer.", "Name another party.", func(s *scene) (id.Actor, book.Command) {
		r, issued, _ := s.issued()
		return r.moves(pledge(issued.Holding.ID, s.Anchor))
	}},
	{"tiers_exceeded", "The certificate has gone through as many hands as its programme allows.", "Keep it until it is redeemed, or finance it.", func(s *scene) (id.Actor, book.Command) {
		r, issued, debt := s.issued()
		r.give(s.SellerActors[1], r.Standing(1, s.Today.AddDays(30)))
		taken := r.move(0, r.paying(issued.Holding.ID, debt))[0]
		back := r.debt(0, 1, 1_000_00, 60)
		return s.SellerActors[1], load.Moves(&r.Holders[1], s.Sellers[1], transfer(taken.ID, 0, s.Sellers[0], back, certificate.AtOnce, r.expires()))
	}},
	{"discharge_invalid", "The transfer doesn't say when it discharges its debt.", "At once, or on redemption.", func(s *scene) (id.Actor, book.Command) {
		r, issued, debt := s.issued()
		return r.moves(transfer(issued.Holding.ID, 0, s.Sellers[1], debt, 0, r.expires()))
	}},
	{"expiry_invalid", "The offer would be over already, or stand for more than 90 days.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		r, issued, debt := s.issued()
		return r.moves(transfer(issued.Holding.ID, 0, s.Sellers[1], debt, certificate.AtOnce, s.at))
	}},
	{"debt_other_parties", "The debt that is to be paid is not one of the holder to the payee.", "Name a receivable of the payee on the holder.", func(s *scene) (id.Actor, book.Command) {
		r, issued, _ := s.issued()
		return r.moves(r.paying(issued.Holding.ID, r.debt(0, 1, 1_000_00, 60)))
	}},
	{"debt_not_free", "The debt that is to be paid is financed, or travels in a certificate itself.", "Pay another one.", func(s *scene) (id.Actor, book.Command) {
		s.live(7)
		financed := s.receivable()
		r, issued := s.toAnchor()
		return s.Maker, load.Moves(&r.Holders[0], s.Anchor, transfer(issued.Holding.ID, 1, s.Sellers[0], financed, certificate.AtOnce, r.expires()))
	}},
	{"debt_exceeded", "The debt is smaller than what is to be given for it, or that much of it is being paid already.", "Give less.", func(s *scene) (id.Actor, book.Command) {
		r, issued, _ := s.issued()
		return r.moves(r.paying(issued.Holding.ID, r.debt(1, 0, 999_99, 60)))
	}},
	{"offer_expired", "The offer has ended.", "Ask the holder to make it again.", func(s *scene) (id.Actor, book.Command) {
		r, issued, debt := s.issued()
		offer := r.move(0, r.paying(issued.Holding.ID, debt))[0]
		s.node.at = offer.Expires
		return s.SellerActors[1], load.Moves(&r.Holders[1], s.Sellers[1], book.Move{Step: certificate.Accept, Holding: offer.ID})
	}},
	{"holding_not_financed", "Nothing is owed on the holding's financing in the programme into which the money came.", "Name the financed holding, and money of its programme.", func(s *scene) (id.Actor, book.Command) {
		r, issued, _ := s.issued()
		return s.Maker, &book.Allocate{
			Receipt: r.receipt(1), Receivable: issued.Certificate.Receivable, Holding: issued.Holding.ID, Amount: 1, Payer: book.BySeller,
		}
	}},
	{"certificate_unknown", "There is no such certificate.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		r := s.certifying(certificate.NoLaw)
		return s.Maker, r.Cancellation(beyond[id.Certificate](s, "certificate"), 1, 0)
	}},
	{"certificate_state", "The certificate is redeemed or cancelled.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		r, issued, _ := s.issued()
		r.redeem(issued.Certificate.Receivable, 1_000_00)
		return s.Maker, r.Cancellation(issued.Certificate.ID, 0, 0)
	}},
	{"consent_missing", "A holder hasn't consented.", "A certificate is cancelled by the word of all who hold it.", func(s *scene) (id.Actor, book.Command) {
		r, issued, _ := s.issued()
		return s.Maker, r.Cancellation(issued.Certificate.ID, 1_000_00, 1)
	}},
}

// A list is refused, and not counted, where its amounts are beyond all bounds.
func TestAListOutlivesHostileAmounts(t *testing.T) {
	r := newRing(t, 2, certificate.NoLaw)
	issued := r.issue(0, 1_000_00, 60)
	for _, amount := range []money.Minor{math.MaxInt64, math.MinInt64, -1, money.MinorMax, 1_000_00} {
		actor, c := r.moves(split(issued.Holding.ID, 1), split(issued.Holding.ID, amount))
		r.refuse("amount_invalid", actor, c)
		actor, c = r.moves(split(issued.Holding.ID, 1), book.Move{Step: certificate.Pledge, Holding: issued.Holding.ID, To: r.Funder, Amount: amount})
		r.refuse("amount_invalid", actor, c)
	}
	r.sound()
}

// What was quoted on a holding is what is signed.
func TestTheTermsOfAQuoteOnAHoldingAreSigned(t *testing.T) {
	r := newRing(t, 1, certificate.NoLaw)
	issued := r.issue(0, 1_000_00, 60)
	f := event[*book.FinancingOpened](r.give(r.SellerActors[0], &book.RequestQuote{
		Holding: issued.Holding.ID, Amount: 600_00, Programme: r.Transferable, Payee: r.Accounts[0],
	})).Financing
	for _, change := range []func(f *funding.Financing){
		func(f *funding.Financing) { f.Amount++ },
		func(f *funding.Financing) { f.Net++ },
		func(f *funding.Financing) { f.Holding = 0 },
	} {
		other := f
		change(&other)
		r.refuse("terms_differ", r.SellerActors[0], load.Acceptance(&r.Holders[0], &other))
	}
	r.refuse("terms_differ", r.SellerActors[0], &book.AcceptQuote{Financing: f.ID})
	r.give(r.SellerActors[0], load.Acceptance(&r.Holders[0], &f))
	r.sound()
}

// TestDatedRules: the same decision on the day before a rule of law holds and on the day. What a rule refuses names it and its
// clause; what it refers names it.
func TestDatedRulesOfCertificates(t *testing.T) {
	for _, rule := range certificate.Rules {
		t.Run(rule.Code, func(t *testing.T) {
			for day, holds := range map[calendar.Date]bool{rule.From.AddDays(-1): false, rule.From: true} {
				n := newNode(t)
				circle, err := load.NewCircleOn(day, n.submit, 1, 2, rule.Law)
				if err != nil {
					t.Fatal(err)
				}
				r := &ring{node: n, Circle: circle}
				verdict := dated[rule.Code](r)
				switch {
				case !holds && verdict != "":
					t.Errorf("on %s it is answered: %s", day, verdict)
				case holds && verdict != rule.Code+" "+rule.Citation:
					t.Errorf("on %s it is answered %q", day, verdict)
				}
				r.sound()
			}
		})
	}
}

// answer is the rule and the citation by which a command is refused; "" where it is accepted.
func (r *ring) answer(actor id.Actor, c book.Command) string {
	r.t.Helper()
	if _, err := r.submit(actor, "", c); err == nil {
		return ""
	}
	if r.rejected.Code != "law_refuses" {
		r.t.Fatalf("%T: %v", c, r.rejected)
	}
	rule, _, _ := strings.Cut(strings.TrimPrefix(r.rejected.Sentence, "rule "), ":")
	return rule + " " + r.rejected.Citation
}

// dated brings about, for each rule, what it is against and no other one.
var dated = map[string]func(r *ring) string{
	"cn_real_trade": func(r *ring) string { // an imported invoice, without proof of delivery
		due := r.Today.AddDays(60)
		events := r.give(r.Maker, &book.ImportReceivable{
			Seller: r.Sellers[0], Buyer: r.Anchor, NumberText: "old 1", Number: trade.Token(load.Token("old 1")), Face: 1_000_00,
			Issued: r.Today.AddDays(-1), Due: due, Currency: r.Currency,
		})
		debt := event[*book.ReceivableOpened](events).Receivable.ID
		if err := r.Undertake(debt, 0, 1_000_00, due); err != nil {
			r.t.Fatal(err)
		}
		return r.answer(r.Buyer, r.Issuing(debt, 1_000_00, due))
	},
	"cn_tenor_twelve_months": func(r *ring) string { return r.justified(r.Today.AddMonths(12).AddDays(1)) },
	"cn_tenor_six_months": func(r *ring) string {
		due := r.Today.AddMonths(6).AddDays(1)
		return r.answer(r.Buyer, r.Issuing(r.undertaken(due), 1_000_00, due))
	},
	"cn_tenor_review": func(r *ring) string {
		due := r.Today.AddMonths(6).AddDays(1)
		if verdict := r.justified(due); verdict != "" {
			r.t.Fatal(verdict)
		}
		f := event[*book.FinancingOpened](r.give(r.SellerActors[0], &book.RequestQuote{
			Holding: id.Make[id.Holding](1, 1), Programme: r.Transferable, Payee: r.Accounts[0],
		})).Financing
		for _, o := range f.Outcomes {
			if f.State != funding.Referred {
				r.t.Fatalf("%+v leaves it %s", o, f.State)
			}
			for _, rule := range certificate.Rules {
				if rule.Code == o.Rule {
					return fmt.Sprint(o.Rule, " ", rule.Citation)
				}
			}
		}
		return ""
	},
	"cn_lender_instructs": func(r *ring) string {
		issued := r.issue(0, 1_000_00, 60)
		f := r.accept(0, issued.Holding.ID, 0)
		verdict := r.answer(r.Maker, &book.Disburse{Financing: f.ID})
		if verdict != "" && strings.HasPrefix(r.answer(r.FunderActor, &book.Disburse{Financing: f.ID}), "cn_lender_instructs") {
			r.t.Error("the lender itself is refused")
		}
		return verdict
	},
	"cn_financing_registered": func(r *ring) string {
		issued := r.issue(0, 1_000_00, 60)
		f := r.accept(0, issued.Holding.ID, 0)
		r.file("another registry")
		verdict := r.answer(r.FunderActor, &book.Disburse{Financing: f.ID})
		if verdict != "" {
			r.file(legal.CreditReferenceCentre)
			if again := r.answer(r.FunderActor, &book.Disburse{Financing: f.ID}); again != "" {
				r.t.Errorf("registered, it is answered %q", again)
			}
		}
		return verdict
	},
	"eu_payment_term": func(r *ring) string {
		due := r.Today.AddDays(61)
		return r.answer(r.Buyer, r.Issuing(r.undertaken(due), 1_000_00, due))
	},
}

// file has the funder's claim on the first seller's holdings in a registry.
func (r *ring) file(registry string) {
	r.t.Helper()
	proposed := event[*book.RegistrationProposed](r.give(r.Maker, &book.FileRegistration{
		Act: legal.File, Registry: registry, Number: "1", Grantor: r.Sellers[0], Secured: r.Funder, Description: load32("all holdings"),
		Filed: r.book.Date(), Expires: r.book.Date().AddDays(365),
	}))
	r.give(r.Checker, &book.ConfirmRegistration{Registration: proposed.Registration.ID, Decision: book.Approve})
}

// justified issues a certificate with a reason for its tenor.
func (r *ring) justified(due calendar.Date) string {
	r.t.Helper()
	c := r.Issuing(r.undertaken(due), 1_000_00, due)
	c.Justification = load32("seasonal stock")
	c.Justify("seasonal stock")
	c.Signatures = []book.Signature{r.Issuer.Sign(c.Statement())}
	return r.answer(r.Buyer, c)
}

// certified lets one certificate come to its end in two parts, and another stand with a holding of every status.
func certified(n *node, w *load.World) *ring {
	n.t.Helper()
	circle, err := w.Circle(n.submit, 4, certificate.NoLaw)
	if err != nil {
		n.t.Fatal(err)
	}
	r := &ring{node: n, Circle: circle}
	over := r.issue(0, 1_000_00, 60)
	r.redeem(over.Certificate.Receivable, 400_00)
	r.redeem(over.Certificate.Receivable, 600_00)
	stands := r.issue(0, 10_000_00, 60)
	debt, later := r.debt(1, 0, 1_000_00, 60), r.debt(1, 0, 1_000_00, 30)
	r.give(r.SellerActors[1], r.Standing(1, n.book.Date().AddDays(30)))
	first := stands.Holding.ID
	r.move(0,
		transfer(first, 500_00, r.Sellers[1], debt, certificate.OnRedemption, r.expires()),
		book.Move{Step: certificate.Pledge, Holding: first, Amount: 2_000_00, To: r.Sellers[1]},
	)
	r.redeem(stands.Certificate.Receivable, 1_000_00) // which ends offers: the next one comes after it
	r.move(0, transfer(r.freeOf(0, stands.Certificate.ID), 500_00, r.Sellers[1], later, certificate.AtOnce, n.at+80*86_400_000_000))
	f := r.accept(0, r.freeOf(0, stands.Certificate.ID), 3_000_00)
	r.give(r.Maker, &book.Disburse{Financing: f.ID})
	paid := id.Make[id.Payment](1, book.Counts(n.book)["payment"])
	r.give(r.Bank, &book.RecordOutcome{Payment: paid, State: payment.Executed, Bank: load.Token("certified"), Value: n.book.Date()})
	return r
}

// freeOf is a free holding of a seller in a certificate.
func (r *ring) freeOf(seller int, k id.Certificate) id.Holding {
	r.t.Helper()
	for n := book.Counts(r.book)["holding"]; n > 0; n-- {
		if h := r.holding(id.Make[id.Holding](1, n)); h.Live() && h.Status == certificate.Free && h.Holder == r.Sellers[seller] && h.Certificate == k {
			return h.ID
		}
	}
	r.t.Fatal("there is none")
	panic("unreachable")
}

func TestTheGuideHasEveryRuleOfLaw(t *testing.T) {
	guide, err := os.ReadFile("../doc/CERTIFICATES.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range certificate.Rules {
		found := false
		for line := range strings.Lines(string(guide)) {
			found = found || strings.HasPrefix(line, fmt.Sprintf("| `%s` | %s | %s |", rule.Code, rule.Law, rule.From)) && strings.Contains(line, "| "+rule.Citation+" |")
		}
		if !found {
			t.Errorf("%s of %s, %s, is not in the table", rule.Code, rule.From, rule.Citation)
		}
	}
}
