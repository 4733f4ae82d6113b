package intake

import (
	"context"
	"crypto/sha256"

	"millrace/book"
	"millrace/domain/party"
	"millrace/edge/document"
	"millrace/engine/vault"
)

// Input is a document as it was read, with the bytes of its file.
type Input struct {
	Document *document.Document
	Bytes    []byte
}

// PrepareAll does what Prepare does for many documents, each a file of its own, with one commit for the bytes of all. Commands are in the order of
// the inputs.
func (n *Intake) PrepareAll(ctx context.Context, inputs []Input, channel string) ([]*book.RecordDocument, error) {
	commands, items := make([]*book.RecordDocument, len(inputs)), make([]vault.Item, len(inputs))
	for i, in := range inputs {
		c, err := n.described(ctx, in.Document, in.Bytes, channel)
		if err != nil {
			return nil, err
		}
		commands[i], items[i] = c, vault.Item{Kind: KindDocument, Bytes: in.Bytes}
	}
	stored, err := n.vault.PutAll(ctx, items)
	if err != nil {
		return nil, err
	}
	for i := range stored {
		commands[i].Stored = party.Reference(stored[i])
	}
	return commands, nil
}

// described makes the command of a document whose bytes are not kept yet; the profiles that it gives are.
func (n *Intake) described(ctx context.Context, doc *document.Document, bytes []byte, channel string) (*book.RecordDocument, error) {
	seller, buyer := ProfileOf(doc.Seller), ProfileOf(doc.Buyer)
	c := &book.RecordDocument{Document: n.document(doc, seller, buyer), Channel: channel, Hash: sha256.Sum256(bytes)}
	n.tokens(c, doc, bytes)
	var err error
	if c.Seller, err = n.StoreProfile(ctx, seller); err != nil {
		return nil, err
	}
	c.Buyer, err = n.StoreProfile(ctx, buyer)
	return c, err
}

// StoreAll puts texts into the vault with one commit, and gives their references in order.
func (n *Intake) StoreAll(ctx context.Context, items []vault.Item) ([][32]byte, error) {
	kept, err := n.vault.PutAll(ctx, items)
	if err != nil {
		return nil, err
	}
	references := make([][32]byte, len(kept))
	for i := range kept {
		references[i] = kept[i]
	}
	return references, nil
}
