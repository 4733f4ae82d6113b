package book

import (
	"millrace/domain/digital"
	"millrace/domain/id"
	"millrace/domain/money"
)

func init() {
	tables[tableDigitalAsset] = held("digital_asset", func(b *Book) *shelf[digital.Asset] { return &b.digitalAssets },
		[]Column{ind("holder", Integer), col("state", Text)},
		func(r *digital.Asset) []any { return []any{int64(r.Holder), r.State.String()} })
	tables[tableWallet] = held("wallet", func(b *Book) *shelf[digital.Wallet] { return &b.wallets },
		[]Column{ind("asset", Integer), ind("party", Integer), ind("programme", Integer), col("state", Text)},
		func(r *digital.Wallet) []any {
			return []any{int64(r.Asset), int64(r.Party), int64(r.Programme), r.State.String()}
		})
	tables[tableDigitalTransfer] = held("digital_transfer", func(b *Book) *shelf[digital.Transfer] { return &b.digitalTransfers },
		[]Column{ind("from_wallet", Integer), ind("to_wallet", Integer), ind("state", Text)},
		func(r *digital.Transfer) []any { return []any{int64(r.From), int64(r.To), r.State.String()} })
	tables[tableBoundMoney] = held("bound_money", func(b *Book) *shelf[digital.Bound] { return &b.boundMoney },
		[]Column{ind("wallet", Integer), ind("bearer", Integer), ind("refund", Integer), ind("state", Text)},
		func(r *digital.Bound) []any {
			return []any{int64(r.From), int64(r.Bearer), int64(r.Refund), r.State.String()}
		})
	tables[tableBoundUse] = held("bound_use", func(b *Book) *shelf[digital.Use] { return &b.boundUses },
		[]Column{ind("bound", Integer), ind("payee", Integer)},
		func(r *digital.Use) []any { return []any{int64(r.Bound), int64(r.Payee)} })
	tables[tableExchange] = held("exchange", func(b *Book) *shelf[digital.Exchange] { return &b.exchanges },
		[]Column{ind("holding", Integer), ind("seller", Integer), ind("buyer", Integer), ind("state", Text)},
		func(r *digital.Exchange) []any {
			return []any{int64(r.Holding), int64(r.Seller), int64(r.Buyer), r.State.String()}
		})
}

// walletKey tells wallets apart: a party has one of an asset in each programme, and one besides.
type walletKey struct {
	asset     id.DigitalAsset
	party     id.Party
	programme id.Programme
}

func walletKeyOf(w *digital.Wallet) walletKey { return walletKey{w.Asset, w.Party, w.Programme} }

// newDigital makes the empty indexes of digital money in a new book.
func newDigital(b *Book) *Book {
	b.walletOf, b.advancedOn, b.exchangeOf = map[walletKey]id.Wallet{}, map[id.Trade]money.Minor{}, map[id.Holding]id.Exchange{}
	return b
}

// loadedDigital builds what is derived from the tables of digital money.
func (b *Book) loadedDigital() {
	b.wallets.each(b.indexWallet)
	b.boundMoney.each(b.indexBound)
	b.boundUses.each(b.indexBoundUse)
	b.exchanges.each(b.indexExchange)
}

// indexWallet: walletOf, from table wallet.
func (b *Book) indexWallet(w *digital.Wallet) {
	if w.State != digital.Declined {
		b.walletOf[walletKeyOf(w)] = w.ID
	}
}

// indexBound: boundExpiry, from table bound_money.
func (b *Book) indexBound(w *digital.Bound) {
	if w.State == digital.Active {
		b.boundExpiry.push(expiry{int64(w.Conditions.Until), w.ID.Number()})
	}
}

// indexBoundUse: advancedOn, from table bound_use.
func (b *Book) indexBoundUse(u *digital.Use) {
	if u.Trade != 0 {
		b.advancedOn[u.Trade] = money.Add(b.advancedOn[u.Trade], u.Amount)
	}
}

// indexExchange: exchangeOf and exchangeExpiry, from table exchange.
func (b *Book) indexExchange(x *digital.Exchange) {
	if x.State == digital.Offered {
		b.exchangeOf[x.Holding] = x.ID
		b.exchangeExpiry.push(expiry{x.Expires, x.ID.Number()})
	}
}
