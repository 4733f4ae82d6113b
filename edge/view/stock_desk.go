package view

import (
	"cmp"
	"encoding/json"
	"slices"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/domain/trade"
	"millrace/edge/access"
	"millrace/edge/intake"
	"millrace/engine/vault"
)

// storedMost bounds the receipts that are read for one desk.
const storedMost = 500

// StoredGoods are goods in a keeper's store, with when they were counted last and what that found.
type StoredGoods struct {
	WarehouseReceipt
	Value   *Amount // at the newest price; nil without any
	Counted string  // day of the newest count of such goods of this owner at this place; "" for none
	Short   string  // by so much that count found too little, and nobody has cleared it; told of the newest receipt for such goods, "" for nothing
	Unit    string  // of Short
	Worth   *Amount // of Short, at the newest price
}

// Stored lists the goods that are in store in the caller's sight, newest first: at most 500.
func (v *View) Stored(c access.Caller) ([]StoredGoods, error) {
	visible, err := warehouseReceipts.visible(v, c)
	if err != nil {
		return nil, err
	}
	seen := &showing{View: v, caller: c}
	counts, err := seen.newestCounts()
	if err != nil {
		return nil, err
	}
	prices, told := map[inventory.Lot]*inventory.Price{}, map[id.StockCount]bool{}
	var stored []StoredGoods
	query := "SELECT number, record FROM warehouse_receipt WHERE live = 1 AND state IN ('free', 'pledged', 'released') AND (" + visible.sql + ") ORDER BY number DESC LIMIT ?"
	err = rows(v, query, append(slices.Clone(visible.arguments), storedMost), func(_ uint64, r *inventory.Receipt) error {
		price, err := v.newestPrice(prices, r.Lot)
		if err != nil {
			return err
		}
		one := StoredGoods{WarehouseReceipt: seen.showWarehouseReceipt(r), Value: worth(price, r.Quantity)}
		if count := counts[placedGoods{r.Owner, r.Location, r.Item}]; count != nil {
			one.Counted = day(count.On)
			if count.Short() && count.Cleared == 0 && !told[count.ID] {
				told[count.ID] = true
				missing, unit := trade.Quantity(count.Receipted-count.Counted), count.Unit
				if restated, fits := missing.In(unit, trade.UnitOf(r.Lot.Unit)); fits {
					missing, unit = restated, trade.UnitOf(r.Lot.Unit)
					one.Worth = worth(price, inventory.Quantity(missing))
				}
				one.Short, one.Unit = inventory.Quantity(missing).String(), unit.String()
			}
		}
		stored = append(stored, one)
		return seen.err
	})
	return stored, err
}

// placedGoods are a party's goods of one kind at one place.
type placedGoods struct {
	owner          id.Party
	location, item inventory.Token
}

// newestCounts are the newest counts that the caller sees, by what was counted.
func (s *showing) newestCounts() (map[placedGoods]*book.StockCount, error) {
	visible, err := heldCounts.visible(s.View, s.caller)
	if err != nil {
		return nil, err
	}
	newest := map[placedGoods]*book.StockCount{}
	err = rows(s.View, "SELECT number, record FROM stock_count WHERE "+visible.sql+" ORDER BY number", visible.arguments, func(_ uint64, r *book.StockCount) error {
		key := placedGoods{r.Owner, r.Location, r.Item}
		if known := newest[key]; known == nil || known.Observed <= r.Observed {
			newest[key] = r
		}
		return nil
	})
	return newest, err
}

// newestPrice is the newest price of a lot that counts; nil for none.
func (v *View) newestPrice(known map[inventory.Lot]*inventory.Price, lot inventory.Lot) (*inventory.Price, error) {
	if price, read := known[lot]; read {
		return price, nil
	}
	known[lot] = nil
	err := rows(v, "SELECT number, record FROM stock_price WHERE state = 'live' AND goods = ?", []any{lot.Goods}, func(_ uint64, r *book.StockPrice) error {
		if last := known[r.Price.Lot]; last == nil || last.Sequence < r.Price.Sequence {
			known[r.Price.Lot] = &r.Price
		}
		return nil
	})
	return known[lot], err
}

// worth is a quantity at a price; nil where it can't be said.
func worth(price *inventory.Price, quantity inventory.Quantity) *Amount {
	if price == nil {
		return nil
	}
	minor, counted := price.Market(quantity)
	if !counted {
		return nil
	}
	amount := AmountOf(minor, price.Currency)
	return &amount
}

// StockLoan is a loan that goods in store secure: what is owed on it, and what paying releases.
type StockLoan struct {
	Financing string
	State     string
	Lender    *Ref
	Owner     *Ref
	Due       string
	DueInDays int // below zero: late
	Owed      Amount
	Value     Amount // of the goods, after haircuts
	Ratio     string // owed to value, per cent; "" without any value
	Target    string // per cent: what is left must bear it at every release
	Step      string // goods leave in multiples of it
	Lots      []PledgedLot
	Days      []OwedDay

	terms      *inventory.Terms
	valuations []inventory.Valuation
	owed       money.Minor
}

// PledgedLot is one receipt among what secures a loan.
type PledgedLot struct {
	Receipt  string
	Lot      Lot
	Quantity string
	Keeper   *Ref
	Standing string // valued, or why it counts for nothing
	Price    *Amount
	Per      string
	Priced   string // day of the price
	Value    Amount
	Free     string // so much may leave as things stand
	ForAll   Amount // has to be paid for all of it to leave, while the other goods stay
}

// OwedDay is what a loan owes on a day if nothing is paid until then.
type OwedDay struct {
	Date string
	Owed Amount   // against which everything leaves
	Lots []Amount // for each lot, what has to be paid for it to leave while the others stay, at the newest prices
}

// Leaving is how much of a lot may leave after a payment, while the other goods stay.
type Leaving struct {
	Receipt, Quantity string
	Lot               Lot
	Of                string // the lot's quantity
}

// StockLoans lists the loans in the caller's sight that goods in store secure, by their due dates.
func (v *View) StockLoans(c access.Caller) ([]StockLoan, error) {
	visible, err := financings.visible(v, c)
	if err != nil {
		return nil, err
	}
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	var found []*funding.Financing
	query := `SELECT number, record FROM financing WHERE state IN ('accepted', 'disbursing', 'outstanding', 'overdue', 'in_recourse', 'defaulted')
		AND number IN (SELECT financing >> 16 FROM warehouse_receipt WHERE live = 1 AND state = 'pledged') AND (` + visible.sql + ") LIMIT ?"
	err = rows(v, query, append(slices.Clone(visible.arguments), storedMost), func(_ uint64, f *funding.Financing) error {
		found = append(found, f)
		return nil
	})
	if err != nil {
		return nil, err
	}
	seen := &showing{View: v, caller: c}
	loans := make([]StockLoan, 0, len(found))
	for _, f := range found {
		loan, err := seen.stockLoan(f, today)
		if err != nil {
			return nil, err
		}
		loans = append(loans, loan)
	}
	slices.SortStableFunc(loans, func(a, b StockLoan) int { return cmp.Compare(a.Due, b.Due) })
	return loans, seen.err
}

// outlookDays are after how many days the price of a release is told.
var outlookDays = []int{0, 7, 14, 30}

func (s *showing) stockLoan(f *funding.Financing, today calendar.Date) (StockLoan, error) {
	loan := StockLoan{
		Financing: f.ID.String(), State: f.State.String(), Lender: s.party(f.Funder), Owner: s.party(f.Seller), Due: day(f.Due), DueInDays: calendar.DaysBetween(today, f.Due),
	}
	err := rows(s.View, "SELECT number, record FROM collateral WHERE number = ?", []any{int64(f.Collateral.Number())}, func(_ uint64, r *book.Collateral) error {
		loan.terms = &r.Stock
		return nil
	})
	if err != nil || loan.terms == nil {
		return loan, err
	}
	owed, err := s.owedOn(f)
	if err != nil {
		return loan, err
	}
	loan.owed = owed(today)
	loan.Owed, loan.Target, loan.Step = AmountOf(loan.owed, f.Currency), Percent(loan.terms.RatioTarget), loan.terms.ReleaseStep.String()
	if err := s.pledgedLots(&loan, f, today); err != nil {
		return loan, err
	}
	value := inventory.Total(loan.valuations)
	loan.Value = AmountOf(value, f.Currency)
	if ratio := inventory.Ratio(loan.owed, value); ratio != inventory.RatioUnbounded {
		loan.Ratio = Percent(ratio)
	}
	for i := range loan.Lots {
		loan.Lots[i].Free = loan.terms.Releasable(loan.owed, loan.valuations, i).String()
		loan.Lots[i].ForAll = AmountOf(loan.terms.PaymentFor(loan.owed, loan.valuations, i, loan.valuations[i].Quantity), f.Currency)
	}
	for _, after := range outlookDays {
		on := today.AddDays(after)
		then := OwedDay{Date: day(on), Owed: AmountOf(owed(on), f.Currency)}
		for i := range loan.valuations {
			then.Lots = append(then.Lots, AmountOf(loan.terms.PaymentFor(owed(on), loan.valuations, i, loan.valuations[i].Quantity), f.Currency))
		}
		loan.Days = append(loan.Days, then)
	}
	return loan, nil
}

// pledgedLots adds what secures a loan, valued on a day.
func (s *showing) pledgedLots(loan *StockLoan, f *funding.Financing, today calendar.Date) error {
	prices := map[inventory.Lot]*inventory.Price{}
	return rows(s.View, "SELECT number, record FROM warehouse_receipt WHERE live = 1 AND state = 'pledged' AND financing = ? ORDER BY number", []any{int64(f.ID)},
		func(_ uint64, r *inventory.Receipt) error {
			price, err := s.newestPrice(prices, r.Lot)
			if err != nil {
				return err
			}
			var series []inventory.Price
			if price != nil && price.Currency == loan.terms.Currency {
				series = append(series, *price)
			}
			valued := loan.terms.Value(r, series, today)
			lot := PledgedLot{
				Receipt: r.ID.String(), Lot: lotOf(r.Lot), Quantity: r.Quantity.String(), Keeper: s.party(r.Keeper), Standing: valued.Standing.String(),
				Value: AmountOf(valued.Value, f.Currency),
			}
			if price != nil {
				amount := AmountOf(price.Amount, price.Currency)
				lot.Price, lot.Per, lot.Priced = &amount, price.Per.String(), day(price.Date)
			}
			loan.Lots, loan.valuations = append(loan.Lots, lot), append(loan.valuations, valued)
			return nil
		})
}

// owedOn tells what a financing owes on a day if nothing is paid until then.
func (s *showing) owedOn(f *funding.Financing) (func(calendar.Date) money.Minor, error) {
	var facts []book.FinancingFact
	err := rows(s.View, "SELECT number, record FROM financing_fact WHERE financing = ?", []any{int64(f.ID)}, func(_ uint64, r *book.FinancingFact) error {
		facts = append(facts, *r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	var terms *product.Terms
	err = rows(s.View, "SELECT number, record FROM product WHERE number = ?", []any{int64(f.Product.Number())}, func(_ uint64, p *product.Product) error {
		terms = &p.Terms
		return nil
	})
	if err != nil || terms == nil {
		return nil, cmp.Or(err, ErrNotFound)
	}
	return func(on calendar.Date) money.Minor { return book.OwedOn(f, terms, facts, on) }, nil
}

// After tells of each lot how much of it may leave once a payment has come in, while the other goods stay.
func (l *StockLoan) After(payment money.Minor) []Leaving {
	left := make([]Leaving, len(l.Lots))
	for i := range l.Lots {
		lot := &l.Lots[i]
		left[i] = Leaving{Receipt: lot.Receipt, Lot: lot.Lot, Of: lot.Quantity, Quantity: l.terms.Releasable(money.Sub(l.owed, min(payment, l.owed)), l.valuations, i).String()}
	}
	return left
}

// Counting is what a count of the goods of a receipt has to name: place and goods as receipts and counts name them, and whose they are.
type Counting struct {
	Location, Item inventory.Token
	Unit           string
	Owner          intake.Profile
	Profile        party.Reference // of the owner, in the vault
	Short          id.StockCount   // newest count of these goods, if it found too little and nobody has cleared that; 0 for none
}

// Counting gives that for a receipt which the caller sees, else ErrNotFound.
func (v *View) Counting(c access.Caller, of id.WarehouseReceipt) (Counting, error) {
	r, err := get(v, &warehouseReceipts, c, of.Number())
	if err != nil {
		return Counting{}, err
	}
	counting := Counting{Location: r.Location, Item: r.Item, Unit: r.Lot.Unit}
	err = rows(v, "SELECT number, record FROM party WHERE number = ?", []any{int64(r.Owner.Number())}, func(_ uint64, p *party.Party) error {
		counting.Profile = p.Profile
		return nil
	})
	if err != nil {
		return counting, err
	}
	bytes, err := v.kept(vault.Ref(counting.Profile))
	if err != nil {
		return counting, err
	}
	if len(bytes) > 0 { // else it was erased
		if err := json.Unmarshal(bytes, &counting.Owner); err != nil {
			return counting, err
		}
	}
	counts, err := (&showing{View: v, caller: c}).newestCounts()
	if count := counts[placedGoods{r.Owner, r.Location, r.Item}]; count != nil && count.Short() && count.Cleared == 0 {
		counting.Short = count.ID
	}
	return counting, err
}
