package api

import (
	"millrace/edge/intake"
	"millrace/edge/view"
)

// Bodies of requests. Rates and shares are in per cent, dates are ISO 8601, ids as printed.
type (
	// PartyBody onboards a party.
	PartyBody struct {
		Name        string              `json:"name" minLength:"1" maxLength:"300"`
		Roles       []string            `json:"roles" minItems:"1" doc:"anchor, seller, buyer, funder, custodian, auditor, warehouse_keeper, carrier"`
		Country     string              `json:"country" minLength:"2" maxLength:"2" doc:"ISO 3166-1 alpha-2"`
		Group       string              `json:"group,omitempty" doc:"head of its group"`
		Identifiers []intake.Identifier `json:"identifiers,omitempty" maxItems:"15"`
		Street      string              `json:"street,omitempty" maxLength:"300"`
		City        string              `json:"city,omitempty" maxLength:"300"`
		PostalCode  string              `json:"postal_code,omitempty" maxLength:"40"`
	}
	// BankAccountBody names a bank account.
	BankAccountBody struct {
		Currency string `json:"currency" minLength:"3" maxLength:"3"`
		IBAN     string `json:"iban,omitempty" maxLength:"42"`
		Number   string `json:"number,omitempty" maxLength:"64" doc:"where there is no IBAN"`
		BIC      string `json:"bic,omitempty" maxLength:"11"`
		Holder   string `json:"holder" minLength:"1" maxLength:"300"`
	}
	// ActorBody registers an actor.
	ActorBody struct {
		Party string `json:"party"`
		Role  string `json:"role" enum:"operator,anchor,seller,buyer,funder,custodian,auditor,bank,warehouse_keeper,carrier"`
		Name  string `json:"name" minLength:"1" maxLength:"300"`
	}
	// KeyBody adds a key.
	KeyBody struct {
		Name   string   `json:"name" minLength:"1" maxLength:"64" doc:"what the key is for; never a person's name"`
		Scopes []string `json:"scopes,omitempty" maxItems:"8" enum:"read,documents,confirmations,financing,money,credit,access,settings" doc:"to which the key is narrowed; whatever they are, it may read. Missing: not narrowed"`
	}
	// ActorStateBody lets an actor act no more, or again.
	ActorStateBody struct {
		Active bool `json:"active"`
	}
	// AdministratorBody makes an actor an administrator of its party's people, or ends that.
	AdministratorBody struct {
		Administrator bool `json:"administrator"`
	}
	// ProductBody proposes a product, by its terms or by its file.
	ProductBody struct {
		Terms *view.Terms `json:"terms,omitempty"`
		File  string      `json:"file,omitempty" maxLength:"131072" doc:"a product file (YAML), instead of terms"`
	}
	// FunderBody is a funder's part in a programme.
	FunderBody struct {
		Party    string `json:"party"`
		Priority int    `json:"priority" minimum:"0" maximum:"255"`
		Rate     string `json:"rate" doc:"per cent a year" example:"4.2500"`

		Commitment *Amount `json:"commitment,omitempty" doc:"its weight, where funders share pro rata"`
	}
	// TolerancesBody says which discrepancies a programme lets pass. Shares are in per cent.
	TolerancesBody struct {
		PriceShare    string  `json:"price_share,omitempty" doc:"by which an invoice may exceed the order's price" example:"1.0000"`
		PriceAmount   *Amount `json:"price_amount,omitempty" doc:"and the most that it may come to on one line; where both are given both hold"`
		QuantityShare string  `json:"quantity_share,omitempty" doc:"by which more may be billed than received, shipped or ordered"`
		OverDelivery  string  `json:"over_delivery,omitempty" doc:"by which more may be received than ordered"`
		UnderDelivery string  `json:"under_delivery,omitempty" doc:"by which less may be received than sent, promised than ordered, or be rejected"`
		DaysLate      int     `json:"days_late,omitempty" minimum:"0" maximum:"366"`
	}
	// ProgrammeBody proposes a programme.
	ProgrammeBody struct {
		Product      string       `json:"product"`
		Anchor       string       `json:"anchor"`
		Custodian    string       `json:"custodian"`
		Currency     string       `json:"currency" minLength:"3" maxLength:"3"`
		Calendar     string       `json:"calendar"`
		Funders      []FunderBody `json:"funders,omitempty" maxItems:"32" doc:"missing where the buyer pays early out of its own cash"`
		ReferAbove   *Amount      `json:"refer_above,omitempty" doc:"a larger amount is looked at by a person; missing: none"`
		ApproveAbove *Amount      `json:"approve_above,omitempty" doc:"a larger payment waits for a second person; missing: every payment"`
		SellerShare  string       `json:"seller_share,omitempty" doc:"per cent; above, a person looks; missing: no bound"`
		TiersMax     int          `json:"tiers_max,omitempty" minimum:"0" maximum:"16" doc:"through how many hands its certificates may go; missing: it issues none"`
		Law          string       `json:"certificate_law,omitempty" enum:"CN,EU" doc:"under which they are issued; missing: the house's rules only"`

		Tolerances *TolerancesBody `json:"tolerances,omitempty" doc:"discrepancies between documents that don't stand against a financing; missing: none is tolerated"`

		Duplicates *view.Duplicates `json:"duplicates,omitempty" doc:"what is done with what may have been seen before; missing parts: the defaults"`

		Severities       []view.Setting `json:"severities,omitempty" maxItems:"300" doc:"of rules of EN 16931, other than their own: an invoice that breaks a fatal one is not financed until a person has cleared it"`
		VerifiedInvoices bool           `json:"verified_invoices,omitempty" doc:"finance only invoices that a tax bureau has called valid"`
		AccountsRequired bool           `json:"accounts_required,omitempty" doc:"accept and instruct nothing before all supervised accounts are on record"`

		Sharing string `json:"sharing,omitempty" enum:"priority,pro_rata" doc:"how the funders share a receivable; missing: by priority"`
		Dropped string `json:"dropped,omitempty" enum:"reshared,left_unplaced" doc:"pro rata: what becomes of the share of a funder that takes no part; missing: shared among the others"`

		SupplierPaid    bool    `json:"supplier_paid,omitempty" doc:"what it lends on orders goes to the borrower's own suppliers and never to the borrower"`
		TenorGapDaysMax int32   `json:"tenor_gap_days_max,omitempty" minimum:"0" maximum:"3660" doc:"by which assets may be due after their funding ends"`
		PayeeChecked    bool    `json:"payee_checked,omitempty" doc:"pay only to accounts that stand on a bank's answer, a micro-deposit, a bank's letter, or a reason"`
		PayeeNewDays    int     `json:"payee_new_days,omitempty" minimum:"0" maximum:"366" doc:"two persons approve a payment to an account that was verified less than so many days ago or never paid to; missing: they need not"`
		ChangeDays      int     `json:"change_days,omitempty" minimum:"0" maximum:"30" doc:"business days that a change of bank details waits; missing: 3"`
		LenderInstructs bool    `json:"lender_instructs,omitempty" doc:"a disbursement leaves only on the word of the funder's own person"`
		AutoMatch       bool    `json:"auto_match,omitempty" doc:"the node allocates what comes in where the evidence stands by itself"`
		ConfirmAbove    *Amount `json:"confirm_above,omitempty" doc:"a larger receipt is confirmed by a person; missing: none is too large"`

		MisdirectedStops bool `json:"misdirected_stops,omitempty" doc:"nothing new is financed for a seller that is late with what it was paid by mistake"`

		Files             string `json:"files,omitempty" enum:"refer,stop" doc:"what is done with a use while the onboarding file of seller or buyer is not whole; missing: nothing"`
		AuthorityRequired bool   `json:"authority_required,omitempty" doc:"without a funder's standing authority its people decide on each use of its money, and it does not bid"`
	}
	// ReviewBody proposes a review.
	ReviewBody struct {
		Party   string `json:"party"`
		Grade   int    `json:"grade" minimum:"1" maximum:"10"`
		Until   string `json:"until" doc:"last day on which it may be relied on"`
		Reasons string `json:"reasons" minLength:"1" maxLength:"20000"`
	}
	// ConfirmationBody confirms a receivable.
	ConfirmationBody struct {
		Undertaking string `json:"undertaking" enum:"soft,irrevocable"`
		Amount      Amount `json:"amount" doc:"of what is outstanding; a later confirmation takes the place of an earlier one and is for more"`

		Document   string          `json:"document_sha256,omitempty" maxLength:"64" doc:"of the invoice's bytes as the signatory has them, hexadecimal; missing: as on record"`
		Channel    string          `json:"channel,omitempty" enum:"api,console,file" doc:"missing: file for the operator, who relays a signed file, else api"`
		Signatures []SignatureBody `json:"signatures,omitempty" maxItems:"4" doc:"over the statement; an irrevocable undertaking always needs them"`
	}
	// BankUndertakingBody is a bank's undertaking on a receivable.
	BankUndertakingBody struct {
		Bank       string          `json:"bank"`
		Amount     Amount          `json:"amount" doc:"all that the buyer has irrevocably undertaken and not paid"`
		Signatures []SignatureBody `json:"signatures,omitempty" maxItems:"4" doc:"over the statement, of the bank's signatories"`
	}
	// AgentCollectionBody says what a seller has collected as an agent.
	AgentCollectionBody struct {
		Amount Amount `json:"amount"`
		Value  string `json:"value" doc:"value date at the seller's bank"`
	}
	// ClearanceBody clears findings.
	ClearanceBody struct {
		Codes  []string `json:"codes,omitempty" maxItems:"64" doc:"of findings"`
		Rules  []string `json:"rules,omitempty" maxItems:"256" doc:"of EN 16931, broken and not cleared; codes, rules or both are named"`
		Reason string   `json:"reason" minLength:"1" maxLength:"20000"`
	}
	// QuoteBody asks for a quote.
	QuoteBody struct {
		Receivable string  `json:"receivable,omitempty" doc:"or a holding"`
		Programme  string  `json:"programme"`
		Payee      string  `json:"payee" doc:"a verified bank account of the seller"`
		Holding    string  `json:"holding,omitempty" doc:"of a certificate, in place of a receivable"`
		Amount     *Amount `json:"amount,omitempty" doc:"of the holding; missing: all of it"`
		Line       string  `json:"line,omitempty" doc:"of credit, that it draws on; missing: none, or that of what it replaces"`
	}
	// DecisionBody decides a referral.
	DecisionBody struct {
		Decision string `json:"decision" enum:"approve,decline"`
		Reason   string `json:"reason" minLength:"1" maxLength:"20000"`
	}
	// ApprovalBody decides a payment.
	ApprovalBody struct {
		Decision string `json:"decision" enum:"approve,decline"`
	}
	// OutcomeBody says what the bank has done.
	OutcomeBody struct {
		State     string `json:"state" enum:"executed,refused,returned,in_doubt"`
		Reference string `json:"reference,omitempty" maxLength:"200" doc:"the bank's"`
		Value     string `json:"value,omitempty" doc:"value date, of executed and returned"`
		Reason    string `json:"reason,omitempty" maxLength:"20000" doc:"why a person of the custodian refuses; needed then, and kept then alone"`
	}
	// ReceiptBody books money that came in.
	ReceiptBody struct {
		Programme string `json:"programme"`
		Funder    string `json:"funder,omitempty" doc:"of a deposit; missing for a collection"`
		Account   string `json:"account,omitempty" maxLength:"64" doc:"number of the bank's account; missing: the programme's"`
		Reference string `json:"reference" minLength:"1" maxLength:"200" doc:"the bank's, of the statement line: sent again, it is not booked twice"`
		Amount    Amount `json:"amount"`
		Value     string `json:"value" doc:"value date"`
		Booking   string `json:"booking" doc:"booking date"`
		Text      string `json:"text,omitempty" maxLength:"20000" doc:"payer and remittance text"`

		PayerAccount string `json:"payer_account,omitempty" maxLength:"64" doc:"number of the payer's account: evidence of who has paid"`
		EndToEnd     string `json:"end_to_end,omitempty" maxLength:"64" doc:"end-to-end identification"`
	}
	// ReversalBody reverses a receipt.
	ReversalBody struct {
		Account   string `json:"account,omitempty" maxLength:"64"`
		Reference string `json:"reference" minLength:"1" maxLength:"200" doc:"the bank's, of the line that reverses"`
		Value     string `json:"value,omitempty" format:"date" doc:"from when the money is gone, not before it came; the business date where it is missing"`
	}
	// AllocationBody allocates a receipt.
	AllocationBody struct {
		Receipt    string `json:"receipt"`
		Receivable string `json:"receivable,omitempty" doc:"or a financing"`
		Financing  string `json:"financing,omitempty" doc:"that its borrower repays: the seller, or the buyer whose purchase was paid"`
		Amount     Amount `json:"amount"`
		Payer      string `json:"payer" enum:"buyer,seller"`
		Holding    string `json:"holding,omitempty" doc:"of a certificate, whose financing the money is for: recourse, or the issuer's late interest"`
	}
	// SweepBody returns collections to a funder.
	SweepBody struct {
		Programme string `json:"programme"`
		Funder    string `json:"funder"`
	}
	// PayOutBody pays collections to a seller.
	PayOutBody struct {
		Programme string `json:"programme"`
		Seller    string `json:"seller"`
		Account   string `json:"account" doc:"a verified bank account of the seller"`
	}
	// AccountsBody opens accounts.
	AccountsBody struct {
		Entity   string `json:"entity"`
		Currency string `json:"currency" minLength:"3" maxLength:"3"`
		Code     string `json:"code" enum:"general,source" doc:"general is never overdrawn; source is where money comes from"`
		Count    int    `json:"count" minimum:"1" maximum:"1000"`
	}
	// TransferBody is one transfer.
	TransferBody struct {
		Debit  string `json:"debit"`
		Credit string `json:"credit"`
		Minor  int64  `json:"minor" minimum:"1" doc:"in minor units of the accounts' currency"`
	}
	// TransfersBody posts transfers.
	TransfersBody struct {
		Transfers []TransferBody `json:"transfers" minItems:"1" maxItems:"1000"`
	}
	// HoldBody places a hold.
	HoldBody struct {
		TransferBody
		Seconds int `json:"seconds,omitempty" minimum:"0" maximum:"4294967295" doc:"until it expires; 0 for never"`
	}
	// HoldEndBody ends a hold.
	HoldEndBody struct {
		State string `json:"state" enum:"posted,voided"`
	}
	// DayBody opens a business date.
	DayBody struct {
		Date string `json:"date"`
	}
	// DocumentBody is a document inside a bulk.
	DocumentBody struct {
		XML  string `json:"xml"`
		File string `json:"file,omitempty" doc:"name for messages"`
	}
)

// What commands answer with that is no record.
type (
	// Keep is what became of a document.
	Keep struct {
		Outcome     string            `json:"outcome" enum:"kept,duplicate" doc:"duplicate: the same bytes are kept already"`
		Document    *view.Document    `json:"document,omitempty"`
		Trade       string            `json:"trade,omitempty"`
		Receivables []view.Receivable `json:"receivables" doc:"that it opened or changed"`
	}
	// NewKey is a key with its secret.
	NewKey struct {
		view.Key
		Secret string `json:"secret,omitempty" doc:"shown once, with the first answer"`
	}
	// Took is what became of a statement line.
	Took struct {
		Outcome string       `json:"outcome" enum:"recorded,repeated"`
		Receipt view.Receipt `json:"receipt"`
	}
	// Day is the business date.
	Day struct {
		Date string `json:"business_date"`
	}
	// Opened are accounts that were opened.
	Opened struct {
		First string `json:"first"`
		Count int    `json:"count"`
	}
	// Posted are transfers that were posted.
	Posted struct {
		Transfers int `json:"transfers"`
	}
)
