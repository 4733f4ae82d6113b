package redteam

import (
	"math/rand/v2"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/trade"
	"millrace/edge/intake"
)

// honesty counts what became of honest uses of credit in the measured span.
type honesty struct {
	uses, paid, referred, refused, rejected int
	amount                                  money.Minor
	byCode                                  map[string]int // uses in which a rule or rejection has spoken
	byHabit                                 map[habit]*tally
}

type tally struct{ uses, alarms int }

// habit is what is peculiar about an honest relation.
type habit uint8

const (
	steady   habit = iota
	standing       // the same goods and amount every month
	parts          // delivered and billed in parts, half of them equal
	seasonal       // three times as much in autumn
	sloppy         // wrong invoices, credited in full and billed again under another number, and price reductions after the fact
	sisters        // two sellers of one group deliver to one buyer
	scrap          // the buyer sells scrap back to the seller
	moving         // changes its bank for good
	newcomer       // begins when the others have a history
	round          // bills round sums
	minority       // an investor holds a small share in seller and buyer
	habits
)

var habitNames = [...]string{
	"steady", "same_amount_monthly", "partial_deliveries", "seasonal", "corrected_invoices", "sister_sellers", "buyer_sells_scrap", "changes_bank", "newcomer", "round_amounts", "minority_owner",
}

// String is the name used in the result.
func (h habit) String() string { return habitNames[h] }

// tie is one seller's dealing with one buyer.
type tie struct {
	seller    *firm
	market    *market
	habit     habit
	programme id.Programme
	every     int // days between orders, on the mean
	basket    []ware
}

// plan onboards the sellers and enters their orders. What is drawn here depends on the seed alone, so that the honest flow is the same
// whatever is put in beside it.
func (l *lab) plan(r *rand.Rand) {
	l.honest.byCode, l.honest.byHabit = map[string]int{}, map[habit]*tally{}
	group := id.Party(0)
	for i, f := range l.sellers {
		h := habit(i % int(habits))
		m := l.markets[(i+i/len(l.markets))%len(l.markets)]
		f.catalogue = make([]ware, 8)
		for n := range f.catalogue {
			f.catalogue[n] = ware{Article: f.vat + "-" + string(rune('A'+n)), Price: money.Minor(400 + r.IntN(24_000))}
		}
		t := &tie{seller: f, market: m, habit: h, every: 9 + r.IntN(9)}
		if h != newcomer {
			l.ties = append(l.ties, t)
		}
		if h == sisters {
			if i/int(habits)%2 == 1 && group != 0 {
				f.group = group
			}
			t.market = l.markets[1]
		}
		t.basket = t.draw(r)
		random := rand.New(rand.NewPCG(r.Uint64(), r.Uint64()))
		confirmed := r.IntN(2) == 0
		join := func() error {
			l.join(f, t.market)
			if h == minority {
				l.owned(f, "investor", 150_000)
			}
			if t.programme = t.market.open; confirmed {
				t.programme = t.market.confirmed
			}
			return l.err
		}
		first := 0
		if h == newcomer {
			first = warmDays + 20 + r.IntN(60)
		}
		l.at(first, join)
		if h == sisters {
			l.at(first, func() error { group = f.id; return nil })
		}
		if h == moving {
			l.at(warmDays+30+r.IntN(40), func() error { return l.changeBank(f) })
		}
		if h == scrap {
			l.scrapBack(t, random)
		}
		for day := first + 1 + r.IntN(t.every); day < spanDays-20; {
			l.at(day, func() error { return l.trade(t, random) })
			step := t.every/2 + random.IntN(t.every)
			switch {
			case h == standing:
				step = 30
			case h == seasonal && day > 210 && day < 270:
				step = max(2, step/3)
			}
			day += max(1, step)
		}
	}
}

// draw is what a buyer orders: one to four articles.
func (t *tie) draw(r *rand.Rand) []ware {
	wares := make([]ware, 1+r.IntN(4))
	for i := range wares {
		wares[i] = t.seller.catalogue[(r.IntN(2)*4+i)%len(t.seller.catalogue)]
		wares[i].Pieces = int64(40+r.IntN(160)) * 2
	}
	return wares
}

// trade is one honest order and what follows.
func (l *lab) trade(t *tie, r *rand.Rand) error {
	wares := t.basket
	switch t.habit {
	case standing:
	case round:
		wares = []ware{{Article: t.seller.catalogue[0].Article, Pieces: int64(1+r.IntN(12)) * 100, Price: 100_00 * 100 / (100 + taxPercent)}}
	default:
		wares = t.draw(r)
	}
	d := l.agreed(t.seller, t.market.firm, wares)
	if err := l.papers(&d, trade.Order); err != nil {
		return err
	}
	shares := []int64{100}
	if t.habit == parts {
		shares = [][]int64{{50, 50}, {60, 40}, {30, 40, 30}}[r.IntN(3)]
	}
	day := l.day + 3 + r.IntN(5)
	for _, share := range shares {
		part := times(d.wares, share, 100)
		travel, billed := 1+r.IntN(3), r.IntN(3)
		l.at(day, func() error { _, err := l.send(l.sheet(&d, trade.DespatchAdvice, part)); return err })
		l.at(day+travel, func() error { _, err := l.send(l.sheet(&d, trade.ReceiptAdvice, part)); return err })
		l.at(day+travel+billed, func() error { return l.invoiced(t, &d, part, r) })
		day += 4 + r.IntN(8)
	}
	return nil
}

// lateMax is by how many days an honest buyer is late at most: within the products' days of grace.
const lateMax = 2

// invoiced bills a delivery, and has it confirmed and financed in the days after.
func (l *lab) invoiced(t *tie, d *deal, part []ware, r *rand.Rand) error {
	if t.habit == sloppy && r.IntN(10) == 0 { // at a wrong price: credited, and billed again
		wrong, err := l.bill(d, l.sheet(d, trade.Invoice, times(part, 100, 104)))
		if err != nil {
			return err
		}
		note := l.sheet(d, trade.CreditNote, wrong.sheet.wares)
		note.credits = wrong.sheet.number
		l.at(l.day+1+r.IntN(3), func() error {
			note.issued = l.Today
			_, err := l.send(note)
			return err
		})
		l.at(l.day+4+r.IntN(3), func() error { return l.finally(t, d, part, r) })
		return nil
	}
	return l.finally(t, d, part, r)
}

func (l *lab) finally(t *tie, d *deal, part []ware, r *rand.Rand) error {
	c, err := l.bill(d, l.sheet(d, trade.Invoice, part))
	if err != nil {
		return err
	}
	if c.receivable.ID == 0 {
		l.honestUse(t, used{stop: stop{"record_document", wasRejected, c.findings}}, c)
		return nil
	}
	wait, late := 1+r.IntN(3), 0
	if r.IntN(6) == 0 {
		late = 1 + r.IntN(lateMax)
	}
	if t.programme == t.market.confirmed {
		l.at(l.day+wait, func() error { return l.confirm(c) })
	}
	reduced := money.Minor(0)
	if t.habit == sloppy && t.programme == t.market.open && r.IntN(8) == 0 {
		l.at(l.day+wait+5, func() error {
			wares := []ware{{Article: d.wares[0].Article, Pieces: 1, Price: total(part) / 50}}
			note := l.sheet(d, trade.CreditNote, wares)
			note.credits = c.sheet.number
			reduced = gross(wares)
			_, err := l.send(note)
			return err
		})
	}
	l.at(l.day+wait, func() error { return l.financed(t, c, late, &reduced) })
	return nil
}

// financed asks for credit on a claim, and has the buyer pay when it is due.
func (l *lab) financed(t *tie, c *claim, late int, reduced *money.Minor) error {
	u, err := l.use(t.seller, &book.RequestQuote{Receivable: c.receivable.ID, Programme: t.programme, Payee: t.seller.account}, book.Approve)
	if err != nil {
		return err
	}
	l.honestUse(t, u, c)
	financing := id.Financing(0)
	if u.paid > 0 {
		financing = u.financing.ID
	}
	l.at(l.daysTo(c.sheet.due)+late, func() error {
		return l.settle(c, t.programme, c.receivable.Face-*reduced, financing)
	})
	return nil
}

func (l *lab) honestUse(t *tie, u used, c *claim) {
	if l.day < warmDays {
		return
	}
	h := &l.honest
	h.uses++
	h.amount += gross(c.sheet.wares)
	of := h.byHabit[t.habit]
	if of == nil {
		of = &tally{}
		h.byHabit[t.habit] = of
	}
	of.uses++
	switch u.Kind {
	case wasPaid:
		h.paid++
		return
	case wasReferred:
		h.referred++
	case wasRefused:
		h.refused++
	default:
		h.rejected++
	}
	of.alarms++
	for _, code := range u.Codes {
		h.byCode[u.Kind+" "+code]++
	}
}

// scrapBack has the buyer sell scrap to the seller now and then; nobody finances that.
func (l *lab) scrapBack(t *tie, r *rand.Rand) {
	for day := 40 + r.IntN(20); day < spanDays-20; day += 50 + r.IntN(20) {
		l.at(day, func() error {
			d := l.agreed(t.market.firm, t.seller, []ware{{Article: "SCRAP", Pieces: 10 + r.Int64N(20), Price: 90_00}})
			if err := l.papers(&d, trade.Order, trade.DespatchAdvice, trade.ReceiptAdvice); err != nil {
				return err
			}
			_, err := l.bill(&d, l.sheet(&d, trade.Invoice, d.wares))
			return err
		})
	}
}

// changeBank changes a seller's account for good: it names the new one itself, its bank says whose it is, it is asked at the contact that was on
// record, and the programme's waiting time passes.
func (l *lab) changeBank(f *firm) error {
	proposed, found := find[*book.BankAccountProposed](l.give(f.actor, &book.ProposeBankAccount{
		Party: f.id, Currency: l.Currency, Token: l.intake.AccountToken(intake.BankDetails{Number: "new account of " + f.vat}), Details: reference("new account"),
	}))
	if !found {
		return l.err
	}
	a := proposed.Account.ID
	l.give(l.Maker, &book.RecordNameCheck{Account: a, Result: party.NameMatch, Score: book.ScoreMax})
	l.at(l.day+1, func() error {
		l.give(l.third, &book.ConfirmAccountChange{Account: a, Contact: 1, Record: reference("call")})
		return l.err
	})
	l.at(l.day+9, func() error {
		l.give(l.Checker, &book.VerifyBankAccount{Account: a})
		f.account = a
		return l.err
	})
	return nil
}
