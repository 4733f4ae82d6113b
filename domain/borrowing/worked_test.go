package borrowing_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"millrace/domain/borrowing"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/money"
)

var update = flag.Bool("update", false, "write the computed tables into the page")

const page = "../../doc/COLLATERAL.md"

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
	text := before + "<!-- computed: " + name + " -->\n" + table + "<!-- end -->\n" + after
	if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

const euro = money.Currency(978)

func day(t *testing.T, text string) calendar.Date {
	t.Helper()
	d, ok := calendar.Parse(text)
	if !ok {
		t.Fatal(text)
	}
	return d
}

func euros(m money.Minor) string { return money.Format(m, euro) }

var (
	keeper = id.Make[id.Party](1, 1)
	trader = id.Make[id.Party](1, 2)
	bank   = id.Make[id.Party](1, 3)
	loan   = id.Make[id.Financing](1, 1)
	copper = inventory.Lot{Goods: "CU-CATHODE", Quality: "A", Unit: "TNE"}
)

// store makes the receipts of the page: 100 t come in, 60 t of them are pledged, 15 t of these released.
func store(t *testing.T) []inventory.Receipt {
	t.Helper()
	receipts := []inventory.Receipt{}
	add := func(made []inventory.Receipt, entry uint64) {
		for _, r := range made {
			r.ID, r.Made = id.Make[id.WarehouseReceipt](1, uint64(len(receipts)+1)), entry
			receipts = append(receipts, r)
		}
	}
	issued, refusal := inventory.Opening(inventory.Receipt{Keeper: keeper, Lot: copper, Quantity: 100 * inventory.QuantityOne, Owner: trader,
		Stored: day(t, "2026-01-05"), On: day(t, "2026-01-05")})
	if refusal != 0 {
		t.Fatal(refusal)
	}
	add([]inventory.Receipt{issued}, 1)
	for n, step := range []struct {
		place int
		move  inventory.Move
	}{
		{0, inventory.Move{Step: inventory.Split, By: trader, On: day(t, "2026-02-02"), Parts: []inventory.Quantity{60 * inventory.QuantityOne, 40 * inventory.QuantityOne}}},
		{1, inventory.Move{Step: inventory.Pledge, By: trader, On: day(t, "2026-02-02"), To: bank, Financing: loan}},
		{3, inventory.Move{Step: inventory.Release, By: bank, On: day(t, "2026-03-09"), Parts: []inventory.Quantity{15 * inventory.QuantityOne}}},
		{4, inventory.Move{Step: inventory.Deliver, By: keeper, On: day(t, "2026-03-10")}},
	} {
		made, refusal := inventory.Decide(step.move, receipts[step.place:step.place+1])
		if refusal != 0 {
			t.Fatal(refusal)
		}
		into := id.Make[id.WarehouseReceipt](1, uint64(len(receipts)+1))
		receipts[step.place].Consume(step.move.Step, into, len(made), uint64(n+2))
		add(made, uint64(n+2))
	}
	if breaches := inventory.Audit(receipts); len(breaches) > 0 {
		t.Fatal(breaches)
	}
	return receipts
}

func TestReceiptsOfThePage(t *testing.T) {
	var b strings.Builder
	b.WriteString("| receipt | made by | status | t | consumed by | into |\n| --- | --- | --- | ---: | --- | --- |\n")
	standing := inventory.Quantity(0)
	for _, r := range store(t) {
		end, into := "", ""
		if !r.Stands() {
			end, into = r.End.String(), fmt.Sprintf("%d", r.Into.Number())
			if r.Children > 1 {
				into += fmt.Sprintf(" and %d", r.Into.Number()+1)
			}
		} else {
			standing += r.Quantity
		}
		fmt.Fprintf(&b, "| %d | %s | %s | %s | %s | %s |\n", r.ID.Number(), r.By, r.Status, r.Quantity, end, into)
	}
	fmt.Fprintf(&b, "| standing, delivered included | | | %s | | |\n", standing)
	computed(t, "receipts", b.String())
}

func terms() inventory.Terms {
	return inventory.Terms{
		Currency: euro, PriceAgeMaxDays: 5, Haircut: 100_000, StorageHaircuts: []inventory.StorageHaircut{{FromDays: 180, Haircut: 50_000}},
		RatioTarget: 700_000, RatioTrigger: 800_000, CureDays: 5, SaleCost: 20_000, ReleaseStep: inventory.QuantityOne,
	}
}

func TestMarginOfThePage(t *testing.T) {
	terms := terms()
	receipt := store(t)[3]
	receipt.End = 0 // as it stood before the release
	var series []inventory.Price
	for n, p := range []struct {
		on     string
		amount money.Minor
	}{{"2026-02-02", 8_400_00}, {"2026-02-16", 7_350_00}, {"2026-02-23", 7_200_00}, {"2026-03-09", 7_100_00}} {
		var refusal inventory.PriceRefusal
		series, refusal = inventory.Append(series, inventory.Price{Lot: copper, Amount: p.amount, Per: inventory.QuantityOne, Date: day(t, p.on),
			Sequence: uint64(n + 1), Source: "exchange", Currency: euro})
		if refusal != 0 {
			t.Fatal(refusal)
		}
	}
	var b strings.Builder
	b.WriteString("| day | price | market value | value | exposure | ratio | what follows | top-up | or payment | until |\n| --- | ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: | --- |\n")
	call := inventory.Call{Financing: loan}
	var last inventory.Valuation
	for _, step := range []struct {
		on       string
		exposure money.Minor
	}{{"2026-02-02", 315_000_00}, {"2026-02-16", 315_000_00}, {"2026-02-23", 315_000_00}, {"2026-02-27", 268_000_00}, {"2026-03-09", 200_000_00}} {
		on := day(t, step.on)
		last = terms.Value(&receipt, series, on)
		var action inventory.Action
		action, call = terms.Assess(step.exposure, last.Value, on, call)
		top, payment, until := "", "", ""
		if call.State == inventory.CallOpen {
			top, payment, until = euros(call.TopUp), euros(call.Repay), call.CureBy.String()
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", step.on, euros(last.Price.Amount), euros(last.Market), euros(last.Value), euros(step.exposure),
			inventory.Ratio(step.exposure, last.Value), action, top, payment, until)
	}
	computed(t, "margin", b.String())

	valuations := []inventory.Valuation{last}
	b.Reset()
	b.WriteString("| exposure after the payment | may leave, t | value that stays | ratio |\n| ---: | ---: | ---: | ---: |\n")
	for _, exposure := range []money.Minor{268_380_00, 250_000_00, 200_000_00, 100_000_00, 0} {
		leaving := terms.Releasable(exposure, valuations, 0)
		rest := receipt
		rest.Quantity -= leaving
		value := terms.Value(&rest, series, day(t, "2026-03-09")).Value
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", euros(exposure), leaving, euros(value), inventory.Ratio(exposure, value))
	}
	fmt.Fprintf(&b, "\nFor 20 t to leave at an exposure of %s, %s must be paid.\n", euros(200_000_00), euros(terms.PaymentFor(200_000_00, valuations, 0, 20*inventory.QuantityOne)))
	lifts, shortfall := terms.Sale(300_000_00, valuations)
	fmt.Fprintf(&b, "At an exposure of %s the lender would sell %s t for %s, and %s would be short.\n", euros(300_000_00), lifts[0].Quantity, euros(lifts[0].Proceeds), euros(shortfall))
	computed(t, "release", b.String())
}

func TestBaseOfThePage(t *testing.T) {
	on := day(t, "2026-03-09")
	terms := borrowing.Terms{
		Currency: euro, Home: borrowing.Country{'D', 'E'}, Foreign: borrowing.Counts, Unconfirmed: borrowing.Counts,
		Classes:        []borrowing.Class{{Name: "receivables", Kind: borrowing.Receivables, AdvanceRate: 850_000}, {Name: "stock", Kind: borrowing.Stock, AdvanceRate: 600_000, AdvanceMax: 150_000_00}},
		OverdueDaysMax: 60, CrossAging: 500_000, TenorDaysMax: 120, DocumentDaysMax: 180, CapBasis: borrowing.OfEligible, ObligorCap: 400_000, CountryCap: 300_000,
		DilutionFloor: 20_000, DilutionMultiple: 1_500_000, LimitOfFacility: 600_000_00, ReserveOtherTotal: 10_000_00,
	}
	if defects := terms.Defects(); len(defects) > 0 {
		t.Fatal(defects)
	}
	party := func(n uint64) id.Party { return id.Make[id.Party](1, n) }
	obligors := []borrowing.Obligor{
		{Party: party(11), Country: terms.Home},
		{Party: party(12), Country: terms.Home, Contra: 15_000_00},
		{Party: party(13), Country: borrowing.Country{'F', 'R'}},
		{Party: party(14), Country: terms.Home},
		{Party: party(15), Country: terms.Home, Related: borrowing.Related},
	}
	item := func(key uint64, obligor uint64, amount money.Minor, overdue int) borrowing.Item {
		return borrowing.Item{Key: key, Obligor: party(obligor), Amount: amount, Issued: on.AddDays(-overdue - 60), Due: on.AddDays(-overdue), Documented: on.AddDays(-10)}
	}
	disputed := item(2, 12, 120_000_00, -20)
	disputed.Disputed, disputed.Credits = 12_500_00, 2_500_00
	items := []borrowing.Item{
		item(1, 11, 260_000_00, -30), disputed, item(3, 13, 150_000_00, 10),
		item(4, 14, 30_000_00, 61), item(5, 14, 25_000_00, -5), item(6, 15, 40_000_00, -5),
		{Key: 7, Class: 1, Amount: 287_550_00, Documented: on},
	}
	pool := borrowing.NewPool(&terms, on, obligors)
	var b strings.Builder
	b.WriteString("| item | obligor | amount | days overdue | by itself | in the pool |\n| ---: | ---: | ---: | ---: | --- | --- |\n")
	for i := range items {
		pool.Add(&items[i])
	}
	for i := range items {
		obligor, alone := "", borrowing.Judgement{}
		overdue := ""
		if items[i].Obligor != 0 {
			obligor, overdue = fmt.Sprint(items[i].Obligor.Number()), fmt.Sprint(max(0, calendar.DaysBetween(items[i].Due, on)))
			alone = terms.Judge(&items[i], &obligors[items[i].Obligor.Number()-11], on)
		} else {
			alone = terms.Judge(&items[i], nil, on)
		}
		counts := alone.Reason.String()
		if alone.Reason == borrowing.Eligible {
			counts = "counts for " + euros(alone.Counts)
		}
		fmt.Fprintf(&b, "| %d | %s | %s | %s | %s | %s |\n", items[i].Key, obligor, euros(items[i].Amount), overdue, counts, pool.ReasonOf(&items[i]))
	}
	computed(t, "items", b.String())

	c := pool.Certify(390_000_00, []money.Rate{30_000, 18_000, 24_000})
	if faults := c.Verify(); len(faults) > 0 {
		t.Fatal(faults)
	}
	b.Reset()
	b.WriteString("| line | receivables | stock | total |\n| --- | ---: | ---: | ---: |\n")
	for _, row := range c.Rows {
		name := strings.ReplaceAll(row.Line.String(), "_", " ")
		if row.Reason != 0 {
			name += ": " + strings.ReplaceAll(row.Reason.String(), "_", " ")
		}
		if row.Line > borrowing.Advanced {
			fmt.Fprintf(&b, "| %s | | | %s |\n", name, euros(row.Total))
			continue
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", name, euros(row.Amounts[0]), euros(row.Amounts[1]), euros(row.Total))
	}
	fmt.Fprintf(&b, "\nCaps are shares of %s; the dilution rate is %s of net eligible receivables.\n", euros(c.CapsOf), c.DilutionRate)
	for _, k := range c.Capped {
		who := k.Country.String()
		if k.Party != 0 {
			who = fmt.Sprintf("obligor %d", k.Party.Number())
		}
		fmt.Fprintf(&b, "- %s: %s, %s above a cap of %s\n", strings.ReplaceAll(k.Reason.String(), "_", " "), who, euros(k.Before-k.Cap), euros(k.Cap))
	}
	for _, l := range c.Lost {
		fmt.Fprintf(&b, "- obligor %d loses %s: %s\n", l.Party.Number(), euros(l.Amount), strings.ReplaceAll(l.Reason.String(), "_", " "))
	}
	computed(t, "base", b.String())
}
