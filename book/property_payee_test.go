package book_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/trade"
	"millrace/lab/load"
)

// sender is a street in which one seller's accounts are named, checked, changed and revoked while payments to it are approved. It keeps by
// itself, from what people have given, what each account and payment has had.
type sender struct {
	*street
	programme id.Programme
	lends     bool // the lender instructs
	debts     []id.Receivable
	people    []id.Actor // of the operator
	names     int

	had      map[id.BankAccount]*accountHad
	payments map[id.Payment]*paymentHad
}

type accountHad struct {
	by, confirmed, checker id.Actor
	proposed               calendar.Date
	change, checked        bool
	verified               calendar.Date
	revoked                bool
	paid                   int
}

type paymentHad struct {
	maker     id.Actor
	account   id.BankAccount
	needed    int
	approved  map[id.Actor]bool
	lent      bool
	withheld  bool
	flaggedBy id.Actor
}

func newSender(t *rapid.T) *sender {
	q := &sender{street: newStreet(t), had: map[id.BankAccount]*accountHad{}, payments: map[id.Payment]*paymentHad{}}
	w := q.world
	give := func(actor id.Actor, c book.Command) []book.Event {
		events, err := q.submit(actor, "", c)
		if err != nil {
			t.Fatalf("%T: %v", c, err)
		}
		return events
	}
	q.lends = q.pick(2, "lender instructs") == 0
	q.programme = programmeOf(give, w, func(t *product.Terms) {
		*t = product.ReceivablesDiscounting(uint16(trade.Invoiced))
		t.Undertaking, t.SellerReview = product.UndertakingNone, false
	}, func(c *book.ProposeProgramme) {
		c.PayeeChecked, c.PayeeNewDays, c.LenderInstructs, c.ApproveAbove = true, 5, q.lends, 6_000_00
	})
	q.people = []id.Actor{w.Maker, w.Checker}
	for range 2 {
		q.people = append(q.people, give(w.Maker, &book.RegisterActor{Party: w.Operator, Role: party.Operator})[0].(*book.ActorRegistered).Actor.ID)
	}
	give(w.Maker, &book.RecordContact{Party: w.Sellers[0], Channel: party.Phone, Details: load32("phone")})
	q.had[w.Accounts[0]] = &accountHad{by: w.Maker, checker: w.Checker, proposed: w.Today, verified: w.Today}
	for i := range uint64(5) {
		l := w.NewLife((i + 900) * 2)
		l.Amount = money.Minor(q.pick(10, "amount")+1) * 1_000_00
		for step := range 4 {
			one := l.Step(step)
			l.Answered(give(one.Actor, one.Command))
		}
		q.debts = append(q.debts, id.Make[id.Receivable](1, book.Counts(q.book)["receivable"]))
	}
	return q
}

func (q *sender) person() id.Actor { return q.people[q.pick(len(q.people), "person")] }

func (q *sender) account() id.BankAccount {
	for {
		if a := id.Make[id.BankAccount](1, uint64(q.pick(int(book.Counts(q.book)["bank_account"]), "account"))+1); q.had[a] != nil {
			return a
		}
	}
}

func (q *sender) act() {
	w := q.world
	try := func(actor id.Actor, c book.Command) []book.Event {
		events, _ := q.submit(actor, "", c)
		q.learn(actor, events)
		return events
	}
	a := q.account()
	switch q.pick(14, "act") {
	case 0:
		q.names++
		name := fmt.Sprint("account ", q.names)
		try(q.person(), &book.ProposeBankAccount{Party: w.Sellers[0], Currency: w.Currency, Token: party.Token(load.Token(name)), Details: load32(name)})
	case 1, 2:
		try(q.person(), &book.RecordNameCheck{Account: a, Result: party.NameResult(q.pick(2, "result") + 1), Score: 900_000})
	case 3:
		try(q.person(), &book.RecordBankLetter{Account: a, Letter: load32("letter")})
	case 4, 5:
		c := &book.VerifyBankAccount{Account: a}
		if q.pick(2, "reason") == 0 {
			c.Reason = load32("why")
		}
		try(q.person(), c)
	case 6:
		try(q.person(), &book.ConfirmAccountChange{Account: a, Contact: 1, Record: load32("call")})
	case 7:
		if q.pick(3, "revoke") == 0 {
			try(w.SellerActors[0], &book.RevokeBankAccount{Account: a, Reason: load32("why")})
		}
		try(q.person(), &book.OpenDay{Date: q.book.Date().AddDays(1 + q.pick(2, "days"))})
	case 8, 9:
		try(w.SellerActors[0], &book.RequestQuote{Receivable: q.debts[q.pick(len(q.debts), "debt")], Programme: q.programme, Payee: a})
		try(w.SellerActors[0], &book.AcceptQuote{Financing: q.financing(funding.Quoted)})
	case 10:
		try([]id.Actor{q.person(), w.FunderActor}[q.pick(2, "by")], &book.Disburse{Financing: q.financing(funding.Accepted)})
	case 11, 12:
		by := []id.Actor{q.person(), q.person(), w.FunderActor}[q.pick(3, "by")]
		decision := book.Approve
		if q.pick(12, "decline") == 0 {
			decision = book.Decline
		}
		try(by, &book.ApprovePayment{Payment: q.payment(payment.AwaitingApproval), Decision: decision})
	default:
		try(q.person(), &book.ReleasePayment{Payment: some[id.Payment](q.street, "payment"), Reason: load32("why")})
		q.send(try)
	}
}

// send is what the connection to the bank does: it sends what is instructed, not withheld, and goes to a verified account.
func (q *sender) send(try giver) {
	for n := uint64(1); n <= book.Counts(q.book)["payment"]; n++ {
		p := book.Record(q.book, "payment", n).(payment.Payment)
		if p.State != payment.Instructed || p.Flags != 0 || p.Account == 0 || book.Record(q.book, "bank_account", p.Account.Number()).(party.BankAccount).State != party.AccountVerified {
			continue
		}
		if had := q.payments[p.ID]; had != nil {
			q.entitled(p.ID, had)
		}
		state := []payment.State{payment.Executed, payment.Executed, payment.Refused}[q.pick(3, "outcome")]
		try(q.world.Bank, &book.RecordOutcome{Payment: p.ID, State: state, Value: q.book.Date()})
	}
}

// entitled holds a payment that leaves against what people have done.
func (q *sender) entitled(p id.Payment, had *paymentHad) {
	a := q.had[had.account]
	if a.verified == 0 || a.revoked || !a.checked || a.checker == a.by {
		q.t.Fatalf("%s goes to %s, of which is known %+v", p, had.account, a)
	}
	if a.change && (a.confirmed == 0 || a.confirmed == a.by || a.confirmed == a.checker) {
		q.t.Fatalf("%s goes to %s, a change that nobody confirmed who might: %+v", p, had.account, a)
	}
	if until, _ := calendar.Target.AddBusinessDays(a.proposed, 3); a.change && q.book.Date() < until {
		q.t.Fatalf("%s goes to %s on %s, a change that waits until %s", p, had.account, q.book.Date(), until)
	}
	if len(had.approved) < had.needed || had.approved[had.maker] || q.lends && !had.lent || had.withheld {
		q.t.Fatalf("%s leaves: %+v", p, had)
	}
}

// learn takes down what has been accepted.
func (q *sender) learn(actor id.Actor, events []book.Event) {
	for _, event := range events {
		switch e := event.(type) {
		case *book.BankAccountProposed:
			q.had[e.Account.ID] = &accountHad{by: actor, proposed: q.book.Date(), change: true} // the seller has had one from the beginning
			for _, p := range q.payments {
				p.withheld, p.flaggedBy = true, actor
			}
		case *book.NameChecked, *book.BankLetterRecorded:
		case *book.BankAccountVerified:
			a := q.had[e.Account]
			a.verified, a.checker, a.checked = q.book.Date(), actor, e.Ground != party.NoGround
		case *book.AccountChangeConfirmed:
			q.had[e.Account].confirmed = actor
		case *book.BankAccountRevoked:
			q.had[e.Account].revoked = true
		case *book.PaymentOpened:
			p := &paymentHad{maker: actor, account: e.Payment.Account, approved: map[id.Actor]bool{}, lent: actor == q.world.FunderActor, withheld: e.Payment.Flags != 0}
			if e.Payment.Amount > 6_000_00 {
				p.needed = 1
			}
			if a := q.had[p.account]; a.paid == 0 || q.book.Date() < a.verified.AddDays(5) {
				p.needed = 2
			}
			for _, a := range q.had {
				p.withheld = p.withheld || a.change && a.verified == 0 && !a.revoked
			}
			q.payments[e.Payment.ID] = p
		case *book.PaymentApproved:
			q.approved(e.Payment, actor)
		case *book.PaymentReleased:
			p := q.payments[e.Payment]
			if actor == p.maker || actor == p.flaggedBy {
				q.t.Fatalf("%s was released by %s: %+v", e.Payment, actor, p)
			}
			p.withheld = false
		case *book.PaymentMoved:
			p := q.payments[e.Payment]
			switch e.State {
			case payment.Instructed:
				q.approved(e.Payment, actor)
			case payment.Executed:
				q.had[p.account].paid++
				delete(q.payments, e.Payment)
			default:
				delete(q.payments, e.Payment)
			}
		}
	}
}

func (q *sender) approved(p id.Payment, actor id.Actor) {
	had := q.payments[p]
	if had.approved[actor] {
		q.t.Fatalf("%s was approved twice by %s", p, actor)
	}
	had.approved[actor] = true
	had.lent = had.lent || actor == q.world.FunderActor
}

func TestNoSequencePaysAnAccountInDoubtOrWithTooFewApprovals(t *testing.T) {
	seen := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		q := newSender(rt)
		for range rapid.SampledFrom([]int{80, 160}).Draw(rt, "steps") {
			if q.pick(50, "recover") == 0 {
				q.recover()
			}
			q.act()
		}
		q.recover()
		for outcome, count := range q.outcomes {
			seen[outcome] += count
		}
	})
	for _, c := range []book.Command{&book.RecordNameCheck{}, &book.ConfirmAccountChange{}, &book.RevokeBankAccount{}, &book.ReleasePayment{}, &book.ApprovePayment{}} {
		if seen[fmt.Sprintf("%T", c)] == 0 {
			t.Errorf("%T was never accepted", c)
		}
	}
}
