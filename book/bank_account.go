package book

import (
	"slices"

	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
)

func init() {
	registerCommand(func() act { return &ProposeBankAccount{} })
	registerCommand(func() act { return &VerifyBankAccount{} })
	registerCommand(func() act { return &RevokeBankAccount{} })
	registerEvent(func() fact { return &BankAccountProposed{} })
	registerEvent(func() fact { return &BankAccountVerified{} })
	registerEvent(func() fact { return &BankAccountRevoked{} })
	permitted[commandProposeBankAccount] = party.Operator | party.Seller | party.Funder
	permitted[commandVerifyBankAccount] = party.Operator
	permitted[commandRevokeBankAccount] = party.Operator | party.Seller | party.Funder
}

// ProposeBankAccount names an account of a party. Nothing is paid to it before a second person has verified it. Where the
// party has, or had, a verified one in the currency it is a change: where a live programme checks payees, all that is about
// to be paid to the party is withheld.
type ProposeBankAccount struct {
	Party    id.Party        `cbor:"1,keyasint"`
	Currency money.Currency  `cbor:"2,keyasint"`
	Token    party.Token     `cbor:"3,keyasint"`
	Details  party.Reference `cbor:"4,keyasint"`
}

// Kind names the stored form.
func (*ProposeBankAccount) Kind() uint16 { return commandProposeBankAccount }

func (c *ProposeBankAccount) decide(d *draft) *Rejection {
	p := d.parties.at(c.Party.Number())
	if p == nil {
		return reject("party_unknown", "party", "there is no party %s", c.Party)
	}
	if rejection := d.own(c.Party, "party"); rejection != nil {
		return rejection
	}
	if p.State != party.Onboarded {
		return reject("party_not_onboarded", "party", "party %s is %s", c.Party, p.State)
	}
	if !c.Currency.Known() {
		return reject("currency_unknown", "currency", "the currency is not in ISO 4217")
	}
	if known, found := d.bankTokens[c.Token]; found {
		return reject("bank_account_known", "account", "this account number is known already%s", d.asOwn(known))
	}
	number := d.number(tableBankAccount, d.bankAccounts.count)
	proposed := party.BankAccount{
		ID: id.Make[id.BankAccount](d.shard, number), Party: c.Party, Currency: c.Currency, State: party.AccountProposed,
		Token: c.Token, Details: c.Details, Maker: d.header.Actor,
	}
	proposed.Change.Replaces = d.replaced(&proposed)
	d.emit(&BankAccountProposed{Account: proposed})
	if proposed.Change.Replaces != 0 && d.checksPayees() {
		d.flagChange(&proposed)
	}
	return nil
}

// asOwn names a bank account to the operator and to the party that has it, and to nobody else.
func (d *draft) asOwn(account id.BankAccount) string {
	if d.isOperator() || d.by() == d.bankAccounts.at(account.Number()).Party {
		return " as " + account.String()
	}
	return ""
}

// bankAccount finds a bank account in one of the states, or refuses.
func (d *draft) bankAccount(wanted id.BankAccount, states ...party.AccountState) (*party.BankAccount, *Rejection) {
	a := d.bankAccounts.at(wanted.Number())
	if a == nil {
		return nil, reject("bank_account_unknown", "account", "there is no bank account %s", wanted)
	}
	if !slices.Contains(states, a.State) {
		return nil, reject("bank_account_state", "account", "bank account %s is %s", wanted, a.State)
	}
	return a, nil
}

// replaced is the first account of the same party and currency that was ever verified before this one; 0 for none.
func (d *draft) replaced(a *party.BankAccount) id.BankAccount {
	if a.Change.Replaces != 0 || a.WasVerified() {
		return a.Change.Replaces
	}
	for _, other := range d.accountsOf[a.Party] {
		if o := d.bankAccounts.at(other.Number()); other != a.ID && o.Currency == a.Currency && o.WasVerified() {
			return other
		}
	}
	return 0
}

// checksPayees tells whether any live programme asks for checks of accounts. An account is a party's and not a programme's: what one
// of them asks for holds for every account.
func (d *draft) checksPayees() bool {
	for n := uint64(1); n <= d.programmes.count; n++ {
		if p := d.programmes.at(n); p.State == funding.Live && p.PayeeChecked {
			return true
		}
	}
	return false
}

// waited refuses a changed account whose party has not confirmed it, or before it has waited for all live programmes that check payees.
func (d *draft) waited(a *party.BankAccount) *Rejection {
	for n := uint64(1); n <= d.programmes.count; n++ {
		p := d.programmes.at(n)
		if p.State != funding.Live || !p.PayeeChecked {
			continue
		}
		if rejection := d.changedInTime(p, a); rejection != nil {
			return rejection
		}
	}
	return nil
}

func (d *draft) changedInTime(p *funding.Programme, a *party.BankAccount) *Rejection {
	if a.Change.Actor == 0 {
		return reject("change_unconfirmed", "account", "bank account %s came after another one of its party: the party must be asked at its contact of before", a.ID)
	}
	if until := p.ChangeEnds(a.Proposed); d.today() < until {
		return reject("change_waits", "account", "bank account %s is a change of details, which waits until %s", a.ID, until)
	}
	return nil
}

// safe refuses an account that a programme which checks payees doesn't pay to. That it is verified and the payee's is asked elsewhere.
func (d *draft) safe(p *funding.Programme, account id.BankAccount) *Rejection {
	a := d.bankAccounts.at(account.Number())
	if !p.PayeeChecked || a == nil {
		return nil
	}
	if a.Ground == party.NoGround {
		return reject("payee_unchecked", "payee", "bank account %s stands on no check, and programme %s asks for one", a.ID, p.ID)
	}
	if a.Change.Replaces != 0 {
		return d.changedInTime(p, a)
	}
	return nil
}

// VerifyBankAccount says that a second person has made sure that the account is the party's own. One that was verified on a
// person's word alone may be verified again on a check.
type VerifyBankAccount struct {
	Account id.BankAccount  `cbor:"1,keyasint"`
	Reason  party.Reference `cbor:"2,keyasint,omitzero"` // in the vault: why, where the bank said close_match or not_possible
}

// Kind names the stored form.
func (*VerifyBankAccount) Kind() uint16 { return commandVerifyBankAccount }

func (c *VerifyBankAccount) decide(d *draft) *Rejection {
	a, rejection := d.bankAccount(c.Account, party.AccountProposed, party.AccountVerified)
	if rejection != nil {
		return rejection
	}
	if a.State == party.AccountVerified && (a.Ground != party.NoGround || !checked(a)) {
		return reject("bank_account_state", "account", "bank account %s is %s", c.Account, a.State)
	}
	if rejection := d.second(a.Maker); rejection != nil {
		return rejection
	}
	ground, brought, rejection := c.ground(a)
	if rejection != nil {
		return rejection
	}
	demanded := d.checksPayees()
	if demanded && ground == party.NoGround {
		return reject("payee_unchecked", "account", "of bank account %s no check is on record, and a live programme asks for one", a.ID)
	}
	if ground != party.NoGround && brought == d.header.Actor {
		return reject("second_person", "account", "who brought what the verification stands on can't verify: a second person must")
	}
	replaces := d.replaced(a)
	if demanded && replaces != 0 {
		if rejection := d.waited(a); rejection != nil {
			return rejection
		}
		if rejection := d.second(a.Change.Actor); rejection != nil {
			return rejection
		}
	}
	d.emit(&BankAccountVerified{Account: c.Account, Checker: d.header.Actor, Ground: ground, Reason: c.Reason, Replaces: replaces})
	return nil
}

// checked tells whether anything but a person's word is on record for an account.
func checked(a *party.BankAccount) bool {
	return a.Name.Result != 0 || a.Deposit.State == party.DepositConfirmed || a.Letter.Actor != 0
}

// ground is the strongest check on record, and who has brought it. A bank's no_match refuses whatever else there is.
func (c *VerifyBankAccount) ground(a *party.BankAccount) (party.Ground, id.Actor, *Rejection) {
	switch {
	case a.Name.Result == party.NameNoMatch:
		return 0, 0, reject("name_refused", "account", "the bank says that the holder of bank account %s has another name", a.ID)
	case a.Name.Result == party.NameMatch:
		return party.ByName, a.Name.Actor, nil
	case a.Deposit.State == party.DepositConfirmed:
		return party.ByDeposit, a.Deposit.Actor, nil
	case a.Letter.Actor != 0:
		return party.ByLetter, a.Letter.Actor, nil
	case a.Name.Result == 0:
		return party.NoGround, 0, nil
	case c.Reason == (party.Reference{}):
		return 0, 0, reject("reason_missing", "reason", "the bank's answer is %s: verifying takes a reason", a.Name.Result)
	}
	return party.ByReason, a.Name.Actor, nil
}

// RevokeBankAccount takes an account out of use at once, on one person's word: nothing more leaves for it.
type RevokeBankAccount struct {
	Account id.BankAccount  `cbor:"1,keyasint"`
	Reason  party.Reference `cbor:"2,keyasint"` // in the vault
}

// Kind names the stored form.
func (*RevokeBankAccount) Kind() uint16 { return commandRevokeBankAccount }

func (c *RevokeBankAccount) decide(d *draft) *Rejection {
	if a := d.bankAccounts.at(c.Account.Number()); a != nil {
		if rejection := d.own(a.Party, "account"); rejection != nil {
			return rejection
		}
	}
	a, rejection := d.bankAccount(c.Account, party.AccountProposed, party.AccountVerified)
	if rejection != nil {
		return rejection
	}
	if c.Reason == (party.Reference{}) {
		return reject("reason_missing", "reason", "taking an account out of use takes a reason")
	}
	d.emit(&BankAccountRevoked{Account: a.ID, Revocation: party.Revocation{Actor: d.header.Actor, Reason: c.Reason, Date: d.today()}})
	d.flagRevoked(a)
	return nil
}

// BankAccountProposed says that an account was named.
type BankAccountProposed struct {
	Account party.BankAccount `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*BankAccountProposed) Kind() uint16 { return eventBankAccountProposed }

func (e *BankAccountProposed) fold(b *Book) {
	number := e.Account.ID.Number()
	b.bankAccounts.add(number, e.Account)
	a := b.bankAccounts.at(number)
	a.Proposed, a.Change.Since = b.clock.Date, b.sequence
	b.indexBankAccount(a)
	b.touched(tableBankAccount, number, &a.Entry)
}

// indexBankAccount: bankTokens and accountsOf, from table bank_account.
func (b *Book) indexBankAccount(a *party.BankAccount) {
	b.bankTokens[a.Token] = a.ID
	b.accountsOf[a.Party] = append(b.accountsOf[a.Party], a.ID)
}

// BankAccountVerified says that an account is the party's own.
type BankAccountVerified struct {
	Account  id.BankAccount  `cbor:"1,keyasint"`
	Checker  id.Actor        `cbor:"2,keyasint"`
	Ground   party.Ground    `cbor:"3,keyasint,omitempty"`
	Reason   party.Reference `cbor:"4,keyasint,omitzero"`
	Replaces id.BankAccount  `cbor:"5,keyasint,omitempty"`
}

// Kind names the stored form.
func (*BankAccountVerified) Kind() uint16 { return eventBankAccountVerified }

func (e *BankAccountVerified) fold(b *Book) {
	a := b.bankAccounts.at(e.Account.Number())
	a.State, a.Checker, a.Ground, a.Reason, a.Change.Replaces = party.AccountVerified, e.Checker, e.Ground, e.Reason, e.Replaces
	a.Verified = b.clock.Date
	b.touched(tableBankAccount, e.Account.Number(), &a.Entry)
}

// paidTo counts a payment to an account that was executed, or came back.
func (b *Book) paidTo(account id.BankAccount, state payment.State) {
	a := b.bankAccounts.at(account.Number())
	if state == payment.Executed {
		a.Paid++
	} else {
		a.Paid--
	}
	b.touched(tableBankAccount, account.Number(), &a.Entry)
}

// BankAccountRevoked says that an account is out of use.
type BankAccountRevoked struct {
	Account    id.BankAccount   `cbor:"1,keyasint"`
	Revocation party.Revocation `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*BankAccountRevoked) Kind() uint16 { return eventBankAccountRevoked }

func (e *BankAccountRevoked) fold(b *Book) {
	a := b.bankAccounts.at(e.Account.Number())
	a.State, a.Revocation = party.AccountRevoked, e.Revocation
	b.touched(tableBankAccount, e.Account.Number(), &a.Entry)
}
