package book

import (
	"millrace/domain/billing"
	"millrace/domain/calendar"
	"millrace/domain/certificate"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &ProposeTariff{} })
	registerCommand(func() act { return &DecideTariff{} })
	registerEvent(func() fact { return &TariffProposed{} })
	registerEvent(func() fact { return &TariffDecided{} })
	permitted[commandProposeTariff] = party.Operator
	permitted[commandDecideTariff] = party.Operator
	tables[tableTariff] = held("tariff", func(b *Book) *shelf[Tariff] { return &b.tariffs },
		[]Column{col("service", Text), ind("party", Integer), col("valid_from", Integer), col("state", Text)},
		func(r *Tariff) []any {
			return []any{r.Terms.Service.String(), int64(r.Terms.Party), int64(r.Terms.From), r.State.String()}
		})
	tables[tableMeter] = held("meter", func(b *Book) *shelf[Meter] { return &b.meters },
		[]Column{ind("party", Integer), ind("month", Integer), col("service", Text)},
		func(r *Meter) []any { return []any{int64(r.Key.Party), int64(r.Key.Month), r.Key.Service.String()} })
}

// ProposeTariff says what a service costs from a month on that has not ended. A second person decides.
type ProposeTariff struct {
	Terms billing.Terms `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ProposeTariff) Kind() uint16 { return commandProposeTariff }

func (c *ProposeTariff) decide(d *draft) *Rejection {
	if defects := c.Terms.Defects(); len(defects) > 0 {
		return reject("tariff_invalid", "terms", "%s", defects[0])
	}
	if c.Terms.Party != 0 && d.parties.at(c.Terms.Party.Number()) == nil {
		return reject("party_unknown", "party", "there is no party %s", c.Terms.Party)
	}
	if rejection := d.tariffInTime(&c.Terms); rejection != nil {
		return rejection
	}
	d.emit(&TariffProposed{Tariff: Tariff{
		ID: id.Make[id.Tariff](d.shard, d.number(tableTariff, d.Book.tariffs.count)), Terms: c.Terms, State: TariffWaits, Maker: d.header.Actor,
	}})
	return nil
}

// tariffInTime refuses a price for a month that is over: nobody pays for what was not said before.
func (d *draft) tariffInTime(t *billing.Terms) *Rejection {
	if t.From < monthOf(d.today()) || !d.near(t.From) {
		return reject("tariff_late", "from", "a tariff begins with the month of the business date %s, or a later one", d.today())
	}
	return nil
}

// monthOf is the first day of a date's month.
func monthOf(d calendar.Date) calendar.Date { return d.AddDays(1 - d.Day()) }

// DecideTariff approves or declines a tariff, as a second person.
type DecideTariff struct {
	Tariff   id.Tariff `cbor:"1,keyasint"`
	Decision Decision  `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*DecideTariff) Kind() uint16 { return commandDecideTariff }

func (c *DecideTariff) decide(d *draft) *Rejection {
	t := d.Book.tariffs.at(c.Tariff.Number())
	if t == nil {
		return reject("tariff_unknown", "tariff", "there is no tariff %s", c.Tariff)
	}
	if t.State != TariffWaits {
		return reject("tariff_state", "tariff", "tariff %s is %s", t.ID, t.State)
	}
	if rejection := d.second(t.Maker); rejection != nil {
		return rejection
	}
	decided := &TariffDecided{Tariff: t.ID, Checker: d.header.Actor}
	switch c.Decision {
	case Approve:
		if rejection := d.tariffInTime(&t.Terms); rejection != nil {
			return rejection
		}
		decided.State = TariffLive
	case Decline:
		decided.State = TariffDeclined
	default:
		return reject("decision_invalid", "decision", "a tariff is approved or declined")
	}
	d.emit(decided)
	return nil
}

// TariffState is where a tariff stands.
type TariffState uint8

// The states of a tariff.
const (
	TariffWaits TariffState = 1 + iota
	TariffLive
	TariffDeclined
)

// String is the name used in API and console.
func (s TariffState) String() string { return [...]string{"", "waiting", "live", "declined"}[s] }

// Tariff is what a service costs a payer from a month on. For a payer, a service, a basis and a currency one counts: that of the party
// before that of everybody, then that of the latest month, then the latest record. A price of 0 ends it.
type Tariff struct {
	ID      id.Tariff     `cbor:"1,keyasint"`
	Terms   billing.Terms `cbor:"2,keyasint"`
	State   TariffState   `cbor:"3,keyasint"`
	Maker   id.Actor      `cbor:"4,keyasint"`
	Checker id.Actor      `cbor:"5,keyasint,omitempty"`
	Entry   uint64        `cbor:"6,keyasint"`
}

// MeterKey says what is counted: a service, for a party in a part, in a month, in a currency where it has one.
type MeterKey struct {
	Service  billing.Service `cbor:"1,keyasint"`
	Payer    billing.Payer   `cbor:"2,keyasint"`
	Party    id.Party        `cbor:"3,keyasint"`
	Month    calendar.Date   `cbor:"4,keyasint"` // its first day
	Currency money.Currency  `cbor:"5,keyasint,omitempty"`
}

// Meter is what was counted in a month by the business date. What a rule of law keeps free is counted apart and never billed.
type Meter struct {
	Key     MeterKey        `cbor:"1,keyasint"`
	Metered billing.Metered `cbor:"2,keyasint,omitzero"`
	Free    billing.Metered `cbor:"3,keyasint,omitzero"`
	Entry   uint64          `cbor:"4,keyasint"`
}

type meterKey = MeterKey

type monthKey struct {
	party id.Party
	month calendar.Date
}

// indexMeter: meterOf and metersOf, from table meter.
func (b *Book) indexMeter(m *Meter) {
	number := uint64(len(b.meterOf)) + 1
	b.meterOf[m.Key] = number
	key := monthKey{m.Key.Party, m.Key.Month}
	b.metersOf[key] = append(b.metersOf[key], number)
}

// count adds one fact to the meter of a party in its part, on the business date. The country is that of the law by which the service
// may be free.
func (b *Book) count(service billing.Service, payer billing.Payer, payee id.Party, amount money.Amount, country string) {
	if payee == 0 || b.clock.Date == 0 {
		return
	}
	key := MeterKey{Service: service, Payer: payer, Party: payee, Month: monthOf(b.clock.Date), Currency: amount.Currency}
	number, found := b.meterOf[key]
	if !found {
		number = b.meters.count + 1
		b.meters.add(number, Meter{Key: key})
		b.indexMeter(b.meters.at(number))
	}
	m := b.meters.at(number)
	one := billing.Metered{Count: 1, Amount: amount.Minor}
	if billing.Free(service, country, b.clock.Date) != nil {
		m.Free = m.Free.Plus(one)
	} else {
		m.Metered = m.Metered.Plus(one)
	}
	b.touched(tableMeter, number, &m.Entry)
}

// countDeal counts a fact for its seller and its buyer.
func (b *Book) countDeal(service billing.Service, seller, buyer id.Party, amount money.Amount, country string) {
	b.count(service, billing.SellerPays, seller, amount, country)
	b.count(service, billing.BuyerPays, buyer, amount, country)
}

// countDocument counts a document that was read; one that was taken over from another system was not.
func (b *Book) countDocument(row *Document) {
	if row.Channel != openingChannel {
		b.countDeal(billing.DocumentRead, row.Seller, row.Buyer, money.Amount{}, "")
	}
}

// countPaidOut counts a financing for its three parties.
func (b *Book) countPaidOut(f *funding.Financing) {
	amount := money.Amount{Minor: f.Principal, Currency: f.Currency}
	b.countDeal(billing.Financing, f.Seller, f.Buyer, amount, "")
	b.count(billing.Financing, billing.FunderPays, f.Funder, amount, "")
}

// countHolding counts a holding that went to another party in payment of a debt, for who gave it away.
func (b *Book) countHolding(made *certificate.Holding) {
	if made.By != certificate.Transfer && made.By != certificate.Accept {
		return
	}
	if parent := b.holdings.at(made.Parent.Number()); parent != nil && parent.Holder != made.Holder {
		k := b.certificates.at(made.Certificate.Number())
		b.count(billing.CertificateTransfer, billing.SellerPays, parent.Holder, money.Amount{Minor: made.Amount, Currency: k.Currency}, "")
	}
}

// country of a party; "" for one that is not known.
func (b *Book) country(of id.Party) string {
	if p := b.parties.at(of.Number()); p != nil {
		return p.Country
	}
	return ""
}

// TariffProposed says that a tariff waits for a second person.
type TariffProposed struct {
	Tariff Tariff `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*TariffProposed) Kind() uint16 { return eventTariffProposed }

func (e *TariffProposed) fold(b *Book) {
	number := e.Tariff.ID.Number()
	b.tariffs.add(number, e.Tariff)
	b.touched(tableTariff, number, &b.tariffs.at(number).Entry)
}

// TariffDecided says what a second person decided on a tariff.
type TariffDecided struct {
	Tariff  id.Tariff   `cbor:"1,keyasint"`
	State   TariffState `cbor:"2,keyasint"`
	Checker id.Actor    `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*TariffDecided) Kind() uint16 { return eventTariffDecided }

func (e *TariffDecided) fold(b *Book) {
	t := b.tariffs.at(e.Tariff.Number())
	t.State, t.Checker = e.State, e.Checker
	b.touched(tableTariff, e.Tariff.Number(), &t.Entry)
}
