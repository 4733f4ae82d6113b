package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/domain/rule"
	"millrace/domain/trade"
)

// inFull are terms of the full form without defects.
func inFull() product.Terms {
	evidence := uint16(trade.Ordered | trade.Received | trade.Invoiced | trade.Confirmed)
	t := product.PayablesFinance(evidence)
	t.FeeRate, t.FeeMinimum = 0, 0
	t.Form, t.Currency, t.Collector, t.Source, t.Repayment = product.Full, 978, product.CollectorAccount, product.SourceFunder, product.FromCollection
	t.Rate, t.Basis, t.InterestPayer, t.Rounding = product.RateTerms{Kind: product.RateOfFunder}, product.OnAdvance, product.Seller, product.HalfUp
	t.Fees = []product.Fee{{
		Name: "Transaction", Payer: product.Seller, To: product.Operator, Basis: product.FeeOnFace, Per: product.Once, When: product.AtDisbursement, Rate: 500, Minimum: 5_00,
	}}
	t.Rate = product.RateTerms{Kind: product.RateFloating, Base: "EURIBOR-3M", Margins: []product.Margin{{Grade: 10, TenorDays: 180, Rate: 10_000}}}
	t.Convention, t.Notice, t.Registration, t.Evidence = calendar.Following, product.NoticeServed, product.RegistrationNone, [product.KindsOfTrade]uint16{evidence}
	for i := range t.Links {
		t.Links[i] = product.Link{Control: "by a person", Owner: product.Operator, Minutes: 5}
	}
	t.Ladder, t.BuyerReview, t.VerifiedPayee, t.TiedTenor, t.MonitoringDays, t.DunningDays = 31, true, true, true, 7, []int32{1, 10}
	t.Policy = []rule.Clause{{
		Name: "not_one_group", Text: "!same_group", Otherwise: rule.Refuse, Reason: "one group",
		Program: rule.Program{Form: 1, Result: rule.Type{Kind: rule.Bool}, Facts: []rule.Fact{{Number: rule.FactSameGroup, Name: "same_group", Type: rule.Type{Kind: rule.Bool}}}, Code: []rule.Instruction{
			{Op: rule.OpFact}, {Op: rule.OpNot},
		}},
	}}
	return t
}

func init() {
	refusals = append(refusals, ofProducts...)
}

var ofProducts = []refusal{
	{"product_not_carried", "A programme does not carry out all terms of the product yet.", "Take a product without the terms that are named.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.Maker, &book.ProposeProduct{Terms: inFull()})
		s.give(s.Checker, &book.ApproveProduct{Product: latest[id.Product](s, "product")})
		c := s.propose()
		c.Product = latest[id.Product](s, "product")
		return s.Maker, c
	}},
}

func TestAProductOfAnotherCurrencyMakesNoProgramme(t *testing.T) {
	s := newScene(t)
	terms := product.PayablesFinance(uint16(trade.Invoiced))
	terms.Currency = money.Currency(840)
	s.give(s.Maker, &book.ProposeProduct{Terms: terms})
	s.give(s.Checker, &book.ApproveProduct{Product: latest[id.Product](s, "product")})
	c := s.propose()
	c.Product = latest[id.Product](s, "product")
	h := book.Header{Sequence: s.book.Sequence() + 1, At: s.node.at + 1000, Actor: s.Maker}
	if _, rejection := book.PrepareAndDecide(s.book, &h, c); rejection == nil || rejection.Code != "currency_differs" {
		t.Error(rejection)
	}
}
