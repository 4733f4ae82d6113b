package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &RecordNameCheck{} })
	registerCommand(func() act { return &OrderMicroDeposit{} })
	registerCommand(func() act { return &AnswerMicroDeposit{} })
	registerCommand(func() act { return &RecordBankLetter{} })
	registerCommand(func() act { return &RecordContact{} })
	registerCommand(func() act { return &ConfirmAccountChange{} })
	registerEvent(func() fact { return &NameChecked{} })
	registerEvent(func() fact { return &MicroDepositOrdered{} })
	registerEvent(func() fact { return &MicroDepositAnswered{} })
	registerEvent(func() fact { return &BankLetterRecorded{} })
	registerEvent(func() fact { return &ContactRecorded{} })
	registerEvent(func() fact { return &AccountChangeConfirmed{} })
	permitted[commandRecordNameCheck] = party.Operator
	permitted[commandOrderMicroDeposit] = party.Operator
	permitted[commandAnswerMicroDeposit] = party.Operator | party.Seller | party.Funder
	permitted[commandRecordBankLetter] = party.Operator
	permitted[commandRecordContact] = party.Operator
	permitted[commandConfirmAccountChange] = party.Operator
}

// Bounds of checks.
const (
	ScoreMax         = 1_000_000 // of a name, parts per million
	DepositTriesMax  = 3         // wrong answers about one micro-deposit
	DepositDaysMax   = 30        // for which one may be answered
	ContactsMax      = 8         // of a party
	PayeeNewDaysMost = 366
	ChangeDaysMost   = 30
)

// RecordNameCheck keeps what a bank has said about the name of an account's holder. A later answer takes the place of an earlier
// one, until the account is verified on it.
type RecordNameCheck struct {
	Account id.BankAccount   `cbor:"1,keyasint"`
	Result  party.NameResult `cbor:"2,keyasint"`
	Score   int32            `cbor:"3,keyasint"`          // 0 to 1,000,000
	Answer  party.Token      `cbor:"4,keyasint,omitzero"` // of the bank's own name for its answer
}

// Kind names the stored form.
func (*RecordNameCheck) Kind() uint16 { return commandRecordNameCheck }

func (c *RecordNameCheck) decide(d *draft) *Rejection {
	a, rejection := d.uncheckedAccount(c.Account)
	if rejection != nil {
		return rejection
	}
	if c.Result < party.NameMatch || c.Result > party.NameNotPossible || c.Score < 0 || c.Score > ScoreMax {
		return reject("name_check_invalid", "result", "an answer is match, close_match, no_match or not_possible, with a score of 0 to %d", ScoreMax)
	}
	d.emit(&NameChecked{Account: a.ID, Check: party.NameCheck{
		Result: c.Result, Score: c.Score, Answer: c.Answer, Actor: d.header.Actor, Date: d.today(),
	}})
	return nil
}

// uncheckedAccount finds an account that is not verified on a check yet.
func (d *draft) uncheckedAccount(wanted id.BankAccount) (*party.BankAccount, *Rejection) {
	a, rejection := d.bankAccount(wanted, party.AccountProposed, party.AccountVerified)
	if rejection == nil && a.Ground != party.NoGround {
		return nil, reject("bank_account_state", "account", "bank account %s is verified already, by its %s", a.ID, a.Ground)
	}
	return a, rejection
}

// OrderMicroDeposit asks for a small amount with a code to be sent to an account. Amount and code are drawn at the edge; the
// book has their keyed hash.
type OrderMicroDeposit struct {
	Account  id.BankAccount  `cbor:"1,keyasint"`
	Expected party.Token     `cbor:"2,keyasint"`
	Secret   party.Reference `cbor:"3,keyasint"` // amount and code, in the vault
	Until    calendar.Date   `cbor:"4,keyasint"` // last business date on which an answer is taken
}

// Kind names the stored form.
func (*OrderMicroDeposit) Kind() uint16 { return commandOrderMicroDeposit }

func (c *OrderMicroDeposit) decide(d *draft) *Rejection {
	a, rejection := d.uncheckedAccount(c.Account)
	if rejection != nil {
		return rejection
	}
	if a.Deposit.State == party.DepositConfirmed || a.Deposit.State == party.DepositOrdered && d.today() <= a.Deposit.Until {
		return reject("deposit_state", "account", "the last micro-deposit is %s", a.Deposit.State)
	}
	if c.Expected == (party.Token{}) || c.Secret == (party.Reference{}) || c.Until < d.today() || c.Until > d.today().AddDays(DepositDaysMax) {
		return reject("deposit_invalid", "until", "a micro-deposit has an amount, a code, and up to %d days to be answered", DepositDaysMax)
	}
	d.emit(&MicroDepositOrdered{Account: a.ID, Deposit: party.Deposit{
		State: party.DepositOrdered, Expected: c.Expected, Secret: c.Secret, Until: c.Until,
	}})
	return nil
}

// AnswerMicroDeposit tells amount and code of a micro-deposit as the payee has read them. A wrong answer is an entry; after the
// third none is taken.
type AnswerMicroDeposit struct {
	Account id.BankAccount `cbor:"1,keyasint"`
	Answer  party.Token    `cbor:"2,keyasint"` // keyed hash of amount and code
}

// Kind names the stored form.
func (*AnswerMicroDeposit) Kind() uint16 { return commandAnswerMicroDeposit }

func (c *AnswerMicroDeposit) decide(d *draft) *Rejection {
	if a := d.bankAccounts.at(c.Account.Number()); a != nil {
		if rejection := d.own(a.Party, "account"); rejection != nil {
			return rejection
		}
	}
	a, rejection := d.uncheckedAccount(c.Account)
	if rejection != nil {
		return rejection
	}
	if a.Deposit.State != party.DepositOrdered {
		return reject("deposit_state", "account", "no micro-deposit waits for an answer")
	}
	if d.today() > a.Deposit.Until {
		return reject("deposit_state", "account", "the micro-deposit could be answered until %s", a.Deposit.Until)
	}
	answered := &MicroDepositAnswered{Account: a.ID, State: party.DepositOrdered, Tries: a.Deposit.Tries, Actor: d.header.Actor}
	if c.Answer == a.Deposit.Expected {
		answered.State = party.DepositConfirmed
	} else if answered.Tries++; answered.Tries >= DepositTriesMax {
		answered.State = party.DepositFailed
	}
	d.emit(answered)
	return nil
}

// RecordBankLetter keeps a bank's written word that an account is the party's.
type RecordBankLetter struct {
	Account id.BankAccount  `cbor:"1,keyasint"`
	Letter  party.Reference `cbor:"2,keyasint"` // in the vault
}

// Kind names the stored form.
func (*RecordBankLetter) Kind() uint16 { return commandRecordBankLetter }

func (c *RecordBankLetter) decide(d *draft) *Rejection {
	a, rejection := d.uncheckedAccount(c.Account)
	if rejection != nil {
		return rejection
	}
	if c.Letter == (party.Reference{}) {
		return reject("record_missing", "letter", "the letter is kept in the vault first")
	}
	d.emit(&BankLetterRecorded{Account: a.ID, Letter: party.Letter{Stored: c.Letter, Actor: d.header.Actor, Date: d.today()}})
	return nil
}

// RecordContact says how a party is reached when its bank details are to change. What is on record stays.
type RecordContact struct {
	Party   id.Party        `cbor:"1,keyasint"`
	Channel party.Channel   `cbor:"2,keyasint"`
	Details party.Reference `cbor:"3,keyasint"` // number or address and name, in the vault
}

// Kind names the stored form.
func (*RecordContact) Kind() uint16 { return commandRecordContact }

func (c *RecordContact) decide(d *draft) *Rejection {
	p := d.parties.at(c.Party.Number())
	if p == nil {
		return reject("party_unknown", "party", "there is no party %s", c.Party)
	}
	if p.State != party.Onboarded {
		return reject("party_not_onboarded", "party", "party %s is %s", c.Party, p.State)
	}
	if c.Channel < party.Phone || c.Channel > party.InPerson || c.Details == (party.Reference{}) {
		return reject("contact_invalid", "channel", "a contact has a channel, phone, post or in_person, and its details")
	}
	if len(p.Contacts) >= ContactsMax {
		return reject("contact_invalid", "party", "party %s has %d contacts, and no more are kept", p.ID, ContactsMax)
	}
	d.emit(&ContactRecorded{Party: p.ID, Contact: party.Contact{Channel: c.Channel, Details: c.Details, Actor: d.header.Actor}})
	return nil
}

// ConfirmAccountChange says that the party, asked at a contact that was on record before the change was proposed, has confirmed it.
type ConfirmAccountChange struct {
	Account id.BankAccount  `cbor:"1,keyasint"`
	Contact uint16          `cbor:"2,keyasint"` // of the party, from 1
	Record  party.Reference `cbor:"3,keyasint"` // of the call, in the vault
}

// Kind names the stored form.
func (*ConfirmAccountChange) Kind() uint16 { return commandConfirmAccountChange }

func (c *ConfirmAccountChange) decide(d *draft) *Rejection {
	a, rejection := d.bankAccount(c.Account, party.AccountProposed, party.AccountVerified)
	if rejection != nil {
		return rejection
	}
	replaces := d.replaced(a)
	if replaces == 0 {
		return reject("change_none", "account", "bank account %s is the first one of its party in %s", a.ID, a.Currency)
	}
	if a.Change.Actor != 0 {
		return reject("change_confirmed", "account", "the change to bank account %s is confirmed already", a.ID)
	}
	if rejection := d.second(a.Maker); rejection != nil {
		return rejection
	}
	if rejection := d.second(a.Checker); rejection != nil {
		return rejection
	}
	contacts := d.parties.at(a.Party.Number()).Contacts
	if c.Contact == 0 || int(c.Contact) > len(contacts) {
		return reject("contact_unknown", "contact", "party %s has %d contacts on record", a.Party, len(contacts))
	}
	if contacts[c.Contact-1].Entry >= a.Change.Since {
		return reject("contact_new", "contact", "contact %d was not on record before the change was proposed", c.Contact)
	}
	if c.Record == (party.Reference{}) {
		return reject("record_missing", "record", "a record of the call is kept in the vault first")
	}
	d.emit(&AccountChangeConfirmed{Account: a.ID, Change: party.Change{
		Replaces: replaces, Contact: c.Contact, Record: c.Record, Actor: d.header.Actor, Date: d.today(), Since: a.Change.Since,
	}})
	return nil
}

// NameChecked says what a bank has said about a name.
type NameChecked struct {
	Account id.BankAccount  `cbor:"1,keyasint"`
	Check   party.NameCheck `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*NameChecked) Kind() uint16 { return eventNameChecked }

func (e *NameChecked) fold(b *Book) {
	a := b.bankAccounts.at(e.Account.Number())
	a.Name = e.Check
	b.touched(tableBankAccount, e.Account.Number(), &a.Entry)
}

// MicroDepositOrdered says that a micro-deposit is to be sent.
type MicroDepositOrdered struct {
	Account id.BankAccount `cbor:"1,keyasint"`
	Deposit party.Deposit  `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*MicroDepositOrdered) Kind() uint16 { return eventMicroDepositOrdered }

func (e *MicroDepositOrdered) fold(b *Book) {
	a := b.bankAccounts.at(e.Account.Number())
	a.Deposit = e.Deposit
	b.touched(tableBankAccount, e.Account.Number(), &a.Entry)
}

// MicroDepositAnswered says what came of an answer.
type MicroDepositAnswered struct {
	Account id.BankAccount     `cbor:"1,keyasint"`
	State   party.DepositState `cbor:"2,keyasint"`
	Tries   uint8              `cbor:"3,keyasint"` // wrong ones so far
	Actor   id.Actor           `cbor:"4,keyasint"`
}

// Kind names the stored form.
func (*MicroDepositAnswered) Kind() uint16 { return eventMicroDepositAnswered }

func (e *MicroDepositAnswered) fold(b *Book) {
	a := b.bankAccounts.at(e.Account.Number())
	a.Deposit.State, a.Deposit.Tries = e.State, e.Tries
	if e.State == party.DepositConfirmed {
		a.Deposit.Actor = e.Actor
	}
	b.touched(tableBankAccount, e.Account.Number(), &a.Entry)
}

// BankLetterRecorded says that a bank's letter was kept.
type BankLetterRecorded struct {
	Account id.BankAccount `cbor:"1,keyasint"`
	Letter  party.Letter   `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*BankLetterRecorded) Kind() uint16 { return eventBankLetterRecorded }

func (e *BankLetterRecorded) fold(b *Book) {
	a := b.bankAccounts.at(e.Account.Number())
	a.Letter = e.Letter
	b.touched(tableBankAccount, e.Account.Number(), &a.Entry)
}

// ContactRecorded says how a party is reached.
type ContactRecorded struct {
	Party   id.Party      `cbor:"1,keyasint"`
	Contact party.Contact `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*ContactRecorded) Kind() uint16 { return eventContactRecorded }

func (e *ContactRecorded) fold(b *Book) {
	p := b.parties.at(e.Party.Number())
	kept := e.Contact
	kept.Entry = b.sequence
	p.Contacts = append(slices.Clip(slices.Clone(p.Contacts)), kept)
	b.touched(tableParty, e.Party.Number(), &p.Entry)
}

// AccountChangeConfirmed says that a party has confirmed a change of its bank details.
type AccountChangeConfirmed struct {
	Account id.BankAccount `cbor:"1,keyasint"`
	Change  party.Change   `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*AccountChangeConfirmed) Kind() uint16 { return eventAccountChangeConfirmed }

func (e *AccountChangeConfirmed) fold(b *Book) {
	a := b.bankAccounts.at(e.Account.Number())
	a.Change = e.Change
	b.touched(tableBankAccount, e.Account.Number(), &a.Entry)
}
