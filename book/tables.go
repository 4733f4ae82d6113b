package book

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/duplicate"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/trade"
)

// The tables, in the order in which they are loaded.
const (
	tableClock = iota
	tableActor
	tableKey
	tableParty
	tablePartyToken
	tableBankAccount
	tableProduct
	tableProgramme
	tableReview
	tableLimit
	tableDocument
	tableTrade
	tableReceivable
	tableFinancing
	tableAccount
	tableHold
	tablePayment
	tableReceipt
	tablePair
	tableSigningKey
	tableMandate
	tableCertificate
	tableHolding
	tableStanding
	tableMovement
	tableMovementReference
	tableMovementGoods
	tableConfirmation
	tableDispute
	tableTemplate
	tableAgreement
	tableNotice
	tableMisdirected
	tableReassignment
	tableRegistration
	tableSearch
	tableEncumbrance
	tableSalesContract
	tableRuleBreach
	tableVerification
	tableMapping
	tableFixing
	tablePeriod
	tableAuction
	tableBid
	tableFinancingFact
	tableMeasure
	tableLine
	tableWarehouseReceipt
	tableStockPrice
	tableStockCount
	tableCollateral
	tableMarginCall
	tablePool
	tableBase
	tableEstimates
	tableAssessment
	tableExpectedLoss
	tableTariff
	tableMeter
	tableBilling
	tableBill
	tablePlacement
	tableEarlyOffer
	tableEarlyPayment
	tableInstruction
	tableSupervisedAccount
	tableReturn
	tableCharge
	tableLadder
	tableDigitalAsset
	tableWallet
	tableDigitalTransfer
	tableBoundMoney
	tableBoundUse
	tableExchange
	tableBankStatement
	tableBankBreak
	tableMasterScale
	tableReviewPolicy
	tableApplication
	tableNews
	tableWatch
	tableFeature
	tableFeatureMonth
	tableModel
	tableModelMonth
	tableOnboardingFile
	tableChecklist
	tableScreeningList
	tableScreeningRun
	tableScreeningAlert
	tableSuspicion
	tableConsent
	tableFileReading
	tableReferral
	tableRiskPolicy
	tableDecision
	tableFunderPolicy
	tableFunderAuthority
	tableDependence
	tableLimitRecommendation
	tableSetOffRun
	tableSetOffLine
	tableSetOffMember
	tableSetOffConsent
	tableSetOffBar
	tableSetOffCalendar
	tableWebhook
	tableUsedKey
	tableCount
)

// mirror is a table as the book itself sees it.
type mirror struct {
	Table
	record func(b *Book, number uint64) any // a flat copy; nil for rows that are written once
	count  func(b *Book) uint64             // records held
	load   func(b *Book, number uint64, stored []byte) error
}

var tables [tableCount]mirror

func col(name string, kind ColumnType) Column { return Column{Name: name, Type: kind} }
func ind(name string, kind ColumnType) Column {
	return Column{Name: name, Type: kind, Indexed: IndexedColumn}
}

// held describes a table whose records stand on a shelf of the book.
func held[T any](name string, shelf func(b *Book) *shelf[T], columns []Column, values func(r *T) []any) mirror {
	return mirror{
		Table: Table{
			Name: name, Columns: columns, Live: true,
			Values: func(record any) []any { r := record.(T); return values(&r) },
			Encode: func(dst []byte, record any) []byte { return appendValue(dst, record) },
		},
		record: func(b *Book, number uint64) any { return *shelf(b).at(number) },
		count:  func(b *Book) uint64 { return shelf(b).count },
		load: func(b *Book, number uint64, stored []byte) error {
			var record T
			if err := decoding.Unmarshal(stored, &record); err != nil {
				return fmt.Errorf("table %s, row %d: %w", name, number, err)
			}
			if number != shelf(b).count+1 {
				return fmt.Errorf("table %s: row %d follows row %d", name, number, shelf(b).count)
			}
			shelf(b).add(number, record)
			return nil
		},
	}
}

func init() {
	tables[tableClock] = clockTable()
	tables[tableActor] = held("actor", func(b *Book) *shelf[party.Actor] { return &b.actors },
		[]Column{ind("party", Integer), col("role", Integer)},
		func(r *party.Actor) []any { return []any{int64(r.Party), int64(r.Role)} })
	tables[tableKey] = held("actor_key", func(b *Book) *shelf[party.Key] { return &b.keys },
		[]Column{ind("actor", Integer), ind("hash", Blob), col("active", Integer)},
		func(r *party.Key) []any { return []any{int64(r.Actor), r.Hash[:], flag(r.Active)} })
	tables[tableParty] = partyTable()
	tables[tablePartyToken] = partyTokenTable()
	tables[tableBankAccount] = bankAccountTable()
	tables[tableProduct] = held("product", func(b *Book) *shelf[product.Product] { return &b.products },
		[]Column{col("state", Text), col("name", Text)},
		func(r *product.Product) []any { return []any{r.State.String(), r.Terms.Name} })
	tables[tableProgramme] = held("programme", func(b *Book) *shelf[funding.Programme] { return &b.programmes },
		[]Column{ind("anchor", Integer), col("product", Integer), col("state", Text)},
		func(r *funding.Programme) []any { return []any{int64(r.Anchor), int64(r.Product), r.State.String()} })
	tables[tableReview] = held("review", func(b *Book) *shelf[credit.Review] { return &b.reviews },
		[]Column{ind("party", Integer), col("state", Text), ind("funder", Integer), col("next", Integer)},
		func(r *credit.Review) []any {
			return []any{int64(r.Party), r.State.String(), int64(r.Funder), int64(r.Next)}
		})
	tables[tableLimit] = held("credit_limit", func(b *Book) *shelf[credit.Limit] { return &b.limits },
		[]Column{col("kind", Text), ind("programme", Integer), ind("party", Integer), col("state", Text), ind("owner", Integer)},
		func(r *credit.Limit) []any {
			return []any{r.Key.Kind.String(), int64(r.Key.Programme), int64(r.Key.Party), r.State.String(), int64(r.Key.Owner)}
		})
	tables[tableDocument] = documentTable()
	tables[tableTrade] = held("trade", func(b *Book) *shelf[trade.Trade] { return &b.trades },
		[]Column{ind("seller", Integer), ind("buyer", Integer), col("facts", Integer), col("differences", Integer), col("merged_into", Integer), col("next_merged", Integer), col("confirmed", Integer)},
		func(r *trade.Trade) []any {
			return []any{int64(r.Seller), int64(r.Buyer), int64(r.Facts), int64(r.Differences), int64(r.MergedInto), int64(r.NextMerged), flag(r.Facts&trade.Confirmed != 0)}
		})
	tables[tableReceivable] = receivableTable()
	tables[tableFinancing] = held("financing", func(b *Book) *shelf[funding.Financing] { return &b.financings },
		[]Column{ind("receivable", Integer), ind("seller", Integer), ind("buyer", Integer), ind("funder", Integer), ind("programme", Integer), ind("state", Text), col("due", Integer), ind("principal", Integer), ind("trade", Integer), ind("line", Integer), col("head", Integer), col("exposure", Integer), col("owes", Integer), ind("entry", Integer)},
		func(r *funding.Financing) []any {
			owes := r.Buyer // who owes what secures it
			if r.Receivable == 0 {
				owes = r.Seller
			}
			return []any{int64(r.Receivable), int64(r.Seller), int64(r.Buyer), int64(r.Funder), int64(r.Programme), r.State.String(), int64(r.Due), int64(r.Principal), int64(r.Trade), int64(r.Line), int64(r.Head()), int64(r.Exposure()), int64(owes), int64(r.Entry)}
		})
	tables[tableAccount] = held("account", func(b *Book) *shelf[ledger.Account] { return &b.accounts },
		[]Column{ind("entity", Integer), col("programme", Integer), ind("counterparty", Integer), col("code", Integer), col("currency", Text), col("balance", Integer), col("available", Integer)},
		func(r *ledger.Account) []any {
			return []any{int64(r.Key.Entity), int64(r.Key.Programme), int64(r.Key.Counterparty), int64(r.Key.Code), r.Key.Currency.String(), int64(r.Balance()), int64(r.Available())}
		})
	tables[tableHold] = held("hold", func(b *Book) *shelf[ledger.Hold] { return &b.holds },
		[]Column{col("state", Text)}, func(r *ledger.Hold) []any { return []any{r.State.String()} })
	tables[tablePayment] = held("payment", func(b *Book) *shelf[payment.Payment] { return &b.payments },
		[]Column{ind("state", Text), ind("programme", Integer), ind("payee", Integer), ind("financing", Integer), ind("at_programme", Integer), ind("amount", Integer)},
		func(r *payment.Payment) []any {
			return []any{r.State.String(), int64(r.Programme), int64(r.Payee), int64(r.Financing), int64(r.At.Programme), int64(r.Amount)}
		})
	tables[tableReceipt] = held("receipt", func(b *Book) *shelf[payment.Receipt] { return &b.receipts },
		[]Column{ind("state", Text), ind("programme", Integer), ind("funder", Integer), ind("line", Blob), ind("amount", Integer)},
		func(r *payment.Receipt) []any {
			return []any{r.State.String(), int64(r.Programme), int64(r.Funder), r.Line[:], int64(r.Amount)}
		})
	tables[tablePair] = held("pair", func(b *Book) *shelf[Pair] { return &b.pairs },
		[]Column{ind("seller", Integer), ind("buyer", Integer)},
		func(r *Pair) []any { return []any{int64(r.Seller), int64(r.Buyer)} })
	movementTables()
	legalTables()
	auctionTables()
	warehouseTables()
	tables[tableUsedKey] = usedKeyTable()
	addLookups()
}

// repeatedFindings are those of a document that repeats an earlier one.
var repeatedFindings = trade.BitOf(trade.FindingDuplicate) | trade.BitOf(trade.FindingNumberReused) | trade.BitOf(trade.FindingRenumbered)

// addLookups names what overviews and lists ask for, so that none of them reads all records.
func addLookups() {
	tables[tableReceivable].Orders = [][]string{{"buyer", "owed_due"}}
	tables[tableFinancing].Orders = [][]string{{"funder", "state"}}
	tables[tableDocument].Sums = []Sum{{"document_sum", names("seller", "buyer"), names("repeated")}}
	tables[tableTrade].Sums = []Sum{{"trade_sum", names("seller", "buyer"), names("confirmed")}}
	tables[tableReceivable].Sums = []Sum{
		{"receivable_sum", names("state", "currency"), names("outstanding", "found")},
		{"receivable_sum_seller", names("seller", "state", "currency", "due"), names("outstanding", "found")},
		{"receivable_sum_buyer", names("buyer", "state", "currency", "due"), names("outstanding", "found")},
	}
	tables[tableFinancing].Sums = []Sum{
		{"financing_sum", names("funder", "programme", "state", "due"), names("principal", "exposure")},
		{"financing_parties", names("seller", "funder", "buyer", "owes", "head", "programme", "state"), names("principal", "exposure")},
	}
	tables[tableAccount].Sums = []Sum{{"account_sum", names("entity", "code", "currency"), names("balance", "available")}}
	tables[tablePayment].Sums = []Sum{{"payment_sum", names("state"), nil}}
}

func names(columns ...string) []string { return columns }

func flag(v bool) int64 {
	if v {
		return 1
	}
	return 0
}

func clockTable() mirror {
	return mirror{
		Table: Table{
			Name: "clock", Columns: []Column{col("date", Integer)}, Live: true,
			Values: func(record any) []any { return []any{int64(record.(Clock).Date)} },
			Encode: func(dst []byte, record any) []byte { return appendValue(dst, record) },
		},
		record: func(b *Book, _ uint64) any { return b.clock },
		count: func(b *Book) uint64 {
			if b.clock.Date == 0 {
				return 0
			}
			return 1
		},
		load: func(b *Book, _ uint64, stored []byte) error { return decoding.Unmarshal(stored, &b.clock) },
	}
}

// dueLast stands for the due date of what is owed without one.
const dueLast = int64(calendar.DateMax) + 1

// receivableTable is sought by buyers for what they may still confirm, and for what they owe first.
func receivableTable() mirror {
	return held("receivable", func(b *Book) *shelf[receivable.Receivable] { return &b.receivables },
		[]Column{ind("seller", Integer), ind("buyer", Integer), ind("trade", Integer), ind("document", Integer), ind("state", Text), col("due", Integer), col("outstanding", Integer), col("currency", Text), col("auction", Integer), ind("to_confirm", Integer), col("found", Integer), col("owed_due", Integer)},
		func(r *receivable.Receivable) []any {
			toConfirm := r.Buyer // who may confirm it still; 0 for nobody
			if r.State != receivable.Open || r.Outstanding() <= 0 || r.Undertaking != receivable.NoUndertaking || r.Certificate != 0 {
				toConfirm = 0
			}
			owedDue := max(int64(r.Due), 1) // 0 where nothing is owed
			if r.State != receivable.Open || r.Outstanding() <= 0 {
				owedDue = 0
			} else if r.Due == 0 {
				owedDue = dueLast
			}
			return []any{int64(r.Seller), int64(r.Buyer), int64(r.Trade), int64(r.Document), r.State.String(), int64(r.Due), int64(r.Outstanding()), r.Currency.String(), int64(r.Auction), int64(toConfirm), flag(r.Findings != 0), owedDue}
		})
}

// partyTable is sought by parties that are to be screened anew.
func partyTable() mirror {
	return held("party", func(b *Book) *shelf[party.Party] { return &b.parties },
		[]Column{col("state", Text), col("roles", Integer), col("country", Text), ind("unscreened", Integer)},
		func(r *party.Party) []any {
			return []any{r.State.String(), int64(r.Roles), r.Country, flag(r.Unscreened)}
		})
}

func partyTokenTable() mirror {
	m := held("party_token", func(b *Book) *shelf[PartyToken] { return &b.names },
		[]Column{ind("token", Blob), ind("party", Integer)},
		func(r *PartyToken) []any { return []any{r.Token[:], int64(r.Party)} })
	return m
}

// documentTable stores, before the rest, what the index of identities is built from: a start reads only that.
func documentTable() mirror {
	return mirror{
		Table: Table{
			Name: "document",
			Columns: []Column{col("type", Text), ind("doc_number", Text), ind("trade", Integer), ind("seller", Integer), ind("buyer", Integer),
				col("issued", Integer), ind("payable", Integer), col("currency", Text), ind("findings", Integer), col("repeated", Integer)},
			Values: func(record any) []any {
				r := record.(Document)
				return []any{r.Type.String(), r.Number, int64(r.Trade), int64(r.Seller), int64(r.Buyer), int64(r.Issued), int64(r.Payable),
					r.Currency.String(), int64(trade.SetOf(r.Findings)), flag(trade.SetOf(r.Findings)&repeatedFindings != 0)}
			},
			Encode: func(dst []byte, record any) []byte { return appendDocument(dst, record.(Document)) },
			Live:   true,
		},
		count: func(b *Book) uint64 { return b.documents },
		load: func(b *Book, number uint64, stored []byte) error {
			var row Document
			if _, err := documentHead(stored, &row); err != nil {
				return fmt.Errorf("table document, row %d: %w", number, err)
			}
			row.ID = id.Make[id.Document](b.shard, number)
			b.documents++
			b.indexDocument(&row)
			b.loading.document(&row)
			return nil
		},
	}
}

const documentHeadBytes = 2 + 8 + 4 + 3*16

// The flags of a stored document.
const (
	flagRepeats = 1 << iota
	flagOpening
	flagSelfBilled
	flagHabit  // of its match
	flagOthers // it names others
)

// appendDocument writes type and flags, trade, content, the three tokens, what else it names, of an invoice its claim, and then what is left in
// the common encoding.
func appendDocument(dst []byte, r Document) []byte {
	flags := byte(0)
	for i, set := range [...]bool{r.Repeats, r.Channel == openingChannel, r.TypeCode == selfBilled, r.Match.Habit} {
		if set {
			flags |= 1 << i
		}
	}
	if len(r.Others) > 0 {
		flags |= flagOthers
	}
	dst = append(dst, byte(r.Type), flags)
	dst = binary.BigEndian.AppendUint64(dst, uint64(r.Trade))
	dst = binary.BigEndian.AppendUint32(dst, r.Content)
	dst = append(append(append(dst, r.Identity[:]...), r.Order[:]...), r.Contents[:]...)
	if len(r.Others) > 0 {
		dst = append(dst, byte(len(r.Others)))
		for _, other := range r.Others {
			dst = append(dst, other[:]...)
		}
	}
	r.Content, r.Identity, r.Order, r.Contents, r.Others = 0, [16]byte{}, [16]byte{}, [16]byte{}, nil
	if r.Type == trade.Invoice {
		dst = appendClaim(dst, &r)
		r.Seller, r.Buyer, r.Payable, r.Net, r.Issued, r.Currency, r.Goods, r.Match, r.Number = 0, 0, 0, 0, 0, 0, 0, duplicate.Match{}, ""
	}
	return appendValue(dst, r)
}

const claimHeadBytes = 6*8 + 2 + 3 + 4

// appendClaim writes what an invoice's claim is made of.
func appendClaim(dst []byte, r *Document) []byte {
	for _, v := range [...]uint64{uint64(r.Seller), uint64(r.Buyer), uint64(r.Payable), uint64(r.Net), uint64(uint32(r.Issued))<<32 | uint64(r.Goods)} {
		dst = binary.BigEndian.AppendUint64(dst, v)
	}
	for _, v := range [...]uint32{r.Match.Other, uint32(r.Match.Score)} {
		dst = binary.BigEndian.AppendUint32(dst, v)
	}
	dst = binary.BigEndian.AppendUint16(dst, uint16(r.Currency))
	dst = append(dst, byte(r.Match.Kind), r.Match.Distance, byte(r.Match.Covers))
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(r.Number)))
	return append(dst, r.Number...)
}

// documentHead reads what stands before the common encoding, and gives the rest.
func documentHead(stored []byte, r *Document) ([]byte, error) {
	if len(stored) < documentHeadBytes {
		return nil, errors.New("too short")
	}
	flags := stored[1]
	r.Type, r.Repeats = trade.Type(stored[0]), flags&flagRepeats != 0
	if flags&flagOpening != 0 {
		r.Channel = openingChannel
	}
	if flags&flagSelfBilled != 0 {
		r.TypeCode = selfBilled
	}
	r.Trade = id.Trade(binary.BigEndian.Uint64(stored[2:]))
	r.Content = binary.BigEndian.Uint32(stored[10:])
	r.Identity, r.Order, r.Contents = [16]byte(stored[14:]), [16]byte(stored[30:]), [16]byte(stored[46:])
	rest := stored[documentHeadBytes:]
	if flags&flagOthers != 0 {
		if len(rest) == 0 || len(rest) < 1+16*int(rest[0]) {
			return nil, errors.New("too short")
		}
		count := int(rest[0])
		for rest = rest[1:]; count > 0; count-- {
			r.Others = append(r.Others, [16]byte(rest))
			rest = rest[16:]
		}
	}
	if r.Type != trade.Invoice {
		return rest, nil
	}
	if len(rest) < claimHeadBytes || len(rest)-claimHeadBytes < int(binary.BigEndian.Uint32(rest[claimHeadBytes-4:])) {
		return nil, errors.New("too short")
	}
	at := func(i int) uint64 { return binary.BigEndian.Uint64(rest[8*i:]) }
	r.Seller, r.Buyer, r.Payable, r.Net = id.Party(at(0)), id.Party(at(1)), money.Minor(at(2)), money.Minor(at(3))
	r.Issued, r.Goods = calendar.Date(int32(at(4)>>32)), uint32(at(4))
	r.Match = duplicate.Match{
		Other: uint32(at(5) >> 32), Score: duplicate.Score(int32(uint32(at(5)))), Kind: duplicate.Kind(rest[50]), Distance: rest[51],
		Habit: flags&flagHabit != 0, Covers: duplicate.Covers(rest[52]),
	}
	r.Currency = money.Currency(binary.BigEndian.Uint16(rest[48:]))
	end := claimHeadBytes + int(binary.BigEndian.Uint32(rest[claimHeadBytes-4:]))
	r.Number = string(rest[claimHeadBytes:end])
	return rest[end:], nil
}

// usedKeyTable stores the keys of many entries in one row, and no CBOR: there are more of these than of all records. The
// row's number is the sequence of its first key.
func usedKeyTable() mirror {
	return mirror{
		Table: Table{
			Name: "used_key", Live: true,
			Values: func(any) []any { return nil },
			Encode: func(dst []byte, record any) []byte {
				for _, k := range record.([]usedKey) {
					dst = appendUsedKey(dst, k)
				}
				return dst
			},
		},
		load: func(b *Book, number uint64, stored []byte) error {
			if len(stored)%usedKeyBytes != 0 {
				return fmt.Errorf("table used_key, row %d: %d bytes", number, len(stored))
			}
			for ; len(stored) > 0; stored = stored[usedKeyBytes:] {
				k := readUsedKey(stored)
				b.usedKeys.put(k.token, k.sequence, k.at)
			}
			return nil
		},
	}
}

// Tables describes the mirror of the book, in the order in which Load wants it.
func (b *Book) Tables() []Table {
	described := make([]Table, tableCount)
	for i := range tables {
		described[i] = tables[i].Table
	}
	return described
}

// TableIndex finds a table by its name; -1 for none.
func TableIndex(name string) int {
	for i := range tables {
		if tables[i].Name == name {
			return i
		}
	}
	return -1
}

// DecodeRecord reads the stored form of a row into record, a pointer to the table's struct.
func DecodeRecord(stored []byte, record any) error {
	document, is := record.(*Document)
	if !is {
		return decoding.Unmarshal(stored, record)
	}
	rest, err := documentHead(stored, document)
	if err != nil {
		return err
	}
	head := *document
	if err := decoding.Unmarshal(rest, document); err != nil {
		return err
	}
	document.Content, document.Identity, document.Order, document.Contents = head.Content, head.Identity, head.Order, head.Contents
	document.Others = head.Others
	if head.Type == trade.Invoice {
		document.Seller, document.Buyer, document.Payable, document.Net, document.Issued = head.Seller, head.Buyer, head.Payable, head.Net, head.Issued
		document.Currency, document.Goods, document.Match, document.Number = head.Currency, head.Goods, head.Match, head.Number
	}
	return nil
}

func (b *Book) record(table int, number uint64) any { return tables[table].record(b, number) }

// Digest is SHA-256 over every record in its stored form, table by table, and over the sums of the indexes: two books with
// the same digest are the same book.
func (b *Book) Digest() [32]byte {
	hash := sha256.New()
	var buffer []byte
	number := func(v uint64) {
		hash.Write(binary.BigEndian.AppendUint64(buffer[:0], v))
	}
	number(b.sequence)
	number(uint64(b.at))
	for t := range tables {
		if tables[t].count == nil {
			continue
		}
		count := tables[t].count(b)
		number(count)
		if tables[t].record == nil {
			continue
		}
		for n := uint64(1); n <= count; n++ {
			buffer = appendValue(buffer[:0], tables[t].record(b, n))
			hash.Write(buffer)
		}
	}
	for _, sum := range []uint64{b.identities.sum(), b.contents.sum(), b.usedKeys.young.sum(), b.usedKeys.old.sum(), b.movementOf.sum()} {
		number(sum)
	}
	b.claims.Digest(hash)
	b.goods.Digest(hash)
	return [32]byte(hash.Sum(nil))
}

func bankAccountTable() mirror {
	return held("bank_account", func(b *Book) *shelf[party.BankAccount] { return &b.bankAccounts },
		[]Column{ind("party", Integer), col("state", Text), col("ground", Text), ind("token", Blob)},
		func(r *party.BankAccount) []any {
			return []any{int64(r.Party), r.State.String(), r.Ground.String(), r.Token[:]}
		})
}
