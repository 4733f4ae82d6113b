package book

import (
	"math"
	"slices"

	"millrace/domain/billing"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
)

func init() {
	registerCommand(func() act { return &RunBilling{} })
	registerCommand(func() act { return &AdvanceBilling{} })
	registerCommand(func() act { return &PayBill{} })
	registerEvent(func() fact { return &BillingBegun{} })
	registerEvent(func() fact { return &BillIssued{} })
	registerEvent(func() fact { return &BillPaid{} })
	registerEvent(func() fact { return &BillingAdvanced{} })
	permitted[commandRunBilling] = party.Operator
	permitted[commandAdvanceBilling] = node
	permitted[commandPayBill] = party.Operator
	tables[tableBilling] = held("billing", func(b *Book) *shelf[Billing] { return &b.billings },
		[]Column{ind("issuer", Integer), col("month", Integer)},
		func(r *Billing) []any { return []any{int64(r.Issuer), int64(r.Month)} })
	tables[tableBill] = held("bill", func(b *Book) *shelf[Bill] { return &b.bills },
		[]Column{ind("issuer", Integer), ind("payer", Integer), ind("month", Integer), col("number_of_issuer", Integer), col("open", Integer)},
		func(r *Bill) []any {
			return []any{int64(r.Issuer), int64(r.Payer), int64(r.Month), int64(r.Serial), int64(r.Open())}
		})
}

// RunBilling bills what was counted in a month that is over. Months are billed one after the other, each once. The node works through the
// payers in slices.
type RunBilling struct {
	Month calendar.Date `cbor:"1,keyasint"` // its first day
}

// Kind names the stored form.
func (*RunBilling) Kind() uint16 { return commandRunBilling }

func (c *RunBilling) decide(d *draft) *Rejection {
	if c.Month <= 0 || c.Month.Day() != 1 || c.Month >= monthOf(d.today()) || !d.near(c.Month) {
		return reject("billing_month", "month", "a month is billed when it is over, and named by its first day; today is %s", d.today())
	}
	if running := d.billing(); running != nil {
		return reject("billing_running", "month", "the billing of %s is not finished", running.Month)
	}
	issued := uint64(0)
	if last := d.billings.at(d.billings.count); last != nil && c.Month != last.Month.AddMonths(1) {
		return reject("billing_order", "month", "%s was billed last: the next month is %s", last.Month, last.Month.AddMonths(1))
	}
	for n := d.billings.count; n > 0 && issued == 0; n-- {
		if earlier := d.billings.at(n); earlier.Issuer == d.by() {
			issued = earlier.Last
		}
	}
	d.emit(&BillingBegun{Billing: Billing{
		ID: id.Make[id.Billing](d.shard, d.number(tableBilling, d.billings.count)), Issuer: d.by(), Month: c.Month, On: d.today(), Last: issued,
		Maker: d.header.Actor,
	}})
	return nil
}

// billing is the run that is not finished; nil for none. At most one is, and it is the last.
func (b *Book) billing() *Billing {
	if last := b.billings.at(b.billings.count); last != nil && !last.Finished() {
		return last
	}
	return nil
}

// Billing is the run that bills a month.
type Billing struct {
	ID      id.Billing    `cbor:"1,keyasint"`
	Issuer  id.Party      `cbor:"2,keyasint"`
	Month   calendar.Date `cbor:"3,keyasint"` // its first day
	On      calendar.Date `cbor:"4,keyasint"` // business date of the run, and of its bills
	Through uint64        `cbor:"5,keyasint"` // number of the last party that was looked at; the highest there can be when it is finished
	Last    uint64        `cbor:"6,keyasint"` // serial number of the issuer's last bill
	Bills   uint32        `cbor:"7,keyasint"` // of the run
	Maker   id.Actor      `cbor:"8,keyasint"`
	Entry   uint64        `cbor:"9,keyasint"`
}

// Finished tells whether all payers were looked at.
func (r *Billing) Finished() bool { return r.Through == math.MaxUint64 }

// Bill is what a payer owes for a month, in one part and one currency.
type Bill struct {
	ID       id.Bill        `cbor:"1,keyasint"`
	Billing  id.Billing     `cbor:"2,keyasint"`
	Serial   uint64         `cbor:"3,keyasint"` // of its issuer: 1, 2, 3 …, without gaps
	Issuer   id.Party       `cbor:"4,keyasint"`
	Payer    id.Party       `cbor:"5,keyasint"`
	As       billing.Payer  `cbor:"6,keyasint"`
	Month    calendar.Date  `cbor:"7,keyasint"`
	On       calendar.Date  `cbor:"8,keyasint"`
	Currency money.Currency `cbor:"9,keyasint"`
	Lines    []billing.Line `cbor:"10,keyasint"`
	Taxes    []billing.Tax  `cbor:"11,keyasint"`
	Net      money.Minor    `cbor:"12,keyasint"`
	Tax      money.Minor    `cbor:"13,keyasint"`
	Paid     money.Minor    `cbor:"14,keyasint"`
	Payments []BillPayment  `cbor:"15,keyasint,omitempty"`
	Entry    uint64         `cbor:"16,keyasint"`
}

// BillPayment is money that paid a bill.
type BillPayment struct {
	Receipt id.Receipt  `cbor:"1,keyasint"`
	Amount  money.Minor `cbor:"2,keyasint"`
}

// Total is the net amount and its taxes.
func (b *Bill) Total() money.Minor { return money.Add(b.Net, b.Tax) }

// Open is what is not paid.
func (b *Bill) Open() money.Minor { return money.Sub(b.Total(), b.Paid) }

// AdvanceBilling works through one slice of the billing that runs; the node gives it.
type AdvanceBilling struct{}

// How much one slice of a billing does at most.
const (
	billMax      = 20
	payerLookMax = 20_000
)

// Kind names the stored form.
func (*AdvanceBilling) Kind() uint16 { return commandAdvanceBilling }

func (c *AdvanceBilling) decide(d *draft) *Rejection {
	run := d.billing()
	if run == nil {
		return reject("billing_finished", "", "no billing runs")
	}
	told := &BillingAdvanced{Billing: run.ID, Through: run.Through, Last: run.Last}
	for looked := 0; told.Bills < billMax && looked < payerLookMax && told.Through < d.parties.count; looked++ {
		told.Through++
		payer := d.parties.at(told.Through).ID
		for _, as := range billing.Payers() {
			for _, bill := range d.billsOf(run, payer, as) {
				told.Last++
				told.Bills++
				bill.Serial = told.Last
				bill.ID = id.Make[id.Bill](d.shard, d.number(tableBill, d.bills.count))
				d.owe(&bill)
				d.emit(&BillIssued{Bill: bill})
			}
		}
	}
	if told.Through == d.parties.count {
		told.Through = math.MaxUint64
	}
	d.emit(told)
	return nil
}

// priced is a tariff and what it prices.
type priced struct {
	tariff  *Tariff
	metered billing.Metered
}

// billsOf gives the bills of a payer in one part for a month: one in each currency in which it has anything to pay.
func (d *draft) billsOf(run *Billing, payer id.Party, as billing.Payer) []Bill {
	var bills []Bill
	for _, charged := range d.pricedFor(run.Month, payer, as) {
		t := &charged.tariff.Terms
		net := t.Charge(charged.metered)
		if net == 0 {
			continue
		}
		at := slices.IndexFunc(bills, func(b Bill) bool { return b.Currency == t.Currency })
		if at < 0 {
			at = len(bills)
			bills = append(bills, Bill{Billing: run.ID, Issuer: run.Issuer, Payer: payer, As: as, Month: run.Month, On: run.On, Currency: t.Currency})
		}
		bill := &bills[at]
		bill.Lines = append(bill.Lines, billing.Line{Tariff: charged.tariff.ID, Service: t.Service, Basis: t.Basis, Metered: charged.metered, Net: net})
		bill.Taxes = billing.AddTax(bill.Taxes, t.TaxName, t.TaxRate, net)
		bill.Net = money.Add(bill.Net, net)
	}
	for i := range bills {
		for _, tax := range bills[i].Taxes {
			bills[i].Tax = money.Add(bills[i].Tax, tax.Tax)
		}
	}
	return bills
}

// pricedFor gives the tariffs that a payer in one part has to do with in a month, by service and in the order of the records, and what was
// counted of each.
func (d *draft) pricedFor(month calendar.Date, payer id.Party, as billing.Payer) []priced {
	var found []priced
	for _, service := range billing.Services() {
		var metered []*Meter
		for _, number := range d.metersOf[monthKey{payer, month}] {
			if m := d.meters.at(number); m.Key.Service == service && m.Key.Payer == as && m.Metered.Count > 0 {
				metered = append(metered, m)
			}
		}
		for _, t := range d.tariffsFor(month, payer, as, service) {
			var sum billing.Metered
			for _, m := range metered {
				if m.Key.Currency == t.Terms.Currency || !service.HasAmount() {
					sum = sum.Plus(m.Metered)
				}
			}
			if sum.Count > 0 || t.Terms.Basis == billing.PerMonth && t.Terms.Party == payer {
				found = append(found, priced{t, sum})
			}
		}
	}
	return found
}

// tariffsFor gives the tariffs that count for a payer of a service in a month: one for each basis, and for each currency where what is
// counted has one.
func (d *draft) tariffsFor(month calendar.Date, payer id.Party, as billing.Payer, service billing.Service) []*Tariff {
	var found []*Tariff
	d.Book.tariffs.each(func(t *Tariff) {
		terms := &t.Terms
		if t.State != TariffLive || terms.Service != service || terms.Payer != as || terms.From > month || terms.Party != 0 && terms.Party != payer {
			return
		}
		at := slices.IndexFunc(found, func(other *Tariff) bool {
			return other.Terms.Basis == terms.Basis && (other.Terms.Currency == terms.Currency || !service.HasAmount())
		})
		switch {
		case at < 0:
			found = append(found, t)
		case terms.Party != found[at].Terms.Party && terms.Party != 0:
			found[at] = t
		case terms.Party == found[at].Terms.Party && terms.From >= found[at].Terms.From:
			found[at] = t
		}
	})
	return found
}

// payerCodes are the accounts of who pays: cost, debt, and from where the money comes.
var payerCodes = [...][3]ledger.Code{
	billing.SellerPays: {ledger.SellerServiceCost, ledger.SellerServiceOwed, ledger.SellerBank},
	billing.BuyerPays:  {ledger.BuyerServiceCost, ledger.BuyerServiceOwed, ledger.BuyerBank},
	billing.FunderPays: {ledger.FunderServiceCost, ledger.FunderServiceOwed, ledger.FunderBank},
}

// owe books a bill in the books of the operator and of the payer, whose cost it is with its tax.
func (d *draft) owe(bill *Bill) {
	claim := ledger.Key{Entity: bill.Issuer, Counterparty: bill.Payer, Code: ledger.ServiceFeeReceivable, Currency: bill.Currency}
	d.book(claim, partyKey(bill.Issuer, ledger.ServiceFeeIncome, bill.Currency), bill.Net)
	d.book(claim, partyKey(bill.Issuer, ledger.TaxPayable, bill.Currency), bill.Tax)
	codes := payerCodes[bill.As]
	d.book(partyKey(bill.Payer, codes[0], bill.Currency), bill.debt(), bill.Total())
}

func (b *Bill) debt() ledger.Key {
	return ledger.Key{Entity: b.Payer, Counterparty: b.Issuer, Code: payerCodes[b.As][1], Currency: b.Currency}
}

// PayBill pays a bill, or a part of it, out of money that its payer sent to a collection account of a programme of the operator.
type PayBill struct {
	Bill    id.Bill     `cbor:"1,keyasint"`
	Receipt id.Receipt  `cbor:"2,keyasint"`
	Amount  money.Minor `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*PayBill) Kind() uint16 { return commandPayBill }

func (c *PayBill) decide(d *draft) *Rejection {
	bill := d.bills.at(c.Bill.Number())
	if bill == nil {
		return reject("bill_unknown", "bill", "there is no bill %s", c.Bill)
	}
	receipt := d.receipts.at(c.Receipt.Number())
	if receipt == nil {
		return reject("receipt_unknown", "receipt", "there is no receipt %s", c.Receipt)
	}
	if receipt.State != payment.Unallocated || receipt.Funder != 0 {
		return reject("receipt_state", "receipt", "receipt %s is not open to allocation", c.Receipt)
	}
	if rejection := recalled(receipt); rejection != nil {
		return rejection
	}
	p := d.programmes.at(receipt.Programme.Number())
	if receipt.Currency != bill.Currency {
		return reject("currency_differs", "receipt", "the receipt is in %s, the bill in %s", receipt.Currency, bill.Currency)
	}
	if c.Amount <= 0 || c.Amount > receipt.Left() {
		return reject("amount_invalid", "amount", "of receipt %s there is %s left", c.Receipt, money.Amount{Minor: receipt.Left(), Currency: receipt.Currency})
	}
	if c.Amount > bill.Open() {
		return reject("exceeds_owed", "amount", "on bill %s %s is open", bill.ID, money.Amount{Minor: bill.Open(), Currency: bill.Currency})
	}
	d.transfer(custodyKey(p, ledger.CollectionUnallocated, 0), custodyKey(p, ledger.OperatorFeesCollected, p.Operator), c.Amount)
	d.book(partyKey(bill.Issuer, ledger.OperatorAccount, bill.Currency),
		ledger.Key{Entity: bill.Issuer, Counterparty: bill.Payer, Code: ledger.ServiceFeeReceivable, Currency: bill.Currency}, c.Amount)
	d.book(bill.debt(), partyKey(bill.Payer, payerCodes[bill.As][2], bill.Currency), c.Amount)
	moved := &ReceiptMoved{Receipt: receipt.ID, State: payment.Unallocated, Used: money.Add(receipt.Used, c.Amount)}
	if moved.Used == receipt.Amount {
		moved.State = payment.Allocated
	}
	d.emit(moved)
	d.emit(&BillPaid{Bill: bill.ID, Payment: BillPayment{Receipt: receipt.ID, Amount: c.Amount}})
	return nil
}

// BillingBegun says that a month is being billed.
type BillingBegun struct {
	Billing Billing `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*BillingBegun) Kind() uint16 { return eventBillingBegun }

func (e *BillingBegun) fold(b *Book) {
	number := e.Billing.ID.Number()
	b.billings.add(number, e.Billing)
	b.touched(tableBilling, number, &b.billings.at(number).Entry)
}

// BillIssued says what a payer owes for a month.
type BillIssued struct {
	Bill Bill `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*BillIssued) Kind() uint16 { return eventBillIssued }

func (e *BillIssued) fold(b *Book) {
	number := e.Bill.ID.Number()
	b.bills.add(number, e.Bill)
	b.touched(tableBill, number, &b.bills.at(number).Entry)
}

// BillingAdvanced says how far a billing has come.
type BillingAdvanced struct {
	Billing id.Billing `cbor:"1,keyasint"`
	Through uint64     `cbor:"2,keyasint"`
	Last    uint64     `cbor:"3,keyasint"`
	Bills   uint32     `cbor:"4,keyasint,omitempty"` // of the slice
}

// Kind names the stored form.
func (*BillingAdvanced) Kind() uint16 { return eventBillingAdvanced }

func (e *BillingAdvanced) fold(b *Book) {
	r := b.billings.at(e.Billing.Number())
	r.Through, r.Last, r.Bills = e.Through, e.Last, r.Bills+e.Bills
	b.touched(tableBilling, e.Billing.Number(), &r.Entry)
}

// BillPaid says that money has paid a bill, or a part of it.
type BillPaid struct {
	Bill    id.Bill     `cbor:"1,keyasint"`
	Payment BillPayment `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*BillPaid) Kind() uint16 { return eventBillPaid }

func (e *BillPaid) fold(b *Book) {
	bill := b.bills.at(e.Bill.Number())
	bill.Payments = append(slices.Clone(bill.Payments), e.Payment)
	bill.Paid = money.Add(bill.Paid, e.Payment.Amount)
	b.touched(tableBill, e.Bill.Number(), &bill.Entry)
}
