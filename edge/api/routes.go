package api

import "millrace/domain/party"

// route is one row of the table of routes. What is not in the table does not exist.
type route struct {
	name    string // operation, and for a POST the command in a bulk
	method  string
	path    string
	roles   party.Role // who may use it; 0: everybody, without a key
	records string     // whose records it shows or touches
	summary string
}

const (
	operator = party.Operator
	auditor  = party.Auditor
	seller   = party.Seller
	buyer    = party.Buyer | party.Anchor
	funder   = party.Funder
	bank     = party.Custodian | party.Bank
	keeper   = party.WarehouseKeeper | party.Carrier
	everyone = operator | auditor | seller | buyer | funder | bank | keeper

	get  = "GET"
	post = "POST"

	ofAll     = "all"
	ofOwn     = "the party's own"
	ofItsPart = "those in which the party takes part"
	ofDeal    = "those in which the party is seller or buyer, or which it funds"
	ofGoods   = "those that the party reported, in which it is seller or buyer, of its goods, or of trades that it funds"
)

// routes is the table. Operator and auditor see all records; the column says what the other roles see or touch. A
// command's roles are those that the book permits.
var routes = []route{
	{"overview", get, "/v1/overview", everyone, ofItsPart, "Totals of what the caller sees"},
	{"whoami", get, "/v1/me", everyone, ofOwn, "Who is asking"},

	{"list_parties", get, "/v1/parties", everyone, ofOwn, "Parties"},
	{"get_party", get, "/v1/parties/{id}", everyone, ofOwn, "A party"},
	{"register_party", post, "/v1/parties", operator, ofAll, "Onboard a party"},
	{"list_bank_accounts", get, "/v1/bank-accounts", everyone, ofOwn, "Bank accounts"},
	{"get_bank_account", get, "/v1/bank-accounts/{id}", everyone, ofOwn, "A bank account"},
	{"propose_bank_account", post, "/v1/parties/{id}/bank-accounts", operator | seller | funder, ofOwn, "Name a party's bank account"},
	{"verify_bank_account", post, "/v1/bank-accounts/{id}/verification", operator, ofAll, "Verify a bank account, as a second person"},
	{"list_actors", get, "/v1/actors", everyone, ofOwn, "People and machines that act"},
	{"get_actor", get, "/v1/actors/{id}", everyone, ofOwn, "An actor"},
	{"register_actor", post, "/v1/actors", operator, ofAll, "Register an actor"},
	{"list_keys", get, "/v1/keys", everyone, ofOwn, "Keys"},
	{"get_key", get, "/v1/keys/{id}", everyone, ofOwn, "A key"},
	{"add_key", post, "/v1/actors/{id}/keys", operator, ofAll, "Give an actor a key; the secret is shown once"},
	{"revoke_key", post, "/v1/keys/{id}/revocation", operator, ofAll, "Revoke a key, at once"},

	{"list_products", get, "/v1/products", everyone, "those that are not only proposed", "Products"},
	{"get_product", get, "/v1/products/{id}", everyone, "those that are not only proposed", "A product"},
	{"propose_product", post, "/v1/products", operator, ofAll, "Propose the terms of a product"},
	{"approve_product", post, "/v1/products/{id}/approval", operator, ofAll, "Approve a product, as a second person"},
	{"list_programmes", get, "/v1/programmes", everyone, ofItsPart + "; a seller's: those of its buyers", "Programmes"},
	{"get_programme", get, "/v1/programmes/{id}", everyone, ofItsPart + "; a seller's: those of its buyers", "A programme"},
	{"propose_programme", post, "/v1/programmes", operator, ofAll, "Propose a programme"},
	{"approve_programme", post, "/v1/programmes/{id}/approval", operator, ofAll, "Approve a programme, as a second person"},
	{"list_reviews", get, "/v1/reviews", operator | auditor | funder, "of anchors of its programmes and of sellers that it funds", "Credit reviews"},
	{"get_review", get, "/v1/reviews/{id}", operator | auditor | funder, "of anchors of its programmes and of sellers that it funds", "A credit review"},
	{"propose_review", post, "/v1/reviews", operator, ofAll, "Propose the outcome of a credit review"},
	{"approve_review", post, "/v1/reviews/{id}/approval", operator, ofAll, "Approve a credit review, as a second person"},
	{"list_limits", get, "/v1/limits", operator | auditor | funder, ofOwn, "Limits"},
	{"get_limit", get, "/v1/limits/{id}", operator | auditor | funder, ofOwn, "A limit"},
	{"propose_limit", post, "/v1/limits", operator | funder, ofOwn, "Propose a limit"},
	{"approve_limit", post, "/v1/limits/{id}/approval", operator | funder, ofOwn, "Approve a limit, as a second person"},

	{"list_documents", get, "/v1/documents", operator | auditor | seller | buyer | funder, ofDeal, "Documents"},
	{"get_document", get, "/v1/documents/{id}", operator | auditor | seller | buyer | funder, ofDeal, "A document"},
	{"get_original", get, "/v1/documents/{id}/original", operator | auditor | seller | buyer | funder, ofDeal, "A document's bytes as they were received"},
	{"record_document", post, "/v1/documents", operator | seller | buyer, ofDeal, "Keep a document"},
	{"get_companion", get, "/v1/documents/{id}/companions/{n}", operator | auditor | seller | buyer | funder, ofDeal, "A file that came beside a document"},
	{"record_verification", post, "/v1/documents/{id}/verification", operator, ofAll, "Record what a tax bureau says of an invoice"},
	{"list_mappings", get, "/v1/mappings", everyone, ofOwn, "Mappings of tables"},
	{"get_mapping", get, "/v1/mappings/{id}", everyone, ofOwn, "A mapping of tables"},
	{"set_mapping", post, "/v1/parties/{id}/mappings", operator | seller | buyer, ofOwn, "Say how a party's tables are read"},
	{"record_table", post, "/v1/parties/{id}/tables", operator | seller | buyer, ofOwn, "Keep the documents of a table, read by a mapping"},
	{"list_trades", get, "/v1/trades", operator | auditor | seller | buyer | funder, ofDeal, "Trades"},
	{"get_trade", get, "/v1/trades/{id}", operator | auditor | seller | buyer | funder, ofDeal, "A trade"},
	{"list_receivables", get, "/v1/receivables", operator | auditor | seller | buyer | funder, ofDeal, "Receivables"},
	{"get_receivable", get, "/v1/receivables/{id}", operator | auditor | seller | buyer | funder, ofDeal, "A receivable"},
	{"confirm", post, "/v1/receivables/{id}/confirmation", buyer, "those in which the party is buyer", "Confirm a receivable, as its buyer"},
	{"clear_findings", post, "/v1/receivables/{id}/clearance", operator, ofAll, "Clear findings, with a reason"},

	{"list_financings", get, "/v1/financings", operator | auditor | seller | funder, "those in which the party is seller, or which it funds", "Financings"},
	{"get_financing", get, "/v1/financings/{id}", operator | auditor | seller | funder, "those in which the party is seller, or which it funds", "A financing"},
	{"request_quote", post, "/v1/quotes", operator | seller, ofOwn, "Ask what a receivable would bring"},
	{"decide_referral", post, "/v1/financings/{id}/referral", funder, "those which the party funds", "Decide what a rule has referred"},
	{"accept_quote", post, "/v1/financings/{id}/acceptance", seller, ofOwn, "Accept a quote, as the seller"},
	{"disburse", post, "/v1/financings/{id}/disbursement", operator | funder, "those that it funds", "Instruct the payment to the seller; where the law wants it, only its funder may"},
	{"cancel_financing", post, "/v1/financings/{id}/cancellation", operator | seller, ofOwn, "Cancel what was accepted and is not instructed"},
	{"call_recourse", post, "/v1/financings/{id}/recourse", operator | funder, "those which the party funds", "Call the seller"},
	{"close_financing", post, "/v1/financings/{id}/closing", operator, ofAll, "Close a financing on which nothing is owed"},

	{"list_payments", get, "/v1/payments", operator | auditor | seller | funder | bank, "to the party, of what it funds, or of programmes in its custody", "Payments"},
	{"get_payment", get, "/v1/payments/{id}", operator | auditor | seller | funder | bank, "to the party, of what it funds, or of programmes in its custody", "A payment"},
	{"approve_payment", post, "/v1/payments/{id}/approval", operator, ofAll, "Approve or decline a payment, as a second person"},
	{"retry_payment", post, "/v1/payments/{id}/retry", operator, ofAll, "Record one more attempt, under the same key"},
	{"record_outcome", post, "/v1/payments/{id}/outcome", operator | party.Bank, "of programmes in its custody", "Record what the bank has done"},
	{"list_receipts", get, "/v1/receipts", operator | auditor | buyer | funder | bank, "of programmes in its custody or round it, and its own deposits", "Receipts"},
	{"get_receipt", get, "/v1/receipts/{id}", operator | auditor | buyer | funder | bank, "of programmes in its custody or round it, and its own deposits", "A receipt"},
	{"record_receipt", post, "/v1/receipts", operator | party.Bank, "of programmes in its custody", "Book money that came in"},
	{"reverse_receipt", post, "/v1/receipts/{id}/reversal", operator | party.Bank, "of programmes in its custody", "Book that the bank took money back"},
	{"allocate", post, "/v1/allocations", operator, ofAll, "Say for which receivable money was received"},
	{"sweep", post, "/v1/sweeps", operator, ofAll, "Return to a funder what was collected for it"},
	{"pay_out", post, "/v1/pay-outs", operator, ofAll, "Pay to a seller what was collected for it"},

	{"list_accounts", get, "/v1/accounts", everyone, "in the party's books, and supervised money owed to it", "Accounts"},
	{"get_account", get, "/v1/accounts/{id}", everyone, "in the party's books, and supervised money owed to it", "An account"},
	{"list_movements", get, "/v1/accounts/{id}/movements", everyone, "in the party's books, and supervised money owed to it", "Movements of an account"},
	{"open_accounts", post, "/v1/accounts", operator, ofAll, "Open accounts of an own chart"},
	{"post_transfers", post, "/v1/transfers", operator, ofAll, "Post transfers between accounts of an own chart, all or none"},
	{"list_holds", get, "/v1/holds", operator | auditor, ofAll, "Holds"},
	{"get_hold", get, "/v1/holds/{id}", operator | auditor, ofAll, "A hold"},
	{"place_hold", post, "/v1/holds", operator, ofAll, "Set money of an own account aside"},
	{"end_hold", post, "/v1/holds/{id}/end", operator, ofAll, "Post or void a hold"},

	{"open_day", post, "/v1/day", operator, ofAll, "Close the business date and open a later one"},
	{"list_entries", get, "/v1/entries", operator | auditor, ofAll, "Entries of the journal"},
	{"get_entry", get, "/v1/entries/{sequence}", operator | auditor, ofAll, "An entry"},
	{"get_story", get, "/v1/stories/{id}", everyone, "of records that the party sees", "All entries that changed a record"},
	{"submit_commands", post, "/v1/commands", everyone, "as for each command", "Many independent commands, each with its own answer"},

	{"list_goods_movements", get, "/v1/movements", operator | auditor | seller | buyer | funder | keeper, ofGoods, "Movements of goods"},
	{"get_goods_movement", get, "/v1/movements/{id}", operator | auditor | seller | buyer | funder | keeper, ofGoods, "A movement of goods"},
	{"record_movement", post, "/v1/movements", operator | seller | buyer | keeper, ofGoods, "Keep what a file says of goods, event by event"},
	{"list_stock", get, "/v1/parties/{id}/stock", operator | auditor | seller | buyer | keeper, ofOwn, "The latest count of each item at each place"},

	{"healthz", get, "/healthz", 0, "none", "Whether the node works"},
	{"explain_problem", get, "/problems/{code}", 0, "none", "What a problem means"},
}

var routeByName = func() map[string]route {
	byName := make(map[string]route, len(routes))
	for _, r := range routes {
		byName[r.name] = r
	}
	return byName
}()
