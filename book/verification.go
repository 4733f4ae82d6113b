package book

import (
	"millrace/domain/billing"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/trade"
)

func init() {
	registerCommand(func() act { return &RecordVerification{} })
	registerEvent(func() fact { return &VerificationRecorded{} })
	permitted[commandRecordVerification] = party.Operator
	tables[tableVerification] = held("verification", func(b *Book) *shelf[Verification] { return &b.verifications },
		[]Column{ind("document", Integer), col("status", Text), col("at", Integer)},
		func(r *Verification) []any { return []any{int64(r.Document), r.Status.String(), r.At} })
}

// RecordVerification keeps what a tax bureau has said of an invoice or a credit note: dated evidence, not the last word. A later answer
// may say something else.
type RecordVerification struct {
	Document  id.Document        `cbor:"1,keyasint"`
	Identity  [16]byte           `cbor:"2,keyasint"` // of the document, as its row has it
	Status    trade.Verification `cbor:"3,keyasint"`
	At        int64              `cbor:"4,keyasint"`          // by the bureau's clock, microseconds since the Unix epoch
	Reference [16]byte           `cbor:"5,keyasint,omitzero"` // token of the bureau's own name for the check; zero when it gave none
}

// Kind names the stored form.
func (*RecordVerification) Kind() uint16 { return commandRecordVerification }

// aheadMax is how far a bureau's clock may be ahead of this node's, in microseconds.
const aheadMax = 24 * 3600 * 1_000_000

func (c *RecordVerification) decide(d *draft) *Rejection {
	if c.Document.Number() == 0 || c.Document.Number() > d.documents {
		return reject("document_unknown", "document", "there is no document %s", c.Document)
	}
	if c.Status < trade.VerifiedValid || c.Status > trade.VerifiedDiffers {
		return reject("verification_invalid", "status", "an answer is valid, void, red, unknown or differs")
	}
	if c.At <= 0 || c.At > d.header.At+aheadMax {
		return reject("verification_invalid", "at", "an answer has the time at which it was given, and that is past")
	}
	if latest := d.verifications.at(d.verificationOf[c.Document].Number()); latest != nil && latest.At > c.At {
		return reject("verification_older", "at", "an answer that was given later, %q, is on record", latest.Status)
	}
	v := Verification{
		ID: id.Make[id.Verification](d.shard, d.number(tableVerification, d.verifications.count)), Document: c.Document, Status: c.Status,
		At: c.At, Reference: c.Reference, Actor: d.header.Actor,
	}
	packed, found := d.identities.get(c.Identity)
	was := unpackIdentity(packed)
	if !found || !was.kept {
		return reject("document_unknown", "identity", "the identity is that of no document")
	}
	if was.isReceivable {
		r := d.receivables.at(uint64(was.number))
		if r.Document != c.Document {
			return reject("document_repeats", "document", "receivable %s stands on %s: what is said of another document says nothing of it", r.ID, r.Document)
		}
		v.Receivable = r.ID
		if v.Status.Verdict() != 0 {
			d.releaseHeld(r)
		}
	}
	d.emit(&VerificationRecorded{Verification: v})
	return nil
}

// Verification is one answer of a tax bureau.
type Verification struct {
	ID         id.Verification    `cbor:"1,keyasint"`
	Document   id.Document        `cbor:"2,keyasint"`
	Receivable id.Receivable      `cbor:"3,keyasint,omitempty"` // that stood on it then; 0 for none
	Status     trade.Verification `cbor:"4,keyasint"`
	At         int64              `cbor:"5,keyasint"`
	Reference  [16]byte           `cbor:"6,keyasint,omitzero"`
	Actor      id.Actor           `cbor:"7,keyasint"` // who recorded it
	Entry      uint64             `cbor:"8,keyasint"`
}

// verdictOn is the finding that the latest answer about a document leaves.
func (d *draft) verdictOn(document id.Document) trade.FindingSet {
	if v := d.verifications.at(d.verificationOf[document].Number()); v != nil {
		return v.Status.Verdict()
	}
	return 0
}

// verified refuses an invoice that no tax bureau has said is valid, where the programme asks for that.
func (u *use) verified(d *draft) *Rejection {
	if !u.programme.VerifiedInvoices {
		return nil
	}
	said := "nothing"
	if v := d.verifications.at(d.verificationOf[u.receivable.Document].Number()); v != nil {
		if v.Status == trade.VerifiedValid {
			return nil
		}
		said = v.Status.String()
	}
	return reject("verification_missing", "receivable", "programme %s finances invoices that the tax bureau calls valid; of this one it says %s", u.programme.ID, said)
}

// VerificationRecorded says what a tax bureau has said.
type VerificationRecorded struct {
	Verification Verification `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*VerificationRecorded) Kind() uint16 { return eventVerificationRecorded }

func (e *VerificationRecorded) fold(b *Book) {
	number := e.Verification.ID.Number()
	b.verifications.add(number, e.Verification)
	v := b.verifications.at(number)
	b.indexVerification(v)
	b.touched(tableVerification, number, &v.Entry)
	if v.Receivable == 0 {
		return
	}
	r := b.receivables.at(v.Receivable.Number())
	r.Findings |= uint64(v.Status.Verdict())
	b.countDeal(billing.Verification, r.Seller, r.Buyer, money.Amount{}, "")
	b.touched(tableReceivable, v.Receivable.Number(), &r.Entry)
}

// indexVerification: verificationOf, from table verification.
func (b *Book) indexVerification(v *Verification) { b.verificationOf[v.Document] = v.ID }
