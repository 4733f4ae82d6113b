package console_test

import (
	"context"
	"encoding/csv"
	"errors"
	"strings"
	"testing"
	"time"

	"millrace/domain/party"
	"millrace/edge/console"
	"millrace/edge/intake"
	"millrace/edge/view"
)

// aNode is a process whose payments are held.
type aNode struct{}

func (aNode) State() console.NodeState {
	return console.NodeState{Version: "7.3.1", PaymentsHeld: true}
}

func TestSystemHealthSaysWhatANodeStandsOnAndWhatToDo(t *testing.T) {
	s := newStage(t)
	s.open()
	operator := &browser{t: t, handler: s.handler, secret: s.key(s.maker)}
	page := operator.page("/health", 200)
	checkMarkup(t, "health", page)
	says(t, page, "System health", "in memory only", "start the node with a data directory", "0 entries behind the journal", "No clerk runs in this process.", "The process does not say.",
		"none that this node knows of", "This node has none", "Nobody has opened one.", "Not known", "Worth a look")

	ctx, cancel := context.WithCancel(t.Context())
	rounds := 0
	_ = s.engine.Every(ctx, "bank "+s.custodian.String(), time.Nanosecond, func(context.Context) error {
		if rounds++; rounds == 2 {
			cancel()
		}
		return errors.New("the bank’s folder is gone")
	}, func(error) {})
	s.handler = console.New(console.Options{Engine: s.engine, Reader: view.New(s.engine), Access: s.access, Intake: intake.New(s.engine.Vault()), Node: aNode{}})
	auditor := &browser{t: t, handler: s.handler, secret: s.key(s.person(s.operator, party.Auditor, "Bertram Ilg"))}
	page = auditor.page("/health", 200)
	checkMarkup(t, "health with a failing clerk", page)
	says(t, page, "Bank connection of", "1 failed", "the bank’s folder is gone", "7.3.1", "held since the node was continued from a backup", "--release-payments")

	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(auditor.page("/health?format=csv", 200), "\ufeff"))).ReadAll()
	if err != nil || len(rows) < 10 || strings.Join(rows[0], ",") != "area,name,state,value,what_to_do" {
		t.Errorf("the file: %v, %v", rows, err)
	}
	for _, actor := range []string{"rottmuehl", "havelmark"} {
		(&browser{t: t, handler: s.handler, secret: s.key(s.actors[actor])}).page("/health", 403)
	}
}
