package view

import (
	"fmt"
	"strings"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/receivable"
	"millrace/domain/trade"
	"millrace/edge/locale"
)

// sentence tells an event to a person; "" for an event that is bookkeeping only.
func (s *showing) sentence(e book.Event) *locale.Text {
	for _, tell := range []func(book.Event) *locale.Text{s.ofParties, s.ofTerms, s.ofTrade, s.ofFinancing, s.ofMoney, s.ofNode, s.ofGoods, s.ofSigning, s.ofLaw, s.ofCertificates, s.ofChannels, s.ofAuctions, s.ofLife, s.ofLines, s.ofStock, s.ofEconomics, s.ofFunders, s.ofStatements, s.ofRules, s.ofPayees, s.ofAccounts, s.ofDigital, s.ofRecoveries, s.ofDecisions, s.ofOnboarding, s.ofScreening, s.ofReliance, s.tellModels, s.ofLimits, s.ofReferrals, s.ofReviews, s.ofSetOff, s.ofSetOffConsents, s.ofWebhooks} {
		if told := tell(e); told != nil {
			return told
		}
	}
	return nil
}

func (s *showing) name(p id.Party) string { return s.party(p).String() }

func (s *showing) ofParties(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.ActorRegistered:
		return locale.Say("%s acts for %s as %s.", s.actor(e.Actor.ID), s.name(e.Actor.Party), locale.Words(e.Actor.Role.Names()))
	case *book.KeyAdded:
		return locale.Say("The key %q was added for %s.", e.Key.Name, s.actor(e.Key.Actor))
	case *book.KeyRevoked:
		return locale.Say("Key %s was revoked.", e.Key)
	case *book.ActorMoved:
		if e.Active {
			return locale.Say("%s may act again.", s.actor(e.Actor))
		}
		return locale.Say("%s may act no more; its keys open nothing.", s.actor(e.Actor))
	case *book.AdministratorMoved:
		if e.Administrator {
			return locale.Say("%s administers the access of its party’s people.", s.actor(e.Actor))
		}
		return locale.Say("%s no longer administers the access of its party’s people.", s.actor(e.Actor))
	case *book.PartyRegistered:
		return locale.Say("%s was onboarded as %s.", s.name(e.Party.ID), locale.Words(e.Party.Roles.Names()))
	case *book.PartySeen:
		return locale.Say("A document named %s.", s.name(e.Party.ID))
	case *book.PartyOnboarded:
		return locale.Say("%s, known from documents, was onboarded as %s.", s.name(e.Party), locale.Words(e.Roles.Names()))
	case *book.BankAccountProposed:
		return locale.Say("A bank account of %s was named; it waits for a second person.", s.name(e.Account.Party))
	case *book.BankAccountVerified:
		return locale.Say("Bank account %s was verified by %s.", e.Account, s.decider(e.Checker))
	}
	return nil
}

func (s *showing) ofTerms(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.ProductProposed:
		return locale.Say("The product %q was proposed.", e.Product.Terms.Name)
	case *book.ProductApproved:
		return locale.Say("Product %s was approved by %s.", e.Product, s.decider(e.Checker))
	case *book.ProductRetired:
		return locale.Say("Product %s was retired by %s: no new programme uses it.", e.Product, s.decider(e.Actor))
	case *book.ProgrammeProposed:
		return locale.Say("A programme round %s was proposed.", s.name(e.Programme.Anchor))
	case *book.ProgrammeApproved:
		return locale.Say("Programme %s was approved by %s.", e.Programme, s.decider(e.Checker))
	case *book.ProgrammeStopped:
		return locale.Say("No payment leaves %s any more: a shortfall is open.", s.programmeName(e.Programme))
	case *book.ReviewProposed:
		return locale.Say("Grade %d was proposed for %s, until %s.", e.Review.Grade, s.name(e.Review.Party), e.Review.Until)
	case *book.ReviewApproved:
		return locale.Say("Review %s was approved by %s.", e.Review, s.decider(e.Checker))
	case *book.LimitProposed:
		return locale.Say("A %s limit of %s was proposed%s.", e.Limit.Key.Kind, AmountOf(e.Limit.Amount, e.Limit.Key.Currency), s.forParty(e.Limit.Key.Party))
	case *book.LimitApproved:
		return locale.Say("Limit %s was approved by %s.", e.Limit, s.decider(e.Checker))
	}
	return nil
}

func (s *showing) forParty(p id.Party) *locale.Text {
	if p == 0 {
		return nil
	}
	return locale.Say(" for %s", s.name(p))
}

func (s *showing) ofTrade(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.DocumentRecorded:
		told := locale.Say("%s %s from %s to %s was kept", kindOf(e.Document.Type), e.Document.Number, s.name(e.Document.Seller), s.name(e.Document.Buyer))
		if e.Document.Repeats {
			told.And("; it repeats an earlier one and counts for nothing")
		} else if len(e.Document.Findings) > 0 {
			told.And(", with %d findings", len(e.Document.Findings))
		}
		if broken := ruleCount(e.Document.Rules); broken > 0 {
			told.And("; it breaks %d of the rules of EN 16931", broken)
		}
		return told.And(".")
	case *book.DuplicateFound:
		return locale.Say("%s %s came again, byte for byte, and was not kept twice.", kindOf(e.Type), e.Number)
	case *book.TradesMerged:
		return locale.Say("A document belongs to several trades: they are one from now on, %s.", e.Into)
	case *book.TradeMatched:
		told := locale.Say("The trade of %s with %s is proved to be %s", s.name(e.Trade.Seller), s.name(e.Trade.Buyer), hyphened(e.Trade.Facts.Names()))
		if e.Trade.Differences != 0 {
			told.And("; its documents differ: %s", locale.Words(e.Trade.Differences.Names()))
		}
		return told.And(".")
	case *book.ReceivableOpened:
		r := &e.Receivable
		return locale.Say("%s owes %s %s, due %s.", s.name(r.Buyer), s.name(r.Seller), AmountOf(r.Face, r.Currency), orNone(day(r.Due)))
	case *book.ReceivableCredited:
		if e.Dispute != 0 {
			return locale.Say("%s was credited, as a dispute has ended.", s.amountOn(e.Receivable, e.Amount))
		}
		return locale.Say("A credit note of %s was set against it.", s.amountOn(e.Receivable, e.Amount))
	case *book.FindingsCleared:
		return locale.Say("Findings were cleared: %s.", locale.Words(e.Findings.Codes()))
	case *book.RulesCleared:
		return locale.Say("Broken rules of EN 16931 were cleared: %s.", strings.Join(e.Rules, ", "))
	case *book.ReceivableConfirmed:
		return s.confirmed(e)
	case *book.ReceivablePaid:
		if e.Line != 0 {
			return locale.Say("Of receivable %s, %s was set off, without cash, by line %s, value %s.", e.Receivable, s.amountOn(e.Receivable, e.Amount), e.Line, day(e.Value))
		}
		return locale.Say("%s was paid on it, value %s.", s.amountOn(e.Receivable, e.Amount), day(e.Value))
	case *book.BankUndertook:
		return locale.Say("%s has undertaken as a bank to pay what the buyer has undertaken.", s.name(e.Bank))
	case *book.AgentCollected:
		return locale.Say("%s was paid on it to the seller, as the funder's agent, value %s.", s.amountOn(e.Receivable, e.Amount), day(e.Value))
	case *book.ReceivableUnpaid:
		return locale.Say("The bank took back %s that had been paid on it.", s.amountOn(e.Receivable, e.Amount))
	}
	return nil
}

func kindOf(t trade.Type) locale.Capital { return locale.Capital(t.String()) }

// say is a text that needs no argument; nil for none.
func say(key string) *locale.Text {
	if key == "" {
		return nil
	}
	return locale.Say(key)
}

// hyphened writes codes as the words of one.
func hyphened(codes []string) locale.List {
	var all locale.List
	for _, code := range codes {
		all = append(all, strings.ReplaceAll(code, "_", "-"))
	}
	return all
}

func orNone(text string) *locale.Text {
	if text == "" {
		return locale.Say("on no date that is given")
	}
	return locale.Say("%s", text)
}

func (s *showing) confirmed(e *book.ReceivableConfirmed) *locale.Text {
	who := locale.Say("The buyer")
	if r := s.receivableRecord(e.Receivable); r != nil {
		who = locale.Say("%s", s.name(r.Buyer))
	}
	how := locale.Say("without binding itself")
	if e.Undertaking == receivable.Irrevocable {
		how = locale.Say("irrevocably")
	}
	switch {
	case len(e.Keys) == 0:
		how.And(", without a signature")
	case e.Channel == mandate.File:
		how.And(", by a signed file that the operator relayed")
	}
	return locale.Say("%s confirmed %s %s.", who, s.amountOn(e.Receivable, e.Amount), how)
}

func (s *showing) receivableRecord(r id.Receivable) *receivable.Receivable {
	var found *receivable.Receivable
	s.note(rows(s.View, "SELECT number, record FROM receivable WHERE number = ?", []any{int64(r.Number())}, func(_ uint64, record *receivable.Receivable) error {
		found = record
		return nil
	}))
	return found
}

func (s *showing) amountOn(r id.Receivable, minor money.Minor) string {
	if record := s.receivableRecord(r); record != nil {
		return AmountOf(minor, record.Currency).String()
	}
	return fmt.Sprint(minor)
}

// drawnOf prints what was drawn of cash for a run.
func (s *showing) drawnOf(e *book.SetOffCashDrawn) string {
	return AmountOf(e.Amount, raw[funding.Financing](s, financings.table, e.Financing.Number()).Currency).String()
}

var financingSentences = map[funding.FinancingState]string{
	funding.Lapsed: "The quote was not accepted in time.", funding.Disbursing: "The payment to the seller is under way.",
	funding.Outstanding: "The money was paid out.", funding.Overdue: "It is past its due date.", funding.InRecourse: "The seller was called.",
	funding.ClosedState: "It was repaid and is closed.", funding.Cancelled: "It was cancelled: nothing is owed.",
	funding.Defaulted: "It is in default.", funding.BoughtBack: "The seller has the receivable back.", funding.WrittenOff: "It was written off: what comes is a recovery.",
	funding.Declined: "It was declined.", funding.Referred: "It waits for a person.", funding.Accepted: "The seller accepted.",
}

func (s *showing) ofFinancing(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.FinancingOpened:
		return s.opened(&e.Financing)
	case *book.ReferralDecided:
		switch {
		case e.Financing.State == funding.Declined && e.Financing.Checker == 0:
			return locale.Say("It was declined.")
		case e.Financing.State == funding.Declined:
			return locale.Say("%s declined it.", s.decider(e.Financing.Checker))
		}
		return locale.Say("%s approved it. %s", s.decider(e.Financing.Checker), s.opened(&e.Financing))
	case *book.FinancingAccepted:
		return locale.Say("The seller accepted: what secures it is claimed, limits and money are set aside.")
	case *book.SetOffCashDrawn:
		return locale.Say("%s of it was drawn in a set-off run; the rest is not lent.", s.drawnOf(e))
	case *book.FinancingMoved:
		return say((financingSentences[e.State]))
	case *book.FinancingRepaid:
		return s.collected(e.Financing, &e.Split)
	case *book.FinancingServiced:
		return s.serviced(e)
	}
	return nil
}

// decider names who decided to those who see all, else the party.
func (s *showing) decider(a id.Actor) string {
	if s.caller.SeesAll() {
		return s.actor(a).String()
	}
	record, err := s.actorRecord(a)
	s.note(err)
	return s.name(record.Party)
}

func (s *showing) opened(f *funding.Financing) *locale.Text {
	if told := s.cashOpened(f); told != nil {
		return told
	}
	amount := AmountOf(f.Amount, f.Currency)
	switch f.State {
	case funding.Quoted:
		told := locale.Say("For %s the seller would receive %s: advance %s", amount, AmountOf(f.Net, f.Currency), AmountOf(f.Principal, f.Currency))
		if f.Discount != 0 {
			told.And(", discount %s", AmountOf(f.Discount, f.Currency))
		}
		if f.Fee != 0 {
			told.And(", fee %s", AmountOf(f.Fee, f.Currency))
		}
		return told.And(".")
	case funding.Referred:
		if len(f.Outcomes) == 0 { // nobody is told of its rules
			return locale.Say("The quote for %s was referred to a person by a rule.", amount)
		}
		return locale.Say("The quote for %s was referred to a person: %s.", amount, rulesOf(f))
	case funding.Declined:
		if len(f.Outcomes) == 0 {
			return locale.Say("The quote for %s was declined by a rule.", amount)
		}
		return locale.Say("The quote for %s was declined: %s.", amount, rulesOf(f))
	case funding.Outstanding, funding.Overdue:
		return locale.Say("A financing of %s was taken over.", amount)
	}
	return say((financingSentences[f.State]))
}

func rulesOf(f *funding.Financing) locale.Words {
	codes := make(locale.Words, len(f.Outcomes))
	for i := range f.Outcomes {
		codes[i] = f.Outcomes[i].Rule
	}
	return codes
}

var paymentSentences = map[payment.State]string{
	payment.AwaitingApproval: "it waits to be approved", payment.Instructed: "the bank is instructed", payment.InDoubt: "nobody knows whether the bank has paid",
	payment.Executed: "the bank has paid", payment.Refused: "it did not leave", payment.Returned: "the bank had paid, and the money came back",
}

func (s *showing) ofMoney(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.PaymentOpened:
		p := &e.Payment
		if p.Purpose == payment.InternalTransfer {
			return locale.Say("A transfer of %s from the %s account of %s to the %s account of %s was opened; %s.",
				AmountOf(p.Amount, p.Currency), p.From.Kind, p.From.Programme, p.At.Kind, p.At.Programme, say(paymentSentences[p.State]))
		}
		return locale.Say("A payment of %s to %s was opened; %s.", AmountOf(p.Amount, p.Currency), s.name(p.Payee), say(paymentSentences[p.State]))
	case *book.PaymentMoved:
		if e.Decider != 0 {
			return ofCustody(e)
		}
		return locale.Say("Payment %s: %s.", e.Payment, say(paymentSentences[e.State]))
	case *book.ReceiptRecorded:
		r := &e.Receipt
		return locale.Say("%s came in, value %s.", AmountOf(r.Amount, r.Currency), day(r.Value))
	case *book.ReceiptRepeated:
		return locale.Say("The line of receipt %s came again and was not booked twice.", e.Receipt)
	case *book.ReceiptMoved:
		if e.State == payment.Reversed {
			return locale.Say("The bank took receipt %s back.", e.Receipt)
		}
		if e.State == payment.Allocated {
			return locale.Say("Receipt %s is allocated.", e.Receipt)
		}
		return locale.Say("Receipt %s is allocated in part.", e.Receipt)
	case *book.TransfersPosted:
		if len(e.Transfers) == 1 {
			return locale.Say("One transfer was posted.")
		}
		return locale.Say("%d transfers were posted.", len(e.Transfers))
	case *book.HoldEnded:
		return locale.Say("Hold %s was %s.", e.Hold, e.State)
	case *book.HoldPlaced:
		return locale.Say("Money was set aside.")
	}
	return nil
}

func (s *showing) ofNode(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.AccountOpened:
		return locale.Say("The account %s was opened in the books of %s.", e.Key.Code, s.name(e.Key.Entity))
	case *book.AccountsOpened:
		return locale.Say("%d accounts were opened in the books of %s.", e.Count, s.name(e.Key.Entity))
	case *book.LimitMoved:
		return locale.Say("The use of %d limits changed.", len(e.Limits))
	case *book.DayOpened:
		return locale.Say("Business date %s began.", e.Date)
	case *book.DayAdvanced:
		return locale.Say("What fell due before %s was worked through.", e.From)
	case *book.InterestAccrued:
		return accrued(e)
	case *book.ImportFinished:
		return locale.Say("The import is complete: every migration account is zero.")
	}
	return nil
}
