package problem

import "net/http"

// Explanation explains one code.
type Explanation struct {
	Code    string `json:"code"`
	Status  int    `json:"status" doc:"usual HTTP status; 404 where the request's own path names a record that is not there"`
	Title   string `json:"title"`
	Meaning string `json:"meaning" doc:"why it happens and what to do"`
}

// Explain gives the entry of a code.
func Explain(code string) (Explanation, bool) {
	entry, known := byCode[code]
	return entry, known
}

const (
	malformed     = http.StatusBadRequest
	unauthorised  = http.StatusUnauthorized
	forbidden     = http.StatusForbidden
	notFound      = http.StatusNotFound
	conflict      = http.StatusConflict
	unprocessable = http.StatusUnprocessableEntity
	unavailable   = http.StatusServiceUnavailable
)

// Catalogue is every code that can be answered, those of requests first, then those of the engine, then the book's.
var Catalogue = []Explanation{
	{"request_malformed", malformed, "The request can't be read", "The body is not JSON, or a parameter is not of its form. The errors name each place."},
	{"request_invalid", unprocessable, "Fields of the request are wrong", "The body is readable, but fields are missing, unknown, or not of their form. The errors name each field."},
	{"body_missing", malformed, "The body is missing", "This request needs a body."},
	{"body_too_large", http.StatusRequestEntityTooLarge, "The body is too large", "Documents may have 10 MiB, other bodies 1 MiB, unless the operator has set other bounds."},
	{"media_type", http.StatusUnsupportedMediaType, "The media type is not read", "Send application/json, application/xml, application/pdf, application/ofd or application/zip for documents, or application/x-ndjson for streams of commands."},
	{"idempotency_key_missing", malformed, "The idempotency key is missing", "Every POST carries an Idempotency-Key of 1 to 128 bytes of your choice: sent again with the same key, it is done once."},
	{"idempotency_key_invalid", malformed, "The idempotency key is not of its form", "A key is 1 to 128 printable ASCII characters."},
	{"cursor_invalid", malformed, "The cursor is not valid here", "Send back the cursor of the page before, with the same filters and order."},
	{"sequence_ahead", malformed, "The journal has not come that far", "The parameter after names an entry that this node does not have."},
	{"command_unknown", unprocessable, "The command is not known", "The list of commands is in the description of POST /v1/commands."},
	{"not_found", notFound, "There is nothing here", "There is no such record, or it is another party's."},
	{"method_not_allowed", http.StatusMethodNotAllowed, "The method is not allowed here", "The Allow header lists the methods of this path."},
	{"problem_unknown", notFound, "There is no problem of this name", "The path ends with a code of this catalogue."},
	{"erased", http.StatusGone, "It was erased", "What it said is no longer in the vault. That it was there stays provable."},
	{"document_malformed", malformed, "The document is no XML, PDF or archive that is read", "The bytes are not well-formed XML in a known encoding, or hold a document type declaration, or are a PDF or an archive that is damaged or encrypted. File and line or object say where."},
	{"document_invalid", unprocessable, "The document is not valid", "It is XML, but not a valid document of UBL, a valid Cross Industry Invoice or Chinese electronic invoice, or a PDF or an archive without one. File, line, field and value say where."},
	{"document_unsupported", http.StatusUnsupportedMediaType, "The type of document is not read", "Order, order response, despatch advice, receipt advice, invoice and credit note in UBL 2 are read, invoice and credit note as Cross Industry Invoice and Chinese electronic invoice too."},
	{"table_invalid", unprocessable, "The table can't be read", "It is no table that is read, or not one of this mapping: a column is missing, or a header stands twice. Errors name each place."},
	{"key_missing", unauthorised, "Who is asking?", "Send a key as a bearer token: Authorization: Bearer mlr_…"},
	{"key_not_valid", unauthorised, "The key is not valid", "It is unknown or revoked, its actor is not active, or its party is suspended."},
	{"not_local", forbidden, "This node serves its own machine only", "A node without keys answers requests from its own machine, by a local name, and from no other site's pages. Give actors keys to serve others."},
	{"role_forbidden", forbidden, "Your role may not do this", "The reference lists the roles of each request."},
	{"timeout", unavailable, "It took too long", "Whether a command was carried out is known by sending it again with the same key."},
	{"tables_missing", unavailable, "This node answers no queries", "It runs without tables."},
	{"internal", http.StatusInternalServerError, "Something went wrong on this node", "It is in the node's log. A command sent again with the same key is done once."},

	{"busy", unavailable, "The queue is full", "Come back after the seconds in Retry-After."},
	{"read_only", unavailable, "The node takes no commands", "It was opened to be read, or was restored and waits for a person's word."},
	{"disk_full", http.StatusInsufficientStorage, "The disk is nearly full", "Commands are refused while less than 2 % of the disk is free. Queries go on."},
	{"stopped", unavailable, "The node is stopping", "Send the same request again, with the same key, once it is back."},
	{"key_reused", conflict, "The idempotency key was used for something else", "Take a new key for a new command."},
	{"key_too_long", malformed, "The idempotency key is too long", "A key has at most 128 bytes."},
	{"clock_ahead", unavailable, "The node's clock must be confirmed", "It is far ahead of the last entry. The operator has to confirm that it is right."},
	{"entry_too_large", http.StatusRequestEntityTooLarge, "The command is too large", "What it asks and what it would do are more than 1 MiB. Divide it."},

	{"actor_missing", forbidden, "The command needs an actor", "Only people and machines that are registered give this command."},
	{"actor_unknown", forbidden, "The actor is unknown", "Whoever acts is registered by the operator first."},
	{"actor_inactive", forbidden, "The actor is not active", "The operator has ended this actor's access."},
	{"not_permitted", forbidden, "The role may not give this command", "Each command belongs to certain roles."},
	{"party_suspended", forbidden, "The party is suspended", "No new business with a suspended party."},
	{"other_party", forbidden, "It belongs to another party", "Each party acts on its own records."},
	{"second_person", forbidden, "A second person must approve", "Who proposes does not approve, so that no one person moves money or sets terms."},
	{"already_founded", conflict, "The book has begun already", "A book is founded once."},

	{"party_unknown", unprocessable, "The party is unknown", "No party has this identity."},
	{"party_known", conflict, "An identifier belongs to another party", "A legal entity is registered once. Use the party that is there."},
	{"party_ambiguous", conflict, "The identifiers were seen with two parties", "Documents have shown these identifiers with different parties. Register them one by one."},
	{"party_not_onboarded", unprocessable, "The party is not onboarded", "It is only known from documents, or suspended. Register it first."},
	{"role_invalid", unprocessable, "The role is not valid", "A party has one or more roles, an actor exactly one."},
	{"role_not_of_party", unprocessable, "The party does not have this role", "An actor acts in a role of its party."},
	{"country_invalid", unprocessable, "The country is not valid", "A country is a code of two letters, ISO 3166-1."},
	{"identifiers_invalid", unprocessable, "The identifiers are not valid", "A party is named by 1 to 16 identifiers."},
	{"name_invalid", unprocessable, "The name is not valid", "A key's name has 1 to 64 characters."},
	{"hash_missing", unprocessable, "The hash of the secret is missing", "A key is known by the SHA-256 of its secret."},
	{"key_unknown", unprocessable, "The key is unknown", "No key has this identity."},
	{"key_revoked", conflict, "The key is revoked already", "A revoked key stays revoked. Add another."},
	{"bank_account_unknown", unprocessable, "The bank account is unknown", "No bank account has this identity."},
	{"bank_account_known", conflict, "The account number is known already", "An account belongs to one party."},
	{"bank_account_state", conflict, "The bank account is in another state", "Money goes to verified accounts only, and an account is verified once."},
	{"bank_account_other_party", unprocessable, "The bank account is another party's", "Money goes to an account of the right party only."},

	{"document_type", unprocessable, "The type of document is not kept", "Order, order response, despatch advice, receipt advice, invoice and credit note are kept."},
	{"document_issuer", forbidden, "The document comes from the wrong side", "Orders and receipts are sent by the buyer, invoices and despatches by the seller, or all of them by the operator."},
	{"number_invalid", unprocessable, "The number is not valid", "A document has a number of 1 to 200 bytes."},
	{"companions_too_many", unprocessable, "Too many files came beside the document", "At most 200 files of one bundle are kept. Send the invoice alone."},
	{"lines_too_many", unprocessable, "The document has too many lines", "At most 2,000 lines are kept. Divide it."},
	{"trade_too_large", unprocessable, "The trade has grown too large", "Its documents hold more lines or larger sums than one trade may have."},
	{"quantity_invalid", unprocessable, "A quantity is too large", "Quantities stay below 9.2 million million units."},
	{"token_missing", unprocessable, "A token is missing", "What identifies the record was not given."},
	{"finding_unknown", unprocessable, "The finding is not there", "Name findings that stand on the receivable."},
	{"document_unknown", unprocessable, "The document is unknown", "No document has this identity."},
	{"document_repeats", unprocessable, "The document repeats another one", "The receivable stands on the other one: what is said of this one says nothing of it."},
	{"verification_invalid", unprocessable, "The answer is not valid", "An answer of a tax bureau is valid, void, red, unknown or differs, and dated."},
	{"verification_older", conflict, "A later answer is on record", "What the tax bureau said last holds."},
	{"verification_missing", unprocessable, "The tax bureau has not called the invoice valid", "The programme finances verified invoices only. Wait for the bureau's answer, or have it recorded."},
	{"mapping_invalid", unprocessable, "The mapping is not valid", "It has a name of 1 to 64 ASCII letters, digits, points, hyphens and underscores."},
	{"reason_missing", unprocessable, "The reason is missing", "Decisions of people carry their reason."},
	{"already_known", conflict, "The invoice is in the book already", "One invoice, one receivable."},

	{"receivable_unknown", unprocessable, "The receivable is unknown", "No receivable has this identity."},
	{"receivable_state", conflict, "The receivable is in another state", "It is closed."},
	{"undertaking_invalid", unprocessable, "The undertaking is not valid", "A confirmation is soft or irrevocable, and has an amount."},
	{"already_confirmed", conflict, "The receivable is confirmed already", "A confirmation can only be raised, from soft to irrevocable."},
	{"amount_invalid", unprocessable, "The amount is not valid", "The sentence says within which bounds it must be."},
	{"amount_changed", conflict, "The amount has changed", "Less is left to finance than was quoted. Ask for a new quote."},
	{"currency_unknown", unprocessable, "The currency is unknown", "Currencies are those of ISO 4217."},
	{"currency_differs", unprocessable, "The currencies differ", "Amounts of one record, programme or account are in one currency."},
	{"date_invalid", unprocessable, "The date is not valid", "The sentence says within which bounds it must be."},
	{"date_missing", unprocessable, "A date is missing", "Money has a value date and a booking date."},
	{"day_unfinished", conflict, "The day is still being opened", "What fell due is being worked through. Come back in a moment."},
	{"decision_invalid", unprocessable, "The decision is not valid", "It is approve or decline."},

	{"product_unknown", unprocessable, "The product is unknown", "No product has this identity."},
	{"product_state", conflict, "The product is in another state", "A product is proposed, then live, then retired."},
	{"product_defective", unprocessable, "The terms are not complete", "A product that omits a link which may never be dropped is not valid. The field says which."},
	{"programme_unknown", unprocessable, "The programme is unknown", "No programme has this identity."},
	{"programme_state", conflict, "The programme is in another state", "Only live programmes are used, and a programme is approved once."},
	{"programme_stopped", conflict, "The programme is stopped", "A bank took back money that had been passed on. Nothing leaves until the shortfall is dealt with."},
	{"programme_other", unprocessable, "The receivable is financed in another programme", "One programme's money never fills another's hole."},
	{"programme_other_buyer", unprocessable, "The programme is another buyer's", "A programme finances receivables on its anchor."},
	{"calendar_unknown", unprocessable, "The calendar is unknown", "The reference lists the calendars."},
	{"funders_invalid", unprocessable, "The funders are not valid", "A programme has 1 to 32 funders, each once, in ascending priority."},
	{"funder_unknown", unprocessable, "The funder is not in the programme", "Money comes from funders of the programme."},
	{"rate_invalid", unprocessable, "The rate is not valid", "A yearly rate is at least 0 and below 100 %."},
	{"bound_invalid", unprocessable, "A bound is not valid", "Bounds are not below zero and shares not above 100 %."},
	{"review_unknown", unprocessable, "The review is unknown", "No review has this identity."},
	{"review_state", conflict, "The review is in another state", "A review is approved once."},
	{"review_missing", unprocessable, "There is no credit review", "Nothing is financed on a party without a live review."},
	{"review_expired", unprocessable, "The credit review has ended", "Propose a new one and have it approved."},
	{"grade_invalid", unprocessable, "The grade is not valid", "A grade is 1 (best) to 10."},
	{"limit_unknown", unprocessable, "The limit is unknown", "No limit has this identity."},
	{"limit_state", conflict, "The limit is in another state", "A limit is approved once."},
	{"limit_invalid", unprocessable, "The limit is not valid", "It bounds a buyer, a seller, a funder, or a whole programme."},
	{"limit_missing", unprocessable, "A limit is missing", "Nothing is financed without the limits that the product needs."},
	{"limit_expired", unprocessable, "A limit has ended", "Propose a new one and have it approved."},
	{"limit_exceeded", unprocessable, "A limit has not enough left", "The sentence says which, what is left, and what is needed."},

	{"already_financed", conflict, "The receivable is financed already", "One financing per evidence."},
	{"findings_open", unprocessable, "Findings stand against the invoice", "A person clears them first, with a reason."},
	{"evidence_missing", unprocessable, "Evidence is missing", "The product asks for documents or a confirmation that are not there."},
	{"undertaking_missing", unprocessable, "The buyer's undertaking is missing", "The product asks for more than the buyer has promised."},
	{"nothing_outstanding", unprocessable, "Nothing is outstanding", "There is nothing to finance."},
	{"nothing_left", unprocessable, "Nothing would be left", "Discount and fee would take all of it."},
	{"due_date_invalid", unprocessable, "The due date can't be used", "It is missing or beyond the programme's calendar."},
	{"financing_unknown", unprocessable, "The financing is unknown", "No financing has this identity."},
	{"financing_state", conflict, "The financing is in another state", "The sentence says in which."},
	{"quote_expired", conflict, "The quote has expired", "Ask for a new one."},
	{"risk_changed", conflict, "The rules say something else by now", "Ask for a new quote."},
	{"funder_changed", conflict, "The funder has changed", "Another funder would take it by now. Ask for a new quote."},
	{"funds_insufficient", conflict, "The funds don't suffice", "The funder has not enough free money in the programme."},
	{"recourse_none", unprocessable, "There is no recourse", "The product gives none for the buyer's default."},
	{"recourse_early", conflict, "It is too early for recourse", "The product's days have not passed."},
	{"recourse_not_called", conflict, "The seller has not been called", "Money from the seller is taken once recourse was called."},
	{"still_owed", conflict, "Something is still owed", "A financing closes at zero."},
	{"disbursement_open", conflict, "The disbursement is on its way", "Wait for the bank's outcome first."},

	{"payment_unknown", unprocessable, "The payment is unknown", "No payment has this identity."},
	{"payment_state", conflict, "The payment is in another state", "The sentence says in which."},
	{"outcome_invalid", unprocessable, "The outcome is not valid", "It is executed, refused, returned or in_doubt."},
	{"return_after_repayment", conflict, "The financing has been repaid", "Settle the return with the seller."},
	{"nothing_to_pay", conflict, "Nothing is free to be paid", "What was collected has been paid out or is set aside."},
	{"receipt_unknown", unprocessable, "The receipt is unknown", "No receipt has this identity."},
	{"receipt_state", conflict, "The receipt is in another state", "It is allocated or reversed, or belongs to a funder."},
	{"payer_invalid", unprocessable, "The payer is not valid", "It is buyer or seller."},
	{"exceeds_owed", unprocessable, "It is more than is owed", "The sentence says how much is owed."},
	{"head_differs", conflict, "The backup does not end here", "The book does not end where the backup was made: restore it again, into an empty directory."},
	{"migration_not_zero", conflict, "The import does not add up", "Records and balances don't agree: a migration account is not zero."},

	{"account_unknown", unprocessable, "The account is unknown", "No account has this identity."},
	{"account_code", unprocessable, "The account is not of an own chart", "Only rules move supervised accounts and the books of financings."},
	{"account_other_entity", unprocessable, "The accounts are not two of one entity", "A transfer stays within the books of one entity."},
	{"account_overflow", unprocessable, "The account would overflow", "The sum is beyond what an account can hold."},
	{"count_invalid", unprocessable, "There are too many or none", "1 to 1,000 at once."},
	{"balance_insufficient", conflict, "The balance does not suffice", "What holds have set aside is not free."},
	{"hold_unknown", unprocessable, "The hold is unknown", "No hold has this identity."},
	{"hold_state", conflict, "The hold is in another state", "A pending hold is posted or voided once."},
	{"movement_kind", unprocessable, "There is no such kind of movement", "The kinds are shipped, departed, arrived, received, stored, inspected, counted, lost, returned and other."},
	{"movement_unknown", unprocessable, "The movement is unknown", "The party has reported no event of this identity; what others report, they retract."},
	{"movements_waiting", conflict, "Too many movements wait for this document", "Send the order or other document that they name first."},
	{"observed_invalid", unprocessable, "The time of the event can't be right", "It lies in the future, or too long ago."},
	{"references_too_many", unprocessable, "The event names too many documents", "Split it."},
	{"word_invalid", unprocessable, "A word is not of a vocabulary's form", "Letters, digits and underscores, at most 40."},
	{"count_incomplete", unprocessable, "The stock count is incomplete", "It names whose goods were counted, and where."},
	{"hold_expired", conflict, "The hold has expired", "What it set aside is free again. Place another."},
}

var byCode = func() map[string]Explanation {
	entries := make(map[string]Explanation, len(Catalogue))
	for _, entry := range Catalogue {
		if _, twice := entries[entry.Code]; twice {
			panic("problem: " + entry.Code + " is in the catalogue twice")
		}
		entries[entry.Code] = entry
	}
	return entries
}()
