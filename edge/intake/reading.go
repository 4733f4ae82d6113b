package intake

import (
	"bytes"
	"context"
	"strings"

	"millrace/book"
	"millrace/domain/party"
	"millrace/edge/reading"
	"millrace/engine/vault"
)

// KindFileName is the kind of the names of files that came beside a document: they tend to name its parties.
const KindFileName = "file_name"

// KindMapping is the kind of mappings of tables, JSON.
const KindMapping = "mapping"

// VerificationToken stands for a tax bureau's own name for a check; zero where it gave none.
func (n *Intake) VerificationToken(reference string) [16]byte {
	if reference == "" {
		return [16]byte{}
	}
	return n.vault.Token("verification", reference)
}

// PrepareReading does what Prepare does for what reading.Read gave. Input is the file as it came and is kept as such, and the files
// of a bundle beside it. An invoice inside a PDF or a bundle is recognised by its own bytes, as if it had come alone.
func (n *Intake) PrepareReading(ctx context.Context, read *reading.Result, input []byte, channel string) (*book.RecordDocument, error) {
	c, err := n.Prepare(ctx, &read.Document, input, channel)
	if err != nil || read.Inner == nil {
		return c, err
	}
	named := c.Number != c.Content
	if c.Content = n.vault.Token("content", string(read.Inner)); !named {
		c.Number = c.Content
	}
	var items []vault.Item
	for _, companion := range read.Companions {
		name := companion.Name[strings.LastIndexAny(companion.Name, `/\`)+1:]
		items = append(items, vault.Item{Kind: KindFileName, Bytes: []byte(name)})
		if !bytes.Equal(companion.Bytes, input) {
			items = append(items, vault.Item{Kind: KindDocument, Bytes: companion.Bytes})
		}
	}
	refs, err := n.vault.PutAll(ctx, items)
	if err != nil {
		return nil, err
	}
	for _, companion := range read.Companions {
		kept := book.Companion{Name: party.Reference(refs[0]), Stored: c.Stored}
		refs = refs[1:]
		if !bytes.Equal(companion.Bytes, input) {
			kept.Stored, refs = party.Reference(refs[0]), refs[1:]
		}
		c.Companions = append(c.Companions, kept)
	}
	return c, nil
}
