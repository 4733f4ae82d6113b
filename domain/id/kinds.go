package id

// The kinds of record and their printed prefixes. A record refers to one of another package by these types alone.
type (
	actorKind       struct{}
	keyKind         struct{}
	partyKind       struct{}
	bankAccountKind struct{}
	documentKind    struct{}
	tradeKind       struct{}
	receivableKind  struct{}
	productKind     struct{}
	programmeKind   struct{}
	reviewKind      struct{}
	limitKind       struct{}
	financingKind   struct{}
	accountKind     struct{}
	holdKind        struct{}
	paymentKind     struct{}
	receiptKind     struct{}
	signingKeyKind  struct{}
	mandateKind     struct{}
	certificateKind struct{}
	holdingKind     struct{}
	standingKind    struct{}
	movementKind    struct{}

	templateKind      struct{}
	agreementKind     struct{}
	noticeKind        struct{}
	misdirectedKind   struct{}
	reassignmentKind  struct{}
	registrationKind  struct{}
	searchKind        struct{}
	encumbranceKind   struct{}
	salesContractKind struct{}

	verificationKind struct{}
	mappingKind      struct{}
	lineKind         struct{}

	placementKind    struct{}
	earlyOfferKind   struct{}
	earlyPaymentKind struct{}
	instructionKind  struct{}

	supervisedAccountKind struct{}
	returnKind            struct{}
	chargeKind            struct{}
	bankStatementKind     struct{}
	breakKind             struct{}

	modelKind struct{}
)

func (actorKind) Prefix() string       { return "act" }
func (keyKind) Prefix() string         { return "key" }
func (partyKind) Prefix() string       { return "pty" }
func (bankAccountKind) Prefix() string { return "bac" }
func (documentKind) Prefix() string    { return "doc" }
func (tradeKind) Prefix() string       { return "trd" }
func (receivableKind) Prefix() string  { return "rcv" }
func (productKind) Prefix() string     { return "prd" }
func (programmeKind) Prefix() string   { return "prg" }
func (reviewKind) Prefix() string      { return "rvw" }
func (limitKind) Prefix() string       { return "lim" }
func (financingKind) Prefix() string   { return "fin" }
func (accountKind) Prefix() string     { return "acc" }
func (holdKind) Prefix() string        { return "hld" }
func (paymentKind) Prefix() string     { return "pay" }
func (receiptKind) Prefix() string     { return "rct" }
func (signingKeyKind) Prefix() string  { return "sgk" }
func (mandateKind) Prefix() string     { return "mdt" }
func (certificateKind) Prefix() string { return "crt" }
func (holdingKind) Prefix() string     { return "hdg" }
func (standingKind) Prefix() string    { return "sta" }
func (movementKind) Prefix() string    { return "mvt" }

func (templateKind) Prefix() string      { return "tpl" }
func (agreementKind) Prefix() string     { return "agr" }
func (noticeKind) Prefix() string        { return "ntc" }
func (misdirectedKind) Prefix() string   { return "mis" }
func (reassignmentKind) Prefix() string  { return "rea" }
func (registrationKind) Prefix() string  { return "reg" }
func (searchKind) Prefix() string        { return "srh" }
func (encumbranceKind) Prefix() string   { return "enc" }
func (salesContractKind) Prefix() string { return "sct" }

func (verificationKind) Prefix() string { return "vrf" }
func (mappingKind) Prefix() string      { return "map" }
func (lineKind) Prefix() string         { return "lin" }

func (placementKind) Prefix() string    { return "plc" }
func (earlyOfferKind) Prefix() string   { return "eof" }
func (earlyPaymentKind) Prefix() string { return "eap" }
func (instructionKind) Prefix() string  { return "ins" }

func (supervisedAccountKind) Prefix() string { return "sac" }
func (returnKind) Prefix() string            { return "rtn" }
func (chargeKind) Prefix() string            { return "chg" }
func (bankStatementKind) Prefix() string     { return "bst" }
func (breakKind) Prefix() string             { return "brk" }

func (modelKind) Prefix() string { return "mdl" }

// The identities of the records.
type (
	Actor       = Of[actorKind]       // a person or machine that acts
	Key         = Of[keyKind]         // a credential of an actor
	Party       = Of[partyKind]       // a legal entity or sole trader
	BankAccount = Of[bankAccountKind] // a party's own account at a bank
	Document    = Of[documentKind]    // a document that was kept
	Trade       = Of[tradeKind]       // the documents of one deal
	Receivable  = Of[receivableKind]  // a debt of a buyer to a seller
	Product     = Of[productKind]     // the terms of a financing, one version
	Programme   = Of[programmeKind]   // a product round an anchor
	Review      = Of[reviewKind]      // a credit review of a party
	Limit       = Of[limitKind]       // a bound on what may be used
	Financing   = Of[financingKind]   // from quote to close
	Account     = Of[accountKind]     // a ledger account in one entity's books
	Hold        = Of[holdKind]        // money set aside in an account
	Payment     = Of[paymentKind]     // money that is to leave a supervised account
	Receipt     = Of[receiptKind]     // money that came into a supervised account
	SigningKey  = Of[signingKeyKind]  // a public key bound to a party
	Mandate     = Of[mandateKind]     // what a signing key may sign
	Certificate = Of[certificateKind] // a confirmed receivable in transferable form
	Holding     = Of[holdingKind]     // a part of a certificate in one hand
	Standing    = Of[standingKind]    // a payee's acceptance in advance
	Movement    = Of[movementKind]    // an observation of goods: where they were, when, and who says so

	Template      = Of[templateKind]      // one version of the text of an agreement
	Agreement     = Of[agreementKind]     // between parties
	Notice        = Of[noticeKind]        // to a debtor
	Misdirected   = Of[misdirectedKind]   // a payment to an account that was not the one to pay
	Reassignment  = Of[reassignmentKind]  // of a receivable to its seller
	Registration  = Of[registrationKind]  // in a public registry
	Search        = Of[searchKind]        // of a registry
	Encumbrance   = Of[encumbranceKind]   // what somebody else holds in receivables
	SalesContract = Of[salesContractKind] // what buyer and seller have agreed on assignments

	Verification = Of[verificationKind] // what a tax bureau said of a document
	Mapping      = Of[mappingKind]      // how a party's tables are read, one version
	Line         = Of[lineKind]         // of credit, which follows the goods

	Placement    = Of[placementKind]    // one receivable with several funders at once
	EarlyOffer   = Of[earlyOfferKind]   // of a buyer, to pay before the due date out of its own cash
	EarlyPayment = Of[earlyPaymentKind] // of a buyer, for a discount
	Instruction  = Of[instructionKind]  // of a seller, to finance for it what comes within bounds

	SupervisedAccount = Of[supervisedAccountKind] // at the custodian of a programme
	Return            = Of[returnKind]            // of money that was misapplied or recalled
	Charge            = Of[chargeKind]            // what a bank took out of a supervised account without an instruction
	BankStatement     = Of[bankStatementKind]     // of one supervised account, as the bank closed it
	Break             = Of[breakKind]             // a difference between bank and book

	Model = Of[modelKind] // a table that scores, one version
)
