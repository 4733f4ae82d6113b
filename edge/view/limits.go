package view

import (
	"cmp"
	"fmt"
	"slices"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/locale"
	"millrace/engine/vault"
)

// Limit bounds use: available, reserved, used, released.
type Limit struct {
	ID           string           `json:"id"`
	Kind         string           `json:"kind" enum:"buyer,seller,programme,funder,pair,group,tier,currency,insurer,product,connected"`
	Programme    string           `json:"programme,omitempty" doc:"missing: all programmes of the owner"`
	Owner        *Ref             `json:"owner,omitempty" doc:"the funder whose own limit it is; missing: the house's. Shown to the funder and to auditors"`
	Party        *Ref             `json:"party,omitempty" doc:"buyer, seller, funder, head of a group, or one of those that are connected"`
	Counterparty *Ref             `json:"counterparty,omitempty" doc:"of a pair: its buyer"`
	Product      string           `json:"product,omitempty"`
	Tier         int              `json:"tier,omitempty"`
	State        string           `json:"state" enum:"proposed,live,replaced,withdrawn"`
	Amount       Amount           `json:"amount"`
	Reserved     Amount           `json:"reserved"`
	Used         Amount           `json:"used"`
	Spent        *Amount          `json:"spent,omitempty" doc:"repaid, of a limit that is used once"`
	Available    Amount           `json:"available"`
	Overshoot    *Amount          `json:"overshoot,omitempty" doc:"by which use is beyond the limit: an alarm"`
	Taken        string           `json:"taken" doc:"reserved, used and spent, in percent of the amount" example:"62.5"`
	Light        string           `json:"light" enum:"green,amber,red,grey" doc:"below 75 %, below 95 %, from there on or beyond; grey: not to be used"`
	Once         bool             `json:"once,omitempty" doc:"what was repaid is not used again; else it revolves"`
	Committed    bool             `json:"committed,omitempty"`
	Advisory     bool             `json:"advisory,omitempty" doc:"use is counted, and never refused"`
	Insurance    *LimitInsurance  `json:"insurance,omitempty"`
	Suspension   *LimitSuspension `json:"suspension,omitempty"`
	Alarm        *LimitAlarm      `json:"alarm,omitempty" doc:"that stands since the close of a day"`
	Withdrawal   *LimitWithdrawal `json:"withdrawal,omitempty" doc:"that was proposed, or has ended it"`
	Expires      string           `json:"expires" doc:"last day of use"`
	Maker        *Ref             `json:"maker,omitempty"`
	Checker      *Ref             `json:"checker,omitempty"`
	Entry        uint64           `json:"entry"`
}

// LimitInsurance is where an insurer's limit comes from.
type LimitInsurance struct {
	Insurer *Ref   `json:"insurer"`
	Policy  string `json:"policy,omitempty" doc:"its reference"`
	Share   string `json:"share" doc:"of a loss that the insurer bears, in percent"`
}

// LimitSuspension is why nothing new is used under a limit.
type LimitSuspension struct {
	By      *Ref   `json:"by,omitempty" doc:"missing: a warning"`
	Cause   string `json:"cause,omitempty"`
	Lifting *Ref   `json:"lifting,omitempty" doc:"the first of two who lift it"`
}

// LimitAlarm says that a limit was beyond its amount at the close of a day.
type LimitAlarm struct {
	Since string `json:"since" doc:"first of the days at whose close it was so, without a break"`
	Seen  string `json:"seen" doc:"the last one"`
	Taken Amount `json:"taken" doc:"at that close"`
	Over  Amount `json:"over" doc:"by which that is beyond the amount"`
}

// LimitWithdrawal is why a limit is to bind no more.
type LimitWithdrawal struct {
	By      *Ref   `json:"by,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Checker *Ref   `json:"checker,omitempty" doc:"missing while it waits for a second person"`
}

// LimitNode is a limit and those that lie within it.
type LimitNode struct {
	Limit Limit       `json:"limit"`
	Under []LimitNode `json:"under,omitempty"`
}

// LimitScope is the limits of one owner in one place, as a tree.
type LimitScope struct {
	Owner     *Ref        `json:"owner,omitempty" doc:"missing: the house"`
	Programme string      `json:"programme,omitempty" doc:"missing: all programmes of the owner"`
	Limits    []LimitNode `json:"limits"`
}

// LimitTree is every limit in force that the caller sees.
type LimitTree struct {
	Scopes    []LimitScope `json:"scopes"`
	Overshot  []Limit      `json:"overshot" doc:"whose use is beyond their amount"`
	Watermark uint64       `json:"watermark"`
}

// Exposures is who owes how much, by group.
type Exposures struct {
	Groups    []GroupExposure `json:"groups" doc:"the largest 200, by what is out and set aside"`
	Watermark uint64          `json:"watermark"`
}

// GroupExposure is what the parties of one group owe, as far as the caller sees the financings.
type GroupExposure struct {
	Head     *Ref             `json:"head" doc:"of the group, when the financings were quoted"`
	Reserved Amount           `json:"reserved"`
	Used     Amount           `json:"used"`
	Members  []MemberExposure `json:"members"`
	Limits   []Limit          `json:"limits" doc:"on the group, its buyers and what insurers cover of them"`
}

// MemberExposure is what one party owes.
type MemberExposure struct {
	Party    *Ref   `json:"party"`
	Reserved Amount `json:"reserved"`
	Used     Amount `json:"used"`
}

// OwnWord is what a funder has said in advance to a use of its money.
type OwnWord struct {
	Policies  []string  `json:"policies" doc:"that were asked"`
	Outcomes  []Outcome `json:"outcomes" doc:"of their clauses and of its standing authority, those that did not pass"`
	Authority string    `json:"authority,omitempty" doc:"under which no person was asked"`
}

// FunderPolicy is what a funder lends its money on.
type FunderPolicy struct {
	ID        string         `json:"id"`
	Funder    *Ref           `json:"funder"`
	Programme string         `json:"programme,omitempty" doc:"missing: wherever its money is lent"`
	Clauses   []FunderClause `json:"clauses"`
	State     string         `json:"state" enum:"proposed,live,declined,replaced"`
	Maker     *Ref           `json:"maker,omitempty"`
	Checker   *Ref           `json:"checker,omitempty"`
	Entry     uint64         `json:"entry"`
}

// FunderClause is one clause of that.
type FunderClause struct {
	Name      string `json:"name"`
	Text      string `json:"text"`
	Otherwise string `json:"otherwise" enum:"refer,refuse"`
	Reason    string `json:"reason"`
	Citation  string `json:"citation,omitempty"`
}

// Authority is a funder's standing authority.
type Authority struct {
	ID           string   `json:"id"`
	Funder       *Ref     `json:"funder"`
	Programmes   []string `json:"programmes"`
	AmountMost   Amount   `json:"amount_most" doc:"of one use; of all of an auction's lot"`
	TotalMost    Amount   `json:"total_most" doc:"in all"`
	Financed     Amount   `json:"financed" doc:"under it, what was cancelled not counted"`
	GradeMost    int      `json:"grade_most" doc:"worst grade of who owes"`
	TenorDaysMax int      `json:"tenor_days_max"`
	Until        string   `json:"until" doc:"last day"`
	State        string   `json:"state" enum:"live,revoked"`
	Keys         []string `json:"keys" doc:"that have signed"`
	Maker        *Ref     `json:"maker,omitempty"`
	Entry        uint64   `json:"entry"`
}

var (
	funderPolicies = source[funding.Policy]{
		table: "funder_policy", state: "state", parties: []string{"funder"}, programme: "programme", scope: shares(share{roles: party.Funder, sql: "funder = ?"}), private: "0",
	}
	authorities = source[funding.Authority]{
		table: "funder_authority", state: "state", parties: []string{"funder"}, scope: shares(share{roles: party.Funder, sql: "funder = ?"}), private: "0",
	}
)

// FunderPolicies lists the policies of funders that the caller sees.
func (v *View) FunderPolicies(c access.Caller, q Query) (Page[FunderPolicy], error) {
	return many(v, &funderPolicies, c, q, (*showing).showFunderPolicy)
}

// FunderPolicy gives a funder's policy that the caller sees, else ErrNotFound.
func (v *View) FunderPolicy(c access.Caller, of id.FunderPolicy) (FunderPolicy, error) {
	return one(v, &funderPolicies, c, of.Number(), (*showing).showFunderPolicy)
}

// Authorities lists the standing authorities that the caller sees.
func (v *View) Authorities(c access.Caller, q Query) (Page[Authority], error) {
	return many(v, &authorities, c, q, (*showing).showAuthority)
}

// Authority gives a standing authority that the caller sees, else ErrNotFound.
func (v *View) Authority(c access.Caller, of id.Authority) (Authority, error) {
	return one(v, &authorities, c, of.Number(), (*showing).showAuthority)
}

func (s *showing) showFunderPolicy(r *funding.Policy) FunderPolicy {
	shown := FunderPolicy{ID: r.ID.String(), Funder: s.party(r.Funder), Programme: r.Programme.String(), Clauses: []FunderClause{}, State: r.State.String(), Entry: r.Entry}
	for i := range r.Clauses {
		c := &r.Clauses[i]
		shown.Clauses = append(shown.Clauses, FunderClause{c.Name, c.Text, c.Otherwise.String(), c.Reason, c.Citation})
	}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}

func (s *showing) showAuthority(r *funding.Authority) Authority {
	t := &r.Terms
	shown := Authority{
		ID: r.ID.String(), Funder: s.party(r.Funder), Programmes: []string{}, AmountMost: AmountOf(t.AmountMost, t.Currency), TotalMost: AmountOf(t.TotalMost, t.Currency),
		Financed: AmountOf(r.Financed, t.Currency), GradeMost: int(t.GradeMost), TenorDaysMax: int(t.TenorDaysMax), Until: day(t.Until), State: r.State.String(), Keys: []string{}, Entry: r.Entry,
	}
	for _, p := range t.Programmes {
		shown.Programmes = append(shown.Programmes, p.String())
	}
	for _, k := range r.Keys {
		shown.Keys = append(shown.Keys, k.String())
	}
	shown.Maker, _ = s.people(r.Maker, 0)
	return shown
}

// ownWord adds what the funder has said in advance, for the funder and for auditors.
func (s *showing) ownWord(shown *Financing, r *funding.Financing) {
	if s.caller.Party != r.Funder && (s.caller.Role != party.Auditor || !s.caller.SeesAll()) || len(r.Own.Policies)+len(r.Own.Outcomes) == 0 && r.Own.Authority == 0 {
		return
	}
	shown.Own = &OwnWord{Policies: []string{}, Outcomes: []Outcome{}, Authority: r.Own.Authority.String()}
	for _, p := range r.Own.Policies {
		shown.Own.Policies = append(shown.Own.Policies, p.String())
	}
	for i := range r.Own.Outcomes {
		o := r.Own.Outcomes[i]
		shown.Own.Outcomes = append(shown.Own.Outcomes, Outcome{Rule: o.Rule, Verdict: o.Verdict.String(), Measure: &o.Measure, Bound: &o.Bound})
	}
}

// ofFunderOnly tells whether a command or event is a funder's own business, of which the operator's people see no content.
func ofFunderOnly(c access.Caller, body any) bool {
	if !c.OfOperator() {
		return false
	}
	switch b := body.(type) {
	case *book.ProposeLimit:
		return b.Key.Owner != 0
	case *book.LimitProposed:
		return b.Limit.Key.Owner != 0
	case *book.LimitOvershot:
		return b.Owner != 0
	case *book.LimitRestored:
		return b.Owner != 0
	case *book.DecideRecommendation, *book.RecommendationDecided, *book.LimitsRecounted:
		return true
	case *book.ProposeFunderPolicy, *book.DecideFunderPolicy, *book.GiveAuthority, *book.RevokeAuthority, *book.FunderPolicyProposed, *book.FunderPolicyDecided,
		*book.AuthorityGiven, *book.AuthorityRevoked:
		return true
	}
	return false
}

// keepOwn takes out of an event what is a funder's own business.
func keepOwn(c access.Caller, event book.Event, shown *Event) {
	if !c.OfOperator() {
		return
	}
	if ofFunderOnly(c, event) {
		shown.Body, shown.Sentence = nil, ""
		return
	}
	switch event.(type) {
	case *book.FinancingOpened, *book.ReferralDecided, *book.PlacementShared:
		strip(shown.Body)
	}
}

// strip takes out what a funder has said in advance.
func strip(value any) {
	switch v := value.(type) {
	case map[string]any:
		delete(v, "own")
		for _, inner := range v {
			strip(inner)
		}
	case []any:
		for _, inner := range v {
			strip(inner)
		}
	}
}

func (s *showing) showLimit(r *credit.Limit) Limit {
	c := r.Key.Currency
	shown := Limit{
		ID: r.ID.String(), Kind: r.Key.Kind.String(), Programme: r.Key.Programme.String(), Owner: s.party(r.Key.Owner), Party: s.party(r.Key.Party),
		Counterparty: s.party(r.Key.Counterparty), Product: r.Key.Product.String(), Tier: int(r.Key.Tier), State: r.State.String(),
		Amount: AmountOf(r.Amount, c), Reserved: AmountOf(r.Reserved, c), Used: AmountOf(r.Used, c), Available: AmountOf(r.Available(), c),
		Once: r.Renewal == credit.Once, Committed: r.Commitment == credit.Committed, Advisory: r.Strictness == credit.Advisory, Expires: day(r.Expires), Entry: r.Entry,
	}
	shown.Taken, shown.Light = takenOf(r)
	if over := r.Overshoot(); over > 0 {
		amount := AmountOf(over, c)
		shown.Overshoot = &amount
	}
	if spent := r.Spent(); spent > 0 {
		amount := AmountOf(spent, c)
		shown.Spent = &amount
	}
	if r.Insurance.Insurer != 0 {
		policy, err := s.text(vault.Ref(r.Insurance.Policy))
		s.note(err)
		shown.Insurance = &LimitInsurance{s.party(r.Insurance.Insurer), policy, Percent(r.Insurance.Share)}
	}
	if r.Stopped() {
		cause, err := s.text(vault.Ref(r.Cause))
		s.note(err)
		shown.Suspension = &LimitSuspension{Cause: cause}
		shown.Suspension.By, shown.Suspension.Lifting = s.people(r.Suspended, r.Lifting)
		shown.Light = "grey"
	}
	if a := r.Alarm; a.Since != 0 {
		shown.Alarm = &LimitAlarm{day(a.Since), day(a.Seen), AmountOf(a.Taken, c), AmountOf(a.Over, c)}
	}
	if r.Withdrawal.Maker != 0 {
		reason, err := s.text(vault.Ref(r.Withdrawal.Reason))
		s.note(err)
		shown.Withdrawal = &LimitWithdrawal{Reason: reason}
		shown.Withdrawal.By, shown.Withdrawal.Checker = s.people(r.Withdrawal.Maker, r.Withdrawal.Checker)
	}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}

// takenOf is what is taken of a limit in percent, with one decimal, and the colour of that.
func takenOf(r *credit.Limit) (string, string) {
	taken, tenths := r.Taken(), int64(1000)
	if r.Amount > 0 {
		tenths = int64(money.MulDiv(min(taken, money.MinorMax/1000), 1000, int64(r.Amount)))
	} else if taken == 0 {
		tenths = 0
	}
	light := "green"
	switch {
	case r.State != credit.Live:
		light = "grey"
	case r.Overshoot() > 0 || tenths >= 950:
		light = "red"
	case tenths >= 750:
		light = "amber"
	}
	return fmt.Sprintf("%d.%d", tenths/10, tenths%10), light
}

// LimitTree gives every limit in force that the caller sees: by owner and place, a pair and an insurer's cover within the limit on
// their buyer, and a buyer's within that on its group.
func (v *View) LimitTree(c access.Caller) (LimitTree, error) {
	return v.limitTree(c, func(int) bool { return true })
}

// LimitTreePart is the tree in which only so many limits after the first ones of it are shown: the others have their places and say nothing.
func (v *View) LimitTreePart(c access.Caller, from, count int) (LimitTree, error) {
	return v.limitTree(c, func(at int) bool { return from <= at && at-from < count })
}

// limitTree shows the limits whose places in the tree, line by line, are asked for.
func (v *View) limitTree(c access.Caller, asked func(at int) bool) (LimitTree, error) {
	tree := LimitTree{Scopes: []LimitScope{}, Overshot: []Limit{}, Watermark: v.Watermark()}
	live, err := v.liveLimits(c)
	if err != nil {
		return tree, err
	}
	s := &showing{View: v, caller: c}
	line := 0
	show := func(l *credit.Limit) (shown Limit) {
		if asked(line) {
			shown = s.showLimit(l)
		}
		line++
		return shown
	}
	for at := 0; at < len(live); {
		owner, programme := live[at].Key.Owner, live[at].Key.Programme
		until := at
		for until < len(live) && live[until].Key.Owner == owner && live[until].Key.Programme == programme {
			until++
		}
		tree.Scopes = append(tree.Scopes, LimitScope{s.party(owner), programme.String(), s.branches(live[at:until], show)})
		at = until
	}
	for i := range live {
		if live[i].Overshoot() > 0 {
			tree.Overshot = append(tree.Overshot, s.showLimit(live[i]))
		}
	}
	return tree, s.err
}

// liveLimits are those in force that the caller sees, the house's first, by place and kind.
func (v *View) liveLimits(c access.Caller) ([]*credit.Limit, error) {
	visible, err := limits.visible(v, c)
	if err != nil {
		return nil, err
	}
	var live []*credit.Limit
	err = rows(v, "SELECT number, record FROM credit_limit WHERE state = 'live' AND ("+visible.sql+")", visible.arguments, func(_ uint64, l *credit.Limit) error {
		live = append(live, l)
		return nil
	})
	slices.SortFunc(live, func(a, b *credit.Limit) int {
		return cmp.Or(cmp.Compare(a.Key.Owner, b.Key.Owner), cmp.Compare(a.Key.Programme, b.Key.Programme), cmp.Compare(a.Key.Kind, b.Key.Kind), cmp.Compare(a.ID, b.ID))
	})
	return live, err
}

// branches hangs the limits of one scope under one another, and shows them in the order of their lines.
func (s *showing) branches(scope []*credit.Limit, show func(*credit.Limit) Limit) []LimitNode {
	const top = -1
	below := map[int][]int{}
	for i, l := range scope {
		above := top
		for j, other := range scope {
			if other.Key.Currency == l.Key.Currency && i != j && s.within(l, other) && (above < 0 || other.Key.Kind == credit.BuyerLimit) {
				above = j
			}
		}
		below[above] = append(below[above], i)
	}
	var under func(parent int) []LimitNode
	under = func(parent int) []LimitNode {
		var nodes []LimitNode
		for _, i := range below[parent] {
			shown := show(scope[i])
			nodes = append(nodes, LimitNode{shown, under(i)})
		}
		return nodes
	}
	return under(top)
}

// within tells whether a limit lies within another one of its scope.
func (s *showing) within(l, other *credit.Limit) bool {
	buyer := l.Key.Party
	switch l.Key.Kind {
	case credit.PairLimit:
		buyer = l.Key.Counterparty
	case credit.BuyerLimit, credit.InsurerLimit:
	default:
		return false
	}
	switch other.Key.Kind {
	case credit.BuyerLimit:
		return l.Key.Kind != credit.BuyerLimit && other.Key.Party == buyer
	case credit.GroupLimit:
		return other.Key.Party == s.head(buyer)
	}
	return false
}

// head is the head of a party's group, now.
func (s *showing) head(p id.Party) id.Party {
	for range 16 {
		group := id.Party(0)
		s.note(rows(s.View, "SELECT number, record FROM party WHERE number = ?", []any{int64(p.Number())}, func(_ uint64, r *party.Party) error {
			group = r.Group
			return nil
		}))
		if group == 0 || group == p {
			break
		}
		p = group
	}
	return p
}

// exposuresMost is how many groups are shown.
const exposuresMost = 200

// Exposures gives what groups owe on the financings that the caller sees, largest first, with the limits on them beside.
func (v *View) Exposures(c access.Caller) (Exposures, error) {
	shown := Exposures{Groups: []GroupExposure{}, Watermark: v.Watermark()}
	visible, err := financings.visible(v, c)
	if err != nil {
		return shown, err
	}
	found, err := v.view.Tx.QueryContext(v.ctx, `SELECT head, owes, programme, SUM(CASE WHEN state IN ('accepted', 'disbursing') THEN exposure ELSE 0 END), SUM(exposure)
FROM financing_parties WHERE state IN ('accepted', 'disbursing', 'outstanding', 'overdue', 'in_recourse', 'defaulted') AND (`+visible.sql+`) GROUP BY 1, 2, 3 ORDER BY 1, 2`, visible.arguments...)
	if err != nil {
		return shown, fmt.Errorf("view: %w", err)
	}
	defer found.Close()
	groups := exposedGroups{}
	s := &showing{View: v, caller: c}
	for found.Next() {
		var head, owes, programme, reserved, all int64
		if err := found.Scan(&head, &owes, &programme, &reserved, &all); err != nil {
			return shown, fmt.Errorf("view: %w", err)
		}
		groups.add(id.Party(head), id.Party(owes), id.Programme(programme), money.Minor(reserved), money.Minor(all-reserved))
	}
	if err := found.Err(); err != nil {
		return shown, err
	}
	live, err := v.liveLimits(c)
	if err != nil {
		return shown, err
	}
	shown.Groups = groups.show(s, live)
	return shown, s.err
}

// exposedGroups gathers exposure by group and currency.
type exposedGroups []exposedGroup

type exposedGroup struct {
	head           id.Party
	programme      id.Programme
	reserved, used money.Minor
	members        []exposedMember
}

type exposedMember struct {
	party          id.Party
	programme      id.Programme
	reserved, used money.Minor
}

func (g *exposedGroups) add(head, owes id.Party, programme id.Programme, reserved, used money.Minor) {
	*g = append(*g, exposedGroup{head, programme, reserved, used, []exposedMember{{owes, programme, reserved, used}}})
}

// show joins what is in one currency, and gives the largest groups.
func (g *exposedGroups) show(s *showing, live []*credit.Limit) []GroupExposure {
	type place struct {
		head     id.Party
		currency money.Currency
	}
	at := map[place]int{}
	var joined []exposedGroup
	for _, one := range *g {
		key := place{one.head, s.currencyIn(one.programme)}
		i, known := at[key]
		if !known {
			i = len(joined)
			at[key] = i
			joined = append(joined, exposedGroup{head: one.head, programme: one.programme})
		}
		group, member := &joined[i], one.members[0]
		group.reserved, group.used = money.Add(group.reserved, one.reserved), money.Add(group.used, one.used)
		if last := len(group.members) - 1; last >= 0 && group.members[last].party == member.party {
			group.members[last].reserved, group.members[last].used = money.Add(group.members[last].reserved, member.reserved), money.Add(group.members[last].used, member.used)
			continue
		}
		group.members = append(group.members, member)
	}
	slices.SortStableFunc(joined, func(a, b exposedGroup) int { return cmp.Compare(b.reserved+b.used, a.reserved+a.used) })
	shown := []GroupExposure{}
	for _, one := range joined[:min(len(joined), exposuresMost)] {
		c := s.currencyIn(one.programme)
		group := GroupExposure{Head: s.party(one.head), Reserved: AmountOf(one.reserved, c), Used: AmountOf(one.used, c), Limits: []Limit{}}
		for _, m := range one.members {
			group.Members = append(group.Members, MemberExposure{s.party(m.party), AmountOf(m.reserved, c), AmountOf(m.used, c)})
		}
		for _, l := range live {
			ofMember := slices.ContainsFunc(one.members, func(m exposedMember) bool { return m.party == l.Key.Party })
			if l.Key.Currency == c && (l.Key.Kind == credit.GroupLimit && l.Key.Party == one.head || ofMember && (l.Key.Kind == credit.BuyerLimit || l.Key.Kind == credit.InsurerLimit)) {
				group.Limits = append(group.Limits, s.showLimit(l))
			}
		}
		shown = append(shown, group)
	}
	return shown
}

// ofLimits says what came of limits besides their proposal and approval, and what funders say in advance about their own money.
func (s *showing) ofLimits(e book.Event) *locale.Text {
	if told := s.ofConnected(e); told != nil {
		return told
	}
	switch e := e.(type) {
	case *book.LimitSuspended:
		if e.Actor == 0 {
			return locale.Say("Limit %s was suspended on a warning: nothing new is used under it.", e.Limit)
		}
		return locale.Say("Limit %s was suspended by %s: nothing new is used under it.", e.Limit, s.decider(e.Actor))
	case *book.LimitLifted:
		if e.First == 0 {
			return locale.Say("%s wants the suspension of limit %s to end; a second person has to say so too.", s.decider(e.Actor), e.Limit)
		}
		return locale.Say("The suspension of limit %s was lifted by %s and %s.", e.Limit, s.decider(e.First), s.decider(e.Actor))
	case *book.FunderPolicyProposed:
		return locale.Say("%s said anew on what it lends its money, in %d clauses; a second person decides.", s.name(e.Policy.Funder), len(e.Policy.Clauses))
	case *book.FunderPolicyDecided:
		return locale.Say("Policy %s is %s, by %s.", e.Policy, e.State, s.decider(e.Actor))
	case *book.AuthorityGiven:
		t := &e.Authority.Terms
		return locale.Say("%s lends without its people, up to %s a use and %s in all, until %s.", s.name(t.Funder), money.Amount{Minor: t.AmountMost, Currency: t.Currency},
			money.Amount{Minor: t.TotalMost, Currency: t.Currency}, t.Until)
	case *book.AuthorityRevoked:
		return locale.Say("Standing authority %s was revoked: nothing is accepted under it any more.", e.Authority)
	}
	return nil
}
