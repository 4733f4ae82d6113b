package book_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/trade"
	"millrace/lab/load"
)

// must gives a command that has to be accepted, and returns the first event of type E.
func must[E book.Event](n *node, actor id.Actor, c book.Command) E {
	n.t.Helper()
	events, err := n.submit(actor, "", c)
	if err != nil {
		n.t.Fatalf("%T: %v", c, err)
	}
	for _, e := range events {
		if found, ok := e.(E); ok {
			return found
		}
	}
	n.t.Fatalf("%T: no such event among %d", c, len(events))
	panic("unreachable")
}

// quarter is a book in which something of everything has happened.
func quarter(t testing.TB) (*node, *load.World) {
	n := newNode(t)
	w := n.world(2)
	must[*book.KeyAdded](n, w.Maker, &book.AddKey{Actor: w.Buyer, Name: "erp", Hash: load32("secret")})
	// An own chart in the operator's books, with a hold that came to nothing.
	must[*book.AccountsOpened](n, w.Maker, &book.OpenAccounts{Entity: w.Operator, Currency: w.Currency, Code: ledger.Source, Count: 1})
	source := id.Make[id.Account](1, book.Counts(n.book)["account"])
	must[*book.AccountsOpened](n, w.Maker, &book.OpenAccounts{Entity: w.Operator, Currency: w.Currency, Code: ledger.General, Count: 1})
	general := id.Make[id.Account](1, book.Counts(n.book)["account"])
	must[*book.TransfersPosted](n, w.Maker, &book.PostTransfers{Transfers: []ledger.Transfer{{Debit: source, Credit: general, Amount: 500}}})
	hold := must[*book.HoldPlaced](n, w.Maker, &book.PlaceHold{Transfer: ledger.Transfer{Debit: general, Credit: source, Amount: 100}})
	must[*book.HoldEnded](n, w.Maker, &book.EndHold{Hold: hold.Hold.ID, State: ledger.Voided})
	// Lives that have come to their end, and lives that have not.
	number := uint64(0)
	life := func(discount bool, steps int, amount money.Minor) load.Life {
		l := w.NewLife(number)
		number++
		l.Discount = discount
		if amount != 0 {
			l.Amount = amount
		}
		n.live(&l, 0, steps)
		return l
	}
	life(false, load.Steps, 0)
	life(true, load.Steps, 0)
	life(false, 9, 0)
	life(true, 9, 0)
	life(false, 10, 0)
	life(true, load.Steps, 0)
	large := life(false, 8, 150_000_00)
	payment1 := id.Make[id.Payment](1, book.Counts(n.book)["payment"])
	must[*book.PaymentMoved](n, w.Checker, &book.ApprovePayment{Payment: payment1, Decision: book.Approve})
	n.live(&large, 8, 9)
	life(true, 4, 0)
	refused := life(false, 8, 0)
	must[*book.PaymentMoved](n, w.Bank, &book.RecordOutcome{Payment: id.Make[id.Payment](1, book.Counts(n.book)["payment"]), State: payment.Refused})
	_ = refused
	life(false, 9, 777_00) // two of one amount from one seller
	life(true, 4, 0)
	life(false, 9, 777_00)
	lapsing := life(true, 6, 0)
	_ = lapsing
	n.at += 90_000 * 1_000_000
	must[*book.KeyAdded](n, w.Maker, &book.AddKey{Actor: w.Bank, Name: "lapse", Hash: load32("lapse")})
	life(false, 6, 0) // a quote that stands
	legalQuarter(n, w, life)
	recoveredQuarter(n, w)
	late, ends := serviced(n, w), lifeEnds(n, w, 700)
	// A day passes on which something falls due.
	short := w.NewLife(number)
	number++
	short.Due = w.Today.AddDays(6)
	n.live(&short, 0, 9)
	must[*book.DayOpened](n, w.Maker, &book.OpenDay{Date: w.Today.AddDays(9)})
	// An invoice that waits for its delivery.
	number++
	waiting := w.NewLife(number)
	invoice := waiting.Step(3).Command.(*book.RecordDocument)
	invoice.Document.Lines = nil
	must[*book.TradeMatched](n, w.Maker, invoice)
	// Two orders that a despatch advice brings into one trade, with a line that nobody ordered.
	scene := &scene{node: n, World: w}
	for _, paper := range []*book.RecordDocument{
		scene.paper(trade.Order, "A", nil, 1), scene.paper(trade.Order, "B", nil, 1), scene.paper(trade.DespatchAdvice, "D", []string{"A", "B"}, 1, 1),
	} {
		must[*book.TradeMatched](n, w.Maker, paper)
	}
	// Money on its way to a seller, a limit put in the place of another, and money that a bank took back.
	must[*book.PaymentOpened](n, w.Maker, &book.PayOut{Programme: w.Discounting, Seller: w.Sellers[1], Account: w.Accounts[1]})
	proposed := must[*book.LimitProposed](n, w.Maker, &book.ProposeLimit{
		Key:    credit.LimitKey{Kind: credit.BuyerLimit, Programme: w.Payables, Party: w.Anchor, Currency: w.Currency},
		Amount: 1_000_000_00, Expires: w.Today.AddDays(200),
	})
	must[*book.LimitApproved](n, w.Checker, &book.ApproveLimit{Limit: proposed.Limit.ID})
	late()
	circle := certified(n, w)
	for number := uint64(1); ; number++ {
		if r := book.Record(n.book, "receipt", number).(payment.Receipt); r.Programme == w.Discounting && r.Funder == 0 && r.State == payment.Allocated {
			must[*book.ProgrammeStopped](n, w.Bank, &book.ReverseReceipt{Receipt: r.ID, Line: load.Token("back")})
			break
		}
	}
	takenBack(n, w)
	goodsMove(n, w)
	disputed(n, w, number+2)
	brokenRules(n, w)
	auctionsHeld(n, w, 500)
	factored(n, w)
	ends()
	stocked(n, w)
	goodsFinanced(n, w)
	lined(n, w)
	economics(n, w)
	digitalHeld(n, w, circle)
	limitsHeld(n, w, 900)
	fundersHeld(n, w, 600)
	laddersHeld(n, w)
	supplied(n, w)
	accountsKept(n, w)
	setOffsHeld(n, w)
	hooksHeld(n, w)
	consentsHeld(n, w)
	return n, w
}

func TestCheckFindsNothingInASoundBook(t *testing.T) {
	n, _ := quarter(t)
	if breaches := book.Check(n.book); len(breaches) > 0 {
		t.Fatal(breaches)
	}
	if breaches := book.Check(book.New(1)); len(breaches) > 0 {
		t.Fatal("empty:", breaches)
	}
}

func TestCheckNamesEveryCorruption(t *testing.T) {
	tested := map[string]struct{}{}
	n, _ := quarter(t)
	rows := n.rows()
	for _, corruption := range book.Corruptions {
		tested[corruption.Code] = struct{}{}
		t.Run(strings.ReplaceAll(corruption.Code+" "+corruption.What, " ", "_"), func(t *testing.T) {
			broken := n.loaded(rows)
			corruption.Break(broken)
			breaches := book.Check(broken)
			if len(breaches) == 0 {
				t.Fatal("nothing was found")
			}
			for _, b := range breaches {
				if b.Code != corruption.Code || b.Sentence == "" {
					t.Errorf("also %s: %s", b.Code, b.Sentence)
				}
			}
		})
	}
	for _, code := range append(calledWith(t, "check*.go", "breach"), book.AuditedCodes()...) {
		if _, found := tested[code]; !found {
			t.Errorf("no corruption leads to %s", code)
		}
	}
}

// calledWith lists the string literals that stand first in calls of a function or method in this folder's sources, in
// order of their place.
func calledWith(t *testing.T, pattern, name string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		syntax, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(syntax, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			called := ""
			switch f := call.Fun.(type) {
			case *ast.Ident:
				called = f.Name
			case *ast.SelectorExpr:
				called = f.Sel.Name
			}
			if literal, ok := call.Args[0].(*ast.BasicLit); ok && called == name && literal.Kind == token.STRING {
				text, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				found = append(found, text)
			}
			return true
		})
	}
	return found
}

// mirrored says in which table a field of the book is kept.
var mirrored = map[string]string{
	"begun": "confirmation", "disputes": "dispute",
	"clock": "clock", "actors": "actor", "keys": "actor_key", "parties": "party", "bankAccounts": "bank_account", "products": "product",
	"programmes": "programme", "reviews": "review", "limits": "credit_limit", "trades": "trade", "receivables": "receivable",
	"financings": "financing", "accounts": "account", "holds": "hold", "payments": "payment", "receipts": "receipt", "pairs": "pair",
	"names": "party_token", "documents": "document", "usedKeys": "used_key",
	"signingKeys": "signing_key", "mandates": "mandate",
	"verifications": "verification", "mappings": "mapping", "fixings": "fixing", "periods": "period",
	"certificates": "certificate", "holdings": "holding", "standings": "standing",
	"movements": "movement", "movementReferences": "movement_reference", "goodsSeen": "movement_goods",
	"templates": "template", "agreements": "agreement", "notices": "notice", "misdirected": "misdirected", "reassignments": "reassignment",
	"registrations": "registration", "searches": "search", "encumbrances": "encumbrance", "salesContracts": "sales_contract",
	"ruleBreaches": "rule_breach",
	"auctions":     "auction", "bids": "bid",
	"facts": "financing_fact", "measures": "measure",
	"lines": "line",
	"stock": "warehouse_receipt", "stockPrices": "stock_price", "stockCounts": "stock_count", "collaterals": "collateral", "marginCalls": "margin_call",
	"pools": "pool", "bases": "base",
	"estimates": "loss_estimates", "assessments": "assessment", "losses": "expected_loss",
	"tariffs": "tariff", "meters": "meter", "billings": "billing", "bills": "bill",
	"placements": "placement", "earlyOffers": "early_offer", "earlyPayments": "early_payment", "instructions": "instruction",
	"supervised": "supervised_account", "returns": "return_of_receipt", "charges": "charge",
	"ladders":       "ladder",
	"digitalAssets": "digital_asset", "wallets": "wallet", "digitalTransfers": "digital_transfer", "boundMoney": "bound_money", "boundUses": "bound_use", "exchanges": "exchange",
	"riskPolicies": "risk_policy",
	"features":     "feature", "featureMonths": "feature_month",
	"statements": "bank_statement", "breaks": "bank_break",
	"referrals": "referral", "models": "model", "modelMonths": "model_month",
	"masterScales": "master_scale", "reviewPolicies": "review_policy", "applications": "application", "news": "news", "watches": "watch",
	"files": "onboarding_file", "checklists": "checklist", "lists": "screening_list", "runs": "screening_run", "alerts": "screening_alert", "cases": "suspicion",
	"consents": "consent", "readings": "file_reading",
	"policies": "funder_policy", "authorities": "funder_authority", "dependences": "dependence", "recommendations": "limit_recommendation",
	"setOffRuns": "set_off_run", "setOffLines": "set_off_line", "setOffMembers": "set_off_member", "setOffConsents": "set_off_consent", "setOffBars": "set_off_bar", "setOffCalendars": "set_off_calendar",
	"webhooks": "webhook",
}

// derived says who builds a field of the book that no table keeps.
var derived = map[string]string{
	"startedFor": "indexConfirmation",
	"connected":  "indexTie, indexHead, indexDependence, indexLimit and indexFinancing", "beyond": "watch",
	"shard": "New", "edition": "DecideUnder", "sequence": "Loaded", "at": "Loaded", "identities": "indexDocument and indexReceivable", "contents": "indexDocument",
	"accountOf": "indexAccount", "migrations": "indexAccount", "limitOf": "indexLimit", "limitCounts": "indexLimit", "exposures": "indexFinancing", "reviewOf": "indexReview", "partyOf": "Loaded",
	"bankTokens": "indexBankAccount", "accountsOf": "indexBankAccount", "underWay": "indexPayment", "crossing": "indexPayment", "acceptedFor": "indexFinancing",
	"receiptOf": "Loaded", "pairOf": "Loaded", "dueOn": "indexFinancing", "owing": "indexFinancing",
	"inUse": "indexFinancing", "quoteExpiry": "indexFinancing", "holdExpiry": "indexHold",
	"keyOfPublic": "indexSigningKey", "mandatesOf": "indexMandate",
	"offerExpiry": "indexHolding", "liveOf": "indexHolding", "standingOf": "indexStanding",
	"templateVersions": "indexTemplate", "agreementsOf": "indexAgreement", "noticesOf": "indexNotice", "misdirectedOf": "indexMisdirected", "misdirectedWith": "indexRecovery", "misdirectedBy": "indexRecovery",
	"reassignmentOf": "indexReassignment", "registrationsOf": "indexRegistration", "searchOf": "indexSearch",
	"encumbrancesOf": "indexEncumbrance", "encumbranceOf": "indexEncumbrance", "salesContractOf": "indexSalesContract",
	"brokenOf":       "indexBreaches",
	"verificationOf": "indexVerification", "mappingOf": "indexMapping", "fixingOf": "indexFixing",
	"loading": "only while rows come in", "touches": "until the next Drain", "written": "until the next Drain", "freshKeys": "until the next Drain",
	"draft": "of one decision", "drainIndexes": "of one Drain",
	"movementOf": "indexMovement", "waiting": "indexMovement", "provers": "indexMovement",
	"claims": "indexDocument and indexReceivable", "goods": "loadedGoods", "financedOn": "Loaded",
	"bidsOf": "indexBid", "auctionOf": "indexAuction", "auctionExpiry": "indexAuction", "measuresOf": "indexMeasure",
	"loansOn": "indexFinancing", "replacedBy": "indexFinancing", "drawnOn": "indexFinancing",
	"receiptNumbered": "indexWarehouseReceipt", "receiptLike": "indexWarehouseReceipt", "stored": "indexWarehouseReceipt", "pledgedFor": "indexWarehouseReceipt",
	"countsOf": "indexStockCount", "seriesOf": "indexStockPrice", "collateralOf": "indexCollateral", "callOf": "indexMarginCall",
	"stockSecured": "indexStockSecured", "poolOf": "indexPool", "pooledIn": "indexPooled", "drawnOnPool": "indexDrawn",
	"meterOf": "indexMeter", "metersOf": "indexMeter",
	"earlyOf": "indexEarlyPayment", "instructionOf": "indexInstruction", "busy": "indexInstruction",
	"supervisedAt": "indexSupervised", "supervisedNumbers": "indexSupervised", "returning": "indexReturn", "chargeOf": "indexCharge",
	"policyOf": "indexPolicy", "authorityOf": "indexAuthority",
	"ladderOf": "indexLadder", "maturing": "indexFinancing", "suppliedBy": "indexFinancing",
	"walletOf": "indexWallet", "advancedOn": "indexBoundUse", "exchangeOf": "indexExchange", "boundExpiry": "indexBound", "exchangeExpiry": "indexExchange",
	"scaleOf": "indexMasterScale", "reviewPolicyOf": "indexReviewPolicy", "ownReviewOf": "indexReview", "applicationOf": "indexApplication", "watchOf": "indexWatch",
	"statementOf": "indexStatement", "statementsOf": "indexStatement", "stated": "indexStatement", "breakOf": "indexBreak",
	"agreedOn": "indexSupervised", "unshown": "Loaded",
	"referralOf": "indexReferral", "referralLapse": "indexReferral",
	"modelVersions": "indexModel", "championOf": "indexModel", "challengersOf": "indexModel", "readers": "indexModel", "modelMonthOf": "indexModelMonth",
	"fileOf": "indexFile", "checklistLive": "indexChecklist", "listOf": "indexList", "alertOf": "indexAlert", "hitsOf": "indexAlert", "struck": "indexAlert", "screenedTo": "indexRun", "suspectedIn": "indexCase", "foundOn": "indexCase",
	"consentsOf": "indexConsent",
	"setOffOpen": "indexSetOffRun", "setOffMemberOf": "indexSetOffMember", "promises": "indexSetOffConsent", "answers": "indexSetOffConsent", "followed": "indexSetOffCalendar", "setOffBarsOf": "indexSetOffBar", "setOffCash": "indexCash",
	"registeredBy": "indexRegistration",
	"webhooksOf":   "indexWebhook",
	"featureOf":    "indexFeature", "featured": "indexFeature", "graph": "indexDeal", "members": "indexMember and indexFeature",
}

func TestEveryFieldOfTheBookIsMirroredOrDerived(t *testing.T) {
	fields := reflect.TypeFor[book.Book]()
	kept := map[string]struct{}{}
	for i := range fields.NumField() {
		name := fields.Field(i).Name
		table, isMirrored := mirrored[name]
		_, isDerived := derived[name]
		if isMirrored == isDerived {
			t.Errorf("field %s: say in which table it is kept, or who builds it, and not both", name)
		}
		if isMirrored {
			kept[table] = struct{}{}
			if book.TableIndex(table) < 0 {
				t.Errorf("field %s is kept in %s, which is no table", name, table)
			}
		}
	}
	if want := len(mirrored) + len(derived); fields.NumField() != want {
		t.Errorf("the book has %d fields, %d are listed", fields.NumField(), want)
	}
	for _, table := range book.TableNames() {
		if table == "decision" { // decisions are written once, and are not held
			continue
		}
		if _, found := kept[table]; !found {
			t.Errorf("table %s keeps no field", table)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	n := newNode(b)
	w := n.world(200)
	const lives = 20_000
	for i := range uint64(lives) {
		l := w.NewLife(i)
		n.live(&l, 0, 9)
	}
	for b.Loop() {
		if breaches := book.Check(n.book); len(breaches) > 0 {
			b.Fatal(breaches)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/lives, "ns/receivable")
}
