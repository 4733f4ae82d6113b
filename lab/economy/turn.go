package economy

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"sync"

	"millrace/book"
	"millrace/domain/id"
	"millrace/edge/intake"
	"millrace/edge/reading"
	"millrace/edge/view"
	"millrace/engine/vault"
	"millrace/lab/paper"
)

// A business day has two turns. In the first, orders are drawn, papers and money come in, and machines and sellers ask; in the second, people decide.
// Between them their desks are full.
const (
	morning turn = iota
	afternoon
	turns
)

// turn counts turns from the opening: two a calendar day.
type turn int

func (e *Economy) turn() turn { return turn(e.day)*turns + e.half }

// act is what somebody does on a turn. Acts of one lane follow one another; those of different lanes have nothing to do with each other, and the
// commands that they give at the same step are submitted together.
type act struct {
	lane any
	do   func() error
}

// wish is what an act wants done before it goes on: a command, or a document to be read and recorded.
type wish struct {
	asked
	sheet      *paper.Sheet
	remittance string // what the bank says of the money that the command records
}

// lane carries out acts one after another.
type lane struct {
	of     any
	acts   []func() error
	next   func() (wish, bool)
	stop   func()
	yield  func(wish) bool
	answer answered
	err    error
}

// errEnded ends acts whose economy has stopped.
var errEnded = errors.New("economy: it has ended")

func newLane(of any) *lane {
	l := &lane{of: of}
	l.next, l.stop = iter.Pull(func(yield func(wish) bool) {
		l.yield = yield
		for len(l.acts) > 0 && l.err == nil {
			do := l.acts[0]
			l.acts = l.acts[1:]
			l.err = do()
		}
	})
	return l
}

// in enters an act for the morning so many days from today, in the lane under way; on a day off it comes on the next working day.
func (e *Economy) in(days int, do func() error) { e.enter(e.at(days, morning), e.current(), do) }

// later is in for the afternoon.
func (e *Economy) later(days int, do func() error) { e.enter(e.at(days, afternoon), e.current(), do) }

// at is the turn so many days from today that is not over.
func (e *Economy) at(days int, half turn) turn {
	day := e.day + max(days, 0)
	for e.date(day).IsWeekend() {
		day++
	}
	return max(turn(day)*turns+half, e.turn())
}

func (e *Economy) enter(at turn, lane any, do func() error) {
	e.agenda[at] = append(e.agenda[at], act{lane, do})
}

// current is the lane under way; nil for that of what concerns everybody.
func (e *Economy) current() any {
	if e.running == nil {
		return nil
	}
	return e.running.of
}

// work carries out the acts of the turn, and what they enter for the same turn.
func (e *Economy) work() (err error) {
	var active []*lane
	defer func() {
		for _, l := range active {
			l.stop()
		}
		e.running = nil
	}()
	for {
		active = e.spread(active)
		if len(active) == 0 {
			delete(e.agenda, e.turn())
			return nil
		}
		var wishes []wish
		waiting := active[:0]
		for i, l := range active {
			e.running = l
			wanted, more := l.next()
			e.running = nil
			if l.err != nil {
				active = append(waiting, active[i:]...)
				return fmt.Errorf("%s: %w", e.Today, l.err)
			}
			if more {
				waiting, wishes = append(waiting, l), append(wishes, wanted)
			}
		}
		active = waiting
		if err := e.grant(active, wishes); err != nil {
			return err
		}
	}
}

// spread gives the acts that have been entered for the turn to their lanes, in order; who has none yet gets one.
func (e *Economy) spread(active []*lane) []*lane {
	entered := e.agenda[e.turn()]
	e.agenda[e.turn()] = nil
	lanes := map[any]*lane{}
	for _, l := range active {
		lanes[l.of] = l
	}
	for _, a := range entered {
		l := lanes[a.lane]
		if l == nil {
			l = newLane(a.lane)
			lanes[a.lane], active = l, append(active, l)
		}
		l.acts = append(l.acts, a.do)
	}
	return active
}

// grant has done what lanes wish, and leaves each its answer.
func (e *Economy) grant(lanes []*lane, wishes []wish) error {
	if len(wishes) == 0 {
		return nil
	}
	if err := e.record(wishes); err != nil {
		return err
	}
	requests := make([]asked, len(wishes))
	for i := range wishes {
		requests[i] = wishes[i].asked
	}
	answers, err := e.node.together(requests)
	if err != nil {
		return err
	}
	for i := range answers {
		lanes[i].answer = answers[i]
	}
	return nil
}

// bytesMax bounds a document; the simulation writes them itself.
const bytesMax = 1 << 20

// record reads the documents among the wishes as any other file, makes commands of them, and keeps what the bank says of money.
func (e *Economy) record(wishes []wish) error {
	var papers, receipts []int
	var said []vault.Item
	for i := range wishes {
		if wishes[i].sheet != nil {
			papers = append(papers, i)
		}
		if text := wishes[i].remittance; text != "" {
			receipts, said = append(receipts, i), append(said, vault.Item{Kind: intake.KindRemit, Bytes: []byte(text)})
		}
	}
	kept, err := e.intake.StoreAll(context.Background(), said)
	if err != nil {
		return err
	}
	for i, at := range receipts {
		if c, ok := wishes[at].command.(*book.RecordReceipt); ok {
			c.Text = kept[i]
		}
	}
	if len(papers) == 0 {
		return nil
	}
	inputs, err := e.read(wishes, papers)
	if err != nil {
		return err
	}
	commands, err := e.intake.PrepareAll(context.Background(), inputs, "folder")
	if err != nil {
		return err
	}
	for i, c := range commands {
		wishes[papers[i]].asked = asked{e.Maker, c}
		e.sent[c.Hash] = true
	}
	return nil
}

// read writes the documents among the wishes, and reads them back as anybody's.
func (e *Economy) read(wishes []wish, at []int) ([]intake.Input, error) {
	inputs, errs := make([]intake.Input, len(at)), make([]error, len(at))
	var group sync.WaitGroup
	for part := range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := part; i < len(at); i += runtime.GOMAXPROCS(0) {
				s := wishes[at[i]].sheet
				content := s.Bytes()
				read, err := reading.Read(s.Number+".xml", content, reading.Limits{BytesMax: bytesMax})
				if err != nil {
					errs[i] = fmt.Errorf("%s %s: %w", s.Kind, s.Number, err)
				}
				inputs[i] = intake.Input{Document: &read.Document, Bytes: content}
			}
		})
	}
	group.Wait()
	return inputs, errors.Join(errs...)
}

// await has a wish done and gives what came of it.
func (e *Economy) await(w wish) (answered, error) {
	l := e.running
	if l == nil {
		alone := lane{}
		err := e.grant([]*lane{&alone}, []wish{w})
		return alone.answer, err
	}
	if !l.yield(w) {
		return answered{}, errEnded
	}
	return l.answer, nil
}

// submit gives a command; a refusal is an error.
func (e *Economy) submit(actor id.Actor, c book.Command) ([]book.Event, error) {
	a, err := e.await(wish{asked: asked{actor, c}})
	if err == nil && a.refused != nil {
		err = fmt.Errorf("%T: %w", c, a.refused)
	}
	return a.events, err
}

// try gives a command that the book may refuse: then nothing has happened, and the code is counted.
func (e *Economy) try(actor id.Actor, c book.Command) (events []book.Event, accepted bool, err error) {
	a, err := e.await(wish{asked: asked{actor, c}})
	if err != nil || e.refused(a, view.CommandName(c)) {
		return nil, false, err
	}
	return a.events, true, nil
}

// refused tells whether a command was, and counts why.
func (e *Economy) refused(a answered, command string) bool {
	if a.refused == nil {
		return false
	}
	e.told.rejections[command+" "+a.refused.Code]++
	return true
}

// send writes a document and has it recorded.
func (e *Economy) send(s *paper.Sheet) ([]book.Event, error) {
	a, err := e.await(wish{sheet: s})
	if err != nil || e.refused(a, "record_document") {
		return nil, err
	}
	return a.events, nil
}
