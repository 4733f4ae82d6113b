package book

import (
	"slices"

	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/money"
)

// legal: agreements bind only those who have signed what a template says, money is out only on agreements, notices and
// registrations have the dates of their states, and what was found, misdirected or given back fits the records that it names.
func (a *audit) legal() {
	a.legalNumbers()
	a.legalApprovals()
	a.agreementsBind()
	a.financingsFounded()
	a.noticeDates()
	a.misdirections()
	a.reassignments()
	a.registrations()
	a.searchFindings()
	a.legalIndexes()
}

func (a *audit) legalNumbers() {
	b := a.b
	for n := uint64(1); n <= b.templates.count; n++ {
		number(a, b.templates.at(n).ID, n, b.templates.at(n).Entry)
	}
	for n := uint64(1); n <= b.agreements.count; n++ {
		number(a, b.agreements.at(n).ID, n, b.agreements.at(n).Entry)
	}
	for n := uint64(1); n <= b.notices.count; n++ {
		number(a, b.notices.at(n).ID, n, b.notices.at(n).Entry)
	}
	for n := uint64(1); n <= b.misdirected.count; n++ {
		number(a, b.misdirected.at(n).ID, n, b.misdirected.at(n).Entry)
	}
	for n := uint64(1); n <= b.reassignments.count; n++ {
		number(a, b.reassignments.at(n).ID, n, b.reassignments.at(n).Entry)
	}
	for n := uint64(1); n <= b.registrations.count; n++ {
		number(a, b.registrations.at(n).ID, n, b.registrations.at(n).Entry)
	}
	for n := uint64(1); n <= b.searches.count; n++ {
		number(a, b.searches.at(n).ID, n, b.searches.at(n).Entry)
	}
	for n := uint64(1); n <= b.encumbrances.count; n++ {
		number(a, b.encumbrances.at(n).ID, n, b.encumbrances.at(n).Entry)
	}
	for n := uint64(1); n <= b.salesContracts.count; n++ {
		number(a, b.salesContracts.at(n).ID, n, b.salesContracts.at(n).Entry)
	}
}

func (a *audit) legalApprovals() {
	b := a.b
	for n := uint64(1); n <= b.templates.count; n++ {
		if t := b.templates.at(n); t.State > legal.TemplateProposed && (t.Checker == 0 || t.Checker == t.Maker) {
			a.breach("second_person", t.ID.String(), "template %s is in use on one person's word", t.ID)
		}
	}
	for n := uint64(1); n <= b.registrations.count; n++ {
		if r := b.registrations.at(n); r.Pending == 0 && (r.Checker == 0 || r.Checker == r.Maker) {
			a.breach("second_person", r.ID.String(), "registration %s stands on one person's word", r.ID)
		}
	}
	for n := uint64(1); n <= b.encumbrances.count; n++ {
		if e := b.encumbrances.at(n); e.State != legal.Standing && (e.Checker == 0 || e.Checker == e.Maker) {
			a.breach("second_person", e.ID.String(), "encumbrance %s was released by who recorded it", e.ID)
		}
	}
}

// signedBy counts the parties that have signed.
func signedBy(g *legal.Agreement) int {
	count := 0
	for _, x := range g.Executions {
		if x.Date > 0 && len(x.Keys) > 0 {
			count++
		}
	}
	return count
}

func (a *audit) agreementsBind() {
	b := a.b
	for n := uint64(1); n <= b.agreements.count; n++ {
		g := b.agreements.at(n)
		signed := signedBy(g)
		all := signed == len(g.Deed.Parties) && signed == len(g.Executions)
		if (g.State == legal.Drafted) == all && g.State != legal.Terminated || g.State == legal.Terminated && (g.Ended != 0) != all {
			a.breach("agreement_state", g.ID.String(), "agreement %s is %s, and %d of %d have signed", g.ID, g.State, signed, len(g.Deed.Parties))
		}
		t := b.templates.at(uint64(g.Deed.Template) >> 16)
		if t == nil || t.State == legal.TemplateProposed || t.Version != g.Deed.Version || t.Kind != g.Deed.Kind || t.Law != g.Deed.Law || t.TextHash != g.Deed.TextHash {
			a.breach("agreement_template", g.ID.String(), "agreement %s is not what template %s says", g.ID, g.Deed.Template)
			continue
		}
		for _, x := range g.Executions {
			for _, key := range x.Keys {
				if k := b.signingKeys.at(uint64(key) >> 16); k == nil || !slices.ContainsFunc(g.Deed.Parties, func(s legal.Signatory) bool { return s.Party == k.Party }) {
					a.breach("agreement_signature", g.ID.String(), "agreement %s was signed by key %s, which is none of its parties'", g.ID, key)
				}
			}
		}
	}
}

// deal is a kind of agreement and two parties to one that all have signed.
type deal struct {
	kind     legal.Kind
	one, two id.Party
}

// deals lists between whom agreements were ever signed.
func (a *audit) deals() map[deal]struct{} {
	found := map[deal]struct{}{}
	for n := uint64(1); n <= a.b.agreements.count; n++ {
		g := a.b.agreements.at(n)
		if signedBy(g) != len(g.Deed.Parties) || g.Deed.Effective > a.b.clock.Date {
			continue
		}
		for _, one := range g.Deed.Parties {
			for _, two := range g.Deed.Parties {
				found[deal{g.Deed.Kind, one.Party, two.Party}] = struct{}{}
			}
		}
	}
	return found
}

// financingsFounded: money that is out through this node rests on the agreements that its product names.
func (a *audit) financingsFounded() {
	b, found := a.b, a.deals()
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		p, terms := b.programmes.at(uint64(f.Programme)>>16), b.products.at(uint64(f.Product)>>16)
		if !claiming(f.State) || takenOver(f) || p == nil || terms == nil {
			continue
		}
		for _, wanted := range [...]deal{
			{legal.ReceivablesPurchase, f.Seller, f.Funder}, {legal.AnchorAccession, p.Anchor, p.Operator}, {legal.AccountControl, p.Custodian, f.Funder},
			{legal.SetOffConsent, p.Anchor, f.Seller}, {legal.PaymentUndertaking, p.Anchor, f.Funder}, {legal.CertificateRules, p.Anchor, p.Operator},
			{legal.StandingPaymentMandate, p.Anchor, p.Custodian},
		} {
			if _, is := found[wanted]; terms.Terms.Agreements>>wanted.kind&1 == 1 && !is {
				a.breach("financing_unfounded", f.ID.String(), "financing %s needs an agreement on %s between %s and %s, and none was signed", f.ID, wanted.kind, wanted.one, wanted.two)
			}
		}
	}
}

func (a *audit) noticeDates() {
	for n := uint64(1); n <= a.b.notices.count; n++ {
		r := a.b.notices.at(n)
		want := legal.NoticeDrafted
		switch {
		case r.Acknowledged > 0:
			want = legal.NoticeAcknowledged
		case r.Proved > 0:
			want = legal.NoticeProved
		case r.Served > 0:
			want = legal.NoticeServed
		}
		if r.State != want || r.Served == 0 && want != legal.NoticeDrafted || r.Served != 0 && r.Served < r.Drafted {
			a.breach("notice_state", r.ID.String(), "notice %s is %s, and its dates say %s", r.ID, r.State, want)
		}
	}
}

func (a *audit) misdirections() {
	b := a.b
	freed := map[id.Receivable]money.Minor{}
	for n := uint64(1); n <= b.misdirected.count; n++ {
		m := b.misdirected.at(n)
		r := b.receivables.at(uint64(m.Receivable) >> 16)
		if m.Effect == legal.Discharged {
			freed[m.Receivable] += m.Amount
		}
		if r == nil || m.Amount <= 0 || m.Effect != legal.Discharged && m.Effect != legal.Outstanding || r.Paid < freed[m.Receivable] {
			a.breach("misdirected_payment", m.ID.String(), "what %s says was paid to the seller does not fit receivable %s", m.ID, m.Receivable)
		}
	}
}

func (a *audit) reassignments() {
	b := a.b
	for n := uint64(1); n <= b.reassignments.count; n++ {
		x := b.reassignments.at(n)
		f, r := b.financings.at(uint64(x.Financing)>>16), b.receivables.at(uint64(x.Receivable)>>16)
		if f == nil || r == nil || f.State != funding.ClosedState && f.State != funding.BoughtBack && f.State != funding.Cancelled || f.Receivable != r.ID || f.Funder != x.From || r.Seller != x.To || r.Financing == f.ID {
			a.breach("reassignment_claim", x.ID.String(), "what %s gave back is not the seller's to claim", x.ID)
		}
	}
}

func (a *audit) registrations() {
	for n := uint64(1); n <= a.b.registrations.count; n++ {
		r := a.b.registrations.at(n)
		filed := r.Number != "" && r.Filed > 0 && r.Expires >= r.Filed
		sound := false
		switch r.State {
		case legal.RegistrationProposed:
			sound = r.Pending == legal.File && r.Discharged == 0
		case legal.RegistrationLive:
			sound = filed && r.Pending != legal.File && r.Discharged == 0 && (r.Pending == legal.Renew) == (r.PendingTo != 0)
		case legal.RegistrationRefused:
			sound = r.Pending == 0 && r.Discharged == 0
		case legal.RegistrationDischarged:
			sound = filed && r.Pending == 0 && r.Discharged > 0
		}
		if !sound {
			a.breach("registration_state", r.ID.String(), "registration %s is %s, and its number or dates say something else", r.ID, r.State)
		}
	}
}

func (a *audit) searchFindings() {
	b := a.b
	for n := uint64(1); n <= b.searches.count; n++ {
		s := b.searches.at(n)
		for _, one := range s.Encumbrances {
			if e := b.encumbrances.at(uint64(one) >> 16); e == nil || e.Grantor != s.Against || e.Registry != s.Registry {
				a.breach("search_findings", s.ID.String(), "search %s found %s, which is not against the same seller in the same registry", s.ID, one)
			}
		}
	}
	for n := uint64(1); n <= b.encumbrances.count; n++ {
		e := b.encumbrances.at(n)
		if s := b.searches.at(uint64(e.Search) >> 16); s == nil || !slices.Contains(s.Encumbrances, e.ID) {
			a.breach("search_findings", e.ID.String(), "encumbrance %s is in no search", e.ID)
		}
	}
}

// legalIndexes: what is derived from these records says what they say.
func (a *audit) legalIndexes() {
	a.agreementIndexes()
	a.noticeIndexes()
	a.registrationIndexes()
}

func (a *audit) agreementIndexes() {
	b := a.b
	latest := map[string]uint16{}
	for n := uint64(1); n <= b.templates.count; n++ {
		t := b.templates.at(n)
		if t.Version != latest[t.Name]+1 {
			a.breach("index_templates", t.ID.String(), "version %d of %q follows version %d", t.Version, t.Name, latest[t.Name])
		}
		latest[t.Name] = t.Version
		if b.templateVersions[t.Name] < t.Version {
			a.breach("index_templates", t.ID.String(), "the index knows version %d of %q at most", b.templateVersions[t.Name], t.Name)
		}
	}
	entries, listed := 0, 0
	for n := uint64(1); n <= b.agreements.count; n++ {
		g := b.agreements.at(n)
		if signedBy(g) != len(g.Deed.Parties) {
			continue
		}
		first, second := g.Deed.Kind.Between()
		for _, one := range g.Deed.Parties {
			for _, two := range g.Deed.Parties {
				if one.Role != first || two.Role != second {
					continue
				}
				if entries++; !slices.Contains(b.agreementsOf[agreementKey{g.Deed.Kind, one.Party, two.Party}], g.ID) {
					a.breach("index_agreements", g.ID.String(), "the index does not lead from %s and %s to %s", one.Party, two.Party, g.ID)
				}
			}
		}
	}
	for _, list := range b.agreementsOf { // map order does not reach a result: only lengths are added up
		listed += len(list)
	}
	if listed != entries {
		a.breach("index_agreements", "", "the index of agreements has %d entries, signed agreements make %d", listed, entries)
	}
}

func (a *audit) noticeIndexes() {
	b := a.b
	served, listed := 0, 0
	for n := uint64(1); n <= b.notices.count; n++ {
		r := b.notices.at(n)
		if r.Served == 0 {
			continue
		}
		if served++; !slices.Contains(b.noticesOf[noticeKey{r.Seller, r.Debtor, r.Programme, r.Receivable}], r.ID) {
			a.breach("index_notices", r.ID.String(), "the index does not lead to notice %s", r.ID)
		}
	}
	for _, list := range b.noticesOf { // map order does not reach a result: only lengths are added up
		listed += len(list)
	}
	if listed != served {
		a.breach("index_notices", "", "the index of notices has %d entries, %d were served", listed, served)
	}
	for n := uint64(1); n <= b.misdirected.count; n++ {
		if m := b.misdirected.at(n); !slices.Contains(b.misdirectedOf[m.Receivable], m.ID) {
			a.breach("index_misdirected", m.ID.String(), "the index does not lead to %s", m.ID)
		}
	}
	for n := uint64(1); n <= b.reassignments.count; n++ {
		if x := b.reassignments.at(n); b.reassignmentOf[x.Receivable] < x.ID {
			a.breach("index_reassignments", x.ID.String(), "the index leads to %s instead of %s", b.reassignmentOf[x.Receivable], x.ID)
		}
	}
}

func (a *audit) registrationIndexes() {
	b := a.b
	for n := uint64(1); n <= b.registrations.count; n++ {
		if r := b.registrations.at(n); !slices.Contains(b.registrationsOf[registrationKey{r.Grantor, r.Secured, r.Receivable}], r.ID) {
			a.breach("index_registrations", r.ID.String(), "the index does not lead to registration %s", r.ID)
		}
	}
	for n := uint64(1); n <= b.searches.count; n++ {
		s := b.searches.at(n)
		if found := b.searches.at(uint64(b.searchOf[s.Against]) >> 16); found == nil || found.Date < s.Date || found.Date == s.Date && found.ID < s.ID {
			a.breach("index_searches", s.ID.String(), "the index leads to an older search than %s", s.ID)
		}
	}
	for n := uint64(1); n <= b.encumbrances.count; n++ {
		e := b.encumbrances.at(n)
		if !slices.Contains(b.encumbrancesOf[e.Grantor], e.ID) || b.encumbranceOf[encumbranceKey{e.Grantor, e.Registry, e.Number}] != e.ID {
			a.breach("index_encumbrances", e.ID.String(), "the index does not lead to encumbrance %s", e.ID)
		}
	}
	for n := uint64(1); n <= b.salesContracts.count; n++ {
		if c := b.salesContracts.at(n); b.salesContractOf[pairKey{c.Seller, c.Buyer}] < c.ID {
			a.breach("index_sales_contracts", c.ID.String(), "the index leads to an older contract than %s", c.ID)
		}
	}
}
