package book

import (
	"slices"

	"millrace/domain/certificate"
	"millrace/domain/digital"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/trade"
)

// digital: digital money is what came in less what went out, wherever it lies; bound money went to those alone for whom it
// was meant; and what was delivered against money has its payment, and the other way round.
func (a *audit) digital() {
	a.digitalAssets()
	a.wallets()
	var moved tally[ledger.Key]
	a.digitalTransfers(&moved)
	a.boundMoney(&moved)
	a.exchanges(&moved)
	a.digitalBalances(&moved)
	a.digitalIndexes()
}

func (a *audit) digitalAssets() {
	b := a.b
	for n := uint64(1); n <= b.digitalAssets.count; n++ {
		r := b.digitalAssets.at(n)
		number(a, r.ID, n, r.Entry)
		holder := b.parties.at(uint64(r.Holder) >> 16)
		if holder == nil || !slices.Contains(holder.Roles.Names(), "custodian") {
			a.breach("digital_asset_holder", r.ID.String(), "%s is held by %s, which is no custodian", r.ID, r.Holder)
		}
		if checker := b.actors.at(uint64(r.Checker) >> 16); r.State == digital.Live && (checker == nil || r.Checker == r.Maker || checker.Party != r.Holder) {
			a.breach("digital_approval", r.ID.String(), "%s is live without the word of %s", r.ID, r.Holder)
		}
	}
}

func (a *audit) wallets() {
	b := a.b
	seen := map[walletKey]id.Wallet{}
	for n := uint64(1); n <= b.wallets.count; n++ {
		r := b.wallets.at(n)
		number(a, r.ID, n, r.Entry)
		asset := b.digitalAssets.at(uint64(r.Asset) >> 16)
		if asset == nil || asset.State != digital.Live || b.parties.at(uint64(r.Party)>>16) == nil {
			a.breach("wallet_of_none", r.ID.String(), "%s is of asset %s and party %s, which are not there", r.ID, r.Asset, r.Party)
			continue
		}
		if checker := b.actors.at(uint64(r.Checker) >> 16); r.State == digital.Live && (checker == nil || r.Checker == r.Maker || checker.Party != asset.Holder) {
			a.breach("digital_approval", r.ID.String(), "%s is live without the word of %s", r.ID, asset.Holder)
		}
		if r.State == digital.Declined {
			continue
		}
		key := walletKey{r.Asset, r.Party, r.Programme}
		if other, twice := seen[key]; twice {
			a.breach("wallet_twice", r.ID.String(), "%s and %s are one wallet", other, r.ID)
			continue
		}
		seen[key] = r.ID
		if b.walletOf[key] != r.ID {
			a.breach("index_digital", r.ID.String(), "the index leads to %s instead of %s", b.walletOf[key], r.ID)
		}
	}
	if len(b.walletOf) != len(seen) {
		a.breach("index_digital", "", "there are %d wallets, %d are in the index", len(seen), len(b.walletOf))
	}
}

// purse is the account of a wallet's money, free or locked.
func (a *audit) purse(of id.Wallet, code ledger.Code) ledger.Key {
	w := a.b.wallets.at(uint64(of) >> 16)
	if w == nil {
		return ledger.Key{}
	}
	asset := a.b.digitalAssets.at(uint64(w.Asset) >> 16)
	if asset == nil {
		return ledger.Key{}
	}
	key := ledger.Key{Entity: asset.Holder, Programme: w.Programme, Counterparty: w.Party, Code: code, Currency: asset.Currency, Asset: w.Asset}
	if code == ledger.DigitalAtIssuer {
		key.Programme, key.Counterparty = 0, asset.Issuer
	}
	return key
}

func (a *audit) programmeOf(of id.Wallet) id.Programme {
	if w := a.b.wallets.at(uint64(of) >> 16); w != nil {
		return w.Programme
	}
	return 0
}

// crosses tells whether money went from one programme into another.
func (a *audit) crosses(from, to id.Wallet) bool {
	out, in := a.programmeOf(from), a.programmeOf(to)
	return out != 0 && in != 0 && out != in
}

func (a *audit) digitalTransfers(moved *tally[ledger.Key]) {
	b := a.b
	for n := uint64(1); n <= b.digitalTransfers.count; n++ {
		t := b.digitalTransfers.at(n)
		number(a, t.ID, n, t.Entry)
		comes, goes := t.From == 0, t.To == 0
		if t.Amount <= 0 || comes != (t.Kind == digital.Load) || goes != (t.Kind == digital.Redemption) || (t.State == digital.Executed) != (t.Date != 0) ||
			t.Kind == digital.Internal && t.State != digital.Executed {
			a.breach("digital_transfer", t.ID.String(), "%s, a %s of %d from %q to %q, is %s", t.ID, t.Kind, t.Amount, t.From, t.To, t.State)
		}
		from, to := a.purse(t.From, ledger.DigitalWallet), a.purse(t.To, ledger.DigitalWallet)
		if !comes && !goes && (t.Kind == digital.Internal) != (from.Asset == to.Asset) || a.crosses(t.From, t.To) {
			a.breach("digital_transfer", t.ID.String(), "%s goes from %s to %s by the wrong way", t.ID, t.From, t.To)
		}
		a.digitalHold(t)
		if t.State != digital.Executed {
			continue
		}
		if !comes {
			moved.add(from, -t.Amount)
		}
		if !goes {
			moved.add(to, t.Amount)
		}
		if t.Kind == digital.Internal {
			continue
		}
		if !comes {
			moved.add(a.purse(t.From, ledger.DigitalAtIssuer), -t.Amount)
		}
		if !goes {
			moved.add(a.purse(t.To, ledger.DigitalAtIssuer), t.Amount)
		}
	}
}

// digitalHold: what is on its way out is set aside, and nothing else.
func (a *audit) digitalHold(t *digital.Transfer) {
	leaves := t.Kind == digital.Redemption || t.Kind == digital.Carried
	h := a.b.holds.at(uint64(t.Hold) >> 16)
	if leaves != (h != nil) || h != nil && (h.Transfer.Amount != t.Amount || (h.State == ledger.Pending) != (t.State == digital.Instructed || t.State == digital.InDoubt)) {
		a.breach("digital_hold", t.ID.String(), "%s is %s, and its hold %q does not say so", t.ID, t.State, t.Hold)
	}
}

// holdDigital names the holds on which transfers rely.
func (a *audit) holdDigital(owners map[id.Hold]int) {
	for n := uint64(1); n <= a.b.digitalTransfers.count; n++ {
		if t := a.b.digitalTransfers.at(n); t.Hold != 0 && (t.State == digital.Instructed || t.State == digital.InDoubt) {
			owners[t.Hold]++
		}
	}
}

// boundMoney: what was used and refunded is what its uses and its last day say, and each use met the conditions.
func (a *audit) boundMoney(moved *tally[ledger.Key]) {
	b := a.b
	var used tally[id.BoundMoney]
	var paid tally[id.Receivable]
	for n := uint64(1); n <= b.boundUses.count; n++ {
		u := b.boundUses.at(n)
		number(a, u.ID, n, u.Entry)
		w := b.boundMoney.at(uint64(u.Bound) >> 16)
		if w == nil || u.Amount <= 0 {
			a.breach("bound_amounts", u.ID.String(), "%s uses %d of %s", u.ID, u.Amount, u.Bound)
			continue
		}
		used.add(w.ID, u.Amount)
		paid.add(u.Receivable, u.Amount)
		moved.add(a.purse(w.From, ledger.DigitalBound), -u.Amount)
		moved.add(a.purse(u.Payee, ledger.DigitalWallet), u.Amount)
		a.boundUse(u, w)
	}
	for n := uint64(1); n <= b.boundMoney.count; n++ {
		w := b.boundMoney.at(n)
		number(a, w.ID, n, w.Entry)
		left := w.Amount - used.of(w.ID) - w.Refunded
		state := digital.Active
		switch {
		case w.Refunded > 0:
			state = digital.Refunded
		case left == 0:
			state = digital.Spent
		}
		if w.Amount <= 0 || left < 0 || w.Used != used.of(w.ID) || w.State != state || w.Refunded != 0 && (left != 0 || w.Conditions.Until >= b.clock.Date) {
			a.breach("bound_amounts", w.ID.String(), "of %d in %s, %d was used and %d refunded; it is %s", w.Amount, w.ID, used.of(w.ID), w.Refunded, w.State)
		}
		if a.purse(w.From, 0) == (ledger.Key{}) || a.purse(w.From, 0).Asset != a.purse(w.Refund, 0).Asset || a.crosses(w.From, w.Refund) {
			a.breach("bound_refund", w.ID.String(), "%s goes back from %s to %s, which is other money", w.ID, w.From, w.Refund)
		}
		moved.add(a.purse(w.From, ledger.DigitalWallet), -w.Amount)
		moved.add(a.purse(w.From, ledger.DigitalBound), w.Amount-w.Refunded)
		moved.add(a.purse(w.Refund, ledger.DigitalWallet), w.Refunded)
	}
	for i, r := range paid.keys {
		if debt := b.receivables.at(uint64(r) >> 16); r != 0 && (debt == nil || debt.Paid < paid.sums[i]) {
			a.breach("bound_evidence", r.String(), "bound money has paid %d of %s, which does not say so", paid.sums[i], r)
		}
	}
}

// boundUse: who received it, for what and when is what the conditions say, and what the use names bears it out.
func (a *audit) boundUse(u *digital.Use, w *digital.Bound) {
	b, c := a.b, &w.Conditions
	payee, from := b.wallets.at(uint64(u.Payee)>>16), b.wallets.at(uint64(w.From)>>16)
	if payee == nil || from == nil || payee.Asset != from.Asset || payee.Party == w.Bearer || a.crosses(w.From, u.Payee) {
		a.breach("bound_conditions", u.ID.String(), "%s went into %s, where this money can't go", u.ID, u.Payee)
		return
	}
	named := len(c.Payees) == 0
	for _, one := range c.Payees {
		named = named || one == payee.Party
	}
	if len(c.Payees) == 0 {
		for n := uint64(1); n <= b.pairs.count && !named; n++ {
			pair := b.pairs.at(n)
			named = pair.Seller == payee.Party && pair.Buyer == w.Bearer && pair.Trades > 0
		}
	}
	whole := c.Portion == digital.Parts || u.Amount == w.Amount
	if !named || u.Purpose != c.Purpose || u.Date > c.Until || u.Date > b.clock.Date || u.Evidence < c.Evidence || !whole {
		a.breach("bound_conditions", u.ID.String(), "%s to %s for %s on %s breaks the conditions of %s", u.ID, payee.Party, u.Purpose, u.Date, w.ID)
	}
	sound := false
	if t := b.trades.at(uint64(u.Trade) >> 16); t != nil && u.Receivable == 0 {
		for t.MergedInto != 0 {
			t = b.trades.at(uint64(t.MergedInto) >> 16)
		}
		sound = u.Evidence == digital.OnOrder && t.Facts&trade.Ordered != 0 && t.Seller == payee.Party && t.Buyer == w.Bearer
	} else if r := b.receivables.at(uint64(u.Receivable) >> 16); r != nil && u.Trade == 0 {
		sound = r.Seller == payee.Party && r.Buyer == w.Bearer && r.Currency == w.Currency && (u.Evidence == digital.OnDelivery || u.Evidence == digital.OnUndertake && r.Undertaking >= 2)
	}
	if !sound {
		a.breach("bound_evidence", u.ID.String(), "%s rests on %s%s, which is no %s of %s to %s", u.ID, u.Trade, u.Receivable, u.Evidence, w.Bearer, payee.Party)
	}
}

// exchanges: a holding was delivered if and only if its price was paid.
func (a *audit) exchanges(moved *tally[ledger.Key]) {
	b := a.b
	delivered := map[id.Exchange]*certificate.Holding{}
	for n := uint64(1); n <= b.holdings.count; n++ {
		h := b.holdings.at(n)
		if (h.Exchange != 0) != (h.By == certificate.Deliver) || delivered[h.Exchange] != nil {
			a.breach("exchange_halves", h.ID.String(), "%s was made by %s under exchange %q", h.ID, h.By, h.Exchange)
		}
		if h.Exchange != 0 {
			delivered[h.Exchange] = h
		}
	}
	for n := uint64(1); n <= b.exchanges.count; n++ {
		x := b.exchanges.at(n)
		number(a, x.ID, n, x.Entry)
		h, seller := delivered[x.ID], b.wallets.at(uint64(x.Seller)>>16)
		delete(delivered, x.ID)
		if x.State == digital.Settled {
			moved.add(a.purse(x.Payer, ledger.DigitalWallet), -x.Price)
			moved.add(a.purse(x.Seller, ledger.DigitalWallet), x.Price)
		}
		if (x.State == digital.Settled) != (h != nil) || (h != nil) != (x.Payer != 0) {
			a.breach("exchange_halves", x.ID.String(), "%s is %s, paid out of %q, and a holding was delivered or not", x.ID, x.State, x.Payer)
			continue
		}
		if x.Price <= 0 || x.Price > x.Amount || seller == nil || seller.Asset != x.Asset {
			a.breach("exchange_terms", x.ID.String(), "%s asks %d for %d into %s", x.ID, x.Price, x.Amount, x.Seller)
		}
		if h == nil {
			continue
		}
		parent, payer := b.holdings.at(uint64(h.Parent)>>16), b.wallets.at(uint64(x.Payer)>>16)
		if x.Made != h.ID || h.Parent != x.Holding || h.Holder != x.Buyer || h.Amount != x.Amount || parent == nil || seller == nil || parent.Holder != seller.Party || parent.End != certificate.Deliver ||
			payer == nil || payer.Party != x.Buyer || payer.Asset != x.Asset || a.crosses(x.Payer, x.Seller) {
			a.breach("exchange_terms", x.ID.String(), "%s was settled with %s between others than it says", x.ID, h.ID)
		}
	}
	if len(delivered) != 0 {
		a.breach("exchange_halves", "", "%d holdings were delivered under exchanges that are not there", len(delivered))
	}
}

// digitalBalances: every account of digital money stands where the records say, and none below zero.
func (a *audit) digitalBalances(moved *tally[ledger.Key]) {
	b := a.b
	for n := uint64(1); n <= b.accounts.count; n++ {
		r := b.accounts.at(n)
		code := r.Key.Code
		if code != ledger.DigitalAtIssuer && code != ledger.DigitalWallet && code != ledger.DigitalBound {
			if r.Key.Asset != 0 {
				a.breach("digital_money", r.ID.String(), "account %s (%s) has an asset", r.ID, code)
			}
			continue
		}
		balance := r.CreditsPosted - r.DebitsPosted
		if code == ledger.DigitalAtIssuer {
			balance = -balance
		}
		if balance != moved.of(r.Key) || balance < 0 || code != ledger.DigitalAtIssuer && balance < r.DebitsPending {
			a.breach("digital_money", r.ID.String(), "account %s, %s of %s, stands at %d; the records imply %d", r.ID, code, r.Key.Counterparty, balance, moved.of(r.Key))
		}
	}
	for i, key := range moved.keys {
		if moved.sums[i] != 0 && b.accountOf[key] == 0 {
			a.breach("digital_money", key.Asset.String(), "there is no account %s of %s, where records imply %d", key.Code, key.Counterparty, moved.sums[i])
		}
	}
}

// digitalIndexes: what was paid in advance, what is on offer, and what ends by itself.
func (a *audit) digitalIndexes() {
	b := a.b
	var advanced tally[id.Trade]
	for n := uint64(1); n <= b.boundUses.count; n++ {
		if u := b.boundUses.at(n); u.Trade != 0 {
			advanced.add(u.Trade, u.Amount)
		}
	}
	for i, t := range advanced.keys {
		if b.advancedOn[t] != advanced.sums[i] {
			a.breach("index_digital", t.String(), "the index says that %d was paid in advance on %s instead of %d", b.advancedOn[t], t, advanced.sums[i])
		}
	}
	if len(advanced.keys) != len(b.advancedOn) {
		a.breach("index_digital", "", "advances were paid on %d trades, %d are in the index", len(advanced.keys), len(b.advancedOn))
	}
	open := 0
	for n := uint64(1); n <= b.exchanges.count; n++ {
		x := b.exchanges.at(n)
		if x.State != digital.Offered {
			continue
		}
		if open++; b.exchangeOf[x.Holding] != x.ID || !slices.Contains(b.exchangeExpiry, expiry{x.Expires, n}) {
			a.breach("index_digital", x.ID.String(), "%s is on offer, and not in the indexes", x.ID)
		}
	}
	if open != len(b.exchangeOf) {
		a.breach("index_digital", "", "%d exchanges are on offer, %d are in the index", open, len(b.exchangeOf))
	}
	for n := uint64(1); n <= b.boundMoney.count; n++ {
		if w := b.boundMoney.at(n); w.State == digital.Active && !slices.Contains(b.boundExpiry, expiry{int64(w.Conditions.Until), n}) {
			a.breach("index_digital", w.ID.String(), "%s will never be refunded: no index has its last day", w.ID)
		}
	}
}
