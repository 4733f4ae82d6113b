package book_test

import (
	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/inventory"
)

var stockRefusals = []refusal{
	{"base_exceeded", "Without these receivables the pool would bear less than is drawn on it.", "Repay first, or withdraw fewer.", func(s *scene) (id.Actor, book.Command) {
		pool, _ := s.drawnOnPool(20_000_00)
		return s.SellerActors[0], &book.WithdrawReceivables{Pool: pool, Receivables: []id.Receivable{s.receivable(), s.receivable() - 1<<16}}
	}},
	{"financing_other_security", "The financing is not secured by goods of this owner.", "Ask for a loan on them instead.", func(s *scene) (id.Actor, book.Command) {
		s.live(9)
		return s.SellerActors[0], &book.MoveWarehouseReceipts{Step: inventory.Pledge, Receipts: []id.WarehouseReceipt{s.yard().store(tonne)}, Financing: s.financing()}
	}},
	{"margin_exceeded", "The security bears less than is to be lent, or was lent.", "Ask for less, or pledge more.", func(s *scene) (id.Actor, book.Command) {
		y := s.yard()
		p := y.onStock()
		y.price(cathodes, 8_400_00)
		return s.SellerActors[0], y.lendOn(p, 10_000_00, 60, y.store(tonne))
	}},
	{"release_exceeded", "What stays pledged would not bear the loan.", "Have a payment made first, or release less.", func(s *scene) (id.Actor, book.Command) {
		y := s.yard()
		y.borrowed(250_000_00)
		return s.FunderActor, &book.MoveWarehouseReceipts{Step: inventory.Release, Receipts: []id.WarehouseReceipt{latest[id.WarehouseReceipt](s, "warehouse_receipt")}}
	}},
	{"sale_early", "No margin call has lapsed on the loan that the goods secure, and it is not in default.", "Wait until the days to cure the call are over.", func(s *scene) (id.Actor, book.Command) {
		y := s.yard()
		y.borrowed(250_000_00)
		return s.FunderActor, &book.MoveWarehouseReceipts{Step: inventory.Sell, Receipts: []id.WarehouseReceipt{latest[id.WarehouseReceipt](s, "warehouse_receipt")}, To: s.Sellers[1]}
	}},
	{"stock_not_free", "The goods have left, are pledged, or belong to another by now.", "Name receipts that stand and are free.", func(s *scene) (id.Actor, book.Command) {
		y := s.yard()
		p, _ := y.borrowed(250_000_00)
		return s.SellerActors[0], y.lendOn(p, 0, 60, latest[id.WarehouseReceipt](s, "warehouse_receipt"))
	}},
	{"collateral_invalid", "The terms of security are of nothing, or a part of them lies outside its bounds.", "Correct the field that is named.", func(s *scene) (id.Actor, book.Command) {
		terms := stockTerms(s.Currency)
		terms.RatioTrigger = 0
		return s.Maker, &book.ProposeCollateral{Programme: s.Payables, Stock: terms}
	}},
	{"collateral_missing", "The programme has no terms in force on which it lends against such security.", "Have terms proposed and approved first.", func(s *scene) (id.Actor, book.Command) {
		s.live(5)
		return s.SellerActors[0], &book.PoolReceivables{Programme: s.Payables, Receivables: []id.Receivable{s.receivable()}}
	}},
	{"collateral_state", "The terms of security are not waiting for approval.", "Propose them again.", func(s *scene) (id.Actor, book.Command) {
		s.lends(s.Payables)
		return s.Checker, &book.ApproveCollateral{Collateral: latest[id.Collateral](s, "collateral")}
	}},
	{"collateral_unknown", "There are no such terms of security.", "Look the terms up.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.ApproveCollateral{Collateral: beyond[id.Collateral](s, "collateral")}
	}},
	{"keeper_not_apart", "The keeper belongs to the owner of the goods.", "Have the goods kept by somebody apart from their owner.", func(s *scene) (id.Actor, book.Command) {
		y := s.yard()
		c := y.arriving(tonne)
		c.Owner = y.keeper
		return y.keeperActor, c
	}},
	{"lot_invalid", "Goods, quality or unit are not codes by which a lot can be told from others.", "Use the programme's codes, and a unit of UN/ECE Recommendation 20.", func(s *scene) (id.Actor, book.Command) {
		y := s.yard()
		c := y.arriving(tonne)
		c.Lot.Unit = "?"
		return y.keeperActor, c
	}},
	{"pool_list_invalid", "No receivable is named, one is named twice, or a pool would have more than its base is worked out of.", "Name each once; withdraw those that are paid.", func(s *scene) (id.Actor, book.Command) {
		s.lends(s.Payables)
		return s.SellerActors[0], &book.PoolReceivables{Programme: s.Payables}
	}},
	{"pool_other_receivable", "A receivable is not in the pool.", "Name those that are.", func(s *scene) (id.Actor, book.Command) {
		pool := s.pooled()
		s.live(5)
		return s.SellerActors[0], &book.WithdrawReceivables{Pool: pool, Receivables: []id.Receivable{s.receivable()}}
	}},
	{"pool_other_seller", "The receivables are not all of one seller.", "Pool each seller's by themselves.", func(s *scene) (id.Actor, book.Command) {
		s.lends(s.Payables)
		s.live(5)
		first := s.receivable()
		l := s.NewLife(1)
		s.node.live(&l, 0, 5)
		return s.Maker, &book.PoolReceivables{Programme: s.Payables, Receivables: []id.Receivable{first, s.receivable()}}
	}},
	{"pool_unknown", "There is no such pool.", "Put receivables into one first.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.DetermineBase{Pool: beyond[id.Pool](s, "pool")}
	}},
	{"price_invalid", "The price is not complete, or can't be the next of its series: it is dated before the last one, or of another lot.", "Correct it; a correction of an earlier one is a later price.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.yard().priced(cathodes, 0)
	}},
	{"receipt_doubted", "Another receipt was issued for goods so alike that they may be the same.", "Have the finding cleared by a person who has looked at both.", func(s *scene) (id.Actor, book.Command) {
		y := s.yard()
		y.store(tonne)
		return s.SellerActors[0], &book.MoveWarehouseReceipts{Step: inventory.Transfer, Receipts: []id.WarehouseReceipt{y.store(tonne)}, To: s.Sellers[1]}
	}},
	{"receipt_number_used", "The keeper has issued a receipt of this number already.", "Use each number once.", func(s *scene) (id.Actor, book.Command) {
		y := s.yard()
		y.store(tonne)
		y.numbers--
		return y.keeperActor, y.arriving(tonne)
	}},
	{"receivable_pooled", "The receivable is in a pool that secures a loan: one financing per evidence.", "Withdraw it from the pool first.", func(s *scene) (id.Actor, book.Command) {
		s.pooled()
		return s.SellerActors[0], s.quote()
	}},
	{"stock_count_unknown", "There is no such count.", "Look the count up.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.ClearStockFinding{Count: beyond[id.StockCount](s, "stock_count"), Reason: load32("why")}
	}},
	{"stock_finding_none", "No finding stands against this receipt or count.", "Nothing is to be done.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.ClearStockFinding{Receipt: s.yard().store(tonne), Reason: load32("why")}
	}},
	{"stock_price_state", "The price is not waiting for approval.", "Propose a later one.", func(s *scene) (id.Actor, book.Command) {
		y := s.yard()
		y.price(cathodes, 8_400_00)
		return s.Checker, &book.ApproveStockPrice{Price: latest[id.StockPrice](s, "stock_price"), Decision: book.Approve}
	}},
	{"stock_price_unknown", "There is no such price.", "Look the price up.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.ApproveStockPrice{Price: beyond[id.StockPrice](s, "stock_price"), Decision: book.Approve}
	}},
	{"stock_short", "A count has found less than the receipts for these goods say.", "Have the goods counted again, the loss annulled, or the finding cleared by a person.", func(s *scene) (id.Actor, book.Command) {
		y := s.yard()
		r := y.store(2 * tonne)
		s.give(y.keeperActor, y.count(tonne, "short"))
		return s.SellerActors[0], &book.MoveWarehouseReceipts{Step: inventory.Transfer, Receipts: []id.WarehouseReceipt{r}, To: s.Sellers[1]}
	}},
	{"warehouse_receipt_unknown", "There is no such warehouse receipt.", "Look the receipt up.", func(s *scene) (id.Actor, book.Command) {
		return s.SellerActors[0], &book.MoveWarehouseReceipts{Step: inventory.Split, Receipts: []id.WarehouseReceipt{beyond[id.WarehouseReceipt](s, "warehouse_receipt")}}
	}},
	{"warehouse_step_refused", "The step does not start from where the receipt stands, is another party's to take, or its parts don't add up.", "See the reason in the sentence.", func(s *scene) (id.Actor, book.Command) {
		return s.SellerActors[0], &book.MoveWarehouseReceipts{Step: inventory.Deliver, Receipts: []id.WarehouseReceipt{s.yard().store(tonne)}}
	}},
}

// pooled puts a receivable into a pool.
func (s *scene) pooled() id.Pool {
	s.t.Helper()
	s.lends(s.Payables)
	s.live(5)
	s.give(s.SellerActors[0], &book.PoolReceivables{Programme: s.Payables, Receivables: []id.Receivable{s.receivable()}})
	return latest[id.Pool](s, "pool")
}

func init() { refusals = append(refusals, stockRefusals...) }
