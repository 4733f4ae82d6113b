package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/certificate"
	"millrace/domain/digital"
	"millrace/domain/id"
	"millrace/domain/trade"
	"millrace/lab/load"
)

func init() { refusals = append(refusals, digitalRefusals...) }

func (s *scene) mintable(change func(c *book.ProposeDigitalAsset)) (id.Actor, book.Command) {
	k := s.till()
	c := &book.ProposeDigitalAsset{Issuer: k.mint.Issuer, Holder: s.Custodian, Currency: s.Currency, Form: digital.CentralBank, System: "central"}
	change(c)
	return s.Maker, c
}

func (s *scene) walletFor(change func(k *till, c *book.OpenWallet)) (id.Actor, book.Command) {
	k := s.till()
	c := &book.OpenWallet{Asset: k.mint.Asset, Party: s.Sellers[0], Programme: s.Payables, Address: load32("address")}
	change(k, c)
	return s.Maker, c
}

func (s *scene) bindable(change func(k *till, c *book.BindMoney)) (id.Actor, book.Command) {
	k := s.till().fill()
	return s.FunderActor, k.binding(func(c *book.BindMoney) { change(k, c) })
}

// usable binds money of the funder, and uses it for a debt of 1,000.00 or more.
func (s *scene) usable(bind func(c *book.BindMoney), use func(k *till, c *book.UseBoundMoney)) (id.Actor, book.Command) {
	k := s.till().fill()
	s.live(4)
	s.give(s.FunderActor, k.binding(bind))
	return s.Buyer, k.using(100_00, func(c *book.UseBoundMoney) { use(k, c) })
}

func asBound(*book.BindMoney) {}

var digitalRefusals = []refusal{
	{"digital_holder_unlicensed", "The holder of record is no licensed institution.", "Name a custodian.", func(s *scene) (id.Actor, book.Command) {
		return s.mintable(func(c *book.ProposeDigitalAsset) { c.Holder = s.Sellers[0] })
	}},
	{"digital_asset_invalid", "The asset is of no known form, or its system has no name.", "It is central_bank or tokenised_deposit; the name has 1 to 32 bytes.", func(s *scene) (id.Actor, book.Command) {
		return s.mintable(func(c *book.ProposeDigitalAsset) { c.System = "" })
	}},
	{"digital_asset_known", "This money in the hands of this holder of record is on record already.", "Use that asset.", func(s *scene) (id.Actor, book.Command) {
		return s.mintable(func(c *book.ProposeDigitalAsset) { c.Form, c.System = digital.TokenisedDeposit, "sandbox" })
	}},
	{"digital_asset_unknown", "There is no such asset.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.walletFor(func(_ *till, c *book.OpenWallet) { c.Asset = beyond[id.DigitalAsset](s, "digital_asset") })
	}},
	{"digital_asset_state", "The asset is not in the state that this needs.", "A wallet is of a live asset; a decision is taken once.", func(s *scene) (id.Actor, book.Command) {
		k := s.till()
		return k.mint.Desk, &book.DecideDigitalAsset{Asset: k.mint.Asset, Decision: book.Approve}
	}},
	{"wallet_owner", "The party takes no part in trade, or is the operator, who never owns money.", "Open it for a seller, buyer or funder.", func(s *scene) (id.Actor, book.Command) {
		return s.walletFor(func(_ *till, c *book.OpenWallet) { c.Party = s.Operator })
	}},
	{"wallet_address_missing", "The wallet names no address of the party in the outside system.", "Give it: money goes to no other one.", func(s *scene) (id.Actor, book.Command) {
		return s.walletFor(func(_ *till, c *book.OpenWallet) { c.Address = [32]byte{} })
	}},
	{"wallet_known", "The party has a wallet of this asset in this programme already, or beside all programmes.", "Use that one.", func(s *scene) (id.Actor, book.Command) {
		return s.walletFor(func(_ *till, c *book.OpenWallet) { c.Programme = 0 })
	}},
	{"wallet_unknown", "There is no such wallet.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		s.till()
		return s.SellerActors[0], &book.LoadWallet{Wallet: beyond[id.Wallet](s, "wallet"), Amount: 1}
	}},
	{"wallet_state", "The wallet is not in the state that this needs.", "Money moves in live wallets; the holder of record decides once.", func(s *scene) (id.Actor, book.Command) {
		k := s.till()
		return k.mint.Desk, &book.DecideWallet{Wallet: k.mint.Buyers, Decision: book.Decline}
	}},
	{"digital_money_differs", "The two wallets hold different money: of another issuer, currency, kind or system; or, where it has to stay in one set of books, with another holder of record.", "Name a wallet of the same asset.", func(s *scene) (id.Actor, book.Command) {
		return s.bindable(func(k *till, c *book.BindMoney) { c.Refund = k.mint.Elsewhere })
	}},
	{"wallet_same", "Money would go from a wallet into itself.", "Name another one.", func(s *scene) (id.Actor, book.Command) {
		k := s.till().fill()
		return s.Buyer, &book.TransferDigital{From: k.mint.Buyers, To: k.mint.Buyers, Amount: 1}
	}},
	{"wallet_other_programme", "Money would go from one programme into another.", "One programme's money never fills another's hole.", func(s *scene) (id.Actor, book.Command) {
		k := s.till()
		one, err := k.mint.Wallet(k.mint.Asset, s.Funder, s.Payables)
		if err != nil {
			s.t.Fatal(err)
		}
		other, err := k.mint.Wallet(k.mint.Asset, s.Funder, s.Discounting)
		if err != nil {
			s.t.Fatal(err)
		}
		k.load(s.FunderActor, one, 1)
		return s.FunderActor, &book.TransferDigital{From: one, To: other, Amount: 1}
	}},
	{"digital_transfer_unknown", "There is no such transfer.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.RetryDigitalTransfer{Transfer: beyond[id.DigitalTransfer](s, "digital_transfer")}
	}},
	{"digital_transfer_state", "The transfer has come to its end.", "Look up what became of it.", func(s *scene) (id.Actor, book.Command) {
		k := s.till().fill()
		return s.Maker, k.outcome(digital.Refused)
	}},
	{"digital_outcome_invalid", "It is no outcome of a transfer.", "Say executed, refused or in_doubt.", func(s *scene) (id.Actor, book.Command) {
		k := s.till()
		s.give(s.Buyer, &book.LoadWallet{Wallet: k.mint.Buyers, Amount: 1})
		return s.Maker, k.outcome(digital.Instructed)
	}},
	{"bound_refund_bearer", "What is left would go to the bearer, whose money it was not: it need only wait.", "Name a wallet of another party.", func(s *scene) (id.Actor, book.Command) {
		return s.bindable(func(k *till, c *book.BindMoney) { c.Refund = k.mint.Buyers })
	}},
	{"bound_payees", "The payees are not named as they must be.", "Either a class, or 1 to 32 parties, ascending, each once, and not the bearer.", func(s *scene) (id.Actor, book.Command) {
		return s.bindable(func(_ *till, c *book.BindMoney) { c.Conditions.Payees = []id.Party{s.Sellers[0]} })
	}},
	{"bound_purpose", "The purpose is no code of the form that ISO 20022 gives its external purpose codes.", "Four capital letters or digits, as in SUPP or GDDS.", func(s *scene) (id.Actor, book.Command) {
		return s.bindable(func(_ *till, c *book.BindMoney) { c.Conditions.Purpose = "supplies" })
	}},
	{"bound_terms", "No evidence is asked for, or it is not said how much one use takes.", "The evidence is order, delivery or undertaking; the portion whole or parts.", func(s *scene) (id.Actor, book.Command) {
		return s.bindable(func(_ *till, c *book.BindMoney) { c.Conditions.Evidence = 0 })
	}},
	{"bound_unknown", "There is no such bound money.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Buyer, &book.UseBoundMoney{Bound: beyond[id.BoundMoney](s, "bound_money")}
	}},
	{"bound_state", "The bound money is spent, or was refunded.", "Look up what became of it.", func(s *scene) (id.Actor, book.Command) {
		actor, c := s.usable(func(c *book.BindMoney) { c.Amount = 100_00 }, func(*till, *book.UseBoundMoney) {})
		s.give(actor, c)
		return actor, c
	}},
	{"bound_other_payee", "The money may not go to this payee.", "Pay one that the conditions name, or that is of their class.", func(s *scene) (id.Actor, book.Command) {
		return s.usable(func(c *book.BindMoney) {
			c.Conditions.Class, c.Conditions.Payees = digital.NoClass, []id.Party{s.Sellers[1]}
		}, func(*till, *book.UseBoundMoney) {})
	}},
	{"bound_other_purpose", "The money is for another purpose.", "Use it for that.", func(s *scene) (id.Actor, book.Command) {
		return s.usable(asBound, func(_ *till, c *book.UseBoundMoney) { c.Purpose = "SALA" })
	}},
	{"bound_expired", "The last day of the bound money is over.", "It is refunded by itself.", nil},
	{"bound_evidence", "What is on record is less than the conditions ask for.", "Bring the evidence, or name what has it.", func(s *scene) (id.Actor, book.Command) {
		return s.usable(func(c *book.BindMoney) { c.Conditions.Evidence = digital.OnUndertake }, func(*till, *book.UseBoundMoney) {})
	}},
	{"bound_evidence_named", "A use names neither an order's trade nor a receivable, or both.", "Name the one that it pays.", func(s *scene) (id.Actor, book.Command) {
		return s.usable(asBound, func(_ *till, c *book.UseBoundMoney) { c.Receivable = 0 })
	}},
	{"bound_whole", "The bound money is used whole or not at all.", "Use all of it.", func(s *scene) (id.Actor, book.Command) {
		return s.usable(func(c *book.BindMoney) { c.Conditions.Portion = digital.Whole }, func(*till, *book.UseBoundMoney) {})
	}},
	{"bound_advance_exceeded", "It is more than is ordered, not billed and not paid in advance.", "Use less, or name the receivable once there is one.", func(s *scene) (id.Actor, book.Command) {
		of := s.ordered("small", 9)
		return s.usable(onOrder, func(_ *till, c *book.UseBoundMoney) { c.Receivable, c.Trade = 0, of })
	}},
	{"exchange_open", "The holding is on offer already.", "Withdraw that offer first.", func(s *scene) (id.Actor, book.Command) {
		x := s.sale(certificate.NoLaw)
		s.give(s.SellerActors[0], x.offer())
		return s.SellerActors[0], x.offer()
	}},
	{"exchange_price", "The price is nothing, or more than the holding.", "Ask at most its amount.", func(s *scene) (id.Actor, book.Command) {
		return s.SellerActors[0], s.sale(certificate.NoLaw).offer(func(c *book.OfferExchange) { c.Price = 1_000_01 })
	}},
	{"exchange_unknown", "There is no such exchange.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.SellerActors[0], &book.EndExchange{Exchange: beyond[id.Exchange](s, "exchange")}
	}},
	{"exchange_state", "The exchange is not on offer any more.", "Look up what became of it.", func(s *scene) (id.Actor, book.Command) {
		x := s.sale(certificate.NoLaw)
		s.give(s.SellerActors[0], x.offer())
		s.give(s.SellerActors[0], &book.EndExchange{Exchange: x.exchange()})
		return s.SellerActors[1], x.acceptance()
	}},
}

// ordered puts an order of the anchor to the first seller on record: pieces at 10.00.
func (s *scene) ordered(number string, pieces int) id.Trade {
	s.t.Helper()
	s.give(s.Maker, s.paper(trade.Order, number, nil, pieces))
	return latest[id.Trade](s, "trade")
}

// Between the opening of a day and the refund of what ended before it, bound money is used by nobody.
func TestBoundMoneyIsNotUsedAfterItsLastDay(t *testing.T) {
	s := newScene(t)
	actor, c := s.usable(func(c *book.BindMoney) { c.Conditions.Until = s.book.Date() }, func(*till, *book.UseBoundMoney) {})
	opened := book.Header{Sequence: s.book.Sequence() + 1, At: s.at + 1, Actor: s.Maker}
	events, rejection := s.book.Decide(&opened, &book.OpenDay{Date: s.book.Date().AddDays(1)})
	if rejection != nil {
		t.Fatal(rejection)
	}
	s.book.Begin(&opened)
	for _, e := range events {
		s.book.Apply(e)
	}
	h := book.Header{Sequence: s.book.Sequence() + 1, At: s.at + 2, Actor: actor}
	if _, rejection := s.book.Decide(&h, c); rejection == nil || rejection.Code != "bound_expired" {
		t.Fatal(rejection)
	}
}

// What is sold for money under the law of China, to the issuer, or by who does not hold it, is not.
func TestWhatIsNotSoldForMoney(t *testing.T) {
	s := newScene(t)
	x := s.sale(certificate.China)
	s.refused("law_refuses", s.SellerActors[0], x.offer())
	s = newScene(t)
	x = s.sale(certificate.NoLaw)
	s.refused("payee_invalid", s.SellerActors[0], x.offer(func(c *book.OfferExchange) { c.Buyer = s.Anchor }))
	theirs := book.OfferExchange{Holding: x.holding, Wallet: x.mint.Wallets[1], Buyer: s.Funder, Price: 1, Expires: s.at + 86_400_000_000}
	s.refused("not_controller", s.SellerActors[1], load.OfferedExchange(&x.Holders[1], theirs))
	s.refused("signing_key_other_party", s.SellerActors[0], load.OfferedExchange(&x.Holders[1], book.OfferExchange{
		Holding: x.holding, Wallet: x.mint.Wallets[0], Buyer: s.Funder, Price: 1, Expires: s.at + 86_400_000_000,
	}))
}

// Nobody moves what is in another's wallet, the holder of record and the operator included; and no one person makes money of
// one's own word.
func TestNobodyMovesDigitalMoneyOfOthers(t *testing.T) {
	s := newScene(t)
	k := s.till().fill()
	mine, theirs := k.mint.Wallets[0], k.mint.Buyers
	for _, c := range []book.Command{
		&book.LoadWallet{Wallet: theirs, Amount: 1}, &book.RedeemWallet{Wallet: theirs, Amount: 1}, &book.TransferDigital{From: theirs, To: mine, Amount: 1},
		k.binding(func(c *book.BindMoney) { c.From = theirs }),
	} {
		s.refused("other_party", s.SellerActors[0], c)
		s.refused("not_permitted", s.Maker, c)
		s.refused("not_permitted", k.mint.Desk, c)
	}
	s.give(s.SellerActors[0], &book.RedeemWallet{Wallet: mine, Amount: 1})
	s.refused("other_party", k.mint.SecondBank, k.outcome(digital.Executed))
	s.give(s.Maker, &book.OpenWallet{Asset: k.mint.SecondAsset, Party: s.Anchor, Address: load32("address")})
	s.refused("other_party", k.mint.Desk, &book.DecideWallet{Wallet: latest[id.Wallet](s, "wallet"), Decision: book.Approve})
	s.give(s.Maker, &book.SuspendParty{Party: s.Anchor, Reason: load32("why")})
	s.refused("party_not_onboarded", s.SellerActors[0], &book.TransferDigital{From: mine, To: theirs, Amount: 1})
}
