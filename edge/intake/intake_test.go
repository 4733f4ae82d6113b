package intake_test

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"millrace/book"
	"millrace/domain/trade"
	"millrace/edge/document"
	"millrace/edge/intake"
	"millrace/engine/vault"
)

func open(t *testing.T) (*intake.Intake, *vault.Vault) {
	t.Helper()
	v, err := vault.Open("", vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	return intake.New(v), v
}

func invoice() *document.Document {
	return &document.Document{
		Type: trade.Invoice, Number: " INV  7 ", OrderNumber: "po-1",
		Seller: document.Party{Name: "Lindach", LegalName: "Lindach Guss GmbH", Country: "DE", Identifiers: []document.Identifier{
			{Kind: document.IdentifierEndpoint, Scheme: "0088", Value: "9520004100106"}, {Kind: document.IdentifierTax, Scheme: "VAT", Value: "DE 999 333 444"},
			{Kind: document.IdentifierLegal, Scheme: "0199", Value: "999000HAVELM4K7Q2X48"}, {Kind: document.IdentifierGivenByBuyer, Value: "4711"},
		}},
		Buyer: document.Party{Name: "Steinau", Country: "DE"},
		Lines: []document.Line{{Number: "1", Quantity: 5_000_000, Item: document.Item{SellerID: "A-1"}}},
	}
}

// What a document says of a party and what an operator registers must lead to the same party.
func TestADocumentsPartyIsTheRegisteredOne(t *testing.T) {
	n, _ := open(t)
	registered := n.PartyTokens(intake.Profile{Name: "Another name", Country: "AT", Identifiers: []intake.Identifier{
		{Scheme: "GLN", Value: "9520004100106"}, {Scheme: "LEI", Value: "999000HAVELM4K7Q2X48"}, {Scheme: "VAT", Value: "de999333444"},
	}})
	read := n.PartyTokens(intake.ProfileOf(invoice().Seller))
	if !slices.Equal(registered[:3], read[:3]) {
		t.Errorf("LEI, VAT and GLN give %x and %x", registered[:3], read[:3])
	}
	if len(read) != 4 || registered[3] == read[3] {
		t.Errorf("identifiers and name give %d tokens", len(read))
	}
}

func TestPreparedCommandHoldsNoName(t *testing.T) {
	n, v := open(t)
	content := []byte("<Invoice>Lindach Guss GmbH</Invoice>")
	c, err := n.Prepare(context.Background(), invoice(), content, "folder")
	if err != nil {
		t.Fatal(err)
	}
	stored := book.AppendCommand(nil, c)
	for _, text := range []string{"Lindach", "Steinau", "999333444", "HAVELM", "A-1", "4711"} {
		if bytes.Contains(stored, []byte(text)) {
			t.Errorf("the command as stored holds %q", text)
		}
	}
	kind, kept, err := v.Get(context.Background(), vault.Ref(c.Stored))
	if err != nil || kind != intake.KindDocument || !bytes.Equal(kept, content) {
		t.Errorf("the vault holds %s %q, %v", kind, kept, err)
	}
	again, err := n.Prepare(context.Background(), invoice(), content, "folder")
	if err != nil {
		t.Fatal(err)
	}
	if again.Seller != c.Seller || again.Content != c.Content || again.Stored == c.Stored {
		t.Error("the same profile is kept once, the same bytes have one token, and each keeping its own reference")
	}
}

func TestNumbersAndContents(t *testing.T) {
	n, _ := open(t)
	prepare := func(change func(*document.Document)) *book.RecordDocument {
		t.Helper()
		doc := invoice()
		change(doc)
		c, err := n.Prepare(context.Background(), doc, []byte(doc.Number), "folder")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	first := prepare(func(*document.Document) {})
	spaced := prepare(func(d *document.Document) { d.Number = "inv 7" })
	if first.Number != spaced.Number || first.Number != n.InvoiceToken("INV 7") {
		t.Error("blanks and case make another number")
	}
	renumbered := prepare(func(d *document.Document) { d.Number = "INV 8" })
	if renumbered.Number == first.Number || renumbered.Lines != first.Lines {
		t.Error("another number changes what is billed, or is no other number")
	}
	if more := prepare(func(d *document.Document) { d.Lines[0].Quantity++ }); more.Lines == first.Lines {
		t.Error("another quantity bills the same")
	}
	order := prepare(func(d *document.Document) { d.Type, d.Number = trade.Order, "PO-1" })
	if order.Number != first.Order {
		t.Error("an invoice does not find its order")
	}
	if nameless := prepare(func(d *document.Document) { d.Number = "" }); nameless.Document.Number == "" || nameless.Number == first.Number {
		t.Error("a document without a number has no identity of its own")
	}
}
