package view

import (
	"encoding/hex"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/supervision"
	"millrace/edge/access"
	"millrace/edge/locale"
)

// ProtectionLaw is the law that keeps an account's money apart.
type ProtectionLaw struct {
	Name     string `json:"name"`
	Sentence string `json:"sentence"`
	Citation string `json:"citation,omitempty" doc:"a question mark marks what wants to be checked against the official text"`
	From     string `json:"from,omitempty" doc:"first day of its force"`
	Apart    bool   `json:"apart" doc:"creditors of the owner do not reach the money"`
}

// Claim is a part of an account's money by whose it is; below zero what is missing from it.
type Claim struct {
	Account string `json:"account" doc:"in the ledger"`
	Code    string `json:"code"`
	Party   *Ref   `json:"party,omitempty" doc:"to whom it is owed, or who owes what is missing"`
	Balance Amount `json:"balance"`
	Held    Amount `json:"held" doc:"of it, set aside for payments"`
}

// SupervisedAccount is an account at a custodian: whose it is, who may give orders on it, and of what its money consists.
type SupervisedAccount struct {
	ID          string         `json:"id,omitempty" doc:"missing: the account is not on record"`
	Programme   string         `json:"programme"`
	Kind        string         `json:"kind" enum:"funding,collection,fees"`
	Funder      *Ref           `json:"funder,omitempty"`
	Custodian   *Ref           `json:"custodian"`
	State       string         `json:"state" enum:"proposed,live,declined,closed,not_on_record"`
	Owner       *Ref           `json:"owner,omitempty" doc:"in whose name it is"`
	Beneficiary *Ref           `json:"beneficiary,omitempty" doc:"missing: those to whom the claims are owed"`
	Law         *ProtectionLaw `json:"law,omitempty"`
	Since       string         `json:"since,omitempty"`
	MandateHash string         `json:"mandate_hash,omitempty" doc:"SHA-256 of the account-control agreement, hexadecimal"`
	Agreement   string         `json:"agreement,omitempty"`
	Signatories []*Ref         `json:"signatories,omitempty"`
	Together    int            `json:"together,omitempty" doc:"how many signatories together"`
	Statements  string         `json:"statements,omitempty" enum:"every_open_day,when_moved" doc:"how often the custodian gives one: when_moved is on each day on which the account moved, and on the last open day of each month"`
	IBAN        string         `json:"iban,omitempty"`
	Number      string         `json:"number,omitempty"`
	Balance     Amount         `json:"balance" doc:"that the bank must hold, shortfalls taken off"`
	Held        Amount         `json:"held"`
	Claims      []Claim        `json:"claims"`
	Maker       *Ref           `json:"maker,omitempty"`
	Checker     *Ref           `json:"checker,omitempty"`
	Ended       string         `json:"ended,omitempty"`
	Entry       uint64         `json:"entry,omitempty"`
}

// Return is what two people decide on money that belongs elsewhere.
type Return struct {
	ID        string `json:"id"`
	Receipt   string `json:"receipt"`
	Programme string `json:"programme"`
	Way       string `json:"way" enum:"to_programme,to_sender,refuse_recall"`
	To        string `json:"to,omitempty" doc:"programme"`
	Amount    Amount `json:"amount"`
	State     string `json:"state" enum:"proposed,declined,paying,done,failed"`
	Reason    string `json:"reason,omitempty"`
	IBAN      string `json:"iban,omitempty" doc:"of the sender"`
	Number    string `json:"number,omitempty"`
	Payment   string `json:"payment,omitempty"`
	Maker     *Ref   `json:"maker,omitempty"`
	Checker   *Ref   `json:"checker,omitempty"`
	Date      string `json:"date"`
	Entry     uint64 `json:"entry"`
}

// Charge is what a bank took without an instruction.
type Charge struct {
	ID        string `json:"id"`
	Programme string `json:"programme"`
	Account   string `json:"account" enum:"funding,collection,fees"`
	Funder    *Ref   `json:"funder,omitempty"`
	Cause     string `json:"cause" enum:"charge,unexplained"`
	Amount    Amount `json:"amount"`
	Missing   Amount `json:"missing" doc:"of it, a shortfall"`
	Value     string `json:"value"`
	Booking   string `json:"booking"`
	Text      string `json:"text,omitempty"`
	Statement string `json:"statement,omitempty" doc:"that shows it"`
	Entry     uint64 `json:"entry"`
}

var (
	supervisedAccounts = source[supervision.Account]{
		table: "supervised_account", state: "state", programme: "programme", kind: "kind",
		scope: shares(share{roles: party.Funder | party.Buyer | party.Anchor, sql: "funder = ?"}, share{roles: party.Custodian | party.Bank, sql: "custodian = ?"}),
	}
	returns = source[payment.Return]{table: "return_of_receipt", state: "state", programme: "programme", scope: custodians}
	charges = source[payment.Charge]{table: "charge", programme: "programme", scope: custodians}
)

// custodians: a custodian sees what concerns the programmes in its custody.
func custodians(v *View, c access.Caller) (clause, error) {
	return v.among(c, "programme", party.Custodian, whole)
}

// SupervisedAccount gives the record of an account that the caller sees, else ErrNotFound.
func (v *View) SupervisedAccount(c access.Caller, of id.SupervisedAccount) (SupervisedAccount, error) {
	return one(v, &supervisedAccounts, c, of.Number(), (*showing).showSupervised)
}

// SupervisedAccounts lists the records of accounts that the caller sees.
func (v *View) SupervisedAccounts(c access.Caller, q Query) (Page[SupervisedAccount], error) {
	return many(v, &supervisedAccounts, c, q, (*showing).showSupervised)
}

// Return gives a return that the caller sees, else ErrNotFound.
func (v *View) Return(c access.Caller, of id.Return) (Return, error) {
	return one(v, &returns, c, of.Number(), (*showing).showReturn)
}

// Returns lists the returns that the caller sees.
func (v *View) Returns(c access.Caller, q Query) (Page[Return], error) {
	return many(v, &returns, c, q, (*showing).showReturn)
}

// Charge gives a charge that the caller sees, else ErrNotFound.
func (v *View) Charge(c access.Caller, of id.Charge) (Charge, error) {
	return one(v, &charges, c, of.Number(), (*showing).showCharge)
}

// Charges lists the charges that the caller sees.
func (v *View) Charges(c access.Caller, q Query) (Page[Charge], error) {
	return many(v, &charges, c, q, (*showing).showCharge)
}

// NotOnRecord lists the accounts of live programmes that no record says whose they are, with what they hold, to those who see all.
func (v *View) NotOnRecord(c access.Caller) ([]SupervisedAccount, error) {
	if !c.SeesAll() {
		return nil, nil
	}
	all, err := v.allProgrammes()
	if err != nil {
		return nil, err
	}
	known := map[supervision.Place]bool{}
	err = rows(v, "SELECT number, record FROM supervised_account WHERE state IN ('proposed', 'live')", nil, func(_ uint64, a *supervision.Account) error {
		known[a.Place] = true
		return nil
	})
	s := &showing{View: v, caller: c}
	var missing []SupervisedAccount
	for i := range all {
		for _, place := range places(&all[i]) {
			if !known[place] && all[i].State == funding.Live && err == nil {
				missing = append(missing, s.placed(place, all[i].Custodian, all[i].Currency))
			}
		}
	}
	if err == nil {
		err = s.err
	}
	return missing, err
}

// findSupervised finds a record of supervised accounts by its id, for its story; nil for any other id.
func (v *View) findSupervised(c access.Caller, text string) (*subject, error) {
	switch id.PrefixOf(text) {
	case id.SupervisedAccount(0).Prefix():
		return seen[id.SupervisedAccount](v, c, &supervisedAccounts, text)
	case id.Return(0).Prefix():
		return seen[id.Return](v, c, &returns, text)
	case id.Charge(0).Prefix():
		return seen[id.Charge](v, c, &charges, text)
	}
	return nil, nil
}

// places are the accounts that a programme must have.
func places(p *funding.Programme) []supervision.Place {
	all := []supervision.Place{{Programme: p.ID, Kind: supervision.Collection}, {Programme: p.ID, Kind: supervision.Fees}}
	for _, f := range p.Funders {
		all = append(all, supervision.Place{Programme: p.ID, Kind: supervision.Funding, Funder: f.Party})
	}
	if len(p.Funders) == 0 {
		all = append(all, supervision.Place{Programme: p.ID, Kind: supervision.Funding, Funder: p.Anchor})
	}
	return all
}

// placed shows what the ledger has of an account at a custodian.
func (s *showing) placed(place supervision.Place, custodian id.Party, currency money.Currency) SupervisedAccount {
	shown := SupervisedAccount{
		Programme: place.Programme.String(), Kind: place.Kind.String(), Funder: s.party(place.Funder), Custodian: s.party(custodian), State: "not_on_record", Claims: []Claim{},
	}
	balance, held := money.Minor(0), money.Minor(0)
	s.note(rows(s.View, "SELECT number, record FROM account WHERE entity = ? AND programme = ? ORDER BY code, number", []any{int64(custodian), int64(place.Programme)},
		func(_ uint64, a *ledger.Account) error {
			of, sign := book.Supervised(a.Key)
			if of != place || sign == 0 || a.Balance() == 0 && a.DebitsPending == 0 {
				return nil
			}
			amount := money.Minor(sign) * a.Balance()
			balance, held = money.Add(balance, amount), money.Add(held, a.DebitsPending)
			shown.Claims = append(shown.Claims, Claim{
				Account: a.ID.String(), Code: a.Key.Code.String(), Party: s.party(a.Key.Counterparty), Balance: AmountOf(amount, currency), Held: AmountOf(a.DebitsPending, currency),
			})
			return nil
		}))
	shown.Balance, shown.Held = AmountOf(balance, currency), AmountOf(held, currency)
	return shown
}

func (s *showing) showSupervised(r *supervision.Account) SupervisedAccount {
	shown := s.placed(r.Place, r.Custodian, r.Currency)
	law := r.Protection.Provision()
	details, err := s.bankDetails(r.Details)
	s.note(err)
	shown.ID, shown.State, shown.Owner, shown.Beneficiary = r.ID.String(), r.State.String(), s.party(r.Owner), s.party(r.Beneficiary)
	shown.Law = &ProtectionLaw{law.Name, law.Sentence, law.Citation, day(law.From), law.Apart}
	shown.Since, shown.MandateHash, shown.Together = day(r.Since), hex.EncodeToString(r.MandateHash[:]), int(r.Together)
	shown.Statements = r.Statements.String()
	shown.IBAN, shown.Number, shown.Ended, shown.Entry = details.IBAN, details.Number, day(r.Ended), r.Entry
	if r.Agreement != 0 {
		shown.Agreement = r.Agreement.String()
	}
	for _, one := range r.Signatories {
		if one.Actor != 0 {
			shown.Signatories = append(shown.Signatories, s.actor(one.Actor))
		} else {
			shown.Signatories = append(shown.Signatories, s.party(one.Party))
		}
	}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}

func (s *showing) showReturn(r *payment.Return) Return {
	shown := Return{
		ID: r.ID.String(), Receipt: r.Receipt.String(), Programme: r.Programme.String(), Way: r.Way.String(), State: r.State.String(),
		Amount: AmountOf(r.Amount, s.currencyOfProgramme(r.Programme)), Date: day(r.Date), Entry: r.Entry,
	}
	if r.To != 0 {
		shown.To = r.To.String()
	}
	if r.Payment != 0 {
		shown.Payment = r.Payment.String()
	}
	if s.caller.SeesAll() {
		reason, err := s.text(r.Reason)
		s.note(err)
		shown.Reason = reason
	}
	if r.Details != [32]byte{} {
		details, err := s.bankDetails(r.Details)
		s.note(err)
		shown.IBAN, shown.Number = details.IBAN, details.Number
	}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}

func (s *showing) showCharge(r *payment.Charge) Charge {
	text, err := s.text(r.Text)
	s.note(err)
	shown := Charge{
		ID: r.ID.String(), Programme: r.Programme.String(), Account: supervision.Kind(r.Account).String(), Funder: s.party(r.Funder), Cause: r.Cause.String(),
		Amount: AmountOf(r.Amount, r.Currency), Missing: AmountOf(r.Missing, r.Currency), Value: day(r.Value), Booking: day(r.Booking), Text: text, Entry: r.Entry,
	}
	if r.ShownOn != 0 {
		shown.Statement = r.ShownOn.String()
	}
	return shown
}

// ofAccounts tells of supervised accounts, returns, recalls and charges.
func (s *showing) ofAccounts(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.SupervisedAccountProposed:
		a := &e.Account
		return locale.Say("The %s account of %s with %s was put on record, in the name of %s; it waits for a second person.", a.Place.Kind, s.programmeName(a.Place.Programme), s.name(a.Custodian), s.name(a.Owner))
	case *book.SupervisedAccountMoved:
		return locale.Say("The record of supervised account %s is %s.", e.Account, e.State)
	case *book.ReturnProposed:
		r := &e.Return
		switch r.Way {
		case payment.RecallStands:
			return locale.Say("It was proposed to refuse the recall of %s.", r.Receipt)
		case payment.ToProgramme:
			return locale.Say("It was proposed to send %s of %s to %s, where it belongs.", AmountOf(r.Amount, s.currencyOfProgramme(r.Programme)), r.Receipt, s.programmeName(r.To))
		}
		return locale.Say("It was proposed to send %s of %s back to its sender.", AmountOf(r.Amount, s.currencyOfProgramme(r.Programme)), r.Receipt)
	case *book.ReturnMoved:
		return locale.Say("Return %s is %s.", e.Return, e.State)
	case *book.ReceiptSetAside:
		return locale.Say("Receipt %s has something on its way out, or gone, by a return.", e.Receipt)
	case *book.ReceiptRecalled:
		return locale.Say("The sender's bank asks %s back. What is left of it waits for two people.", e.Receipt)
	case *book.ChargeRecorded:
		c := &e.Charge
		what := locale.Say("as its charge")
		if c.Cause == payment.Unexplained {
			what = locale.Say("and nobody knows why")
		}
		return locale.Say("The bank took %s from the %s account of %s, %s; %s of it is short.", AmountOf(c.Amount, c.Currency), supervision.Kind(c.Account), s.programmeName(c.Programme), what, AmountOf(c.Missing, c.Currency))
	case *book.ChargeRepeated:
		return locale.Say("The line of charge %s was sent again.", e.Charge)
	}
	return nil
}
