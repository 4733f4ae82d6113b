package view

import (
	"cmp"
	"slices"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/edge/access"
	"millrace/edge/bank"
)

// ProofLine is one line of a proof of funds.
type ProofLine struct {
	Part      string `json:"part" enum:"bank,item,mirror,claim,unidentified,difference" doc:"bank and items come to the mirror, the mirror to the claims; the unidentified is among the claims"`
	Account   string `json:"account,omitempty" doc:"supervised account"`
	What      string `json:"what" doc:"kind of item, or of account in the ledger"`
	Reference string `json:"reference,omitempty"`
	Party     *Ref   `json:"party,omitempty" doc:"who owns the account or has the claim; missing where it is not the caller's to know"`
	Date      string `json:"date,omitempty" doc:"of the statement, or from which the item is"`
	AgeDays   int    `json:"age_days"`
	Owner     string `json:"owner,omitempty" doc:"who works it off"`
	Amount    Amount `json:"amount"`
}

// ProofOfFunds proves on one business date that what the bank holds for a programme is what the book says, and whose it is.
type ProofOfFunds struct {
	Programme  string      `json:"programme"`
	Date       string      `json:"date"`
	Lines      []ProofLine `json:"lines"`
	Bank       Amount      `json:"bank" doc:"by the last statements of its accounts"`
	Items      Amount      `json:"items" doc:"that explain the way from the bank to the mirror"`
	Mirror     Amount      `json:"mirror" doc:"what the custodian's books say that it holds"`
	Claims     Amount      `json:"claims" doc:"on it, of all parties"`
	Difference Amount      `json:"difference" doc:"bank and items less the mirror; 0 where all is proved"`
	Watermark  uint64      `json:"watermark"`
}

// fundsProof is one that is being reckoned.
type fundsProof struct {
	*View
	caller     access.Caller
	programme  *funding.Programme
	date       calendar.Date
	last       uint64 // entry of that evening
	statements map[id.BankStatement]bool
	breaks     map[[16]byte]*payment.Break
	shown      ProofOfFunds
	sums       map[string]money.Minor // by part
	err        error
}

// ProofOfFunds gives the proof of a programme on the evening of a business date; 0 is today. Everything that is known of its statements
// counts, also of those that came later. Operator, auditor, the custodian and the programme's funders see it; a funder does not see who else has
// claims. It is ErrNotFound for everybody else.
func (v *View) ProofOfFunds(c access.Caller, programme id.Programme, date calendar.Date) (ProofOfFunds, error) {
	all, err := v.allProgrammes()
	if err != nil {
		return ProofOfFunds{}, err
	}
	at := slices.IndexFunc(all, func(p funding.Programme) bool { return p.ID == programme })
	if at < 0 || !c.SeesAll() && takesPart(c, &all[at])&(party.Custodian|party.Funder) == 0 {
		return ProofOfFunds{}, ErrNotFound
	}
	today, err := v.Date()
	if err != nil {
		return ProofOfFunds{}, err
	}
	if date == 0 || date > today {
		date = today
	}
	days, err := v.daysSince(date)
	if err != nil {
		return ProofOfFunds{}, err
	}
	p := &fundsProof{
		View: v, caller: c, programme: &all[at], date: date, last: v.evening(days, date), statements: map[id.BankStatement]bool{},
		breaks: map[[16]byte]*payment.Break{}, sums: map[string]money.Minor{},
		shown: ProofOfFunds{Programme: programme.String(), Date: date.String(), Lines: []ProofLine{}, Watermark: v.Watermark()},
	}
	for _, step := range []func() error{p.readBreaks, p.ofBank, p.ofReceipts, p.ofPayments, p.ofCharges, p.ofLedger} {
		if err := step(); err != nil {
			return ProofOfFunds{}, err
		}
	}
	return p.end(), p.err
}

// add puts a line on the proof; one of 0 is left out, but for a bank's balance.
func (p *fundsProof) add(line ProofLine, of bank.Account, amount money.Minor, since calendar.Date, key [16]byte) {
	if amount == 0 && line.Part != "bank" {
		return
	}
	line.Amount, line.Date = AmountOf(amount, p.programme.Currency), day(since)
	if line.Part != "claim" && of.Kind != 0 {
		line.Account = of.String()
		if !p.may(of.Owner) {
			line.Account, line.Reference = of.Kind.String(), ""
		} else if of.Owner != 0 {
			line.Party = p.named(of.Owner)
		}
	}
	if since != 0 && line.Part != "bank" {
		line.AgeDays = max(0, calendar.DaysBetween(since, p.date))
	}
	if k := p.breaks[key]; k != nil && p.caller.SeesAll() {
		if k.Owner != 0 {
			owner, _ := (&showing{View: p.View, caller: p.caller}).people(k.Owner, 0)
			line.Owner = refText(owner)
		}
		if line.Reference == "" {
			line.Reference = k.ID.String()
		}
	}
	if line.Part != "unidentified" {
		p.sums[line.Part] = money.Add(p.sums[line.Part], amount)
	}
	p.shown.Lines = append(p.shown.Lines, line)
}

func refText(r *Ref) string {
	if r == nil {
		return ""
	}
	return cmp.Or(r.Name, r.ID)
}

// may tells whether the caller is told whose something is.
func (p *fundsProof) may(owner id.Party) bool {
	return owner == 0 || p.caller.SeesAll() || owner == p.caller.Party || takesPart(p.caller, p.programme)&party.Custodian != 0
}

func (p *fundsProof) named(of id.Party) *Ref {
	if of == 0 || !p.may(of) {
		return nil
	}
	ref, err := p.party(of)
	p.err = cmp.Or(p.err, err)
	return ref
}

func (p *fundsProof) readBreaks() error {
	return rows(p.View, "SELECT number, record FROM bank_break WHERE programme = ? ORDER BY number", []any{int64(p.programme.ID)}, func(_ uint64, k *payment.Break) error {
		p.breaks[k.Key] = k
		return nil
	})
}

// ofBank takes the balance of each account by its last statement, and what its statements leave open.
func (p *fundsProof) ofBank() error {
	of := map[payment.Supervised][]*payment.Statement{}
	var accounts []payment.Supervised
	err := rows(p.View, "SELECT number, record FROM bank_statement WHERE programme = ? ORDER BY number", []any{int64(p.programme.ID)}, func(_ uint64, s *payment.Statement) error {
		if s.Date <= p.date {
			if of[s.Account] == nil {
				accounts = append(accounts, s.Account)
			}
			of[s.Account] = append(of[s.Account], s)
			p.statements[s.ID] = true
		}
		return nil
	})
	for _, account := range accounts {
		list := of[account]
		slices.SortFunc(list, func(a, b *payment.Statement) int {
			if a.Precedes(b) {
				return -1
			}
			return 1
		})
		at := bank.Account{Kind: bank.Kind(account.Kind), Programme: account.Programme, Owner: account.Owner}
		last := list[len(list)-1]
		p.add(ProofLine{Part: "bank", What: account.Kind.String(), Reference: last.ID.String()}, at, last.Closing, last.Date, [16]byte{})
		p.add(ProofLine{Part: "item", What: "brought_forward", Reference: list[0].ID.String()}, at, -list[0].Opening, list[0].Date, [16]byte{})
		for i, s := range list {
			if i > 0 && s.Opening != list[i-1].Closing {
				p.add(ProofLine{Part: "item", What: "statement_missing", Reference: s.ID.String()}, at, money.Sub(list[i-1].Closing, s.Opening), s.Date, [16]byte{})
			}
			for _, l := range s.NotBooked {
				p.add(ProofLine{Part: "item", What: "not_booked"}, at, -l.Amount, s.Date, l.Line)
			}
		}
	}
	return err
}

// side is what the book and the statements say of one movement on one account by that evening: where they differ it is an item.
func (p *fundsProof) side(what, reference string, at bank.Account, amount money.Minor, booked bool, on id.BankStatement, since calendar.Date, key [16]byte) {
	switch listed := p.statements[on]; {
	case booked == listed:
	case booked:
		if what != "in_transit" {
			what += "_not_on_statement"
		}
		p.add(ProofLine{Part: "item", What: what, Reference: reference}, at, amount, since, key)
	default:
		p.add(ProofLine{Part: "item", What: what + "_booked_later", Reference: reference}, at, -amount, since, key)
	}
}

func (p *fundsProof) ofReceipts() error {
	return rows(p.View, "SELECT number, record FROM receipt WHERE programme = ? ORDER BY number", []any{int64(p.programme.ID)}, func(_ uint64, r *payment.Receipt) error {
		if r.SetOff != 0 { // no bank has brought it
			return nil
		}
		recorded, reversed, used := true, r.State == payment.Reversed, r.Used
		if r.Entry > p.last {
			var err error
			if recorded, reversed, used, err = p.receiptThen(r); err != nil {
				return err
			}
		}
		at := bank.Account{Kind: bank.Collection, Programme: r.Programme}
		if r.Funder != 0 {
			at = bank.Account{Kind: bank.Funding, Programme: r.Programme, Owner: r.Funder}
		}
		p.side("deposit", r.ID.String(), at, r.Amount, recorded, r.CameInOn, r.Booking, [16]byte{})
		p.side("reversal", r.ID.String(), at, -r.Amount, reversed, r.TakenBackOn, r.Booking, [16]byte{})
		if recorded && !reversed && r.Funder == 0 && used < r.Amount {
			p.add(ProofLine{Part: "unidentified", What: "owed_to_sender", Reference: r.ID.String()}, at, money.Sub(r.Amount, used), r.Booking,
				book.BreakKey(&book.OpenBreak{About: payment.ReceiptBreak, Receipt: r.ID}))
		}
		return nil
	})
}

// receiptThen is how a receipt stood on that evening.
func (p *fundsProof) receiptThen(r *payment.Receipt) (recorded, reversed bool, used money.Minor, err error) {
	err = p.facts("receipt", r.ID.Number(), func(event book.Event) {
		switch e := event.(type) {
		case *book.ReceiptRecorded:
			if e.Receipt.ID == r.ID {
				recorded, used = true, e.Receipt.Used
			}
		case *book.ReceiptMoved:
			if e.Receipt == r.ID {
				reversed, used = e.State == payment.Reversed, e.Used
			}
		}
	})
	return recorded, reversed, used, err
}

// ofCharges takes what the bank took without an instruction.
func (p *fundsProof) ofCharges() error {
	var all []payment.Charge
	err := rows(p.View, "SELECT number, record FROM charge WHERE programme = ? ORDER BY number", []any{int64(p.programme.ID)}, func(_ uint64, r *payment.Charge) error {
		all = append(all, *r)
		return nil
	})
	for i := range all {
		r, recorded := &all[i], true
		if err == nil && r.Entry > p.last {
			recorded = false
			err = p.facts("charge", r.ID.Number(), func(event book.Event) {
				if e, ok := event.(*book.ChargeRecorded); ok && e.Charge.ID == r.ID {
					recorded = true
				}
			})
		}
		what := "charge"
		if r.Cause == payment.Unexplained {
			what = "unexplained_debit"
		}
		at := bank.Account{Kind: bank.Kind(r.Account), Programme: r.Programme, Owner: r.Funder}
		p.side(what, r.ID.String(), at, -r.Amount, recorded, r.ShownOn, r.Booking, r.Line)
	}
	return err
}

// facts visits the events of a record's entries until that evening.
func (p *fundsProof) facts(table string, number uint64, visit func(book.Event)) error {
	story, err := p.view.Story(p.ctx, book.TableIndex(table), number)
	if err != nil {
		return err
	}
	for _, sequence := range story[:below(story, p.last+1)] {
		stored, err := p.engine.ReadEntry(sequence)
		if err != nil {
			return err
		}
		for _, event := range stored.Events {
			visit(event)
		}
	}
	return nil
}

func (p *fundsProof) ofPayments() error {
	var all []payment.Payment
	err := rows(p.View, "SELECT number, record FROM payment WHERE programme = ? OR at_programme = ? ORDER BY number", []any{int64(p.programme.ID), int64(p.programme.ID)}, func(_ uint64, r *payment.Payment) error {
		all = append(all, *r)
		return nil
	})
	for i := range all {
		if err == nil {
			err = p.ofPayment(&all[i])
		}
	}
	return err
}

func (p *fundsProof) ofPayment(r *payment.Payment) error {
	state, value := r.State, r.Value
	if r.Entry > p.last {
		state = 0
		err := p.facts("payment", r.ID.Number(), func(event book.Event) {
			switch e := event.(type) {
			case *book.PaymentOpened:
				if e.Payment.ID == r.ID {
					state = e.Payment.State
				}
			case *book.PaymentMoved:
				if e.Payment == r.ID {
					state = e.State
				}
			}
		})
		if err != nil {
			return err
		}
	}
	back := state == payment.Returned
	left := back || state == payment.Executed
	if r.Purpose == payment.InternalTransfer { // the books have moved its money when it was opened, and what is refused is opened again
		left = left || state != 0 && state != payment.Refused
	}
	if p.statements[r.LeftOn] == left && p.statements[r.CameBackOn] == back && p.statements[r.ArrivedOn] == left && p.statements[r.ArrivedBackOn] == back {
		return nil
	}
	legs, found, err := bank.LegsOf(p.ctx, p.view, p.programme.Custodian, r.ID)
	if err != nil || !found {
		return err
	}
	key := book.BreakKey(&book.OpenBreak{About: payment.PaymentBreak, Payment: r.ID})
	what := "payment"
	if r.Purpose == payment.InternalTransfer {
		what, value = "in_transit", r.Opened
	}
	if legs.From.Programme == p.programme.ID {
		p.side(what, r.ID.String(), legs.From, -legs.Out, left, r.LeftOn, value, key)
		p.side("return", r.ID.String(), legs.From, legs.Out, back, r.CameBackOn, r.Value, key)
	}
	if legs.At.Programme == p.programme.ID {
		inner, innerBack := what, "return"
		if r.Purpose == payment.Disbursement || r.Purpose == payment.EarlyPayment {
			inner, innerBack = "fee", "return_of_fee"
		}
		p.side(inner, r.ID.String(), legs.At, legs.In, left, r.ArrivedOn, value, key)
		p.side(innerBack, r.ID.String(), legs.At, -legs.In, back, r.ArrivedBackOn, r.Value, key)
	}
	p.made(what, r)
	return nil
}

// made names who has made a transfer that is in transit as its owner, until a break about it has one.
func (p *fundsProof) made(what string, r *payment.Payment) {
	for i := range p.shown.Lines {
		line := &p.shown.Lines[i]
		if what != "in_transit" || line.Reference != r.ID.String() || line.Owner != "" || !p.caller.SeesAll() {
			continue
		}
		owner, _ := (&showing{View: p.View, caller: p.caller}).people(r.Maker, 0)
		line.Owner = refText(owner)
	}
}

// ofLedger takes the mirror from what the custodian's books say is at the bank, and the claims from their other side.
func (p *fundsProof) ofLedger() error {
	mirror := map[bank.Account]money.Minor{}
	var accounts []ledger.Account
	err := p.eachAccount(access.Caller{Role: party.Operator}, p.programme.Custodian, func(a *ledger.Account) error {
		if a.Key.Programme == p.programme.ID {
			accounts = append(accounts, *a)
		}
		return nil
	})
	if err != nil {
		return err
	}
	hidden := map[ledger.Code]money.Minor{}
	var codes []ledger.Code
	for i := range accounts {
		a := &accounts[i]
		later, err := p.postedAfter(a, p.last)
		if err != nil {
			return err
		}
		debit := money.Sub(money.Sub(a.DebitsPosted, a.CreditsPosted), later)
		at, sign := bank.Supervised(a.Key)
		if sign == 0 {
			continue
		}
		mirror[at] = money.Sub(mirror[at], debit)
		if !p.may(a.Key.Counterparty) {
			if hidden[a.Key.Code] == 0 {
				codes = append(codes, a.Key.Code)
			}
			hidden[a.Key.Code] = money.Sub(hidden[a.Key.Code], debit)
			continue
		}
		p.add(ProofLine{Part: "claim", What: a.Key.Code.String(), Reference: a.ID.String(), Party: p.named(a.Key.Counterparty)}, at, -debit, 0, [16]byte{})
	}
	slices.Sort(codes)
	for _, code := range slices.Compact(codes) {
		p.add(ProofLine{Part: "claim", What: code.String()}, bank.Account{}, hidden[code], 0, [16]byte{})
	}
	return p.mirrored(mirror)
}

// mirrored lists the mirror account by account.
func (p *fundsProof) mirrored(mirror map[bank.Account]money.Minor) error {
	accounts := make([]bank.Account, 0, len(mirror))
	for at := range mirror {
		accounts = append(accounts, at)
	}
	slices.SortFunc(accounts, func(a, b bank.Account) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Owner, b.Owner))
	})
	for _, at := range accounts {
		p.add(ProofLine{Part: "mirror", What: at.Kind.String()}, at, mirror[at], 0, [16]byte{})
	}
	return nil
}

func (p *fundsProof) end() ProofOfFunds {
	currency := p.programme.Currency
	held := money.Add(p.sums["bank"], p.sums["item"])
	difference := money.Sub(held, p.sums["mirror"])
	p.shown.Mirror = AmountOf(p.sums["mirror"], currency)
	p.shown.Bank, p.shown.Items = AmountOf(p.sums["bank"], currency), AmountOf(p.sums["item"], currency)
	p.shown.Claims, p.shown.Difference = AmountOf(p.sums["claim"], currency), AmountOf(difference, currency)
	order := []string{"bank", "item", "mirror", "claim", "unidentified"}
	slices.SortStableFunc(p.shown.Lines, func(a, b ProofLine) int { return cmp.Compare(slices.Index(order, a.Part), slices.Index(order, b.Part)) })
	return p.shown
}
