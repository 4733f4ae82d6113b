package book

import (
	"crypto/sha256"

	"millrace/domain/calendar"
	"millrace/domain/duplicate"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/trade"
)

// duplicates: every receivable stands on one claim that says what it says, no two financed ones are the same claim, the
// index is what its claims make of it, the sums financed on trades are those of the financings, and the accounts of goods
// are what the lines of the trades make of them.
func (a *audit) duplicates() {
	places := make(map[uint32]uint32, a.b.claims.Count())
	for place := uint32(1); place <= a.b.claims.Count(); place++ {
		places[a.b.claims.At(place).Document] = place
	}
	a.claims(places)
	a.claimIndex()
	a.financedOn(places)
	a.goodsAccounts()
}

// identityOfClaim is what makes two claims one.
type identityOfClaim struct {
	seller, buyer, hash uint32
	amount              money.Minor
	date                calendar.Date
	currency            money.Currency
}

func (a *audit) claims(places map[uint32]uint32) {
	b := a.b
	claimed := map[identityOfClaim]id.Receivable{}
	for n := uint64(1); n <= b.receivables.count; n++ {
		r := b.receivables.at(n)
		e := b.claims.At(places[uint32(uint64(r.Document)>>16)])
		if e != nil && e.Receivable != 0 && uint64(e.Receivable) != n {
			if other := b.receivables.at(uint64(e.Receivable)); other != nil && other.Document == r.Document {
				continue // receivable_evidence says so
			}
		}
		if e == nil || uint64(e.Receivable) != n || e.Seller != uint32(uint64(r.Seller)>>16) || e.Buyer != uint32(uint64(r.Buyer)>>16) ||
			max(0, e.Amount) < r.Face || e.Date != r.Issued || e.Currency != r.Currency {
			a.breach("claim_invoice", r.ID.String(), "the claim of %s is not that of its invoice", r.ID)
			continue
		}
		if r.Financing == 0 {
			continue
		}
		key := identityOfClaim{e.Seller, e.Buyer, e.Hash, e.Amount, e.Date, e.Currency}
		if other, found := claimed[key]; found {
			a.breach("claim_financed_twice", r.ID.String(), "%s and %s are financed, and both are one invoice", other, r.ID)
		}
		claimed[key] = r.ID
	}
}

// claimIndex builds the index anew from its claims: chains, counts and heads must come out the same.
func (a *audit) claimIndex() {
	b := a.b
	var fresh duplicate.Index
	before := uint32(0)
	for place := uint32(1); place <= b.claims.Count(); place++ {
		e := b.claims.At(place)
		if e.Match().Other >= place || e.Document <= before || uint64(e.Document) > b.documents {
			a.breach("index_claims", "", "claim %d of document %d is out of order", place, e.Document)
			return
		}
		before = e.Document
		claim := e.Claim
		fresh.SetReceivable(fresh.Add(&claim, e.Match()), e.Receivable)
	}
	was, is := sha256.New(), sha256.New()
	b.claims.Digest(was)
	fresh.Digest(is)
	if [32]byte(was.Sum(nil)) != [32]byte(is.Sum(nil)) {
		a.breach("index_claims", "", "the index of claims is not what its claims make of it")
	}
}

func (a *audit) financedOn(places map[uint32]uint32) {
	b := a.b
	var want tally[id.Trade]
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		r := b.receivables.at(uint64(f.Receivable) >> 16)
		switch f.State {
		case funding.Referred, funding.Declined, funding.Quoted, funding.Lapsed, funding.Cancelled, funding.BoughtBack:
			continue
		}
		if r == nil || r.Trade == 0 {
			continue
		}
		amount := f.Amount
		if e := b.claims.At(places[uint32(uint64(r.Document)>>16)]); e != nil && e.Net > 0 && e.Amount > 0 {
			amount = money.MulDiv(amount, int64(e.Net), int64(e.Amount))
		}
		want.add(a.whereItStands(r.Trade), amount)
	}
	standing := 0
	for i, key := range want.keys {
		if want.sums[i] != 0 {
			standing++
		}
		if b.financedOn[key] != want.sums[i] {
			a.breach("index_financed_on", key.String(), "%d is financed on trade %s, the index says %d", want.sums[i], key, b.financedOn[key])
		}
	}
	if len(b.financedOn) != standing {
		a.breach("index_financed_on", "", "the index has %d financed trades, financings have %d", len(b.financedOn), standing)
	}
}

// goodsAccounts adds up all that the trades say of each good.
func (a *audit) goodsAccounts() {
	b := a.b
	sums, goods := map[duplicate.Good]duplicate.Movement{}, []duplicate.Good{}
	add := func(t *trade.Trade, item uint64, of trade.Unit, amounts [4]trade.Quantity) {
		if item == 0 || of == 0 {
			return
		}
		into := of
		if code := accountUnits[of.Dimension()]; code != "" {
			into = trade.UnitOf(code)
		}
		var restated [4]int64
		for i, amount := range amounts {
			quantity, fits := amount.In(of, into)
			if !fits {
				return
			}
			restated[i] = int64(quantity)
		}
		good := duplicate.GoodOf(uint32(uint64(t.Seller)>>16), uint32(uint64(t.Buyer)>>16), item, uint32(into))
		m, found := sums[good]
		if !found {
			goods = append(goods, good)
		}
		sums[good] = duplicate.Movement{
			Ordered: m.Ordered + restated[0], Arrived: m.Arrived + restated[1], Billed: m.Billed + restated[2] - restated[3],
		}
	}
	for n := uint64(1); n <= b.trades.count; n++ {
		t := b.trades.at(n)
		received := t.Facts&trade.Received != 0 && t.Moved&trade.Received == 0
		for i := range t.Lines {
			l := &t.Lines[i]
			came := l.Received
			if !received {
				came = l.Shipped
			}
			add(t, l.Item>>1<<1, l.Unit, [4]trade.Quantity{l.Ordered, came, l.Invoiced, l.Credited})
		}
		for i := range t.Doubts {
			if t.Doubts[i].Document == 0 || t.Doubts[i].Document.Number() > b.documents {
				a.breach("trade_doubt", t.ID.String(), "trade %s doubts an invoice that is not kept", t.ID)
			}
			for _, l := range t.Doubts[i].Lines {
				add(t, l.Item, l.Unit, [4]trade.Quantity{3: l.Quantity})
			}
		}
	}
	standing := 0
	for _, good := range goods {
		want := sums[good]
		if want != (duplicate.Movement{}) {
			standing++
		}
		if got := b.goods.At(good); got != want {
			a.breach("index_goods", "", "of one good %d is ordered, %d has arrived and %d is billed; its account says %d, %d and %d",
				want.Ordered, want.Arrived, want.Billed, got.Ordered, got.Arrived, got.Billed)
			break
		}
	}
	if got := b.goods.Count(); got != standing {
		a.breach("index_goods", "", "%d goods have an account, the trades tell of %d", got, standing)
	}
}

// accountUnits are the codes of the units in which the auditor expects accounts of goods.
var accountUnits = [...]string{
	trade.Count: "C62", trade.Mass: "KGM", trade.Length: "MTR", trade.Area: "MTK", trade.Volume: "LTR", trade.Time: "HUR", trade.Month: "MON",
	trade.Energy: "KWH", trade.Power: "KWT", trade.Data: "4L", trade.Effort: "",
}
