package api

import (
	"net/http"

	"millrace/book"
	"millrace/domain/id"
	"millrace/edge/view"
	"millrace/engine"
)

// FixingBody is the value of a base rate on a day.
type FixingBody struct {
	Base string `json:"base" minLength:"1" maxLength:"40" doc:"as products name it" example:"EURIBOR-3M"`
	Date string `json:"date" format:"date"`
	Rate string `json:"rate" doc:"a year, in per cent; may be below zero" example:"2.1"`
}

func (s *server) registerFixings() {
	getter(s, "get_fixing", (*view.View).Fixing)
	lister(s, "list_fixings", (*view.View).Fixings)
	register(s, act[FixingBody, view.Fixing]{
		name: "record_fixing", status: http.StatusCreated, build: buildFixing,
		show: shown(func(_ *book.RecordFixing, a *engine.Answer) id.Fixing {
			return event[*book.FixingRecorded](a).Fixing.ID
		}, (*view.View).Fixing),
	})
}

func buildFixing(x *call, _ string, body *FixingBody) (book.Command, error) {
	return &book.RecordFixing{Base: body.Base, Date: x.date("date", body.Date), Rate: x.percent("rate", body.Rate)}, nil
}
