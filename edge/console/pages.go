package console

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/trade"
	"millrace/edge/locale"
	"millrace/edge/view"
	"millrace/engine/vault"
)

const rowsMax = 50 // of a list, on one page

// identity reads the id in the path; what can't be one is not found.
func identity[I interface {
	~uint64
	Prefix() string
}](v *visit) (I, error) {
	parsed, err := id.Parse[I](v.request.PathValue("id"))
	if err != nil {
		return 0, view.ErrNotFound
	}
	return parsed, nil
}

// asked is a trimmed parameter of the address.
func (v *visit) asked(name string) string {
	const bytesMax = 200
	text := strings.TrimSpace(v.request.FormValue(name))
	return strings.ToValidUTF8(text[:min(len(text), bytesMax)], "")
}

// list is what every page with a list shows besides its rows.
type list struct {
	heading string
	First   string // address of the first part; "" where this is it
	Next    string // address of the next part; "" where this is the last
	State   string
	States  []string
	Party   string
	Note    string // why a filter found nothing
	Total   int    // rows shown

	next  string // cursor of the next part
	files func(format string) string
}

func (l list) title() string { return l.heading }

// Filtered tells whether rows were left out.
func (l list) Filtered() bool { return l.State != "" || l.Party != "" }

func (v *visit) list(heading string, states []string) (list, view.Query) {
	l := list{heading: heading, States: states, State: v.asked("state"), Party: v.asked("party")}
	if !slices.Contains(states, l.State) {
		l.State = ""
	}
	l.files = v.fileAddress
	q := view.Query{Cursor: cmp.Or(v.from, v.asked("cursor")), Limit: rowsMax, State: l.State}
	if v.exporting {
		q.Limit = view.LimitMax
	}
	if q.Cursor != "" {
		l.First = v.address("")
	}
	return l, q
}

// address is this page's with another cursor.
func (v *visit) address(cursor string) string { return v.addressWith("cursor", cursor) }

// fileAddress is that of the whole list as a file.
func (v *visit) fileAddress(format string) string { return v.addressWith("format", format) }

// addressWith is this page's with its filters and one parameter besides; its first part, where the parameter is not the cursor.
func (v *visit) addressWith(parameter, value string) string {
	parameters := url.Values{}
	for name, values := range v.request.URL.Query() {
		if name != "cursor" && name != "format" && len(values) > 0 && values[0] != "" {
			parameters.Set(name, values[0])
		}
	}
	if value != "" {
		parameters.Set(parameter, value)
	}
	if len(parameters) == 0 {
		return v.request.URL.Path
	}
	return v.request.URL.Path + "?" + parameters.Encode()
}

func (l *list) end(v *visit, next string, total int) {
	if l.Total, l.next = total, next; next != "" {
		l.Next = v.address(next)
	}
}

// partiesOf reads a filter: an id, or a part of a name. It gives none for an empty text.
func (v *visit) partiesOf(text string) (found []id.Party, note string, err error) {
	if text == "" {
		return nil, "", nil
	}
	if parsed, err := id.Parse[id.Party](text); err == nil {
		return []id.Party{parsed}, "", nil
	}
	named, _, err := v.PartiesNamed(v.caller, text, 50)
	for _, ref := range named {
		parsed, err := id.Parse[id.Party](ref.ID)
		if err != nil {
			return nil, "", err
		}
		found = append(found, parsed)
	}
	if len(found) == 0 {
		note = v.w.T("No party is called “%s”.", text)
	}
	return found, note, err
}

// receivableRow is a receivable with what a person calls it.
type receivableRow struct {
	view.Receivable
	Number   string // of the invoice
	Standing string // open, overdue or closed
}

func (v *visit) receivableRows(items []view.Receivable) ([]receivableRow, error) {
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	rows := make([]receivableRow, len(items))
	for i, item := range items {
		rows[i] = receivableRow{Receivable: item, Standing: item.State}
		if item.State == "open" && item.Due != "" && item.Due < today.String() {
			rows[i].Standing = "overdue"
		}
		if rows[i].Number, err = v.invoiceNumber(item.Document); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// invoiceNumber is "" where there is no document, or the caller does not see it.
func (v *visit) invoiceNumber(document string) (string, error) {
	parsed, err := id.Parse[id.Document](document)
	if err != nil {
		return "", nil
	}
	shown, err := v.Document(v.caller, parsed)
	if errors.Is(err, view.ErrNotFound) {
		return "", nil
	}
	return shown.Number, err
}

type receivableList struct {
	list
	Rows          []receivableRow
	Seller, Buyer string
	Number        string
}

// Filtered tells whether rows were left out.
func (l receivableList) Filtered() bool {
	return l.list.Filtered() || l.Seller != "" || l.Buyer != "" || l.Number != ""
}

func showReceivables(v *visit) (any, error) {
	l := receivableList{Seller: v.asked("seller"), Buyer: v.asked("buyer"), Number: v.asked("number")}
	if _, err := id.Parse[id.Receivable](l.Number); err == nil {
		return redirect{"/receivables/" + l.Number}, nil
	}
	var q view.Query
	l.list, q = v.list("Receivables", []string{"open", "closed"})
	var between view.Between
	var err error
	var sellerNote, buyerNote, numberNote string
	if between.Sellers, sellerNote, err = v.partiesOf(l.Seller); err != nil {
		return nil, err
	}
	if between.Buyers, buyerNote, err = v.partiesOf(l.Buyer); err != nil {
		return nil, err
	}
	if between.Documents, numberNote, err = v.invoices(l.Number); err != nil {
		return nil, err
	}
	if l.Note = strings.TrimSpace(sellerNote + " " + buyerNote + " " + numberNote); l.Note != "" {
		return l, nil
	}
	page, err := v.ReceivablesBetween(v.caller, q, between)
	if err != nil {
		return nil, err
	}
	l.Rows, err = v.receivableRows(page.Items)
	l.end(v, page.Next, len(page.Items))
	return l, err
}

// invoices finds the invoices of a number.
func (v *visit) invoices(number string) (found []id.Document, note string, err error) {
	if number == "" {
		return nil, "", nil
	}
	page, err := v.Documents(v.caller, view.Query{Type: trade.Invoice.String(), Number: number, Limit: view.LimitMax})
	for _, document := range page.Items {
		parsed, err := id.Parse[id.Document](document.ID)
		if err != nil {
			return nil, "", err
		}
		found = append(found, parsed)
	}
	if len(found) == 0 {
		note = v.w.T("No invoice has the number “%s”.", number)
	}
	return found, note, err
}

type documentList struct {
	list
	Items  []view.Document
	Type   string
	Types  []string
	Number string
}

// Filtered tells whether rows were left out.
func (l documentList) Filtered() bool { return l.Type != "" || l.Number != "" }

func showDocuments(v *visit) (any, error) {
	l := documentList{Type: v.asked("type"), Types: trade.TypeNames[1:], Number: v.asked("number")}
	if !slices.Contains(l.Types, l.Type) {
		l.Type = ""
	}
	var q view.Query
	l.list, q = v.list("Documents", nil)
	q.Type, q.Number = l.Type, l.Number
	page, err := v.Documents(v.caller, q)
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	return l, err
}

type financingList struct {
	list
	Items []view.Financing
}

var financingStates = []string{"referred", "declined", "quoted", "lapsed", "accepted", "disbursing", "outstanding", "overdue", "in_recourse", "defaulted", "written_off", "bought_back", "closed", "cancelled"}

func showFinancings(v *visit) (any, error) {
	var l financingList
	var q view.Query
	l.list, q = v.list("Financings", financingStates)
	if of, err := id.Parse[id.Party](l.Party); err == nil {
		q.Party = of
	}
	page, err := v.Financings(v.caller, q)
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	return l, err
}

type paymentList struct {
	list
	Items   []view.Payment
	Waiting []view.Payment // for a person: to be approved, withheld, in doubt
}

// Decides tells whether there is one that the caller may decide, and Made whether the caller sees who made any of them.
func (l paymentList) Decides(f frame) bool {
	return slices.ContainsFunc(l.Waiting, func(p view.Payment) bool { return f.MayApprove(p) || f.MayRelease(p) })
}

// Made is explained there.
func (l paymentList) Made() bool {
	return slices.ContainsFunc(l.Waiting, func(p view.Payment) bool { return p.Maker != nil })
}

var paymentStates = []string{"awaiting_approval", "instructed", "in_doubt", "executed", "refused", "returned"}

func showPayments(v *visit) (any, error) {
	var l paymentList
	var q view.Query
	l.list, q = v.list("Payments", paymentStates)
	page, err := v.Payments(v.caller, q)
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	if err != nil || l.Filtered() || l.First != "" {
		return l, err
	}
	l.Waiting, err = v.waitingPayments()
	return l, err
}

// waitingPayments are those about which a person has to do something, the newest of each kind.
func (v *visit) waitingPayments() ([]view.Payment, error) {
	var waiting []view.Payment
	for _, state := range []string{"awaiting_approval", "in_doubt", "instructed"} {
		page, err := v.Payments(v.caller, view.Query{State: state, Limit: rowsMax})
		if err != nil {
			return nil, err
		}
		for _, p := range page.Items {
			if v.w.whyWaits(p) != "" {
				waiting = append(waiting, p)
			}
		}
	}
	return waiting, nil
}

type paymentPage struct {
	view.Payment
	Timeline []view.Entry
	Postings []view.Posting
}

func (p paymentPage) title() *locale.Text { return locale.Say("Payment %s", p.ID) }

func showPayment(v *visit) (any, error) {
	of, err := identity[id.Payment](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Payment(v.caller, of)
	if err != nil {
		return nil, err
	}
	timeline, postings, err := v.chronicle(shown.ID)
	return paymentPage{shown, timeline, postings}, err
}

type receiptList struct {
	list
	Items []view.Receipt
}

func showReceipts(v *visit) (any, error) {
	var l receiptList
	var q view.Query
	l.list, q = v.list("Receipts", []string{"unallocated", "allocated", "reversed"})
	page, err := v.Receipts(v.caller, q)
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	return l, err
}

type receiptPage struct {
	view.Receipt
	Timeline []view.Entry
	Postings []view.Posting
}

func (p receiptPage) title() *locale.Text { return locale.Say("Receipt %s", p.ID) }

// Returns tells whether the caller may propose that money of it goes where it belongs: what is not allocated, and is no deposit.
func (p receiptPage) Returns(f frame) bool {
	return f.Operates() && p.Funder == nil && p.State == payment.Unallocated.String() && p.Left.Minor > 0
}

// Recalls tells whether the caller's bank may say that it is asked back.
func (p receiptPage) Recalls(f frame) bool {
	return f.may("deed /receipts/{id}/recall") && !f.Operates() && p.Funder == nil && p.State == payment.Unallocated.String() && p.Recall == ""
}

func showReceipt(v *visit) (any, error) {
	of, err := identity[id.Receipt](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Receipt(v.caller, of)
	if err != nil {
		return nil, err
	}
	timeline, postings, err := v.chronicle(shown.ID)
	return receiptPage{shown, timeline, postings}, err
}

// accountRow is an account and what is set aside in it.
type accountRow struct {
	view.Account
	Held view.Amount
}

func accountOf(a view.Account) accountRow {
	currency, _ := money.ParseCurrency(a.Balance.Currency)
	return accountRow{a, view.AmountOf(money.Minor(a.Balance.Minor-a.Available.Minor), currency)}
}

type accountList struct {
	list
	Books []books
}

func showAccounts(v *visit) (any, error) {
	var l accountList
	var q view.Query
	l.list, q = v.list("Ledger", nil)
	q.Limit, q.Order = 2*rowsMax, view.OldestFirst
	found, note, err := v.partiesOf(l.Party)
	if err != nil {
		return nil, err
	}
	if l.Note = note; note != "" {
		return l, nil
	}
	if len(found) > 0 {
		q.Party = found[0]
	}
	page, err := v.Accounts(v.caller, q)
	if err != nil {
		return nil, err
	}
	for _, account := range page.Items {
		l.shelve(accountOf(account))
	}
	for _, b := range l.Books {
		b.sort()
	}
	l.end(v, page.Next, len(page.Items))
	return l, nil
}

type accountPage struct {
	accountRow
	list
	Movements []view.Movement
	opposite  map[string]*otherSide
}

func (p accountPage) title() *locale.Text { return locale.Say("Account %s", p.ID) }

func showAccount(v *visit) (any, error) {
	of, err := identity[id.Account](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Account(v.caller, of)
	if err != nil {
		return nil, err
	}
	p := accountPage{accountRow: accountOf(shown)}
	var q view.Query
	p.list, q = v.list("", nil)
	page, err := v.Movements(v.caller, of, q)
	p.Movements, p.opposite = page.Items, v.nameOthers(page.Items)
	p.end(v, page.Next, len(page.Items))
	return p, err
}

type partyList struct {
	list
	Items []view.Party
	Name  string
	Cut   bool // there are more of that name
}

// Filtered tells whether rows were left out.
func (l partyList) Filtered() bool { return l.Name != "" || l.State != "" }

func showParties(v *visit) (any, error) {
	l := partyList{Name: v.asked("name")}
	var q view.Query
	l.list, q = v.list("Parties", []string{"provisional", "onboarded", "suspended"})
	if l.Name != "" {
		return v.partiesNamed(l)
	}
	page, err := v.Parties(v.caller, q)
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	return l, err
}

func (v *visit) partiesNamed(l partyList) (any, error) {
	named, complete, err := v.PartiesNamed(v.caller, l.Name, rowsMax)
	if err != nil {
		return nil, err
	}
	l.Cut = !complete || len(named) == rowsMax
	for _, ref := range named {
		of, err := id.Parse[id.Party](ref.ID)
		if err != nil {
			return nil, err
		}
		shown, err := v.Party(v.caller, of)
		if errors.Is(err, view.ErrNotFound) || err == nil && l.State != "" && shown.State != l.State {
			continue
		}
		if err != nil {
			return nil, err
		}
		l.Items = append(l.Items, shown)
	}
	l.Total = len(l.Items)
	return l, nil
}

type partyPage struct {
	view.Party
	BankAccounts []view.BankAccount
	Reviews      []view.Review
	Limits       []view.Limit
	People       []view.Actor
	Timeline     []view.Entry
	Keys         []signatoryKey
	Strayed      []view.Misdirected // money that it was paid by mistake
	Known        []view.FactsAbout  // rolling facts, for those who may see them
	File         string             // its onboarding file; "" for none in the caller's sight
	Watched      bool               // on the list of the caller's people
}

// MayBeFiled tells whether the caller may open its onboarding file, and MayBeWatched whether it may put it on a watch list.
func (p partyPage) MayBeFiled(f frame) bool {
	return f.may("deed /parties/{id}/file") && p.File == "" && len(p.Roles) > 0
}

// MayBeWatched likewise; nobody watches itself.
func (p partyPage) MayBeWatched(f frame) bool {
	return f.may("deed /parties/{id}/watch") && len(p.Roles) > 0 && (f.Home == nil || f.Home.ID != p.ID)
}

func (p partyPage) title() string { return cmp.Or(p.Name, p.ID) }

// MayBe tells whether the party trades in a role: of one that was only named in documents nobody knows.
func (p partyPage) MayBe(role string) bool {
	return len(p.Roles) == 0 || slices.Contains(p.Roles, role) || role == "buyer" && slices.Contains(p.Roles, "anchor")
}

func showParty(v *visit) (any, error) {
	of, err := identity[id.Party](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Party(v.caller, of)
	if err != nil {
		return nil, err
	}
	q := view.Query{Party: of, Limit: rowsMax}
	accounts, accountsErr := v.BankAccounts(v.caller, q)
	reviews, reviewsErr := v.Reviews(v.caller, q)
	limits, limitsErr := v.Limits(v.caller, q)
	people, peopleErr := v.Actors(v.caller, q)
	keys, keysErr := v.signingKeys(of)
	strayed, strayedErr := v.MisdirectedTo(v.caller, of)
	facts, factsErr := v.factsOf(of)
	files, filesErr := v.OnboardingFiles(v.caller, q)
	watch, watchErr := v.watchOf(of)
	timeline, _, err := v.chronicle(shown.ID)
	file := ""
	if len(files.Items) > 0 {
		file = files.Items[0].ID
	}
	return partyPage{shown, accounts.Items, reviews.Items, limits.Items, people.Items, timeline, keys, strayed, facts, file, watch != nil && watch.Listed},
		errors.Join(factsErr, filesErr, watchErr, strayedErr, accountsErr, reviewsErr, limitsErr, peopleErr, keysErr, err)
}

type journalList struct {
	list
	Items  []view.Entry
	Groups []entryGroup
}

func showJournal(v *visit) (any, error) {
	var l journalList
	var q view.Query
	l.list, q = v.list("Journal", nil)
	page, err := v.Entries(v.caller, q, 0)
	l.Items, l.Groups = page.Items, v.w.grouped(page.Items)
	l.end(v, page.Next, len(page.Items))
	return l, err
}

type entryPage struct {
	view.Entry
	Command  string
	Body     shownJSON
	Events   []shownEvent
	Postings []view.Posting
	Before   uint64
	After    uint64 // 0 for the last entry
}

func (p entryPage) title() *locale.Text { return locale.Say("Entry %s", grouped(p.Sequence)) }

// shownEvent is an event and its content.
type shownEvent struct {
	view.Event
	Body shownJSON
}

func showEntry(v *visit) (any, error) {
	sequence, err := strconv.ParseUint(v.request.PathValue("sequence"), 10, 63)
	if err != nil || sequence > v.Watermark() {
		return nil, view.ErrNotFound
	}
	entry, err := v.Entry(v.caller, sequence)
	if err != nil {
		return nil, err
	}
	p := entryPage{Entry: entry, Command: entry.Command, Before: sequence - 1}
	if sequence < v.Watermark() {
		p.After = sequence + 1
	}
	left := bodiesMax
	p.Body = showJSON(entry.Body, &left)
	for _, event := range entry.Events {
		p.Events = append(p.Events, shownEvent{event, showJSON(event.Body, &left)})
	}
	p.Postings, err = v.Postings(v.caller, []uint64{sequence})
	p.Postings = p.Postings[:min(len(p.Postings), postingsMax)]
	return p, err
}

// erased tells whether a page can do without what is missing.
func erased(err error) bool {
	return errors.Is(err, vault.ErrNotFound) || errors.Is(err, view.ErrNotFound)
}
