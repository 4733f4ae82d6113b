package credittransfer

import (
	"cmp"
	"strings"

	"millrace/edge/document"
	"millrace/edge/iso20022"
	"millrace/edge/markup"
)

// Summary is what a message about payments is, and how much of it.
type Summary struct {
	Format   string         // "pain.001.001.09"
	Kind     Kind           //
	Message  string         // its identification, or that of its case; "" where it has none
	Payments int            // that it instructs, reports on, asks back, or answers for
	Statuses map[Status]int // of a report or of answers: payments by status, or one where the whole has it
	Agrees   *bool          // of instructions: number and control sum told are those of the payments
}

// Kind is what a message is for.
type Kind string

// The kinds.
const (
	Instructions Kind = "credit transfers"                           // pain.001
	Interbank    Kind = "credit transfers between banks"             // pacs.008
	StatusReport Kind = "status report on credit transfers"          // pain.002
	RecallNotice Kind = "requests to cancel or give back"            // camt.056
	RecallAnswer Kind = "answers to requests to cancel or give back" // camt.029
)

// kinds by what the name of the message begins with.
var kinds = map[string]Kind{instructions: Instructions, "pacs.008.": Interbank, "pain.002.": StatusReport, "camt.056.": RecallNotice, "camt.029.": RecallAnswer}

// Summarise says what a message is: pain.001, pain.002, pacs.008, camt.029 and camt.056 of any version. The error is a *document.Error, or
// a *document.Unsupported for another message.
func Summarise(name string, input []byte, limits markup.Limits) (*Summary, error) {
	format := iso20022.MessageOf(input, limits)
	s := &Summary{Format: format, Kind: kinds[format[:min(len(format), len(instructions))]], Statuses: map[Status]int{}}
	var err error
	switch s.Kind {
	case Instructions, Interbank:
		err = s.transfers(name, input, limits)
	case StatusReport:
		err = s.report(name, input, limits)
	case RecallNotice:
		var list []Recall
		if list, err = ReadRecalls(name, input, limits); len(list) > 0 {
			s.Message, s.Payments = list[0].Case, len(list)
		}
	case RecallAnswer:
		var list []Answer
		list, err = ReadAnswers(name, input, limits)
		for _, a := range list {
			s.Message = a.Case
			s.Payments++
			s.Statuses[Status(cmp.Or(a.Single, a.Status))]++
		}
	default:
		return nil, &document.Unsupported{File: name, Type: "Document", Namespace: format}
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Summary) transfers(name string, input []byte, limits markup.Limits) error {
	agrees := true
	f, err := readTransfers(name, input, limits, func(*document.Error) *document.Error {
		agrees = false
		return nil
	})
	if err == nil {
		s.Message, s.Payments, s.Agrees = f.Message, len(f.Payments), &agrees
	}
	return err
}

func (s *Summary) report(name string, input []byte, limits markup.Limits) error {
	r, err := ReadReport(name, input, limits)
	if err != nil {
		return err
	}
	s.Message = r.Message
	for _, g := range r.Groups {
		for _, p := range g.Payments {
			s.Payments++
			s.Statuses[cmp.Or(p.Status, g.Status, r.Status)]++
		}
		if len(g.Payments) == 0 && g.Status != "" {
			s.Statuses[g.Status]++
		}
	}
	if len(s.Statuses) == 0 && r.Status != "" {
		s.Statuses[r.Status]++
	}
	return nil
}

// Summarised tells whether a message is one that Summarise takes, by the name of its kind and version.
func Summarised(message string) bool {
	for prefix := range kinds {
		if strings.HasPrefix(message, prefix) {
			return true
		}
	}
	return false
}
