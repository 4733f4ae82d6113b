package book

import (
	"cmp"
	"slices"

	shares "millrace/domain/allocation"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/receivable"
	"millrace/domain/risk"
	"millrace/domain/rule"
)

func init() {
	registerCommand(func() act { return &AcceptPlacement{} })
	registerCommand(func() act { return &DisbursePlacement{} })
	registerEvent(func() fact { return &PlacementOpened{} })
	registerEvent(func() fact { return &PlacementShared{} })
	permitted[commandAcceptPlacement] = party.Seller
	permitted[commandDisbursePlacement] = party.Operator
	tables[tablePlacement] = held("placement", func(b *Book) *shelf[funding.Placement] { return &b.placements },
		[]Column{ind("receivable", Integer), col("programme", Integer)},
		func(r *funding.Placement) []any { return []any{int64(r.Receivable), int64(r.Programme)} })
}

// asked is one funder of a placement on its way to a share.
type asked struct {
	funder    funding.Funder
	takes     money.Minor        // the most that it can finance of the receivable
	financing *funding.Financing // its part
	refusal   *Rejection         // why it takes no part; nil where it does
	said      said               // what was said of the use on its own review and by its own models
}

// place asks every funder of a programme for a part: each with its own ground, limit, money and price, on the same facts.
// Where a rule refers, each funder's person decides on the most that the funder could take, and the sharing waits for all.
func (u *use) place(d *draft, template funding.Financing) *Rejection {
	if len(u.earlier) > 0 {
		return reject("goods_financed", "receivable", "the goods are financed by %s: what replaces that is lent by one funder, or it is repaid first", u.earlier[0].ID)
	}
	all, verdict := u.askAll(d, template), rule.Worst(template.Outcomes)
	for i := range all {
		if all[i].refusal == nil {
			verdict = max(verdict, rule.Worst(all[i].financing.Own.Outcomes))
		}
	}
	if verdict == rule.Refer {
		for i := range all {
			if all[i].refusal == nil {
				all[i].refusal = u.part(d, &all[i], all[i].takes)
			}
		}
	} else if rejection := u.share(d, all); rejection != nil {
		return rejection
	}
	if len(partsOf(all)) == 0 {
		return all[len(all)-1].refusal
	}
	u.open(d, all, verdict)
	return nil
}

// askAll asks every funder of the programme how much of the receivable it can take.
func (u *use) askAll(d *draft, template funding.Financing) []asked {
	all := make([]asked, len(u.programme.Funders))
	for i, candidate := range u.programme.Funders {
		f := template
		f.Funder = candidate.Party
		all[i] = asked{funder: candidate, financing: &f}
		u.asks(d, &all[i])
	}
	return all
}

// asks asks one funder. What is said for it is kept with its part, and the use stays as all see it.
func (u *use) asks(d *draft, one *asked) {
	before := u.said()
	one.takes, one.refusal = u.takes(d, one.financing)
	if one.refusal == nil {
		one.financing.Own.Outcomes = append(one.financing.Own.Outcomes, u.refersFor(before.judged)...)
	}
	one.said = u.said()
	u.unsay(&before)
}

// open puts a placement and its parts on record: quoted, or referred to the funders' people.
func (u *use) open(d *draft, all []asked, verdict rule.Verdict) {
	p := funding.Placement{
		ID: id.Make[id.Placement](d.shard, d.number(tablePlacement, d.placements.count)), Receivable: u.receivable.ID, Programme: u.programme.ID, Seller: u.seller,
		Amount: u.amount, Unplaced: u.amount, Maker: all[0].financing.Maker, Currency: u.programme.Currency,
	}
	for i := range all {
		f := all[i].financing
		part := funding.Part{Funder: f.Funder}
		if all[i].refusal != nil {
			part.Refusal = all[i].refusal.Code
		} else {
			f.Outcomes = withOwn(f.Outcomes, f)
			f.ID = id.Make[id.Financing](d.shard, d.number(tableFinancing, d.financings.count))
			f.Placement, f.State = p.ID, funding.Quoted
			f.ValidUntil = d.header.At + int64(u.product.Terms.QuoteSeconds)*1_000_000
			if verdict == rule.Refer {
				f.State, f.ValidUntil = funding.Referred, 0
			}
			part.Financing = f.ID
			p.Unplaced = max(0, money.Sub(p.Unplaced, f.Amount))
		}
		p.Parts = append(p.Parts, part)
	}
	d.emit(&PlacementOpened{Placement: p})
	parts := partsOf(all)
	for _, f := range parts {
		d.emit(&FinancingOpened{Financing: *f})
	}
	u.decided(d, risk.AtQuote, parts[0])
}

// takes is the most of the receivable that one funder can finance: what its limit and its money cover.
func (u *use) takes(d *draft, f *funding.Financing) (money.Minor, *Rejection) {
	if rejection := u.grounded(d, f.Funder); rejection != nil {
		return 0, rejection
	}
	room, rejection := d.ownRoom(f)
	if rejection != nil {
		return 0, rejection
	}
	free := d.available(fundingKey(u.programme, f.Funder))
	if free <= 0 {
		return 0, reject("funds_insufficient", "programme", "the funder has no money in the programme")
	}
	tied := d.tied(u.programme, f.Funder, u.due, nil)
	if tied <= 0 {
		return 0, reject("tenor_gap", "programme", "nothing that is due %s can be lent: it would outlast the funder's money", u.due)
	}
	principal := min(free, tied, room)
	advance := int64(u.product.Terms.AdvanceRate)
	if rejection := u.willing(d, f, min(principal, money.MulDiv(u.amount, advance, int64(money.RateOne)))); rejection != nil {
		return 0, rejection
	}
	if principal >= money.MulDiv(u.amount, advance, int64(money.RateOne)) {
		return u.amount, nil
	}
	// Rounded down so that the principal, rounded half up, stays within.
	return min(u.amount, money.Minor(int64(principal)/advance*int64(money.RateOne)+int64(principal)%advance*int64(money.RateOne)/advance)), nil
}

// share reckons the parts of those that take part and prices them. Who can't be priced drops out, and the sharing begins again.
func (u *use) share(d *draft, all []asked) *Rejection {
	for again := true; again; {
		again = false
		found := u.shares(all)
		for i := range all {
			switch {
			case all[i].refusal != nil:
			case found[i] == 0:
				all[i].refusal = reject("nothing_left", "programme", "no share is left for the funder")
			default:
				if all[i].refusal = u.part(d, &all[i], found[i]); all[i].refusal != nil {
					again = true
				}
			}
		}
	}
	_, rejection := d.limitsOfParts(partsOf(all))
	return rejection
}

// partsOf lists the financings of those that take part.
func partsOf(all []asked) []*funding.Financing {
	var parts []*funding.Financing
	for i := range all {
		if all[i].refusal == nil {
			parts = append(parts, all[i].financing)
		}
	}
	return parts
}

// shares divides the receivable among the funders that take part, by their commitments. Where the programme leaves the share of
// one that drops out unplaced, the others get what they would have got beside it.
func (u *use) shares(all []asked) []money.Minor {
	decisions := make([]shares.Decision, len(all))
	for i := range all {
		decisions[i] = shares.Decision{Funder: all[i].funder.Party, Amount: all[i].takes, Commitment: all[i].funder.Commitment, Rate: all[i].funder.Rate}
		if all[i].refusal != nil {
			decisions[i].Amount = 0
		}
		if u.programme.Dropped == funding.LeftUnplaced {
			decisions[i].Amount = u.amount
		}
	}
	found := make([]money.Minor, len(all))
	for _, part := range shares.ProRata(u.amount, decisions).Parts {
		for i := range all {
			if all[i].funder.Party == part.Funder && all[i].refusal == nil {
				found[i] = min(part.Amount, all[i].takes)
			}
		}
	}
	return found
}

// part prices one funder's part.
func (u *use) part(d *draft, one *asked, amount money.Minor) *Rejection {
	f, whole, before := one.financing, u.amount, u.said()
	u.unsay(&one.said)
	u.amount = amount
	price, rejection := u.priced(d, one.funder, f)
	u.amount = whole
	u.unsay(&before)
	if rejection != nil {
		return rejection
	}
	if price.Net <= 0 {
		return reject("nothing_left", "receivable", "discount and fee would take all of %s", money.Amount{Minor: price.Principal, Currency: f.Currency})
	}
	f.Amount, f.Principal, f.Discount, f.Fee, f.Net = amount, price.Principal, price.Discount, price.Fee, price.Net
	return nil
}

// limitsOfParts finds the limits of each part: what all share has to have room for all of them.
func (d *draft) limitsOfParts(parts []*funding.Financing) ([][]id.Limit, *Rejection) {
	total := money.Minor(0)
	for _, f := range parts {
		total = money.Add(total, f.Principal)
	}
	found := make([][]id.Limit, len(parts))
	for i, f := range parts {
		for _, key := range d.limitKeys(f) {
			amount := total
			if key.Kind == credit.FunderLimit || key.Owner != 0 {
				amount = f.Principal
			}
			limits, rejection := d.limitsOf([]credit.LimitKey{key}, amount)
			if rejection != nil {
				return nil, rejection
			}
			found[i] = append(found[i], limits...)
		}
	}
	return found, nil
}

// parts are the financings of a placement in one of the states; all that there are where none is named.
func (b *Book) parts(p *funding.Placement, states ...funding.FinancingState) []*funding.Financing {
	var found []*funding.Financing
	for i := range p.Parts {
		f := b.financings.at(p.Parts[i].Financing.Number())
		if f != nil && (len(states) == 0 || slices.Contains(states, f.State)) {
			found = append(found, f)
		}
	}
	return found
}

// sharing is the placement in which a financing is a part; nil for none.
func (b *Book) sharing(f *funding.Financing) *funding.Placement {
	if f == nil {
		return nil
	}
	return b.placements.at(f.Placement.Number())
}

// claiming lists the financings that hold the claim on a receivable: one, or the parts of a placement.
func (b *Book) claiming(r *receivable.Receivable) []*funding.Financing {
	f := b.financings.at(r.Financing.Number())
	if f == nil {
		return nil
	}
	all := []*funding.Financing{f}
	if p := b.sharing(f); p != nil {
		all = b.parts(p)
	}
	return slices.DeleteFunc(all, func(f *funding.Financing) bool { return !f.State.Claims() })
}

// partOfSame tells whether another financing is a part of the placement of which f is one.
func (b *Book) partOfSame(other id.Financing, f *funding.Financing) bool {
	found := b.financings.at(other.Number())
	return f.Placement != 0 && found != nil && found.Placement == f.Placement
}

// claimedFor tells whether a receivable stands for a financing, by itself or among the parts of a placement.
func (b *Book) claimedFor(r *receivable.Receivable, f *funding.Financing) bool {
	return r.Financing == f.ID || b.partOfSame(r.Financing, f)
}

// otherPart is the part that holds the claim of a placement when f has given it up; 0 for none.
func (b *Book) otherPart(f *funding.Financing) id.Financing {
	p := b.sharing(f)
	if p == nil {
		return 0
	}
	for _, other := range b.parts(p) {
		if other.ID != f.ID && (other.State.Claims() || other.State == funding.ClosedState) {
			return other.ID
		}
	}
	return 0
}

// together refuses a step with one part that is made with all of a placement.
func together(f *funding.Financing) *Rejection {
	if f.Placement == 0 {
		return nil
	}
	return reject("placement_together", "financing", "financing %s is a part of placement %s: all parts take this step in one", f.ID, f.Placement)
}

// decidePart takes one funder's decision on its part. When the last one has decided, those that approved share the receivable.
func (c *DecideReferral) decidePart(d *draft, f *funding.Financing) *Rejection {
	if f.Checker != 0 {
		return reject("referral_decided", "financing", "the funder has decided on financing %s; the others have not yet", f.ID)
	}
	p, after := d.sharing(f), *f
	after.Checker, after.Own.Authority = d.header.Actor, 0
	if c.Decision == Decline {
		after.State = funding.Declined
	}
	waiting := slices.ContainsFunc(d.parts(p, funding.Referred), func(other *funding.Financing) bool { return other.ID != f.ID && other.Checker == 0 })
	if waiting {
		d.emit(&ReferralDecided{Financing: after, Reason: c.Reason})
	} else if rejection := d.settle(p, &after, c.Reason); rejection != nil {
		return rejection
	}
	if c.Decision == Decline {
		d.declined(&after)
	}
	return nil
}

// settle shares a placement among the funders that approved; decided is the part of the one that did so last.
func (d *draft) settle(p *funding.Placement, decided *funding.Financing, reason [32]byte) *Rejection {
	shared := &PlacementShared{Placement: p.ID, Parts: slices.Clone(p.Parts), Unplaced: p.Amount}
	var all []asked
	approved := false
	for i := range p.Parts {
		f := funding.Financing{}
		if known := d.financings.at(p.Parts[i].Financing.Number()); known != nil {
			f = *known
		}
		if f.ID == decided.ID {
			f = *decided
		}
		one := asked{funder: d.funderOf(p.Programme, p.Parts[i].Funder), takes: f.Amount, financing: &f}
		if f.State != funding.Referred {
			shared.Parts[i].Refusal = cmp.Or(shared.Parts[i].Refusal, "declined")
			one.refusal = &Rejection{Code: shared.Parts[i].Refusal}
		}
		approved = approved || one.refusal == nil
		all = append(all, one)
	}
	var u *use
	var first *funding.Financing
	if approved {
		first = partsOf(all)[0]
		weighed, rejection := d.reshare(p, all, shared)
		if rejection != nil {
			return rejection
		}
		u = weighed
	}
	d.emit(&ReferralDecided{Financing: *decided, Reason: reason})
	d.emit(shared)
	if approved {
		u.decided(d, risk.AtReferral, first)
	}
	return nil
}

// reshare prices the shares of those that approved, each at most what it was asked for, and gives the use as it was weighed for that.
func (d *draft) reshare(p *funding.Placement, all []asked, shared *PlacementShared) (*use, *Rejection) {
	approved := partsOf(all)
	u, rejection := d.eligible(d.evidenceIn(approved[0]), p.Programme, approved[0].Payee)
	if rejection != nil {
		return nil, rejection
	}
	outcomes := u.outcomes()
	if rule.Worst(outcomes) == rule.Refuse {
		return nil, reject("risk_changed", "financing", "a rule refuses this by now: %v", outcomes)
	}
	u.amount = min(u.amount, p.Amount)
	for i := range all {
		if all[i].refusal == nil {
			asked := all[i].takes
			u.asks(d, &all[i])
			all[i].takes = min(asked, all[i].takes)
		}
	}
	if rejection := u.share(d, all); rejection != nil {
		return nil, rejection
	}
	for i := range all {
		f := all[i].financing
		switch {
		case all[i].refusal == nil:
			f.State, f.Due, f.Value, f.Outcomes = funding.Quoted, u.due, d.today(), outcomes
			f.ValidUntil = d.header.At + int64(u.product.Terms.QuoteSeconds)*1_000_000
			shared.Unplaced = money.Sub(shared.Unplaced, f.Amount)
		case f.State == funding.Referred: // approved, and can't any more
			f.State, shared.Parts[i].Refusal = funding.Declined, all[i].refusal.Code
		default:
			continue
		}
		shared.Financings = append(shared.Financings, *f)
	}
	return u, nil
}

// funderOf is a funder's part in a programme.
func (b *Book) funderOf(programme id.Programme, funder id.Party) funding.Funder {
	for _, f := range b.programmes.at(programme.Number()).Funders {
		if f.Party == funder {
			return f
		}
	}
	return funding.Funder{Party: funder}
}

// AcceptPlacement is the seller's acceptance of all parts of a placement. It checks everything again, claims the evidence for
// all of them, reserves the limits and sets each funder's money aside, in one step.
type AcceptPlacement struct {
	Placement id.Placement `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*AcceptPlacement) Kind() uint16 { return commandAcceptPlacement }

func (c *AcceptPlacement) decide(d *draft) *Rejection {
	p := d.placements.at(c.Placement.Number())
	if p == nil {
		return reject("placement_unknown", "placement", "there is no placement %s", c.Placement)
	}
	if rejection := d.own(p.Seller, "placement"); rejection != nil {
		return rejection
	}
	if len(d.parts(p, funding.Referred)) > 0 {
		return reject("placement_state", "placement", "not every funder of placement %s has decided yet", p.ID)
	}
	parts := d.parts(p, funding.Quoted)
	if len(parts) == 0 {
		return reject("placement_state", "placement", "nothing of placement %s is quoted", p.ID)
	}
	first := parts[0]
	if d.header.At > first.ValidUntil || d.today() != first.Value || len(d.parts(p, funding.Lapsed)) > 0 {
		return reject("quote_expired", "placement", "the quotes have expired; ask for new ones")
	}
	u, rejection := d.eligible(d.evidenceIn(first), p.Programme, first.Payee)
	if rejection != nil {
		return rejection
	}
	if placed := sumOf(parts); u.amount < placed {
		return reject("amount_changed", "placement", "only %s is left to finance", money.Amount{Minor: u.amount, Currency: p.Currency})
	}
	for _, outcome := range u.outcomes() {
		if outcome.Verdict == rule.Refuse || !foreseen(outcome, first.Outcomes) {
			return reject("risk_changed", "placement", "rule %s has changed its verdict since the quotes; ask for new ones", outcome.Rule)
		}
	}
	return u.acceptParts(d, parts)
}

// acceptParts asks for each funder's ground, limit and money, and then binds all of them.
func (u *use) acceptParts(d *draft, parts []*funding.Financing) *Rejection {
	limits, rejection := d.limitsOfParts(parts)
	if rejection != nil {
		return rejection
	}
	if rejection := d.accounted(u.programme); rejection != nil {
		return rejection
	}
	before := u.said()
	for _, f := range parts {
		if rejection := u.grounded(d, f.Funder); rejection != nil {
			return rejection
		}
		if rejection := u.stillWilling(d, f); rejection != nil {
			return rejection
		}
		for _, o := range u.refersFor(before.judged) {
			if f.Checker == 0 && !foreseen(o, f.Own.Outcomes) {
				return reject("risk_changed", "placement", "a funder's people are to look at this by now: ask for new quotes")
			}
		}
		u.unsay(&before)
		if free := d.available(fundingKey(u.programme, f.Funder)); free < d.outlay(f) {
			return reject("funds_insufficient", "programme", "a funder has not enough money in the programme; %s is needed", money.Amount{Minor: d.outlay(f), Currency: f.Currency})
		}
		if rejection := d.tie(u.programme, f, f.Due, f.Principal); rejection != nil {
			return rejection
		}
	}
	// Nothing refuses after this line.
	for i, f := range parts {
		hold := d.hold(fundingKey(u.programme, f.Funder), custodyKey(u.programme, ledger.Outside, 0), d.outlay(f), 0)
		d.emit(&LimitMoved{Limits: limits[i], Reserved: f.Principal})
		d.emit(&FinancingAccepted{Financing: f.ID, Hold: hold})
	}
	u.decided(d, risk.AtAcceptance, parts[0])
	return nil
}

func sumOf(parts []*funding.Financing) money.Minor {
	sum := money.Minor(0)
	for _, f := range parts {
		sum = money.Add(sum, f.Amount)
	}
	return sum
}

// DisbursePlacement instructs the custodian to pay the proceeds of all parts of a placement, one payment out of each funder's
// account, in one step.
type DisbursePlacement struct {
	Placement id.Placement `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*DisbursePlacement) Kind() uint16 { return commandDisbursePlacement }

func (c *DisbursePlacement) decide(d *draft) *Rejection {
	placed := d.placements.at(c.Placement.Number())
	if placed == nil {
		return reject("placement_unknown", "placement", "there is no placement %s", c.Placement)
	}
	parts := d.parts(placed, funding.Accepted)
	if len(parts) == 0 {
		return reject("placement_state", "placement", "nothing of placement %s waits for its disbursement", placed.ID)
	}
	p, r := d.programmes.at(placed.Programme.Number()), d.receivables.at(placed.Receivable.Number())
	if p.Stopped {
		return reject("programme_stopped", "placement", "programme %s is stopped: a shortfall is open", p.ID)
	}
	if rejection := d.accounted(p); rejection != nil {
		return rejection
	}
	if uint8(r.Undertaking) < uint8(d.products.at(p.Product.Number()).Terms.Undertaking) {
		return reject("undertaking_missing", "placement", "the buyer's undertaking is %s by now, the product asks for more", r.Undertaking)
	}
	if r.Financeable() < sumOf(parts) {
		return reject("amount_changed", "placement", "only %s is left of what was to be financed", money.Amount{Minor: r.Financeable(), Currency: r.Currency})
	}
	for _, f := range parts {
		if rejection := d.payable(f.Payee, f.Seller, f.Currency); rejection != nil {
			return rejection
		}
		if rejection := d.safe(p, f.Payee); rejection != nil {
			return rejection
		}
		if rejection := d.registeredFor(f); rejection != nil {
			return rejection
		}
		if rejection := d.entitled(f, p); rejection != nil {
			return rejection
		}
	}
	// Nothing refuses after this line.
	for _, f := range parts {
		opened := d.instruct(p, payment.Payment{
			Programme: f.Programme, Financing: f.ID, Payee: f.Seller, Account: f.Payee, Hold: f.Hold, Amount: f.Net, Currency: f.Currency, Purpose: payment.Disbursement,
		})
		d.emit(&FinancingMoved{Financing: f.ID, State: funding.Disbursing, Payment: opened})
	}
	return nil
}

// checkSharing refuses a way of sharing that a programme can't run.
func (c *ProposeProgramme) checkSharing() *Rejection {
	if c.Sharing > funding.ProRata || c.Dropped > funding.LeftUnplaced || c.Dropped != 0 && c.Sharing != funding.ProRata {
		return reject("sharing_invalid", "sharing", "funders share by priority or pro rata, and only pro rata leaves a choice about who drops out")
	}
	if c.Sharing != funding.ProRata {
		return nil
	}
	if len(c.Funders) < 2 {
		return reject("sharing_invalid", "funders", "pro rata takes two funders or more")
	}
	if c.TiersMax > 0 {
		return reject("sharing_invalid", "tiers_max", "several funders finance a certificate by its holdings: a programme that issues certificates shares by priority")
	}
	sum := money.Minor(0)
	for _, f := range c.Funders {
		if f.Commitment <= 0 || f.Commitment > money.MinorMax/FundersMax {
			return reject("sharing_invalid", "funders", "pro rata takes a commitment above zero from every funder")
		}
		sum = money.Add(sum, f.Commitment)
	}
	return nil
}

// PlacementOpened says that a receivable was offered to all funders of a programme, and what came of each.
type PlacementOpened struct {
	Placement funding.Placement `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*PlacementOpened) Kind() uint16 { return eventPlacementOpened }

func (e *PlacementOpened) fold(b *Book) {
	number := e.Placement.ID.Number()
	b.placements.add(number, e.Placement)
	b.touched(tablePlacement, number, &b.placements.at(number).Entry)
}

// PlacementShared says what is left unplaced once every funder has decided.
type PlacementShared struct {
	Placement id.Placement   `cbor:"1,keyasint"`
	Parts     []funding.Part `cbor:"2,keyasint"`
	Unplaced  money.Minor    `cbor:"3,keyasint"`

	Financings []funding.Financing `cbor:"4,keyasint,omitempty"` // of those that approved, as they stand now
}

// Kind names the stored form.
func (*PlacementShared) Kind() uint16 { return eventPlacementShared }

func (e *PlacementShared) fold(b *Book) {
	p := b.placements.at(e.Placement.Number())
	p.Parts, p.Unplaced = e.Parts, e.Unplaced
	for i := range e.Financings {
		number := e.Financings[i].ID.Number()
		f := b.financings.at(number)
		entry := f.Entry
		*f = e.Financings[i]
		f.Entry = entry
		b.indexFinancing(f)
		b.touched(tableFinancing, number, &f.Entry)
	}
	b.touched(tablePlacement, e.Placement.Number(), &p.Entry)
}
