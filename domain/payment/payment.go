// Package payment holds money that leaves supervised accounts by an instruction to a bank, and money that came in by a
// line of a statement.
package payment

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Purpose is why a payment is made.
type Purpose uint8

// The purposes.
const (
	Disbursement     Purpose = 1 + iota // the proceeds of a financing, to the seller
	Sweep                               // what was collected for a funder, back to its funding account
	PayOut                              // what was collected for a seller, to the seller
	EarlyPayment                        // of a buyer's own cash, to a seller, for a discount
	OperatorsFees                       // that products grant to the operator, to the operator
	OthersFees                          // that products grant to others, to who has earned them
	InsurersShare                       // of what came in after an insurer had paid, to the insurer
	Withdrawal                          // of what a funder has provided and nothing is set aside for, back to the funder
	ReturnOfReceipt                     // of money that was misapplied or recalled: to another programme, or to its sender
	InternalTransfer                    // between two supervised accounts at one custodian: of what the books have moved already
)

// String is the name used in API and console.
func (p Purpose) String() string {
	return purposeNames[p]
}

var purposeNames = [...]string{
	"", "disbursement", "sweep", "pay_out", "early_payment", "operators_fees", "fees_of_others", "insurers_share", "withdrawal", "return",
	"internal_transfer",
}

// State is where a payment stands.
type State uint8

// The states of a payment.
const (
	AwaitingApproval State = 1 + iota // a second person must approve
	Instructed                        // an attempt is on record; it may be with the bank
	InDoubt                           // the bank's answer is unknown; a person or the bank's own record settles it
	Executed                          // the bank has paid
	Refused                           // the bank has not paid and will not
	Returned                          // the bank had paid, and the money came back
)

var stateNames = [...]string{"", "awaiting_approval", "instructed", "in_doubt", "executed", "refused", "returned"}

// String is the name used in API and console.
func (s State) String() string { return stateNames[s] }

// Payment is money that is to leave a supervised account. Its identity is the key under which the bank sees it, in every
// attempt: no payment is ever sent under two keys.
type Payment struct {
	ID        id.Payment     `cbor:"1,keyasint"`
	Programme id.Programme   `cbor:"2,keyasint"`
	Financing id.Financing   `cbor:"3,keyasint"` // of a disbursement
	Payee     id.Party       `cbor:"4,keyasint"`
	Account   id.BankAccount `cbor:"5,keyasint"` // 0 for a sweep: it stays with the custodian
	Hold      id.Hold        `cbor:"6,keyasint"`
	Amount    money.Minor    `cbor:"7,keyasint"`
	Bank      [16]byte       `cbor:"8,keyasint"` // token of the bank's reference
	Maker     id.Actor       `cbor:"9,keyasint"`
	Checker   id.Actor       `cbor:"10,keyasint"`
	Entry     uint64         `cbor:"11,keyasint"`
	Value     calendar.Date  `cbor:"12,keyasint"` // as the bank executed it
	Attempts  uint32         `cbor:"13,keyasint"`
	Currency  money.Currency `cbor:"14,keyasint"`
	Purpose   Purpose        `cbor:"15,keyasint"`
	State     State          `cbor:"16,keyasint"`
	Missing   money.Minor    `cbor:"17,keyasint,omitempty"` // of a sweep that came back: what the funding account no longer held

	Early id.EarlyPayment `cbor:"80,keyasint,omitempty"` // of an early payment

	Return    id.Return    `cbor:"20,keyasint,omitempty"` // on which two people decided
	To        id.Programme `cbor:"21,keyasint,omitempty"` // whose collection account a return goes to; 0: its sender's account
	Details   [32]byte     `cbor:"22,keyasint,omitzero"`  // that account, in the vault
	Collected bool         `cbor:"23,keyasint,omitempty"` // of fees: they lie in the collection account

	Needed    uint8      `cbor:"30,keyasint,omitempty"` // persons beside the maker who must approve; an old record that waits with 0 takes one
	Approvals []id.Actor `cbor:"31,keyasint,omitempty"` // who have; never changed in place
	Flags     Flag       `cbor:"32,keyasint,omitempty"` // why it is withheld; 0: it is not
	Flagger   id.Actor   `cbor:"33,keyasint,omitempty"` // who did what raised them last
	Releaser  id.Actor   `cbor:"34,keyasint,omitempty"` // who let it go last
	Release   [32]byte   `cbor:"35,keyasint,omitzero"`  // why, in the vault
	Lender    id.Party   `cbor:"36,keyasint,omitempty"` // whose own person must instruct it; 0 for none
	Lent      id.Actor   `cbor:"37,keyasint,omitempty"` // that person
	// The statements that show it.
	LeftOn        id.BankStatement `cbor:"60,keyasint,omitempty"` // its account's
	CameBackOn    id.BankStatement `cbor:"61,keyasint,omitempty"`
	ArrivedOn     id.BankStatement `cbor:"62,keyasint,omitempty"` // that of where a part of it stays with the custodian
	ArrivedBackOn id.BankStatement `cbor:"63,keyasint,omitempty"`
	// Of an internal transfer. It has no hold: its money has moved in the books. Its payee is whose loan it repays.
	From     Supervised    `cbor:"70,keyasint,omitzero"`
	At       Supervised    `cbor:"71,keyasint,omitzero"`
	Replaces id.Payment    `cbor:"72,keyasint,omitempty"` // the one of it that did not leave, or came back
	Receipt  id.Receipt    `cbor:"73,keyasint,omitempty"` // from which it comes; 0 where it comes from the proceeds of its financing
	Opened   calendar.Date `cbor:"74,keyasint,omitempty"` // business date

	Billed []Billed `cbor:"85,keyasint,omitempty"` // what was billed for an order, while the money that pays for it in advance was at the bank; never changed in place

	SetOffRun id.SetOffRun `cbor:"260,keyasint,omitempty"` // of an internal transfer: of multilateral set-off, whose cash it brings to those that take it out

	Decider id.Actor `cbor:"556,keyasint,omitempty"` // of the custodian's people, who released or refused it; 0 where the bank's machine or the operator said what became of it
	Refusal [32]byte `cbor:"557,keyasint,omitzero"`  // why that person refused it, in the vault
}

// Billed is a debt against which an advance is set off once it is paid.
type Billed struct {
	Receivable id.Receivable `cbor:"1,keyasint"`
	Deducted   money.Minor   `cbor:"2,keyasint,omitempty"` // by the invoice itself, as paid before: no part of the debt
}

// Flag is a reason for which a payment is withheld. A set of flags is a sum of them.
type Flag uint8

// The flags.
const (
	DetailsChange    Flag = 1 << iota // another account of the payee was proposed
	AccountRevoked                    // its account was taken out of use
	AccountUnchecked                  // its account has no check that the programme asks for
	PayeeSuspended                    // business with its payee has ended for now
)

// FlagNames are the names used in API and console, by the flag's bit.
var FlagNames = [...]string{"details_change", "account_revoked", "account_unchecked", "payee_suspended"}

// Names lists the flags in the set.
func (f Flag) Names() []string {
	var names []string
	for i, name := range FlagNames {
		if f&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// NewPayeeApprovals is how many persons beside the maker approve a payment to a new payee, where the programme asks for that.
const NewPayeeApprovals = 2

// UnderWay tells whether the payment may still leave, or may be with the bank.
func (p *Payment) UnderWay() bool {
	return p.State == AwaitingApproval || p.State == Instructed || p.State == InDoubt
}

// Touches tells whether the payment leaves an account of a programme, or comes to one by an internal transfer.
func (p *Payment) Touches(programme id.Programme) bool {
	return p.Programme == programme || p.Purpose == InternalTransfer && p.At.Programme == programme
}

// ApprovalsLeft is how many persons have still to approve, the lender's own among them: at least one while it waits.
func (p *Payment) ApprovalsLeft() int {
	if p.State != AwaitingApproval {
		return 0
	}
	return max(1, int(p.Needed)-len(p.Approvals))
}

// ReceiptState is where money that came in stands.
type ReceiptState uint8

// The states of a receipt.
const (
	Unallocated ReceiptState = 1 + iota
	Allocated                // all of it
	Reversed                 // the bank took it back
)

// String is the name used in API and console.
func (s ReceiptState) String() string {
	return [...]string{"", "unallocated", "allocated", "reversed"}[s]
}

// Receipt is money that came into a supervised account. What is not allocated is owed to its sender.
type Receipt struct {
	ID        id.Receipt     `cbor:"1,keyasint"`
	Programme id.Programme   `cbor:"2,keyasint"`
	Funder    id.Party       `cbor:"3,keyasint"` // of a deposit into a funding account; 0 for a collection
	Line      [16]byte       `cbor:"4,keyasint"` // token of the statement line: its natural identity
	Amount    money.Minor    `cbor:"5,keyasint"`
	Used      money.Minor    `cbor:"6,keyasint"` // allocated so far
	Text      [32]byte       `cbor:"7,keyasint"` // remittance text and payer, in the vault
	Entry     uint64         `cbor:"8,keyasint"`
	Value     calendar.Date  `cbor:"9,keyasint"`
	Booking   calendar.Date  `cbor:"10,keyasint"`
	Currency  money.Currency `cbor:"11,keyasint"`
	State     ReceiptState   `cbor:"12,keyasint"`
	LastFact  uint64         `cbor:"13,keyasint,omitempty"` // number of the newest fact of a financing that it is; 0 for none

	Returning   money.Minor      `cbor:"20,keyasint,omitempty"` // of what is not used: on its way out by a return
	Returned    money.Minor      `cbor:"21,keyasint,omitempty"` // of what is used: has left by a return
	Recall      Recall           `cbor:"22,keyasint,omitempty"`
	RecallText  [32]byte         `cbor:"23,keyasint,omitzero"`  // what the sender's bank asks for, in the vault
	RecallLine  [16]byte         `cbor:"24,keyasint,omitzero"`  // token of its message: its natural identity
	CameInOn    id.BankStatement `cbor:"25,keyasint,omitempty"` // the statement that shows it
	TakenBackOn id.BankStatement `cbor:"26,keyasint,omitempty"`
	Back        calendar.Date    `cbor:"560,keyasint,omitempty"` // on which the bank took it back; 0 where no statement is expected by that
	Match       Match            `cbor:"27,keyasint,omitzero"`   // why it was allocated to what; zero where a person did without; never changed in place
	Payer       [16]byte         `cbor:"121,keyasint,omitzero"`  // token of the number of the payer's account, as of a bank account; zero where the statement has none
	EndToEnd    [16]byte         `cbor:"122,keyasint,omitzero"`  // token of the end-to-end identification, likewise
	SetOff      id.Misdirected   `cbor:"120,keyasint,omitempty"` // no bank has brought it: it was set off against what was collected for the seller, who has this money
}

// Match is what a receipt was assigned to as a whole, and why.
type Match struct {
	Parts    []MatchPart `cbor:"1,keyasint"`
	Charge   money.Minor `cbor:"2,keyasint,omitempty"` // what a bank kept: it stays owed
	Evidence uint16      `cbor:"3,keyasint"`           // pieces of evidence, as a set
	Actor    id.Actor    `cbor:"4,keyasint"`
}

// MatchPart is what of a receipt pays a receivable.
type MatchPart struct {
	Receivable id.Receivable `cbor:"1,keyasint"`
	Amount     money.Minor   `cbor:"2,keyasint"`
}

// Recall is where the request of a sender's bank to have money back stands (ISO 20022, camt.056).
type Recall uint8

// The states of a recall.
const (
	NotRecalled   Recall = iota
	Recalled             // nothing of what is left is allocated until two people have decided
	RecallGranted        // what was left goes back
	RecallRefused        // what is left may be allocated
)

// String is the name used in API and console; "" for money that nobody has asked back.
func (r Recall) String() string { return [...]string{"", "open", "granted", "refused"}[r] }

// Left is what is not allocated, nor on its way out.
func (r *Receipt) Left() money.Minor { return money.Sub(money.Sub(r.Amount, r.Used), r.Returning) }
