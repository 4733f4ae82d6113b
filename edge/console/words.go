package console

import (
	"millrace/edge/locale"
)

// tone is how much a state asks for attention. It goes with the state's own words, never in their place.
type tone string

const (
	toneGood  tone = "good"
	toneWait  tone = "wait"
	toneBad   tone = "bad"
	toneInfo  tone = "info"
	toneQuiet tone = "quiet"
)

// tones are by state, verdict, or grade of certainty. A state that is not listed is shown without colour.
var tones = map[string]tone{
	// parties and bank accounts
	"provisional": toneWait, "onboarded": toneGood, "suspended": toneBad, "verified": toneGood, "revoked": toneBad,
	// what a second person approves
	"proposed": toneWait, "waiting": toneWait, "live": toneGood, "replaced": toneQuiet, "retired": toneQuiet,
	// receivables
	"open": toneInfo, "closed": toneQuiet, "none": toneQuiet, "soft": toneInfo, "irrevocable": toneGood,
	// financings
	"referred": toneWait, "declined": toneBad, "quoted": toneInfo, "lapsed": toneQuiet, "accepted": toneInfo, "disbursing": toneInfo,
	"outstanding": toneGood, "overdue": toneBad, "in_recourse": toneBad, "defaulted": toneBad, "written_off": toneBad, "bought_back": toneQuiet, "cancelled": toneQuiet,
	// payments and receipts
	"awaiting_approval": toneWait, "instructed": toneInfo, "in_doubt": toneBad, "executed": toneGood, "refused": toneBad, "returned": toneBad,
	"unallocated": toneWait, "allocated": toneGood, "reversed": toneBad,
	// agreements, notices, registrations, encumbrances, payments to sellers' accounts
	"drafted": toneWait, "signed": toneGood, "terminated": toneQuiet, "expired": toneBad, "served": toneInfo, "acknowledged": toneGood,
	"discharged": toneQuiet, "standing": toneBad, "waived": toneGood, "ended": toneQuiet, "clear": toneGood, "found": toneBad,
	// certificates and their holdings
	"redeemed": toneQuiet, "free": toneGood, "offered": toneWait, "pledged": toneInfo, "financed": toneInfo, "spent": toneQuiet,
	// verdicts
	"pass": toneGood, "refer": toneWait, "refuse": toneBad,
	// severities of rules
	"fatal": toneBad, "warning": toneWait, "ignored": toneQuiet,
	// facts
	"proved": toneGood, "not proved": toneQuiet,
	// confirmations in two steps, and disputes
	"started": toneWait, "completed": toneGood, "dropped": toneQuiet,
	"opened": toneBad, "contested": toneBad, "decided": toneWait, "withdrawn": toneQuiet, "settled": toneQuiet,
	// set-off runs and their lines
	"announced": toneInfo, "freezing": toneWait, "frozen": toneWait, "entering": toneWait, "written": toneGood, "lapsing": toneQuiet,
	"held": toneWait, "set_off": toneGood, "released": toneQuiet,
	// auctions
	"sold": toneGood, "unfilled": toneQuiet, "void": toneBad,
	// early payments
	"paying": toneWait, "paid": toneGood, "not_paid": toneQuiet, "came_back": toneBad,
	// documents of onboarding files, and alerts
	"received": toneWait, "checked": toneGood, "taken_for_true": toneWait, "cleared": toneGood,
	// applications of credit
	"due": toneWait, "assessed": toneInfo, "human_review": toneWait, "viewed": toneWait, "approved": toneGood,
	// of what a node stands on
	"in_order": toneGood, "not_known": toneQuiet, "worth_a_look": toneWait, "wrong": toneBad,
	// digital money
	"active": toneInfo, "refunded": toneQuiet,
}

func toneOf(state string) tone { return tones[state] }

// protections name the laws that keep an account apart.
var protections = map[string]string{
	"own_money": "Own money", "trust": "Trust", "trust_de": "Open trust account (Germany)", "special_account_cn": "Special account (China)",
	"safeguarding_eu": "Safeguarding (EU)", "client_money_uk": "Client money (UK)", "safeguarding_uk": "Safeguarding (UK)",
	"control_us": "Control agreement (US)", "escrow": "Escrow by agreement",
}

// capital gives a text a capital first letter.
func capital(text string) string { return locale.Upper(text) }

// explanation says what a code means and what to do about it.
type explanation struct {
	Title string
	Text  string
}

// findings are by code of package trade.
var findings = map[string]explanation{
	"line_sum_differs":         {"The lines do not add up", "The sum of the line amounts is not the total of the lines that the document states. Ask its issuer for a corrected one."},
	"tax_exclusive_differs":    {"The net total does not follow", "Lines less allowances plus charges is not the total before tax that is stated."},
	"tax_inclusive_differs":    {"The gross total does not follow", "The total before tax plus the tax is not the total with tax that is stated."},
	"payable_differs":          {"The amount to pay does not follow", "The total with tax less what was prepaid, rounded as stated, is not the amount to pay."},
	"line_amount_differs":      {"A line's amount does not follow", "Quantity times price, allowances and charges considered, is not the amount of the line."},
	"tax_sum_differs":          {"The taxes do not add up", "The sum of the tax subtotals is not the tax that is stated."},
	"tax_base_differs":         {"The bases of the tax do not add up", "The taxable amounts of the subtotals do not make the total before tax."},
	"payable_negative":         {"The amount to pay is below zero", "An invoice that asks for less than nothing is no claim. Ask for a credit note instead."},
	"self_billed":              {"The buyer issued this invoice", "It is a self-billed invoice. Check the agreement between the two before it is financed."},
	"corrective":               {"It corrects another invoice", "Check what became of the invoice that it corrects, so that the same goods are not billed twice."},
	"factoring_noted":          {"It says that it was assigned already", "The document names a factor as payee, or its type says that the claim was sold. Ask the seller for a release."},
	"due_date_missing":         {"No due date can be read", "Without a due date there is no tenor and no price. Agree on a date with buyer and seller."},
	"due_date_before_issue":    {"It was due before it was issued", "One of the two dates is wrong. Ask the issuer."},
	"order_reference_missing":  {"It names no order", "The document can't be matched with an order, so that part of the evidence is missing."},
	"amount_digits":            {"An amount has too many digits", "An amount has more digits after the point than its currency knows."},
	"currency_differs":         {"Two currencies in one document", "An amount is in another currency than the document."},
	"party_identifier_missing": {"A party has no identifier", "The party is known by its name only, which others may bear too."},
	"lines_missing":            {"It has no lines", "What was delivered and billed can't be compared."},
	"number_missing":           {"It has no number", "The issuer gave the document no number by which to tell it from others."},
	"answer_missing":           {"The answer says neither yes nor no", "An order response must accept or refuse the order."},
	"number_reused":            {"The number was used before", "An earlier document between the two has this number with another date or amount. Ask the issuer which one holds."},
	"same_content":             {"Another invoice has the same lines and amount", "There are goods for both, so it may be a repeat order; look at both deliveries before you clear it."},
	"duplicate_exact":          {"It repeats an earlier document", "Parties, number, date and amount are those of an earlier document. It opened no receivable."},
	"tax_invoice_void":         {"The tax bureau has it as cancelled", "The invoice was cancelled where it was issued. Ask the seller for another one; clear it only with the bureau's word."},
	"tax_invoice_reversed":     {"A red invoice reverses it", "The tax bureau has a red invoice that takes it back, in whole or in part. Look at what is left of it before you clear it."},
	"tax_invoice_differs":      {"The tax bureau has it otherwise", "The number exists there with another day, total or party than this file says. The file was changed or put together."},
	"duplicate_renumbered":     {"An earlier invoice under another number", "Lines and amount are those of an earlier invoice, and there are goods for one only. It must not be financed a second time."},
	"duplicate_near":           {"Nearly an earlier invoice", "Number, date and amount are those of an earlier invoice or a little off, as by a typing or reading error. Compare the two."},
	"duplicate_cross_type":     {"Claimed by another document already", "The same trade is claimed by evidence of another type: one debt on two papers. Only one of them may be financed."},
	"same_amount":              {"An earlier invoice's amount under another number", "This seller does not usually bill the same amount again on such a day. Ask for what was delivered."},
}

// differences are by code of package trade.
var differences = map[string]explanation{
	"price_above_order":       {"Billed at a higher price than ordered", "An invoice asks more for a unit than the order. A credit note or a corrected invoice settles it."},
	"invoiced_above_received": {"More billed than delivered", "More was billed, less credited, than was received, or shipped while nothing is received yet."},
	"invoiced_above_ordered":  {"More billed than ordered", "More was billed, less credited, than was ordered."},
	"received_below_shipped":  {"Less arrived than was sent", "The buyer's receipt names less than the seller's despatch. Goods were lost or rejected."},
	"received_above_ordered":  {"More arrived than was ordered", "The buyer received more than it had ordered."},
	"line_not_ordered":        {"A line was never ordered", "A line refers to nothing in the order."},
	"order_refused":           {"The seller refused the order", "The order response says no; what was billed has no contract behind it."},
	"credited_above_invoiced": {"More credited than billed", "Credit notes take back more than was billed."},
	"invoiced_above_shipped":  {"More billed than shipped", "More was billed, less credited, than was shipped; nothing is received yet."},
	"unit_differs":            {"Units that can’t be compared", "The two lines are measured in units that don’t convert into one another."},
	"agreed_below_ordered":    {"Less promised than ordered", "The seller’s answer promises less than was ordered; the rest is on back-order."},
	"goods_rejected":          {"Goods rejected", "The buyer did not take in all that arrived."},
	"delivered_late":          {"Delivered late", "The last receipt is dated after the promised day."},
	"currency_differs":        {"Order and invoice in different currencies", "Prices can’t be compared."},
}

// rules are by code of package risk.
var rules = map[string]explanation{
	"buyer_grade":        {"Credit grade of the buyer", "From grade 7 a person looks; from grade 9 it is refused."},
	"buyer_overdue":      {"Buyer past due", "More of what the buyer owes in the programme is past due, or for longer, than the programme allows."},
	"circular_trade":     {"Circular trade", "The buyer sells to the seller in turn."},
	"large_amount":       {"Large amount", "The amount is above the programme's bound, so a person looks."},
	"aggregate_exceeded": {"More financed than earned", "The sum financed on the trade lies above what was ordered and received in total."},
	"possible_duplicate": {"Possible duplicate", "Another claim between the two is like this one; the finding on the invoice says which and why."},
	"related_parties":    {"Related parties", "Seller and buyer belong to one group."},
	"seller_share":       {"Share of the seller", "The seller has more than its share of the programme."},
	"tenor":              {"Tenor", "The due date lies outside the tenor that the product allows."},
}

// facts in the order of a trade, with what proves each.
var facts = []struct {
	Code, Title, Prover string
	Types               []string // of the documents that prove it; none for the buyer's undertaking
}{
	{"ordered", "Ordered", "an order", []string{"order"}},
	{"agreed", "Agreed", "an order response that accepts", []string{"order_response", "order_response_simple"}},
	{"shipped", "Shipped", "a despatch advice", []string{"despatch_advice"}},
	{"received", "Received", "a receipt advice", []string{"receipt_advice"}},
	{"invoiced", "Invoiced", "an invoice", []string{"invoice"}},
	{"accepted", "Accepted", "a receipt advice that takes hours or a milestone", []string{"receipt_advice"}},
	{"self_billed", "Billed by the buyer", "a self-billed invoice", []string{"invoice"}},
	{"prepaid", "Prepaid", "an invoice that asks for or takes off a prepayment", []string{"invoice"}},
	{"confirmed", "Confirmed", "the buyer’s undertaking", nil},
}

// special are the facts that only some trades have: they are shown where they are proved.
var special = []string{"accepted", "self_billed", "prepaid"}

// accountTitles are by name of package ledger's chart.
var accountTitles = map[string]string{
	"outside": "Rest of the world", "shortfall": "Shortfall", "funding": "Funding", "collection_unallocated": "Collection, unallocated",
	"collection_for_funder": "Collection for funder", "collection_for_seller": "Collection for seller", "operator_fees": "Fees of the operator",
	"funds_at_custodian": "Funds at custodian", "purchased_receivables": "Purchased receivables", "loans_to_sellers": "Loans to sellers",
	"unearned_discount": "Unearned discount", "interest_income": "Interest income", "late_interest_income": "Late interest income",
	"funds_provided": "Funds provided", "seller_bank": "Bank of the seller", "trade_receivables": "Trade receivables",
	"collections_held": "Collections held", "borrowings": "Borrowings", "sales": "Sales", "financing_cost": "Cost of financing",
	"financing_fees": "Fees for financing", "buyer_bank": "Bank of the buyer", "trade_payables": "Trade payables",
	"confirmed_payables": "Confirmed payables", "purchases": "Purchases", "late_interest_cost": "Cost of late interest",
	"allowance_stage_1": "Allowance, stage 1", "allowance_stage_2": "Allowance, stage 2", "allowance_stage_3": "Allowance, stage 3",
	"commitment_provision": "Provision for commitments", "allowance_trade": "Allowance, trade receivables", "trade_impairment_loss": "Impairment loss",
	"funder_service_cost": "Cost of services", "seller_service_cost": "Cost of services", "buyer_service_cost": "Cost of services",
	"funder_service_owed": "Owed for services", "seller_service_owed": "Owed for services", "buyer_service_owed": "Owed for services",
	"customer_advances": "Paid in advance by customers", "supplier_advances": "Paid in advance to suppliers", "funder_bank": "Bank of the funder", "service_fee_receivable": "Fees to come for services", "service_fee_income": "Income from services",
	"operator_account": "Account of the operator", "fee_income": "Fee income", "migration": "Migration", "source": "Source", "general": "General",
	"for_insurer": "Kept for the credit insurer", "loss_allowance": "Allowance for losses", "financing_loss": "Loss on financings", "recovery_income": "Income from recoveries",
	"operator_fees_collected": "Fees of the operator, out of collections", "fees_collected_for_others": "Fees of others, out of collections",
	"fees_shortfall": "Shortfall of fees", "collected_fees_shortfall": "Shortfall of fees out of collections", "insurer_shortfall": "Shortfall of an insurer’s share",
	"operator_bank": "Bank of the operator", "bank_charges": "Bank charges",
}

var purposes = map[string]string{"disbursement": "Disbursement to seller", "sweep": "Sweep to funder", "pay_out": "Pay-out to seller",
	"operators_fees": "Operator’s fees", "insurers_share": "Insurer’s share", "fees_of_others": "Fees of others", "withdrawal": "Unused funding", "return": "Return of a receipt", "internal_transfer": "Transfer between supervised accounts"}

// undertakings say what a buyer has promised.
var undertakings = map[string]string{
	"none":        "The buyer has undertaken nothing.",
	"soft":        "The buyer confirms that it owes the amount, and keeps its defences.",
	"irrevocable": "The buyer promises to pay whatever becomes of the sale: no set-off, no counterclaim, no defence.",
}

// leftOut says why a receivable can't be financed and what would change it, by code of a selection.
var leftOut = map[string]explanation{
	"already_financed":     {"Financed already", "Nothing: it has been turned into cash. What is held back comes when the buyer has paid."},
	"certificated":         {"Travels in a certificate", "Finance the holding of it that you have, or pass a part of it on."},
	"goods_financed":       {"Its goods are financed", "What is lent on the goods is repaid out of it first: ask for a quote on this invoice, and the rest is yours."},
	"debt_claimed":         {"Being paid by a certificate", "Wait until the certificate is accepted or declined."},
	"findings_open":        {"Findings on the invoice", "Send a corrected invoice, or a credit note and a new one; the findings are on its page."},
	"verification_missing": {"Not verified by the tax bureau", "The bureau is asked by itself. If it calls the invoice invalid, correct it there."},
	"trade_kind_excluded":  {"A kind of trade that is not financed", "Ask the funder or the operator for a programme that finances this kind."},
	"evidence_missing":     {"Evidence is missing", "Send the order or the proof of delivery, or ask the buyer to say that the goods were received."},
	"undertaking_missing":  {"Not confirmed by the buyer", "Ask the buyer to confirm it: it takes one signature at its desk."},
	"nothing_outstanding":  {"Nothing is left of it", "It is paid, credited or disputed as a whole."},
	"rules_breached":       {"Breaks rules that are fatal here", "Send a corrected invoice; the rules that it breaks are on its page."},
	"due_date_invalid":     {"No due date", "Send the invoice with its due date or its terms of payment."},
	"due_by_then":          {"Due today or late", "Nothing: ask the buyer to pay."},
	"tenor_outside":        {"Due too soon or too late", "Too soon: the buyer pays shortly. Too late: ask again when it is nearer."},
	"deal_invalid":         {"Out of bounds", "The amount or the dates are beyond what a price can be reckoned for."},
	"fixing_missing":       {"No fixing of the base rate", "Ask again once the operator has recorded today’s fixing."},
	"grade_not_priced":     {"The buyer’s grade has no price", "Ask the funder: its product lends at better grades only."},
	"due_not_covered":      {"Due beyond the calendar", "Ask again when it is nearer."},
	"nothing_left":         {"The price takes all of it", "Small or nearly due invoices are not worth their fees; finance larger ones."},
	"fees_above_cap":       {"Fees above the cap", "Finance a larger invoice: the fee is the same."},
	"cost_above_cap":       {"Dearer than the cap", "Ask for a shorter time, or when rates are lower."},
	"too_many":             {"Not among the cheapest", "Finance others first."},
}
