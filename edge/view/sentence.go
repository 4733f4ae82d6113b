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
)

// sentence tells an event to a person; "" for an event that is bookkeeping only.
func (s *showing) sentence(e book.Event) string {
	for _, tell := range []func(book.Event) string{s.ofParties, s.ofTerms, s.ofTrade, s.ofFinancing, s.ofMoney, s.ofNode, s.ofGoods, s.ofSigning, s.ofLaw, s.ofCertificates, s.ofChannels, s.ofAuctions, s.ofLife, s.ofLines, s.ofStock, s.ofEconomics, s.ofFunders, s.ofStatements, s.ofRules, s.ofPayees, s.ofAccounts, s.ofDigital, s.ofRecoveries, s.ofDecisions, s.ofOnboarding, s.ofScreening, s.ofReliance, s.tellModels, s.ofLimits, s.ofReferrals, s.ofReviews, s.ofSetOff, s.ofSetOffConsents} {
		if told := tell(e); told != "" {
			return told
		}
	}
	return ""
}

func (s *showing) name(p id.Party) string { return s.party(p).String() }

func (s *showing) ofParties(e book.Event) string {
	switch e := e.(type) {
	case *book.ActorRegistered:
		return fmt.Sprintf("%s acts for %s as %s.", s.actor(e.Actor.ID), s.name(e.Actor.Party), strings.Join(e.Actor.Role.Names(), ", "))
	case *book.KeyAdded:
		return fmt.Sprintf("The key %q was added for %s.", e.Key.Name, s.actor(e.Key.Actor))
	case *book.KeyRevoked:
		return fmt.Sprintf("Key %s was revoked.", e.Key)
	case *book.ActorMoved:
		if e.Active {
			return fmt.Sprintf("%s may act again.", s.actor(e.Actor))
		}
		return fmt.Sprintf("%s may act no more; its keys open nothing.", s.actor(e.Actor))
	case *book.AdministratorMoved:
		if e.Administrator {
			return fmt.Sprintf("%s administers the access of its party’s people.", s.actor(e.Actor))
		}
		return fmt.Sprintf("%s no longer administers the access of its party’s people.", s.actor(e.Actor))
	case *book.PartyRegistered:
		return fmt.Sprintf("%s was onboarded as %s.", s.name(e.Party.ID), strings.Join(e.Party.Roles.Names(), ", "))
	case *book.PartySeen:
		return fmt.Sprintf("A document named %s.", s.name(e.Party.ID))
	case *book.PartyOnboarded:
		return fmt.Sprintf("%s, known from documents, was onboarded as %s.", s.name(e.Party), strings.Join(e.Roles.Names(), ", "))
	case *book.BankAccountProposed:
		return fmt.Sprintf("A bank account of %s was named; it waits for a second person.", s.name(e.Account.Party))
	case *book.BankAccountVerified:
		return fmt.Sprintf("Bank account %s was verified by %s.", e.Account, s.decider(e.Checker))
	}
	return ""
}

func (s *showing) ofTerms(e book.Event) string {
	switch e := e.(type) {
	case *book.ProductProposed:
		return fmt.Sprintf("The product %q was proposed.", e.Product.Terms.Name)
	case *book.ProductApproved:
		return fmt.Sprintf("Product %s was approved by %s.", e.Product, s.decider(e.Checker))
	case *book.ProductRetired:
		return fmt.Sprintf("Product %s was retired by %s: no new programme uses it.", e.Product, s.decider(e.Actor))
	case *book.ProgrammeProposed:
		return fmt.Sprintf("A programme round %s was proposed.", s.name(e.Programme.Anchor))
	case *book.ProgrammeApproved:
		return fmt.Sprintf("Programme %s was approved by %s.", e.Programme, s.decider(e.Checker))
	case *book.ProgrammeStopped:
		return "No payment leaves " + s.programmeName(e.Programme) + " any more: a shortfall is open."
	case *book.ReviewProposed:
		return fmt.Sprintf("Grade %d was proposed for %s, until %s.", e.Review.Grade, s.name(e.Review.Party), e.Review.Until)
	case *book.ReviewApproved:
		return fmt.Sprintf("Review %s was approved by %s.", e.Review, s.decider(e.Checker))
	case *book.LimitProposed:
		return fmt.Sprintf("A %s limit of %s was proposed%s.", e.Limit.Key.Kind, AmountOf(e.Limit.Amount, e.Limit.Key.Currency), s.forParty(e.Limit.Key.Party))
	case *book.LimitApproved:
		return fmt.Sprintf("Limit %s was approved by %s.", e.Limit, s.decider(e.Checker))
	}
	return ""
}

func (s *showing) forParty(p id.Party) string {
	if p == 0 {
		return ""
	}
	return " for " + s.name(p)
}

func (s *showing) ofTrade(e book.Event) string {
	switch e := e.(type) {
	case *book.DocumentRecorded:
		told := fmt.Sprintf("%s %s from %s to %s was kept", kindOf(e.Document.Type), e.Document.Number, s.name(e.Document.Seller), s.name(e.Document.Buyer))
		if e.Document.Repeats {
			told += "; it repeats an earlier one and counts for nothing"
		} else if len(e.Document.Findings) > 0 {
			told += fmt.Sprintf(", with %d findings", len(e.Document.Findings))
		}
		if broken := ruleCount(e.Document.Rules); broken > 0 {
			told += fmt.Sprintf("; it breaks %d of the rules of EN 16931", broken)
		}
		return told + "."
	case *book.DuplicateFound:
		return fmt.Sprintf("%s %s came again, byte for byte, and was not kept twice.", kindOf(e.Type), e.Number)
	case *book.TradesMerged:
		return fmt.Sprintf("A document belongs to several trades: they are one from now on, %s.", e.Into)
	case *book.TradeMatched:
		told := fmt.Sprintf("The trade of %s with %s is proved to be %s", s.name(e.Trade.Seller), s.name(e.Trade.Buyer), strings.ReplaceAll(strings.Join(e.Trade.Facts.Names(), ", "), "_", "-"))
		if e.Trade.Differences != 0 {
			told += "; its documents differ: " + strings.Join(e.Trade.Differences.Names(), ", ")
		}
		return told + "."
	case *book.ReceivableOpened:
		r := &e.Receivable
		return fmt.Sprintf("%s owes %s %s, due %s.", s.name(r.Buyer), s.name(r.Seller), AmountOf(r.Face, r.Currency), orNone(day(r.Due)))
	case *book.ReceivableCredited:
		if e.Dispute != 0 {
			return fmt.Sprintf("%s was credited, as a dispute has ended.", s.amountOn(e.Receivable, e.Amount))
		}
		return fmt.Sprintf("A credit note of %s was set against it.", s.amountOn(e.Receivable, e.Amount))
	case *book.FindingsCleared:
		return fmt.Sprintf("Findings were cleared: %s.", strings.Join(e.Findings.Codes(), ", "))
	case *book.RulesCleared:
		return fmt.Sprintf("Broken rules of EN 16931 were cleared: %s.", strings.Join(e.Rules, ", "))
	case *book.ReceivableConfirmed:
		return s.confirmed(e)
	case *book.ReceivablePaid:
		if e.Line != 0 {
			return fmt.Sprintf("Of receivable %s, %s was set off, without cash, by line %s, value %s.", e.Receivable, s.amountOn(e.Receivable, e.Amount), e.Line, day(e.Value))
		}
		return fmt.Sprintf("%s was paid on it, value %s.", s.amountOn(e.Receivable, e.Amount), day(e.Value))
	case *book.BankUndertook:
		return fmt.Sprintf("%s has undertaken as a bank to pay what the buyer has undertaken.", s.name(e.Bank))
	case *book.AgentCollected:
		return fmt.Sprintf("%s was paid on it to the seller, as the funder's agent, value %s.", s.amountOn(e.Receivable, e.Amount), day(e.Value))
	case *book.ReceivableUnpaid:
		return fmt.Sprintf("The bank took back %s that had been paid on it.", s.amountOn(e.Receivable, e.Amount))
	}
	return ""
}

func kindOf(t trade.Type) string {
	text := strings.ReplaceAll(t.String(), "_", " ")
	return strings.ToUpper(text[:1]) + text[1:]
}

func orNone(text string) string {
	if text == "" {
		return "on no date that is given"
	}
	return text
}

func (s *showing) confirmed(e *book.ReceivableConfirmed) string {
	who := "The buyer"
	if r := s.receivableRecord(e.Receivable); r != nil {
		who = s.name(r.Buyer)
	}
	how := "without binding itself"
	if e.Undertaking == receivable.Irrevocable {
		how = "irrevocably"
	}
	switch {
	case len(e.Keys) == 0:
		how += ", without a signature"
	case e.Channel == mandate.File:
		how += ", by a signed file that the operator relayed"
	}
	return fmt.Sprintf("%s confirmed %s %s.", who, s.amountOn(e.Receivable, e.Amount), how)
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

var financingSentences = map[funding.FinancingState]string{
	funding.Lapsed: "The quote was not accepted in time.", funding.Disbursing: "The payment to the seller is under way.",
	funding.Outstanding: "The money was paid out.", funding.Overdue: "It is past its due date.", funding.InRecourse: "The seller was called.",
	funding.ClosedState: "It was repaid and is closed.", funding.Cancelled: "It was cancelled: nothing is owed.",
	funding.Defaulted: "It is in default.", funding.BoughtBack: "The seller has the receivable back.", funding.WrittenOff: "It was written off: what comes is a recovery.",
	funding.Declined: "It was declined.", funding.Referred: "It waits for a person.", funding.Accepted: "The seller accepted.",
}

func (s *showing) ofFinancing(e book.Event) string {
	switch e := e.(type) {
	case *book.FinancingOpened:
		return s.opened(&e.Financing)
	case *book.ReferralDecided:
		if e.Financing.State == funding.Declined {
			return fmt.Sprintf("%s declined it.", s.decider(e.Financing.Checker))
		}
		return fmt.Sprintf("%s approved it. %s", s.decider(e.Financing.Checker), s.opened(&e.Financing))
	case *book.FinancingAccepted:
		return "The seller accepted: what secures it is claimed, limits and money are set aside."
	case *book.FinancingMoved:
		return financingSentences[e.State]
	case *book.FinancingRepaid:
		return s.collected(e.Financing, &e.Split)
	case *book.FinancingServiced:
		return s.serviced(e)
	}
	return ""
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

func (s *showing) opened(f *funding.Financing) string {
	amount := AmountOf(f.Amount, f.Currency)
	switch f.State {
	case funding.Quoted:
		return fmt.Sprintf("For %s the seller would receive %s: discount %s, fee %s.", amount, AmountOf(f.Net, f.Currency),
			AmountOf(f.Discount, f.Currency), AmountOf(f.Fee, f.Currency))
	case funding.Referred:
		return fmt.Sprintf("The quote for %s was referred to a person by %s.", amount, rulesOf(f))
	case funding.Declined:
		return fmt.Sprintf("The quote for %s was declined by %s.", amount, rulesOf(f))
	case funding.Outstanding, funding.Overdue:
		return fmt.Sprintf("A financing of %s was taken over.", amount)
	}
	return financingSentences[f.State]
}

func rulesOf(f *funding.Financing) string {
	codes := make([]string, len(f.Outcomes))
	for i := range f.Outcomes {
		codes[i] = f.Outcomes[i].Rule
	}
	if len(codes) == 0 {
		return "a rule"
	}
	return "the rule " + strings.Join(codes, ", ")
}

var paymentSentences = map[payment.State]string{
	payment.AwaitingApproval: "it waits to be approved", payment.Instructed: "the bank is instructed", payment.InDoubt: "nobody knows whether the bank has paid",
	payment.Executed: "the bank has paid", payment.Refused: "it did not leave", payment.Returned: "the bank had paid, and the money came back",
}

func (s *showing) ofMoney(e book.Event) string {
	switch e := e.(type) {
	case *book.PaymentOpened:
		p := &e.Payment
		if p.Purpose == payment.InternalTransfer {
			return fmt.Sprintf("A transfer of %s from the %s account of %s to the %s account of %s was opened; %s.",
				AmountOf(p.Amount, p.Currency), p.From.Kind, p.From.Programme, p.At.Kind, p.At.Programme, paymentSentences[p.State])
		}
		return fmt.Sprintf("A payment of %s to %s was opened; %s.", AmountOf(p.Amount, p.Currency), s.name(p.Payee), paymentSentences[p.State])
	case *book.PaymentMoved:
		return fmt.Sprintf("Payment %s: %s.", e.Payment, paymentSentences[e.State])
	case *book.ReceiptRecorded:
		r := &e.Receipt
		return fmt.Sprintf("%s came in, value %s.", AmountOf(r.Amount, r.Currency), day(r.Value))
	case *book.ReceiptRepeated:
		return fmt.Sprintf("The line of receipt %s came again and was not booked twice.", e.Receipt)
	case *book.ReceiptMoved:
		if e.State == payment.Reversed {
			return fmt.Sprintf("The bank took receipt %s back.", e.Receipt)
		}
		if e.State == payment.Allocated {
			return fmt.Sprintf("Receipt %s is allocated.", e.Receipt)
		}
		return fmt.Sprintf("Receipt %s is allocated in part.", e.Receipt)
	case *book.TransfersPosted:
		if len(e.Transfers) == 1 {
			return "One transfer was posted."
		}
		return fmt.Sprintf("%d transfers were posted.", len(e.Transfers))
	case *book.HoldEnded:
		return fmt.Sprintf("Hold %s was %s.", e.Hold, e.State)
	case *book.HoldPlaced:
		return "Money was set aside."
	}
	return ""
}

func (s *showing) ofNode(e book.Event) string {
	switch e := e.(type) {
	case *book.AccountOpened:
		return fmt.Sprintf("The account %s was opened in the books of %s.", e.Key.Code, s.name(e.Key.Entity))
	case *book.AccountsOpened:
		return fmt.Sprintf("%d accounts were opened in the books of %s.", e.Count, s.name(e.Key.Entity))
	case *book.LimitMoved:
		return fmt.Sprintf("The use of %d limits changed.", len(e.Limits))
	case *book.DayOpened:
		return fmt.Sprintf("Business date %s began.", e.Date)
	case *book.DayAdvanced:
		return fmt.Sprintf("What fell due before %s was worked through.", e.From)
	case *book.InterestAccrued:
		return accrued(e)
	case *book.ImportFinished:
		return "The import is complete: every migration account is zero."
	}
	return ""
}
