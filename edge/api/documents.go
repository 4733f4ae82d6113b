package api

import (
	"context"
	"encoding/json"
	"mime"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"millrace/book"
	"millrace/domain/id"
	"millrace/edge/problem"
	"millrace/edge/reading"
	"millrace/edge/view"
	"millrace/engine"
)

// keepJSON puts a value into the vault.
func (x *call) keepJSON(kind string, value any) ([32]byte, error) {
	encoded, err := json.Marshal(value)
	if err != nil {
		return [32]byte{}, err
	}
	return x.keep(kind, string(encoded))
}

type documentInput struct {
	Keyed
	ContentType string `header:"Content-Type"`
	File        string `query:"file" maxLength:"200" doc:"name for messages"`
	RawBody     []byte `contentType:"application/xml"`
}

// channel says on a document that it came this way.
const channel = "api"

func (s *server) registerDocuments() {
	a := act[DocumentBody, Keep]{name: "record_document", status: http.StatusCreated, build: buildDocument, show: showKeep}
	o := s.operation(a.name)
	o.DefaultStatus = a.status
	answered[Done[Keep]](s, &o)
	o.MaxBodyBytes = s.DocumentBytesMax + 1 // so that the limit itself is allowed
	o.Description += " The body is a UBL 2 document (order, order response, despatch advice, receipt advice, invoice or credit note), " +
		"a Cross Industry Invoice, a PDF that embeds an invoice, as Factur-X and ZUGFeRD have it, or a Chinese electronic invoice in XML, OFD or ZIP."
	huma.Register(s.huma, o, func(ctx context.Context, in *documentInput) (*doneOutput, error) {
		if media, _, _ := mime.ParseMediaType(in.ContentType); media != "" && !reading.Accepts(media) {
			return nil, problem.At("media_type", "Content-Type", in.ContentType, "a document is sent as application/xml, application/pdf, application/ofd or application/zip")
		}
		if len(in.RawBody) == 0 {
			return nil, problem.New("body_missing", "the document is missing")
		}
		x := s.call(ctx, admissionOf(ctx), in.Key)
		defer x.close()
		return perform(x, &a, "", &DocumentBody{XML: string(in.RawBody), File: in.File})
	})
	s.offer(a.name, bulkCommand{status: a.status, build: func(x *call, _ string, raw json.RawMessage) (book.Command, error) {
		var body DocumentBody
		if err := decodeStrictly(raw, &body); err != nil {
			return nil, problem.At("request_malformed", "body", "", err.Error())
		}
		return buildDocument(x, "", &body)
	}})
}

func buildDocument(x *call, _ string, body *DocumentBody) (book.Command, error) {
	file := body.File
	if file == "" {
		file = "document"
	}
	bytes := []byte(body.XML)
	read, err := reading.Read(file, bytes, reading.Limits{BytesMax: int(x.server.DocumentBytesMax)})
	if err != nil {
		return nil, err
	}
	// A nil command in an interface would not be nil.
	c, err := x.server.Intake.PrepareReading(x.ctx, &read, bytes, channel)
	if err != nil {
		return nil, err
	}
	return c, nil
}

// showKeep tells what became of a document.
func showKeep(x *call, v *view.View, a *engine.Answer, _ book.Command) (Keep, error) {
	kept := Keep{Outcome: "kept", Receivables: []view.Receivable{}}
	var receivables []id.Receivable
	for _, e := range a.Events {
		switch e := e.(type) {
		case *book.DuplicateFound:
			kept.Outcome, kept.Trade = "duplicate", e.Trade.String()
			if e.Receivable != 0 {
				receivables = append(receivables, e.Receivable)
			}
		case *book.DocumentRecorded:
			kept.Trade = e.Document.Trade.String()
			document, err := v.Document(x.caller, e.Document.ID)
			if err != nil {
				return kept, err
			}
			kept.Document = &document
		case *book.ReceivableOpened:
			receivables = append(receivables, e.Receivable.ID)
		case *book.ReceivableCredited:
			receivables = append(receivables, e.Receivable)
		}
	}
	for _, r := range receivables {
		receivable, err := v.Receivable(x.caller, r)
		if err != nil {
			return kept, err
		}
		kept.Receivables = append(kept.Receivables, receivable)
	}
	return kept, nil
}
