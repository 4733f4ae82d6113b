package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/edge/intake"
	"millrace/edge/report"
	"millrace/edge/view"
	"millrace/engine"
)

// Bodies of the work on breaks.
type (
	// BreakOwnerBody says who works a break off.
	BreakOwnerBody struct {
		Owner string `json:"owner,omitempty" doc:"an active person of the operator; missing: nobody any more"`
	}
	// BreakNoteBody adds what was found out.
	BreakNoteBody struct {
		Note string `json:"note" minLength:"1" maxLength:"20000"`
	}
	// BreakResolutionBody ends a break.
	BreakResolutionBody struct {
		How  string `json:"how" enum:"matched,given_back,explained"`
		Note string `json:"note" minLength:"1" maxLength:"20000"`
	}
	// MatchPartBody is what of a receipt pays a receivable.
	MatchPartBody struct {
		Receivable string `json:"receivable"`
		Amount     Amount `json:"amount"`
	}
	// MatchBody says what a receipt as a whole is for.
	MatchBody struct {
		Parts  []MatchPartBody `json:"parts" minItems:"1" maxItems:"200"`
		Charge *Amount         `json:"charge,omitempty" doc:"what a bank kept: it stays owed"`
	}
)

type proofInput struct {
	Waiting
	Programme string `query:"programme" required:"true"`
	Date      string `query:"date" doc:"business date; missing: today"`
	Format    string `query:"format" enum:"json,csv" doc:"of the answer; missing: json"`
}

func (s *server) registerBreaks() {
	getter(s, "get_bank_statement", (*view.View).BankStatement)
	lister(s, "list_bank_statements", (*view.View).BankStatements, "programme")
	getter(s, "get_break", (*view.View).Break)
	lister(s, "list_breaks", (*view.View).Breaks, "state", "programme", "type")
	register(s, act[BreakOwnerBody, view.Break]{
		name: "assign_break", addressed: "break", status: http.StatusOK,
		build: func(x *call, of string, body *BreakOwnerBody) (book.Command, error) {
			k, _, err := addressed(x, of, (*view.View).Break)
			return &book.AssignBreak{Break: k, Owner: optional[id.Actor](x.fields, "owner", body.Owner)}, err
		},
		show: shown(func(c *book.AssignBreak, _ *engine.Answer) id.Break { return c.Break }, (*view.View).Break),
	})
	register(s, act[BreakNoteBody, view.Break]{
		name: "note_break", addressed: "break", status: http.StatusOK,
		build: func(x *call, of string, body *BreakNoteBody) (book.Command, error) {
			k, _, err := addressed(x, of, (*view.View).Break)
			if err != nil {
				return nil, err
			}
			c := &book.NoteBreak{Break: k}
			c.Note, err = x.keep(intake.KindReason, x.text("note", body.Note, 20_000))
			return c, err
		},
		show: shown(func(c *book.NoteBreak, _ *engine.Answer) id.Break { return c.Break }, (*view.View).Break),
	})
	register(s, act[BreakResolutionBody, view.Break]{
		name: "resolve_break", addressed: "break", status: http.StatusOK,
		build: func(x *call, of string, body *BreakResolutionBody) (book.Command, error) {
			k, _, err := addressed(x, of, (*view.View).Break)
			if err != nil {
				return nil, err
			}
			c := &book.ResolveBreak{Break: k, How: payment.Resolution(x.choice("how", body.How, payment.ResolutionNames[:]))}
			c.Note, err = x.keep(intake.KindReason, x.text("note", body.Note, 20_000))
			return c, err
		},
		show: shown(func(c *book.ResolveBreak, _ *engine.Answer) id.Break { return c.Break }, (*view.View).Break),
	})
	register(s, act[MatchBody, view.Receipt]{
		name: "reconcile_receipt", addressed: "receipt", status: http.StatusOK, build: buildMatch,
		show: shown(func(c *book.ReconcileReceipt, _ *engine.Answer) id.Receipt { return c.Receipt }, (*view.View).Receipt),
	})
	s.registerProof()
}

func buildMatch(x *call, of string, body *MatchBody) (book.Command, error) {
	r, record, err := addressed(x, of, (*view.View).Receipt)
	if err != nil {
		return nil, err
	}
	c := &book.ReconcileReceipt{Receipt: r}
	for _, part := range body.Parts {
		c.Parts = append(c.Parts, payment.MatchPart{
			Receivable: required[id.Receivable](x.fields, "parts.receivable", part.Receivable), Amount: x.amountIn("parts.amount", part.Amount, currencyOf(record.Amount)),
		})
	}
	if body.Charge != nil {
		c.Charge = money.Minor(x.amountIn("charge", *body.Charge, currencyOf(record.Amount)))
	}
	return c, nil
}

func (s *server) registerProof() {
	o := s.operation("proof_of_funds")
	o.Description += " With format=csv the answer is CSV; its columns are named in the first row."
	proof := s.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[view.ProofOfFunds](), true, "ProofOfFunds")
	o.Responses["200"] = &huma.Response{Description: "OK", Content: map[string]*huma.MediaType{
		"application/json": {Schema: proof}, "text/csv": {Schema: &huma.Schema{Type: huma.TypeString}},
	}}
	huma.Register(s.huma, o, func(ctx context.Context, in *proofInput) (*csvOutput, error) {
		f := &fields{}
		programme, date := required[id.Programme](f, "programme", in.Programme), f.dateOr("date", in.Date)
		v, c, err := s.reporting(ctx, f, in.After)
		if err != nil {
			return nil, err
		}
		defer v.Close()
		made, err := v.ProofOfFunds(c, programme, date)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		if in.Format != "csv" {
			body, err := json.Marshal(made)
			return &csvOutput{ContentType: "application/json", Body: body}, err
		}
		var written bytes.Buffer
		if err := report.CSV(&written, report.Rows(made.Lines)); err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return &csvOutput{
			ContentType: "text/csv; charset=utf-8", Disposition: `attachment; filename="proof-of-funds-` + made.Programme + "-" + made.Date + `.csv"`, Body: written.Bytes(),
		}, nil
	})
}
