package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"millrace/book"
	"millrace/domain/id"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
)

// AdviceBody is a note or a recommendation.
type AdviceBody struct {
	Says string `json:"says,omitempty" enum:"approve,decline" doc:"missing: a note"`
	Text string `json:"text" minLength:"1" maxLength:"20000"`
}

func (s *server) registerReferrals() {
	getter(s, "get_referral", (*view.View).Referral)
	lister(s, "list_referrals", (*view.View).Referrals, "state", "party", "programme")
	o := s.operation("list_alike_referrals")
	answered[[]view.PastReferral](s, &o)
	huma.Register(s.huma, o, func(ctx context.Context, in *getInput) (*reply, error) {
		_, found, err := read(ctx, s, in.ID, in.After, (*view.View).AlikeReferrals)
		if err != nil {
			return nil, err
		}
		return &reply{found}, nil
	})
	register(s, act[nothing, view.Referral]{
		name: "take_referral", addressed: "referral", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			r, _, err := addressed(x, of, (*view.View).Referral)
			return &book.TakeReferral{Referral: r}, err
		},
		show: shown(func(c *book.TakeReferral, _ *engine.Answer) id.Referral { return c.Referral }, (*view.View).Referral),
	})
	register(s, act[AdviceBody, view.Referral]{
		name: "advise_referral", addressed: "referral", status: http.StatusOK,
		build: func(x *call, of string, body *AdviceBody) (book.Command, error) {
			r, _, err := addressed(x, of, (*view.View).Referral)
			if err != nil {
				return nil, err
			}
			c := &book.AdviseReferral{Referral: r}
			if body.Says != "" {
				c.Says = book.Decision(x.choice("says", body.Says, []string{"", "approve", "decline"}))
			}
			c.Text, err = x.keep(intake.KindReason, x.text("text", body.Text, 20_000))
			return c, err
		},
		show: shown(func(c *book.AdviseReferral, _ *engine.Answer) id.Referral { return c.Referral }, (*view.View).Referral),
	})
}
