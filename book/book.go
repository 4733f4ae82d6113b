package book

import (
	"fmt"
	"slices"

	auction "millrace/domain/allocation"
	"millrace/domain/calendar"
	"millrace/domain/certificate"
	"millrace/domain/clearing"
	"millrace/domain/credit"
	"millrace/domain/digital"
	"millrace/domain/discounting"
	"millrace/domain/dispute"
	"millrace/domain/duplicate"
	"millrace/domain/feature"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/ledger"
	"millrace/domain/legal"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/movement"
	"millrace/domain/network"
	"millrace/domain/onboarding"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/risk"
	"millrace/domain/score"
	"millrace/domain/screening"
	"millrace/domain/supervision"
	"millrace/domain/trade"
)

// Book is the state of one shard. It is owned by one goroutine. Every field is either mirrored in one table, or derived
// from tables by a builder in derive.go.
type Book struct {
	shard    uint16
	sequence uint64       // of the last entry
	at       int64        // its stamp
	clock    Clock        // business date and the work of closing a day: table clock
	edition  risk.Edition // by which uses are decided again; 0: the one in force

	actors       shelf[party.Actor]
	keys         shelf[party.Key]
	parties      shelf[party.Party]
	bankAccounts shelf[party.BankAccount]
	products     shelf[product.Product]
	programmes   shelf[funding.Programme]
	reviews      shelf[credit.Review]
	limits       shelf[credit.Limit]
	trades       shelf[trade.Trade]
	receivables  shelf[receivable.Receivable]
	begun        shelf[receivable.Confirmation] // confirmations with the first of two signatures
	disputes     shelf[dispute.Dispute]
	financings   shelf[funding.Financing]
	accounts     shelf[ledger.Account]
	holds        shelf[ledger.Hold]
	payments     shelf[payment.Payment]
	receipts     shelf[payment.Receipt]
	pairs        shelf[Pair]
	names        shelf[PartyToken]
	signingKeys  shelf[mandate.SigningKey]
	mandates     shelf[mandate.Mandate]
	certificates shelf[certificate.Certificate]
	holdings     shelf[certificate.Holding]
	standings    shelf[certificate.Standing]
	ruleBreaches shelf[RuleBreaches]
	documents    uint64 // how many were kept: their rows are written once and not held

	identities index // (type, seller, buyer, number) -> what became of it; from table document
	contents   index // (seller, buyer, order, lines, amount) of an invoice -> document; from table document
	usedKeys   usedKeys
	claims     duplicate.Index // every invoice, for the ladder of duplicates; from tables document and receivable
	goods      duplicate.Goods // what was ordered, has arrived and was billed of each good; from table trade

	accountOf    map[ledger.Key]id.Account
	limitOf      map[credit.LimitKey]id.Limit
	limitCounts  limitCounts
	exposures    map[basis]basisUse // principal claimed, out and repaid, by what limits follow from
	connected    connections        // who is connected with whom, and the limits on them
	beyond       []id.Limit         // in force and beyond their amount, or with an alarm that stands; ascending
	reviewOf     map[id.Party]id.Review
	partyOf      map[party.Token]id.Party
	bankTokens   map[party.Token]id.BankAccount
	receiptOf    map[[16]byte]id.Receipt
	pairOf       map[pairKey]uint64
	startedFor   map[id.Receivable]id.Confirmation // that wait for a second signatory
	dueOn        map[calendar.Date][]id.Financing  // paid out and not yet due, by due date, ascending
	owing        map[overdueKey]indebted
	keyOfPublic  map[[32]byte]id.SigningKey
	mandatesOf   map[id.SigningKey][]id.Mandate
	inUse        map[useKey]money.Minor   // principal claimed or out, by programme and seller; seller 0: the programme's
	financedOn   map[id.Trade]money.Minor // taken by financings, without tax, by the trade as it stands; what was repaid is counted
	quoteExpiry  expiries
	holdExpiry   expiries
	offerExpiry  expiries
	liveOf       map[id.Certificate][]id.Holding // ascending
	standingOf   map[standingKey]id.Standing
	brokenOf     map[id.Document]uint64 // the record of the rules that it breaks
	migrations   []id.Account           // the accounts against which openings are imported
	loading      *loading               // only while rows are being loaded
	touches      []touch
	written      []Row
	freshKeys    []usedKey // used since the last drain
	draft        draft
	drainIndexes map[touchKey]int

	movements          shelf[movement.Movement]
	movementReferences shelf[movement.Reference]
	goodsSeen          uint64                // rows of table movement_goods: they are written once and not held
	movementOf         index                 // (reporter, event) -> movement
	waiting            map[[16]byte][]uint64 // references to documents that have not come, by their identity, ascending
	provers            map[id.Trade]provers
	templates          shelf[legal.Template]
	agreements         shelf[legal.Agreement]
	notices            shelf[legal.Notice]
	misdirected        shelf[legal.Misdirected]
	reassignments      shelf[legal.Returned]
	registrations      shelf[legal.Registration]
	searches           shelf[legal.Search]
	encumbrances       shelf[legal.Encumbrance]
	salesContracts     shelf[legal.SalesContract]

	templateVersions map[string]uint16               // the latest of a name
	agreementsOf     map[agreementKey][]id.Agreement // signed by all parties, ascending
	noticesOf        map[noticeKey][]id.Notice       // served, ascending
	misdirectedOf    map[id.Receivable][]id.Misdirected
	misdirectedWith  map[id.Party][]id.Misdirected   // by who has the money
	misdirectedBy    map[id.Receipt][]id.Misdirected // settled by a receipt
	reassignmentOf   map[id.Receivable]id.Reassignment
	registrationsOf  map[registrationKey][]id.Registration
	searchOf         map[id.Party]id.Search
	encumbrancesOf   map[id.Party][]id.Encumbrance
	encumbranceOf    map[encumbranceKey]id.Encumbrance
	salesContractOf  map[pairKey]id.SalesContract

	verifications  shelf[Verification]
	mappings       shelf[Mapping]
	fixings        shelf[Fixing]
	periods        shelf[Period]
	facts          shelf[FinancingFact]            // each leads to the one before it of its financing
	verificationOf map[id.Document]id.Verification // the latest answer
	mappingOf      map[mappingKey]id.Mapping       // the active version
	fixingOf       map[fixingKey]id.Fixing

	auctions      shelf[Auction]
	bids          shelf[auction.Bid]
	bidsOf        map[id.Auction][]id.Bid      // ascending
	auctionOf     map[id.Receivable]id.Auction // that is not over
	auctionExpiry expiries

	measures    shelf[Measure]
	measuresOf  map[id.Financing][]id.Measure // ascending; under 0 those of programmes
	lines       shelf[funding.Line]
	loansOn     map[id.Trade][]id.Financing   // secured by a trade and not over, by the trade that they name, ascending
	replacedBy  map[id.Financing]id.Financing // what is about to be repaid from the proceeds of another
	drawnOn     map[id.Line]money.Minor
	stock       shelf[inventory.Receipt]
	stockPrices shelf[StockPrice]
	stockCounts shelf[StockCount]
	collaterals shelf[Collateral]
	marginCalls shelf[MarginCall]
	pools       shelf[Pool]
	bases       shelf[Base]

	receiptNumbered map[keeperNumber]id.WarehouseReceipt
	receiptLike     map[goodsKey]id.WarehouseReceipt       // the newest of receipts issued for the same
	stored          map[store][]id.WarehouseReceipt        // that stand for goods in store, ascending
	pledgedFor      map[id.Financing][]id.WarehouseReceipt // that stand and are pledged, ascending
	countsOf        map[store][]id.StockCount              // in the order in which goods were counted
	seriesOf        map[series][]inventory.Price           // of prices that count
	collateralOf    map[id.Programme]id.Collateral         // in force
	callOf          map[callKey]id.MarginCall              // the newest
	stockSecured    []id.Financing                         // that claim stock, ascending
	poolOf          map[poolKey]id.Pool
	pooledIn        map[id.Pool][]id.Receivable // ascending
	drawnOnPool     map[id.Pool][]id.Financing  // that claim the pool, ascending

	estimates     shelf[Estimates]
	assessments   shelf[Assessment]
	losses        shelf[ExpectedLoss] // the latest of each financing that was ever assessed
	tariffs       shelf[Tariff]
	meters        shelf[Meter]
	billings      shelf[Billing]
	bills         shelf[Bill]
	meterOf       map[meterKey]uint64
	metersOf      map[monthKey][]uint64 // ascending
	placements    shelf[funding.Placement]
	earlyOffers   shelf[discounting.Offer]
	earlyPayments shelf[discounting.Payment]
	earlyOf       map[id.Receivable]id.EarlyPayment // under way
	instructions  shelf[Instruction]
	instructionOf map[id.Party]id.Instruction // that is live
	busy          []id.Instruction            // with work to do now, ascending

	supervised        shelf[supervision.Account]
	returns           shelf[payment.Return]
	charges           shelf[payment.Charge]
	supervisedAt      map[supervision.Place]id.SupervisedAccount // open
	supervisedNumbers map[party.Token]id.SupervisedAccount       // likewise
	returning         map[id.Receipt]id.Return                   // that wait to be decided on
	chargeOf          map[[16]byte]id.Charge
	accountsOf        map[id.Party][]id.BankAccount       // ascending
	underWay          map[id.Party][]id.Payment           // to an account of the payee, that may still leave, ascending
	crossing          map[payment.Supervised][]id.Payment // internal transfers from or to an account that may still leave, ascending
	acceptedFor       map[id.Party][]id.Financing         // accepted and not on their way, by who is paid, ascending
	ladders           shelf[funding.Ladder]
	ladderOf          map[useKey]id.Ladder          // in force, by programme and funder
	suppliedBy        map[supplyKey][]id.Financing  // that pay for an order or a debt of the borrower which they have not paid yet, ascending
	maturing          map[useKey][]funding.Maturity // principal claimed or out, by programme and funder, by ascending due date
	digitalAssets     shelf[digital.Asset]
	wallets           shelf[digital.Wallet]
	digitalTransfers  shelf[digital.Transfer]
	boundMoney        shelf[digital.Bound]
	boundUses         shelf[digital.Use]
	exchanges         shelf[digital.Exchange]
	walletOf          map[walletKey]id.Wallet    // that was not declined
	advancedOn        map[id.Trade]money.Minor   // with bound money, by the trade that was named
	exchangeOf        map[id.Holding]id.Exchange // that is offered
	boundExpiry       expiries                   // by last business date
	exchangeExpiry    expiries
	statements        shelf[payment.Statement]
	breaks            shelf[payment.Break]
	statementOf       map[[16]byte]id.BankStatement
	statementsOf      map[payment.Supervised][]id.BankStatement   // by date and number
	stated            []payment.Supervised                        // accounts that have statements, in the order in which they had their first
	breakOf           map[[16]byte]id.Break                       // the latest about something
	agreedOn          map[payment.Supervised]id.SupervisedAccount // the latest record of the account that was live
	unshown           map[payment.Supervised][]bookedDay          // of which it has movements that no statement shows, ascending
	referrals         shelf[funding.Referral]
	referralOf        map[id.Financing]id.Referral // that is not decided
	referralLapse     expiries                     // by last business date

	masterScales   shelf[credit.MasterScale]
	reviewPolicies shelf[credit.Policy]
	applications   shelf[credit.Application]
	news           shelf[credit.News]
	watches        shelf[credit.Watch]
	scaleOf        id.MasterScale               // in force; 0 for the one that ships with the program
	reviewPolicyOf map[id.Party]id.ReviewPolicy // in force, by funder; 0: the operator
	ownReviewOf    map[reviewKey]id.Review      // of funders, in force
	applicationOf  map[reviewKey]id.Application // that is open
	watchOf        map[reviewKey]id.Watch
	features       shelf[feature.Record]
	featureMonths  shelf[feature.Month]
	featureOf      map[feature.Subject]uint32
	graph          *network.Graph
	featured       []money.Currency    // in which there are facts, in the order in which they had their first
	members        map[id.Party]uint32 // of a group, those that name the party as their head; 0 for a head whose members have all left
	models         shelf[score.Model]
	modelMonths    shelf[score.Month]
	modelVersions  map[modelName]id.Model    // the latest version
	championOf     map[modelRole]id.Model    // by purpose and funder
	challengersOf  map[modelRole][]id.Model  // ascending
	readers        map[id.Model]*modelReader // of models that are asked
	modelMonthOf   map[modelMonth]uint64
	riskPolicies   shelf[risk.Policy]
	files          shelf[onboarding.File]
	checklists     shelf[onboarding.Checklist]
	lists          shelf[screening.List]
	runs           shelf[screening.Run]
	alerts         shelf[screening.Alert]
	cases          shelf[screening.Case]
	consents       shelf[onboarding.Consent]
	readings       shelf[onboarding.Reading]
	fileOf         map[id.Party]id.OnboardingFile
	checklistLive  id.Checklist                // 0: that of the program
	listOf         map[string]id.ScreeningList // in force, by name
	alertOf        map[hitPair]id.ScreeningAlert
	hitsOf         map[id.Party]hitCount      // alerts that stand
	struck         map[network.Owner]hitCount // likewise, about a party or person itself, whoever's file names it
	foundOn        map[foundKey]calendar.Date // day on which a rule has opened the last case about a party for a finding
	screenedTo     uint64                     // number of the last party that was compared with all lists in force
	suspectedIn    map[id.Party]uint32        // cases that are not closed
	consentsOf     map[id.Party][]id.Consent
	policies       shelf[funding.Policy]
	authorities    shelf[funding.Authority]
	policyOf       map[useKey]id.FunderPolicy // in force, by programme and funder; programme 0: everywhere
	authorityOf    map[useKey]id.Authority    // that is live, by programme and funder

	dependences     shelf[credit.Dependence]
	recommendations shelf[credit.LimitRecommendation]
	setOffRuns      shelf[clearing.Run]
	setOffLines     shelf[clearing.Line]
	setOffMembers   shelf[clearing.Member]
	setOffConsents  shelf[clearing.Promise]
	setOffBars      shelf[clearing.Bar]
	setOffCalendars shelf[clearing.Calendar]
	followed        []id.SetOffCalendar                           // that are live, ascending
	setOffOpen      []id.SetOffRun                                // that are not over, ascending
	setOffMemberOf  map[id.SetOffRun]map[id.Party]id.SetOffMember // of runs that are not over
	promises        map[promiseKey]id.SetOffConsent               // the latest that stands for every run and is not revoked
	answers         map[answerKey]id.SetOffConsent                // a party's last word on one run
	setOffBarsOf    map[id.Party][]id.SetOffBar                   // that are not lifted, ascending
	setOffCash      map[id.SetOffRun][]id.Financing               // accepted to be drawn in the run, ascending
	registeredBy    map[registrationKey][]id.Registration         // against a grantor, whoever is secured, by what they cover; ascending
	webhooks        shelf[party.Webhook]
	webhooksOf      map[id.Party][]id.Webhook // that have not ended, ascending
}

// Clock is the business date and how far the work of opening it has come.
type Clock struct {
	Date  calendar.Date `cbor:"1,keyasint"` // the business date; 0 until the first day is opened
	From  calendar.Date `cbor:"2,keyasint"` // days from here to before Date are still to be worked through; Date when done
	Entry uint64        `cbor:"3,keyasint"`

	Opened        calendar.Date `cbor:"4,keyasint,omitempty"` // the last date that OpenDay has opened; 0 for none
	Accrued       calendar.Date `cbor:"5,keyasint,omitempty"` // interest is posted up to here for financings up to Through
	AccruedBefore calendar.Date `cbor:"6,keyasint,omitempty"` // and up to here for all others
	Through       uint64        `cbor:"7,keyasint,omitempty"` // number of a financing; the highest there can be when all are done

	Valued        calendar.Date `cbor:"8,keyasint,omitempty"`  // date on which what secures loans was valued last
	ValuedThrough uint64        `cbor:"9,keyasint,omitempty"`  // up to this financing; the highest there can be when all are done
	PoolsThrough  uint64        `cbor:"10,keyasint,omitempty"` // and up to this pool; likewise

	Reviewed        calendar.Date `cbor:"30,keyasint,omitempty"` // date on which reviews in force were looked through last
	ReviewedThrough uint64        `cbor:"31,keyasint,omitempty"` // up to this review; 0 when all are done

	Closed         calendar.Date `cbor:"200,keyasint,omitempty"` // the last date that was closed; 0 for none
	Watched        calendar.Date `cbor:"201,keyasint,omitempty"` // the last one at whose close all limits were looked at
	WatchedThrough uint64        `cbor:"202,keyasint,omitempty"` // of the one after it, up to this limit; 0 when all are done
}

// Pair is what is known of the trade between one seller and one buyer.
type Pair struct {
	Seller id.Party `cbor:"1,keyasint"`
	Buyer  id.Party `cbor:"2,keyasint"`
	Trades uint32   `cbor:"3,keyasint"` // with an invoice
	Entry  uint64   `cbor:"4,keyasint"`

	Dilutions []Dilution `cbor:"30,keyasint,omitempty"` // by currency; never changed in place
}

// PartyToken says that an identifier belongs to a party.
type PartyToken struct {
	Token party.Token `cbor:"1,keyasint"`
	Party id.Party    `cbor:"2,keyasint"`
}

type pairKey struct{ seller, buyer id.Party }

type overdueKey struct {
	programme id.Programme
	buyer     id.Party
}

type useKey struct {
	programme id.Programme
	seller    id.Party
}

type touch struct {
	touchKey
	sequence uint64
}

type touchKey struct {
	table  int
	number uint64
}

// New gives the empty book of a shard (1 to id.ShardMax).
func New(shard uint16) *Book {
	if shard == 0 {
		panic("book: the first shard is 1")
	}
	b := &Book{
		shard:        shard,
		accountOf:    map[ledger.Key]id.Account{},
		limitOf:      map[credit.LimitKey]id.Limit{},
		exposures:    map[basis]basisUse{},
		reviewOf:     map[id.Party]id.Review{},
		partyOf:      map[party.Token]id.Party{},
		bankTokens:   map[party.Token]id.BankAccount{},
		receiptOf:    map[[16]byte]id.Receipt{},
		pairOf:       map[pairKey]uint64{},
		startedFor:   map[id.Receivable]id.Confirmation{},
		dueOn:        map[calendar.Date][]id.Financing{},
		owing:        map[overdueKey]indebted{},
		keyOfPublic:  map[[32]byte]id.SigningKey{},
		mandatesOf:   map[id.SigningKey][]id.Mandate{},
		liveOf:       map[id.Certificate][]id.Holding{},
		standingOf:   map[standingKey]id.Standing{},
		brokenOf:     map[id.Document]uint64{},
		inUse:        map[useKey]money.Minor{},
		financedOn:   map[id.Trade]money.Minor{},
		loansOn:      map[id.Trade][]id.Financing{},
		replacedBy:   map[id.Financing]id.Financing{},
		drawnOn:      map[id.Line]money.Minor{},
		drainIndexes: map[touchKey]int{},
		waiting:      map[[16]byte][]uint64{},
		provers:      map[id.Trade]provers{},

		templateVersions: map[string]uint16{},
		agreementsOf:     map[agreementKey][]id.Agreement{},
		noticesOf:        map[noticeKey][]id.Notice{},
		misdirectedOf:    map[id.Receivable][]id.Misdirected{}, misdirectedWith: map[id.Party][]id.Misdirected{}, misdirectedBy: map[id.Receipt][]id.Misdirected{},
		reassignmentOf:  map[id.Receivable]id.Reassignment{},
		measuresOf:      map[id.Financing][]id.Measure{},
		registrationsOf: map[registrationKey][]id.Registration{},
		searchOf:        map[id.Party]id.Search{},
		encumbrancesOf:  map[id.Party][]id.Encumbrance{},
		encumbranceOf:   map[encumbranceKey]id.Encumbrance{},
		salesContractOf: map[pairKey]id.SalesContract{},

		verificationOf: map[id.Document]id.Verification{},
		mappingOf:      map[mappingKey]id.Mapping{},
		fixingOf:       map[fixingKey]id.Fixing{},

		bidsOf:          map[id.Auction][]id.Bid{},
		auctionOf:       map[id.Receivable]id.Auction{},
		receiptNumbered: map[keeperNumber]id.WarehouseReceipt{},
		receiptLike:     map[goodsKey]id.WarehouseReceipt{},
		stored:          map[store][]id.WarehouseReceipt{},
		pledgedFor:      map[id.Financing][]id.WarehouseReceipt{},
		countsOf:        map[store][]id.StockCount{},
		seriesOf:        map[series][]inventory.Price{},
		collateralOf:    map[id.Programme]id.Collateral{},
		callOf:          map[callKey]id.MarginCall{},
		poolOf:          map[poolKey]id.Pool{},
		pooledIn:        map[id.Pool][]id.Receivable{},
		drawnOnPool:     map[id.Pool][]id.Financing{},
		meterOf:         map[meterKey]uint64{},
		metersOf:        map[monthKey][]uint64{},
		earlyOf:         map[id.Receivable]id.EarlyPayment{},
		instructionOf:   map[id.Party]id.Instruction{},
	}
	b.draft.moved, b.draft.opened = map[id.Account]money.Minor{}, map[ledger.Key]id.Account{}
	b.draft.discharged, b.draft.delivered = map[id.Receivable]money.Minor{}, map[id.Financing]money.Minor{}
	b.supervise()
	return b
}

// supervise makes the indexes of a new book about supervised money: its accounts, who is paid, until when it stays, and digital money.
func (b *Book) supervise() {
	b.supervisedAt, b.supervisedNumbers = map[supervision.Place]id.SupervisedAccount{}, map[party.Token]id.SupervisedAccount{}
	b.returning, b.chargeOf = map[id.Receipt]id.Return{}, map[[16]byte]id.Charge{}
	b.statementOf, b.statementsOf, b.breakOf = map[[16]byte]id.BankStatement{}, map[payment.Supervised][]id.BankStatement{}, map[[16]byte]id.Break{}
	b.agreedOn, b.unshown = map[payment.Supervised]id.SupervisedAccount{}, map[payment.Supervised][]bookedDay{}
	b.crossing, b.referralOf = map[payment.Supervised][]id.Payment{}, map[id.Financing]id.Referral{}
	b.accountsOf, b.underWay, b.acceptedFor = map[id.Party][]id.BankAccount{}, map[id.Party][]id.Payment{}, map[id.Party][]id.Financing{}
	b.ladderOf, b.maturing, b.suppliedBy = map[useKey]id.Ladder{}, map[useKey][]funding.Maturity{}, map[supplyKey][]id.Financing{}
	b.reviewPolicyOf, b.watchOf = map[id.Party]id.ReviewPolicy{}, map[reviewKey]id.Watch{}
	b.ownReviewOf, b.applicationOf = map[reviewKey]id.Review{}, map[reviewKey]id.Application{}
	b.graph = network.New(b.shard)
	b.featureOf, b.members = map[feature.Subject]uint32{}, map[id.Party]uint32{}
	b.screen()
	b.policyOf, b.authorityOf = map[useKey]id.FunderPolicy{}, map[useKey]id.Authority{}
	b.connected = newConnections()
	b.walletOf, b.advancedOn, b.exchangeOf = map[walletKey]id.Wallet{}, map[id.Trade]money.Minor{}, map[id.Holding]id.Exchange{}
	b.newModelIndexes()
	b.clearBook()
	b.webhooksOf = map[id.Party][]id.Webhook{}
}

// Decide answers what a command would do and changes nothing. The events are valid until the next call.
func (b *Book) Decide(h *Header, c Command) ([]Event, *Rejection) {
	d := &b.draft
	d.reset(b, h)
	command, known := c.(act)
	if !known {
		panic(fmt.Sprintf("book: %T is no command", c))
	}
	if rejection := d.authorise(command); rejection != nil {
		return nil, rejection
	}
	if rejection := command.decide(d); rejection != nil {
		return nil, rejection
	}
	if rejection := d.overflow(d.transfers); rejection != nil {
		return nil, rejection
	}
	d.openCrossed()
	d.worked()
	d.referred(command)
	d.flush()
	return d.events, nil
}

// Begin folds an entry's header. It comes before the entry's events.
func (b *Book) Begin(h *Header) {
	if h.Sequence != b.sequence+1 || h.At < b.at {
		panic(fmt.Sprintf("book: entry %d at %d after entry %d at %d", h.Sequence, h.At, b.sequence, b.at))
	}
	b.sequence, b.at = h.Sequence, h.At
	if h.KeyToken != (KeyToken{}) {
		b.usedKeys.put(h.KeyToken, h.Sequence, h.At)
		b.freshKeys = append(b.freshKeys, usedKey{h.Sequence, h.At, h.KeyToken})
	}
}

// Apply folds one event. It cannot fail: an event is a fact.
func (b *Book) Apply(e Event) {
	event, known := e.(fact)
	if !known {
		panic(fmt.Sprintf("book: %T is no event", e))
	}
	event.fold(b)
}

// Sequence is that of the last entry; 0 for an empty book.
func (b *Book) Sequence() uint64 { return b.sequence }

// At is the stamp of the last entry, in microseconds since the Unix epoch.
func (b *Book) At() int64 { return b.at }

// Date is the business date; 0 until the first day is opened.
func (b *Book) Date() calendar.Date { return b.clock.Date }

// SequenceOfKey gives the entry that used an idempotency key within the last 30 days before at.
func (b *Book) SequenceOfKey(token KeyToken, at int64) (uint64, bool) {
	return b.usedKeys.get(token, at)
}

// touched notes that the entry being folded has changed a record; entry is the record's own field for that.
func (b *Book) touched(table int, number uint64, entry *uint64) {
	if *entry == b.sequence {
		return
	}
	*entry = b.sequence
	b.touches = append(b.touches, touch{touchKey{table, number}, b.sequence})
}

// write gives a row that is written once and not held in the book.
func (b *Book) write(table int, number uint64, record any) {
	b.written = append(b.written, Row{Table: table, Number: number, Record: record, Entries: []uint64{b.sequence}})
}

// Drain yields the records that changed since the last call, each once, as they stand now, and forgets them.
func (b *Book) Drain(yield func(Row)) {
	for _, row := range b.written {
		yield(row)
	}
	if len(b.freshKeys) > 0 {
		yield(Row{Table: tableUsedKey, Number: b.freshKeys[0].sequence, Record: slices.Clone(b.freshKeys)})
		b.freshKeys = b.freshKeys[:0]
	}
	clear(b.written)
	b.written = b.written[:0]
	rows := make([]Row, 0, len(b.touches))
	clear(b.drainIndexes)
	for _, t := range b.touches {
		at, found := b.drainIndexes[t.touchKey]
		if !found {
			at = len(rows)
			b.drainIndexes[t.touchKey] = at
			rows = append(rows, Row{Table: t.table, Number: t.number, Record: b.record(t.table, t.number)})
		}
		rows[at].Entries = append(rows[at].Entries, t.sequence)
	}
	b.touches = b.touches[:0]
	for _, row := range rows {
		yield(row)
	}
}
