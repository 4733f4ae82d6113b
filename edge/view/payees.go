package view

import (
	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/edge/locale"
)

// Contact is how a party is reached.
type Contact struct {
	Number  int    `json:"number"`
	Channel string `json:"channel" enum:"phone,post,in_person"`
	Details string `json:"details,omitempty"`
	Maker   *Ref   `json:"maker,omitempty"`
	Entry   uint64 `json:"entry" doc:"that recorded it"`
}

// NameCheck is the answer of a bank on the name of an account's holder.
type NameCheck struct {
	Result string `json:"result" enum:"match,close_match,no_match,not_possible"`
	Score  int    `json:"score" doc:"of the two names, parts per million"`
	Date   string `json:"date"`
	Maker  *Ref   `json:"maker,omitempty" doc:"who recorded it"`
}

// MicroDeposit is a small amount with a code, to be told back.
type MicroDeposit struct {
	State string `json:"state" enum:"ordered,confirmed,failed"`
	Until string `json:"until" doc:"last business date on which an answer is taken"`
	Left  int    `json:"tries_left"`
}

// AccountChange says that an account came after another one, and how the party has confirmed that.
type AccountChange struct {
	Replaces  string `json:"replaces"`
	Until     string `json:"waits_until,omitempty" doc:"first business date on which it may be used"`
	Confirmed string `json:"confirmed,omitempty" doc:"business date"`
	Contact   int    `json:"contact,omitempty" doc:"number of the party's contact"`
	Record    string `json:"record,omitempty" doc:"of the call"`
	Actor     *Ref   `json:"confirmed_by,omitempty"`
}

// AccountChecks are what is on record about a bank account besides its number.
type AccountChecks struct {
	Name     *NameCheck     `json:"name_check,omitempty"`
	Deposit  *MicroDeposit  `json:"micro_deposit,omitempty"`
	Letter   string         `json:"bank_letter,omitempty" doc:"date on which it was recorded"`
	Ground   string         `json:"ground,omitempty" enum:"name,micro_deposit,bank_letter,reason" doc:"what the verification stands on; missing: a person's word"`
	Reason   string         `json:"reason,omitempty" doc:"why it was verified on an answer that is no match"`
	Change   *AccountChange `json:"change,omitempty"`
	Proposed string         `json:"proposed,omitempty"`
	Verified string         `json:"verified,omitempty"`
	Paid     int            `json:"paid,omitempty" doc:"payments to it that were executed"`
	Revoked  string         `json:"revoked,omitempty"`
	Why      string         `json:"revocation_reason,omitempty"`
}

// Approvals are who must approve a payment, who has, and why it is withheld.
type Approvals struct {
	Needed   int      `json:"approvals_needed,omitempty" doc:"persons beside who made it"`
	Given    int      `json:"approvals_given,omitempty"`
	Left     int      `json:"approvals_left,omitempty"`
	Approved []Ref    `json:"approved_by,omitempty" doc:"to those who see all"`
	Lender   *Ref     `json:"lender,omitempty" doc:"whose own person must instruct it"`
	Lent     bool     `json:"lender_instructed,omitempty"`
	Withheld []string `json:"withheld,omitempty" doc:"why it is not sent: details_change, account_revoked, account_unchecked"`
	Releaser *Ref     `json:"released_by,omitempty"`
	Release  string   `json:"release_reason,omitempty"`
}

func (s *showing) contacts(r *party.Party) []Contact {
	if !s.caller.SeesAll() {
		return nil
	}
	var shown []Contact
	for i := range r.Contacts {
		c := &r.Contacts[i]
		shown = append(shown, Contact{Number: i + 1, Channel: c.Channel.String(), Details: s.told(c.Details), Maker: s.actor(c.Actor), Entry: c.Entry})
	}
	return shown
}

// told is a text of the vault to those who see all.
func (s *showing) told(reference party.Reference) string {
	if !s.caller.SeesAll() || reference == (party.Reference{}) {
		return ""
	}
	text, err := s.text(reference)
	s.note(err)
	return text
}

func (s *showing) accountChecks(r *party.BankAccount) AccountChecks {
	shown := AccountChecks{
		Ground: r.Ground.String(), Reason: s.told(r.Reason), Proposed: day(r.Proposed), Verified: day(r.Verified), Paid: int(r.Paid),
		Revoked: day(r.Revocation.Date), Why: s.told(r.Revocation.Reason), Letter: day(r.Letter.Date),
	}
	if n := &r.Name; n.Result != 0 {
		shown.Name = &NameCheck{Result: n.Result.String(), Score: int(n.Score), Date: day(n.Date)}
		shown.Name.Maker, _ = s.people(n.Actor, 0)
	}
	if r.Deposit.State != 0 {
		shown.Deposit = &MicroDeposit{State: r.Deposit.State.String(), Until: day(r.Deposit.Until), Left: book.DepositTriesMax - int(r.Deposit.Tries)}
	}
	if r.Change.Replaces != 0 {
		shown.Change = &AccountChange{
			Replaces: r.Change.Replaces.String(), Until: day(r.Proposed), Confirmed: day(r.Change.Date), Contact: int(r.Change.Contact), Record: s.told(r.Change.Record),
		}
		shown.Change.Actor, _ = s.people(r.Change.Actor, 0)
		latest := r.Proposed
		all, err := s.allProgrammes()
		s.note(err)
		for i := range all {
			if p := &all[i]; p.State == funding.Live && p.PayeeChecked {
				latest = max(latest, p.ChangeEnds(r.Proposed))
			}
		}
		shown.Change.Until = day(latest)
	}
	return shown
}

func (s *showing) approvals(r *payment.Payment) Approvals {
	shown := Approvals{
		Needed: int(r.Needed), Given: len(r.Approvals), Left: r.ApprovalsLeft(), Lent: r.Lent != 0, Withheld: r.Flags.Names(), Release: s.told(r.Release),
	}
	if r.Lender != 0 && (s.caller.SeesAll() || s.caller.Party == r.Lender) {
		shown.Lender = s.party(r.Lender)
	}
	if s.caller.SeesAll() {
		for _, one := range r.Approvals {
			shown.Approved = append(shown.Approved, *s.actor(one))
		}
	}
	shown.Releaser, _ = s.people(r.Releaser, 0)
	return shown
}

// ofPayees tells of checks of bank accounts, changes of details, and payments withheld and released.
func (s *showing) ofPayees(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.NameChecked:
		return locale.Say("About the name of the holder of bank account %s the bank says: %s.", e.Account, locale.Word(e.Check.Result.String()))
	case *book.MicroDepositOrdered:
		return locale.Say("A small amount with a code goes to bank account %s, to be told back until %s.", e.Account, e.Deposit.Until)
	case *book.MicroDepositAnswered:
		return locale.Say("The micro-deposit to bank account %s was %s.", e.Account, map[party.DepositState]*locale.Text{
			party.DepositOrdered: locale.Say("answered wrongly"), party.DepositConfirmed: locale.Say("told back rightly"), party.DepositFailed: locale.Say("answered wrongly for the last time"),
		}[e.State])
	case *book.BankLetterRecorded:
		return locale.Say("A bank's letter about bank account %s was recorded.", e.Account)
	case *book.ContactRecorded:
		return locale.Say("A contact of %s was recorded, by %s.", s.name(e.Party), locale.Word(e.Contact.Channel.String()))
	case *book.AccountChangeConfirmed:
		return locale.Say("The change to bank account %s was confirmed by %s, who asked at contact %d.", e.Account, s.decider(e.Change.Actor), e.Change.Contact)
	case *book.BankAccountRevoked:
		return locale.Say("Bank account %s was taken out of use by %s.", e.Account, s.decider(e.Revocation.Actor))
	case *book.PaymentsFlagged:
		if e.Flag == payment.AccountRevoked {
			return locale.Say("Payments to bank account %s are withheld: it is out of use.", e.Account)
		}
		return locale.Say("Payments under way to the party of bank account %s are withheld: its bank details are to change.", e.Account)
	case *book.PaymentReleased:
		return locale.Say("Payment %s was released by %s.", e.Payment, s.decider(e.Actor))
	case *book.PaymentApproved:
		return locale.Say("Payment %s was approved by %s; it waits for others.", e.Payment, s.decider(e.Actor))
	}
	return nil
}
