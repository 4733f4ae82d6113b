package redteam

import (
	"fmt"
	"strings"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
	"millrace/domain/trade"
	"millrace/edge/intake"
	"millrace/lab/load"
)

func letters(n int) string { return string([]byte{byte('A' + n/26%26), byte('A' + n%26)}) }
func digits(n int) string  { return fmt.Sprintf("%07d", n) }

// invented records a deal of which every paper is forged, and begins an attempt on it in the programme that asks for the buyer's undertaking.
func (s *scheme) invented() (*attack, *claim, error) {
	d := s.agreed(s.tie.seller, s.tie.market.firm, s.tie.draw(s.random))
	if err := s.papers(&d, trade.Order, trade.DespatchAdvice, trade.ReceiptAdvice); err != nil {
		return nil, nil, err
	}
	a := s.attempt(gross(d.wares), s.advance(s.tie.market.confirmed))
	c, _, err := s.billed(a, &d, s.sheet(&d, trade.Invoice, d.wares))
	return a, c, err
}

// confirms gives a forged confirmation by an actor and asks for money on it, whatever came of it.
func (s *scheme) confirms(a *attack, c *claim, by id.Actor, channel mandate.Channel, signer load.Signatory, change func(*book.Confirm)) error {
	given := load.Confirmation(&c.receivable, receivable.Irrevocable, c.receivable.Face)
	given.Channel = channel
	given.Signatures = []book.Signature{signer.Sign(given.Statement())}
	if change != nil {
		change(given)
	}
	if _, _, err := s.step(a, by, given); err != nil {
		return err
	}
	return s.ask(a, c, s.tie.market.confirmed)
}

// signedBySeller has the seller's own key under the buyer's confirmation, sent to the operator as a file.
func signedBySeller(s *scheme) error {
	a, c, err := s.invented()
	if err != nil {
		return err
	}
	return s.confirms(a, c, s.Maker, mandate.File, s.tie.seller.signer, nil)
}

// signedForLess has the buyer's signature under another amount.
func signedForLess(s *scheme) error {
	a, c, err := s.invented()
	if err != nil {
		return err
	}
	small := load.Confirmation(&c.receivable, receivable.Irrevocable, c.receivable.Face/10)
	signed := s.tie.market.signer.Sign(small.Statement())
	return s.confirms(a, c, s.Maker, mandate.File, s.tie.market.signer, func(given *book.Confirm) { given.Signatures = []book.Signature{signed} })
}

// keyBrought has a key registered for the buyer by somebody, believed by the operator, and confirms by it.
func (s *scheme) keyBrought(by *firm) error {
	a, c, err := s.invented()
	if err != nil {
		return err
	}
	s.serial++
	signer := load.NewSignatory(s.tie.market.actor, fmt.Sprint("forged ", s.serial))
	events, ok, err := s.step(a, by.actor, signer.Proposal(s.tie.market.id))
	if err != nil || !ok {
		return err
	}
	proposed, _ := find[*book.SigningKeyProposed](events)
	signer.Key = proposed.Key.ID
	if _, ok, err = s.step(a, s.Checker, &book.ApproveSigningKey{Key: signer.Key}); err != nil || !ok {
		return err
	}
	allowed := &book.ProposeMandate{
		Key: signer.Key, Acts: mandate.Acts, Currency: s.Currency, AloneMax: money.MinorMax, AmountMax: money.MinorMax, From: s.Today, Until: s.Today.AddDays(3650),
	}
	events, ok, err = s.step(a, s.Maker, allowed) // the operator's own people are deceived
	if err != nil {
		return err
	}
	if ok {
		m, _ := find[*book.MandateProposed](events)
		if _, _, err = s.step(a, s.Checker, &book.ApproveMandate{Mandate: m.Mandate.ID}); err != nil {
			return err
		}
	}
	return s.confirms(a, c, s.Maker, mandate.File, signer, nil)
}

// keyOfSeller has the seller bring it.
func keyOfSeller(s *scheme) error { return s.keyBrought(s.tie.seller) }

// keyOfGroup has a sister firm of the seller bring it.
func keyOfGroup(s *scheme) error {
	s.serial++
	sister := &firm{name: fmt.Sprintf("Sister %d", s.serial), country: "DE", vat: fmt.Sprintf("DE61%07d", s.serial), group: s.tie.seller.id}
	s.register(sister, party.Seller, party.Seller)
	if s.err != nil {
		return s.err
	}
	return s.keyBrought(sister)
}

// keyOfStranger has an accomplice bring it who belongs to no group.
func keyOfStranger(s *scheme) error {
	s.serial++
	friend := &firm{name: fmt.Sprintf("Friend %d", s.serial), country: "DE", vat: fmt.Sprintf("DE62%07d", s.serial)}
	s.register(friend, party.Seller, party.Seller)
	if s.err != nil {
		return s.err
	}
	return s.keyBrought(friend)
}

// stored puts copper of an established seller into store.
func (s *scheme) stored(number string, tonnes int) *book.IssueWarehouseReceipt {
	return &book.IssueWarehouseReceipt{
		Number: inventory.Token(load.Token("receipt " + number)), Location: inventory.Token(load.Token("shed")), Item: inventory.Token(load.Token("lot " + strings.TrimRight(number, "/BC"))),
		Lot: load.Copper, Quantity: inventory.Quantity(tonnes) * inventory.QuantityOne, Owner: s.tie.seller.id, Stored: s.Today, Details: reference(number),
	}
}

// pledged puts copper in store and has a loan on it paid out; the copy is to be tried by the caller.
func (s *scheme) pledged() (tonnes int, number string, r id.WarehouseReceipt, err error) {
	s.tie = s.borrower()
	s.serial++
	number = fmt.Sprint("W-", s.serial)
	tonnes = 3 + s.random.IntN(8)
	events, err := s.submit(s.keepers[0].actor, s.stored(number, tonnes))
	if err != nil {
		return 0, "", 0, err
	}
	issued, _ := find[*book.WarehouseReceiptIssued](events)
	return tonnes, number, issued.Receipt.ID, s.lent(s.onStock(0, issued.Receipt.ID))
}

func (s *scheme) onStock(programme int, r id.WarehouseReceipt) *book.QuoteStock {
	return &book.QuoteStock{Programme: s.tie.market.stock[programme], Receipts: []id.WarehouseReceipt{r}, Payee: s.tie.seller.account, Due: s.Today.AddDays(60)}
}

// worth is what goods in store are worth.
func worth(tonnes int) money.Minor { return money.Minor(tonnes) * 8_600_00 * 9 / 10 }

// stockTwice asks a second funder for a loan on a pledged receipt.
func stockTwice(s *scheme) error {
	tonnes, _, r, err := s.pledged()
	if err != nil {
		return err
	}
	a := s.attempt(worth(tonnes), s.advance(s.tie.market.stock[1]))
	return s.quote(a, s.tie.seller, s.onStock(1, r), nil)
}

// stockSold bills goods that are in store and pledged, with forged papers.
func stockSold(s *scheme) error {
	tonnes, _, _, err := s.pledged()
	if err != nil {
		return err
	}
	return s.forged(s.tie.seller, []ware{{Article: "copper", Pieces: int64(tonnes), Price: 8_600_00}})
}

// copied issues a second receipt and asks for a loan on it.
func (s *scheme) copied(c *book.IssueWarehouseReceipt, keeper, tonnes int) error {
	a := s.attempt(worth(tonnes), s.advance(s.tie.market.stock[1]))
	events, ok, err := s.step(a, s.keepers[keeper].actor, c)
	if err != nil || !ok {
		return err
	}
	issued, _ := find[*book.WarehouseReceiptIssued](events)
	return s.quote(a, s.tie.seller, s.onStock(1, issued.Receipt.ID), nil)
}

// copiedNumber is the same receipt once more.
func copiedNumber(s *scheme) error {
	tonnes, number, _, err := s.pledged()
	if err != nil {
		return err
	}
	return s.copied(s.stored(number, tonnes), 0, tonnes)
}

// copiedGoods is a receipt of another keeper for the same goods.
func copiedGoods(s *scheme) error {
	tonnes, number, _, err := s.pledged()
	if err != nil {
		return err
	}
	c := s.stored(number+"/B", tonnes)
	c.Location = inventory.Token(load.Token("shed 9"))
	return s.copied(c, 1, tonnes)
}

// copiedAltered is one for a tonne more, stored on another day.
func copiedAltered(s *scheme) error {
	tonnes, number, _, err := s.pledged()
	if err != nil {
		return err
	}
	c := s.stored(number+"/C", tonnes+1)
	c.Stored = s.Today.AddDays(-1)
	return s.copied(c, 1, tonnes+1)
}

// splitForMore splits a receipt into more than it was.
func splitForMore(s *scheme) error {
	s.tie = s.borrower()
	s.serial++
	tonnes := 4 + s.random.IntN(6)
	events, err := s.submit(s.keepers[0].actor, s.stored(fmt.Sprint("W-", s.serial), tonnes))
	if err != nil {
		return err
	}
	issued, _ := find[*book.WarehouseReceiptIssued](events)
	half := inventory.Quantity(tonnes) * inventory.QuantityOne / 2
	a := s.attempt(worth(tonnes), s.advance(s.tie.market.stock[1]))
	events, ok, err := s.step(a, s.keepers[0].actor, &book.MoveWarehouseReceipts{
		Step: inventory.Split, Receipts: []id.WarehouseReceipt{issued.Receipt.ID}, Parts: []inventory.Quantity{half, half, half, half},
	})
	if err != nil || !ok {
		return err
	}
	moved, _ := find[*book.WarehouseReceiptsMoved](events)
	for _, r := range moved.Made {
		if err := s.quote(a, s.tie.seller, s.onStock(1, r.ID), nil); err != nil {
			return err
		}
	}
	return nil
}

// diverted has the proceeds of a genuine claim sent to an account that somebody else has opened. Says is what the bank says about the name.
func (s *scheme) diverted(says party.NameResult, call func(a *attack, account id.BankAccount) (bool, error)) error {
	f := s.tie.seller // whose desk was stolen
	c, err := s.genuine(false)
	if err != nil {
		return err
	}
	a := s.attempt(c.receivable.Face, s.advance(s.tie.market.open))
	events, ok, err := s.step(a, f.actor, &book.ProposeBankAccount{
		Party: f.id, Currency: s.Currency, Token: s.intake.AccountToken(intake.BankDetails{Number: fmt.Sprint("mule ", s.serial)}), Details: reference("mule"),
	})
	if err != nil || !ok {
		return err
	}
	proposed, _ := find[*book.BankAccountProposed](events)
	account := proposed.Account.ID
	if _, ok, err = s.step(a, s.Maker, &book.RecordNameCheck{Account: account, Result: says, Score: 300_000}); err != nil || !ok {
		return err
	}
	if ok, err = call(a, account); err != nil || !ok {
		return err
	}
	return s.verified(a, c, account)
}

// verified has an account verified and asks for the money to be sent there.
func (s *scheme) verified(a *attack, c *claim, account id.BankAccount) error {
	_, ok, err := s.step(a, s.Checker, &book.VerifyBankAccount{Account: account, Reason: reference("looks right")})
	if err != nil || !ok {
		return err
	}
	return s.quote(a, c.seller, &book.RequestQuote{Receivable: c.receivable.ID, Programme: s.tie.market.open, Payee: account}, c)
}

func divertedNoMatch(s *scheme) error {
	return s.diverted(party.NameNoMatch, func(*attack, id.BankAccount) (bool, error) { return true, nil })
}

func divertedUncalled(s *scheme) error {
	return s.diverted(party.NameNotPossible, func(*attack, id.BankAccount) (bool, error) { return true, nil })
}

// divertedOwnNumber has the party called at a number that came after the change.
func divertedOwnNumber(s *scheme) error {
	return s.diverted(party.NameNotPossible, func(a *attack, account id.BankAccount) (bool, error) {
		if _, ok, err := s.step(a, s.Maker, &book.RecordContact{Party: s.tie.seller.id, Channel: party.Phone, Details: reference("mule's phone")}); err != nil || !ok {
			return ok, err
		}
		_, ok, err := s.step(a, s.third, &book.ConfirmAccountChange{Account: account, Contact: 2, Record: reference("call")})
		return ok, err
	})
}

// divertedAtOnce has somebody at the party's own number deceived, and no time to find out.
func divertedAtOnce(s *scheme) error {
	return s.diverted(party.NameNotPossible, func(a *attack, account id.BankAccount) (bool, error) {
		_, ok, err := s.step(a, s.third, &book.ConfirmAccountChange{Account: account, Contact: 1, Record: reference("call")})
		return ok, err
	})
}

// divertedInside is one insider of the operator alone.
func divertedInside(s *scheme) error {
	return s.diverted(party.NameMatch, func(a *attack, account id.BankAccount) (bool, error) {
		_, ok, err := s.step(a, s.Maker, &book.ConfirmAccountChange{Account: account, Contact: 1, Record: reference("call")})
		if err != nil || !ok {
			return ok, err
		}
		_, ok, err = s.step(a, s.Maker, &book.VerifyBankAccount{Account: account})
		return ok, err
	})
}

// divertedPatient has everybody deceived: the account bears the party's name, the call was answered, the waiting time has passed.
func divertedPatient(s *scheme) error {
	return s.diverted(party.NameMatch, func(a *attack, account id.BankAccount) (bool, error) {
		_, ok, err := s.step(a, s.third, &book.ConfirmAccountChange{Account: account, Contact: 1, Record: reference("call")})
		if err != nil || !ok {
			return ok, err
		}
		tie := s.tie
		s.at(s.day+10, func() error {
			s.tie = tie
			c, err := s.genuine(false)
			if err != nil {
				return err
			}
			a.asked = money.MulDiv(c.receivable.Face, int64(s.advance(s.tie.market.open)), int64(money.RateOne))
			return s.verified(a, c, account)
		})
		return false, nil
	})
}
