package book

import (
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
)

// audited names the breach for each account whose balance the records imply.
var audited = map[ledger.Code]string{
	ledger.PurchasedReceivables:  "funder_claims",
	ledger.LoansToSellers:        "funder_claims",
	ledger.UnearnedDiscount:      "unearned_discount",
	ledger.FundsAtCustodian:      "funds_at_custodian",
	ledger.FundsProvided:         "funds_provided",
	ledger.Borrowings:            "borrowings",
	ledger.TradeReceivables:      "trade_receivables",
	ledger.CollectionsHeld:       "collections_held",
	ledger.TradePayables:         "trade_payables",
	ledger.ConfirmedPayables:     "confirmed_payables",
	ledger.CollectionUnallocated: "collection_unallocated",
	ledger.CollectionForFunder:   "collection_for_funder",
	ledger.Funding:               "funding",
	ledger.OperatorFees:          "operator_fees",
	ledger.OperatorAccount:       "operator_account",
	ledger.FeeIncome:             "fee_income",
	ledger.Shortfall:             "shortfall",
	ledger.GivenInPayment:        "given_in_payment",
	ledger.TakenInPayment:        "taken_in_payment",
	ledger.HeldByPledgee:         "held_by_pledgee",
	ledger.SecurityHeld:          "security_held",
	ledger.InterestReceivable:    "interest_receivable",
	ledger.LateReceivable:        "late_interest_receivable",
	ledger.InterestPayable:       "interest_payable",
	ledger.LatePayable:           "late_interest_payable",
	ledger.FunderShortfall:       "funder_shortfall",
	ledger.EarlyPaymentFees:      "early_payment_fees",
	ledger.SellerShortfall:       "seller_shortfall",
	ledger.LoansToBuyers:         "funder_claims",
	ledger.BuyerBorrowings:       "borrowings",
	ledger.HeldBack:              "reserve_held",
	ledger.ForInsurer:            "kept_for_insurer",
	ledger.ReserveHeld:           "reserve_held",
	ledger.FeesForOthers:         "fees_of_others",
	ledger.FunderFeeIncome:       "fees_of_others",
	ledger.FunderTaxCollected:    "tax_collected",
	ledger.TaxCollected:          "tax_collected",
	ledger.FunderFeesReceivable:  "fees_receivable",
	ledger.FeesReceivable:        "fees_receivable",
	ledger.FunderFees:            "fees_payable",
	ledger.FunderFeesPayable:     "fees_payable",
	ledger.FeesPayable:           "fees_payable",
	ledger.BuyerFeesPayable:      "fees_payable",
	ledger.BuyerInterest:         "interest_payable",
	ledger.LossAllowance:         "loss_allowance",
	ledger.FinancingLoss:         "financing_loss",
	ledger.RecoveryIncome:        "recovery_income",
	ledger.AllowanceStageOne:     "loss_allowance",
	ledger.AllowanceStageTwo:     "loss_allowance",
	ledger.AllowanceStageThree:   "loss_allowance",
	ledger.CommitmentProvision:   "loss_allowance",
	ledger.ImpairmentLoss:        "loss_allowance",
	ledger.AllowanceTrade:        "trade_allowance",
	ledger.TradeImpairmentLoss:   "trade_allowance",
	ledger.ServiceFeeReceivable:  "service_fees",
	ledger.ServiceFeeIncome:      "service_fees",
	ledger.TaxPayable:            "service_fees",
	ledger.SellerServiceCost:     "service_fees",
	ledger.SellerServiceOwed:     "service_fees",
	ledger.BuyerServiceCost:      "service_fees",
	ledger.BuyerServiceOwed:      "service_fees",
	ledger.FunderServiceCost:     "service_fees",
	ledger.FunderServiceOwed:     "service_fees",

	ledger.OperatorFeesCollected: "operator_fees",
	ledger.OthersFeesCollected:   "fees_of_others",
	ledger.OperatorBank:          "operator_account",
	ledger.BankCharges:           "operator_account",
	ledger.SupplierAdvances:      "supplier_advances",
	ledger.CustomerAdvances:      "supplier_advances",
	ledger.SetOffClearing:        "set_off_clearing",
	ledger.CashForSetOff:         "set_off_cash",
}

// growsByCredit tells the side of an audited account.
func growsByCredit(code ledger.Code) bool {
	switch code {
	case ledger.CashForSetOff, ledger.OperatorFeesCollected, ledger.OthersFeesCollected, ledger.BuyerBorrowings, ledger.HeldBack, ledger.ForInsurer, ledger.FeesForOthers, ledger.FunderFeeIncome, ledger.FunderTaxCollected, ledger.TaxCollected, ledger.FunderFeesPayable,
		ledger.FeesPayable, ledger.BuyerFeesPayable, ledger.BuyerInterest, ledger.LossAllowance, ledger.RecoveryIncome, ledger.CustomerAdvances:
		return true
	case ledger.FunderShortfall, ledger.SellerShortfall, ledger.InterestPayable, ledger.LatePayable, ledger.UnearnedDiscount, ledger.FundsProvided, ledger.Borrowings, ledger.TakenInPayment, ledger.SecurityHeld, ledger.TradePayables, ledger.ConfirmedPayables,
		ledger.AllowanceStageOne, ledger.AllowanceStageTwo, ledger.AllowanceStageThree, ledger.CommitmentProvision, ledger.AllowanceTrade,
		ledger.ServiceFeeIncome, ledger.TaxPayable, ledger.SellerServiceOwed, ledger.BuyerServiceOwed, ledger.FunderServiceOwed,
		ledger.CollectionUnallocated, ledger.CollectionForFunder, ledger.CollectionForSeller, ledger.Funding, ledger.OperatorFees, ledger.FeeIncome:
		return true
	}
	return false
}

func standing(r *ledger.Account) money.Minor {
	if growsByCredit(r.Key.Code) {
		return r.CreditsPosted - r.DebitsPosted
	}
	return r.DebitsPosted - r.CreditsPosted
}

// imports is what the migration account of an entity says of imported balances: at most so much on each side.
type imports struct{ debit, credit money.Minor }

func (a *audit) imported(entity id.Party, currency money.Currency) imports {
	m := a.b.accounts.at(uint64(a.b.accountOf[ledger.Key{Entity: entity, Code: ledger.Migration, Currency: currency}]) >> 16)
	if m == nil {
		return imports{}
	}
	return imports{debit: m.CreditsPosted, credit: m.DebitsPosted}
}

func (a *audit) expect(entity id.Party, programme id.Programme, counterparty id.Party, code ledger.Code, currency money.Currency, amount money.Minor) {
	a.expected.add(ledger.Key{Entity: entity, Programme: programme, Counterparty: counterparty, Code: code, Currency: currency}, amount)
}

func (a *audit) widen(key ledger.Key, below, above money.Minor) {
	was := a.beyond[key]
	a.beyond[key] = span{was.below + below, was.above + above}
}

// balances: every account that the records imply stands where they say.
func (a *audit) balances() {
	a.beyond = map[ledger.Key]span{}
	a.expectDebts()
	a.expectCertificates()
	a.expectFinancings()
	a.expectMoney()
	a.expectSettled()
	a.expectEarly()
	a.expectBooked()
	a.expectLosses()
	a.expectBills()
	a.expectWays()
	a.supplies()
	a.expectSetOffs()
	b := a.b
	seen := 0
	for n := uint64(1); n <= b.accounts.count; n++ {
		r := b.accounts.at(n)
		code, found := audited[r.Key.Code]
		if !found {
			continue
		}
		if _, implied := a.expected.places[r.Key]; implied {
			seen++
		}
		a.stands(r, code)
	}
	if seen == len(a.expected.keys) {
		return
	}
	for i, key := range a.expected.keys {
		if amount := a.expected.sums[i]; amount != 0 && b.accountOf[key] == 0 {
			a.breach(audited[key.Code], key.Entity.String(), "there is no account %s in the books of %s, where records imply %d", key.Code, key.Entity, amount)
		}
	}
}

func (a *audit) stands(r *ledger.Account, code string) {
	balance, implied, beyond := standing(r), a.expected.of(r.Key), a.beyond[r.Key]
	if balance == implied {
		return
	}
	most := a.imported(r.Key.Entity, r.Key.Currency)
	above := most.debit
	if growsByCredit(r.Key.Code) {
		above = most.credit
	}
	if balance < implied-beyond.below || balance > implied+beyond.above+above {
		a.breach(code, r.ID.String(), "account %s, %s of %s, stands at %d; the records imply %d", r.ID, r.Key.Code, r.Key.Entity, balance, implied)
	}
}

// expectDebts: what sellers are owed and buyers owe.
func (a *audit) expectDebts() {
	for n := uint64(1); n <= a.b.receivables.count; n++ {
		r := a.b.receivables.at(n)
		owed, _, irrevocable := owing(r)
		a.expect(r.Seller, 0, r.Buyer, ledger.TradeReceivables, r.Currency, owed-r.Paid)
		a.expect(r.Buyer, 0, r.Seller, ledger.ConfirmedPayables, r.Currency, irrevocable)
		a.expect(r.Buyer, 0, r.Seller, ledger.TradePayables, r.Currency, owed-r.Paid-irrevocable)
	}
}

// expectFinancings: the funder's claim and its mirror at the seller, the discount still to be earned, what came in for the
// funder, what left its account, and the operator's fees.
func (a *audit) expectFinancings() {
	b := a.b
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		p, terms := b.programmes.at(uint64(f.Programme)>>16), b.products.at(uint64(f.Product)>>16)
		if !moneyOut(f.State) && !over(f.State) || p == nil || terms == nil {
			continue
		}
		a.expectLoss(f, &terms.Terms)
		r, bySeller := a.expectInterest(f, &terms.Terms), money.Minor(0)
		if r != nil {
			bySeller = r.paid[1][0]
		}
		a.expectClaim(f, &terms.Terms, bySeller)
		collected := ledger.Key{Entity: p.Custodian, Programme: p.ID, Counterparty: f.Funder, Code: ledger.CollectionForFunder, Currency: f.Currency}
		a.expected.add(collected, f.InterestPaid+f.LatePaid+f.Recovered-f.Besides.GivenBack)
		if takenOver(f) { // how much had been repaid before is not on record
			a.widen(collected, 0, f.Repaid)
			continue
		}
		a.expected.add(collected, f.Repaid)
		a.expect(p.Custodian, p.ID, f.Funder, ledger.Funding, f.Currency, -a.left(f))
		a.expectFees(f, p, &terms.Terms, r)
	}
}

// expectMoney: what receipts brought and payments moved.
func (a *audit) expectMoney() {
	b := a.b
	for n := uint64(1); n <= b.receipts.count; n++ {
		r := b.receipts.at(n)
		p := b.programmes.at(uint64(r.Programme) >> 16)
		if p == nil {
			continue
		}
		switch {
		case r.Funder == 0 && r.State == payment.Reversed:
			a.expect(p.Custodian, p.ID, 0, ledger.Shortfall, r.Currency, r.Used)
		case r.Funder == 0:
			a.expect(p.Custodian, p.ID, 0, ledger.CollectionUnallocated, r.Currency, r.Amount-r.Used)
		case r.State == payment.Reversed: // how much of it was missing shows in the shortfall alone
			a.widen(ledger.Key{Entity: p.Custodian, Programme: p.ID, Counterparty: r.Funder, Code: ledger.Shortfall, Currency: r.Currency}, 0, r.Amount)
		default:
			a.expect(p.Custodian, p.ID, r.Funder, ledger.Funding, r.Currency, r.Amount)
			a.expect(r.Funder, p.ID, 0, ledger.FundsProvided, r.Currency, r.Amount)
		}
	}
	for n := uint64(1); n <= b.payments.count; n++ {
		r := b.payments.at(n)
		p := b.programmes.at(uint64(r.Programme) >> 16)
		if p == nil || r.State != payment.Executed || r.Purpose != payment.Sweep {
			continue
		}
		a.expect(p.Custodian, p.ID, r.Payee, ledger.CollectionForFunder, r.Currency, -r.Amount)
		a.expect(p.Custodian, p.ID, r.Payee, ledger.Funding, r.Currency, r.Amount)
	}
}

// expectBooked: accounts that mirror other accounts. A funder's money at the custodian is what the custodian's books owe
// it; what a seller has to come is what the custodians' books owe it; and all that was ever allocated went to funders
// and sellers.
func (a *audit) expectBooked() {
	b := a.b
	var shared tally[id.Programme]
	for n := uint64(1); n <= b.accounts.count; n++ {
		r := b.accounts.at(n)
		key, balance := r.Key, standing(r)
		slack := a.imported(key.Entity, key.Currency).credit
		switch key.Code {
		case ledger.Funding, ledger.CollectionForFunder:
			mirror := ledger.Key{Entity: key.Counterparty, Programme: key.Programme, Code: ledger.FundsAtCustodian, Currency: key.Currency}
			a.expected.add(mirror, balance)
			a.widen(mirror, slack, 0)
			if key.Code == ledger.CollectionForFunder {
				shared.add(key.Programme, balance)
			}
		case ledger.CollectionForSeller:
			mirror := ledger.Key{Entity: key.Counterparty, Code: ledger.CollectionsHeld, Currency: key.Currency}
			a.expected.add(mirror, balance)
			a.widen(mirror, slack, 0)
			shared.add(key.Programme, balance)
		case ledger.PartyShortfall:
			shared.add(key.Programme, -balance)
			a.expectShortfall(key, balance)
		case ledger.Shortfall:
			if key.Counterparty != 0 { // a deposit that was gone in part when it was taken back
				funds := ledger.Key{Entity: key.Entity, Programme: key.Programme, Counterparty: key.Counterparty, Code: ledger.Funding, Currency: key.Currency}
				provided := ledger.Key{Entity: key.Counterparty, Programme: key.Programme, Code: ledger.FundsProvided, Currency: key.Currency}
				slack := a.imported(key.Entity, key.Currency).debit
				for _, mirror := range [...]ledger.Key{funds, provided} {
					a.expected.add(mirror, balance)
					a.widen(mirror, slack, 0)
				}
			}
		}
	}
	a.expectShared(&shared)
}

// expectShortfall: who was passed on what a bank took back owes it.
func (a *audit) expectShortfall(key ledger.Key, balance money.Minor) {
	if p := a.b.programmes.at(uint64(key.Programme) >> 16); p != nil {
		for _, f := range p.Funders {
			if f.Party == key.Counterparty {
				a.expect(key.Counterparty, key.Programme, 0, ledger.FunderShortfall, key.Currency, balance)
				a.expect(key.Entity, key.Programme, key.Counterparty, ledger.CollectionForFunder, key.Currency, balance)
				return
			}
		}
	}
	a.expect(key.Counterparty, 0, 0, ledger.SellerShortfall, key.Currency, balance)
}

func (a *audit) expectShared(shared *tally[id.Programme]) {
	b := a.b
	for n := uint64(1); n <= b.payments.count; n++ {
		if r := b.payments.at(n); r.State == payment.Executed && outOfCollections(r.Purpose) || a.reversedOnWay(r) {
			shared.add(r.Programme, r.Amount)
		}
		shared.add(b.payments.at(n).Programme, b.payments.at(n).Missing)
	}
	a.shareBills(shared)
	var used tally[id.Programme]
	for n := uint64(1); n <= b.receipts.count; n++ {
		if r := b.receipts.at(n); r.Funder == 0 && r.SetOff == 0 { // a set-off moves what was shared out before
			used.add(r.Programme, r.Used)
		}
	}
	a.shareLent(&used)
	for n := uint64(1); n <= b.programmes.count; n++ {
		p := b.programmes.at(n)
		above := a.imported(p.Custodian, p.Currency).credit
		shared.add(p.ID, a.fees.of(p.ID))
		if over := shared.of(p.ID) - used.of(p.ID) + a.madeGood(p.ID); over < 0 || over > above {
			a.breach("collections_shared", p.ID.String(), "in %s, %d was allocated, and %d went to funders and sellers", p.ID, used.of(p.ID), shared.of(p.ID))
		}
	}
}
