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
	ofHeld    = "those which the party has issued, or had in its hands"
	ofControl = "those which the party holds or held, or which are offered or pledged to it, or which it finances"
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
	{"get_product_file", get, "/v1/products/{id}/file", everyone, "those that are not only proposed", "A product as the file that says it (YAML)"},
	{"retire_product", post, "/v1/products/{id}/retirement", operator, ofAll, "End a product's use for new programmes, as a second person"},
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
	{"list_fixings", get, "/v1/fixings", everyone, "all: they are published", "Fixings of base rates"},
	{"get_fixing", get, "/v1/fixings/{id}", everyone, "all: they are published", "A fixing of a base rate"},
	{"record_fixing", post, "/v1/fixings", operator, ofAll, "Record the value of a base rate on a day"},
	{"list_periods", get, "/v1/periods", everyone, "those that are closed", "Periods of the books"},
	{"get_period", get, "/v1/periods/{id}", everyone, "those that are closed", "A period of the books"},
	{"close_period", post, "/v1/periods", operator, ofAll, "Propose to close the books until a business date"},
	{"approve_closing", post, "/v1/periods/{id}/approval", operator, ofAll, "Close the books, as a second person who gets the same trial balance"},
	{"list_mappings", get, "/v1/mappings", everyone, ofOwn, "Mappings of tables"},
	{"get_mapping", get, "/v1/mappings/{id}", everyone, ofOwn, "A mapping of tables"},
	{"set_mapping", post, "/v1/parties/{id}/mappings", operator | seller | buyer, ofOwn, "Say how a party's tables are read"},
	{"record_table", post, "/v1/parties/{id}/tables", operator | seller | buyer, ofOwn, "Keep the documents of a table, read by a mapping"},
	{"list_trades", get, "/v1/trades", operator | auditor | seller | buyer | funder, ofDeal, "Trades"},
	{"get_trade", get, "/v1/trades/{id}", operator | auditor | seller | buyer | funder, ofDeal, "A trade"},
	{"list_receivables", get, "/v1/receivables", operator | auditor | seller | buyer | funder, ofDeal, "Receivables"},
	{"get_receivable", get, "/v1/receivables/{id}", operator | auditor | seller | buyer | funder, ofDeal, "A receivable"},
	{"confirm", post, "/v1/receivables/{id}/confirmation", operator | buyer, "those in which the party is buyer", "Confirm a receivable, as its buyer, or relay the signed confirmation"},
	{"clear_findings", post, "/v1/receivables/{id}/clearance", operator, ofAll, "Clear findings, with a reason"},

	{"list_financings", get, "/v1/financings", operator | auditor | seller | funder, "those in which the party is seller, or which it funds", "Financings"},
	{"get_financing", get, "/v1/financings/{id}", operator | auditor | seller | funder, "those in which the party is seller, or which it funds", "A financing"},
	{"request_quote", post, "/v1/quotes", operator | seller, ofOwn, "Ask what a receivable would bring"},
	{"select_receivables", get, "/v1/selection", operator | auditor | seller, ofOwn, "The cheapest receivables to finance for an amount that is needed by a day"},
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

	{"trial_balance", get, "/v1/reports/trial-balance", everyone, ofOwn, "The trial balance of a business date"},
	{"ageing", get, "/v1/reports/ageing", everyone, ofItsPart, "What is owed, by days past due"},
	{"general_ledger", get, "/v1/reports/general-ledger", everyone, ofOwn, "Every posting between two business dates, as CSV"},
	{"supplier_finance", get, "/v1/reports/supplier-finance", operator | auditor | buyer, ofOwn, "What a buyer discloses about its supplier finance arrangements"},
	{"list_accounts", get, "/v1/accounts", everyone, "in the party's books, and supervised money owed to it", "Accounts"},
	{"get_account", get, "/v1/accounts/{id}", everyone, "in the party's books, and supervised money owed to it", "An account"},
	{"list_movements", get, "/v1/accounts/{id}/movements", everyone, "in the party's books, and supervised money owed to it", "Movements of an account"},
	{"open_accounts", post, "/v1/accounts", operator, ofAll, "Open accounts of an own chart"},
	{"post_transfers", post, "/v1/transfers", operator, ofAll, "Post transfers between accounts of an own chart, all or none"},
	{"list_holds", get, "/v1/holds", operator | auditor, ofAll, "Holds"},
	{"get_hold", get, "/v1/holds/{id}", operator | auditor, ofAll, "A hold"},
	{"place_hold", post, "/v1/holds", operator, ofAll, "Set money of an own account aside"},
	{"end_hold", post, "/v1/holds/{id}/end", operator, ofAll, "Post or void a hold"},

	{"list_templates", get, "/v1/templates", everyone, "those that are not only proposed", "Texts of agreements"},
	{"get_template", get, "/v1/templates/{id}", everyone, "those that are not only proposed", "A template with its text"},
	{"propose_template", post, "/v1/templates", operator, ofAll, "Propose a version of a text"},
	{"approve_template", post, "/v1/templates/{id}/approval", operator, ofAll, "Approve a text, as a second person"},
	{"retire_template", post, "/v1/templates/{id}/retirement", operator, ofAll, "End the use of a text"},
	{"list_agreements", get, "/v1/agreements", everyone, "those to which the party is one", "Agreements"},
	{"get_agreement", get, "/v1/agreements/{id}", everyone, "those to which the party is one", "An agreement with its terms, and what is to be signed"},
	{"draft_agreement", post, "/v1/agreements", operator | funder, ofItsPart, "Draft an agreement from a live template"},
	{"sign_agreement", post, "/v1/agreements/{id}/signatures", operator | seller | buyer | funder | party.Custodian, ofItsPart, "Bring a party's signatures"},
	{"terminate_agreement", post, "/v1/agreements/{id}/termination", operator | seller | buyer | funder | party.Custodian, ofItsPart, "End an agreement, or withdraw a draft"},
	{"list_notices", get, "/v1/notices", operator | auditor | seller | buyer | funder, "those that it gives or has received", "Notices to debtors"},
	{"get_notice", get, "/v1/notices/{id}", operator | auditor | seller | buyer | funder, "those that it gives or has received", "A notice"},
	{"get_letter", get, "/v1/notices/{id}/letter", operator | auditor | seller | buyer | funder, "those that it gives or has received", "The letter of a notice, PDF"},
	{"draft_notice", post, "/v1/notices", operator | seller | funder, ofItsPart, "Write a notice with its letter"},
	{"advance_notice", post, "/v1/notices/{id}/steps", operator | seller | buyer | funder, ofItsPart, "Say that a notice was served, proved or acknowledged"},
	{"list_misdirected_payments", get, "/v1/misdirected-payments", operator | auditor | seller | buyer | funder, ofDeal, "Payments to sellers' own accounts"},
	{"get_misdirected_payment", get, "/v1/misdirected-payments/{id}", operator | auditor | seller | buyer | funder, ofDeal, "A payment to a seller's own account"},
	{"record_misdirected_payment", post, "/v1/misdirected-payments", operator | buyer, "those in which the party is buyer", "Record that the buyer paid the seller's own account"},
	{"call_warranty", post, "/v1/financings/{id}/warranty", operator | funder, "those which the party funds", "Call the seller for what it received in the funder's place"},
	{"reassign_receivable", post, "/v1/financings/{id}/reassignment", operator | funder, "those which the party funds", "Give what is left of a receivable back to its seller"},
	{"list_reassignments", get, "/v1/reassignments", operator | auditor | seller | funder, ofItsPart, "Reassignments"},
	{"get_reassignment", get, "/v1/reassignments/{id}", operator | auditor | seller | funder, ofItsPart, "A reassignment"},
	{"list_registrations", get, "/v1/registrations", operator | auditor | seller | funder, ofItsPart, "Registrations"},
	{"get_registration", get, "/v1/registrations/{id}", operator | auditor | seller | funder, ofItsPart, "A registration"},
	{"file_registration", post, "/v1/registrations", operator | funder, ofOwn, "Propose to file, renew or discharge"},
	{"confirm_registration", post, "/v1/registrations/{id}/confirmation", operator | funder, ofOwn, "Confirm what a registry has done, as a second person"},
	{"list_searches", get, "/v1/searches", operator | auditor | funder, "its own, and those against sellers that it funds", "Searches of registries"},
	{"get_search", get, "/v1/searches/{id}", operator | auditor | funder, "its own, and those against sellers that it funds", "A search"},
	{"record_search", post, "/v1/searches", operator | funder, ofOwn, "Record a search and what it found"},
	{"list_encumbrances", get, "/v1/encumbrances", operator | auditor | seller | funder, "its own, and those of sellers that it funds or has searched", "Rights of others in sellers' receivables"},
	{"get_encumbrance", get, "/v1/encumbrances/{id}", operator | auditor | seller | funder, "its own, and those of sellers that it funds or has searched", "An encumbrance"},
	{"release_encumbrance", post, "/v1/encumbrances/{id}/release", operator, ofAll, "Record a waiver or the end of an encumbrance, as a second person"},
	{"list_sales_contracts", get, "/v1/sales-contracts", operator | auditor | seller | buyer | funder, "its own, and those of sellers that it funds", "What sales contracts say of assignment"},
	{"get_sales_contract", get, "/v1/sales-contracts/{id}", operator | auditor | seller | buyer | funder, "its own, and those of sellers that it funds", "What a sales contract says of assignment"},
	{"record_sales_contract", post, "/v1/sales-contracts", operator, ofAll, "Record what a sales contract says of assignment"},

	{"open_day", post, "/v1/day", operator, ofAll, "Close the business date and open a later one"},
	{"list_entries", get, "/v1/entries", operator | auditor, ofAll, "Entries of the journal"},
	{"get_entry", get, "/v1/entries/{sequence}", operator | auditor, ofAll, "An entry"},
	{"get_story", get, "/v1/stories/{id}", everyone, "of records that the party sees", "All entries that changed a record"},
	{"submit_commands", post, "/v1/commands", everyone, "as for each command", "Many independent commands, each with its own answer"},

	{"list_goods_movements", get, "/v1/movements", operator | auditor | seller | buyer | funder | keeper, ofGoods, "Movements of goods"},
	{"get_goods_movement", get, "/v1/movements/{id}", operator | auditor | seller | buyer | funder | keeper, ofGoods, "A movement of goods"},
	{"record_movement", post, "/v1/movements", operator | seller | buyer | keeper, ofGoods, "Keep what a file says of goods, event by event"},
	{"list_stock", get, "/v1/parties/{id}/stock", operator | auditor | seller | buyer | keeper, ofOwn, "The latest count of each item at each place"},
	{"list_signing_keys", get, "/v1/signing-keys", everyone, ofOwn, "Keys that sign for a party"},
	{"get_signing_key", get, "/v1/signing-keys/{id}", everyone, ofOwn, "A signing key"},
	{"propose_signing_key", post, "/v1/signing-keys", operator | seller | buyer | funder, "of any party", "Bring the key of a signatory, with its proof"},
	{"approve_signing_key", post, "/v1/signing-keys/{id}/approval", operator, ofAll, "Approve a signing key, as a second person"},
	{"revoke_signing_key", post, "/v1/signing-keys/{id}/revocation", operator | seller | buyer | funder, ofOwn, "Revoke a signing key, at once"},
	{"list_mandates", get, "/v1/mandates", everyone, ofOwn, "What signing keys may sign"},
	{"get_mandate", get, "/v1/mandates/{id}", everyone, ofOwn, "A mandate"},
	{"propose_mandate", post, "/v1/signing-keys/{id}/mandates", operator | seller | buyer | funder, ofOwn, "Propose what a signing key may sign"},
	{"approve_mandate", post, "/v1/mandates/{id}/approval", operator | seller | buyer | funder, ofOwn, "Approve a mandate, as a second person"},
	{"revoke_mandate", post, "/v1/mandates/{id}/revocation", operator | seller | buyer | funder, ofOwn, "Revoke a mandate, at once"},
	{"make_statement", post, "/v1/statements/{command}", everyone, "as for the command", "What is to be signed for a command; nothing is done"},
	{"list_confirmations", get, "/v1/confirmations", operator | auditor | buyer, "of receivables in which the party is buyer", "Confirmations that began with one signature"},
	{"get_confirmation", get, "/v1/confirmations/{id}", operator | auditor | buyer, "of receivables in which the party is buyer", "A confirmation that began with one signature"},
	{"start_confirmation", post, "/v1/receivables/{id}/confirmations", operator | buyer, "those in which the party is buyer", "Start a confirmation, as the first of two signatories"},
	{"complete_confirmation", post, "/v1/confirmations/{id}/completion", operator | buyer, "of receivables in which the party is buyer", "Complete a confirmation, as the second signatory"},
	{"drop_confirmation", post, "/v1/confirmations/{id}/drop", operator | buyer, "of receivables in which the party is buyer", "Drop a confirmation that has one signature"},
	{"withdraw_confirmation", post, "/v1/receivables/{id}/withdrawal", buyer, "those in which the party is buyer", "Take a soft confirmation back"},
	{"list_disputes", get, "/v1/disputes", operator | auditor | seller | buyer | funder, ofDeal, "Disputes"},
	{"get_dispute", get, "/v1/disputes/{id}", operator | auditor | seller | buyer | funder, ofDeal, "A dispute"},
	{"open_dispute", post, "/v1/receivables/{id}/disputes", buyer, "those in which the party is buyer", "Dispute a receivable, as its buyer"},
	{"answer_dispute", post, "/v1/disputes/{id}/answer", seller, "those in which the party is seller", "Answer a dispute, as the seller"},
	{"decide_dispute", post, "/v1/disputes/{id}/decision", operator, ofAll, "Decide a dispute, on evidence"},
	{"close_dispute", post, "/v1/disputes/{id}/closing", operator | buyer, "those in which the party is buyer", "Withdraw a dispute, or settle it as a second person"},
	{"list_certificates", get, "/v1/certificates", operator | auditor | seller | buyer | funder, ofHeld, "Certificates"},
	{"get_certificate", get, "/v1/certificates/{id}", operator | auditor | seller | buyer | funder, ofHeld, "A certificate"},
	{"get_certificate_tree", get, "/v1/certificates/{id}/tree", operator | auditor | seller | buyer | funder, ofHeld + "; of the tree, the paths to its own holdings", "A certificate from its issue to its redemption"},
	{"list_holdings", get, "/v1/holdings", operator | auditor | seller | funder, ofControl, "Holdings of certificates"},
	{"get_holding", get, "/v1/holdings/{id}", operator | auditor | seller | funder, ofControl, "A holding"},
	{"issue_certificate", post, "/v1/receivables/{id}/certificate", operator | buyer, "those in which the party is buyer", "Issue a certificate on an irrevocable undertaking"},
	{"set_standing", post, "/v1/standing-acceptances", operator | seller, ofOwn, "Accept certificates in advance, or withdraw that"},
	{"move_holdings", post, "/v1/moves", operator | seller | funder, "those which the party controls", "Split, transfer, accept, decline, withdraw, pledge and release holdings, all or none"},
	{"cancel_certificate", post, "/v1/certificates/{id}/cancellation", operator | seller | buyer, ofHeld, "Cancel a certificate by the word of all who hold it"},
	{"list_auctions", get, "/v1/auctions", operator | auditor | seller | funder, "its own as seller, those of its programmes as funder", "Auctions"},
	{"get_auction", get, "/v1/auctions/{id}", operator | auditor | seller | funder, "its own as seller, those of its programmes as funder", "An auction"},
	{"get_auction_view", get, "/v1/auctions/{id}/view", operator | auditor | funder, "those in which it has bid, once they are over", "What a bidder may see of an auction, to check its result by"},
	{"open_auction", post, "/v1/auctions", operator | seller, ofOwn, "Put receivables up as one lot, for which funders bid a rate"},
	{"award_auction", post, "/v1/auctions/{id}/award", operator | seller, ofOwn, "End an auction whose bids are all open; the node ends it otherwise"},
	{"place_bid", post, "/v1/auctions/{id}/bids", funder, "those of its programmes", "Hand in a sealed bid"},
	{"list_bids", get, "/v1/bids", operator | auditor | funder, ofOwn, "Bids"},
	{"get_bid", get, "/v1/bids/{id}", operator | auditor | funder, ofOwn, "A bid"},
	{"withdraw_auction", post, "/v1/auctions/{id}/withdrawal", operator | seller, ofOwn, "Withdraw an auction that one has opened, before a bid is open"},
	{"list_placements", get, "/v1/placements", operator | auditor | seller, ofOwn, "Placements: one receivable with several funders"},
	{"get_placement", get, "/v1/placements/{id}", operator | auditor | seller, ofOwn, "A placement"},
	{"accept_placement", post, "/v1/placements/{id}/acceptance", seller, ofOwn, "Accept the quotes of all funders of a placement"},
	{"disburse_placement", post, "/v1/placements/{id}/disbursement", operator, ofAll, "Pay out all parts of a placement"},
	{"list_early_offers", get, "/v1/early-offers", operator | auditor | seller | buyer, "its own as buyer, those of its buyers as seller", "Offers of buyers to pay early"},
	{"get_early_offer", get, "/v1/early-offers/{id}", operator | auditor | seller | buyer, "its own as buyer, those of its buyers as seller", "An offer to pay early"},
	{"open_early_offer", post, "/v1/early-offers", buyer, ofOwn, "Offer to pay early out of own cash"},
	{"withdraw_early_offer", post, "/v1/early-offers/{id}/withdrawal", buyer, ofOwn, "Withdraw an offer to pay early"},
	{"list_early_payments", get, "/v1/early-payments", operator | auditor | seller | buyer, ofOwn, "Early payments"},
	{"get_early_payment", get, "/v1/early-payments/{id}", operator | auditor | seller | buyer, ofOwn, "An early payment"},
	{"accept_early_payment", post, "/v1/early-offers/{id}/acceptance", seller, "those of its buyers", "Accept to be paid early, for one receivable or several"},
	{"list_instructions", get, "/v1/instructions", operator | auditor | seller, ofOwn, "Standing instructions of sellers"},
	{"get_instruction", get, "/v1/instructions/{id}", operator | auditor | seller, ofOwn, "A standing instruction"},
	{"give_instruction", post, "/v1/instructions", seller, ofOwn, "Have what comes within signed bounds quoted and accepted"},
	{"revoke_instruction", post, "/v1/instructions/{id}/revocation", operator | seller, ofOwn, "Revoke a standing instruction, at once"},
	{"open_bid", post, "/v1/bids/{id}/opening", funder, ofOwn, "Open a sealed bid, after the auction has closed and before its time is over"},

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
