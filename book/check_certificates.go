package book

import (
	"millrace/domain/certificate"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
)

// certificates: what is alive of a certificate adds up to what is outstanding on it and undertaken; every holding was made out
// of one that was consumed, no more and no less; and what holdings pay, secure or finance says so too.
func (a *audit) certificates() {
	b := a.b
	alive := make([]tallied, b.certificates.count+1)
	children := make([]money.Minor, b.holdings.count+1)
	for n := uint64(1); n <= b.holdings.count; n++ {
		h := b.holdings.at(n)
		if at := uint64(h.Certificate) >> 16; at == 0 || at > b.certificates.count {
			a.breach("holding_of_none", h.ID.String(), "%s is of certificate %s, which is not there", h.ID, h.Certificate)
			continue
		} else if h.End == 0 {
			alive[at].holdings++
			alive[at].amount += h.Amount
		}
		if at := uint64(h.Parent) >> 16; at >= n {
			a.breach("holding_origin", h.ID.String(), "%s was made out of %s, which is younger", h.ID, h.Parent)
		} else {
			children[at] += h.Amount
		}
	}
	for n := uint64(1); n <= b.holdings.count; n++ {
		a.holding(b.holdings.at(n), children[n])
	}
	a.certificateTotals(alive)
	a.claimed()
	a.holdingIndexes(alive)
}

type tallied struct {
	holdings uint32
	amount   money.Minor
}

func (a *audit) certificateTotals(alive []tallied) {
	b := a.b
	for n := uint64(1); n <= b.certificates.count; n++ {
		k := b.certificates.at(n)
		if k.Outstanding != alive[n].amount || k.Holdings != alive[n].holdings || (k.State == certificate.Live) != (alive[n].holdings > 0) {
			a.breach("certificate_conserved", k.ID.String(), "%s is %s with %d outstanding in %d holdings; alive are %d in %d",
				k.ID, k.State, k.Outstanding, k.Holdings, alive[n].amount, alive[n].holdings)
		}
		r := b.receivables.at(uint64(k.Receivable) >> 16)
		if r == nil || r.Buyer != k.Issuer || r.Seller != k.Payee || r.Currency != k.Currency || k.Amount <= 0 || k.Amount > r.Face {
			a.breach("certificate_of_other", k.ID.String(), "%s does not fit receivable %s", k.ID, k.Receivable)
			continue
		}
		if k.State != certificate.Live {
			continue
		}
		if _, _, irrevocable := owing(r); r.Certificate != k.ID || r.Financing != 0 || irrevocable != k.Outstanding {
			a.breach("certificate_undertaking", k.ID.String(), "%s has %d outstanding, and %d are undertaken on %s, which names %s", k.ID, k.Outstanding, irrevocable, r.ID, r.Certificate)
		}
	}
	for n := uint64(1); n <= b.receivables.count; n++ {
		r := b.receivables.at(n)
		if k := b.certificates.at(uint64(r.Certificate) >> 16); r.Certificate != 0 && (k == nil || k.Receivable != r.ID || !r.Undertaking.Binds()) {
			a.breach("certificate_of_other", r.ID.String(), "%s names certificate %s, which is another's", r.ID, r.Certificate)
		}
	}
}

// holding: its amount went into those that were made of it, its fields say what its status needs, and one party controls it.
func (a *audit) holding(h *certificate.Holding, children money.Minor) {
	b := a.b
	name := h.ID.String()
	k := b.certificates.at(uint64(h.Certificate) >> 16)
	if k == nil {
		return
	}
	left := h.Amount - children
	switch {
	case h.Amount <= 0 || (h.End == 0) != (h.Spent == 0) || h.Made == 0 || h.Spent != 0 && h.Spent < h.Made:
		a.breach("holding_amounts", name, "%s of %d was made in entry %d and consumed in entry %d", h.ID, h.Amount, h.Made, h.Spent)
	case h.End == 0 && children != 0:
		a.breach("holding_conserved", name, "%s is alive, and %d were made of it", h.ID, children)
	case h.End == certificate.Redeem && left <= 0, h.End == certificate.Cancel && children != 0:
		a.breach("holding_conserved", name, "%s ended by %s, and %d of %d live on", h.ID, h.End, children, h.Amount)
	case h.End != 0 && h.End != certificate.Redeem && h.End != certificate.Cancel && left != 0:
		a.breach("holding_conserved", name, "%s of %d was consumed, and %d were made of it", h.ID, h.Amount, children)
	}
	offered, financed := h.Status == certificate.Offered, h.Status == certificate.Financed
	controlled := h.Status == certificate.Free && h.To == 0 || h.Status != certificate.Free && h.To != 0 && h.To != h.Holder
	if !controlled || offered != (h.Expires != 0) || offered && h.Debt == 0 || financed != (h.Financing != 0) || h.Status < certificate.Free || h.Status > certificate.Financed {
		a.breach("holding_status", name, "%s is %s to %s, for debt %s, under %s", h.ID, h.Status, h.To, h.Debt, h.Financing)
	}
	parent := b.holdings.at(uint64(h.Parent) >> 16)
	switch {
	case parent == nil && (h.By != certificate.Issue || h.Tier != 1 || h.Holder != k.Payee || h.Amount != k.Amount):
		a.breach("holding_origin", name, "%s has no origin and is not what was issued", h.ID)
	case parent != nil && (parent.Certificate != h.Certificate || parent.Spent != h.Made):
		a.breach("holding_origin", name, "%s was not made when %s was consumed", h.ID, h.Parent)
	case parent != nil && (parent.Holder != h.Holder) != (h.Tier == parent.Tier+1) || h.Tier > k.TiersMax:
		a.breach("holding_tier", name, "%s stands in tier %d after %s", h.ID, h.Tier, h.Parent)
	}
	if f := b.financings.at(uint64(h.Financing) >> 16); financed && h.End == 0 && (f == nil || f.Holding != h.ID || !claiming(f.State) || f.Funder != h.To || f.Seller != h.Holder) {
		a.breach("holding_financed", name, "%s is financed under %s, which does not say so", h.ID, h.Financing)
	}
}

// unsettled lists the debts for which a holding was given and which are discharged on redemption only, walking up through
// every forebear; one that is not older than its child is a breach of its own, and ends the walk.
func (a *audit) unsettled(h *certificate.Holding) []id.Receivable {
	var debts []id.Receivable
	for h != nil {
		if h.Discharge == certificate.OnRedemption && (h.By == certificate.Accept || h.By == certificate.Transfer) {
			debts = append(debts, h.Debt)
		}
		if h.Parent >= h.ID {
			break
		}
		h = a.b.holdings.at(uint64(h.Parent) >> 16)
	}
	return debts
}

// claimed: what a debt says is claimed is offered for it, or was given for it and is not redeemed; a claimed debt is not
// financed. And a financing on a holding has one.
func (a *audit) claimed() {
	b := a.b
	var claims tally[id.Receivable]
	for n := uint64(1); n <= b.holdings.count; n++ {
		h := b.holdings.at(n)
		if h.End != 0 {
			continue
		}
		if h.Status == certificate.Offered {
			claims.add(h.Debt, h.Amount)
		}
		for _, debt := range a.unsettled(h) {
			claims.add(debt, h.Amount)
		}
	}
	for n := uint64(1); n <= b.receivables.count; n++ {
		r := b.receivables.at(n)
		if want := claims.of(r.ID); r.Claimed != want || want != 0 && (r.Financing != 0 || r.Certificate != 0) {
			a.breach("debt_claimed", r.ID.String(), "%s says that %d are claimed, holdings claim %d; it is financed by %s", r.ID, r.Claimed, want, r.Financing)
		}
	}
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		if f.Holding == 0 || !claiming(f.State) {
			continue
		}
		h := b.holdings.at(uint64(f.Holding) >> 16)
		if h == nil || h.Financing != f.ID || h.End != 0 && h.End != certificate.Redeem {
			a.breach("holding_financed", f.ID.String(), "%s finances holding %s, which does not say so", f.ID, f.Holding)
		}
	}
}

func (a *audit) holdingIndexes(alive []tallied) {
	b := a.b
	listed := 0
	for n := uint64(1); n <= b.certificates.count; n++ {
		k := b.certificates.at(n)
		live := b.liveOf[k.ID]
		if len(live) > 0 {
			listed++
		}
		last := id.Holding(0)
		for _, one := range live {
			if h := b.holdings.at(uint64(one) >> 16); h == nil || h.End != 0 || h.Certificate != k.ID || one <= last {
				a.breach("index_live", k.ID.String(), "the index says that %s is alive in %s", one, k.ID)
			}
			last = one
		}
		if uint32(len(live)) != alive[n].holdings {
			a.breach("index_live", k.ID.String(), "the index knows %d holdings of %s, alive are %d", len(live), k.ID, alive[n].holdings)
		}
	}
	if listed != len(b.liveOf) {
		a.breach("index_live", "", "the index knows %d certificates, alive are %d", len(b.liveOf), listed)
	}
	for n := uint64(1); n <= b.standings.count; n++ {
		s := b.standings.at(n)
		if b.standingOf[standingKey{s.Party, s.Programme}] != s.ID {
			a.breach("index_standing", s.ID.String(), "the index does not lead to %s", s.ID)
		}
	}
	if uint64(len(b.standingOf)) != b.standings.count {
		a.breach("index_standing", "", "%d acceptances in advance are on record, %d in the index", b.standings.count, len(b.standingOf))
	}
}

// expectCertificates: what holders have to come and the issuer owes them, in place of the seller of the receivable; what was
// given and taken for debts; and what pledgees have collected.
func (a *audit) expectCertificates() {
	b := a.b
	redeemed := make([]money.Minor, b.holdings.count+1)
	for n := uint64(1); n <= b.holdings.count; n++ {
		h := b.holdings.at(n)
		redeemed[n] += h.Amount
		redeemed[uint64(h.Parent)>>16] -= h.Amount
		k := b.certificates.at(uint64(h.Certificate) >> 16)
		if k == nil || h.End != 0 {
			continue
		}
		a.expect(k.Payee, 0, k.Issuer, ledger.TradeReceivables, k.Currency, -h.Amount)
		a.expect(h.Holder, 0, k.Issuer, ledger.TradeReceivables, k.Currency, h.Amount)
		a.expect(k.Issuer, 0, k.Payee, ledger.ConfirmedPayables, k.Currency, -h.Amount)
		a.expect(k.Issuer, 0, h.Holder, ledger.ConfirmedPayables, k.Currency, h.Amount)
		for _, debt := range a.unsettled(h) {
			if r := b.receivables.at(uint64(debt) >> 16); r != nil {
				a.expect(r.Buyer, 0, r.Seller, ledger.GivenInPayment, r.Currency, h.Amount)
				a.expect(r.Seller, 0, r.Buyer, ledger.TakenInPayment, r.Currency, h.Amount)
			}
		}
	}
	for n := uint64(1); n <= b.holdings.count; n++ {
		h := b.holdings.at(n)
		k := b.certificates.at(uint64(h.Certificate) >> 16)
		if k == nil || h.Status != certificate.Pledged || h.End != certificate.Redeem {
			continue
		}
		a.expect(h.Holder, 0, h.To, ledger.HeldByPledgee, k.Currency, redeemed[n])
		a.expect(h.To, 0, h.Holder, ledger.SecurityHeld, k.Currency, redeemed[n])
	}
}
