package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/lab/load"
)

// sellerPays brings money of the seller for the financing, and tells whether it is taken.
func (r *run) sellerPays(code string, amount money.Minor) {
	r.t.Helper()
	c := &book.Allocate{Receipt: r.comes("money of the seller comes in", amount), Financing: r.financing(), Amount: amount, Payer: book.BySeller}
	if code == "" {
		r.give(r.Maker, c)
	} else {
		r.refused(code, r.Maker, c)
	}
	r.sound()
}

// Factoring of 60,000.00 at 80 %. What a dispute of 30,000.00 leaves without cover is 18,000.00 of the 48,000.00; the seller answers for it as far
// as the product says.
func TestRecourseForADisputeInPart(t *testing.T) {
	for _, test := range []struct {
		name   string
		extent product.Extent
		days   int32
		most   money.Minor
	}{
		{"all", product.Extent{}, 0, 18_000_00},
		{"a share of 40 %", product.Extent{Share: 400_000}, 0, 7_200_00},
		{"a first loss of 10 % of the principal", product.Extent{FirstLoss: 100_000}, 0, 4_800_00},
		{"all after 20 days", product.Extent{}, 20, 18_000_00},
	} {
		t.Run(test.name, func(t *testing.T) {
			terms := termsOf(t, "factoring")
			terms.Extents.Dispute, terms.DisputeDays, terms.Fees = test.extent, test.days, terms.Fees[1:]
			terms.Waterfall = []product.Tier{product.TierLateInterest, product.TierInterest, product.TierPrincipal, product.TierReserve, product.TierSeller}
			r := newRun(t, terms, deals["factoring"])
			r.evidence()
			f := r.financed()
			r.sellerPays("recourse_not_called", 1_00)
			r.disputes(f.Receivable, 30_000_00)
			loans := ledger.Key{Entity: r.Funder, Programme: r.programme, Counterparty: r.Sellers[0], Code: ledger.LoansToSellers}
			bought := ledger.Key{Entity: r.Funder, Programme: r.programme, Counterparty: r.Anchor, Code: ledger.PurchasedReceivables}
			r.stands(map[ledger.Key]money.Minor{loans: test.most, bought: 48_000_00 - test.most})
			if test.days > 0 {
				r.sellerPays("recourse_not_called", 1_00)
				r.opens(r.Today.AddDays(int(test.days)))
			}
			interest := money.Minor(0)
			if test.days > 0 {
				interest = 102_67 // 48,000.00 at 3.85 % for 20 days
			}
			r.sellerPays("exceeds_owed", test.most+interest+1)
			r.sellerPays("", 1_000_00+interest)
			r.stands(map[ledger.Key]money.Minor{loans: test.most - 1_000_00, bought: 48_000_00 - test.most})
			r.sellerPays("exceeds_owed", test.most-1_000_00+1)
			r.sellerPays("", test.most-1_000_00)
			r.stands(map[ledger.Key]money.Minor{loans: 0, bought: 48_000_00 - test.most})
		})
	}
}

// A seller that has sold without recourse bears the interest. What the buyer's payment leaves open because interest came first it pays.
func TestASellerPaysWhatItBearsAndTheDebtDoesNotCover(t *testing.T) {
	terms := termsOf(t, "factoring")
	terms.AdvanceRate, terms.ReserveRate, terms.ReserveDays, terms.Fees = money.RateOne, 0, 0, nil
	terms.Waterfall = []product.Tier{product.TierLateInterest, product.TierInterest, product.TierPrincipal, product.TierSeller}
	r := newRun(t, terms, deals["factoring"])
	r.evidence()
	f := r.financed()
	r.until(f.Due)
	r.buyerPays("the debt is paid", r.amount)
	const interest = 397_83 // 60,000.00 at 3.85 % for 62 days
	if g := r.now(); g.InterestPaid != interest || g.Exposure() != interest {
		t.Fatalf("%+v", g)
	}
	r.sellerPays("exceeds_owed", interest+1)
	r.sellerPays("", interest)
	r.step("closed", r.Maker, &book.CloseFinancing{Financing: f.ID})
}

// A loan on a sale with recourse for half of what is owed when the buyer does not pay.
func TestRecourseForDefaultInPart(t *testing.T) {
	terms := termsOf(t, "factoring")
	terms.Recourse.ProtractedDefault, terms.Recourse.DefaultAfterDays, terms.Extents.ProtractedDefault = true, 10, product.Extent{Share: 500_000}
	terms.SellerReview, terms.ReserveRate, terms.ReserveDays, terms.Fees, terms.LatePayer = true, 0, 0, nil, product.Buyer
	terms.Waterfall = []product.Tier{product.TierLateInterest, product.TierInterest, product.TierPrincipal, product.TierSeller}
	r := newRun(t, terms, deals["factoring"])
	r.evidence()
	f := r.financed()
	r.opens(f.Due.AddDays(10))
	r.sellerPays("recourse_not_called", 1_00)
	r.give(r.FunderActor, &book.CallRecourse{Financing: f.ID})
	// 48,000.00, interest 318.27 and late interest of 10 days at 10.15 %, 135.33: half is 24,226.80.
	r.sellerPays("exceeds_owed", 24_226_81)
	r.sellerPays("", 24_226_80)
	r.sellerPays("exceeds_owed", 1)
}

// A bank that took back what had paid a financing opens it again, and what its close had given out of the reserve is held again.
func TestAReversalHoldsTheReserveAgain(t *testing.T) {
	r := newRun(t, termsOf(t, "factoring"), deals["factoring"])
	r.evidence()
	f := r.financed()
	r.until(f.Due)
	r.buyerPays("the debt is paid", r.amount)
	receipt := r.receipt()
	r.until(f.Due.AddDays(30))
	r.step("closed", r.Maker, &book.CloseFinancing{Financing: f.ID})
	if g := r.now(); g.Besides.Held != 0 {
		t.Errorf("%+v", g.Besides)
	}
	r.step("taken back", r.machine, &book.ReverseReceipt{Receipt: receipt, Line: load.Token("back"), Value: r.book.Date()})
	if g := r.now(); g.Exposure() != g.Principal || g.Besides.FeesPaid != 0 || g.Besides.Held != 0 {
		t.Errorf("%+v", g)
	}
	r.buyerPays("the debt is paid again", r.amount)
	if g := r.now(); g.Besides.Held == 0 {
		t.Errorf("%+v", g)
	}
	r.step("closed", r.Maker, &book.CloseFinancing{Financing: f.ID})
	r.moved("In all", r.base)
}
