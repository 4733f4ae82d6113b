package book_test

import (
	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/product"
)

func init() { refusals = append(refusals, termsRefusals...) }

// lately is a run of a product file in a scene that is there.
func (s *scene) lately(name string) *run {
	s.t.Helper()
	return newRunIn(s, termsOf(s.t, name), deals[name])
}

var termsRefusals = []refusal{
	{"collector_other", "The seller does not collect the receivable as the funder's agent: its product has another collector, or it is not financed.", "Record the receipt at the custodian, and allocate it.", func(s *scene) (id.Actor, book.Command) {
		s.live(9)
		return s.SellerActors[0], &book.ReportCollection{Receivable: s.receivable(), Amount: 1_00, Value: s.Today}
	}},
	{"holding_terms", "The programme is to have certificates, and its product has terms that a certificate can't give, whose issuer pays all holders by one order.", "Take a product without fees at the due date, reserve, or what the buyer bears.", func(s *scene) (id.Actor, book.Command) {
		c := s.proposing("when: disbursement", "when: due", "waterfall: [", "waterfall: [fees, ")
		c.TiersMax = 2
		return s.Maker, c
	}},
	{"reserve_held", "A reserve against dilution is kept back until the product's days after the due date have passed.", "Close the financing then.", func(s *scene) (id.Actor, book.Command) {
		r := s.lately("factoring")
		r.evidence()
		f := r.financed()
		r.until(f.Due)
		r.buyerPays("the debt is paid", r.amount)
		return s.Maker, &book.CloseFinancing{Financing: f.ID}
	}},
	{"undertaking_of_other", "The product is paid from a bank's money, and another bank has undertaken to pay.", "Ask the funder that has undertaken.", func(s *scene) (id.Actor, book.Command) {
		r := s.lately("bank-payment-undertaking")
		r.terms.Undertaking = product.UndertakingIrrevocable
		r.evidence()
		owed := s.debt(s.receivable())
		c := &book.UndertakeAsBank{
			Receivable: owed.ID, Bank: r.custodian, Amount: owed.Undertaken(), Document: owed.Hash, Seller: owed.Seller, Buyer: owed.Buyer, Currency: owed.Currency, Due: owed.Due,
		}
		c.Signatures = []book.Signature{s.Signers[r.custodian].Sign(c.Statement())}
		s.give(s.Maker, c)
		return s.SellerActors[0], s.quoteIn(r.programme)
	}},
}
