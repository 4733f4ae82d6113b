package main

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/trade"
	"millrace/edge/bank"
	"millrace/edge/bank/sandbox"
	"millrace/edge/document"
	"millrace/edge/intake"
	"millrace/edge/reconcile"
	"millrace/edge/ubl"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/examples"
	"millrace/lab/economy"
)

// story is the demo under way. Every act is a command that people and machines give; nothing is written past the book.
type story struct {
	giver
	intake      *intake.Intake
	reader      reader
	bank        *sandbox.Bank
	desk        *sandbox.Desk
	bankFolder  string
	bankDate    calendar.Date // ahead of the book's when the bank's day has ended
	link        *bank.Connection
	cast        cast
	say         func(act) error
	date        calendar.Date
	currency    money.Currency
	maker       id.Actor
	checker     id.Actor
	third       id.Actor // of the operator
	parties     map[string]id.Party
	names       map[id.Party]string
	actors      map[string]id.Actor
	accounts    map[id.Party]id.BankAccount
	programmes  map[id.Party]id.Programme // by anchor
	invoices    map[id.Receivable]invoiceOf
	waiting     []id.Receivable // a credit note is on its way
	paper       paper
	signers     map[string]*signer       // of certificates, by the party's key
	signatories map[id.Party][]signatory // of buyers
	paidOut     money.Minor
	collected   money.Minor
	payable     []funding.Financing // paid out
	clock       *demoClock
	sold        id.Auction // the one of the story
	line        demoLine
	shared      funding.Placement
	sharedDue   calendar.Date
	early       id.EarlyPayment
	operator    id.Party
	clerk       *reconcile.Clerk // matches what comes in
	supervised  int
	evenings    []calendar.Date // business dates that have ended
	summary     demoSummary
	living      *economy.Economy // that has grown round the story; nil for none
	host        *economy.Host    // of it
	quiet       bool             // nobody reads what is shown besides the acts
}

type invoiceOf struct {
	number  string
	special string
}

func (s *story) tell(act, format string, arguments ...any) error {
	return s.say(storyLine{Date: s.date.String(), Act: act, Sentence: fmt.Sprintf(format, arguments...)})
}

// text prints an amount for a person: "EUR 49,282.66".
func (s *story) text(minor money.Minor) string { return view.AmountOf(minor, s.currency).String() }

// amount is one in the currency of the story.
func (s *story) amount(minor money.Minor) money.Amount {
	return money.Amount{Minor: minor, Currency: s.currency}
}

// percent prints a rate with two digits, or more where it has them: "4.20 %".
func percent(rate money.Rate) string {
	text := strings.TrimSuffix(rate.String(), " %")
	for strings.HasSuffix(text, "0") && len(text)-strings.Index(text, ".") > 3 {
		text = text[:len(text)-1]
	}
	return text + " %"
}

// run tells the story, and lets an economy grow where there are options of one.
func (s *story) run(grown *economy.Options) error {
	var err error
	if s.cast, err = readCast(); err != nil {
		return err
	}
	s.currency, _ = money.ParseCurrency("EUR")
	s.date, _ = calendar.Of(2026, 8, 31)
	s.signers = map[string]*signer{}
	s.programmes, s.invoices = map[id.Party]id.Programme{}, map[id.Receivable]invoiceOf{}
	grow := func() error {
		if grown == nil {
			return nil
		}
		return errors.Join(s.grow(*grown), s.nameBank())
	}
	for _, act := range []func() error{s.onboard, s.screen, s.authorise, s.setTerms, s.seconding, s.openLine, s.signAgreements, s.connect, s.fund, s.setPrices, s.readDocuments, s.travel, s.assess, s.reviewCredit, s.collect, s.settle, s.stock, s.assess, s.rescreen, s.closeBooks, s.bill, s.takeFees, s.stray, s.lastStatements, s.prove, grow, s.setOff, s.noon} {
		if err := act(); err != nil {
			return err
		}
	}
	s.summary.TradesMatched = len(s.reader.matched)
	s.summary.Accounts = s.supervised
	s.summary.PaidOut, s.summary.Collected = s.text(s.paidOut), s.text(s.collected)
	return nil
}

// open closes the business day and opens a later one, in steps of a month at most.
func (s *story) open(date calendar.Date) error {
	if s.living != nil {
		return s.live(date)
	}
	for s.date < date {
		next := min(date, s.date.AddDays(31))
		if err := s.endBankDay(next); err != nil {
			return err
		}
		if _, err := s.give(s.maker, "", &book.OpenDay{Date: next}); err != nil {
			return err
		}
		s.evening(s.date)
		s.date = next
		if err := s.dayOpened(); err != nil {
			return err
		}
	}
	return nil
}

// dayOpened waits until what fell due has been worked through.
func (s *story) dayOpened() error {
	for {
		clock, err := recordOf[book.Clock](s.giver, "clock", 1)
		if err != nil || clock.From == clock.Date {
			return err
		}
		time.Sleep(time.Millisecond)
	}
}

func (s *story) fund() error {
	if err := s.banking(); err != nil {
		return err
	}
	return s.tell("funds", "the funders' money is in the supervised accounts; only rules move it")
}

// dated is a document of the examples with the day on which it is sent.
type dated struct {
	file    string
	content []byte
	doc     document.Document
	day     calendar.Date
	chain   castChain
	ordinal int
}

// documents lists the documents of the examples in the order in which they are sent. What is sent again comes last.
func (s *story) documents() ([]dated, error) {
	var all []dated
	last := calendar.Date(0)
	for _, chain := range s.cast.Chains {
		for i, name := range chain.Files {
			file := path.Join("trade", chain.Folder, path.Base(name))
			content, err := examples.Files.ReadFile(file)
			if err != nil {
				return nil, err
			}
			doc, err := ubl.Read(file, content, ubl.Limits{})
			if err != nil {
				return nil, err
			}
			last = max(last, doc.Issued)
			all = append(all, dated{file: file, content: content, doc: doc, day: doc.Issued, chain: chain, ordinal: i})
		}
	}
	for i := range all {
		if all[i].chain.Repeats != "" {
			all[i].day = last.AddDays(1)
		}
	}
	slices.SortStableFunc(all, func(a, b dated) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.chain.Folder, b.chain.Folder), cmp.Compare(a.ordinal, b.ordinal))
	})
	return all, nil
}

// readDocuments lets the documents come in on their days; what they prove is confirmed and financed on the day.
func (s *story) readDocuments() error {
	all, err := s.documents()
	if err != nil {
		return err
	}
	s.reader.matched = map[id.Trade]bool{}
	for _, d := range all {
		if err := s.open(d.day); err != nil {
			return err
		}
		if err := s.readDocument(d); err != nil {
			return fmt.Errorf("%s: %w", d.file, err)
		}
	}
	return nil
}

func (s *story) readDocument(d dated) error {
	c, err := s.intake.Prepare(s.ctx, &d.doc, d.content, "folder")
	if err != nil {
		return err
	}
	answer, err := s.give(s.maker, "", c)
	if err != nil {
		return err
	}
	s.summary.Documents++
	return s.follow(d, answer)
}

// follow goes on from what a document has brought.
func (s *story) follow(d dated, answer engine.Answer) error {
	for _, event := range answer.Events {
		var err error
		switch e := event.(type) {
		case *book.DuplicateFound:
			s.summary.DuplicatesRefused++
			err = s.tell("duplicate", "%s %s was sent again byte for byte: refused", e.Type, e.Number)
		case *book.DocumentRecorded:
			if set := trade.SetOf(e.Document.Findings); set&trade.BitOf(trade.FindingRenumbered) != 0 {
				s.summary.DuplicatesRefused++
				err = s.tell("duplicate", "invoice %s bills the same lines and amount as an earlier one: kept as evidence, refused as a receivable", e.Document.Number)
			}
		case *book.TradeMatched:
			if e.Trade.Facts.Matched() {
				s.reader.matched[e.Trade.ID] = true
			}
			err = s.draw(d, &e.Trade)
		case *book.ReceivableOpened:
			s.summary.Receivables++
			s.invoices[e.Receivable.ID] = invoiceOf{number: numberOf(answer), special: d.chain.Special}
			err = s.earned(e.Receivable.ID)
		case *book.ReceivableCredited:
			err = s.credited(e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func numberOf(answer engine.Answer) string {
	if e := first[*book.DocumentRecorded](answer); e != nil {
		return e.Document.Number
	}
	return ""
}

// earned tells of a new receivable; where the buyer expects a credit note it waits, else it confirms.
func (s *story) earned(of id.Receivable) error {
	r, err := recordOf[receivable.Receivable](s.giver, "receivable", of.Number())
	if err != nil {
		return err
	}
	t, err := recordOf[trade.Trade](s.giver, "trade", r.Trade.Number())
	if err != nil {
		return err
	}
	differences := ""
	if t.Differences != 0 {
		differences = "; the documents differ: " + strings.Join(t.Differences.Names(), ", ")
	}
	invoice := s.invoices[of]
	err = s.tell("matched", "%s bills %s %s on invoice %s; proved: %s%s", s.names[r.Seller], s.names[r.Buyer], s.text(r.Face), invoice.number,
		strings.Join(t.Facts.Names(), ", "), differences)
	if err != nil {
		return err
	}
	if invoice.special == "credit_note" {
		s.waiting = append(s.waiting, of)
		return s.tell("waiting", "%s waits for a credit note on invoice %s", s.names[r.Buyer], invoice.number)
	}
	if invoice.special == "paid_by_certificate" {
		s.paper.debts = append(s.paper.debts, of)
		return nil
	}
	return s.confirm(&r, &t)
}

func (s *story) credited(e *book.ReceivableCredited) error {
	r, err := recordOf[receivable.Receivable](s.giver, "receivable", e.Receivable.Number())
	if err != nil {
		return err
	}
	t, err := recordOf[trade.Trade](s.giver, "trade", r.Trade.Number())
	if err != nil {
		return err
	}
	if err := s.tell("credit note", "%s credits %s on invoice %s", s.names[r.Seller], s.text(e.Amount), s.invoices[e.Receivable].number); err != nil {
		return err
	}
	if !slices.Contains(s.waiting, e.Receivable) {
		return nil
	}
	return s.confirm(&r, &t)
}

// confirm lets the buyer confirm what it does not dispute, and the seller turn it into cash.
func (s *story) confirm(r *receivable.Receivable, t *trade.Trade) error {
	amount := money.Sub(r.Outstanding(), disputed(r, t))
	by, err := s.undertake(r, amount)
	if err != nil {
		return err
	}
	part := ""
	if amount < r.Outstanding() {
		part = fmt.Sprintf(" of %s", s.text(r.Outstanding()))
	}
	if err := s.tell("confirmed", "%s confirms %s%s irrevocably, %s", s.names[r.Buyer], s.text(amount), part, by); err != nil {
		return err
	}
	if s.invoices[r.ID].special == "certificate" {
		return s.certify(r)
	}
	up, err := s.auctioned(r)
	if err != nil {
		return err
	}
	if up {
		return s.auction(r)
	}
	if taken, err := s.several(r); taken || err != nil {
		return err
	}
	return s.finance(r)
}

// disputed is what the documents don't bear out: units not received, and prices above the order, at the invoice's ratio of
// gross to net.
func disputed(r *receivable.Receivable, t *trade.Trade) money.Minor {
	const scale = 1_000_000_000_000 // millionths of a unit times hundred-millionths of a major unit, in cents
	net, billed := money.Minor(0), money.Minor(0)
	for _, l := range t.Lines {
		open := l.Invoiced - l.Credited
		billed += money.MulDiv(money.Minor(open), int64(l.AtInvoice), scale)
		if l.AtOrder > 0 && l.AtInvoice > l.AtOrder {
			net += money.MulDiv(money.Minor(open), int64(l.AtInvoice-l.AtOrder), scale)
		}
		if missing := open - l.Received; missing > 0 {
			net += money.MulDiv(money.Minor(missing), int64(l.AtInvoice), scale)
		}
	}
	if net == 0 || billed == 0 {
		return 0
	}
	return money.MulDiv(net, int64(r.Outstanding()), int64(billed))
}

// finance takes a receivable through quote, referral, acceptance and payment.
func (s *story) finance(r *receivable.Receivable) error {
	seller := s.actors[s.keyOf(r.Seller)+" seller"]
	answer, err := s.give(seller, "", &book.RequestQuote{Receivable: r.ID, Programme: s.programmes[r.Buyer], Payee: s.accounts[r.Seller]})
	if err != nil {
		return err
	}
	f := first[*book.FinancingOpened](answer).Financing
	if f.State == funding.Referred {
		if f, err = s.refer(f, caseOf(answer, f.ID)); err != nil {
			return err
		}
	}
	if f.State != funding.Quoted {
		return s.tell("declined", "invoice %s: %s", s.invoices[r.ID].number, f.Outcomes[0].Rule)
	}
	return s.accept(f)
}

// accept lets the seller accept a quote, and have it paid out.
func (s *story) accept(f funding.Financing) error {
	interest := "less discount " + s.text(f.Discount)
	if f.Discount == 0 {
		interest = "with interest in arrears, less"
	}
	if err := s.tell("quoted", "%s advances %s to %s at %s a year: %s and fee %s, %s today", s.names[f.Funder], s.text(f.Principal), s.names[f.Seller],
		percent(f.Rate), interest, s.text(f.Fee), s.text(f.Net)); err != nil {
		return err
	}
	if _, err := s.give(s.actors[s.keyOf(f.Seller)+" seller"], "", &book.AcceptQuote{Financing: f.ID}); err != nil {
		return err
	}
	return s.disburse(f)
}

func (s *story) disburse(f funding.Financing) error {
	answer, err := s.give(s.maker, "", &book.Disburse{Financing: f.ID})
	if err != nil {
		return err
	}
	if opened := first[*book.PaymentOpened](answer); opened != nil { // else all of it repays what was lent before
		if err := s.pay(opened.Payment); err != nil {
			return err
		}
	}
	out, err := recordOf[funding.Financing](s.giver, "financing", f.ID.Number())
	if err != nil {
		return err
	}
	if out.State != funding.Outstanding {
		return fmt.Errorf("financing %s is %s after its payment", f.ID, out.State)
	}
	s.payable = append(s.payable, out)
	rest := money.Sub(out.Net, out.Converted())
	s.paidOut = money.Add(s.paidOut, rest)
	if err := s.converted(&out); err != nil {
		return err
	}
	return s.tell("paid out", "%s to the verified account of %s, from the supervised account of %s", s.text(rest), s.names[f.Seller], s.names[f.Funder])
}

// pay lets a second person approve a large payment, and the bank execute it. The first payment of all loses its answer on
// the way: it is asked for again under its one key, and paid once.
func (s *story) pay(p payment.Payment) error {
	s.summary.Payments++
	if s.summary.Payments == 1 {
		if err := s.bank.Misbehave(p.ID.String(), sandbox.Misbehaviour{Kind: sandbox.LoseReply}); err != nil {
			return err
		}
		if err := s.tell("bank", "the bank's answer to payment %s gets lost: the same file is sent once more under its one key, and paid once", p.ID); err != nil {
			return err
		}
	}
	if p.State == payment.AwaitingApproval {
		if err := s.approve(&p); err != nil {
			return err
		}
		by := "a second person"
		if p.Needed > 1 {
			by = "two persons beside its maker: its payee is new"
		}
		if err := s.tell("four eyes", "payment of %s approved by %s", s.text(p.Amount), by); err != nil {
			return err
		}
	}
	const rounds = 20
	for round := range rounds {
		if s.summary.Payments == 1 && round == 3 {
			if err := s.connect(); err != nil { // nobody here knows any more that it was sent
				return err
			}
		}
		if err := s.banking(); err != nil {
			return err
		}
		now, err := recordOf[payment.Payment](s.giver, "payment", p.ID.Number())
		if err != nil {
			return err
		}
		if now.State == payment.Executed {
			return nil
		}
	}
	return fmt.Errorf("payment %s was not executed in %d rounds", p.ID, rounds)
}

// lateDays is how late the one late payment comes.
const lateDays = 11

// collect lets every buyer pay on the due date, one of them late, and takes each collection through the waterfall.
func (s *story) collect() error {
	on := func(f funding.Financing) calendar.Date {
		if s.invoices[f.Receivable].special == "paid_late" {
			return f.Due.AddDays(lateDays)
		}
		return f.Due
	}
	slices.SortStableFunc(s.payable, func(a, b funding.Financing) int {
		return cmp.Or(cmp.Compare(on(a), on(b)), cmp.Compare(a.ID, b.ID))
	})
	for i, f := range s.payable {
		if err := s.collectShared(max(on(f), s.date)); err != nil {
			return err
		}
		if err := s.open(max(on(f), s.date)); err != nil {
			return err
		}
		if err := s.buyerPays(f.ID, i == 0); err != nil {
			return err
		}
	}
	return nil
}

func (s *story) buyerPays(of id.Financing, twice bool) error {
	f, err := recordOf[funding.Financing](s.giver, "financing", of.Number())
	if err != nil {
		return err
	}
	invoice := s.invoices[f.Receivable]
	r, err := recordOf[receivable.Receivable](s.giver, "receivable", f.Receivable.Number())
	if err != nil {
		return err
	}
	amount, interest := money.Sub(r.Confirmed, r.Paid), money.Minor(0)
	if f.State == funding.Overdue {
		s.summary.Late++
		p, err := recordOf[product.Product](s.giver, "product", f.Product.Number())
		if err != nil {
			return err
		}
		interest = p.Terms.Share(product.Owed{Principal: f.Exposure(), Rate: f.Rate, InterestFrom: f.InterestFrom, Due: f.Due, InterestUntil: f.Due}, amount, s.date).LateInterest
		if err := s.tell("overdue", "invoice %s was due on %s; %s owes late interest of %s", invoice.number, f.Due, s.names[f.Buyer], s.text(interest)); err != nil {
			return err
		}
	}
	paid := money.Add(amount, interest)
	line, err := s.bank.BuyerPays(f.Programme, money.Amount{Minor: paid, Currency: s.currency}, s.names[f.Buyer], "invoice "+invoice.number, s.date)
	if err != nil {
		return err
	}
	if twice {
		if err := s.bank.Repeat(line); err != nil {
			return err
		}
	}
	if err := s.banking(); err != nil {
		return err
	}
	if err := s.tell("collected", "%s pays %s for invoice %s into the collection account", s.names[f.Buyer], s.text(paid), invoice.number); err != nil {
		return err
	}
	if twice {
		if err := s.tell("bank", "the bank sends that line of its statement twice: recognised, booked once"); err != nil {
			return err
		}
	}
	s.collected = money.Add(s.collected, paid)
	return s.allocate(f, r, paid)
}

// allocate takes what came in through the waterfall and closes the financing.
func (s *story) allocate(f funding.Financing, r receivable.Receivable, paid money.Minor) error {
	answer, err := s.allot(&book.Allocate{Receivable: r.ID, Amount: paid, Payer: book.ByBuyer})
	if err != nil {
		return err
	}
	if f.Holding != 0 {
		if err := s.redeemed(first[*book.HoldingsMoved](answer).Spent); err != nil {
			return err
		}
	}
	split := first[*book.FinancingServiced](answer).Split
	shares := s.names[f.Funder] + " " + s.text(money.Add(split.Principal, money.Add(split.Interest, split.LateInterest)))
	if split.Seller > 0 {
		shares += ", " + s.names[f.Seller] + " " + s.text(split.Seller)
	}
	if _, err := s.give(s.maker, "", &book.CloseFinancing{Financing: f.ID}); err != nil {
		return err
	}
	s.summary.FinancingsClosed++
	return s.tell("closed", "through the waterfall: %s; financing %s is closed", shares, f.ID)
}

// unallocated finds the one receipt that waits.
func (s *story) unallocated() (id.Receipt, error) {
	view, err := s.engine.Read(s.ctx, s.engine.Head().Sequence)
	if err != nil {
		return 0, err
	}
	defer view.Close()
	var number uint64
	err = view.Tx.QueryRowContext(s.ctx, `SELECT number FROM receipt WHERE state = ? ORDER BY number LIMIT 1`, payment.Unallocated.String()).Scan(&number)
	return id.Make[id.Receipt](shard, number), err
}

// settle returns to the funders what was collected for them, and pays sellers what is theirs.
func (s *story) settle() error {
	for _, p := range s.cast.Parties {
		for _, anchor := range s.cast.Parties {
			programme, open := s.programmes[s.party(anchor.Key)]
			if !open {
				continue
			}
			var command book.Command
			switch of := s.party(p.Key); {
			case p.has("funder"):
				command = &book.Sweep{Programme: programme, Funder: of}
			case p.has("seller"):
				command = &book.PayOut{Programme: programme, Seller: of, Account: s.accounts[of]}
			default:
				continue
			}
			answer, rejection, err := s.engine.Submit(s.ctx, engine.Request{Actor: s.maker, Command: command})
			if err != nil {
				return err
			}
			if rejection != nil { // nothing to pay, or not of this programme
				continue
			}
			opened := first[*book.PaymentOpened](answer).Payment
			if err := s.pay(opened); err != nil {
				return err
			}
			if err := s.tell("settled", "%s to %s", s.text(opened.Amount), p.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// recordOf reads one record from the tables as of now.
func recordOf[T any](g giver, table string, number uint64) (T, error) {
	var record T
	view, err := g.engine.Read(g.ctx, g.engine.Head().Sequence)
	if err != nil {
		return record, err
	}
	defer view.Close()
	var stored []byte
	if err := view.Tx.QueryRowContext(g.ctx, `SELECT record FROM "`+table+`" WHERE number = ?`, int64(number)).Scan(&stored); err != nil {
		return record, fmt.Errorf("%s %d: %w", table, number, err)
	}
	return record, book.DecodeRecord(stored, &record)
}
