package cii

import (
	"slices"

	"millrace/domain/trade"
	"millrace/edge/document"
	"millrace/edge/extract"
	"millrace/edge/markup"
)

// takeLines reads the lines. Those of the kinds GROUP and INFORMATION repeat or explain others and claim nothing, so they
// are left out.
func (r *extraction) takeLines(transaction int32) {
	for c := r.Nodes[transaction].Child; c != 0 && r.Failed == nil; c = r.Nodes[c].Next {
		if r.Nodes[c].Element != ramIncludedSupplyChainTradeLineItem {
			continue
		}
		number := r.demand(c, ramAssociatedDocumentLineDocument, ramLineID)
		if number == 0 {
			return
		}
		head := r.Nodes[number].Parent
		line := document.Line{Number: r.TextOf(number), Status: r.TextAt(head, ramLineStatusReasonCode)}
		if line.Status == "GROUP" || line.Status == "INFORMATION" {
			continue
		}
		r.takeLine(line, c)
	}
	r.TakeOrderFromLines()
}

func (r *extraction) takeLine(line document.Line, index int32) {
	facts := extract.LineFacts{Index: index, Base: extract.One, Factor: extract.One}
	for c := r.Nodes[index].Child; c != 0; c = r.Nodes[c].Next {
		switch r.Nodes[c].Element {
		case ramSpecifiedTradeProduct:
			line.Item = r.item(c)
		case ramSpecifiedLineTradeAgreement:
			line.OrderLine = r.TextAt(c, ramBuyerOrderReferencedDocument, ramLineID)
			line.OrderNumber = r.TextAt(c, ramBuyerOrderReferencedDocument, ramIssuerAssignedID)
			r.takePrice(&line, &facts, c)
		case ramSpecifiedLineTradeDelivery:
			r.takeLineDelivery(&line, &facts, c)
		case ramSpecifiedLineTradeSettlement:
			r.takeLineSettlement(&facts, c)
		}
	}
	line.Amount = facts.Amount.Value
	r.KeepLine(line, facts)
}

func (r *extraction) item(index int32) document.Item {
	var item document.Item
	for c := r.Nodes[index].Child; c != 0; c = r.Nodes[c].Next {
		switch r.Nodes[c].Element {
		case ramGlobalID:
			item.Standard = document.Identifier{Scheme: markup.Collapse(r.Attribute(c, "schemeID")), Value: r.TextOf(c)}
		case ramSellerAssignedID:
			item.SellerID = r.TextOf(c)
		case ramBuyerAssignedID:
			item.BuyerID = r.TextOf(c)
		case ramManufacturerAssignedID:
			item.ManufacturerID = r.TextOf(c)
		case ramName:
			if item.Name == "" {
				item.Name = r.TextOf(c)
			}
		case ramDescription:
			if item.Description == "" {
				item.Description = r.TextOf(c)
			}
		}
	}
	return item
}

func (r *extraction) takePrice(line *document.Line, facts *extract.LineFacts, agreement int32) {
	price := r.Find(agreement, ramNetPriceProductTradePrice)
	if price == 0 {
		return
	}
	if base := r.Find(price, ramBasisQuantity); base != 0 {
		facts.Base = r.Positive(base)
	}
	if factor := r.Find(price, ramOrderUnitConversionFactorNumeric); factor != 0 {
		facts.Factor = r.Positive(factor)
	}
	r.TakePrice(line, facts, r.demand(price, ramChargeAmount))
}

func (r *extraction) takeLineDelivery(line *document.Line, facts *extract.LineFacts, delivery int32) {
	d := &r.Document
	if c := r.Find(delivery, ramBilledQuantity); c != 0 {
		line.Quantity = trade.Quantity(r.Scaled(c, trade.QuantityDigits, markup.CodeQuantityRange))
		line.Unit = markup.Collapse(r.Attribute(c, "unitCode"))
		facts.Quantity = c
	}
	for _, kind := range [...]markup.Element{ramDespatchAdviceReferencedDocument, ramDeliveryNoteReferencedDocument} {
		if c := r.Find(delivery, kind); c != 0 && line.DespatchNumber == "" {
			line.DespatchNumber, line.DespatchLine = r.TextAt(c, ramIssuerAssignedID), r.TextAt(c, ramLineID)
		}
	}
	if number := r.TextAt(delivery, ramReceivingAdviceReferencedDocument, ramIssuerAssignedID); number != "" && !slices.Contains(d.ReceiptNumbers, number) {
		d.ReceiptNumbers = append(d.ReceiptNumbers, number)
	}
}

// takeLineSettlement reads what the line costs, and what is added to and taken off quantity times price.
func (r *extraction) takeLineSettlement(facts *extract.LineFacts, settlement int32) {
	summation := r.demand(settlement, ramSpecifiedTradeSettlementLineMonetarySummation)
	if summation == 0 || r.demand(summation, ramLineTotalAmount) == 0 {
		return
	}
	facts.Amount = r.stated(summation, ramLineTotalAmount)
	for c := r.Nodes[settlement].Child; c != 0; c = r.Nodes[c].Next {
		switch r.Nodes[c].Element {
		case ramSpecifiedTradeAllowanceCharge:
			r.takeAllowance(facts, c)
		case ramSpecifiedLogisticsServiceCharge:
			if applied := r.stated(c, ramAppliedAmount); applied.Usable() {
				facts.Added = r.Sum(facts.Added, applied.Value, c)
			}
		}
	}
}

func (r *extraction) takeAllowance(facts *extract.LineFacts, index int32) {
	stated := r.stated(index, ramActualAmount)
	value := stated.Value
	switch r.TextAt(index, ramChargeIndicator, udtIndicator) + r.TextAt(index, ramChargeIndicator, udtIndicatorString) {
	case "true", "1":
	case "false", "0":
		value = -value
	default:
		facts.Mixed = true
	}
	if stated.Alien {
		facts.Mixed = true
		return
	}
	facts.Added = r.Sum(facts.Added, value, index)
}
