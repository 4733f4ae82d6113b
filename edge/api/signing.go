package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"millrace/book"
	"millrace/domain/dispute"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/party"
	"millrace/domain/receivable"
	"millrace/edge/intake"
	"millrace/edge/problem"
	"millrace/edge/view"
	"millrace/engine"
)

// Bodies of what is signed, and of disputes.
type (
	// SigningKeyBody brings the key of a signatory.
	SigningKeyBody struct {
		Party     string `json:"party" doc:"whom a signature will bind"`
		Signatory string `json:"signatory" doc:"actor of that party"`
		Public    string `json:"public" minLength:"64" maxLength:"64" doc:"Ed25519 public key, hexadecimal"`
		Proof     string `json:"proof,omitempty" maxLength:"128" doc:"signature of the key over the statement of this command, hexadecimal"`
	}
	// MandateBody proposes a mandate.
	MandateBody struct {
		Acts      []string `json:"acts" minItems:"1" maxItems:"16" doc:"confirm, issue, dispose, accept, cancel, agree, acknowledge"`
		AloneMax  Amount   `json:"alone_max" doc:"up to here one signature is enough; zero: never alone"`
		AmountMax Amount   `json:"amount_max" doc:"up to here with a second signatory's"`
		From      string   `json:"from"`
		Until     string   `json:"until" doc:"last business date"`
	}
	// SignatureBody is one signature over the statement of a command.
	SignatureBody struct {
		Key       string `json:"key"`
		Signature string `json:"signature" minLength:"128" maxLength:"128" doc:"Ed25519 (RFC 8032), hexadecimal"`
	}
	// StartBody is the first of two signatories' part in a confirmation.
	StartBody struct {
		ConfirmationBody
		Days int `json:"days" minimum:"1" maximum:"90" doc:"for which it waits for the second signatory"`
	}
	// CompleteBody is the second one's.
	CompleteBody struct {
		Signatures []SignatureBody `json:"signatures,omitempty" maxItems:"4"`
	}
	// ReasonBody says why.
	ReasonBody struct {
		Reason string `json:"reason" minLength:"1" maxLength:"20000"`
	}
	// DisputeBody opens a dispute.
	DisputeBody struct {
		Amount Amount `json:"amount"`
		Reason string `json:"reason" enum:"quantity,quality,price,not_delivered,returned,other"`
		Text   string `json:"text" minLength:"1" maxLength:"20000"`
	}
	// AnswerBody is the seller's answer to a dispute.
	AnswerBody struct {
		Accepted Amount `json:"accepted" doc:"credited at once; zero contests all of it"`
		Text     string `json:"text" minLength:"1" maxLength:"20000"`
	}
	// SettlementBody decides a dispute.
	SettlementBody struct {
		Credit   Amount `json:"credit" doc:"of what is still disputed; zero finds for the seller"`
		Evidence string `json:"evidence" minLength:"1" maxLength:"20000"`
	}
	// ClosingBody ends a dispute.
	ClosingBody struct {
		State string `json:"state" enum:"withdrawn,settled" doc:"withdrawn by the buyer, or settled by a second person as the first has decided"`
	}
	// StatementBody is a command whose statement is asked for, without signatures.
	StatementBody struct {
		ID   string          `json:"id,omitempty" maxLength:"64" doc:"what stands for {id} in the path of the command's route"`
		Body json.RawMessage `json:"body,omitempty" doc:"as for that route"`
	}
)

// Statement is what is to be signed.
type Statement struct {
	Command   string   `json:"command"`
	Statement string   `json:"statement" doc:"sign it byte for byte, its line feeds included"`
	Hash      string   `json:"statement_sha256"`
	Wording   *Wording `json:"wording,omitempty" doc:"to which the statement refers by name, version and hash"`
}

// Wording is a text to which a statement refers.
type Wording struct {
	Name    string `json:"name"`
	Version int    `json:"version"`
	Text    string `json:"text"`
}

// signable are the commands that have a statement.
var signable = []string{"propose_signing_key", "confirm", "start_confirmation", "complete_confirmation", "undertake_as_bank", "give_instruction", "give_authority", "sign_agreement", "advance_notice"}

// hexadecimal fills an array from a text of exactly its length.
func (f *fields) hexadecimal(field, text string, array []byte) {
	bytes, err := hex.DecodeString(text)
	if err != nil || len(bytes) != len(array) {
		f.bad(field, text, "is not %d bytes in hexadecimal", len(array))
		return
	}
	copy(array, bytes)
}

// signatures reads signatures; the public halves are those of the keys on record.
func (x *call) signatures(bodies []SignatureBody) ([]book.Signature, error) {
	var all []book.Signature
	for i := range bodies {
		key, record, err := named(x, "signatures.key", bodies[i].Key, (*view.View).SigningKey)
		if err != nil {
			return nil, err
		}
		one := book.Signature{Key: key}
		x.hexadecimal("signatures.public", record.Public, one.Public[:])
		x.hexadecimal("signatures.signature", bodies[i].Signature, one.Bytes[:])
		all = append(all, one)
	}
	return all, nil
}

func (s *server) registerSigning() {
	register(s, act[SigningKeyBody, view.SigningKey]{
		name: "propose_signing_key", status: http.StatusCreated,
		build: func(x *call, _ string, body *SigningKeyBody) (book.Command, error) {
			c := &book.ProposeSigningKey{Party: required[id.Party](x.fields, "party", body.Party), Signatory: required[id.Actor](x.fields, "signatory", body.Signatory)}
			x.hexadecimal("public", body.Public, c.Public[:])
			if body.Proof != "" {
				x.hexadecimal("proof", body.Proof, c.Proof[:])
			}
			return c, nil
		},
		show: shown(func(_ *book.ProposeSigningKey, a *engine.Answer) id.SigningKey {
			return event[*book.SigningKeyProposed](a).Key.ID
		}, (*view.View).SigningKey),
	})
	ofKey := func(name string, command func(id.SigningKey) book.Command) {
		register(s, act[nothing, view.SigningKey]{
			name: name, addressed: "key", status: http.StatusOK,
			build: func(x *call, of string, _ *nothing) (book.Command, error) {
				key, _, err := addressed(x, of, (*view.View).SigningKey)
				return command(key), err
			},
			show: func(x *call, v *view.View, a *engine.Answer, _ book.Command) (view.SigningKey, error) {
				return v.SigningKey(x.caller, event[*book.SigningKeyMoved](a).Key)
			},
		})
	}
	ofKey("approve_signing_key", func(k id.SigningKey) book.Command { return &book.ApproveSigningKey{Key: k} })
	ofKey("revoke_signing_key", func(k id.SigningKey) book.Command { return &book.RevokeSigningKey{Key: k} })
	register(s, act[MandateBody, view.Mandate]{
		name: "propose_mandate", addressed: "key", status: http.StatusCreated, build: buildMandate,
		show: shown(func(_ *book.ProposeMandate, a *engine.Answer) id.Mandate {
			return event[*book.MandateProposed](a).Mandate.ID
		}, (*view.View).Mandate),
	})
	ofMandate := func(name string, command func(id.Mandate) book.Command) {
		register(s, act[nothing, view.Mandate]{
			name: name, addressed: "mandate", status: http.StatusOK,
			build: func(x *call, of string, _ *nothing) (book.Command, error) {
				m, _, err := addressed(x, of, (*view.View).Mandate)
				return command(m), err
			},
			show: func(x *call, v *view.View, a *engine.Answer, _ book.Command) (view.Mandate, error) {
				return v.Mandate(x.caller, event[*book.MandateMoved](a).Mandate)
			},
		})
	}
	ofMandate("approve_mandate", func(m id.Mandate) book.Command { return &book.ApproveMandate{Mandate: m} })
	ofMandate("revoke_mandate", func(m id.Mandate) book.Command { return &book.RevokeMandate{Mandate: m} })
}

func buildMandate(x *call, of string, body *MandateBody) (book.Command, error) {
	key, _, err := addressed(x, of, (*view.View).SigningKey)
	if err != nil {
		return nil, err
	}
	c := &book.ProposeMandate{Key: key, From: x.date("from", body.From), Until: x.date("until", body.Until)}
	c.AmountMax, c.Currency = x.amount("amount_max", body.AmountMax)
	c.AloneMax = x.amountIn("alone_max", body.AloneMax, c.Currency)
	for _, name := range body.Acts {
		named := mandate.ParseAct(name)
		if named == 0 {
			x.bad("acts", name, "is not an act")
		}
		c.Acts |= named
	}
	return c, nil
}

// channels are the ways by which a caller may say that a signed act has come in.
var channels = []string{"", "api", "console", "file"}

// confirmation makes the confirmation of a receivable from what is on record, and from what the caller says.
func (x *call) confirmation(of string, body *ConfirmationBody) (*book.Confirm, error) {
	number, record, err := addressed(x, of, (*view.View).ReceivableRecord)
	if err != nil {
		return nil, err
	}
	c := x.confirmationOf(&record)
	c.Receivable = number
	c.Undertaking = receivable.Undertaking(x.choice("undertaking", body.Undertaking, view.Undertakings))
	c.Amount = x.amountIn("amount", body.Amount, record.Currency)
	if body.Document != "" {
		x.hexadecimal("document_sha256", body.Document, c.Document[:])
	}
	if body.Channel != "" {
		c.Channel = mandate.Channel(x.choice("channel", body.Channel, channels))
	}
	c.Signatures, err = x.signatures(body.Signatures)
	return c, err
}

// confirmationOf takes over the terms of a receivable.
func (x *call) confirmationOf(r *receivable.Receivable) *book.Confirm {
	c := &book.Confirm{Receivable: r.ID, Document: r.Hash, Seller: r.Seller, Buyer: r.Buyer, Currency: r.Currency, Due: r.Due, Channel: mandate.API}
	if x.caller.Role == party.Operator {
		c.Channel = mandate.File
	}
	return c
}

func (s *server) registerConfirmations() {
	register(s, act[ConfirmationBody, view.Receivable]{
		name: "confirm", addressed: "receivable", status: http.StatusOK,
		build: func(x *call, of string, body *ConfirmationBody) (book.Command, error) {
			return x.confirmation(of, body)
		},
		show: shown(func(c *book.Confirm, _ *engine.Answer) id.Receivable { return c.Receivable }, (*view.View).Receivable),
	})
	register(s, act[StartBody, view.Confirmation]{
		name: "start_confirmation", addressed: "receivable", status: http.StatusCreated,
		build: func(x *call, of string, body *StartBody) (book.Command, error) {
			c, err := x.confirmation(of, &body.ConfirmationBody)
			if err != nil {
				return nil, err
			}
			return &book.StartConfirmation{Confirm: *c, Days: uint32(max(0, body.Days))}, nil
		},
		show: shown(func(_ *book.StartConfirmation, a *engine.Answer) id.Confirmation {
			return event[*book.ConfirmationStarted](a).Confirmation.ID
		}, (*view.View).Confirmation),
	})
	register(s, act[CompleteBody, view.Confirmation]{
		name: "complete_confirmation", addressed: "confirmation", status: http.StatusOK, build: buildComplete,
		show: shown(func(c *book.CompleteConfirmation, _ *engine.Answer) id.Confirmation { return c.Confirmation }, (*view.View).Confirmation),
	})
	register(s, act[nothing, view.Confirmation]{
		name: "drop_confirmation", addressed: "confirmation", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			c, _, err := addressed(x, of, (*view.View).Confirmation)
			return &book.DropConfirmation{Confirmation: c}, err
		},
		show: shown(func(c *book.DropConfirmation, _ *engine.Answer) id.Confirmation { return c.Confirmation }, (*view.View).Confirmation),
	})
	register(s, act[ReasonBody, view.Receivable]{
		name: "withdraw_confirmation", addressed: "receivable", status: http.StatusOK,
		build: func(x *call, of string, body *ReasonBody) (book.Command, error) {
			r, _, err := addressed(x, of, (*view.View).Receivable)
			if err != nil {
				return nil, err
			}
			c := &book.WithdrawConfirmation{Receivable: r}
			c.Reason, err = x.keep(intake.KindReason, x.text("reason", body.Reason, 20_000))
			return c, err
		},
		show: shown(func(c *book.WithdrawConfirmation, _ *engine.Answer) id.Receivable { return c.Receivable }, (*view.View).Receivable),
	})
}

// buildComplete repeats what the first signatory has signed, from the records.
func buildComplete(x *call, of string, body *CompleteBody) (book.Command, error) {
	number, started, err := addressed(x, of, (*view.View).Confirmation)
	if err != nil {
		return nil, err
	}
	_, record, err := addressed(x, started.Receivable, (*view.View).ReceivableRecord)
	if err != nil {
		return nil, err
	}
	c := &book.CompleteConfirmation{Confirmation: number, Confirm: *x.confirmationOf(&record)}
	c.Confirm.Undertaking = receivable.Undertaking(x.choice("undertaking", started.Undertaking, view.Undertakings))
	c.Confirm.Amount = x.amountIn("amount", Amount{Text: started.Amount.Text, Currency: started.Amount.Currency}, record.Currency)
	c.Confirm.Signatures, err = x.signatures(body.Signatures)
	return c, err
}

func (s *server) registerDisputes() {
	shownDispute := func(x *call, v *view.View, a *engine.Answer, _ book.Command) (view.Dispute, error) {
		if opened := event[*book.DisputeOpened](a); opened != nil {
			return v.Dispute(x.caller, opened.Dispute.ID)
		}
		return v.Dispute(x.caller, event[*book.DisputeMoved](a).Dispute.ID)
	}
	register(s, act[DisputeBody, view.Dispute]{
		name: "open_dispute", addressed: "receivable", status: http.StatusCreated,
		build: func(x *call, of string, body *DisputeBody) (book.Command, error) {
			r, record, err := addressed(x, of, (*view.View).Receivable)
			if err != nil {
				return nil, err
			}
			c := &book.OpenDispute{
				Receivable: r, Amount: x.amountIn("amount", body.Amount, currencyOf(record.Face)),
				Reason: dispute.Reason(x.choice("reason", body.Reason, dispute.ReasonNames[:])),
			}
			c.Text, err = x.keep(intake.KindReason, x.text("text", body.Text, 20_000))
			return c, err
		},
		show: shownDispute,
	})
	register(s, act[AnswerBody, view.Dispute]{
		name: "answer_dispute", addressed: "dispute", status: http.StatusOK,
		build: func(x *call, of string, body *AnswerBody) (book.Command, error) {
			d, record, err := addressed(x, of, (*view.View).Dispute)
			if err != nil {
				return nil, err
			}
			c := &book.AnswerDispute{Dispute: d, Accepted: x.amountIn("accepted", body.Accepted, currencyOf(record.Amount))}
			c.Text, err = x.keep(intake.KindReason, x.text("text", body.Text, 20_000))
			return c, err
		},
		show: shownDispute,
	})
	register(s, act[SettlementBody, view.Dispute]{
		name: "decide_dispute", addressed: "dispute", status: http.StatusOK,
		build: func(x *call, of string, body *SettlementBody) (book.Command, error) {
			d, record, err := addressed(x, of, (*view.View).Dispute)
			if err != nil {
				return nil, err
			}
			c := &book.DecideDispute{Dispute: d, Credit: x.amountIn("credit", body.Credit, currencyOf(record.Amount))}
			c.Evidence, err = x.keep(intake.KindReason, x.text("evidence", body.Evidence, 20_000))
			return c, err
		},
		show: shownDispute,
	})
	register(s, act[ClosingBody, view.Dispute]{
		name: "close_dispute", addressed: "dispute", status: http.StatusOK,
		build: func(x *call, of string, body *ClosingBody) (book.Command, error) {
			d, _, err := addressed(x, of, (*view.View).Dispute)
			c := &book.CloseDispute{Dispute: d, State: dispute.Settled}
			if body.State == dispute.Withdrawn.String() {
				c.State = dispute.Withdrawn
			}
			return c, err
		},
		show: shownDispute,
	})
}

type statementInput struct {
	Command string `path:"command" maxLength:"64" doc:"operation of the route that gives the command"`
	Body    StatementBody
}

// registerStatements serves what is to be signed: the same command, sent with signatures over this text, is accepted.
func (s *server) registerStatements() {
	huma.Register(s.huma, s.operation("make_statement"), func(ctx context.Context, in *statementInput) (*output[Statement], error) {
		x := s.call(ctx, admissionOf(ctx), "")
		defer x.close()
		made, err := x.statement(in)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return &output[Statement]{*made}, nil
	})
}

func (x *call) statement(in *statementInput) (*Statement, error) {
	c, known := x.server.commands[in.Command]
	if !known || !slices.Contains(signable, in.Command) {
		return nil, problem.At("command_unknown", "command", in.Command, "there is no command of that name that is signed")
	}
	of, body, err := c.address(&Item{Command: in.Command, ID: in.Body.ID, Body: in.Body.Body})
	if err == nil {
		err = x.mayInstead(in.Command, of)
	}
	if err != nil {
		return nil, err
	}
	command, err := c.build(x, of, body)
	if err == nil {
		err = x.problem()
	}
	if err != nil {
		return nil, err
	}
	text := command.(book.Signed).Statement()
	hash := sha256.Sum256(text)
	made := &Statement{Command: in.Command, Statement: string(text), Hash: hex.EncodeToString(hash[:])}
	if undertakes(command) {
		made.Wording = &Wording{Name: receivable.Waiver.Name, Version: receivable.Waiver.Version, Text: receivable.Waiver.Text}
	}
	return made, nil
}

// undertakes tells whether a command gives an irrevocable undertaking.
func undertakes(c book.Command) bool {
	switch c := c.(type) {
	case *book.Confirm:
		return c.Undertaking == receivable.Irrevocable
	case *book.StartConfirmation:
		return c.Confirm.Undertaking == receivable.Irrevocable
	case *book.CompleteConfirmation:
		return c.Confirm.Undertaking == receivable.Irrevocable
	}
	return false
}
