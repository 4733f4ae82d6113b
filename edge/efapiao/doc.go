// Package efapiao reads China's fully digitalised electronic invoice (数电票) in the XML that the tax authority's platform
// delivers, and the OFD and PDF that come beside it.
//
// As edge/ubl it gives two verdicts. What can be read is accepted, and what it says wrongly stays on it as findings.
// Rejected is what cannot be read, or names neither invoice, day, total nor parties; Codes lists every reason. No schema is
// published: elements other than those below are left aside, whatever their order; each of those below may stand once.
//
//	EInvoice
//	  Header            EIid, EInvoiceTag (SWEI and the bureau's region), InherentLabel/InIssuType/LabelCode (Y blue, N red),
//	                    InherentLabel/GeneralOrSpecialVAT/LabelName
//	  EInvoiceData
//	    SellerInformation, BuyerInformation    …IdNum, …Name, …Addr, …BankAccNum
//	    BasicInformation                       TotalAmWithoutTax, TotalTaxAm, TotalTax-includedAmount, RequestTime
//	    IssuItemInformation, one a line        ItemName, SpecMod, MeaUnits, Quantity, UnPrice, Amount, TaxRate, ComTaxAm,
//	                                           TotaltaxIncludedAmount
//	    AdditionalInformation/Remark
//	  TaxSupervisionInfo                       InvoiceNumber, IssueTime
//
// The number has 20 digits and is unique in the country. A red invoice (红字) is negative throughout and reverses a blue one, in
// whole or in part: it becomes a credit note with positive amounts. The blue invoice's number stands in the remark, where the
// platform writes it from the confirmation of the reversal. A line with a negative amount and no quantity is the discount of
// the line before it. There is no due date: that is a finding of every invoice, until the buyer's confirmation brings one.
//
// Sources: the elements as public readers of these files name them; GB 32100-2015 for the unified social credit code; GB/T 33190
// for OFD.
package efapiao
