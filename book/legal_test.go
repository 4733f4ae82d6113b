package book_test

import (
	"fmt"
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/trade"
	"millrace/lab/load"
)

// enrolled gives an actor a signing key for its party.
func (s *scene) enrolled(p id.Party, actor id.Actor) {
	s.t.Helper()
	if _, err := s.Enrol(s.submit, p, actor, p.String()); err != nil {
		s.t.Fatal(err)
	}
}

// founded gives funders what the standard products ask for in a programme.
func (s *scene) founded(p id.Programme, funders ...id.Party) {
	s.t.Helper()
	for _, f := range append([]id.Party{s.Funder}, funders...) {
		if err := s.Ground(s.submit, p, f); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *scene) terminate(kind legal.Kind) {
	s.t.Helper()
	for number := uint64(1); number <= book.Counts(s.book)["agreement"]; number++ {
		if a := book.Record(s.book, "agreement", number).(legal.Agreement); a.Deed.Kind == kind && a.State == legal.Signed {
			s.give(s.Maker, &book.TerminateAgreement{Agreement: a.ID, From: s.book.Date(), Reason: load32("why")})
		}
	}
}

// legalQuarter adds to a book something of every agreement, notice and registration.
func legalQuarter(n *node, w *load.World, life func(discount bool, steps int, amount money.Minor) load.Life) {
	s := &scene{node: n, World: w}
	life(true, 9, 20_000_00)
	receipt := s.collect(w.Discounting, 18_000_00, w.Today)
	s.give(w.Maker, &book.Allocate{Receipt: receipt, Receivable: s.receivable(), Amount: 18_000_00, Payer: book.ByBuyer})
	s.give(w.Maker, &book.CloseFinancing{Financing: s.financing()})
	s.give(w.Maker, &book.ReassignReceivable{Financing: s.financing()})
	s.give(w.Maker, &book.DraftNotice{
		About: legal.Reassignment, Seller: s.debt(s.receivable()).Seller, Funder: w.Funder, Programme: w.Discounting, Receivable: s.receivable(), Law: "DE",
		Account: load32("account"), Letter: load32("letter"), LetterHash: load32("letter"),
	})
	life(true, 4, 1_000_00)
	s.give(w.Buyer, &book.RecordMisdirectedPayment{Receivable: s.receivable(), Amount: 400_00, Paid: w.Today, Proof: load32("proof")})
	life(false, 9, 0)
	s.give(w.Buyer, &book.RecordMisdirectedPayment{Receivable: s.receivable(), Amount: 400_00, Paid: w.Today, Proof: load32("proof")})
	s.registered("R-1", w.Today)
	s.give(w.Maker, s.search(s.finding("E-1")))
	s.give(w.Checker, &book.ReleaseEncumbrance{Encumbrance: latest[id.Encumbrance](s, "encumbrance"), State: legal.Waived, Proof: load32("waiver")})
	s.give(w.Maker, s.contract(legal.Restriction{Law: "DE", Dated: w.Today}))
}

// registered has a registration of seller 0 for the funder.
func (s *scene) registered(number string, filed calendar.Date) id.Registration {
	s.t.Helper()
	c := s.filing()
	c.Number, c.Filed = number, filed
	s.give(s.Maker, c)
	r := latest[id.Registration](s, "registration")
	s.give(s.Checker, &book.ConfirmRegistration{Registration: r, Decision: book.Approve})
	return r
}

func (s *scene) filing() *book.FileRegistration {
	return &book.FileRegistration{
		Act: legal.File, Registry: "national", Grantor: s.Sellers[0], Secured: s.Funder, Description: load32("all receivables"),
		Expires: s.book.Date().AddDays(365),
	}
}

func (s *scene) search(found ...book.Finding) *book.RecordSearch {
	return &book.RecordSearch{Registry: "national", Against: s.Sellers[0], Date: s.book.Date(), Certificate: load32("certificate"), Found: found}
}

func (s *scene) finding(number string) book.Finding {
	return book.Finding{Number: number, Holder: load32("holder"), Assigned: s.Today.AddDays(-100), Registered: s.Today.AddDays(-100)}
}

func (s *scene) contract(terms legal.Restriction) *book.RecordSalesContract {
	return &book.RecordSalesContract{Seller: s.Sellers[0], Buyer: s.Anchor, Terms: terms, Text: load32("clause")}
}

func (s *scene) drafting(kind legal.Kind) *book.DraftAgreement {
	return &book.DraftAgreement{
		Template: s.Templates[kind], Effective: s.Today, TermsHash: load32("terms"), Terms: load32("terms"), Currency: s.Currency,
		Parties: []legal.Signatory{{Party: s.Sellers[0], Role: legal.Seller}, {Party: s.Funder, Role: legal.Funder}},
	}
}

// signing drafts an agreement and gives the command by which a party signs it.
func (s *scene) signing(p id.Party) *book.SignAgreement {
	s.t.Helper()
	s.give(s.Maker, s.drafting(legal.ReceivablesPurchase))
	a := latest[id.Agreement](s, "agreement")
	c := &book.SignAgreement{Agreement: a, Party: p, Deed: book.Record(s.book, "agreement", a.Number()).(legal.Agreement).Deed}
	c.Signatures = []book.Signature{s.Signers[p].Sign(c.Statement())}
	return c
}

func (s *scene) notice() *book.DraftNotice {
	return &book.DraftNotice{
		About: legal.Assignment, Seller: s.Sellers[0], Funder: s.Funder, Programme: s.Payables, Law: "DE", Account: load32("account"),
		Letter: load32("letter"), LetterHash: load32("letter"),
	}
}

func (s *scene) drafted() id.Notice {
	s.t.Helper()
	s.give(s.Maker, s.notice())
	return latest[id.Notice](s, "notice")
}

func (s *scene) serving(n id.Notice) *book.AdvanceNotice {
	return &book.AdvanceNotice{Notice: n, State: legal.NoticeServed, Date: s.book.Date(), Method: legal.Courier, Proof: load32("receipt")}
}

// silent is a programme of payables finance in which no notice was served.
func (s *scene) silent() id.Programme {
	s.t.Helper()
	s.give(s.Maker, s.propose())
	p := latest[id.Programme](s, "programme")
	s.give(s.Checker, &book.ApproveProgramme{Programme: p})
	return p
}

// searching is a programme whose product asks for a search of at most 30 days.
func (s *scene) searching() id.Programme {
	s.t.Helper()
	p := s.programme(func(t *product.Terms) { t.Undertaking, t.SearchDaysMax = product.UndertakingNone, 30 })
	s.deposit(p, s.Funder, 300_000_00)
	s.live(5, func(l *load.Life) { l.Due = s.Today.AddDays(100) })
	return p
}

func (s *scene) quoteIn(p id.Programme) *book.RequestQuote {
	return &book.RequestQuote{Receivable: s.receivable(), Programme: p, Payee: s.Accounts[0]}
}

func init() { refusals = append(refusals, legalRefusals...) }

var legalRefusals = []refusal{
	{"agreement_kind_invalid", "There is no such kind of agreement.", "Choose one of the kinds.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.ProposeTemplate{Name: "terms"}
	}},
	{"agreement_missing", "The product names an agreement that is not live between the parties that the sentence names.", "Have it drafted and signed by all of them.", func(s *scene) (id.Actor, book.Command) {
		s.live(5)
		s.terminate(legal.ReceivablesPurchase)
		return s.SellerActors[0], s.quote()
	}},
	{"agreement_state", "The agreement is signed by all, or terminated.", "Look at its state; draft another one.", func(s *scene) (id.Actor, book.Command) {
		c := s.signing(s.Funder)
		s.give(s.Maker, &book.TerminateAgreement{Agreement: c.Agreement, Reason: load32("why")})
		return s.Maker, c
	}},
	{"agreement_unknown", "There is no such agreement.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.TerminateAgreement{Agreement: beyond[id.Agreement](s, "agreement")}
	}},
	{"already_reassigned", "What the financing claimed is the seller's again.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		s.covered()
		s.give(s.Maker, &book.ReassignReceivable{Financing: s.financing()})
		return s.Maker, &book.ReassignReceivable{Financing: s.financing()}
	}},
	{"already_signed", "The party has signed the agreement.", "Nothing: the others have to.", func(s *scene) (id.Actor, book.Command) {
		c := s.signing(s.Funder)
		s.give(s.Maker, c)
		return s.Maker, c
	}},
	{"assignment_barred", "The contract between seller and buyer bans assignment, and by its law that binds whoever takes the claim.", "Get the buyer's consent and record it.", func(s *scene) (id.Actor, book.Command) {
		s.live(5)
		s.give(s.Maker, s.contract(legal.Restriction{Law: "FR", Dated: s.Today, Bans: true}))
		return s.SellerActors[0], s.quote()
	}},
	{"deed_differs", "What was signed is not what the agreement says.", "Sign the agreement as it stands.", func(s *scene) (id.Actor, book.Command) {
		c := s.signing(s.Funder)
		c.Deed.Amount++
		c.Signatures[0] = s.Signers[s.Funder].Sign(c.Statement())
		return s.Maker, c
	}},
	{"encumbrance_invalid", "What a search has found lacks its number, its holder or the day of assignment, or is named twice.", "Complete it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.search(book.Finding{Number: "E-1"})
	}},
	{"encumbrance_prior", "Somebody else holds rights in the receivable that come before the funder's.", "Get the holder's waiver, or proof that they have ended, and record it.", func(s *scene) (id.Actor, book.Command) {
		s.live(5)
		s.give(s.Maker, s.search(s.finding("E-1")))
		return s.SellerActors[0], s.quote()
	}},
	{"encumbrance_state", "An encumbrance that stands is waived or has ended, once.", "Look at its state.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.Maker, s.search(s.finding("E-1")))
		return s.Checker, &book.ReleaseEncumbrance{Encumbrance: latest[id.Encumbrance](s, "encumbrance")}
	}},
	{"encumbrance_unknown", "There is no such encumbrance.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.ReleaseEncumbrance{Encumbrance: 1<<16 | 1}
	}},
	{"law_invalid", "The governing law is not a code of ISO 3166.", "Use a country, or a part of one: DE, GB-ENG.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.ProposeTemplate{Name: "terms", About: legal.ReceivablesPurchase, Law: "Germany"}
	}},
	{"letter_differs", "The letter that is acknowledged is not that of the notice.", "Acknowledge the letter as it was served.", func(s *scene) (id.Actor, book.Command) {
		return s.Buyer, &book.AdvanceNotice{Notice: s.drafted(), State: legal.NoticeAcknowledged, Date: s.Today}
	}},
	{"method_invalid", "There is no such way to serve a notice.", "Choose one of the methods.", func(s *scene) (id.Actor, book.Command) {
		c := s.serving(s.drafted())
		c.Method = 0
		return s.Maker, c
	}},
	{"not_reassigned", "The receivable has not been given back.", "Reassign it first.", func(s *scene) (id.Actor, book.Command) {
		s.live(5)
		c := s.notice()
		c.About, c.Receivable = legal.Reassignment, s.receivable()
		return s.Maker, c
	}},
	{"not_signatory", "The party is not one of the agreement's.", "Look at its parties.", func(s *scene) (id.Actor, book.Command) {
		c := s.signing(s.Funder)
		c.Party = s.Anchor
		c.Signatures[0] = s.Signers[s.Anchor].Sign(c.Statement())
		return s.Maker, c
	}},
	{"notice_kind_invalid", "A notice is of an assignment or of a reassignment.", "Say which.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.DraftNotice{}
	}},
	{"notice_missing", "The buyer has not been told whom it has to pay, and the product wants it to be.", "Draft the notice, serve it, and record how.", func(s *scene) (id.Actor, book.Command) {
		p := s.silent()
		for _, key := range s.keysOf(p) {
			s.limit(key, 1_000_000_00, 300)
		}
		s.deposit(p, s.Funder, 200_000_00)
		s.live(5)
		s.give(s.SellerActors[0], s.quoteIn(p))
		s.give(s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()})
		return s.Maker, &book.Disburse{Financing: s.financing()}
	}},
	{"notice_state", "The notice has come as far already, or not as far as this needs.", "Look at its state.", func(s *scene) (id.Actor, book.Command) {
		c := s.serving(s.drafted())
		s.give(s.Maker, c)
		return s.Maker, c
	}},
	{"notice_step_invalid", "A notice is served, proved or acknowledged.", "Say which.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.AdvanceNotice{Notice: s.drafted(), Date: s.Today}
	}},
	{"notice_unknown", "There is no such notice.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.serving(beyond[id.Notice](s, "notice"))
	}},
	{"proof_missing", "What shows it is missing.", "Send the proof.", func(s *scene) (id.Actor, book.Command) {
		s.live(4)
		return s.Buyer, &book.RecordMisdirectedPayment{Receivable: s.receivable(), Amount: 1, Paid: s.Today}
	}},
	{"receivable_other_pair", "The receivable is between others.", "Name one of the seller that is meant, on the buyer that is meant.", func(s *scene) (id.Actor, book.Command) {
		s.live(4)
		c := s.notice()
		c.Seller, c.Receivable = s.Sellers[1], s.receivable()
		return s.Maker, c
	}},
	{"registration_number", "A registration has one number: the one that its registry gave.", "Give it once, where it was entered or where it is confirmed.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.Maker, s.filing())
		return s.Checker, &book.ConfirmRegistration{Registration: latest[id.Registration](s, "registration"), Decision: book.Approve}
	}},
	{"registration_state", "The registration is not in a state in which this can be done.", "Look at its state.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.ConfirmRegistration{Registration: s.registered("R-1", s.Today), Decision: book.Approve}
	}},
	{"registration_unknown", "There is no such registration.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.ConfirmRegistration{Registration: 1<<16 | 1}
	}},
	{"registry_act_invalid", "At a registry one files, renews or discharges.", "Say which.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.FileRegistration{}
	}},
	{"registry_invalid", "The registry has no name, or a name or number is too long.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.RecordSearch{Against: s.Sellers[0]}
	}},
	{"search_missing", "The product wants a search of a registry against the seller, and there is none that is new enough.", "Search, and record the outcome.", func(s *scene) (id.Actor, book.Command) {
		return s.SellerActors[0], s.quoteIn(s.searching())
	}},
	{"signatories_invalid", "The parties are too few or too many, named twice, or not those that an agreement of this kind is between.", "Correct them.", func(s *scene) (id.Actor, book.Command) {
		c := s.drafting(legal.ReceivablesPurchase)
		c.Parties[0] = legal.Signatory{Party: s.Anchor, Role: legal.Anchor}
		return s.Maker, c
	}},
	{"template_name_invalid", "A template has a name of 1 to 100 bytes.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.ProposeTemplate{}
	}},
	{"template_state", "The template is not in a state in which this can be done.", "Look at its state; agreements are made from live templates.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.Maker, &book.RetireTemplate{Template: s.Templates[legal.ReceivablesPurchase]})
		return s.Maker, s.drafting(legal.ReceivablesPurchase)
	}},
	{"template_unknown", "There is no such template.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.ApproveTemplate{Template: beyond[id.Template](s, "template")}
	}},
	{"text_missing", "A text, or the hash of one, is missing.", "Send it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.ProposeTemplate{Name: "terms", About: legal.ReceivablesPurchase, Law: "DE"}
	}},
	{"warranty_unbroken", "No payment to the seller that freed the buyer is on record.", "Record it first, with the buyer's proof.", func(s *scene) (id.Actor, book.Command) {
		s.live(9)
		return s.FunderActor, &book.CallWarranty{Financing: s.financing()}
	}},
}

// covered is a financing with recourse that was covered before the buyer had paid all.
func (s *scene) covered() {
	s.t.Helper()
	s.live(9, discounted, amounting(20_000_00), dueIn30)
	s.allocate(s.collect(s.Discounting, 18_000_00, s.Today), s.receivable(), 18_000_00, book.ByBuyer)
	s.give(s.Maker, &book.CloseFinancing{Financing: s.financing()})
}

func (s *scene) sound() {
	s.t.Helper()
	if breaches := book.Check(s.book); len(breaches) > 0 {
		s.t.Error(breaches)
	}
}

func TestNoFinancingWithoutTheAgreementsOfItsProduct(t *testing.T) {
	for _, kind := range []legal.Kind{legal.ReceivablesPurchase, legal.AnchorAccession, legal.PaymentUndertaking} {
		for steps, submit := range map[int]func(s *scene) (id.Actor, book.Command){
			5: func(s *scene) (id.Actor, book.Command) { return s.SellerActors[0], s.quote() },
			6: func(s *scene) (id.Actor, book.Command) {
				return s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()}
			},
			7: func(s *scene) (id.Actor, book.Command) { return s.Maker, &book.Disburse{Financing: s.financing()} },
		} {
			t.Run(fmt.Sprint(kind, steps), func(t *testing.T) {
				s := newScene(t)
				s.live(steps)
				s.terminate(kind)
				actor, c := submit(s)
				s.refused("agreement_missing", actor, c)
				s.sound()
			})
		}
	}
}

func TestAnAgreementBindsWhenAllHaveSignedAndUntilItsLastDay(t *testing.T) {
	s := newScene(t)
	s.terminate(legal.ReceivablesPurchase)
	s.live(5)
	c := s.drafting(legal.ReceivablesPurchase)
	c.Effective, c.Until = s.Today.AddDays(1), s.Today.AddDays(2)
	s.give(s.Maker, c)
	a := latest[id.Agreement](s, "agreement")
	sign := func(p id.Party) {
		c := &book.SignAgreement{Agreement: a, Party: p, Deed: book.Record(s.book, "agreement", a.Number()).(legal.Agreement).Deed}
		c.Signatures = []book.Signature{s.Signers[p].Sign(c.Statement())}
		s.give(s.Maker, c)
	}
	sign(s.Funder)
	s.wait(1)
	s.refused("agreement_missing", s.SellerActors[0], s.quote()) // one signature of two
	sign(s.Sellers[0])
	s.give(s.SellerActors[0], s.quote())
	s.wait(1)
	s.give(s.SellerActors[0], s.quote())
	s.give(s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()})
	s.wait(1)
	s.refused("agreement_missing", s.Maker, &book.Disburse{Financing: s.financing()})
	s.sound()
}

func TestAForgedSignatureOrAnotherMandateSignsNothing(t *testing.T) {
	s := newScene(t)
	c := s.signing(s.Funder)
	c.Signatures[0].Bytes[0] ^= 1
	s.refused("signature_invalid", s.Maker, c)
	c = s.signing(s.Funder)
	c.Signatures[0] = s.Signers[s.Anchor].Sign(c.Statement())
	s.refused("signing_key_other_party", s.Maker, c)
	s.give(s.Maker, &book.RevokeSigningKey{Key: s.Signers[s.Funder].Key})
	s.refused("signing_key_state", s.Maker, s.signing(s.Funder))
	s.refused("other_party", s.SellerActors[1], s.signing(s.Sellers[0]))
}

func TestNotices(t *testing.T) {
	s := newScene(t)
	n := s.drafted()
	proved := &book.AdvanceNotice{Notice: n, State: legal.NoticeProved, Date: s.Today, Proof: load32("returned card")}
	s.refused("notice_state", s.Maker, proved)
	s.give(s.SellerActors[0], s.serving(n))
	s.give(s.Maker, proved)
	acknowledged := &book.AdvanceNotice{Notice: n, State: legal.NoticeAcknowledged, Date: s.Today, LetterHash: load32("letter")}
	s.refused("other_party", s.Maker, acknowledged)
	acknowledged.Signatures = []book.Signature{s.Signers[s.Funder].Sign(acknowledged.Statement())}
	s.refused("signing_key_other_party", s.Maker, acknowledged)
	acknowledged.Signatures = []book.Signature{s.Signers[s.Anchor].Sign(acknowledged.Statement())}
	s.give(s.Maker, acknowledged) // the operator brings the debtor's signature
	got := book.Record(s.book, "notice", n.Number()).(legal.Notice)
	if got.State != legal.NoticeAcknowledged || got.Key != s.Signers[s.Anchor].Key || got.Proved == 0 || got.Served == 0 {
		t.Errorf("%+v", got)
	}
	other := s.drafted()
	s.give(s.Buyer, &book.AdvanceNotice{Notice: other, State: legal.NoticeAcknowledged, Date: s.Today, LetterHash: load32("letter")})
	if got := book.Record(s.book, "notice", other.Number()).(legal.Notice); got.Served != s.Today || got.Method != legal.Platform {
		t.Errorf("who acknowledges has received it: %+v", got)
	}
	s.sound()
}

// undisclosed is a life in a programme of which the buyer knows nothing, paid out.
func (s *scene) undisclosed(amount money.Minor) id.Programme {
	s.t.Helper()
	s.give(s.Maker, &book.ProposeProduct{Terms: func() product.Terms {
		t := product.PayablesFinance(uint16(trade.Invoiced))
		t.Disclosed, t.Undertaking = false, product.UndertakingNone
		return t
	}()})
	s.give(s.Checker, &book.ApproveProduct{Product: latest[id.Product](s, "product")})
	c := s.propose()
	c.Product = latest[id.Product](s, "product")
	s.give(s.Maker, c)
	p := latest[id.Programme](s, "programme")
	s.give(s.Checker, &book.ApproveProgramme{Programme: p})
	for _, key := range s.keysOf(p) {
		s.limit(key, 1_000_000_00, 300)
	}
	s.deposit(p, s.Funder, 200_000_00)
	s.live(4, amounting(amount), dueIn30)
	s.give(s.SellerActors[0], s.quoteIn(p))
	s.give(s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()})
	s.give(s.Maker, &book.Disburse{Financing: s.financing()})
	s.give(s.Bank, &book.RecordOutcome{Payment: s.payment(), State: 4, Value: s.Today})
	return p
}

// A purchase of 36,000.00 without notice; the buyer pays 36,000.00 to the seller, which frees it. The seller is called and
// pays the funder; after a notice another such payment frees nobody.
func TestPaymentToTheSellersAccount(t *testing.T) {
	s := newScene(t)
	p := s.undisclosed(36_000_00)
	r, f := s.receivable(), s.financing()
	debt := ledger.Key{Entity: s.Sellers[0], Counterparty: s.Anchor, Code: ledger.TradeReceivables}
	payable := ledger.Key{Entity: s.Anchor, Counterparty: s.Sellers[0], Code: ledger.TradePayables}
	bank := book.BalanceOf(s.book, ledger.Key{Entity: s.Sellers[0], Code: ledger.SellerBank, Currency: s.Currency})
	s.refused("warranty_unbroken", s.FunderActor, &book.CallWarranty{Financing: f})
	s.refused("other_party", s.otherBuyer(), &book.RecordMisdirectedPayment{Receivable: r, Amount: 1, Paid: s.Today, Proof: load32("proof")})
	s.refused("amount_invalid", s.Buyer, &book.RecordMisdirectedPayment{Receivable: r, Amount: 36_000_01, Paid: s.Today, Proof: load32("proof")})
	s.refused("date_invalid", s.Buyer, &book.RecordMisdirectedPayment{Receivable: r, Amount: 1, Paid: s.Today.AddDays(1), Proof: load32("proof")})
	s.give(s.Buyer, &book.RecordMisdirectedPayment{Receivable: r, Amount: 36_000_00, Paid: s.Today, Proof: load32("proof")})
	m := book.Record(s.book, "misdirected", 1).(legal.Misdirected)
	if m.Effect != legal.Discharged || m.Financing != f || s.debt(r).State != receivable.Closed {
		t.Errorf("%+v, receivable %s", m, s.debt(r).State)
	}
	s.stands(map[ledger.Key]money.Minor{debt: -36_000_00, payable: 0, {Entity: s.Sellers[0], Code: ledger.SellerBank}: bank + 36_000_00})
	s.give(s.FunderActor, &book.CallWarranty{Financing: f})
	s.refused("financing_state", s.FunderActor, &book.CallWarranty{Financing: f})
	s.allocate(s.collect(p, 36_000_00, s.Today), r, 36_000_00, book.BySeller)
	s.give(s.Maker, &book.CloseFinancing{Financing: f})
	s.refused("nothing_outstanding", s.FunderActor, &book.ReassignReceivable{Financing: f})
	s.stands(map[ledger.Key]money.Minor{
		debt: 0, payable: 0, {Entity: s.Sellers[0], Code: ledger.SellerBank}: bank,
		{Entity: s.Funder, Programme: p, Counterparty: s.Anchor, Code: ledger.PurchasedReceivables}: 0,
	})
}

// otherBuyer is an actor of a buyer that is not the debtor.
func (s *scene) otherBuyer() id.Actor {
	s.t.Helper()
	s.give(s.Maker, &book.RegisterParty{Roles: party.Buyer, Country: "FR", Tokens: []party.Token{party.Token(load.Token("another buyer"))}})
	s.give(s.Maker, &book.RegisterActor{Party: latest[id.Party](s, "party"), Role: party.Buyer})
	return latest[id.Actor](s, "actor")
}

func TestAfterNoticeTheBuyerStillOwes(t *testing.T) {
	for _, test := range []struct {
		name string
		paid int // days after the notice
		want legal.Effect
	}{{"the day before", -1, legal.Discharged}, {"on the day", 0, legal.Outstanding}, {"the day after", 1, legal.Outstanding}} {
		t.Run(test.name, func(t *testing.T) {
			s := newScene(t)
			p := s.undisclosed(36_000_00)
			s.wait(2)
			s.give(s.Maker, func() *book.DraftNotice { c := s.notice(); c.Programme = p; return c }())
			s.give(s.Maker, s.serving(latest[id.Notice](s, "notice")))
			told := s.book.Date()
			s.wait(2)
			s.give(s.Buyer, &book.RecordMisdirectedPayment{Receivable: s.receivable(), Amount: 36_000_00, Paid: told.AddDays(test.paid), Proof: load32("proof")})
			m := book.Record(s.book, "misdirected", 1).(legal.Misdirected)
			if m.Effect != test.want || (m.Notice != 0) != (test.want == legal.Outstanding) || m.Citation == "" && test.want == legal.Outstanding {
				t.Errorf("%+v", m)
			}
			r := s.debt(s.receivable())
			if open := r.Outstanding() != 0; open != (test.want == legal.Outstanding) {
				t.Errorf("outstanding: %v", open)
			}
			s.sound()
		})
	}
	t.Run("an irrevocable undertaking is to pay the holder", func(t *testing.T) {
		s := newScene(t)
		s.live(9)
		s.give(s.Buyer, &book.RecordMisdirectedPayment{Receivable: s.receivable(), Amount: 1_00, Paid: s.Today.AddDays(-30), Proof: load32("proof")})
		if m := book.Record(s.book, "misdirected", 1).(legal.Misdirected); m.Effect != legal.Outstanding {
			t.Errorf("%+v", m)
		}
		s.sound()
	})
}

func TestReassignment(t *testing.T) {
	s := newScene(t)
	s.covered()
	f, r := s.financing(), s.receivable()
	s.refused("already_financed", s.SellerActors[0], s.quoteIn(s.Payables))
	s.give(s.Buyer, &book.RecordMisdirectedPayment{Receivable: r, Amount: 1_00, Paid: s.Today, Proof: load32("proof")})
	s.give(s.FunderActor, &book.ReassignReceivable{Financing: f})
	if got := s.debt(r); got.Financing != 0 || got.Outstanding() != 2_000_00 {
		t.Errorf("%+v", got)
	}
	c := s.notice()
	c.About, c.Programme, c.Receivable = legal.Reassignment, s.Discounting, r
	s.give(s.Maker, c)
	s.give(s.Maker, s.serving(latest[id.Notice](s, "notice")))
	if n := book.Record(s.book, "notice", latest[id.Notice](s, "notice").Number()).(legal.Notice); n.Claimant != s.Sellers[0] {
		t.Errorf("%+v", n)
	}
	s.sound()
}

func TestRegistrationsAreFiledRenewedAndDischarged(t *testing.T) {
	s := newScene(t)
	s.give(s.FunderActor, s.filing()) // the registry answers later
	r := latest[id.Registration](s, "registration")
	confirm := &book.ConfirmRegistration{Registration: r, Decision: book.Approve, Number: "N-7", Date: s.Today}
	s.refused("second_person", s.FunderActor, confirm)
	s.give(s.Maker, confirm)
	renew := &book.FileRegistration{Registration: r, Act: legal.Renew, Expires: s.Today.AddDays(365)}
	s.refused("date_invalid", s.Maker, renew)
	renew.Expires++
	s.give(s.Maker, renew)
	s.refused("registration_state", s.Maker, renew)
	s.sound()
	s.give(s.Checker, &book.ConfirmRegistration{Registration: r, Decision: book.Approve})
	s.give(s.Maker, &book.FileRegistration{Registration: r, Act: legal.Discharge})
	s.give(s.Checker, &book.ConfirmRegistration{Registration: r, Decision: book.Decline})
	s.give(s.Maker, &book.FileRegistration{Registration: r, Act: legal.Discharge})
	s.give(s.Checker, &book.ConfirmRegistration{Registration: r, Decision: book.Approve, Date: s.Today})
	got := book.Record(s.book, "registration", r.Number()).(legal.Registration)
	if got.State != legal.RegistrationDischarged || got.Number != "N-7" || got.Renewals != 1 || got.Expires != renew.Expires {
		t.Errorf("%+v", got)
	}
	s.sound()
}

func TestSearches(t *testing.T) {
	s := newScene(t)
	p := s.searching()
	s.give(s.FunderActor, s.search())
	s.give(s.SellerActors[0], s.quoteIn(p))
	s.wait(30)
	s.give(s.SellerActors[0], s.quoteIn(p))
	s.wait(1)
	s.refused("search_missing", s.SellerActors[0], s.quoteIn(p))
	s.give(s.Maker, s.search(s.finding("E-1"), s.finding("E-2")))
	s.refused("encumbrance_prior", s.SellerActors[0], s.quoteIn(p))
	e := latest[id.Encumbrance](s, "encumbrance")
	for _, one := range []id.Encumbrance{e - 1<<16, e} {
		release := &book.ReleaseEncumbrance{Encumbrance: one, State: legal.Waived, Proof: load32("waiver")}
		s.refused("second_person", s.Maker, release)
		s.give(s.Checker, release)
	}
	s.give(s.SellerActors[0], s.quoteIn(p))
	s.give(s.Maker, s.search(s.finding("E-1"))) // known, and waived
	if got := book.Counts(s.book)["encumbrance"]; got != 2 {
		t.Errorf("%d encumbrances", got)
	}
	s.give(s.SellerActors[0], s.quoteIn(p))
	s.sound()
}

// Each rule that depends on a date decides otherwise on the day before than on the day, and cites its clause.
func TestDatedRules(t *testing.T) {
	on := func(t *testing.T, year, month, day int) *scene {
		date, _ := calendar.Of(year, month, day)
		n := newNode(t)
		w, err := load.NewWorldOn(n.submit, 2, date)
		if err != nil {
			t.Fatal(err)
		}
		return &scene{node: n, World: w}
	}
	quoted := func(s *scene) *book.Rejection {
		s.live(5)
		_, _ = s.submit(s.SellerActors[0], "", s.quote())
		return s.rejected
	}
	chinese := func(s *scene) {
		s.terminate(legal.ReceivablesPurchase)
		delete(s.Templates, legal.ReceivablesPurchase)
		s.give(s.Maker, &book.ProposeTemplate{Name: "purchase", About: legal.ReceivablesPurchase, Law: "CN", TextHash: load32("text"), Text: load32("text")})
		s.give(s.Checker, &book.ApproveTemplate{Template: latest[id.Template](s, "template")})
		s.Templates[legal.ReceivablesPurchase] = latest[id.Template](s, "template")
		if _, err := s.Agree(s.submit, legal.ReceivablesPurchase, legal.Signatory{Party: s.Sellers[0], Role: legal.Seller}, legal.Signatory{Party: s.Funder, Role: legal.Funder}); err != nil {
			s.t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name             string
		year, month, day int
		arrange          func(s *scene)
		code, cites      string
	}{
		{"Civil Code 545, the day before", 2020, 12, 31, func(s *scene) {
			s.give(s.Maker, s.contract(legal.Restriction{Law: "CN", Dated: s.Today.AddDays(-10), Bans: true}))
		}, "assignment_barred", "Contract Law of the People's Republic of China (1999), art. 79(2); Civil Code art. 545(2) only from 2021-01-01"},
		{"Civil Code 545, on the day", 2021, 1, 1, func(s *scene) {
			s.give(s.Maker, s.contract(legal.Restriction{Law: "CN", Dated: s.Today.AddDays(-10), Bans: true}))
		}, "", ""},
		{"SI 2018/1254, the day before", 2026, 9, 1, func(s *scene) {
			dated, _ := calendar.Of(2018, 12, 30)
			s.give(s.Maker, s.contract(legal.Restriction{Law: "GB", Dated: dated, Bans: true}))
		}, "assignment_barred", "Business Contract Terms (Assignment of Receivables) Regulations 2018 (SI 2018/1254), reg. 1: contracts from 2018-12-31 only"},
		{"SI 2018/1254, on the day", 2026, 9, 1, func(s *scene) {
			dated, _ := calendar.Of(2018, 12, 31)
			s.give(s.Maker, s.contract(legal.Restriction{Law: "GB", Dated: dated, Bans: true}))
		}, "", ""},
		{"SI 2018/1254, a large seller", 2026, 9, 1, func(s *scene) {
			s.give(s.Maker, s.contract(legal.Restriction{Law: "GB", Dated: s.Today, Bans: true, Exempt: true}))
		}, "assignment_barred", "Business Contract Terms (Assignment of Receivables) Regulations 2018 (SI 2018/1254), regs. 3 and 4"},
		{"Civil Code 768, the day before: first in time", 2020, 12, 31, func(s *scene) {
			chinese(s)
			s.registered("R-1", s.Today)
			f := s.finding("letter")
			f.Registered = 0
			s.give(s.Maker, s.search(f))
		}, "encumbrance_prior", ""},
		{"Civil Code 768, on the day: registered before unregistered", 2021, 1, 1, func(s *scene) {
			chinese(s)
			s.registered("R-1", s.Today)
			f := s.finding("letter")
			f.Registered = 0
			s.give(s.Maker, s.search(f))
		}, "", ""},
		{"Civil Code 768: the earlier registration", 2021, 1, 1, func(s *scene) {
			chinese(s)
			s.registered("R-1", s.Today)
			s.give(s.Maker, s.search(s.finding("E-1")))
		}, "encumbrance_prior", "Civil Code of the People's Republic of China, art. 768"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := on(t, test.year, test.month, test.day)
			test.arrange(s)
			rejection := quoted(s)
			switch {
			case test.code == "" && rejection != nil:
				t.Fatal(rejection)
			case test.code != "" && (rejection == nil || rejection.Code != test.code || rejection.Citation != test.cites):
				t.Fatalf("%+v", rejection)
			}
			s.sound()
		})
	}
}

func TestTheFunderWithAnAgreementStepsIn(t *testing.T) {
	s := newScene(t)
	second, _ := s.funder()
	p := s.programme(func(t *product.Terms) {}, funding.Funder{Party: second, Priority: 2, Rate: 50_000})
	s.limit(s.keysOf(p)[2], 1_000_000_00, 300)
	key := s.keysOf(p)[2]
	key.Party = second
	s.limit(key, 1_000_000_00, 300)
	s.deposit(p, s.Funder, 200_000_00)
	s.deposit(p, second, 200_000_00)
	s.live(5)
	for number := uint64(1); number <= book.Counts(s.book)["agreement"]; number++ {
		a := book.Record(s.book, "agreement", number).(legal.Agreement)
		if a.Deed.Kind == legal.ReceivablesPurchase && a.Deed.PartyIn(legal.Funder) == s.Funder && a.State == legal.Signed {
			s.give(s.Maker, &book.TerminateAgreement{Agreement: a.ID, From: s.Today, Reason: load32("why")})
		}
	}
	s.give(s.SellerActors[0], s.quoteIn(p))
	if f := s.financed(s.financing()); f.Funder != second {
		t.Errorf("%+v", f)
	}
}

// legal draws one of the commands of agreements, notices and registrations.
func (s *street) legal() (id.Actor, book.Command) {
	w := s.world
	today := s.book.Date()
	proof := [][32]byte{load32("proof"), load32("proof"), load32("proof"), {}}[s.pick(4, "proof")]
	seller, operator := w.Sellers[s.seller()], []id.Actor{w.Maker, w.Checker}[s.pick(2, "operator")]
	switch s.pick(18, "legal") {
	case 0, 1, 2:
		return w.Buyer, &book.RecordMisdirectedPayment{Receivable: s.open(), Amount: s.amount(), Paid: today.AddDays(-s.pick(60, "paid")), Proof: proof}
	case 3, 4:
		return w.FunderActor, &book.CallWarranty{Financing: s.financing(funding.Outstanding, funding.Overdue)}
	case 5, 6:
		return w.Maker, &book.ReassignReceivable{Financing: s.financing(funding.ClosedState)}
	case 7:
		c := &book.DraftNotice{
			About: legal.NoticeKind(s.pick(4, "kind")), Seller: seller, Funder: []id.Party{w.Funder, s.second}[s.pick(2, "funder")], Programme: s.programme(), Law: "DE",
			Account: proof, Letter: load32("letter"), LetterHash: load32("letter"),
		}
		if s.pick(2, "one") == 0 {
			c.Receivable = some[id.Receivable](s, "receivable")
		}
		return operator, c
	case 8:
		actor := []id.Actor{w.Maker, w.Buyer}[s.pick(2, "actor")]
		return actor, &book.AdvanceNotice{
			Notice: some[id.Notice](s, "notice"), State: legal.NoticeState(s.pick(6, "state")), Date: today.AddDays(-s.pick(3, "date")),
			Method: legal.Method(s.pick(7, "method")), Proof: proof, LetterHash: load32("letter"),
		}
	case 9:
		c := &book.RecordSearch{Registry: "national", Against: seller, Date: today.AddDays(-s.pick(3, "date")), Certificate: proof}
		for range s.pick(3, "found") {
			c.Found = append(c.Found, book.Finding{Number: fmt.Sprint("E-", s.pick(5, "number")), Holder: load32("holder"), Assigned: today, Receivable: some[id.Receivable](s, "receivable")})
		}
		return operator, c
	case 10, 11:
		return operator, &book.ReleaseEncumbrance{Encumbrance: some[id.Encumbrance](s, "encumbrance"), State: legal.EncumbranceState(s.pick(4, "state")), Proof: proof}
	case 12:
		c := &book.FileRegistration{
			Registration: some[id.Registration](s, "registration"), Act: legal.Act(s.pick(5, "act")), Registry: "national", Grantor: seller, Secured: w.Funder,
			Description: proof, Expires: today.AddDays(s.pick(400, "expires")),
		}
		if c.Act == legal.File {
			c.Registration = 0
			if s.pick(2, "by hand") == 0 {
				c.Number, c.Filed = "N-1", today
			}
		}
		return operator, c
	case 13:
		return operator, &book.ConfirmRegistration{
			Registration: some[id.Registration](s, "registration"), Decision: book.Decision(s.pick(3, "decision")), Number: []string{"", "N-2"}[s.pick(2, "number")], Date: today,
		}
	case 14:
		return operator, &book.DraftAgreement{
			Template: some[id.Template](s, "template"), Effective: today, Until: today.AddDays(s.pick(400, "until")), TermsHash: load32("terms"), Terms: load32("terms"), Currency: w.Currency,
			Parties: []legal.Signatory{{Party: seller, Role: legal.Seller}, {Party: w.Funder, Role: legal.Funder}},
		}
	case 15, 16:
		a := in[id.Agreement](s, "agreement", func(r any) bool { return r.(legal.Agreement).State == legal.Drafted })
		c := &book.SignAgreement{Agreement: a, Party: []id.Party{seller, w.Funder}[s.pick(2, "party")]}
		if a.Number() <= book.Counts(s.book)["agreement"] {
			c.Deed = book.Record(s.book, "agreement", a.Number()).(legal.Agreement).Deed
		}
		c.Signatures = []book.Signature{w.Signers[c.Party].Sign(c.Statement())}
		return w.Maker, c
	default:
		if s.pick(6, "rare") == 0 {
			return w.Maker, &book.RecordSalesContract{Seller: seller, Buyer: w.Anchor, Terms: legal.Restriction{Law: "FR", Dated: today, Bans: s.pick(4, "bans") == 0}, Text: proof}
		}
		a := in[id.Agreement](s, "agreement", func(r any) bool { return r.(legal.Agreement).State == legal.Drafted })
		c := &book.TerminateAgreement{Agreement: a, Reason: proof}
		if a.Number() <= book.Counts(s.book)["agreement"] && book.Record(s.book, "agreement", a.Number()).(legal.Agreement).State == legal.Signed && s.pick(8, "signed") == 0 {
			c.From = today.AddDays(s.pick(10, "from"))
		}
		return w.Maker, c
	}
}
