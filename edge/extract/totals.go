package extract

import (
	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/document"
)

// Stated is what an invoice or credit note states as its totals.
type Stated struct {
	Index                                         int32 // the total; 0 when there is none
	LineExtension, TaxExclusive, TaxInclusive     Amount
	Allowance, Charge, Prepaid, Rounding, Payable Amount
	Tax                                           Amount
	Base                                          money.Minor // sum of the bases of the taxes
	BaseKnown                                     bool
	BaseField                                     string // where these stand
	ExclusiveIsTax                                bool   // TaxExclusive holds the tax, as OIOUBL 2 wants it
	PrepaidUnstated                               bool   // the profile has no place for what is prepaid, so less may be payable
}

// Totals are the amounts as the document keeps them.
func (s *Stated) Totals() trade.Totals {
	return trade.Totals{
		LineExtension: s.LineExtension.Value, Allowance: s.Allowance.Value, Charge: s.Charge.Value, TaxExclusive: s.TaxExclusive.Value,
		Tax: s.Tax.Value, TaxInclusive: s.TaxInclusive.Value, Prepaid: s.Prepaid.Value, Rounding: s.Rounding.Value, Payable: s.Payable.Value,
	}
}

// Differs adds a finding that an amount is not what follows from the others.
func (r *Extraction) Differs(code string, index int32, stated, computed money.Minor) {
	currency := r.Document.Currency
	r.Finding(code, index, money.Format(stated, currency)+" stated, "+money.Format(computed, currency)+" computed")
}

// CompareTotals checks EN 16931 BR-CO-10, -13, -15, -16 and the tax base, as far as the amounts are given.
func (r *Extraction) CompareTotals() {
	s := &r.Stated
	if s.Index == 0 {
		return
	}
	claims := r.Document.Type == trade.Invoice || r.Document.Type == trade.CreditNote
	if s.LineExtension.Usable() && !r.LineSumUnknown && len(r.Document.Lines) > 0 && r.LineSum != s.LineExtension.Value {
		r.Differs(trade.FindingLineSum, s.LineExtension.Index, s.LineExtension.Value, r.LineSum)
	}
	// Single amounts are within a hundredth of 64 bits, so these few can be added.
	net := s.LineExtension.Value - s.Allowance.Value + s.Charge.Value
	netKnown := s.LineExtension.Usable() && s.Allowance.AbsentOrUsable() && s.Charge.AbsentOrUsable()
	if s.ExclusiveIsTax {
		if s.TaxExclusive.Usable() && !s.Tax.Alien && s.TaxExclusive.Value != s.Tax.Value {
			r.Differs(trade.FindingTaxExclusive, s.TaxExclusive.Index, s.TaxExclusive.Value, s.Tax.Value)
		}
		r.Document.Totals.TaxExclusive = net
		s.BaseKnown = false // duties are taxed again
	} else if s.TaxExclusive.Usable() {
		if netKnown && s.TaxExclusive.Value != net {
			r.Differs(trade.FindingTaxExclusive, s.TaxExclusive.Index, s.TaxExclusive.Value, net)
		}
		net, netKnown = s.TaxExclusive.Value, true
	}
	if claims && s.BaseKnown && netKnown && s.Base != net {
		r.FindingAt(trade.FindingTaxBase, s.BaseField, money.Format(s.Base, r.Document.Currency)+" stated, "+
			money.Format(net, r.Document.Currency)+" computed")
	}
	gross, grossKnown := net+s.Tax.Value, netKnown && !s.Tax.Alien && claims
	if s.TaxInclusive.Usable() {
		if grossKnown && s.TaxInclusive.Value != gross {
			r.Differs(trade.FindingTaxInclusive, s.TaxInclusive.Index, s.TaxInclusive.Value, gross)
		}
		gross, grossKnown = s.TaxInclusive.Value, true
	}
	payable := gross - s.Prepaid.Value + s.Rounding.Value
	if s.PrepaidUnstated && s.Payable.Value <= gross {
		grossKnown = false
	}
	if grossKnown && s.Prepaid.AbsentOrUsable() && s.Rounding.AbsentOrUsable() && s.Payable.Usable() && s.Payable.Value != payable {
		r.Differs(trade.FindingPayable, s.Payable.Index, s.Payable.Value, payable)
	}
	if s.Payable.Value < 0 {
		r.Finding(trade.FindingNegative, s.Payable.Index, money.Format(s.Payable.Value, r.Document.Currency))
	}
}

// JudgeKind reads UNTDID 1001, which stands in the field named: 389 and 261 are self-billed, 384 corrects, 393 and 396 are
// factored. So is a claim that somebody else than the seller is to be paid for.
func (r *Extraction) JudgeKind(typeField, payeeField string) {
	d := &r.Document
	switch d.TypeCode {
	case "389", "261":
		r.FindingAt(trade.FindingSelfBilled, typeField, d.TypeCode)
	case "384":
		r.FindingAt(trade.FindingCorrective, typeField, d.TypeCode)
	case "393", "396":
		r.FindingAt(trade.FindingFactored, typeField, d.TypeCode)
	}
	if d.Payee != nil && !document.SameParty(d.Payee, &d.Seller) {
		r.FindingAt(trade.FindingFactored, payeeField, "")
	}
}

// JudgeDates looks at the due date, which stands in the field named.
func (r *Extraction) JudgeDates(field string) {
	d := &r.Document
	if d.Type == trade.Invoice && d.Due.IsZero() {
		r.FindingAt(trade.FindingDueDate, field, "")
	}
	if !d.Due.IsZero() && d.Due < d.Issued {
		r.FindingAt(trade.FindingDueDateEarly, field, d.Due.String()+" due, "+d.Issued.String()+" issued")
	}
}

// JudgeParties wants an identifier of both sides, which stand in the fields named.
func (r *Extraction) JudgeParties(sellerField, buyerField string) {
	if !r.Document.Seller.Identified() {
		r.FindingAt(trade.FindingParty, sellerField, "")
	}
	if !r.Document.Buyer.Identified() {
		r.FindingAt(trade.FindingParty, buyerField, "")
	}
}
