package book

import (
	"millrace/domain/funding"
	"millrace/domain/legal"
)

func init() {
	Corruptions = append(Corruptions, []Corruption{
		{"number_differs", "a notice that calls itself another", func(b *Book) {
			first(&b.notices, func(n *legal.Notice) bool { return n.State == legal.NoticeDrafted }).ID += 1 << 16
		}},
		{"second_person", "a text that its author approved", func(b *Book) { b.templates.at(1).Checker = b.templates.at(1).Maker }},
		{"second_person", "a registration on one person's word", func(b *Book) { b.registrations.at(1).Checker = 0 }},
		{"second_person", "a waiver by who found it", func(b *Book) {
			e := first(&b.encumbrances, func(e *legal.Encumbrance) bool { return e.State == legal.Waived })
			e.Checker = e.Maker
		}},
		{"agreement_state", "an agreement in force that is called a draft", func(b *Book) { b.agreements.at(1).State = legal.Drafted }},
		{"agreement_template", "another text", func(b *Book) { b.agreements.at(1).Deed.TextHash[0] ^= 1 }},
		{"agreement_signature", "a stranger's key", func(b *Book) {
			a, other := b.agreements.at(1), b.signingKeys.at(b.signingKeys.count)
			x := append([]legal.Execution(nil), a.Executions...)
			x[0].Keys = append(x[0].Keys[:0:0], other.ID)
			a.Executions = x
		}},
		{"financing_unfounded", "an agreement with another than the funder", func(b *Book) {
			f := b.financed(funding.Outstanding)
			terms := &b.products.at(f.Product.Number()).Terms
			terms.Agreements |= 1 << legal.SetOffConsent
		}},
		{"notice_state", "served by its state, and on no day", func(b *Book) {
			n := first(&b.notices, func(n *legal.Notice) bool { return n.State == legal.NoticeDrafted })
			n.State = legal.NoticeServed
		}},
		{"misdirected_payment", "a payment of nothing", func(b *Book) { b.misdirected.at(1).Amount = 0 }},
		{"misdirected_payment", "more freed than was paid", func(b *Book) {
			m := first(&b.misdirected, func(m *legal.Misdirected) bool { return m.Effect == legal.Discharged })
			m.Amount = b.receivables.at(m.Receivable.Number()).Paid + 1
		}},
		{"reassignment_claim", "given back by another", func(b *Book) { b.reassignments.at(1).From = b.reassignments.at(1).To }},
		{"registration_state", "live without a number", func(b *Book) { b.registrations.at(1).Number = "" }},
		{"search_findings", "found in another registry", func(b *Book) {
			e := b.encumbrances.at(1)
			delete(b.encumbranceOf, encumbranceKey{e.Grantor, e.Registry, e.Number})
			e.Registry = "another"
			b.encumbranceOf[encumbranceKey{e.Grantor, e.Registry, e.Number}] = e.ID
		}},
		{"index_templates", "a version forgotten", func(b *Book) { delete(b.templateVersions, b.templates.at(1).Name) }},
		{"index_agreements", "an agreement not found", func(b *Book) {
			a := b.agreements.at(1)
			one, two := a.Deed.Kind.Between()
			delete(b.agreementsOf, agreementKey{a.Deed.Kind, a.Deed.PartyIn(one), a.Deed.PartyIn(two)})
		}},
		{"index_agreements", "an agreement that nobody signed", func(b *Book) { b.agreementsOf[agreementKey{}] = append(b.agreementsOf[agreementKey{}], 1) }},
		{"index_notices", "a notice not found", func(b *Book) {
			n := b.notices.at(1)
			delete(b.noticesOf, noticeKey{n.Seller, n.Debtor, n.Programme, n.Receivable})
		}},
		{"index_notices", "a notice that was not served", func(b *Book) { b.noticesOf[noticeKey{}] = append(b.noticesOf[noticeKey{}], 1) }},
		{"index_misdirected", "a payment not found", func(b *Book) { delete(b.misdirectedOf, b.misdirected.at(1).Receivable) }},
		{"index_reassignments", "a reassignment not found", func(b *Book) { delete(b.reassignmentOf, b.reassignments.at(1).Receivable) }},
		{"index_registrations", "a registration not found", func(b *Book) { clear(b.registrationsOf) }},
		{"index_searches", "a search not found", func(b *Book) { clear(b.searchOf) }},
		{"index_encumbrances", "an encumbrance not found", func(b *Book) { clear(b.encumbrancesOf) }},
		{"index_sales_contracts", "a contract not found", func(b *Book) { clear(b.salesContractOf) }},
	}...)
}
