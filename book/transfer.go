package book

import (
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &OpenAccounts{} })
	registerCommand(func() act { return &PostTransfers{} })
	registerCommand(func() act { return &PlaceHold{} })
	registerCommand(func() act { return &EndHold{} })
	registerEvent(func() fact { return &AccountOpened{} })
	registerEvent(func() fact { return &AccountsOpened{} })
	registerEvent(func() fact { return &TransfersPosted{} })
	registerEvent(func() fact { return &HoldPlaced{} })
	registerEvent(func() fact { return &HoldEnded{} })
	permitted[commandOpenAccounts] = party.Operator
	permitted[commandPostTransfers] = party.Operator
	permitted[commandPlaceHold] = party.Operator
	permitted[commandEndHold] = party.Operator
}

// TransfersMax is the most transfers of one command, which are booked together or not at all.
const TransfersMax = 1000

// OpenAccounts opens accounts of a user's own chart in a party's books. The rules of financings never touch them.
type OpenAccounts struct {
	Entity   id.Party       `cbor:"1,keyasint"`
	Currency money.Currency `cbor:"2,keyasint"`
	Code     ledger.Code    `cbor:"3,keyasint"` // ledger.General or ledger.Source
	Count    uint32         `cbor:"4,keyasint"` // 1 to 1,000
}

// Kind names the stored form.
func (*OpenAccounts) Kind() uint16 { return commandOpenAccounts }

func (c *OpenAccounts) decide(d *draft) *Rejection {
	if d.parties.at(c.Entity.Number()) == nil {
		return reject("party_unknown", "entity", "there is no party %s", c.Entity)
	}
	if !c.Currency.Known() {
		return reject("currency_unknown", "currency", "the currency is not in ISO 4217")
	}
	if c.Code != ledger.General && c.Code != ledger.Source {
		return reject("account_code", "code", "an account of an own chart is general or source")
	}
	if c.Count == 0 || c.Count > TransfersMax {
		return reject("count_invalid", "count", "1 to %d accounts at once", TransfersMax)
	}
	d.emit(&AccountsOpened{
		First: id.Make[id.Account](d.shard, d.number(tableAccount, d.accounts.count)), Count: c.Count,
		Key: ledger.Key{Entity: c.Entity, Code: c.Code, Currency: c.Currency},
	})
	return nil
}

// PostTransfers books transfers between accounts of an own chart, all or none.
type PostTransfers struct {
	Transfers []ledger.Transfer `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*PostTransfers) Kind() uint16 { return commandPostTransfers }

func (c *PostTransfers) decide(d *draft) *Rejection {
	if len(c.Transfers) == 0 || len(c.Transfers) > TransfersMax {
		return reject("count_invalid", "transfers", "1 to %d transfers at once", TransfersMax)
	}
	if rejection := d.overflow(c.Transfers); rejection != nil {
		return rejection
	}
	for i := range c.Transfers {
		t := &c.Transfers[i]
		if rejection := d.between(t); rejection != nil {
			return rejection
		}
		d.moved[t.Debit] = money.Sub(d.moved[t.Debit], t.Amount)
		d.moved[t.Credit] = money.Add(d.moved[t.Credit], t.Amount)
	}
	d.emit(&TransfersPosted{Transfers: c.Transfers})
	return nil
}

// between refuses a transfer that is not between two accounts of an own chart, or that would overdraw one.
func (d *draft) between(t *ledger.Transfer) *Rejection {
	debit, credit := d.accounts.at(t.Debit.Number()), d.accounts.at(t.Credit.Number())
	if debit == nil || credit == nil {
		return reject("account_unknown", "transfers", "there is no account %s or %s", t.Debit, t.Credit)
	}
	if debit.Key.Code < ledger.Source || credit.Key.Code < ledger.Source {
		return reject("account_code", "transfers", "only rules move %s and %s", debit.Key.Code, credit.Key.Code)
	}
	if debit.Key.Entity != credit.Key.Entity || debit == credit {
		return reject("account_other_entity", "transfers", "accounts %s and %s are not two of one entity", t.Debit, t.Credit)
	}
	if debit.Key.Currency != credit.Key.Currency {
		return reject("currency_differs", "transfers", "accounts %s and %s have different currencies", t.Debit, t.Credit)
	}
	if t.Amount <= 0 || t.Amount > money.MinorMax {
		return reject("amount_invalid", "transfers", "a transfer is above zero")
	}
	if debit.Key.Code == ledger.General && money.Add(debit.Available(), d.moved[t.Debit]) < t.Amount {
		return reject("balance_insufficient", "transfers", "account %s has %s free", t.Debit,
			money.Amount{Minor: money.Add(debit.Available(), d.moved[t.Debit]), Currency: debit.Key.Currency})
	}
	return nil
}

// PlaceHold sets money of an own account aside for a transfer that is posted or voided later, or expires.
type PlaceHold struct {
	Transfer ledger.Transfer `cbor:"1,keyasint"`
	Seconds  uint32          `cbor:"2,keyasint"` // until it expires; 0 for never
}

// Kind names the stored form.
func (*PlaceHold) Kind() uint16 { return commandPlaceHold }

func (c *PlaceHold) decide(d *draft) *Rejection {
	if rejection := d.between(&c.Transfer); rejection != nil {
		return rejection
	}
	if rejection := d.overflow([]ledger.Transfer{c.Transfer}); rejection != nil {
		return rejection
	}
	hold := ledger.Hold{ID: id.Make[id.Hold](d.shard, d.number(tableHold, d.holds.count)), Transfer: c.Transfer, State: ledger.Pending}
	if c.Seconds > 0 {
		hold.Expires = d.header.At + int64(c.Seconds)*1_000_000
	}
	d.emit(&HoldPlaced{Hold: hold})
	return nil
}

// EndHold posts or voids a hold on an own account.
type EndHold struct {
	Hold  id.Hold          `cbor:"1,keyasint"`
	State ledger.HoldState `cbor:"2,keyasint"` // ledger.Posted or ledger.Voided
}

// Kind names the stored form.
func (*EndHold) Kind() uint16 { return commandEndHold }

func (c *EndHold) decide(d *draft) *Rejection {
	h := d.holds.at(c.Hold.Number())
	if h == nil {
		return reject("hold_unknown", "hold", "there is no hold %s", c.Hold)
	}
	if d.accounts.at(h.Transfer.Debit.Number()).Key.Code < ledger.Source {
		return reject("account_code", "hold", "only rules end this hold")
	}
	if h.State != ledger.Pending {
		return reject("hold_state", "hold", "hold %s is %s", c.Hold, h.State)
	}
	if h.Expires != 0 && h.Expires < d.header.At {
		return reject("hold_expired", "hold", "the time of hold %s is over", c.Hold)
	}
	if c.State != ledger.Posted && c.State != ledger.Voided {
		return reject("hold_state", "state", "a hold is posted or voided")
	}
	if rejection := d.overflow([]ledger.Transfer{h.Transfer}); rejection != nil {
		return rejection
	}
	d.emit(&HoldEnded{Hold: c.Hold, State: c.State})
	return nil
}

// AccountOpened says that the book has an account for a key.
type AccountOpened struct {
	Account id.Account `cbor:"1,keyasint"`
	Key     ledger.Key `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*AccountOpened) Kind() uint16 { return eventAccountOpened }

func (e *AccountOpened) fold(b *Book) { b.addAccount(e.Account, e.Key) }

// AccountsOpened says that a user's own chart has more accounts, with numbers from the first on.
type AccountsOpened struct {
	First id.Account `cbor:"1,keyasint"`
	Count uint32     `cbor:"2,keyasint"`
	Key   ledger.Key `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*AccountsOpened) Kind() uint16 { return eventAccountsOpened }

func (e *AccountsOpened) fold(b *Book) {
	for i := range uint64(e.Count) {
		b.addAccount(id.Make[id.Account](b.shard, e.First.Number()+i), e.Key)
	}
}

func (b *Book) addAccount(account id.Account, key ledger.Key) {
	b.accounts.add(account.Number(), ledger.Account{ID: account, Key: key})
	a := b.accounts.at(account.Number())
	b.indexAccount(a)
	b.touched(tableAccount, account.Number(), &a.Entry)
}

// TransfersPosted says that money moved, all of it together.
type TransfersPosted struct {
	Transfers []ledger.Transfer `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*TransfersPosted) Kind() uint16 { return eventTransfersPosted }

func (e *TransfersPosted) fold(b *Book) {
	for i := range e.Transfers {
		b.post(&e.Transfers[i])
	}
}

func (b *Book) post(t *ledger.Transfer) {
	debit, credit := b.accounts.at(t.Debit.Number()), b.accounts.at(t.Credit.Number())
	debit.DebitsPosted = money.Add(debit.DebitsPosted, t.Amount)
	credit.CreditsPosted = money.Add(credit.CreditsPosted, t.Amount)
	b.touched(tableAccount, t.Debit.Number(), &debit.Entry)
	b.touched(tableAccount, t.Credit.Number(), &credit.Entry)
}

// HoldPlaced says that money is set aside.
type HoldPlaced struct {
	Hold ledger.Hold `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*HoldPlaced) Kind() uint16 { return eventHoldPlaced }

func (e *HoldPlaced) fold(b *Book) {
	number := e.Hold.ID.Number()
	b.holds.add(number, e.Hold)
	h := b.holds.at(number)
	b.indexHold(h)
	b.pend(&h.Transfer, h.Transfer.Amount)
	b.touched(tableHold, number, &h.Entry)
}

func (b *Book) pend(t *ledger.Transfer, amount money.Minor) {
	debit, credit := b.accounts.at(t.Debit.Number()), b.accounts.at(t.Credit.Number())
	debit.DebitsPending = money.Add(debit.DebitsPending, amount)
	credit.CreditsPending = money.Add(credit.CreditsPending, amount)
	b.touched(tableAccount, t.Debit.Number(), &debit.Entry)
	b.touched(tableAccount, t.Credit.Number(), &credit.Entry)
}

// HoldEnded says that a hold was posted, voided, or has expired.
type HoldEnded struct {
	Hold  id.Hold          `cbor:"1,keyasint"`
	State ledger.HoldState `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*HoldEnded) Kind() uint16 { return eventHoldEnded }

func (e *HoldEnded) fold(b *Book) {
	h := b.holds.at(e.Hold.Number())
	h.State = e.State
	b.pend(&h.Transfer, -h.Transfer.Amount)
	if e.State == ledger.Posted {
		b.post(&h.Transfer)
	}
	b.touched(tableHold, e.Hold.Number(), &h.Entry)
}
