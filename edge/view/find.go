package view

import (
	"millrace/domain/id"
	"millrace/domain/product"
	"millrace/edge/access"
)

// One record that the caller sees, or ErrNotFound; and pages of them.

// Actor gives an actor that the caller sees, else ErrNotFound.
func (v *View) Actor(c access.Caller, of id.Actor) (Actor, error) {
	return one(v, &actors, c, of.Number(), (*showing).showActor)
}

// Actors lists the actors that the caller sees.
func (v *View) Actors(c access.Caller, q Query) (Page[Actor], error) {
	return many(v, &actors, c, q, (*showing).showActor)
}

// Key gives a key that the caller sees, else ErrNotFound.
func (v *View) Key(c access.Caller, of id.Key) (Key, error) {
	return one(v, &keys, c, of.Number(), (*showing).showKey)
}

// Keys lists the keys that the caller sees.
func (v *View) Keys(c access.Caller, q Query) (Page[Key], error) {
	return many(v, &keys, c, q, (*showing).showKey)
}

// Party gives a party that the caller sees, else ErrNotFound.
func (v *View) Party(c access.Caller, of id.Party) (Party, error) {
	return one(v, &parties, c, of.Number(), (*showing).showParty)
}

// Parties lists the parties that the caller sees.
func (v *View) Parties(c access.Caller, q Query) (Page[Party], error) {
	return many(v, &parties, c, q, (*showing).showParty)
}

// BankAccount gives a bank account that the caller sees, else ErrNotFound.
func (v *View) BankAccount(c access.Caller, of id.BankAccount) (BankAccount, error) {
	return one(v, &bankAccounts, c, of.Number(), (*showing).showBankAccount)
}

// BankAccounts lists the bank accounts that the caller sees.
func (v *View) BankAccounts(c access.Caller, q Query) (Page[BankAccount], error) {
	return many(v, &bankAccounts, c, q, (*showing).showBankAccount)
}

// Product gives a product that the caller sees, else ErrNotFound.
func (v *View) Product(c access.Caller, of id.Product) (Product, error) {
	return one(v, &products, c, of.Number(), (*showing).showProduct)
}

// ProductTerms gives the terms of a product that the caller sees.
func (v *View) ProductTerms(c access.Caller, of id.Product) (product.Terms, error) {
	record, err := get(v, &products, c, of.Number())
	if err != nil {
		return product.Terms{}, err
	}
	return record.Terms, nil
}

// Products lists the products that the caller sees.
func (v *View) Products(c access.Caller, q Query) (Page[Product], error) {
	return many(v, &products, c, q, (*showing).showProduct)
}

// Programme gives a programme that the caller sees, else ErrNotFound.
func (v *View) Programme(c access.Caller, of id.Programme) (Programme, error) {
	return one(v, &programmes, c, of.Number(), (*showing).showProgramme)
}

// Programmes lists the programmes that the caller sees.
func (v *View) Programmes(c access.Caller, q Query) (Page[Programme], error) {
	return many(v, &programmes, c, q, (*showing).showProgramme)
}

// Review gives a review that the caller sees, else ErrNotFound.
func (v *View) Review(c access.Caller, of id.Review) (Review, error) {
	return one(v, &reviews, c, of.Number(), (*showing).showReview)
}

// Reviews lists the reviews that the caller sees.
func (v *View) Reviews(c access.Caller, q Query) (Page[Review], error) {
	return many(v, &reviews, c, q, (*showing).showReview)
}

// Limit gives a limit that the caller sees, else ErrNotFound.
func (v *View) Limit(c access.Caller, of id.Limit) (Limit, error) {
	return one(v, &limits, c, of.Number(), (*showing).showLimit)
}

// Limits lists the limits that the caller sees.
func (v *View) Limits(c access.Caller, q Query) (Page[Limit], error) {
	return many(v, &limits, c, q, (*showing).showLimit)
}

// Document gives a document that the caller sees, else ErrNotFound.
func (v *View) Document(c access.Caller, of id.Document) (Document, error) {
	shown, err := one(v, &documents, c, of.Number(), (*showing).showDocument)
	if err == nil {
		err = v.evidence(&shown, of)
	}
	return shown, err
}

// Documents lists the documents that the caller sees.
func (v *View) Documents(c access.Caller, q Query) (Page[Document], error) {
	return many(v, &documents, c, q, (*showing).showDocument)
}

// Trades lists the trades that the caller sees.
func (v *View) Trades(c access.Caller, q Query) (Page[Trade], error) {
	return many(v, &trades, c, q, (*showing).showTrade)
}

// Receivable gives a receivable that the caller sees, else ErrNotFound.
func (v *View) Receivable(c access.Caller, of id.Receivable) (Receivable, error) {
	return one(v, &receivables, c, of.Number(), (*showing).showReceivable)
}

// Receivables lists the receivables that the caller sees.
func (v *View) Receivables(c access.Caller, q Query) (Page[Receivable], error) {
	return many(v, &receivables, c, q, (*showing).showReceivable)
}

// Financing gives a financing that the caller sees, else ErrNotFound.
func (v *View) Financing(c access.Caller, of id.Financing) (Financing, error) {
	return one(v, &financings, c, of.Number(), (*showing).showFinancingWhole)
}

// Financings lists the financings that the caller sees.
func (v *View) Financings(c access.Caller, q Query) (Page[Financing], error) {
	return many(v, &financings, c, q, (*showing).showFinancing)
}

// Payment gives a payment that the caller sees, else ErrNotFound.
func (v *View) Payment(c access.Caller, of id.Payment) (Payment, error) {
	return one(v, &payments, c, of.Number(), (*showing).showPayment)
}

// Payments lists the payments that the caller sees.
func (v *View) Payments(c access.Caller, q Query) (Page[Payment], error) {
	return many(v, &payments, c, q, (*showing).showPayment)
}

// Receipt gives a receipt that the caller sees, else ErrNotFound.
func (v *View) Receipt(c access.Caller, of id.Receipt) (Receipt, error) {
	return one(v, &receipts, c, of.Number(), (*showing).showReceipt)
}

// Receipts lists the receipts that the caller sees.
func (v *View) Receipts(c access.Caller, q Query) (Page[Receipt], error) {
	return many(v, &receipts, c, q, (*showing).showReceipt)
}

// Account gives an account that the caller sees, else ErrNotFound.
func (v *View) Account(c access.Caller, of id.Account) (Account, error) {
	return one(v, &accounts, c, of.Number(), (*showing).showAccount)
}

// Accounts lists the accounts that the caller sees.
func (v *View) Accounts(c access.Caller, q Query) (Page[Account], error) {
	return many(v, &accounts, c, q, (*showing).showAccount)
}

// Hold gives a hold that the caller sees, else ErrNotFound.
func (v *View) Hold(c access.Caller, of id.Hold) (Hold, error) {
	return one(v, &holds, c, of.Number(), (*showing).showHold)
}

// Holds lists the holds that the caller sees.
func (v *View) Holds(c access.Caller, q Query) (Page[Hold], error) {
	return many(v, &holds, c, q, (*showing).showHold)
}
