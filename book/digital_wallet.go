package book

import (
	"millrace/domain/digital"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
)

// walletOwners are the roles of those who have wallets: whoever is somebody in a trade. The operator never owns money.
const walletOwners = party.Seller | party.Buyer | party.Anchor | party.Funder

func init() {
	registerCommand(func() act { return &ProposeDigitalAsset{} })
	registerCommand(func() act { return &DecideDigitalAsset{} })
	registerCommand(func() act { return &OpenWallet{} })
	registerCommand(func() act { return &DecideWallet{} })
	registerEvent(func() fact { return &DigitalAssetProposed{} })
	registerEvent(func() fact { return &DigitalAssetDecided{} })
	registerEvent(func() fact { return &WalletOpened{} })
	registerEvent(func() fact { return &WalletDecided{} })
	permitted[commandProposeDigitalAsset] = party.Operator
	permitted[commandDecideDigitalAsset] = party.Custodian
	permitted[commandOpenWallet] = party.Operator | walletOwners
	permitted[commandDecideWallet] = party.Custodian
}

// ProposeDigitalAsset names money of an issuer in a currency and the licensed institution that holds it for others. It
// takes effect when that institution has agreed.
type ProposeDigitalAsset struct {
	Issuer   id.Party       `cbor:"1,keyasint"`
	Holder   id.Party       `cbor:"2,keyasint"` // of record; a custodian
	Currency money.Currency `cbor:"3,keyasint"`
	Form     digital.Form   `cbor:"4,keyasint"`
	System   string         `cbor:"5,keyasint"` // short name of the outside system
}

// Kind names the stored form.
func (*ProposeDigitalAsset) Kind() uint16 { return commandProposeDigitalAsset }

func (c *ProposeDigitalAsset) decide(d *draft) *Rejection {
	if d.parties.at(c.Issuer.Number()) == nil {
		return reject("party_unknown", "issuer", "there is no party %s", c.Issuer)
	}
	holder := d.parties.at(c.Holder.Number())
	if holder == nil {
		return reject("party_unknown", "holder", "there is no party %s", c.Holder)
	}
	if holder.State != party.Onboarded {
		return reject("party_not_onboarded", "holder", "party %s is %s", holder.ID, holder.State)
	}
	if holder.Roles&party.Custodian == 0 {
		return reject("digital_holder_unlicensed", "holder", "party %s is no custodian: digital money is held for others by a licensed institution", holder.ID)
	}
	if !c.Currency.Known() {
		return reject("currency_unknown", "currency", "the currency is not in ISO 4217")
	}
	if c.Form < digital.CentralBank || c.Form > digital.TokenisedDeposit || c.System == "" || len(c.System) > digital.SystemMax {
		return reject("digital_asset_invalid", "form", "an asset is central_bank or tokenised_deposit, and its system has a name of 1 to %d bytes", digital.SystemMax)
	}
	asset := digital.Asset{
		ID: id.Make[id.DigitalAsset](d.shard, d.number(tableDigitalAsset, d.digitalAssets.count)), Issuer: c.Issuer, Holder: c.Holder,
		Currency: c.Currency, Form: c.Form, System: c.System, State: digital.Proposed, Maker: d.header.Actor,
	}
	for n := uint64(1); n <= d.digitalAssets.count; n++ {
		if other := d.digitalAssets.at(n); other.State != digital.Declined && other.Holder == asset.Holder && other.SameMoney(&asset) {
			return reject("digital_asset_known", "issuer", "this money in the hands of %s is %s already", asset.Holder, other.ID)
		}
	}
	d.emit(&DigitalAssetProposed{Asset: asset})
	return nil
}

// DecideDigitalAsset is the word of the institution that is to be holder of record.
type DecideDigitalAsset struct {
	Asset    id.DigitalAsset `cbor:"1,keyasint"`
	Decision Decision        `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*DecideDigitalAsset) Kind() uint16 { return commandDecideDigitalAsset }

func (c *DecideDigitalAsset) decide(d *draft) *Rejection {
	asset := d.digitalAssets.at(c.Asset.Number())
	if asset == nil {
		return reject("digital_asset_unknown", "asset", "there is no asset %s", c.Asset)
	}
	if d.by() != asset.Holder {
		return reject("other_party", "asset", "only the holder of record decides")
	}
	if asset.State != digital.Proposed {
		return reject("digital_asset_state", "asset", "asset %s is %s", asset.ID, asset.State)
	}
	if rejection := d.second(asset.Maker); rejection != nil {
		return rejection
	}
	state, rejection := c.Decision.digital()
	if rejection != nil {
		return rejection
	}
	d.emit(&DigitalAssetDecided{Asset: asset.ID, State: state, Checker: d.header.Actor})
	return nil
}

// digital is the state to which a decision leads.
func (v Decision) digital() (digital.State, *Rejection) {
	switch v {
	case Approve:
		return digital.Live, nil
	case Decline:
		return digital.Declined, nil
	}
	return 0, reject("decision_invalid", "decision", "it is approved or declined")
}

// OpenWallet asks for a wallet on behalf of a party. The address is the party's own in the outside system: money is loaded
// from there and redeemed to there, and nowhere else.
type OpenWallet struct {
	Asset     id.DigitalAsset `cbor:"1,keyasint"`
	Party     id.Party        `cbor:"2,keyasint"`
	Programme id.Programme    `cbor:"3,keyasint,omitempty"`
	Address   [32]byte        `cbor:"4,keyasint"` // in the vault
}

// Kind names the stored form.
func (*OpenWallet) Kind() uint16 { return commandOpenWallet }

func (c *OpenWallet) decide(d *draft) *Rejection {
	if rejection := d.own(c.Party, "party"); rejection != nil {
		return rejection
	}
	asset, rejection := d.digitalAsset(c.Asset)
	if rejection != nil {
		return rejection
	}
	owner := d.parties.at(c.Party.Number())
	if owner == nil {
		return reject("party_unknown", "party", "there is no party %s", c.Party)
	}
	if owner.State != party.Onboarded {
		return reject("party_not_onboarded", "party", "party %s is %s", owner.ID, owner.State)
	}
	if owner.Roles&walletOwners == 0 || owner.Roles&party.Operator != 0 {
		return reject("wallet_owner", "party", "a wallet is a seller's, buyer's or funder's: the operator never owns money")
	}
	if c.Programme != 0 {
		p, rejection := d.live(c.Programme)
		if rejection != nil {
			return rejection
		}
		if p.Currency != asset.Currency {
			return reject("currency_differs", "programme", "programme %s is in %s", p.ID, p.Currency)
		}
	}
	if c.Address == [32]byte{} {
		return reject("wallet_address_missing", "address", "a wallet names the party's own address in the outside system")
	}
	w := digital.Wallet{
		ID: id.Make[id.Wallet](d.shard, d.number(tableWallet, d.wallets.count)), Asset: asset.ID, Party: owner.ID, Programme: c.Programme,
		Address: c.Address, State: digital.Proposed, Maker: d.header.Actor,
	}
	if other := d.walletOf[walletKeyOf(&w)]; other != 0 {
		return reject("wallet_known", "party", "party %s has wallet %s there", owner.ID, other)
	}
	d.emit(&WalletOpened{Wallet: w})
	return nil
}

// DecideWallet is the word of the holder of record on a wallet that was asked for.
type DecideWallet struct {
	Wallet   id.Wallet `cbor:"1,keyasint"`
	Decision Decision  `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*DecideWallet) Kind() uint16 { return commandDecideWallet }

func (c *DecideWallet) decide(d *draft) *Rejection {
	w := d.wallets.at(c.Wallet.Number())
	if w == nil {
		return reject("wallet_unknown", "wallet", "there is no wallet %s", c.Wallet)
	}
	if d.by() != d.assetOf(w).Holder {
		return reject("other_party", "wallet", "only the holder of record decides")
	}
	if w.State != digital.Proposed {
		return reject("wallet_state", "wallet", "wallet %s is %s", w.ID, w.State)
	}
	if rejection := d.second(w.Maker); rejection != nil {
		return rejection
	}
	state, rejection := c.Decision.digital()
	if rejection != nil {
		return rejection
	}
	d.emit(&WalletDecided{Wallet: w.ID, State: state, Checker: d.header.Actor})
	return nil
}

// digitalAsset finds an asset that is live.
func (d *draft) digitalAsset(wanted id.DigitalAsset) (*digital.Asset, *Rejection) {
	asset := d.digitalAssets.at(wanted.Number())
	if asset == nil {
		return nil, reject("digital_asset_unknown", "asset", "there is no asset %s", wanted)
	}
	if asset.State != digital.Live {
		return nil, reject("digital_asset_state", "asset", "asset %s is %s", asset.ID, asset.State)
	}
	return asset, nil
}

func (b *Book) assetOf(w *digital.Wallet) *digital.Asset { return b.digitalAssets.at(w.Asset.Number()) }

// liveWallet finds a wallet that is live, of a party that is in good standing.
func (d *draft) liveWallet(wanted id.Wallet, field string) (*digital.Wallet, *Rejection) {
	w := d.wallets.at(wanted.Number())
	if w == nil {
		return nil, reject("wallet_unknown", field, "there is no wallet %s", wanted)
	}
	if w.State != digital.Live {
		return nil, reject("wallet_state", field, "wallet %s is %s", w.ID, w.State)
	}
	for _, concerned := range [...]id.Party{w.Party, d.assetOf(w).Holder} {
		if p := d.parties.at(concerned.Number()); p.State != party.Onboarded {
			return nil, reject("party_not_onboarded", field, "party %s is %s", p.ID, p.State)
		}
	}
	return w, nil
}

// ownWallet finds a live wallet of the actor's party; nobody else moves what is in it.
func (d *draft) ownWallet(wanted id.Wallet, field string) (*digital.Wallet, *Rejection) {
	w, rejection := d.liveWallet(wanted, field)
	if rejection != nil {
		return nil, rejection
	}
	if w.Party != d.by() {
		return nil, reject("other_party", field, "wallet %s belongs to another party", w.ID)
	}
	return w, nil
}

// payingWallet finds a live wallet of the actor's party out of which an amount can go now.
func (d *draft) payingWallet(wanted id.Wallet, field string, amount money.Minor) (*digital.Wallet, *Rejection) {
	w, rejection := d.ownWallet(wanted, field)
	if rejection != nil {
		return nil, rejection
	}
	asset := d.assetOf(w)
	if amount <= 0 || amount > money.MinorMax {
		return nil, reject("amount_invalid", "amount", "the amount is above zero")
	}
	if p := d.programmes.at(w.Programme.Number()); p != nil && p.Stopped {
		return nil, reject("programme_stopped", field, "programme %s is stopped: a shortfall is open", p.ID)
	}
	if free := d.available(d.walletMoney(w)); amount > free {
		return nil, reject("funds_insufficient", field, "in wallet %s there is %s", w.ID, money.Amount{Minor: free, Currency: asset.Currency})
	}
	return w, nil
}

// walletMoney is what a wallet holds in the books of its holder of record.
func (b *Book) walletMoney(w *digital.Wallet) ledger.Key {
	return b.digitalKey(w, ledger.DigitalWallet)
}

// boundKey is what of a wallet's money is locked in wrappers.
func (b *Book) boundKey(w *digital.Wallet) ledger.Key { return b.digitalKey(w, ledger.DigitalBound) }

func (b *Book) digitalKey(w *digital.Wallet, code ledger.Code) ledger.Key {
	asset := b.assetOf(w)
	return ledger.Key{Entity: asset.Holder, Programme: w.Programme, Counterparty: w.Party, Code: code, Currency: asset.Currency, Asset: asset.ID}
}

// issuerMoney is what a holder of record has of an asset in the outside system.
func issuerMoney(a *digital.Asset) ledger.Key {
	return ledger.Key{Entity: a.Holder, Counterparty: a.Issuer, Code: ledger.DigitalAtIssuer, Currency: a.Currency, Asset: a.ID}
}

// DigitalAssetProposed says that an asset waits for its holder of record.
type DigitalAssetProposed struct {
	Asset digital.Asset `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*DigitalAssetProposed) Kind() uint16 { return eventDigitalAssetProposed }

func (e *DigitalAssetProposed) fold(b *Book) {
	number := e.Asset.ID.Number()
	b.digitalAssets.add(number, e.Asset)
	b.touched(tableDigitalAsset, number, &b.digitalAssets.at(number).Entry)
}

// DigitalAssetDecided says what the holder of record has decided.
type DigitalAssetDecided struct {
	Asset   id.DigitalAsset `cbor:"1,keyasint"`
	State   digital.State   `cbor:"2,keyasint"`
	Checker id.Actor        `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*DigitalAssetDecided) Kind() uint16 { return eventDigitalAssetDecided }

func (e *DigitalAssetDecided) fold(b *Book) {
	a := b.digitalAssets.at(e.Asset.Number())
	a.State, a.Checker = e.State, e.Checker
	b.touched(tableDigitalAsset, e.Asset.Number(), &a.Entry)
}

// WalletOpened says that a wallet waits for the holder of record.
type WalletOpened struct {
	Wallet digital.Wallet `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*WalletOpened) Kind() uint16 { return eventWalletOpened }

func (e *WalletOpened) fold(b *Book) {
	number := e.Wallet.ID.Number()
	b.wallets.add(number, e.Wallet)
	w := b.wallets.at(number)
	b.indexWallet(w)
	b.touched(tableWallet, number, &w.Entry)
}

// WalletDecided says what the holder of record has decided.
type WalletDecided struct {
	Wallet  id.Wallet     `cbor:"1,keyasint"`
	State   digital.State `cbor:"2,keyasint"`
	Checker id.Actor      `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*WalletDecided) Kind() uint16 { return eventWalletDecided }

func (e *WalletDecided) fold(b *Book) {
	w := b.wallets.at(e.Wallet.Number())
	w.State, w.Checker = e.State, e.Checker
	if e.State == digital.Declined {
		delete(b.walletOf, walletKeyOf(w))
	}
	b.touched(tableWallet, e.Wallet.Number(), &w.Entry)
}
