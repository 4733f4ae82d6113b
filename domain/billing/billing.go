// Package billing holds what the operator's services cost: tariffs as dated data, what was counted of a service in a month, and
// what that comes to, with tax.
package billing

import (
	"fmt"
	"math/bits"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Service is what is counted.
type Service uint8

// The services. The first two have no amount, and no currency of their own.
const (
	DocumentRead        Service = 1 + iota // a trade document was kept, with its findings
	Verification                           // a tax bureau's answer on an invoice was recorded
	Confirmation                           // the buyer confirmed a receivable
	CertificateIssued                      // a confirmed receivable was given transferable form
	CertificateTransfer                    // a holding went to another party in payment of a debt
	Financing                              // a financing was paid out
	serviceEnd
)

var serviceNames = [...]string{"", "document_read", "verification", "confirmation", "certificate_issued", "certificate_transfer", "financing"}

// String is the name used in API and console.
func (s Service) String() string { return serviceNames[s] }

// Services lists all services.
func Services() []Service {
	var all []Service
	for s := DocumentRead; s < serviceEnd; s++ {
		all = append(all, s)
	}
	return all
}

// HasAmount tells whether what is counted has an amount in a currency.
func (s Service) HasAmount() bool { return s >= Confirmation }

// Payer is the part in which a party pays for a service.
type Payer uint8

// The payers.
const (
	SellerPays Payer = 1 + iota // of a transfer: who gives the holding away
	BuyerPays
	FunderPays
	payerEnd
)

// String is the name used in API and console.
func (p Payer) String() string { return [...]string{"", "seller", "buyer", "funder"}[p] }

// Payers lists all payers.
func Payers() []Payer { return []Payer{SellerPays, BuyerPays, FunderPays} }

// PaidBy tells whether a service is counted for a payer: a funder takes part in a financing only, and a transfer is the giver's.
func (s Service) PaidBy(p Payer) bool {
	switch p {
	case SellerPays:
		return true
	case BuyerPays:
		return s != CertificateTransfer
	}
	return s == Financing
}

// Basis is what a price is for.
type Basis uint8

// The bases.
const (
	PerPiece  Basis = 1 + iota // minor units for each
	PerAmount                  // millionths of the amount
	PerMonth                   // minor units for a month in which the service was used, or in every month where the tariff names a party
	basisEnd
)

// String is the name used in API and console.
func (b Basis) String() string { return [...]string{"", "piece", "amount", "month"}[b] }

// Bases lists all bases.
func Bases() []Basis { return []Basis{PerPiece, PerAmount, PerMonth} }

// Tier is a price from a number of pieces, or an amount in minor units, on: what lies below keeps its own price.
type Tier struct {
	From  int64 `cbor:"1,keyasint,omitempty"`
	Price int64 `cbor:"2,keyasint,omitempty"`
}

// Terms are those of a tariff.
type Terms struct {
	Service  Service        `cbor:"1,keyasint"`
	Payer    Payer          `cbor:"2,keyasint"`
	Party    id.Party       `cbor:"3,keyasint,omitempty"` // for whom alone it is; 0 for everybody
	Basis    Basis          `cbor:"4,keyasint"`
	Currency money.Currency `cbor:"5,keyasint"` // of the price, and of what is counted where that has one
	Tiers    []Tier         `cbor:"6,keyasint"` // from 0 on, rising
	TaxName  string         `cbor:"7,keyasint,omitempty"`
	TaxRate  money.Rate     `cbor:"8,keyasint,omitempty"`
	From     calendar.Date  `cbor:"9,keyasint"` // first day of a month
}

// Bounds of a tariff.
const (
	TiersMax   = 16
	TaxNameMax = 40
)

// Defects gives what is wrong with a tariff; none for one that can be used.
func (t *Terms) Defects() []string {
	var defects []string
	check := func(holds bool, format string, values ...any) {
		if !holds {
			defects = append(defects, fmt.Sprintf(format, values...))
		}
	}
	check(t.Service > 0 && t.Service < serviceEnd, "the service is missing")
	check(t.Payer > 0 && t.Payer < payerEnd, "the payer is missing")
	check(t.Basis > 0 && t.Basis < basisEnd, "the basis is missing")
	if len(defects) > 0 {
		return defects
	}
	check(t.Service.PaidBy(t.Payer), "a %s takes no part in what is counted as %s", t.Payer, t.Service)
	check(t.Basis != PerAmount || t.Service.HasAmount(), "%s has no amount", t.Service)
	check(t.Currency.Known(), "the currency is not known")
	check(len(t.Tiers) > 0 && len(t.Tiers) <= TiersMax && t.Tiers[0].From == 0, "there are 1 to %d prices, the first one from 0 on", TiersMax)
	check(t.Basis != PerMonth || len(t.Tiers) == 1, "a month has one price")
	for i, tier := range t.Tiers {
		check(i == 0 || tier.From > t.Tiers[i-1].From, "prices rise by what they are from")
		most := int64(1_000_000_000)
		if t.Basis == PerAmount {
			most = int64(money.RateOne)
		}
		check(tier.Price >= 0 && tier.Price <= most && tier.From <= int64(money.MinorMax), "a price is from 0 to %d", most)
	}
	check(t.TaxRate >= 0 && t.TaxRate <= money.RateOne, "a tax is between 0 and 100 %%")
	check(t.TaxRate == 0 || t.TaxName != "", "a tax has a name")
	check(len(t.TaxName) <= TaxNameMax, "the name of a tax has at most %d bytes", TaxNameMax)
	check(t.From > 0 && t.From.Day() == 1, "a tariff begins on the first day of a month")
	return defects
}

// Metered is what was counted of a service for a payer in a month.
type Metered struct {
	Count  int64       `cbor:"1,keyasint,omitempty"`
	Amount money.Minor `cbor:"2,keyasint,omitempty"`
}

// Plus is both together.
func (m Metered) Plus(other Metered) Metered {
	return Metered{m.Count + other.Count, money.Add(m.Amount, other.Amount)}
}

// Charge is what a month comes to: each piece, or each part of the amount, at the price of its tier; what is in millionths is summed
// exactly and rounded once, half up. It panics on overflow.
func (t *Terms) Charge(m Metered) money.Minor {
	if t.Basis == PerMonth {
		return money.Minor(t.Tiers[0].Price)
	}
	units, divisor := m.Count, uint64(1)
	if t.Basis == PerAmount {
		units, divisor = int64(m.Amount), uint64(money.RateOne)
	}
	high, low := uint64(0), uint64(0)
	for i, tier := range t.Tiers {
		until := units
		if i+1 < len(t.Tiers) {
			until = min(units, t.Tiers[i+1].From)
		}
		if until <= tier.From {
			break
		}
		h, l := bits.Mul64(uint64(until-tier.From), uint64(tier.Price))
		var carry uint64
		low, carry = bits.Add64(low, l, 0)
		high += h + carry
	}
	low, carry := bits.Add64(low, divisor/2, 0)
	high += carry
	if high >= divisor {
		panic("billing: overflow")
	}
	charge, _ := bits.Div64(high, low, divisor)
	if charge > uint64(money.MinorMax) {
		panic("billing: overflow")
	}
	return money.Minor(charge)
}

// Line is one service on a bill.
type Line struct {
	Tariff  id.Tariff   `cbor:"1,keyasint"`
	Service Service     `cbor:"2,keyasint"`
	Basis   Basis       `cbor:"3,keyasint"`
	Metered Metered     `cbor:"4,keyasint,omitzero"`
	Net     money.Minor `cbor:"5,keyasint"`
}

// Tax is what all lines of one tax bear together.
type Tax struct {
	Name string      `cbor:"1,keyasint,omitempty"`
	Rate money.Rate  `cbor:"2,keyasint,omitempty"`
	Base money.Minor `cbor:"3,keyasint"`
	Tax  money.Minor `cbor:"4,keyasint,omitempty"`
}

// AddTax adds a line's net amount to the tax that it bears; the tax is worked out anew on the sum, half up. It changes nothing in
// place.
func AddTax(taxes []Tax, name string, rate money.Rate, net money.Minor) []Tax {
	added := append([]Tax(nil), taxes...)
	for i := range added {
		if t := &added[i]; t.Name == name && t.Rate == rate {
			t.Base = money.Add(t.Base, net)
			t.Tax = money.Share(t.Base, rate)
			return added
		}
	}
	return append(added, Tax{Name: name, Rate: rate, Base: net, Tax: money.Share(net, rate)})
}
