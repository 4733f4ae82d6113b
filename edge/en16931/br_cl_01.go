package en16931

var brCL01 = Rule{
	Name:     "BR-CL-01",
	Sentence: "The type of document is a code of UNTDID 1001 for invoices and credit notes.",
	Terms:    []string{"BT-3"},
	Severity: Fatal,
	check: func(n *inspection) {
		switch code := n.TypeCode; {
		case n.Syntax == UBL && n.CreditNote:
			n.requireCode(code, creditNoteTypes)
		case n.Syntax == UBL || !creditNoteTypes.holds(code.Value):
			n.requireCode(code, invoiceTypes)
		}
	},
}
