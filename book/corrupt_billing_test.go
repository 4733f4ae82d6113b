package book

import (
	"millrace/domain/billing"
	"millrace/domain/ledger"
)

func init() {
	Corruptions = append(Corruptions,
		Corruption{"tariff_people", "a tariff declined by who proposed it", func(b *Book) {
			t := first(&b.tariffs, func(t *Tariff) bool { return t.State == TariffDeclined })
			t.Checker = t.Maker
		}},
		Corruption{"billing_order", "a month that was left out", func(b *Book) {
			other := *b.billings.at(b.billings.count)
			other.ID += 1 << 16
			other.Month = other.Month.AddMonths(2)
			other.On, other.Through = other.Month.AddMonths(1), 0
			b.billings.add(b.billings.count+1, other)
			b.billings.at(b.billings.count).Through = ^uint64(0)
		}},
		Corruption{"bill_serial", "a number left out", func(b *Book) { b.bills.at(b.bills.count).Serial++ }},
		Corruption{"index_meters", "a meter that is not found", func(b *Book) {
			delete(b.meterOf, b.meters.at(1).Key)
		}},
		Corruption{"meter_differs", "a document that nobody read", func(b *Book) {
			first(&b.meters, func(m *Meter) bool {
				return m.Key.Service == billing.Financing && m.Key.Payer == billing.SellerPays
			}).Metered.Count++
		}},
		Corruption{"bill_line", "a price that was higher", func(b *Book) {
			b.tariffs.at(b.bills.at(1).Lines[0].Tariff.Number()).Terms.Tiers[0].Price++
		}},
		Corruption{"bill_twice", "a service that is asked for twice", func(b *Book) {
			free := first(&b.tariffs, func(t *Tariff) bool { return t.State == TariffLive && t.Terms.Tiers[0].Price == 0 })
			bill := first(&b.bills, func(r *Bill) bool { return r.As == free.Terms.Payer && r.Payer == free.Terms.Party })
			line := billing.Line{Tariff: free.ID, Service: free.Terms.Service, Basis: free.Terms.Basis}
			bill.Lines = append(bill.Lines, line, line)
		}},
		Corruption{"bill_missing", "a tariff that was in force after all", func(b *Book) {
			first(&b.tariffs, func(t *Tariff) bool { return t.State == TariffDeclined }).State = TariffLive
		}},
		Corruption{"bill_tax", "a cent of tax", func(b *Book) { b.bills.at(1).Taxes[0].Tax++ }},
		Corruption{"service_fees", "a cent of income that nobody was billed", shift(ledger.ServiceFeeReceivable, ledger.Source)},
	)
}
