package console

import (
	"slices"
	"strings"

	"millrace/edge/view"
)

// entryGroup is an entry, and those right before it in which the same actor did the same with the same outcome.
type entryGroup struct {
	view.Entry
	Told []string
	Also []uint64 // sequences of the others, the newest first
}

// Whose is the party for which the actor acted; nil where the actor's name says it.
func (g entryGroup) Whose() *view.Ref {
	if g.Actor != nil && g.Party != nil && strings.HasSuffix(g.Actor.String(), g.Party.String()) {
		return nil
	}
	return g.Party
}

// First is the oldest of the group.
func (g entryGroup) First() uint64 { return g.Also[len(g.Also)-1] }

// grouped puts entries that say the same under the newest of them.
func (w wording) grouped(entries []view.Entry) []entryGroup {
	var groups []entryGroup
	for _, e := range entries {
		told := w.told(e.Events)
		if n := len(groups); n > 0 {
			last := &groups[n-1]
			same := last.Command == e.Command && sameRef(last.Actor, e.Actor) && sameRef(last.Party, e.Party)
			if same && len(told) > 0 && slices.Equal(last.Told, told) {
				last.Also = append(last.Also, e.Sequence)
				continue
			}
		}
		groups = append(groups, entryGroup{e, told, nil})
	}
	return groups
}

func sameRef(a, b *view.Ref) bool { return a == b || a != nil && b != nil && a.ID == b.ID }
