package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/feature"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/network"
	"millrace/domain/party"
	"millrace/domain/receivable"
	"millrace/domain/risk"
	"millrace/domain/rule"
	"millrace/domain/screening"
	"millrace/edge/access"
	"millrace/edge/locale"
)

// TradeNetwork is who sells to whom round one party: its largest counterparties, theirs if that is asked for, and what is striking.
type TradeNetwork struct {
	Date      string         `json:"date"`
	Middle    *Ref           `json:"middle"`
	Currency  string         `json:"currency" doc:"of all amounts: that in which most was invoiced with the party"`
	Parties   []NetworkParty `json:"parties" doc:"the one in the middle first"`
	Edges     []NetworkEdge  `json:"edges" doc:"the largest first"`
	Cut       int            `json:"cut,omitempty" doc:"counterparties of the party that are left out: the smallest"`
	Flags     []NetworkFlag  `json:"flags"`
	Financed  bool           `json:"financed,omitempty" doc:"amounts are what the caller has financed, not what was invoiced"`
	Watermark uint64         `json:"watermark"`
}

// NetworkParty is one party of it.
type NetworkParty struct {
	Party *Ref   `json:"party"`
	Steps int    `json:"steps" doc:"from the party in the middle"`
	Side  string `json:"side,omitempty" enum:"supplier,buyer,both" doc:"what it is to the party one step nearer the middle"`
	Out   Amount `json:"out" doc:"of the caller's portfolio, as who owes or has sold"`
	Flags []int  `json:"flags" doc:"places in the list of flags"`
}

// NetworkEdge is what one sells to another.
type NetworkEdge struct {
	From   int    `json:"from" doc:"place of the seller among the parties"`
	To     int    `json:"to" doc:"of the buyer"`
	Amount Amount `json:"amount"`
	Count  int    `json:"count"`
	First  string `json:"first,omitempty"`
	Last   string `json:"last,omitempty"`
	Flags  []int  `json:"flags"`
}

// NetworkFlag is something striking, with what shows it.
type NetworkFlag struct {
	Kind     string       `json:"kind" enum:"ring,mutual,rule,shared_account,shared_address,one_group,growth,listed,default,overdue,watch_list"`
	Grave    bool         `json:"grave,omitempty"`
	Sentence string       `json:"sentence"`
	Told     *locale.Text `json:"-"`
	Parties  []int        `json:"parties" doc:"places among the parties"`
	Records  []string     `json:"records,omitempty" doc:"that show it"`
}

// The bounds of what is drawn and looked through.
const (
	networkNear     = 14    // counterparties of the party in the middle
	networkFar      = 3     // of each of them
	networkOwn      = 2_000 // edges of the party in the middle that are looked through, the latest on each side
	networkRead     = 200   // of another party
	networkDeals    = 500   // invoices of a seller among which those to one buyer are looked for, the latest
	networkUses     = 200   // requests of a party whose rules are looked through, the latest
	networkGrowth   = 1_000_000
	networkRecords  = 4 // named in a flag
	networkHolders  = 4 // of one account
	networkInvoices = 6 // of twelve months, so that growth means something
)

// tie is what one party has sold to another, or has been financed of it.
type tie struct {
	feature       uint64 // number of the pair's record; 0 where it is what the caller has financed
	seller, buyer id.Party
	currency      money.Currency
	amount        money.Minor
	count         int
	first, last   calendar.Date
}

// pairRecord is what the network needs of the stored facts of a pair; the keys are those of feature.Record.
type pairRecord struct {
	Subject feature.Subject  `cbor:"1,keyasint"`
	Life    feature.Counters `cbor:"2,keyasint"`
	First   calendar.Date    `cbor:"4,keyasint"`
	Last    calendar.Date    `cbor:"5,keyasint"`
}

// weaving is a network that is being made.
type weaving struct {
	*showing
	today    calendar.Date
	shown    *TradeNetwork
	currency money.Currency
	places   map[id.Party]int
	order    []id.Party
	ties     []tie
	funder   id.Party // whose money it is about; 0: all trade
}

// Network shows the trade round a party to a depth of 1 or 2: to those who see all what was invoiced, to a funder what it has financed.
// ErrNotFound where the caller sees nothing of the party.
func (v *View) Network(c access.Caller, of id.Party, depth int) (TradeNetwork, error) {
	shown := TradeNetwork{Parties: []NetworkParty{}, Edges: []NetworkEdge{}, Flags: []NetworkFlag{}, Watermark: v.Watermark()}
	funder, sees := funds(c)
	if !sees {
		return shown, ErrNotFound
	}
	if record, err := v.partyRecord(of); err != nil || record.ID == 0 {
		return shown, cmp.Or(err, ErrNotFound)
	}
	w := weaving{showing: &showing{View: v, caller: c}, shown: &shown, places: map[id.Party]int{}, funder: funder}
	var err error
	if w.today, err = v.Date(); err != nil {
		return shown, err
	}
	shown.Date, shown.Financed = day(w.today), funder != 0
	if err := w.weave(of, depth); err != nil {
		return shown, err
	}
	if funder != 0 && len(w.ties) == 0 {
		return shown, ErrNotFound
	}
	for _, look := range []func() error{w.rings, w.mutual, w.ruled, w.sharing, w.growing, w.standing} {
		if err := look(); err != nil {
			return shown, err
		}
	}
	w.tell()
	return shown, w.err
}

// weave finds the parties and what they trade.
func (w *weaving) weave(of id.Party, depth int) error {
	near, err := w.tiesOf(of, networkOwn)
	if err != nil {
		return err
	}
	w.currency = mostOf(near)
	w.place(of)
	w.shown.Middle, w.shown.Currency = w.party(of), w.currency.String()
	if w.currency == 0 {
		w.shown.Currency = ""
	}
	all := others(near, of, w.currency)
	w.shown.Cut = max(0, len(all)-networkNear)
	picked := all[:min(len(all), networkNear)]
	for _, p := range picked {
		w.place(p)
	}
	around := map[id.Party][]tie{of: near}
	for _, p := range picked {
		if around[p], err = w.tiesOf(p, networkRead); err != nil {
			return err
		}
		if depth < 2 {
			continue
		}
		for i, q := 0, others(around[p], p, w.currency); i < len(q) && i < networkFar; i++ {
			w.place(q[i])
		}
	}
	known := map[[2]id.Party]bool{}
	for _, p := range w.order {
		for _, t := range around[p] {
			_, sells := w.places[t.seller]
			_, buys := w.places[t.buyer]
			if sells && buys && t.currency == w.currency && !known[[2]id.Party{t.seller, t.buyer}] {
				known[[2]id.Party{t.seller, t.buyer}] = true
				w.ties = append(w.ties, t)
			}
		}
	}
	slices.SortStableFunc(w.ties, func(a, b tie) int { return cmp.Compare(b.amount, a.amount) })
	return nil
}

func (w *weaving) place(p id.Party) {
	if _, known := w.places[p]; !known {
		w.places[p] = len(w.order)
		w.order = append(w.order, p)
	}
}

// tiesOf are the edges of a party, at most so many on each side.
func (w *weaving) tiesOf(p id.Party, most int) ([]tie, error) {
	if w.funder != 0 {
		return w.financedTies(p)
	}
	var found []tie
	for _, column := range []string{"party", "other"} {
		query := fmt.Sprintf("SELECT number, record FROM feature WHERE %s = ? AND kind = 'pair' ORDER BY number DESC LIMIT %d", column, most)
		read, err := w.view.Tx.QueryContext(w.ctx, query, int64(p))
		if err != nil {
			return nil, fmt.Errorf("view: %w", err)
		}
		defer read.Close()
		for read.Next() {
			var number int64
			var stored []byte
			if err := read.Scan(&number, &stored); err != nil {
				return nil, fmt.Errorf("view: %w", err)
			}
			var r pairRecord
			if err := book.DecodePart(stored, &r); err != nil {
				return nil, fmt.Errorf("view: facts %d: %w", number, err)
			}
			if r.Subject.Party == r.Subject.Other || r.Life.Counts[feature.Invoices] == 0 {
				continue // a loan for set-off, or a certificate that was passed on: nobody has sold anything
			}
			found = append(found, tie{uint64(number), r.Subject.Party, r.Subject.Other, r.Subject.Currency, r.Life.Amounts[feature.Invoices], int(r.Life.Counts[feature.Invoices]), r.First, r.Last})
		}
		if err := read.Err(); err != nil {
			return nil, fmt.Errorf("view: %w", err)
		}
	}
	return found, nil
}

// financedTies are the edges of a party as the funder has financed them.
func (w *weaving) financedTies(p id.Party) ([]tie, error) {
	a := &w.assets
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if err := a.follow(w.View); err != nil {
		return nil, err
	}
	type pair struct {
		seller, buyer id.Party
		currency      money.Currency
	}
	sums := map[pair]*tally{}
	for i := range a.keys {
		k := &a.keys[i]
		if k.funder == w.funder && k.seller != k.debtor && (k.seller == p || k.debtor == p) && a.tallies[i].ever > 0 {
			sumInto(sums, pair{k.seller, k.debtor, k.currency}, &a.tallies[i])
		}
	}
	var found []tie
	for of, t := range sums {
		found = append(found, tie{seller: of.seller, buyer: of.buyer, currency: of.currency, amount: t.drawn, count: t.ever})
	}
	slices.SortFunc(found, func(a, b tie) int {
		return cmp.Or(cmp.Compare(b.amount, a.amount), cmp.Compare(a.seller, b.seller), cmp.Compare(a.buyer, b.buyer), cmp.Compare(a.currency, b.currency))
	})
	return found, nil
}

// mostOf is the currency in which most edges are.
func mostOf(ties []tie) money.Currency {
	counts := map[money.Currency]int{}
	most := money.Currency(0)
	for _, t := range ties {
		counts[t.currency]++
		if n := counts[t.currency]; n > counts[most] || n == counts[most] && t.currency < most {
			most = t.currency
		}
	}
	return most
}

// others are the counterparties of a party in a currency, those with the largest sums first.
func others(ties []tie, of id.Party, currency money.Currency) []id.Party {
	sums := map[id.Party]money.Minor{}
	var found []id.Party
	for _, t := range ties {
		other := t.seller
		if other == of {
			other = t.buyer
		}
		if t.currency != currency || other == of {
			continue
		}
		if _, known := sums[other]; !known {
			found = append(found, other)
		}
		sums[other] = money.Add(sums[other], t.amount)
	}
	slices.SortFunc(found, func(a, b id.Party) int { return cmp.Or(cmp.Compare(sums[b], sums[a]), cmp.Compare(a, b)) })
	return found
}

// flag adds something striking about parties that are shown.
func (w *weaving) flag(kind string, grave bool, told *locale.Text, records []string, parties ...id.Party) {
	one := NetworkFlag{Kind: kind, Grave: grave, Told: told, Sentence: told.String(), Records: records, Parties: []int{}}
	for _, p := range parties {
		if at, shown := w.places[p]; shown && !slices.Contains(one.Parties, at) {
			one.Parties = append(one.Parties, at)
		}
	}
	w.shown.Flags = append(w.shown.Flags, one)
}

// graph is the graph of the edges that are shown, with the latest deals of each, as the book keeps it.
func (w *weaving) graph() (*network.Graph, map[[2]id.Party]network.Deal, error) {
	g, latest := network.New(w.caller.Party.Shard()), map[[2]id.Party]network.Deal{}
	for _, t := range w.ties {
		query := fmt.Sprintf("SELECT number, record FROM (SELECT number, record, buyer FROM receivable WHERE seller = ? ORDER BY number DESC LIMIT %d) WHERE buyer = ? ORDER BY number DESC LIMIT %d",
			networkDeals, network.DealsKept)
		var deals []network.Deal
		err := rows(w.View, query, []any{int64(t.seller), int64(t.buyer)}, func(_ uint64, r *receivable.Receivable) error {
			if r.Currency == w.currency {
				deals = append(deals, network.Deal{Seller: r.Seller, Buyer: r.Buyer, Receivable: r.ID, Amount: r.Face, Date: r.Opened})
			}
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
		for i := len(deals) - 1; i >= 0; i-- {
			g.Add(deals[i], w.currency)
			latest[[2]id.Party{t.seller, t.buyer}] = deals[i]
		}
	}
	return g, latest, nil
}

// rings looks for goods that come back, by the same search as before each use of credit: from each sale of or to the party in the middle.
func (w *weaving) rings() error {
	if w.funder != 0 || len(w.ties) == 0 {
		return nil
	}
	g, latest, err := w.graph()
	if err != nil {
		return err
	}
	var walk network.Walk
	seen := map[string]bool{}
	for _, t := range w.ties {
		last, dealt := latest[[2]id.Party{t.seller, t.buyer}]
		if t.seller != w.order[0] && t.buyer != w.order[0] || !dealt || last.Amount <= 0 {
			continue
		}
		v := network.View{Graph: g, Bounds: network.Presumed, Today: w.today, Amount: money.Amount{Minor: last.Amount, Currency: w.currency}}
		found := v.Circle(&walk, t.seller, t.buyer)
		if found.Hops == 0 || last.Date < w.today.AddDays(-int(network.Presumed.WindowDays)) {
			continue
		}
		parties, records, names := []id.Party{t.seller, t.buyer}, []string{last.Receivable.String()}, []string{w.party(t.seller).String(), w.party(t.buyer).String()}
		for _, d := range found.Deals[:found.Hops-1] {
			parties, records, names = append(parties, d.Buyer), append(records, d.Receivable.String()), append(names, w.party(d.Buyer).String())
		}
		sorted := slices.Clone(parties)
		slices.Sort(sorted)
		if key := fmt.Sprint(slices.Compact(sorted)); seen[key] {
			continue
		} else {
			seen[key] = true
		}
		told := locale.Say("Goods come back: %s. The invoices on the way are large enough to carry the amount on.", strings.Join(names, " → "))
		if found.Near {
			told = locale.Say("Goods come back: %s. The invoices on the way are of nearly the same amount.", strings.Join(names, " → "))
		}
		w.flag("ring", found.Near, told, records, parties...)
	}
	return nil
}

// mutual tells of those who sell to each other.
func (w *weaving) mutual() error {
	for _, t := range w.ties {
		for _, back := range w.ties {
			if t.seller == back.buyer && t.buyer == back.seller && t.seller < t.buyer {
				w.flag("mutual", false, locale.Say("They sell to each other: %s sold %s and bought %s.", w.party(t.seller), AmountOf(t.amount, w.currency), AmountOf(back.amount, w.currency)),
					nil, t.seller, t.buyer)
			}
		}
	}
	return nil
}

// usedRecord is what the network needs of a stored financing; the keys are those of funding.Financing.
type usedRecord struct {
	ID       id.Financing   `cbor:"1,keyasint"`
	Seller   id.Party       `cbor:"6,keyasint"`
	Buyer    id.Party       `cbor:"7,keyasint"`
	Outcomes []rule.Outcome `cbor:"26,keyasint"`
	Decision id.Decision    `cbor:"112,keyasint"`
}

// ruled tells what the rules on networks and relations have said of the latest requests of the party in the middle.
func (w *weaving) ruled() error {
	type found struct {
		seller, buyer id.Party
		code          string
	}
	times, records := map[found]int{}, map[found][]string{}
	var order []found
	for _, column := range []string{"seller", "buyer"} {
		query := fmt.Sprintf("SELECT record FROM financing WHERE %s = ? ORDER BY number DESC LIMIT %d", column, networkUses)
		arguments := []any{int64(w.order[0])}
		if w.funder != 0 {
			query = fmt.Sprintf("SELECT record FROM financing WHERE %s = ? AND +funder = ? ORDER BY number DESC LIMIT %d", column, networkUses)
			arguments = append(arguments, int64(w.funder))
		}
		read, err := w.view.Tx.QueryContext(w.ctx, query, arguments...)
		if err != nil {
			return fmt.Errorf("view: %w", err)
		}
		defer read.Close()
		for read.Next() {
			var stored []byte
			if err := read.Scan(&stored); err != nil {
				return fmt.Errorf("view: %w", err)
			}
			var f usedRecord
			if err := book.DecodePart(stored, &f); err != nil {
				return fmt.Errorf("view: a financing of %s: %w", w.order[0], err)
			}
			for _, o := range f.Outcomes {
				r := risk.Find(risk.Now, o.Rule)
				if r == nil || r.Group != risk.OfNetwork && !relations[o.Rule] {
					continue
				}
				of := found{f.Seller, f.Buyer, o.Rule}
				if times[of]++; times[of] == 1 {
					order = append(order, of)
				}
				if f.Decision != 0 && len(records[of]) < networkRecords {
					records[of] = append(records[of], f.Decision.String())
				}
			}
		}
		if err := read.Err(); err != nil {
			return fmt.Errorf("view: %w", err)
		}
	}
	for _, of := range order {
		told := locale.Say("%s sells to %s: %s, as a rule said to %s.", w.party(of.seller), w.party(of.buyer), locale.Word(of.code), locale.Count{Number: int64(times[of]), Thing: "request"})
		w.flag("rule", relations[of.code], told.Then(locale.Say(risk.Find(risk.Now, of.code).Why)), records[of], of.seller, of.buyer)
	}
	return nil
}

// relations are the rules besides those of the network itself that tell how parties are connected.
var relations = map[string]bool{"circular_trade": true, "common_owner": true, "related_parties": true}

// sharing tells of accounts, addresses and groups that parties have in common.
func (w *weaving) sharing() error {
	if w.funder != 0 {
		return nil
	}
	addresses, groups := map[string][]id.Party{}, map[id.Party][]id.Party{}
	for _, p := range w.order {
		record, err := w.partyRecord(p)
		if err != nil {
			return err
		}
		profile, err := w.profile(record.Profile)
		if err != nil {
			return err
		}
		if place := folded(profile.Street + profile.PostalCode + profile.City); profile.Street != "" {
			addresses[place] = append(addresses[place], p)
		}
		head := cmp.Or(record.Group, p)
		groups[head] = append(groups[head], p)
		if err := w.accountsOf(p); err != nil {
			return err
		}
	}
	for _, p := range w.order {
		record, err := w.partyRecord(p)
		if err != nil {
			return err
		}
		profile, err := w.profile(record.Profile)
		if err != nil {
			return err
		}
		if same := addresses[folded(profile.Street+profile.PostalCode+profile.City)]; len(same) > 1 && same[0] == p {
			w.flag("shared_address", false, locale.Say("They have one address: %s, %s %s.", profile.Street, profile.PostalCode, profile.City), nil, same...)
		}
		if head := cmp.Or(record.Group, p); len(groups[head]) > 1 && groups[head][0] == p {
			w.flag("one_group", false, locale.Say("They are of one group, that of %s.", w.party(head)), nil, groups[head]...)
		}
	}
	return nil
}

// accountsOf tells of bank accounts that a party shares with another.
func (w *weaving) accountsOf(p id.Party) error {
	var own []party.BankAccount
	err := rows(w.View, "SELECT number, record FROM bank_account WHERE party = ?", []any{int64(p)}, func(_ uint64, a *party.BankAccount) error {
		own = append(own, *a)
		return nil
	})
	if err != nil {
		return err
	}
	for i := range own {
		holders, records := []id.Party{p}, []string{own[i].ID.String()}
		query := fmt.Sprintf("SELECT number, record FROM bank_account WHERE token = ? AND party <> ? ORDER BY number LIMIT %d", networkHolders)
		err := rows(w.View, query, []any{own[i].Token[:], int64(p)}, func(_ uint64, a *party.BankAccount) error {
			holders, records = append(holders, a.Party), append(records, a.ID.String())
			return nil
		})
		if err != nil {
			return err
		}
		if len(holders) < 2 || slices.ContainsFunc(holders[1:], func(o id.Party) bool { at, shown := w.places[o]; return shown && at < w.places[p] }) {
			continue // alone, or told of the other already
		}
		var names []string
		for _, holder := range holders {
			names = append(names, w.party(holder).String())
		}
		w.flag("shared_account", true, locale.Say("One bank account is on record for %s.", strings.Join(names, ", ")), records, holders...)
	}
	return nil
}

// growing tells of trade that has grown suddenly.
func (w *weaving) growing() error {
	growth, invoices := feature.Find("growth"), feature.Find("invoices_12m")
	for i := range w.ties {
		t := &w.ties[i]
		if t.feature == 0 || t.count < networkInvoices {
			continue
		}
		var r feature.Rolling
		err := rows(w.View, "SELECT number, record FROM feature WHERE number = ?", []any{int64(t.feature)}, func(_ uint64, record *feature.Record) error {
			r.Take(record)
			return nil
		})
		if err == nil {
			err = rows(w.View, "SELECT number, record FROM feature_month WHERE feature = ?", []any{int64(t.feature)}, func(_ uint64, m *feature.Month) error {
				r.TakeMonth(m, w.today)
				return nil
			})
		}
		if err != nil {
			return err
		}
		grown, known := growth.Value(&r, w.today)
		if of, _ := invoices.Value(&r, w.today); known && grown >= networkGrowth && of >= networkInvoices {
			w.flag("growth", false, locale.Say("What %s sells to %s has grown by %s %% in three months against the three before.", w.party(t.seller), w.party(t.buyer),
				money.FormatScaled((grown+5_000)/10_000, 0)), nil, t.seller, t.buyer)
		}
	}
	return nil
}

// standing tells what else stands against the parties: lists, losses, what is late, the watch list.
func (w *weaving) standing() error {
	err := eachSeen(w.View, &screeningAlerts, w.caller, "state <> 'cleared'", func(a *screening.Alert) {
		if _, shown := w.places[a.Hit.Party]; shown {
			told := locale.Say("%s is like an entry of a list that parties are screened against; nobody has decided yet.", w.party(a.Hit.Party))
			if a.State == screening.Confirmed {
				told = locale.Say("%s is on a list that parties are screened against: this was confirmed.", w.party(a.Hit.Party))
			}
			w.flag("listed", true, told, []string{a.ID.String()}, a.Hit.Party)
		}
	})
	if err == nil {
		err = w.lost()
	}
	if err == nil {
		err = eachSeen(w.View, &watches, w.caller, "listed = 1", func(r *credit.Watch) {
			if _, shown := w.places[r.Party]; shown {
				w.flag("watch_list", false, locale.Say("%s is on the watch list since %s.", w.party(r.Party), day(r.Since)), nil, r.Party)
			}
		})
	}
	return err
}

// lost tells of financings in default or written off.
func (w *weaving) lost() error {
	times, records := map[id.Party]int{}, map[id.Party][]string{}
	err := eachSeen(w.View, &financings, w.caller, "state IN ('defaulted', 'written_off')", func(f *funding.Financing) {
		p := f.Obligor()
		if times[p]++; len(records[p]) < networkRecords {
			records[p] = append(records[p], f.ID.String())
		}
	})
	for _, p := range w.order {
		if times[p] > 0 {
			w.flag("default", true, locale.Say("%s owes on %s in default or written off.", w.party(p), locale.Count{Number: int64(times[p]), Thing: "financing"}), records[p], p)
		}
	}
	return err
}

// tell puts what was found into the form in which it is shown.
func (w *weaving) tell() {
	slices.SortStableFunc(w.shown.Flags, func(a, b NetworkFlag) int { return cmp.Compare(flagOf(b.Grave), flagOf(a.Grave)) })
	out := w.outWith()
	for at, p := range w.order {
		if late := out[p].late(); late > 0 {
			w.flag("overdue", false, locale.Say("With %s %s of what is out is past its due date.", w.party(p), AmountOf(late, w.currency)), nil, p)
		}
		one := NetworkParty{Party: w.party(p), Out: AmountOf(out[p].out, w.currency), Flags: []int{}}
		if at > 0 {
			one.Steps = 2
		}
		w.shown.Parties = append(w.shown.Parties, one)
	}
	for _, t := range w.ties {
		from, to := w.places[t.seller], w.places[t.buyer]
		edge := NetworkEdge{From: from, To: to, Amount: AmountOf(t.amount, w.currency), Count: t.count, First: day(t.first), Last: day(t.last), Flags: []int{}}
		for i := range w.shown.Flags {
			if f := &w.shown.Flags[i]; len(f.Parties) > 1 && slices.Contains(f.Parties, from) && slices.Contains(f.Parties, to) {
				edge.Flags = append(edge.Flags, i)
			}
		}
		w.shown.Edges = append(w.shown.Edges, edge)
		if from == 0 || to == 0 {
			other := &w.shown.Parties[from+to]
			side := "supplier"
			if from == 0 {
				side = "buyer"
			}
			if other.Steps = 1; other.Side != "" && other.Side != side {
				side = "both"
			}
			other.Side = side
		}
	}
	for i := range w.shown.Flags {
		for _, at := range w.shown.Flags[i].Parties {
			w.shown.Parties[at].Flags = append(w.shown.Parties[at].Flags, i)
		}
	}
}

// outWith is what the caller's portfolio has with each party, in the currency of the network.
func (w *weaving) outWith() map[id.Party]*tally {
	out := map[id.Party]*tally{}
	for _, p := range w.order {
		out[p] = &tally{}
	}
	a := &w.assets
	a.mutex.Lock()
	defer a.mutex.Unlock()
	w.note(a.follow(w.View))
	for i := range a.keys {
		k := &a.keys[i]
		if i == 0 || k.currency != w.currency || w.funder != 0 && k.funder != w.funder {
			continue
		}
		for _, p := range slices.Compact([]id.Party{k.debtor, k.seller}) {
			if out[p] != nil {
				out[p].add(&a.tallies[i])
			}
		}
	}
	return out
}

// Central gives the parties from which a look at the network begins: those with most out in the caller's portfolio.
func (v *View) Central(c access.Caller, most int) ([]PortfolioLine, error) {
	p, err := v.Portfolio(c, PortfolioQuery{By: "debtor", Most: most})
	return p.Lines, err
}
