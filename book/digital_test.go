package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/certificate"
	"millrace/domain/digital"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/lab/load"
)

// till is a scene with digital money.
type till struct {
	*scene
	mint *load.Mint
}

func (s *scene) till() *till {
	s.t.Helper()
	mint, err := s.Mint(s.submit)
	if err != nil {
		s.t.Fatal(err)
	}
	return &till{s, mint}
}

// fill loads the wallets of funder, anchor and the first seller with 1,000.00 each.
func (k *till) fill() *till {
	k.t.Helper()
	k.load(k.FunderActor, k.mint.Funders, 1_000_00)
	k.load(k.Buyer, k.mint.Buyers, 1_000_00)
	k.load(k.SellerActors[0], k.mint.Wallets[0], 1_000_00)
	return k
}

func (k *till) load(owner id.Actor, w id.Wallet, amount money.Minor) {
	k.t.Helper()
	if err := k.mint.Load(owner, w, amount); err != nil {
		k.t.Fatal(err)
	}
}

func (k *till) in(w id.Wallet) money.Minor { return k.account(w, ledger.DigitalWallet) }

func (k *till) locked(w id.Wallet) money.Minor { return k.account(w, ledger.DigitalBound) }

func (k *till) wallet(w id.Wallet) digital.Wallet {
	return book.Record(k.book, "wallet", w.Number()).(digital.Wallet)
}

func (k *till) account(w id.Wallet, code ledger.Code) money.Minor {
	r := k.wallet(w)
	a := book.Record(k.book, "digital_asset", r.Asset.Number()).(digital.Asset)
	key := ledger.Key{Entity: a.Holder, Programme: r.Programme, Counterparty: r.Party, Code: code, Currency: a.Currency, Asset: a.ID}
	if code == ledger.DigitalAtIssuer {
		key.Programme, key.Counterparty = 0, a.Issuer
	}
	return book.BalanceOf(k.book, key)
}

func (k *till) transfer() id.DigitalTransfer {
	return latest[id.DigitalTransfer](k.scene, "digital_transfer")
}
func (k *till) bound() id.BoundMoney  { return latest[id.BoundMoney](k.scene, "bound_money") }
func (k *till) exchange() id.Exchange { return latest[id.Exchange](k.scene, "exchange") }

func (k *till) boundMoney(of id.BoundMoney) digital.Bound {
	return book.Record(k.book, "bound_money", of.Number()).(digital.Bound)
}

func (k *till) outcome(state digital.TransferState) *book.RecordDigitalOutcome {
	return &book.RecordDigitalOutcome{Transfer: k.transfer(), State: state}
}

// binding wraps 500.00 of the funder for the anchor's suppliers, for what is delivered.
func (k *till) binding(changes ...func(c *book.BindMoney)) *book.BindMoney {
	c := &book.BindMoney{
		From: k.mint.Funders, Bearer: k.Anchor, Refund: k.mint.Funders, Amount: 500_00, Conditions: digital.Conditions{
			Class: digital.Suppliers, Purpose: "SUPP", Until: k.book.Date().AddDays(3), Evidence: digital.OnDelivery, Portion: digital.Parts,
		},
	}
	for _, change := range changes {
		change(c)
	}
	return c
}

// using pays the first seller for the newest receivable with the newest bound money.
func (k *till) using(amount money.Minor, changes ...func(c *book.UseBoundMoney)) *book.UseBoundMoney {
	c := &book.UseBoundMoney{Bound: k.bound(), Payee: k.mint.Wallets[0], Amount: amount, Purpose: "SUPP", Receivable: k.receivable()}
	for _, change := range changes {
		change(c)
	}
	return c
}

func onOrder(c *book.BindMoney) { c.Conditions.Evidence = digital.OnOrder }

// sale is a holding of 1,000.00 that the first seller offers to the second for 980.00.
type sale struct {
	*till
	*ring
	holding id.Holding
}

func (s *scene) sale(law certificate.Law) *sale {
	s.t.Helper()
	r := s.certifying(law)
	k := s.till().fill()
	k.load(s.SellerActors[1], k.mint.Wallets[1], 1_000_00)
	return &sale{k, r, r.issue(0, 1_000_00, 60).Holding.ID}
}

func (s *sale) offer(changes ...func(c *book.OfferExchange)) *book.OfferExchange {
	c := book.OfferExchange{Holding: s.holding, Wallet: s.mint.Wallets[0], Buyer: s.mint.Sellers[1], Price: 980_00, Expires: s.till.at + 86_400_000_000}
	for _, change := range changes {
		change(&c)
	}
	return load.OfferedExchange(&s.Holders[0], c)
}

func (s *sale) acceptance(changes ...func(c *book.AcceptExchange)) *book.AcceptExchange {
	c := book.AcceptExchange{Exchange: s.exchange(), Wallet: s.mint.Wallets[1], Price: 980_00}
	for _, change := range changes {
		change(&c)
	}
	return load.AcceptedExchange(&s.Holders[1], c)
}

func (k *till) sound() {
	k.t.Helper()
	if breaches := book.Check(k.book); len(breaches) > 0 {
		k.t.Fatal(breaches)
	}
}

func TestDigitalMoneyComesInMovesAndGoesOut(t *testing.T) {
	k := newScene(t).till()
	seller, other := k.mint.Wallets[0], k.mint.Wallets[1]
	k.give(k.SellerActors[0], &book.LoadWallet{Wallet: seller, Amount: 1_000_00})
	if k.in(seller) != 0 {
		t.Error("money is in the wallet before the outside system has said so")
	}
	k.give(k.Bank, k.outcome(digital.Executed))
	k.give(k.SellerActors[0], &book.TransferDigital{From: seller, To: other, Amount: 300_00})
	k.give(k.SellerActors[0], &book.RedeemWallet{Wallet: seller, Amount: 200_00})
	k.refused("funds_insufficient", k.SellerActors[0], &book.TransferDigital{From: seller, To: other, Amount: 500_01})
	k.give(k.Bank, k.outcome(digital.InDoubt))
	k.give(k.Maker, &book.RetryDigitalTransfer{Transfer: k.transfer()})
	k.give(k.Bank, k.outcome(digital.Refused))
	k.give(k.SellerActors[0], &book.RedeemWallet{Wallet: seller, Amount: 200_00})
	k.give(k.Bank, k.outcome(digital.Executed))
	k.give(k.SellerActors[0], &book.TransferDigital{From: seller, To: k.mint.Elsewhere, Amount: 100_00})
	k.give(k.Bank, k.outcome(digital.Executed))
	for of, want := range map[id.Wallet]money.Minor{seller: 400_00, other: 300_00, k.mint.Elsewhere: 100_00} {
		if got := k.in(of); got != want {
			t.Errorf("%s holds %d, not %d", of, got, want)
		}
	}
	if first, second := k.account(seller, ledger.DigitalAtIssuer), k.account(k.mint.Elsewhere, ledger.DigitalAtIssuer); first != 700_00 || second != 100_00 {
		t.Errorf("outside the holders of record have %d and %d", first, second)
	}
	k.sound()
}

func TestBoundMoneyPaysSuppliersAndNobodyElse(t *testing.T) {
	k := newScene(t).till().fill()
	k.live(4)
	k.give(k.FunderActor, k.binding())
	if k.in(k.mint.Funders) != 500_00 || k.locked(k.mint.Funders) != 500_00 {
		t.Fatal("the money is not locked")
	}
	k.refused("bound_other_purpose", k.Buyer, k.using(100_00, func(c *book.UseBoundMoney) { c.Purpose = "SALA" }))
	k.refused("other_party", k.SellerActors[0], k.using(100_00))
	k.give(k.Buyer, k.using(100_00))
	if paid := k.debt(k.receivable()).Paid; paid != 100_00 {
		t.Errorf("%d is paid of the debt", paid)
	}
	k.give(k.SellerActors[0], &book.RedeemWallet{Wallet: k.mint.Wallets[0], Amount: 1_100_00}) // it is plain money
	k.wait(3)
	k.give(k.Buyer, k.using(50_00))
	k.wait(1)
	w := k.boundMoney(k.bound())
	if w.State != digital.Refunded || w.Used != 150_00 || w.Refunded != 350_00 || k.in(k.mint.Funders) != 850_00 || k.locked(k.mint.Funders) != 0 {
		t.Errorf("%+v", w)
	}
	k.refused("bound_state", k.Buyer, k.using(1))
	k.sound()
}

func TestAdvancesOnAnOrderEndAtItsWorth(t *testing.T) {
	k := newScene(t).till().fill()
	k.live(4)
	of := k.ordered("P", 20) // 200.00
	k.give(k.FunderActor, k.binding(onOrder))
	advance := func(c *book.UseBoundMoney) { c.Receivable, c.Trade = 0, of }
	k.give(k.Buyer, k.using(150_00, advance))
	k.refused("bound_advance_exceeded", k.Buyer, k.using(50_01, advance))
	k.give(k.Buyer, k.using(50_00, advance))
	k.give(k.FunderActor, k.binding())
	k.refused("bound_advance_exceeded", k.Buyer, k.using(1, advance))
	k.sound()
}

func TestAHoldingIsDeliveredAgainstMoneyOrNeitherMoves(t *testing.T) {
	s := newScene(t).sale(certificate.NoLaw)
	s.till.give(s.mint.SellerActors[0], s.offer())
	s.till.refused("terms_differ", s.mint.SellerActors[1], s.acceptance(func(c *book.AcceptExchange) { c.Price = 979_00 }))
	s.till.give(s.mint.SellerActors[1], s.acceptance())
	x := book.Record(s.till.book, "exchange", s.exchange().Number()).(digital.Exchange)
	h := s.ring.holding(x.Made)
	if x.State != digital.Settled || h.Holder != s.mint.Sellers[1] || h.Amount != 1_000_00 || h.By != certificate.Deliver || h.Tier != 2 {
		t.Errorf("%+v %+v", x, h)
	}
	if s.in(s.mint.Wallets[0]) != 1_980_00 || s.in(s.mint.Wallets[1]) != 20_00 {
		t.Error("the price was not paid")
	}
	s.till.sound()
	// The buyer's money is gone, or the holding: nothing moves.
	again := s.till.book.Digest
	s.holding = x.Made
	back := load.OfferedExchange(&s.Holders[1], book.OfferExchange{Holding: x.Made, Wallet: s.mint.Wallets[1], Buyer: s.mint.Funder, Price: 1, Expires: s.till.at + 86_400_000_000})
	before := again()
	s.till.refused("tiers_exceeded", s.mint.SellerActors[1], back) // two hands were allowed
	if again() != before {
		t.Error("a refusal has changed the book")
	}
}

func TestAnOfferOfAnExchangeEnds(t *testing.T) {
	s := newScene(t).sale(certificate.NoLaw)
	state := func(want digital.ExchangeState) {
		t.Helper()
		if x := book.Record(s.till.book, "exchange", s.exchange().Number()).(digital.Exchange); x.State != want {
			t.Errorf("%s is %s, not %s", x.ID, x.State, want)
		}
	}
	s.till.give(s.mint.SellerActors[0], s.offer())
	s.till.give(s.mint.SellerActors[1], &book.EndExchange{Exchange: s.exchange()})
	state(digital.Rejected)
	s.till.give(s.mint.SellerActors[0], s.offer())
	s.till.give(s.mint.SellerActors[0], &book.EndExchange{Exchange: s.exchange()})
	state(digital.Withdrawn)
	s.till.give(s.mint.SellerActors[0], s.offer())
	s.till.at += 2 * 86_400_000_000
	s.till.give(s.mint.Maker, &book.AddKey{Actor: s.mint.Buyer, Name: "later", Hash: load32("later")})
	state(digital.Expired)
	s.till.sound()
}

// Without its wallets' money or with a holding that has moved on, an acceptance moves nothing.
func TestAnExchangeNeedsBothHalves(t *testing.T) {
	s := newScene(t).sale(certificate.NoLaw)
	s.till.give(s.mint.SellerActors[0], s.offer())
	s.till.give(s.mint.SellerActors[1], &book.RedeemWallet{Wallet: s.mint.Wallets[1], Amount: 100_00})
	s.till.refused("funds_insufficient", s.mint.SellerActors[1], s.acceptance())
	s.till.give(s.mint.Bank, s.outcome(digital.Refused))
	s.ring.move(0, pledge(s.holding, s.mint.Funder))
	s.till.refused("holding_spent", s.mint.SellerActors[1], s.acceptance())
	s.till.sound()
}

// digitalHeld lets something of everything happen with digital money.
func digitalHeld(n *node, w *load.World, r *ring) {
	n.t.Helper()
	k := (&scene{node: n, World: w, lives: 800}).till()
	k.fill()
	k.give(w.Maker, &book.ProposeDigitalAsset{Issuer: k.mint.Issuer, Holder: w.Custodian, Currency: w.Currency, Form: digital.CentralBank, System: "central"})
	k.give(w.Maker, &book.OpenWallet{Asset: k.mint.SecondAsset, Party: w.Anchor, Address: load32("declined")})
	k.give(k.mint.SecondDesk, &book.DecideWallet{Wallet: latest[id.Wallet](k.scene, "wallet"), Decision: book.Decline})
	seller := w.SellerActors[0]
	k.give(seller, &book.TransferDigital{From: k.mint.Wallets[0], To: k.mint.Wallets[1], Amount: 150_00})
	k.give(seller, &book.RedeemWallet{Wallet: k.mint.Wallets[0], Amount: 10_00})
	k.give(seller, &book.TransferDigital{From: k.mint.Wallets[0], To: k.mint.Elsewhere, Amount: 20_00})
	k.give(w.Bank, k.outcome(digital.Executed))
	k.give(seller, &book.LoadWallet{Wallet: k.mint.Wallets[0], Amount: 30_00})
	k.give(w.Bank, k.outcome(digital.InDoubt))
	k.live(4, func(l *load.Life) { l.Due = n.book.Date().AddDays(60) })
	k.give(w.FunderActor, k.binding(func(c *book.BindMoney) { c.Amount, c.Conditions.Until = 200_00, n.book.Date().AddDays(60) }))
	k.give(w.Buyer, k.using(50_00))
	whole := k.binding(func(c *book.BindMoney) {
		c.From, c.Refund, c.Amount, c.Conditions.Portion = k.mint.Buyers, k.mint.Buyers, 40_00, digital.Whole
		c.Conditions.Class, c.Conditions.Payees = digital.NoClass, []id.Party{w.Sellers[0]}
	})
	onOrder(whole)
	k.give(w.Buyer, whole)
	of := k.ordered("advance", 9)
	k.give(w.Buyer, k.using(40_00, func(c *book.UseBoundMoney) { c.Receivable, c.Trade = 0, of }))
	k.give(w.FunderActor, k.binding(func(c *book.BindMoney) { c.Amount, c.Conditions.Until = 70_00, n.book.Date() }))
	sells := &sale{k, r, r.issue(0, 100_00, 60).Holding.ID}
	at := func(price money.Minor) func(c *book.OfferExchange) {
		return func(c *book.OfferExchange) { c.Price, c.Expires = price, n.at+80*86_400_000_000 }
	}
	k.give(seller, sells.offer(at(95_00)))
	k.give(w.SellerActors[1], sells.acceptance(func(c *book.AcceptExchange) { c.Price = 95_00 }))
	sells.holding = r.issue(0, 100_00, 60).Holding.ID
	k.give(seller, sells.offer(at(90_00)))
	k.give(seller, &book.EndExchange{Exchange: k.exchange()})
	k.give(seller, sells.offer(at(91_00)))
	k.wait(1)
}
