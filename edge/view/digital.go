package view

import (
	"millrace/book"
	"millrace/domain/digital"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/locale"
)

// DigitalAsset is money of one issuer in the hands of one licensed institution.
type DigitalAsset struct {
	ID       string `json:"id"`
	Issuer   *Ref   `json:"issuer" doc:"who owes it"`
	Holder   *Ref   `json:"holder_of_record" doc:"the licensed institution in whose books the wallets are"`
	Currency string `json:"currency"`
	Form     string `json:"form" enum:"central_bank,tokenised_deposit"`
	System   string `json:"system" doc:"that carries it outside"`
	State    string `json:"state" enum:"proposed,live,declined"`
	Entry    uint64 `json:"entry"`
}

// Wallet is what a party has of an asset.
type Wallet struct {
	ID        string `json:"id"`
	Asset     string `json:"asset"`
	Party     *Ref   `json:"party" doc:"whose money it is"`
	Holder    *Ref   `json:"holder_of_record"`
	Programme string `json:"programme,omitempty" doc:"missing where it belongs to none"`
	Form      string `json:"form" enum:"central_bank,tokenised_deposit"`
	State     string `json:"state" enum:"proposed,live,declined"`
	Available Amount `json:"available" doc:"what can be moved now"`
	Leaving   Amount `json:"leaving" doc:"set aside for what is on its way out"`
	Bound     Amount `json:"bound" doc:"locked until conditions are met"`
	Address   string `json:"address,omitempty" doc:"of the party in the outside system, to the party, its holder of record and those who see all"`
	Entry     uint64 `json:"entry"`
}

// DigitalTransfer is digital money that comes in, goes out, or moves between wallets.
type DigitalTransfer struct {
	ID       string `json:"id"`
	Kind     string `json:"kind" enum:"load,redemption,internal,carried"`
	From     string `json:"from,omitempty"`
	To       string `json:"to,omitempty"`
	Amount   Amount `json:"amount"`
	State    string `json:"state" enum:"instructed,in_doubt,executed,refused"`
	Attempts int    `json:"attempts" doc:"on record; 0 for one that needed no outside system"`
	Date     string `json:"date,omitempty" doc:"business date on which it was executed"`
	Entry    uint64 `json:"entry"`
}

// BoundUse is one payment with bound money.
type BoundUse struct {
	ID         string `json:"id"`
	Payee      string `json:"payee" doc:"wallet"`
	Amount     Amount `json:"amount"`
	Trade      string `json:"trade,omitempty" doc:"of the order on which it is an advance"`
	Receivable string `json:"receivable,omitempty" doc:"that it paid"`
	Evidence   string `json:"evidence" enum:"order,delivery,undertaking"`
	Date       string `json:"date"`
}

// BoundMoney is digital money in a wrapper with conditions.
type BoundMoney struct {
	ID       string     `json:"id"`
	From     string     `json:"from" doc:"wallet whose money it was"`
	Bearer   *Ref       `json:"bearer" doc:"who pays with it"`
	Refund   string     `json:"refund" doc:"wallet into which goes what is left"`
	Payees   []Ref      `json:"payees,omitempty" doc:"who may receive it"`
	Class    string     `json:"class,omitempty" enum:"suppliers" doc:"of those who may receive it, where none is named"`
	Purpose  string     `json:"purpose" doc:"code of ISO 20022's external purpose codes"`
	Until    string     `json:"until" doc:"last business date"`
	Evidence string     `json:"evidence" enum:"order,delivery,undertaking"`
	Portion  string     `json:"portion" enum:"whole,parts" doc:"how much one use takes"`
	State    string     `json:"state" enum:"active,spent,refunded"`
	Amount   Amount     `json:"amount"`
	Used     Amount     `json:"used"`
	Refunded Amount     `json:"refunded"`
	Left     Amount     `json:"left"`
	Uses     []BoundUse `json:"uses"`
	Entry    uint64     `json:"entry"`
}

// Exchange is delivery versus payment: a holding against digital money.
type Exchange struct {
	ID      string `json:"id"`
	Holding string `json:"holding"`
	Seller  *Ref   `json:"seller"`
	Wallet  string `json:"wallet" doc:"of the seller, into which the price goes"`
	Buyer   *Ref   `json:"buyer"`
	Amount  Amount `json:"amount" doc:"of the holding"`
	Price   Amount `json:"price"`
	State   string `json:"state" enum:"offered,settled,withdrawn,declined,expired"`
	Expires string `json:"expires"`
	Made    string `json:"made,omitempty" doc:"holding that the buyer has got"`
	Entry   uint64 `json:"entry"`
}

// anyOwner are the roles that have wallets.
const anyOwner = party.Seller | party.Buyer | party.Anchor | party.Funder

const (
	ownWallets  = "SELECT number FROM wallet WHERE party = ?"
	heldWallets = "SELECT number FROM wallet WHERE asset >> 16 IN (SELECT number FROM digital_asset WHERE holder = ?)"
)

var (
	digitalAssets = source[digital.Asset]{table: "digital_asset", state: "state", parties: []string{"holder"}, scope: shares(share{roles: anyRole, sql: "1"})}
	wallets       = source[digital.Wallet]{
		table: "wallet", state: "state", parties: []string{"party"}, programme: "programme",
		scope: shares(share{roles: anyOwner, sql: "party = ?"}, share{roles: party.Custodian | party.Bank, sql: "number IN (" + heldWallets + ")"}),
	}
	digitalTransfers = source[digital.Transfer]{
		table: "digital_transfer", state: "state",
		scope: shares(share{roles: anyOwner, sql: "from_wallet >> 16 IN (" + ownWallets + ") OR to_wallet >> 16 IN (" + ownWallets + ")"},
			share{roles: party.Custodian | party.Bank, sql: "from_wallet >> 16 IN (" + heldWallets + ") OR to_wallet >> 16 IN (" + heldWallets + ")"}),
	}
	boundMoney = source[digital.Bound]{
		table: "bound_money", state: "state", parties: []string{"bearer"},
		scope: shares(share{roles: anyOwner, sql: "bearer = ? OR wallet >> 16 IN (" + ownWallets + ") OR refund >> 16 IN (" + ownWallets + ")"},
			share{roles: party.Custodian | party.Bank, sql: "wallet >> 16 IN (" + heldWallets + ")"}),
	}
	exchanges = source[digital.Exchange]{
		table: "exchange", state: "state", parties: []string{"buyer"},
		scope: shares(share{roles: anyOwner, sql: "buyer = ? OR seller >> 16 IN (" + ownWallets + ")"}, share{roles: party.Custodian | party.Bank, sql: "seller >> 16 IN (" + heldWallets + ")"}),
	}
)

// DigitalAsset gives an asset, else ErrNotFound.
func (v *View) DigitalAsset(c access.Caller, of id.DigitalAsset) (DigitalAsset, error) {
	return one(v, &digitalAssets, c, of.Number(), (*showing).showDigitalAsset)
}

// DigitalAssets lists the assets.
func (v *View) DigitalAssets(c access.Caller, q Query) (Page[DigitalAsset], error) {
	return many(v, &digitalAssets, c, q, (*showing).showDigitalAsset)
}

// Wallet gives a wallet that the caller sees, else ErrNotFound.
func (v *View) Wallet(c access.Caller, of id.Wallet) (Wallet, error) {
	return one(v, &wallets, c, of.Number(), (*showing).showWallet)
}

// Wallets lists the wallets that the caller sees.
func (v *View) Wallets(c access.Caller, q Query) (Page[Wallet], error) {
	return many(v, &wallets, c, q, (*showing).showWallet)
}

// DigitalTransfer gives a transfer that the caller sees, else ErrNotFound.
func (v *View) DigitalTransfer(c access.Caller, of id.DigitalTransfer) (DigitalTransfer, error) {
	return one(v, &digitalTransfers, c, of.Number(), (*showing).showDigitalTransfer)
}

// DigitalTransfers lists the transfers that the caller sees.
func (v *View) DigitalTransfers(c access.Caller, q Query) (Page[DigitalTransfer], error) {
	return many(v, &digitalTransfers, c, q, (*showing).showDigitalTransfer)
}

// BoundMoney gives bound money that the caller sees, else ErrNotFound.
func (v *View) BoundMoney(c access.Caller, of id.BoundMoney) (BoundMoney, error) {
	return one(v, &boundMoney, c, of.Number(), (*showing).showBoundMoney)
}

// BoundMonies lists the bound money that the caller sees.
func (v *View) BoundMonies(c access.Caller, q Query) (Page[BoundMoney], error) {
	return many(v, &boundMoney, c, q, (*showing).showBoundMoney)
}

// Exchange gives an exchange that the caller sees, else ErrNotFound.
func (v *View) Exchange(c access.Caller, of id.Exchange) (Exchange, error) {
	return one(v, &exchanges, c, of.Number(), (*showing).showExchange)
}

// Exchanges lists the exchanges that the caller sees.
func (v *View) Exchanges(c access.Caller, q Query) (Page[Exchange], error) {
	return many(v, &exchanges, c, q, (*showing).showExchange)
}

func (s *showing) showDigitalAsset(r *digital.Asset) DigitalAsset {
	return DigitalAsset{
		ID: r.ID.String(), Issuer: s.party(r.Issuer), Holder: s.party(r.Holder), Currency: r.Currency.String(), Form: r.Form.String(), System: r.System,
		State: r.State.String(), Entry: r.Entry,
	}
}

// raw reads a record of a table by its number, whoever asks; the zero value where there is none.
func raw[R any](s *showing, table string, number uint64) R {
	var found R
	s.note(rows(s.View, "SELECT number, record FROM "+table+" WHERE number = ?", []any{int64(number)}, func(_ uint64, r *R) error {
		found = *r
		return nil
	}))
	return found
}

func (s *showing) showWallet(r *digital.Wallet) Wallet {
	asset := raw[digital.Asset](s, "digital_asset", r.Asset.Number())
	shown := Wallet{
		ID: r.ID.String(), Asset: r.Asset.String(), Party: s.party(r.Party), Holder: s.party(asset.Holder), Programme: r.Programme.String(), Form: asset.Form.String(),
		State: r.State.String(), Entry: r.Entry,
	}
	var free, leaving, bound money.Minor
	s.note(rows(s.View, "SELECT number, record FROM account WHERE counterparty = ? AND entity = ? AND code IN (?, ?)",
		[]any{int64(r.Party), int64(asset.Holder), int64(ledger.DigitalWallet), int64(ledger.DigitalBound)}, func(_ uint64, a *ledger.Account) error {
			switch {
			case a.Key.Asset != r.Asset || a.Key.Programme != r.Programme:
			case a.Key.Code == ledger.DigitalWallet:
				free, leaving = a.Available(), a.DebitsPending
			default:
				bound = a.Balance()
			}
			return nil
		}))
	shown.Available, shown.Leaving, shown.Bound = AmountOf(free, asset.Currency), AmountOf(leaving, asset.Currency), AmountOf(bound, asset.Currency)
	if s.caller.SeesAll() || s.caller.Party == r.Party || s.caller.Party == asset.Holder {
		address, err := s.View.text(r.Address)
		s.note(err)
		shown.Address = address
	}
	return shown
}

func (s *showing) showDigitalTransfer(r *digital.Transfer) DigitalTransfer {
	return DigitalTransfer{
		ID: r.ID.String(), Kind: r.Kind.String(), From: r.From.String(), To: r.To.String(), Amount: AmountOf(r.Amount, r.Currency), State: r.State.String(),
		Attempts: int(r.Attempts), Date: day(r.Date), Entry: r.Entry,
	}
}

func (s *showing) showBoundMoney(r *digital.Bound) BoundMoney {
	c := &r.Conditions
	shown := BoundMoney{
		ID: r.ID.String(), From: r.From.String(), Bearer: s.party(r.Bearer), Refund: r.Refund.String(), Class: c.Class.String(), Purpose: c.Purpose, Until: day(c.Until),
		Evidence: c.Evidence.String(), Portion: c.Portion.String(), State: r.State.String(), Amount: AmountOf(r.Amount, r.Currency), Used: AmountOf(r.Used, r.Currency),
		Refunded: AmountOf(r.Refunded, r.Currency), Left: AmountOf(r.Left(), r.Currency), Uses: []BoundUse{}, Entry: r.Entry,
	}
	for _, payee := range c.Payees {
		if ref := s.party(payee); ref != nil {
			shown.Payees = append(shown.Payees, *ref)
		}
	}
	s.note(rows(s.View, "SELECT number, record FROM bound_use WHERE bound = ? ORDER BY number", []any{int64(r.ID)}, func(_ uint64, u *digital.Use) error {
		shown.Uses = append(shown.Uses, BoundUse{
			ID: u.ID.String(), Payee: u.Payee.String(), Amount: AmountOf(u.Amount, r.Currency), Trade: u.Trade.String(), Receivable: u.Receivable.String(),
			Evidence: u.Evidence.String(), Date: day(u.Date),
		})
		return nil
	}))
	return shown
}

func (s *showing) showExchange(r *digital.Exchange) Exchange {
	seller := raw[digital.Wallet](s, "wallet", r.Seller.Number())
	return Exchange{
		ID: r.ID.String(), Holding: r.Holding.String(), Seller: s.party(seller.Party), Wallet: r.Seller.String(), Buyer: s.party(r.Buyer),
		Amount: AmountOf(r.Amount, r.Currency), Price: AmountOf(r.Price, r.Currency), State: r.State.String(), Expires: Time(r.Expires), Made: r.Made.String(), Entry: r.Entry,
	}
}

// entitledToDigital tells whether an event of digital money is the caller's to know.
func (s *showing) entitledToDigital(event book.Event) bool {
	switch e := event.(type) {
	case *book.WalletOpened:
		return sees(s, &wallets, e.Wallet.ID.Number())
	case *book.WalletDecided:
		return sees(s, &wallets, e.Wallet.Number())
	case *book.DigitalTransferOpened:
		return sees(s, &digitalTransfers, e.Transfer.ID.Number())
	case *book.DigitalTransferMoved:
		return sees(s, &digitalTransfers, e.Transfer.Number())
	case *book.MoneyBound:
		return sees(s, &boundMoney, e.Bound.ID.Number())
	case *book.BoundMoneyUsed:
		return sees(s, &boundMoney, e.Use.Bound.Number()) || sees(s, &wallets, e.Use.Payee.Number())
	case *book.BoundMoneyRefunded:
		return sees(s, &boundMoney, e.Bound.Number())
	case *book.ExchangeOffered:
		return sees(s, &exchanges, e.Exchange.ID.Number())
	case *book.ExchangeMoved:
		return sees(s, &exchanges, e.Exchange.Number())
	}
	return true
}

// ofDigital tells of digital money.
func (s *showing) ofDigital(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.DigitalAssetProposed:
		a := &e.Asset
		return locale.Say("%s of %s in %s was proposed, with %s as holder of record.", formText(a.Form), s.name(a.Issuer), a.Currency, s.name(a.Holder))
	case *book.DigitalAssetDecided:
		return locale.Say("The holder of record has decided on asset %s: it is %s.", e.Asset, e.State)
	case *book.WalletOpened:
		return locale.Say("A wallet of asset %s was asked for on behalf of %s.", e.Wallet.Asset, s.name(e.Wallet.Party))
	case *book.WalletDecided:
		return locale.Say("The holder of record has decided on wallet %s: it is %s.", e.Wallet, e.State)
	case *book.DigitalTransferOpened:
		t := &e.Transfer
		amount := AmountOf(t.Amount, t.Currency)
		switch t.Kind {
		case digital.Load:
			return locale.Say("%s is to be loaded into wallet %s.", amount, t.To)
		case digital.Redemption:
			return locale.Say("%s was set aside in wallet %s, to be redeemed to its party's own address.", amount, t.From)
		case digital.Carried:
			return locale.Say("%s was set aside in wallet %s, for wallet %s with another holder of record.", amount, t.From, t.To)
		}
		return locale.Say("%s went from wallet %s to wallet %s.", amount, t.From, t.To)
	case *book.DigitalTransferMoved:
		return map[digital.TransferState]*locale.Text{
			digital.Instructed: locale.Say("Attempt %d at transfer %s is on record, under its one key.", e.Attempts, e.Transfer),
			digital.InDoubt:    locale.Say("Nobody knows what became of transfer %s: it is in doubt.", e.Transfer),
			digital.Executed:   locale.Say("The outside system has executed transfer %s.", e.Transfer),
			digital.Refused:    locale.Say("Transfer %s did not happen; what was set aside is free again.", e.Transfer),
		}[e.State]
	}
	return s.ofBound(e)
}

// ofBound tells of bound money and exchanges.
func (s *showing) ofBound(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.MoneyBound:
		w, c := &e.Bound, &e.Bound.Conditions
		var whom any = locale.Say("its suppliers on record")
		if len(c.Payees) > 0 {
			names := make([]string, len(c.Payees))
			for i, payee := range c.Payees {
				names[i] = s.name(payee)
			}
			whom = locale.List(names)
		}
		return locale.Say("%s was bound for %s to pay %s for %s until %s, with %s on record.", AmountOf(w.Amount, w.Currency), s.name(w.Bearer), whom, c.Purpose, day(c.Until), evidenceText(c.Evidence))
	case *book.BoundMoneyUsed:
		currency := raw[digital.Bound](s, "bound_money", e.Use.Bound.Number()).Currency
		return locale.Say("The conditions were met: %s of bound money became plain money of wallet %s.", AmountOf(e.Use.Amount, currency), e.Use.Payee)
	case *book.BoundMoneyRefunded:
		bound := raw[digital.Bound](s, "bound_money", e.Bound.Number())
		return locale.Say("The last day was over: %s that was left of the bound money went to wallet %s.", AmountOf(e.Amount, bound.Currency), bound.Refund)
	case *book.ExchangeOffered:
		x := &e.Exchange
		return locale.Say("Holding %s of %s was offered to %s for %s in digital money.", x.Holding, AmountOf(x.Amount, x.Currency), s.name(x.Buyer), AmountOf(x.Price, x.Currency))
	case *book.ExchangeMoved:
		return map[digital.ExchangeState]*locale.Text{
			digital.Settled:   locale.Say("Holding and money changed hands in this one entry."),
			digital.Withdrawn: locale.Say("The offer of the holding was withdrawn."),
			digital.Rejected:  locale.Say("The buyer declined the offer of the holding."),
			digital.Expired:   locale.Say("The offer of the holding has expired."),
		}[e.State]
	}
	return nil
}

func formText(f digital.Form) *locale.Text {
	if f == digital.CentralBank {
		return locale.Say("Digital currency")
	}
	return locale.Say("Tokenised deposits")
}

func evidenceText(e digital.Evidence) *locale.Text {
	return say([...]string{"", "an order", "a delivery", "an undertaking"}[e])
}

// findDigital finds a record of digital money, or else of the law, by its printed identity.
func (v *View) findDigital(c access.Caller, text string) (*subject, error) {
	switch id.PrefixOf(text) {
	case id.DigitalAsset(0).Prefix():
		return seen[id.DigitalAsset](v, c, &digitalAssets, text)
	case id.Wallet(0).Prefix():
		return seen[id.Wallet](v, c, &wallets, text)
	case id.DigitalTransfer(0).Prefix():
		return seen[id.DigitalTransfer](v, c, &digitalTransfers, text)
	case id.BoundMoney(0).Prefix():
		return seen[id.BoundMoney](v, c, &boundMoney, text)
	case id.Exchange(0).Prefix():
		return seen[id.Exchange](v, c, &exchanges, text)
	}
	return v.findLegal(c, text)
}
