package billing_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"millrace/domain/billing"
	"millrace/domain/calendar"
	"millrace/domain/money"
)

var update = flag.Bool("update", false, "write the computed table into the page")

const (
	page = "../../doc/BILLING.md"
	euro = money.Currency(978)
)

func euros(m money.Minor) string { return money.Format(m, euro) }

// The bills of the page.
func TestTheBillOfThePage(t *testing.T) {
	september, _ := calendar.Of(2026, 9, 1)
	tariff := func(service billing.Service, payer billing.Payer, basis billing.Basis, tiers ...billing.Tier) billing.Terms {
		return billing.Terms{Service: service, Payer: payer, Basis: basis, Currency: euro, Tiers: tiers, TaxName: "VAT", TaxRate: 190_000, From: september}
	}
	var b strings.Builder
	b.WriteString("| payer | service | basis | pieces | amount counted | net | tax | total |\n| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |\n")
	lines := []struct {
		terms   billing.Terms
		metered billing.Metered
	}{
		{tariff(billing.DocumentRead, billing.SellerPays, billing.PerPiece, billing.Tier{Price: 50}, billing.Tier{From: 100, Price: 30}), billing.Metered{Count: 240}},
		{tariff(billing.Financing, billing.FunderPays, billing.PerAmount, billing.Tier{Price: 250}, billing.Tier{From: 1_000_000_00, Price: 200}), billing.Metered{Count: 31, Amount: 1_250_000_00}},
		{tariff(billing.Financing, billing.FunderPays, billing.PerMonth, billing.Tier{Price: 90_00}), billing.Metered{Count: 31, Amount: 1_250_000_00}},
	}
	for i := 0; i < len(lines); {
		payer := lines[i].terms.Payer
		var taxes []billing.Tax
		for ; i < len(lines) && lines[i].terms.Payer == payer; i++ {
			one := &lines[i]
			if defects := one.terms.Defects(); len(defects) > 0 {
				t.Fatal(defects)
			}
			net := one.terms.Charge(one.metered)
			taxes = billing.AddTax(taxes, one.terms.TaxName, one.terms.TaxRate, net)
			fmt.Fprintf(&b, "| %s | %s | %s | %d | %s | %s | | |\n", payer, one.terms.Service, one.terms.Basis, one.metered.Count, euros(one.metered.Amount), euros(net))
		}
		fmt.Fprintf(&b, "| %s | %s %s | | | %s | %s | %s | **%s** |\n", payer, taxes[0].Name, taxes[0].Rate, euros(taxes[0].Base), euros(taxes[0].Base), euros(taxes[0].Tax), euros(taxes[0].Base+taxes[0].Tax))
	}
	computed(t, "bill", b.String())
}

// computed holds a table of the page against what it is computed to be.
func computed(t *testing.T, name, table string) {
	t.Helper()
	source, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, opened := strings.Cut(string(source), "<!-- computed: "+name+" -->\n")
	shown, after, closed := strings.Cut(rest, "<!-- end -->\n")
	if !opened || !closed {
		t.Fatalf("%s has no place for %s", page, name)
	}
	if shown == table {
		return
	}
	if !*update {
		t.Fatalf("%s shows for %s\n%s\nand not\n%s", page, name, shown, table)
	}
	if err := os.WriteFile(page, []byte(before+"<!-- computed: "+name+" -->\n"+table+"<!-- end -->\n"+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestTariffsThatAreNone(t *testing.T) {
	september, _ := calendar.Of(2026, 9, 1)
	good := billing.Terms{Service: billing.Financing, Payer: billing.FunderPays, Basis: billing.PerAmount, Currency: euro, Tiers: []billing.Tier{{Price: 1}}, From: september}
	if defects := good.Defects(); len(defects) != 0 {
		t.Fatal(defects)
	}
	for what, change := range map[string]func(*billing.Terms){
		"a service":           func(t *billing.Terms) { t.Service = 99 },
		"a payer":             func(t *billing.Terms) { t.Payer = 0 },
		"a basis":             func(t *billing.Terms) { t.Basis = 9 },
		"a part in it":        func(t *billing.Terms) { t.Service = billing.CertificateTransfer },
		"an amount":           func(t *billing.Terms) { t.Service, t.Payer = billing.DocumentRead, billing.SellerPays },
		"a currency":          func(t *billing.Terms) { t.Currency = 1 },
		"a price":             func(t *billing.Terms) { t.Tiers = nil },
		"a first tier from 0": func(t *billing.Terms) { t.Tiers[0].From = 1 },
		"rising tiers":        func(t *billing.Terms) { t.Tiers = append(t.Tiers, billing.Tier{}) },
		"one price a month":   func(t *billing.Terms) { t.Basis, t.Tiers = billing.PerMonth, append(t.Tiers, billing.Tier{From: 1}) },
		"a price below 100 %": func(t *billing.Terms) { t.Tiers[0].Price = 1_000_001 },
		"a tax below 100 %":   func(t *billing.Terms) { t.TaxName, t.TaxRate = "VAT", 1_000_001 },
		"a name of its tax":   func(t *billing.Terms) { t.TaxRate = 1 },
		"a first day":         func(t *billing.Terms) { t.From++ },
	} {
		bad := good
		bad.Tiers = append([]billing.Tier(nil), good.Tiers...)
		if change(&bad); len(bad.Defects()) == 0 {
			t.Errorf("without %s it has no defect", what)
		}
	}
}

// In China confirming is free from 15 June 2025 on; elsewhere, before, and for other services it is not.
func TestWhatIsFree(t *testing.T) {
	from, _ := calendar.Of(2025, 6, 15)
	for _, test := range []struct {
		service billing.Service
		country string
		on      calendar.Date
		free    bool
	}{
		{billing.Confirmation, "CN", from, true}, {billing.CertificateIssued, "CN", from, true}, {billing.Confirmation, "CN", from - 1, false},
		{billing.Confirmation, "DE", from, false}, {billing.Financing, "CN", from, false}, {billing.Confirmation, "", from, false},
	} {
		if rule := billing.Free(test.service, test.country, test.on); (rule != nil) != test.free {
			t.Errorf("%s in %q on %s: %+v", test.service, test.country, test.on, rule)
		}
	}
}
