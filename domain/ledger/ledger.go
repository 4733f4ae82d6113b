// Package ledger holds double-entry accounts by reporting entity, transfers between two accounts of one entity and one
// currency, and holds: money set aside that is later posted, voided, or expires.
package ledger

import (
	"millrace/domain/id"
	"millrace/domain/money"
)

// Code is a line of the chart of accounts.
type Code uint16

// The chart of accounts. The hundreds tell whose books: 1 custodian bank, 2 funder, 3 seller, 4 buyer, 5 operator.
const (
	// Custodian bank: the mirror of the supervised accounts. Deposits are what the bank owes to their owners.
	Outside               Code = 101 // the bank's claims on the rest of the world
	Shortfall             Code = 102 // taken back by a bank after it had been passed on
	PartyShortfall        Code = 103 // likewise, of a collection for a financing: owed by the party to which it was passed on
	Funding               Code = 111 // a funder's money for one programme
	CollectionUnallocated Code = 121 // came in, not yet allocated; suspense: owed to its sender
	CollectionForFunder   Code = 122 // allocated to a funder, not yet swept
	CollectionForSeller   Code = 123 // allocated to a seller, not yet paid out
	OperatorFees          Code = 131 // fees that a product grants to the operator
	HeldBack              Code = 124 // reserve against dilution, kept back for a seller
	ForInsurer            Code = 125 // share of a credit insurer in what came in after it had paid, kept for it
	FeesForOthers         Code = 132 // fees that a product grants to insurers, keepers of goods and other banks

	CashForSetOff         Code = 126 // lent for a run of multilateral set-off, and not yet owed to who takes it out; zero once the run is written through
	OperatorFeesCollected Code = 127 // likewise of the operator, but paid out of collections: they lie in the collection account
	OthersFeesCollected   Code = 128 // likewise of others
	FeesShortfall         Code = 133 // missing from the fees account: taken by a bank, or back after it had been paid on to the counterparty
	CollectedShortfall    Code = 134 // fees out of collections that had been paid on to the counterparty, and a bank took back
	InsurerShortfall      Code = 135 // likewise, of the share of the counterparty's insurer
	// A holder of record: digital money by asset.
	DigitalAtIssuer Code = 141 // what it holds in the outside system, for others
	DigitalWallet   Code = 142 // of a party
	DigitalBound    Code = 143 // of a party, locked until conditions are met

	FundsAtCustodian     Code = 201
	PurchasedReceivables Code = 211
	LoansToSellers       Code = 212
	InterestReceivable   Code = 213
	LateReceivable       Code = 214
	UnearnedDiscount     Code = 221
	LossAllowance        Code = 222
	FunderShortfall      Code = 224 // had from a collection that a bank took back
	InterestIncome       Code = 231
	LateInterestIncome   Code = 232
	RecoveryIncome       Code = 234 // of what was written off
	FinancingLoss        Code = 252 // written off, and provided for by persons
	FundsProvided        Code = 241
	LoansToBuyers        Code = 215
	FunderFeesReceivable Code = 216 // that a product grants to the funder
	FunderTaxCollected   Code = 226 // on them
	FunderFeesPayable    Code = 227
	FunderFeeIncome      Code = 233
	FunderFees           Code = 251 // that the funder bears

	SellerBank       Code = 301
	TradeReceivables Code = 311
	CollectionsHeld  Code = 312
	GivenInPayment   Code = 313 // certificates passed on for debts that are discharged on redemption only
	HeldByPledgee    Code = 314 // collected by a pledgee on a pledged holding
	Borrowings       Code = 321
	TakenInPayment   Code = 322 // certificates taken for claims that are discharged on redemption only
	SecurityHeld     Code = 323 // collected on a holding that was pledged, owed to the pledgor
	InterestPayable  Code = 324
	SellerShortfall  Code = 325 // had from a collection that a bank took back
	Sales            Code = 331
	FinancingCost    Code = 341
	FinancingFees    Code = 342
	ClaimsReleased   Code = 343
	ReserveHeld      Code = 315 // kept back against dilution
	FeesPayable      Code = 326

	BuyerBank         Code = 401
	TradePayables     Code = 411
	ConfirmedPayables Code = 412 // part of a supplier finance arrangement (IAS 7.44F)
	LatePayable       Code = 413 // late interest on top of the debt
	Purchases         Code = 421
	DebtsReleased     Code = 422
	LateInterestCost  Code = 431
	BuyerBorrowings   Code = 414 // what has paid for its purchases
	BuyerInterest     Code = 415 // owed: ordinary interest
	BuyerFeesPayable  Code = 416
	InterestOfBuyer   Code = 432
	FeesOfBuyer       Code = 433
	EarlyPaymentFees  Code = 449 // of a buyer that pays early out of its own cash

	OperatorAccount Code = 501 // with custodians
	OperatorBank    Code = 503 // the operator's own
	BankCharges     Code = 521
	FeeIncome       Code = 511
	FeesReceivable  Code = 502
	TaxCollected    Code = 512 // on fees

	AllowanceStageOne   Code = 281 // for losses expected of financings (IFRS 9, 5.5)
	AllowanceStageTwo   Code = 282
	AllowanceStageThree Code = 283
	CommitmentProvision Code = 284 // for losses expected of what is committed and not paid out (IFRS 7, B8E)
	ImpairmentLoss      Code = 285
	FunderServiceCost   Code = 286 // what the operator bills
	FunderServiceOwed   Code = 287
	FunderBank          Code = 288 // money of its own that is not with the custodian

	AllowanceTrade       Code = 381 // for losses expected of trade receivables (IFRS 9, 5.5.15)
	TradeImpairmentLoss  Code = 382
	SellerServiceCost    Code = 383
	SellerServiceOwed    Code = 384
	BuyerServiceCost     Code = 483
	BuyerServiceOwed     Code = 484
	ServiceFeeReceivable Code = 581
	ServiceFeeIncome     Code = 582
	TaxPayable           Code = 583

	CustomerAdvances Code = 327 // paid by a customer for what it has ordered
	SupplierAdvances Code = 417 // paid to a supplier for what was ordered

	// Anybody's books.
	SetOffClearing Code = 601 // between what a party owed and what it was owed while a run of multilateral set-off is written through; then zero

	Migration Code = 901 // counterpart of an imported opening balance; zero when an import is complete
	Source    Code = 998 // of a user's own chart: where money comes from; may be overdrawn
	General   Code = 999 // of a user's own chart: never below zero
)

// Digital tells whether the account is one of digital money, which has an asset in its key.
func (c Code) Digital() bool { return c >= DigitalAtIssuer && c <= DigitalBound }

// Side is the side on which an account grows.
type Side uint8

// The sides.
const (
	Debit Side = 1 + iota
	Credit
)

type line struct {
	name       string
	side       Side
	supervised bool
}

// chart says of each code what it is.
var chart = [1000]line{
	Outside:               {"outside", Debit, false},
	Shortfall:             {"shortfall", Debit, false},
	Funding:               {"funding", Credit, true},
	CollectionUnallocated: {"collection_unallocated", Credit, true},
	CollectionForFunder:   {"collection_for_funder", Credit, true},
	CollectionForSeller:   {"collection_for_seller", Credit, true},
	OperatorFees:          {"operator_fees", Credit, true},
	FundsAtCustodian:      {"funds_at_custodian", Debit, false},
	PurchasedReceivables:  {"purchased_receivables", Debit, false},
	LoansToSellers:        {"loans_to_sellers", Debit, false},
	PartyShortfall:        {"party_shortfall", Debit, false},
	FunderShortfall:       {"funder_shortfall", Credit, false},
	SellerShortfall:       {"seller_shortfall", Credit, false},
	InterestReceivable:    {"interest_receivable", Debit, false},
	LateReceivable:        {"late_interest_receivable", Debit, false},
	UnearnedDiscount:      {"unearned_discount", Credit, false},
	InterestIncome:        {"interest_income", Credit, false},
	LateInterestIncome:    {"late_interest_income", Credit, false},
	FundsProvided:         {"funds_provided", Credit, false},
	RecoveryIncome:        {"recovery_income", Credit, false},
	FinancingLoss:         {"financing_loss", Debit, false},
	LossAllowance:         {"loss_allowance", Credit, false},
	SellerBank:            {"seller_bank", Debit, false},
	TradeReceivables:      {"trade_receivables", Debit, false},
	CollectionsHeld:       {"collections_held", Debit, false},
	GivenInPayment:        {"given_in_payment", Debit, false},
	HeldByPledgee:         {"held_by_pledgee", Debit, false},
	TakenInPayment:        {"taken_in_payment", Credit, false},
	SecurityHeld:          {"security_held", Credit, false},
	InterestPayable:       {"interest_payable", Credit, false},
	LatePayable:           {"late_interest_payable", Credit, false},
	ClaimsReleased:        {"claims_released", Debit, false},
	DebtsReleased:         {"debts_released", Credit, false},
	Borrowings:            {"borrowings", Credit, false},
	Sales:                 {"sales", Credit, false},
	FinancingCost:         {"financing_cost", Debit, false},
	FinancingFees:         {"financing_fees", Debit, false},
	BuyerBank:             {"buyer_bank", Debit, false},
	TradePayables:         {"trade_payables", Credit, false},
	ConfirmedPayables:     {"confirmed_payables", Credit, false},
	Purchases:             {"purchases", Debit, false},
	LateInterestCost:      {"late_interest_cost", Debit, false},
	EarlyPaymentFees:      {"early_payment_fees", Debit, false},
	OperatorAccount:       {"operator_account", Debit, false},
	FeeIncome:             {"fee_income", Credit, false},
	AllowanceStageOne:     {"allowance_stage_1", Credit, false},
	AllowanceStageTwo:     {"allowance_stage_2", Credit, false},
	AllowanceStageThree:   {"allowance_stage_3", Credit, false},
	CommitmentProvision:   {"commitment_provision", Credit, false},
	ImpairmentLoss:        {"impairment_loss", Debit, false},
	FunderServiceCost:     {"funder_service_cost", Debit, false},
	FunderServiceOwed:     {"funder_service_owed", Credit, false},
	FunderBank:            {"funder_bank", Debit, false},
	AllowanceTrade:        {"allowance_trade", Credit, false},
	TradeImpairmentLoss:   {"trade_impairment_loss", Debit, false},
	SellerServiceCost:     {"seller_service_cost", Debit, false},
	SellerServiceOwed:     {"seller_service_owed", Credit, false},
	BuyerServiceCost:      {"buyer_service_cost", Debit, false},
	BuyerServiceOwed:      {"buyer_service_owed", Credit, false},
	ServiceFeeReceivable:  {"service_fee_receivable", Debit, false},
	ServiceFeeIncome:      {"service_fee_income", Credit, false},
	TaxPayable:            {"tax_payable", Credit, false},
	CustomerAdvances:      {"customer_advances", Credit, false},
	SupplierAdvances:      {"supplier_advances", Debit, false},
	SetOffClearing:        {"set_off_clearing", Debit, false},
	Migration:             {"migration", Debit, false},
	HeldBack:              {"held_back", Credit, true},
	ForInsurer:            {"for_insurer", Credit, true},
	FeesForOthers:         {"fees_for_others", Credit, true},
	LoansToBuyers:         {"loans_to_buyers", Debit, false},
	FunderFeesReceivable:  {"fees_receivable_of_funder", Debit, false},
	FunderTaxCollected:    {"tax_collected_by_funder", Credit, false},
	FunderFeesPayable:     {"fees_payable_of_funder", Credit, false},
	FunderFeeIncome:       {"fee_income_of_funder", Credit, false},
	FunderFees:            {"fees_of_funder", Debit, false},
	ReserveHeld:           {"reserve_held", Debit, false},
	FeesPayable:           {"fees_payable", Credit, false},
	BuyerBorrowings:       {"borrowings_of_buyer", Credit, false},
	BuyerInterest:         {"interest_payable_of_buyer", Credit, false},
	BuyerFeesPayable:      {"fees_payable_of_buyer", Credit, false},
	InterestOfBuyer:       {"interest_of_buyer", Debit, false},
	FeesOfBuyer:           {"fees_of_buyer", Debit, false},
	FeesReceivable:        {"fees_receivable", Debit, false},
	TaxCollected:          {"tax_collected", Credit, false},
	CashForSetOff:         {"cash_for_set_off", Credit, true},
	OperatorFeesCollected: {"operator_fees_collected", Credit, true},
	OthersFeesCollected:   {"fees_collected_for_others", Credit, true},
	FeesShortfall:         {"fees_shortfall", Debit, false},
	CollectedShortfall:    {"collected_fees_shortfall", Debit, false},
	InsurerShortfall:      {"insurer_shortfall", Debit, false},
	OperatorBank:          {"operator_bank", Debit, false},
	BankCharges:           {"bank_charges", Debit, false},
	General:               {"general", Credit, false},
	Source:                {"source", Debit, false},
	DigitalAtIssuer:       {"digital_at_issuer", Debit, false},
	DigitalWallet:         {"digital_wallet", Credit, true},
	DigitalBound:          {"digital_bound", Credit, true},
}

func (c Code) line() line {
	if int(c) < len(chart) {
		return chart[c]
	}
	return line{}
}

// Known tells whether the code is in the chart.
func (c Code) Known() bool { return c.line().name != "" }

// String is the name used in API and console; "" for a code that is not in the chart.
func (c Code) String() string { return c.line().name }

// Side is the side on which the account grows.
func (c Code) Side() Side { return c.line().side }

// Supervised tells whether the account stands for money in a supervised account, which no command takes below zero.
func (c Code) Supervised() bool { return c.line().supervised }

// Key says which account it is. General accounts have keys that are not unique and are known by their identity.
type Key struct {
	Entity       id.Party       `cbor:"1,keyasint"`           // whose books
	Programme    id.Programme   `cbor:"2,keyasint,omitempty"` // 0 where it belongs to none
	Counterparty id.Party       `cbor:"3,keyasint,omitempty"` // to whom it is owed, or who owes; 0 for none
	Code         Code           `cbor:"4,keyasint"`
	Currency     money.Currency `cbor:"5,keyasint"`

	Asset id.DigitalAsset `cbor:"6,keyasint,omitempty"` // of digital money; 0 for any other
}

// Account is one account in one entity's books. Amounts are in minor units and only grow.
type Account struct {
	ID             id.Account  `cbor:"1,keyasint"`
	Key            Key         `cbor:"2,keyasint"`
	DebitsPosted   money.Minor `cbor:"3,keyasint"`
	CreditsPosted  money.Minor `cbor:"4,keyasint"`
	DebitsPending  money.Minor `cbor:"5,keyasint"` // in holds
	CreditsPending money.Minor `cbor:"6,keyasint"` // in holds
	Entry          uint64      `cbor:"7,keyasint"`
}

// Balance is what is posted, on the side on which the account grows.
func (a *Account) Balance() money.Minor {
	if a.Key.Code.Side() == Credit {
		return money.Sub(a.CreditsPosted, a.DebitsPosted)
	}
	return money.Sub(a.DebitsPosted, a.CreditsPosted)
}

// Available is the balance less what holds have set aside to leave.
func (a *Account) Available() money.Minor {
	if a.Key.Code.Side() == Credit {
		return money.Sub(a.Balance(), a.DebitsPending)
	}
	return money.Sub(a.Balance(), a.CreditsPending)
}

// Transfer debits one account and credits another of the same entity and currency.
type Transfer struct {
	Debit  id.Account  `cbor:"1,keyasint" json:"debit"`
	Credit id.Account  `cbor:"2,keyasint" json:"credit"`
	Amount money.Minor `cbor:"3,keyasint" json:"amount_minor"` // above zero
}

// HoldState is where a hold stands.
type HoldState uint8

// The states of a hold.
const (
	Pending HoldState = 1 + iota
	Posted
	Voided
	Expired
)

// String is the name used in API and console.
func (s HoldState) String() string {
	return [...]string{"", "pending", "posted", "voided", "expired"}[s]
}

// Hold sets money aside for a transfer which is posted or voided later, or expires.
type Hold struct {
	ID       id.Hold   `cbor:"1,keyasint"`
	Transfer Transfer  `cbor:"2,keyasint"`
	Expires  int64     `cbor:"3,keyasint"` // stamp in microseconds; 0 for never
	State    HoldState `cbor:"4,keyasint"`
	Entry    uint64    `cbor:"5,keyasint"`
}
