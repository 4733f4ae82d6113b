package console

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"html/template"
	"path"
	"slices"
	"strconv"
	"strings"

	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/locale"
	"millrace/edge/reading"
	"millrace/edge/view"
)

// What one page shows at most; the API shows the rest.
const (
	chronicleMax = 40       // entries of a timeline, the newest
	postingsMax  = 40       // ledger movements, the newest
	storyRowsMax = 30       // documents of a trade
	linesMax     = 50       // of a document or a trade
	movementsMax = 100      // of a trade
	bodiesMax    = 40 << 10 // bytes of an entry's command and events, as JSON
)

// chronicle tells, oldest first, the entries that touched any of the records, and what they posted in accounts that the
// caller sees.
func (v *visit) chronicle(records ...string) ([]view.Entry, []view.Posting, error) {
	var timeline []view.Entry
	at := map[uint64]int{}
	for _, record := range records {
		page, err := v.Story(v.caller, record, view.Query{Limit: chronicleMax})
		if errors.Is(err, view.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		for _, entry := range page.Items {
			known, found := at[entry.Sequence]
			if !found {
				at[entry.Sequence] = len(timeline)
				timeline = append(timeline, entry)
				continue
			}
			for _, event := range entry.Events {
				same := func(e view.Event) bool { return e.Name == event.Name && e.Sentence == event.Sentence }
				if !slices.ContainsFunc(timeline[known].Events, same) {
					timeline[known].Events = append(timeline[known].Events, event)
				}
			}
		}
	}
	slices.SortFunc(timeline, func(a, b view.Entry) int { return cmp.Compare(a.Sequence, b.Sequence) })
	timeline = slices.DeleteFunc(timeline, func(e view.Entry) bool { return len(e.Events) == 0 })
	timeline = timeline[max(0, len(timeline)-chronicleMax):]
	sequences := make([]uint64, len(timeline))
	for i := range timeline {
		sequences[i] = timeline[i].Sequence
	}
	postings, err := v.Postings(v.caller, sequences)
	return timeline, postings[max(0, len(postings)-postingsMax):], err
}

// ledger groups postings by the entity in whose books they stand.
type ledger struct {
	Entity   *view.Ref
	Postings []view.Posting
}

func byEntity(postings []view.Posting) []ledger {
	var ledgers []ledger
	for _, posting := range postings {
		at := slices.IndexFunc(ledgers, func(l ledger) bool { return l.Entity.ID == posting.Entity.ID })
		if at < 0 {
			at = len(ledgers)
			ledgers = append(ledgers, ledger{Entity: posting.Entity})
		}
		ledgers[at].Postings = append(ledgers[at].Postings, posting)
	}
	return ledgers
}

// provedFact is a fact and the documents that prove it.
type provedFact struct {
	Title, Prover string
	Proved        bool
	Documents     []view.Document
}

// Standing is the fact's badge.
func (f provedFact) Standing() string {
	if f.Proved {
		return "proved"
	}
	return "not proved"
}

func evidenceOf(proved []string, documents []view.Document) []provedFact {
	shown := make([]provedFact, 0, len(facts))
	for _, fact := range facts {
		if !slices.Contains(proved, fact.Code) && slices.Contains(special, fact.Code) {
			continue
		}
		i := len(shown)
		shown = append(shown, provedFact{Title: fact.Title, Prover: fact.Prover, Proved: slices.Contains(proved, fact.Code)})
		for _, document := range documents {
			if shown[i].Proved && !document.Repeats && slices.Contains(fact.Types, document.Type) {
				shown[i].Documents = append(shown[i].Documents, document)
			}
		}
	}
	return shown
}

type tradePage struct {
	view.Trade
	Items       []view.Document // rows of the list
	Evidence    []provedFact
	Receivables []receivableRow
	Timeline    []view.Entry
	Movements   []view.GoodsMovement // by when they happened
}

func (p tradePage) title() *locale.Text { return locale.Say("Trade of %s with %s", p.Seller, p.Buyer) }

func showTrade(v *visit) (any, error) {
	of, err := identity[id.Trade](v)
	if err != nil {
		return nil, err
	}
	p := tradePage{}
	if p.Trade, err = v.Trade(v.caller, of); err != nil {
		return nil, err
	}
	p.Lines = p.Lines[:min(len(p.Lines), linesMax)]
	if beyond := len(p.Discrepancies) - linesMax; beyond > 0 {
		p.Discrepancies, p.LeftOut = p.Discrepancies[:linesMax], p.LeftOut+beyond
	}
	documents, err := v.Documents(v.caller, view.Query{Trade: of, Order: view.OldestFirst, Limit: storyRowsMax})
	if err != nil {
		return nil, err
	}
	p.Items, p.Evidence = documents.Items, evidenceOf(p.Facts, documents.Items)
	receivables, err := v.Receivables(v.caller, view.Query{Trade: of, Limit: rowsMax})
	if err != nil {
		return nil, err
	}
	if p.Receivables, err = v.receivableRows(receivables.Items); err != nil {
		return nil, err
	}
	movements, err := v.GoodsMovements(v.caller, view.Query{Trade: of, Order: view.OldestFirst, Limit: movementsMax})
	if err != nil {
		return nil, err
	}
	p.Movements = movements.Items
	view.ByTime(p.Movements)
	p.Timeline, _, err = v.chronicle(p.ID)
	return p, err
}

type receivablePage struct {
	receivableRow
	Trade      *view.Trade
	Documents  []view.Document
	Evidence   []provedFact
	Stated     []view.Document // those with findings
	Financed   *view.Amount    // by the financing that claims it
	Financings []pricedFinancing
	Payments   []view.Payment
	Paid       []view.Paid
	Ledgers    []ledger
	Timeline   []view.Entry
	Promised   promised
	Strayed    []view.Misdirected
}

func (p receivablePage) title() *locale.Text {
	if p.Number == "" {
		return locale.Say("Receivable %s", p.ID)
	}
	return locale.Say("Receivable for invoice %s", p.Number)
}

// pricedFinancing is a financing with the working of its price.
type pricedFinancing struct {
	view.Financing
	Working *view.Working
}

func showReceivable(v *visit) (any, error) {
	of, err := identity[id.Receivable](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Receivable(v.caller, of)
	if err != nil {
		return nil, err
	}
	rows, err := v.receivableRows([]view.Receivable{shown})
	if err != nil {
		return nil, err
	}
	p := &receivablePage{receivableRow: rows[0]}
	for _, gather := range []func(*receivablePage) error{v.gatherTrade, v.gatherFinancings} {
		if err := gather(p); err != nil {
			return nil, err
		}
	}
	if p.Paid, err = v.PaidOn(v.caller, of); err != nil {
		return nil, err
	}
	if p.Strayed, err = v.MisdirectedOf(v.caller, of); err != nil {
		return nil, err
	}
	if p.Promised, err = v.promised(of); err != nil {
		return nil, err
	}
	records := append([]string{p.ID, p.Receivable.Trade}, p.Promised.records()...)
	for _, financing := range p.Financings {
		records = append(records, financing.ID)
	}
	for _, payment := range p.Payments {
		records = append(records, payment.ID)
	}
	for _, paid := range p.Paid {
		if paid.Receipt != nil && !slices.Contains(records, paid.Receipt.ID) {
			records = append(records, paid.Receipt.ID)
		}
	}
	timeline, postings, err := v.chronicle(records...)
	p.Timeline, p.Ledgers = timeline, byEntity(postings)
	return *p, err
}

func (v *visit) gatherTrade(p *receivablePage) error {
	of, err := id.Parse[id.Trade](p.Receivable.Trade)
	if err != nil {
		return nil // it was imported without documents
	}
	found, err := v.Trade(v.caller, of)
	if errors.Is(err, view.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	documents, err := v.Documents(v.caller, view.Query{Trade: of, Order: view.OldestFirst, Limit: storyRowsMax})
	p.Trade, p.Documents, p.Evidence = &found, documents.Items, evidenceOf(found.Facts, documents.Items)
	for _, document := range p.Documents {
		if len(document.Findings) > 0 {
			p.Stated = append(p.Stated, document)
		}
	}
	return err
}

func (v *visit) gatherFinancings(p *receivablePage) error {
	of, err := id.Parse[id.Receivable](p.ID)
	if err != nil {
		return err
	}
	page, err := v.View.Financings(v.caller, view.Query{Receivable: of, Order: view.OldestFirst, Limit: rowsMax})
	if err != nil {
		return err
	}
	for _, financing := range page.Items {
		priced, err := v.priced(financing)
		if err != nil {
			return err
		}
		p.Financings = append(p.Financings, priced)
		if financing.ID == p.Financing {
			p.Financed = &financing.Amount
		}
		payment, err := v.paymentOf(financing.Payment)
		if err != nil {
			return err
		}
		if payment != nil {
			p.Payments = append(p.Payments, *payment)
		}
	}
	return nil
}

func (v *visit) priced(f view.Financing) (pricedFinancing, error) {
	of, err := id.Parse[id.Financing](f.ID)
	if err != nil {
		return pricedFinancing{}, err
	}
	working, err := v.Working(v.caller, of)
	return pricedFinancing{f, working}, err
}

// paymentOf is nil for none, or one that the caller does not see.
func (v *visit) paymentOf(payment string) (*view.Payment, error) {
	of, err := id.Parse[id.Payment](payment)
	if err != nil {
		return nil, nil
	}
	shown, err := v.Payment(v.caller, of)
	if errors.Is(err, view.ErrNotFound) {
		return nil, nil
	}
	return &shown, err
}

type financingPage struct {
	pricedFinancing
	Number   string // of the invoice
	Payments []view.Payment
	Ledgers  []ledger
	Timeline []view.Entry
	Ground   view.Ground
	Untold   *untold // before it is paid out; nil for nothing

	Severities []view.Setting // of rules, in the programme
	Decisions  []view.Decision
	Measures   []view.Measure
}

func (p financingPage) title() *locale.Text { return locale.Say("Financing %s", p.ID) }

func showFinancing(v *visit) (any, error) {
	of, err := identity[id.Financing](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Financing(v.caller, of)
	if err != nil {
		return nil, err
	}
	p := financingPage{}
	if p.pricedFinancing, err = v.priced(shown); err != nil {
		return nil, err
	}
	if p.Number, err = v.numberOf(shown.Receivable); err != nil {
		return nil, err
	}
	if p.Severities, err = v.severitiesIn(shown.Programme); err != nil {
		return nil, err
	}
	if p.Decisions, err = v.DecisionsOn(v.caller, of); err != nil {
		return nil, err
	}
	if p.Measures, err = v.MeasuresOn(v.caller, of); err != nil {
		return nil, err
	}
	payment, err := v.paymentOf(shown.Payment)
	if err != nil {
		return nil, err
	}
	records := []string{shown.ID}
	if payment != nil {
		p.Payments, records = append(p.Payments, *payment), append(records, payment.ID)
	}
	timeline, postings, err := v.chronicle(records...)
	p.Timeline, p.Ledgers = timeline, byEntity(postings)
	if err != nil {
		return nil, err
	}
	if p.Ground, err = v.GroundOf(v.caller, of); err == nil {
		p.Untold, err = v.untold(&p)
	}
	return p, err
}

// showLetter gives the letter of a notice as it was written.
func showLetter(v *visit) (any, error) {
	of, err := identity[id.Notice](v)
	if err != nil {
		return nil, err
	}
	notice, err := v.Notice(v.caller, of)
	if err != nil {
		return nil, err
	}
	pdf, _, err := v.Letter(&notice)
	if err == nil && len(pdf) == 0 {
		err = view.ErrNotFound
	}
	return file{of.String() + ".pdf", pdf}, err
}

// severitiesIn is a programme's policy on rules, as far as the caller sees the programme.
func (v *visit) severitiesIn(programme string) ([]view.Setting, error) {
	of, err := id.Parse[id.Programme](programme)
	if err != nil {
		return nil, nil
	}
	shown, err := v.Programme(v.caller, of)
	if errors.Is(err, view.ErrNotFound) {
		return nil, nil
	}
	return shown.Severities, err
}

// numberOf is the invoice number of a receivable, as far as the caller sees it.
func (v *visit) numberOf(receivable string) (string, error) {
	of, err := id.Parse[id.Receivable](receivable)
	if err != nil {
		return "", nil
	}
	shown, err := v.Receivable(v.caller, of)
	if errors.Is(err, view.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return v.invoiceNumber(shown.Document)
}

type documentPage struct {
	view.Document
	Reading     *view.Reading
	Cut         int       // lines of the reading that are not shown
	Original    *original // nil where the vault has it no more
	Receivables []receivableRow
}

func (p documentPage) title() *locale.Text {
	return locale.Say("%s %s", locale.Capital(p.Type), p.Number)
}

// Place is the line of a finding, by its place in the list; 0 where it is not known or not shown.
func (p documentPage) Place(finding int) int {
	if p.Original == nil || finding >= len(p.Original.places) || !p.Shows(p.Original.places[finding]) {
		return 0
	}
	return p.Original.places[finding]
}

// Shows tells whether a line of the original is among those that are shown.
func (p documentPage) Shows(line int) bool {
	return p.Original != nil && slices.ContainsFunc(p.Original.Pieces, func(shown piece) bool { return line >= shown.Start && line < shown.Start+len(shown.Lines) })
}

func showDocument(v *visit) (any, error) {
	of, err := identity[id.Document](v)
	if err != nil {
		return nil, err
	}
	p := documentPage{}
	if p.Document, err = v.Document(v.caller, of); err != nil {
		return nil, err
	}
	if p.Reading, err = v.Reading(v.caller, of); err != nil {
		return nil, err
	}
	if p.Reading != nil && len(p.Reading.Lines) > linesMax {
		p.Cut = len(p.Reading.Lines) - linesMax
		p.Reading.Lines = p.Reading.Lines[:linesMax]
	}
	content, err := v.Original(v.caller, of)
	switch {
	case err == nil:
		p.lay(v.w, content)
	case !erased(err):
		return nil, err
	}
	found, err := v.ReceivablesBetween(v.caller, view.Query{}, view.Between{Documents: []id.Document{of}})
	if err != nil {
		return nil, err
	}
	p.Receivables, err = v.receivableRows(found.Items)
	return p, err
}

func showOriginal(v *visit) (any, error) {
	of, err := identity[id.Document](v)
	if err != nil {
		return nil, err
	}
	original, err := v.Original(v.caller, of)
	return file{of.String() + reading.Extension(original), original}, err
}

func showCompanion(v *visit) (any, error) {
	of, err := identity[id.Document](v)
	if err != nil {
		return nil, err
	}
	number, err := strconv.Atoi(v.request.PathValue("n"))
	if err != nil {
		return nil, view.ErrNotFound
	}
	name, content, err := v.Companion(v.caller, of, number)
	extension := path.Ext(name)
	if len(extension) > 6 || strings.ContainsFunc(extension, func(r rune) bool { return r != '.' && (r < 'a' || r > 'z') }) {
		extension = ""
	}
	return file{of.String() + "-" + strconv.Itoa(number) + extension, content}, err
}

// shownJSON is JSON for a person to read.
type shownJSON struct {
	Text template.HTML
	Cut  bool
}

// showJSON indents a value, links the ids in it, and takes what it shows from the bytes that are left for the page.
func showJSON(value map[string]any, left *int) shownJSON {
	if len(value) == 0 {
		return shownJSON{}
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return shownJSON{}
	}
	text := strings.TrimSuffix(out.String(), "\n")
	cut := len(text) > *left
	if cut {
		text = strings.ToValidUTF8(text[:*left], "")
	}
	*left -= len(text)
	return shownJSON{linked(text, pathOf), cut}
}

// recent tells the newest entries that the caller may know of.
func (v *visit) recent(cursor string, most int) ([]view.Entry, string, error) {
	if v.caller.SeesAll() {
		page, err := v.Entries(v.caller, view.Query{Cursor: cursor, Limit: most}, 0)
		return page.Items, page.Next, err
	}
	// What a party may know of an entry is told by its records: its latest receivables and financings.
	var records []string
	const eachMost = 12
	read := min(most, eachMost)
	receivables, err := v.Receivables(v.caller, view.Query{Limit: read})
	if err != nil {
		return nil, "", err
	}
	for _, receivable := range receivables.Items {
		records = append(records, receivable.ID)
	}
	financings, err := v.Financings(v.caller, view.Query{Limit: read})
	if err != nil {
		return nil, "", err
	}
	for _, financing := range financings.Items {
		records = append(records, financing.ID)
	}
	if len(records) == 0 { // a keeper or a custodian
		stored, err := v.WarehouseReceipts(v.caller, view.Query{Limit: read})
		if err != nil {
			return nil, "", err
		}
		for _, r := range stored.Items {
			records = append(records, r.ID)
		}
		payments, err := v.Payments(v.caller, view.Query{Limit: read})
		if err != nil {
			return nil, "", err
		}
		for _, p := range payments.Items {
			records = append(records, p.ID)
		}
	}
	timeline, _, err := v.chronicle(records...)
	slices.Reverse(timeline)
	return timeline[:min(len(timeline), most)], "", err
}

// side is the filter by which a caller who is one party of a trade finds the other.
func (v *visit) side() string {
	if v.caller.Views()&party.Seller != 0 {
		return "buyer"
	}
	return "seller"
}
