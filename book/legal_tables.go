package book

import "millrace/domain/legal"

// legalTables describes the tables of agreements, notices and registrations.
func legalTables() {
	tables[tableTemplate] = held("template", func(b *Book) *shelf[legal.Template] { return &b.templates },
		[]Column{col("name", Text), col("kind", Text), col("state", Text)},
		func(r *legal.Template) []any { return []any{r.Name, r.Kind.String(), r.State.String()} })
	tables[tableAgreement] = held("agreement", func(b *Book) *shelf[legal.Agreement] { return &b.agreements },
		[]Column{col("kind", Text), ind("first", Integer), ind("second", Integer), col("parties", Text), col("state", Text)},
		func(r *legal.Agreement) []any {
			first, second := r.Deed.Kind.Between()
			return []any{r.Deed.Kind.String(), int64(r.Deed.PartyIn(first)), int64(r.Deed.PartyIn(second)), signatoryText(r), r.State.String()}
		})
	tables[tableNotice] = held("notice", func(b *Book) *shelf[legal.Notice] { return &b.notices },
		[]Column{col("kind", Text), ind("seller", Integer), ind("debtor", Integer), col("funder", Integer), col("programme", Integer), ind("receivable", Integer), col("state", Text)},
		func(r *legal.Notice) []any {
			return []any{r.Kind.String(), int64(r.Seller), int64(r.Debtor), int64(r.Funder), int64(r.Programme), int64(r.Receivable), r.State.String()}
		})
	tables[tableMisdirected] = held("misdirected", func(b *Book) *shelf[legal.Misdirected] { return &b.misdirected },
		[]Column{ind("receivable", Integer), ind("financing", Integer), col("state", Text), ind("holder", Integer), ind("recovery", Text), col("due", Integer)},
		func(r *legal.Misdirected) []any {
			return []any{int64(r.Receivable), int64(r.Financing), r.Effect.String(), int64(r.Recovery.Holder), r.Recovery.State.String(), int64(r.Recovery.Due)}
		})
	tables[tableReassignment] = held("reassignment", func(b *Book) *shelf[legal.Returned] { return &b.reassignments },
		[]Column{ind("receivable", Integer), ind("financing", Integer), col("funder", Integer), col("seller", Integer)},
		func(r *legal.Returned) []any {
			return []any{int64(r.Receivable), int64(r.Financing), int64(r.From), int64(r.To)}
		})
	tables[tableRegistration] = held("registration", func(b *Book) *shelf[legal.Registration] { return &b.registrations },
		[]Column{ind("seller", Integer), ind("funder", Integer), ind("receivable", Integer), col("state", Text), col("pending", Text)},
		func(r *legal.Registration) []any {
			return []any{int64(r.Grantor), int64(r.Secured), int64(r.Receivable), r.State.String(), r.Pending.String()}
		})
	tables[tableSearch] = held("search", func(b *Book) *shelf[legal.Search] { return &b.searches },
		[]Column{ind("against", Integer), col("date", Integer), col("maker", Integer)},
		func(r *legal.Search) []any { return []any{int64(r.Against), int64(r.Date), int64(r.Maker)} })
	tables[tableEncumbrance] = held("encumbrance", func(b *Book) *shelf[legal.Encumbrance] { return &b.encumbrances },
		[]Column{ind("grantor", Integer), ind("receivable", Integer), col("search", Integer), col("state", Text)},
		func(r *legal.Encumbrance) []any {
			return []any{int64(r.Grantor), int64(r.Receivable), int64(r.Search), r.State.String()}
		})
	tables[tableSalesContract] = held("sales_contract", func(b *Book) *shelf[legal.SalesContract] { return &b.salesContracts },
		[]Column{ind("seller", Integer), ind("buyer", Integer)},
		func(r *legal.SalesContract) []any { return []any{int64(r.Seller), int64(r.Buyer)} })
}

// signatoryText lists the parties of an agreement, each between spaces, so that one can be found by a part of the text.
func signatoryText(a *legal.Agreement) string {
	text := " "
	for _, p := range a.Deed.Parties {
		text += p.Party.String() + " "
	}
	return text
}

// loadedLegal builds the indexes of agreements, notices and registrations from their tables.
func (b *Book) loadedLegal() {
	for number := uint64(1); number <= b.agreements.count; number++ {
		if a := b.agreements.at(number); bindsAll(a) {
			b.indexAgreement(a)
		}
	}
	b.templates.each(b.indexTemplate)
	b.notices.each(b.indexNotice)
	b.misdirected.each(b.indexMisdirected)
	b.reassignments.each(b.indexReassignment)
	b.registrations.each(b.indexRegistration)
	b.searches.each(b.indexSearch)
	b.encumbrances.each(b.indexEncumbrance)
	b.salesContracts.each(b.indexSalesContract)
}

// bindsAll tells whether all parties have signed an agreement, whatever became of it.
func bindsAll(a *legal.Agreement) bool {
	for i := range a.Executions {
		if a.Executions[i].Date == 0 {
			return false
		}
	}
	return true
}
