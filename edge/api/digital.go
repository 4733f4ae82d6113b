package api

import (
	"net/http"
	"slices"

	"millrace/book"
	"millrace/domain/digital"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
)

func init() { signable = append(signable, "offer_exchange", "accept_exchange") }

// Bodies of what is done with digital money.
type (
	// DigitalAssetBody names digital money.
	DigitalAssetBody struct {
		Issuer   string `json:"issuer" doc:"who owes it"`
		Holder   string `json:"holder_of_record" doc:"a custodian, in whose books the wallets are"`
		Currency string `json:"currency"`
		Form     string `json:"form" enum:"central_bank,tokenised_deposit"`
		System   string `json:"system" minLength:"1" maxLength:"32" doc:"short name of the outside system"`
	}
	// WalletBody asks for a wallet.
	WalletBody struct {
		Asset     string `json:"asset"`
		Party     string `json:"party" doc:"whose money it will hold"`
		Programme string `json:"programme,omitempty"`
		Address   string `json:"address" minLength:"1" maxLength:"500" doc:"of the party in the outside system: money is loaded from there and redeemed to there, and nowhere else"`
	}
	// DigitalAmountBody is money of one wallet.
	DigitalAmountBody struct {
		Amount Amount `json:"amount"`
	}
	// DigitalTransferBody sends money.
	DigitalTransferBody struct {
		To     string `json:"to" doc:"wallet of the same money; with another holder of record the outside system carries it"`
		Amount Amount `json:"amount"`
	}
	// DigitalOutcomeBody says what became of a transfer.
	DigitalOutcomeBody struct {
		State string `json:"state" enum:"executed,refused,in_doubt"`
	}
	// BindingBody binds money to a purpose.
	BindingBody struct {
		Bearer   string   `json:"bearer" doc:"who pays with it, and can do nothing else with it"`
		Refund   string   `json:"refund" doc:"wallet into which goes what is left when the last day is over"`
		Payees   []string `json:"payees,omitempty" maxItems:"32" doc:"who may receive it; missing where a class is named"`
		Class    string   `json:"class,omitempty" enum:"suppliers" doc:"suppliers: those that have billed the bearer, by the documents on record"`
		Purpose  string   `json:"purpose" minLength:"4" maxLength:"4" doc:"code of ISO 20022's external purpose codes" example:"SUPP"`
		Until    string   `json:"until" doc:"last business date"`
		Evidence string   `json:"evidence" enum:"order,delivery,undertaking" doc:"that must be on record, or more"`
		Portion  string   `json:"portion" enum:"whole,parts" doc:"how much one use takes"`
		Amount   Amount   `json:"amount"`
	}
	// UseBody pays with bound money.
	UseBody struct {
		Payee      string `json:"payee" doc:"wallet"`
		Amount     Amount `json:"amount"`
		Purpose    string `json:"purpose" minLength:"4" maxLength:"4"`
		Trade      string `json:"trade,omitempty" doc:"with an order that is not billed: an advance on it"`
		Receivable string `json:"receivable,omitempty" doc:"that is paid"`
	}
	// ExchangeBody offers a holding against digital money.
	ExchangeBody struct {
		Holding    string          `json:"holding"`
		Wallet     string          `json:"wallet" doc:"of the holder, into which the price goes"`
		Buyer      string          `json:"buyer"`
		Price      Amount          `json:"price" doc:"at most the holding's amount"`
		Expires    string          `json:"expires" doc:"RFC 3339, within 90 days"`
		Signatures []SignatureBody `json:"signatures,omitempty" maxItems:"4" doc:"of the holder's signatories"`
	}
	// ExchangeAcceptanceBody accepts one.
	ExchangeAcceptanceBody struct {
		Wallet     string          `json:"wallet" doc:"of the buyer, out of which the price goes"`
		Price      Amount          `json:"price" doc:"as offered"`
		Signatures []SignatureBody `json:"signatures,omitempty" maxItems:"4" doc:"of the buyer's signatories"`
	}
)

func (s *server) registerDigital() {
	getter(s, "get_digital_asset", (*view.View).DigitalAsset)
	lister(s, "list_digital_assets", (*view.View).DigitalAssets, "state", "party")
	getter(s, "get_wallet", (*view.View).Wallet)
	lister(s, "list_wallets", (*view.View).Wallets, "state", "party", "programme")
	getter(s, "get_digital_transfer", (*view.View).DigitalTransfer)
	lister(s, "list_digital_transfers", (*view.View).DigitalTransfers, "state")
	getter(s, "get_bound_money", (*view.View).BoundMoney)
	lister(s, "list_bound_money", (*view.View).BoundMonies, "state", "party")
	getter(s, "get_exchange", (*view.View).Exchange)
	lister(s, "list_exchanges", (*view.View).Exchanges, "state", "party")
	s.registerWallets()
	s.registerDigitalTransfers()
	s.registerBoundMoney()
	s.registerExchanges()
}

func (s *server) registerWallets() {
	register(s, act[DigitalAssetBody, view.DigitalAsset]{
		name: "propose_digital_asset", status: http.StatusCreated,
		build: func(x *call, _ string, body *DigitalAssetBody) (book.Command, error) {
			return &book.ProposeDigitalAsset{
				Issuer: required[id.Party](x.fields, "issuer", body.Issuer), Holder: required[id.Party](x.fields, "holder_of_record", body.Holder),
				Currency: x.currency("currency", body.Currency), Form: digital.Form(x.choice("form", body.Form, digital.FormNames[:])), System: body.System,
			}, nil
		},
		show: shown(func(_ *book.ProposeDigitalAsset, a *engine.Answer) id.DigitalAsset {
			return event[*book.DigitalAssetProposed](a).Asset.ID
		}, (*view.View).DigitalAsset),
	})
	register(s, act[ApprovalBody, view.DigitalAsset]{
		name: "decide_digital_asset", addressed: "asset", status: http.StatusOK,
		build: func(x *call, of string, body *ApprovalBody) (book.Command, error) {
			asset, _, err := addressed(x, of, (*view.View).DigitalAsset)
			return &book.DecideDigitalAsset{Asset: asset, Decision: x.decision(body.Decision)}, err
		},
		show: shown(func(c *book.DecideDigitalAsset, _ *engine.Answer) id.DigitalAsset { return c.Asset }, (*view.View).DigitalAsset),
	})
	register(s, act[WalletBody, view.Wallet]{
		name: "open_wallet", status: http.StatusCreated,
		build: func(x *call, _ string, body *WalletBody) (book.Command, error) {
			c := &book.OpenWallet{
				Asset: required[id.DigitalAsset](x.fields, "asset", body.Asset), Party: required[id.Party](x.fields, "party", body.Party),
				Programme: optional[id.Programme](x.fields, "programme", body.Programme),
			}
			var err error
			c.Address, err = x.keep(intake.KindAddress, x.text("address", body.Address, 500))
			return c, err
		},
		show: shown(func(_ *book.OpenWallet, a *engine.Answer) id.Wallet { return event[*book.WalletOpened](a).Wallet.ID }, (*view.View).Wallet),
	})
	register(s, act[ApprovalBody, view.Wallet]{
		name: "decide_wallet", addressed: "wallet", status: http.StatusOK,
		build: func(x *call, of string, body *ApprovalBody) (book.Command, error) {
			wallet, _, err := addressed(x, of, (*view.View).Wallet)
			return &book.DecideWallet{Wallet: wallet, Decision: x.decision(body.Decision)}, err
		},
		show: shown(func(c *book.DecideWallet, _ *engine.Answer) id.Wallet { return c.Wallet }, (*view.View).Wallet),
	})
}

// onWallet registers a command that moves an amount of a wallet.
func onWallet[B any, C book.Command](s *server, name string, build func(x *call, wallet id.Wallet, currency money.Currency, body *B) C) {
	register(s, act[B, view.DigitalTransfer]{
		name: name, addressed: "wallet", status: http.StatusCreated,
		build: func(x *call, of string, body *B) (book.Command, error) {
			wallet, shown, err := addressed(x, of, (*view.View).Wallet)
			if err != nil {
				return nil, err
			}
			return build(x, wallet, currencyOf(shown.Available), body), nil
		},
		show: shown(func(_ C, a *engine.Answer) id.DigitalTransfer {
			return event[*book.DigitalTransferOpened](a).Transfer.ID
		}, (*view.View).DigitalTransfer),
	})
}

func (s *server) registerDigitalTransfers() {
	onWallet(s, "load_wallet", func(x *call, w id.Wallet, currency money.Currency, body *DigitalAmountBody) *book.LoadWallet {
		return &book.LoadWallet{Wallet: w, Amount: x.amountIn("amount", body.Amount, currency)}
	})
	onWallet(s, "redeem_wallet", func(x *call, w id.Wallet, currency money.Currency, body *DigitalAmountBody) *book.RedeemWallet {
		return &book.RedeemWallet{Wallet: w, Amount: x.amountIn("amount", body.Amount, currency)}
	})
	onWallet(s, "transfer_digital", func(x *call, w id.Wallet, currency money.Currency, body *DigitalTransferBody) *book.TransferDigital {
		return &book.TransferDigital{From: w, To: required[id.Wallet](x.fields, "to", body.To), Amount: x.amountIn("amount", body.Amount, currency)}
	})
	register(s, act[nothing, view.DigitalTransfer]{
		name: "retry_digital_transfer", addressed: "transfer", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			transfer, _, err := addressed(x, of, (*view.View).DigitalTransfer)
			return &book.RetryDigitalTransfer{Transfer: transfer}, err
		},
		show: shown(func(c *book.RetryDigitalTransfer, _ *engine.Answer) id.DigitalTransfer { return c.Transfer }, (*view.View).DigitalTransfer),
	})
	register(s, act[DigitalOutcomeBody, view.DigitalTransfer]{
		name: "record_digital_outcome", addressed: "transfer", status: http.StatusOK,
		build: func(x *call, of string, body *DigitalOutcomeBody) (book.Command, error) {
			transfer, _, err := addressed(x, of, (*view.View).DigitalTransfer)
			states := []string{"", "", digital.InDoubt.String(), digital.Executed.String(), digital.Refused.String()}
			return &book.RecordDigitalOutcome{Transfer: transfer, State: digital.TransferState(x.choice("state", body.State, states))}, err
		},
		show: shown(func(c *book.RecordDigitalOutcome, _ *engine.Answer) id.DigitalTransfer { return c.Transfer }, (*view.View).DigitalTransfer),
	})
}

func (s *server) registerBoundMoney() {
	register(s, act[BindingBody, view.BoundMoney]{
		name: "bind_money", addressed: "wallet", status: http.StatusCreated, build: buildBinding,
		show: shown(func(_ *book.BindMoney, a *engine.Answer) id.BoundMoney { return event[*book.MoneyBound](a).Bound.ID }, (*view.View).BoundMoney),
	})
	register(s, act[UseBody, view.BoundMoney]{
		name: "use_bound_money", addressed: "bound", status: http.StatusOK,
		build: func(x *call, of string, body *UseBody) (book.Command, error) {
			bound, shown, err := addressed(x, of, (*view.View).BoundMoney)
			if err != nil {
				return nil, err
			}
			return &book.UseBoundMoney{
				Bound: bound, Payee: required[id.Wallet](x.fields, "payee", body.Payee), Amount: x.amountIn("amount", body.Amount, currencyOf(shown.Amount)),
				Purpose: body.Purpose, Trade: optional[id.Trade](x.fields, "trade", body.Trade), Receivable: optional[id.Receivable](x.fields, "receivable", body.Receivable),
			}, nil
		},
		show: shown(func(c *book.UseBoundMoney, _ *engine.Answer) id.BoundMoney { return c.Bound }, (*view.View).BoundMoney),
	})
}

func buildBinding(x *call, of string, body *BindingBody) (book.Command, error) {
	wallet, shown, err := addressed(x, of, (*view.View).Wallet)
	if err != nil {
		return nil, err
	}
	c := &book.BindMoney{
		From: wallet, Bearer: required[id.Party](x.fields, "bearer", body.Bearer), Refund: required[id.Wallet](x.fields, "refund", body.Refund),
		Amount: x.amountIn("amount", body.Amount, currencyOf(shown.Available)), Conditions: digital.Conditions{
			Purpose: body.Purpose, Until: x.date("until", body.Until), Evidence: digital.Evidence(x.choice("evidence", body.Evidence, digital.EvidenceNames[:])),
			Portion: digital.Portion(x.choice("portion", body.Portion, digital.PortionNames[:])),
		},
	}
	if body.Class != "" {
		c.Conditions.Class = digital.Class(x.choice("class", body.Class, digital.ClassNames[:]))
	}
	for _, payee := range body.Payees {
		c.Conditions.Payees = append(c.Conditions.Payees, required[id.Party](x.fields, "payees", payee))
	}
	slices.Sort(c.Conditions.Payees)
	return c, nil
}

func (s *server) registerExchanges() {
	register(s, act[ExchangeBody, view.Exchange]{
		name: "offer_exchange", status: http.StatusCreated,
		build: func(x *call, _ string, body *ExchangeBody) (book.Command, error) {
			wallet, shown, err := named(x, "wallet", body.Wallet, (*view.View).Wallet)
			if err != nil {
				return nil, err
			}
			c := &book.OfferExchange{
				Holding: required[id.Holding](x.fields, "holding", body.Holding), Wallet: wallet, Buyer: required[id.Party](x.fields, "buyer", body.Buyer),
				Price: x.amountIn("price", body.Price, currencyOf(shown.Available)), Expires: x.stamp("expires", body.Expires),
			}
			c.Signatures, err = x.signatures(body.Signatures)
			return c, err
		},
		show: shown(func(_ *book.OfferExchange, a *engine.Answer) id.Exchange {
			return event[*book.ExchangeOffered](a).Exchange.ID
		}, (*view.View).Exchange),
	})
	register(s, act[ExchangeAcceptanceBody, view.Exchange]{
		name: "accept_exchange", addressed: "exchange", status: http.StatusOK,
		build: func(x *call, of string, body *ExchangeAcceptanceBody) (book.Command, error) {
			exchange, shown, err := addressed(x, of, (*view.View).Exchange)
			if err != nil {
				return nil, err
			}
			c := &book.AcceptExchange{
				Exchange: exchange, Wallet: required[id.Wallet](x.fields, "wallet", body.Wallet), Price: x.amountIn("price", body.Price, currencyOf(shown.Price)),
			}
			c.Signatures, err = x.signatures(body.Signatures)
			return c, err
		},
		show: shown(func(c *book.AcceptExchange, _ *engine.Answer) id.Exchange { return c.Exchange }, (*view.View).Exchange),
	})
	register(s, act[nothing, view.Exchange]{
		name: "end_exchange", addressed: "exchange", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			exchange, _, err := addressed(x, of, (*view.View).Exchange)
			return &book.EndExchange{Exchange: exchange}, err
		},
		show: shown(func(c *book.EndExchange, _ *engine.Answer) id.Exchange { return c.Exchange }, (*view.View).Exchange),
	})
}
