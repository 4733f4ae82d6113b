package api

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/score"
	"millrace/edge/access"
	"millrace/edge/intake"
	"millrace/edge/modelfile"
	"millrace/edge/problem"
	"millrace/edge/view"
	"millrace/engine"
)

type (
	// ModelBody registers a model.
	ModelBody struct {
		Name     string `json:"name" maxLength:"64" doc:"letters, digits, points, hyphens and underscores; the same name again is the next version"`
		Purpose  string `json:"purpose" enum:"buyer_review,seller_review,credit_use"`
		Funder   string `json:"funder,omitempty" doc:"missing: for every funder that has no champion of its own"`
		File     string `json:"file" minLength:"1" doc:"what train --model-out writes, a table, LightGBM's text form or XGBoost's JSON; packed with gzip or not, in base64"`
		Decimals *int   `json:"decimals,omitempty" minimum:"0" maximum:"9" doc:"of numbers, that a model of another program sees; missing: 6"`
		Card     string `json:"card,omitempty" maxLength:"200000" doc:"of the model, or a report of its training; kept in the vault"`
	}
	// ModelNoteBody validates a model.
	ModelNoteBody struct {
		Note string `json:"note" minLength:"1" maxLength:"20000" doc:"what was looked at, and what was found"`
	}
	// ModelPromotionBody promotes a model.
	ModelPromotionBody struct {
		To     string `json:"to" enum:"challenger,champion"`
		Former string `json:"former,omitempty" enum:"challenger,retired" doc:"what becomes of the champion before, where there is one"`
	}
)

// onModel registers a command on a model.
func onModel[B any, C book.Command](s *server, name string, build func(x *call, of id.Model, body *B) (C, error), of func(C) id.Model) {
	register(s, act[B, view.Model]{
		name: name, addressed: "model", status: http.StatusOK,
		build: func(x *call, text string, body *B) (book.Command, error) {
			m, _, err := addressed(x, text, (*view.View).Model)
			if err != nil {
				return nil, err
			}
			return build(x, m, body)
		},
		show: shown(func(c C, _ *engine.Answer) id.Model { return of(c) }, (*view.View).Model),
	})
}

func (s *server) registerModels() {
	register(s, act[ModelBody, view.Model]{
		name: "register_model", status: http.StatusCreated, build: buildModel,
		show: shown(func(_ *book.RegisterModel, a *engine.Answer) id.Model {
			return event[*book.ModelRegistered](a).Model.ID
		}, (*view.View).Model),
	})
	onModel(s, "validate_model", func(x *call, of id.Model, body *ModelNoteBody) (*book.ValidateModel, error) {
		c := &book.ValidateModel{Model: of}
		var err error
		c.Note, err = x.keep(intake.KindReason, x.text("note", body.Note, 20_000))
		return c, err
	}, func(c *book.ValidateModel) id.Model { return c.Model })
	onModel(s, "promote_model", func(x *call, of id.Model, body *ModelPromotionBody) (*book.PromoteModel, error) {
		states := map[string]score.State{"challenger": score.Challenger, "champion": score.Champion, "retired": score.Retired}
		return &book.PromoteModel{Model: of, To: states[body.To], Former: states[body.Former]}, nil
	}, func(c *book.PromoteModel) id.Model { return c.Model })
	onModel(s, "retire_model", func(_ *call, of id.Model, _ *nothing) (*book.RetireModel, error) {
		return &book.RetireModel{Model: of}, nil
	}, func(c *book.RetireModel) id.Model { return c.Model })
	getter(s, "get_model", (*view.View).Model)
	lister(s, "list_models", (*view.View).Models, "state", "party", "type")
	s.registerExplanation()
}

func buildModel(x *call, _ string, body *ModelBody) (book.Command, error) {
	decimals := modelfile.DigitsDefault
	if body.Decimals != nil {
		decimals = *body.Decimals
	}
	content, err := base64.StdEncoding.DecodeString(body.File)
	if err != nil {
		x.bad("file", body.File, "is not base64")
		return nil, x.problem()
	}
	file, err := modelfile.ReadFile(content, decimals)
	if err != nil {
		x.bad("file", "", "%v", err)
		return nil, x.problem()
	}
	c := &book.RegisterModel{
		Name: body.Name, Purpose: score.ParsePurpose(body.Purpose), Funder: optional[id.Party](x.fields, "funder", body.Funder), Packed: file.Table.Pack(),
		Training: file.Training, Reference: file.Reference,
	}
	if body.Card != "" {
		c.Card, err = x.keep(intake.KindText, x.text("card", body.Card, 200_000))
	}
	return c, err
}

type modelExplainInput struct {
	Addressed
	After uint64   `query:"after" doc:"wait until the tables hold this entry"`
	Facts []string `query:"fact,explode" maxItems:"1000" doc:"name=value, as often as there are facts; what is left out is missing"`
}

// registerExplanation serves what a model makes of facts, with reasons; nothing is stored of it.
func (s *server) registerExplanation() {
	o := s.operation("explain_model")
	answered[view.ScoreExplanation](s, &o)
	huma.Register(s.huma, o, func(ctx context.Context, in *modelExplainInput) (*reply, error) {
		facts := make(map[string]string, len(in.Facts))
		for _, fact := range in.Facts {
			name, value, found := strings.Cut(fact, "=")
			if _, twice := facts[name]; !found || twice {
				return nil, s.problemOf(ctx, problem.At("request_invalid", "fact", fact, "has the form name=value, each name once"))
			}
			facts[name] = value
		}
		_, found, err := read(ctx, s, in.ID, in.After, func(v *view.View, c access.Caller, of id.Model) (view.ScoreExplanation, error) {
			shown, err := v.ExplainFacts(c, of, facts)
			var bad *view.BadFact
			if errors.As(err, &bad) {
				err = problem.At("request_invalid", bad.Name, bad.Value, bad.Reason)
			}
			return shown, err
		})
		if err != nil {
			return nil, err
		}
		return &reply{found}, nil
	})
}
