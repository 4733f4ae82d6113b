package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/legal"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/supervision"
)

func init() {
	registerCommand(func() act { return &ProposeSupervisedAccount{} })
	registerCommand(func() act { return &DecideSupervisedAccount{} })
	registerCommand(func() act { return &CloseSupervisedAccount{} })
	registerEvent(func() fact { return &SupervisedAccountProposed{} })
	registerEvent(func() fact { return &SupervisedAccountMoved{} })
	permitted[commandProposeSupervisedAccount] = party.Operator
	permitted[commandDecideSupervisedAccount] = party.Operator
	permitted[commandCloseSupervisedAccount] = party.Operator
	tables[tableSupervisedAccount] = held("supervised_account", func(b *Book) *shelf[supervision.Account] { return &b.supervised },
		[]Column{ind("programme", Integer), col("kind", Text), ind("funder", Integer), ind("custodian", Integer), col("state", Text)},
		func(r *supervision.Account) []any {
			return []any{int64(r.Place.Programme), r.Place.Kind.String(), int64(r.Place.Funder), int64(r.Custodian), r.State.String()}
		})
	tables[tableReturn] = held("return_of_receipt", func(b *Book) *shelf[payment.Return] { return &b.returns },
		[]Column{ind("receipt", Integer), ind("programme", Integer), col("state", Text)},
		func(r *payment.Return) []any {
			return []any{int64(r.Receipt), int64(r.Programme), r.State.String()}
		})
	tables[tableCharge] = held("charge", func(b *Book) *shelf[payment.Charge] { return &b.charges },
		[]Column{ind("programme", Integer), col("cause", Text), ind("line", Blob)},
		func(r *payment.Charge) []any { return []any{int64(r.Programme), r.Cause.String(), r.Line[:]} })
}

// ProposeSupervisedAccount puts an account at a programme's custodian on record: whose it is, who may give orders on it, and
// what law sets it apart. A second person approves it.
type ProposeSupervisedAccount struct {
	Place       supervision.Place       `cbor:"1,keyasint"`
	Owner       id.Party                `cbor:"2,keyasint"`
	Beneficiary id.Party                `cbor:"3,keyasint,omitempty"`
	Protection  supervision.Protection  `cbor:"4,keyasint"`
	Since       calendar.Date           `cbor:"5,keyasint"`
	MandateHash [32]byte                `cbor:"6,keyasint"` // SHA-256 of the account-control agreement
	Mandate     [32]byte                `cbor:"7,keyasint"` // in the vault
	Agreement   id.Agreement            `cbor:"8,keyasint,omitempty"`
	Signatories []supervision.Signatory `cbor:"9,keyasint"`
	Together    uint8                   `cbor:"10,keyasint"`
	Token       party.Token             `cbor:"11,keyasint"` // of the account number
	Details     [32]byte                `cbor:"12,keyasint"` // in the vault

	Statements supervision.Rhythm `cbor:"560,keyasint,omitempty"` // agreed with the custodian
}

// Kind names the stored form.
func (*ProposeSupervisedAccount) Kind() uint16 { return commandProposeSupervisedAccount }

func (c *ProposeSupervisedAccount) decide(d *draft) *Rejection {
	p := d.programmes.at(c.Place.Programme.Number())
	if p == nil {
		return reject("programme_unknown", "programme", "there is no programme %s", c.Place.Programme)
	}
	if !c.Place.Kind.Valid() {
		return reject("account_kind_invalid", "kind", "a supervised account is for funding, collection or fees")
	}
	if (c.Place.Kind == supervision.Funding) != (c.Place.Funder != 0) || c.Place.Funder != 0 && !d.deposits(p, c.Place.Funder) {
		return reject("funder_unknown", "funder", "a funding account is that of a funder of programme %s, and no other account is a funder's", p.ID)
	}
	if known := d.supervisedAt[c.Place]; known != 0 {
		return reject("supervised_account_known", "kind", "that account of programme %s is on record as %s", p.ID, known)
	}
	if rejection := c.owned(d, p); rejection != nil {
		return rejection
	}
	if rejection := c.ordered(d, p); rejection != nil {
		return rejection
	}
	if !c.Statements.Valid() {
		return reject("statement_rhythm_unknown", "statements", "a statement comes on every open day, or when the account moved and at the end of each month")
	}
	if c.Token == (party.Token{}) || c.Details == [32]byte{} {
		return reject("account_details_missing", "account", "the account's number is missing")
	}
	_, ofParty := d.bankTokens[c.Token]
	if _, supervised := d.supervisedNumbers[c.Token]; ofParty || supervised {
		return reject("account_number_used", "account", "this number is on record for another account")
	}
	d.emit(&SupervisedAccountProposed{Account: supervision.Account{
		ID:    id.Make[id.SupervisedAccount](d.shard, d.number(tableSupervisedAccount, d.supervised.count)),
		Place: c.Place, Custodian: p.Custodian, Currency: p.Currency, Owner: c.Owner, Beneficiary: c.Beneficiary, Protection: c.Protection,
		Since: c.Since, MandateHash: c.MandateHash, Mandate: c.Mandate, Agreement: c.Agreement, Signatories: c.Signatories, Together: c.Together,
		Token: c.Token, Details: c.Details, Statements: c.Statements, State: supervision.Proposed, Maker: d.header.Actor,
	}})
	return nil
}

// owned refuses an owner or a beneficiary who can't be it, and a protection that is no law on the day.
func (c *ProposeSupervisedAccount) owned(d *draft, p *funding.Programme) *Rejection {
	owner := d.parties.at(c.Owner.Number())
	if owner == nil {
		return reject("party_unknown", "owner", "there is no party %s", c.Owner)
	}
	if owner.State != party.Onboarded {
		return reject("party_not_onboarded", "owner", "party %s is %s", c.Owner, owner.State)
	}
	if !c.Protection.Valid() {
		return reject("protection_unknown", "protection", "there is no such protection")
	}
	if c.Since <= 0 || !d.near(c.Since) {
		return reject("date_invalid", "since", "the day on which the account was opened is missing, or lies years from the business date %s", d.today())
	}
	provision := c.Protection.Provision()
	if !c.Protection.InForce(d.today()) {
		return reject("protection_not_in_force", "protection", "%s has been law since %s", c.Protection, provision.From)
	}
	beneficiary := [...]id.Party{supervision.Funding: c.Place.Funder, supervision.Collection: 0, supervision.Fees: p.Operator}[c.Place.Kind]
	if c.Beneficiary != beneficiary {
		return reject("beneficiary_invalid", "beneficiary",
			"a funding account is for its funder, a fees account for the operator, and whose the collections are the ledger says")
	}
	if c.Owner != c.Beneficiary && !provision.Apart && c.Protection == supervision.OwnMoney {
		return reject("owner_invalid", "owner", "money of others is not the owner's own deposit")
	}
	if c.Owner == p.Operator && c.Place.Kind != supervision.Fees && !provision.Apart {
		return reject("owner_invalid", "owner", "the operator holds money of others only where the law keeps it out of its estate")
	}
	return nil
}

// ordered refuses a mandate that is not at hand, and signatories who can't be obeyed.
func (c *ProposeSupervisedAccount) ordered(d *draft, p *funding.Programme) *Rejection {
	if c.MandateHash == [32]byte{} || c.Mandate == [32]byte{} {
		return reject("account_control_missing", "mandate", "the account-control agreement or its hash is missing")
	}
	if c.Agreement != 0 {
		a := d.agreements.at(c.Agreement.Number())
		if a == nil {
			return reject("agreement_unknown", "agreement", "there is no agreement %s", c.Agreement)
		}
		if a.Deed.Kind != legal.AccountControl || a.Deed.PartyIn(legal.Custodian) != p.Custodian || !a.LiveOn(d.today()) {
			return reject("agreement_other", "agreement", "%s is no account-control agreement with %s that binds today", c.Agreement, p.Custodian)
		}
	}
	if len(c.Signatories) == 0 || len(c.Signatories) > supervision.SignatoriesMax || c.Together == 0 || int(c.Together) > len(c.Signatories) {
		return reject("account_signatories_invalid", "signatories", "1 to %d signatories, and so many of them together as there are at most", supervision.SignatoriesMax)
	}
	for i, s := range c.Signatories {
		switch {
		case (s.Actor == 0) == (s.Party == 0) || slices.Contains(c.Signatories[:i], s):
			return reject("account_signatories_invalid", "signatories", "a signatory is a person or a party, named once")
		case s.Actor != 0 && (d.actors.at(s.Actor.Number()) == nil || !d.actors.at(s.Actor.Number()).Active):
			return reject("actor_unknown", "signatories", "there is no active actor %s", s.Actor)
		case s.Party != 0 && d.parties.at(s.Party.Number()) == nil:
			return reject("party_unknown", "signatories", "there is no party %s", s.Party)
		}
	}
	return nil
}

// DecideSupervisedAccount is a second person's decision on the record of an account.
type DecideSupervisedAccount struct {
	Account  id.SupervisedAccount `cbor:"1,keyasint"`
	Decision Decision             `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*DecideSupervisedAccount) Kind() uint16 { return commandDecideSupervisedAccount }

func (c *DecideSupervisedAccount) decide(d *draft) *Rejection {
	a, rejection := d.supervisedAccount(c.Account, supervision.Proposed)
	if rejection != nil {
		return rejection
	}
	if rejection := d.second(a.Maker); rejection != nil {
		return rejection
	}
	states := map[Decision]supervision.State{Approve: supervision.Live, Decline: supervision.Declined}
	state, known := states[c.Decision]
	if !known {
		return reject("decision_invalid", "decision", "the record of an account is approved or declined")
	}
	d.emit(&SupervisedAccountMoved{Account: a.ID, State: state, Checker: d.header.Actor, Date: d.today()})
	if state == supervision.Live {
		d.agreedQuiet(a)
	}
	return nil
}

// supervisedAccount finds the record of an account in a state, or refuses.
func (d *draft) supervisedAccount(wanted id.SupervisedAccount, state supervision.State) (*supervision.Account, *Rejection) {
	a := d.supervised.at(wanted.Number())
	if a == nil {
		return nil, reject("supervised_account_unknown", "account", "there is no supervised account %s", wanted)
	}
	if a.State != state {
		return nil, reject("supervised_account_state", "account", "supervised account %s is %s", wanted, a.State)
	}
	return a, nil
}

// CloseSupervisedAccount ends the record of an account in which nothing is left, and nothing is on its way.
type CloseSupervisedAccount struct {
	Account id.SupervisedAccount `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*CloseSupervisedAccount) Kind() uint16 { return commandCloseSupervisedAccount }

func (c *CloseSupervisedAccount) decide(d *draft) *Rejection {
	a, rejection := d.supervisedAccount(c.Account, supervision.Live)
	if rejection != nil {
		return rejection
	}
	if waits := d.crossing[payment.Supervised{Kind: payment.AccountKind(a.Place.Kind), Programme: a.Place.Programme, Owner: a.Place.Funder}]; len(waits) > 0 {
		return reject("supervised_account_not_empty", "account", "%s is on its way from or to it", waits[0])
	}
	for number := uint64(1); number <= d.accounts.count; number++ {
		held := d.accounts.at(number)
		if place, _ := Supervised(held.Key); place == a.Place && (held.Balance() != 0 || held.DebitsPending != 0) {
			return reject("supervised_account_not_empty", "account", "%s stands on %s", held.ID, held.Key.Code)
		}
	}
	d.emit(&SupervisedAccountMoved{Account: a.ID, State: supervision.Closed, Checker: a.Checker, Date: d.today()})
	return nil
}

// Supervised tells in which account at the custodian the money of a ledger account lies, and whether it adds to it (1) or is
// missing from it (-1); 0 for accounts that are no money there. It is the one map between the two: doc/ACCOUNTS.md shows it.
func Supervised(key ledger.Key) (place supervision.Place, sign int) {
	place.Programme = key.Programme
	switch key.Code {
	case ledger.Funding:
		place.Kind, place.Funder = supervision.Funding, key.Counterparty
		return place, 1
	case ledger.CollectionUnallocated, ledger.CollectionForFunder, ledger.CollectionForSeller, ledger.HeldBack, ledger.ForInsurer,
		ledger.OperatorFeesCollected, ledger.OthersFeesCollected, ledger.CashForSetOff:
		place.Kind = supervision.Collection
		return place, 1
	case ledger.OperatorFees, ledger.FeesForOthers:
		place.Kind = supervision.Fees
		return place, 1
	case ledger.Shortfall:
		if place.Kind = supervision.Collection; key.Counterparty != 0 {
			place.Kind, place.Funder = supervision.Funding, key.Counterparty
		}
		return place, -1
	case ledger.PartyShortfall, ledger.CollectedShortfall, ledger.InsurerShortfall:
		place.Kind = supervision.Collection
		return place, -1
	case ledger.FeesShortfall:
		place.Kind = supervision.Fees
		return place, -1
	}
	return supervision.Place{}, 0
}

// accounted refuses to take on or pay anything in a programme that asks for the records of its accounts and lacks one.
func (d *draft) accounted(p *funding.Programme) *Rejection {
	if !p.AccountsRequired {
		return nil
	}
	places := []supervision.Place{{Programme: p.ID, Kind: supervision.Collection}, {Programme: p.ID, Kind: supervision.Fees}}
	for _, f := range p.Funders {
		places = append(places, supervision.Place{Programme: p.ID, Kind: supervision.Funding, Funder: f.Party})
	}
	if len(p.Funders) == 0 { // its anchor pays early
		places = append(places, supervision.Place{Programme: p.ID, Kind: supervision.Funding, Funder: p.Anchor})
	}
	for _, place := range places {
		if a := d.supervised.at(d.supervisedAt[place].Number()); a == nil || a.State != supervision.Live {
			return reject("accounts_missing", "programme", "the %s account of programme %s is not on record as live", place.Kind, p.ID)
		}
	}
	return nil
}

// SupervisedAccountProposed says that the record of an account was proposed.
type SupervisedAccountProposed struct {
	Account supervision.Account `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*SupervisedAccountProposed) Kind() uint16 { return eventSupervisedAccountProposed }

func (e *SupervisedAccountProposed) fold(b *Book) {
	number := e.Account.ID.Number()
	b.supervised.add(number, e.Account)
	b.indexSupervised(b.supervised.at(number))
	b.touched(tableSupervisedAccount, number, &b.supervised.at(number).Entry)
}

// indexSupervised: supervisedAt, supervisedNumbers and agreedOn, from table supervised_account.
func (b *Book) indexSupervised(a *supervision.Account) {
	b.indexAgreed(a)
	if a.Open() {
		b.supervisedAt[a.Place] = a.ID
		b.supervisedNumbers[a.Token] = a.ID
	}
}

// SupervisedAccountMoved says what became of the record of an account.
type SupervisedAccountMoved struct {
	Account id.SupervisedAccount `cbor:"1,keyasint"`
	State   supervision.State    `cbor:"2,keyasint"`
	Checker id.Actor             `cbor:"3,keyasint"`
	Date    calendar.Date        `cbor:"4,keyasint"`
}

// Kind names the stored form.
func (*SupervisedAccountMoved) Kind() uint16 { return eventSupervisedAccountMoved }

func (e *SupervisedAccountMoved) fold(b *Book) {
	a := b.supervised.at(e.Account.Number())
	a.State, a.Checker = e.State, e.Checker
	if e.State == supervision.Closed {
		a.Ended = e.Date
	}
	b.indexAgreed(a)
	if !a.Open() {
		delete(b.supervisedAt, a.Place)
		delete(b.supervisedNumbers, a.Token)
	}
	b.touched(tableSupervisedAccount, e.Account.Number(), &a.Entry)
}
