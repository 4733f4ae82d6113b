package console

import (
	"net/url"

	"millrace/edge/view"
)

// The parts of pages that desks are made of; templates/parts.html has their markup.

// tab leads to one part of a long page.
type tab struct {
	Name    string
	Path    string
	Count   int // of what is in it; 0 shows none
	Current bool

	part string
}

// tabs are the parts of a page in order: name, then the value of "part" in its address, "" for the first.
func (v *visit) tabs(parts ...[2]string) []tab {
	asked := v.asked("part")
	shown := make([]tab, len(parts))
	current := 0
	for i, p := range parts {
		shown[i] = tab{Name: p[0], Path: v.request.URL.Path, part: p[1]}
		if p[1] != "" {
			shown[i].Path += "?" + url.Values{"part": {p[1]}}.Encode()
			if p[1] == asked {
				current = i
			}
		}
	}
	if len(shown) > 0 {
		shown[current].Current = true
	}
	return shown
}

// partOf is the part that is shown.
func partOf(tabs []tab) string {
	for _, t := range tabs {
		if t.Current {
			return t.part
		}
	}
	return ""
}

// task is one thing that waits at a desk: what it is, why it waits, what happens next, and where that is done.
type task struct {
	Name   string
	Count  int // how many of them there are; 0 for one that stands for itself
	Path   string
	State  string // for a badge; "" for none
	Why    string
	Next   string
	Amount *view.Amount
	Since  string // how long it waits, or until when it has to be done
	Tone   tone   // toneBad for what is late, toneWait for what soon will be
	Acts   []act
}

// act is a way to a page on which something is done.
type act struct {
	Name  string
	Path  string
	Plain bool // not the first choice
}

// queue is what waits, as the piece of that name shows it.
type queue struct {
	Items   []task
	More    *act   // the whole list, where only a part of it is shown
	Nothing string // is said where nothing waits
	Hint    string // what to do then
}

// wrongField is a field of a form with what is wrong about it, for the summary over the form.
type wrongField struct{ Field, Label, Wrong string }

// share is a part of a whole, for a bar: both at least 0, Whole above 0.
type share struct {
	Part, Whole int64
	Text        string
}

// A timeline of more than timelineMost entries shows the last timelineShown, and the others when it is asked to.
const (
	timelineMost  = 12
	timelineShown = 6
)

func earlier(entries []view.Entry) []view.Entry {
	if len(entries) <= timelineMost {
		return nil
	}
	return entries[:len(entries)-timelineShown]
}

func latest(entries []view.Entry) []view.Entry { return entries[len(earlier(entries)):] }
