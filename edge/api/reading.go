package api

import (
	"context"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"millrace/domain/id"
	"millrace/edge/access"
	"millrace/edge/problem"
	"millrace/edge/reading"
	"millrace/edge/view"
)

// Waiting is the parameter by which a reader waits for its own write.
type Waiting struct {
	After uint64 `query:"after" doc:"wait until the answer includes this entry"`
}

type getInput struct {
	ID string `path:"id" maxLength:"64"`
	Waiting
}

// Listing are the parameters of a list.
type Listing struct {
	Cursor     string `query:"cursor" maxLength:"64" doc:"of the page before"`
	Limit      int    `query:"limit" minimum:"0" maximum:"500" doc:"0 is 50"`
	Order      string `query:"order" enum:"newest,oldest" default:"newest"`
	State      string `query:"state" maxLength:"40"`
	Party      string `query:"party" maxLength:"64" doc:"in any of its parts"`
	Programme  string `query:"programme" maxLength:"64"`
	Trade      string `query:"trade" maxLength:"64"`
	Receivable string `query:"receivable" maxLength:"64"`
	Type       string `query:"type" maxLength:"40"`
	Number     string `query:"number" maxLength:"200" doc:"as its issuer numbered it"`
	Waiting
}

// The filters that lists may have; the others are not parameters of theirs.
var allFilters = []string{"state", "party", "programme", "trade", "receivable", "type", "number"}

func (in *Listing) query() (view.Query, error) {
	f := &fields{}
	q := view.Query{
		Cursor: in.Cursor, Limit: in.Limit, State: in.State, Type: in.Type, Number: in.Number,
		Party: optional[id.Party](f, "party", in.Party), Programme: optional[id.Programme](f, "programme", in.Programme),
		Trade: optional[id.Trade](f, "trade", in.Trade), Receivable: optional[id.Receivable](f, "receivable", in.Receivable),
	}
	if in.Order == "oldest" {
		q.Order = view.OldestFirst
	}
	return q, f.problem()
}

// output is an answer with a JSON body.
type output[T any] struct{ Body T }

// reply is an answer whose body is of the type that its operation was described with.
type reply struct{ Body any }

// operation describes a row of the table to huma.
func (s *server) operation(name string) huma.Operation {
	row, known := routeByName[name]
	if !known {
		panic("api: " + name + " is not in the table of routes")
	}
	s.served[name] = true
	o := huma.Operation{
		OperationID: name, Method: row.method, Path: row.path, Summary: row.summary, MaxBodyBytes: s.BodyBytesMax,
		BodyReadTimeout: s.Timeout,
	}
	if !s.guard.Policies.Public(name) {
		o.Security = []map[string][]string{{"key": {}}}
		o.Description = "For the roles " + joined(s.guard.Policies.Roles(name).Names()) + ". Records: " + row.records + "; operator and auditor see all."
	}
	o.Responses = map[string]*huma.Response{"default": {
		Description: "A problem",
		Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: s.huma.OpenAPI().Components.Schemas.Schema(problemType, true, "")}},
	}}
	return o
}

// getter serves one record by its id.
func getter[I printed, T any](s *server, name string, find func(*view.View, access.Caller, I) (T, error)) {
	o := s.operation(name)
	answered[T](s, &o)
	if strings.HasSuffix(o.Path, "/{id}") {
		s.records[I(0).Prefix()] = shownAs{routeByName[name], func(v *view.View, c access.Caller, text string) (any, error) {
			of, err := id.Parse[I](text)
			if err != nil {
				return nil, view.ErrNotFound
			}
			return find(v, c, of)
		}}
	}
	huma.Register(s.huma, o, func(ctx context.Context, in *getInput) (*reply, error) {
		_, found, err := read(ctx, s, in.ID, in.After, find)
		if err != nil {
			return nil, err
		}
		return &reply{found}, nil
	})
}

// read finds what a path names, in a view that includes an entry; the error is the problem to answer with.
func read[I printed, T any](ctx context.Context, s *server, text string, after uint64, find func(*view.View, access.Caller, I) (T, error)) (I, T, error) {
	var none T
	of, err := id.Parse[I](text)
	if err != nil {
		return 0, none, problem.At("not_found", "id", text, err.Error())
	}
	v, err := s.Reader.At(ctx, after)
	if err != nil {
		return 0, none, s.problemOf(ctx, err)
	}
	defer v.Close()
	found, err := find(v, callerOf(ctx), of)
	if err != nil {
		return 0, none, s.problemOf(ctx, err)
	}
	return of, found, nil
}

// lister serves pages of records, with the filters that it names.
func lister[T any](s *server, name string, find func(*view.View, access.Caller, view.Query) (view.Page[T], error), filters ...string) {
	o := s.operation(name)
	answered[view.Page[T]](s, &o)
	huma.Register(s.huma, o, func(ctx context.Context, in *Listing) (*reply, error) {
		q, err := in.query()
		if err != nil {
			return nil, err
		}
		v, err := s.Reader.At(ctx, in.After)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		defer v.Close()
		page, err := find(v, callerOf(ctx), q)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return &reply{page}, nil
	})
	described := s.huma.OpenAPI().Paths[routeByName[name].path].Get
	described.Parameters = slices.DeleteFunc(described.Parameters, func(p *huma.Param) bool {
		return slices.Contains(allFilters, p.Name) && !slices.Contains(filters, p.Name)
	})
}

func (s *server) registerReading() {
	getter(s, "get_party", (*view.View).Party)
	lister(s, "list_parties", (*view.View).Parties, "state")
	getter(s, "get_bank_account", (*view.View).BankAccount)
	lister(s, "list_bank_accounts", (*view.View).BankAccounts, "state", "party")
	getter(s, "get_actor", (*view.View).Actor)
	lister(s, "list_actors", (*view.View).Actors, "party")
	getter(s, "get_key", (*view.View).Key)
	lister(s, "list_keys", (*view.View).Keys)
	getter(s, "get_product", (*view.View).Product)
	lister(s, "list_products", (*view.View).Products, "state")
	getter(s, "get_programme", (*view.View).Programme)
	lister(s, "list_programmes", (*view.View).Programmes, "state", "party")
	getter(s, "get_review", (*view.View).Review)
	lister(s, "list_reviews", (*view.View).Reviews, "state", "party")
	getter(s, "get_limit", (*view.View).Limit)
	lister(s, "list_limits", (*view.View).Limits, "state", "party", "programme")
	getter(s, "get_document", (*view.View).Document)
	lister(s, "list_documents", (*view.View).Documents, "party", "trade", "type", "number")
	getter(s, "get_trade", (*view.View).Trade)
	lister(s, "list_trades", (*view.View).Trades, "party")
	getter(s, "get_receivable", (*view.View).Receivable)
	lister(s, "list_receivables", (*view.View).Receivables, "state", "party", "trade")
	getter(s, "get_financing", (*view.View).Financing)
	lister(s, "list_financings", (*view.View).Financings, "state", "party", "programme", "receivable")
	getter(s, "get_payment", (*view.View).Payment)
	lister(s, "list_payments", (*view.View).Payments, "state", "party", "programme")
	getter(s, "get_receipt", (*view.View).Receipt)
	lister(s, "list_receipts", (*view.View).Receipts, "state", "programme")
	getter(s, "get_account", (*view.View).Account)
	lister(s, "list_accounts", (*view.View).Accounts, "party", "programme")
	getter(s, "get_hold", (*view.View).Hold)
	lister(s, "list_holds", (*view.View).Holds, "state")
	getter(s, "get_goods_movement", (*view.View).GoodsMovement)
	lister(s, "list_goods_movements", (*view.View).GoodsMovements, "state", "party", "trade", "type")
	getter(s, "get_signing_key", (*view.View).SigningKey)
	lister(s, "list_signing_keys", (*view.View).SigningKeys, "state", "party")
	getter(s, "get_mandate", (*view.View).Mandate)
	lister(s, "list_mandates", (*view.View).Mandates, "state")
	getter(s, "get_confirmation", (*view.View).Confirmation)
	lister(s, "list_confirmations", (*view.View).Confirmations, "state", "receivable")
	getter(s, "get_dispute", (*view.View).Dispute)
	lister(s, "list_disputes", (*view.View).Disputes, "state", "receivable")
	s.registerStories()
	s.registerEntries()
	s.registerOriginal()
	s.registerCompanion()
	getter(s, "get_mapping", (*view.View).Mapping)
	lister(s, "list_mappings", (*view.View).Mappings, "party")
	s.registerNode()
	s.registerReports()
	s.registerBreaks()
	s.registerOnboarding()
	s.registerReferrals()
	s.registerReviews()
	s.registerFixings()
	s.registerPeriods()
	s.registerLife()
	s.registerEconomics()
	s.registerPortfolio()
	s.registerSelection()
	s.registerProductFile()
}

// Paging are the parameters of a page.
type Paging struct {
	Cursor string `query:"cursor" maxLength:"64" doc:"of the page before"`
	Limit  int    `query:"limit" minimum:"0" maximum:"500" doc:"0 is 50"`
	Order  string `query:"order" enum:"newest,oldest" default:"newest"`
	Waiting
}

func (in *Paging) query() view.Query {
	q := view.Query{Cursor: in.Cursor, Limit: in.Limit}
	if in.Order == "oldest" {
		q.Order = view.OldestFirst
	}
	return q
}

type storyInput struct {
	ID string `path:"id" maxLength:"64" doc:"of any record"`
	Paging
}

// paged serves pages that are not lists of records.
func paged[I, T any](s *server, name string, waitFor func(*I) uint64, find func(*view.View, access.Caller, *I) (view.Page[T], error)) {
	o := s.operation(name)
	answered[view.Page[T]](s, &o)
	huma.Register(s.huma, o, func(ctx context.Context, in *I) (*reply, error) {
		v, err := s.Reader.At(ctx, waitFor(in))
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		defer v.Close()
		page, err := find(v, callerOf(ctx), in)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return &reply{page}, nil
	})
}

func (s *server) registerStories() {
	waitFor := func(in *storyInput) uint64 { return in.After }
	paged(s, "get_story", waitFor, func(v *view.View, c access.Caller, in *storyInput) (view.Page[view.Entry], error) {
		return v.Story(c, in.ID, in.query())
	})
	paged(s, "list_movements", waitFor, func(v *view.View, c access.Caller, in *storyInput) (view.Page[view.Movement], error) {
		of, err := id.Parse[id.Account](in.ID)
		if err != nil {
			return view.Page[view.Movement]{}, view.ErrNotFound
		}
		return v.Movements(c, of, in.query())
	})
}

type entriesInput struct {
	From uint64 `query:"from" doc:"sequence of the first entry of the list"`
	Paging
}

type entryInput struct {
	Sequence uint64 `path:"sequence" minimum:"1"`
	Waiting
}

func (s *server) registerEntries() {
	paged(s, "list_entries", func(in *entriesInput) uint64 { return in.After }, func(v *view.View, c access.Caller, in *entriesInput) (view.Page[view.Entry], error) {
		return v.Entries(c, in.query(), in.From)
	})
	huma.Register(s.huma, s.operation("get_entry"), func(ctx context.Context, in *entryInput) (*output[view.Entry], error) {
		v, err := s.Reader.At(ctx, in.After)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		defer v.Close()
		entry, err := v.Entry(callerOf(ctx), in.Sequence)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return &output[view.Entry]{entry}, nil
	})
}

type originalOutput struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte `contentType:"application/xml"`
}

func (s *server) registerOriginal() {
	huma.Register(s.huma, s.operation("get_original"), func(ctx context.Context, in *getInput) (*originalOutput, error) {
		of, bytes, err := read(ctx, s, in.ID, in.After, (*view.View).Original)
		if err != nil {
			return nil, err
		}
		// It was made by somebody else: a browser saves it and runs nothing in it.
		media, extension := reading.MediaType(bytes)
		return &originalOutput{ContentType: media, Disposition: `attachment; filename="` + of.String() + extension + `"`, Body: bytes}, nil
	})
}

// Health is how a node is.
type Health struct {
	Status    string `json:"status" enum:"ok,read_only"`
	Sequence  uint64 `json:"sequence" doc:"of the last durable entry"`
	Watermark uint64 `json:"watermark" doc:"of the tables"`
	Version   string `json:"version"`
}

// Self is who is asking.
type Self struct {
	Actor string   `json:"actor"`
	Name  string   `json:"name,omitempty"`
	Key   string   `json:"key,omitempty"`
	Party view.Ref `json:"party"`
	Role  string   `json:"role"`
	Sees  string   `json:"sees" enum:"all,own"`

	Scopes        []string `json:"scopes,omitempty" doc:"to which the key is narrowed; missing for not at all"`
	Administrator bool     `json:"administrator,omitempty" doc:"decides who acts for the party"`
}

type overviewInput struct{ Waiting }

func (s *server) registerNode() {
	huma.Register(s.huma, s.operation("overview"), func(ctx context.Context, in *overviewInput) (*output[view.Totals], error) {
		v, err := s.Reader.At(ctx, in.After)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		defer v.Close()
		totals, err := v.Totals(callerOf(ctx), in.After)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return &output[view.Totals]{totals}, nil
	})
	huma.Register(s.huma, s.operation("whoami"), func(ctx context.Context, _ *struct{}) (*output[Self], error) {
		v, err := s.Reader.Now(ctx)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		defer v.Close()
		c := callerOf(ctx)
		actor, err := v.Actor(c, c.Actor)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		self := Self{Actor: actor.ID, Name: actor.Name, Key: c.Key.String(), Party: *actor.Party, Role: actor.Role, Sees: "own", Scopes: c.Scopes.Names(), Administrator: c.Administrator}
		if c.SeesAll() {
			self.Sees = "all"
		}
		return &output[Self]{self}, nil
	})
	huma.Register(s.huma, s.operation("healthz"), func(context.Context, *struct{}) (*output[Health], error) {
		if err := s.Engine.Cause(); err != nil {
			return nil, problem.Of(err)
		}
		health := Health{Status: "ok", Sequence: s.Engine.Head().Sequence, Watermark: s.Engine.Watermark(), Version: s.Version}
		if s.Engine.ReadOnly() {
			health.Status = "read_only"
		}
		return &output[Health]{health}, nil
	})
	huma.Register(s.huma, s.operation("explain_problem"), func(_ context.Context, in *explainInput) (*output[problem.Explanation], error) {
		entry, known := problem.Explain(in.Code)
		if !known {
			return nil, problem.At("problem_unknown", "code", in.Code, "the catalogue has no such code")
		}
		return &output[problem.Explanation]{entry}, nil
	})
}

type explainInput struct {
	Code string `path:"code" maxLength:"64"`
}
