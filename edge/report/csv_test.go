package report_test

import (
	"errors"
	"iter"
	"strings"
	"testing"

	"millrace/edge/report"
	"millrace/edge/view"
)

type row struct {
	Date   string      `json:"date"`
	Payee  *view.Ref   `json:"payee,omitempty"`
	Debit  view.Amount `json:"debit"`
	Credit view.Amount `json:"credit"`
	Count  int         `json:"count"`
}

func all(rows ...row) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestCSV(t *testing.T) {
	euro := func(text string) view.Amount { return view.Amount{Currency: "EUR", Text: text} }
	var out strings.Builder
	err := report.CSV(&out, all(
		row{"2026-11-22", &view.Ref{ID: "pty_1-1-A", Name: "Mill, Race & Co"}, euro("-12000.00"), euro("0.00"), 3},
		row{"2026-11-23", &view.Ref{ID: "pty_1-2-B", Name: `=HYPERLINK("x")`}, euro("1.00"), euro("0.00"), -1},
		row{"2026-11-24", nil, euro("0.00"), euro("2.00"), 0},
	))
	want := `date,payee,payee_name,debit,credit,count,currency
2026-11-22,pty_1-1-A,"Mill, Race & Co",-12000.00,0.00,3,EUR
2026-11-23,pty_1-2-B,"'=HYPERLINK(""x"")",1.00,0.00,-1,EUR
2026-11-24,,,0.00,2.00,0,EUR
`
	if err != nil || out.String() != want {
		t.Errorf("%v\n%s\nwant\n%s", err, out.String(), want)
	}
	gone := errors.New("gone")
	if err := report.CSV(&out, func(yield func(row, error) bool) { yield(row{}, gone) }); !errors.Is(err, gone) {
		t.Errorf("%v", err)
	}
}
