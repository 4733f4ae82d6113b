package inventory

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Terms are what a lender has agreed about goods as security.
type Terms struct {
	Currency        money.Currency   `cbor:"1,keyasint"`
	PriceAgeMaxDays int32            `cbor:"2,keyasint"`           // a price that is older values nothing
	Haircut         money.Rate       `cbor:"3,keyasint"`           // off every market value, 0 to 100 %
	QualityHaircuts []QualityHaircut `cbor:"4,keyasint,omitempty"` // added to it
	StorageHaircuts []StorageHaircut `cbor:"5,keyasint,omitempty"` // likewise; by rising days
	RatioTarget     money.Rate       `cbor:"6,keyasint"`           // loan to value at most, at drawing and release, and after a call; above 0
	RatioTrigger    money.Rate       `cbor:"7,keyasint"`           // above it a margin call is made; not below the target
	RatioSale       money.Rate       `cbor:"8,keyasint,omitempty"` // above it the lender may sell at once; 0: never without a call
	CureDays        int32            `cbor:"9,keyasint"`           // calendar days to cure a call
	SaleCost        money.Rate       `cbor:"10,keyasint"`          // share of the market value that a sale is expected to cost, below 100 %
	ReleaseStep     Quantity         `cbor:"11,keyasint"`          // goods leave in multiples of it; above 0
}

// QualityHaircut is for one quality of one kind of goods.
type QualityHaircut struct {
	Goods   string     `cbor:"1,keyasint"`
	Quality string     `cbor:"2,keyasint"`
	Haircut money.Rate `cbor:"3,keyasint"`
}

// StorageHaircut is for goods that have been in store for at least so many days; the last that applies counts.
type StorageHaircut struct {
	FromDays int32      `cbor:"1,keyasint"`
	Haircut  money.Rate `cbor:"2,keyasint"`
}

// Standing says whether a receipt counts as security on a day.
type Standing uint8

// The standings.
const (
	Valued          Standing = 1 + iota
	NotPledged               // it does not stand, or is not pledged
	Unpriced                 // no price on the day or before
	PriceStale               // the newest price is too old
	CurrencyDiffers          // the price is in another currency
	ValueOutside             // beyond what can be counted
)

// String is the name used in API and console.
func (s Standing) String() string {
	return [...]string{"", "valued", "not_pledged", "unpriced", "price_stale", "currency_differs", "value_outside"}[s]
}

// Valuation is what a receipt is worth to the lender on a day.
type Valuation struct {
	Receipt  id.WarehouseReceipt `cbor:"1,keyasint"`
	Standing Standing            `cbor:"2,keyasint"`
	Quantity Quantity            `cbor:"3,keyasint"`
	Price    Price               `cbor:"4,keyasint"` // that was used; the stale one where it is too old
	Market   money.Minor         `cbor:"5,keyasint"` // quantity at the price, rounded down
	Haircut  money.Rate          `cbor:"6,keyasint"` // off it, 0 to 100 %
	Value    money.Minor         `cbor:"7,keyasint"` // market value less haircut, rounded down; 0 unless valued
	Stored   calendar.Date       `cbor:"8,keyasint"`
}

// HaircutOf is the sum of the haircut for everything, the one of the lot's quality, and the one of the days in store, at
// most 100 %. A quality that the terms do not name takes no haircut of its own.
func (t *Terms) HaircutOf(lot Lot, stored, on calendar.Date) money.Rate {
	total := t.Haircut
	for i := range t.QualityHaircuts {
		if q := &t.QualityHaircuts[i]; q.Goods == lot.Goods && q.Quality == lot.Quality {
			total += q.Haircut
			break
		}
	}
	days, storage := int32(calendar.DaysBetween(stored, on)), money.Rate(0)
	for _, s := range t.StorageHaircuts {
		if days >= s.FromDays {
			storage = s.Haircut
		}
	}
	return min(money.RateOne, max(0, total+storage))
}

// Value values a receipt on a day by the series of its lot. What cannot be valued is worth nothing and says why.
func (t *Terms) Value(r *Receipt, series []Price, on calendar.Date) Valuation {
	v := Valuation{Receipt: r.ID, Quantity: r.Quantity, Stored: r.Stored, Standing: Valued}
	if !r.Stands() || r.Status != Pledged {
		v.Standing = NotPledged
		return v
	}
	price, found := Newest(series, on)
	if !found || price.Lot != r.Lot {
		v.Standing = Unpriced
		return v
	}
	v.Price = price
	switch {
	case price.Currency != t.Currency:
		v.Standing = CurrencyDiffers
		return v
	case calendar.DaysBetween(price.Date, on) > int(t.PriceAgeMaxDays):
		v.Standing = PriceStale
		return v
	}
	market, counted := price.Market(r.Quantity)
	if !counted {
		v.Standing = ValueOutside
		return v
	}
	v.Market, v.Haircut = market, t.HaircutOf(r.Lot, r.Stored, on)
	v.Value = shareDown(market, money.RateOne-v.Haircut)
	return v
}

// worth is the value of another quantity at the same price and haircut.
func (v *Valuation) worth(q Quantity) money.Minor {
	market, counted := v.Price.Market(q)
	if v.Standing != Valued || !counted {
		return 0
	}
	return shareDown(market, money.RateOne-v.Haircut)
}

// Total is the sum of the values.
func Total(valuations []Valuation) money.Minor {
	total := money.Minor(0)
	for i := range valuations {
		total = money.Add(total, valuations[i].Value)
	}
	return total
}

// RatioUnbounded stands for the ratio of a loan to no value at all.
const RatioUnbounded money.Rate = 1<<63 - 1

// Ratio is exposure to value, rounded up to the next millionth; 0 for no exposure, RatioUnbounded for an exposure on no
// value. It is for showing: every decision compares without rounding.
func Ratio(exposure, value money.Minor) money.Rate {
	switch {
	case exposure <= 0:
		return 0
	case value <= 0:
		return RatioUnbounded
	}
	return money.Rate(divideUp(exposure, money.Rate(value)))
}

// exceeds tells whether exposure / value is above the ratio.
func exceeds(exposure, value money.Minor, ratio money.Rate) bool {
	return exposure > 0 && (value <= 0 || exposure > allowed(value, ratio))
}

// allowed is the largest exposure that a value bears at a ratio: value * ratio rounded down.
func allowed(value money.Minor, ratio money.Rate) money.Minor {
	if value <= 0 {
		return 0
	}
	return money.Minor(mulDivDown(uint64(value), uint64(ratio)))
}

// needed is the least value that bears an exposure at a ratio: exposure / ratio rounded up.
func needed(exposure money.Minor, ratio money.Rate) money.Minor {
	if exposure <= 0 {
		return 0
	}
	return divideUp(exposure, ratio)
}

// Defect is a term that does not hold together.
type Defect struct {
	Field  string
	Reason string
}

// Defects gives everything that is wrong with the terms, in the order of their fields; none for terms that can be used.
func (t *Terms) Defects() []Defect {
	var defects []Defect
	share := func(field string, rate money.Rate) {
		if rate < 0 || rate > money.RateOne {
			defects = append(defects, Defect{field, "is not between 0 and 100 %"})
		}
	}
	if !t.Currency.Known() {
		defects = append(defects, Defect{"currency", "is not known"})
	}
	if t.PriceAgeMaxDays < 0 {
		defects = append(defects, Defect{"price_age_max_days", "is below 0"})
	}
	share("haircut", t.Haircut)
	for _, q := range t.QualityHaircuts {
		share("quality_haircuts", q.Haircut)
	}
	for i, s := range t.StorageHaircuts {
		share("storage_haircuts", s.Haircut)
		if s.FromDays < 0 || i > 0 && s.FromDays <= t.StorageHaircuts[i-1].FromDays {
			defects = append(defects, Defect{"storage_haircuts", "does not rise by days"})
		}
	}
	if t.RatioTarget <= 0 {
		defects = append(defects, Defect{"ratio_target", "is not above 0"})
	}
	if t.RatioTrigger < t.RatioTarget {
		defects = append(defects, Defect{"ratio_trigger", "is below the target"})
	}
	if t.RatioSale != 0 && t.RatioSale < t.RatioTrigger {
		defects = append(defects, Defect{"ratio_sale", "is below the trigger"})
	}
	if t.CureDays < 0 {
		defects = append(defects, Defect{"cure_days", "is below 0"})
	}
	if t.SaleCost < 0 || t.SaleCost >= money.RateOne {
		defects = append(defects, Defect{"sale_cost", "is not between 0 and less than 100 %"})
	}
	if t.ReleaseStep <= 0 || t.ReleaseStep > QuantityMax {
		defects = append(defects, Defect{"release_step", "is not above 0"})
	}
	return defects
}
