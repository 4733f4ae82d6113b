package book

import (
	"millrace/domain/calendar"
	"millrace/domain/digital"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &LoadWallet{} })
	registerCommand(func() act { return &RedeemWallet{} })
	registerCommand(func() act { return &TransferDigital{} })
	registerCommand(func() act { return &RetryDigitalTransfer{} })
	registerCommand(func() act { return &RecordDigitalOutcome{} })
	registerEvent(func() fact { return &DigitalTransferOpened{} })
	registerEvent(func() fact { return &DigitalTransferMoved{} })
	permitted[commandLoadWallet] = walletOwners
	permitted[commandRedeemWallet] = walletOwners
	permitted[commandTransferDigital] = walletOwners
	permitted[commandRetryDigitalTransfer] = party.Operator
	permitted[commandRecordDigitalOutcome] = party.Operator | party.Bank
}

// LoadWallet brings money from the party's address in the outside system into its wallet. It is in the wallet when that
// system has said so.
type LoadWallet struct {
	Wallet id.Wallet   `cbor:"1,keyasint"`
	Amount money.Minor `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*LoadWallet) Kind() uint16 { return commandLoadWallet }

func (c *LoadWallet) decide(d *draft) *Rejection {
	w, rejection := d.ownWallet(c.Wallet, "wallet")
	if rejection != nil {
		return rejection
	}
	if c.Amount <= 0 || c.Amount > money.MinorMax {
		return reject("amount_invalid", "amount", "the amount is above zero")
	}
	d.openTransfer(digital.Transfer{Kind: digital.Load, To: w.ID, Amount: c.Amount, Currency: d.assetOf(w).Currency})
	return nil
}

// RedeemWallet takes money out of a wallet to the party's own address in the outside system. It is set aside at once.
type RedeemWallet struct {
	Wallet id.Wallet   `cbor:"1,keyasint"`
	Amount money.Minor `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*RedeemWallet) Kind() uint16 { return commandRedeemWallet }

func (c *RedeemWallet) decide(d *draft) *Rejection {
	w, rejection := d.payingWallet(c.Wallet, "wallet", c.Amount)
	if rejection != nil {
		return rejection
	}
	d.openTransfer(digital.Transfer{Kind: digital.Redemption, From: w.ID, Amount: c.Amount, Currency: d.assetOf(w).Currency})
	return nil
}

// TransferDigital moves money from a wallet to another one of the same money: at once where both are in the books of one
// holder of record, else by the outside system.
type TransferDigital struct {
	From   id.Wallet   `cbor:"1,keyasint"`
	To     id.Wallet   `cbor:"2,keyasint"`
	Amount money.Minor `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*TransferDigital) Kind() uint16 { return commandTransferDigital }

func (c *TransferDigital) decide(d *draft) *Rejection {
	from, rejection := d.payingWallet(c.From, "from", c.Amount)
	if rejection != nil {
		return rejection
	}
	to, rejection := d.liveWallet(c.To, "to")
	if rejection != nil {
		return rejection
	}
	if rejection := reaches(from, to, "to"); rejection != nil {
		return rejection
	}
	asset, other := d.assetOf(from), d.assetOf(to)
	if !asset.SameMoney(other) {
		return reject("digital_money_differs", "to", "wallet %s holds other money: of another issuer, currency, kind or system", to.ID)
	}
	t := digital.Transfer{Kind: digital.Internal, From: from.ID, To: to.ID, Amount: c.Amount, Currency: asset.Currency}
	if asset.ID != other.ID {
		t.Kind = digital.Carried
	}
	d.openTransfer(t)
	return nil
}

// reaches refuses what would go from one programme into another, or nowhere.
func reaches(from, to *digital.Wallet, field string) *Rejection {
	if from.ID == to.ID {
		return reject("wallet_same", field, "the money is in wallet %s already", to.ID)
	}
	if !from.Reaches(to) {
		return reject("wallet_other_programme", field, "wallet %s is of programme %s: no money of programme %s goes there", to.ID, to.Programme, from.Programme)
	}
	return nil
}

// openTransfer puts a transfer on record: the entry is the first attempt of one that is carried outside.
func (d *draft) openTransfer(t digital.Transfer) {
	t.ID = id.Make[id.DigitalTransfer](d.shard, d.number(tableDigitalTransfer, d.digitalTransfers.count))
	t.Maker, t.State, t.Attempts = d.header.Actor, digital.Instructed, 1
	switch {
	case t.Kind == digital.Internal:
		t.State, t.Attempts, t.Date = digital.Executed, 0, d.today()
		d.transfer(d.walletMoney(d.wallets.at(t.From.Number())), d.walletMoney(d.wallets.at(t.To.Number())), t.Amount)
	case t.Kind.Outgoing():
		from := d.wallets.at(t.From.Number())
		t.Hold = d.hold(d.walletMoney(from), issuerMoney(d.assetOf(from)), t.Amount, 0)
	}
	d.emit(&DigitalTransferOpened{Transfer: t})
}

// RetryDigitalTransfer records one more attempt at a transfer of which the answer is not known, under the same key.
type RetryDigitalTransfer struct {
	Transfer id.DigitalTransfer `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*RetryDigitalTransfer) Kind() uint16 { return commandRetryDigitalTransfer }

func (c *RetryDigitalTransfer) decide(d *draft) *Rejection {
	t, rejection := d.openDigital(c.Transfer)
	if rejection != nil {
		return rejection
	}
	if w := d.wallets.at(t.From.Number()); w != nil {
		if p := d.programmes.at(w.Programme.Number()); p != nil && p.Stopped {
			return reject("programme_stopped", "transfer", "programme %s is stopped: a shortfall is open", p.ID)
		}
	}
	d.emit(&DigitalTransferMoved{Transfer: t.ID, State: digital.Instructed, Attempts: t.Attempts + 1})
	return nil
}

// openDigital finds a transfer that may still happen.
func (d *draft) openDigital(wanted id.DigitalTransfer) (*digital.Transfer, *Rejection) {
	t := d.digitalTransfers.at(wanted.Number())
	if t == nil {
		return nil, reject("digital_transfer_unknown", "transfer", "there is no transfer %s", wanted)
	}
	if !t.State.Open() {
		return nil, reject("digital_transfer_state", "transfer", "transfer %s is %s", t.ID, t.State)
	}
	return t, nil
}

// RecordDigitalOutcome says what the outside system has done with a transfer: executed, refused, or that nobody knows (in doubt).
type RecordDigitalOutcome struct {
	Transfer id.DigitalTransfer    `cbor:"1,keyasint"`
	State    digital.TransferState `cbor:"2,keyasint"`
	Outside  [16]byte              `cbor:"3,keyasint"` // token of the system's own reference
}

// Kind names the stored form.
func (*RecordDigitalOutcome) Kind() uint16 { return commandRecordDigitalOutcome }

func (c *RecordDigitalOutcome) decide(d *draft) *Rejection {
	t := d.digitalTransfers.at(c.Transfer.Number())
	if t != nil && !d.isOperator() && d.by() != d.recordHolder(t) {
		return reject("other_party", "transfer", "only the holder of record speaks for its wallets")
	}
	t, rejection := d.openDigital(c.Transfer)
	if rejection != nil {
		return rejection
	}
	moved := &DigitalTransferMoved{Transfer: t.ID, State: c.State, Attempts: t.Attempts, Outside: c.Outside}
	switch c.State {
	case digital.Executed:
		moved.Date = d.today()
		d.emit(moved)
		d.carriedOut(t)
	case digital.Refused:
		if t.Hold != 0 {
			d.void(t.Hold)
		}
		d.emit(moved)
	case digital.InDoubt:
		d.emit(moved)
	default:
		return reject("digital_outcome_invalid", "state", "an outcome is executed, refused or in_doubt")
	}
	return nil
}

// recordHolder is the institution out of whose books a transfer goes, or into whose a load comes.
func (b *Book) recordHolder(t *digital.Transfer) id.Party {
	w := b.wallets.at(t.From.Number())
	if w == nil {
		w = b.wallets.at(t.To.Number())
	}
	return b.assetOf(w).Holder
}

// carriedOut books what the outside system has done.
func (d *draft) carriedOut(t *digital.Transfer) {
	if from := d.wallets.at(t.From.Number()); from != nil {
		d.void(t.Hold)
		d.transfer(d.walletMoney(from), issuerMoney(d.assetOf(from)), t.Amount)
	}
	if to := d.wallets.at(t.To.Number()); to != nil {
		d.book(issuerMoney(d.assetOf(to)), d.walletMoney(to), t.Amount)
	}
}

// DigitalTransferOpened says that a transfer was instructed, or made at once.
type DigitalTransferOpened struct {
	Transfer digital.Transfer `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*DigitalTransferOpened) Kind() uint16 { return eventDigitalTransferOpened }

func (e *DigitalTransferOpened) fold(b *Book) {
	number := e.Transfer.ID.Number()
	b.digitalTransfers.add(number, e.Transfer)
	b.touched(tableDigitalTransfer, number, &b.digitalTransfers.at(number).Entry)
}

// DigitalTransferMoved says that a transfer has come to another state, or to another attempt.
type DigitalTransferMoved struct {
	Transfer id.DigitalTransfer    `cbor:"1,keyasint"`
	State    digital.TransferState `cbor:"2,keyasint"`
	Attempts uint32                `cbor:"3,keyasint"`
	Outside  [16]byte              `cbor:"4,keyasint,omitzero"`
	Date     calendar.Date         `cbor:"5,keyasint,omitempty"`
}

// Kind names the stored form.
func (*DigitalTransferMoved) Kind() uint16 { return eventDigitalTransferMoved }

func (e *DigitalTransferMoved) fold(b *Book) {
	t := b.digitalTransfers.at(e.Transfer.Number())
	t.State, t.Attempts = e.State, e.Attempts
	if e.Outside != [16]byte{} {
		t.Outside = e.Outside
	}
	if e.Date != 0 {
		t.Date = e.Date
	}
	b.touched(tableDigitalTransfer, e.Transfer.Number(), &t.Entry)
}
