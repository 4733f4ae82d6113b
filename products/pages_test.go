package products_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"millrace/domain/calendar"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/products"
)

// example is the deal of a page.
type example struct {
	amount   money.Minor
	days     int
	grade    uint8
	invoices int32
	funder   money.Rate
	unused   money.Minor
}

var examples = map[string]example{
	"receivables-discounting":       {amount: 40_000_00, days: 90, grade: 3, invoices: 1},
	"forfaiting":                    {amount: 500_000_00, days: 360, grade: 2, invoices: 1},
	"factoring":                     {amount: 60_000_00, days: 60, grade: 4, invoices: 1},
	"payables-finance":              {amount: 100_000_00, days: 90, grade: 2, invoices: 1, funder: 42_000},
	"corporate-payment-undertaking": {amount: 80_000_00, days: 75, grade: 2, invoices: 1},
	"loan-against-receivables":      {amount: 200_000_00, days: 60, grade: 5, invoices: 1, unused: 350_000_00},
	"distributor-finance":           {amount: 50_000_00, days: 60, grade: 4, invoices: 1},
	"loan-against-inventory":        {amount: 300_000_00, days: 120, grade: 6, invoices: 1},
	"pre-shipment-finance":          {amount: 120_000_00, days: 60, grade: 4, invoices: 1},
	"dynamic-discounting":           {amount: 25_000_00, days: 45, grade: 3, invoices: 1},
	"bank-payment-undertaking":      {amount: 150_000_00, days: 90, grade: 3, invoices: 1},
}

const (
	fixingEuribor3 = 20_500 // 2.05 %
	fixingEuribor6 = 21_800 // 2.18 %
	fixingECB      = 21_500 // 2.15 %
)

// quoted prices the example of a product.
func quoted(t *testing.T, name string, terms *product.Terms) product.Quotation {
	t.Helper()
	e, ok := examples[name]
	if !ok {
		t.Fatalf("%s has no example", name)
	}
	from, _ := calendar.Of(2026, 9, 1)
	deal := product.Deal{
		Amount: e.amount, Unused: e.unused, Invoices: e.invoices, Grade: e.grade, Funder: e.funder, From: from, Due: from.AddDays(e.days), Calendar: calendar.Target,
		Fixings: []product.Fixing{{Name: "EURIBOR-3M", Rate: fixingEuribor3}, {Name: "EURIBOR-6M", Rate: fixingEuribor6}, {Name: "ECB-MRO", Rate: fixingECB}},
	}
	q, answer := terms.Quote(&deal, product.Quotation{})
	if answer != product.Priced {
		t.Fatalf("%s: the example is not priced: %s", name, answer.Reason())
	}
	return q
}

var section = regexp.MustCompile(`(?s)<!-- computed: (\w+) -->\n.*?<!-- end -->`)

// TestPages computes the tables of every page from its product file and holds the page against them.
func TestPages(t *testing.T) {
	for _, name := range products.Names() {
		t.Run(name, func(t *testing.T) {
			terms := read(t, name)
			q := quoted(t, name, &terms)
			page := "../doc/products/" + name + ".md"
			before, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			found := map[string]bool{}
			after := section.ReplaceAllStringFunc(string(before), func(old string) string {
				which := section.FindStringSubmatch(old)[1]
				found[which] = true
				computed := map[string]func(*testing.T, *product.Terms, *product.Quotation) string{
					"terms": termsTable, "flows": flowsTable, "postings": postingsTable, "losses": lossesTable,
				}[which](t, &terms, &q)
				return "<!-- computed: " + which + " -->\n" + computed + "<!-- end -->"
			})
			if len(found) != 4 {
				t.Errorf("the page computes %v", found)
			}
			if after == string(before) {
				return
			}
			if !*update {
				t.Fatalf("%s does not say what %s.yaml says; run with -update", page, name)
			}
			if err := os.WriteFile(page, []byte(after), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func show(t *product.Terms, minor money.Minor) string { return money.Format(minor, t.Currency) }

func percent(r money.Rate) string {
	return strings.TrimSuffix(strings.TrimRight(money.FormatScaled(int64(r), 4), "0"), ".") + " %"
}

func termsTable(_ *testing.T, t *product.Terms, _ *product.Quotation) string {
	causes := []string{}
	for _, cause := range []struct {
		name   string
		given  bool
		extent product.Extent
	}{
		{"insolvency", t.Recourse.Insolvency, t.Extents.Insolvency},
		{fmt.Sprintf("protracted default (%d days)", t.Recourse.DefaultAfterDays), t.Recourse.ProtractedDefault, t.Extents.ProtractedDefault},
		{"dispute or dilution", t.Recourse.Dispute, t.Extents.Dispute}, {"breach of warranty", t.Recourse.Warranty, product.Extent{}},
	} {
		if !cause.given {
			continue
		}
		switch {
		case cause.extent.Share > 0:
			cause.name += ", " + percent(cause.extent.Share) + " of the loss"
		case cause.extent.FirstLoss > 0:
			cause.name += ", first loss of " + percent(cause.extent.FirstLoss)
		}
		causes = append(causes, cause.name)
	}
	disclosed := "the debtor does not know"
	if t.Disclosed {
		disclosed = "the debtor knows"
	}
	advance := percent(t.AdvanceRate)
	if t.ReserveRate > 0 {
		advance += fmt.Sprintf("; %s kept back against dilution until %d days after the due date", percent(t.ReserveRate), t.ReserveDays)
	}
	cover := "none"
	if t.Cover.Share > 0 {
		cover = fmt.Sprintf("%s of a loss, up to %s on one buyer, %d days after the due date", percent(t.Cover.Share), show(t, t.Cover.Limit), t.Cover.WaitingDays)
	}
	rows := [][2]string{
		{"assignment", []string{"", "none", "pledge", "sale"}[t.Assignment]}, {"recourse for", strings.Join(causes, "; ")}, {"disclosure", disclosed},
		{"undertaking", []string{"none", "soft", "irrevocable", "a bank's"}[t.Undertaking]}, {"who collects", strings.ReplaceAll(product.CollectorNames[t.Collector], "_", " ")},
		{"advance", advance}, {"source of funds", product.SourceNames[t.Source]}, {"repaid from", product.RepaymentNames[t.Repayment]}, {"credit cover", cover},
	}
	var b strings.Builder
	b.WriteString("| term | here |\n| --- | --- |\n")
	for _, row := range rows {
		fmt.Fprintf(&b, "| %s | %s |\n", row[0], row[1])
	}
	return b.String()
}

func flowsTable(_ *testing.T, t *product.Terms, q *product.Quotation) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s, paid out on %s, due on %s: %d days at %s a year, %s.\n\n", show(t, q.Amount), t.Currency, q.From, q.Due, q.Days, percent(q.Rate), t.DayCount)
	b.WriteString("| when | from | to | for | amount |\n| --- | --- | --- | --- | ---: |\n")
	for _, f := range q.CashFlow {
		what := f.What.String()
		if f.Name != "" {
			what += ": " + f.Name
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", f.Date, f.From, f.To, what, show(t, f.Amount))
	}
	fmt.Fprintf(&b, "\nThe seller receives %s net. Fees and taxes borne by the %s: %s. Annual percentage cost, borne by the %s: %s.\n\n%s\n",
		show(t, q.Net), q.Financed, show(t, q.FeeTotal), q.Financed, percent(q.Cost.Rate), q.Late.Sentence(t.Currency))
	return b.String()
}

// lossesTable says who bears the principal if the debtor never pays.
func lossesTable(_ *testing.T, t *product.Terms, q *product.Quotation) string {
	if t.Repayment == product.FromNobody {
		return "Nothing is out after the payment: there is no loss to bear.\n"
	}
	var b strings.Builder
	b.WriteString("| who bears it | principal |\n| --- | ---: |\n")
	left := q.Principal
	bear := func(who string, part money.Minor) {
		if part > 0 {
			fmt.Fprintf(&b, "| %s | %s |\n", who, show(t, part))
			left -= part
		}
	}
	if t.Recourse.ProtractedDefault && t.Repayment != product.FromSeller {
		switch e := t.Extents.ProtractedDefault; {
		case e.Share > 0:
			bear("seller, by its share", money.Share(q.Principal, e.Share))
		case e.FirstLoss > 0:
			bear("seller, by its first loss", money.Share(q.Principal, e.FirstLoss))
		default:
			bear("seller, by recourse", q.Principal)
		}
	}
	if t.Cover.Share > 0 {
		bear("insurer", money.Share(min(left, t.Cover.Limit), t.Cover.Share))
	}
	who := product.SourceNames[t.Source]
	if t.Undertaking == product.UndertakingBank && t.Source != product.SourceBank {
		who = "bank that has undertaken; where it fails as well, the funder"
	}
	if t.Repayment == product.FromSeller { // who is the debtor
		who += ", less what the pledge brings"
	}
	bear(who, left)
	return b.String()
}

// leg is one side of a posting in one entity's books.
type leg struct {
	entity  product.Role
	account string
	side    ledger.Side
	amount  money.Minor
}

// books gathers the postings of one step.
type books struct{ legs []leg }

func (b *books) post(entity product.Role, debit, credit string, amount money.Minor) {
	if amount > 0 {
		debit, credit = ours(entity, debit), ours(entity, credit)
		b.legs = append(b.legs, leg{entity, debit, ledger.Debit, amount}, leg{entity, credit, ledger.Credit, amount})
	}
}

// ours is the line of the chart of accounts that an entity has for fees and their taxes: each has its own.
func ours(entity product.Role, name string) string {
	switch {
	case entity == product.Buyer && name == "fees_paid":
		return "fees_of_buyer"
	case entity != product.Funder && entity != product.Bank:
		return name
	}
	switch name {
	case "fee_income":
		return "fee_income_of_funder"
	case "tax_collected":
		return "tax_collected_by_funder"
	case "fees_paid":
		return "fees_of_funder"
	}
	return name
}

// lends tells whether the seller books a borrowing (IFRS 9 3.2.6).
func lends(t *product.Terms) bool {
	return t.Repayment == product.FromSeller || t.Assignment == product.Pledge || t.Repayment == product.FromCollection && (t.Recourse.ProtractedDefault || t.Recourse.Insolvency)
}

// claim and given are the funder's claim and what the seller gives for the money.
func claim(t *product.Terms) string {
	switch {
	case lends(t):
		return "loans_to_sellers"
	case t.Assignment == product.AssignmentNone:
		return "loans_to_buyers"
	}
	return "purchased_receivables"
}

func given(t *product.Terms) string {
	if lends(t) {
		return "borrowings"
	}
	return "trade_receivables"
}

// owed is what the buyer owes on the debt; borrowed what it owes once somebody has paid the seller for it without taking the claim over.
func owed(t *product.Terms) string {
	if t.Undertaking >= product.UndertakingIrrevocable {
		return "confirmed_payables"
	}
	return "trade_payables"
}

func paidForBuyer(t *product.Terms) bool {
	return t.Assignment == product.AssignmentNone && t.Source != product.SourceBuyer
}

// disbursed are the postings of the day of payment.
func disbursed(t *product.Terms, q *product.Quotation) *books {
	b := &books{}
	source := []product.Role{0, product.Funder, product.Buyer, product.Bank}[t.Source]
	sellersDiscount := q.Discount
	if t.InterestPayer == product.Buyer {
		sellersDiscount = 0
	}
	if source == product.Buyer {
		b.post(product.Buyer, owed(t), "buyer_bank", q.Amount-q.Discount)
		b.post(product.Buyer, owed(t), "purchases", q.Discount)
	} else {
		b.post(source, claim(t), "funds_at_custodian", q.Principal-q.Discount)
		b.post(source, claim(t), "unearned_discount", q.Discount)
		b.post(product.Custodian, "funding", "outside", q.Principal-q.Discount)
	}
	b.post(product.Seller, "seller_bank", given(t), q.Principal-sellersDiscount)
	b.post(product.Seller, "financing_cost", given(t), sellersDiscount)
	if paidForBuyer(t) {
		b.post(product.Buyer, owed(t), "borrowings_of_buyer", q.Principal)
	}
	if t.Repayment == product.FromBuyer {
		b.post(product.Buyer, owed(t), "buyer_bank", q.Amount-q.Principal)
		b.post(product.Seller, "seller_bank", "trade_receivables", q.Amount-q.Principal)
	}
	b.fees(q, product.AtDisbursement)
	return b
}

// fees books what is paid for fees and taxes at one time.
func (b *books) fees(q *product.Quotation, when product.When) {
	banks := map[product.Role]string{product.Seller: "seller_bank", product.Buyer: "buyer_bank", product.Funder: "funds_at_custodian", product.Bank: "funds_at_custodian", product.Operator: "operator_account"}
	costs := map[product.Role]string{product.Seller: "financing_fees", product.Buyer: "fees_paid", product.Funder: "fees_paid", product.Bank: "fees_paid"}
	for _, line := range q.Fees {
		if line.When != when {
			continue
		}
		b.post(line.Payer, costs[line.Payer], banks[line.Payer], line.Amount+line.Tax)
		if bank, ours := banks[line.To]; ours { // others keep books of their own
			b.post(line.To, bank, "fee_income", line.Amount)
			b.post(line.To, bank, "tax_collected", line.Tax)
		}
	}
}

// repaid are the postings of the due date, if the debtor pays.
func repaid(t *product.Terms, q *product.Quotation) *books {
	b := &books{}
	source := []product.Role{0, product.Funder, product.Buyer, product.Bank}[t.Source]
	if t.Repayment == product.FromNobody {
		return b
	}
	buyersInterest, sellersInterest := money.Minor(0), q.Interest
	if t.InterestPayer == product.Buyer {
		buyersInterest, sellersInterest = q.Interest, 0
	}
	rest := q.Amount - q.Principal - sellersInterest - q.Reserve
	switch {
	case t.Repayment == product.FromSeller:
		b.post(product.Seller, "borrowings", "seller_bank", q.Principal)
		b.post(product.Seller, "financing_cost", "seller_bank", sellersInterest)
	case t.Repayment == product.FromBuyer:
		b.post(product.Buyer, "borrowings_of_buyer", "buyer_bank", q.Principal)
	default:
		debt := owed(t)
		if paidForBuyer(t) {
			debt = "borrowings_of_buyer"
		}
		b.post(product.Buyer, debt, "buyer_bank", q.Amount)
		b.collected(t, q, sellersInterest, rest)
	}
	b.post(product.Buyer, "interest_of_buyer", "buyer_bank", buyersInterest)
	b.post(source, "funds_at_custodian", claim(t), q.Principal)
	b.post(source, "funds_at_custodian", "interest_income", q.Interest)
	b.post(source, "unearned_discount", "interest_income", q.Discount)
	b.fees(q, product.AtDue)
	return b
}

// collected books what becomes of the debtor's payment with custodian and seller.
func (b *books) collected(t *product.Terms, q *product.Quotation, interest, rest money.Minor) {
	if t.Collector != product.CollectorSeller { // the account of a funder that collects is kept by the custodian too, and moved by rules alone
		b.post(product.Custodian, "outside", "collection_unallocated", q.Amount)
		b.post(product.Custodian, "collection_unallocated", "collection_for_funder", q.Principal+interest)
		b.post(product.Custodian, "collection_unallocated", "collection_for_seller", rest)
		b.post(product.Custodian, "collection_unallocated", "held_back", q.Reserve)
		b.post(product.Custodian, "collection_for_seller", "outside", rest)
	}
	if t.Collector == product.CollectorSeller {
		b.post(product.Seller, "seller_bank", "trade_receivables", q.Amount)
		b.post(product.Seller, "borrowings", "seller_bank", q.Principal)
		b.post(product.Seller, "financing_cost", "seller_bank", interest)
		return
	}
	if lends(t) {
		b.post(product.Seller, "borrowings", "trade_receivables", q.Principal)
	}
	b.post(product.Seller, "financing_cost", "trade_receivables", interest)
	b.post(product.Seller, "seller_bank", "trade_receivables", rest)
}

// released are the postings of the day on which the reserve is given out.
func released(t *product.Terms, q *product.Quotation) *books {
	b := &books{}
	b.post(product.Custodian, "held_back", "outside", q.Reserve)
	b.post(product.Seller, "seller_bank", "trade_receivables", q.Reserve)
	return b
}

// daysLate is by how many days the debtor is late in the examples.
const daysLate = 20

// late books what is charged besides if the debtor is late.
func late(t *product.Terms, q *product.Quotation) *books {
	b := &books{}
	paid := q.Due.AddDays(daysLate)
	source := []product.Role{0, product.Funder, product.Buyer, product.Bank}[t.Source]
	charge := func(income string, rate money.Rate, from calendar.Date, payer product.Role) {
		numerator, denominator := t.DayCount.Fraction(from, paid)
		interest := money.Interest(q.Principal, rate, numerator, denominator)
		b.post(source, "funds_at_custodian", income, interest)
		if payer == product.Seller {
			b.post(product.Seller, "financing_cost", "seller_bank", interest)
		} else {
			b.post(product.Buyer, "late_interest_cost", "buyer_bank", interest)
		}
	}
	charge("late_interest_income", q.Late.Rate, q.Late.From, q.Late.Payer)
	if q.Late.Ordinary == product.RunsOn {
		charge("interest_income", q.Rate, q.Due, t.InterestPayer)
	}
	return b
}

func postingsTable(t *testing.T, terms *product.Terms, q *product.Quotation) string {
	var b strings.Builder
	steps := []struct {
		title string
		books *books
	}{
		{fmt.Sprintf("Payment on %s", q.From), disbursed(terms, q)}, {fmt.Sprintf("Repayment on %s", q.Due), repaid(terms, q)},
		{fmt.Sprintf("Reserve given out on %s", q.Release), released(terms, q)},
		{fmt.Sprintf("Late interest, if repaid %d days late", daysLate), late(terms, q)},
	}
	for _, step := range steps {
		if len(step.books.legs) == 0 || terms.Repayment == product.FromNobody && step.books != steps[0].books {
			continue
		}
		fmt.Fprintf(&b, "**%s**\n\n| books of | debit | credit | amount |\n| --- | --- | --- | ---: |\n", step.title)
		debits := map[product.Role]money.Minor{}
		for i := 0; i < len(step.books.legs); i += 2 {
			debit, credit := step.books.legs[i], step.books.legs[i+1]
			debits[debit.entity] += debit.amount
			debits[credit.entity] -= credit.amount
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", debit.entity, account(t, debit.account), account(t, credit.account), show(terms, debit.amount))
		}
		b.WriteString("\n")
		for entity, left := range debits {
			if left != 0 {
				t.Errorf("%s: the books of the %s are out by %d", step.title, entity, left)
			}
		}
	}
	holds(t, terms, q, steps[0].books, steps[1].books, steps[2].books)
	return b.String()
}

// account checks that the chart of accounts has it.
func account(t *testing.T, name string) string {
	for code := ledger.Code(1); code < 1000; code++ {
		if code.String() == name {
			return name
		}
	}
	t.Errorf("there is no account %s", name)
	return name
}

// holds checks the postings against the flows of cash: each bank account moves by what flows to and from its owner, and
// claims, debts and what is kept for others are gone at the end.
func holds(t *testing.T, terms *product.Terms, q *product.Quotation, steps ...*books) {
	t.Helper()
	banks := map[string]product.Role{"seller_bank": product.Seller, "buyer_bank": product.Buyer, "operator_account": product.Operator}
	moved, ended := map[product.Role]money.Minor{}, map[string]money.Minor{}
	for _, step := range steps {
		for _, l := range step.legs {
			amount := l.amount
			if l.side == ledger.Credit {
				amount = -amount
			}
			if owner, is := banks[l.account]; is {
				moved[owner] += amount
			}
			ended[l.account] += amount
		}
	}
	flowed := map[product.Role]money.Minor{}
	for _, f := range q.CashFlow {
		flowed[f.From] -= f.Amount
		flowed[f.To] += f.Amount
	}
	for _, owner := range []product.Role{product.Seller, product.Buyer, product.Operator} {
		if moved[owner] != flowed[owner] {
			t.Errorf("the bank account of the %s moves by %d, and %d flows", owner, moved[owner], flowed[owner])
		}
	}
	for _, name := range []string{"loans_to_sellers", "loans_to_buyers", "purchased_receivables", "unearned_discount", "borrowings", "borrowings_of_buyer", "held_back", "collection_unallocated", "collection_for_seller"} {
		if ended[name] != 0 {
			t.Errorf("%s stands at %d in the end", name, ended[name])
		}
	}
	if terms.Repayment == product.FromCollection && ended["trade_receivables"] != -q.Amount {
		t.Errorf("trade_receivables fall by %d, and %d was owed", -ended["trade_receivables"], q.Amount)
	}
}
