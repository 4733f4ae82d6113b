package load

import (
	"millrace/book"
	"millrace/domain/digital"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
)

// Mint is digital money in a world: one asset that the custodian holds of record, the same money in the hands of a second
// institution, and wallets of the anchor, the funder and every seller.
type Mint struct {
	*World
	Issuer, Second     id.Party // who owes the money; the second holder of record
	Desk, SecondDesk   id.Actor // people of the two holders of record
	SecondBank         id.Actor // the second one's machine
	Asset, SecondAsset id.DigitalAsset
	Buyers, Funders    id.Wallet
	Wallets            []id.Wallet // of the sellers
	Elsewhere          id.Wallet   // of the first seller, with the second holder of record
	submit             Submit
}

// Mint adds digital money to a world.
func (w *World) Mint(submit Submit) (*Mint, error) {
	m := &Mint{World: w, submit: submit}
	b := &builder{submit: submit}
	m.Issuer, m.Second = b.party(w.Maker, "issuer of money", party.Custodian), b.party(w.Maker, "second holder", party.Custodian)
	m.Desk, m.SecondDesk = b.actor(w.Maker, w.Custodian, party.Custodian), b.actor(w.Maker, m.Second, party.Custodian)
	m.SecondBank = b.actor(w.Maker, m.Second, party.Bank)
	m.Asset, m.SecondAsset = m.asset(b, w.Custodian, m.Desk), m.asset(b, m.Second, m.SecondDesk)
	m.Buyers, m.Funders = m.wallet(b, m.Asset, w.Anchor, 0), m.wallet(b, m.Asset, w.Funder, 0)
	for _, seller := range w.Sellers {
		m.Wallets = append(m.Wallets, m.wallet(b, m.Asset, seller, 0))
	}
	m.Elsewhere = m.wallet(b, m.SecondAsset, w.Sellers[0], 0)
	return m, b.err
}

func (m *Mint) asset(b *builder, holder id.Party, desk id.Actor) id.DigitalAsset {
	e := find[*book.DigitalAssetProposed](b.give(m.Maker, &book.ProposeDigitalAsset{
		Issuer: m.Issuer, Holder: holder, Currency: m.Currency, Form: digital.TokenisedDeposit, System: "sandbox",
	}))
	if e == nil {
		return 0
	}
	b.give(desk, &book.DecideDigitalAsset{Asset: e.Asset.ID, Decision: book.Approve})
	return e.Asset.ID
}

func (m *Mint) wallet(b *builder, asset id.DigitalAsset, owner id.Party, programme id.Programme) id.Wallet {
	e := find[*book.WalletOpened](b.give(m.Maker, &book.OpenWallet{
		Asset: asset, Party: owner, Programme: programme, Address: reference("address " + owner.String()),
	}))
	if e == nil {
		return 0
	}
	desk := m.Desk
	if asset == m.SecondAsset {
		desk = m.SecondDesk
	}
	b.give(desk, &book.DecideWallet{Wallet: e.Wallet.ID, Decision: book.Approve})
	return e.Wallet.ID
}

// Wallet opens one more wallet of a party.
func (m *Mint) Wallet(asset id.DigitalAsset, owner id.Party, programme id.Programme) (id.Wallet, error) {
	b := &builder{submit: m.submit}
	return m.wallet(b, asset, owner, programme), b.err
}

// Load loads a wallet, and has the outside system say that it is done.
func (m *Mint) Load(owner id.Actor, wallet id.Wallet, amount money.Minor) error {
	b := &builder{submit: m.submit}
	if e := find[*book.DigitalTransferOpened](b.give(owner, &book.LoadWallet{Wallet: wallet, Amount: amount})); e != nil {
		b.give(m.Maker, &book.RecordDigitalOutcome{Transfer: e.Transfer.ID, State: digital.Executed})
	}
	return b.err
}

// OfferedExchange is a holder's signed offer of a holding against digital money.
func OfferedExchange(by *Signatory, c book.OfferExchange) *book.OfferExchange {
	c.Signatures = []book.Signature{by.Sign(c.Statement())}
	return &c
}

// AcceptedExchange is a buyer's signed acceptance of one.
func AcceptedExchange(by *Signatory, c book.AcceptExchange) *book.AcceptExchange {
	c.Signatures = []book.Signature{by.Sign(c.Statement())}
	return &c
}
